/* tencent_test.c — what Tencent Cloud is asked, and what is made of its documented
 * answers. */
#include "cloud_house.h"

static const char *const settings[] = {
    "user",      "AKIDTESTTESTTESTTESTTESTTESTTEST0001",
    "password",  "TestSecretKeyTestSecretKey000001",
    "account",   "1400006666",
    "sign_name", "某市政务大厅",
    "forms",     "survey:449739, unknown:449740",
    NULL};
static const char *const extended[] = {
    "user",       "K",         "password",      "S",          "account",
    "1400006666", "sign_name", "青城",          "forms",      "survey:1",
    "slots",      "extension", "access_number", "1069012345", NULL};
static const struct sms_mt mt = {
    .id = 77,
    .attempt = 2,
    .to = "+8613800138000",
    .from = "106901234512",
    .text = "【青城政务】…",
    .kind = "survey",
    .lang = "zh-CN",
    .values = "{\"d\":\"6月1日\",\"w\":\"A01\",\"m\":\"身份证换领\"}",
    .now_ms = INT64_C(1717228800123),
    .nonce = "d410180a5abf7fe235dd9b74aca91fc0"};

static void a_message_is_composed(void **state)
{
    struct request r = request_new();
    struct gateway g;
    struct error err = {0};

    (void)state;
    cloud_up(&tencent_gateway, settings, &g);
    assert_true(g.ops->compose(&g, &mt, &r, &err));
    assert_int_equal(r.kind, REQUEST_HTTP);
    assert_string_equal(r.method, "POST");
    assert_string_equal(buf_text(&r.url), "https://sms.tencentcloudapi.com/");
    assert_string_equal(
        buf_text(&r.body),
        "{\"PhoneNumberSet\":[\"+8613800138000\"],\"SmsSdkAppId\":\"1400006666\","
        "\"SignName\":\"某市政务大厅\",\"TemplateId\":\"449739\",\"TemplateParamSet\":["
        "\"6月1日\",\"A01\",\"身份证换领\"],\"SessionContext\":\"77.2\"}");
    assert_non_null(
        strstr(buf_text(&r.headers),
               "Content-Type: application/json\nAccept: application/json\n"
               "X-TC-Action: SendSms\nX-TC-Version: 2021-01-11\n"
               "X-TC-Region: ap-guangzhou\nX-TC-Timestamp: 1717228800\n"
               "Authorization: TC3-HMAC-SHA256 "
               "Credential=AKIDTESTTESTTESTTESTTESTTESTTEST0001/2024-06-01/sms/"
               "tc3_request, SignedHeaders=content-type;host, Signature="));
    assert_null(strstr(buf_text(&r.headers), "TestSecretKey"));
    request_free(&r);
    tencent_gateway.close(&g);
}

static void what_a_message_depends_on(void **state)
{
    struct request r = request_new();
    struct sms_mt one = mt;
    struct error err = {0};
    struct gateway g;

    (void)state;
    cloud_up(&tencent_gateway, extended, &g);
    assert_true(g.ops->compose(&g, &mt, &r, &err));
    assert_non_null(strstr(buf_text(&r.body), "\"ExtendCode\":\"12\","));
    request_free(&r);
    tencent_gateway.close(&g);

    r = request_new();
    cloud_up(&tencent_gateway, settings, &g);
    one.kind = "unknown";
    assert_true(g.ops->compose(&g, &one, &r, &err));
    assert_non_null(strstr(buf_text(&r.body), "\"TemplateParamSet\":[],"));
    one.kind = "clarify";
    assert_false(g.ops->compose(&g, &one, &r, &err));
    assert_int_equal(err.kind, ERROR_LATER);
    request_free(&r);
    tencent_gateway.close(&g);
}

static void settings_are_checked(void **state)
{
    static const char *const rows[][14] = {
        {"password", "S", "account", "1", "sign_name", "N", NULL},
        {"user", "K", "account", "1", "sign_name", "N", NULL},
        {"user", "K", "password", "S", "sign_name", "N", NULL},
        {"user", "K", "password", "S", "account", "1", NULL},
        {"user", "K", "password", "S", "account", "1", "sign_name", "N", "slots",
         "extension", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct gateway g;

        if (cloud_try(&tencent_gateway, rows[i], &g, &err) || err.kind != ERROR_SETUP)
            fail_msg("row %zu opened", i);
        tencent_gateway.close(&g);
    }
}

#define STATUS(code)                                                                     \
    "{\"Response\":{\"SendStatusSet\":[{\"SerialNo\":\"\",\"Code\":\"" code              \
    "\",\"Message\":\"m\"}],\"RequestId\":\"r\"}}"
#define ERROR_OF(code)                                                                   \
    "{\"Response\":{\"Error\":{\"Code\":\"" code                                         \
    "\",\"Message\":\"m\"},\"RequestId\":\"r\"}}"

static void answers_are_judged(void **state)
{
    static const struct cloud_judged rows[] = {
        {CARRIED_ANSWERED, 200,
         "{\"Response\":{\"SendStatusSet\":[{\"SerialNo\":\"5000:1\",\"PhoneNumber\":"
         "\"+8613800138000\",\"Fee\":1,\"SessionContext\":\"77.2\",\"Code\":\"Ok\","
         "\"Message\":\"send success\",\"IsoCode\":\"CN\"}],\"RequestId\":\"r\"}}",
         OUTCOME_ACCEPTED, HEALTH_GOOD, false, "5000:1", ""},
        {CARRIED_ANSWERED, 200, STATUS("FailedOperation.PhoneNumberInBlacklist"),
         OUTCOME_REFUSED, HEALTH_GOOD, true, "",
         "FailedOperation.PhoneNumberInBlacklist"},
        {CARRIED_ANSWERED, 200, STATUS("FailedOperation.ContainSensitiveWord"),
         OUTCOME_REFUSED, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("FailedOperation.TemplateIncorrectOrUnapproved"),
         OUTCOME_RETRY, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("FailedOperation.SignatureIncorrectOrUnapproved"),
         OUTCOME_RETRY, HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("FailedOperation.InsufficientBalanceInSmsPackage"),
         OUTCOME_RETRY, HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("LimitExceeded.PhoneNumberThirtySecondLimit"),
         OUTCOME_RETRY, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("LimitExceeded.PhoneNumberDailyLimit"),
         OUTCOME_RETRY, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("LimitExceeded.PhoneNumberSameContentDailyLimit"),
         OUTCOME_REFUSED, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("LimitExceeded.AppDailyLimit"), OUTCOME_RETRY,
         HEALTH_BUSY, false, "", ""},
        {CARRIED_ANSWERED, 200, STATUS("InvalidParameterValue.IncorrectPhoneNumber"),
         OUTCOME_REFUSED, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("InvalidParameterValue.SdkAppIdNotExist"),
         OUTCOME_RETRY, HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("RequestLimitExceeded"), OUTCOME_RETRY,
         HEALTH_BUSY, false, "", "RequestLimitExceeded: m"},
        {CARRIED_ANSWERED, 200, ERROR_OF("RequestLimitExceeded.IPLimitExceeded"),
         OUTCOME_RETRY, HEALTH_BUSY, false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("AuthFailure.SignatureExpire"), OUTCOME_RETRY,
         HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("UnauthorizedOperation.RequestIpNotInWhitelist"),
         OUTCOME_RETRY, HEALTH_SETUP, false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("MissingParameter"), OUTCOME_REFUSED,
         HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("InternalError.Timeout"), OUTCOME_UNKNOWN,
         HEALTH_GOOD, false, "", "InternalError.Timeout"},
        {CARRIED_ANSWERED, 200, ERROR_OF("InternalError"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("FailedOperation"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", ""},
        {CARRIED_ANSWERED, 200, ERROR_OF("Something.New"), OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", ""},
        {CARRIED_ANSWERED, 429, "", OUTCOME_RETRY, HEALTH_BUSY, false, "", ""},
        {CARRIED_ANSWERED, 502, "", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", "HTTP 502"},
        {CARRIED_ANSWERED, 200, "{\"Response\":{}}", OUTCOME_UNKNOWN, HEALTH_GOOD, false,
         "", ""},
        {CARRIED_ANSWERED, 200, "{\"Response\":{\"SendStatusSet\":[{\"Code\":\"Ok\"",
         OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_CUT, 200, STATUS("Ok"), OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_NOT_SENT, 0, "", OUTCOME_RETRY, HEALTH_DOWN, false, "", ""},
    };
    struct gateway g;

    (void)state;
    cloud_up(&tencent_gateway, settings, &g);
    cloud_judge_rows(&g, rows, sizeof(rows) / sizeof(rows[0]));
    tencent_gateway.close(&g);
}

static void reports_are_parsed(void **state)
{
    static const char good[] =
        "{\"user_receive_time\":\"2026-11-23 10:42:00\",\"nationcode\":\"86\",\"mobile\":"
        "\"13800138000\",\"report_status\":\"SUCCESS\",\"errmsg\":\"DELIVRD\","
        "\"description\":\"用户短信送达成功\",\"sid\":\"5000:1\",\"ext\":\"77.2\"}";
    static const struct cloud_reported rows[] = {
        {true, "{\"report_status\":\"FAIL\",\"errmsg\":\"MK:0001\",\"sid\":\"1\"}",
         REPORT_UNDELIVERED, false},
        {true, "{\"report_status\":\"FAIL\",\"errmsg\":\"EXPIRED\",\"ext\":\"7.1\"}",
         REPORT_EXPIRED, false},
        {true, "{\"report_status\":\"SUCCESS\",\"sid\":5000}", REPORT_DELIVERED, false},
        {false, "{\"report_status\":\"MAYBE\",\"sid\":\"1\"}", 0, false},
        {false, "{\"report_status\":\"SUCCESS\"}", 0, false},
        {false, "[]", 0, false},
        {false, "\"text\"", 0, false},
        {false, "", 0, false},
    };
    struct gateway g;
    struct news news;

    (void)state;
    cloud_up(&tencent_gateway, settings, &g);
    assert_true(cloud_parse(&g, true, "", good, strlen(good), &news));
    assert_int_equal(news.kind, NEWS_REPORT);
    assert_int_equal(news.state, REPORT_DELIVERED);
    assert_string_equal(news.reference, "77.2");
    assert_string_equal(news.ref, "5000:1");
    assert_string_equal(news.from, "+8613800138000");
    assert_string_equal(news.once, "5000:1:SUCCESS");
    assert_true(news.at_ms == INT64_C(1795401720000));
    buf_free(&news.text);
    cloud_report_rows(&g, rows, sizeof(rows) / sizeof(rows[0]));
    cloud_torture(&g, true, good);
    tencent_gateway.close(&g);
}

static void parse_reply(const char *const *pairs, const char *body, struct news *news)
{
    struct gateway g;

    cloud_up(&tencent_gateway, pairs, &g);
    assert_true(cloud_parse(&g, false, "", body, strlen(body), news));
    tencent_gateway.close(&g);
}

static void replies_are_parsed_and_told_apart(void **state)
{
    static const char body[] =
        "{\"extend\":\"12\",\"mobile\":\"13800138000\",\"nationcode\":\"86\",\"sign\":"
        "\"青城\",\"text\":\"5 满意\",\"time\":1795401720}";
    static const char *const others[] = {
        "{\"extend\":\"13\",\"mobile\":\"13800138000\",\"nationcode\":\"86\",\"text\":"
        "\"5 "
        "满意\",\"time\":1795401720}",
        "{\"extend\":\"12\",\"mobile\":\"13800138001\",\"nationcode\":\"86\",\"text\":"
        "\"5 "
        "满意\",\"time\":1795401720}",
        "{\"extend\":\"12\",\"mobile\":\"13800138000\",\"nationcode\":\"86\",\"text\":"
        "\"4 "
        "满意\",\"time\":1795401720}",
        "{\"extend\":\"12\",\"mobile\":\"13800138000\",\"nationcode\":\"86\",\"text\":"
        "\"5 "
        "满意\",\"time\":1795401721}",
    };
    struct news news, again;
    struct gateway g;

    (void)state;
    parse_reply(extended, body, &news);
    assert_int_equal(news.kind, NEWS_REPLY);
    assert_string_equal(buf_text(&news.text), "5 满意");
    assert_string_equal(news.from, "+8613800138000");
    assert_string_equal(news.to, "106901234512");
    assert_true(news.at_ms == INT64_C(1795401720000));
    /* the same again, its fields in another order and the time a text */
    parse_reply(extended,
                "{\"time\":\"1795401720\",\"text\":\"5 满意\",\"nationcode\":\"86\","
                "\"mobile\":\"13800138000\",\"extend\":\"12\"}",
                &again);
    assert_string_equal(again.once, news.once);
    assert_int_equal(strlen(news.once), 47);
    buf_free(&again.text);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        parse_reply(extended, others[i], &again);
        assert_string_not_equal(again.once, news.once);
        buf_free(&again.text);
    }
    buf_free(&news.text);
    parse_reply(settings,
                "{\"mobile\":\"+8613800138000\",\"text\":\"T\",\"extend\":\"\"}", &news);
    assert_string_equal(news.to, "");
    assert_string_equal(news.from, "+8613800138000");
    assert_true(news.at_ms == 0);
    /* nothing tells it from the same text of another day */
    assert_string_equal(news.once, "");
    buf_free(&news.text);
    cloud_up(&tencent_gateway, extended, &g);
    assert_false(cloud_parse(&g, false, "", "{\"text\":\"5\"}", 12, &news));
    buf_free(&news.text);
    cloud_torture(&g, false, body);
    tencent_gateway.close(&g);
}

#define PULLED(list)                                                                     \
    "{\"Response\":{\"PullSmsSendStatusSet\":[" list "],\"RequestId\":\"r\"}}"

static void a_query_never_says_none(void **state)
{
    static const struct cloud_asked rows[] = {
        {FOUND_IT,
         PULLED("{\"SessionContext\":\"77.1\",\"ReportStatus\":\"FAIL\"},"
                "{\"SessionContext\":\"77.2\",\"ReportStatus\":\"SUCCESS\",\"SerialNo\":"
                "\"5000:1\",\"UserReceiveTime\":1795401720,\"Description\":\"DELIVRD\"}"),
         REPORT_DELIVERED},
        {FOUND_IT, PULLED("{\"SessionContext\":\"77.2\",\"ReportStatus\":\"FAIL\"}"),
         REPORT_UNDELIVERED},
        {FOUND_IT, PULLED("{\"SessionContext\":\"77.2\",\"ReportStatus\":\"WAIT\"}"),
         REPORT_BUFFERED},
        {FOUND_IT, PULLED("{\"SessionContext\":\"77.2\"}"), REPORT_BUFFERED},
        {FOUND_NO_ANSWER, PULLED(""), 0},
        {FOUND_NO_ANSWER,
         PULLED("{\"SessionContext\":\"\",\"ReportStatus\":\"SUCCESS\"}"), 0},
        {FOUND_NO_ANSWER, ERROR_OF("RequestLimitExceeded"), 0},
        {FOUND_NO_ANSWER, "", 0},
    };
    struct request r = request_new();
    struct error err = {0};
    struct gateway g;

    (void)state;
    cloud_up(&tencent_gateway, settings, &g);
    assert_true(g.ops->query(&g, &mt, mt.now_ms, &r, &err));
    assert_string_equal(
        buf_text(&r.body),
        "{\"BeginTime\":1717228740,\"EndTime\":1717488000,\"Offset\":0,\"Limit\":100,"
        "\"PhoneNumber\":\"+8613800138000\",\"SmsSdkAppId\":\"1400006666\"}");
    cloud_found_rows(&g, &mt, rows, sizeof(rows) / sizeof(rows[0]), NULL);
    request_free(&r);
    tencent_gateway.close(&g);
}

static void the_other_side_learns_everything(void **state)
{
    static const char *const words[] = {
        "https://pj.example.gov.cn/gateways/cloud/report/s3cret",
        "survey           449739\n    您{1}在{2}办结", NULL};

    (void)state;
    cloud_other_side(&tencent_gateway, settings, words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_composed),
        cmocka_unit_test(what_a_message_depends_on),
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(reports_are_parsed),
        cmocka_unit_test(replies_are_parsed_and_told_apart),
        cmocka_unit_test(a_query_never_says_none),
        cmocka_unit_test(the_other_side_learns_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
