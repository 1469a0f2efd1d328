/*
 * message_store.h — messages to citizens (MT): the queue on disk and what became of each.
 *
 * The row in `messages` holds where a message stands; every state it ever had is appended
 * to message_states. One function changes states (message.h says which may follow which).
 * Writer thread, inside a command, unless it only looks.
 */
#ifndef STORE_MESSAGE_STORE_H
#define STORE_MESSAGE_STORE_H

#include "domain/link.h"
#include "domain/message.h"
#include "store/store.h"

enum { MESSAGE_KIND = 24, MESSAGE_REF = 80 };

struct message {
    int64_t id, phone_id;
    int64_t conversation_id, case_id; /* 0 for none */
    char kind[MESSAGE_KIND];          /* key of the template */
    char lang[16];
    char sender[SENDER_SIZE]; /* "" before a survey is claimed */
    char detail[1024];        /* JSON, "" for none */
    enum message_state state;
    int attempt;
    int64_t due_ms, expires_ms, accepted_ms, created_ms; /* accepted_ms 0 for not yet */
};

/* A message to be sent; texts are borrowed, NULL for none. */
struct message_new {
    const char *kind, *lang, *sender, *detail;
    int64_t phone_id, conversation_id, case_id;
    int64_t due_ms, expires_ms;
};

/* Queues a message and tells the courier after the commit. */
NODISCARD bool message_add(struct store *st, const struct message_new *in, int64_t now_ms,
                           int64_t *id, struct error *err);

/* ERROR_ABSENT where there is none. */
NODISCARD bool message_get(struct store *st, int64_t id, struct message *out,
                           struct error *err);

/* Ids of what may leave now, the longest due first. */
NODISCARD bool messages_due(struct store *st, int64_t now_ms, int most, int64_t *ids,
                            int *count, struct error *err);

/* When the next one falls due; INT64_MAX for none. */
NODISCARD bool messages_next_ms(struct store *st, int64_t *next_ms, struct error *err);

/* What a claim writes beside the state. */
struct message_claim {
    const char *kind, *gateway, *sender, *body;
    int64_t conversation_id; /* 0 keeps what is there */
    int64_t lease_ms;
};

/* NEW or RETRY becomes CLAIMED; `m` follows. */
NODISCARD bool message_claim(struct store *st, struct message *m,
                             const struct message_claim *claim, int64_t now_ms,
                             struct error *err);

/* CLAIMED becomes SUBMITTING, the attempt is counted. Commit before the first byte
 * leaves. */
NODISCARD bool message_submit(struct store *st, struct message *m, int64_t lease_ms,
                              int64_t now_ms, struct error *err);

/* The text as rendered when it was claimed. */
NODISCARD bool message_body(struct store *st, int64_t id, struct buf *out,
                            struct error *err);

/*
 * Enters a state with its reason. True and `*entered` false where the state may not
 * follow the one it has: a late or doubled report changes nothing.
 */
NODISCARD bool message_enter(struct store *st, struct message *m, enum message_state to,
                             const char *reason, int64_t now_ms, bool *entered,
                             struct error *err);

/* Puts a message off: due again at `due_ms`, its state and attempts as they are. */
NODISCARD bool message_put_off(struct store *st, int64_t id, int64_t due_ms,
                               struct error *err);

/*
 * The gateway has taken it. `*first` tells that nobody knew before (a report may have
 * come first).
 */
NODISCARD bool message_accepted(struct store *st, struct message *m, const char *ref,
                                int64_t now_ms, bool *first, struct error *err);

/* Withdraws what has not been handed over; nothing happens where it has been. */
NODISCARD bool message_withdraw(struct store *st, int64_t id, const char *reason,
                                int64_t now_ms, struct error *err);

/*
 * Puts right what a crash or an ended lease left: CLAIMED is NEW again, SUBMITTING is
 * UNKNOWN. At the start everything found so is put right, whatever its lease says.
 */
NODISCARD bool messages_recover(struct store *st, int64_t now_ms, bool at_start,
                                int *count, struct error *err);

/* Accepted before `before_ms` and never reported becomes NO_REPORT, up to `most` of them.
 */
NODISCARD bool messages_give_up_reports(struct store *st, int64_t before_ms, int most,
                                        int64_t now_ms, struct error *err);

/* Accepted by this gateway and not yet reported; oldest first. */
typedef void message_waits(void *self, int64_t id, int attempt, const char *ref);
NODISCARD bool messages_waiting_report(struct store *st, const char *gateway, int most,
                                       message_waits *each, void *self,
                                       struct error *err);

/* Which cases a survey asks about, in order; `count` up to LINK_CASES. */
NODISCARD bool message_cases(struct store *st, int64_t id, struct link_case *out,
                             int *count, struct error *err);
NODISCARD bool message_case_add(struct store *st, int64_t id, int ordinal,
                                int64_t case_id, struct error *err);
NODISCARD bool message_case_drop(struct store *st, int64_t id, int64_t case_id,
                                 struct error *err);
NODISCARD bool message_case_letter(struct store *st, int64_t id, int64_t case_id,
                                   char letter, struct error *err);

/* How many messages of a kind a phone got since then; NULL counts every answer we gave.
 */
NODISCARD bool messages_since(struct store *st, int64_t phone_id, const char *kind,
                              int64_t since_ms, int *count, struct error *err);

/* One message as people look at it; texts are borrowed for the call. */
struct message_view {
    int64_t id, phone_id, conversation_id, case_id;
    const char *kind, *sender, *text, *state, *reason, *gateway, *lang;
    int attempt;
    int64_t at_ms; /* handed over, or last changed */
};
typedef void message_each(void *self, const struct message_view *m);

/* What has been handed over at least once, newest first; phone_id 0 means every phone. */
NODISCARD bool messages_sent(struct store *st, int64_t phone_id, int most,
                             message_each *each, void *self, struct error *err);

/* All that concerns a case, oldest first: its surveys and what followed. */
NODISCARD bool messages_of_case(struct store *st, int64_t case_id, message_each *each,
                                void *self, struct error *err);

/* For the metrics: what is open, by state, and when the oldest unsent one fell due (0:
 * none). */
struct message_figures {
    int64_t by_state[MESSAGE_STATES]; /* only those that are still open */
    int64_t oldest_due_ms;
};
NODISCARD bool messages_figures(struct store *st, int64_t now_ms,
                                struct message_figures *out, struct error *err);

#endif
