/*
 * courier.c — the courier's thread and the order of its turns.
 *
 *     mail (what the writer has done) → sessions → what came in → what is due → upkeep
 *     → tell who waits for quiet → sleep until something comes, or falls due
 *
 * Nothing in a turn waits for anything: what is written is handed to the writer as an
 * errand and its end comes back as mail; sockets are told by carry_http_wait. (Files in
 * spool folders are the exception: they are synced on this thread.) The steps of a
 * message stand in dispatch.c, those of a reply in gather.c.
 */
#include "work/courier_part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/message_doubt.h"
#include "store/hook_store.h"

#define HOUR_MS        INT64_C(3600000)
#define REPORT_WAIT_MS (72 * HOUR_MS)

enum {
    SLEEP_MOST_MS = 5000,
    ENDING_MS = 200,        /* between looks while we end */
    SESSIONS_END_MS = 3000, /* answers of sessions are waited for so long at the end */
    TIDY_EVERY_MS = 60000,  /* monotonic */
    REMEMBER_MOST = 100000,
};

int64_t courier_wall(struct courier *c)
{
    return c->config.world->wall_ms(c->config.world);
}

int64_t courier_mono(struct courier *c)
{
    return c->config.world->mono_ms(c->config.world);
}

void complain(const char *event, int64_t id, const struct error *err)
{
    log_line(LOG_LEVEL_ERROR, event, "id=%lld reason=\"%s\" cause=\"%s\"", (long long)id,
             err->text, err->cause);
}

bool courier_pauses(struct courier *c)
{
    return c->over || courier_mono(c) < c->again_ms;
}

/* ---- errands ---- */

static bool errand_run(struct store *st, struct command *command, int64_t now_ms,
                       struct error *err)
{
    struct errand *e = (struct errand *)command;

    return e->work(e, st, now_ms, err);
}

/* The lock is held. One wake a sleep is enough. */
static void signal_thread(struct courier *c)
{
    if (c->signalled)
        return;
    c->signalled = true;
    carry_http_wake(c->http);
}

static void errand_done(struct command *command)
{
    struct errand *e = (struct errand *)command;
    struct courier *c = e->c;

    if (e->over != NULL)
        e->over(e);
    e->next = NULL;
    pthread_mutex_lock(&c->lock);
    *c->finished_end = e;
    c->finished_end = &e->next;
    signal_thread(c);
    pthread_mutex_unlock(&c->lock);
}

void errand_send(struct courier *c, struct errand *e)
{
    e->c = c;
    e->command.run = errand_run;
    e->command.done = errand_done;
    e->next = NULL;
    *c->sending_end = e;
    c->sending_end = &e->next;
    c->errands++;
}

/*
 * All errands of a turn go together: sent one by one, the first would wake the writer,
 * which would sync that one alone while the others are still being made.
 */
static void send_errands(struct courier *c)
{
    struct errand *e = c->sending;

    c->sending = NULL;
    c->sending_end = &c->sending;
    while (e != NULL) {
        struct errand *next = e->next; /* the writer's from the next line on */

        if (!writer_submit(c->config.writer, &e->command)) {
            error_set(&e->command.err, ERROR_LATER, "Too much is waiting to be written.");
            errand_done(&e->command);
        }
        e = next;
    }
}

bool errand_later(struct errand *e)
{
    if (e->command.ok || e->command.err.kind != ERROR_LATER)
        return false;
    e->c->again_ms = courier_mono(e->c) + AGAIN_MS;
    return true;
}

/* ---- keeping order ---- */

struct order {
    struct errand errand;
    int count;
};

static void remember_one(void *self, int64_t id, int attempt, const char *ref)
{
    struct courier *c = self;
    char reference[GATEWAY_REF];

    gateway_reference(id, attempt, reference);
    line_remember(c->config.line, reference, ref, courier_wall(c));
}

/* Puts right what a crash left, and tells the line what waits for its reports. */
static bool start_work(struct errand *e, struct store *st, int64_t now_ms,
                       struct error *err)
{
    struct courier *c = e->c;

    if (st->frame == NULL)
        return true;
    if (!hooks_recover(st, now_ms, err) || !push_recover(c, st, now_ms, err) ||
        !messages_recover(st, now_ms, true, &((struct order *)e)->count, err))
        return false;
    return c->config.line == NULL || c->local < 0 ||
           messages_waiting_report(st, c->routes[c->local].g->name, REMEMBER_MOST,
                                   remember_one, c, err);
}

static bool tidy_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    if (st->frame == NULL)
        return true;
    return messages_recover(st, now_ms, false, &((struct order *)e)->count, err) &&
           messages_give_up_reports(st, now_ms - REPORT_WAIT_MS, 256, now_ms, err) &&
           hooks_forget(st, now_ms, err);
}

static void order_back(struct errand *e)
{
    struct courier *c = e->c;
    int count = ((struct order *)e)->count;

    c->started = true;
    if (!e->command.ok)
        complain("outbox.recovered", 0, &e->command.err);
    else if (count > 0)
        log_line(LOG_LEVEL_NOTICE, "outbox.recovered", "messages=%d", count);
    if (count > 0) { /* some may go again, some are to be asked after */
        dispatch_ask(c);
        c->ask_due = true;
    }
    free(e);
}

static void put_in_order(struct courier *c, bool (*work)(struct errand *, struct store *,
                                                         int64_t, struct error *))
{
    struct order *o = memory_new(sizeof(*o));

    c->tidied_ms = courier_mono(c);
    o->errand.work = work;
    o->errand.back = order_back;
    errand_send(c, &o->errand);
}

static void tidy(struct courier *c)
{
    if (courier_pauses(c) || courier_mono(c) - c->tidied_ms < TIDY_EVERY_MS)
        return;
    c->plan_lost = true;
    put_in_order(c, tidy_work);
}

/* ---- mail ---- */

/* Something was added, or somebody wants all that is due to be done. */
static void look_at_everything(struct courier *c)
{
    c->again_ms = 0;
    c->unread = true;
    c->hooks_ask = true;
    push_ask(c);
    dispatch_ask(c);
}

static void begin_to_end(struct courier *c)
{
    c->over = true;
    c->over_ms = courier_mono(c);
    for (int i = 0; i < c->route_count; i++)
        if (c->routes[i].session != NULL)
            carry_session_leave(c->routes[i].session);
}

static void take_mail(struct courier *c)
{
    struct errand *e;
    struct waiter *asked;
    bool woken, ending;

    pthread_mutex_lock(&c->lock);
    c->signalled = false;
    e = c->finished;
    c->finished = NULL;
    c->finished_end = &c->finished;
    asked = c->asked;
    c->asked = NULL;
    woken = c->woken;
    c->woken = false;
    ending = c->ending;
    pthread_mutex_unlock(&c->lock);
    if (woken || asked != NULL)
        look_at_everything(c);
    c->plan_lost |= asked != NULL;
    while (asked != NULL) {
        struct waiter *w = asked;

        asked = w->next;
        w->next = c->waiting;
        c->waiting = w;
    }
    if (ending && !c->over)
        begin_to_end(c);
    while (e != NULL) {
        struct errand *next = e->next;

        c->errands--;
        e->back(e);
        e = next;
    }
}

/* Tells those who wait, in the order in which they came. */
static void tell(struct courier *c)
{
    struct waiter *all = c->waiting, *turned = NULL;

    c->waiting = NULL;
    while (all != NULL) {
        struct waiter *w = all;

        all = w->next;
        w->next = turned;
        turned = w;
    }
    while (turned != NULL) {
        struct waiter *w = turned;

        turned = w->next;
        w->fn(w->arg);
        free(w);
    }
}

/* A pause is quiet too: what could not be written now comes again by itself. */
static bool is_quiet(struct courier *c)
{
    return c->started && c->errands == 0 &&
           (courier_pauses(c) ||
            (dispatch_is_quiet(c) && gather_is_quiet(c) && upkeep_is_quiet(c) &&
             deliver_is_quiet(c) && push_is_quiet(c)));
}

/* ---- turns ---- */

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int sleep_ms(struct courier *c)
{
    int64_t wait_ms = SLEEP_MOST_MS, now_ms = courier_mono(c);

    if (c->over)
        return ENDING_MS;
    for (int i = 0; i < c->route_count; i++)
        if (c->routes[i].session != NULL)
            wait_ms =
                least(wait_ms, carry_session_next_ms(c->routes[i].session) - now_ms);
    if (courier_pauses(c))
        wait_ms = least(wait_ms, c->again_ms - now_ms);
    else if (c->started)
        wait_ms = least(least(wait_ms, dispatch_wait_ms(c)),
                        least(least(gather_wait_ms(c), upkeep_wait_ms(c)),
                              least(deliver_wait_ms(c), push_wait_ms(c))));
    return wait_ms > 1 ? (int)wait_ms : 1;
}

static void run_sessions(struct courier *c, const short revents[ROUTES_MOST])
{
    for (int i = 0; i < c->route_count; i++)
        if (c->routes[i].session != NULL)
            carry_session_run(c->routes[i].session, revents[i]);
}

static void sleep_until_due(struct courier *c)
{
    struct pollfd fds[ROUTES_MOST + 1];
    short revents[ROUTES_MOST] = {0};
    int whose[ROUTES_MOST + 1], count = 0;

    for (int i = 0; i < c->route_count; i++)
        if (c->routes[i].session != NULL &&
            carry_session_poll(c->routes[i].session, &fds[count]))
            whose[count++] = i;
    whose[count] = -1;
    fds[count] = (struct pollfd){.fd = carry_folders_fd(c->folders), .events = POLLIN};
    carry_http_wait(c->http, sleep_ms(c), fds, count + (fds[count].fd >= 0 ? 1 : 0));
    for (int i = 0; i < count; i++)
        revents[whose[i]] = fds[i].revents;
    run_sessions(c, revents);
}

static bool sessions_wait(struct courier *c)
{
    for (int i = 0; i < c->route_count; i++)
        if (c->routes[i].at_session != NULL ||
            (c->routes[i].session != NULL &&
             carry_session_is_leaving(c->routes[i].session)))
            return true;
    return false;
}

/* What left is answered, judged and booked; nothing more is begun. */
static bool has_ended(struct courier *c)
{
    if (!c->over)
        return false;
    if (!c->closed &&
        (!sessions_wait(c) || courier_mono(c) - c->over_ms >= SESSIONS_END_MS)) {
        c->closed = true;
        dispatch_close(c);
    }
    return c->closed && c->started && c->errands == 0 && c->held == NULL &&
           c->at_gateways == 0 && c->questions == 0;
}

static void *courier_thread(void *arg)
{
    static const short none[ROUTES_MOST] = {0};
    struct courier *c = arg;

    put_in_order(c, start_work);
    for (;;) {
        take_mail(c);
        if (c->started) {
            run_sessions(c, none);
            tidy(c);
            gather_turn(c);
            dispatch_turn(c);
            upkeep_turn(c);
            deliver_turn(c);
            push_turn(c);
            if (c->waiting != NULL && is_quiet(c))
                tell(c);
        }
        if (has_ended(c))
            break;
        send_errands(c);
        sleep_until_due(c);
    }
    c->ended = true;
    tell(c);
    return NULL;
}

/* ---- for others ---- */

struct courier *courier_start(const struct courier_config *config)
{
    struct courier *c = memory_new(sizeof(*c));

    c->config = *config;
    c->finished_end = &c->finished;
    c->sending_end = &c->sending;
    pthread_mutex_init(&c->lock, NULL);
    c->http = carry_http_new();
    dispatch_open(c);
    gather_open(c);
    upkeep_open(c);
    deliver_open(c);
    push_open(c);
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
    signal_thread(c);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    take_mail(c);
    tell(c);
}

void courier_free(struct courier *c)
{
    if (c == NULL)
        return;
    take_mail(c);
    tell(c);
    carry_http_free(c->http); /* only questions of status may be left in it */
    deliver_close(c);
    push_close(c);
    gather_close(c);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

void courier_wake(void *courier)
{
    struct courier *c = courier;

    if (c == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    c->woken = true;
    signal_thread(c);
    pthread_mutex_unlock(&c->lock);
}

void courier_settle(struct courier *c, void (*fn)(void *arg), void *arg)
{
    struct waiter **at, *w = memory_new(sizeof(*w));

    w->fn = fn;
    w->arg = arg;
    pthread_mutex_lock(&c->lock);
    for (at = &c->asked; *at != NULL; at = &(*at)->next) {
    }
    *at = w;
    signal_thread(c);
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
        .unread = atomic_load(&c->unreadable),
        .put_off = atomic_load(&c->put_off),
    };
}
