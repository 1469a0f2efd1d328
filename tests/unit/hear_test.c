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
    {"改1，后来又被刁难", false, "1", true, false, true},
    {"改2星", false, "2", true, false, true},
    {"改五分", false, "5", true, false, false},
    {"我要改成4 谢谢", false, "4", true, false, false},
    {"更正：4", false, "4", true, false, false},
    {"修改为3", false, "3", true, false, false},
    {"改成非常满意", false, "5", true, false, false},
    {"改為不滿意", false, "2", true, false, true},
    {"改进后很满意", false, "5", false, false, false},
    {"改进一下，5分", false, "5", false, false, false},
    {"改天给5分", false, "unclear", false, false, false},
    {"改不改都是4", false, "unclear", false, false, false},
    {"改4454 排队久", true, "dims=4454", true, false, false},
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

/* Of a recorded end only 1 or 2 says something, or the words of the question. */
static void records_are_attested_narrowly(void **state)
{
    static const struct {
        const char *text;
        enum heard_promise promise;
    } texts[] = {
        {"1", HEARD_PROMISE_TRUE},
        {" １。", HEARD_PROMISE_TRUE},
        {"①", HEARD_PROMISE_TRUE},
        {"1 属实", HEARD_PROMISE_TRUE},
        {"属实", HEARD_PROMISE_TRUE},
        {"已拿到！", HEARD_PROMISE_TRUE},
        {"2", HEARD_PROMISE_DENIED},
        {"2，没拿到", HEARD_PROMISE_DENIED},
        {"没拿到结果", HEARD_PROMISE_DENIED},
        {"不属实", HEARD_PROMISE_DENIED},
        {"Not received", HEARD_PROMISE_DENIED},
        {"1没拿到", HEARD_NO_PROMISE}, /* it contradicts itself */
        {"2属实", HEARD_NO_PROMISE},
        {"12", HEARD_NO_PROMISE},
        {"1 2", HEARD_NO_PROMISE},
        {"1?", HEARD_NO_PROMISE},
        {"属实？", HEARD_NO_PROMISE}, /* he asks */
        {"收到了?", HEARD_NO_PROMISE},
        {"1 属实？", HEARD_NO_PROMISE},
        {"没收到？", HEARD_NO_PROMISE},
        {"3", HEARD_NO_PROMISE},
        {"5", HEARD_NO_PROMISE},
        {"11", HEARD_NO_PROMISE},
        {"改1", HEARD_NO_PROMISE},
        {"1分", HEARD_NO_PROMISE},
        {"一", HEARD_NO_PROMISE},
        {"K1", HEARD_NO_PROMISE},
        {"1天就办好了", HEARD_NO_PROMISE},
        {"等了2个月", HEARD_NO_PROMISE},
        {"不满意", HEARD_NO_PROMISE},
        {"满意", HEARD_NO_PROMISE},
        {"没收到短信啊", HEARD_NO_PROMISE},
        {"", HEARD_NO_PROMISE},
        {"\xff", HEARD_NO_PROMISE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct hearing h;

        hear(texts[i].text, strlen(texts[i].text), false, &h);
        if (h.heard.promise != texts[i].promise ||
            (h.heard.promise != HEARD_NO_PROMISE &&
             (h.heard.kind == HEARD_NOTME || h.heard.kind == HEARD_OPTOUT)))
            fail_msg("\"%s\": “%s”, kind %d", texts[i].text,
                     heard_promise_name(h.heard.promise), h.heard.kind);
    }
}

/* A verdict on a fix is heard in words only. */
static void verdicts_are_words(void **state)
{
    static const struct {
        const char *text;
        enum heard_verdict verdict;
    } texts[] = {
        {"满意", HEARD_SATISFIED},
        {"“满意”", HEARD_SATISFIED},
        {"非常满意，谢谢", HEARD_SATISFIED},
        {"十分满意", HEARD_SATISFIED},
        {"基本满意", HEARD_BASICALLY_SATISFIED},
        {"不满意", HEARD_NOT_SATISFIED},
        {"非常不满意！没解决", HEARD_NOT_SATISFIED},
        {"一点也不满意", HEARD_NOT_SATISFIED},
        {"滿意", HEARD_SATISFIED},
        {"Satisfied", HEARD_SATISFIED},
        {"basically satisfied", HEARD_BASICALLY_SATISFIED},
        {"not satisfied", HEARD_NOT_SATISFIED},
        {"dissatisfied", HEARD_NOT_SATISFIED},
        {"1", HEARD_NO_VERDICT},
        {"５", HEARD_NO_VERDICT},
        {"改5", HEARD_NO_VERDICT},
        {"5分", HEARD_NO_VERDICT},
        {"五分", HEARD_NO_VERDICT},
        {"五", HEARD_NO_VERDICT},
        {"三星", HEARD_NO_VERDICT},
        {"⭐⭐⭐⭐⭐", HEARD_NO_VERDICT},
        {"5 满意", HEARD_NO_VERDICT},
        {"满意4", HEARD_NO_VERDICT},
        {"满意吗", HEARD_NO_VERDICT},
        {"还行", HEARD_NO_VERDICT},
        {"", HEARD_NO_VERDICT},
        {"\xff", HEARD_NO_VERDICT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct hearing h;

        hear(texts[i].text, strlen(texts[i].text), false, &h);
        if (h.heard.verdict != texts[i].verdict)
            fail_msg("\"%s\": %s", texts[i].text, heard_verdict_name(h.heard.verdict));
    }
}

/* Whatever stands in a damaged text, it is unclear. */
static void damage_is_unclear(void **state)
{
    static const char *const texts[] = {"5", "满意", "退订", "不是我办的", "改2", "0"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        for (int t = HEAR_GARBLED; t <= HEAR_INCOMPLETE; t++) {
            struct hearing h;

            hear_damaged(texts[i], strlen(texts[i]), (enum hear_trouble)t, &h);
            assert_int_equal(h.heard.kind, HEARD_UNCLEAR);
            assert_string_equal(h.outcome, "unclear");
            assert_int_equal(h.heard.garbled, t == HEAR_GARBLED);
            assert_false(h.heard.bare || h.heard.zero || h.heard.low);
            assert_int_equal(h.heard.verdict, HEARD_NO_VERDICT);
            assert_int_equal(h.grade, 0);
        }
    }
    {
        struct hearing h;

        hear_damaged("等了很久", strlen("等了很久"), HEAR_INCOMPLETE, &h);
        assert_true(h.heard.comment); /* words all the same */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_heard),
        cmocka_unit_test(records_are_attested_narrowly),
        cmocka_unit_test(verdicts_are_words),
        cmocka_unit_test(damage_is_unclear),
    };

    return cmocka_run_group_tests_name("hear", tests, NULL, NULL);
}
