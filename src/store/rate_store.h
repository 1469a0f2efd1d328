/*
 * rate_store.h — the rates of a period: who took part, what grades were given, how many
 * were reached, and how bad ratings were put right; read from the sums (rate_sums.h).
 *
 * A period is a range of the hall's own days on which cases were closed; all that became
 * of those cases counts in it. Definitions (the names are the house's):
 *
 *   participation   of the closed cases that could be rated, those with a rating, also
 * one that an appeal took out; unrated are the others good, strict,   of the ratings with
 * an overall grade that no appeal took out, those of bad             3 or more, 4 or
 * more, 2 or less; four grades without an overall one count in participation and in the
 * four dimensions only reach           of the closed cases that could be rated, those
 * whose invitation the gateway reported delivered linkage         of the replies with
 * grades that were read in the period, those that were linked to a case; of the whole
 * hall only, for what is not linked belongs nowhere reply           of the bad ratings of
 * people who can be rung, those who were spoken with in time; fix             of the
 * named bad ratings, those put right and told in time satisfaction    of the named bad
 * ratings whose order is over or judged, those whose citizen is satisfied or basically
 * satisfied with the fix; `answered` is the same of those who said anything
 *
 * A bad rating is one that opened a work order, also where its citizen corrected it to a
 * good grade afterwards; named are those with a number. What still has time is in none of
 * the three, and told apart. Defaults that others fill in never come here: there are
 * none.
 */
#ifndef STORE_RATE_STORE_H
#define STORE_RATE_STORE_H

#include "domain/rate.h"
#include "store/rate_sums.h"
#include "store/rating_store.h"

enum rate_by {
    RATE_BY_HALL,
    RATE_BY_COUNTY,
    RATE_BY_DEPARTMENT,
    RATE_BY_WINDOW,
    RATE_BY_MATTER,
    RATE_BY_CLERK,
    RATE_BY_DAY,
    RATE_BY_MONTH,
    RATE_BY_QUARTER,
    RATE_BY_YEAR,
    RATE_BYS
};

/* "hall" …; RATE_BYS for a word that is none. */
const char *rate_by_name(enum rate_by by);
enum rate_by rate_by_read(const char *name);

enum { RATE_CHANNELS = CHANNEL_PHONE_AUDIT + 1, RATE_DAYS_MOST = 92 };

struct rate_query {
    enum rate_by by;
    int from, to; /* yyyymmdd, both included; by day RATE_DAYS_MOST at the most */
    const char *department, *window, *matter, *clerk, *channel; /* NULL for any */
    const char *own_department, *own_window; /* what the caller is confined to, or NULL */
    int64_t now_ms;                          /* what is overdue by then is late */
};

struct rate_orders {
    int64_t bad, unnamed,
        declined; /* all, those without a number, those who want no call */
    int64_t kept, missed, unreached, running; /* of those who can be rung: the contact */
    int64_t fixed, fix_missed, fix_running;   /* of the named: the fix */
    int64_t verdicts[OUTCOME_VERDICTS];       /* of the named */
};

struct rate_group {
    char code[CODE_SIZE]; /* "" for hall and county; "20261123", "202611", "20264" */
    char name[NAME_SIZE]; /* as the hall calls it now; "" for periods */
    char department[CODE_SIZE]; /* of a window; else "" */
    int64_t closed, ratable, reached;
    struct grade_counts ratings[RATE_CHANNELS][RATE_DELAYS];
    struct grade_counts excluded[RATE_CHANNELS]; /* taken out by appeals */
    struct grade_counts dims[4];                 /* all channels */
    struct rate_orders orders;
};

/* Owns its list; in the order of the codes. */
struct rates {
    struct rate_group *list;
    size_t count;
    int64_t replies, linked; /* of the hall; 0 where the query confines itself */
};
void rates_free(struct rates *r);

/* Reads them; any thread's store. ERROR_BROKEN where sums do not fit each other. */
NODISCARD bool rates_read(struct store *st, const struct rate_query *q, struct rates *out,
                          struct error *err);

/* Sums over channels and delays. */
struct grade_counts rate_grades(const struct rate_group *g, int channel); /* all delays */
struct grade_counts rate_grades_pooled(const struct rate_group *g);
int rate_channels_used(
    const struct rate_group *g); /* of how many channels are there any */
int64_t rate_excluded_of(const struct rate_group *g, int channel); /* -1: all */

/* The rates themselves. */
struct rate rate_participation(const struct rate_group *g);
struct rate rate_unrated(const struct rate_group *g);
struct rate rate_reach(const struct rate_group *g);
struct rate rate_linkage(const struct rates *r);
struct rate rate_reply(const struct rate_group *g);
struct rate rate_fix(const struct rate_group *g);
struct rate rate_satisfaction(const struct rate_group *g);
struct rate rate_answered(const struct rate_group *g);

/* Adds all of `more` but its names. */
void rate_group_add(struct rate_group *to, const struct rate_group *more);

#endif
