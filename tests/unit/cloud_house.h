/*
 * cloud_house.h — what the tests of the cloud gateways share: an instance from settings
 * in a table, and answers and callbacks from texts.
 */
#ifndef TESTS_UNIT_CLOUD_HOUSE_H
#define TESTS_UNIT_CLOUD_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gateways/gateways.h"

/* Pairs, ended by NULL. */
static inline const char *cloud_setting(const struct gateway_setup *setup,
                                        const char *key)
{
    const char *const *pairs = setup->self;

    for (; pairs[0] != NULL; pairs += 2)
        if (strcmp(pairs[0], key) == 0)
            return pairs[1];
    return NULL;
}

/* The driver itself, so that a kind that is not in the table yet can be tested too. */
static inline bool cloud_try(const struct gateway_ops *ops, const char *const *pairs,
                             struct gateway *g, struct error *err)
{
    const struct gateway_setup setup = {
        .name = "cloud", .kind = ops->name, .value = cloud_setting, .self = pairs};
    const char *slots = cloud_setting(&setup, "slots");

    *g = (struct gateway){
        .ops = ops,
        .traits = ops->traits,
        .name = "cloud",
        .reply_url = "https://pj.example.gov.cn/gateways/cloud/reply/s3cret",
        .report_url = "https://pj.example.gov.cn/gateways/cloud/report/s3cret",
        .slots = slots != NULL && strcmp(slots, "extension") == 0 ? SLOTS_EXTENSION
                                                                  : SLOTS_LETTERS};
    return ops->open(g, &setup, err);
}

static inline void cloud_up(const struct gateway_ops *ops, const char *const *pairs,
                            struct gateway *g)
{
    struct error err = {0};

    if (!cloud_try(ops, pairs, g, &err))
        fail_msg("%s: %s", ops->name, err.text);
}

/* A row of documented answers: HTTP status and body, and what they mean. */
struct cloud_judged {
    enum carried carried;
    int status;
    const char *body;
    enum outcome outcome;
    enum gateway_health health;
    bool opted_out;
    const char *ref;    /* of the first part, "" for none */
    const char *reason; /* how it begins */
};

static inline void cloud_judge_rows(const struct gateway *g,
                                    const struct cloud_judged *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct answer answer = {.carried = rows[i].carried,
                                .status = rows[i].status,
                                .body = buf_new(GATEWAY_BODY_MOST)};
        struct submitted got = {0};
        enum outcome outcome;

        buf_add_text(&answer.body, rows[i].body);
        outcome = g->ops->judge(g, &answer, &got);
        if (outcome != rows[i].outcome || got.health != rows[i].health ||
            got.opted_out != rows[i].opted_out || strcmp(got.refs[0], rows[i].ref) != 0 ||
            got.ref_count != (rows[i].ref[0] != '\0') ||
            strncmp(got.reason, rows[i].reason, strlen(rows[i].reason)) != 0)
            fail_msg("row %zu %s: outcome %d health %d opted_out %d ref %s reason %s", i,
                     rows[i].body, outcome, got.health, got.opted_out, got.refs[0],
                     got.reason);
        buf_free(&answer.body);
    }
}

/* Parses one body; false where the driver refuses it. `news->text` is the caller's. */
static inline bool cloud_parse(const struct gateway *g, bool report, const char *query,
                               const void *body, size_t length, struct news *news)
{
    struct callback c = callback_new(report);
    struct error err = {0};
    bool ok;

    *news = (struct news){.text = buf_new(GATEWAY_BODY_MOST)};
    buf_add_text(&c.query, query);
    buf_add(&c.body, body, length);
    ok = g->ops->parse(g, &c, news, &err);
    if (!ok)
        assert_int_equal(err.kind, ERROR_INPUT);
    callback_free(&c);
    return ok;
}

/* Every cut, and every byte changed, of documented bodies: whatever comes, nobody falls.
 */
static inline void cloud_torture(const struct gateway *g, bool report, const char *body)
{
    size_t length = strlen(body);
    char bytes[4096];

    assert_true(length < sizeof(bytes));
    for (size_t i = 0; i <= 2 * length; i++) {
        static const unsigned char bad[] = {0x00, 0xff, '"', '{', '%', '&'};
        size_t cut = i <= length ? i : length;
        struct news news;

        memcpy(bytes, body, length);
        if (i > length)
            bytes[i - length - 1] = (char)bad[i % sizeof(bad)];
        cloud_parse(g, report, "ref=7.1", bytes, cut, &news);
        buf_free(&news.text);
    }
}

static inline enum found cloud_found(const struct gateway *g, const struct sms_mt *mt,
                                     int64_t sent_ms, int status, const char *body,
                                     struct news *news)
{
    struct answer answer = {.carried = CARRIED_ANSWERED,
                            .status = status,
                            .body = buf_new(GATEWAY_BODY_MOST)};
    enum found found;

    *news = (struct news){0};
    buf_add_text(&answer.body, body);
    found = g->ops->query_judge(g, mt, sent_ms, &answer, news);
    buf_free(&answer.body);
    return found;
}

/* A row of callbacks about one message. */
struct cloud_reported {
    bool ok;
    const char *body;
    enum report_state state;
    bool opted_out;
};

static inline void cloud_report_rows(const struct gateway *g,
                                     const struct cloud_reported *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct news news;
        bool ok = cloud_parse(g, true, "", rows[i].body, strlen(rows[i].body), &news);

        if (ok != rows[i].ok ||
            (ok && (news.state != rows[i].state || news.opted_out != rows[i].opted_out)))
            fail_msg("row %zu %s", i, rows[i].body);
        buf_free(&news.text);
    }
}

/* A row of what a query call says of a message. */
struct cloud_asked {
    enum found found;
    const char *body;
    enum report_state state; /* of FOUND_IT */
};

/* `ref`: by which each FOUND_IT names the message, NULL where that is not looked at. */
static inline void cloud_found_rows(const struct gateway *g, const struct sms_mt *mt,
                                    const struct cloud_asked *rows, size_t count,
                                    const char *ref)
{
    for (size_t i = 0; i < count; i++) {
        struct news news;
        enum found found = cloud_found(g, mt, mt->now_ms, 200, rows[i].body, &news);

        if (found != rows[i].found ||
            (found == FOUND_IT && (news.state != rows[i].state ||
                                   (ref != NULL && strcmp(news.ref, ref) != 0))))
            fail_msg("row %zu %s: %d", i, rows[i].body, found);
    }
}

/* What the other side has to be told holds our address and these words, ended by NULL. */
static inline void cloud_other_side(const struct gateway_ops *ops,
                                    const char *const *pairs, const char *const *words)
{
    struct buf out = buf_new(60000);
    struct gateway g;

    cloud_up(ops, pairs, &g);
    g.ops->other_side(&g, &out);
    assert_false(out.overflowed);
    assert_non_null(strstr(buf_text(&out), g.reply_url));
    for (; *words != NULL; words++)
        if (strstr(buf_text(&out), *words) == NULL)
            fail_msg("%s is missing in %s", *words, buf_text(&out));
    buf_free(&out);
    ops->close(&g);
}

#endif
