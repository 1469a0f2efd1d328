/*
 * field.h — the units of one group that are compared, and their scores drawn anew.
 *
 * What standing.h and weights_lab.h draw from: who is ranked, what of each is known and
 * what of each part stays as it is. Each call of field_draw throws in the order that
 * standing.h tells, for parts that weigh something; others score nothing. Owned by who
 * opened it, one thread at a time; the scheme, book and scores are borrowed.
 */
#ifndef DOMAIN_FIELD_H
#define DOMAIN_FIELD_H

#include "domain/assess.h"
#include "domain/dice.h"
#include "domain/spread.h"

/* What a counted part of a unit is drawn from. */
struct field_chance {
    double good, bad; /* ratings */
    int64_t moved;    /* by the adjustment, ten-thousandths of a point */
};

struct field {
    const struct scheme *scheme;
    const struct assess_book *book;
    const struct assess_score *scores;
    size_t *units, count; /* the ranked ones: places in the book, in its order */
    size_t drawn[SCHEME_PARTS_MOST], drawn_count; /* parts */
    struct spread spreads[SCHEME_PARTS_MOST];     /* of the drawn ones, by part */
    struct field_chance *chances;                 /* [i * part_count + part] */
};

/* The ranked units of the group; count is 0 where it has none. field_close in any case.
 */
void field_open(struct field *f, const struct scheme *s, const struct assess_book *b,
                const struct assess_score *scores, size_t peer);
void field_close(struct field *f);

/* Scores as they are, or drawn: [i * part_count + part], ten-thousandths of a point. */
void field_known(const struct field *f, int32_t *out);
void field_draw(const struct field *f, struct dice *d, int32_t *out);

#endif
