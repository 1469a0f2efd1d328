/* password_test.c — which passwords are refused, and why; the first reason counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "domain/password.h"

static const struct {
    const char *password, *name;
    enum password_fault mlps3, asvs;
} rows[] = {
    {"Pas5ure-xx", "li", PASSWORD_FINE, PASSWORD_FINE},
    {"Pas5ure-x", "li", PASSWORD_SHORT, PASSWORD_FINE}, /* nine */
    {"Pas5ur-", "li", PASSWORD_SHORT, PASSWORD_SHORT},
    {"pastureandmeadow1", "li", PASSWORD_KINDS, PASSWORD_FINE},
    {"pasture-1x", "li", PASSWORD_FINE, PASSWORD_FINE},
    {"PASTURELONG", "li", PASSWORD_KINDS, PASSWORD_FINE},
    {"8317264950", "li", PASSWORD_KINDS, PASSWORD_FINE},
    {"\xe5\x8f\xa3\xe4\xbb\xa4\xe5\x8f\xa3\xe4\xbb\xa4\xe5\x8f\xa3\xe4\xbb\xa4"
     "Abc1",
     "li", PASSWORD_FINE, PASSWORD_FINE}, /* characters are counted, not bytes */
    {"\xe5\x8f\xa3\xe4\xbb\xa4\xe5\x8f\xa3\xe4\xbb\xa4"
     "A1",
     "li", PASSWORD_SHORT, PASSWORD_SHORT},
    {"Limin-12345", "limin", PASSWORD_NAMED, PASSWORD_NAMED},
    {"limi-A12345", "limin", PASSWORD_FINE, PASSWORD_FINE},
    {"Abcdefgh-1", "a", PASSWORD_FINE, PASSWORD_FINE}, /* a name in every word */
    {"Abcdefgh-1", "ab", PASSWORD_FINE, PASSWORD_FINE},
    {"Abcdefgh-1", "abc", PASSWORD_NAMED, PASSWORD_NAMED},
    {"", "li", PASSWORD_SHORT, PASSWORD_SHORT},
    {"          ", "li", PASSWORD_KINDS, PASSWORD_FINE},
    {"Aa1       ", "li", PASSWORD_FINE, PASSWORD_FINE},
    /* what everybody tries first */
    {"password", "li", PASSWORD_SHORT, PASSWORD_COMMON},
    {"PassWord", "li", PASSWORD_SHORT, PASSWORD_COMMON},
    {"12345678", "li", PASSWORD_SHORT, PASSWORD_COMMON},
    {"1qaz2wsx3edc", "li", PASSWORD_KINDS, PASSWORD_COMMON},
    {"Password-2026", "li", PASSWORD_COMMON, PASSWORD_COMMON},
    {"Password123!", "li", PASSWORD_COMMON, PASSWORD_COMMON},
    {"Dragon-2024", "li", PASSWORD_COMMON, PASSWORD_COMMON},
    {"Dragon-2024-83", "li", PASSWORD_FINE, PASSWORD_FINE}, /* a long tail of its own */
    {"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8", "li", PASSWORD_SHORT, PASSWORD_FINE},
};

static void each_is_judged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum password_fault mlps3 =
            password_judge(PASSWORD_MLPS3, rows[i].password, rows[i].name);
        enum password_fault asvs =
            password_judge(PASSWORD_ASVS, rows[i].password, rows[i].name);

        if (mlps3 != rows[i].mlps3 || asvs != rows[i].asvs)
            fail_msg("%s for %s: %s, %s", rows[i].password, rows[i].name,
                     password_fault_name(mlps3), password_fault_name(asvs));
    }
}

/* The first and last lines of the list, and its longest way down. */
static void the_whole_list_is_found(void **state)
{
    static const char *const some[] = {"!qaz2wsx", "%%passwo", "zxcvbnm1", "letmein1"};

    (void)state;
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
        if (password_judge(PASSWORD_ASVS, some[i], "li") != PASSWORD_COMMON)
            fail_msg("%s is not found", some[i]);
}

static void a_hundred_and_twenty_eight_fit(void **state)
{
    char longest[PASSWORD_MOST + 2];
    struct error err = {0};

    (void)state;
    memset(longest, 'a', sizeof(longest));
    longest[0] = 'A';
    longest[1] = '1';
    longest[PASSWORD_MOST] = '\0';
    assert_int_equal(password_judge(PASSWORD_MLPS3, longest, "li"), PASSWORD_FINE);
    longest[PASSWORD_MOST] = 'a';
    longest[PASSWORD_MOST + 1] = '\0';
    assert_int_equal(password_judge(PASSWORD_MLPS3, longest, "li"), PASSWORD_LONG);
    assert_true(password_refuse(PASSWORD_ASVS, PASSWORD_FINE, &err));
    for (int fault = PASSWORD_FINE + 1; fault < PASSWORD_FAULTS; fault++) {
        error_clear(&err);
        assert_false(password_refuse(PASSWORD_MLPS3, (enum password_fault)fault, &err));
        assert_string_equal(err.field, "password");
        assert_true(strlen(err.text) > 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_judged),
        cmocka_unit_test(the_whole_list_is_found),
        cmocka_unit_test(a_hundred_and_twenty_eight_fit),
    };

    return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
