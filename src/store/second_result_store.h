/*
 * second_result_store.h — did a second assessment help? The test, and what it was made
 * of.
 */
#ifndef STORE_SECOND_RESULT_STORE_H
#define STORE_SECOND_RESULT_STORE_H

#include "domain/trial.h"
#include "store/second_assessment_store.h"

/*
 * Counts the ratings of both periods at the window and at the others, judges (trial.h)
 * and keeps all of it. Windows that were themselves under a second assessment at any time
 * between are nobody's measure. Writer thread, in the transaction of the signature.
 */
NODISCARD bool second_result_keep(struct store *st, const struct trial_rules *rules,
                                  const struct second_record *r, int64_t now_ms,
                                  struct error *err);

/* The result as it was signed. */
struct second_verdict {
    enum trial_verdict verdict;
    bool few;
    int level, tolerance;
    int64_t fewer_ppb, more_ppb, expected_milli;
    int effect, low, high; /* hundredths of a per cent of the good rate */
    int before_from, before_to, after_from, after_to; /* yyyymmdd */
    int64_t at_ms;
    struct trial trial;
};
NODISCARD bool second_verdict_get(struct store *st, int64_t id,
                                  struct second_verdict *out, bool *found,
                                  struct error *err);

#endif
