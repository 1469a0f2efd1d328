/*
 * tencent.c — Tencent Cloud SMS, API 2021-01-11, signed by TC3-HMAC-SHA256.
 *
 *   we ask     POST / {"PhoneNumberSet":["+86…"],"SmsSdkAppId":…,"SignName":…,
 *                      "TemplateId":…,"TemplateParamSet":[…],"SessionContext":"ID.ATTEMPT"}
 *   it says    {"Response":{"SendStatusSet":[{"Code":"Ok","SerialNo":…}]}} or
 *              {"Response":{"Error":{"Code":…,"Message":…}}}, HTTP 200 both times
 *   it pushes  reports [{"sid","ext","mobile","report_status","errmsg",…}…]
 *              replies {"extend","mobile","nationcode","text","time",…}
 *
 * Only approved texts go out (forms.h), their values by position. Pushes bear no
 * signature: their address holds the secret. A reply has no id; its hash stands for one.
 *
 * Sending knows no idempotency key. The query lists what reports have come for a phone,
 * so it can prove that a message went out, never that it did not.
 */
#include "gateways/gateway.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateways/cloud.h"
#include "gateways/cloud_sign.h"

enum { QUERY_BEFORE_S = 60, QUERY_AFTER_S = 3 * 86400, QUERY_MOST = 100 };

static bool tencent_open(struct gateway *g, const struct gateway_setup *setup,
                         struct error *err)
{
    static const struct cloud_needs needs = {"https://sms.tencentcloudapi.com",
                                             " user password account sign_name "};
    struct cloud *c;

    if (!cloud_open(g, setup, &needs, err))
        return false;
    c = g->own;
    if (c->region[0] == '\0')
        snprintf(c->region, sizeof(c->region), "ap-guangzhou");
    return true;
}

/* ---- asking ---- */

/* The body is taken; it is signed byte for byte as it goes out. */
static void compose_call(const struct cloud *c, const struct sms_mt *mt,
                         const char *action, json_t *body, struct request *out)
{
    static const char type[] = "application/json";
    int64_t at_s = mt->now_ms / 1000;
    char host[sizeof(c->host)]; /* without its port, as the vendor's package signs it */

    snprintf(host, sizeof(host), "%.*s", (int)strcspn(c->host, ":"), c->host);
    out->kind = REQUEST_HTTP;
    out->method = "POST";
    buf_addf(&out->url, "%s/", c->base);
    cloud_dump(body, &out->body);
    buf_addf(&out->headers,
             "Content-Type: %s\nAccept: application/json\nX-TC-Action: %s\n"
             "X-TC-Version: 2021-01-11\nX-TC-Region: %s\nX-TC-Timestamp: %" PRId64
             "\nAuthorization: ",
             type, action, c->region, at_s);
    cloud_sign_tc3(&(struct tc3){c->user, c->password, "sms", host, type, at_s,
                                 out->body.data, out->body.length},
                   &out->headers);
    buf_add_byte(&out->headers, '\n');
}

static void take_value(void *self, const char *name, const char *value)
{
    (void)name; /* by position */
    json_array_append_new(self, json_string(value));
}

static bool tencent_compose(const struct gateway *g, const struct sms_mt *mt,
                            struct request *out, struct error *err)
{
    const struct cloud *c = cloud_of(g);
    json_t *values = json_array(), *body;
    char reference[GATEWAY_REF], extension[24];
    const struct form *form;

    if (!forms_find(&c->forms, mt, &form, err) ||
        !forms_fill(form, mt, take_value, values, err)) {
        json_decref(values);
        return false;
    }
    gateway_reference(mt->id, mt->attempt, reference);
    cloud_extension(g, mt, extension);
    body = json_pack("{s:[s], s:s, s:s, s:s, s:o}", "PhoneNumberSet", mt->to,
                     "SmsSdkAppId", c->account, "SignName", c->sign_name, "TemplateId",
                     form->code, "TemplateParamSet", values);
    if (body == NULL)
        return error_set(err, ERROR_REFUSED,
                         "The signature or application of this gateway is not UTF-8.");
    if (extension[0] != '\0')
        json_object_set_new(body, "ExtendCode", json_string(extension));
    json_object_set_new(body, "SessionContext", json_string(reference));
    compose_call(c, mt, "SendSms", body, out);
    return true;
}

/* ---- what it answers ---- */

/*
 * Refusals are documented as such; "InternalError" is not, least of all its Timeout, so
 * it is uncertain. Limits of one phone pass; those of the account slow the gateway down.
 */
static const struct cloud_code codes[] = {
    {"FailedOperation.PhoneNumberInBlacklist", OUTCOME_REFUSED, HEALTH_GOOD, true},
    {"FailedOperation.SignatureIncorrectOrUnapproved", OUTCOME_RETRY, HEALTH_SETUP,
     false},
    /* one text is not approved yet; the others go on */
    {"FailedOperation.TemplateIncorrectOrUnapproved", OUTCOME_RETRY, HEALTH_GOOD, false},
    {"FailedOperation.InsufficientBalanceInSmsPackage", OUTCOME_RETRY, HEALTH_SETUP,
     false},
    {"FailedOperation.*", OUTCOME_REFUSED, HEALTH_GOOD, false},
    {"LimitExceeded.PhoneNumberThirtySecondLimit", OUTCOME_RETRY, HEALTH_GOOD, false},
    {"LimitExceeded.PhoneNumberOneHourLimit", OUTCOME_RETRY, HEALTH_GOOD, false},
    {"LimitExceeded.PhoneNumberDailyLimit", OUTCOME_RETRY, HEALTH_GOOD, false},
    {"LimitExceeded.DeliveryFrequencyLimit", OUTCOME_RETRY, HEALTH_GOOD, false},
    {"LimitExceeded.PhoneNumber*", OUTCOME_REFUSED, HEALTH_GOOD, false},
    {"LimitExceeded*", OUTCOME_RETRY, HEALTH_BUSY, false},
    {"RequestLimitExceeded*", OUTCOME_RETRY, HEALTH_BUSY, false},
    {"AuthFailure*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"UnauthorizedOperation*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"InvalidParameterValue.SdkAppId*", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"UnsupportedRegion", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"IpInBlacklist", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"IpNotInWhitelist", OUTCOME_RETRY, HEALTH_SETUP, false},
    {"InvalidParameter*", OUTCOME_REFUSED, HEALTH_GOOD, false},
    {"MissingParameter*", OUTCOME_REFUSED, HEALTH_GOOD, false},
    {"UnsupportedOperation*", OUTCOME_REFUSED, HEALTH_GOOD, false},
};

static const struct cloud_code throttled = {"", OUTCOME_RETRY, HEALTH_BUSY, false};

/* The one that speaks of this message: of the request, else of its only phone. */
static json_t *verdict_of(json_t *root)
{
    json_t *response = json_object_get(root, "Response");
    json_t *error = json_object_get(response, "Error");

    return json_is_object(error)
               ? error
               : json_array_get(json_object_get(response, "SendStatusSet"), 0);
}

static enum outcome judge_verdict(const struct answer *answer, json_t *verdict,
                                  struct submitted *out)
{
    const struct cloud_code *meaning;
    char code[100], words[300];

    cloud_member(verdict, "Code", code, sizeof(code));
    cloud_member(verdict, "Message", words, sizeof(words));
    if (strcmp(code, "Ok") == 0) {
        cloud_member(verdict, "SerialNo", out->refs[0], sizeof(out->refs[0]));
        out->ref_count = out->refs[0][0] != '\0' ? 1 : 0;
        return OUTCOME_ACCEPTED;
    }
    meaning = cloud_code_find(codes, LENGTH(codes), code);
    if (meaning == NULL && answer->status == 429)
        meaning = &throttled;
    if (meaning != NULL)
        return cloud_book(meaning, code, words, out);
    if (code[0] == '\0')
        return cloud_undocumented(answer, out);
    cloud_reason(code, words, out->reason, sizeof(out->reason));
    return OUTCOME_UNKNOWN;
}

static enum outcome tencent_judge(const struct gateway *g, const struct answer *answer,
                                  struct submitted *out)
{
    enum outcome outcome;
    json_t *root;

    (void)g;
    if (cloud_not_answered(answer, out, &outcome))
        return outcome;
    root = cloud_json(&answer->body);
    outcome = judge_verdict(answer, verdict_of(root), out);
    json_decref(root);
    return outcome;
}

/* ---- what it pushes ---- */

static bool tencent_split(const struct gateway *g, const struct callback *c,
                          callback_each *each, void *self, struct error *err)
{
    (void)g;
    (void)err;
    cloud_split(c, each, self);
    return true;
}

/* "+86139…" from the two that it tells apart. */
static void phone_of(json_t *one, char *out, size_t size)
{
    char country[8], mobile[24];

    cloud_member(one, "nationcode", country, sizeof(country));
    cloud_member(one, "mobile", mobile, sizeof(mobile));
    if (mobile[0] == '\0')
        out[0] = '\0';
    else if (mobile[0] == '+' || country[0] == '\0')
        snprintf(out, size, "%s", mobile);
    else
        snprintf(out, size, "+%s%s", country, mobile);
}

/* SUCCESS or FAIL, with the carrier's word. */
static void take_state(const char *status, const char *word, struct news *out)
{
    out->state = strcmp(status, "SUCCESS") == 0 ? REPORT_DELIVERED
                 : strcmp(word, "EXPIRED") == 0 ? REPORT_EXPIRED
                                                : REPORT_UNDELIVERED;
}

static bool parse_report(json_t *one, struct news *out)
{
    char status[16], word[60], words[120], time[24];

    cloud_member(one, "sid", out->ref, sizeof(out->ref));
    cloud_member(one, "ext", out->reference, sizeof(out->reference));
    cloud_member(one, "report_status", status, sizeof(status));
    if ((out->ref[0] == '\0' && out->reference[0] == '\0') ||
        (strcmp(status, "SUCCESS") != 0 && strcmp(status, "FAIL") != 0))
        return false;
    out->kind = NEWS_REPORT;
    phone_of(one, out->from, sizeof(out->from));
    cloud_member(one, "errmsg", word, sizeof(word));
    cloud_member(one, "description", words, sizeof(words));
    cloud_member(one, "user_receive_time", time, sizeof(time));
    take_state(status, word, out);
    out->at_ms = cloud_china_ms(time);
    cloud_reason(word, words, out->reason, sizeof(out->reason));
    snprintf(out->once, sizeof(out->once), "%.60s:%.12s",
             out->ref[0] != '\0' ? out->ref : out->reference, status);
    return true;
}

/* A reply repeated is the same bytes in the same fields: their hash is its id. */
static void hash_reply(const struct news *out, const char *extend, int64_t time_s,
                       char once[GATEWAY_REF])
{
    struct buf all = buf_new(GATEWAY_BODY_MOST);
    char hex[65];

    buf_addf(&all, "%s\n%s\n%" PRId64 "\n", out->from, extend, time_s);
    buf_add(&all, buf_text(&out->text), out->text.length);
    cloud_hash(buf_text(&all), all.length, hex);
    snprintf(once, GATEWAY_REF, "sha256:%.40s", hex);
    buf_free(&all);
}

static bool parse_reply(const struct gateway *g, json_t *one, struct news *out)
{
    json_t *text = json_object_get(one, "text");
    char extend[16];
    int64_t time_s = cloud_number(one, "time");

    phone_of(one, out->from, sizeof(out->from));
    if (!json_is_string(text) || out->from[0] == '\0')
        return false;
    out->kind = NEWS_REPLY;
    cloud_member(one, "extend", extend, sizeof(extend));
    snprintf(out->to, sizeof(out->to), "%.24s%.7s", g->access_number,
             g->access_number[0] != '\0' ? extend : "");
    out->at_ms = time_s > 0 && time_s < INT64_C(100000000000) ? time_s * 1000 : 0;
    buf_add(&out->text, json_string_value(text), json_string_length(text));
    /* Without its time a second "1" would pass for the first, come again. */
    if (out->at_ms != 0)
        hash_reply(out, extend, time_s, out->once);
    return true;
}

static bool tencent_parse(const struct gateway *g, const struct callback *c,
                          struct news *out, struct error *err)
{
    json_t *one = cloud_json(&c->body);
    bool ok = c->report ? parse_report(one, out) : parse_reply(g, one, out);

    json_decref(one);
    if (!ok)
        return error_set(err, ERROR_INPUT, "Tencent Cloud's push cannot be read.");
    return true;
}

/* ---- asking after a message ---- */

static bool tencent_query(const struct gateway *g, const struct sms_mt *mt,
                          int64_t sent_ms, struct request *out, struct error *err)
{
    const struct cloud *c = cloud_of(g);
    int64_t sent_s = sent_ms / 1000;
    json_t *body =
        json_pack("{s:I, s:I, s:i, s:i, s:s, s:s}", "BeginTime",
                  (json_int_t)(sent_s - QUERY_BEFORE_S), "EndTime",
                  (json_int_t)(sent_s + QUERY_AFTER_S), "Offset", 0, "Limit", QUERY_MOST,
                  "PhoneNumber", mt->to, "SmsSdkAppId", c->account);

    if (body == NULL)
        return error_set(err, ERROR_REFUSED, "The application id is not UTF-8.");
    compose_call(c, mt, "PullSmsSendStatusByPhoneNumber", body, out);
    return true;
}

static void take_status(json_t *status, struct news *out)
{
    char state[16], word[60];
    int64_t time_s = cloud_number(status, "UserReceiveTime");

    cloud_member(status, "ReportStatus", state, sizeof(state));
    cloud_member(status, "Description", word, sizeof(word));
    cloud_member(status, "SerialNo", out->ref, sizeof(out->ref));
    out->kind = NEWS_REPORT;
    take_state(state, word, out);
    if (strcmp(state, "SUCCESS") != 0 && strcmp(state, "FAIL") != 0)
        out->state = REPORT_BUFFERED;
    out->at_ms = time_s > 0 && time_s < INT64_C(100000000000) ? time_s * 1000 : 0;
    cloud_reason(word, "", out->reason, sizeof(out->reason));
}

/* Never sure of none: what has no report yet is not in the list. */
static enum found tencent_query_judge(const struct gateway *g, const struct sms_mt *mt,
                                      int64_t sent_ms, const struct answer *answer,
                                      struct news *out)
{
    char reference[GATEWAY_REF], given[GATEWAY_REF];
    enum found found = FOUND_NO_ANSWER;
    json_t *root, *set, *status;
    size_t i;

    (void)g;
    (void)sent_ms;
    if (answer->carried != CARRIED_ANSWERED)
        return FOUND_NO_ANSWER;
    gateway_reference(mt->id, mt->attempt, reference);
    root = cloud_json(&answer->body);
    set = json_object_get(json_object_get(root, "Response"), "PullSmsSendStatusSet");
    json_array_foreach(set, i, status)
    {
        cloud_member(status, "SessionContext", given, sizeof(given));
        if (strcmp(given, reference) == 0) {
            snprintf(out->reference, sizeof(out->reference), "%s", reference);
            take_status(status, out);
            found = FOUND_IT;
        }
    }
    json_decref(root);
    return found;
}

/* ---- the settings and the console ---- */

static const char sample[] =
    "; 腾讯云短信。密钥用只有短信权限的子账号的。\n"
    "; Tencent Cloud SMS; use the keys of a sub-account that may send SMS only.\n"
    "[gateway tencent]\n"
    "kind = tencent\n"
    "; SecretId / SecretKey\n"
    "user = \n"
    "password = \n"
    "; 短信应用的 SdkAppId / the SMS application\n"
    "account = 1400000000\n"
    "; 审核通过的签名内容，不带【】 / the approved signature without its brackets\n"
    "sign_name = 青城政务\n"
    "region = ap-guangzhou\n"
    "; 每种短信对应的模板 ID，第三段是控制台规定的变量最长字数\n"
    "; the approved template for each text; behind it the longest value that the "
    "console\n"
    "; allows; `yiping gateway sample` lists what to register\n"
    "; 没有登记的短信不会发出 / what is not named here does not go out\n"
    "forms = survey:449701:12, survey_code:449702:12, survey_four:449703,\n"
    "    survey_multi:449704, remind:449705:12, remind_code:449706, reason:449707,\n"
    "    thanks_good:449708:16, thanks_bad:449709:16, clarify:449710,\n"
    "    clarify_multi:449711, clarify_result:449712, changed:449713:16,\n"
    "    already:449714, expired:449715, unknown:449716, optout:449717,\n"
    "    notme:449718, result:449719, near:449720, called:449721,\n"
    "    appeal_done:449722, test:449723, early:449724,\n"
    "    promise:449725, clarify_promise:449726, promise_denied:449727,\n"
    "    recheck:449728\n"
    "; 腾讯云能访问到的本系统地址 / where Tencent Cloud reaches us\n"
    "callback_base = https://pingjia.example.gov.cn\n"
    "; 扩展码要向腾讯云申请开通：开通后才改为 extension，并填 access_number\n"
    "; extension (and access_number) only after Tencent Cloud opened extensions for you\n"
    "slots = letters\n";

static void tencent_other_side(const struct gateway *g, struct buf *out)
{
    buf_addf(out,
             "腾讯云短信控制台，应用管理，该应用，基础配置，事件回调：\n"
             "In the console at the application, basic configuration, event callbacks:\n"
             "    下发状态回调 / status  %s\n"
             "    上行短信回调 / reply   %s\n"
             "并请腾讯云开通回调里的 ext（SessionContext），对账更准。\n"
             "Ask Tencent Cloud to put ext (SessionContext) into the callbacks.\n\n"
             "要申请的正文模板（普通短信；签名由平台加，内容里不要写）。"
             "通过后把模板 ID 写进 forms。\n"
             "Templates to register (the platform adds the signature). Write their ids "
             "into forms.\n\n",
             g->report_url, g->reply_url);
    forms_list(&cloud_of(g)->forms, FORM_NUMBERED, out);
}

const struct gateway_ops tencent_gateway = {
    .name = "tencent",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES | GATEWAY_FORMS,
    .sample = sample,
    .thanks_type = "application/json",
    .thanks = "{\"result\":0,\"errmsg\":\"OK\"}",
    .open = tencent_open,
    .compose = tencent_compose,
    .judge = tencent_judge,
    .split = tencent_split,
    .parse = tencent_parse,
    .query = tencent_query,
    .query_judge = tencent_query_judge,
    .other_side = tencent_other_side,
    .close = cloud_close,
};
