/*
 * http_loop.c — the waiting, timers, mail from other threads, and the end.
 *
 * One epoll set holds the library's own epoll descriptor, the eventfd that announces
 * mail, the watches and the lingering sockets. After every wait the library gets a turn,
 * since only a turn makes it look at connections that were resumed.
 *
 * Promise: mail that was posted before the loop slept wakes it. A poster that finds the
 * stack empty writes the eventfd; the loop reads the eventfd first and takes the stack
 * second, so what is pushed in between is either taken or announced again.
 */
#include "web/http_inner.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

enum { LONGEST_WAIT_MS = 1000, EVENTS = 64 };

int64_t http_now(struct http *h)
{
    return h->config.world->mono_ms(h->config.world);
}

void http_watch(struct http *h, int fd, void (*fn)(void *arg), void *arg)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)h->watch_count};

    assert(h->watch_count < HTTP_WATCHES);
    h->watches[h->watch_count++] = (struct watch){fd, fn, arg};
    if (epoll_ctl(h->epoll_fd, EPOLL_CTL_ADD, fd, &e) != 0)
        log_line(LOG_LEVEL_ERROR, "http_watch_failed", "fd=%d error=\"%s\"", fd,
                 strerror(errno));
}

void http_timer(struct http *h, unsigned interval_ms, void (*fn)(void *arg), void *arg)
{
    assert(h->timer_count < HTTP_TIMERS && interval_ms > 0);
    h->timers[h->timer_count++] =
        (struct timer){interval_ms, http_now(h) + interval_ms, fn, arg};
}

void loop_mail(struct http *h, struct http_mail *mail)
{
    struct http_mail *top = atomic_load_explicit(&h->mail, memory_order_relaxed);
    uint64_t one = 1;

    do {
        mail->next = top;
    } while (!atomic_compare_exchange_weak_explicit(
        &h->mail, &top, mail, memory_order_release, memory_order_relaxed));
    if (top == NULL)
        while (write(h->event_fd, &one, sizeof(one)) < 0 && errno == EINTR)
            ;
}

void loop_take_mail(struct http *h)
{
    struct http_mail *stack =
        atomic_exchange_explicit(&h->mail, NULL, memory_order_acquire);
    struct http_mail *queue = NULL, *next;

    for (; stack != NULL; stack = next) { /* the oldest lies at the bottom */
        next = stack->next;
        stack->next = queue;
        queue = stack;
    }
    for (; queue != NULL; queue = next) {
        next = queue->next;
        queue->run(h, queue);
    }
}

static void mail_arrived(void *arg)
{
    struct http *h = arg;
    uint64_t count;

    while (read(h->event_fd, &count, sizeof(count)) < 0 && errno == EINTR)
        ;
    loop_take_mail(h);
}

struct posted {
    struct http_mail mail; /* first, so that both addresses are one */
    void (*fn)(void *arg);
    void *arg;
};

static void posted_run(struct http *h, struct http_mail *mail)
{
    struct posted *p = (struct posted *)(void *)mail;

    (void)h;
    p->fn(p->arg);
    free(p);
}

void http_post(struct http *h, void (*fn)(void *arg), void *arg)
{
    struct posted *p = memory_new(sizeof(*p));

    p->mail.run = posted_run;
    p->fn = fn;
    p->arg = arg;
    loop_mail(h, &p->mail);
}

bool loop_open(struct http *h, struct error *err)
{
    h->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    h->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (h->epoll_fd < 0 || h->event_fd < 0) {
        error_set(err, ERROR_BROKEN, "The machine has no file descriptors left.");
        return error_cause(err, "epoll or eventfd: %s", strerror(errno));
    }
    http_watch(h, h->event_fd, mail_arrived, h);
    return true;
}

void loop_close(struct http *h)
{
    linger_close(h);
    if (h->epoll_fd >= 0)
        close(h->epoll_fd);
    if (h->event_fd >= 0)
        close(h->event_fd);
}

static void run_timers(struct http *h)
{
    int64_t now_ms = http_now(h);

    for (size_t i = 0; i < h->timer_count; i++) {
        struct timer *t = &h->timers[i];

        if (t->next_ms > now_ms)
            continue;
        t->next_ms = now_ms + t->interval_ms;
        t->fn(t->arg);
    }
    if (h->lingering > 0)
        linger_sweep(h, now_ms);
}

/* How long nothing of ours is due; the library may want its turn sooner. */
static int wait_ms(struct http *h)
{
    int64_t now_ms = http_now(h), wait = LONGEST_WAIT_MS;

    for (size_t i = 0; i < h->timer_count; i++)
        if (h->timers[i].next_ms - now_ms < wait)
            wait = h->timers[i].next_ms - now_ms;
    if (h->draining && h->drain_until_ms - now_ms < wait)
        wait = h->drain_until_ms - now_ms;
    if (h->lingering > 0 && wait > 100)
        wait = 100;
    return server_wait_ms(h, wait > 0 ? (int)wait : 0);
}

static bool is_over(struct http *h)
{
    return h->draining &&
           ((h->links == NULL && h->lingering == 0) || http_now(h) >= h->drain_until_ms);
}

size_t http_run(struct http *h)
{
    struct epoll_event events[EVENTS];

    while (!is_over(h)) {
        int n = epoll_wait(h->epoll_fd, events, EVENTS, wait_ms(h));

        for (int i = 0; i < n; i++) {
            uint32_t which = events[i].data.u32;

            if (which >= HTTP_WATCHES)
                linger_read(h, which - HTTP_WATCHES);
            else if (h->watches[which].fn != NULL)
                h->watches[which].fn(h->watches[which].arg);
        }
        run_timers(h);
        server_turn(h);
    }
    return h->totals.suspended;
}

struct drain {
    struct http_mail mail;
    unsigned within_ms;
};

static void drain_run(struct http *h, struct http_mail *mail)
{
    struct drain *d = (struct drain *)(void *)mail;
    int64_t until_ms = http_now(h) + d->within_ms;

    if (!h->draining || until_ms < h->drain_until_ms)
        h->drain_until_ms = until_ms;
    if (!h->draining)
        server_quiesce(h);
    h->draining = true;
    free(d);
}

void http_drain(struct http *h, unsigned within_ms)
{
    struct drain *d = memory_new(sizeof(*d));

    d->mail.run = drain_run;
    d->within_ms = within_ms;
    loop_mail(h, &d->mail);
}
