/* twilio_test.c — what Twilio is asked, and what is made of its documented answers. */
#include "cloud_house.h"

#include "gateways/cloud_sign.h"
#include "gateways/urlencoded.h"

static const char token[] = "12345abcdef67890fedcba0987654321";
static const char *const settings[] = {"account",
                                       "AC00000000000000000000000000000001",
                                       "password",
                                       "12345abcdef67890fedcba0987654321",
                                       "access_number",
                                       "+15005550006",
                                       NULL};
static const struct sms_mt mt = {.id = 77,
                                 .attempt = 2,
                                 .to = "+8613900001000",
                                 .from = "15005550006",
                                 .text = "【青城政务】满意吗？回5 & 1",
                                 .kind = "survey",
                                 .lang = "zh-CN",
                                 .now_ms = INT64_C(1795473720000),
                                 .nonce = "0123456789abcdef0123456789abcdef"};

static void settings_are_checked(void **state)
{
    static const char *const rows[][10] = {
        {"password", "x", "access_number", "1", NULL},
        {"account", "AC1", "access_number", "1", NULL},
        {"account", "AC1", "password", "x", NULL},
        {"account", "AC1", "password", "x", "access_number", "1", "user", "SK1", NULL},
        {"account", "AC1", "password", "x", "access_number", "1", "slots", "extension",
         NULL},
        {"account", "AC1", "password", "a\nb", "access_number", "1", NULL},
        {"account", "AC1", "password", "x", "access_number", "1", "url", "ftp", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = {0};
        struct gateway g;

        if (cloud_try(&twilio_gateway, rows[i], &g, &err) || err.kind != ERROR_SETUP)
            fail_msg("row %zu opened", i);
        twilio_gateway.close(&g);
    }
}

static void a_message_is_composed(void **state)
{
    struct request r = request_new();
    struct gateway g;
    struct error err = {0};

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    assert_true(g.ops->compose(&g, &mt, &r, &err));
    assert_int_equal(r.kind, REQUEST_HTTP);
    assert_string_equal(r.method, "POST");
    assert_string_equal(buf_text(&r.url),
                        "https://api.twilio.com/2010-04-01/Accounts/"
                        "AC00000000000000000000000000000001/Messages.json");
    assert_string_equal(
        buf_text(&r.headers),
        "Authorization: Basic "
        "QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMToxMjM0NWFiY2RlZjY3ODkwZmVkY2JhMDk4"
        "NzY1NDMyMQ==\n"
        "Accept: application/json\n"
        "Content-Type: application/x-www-form-urlencoded\n");
    assert_string_equal(
        buf_text(&r.body),
        "To=%2B8613900001000&From=%2B15005550006&Body=%E3%80%90%E9%9D%92%E5%9F%8E%E6%94%"
        "BF"
        "%E5%8A%A1%E3%80%91%E6%BB%A1%E6%84%8F%E5%90%97%EF%BC%9F%E5%9B%9E5%20%26%201&"
        "StatusCallback=https%3A%2F%2Fpj.example.gov.cn%2Fgateways%2Fcloud%2Freport%2F"
        "s3cret%3Fref%3D77.2");
    request_free(&r);
    twilio_gateway.close(&g);
}

static void answers_are_judged(void **state)
{
    static const struct cloud_judged rows[] = {
        {CARRIED_ANSWERED, 201, "{\"sid\":\"SM1\",\"status\":\"queued\"}",
         OUTCOME_ACCEPTED, HEALTH_GOOD, false, "SM1", ""},
        {CARRIED_ANSWERED, 201, "{\"status\":\"queued\"}", OUTCOME_UNKNOWN, HEALTH_GOOD,
         false, "", "HTTP 201"},
        {CARRIED_ANSWERED, 201, "{\"sid\":\"SM1\"", OUTCOME_UNKNOWN, HEALTH_GOOD, false,
         "", ""},
        {CARRIED_ANSWERED, 429, "{\"code\":20429,\"message\":\"Too Many Requests\"}",
         OUTCOME_RETRY, HEALTH_BUSY, false, "", "20429: Too Many Requests"},
        {CARRIED_ANSWERED, 429, "", OUTCOME_RETRY, HEALTH_BUSY, false, "", "429"},
        {CARRIED_ANSWERED, 401, "{\"code\":20003,\"message\":\"Authenticate\"}",
         OUTCOME_RETRY, HEALTH_SETUP, false, "", "20003"},
        {CARRIED_ANSWERED, 403, "{\"code\":20003}", OUTCOME_RETRY, HEALTH_SETUP, false,
         "", "20003"},
        {CARRIED_ANSWERED, 400, "{\"code\":21610,\"message\":\"unsubscribed recipient\"}",
         OUTCOME_REFUSED, HEALTH_GOOD, true, "", "21610"},
        {CARRIED_ANSWERED, 400,
         "{\"code\":21211,\"message\":\"The 'To' number +8613900001000 is not valid\"}",
         OUTCOME_REFUSED, HEALTH_GOOD, false, "", "21211: The 'To' number +*** is not"},
        {CARRIED_ANSWERED, 400, "{\"code\":21611,\"message\":\"queue\"}", OUTCOME_RETRY,
         HEALTH_BUSY, false, "", "21611"},
        {CARRIED_ANSWERED, 400, "{\"code\":21606}", OUTCOME_RETRY, HEALTH_SETUP, false,
         "", "21606"},
        {CARRIED_ANSWERED, 404, "{\"code\":20404}", OUTCOME_RETRY, HEALTH_SETUP, false,
         "", "20404"},
        {CARRIED_ANSWERED, 400, "<html>", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 408, "", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_ANSWERED, 500, "{\"code\":20500,\"message\":\"x\"}", OUTCOME_UNKNOWN,
         HEALTH_GOOD, false, "", "HTTP 500"},
        {CARRIED_ANSWERED, 503, "", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "", ""},
        {CARRIED_CUT, 201, "{\"sid\":\"SM1\"}", OUTCOME_UNKNOWN, HEALTH_GOOD, false, "",
         "no answer"},
        {CARRIED_NOT_SENT, 0, "", OUTCOME_RETRY, HEALTH_DOWN, false, "", "not sent"},
    };
    struct gateway g;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    cloud_judge_rows(&g, rows, sizeof(rows) / sizeof(rows[0]));
    twilio_gateway.close(&g);
}

/* A callback whose signature is made for another spelling of our address. */
static bool verified(struct gateway *g, bool report, const char *query, const char *type,
                     const char *body, const char *signed_url, bool sign_body)
{
    struct callback c = callback_new(report);
    struct buf signature = buf_new(100);
    struct error err = {0};
    bool ok;

    buf_add_text(&c.query, query);
    buf_add_text(&c.body, body);
    snprintf(c.type, sizeof(c.type), "%s", type);
    assert_true(cloud_sign_twilio(token, signed_url, sign_body ? body : NULL,
                                  sign_body ? strlen(body) : 0, &signature));
    snprintf(c.signature, sizeof(c.signature), "%s", buf_text(&signature));
    ok = g->ops->verify(g, &c, &err);
    if (!ok)
        assert_int_equal(err.kind, ERROR_DENIED);
    buf_free(&signature);
    callback_free(&c);
    return ok;
}

static void signatures_are_verified(void **state)
{
    static const char form[] = "application/x-www-form-urlencoded; charset=UTF-8";
    static const char base[] = "https://pj.example.gov.cn/gateways/cloud/";
    static const struct {
        bool ok, report, sign_body;
        const char *query, *type, *body, *url;
    } rows[] = {
        {true, false, true, "", form, "Body=5&From=%2B1", "reply/s3cret"},
        {true, true, true, "ref=7.1", form, "A=1&A=2&A=1", "report/s3cret?ref=7.1"},
        {false, true, true, "ref=7.2", form, "A=1", "report/s3cret?ref=7.1"},
        {false, false, true, "", form, "Body=5", "report/s3cret"},
        {false, false, false, "", form, "Body=5", "reply/s3cret"},
        {true, false, false, "Body=5", "", "", "reply/s3cret?Body=5"},
        {true, false, false,
         "bodySHA256=24466f368343e7f19ff9812f46cd548b45100e1dd244815a5549c2c853b331dd",
         "application/json", "{\"hello\":\"世界\"}",
         "reply/s3cret?bodySHA256="
         "24466f368343e7f19ff9812f46cd548b45100e1dd244815a5549c2c853b331dd"},
        {false, false, false,
         "bodySHA256=24466f368343e7f19ff9812f46cd548b45100e1dd244815a5549c2c853b331dd",
         "application/json", "{\"hello\":\"世间\"}",
         "reply/s3cret?bodySHA256="
         "24466f368343e7f19ff9812f46cd548b45100e1dd244815a5549c2c853b331dd"},
        {false, false, false, "", "application/json", "{}", "reply/s3cret"},
        {false, false, false, "", "text/plain", "Body=5", "reply/s3cret"},
    };
    struct gateway g;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char url[300];

        snprintf(url, sizeof(url), "%s%s", base, rows[i].url);
        if (verified(&g, rows[i].report, rows[i].query, rows[i].type, rows[i].body, url,
                     rows[i].sign_body) != rows[i].ok)
            fail_msg("row %zu %s", i, rows[i].url);
    }
    twilio_gateway.close(&g);
}

static void ports_may_stand_in_the_address_or_not(void **state)
{
    static const struct {
        const char *ours, *theirs;
        bool ok;
    } rows[] = {
        {"https://h.example/r", "https://h.example/r", true},
        {"https://h.example/r", "https://h.example:443/r", true},
        {"https://h.example:443/r", "https://h.example/r", true},
        {"https://h.example:8443/r", "https://h.example:8443/r", true},
        {"https://h.example:8443/r", "https://h.example/r", true},
        {"http://h.example/r", "http://h.example:80/r", true},
        {"http://[::1]/r", "http://[::1]:80/r", true},
        {"http://[::1]:81/r", "http://[::1]/r", true},
        {"https://h.example/r", "https://h.example:8443/r", false},
        {"https://h.example/r", "http://h.example/r", false},
        {"https://h.example/r", "https://g.example/r", false},
        {"", "https://h.example/r", false},
    };
    struct gateway g;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(g.reply_url, sizeof(g.reply_url), "%s", rows[i].ours);
        if (verified(&g, false, "", "application/x-www-form-urlencoded", "Body=5",
                     rows[i].theirs, true) != rows[i].ok)
            fail_msg("row %zu %s", i, rows[i].ours);
    }
    twilio_gateway.close(&g);
}

static void signatures_of_any_length_are_refused(void **state)
{
    static const char *const rows[] = {
        "", "=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=AAAA"};
    struct gateway g;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct callback c = callback_new(false);
        struct error err = {0};

        snprintf(c.signature, sizeof(c.signature), "%s", rows[i]);
        snprintf(c.type, sizeof(c.type), "application/x-www-form-urlencoded");
        assert_false(g.ops->verify(&g, &c, &err));
        callback_free(&c);
    }
    twilio_gateway.close(&g);
}

static const char reply[] =
    "ToCountry=US&SmsMessageSid=SMf&NumMedia=0&SmsSid=SMf&SmsStatus=received&"
    "Body=%E6%BB%A1%E6%84%8F%EF%BC%8C5+%F0%9F%98%80&FromCountry=CN&To=%2B15005550006&"
    "NumSegments=1&MessageSid=SMf&AccountSid=AC1&From=%2B8613800138000&ApiVersion=2010";

static void replies_are_parsed(void **state)
{
    struct gateway g;
    struct news news;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    assert_true(cloud_parse(&g, false, "", reply, strlen(reply), &news));
    assert_int_equal(news.kind, NEWS_REPLY);
    assert_string_equal(buf_text(&news.text), "满意，5 😀");
    assert_string_equal(news.from, "+8613800138000");
    assert_string_equal(news.to, "+15005550006");
    assert_string_equal(news.once, "SMf");
    assert_false(news.garbled);
    buf_free(&news.text);

    assert_true(cloud_parse(&g, false, "Body=T&From=%2B1&SmsSid=SM2", "", 0, &news));
    assert_string_equal(buf_text(&news.text), "T");
    assert_string_equal(news.once, "SM2");
    buf_free(&news.text);

    assert_true(cloud_parse(&g, false, "", "Body=5%ff%00&From=1", 19, &news));
    assert_true(news.garbled);
    assert_memory_equal(buf_text(&news.text), "5\xef\xbf\xbd", 4);
    buf_free(&news.text);

    assert_false(cloud_parse(&g, false, "", "Body=5", 6, &news));
    buf_free(&news.text);
    assert_false(cloud_parse(&g, false, "", "From=1", 6, &news));
    buf_free(&news.text);
    cloud_torture(&g, false, reply);
    twilio_gateway.close(&g);
}

static void reports_are_parsed(void **state)
{
    static const struct {
        bool ok;
        const char *body;
        enum report_state state;
        bool opted_out;
        const char *once, *reason;
    } rows[] = {
        {true, "MessageSid=SM1&MessageStatus=queued", REPORT_BUFFERED, false,
         "SM1:queued", "queued"},
        {true, "MessageSid=SM1&MessageStatus=sent", REPORT_BUFFERED, false, "SM1:sent",
         "sent"},
        {true, "MessageSid=SM1&MessageStatus=delivered&Extra=1", REPORT_DELIVERED, false,
         "SM1:delivered", "delivered"},
        {true, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30004",
         REPORT_UNDELIVERED, false, "SM1:undelivered", "undelivered 30004"},
        {true, "MessageSid=SM1&MessageStatus=failed&ErrorCode=21610", REPORT_UNDELIVERED,
         true, "SM1:failed", "failed 21610"},
        {true, "MessageSid=SM1&MessageStatus=failed&ErrorCode=30036", REPORT_EXPIRED,
         false, "SM1:failed", "failed 30036"},
        {false, "MessageSid=SM1&MessageStatus=seen", 0, false, "", ""},
        {false, "MessageStatus=sent", 0, false, "", ""},
        {false, "", 0, false, "", ""},
    };
    struct gateway g;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct news news;
        bool ok =
            cloud_parse(&g, true, "ref=77.2", rows[i].body, strlen(rows[i].body), &news);

        if (ok != rows[i].ok ||
            (ok && (news.kind != NEWS_REPORT || news.state != rows[i].state ||
                    news.opted_out != rows[i].opted_out ||
                    strcmp(news.once, rows[i].once) != 0 ||
                    strcmp(news.reason, rows[i].reason) != 0 ||
                    strcmp(news.reference, "77.2") != 0 || strcmp(news.ref, "SM1") != 0)))
            fail_msg("row %zu %s: %s %s", i, rows[i].body, news.once, news.reason);
        buf_free(&news.text);
    }
    cloud_torture(&g, true, rows[4].body);
    twilio_gateway.close(&g);
}

/* One message of a list, as Twilio writes it. */
#define LISTED(sid, date, status, direction, body)                                       \
    "{\"sid\":\"" sid "\",\"date_created\":\"" date "\",\"status\":\"" status            \
    "\",\"direction\":\"" direction "\",\"body\":\"" body "\",\"error_code\":null}"
#define OURS                 "【青城政务】满意吗？回5 & 1"
#define LIST(next, messages) "{\"next_page_uri\":" next ",\"messages\":[" messages "]}"

static void a_query_is_honest(void **state)
{
    /* the message went out on Mon, 23 Nov 2026 22:42:00 +0000 */
    static const struct cloud_asked rows[] = {
        {FOUND_IT,
         LIST("null", LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "delivered",
                             "outbound-api", OURS)),
         REPORT_DELIVERED},
        {FOUND_IT,
         LIST("null",
              LISTED("SM0", "Mon, 23 Nov 2026 22:50:01 +0000", "received", "inbound",
                     OURS) "," LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "queued",
                                      "outbound-api", OURS)),
         REPORT_BUFFERED},
        {FOUND_NOTHING, LIST("null", ""), 0},
        {FOUND_NOTHING,
         LIST("null", LISTED("SM1", "Mon, 23 Nov 2026 22:20:01 +0000", "sent",
                             "outbound-api", "another text")),
         0},
        /* a citizen's reply is none of ours */
        {FOUND_NOTHING,
         LIST("null", LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "received",
                             "inbound", "5")),
         0},
        /* when ours was sent: words in front of it, a hidden text, no text, no time */
        {FOUND_NO_ANSWER,
         LIST("null",
              LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "sent", "outbound-api",
                     "Sent from your Twilio trial account - " OURS)),
         0},
        {FOUND_NO_ANSWER,
         LIST("null", LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "sent",
                             "outbound-api", "")),
         0},
        {FOUND_NO_ANSWER,
         LIST("null",
              "{\"sid\":\"SM1\",\"date_created\":\"Mon, 23 Nov 2026 22:42:01 +0000\","
              "\"status\":\"sent\",\"direction\":\"outbound-api\",\"body\":null}"),
         0},
        {FOUND_NO_ANSWER,
         LIST("null", LISTED("SM1", "yesterday", "sent", "outbound-api", "another text")),
         0},
        /* the same text hours ago is another message; the list goes back that far */
        {FOUND_NOTHING,
         LIST("\"/x\"", LISTED("SM1", "Mon, 23 Nov 2026 10:00:00 +0000", "sent",
                               "outbound-api", OURS)),
         0},
        /* the list ends too early */
        {FOUND_NO_ANSWER,
         LIST("\"/x\"", LISTED("SM1", "Mon, 23 Nov 2026 22:20:00 +0000", "sent",
                               "outbound-api", "another text")),
         0},
        /* two are too many */
        {FOUND_NO_ANSWER,
         LIST("null",
              LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "sent", "outbound-api",
                     OURS) "," LISTED("SM2", "Mon, 23 Nov 2026 22:42:21 +0000", "sent",
                                      "outbound-api", OURS)),
         0},
        /* the same text, but not quite when we sent it */
        {FOUND_NO_ANSWER,
         LIST("null", LISTED("SM1", "Mon, 23 Nov 2026 22:20:01 +0000", "sent",
                             "outbound-api", OURS)),
         0},
        {FOUND_NO_ANSWER,
         LIST("null", LISTED("SM1", "yesterday", "sent", "outbound-api", OURS)), 0},
        {FOUND_NO_ANSWER,
         LIST("null", LISTED("SM1", "Mon, 23 Nov 2026 22:42:01 +0000", "seen",
                             "outbound-api", OURS)),
         0},
        {FOUND_NO_ANSWER, "{\"messages\":[]}", 0},
        {FOUND_NO_ANSWER, "{\"messages\":7,\"next_page_uri\":null}", 0},
        {FOUND_NO_ANSWER, "[]", 0},
        {FOUND_NO_ANSWER, "", 0},
    };
    struct request r = request_new();
    struct error err = {0};
    struct gateway g;
    struct news news;

    (void)state;
    cloud_up(&twilio_gateway, settings, &g);
    assert_true(g.ops->query(&g, &mt, mt.now_ms, &r, &err));
    assert_string_equal(r.method, "GET");
    assert_string_equal(buf_text(&r.url),
                        "https://api.twilio.com/2010-04-01/Accounts/"
                        "AC00000000000000000000000000000001/Messages.json?"
                        "To=%2B8613900001000&From=%2B15005550006&PageSize=40");
    assert_int_equal(r.body.length, 0);
    cloud_found_rows(&g, &mt, rows, sizeof(rows) / sizeof(rows[0]), "SM1");
    assert_int_equal(cloud_found(&g, &mt, mt.now_ms, 500, rows[2].body, &news),
                     FOUND_NO_ANSWER);
    request_free(&r);
    twilio_gateway.close(&g);
}

static void the_other_side_learns_our_address(void **state)
{
    static const char *const words[] = {NULL};

    (void)state;
    cloud_other_side(&twilio_gateway, settings, words);
    assert_string_equal(twilio_gateway.thanks, "<Response/>");
    assert_string_equal(twilio_gateway.thanks_type, "text/xml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_checked),
        cmocka_unit_test(a_message_is_composed),
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(signatures_are_verified),
        cmocka_unit_test(ports_may_stand_in_the_address_or_not),
        cmocka_unit_test(signatures_of_any_length_are_refused),
        cmocka_unit_test(replies_are_parsed),
        cmocka_unit_test(reports_are_parsed),
        cmocka_unit_test(a_query_is_honest),
        cmocka_unit_test(the_other_side_learns_our_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
