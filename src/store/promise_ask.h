/*
 * promise_ask.h — is the recorded end of a case true? The citizen is asked by SMS, and
 * what is answered is kept.
 *
 * Asked are cases with promised days and parallel ones that were decided, by a share of
 * the settings, and never about the part of another case. The question stands behind the
 * rating: it goes when the rating can no longer be changed, or no longer be given. What
 * is answered is no rating, changes no case, and counts in no rate; "not received" is
 * shown to staff until somebody has looked into it. Writer thread, unless it only looks.
 */
#ifndef STORE_PROMISE_ASK_H
#define STORE_PROMISE_ASK_H

#include "store/case_store.h"

/*
 * After a closing, the first or one more: puts the question into the outbox, unless one
 * is there that was not withdrawn. `lang` is the language of the text.
 */
NODISCARD bool promise_ask_plan(struct store *st, const struct rules *rules,
                                const struct service_case *c, const char *lang,
                                int64_t now_ms, struct error *err);

/* The case was rated: a question that waits goes from then on. */
NODISCARD bool promise_ask_from(struct store *st, int64_t case_id, int64_t from_ms,
                                int64_t now_ms, struct error *err);

/* The record as the question tells it. */
struct promise_question {
    bool decided; /* closed and done; else there is nothing to ask about */
    int promised; /* working days; 0 for none */
    int taken;
};
NODISCARD bool promise_ask_look(struct store *st, int64_t case_id,
                                struct promise_question *out, struct error *err);

/*
 * When the phone may be asked, now or on a later day, with all that it was asked and will
 * be; after `until_ms` for never. Rates of citizens come first: a question here never
 * takes a survey's day, for surveys do not count it.
 */
NODISCARD bool promise_ask_day(struct store *st, const struct invite_rules *rules,
                               int64_t phone_id, int64_t now_ms, int64_t until_ms,
                               int64_t *at_ms, struct error *err);

/* ---- answers ---- */

NODISCARD bool promise_answer_add(struct store *st, int64_t case_id,
                                  int64_t conversation_id, int64_t inbound_id,
                                  bool received, int64_t now_ms, struct error *err);

struct promise_answer {
    int64_t id, case_id, at_ms;
    bool received, newest; /* newest of its case: the one that counts */
    char case_no[80];
    const char *found; /* "" while nobody has looked into it */
    int64_t found_ms;
    const char *words; /* of who looked into it; NULL for none */
};
typedef void promise_answer_each(void *self, const struct promise_answer *answer);
/* Of a case, oldest first. */
NODISCARD bool promise_answers(struct store *st, int64_t case_id,
                               promise_answer_each *each, void *self, struct error *err);

/* How the newest question about a case stands; asked_ms is 0 where none was asked. */
struct promise_asked {
    int64_t asked_ms, until_ms; /* until_ms: what is said later is kept, and no answer */
    bool answered, closed;      /* closed: not theirs, or no texts are wanted */
};
NODISCARD bool promise_asked_look(struct store *st, int64_t case_id,
                                  struct promise_asked *out, struct error *err);

/* Of the cases whose citizens answered in a time, [from_ms, to_ms): a case counts once
 * among those that were ever denied, and once by each finding. */
struct promise_sums {
    int64_t answered, denied, untrue, delivered, unclear;
};
NODISCARD bool promise_sums(struct store *st, const char *department, int64_t from_ms,
                            int64_t to_ms, struct promise_sums *out, struct error *err);

/* Those that nobody has looked into and that say "not received", newest first, of the
 * windows of `department`, NULL for all. */
NODISCARD bool promise_denials(struct store *st, const char *department, int most,
                               promise_answer_each *each, void *self, struct error *err);

/*
 * Somebody has looked into it: the result was "delivered" after all, the record was
 * "untrue", or it stays "unclear". ERROR_CONFLICT where that was told before,
 * ERROR_ABSENT where the case has no such answer.
 */
NODISCARD bool promise_check_add(struct store *st, int64_t case_id, int64_t answer_id,
                                 const char *found, const char *words, const char *actor,
                                 int64_t now_ms, struct error *err);

#endif
