/*
 * outbox.h — decides which messages leave now, words them, and books what became of them.
 *
 * Everything here runs on the writer thread, inside a command; the courier calls in this
 * order: claim (rendered, slot and conversation chosen) → commit → submit → commit →
 * carry → book.
 */
#ifndef WORK_OUTBOX_H
#define WORK_OUTBOX_H

#include "domain/phone.h"
#include "gateways/gateways.h"
#include "store/message_store.h"
#include "store/rules.h"

/* What it works with; borrowed, never changed. */
struct outbox {
    const struct rules *rules;
    const struct roster *roster;
    struct world *world;
    int64_t slot_rest_ms;
};

enum { OUTBOX_LEASE_MS = 60000 };

/* A message that is about to leave. */
struct outgoing {
    int64_t id;
    int attempt;
    struct phone to;
    char from[SENDER_SIZE];
    char text[GATEWAY_TEXT_MOST];
};

/*
 * Claims one message that is due, to leave through `g`. *leaves is false where it is
 * withdrawn instead (rated, opted_out, expired, reopened, answered, erased), put off to
 * the next send window, or no longer there to claim.
 */
NODISCARD bool outbox_claim(struct store *st, const struct outbox *ob,
                            const struct gateway *g, int64_t id, int64_t now_ms,
                            struct outgoing *out, bool *leaves, struct error *err);

/* The claimed message goes to the gateway now; fills its attempt in. */
NODISCARD bool outbox_submit(struct store *st, struct outgoing *out, int64_t now_ms,
                             struct error *err);

/* Books the gateway's answer. */
NODISCARD bool outbox_book(struct store *st, const struct outbox *ob, int64_t id,
                           enum outcome outcome, const struct submitted *submitted,
                           int64_t now_ms, struct error *err);

/* Books a report; *changed is false where it tells nothing new. */
NODISCARD bool outbox_report(struct store *st, const struct outbox *ob, int64_t id,
                             const struct news *report, int64_t now_ms, bool *changed,
                             struct error *err);

#endif
