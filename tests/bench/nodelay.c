/*
 * nodelay.c — for LD_PRELOAD: no connection waits to fill its packets (TCP_NODELAY).
 *
 * Debian's Kannel leaves Nagle's algorithm on between smsbox and bearerbox. As soon as
 * reports flow, both ends hold back small packets until the other acknowledges, which it
 * puts off for 40 ms: some 600 messages a second are then the most that any client gets.
 * The bench measures clients, so it takes this wait out of the middle, for all of them.
 */
#include <dlfcn.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

static void send_at_once(int fd)
{
    const int one = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

int accept(int fd, struct sockaddr *peer, socklen_t *size)
{
    int (*next)(int, struct sockaddr *, socklen_t *);
    int taken;

    *(void **)&next = dlsym(RTLD_NEXT, "accept");
    taken = next(fd, peer, size);
    if (taken >= 0)
        send_at_once(taken);
    return taken;
}

int connect(int fd, const struct sockaddr *peer, socklen_t size)
{
    int (*next)(int, const struct sockaddr *, socklen_t);

    *(void **)&next = dlsym(RTLD_NEXT, "connect");
    send_at_once(fd);
    return next(fd, peer, size);
}
