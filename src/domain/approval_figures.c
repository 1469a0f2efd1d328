/*
 * approval_figures.c — what a parallel approval took (approval.h): days, working time,
 * and how much of it ran side by side.
 *
 * Each department's clock is a number of stretches in which it ran. Side by side is
 * counted by going along the ends of all stretches; every piece between two ends is
 * weighed once, in office hours of working days.
 */
#include <stdlib.h>

#include "domain/approval.h"

enum {
    DAY_MINUTES = 1440,
    MINUTE_MS = 60000,
    STRETCHES = APPROVAL_PAUSES + 1,
    ENDS = 2 * STRETCHES * APPROVAL_CHILDREN,
};

struct stretch {
    int64_t from_ms, until_ms;
};

/* ---- working time ---- */

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t common_ms(struct stretch a, struct stretch b)
{
    int64_t from_ms = later(a.from_ms, b.from_ms);
    int64_t until_ms = sooner(a.until_ms, b.until_ms);

    return until_ms > from_ms ? until_ms - from_ms : 0;
}

int64_t approval_working_ms(const struct approval_clock *c, int64_t from_ms,
                            int64_t until_ms)
{
    const struct stretch asked = {from_ms, until_ms};
    struct local_time first, last;
    int64_t sum_ms = 0;

    if (until_ms <= from_ms)
        return 0;
    zone_local(c->zone, from_ms, &first);
    zone_local(c->zone, until_ms, &last);
    if (last.day_number - first.day_number > PROMISE_DAYS_MOST)
        last.day_number = first.day_number + PROMISE_DAYS_MOST;
    for (int32_t day = first.day_number; day <= last.day_number; day++) {
        if (!calendar_is_working(c->calendar, day))
            continue;
        for (size_t i = 0; i < c->hours->count; i++) {
            const struct hours_span *span = &c->hours->spans[i];
            const struct stretch open = {zone_day_utc(c->zone, day, span->from_min),
                                         zone_day_utc(c->zone, day, span->to_min)};

            sum_ms += common_ms(asked, open);
        }
    }
    return sum_ms;
}

/* ---- stretches ---- */

int64_t approval_end_ms(const struct approval *a, size_t child,
                        const struct approval_clock *c)
{
    int64_t until_ms = a->closed_ms != 0 ? a->closed_ms : c->now_ms;

    return a->children[child].ended_ms != 0 ? a->children[child].ended_ms : until_ms;
}

/* In which a child's clock ran, one after another. */
static size_t stretches_of(const struct approval *a, size_t child,
                           const struct approval_clock *c, struct stretch out[STRETCHES])
{
    const struct approval_child *one = &a->children[child];
    int64_t from_ms = one->started_ms;
    size_t count = 0;

    for (size_t i = 0; i < one->pause_count; i++) {
        out[count++] = (struct stretch){from_ms, one->pauses[i].from_ms};
        from_ms = one->pauses[i].until_ms;
        if (from_ms == 0) /* it stands to the end */
            return count;
    }
    out[count++] = (struct stretch){from_ms, approval_end_ms(a, child, c)};
    return count;
}

/* Its pauses, with an end that stands open closed. */
static size_t pauses_of(const struct approval *a, size_t child,
                        const struct approval_clock *c,
                        struct promise_pause out[APPROVAL_PAUSES])
{
    const struct approval_child *one = &a->children[child];

    for (size_t i = 0; i < one->pause_count; i++) {
        out[i] = one->pauses[i];
        if (out[i].until_ms == 0)
            out[i].until_ms = approval_end_ms(a, child, c);
    }
    return one->pause_count;
}

static struct approval_part part_of(const struct approval *a, size_t child,
                                    const struct approval_clock *c)
{
    const int64_t from_ms = a->children[child].started_ms;
    const int64_t end_ms = approval_end_ms(a, child, c);
    struct promise_pause pauses[APPROVAL_PAUSES];
    struct stretch ran[STRETCHES];
    size_t count = pauses_of(a, child, c, pauses);
    struct approval_part out = {
        .days = promise_days(c->calendar, c->zone, from_ms, end_ms, pauses, count)};

    out.paused_days =
        promise_days(c->calendar, c->zone, from_ms, end_ms, NULL, 0) - out.days;
    count = stretches_of(a, child, c, ran);
    for (size_t i = 0; i < count; i++)
        out.ran_ms += approval_working_ms(c, ran[i].from_ms, ran[i].until_ms);
    return out;
}

int64_t approval_both_ms(const struct approval *a, size_t one, size_t other,
                         const struct approval_clock *c)
{
    struct stretch first[STRETCHES], second[STRETCHES];
    size_t count = stretches_of(a, one, c, first);
    size_t others = stretches_of(a, other, c, second);
    int64_t sum_ms = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < others; k++)
            sum_ms += approval_working_ms(c, later(first[i].from_ms, second[k].from_ms),
                                          sooner(first[i].until_ms, second[k].until_ms));
    return sum_ms;
}

/* ---- side by side ---- */

struct edge {
    int64_t at_ms;
    int step; /* 1: one more runs, -1: one fewer */
};

static int compare(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;

    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static void add_side_by_side(const struct approval *a, const struct approval_clock *c,
                             struct approval_figures *out)
{
    struct edge edges[ENDS];
    struct stretch ran[STRETCHES];
    size_t count = 0;
    int running = 0;

    for (size_t i = 0; i < a->count; i++) {
        size_t n = stretches_of(a, i, c, ran);

        for (size_t k = 0; k < n; k++)
            if (ran[k].until_ms > ran[k].from_ms) {
                edges[count++] = (struct edge){ran[k].from_ms, 1};
                edges[count++] = (struct edge){ran[k].until_ms, -1};
            }
    }
    qsort(edges, count, sizeof(*edges), compare);
    for (size_t i = 0; i + 1 < count; i++) {
        int64_t piece_ms;

        running += edges[i].step;
        piece_ms =
            running > 0 ? approval_working_ms(c, edges[i].at_ms, edges[i + 1].at_ms) : 0;
        out->busy_ms += piece_ms;
        out->overlap_ms += running > 1 ? piece_ms : 0;
    }
}

void approval_figure(const struct approval *a, const struct approval_clock *c,
                     struct approval_figures *out)
{
    int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;

    *out = (struct approval_figures){0};
    for (size_t i = 0; i < a->count; i++) {
        out->parts[i] = part_of(a, i, c);
        out->serial_days += out->parts[i].days;
        out->serial_ms += out->parts[i].ran_ms;
        first_ms = sooner(first_ms, a->children[i].started_ms);
        last_ms = later(last_ms, approval_end_ms(a, i, c));
    }
    if (a->count > 0)
        out->real_days = promise_days(c->calendar, c->zone, first_ms, last_ms, NULL, 0);
    add_side_by_side(a, c, out);
}
