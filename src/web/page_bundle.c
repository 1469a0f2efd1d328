/*
 * page_bundle.c — a bundle to take away (see page_freeze.h).
 *
 *     loop: page_bundle → … reader: which? … → writer: audit event … → loop: stream →
 *     exports: a piece of the file → loop: send → …
 *
 * The sending lives beside its exchange, for the client may leave while a thread reads.
 * The loop owns it but for the time in which `busy` says that the reader does.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "web/assess_frame.h"
#include "web/http.h"
#include "web/page_freeze.h"
#include "web/problem.h"
#include "work/freezer.h"

enum { PIECE = 256 << 10 };

struct sending {
    struct reader_job job;
    struct site *site;
    struct exchange *x; /* NULL: the client has left */
    FILE *file;
    struct buf piece;
    bool busy, ok;
};

struct bundle_page {
    struct staff staff;
    struct assessment a;
};

static void sending_free(struct sending *d)
{
    if (d->file != NULL)
        fclose(d->file);
    buf_free(&d->piece);
    free(d);
}

static void gone(void *state)
{
    struct sending *d = state;

    d->x = NULL;
    if (!d->busy)
        sending_free(d);
}

/* On the loop, with what was read. */
static void sent(void *arg)
{
    struct sending *d = arg;
    bool ended = d->ok && feof(d->file);

    d->busy = false;
    if (d->x == NULL)
        return sending_free(d);
    if (!d->ok)
        return exchange_break(d->x);
    exchange_send(d->x, buf_text(&d->piece), d->piece.length);
    buf_clear(&d->piece);
    if (ended)
        exchange_end(d->x);
}

static void read_piece(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct sending *d = (struct sending *)job;
    static _Thread_local char bytes[PIECE];
    size_t n = fread(bytes, 1, sizeof(bytes), d->file);

    (void)st;
    (void)now_ms;
    buf_add(&d->piece, bytes, n);
    d->ok = !ferror(d->file);
    http_post(d->site->http, sent, d);
}

static void drained(struct exchange *x)
{
    struct sending *d = x->state;

    if (d->busy)
        return;
    d->job = (struct reader_job){.run = read_piece};
    d->busy = readers_submit(d->site->readers, &d->job);
    if (!d->busy)
        exchange_break(x);
}

static void start(struct exchange *x, struct step *s)
{
    const struct bundle_page *p = (struct bundle_page *)s;
    struct sending *d = memory_new(sizeof(*d));
    char path[1100], value[ASSESSMENT_FILE + 40];
    struct error err = {0};

    *d = (struct sending){.site = site_of(x), .x = x, .piece = buf_new(2 * PIECE)};
    freezer_path(d->site->freezer, p->a.file, path);
    d->file = fopen(path, "rb");
    x->state = d;
    x->state_free = gone;
    if (d->file == NULL) {
        error_set(
            &err, ERROR_ABSENT,
            "The file %s is not in the data folder any more. Bring it back from the "
            "backup.",
            p->a.file);
        return problem_answer(x, &err);
    }
    snprintf(value, sizeof(value), "attachment; filename=\"%s\"", p->a.file);
    exchange_header_add(x, "Content-Disposition", value);
    x->drained = drained;
    exchange_stream(x, "text/tab-separated-values; charset=utf-8");
}

static bool note(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    const struct bundle_page *p = (struct bundle_page *)s;

    return store_audit(st, p->staff.who.actor, "assess.taken", p->a.file, p->a.results,
                       now_ms, err);
}

static void found(struct exchange *x, struct step *s)
{
    (void)x;
    step_write(s, note, start);
}

static bool find(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct bundle_page *p = (struct bundle_page *)s;
    const char *text = exchange_param(s->x, 1);
    int64_t id;
    int year;
    bool is = false;

    (void)now_ms;
    if (!assess_year_asked(s->x, &year, err) ||
        (text != NULL && id_parse(text, &id) &&
         !assessment_find(st, id, &p->a, &is, err)))
        return false;
    return (is && p->a.year == year) ||
           error_set(err, ERROR_ABSENT, "There is no such bundle.");
}

void page_bundle(struct exchange *x)
{
    struct bundle_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->staff, find, found);
}
