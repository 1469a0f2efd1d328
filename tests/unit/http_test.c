/*
 * http_test.c — what the loop understands and answers, what it counts, where it listens
 * and which settings it refuses.
 */
#include "raw_house.h"

#include <errno.h>
#include <sys/un.h>

#include "web/http_address.h"

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
        cmocka_unit_test(understands),          cmocka_unit_test(old_version_closes),
        cmocka_unit_test(raw_queries),          cmocka_unit_test(answers),
        cmocka_unit_test(sends_large),          cmocka_unit_test(suspends),
        cmocka_unit_test(ticks_and_tallies),    cmocka_unit_test(listens_on_unix_sockets),
        cmocka_unit_test(settings_are_checked), cmocka_unit_test(addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
