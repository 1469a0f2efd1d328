/*
 * invitation_store.h — is the citizen asked about this case, and when?
 *
 * Called once per case, by its first closing. The decision with its reason and the
 * message that follows from it are written in the transaction of the closing. Writer
 * thread.
 */
#ifndef STORE_INVITATION_STORE_H
#define STORE_INVITATION_STORE_H

#include "store/case_store.h"

/* Decides for a case that was just closed. `lang` is the language of the text. */
NODISCARD bool invitation_decide(struct store *st, const struct rules *rules,
                                 const struct service_case *c, const char *lang,
                                 int64_t now_ms, struct invitation *out,
                                 struct error *err);

/* The decision of a case; *found is false before its first closing. */
NODISCARD bool invitation_of_case(struct store *st, int64_t case_id,
                                  struct invitation *out, bool *found, struct error *err);

/* Takes a reopened case out of an SMS that has not been claimed. */
NODISCARD bool invitation_withdraw(struct store *st, int64_t case_id, int64_t now_ms,
                                   struct error *err);

/* Until when a case that closed then may be rated. */
int64_t invitation_rate_until(const struct store *st, const struct invite_rules *rules,
                              int64_t closed_ms, int64_t asked_ms);

#endif
