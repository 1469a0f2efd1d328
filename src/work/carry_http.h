/*
 * carry_http.h — carries HTTP requests to gateways, and of the print agent to its server,
 * and brings their answers, many at once.
 *
 * Promise: a message is written to one connection, once. That connection is fresh and not
 * used again, because libcurl silently repeats a request on a kept one that turns out to
 * be dead; CARRIED_NOT_SENT is said only where libcurl never came to writing the request
 * (no address, no connection, no TLS), CARRIED_CUT for everything after that without a
 * whole answer. HTTP/1.1 (RFC 9112), http and https only, certificates verified, no
 * redirect followed, no proxy of the environment.
 *
 * All calls belong to one thread except carry_http_wake.
 */
#ifndef WORK_CARRY_HTTP_H
#define WORK_CARRY_HTTP_H

#include <poll.h>

#include "gateways/gateway.h"

struct carry_http;

struct carry_http *carry_http_new(void);

/* Whatever is still under way is told as cut or not sent first. */
void carry_http_free(struct carry_http *h);

struct carry_terms {
    int connect_ms;   /* until there is a connection, TLS included */
    int total_ms;     /* until the whole answer is here */
    bool repeatable;  /* a question that may go out twice: it may use a kept connection */
    size_t body_most; /* bytes of the answer; 0: GATEWAY_BODY_MOST */
};

/* `answer` is borrowed for the call; what is `arg` belongs to the callee. */
typedef void carry_done(void *arg, const struct answer *answer);

/*
 * Begins; the request is copied. `done` is called once, from carry_http_wait or
 * carry_http_free, never from here. It may start another one.
 */
void carry_http_start(struct carry_http *h, const struct request *request,
                      const struct carry_terms *terms, carry_done *done, void *arg);

/* How many are under way. */
int carry_http_count(const struct carry_http *h);

/*
 * Sleeps until something comes, at most `timeout_ms`, or somebody wakes it; also for the
 * `fds` of others, whose revents are filled in. Then works and calls what is done.
 */
void carry_http_wait(struct carry_http *h, int timeout_ms, struct pollfd *fds,
                     int fd_count);

/* Ends a wait, or the next one. Any thread. */
void carry_http_wake(struct carry_http *h);

#endif
