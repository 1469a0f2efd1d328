/*
 * page_workbook.c — see page_workbook.h.
 *
 *     loop: workbook_begin → exports: slice, slice … whole → loop: finished
 *     loop: page_workbook tells rows and share; page_workbook_file → exports: a piece →
 *     loop: send → …
 *
 * The loop owns a workbook but for the time in which `building` says that the exporter
 * does; meanwhile it looks at the two atomic figures only. A download holds its workbook.
 */
#include "web/page_workbook.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/memory.h"
#include "web/export.h"
#include "web/http.h"
#include "web/problem.h"

enum { PIECE = 64 << 10, SLICES_AT_ONCE = 5, BOOKS_MOST = 16, OWN_MOST = 2, ID = 27 };
#define KEPT_MS INT64_C(900000)

struct workbook {
    struct reader_job job;
    struct workbook *next;
    char id[ID]; /* 130 random bits */
    int64_t account;
    enum role role;
    struct export e;
    char *texts[EXPORT_TEXTS];
    _Atomic int64_t rows;
    _Atomic int percent;
    bool building, ok;
    int64_t newest, oldest; /* ids between which the rows lie */
    char path[1100];
    int file; /* of the whole one; -1 before */
    int64_t size, until_ms;
    int pulls; /* downloads that hold it */
    struct error err;
};

struct workbooks {
    struct workbook *first;
    int count;
};

struct workbooks *workbooks_new(void)
{
    return memory_new(sizeof(struct workbooks));
}

static void workbook_free(struct workbook *w)
{
    export_free(&w->e);
    if (w->file >= 0)
        close(w->file);
    if (w->path[0] != '\0')
        unlink(w->path);
    for (size_t i = 0; i < LENGTH(w->texts); i++)
        free(w->texts[i]);
    free(w);
}

void workbooks_free(struct workbooks *books)
{
    while (books != NULL && books->first != NULL) {
        struct workbook *w = books->first;

        books->first = w->next;
        workbook_free(w);
    }
    free(books);
}

static bool is_idle(const struct workbook *w)
{
    return !w->building && w->pulls == 0;
}

static void drop(struct workbooks *books, struct workbook **at)
{
    struct workbook *w = *at;

    *at = w->next;
    books->count--;
    workbook_free(w);
}

void workbooks_tidy(struct workbooks *books, int64_t now_ms)
{
    for (struct workbook **at = &books->first; *at != NULL;)
        if (is_idle(*at) && (*at)->until_ms <= now_ms)
            drop(books, at);
        else
            at = &(*at)->next;
}

/* Room for one more: what is done longest goes first. */
static bool make_room(struct workbooks *books, int64_t account, struct error *err)
{
    struct workbook **last = NULL;
    int own = 0;

    for (struct workbook **at = &books->first; *at != NULL; at = &(*at)->next) {
        own += (*at)->building && (*at)->account == account;
        if (is_idle(*at)) /* the newest stand in front */
            last = at;
    }
    if (own >= OWN_MOST)
        return error_set(err, ERROR_LIMIT,
                         "Two tables of yours are being made. Wait for one of them.");
    if (books->count < BOOKS_MOST)
        return true;
    if (last == NULL)
        return error_set(err, ERROR_LATER,
                         "The server has too much to do right now. Try again.");
    drop(books, last);
    return true;
}

/* == Building ======================================================================== */

/* On the loop, or never where the server ends. */
static void finished(void *arg)
{
    struct workbook *w = arg;
    struct site *site = (struct site *)(uintptr_t)w->e.lang.site;

    w->building = false;
    w->until_ms = site->world->wall_ms(site->world) + KEPT_MS;
}

static void tell_done(struct workbook *w)
{
    http_post(w->e.lang.site->http, finished, w);
}

/* How far we are by age: ids grow with time, and we go from the newest to the oldest. */
static void tell_progress(struct workbook *w)
{
    int64_t at = w->e.filter.before;

    atomic_store(&w->rows, w->e.rows);
    if (w->newest == 0)
        w->newest = w->e.filter.as_of;
    if (w->e.filter.sort == REVIEW_NEWEST && at > w->oldest && w->newest > at)
        atomic_store(&w->percent, (int)(100.0 * (double)(w->newest - at) /
                                        (double)(w->newest - w->oldest)));
}

/* The file loses its name at once, so that nothing stays behind whatever happens. */
static bool take_file(struct workbook *w)
{
    FILE *file = fopen(w->path, "rb");

    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        w->size = ftell(file);
    if (file != NULL && w->size > 0)
        w->file = dup(fileno(file));
    if (file != NULL)
        fclose(file);
    unlink(w->path);
    w->path[0] = '\0';
    return w->file >= 0 || error_set(&w->err, ERROR_LATER,
                                     "The table could not be read back. Try again.");
}

/* A few slices, then whoever waits behind us, then we again. */
static void build(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct workbook *w = (struct workbook *)job;

    (void)now_ms;
    w->ok = true;
    for (int i = 0; i < SLICES_AT_ONCE && w->ok && !w->e.ended; i++) {
        w->ok = export_slice(&w->e, st, &w->err);
        tell_progress(w);
    }
    if (w->ok && !w->e.ended) {
        if (readers_submit(w->e.lang.site->exports, job))
            return;
        w->ok = error_set(&w->err, ERROR_LATER,
                          "The server has too much to do right now. Try again.");
    }
    w->ok = w->ok && export_finish(&w->e, &w->err) && take_file(w);
    tell_done(w);
}

/* The first job: opens the file, which the loop does not. */
static void begin_build(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct workbook *w = (struct workbook *)job;
    int fd;

    snprintf(w->path, sizeof(w->path), "%.1000s/export-web-XXXXXX",
             w->e.lang.site->folder);
    fd = mkstemp(w->path);
    if (fd >= 0)
        close(fd);
    else
        w->path[0] = '\0';
    w->ok = fd >= 0 ? export_begin(&w->e, w->path, &w->err)
                    : error_set(&w->err, ERROR_LATER,
                                "The table could not be begun. Is the disk full?");
    if (!w->ok || !review_oldest(st, &w->e.filter, &w->oldest, &w->err)) {
        w->ok = false;
        tell_done(w);
        return;
    }
    job->run = build;
    build(st, job, now_ms);
}

static struct workbook *workbook_new(struct exchange *x, const struct staff *staff,
                                     const struct review_filter *filter)
{
    struct workbook *w = memory_new(sizeof(*w));
    struct site *site = site_of(x);
    unsigned char random[17];

    site->world->random(site->world, random, sizeof(random));
    crypt_base32_bytes(random, ID - 1, w->id);
    w->account = staff->who.id;
    w->role = staff->who.role;
    w->file = -1;
    w->e.format = EXPORT_XLSX;
    export_fill(&w->e, w->texts, x, staff->view, filter);
    w->job = (struct reader_job){.run = begin_build};
    return w;
}

void workbook_begin(struct exchange *x, const struct staff *staff,
                    const struct review_filter *filter)
{
    struct site *site = site_of(x);
    struct error err = {0};
    struct workbook *w;
    char path[64];

    workbooks_tidy(site->workbooks, site->world->wall_ms(site->world));
    if (!make_room(site->workbooks, staff->who.id, &err))
        return problem_answer(x, &err);
    w = workbook_new(x, staff, filter);
    w->building = true;
    if (!readers_submit(site->exports, &w->job)) {
        workbook_free(w);
        problem_say(x, ERROR_LATER,
                    "The server has too much to do right now. Try again.");
        return;
    }
    w->next = site->workbooks->first;
    site->workbooks->first = w;
    site->workbooks->count++;
    snprintf(path, sizeof(path), "/exports/%s", w->id);
    page_see_other(x, path);
}

/* == Its page ======================================================================== */

struct view {
    struct staff staff;
};

/* The workbook of the path, if it is the caller's; else the answer is given. */
static struct workbook *find(struct exchange *x, const struct staff *staff)
{
    struct site *site = site_of(x);

    workbooks_tidy(site->workbooks, site->world->wall_ms(site->world));
    for (struct workbook *w = site->workbooks->first; w != NULL; w = w->next)
        if (strcmp(w->id, exchange_param(x, 0)) == 0 && w->account == staff->who.id &&
            w->role == staff->who.role)
            return w;
    problem_say(x, ERROR_ABSENT,
                "There is no such table here, or its time is over. Make it again.");
    return NULL;
}

static void show(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    struct workbook *w = find(x, &v->staff);
    enum lang lang = page_lang(x);
    json_t *data;
    char file[80];

    if (w == NULL)
        return;
    if (!w->building && !w->ok)
        return problem_answer(x, &w->err);
    snprintf(file, sizeof(file), "/exports/%s/file", w->id);
    data = staff_frame(x, &v->staff, lang);
    json_object_set_new(data, "building", json_boolean(w->building));
    json_object_set_new(data, "rows", json_integer(atomic_load(&w->rows)));
    if (atomic_load(&w->percent) > 0)
        json_object_set_new(data, "percent", json_integer(atomic_load(&w->percent)));
    if (!w->building) {
        struct staff_words words = w->e.lang;

        words.lang = lang;
        json_object_set_new(data, "file", json_string(file));
        json_object_set_new(data, "until", staff_time(&words, w->until_ms));
    }
    page_answer(x, 200, "workbook", "export", lang, data);
}

void page_workbook(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    staff_read(&v->staff, NULL, show);
}

/* == Passing it on =================================================================== */

struct pull {
    struct reader_job job;
    struct exchange *x; /* NULL: the client has left */
    struct workbook *w;
    struct site *site;
    struct buf out;
    int64_t at;
    bool busy, ok;
};

static void pull_free(struct pull *p)
{
    p->w->pulls--;
    buf_free(&p->out);
    free(p);
}

static void gone(void *state)
{
    struct pull *p = state;

    p->x = NULL;
    if (!p->busy)
        pull_free(p);
}

/* On the loop, with what was read. */
static void sent(void *arg)
{
    struct pull *p = arg;

    p->busy = false;
    if (p->x == NULL)
        return pull_free(p);
    if (!p->ok)
        return exchange_break(p->x);
    exchange_send(p->x, buf_text(&p->out), p->out.length);
    buf_clear(&p->out);
    if (p->at == p->w->size)
        exchange_end(p->x);
}

static void read_piece(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct pull *p = (struct pull *)job;
    char piece[PIECE];
    ssize_t n = pread(p->w->file, piece, sizeof(piece), p->at);

    (void)st;
    (void)now_ms;
    p->ok = n > 0;
    if (p->ok) {
        buf_add(&p->out, piece, (size_t)n);
        p->at += n;
    }
    http_post(p->site->http, sent, p);
}

/* On the loop: the client has taken everything so far. */
static void drained(struct exchange *x)
{
    struct pull *p = x->state;

    if (p->busy)
        return;
    p->job = (struct reader_job){.run = read_piece};
    p->busy = readers_submit(p->site->exports, &p->job);
    if (!p->busy)
        exchange_break(x);
}

static void send_file(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    struct workbook *w = find(x, &v->staff);
    char name[EXPORT_NAME], value[EXPORT_NAME + 32];
    struct pull *p;

    if (w == NULL)
        return;
    if (w->building)
        return problem_say(x, ERROR_CONFLICT, "The table is not whole yet.");
    if (!w->ok)
        return problem_answer(x, &w->err);
    p = memory_new(sizeof(*p));
    *p = (struct pull){.x = x, .w = w, .site = site_of(x), .out = buf_new(PIECE + 1)};
    w->pulls++;
    x->state = p;
    x->state_free = gone;
    export_name(&w->e, name);
    snprintf(value, sizeof(value), "attachment; filename=\"%s\"", name);
    exchange_header_add(x, "Content-Disposition", value);
    x->drained = drained;
    exchange_stream(x, export_type(EXPORT_XLSX));
}

void page_workbook_file(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    staff_read(&v->staff, NULL, send_file);
}
