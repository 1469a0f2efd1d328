/*
 * hook_test.c — names, secrets, signatures and waits of what other systems are told; and
 * what is kept for them, in a real store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/hook.h"
#include "scratch_store.h"
#include "store/gateway_store.h"
#include "store/hook_store.h"

#define SECRET  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define ANOTHER "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void names_go_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < HOOK_TYPES; i++)
        assert_int_equal(hook_type_read(hook_type_name((enum hook_type)i)), i);
    assert_int_equal(hook_type_read("rating"), HOOK_TYPES);
    assert_int_equal(hook_type_read(""), HOOK_TYPES);
}

static const struct {
    const char *text;
    bool fits;
} secrets[] = {
    {SECRET, true},
    {SECRET " " ANOTHER, true},
    {ANOTHER, true},
    {"", false},
    {" ", false},
    {"whsec_", false},
    {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false},
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false}, /* 23 bytes */
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La!aSw", false},
    {SECRET " short", false},
    {"whsec_"
     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
     "AAAAA",
     false}, /* 66 bytes */
};

static void secrets_are_looked_at(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(secrets); i++)
        if (hook_secrets_fit(secrets[i].text) != secrets[i].fits)
            fail_msg("\"%s\"", secrets[i].text);
}

/* The worked example that implementations of Standard Webhooks share. */
static void signs_as_others_do(void **state)
{
    static const char body[] = "{\"test\": 2432232314}";
    static const char signature[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    struct buf out = buf_new(500);

    (void)state;
    hook_sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, strlen(body),
              &out);
    assert_string_equal(buf_text(&out), signature);
    buf_clear(&out);
    hook_sign(ANOTHER " " SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body,
              strlen(body), &out);
    assert_non_null(strstr(buf_text(&out), signature));
    assert_int_equal(out.length, 2 * strlen(signature) + 1);
    buf_free(&out);
}

static void waits_grow_and_end(void **state)
{
    static const int64_t least_s[] = {5,     300,   1800,  7200, 18000,
                                      36000, 50400, 72000, 86400};
    const uint64_t lots[] = {0, 1, 123456789, UINT64_MAX};

    (void)state;
    for (int t = 0; t < (int)LENGTH(least_s); t++)
        for (size_t l = 0; l < LENGTH(lots); l++)
            assert_in_range(hook_wait_ms(t + 1, lots[l]), least_s[t] * 1000,
                            least_s[t] * 1100);
    assert_true(hook_wait_ms(10, 0) < 0);
    assert_true(hook_wait_ms(0, 0) < 0);
}

static void answers_are_judged(void **state)
{
    static const struct {
        int status;
        enum hook_outcome outcome;
    } rows[] = {{200, HOOK_DONE},  {204, HOOK_DONE},  {299, HOOK_DONE},
                {301, HOOK_AGAIN}, {302, HOOK_AGAIN}, {400, HOOK_AGAIN},
                {404, HOOK_AGAIN}, {410, HOOK_GONE},  {429, HOOK_AGAIN},
                {500, HOOK_AGAIN}, {503, HOOK_AGAIN}, {0, HOOK_AGAIN}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(hook_judge(rows[i].status), rows[i].outcome);
}

/* ---- the store ---- */

static struct error err;
#define MUST(call) scratch_must((call), &err)

static int64_t rows_of(struct scratch *s, const char *query)
{
    struct db_cursor c;
    bool found;
    int64_t count;

    MUST(db_find(s->st.db, query, DB_NONE, &c, &found, &err));
    count = found ? db_get_int(&c, 0) : 0;
    db_done(&c);
    return count;
}

static void open_with_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */

    scratch_open(s);
    if (frame == NULL)
        MUST(hall_frame_read(s->st.db, &frame, &err));
    s->st.frame = frame;
}

static void drop(struct hook_delivery *d, int count)
{
    for (int i = 0; i < count; i++)
        free(d[i].body);
}

static void nothing_without_endpoints(void **state)
{
    const struct hook_fact fact = {.type = HOOK_CASE_CLOSED, .case_id = 7};
    struct hooks other = {
        .count = 1, .endpoints = {{"a", 1U << HOOK_RATING_RECORDED, "http://x", SECRET}}};
    struct scratch s;

    (void)state;
    scratch_open(&s);
    s.st.message_added = false;
    MUST(hook_add(&s.st, &fact, SCRATCH_START_MS, &err));
    s.st.hooks = &other;
    MUST(hook_add(&s.st, &fact, SCRATCH_START_MS, &err));
    assert_false(s.st.message_added);
    assert_int_equal(rows_of(&s, "SELECT count(*) FROM hook_deliveries"), 0);
    scratch_close(&s);
}

/* Claimed once, tried again under the same id, given up after the last try. */
static void one_that_never_gets_there(void **state)
{
    const struct hook_fact fact = {
        .type = HOOK_RATING_RECORDED, .case_id = 7, .rating_id = 9, .grade = 1};
    struct hooks hooks = {.count = 1, .endpoints = {{"a", ~0U, "http://x", SECRET}}};
    struct hook_delivery d[4];
    struct hook_standing standing;
    struct scratch s;
    int64_t now_ms = SCRATCH_START_MS, next_ms, id = 0;
    int count;
    bool off = false;

    (void)state;
    open_with_hall(&s);
    s.st.hooks = &hooks;
    MUST(hook_add(&s.st, &fact, now_ms, &err));
    for (int t = 1; t <= 10; t++) {
        struct hook_try try = {.status = t % 2 == 0 ? 500 : 0,
                               .tries = t,
                               .endpoint = "a",
                               .trouble = "no",
                               .retry_after_ms = -1};

        assert_false(off);
        MUST(hooks_claim(&s.st, 4, now_ms, d, &count, &next_ms, &err));
        assert_int_equal(count, 1);
        assert_int_equal(d[0].tries, t);
        assert_true(id == 0 || id == d[0].id);
        id = try.id = d[0].id;
        assert_string_equal(d[0].body,
                            "{\"type\":\"rating.recorded\",\"timestamp\":"
                            "\"2026-11-23T10:00:00+08:00\",\"data\":{\"case\":\"7\","
                            "\"rating\":\"9\",\"grade\":1}}");
        drop(d, count);
        MUST(hooks_claim(&s.st, 4, now_ms, d, &count, &next_ms, &err));
        assert_int_equal(count, 0); /* nobody else takes it meanwhile */
        MUST(hook_book(&s.st, &try, now_ms, &off, &err));
        MUST(hooks_claim(&s.st, 4, now_ms, d, &count, &next_ms, &err));
        assert_int_equal(count, 0);
        if (t < 10)
            now_ms = next_ms;
    }
    assert_true(off);
    MUST(hook_add(&s.st, &fact, now_ms, &err)); /* kept, but held back */
    MUST(hooks_claim(&s.st, 4, now_ms + 1, d, &count, &next_ms, &err));
    assert_int_equal(count, 0);
    assert_true(next_ms == INT64_MAX);
    MUST(hook_standing(&s.st, "a", &standing, &err));
    assert_true(standing.off);
    assert_string_equal(standing.reason, "failed");
    assert_int_equal(standing.waiting, 1);
    MUST(hook_switch_on(&s.st, "a", "account 1", now_ms, &err));
    MUST(hook_resend(&s.st, id, "account 1", now_ms, &err));
    assert_false(hook_resend(&s.st, id, "account 1", now_ms, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    error_clear(&err);
    assert_false(hook_resend(&s.st, 1, "account 1", now_ms, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    error_clear(&err);
    MUST(hooks_claim(&s.st, 4, now_ms, d, &count, &next_ms, &err));
    assert_int_equal(count, 2);
    assert_int_equal(d[0].tries, 1); /* all tries anew */
    drop(d, count);
    MUST(hooks_recover(&s.st, now_ms, &err)); /* as after a crash */
    MUST(hooks_claim(&s.st, 1, now_ms, d, &count, &next_ms, &err));
    assert_int_equal(count, 1);
    assert_true(next_ms <= now_ms); /* there is more */
    drop(d, count);
    scratch_close(&s);
}

static void what_is_asked_for_is_waited(void **state)
{
    struct hooks hooks = {.count = 1, .endpoints = {{"a", ~0U, "http://x", SECRET}}};
    const struct hook_fact fact = {.type = HOOK_GATEWAY_DOWN, .gateway = "g"};
    struct hook_try try = {.status = 429,
                           .tries = 1,
                           .endpoint = "a",
                           .trouble = "",
                           .retry_after_ms = 120000};
    struct hook_delivery d[4];
    struct scratch s;
    int64_t next_ms;
    int count;
    bool off;

    (void)state;
    open_with_hall(&s);
    s.st.hooks = &hooks;
    MUST(hook_add(&s.st, &fact, SCRATCH_START_MS, &err));
    MUST(hooks_claim(&s.st, 4, SCRATCH_START_MS, d, &count, &next_ms, &err));
    assert_int_equal(count, 1);
    try.id = d[0].id;
    drop(d, count);
    MUST(hook_book(&s.st, &try, SCRATCH_START_MS, &off, &err));
    MUST(hooks_claim(&s.st, 4, SCRATCH_START_MS, d, &count, &next_ms, &err));
    assert_int_equal(count, 0);
    assert_true(next_ms == SCRATCH_START_MS + 120000);
    MUST(hooks_claim(&s.st, 4, next_ms, d, &count, &next_ms, &err));
    drop(d, count);
    try.status = 410;
    MUST(hook_book(&s.st, &try, SCRATCH_START_MS, &off, &err));
    assert_true(off);
    scratch_close(&s);
}

/* Told when it goes down, not again while it is, and anew after it was up. */
static void a_gateway_goes_down(void **state)
{
    static const struct {
        const char *condition;
        int told;
    } rows[] = {{"ready", 0},  {"resting", 1}, {"shut", 1},  {"resting", 1}, {"busy", 1},
                {"broken", 2}, {"broken", 2},  {"ready", 2}, {"resting", 3}};
    struct hooks hooks = {
        .count = 1, .endpoints = {{"a", 1U << HOOK_GATEWAY_DOWN, "http://x", SECRET}}};
    struct scratch s;

    (void)state;
    open_with_hall(&s);
    s.st.hooks = &hooks;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct gateway_state now = {.name = "g"};

        snprintf(now.condition, sizeof(now.condition), "%s", rows[i].condition);
        MUST(gateway_state_set(&s.st, &now, SCRATCH_START_MS, &err));
        assert_int_equal(rows_of(&s, "SELECT count(*) FROM hook_deliveries"),
                         rows[i].told);
    }
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_go_both_ways),
        cmocka_unit_test(secrets_are_looked_at),
        cmocka_unit_test(signs_as_others_do),
        cmocka_unit_test(waits_grow_and_end),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(nothing_without_endpoints),
        cmocka_unit_test(one_that_never_gets_there),
        cmocka_unit_test(what_is_asked_for_is_waited),
        cmocka_unit_test(a_gateway_goes_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
