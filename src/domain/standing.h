/*
 * standing.h — who is ahead of whom, and how sure that is: bands by simulation.
 *
 * In each draw every counted part of every ranked unit is drawn anew from what is known
 * of it: its rate from Beta(k + m·P, n - k + m·(1 - P)) (dice.h; a half each where m is
 * 0), moved as the adjustment moved the score; marks stay as they are. m and P are the
 * rule's own where it names them; where they come from the peers they are not known to
 * the last digit either, and are drawn once a draw for each measure of a group
 * (spread.h). From the draws come the 95 % interval of a total and that of its place
 * among its peers, both widened where it lies outside itself; and for each two the share
 * of draws in which one is ahead (a tie is half). Units of a group in the order of their
 * totals, ties in the order of their codes, are cut into bands only between two places
 * where everybody above is ahead of everybody below in at least rules.apart of the draws.
 * Within a band nobody is told apart: it is shown in the order of the names.
 *
 * The dimensions and the overall grade of one citizen are drawn as if apart; where they
 * go together the intervals are a little too narrow, and the page says so.
 *
 * The seed is kept with the result. Group after group; in each, draw after draw: m and P
 * in the order of the scheme's parts, then unit after unit in the order of the book and
 * part after part. The same seed gives the same bytes everywhere. Pure; any thread, takes
 * about draws × units × parts × 0.2 µs and, for the pairs, draws × units² × 1 ns: meant
 * for departments and windows, some hundreds of a group at most.
 */
#ifndef DOMAIN_STANDING_H
#define DOMAIN_STANDING_H

#include "domain/assess.h"

struct standing {
    size_t unit;               /* its place in the book */
    size_t peer;               /* its group: scheme_peer_of */
    int band;                  /* from 1 in its group; 0 where it is not ranked */
    int place;                 /* by total, from 1; 0 where it is not ranked */
    int place_low, place_high; /* of 95 %, the best and the worst */
    int64_t low, high;         /* of 95 %: total, in hundred-millionths of a point;
                                * ASSESS_NONE where it is not ranked */
};

struct standings { /* owns its lists */
    struct standing
        *list; /* group after group; in each by place, those not ranked last */
    size_t count;
    uint64_t seed;
    int draws;
    uint32_t *ahead; /* [i * count + j]: in how many half draws i is ahead of j, both
                      * ranked and of one group; 2 · draws is always */
};

/* NULL progress is fine; it is told how many draws of how many are done. */
struct standing_progress {
    void (*tell)(void *self, int64_t done, int64_t of);
    void *self;
};

void standings_draw(const struct scheme *s, const struct assess_book *b,
                    const struct assess_score *scores, uint64_t seed,
                    const struct standing_progress *progress, struct standings *out);
void standings_free(struct standings *s);

#endif
