/*
 * assess.h — from counts to scores, in whole numbers that anyone can work out again.
 *
 * A book holds the units that are compared (departments, or windows, clerks …) with what
 * was counted of each. Scores are ten-thousandths of a point, 0 … 1000000, made so:
 *
 *   P   of a peer group and measure: all its k over all its n, in billionths, rounded
 * half up; the rule's own rate where it names one; where the group has no n and the rule
 *       names no rate there is no score
 *   m   prior_weight; or estimated: assess_prior_weight
 *   counted part       (k·10^9 + m·P) / ((n + m)·1000), rounded half up
 *   good, adjusted     (k·10^9 - E + n·B + m·P) / ((n + m)·1000), rounded half up, within
 *       0 and 1000000, where B is the group's own rate in billionths, and E the sum of
 *       n_s·P_s over the strata s (channel, delay, kind), P_s being the group's rate in
 *       that stratum in billionths. Channels are not pooled: a rating counts by how far
 * it lies from what the peers got in the same way. Nothing but the formula above is left
 * where there is but one stratum. marks              as they are hall score         sum
 * of weight·score over the hall's parts total              the same over all parts
 *
 * Both sums are exact, in hundred-millionths of a point (weight in 1/10000, score in
 * 1/10000): 10^10 is 100 points. They are shown with two decimals, rounded half up. A
 * unit that lacks a part (no marks, nobody to compare with) has no total, and no hall
 * score if the part is the hall's: what is not known is not filled in. A part that weighs
 * nothing is not missed.
 *
 * A counted part of which nobody in a group has anything, where the rule names no rate
 * (a year without a bad rating has no rectification), is left out for the whole group:
 * it would be the same for all, and nobody knows what. `out_of` says what the sums are
 * then out of.
 *
 * A rating that an appeal took out is in `excluded` and nowhere else. What staff entered
 * from paper is in `grades` and `rated`, to be shown, but in no stratum and no count:
 * nobody scores himself. Pure; any thread.
 */
#ifndef DOMAIN_ASSESS_H
#define DOMAIN_ASSESS_H

#include "domain/scheme.h"

enum {
    ASSESS_CHANNELS = 6, /* in the order of enum rating_channel */
    ASSESS_DELAYS = 3,   /* within 30 minutes, a day, later */
    ASSESS_KINDS = 2,    /* enum hall_kind */
    ASSESS_STRATA = ASSESS_CHANNELS * ASSESS_DELAYS * ASSESS_KINDS,
    ASSESS_FULL = 1000000, /* 100 points */
    ASSESS_NONE = -1,      /* no score, no marks */
};

static inline int assess_stratum(int channel, int delay, int kind)
{
    return (channel * ASSESS_DELAYS + delay) * ASSESS_KINDS + kind;
}

struct assess_count {
    int64_t k, n;
};

struct assess_unit {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
    char department[HALL_CODE_SIZE]; /* whose peers are its peers; its own for one */
    int64_t closed, ratable, rated;  /* participation is rated of ratable */
    int64_t grades[6]; /* all channels, to be shown; [0] without an overall one */
    int64_t excluded;
    struct assess_count strata[ASSESS_STRATA]; /* good of those with an overall grade */
    struct assess_count counts[MEASURES]; /* of the counted measures; GOOD is the strata's
                                           * sum: assess_book_sum */
    int32_t marks[SCHEME_PARTS_MOST];     /* by the scheme's part; ASSESS_NONE for none */
};

/* Owns its list, in the order of the codes. */
struct assess_book {
    struct assess_unit *units;
    size_t count;
};

/* The unit of this code, made where it is not there yet: no counts, no marks. */
struct assess_unit *assess_book_unit(struct assess_book *b, const char *code);
const struct assess_unit *assess_book_find(const struct assess_book *b, const char *code);
void assess_book_sum(struct assess_book *b); /* counts[MEASURE_GOOD] from the strata */
void assess_book_free(struct assess_book *b);

struct part_score {
    int32_t score; /* ASSESS_NONE where it lacks */
    struct assess_count count;
    int64_t prior_rate; /* P, billionths; of counted parts */
    int prior_weight;   /* m */
};

struct assess_score {
    struct part_score parts[SCHEME_PARTS_MOST];
    int64_t hall,
        total; /* hundred-millionths of a point; ASSESS_NONE where a part lacks */
    int hall_out_of, out_of; /* the weights in them, hundredths of a per cent */
    bool ranked; /* has a total, and at least rules.comparable overall grades */
};

/* Scores of all units of the book, in its order. The array is the caller's to free. */
struct assess_score *assess_scores(const struct scheme *s, const struct assess_book *b);

/*
 * Do marks of this part still have to come before the department has a total? They do for
 * each that closed a case; of one that closed none only where it has other marks of the
 * year, and never the daily log's, which has nothing to mark there.
 */
bool assess_mark_owed(const struct scheme *s, const struct assess_unit *u, size_t part);
uint32_t assess_marks_owed(const struct scheme *s,
                           const struct assess_unit *u); /* bits */

/* What the adjusted good rate of a unit is made of: its peers' rates in billionths. */
struct assess_adjustment {
    bool used;
    int64_t rate;                  /* B, of all strata together */
    int64_t strata[ASSESS_STRATA]; /* P_s; -1 where no peer was rated so */
    int64_t expected;              /* E, in billionths of a rating */
};
void assess_adjust(const struct scheme *s, const struct assess_book *b, size_t unit,
                   struct assess_adjustment *out);

/* Is the part left out for the group of whoever has this score of it? */
bool assess_left_out(const struct scheme_part *part, const struct part_score *score);

/*
 * How many ratings the knowledge of the peers is worth: by the moments of a beta-binomial
 * over the group's units with any n, in whole numbers of 128 bits where it decides, 1 …
 * 10000; 10000 where the units lie no further apart than chance puts them.
 */
int assess_prior_weight(const struct assess_count *counts, size_t count);

/* "93.27" of hundred-millionths of a point; "—" of ASSESS_NONE. */
void assess_points_text(int64_t points, char out[16]);
/* "95.2381" of ten-thousandths; "—" of ASSESS_NONE. */
void assess_score_text(int32_t score, char out[16]);

#endif
