/*
 * spool.h — gets tickets onto paper: one thread for each printer that we call.
 *
 *     writer: job queued → spool_wake → [claim: sending] → renderer → way_carry
 *         → [book: printed | unconfirmed | failed], or back to queued: not a byte left us
 *
 * Each printer's thread claims its own jobs, so that a printer that is stuck delays no
 * other. One that is out of paper or away is asked again and again; its jobs wait in the
 * store until it is well or they are too old. A job whose fate is unknown is never sent
 * again by itself. Jobs for the preview, for a printer whose settings are wrong and for a
 * name that the settings do not know end on one more thread, the shelf. Printers that
 * come and fetch (WAY_POLLED) have no thread: polled.h says what becomes of their jobs,
 * and the shelf looks after those that are too old.
 */
#ifndef WORK_SPOOL_H
#define WORK_SPOOL_H

#include "work/polled.h"
#include "work/press.h"
#include "work/printers.h"
#include "work/writer.h"

struct spool;

/* `way` is where the codes lead. Borrows everything. */
struct spool *spool_start(const struct settings *settings, const struct token_way *way,
                          struct press *press, struct writer *writer);

/* There may be new jobs, for any printer. Any thread. */
void spool_wake(struct spool *s);

/*
 * The writer's hooks (writer.h), always both. In the transaction that made jobs those of
 * idle printers are claimed, so that a ticket and the claim of its paper share one
 * commit; afterwards their threads get them, or, where it failed, nothing.
 */
void spool_offer(struct spool *s, struct store *st, int64_t now_ms);
void spool_settle(struct spool *s, const struct store_rings *rings, bool committed);

/* The printers as they were read at start; they do not change. Any thread. */
const struct printers *spool_printers(const struct spool *s);

/* Those of them that call us. Any thread. */
struct polled_list *spool_polled(const struct spool *s);

/* Ends all threads after what each has in hand; the rest stays in the store. */
void spool_stop(struct spool *s);

/* After the writer has stopped, which may still ring. */
void spool_free(struct spool *s);

#endif
