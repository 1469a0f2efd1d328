/*
 * message_cases.h — the cases that a survey asks about, and the letter of each.
 *
 * Writer thread, inside a command, unless it only looks.
 */
#ifndef STORE_MESSAGE_CASES_H
#define STORE_MESSAGE_CASES_H

#include "domain/link.h"
#include "store/store.h"

/* Which cases a survey asks about, in order; `count` up to LINK_CASES. */
NODISCARD bool message_cases(struct store *st, int64_t id, struct link_case *out,
                             int *count, struct error *err);
NODISCARD bool message_case_add(struct store *st, int64_t id, int ordinal,
                                int64_t case_id, struct error *err);
NODISCARD bool message_case_drop(struct store *st, int64_t id, int64_t case_id,
                                 struct error *err);
NODISCARD bool message_case_letter(struct store *st, int64_t id, int64_t case_id,
                                   char letter, struct error *err);

#endif
