/*
 * sms_template_test.c — every text in the pack keeps its rules at 7 characters of
 * signature (which is the build's check), and the ladder shortens as it promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/pack.h"
#include "domain/sms_template.h"
#include "domain/sms_text.h"

static const char *const langs[] = {"zh-CN", "en"};

static const char *packed(const char *lang, const char *key)
{
    char name[80];
    const struct pack_file *f;

    snprintf(name, sizeof(name), "templates/sms/%s/%s.txt", lang, key);
    f = pack_find(name);
    if (f == NULL)
        fail_msg("%s is missing", name);
    return f != NULL ? (const char *)f->bytes : "";
}

static void every_text_keeps_the_rules(void **state)
{
    size_t keys = 0;

    (void)state;
    while (sms_template_key(keys) != NULL)
        keys++;
    for (size_t l = 0; l < LENGTH(langs); l++) {
        char folder[40];
        size_t files;

        for (size_t i = 0; i < keys; i++) {
            struct error err = {0};

            if (!sms_template_check(sms_template_key(i), langs[l],
                                    packed(langs[l], sms_template_key(i)), 7, &err))
                fail_msg("%s", err.text);
        }
        snprintf(folder, sizeof(folder), "templates/sms/%s/", langs[l]);
        assert_non_null(pack_below(folder, &files));
        assert_int_equal(files, keys); /* and there is no file that nobody sends */
    }
}

static struct sms_values values_of(const char *lang)
{
    return (struct sms_values){.lang = lang,
                               .sig = "青城政务",
                               .d = "4月2日",
                               .end = "4月10日",
                               .w = "A12窗口",
                               .m = "营业执照",
                               .g = "非常满意",
                               .g1 = "满意",
                               .g2 = "不满意",
                               .rc = "7K3MA9QWXY2BCDEF",
                               .wo = "20260001",
                               .no = "A023",
                               .n = "5",
                               .min = "10-15",
                               .area = "二楼等候区",
                               .res = "已补齐材料样本",
                               .letter = "K"};
}

static void expect(const char *text, const struct sms_values *v, const char *want)
{
    struct buf out = buf_new(2000);
    struct error err = {0};

    if (!sms_template_render(text, v, true, &out, &err))
        fail_msg("“%s”: %s (%s)", text, err.text, err.cause);
    if (strcmp(buf_text(&out), want) != 0)
        fail_msg("“%s”\n instead of “%s”", buf_text(&out), want);
    buf_free(&out);
}

static void texts_are_filled(void **state)
{
    static const struct {
        const char *key, *text;
    } rows[] = {
        {"survey",
         "【青城政务】您4月2日在A12窗口办结的营业执照，满意吗？回5非常满意 4满意 "
         "3基本满意 2不满意 1非常不满意，拒收回T"},
        {"survey_four", "【青城政务】您4月2日办的营业执照：请按态度效率质量廉洁回四个数字"
                        "(5最好1最差)，或只回一个总评。拒收回T"},
        {"remind",
         "【青城政务】提醒：4月2日办结的营业执照可评到4月10日。回5非常满意 4满意 "
         "3基本满意 2不满意 1非常不满意，拒收回T"},
        {"thanks_good", "【青城政务】谢谢！4月2日的办件已记“非常满意”，回执"
                        "7K3MA9QWXY2BCDEF。24小时内再回数字可改一次"},
        {"thanks_bad", "【青城政务】意见已收到，回执7K3MA9QWXY2BCDEF。1个工作日内联系您，"
                       "办完告诉您结果。窗口看不到您的姓名和电话"},
        {"changed", "【青城政务】已改为“不满意”（原“满意”），两次都留存，回执"
                    "7K3MA9QWXY2BCDEF。想说原因请直接回复"},
        {"result",
         "【青城政务】工单20260001已办：已补齐材料样本。对处理满意吗？请回“满意”"
         "“基本满意”或“不满意”"},
        {"near",
         "【青城政务】A023号：前面5人，约10-15分钟。请回二楼等候区等候，过号请到服务台"},
        {"called", "【青城政务】请A023号到A12窗口办理。叫3次未到将过号，可到服务台恢复"}};
    struct sms_values v = values_of("zh-CN");

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        expect(packed("zh-CN", rows[i].key), &v, rows[i].text);
    v.lang = "en";
    v.d = "Apr 2";
    v.g = "Very satisfied";
    expect(packed("en", "survey"), &v,
           "【青城政务】Rate Apr 2 visit: 5 very satisfied…1 very dissatisfied. T=stop");
    expect(packed("en", "thanks_good"), &v,
           "【青城政务】Thanks! Very satisfied, receipt 7K3MA9QWXY2BCDEF. 24h to change");
}

static void unnamed_matters_have_their_line(void **state)
{
    struct sms_values v = values_of("zh-CN");

    (void)state;
    v.m = sms_template_unnamed("zh-CN");
    expect(packed("zh-CN", "survey"), &v,
           "【青城政务】4月2日在A12窗口您办理的事项，满意吗？回5非常满意 4满意 3基本满意 "
           "2不满意 1非常不满意，拒收回T");
    v.m = NULL;
    expect(packed("zh-CN", "survey_four"), &v,
           "【青城政务】4月2日您办理的事项：请按态度效率质量廉洁回四个数字(5最好1最差)，"
           "或只回一个总评。拒收回T");
    expect("{sig}办结的{m}", &v, "青城政务办结的您办理的事项");
    v.lang = "en";
    expect("{m}", &v, "your matter");
}

static void cases_asked_together(void **state)
{
    struct sms_values v = values_of("zh-CN");

    (void)state;
    v.cases[0] = (struct sms_case){'K', "食品许可"};
    v.cases[1] = (struct sms_case){'M', "税务登记"};
    v.case_count = 2;
    expect(packed("zh-CN", "survey_multi"), &v,
           "【青城政务】您有2件待评：K食品许可、M税务登记。请回字母加数字如K3，5非常满意…"
           "1非常不满意，拒收回T");
    v.cases[0].matter = "企业市场准入并联审批";
    v.cases[1].matter = "居民身份证申领";
    v.cases[2] = (struct sms_case){'P', NULL};
    v.case_count = 3;
    v.sig = "青城市政务中心";
    expect(packed("zh-CN", "survey_multi"), &v,
           "【青城市政务中心】您有3件待评：K企业市场准…、M居民身份证…、P您办理的事项。请"
           "回字母加"
           "数字如K3，5非常满意…1非常不满意，拒收回T");
    v.lang = "en";
    v.cases[2].matter = "税务登记";
    expect(packed("en", "survey_multi"), &v,
           "【青城市政务中心】Rate K企业市场准…,M居民身份证…,P税务登记: eg K3, 5=very "
           "satisfied, "
           "T=stop");
}

/* Each rung gives up one thing more, and only as many as are needed. */
static void the_ladder_is_climbed(void **state)
{
    static const char text[] =
        "{pad}您[好！][{d}][在{w}]办结的{m}\n{pad}[{d}][在{w}]您办理的事项";
    static const struct {
        int pad;
        const char *tail;
    } rows[] = {{47, "您好！4月2日在A12窗口办结的营业执照一二三"},
                {48, "您4月2日在A12窗口办结的营业执照一二三"},
                {49, "您4月2日在A12窗口办结的营业执照一二三"},
                {50, "您4月2日在A12窗口办结的营业执照一…"},
                {51, "您4月2日办结的营业执照一…"},
                {56, "您4月2日办结的营业执照一…"},
                {57, "您办结的营业执照一…"},
                {60, "您办结的营业执照一…"},
                {61, "您办理的事项"},
                {90, "您办理的事项"}};
    struct sms_values v = values_of("zh-CN");

    (void)state;
    v.m = "营业执照一二三";
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf pad = buf_new(1000), filled = buf_new(2000), want = buf_new(2000);
        struct error err = {0};
        const char *at;

        for (int n = 0; n < rows[i].pad; n++)
            buf_add_text(&pad, "政");
        for (at = text; *at != '\0'; at++) {
            if (strncmp(at, "{pad}", 5) == 0) {
                buf_add_text(&filled, buf_text(&pad));
                at += 4;
            } else {
                buf_add_byte(&filled, (unsigned char)*at);
            }
        }
        buf_addf(&want, "%s%s", buf_text(&pad), rows[i].tail);
        expect(buf_text(&filled), &v, buf_text(&want));
        buf_clear(&pad);
        /* without the ladder nothing is given up */
        assert_true(sms_template_render(buf_text(&filled), &v, false, &pad, &err));
        assert_non_null(
            strstr(buf_text(&pad), "您好！4月2日在A12窗口办结的营业执照一二三"));
        buf_free(&pad);
        buf_free(&filled);
        buf_free(&want);
    }
}

static void values_cannot_change_the_form(void **state)
{
    static const struct {
        const char *value, *text;
    } rows[] = {
        {"执照", "执照"},          {"【银行】执照", "银行执照"},
        {"a\nb\tc\rd", "a b c d"}, {"a\x01\x1b\x7f\xc2\x85z", "az"},
        {"{sig}", "{sig}"},        {"[{d}]", "[{d}]"},
        {"a\xff\xfe\xc3z", "az"},  {"\xe2\x80\xae倒\xe2\x80\x8b着\xef\xbb\xbf", "倒着"},
        {"100%s%n", "100%s%n"},    {"", "您办理的事项"},
        {"【】", "您办理的事项"}};
    struct sms_values v = values_of("zh-CN");

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        v.m = rows[i].value;
        expect("{m}", &v, rows[i].text);
    }
    v.sig = "青城】【政务";
    expect("【{sig}】", &v, "【青城政务】");
}

static void broken_templates_are_refused(void **state)
{
    static const struct {
        const char *text;
        enum error_kind kind;
        const char *says;
    } rows[] = {{"{", ERROR_SETUP, "brace"},
                {"{sig", ERROR_SETUP, "brace"},
                {"{aaaaaaaaaaaaaaaaaaaaaaaaaaaaa}", ERROR_SETUP, "brace"},
                {"{phone}", ERROR_SETUP, "{phone}"},
                {"{}", ERROR_SETUP, "{}"},
                {"[{sig}", ERROR_SETUP, "bracket"},
                {"[{d}[在{w}]]", ERROR_SETUP, "bracket"},
                {"[{phone}]", ERROR_SETUP, "{phone}"},
                {"[{sig]}", ERROR_SETUP, "brace"},
                {"{list}", ERROR_BROKEN, "not known"},
                {"{count}", ERROR_BROKEN, "not known"},
                {"{rc}", ERROR_BROKEN, "not known"}};
    struct sms_values v = values_of("zh-CN");

    (void)state;
    v.rc = NULL;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(2000);
        struct error err = {0};

        if (sms_template_render(rows[i].text, &v, true, &out, &err))
            fail_msg("“%s” became “%s”", rows[i].text, buf_text(&out));
        assert_int_equal(err.kind, rows[i].kind);
        if (strstr(err.text, rows[i].says) == NULL)
            fail_msg("“%s”: %s", rows[i].text, err.text);
        buf_free(&out);
    }
    expect("a[{rc}b]c", &v, "ac");
}

static void bad_wording_fails_the_build(void **state)
{
    static const struct {
        const char *key, *lang, *text, *says;
    } rows[] = {
        {"greeting", "zh-CN", "【{sig}】您好", "none that"},
        {"optout", "fr", "【{sig}】Bonjour", "none that"},
        {"optout", "zh-CN", "", "not one line"},
        {"optout", "zh-CN", "【{sig}】好\n【{sig}】好\n【{sig}】好", "not one line"},
        {"optout", "zh-CN", "已退订", "does not begin"},
        {"optout", "zh-CN", "【{sig}】【市】已退订", "once more"},
        {"optout", "zh-CN", "【{sig}】已\t退订", "control"},
        {"optout", "zh-CN", "【{sig}】\xff", "UTF-8"},
        {"optout", "zh-CN", "【{sig}】已退订，回复免费", "免费"},
        {"optout", "zh-CN", "【{sig}】请给好评", "好评"},
        {"optout", "zh-CN", "【{sig}】见 HTTPS://bl.cn/r", "http"},
        {"optout", "en", "【{sig}】Replies are FREE", "free"},
        {"optout", "zh-CN", "【{sig}】好吗？行吗？", "more than one question"},
        {"optout", "zh-CN", "【{sig}】{nobody}", "{nobody}"},
        {"optout", "zh-CN", "【{sig}】{rc}", "not known"},
        {"survey", "zh-CN", "【{sig}】{m}满意吗？回5非常满意 1非常不满意", "way out"},
        {"survey", "zh-CN", "【{sig}】{m}满意吗？拒收回T", "digits mean"},
        {"survey", "zh-CN", "【{sig}】回1非常满意 5非常不满意，拒收回T",
         "turns the scale"},
        {"survey", "zh-CN", "【{sig}】回5不满意，拒收回T", "turns the scale"},
        {"survey", "en", "【{sig}】5=worst 1=best. T=stop", "turns the scale"},
        {"survey", "en", "【{sig}】5 dissatisfied. T=stop", "turns the scale"},
        {"result", "zh-CN", "【{sig}】工单{wo}：{res}。5非常满意", "turns the scale"},
        {"survey_code", "zh-CN", "【{sig}】回5非常满意，拒收回T", "{letter}"},
        {"thanks_good", "zh-CN", "【{sig}】已记“{g}”", "{rc}"},
        {"survey", "zh-CN",
         "【{sig}】您{d}在{w}办结的{m}，满意吗？回5非常满意 4满意 3基本满意 2不满意 "
         "1非常不满意，拒收回T",
         "characters at its longest"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};

        if (sms_template_check(rows[i].key, rows[i].lang, rows[i].text, 7, &err))
            fail_msg("“%s” passed", rows[i].text);
        assert_int_equal(err.kind, ERROR_SETUP + (strstr(err.text, "not known") != NULL
                                                      ? ERROR_BROKEN - ERROR_SETUP
                                                      : 0));
        if (strstr(err.text, rows[i].says) == NULL)
            fail_msg("“%s”: %s", rows[i].text, err.text);
    }
}

static void words_of_both_languages(void **state)
{
    char day[SMS_DAY_TEXT];

    (void)state;
    sms_template_day("zh-CN", 12, 31, day);
    assert_string_equal(day, "12月31日");
    sms_template_day("en", 4, 2, day);
    assert_string_equal(day, "Apr 2");
    assert_string_equal(sms_template_grade("zh-CN", 5), "非常满意");
    assert_string_equal(sms_template_grade("zh-CN", 3), "基本满意");
    assert_string_equal(sms_template_grade("zh-CN", 1), "非常不满意");
    assert_string_equal(sms_template_grade("en", 5), "Very satisfied");
    assert_string_equal(sms_template_grade("en", 2), "Dissatisfied");
    assert_string_equal(sms_template_grade("en", 0), "");
    assert_string_equal(sms_template_grade("en", 6), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_keeps_the_rules),
        cmocka_unit_test(texts_are_filled),
        cmocka_unit_test(unnamed_matters_have_their_line),
        cmocka_unit_test(cases_asked_together),
        cmocka_unit_test(the_ladder_is_climbed),
        cmocka_unit_test(values_cannot_change_the_form),
        cmocka_unit_test(broken_templates_are_refused),
        cmocka_unit_test(bad_wording_fails_the_build),
        cmocka_unit_test(words_of_both_languages),
    };

    return cmocka_run_group_tests_name("sms_template", tests, NULL, NULL);
}
