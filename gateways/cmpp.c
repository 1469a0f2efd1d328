/*
 * cmpp.c — the carrier's own line: China Mobile Peer to Peer 3.0 and 2.0, spoken over one
 * connection that stays open (cmpp_session.c).
 *
 * Here are the settings and what stands in a DELIVER. Its bytes are kept as they came,
 * with the version that they were read with, so that reading them again means the same
 * after the settings have changed.
 *
 * The times in a report are the carrier's, UTC+8. A report names its message by the
 * Msg_Id of SUBMIT_RESP alone; our own reference cannot come back.
 */
#include "gateways/gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/day.h"
#include "base/memory.h"
#include "gateways/cmpp_session.h"
#include "gateways/cmpp_text.h"
#include "gateways/cmpp_window.h"

enum { PORT = 7890, ACTIVE_TEST_MS = 30000 };

/* ---- settings ---- */

/* Copies a setting; ERROR_SETUP where it has fewer or more bytes than it may. */
static bool take_text(const struct gateway_setup *setup, const char *key, size_t least,
                      size_t most, char *out, struct error *err)
{
    const char *text = setup->value(setup, key);
    size_t length = text != NULL ? strlen(text) : 0;

    if (length < least || length > most)
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" wants `%s` of %zu to %zu characters, as "
                         "the carrier's letter names it.",
                         setup->name, key, least, most);
    snprintf(out, most + 1, "%s", text != NULL ? text : "");
    return true;
}

/* "10.1.2.3:7890", "[fd00::1]:7890". */
static bool take_address(const struct gateway_setup *setup, struct cmpp *own,
                         struct error *err)
{
    const char *text = setup->value(setup, "address");
    const char *colon = text != NULL ? strrchr(text, ':') : NULL;
    size_t length = colon != NULL ? (size_t)(colon - text) : 0;

    if (length == 0 || length >= sizeof(own->host) || atoi(colon + 1) <= 0 ||
        atoi(colon + 1) > 65535)
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" needs an address: the host and port of "
                         "the carrier's gateway, as in 10.1.2.3:%d.",
                         setup->name, PORT);
    own->port = atoi(colon + 1);
    if (text[0] == '[' && length > 2 && text[length - 1] == ']')
        snprintf(own->host, sizeof(own->host), "%.*s", (int)length - 2, text + 1);
    else
        snprintf(own->host, sizeof(own->host), "%.*s", (int)length, text);
    return true;
}

/* Src_Id has room for 20 digits, and the slot takes two of them. */
static bool take_number(struct gateway *g, const struct gateway_setup *setup,
                        struct error *err)
{
    const char *number = setup->value(setup, "access_number");
    size_t most = g->slots == SLOTS_EXTENSION ? 18 : 20;

    if (number == NULL || number[0] == '\0' || strlen(number) > most ||
        strspn(number, "0123456789") != strlen(number))
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" needs its access number, at most %zu "
                         "digits, so that replies find their way.",
                         setup->name, most);
    snprintf(g->access_number, sizeof(g->access_number), "%s", number);
    return true;
}

static bool cmpp_open(struct gateway *g, const struct gateway_setup *setup,
                      struct error *err)
{
    struct cmpp *own = memory_new(sizeof(*own));
    const char *version = setup->value(setup, "version");

    g->own = own;
    own->version = version != NULL && strcmp(version, "2.0") == 0 ? CMPP_20 : CMPP_30;
    own->active_test_ms = setup->ms != NULL ? setup->ms(setup, "active_test") : 0;
    if (own->active_test_ms <= 0)
        own->active_test_ms = ACTIVE_TEST_MS;
    if (g->in_flight > CMPP_WINDOW)
        return error_set(err, ERROR_SETUP,
                         "The gateway \"%.40s\" may have %d messages in flight at the "
                         "most. Set `in_flight` to %d or less.",
                         setup->name, CMPP_WINDOW, CMPP_WINDOW);
    return take_address(setup, own, err) &&
           take_text(setup, "user", 1, 6, own->source, err) &&
           take_text(setup, "password", 1, sizeof(own->secret) - 1, own->secret, err) &&
           take_text(setup, "account", 0, 10, own->service_id, err) &&
           take_number(g, setup, err);
}

static void cmpp_close(struct gateway *g)
{
    struct cmpp *own = g->own;

    if (own != NULL)
        crypt_wipe(own->secret, sizeof(own->secret));
    free(own);
    g->own = NULL;
}

static void cmpp_other_side(const struct gateway *g, struct buf *out)
{
    const struct cmpp *own = g->own;

    buf_addf(out,
             "# 请运营商为企业代码 %s 配置 / for the carrier to set up for SP %s:\n"
             "#   协议 / protocol: CMPP %s，一条长连接 / one connection, %s:%d\n"
             "#   接入号 / access number: %s，允许扩展 / extensions allowed%s\n"
             "#   业务代码 / Service_Id: %s\n"
             "#   滑动窗口 / window: %d；心跳 / ACTIVE_TEST: %lld s\n"
             "#   开启状态报告和上行 / status reports and replies on the same "
             "connection\n"
             "#   编码 / encoding: UCS-2 (Msg_Fmt 8)，长短信 / long messages with "
             "TP_udhi 1\n"
             "#   放行本机出口地址 / let our outgoing address in\n",
             own->source, own->source, cmpp_version_text(own->version), own->host,
             own->port, g->access_number,
             g->slots == SLOTS_EXTENSION ? "（2 位 / two digits）" : "",
             own->service_id[0] != '\0' ? own->service_id : "-", g->in_flight,
             (long long)(own->active_test_ms / 1000));
}

/* ---- what a DELIVER says ---- */

/* A number as it stands there; what is no digit or '+' is left out. */
static void copy_number(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; *text != '\0' && n + 1 < size; text++)
        if ((*text >= '0' && *text <= '9') || *text == '+')
            out[n++] = *text;
    out[n] = '\0';
}

/* The carrier's word, as far as it can be shown. */
static void copy_word(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; *text != '\0' && n + 1 < size; text++)
        out[n++] = *text > ' ' && *text < 0x7f ? *text : '?';
    out[n] = '\0';
}

/* YYMMDDhhmm in China as an instant; 0 where it is none. */
static int64_t time_of(const char *text)
{
    int f[5];

    if (strlen(text) != 10 || strspn(text, "0123456789") != 10)
        return 0;
    for (int i = 0; i < 5; i++)
        f[i] = (text[2 * i] - '0') * 10 + text[2 * i + 1] - '0';
    if (f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > 31 || f[3] > 23 || f[4] > 59)
        return 0;
    return ((int64_t)day_number(2000 + f[0], f[1], f[2]) * 1440 + (f[3] - 8) * 60 +
            f[4]) *
           60000;
}

/*
 * DELIVRD alone is success. ACCEPTD is not final, and UNKNOWN says that the carrier does
 * not know: neither ends the message. All else, the carriers' own codes among it, says
 * that the phone did not get it.
 */
static enum report_state state_of(const char *stat)
{
    if (strcmp(stat, "DELIVRD") == 0)
        return REPORT_DELIVERED;
    if (strcmp(stat, "EXPIRED") == 0)
        return REPORT_EXPIRED;
    if (strcmp(stat, "ACCEPTD") == 0 || strcmp(stat, "UNKNOWN") == 0)
        return REPORT_BUFFERED;
    return REPORT_UNDELIVERED;
}

static bool read_report(const struct cmpp_deliver *d, struct news *out, struct error *err)
{
    struct cmpp_report report;
    char id[GATEWAY_REF];

    if (!cmpp_report_unpack(d->content, d->length, &report) || report.stat[0] == '\0')
        return error_set(err, ERROR_INPUT, "The carrier's report cannot be read.");
    out->kind = NEWS_REPORT;
    out->state = state_of(report.stat);
    out->at_ms = time_of(report.done_time);
    cmpp_msg_id(report.msg_id, out->ref);
    copy_word(out->reason, sizeof(report.stat), report.stat);
    copy_number(out->from, sizeof(out->from),
                report.dest[0] != '\0' ? report.dest : d->src_terminal);
    copy_number(out->to, sizeof(out->to), d->dest_id);
    /*
     * A message may have several reports, and carriers give them one Msg_Id. One without
     * a Msg_Id has nothing to be told apart by: better twice than another one lost.
     */
    cmpp_msg_id(report.msg_id, id);
    if (report.msg_id != 0)
        snprintf(out->once, sizeof(out->once), "r%.20s.%.7s", id, out->reason);
    return true;
}

static void read_reply(const struct cmpp_deliver *d, struct news *out)
{
    char id[GATEWAY_REF];

    out->kind = NEWS_REPLY;
    copy_number(out->from, sizeof(out->from), d->src_terminal);
    copy_number(out->to, sizeof(out->to), d->dest_id);
    cmpp_text_read(d, out);
    cmpp_msg_id(d->msg_id, id);
    if (d->msg_id != 0)
        snprintf(out->once, sizeof(out->once), "m%.20s.%d", id, out->part);
}

static bool cmpp_parse(const struct gateway *g, const struct callback *c,
                       struct news *out, struct error *err)
{
    const struct cmpp *own = g->own;
    enum cmpp_version version = own->version;
    struct cmpp_pdu pdu;

    if (strcmp(buf_text(&c->query), "version=2.0") == 0)
        version = CMPP_20;
    else if (strcmp(buf_text(&c->query), "version=3.0") == 0)
        version = CMPP_30;
    if (!cmpp_unpack(buf_text(&c->body), c->body.length, version, &pdu) ||
        pdu.command != CMPP_DELIVER)
        return error_set(err, ERROR_INPUT, "The carrier's message cannot be read.");
    if (pdu.deliver.registered_delivery == 1)
        return read_report(&pdu.deliver, out, err);
    read_reply(&pdu.deliver, out);
    return true;
}

static const char sample[] =
    "# 运营商专线，CMPP 3.0 或 2.0。企业代码、密码、业务代码和接入号见运营商的开通单。\n"
    "# The carrier's own line. The letter of the carrier names these values.\n"
    "[gateway carrier]\n"
    "kind = cmpp\n"
    "address = 10.1.2.3:7890\n"
    "version = 3.0\n"
    "# 企业代码 / Source_Addr, 6 characters at the most\n"
    "user = 901234\n"
    "password = file:carrier.secret\n"
    "# 业务代码 / Service_Id\n"
    "account = SURVEY\n"
    "# 接入号，后接两位扩展 / two digits follow it for the slot: 18 at the most\n"
    "access_number = 1069012345\n"
    "# 运营商规定的上限 / as the carrier allows\n"
    "rate = 100\n"
    "in_flight = 16\n"
    "active_test = 30 s\n";

const struct gateway_ops cmpp_gateway = {
    .name = "cmpp",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES | GATEWAY_SLOTS,
    .in_flight = CMPP_WINDOW,
    .sample = sample,
    .open = cmpp_open,
    .parse = cmpp_parse,
    .session = &cmpp_session,
    .other_side = cmpp_other_side,
    .close = cmpp_close,
};
