/*
 * cmpp_fuzz.c — any bytes as what a carrier sends on a logged-in line, in pieces, among
 * our own messages, and as what was kept of it: no crash, each message has one outcome,
 * what is read as a PDU packs to as many bytes.
 *
 * The first byte chooses version and pieces; libFuzzer's entry only.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gateways/cmpp_pdu.h"
#include "gateways/gateways.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MESSAGES = 6 };

struct run {
    struct gateway g;
    const struct session_ops *ops;
    void *s;
    int64_t now_ms;
    int outcomes[MESSAGES];
};

static const char *value(const struct gateway_setup *setup, const char *key)
{
    static const char *const pairs[][2] = {
        {"address", "127.0.0.1:7890"},  {"user", "901234"},
        {"password", "SharedSecret1"},  {"account", "SURVEY"},
        {"access_number", "106901234"},
    };

    if (strcmp(key, "version") == 0)
        return setup->self;
    for (size_t i = 0; i < LENGTH(pairs); i++)
        if (strcmp(pairs[i][0], key) == 0)
            return pairs[i][1];
    return NULL;
}

static void parse(const struct run *r, const struct callback *c)
{
    struct news news = {.text = buf_new(10000)};
    struct error err = {0};
    bool ok = r->g.ops->parse(&r->g, c, &news, &err);

    assert(ok == (err.text[0] == '\0'));
    assert(news.part >= 0 && news.part <= news.parts);
    buf_free(&news.text);
}

/* Takes all that the session hands out; news is kept every other time. */
static void events(struct run *r)
{
    struct session_event e;

    while (r->ops->next(r->s, &e)) {
        if (e.kind == SESSION_OUTCOME) {
            assert(e.id >= 0 && e.id < MESSAGES);
            assert(r->outcomes[e.id]++ == 0);
            assert(e.outcome == OUTCOME_ACCEPTED || e.submitted.reason[0] != '\0');
            continue;
        }
        parse(r, &e.callback);
        r->ops->kept(r->s, e.handle, e.handle % 2 == 0);
        callback_free(&e.callback);
    }
}

static void submit(struct run *r, int id)
{
    static char text[220];
    const struct sms_mt mt = {.id = id,
                              .attempt = 1,
                              .to = "+8613900001000",
                              .from = "10690123410",
                              .text = text};
    struct error err = {0};

    memset(text, 'a', sizeof(text) - 1);
    assert(r->ops->submit(r->s, &mt, r->now_ms, &err));
}

static void drain(struct run *r)
{
    struct buf out = buf_new(1 << 20);

    r->ops->drain(r->s, &out);
    assert(!out.overflowed);
    buf_free(&out);
}

/* The carrier lets us in, so that the bytes reach the rest. */
static void log_in(struct run *r, enum cmpp_version version)
{
    struct cmpp_pdu pdu = {.command = CMPP_CONNECT | CMPP_ANSWER, .sequence = 1}, ours;
    uint8_t bytes[CMPP_PDU_MOST];
    struct buf out = buf_new(1000);
    struct error err = {0};

    r->ops->drain(r->s, &out);
    assert(cmpp_unpack(buf_text(&out), out.length, version, &ours));
    cmpp_authenticator_ismg(0, version, ours.connect.authenticator, "SharedSecret1",
                            pdu.connect_resp.authenticator);
    assert(r->ops->feed(r->s, bytes, cmpp_pack(&pdu, version, bytes), r->now_ms, &err));
    buf_free(&out);
}

/* The bytes in pieces of `step`, time going on between them. */
static void feed(struct run *r, const uint8_t *data, size_t size, size_t step)
{
    int submitted = 0;
    bool ok = true;

    for (size_t at = 0; at < size && ok; at += step) {
        size_t length = size - at < step ? size - at : step;
        uint8_t *exact = malloc(length);
        struct error err = {0};
        int64_t next_ms = 0;

        memcpy(exact, data + at, length);
        if (submitted < MESSAGES && r->ops->room(r->s) > 0)
            submit(r, submitted++);
        if (at / step % 3 != 0)
            drain(r);
        ok = r->ops->feed(r->s, exact, length, r->now_ms, &err);
        free(exact);
        assert(ok == (err.text[0] == '\0'));
        events(r);
        r->now_ms += 700;
        if (ok)
            ok = r->ops->timer(r->s, r->now_ms, &next_ms, &err);
        assert(!ok || next_ms >= 0);
        events(r);
    }
}

static void finish(struct run *r)
{
    enum gateway_health health;
    char why[120];
    struct error err = {0};
    int64_t next_ms;

    if (r->now_ms % 3 == 0)
        r->ops->leave(r->s, r->now_ms);
    drain(r);
    (void)!r->ops->timer(r->s, r->now_ms + 61000, &next_ms, &err);
    r->ops->lost(r->s, &health, why);
    assert(why[0] != '\0');
    events(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum cmpp_version version;
    struct run r = {.now_ms = 1000};
    struct gateway_setup setup = {.name = "carrier", .kind = "cmpp", .value = value};
    struct callback c = callback_new(size % 2 == 0);
    struct error err = {0};
    struct cmpp_pdu pdu;
    uint8_t again[CMPP_PDU_MOST];

    if (size < 1) {
        callback_free(&c);
        return 0;
    }
    version = data[0] % 2 == 0 ? CMPP_30 : CMPP_20;
    setup.self = version == CMPP_30 ? "3.0" : "2.0";
    gateway_open(&setup, &r.g, &err);
    r.ops = r.g.ops->session;
    r.s = r.ops->begin(&r.g, r.now_ms, 1717200000000);
    if (data[0] % 8 != 7)
        log_in(&r, version);
    feed(&r, data + 1, size - 1, (size_t)(data[0] >> 3) * 8 + 1);
    finish(&r);
    r.ops->end(r.s);

    /* What reads as a PDU packs to as many bytes; texts may lose what follows a NUL. */
    if (cmpp_unpack(data + 1, size - 1, version, &pdu))
        assert(cmpp_pack(&pdu, version, again) == size - 1);
    buf_add(&c.body, data + 1, size - 1);
    parse(&r, &c);
    callback_free(&c);
    gateway_close(&r.g);
    return 0;
}
