/*
 * page_export.c — see page_export.h.
 *
 *     loop: page_export → … reader: who? … → writer: audit event … → loop: start
 *     CSV:  stream → sent everything → exports: a slice → loop: send → …
 *     XLSX: page_workbook.c
 *
 * A download lives beside its exchange, for the client may leave while a thread has it.
 * The loop owns it but for the time in which `busy` says that the exporter does.
 */
#include "web/page_export.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "web/http.h"
#include "web/page_workbook.h"
#include "web/problem.h"
#include "web/review_query.h"
#include "web/session.h"

struct download {
    struct reader_job job;
    struct exchange *x; /* NULL: the client has left */
    struct export e;
    bool busy, ok;
    struct error err;
    char *texts[EXPORT_TEXTS];
};

struct page {
    struct staff staff;
    enum export_format format;
    struct review_filter filter;
    char detail[400];
};

/* == What is asked for ============================================================== */

static bool allow(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct page *p = (struct page *)s;

    (void)st;
    (void)now_ms;
    (void)err;
    access_narrow(p->staff.view, &p->staff.who, &p->filter);
    return true;
}

static bool note(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct page *p = (struct page *)s;

    return store_audit(st, p->staff.who.actor, "export.ratings",
                       p->format == EXPORT_CSV ? "csv" : "xlsx", p->detail, now_ms, err);
}

static void describe(const struct exchange *x, struct page *p)
{
    size_t at = 0;

    for (size_t i = 0; i < x->query_count && at < sizeof(p->detail); i++)
        if (x->query[i].value[0] != '\0' && strcmp(x->query[i].name, "lang") != 0)
            at +=
                (size_t)snprintf(p->detail + at, sizeof(p->detail) - at, "%s%.20s=%.40s",
                                 at > 0 ? " " : "", x->query[i].name, x->query[i].value);
}

/* == A download ====================================================================== */

static void download_free(struct download *d)
{
    export_free(&d->e);
    for (size_t i = 0; i < LENGTH(d->texts); i++)
        free(d->texts[i]);
    free(d);
}

/* The exchange ends: sent, or left alone. */
static void gone(void *state)
{
    struct download *d = state;

    d->x = NULL;
    if (!d->busy)
        download_free(d);
}

/* Texts of the filter outlive the exchange. */
static const char *keep(char *texts[EXPORT_TEXTS], size_t at, const char *text)
{
    texts[at] = text != NULL ? memory_text(text) : NULL;
    return texts[at];
}

void export_fill(struct export *e, char *texts[EXPORT_TEXTS], struct exchange *x,
                 const struct access_view *view, const struct review_filter *filter)
{
    struct site *site = site_of(x);
    struct review_filter *f = &e->filter;

    e->words = view->words;
    e->rater = view->rater;
    e->lang = (struct staff_words){.site = site,
                                   .frame = atomic_load(&site->frame->now),
                                   .lang = page_lang(x),
                                   .now_ms = site->world->wall_ms(site->world)};
    *f = *filter;
    f->department = keep(texts, 0, f->department);
    f->window = keep(texts, 1, f->window);
    f->matter = keep(texts, 2, f->matter);
    f->channel = keep(texts, 3, f->channel);
    f->own_department = keep(texts, 4, f->own_department);
    f->own_window = keep(texts, 5, f->own_window);
    f->clerk = keep(texts, 6, f->clerk);
    e->no_bom =
        exchange_query(x, "bom") != NULL && strcmp(exchange_query(x, "bom"), "0") == 0;
}

static struct download *download_new(struct exchange *x, const struct page *p)
{
    struct download *d = memory_new(sizeof(*d));

    d->x = x;
    d->e.format = p->format;
    export_fill(&d->e, d->texts, x, p->staff.view, &p->filter);
    return d;
}

static void headers(struct download *d)
{
    char name[EXPORT_NAME], value[EXPORT_NAME + 32];

    export_name(&d->e, name);
    snprintf(value, sizeof(value), "attachment; filename=\"%s\"", name);
    exchange_header_add(d->x, "Content-Disposition", value);
}

static bool submit(struct download *d)
{
    d->busy = readers_submit(((const struct site *)d->e.lang.site)->exports, &d->job);
    return d->busy;
}

/* == Passing on ====================================================================== */

/* On the loop, with what the exporter made. */
static void sent(void *arg)
{
    struct download *d = arg;
    bool ended = d->e.ended;

    d->busy = false;
    if (d->x == NULL)
        return download_free(d);
    if (!d->ok)
        return exchange_break(d->x);
    exchange_send(d->x, buf_text(&d->e.out), d->e.out.length);
    buf_clear(&d->e.out);
    if (ended)
        exchange_end(d->x);
}

static void make_piece(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct download *d = (struct download *)job;

    (void)now_ms;
    d->ok = export_slice(&d->e, st, &d->err);
    http_post(((const struct site *)d->e.lang.site)->http, sent, d);
}

/* On the loop: the client has taken everything so far. */
static void drained(struct exchange *x)
{
    struct download *d = x->state;

    d->job = (struct reader_job){.run = make_piece};
    if (!d->busy && !submit(d))
        exchange_break(x);
}

static void stream(struct download *d)
{
    headers(d);
    d->x->drained = drained;
    exchange_stream(d->x, export_type(d->e.format));
}

static void start(struct exchange *x, struct step *s)
{
    struct page *p = (struct page *)s;
    struct download *d;

    if (p->format == EXPORT_XLSX)
        return workbook_begin(x, &p->staff, &p->filter);
    d = download_new(x, p);
    x->state = d;
    x->state_free = gone;
    if (!export_begin(&d->e, NULL, &d->err))
        return problem_answer(x, &d->err);
    buf_add(&x->answer, buf_text(&d->e.out), d->e.out.length);
    buf_clear(&d->e.out);
    stream(d);
}

static void record(struct exchange *x, struct step *s)
{
    (void)x;
    step_write(s, note, start);
}

void page_export(struct exchange *x)
{
    struct page *p = staff_new(x, sizeof(*p));
    struct error err = {0};

    p->format = strcmp(x->path, "/ratings.csv") == 0 ? EXPORT_CSV : EXPORT_XLSX;
    if (!review_query_read(x, &p->filter, &err))
        return problem_answer(x, &err);
    p->filter.before = 0; /* the whole list, not from a page of it on */
    describe(x, p);
    staff_read(&p->staff, allow, record);
}

void page_export_clean(const char *folder)
{
    char pattern[1100];
    glob_t found;

    snprintf(pattern, sizeof(pattern), "%.1000s/export-web-*", folder);
    if (glob(pattern, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++)
        unlink(found.gl_pathv[i]);
    globfree(&found);
}
