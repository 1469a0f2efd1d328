/*
 * public_view.h — what of a month's rates may be told to everybody, and what not.
 *
 * A month of closings is told whole, never by parts and never again in a greater sum, so
 * that two looks have nothing in common to subtract. In it, groups of fewer than `least`
 * raters are hidden, with others that keep them from being computed (domain/discreet.h):
 * windows in their department, departments in the hall, channels in the hall, and each of
 * the figures on bad ratings among the departments. Clerks are not told at all. Pure but
 * for reading; reader thread.
 */
#ifndef WEB_PUBLIC_VIEW_H
#define WEB_PUBLIC_VIEW_H

#include <jansson.h>

#include "web/rate_view.h"
#include "web/staff_words.h"

struct public_rules {
    int64_t least;
    int delay_days;  /* after nothing of the month can change by a rating any more */
    int settle_days; /* a case may be rated and corrected for so long */
};

/* The newest month that may be told, as yyyymm. */
int public_newest(const struct hall_frame *frame, const struct public_rules *rules,
                  int64_t now_ms);

/* The day on which a month (yyyymm) is told, as yyyymmdd. */
int public_day(int month, const struct public_rules *rules);

/* The months that can be told and in which cases were closed, newest first. */
NODISCARD bool public_months(struct store *st, int newest, int64_t now_ms, int months[24],
                             size_t *count, struct error *err);

/* Everything that is told of a month, for the template; given. */
NODISCARD bool public_month(struct store *st, const struct staff_words *words,
                            const struct public_rules *rules, int month, json_t **out,
                            struct error *err);

#endif
