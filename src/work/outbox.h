/*
 * outbox.h — decides which messages leave now and by which way, words them, and books
 * what became of them.
 *
 * Everything here runs on the writer thread, inside a command; the courier calls in this
 * order: outbox_route where gateways come and go → messages_due of a gateway →
 * outbox_take (worded, slot and conversation chosen, SUBMITTING) → commit → carry →
 * outbox_book. Reports come by outbox_report_find and outbox_report, the gateway's own
 * word about an uncertain message by outbox_asks and outbox_answered.
 */
#ifndef WORK_OUTBOX_H
#define WORK_OUTBOX_H

#include "domain/phone.h"
#include "gateways/gateways.h"
#include "store/gateway_store.h"
#include "store/message_store.h"
#include "store/rules.h"
#include "work/texts.h"

/* What it works with; borrowed, never changed. */
struct outbox {
    const struct rules *rules;
    const struct roster *roster;
    struct world *world;
    int64_t slot_rest_ms;
    const struct texts *texts; /* the hall's own; NULL for none */
};

enum { OUTBOX_LEASE_MS = 60000, OUTBOX_VALUES = 2048, OUTBOX_LOOK_MOST = 1024 };

/* A message that is about to leave. */
struct outgoing {
    int64_t id;
    int attempt;
    struct phone to;
    char from[SENDER_SIZE];
    char kind[MESSAGE_KIND]; /* key of the template */
    char lang[16];
    char values[OUTBOX_VALUES]; /* what filled it: a JSON object of texts */
    char text[GATEWAY_TEXT_MOST];
};

/* ---- which way ---- */

/*
 * Plans anew up to `most` messages that wait for route `from` of the roster; -1 means
 * those without a gateway, and those whose gateway is not configured any more. `*moved`
 * of them wait for another one now. A route's are looked at after `place`, so many at
 * once that the writer has time for others; it stands at the start again after the last.
 */
NODISCARD bool outbox_route(struct store *st, const struct outbox *ob, int from, int most,
                            struct message_place *place, int64_t now_ms, int *moved,
                            struct error *err);

/* ---- leaving ---- */

/*
 * Takes one message that is due, to leave through `g`: it is SUBMITTING, and may leave
 * once that is committed. *leaves is false where it is withdrawn instead (rated,
 * opted_out, expired, reopened, answered, erased, stale), put off (to the next send
 * window, or until the phone's open question is over), or not there to take any more.
 */
NODISCARD bool outbox_take(struct store *st, const struct outbox *ob,
                           const struct gateway *g, int64_t id, int64_t now_ms,
                           struct outgoing *out, bool *leaves, struct error *err);

/* ---- what became of it ---- */

/*
 * Books the gateway's answer to one attempt. That of an earlier attempt changes nothing,
 * unless it proves that the message was sent.
 */
NODISCARD bool outbox_book(struct store *st, const struct outbox *ob,
                           const struct gateway *g, int64_t id, int attempt,
                           enum outcome outcome, const struct submitted *submitted,
                           int64_t now_ms, struct error *err);

/*
 * Which message a report speaks of: by our reference, where that message really went
 * through this gateway and to the phone that the report names, else by the gateway's id,
 * of which the newest for that phone counts. Where nothing is found the report is kept
 * for a while, for the gateway's answer may be on its way still.
 */
NODISCARD bool outbox_report_find(struct store *st, const char *gateway,
                                  const struct news *news, int64_t now_ms, int64_t *id,
                                  int *attempt, bool *found, struct error *err);

/*
 * Books a report of this message; the one door for them. Which attempt and part it speaks
 * of is found by its reference and id. *changed is false where it tells nothing new.
 */
NODISCARD bool outbox_report(struct store *st, const struct outbox *ob, int64_t id,
                             const struct news *report, int64_t now_ms, bool *changed,
                             struct error *err);

/* ---- what nobody knows ---- */

/* A message about which its gateway is to be asked now. */
struct asking {
    struct outgoing out;
    char gateway[40];
    int64_t sent_ms; /* when the attempt began */
};

/*
 * UNKNOWN messages whose gateway can be asked, 30 s, 2 min and 10 min after; they are
 * marked as asked. `*next_ms` is when to come again, INT64_MAX for never.
 */
NODISCARD bool outbox_asks(struct store *st, const struct outbox *ob, int64_t now_ms,
                           int most, struct asking *out, int *count, int64_t *next_ms,
                           struct error *err);

/*
 * Books what the gateway found. "Nothing" counts once the message has settled, and then
 * lets it go again, once; before, and without an answer, it stays UNKNOWN.
 */
NODISCARD bool outbox_answered(struct store *st, const struct outbox *ob, int64_t id,
                               int attempt, enum found found,
                               const struct news *found_news, int64_t now_ms,
                               struct error *err);

#endif
