/*
 * kannel.c — the Kannel gateway, version 1.4.5: smsbox over HTTP, bearerbox's status
 * page.
 *
 *   we ask     GET URL?username=…&coding=2&text=UTF-16BE…&dlr-mask=31&dlr-url=…
 *   it says    202 "0: Accepted for delivery", and what the table below knows
 *   it calls   REPLY?id=%I&from=%p&to=%P&text=%b&coding=%c&charset=%C&udh=%u&ts=%T
 *              REPORT?ref=ID.ATTEMPT&type=%d&a=%A&fid=%F&ts=%T
 *
 * Promise: the text goes out as UTF-16BE without a charset's name, which a Kannel built
 * without iconv takes too. Kannel answers no id, so that our own reference in the address
 * of the report is the only thread between a message and what became of it. An answer
 * that Kannel's manual does not explain is UNKNOWN, even where it sounds like a failure.
 *
 * Not here: what bearerbox reports of queues (kannel_status.c).
 */
#include "gateways/kannel_status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/charset.h"
#include "base/text.h"
#include "gateways/gateway.h"
#include "gateways/udh.h"
#include "gateways/urlencoded.h"

enum {
    NUMBER_MOST = 18, /* digits, two more follow for the slot: SMPP carries 20 */
    CODING_BYTES = 1,
    CODING_UCS2 = 2,
    ALL_REPORTS = 31,
};

struct kannel {
    const char *name;
    char *url, *user, *password, *smsc, *status_url, *status_password;
};

/* ---- opening ---- */

/* A copy, given; "" for what is not set. */
static char *setting(const struct gateway_setup *setup, const char *key)
{
    const char *text = setup->value(setup, key);
    struct buf copy = buf_new(4096);

    buf_add_text(&copy, text != NULL ? text : "");
    return buf_take(&copy);
}

static bool wanted(const struct gateway_setup *setup, const char *key, const char *value,
                   const char *way_out, struct error *err)
{
    if (value != NULL && value[0] != '\0')
        return true;
    return error_set(err, ERROR_SETUP, "The gateway \"%.40s\" has no %s. %s", setup->name,
                     key, way_out);
}

static bool set_number(struct gateway *g, const struct gateway_setup *setup,
                       struct error *err)
{
    const char *number = setup->value(setup, "access_number");
    const char *first;

    if (!wanted(setup, "access_number", number,
                "Set the number that citizens see as the sender, as in 106900.", err))
        return false;
    first = number + (number[0] == '+' ? 1 : 0);
    if (strlen(first) > NUMBER_MOST || strspn(first, "0123456789") != strlen(first))
        return error_set(
            err, ERROR_SETUP,
            "The access number of the gateway \"%.40s\" is not a number of at most %d "
            "digits. Two more follow it for the slot.",
            setup->name, NUMBER_MOST);
    snprintf(g->access_number, sizeof(g->access_number), "%s", number);
    return true;
}

static bool kannel_open(struct gateway *g, const struct gateway_setup *setup,
                        struct error *err)
{
    struct kannel *k = calloc(1, sizeof(*k));

    if (k == NULL)
        abort();
    g->own = k;
    k->url = setting(setup, "url");
    k->user = setting(setup, "user");
    k->password = setting(setup, "password");
    k->smsc = setting(setup, "smsc");
    k->status_url = setting(setup, "status_url");
    k->status_password = setting(setup, "status_password");
    if (strchr(k->url, '?') != NULL)
        return error_set(
            err, ERROR_SETUP,
            "The url of the gateway \"%.40s\" has a question mark. Leave out what "
            "follows it; user and password have settings of their own.",
            setup->name);
    return wanted(setup, "url", k->url,
                  "Set smsbox's address, as in http://127.0.0.1:13013/cgi-bin/sendsms.",
                  err) &&
           wanted(setup, "user", k->user, "Set the username of Kannel's sendsms-user.",
                  err) &&
           wanted(setup, "password", k->password,
                  "Set the password of Kannel's sendsms-user.", err) &&
           set_number(g, setup, err);
}

static void kannel_close(struct gateway *g)
{
    struct kannel *k = g->own;

    g->own = NULL;
    if (k == NULL)
        return;
    free(k->url);
    free(k->user);
    free(k->password);
    free(k->smsc);
    free(k->status_url);
    free(k->status_password);
    free(k);
}

/* ---- out ---- */

/*
 * An address of ours with Kannel's own escapes behind it. A '%' that stands in the
 * address is doubled, as Kannel would take it for an escape.
 */
static void add_address(struct buf *out, const char *address, const char *escapes)
{
    for (const char *c = address; *c != '\0'; c++) {
        buf_add_byte(out, (unsigned char)*c);
        if (*c == '%')
            buf_add_byte(out, '%');
    }
    buf_add_byte(out, strchr(address, '?') == NULL ? '?' : '&');
    buf_add_text(out, escapes);
}

/* Asks for every report there is, each with our reference. */
static void ask_for_reports(const struct gateway *g, const struct sms_mt *mt,
                            struct buf *url)
{
    char reference[GATEWAY_REF], escapes[GATEWAY_REF + 40];
    struct buf address = buf_new(2048);

    gateway_reference(mt->id, mt->attempt, reference);
    snprintf(escapes, sizeof(escapes), "ref=%s&type=%%d&a=%%A&fid=%%F&ts=%%T", reference);
    add_address(&address, g->report_url, escapes);
    buf_addf(url, "&dlr-mask=%d", ALL_REPORTS);
    urlencoded_add(url, "dlr-url", buf_text(&address));
    buf_free(&address);
}

static bool kannel_compose(const struct gateway *g, const struct sms_mt *mt,
                           struct request *out, struct error *err)
{
    const struct kannel *k = g->own;
    struct buf units = buf_new(2 * GATEWAY_TEXT_MOST);
    bool ok = charset_to_utf16be(mt->text, strlen(mt->text), &units);

    if (ok) {
        out->kind = REQUEST_HTTP;
        out->method = "GET";
        buf_addf(&out->url, "%s?", k->url);
        urlencoded_add(&out->url, "username", k->user);
        urlencoded_add(&out->url, "password", k->password);
        urlencoded_add(&out->url, "from", mt->from);
        urlencoded_add(&out->url, "to", mt->to);
        buf_addf(&out->url, "&coding=%d&text=", CODING_UCS2);
        urlencoded_encode(&out->url, units.data, units.length);
        if (k->smsc[0] != '\0')
            urlencoded_add(&out->url, "smsc", k->smsc);
        if (g->report_url[0] != '\0')
            ask_for_reports(g, mt, &out->url);
    }
    ok = ok && !units.overflowed && !out->url.overflowed;
    buf_free(&units);
    return ok ? true
              : error_set(err, ERROR_REFUSED,
                          "The text of this message is not UTF-8, or too long.");
}

/*
 * What the manual says of each answer. The body is looked at as well as the status: a
 * proxy that stands between may say 403 or 503 too, and nobody has explained that.
 *
 * 500 "Sending failed." has no documented meaning: smsbox says it when it could not hand
 * a part to bearerbox, which may have had earlier parts. So it is UNKNOWN. So is "Sent.",
 * the answer of a smsbox that does not wait for bearerbox: it may yet be refused.
 */
static const struct meaning {
    int status;
    const char *begins; /* of the body */
    enum outcome outcome;
    enum gateway_health health;
} meanings[] = {
    {202, "0: Accepted", OUTCOME_ACCEPTED, HEALTH_GOOD},
    {202, "3: Queued", OUTCOME_ACCEPTED, HEALTH_GOOD},
    {202, "Sent.", OUTCOME_UNKNOWN, HEALTH_GOOD},
    {202, "", OUTCOME_UNKNOWN, HEALTH_GOOD},
    {400, "", OUTCOME_REFUSED, HEALTH_GOOD},
    {401, "", OUTCOME_RETRY, HEALTH_SETUP},
    {403, "Not routable", OUTCOME_REFUSED, HEALTH_GOOD},
    {403, "", OUTCOME_RETRY, HEALTH_SETUP},
    {404, "", OUTCOME_RETRY, HEALTH_SETUP},
    {405, "", OUTCOME_RETRY, HEALTH_SETUP},
    {413, "", OUTCOME_REFUSED, HEALTH_GOOD},
    {414, "", OUTCOME_REFUSED, HEALTH_GOOD},
    {429, "", OUTCOME_RETRY, HEALTH_BUSY},
    {500, "Sending failed", OUTCOME_UNKNOWN, HEALTH_GOOD},
    {503, "Temporal failure", OUTCOME_RETRY, HEALTH_BUSY},
    /* Kannel says no other 2xx and moves nowhere: this is some other server. */
    {200, "", OUTCOME_UNKNOWN, HEALTH_SETUP},
    {301, "", OUTCOME_UNKNOWN, HEALTH_SETUP},
    {302, "", OUTCOME_UNKNOWN, HEALTH_SETUP},
    {307, "", OUTCOME_UNKNOWN, HEALTH_SETUP},
    {308, "", OUTCOME_UNKNOWN, HEALTH_SETUP},
};

/* The first line that holds anything, without control characters. */
static void set_reason(char *out, size_t size, const char *text)
{
    size_t length = 0;

    text += strspn(text, " \t\r\n");
    while (text[length] != '\0' && text[length] != '\r' && text[length] != '\n' &&
           length < size - 1)
        length++;
    while (length > 0 && (!text_valid_utf8(text, length) || text[length - 1] == ' '))
        length--;
    for (size_t i = 0; i < length; i++)
        out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i];
    out[length] = '\0';
}

/*
 * smsbox refuses in plain words. A page that says so comes from a proxy that stands
 * between, so that no smsbox has seen the message.
 */
static bool is_proxy(int status, const char *words)
{
    return (status == 400 || status == 413 || status == 414) && words[0] == '<';
}

static enum outcome kannel_judge(const struct gateway *g, const struct answer *answer,
                                 struct submitted *out)
{
    const char *body = buf_text(&answer->body);

    (void)g;
    out->health = answer->carried == CARRIED_NOT_SENT ? HEALTH_DOWN : HEALTH_GOOD;
    if (answer->carried != CARRIED_ANSWERED) {
        set_reason(out->reason, sizeof(out->reason), answer->trouble);
        return answer->carried == CARRIED_NOT_SENT ? OUTCOME_RETRY : OUTCOME_UNKNOWN;
    }
    set_reason(out->reason, sizeof(out->reason), body);
    if (is_proxy(answer->status, out->reason)) {
        out->health = HEALTH_SETUP;
        return OUTCOME_RETRY;
    }
    if (out->reason[0] == '\0')
        snprintf(out->reason, sizeof(out->reason), "HTTP %d", answer->status);
    for (size_t i = 0; i < LENGTH(meanings); i++) {
        const struct meaning *m = &meanings[i];

        if (m->status == answer->status &&
            strncmp(body, m->begins, strlen(m->begins)) == 0) {
            out->health = m->health;
            return m->outcome;
        }
    }
    return OUTCOME_UNKNOWN;
}

/* ---- in ---- */

/* A field of the query, else of a form in the body. */
static bool field(const struct callback *c, const char *name, struct buf *out)
{
    static const char form[] = "application/x-www-form-urlencoded";

    if (urlencoded_value(buf_text(&c->query), c->query.length, name, out))
        return true;
    return strncasecmp(c->type, form, strlen(form)) == 0 &&
           urlencoded_value(buf_text(&c->body), c->body.length, name, out);
}

/*
 * The same as a short text, cut to its size. False where there is none, where it is
 * longer or where it holds what no number or name does.
 */
static bool field_text(const struct callback *c, const char *name, char *out, size_t size)
{
    struct buf value = buf_new(c->query.length + c->body.length + 1);
    bool ok = field(c, name, &value) && value.length < size &&
              text_valid_utf8(buf_text(&value), value.length);

    snprintf(out, size, "%s", ok ? buf_text(&value) : "");
    for (const char *at = out; *at != '\0'; at++)
        ok &= (unsigned char)*at >= 0x20 && *at != 0x7f;
    if (!ok)
        out[0] = '\0';
    buf_free(&value);
    return ok;
}

/* Kannel's %T, seconds; 0 where it says none that can be. */
static int64_t field_time(const struct callback *c)
{
    char text[16];
    int64_t seconds = 0;

    if (!field_text(c, "ts", text, sizeof(text)) || strlen(text) > 11)
        return 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9')
            return 0;
        seconds = seconds * 10 + (*at - '0');
    }
    return seconds * 1000;
}

/*
 * The text by the charset that Kannel names. `mo-recode` makes UTF-8 or Windows-1252 of
 * UTF-16BE and says so in both fields; without a name the coding tells. What does not fit
 * is kept as far as it goes, and the news says so.
 */
static void take_text(const struct callback *c, const struct buf *bytes, struct news *out)
{
    char charset[32], coding[8];
    const char *name = charset;

    const uint8_t *at = (const uint8_t *)buf_text(bytes);
    size_t left = bytes->length;

    field_text(c, "charset", charset, sizeof(charset));
    field_text(c, "coding", coding, sizeof(coding));
    if (charset[0] == '\0')
        name = atoi(coding) == CODING_UCS2 ? "UTF-16BE" : "UTF-8";
    if (strcasecmp(name, "UTF-16BE") == 0)
        udh_trim_halves(&at, &left, out);
    if (charset_decode(name, at, left, &out->text))
        return;
    out->garbled = true;
    charset_salvage(name, at, left, &out->text);
}

/* Kannel's %u: which part of a long reply this is, where Kannel does not join them. */
static void take_part(const struct callback *c, struct news *out)
{
    struct buf header = buf_new(c->query.length + c->body.length + 1);

    if (field(c, "udh", &header))
        (void)udh_read((const uint8_t *)buf_text(&header), header.length, out);
    buf_free(&header);
}

static bool parse_reply(const struct callback *c, struct news *out, struct error *err)
{
    struct buf bytes = buf_new(c->query.length + c->body.length + 1);

    out->kind = NEWS_REPLY;
    out->at_ms = field_time(c);
    /* Kannel's id of an MO stays the same while it calls again. */
    field_text(c, "id", out->once, sizeof(out->once));
    field_text(c, "to", out->to, sizeof(out->to));
    if (!field_text(c, "from", out->from, sizeof(out->from)) || out->from[0] == '\0') {
        buf_free(&bytes);
        return error_set(err, ERROR_INPUT,
                         "Kannel's reply names no phone. The address in its sms-service "
                         "must hold from=%%p.");
    }
    if (!field(c, "text", &bytes)) /* a post-url sends it as the body */
        buf_add(&bytes, buf_text(&c->body), c->body.length);
    take_part(c, out);
    take_text(c, &bytes, out);
    buf_free(&bytes);
    return true;
}

/* The value of "stat:UNDELIV" in an SMPP receipt; the receipt also quotes our text. */
static bool receipt_value(const char *receipt, const char *name, char *out, size_t size)
{
    const char *at = strcasestr(receipt, name);
    size_t length;

    if (at == NULL)
        return false;
    at += strlen(name);
    length = strcspn(at, " ");
    if (length >= size)
        length = size - 1;
    memcpy(out, at, length);
    out[length] = '\0';
    return length > 0;
}

/* The link's own words: of a receipt the state and the error, else the first line. */
static void set_report_reason(const char *words, struct news *out)
{
    char state[16], error[16];

    if (receipt_value(words, "stat:", state, sizeof(state))) {
        if (!receipt_value(words, "err:", error, sizeof(error)))
            snprintf(error, sizeof(error), "-");
        snprintf(out->reason, sizeof(out->reason), "%s %s", state, error);
        if (out->state == REPORT_UNDELIVERED && strncasecmp(state, "EXPIRED", 7) == 0)
            out->state = REPORT_EXPIRED;
    } else {
        set_reason(out->reason, sizeof(out->reason), words);
    }
}

static bool report_state(const char *type, enum report_state *out)
{
    static const struct {
        const char *type;
        enum report_state state;
    } types[] = {
        {"1", REPORT_DELIVERED},   /* to the phone */
        {"2", REPORT_UNDELIVERED}, /* not to the phone */
        {"4", REPORT_BUFFERED},    /* the carrier goes on trying */
        {"8", REPORT_BUFFERED},    /* the carrier has taken it */
        {"16", REPORT_UNDELIVERED} /* the carrier has not taken it */
    };

    for (size_t i = 0; i < LENGTH(types); i++) {
        if (strcmp(types[i].type, type) == 0) {
            *out = types[i].state;
            return true;
        }
    }
    return false;
}

/* Reports about one attempt come in any order, and again where our answer was lost. */
static bool parse_report(const struct callback *c, struct news *out, struct error *err)
{
    struct buf words = buf_new(c->query.length + c->body.length + 1);
    char type[8];
    int64_t id;
    int attempt;
    bool ok;

    out->kind = NEWS_REPORT;
    out->at_ms = field_time(c);
    field_text(c, "fid", out->ref, sizeof(out->ref));
    ok = field_text(c, "ref", out->reference, sizeof(out->reference)) &&
         gateway_reference_read(out->reference, &id, &attempt) &&
         field_text(c, "type", type, sizeof(type)) && report_state(type, &out->state);
    if (ok) {
        snprintf(out->once, sizeof(out->once), "%.32s/%s/%.36s", out->reference, type,
                 out->ref);
        if (field(c, "a", &words))
            set_report_reason(buf_text(&words), out);
    }
    buf_free(&words);
    return ok ? true
              : error_set(err, ERROR_INPUT,
                          "Kannel's report names no message of ours, or a type that is "
                          "none. It is kept and changes nothing.");
}

static bool kannel_parse(const struct gateway *g, const struct callback *c,
                         struct news *out, struct error *err)
{
    (void)g;
    return c->report ? parse_report(c, out, err) : parse_reply(c, out, err);
}

/* ---- how busy it is ---- */

static bool kannel_status(const struct gateway *g, struct request *out)
{
    const struct kannel *k = g->own;

    if (k->status_url[0] == '\0')
        return false;
    out->kind = REQUEST_HTTP;
    out->method = "GET";
    buf_add_text(&out->url, k->status_url);
    if (k->status_password[0] != '\0') {
        if (strchr(k->status_url, '?') == NULL)
            buf_add_byte(&out->url, '?');
        urlencoded_add(&out->url, "password", k->status_password);
    }
    return !out->url.overflowed;
}

static bool kannel_status_judge(const struct gateway *g, const struct answer *answer,
                                int64_t *queued)
{
    const struct kannel *k = g->own;

    return answer->carried == CARRIED_ANSWERED && answer->status == 200 &&
           kannel_status_queued(buf_text(&answer->body), answer->body.length, k->smsc,
                                queued);
}

/* ---- what Kannel has to know ---- */

static void kannel_other_side(const struct gateway *g, struct buf *out)
{
    const struct kannel *k = g->own;
    struct buf address = buf_new(2048);

    add_address(&address, g->reply_url[0] != '\0' ? g->reply_url : "http://HOST:PORT",
                "id=%I&from=%p&to=%P&text=%b&coding=%c&charset=%C&udh=%u&ts=%T&smsc=%i");
    buf_addf(
        out,
        "# 加入 kannel.conf；地址含密钥，文件权限设为 0640。\n"
        "# For kannel.conf. The address holds a secret: keep the file at mode 0640.\n"
        "\n"
        "group = core\n"
        "# 重启后不丢回执和排队短信 / Reports and queued messages outlive a restart:\n"
        "dlr-storage = spool\n"
        "dlr-spool = /var/spool/kannel/dlr\n"
        "store-type = spool\n"
        "store-location = /var/spool/kannel/store\n"
        "# 长短信由 Kannel 合并后再转来 / Long replies are joined before they come:\n"
        "sms-combine-concatenated-mo = true\n"
        "sms-resend-freq = 60\n"
        "\n"
        "group = smsbox\n"
        "# 不要设 smsbox-id，否则收不到回复 / No smsbox-id, or replies never come.\n"
        "# 默认只呼叫一次，我们不在线时会丢 / By default one call only, then it is "
        "lost:\n"
        "http-request-retry = 100000\n"
        "http-queue-delay = 10\n"
        "http-timeout = 30\n"
        "mo-recode = false\n"
        "sendsms-chars = \"0123456789+ \"\n"
        "# 不要打开 immediate-sendsms-reply / Leave immediate-sendsms-reply off.\n"
        "\n"
        "group = sendsms-user\n"
        "username = %s\n"
        "password = # [gateway %s] password\n"
        "concatenation = true\n"
        "max-messages = 10\n"
        "user-deny-ip = \"*.*.*.*\"\n"
        "user-allow-ip = \"127.0.0.1\"\n"
        "\n"
        "group = sms-service\n"
        "keyword = default\n"
        "catch-all = true\n"
        "get-url = \"%s\"\n"
        "# 不自动回复市民 / Kannel texts nothing back to citizens by itself:\n"
        "max-messages = 0\n"
        "omit-empty = true\n"
        "assume-plain-text = true\n",
        k != NULL ? k->user : "USER", g->name, buf_text(&address));
    buf_free(&address);
}

static const char sample[] =
    "; Kannel 1.4.5：一台自己的短信网关\n"
    "; Kannel 1.4.5, a gateway of your own\n"
    "[gateway cellar]\n"
    "kind = kannel\n"
    "; smsbox 的 sendsms 地址 / the address of sendsms\n"
    "url = http://127.0.0.1:13013/cgi-bin/sendsms\n"
    "; kannel.conf 里 sendsms-user 的账号 / as in its sendsms-user\n"
    "user = yiping\n"
    "password = file:/etc/yiping/kannel.secret\n"
    "; 市民看到的号码，后面可加两位 / what citizens see; two digits may follow\n"
    "access_number = 106900\n"
    "; 指定通道，可不填 / one link only; may be left out\n"
    ";smsc = carrier\n"
    "; 排队太长时自动放慢 / slows down while Kannel's queue is long\n"
    "status_url = http://127.0.0.1:13000/status.xml\n"
    "status_password = file:/etc/yiping/kannel-status.secret\n"
    "; Kannel 怎样访问本机 / how Kannel reaches us\n"
    ";callback_base = http://127.0.0.1:8080\n"
    "; 只许 Kannel 的地址 / only Kannel may call\n"
    "callers = 127.0.0.1\n";

const struct gateway_ops kannel_gateway = {
    .name = "kannel",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES | GATEWAY_SLOTS,
    .in_flight = 32,
    .sample = sample,
    .thanks_type = "text/plain",
    .thanks = "",
    .open = kannel_open,
    .compose = kannel_compose,
    .judge = kannel_judge,
    .parse = kannel_parse,
    .status = kannel_status,
    .status_judge = kannel_status_judge,
    .other_side = kannel_other_side,
    .close = kannel_close,
};
