/*
 * push.c — hands settled ratings over to the regional platform (store/platform_store.h).
 *
 *     due → [writer: rows made, claimed] → (asked) → record → answer → (asked) → [writer:
 *     booked]
 *
 * Promise: a record is claimed on disk before a byte of it leaves, and each is written to
 * one connection once: what may have arrived is asked after first where the platform can
 * be asked, else sent again, which it answers with "already". Where the platform is away
 * nothing is claimed for a while (platform_wait_ms), and then one record tries. Messages
 * to citizens never wait for it.
 */
#include "work/courier_part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/platform_store.h"
#include "work/platform.h"

enum {
    COLLECT_AT_ONCE = 256,
    CLAIM_MOST = 32,
    CONNECT_MS = 10000,
    ANSWER_MOST = 65536,
    LOOK_EVERY_MS = 60000, /* a rating may have been settled of which nobody told us */
    REST_MOST_MS = 600000,
};

struct push {
    const struct platform *p;
    int64_t correction_ms;
    bool ask, claiming;
    struct errand *held; /* bookings that wait until the writer can write */
    int out;             /* claimed and not yet booked */
    int64_t next_ms;     /* UTC: when the next one is due */
    int64_t paced_ms;    /* monotonic: nothing leaves before */
    int64_t rest_ms;     /* UTC: the platform is away until then; 0 for here */
    int failures;        /* in a row */
    bool told_to_rest;   /* by the platform itself: others that succeed change nothing */
};

void push_open(struct courier *c)
{
    struct push *push;

    if (c->config.platform == NULL)
        return;
    push = c->push = memory_new(sizeof(*push));
    *push = (struct push){.p = c->config.platform,
                          .correction_ms = c->config.outbox->rules->rating.correction_ms,
                          .ask = true,
                          .next_ms = INT64_MAX};
}

/* ---- one on its way ---- */

struct pushing {
    struct errand errand;
    struct platform_claimed claimed;
    bool asked; /* the question on its way came after the record, or instead of it */
    bool sent;  /* the record left in this try */
    struct platform_verdict verdict;
    struct platform_try try;
};

static void pushing_free(struct pushing *g)
{
    g->errand.c->push->out--;
    json_decref(g->claimed.record);
    free(g);
}

static bool book_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    return platform_book(st, e->c->push->p->name, &((struct pushing *)e)->try, now_ms,
                         err);
}

static void book_back(struct errand *e)
{
    struct pushing *g = (struct pushing *)e;
    struct push *push = e->c->push;

    if (errand_later(e)) { /* the disk is full, or busy: what came of it is not lost */
        error_clear(&e->command.err);
        e->next = push->held;
        push->held = e;
        return;
    }
    if (!e->command.ok)
        complain("platform.not_booked", g->claimed.id, &e->command.err);
    push->ask = true;
    pushing_free(g);
}

/* How the platform is, after an answer or none: whoever is away rests. */
static void note_health(struct courier *c, const struct pushing *g, int64_t after_s)
{
    struct push *push = c->push;
    enum platform_outcome outcome = g->verdict.outcome;
    bool spoke =
        g->try.status >= 200 && g->try.status < 300 && g->verdict.code[0] != '\0';
    bool well = outcome != PLATFORM_AGAIN && outcome != PLATFORM_SETUP &&
                (outcome != PLATFORM_UNKNOWN || spoke);
    int64_t rest_ms;
    bool told;

    if (well) {
        push->failures = 0;
        if (!push->told_to_rest)
            push->rest_ms = 0;
        return;
    }
    rest_ms = platform_wait_ms(++push->failures);
    if (rest_ms > REST_MOST_MS)
        rest_ms = REST_MOST_MS;
    if (rest_ms < after_s * 1000)
        rest_ms = after_s * 1000;
    told = g->try.status == 429 || after_s > 0;
    if (told || !push->told_to_rest || push->rest_ms < courier_wall(c) + rest_ms) {
        push->rest_ms = courier_wall(c) + rest_ms;
        push->told_to_rest = told;
    }
    log_line(outcome == PLATFORM_SETUP ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
             "platform.away", "status=%d code=\"%s\" reason=\"%s\" rest_s=%lld",
             g->try.status, g->verdict.code, g->verdict.words,
             (long long)(rest_ms / 1000));
}

static const char *state_after(const struct pushing *g)
{
    switch (g->verdict.outcome) {
    case PLATFORM_ACCEPTED:
        return "accepted";
    case PLATFORM_REFUSED:
        return "refused";
    case PLATFORM_ALREADY:
        return g->verdict.same == PLATFORM_SAME    ? "already"
               : g->verdict.same == PLATFORM_OTHER ? "conflict"
                                                   : "unknown";
    case PLATFORM_AGAIN: /* what may have left before may still have arrived */
    case PLATFORM_SETUP:
        return g->claimed.ask || g->asked ? "unknown" : "waiting";
    default:
        return "unknown";
    }
}

static void book(struct pushing *g)
{
    const struct platform_verdict *v = &g->verdict;

    if (v->outcome == PLATFORM_ALREADY && v->same == PLATFORM_NOT_TOLD)
        snprintf(g->verdict.words, sizeof(g->verdict.words),
                 "it has one, and does not say what stands in it");
    g->try.id = g->claimed.id;
    g->try.state = state_after(g);
    if (v->words[0] == '\0' && v->outcome != PLATFORM_ACCEPTED &&
        v->same == PLATFORM_NOT_TOLD)
        snprintf(g->verdict.words, sizeof(g->verdict.words), "it does not say why");
    g->try.wait_ms = platform_wait_ms(g->claimed.tries);
    g->try.code = v->code;
    g->try.trouble = v->words;
    g->try.fields = v->fields;
    g->try.differs = v->differs;
    g->errand.work = book_work;
    g->errand.back = book_back;
    errand_send(g->errand.c, &g->errand);
}

static void start(struct pushing *g, const char *url, json_t *body, bool question);

static void ask_it(struct pushing *g)
{
    const struct push *push = g->errand.c->push;
    json_t *question = platform_question(push->p->map, g->claimed.record);

    g->asked = true;
    start(g, push->p->query_url, question, true);
    json_decref(question);
}

static void send_it(struct pushing *g)
{
    g->sent = true;
    start(g, g->errand.c->push->p->url, g->claimed.record, false);
}

static bool is_absent(const struct pushing *g, bool question)
{
    return question && g->verdict.outcome == PLATFORM_ABSENT && !g->sent;
}

static bool must_ask(const struct pushing *g, bool question)
{
    return !question && !g->asked && g->verdict.outcome == PLATFORM_ALREADY &&
           g->verdict.same == PLATFORM_NOT_TOLD &&
           g->errand.c->push->p->query_url[0] != '\0';
}

static void judge(struct pushing *g, const struct answer *answer, bool question)
{
    const struct platform_sent sent = {.map = g->errand.c->push->p->map,
                                       .record = g->claimed.record,
                                       .words_gone = g->claimed.words_gone};
    bool whole = answer->carried == CARRIED_ANSWERED;

    (question ? platform_judge_question : platform_judge)(
        &sent, whole ? answer->status : 0, whole ? buf_text(&answer->body) : "",
        whole ? answer->body.length : 0, &g->verdict);
    g->try.status = answer->status;
    if (answer->carried == CARRIED_NOT_SENT) {
        g->verdict.outcome = PLATFORM_AGAIN;
        g->sent = g->sent && question;
    }
    if (!whole)
        snprintf(g->verdict.words, sizeof(g->verdict.words), "%s", answer->trouble);
}

static void answered(struct pushing *g, const struct answer *answer, bool question)
{
    struct courier *c = g->errand.c;

    if (c->ended) { /* nobody books any more: it is asked after at the next start */
        pushing_free(g);
        return;
    }
    judge(g, answer, question);
    note_health(c, g, answer->retry_after_s);
    if (is_absent(g, question))
        send_it(g);
    else if (must_ask(g, question))
        ask_it(g);
    else
        book(g);
}

static void record_answered(void *arg, const struct answer *answer)
{
    answered(arg, answer, false);
}

static void question_answered(void *arg, const struct answer *answer)
{
    answered(arg, answer, true);
}

static void start(struct pushing *g, const char *url, json_t *body, bool question)
{
    struct courier *c = g->errand.c;
    const struct platform *p = c->push->p;
    const struct carry_terms terms = {.connect_ms = CONNECT_MS,
                                      .total_ms = p->total_ms,
                                      .repeatable = question,
                                      .body_most = ANSWER_MOST};
    struct request request = request_new();
    char *text = json_dumps(body, JSON_COMPACT);

    if (text == NULL)
        memory_none();
    request.kind = REQUEST_HTTP;
    request.method = "POST";
    buf_add_text(&request.url, url);
    buf_add_text(&request.body, text);
    buf_add_text(&request.headers, "Content-Type: application/json\n");
    if (p->key[0] != '\0')
        buf_addf(&request.headers, "%s: %s\n", p->key_header, p->key);
    carry_http_start(c->http, &request, &terms,
                     question ? question_answered : record_answered, g);
    request_free(&request);
    free(text);
}

static void carry(struct courier *c, const struct platform_claimed *claimed)
{
    struct pushing *g = memory_new(sizeof(*g));

    g->errand.c = c;
    g->claimed = *claimed;
    if (claimed->ask && c->push->p->query_url[0] != '\0')
        ask_it(g);
    else
        send_it(g);
}

void push_close(struct courier *c)
{
    struct push *push = c->push;

    while (push != NULL && push->held != NULL) {
        struct errand *held = push->held;

        push->held = held->next;
        pushing_free((struct pushing *)held);
    }
    free(push);
}

/* ---- claiming ---- */

struct claiming {
    struct errand errand;
    struct platform_claimed claimed[CLAIM_MOST];
    int most, count;
    int64_t next_ms;
};

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool claim_work(struct errand *e, struct store *st, int64_t now_ms,
                       struct error *err)
{
    struct claiming *k = (struct claiming *)e;
    const struct push *push = e->c->push;
    const struct platform *p = push->p;
    int64_t settled_ms;
    int looked;

    k->next_ms = INT64_MAX;
    if (st->frame == NULL)
        return true;
    if (!platform_collect(st, p->name, p->map, push->correction_ms, COLLECT_AT_ONCE,
                          now_ms, &looked, &settled_ms, err) ||
        !platform_claim(st, p->name, p->map, k->most, now_ms, k->claimed, &k->count,
                        &k->next_ms, err))
        return false;
    k->next_ms = earlier(k->next_ms, settled_ms);
    return true;
}

static void claim_back(struct errand *e)
{
    struct claiming *k = (struct claiming *)e;
    struct courier *c = e->c;
    struct push *push = c->push;

    push->claiming = false;
    if (e->command.ok) {
        push->next_ms = earlier(k->next_ms, courier_wall(c) + LOOK_EVERY_MS);
        push->out += k->count;
        push->paced_ms = courier_mono(c) + k->count * INT64_C(1000) / push->p->rate;
        for (int i = 0; i < k->count; i++)
            carry(c, &k->claimed[i]);
    } else {
        for (int i = 0; i < k->count; i++)
            json_decref(k->claimed[i].record);
        push->ask = true;
        if (!errand_later(e)) {
            complain("platform.not_claimed", 0, &e->command.err);
            push->ask = false;
            push->next_ms = courier_wall(c) + HOLD_MS;
        }
    }
    free(k);
}

static bool rests(struct courier *c)
{
    return c->push->rest_ms > courier_wall(c);
}

/* How many may be claimed now: as many as have room; one where the last ones failed. */
static int room(const struct push *push)
{
    int most = push->failures > 0 ? 1 : push->p->batch;

    return push->out < most ? most - push->out : 0;
}

static bool may_claim(struct courier *c)
{
    const struct push *push = c->push;

    return !push->claiming && room(push) > 0 && !rests(c) &&
           courier_mono(c) >= push->paced_ms &&
           (push->ask || push->next_ms <= courier_wall(c));
}

void push_turn(struct courier *c)
{
    struct push *push = c->push;
    struct claiming *k;

    if (push == NULL || courier_pauses(c))
        return;
    while (push->held != NULL) {
        struct errand *held = push->held;

        push->held = held->next;
        errand_send(c, held);
    }
    if (!may_claim(c))
        return;
    k = memory_new(sizeof(*k));
    push->ask = false;
    push->claiming = true;
    k->most = room(push);
    k->errand.work = claim_work;
    k->errand.back = claim_back;
    errand_send(c, &k->errand);
}

void push_ask(struct courier *c)
{
    if (c->push != NULL)
        c->push->ask = true;
}

bool push_recover(struct courier *c, struct store *st, int64_t now_ms, struct error *err)
{
    int64_t count = 0;

    if (c->push == NULL)
        return true;
    if (!platform_recover(st, c->push->p->name, now_ms, &count, err))
        return false;
    if (count > 0)
        log_line(LOG_LEVEL_NOTICE, "platform.recovered", "records=%lld",
                 (long long)count);
    return true;
}

bool push_is_quiet(struct courier *c)
{
    const struct push *push = c->push;

    return push == NULL ||
           (!push->claiming && push->out == 0 &&
            (rests(c) || (!push->ask && push->next_ms > courier_wall(c))));
}

int64_t push_wait_ms(struct courier *c)
{
    const struct push *push = c->push;
    int64_t wait_ms;

    if (push == NULL || push->claiming || room(push) == 0)
        return INT64_MAX;
    wait_ms = push->ask ? 0 : push->next_ms - courier_wall(c);
    if (wait_ms < push->rest_ms - courier_wall(c))
        wait_ms = push->rest_ms - courier_wall(c);
    if (wait_ms < push->paced_ms - courier_mono(c))
        wait_ms = push->paced_ms - courier_mono(c);
    return wait_ms;
}
