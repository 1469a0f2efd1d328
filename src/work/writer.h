/*
 * writer.h — the one thread that writes.
 *
 * Commands are run one after another, many in one transaction, each in a savepoint of its
 * own: one that fails takes only itself down. After COMMIT all of them are answered; when
 * COMMIT fails all of them fail. The writer never lingers: a batch is what came while the
 * last one was synced.
 */
#ifndef WORK_WRITER_H
#define WORK_WRITER_H

#include "base/mailbox.h"
#include "store/store.h"

/*
 * One change to the store; embed it. `run` is called on the writer thread with the
 * batch's instant and may look and write through `st`; whatever it returns stays in its
 * owner's memory. `done` is called on the writer thread once the outcome is durable (ok)
 * or certain not to be (not ok, and `err` says why); it must not block. Until then the
 * command is the writer's.
 */
struct command {
    struct mail mail;
    bool (*run)(struct store *st, struct command *c, int64_t now_ms, struct error *err);
    void (*done)(struct command *c);
    bool ok;
    struct error err;
};

struct writer;

struct writer_hooks {
    void (*message_added)(
        void *self); /* after a commit that made messages; may be NULL */
    /*
     * In the transaction that made print jobs, after the last command: what is claimed at
     * once needs no commit of its own. May be NULL.
     */
    void (*job_offered)(void *self, struct store *st, int64_t now_ms);
    /* After it, whether it was committed or not; may be NULL. */
    void (*job_added)(void *self, const struct store_rings *rings, bool committed);
    /* After a commit that changed what those who watch the queue see; may be NULL. */
    void (*queue_moved)(void *self, const struct store_moves *moves);
    void *self;
};

/* Takes the store over until writer_stop. Frames found after an import go into `holder`.
 */
struct writer *writer_start(struct store *st, struct hall_frame_holder *holder,
                            const struct writer_hooks *hooks);

/* False where too much is waiting; the command is then untouched: answer ERROR_LATER. Any
 * thread. */
NODISCARD bool writer_submit(struct writer *w, struct command *c);

/* Submits and waits. For threads that may block, never the loop. */
NODISCARD bool writer_do(struct writer *w, struct command *c, struct error *err);

/* Runs what was submitted, then ends the thread. */
void writer_stop(struct writer *w);

struct writer_figures {
    int64_t batches, commands, failed; /* since start */
    int64_t busy_us;                   /* spent on them */
    size_t waiting;
};
void writer_figures(struct writer *w, struct writer_figures *out);

#endif
