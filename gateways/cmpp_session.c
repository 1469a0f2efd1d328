/*
 * cmpp_session.c — logs in, keeps messages within the window, and hands out what the
 * carrier tells, without a socket and without a clock of its own.
 *
 *              CONNECT_RESP 0            TERMINATE, ours or theirs
 *     LOGIN ────────────────── OPEN ──────────────────────── LEAVING
 *       └── refused, silent ───┴── broken bytes, silent line ──┴───── GONE
 *
 * Promises: 1. A DELIVER is answered after `kept` and never before; where it could not be
 * kept the answer is flow control, upon which carriers repeat it. 2. The window's own
 * (cmpp_window.c). 3. No buffer grows without bound: 16 messages, 64 pieces of news,
 * 64 KiB to be sent, one PDU of what came; a carrier that takes nothing is given up.
 *
 * Not here: what stands in a DELIVER (cmpp.c), how connections are made and how soon
 * again (the courier).
 */
#include "gateways/cmpp_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/day.h"
#include "base/memory.h"
#include "gateways/cmpp_text.h"
#include "gateways/cmpp_told.h"
#include "gateways/cmpp_window.h"

enum {
    OUT_MOST = 65536,
    CHINA_S = 8 * 3600,
    LAST_WORD_MS = 20,
    TURN_MS = 1000, /* what feed and submit bring may be due sooner than the last timer
                       knew; so it is never longer than this away */
};

enum line_state { LINE_LOGIN, LINE_OPEN, LINE_LEAVING, LINE_GONE };

struct session {
    const struct gateway *g;
    const struct cmpp *own;
    enum line_state state;
    int64_t now_ms, begun_ms, heard_ms, test_ms, leave_ms;
    int tests; /* without an answer */
    bool they_left;
    uint8_t authenticator[CMPP_HASH];
    uint32_t sequence;
    uint8_t part_ref;
    uint8_t in[CMPP_PDU_MOST]; /* what came: the beginning of one PDU */
    size_t in_length;
    struct buf out;   /* what is to be sent */
    uint64_t drained; /* how much ever left it */
    struct cmpp_window window;
    struct cmpp_told told;
    enum gateway_health health;
    char why[120];
};

const char *cmpp_version_text(enum cmpp_version version)
{
    return version == CMPP_20 ? "2.0" : "3.0";
}

static int64_t soonest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- the end of it ---- */

/* The connection is of no use any more; the first reason stays. Returns false. */
static bool gone(struct session *s, enum gateway_health health, const char *why)
{
    if (s->state != LINE_GONE) {
        s->health = health;
        snprintf(s->why, sizeof(s->why), "%s", why);
    }
    s->state = LINE_GONE;
    return false;
}

static bool told_gone(struct session *s, struct error *err)
{
    return error_set(err, s->health == HEALTH_SETUP ? ERROR_SETUP : ERROR_LATER,
                     "The gateway \"%.40s\": %s", s->g->name, s->why);
}

/* ---- saying ---- */

static void say(struct session *s, const struct cmpp_pdu *pdu)
{
    uint8_t bytes[CMPP_PDU_MOST];
    size_t length = cmpp_pack(pdu, s->own->version, bytes);

    buf_add(&s->out, bytes, length);
    if (length == 0 || s->out.overflowed)
        gone(s, HEALTH_DOWN, "it takes nothing of what we send.");
}

static uint32_t next_sequence(struct session *s)
{
    if (++s->sequence == 0)
        s->sequence = 1;
    return s->sequence;
}

static void say_bare(struct session *s, uint32_t command, uint32_t sequence)
{
    say(s, &(struct cmpp_pdu){.command = command, .sequence = sequence});
}

/* MMDDhhmmss in China, where the protocol lives; it has no summer time. */
static uint32_t timestamp_of(int64_t wall_ms)
{
    int64_t seconds = wall_ms / 1000 + CHINA_S;
    int32_t in_day = (int32_t)(seconds % 86400);
    int year, month, day;

    day_civil((int32_t)(seconds / 86400), &year, &month, &day);
    return (uint32_t)(month * 100000000 + day * 1000000 + in_day / 3600 * 10000 +
                      in_day / 60 % 60 * 100 + in_day % 60);
}

static void say_connect(struct session *s, int64_t wall_ms)
{
    struct cmpp_pdu pdu = {.command = CMPP_CONNECT, .sequence = next_sequence(s)};
    struct cmpp_connect *c = &pdu.connect;

    snprintf(c->source, sizeof(c->source), "%s", s->own->source);
    c->version = (uint8_t)s->own->version;
    c->timestamp = timestamp_of(wall_ms);
    cmpp_authenticator(c->source, s->own->secret, c->timestamp, c->authenticator);
    memcpy(s->authenticator, c->authenticator, CMPP_HASH);
    say(s, &pdu);
}

static void say_submit(struct session *s, struct cmpp_moving *m, int part)
{
    struct cmpp_pdu pdu = {.command = CMPP_SUBMIT, .sequence = next_sequence(s)};
    struct cmpp_submit *p = &pdu.submit;

    p->pk_total = (uint8_t)m->count;
    p->pk_number = (uint8_t)(part + 1);
    p->registered_delivery = 1;
    p->msg_level = 1;
    snprintf(p->service_id, sizeof(p->service_id), "%s", s->own->service_id);
    p->fee_user_type = 2; /* the sender pays, nobody else */
    p->tp_udhi = m->count > 1;
    p->msg_fmt = CMPP_FMT_UCS2;
    snprintf(p->msg_src, sizeof(p->msg_src), "%s", s->own->source);
    snprintf(p->fee_type, sizeof(p->fee_type), "01");
    snprintf(p->fee_code, sizeof(p->fee_code), "0");
    snprintf(p->src_id, sizeof(p->src_id), "%s", m->from);
    p->dest_count = 1;
    snprintf(p->dest[0], sizeof(p->dest[0]), "%s", m->to);
    p->length = m->texts[part].length;
    memcpy(p->content, m->texts[part].content, p->length);
    cmpp_window_sent(&s->window, m, part, pdu.sequence, s->drained + s->out.length,
                     s->now_ms);
    say(s, &pdu);
}

/* Sends what waits, as far as window, throttling and rate allow. */
static void pump(struct session *s)
{
    struct cmpp_moving *m;
    int part;

    while (s->state == LINE_OPEN &&
           (m = cmpp_window_next(&s->window, s->now_ms, &part)) != NULL)
        say_submit(s, m, part);
}

/* ---- answers ---- */

static bool refuse_login(struct session *s, uint32_t status)
{
    static const char *const texts[] = {
        [CMPP_CONNECT_STRUCTURE] = "it does not understand our log-in. Is `version` the "
                                   "one that the carrier speaks?",
        [CMPP_CONNECT_SOURCE] = "it does not know us. Check `user`, and whether the "
                                "carrier lets our address in.",
        [CMPP_CONNECT_SECRET] = "it refuses our secret. Check `password`, and that the "
                                "clock is right.",
        [CMPP_CONNECT_VERSION] = "it does not speak this version. Set `version` to 2.0.",
    };

    if (status < LENGTH(texts))
        return gone(s, HEALTH_SETUP, texts[status]);
    return gone(s, HEALTH_DOWN, "it refuses connections now.");
}

static bool take_connect_resp(struct session *s, size_t length)
{
    struct cmpp_pdu pdu;
    enum cmpp_version form;
    uint8_t wanted[CMPP_HASH];

    if (!cmpp_unpack_connect_resp(s->in, length, &pdu, &form))
        return gone(s, HEALTH_DOWN, "its answer to our log-in is broken.");
    if (pdu.connect_resp.status != CMPP_OK)
        return refuse_login(s, pdu.connect_resp.status);
    cmpp_authenticator_ismg(CMPP_OK, form, s->authenticator, s->own->secret, wanted);
    if (!crypt_equal(wanted, pdu.connect_resp.authenticator, CMPP_HASH))
        return gone(s, HEALTH_SETUP,
                    "it does not know the secret that we share. Check `password` and "
                    "`address`.");
    if (form != s->own->version)
        return gone(s, HEALTH_SETUP,
                    form == CMPP_20 ? "it speaks version 2.0. Set `version` to 2.0."
                                    : "it speaks version 3.0. Set `version` to 3.0.");
    s->state = LINE_OPEN;
    return true;
}

/* ---- news ---- */

static void answer_deliver(struct session *s, uint32_t sequence, uint64_t msg_id,
                           uint32_t result)
{
    struct cmpp_pdu pdu = {.command = CMPP_DELIVER | CMPP_ANSWER, .sequence = sequence};

    pdu.result = (struct cmpp_result){.msg_id = msg_id, .result = result};
    say(s, &pdu);
}

static void take_deliver(struct session *s, const struct cmpp_pdu *pdu, size_t length)
{
    if (!cmpp_told_add(&s->told, pdu, ++s->window.order, s->in, length))
        answer_deliver(s, pdu->sequence, pdu->deliver.msg_id, CMPP_FLOW_CONTROL);
}

static void hand_news(const struct session *s, struct cmpp_told_one *one,
                      struct session_event *out)
{
    one->handed = true;
    out->kind = SESSION_NEWS;
    out->handle = one->handle;
    out->callback = callback_new(one->report);
    snprintf(out->callback.type, sizeof(out->callback.type), "cmpp");
    buf_addf(&out->callback.query, "version=%s", cmpp_version_text(s->own->version));
    buf_add(&out->callback.body, one->bytes, one->length);
}

/* ---- one PDU ---- */

static bool take_terminate(struct session *s, uint32_t sequence)
{
    say_bare(s, CMPP_TERMINATE | CMPP_ANSWER, sequence);
    s->they_left = true;
    if (s->state != LINE_GONE)
        s->state = LINE_LEAVING;
    s->leave_ms = s->now_ms;
    return true;
}

static bool take_open(struct session *s, const struct cmpp_pdu *pdu, size_t length)
{
    struct cmpp_pdu answer = {.command = CMPP_ACTIVE_TEST | CMPP_ANSWER,
                              .sequence = pdu->sequence};

    switch (pdu->command) {
    case CMPP_SUBMIT | CMPP_ANSWER:
        cmpp_window_answer(&s->window, pdu->sequence, &pdu->result, s->drained,
                           s->now_ms);
        return true;
    case CMPP_DELIVER:
        take_deliver(s, pdu, length);
        return true;
    case CMPP_ACTIVE_TEST:
        say(s, &answer);
        return true;
    case CMPP_TERMINATE | CMPP_ANSWER:
        if (s->state != LINE_LEAVING)
            break;
        s->they_left = true;
        return true;
    default:
        break;
    }
    return gone(s, HEALTH_DOWN, "it sent what only we may send.");
}

static bool take_pdu(struct session *s, size_t length)
{
    struct cmpp_pdu pdu;
    static const uint8_t test_answered[4] = {0x80, 0, 0, CMPP_ACTIVE_TEST};

    s->heard_ms = s->now_ms;
    s->tests = 0;
    /* Some leave its reserved byte out, which is no reason to hang up. */
    if (s->state != LINE_LOGIN && memcmp(s->in + 4, test_answered, 4) == 0)
        return true;
    if (s->state == LINE_LOGIN && s->in[4] == 0x80)
        return take_connect_resp(s, length);
    if (!cmpp_unpack(s->in, length, s->own->version, &pdu))
        return gone(s, HEALTH_DOWN,
                    "it sent bytes that are no CMPP of our version. Is `version` right?");
    if (pdu.command == CMPP_TERMINATE)
        return take_terminate(s, pdu.sequence);
    if (s->state == LINE_LOGIN)
        return gone(s, HEALTH_DOWN, "it did not answer our log-in first.");
    return take_open(s, &pdu, length);
}

static bool session_feed(void *self, const void *bytes, size_t length, int64_t now_ms,
                         struct error *err)
{
    struct session *s = self;
    const uint8_t *at = bytes;

    s->now_ms = now_ms;
    while (length > 0 && s->state != LINE_GONE && !s->they_left) {
        size_t total, take;

        if (!cmpp_length(s->in, s->in_length, &total)) {
            gone(s, HEALTH_DOWN, "it sent bytes that are no CMPP.");
            break;
        }
        take = (total > 0 ? total : 4) - s->in_length;
        if (take > length)
            take = length;
        memcpy(s->in + s->in_length, at, take);
        s->in_length += take;
        at += take;
        length -= take;
        if (total > 0 && s->in_length == total) {
            s->in_length = 0;
            take_pdu(s, total);
        } else if (s->in_length == 4 && !cmpp_length(s->in, 4, &total)) {
            gone(s, HEALTH_DOWN, "it sent bytes that are no CMPP.");
        }
    }
    pump(s);
    return s->state == LINE_GONE ? told_gone(s, err) : true;
}

/* ---- the courier's calls ---- */

static void session_peer(const struct gateway *g, char host[256], int *port)
{
    const struct cmpp *own = g->own;

    snprintf(host, 256, "%s", own->host);
    *port = own->port;
}

static void *session_begin(const struct gateway *g, int64_t now_ms, int64_t wall_ms)
{
    struct session *s = memory_new(sizeof(*s));

    *s = (struct session){
        .g = g,
        .own = g->own,
        .now_ms = now_ms,
        .begun_ms = now_ms,
        .heard_ms = now_ms,
        .part_ref = (uint8_t)(wall_ms / 1000),
        .out = buf_new(OUT_MOST),
        .window = {.most = g->in_flight < CMPP_WINDOW ? g->in_flight : CMPP_WINDOW,
                   .rate = g->rate},
        .health = HEALTH_DOWN};
    snprintf(s->why, sizeof(s->why), "the connection broke.");
    say_connect(s, wall_ms);
    return s;
}

static void session_drain(void *self, struct buf *out)
{
    struct session *s = self;
    size_t room = out->ceiling > out->length ? out->ceiling - out->length : 0;
    size_t take = s->out.length < room ? s->out.length : room;

    if (take == 0)
        return;
    buf_add(out, s->out.data, take);
    s->drained += take;
    s->out.length -= take;
    memmove(s->out.data, s->out.data + take, s->out.length);
}

static int session_room(const void *self)
{
    const struct session *s = self;

    return s->state == LINE_OPEN ? cmpp_window_room(&s->window, s->now_ms) : 0;
}

/* Mainland numbers stand without their country's code, others with it. */
static const char *dest_of(const char *e164)
{
    if (strncmp(e164, "+86", 3) == 0)
        return e164 + 3;
    return e164[0] == '+' ? e164 + 1 : e164;
}

static bool is_number(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= 20 && strspn(text, "0123456789") == length;
}

static bool session_submit(void *self, const struct sms_mt *mt, int64_t now_ms,
                           struct error *err)
{
    struct session *s = self;
    struct cmpp_moving *m = cmpp_window_place(&s->window);
    const char *to = dest_of(mt->to);
    const char *from =
        mt->from != NULL && mt->from[0] != '\0' ? mt->from : s->g->access_number;
    int count;

    s->now_ms = now_ms;
    if (m == NULL || s->state != LINE_OPEN)
        return error_set(err, ERROR_LATER, "The gateway \"%.40s\" is busy.", s->g->name);
    if (!is_number(from))
        return error_set(err, ERROR_REFUSED,
                         "The sender's number is not one of at most 20 digits. Make the "
                         "access number of the gateway \"%.40s\" shorter.",
                         s->g->name);
    if (!is_number(to))
        return error_set(err, ERROR_REFUSED, "The phone's number is none.");
    *m = (struct cmpp_moving){
        .order = ++s->window.order, .id = mt->id, .attempt = mt->attempt};
    count = cmpp_text_parts(mt->text, s->part_ref, m->texts);
    if (count == 0)
        return error_set(err, ERROR_REFUSED,
                         "The text of this message is empty or too long for %d parts.",
                         GATEWAY_PARTS);
    s->part_ref += count > 1;
    snprintf(m->to, sizeof(m->to), "%s", to);
    snprintf(m->from, sizeof(m->from), "%s", from);
    m->count = count;
    pump(s);
    return true;
}

static bool session_next(void *self, struct session_event *out)
{
    struct session *s = self;
    struct cmpp_moving *m = cmpp_window_settled(&s->window);
    struct cmpp_told_one *one;

    *out = (struct session_event){0};
    if (m != NULL) {
        out->kind = SESSION_OUTCOME;
        out->id = m->id;
        out->attempt = m->attempt;
        out->outcome = m->outcome;
        out->submitted = m->submitted;
        m->count = 0;
        return true;
    }
    one = s->state != LINE_GONE ? cmpp_told_next(&s->told, &s->window) : NULL;
    if (one != NULL)
        hand_news(s, one, out);
    return one != NULL;
}

static void session_kept(void *self, uint32_t handle, bool ok)
{
    struct session *s = self;
    struct cmpp_told_one *one = cmpp_told_find(&s->told, handle);

    if (one == NULL)
        return;
    if (s->state != LINE_GONE)
        answer_deliver(s, one->sequence, one->msg_id, ok ? CMPP_OK : CMPP_FLOW_CONTROL);
    one->handle = 0;
}

/* ---- what time brings ---- */

/* A quiet line is tested; one that stays silent is given up. */
static void test_line(struct session *s, int64_t *next_ms)
{
    int64_t due = s->tests == 0 ? s->heard_ms + s->own->active_test_ms
                                : s->test_ms + CMPP_ANSWER_MS;

    if (s->now_ms >= due && s->tests == CMPP_TESTS) {
        gone(s, HEALTH_DOWN, "the line is silent.");
        return;
    }
    if (s->now_ms >= due) {
        say_bare(s, CMPP_ACTIVE_TEST, next_sequence(s));
        s->tests++;
        s->test_ms = s->now_ms;
        due = s->now_ms + CMPP_ANSWER_MS;
    }
    *next_ms = soonest(*next_ms, due);
}

static void leaving(struct session *s, int64_t *next_ms)
{
    if (s->they_left && s->out.length == 0)
        gone(s, HEALTH_DOWN, "it ended the connection.");
    else if (s->now_ms >= s->leave_ms + CMPP_LEAVE_MS)
        gone(s, HEALTH_DOWN, "it did not answer our farewell.");
    *next_ms = soonest(*next_ms, s->they_left ? s->now_ms + LAST_WORD_MS
                                              : s->leave_ms + CMPP_LEAVE_MS);
}

static void logging_in(struct session *s, int64_t *next_ms)
{
    int64_t patience = s->g->timeout_ms > 0 ? s->g->timeout_ms : CMPP_ANSWER_MS;

    if (s->now_ms >= s->begun_ms + patience)
        gone(s, HEALTH_DOWN, "it does not answer our log-in.");
    *next_ms = soonest(*next_ms, s->begun_ms + patience);
}

/* When what waits for the end of a pause or for its turn may go. */
static void wake_for_pace(const struct session *s, int64_t *next_ms)
{
    const struct cmpp_window *w = &s->window;

    if (w->quiet_ms > s->now_ms)
        *next_ms = soonest(*next_ms, w->quiet_ms);
    if (w->next_us > s->now_ms * 1000)
        *next_ms = soonest(*next_ms, w->next_us / 1000 + 1);
}

static bool session_timer(void *self, int64_t now_ms, int64_t *next_ms, struct error *err)
{
    struct session *s = self;

    s->now_ms = now_ms;
    *next_ms = now_ms + TURN_MS;
    if (s->state == LINE_LOGIN)
        logging_in(s, next_ms);
    if (s->state == LINE_OPEN)
        test_line(s, next_ms);
    if (s->state == LINE_LEAVING)
        leaving(s, next_ms);
    if (!cmpp_window_expire(&s->window, s->drained, now_ms, next_ms))
        gone(s, HEALTH_DOWN, "it takes nothing of what we send.");
    pump(s);
    wake_for_pace(s, next_ms);
    return s->state == LINE_GONE ? told_gone(s, err) : true;
}

static void session_leave(void *self, int64_t now_ms)
{
    struct session *s = self;

    s->now_ms = now_ms;
    if (s->state == LINE_LOGIN)
        gone(s, HEALTH_DOWN, "we ended the connection.");
    if (s->state != LINE_OPEN)
        return;
    say_bare(s, CMPP_TERMINATE, next_sequence(s));
    if (s->state != LINE_GONE)
        s->state = LINE_LEAVING;
    s->leave_ms = now_ms;
}

static void session_lost(void *self, enum gateway_health *health, char why[120])
{
    struct session *s = self;

    cmpp_window_lost(&s->window, s->drained);
    s->state = LINE_GONE;
    *health = s->health;
    snprintf(why, 120, "%s", s->why);
}

static void session_end(void *self)
{
    struct session *s = self;

    if (s == NULL)
        return;
    buf_free(&s->out);
    free(s);
}

const struct session_ops cmpp_session = {
    .peer = session_peer,
    .begin = session_begin,
    .feed = session_feed,
    .drain = session_drain,
    .room = session_room,
    .submit = session_submit,
    .next = session_next,
    .kept = session_kept,
    .timer = session_timer,
    .leave = session_leave,
    .lost = session_lost,
    .end = session_end,
};
