/*
 * integrity_store.h — answers to "were you asked for anything beyond the guide?", sealed
 * to the discipline inspection before they are stored.
 *
 * The hall sees how many there are of a month that is over, and nothing where there are
 * fewer than INTEGRITY_LEAST. What was answered, and of which case, is nowhere outside of
 * the box. Nothing is opened by itself: whoever opened an answer elsewhere may have an
 * order of kind hint opened for its case.
 */
#ifndef STORE_INTEGRITY_STORE_H
#define STORE_INTEGRITY_STORE_H

#include "base/crypt.h"
#include "domain/work_order.h"
#include "store/store.h"

enum {
    INTEGRITY_LEAST = 5,    /* below it no number is told */
    INTEGRITY_TAKEN = 3,    /* answers of one case */
    INTEGRITY_BLOCK = 4096, /* what is sealed is as long as so many, or a multiple */
};
extern const char integrity_table[]; /* to which boxes are bound */

struct integrity_answer {
    int64_t case_id;
    bool yes;
    const char *words; /* "" for none */
};

/* Seals and keeps it; *taken is false where the case has had its answers. Writer. */
NODISCARD bool integrity_add(struct store *st,
                             const unsigned char public_key[CRYPT_BOX_KEY],
                             const struct integrity_answer *in, int64_t now_ms,
                             bool *taken, struct error *err);

/* Months that are over, newest first, and how many answers; -1 for fewer than
 * INTEGRITY_LEAST. */
typedef void integrity_month(void *self, int month, int64_t count);
NODISCARD bool integrity_months(struct store *st, int64_t now_ms, integrity_month *each,
                                void *self, struct error *err);

/* All of them after `id`, at most `most`; *last is where to go on, 0 at the end. For the
 * inspection alone. */
typedef void integrity_each(void *self, int64_t id, int month, const void *box,
                            size_t length);
NODISCARD bool integrity_boxes(struct store *st, int64_t after, int most,
                               integrity_each *each, void *self, int64_t *last,
                               struct error *err);

/* Opens an order of kind hint for a case that the inspection names by its number. A case
 * whose hint is being followed has one already: ERROR_CONFLICT. ERROR_INPUT for no such
 * number. Writer. */
NODISCARD bool integrity_hint(struct store *st, const struct order_rules *rules,
                              const char *case_no, const char *actor, int64_t now_ms,
                              int64_t *order_id, struct error *err);

#endif
