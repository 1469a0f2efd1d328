/* hear_test.c — what of a reply may correct, what is zero, and what is words. */
#include "work/hear.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *text;
    bool four;
    const char *outcome;
    bool bare, zero, low;
} rows[] = {
    {"5", false, "5", true, false, false},
    {" 2。", false, "2", true, false, true},
    {"２", false, "2", true, false, true},
    {"改2", false, "2", true, false, true},
    {"改成 4", false, "4", true, false, false},
    {"改为3", false, "3", true, false, false},
    {"5分", false, "5", true, false, false},
    {"5 很好", false, "5", false, false, false},
    {"非常满意", false, "5", false, false, false},
    {"不满意", false, "2", false, false, true},
    {"0", false, "unclear", true, true, false},
    {"０", false, "unclear", true, true, false},
    {"10", false, "unclear", true, false, false},
    {"改", false, "unclear", false, false, false},
    {"", false, "unclear", false, false, false},
    {"\xff", false, "unclear", false, false, false},
    {"退订", false, "optout", false, false, false},
    {"不是我办的", false, "notme", false, false, false},
    {"5554", true, "dims=5554", true, false, false},
    {"5 5 2 4", true, "dims=5524", true, false, true},
    {"4", true, "4", true, false, false},
};

static void every_row_is_heard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct hearing h;

        hear(rows[i].text, strlen(rows[i].text), rows[i].four, &h);
        if (strcmp(h.outcome, rows[i].outcome) != 0 || h.heard.bare != rows[i].bare ||
            h.heard.zero != rows[i].zero || h.heard.low != rows[i].low)
            fail_msg("\"%s\": %s bare %d zero %d low %d", rows[i].text, h.outcome,
                     h.heard.bare, h.heard.zero, h.heard.low);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_heard)};

    return cmocka_run_group_tests_name("hear", tests, NULL, NULL);
}
