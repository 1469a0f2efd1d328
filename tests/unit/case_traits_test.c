/*
 * case_traits_test.c — what another system may say of a case beside its result, and that
 * what is untold stays untold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/case_traits.h"

static void values(void **state)
{
    static const struct {
        const char *field, *json, *text; /* text NULL: no cell says this */
        bool right;
        int services, window, trips, again;
    } rows[] = {
        {"service", "[]", "none", true, 0, -1, -1, -1},
        {"service", "[\"agent\"]", "agent", true, 1, -1, -1, -1},
        {"service", "[\"early\",\"appointment\"]", "early  appointment", true, 10, -1, -1,
         -1},
        {"service", "[\"extended\",\"extended\"]", "extended extended", true, 4, -1, -1,
         -1},
        {"service", "[\"Agent\"]", "Agent", false, 0, 0, 0, 0},
        {"service", "[\"\"]", " ", false, 0, 0, 0, 0},
        {"service", "[\"agen\"]", "agent,early", false, 0, 0, 0, 0},
        {"service", "[1]", "none agent", false, 0, 0, 0, 0},
        {"service", "\"agent\"", NULL, false, 0, 0, 0, 0},
        {"service", "{}", NULL, false, 0, 0, 0, 0},
        {"decided_at_window", "true", "true", true, -1, 1, -1, -1},
        {"decided_at_window", "false", "false", true, -1, 0, -1, -1},
        {"decided_at_window", "1", "1", false, 0, 0, 0, 0},
        {"decided_at_window", "\"true\"", "yes", false, 0, 0, 0, 0},
        {"came_again", "false", "false", true, -1, -1, -1, 0},
        {"came_again", "true", "true", true, -1, -1, -1, 1},
        {"came_again", "[]", "TRUE", false, 0, 0, 0, 0},
        {"trips", "0", "0", true, -1, -1, 0, -1},
        {"trips", "99", "99", true, -1, -1, 99, -1},
        {"trips", "100", "100", false, 0, 0, 0, 0},
        {"trips", "-1", "-1", false, 0, 0, 0, 0},
        {"trips", "1.0", "1.0", false, 0, 0, 0, 0},
        {"trips", "\"1\"", "0001", false, 0, 0, 0, 0},
        {"trips", "9223372036854775807", " 1", false, 0, 0, 0, 0},
        {"trips", "null", NULL, true, -1, -1, -1, -1},
        {"service", "null", NULL, true, -1, -1, -1, -1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        json_t *value = json_loads(rows[i].json, JSON_DECODE_ANY, NULL);
        struct case_traits read[2] = {case_traits_untold, case_traits_untold};
        struct error err = {0};
        bool ok = case_trait_json(&read[0], rows[i].field, value, &err);

        json_decref(value);
        if (ok != rows[i].right || (!ok && strcmp(err.field, rows[i].field) != 0))
            fail_msg("%s %s: %s", rows[i].field, rows[i].json, err.text);
        if (rows[i].text != NULL &&
            case_trait_text(&read[1], rows[i].field, rows[i].text, &err) != rows[i].right)
            fail_msg("%s as a cell: %s", rows[i].text, err.text);
        for (int k = 0; rows[i].right && k < (rows[i].text != NULL ? 2 : 1); k++)
            if (read[k].services != rows[i].services ||
                read[k].window != rows[i].window || read[k].trips != rows[i].trips ||
                read[k].again != rows[i].again)
                fail_msg("%s %s: %d %d %d %d", rows[i].field, rows[i].json,
                         read[k].services, read[k].window, read[k].trips, read[k].again);
    }
}

/* Each of the 17 * 3 * 3 * 101 is one number and comes back from it. */
static void packing(void **state)
{
    int last = -1;

    (void)state;
    assert_int_equal(case_traits_pack(&case_traits_untold), 0);
    for (int trips = -1; trips <= TRAIT_TRIPS_MOST; trips++)
        for (int again = -1; again <= 1; again++)
            for (int window = -1; window <= 1; window++)
                for (int services = -1; services < 16; services++) {
                    const struct case_traits t = {services, window, trips, again};
                    int packed = case_traits_pack(&t);
                    const struct case_traits back = case_traits_unpack(packed);

                    assert_true(packed > last);
                    last = packed;
                    assert_memory_equal(&back, &t, sizeof(t));
                }
}

static void merging(void **state)
{
    static const struct {
        struct case_traits known, told, after;
        bool other;
    } rows[] = {
        {{-1, -1, -1, -1}, {-1, -1, -1, -1}, {-1, -1, -1, -1}, false},
        {{-1, -1, -1, -1}, {0, 0, 0, 0}, {0, 0, 0, 0}, true},
        {{3, 1, 2, 0}, {-1, -1, -1, -1}, {3, 1, 2, 0}, false},
        {{3, 1, 2, 0}, {3, -1, 2, 0}, {3, 1, 2, 0}, false},
        {{3, 1, 2, 0}, {4, 0, 1, 1}, {4, 0, 1, 1}, true},
        {{3, -1, -1, -1}, {-1, -1, -1, 1}, {3, -1, -1, 1}, true},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct case_traits t = rows[i].known;

        assert_true(case_traits_merge(&t, &rows[i].told) == rows[i].other);
        assert_memory_equal(&t, &rows[i].after, sizeof(t));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(packing),
        cmocka_unit_test(merging),
    };

    return cmocka_run_group_tests_name("case_traits", tests, NULL, NULL);
}
