/*
 * readers.h — two threads that look things up and make pages, each with a connection of
 * its own.
 *
 * A job runs inside one read transaction, so that all it sees is of one moment; it must
 * be short (a long one keeps the log from being folded back). It ends by handing its
 * owner on itself.
 */
#ifndef WORK_READERS_H
#define WORK_READERS_H

#include "base/mailbox.h"
#include "store/store.h"

struct reader_job {
    struct mail mail;
    /* On a reader thread. After it returns the readers do not touch the job again. */
    void (*run)(struct store *st, struct reader_job *job, int64_t now_ms);
};

struct readers;

/* Opens `count` connections to the store in `folder`. */
NODISCARD bool readers_start(const char *folder, int count, struct world *world,
                             const struct keyring *keys, struct hall_frame_holder *holder,
                             struct readers **out, struct error *err);

/* False where too much is waiting: answer ERROR_LATER. Any thread. */
NODISCARD bool readers_submit(struct readers *r, struct reader_job *job);

void readers_stop(struct readers *r);

#endif
