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

/*
 * Parts of statements that are answered by the index messages_open and by messages_failed
 * because they say the words of that index; `m` is "" or the table's alias with its dot.
 */
#define MESSAGE_IS_OPEN(m)                                                               \
    " (" m "state = 'CLAIMED' OR " m "state = 'SUBMITTING' OR " m "state = 'UNKNOWN')"
#define MESSAGE_HAS_FAILED(m)                                                            \
    " (" m "state = 'REFUSED' OR " m "state = 'UNDELIVERED' OR " m                       \
    "state = 'EXPIRED' OR " m "state = 'UNKNOWN' OR " m "state = 'NO_REPORT')"

struct message {
    int64_t id, phone_id;
    int64_t conversation_id, case_id; /* 0 for none */
    char kind[MESSAGE_KIND];          /* key of the template */
    char lang[16];
    char gateway[40];         /* planned, then the one that carried it; "" for none */
    char sender[SENDER_SIZE]; /* "" before a survey is taken */
    char detail[1024];        /* JSON, "" for none */
    enum message_state state;
    int attempt;
    int64_t due_ms, expires_ms, accepted_ms, created_ms; /* accepted_ms 0 for not yet */
    int64_t submitted_ms;         /* the newest attempt; 0 for none */
    int64_t unknown_ms, asked_ms; /* 0 for never */
    int asks;                     /* how often the gateway was asked about it */
    int resent; /* 1: the gateway had none, so it may go once more; 2: it went */
};

/* A message to be sent; texts are borrowed, NULL for none. */
struct message_new {
    const char *kind, *lang, *sender, *detail;
    const char *gateway; /* by which it goes where that is still configured; NULL: by
                            routing */
    int64_t phone_id, conversation_id, case_id;
    int64_t due_ms, expires_ms;
};

/*
 * Queues a message, planned for its gateway, and tells the courier after the commit. It
 * waits without a gateway where none takes its phone.
 */
NODISCARD bool message_add(struct store *st, const struct message_new *in, int64_t now_ms,
                           int64_t *id, struct error *err);

/* ERROR_ABSENT where there is none. */
NODISCARD bool message_get(struct store *st, int64_t id, struct message *out,
                           struct error *err);

/*
 * Ids of what may leave now through this gateway, the longest due first. A NULL gateway
 * means any, with those that no gateway takes.
 */
NODISCARD bool messages_due(struct store *st, const char *gateway, int64_t now_ms,
                            int most, int64_t *ids, int *count, struct error *err);

/* When the next one falls due; INT64_MAX for none. A NULL gateway means any. */
NODISCARD bool messages_next_ms(struct store *st, const char *gateway, int64_t *next_ms,
                                struct error *err);

/* Where a list of waiting messages is read on: after this one. */
struct message_place {
    int64_t due_ms, id;
};
#define MESSAGE_PLACE_START ((struct message_place){INT64_MIN, 0})

/*
 * Ids of what waits for this gateway, due or not, after `place`, which moves on. A NULL
 * gateway means those without any.
 */
NODISCARD bool messages_waiting(struct store *st, const char *gateway,
                                struct message_place *place, int most, int64_t *ids,
                                int *count, struct error *err);

/* The next name, after `*name`, that a message waits for; *found is false after the last.
 */
NODISCARD bool messages_waiting_name(struct store *st, char name[40], bool *found,
                                     struct error *err);

/* Plans a waiting message for another gateway; NULL for none. */
NODISCARD bool message_plan(struct store *st, struct message *m, const char *gateway,
                            struct error *err);

/* Another conversation, and its sender, are the message's. */
NODISCARD bool message_converse(struct store *st, struct message *m,
                                int64_t conversation_id, const char *sender,
                                struct error *err);

/* What taking a message writes beside the state. */
struct message_claim {
    const char *kind, *gateway, *sender, *body, *fill;
    int64_t conversation_id; /* 0 keeps what is there */
    int64_t lease_ms;
};

/*
 * NEW or RETRY becomes CLAIMED and SUBMITTING at once, the attempt is counted; `m`
 * follows. Commit before the first byte leaves.
 */
NODISCARD bool message_take(struct store *st, struct message *m,
                            const struct message_claim *claim, int64_t now_ms,
                            struct error *err);

/* The text as rendered when it was taken, and what filled it (NULL: not wanted). */
NODISCARD bool message_body(struct store *st, int64_t id, struct buf *out,
                            struct buf *fill, struct error *err);

/* The gateway through which an attempt went; "" for an attempt that never was. */
NODISCARD bool message_attempt_gateway(struct store *st, int64_t id, int attempt,
                                       char out[40], struct error *err);

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

/* The message may go once more; counted in `resent`. */
NODISCARD bool message_resend(struct store *st, struct message *m, struct error *err);

#endif
