/*
 * http.h — the loop: one thread that reads requests, calls handlers and sends answers.
 *
 * A handler runs on the loop and must not block: no SQL, no hashing, no network. It
 * either answers (exchange_answer) or hands the exchange on:
 *
 *     x->resume = shown;         what the loop calls afterwards
 *     exchange_suspend(x);       first, on the loop
 *     mailbox_put(writer, x);    then somebody else owns x …
 *     exchange_wake(x);          … until this, from any thread, exactly once
 *
 * The loop then calls x->resume(x), which again answers or hands on. A suspended exchange
 * has no time-out, and a client that leaves meanwhile is noticed only when the loop has
 * the exchange back: then resume may not be called, but state_free always is. A client
 * that shuts only its own half meanwhile counts as gone, too. Whoever holds an exchange
 * must wake it, also on errors and at the end.
 *
 * What the loop itself refuses (400 404 405 413 414 431 503) and handlers that answer
 * nothing (500) go through http_config.problem, which writes the body. A few things the
 * library below answers itself, with a page of its own, before we see them, and closes: a
 * version that is missing or unknown, a header line without a colon, a Content-Length
 * that is no number, a broken chunk, a head beyond its 24 KiB. What it takes and we
 * cannot see is a bare LF inside the framing of chunks, and trailers, which nobody gets
 * to read.
 *
 * Every answer carries the house's headers (facts of trust 2.2 as decisions 19 has them);
 * a handler replaces one by adding it itself. Times are monotonic and come from the
 * world.
 *
 * Standards: RFC 9110, 9112; server-sent events as in the HTML standard, 9.2.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/world.h"
#include "web/exchange.h"
#include "web/router.h"

struct http;

/* 0 stands for the value in brackets. */
struct http_limits {
    unsigned connections; /* at once [2000] */
    unsigned per_address; /* at once [50]; see exempt */
    unsigned header_ms;   /* from connecting, or from the request line, to the end of the
                             head [10 000] */
    unsigned body_ms;     /* from the head to the end of the body [30 000] */
    unsigned idle_ms;     /* between two requests [15 000] */
    size_t header_bytes;  /* the head without the target [8 KiB]; up to 12 KiB makes
                             sense */
    size_t url_bytes;     /* path and query [2 KiB]; ROUTE_RAW_QUERY takes more */
    size_t body_bytes;    /* [64 KiB]; a route may have its own */
    size_t discard_bytes; /* of a body that is too large, read so that the client sees
                             the answer [8 MiB] */
    bool count_loopback;  /* loopback is not exempt from per_address: for tests */
};

/* Everything is borrowed for the life of the loop. */
struct http_config {
    const char *listen;   /* see address_listen; "127.0.0.1:8080" */
    const char *base_url; /* https:// adds Strict-Transport-Security; may be NULL */
    const char *csp;      /* Content-Security-Policy; NULL for the house's */
    const char *exempt; /* addresses and networks that per_address spares; may be NULL */
    struct http_limits limits;
    const struct route *routes;
    size_t route_count;
    /* Writes the body of a problem and answers `status`; on the loop. x->route may be
       NULL; `text` is one English sentence for the journal or a machine. */
    void (*problem)(struct exchange *x, int status, const char *text);
    struct world *world;
    void *context; /* x->context */
};

/* Opens the listening socket and makes everything ready; ERROR_SETUP. `out` is given. */
NODISCARD bool http_open(const struct http_config *config, struct http **out,
                         struct error *err);

/* The port we listen on; 0 for a Unix socket. Any thread. */
uint16_t http_port(const struct http *h);

/*
 * Serves on the calling thread until a drain is over. Returns how many exchanges are
 * still with somebody else; those are answered 503 by http_close.
 */
size_t http_run(struct http *h);

/*
 * Begins to end: no new connections, idle ones are closed, new requests get 503 and
 * `Connection: close`, those under way are finished, but for `within_ms` at the longest.
 * A second call may shorten the time. Any thread.
 */
void http_drain(struct http *h, unsigned within_ms);

/*
 * Frees everything, after http_run has returned and every thread that might wake an
 * exchange has ended. Accepts NULL.
 */
void http_close(struct http *h);

/* Before the exchange is handed on, on the loop, in a handler or in x->resume. */
void exchange_suspend(struct exchange *x);

/* Gives the exchange back to the loop. Any thread, once for each exchange_suspend. */
void exchange_wake(struct exchange *x);

enum { STREAM_UNSENT = 256 << 10 };

/*
 * Instead of exchange_answer: a 200 whose body has no end yet. What x->answer holds goes
 * out at once, what exchange_send adds later follows. It ends when the client has left,
 * takes nothing for 30 s or lets more than STREAM_UNSENT bytes wait, by exchange_end, and
 * in a drain; x->state_free tells. With x->drained set, a stream is made at the client's
 * pace: nothing is too much, and a drain breaks it off. A client that leaves silently is
 * noticed when the next bytes cannot be sent, so send something now and then. On the
 * loop, all three.
 */
void exchange_stream(struct exchange *x, const char *content_type);
void exchange_send(struct exchange *x, const void *bytes, size_t length);
void exchange_end(struct exchange *x);

/* Ends a stream so that the client sees that something is missing. On the loop. */
void exchange_break(struct exchange *x);

/* Runs `fn` on the loop, in the order of posting. Any thread. */
void http_post(struct http *h, void (*fn)(void *arg), void *arg);

/*
 * Runs `fn` on the loop about every `interval_ms`, first after one interval; a late timer
 * is not made up for. Before http_run or on the loop. At most 16.
 */
void http_timer(struct http *h, unsigned interval_ms, void (*fn)(void *arg), void *arg);

/* Runs `fn` on the loop while `fd` (a signalfd …) is readable. At most 16; as above. */
void http_watch(struct http *h, int fd, void (*fn)(void *arg), void *arg);

/* What happened since the start. Durations run from the request line to the answer. */
enum { HTTP_BUCKETS = 9 };
extern const unsigned
    http_bucket_ms[HTTP_BUCKETS - 1]; /* upper edges; the last is open */

struct http_route_metrics {
    const struct route *route;        /* NULL for the next two */
    const char *name;                 /* the pattern, "unmatched" or "refused" */
    uint64_t by_class[5];             /* answers 1xx … 5xx */
    uint64_t by_bucket[HTTP_BUCKETS]; /* not cumulated */
    uint64_t sum_ms;
};

struct http_metrics {
    unsigned connections; /* now */
    unsigned suspended;   /* exchanges that are with somebody else now */
    uint64_t accepted;    /* connections */
    uint64_t turned_away; /* connections beyond per_address */
    uint64_t cut;         /* connections that were too slow */
};

/* Calls `each` for every route and both others, then returns the totals. On the loop. */
struct http_metrics
http_metrics(struct http *h, void (*each)(void *arg, const struct http_route_metrics *m),
             void *arg);

#endif
