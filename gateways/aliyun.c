/*
 * aliyun.c — Alibaba Cloud SMS, Dysmsapi 2017-05-25, signed by ACS3-HMAC-SHA256.
 *
 *   we ask     POST /?OutId=ID.ATTEMPT&PhoneNumbers=…&SignName=…&TemplateCode=SMS_…
 *                   &TemplateParam={"d":"4月2日",…}       parameters in the query, no
 * body it says    {"Code":"OK","BizId":"…^0",…} or another Code, with HTTP 200 or 4xx it
 * pushes  SmsReport [{"out_id","biz_id","phone_number","success","err_code",…}…] SmsUp
 * [{"phone_number","content","dest_code","sequence_id",…}…]
 *
 * Only approved texts go out (forms.h); the cloud puts the signature in front. Pushes
 * bear no signature: their address holds the secret. The platform does not promise that a
 * reply comes back to an extension that we choose, so letters tell questions apart unless
 * the settings say that it was tried.
 *
 * Sending knows no idempotency key. What became of an uncertain message is asked by phone
 * and day, and our reference stands in the answer as OutId.
 */
#include "gateways/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "gateways/cloud.h"
#include "gateways/cloud_sign.h"
#include "gateways/urlencoded.h"

enum {
    PAGE = 50, /* the most that a query gives at once */
    DAY_S = 86400,
    CHINA_OFFSET_S = 8 * 3600,
    MIDNIGHT_S = 300, /* so near to it the cloud may have booked the other day */
    TIME_TEXT = 48,
};

static bool aliyun_open(struct gateway *g, const struct gateway_setup *setup,
                        struct error *err)
{
    const char *region = setup->value != NULL ? setup->value(setup, "region") : NULL;
    char url[160];
    struct cloud_needs needs = {url, " user password sign_name "};

    /* All of the mainland has one address; others have one for each region. */
    if (region == NULL || region[0] == '\0' || strncmp(region, "cn-", 3) == 0)
        snprintf(url, sizeof(url), "https://dysmsapi.aliyuncs.com");
    else
        snprintf(url, sizeof(url), "https://dysmsapi.%.60s.aliyuncs.com", region);
    return cloud_open(g, setup, &needs, err);
}

/* ---- asking ---- */

/* "2026-11-23T02:42:00Z". */
static void time_text(int64_t at_ms, char out[TIME_TEXT])
{
    int64_t at_s = at_ms / 1000;
    int year, month, day, second = (int)(at_s % DAY_S);

    day_civil((int32_t)(at_s / DAY_S), &year, &month, &day);
    snprintf(out, TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", year % 10000, month, day,
             second / 3600, second / 60 % 60, second % 60);
}

/*
 * A signed request, as the vendor's own package sends it: no body and so no content type,
 * which would have to be signed. `query` is canonical already.
 */
static void compose_call(const struct cloud *c, const struct sms_mt *mt,
                         const char *action, const char *query, struct request *out)
{
    char date[TIME_TEXT], hash[65];
    const struct cloud_header headers[] = {
        {"host", c->host},
        {"x-acs-action", action},
        {"x-acs-content-sha256", hash},
        {"x-acs-date", date},
        {"x-acs-signature-nonce", mt->nonce},
        {"x-acs-version", "2017-05-25"},
    };

    time_text(mt->now_ms, date);
    cloud_hash("", 0, hash);
    out->kind = REQUEST_HTTP;
    out->method = "POST";
    buf_addf(&out->url, "%s/?%s", c->base, query);
    for (size_t i = 0; i < LENGTH(headers); i++)
        if (strcmp(headers[i].name, "host") != 0) /* the carrier's, from the address */
            buf_addf(&out->headers, "%s: %s\n", headers[i].name, headers[i].value);
    buf_add_text(&out->headers, "Accept: application/json\nAuthorization: ");
    cloud_sign_acs3(&(struct acs3){c->user, c->password, out->method, query, headers,
                                   LENGTH(headers), hash},
                    &out->headers);
    buf_add_byte(&out->headers, '\n');
}

/* 11 digits in the mainland; else the country code and the number, without '+'. */
static const char *phone_of(const struct sms_mt *mt)
{
    if (strncmp(mt->to, "+86", 3) == 0 && strlen(mt->to) == 14)
        return mt->to + 3;
    return mt->to[0] == '+' ? mt->to + 1 : mt->to;
}

static void take_value(void *self, const char *name, const char *value)
{
    json_object_set_new(self, name, json_string(value));
}

static bool aliyun_compose(const struct gateway *g, const struct sms_mt *mt,
                           struct request *out, struct error *err)
{
    const struct cloud *c = cloud_of(g);
    struct buf query = buf_new(GATEWAY_BODY_MOST), params = buf_new(GATEWAY_TEXT_MOST);
    json_t *values = json_object();
    char reference[GATEWAY_REF], extension[24];
    const struct form *form;
    bool ok = forms_find(&c->forms, mt, &form, err) &&
              forms_fill(form, mt, take_value, values, err);

    cloud_dump(values, &params);
    if (ok) {
        gateway_reference(mt->id, mt->attempt, reference);
        cloud_extension(g, mt, extension);
        urlencoded_add(&query, "OutId", reference);
        urlencoded_add(&query, "PhoneNumbers", phone_of(mt));
        urlencoded_add(&query, "SignName", c->sign_name);
        if (extension[0] != '\0')
            urlencoded_add(&query, "SmsUpExtendCode", extension);
        urlencoded_add(&query, "TemplateCode", form->code);
        urlencoded_add(&query, "TemplateParam", buf_text(&params));
        compose_call(c, mt, "SendSms", buf_text(&query), out);
    }
    buf_free(&params);
    buf_free(&query);
    return ok;
}

/* ---- what it answers ---- */

/*
 * "isv." is refused by the platform before anything was sent; what is not named here is
 * so for good. "isp." is trouble of its own: the documents say to try again, not that
 * nothing went out, so the query decides. A nonce that was used says that this request
 * has already been there once.
 */
static const struct cloud_code codes[] = {
    {"isv.CUSTOMER_REFUSED", OUTCOME_REFUSED, HEALTH_GOOD, true},
    {"isv.BUSINESS_LIMIT_CONTROL", OUTCOME_RETRY, HEALTH_GOOD, false}, /* this phone's */
    {"isv.DAY_LIMIT_CONTROL", OUTCOME_RETRY, HEALTH_BUSY, false},      /* the account's */
    {"isv.MONTH_LIMIT_CONTROL", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.AMOUNT_NOT_ENOUGH", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.OUT_OF_SERVICE", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.PRODUCT_UN*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.ACCOUNT_*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.DENY_IP_RANGE", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.EXTEND_CODE_ERROR", OUTCOME_RETRY, HEALTH_SETUP, false},
    /* one text is not approved yet; the others go on */
    {"isv.SMS_TEMPLATE_ILLEGAL", OUTCOME_RETRY, HEALTH_GOOD, false},
    {"isv.SMS_SIGN*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.SIGN_*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isv.*", OUTCOME_REFUSED, HEALTH_GOOD, false},
    {"isp.RAM_PERMISSION_DENY", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"isp.*", OUTCOME_UNKNOWN, HEALTH_GOOD, false},
    {"Throttling*", OUTCOME_RETRY, HEALTH_BUSY, false},
    {"SignatureNonceUsed", OUTCOME_UNKNOWN, HEALTH_GOOD, false},
    {"SignatureDoesNotMatch", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"IncompleteSignature", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"InvalidTimeStamp*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"InvalidAccessKey*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"Forbidden*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"NoPermission*", OUTCOME_RETRY, HEALTH_SETUP, false},
};

static const struct cloud_code malformed = {"", OUTCOME_REFUSED, HEALTH_GOOD, false};
static const struct cloud_code throttled = {"", OUTCOME_RETRY, HEALTH_BUSY, false};

static enum outcome judge_code(const struct answer *answer, const char *code,
                               const char *words, struct submitted *out)
{
    const struct cloud_code *meaning = cloud_code_find(codes, LENGTH(codes), code);

    if (meaning == NULL && answer->status == 429)
        meaning = &throttled;
    if (meaning == NULL && code[0] != '\0' && answer->status >= 400 &&
        answer->status < 500)
        meaning = &malformed;
    if (meaning == NULL)
        return cloud_undocumented(answer, out);
    return cloud_book(meaning, code, words, out);
}

static enum outcome aliyun_judge(const struct gateway *g, const struct answer *answer,
                                 struct submitted *out)
{
    char code[80], words[300];
    enum outcome outcome;
    json_t *root;

    (void)g;
    if (cloud_not_answered(answer, out, &outcome))
        return outcome;
    root = cloud_json(&answer->body);
    cloud_member(root, "Code", code, sizeof(code));
    cloud_member(root, "Message", words, sizeof(words));
    if (strcmp(code, "OK") == 0 && answer->status == 200) {
        cloud_member(root, "BizId", out->refs[0], sizeof(out->refs[0]));
        out->ref_count = out->refs[0][0] != '\0' ? 1 : 0;
        outcome = OUTCOME_ACCEPTED;
    } else {
        outcome = judge_code(answer, code, words, out);
    }
    json_decref(root);
    return outcome;
}

/* ---- what it pushes ---- */

static bool aliyun_split(const struct gateway *g, const struct callback *c,
                         callback_each *each, void *self, struct error *err)
{
    (void)g;
    (void)err;
    cloud_split(c, each, self);
    return true;
}

static bool parse_report(json_t *one, struct news *out)
{
    json_t *success = json_object_get(one, "success");
    char code[60], words[120], time[24];

    cloud_member(one, "out_id", out->reference, sizeof(out->reference));
    cloud_member(one, "biz_id", out->ref, sizeof(out->ref));
    if (!json_is_boolean(success) || (out->reference[0] == '\0' && out->ref[0] == '\0'))
        return false;
    out->kind = NEWS_REPORT;
    cloud_member(one, "phone_number", out->from, sizeof(out->from));
    cloud_member(one, "err_code", code, sizeof(code));
    cloud_member(one, "err_msg", words, sizeof(words));
    cloud_member(one, "report_time", time, sizeof(time));
    cloud_reason(code, words, out->reason, sizeof(out->reason));
    out->at_ms = cloud_china_ms(time);
    out->state = json_is_true(success)             ? REPORT_DELIVERED
                 : strstr(code, "EXPIRED") != NULL ? REPORT_EXPIRED
                                                   : REPORT_UNDELIVERED;
    out->opted_out =
        strcmp(code, "MOBILE_IN_BLACK") == 0 || strcmp(code, "isv.CUSTOMER_REFUSED") == 0;
    snprintf(out->once, sizeof(out->once), "%.50s:%.25s",
             out->ref[0] != '\0' ? out->ref : out->reference, code);
    return true;
}

static bool parse_reply(json_t *one, struct news *out)
{
    json_t *content = json_object_get(one, "content");
    char time[24];

    cloud_member(one, "phone_number", out->from, sizeof(out->from));
    if (!json_is_string(content) || out->from[0] == '\0')
        return false;
    out->kind = NEWS_REPLY;
    cloud_member(one, "dest_code", out->to, sizeof(out->to));
    cloud_member(one, "sequence_id", out->once, sizeof(out->once));
    cloud_member(one, "send_time", time, sizeof(time));
    out->at_ms = cloud_china_ms(time);
    buf_add(&out->text, json_string_value(content), json_string_length(content));
    return true;
}

static bool aliyun_parse(const struct gateway *g, const struct callback *c,
                         struct news *out, struct error *err)
{
    json_t *one = cloud_json(&c->body);
    bool ok = c->report ? parse_report(one, out) : parse_reply(one, out);

    (void)g;
    json_decref(one);
    if (!ok)
        return error_set(err, ERROR_INPUT, "Alibaba Cloud's push cannot be read.");
    return true;
}

/* ---- asking after a message ---- */

static bool aliyun_query(const struct gateway *g, const struct sms_mt *mt,
                         int64_t sent_ms, struct request *out, struct error *err)
{
    const struct cloud *c = cloud_of(g);
    struct buf query = buf_new(1000);
    int year, month, day;
    char date[16], page[8];

    (void)err;
    day_civil((int32_t)((sent_ms / 1000 + CHINA_OFFSET_S) / DAY_S), &year, &month, &day);
    snprintf(date, sizeof(date), "%04d%02d%02d", year % 10000, month, day);
    snprintf(page, sizeof(page), "%d", PAGE);
    urlencoded_add(&query, "CurrentPage", "1");
    urlencoded_add(&query, "PageSize", page);
    urlencoded_add(&query, "PhoneNumber", phone_of(mt));
    urlencoded_add(&query, "SendDate", date);
    compose_call(c, mt, "QuerySendDetails", buf_text(&query), out);
    buf_free(&query);
    return true;
}

/* 1 waits for its report, 2 failed, 3 arrived. */
static void take_detail(json_t *detail, struct news *out)
{
    int64_t status = cloud_number(detail, "SendStatus");
    char code[80], time[24];

    cloud_member(detail, "ErrCode", code, sizeof(code));
    cloud_member(detail, "ReceiveDate", time, sizeof(time));
    out->kind = NEWS_REPORT;
    out->state = status == 3   ? REPORT_DELIVERED
                 : status == 2 ? REPORT_UNDELIVERED
                               : REPORT_BUFFERED;
    out->at_ms = cloud_china_ms(time);
    cloud_reason(code, "", out->reason, sizeof(out->reason));
}

/* Whether the day that was asked for is surely the one that the cloud booked. */
static bool is_off_midnight(int64_t sent_ms)
{
    int64_t second = (sent_ms / 1000 + CHINA_OFFSET_S) % DAY_S;

    return second >= MIDNIGHT_S && second < DAY_S - MIDNIGHT_S;
}

static enum found aliyun_query_judge(const struct gateway *g, const struct sms_mt *mt,
                                     int64_t sent_ms, const struct answer *answer,
                                     struct news *out)
{
    char reference[GATEWAY_REF], code[40], given[GATEWAY_REF];
    enum found found = FOUND_NO_ANSWER;
    json_t *root, *details, *detail;
    int64_t total;
    size_t i;

    (void)g;
    if (answer->carried != CARRIED_ANSWERED || answer->status != 200)
        return FOUND_NO_ANSWER;
    gateway_reference(mt->id, mt->attempt, reference);
    root = cloud_json(&answer->body);
    cloud_member(root, "Code", code, sizeof(code));
    total = cloud_number(root, "TotalCount");
    details =
        json_object_get(json_object_get(root, "SmsSendDetailDTOs"), "SmsSendDetailDTO");
    json_array_foreach(details, i, detail)
    {
        cloud_member(detail, "OutId", given, sizeof(given));
        if (strcmp(given, reference) == 0) {
            snprintf(out->reference, sizeof(out->reference), "%s", reference);
            take_detail(detail, out);
            found = FOUND_IT;
        }
    }
    if (found != FOUND_IT && strcmp(code, "OK") == 0 && total >= 0 &&
        total == (int64_t)json_array_size(details) && is_off_midnight(sent_ms))
        found = FOUND_NOTHING;
    json_decref(root);
    return found;
}

/* ---- the settings and the console ---- */

static const char sample[] =
    "; 阿里云短信服务。AccessKey 用只有短信权限的 RAM 用户的。\n"
    "; Alibaba Cloud SMS; use the AccessKey of a RAM user that may send SMS only.\n"
    "[gateway aliyun]\n"
    "kind = aliyun\n"
    "; AccessKey ID / AccessKey Secret\n"
    "user = \n"
    "password = \n"
    "; 审核通过的签名，不带【】 / the approved signature without its brackets\n"
    "sign_name = 青城政务\n"
    "; 每种短信对应的模板 CODE；要登记的模板内容见 yiping gateway sample aliyun\n"
    "; the approved template for each text; `yiping gateway sample` lists what to "
    "register\n"
    "; 没有登记的短信不会发出 / what is not named here does not go out\n"
    "forms = survey:SMS_1001, survey_code:SMS_1002, survey_four:SMS_1003,\n"
    "    survey_multi:SMS_1004, remind:SMS_1005, remind_code:SMS_1006,\n"
    "    reason:SMS_1007, thanks_good:SMS_1008, thanks_bad:SMS_1009,\n"
    "    clarify:SMS_1010, clarify_multi:SMS_1011, clarify_result:SMS_1012,\n"
    "    changed:SMS_1013, already:SMS_1014, expired:SMS_1015, unknown:SMS_1016,\n"
    "    optout:SMS_1017, notme:SMS_1018, result:SMS_1019, near:SMS_1020,\n"
    "    called:SMS_1021, appeal_done:SMS_1022, test:SMS_1023, early:SMS_1024,\n"
    "    promise:SMS_1025, clarify_promise:SMS_1026, promise_denied:SMS_1027,\n"
    "    recheck:SMS_1028\n"
    "; 阿里云能访问到的本系统地址 / where Alibaba Cloud reaches us\n"
    "callback_base = https://pingjia.example.gov.cn\n"
    "; 平台不保证扩展码可用：实测可用后才改为 extension，并填 access_number\n"
    "; no promise of slots: extension (and access_number) only after a live test\n"
    "slots = letters\n";

static void aliyun_other_side(const struct gateway *g, struct buf *out)
{
    buf_addf(out,
             "阿里云短信控制台，通用设置，国内消息设置，HTTP 批量推送模式：\n"
             "In the console under general settings, domestic messages, HTTP push:\n"
             "    SmsReport  %s\n"
             "    SmsUp      %s\n\n"
             "要申请的模板（类型：短信通知；签名由平台加，内容里不要写）。"
             "通过后把 CODE 写进 forms。\n"
             "Templates to register (kind: notification; the platform adds the "
             "signature). Write their codes into forms.\n\n",
             g->report_url, g->reply_url);
    forms_list(&cloud_of(g)->forms, FORM_NAMED, out);
}

const struct gateway_ops aliyun_gateway = {
    .name = "aliyun",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES | GATEWAY_FORMS,
    .sample = sample,
    .thanks_type = "application/json",
    .thanks = "{\"code\":0,\"msg\":\"ok\"}",
    .open = aliyun_open,
    .compose = aliyun_compose,
    .judge = aliyun_judge,
    .split = aliyun_split,
    .parse = aliyun_parse,
    .query = aliyun_query,
    .query_judge = aliyun_query_judge,
    .other_side = aliyun_other_side,
    .close = cloud_close,
};
