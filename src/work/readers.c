/*
 * readers.c — see readers.h.
 */
#include "work/readers.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"

enum { MOST_WAITING = 4096, MOST_READERS = 8 };

struct reader {
    struct readers *all;
    struct store store;
    pthread_t thread;
    bool running;
};

struct readers {
    struct mailbox *box;
    struct hall_frame_holder *holder;
    int count;
    struct reader reader[MOST_READERS];
};

static void *reader_thread(void *arg)
{
    struct reader *r = arg;
    struct mail *m;

    while ((m = mailbox_take(r->all->box, 1, -1)) != NULL) {
        struct reader_job *job = (struct reader_job *)m;
        const struct hall_frame *frame = atomic_load(&r->all->holder->now);
        struct error err = {0};

        r->store.frame = frame;
        r->store.hall = frame != NULL ? frame->hall : 0;
        if (!db_snapshot(r->store.db, &err))
            log_line(LOG_LEVEL_WARNING, "reader.no_snapshot", "cause=\"%s\"", err.cause);
        job->run(&r->store, job, r->store.world->wall_ms(r->store.world));
        db_rollback(r->store.db);
    }
    return NULL;
}

bool readers_start(const char *folder, int count, struct world *world,
                   const struct keyring *keys, struct hall_frame_holder *holder,
                   struct readers **out, struct error *err)
{
    struct readers *all = memory_new(sizeof(*all));

    all->box = mailbox_new(MOST_WAITING);
    all->holder = holder;
    all->count = count < MOST_READERS ? count : MOST_READERS;
    for (int i = 0; i < all->count; i++) {
        struct reader *r = &all->reader[i];

        r->all = all;
        if (!store_open(folder, DB_READ, world, keys, &r->store, err)) {
            readers_stop(all);
            return false;
        }
        if (pthread_create(&r->thread, NULL, reader_thread, r) != 0)
            abort();
        r->running = true;
    }
    *out = all;
    return true;
}

bool readers_submit(struct readers *r, struct reader_job *job)
{
    return mailbox_put(r->box, &job->mail);
}

void readers_stop(struct readers *r)
{
    if (r == NULL)
        return;
    mailbox_close(r->box);
    for (int i = 0; i < r->count; i++) {
        if (r->reader[i].running)
            pthread_join(r->reader[i].thread, NULL);
        store_close(&r->reader[i].store);
    }
    mailbox_free(r->box);
    free(r);
}
