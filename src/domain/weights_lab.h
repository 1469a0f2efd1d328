/*
 * weights_lab.h — what weights really do: effective weight, how far the hall's weight may
 * move before the first or the last change, and how much of an order is chance.
 *
 * A nominal weight says little: a part in which everybody is alike decides nothing. The
 * effective weight of a part is the share of what sets totals apart that comes from it,
 * w·cov(S, T) / var(T) over the ranked units of a group; those of all parts sum to one,
 * and one that is under 0 works against the rest. All is said of one group of a scheme,
 * of its ranked units (assess.h). Pure; any thread.
 */
#ifndef DOMAIN_WEIGHTS_LAB_H
#define DOMAIN_WEIGHTS_LAB_H

#include "domain/assess.h"

/* == The sheet's formulas, of a part and a rest that go their own ways ============= */

/*
 * The effective share of a part of weight `w` (0 … 1) whose scores lie `spread` apart,
 * against a rest that lies `rest` apart: (w·s)² / ((w·s)² + ((1-w)·r)²). 0 where nothing
 * lies apart.
 */
double lab_share(double w, double spread, double rest);

/*
 * How many times as far apart as the rest a part of weight `w` must lie, so that its
 * effective share is `share` (0 < both < 1), where part and rest go together as
 * `correlation` says (0: not at all). 1.362770 of .35, .35 and 0.
 */
double lab_ratio(double w, double share, double correlation);

/* == Effective weights ============================================================= */

struct lab_effect {
    int weight;    /* nominal, hundredths of a per cent */
    int share;     /* effective, hundredths of a per cent, rounded; may be under 0 */
    double spread; /* standard deviation of the scores, points of 100 */
};

struct lab_effects {
    size_t units;                               /* ranked; nothing is known under 2 */
    bool apart;                                 /* whether totals differ at all */
    struct lab_effect parts[SCHEME_PARTS_MOST]; /* by the scheme's part */
    struct lab_effect hall, rest;               /* all parts of each together */
    double correlation;                         /* of hall and rest */
    double needed; /* the spread that the hall's part would need, so that its effective
                    * share were its weight; 0 where that is not to be had */
};

void lab_effects(const struct scheme *s, const struct assess_book *b,
                 const struct assess_score *scores, size_t peer, struct lab_effects *out);

/* == The range of the hall's weight ================================================ */

/* Where the first or the last stay who they are, in steps of 0.01 from 0 to 100.00. */
struct lab_range {
    int low, high; /* hundredths of a per cent; both included */
    /* Who would leave and who come in one step below `low`, one step above `high`: places
     * in the book; the book's count where the range reaches the end. */
    size_t leaves_below, enters_below, leaves_above, enters_above;
};

/*
 * The hall's parts weigh together `weight`, the others the rest, all in proportion and
 * not rounded. `k` is less than the ranked units; of equal totals the earlier code is
 * ahead. False where hall or rest weighs nothing, or k is 0 or too great.
 */
NODISCARD bool lab_ranges(const struct scheme *s, const struct assess_book *b,
                          const struct assess_score *scores, size_t peer, size_t k,
                          struct lab_range *first, struct lab_range *last);

/* == Chance ======================================================================== */

enum lab_cause { LAB_WEIGHTS, LAB_RATINGS, LAB_BOTH, LAB_CAUSES };

/* Of how many draws a unit was among the first k and the last k. */
struct lab_chance {
    size_t unit; /* place in the book */
    int first[LAB_CAUSES], last[LAB_CAUSES];
};

/*
 * Draws weights, ratings (standing.h) and both. Weights: each set of hundredths of a per
 * cent that sums to 100.00 and in which no part lies further than `range` from the
 * scheme's is as likely; a part that weighs nothing stays so. They are walked through by
 * moving a lot of weight from part to part, as many times as there are parts between two
 * draws. In the order of the book; given, to be freed; *count of them, 0 where k is 0 or
 * as many as are ranked. The same seed gives the same.
 */
struct lab_chance *lab_chances(const struct scheme *s, const struct assess_book *b,
                               const struct assess_score *scores, size_t peer, size_t k,
                               int range, int draws, uint64_t seed, size_t *count);

#endif
