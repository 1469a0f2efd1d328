/*
 * gateway_call_test.c — gateways' calls through the real loop and writer: who may, what
 * is kept, and what is answered.
 *
 * One server on a port that the kernel chooses; clients are plain sockets. The gateways
 * are virtual ones, one of them made strict by a verify of its own, one a stand-in.
 */
#include "scratch_store.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "gateways/gateways.h"
#include "store/person_store.h"
#include "store/secret.h"
#include "web/gateway_call.h"
#include "web/http.h"
#include "web/http_address.h"
#include "web/problem.h"
#include "web/site.h"
#include "web/tries.h"

struct house {
    struct scratch s;
    struct store look;
    struct site site;
    struct roster roster;
    struct address_list callers[4];
    struct hall_frame_holder frame;
    struct http *http;
    pthread_t thread;
};

static struct house house;
static char answer[1 << 16];
static struct gateway_ops strict_ops;

static void *serve(void *arg)
{
    http_run(((struct house *)arg)->http);
    return NULL;
}

/* ---- gateways ---- */

static const char *no_value(const struct gateway_setup *setup, const char *key)
{
    (void)setup;
    (void)key;
    return NULL;
}

static void add_gateway(struct house *h, const char *name, const char *kind,
                        const char *secret)
{
    const struct gateway_setup setup = {.name = name,
                                        .kind = kind,
                                        .value = no_value,
                                        .base_url = "http://127.0.0.1:1",
                                        .secret = secret};
    struct error err = {0};

    scratch_must(roster_open(&h->roster, &setup, &err), &err);
}

static bool signed_well(const struct gateway *g, const struct callback *c,
                        struct error *err)
{
    (void)g;
    return strcmp(c->signature, "right") == 0 ||
           error_set(err, ERROR_INPUT, "The signature does not fit.");
}

static void add_gateways(struct house *h)
{
    struct error err = {0};

    add_gateway(h, "plain", "virtual", "SECRET1");
    add_gateway(h, "strict", "virtual", "SECRET2");
    add_gateway(h, "broken", "no-such-kind", "SECRET3");
    add_gateway(h, "far", "virtual", "SECRET4");
    add_gateway(h, "mute", "virtual", NULL); /* without a secret nobody may call */
    strict_ops = virtual_gateway;
    strict_ops.verify = signed_well;
    strict_ops.thanks_type = "text/xml";
    strict_ops.thanks = "<Response/>";
    h->roster.gateways[1].ops = &strict_ops;
    scratch_must(address_list_parse("192.0.2.0/24", &h->callers[3], &err), &err);
}

static void start(struct house *h)
{
    static const struct hall_frame *frame; /* never freed, so one serves all tests */
    static const struct writer_hooks hooks;
    struct http_config config = {.listen = "127.0.0.1:0", .problem = problem_of_loop};
    struct error err = {0};

    *h = (struct house){0};
    scratch_open(&h->s);
    if (frame == NULL)
        scratch_must(hall_frame_read(h->s.st.db, &frame, &err), &err);
    h->s.st.frame = frame;
    scratch_must(db_commit(h->s.st.db, &err), &err);
    scratch_must(
        store_open(h->s.folder, DB_READ, &h->s.world, &h->s.keys, &h->look, &err), &err);
    atomic_store(&h->frame.now, frame);
    add_gateways(h);
    h->site = (struct site){.world = &h->s.world,
                            .keys = &h->s.keys,
                            .frame = &h->frame,
                            .roster = &h->roster,
                            .callers = h->callers,
                            .tries = tries_new(&h->s.world)};
    h->site.writer = writer_start(&h->s.st, &h->frame, &hooks);
    config.routes = gateway_call_routes;
    config.route_count = gateway_call_route_count;
    config.world = &h->s.world;
    config.context = &h->site;
    scratch_must(http_open(&config, &h->http, &err), &err);
    assert_int_equal(pthread_create(&h->thread, NULL, serve, h), 0);
}

static void stop(struct house *h)
{
    struct error err = {0};

    http_drain(h->http, 0);
    pthread_join(h->thread, NULL);
    writer_stop(h->site.writer);
    http_close(h->http);
    tries_free(h->site.tries);
    roster_close(&h->roster);
    address_list_free(&h->callers[3]);
    store_close(&h->look);
    scratch_must(db_begin(h->s.st.db, &err), &err);
    scratch_close(&h->s);
}

/* Frames of the hall are never freed (hall_frame.h). */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:hall_frame_read\n";
}

/* ---- a gateway that calls ---- */

/* Sends one request with these header lines, keeps the answer, gives its status. */
static int call(const char *method, const char *target, const char *headers,
                const char *body, size_t length)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_port(house.http)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t got = 0;
    ssize_t n;

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    dprintf(fd,
            "%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%sContent-Length: "
            "%zu\r\n\r\n",
            method, target, headers, length);
    assert_int_equal(write(fd, body, length), length);
    while ((n = read(fd, answer + got, sizeof(answer) - 1 - got)) > 0)
        got += (size_t)n;
    answer[got] = '\0';
    close(fd);
    assert_true(got > 12);
    return atoi(answer + 9);
}

static int post(const char *target, const char *body)
{
    return call("POST", target, "", body, strlen(body));
}

static void must_hold(const char *text)
{
    if (strstr(answer, text) == NULL)
        fail_msg("not in the answer: %s\n%s", text, answer);
}

static int64_t look_number(const char *sql)
{
    struct error err = {0};
    struct db_cursor c;
    int64_t number;
    bool found;

    scratch_must(db_find(house.look.db, sql, DB_NONE, &c, &found, &err), &err);
    assert_true(found);
    number = db_get_int(&c, 0);
    db_done(&c);
    return number;
}

#define ROWS "SELECT COUNT(*) FROM inbound"

/* The newest call as it was kept. */
static void newest(struct callback *out)
{
    struct buf bytes = buf_new(1 << 17);
    struct error err = {0};
    bool found;

    scratch_must(
        words_reveal(&house.look,
                     look_number("SELECT words_id FROM inbound ORDER BY id DESC"), &bytes,
                     &found, &err),
        &err);
    assert_true(found);
    callback_unpack(buf_text(&bytes), bytes.length, out);
    buf_free(&bytes);
}

#define REPLY                                                                            \
    "{\"type\":\"reply\",\"id\":\"r1\",\"phone\":\"13900001000\",\"to\":\"106901234510"  \
    "\",\"text\":\"5\",\"at\":1}"
#define REPORT                                                                           \
    "{\"type\":\"report\",\"id\":\"d1\",\"reference\":\"7.1\",\"message\":\"v\","        \
    "\"state\":\"DELIVERED\",\"at\":1}"

/* ---- who may ---- */

static void strangers_find_nothing(void **state)
{
    static const char *const targets[] = {
        "/gateways/plain/reply/SECRET2",  "/gateways/plain/reply/SECRET",
        "/gateways/plain/reply/SECRET11", "/gateways/plain/reply/secret1",
        "/gateways/nobody/reply/SECRET1", "/gateways/mute/reply/x",
        "/gateways/plain/report/WRONG",
    };
    char first[1024] = "";

    (void)state;
    start(&house);
    for (size_t i = 0; i < LENGTH(targets); i++) {
        const char *body;

        assert_int_equal(post(targets[i], REPLY), 404);
        must_hold("application/problem+json");
        body = strstr(answer, "\"detail\"");
        assert_non_null(body);
        if (i == 0)
            snprintf(first, sizeof(first), "%.60s", body);
        assert_int_equal(strncmp(first, body, 40), 0); /* all alike */
    }
    assert_int_equal(post("/gateways/plain/other/SECRET1", REPLY), 404);
    assert_int_equal(call("PUT", "/gateways/plain/reply/SECRET1", "", "", 0), 405);
    assert_int_equal(call("HEAD", "/gateways/plain/reply/SECRET1?a", "", "", 0), 405);
    assert_int_equal(look_number(ROWS), 0);
    stop(&house);
}

static void guessing_ends(void **state)
{
    int status = 0, tries = 0;

    (void)state;
    start(&house);
    for (; tries < 50 && status != 429; tries++)
        status = post("/gateways/plain/reply/GUESS", REPLY);
    assert_int_equal(status, 429);
    assert_int_equal(tries, TRIES_A_MINUTE + 1);
    assert_int_equal(post("/gateways/plain/reply/SECRET1", REPLY), 200);
    stop(&house);
}

static void only_from_its_networks(void **state)
{
    struct error err = {0};

    (void)state;
    start(&house);
    assert_int_equal(post("/gateways/far/reply/SECRET4", REPLY), 403);
    assert_int_equal(call("POST", "/gateways/far/reply/SECRET4",
                          "X-Forwarded-For: 192.0.2.7\r\n", REPLY, strlen(REPLY)),
                     403);
    assert_int_equal(look_number(ROWS), 0);
    stop(&house);
    start(&house);
    address_list_free(&house.callers[3]);
    scratch_must(address_list_parse("127.0.0.0/8", &house.callers[3], &err), &err);
    assert_int_equal(post("/gateways/far/reply/SECRET4", REPLY), 200);
    stop(&house);
}

static void a_signature_is_asked_first(void **state)
{
    static const char path[] = "/gateways/strict/report/SECRET2";

    (void)state;
    start(&house);
    assert_int_equal(post(path, REPORT), 403);
    must_hold("The signature does not fit.");
    assert_int_equal(
        call("POST", path, "X-Twilio-Signature: wrong\r\n", REPORT, strlen(REPORT)), 403);
    assert_int_equal(look_number(ROWS), 0);
    assert_int_equal(
        call("POST", path, "X-Twilio-Signature: right\r\n", REPORT, strlen(REPORT)), 200);
    must_hold("Content-Type: text/xml\r\n");
    must_hold("\r\n\r\n<Response/>");
    assert_int_equal(look_number(ROWS " WHERE kind = 'report'"), 1);
    stop(&house);
}

/* ---- what is kept ---- */

static void once_each(void **state)
{
    (void)state;
    start(&house);
    for (int i = 0; i < 3; i++)
        assert_int_equal(post("/gateways/plain/reply/SECRET1", REPLY), 200);
    must_hold("Content-Length: 0\r\n");
    assert_int_equal(look_number(ROWS), 1);
    assert_int_equal(post("/gateways/plain/report/SECRET1", REPORT), 200);
    assert_int_equal(look_number(ROWS), 2);
    assert_int_equal(look_number(ROWS " WHERE state = 'NEW'"), 2);
    stop(&house);
}

static void bytes_are_kept_as_they_came(void **state)
{
    static const char query[] = "text=%4F%60%00%35&from=%c3%28&x=%zz+";
    static const char body[] = "a\0b\xff\ncoding=2";
    struct callback c = callback_new(false);
    char target[200];

    (void)state;
    start(&house);
    snprintf(target, sizeof(target), "/gateways/plain/reply/SECRET1?%s", query);
    assert_int_equal(call("GET", target, "", "", 0), 200);
    newest(&c);
    assert_string_equal(buf_text(&c.query), query);
    assert_int_equal(c.body.length, 0);
    callback_free(&c);
    c = callback_new(false);
    assert_int_equal(call("POST", target, "Content-Type: text/plain; charset=gb18030\r\n",
                          body, sizeof(body) - 1),
                     200);
    newest(&c);
    assert_string_equal(c.type, "text/plain; charset=gb18030");
    assert_int_equal(c.body.length, sizeof(body) - 1);
    assert_memory_equal(c.body.data, body, sizeof(body) - 1);
    callback_free(&c);
    assert_int_equal(look_number(ROWS), 2);
    stop(&house);
}

static void too_long_is_refused_whole(void **state)
{
    static char body[65536];

    (void)state;
    start(&house);
    memset(body, 'x', sizeof(body));
    assert_int_equal(
        call("POST", "/gateways/plain/reply/SECRET1", "", body, sizeof(body)), 413);
    assert_int_equal(look_number(ROWS), 0);
    assert_int_equal(
        call("POST", "/gateways/plain/reply/SECRET1", "", body, sizeof(body) - 512), 200);
    assert_int_equal(look_number(ROWS), 1);
    stop(&house);
}

/* A gateway whose settings broke loses nothing. */
static void a_stand_in_keeps(void **state)
{
    (void)state;
    start(&house);
    assert_true(gateway_is_broken(&house.roster.gateways[2]));
    assert_int_equal(post("/gateways/broken/reply/SECRET3", REPLY), 200);
    assert_int_equal(post("/gateways/broken/reply/SECRET3", REPLY), 200);
    assert_int_equal(look_number(ROWS " WHERE gateway = 'broken' AND state = 'NEW'"), 1);
    stop(&house);
}

static void a_full_disk_says_later(void **state)
{
    (void)state;
    start(&house);
    writer_stop(house.site.writer);
    assert_int_not_equal(scratch_number(&house.s, "PRAGMA max_page_count = 1"), 0);
    house.site.writer =
        writer_start(&house.s.st, &house.frame, &(const struct writer_hooks){0});
    for (int i = 0, status = 200; i < 200 && status == 200; i++) {
        char target[100];

        snprintf(target, sizeof(target), "/gateways/plain/reply/SECRET1?%d", i);
        status = post(target, "not to be read, so each is kept");
        if (i == 199 || status == 503)
            assert_int_equal(status, 503);
    }
    must_hold("Retry-After: ");
    stop(&house);
}

/* ---- the secret ---- */

static void secrets_differ(void **state)
{
    struct scratch s;
    char a[GATEWAY_SECRET_TEXT], b[GATEWAY_SECRET_TEXT], again[GATEWAY_SECRET_TEXT];

    (void)state;
    scratch_open(&s);
    secret_of_gateway(&s.keys, "a", a);
    secret_of_gateway(&s.keys, "b", b);
    secret_of_gateway(&s.keys, "a", again);
    assert_string_equal(a, again);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(a), GATEWAY_SECRET_SYMBOLS);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strangers_find_nothing),
        cmocka_unit_test(guessing_ends),
        cmocka_unit_test(only_from_its_networks),
        cmocka_unit_test(a_signature_is_asked_first),
        cmocka_unit_test(once_each),
        cmocka_unit_test(bytes_are_kept_as_they_came),
        cmocka_unit_test(too_long_is_refused_whole),
        cmocka_unit_test(a_stand_in_keeps),
        cmocka_unit_test(a_full_disk_says_later),
        cmocka_unit_test(secrets_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
