/*
 * http_stream_test.c — answers without an end: bytes come when they are sent, the end is
 * told, and neither a deaf client nor a closing house keeps anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "web/http.h"

enum { PATIENCE_MS = 60000 };

struct house {
    struct http *http;
    struct world world;
    pthread_t thread;
    sem_t begun, gone;
    struct exchange *stream; /* the loop's */
    size_t flood;            /* bytes that every feed sends */
    int pieces;              /* of a download that were made */
};

static void gone(void *state)
{
    struct house *h = state;

    h->stream = NULL;
    sem_post(&h->gone);
}

static void events(struct exchange *x)
{
    struct house *h = x->context;

    x->state = h;
    x->state_free = gone;
    h->stream = x;
    buf_add_text(&x->answer, "data: first\n\n");
    exchange_stream(x, "text/event-stream");
    sem_post(&h->begun);
}

/* A body that is made at the client's pace, each piece larger than what a feed may let
 * wait; /cut breaks it off after the fifth. */
enum { PIECES = 8, PIECE = STREAM_UNSENT + 4096 };

static void next_piece(struct exchange *x)
{
    struct house *h = x->context;
    char *piece;

    if (strcmp(x->path, "/cut") == 0 && h->pieces == 5) {
        exchange_break(x);
        return;
    }
    if (h->pieces++ == PIECES) {
        exchange_end(x);
        return;
    }
    piece = malloc(PIECE);
    memset(piece, '~', PIECE);
    exchange_send(x, piece, PIECE);
    free(piece);
}

static void next_piece_later(void *arg)
{
    struct house *h = arg;

    if (h->stream != NULL)
        next_piece(h->stream);
}

/* From another turn of the loop, as a thread's answer would come. */
static void piece_wanted(struct exchange *x)
{
    struct house *h = x->context;

    http_post(h->http, next_piece_later, h);
}

static void download(struct exchange *x)
{
    struct house *h = x->context;

    x->state = h;
    x->state_free = gone;
    x->drained = piece_wanted;
    h->stream = x;
    h->pieces = 0;
    exchange_stream(x, "text/csv");
}

static void plain(struct exchange *x)
{
    buf_add_text(&x->answer, "plain");
    exchange_answer(x, 200, "text/plain");
}

static void problem(struct exchange *x, int status, const char *text)
{
    buf_add_text(&x->answer, text);
    exchange_answer(x, status, "text/plain");
}

static const struct route routes[] = {
    {.method = METHOD_GET, .pattern = "/events", .handle = events},
    {.method = METHOD_GET, .pattern = "/plain", .handle = plain},
    {.method = METHOD_GET, .pattern = "/whole", .handle = download},
    {.method = METHOD_GET, .pattern = "/cut", .handle = download},
};

static void *run(void *arg)
{
    struct house *h = arg;

    http_run(h->http);
    return NULL;
}

static void house_open(struct house *h)
{
    struct http_config config = {.listen = "127.0.0.1:0",
                                 .routes = routes,
                                 .route_count = sizeof(routes) / sizeof(routes[0]),
                                 .problem = problem,
                                 .world = &h->world,
                                 .context = h};
    struct error err = {0};

    *h = (struct house){0};
    world_real(&h->world);
    sem_init(&h->begun, 0, 0);
    sem_init(&h->gone, 0, 0);
    if (!http_open(&config, &h->http, &err))
        fail_msg("%s", err.text);
    assert_int_equal(pthread_create(&h->thread, NULL, run, h), 0);
}

static void house_close(struct house *h)
{
    http_drain(h->http, PATIENCE_MS);
    pthread_join(h->thread, NULL);
    http_close(h->http);
    assert_null(h->stream);
}

static int ask(const struct house *h, const char *request)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_port(h->http)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    assert_int_equal(send(fd, request, strlen(request), 0), (ssize_t)strlen(request));
    return fd;
}

static const char get_events[] = "GET /events HTTP/1.1\r\nHost: h\r\n\r\n";

/* Reads until `word` came or the end; returns whether it came. `all` holds what was read.
 */
static bool read_until(int fd, const char *word, struct buf *all)
{
    while (strstr(buf_text(all), word) == NULL) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        char block[4096];
        ssize_t n;

        if (poll(&p, 1, PATIENCE_MS) != 1)
            fail_msg("no \"%s\" came, only: %s", word, buf_text(all));
        n = recv(fd, block, sizeof(block), 0);
        if (n <= 0)
            return false;
        buf_add(all, block, (size_t)n);
    }
    return true;
}

static void feed(void *arg)
{
    struct house *h = arg;
    char *bytes = malloc(h->flood + 32);

    memset(bytes, 'x', h->flood);
    if (h->stream != NULL && h->flood > 0)
        exchange_send(h->stream, bytes, h->flood);
    else if (h->stream != NULL)
        exchange_send(h->stream, "data: more\n\n", 12);
    free(bytes);
}

static void end(void *arg)
{
    struct house *h = arg;

    exchange_end(h->stream);
}

static void bytes_come_when_they_are_sent(void **state)
{
    struct buf all = buf_new(1 << 20);
    struct house h;
    int fd;

    (void)state;
    house_open(&h);
    fd = ask(&h, get_events);
    assert_true(read_until(fd, "data: first\n\n", &all));
    assert_non_null(strstr(buf_text(&all), "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(buf_text(&all), "Transfer-Encoding: chunked\r\n"));
    for (int i = 0; i < 3; i++) {
        buf_clear(&all);
        http_post(h.http, feed, &h);
        assert_true(read_until(fd, "data: more\n\n", &all));
    }
    http_post(h.http, end, &h);
    assert_true(read_until(fd, "0\r\n\r\n", &all));
    assert_false(read_until(fd, "nothing else", &all));
    sem_wait(&h.gone);
    close(fd);
    buf_free(&all);
    house_close(&h);
}

/* A stream asked for with HEAD has no body; one of HTTP/1.0 ends with the connection. */
static void other_requests_end(void **state)
{
    struct buf all = buf_new(1 << 20);
    struct house h;
    int fd;

    (void)state;
    house_open(&h);
    fd = ask(&h, "HEAD /events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_false(read_until(fd, "data: first", &all));
    assert_non_null(strstr(buf_text(&all), "200 OK"));
    sem_wait(&h.gone);
    close(fd);
    buf_free(&all);
    house_close(&h);
}

static void a_client_that_left_is_noticed(void **state)
{
    struct buf all = buf_new(1 << 20);
    struct house h;
    int fd;

    (void)state;
    house_open(&h);
    fd = ask(&h, get_events);
    assert_true(read_until(fd, "data: first\n\n", &all));
    close(fd);
    while (sem_trywait(&h.gone) != 0) {
        http_post(h.http, feed, &h);
        fd = ask(&h, "GET /plain HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        buf_clear(&all);
        assert_true(read_until(fd, "plain", &all));
        close(fd);
    }
    buf_free(&all);
    house_close(&h);
}

/* A client that reads nothing holds no more than STREAM_UNSENT and what the sockets do.
 */
static void a_client_that_reads_nothing_is_ended(void **state)
{
    struct buf all = buf_new(64 << 20);
    struct house h;
    int fd;

    (void)state;
    house_open(&h);
    h.flood = STREAM_UNSENT / 2;
    fd = ask(&h, get_events);
    sem_wait(&h.begun);
    for (int i = 0; i < 200; i++)
        http_post(h.http, feed, &h); /* 25 MiB in all */
    while (read_until(fd, "the end", &all))
        ;
    assert_true(all.length < 20u << 20);
    sem_wait(&h.gone);
    close(fd);
    buf_free(&all);
    house_close(&h);
}

static void a_closing_house_ends_its_streams(void **state)
{
    struct buf all = buf_new(1 << 20);
    struct house h;
    int fds[40];

    (void)state;
    house_open(&h);
    for (int i = 0; i < 40; i++) {
        fds[i] = ask(&h, get_events);
        buf_clear(&all);
        assert_true(read_until(fds[i], "data: first\n\n", &all));
    }
    house_close(&h);
    for (int i = 0; i < 40; i++) {
        buf_clear(&all);
        assert_false(read_until(fds[i], "nothing", &all));
        close(fds[i]);
    }
    buf_free(&all);
}

/* Counts the bytes of the body and tells whether the last chunk came. */
static bool take_download(struct house *h, const char *request, size_t *bytes)
{
    struct buf all = buf_new(64 << 20);
    bool ended;
    int fd = ask(h, request);

    ended = read_until(fd, "\r\n0\r\n\r\n", &all);
    *bytes = 0;
    for (size_t i = 0; i < all.length; i++)
        *bytes += all.data[i] == '~';
    buf_free(&all);
    close(fd);
    sem_wait(&h->gone);
    return ended;
}

static void a_download_keeps_the_pace_and_shows_a_cut(void **state)
{
    struct house h;
    size_t bytes;

    (void)state;
    house_open(&h);
    assert_true(take_download(
        &h, "GET /whole HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", &bytes));
    assert_int_equal(bytes, (size_t)PIECES * PIECE);
    assert_false(take_download(&h, "GET /cut HTTP/1.1\r\nHost: h\r\n\r\n", &bytes));
    assert_int_equal(bytes, (size_t)5 * PIECE);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_when_they_are_sent),
        cmocka_unit_test(other_requests_end),
        cmocka_unit_test(a_client_that_left_is_noticed),
        cmocka_unit_test(a_client_that_reads_nothing_is_ended),
        cmocka_unit_test(a_closing_house_ends_its_streams),
        cmocka_unit_test(a_download_keeps_the_pace_and_shows_a_cut),
    };

    return cmocka_run_group_tests_name("http_stream", tests, NULL, NULL);
}
