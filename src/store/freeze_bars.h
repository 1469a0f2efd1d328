/*
 * freeze_bars.h — what stands in the way of freezing a year for good.
 *
 * A year's last word is said when nothing can change it any more: a scheme was adopted;
 * the longest time in which a case of the year may be rated, the citizen's time to
 * correct himself and a day more are over; every appeal is decided; the time to put a bad
 * rating right is over for each; and all marks that the totals are made of are there. A
 * clock that stands for a listed reason may stand for ever and is not waited for: such an
 * order counts on neither side, and is told. So are cases that are open again, which
 * count as at their last closing. A draft asks for none of it.
 *
 * An appeal can be filed until the year is frozen, and not after it. A reader's store;
 * takes as long as summing up a year (some tens of milliseconds).
 */
#ifndef STORE_FREEZE_BARS_H
#define STORE_FREEZE_BARS_H

#include "store/assess_store.h"
#include "store/rules.h"
#include "store/scheme_store.h"

struct freeze_bars {
    int year, adopted;          /* version; 0: none was adopted */
    int64_t now_ms, settled_ms; /* from when no rating can come or change */
    int64_t appeals;            /* that wait for a decision */
    struct assess_open orders;
    int64_t again;        /* cases of the year that are open again */
    struct scheme scheme; /* owned; so is the book */
    struct assess_book book;
    uint32_t *owes; /* owned; assess_marks_owed of the book's units */
    size_t owed;    /* marks, of all of them */
};

NODISCARD bool freeze_bars_read(struct store *st, const struct rules *rules, int year,
                                int64_t now_ms, struct freeze_bars *out,
                                struct error *err);
void freeze_bars_free(struct freeze_bars *b);

/* Is it settled, and does nothing stand in the way? */
bool freeze_bars_settled(const struct freeze_bars *b);
bool freeze_bars_none(const struct freeze_bars *b);

/* True where none stands in the way; else ERROR_CONFLICT with the first of them. */
NODISCARD bool freeze_bars_pass(const struct freeze_bars *b, struct error *err);

#endif
