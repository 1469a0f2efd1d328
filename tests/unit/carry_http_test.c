/*
 * carry_http_test.c — what a request of ours looks like to a gateway, how often it comes,
 * and whether "not sent" and "cut" are told apart, against a server with faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <pthread.h>
#include <sys/socket.h>

#include "work/carry_http.h"

/*
 * How long is waited for what never comes, half of it for connecting: a sanitizer reads
 * the certificates slowly. What must come may take as long as it likes.
 */
enum { TOTAL_MS = 2000, PATIENCE_MS = 60000, HEARD_MOST = 32768 };

enum fault {
    GOOD,
    GONE,        /* nobody listens */
    DEAF,        /* accepts and says nothing; TLS would wait for its hello */
    PLAIN,       /* answers a TLS hello with plain text */
    SILENT,      /* takes the request, never answers */
    RESET_FIRST, /* takes the request, then resets */
    RESET_HEAD,  /* resets in the middle of the head */
    RESET_BODY,  /* resets in the middle of the body */
    CUT_BODY,    /* ends before Content-Length is reached */
    SLOW_HEAD,   /* one byte at a time, for ever */
    NO_HTTP,     /* answers something else */
    REDIRECT,
    HUGE_BODY,
    CHUNKED,
    CUT_CHUNKS,
    CLOSED_BODY,     /* no length: the end of the connection is the end of the body */
    KEEP_THEN_CLOSE, /* good once; then reads a request on the kept connection and goes */
};

struct server {
    int listener, port;
    pthread_t thread;
    enum fault fault;
    _Atomic int connections, requests;
    _Atomic bool over;
    char heard[HEARD_MOST]; /* the last request */
    int on_connection;
};

static void say(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = send(fd, text, left, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        text += n;
        left -= (size_t)n;
    }
}

static void reset(int fd)
{
    const struct linger at_once = {1, 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

/* Reads one whole request; false where the other side went. */
static bool hear(struct server *s, int fd)
{
    size_t length = 0;

    for (;;) {
        char *end;
        ssize_t n = recv(fd, s->heard + length, HEARD_MOST - 1 - length, 0);

        if (n <= 0)
            return false;
        length += (size_t)n;
        s->heard[length] = '\0';
        end = strstr(s->heard, "\r\n\r\n");
        if (end != NULL) {
            const char *body = strcasestr(s->heard, "content-length:");
            size_t want = body != NULL ? strtoul(body + 15, NULL, 10) : 0;

            if (length >= (size_t)(end + 4 - s->heard) + want)
                break;
        }
    }
    s->requests++;
    return true;
}

static void wait_for_end(int fd)
{
    char byte;

    while (recv(fd, &byte, 1, 0) > 0) {
    }
}

static void say_slowly(struct server *s, int fd)
{
    say(fd, "HTTP/1.1 202 Accepted\r\nX-Slow: ");
    while (!s->over && send(fd, "x", 1, MSG_NOSIGNAL) == 1)
        usleep(20000);
}

static void say_much(int fd)
{
    char piece[1025];

    memset(piece, 'x', 1024);
    piece[1024] = '\0';
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n");
    for (int i = 0; i < 1024; i++)
        say(fd, piece);
}

/* Answers one request; true while the connection is kept. */
static bool answer(struct server *s, int fd)
{
    static const char *const words[] = {
        [GOOD] = "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n0: Taken.",
        [RESET_HEAD] = "HTTP/1.1 202 Acc",
        [RESET_BODY] = "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n0: T",
        [CUT_BODY] = "HTTP/1.1 202 Accepted\r\nContent-Length: 9\r\n\r\n0: T",
        [NO_HTTP] = "SSH-2.0-OpenSSH\r\n",
        [REDIRECT] = "HTTP/1.1 302 Found\r\nLocation: /again\r\n"
                     "Content-Length: 0\r\n\r\n",
        [CHUNKED] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "4\r\n0: T\r\n5\r\naken.\r\n0\r\n\r\n",
        [CUT_CHUNKS] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "4\r\n0: T\r\n",
        [CLOSED_BODY] = "HTTP/1.1 200 OK\r\n\r\n0: Taken.",
        [KEEP_THEN_CLOSE] = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
                            "Content-Length: 2\r\n\r\nok",
    };

    if (s->fault == KEEP_THEN_CLOSE && s->on_connection++ > 0)
        return false;
    if (s->fault == SILENT)
        wait_for_end(fd);
    else if (s->fault == SLOW_HEAD)
        say_slowly(s, fd);
    else if (s->fault == HUGE_BODY)
        say_much(fd);
    else if (s->fault < (int)LENGTH(words) && words[s->fault] != NULL)
        say(fd, words[s->fault]);
    if (s->fault == RESET_FIRST)
        reset(fd);
    if (s->fault == RESET_HEAD || s->fault == RESET_BODY) {
        usleep(20000); /* so that what was said is not overtaken */
        reset(fd);
    }
    return s->fault == KEEP_THEN_CLOSE;
}

static void serve_connection(struct server *s, int fd)
{
    s->on_connection = 0;
    if (s->fault == DEAF) {
        wait_for_end(fd);
    } else if (s->fault == PLAIN) {
        char byte;

        if (recv(fd, &byte, 1, 0) == 1)
            say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n");
    } else {
        while (hear(s, fd) && answer(s, fd)) {
        }
    }
    shutdown(fd, SHUT_WR);
    close(fd);
}

static void *server_thread(void *arg)
{
    struct server *s = arg;
    int fd;

    while ((fd = accept(s->listener, NULL, NULL)) >= 0) {
        if (s->over) {
            close(fd);
            break;
        }
        s->connections++;
        serve_connection(s, fd);
    }
    return NULL;
}

static void server_open(struct server *s, enum fault fault)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof(at);

    memset(s, 0, sizeof(*s));
    s->fault = fault;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(s->listener, (struct sockaddr *)&at, size), 0);
    assert_int_equal(getsockname(s->listener, (struct sockaddr *)&at, &size), 0);
    s->port = ntohs(at.sin_port);
    if (fault == GONE) {
        close(s->listener);
        return;
    }
    assert_int_equal(listen(s->listener, 256), 0);
    assert_int_equal(pthread_create(&s->thread, NULL, server_thread, s), 0);
}

static void server_close(struct server *s)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(s->port)};
    int fd;

    if (s->fault == GONE)
        return;
    s->over = true;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    close(fd);
    pthread_join(s->thread, NULL);
    close(s->listener);
}

/* ---- carrying ---- */

struct got {
    int times;
    struct answer answer;
    char body[64];
    size_t length;
};

static void got_it(void *arg, const struct answer *a)
{
    struct got *got = arg;

    got->times++;
    got->answer = *a;
    got->length = a->body.length;
    snprintf(got->body, sizeof(got->body), "%s", buf_text(&a->body));
    memset(&got->answer.body, 0, sizeof(got->answer.body)); /* it was borrowed */
}

static void start(struct carry_http *h, const char *url, const char *method,
                  const char *body, int total_ms, bool repeatable, struct got *got)
{
    const struct carry_terms terms = {
        .connect_ms = total_ms / 2, .total_ms = total_ms, .repeatable = repeatable};
    struct request r = request_new();

    memset(got, 0, sizeof(*got));
    r.kind = REQUEST_HTTP;
    r.method = method;
    buf_add_text(&r.url, url);
    buf_add_text(&r.headers, "Content-Type: application/json\nX-Ours: 7.1\n");
    buf_add_text(&r.body, body);
    carry_http_start(h, &r, &terms, got_it, got);
    request_free(&r);
    assert_int_equal(got->times, 0);
}

static void wait_for(struct carry_http *h, const struct got *got)
{
    for (int i = 0; i < 2 * PATIENCE_MS && got->times == 0; i++)
        carry_http_wait(h, 100, NULL, 0);
    assert_int_equal(got->times, 1);
}

static void carry(struct carry_http *h, const char *scheme, int port, const char *method,
                  int total_ms, struct got *got)
{
    char url[120];

    snprintf(url, sizeof(url), "%s://user:secret@127.0.0.1:%d/send?to=1", scheme, port);
    start(h, url, method, strcmp(method, "POST") == 0 ? "{\"text\":\"好\"}" : "",
          total_ms, false, got);
    wait_for(h, got);
}

static void faults_are_told_apart(void **state)
{
    static const struct {
        const char *row, *scheme;
        enum fault fault;
        enum carried carried;
        int status;
        const char *said; /* the body, or the trouble */
        int requests;
    } rows[] = {
        {"good", "http", GOOD, CARRIED_ANSWERED, 202, "0: Taken.", 1},
        {"refused", "http", GONE, CARRIED_NOT_SENT, 0, "the connection is refused", 0},
        {"tls against plain", "https", PLAIN, CARRIED_NOT_SENT, 0, "no TLS connection",
         0},
        {"tls never begins", "https", DEAF, CARRIED_NOT_SENT, 0, "no connection in time",
         0},
        {"silence", "http", SILENT, CARRIED_CUT, 0, "no answer in time", 1},
        {"reset at once", "http", RESET_FIRST, CARRIED_CUT, 0, NULL, 1},
        {"reset in the head", "http", RESET_HEAD, CARRIED_CUT, 0, NULL, 1},
        {"reset in the body", "http", RESET_BODY, CARRIED_CUT, 0, NULL, 1},
        {"cut short", "http", CUT_BODY, CARRIED_CUT, 0, "the answer is cut short", 1},
        {"slow head", "http", SLOW_HEAD, CARRIED_CUT, 0, "no answer in time", 1},
        {"no HTTP", "http", NO_HTTP, CARRIED_CUT, 0, "the answer is no HTTP", 1},
        {"redirect", "http", REDIRECT, CARRIED_ANSWERED, 302, "", 1},
        {"huge", "http", HUGE_BODY, CARRIED_CUT, 0, "the answer is too long", 1},
        {"chunked", "http", CHUNKED, CARRIED_ANSWERED, 200, "0: Taken.", 1},
        {"chunks cut", "http", CUT_CHUNKS, CARRIED_CUT, 0, NULL, 1},
        {"until the end", "http", CLOSED_BODY, CARRIED_ANSWERED, 200, "0: Taken.", 1},
    };
    static const char *const methods[] = {"GET", "POST"};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows) * LENGTH(methods); i++) {
        size_t row = i / LENGTH(methods);
        const char *method = methods[i % LENGTH(methods)], *said;
        struct carry_http *h = carry_http_new();
        struct server *s = calloc(1, sizeof(*s));
        struct got got;

        bool in_vain = rows[row].fault == DEAF || rows[row].fault == SILENT ||
                       rows[row].fault == SLOW_HEAD;

        server_open(s, rows[row].fault);
        carry(h, rows[row].scheme, s->port, method, in_vain ? TOTAL_MS : PATIENCE_MS,
              &got);
        said = got.answer.carried == CARRIED_ANSWERED ? got.body : got.answer.trouble;
        if (got.answer.carried != rows[row].carried ||
            got.answer.status != rows[row].status ||
            (rows[row].said != NULL && strcmp(said, rows[row].said) != 0))
            fail_msg("%s, %s: carried %d, status %d, \"%s\"", rows[row].row, method,
                     got.answer.carried, got.answer.status, said);
        assert_null(strstr(got.answer.trouble, "secret"));
        assert_true(rows[row].carried == CARRIED_ANSWERED || got.answer.trouble[0]);
        assert_int_equal(carry_http_count(h), 0);
        carry_http_free(h);
        server_close(s);
        if (s->requests != rows[row].requests)
            fail_msg("%s, %s: %d requests came", rows[row].row, method, s->requests);
        free(s);
    }
}

static void what_certainly_never_left(void **state)
{
    static const struct {
        const char *url, *trouble;
    } rows[] = {
        {"http://no-such-host.invalid/", "the name of the host is not known"},
        {"file:///etc/hostname", "the address is no http address"},
        {"ftp://127.0.0.1/x", "the address is no http address"},
        {"http://127.0.0.1:99999/", "the address is no http address"},
        {"", "the address is no http address"},
    };
    struct carry_http *h = carry_http_new();
    struct got got;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        /* without a network a name may also take too long */
        start(h, rows[i].url, "POST", "x", i == 0 ? TOTAL_MS : PATIENCE_MS, false, &got);
        wait_for(h, &got);
        assert_int_equal(got.answer.carried, CARRIED_NOT_SENT);
        if (i > 0)
            assert_string_equal(got.answer.trouble, rows[i].trouble);
    }
    carry_http_free(h);
}

/* What the print agent needs: a DELETE, and tickets larger than any gateway's answer. The
 * handle is the same for all, and no limit stays behind. */
static void other_methods_and_longer_answers(void **state)
{
    static const struct {
        enum fault fault;
        const char *method, *line;
        size_t body_most, length; /* 0: too long */
    } rows[] = {
        {GOOD, "DELETE", "DELETE /it HTTP/1.1", 0, 9},
        {GOOD, "GET", "GET /it HTTP/1.1", 0, 9},
        {HUGE_BODY, "GET", "GET /it HTTP/1.1", 2 << 20, 1 << 20},
        {HUGE_BODY, "GET", "GET /it HTTP/1.1", 0, 0},
        {GOOD, "POST", "POST /it HTTP/1.1", 0, 9},
    };
    struct carry_http *h = carry_http_new();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct server *s = calloc(1, sizeof(*s));
        const struct carry_terms terms = {.connect_ms = PATIENCE_MS,
                                          .total_ms = PATIENCE_MS,
                                          .repeatable = true,
                                          .body_most = rows[i].body_most};
        struct request r = request_new();
        struct got got = {0};

        server_open(s, rows[i].fault);
        r.kind = REQUEST_HTTP;
        r.method = rows[i].method;
        buf_addf(&r.url, "http://127.0.0.1:%d/it", s->port);
        carry_http_start(h, &r, &terms, got_it, &got);
        wait_for(h, &got);
        if (strncmp(s->heard, rows[i].line, strlen(rows[i].line)) != 0 ||
            got.length != rows[i].length ||
            (got.answer.carried == CARRIED_ANSWERED) != (rows[i].length > 0))
            fail_msg("row %zu: %zu bytes, %s, to %.20s", i, got.length,
                     got.answer.trouble, s->heard);
        request_free(&r);
        server_close(s);
        free(s);
    }
    carry_http_free(h);
}

/* An environment that names a proxy must not send citizens' numbers there. */
static void nothing_goes_by_a_proxy(void **state)
{
    struct server *s = calloc(1, sizeof(*s)), *proxy = calloc(1, sizeof(*proxy));
    struct carry_http *h = carry_http_new();
    struct got got;
    char url[64];

    (void)state;
    server_open(s, GOOD);
    server_open(proxy, GOOD);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy->port);
    setenv("http_proxy", url, 1);
    setenv("ALL_PROXY", url, 1);
    carry(h, "http", s->port, "GET", PATIENCE_MS, &got);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    assert_int_equal(got.answer.status, 202);
    carry_http_free(h);
    server_close(s);
    server_close(proxy);
    assert_int_equal(s->requests, 1);
    assert_int_equal(proxy->requests, 0);
    free(s);
    free(proxy);
}

static void the_request_as_it_goes_out(void **state)
{
    struct server *s = calloc(1, sizeof(*s));
    struct carry_http *h = carry_http_new();
    struct got got;
    char url[80], *large = calloc(1, 20001);

    (void)state;
    server_open(s, GOOD);
    carry(h, "http", s->port, "POST", PATIENCE_MS, &got);
    assert_int_equal(strncmp(s->heard, "POST /send?to=1 HTTP/1.1\r\n", 26), 0);
    assert_non_null(strstr(s->heard, "Content-Type: application/json\r\n"));
    assert_null(strstr(s->heard, "x-www-form-urlencoded"));
    assert_non_null(strstr(s->heard, "X-Ours: 7.1\r\n"));
    assert_non_null(strstr(s->heard, "\r\n\r\n{\"text\":\"好\"}"));
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/empty", s->port);
    start(h, url, "POST", "", PATIENCE_MS, false, &got);
    wait_for(h, &got);
    assert_non_null(strstr(s->heard, "Content-Length: 0\r\n"));
    memset(large, 'y', 20000);
    start(h, url, "POST", large, PATIENCE_MS, false, &got);
    wait_for(h, &got);
    assert_int_equal(got.answer.status, 202);
    assert_null(strcasestr(s->heard, "expect:"));
    assert_non_null(strstr(s->heard, "Content-Length: 20000\r\n"));
    carry_http_free(h);
    server_close(s);
    free(large);
    free(s);
}

/* The query as it was composed, whether or not libcurl reads the address as a whole. */
static void addresses_as_they_go_out(void **state)
{
    static const struct {
        const char *address, *line;
    } rows[] = {
        {"/send?to=1&text=%4E%2D&dlr-url=http%3A%2F%2Fa%2Fb%3Fc", NULL},
        {"/send?q=/./?&r=~%", NULL},
        {"/send?", NULL},
        {"/send", NULL},
        {"?to=1", "/?to=1"},
        {"?to=/../1?", "/?to=/../1?"},
        {"/a/../send?to=1", "/send?to=1"},
        {"/send?to=1#part?2", "/send?to=1"},
        {"/send#part?to=1", "/send"},
    };
    struct server *s = calloc(1, sizeof(*s));
    struct carry_http *h = carry_http_new();
    struct got got;

    (void)state;
    server_open(s, GOOD);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char url[160], line[160];

        snprintf(url, sizeof(url), "http://u:p@127.0.0.1:%d%s", s->port, rows[i].address);
        snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\n",
                 rows[i].line != NULL ? rows[i].line : rows[i].address);
        start(h, url, "GET", "", PATIENCE_MS, false, &got);
        wait_for(h, &got);
        if (strncmp(s->heard, line, strlen(line)) != 0)
            fail_msg("%s went out as %.80s", url, s->heard);
        assert_non_null(strstr(s->heard, "Authorization: Basic dTpw\r\n"));
    }
    carry_http_free(h);
    server_close(s);
    free(s);
}

/*
 * A gateway that keeps its connections, then reads a message on one and closes it: on a
 * kept connection libcurl would send the message again by itself.
 */
static void a_message_is_written_once(void **state)
{
    struct server *s = calloc(1, sizeof(*s));
    struct carry_http *h = carry_http_new();
    struct got got;
    char url[64];

    (void)state;
    server_open(s, KEEP_THEN_CLOSE);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", s->port);
    for (int i = 1; i <= 3; i++) {
        start(h, url, "POST", "message", PATIENCE_MS, false, &got);
        wait_for(h, &got);
        assert_int_equal(got.answer.carried, CARRIED_ANSWERED);
        assert_int_equal(s->requests, i);
        assert_int_equal(s->connections, i);
    }
    /* A question keeps its connection; when that dies, libcurl asks again: 2 requests. */
    start(h, url, "GET", "", PATIENCE_MS, true, &got);
    wait_for(h, &got);
    assert_int_equal(s->requests, 4);
    start(h, url, "GET", "", PATIENCE_MS, true, &got);
    wait_for(h, &got);
    assert_int_equal(got.answer.carried, CARRIED_ANSWERED);
    assert_int_equal(s->requests, 6);
    /* And a message beside a kept connection does not use it. */
    start(h, url, "POST", "message", PATIENCE_MS, false, &got);
    carry_http_free(h); /* the server serves one at a time: the kept one ends first */
    assert_int_equal(got.times, 1);
    server_close(s);
    free(s);
}

static void many_at_once_and_what_is_left(void **state)
{
    struct server *silent = calloc(1, sizeof(*silent)), *s = calloc(1, sizeof(*s));
    struct carry_http *h = carry_http_new();
    struct got slow, got[100];
    char url[64];

    (void)state;
    server_open(silent, SILENT);
    server_open(s, GOOD);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", silent->port);
    start(h, url, "POST", "x", PATIENCE_MS, false, &slow);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/", s->port);
    for (int i = 0; i < 100; i++)
        start(h, url, "POST", "x", PATIENCE_MS, false, &got[i]);
    assert_int_equal(carry_http_count(h), 101);
    for (int i = 0; i < 100; i++)
        wait_for(h, &got[i]);
    assert_int_equal(s->requests, 100);
    assert_int_equal(slow.times, 0); /* and holds nobody up */
    carry_http_free(h);
    assert_int_equal(slow.times, 1);
    assert_int_equal(slow.answer.carried, CARRIED_CUT);
    server_close(s);
    server_close(silent);
    free(s);
    free(silent);
}

static void *wake_it(void *arg)
{
    carry_http_wake(arg);
    return NULL;
}

/* Would otherwise wait an hour, which the tests' own limit does not allow. */
static void waiting_ends(void **state)
{
    struct carry_http *h = carry_http_new();
    struct pollfd fds[1];
    pthread_t thread;
    int ends[2];

    (void)state;
    assert_int_equal(pthread_create(&thread, NULL, wake_it, h), 0);
    carry_http_wait(h, 3600000, NULL, 0);
    pthread_join(thread, NULL);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    fds[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    carry_http_wait(h, 3600000, fds, 1);
    assert_int_equal(fds[0].revents, POLLIN);
    close(ends[1]);
    close(ends[0]);
    carry_http_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_told_apart),
        cmocka_unit_test(what_certainly_never_left),
        cmocka_unit_test(other_methods_and_longer_answers),
        cmocka_unit_test(nothing_goes_by_a_proxy),
        cmocka_unit_test(the_request_as_it_goes_out),
        cmocka_unit_test(addresses_as_they_go_out),
        cmocka_unit_test(a_message_is_written_once),
        cmocka_unit_test(many_at_once_and_what_is_left),
        cmocka_unit_test(waiting_ends),
    };

    return cmocka_run_group_tests_name("carry_http", tests, NULL, NULL);
}
