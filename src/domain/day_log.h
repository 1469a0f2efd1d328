/*
 * day_log.h — what is written down of a window's day, what it counts, and when the day's
 * log is closed.
 *
 * Points are hundredths of a point: -200 is two points less. A window's month is 100.00
 * and the sum of its points, never below 0.00 or above 100.00; a department's month is
 * the mean of its windows that were present; a quarter and a year are the mean of their
 * months that are there. Means are in ten-thousandths of a point, rounded half up each
 * time one is made, so that anybody gets the same figures with whole numbers alone.
 *
 * Who is assessed adds no points to himself: what a window writes of itself counts what
 * the settings say where that is less, and nothing where it is more. Pure; any thread.
 */
#ifndef DOMAIN_DAY_LOG_H
#define DOMAIN_DAY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/zone.h"

enum day_log_kind {
    DAY_LOG_ATTENDANCE, /* late, away, absent */
    DAY_LOG_DISCIPLINE,
    DAY_LOG_CHECK, /* somebody looked; good or bad */
    DAY_LOG_PRAISE,
    DAY_LOG_COMPLAINT,
    DAY_LOG_KINDS
};

/* "attendance" …; DAY_LOG_KINDS for a word that is none. */
const char *day_log_kind_name(enum day_log_kind kind);
enum day_log_kind day_log_kind_read(const char *name);

/* Who writes: the hall, or the window about itself. */
enum day_log_side { DAY_LOG_HALL, DAY_LOG_WINDOW };

enum {
    DAY_LOG_POINTS_MOST = 10000, /* 100.00, of one entry and of a month */
    DAY_LOG_MONTHS = 12,
    DAY_LOG_QUARTERS = 4,
    DAY_LOG_NONE = -1, /* where a mean of nothing would stand */
};

struct day_log_rules {
    int points[DAY_LOG_KINDS]; /* where the hall names none */
    int64_t lock_ms;           /* after the day's first instant its log is closed */
};

/*
 * The points of an entry. `asked` is what the hall wants instead of the rule's, NULL for
 * none. False where the hall asks for what the kind cannot be: praise never takes points
 * away; attendance, discipline and complaints never give any.
 */
NODISCARD bool day_log_points(const struct day_log_rules *rules, enum day_log_kind kind,
                              enum day_log_side side, const int *asked, int *points);

/* Reads "-2", "1.5", "+0.25" and writes "-2.00". False for anything else, for more than
 * two decimals and beyond 100.00; `out` is then untouched. */
NODISCARD bool points_parse(const char *text, int *out);
enum { POINTS_TEXT = 16 };
void points_text(int64_t hundredths, char out[POINTS_TEXT]);
/* "97.5000" of ten-thousandths; "" for DAY_LOG_NONE. */
void score_text(int64_t ten_thousandths, char out[POINTS_TEXT]);

/* What is written then of this local day (day.h) comes late: its log is closed. */
bool day_log_late(const struct day_log_rules *rules, const struct zone *zone, int32_t day,
                  int64_t now_ms);

/* May this side correct what that side wrote? A window never what the hall wrote. */
bool day_log_may_correct(enum day_log_side side, enum day_log_side wrote);

/* The month of a window in hundredths, from the sum of its points. */
int day_log_month(int64_t sum);

/*
 * The mean of `count` numbers, DAY_LOG_NONE among them left out, times `scale`, rounded
 * half up; DAY_LOG_NONE where none is left. Numbers are never negative.
 */
int64_t day_log_mean(const int64_t *numbers, size_t count, int scale);

/* A department's twelve months in ten-thousandths, each DAY_LOG_NONE where none of its
 * windows was present, and what follows from them. */
struct day_log_year {
    int64_t months[DAY_LOG_MONTHS], quarters[DAY_LOG_QUARTERS], year;
};
void day_log_year_of(struct day_log_year *y); /* fills quarters and year from months */

#endif
