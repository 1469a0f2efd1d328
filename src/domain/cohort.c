/*
 * cohort.c — see cohort.h.
 *
 * Invariant: a cohort depends only on its own weeks and on where the one before it ended,
 * so a later rating can make a new cohort but never alter one that was shown. This holds
 * while no count of a shown week changes: the hold is never shorter than the time in
 * which a rating may be corrected, which is the caller's to see to.
 */
#include "domain/cohort.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/memory.h"

void cohorts_free(struct cohorts *c)
{
    free(c->list);
    *c = (struct cohorts){0};
}

void cohorts_add(struct cohorts *weeks, int32_t day, int measure, int grade,
                 int64_t ratings)
{
    int32_t monday = day - day_weekday(day);
    struct cohort *last;

    assert(grade >= 0 && grade <= 5 && measure >= 0 && measure < COHORT_MEASURES);
    if (weeks->count == 0 || weeks->list[weeks->count - 1].from_day != monday) {
        assert(weeks->count == 0 || weeks->list[weeks->count - 1].from_day < monday);
        weeks->list =
            memory_resize(weeks->list, (weeks->count + 1) * sizeof(*weeks->list));
        weeks->list[weeks->count++] =
            (struct cohort){.from_day = monday, .to_day = monday + 6};
    }
    last = &weeks->list[weeks->count - 1];
    last->counts[measure].of[grade] += ratings;
}

static void merge(struct cohort *to, const struct cohort *more)
{
    to->to_day = more->to_day;
    for (int m = 0; m < COHORT_MEASURES; m++)
        grades_add(&to->counts[m], &more->counts[m]);
}

void cohorts_release(struct cohorts *weeks, const struct cohort_rules *rules,
                     int32_t today)
{
    size_t made = 0;
    bool open = false; /* list[made] is being filled */

    for (size_t i = 0; i < weeks->count; i++) {
        const struct cohort week = weeks->list[i];

        if (today <= week.to_day + rules->hold_days)
            break;
        if (open)
            merge(&weeks->list[made], &week);
        else
            weeks->list[made] = week;
        open = grades_rated(&weeks->list[made].counts[0]) < rules->least;
        made += !open;
    }
    weeks->count = made;
}

size_t cohorts_prefix(const struct cohorts *c, int measure, int least)
{
    size_t prefix = 0;
    int64_t run = 0;

    for (size_t i = 0; i < c->count; i++) {
        run += grades_rated(&c->list[i].counts[measure]);
        if (run < least)
            continue;
        prefix = i + 1;
        run = 0;
    }
    return prefix;
}

struct grade_counts cohorts_sum(const struct cohorts *c, int measure, size_t from,
                                size_t to)
{
    struct grade_counts sum = {{0}};

    for (size_t i = from; i < to; i++)
        grades_add(&sum, &c->list[i].counts[measure]);
    return sum;
}
