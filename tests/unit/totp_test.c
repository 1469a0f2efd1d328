/* totp_test.c — the RFCs' own tables, what is taken and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/totp.h"

static const unsigned char secret[] = "12345678901234567890"; /* of both RFCs */

/* RFC 6238, appendix B, the rows of SHA-1. */
static void codes_of_rfc_6238(void **state)
{
    static const struct {
        int64_t at_s;
        const char *code;
    } rows[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char code[9];

        totp_code(secret, 20, totp_step(rows[i].at_s * 1000), 8, code);
        assert_string_equal(code, rows[i].code);
    }
}

/* RFC 4226, appendix D: the first ten counters. */
static void codes_of_rfc_4226(void **state)
{
    static const char *const rows[] = {"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char code[7];

        totp_code(secret, 20, (int64_t)i, 6, code);
        assert_string_equal(code, rows[i]);
    }
}

/* The code of counter 5 is 254676; its step is from 150 to 180 s. */
static void what_is_taken(void **state)
{
    static const struct {
        const char *typed;
        int64_t now_s, used;
        bool taken;
    } rows[] = {
        {"254676", 150, 0, true},  {"254676", 179, 4, true},
        {"254 676", 160, 0, true}, {"254676", 120, 0, true},
        {"254676", 209, 0, true},  {"254676", 119, 0, false},
        {"254676", 210, 0, false}, {"254676", 160, 5, false},
        {"254676", 160, 6, false}, {"254677", 160, 0, false},
        {"25467", 160, 0, false},  {"2546766", 160, 0, false},
        {"", 160, 0, false},       {"25467a", 160, 0, false},
        {"-54676", 160, 0, false}, {"\xef\xbc\x92", 160, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t step = -1;
        bool taken =
            totp_match(secret, rows[i].typed, rows[i].now_s * 1000, rows[i].used, &step);

        if (taken != rows[i].taken || step != (taken ? 5 : -1))
            fail_msg("%s at %lld", rows[i].typed, (long long)rows[i].now_s);
    }
}

static void how_it_is_told(void **state)
{
    struct buf address = buf_new(512);
    char text[TOTP_SECRET_TEXT];

    (void)state;
    totp_secret_text(secret, text);
    assert_string_equal(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    totp_address(secret, "l m/\xe6\x9d\x8e", &address);
    assert_string_equal(buf_text(&address),
                        "otpauth://totp/Yiping:l%20m%2F%E6%9D%8E?secret="
                        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Yiping");
    buf_free(&address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_rfc_6238),
        cmocka_unit_test(codes_of_rfc_4226),
        cmocka_unit_test(what_is_taken),
        cmocka_unit_test(how_it_is_told),
    };

    return cmocka_run_group_tests_name("totp", tests, NULL, NULL);
}
