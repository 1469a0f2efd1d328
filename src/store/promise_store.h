/*
 * promise_store.h — how many days a case with promised days really took, kept with it and
 * summed up by month, for the assessment.
 *
 * Counted are closed cases of matters with promised days, but not those that were
 * withdrawn, in the month of their first closing. One that was opened again counts with
 * the days up to its newest closing: closing early and going on later keeps no promise.
 */
#ifndef STORE_PROMISE_STORE_H
#define STORE_PROMISE_STORE_H

#include "domain/promise.h"
#include "store/rate_sums.h"

enum { PROMISE_PAUSES_MOST = 32 };

/* What the clock of a case stood still; one that was never resumed stood to the end. */
NODISCARD bool promise_pauses(struct store *st, int64_t ticket_id, int64_t case_id,
                              int64_t closed_ms,
                              struct promise_pause out[PROMISE_PAUSES_MOST],
                              size_t *count, struct error *err);

struct promise_case {
    int64_t id, ticket_id;
    int64_t begun_ms,
        closed_ms; /* accepted, or opened where it never was; newest closing */
    int promised;
};

/* Counts a closing, the first or one more. Writer thread. */
NODISCARD bool promise_close(struct store *st, const struct promise_case *c,
                             struct error *err);

/* Fewer cases than this tell nothing of what is usual; more different days are left out.
 */
enum { PROMISE_USUAL_LEAST = 5, PROMISE_USUAL_ROWS = 400 };

/*
 * What is usual: of each matter, or of one, twice the median of the days that its cases
 * of the last year took (the months up to this one, and the same month a year ago).
 * Nothing is told of a matter with fewer than PROMISE_USUAL_LEAST. Any thread's store.
 */
typedef void promise_usual_each(void *self, const char *matter_code, int halves,
                                int64_t cases);
NODISCARD bool promise_usual(struct store *st, const char *matter_code, int64_t now_ms,
                             promise_usual_each *each, void *self, struct error *err);

/* Counts all that were closed before there were such sums; once in the life of a store.
 */
NODISCARD bool promise_fill_once(struct store *st, struct error *err);

/* A new hall has nothing to count. */
NODISCARD bool promise_fill_done(struct store *st, struct error *err);

#endif
