/*
 * exchange.h — one request and its answer, a whole value that passes between threads.
 *
 * The loop fills in the request from its own copy of the bytes, so that no handler ever
 * touches a connection. Then exactly one thread at a time owns the exchange: the loop
 * until the handler suspends it (http.h), then whoever it was handed to, and the loop
 * again from exchange_wake on. The owner may read everything, use exchange_memory and
 * write the answer.
 *
 * All its memory comes from one arena that the loop frees when the answer has been sent
 * or the client is gone; texts below are borrowed until then.
 *
 * Standards: RFC 9110 and 9112 (HTTP/1.1), RFC 3986 (targets), RFC 3629 (UTF-8).
 */
#ifndef WEB_EXCHANGE_H
#define WEB_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "web/router.h"

struct http;

enum {
    EXCHANGE_PEER = 46,              /* INET6_ADDRSTRLEN */
    EXCHANGE_HEADERS = 64,           /* of a request, at most */
    EXCHANGE_CHUNK = 4096,           /* bytes of the arena's first piece */
    EXCHANGE_ANSWER_MOST = 64 << 20, /* bytes of an answer */
};

/* A header, or a field of a query or form; both are NUL-terminated. */
struct exchange_pair {
    const char *name;
    const char *value;
};

/* A header of the answer, in the order they were added. */
struct exchange_header {
    struct exchange_header *next;
    const char *name;
    const char *value;
};

/* Something that waits for the loop; whoever posts it does not touch it afterwards. */
struct http_mail {
    struct http_mail *next;
    void (*run)(struct http *h, struct http_mail *mail);
};

struct exchange {
    /* The request. Nobody changes it after the loop has filled it in. */
    enum method method;     /* GET also for HEAD */
    bool head;              /* it was HEAD: the body of the answer stays here */
    bool loopback_listener; /* we listen on the machine itself only */
    bool forwarded;         /* it came through a proxy: some forwarding header is there */
    const char *path; /* decoded; begins with a slash, UTF-8, no control characters */
    struct exchange_pair *query; /* decoded; UTF-8, no NUL */
    size_t query_count;
    const char *raw_query; /* as it stood behind '?', undecoded; "" where there is none */
    struct exchange_pair *headers; /* values without blanks around them */
    size_t header_count;
    const char *body; /* as sent, followed by a NUL that is not counted; never NULL */
    size_t body_length;
    char peer[EXCHANGE_PEER];  /* "192.0.2.7", "2001:db8::1" or "unix" */
    int64_t start_ms;          /* monotonic: when the request line was there */
    const struct route *route; /* NULL where no route was found */
    const char *params[ROUTE_PARAMS];
    size_t param_count;
    void *context; /* http_config.context: what the handlers work on */

    /* The handler's own. */
    void *state;
    void (*state_free)(void *state);    /* called on the loop at the end; may be NULL */
    void (*resume)(struct exchange *x); /* set before exchange_suspend */
    /* Of a stream that somebody else makes: everything so far was taken, more may come.
       On the loop; may be NULL. */
    void (*drained)(struct exchange *x);

    /* The answer. Handlers write `answer`, or have static bytes sent. */
    struct buf answer;

    /* The loop's own; nobody else looks. */
    struct {
        struct http *http;
        void *link; /* the connection */
        int stage;
        int refused;     /* status that the guard decided on; 0 for none */
        const char *why; /* and its sentence */
        int status;
        const char *content_type;
        const char *bytes; /* static body instead of `answer`; NULL for none */
        size_t length;
        struct exchange_header *headers, **headers_end;
        const char *target; /* where the request line's target lies in the connection */
        size_t target_length;
        size_t route_index;
        struct buf upload;
        bool resting; /* a stream with nothing to send, suspended */
        bool ended;   /* a stream that ends when all is sent */
        bool broken;  /* it ends before its end, and the client must know */
        struct http_mail mail;
        void *pieces; /* of the arena, the newest first */
        char *free;
        size_t left;
    } own;
};

/* The value of a header, a query field or a path's {name}; NULL where there is none. */
const char *exchange_header(const struct exchange *x, const char *name);
const char *exchange_query(const struct exchange *x, const char *name);
const char *exchange_param(const struct exchange *x, size_t index);

/*
 * Decodes `application/x-www-form-urlencoded`, of a body for instance, into the
 * exchange's memory. False where a percent escape or the UTF-8 is broken or a NUL is in
 * it; `pairs` is then untouched.
 */
NODISCARD bool exchange_pairs(struct exchange *x, const char *text, size_t length,
                              struct exchange_pair **pairs, size_t *count);

/* Memory that lives as long as the exchange; not cleared. A copy of a text in it. */
void *exchange_memory(struct exchange *x, size_t bytes);
char *exchange_text(struct exchange *x, const char *text, size_t length);

/*
 * A header of the answer; name and value are copied. A name that the house gives every
 * answer (Cache-Control, Content-Security-Policy …) replaces the house's value; the empty
 * value leaves it out. A value with control characters would split the answer, so it is
 * dropped and journalled. Not for Content-Type, Content-Length, Date or Connection.
 */
void exchange_header_add(struct exchange *x, const char *name, const char *value);

/*
 * Says that the answer is complete: what was written to x->answer, or `length` bytes that
 * live as long as the process. `content_type` is static too; NULL where there is no body.
 * A handler that fails half way begins anew with exchange_restart, which forgets body and
 * headers.
 */
void exchange_answer(struct exchange *x, int status, const char *content_type);
void exchange_answer_static(struct exchange *x, int status, const char *content_type,
                            const void *bytes, size_t length);
void exchange_restart(struct exchange *x);

/* The status that was answered; 0 before. */
int exchange_status(const struct exchange *x);

/* For the loop and for tests: an empty exchange, and its end. One thread. */
struct exchange *exchange_new(void);
void exchange_free(struct exchange *x);

#endif
