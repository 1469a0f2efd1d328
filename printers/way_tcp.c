/*
 * way_tcp.c — a network printer on a raw port (9100), one connection a job.
 *
 * Promise: it never waits longer than its three limits, never sends a job twice, and says
 * honestly how far it came: a connection that broke after the first byte leaves the job
 * UNCONFIRMED. Closing is clean (shutdown, read to the end, close), because cheap print
 * servers stop accepting after a few that were not. Not here: queues and repeats
 * (work/spool.c), what the answer means (the dialect's parse).
 */
#include "printers/printer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool tcp_open(struct way *way, const char *rest, struct error *err)
{
    const char *colon = strrchr(rest, ':'), *port = "9100";
    size_t host = strlen(rest);

    if (colon != NULL && strchr(colon, ']') == NULL) {
        host = (size_t)(colon - rest);
        port = colon + 1;
    }
    if (host > 2 && rest[0] == '[' && rest[host - 1] == ']') {
        rest++;
        host -= 2;
    }
    if (host == 0 || host >= sizeof(way->address) || strlen(port) > 5 || *port == '\0' ||
        strspn(port, "0123456789") != strlen(port) || atoi(port) < 1 ||
        atoi(port) > 65535)
        return error_set(
            err, ERROR_SETUP,
            "A network printer is written tcp:HOST or tcp:HOST:PORT, for example "
            "tcp:192.0.2.7:9100.");
    memcpy(way->address, rest, host);
    way->address[host] = '\0';
    snprintf(way->port, sizeof(way->port), "%s", port);
    return true;
}

/* Waits until the socket is ready for `events`; false at `deadline`. */
static bool wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = events};

    for (;;) {
        int64_t left = deadline - now_ms();
        int n = poll(&p, 1, left > 0 ? (int)left : 0);

        if (n > 0)
            return true;
        if (n == 0 || errno != EINTR) {
            errno = n == 0 ? ETIMEDOUT : errno;
            return false;
        }
    }
}

/* A connected socket that does not block, or -1 with errno. */
static int connect_to(const struct addrinfo *a, int64_t deadline)
{
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1, failure = 0;
    socklen_t size = sizeof(failure);

    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return fd;
    if (errno == EINPROGRESS && wait_for(fd, POLLOUT, deadline) &&
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0) {
        if (failure == 0)
            return fd;
        errno = failure;
    }
    failure = errno;
    close(fd);
    errno = failure;
    return -1;
}

static int connect_any(const struct way *way, struct error *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    int64_t deadline = now_ms() + way->connect_ms;
    int failure = getaddrinfo(way->address, way->port, &hints, &list), fd = -1;

    if (failure != 0) {
        error_set(
            err, ERROR_LATER,
            "The printer's name %.80s is not known in the network. Is it spelled right?",
            way->address);
        error_cause(err, "getaddrinfo: %s", gai_strerror(failure));
        return -1;
    }
    for (struct addrinfo *a = list; fd < 0 && a != NULL; a = a->ai_next)
        fd = connect_to(a, deadline);
    if (fd < 0) {
        failure = errno;
        error_set(
            err, ERROR_LATER,
            "The printer at %.80s does not answer. Is it switched on, connected, and "
            "not in use by another program?",
            way->address);
        error_cause(err, "connect: %s", strerror(failure));
    }
    freeaddrinfo(list);
    return fd;
}

/* Keeps what the printer says. 1: something came, 0: nothing now, -1: it closed or broke.
 */
static int take_answer(int fd, struct buf *answer, bool *closed)
{
    char bytes[256];
    ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

    if (n > 0) {
        buf_add(answer, bytes, (size_t)n);
        return 1;
    }
    *closed = n == 0;
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* Sends the job; *sent tells how much left. Reads on the side, or a chatty printer
 * stalls. */
static bool send_all(int fd, const struct buf *job, int64_t deadline, struct buf *answer,
                     size_t *sent)
{
    bool listening = true, closed = false;

    while (*sent < job->length) {
        ssize_t n = send(fd, job->data + *sent, job->length - *sent, MSG_NOSIGNAL);

        if (n > 0) {
            *sent += (size_t)n;
            continue;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
        if (!wait_for(fd, (short)(listening ? POLLOUT | POLLIN : POLLOUT), deadline))
            return false;
        if (listening && take_answer(fd, answer, &closed) < 0) {
            if (!closed)
                return false;
            listening = false; /* it talks no more, but may still listen */
        }
    }
    return true;
}

/* Says that this was all, and reads until the printer has closed or the time is over. */
static enum delivery finish(int fd, const struct way *way, struct buf *answer)
{
    int64_t deadline = now_ms() + way->drain_ms;
    bool closed = false;
    int unacknowledged = 1, n = 0;

    shutdown(fd, SHUT_WR);
    while (n >= 0 && wait_for(fd, POLLIN, deadline))
        n = take_answer(fd, answer, &closed);
    if (n < 0 && !closed)
        return DELIVERY_UNCONFIRMED; /* reset: what it had not read is lost */
    if (ioctl(fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0)
        return DELIVERY_DRAINED;
    return closed ? DELIVERY_DRAINED : DELIVERY_WRITTEN;
}

static bool unconfirmed(const struct way *way, struct error *err)
{
    int failure = errno;

    error_set(
        err, ERROR_BROKEN,
        "The printer at %.80s broke off in the middle of a ticket. Look whether it was "
        "printed before printing it again.",
        way->address);
    return error_cause(err, "way_tcp: %s", strerror(failure));
}

static bool tcp_send(const struct way *way, const struct buf *job, struct buf *answer,
                     enum delivery *fate, struct error *err)
{
    int fd = connect_any(way, err);
    size_t sent = 0;

    *fate = DELIVERY_NOTHING;
    if (fd < 0)
        return false;
    if (send_all(fd, job, now_ms() + way->write_ms, answer, &sent))
        *fate = finish(fd, way, answer);
    else if (sent > 0)
        *fate = DELIVERY_UNCONFIRMED;
    if (*fate == DELIVERY_UNCONFIRMED)
        unconfirmed(way, err);
    else if (*fate == DELIVERY_NOTHING)
        error_set(err, ERROR_LATER,
                  "The printer at %.80s took the call but no ticket. Is it ready?",
                  way->address);
    close(fd);
    return *fate > DELIVERY_UNCONFIRMED;
}

const struct way_ops way_tcp = {
    .name = "tcp",
    .traits = WAY_BLOCKS,
    .open = tcp_open,
    .send = tcp_send,
};
