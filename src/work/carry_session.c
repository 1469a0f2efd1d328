/*
 * carry_session.c — see carry_session.h.
 *
 *     AWAY ──due──► CONNECTING ──connected──► OPEN
 *      ▲                 │ refused, too late    │ ended, of no use, driver gives up
 *      └─────────────────┴──────────────────────┘
 *
 * Bytes are drained from the driver only when all earlier ones were written, so that it
 * knows as well as can be what never left.
 */
#include "work/carry_session.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    WAIT_FIRST_MS = 1000,
    WAIT_MOST_MS = 60000,
    CONNECT_MS = 10000,
    OUT_MOST = 1 << 20,
    READ_MOST = 1 << 16, /* at one go, so that one busy line does not hold up the rest */
};

enum line_state { LINE_AWAY, LINE_CONNECTING, LINE_OPEN };

struct carry_session {
    const struct gateway *g;
    const struct session_ops *ops;
    struct world *world;
    struct carry_session_hooks hooks;
    enum line_state state;
    int fd;
    void *talk;
    uint32_t line; /* counts connections */
    struct buf out;
    size_t written;
    bool told_good, leaving;
    int64_t wait_ms;
    int64_t due_ms; /* AWAY: connect; CONNECTING: too late; OPEN: the driver's timer */
};

struct carry_session *carry_session_new(const struct gateway *g, struct world *world,
                                        const struct carry_session_hooks *hooks)
{
    struct carry_session *s = memory_new(sizeof(*s));

    s->g = g;
    s->ops = g->ops->session;
    s->world = world;
    s->hooks = *hooks;
    s->fd = -1;
    s->out = buf_new(OUT_MOST);
    return s; /* due at once */
}

static int64_t now_of(const struct carry_session *s)
{
    return s->world->mono_ms(s->world);
}

/* ---- losing it ---- */

static void take_events(struct carry_session *s)
{
    struct session_event e = {0};

    while (s->ops->next(s->talk, &e)) {
        if (e.kind == SESSION_NEWS)
            s->hooks.news(s->hooks.self, &e.callback, s->line, e.handle);
        else
            s->hooks.outcome(s->hooks.self, &e);
        e = (struct session_event){0};
    }
}

/* Doubled each time, a fifth more or less, so that halls do not all come at once. */
static int64_t next_wait(struct carry_session *s, enum gateway_health health)
{
    uint64_t lot;
    int64_t wait_ms;

    s->wait_ms = s->wait_ms == 0 ? WAIT_FIRST_MS : 2 * s->wait_ms;
    if (s->wait_ms > WAIT_MOST_MS || health == HEALTH_SETUP)
        s->wait_ms = WAIT_MOST_MS;
    s->world->random(s->world, &lot, sizeof(lot));
    wait_ms = s->wait_ms;
    return wait_ms - wait_ms / 5 + (int64_t)(lot % (uint64_t)(wait_ms * 2 / 5 + 1));
}

/* Ends a conversation: what it knows of its messages comes out. */
static void end_talk(struct carry_session *s, enum gateway_health *health,
                     struct error *err)
{
    char why[120] = "";

    s->ops->lost(s->talk, health, why);
    take_events(s);
    s->ops->end(s->talk);
    s->talk = NULL;
    if (why[0] != '\0') { /* the driver's word says more than the socket's */
        error_clear(err);
        error_set(err, ERROR_LATER, "%s", why);
    }
}

static void give_up(struct carry_session *s, struct error *err)
{
    enum gateway_health health = HEALTH_DOWN;

    if (s->talk != NULL)
        end_talk(s, &health, err);
    if (health == HEALTH_GOOD)
        health = HEALTH_DOWN;
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    s->state = LINE_AWAY;
    s->told_good = false;
    buf_clear(&s->out);
    s->written = 0;
    if (s->leaving) {
        s->due_ms = INT64_MAX;
        return;
    }
    s->due_ms = now_of(s) + next_wait(s, health);
    s->hooks.health(s->hooks.self, health, err->text);
}

static void give_up_for(struct carry_session *s, const char *why)
{
    struct error err = {0};

    error_set(&err, ERROR_LATER, "%s", why);
    give_up(s, &err);
}

void carry_session_free(struct carry_session *s)
{
    enum gateway_health health = HEALTH_GOOD;
    struct error err = {0};

    if (s == NULL)
        return;
    if (s->talk != NULL)
        end_talk(s, &health, &err);
    if (s->fd >= 0)
        close(s->fd);
    buf_free(&s->out);
    free(s);
}

/* ---- connecting ---- */

static bool look_up(struct carry_session *s, struct addrinfo **found)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    char host[256] = "", port[16];
    int number = 0;

    s->ops->peer(s->g, host, &number);
    snprintf(port, sizeof(port), "%d", number);
    if (getaddrinfo(host, port, &hints, found) == 0)
        return true;
    hints.ai_flags = AI_ADDRCONFIG;
    return getaddrinfo(host, port, &hints, found) == 0;
}

static bool try_address(struct carry_session *s, const struct addrinfo *a)
{
    static const int yes = 1;

    s->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0)
        return false;
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
    if (connect(s->fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS)
        return true;
    close(s->fd);
    s->fd = -1;
    return false;
}

static void connect_now(struct carry_session *s)
{
    struct addrinfo *found = NULL;

    if (!look_up(s, &found)) {
        give_up_for(s, "the name of the host is not known");
        return;
    }
    for (const struct addrinfo *a = found; a != NULL && s->fd < 0; a = a->ai_next)
        try_address(s, a);
    freeaddrinfo(found);
    if (s->fd < 0) {
        give_up_for(s, "no connection");
        return;
    }
    s->state = LINE_CONNECTING;
    s->due_ms = now_of(s) + CONNECT_MS;
}

static void look_whether_connected(struct carry_session *s)
{
    int number = 0;
    socklen_t size = sizeof(number);

    if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0 || number != 0) {
        give_up_for(s, number == ECONNREFUSED ? "the connection is refused"
                                              : "no connection");
        return;
    }
    s->state = LINE_OPEN;
    s->line++;
    s->due_ms = now_of(s);
    s->talk = s->ops->begin(s->g, now_of(s), s->world->wall_ms(s->world));
}

/* ---- talking ---- */

/* False where it is over. */
static bool receive(struct carry_session *s, struct error *err)
{
    char bytes[8192];
    size_t total = 0;

    while (total < READ_MOST) {
        ssize_t n = recv(s->fd, bytes, sizeof(bytes), 0);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (n < 0)
            return error_set(err, ERROR_LATER, "the connection broke");
        if (n == 0)
            return error_set(err, ERROR_LATER, "the other side ended the connection");
        if (!s->ops->feed(s->talk, bytes, (size_t)n, now_of(s), err))
            return false;
        total += (size_t)n;
        s->due_ms = now_of(s); /* the timer may have become sooner */
    }
    return true;
}

static bool send_out(struct carry_session *s, struct error *err)
{
    for (;;) {
        ssize_t n;

        if (s->written == s->out.length) {
            buf_clear(&s->out);
            s->written = 0;
            s->ops->drain(s->talk, &s->out);
            if (s->out.overflowed)
                return error_set(err, ERROR_BROKEN, "too much is to be sent at once");
            if (s->out.length == 0)
                return true;
        }
        n = send(s->fd, s->out.data + s->written, s->out.length - s->written,
                 MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (n <= 0)
            return error_set(err, ERROR_LATER, "the connection broke");
        s->written += (size_t)n;
    }
}

static bool run_timer(struct carry_session *s, struct error *err)
{
    int64_t next_ms = INT64_MAX;

    if (now_of(s) < s->due_ms)
        return true;
    if (!s->ops->timer(s->talk, now_of(s), &next_ms, err))
        return false;
    s->due_ms = next_ms;
    return true;
}

static void talk(struct carry_session *s, short revents)
{
    struct error err = {0};
    bool ok = (revents & (POLLIN | POLLERR | POLLHUP)) == 0 || receive(s, &err);

    ok = ok && run_timer(s, &err);
    take_events(s);
    ok = ok && send_out(s, &err);
    if (!ok) {
        give_up(s, &err);
        return;
    }
    take_events(s);
    if (!s->told_good && s->ops->room(s->talk) > 0) {
        s->told_good = true;
        s->wait_ms = 0;
        s->hooks.health(s->hooks.self, HEALTH_GOOD, "");
    }
}

void carry_session_run(struct carry_session *s, short revents)
{
    if (s->state == LINE_AWAY && !s->leaving && now_of(s) >= s->due_ms)
        connect_now(s);
    else if (s->state == LINE_CONNECTING && revents != 0)
        look_whether_connected(s);
    else if (s->state == LINE_CONNECTING && now_of(s) >= s->due_ms)
        give_up_for(s, "no connection in time");
    if (s->state == LINE_OPEN)
        talk(s, revents);
}

int carry_session_room(const struct carry_session *s)
{
    return s->state == LINE_OPEN ? s->ops->room(s->talk) : 0;
}

bool carry_session_submit(struct carry_session *s, const struct sms_mt *mt,
                          struct error *err)
{
    if (s->state != LINE_OPEN)
        return error_set(err, ERROR_LATER, "no connection");
    s->due_ms = now_of(s);
    return s->ops->submit(s->talk, mt, now_of(s), err);
}

void carry_session_kept(struct carry_session *s, uint32_t line, uint32_t handle, bool ok)
{
    if (s->state == LINE_OPEN && s->line == line)
        s->ops->kept(s->talk, handle, ok);
}

void carry_session_leave(struct carry_session *s)
{
    s->leaving = true;
    if (s->state != LINE_OPEN)
        s->due_ms = INT64_MAX;
    else if (s->ops->leave != NULL)
        s->ops->leave(s->talk, now_of(s));
    if (s->state == LINE_OPEN)
        s->due_ms = now_of(s);
}

bool carry_session_is_leaving(const struct carry_session *s)
{
    return s->leaving && s->state == LINE_OPEN && s->ops->leave != NULL;
}

bool carry_session_poll(const struct carry_session *s, struct pollfd *out)
{
    if (s->state == LINE_AWAY)
        return false;
    *out = (struct pollfd){.fd = s->fd, .events = POLLIN};
    if (s->state == LINE_CONNECTING)
        out->events = POLLOUT;
    else if (s->written < s->out.length)
        out->events |= POLLOUT;
    return true;
}

int64_t carry_session_next_ms(const struct carry_session *s)
{
    return s->due_ms;
}
