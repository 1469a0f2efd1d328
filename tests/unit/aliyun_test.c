/* aliyun_test.c — what Alibaba Cloud is asked, and what is made of its documented
 * answers; the approved texts that it and Tencent Cloud send. */
#include "cloud_house.h"

#include "domain/sms_template.h"
#include "gateways/forms.h"

static const char *const settings[] = {
    "user",      "LTAI5tTESTKEYID000000001",
    "password",  "TestAccessKeySecret00000000001",
    "sign_name", "某市政务大厅",
    "forms",     "survey:SMS_1, survey.en:SMS_2 remind:SMS_3:4, unknown:SMS_4",
    NULL};
static const char *const extended[] = {
    "user",          "K",          "password", "S",     "sign_name",
    "青城",          "forms",      "survey:1", "slots", "extension",
    "access_number", "1069012345", NULL};
static const struct sms_mt mt = {
    .id = 77,
    .attempt = 2,
    .to = "+8613900001000",
    .from = "106901234512",
    .text = "【青城政务】…",
    .kind = "survey",
    .lang = "zh-CN",
    .values = "{\"sig\":\"青城\",\"d\":\"6月1日\",\"w\":\"A01\",\"m\":\"身份证换领\"}",
    .now_ms = INT64_C(1717228800000), /* 2024-06-01T08:00:00Z */
    .nonce = "d410180a5abf7fe235dd9b74aca91fc0"};

/* ---- forms ---- */

static void forms_are_read(void **state)
{
    static const struct {
        bool ok;
        int count;
        const char *text;
    } rows[] = {
        {true, 0, ""},
        {true, 1, "survey:SMS_1"},
        {true, 3, " survey:SMS_1,\n survey.en:2:12\tremind:3, "},
        {false, 0, "survey"},
        {false, 0, "survey:"},
        {false, 0, "survey::12"},
        {false, 0, "survey:1:"},
        {false, 0, "survey:1:1"},
        {false, 0, "survey:1:x"},
        {false, 0, "nothing:1"},
        {false, 0, "survey.fr:1"},
        {false, 0, "../../pages/home:1"},
        {false, 0, "survey:1,survey:2"},
        {false, 0, "survey:1234567890123456789012345678901234567890"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct forms f;

        if (forms_read(rows[i].text, &f, &err) != rows[i].ok ||
            (rows[i].ok && f.count != rows[i].count) ||
            (!rows[i].ok && err.kind != ERROR_SETUP))
            fail_msg("\"%s\"", rows[i].text);
    }
    (void)state;
}

static void texts_to_register_are_ours(void **state)
{
    static const struct {
        const char *key;
        enum form_notation notation;
        const char *text;
    } rows[] = {
        {"survey", FORM_NAMED,
         "您${d}在${w}办结的${m}，满意吗？回5非常满意 4满意 3基本满意 2不满意 "
         "1非常不满意，拒收回T"},
        {"survey", FORM_NUMBERED,
         "您{1}在{2}办结的{3}，满意吗？回5非常满意 4满意 3基本满意 2不满意 1非常不满意，"
         "拒收回T"},
        {"survey_code", FORM_NAMED,
         "您${d}，${w}办结的${m}满意吗？回${letter}5非常满意 ${letter2}4满意 "
         "${letter3}3基本满意 ${letter4}2不满意 ${letter5}1非常不满意，拒收回T"},
        {"survey_code", FORM_NUMBERED,
         "您{1}，{2}办结的{3}满意吗？回{4}5非常满意 {5}4满意 {6}3基本满意 {7}2不满意 "
         "{8}1非常不满意，拒收回T"},
        {"unknown", FORM_NUMBERED,
         "没有找到您待评价的办件，您的话已转工作人员。咨询或投诉请拨12345"},
        {"survey.en", FORM_NUMBERED,
         "Rate {1} visit: 5 very satisfied…1 very dissatisfied. T=stop"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = buf_new(1000);

        assert_true(forms_text(rows[i].key, rows[i].notation, &out));
        assert_string_equal(buf_text(&out), rows[i].text);
        buf_free(&out);
    }
}

/* What vendors refuse in a text: a signature, two variables side by side, only variables.
 */
static void every_text_can_be_registered(void **state)
{
    static const char *const tails[] = {"", ".en"};
    int count = 0;
    const char *key;

    (void)state;
    for (size_t i = 0; (key = sms_template_key(i)) != NULL; i++) {
        for (size_t t = 0; t < 2; t++) {
            struct buf out = buf_new(2000);
            char full[40];

            snprintf(full, sizeof(full), "%s%s", key, tails[t]);
            if (!forms_text(full, FORM_NUMBERED, &out))
                fail_msg("%s has no text", full);
            if (strstr(buf_text(&out), "【") != NULL ||
                strstr(buf_text(&out), "}{") != NULL ||
                strpbrk(buf_text(&out), "[]") != NULL || out.length > 500)
                fail_msg("%s: %s", full, buf_text(&out));
            count++;
            buf_free(&out);
        }
    }
    assert_true(count >= 38);
}

struct filled {
    char text[1000];
};

static void note(void *self, const char *name, const char *value)
{
    struct filled *f = self;
    size_t length = strlen(f->text);

    snprintf(f->text + length, sizeof(f->text) - length, "%s=%s;", name, value);
}

static void values_fill_forms(void **state)
{
    static const struct {
        const char *form, *lang, *values, *filled; /* NULL: refused */
    } rows[] = {
        {"survey:1", "zh-CN", "{\"d\":\"4月2日\",\"w\":\"A01\",\"m\":\"食品许可\"}",
         "d=4月2日;w=A01;m=食品许可;"},
        /* what is not named or not known reads well all the same */
        {"survey:1", "zh-CN", "{\"d\":\"\",\"w\":\"\",\"m\":\"您办理的事项\"}",
         "d=日前;w=窗口;m=事项;"},
        {"survey:1", "zh-CN", "{}", "d=日前;w=窗口;m=事项;"},
        {"survey.en:1", "en", "{}", "d=recent;"},
        /* an English message where only the Chinese text is approved */
        {"survey:1", "en", "{\"d\":\"Apr 2\",\"m\":\"your matter\"}",
         "d=Apr 2;w=窗口;m=事项;"},
        /* names are cut, codes are not */
        {"survey:1:4", "zh-CN",
         "{\"d\":\"4月2日\",\"w\":\"综合窗口一\",\"m\":\"食品经营许可\"}",
         "d=4月2日;w=综合窗…;m=食品经…;"},
        {"thanks_bad:1:12", "zh-CN", "{\"rc\":\"7K3MA9QWXY2BCDEF\"}", NULL},
        {"thanks_bad:1:16", "zh-CN", "{\"rc\":\"7K3MA9QWXY2BCDEF\"}",
         "rc=7K3MA9QWXY2BCDEF;"},
        {"thanks_bad:1", "zh-CN", "{}", NULL},
        {"thanks_bad:1", "zh-CN", "{\"rc\":7}", NULL},
        {"thanks_bad:1", "zh-CN", "no JSON", NULL},
        /* nobody slips a signature, a variable or a line into a text */
        {"survey:1", "zh-CN", "{\"m\":\"【假】${rc}{1}\\n好\"}",
         "d=日前;w=窗口;m=假rc1好;"},
        {"survey_code:1", "zh-CN",
         "{\"d\":\"4月2日\",\"w\":\"A\",\"m\":\"B\",\"letter\":\"K\"}",
         "d=4月2日;w=A;m=B;letter=K;letter2=K;letter3=K;letter4=K;letter5=K;"},
        {"unknown:1", "zh-CN", "{}", ""},
        {"remind:1", "zh-CN", "{}", NULL}, /* until when? */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct sms_mt one = mt;
        char kind[FORM_KEY];
        struct filled got = {""};
        struct error err = {0};
        const struct form *form;
        struct forms f;
        bool ok;

        snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(rows[i].form, ".:"),
                 rows[i].form);
        one.kind = kind;
        one.lang = rows[i].lang;
        one.values = rows[i].values;
        assert_true(forms_read(rows[i].form, &f, &err));
        assert_true(forms_find(&f, &one, &form, &err));
        ok = forms_fill(form, &one, note, &got, &err);
        if (ok != (rows[i].filled != NULL) ||
            (ok && strcmp(got.text, rows[i].filled) != 0) ||
            (!ok && err.kind != ERROR_REFUSED))
            fail_msg("row %zu: %s %s", i, got.text, err.text);
    }
}

/* ---- asking ---- */

static void a_message_is_composed(void **state)
{
    struct request r = request_new();
    struct gateway g;
    struct error err = {0};

    (void)state;
    cloud_up(&aliyun_gateway, settings, &g);
    assert_true(g.ops->compose(&g, &mt, &r, &err));
    assert_int_equal(r.kind, REQUEST_HTTP);
    assert_string_equal(r.method, "POST");
    assert_int_equal(r.body.length, 0);
    assert_string_equal(
        buf_text(&r.url),
        "https://dysmsapi.aliyuncs.com/"
        "?OutId=77.2&PhoneNumbers=13900001000&SignName=%E6%9F"
        "%90%E5%B8%82%E6%94%BF%E5%8A%A1%E5%A4%A7%E5%8E%85&TemplateCode=SMS_1&"
        "TemplateParam=%7B%22d%22%3A%226%E6%9C%881%E6%97%A5%22%2C%22w%22%3A%22A01%22%2C"
        "%22m%22%3A%22%E8%BA%AB%E4%BB%BD%E8%AF%81%E6%8D%A2%E9%A2%86%22%7D");
    assert_non_null(strstr(buf_text(&r.headers), "x-acs-date: 2024-06-01T08:00:00Z\n"));
    assert_non_null(strstr(buf_text(&r.headers),
                           "x-acs-signature-nonce: d410180a5abf7fe235dd9b74aca91fc0\n"));
    assert_non_null(strstr(buf_text(&r.headers),
                           "Credential=LTAI5tTESTKEYID000000001,SignedHeaders=host;"
                           "x-acs-action;x-acs-content-sha256;x-acs-date;"
                           "x-acs-signature-nonce;x-acs-version,Signature="));
    assert_null(strstr(buf_text(&r.headers), "ontent-type:"));
    assert_null(strstr(buf_text(&r.headers), "TestAccessKeySecret"));
    request_free(&r);
    aliyun_gateway.close(&g);
}

static void composed(const char *const *pairs, const struct sms_mt *one, const char *has,
                     const char *has_not)
{
    struct request r = request_new();
    struct error err = {0};
    struct gateway g;

    cloud_up(&aliyun_gateway, pairs, &g);
    assert_true(g.ops->compose(&g, one, &r, &err));
    if (strstr(buf_text(&r.url), has) == NULL ||
        strstr(buf_text(&r.url), has_not) != NULL)
        fail_msg("%s", buf_text(&r.url));
    request_free(&r);
    aliyun_gateway.close(&g);
}

static void what_a_message_depends_on(void **state)
{
    static const char *const abroad[] = {
        "user",     "K",      "password",       "S", "sign_name", "Hall", "forms",
        "survey:1", "region", "ap-southeast-1", NULL};
    struct sms_mt one = mt;
    struct gateway g;
    struct request r = request_new();
    struct error err = {0};

    (void)state;
    composed(settings, &one, "OutId=77.2", "SmsUpExtendCode");
    composed(extended, &one, "SmsUpExtendCode=12&", "SignName=&");
    one.from = "1069012345";
    composed(extended, &one, "OutId", "SmsUpExtendCode");
    one.to = "+85261234567";
    composed(settings, &one, "PhoneNumbers=85261234567&", "%2B852");
    composed(abroad, &one, "https://dysmsapi.ap-southeast-1.aliyuncs.com/?", ":443");
    one.lang = "en";
    composed(settings, &one, "TemplateCode=SMS_2&", "SMS_1");

    one.kind = "clarify";
    cloud_up(&aliyun_gateway, settings, &g);
    assert_false(g.ops->compose(&g, &one, &r, &err));
    assert_int_equal(err.kind, ERROR_LATER);
    assert_non_null(strstr(err.text, "\"clarify\""));
    request_free(&r);
    aliyun_gateway.close(&g);
}

static void settings_are_checked(void **state)
{
    static const char *const rows[][14] = {
        {"password", "S", "sign_name", "N", NULL},
        {"user", "K", "sign_name", "N", NULL},
        {"user", "K", "password", "S", NULL},
        {"user", "K", "password", "S", "sign_name", "N", "forms", "x:1", NULL},
        {"user", "K\nX: 1", "password", "S", "sign_name", "N", NULL},
        {"user", "K", "password", "S", "sign_name", "N", "slots", "extension", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct gateway g;

        if (cloud_try(&aliyun_gateway, rows[i], &g, &err) || err.kind != ERROR_SETUP)
            fail_msg("row %zu opened", i);
        aliyun_gateway.close(&g);
    }
}

/* ---- answers ---- */

#define SAID(code) "{\"Code\":\"" code "\",\"Message\":\"m\",\"RequestId\":\"R\"}"

static void answers_are_judged(void **state)
{
    static const struct cloud_judged rows[] = {
        {CARRIED_ANSWERED, 200,
         "{\"Code\":\"OK\",\"Message\":\"OK\",\"BizId\":\"900619746936498440^0\"}",
         OUTCOME_ACCEPTED, HEALTH_GOOD, false, "900619746936498440^0", ""},
        {CARRIED_ANSWERED, 200, SAID("OK"), OUTCOME_ACCEPTED, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.BUSINESS_LIMIT_CONTROL"), OUTCOME_RETRY,
         HEALTH_GOOD, false, "", "isv.BUSINESS_LIMIT_CONTROL: m"},
        {CARRIED_ANSWERED, 200, SAID("isv.DAY_LIMIT_CONTROL"), OUTCOME_RETRY, HEALTH_BUSY,
         false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.AMOUNT_NOT_ENOUGH"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.OUT_OF_SERVICE"), OUTCOME_RETRY, HEALTH_SETUP,
         false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.SMS_SIGNATURE_ILLEGAL"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.SMS_SIGNATURE_SCENE_ILLEGAL"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.ACCOUNT_ABNORMAL"), OUTCOME_RETRY, HEALTH_SETUP,
         false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.MOBILE_NUMBER_ILLEGAL"), OUTCOME_REFUSED,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.SMS_TEMPLATE_ILLEGAL"), OUTCOME_RETRY,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.TEMPLATE_MISSING_PARAMETERS"), OUTCOME_REFUSED,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.INVALID_JSON_PARAM"), OUTCOME_REFUSED,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.PARAM_LENGTH_LIMIT"), OUTCOME_REFUSED,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.BLACK_KEY_CONTROL_LIMIT"), OUTCOME_REFUSED,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isv.CUSTOMER_REFUSED"), OUTCOME_REFUSED,
         HEALTH_GOOD, true, "", ""},
        {CARRIED_ANSWERED, 200, SAID("isp.SYSTEM_ERROR"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", "isp.SYSTEM_ERROR"},
        {CARRIED_ANSWERED, 403, SAID("isp.RAM_PERMISSION_DENY"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 400, SAID("Throttling.User"), OUTCOME_RETRY, HEALTH_BUSY,
         false, "", ""},
        {CARRIED_ANSWERED, 503, SAID("Throttling"), OUTCOME_RETRY, HEALTH_BUSY, false, "",
         ""},
        {CARRIED_ANSWERED, 400, SAID("SignatureDoesNotMatch"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 400, SAID("InvalidTimeStamp.Expired"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 404, SAID("InvalidAccessKeyId.NotFound"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 400, SAID("SignatureNonceUsed"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", ""},
        {CARRIED_ANSWERED, 400, SAID("MissingPhoneNumbers"), OUTCOME_REFUSED, HEALTH_GOOD,
         false, "", ""},
        {CARRIED_ANSWERED, 503, SAID("ServiceUnavailable"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", "HTTP 503"},
        {CARRIED_ANSWERED, 500, SAID("InternalError"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", ""},
        {CARRIED_ANSWERED, 500, SAID("OK"), OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, SAID("Something"), OUTCOME_UNKNOWN, HEALTH_GOOD, false,
         "", ""},
        {CARRIED_ANSWERED, 200, "{\"Code\":\"OK\"", OUTCOME_UNKNOWN, HEALTH_GOOD, false,
         "", ""},
        {CARRIED_ANSWERED, 200, "[]", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 400, "<html>", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_CUT, 200, SAID("OK"), OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_NOT_SENT, 0, "", OUTCOME_RETRY, HEALTH_DOWN, false, "", ""},
    };
    struct gateway g;

    (void)state;
    cloud_up(&aliyun_gateway, settings, &g);
    cloud_judge_rows(&g, rows, sizeof(rows) / sizeof(rows[0]));
    aliyun_gateway.close(&g);
}

/* ---- pushes ---- */

static void count_one(void *self, const struct callback *one)
{
    struct buf *all = self;

    buf_addf(all, "%s|%s|%d\n", buf_text(&one->body), one->type, one->report);
}

static void pushes_are_parted(void **state)
{
    static const struct {
        const char *body, *parts;
    } rows[] = {
        {"[{\"a\":1},{\"b\":\"满意\"}]",
         "{\"a\":1}|application/json|1\n{\"b\":\"满意\"}|application/json|1\n"},
        {"[]", ""},
        {"{\"a\":1}", "{\"a\":1}|application/json|1\n"},
        {"no JSON", "no JSON|application/json|1\n"},
        {"[1,null]", "1|application/json|1\nnull|application/json|1\n"},
        {"[{\"a\":1},", "[{\"a\":1},|application/json|1\n"},
        {"", "|application/json|1\n"},
    };
    struct gateway g;

    (void)state;
    cloud_up(&aliyun_gateway, settings, &g);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct callback c = callback_new(true);
        struct buf all = buf_new(1000);
        struct error err = {0};

        snprintf(c.type, sizeof(c.type), "application/json");
        buf_add_text(&c.body, rows[i].body);
        assert_true(g.ops->split(&g, &c, count_one, &all, &err));
        assert_string_equal(buf_text(&all), rows[i].parts);
        buf_free(&all);
        callback_free(&c);
    }
    aliyun_gateway.close(&g);
}

static void reports_are_parsed(void **state)
{
    static const char good[] =
        "{\"phone_number\":\"13900001000\",\"send_time\":\"2026-11-23 10:41:00\","
        "\"report_time\":\"2026-11-23 "
        "10:42:00\",\"success\":true,\"err_code\":\"DELIVERED\","
        "\"err_msg\":\"用户接收成功\",\"sms_size\":\"1\",\"biz_id\":\"9^0\",\"out_id\":"
        "\"77.2\"}";
    static const struct cloud_reported rows[] = {
        {true,
         "{\"success\":false,\"err_code\":\"MOBILE_NOT_ON_SERVICE\",\"out_id\":\"7.1\"}",
         REPORT_UNDELIVERED, false},
        {true, "{\"success\":false,\"err_code\":\"MOBILE_IN_BLACK\",\"biz_id\":\"9^0\"}",
         REPORT_UNDELIVERED, true},
        {true, "{\"success\":false,\"err_code\":\"EXPIRED\",\"biz_id\":\"9^0\"}",
         REPORT_EXPIRED, false},
        {false, "{\"success\":\"true\",\"biz_id\":\"9^0\"}", 0, false},
        {false, "{\"success\":true}", 0, false},
        {false, "{\"biz_id\":\"9^0\"}", 0, false},
        {false, "1", 0, false},
        {false, "null", 0, false},
        {false, "", 0, false},
    };
    struct gateway g;
    struct news news;

    (void)state;
    cloud_up(&aliyun_gateway, settings, &g);
    assert_true(cloud_parse(&g, true, "", good, strlen(good), &news));
    assert_int_equal(news.kind, NEWS_REPORT);
    assert_int_equal(news.state, REPORT_DELIVERED);
    assert_string_equal(news.reference, "77.2");
    assert_string_equal(news.ref, "9^0");
    assert_string_equal(news.from, "13900001000");
    assert_string_equal(news.once, "9^0:DELIVERED");
    assert_string_equal(news.reason, "DELIVERED: 用户接收成功");
    assert_true(news.at_ms == INT64_C(1795401720000));
    buf_free(&news.text);
    cloud_report_rows(&g, rows, sizeof(rows) / sizeof(rows[0]));
    cloud_torture(&g, true, good);
    aliyun_gateway.close(&g);
}

static void replies_are_parsed(void **state)
{
    static const char *const rows[] = {
        "{\"phone_number\":\"13900001000\",\"content\":\"5 "
        "满意\",\"send_time\":\"2026-11-23 "
        "10:42:00\",\"dest_code\":\"106901234512\",\"sequence_id\":1234567890,\"sign_"
        "name\":"
        "\"青城\"}",
        "{\"phone_number\":\"13900001000\",\"content\":\"5 满意\",\"send_time\":"
        "\"20261123104200\",\"dest_code\":\"106901234512\",\"sequence_id\":"
        "\"1234567890\"}",
    };
    struct gateway g;
    struct news news;

    (void)state;
    cloud_up(&aliyun_gateway, settings, &g);
    for (size_t i = 0; i < 2; i++) {
        assert_true(cloud_parse(&g, false, "", rows[i], strlen(rows[i]), &news));
        assert_int_equal(news.kind, NEWS_REPLY);
        assert_string_equal(buf_text(&news.text), "5 满意");
        assert_string_equal(news.from, "13900001000");
        assert_string_equal(news.to, "106901234512");
        assert_string_equal(news.once, "1234567890");
        assert_true(news.at_ms == INT64_C(1795401720000));
        buf_free(&news.text);
        cloud_torture(&g, false, rows[i]);
    }
    assert_false(cloud_parse(&g, false, "", "{\"content\":\"5\"}", 15, &news));
    buf_free(&news.text);
    assert_false(cloud_parse(&g, false, "", "{\"phone_number\":\"1\"}", 20, &news));
    buf_free(&news.text);
    aliyun_gateway.close(&g);
}

/* ---- asking after a message ---- */

#define DETAILS(total, list)                                                             \
    "{\"Code\":\"OK\",\"TotalCount\":" total                                             \
    ",\"SmsSendDetailDTOs\":{\"SmsSendDetailDTO\":[" list "]}}"

static void a_query_is_honest(void **state)
{
    static const struct cloud_asked rows[] = {
        {FOUND_IT,
         DETAILS("1", "{\"OutId\":\"77.2\",\"SendStatus\":3,\"ErrCode\":\"DELIVERED\"}"),
         REPORT_DELIVERED},
        {FOUND_IT,
         DETAILS("\"2\"", "{\"OutId\":\"77.1\",\"SendStatus\":3},"
                          "{\"OutId\":\"77.2\",\"SendStatus\":1}"),
         REPORT_BUFFERED},
        {FOUND_IT, DETAILS("99", "{\"OutId\":\"77.2\",\"SendStatus\":\"2\"}"),
         REPORT_UNDELIVERED},
        {FOUND_NOTHING, DETAILS("0", ""), 0},
        {FOUND_NOTHING, DETAILS("1", "{\"OutId\":\"77.1\",\"SendStatus\":3}"), 0},
        {FOUND_NO_ANSWER, DETAILS("51", "{\"OutId\":\"77.1\",\"SendStatus\":3}"), 0},
        {FOUND_NO_ANSWER, "{\"Code\":\"OK\"}", 0},
        {FOUND_NO_ANSWER, SAID("isp.SYSTEM_ERROR"), 0},
        {FOUND_NO_ANSWER, "", 0},
    };
    struct request r = request_new();
    struct error err = {0};
    struct gateway g;
    struct news news;

    (void)state;
    cloud_up(&aliyun_gateway, settings, &g);
    assert_true(g.ops->query(&g, &mt, INT64_C(1717257600000), &r, &err));
    assert_string_equal(buf_text(&r.url),
                        "https://dysmsapi.aliyuncs.com/?CurrentPage=1&PageSize=50&"
                        "PhoneNumber=13900001000&SendDate=20240602"); /* in China */
    assert_non_null(strstr(buf_text(&r.headers), "x-acs-action: QuerySendDetails\n"));
    cloud_found_rows(&g, &mt, rows, sizeof(rows) / sizeof(rows[0]), NULL);
    /* nothing on the day that was asked for, but midnight was near */
    assert_int_equal(
        cloud_found(&g, &mt, INT64_C(1717257599000), 200, DETAILS("0", ""), &news),
        FOUND_NO_ANSWER);
    assert_int_equal(cloud_found(&g, &mt, mt.now_ms, 503, DETAILS("0", ""), &news),
                     FOUND_NO_ANSWER);
    request_free(&r);
    aliyun_gateway.close(&g);
}

static void the_other_side_learns_everything(void **state)
{
    static const char *const words[] = {
        "https://pj.example.gov.cn/gateways/cloud/report/s3cret",
        "survey           SMS_1\n    您${d}在${w}", "clarify          -\n", NULL};

    (void)state;
    cloud_other_side(&aliyun_gateway, settings, words);
}

/* Who begins with the sample finds a line for every text that can go out. */
static void the_samples_name_every_text(void **state)
{
    const struct gateway_ops *const kinds[] = {&aliyun_gateway, &tencent_gateway};

    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *at = strstr(kinds[i]->sample, "\nforms = ");
        struct error err = {0};
        struct forms f;
        char list[2000];
        int texts = 0;

        assert_non_null(at);
        at += strlen("\nforms = ");
        snprintf(list, sizeof(list), "%.*s", (int)strcspn(at, ";"), at);
        if (!forms_read(list, &f, &err))
            fail_msg("%s: %s", kinds[i]->name, err.text);
        while (sms_template_key((size_t)texts) != NULL)
            texts++;
        assert_int_equal(f.count, texts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read),
        cmocka_unit_test(texts_to_register_are_ours),
        cmocka_unit_test(every_text_can_be_registered),
        cmocka_unit_test(values_fill_forms),
        cmocka_unit_test(a_message_is_composed),
        cmocka_unit_test(what_a_message_depends_on),
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(pushes_are_parted),
        cmocka_unit_test(reports_are_parsed),
        cmocka_unit_test(replies_are_parsed),
        cmocka_unit_test(a_query_is_honest),
        cmocka_unit_test(the_other_side_learns_everything),
        cmocka_unit_test(the_samples_name_every_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
