/*
 * courier.c — the courier's thread.
 *
 *     due → take → (commit) → carry → judge → book
 *     push → keep raw → (commit) → read → answer, which is due at once …
 *
 * and so on until nothing is due; then those who wait for quiet are told and it sleeps.
 * Each step of each message is a command of its own, so one that fails takes nobody with
 * it; the commands of one step are handed to the writer together and share its commit.
 *
 * At most `in_flight` messages are between take and book, which bounds what a crash can
 * leave UNKNOWN.
 */
#include "work/courier.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/memory.h"
#include "work/inbox.h"

#define HOUR_MS INT64_C(3600000)

enum {
    MOST_AT_ONCE = 64,
    SLEEP_MOST_MS = 10000,
    HOLD_MS = 600000,      /* a message that cannot even be claimed waits so long */
    AGAIN_MS = 1000,       /* after the writer said "later" */
    TIDY_EVERY_MS = 60000, /* monotonic */
    REMEMBER_MOST = 100000,
};
#define REPORT_WAIT_MS (72 * HOUR_MS)

struct waiter {
    struct waiter *next;
    void (*fn)(void *arg);
    void *arg;
};

struct courier {
    struct courier_config config;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool wake, ending;
    struct waiter *waiters;
    /* the thread's own */
    int64_t next_ms;   /* when the next message falls due */
    int64_t unread_ms; /* when the next reply that was put off falls due */
    int64_t tidied_ms;
    bool later; /* the writer asked us to come again */
    _Atomic int64_t carried, accepted, refused, retried, unknown, read, unread, put_off;
};

/* ---- commands, several at once ---- */

struct latch {
    pthread_mutex_t lock;
    pthread_cond_t open;
    int left;
};

/* One command of ours; what it needs and finds stands behind it. */
struct task {
    struct command command;
    struct courier *c;
    struct latch *latch;
    bool (*work)(struct task *t, struct store *st, int64_t now_ms, struct error *err);
    int64_t id;
    int64_t ids[MOST_AT_ONCE];
    int count;
    bool yes;
    struct outgoing *out;
    enum outcome outcome;
    struct submitted submitted;
    struct callback raw;
};

static bool task_run(struct store *st, struct command *command, int64_t now_ms,
                     struct error *err)
{
    struct task *t = (struct task *)command;

    return t->work(t, st, now_ms, err);
}

static void task_done(struct command *command)
{
    struct latch *latch = ((struct task *)command)->latch;

    pthread_mutex_lock(&latch->lock);
    if (--latch->left == 0)
        pthread_cond_signal(&latch->open);
    pthread_mutex_unlock(&latch->lock);
}

/* Hands tasks to the writer together and waits for all of them. */
static void run_tasks(struct courier *c, struct task *tasks, int count)
{
    struct latch latch = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, count};

    for (int i = 0; i < count; i++) {
        struct task *t = &tasks[i];

        t->c = c;
        t->latch = &latch;
        t->command.run = task_run;
        t->command.done = task_done;
        if (!writer_submit(c->config.writer, &t->command)) {
            error_set(&t->command.err, ERROR_LATER, "Too much is waiting to be written.");
            task_done(&t->command);
        }
    }
    pthread_mutex_lock(&latch.lock);
    while (latch.left > 0)
        pthread_cond_wait(&latch.open, &latch.lock);
    pthread_mutex_unlock(&latch.lock);
    for (int i = 0; i < count; i++)
        c->later |= !tasks[i].command.ok && tasks[i].command.err.kind == ERROR_LATER;
}

static struct task *tasks_new(int count)
{
    return memory_new(sizeof(struct task) * (size_t)(count > 0 ? count : 1));
}

static void complain(const char *event, int64_t id, const struct error *err)
{
    log_line(LOG_LEVEL_ERROR, event, "id=%lld reason=\"%s\" cause=\"%s\"", (long long)id,
             err->text, err->cause);
}

/* ---- sending ---- */

static bool work_due(struct task *t, struct store *st, int64_t now_ms, struct error *err)
{
    int most = t->c->config.outbox->roster->gateways[0].in_flight;

    if (st->frame == NULL) {
        t->c->next_ms = INT64_MAX;
        return true;
    }
    if (most > MOST_AT_ONCE)
        most = MOST_AT_ONCE;
    return messages_due(st, NULL, now_ms, most, t->ids, &t->count, err) &&
           messages_next_ms(st, NULL, &t->c->next_ms, err);
}

static bool work_claim(struct task *t, struct store *st, int64_t now_ms,
                       struct error *err)
{
    return outbox_take(st, t->c->config.outbox, t->c->config.outbox->roster->gateways,
                       t->id, now_ms, t->out, &t->yes, err);
}

static bool work_hold(struct task *t, struct store *st, int64_t now_ms, struct error *err)
{
    return message_put_off(st, t->id, now_ms + HOLD_MS, err);
}

static bool work_book(struct task *t, struct store *st, int64_t now_ms, struct error *err)
{
    return outbox_book(st, t->c->config.outbox, t->c->config.outbox->roster->gateways,
                       t->out->id, t->out->attempt, t->outcome, &t->submitted, now_ms,
                       err);
}

/* Claims what is due; keeps the tasks whose message leaves. */
static int claim_all(struct courier *c, struct task *tasks, struct outgoing *out,
                     const int64_t *ids, int count)
{
    int leaving = 0;

    for (int i = 0; i < count; i++) {
        tasks[i].work = work_claim;
        tasks[i].id = ids[i];
        tasks[i].out = &out[i];
    }
    run_tasks(c, tasks, count);
    for (int i = 0; i < count; i++) {
        struct task *hold;

        if (tasks[i].command.ok && tasks[i].yes)
            tasks[leaving++].out = tasks[i].out;
        if (tasks[i].command.ok || tasks[i].command.err.kind == ERROR_LATER)
            continue;
        complain("outbox.held", ids[i], &tasks[i].command.err);
        hold = tasks_new(1);
        hold->work = work_hold;
        hold->id = ids[i];
        run_tasks(c, hold, 1);
        c->later |= !hold->command.ok;
        free(hold);
    }
    return leaving;
}

static void count_outcome(struct courier *c, enum outcome outcome)
{
    _Atomic int64_t *const counts[] = {
        [OUTCOME_ACCEPTED] = &c->accepted,
        [OUTCOME_REFUSED] = &c->refused,
        [OUTCOME_RETRY] = &c->retried,
        [OUTCOME_UNKNOWN] = &c->unknown,
    };

    atomic_fetch_add(&c->carried, 1);
    atomic_fetch_add(counts[outcome], 1);
}

/* Carries one message and judges the answer. */
static void carry(struct courier *c, struct task *t)
{
    const struct gateway *g = c->config.outbox->roster->gateways;
    const struct sms_mt mt = {.id = t->out->id,
                              .attempt = t->out->attempt,
                              .to = t->out->to.e164,
                              .from = t->out->from,
                              .text = t->out->text};
    struct request request = request_new();
    struct answer answer = {.carried = CARRIED_NOT_SENT,
                            .body = buf_new(GATEWAY_BODY_MOST)};
    struct error err = {0};

    if (!g->ops->compose(g, &mt, &request, &err)) {
        t->outcome = err.kind == ERROR_REFUSED ? OUTCOME_REFUSED : OUTCOME_RETRY;
        snprintf(t->submitted.reason, sizeof(t->submitted.reason), "%.119s", err.text);
    } else {
        if (c->config.line != NULL && request.kind == REQUEST_LOCAL)
            line_carry(c->config.line, &request,
                       c->config.world->wall_ms(c->config.world), &answer);
        t->outcome = g->ops->judge(g, &answer, &t->submitted);
    }
    count_outcome(c, t->outcome);
    request_free(&request);
    buf_free(&answer.body);
}

static bool take_pushes(struct courier *c, bool early);
static bool read_inbox(struct courier *c);

static bool send_due(struct courier *c)
{
    struct task *tasks = tasks_new(MOST_AT_ONCE);
    struct outgoing *out = memory_new(sizeof(*out) * MOST_AT_ONCE);
    int64_t ids[MOST_AT_ONCE];
    int count, leaving;

    tasks[0].work = work_due;
    run_tasks(c, tasks, 1);
    count = tasks[0].command.ok ? tasks[0].count : 0;
    memcpy(ids, tasks[0].ids, sizeof(ids));
    leaving = claim_all(c, tasks, out, ids, count);
    for (int i = 0; i < leaving; i++) {
        carry(c, &tasks[i]);
        tasks[i].work = work_book;
    }
    if (leaving > 0 && take_pushes(c, true))
        read_inbox(c);
    run_tasks(c, tasks, leaving);
    for (int i = 0; i < leaving; i++)
        if (!tasks[i]
                 .command.ok) /* it stays SUBMITTING and is UNKNOWN when its lease ends */
            complain("outbox.not_booked", tasks[i].out->id, &tasks[i].command.err);
    free(out);
    free(tasks);
    return count > 0;
}

/* ---- what comes in ---- */

static bool work_keep(struct task *t, struct store *st, int64_t now_ms, struct error *err)
{
    return inbox_keep(st, t->c->config.outbox->roster->gateways, &t->raw, now_ms,
                      &t->count, err);
}

static bool work_unread(struct task *t, struct store *st, int64_t now_ms,
                        struct error *err)
{
    if (st->frame == NULL) {
        t->c->unread_ms = INT64_MAX;
        return true;
    }
    return inbound_due(st, now_ms, MOST_AT_ONCE, t->ids, &t->count, err) &&
           inbound_next_ms(st, &t->c->unread_ms, err);
}

static bool work_read(struct task *t, struct store *st, int64_t now_ms, struct error *err)
{
    return inbox_read(st, t->c->config.outbox, t->id, now_ms, err);
}

static bool work_unread_hold(struct task *t, struct store *st, int64_t now_ms,
                             struct error *err)
{
    return inbound_put_off(st, t->id, now_ms + HOLD_MS, err);
}

/* Keeps what the line pushes now, as the web does for a real gateway. */
static bool take_pushes(struct courier *c, bool early)
{
    struct task *tasks;
    int64_t now_ms = c->config.world->wall_ms(c->config.world);
    int count = 0;

    if (c->config.line == NULL)
        return false;
    tasks = tasks_new(MOST_AT_ONCE);
    while (count < MOST_AT_ONCE) {
        tasks[count].raw = callback_new(false);
        if (!line_push(c->config.line, now_ms, early, &tasks[count].raw))
            break;
        tasks[count++].work = work_keep;
    }
    run_tasks(c, tasks, count);
    for (int i = 0; i < count; i++) {
        if (!tasks[i].command.ok) {
            atomic_fetch_add(&c->put_off, 1);
            line_again(c->config.line, &tasks[i].raw, now_ms + AGAIN_MS);
        }
        callback_free(&tasks[i].raw);
    }
    free(tasks);
    return count > 0;
}

/* One that the store would not let us read is tried again later, so that it stops nobody.
 */
static void hold_unread(struct courier *c, const struct task *failed)
{
    struct task *hold = tasks_new(1);

    complain("inbox.unread", failed->id, &failed->command.err);
    hold->work = work_unread_hold;
    hold->id = failed->id;
    run_tasks(c, hold, 1);
    c->later |= !hold->command.ok;
    free(hold);
}

/* Reads what is kept, in the order in which it came. */
static bool read_inbox(struct courier *c)
{
    struct task *tasks = tasks_new(MOST_AT_ONCE);
    int64_t ids[MOST_AT_ONCE];
    int count;

    tasks[0].work = work_unread;
    run_tasks(c, tasks, 1);
    count = tasks[0].command.ok ? tasks[0].count : 0;
    memcpy(ids, tasks[0].ids, sizeof(ids));
    for (int i = 0; i < count; i++) {
        tasks[i].work = work_read;
        tasks[i].id = ids[i];
    }
    run_tasks(c, tasks, count);
    for (int i = 0; i < count; i++) {
        if (!tasks[i].command.ok && tasks[i].command.err.kind == ERROR_LATER)
            break;
        atomic_fetch_add(tasks[i].command.ok ? &c->read : &c->unread, 1);
        if (!tasks[i].command.ok)
            hold_unread(c, &tasks[i]);
    }
    free(tasks);
    return count > 0;
}

/* ---- keeping order ---- */

static void remember_one(void *self, int64_t id, int attempt, const char *ref)
{
    struct courier *c = self;
    char reference[GATEWAY_REF];

    gateway_reference(id, attempt, reference);
    line_remember(c->config.line, reference, ref,
                  c->config.world->wall_ms(c->config.world));
}

static bool work_start(struct task *t, struct store *st, int64_t now_ms,
                       struct error *err)
{
    struct courier *c = t->c;

    if (st->frame == NULL)
        return true;
    if (!messages_recover(st, now_ms, true, &t->count, err))
        return false;
    return c->config.line == NULL ||
           messages_waiting_report(st, c->config.outbox->roster->gateways[0].name,
                                   REMEMBER_MOST, remember_one, c, err);
}

static bool work_tidy(struct task *t, struct store *st, int64_t now_ms, struct error *err)
{
    if (st->frame == NULL)
        return true;
    return messages_recover(st, now_ms, false, &t->count, err) &&
           messages_give_up_reports(st, now_ms - REPORT_WAIT_MS, 256, now_ms, err);
}

static void run_alone(struct courier *c,
                      bool (*work)(struct task *, struct store *, int64_t,
                                   struct error *),
                      const char *event)
{
    struct task *t = tasks_new(1);

    t->work = work;
    run_tasks(c, t, 1);
    if (!t->command.ok)
        complain(event, 0, &t->command.err);
    else if (t->count > 0)
        log_line(LOG_LEVEL_NOTICE, event, "messages=%d", t->count);
    free(t);
}

static void tidy(struct courier *c)
{
    int64_t mono_ms = c->config.world->mono_ms(c->config.world);

    if (mono_ms - c->tidied_ms < TIDY_EVERY_MS)
        return;
    c->tidied_ms = mono_ms;
    run_alone(c, work_tidy, "outbox.recovered");
}

/* ---- the thread ---- */

static bool is_ending(struct courier *c)
{
    bool ending;

    pthread_mutex_lock(&c->lock);
    ending = c->ending;
    pthread_mutex_unlock(&c->lock);
    return ending;
}

/* Works until nothing is due, somebody wants us to end, or the writer asks for a pause.
 */
static void work_until_quiet(struct courier *c)
{
    bool busy = true;

    c->later = false;
    while (busy && !c->later && !is_ending(c)) {
        busy = take_pushes(c, false);
        busy |= read_inbox(c);
        busy |= send_due(c);
    }
}

/* Takes those who wait, in the order in which they came. */
static struct waiter *take_waiters(struct courier *c)
{
    struct waiter *all, *turned = NULL;

    pthread_mutex_lock(&c->lock);
    c->wake = false;
    all = c->waiters;
    c->waiters = NULL;
    pthread_mutex_unlock(&c->lock);
    while (all != NULL) {
        struct waiter *w = all;

        all = w->next;
        w->next = turned;
        turned = w;
    }
    return turned;
}

static void tell(struct waiter *w)
{
    while (w != NULL) {
        struct waiter *next = w->next;

        w->fn(w->arg);
        free(w);
        w = next;
    }
}

static int64_t sleep_ms(struct courier *c)
{
    int64_t now_ms = c->config.world->wall_ms(c->config.world), next_ms = c->next_ms;

    if (c->later)
        return AGAIN_MS;
    if (c->unread_ms < next_ms)
        next_ms = c->unread_ms;
    if (c->config.line != NULL && line_next_ms(c->config.line) < next_ms)
        next_ms = line_next_ms(c->config.line);
    if (next_ms <= now_ms)
        return 1;
    return next_ms - now_ms < SLEEP_MOST_MS ? next_ms - now_ms : SLEEP_MOST_MS;
}

static bool sleep_until_due(struct courier *c)
{
    int64_t wait_ms = sleep_ms(c);
    struct timespec until;
    bool ending;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&c->lock);
    while (!c->wake && !c->ending)
        if (pthread_cond_timedwait(&c->woken, &c->lock, &until) == ETIMEDOUT)
            break;
    ending = c->ending;
    pthread_mutex_unlock(&c->lock);
    return !ending;
}

static void *courier_thread(void *arg)
{
    struct courier *c = arg;

    c->tidied_ms = c->config.world->mono_ms(c->config.world);
    run_alone(c, work_start, "outbox.recovered");
    do {
        struct waiter *waiters = take_waiters(c);

        work_until_quiet(c);
        tell(waiters);
        tidy(c);
    } while (sleep_until_due(c));
    tell(take_waiters(c));
    return NULL;
}

struct courier *courier_start(const struct courier_config *config)
{
    struct courier *c = memory_new(sizeof(*c));
    pthread_condattr_t attr;

    c->config = *config;
    c->next_ms = INT64_MAX;
    pthread_mutex_init(&c->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&c->woken, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&c->thread, NULL, courier_thread, c) != 0)
        abort();
    return c;
}

void courier_stop(struct courier *c)
{
    if (c == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    c->ending = true;
    pthread_cond_signal(&c->woken);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    tell(take_waiters(c));
    pthread_cond_destroy(&c->woken);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

void courier_wake(void *courier)
{
    struct courier *c = courier;

    if (c == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    c->wake = true;
    pthread_cond_signal(&c->woken);
    pthread_mutex_unlock(&c->lock);
}

void courier_settle(struct courier *c, void (*fn)(void *arg), void *arg)
{
    struct waiter *w = memory_new(sizeof(*w));

    w->fn = fn;
    w->arg = arg;
    pthread_mutex_lock(&c->lock);
    w->next = c->waiters;
    c->waiters = w;
    c->wake = true;
    pthread_cond_signal(&c->woken);
    pthread_mutex_unlock(&c->lock);
}

void courier_figures(struct courier *c, struct courier_figures *out)
{
    *out = (struct courier_figures){
        .carried = atomic_load(&c->carried),
        .accepted = atomic_load(&c->accepted),
        .refused = atomic_load(&c->refused),
        .retried = atomic_load(&c->retried),
        .unknown = atomic_load(&c->unknown),
        .read = atomic_load(&c->read),
        .unread = atomic_load(&c->unread),
        .put_off = atomic_load(&c->put_off),
    };
}
