/*
 * assess_bundle.c — see assess_bundle.h.
 */
#include "store/assess_bundle.h"

#include <string.h>

#include "store/assess_marks.h"

enum { SLICE = 4096, PIECE = 1 << 20, BUNDLE_MOST = 512 * 1024 * 1024 };

struct making {
    struct store *st;
    const struct assess_query *q;
    const struct bundle_sink *sink;
    struct bundle *bundle;
    struct buf out;
    int64_t of; /* cases */
};

static bool pass_on(struct making *m, size_t least, struct error *err)
{
    bool ok = true;

    if (m->out.overflowed)
        return error_set(err, ERROR_TOO_LARGE,
                         "There are more departments than can be compared at once.");
    if (m->out.length >= least && m->out.length > 0)
        ok = m->sink->take(m->sink->self, m->out.data, m->out.length, err);
    if (m->out.length >= least)
        buf_clear(&m->out);
    return ok;
}

static void tell(struct making *m, int64_t done, int64_t of)
{
    if (m->sink->tell != NULL)
        m->sink->tell(m->sink->self, done, of);
}

static bool add_mark(void *self, size_t part, const char *department, int32_t score,
                     const char *source, struct error *err)
{
    struct making *m = self;

    (void)err;
    if (assess_book_find(&m->bundle->book, department) != NULL)
        bundle_mark(m->bundle, part, department, score, source, &m->out);
    return true;
}

static bool add_case(void *self, const struct assess_case *c, struct error *err)
{
    struct making *m = self;

    bundle_case(m->bundle, c, &m->out);
    return pass_on(m, PIECE, err);
}

static bool add_order(void *self, const struct assess_order *o, struct error *err)
{
    struct making *m = self;

    bundle_order(m->bundle, o, &m->out);
    return pass_on(m, PIECE, err);
}

static bool add_cases(struct making *m, struct error *err)
{
    int64_t last = 0;
    bool more = true;

    while (more) {
        if (!assess_cases_each(m->st, m->q, &last, SLICE, add_case, m, &more, err))
            return false;
        tell(m, m->bundle->cases, m->of);
    }
    return true;
}

static bool same_counts(const struct assess_unit *a, const struct assess_unit *b)
{
    return a->closed == b->closed && a->ratable == b->ratable && a->rated == b->rated &&
           a->excluded == b->excluded &&
           memcmp(a->grades, b->grades, sizeof(a->grades)) == 0 &&
           memcmp(a->strata, b->strata, sizeof(a->strata)) == 0 &&
           memcmp(a->counts, b->counts, sizeof(a->counts)) == 0;
}

/* Both books are in the order of the codes and hold the same departments. */
static bool same_books(const struct assess_book *sums, struct assess_book *facts,
                       struct error *err)
{
    assess_book_sum(facts);
    for (size_t i = 0; i < facts->count; i++) {
        const struct assess_unit *one = assess_book_find(sums, facts->units[i].code);

        if (one == NULL || !same_counts(one, &facts->units[i]))
            return error_set(err, ERROR_BROKEN,
                             "The sums and the facts of %.40s differ, so nothing was "
                             "frozen. Keep a copy of the store, and have it looked at.",
                             facts->units[i].code);
    }
    return true;
}

static bool tell_draws(struct making *m, const struct assess_book *sums,
                       struct error *err)
{
    const struct standing_progress progress = {.tell = m->sink->tell,
                                               .self = m->sink->self};

    if (!same_books(sums, &m->bundle->book, err))
        return false;
    bundle_end(m->bundle, m->sink->tell != NULL ? &progress : NULL, &m->out);
    return pass_on(m, 0, err);
}

bool assess_bundle_write(struct store *st, const struct assess_query *q,
                         struct scheme *scheme, const char *program,
                         const struct bundle_sink *sink, struct bundle *out,
                         struct error *err)
{
    struct making m = {
        .st = st, .q = q, .sink = sink, .bundle = out, .out = buf_new(BUNDLE_MOST)};
    struct bundle_head head = {
        .from_month = q->from_month, .to_month = q->to_month, .cut_ms = q->now_ms};
    struct assess_book sums;
    bool ok;

    snprintf(head.program, sizeof(head.program), "%s", program);
    snprintf(head.hall, sizeof(head.hall), "%.32s", st->frame->code);
    snprintf(head.hall_name, sizeof(head.hall_name), "%.240s", st->frame->name);
    snprintf(head.county, sizeof(head.county), "%.240s", st->frame->county);
    bundle_begin(out, &head, scheme, &m.out);
    if (!assess_book_read(st, q, &sums, err)) {
        buf_free(&m.out);
        return false;
    }
    for (size_t i = 0; i < sums.count; i++)
        bundle_unit(out, sums.units[i].code, sums.units[i].name, &m.out);
    ok = assess_cases_count(st, q, &m.of, err) &&
         assess_marks_each(st, &out->scheme, out->scheme.year, add_mark, &m, err) &&
         add_cases(&m, err) && assess_orders_each(st, q, add_order, &m, err) &&
         tell_draws(&m, &sums, err);
    assess_book_free(&sums);
    buf_free(&m.out);
    return ok;
}
