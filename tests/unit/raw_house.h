/*
 * raw_house.h — the loop with routes that show what it understood, and raw sockets that
 * speak to it as honest and hostile clients do.
 *
 * The loop runs on a thread of the test's process on a port that the kernel chooses.
 * Nobody sleeps: clients wait with poll(2) for bytes or the end of the connection, and a
 * wait of PATIENCE_MS fails the test. House and clients are given; a test closes what it
 * opened.
 */
#ifndef TESTS_UNIT_RAW_HOUSE_H
#define TESTS_UNIT_RAW_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "web/http.h"

enum { PATIENCE_MS = 60000 };

/* A request that must never be seen: what stood in front of it was not one of ours. */
#define SMUGGLE "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"

/* ---- the house ---- */

struct house {
    struct http *http;
    struct world world;
    pthread_t thread;
    size_t left; /* what http_run returned */
    sem_t held;  /* posted for each exchange that /hold got */
    _Atomic(struct exchange *) hold[64];
    _Atomic unsigned holding;
    _Atomic unsigned handled;  /* exchanges that reached a handler */
    _Atomic unsigned freed;    /* states that were freed */
    _Atomic unsigned smuggled; /* exchanges that reached /smuggled */
    _Atomic unsigned ticks;
};

static inline struct house *house_of(struct exchange *x)
{
    struct house *h = x->context;

    h->handled++;
    return h;
}

/* Says what the loop understood. */
static inline void show(struct exchange *x)
{
    house_of(x);
    buf_addf(&x->answer, "%d%s %s", (int)x->method, x->head ? " head" : "", x->path);
    for (size_t i = 0; i < x->query_count; i++)
        buf_addf(&x->answer, " [%s=%s]", x->query[i].name, x->query[i].value);
    for (size_t i = 0; i < x->param_count; i++)
        buf_addf(&x->answer, " {%s}", exchange_param(x, i));
    if (exchange_header(x, "x-test") != NULL)
        buf_addf(&x->answer, " (%s)", exchange_header(x, "x-test"));
    if (x->forwarded)
        buf_add_text(&x->answer, " forwarded");
    if (x->body_length > 0)
        buf_addf(&x->answer, " %zu bytes %.20s", x->body_length, x->body);
    exchange_answer(x, 200, "text/plain; charset=utf-8");
}

/* As a gateway's call is seen: nothing is decoded, nothing is refused. */
static inline void show_raw(struct exchange *x)
{
    house_of(x);
    buf_addf(&x->answer, "%zu %zu %.40s", x->query_count, strlen(x->raw_query),
             x->raw_query);
    exchange_answer(x, 200, "text/plain");
}

static inline void where(struct exchange *x)
{
    house_of(x);
    buf_addf(&x->answer, "%s %d", x->peer, x->loopback_listener);
    exchange_answer(x, 200, "text/plain");
}

static inline void smuggled(struct exchange *x)
{
    house_of(x)->smuggled++;
    exchange_answer(x, 200, NULL);
}

static inline void mute(struct exchange *x)
{
    house_of(x);
}

static inline void dress(struct exchange *x)
{
    house_of(x);
    exchange_header_add(x, "Content-Security-Policy", "default-src 'self'");
    exchange_header_add(x, "Cache-Control", "max-age=60");
    exchange_header_add(x, "Permissions-Policy", "");
    exchange_header_add(x, "X-Split", "a\r\nSet-Cookie: b=c");
    exchange_header_add(x, "Set-Cookie", "d=e");
    exchange_answer(x, 204, NULL);
}

static inline void large(struct exchange *x)
{
    house_of(x);
    for (int i = 0; i < 40000; i++)
        buf_addf(&x->answer, "%024d\n", i);
    exchange_answer(x, 200, "text/plain");
}

static inline void state_gone(void *state)
{
    struct house *h = state;

    h->freed++;
}

static inline void hold_done(struct exchange *x)
{
    buf_addf(&x->answer, "held %s", exchange_param(x, 0));
    exchange_answer(x, 200, "text/plain");
}

/* Keeps the exchange until the test gives it back. */
static inline void hold(struct exchange *x)
{
    struct house *h = house_of(x);

    x->state = h;
    x->state_free = state_gone;
    x->resume = hold_done;
    exchange_suspend(x);
    h->hold[h->holding++ % LENGTH(h->hold)] = x;
    sem_post(&h->held);
}

/* Goes to another thread and back three times. */
static inline void *carry(void *exchange)
{
    exchange_wake(exchange);
    return NULL;
}

static inline void bounce(struct exchange *x)
{
    size_t *times = x->state;
    pthread_t thread;

    if ((*times)++ == 3) {
        exchange_answer_static(x, 200, "text/plain", "bounced", 7);
        return;
    }
    x->resume = bounce;
    exchange_suspend(x);
    pthread_create(&thread, NULL, carry, x);
    pthread_detach(thread);
}

static inline void bounce_begin(struct exchange *x)
{
    x->state = exchange_memory(x, sizeof(size_t));
    *(size_t *)x->state = 0;
    bounce(x);
}

static inline void problem(struct exchange *x, int status, const char *text)
{
    buf_addf(&x->answer, "problem %d %s", status, text);
    exchange_answer(x, status, "application/problem+json");
}

static const struct route routes[] = {
    {METHOD_GET, "/show", show, 0, 0},
    {METHOD_GET, "/raw", show_raw, ROUTE_RAW_QUERY, 0},
    {METHOD_POST, "/show", show, 0, 0},
    {METHOD_GET, "/show/{x}/{y}", show, 0, 0},
    {METHOD_POST, "/import", show, 0, 1 << 20},
    {METHOD_GET, "/where", where, 0, 0},
    {METHOD_GET, "/smuggled", smuggled, 0, 0},
    {METHOD_GET, "/mute", mute, 0, 0},
    {METHOD_GET, "/dress", dress, 0, 0},
    {METHOD_GET, "/large", large, 0, 0},
    {METHOD_POST, "/hold/{n}", hold, 0, 0},
    {METHOD_GET, "/bounce", bounce_begin, 0, 0},
};

static inline void *house_run(void *house)
{
    struct house *h = house;

    h->left = http_run(h->http);
    return NULL;
}

static inline struct house *house_open_at(const char *listen, struct http_limits limits,
                                          const char *exempt)
{
    struct house *h = calloc(1, sizeof(*h));
    struct error err = {0};
    bool proxied = strncmp(listen, "unix:", 5) == 0;
    struct http_config config = {.listen = listen,
                                 .base_url = proxied ? "https://hall.example"
                                                     : "http://hall.example",
                                 .exempt = exempt,
                                 .limits = limits,
                                 .routes = routes,
                                 .route_count = LENGTH(routes),
                                 .problem = problem,
                                 .world = &h->world,
                                 .context = h};

    assert_non_null(h);
    world_real(&h->world);
    sem_init(&h->held, 0, 0);
    if (!http_open(&config, &h->http, &err))
        print_error("%s (%s)\n", err.text, err.cause);
    assert_non_null(h->http);
    return h;
}

static inline struct house *house_open(struct http_limits limits)
{
    struct house *h = house_open_at("127.0.0.1:0", limits, NULL);

    pthread_create(&h->thread, NULL, house_run, h);
    return h;
}

static inline void house_close(struct house *h)
{
    http_drain(h->http, 3000);
    pthread_join(h->thread, NULL);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

/* ---- clients ---- */

struct client {
    int fd;
    size_t have;
    char in[2 << 20];
};

static inline struct client *dial(struct house *h)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_port(h->http)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct client *c = malloc(sizeof(*c));

    assert_non_null(c);
    c->have = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return c;
}

static inline void hang_up(struct client *c)
{
    close(c->fd);
    free(c);
}

static inline void say_bytes(struct client *c, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);

        if (n < 0) /* the house may have closed; what it said is still to be read */
            return;
        bytes += n;
        length -= (size_t)n;
    }
}

static inline void say(struct client *c, const char *text)
{
    say_bytes(c, text, strlen(text));
}

/* Reads some more; false at the end of the connection. */
static inline bool hear(struct client *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    ssize_t n;

    if (poll(&p, 1, PATIENCE_MS) != 1)
        fail_msg("the house says nothing");
    assert_true(c->have < sizeof(c->in) - 1);
    n = recv(c->fd, c->in + c->have, sizeof(c->in) - 1 - c->have, 0);
    if (n <= 0)
        return false;
    c->have += (size_t)n;
    return true;
}

struct answer {
    int status; /* 0: the connection ended */
    char head[4096];
    char *body;
    size_t length;
};

static inline void answer_free(struct answer *a)
{
    free(a->body);
    a->body = NULL;
}

/* One answer; `head_only` for HEAD. */
static inline struct answer hear_answer(struct client *c, bool head_only)
{
    struct answer a = {0};
    const char *length;
    char *end;

    while ((end = memmem(c->in, c->have, "\r\n\r\n", 4)) == NULL)
        if (!hear(c))
            return a;
    snprintf(a.head, sizeof(a.head), "%.*s", (int)(end + 2 - c->in), c->in);
    a.status = atoi(a.head + 9);
    length = strstr(a.head, "Content-Length: ");
    a.length = length != NULL && !head_only ? strtoul(length + 16, NULL, 10) : 0;
    c->have -= (size_t)(end + 4 - c->in);
    memmove(c->in, end + 4, c->have);
    while (c->have < a.length)
        if (!hear(c))
            fail_msg("the answer is cut short");
    a.body = malloc(a.length + 1);
    assert_non_null(a.body);
    memcpy(a.body, c->in, a.length);
    a.body[a.length] = '\0';
    c->have -= a.length;
    memmove(c->in, c->in + a.length, c->have);
    return a;
}

static inline bool hear_end(struct client *c)
{
    while (hear(c))
        ;
    return c->have == 0;
}

static inline void expect(struct client *c, int status, const char *body)
{
    struct answer a = hear_answer(c, false);

    assert_int_equal(a.status, status);
    if (body != NULL)
        assert_string_equal(a.body, body);
    answer_free(&a);
}

/* Until so many exchanges are held. */

static inline void wait_held(struct house *h, unsigned count)
{
    while (count-- > 0)
        while (sem_wait(&h->held) != 0)
            ;
}

#endif
