/*
 * writer.c — group commit (writer.h draws the contract).
 *
 *     mailbox → BEGIN → (SAVEPOINT → run → RELEASE | undo)* → COMMIT → done*
 *
 * Promise: `done` with ok is never called before the commit has been synced. A full disk
 * fails the batch and the next one is tried as if nothing had been; input, output or sync
 * that failed ends the process at once, because memory and disk may differ then
 * (decisions 24).
 */
#include "work/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

enum { MOST_WAITING = 8192, MOST_IN_BATCH = 512, EXIT_DAMAGED = 4 };

struct writer {
    struct store *store;
    struct hall_frame_holder *holder;
    struct writer_hooks hooks;
    struct mailbox *box;
    pthread_t thread;
    int64_t foreign;
    _Atomic int64_t batches, commands, failed, busy_us;
};

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Nothing in memory may be trusted after the disk has failed us. */
static void end_if_damaged(struct writer *w, const struct error *err)
{
    if (db_last_fault(w->store->db) != DB_DAMAGED)
        return;
    log_line(LOG_LEVEL_ERROR, "writer.damaged",
             "cause=\"%s\" ending, the disk is read anew at start", err->cause);
    _exit(EXIT_DAMAGED);
}

static void fail(struct command *c, const struct error *err)
{
    c->ok = false;
    if (c->err.kind == ERROR_NONE)
        c->err = *err;
}

/* Runs one command in its savepoint. False where the whole transaction is gone. */
static bool run_one(struct writer *w, struct command *c, int64_t now_ms,
                    struct error *err)
{
    struct store *st = w->store;

    if (!db_savepoint(st->db, err))
        return false;
    c->ok = c->run(st, c, now_ms, &c->err);
    if (c->ok)
        return db_release(st->db, err);
    if (c->err.kind == ERROR_NONE)
        error_set(&c->err, ERROR_BROKEN,
                  "Something went wrong here. Nothing was recorded.");
    end_if_damaged(w, &c->err);
    if (!db_in_transaction(st->db)) {
        *err = c->err;
        return false;
    }
    return db_undo(st->db, err);
}

static bool run_all(struct writer *w, struct mail *chain, struct error *err)
{
    int64_t now_ms = w->store->world->wall_ms(w->store->world);

    if (!db_begin(w->store->db, err))
        return false;
    for (struct mail *m = chain; m != NULL; m = m->next)
        if (!run_one(w, (struct command *)m, now_ms, err))
            return false;
    if (w->store->rings.count > 0 && w->hooks.job_offered != NULL)
        w->hooks.job_offered(w->hooks.self, w->store, now_ms);
    return db_commit(w->store->db, err);
}

static void answer(struct writer *w, struct mail *chain, bool committed,
                   const struct error *err)
{
    while (chain != NULL) {
        struct command *c = (struct command *)chain;

        chain = chain->next;
        if (!committed)
            fail(c, err);
        atomic_fetch_add_explicit(&w->commands, 1, memory_order_relaxed);
        if (!c->ok)
            atomic_fetch_add_explicit(&w->failed, 1, memory_order_relaxed);
        c->done(c);
    }
}

/* Takes up a hall file that another process has imported. */
static void notice_import(struct writer *w)
{
    int64_t foreign = db_foreign_changes(w->store->db);
    const struct hall_frame *frame = NULL;
    struct error err = {0};

    if (foreign == w->foreign)
        return;
    w->foreign = foreign;
    if (!hall_frame_read(w->store->db, &frame, &err)) {
        log_line(LOG_LEVEL_ERROR, "hall.unreadable",
                 "reason=\"%s\" the old one stays in force", err.text);
        return;
    }
    if (frame != NULL) {
        w->store->frame = frame;
        w->store->hall = frame->hall;
        atomic_store(&w->holder->now, frame);
    }
}

static void run_batch(struct writer *w, struct mail *chain)
{
    struct store *st = w->store;
    struct error err = {0};
    int64_t begun_us = now_us();
    bool committed;

    st->message_added = false;
    st->rings.count = 0;
    st->moves.count = 0;
    notice_import(w);
    committed = run_all(w, chain, &err);
    if (!committed) {
        end_if_damaged(w, &err);
        db_rollback(st->db);
        if (db_last_fault(st->db) == DB_FULL)
            db_fold(st->db);
        log_line(LOG_LEVEL_ERROR, "writer.refused", "reason=\"%s\" cause=\"%s\"",
                 err.text, err.cause);
        if (err.kind != ERROR_LATER) {
            error_clear(&err);
            error_set(&err, ERROR_LATER,
                      "This could not be recorded. Nothing is lost; try again.");
        }
    }
    answer(w, chain, committed, &err);
    atomic_fetch_add_explicit(&w->batches, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&w->busy_us, now_us() - begun_us, memory_order_relaxed);
    if (committed && st->message_added && w->hooks.message_added != NULL)
        w->hooks.message_added(w->hooks.self);
    if (st->rings.count > 0 && w->hooks.job_added != NULL)
        w->hooks.job_added(w->hooks.self, &st->rings, committed);
    if (committed && st->moves.count > 0 && w->hooks.queue_moved != NULL)
        w->hooks.queue_moved(w->hooks.self, &st->moves);
}

static void *writer_thread(void *arg)
{
    struct writer *w = arg;
    struct mail *chain;

    while ((chain = mailbox_take(w->box, MOST_IN_BATCH, -1)) != NULL)
        run_batch(w, chain);
    return NULL;
}

struct writer *writer_start(struct store *st, struct hall_frame_holder *holder,
                            const struct writer_hooks *hooks)
{
    struct writer *w = memory_new(sizeof(*w));

    w->store = st;
    w->holder = holder;
    w->hooks = *hooks;
    w->box = mailbox_new(MOST_WAITING);
    w->foreign = db_foreign_changes(st->db);
    if (pthread_create(&w->thread, NULL, writer_thread, w) != 0)
        abort();
    return w;
}

bool writer_submit(struct writer *w, struct command *c)
{
    c->ok = false;
    error_clear(&c->err);
    return mailbox_put(w->box, &c->mail);
}

/* A command that somebody waits for: another one rides inside it. */
struct awaited {
    struct command command;
    struct command *inner;
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool over;
};

static bool awaited_run(struct store *st, struct command *c, int64_t now_ms,
                        struct error *err)
{
    struct command *inner = ((struct awaited *)c)->inner;

    return inner->run(st, inner, now_ms, err);
}

static void awaited_done(struct command *c)
{
    struct awaited *a = (struct awaited *)c;

    pthread_mutex_lock(&a->lock);
    a->over = true;
    pthread_cond_signal(&a->finished);
    pthread_mutex_unlock(&a->lock);
}

bool writer_do(struct writer *w, struct command *c, struct error *err)
{
    struct awaited a = {.command = {.run = awaited_run, .done = awaited_done},
                        .inner = c,
                        .lock = PTHREAD_MUTEX_INITIALIZER,
                        .finished = PTHREAD_COND_INITIALIZER};

    if (!writer_submit(w, &a.command))
        return error_set(err, ERROR_LATER,
                         "Too much is waiting to be written. Try again.");
    pthread_mutex_lock(&a.lock);
    while (!a.over)
        pthread_cond_wait(&a.finished, &a.lock);
    pthread_mutex_unlock(&a.lock);
    c->ok = a.command.ok;
    c->err = a.command.err;
    if (!c->ok && err->kind == ERROR_NONE)
        *err = c->err;
    return c->ok;
}

void writer_stop(struct writer *w)
{
    if (w == NULL)
        return;
    mailbox_close(w->box);
    pthread_join(w->thread, NULL);
    mailbox_free(w->box);
    free(w);
}

void writer_figures(struct writer *w, struct writer_figures *out)
{
    out->batches = atomic_load(&w->batches);
    out->commands = atomic_load(&w->commands);
    out->failed = atomic_load(&w->failed);
    out->busy_us = atomic_load(&w->busy_us);
    out->waiting = mailbox_count(w->box);
}
