/*
 * step.h — a piece of an exchange's work that is done on the writer or a reader thread.
 *
 * A handler keeps its values in a struct whose first member is a step (from
 * exchange_memory), names what is to be done and what comes after, and returns:
 *
 *     loop: handler → step_write → … writer: work → COMMIT … → loop: then →
 * exchange_answer
 *
 * `work` sees only the store and the step; `then` runs on the loop once the outcome is
 * durable, may start another step, and answers. A full mailbox answers 503 at once. When
 * `work` fails, the loop answers its error as a problem, unless the step was started with
 * one of the _any calls.
 */
#ifndef WEB_STEP_H
#define WEB_STEP_H

#include "web/site.h"

struct step {
    struct command command;
    struct reader_job job;
    struct exchange *x;
    bool (*work)(struct store *st, struct step *s, int64_t now_ms, struct error *err);
    void (*then)(struct exchange *x, struct step *s);
    bool any; /* `then` wants failures too */
    bool ok;
    struct error err;
};

/* A zeroed struct of `bytes` that begins with a step; it lives as long as the exchange.
 */
void *step_new(struct exchange *x, size_t bytes);

typedef bool step_work(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err);
typedef void step_then(struct exchange *x, struct step *s);

/* On the loop, in a handler or in `then`. `then` is called only when the work succeeded.
 */
void step_write(struct step *s, step_work *work, step_then *then);
void step_read(struct step *s, step_work *work, step_then *then);

/* The same, but `then` is called whatever happened: s->ok and s->err tell. */
void step_write_any(struct step *s, step_work *work, step_then *then);
void step_read_any(struct step *s, step_work *work, step_then *then);

#endif
