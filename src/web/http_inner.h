/*
 * http_inner.h — what the halves of the loop share: http.c (connections and requests, the
 * only file that knows the library) and http_loop.c (waiting, timers, mail, the end).
 * Everything but the mail stack belongs to the loop's thread. Not for anybody else.
 */
#ifndef WEB_HTTP_INNER_H
#define WEB_HTTP_INNER_H

#include <stdatomic.h>

#include "web/http.h"
#include "web/http_address.h"

enum { HTTP_TIMERS = 16, HTTP_WATCHES = 16 + 2, HTTP_LINGERS = 256 };

/*
 * A connection, from its phase to its deadline:
 *
 *     HEAD ──head──▶ BODY ──body──▶ WORK ──answer──▶ SEND ──sent──▶ IDLE ─┐
 *       ▲                                                                 │
 *       └──────────────────────────request line──────────────────────────┘
 *
 * WORK has no deadline; every other phase has one total time, so that dripping bytes does
 * not prolong it.
 */
enum link_phase { LINK_HEAD, LINK_BODY, LINK_WORK, LINK_SEND, LINK_IDLE };

struct link {
    struct link *next, *previous;
    struct http *http;
    void *connection;   /* the library's */
    struct exchange *x; /* the request under way, or NULL */
    struct address address;
    char peer[EXCHANGE_PEER]; /* the same as text */
    enum link_phase phase;
    int64_t deadline_ms;
    int fd;     /* the library's; for shutdown(2) only */
    int linger; /* a second descriptor, where the answer came before the request ended */
    bool counted; /* in http.counts */
    bool cut;     /* shut down already */
};

/* A socket that we have answered and shut, read until the client has seen it. */
struct farewell {
    int fd; /* -1: the place is free */
    int64_t until_ms;
    size_t left;
};

struct timer {
    unsigned interval_ms;
    int64_t next_ms;
    void (*fn)(void *arg);
    void *arg;
};

struct watch {
    int fd;
    void (*fn)(void *arg);
    void *arg;
};

struct http {
    struct http_config config;
    struct http_limits limits; /* with the defaults filled in */
    struct router *router;
    struct http_route_metrics *stats; /* a row for each route, then the two others */
    struct http_metrics totals;
    struct address_list exempt;
    struct address_counts counts;
    struct exchange_pair house[12]; /* headers of every answer */
    size_t house_count;

    void *daemon; /* the library's */
    int listen_fd, epoll_fd, event_fd;
    uint16_t port;
    bool loopback;
    struct link *links;
    struct farewell lingers[HTTP_LINGERS];
    size_t lingering;

    struct timer timers[HTTP_TIMERS];
    size_t timer_count;
    struct watch watches[HTTP_WATCHES];
    size_t watch_count;
    struct http_mail *_Atomic mail; /* a stack that any thread pushes to */

    unsigned resting; /* streams that have nothing to send */
    bool draining;
    int64_t drain_until_ms;
};

int64_t http_now(struct http *h);

/* http_loop.c */
NODISCARD bool loop_open(struct http *h, struct error *err);
void loop_close(struct http *h);
void loop_take_mail(struct http *h);
void loop_mail(struct http *h, struct http_mail *mail); /* any thread */

/* http.c: the library's side of the loop. */
NODISCARD bool server_open(struct http *h, struct error *err);
void server_close(struct http *h); /* answers 503 to everything that is suspended */
int server_epoll(struct http *h);
int server_wait_ms(struct http *h, int longest); /* until it wants server_turn */
void server_turn(struct http *h);
void server_quiesce(struct http *h); /* no new connections, idle ones are shut */
void server_deadlines(void *http);   /* shuts what is too slow; a timer */

/* http_linger.c */
void linger_begin(struct http *h, int fd); /* taken */
void linger_read(struct http *h, size_t index);
void linger_sweep(struct http *h, int64_t now_ms);
void linger_close(struct http *h);

/* http_answer.c: counting and what every answer has. */
void answer_prepare(struct http *h);  /* fills h->house and h->stats */
void answer_pack(struct exchange *x); /* where that helps and the client takes it */
void answer_count(struct http *h, const struct exchange *x);
bool answer_has(const struct exchange *x, const char *header);
/* Begins the answer anew and lets the caller's function write the problem. */
void answer_problem(struct http *h, struct exchange *x, int status, const char *text);

#endif
