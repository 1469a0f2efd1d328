/* gateway_test.c — the bytes that drivers send, and what they make of the bytes that come
 * back. */
#include "gateways/gateways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void the_virtual_gateway_composes(void **state)
{
    const struct sms_mt mt = {.id = 77,
                              .attempt = 2,
                              .to = "+8613900001000",
                              .from = "106901234510",
                              .text = "【青城政务】您好"};
    struct request request = request_new();
    struct gateway g;
    struct error err = {0};

    (void)state;
    gateway_open_virtual("1069012345", &g);
    assert_string_equal(g.trouble, "");
    assert_true(g.ops->compose(&g, &mt, &request, &err));
    assert_string_equal(buf_text(&request.body),
                        "{\"reference\":\"77.2\",\"from\":\"106901234510\","
                        "\"to\":\"+8613900001000\",\"text\":\"【青城政务】您好\"}");
    request_free(&request);
    gateway_close(&g);
}

static void answers_are_judged(void **state)
{
    static const struct {
        enum carried carried;
        const char *body;
        enum outcome outcome;
        const char *ref;
    } rows[] = {
        {CARRIED_ANSWERED, "{\"code\":0,\"id\":\"v77.2\"}", OUTCOME_ACCEPTED, "v77.2"},
        {CARRIED_ANSWERED, "{\"code\":403,\"why\":\"no\"}", OUTCOME_REFUSED, ""},
        {CARRIED_ANSWERED, "{\"code\":0}", OUTCOME_UNKNOWN, ""},
        {CARRIED_ANSWERED, "{\"code\":", OUTCOME_UNKNOWN, ""},
        {CARRIED_ANSWERED, "", OUTCOME_UNKNOWN, ""},
        {CARRIED_ANSWERED, "<html>", OUTCOME_UNKNOWN, ""},
        {CARRIED_CUT, "{\"code\":0,\"id\":\"v77.2\"}", OUTCOME_UNKNOWN, ""},
        {CARRIED_NOT_SENT, "", OUTCOME_RETRY, ""},
    };
    struct gateway g;

    (void)state;
    gateway_open_virtual("", &g);
    assert_string_equal(g.access_number, "1069012345");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct answer answer = {.carried = rows[i].carried, .body = buf_new(200)};
        struct submitted got = {0};

        buf_add_text(&answer.body, rows[i].body);
        if (g.ops->judge(&g, &answer, &got) != rows[i].outcome ||
            strcmp(got.refs[0], rows[i].ref) != 0)
            fail_msg("row %zu: %s", i, rows[i].body);
        buf_free(&answer.body);
    }
    gateway_close(&g);
}

static void news_of_any_bytes_is_parsed_or_refused(void **state)
{
    static const struct {
        bool report, ok;
        const char *body;
    } rows[] = {
        {false, true, "{\"phone\":\"139\",\"to\":\"1069\",\"text\":\"5\",\"id\":\"a\"}"},
        {false, true, "{\"phone\":\"139\",\"to\":\"1069\",\"text\":\"\"}"},
        {false, false, "{\"phone\":\"139\",\"to\":\"1069\"}"},
        {false, false, "{\"phone\":139,\"to\":\"1069\",\"text\":\"5\"}"},
        {false, false, "[]"},
        {false, false, ""},
        {false, false, "\xff\xfe"},
        {false, false, "{\"phone\":\"1\",\"phone\":\"2\",\"to\":\"1\",\"text\":\"5\"}"},
        {true, true, "{\"reference\":\"7.1\",\"state\":\"DELIVERED\"}"},
        {true, false, "{\"reference\":\"7.1\",\"state\":\"SEEN\"}"},
        {true, false, "{\"phone\":\"139\",\"to\":\"1069\",\"text\":\"5\"}"},
    };
    struct gateway g;

    (void)state;
    gateway_open_virtual("1069012345", &g);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct callback callback = callback_new(rows[i].report);
        struct news news = {.text = buf_new(500)};
        struct error err = {0};

        buf_add_text(&callback.body, rows[i].body);
        if (g.ops->parse(&g, &callback, &news, &err) != rows[i].ok)
            fail_msg("row %zu: %s", i, rows[i].body);
        callback_free(&callback);
        buf_free(&news.text);
    }
    gateway_close(&g);
}

static void references_come_back(void **state)
{
    static const char *const bad[] = {"",     "7",     ".1",         "7.",  "7.x",
                                      "-7.1", "7.1.2", "7.99999999", "0.1", "7 .1"};
    char text[GATEWAY_REF];
    int64_t id;
    int attempt;

    (void)state;
    gateway_reference(INT64_MAX, 12, text);
    assert_true(gateway_reference_read(text, &id, &attempt));
    assert_true(id == INT64_MAX && attempt == 12);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (gateway_reference_read(bad[i], &id, &attempt))
            fail_msg("\"%s\" was read", bad[i]);
}

static const char *bad_number(const struct gateway_setup *setup, const char *key)
{
    return strcmp(key, "access_number") == 0 ? setup->self : NULL;
}

static void one_that_cannot_open_is_stood_in_for(void **state)
{
    const struct gateway_setup setup = {
        .name = "city", .kind = "virtual", .value = bad_number, .self = "10690x"};
    struct submitted submitted = {0};
    struct answer answer = {.carried = CARRIED_NOT_SENT};
    struct error err = {0};
    struct gateway g;

    (void)state;
    gateway_open(&setup, &g, &err);
    assert_int_equal(err.kind, ERROR_SETUP);
    assert_string_equal(g.trouble, err.text);
    assert_string_equal(g.name, "city");
    assert_int_equal(g.ops->judge(&g, &answer, &submitted), OUTCOME_RETRY);
    gateway_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_virtual_gateway_composes),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(news_of_any_bytes_is_parsed_or_refused),
        cmocka_unit_test(references_come_back),
        cmocka_unit_test(one_that_cannot_open_is_stood_in_for),
    };

    return cmocka_run_group_tests_name("gateway", tests, NULL, NULL);
}
