/*
 * cmpp_line.h — a carrier made of bytes and a clock moved by hand, for the tests of the
 * CMPP session.
 */
#ifndef TESTS_CMPP_LINE_H
#define TESTS_CMPP_LINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateways/cmpp_pdu.h"
#include "gateways/cmpp_session.h"
#include "gateways/cmpp_window.h"
#include "gateways/gateways.h"

/* 2024-06-01 08:00:00 in China, the moment of the vectors. */
#define VECTOR_MS INT64_C(1717200000000)

struct line_settings {
    const char *version, *in_flight, *rate;
};

struct line {
    struct gateway g;
    void *s;
    const struct session_ops *ops;
    int64_t now_ms, next_ms;
    enum cmpp_version version;
    struct cmpp_pdu said[200]; /* what the session sent since line_said */
    size_t said_count;
    struct cmpp_connect connect; /* our log-in */
};

static const char *line_value(const struct gateway_setup *setup, const char *key)
{
    const struct line_settings *own = setup->self;
    static const char *const rows[][2] = {
        {"address", "127.0.0.1:7890"},  {"user", "901234"},
        {"password", "SharedSecret1"},  {"account", "SURVEY"},
        {"access_number", "106901234"},
    };

    if (strcmp(key, "version") == 0)
        return own->version;
    if (strcmp(key, "in_flight") == 0)
        return own->in_flight;
    if (strcmp(key, "rate") == 0)
        return own->rate;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (strcmp(rows[i][0], key) == 0)
            return rows[i][1];
    return NULL;
}

static int64_t line_ms(const struct gateway_setup *setup, const char *key)
{
    (void)setup;
    return strcmp(key, "active_test") == 0 ? 30000 : 10000;
}

/* A connection that has just been made. */
static inline void line_begin(struct line *l, struct line_settings settings)
{
    const struct gateway_setup setup = {.name = "carrier",
                                        .kind = "cmpp",
                                        .value = line_value,
                                        .ms = line_ms,
                                        .self = &settings};
    struct error err = {0};

    memset(l, 0, sizeof(*l));
    l->version = settings.version != NULL && strcmp(settings.version, "2.0") == 0
                     ? CMPP_20
                     : CMPP_30;
    l->now_ms = 1000000;
    gateway_open(&setup, &l->g, &err);
    assert_string_equal(l->g.trouble, "");
    l->ops = l->g.ops->session;
    l->s = l->ops->begin(&l->g, l->now_ms, VECTOR_MS);
}

static inline void line_end(struct line *l)
{
    l->ops->end(l->s);
    gateway_close(&l->g);
}

/* Reads what the session has to say into `said`; returns how many PDUs. */
static inline size_t line_said(struct line *l)
{
    struct buf out = buf_new(1 << 20);
    const uint8_t *at;
    size_t left;

    l->ops->drain(l->s, &out);
    at = (const uint8_t *)buf_text(&out);
    left = out.length;
    l->said_count = 0;
    while (left > 0) {
        size_t length;

        assert_true(cmpp_length(at, left, &length));
        assert_true(length > 0 && length <= left && l->said_count < LENGTH(l->said));
        assert_true(cmpp_unpack(at, length, l->version, &l->said[l->said_count]));
        l->said_count++;
        at += length;
        left -= length;
    }
    buf_free(&out);
    return l->said_count;
}

static inline bool line_feed(struct line *l, const void *bytes, size_t length)
{
    struct error err = {0};
    bool ok = l->ops->feed(l->s, bytes, length, l->now_ms, &err);

    assert_int_equal(ok, err.text[0] == '\0');
    return ok;
}

static inline bool line_hear(struct line *l, const struct cmpp_pdu *pdu)
{
    uint8_t bytes[CMPP_PDU_MOST];
    size_t length = cmpp_pack(pdu, l->version, bytes);

    assert_true(length > 0);
    return line_feed(l, bytes, length);
}

static inline bool line_tick(struct line *l, int64_t after_ms)
{
    struct error err = {0};

    l->now_ms += after_ms;
    return l->ops->timer(l->s, l->now_ms, &l->next_ms, &err);
}

/* The carrier's answer to our log-in, in the version of the line. */
static inline bool line_answer_login(struct line *l, uint32_t status, const char *secret)
{
    struct cmpp_pdu pdu = {.command = CMPP_CONNECT | CMPP_ANSWER, .sequence = 1};

    assert_int_equal(line_said(l), 1);
    assert_int_equal(l->said[0].command, CMPP_CONNECT);
    l->connect = l->said[0].connect;
    pdu.connect_resp.status = status;
    pdu.connect_resp.version = (uint8_t)l->version;
    cmpp_authenticator_ismg(status, l->version, l->connect.authenticator, secret,
                            pdu.connect_resp.authenticator);
    return line_hear(l, &pdu);
}

/* Logged in. */
static inline void line_open(struct line *l, struct line_settings settings)
{
    line_begin(l, settings);
    assert_int_equal(l->ops->room(l->s), 0);
    assert_true(line_answer_login(l, CMPP_OK, "SharedSecret1"));
}

static inline bool line_submit(struct line *l, int64_t id, const char *text)
{
    const struct sms_mt mt = {.id = id,
                              .attempt = 1,
                              .to = "+8613900001000",
                              .from = "10690123410",
                              .text = text};
    struct error err = {0};

    return l->ops->submit(l->s, &mt, l->now_ms, &err);
}

/* Answers a SUBMIT of ours. */
static inline void line_answer(struct line *l, uint32_t sequence, uint64_t msg_id,
                               uint32_t result)
{
    struct cmpp_pdu pdu = {.command = CMPP_SUBMIT | CMPP_ANSWER, .sequence = sequence};

    pdu.result = (struct cmpp_result){.msg_id = msg_id, .result = result};
    assert_true(line_hear(l, &pdu));
}

static inline struct cmpp_pdu deliver_of(uint32_t sequence, uint64_t msg_id, uint8_t fmt,
                                         const void *content, size_t length)
{
    struct cmpp_pdu pdu = {.command = CMPP_DELIVER, .sequence = sequence};
    struct cmpp_deliver *d = &pdu.deliver;

    d->msg_id = msg_id;
    d->msg_fmt = fmt;
    snprintf(d->dest_id, sizeof(d->dest_id), "10690123410");
    snprintf(d->src_terminal, sizeof(d->src_terminal), "8613900001000");
    d->length = (uint8_t)length;
    memcpy(d->content, content, length);
    return pdu;
}

static inline struct cmpp_pdu report_of(uint32_t sequence, uint64_t about,
                                        const char *stat, enum cmpp_version version)
{
    struct cmpp_report report = {.msg_id = about,
                                 .submit_time = "2406010800",
                                 .done_time = "2406010801",
                                 .dest = "13900001000"};
    uint8_t body[CMPP_CONTENT];
    struct cmpp_pdu pdu;

    snprintf(report.stat, sizeof(report.stat), "%s", stat);
    pdu = deliver_of(sequence, about, 0, body, cmpp_report_pack(&report, version, body));
    pdu.deliver.registered_delivery = 1;
    return pdu;
}

/* The next event must be this outcome of this message. */
static inline struct submitted line_outcome(struct line *l, int64_t id,
                                            enum outcome outcome)
{
    struct session_event e;

    assert_true(l->ops->next(l->s, &e));
    assert_int_equal(e.kind, SESSION_OUTCOME);
    assert_int_equal(e.id, id);
    assert_int_equal(e.outcome, outcome);
    return e.submitted;
}

static inline void line_nothing(struct line *l)
{
    struct session_event e;

    assert_false(l->ops->next(l->s, &e));
}

/* The next event must be news; it is read into `news`. Returns its handle. */
static inline uint32_t line_news(struct line *l, struct news *news)
{
    struct session_event e;
    struct error err = {0};

    assert_true(l->ops->next(l->s, &e));
    assert_int_equal(e.kind, SESSION_NEWS);
    assert_string_equal(e.callback.type, "cmpp");
    *news = (struct news){.text = buf_new(2000)};
    assert_true(l->g.ops->parse(&l->g, &e.callback, news, &err));
    assert_int_equal(e.callback.report, news->kind == NEWS_REPORT);
    callback_free(&e.callback);
    return e.handle;
}

#endif
