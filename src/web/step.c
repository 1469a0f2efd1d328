/*
 * step.c — see step.h.
 */
#include "web/step.h"

#include "web/http.h"
#include "web/problem.h"

void *step_new(struct exchange *x, size_t bytes)
{
    struct step *s = exchange_memory(x, bytes);

    memset(s, 0, bytes);
    s->x = x;
    x->state = s;
    return s;
}

/* Back on the loop. */
static void resumed(struct exchange *x)
{
    struct step *s = x->state;

    if (s->ok || s->any)
        s->then(x, s);
    else
        problem_answer(x, &s->err);
}

static bool run_command(struct store *st, struct command *c, int64_t now_ms,
                        struct error *err)
{
    struct step *s = (struct step *)c;

    return s->work(st, s, now_ms, err);
}

static void command_done(struct command *c)
{
    struct step *s = (struct step *)c;

    s->ok = c->ok;
    s->err = c->err;
    exchange_wake(s->x);
}

static void run_job(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct step *s = (struct step *)((char *)job - offsetof(struct step, job));

    s->ok = s->work(st, s, now_ms, &s->err);
    if (!s->ok && s->err.kind == ERROR_NONE)
        error_set(&s->err, ERROR_BROKEN, "Something went wrong here. Please try again.");
    exchange_wake(s->x);
}

static void busy(struct step *s)
{
    error_clear(&s->err);
    error_set(&s->err, ERROR_LATER,
              "The server has too much to do right now. Try again.");
    s->ok = false;
    exchange_wake(s->x);
}

static void prepare(struct step *s, step_work *work, step_then *then, bool any)
{
    s->work = work;
    s->then = then;
    s->any = any;
    s->ok = false;
    error_clear(&s->err);
    s->x->state = s;
    s->x->resume = resumed;
    exchange_suspend(s->x);
}

static void write_step(struct step *s, step_work *work, step_then *then, bool any)
{
    prepare(s, work, then, any);
    s->command = (struct command){.run = run_command, .done = command_done};
    if (!writer_submit(site_of(s->x)->writer, &s->command))
        busy(s);
}

static void read_step(struct step *s, step_work *work, step_then *then, bool any)
{
    prepare(s, work, then, any);
    s->job = (struct reader_job){.run = run_job};
    if (!readers_submit(site_of(s->x)->readers, &s->job))
        busy(s);
}

void step_write(struct step *s, step_work *work, step_then *then)
{
    write_step(s, work, then, false);
}

void step_read(struct step *s, step_work *work, step_then *then)
{
    read_step(s, work, then, false);
}

void step_write_any(struct step *s, step_work *work, step_then *then)
{
    write_step(s, work, then, true);
}

void step_read_any(struct step *s, step_work *work, step_then *then)
{
    read_step(s, work, then, true);
}
