/*
 * spool_part.h — what spool.c and spool_shelf.c share.
 */
#ifndef WORK_SPOOL_PART_H
#define WORK_SPOOL_PART_H

#include <pthread.h>

#include "work/spool.h"

/* Wakes one thread; a ring that nobody waited for is kept. */
struct spool_bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    bool waiting;
};
void spool_bell_open(struct spool_bell *bell);
void spool_bell_close(struct spool_bell *bell);
void spool_bell_ring(struct spool_bell *bell);

/* Until it rings (true) or `until_ms` of spool_now_ms; -1: for ever. */
bool spool_bell_wait(struct spool_bell *bell, int64_t until_ms);

int64_t spool_now_ms(void); /* monotonic */

/* Whether a thread of its own calls this printer. */
bool spool_has_thread(const struct printer *p);

/* Ends the jobs of a printer that are too old. On the writer. */
NODISCARD bool spool_expire(struct store *st, const struct printer *p, int64_t now_ms,
                            struct error *err);

/* The thread for jobs of printers that none calls (spool_shelf.c). */
struct shelf;
struct shelf *shelf_start(const struct printers *printers, struct polled_list *polled,
                          struct writer *writer);
void shelf_wake(struct shelf *s);
void shelf_stop(struct shelf *s);
void shelf_free(struct shelf *s);

#endif
