/*
 * http_hostile_test.c — requests that are wrong, smuggled, noisy or too long: each is
 * refused in one way, and the house stays up.
 */
#include "raw_house.h"

/* ---- what is refused ---- */

struct hostile {
    const char *name;
    int status; /* below 0: the library answers, with two heads on top of one page */
    const char *bytes;
    size_t length;
};

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses),
        cmocka_unit_test(survives_noise),
        cmocka_unit_test(limits_lengths),
        cmocka_unit_test(limits_bodies),
        cmocka_unit_test(limits_bodies_early),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
