/*
 * staff_test.c — staff pages and the auditors' API through the real loop, writer and
 * readers.
 *
 * One server on a port that the kernel chooses, with a clock moved by hand; clients are
 * plain sockets, one connection a request.
 */
#include "scratch_store.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include <jansson.h>

#include "gateways/gateways.h"
#include "store/account_store.h"
#include "store/gateway_store.h"
#include "store/inbound_store.h"
#include "store/key_store.h"
#include "store/person_store.h"
#include "store/rating_lines.h"
#include "store/second_store.h"
#include "web/api_optout.h"
#include "web/api_review.h"
#include "web/http.h"
#include "web/page.h"
#include "web/page_staff.h"
#include "web/problem.h"
#include "web/session.h"
#include "work/hasher.h"
#include "work/options.h"

#define NOW       SCRATCH_START_MS
#define OPTED_OUT "13600003000"

static const char password[] = "Passw0rd-xx";
static const unsigned char device[TOTP_SECRET_BYTES] = "shows codes of six";

struct house {
    struct scratch s;
    struct site site;
    struct roster roster;
    struct hall_frame_holder frame;
    struct settings *settings;
    struct route *routes;
    struct http *http;
    pthread_t thread;
    char first[SECRET_TEXT], device[SECRET_TEXT], login[SECRET_TEXT];
    char desk_key[KEY_TEXT], auditor_key[KEY_TEXT], display_key[KEY_TEXT];
    int64_t rating;
};

static struct house house;

static void *serve(void *arg)
{
    http_run(((struct house *)arg)->http);
    return NULL;
}

static void run(struct scratch *s, const char *sql, const struct db_value *values,
                size_t count)
{
    struct error err = {0};

    scratch_must(db_run(s->st.db, sql, values, count, &err), &err);
}

/* A bad rating with everything behind it; the citizen wrote something nasty. */
static void fill_case(struct house *h)
{
    struct scratch *s = &h->s;
    struct error err = {0};
    struct phone phone;
    int64_t phone_id, words;
    static const char nasty[] = "<script>alert(1)</script> 等太久";

    scratch_must(phone_parse("13900001000", "86", &phone, &err), &err);
    scratch_must(phone_keep(&s->st, &phone, NOW, &phone_id, &err), &err);
    scratch_must(words_keep(&s->st, nasty, strlen(nasty), NOW, &words, &err), &err);
    run(s,
        "INSERT INTO tickets (id, hall, local_date, series_code, serial, matter_id, lang,"
        " short_code, ahead, taken_ms) VALUES (5, 1, 20261123, 'A', 23, 21, 'zh-CN', "
        "'X', 0, $1)",
        DB(db_int(NOW)));
    run(s,
        "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no, matter_id, "
        "window_id,"
        " clerk_id, phone_id, state, opened_ms, closed_ms, changed_ms) VALUES (6, 1, 5, "
        "1,"
        " 'yiping', 'BL-20261123-A023-1', 21, 31, 41, $1, 'closed', $2, $2, $2)",
        DB(db_int(phone_id), db_int(NOW)));
    run(s,
        "INSERT INTO messages (id, hall, kind, lang, phone_id, case_id, body, state, "
        "attempt,"
        " due_ms, expires_ms, accepted_ms, changed_ms, created_ms) VALUES (7, 1, "
        "'survey', 'zh-CN',"
        " $1, 6, '您今天办的参保登记满意吗', 'DELIVERED', 1, $2, $2, $2, $2, $2),"
        " (8, 1, 'thanks_bad', 'zh-CN', $1, 6, '意见已收到', 'NEW', 0, $2, $2, NULL, $2, "
        "$2)",
        DB(db_int(phone_id), db_int(NOW)));
    h->rating = store_id(&s->st, NOW);
    run(s,
        "INSERT INTO ratings (id, hall, case_id, round, grade, channel, proof, receipt, "
        "delay_s,"
        " local_date, rated_ms) VALUES ($1, 1, 6, 0, 1, 'sms', 'P3', 'ABCD', 720, "
        "20261123, $2)",
        DB(db_int(h->rating), db_int(NOW + 720000)));
    run(s,
        "INSERT INTO rating_details (id, hall, case_id, rating_id, tags, tag_set, "
        "words_id, at_ms)"
        " VALUES (9, 1, 6, $1, '115', 1, $2, 0)",
        DB(db_int(h->rating), db_int(words)));
    run(s,
        "INSERT INTO work_orders (id, hall, number, kind, case_id, rating_id, opened_ms)"
        " VALUES (9, 1, '20260001', 'rating', 6, $1, $2)",
        DB(db_int(h->rating), db_int(NOW)));
    run(s,
        "INSERT INTO order_states (order_id, hall, kind, state, reach, round, tries, "
        "level,"
        " paused_for, paused_ms, begun_ms, contact_due_ms, fix_due_ms, verdict_due_ms,"
        " raised_ms, due_ms, look_ms, department_code, window_code, steps, changed_ms)"
        " VALUES (9, 1, 'rating', 'open', 'phone', 0, 0, 0, '', 0, $1, $1, $1, 0, 0, $1,"
        " $1, 'YB', 'W1', 0, $1)",
        DB(db_int(NOW)));
    scratch_must(rating_lines_renew(&s->st, 6, &err), &err);
}

static void fill_optout(struct scratch *s)
{
    struct error err = {0};
    struct phone phone;
    int64_t id;
    bool fresh;

    scratch_must(phone_parse(OPTED_OUT, "86", &phone, &err), &err);
    scratch_must(phone_keep(&s->st, &phone, NOW, &id, &err), &err);
    scratch_must(optout_add(&s->st, id, 1, NOW, &fresh, &err), &err);
}

static int64_t add_account(struct house *h, const char *name, enum role role,
                           const char *place)
{
    static char hash[PASSWORD_HASH];
    struct error err = {0};
    int64_t id;

    if (hash[0] == '\0')
        crypt_password_hash(password, &h->s.world, hash);
    scratch_must(account_add(&h->s.st, name, role, place, hash, "test", NOW, &id, &err),
                 &err);
    return id;
}

/* One whose role asks for a second factor, with the device of the tests. */
static void add_with_device(struct house *h, const char *name, enum role role,
                            const char *place)
{
    static char codes[RECOVERY_CODES][RECOVERY_TEXT];
    struct error err = {0};

    scratch_must(second_set(&h->s.st, add_account(h, name, role, place), device, 0,
                            "test", NOW, codes, &err),
                 &err);
}

static void fill(struct house *h, bool accounts)
{
    struct store *st = &h->s.st;
    struct error err = {0};
    char id[24];

    fill_case(h);
    fill_optout(&h->s);
    scratch_must(link_add(st, LINK_FIRST_RUN, "", NOW + 1800000, h->first, &err), &err);
    scratch_must(link_add(st, LINK_DEVICE, "desk d", NOW + 1800000, h->device, &err),
                 &err);
    scratch_must(key_add(st, ROLE_DESK, "d", "test", NOW, h->desk_key, &err), &err);
    scratch_must(key_add(st, ROLE_AUDITOR, "a", "test", NOW, h->auditor_key, &err), &err);
    scratch_must(key_add(st, ROLE_DISPLAY, "s", "test", NOW, h->display_key, &err), &err);
    if (!accounts)
        return;
    add_account(h, "hall", ROLE_HALL, NULL);
    add_with_device(h, "system", ROLE_SYSTEM, NULL);
    add_account(h, "clerk", ROLE_CLERK, "C1");
    add_with_device(h, "dept", ROLE_DEPARTMENT, "YB");
    add_with_device(h, "other", ROLE_DEPARTMENT, "GA");
    add_with_device(h, "head", ROLE_WINDOW_HEAD, "W1");
    snprintf(id, sizeof(id), "%lld",
             (long long)add_account(h, "org", ROLE_ORGANISATION, NULL));
    scratch_must(link_add(st, LINK_LOGIN, id, NOW + 1800000, h->login, &err), &err);
}

static void start(struct house *h, bool accounts)
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
    fill(h, accounts);
    scratch_must(db_commit(h->s.st.db, &err), &err);
    atomic_store(&h->frame.now, frame);
    h->settings = settings_new(options_table, options_count);
    roster_open_virtual(&h->roster, "1069012345");
    h->site = (struct site){.world = &h->s.world,
                            .keys = &h->s.keys,
                            .settings = h->settings,
                            .frame = &h->frame,
                            .roster = &h->roster,
                            .own_address = "http://127.0.0.1:8080"};
    scratch_must(pages_load(NULL, &h->site.pages, &h->site.catalogues, &err), &err);
    h->site.writer = writer_start(&h->s.st, &h->frame, &hooks);
    scratch_must(readers_start(h->s.folder, 1, &h->s.world, &h->s.keys, &h->frame,
                               &h->site.readers, &err),
                 &err);
    h->site.hasher = hasher_start(&h->s.world);
    config.route_count =
        page_staff_route_count + api_review_route_count + api_optout_route_count;
    h->routes = calloc(config.route_count, sizeof(*h->routes));
    memcpy(h->routes, page_staff_routes, page_staff_route_count * sizeof(*h->routes));
    memcpy(h->routes + page_staff_route_count, api_review_routes,
           api_review_route_count * sizeof(*h->routes));
    memcpy(h->routes + page_staff_route_count + api_review_route_count, api_optout_routes,
           api_optout_route_count * sizeof(*h->routes));
    config.routes = h->routes;
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
    hasher_stop(h->site.hasher);
    readers_stop(h->site.readers);
    writer_stop(h->site.writer);
    http_close(h->http);
    pages_free(h->site.pages, h->site.catalogues);
    settings_free(h->settings);
    roster_close(&h->roster);
    free(h->routes);
    scratch_must(db_begin(h->s.st.db, &err), &err);
    scratch_close(&h->s);
}

/* Frames of the hall are never freed (hall_frame.h): what a reader opened with stays. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:hall_frame_read\n";
}

/* ---- a client ---- */

static char answer[1 << 20];

/* Sends one request with these header lines, keeps the answer, gives its status. */
static int ask(const char *method, const char *path, const char *headers,
               const char *body)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(http_port(house.http)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    size_t length = 0;
    ssize_t n;

    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    dprintf(fd,
            "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n%sContent-Length: "
            "%zu\r\n\r\n"
            "%s",
            method, path, headers, strlen(body), body);
    while ((n = read(fd, answer + length, sizeof(answer) - 1 - length)) > 0)
        length += (size_t)n;
    answer[length] = '\0';
    close(fd);
    assert_true(length > 12);
    return atoi(answer + 9);
}

static int get(const char *path, const char *cookie)
{
    char header[256];

    snprintf(header, sizeof(header), "Cookie: %s\r\n", cookie);
    return ask("GET", path, header, "");
}

static void must_hold(const char *text)
{
    if (strstr(answer, text) == NULL)
        fail_msg("not in the answer: %s\n%s", text, answer);
}

static void must_not_hold(const char *text)
{
    if (strstr(answer, text) != NULL)
        fail_msg("in the answer: %s\n%s", text, answer);
}

/* "sid=…" out of the answer's Set-Cookie. */
static void take_cookie(char out[128])
{
    const char *at = strstr(answer, "Set-Cookie: ");

    assert_non_null(at);
    snprintf(out, 128, "%.*s", (int)strcspn(at + 12, ";"), at + 12);
}

static void log_in(const char *name, char cookie[128])
{
    char body[256];

    snprintf(body, sizeof(body), "name=%s&password=%s&next=%%2Fratings", name, password);
    assert_int_equal(ask("POST", "/login", "Origin: http://127.0.0.1\r\n", body), 303);
    take_cookie(cookie);
}

/* The code behind the password; the session has another cookie from then on. */
static int show_second(char cookie[128], const char *code)
{
    char headers[400], body[128], token[SESSION_TOKEN];
    int status;

    session_token(&house.site, strchr(cookie, '=') + 1, token);
    snprintf(headers, sizeof(headers), "Cookie: %s\r\n", cookie);
    snprintf(body, sizeof(body), "token=%s&code=%s&next=%%2Fgateways", token, code);
    status = ask("POST", "/second", headers, body);
    if (status == 303)
        take_cookie(cookie);
    return status;
}

/* The whole way in of one whose role asks for a second factor. */
static void log_in_twice(const char *name, char cookie[128])
{
    char code[TOTP_DIGITS + 1];

    log_in(name, cookie);
    totp_code(device, sizeof(device), totp_step(NOW), TOTP_DIGITS, code);
    assert_int_equal(show_second(cookie, code), 303);
}

/* ---- tests ---- */

static void the_first_run_makes_four(void **state)
{
    static const struct {
        const char *headers, *body;
        int status;
    } rows[] = {
        {"", "", 422},
        {"",
         "system_name=a&system_password=short&security_name=a&security_password=Passw0rd-"
         "xx",
         422},
        {"Sec-Fetch-Site: cross-site\r\n", "", 403},
        {"Origin: https://evil.example\r\n", "", 403},
        {"Origin: null\r\n", "", 403},
        {"", "a=%ff", 400},
    };
    static const char good[] =
        "system_name=a&system_password=Passw0rd-x1&security_name=b&security_password="
        "Passw0rd-x2"
        "&audit_name=c&audit_password=Passw0rd-x3&hall_name=d&hall_password=Passw0rd-xx";
    char path[128], cookie[128];

    (void)state;
    start(&house, false);
    snprintf(path, sizeof(path), "/first/%s", house.first);
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (ask("POST", path, rows[i].headers, rows[i].body) != rows[i].status)
            fail_msg("row %zu: %.200s", i, answer);
    assert_int_equal(get(path, ""), 200);
    must_hold("<h1>");
    must_not_hold("{{");
    assert_int_equal(ask("POST",
                         "/first/0000000000000000000000000000000000000000000000000000",
                         "", good),
                     404);
    assert_int_equal(ask("POST", path, "Sec-Fetch-Site: same-origin\r\n", good), 303);
    assert_int_equal(ask("POST", path, "", good), 404);
    assert_int_equal(get(path, ""), 404);
    log_in("d", cookie);
    assert_int_equal(get("/ratings", cookie), 200);
    assert_int_equal(get("/login", ""), 200);
    stop(&house);
}

static void strangers_go_to_log_in(void **state)
{
    (void)state;
    start(&house, true);
    assert_int_equal(get("/ratings?grade=1&lang=en", ""), 303);
    must_hold("Location: /login?next=%2Fratings%3Fgrade%3D1%26lang%3Den\r\n");
    assert_int_equal(get("/ratings/12", "sid=0000"), 303);
    assert_int_equal(get("/login?next=//evil.example/", ""), 200);
    must_hold("name=\"next\" value=\"\"");
    assert_int_equal(get("/login?next=%2Fratings%22%3E%3Cscript%3E", ""), 200);
    must_not_hold("<script>");
    assert_int_equal(ask("POST", "/logout", "", ""), 303);
    stop(&house);
}

static void log_in_out_and_lock(void **state)
{
    char cookie[128], token[64], body[128], header[200];
    static char known[1 << 16];
    const char *at;

    (void)state;
    start(&house, true);
    assert_int_equal(ask("POST", "/login", "", "name=hall&password=wrong"), 401);
    snprintf(known, sizeof(known), "%s", strstr(answer, "\r\n\r\n"));
    assert_int_equal(ask("POST", "/login", "", "name=haul&password=wrong"), 401);
    while ((at = strstr(answer, "haul")) != NULL) /* the same answer but for the name */
        memcpy((char *)at, "hall", 4);
    assert_string_equal(strstr(answer, "\r\n\r\n"), known);
    assert_int_equal(ask("POST", "/login", "Origin: http://evil.example\r\n",
                         "name=hall&password=Passw0rd-xx"),
                     403);
    log_in("hall", cookie);
    must_hold("Set-Cookie: sid=");
    must_hold("; Path=/; HttpOnly; SameSite=Strict\r\n");
    must_hold("Location: /ratings\r\n");
    assert_int_equal(get("/ratings", cookie), 200);
    at = strstr(answer, "name=\"token\" value=\"");
    assert_non_null(at);
    snprintf(token, sizeof(token), "%.49s", at + 20);
    snprintf(header, sizeof(header), "Cookie: %s\r\n", cookie);
    assert_int_equal(ask("POST", "/logout", header, "token=0"), 403);
    assert_int_equal(ask("POST", "/logout", header, ""), 403);
    snprintf(body, sizeof(body), "token=%s", token);
    assert_int_equal(ask("POST", "/logout", header, body), 303);
    must_hold("Max-Age=0");
    assert_int_equal(get("/ratings", cookie), 303);
    for (int i = 0; i < 5; i++)
        assert_int_equal(ask("POST", "/login", "", "name=org&password=wrong"), 401);
    assert_int_equal(ask("POST", "/login", "", "name=org&password=Passw0rd-xx"), 429);
    house.s.world.hand_ms += 31 * 60000;
    log_in("org", cookie);
    house.s.world.hand_ms += 16 * 60000; /* idle */
    assert_int_equal(get("/ratings", cookie), 303);
    stop(&house);
}

static void who_sees_what(void **state)
{
    char cookie[128], path[64];

    (void)state;
    start(&house, true);
    snprintf(path, sizeof(path), "/ratings/%lld", (long long)house.rating);
    log_in("hall", cookie);
    assert_int_equal(get("/ratings?lang=zh-CN", cookie), 200);
    must_hold("lang=\"zh-CN\"");
    must_hold("1 非常不满意");
    must_hold("办结后 12 分钟");
    must_hold("A023");
    must_hold("医保局");
    must_not_hold("{{");
    assert_int_equal(get("/ratings?grade=5", cookie), 200);
    must_hold("没有符合条件的评价");
    assert_int_equal(get("/ratings?grade=9", cookie), 422);
    assert_int_equal(get("/ratings?from=yesterday", cookie), 422);
    assert_int_equal(get("/ratings?cursor=x", cookie), 422);
    assert_int_equal(get("/ratings?department=%22%3E%3Cscript%3E", cookie), 200);
    must_not_hold("<script>");
    assert_int_equal(get(path, cookie), 200);
    must_hold("&lt;script&gt;alert(1)&lt;/script&gt; 等太久");
    must_hold("您今天办的参保登记满意吗");
    must_hold("139****1000");
    must_not_hold("13900001000");
    must_hold("服务态度差效率低");
    must_hold("李敏");
    must_hold("这个手机号当时只有这一次未答的邀请");
    must_not_hold("{{");
    must_not_hold(" style=");
    assert_int_equal(get("/ratings/1", cookie), 404);
    assert_int_equal(get("/ratings/x", cookie), 404);
    snprintf(path, sizeof(path), "/ratings/%lld?lang=en", (long long)house.rating);
    assert_int_equal(get(path, cookie), 200);
    must_hold("very dissatisfied");
    must_hold("12 min after closing");
    log_in("org", cookie);
    assert_int_equal(get(path, cookie), 200);
    must_not_hold("alert(1)");
    must_not_hold("139****1000");
    log_in("clerk", cookie);
    assert_int_equal(get(path, cookie), 403);
    log_in_twice("dept", cookie);
    assert_int_equal(get(path, cookie), 200);
    must_hold("alert(1)");
    must_not_hold("139****1000");
    assert_int_equal(get("/ratings?department=GA", cookie), 200);
    must_not_hold("A023");
    assert_int_equal(get("/ratings", cookie), 200);
    must_hold("A023");
    log_in_twice("head", cookie);
    assert_int_equal(get("/ratings", cookie), 200);
    must_hold("A023");
    log_in_twice("other", cookie);
    assert_int_equal(get(path, cookie), 404);
    assert_int_equal(get("/ratings", cookie), 200);
    must_not_hold("A023");
    stop(&house);
}

/* What the courier would say. */
struct saying {
    struct command command;
    const struct gateway_state *state;
};

static bool run_saying(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    return gateway_state_set(st, ((struct saying *)c)->state, now_ms, err);
}

static bool writer_say(struct house *h, const struct gateway_state *state)
{
    struct saying s = {.command = {.run = run_saying}, .state = state};
    struct error err = {0};

    return writer_do(h->site.writer, &s.command, &err);
}

static void gateways_are_seen_by_two_roles(void **state)
{
    static const char secret[] = "SECRETPART";
    struct gateway *g = &house.roster.gateways[0];
    struct gateway_state said = {.name = "virtual",
                                 .condition = "resting",
                                 .trouble = "no answer <b>",
                                 .error_ms = NOW,
                                 .rate_1 = 1250};
    char cookie[128], before[128], code[TOTP_DIGITS + 1];

    (void)state;
    start(&house, true);
    snprintf(g->reply_url, sizeof(g->reply_url), "http://h/gateways/virtual/reply/%s",
             secret);
    assert_true(writer_say(&house, &said));
    log_in("system", cookie);
    assert_int_equal(get("/gateways", cookie), 303);
    must_hold("Location: /second?next=%2Fgateways");
    totp_code(device, sizeof(device), totp_step(NOW) + 5, TOTP_DIGITS, code);
    assert_int_equal(show_second(cookie, code), 401);
    assert_int_equal(get("/gateways", cookie), 303);
    totp_code(device, sizeof(device), totp_step(NOW), TOTP_DIGITS, code);
    snprintf(before, sizeof(before), "%s", cookie);
    assert_int_equal(show_second(cookie, code), 303);
    assert_string_not_equal(before, cookie);
    assert_int_equal(get("/gateways", before), 303);
    assert_int_equal(get("/ratings", cookie), 403);
    assert_int_equal(get("/gateways?lang=zh-CN", cookie), 200);
    must_hold("暂歇，稍后再试");
    must_hold("no answer &lt;b&gt;");
    must_hold("12.5 / 0.0 / 0.0");
    must_hold("http://h/gateways/virtual/reply/…");
    must_hold("其中查明未发出");
    must_not_hold(secret);
    must_not_hold("{{");
    must_not_hold("139");
    log_in("hall", cookie);
    assert_int_equal(get("/gateways?lang=en", cookie), 200);
    must_hold("Resting, tried again soon");
    must_hold("<a href=\"/gateways\">SMS gateways</a>");
    log_in("clerk", cookie);
    assert_int_equal(get("/gateways", cookie), 403);
    log_in("org", cookie);
    assert_int_equal(get("/gateways", cookie), 403);
    assert_int_equal(get("/gateways", ""), 303);
    stop(&house);
}

static void links_work_once(void **state)
{
    char path[128], cookie[128];

    (void)state;
    start(&house, true);
    snprintf(path, sizeof(path), "/login/%s", house.login);
    for (int i = 0; i < 3; i++)
        assert_int_equal(get(path, ""), 200); /* looking uses nothing up */
    assert_int_equal(ask("POST", path, "Sec-Fetch-Site: cross-site\r\n", ""), 403);
    assert_int_equal(ask("POST", path, "", ""), 303);
    take_cookie(cookie);
    assert_int_equal(get("/ratings", cookie), 200);
    assert_int_equal(ask("POST", path, "", ""), 404);
    snprintf(path, sizeof(path), "/device/%s", house.device);
    assert_int_equal(get(path, ""), 200);
    must_hold("1号窗口");
    assert_int_equal(ask("POST", path, "", "place=K1"), 422); /* a desk is no kiosk */
    assert_int_equal(ask("POST", path, "", "place=W1"), 303);
    must_hold("Location: /w/W1\r\n");
    must_hold("Set-Cookie: device=");
    take_cookie(cookie);
    assert_int_equal(ask("POST", path, "", "place=W1"), 404);
    assert_int_equal(get("/api/v1/cases/6", cookie), 200); /* the device is a desk */
    must_not_hold("ratings");
    stop(&house);
}

static int api(const char *path, const char *key)
{
    char header[200];

    snprintf(header, sizeof(header), "Authorization: Bearer %s\r\n", key);
    return ask("GET", path, header, "");
}

static json_t *answered(void)
{
    json_t *body = json_loads(strstr(answer, "\r\n\r\n") + 4, 0, NULL);

    assert_non_null(body);
    return body;
}

static void the_api_tells_auditors(void **state)
{
    const char *direction, *state_now, *grade_channel, *proof, *at, *number, *window;
    json_t *body;
    int grade, delay, effective;

    (void)state;
    start(&house, true);
    assert_int_equal(ask("GET", "/api/v1/cases/6", "", ""), 401);
    must_hold("application/problem+json");
    assert_int_equal(api("/api/v1/cases/6", house.display_key), 403);
    assert_int_equal(api("/api/v1/ratings", house.desk_key), 403);
    assert_int_equal(api("/api/v1/cases/77", house.auditor_key), 404);
    assert_int_equal(api("/api/v1/cases/x", house.auditor_key), 404);
    assert_int_equal(api("/api/v1/cases/x", "1.x"), 401);
    assert_int_equal(api("/api/v1/cases/6", house.auditor_key), 200);
    must_not_hold("13900001000");
    body = answered();
    assert_int_equal(json_unpack(body,
                                 "{s:[{s:s,s:s,s:s},{}],s:[{s:i,s:s,s:s,s:i,s:s,s:b}],"
                                 "s:{s:s},s:{s:s}}",
                                 "messages", "direction", &direction, "state", &state_now,
                                 "at", &at, "ratings", "grade", &grade, "channel",
                                 &grade_channel, "proof", &proof, "delay_s", &delay,
                                 "rated_at", &at, "effective", &effective, "ticket",
                                 "number", &number, "window", "code", &window),
                     0);
    assert_string_equal(direction, "mt");
    assert_string_equal(at, "2026-11-23T10:12:00+08:00");
    assert_string_equal(number, "A023");
    assert_int_equal(grade, 1);
    assert_true(effective);
    json_decref(body);
    assert_int_equal(api("/api/v1/cases/6", house.desk_key), 200);
    must_not_hold("ratings");
    must_not_hold("thanks_bad");
    must_not_hold("139");
    must_hold("survey");
    assert_int_equal(api("/api/v1/ratings?limit=1", house.auditor_key), 200);
    must_hold("\"next\":null");
    must_hold("\"case_no\":\"BL-20261123-A023-1\"");
    assert_int_equal(api("/api/v1/ratings?grade=0", house.auditor_key), 422);
    must_hold("\"field\":\"grade\"");
    assert_int_equal(api("/api/v1/ratings?limit=201", house.auditor_key), 422);
    stop(&house);
}

/* One form of these fields for this session. */
static int end_optout(const char *phone, const char *cookie, const char *more,
                      bool with_token)
{
    char path[128], headers[400], body[128], token[SESSION_TOKEN] = "";
    const char *value = strchr(cookie, '=');

    if (with_token && value != NULL)
        session_token(&house.site, value + 1, token);
    snprintf(path, sizeof(path), "/api/v1/optouts/%s/end", phone);
    snprintf(headers, sizeof(headers), "Cookie: %s\r\n%s", cookie, more);
    snprintf(body, sizeof(body), "token=%s", token);
    return ask("POST", path, headers, body);
}

/* A number out of the store, by a connection of our own. */
static int64_t house_look(const char *sql)
{
    struct error err = {0};
    struct db_cursor c;
    struct store look;
    int64_t number;
    bool found;

    scratch_must(
        store_open(house.s.folder, DB_READ, &house.s.world, &house.s.keys, &look, &err),
        &err);
    scratch_must(db_find(look.db, sql, DB_NONE, &c, &found, &err), &err);
    assert_true(found);
    number = db_get_int(&c, 0);
    db_done(&c);
    store_close(&look);
    return number;
}

static int64_t open_optouts(void)
{
    return house_look("SELECT count(*) FROM optouts o LEFT JOIN optout_ends e ON"
                      " e.optout_id = o.id WHERE e.id IS NULL");
}

static void the_hall_ends_an_opt_out(void **state)
{
    static const char evil[] = "Origin: http://evil.example\r\n";
    char hall[128], org[128], path[160];

    (void)state;
    start(&house, true);
    snprintf(path, sizeof(path), "Authorization: Bearer %s\r\n", house.auditor_key);
    log_in("hall", hall);
    log_in("org", org);
    assert_int_equal(open_optouts(), 1);
    assert_int_equal(end_optout(OPTED_OUT, "", "", true), 401);
    must_hold("application/problem+json");
    assert_int_equal(end_optout(OPTED_OUT, "sid=nobody", "", true), 401);
    assert_int_equal(ask("POST", "/api/v1/optouts/" OPTED_OUT "/end", path, ""), 401);
    assert_int_equal(end_optout(OPTED_OUT, org, "", true), 403);
    assert_int_equal(end_optout(OPTED_OUT, hall, "", false), 403);
    assert_int_equal(end_optout(OPTED_OUT, hall, evil, true), 403);
    assert_int_equal(end_optout("12", hall, "", true), 422);
    assert_int_equal(end_optout("13612345678", hall, "", true), 404);
    assert_int_equal(open_optouts(), 1);
    assert_int_equal(end_optout(OPTED_OUT, hall, "", true), 200);
    must_hold("{\"ended\":true}");
    must_not_hold(OPTED_OUT);
    assert_int_equal(open_optouts(), 0);
    assert_int_equal(house_look("SELECT count(*) FROM audit_events WHERE action ="
                                " 'optout.ended' AND actor LIKE 'account %'"),
                     1);
    assert_int_equal(house_look("SELECT count(*) FROM audit_events WHERE object LIKE"
                                " '%" OPTED_OUT "%' OR detail LIKE '%" OPTED_OUT "%'"),
                     0);
    assert_int_equal(end_optout(OPTED_OUT, hall, "", true), 404); /* once */
    assert_int_equal(ask("GET", "/api/v1/optouts/" OPTED_OUT "/end", "", ""), 405);
    stop(&house);
}

static void both_catalogues_have_the_same_keys(void **state)
{
    static const char *const files[] = {"templates/pages/staff.zh-CN.json",
                                        "templates/pages/staff.en.json"};
    json_t *texts[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        texts[i] = json_load_file(files[i], JSON_REJECT_DUPLICATES, NULL);
    for (int i = 0; i < 2; i++) {
        const char *key;
        json_t *text;

        assert_non_null(texts[i]);
        json_object_foreach(texts[i], key, text)
        {
            if (json_string_length(text) == 0 ||
                json_object_get(texts[1 - i], key) == NULL)
                fail_msg("%s: %s", files[i], key);
        }
    }
    json_decref(texts[0]);
    json_decref(texts[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_run_makes_four),
        cmocka_unit_test(strangers_go_to_log_in),
        cmocka_unit_test(log_in_out_and_lock),
        cmocka_unit_test(who_sees_what),
        cmocka_unit_test(gateways_are_seen_by_two_roles),
        cmocka_unit_test(links_work_once),
        cmocka_unit_test(the_api_tells_auditors),
        cmocka_unit_test(the_hall_ends_an_opt_out),
        cmocka_unit_test(both_catalogues_have_the_same_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
