/*
 * way_tcp.c — a network printer on a raw port (9100), one connection a job.
 *
 * Promise: connecting never waits longer than its limit. Closing is clean (shutdown, read
 * to the end, close), because cheap print servers stop accepting after a few that were
 * not; a reset there means that what was not yet read is lost, and is said. Not here:
 * what is spoken between (stream.c), queues and repeats (work/spool.c).
 */
#include "printers/printer.h"

#include <errno.h>
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
#include <unistd.h>

#include "printers/stream.h"

static bool tcp_read(struct way *way, const char *rest, struct error *err)
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
    if (errno == EINPROGRESS && stream_wait(fd, POLLOUT, deadline) &&
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
    int64_t deadline = stream_now_ms() + way->terms.connect_ms;
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

static bool tcp_open(struct way_call *call, struct error *err)
{
    call->fd = connect_any(call->way, err);
    return call->fd >= 0;
}

/* Reads until the printer has closed. True where it did, or is quiet; false after a
 * reset. */
static bool read_to_end(int fd, int64_t deadline_ms, bool *closed)
{
    char bytes[256];

    *closed = false;
    while (stream_wait(fd, POLLIN, deadline_ms)) {
        ssize_t n = recv(fd, bytes, sizeof(bytes), 0);

        *closed = n == 0;
        if (n == 0)
            return true;
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return false;
    }
    return true;
}

/* A job that the printer itself has confirmed need not be waited for any more. */
static void tcp_close(struct way_call *call, enum confirmation *reached)
{
    const struct way_terms *terms = &call->way->terms;
    int unacknowledged = 1;
    bool closed, whole;

    shutdown(call->fd, SHUT_WR);
    whole = read_to_end(call->fd, stream_now_ms() + terms->drain_ms, &closed);
    if (*reached == CONFIRMED_WRITTEN && !whole) {
        *reached = CONFIRMED_NOT;
    } else if (*reached == CONFIRMED_WRITTEN) {
        if (closed ||
            (ioctl(call->fd, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0))
            *reached = CONFIRMED_DRAINED;
    }
    close(call->fd);
    call->fd = -1;
}

const struct way_ops way_tcp = {
    .name = "tcp",
    .read = tcp_read,
    .open = tcp_open,
    .ask = stream_ask,
    .send = stream_send,
    .confirm = stream_confirm,
    .close = tcp_close,
};
