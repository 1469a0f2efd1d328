/*
 * clerk_days.h — how often which grade was given to whom on which day: the roll-up behind
 * a clerk's own page and every sum over clerks.
 *
 * It counts effective ratings, as rating_days does, and changes in the same transaction.
 * A rating counts on the hall's own day on which it was given; a correction takes the
 * first one away from its day. Of a dimension the newest detail that names any counts.
 */
#ifndef STORE_CLERK_DAYS_H
#define STORE_CLERK_DAYS_H

#include "store/store.h"

/* What is counted: the overall grade, and the four dimensions in their usual order. */
enum clerk_measure {
    MEASURE_OVERALL,
    MEASURE_ATTITUDE,
    MEASURE_EFFICIENCY,
    MEASURE_QUALITY,
    MEASURE_INTEGRITY,
    CLERK_MEASURES,
};

struct clerk_rating {
    const char *clerk, *channel;
    int local_date; /* yyyymmdd */
    int grade;      /* 1..5; 0 for none; -1: the grade is not what changes */
    int dims[4];    /* 1..5, 0 for not given */
};

/* Adds `by` (1 or -1) where the rating says something. Writer thread, in its
 * transaction. */
NODISCARD bool clerk_days_count(struct store *st, const struct clerk_rating *r, int by,
                                struct error *err);

/* One sum over the channels, where it is not nothing. */
struct clerk_day {
    int local_date;
    enum clerk_measure measure;
    int grade; /* 0 for ratings without an overall one */
    int64_t ratings;
};

/* Calls back for every day of a clerk, oldest first. Any thread's store. */
typedef void clerk_day_each(void *self, const struct clerk_day *day);
NODISCARD bool clerk_days_each(struct store *st, const char *clerk, clerk_day_each *each,
                               void *self, struct error *err);

#endif
