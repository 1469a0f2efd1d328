/*
 * standing_look.h — how the units of a year stand by now: the scheme in force, the counts
 * and marks so far, scores, intervals and bands, as pages show them.
 *
 * A look is made anew each time, of one snapshot; what is final is the frozen bundle. The
 * totals are those of the bundle, by the whole scheme and the same function: a department
 * that lacks marks has none. Beside them a year can be watched while it runs: a part for
 * which no unit has a score yet (marks that nobody gave, a sheet that has not come) is
 * left out and named, and what is compared are the points so far, out of the weight of
 * the parts that are left; where no part is left out they are the totals. Below
 * departments, and above them, only what is counted of the hall's own parts is compared,
 * for marks are given to departments. Looks are bounded: fewer draws where there are many
 * units. A year that is frozen for good is drawn with the seed of its bundle, and as
 * often where that is not too much.
 *
 * A reader's store; up to about a second.
 */
#ifndef STORE_STANDING_LOOK_H
#define STORE_STANDING_LOOK_H

#include "domain/standing.h"
#include "store/assess_store.h"
#include "store/scheme_store.h"

struct standing_ask {
    int year;
    enum assess_level by;
    int from_month, to_month; /* yyyymm, both included, of the year */
    int channel;              /* only ratings by this one; -1: each by its own */
    int64_t now_ms;
};

/* What the bundle would say of a unit now. */
struct standing_whole {
    int64_t total; /* ASSESS_NONE where a part lacks */
    int out_of;    /* hundredths of a per cent */
    uint32_t owed; /* parts of the whole scheme: assess_marks_owed */
};

struct standing_look {
    struct scheme_part parts[SCHEME_PARTS_MOST]; /* of the whole scheme */
    size_t part_count;
    struct standing_whole *wholes;                 /* of the book's units */
    struct scheme scheme;                          /* with the parts that are left */
    struct scheme_part missing[SCHEME_PARTS_MOST]; /* those that are not */
    size_t missing_count;
    struct scheme_state state;
    struct assess_book book;
    struct assess_score *scores;
    struct standings standings;
};

NODISCARD bool standing_look(struct store *st, const struct standing_ask *ask,
                             struct standing_look *out, struct error *err);
void standing_look_free(struct standing_look *look);

/* Is it what the year is judged by: the whole year, every channel, no part missing? */
bool standing_look_whole(const struct standing_look *look,
                         const struct standing_ask *ask);

/* Is there no total yet, and are points so far compared instead? */
bool standing_look_so_far(const struct standing_look *look,
                          const struct standing_ask *ask);

/* The unit's place in the list of standings; its count where there is none. */
size_t standing_look_find(const struct standing_look *look, const char *code);

#endif
