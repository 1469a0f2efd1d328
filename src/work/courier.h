/*
 * courier.h — one thread that carries messages to all gateways at once and brings back
 * what they say.
 *
 * It sleeps until something falls due or somebody wakes it. All it writes goes through
 * the writer; what it carries is on the disk as SUBMITTING first.
 */
#ifndef WORK_COURIER_H
#define WORK_COURIER_H

#include "work/line.h"
#include "work/outbox.h"
#include "work/writer.h"

struct courier;

struct courier_config { /* borrowed until courier_free */
    struct writer *writer;
    struct world *world;
    const struct outbox *outbox;     /* with the roster; its `routing.shut` is set here */
    const struct hooks *hooks;       /* other systems that are told; NULL for none */
    const struct platform *platform; /* that ratings are handed over to; NULL for none */
    struct line *line;               /* behind the first local gateway; NULL for others */
};

/* Puts right what a crash left, then works. */
struct courier *courier_start(const struct courier_config *config);

/* Finishes what is being carried, then ends the thread; whoever waits for quiet is told.
 * It may still be woken. Accepts NULL. */
void courier_stop(struct courier *c);

/* Once it has stopped, and the writer too: until then that one wakes it. Accepts NULL. */
void courier_free(struct courier *c);

/* Something may be due: a message was added, a reply came. Any thread; accepts NULL. */
void courier_wake(void *courier);

/*
 * Calls `fn` on the courier's thread once everything that is due now has been taken,
 * handed over, judged and booked, and all reports and replies that have come are read and
 * answered. What waits for a gateway that rests or is shut is not waited for; nor is
 * anything while the writer cannot write. It must not block. Any thread.
 */
void courier_settle(struct courier *c, void (*fn)(void *arg), void *arg);

struct courier_figures {
    int64_t carried, accepted, refused, retried, unknown, read, unread; /* since start */
    int64_t put_off; /* pushes that could not be kept and come again: the disk was full */
};
void courier_figures(struct courier *c, struct courier_figures *out);

#endif
