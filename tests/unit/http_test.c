/*
 * http_test.c — the loop against raw sockets, as honest and hostile clients speak.
 *
 * The loop runs on a thread of this process on a port that the kernel chooses. Nobody
 * sleeps: clients wait with poll(2) for bytes or the end of the connection, and a wait of
 * ten seconds fails the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "web/http.h"
#include "web/http_address.h"

enum { PATIENCE_MS = 60000 };

/* ---- the house ---- */

struct house {
    struct http *http;
    struct world world;
    pthread_t thread;
    size_t left; /* what http_run returned */
    sem_t held;  /* posted for each exchange that /hold got */
    _Atomic(struct exchange *) hold[64];
    _Atomic unsigned holding;
    _Atomic unsigned handled;  /* exchanges that reached a handler */
    _Atomic unsigned freed;    /* states that were freed */
    _Atomic unsigned smuggled; /* exchanges that reached /smuggled */
    _Atomic unsigned ticks;
};

static struct house *house_of(struct exchange *x)
{
    struct house *h = x->context;

    h->handled++;
    return h;
}

/* Says what the loop understood. */
static void show(struct exchange *x)
{
    house_of(x);
    buf_addf(&x->answer, "%d%s %s", (int)x->method, x->head ? " head" : "", x->path);
    for (size_t i = 0; i < x->query_count; i++)
        buf_addf(&x->answer, " [%s=%s]", x->query[i].name, x->query[i].value);
    for (size_t i = 0; i < x->param_count; i++)
        buf_addf(&x->answer, " {%s}", exchange_param(x, i));
    if (exchange_header(x, "x-test") != NULL)
        buf_addf(&x->answer, " (%s)", exchange_header(x, "x-test"));
    if (x->forwarded)
        buf_add_text(&x->answer, " forwarded");
    if (x->body_length > 0)
        buf_addf(&x->answer, " %zu bytes %.20s", x->body_length, x->body);
    exchange_answer(x, 200, "text/plain; charset=utf-8");
}

/* As a gateway's call is seen: nothing is decoded, nothing is refused. */
static void show_raw(struct exchange *x)
{
    house_of(x);
    buf_addf(&x->answer, "%zu %zu %.40s", x->query_count, strlen(x->raw_query),
             x->raw_query);
    exchange_answer(x, 200, "text/plain");
}

static void where(struct exchange *x)
{
    house_of(x);
    buf_addf(&x->answer, "%s %d", x->peer, x->loopback_listener);
    exchange_answer(x, 200, "text/plain");
}

static void smuggled(struct exchange *x)
{
    house_of(x)->smuggled++;
    exchange_answer(x, 200, NULL);
}

static void mute(struct exchange *x)
{
    house_of(x);
}

static void dress(struct exchange *x)
{
    house_of(x);
    exchange_header_add(x, "Content-Security-Policy", "default-src 'self'");
    exchange_header_add(x, "Cache-Control", "max-age=60");
    exchange_header_add(x, "Permissions-Policy", "");
    exchange_header_add(x, "X-Split", "a\r\nSet-Cookie: b=c");
    exchange_header_add(x, "Set-Cookie", "d=e");
    exchange_answer(x, 204, NULL);
}

static void large(struct exchange *x)
{
    house_of(x);
    for (int i = 0; i < 40000; i++)
        buf_addf(&x->answer, "%024d\n", i);
    exchange_answer(x, 200, "text/plain");
}

static void state_gone(void *state)
{
    struct house *h = state;

    h->freed++;
}

static void hold_done(struct exchange *x)
{
    buf_addf(&x->answer, "held %s", exchange_param(x, 0));
    exchange_answer(x, 200, "text/plain");
}

/* Keeps the exchange until the test gives it back. */
static void hold(struct exchange *x)
{
    struct house *h = house_of(x);

    x->state = h;
    x->state_free = state_gone;
    x->resume = hold_done;
    exchange_suspend(x);
    h->hold[h->holding++ % LENGTH(h->hold)] = x;
    sem_post(&h->held);
}

/* Goes to another thread and back three times. */
static void *carry(void *exchange)
{
    exchange_wake(exchange);
    return NULL;
}

static void bounce(struct exchange *x)
{
    size_t *times = x->state;
    pthread_t thread;

    if ((*times)++ == 3) {
        exchange_answer_static(x, 200, "text/plain", "bounced", 7);
        return;
    }
    x->resume = bounce;
    exchange_suspend(x);
    pthread_create(&thread, NULL, carry, x);
    pthread_detach(thread);
}

static void bounce_begin(struct exchange *x)
{
    x->state = exchange_memory(x, sizeof(size_t));
    *(size_t *)x->state = 0;
    bounce(x);
}

static void problem(struct exchange *x, int status, const char *text)
{
    buf_addf(&x->answer, "problem %d %s", status, text);
    exchange_answer(x, status, "application/problem+json");
}

static const struct route routes[] = {
    {METHOD_GET, "/show", show, 0, 0},
    {METHOD_GET, "/raw", show_raw, ROUTE_RAW_QUERY, 0},
    {METHOD_POST, "/show", show, 0, 0},
    {METHOD_GET, "/show/{x}/{y}", show, 0, 0},
    {METHOD_POST, "/import", show, 0, 1 << 20},
    {METHOD_GET, "/where", where, 0, 0},
    {METHOD_GET, "/smuggled", smuggled, 0, 0},
    {METHOD_GET, "/mute", mute, 0, 0},
    {METHOD_GET, "/dress", dress, 0, 0},
    {METHOD_GET, "/large", large, 0, 0},
    {METHOD_POST, "/hold/{n}", hold, 0, 0},
    {METHOD_GET, "/bounce", bounce_begin, 0, 0},
};

static void *house_run(void *house)
{
    struct house *h = house;

    h->left = http_run(h->http);
    return NULL;
}

static struct house *house_open_at(const char *listen, struct http_limits limits,
                                   const char *exempt)
{
    struct house *h = calloc(1, sizeof(*h));
    struct error err = {0};
    bool proxied = strncmp(listen, "unix:", 5) == 0;
    struct http_config config = {.listen = listen,
                                 .base_url = proxied ? "https://hall.example"
                                                     : "http://hall.example",
                                 .exempt = exempt,
                                 .limits = limits,
                                 .routes = routes,
                                 .route_count = LENGTH(routes),
                                 .problem = problem,
                                 .world = &h->world,
                                 .context = h};

    assert_non_null(h);
    world_real(&h->world);
    sem_init(&h->held, 0, 0);
    if (!http_open(&config, &h->http, &err))
        print_error("%s (%s)\n", err.text, err.cause);
    assert_non_null(h->http);
    return h;
}

static struct house *house_open(struct http_limits limits)
{
    struct house *h = house_open_at("127.0.0.1:0", limits, NULL);

    pthread_create(&h->thread, NULL, house_run, h);
    return h;
}

static void house_close(struct house *h)
{
    http_drain(h->http, 3000);
    pthread_join(h->thread, NULL);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

/* ---- clients ---- */

struct client {
    int fd;
    size_t have;
    char in[2 << 20];
};

static struct client *dial(struct house *h)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_port(h->http)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct client *c = malloc(sizeof(*c));

    assert_non_null(c);
    c->have = 0;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return c;
}

static void hang_up(struct client *c)
{
    close(c->fd);
    free(c);
}

static void say_bytes(struct client *c, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);

        if (n < 0) /* the house may have closed; what it said is still to be read */
            return;
        bytes += n;
        length -= (size_t)n;
    }
}

static void say(struct client *c, const char *text)
{
    say_bytes(c, text, strlen(text));
}

/* Reads some more; false at the end of the connection. */
static bool hear(struct client *c)
{
    struct pollfd p = {.fd = c->fd, .events = POLLIN};
    ssize_t n;

    if (poll(&p, 1, PATIENCE_MS) != 1)
        fail_msg("the house says nothing");
    assert_true(c->have < sizeof(c->in) - 1);
    n = recv(c->fd, c->in + c->have, sizeof(c->in) - 1 - c->have, 0);
    if (n <= 0)
        return false;
    c->have += (size_t)n;
    return true;
}

struct answer {
    int status; /* 0: the connection ended */
    char head[4096];
    char *body;
    size_t length;
};

static void answer_free(struct answer *a)
{
    free(a->body);
    a->body = NULL;
}

/* One answer; `head_only` for HEAD. */
static struct answer hear_answer(struct client *c, bool head_only)
{
    struct answer a = {0};
    const char *length;
    char *end;

    while ((end = memmem(c->in, c->have, "\r\n\r\n", 4)) == NULL)
        if (!hear(c))
            return a;
    snprintf(a.head, sizeof(a.head), "%.*s", (int)(end + 2 - c->in), c->in);
    a.status = atoi(a.head + 9);
    length = strstr(a.head, "Content-Length: ");
    a.length = length != NULL && !head_only ? strtoul(length + 16, NULL, 10) : 0;
    c->have -= (size_t)(end + 4 - c->in);
    memmove(c->in, end + 4, c->have);
    while (c->have < a.length)
        if (!hear(c))
            fail_msg("the answer is cut short");
    a.body = malloc(a.length + 1);
    assert_non_null(a.body);
    memcpy(a.body, c->in, a.length);
    a.body[a.length] = '\0';
    c->have -= a.length;
    memmove(c->in, c->in + a.length, c->have);
    return a;
}

static bool hear_end(struct client *c)
{
    while (hear(c))
        ;
    return c->have == 0;
}

static void expect(struct client *c, int status, const char *body)
{
    struct answer a = hear_answer(c, false);

    assert_int_equal(a.status, status);
    if (body != NULL)
        assert_string_equal(a.body, body);
    answer_free(&a);
}

/* ---- what is understood ---- */

static void understands(void **state)
{
    static const struct {
        const char *request;
        const char *body;
    } rows[] = {
        {"GET /show HTTP/1.1\r\nHost: h\r\n\r\n", "0 /show"},
        {"GET /show HTTP/1.1\r\nHost:h\r\n\r\n", "0 /show"},
        {"\r\nGET /show HTTP/1.1\r\nHost: h\r\n\r\n", "0 /show"},
        {"GET /show HTTP/1.1\r\nHost: \r\n\r\n", "0 /show"},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX-Test:\r\n\r\n", "0 /show ()"},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX-TEST: \t a b \t\r\n\r\n", "0 /show (a b)"},
        {"GET /show HTTP/1.1\r\nX-Test: \xe4\xbd\xa0\r\nHost: h\r\n\r\n",
         "0 /show (\xe4\xbd\xa0)"},
        {"GET /show HTTP/1.1\r\nHost: h\r\nx-test: 1\r\nX-Test: 2\r\n\r\n",
         "0 /show (1, 2)"},
        {"GET /show?a=1&b=%E4%BD%A0+%2B&&c&=d HTTP/1.1\r\nHost: h\r\n\r\n",
         "0 /show [a=1] [b=\xe4\xbd\xa0 +] [c=] [=d]"},
        {"GET /show? HTTP/1.1\r\nHost: h\r\n\r\n", "0 /show"},
        {"GET /show?a=%0A&u=/x?y HTTP/1.1\r\nHost: h\r\n\r\n", "0 /show [a=\n] [u=/x?y]"},
        {"GET /sh%6Fw HTTP/1.1\r\nHost: h\r\n\r\n", "0 /show"},
        {"GET /show/a+b/%E4%BD%A0 HTTP/1.1\r\nHost: h\r\n\r\n",
         "0 /show/a+b/\xe4\xbd\xa0 {a+b} {\xe4\xbd\xa0}"},
        {"GET /show HTTP/1.1\r\nHost: h\r\nVia: 1.1 p\r\n\r\n", "0 /show forwarded"},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1\r\n\r\n",
         "0 /show forwarded"},
        {"GET /show HTTP/1.1\r\nHost: h\r\nForwarded: for=1\r\n\r\n",
         "0 /show forwarded"},
        {"POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
         "1 /show 3 bytes abc"},
        {"POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "1 /show"},
        {"POST /show HTTP/1.1\r\nHost: h\r\n\r\n", "1 /show"},
        {"POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n",
         "1 /show 7 bytes abcdefg"},
        {"GET /where HTTP/1.1\r\nHost: h\r\n\r\n", "127.0.0.1 1"},
        {"GET /bounce HTTP/1.1\r\nHost: h\r\n\r\n", "bounced"},
    };
    struct house *h = house_open((struct http_limits){0});
    struct client *c = dial(h), *slow = dial(h);

    (void)state;
    /* all on one connection, and again byte by byte */
    for (size_t i = 0; i < LENGTH(rows); i++) {
        say(c, rows[i].request);
        expect(c, 200, rows[i].body);
        for (const char *b = rows[i].request; *b != '\0'; b++)
            say_bytes(slow, b, 1);
        expect(slow, 200, rows[i].body);
    }
    /* all at once, answered in order */
    for (size_t i = 0; i < LENGTH(rows); i++)
        say(c, rows[i].request);
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect(c, 200, rows[i].body);
    hang_up(c);
    hang_up(slow);
    house_close(h);
}

static void old_version_closes(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct client *c = dial(h);

    (void)state;
    say(c, "GET /show HTTP/1.0\r\n\r\n");
    expect(c, 200, "0 /show");
    assert_true(hear_end(c));
    hang_up(c);
    house_close(h);
}

/* ---- what is refused ---- */

struct hostile {
    const char *name;
    int status; /* below 0: the library answers, with two heads on top of one page */
    const char *bytes;
    size_t length;
};

#define SMUGGLE     "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
#define BYTES(text) text, sizeof(text) - 1

/* Each is refused, the connection closed, and the second request never handled. */
static const struct hostile hostile[] = {
    {"two lengths", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 37\r\n"
           "\r\n" SMUGGLE)},
    {"two equal lengths", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n"
           "\r\nab" SMUGGLE)},
    {"a list of lengths", -400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 2, 2\r\n\r\nab" SMUGGLE)},
    {"length, then chunked", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLE)},
    {"chunked, then length", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
           "Content-Length: 5\r\n\r\n0\r\n\r\n" SMUGGLE)},
    {"chunked twice", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLE)},
    {"another coding", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
           "0\r\n\r\n" SMUGGLE)},
    {"identity", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
           "identity\r\n\r\n" SMUGGLE)},
    {"chunked in 1.0", 400,
     BYTES("POST /show HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"
           "Connection: keep-alive\r\n\r\n0\r\n\r\n" SMUGGLE)},
    {"length with a sign", -400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: +2\r\n\r\nab" SMUGGLE)},
    {"negative length", -400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: -2\r\n\r\nab" SMUGGLE)},
    {"length in hexadecimal", -400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 0x2\r\n\r\nab" SMUGGLE)},
    {"no length at all", -400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: \r\n\r\n" SMUGGLE)},
    {"a length beyond counting", -413,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n"
           "\r\n" SMUGGLE)},
    {"a chunk that is no number", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
           "zz\r\n\r\n" SMUGGLE)},
    {"blank before the colon", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length : 37\r\n\r\n" SMUGGLE)},
    {"tab before the colon", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\t: "
           "chunked\r\n\r\n" SMUGGLE)},
    {"blank before the name", 400,
     BYTES("GET /show HTTP/1.1\r\n Host: h\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"no name", 400, BYTES("GET /show HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n" SMUGGLE)},
    {"no colon", 400, BYTES("GET /show HTTP/1.1\r\nHost: h\r\nabc\r\n\r\n" SMUGGLE)},
    {"name with brackets", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX(a): x\r\n\r\n" SMUGGLE)},
    {"name beyond ASCII", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX\xc3\xa4: x\r\n\r\n" SMUGGLE)},
    {"folded line", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\r\n b\r\n\r\n" SMUGGLE)},
    {"folded with a tab", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\r\n\tb\r\nX: y\r\n\r\n" SMUGGLE)},
    {"folded empty line", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\r\n \r\n\r\n" SMUGGLE)},
    {"folded length", 400,
     BYTES("POST /show HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n 2\r\n\r\nab" SMUGGLE)},
    {"NUL in a value", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\0b\r\n\r\n" SMUGGLE)},
    {"NUL at the end of a value", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\0\r\n\r\n" SMUGGLE)},
    {"NULs like a line end", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\0\0X-B: c\r\n\r\n" SMUGGLE)},
    {"NUL in a name", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX\0Y: a\r\n\r\n" SMUGGLE)},
    {"control character", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\x01\r\n\r\n" SMUGGLE)},
    {"DEL", 400, BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: \x7f\r\n\r\n" SMUGGLE)},
    {"bare CR in a value", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\r\nX-Test: a\rX-B: c\r\n\r\n" SMUGGLE)},
    {"CR CR LF", 400, BYTES("GET /show HTTP/1.1\r\nHost: h\r\r\n\r\n" SMUGGLE)},
    {"bare LF after the request line", 400,
     BYTES("GET /show HTTP/1.1\nHost: h\r\n\r\n" SMUGGLE)},
    {"bare LF after a header", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\nX-Test: a\r\n\r\n" SMUGGLE)},
    {"bare LF after the last header", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: h\n\r\n" SMUGGLE)},
    {"bare LF at the end", 400, BYTES("GET /show HTTP/1.1\r\nHost: h\r\n\n" SMUGGLE)},
    {"bare LF everywhere", 400, BYTES("GET /show HTTP/1.1\nHost: h\n\n" SMUGGLE)},
    {"no host", 400, BYTES("GET /show HTTP/1.1\r\n\r\n" SMUGGLE)},
    {"no host but headers", 400,
     BYTES("GET /show HTTP/1.1\r\nX-Test: a\r\n\r\n" SMUGGLE)},
    {"two hosts", 400, BYTES("GET /show HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" SMUGGLE)},
    {"host with a path", 400, BYTES("GET /show HTTP/1.1\r\nHost: a/b\r\n\r\n" SMUGGLE)},
    {"two keys", 400,
     BYTES("GET /show HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\n"
           "authorization: Bearer b\r\n\r\n" SMUGGLE)},
    {"two blanks in the request line", 400,
     BYTES("GET  /show HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"two blanks before the version", 400,
     BYTES("GET /show  HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"blank in the target", 400, BYTES("GET /sh ow HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"tab in the request line", 0,
     BYTES("GET\t/show\tHTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"no version", 400, BYTES("GET /show\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"a version to come", 505, BYTES("GET /show HTTP/3.0\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"version in small letters", 400,
     BYTES("GET /show http/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"no target", 400, BYTES("GET  HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"a method that is no token", 400,
     BYTES("G(T /show HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"whole address", 400,
     BYTES("GET http://h/show HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"star", 400, BYTES("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"fragment", 400, BYTES("GET /show#a HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"NUL in the target", 400, BYTES("GET /sho\0w HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"control character in the target", 400,
     BYTES("GET /show\x01 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"escaped NUL", 400, BYTES("GET /show%00 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"escaped line break", 400,
     BYTES("GET /show%0d%0aX HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"escaped slash", 400, BYTES("GET /show%2fa/b HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"half an escape", 400, BYTES("GET /show% HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"broken escape", 400, BYTES("GET /show%4 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"no escape", 400, BYTES("GET /show%zz HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"broken UTF-8", 400, BYTES("GET /show%c3%28 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"overlong UTF-8", 400, BYTES("GET /show%c0%af HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"surrogate", 400, BYTES("GET /show%ed%a0%80 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"cut UTF-8", 400, BYTES("GET /show%e4%bd HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"raw broken UTF-8", 400, BYTES("GET /show\xff HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"NUL in the query", 400,
     BYTES("GET /show?a=%00 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"broken query", 400, BYTES("GET /show?a=%c3 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
    {"broken name in the query", 400,
     BYTES("GET /show?%=a HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE)},
};

static void refuses(void **state)
{
    struct house *h = house_open((struct http_limits){0});

    (void)state;
    for (size_t i = 0; i < LENGTH(hostile); i++) {
        struct client *c = dial(h);
        struct answer a;
        bool ends;

        say_bytes(c, hostile[i].bytes, hostile[i].length);
        a = hear_answer(c, false);
        ends = a.status == 0 || hear_end(c) || hostile[i].status < 0;
        if (a.status != abs(hostile[i].status) || !ends)
            print_error("%s: %d %s, %s\n", hostile[i].name, a.status,
                        a.body != NULL ? a.body : "", ends ? "closed" : "open");
        assert_int_equal(a.status, abs(hostile[i].status));
        assert_true(ends);
        assert_int_equal(h->smuggled, 0);
        assert_int_equal(h->handled, 0);
        answer_free(&a);
        hang_up(c);
    }
    house_close(h);
}

/*
 * Requests with bytes changed, doubled and left out: whatever comes, the house answers or
 * hangs up, and goes on.
 */
static void survives_noise(void **state)
{
    static const char *const seeds[] = {
        "POST /show?a=%41&b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX-Test: "
        "a\r\n\r\nabc",
        "POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nabc\r\n0\r\n"
        "\r\n",
        "GET /show/%E4%BD%A0/b HTTP/1.1\r\nHost: h\r\nCookie: a=b; c=\"d\"\r\n\r\n"
        "HEAD /show HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    };
    static const char salt[] = "\0\r\n\t :;%?&=,\"\x7f\xff\xc3/0aZ";
    struct house *h = house_open((struct http_limits){.idle_ms = 40});
    uint64_t random = 20240607;
    struct client *c;

    (void)state;
    for (int round = 0; round < 1000; round++) {
        char bytes[512];
        size_t length = strlen(seeds[round % LENGTH(seeds)]);

        memcpy(bytes, seeds[round % LENGTH(seeds)], length);
        for (int change = 0; change <= round % 4; change++) {
            size_t at, rest;

            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            at = (size_t)(random >> 33) % length;
            rest = length - at;
            if (random >> 20 & 1) {
                bytes[at] = salt[(random >> 40) % (sizeof(salt) - 1)];
            } else if (random >> 21 & 1) {
                memmove(bytes + at + 1, bytes + at, rest);
                length++;
            } else {
                memmove(bytes + at, bytes + at + 1, rest - 1);
                length--;
            }
        }
        c = dial(h);
        say_bytes(c, bytes, length);
        shutdown(c->fd, SHUT_WR);
        hear_end(c);
        hang_up(c);
    }
    c = dial(h);
    say(c, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(c, 200, "0 /show");
    hang_up(c);
    house_close(h);
}

static void limits_lengths(void **state)
{
    static char big[40000];
    struct house *h = house_open((struct http_limits){0});
    static const struct {
        const char *form;
        size_t fill;
        int status;
    } rows[] = {
        {"GET /show?%s HTTP/1.1\r\nHost: h\r\n\r\n", 2048 - 6, 200},
        {"GET /show?%s HTTP/1.1\r\nHost: h\r\n\r\n", 2048 - 5, 414},
        {"GET /show?%s HTTP/1.1\r\nHost: h\r\n\r\n", 7000, 414},
        {"GET /show?%s HTTP/1.1\r\nHost: h\r\n\r\n", 32000, 414},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n", 8100, 200},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n", 8192, 431},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n", 12000, 431},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n", 32000, 431},
    };
    char text[80];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct client *c = dial(h);
        static char fill[33000];

        memset(fill, 'a', rows[i].fill);
        fill[rows[i].fill] = '\0';
        snprintf(big, sizeof(big),
                 rows[i].form[10] == '%'
                     ? "GET /show?%s HTTP/1.1\r\nHost: h\r\n\r\n"
                     : "GET /show HTTP/1.1\r\nHost: h\r\nX: %s\r\n\r\n",
                 fill);
        say(c, big);
        expect(c, rows[i].status, NULL);
        hang_up(c);
    }
    /* one header too many */
    for (unsigned more = 0; more < 2; more++) {
        struct client *c = dial(h);

        say(c, "GET /show HTTP/1.1\r\nHost: h\r\n");
        for (unsigned i = 1; i < EXCHANGE_HEADERS + more; i++) {
            snprintf(text, sizeof(text), "X-%u: y\r\n", i);
            say(c, text);
        }
        say(c, "\r\n");
        expect(c, more == 0 ? 200 : 431, NULL);
        hang_up(c);
    }
    house_close(h);
}

/* A gateway's own charset: NULs, broken UTF-8, and a long reply with each byte escaped.
 */
static void raw_queries(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    static char fill[9000], big[9100];
    static const struct {
        const char *query;
        int status;
        const char *said;
    } rows[] = {
        {"", 200, "0 0 "},
        {"?", 200, "0 0 "},
        {"?t=%4F%60%00%35&to=1", 200, "0 19 t=%4F%60%00%35&to=1"},
        {"?t=%c3%28&%=%zz+%", 200, "0 16 t=%c3%28&%=%zz+%"},
        {"?a=1#b", 400, NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct client *c = dial(h);

        snprintf(big, sizeof(big), "GET /raw%s HTTP/1.1\r\nHost: h\r\n\r\n",
                 rows[i].query);
        say(c, big);
        expect(c, rows[i].status, rows[i].said);
        hang_up(c);
    }
    for (size_t more = 0; more < 2; more++) {
        struct client *c = dial(h);
        size_t length = 8192 - strlen("/raw?") + more;

        memset(fill, 'a', length);
        fill[length] = '\0';
        snprintf(big, sizeof(big), "GET /raw?%s HTTP/1.1\r\nHost: h\r\n\r\n", fill);
        say(c, big);
        expect(c, more == 0 ? 200 : 414, NULL);
        hang_up(c);
    }
    house_close(h);
}

/* ---- bodies ---- */

static void say_many(struct client *c, size_t bytes)
{
    static char block[65536];

    memset(block, 'x', sizeof(block));
    for (; bytes > 0; bytes -= bytes < sizeof(block) ? bytes : sizeof(block))
        say_bytes(c, block, bytes < sizeof(block) ? bytes : sizeof(block));
}

static void limits_bodies(void **state)
{
    static const struct {
        const char *path;
        size_t bytes;
        int status;
    } rows[] = {
        {"/show", 65536, 200},           {"/show", 65537, 413},
        {"/show", 2 << 20, 413},         {"/import", 1 << 20, 200},
        {"/import", (1 << 20) + 1, 413}, {"/import", 2 << 20, 413},
        {"/nowhere", 65536, 404},        {"/nowhere", 65537, 413},
    };
    struct house *h = house_open((struct http_limits){0});
    char head[200];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (int chunked = 0; chunked < 2; chunked++) {
            struct client *c = dial(h);

            if (chunked)
                snprintf(
                    head, sizeof(head),
                    "POST %s HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "%zx\r\n",
                    rows[i].path, rows[i].bytes);
            else
                snprintf(head, sizeof(head),
                         "POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %zu\r\n\r\n",
                         rows[i].path, rows[i].bytes);
            say(c, head);
            say_many(c, rows[i].bytes); /* whole, before it looks for an answer */
            if (chunked)
                say(c, "\r\n0\r\n\r\n");
            expect(c, rows[i].status, NULL);
            if (rows[i].status == 413)
                assert_true(hear_end(c));
            hang_up(c);
        }
    }
    house_close(h);
}

/* Who asks first is told before it sends; who sends without end is cut. */
static void limits_bodies_early(void **state)
{
    struct house *h = house_open((struct http_limits){.discard_bytes = 1 << 20});
    struct client *c = dial(h);

    (void)state;
    say(c, "POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n"
           "Expect: 100-continue\r\n\r\n");
    expect(c, 413, NULL);
    assert_true(hear_end(c));
    hang_up(c);
    c = dial(h);
    say(c, "POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n"
           "Expect: 100-continue\r\n\r\n");
    expect(c, 100, NULL);
    say(c, "abc");
    expect(c, 200, "1 /show 3 bytes abc");
    hang_up(c);
    c = dial(h);
    say(c, "POST /show HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
           "chunked\r\n\r\nFFFFFFF\r\n");
    say_many(c, 8 << 20);
    assert_int_equal(hear_answer(c, false).status, 0);
    hang_up(c);
    house_close(h);
}

/* ---- answers ---- */

static void answers(void **state)
{
    static const struct {
        const char *request;
        int status;
        const char *there[3];
        const char *not_there[3];
    } rows[] = {
        {"GET /show",
         200,
         {"Content-Length: 7\r\n", "Cache-Control: no-store\r\n",
          "Content-Type: text/plain; charset=utf-8\r\n"},
         {"Strict-Transport", "Server:", "Connection:"}},
        {"GET /show",
         200,
         {"X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: same-origin\r\n",
          "Cross-Origin-Opener-Policy: same-origin\r\n"},
         {NULL}},
        {"GET /show",
         200,
         {"Content-Security-Policy: default-src 'none'; script-src 'self';",
          "Cross-Origin-Resource-Policy: same-origin\r\n", "\r\nDate: "},
         {NULL}},
        {"GET /dress",
         204,
         {"Content-Security-Policy: default-src 'self'\r\n",
          "Cache-Control: max-age=60\r\n", "Set-Cookie: d=e\r\n"},
         {"b=c", "no-store", "Permissions-Policy"}},
        {"HEAD /show", 200, {"Content-Length: 12\r\n"}, {NULL}},
        {"GET /nowhere", 404, {"problem+json", "nosniff", "no-store"}, {"Allow"}},
        {"GET /show/", 404, {NULL}, {NULL}},
        {"PUT /show", 405, {"Allow: GET, HEAD, POST\r\n", "nosniff"}, {NULL}},
        {"OPTIONS /show", 405, {"Allow: GET, HEAD, POST\r\n"}, {NULL}},
        {"TRACE /show", 405, {NULL}, {NULL}},
        {"HEAD /hold/1", 405, {"Allow: POST\r\n"}, {NULL}},
        {"BREW /show", 405, {NULL}, {NULL}},
        {"GET /mute", 500, {"problem+json"}, {NULL}},
    };
    struct house *h = house_open((struct http_limits){0});
    struct client *c = dial(h);
    char request[200];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct answer a;

        snprintf(request, sizeof(request), "%s HTTP/1.1\r\nHost: h\r\n\r\n",
                 rows[i].request);
        say(c, request);
        a = hear_answer(c, rows[i].request[0] == 'H');
        if (a.status != rows[i].status)
            print_error("%s\n", rows[i].request);
        assert_int_equal(a.status, rows[i].status);
        for (size_t k = 0; k < 3; k++) {
            if (rows[i].there[k] != NULL && strstr(a.head, rows[i].there[k]) == NULL)
                fail_msg("%s lacks %s:\n%s", rows[i].request, rows[i].there[k], a.head);
            if (rows[i].not_there[k] != NULL && strstr(a.head, rows[i].not_there[k]))
                fail_msg("%s has %s:\n%s", rows[i].request, rows[i].not_there[k], a.head);
        }
        answer_free(&a);
    }
    assert_int_equal(c->have, 0); /* HEAD brought no body */
    hang_up(c);
    house_close(h);
}

static void sends_large(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct client *c = dial(h);
    struct answer a;

    (void)state;
    say(c, "GET /large HTTP/1.1\r\nHost: h\r\n\r\nGET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    a = hear_answer(c, false);
    assert_int_equal(a.length, 1000000);
    assert_memory_equal(a.body + 999975, "000000000000000000039999\n", 25);
    answer_free(&a);
    expect(c, 200, "0 /show");
    hang_up(c);
    house_close(h);
}

/* ---- suspending ---- */

static void wait_held(struct house *h, unsigned count)
{
    while (count-- > 0)
        while (sem_wait(&h->held) != 0)
            ;
}

static void suspends(void **state)
{
    enum { CLIENTS = 40 };
    struct client *c[CLIENTS];
    struct house *h = house_open((struct http_limits){0});
    char text[100];

    (void)state;
    for (int i = 0; i < CLIENTS; i++) {
        c[i] = dial(h);
        snprintf(text, sizeof(text),
                 "POST /hold/%d HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"
                 "GET /show HTTP/1.1\r\nHost: h\r\n\r\n",
                 i);
        say(c[i], text);
    }
    wait_held(h, CLIENTS);
    for (int i = CLIENTS - 1; i >= 0; i--)
        exchange_wake(h->hold[i]);
    for (int i = 0; i < CLIENTS; i++) {
        snprintf(text, sizeof(text), "held %d", i);
        expect(c[i], 200, text);
        expect(c[i], 200, "0 /show"); /* what was pipelined behind it */
        hang_up(c[i]);
    }
    house_close(h);
}

/* A client that leaves, or shuts its half, while somebody else has its exchange. */
static void clients_vanish(void **state)
{
    struct linger_option {
        int on, seconds;
    } reset = {1, 0};
    struct house *h = house_open((struct http_limits){.body_ms = 1500});
    struct client *gone = dial(h), *torn = dial(h), *half = dial(h), *next;

    (void)state;
    say(gone, "POST /hold/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 1);
    say(torn, "POST /hold/2 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 1);
    say(half, "POST /hold/3 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 1);
    hang_up(gone);
    setsockopt(torn->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    hang_up(torn);
    shutdown(half->fd, SHUT_WR);
    for (int i = 0; i < 3; i++)
        exchange_wake(h->hold[i]);
    while (hear(half)) /* the library may take a shut half for a client that is gone */
        ;
    hang_up(half);
    next = dial(h);
    shutdown(next->fd, SHUT_WR); /* says nothing at all */
    assert_true(hear_end(next));
    hang_up(next);
    next = dial(h);
    say(next, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    shutdown(next->fd, SHUT_WR);
    expect(next, 200, "0 /show");
    hang_up(next);
    next = dial(h);
    say(next, "POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nab");
    shutdown(next->fd, SHUT_WR); /* a body cut short is never handled; */
    while (hear(next))           /* it ends at once, or at its deadline */
        ;
    next->in[next->have] = '\0';
    assert_null(strstr(next->in, " 200 "));
    hang_up(next);
    next = dial(h);
    say(next, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(next, 200, "0 /show");
    hang_up(next);
    http_drain(h->http, 3000);
    pthread_join(h->thread, NULL);
    assert_int_equal(h->left, 0);
    assert_int_equal(h->freed, 3);
    assert_int_equal(h->handled, 5);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

/* ---- slow and many ---- */

/* Sends a byte whenever the deadline has not come yet; true when the house hung up. */
static bool drips_until_cut(struct client *c, char drop)
{
    for (int i = 0; i < 2000; i++) {
        struct pollfd p = {.fd = c->fd, .events = POLLIN};

        if (poll(&p, 1, 5) == 1)
            return !hear(c);
        say_bytes(c, &drop, 1);
    }
    return false;
}

static void cuts_slow(void **state)
{
    static const struct {
        const char *begin;
        char drop; /* 0: says nothing more */
    } rows[] = {
        {"", 0},
        {"G", 'E'},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: ", 'a'},
        {"GET /show HTTP/1.1\r\nHost: h\r\nX: ", 0},
        {"POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n", 'a'},
        {"POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n", 0},
    };
    struct house *h = house_open(
        (struct http_limits){.header_ms = 200, .body_ms = 200, .idle_ms = 200});
    struct client *c;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        c = dial(h);
        say(c, rows[i].begin);
        assert_true(rows[i].drop != 0 ? drips_until_cut(c, rows[i].drop) : hear_end(c));
        hang_up(c);
    }
    assert_int_equal(h->handled, 0);
    house_close(h);
    /* whoever asks in time is answered: for that there is more of it */
    h = house_open(
        (struct http_limits){.header_ms = 1500, .body_ms = 200, .idle_ms = 200});
    c = dial(h); /* idle after a request; and dripping the next one */
    say(c, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(c, 200, "0 /show");
    assert_true(hear_end(c));
    hang_up(c);
    c = dial(h);
    say(c, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(c, 200, "0 /show");
    say(c, "GET /show HTTP/1.1\r\nX: ");
    assert_true(drips_until_cut(c, 'a'));
    hang_up(c);
    house_close(h);
}

static void counts_addresses(void **state)
{
    enum { MOST = 5, FLOOD = 60 };
    struct client *c[FLOOD];
    struct house *h =
        house_open((struct http_limits){.per_address = MOST, .count_loopback = true});
    int served = 0;

    (void)state;
    for (int i = 0; i < FLOOD; i++) {
        c[i] = dial(h);
        say(c[i], "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    for (int i = 0; i < FLOOD; i++) {
        struct answer a = hear_answer(c[i], false);

        served += a.status == 200;
        answer_free(&a);
    }
    assert_int_equal(served, MOST);
    for (int i = 0; i < FLOOD; i++)
        hang_up(c[i]);
    /* whoever left makes room: sooner or later one is let in */
    for (int tries = 0; served != 1; tries++) {
        struct client *again = dial(h);
        struct answer a;

        assert_true(tries < 100000);
        say(again, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
        a = hear_answer(again, false);
        served = a.status == 200;
        answer_free(&a);
        hang_up(again);
    }
    house_close(h);
}

static void spares_addresses(void **state)
{
    enum { FLOOD = 150 };
    struct client *c[FLOOD];
    struct house *h;

    (void)state;
    for (int listed = 0; listed < 2; listed++) {
        struct http_limits l = {.per_address = 5, .count_loopback = listed == 1};

        h = house_open_at("127.0.0.1:0", l, listed ? "10.0.0.0/8, 127.0.0.0/8" : NULL);
        pthread_create(&h->thread, NULL, house_run, h);
        for (int i = 0; i < FLOOD; i++) {
            c[i] = dial(h);
            say(c[i], "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
        }
        for (int i = 0; i < FLOOD; i++) {
            expect(c[i], 200, "0 /show");
            hang_up(c[i]);
        }
        house_close(h);
    }
}

/* ---- the end ---- */

static void drains(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct client *idle = dial(h), *fresh = dial(h), *busy = dial(h), *half = dial(h);
    struct answer a;

    (void)state;
    say(idle, "GET /show HTTP/1.1\r\nHost: h\r\n\r\n");
    expect(idle, 200, "0 /show");
    say(half, "POST /show HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    say(busy, "POST /hold/7 HTTP/1.1\r\nHost: h\r\n\r\n" SMUGGLE);
    wait_held(h, 1);
    http_drain(h->http, 5000);
    assert_true(hear_end(idle));
    assert_true(hear_end(fresh));
    exchange_wake(h->hold[0]);
    a = hear_answer(busy, false);
    assert_string_equal(a.body, "held 7");
    assert_non_null(strstr(a.head, "Connection: close\r\n"));
    answer_free(&a);
    assert_int_equal(hear_answer(busy, false).status, 0);
    say(half, "bc"); /* was under way: finished, or refused if its head came too late */
    a = hear_answer(half, false);
    assert_true(a.status == 200 || a.status == 503);
    answer_free(&a);
    pthread_join(h->thread, NULL);
    assert_int_equal(h->left, 0);
    assert_int_equal(h->smuggled, 0);
    hang_up(idle);
    hang_up(fresh);
    hang_up(busy);
    hang_up(half);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

static void drains_late(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct client *c = dial(h), *next = dial(h);

    (void)state;
    say(c, "POST /hold/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    say(next, "POST /hold/2 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_held(h, 2);
    http_drain(h->http, 60000);
    http_drain(h->http, 50);
    pthread_join(h->thread, NULL);
    assert_int_equal(h->left, 2);
    for (int i = 0; i < 2; i++) /* one comes back in the last moment, one never does */
        if (strcmp(exchange_param(h->hold[i], 0), "2") == 0)
            exchange_wake(h->hold[i]);
    http_close(h->http);
    expect(c, 503, NULL);
    expect(next, 200, "held 2");
    assert_int_equal(h->freed, 2);
    hang_up(c);
    hang_up(next);
    sem_destroy(&h->held);
    free(h);
}

/* ---- the rest of the loop ---- */

static void tick(void *house)
{
    struct house *h = house;

    if (++h->ticks == 3)
        http_drain(h->http, 0);
}

struct tally {
    unsigned routes;
    uint64_t shown, unmatched, refused, durations;
};

static void tally_add(void *arg, const struct http_route_metrics *m)
{
    struct tally *t = arg;

    t->routes++;
    if (strcmp(m->name, "/show") == 0)
        t->shown += m->by_class[1];
    if (strcmp(m->name, "unmatched") == 0)
        t->unmatched += m->by_class[3];
    if (strcmp(m->name, "refused") == 0)
        t->refused += m->by_class[3];
    for (int i = 0; i < HTTP_BUCKETS; i++)
        t->durations += m->by_bucket[i];
}

static void ticks_and_tallies(void **state)
{
    struct house *h = house_open((struct http_limits){0});
    struct http_metrics totals;
    struct tally t = {0};

    (void)state;
    for (int i = 0; i < 6; i++) {
        struct client *c = dial(h);

        say(c, i < 3   ? "GET /show HTTP/1.1\r\nHost: h\r\n\r\n"
               : i < 5 ? "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
                       : "GET /% HTTP/1.1\r\nHost: h\r\n\r\n");
        expect(c, i < 3 ? 200 : i < 5 ? 404 : 400, NULL);
        hang_up(c);
    }
    for (int i = 0; i < 3; i++)
        http_post(h->http, tick, h); /* the third ends it */
    pthread_join(h->thread, NULL);
    totals = http_metrics(h->http, tally_add, &t);
    assert_int_equal(t.routes, LENGTH(routes) + 2);
    assert_int_equal(t.shown, 3);
    assert_int_equal(t.unmatched, 2);
    assert_int_equal(t.refused, 1);
    assert_int_equal(t.durations, 6);
    assert_int_equal(totals.accepted, 6);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
    /* the same by a timer, set before the loop runs */
    h = house_open_at("127.0.0.1:0", (struct http_limits){0}, NULL);
    http_timer(h->http, 10, tick, h);
    assert_int_equal(http_run(h->http), 0);
    assert_true(h->ticks >= 3);
    http_close(h->http);
    sem_destroy(&h->held);
    free(h);
}

static void listens_on_unix_sockets(void **state)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct client *c = malloc(sizeof(*c));
    char listen[160];
    struct answer a;
    struct house *h;

    (void)state;
    assert_non_null(c);
    snprintf(to.sun_path, sizeof(to.sun_path), "/tmp/http_test.%d", (int)getpid());
    snprintf(listen, sizeof(listen), "unix:%s", to.sun_path);
    h = house_open_at(listen, (struct http_limits){0}, NULL);
    pthread_create(&h->thread, NULL, house_run, h);
    c->have = 0;
    c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof(to)), 0);
    say(c, "GET /where HTTP/1.1\r\nHost: h\r\n\r\n");
    a = hear_answer(c, false);
    assert_string_equal(a.body, "unix 1");
    assert_non_null(strstr(a.head, "Strict-Transport-Security: max-age=63072000; "
                                   "includeSubDomains\r\n"));
    answer_free(&a);
    hang_up(c);
    house_close(h);
    assert_int_not_equal(access(to.sun_path, F_OK), 0);
}

static void settings_are_checked(void **state)
{
    static const struct {
        const char *listen, *exempt;
    } rows[] = {
        {"", NULL},
        {"8080", NULL},
        {"localhost:80", NULL},
        {"127.0.0.1:", NULL},
        {"127.0.0.1:x", NULL},
        {"127.0.0.1:70000", NULL},
        {"::1:80", NULL},
        {"[::1:80", NULL},
        {"unix:", NULL},
        {"unix:/nowhere/at/all", NULL},
        {"192.0.2.1:1", NULL}, /* not ours */
        {"127.0.0.1:0", "10.0.0.0/33"},
        {"127.0.0.1:0", "10.0.0"},
        {"127.0.0.1:0", "10.0.0.0/8 hall"},
        {"127.0.0.1:0", "2001:db8::/129"},
    };
    struct world world;

    (void)state;
    world_real(&world);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct http_config config = {.listen = rows[i].listen,
                                     .exempt = rows[i].exempt,
                                     .problem = problem,
                                     .world = &world};
        struct http *http = NULL;
        struct error err = {0};

        if (http_open(&config, &http, &err))
            print_error("%s %s was taken\n", rows[i].listen, rows[i].exempt);
        assert_null(http);
        assert_int_equal(err.kind, ERROR_SETUP);
    }
}

static void addresses(void **state)
{
    static const struct {
        const char *list, *address;
        bool held;
    } rows[] = {
        {"10.1.0.0/16", "10.1.255.1", true},
        {"10.1.0.0/16", "10.2.0.0", false},
        {"10.1.0.0/15", "10.0.0.1", true},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.8", false},
        {"0.0.0.0/0", "1.2.3.4", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"2001:db8::/32", "2001:db8:1::1", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
        {"", "1.2.3.4", false},
        {"1.1.1.1,::1", "::1", true},
        {"::/0", "1.2.3.4", true},
    };
    struct address_counts counts;
    struct address a;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        struct address_list list;
        struct error err = {0};
        char text[EXCHANGE_PEER];

        if (inet_pton(AF_INET, rows[i].address, &v4.sin_addr) == 1)
            address_from((struct sockaddr *)&v4, &a);
        else if (inet_pton(AF_INET6, rows[i].address, &v6.sin6_addr) == 1)
            address_from((struct sockaddr *)&v6, &a);
        address_text(&a, text, sizeof(text));
        assert_string_equal(text, rows[i].address);
        assert_true(address_list_parse(rows[i].list, &list, &err));
        if (address_list_holds(&list, &a) != rows[i].held)
            print_error("%s in %s\n", rows[i].address, rows[i].list);
        assert_int_equal(address_list_holds(&list, &a), rows[i].held);
        address_list_free(&list);
    }
    /* a table as full as it gets, against plain counting */
    address_counts_new(&counts, 500, 42);
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < 500; i++) {
            struct sockaddr_in v4 = {.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(0x0a000000 + i * 7919)};

            address_from((struct sockaddr *)&v4, &a);
            for (unsigned n = 0; n <= i % 3; n++)
                address_counts_add(&counts, &a);
        }
    for (unsigned i = 0; i < 500; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(0x0a000000 + i * 7919)};

        address_from((struct sockaddr *)&v4, &a);
        assert_int_equal(address_counts_get(&counts, &a), 3 * (i % 3 + 1));
        if (i % 2 == 0)
            while (address_counts_get(&counts, &a) > 0)
                address_counts_drop(&counts, &a);
    }
    for (unsigned i = 0; i < 500; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(0x0a000000 + i * 7919)};

        address_from((struct sockaddr *)&v4, &a);
        assert_int_equal(address_counts_get(&counts, &a),
                         i % 2 == 0 ? 0 : 3 * (i % 3 + 1));
    }
    address_counts_free(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands),
        cmocka_unit_test(old_version_closes),
        cmocka_unit_test(refuses),
        cmocka_unit_test(survives_noise),
        cmocka_unit_test(limits_lengths),
        cmocka_unit_test(raw_queries),
        cmocka_unit_test(limits_bodies),
        cmocka_unit_test(limits_bodies_early),
        cmocka_unit_test(answers),
        cmocka_unit_test(sends_large),
        cmocka_unit_test(suspends),
        cmocka_unit_test(clients_vanish),
        cmocka_unit_test(cuts_slow),
        cmocka_unit_test(counts_addresses),
        cmocka_unit_test(spares_addresses),
        cmocka_unit_test(drains),
        cmocka_unit_test(drains_late),
        cmocka_unit_test(ticks_and_tallies),
        cmocka_unit_test(listens_on_unix_sockets),
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
