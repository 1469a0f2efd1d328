/*
 * spoken_test.c — how calls are said: digit by digit, windows by what is known of their
 * names, and never by a guess.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "domain/spoken.h"

/* What a line of clips says, in words. */
static const char *said(const struct spoken *s)
{
    static char text[1024];

    text[0] = '\0';
    for (size_t i = 0; i < s->count; i++) {
        strncat(text, s->clips[i]->words, sizeof(text) - strlen(text) - 1);
        strncat(text, " ", sizeof(text) - strlen(text) - 1);
    }
    return text;
}

static void windows_are_read_or_not(void **state)
{
    static const struct {
        const char *name;
        enum spoken_reading reading;
        const char *said;
    } rows[] = {
        {"3号窗口", SPOKEN_WHOLE, "三 号窗口 "},
        {"３号窗口", SPOKEN_WHOLE, "三 号窗口 "},
        {"三号窗口", SPOKEN_WHOLE, "三 号窗口 "},
        {"12号窗口", SPOKEN_WHOLE, "一 二 号窗口 "},
        {"十二号窗口", SPOKEN_WHOLE, "十 二 号窗口 "},
        {"A01窗口", SPOKEN_WHOLE, "A 零 一 窗口 "},
        {"a-01 窗口", SPOKEN_WHOLE, "A 零 一 窗口 "},
        {"A01", SPOKEN_WHOLE, "A 零 一 号窗口 "},
        {"7", SPOKEN_WHOLE, "七 号窗口 "},
        {"B", SPOKEN_WHOLE, "B 号窗口 "},
        {"二楼3号窗口", SPOKEN_WHOLE, "二 楼 三 号窗口 "},
        {"A区3号窗口", SPOKEN_WHOLE, "A 区 三 号窗口 "},
        {"综合窗口", SPOKEN_WHOLE, "综合窗口 "},
        {"综合窗口3", SPOKEN_WHOLE, "综合窗口 三 "},
        {"咨询台", SPOKEN_WHOLE, "咨询台 "},
        {"社保3号窗口", SPOKEN_PART, "三 号窗口 "},
        {"3号窗口（社保）", SPOKEN_PART, "三 号窗口 "},
        {"医保 二楼3号窗口", SPOKEN_PART, "二 楼 三 号窗口 "},
        /* two numbers with unknown words between: which one is meant is not ours to say
         */
        {"2号厅社保3号窗口", SPOKEN_NOT, ""},
        {"社保窗口", SPOKEN_NOT, ""},
        {"办事大厅", SPOKEN_NOT, ""},
        {"企业开办专区", SPOKEN_NOT, ""},
        {"ⅷ号窗口", SPOKEN_NOT, ""},
        {"", SPOKEN_NOT, ""},
        {"\xff\xfe", SPOKEN_NOT, ""},
        {"123456789012345678901234567890123456789012345678901234567890", SPOKEN_NOT, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct spoken s;
        enum spoken_reading reading = spoken_window(rows[i].name, &s);

        if (reading != rows[i].reading || strcmp(said(&s), rows[i].said) != 0)
            fail_msg("%s: %d “%s”", rows[i].name, reading, said(&s));
    }
}

static void calls_are_said(void **state)
{
    static const struct {
        const char *number, *window, *said;
    } rows[] = {
        {"A023", "3号窗口", "请 A 零 二 三 号，到 三 号窗口 "},
        {"A1000", "A01窗口", "请 A 一 零 零 零 号，到 A 零 一 窗口 "},
        {"Z999", NULL, "请 Z 九 九 九 号，请看屏幕 "},
        {"007", "综合窗口", "请 零 零 七 号，到 综合窗口 "},
        {"", "3号窗口", ""},
        {"a023", "3号窗口", ""},
        {"甲023", "3号窗口", ""},
        {"A02 3", "3号窗口", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct spoken window, call;
        bool ok;

        if (rows[i].window != NULL)
            assert_int_not_equal(spoken_window(rows[i].window, &window), SPOKEN_NOT);
        ok = spoken_call(rows[i].number, rows[i].window != NULL ? &window : NULL, &call);
        if (ok != (rows[i].said[0] != '\0') || strcmp(said(&call), rows[i].said) != 0)
            fail_msg("%s %s: “%s”", rows[i].number, rows[i].window, said(&call));
    }
}

static void windows_that_sound_alike_are_the_same(void **state)
{
    struct spoken a, b, c;

    (void)state;
    assert_int_equal(spoken_window("社保3号窗口", &a), SPOKEN_PART);
    assert_int_equal(spoken_window("税务３号窗口", &b), SPOKEN_PART);
    assert_int_equal(spoken_window("税务4号窗口", &c), SPOKEN_PART);
    assert_true(spoken_same(&a, &b));
    assert_false(spoken_same(&a, &c));
}

/* Each clip has a file name that any disk takes, its own, and a pinyin with tones. */
static void clips_can_be_made(void **state)
{
    (void)state;
    for (size_t i = 0; i < spoken_clip_count; i++) {
        const struct spoken_clip *c = &spoken_clips[i];

        assert_ptr_equal(spoken_find(c->name), c);
        assert_int_equal(strspn(c->name, "abcdefghijklmnopqrstuvwxyz0123456789-"
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                         strlen(c->name));
        assert_int_equal(strspn(c->pinyin, "abcdefghijklmnopqrstuvwxyz12345 "
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
                         strlen(c->pinyin));
        for (size_t k = 0; k < i && c->written != NULL; k++)
            if (spoken_clips[k].written != NULL &&
                strncmp(spoken_clips[k].written, c->written,
                        strlen(spoken_clips[k].written)) == 0)
                fail_msg("%s can never be read: %s comes before it", c->written,
                         spoken_clips[k].written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_are_read_or_not),
        cmocka_unit_test(calls_are_said),
        cmocka_unit_test(windows_that_sound_alike_are_the_same),
        cmocka_unit_test(clips_can_be_made),
    };

    return cmocka_run_group_tests_name("spoken", tests, NULL, NULL);
}
