/*
 * appeal_store.h — what the rated side says against a rating, and what somebody of
 * another house decides.
 *
 * A rating that is excluded stays, is shown, and is counted apart (excluded_days); no
 * statement anywhere changes it. Writer thread, inside a command, unless it only looks.
 */
#ifndef STORE_APPEAL_STORE_H
#define STORE_APPEAL_STORE_H

#include "store/hall_store.h"
#include "store/store.h"

enum { APPEAL_WORDS = 500 }; /* characters */

/* "mistake" "malice" "not_this_case"; NULL after the last. */
const char *appeal_ground(int i);

struct appeal {
    int64_t id, rating_id, case_id, at_ms;
    char department[CODE_SIZE], ground[16], actor[48];
    char outcome[12]; /* "upheld", "excluded", "" for not decided; of the rating */
    char decider[48];
    int64_t decided_ms;
    char *words, *decision_words; /* given: appeal_free; NULL for none, or erased */
};
void appeal_free(struct appeal *appeal);

/*
 * The rated side appeals, once for a rating. ERROR_CONFLICT where it has, where a
 * correction has replaced the rating, or where the rating can still be changed;
 * ERROR_INPUT of "ground" or "words".
 */
NODISCARD bool appeal_file(struct store *st, int64_t rating_id, const char *ground,
                           const char *words, const char *actor, int64_t correction_ms,
                           int64_t now_ms, struct error *err);

/*
 * Decides it, with a reason. `place` is the decider's department, "" for none:
 * ERROR_DENIED where it is the rated one or he filed it himself, ERROR_CONFLICT where it
 * is decided, ERROR_INPUT of "outcome" or "words".
 */
NODISCARD bool appeal_decide(struct store *st, int64_t rating_id, const char *outcome,
                             const char *words, const char *actor, const char *place,
                             int64_t now_ms, struct error *err);

/* The appeal against a rating; *found is false for none. */
NODISCARD bool appeal_of(struct store *st, int64_t rating_id, struct appeal *out,
                         bool *found, struct error *err);

#endif
