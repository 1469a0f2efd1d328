/*
 * stream.h — the middle of a call to a printer that is a stream of bytes both ways.
 *
 * A way fills call->fd in its open with a descriptor that does not block (a socket, a
 * device, a serial line) and puts these three into its table. They speak ESC/POS
 * (escpos_status.h) and know no more of the other end. Spool threads.
 */
#ifndef PRINTERS_STREAM_H
#define PRINTERS_STREAM_H

#include "printers/printer.h"

/* DLE EOT 1, 2, 4, and 3 where something is wrong; each within terms.status_ms. */
NODISCARD bool stream_ask(struct way_call *call, struct error *err);

/* How many zeros go before this job, to end what the last one left open. */
size_t stream_wash_bytes(const struct way_call *call);

/*
 * In pieces where the terms say so; reads on the side, or a chatty printer stalls. After
 * a job that broke off zeros go first: a printer that still waits for the rest of a
 * picture would take the ticket for its dots.
 */
NODISCARD bool stream_send(struct way_call *call, const struct buf *job,
                           struct error *err);

/*
 * Sends GS r 1, or GS ( H with an id of its own, behind the job and waits for the answer.
 * Meanwhile a printer that answers questions is asked how it is once a second, so that
 * the end of its paper is known at once.
 */
NODISCARD bool stream_confirm(struct way_call *call, enum confirmation *reached,
                              struct error *err);

/* Milliseconds of a clock that never goes back, for deadlines. */
int64_t stream_now_ms(void);

/* Waits until `fd` is ready for `events` of poll(2); false at `deadline_ms`, with errno.
 */
bool stream_wait(int fd, short events, int64_t deadline_ms);

/* The same for a call in hand, which is cut short when the program ends. */
bool stream_wait_call(struct way_call *call, short events, int64_t deadline_ms);

/* Rests for `ms`. False where that would pass `deadline_ms`, or the end that the program
 * sets; it does not rest then. */
bool stream_rest_call(struct way_call *call, int ms, int64_t deadline_ms);

#endif
