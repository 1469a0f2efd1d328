/*
 * inbox.h — reads what gateways brought: first the raw bytes are kept, then, in a
 * transaction of its own, each is read, linked, acted on and answered.
 *
 * Everything here runs on the writer thread, inside a command.
 */
#ifndef WORK_INBOX_H
#define WORK_INBOX_H

#include "store/inbound_store.h"
#include "work/outbox.h"

enum { INBOX_ANSWERS_A_DAY = 20 }; /* to one phone; two machines must not talk for ever */

/*
 * Keeps one raw call of the gateway, each piece of news in it as a row of its own.
 * `*fresh` counts the rows that were not there already. What cannot be parsed is kept
 * too; only the store fails.
 */
NODISCARD bool inbox_keep(struct store *st, const struct gateway *g,
                          const struct callback *raw, int64_t now_ms, int *fresh,
                          struct error *err);

/* Reads one that is kept. Reading it again changes nothing. */
NODISCARD bool inbox_read(struct store *st, const struct outbox *ob, int64_t id,
                          int64_t now_ms, struct error *err);

#endif
