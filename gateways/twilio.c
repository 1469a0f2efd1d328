/*
 * twilio.c — Twilio Programmable Messaging, API 2010-04-01.
 *
 *   we ask     POST …/Accounts/SID/Messages.json   To, From, Body, StatusCallback
 *   it says    201 {"sid":"SM…","status":"queued",…} or 4xx {"code":21211,"message":…}
 *   it calls   reply  MessageSid, From, To, Body …           (form, signed)
 *              report MessageSid, MessageStatus, ErrorCode … (form, signed), our
 * reference in the address that we gave
 *
 * Twilio knows no idempotency key. What became of an uncertain message is asked by
 * listing what went to the phone and comparing the text, since nothing of ours stands in
 * the list; where that leaves room for doubt we say so. Numbers cannot be extended: one
 * of our numbers, several questions told apart by letters. A pool of numbers is not
 * built.
 */
#include "gateways/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/charset.h"
#include "base/crypt.h"
#include "base/day.h"
#include "gateways/cloud.h"
#include "gateways/cloud_sign.h"
#include "gateways/urlencoded.h"

enum {
    LIST_PAGE = 40,             /* messages of a page: one fits in an answer's body */
    NEAR_BEFORE_MS = 60 * 1000, /* a message made then is the one we sent */
    NEAR_AFTER_MS = 180 * 1000, /* the longest exchange, and clocks that differ */
    FAR_MS = 6 * 3600 * 1000, /* with the same text it might be ours, with a bad clock */
    URL_MOST = 4096,
};

/* ---- opening ---- */

static bool twilio_open(struct gateway *g, const struct gateway_setup *setup,
                        struct error *err)
{
    static const struct cloud_needs needs = {"https://api.twilio.com",
                                             " account password "};
    struct cloud *c;

    if (!cloud_open(g, setup, &needs, err))
        return false;
    c = g->own;
    if (c->user[0] != '\0' && strcmp(c->user, c->account) != 0)
        return error_set(
            err, ERROR_SETUP,
            "The gateway \"%.40s\" has a user beside its account. Twilio signs "
            "its calls with the account's auth token: leave user out and set "
            "password to that token.",
            setup->name);
    snprintf(c->user, sizeof(c->user), "%s", c->account);
    if (g->access_number[0] == '\0')
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" needs the setting access_number: one of "
                         "your numbers at Twilio, as in +15005550006.",
                         setup->name);
    if (g->slots == SLOTS_EXTENSION)
        return error_set(err, ERROR_SETUP,
                         "Numbers at Twilio cannot be extended. Set slots of the gateway "
                         "\"%.40s\" to letters or one.",
                         setup->name);
    return true;
}

/* ---- sending ---- */

static void add_login(const struct cloud *c, struct buf *headers)
{
    struct buf pair = buf_new(1000);

    buf_addf(&pair, "%s:%s", c->user, c->password);
    buf_add_text(headers, "Authorization: Basic ");
    crypt_base64((const unsigned char *)buf_text(&pair), pair.length, headers);
    buf_add_text(headers, "\nAccept: application/json\n");
    if (pair.data != NULL)
        crypt_wipe(pair.data, pair.length);
    buf_free(&pair);
}

static void add_messages_url(const struct cloud *c, struct buf *url)
{
    buf_addf(url, "%s/2010-04-01/Accounts/", c->base);
    urlencoded_encode(url, c->account, strlen(c->account));
    buf_add_text(url, "/Messages.json");
}

/* The sender as Twilio wants it: E.164, but short codes (5 or 6 digits) without '+'. */
static void sender_of(const struct gateway *g, const struct sms_mt *mt, char out[32])
{
    const char *from =
        mt->from != NULL && mt->from[0] != '\0' ? mt->from : g->access_number;

    snprintf(out, 32, "%s%.30s",
             from[0] != '+' && strlen(from) > 6 &&
                     strspn(from, "0123456789") == strlen(from)
                 ? "+"
                 : "",
             from);
}

static bool twilio_compose(const struct gateway *g, const struct sms_mt *mt,
                           struct request *out, struct error *err)
{
    const struct cloud *c = cloud_of(g);
    char reference[GATEWAY_REF], from[32];

    sender_of(g, mt, from);
    gateway_reference(mt->id, mt->attempt, reference);
    out->kind = REQUEST_HTTP;
    out->method = "POST";
    add_messages_url(c, &out->url);
    add_login(c, &out->headers);
    buf_add_text(&out->headers, "Content-Type: application/x-www-form-urlencoded\n");
    urlencoded_add(&out->body, "To", mt->to);
    urlencoded_add(&out->body, "From", from);
    urlencoded_add(&out->body, "Body", mt->text);
    if (g->report_url[0] != '\0') {
        struct buf url = buf_new(URL_MOST);

        buf_addf(&url, "%s?ref=%s", g->report_url, reference);
        urlencoded_add(&out->body, "StatusCallback", buf_text(&url));
        buf_free(&url);
    }
    if (out->body.overflowed)
        return error_set(err, ERROR_REFUSED, "This message is too long for Twilio.");
    return true;
}

/* Codes that mean more than "not this message"; what is not here is REFUSED. */
static const struct cloud_code codes[] = {
    {"21610", OUTCOME_REFUSED, HEALTH_GOOD, true}, /* the phone sent STOP */
    {"20429", OUTCOME_RETRY, HEALTH_BUSY, false},  /* too many at once */
    {"21611", OUTCOME_RETRY, HEALTH_BUSY, false},  /* the sender's queue is full */
    {"63038", OUTCOME_RETRY, HEALTH_BUSY, false},  /* the day's messages are used up */
    {"20003", OUTCOME_RETRY, HEALTH_SETUP, false}, /* log-in */
    {"20005", OUTCOME_RETRY, HEALTH_SETUP, false}, /* the account is not active */
    {"20006", OUTCOME_RETRY, HEALTH_SETUP, false}, /* access denied */
    {"20008", OUTCOME_RETRY, HEALTH_SETUP, false}, /* test credentials */
    {"20404", OUTCOME_RETRY, HEALTH_SETUP, false}, /* no such account */
    {"21212", OUTCOME_RETRY, HEALTH_SETUP, false}, /* From is no number */
    {"21603", OUTCOME_RETRY, HEALTH_SETUP, false}, /* From is missing */
    {"21606", OUTCOME_RETRY, HEALTH_SETUP, false}, /* From is not ours */
    {"21609", OUTCOME_RETRY, HEALTH_SETUP, false}, /* the callback address is no good */
    {"21659", OUTCOME_RETRY, HEALTH_SETUP, false}, /* From is not a number of Twilio's */
    {"21660", OUTCOME_RETRY, HEALTH_SETUP, false}, /* From is of another account */
};

static const struct cloud_code refused = {"", OUTCOME_REFUSED, HEALTH_GOOD, false};
static const struct cloud_code throttled = {"", OUTCOME_RETRY, HEALTH_BUSY, false};
static const struct cloud_code stranger = {"", OUTCOME_RETRY, HEALTH_SETUP, false};

static enum outcome judge_error(const struct answer *answer, json_t *root,
                                struct submitted *out)
{
    char code[24], words[300];
    const struct cloud_code *meaning;

    cloud_member(root, "code", code, sizeof(code));
    cloud_member(root, "message", words, sizeof(words));
    if (answer->status == 429)
        return cloud_book(&throttled, code[0] != '\0' ? code : "429", words, out);
    if (answer->status == 401)
        return cloud_book(&stranger, code[0] != '\0' ? code : "401", words, out);
    if (answer->status < 400 || answer->status > 499 || cloud_number(root, "code") <= 0)
        return cloud_undocumented(answer, out);
    meaning = cloud_code_find(codes, LENGTH(codes), code);
    return cloud_book(meaning != NULL ? meaning : &refused, code, words, out);
}

static enum outcome twilio_judge(const struct gateway *g, const struct answer *answer,
                                 struct submitted *out)
{
    enum outcome outcome;
    json_t *root;
    char sid[GATEWAY_REF];

    (void)g;
    if (cloud_not_answered(answer, out, &outcome))
        return outcome;
    root = cloud_json(&answer->body);
    cloud_member(root, "sid", sid, sizeof(sid));
    if ((answer->status == 201 || answer->status == 200) && sid[0] != '\0') {
        outcome = OUTCOME_ACCEPTED;
        snprintf(out->refs[0], sizeof(out->refs[0]), "%s", sid);
        out->ref_count = 1;
    } else {
        outcome = judge_error(answer, root, out);
    }
    json_decref(root);
    return outcome;
}

/* ---- what it calls us with ---- */

/* The same address with the port that its scheme has anyway, or without any port. */
static void other_port(const char *url, struct buf *out)
{
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : url;
    size_t length = strcspn(host, "/?#");
    const char *colon = memchr(host, ':', length);

    if (host[0] == '[') { /* an IPv6 address has colons of its own */
        const char *close = memchr(host, ']', length);

        colon = close != NULL && close[1] == ':' ? close + 1 : NULL;
    }
    buf_add(out, url, (size_t)((colon != NULL ? colon : host + length) - url));
    if (colon == NULL)
        buf_add_text(out, strncmp(url, "https", 5) == 0 ? ":443" : ":80");
    buf_add_text(out, host + length);
}

static bool signature_fits(const struct cloud *c, const char *url,
                           const struct callback *call, bool is_form)
{
    struct buf want = buf_new(64);
    bool ok = cloud_sign_twilio(c->password, url, is_form ? call->body.data : NULL,
                                is_form ? call->body.length : 0, &want) &&
              want.length == strlen(call->signature) &&
              crypt_equal(buf_text(&want), call->signature, want.length);

    buf_free(&want);
    return ok;
}

/* A body that is no form is signed by its hash in the address. */
static bool body_fits(const struct callback *call)
{
    char named[80], hash[65];

    urlencoded_text(buf_text(&call->query), call->query.length, "bodySHA256", named,
                    sizeof(named));
    cloud_hash(call->body.data, call->body.length, hash);
    for (char *at = named; *at != '\0'; at++)
        *at = *at >= 'A' && *at <= 'F' ? (char)(*at - 'A' + 'a') : *at;
    return strlen(named) == 64 && crypt_equal(named, hash, 64);
}

static bool twilio_verify(const struct gateway *g, const struct callback *call,
                          struct error *err)
{
    const struct cloud *c = cloud_of(g);
    const char *ours = call->report ? g->report_url : g->reply_url;
    bool is_form = strncasecmp(call->type, "application/x-www-form-urlencoded", 33) == 0;
    struct buf url = buf_new(GATEWAY_BODY_MOST + 1024),
               other = buf_new(GATEWAY_BODY_MOST + 1024);
    bool ok;

    buf_add_text(&url, ours);
    if (call->query.length > 0) {
        buf_add_byte(&url, '?');
        buf_add(&url, buf_text(&call->query), call->query.length);
    }
    other_port(buf_text(&url), &other);
    ok = ours[0] != '\0' && memchr(buf_text(&url), '\0', url.length) == NULL &&
         (is_form || call->body.length == 0 || body_fits(call)) &&
         (signature_fits(c, buf_text(&url), call, is_form) ||
          signature_fits(c, buf_text(&other), call, is_form));
    buf_free(&url);
    buf_free(&other);
    if (!ok)
        return error_set(err, ERROR_DENIED,
                         "This call does not bear Twilio's signature for this address. "
                         "Do callback_base and the auth token agree with the console?");
    return true;
}

/* A field of the form, or of the query where the call was a GET. */
static bool field(const struct callback *call, const char *name, char *out, size_t size)
{
    char raw[512];
    const struct buf *from = call->body.length > 0 ? &call->body : &call->query;
    bool found = urlencoded_text(buf_text(from), from->length, name, raw, sizeof(raw));

    cloud_copy(raw, out, size);
    return found;
}

static bool state_read(const char *status, enum report_state *out)
{
    static const struct {
        const char *status;
        enum report_state state;
    } rows[] = {{"accepted", REPORT_BUFFERED},  {"scheduled", REPORT_BUFFERED},
                {"queued", REPORT_BUFFERED},    {"sending", REPORT_BUFFERED},
                {"sent", REPORT_BUFFERED},      {"delivered", REPORT_DELIVERED},
                {"read", REPORT_DELIVERED},     {"undelivered", REPORT_UNDELIVERED},
                {"failed", REPORT_UNDELIVERED}, {"canceled", REPORT_UNDELIVERED}};

    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (strcmp(rows[i].status, status) == 0) {
            *out = rows[i].state;
            return true;
        }
    }
    return false;
}

/* 21610: the phone sent STOP. 30004 may be the carrier's doing and is no wish of its own.
 */
static void take_code(const char *code, struct news *out)
{
    out->opted_out = strcmp(code, "21610") == 0;
    if (strcmp(code, "30036") == 0) /* the validity period ran out */
        out->state = REPORT_EXPIRED;
}

static bool parse_report(const struct callback *call, struct news *out)
{
    char status[20], code[16];

    out->kind = NEWS_REPORT;
    field(call, "MessageSid", out->ref, sizeof(out->ref));
    field(call, "MessageStatus", status, sizeof(status));
    field(call, "ErrorCode", code, sizeof(code));
    if (out->ref[0] == '\0' || !state_read(status, &out->state))
        return false;
    urlencoded_text(buf_text(&call->query), call->query.length, "ref", out->reference,
                    sizeof(out->reference));
    field(call, "To", out->from, sizeof(out->from));
    take_code(code, out);
    snprintf(out->once, sizeof(out->once), "%.60s:%.16s", out->ref, status);
    snprintf(out->reason, sizeof(out->reason), "%s%s%s", status,
             code[0] != '\0' ? " " : "", code);
    return true;
}

static bool parse_reply(const struct callback *call, struct news *out)
{
    const struct buf *from = call->body.length > 0 ? &call->body : &call->query;
    struct buf body = buf_new(GATEWAY_BODY_MOST);

    out->kind = NEWS_REPLY;
    field(call, "From", out->from, sizeof(out->from));
    field(call, "To", out->to, sizeof(out->to));
    if (!field(call, "MessageSid", out->once, sizeof(out->once)))
        field(call, "SmsSid", out->once, sizeof(out->once));
    if (!urlencoded_value(buf_text(from), from->length, "Body", &body))
        out->from[0] = '\0';
    if (!charset_decode("UTF-8", buf_text(&body), body.length, &out->text)) {
        out->garbled = true;
        charset_salvage("UTF-8", buf_text(&body), body.length, &out->text);
    }
    buf_free(&body);
    return out->from[0] != '\0';
}

static bool twilio_parse(const struct gateway *g, const struct callback *call,
                         struct news *out, struct error *err)
{
    (void)g;
    if (!(call->report ? parse_report(call, out) : parse_reply(call, out)))
        return error_set(err, ERROR_INPUT, "Twilio's call cannot be read.");
    return true;
}

/* ---- asking after a message ---- */

static bool twilio_query(const struct gateway *g, const struct sms_mt *mt,
                         int64_t sent_ms, struct request *out, struct error *err)
{
    const struct cloud *c = cloud_of(g);
    char from[32];

    (void)sent_ms; /* a filter by date would leave out what was not sent on yet */
    (void)err;
    sender_of(g, mt, from);
    out->kind = REQUEST_HTTP;
    out->method = "GET";
    add_messages_url(c, &out->url);
    add_login(c, &out->headers);
    buf_add_byte(&out->url, '?');
    urlencoded_add(&out->url, "To", mt->to);
    urlencoded_add(&out->url, "From", from);
    buf_addf(&out->url, "&PageSize=%d", LIST_PAGE);
    return true;
}

/* "Fri, 24 May 2019 17:18:27 +0000" (RFC 2822, always UTC here); 0 for anything else. */
static int64_t date_ms(const char *text)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const char *comma = strchr(text, ','), *month;
    char name[4];
    int day, year, hour, minute, second;

    if (sscanf(comma != NULL ? comma + 1 : text, "%2d %3s %4d %2d:%2d:%2d", &day, name,
               &year, &hour, &minute, &second) != 6 ||
        strlen(name) != 3 || (month = strstr(months, name)) == NULL ||
        (month - months) % 3 != 0 || year < 2000 || day < 1 || day > 31 || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return 0;
    return ((int64_t)day_number(year, (int)(month - months) / 3 + 1, day) * 86400 +
            hour * 3600 + minute * 60 + second) *
           1000;
}

/* What a list of messages holds of ours. */
struct search {
    int near, doubtful;
    int64_t oldest_ms; /* of the list; INT64_MAX where it is empty */
    json_t *found;
};

/* When ours must have been made there, if it was. */
static bool is_near(int64_t made_ms, int64_t sent_ms)
{
    return made_ms >= sent_ms - NEAR_BEFORE_MS && made_ms <= sent_ms + NEAR_AFTER_MS;
}

/*
 * A text that is not quite ours, made when ours was, may be ours all the same: a trial
 * account puts words in front, and an account may hide the texts of its messages.
 */
static void look_at(json_t *message, const struct sms_mt *mt, int64_t sent_ms,
                    struct search *s)
{
    char direction[24], date[48];
    const char *body = json_string_value(json_object_get(message, "body"));
    int64_t made_ms;

    cloud_member(message, "direction", direction, sizeof(direction));
    cloud_member(message, "date_created", date, sizeof(date));
    made_ms = date_ms(date);
    if (made_ms < s->oldest_ms)
        s->oldest_ms = made_ms;
    if (strncmp(direction, "outbound", 8) != 0)
        return;
    if (body == NULL || mt->text == NULL || strcmp(body, mt->text) != 0) {
        if (made_ms == 0 || is_near(made_ms, sent_ms))
            s->doubtful++;
        return;
    }
    if (is_near(made_ms, sent_ms)) {
        s->near++;
        s->found = message;
    } else if (made_ms == 0 ||
               (made_ms > sent_ms - FAR_MS && made_ms < sent_ms + FAR_MS)) {
        s->doubtful++;
    }
}

static bool take_found(json_t *message, struct news *out)
{
    char status[20], code[16];

    cloud_member(message, "status", status, sizeof(status));
    cloud_member(message, "error_code", code, sizeof(code));
    cloud_member(message, "sid", out->ref, sizeof(out->ref));
    if (out->ref[0] == '\0' || !state_read(status, &out->state))
        return false;
    out->kind = NEWS_REPORT;
    take_code(code, out);
    snprintf(out->reason, sizeof(out->reason), "%s%s%s", status,
             code[0] != '\0' ? " " : "", code);
    return true;
}

/*
 * Sure of one only where exactly one message with our text was made when we sent ours.
 * Sure of none only where nothing with our text lies within hours, nothing at all when
 * ours was sent, and the list, which has the newest first, goes back that far or is the
 * whole.
 */
static enum found twilio_query_judge(const struct gateway *g, const struct sms_mt *mt,
                                     int64_t sent_ms, const struct answer *answer,
                                     struct news *out)
{
    struct search s = {.oldest_ms = INT64_MAX};
    enum found found = FOUND_NO_ANSWER;
    json_t *root, *messages, *message;
    size_t i;

    (void)g;
    if (answer->carried != CARRIED_ANSWERED || answer->status != 200)
        return FOUND_NO_ANSWER;
    root = cloud_json(&answer->body);
    messages = json_object_get(root, "messages");
    json_array_foreach(messages, i, message) look_at(message, mt, sent_ms, &s);
    if (s.near == 1 && take_found(s.found, out))
        found = FOUND_IT;
    else if (json_is_array(messages) && s.near == 0 && s.doubtful == 0 &&
             (json_is_null(json_object_get(root, "next_page_uri")) ||
              s.oldest_ms < sent_ms - FAR_MS))
        found = FOUND_NOTHING;
    json_decref(root);
    return found;
}

/* ---- the settings and the console ---- */

static const char sample[] =
    "; Twilio：境外短信平台。在控制台取 Account SID、Auth Token 和号码。\n"
    "; Twilio: account SID, auth token and number come from its console.\n"
    "[gateway twilio]\n"
    "kind = twilio\n"
    "; Account SID\n"
    "account = AC00000000000000000000000000000000\n"
    "; Auth Token：登录，也用来核对回调签名；不要用 API Key\n"
    "; the auth token: logs in, and proves that callbacks are Twilio's; no API key\n"
    "password = \n"
    "; 发送号码，E.164 / your number there\n"
    "access_number = +15005550006\n"
    "; Twilio 能访问到的本系统地址（https）/ where Twilio reaches us\n"
    "callback_base = https://pingjia.example.gov.cn\n"
    "; 号码不能扩展，几件事一起问时用字母区分 / letters tell questions apart\n"
    "slots = letters\n";

static void twilio_other_side(const struct gateway *g, struct buf *out)
{
    buf_addf(
        out,
        "Twilio 控制台，号码 %s，Messaging，“A message comes in”：Webhook，HTTP POST\n"
        "In Twilio's console, at the number %s, “A message comes in”: webhook, POST\n"
        "    %s\n"
        "送达报告的地址随每条短信带去，不用填写。\n"
        "Reports need no entry: each message brings its address along.\n"
        "地址要与上面一字不差（签名按地址计算）；主机名不能含下划线，不能是内网地址。\n"
        "The address must stand there exactly so, because it is signed; a host name "
        "without underscore that Twilio can reach.\n",
        g->access_number, g->access_number, g->reply_url);
}

const struct gateway_ops twilio_gateway = {
    .name = "twilio",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES,
    .sample = sample,
    .thanks_type = "text/xml",
    .thanks = "<Response/>",
    .open = twilio_open,
    .compose = twilio_compose,
    .judge = twilio_judge,
    .verify = twilio_verify,
    .parse = twilio_parse,
    .query = twilio_query,
    .query_judge = twilio_query_judge,
    .other_side = twilio_other_side,
    .close = cloud_close,
};
