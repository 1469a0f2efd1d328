/*
 * inbound_store.h — what gateways bring: the raw call first, what was made of it
 * afterwards.
 *
 * The raw bytes are durable before anybody reads them, sealed like everything a citizen
 * writes. The same news twice is one row. Writer thread, inside a command, unless it only
 * looks.
 */
#ifndef STORE_INBOUND_STORE_H
#define STORE_INBOUND_STORE_H

#include "domain/phone.h"
#include "domain/slot.h"
#include "store/store.h"

enum { INBOUND_ONCE = 96, INBOUND_RAW_MOST = 65536 };

/* The recipient of a call that was kept while its gateway's settings were broken. */
#define INBOUND_UNSORTED "*"

struct inbound_new {
    const char *gateway;
    bool report;       /* else a reply */
    const char *once;  /* the gateway's own id of it; "" where it gave none */
    const char *phone; /* of a reply as written by the gateway; NULL for none */
    const char *recipient;
    const char *text;          /* of a reply, for the hash where there is no id */
    int64_t at_ms;             /* the gateway's own time, the same; 0 for none */
    int part, parts, part_ref; /* of a long reply that is to be joined; 0 for none */
    const void *raw;
    size_t raw_length;
};

/*
 * Keeps one piece of news. `*fresh` is false where it is there already; `*id` is then the
 * first one's. Where the gateway names no id, the same (gateway, phone, recipient, text,
 * part, time) is the same; where it names no time either, the same within ten minutes or
 * so, because people do write the same digit twice in their life.
 */
NODISCARD bool inbound_keep(struct store *st, const struct inbound_new *in,
                            int64_t now_ms, int64_t *id, bool *fresh, struct error *err);

/* Ids of what is to be read now: what just came, in its order, then what was put off. */
NODISCARD bool inbound_due(struct store *st, int64_t now_ms, int most, int64_t *ids,
                           int *count, struct error *err);

/* When the next of those that were put off falls due; INT64_MAX for none. */
NODISCARD bool inbound_next_ms(struct store *st, int64_t *next_ms, struct error *err);

/* Has it read again, not before `due_ms`. */
NODISCARD bool inbound_put_off(struct store *st, int64_t id, int64_t due_ms,
                               struct error *err);

struct inbound {
    int64_t id, phone_id, words_id; /* phone_id 0 where no number could be read */
    char gateway[40], recipient[SENDER_SIZE];
    bool report, read;
    int64_t received_ms;
    int part, parts, part_ref; /* 0 for none */
};

/* ERROR_ABSENT where there is none. */
NODISCARD bool inbound_get(struct store *st, int64_t id, struct inbound *out,
                           struct error *err);

/* The rows of one long reply, this one among them, in the order in which they came: what
 * came through the same gateway to the same number with the same reference, not long
 * before this one or after. */
typedef void inbound_part_each(void *self, const struct inbound *part);
NODISCARD bool inbound_parts(struct store *st, const struct inbound *of, int64_t since_ms,
                             inbound_part_each *each, void *self, struct error *err);

struct reading {
    int64_t inbound_id;
    const char *outcome, *act, *proof;
    const char *trouble; /* "garbled", "incomplete"; NULL for none */
    int64_t conversation_id, case_id, rating_id, message_id; /* 0 for none */
};

/* Says what was made of it; it is read from then on. */
NODISCARD bool reading_add(struct store *st, const struct reading *in, int64_t now_ms,
                           struct error *err);

/* Notes that the person wants no more; nothing happens where that is known already.
 * `inbound_id` is 0 where the gateway told it. */
NODISCARD bool optout_add(struct store *st, int64_t phone_id, int64_t inbound_id,
                          int64_t now_ms, bool *fresh, struct error *err);

/*
 * The person wants them again, as somebody of the staff says; an audit event, which names
 * no number. *ended is false where the phone had not opted out.
 */
NODISCARD bool optout_end(struct store *st, int64_t phone_id, const char *actor,
                          int64_t now_ms, bool *ended, struct error *err);

/* A reply with its reading, for pages; texts are borrowed for the call. */
struct inbound_view {
    int64_t id, phone_id, words_id, received_ms;
    const char *recipient, *gateway;
    const char *outcome, *act, *proof; /* "" before it was read */
    const char *trouble;               /* "" for none */
    int64_t conversation_id, case_id, rating_id;
};
typedef void inbound_each(void *self, const struct inbound_view *in);

/* Replies, newest first; phone_id 0 means every phone. */
NODISCARD bool inbound_replies(struct store *st, int64_t phone_id, int most,
                               inbound_each *each, void *self, struct error *err);

/* Replies that were linked to a case, oldest first. */
NODISCARD bool inbound_of_case(struct store *st, int64_t case_id, inbound_each *each,
                               void *self, struct error *err);

#endif
