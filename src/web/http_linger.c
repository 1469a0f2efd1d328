/*
 * http_linger.c — keeps an answered connection open until the client has read the answer.
 *
 * Closing a socket in which unread bytes wait resets the connection, and the reset
 * destroys an answer that is still on its way: a client in the middle of sending 2 MB
 * would see an error instead of 413 (RFC 9112 9.6). So our half is shut, the rest is read
 * and thrown away, and the socket is closed when the client closes, after discard_bytes,
 * or after two seconds. At most HTTP_LINGERS at once; beyond that the reset it is.
 */
#include "web/http_inner.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINGER_MS = 2000 };

static void linger_end(struct http *h, struct farewell *l)
{
    close(l->fd);
    l->fd = -1;
    h->lingering--;
}

void linger_begin(struct http *h, int fd)
{
    for (size_t i = 0; i < HTTP_LINGERS; i++) {
        struct farewell *l = &h->lingers[i];
        struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP,
                                .data.u32 = HTTP_WATCHES + (uint32_t)i};

        if (l->fd >= 0)
            continue;
        shutdown(fd, SHUT_WR);
        if (epoll_ctl(h->epoll_fd, EPOLL_CTL_ADD, fd, &e) != 0)
            break;
        l->fd = fd;
        l->until_ms = http_now(h) + LINGER_MS;
        l->left = h->limits.discard_bytes;
        h->lingering++;
        return;
    }
    close(fd);
}

void linger_read(struct http *h, size_t index)
{
    struct farewell *l = &h->lingers[index];
    char waste[16384];

    for (int turns = 0; l->fd >= 0 && turns < 16; turns++) {
        ssize_t n = recv(l->fd, waste, sizeof(waste), MSG_DONTWAIT);

        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0 || (size_t)n >= l->left) {
            linger_end(h, l);
            return;
        }
        l->left -= (size_t)n;
    }
}

void linger_sweep(struct http *h, int64_t now_ms)
{
    for (size_t i = 0; i < HTTP_LINGERS && h->lingering > 0; i++)
        if (h->lingers[i].fd >= 0 && h->lingers[i].until_ms <= now_ms)
            linger_end(h, &h->lingers[i]);
}

void linger_close(struct http *h)
{
    linger_sweep(h, INT64_MAX);
}
