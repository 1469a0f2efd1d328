/*
 * http.c — connections and requests: the only file that knows libmicrohttpd.
 *
 * The library is driven without threads of its own: an internal loop stops answering at
 * 128 ready connections. It reads and writes sockets and parses heads; everything that
 * decides is ours, since it accepts what must be refused (http_guard.c), has no total
 * time for a head or a body, and no limit for bodies.
 *
 * The library calls `access` several times for one request: once for the head, for each
 * piece of the body, once at the end, and again after every resume. The stage of the
 * exchange says which call this is:
 *
 *     HEAD ──▶ BODY ──▶ WORK ──▶ ANSWERED ──▶ freed when sent
 *                       │  ▲
 *                       ▼  │
 *                SUSPENDED ─▶ WOKEN          (or ABANDONED, when the house closes)
 *
 * A stream goes from WORK to STREAM, and stays there until its connection ends.
 *
 * An answer to the first of these calls makes the library close the connection when it is
 * sent; that is how everything that is refused ends.
 *
 * The library's own strictness is off: all it would do more is to refuse a request
 * without a Host, with two heads in one answer, and to hang up without a word on a blank
 * in a target. The guard refuses both, and says so properly.
 *
 * Invariants. 1. A suspended exchange is freed by nobody: the library does not look at
 * its socket, and we never cut it. 2. Only the loop's thread resumes a connection, and
 * gives the library a turn afterwards; resuming elsewhere loses wake-ups. 3. The library
 * sends an answer out of the exchange's own memory, which lives until `completed`.
 */
#include "web/http.h"

#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "web/http_guard.h"
#include "web/http_inner.h"

enum stage {
    STAGE_HEAD,
    STAGE_BODY,
    STAGE_WORK,
    STAGE_SUSPENDED,
    STAGE_WOKEN,
    STAGE_ABANDONED,
    STAGE_STREAM,
    STAGE_ANSWERED
};

enum {
    POOL_BYTES = 24 << 10, /* of the library, for one connection: the head and more; it
                              clears them all for each request */
    SEND_MS = 30000,       /* for an answer, and … */
    STREAM_BLOCK = 4096,
    SEND_BYTES_A_MS = 8 /* … this much more for long ones */
};

/* ---- connections ---- */

static struct link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

    return i != NULL ? i->socket_context : NULL;
}

static void link_enter(struct link *l, enum link_phase phase, int64_t within_ms)
{
    l->phase = phase;
    l->deadline_ms = within_ms > 0 ? http_now(l->http) + within_ms : INT64_MAX;
}

/* The library notices at its next turn and closes. */
static void link_cut(struct link *l)
{
    if (!l->cut)
        shutdown(l->fd, SHUT_RDWR);
    l->cut = true;
}

static bool is_spared(const struct http *h, const struct address *a)
{
    return (!h->limits.count_loopback && address_is_loopback(a)) ||
           address_list_holds(&h->exempt, a);
}

static enum MHD_Result admit(void *cls, const struct sockaddr *from, socklen_t size)
{
    struct http *h = cls;
    struct address a;

    (void)size;
    address_from(from, &a);
    if (is_spared(h, &a) || address_counts_get(&h->counts, &a) < h->limits.per_address)
        return MHD_YES;
    h->totals.turned_away++;
    return MHD_NO;
}

static struct link *link_begin(struct http *h, struct MHD_Connection *connection)
{
    struct link *l = memory_new(sizeof(*l));
    const union MHD_ConnectionInfo *i;

    l->http = h;
    l->connection = connection;
    l->linger = -1;
    i = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    l->fd = i->connect_fd;
    i = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    address_from(i != NULL ? i->client_addr : NULL, &l->address);
    address_text(&l->address, l->peer, sizeof(l->peer));
    l->counted = !is_spared(h, &l->address);
    if (l->counted)
        address_counts_add(&h->counts, &l->address);
    l->next = h->links;
    if (l->next != NULL)
        l->next->previous = l;
    h->links = l;
    h->totals.connections++;
    h->totals.accepted++;
    link_enter(l, LINK_HEAD, h->limits.header_ms);
    return l;
}

static void link_end(struct link *l)
{
    struct http *h = l->http;

    if (l->counted)
        address_counts_drop(&h->counts, &l->address);
    if (l->linger >= 0 && !l->cut)
        linger_begin(h, l->linger);
    else if (l->linger >= 0)
        close(l->linger);
    if (l->next != NULL)
        l->next->previous = l->previous;
    if (l->previous != NULL)
        l->previous->next = l->next;
    else
        h->links = l->next;
    h->totals.connections--;
    free(l);
}

static void connected(void *cls, struct MHD_Connection *connection, void **context,
                      enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *context = link_begin(cls, connection);
    } else if (*context != NULL) {
        link_end(*context);
        *context = NULL;
    }
}

/*
 * The library reads once for each edge that epoll reports, so it misses the end of a
 * connection that came together with a request. Looked at here, it costs nothing
 * elsewhere.
 */
static bool has_ended(const struct link *l)
{
    char byte;

    return l->phase == LINK_IDLE && recv(l->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void server_deadlines(void *http)
{
    struct http *h = http;
    int64_t now_ms = http_now(h);

    for (struct link *l = h->links; l != NULL; l = l->next) {
        if (l->cut || (l->deadline_ms > now_ms && !has_ended(l)))
            continue;
        if (l->phase != LINK_IDLE)
            h->totals.cut++;
        link_cut(l);
    }
}

/* ---- answers ---- */

static void add_headers(struct http *h, struct exchange *x, struct MHD_Response *r,
                        bool last)
{
    const struct exchange_header *a;

    for (size_t i = 0; i < h->house_count; i++)
        if (x->own.headers == NULL || !answer_has(x, h->house[i].name))
            MHD_add_response_header(r, h->house[i].name, h->house[i].value);
    if (x->own.content_type != NULL)
        MHD_add_response_header(r, "Content-Type", x->own.content_type);
    for (a = x->own.headers; a != NULL; a = a->next)
        if (a->value[0] != '\0' &&
            MHD_add_response_header(r, a->name, a->value) != MHD_YES)
            log_line(LOG_LEVEL_ERROR, "http_header_dropped", "name=%s", a->name);
    if (last)
        MHD_add_response_header(r, "Connection", "close");
}

/* Hands the answer to the library; `last` closes the connection behind it. */
static enum MHD_Result deliver(struct link *l, struct exchange *x, bool last)
{
    const char *bytes;
    size_t length;
    struct MHD_Response *r;
    enum MHD_Result ok;

    x->own.stage = STAGE_ANSWERED;
    answer_pack(x);
    answer_count(l->http, x);
    bytes = x->own.bytes != NULL ? x->own.bytes : buf_text(&x->answer);
    length = x->own.bytes != NULL ? x->own.length : x->answer.length;
    /* The library only reads the bytes; its signature is older than const. */
    r = MHD_create_response_from_buffer(length, (void *)(uintptr_t)bytes,
                                        MHD_RESPMEM_PERSISTENT);
    if (r == NULL)
        return MHD_NO;
    add_headers(l->http, x, r, last || l->http->draining);
    link_enter(l, LINK_SEND, SEND_MS + (int64_t)(length / SEND_BYTES_A_MS));
    ok = MHD_queue_response(l->connection, (unsigned)x->own.status, r);
    MHD_destroy_response(r);
    return ok;
}

/* Answers before the request has been read to its end. */
static enum MHD_Result refuse(struct link *l, struct exchange *x)
{
    answer_problem(l->http, x, x->own.refused, x->own.why);
    if (l->linger < 0)
        l->linger = fcntl(l->fd, F_DUPFD_CLOEXEC, 0);
    return deliver(l, x, true);
}

static enum MHD_Result deliver_stream(struct link *l, struct exchange *x);

/* After a handler ran: it answered, or somebody else has the exchange now. */
static enum MHD_Result settle(struct link *l, struct exchange *x)
{
    if (x->own.stage == STAGE_SUSPENDED)
        return MHD_YES;
    if (x->own.status == 0 || x->answer.overflowed) {
        log_line(LOG_LEVEL_ERROR, "http_no_answer", "route=%s overflowed=%d",
                 x->route->pattern, x->answer.overflowed);
        answer_problem(l->http, x, 500, "The answer could not be made.");
    }
    if (x->own.stage == STAGE_STREAM && !x->head)
        return deliver_stream(l, x);
    return deliver(l, x, false);
}

void exchange_suspend(struct exchange *x)
{
    struct link *l = x->own.link;

    x->own.stage = STAGE_SUSPENDED;
    l->http->totals.suspended++;
    MHD_suspend_connection(l->connection);
}

static void resume_with(struct http *h, struct exchange *x, enum stage stage)
{
    struct link *l = x->own.link;

    x->own.stage = (int)stage;
    h->totals.suspended--;
    MHD_resume_connection(l->connection);
}

static void woken(struct http *h, struct http_mail *mail)
{
    char *at = (char *)mail - offsetof(struct exchange, own.mail);

    resume_with(h, (struct exchange *)(void *)at, STAGE_WOKEN);
}

void exchange_wake(struct exchange *x)
{
    x->own.mail.run = woken;
    loop_mail(x->own.http, &x->own.mail);
}

/* ---- streams ---- */

/* The library wants bytes; where there are none it leaves the connection alone. */
static ssize_t stream_read(void *cls, uint64_t at, char *out, size_t most)
{
    struct exchange *x = cls;
    struct link *l = x->own.link;
    size_t length = x->answer.length < most ? x->answer.length : most;

    (void)at;
    if (x->own.broken)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (length > 0) {
        memcpy(out, buf_text(&x->answer), length);
        buf_drop(&x->answer, length);
        link_enter(l, LINK_SEND, SEND_MS);
    } else if (x->own.ended) {
        return MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        link_enter(l, LINK_WORK, 0);
        x->own.resting = true;
        l->http->resting++;
        MHD_suspend_connection(l->connection);
        if (x->drained != NULL)
            x->drained(x);
    }
    return (ssize_t)length;
}

static void stream_wake(struct exchange *x)
{
    struct link *l = x->own.link;

    if (!x->own.resting)
        return;
    x->own.resting = false;
    l->http->resting--;
    link_enter(l, LINK_SEND, SEND_MS);
    MHD_resume_connection(l->connection);
}

void exchange_stream(struct exchange *x, const char *content_type)
{
    exchange_answer(x, 200, content_type);
    x->own.stage = STAGE_STREAM;
}

void exchange_send(struct exchange *x, const void *bytes, size_t length)
{
    if (x->own.ended)
        return;
    buf_add(&x->answer, bytes, length);
    if (x->answer.length > STREAM_UNSENT && x->drained == NULL)
        exchange_end(x);
    stream_wake(x);
}

void exchange_end(struct exchange *x)
{
    x->own.ended = true;
    stream_wake(x);
}

void exchange_break(struct exchange *x)
{
    x->own.broken = true;
    exchange_end(x);
}

static enum MHD_Result deliver_stream(struct link *l, struct exchange *x)
{
    struct MHD_Response *r = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, x, NULL);
    enum MHD_Result ok;

    if (r == NULL)
        return MHD_NO;
    answer_count(l->http, x);
    if (l->http->draining)
        x->own.ended = true;
    x->own.broken = x->own.ended && x->drained != NULL;
    add_headers(l->http, x, r, true);
    link_enter(l, LINK_SEND, SEND_MS);
    ok = MHD_queue_response(l->connection, (unsigned)x->own.status, r);
    MHD_destroy_response(r);
    return ok;
}

static void streams_end(struct http *h)
{
    for (struct link *l = h->links; l != NULL; l = l->next)
        if (l->x != NULL && l->x->own.stage == STAGE_STREAM)
            (l->x->drained != NULL ? exchange_break : exchange_end)(l->x);
}

/* ---- requests ---- */

/* The request line is there: the exchange begins. */
static void *begin(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct http *h = cls;
    struct link *l = link_of(connection);
    struct exchange *x;

    if (l == NULL)
        return NULL;
    x = exchange_new();
    x->own.http = h;
    x->own.link = l;
    x->context = h->config.context;
    x->loopback_listener = h->loopback;
    x->start_ms = http_now(h);
    memcpy(x->peer, l->peer, sizeof(x->peer));
    l->x = x;
    if (l->phase == LINK_IDLE)
        link_enter(l, LINK_HEAD, h->limits.header_ms);
    guard_target(x, target != NULL ? target : "");
    return x;
}

static enum MHD_Result each_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   size_t name_length, const char *value,
                                   size_t value_length)
{
    (void)kind;
    return guard_header(cls, name, name_length, value, value_length) ? MHD_YES : MHD_NO;
}

static size_t head_bytes(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *i =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return i != NULL ? i->header_size : 0;
}

/* Walks the head; false where the exchange is refused. */
static bool check_head(struct http *h, struct exchange *x,
                       struct MHD_Connection *connection, const char *method,
                       const char *version, struct guard *g)
{
    size_t bytes = head_bytes(connection);

    if (x->own.refused != 0 || !guard_begin(g, x, method, version))
        return false;
    if (bytes > h->limits.header_bytes + x->own.target_length)
        return guard_refuse(x, 431, "The head of the request is too long.");
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, each_header, g);
    if (x->own.refused != 0 || !guard_end(g, method, bytes))
        return false;
    if (h->draining)
        return guard_refuse(x, 503, "This house is closing; please ask again.");
    return true;
}

/* Finds the route, whose limit holds for the body; 404 and 405 wait until that is read.
 */
static void choose_route(struct http *h, struct exchange *x, struct route_match *m)
{
    router_find(h->router, x->method, x->path, m);
    x->route = m->route;
    x->own.route_index = m->index;
    x->param_count = m->params;
    for (size_t i = 0; i < m->params; i++)
        x->params[i] = exchange_text(x, m->param[i].at, m->param[i].length);
}

static enum MHD_Result take_head(struct http *h, struct link *l, struct exchange *x,
                                 const char *method, const char *version)
{
    size_t most = h->limits.body_bytes;
    struct route_match m;
    struct guard g;

    if (!check_head(h, x, l->connection, method, version, &g))
        return refuse(l, x);
    choose_route(h, x, &m);
    if (!guard_query(x, h->limits.url_bytes))
        return refuse(l, x);
    if (x->route != NULL && x->route->max_body > 0)
        most = x->route->max_body;
    if (g.has_length && g.length > most) {
        guard_refuse(x, 413, "The body of the request is too large.");
        return refuse(l, x);
    }
    x->own.upload = buf_new(most);
    x->own.stage = STAGE_BODY;
    if (g.chunked || g.length > 0)
        link_enter(l, LINK_BODY, h->limits.body_ms);
    return MHD_YES;
}

/*
 * A piece of the body. A chunked one tells its length only by being too long: the rest is
 * counted and thrown away, so that the client comes to the end and reads its 413.
 */
static enum MHD_Result take_body(struct http *h, struct exchange *x, const char *bytes,
                                 size_t *length)
{
    size_t most = h->limits.discard_bytes;

    x->own.length += *length;
    buf_add(&x->own.upload, bytes, *length);
    if (x->own.upload.overflowed) {
        guard_refuse(x, 413, "The body of the request is too large.");
        if (x->own.length > most && x->own.length > x->own.upload.ceiling)
            return MHD_NO;
    }
    *length = 0;
    return MHD_YES;
}

static enum MHD_Result dispatch(struct http *h, struct link *l, struct exchange *x)
{
    struct route_match m;

    link_enter(l, LINK_WORK, 0);
    if (x->own.refused != 0)
        return refuse(l, x);
    x->own.length = 0;
    x->own.stage = STAGE_WORK;
    x->body = buf_text(&x->own.upload);
    x->body_length = x->own.upload.length;
    if (x->route != NULL) {
        x->route->handle(x);
        return settle(l, x);
    }
    if (router_find(h->router, x->method, x->path, &m) == ROUTE_WRONG_METHOD) {
        answer_problem(h, x, 405, "This address does not take that method.");
        exchange_header_add(x, "Allow", m.allow);
    } else {
        answer_problem(h, x, 404, "There is nothing at this address.");
    }
    return deliver(l, x, false);
}

static enum MHD_Result access_call(void *cls, struct MHD_Connection *connection,
                                   const char *target, const char *method,
                                   const char *version, const char *upload,
                                   size_t *upload_length, void **context)
{
    struct http *h = cls;
    struct exchange *x = *context;
    struct link *l = link_of(connection);

    (void)target;
    if (x == NULL || l == NULL)
        return MHD_NO;
    switch ((enum stage)x->own.stage) {
    case STAGE_HEAD:
        return take_head(h, l, x, method, version);
    case STAGE_BODY:
        return *upload_length > 0 ? take_body(h, x, upload, upload_length)
                                  : dispatch(h, l, x);
    case STAGE_WOKEN:
        x->own.stage = STAGE_WORK;
        x->resume(x);
        return settle(l, x);
    case STAGE_ABANDONED:
        answer_problem(h, x, 503, "This house is closing; please ask again.");
        return deliver(l, x, true);
    case STAGE_WORK:
    case STAGE_SUSPENDED:
    case STAGE_STREAM:
    case STAGE_ANSWERED:
        break;
    }
    return MHD_NO;
}

static void completed(void *cls, struct MHD_Connection *connection, void **context,
                      enum MHD_RequestTerminationCode how)
{
    struct http *h = cls;
    struct exchange *x = *context;
    struct link *l;

    (void)connection;
    (void)how;
    if (x == NULL)
        return;
    l = x->own.link;
    l->x = NULL;
    link_enter(l, LINK_IDLE, h->limits.idle_ms);
    exchange_free(x);
    *context = NULL;
}

/* ---- the loop's side ---- */

int server_epoll(struct http *h)
{
    return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int server_wait_ms(struct http *h, int longest)
{
    MHD_UNSIGNED_LONG_LONG wait;

    if (MHD_get_timeout(h->daemon, &wait) != MHD_YES || wait >= (unsigned)longest)
        return longest;
    return (int)wait;
}

void server_turn(struct http *h)
{
    MHD_run(h->daemon);
}

static void stop_listening(struct http *h)
{
    if (h->daemon != NULL)
        MHD_quiesce_daemon(h->daemon);
    if (h->listen_fd >= 0)
        close(h->listen_fd);
    if (h->listen_fd >= 0 && strncmp(h->config.listen, "unix:", 5) == 0)
        unlink(h->config.listen + 5);
    h->listen_fd = -1;
}

void server_quiesce(struct http *h)
{
    stop_listening(h);
    for (struct link *l = h->links; l != NULL; l = l->next)
        if (l->x == NULL)
            link_cut(l);
    streams_end(h);
}

static void server_abandon(struct http *h)
{
    for (struct link *l = h->links; l != NULL; l = l->next)
        if (l->x != NULL && l->x->own.stage == STAGE_SUSPENDED)
            resume_with(h, l->x, STAGE_ABANDONED);
    streams_end(h);
}

bool server_open(struct http *h, struct error *err)
{
    struct MHD_OptionItem options[] = {
        {MHD_OPTION_LISTEN_SOCKET, h->listen_fd, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, h->limits.connections, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, h->limits.idle_ms / 1000 + 1, NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL}, /* the guard is stricter; see above */
        {MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin, h},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)completed, h},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)connected, h},
        {MHD_OPTION_END, 0, NULL},
    };

    signal(SIGPIPE, SIG_IGN);
    h->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME,
                                 0, admit, h, access_call, h, MHD_OPTION_ARRAY, options,
                                 MHD_OPTION_END);
    if (h->daemon != NULL)
        return true;
    error_set(err, ERROR_BROKEN, "The web server does not start.");
    return error_cause(err, "MHD_start_daemon: %s", strerror(errno));
}

void server_close(struct http *h)
{
    stop_listening(h);
    if (h->daemon == NULL)
        return;
    loop_take_mail(h);
    do {
        server_abandon(h);
        server_turn(h);
    } while (h->totals.suspended > 0 || h->resting > 0);
    MHD_stop_daemon(h->daemon);
}
