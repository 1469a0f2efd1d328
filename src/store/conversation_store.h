/*
 * conversation_store.h — the surveys that went out, where each stands, and what its cases
 * are.
 *
 * Writer thread, inside a command, unless it only looks.
 */
#ifndef STORE_CONVERSATION_STORE_H
#define STORE_CONVERSATION_STORE_H

#include "domain/conversation.h"
#include "domain/link.h"
#include "store/store.h"

enum { CONVERSATIONS_MOST = 120 }; /* of one phone that are looked at */

/* An unanswered question hangs on its number so long: an answer may still be meant for
 * it. */
#define CONVERSATION_HANGS_MS (30 * INT64_C(86400000))

struct conversation_row {
    int64_t id, phone_id, message_id;
    char gateway[40], sender[SENDER_SIZE];
    int slot;
    bool four;
    struct conversation now; /* state, clarified, until */
    int64_t opened_ms, changed_ms;
    struct link_case cases[LINK_CASES];
    int count;
};

/* Opens a conversation; `row->id` is set. Its cases are those of the message. */
NODISCARD bool conversation_open(struct store *st, struct conversation_row *row,
                                 int64_t now_ms, struct error *err);

/*
 * The surveys as link_choose looks at them. An unanswered one is open until its time is
 * over, and so is one of several cases; an answered one for `correction_ms` after what
 * was said last, and one of a recorded end no longer than its time; a closed one never.
 */
void conversations_as_surveys(const struct conversation_row *rows, int count,
                              int64_t correction_ms, int64_t now_ms,
                              struct link_survey *out);

/* ERROR_ABSENT where there is none. */
NODISCARD bool conversation_get(struct store *st, int64_t id,
                                struct conversation_row *out, struct error *err);

/* Room for CONVERSATIONS_MOST of them, given. It is not cleared: most phones have few. */
struct conversation_row *conversations_room(void);

/* The newest ones of a phone with their cases, at most CONVERSATIONS_MOST, newest first.
 */
NODISCARD bool conversations_of_phone(struct store *st, int64_t phone_id,
                                      struct conversation_row *out, int *count,
                                      struct error *err);

/* The language of the message that asked. */
NODISCARD bool conversation_lang(struct store *st, const struct conversation_row *row,
                                 char out[16], struct error *err);

NODISCARD bool conversation_set(struct store *st, int64_t id,
                                enum conversation_state state, bool clarified,
                                int64_t now_ms, struct error *err);
NODISCARD bool conversation_until_set(struct store *st, int64_t id, int64_t until_ms,
                                      struct error *err);

/* How a survey of several cases stands with one of them; *found is false where nothing
 * was said of it. */
NODISCARD bool conversation_case_state(struct store *st, int64_t id, int64_t case_id,
                                       enum conversation_state *state, bool *found,
                                       struct error *err);
NODISCARD bool conversation_case_set(struct store *st, int64_t id, int64_t case_id,
                                     enum conversation_state state, int64_t now_ms,
                                     struct error *err);

/* Whether this conversation was ever sent an answer of this kind, or will be. */
NODISCARD bool conversation_was_told(struct store *st, const struct conversation_row *row,
                                     const char *kind, bool *told, struct error *err);

/* Messages to this phone about this case that have not left, surveys among them. */
NODISCARD bool conversation_unsent(struct store *st, int64_t phone_id, int64_t case_id,
                                   int most, int64_t *ids, int *count, struct error *err);

/* The case that was spoken of last in a conversation; 0 where none was. */
NODISCARD bool conversation_focus(struct store *st, int64_t id, int64_t *case_id,
                                  struct error *err);

/* A case as the wording of a text needs it. */
struct survey_case {
    int64_t id, closed_ms, until_ms;
    bool closed, rated, sensitive, four;
    char matter[64], window[40];
};
NODISCARD bool survey_case_get(struct store *st, int64_t case_id, struct survey_case *out,
                               struct error *err);

/* Moves the end of the time in which a case may be rated. */
NODISCARD bool survey_case_until_set(struct store *st, int64_t case_id, int64_t until_ms,
                                     struct error *err);

/* The closed cases of a ticket, first ones first; `count` up to `most`. */
NODISCARD bool survey_cases_of_ticket(struct store *st, int64_t ticket_id, int most,
                                      int64_t *case_ids, int *count, struct error *err);

#endif
