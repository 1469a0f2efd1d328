/*
 * line.c — see line.h. A list of pushes in the order of their time; one lock around
 * everything.
 */
#include "work/line.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MOST_UNDER_WAY = 100000 };

struct push {
    struct push *next;
    int64_t due_ms;
    bool report, early;
    char *body;
};

struct line {
    pthread_mutex_t lock;
    struct line_faults faults;
    struct push *first;
    size_t count;
    int64_t fresh; /* counts the ids that we make up */
};

struct line *line_new(void)
{
    struct line *l = memory_new(sizeof(*l));

    pthread_mutex_init(&l->lock, NULL);
    return l;
}

static void push_free(struct push *p)
{
    free(p->body);
    free(p);
}

void line_free(struct line *l)
{
    if (l == NULL)
        return;
    while (l->first != NULL) {
        struct push *p = l->first;

        l->first = p->next;
        push_free(p);
    }
    pthread_mutex_destroy(&l->lock);
    free(l);
}

void line_faults(struct line *l, struct line_faults *out)
{
    pthread_mutex_lock(&l->lock);
    *out = l->faults;
    pthread_mutex_unlock(&l->lock);
}

void line_faults_set(struct line *l, const struct line_faults *faults)
{
    pthread_mutex_lock(&l->lock);
    l->faults = *faults;
    pthread_mutex_unlock(&l->lock);
}

/* Puts a push behind those of the same time. The lock is held. */
static void insert(struct line *l, struct push *p)
{
    struct push **at = &l->first;

    while (*at != NULL && (*at)->due_ms <= p->due_ms)
        at = &(*at)->next;
    p->next = *at;
    *at = p;
    l->count++;
}

/* Adds one push; `value` stays the caller's. The lock is held. */
static void put_one(struct line *l, json_t *value, bool report, bool early,
                    int64_t due_ms)
{
    struct push *p = memory_new(sizeof(*p));

    p->report = report;
    p->early = early;
    p->due_ms = due_ms;
    p->body = json_dumps(value, JSON_COMPACT);
    if (p->body == NULL)
        p->body = memory_text("");
    insert(l, p);
}

static void put(struct line *l, json_t *value, bool report, bool early, int64_t due_ms)
{
    put_one(l, value, report, early, due_ms);
    if (l->faults.twice)
        put_one(l, value, report, early, due_ms);
    json_decref(value);
}

static json_t *report(const char *reference, const char *message, const char *state,
                      int64_t at_ms)
{
    char id[GATEWAY_REF * 2];

    snprintf(id, sizeof(id), "%s-%s", message, state);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "type", "report", "id", id,
                     "reference", reference, "message", message, "state", state, "at",
                     (json_int_t)at_ms);
}

static void schedule_reports(struct line *l, const char *reference, const char *message,
                             int64_t now_ms)
{
    const struct line_faults *f = &l->faults;
    int64_t delivered_ms = now_ms + (int64_t)f->delay_s * 1000;
    int64_t told_ms = delivered_ms + (int64_t)f->late_report_s * 1000;

    if (f->lost)
        return;
    put(l, report(reference, message, "DELIVERED", delivered_ms), true, f->out_of_order,
        told_ms);
    if (f->out_of_order)
        put(l, report(reference, message, "BUFFERED", now_ms), true, false, told_ms);
}

static void answer_json(struct answer *out, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);

    buf_add_text(&out->body, text != NULL ? text : "");
    free(text);
    json_decref(value);
}

/* The lock is held. */
static void carry(struct line *l, const struct request *request, int64_t now_ms,
                  struct answer *out)
{
    json_t *root = json_loadb(buf_text(&request->body), request->body.length, 0, NULL);
    const char *reference;
    char message[GATEWAY_REF];

    out->carried = CARRIED_ANSWERED;
    if (json_unpack(root, "{s:s}", "reference", &reference) != 0) {
        answer_json(out, json_pack("{s:i, s:s}", "code", 400, "why", "malformed"));
    } else if (l->faults.refuse) {
        answer_json(out, json_pack("{s:i, s:s}", "code", 403, "why", "template refused"));
    } else {
        snprintf(message, sizeof(message), "v%.70s", reference);
        schedule_reports(l, reference, message, now_ms);
        answer_json(out, json_pack("{s:i, s:s}", "code", 0, "id", message));
    }
    json_decref(root);
}

void line_carry(struct line *l, const struct request *request, int64_t now_ms,
                struct answer *out)
{
    pthread_mutex_lock(&l->lock);
    if (l->faults.down)
        out->carried = CARRIED_NOT_SENT;
    else
        carry(l, request, now_ms, out);
    pthread_mutex_unlock(&l->lock);
}

void line_remember(struct line *l, const char *reference, const char *message,
                   int64_t now_ms)
{
    json_t *told = report(reference, message, "DELIVERED", now_ms);

    pthread_mutex_lock(&l->lock);
    put_one(l, told, true, false, now_ms);
    pthread_mutex_unlock(&l->lock);
    json_decref(told);
}

/* UTF-8 whose bytes somebody took for Latin-1 and wrote as UTF-8 once more. Given. */
static char *mistaken(const char *text)
{
    struct buf out = buf_new(strlen(text) * 2);

    for (const unsigned char *u = (const unsigned char *)text; *u != '\0'; u++) {
        if (*u < 0x80) {
            buf_add_byte(&out, *u);
        } else {
            buf_add_byte(&out, 0xc0 | *u >> 6);
            buf_add_byte(&out, 0x80 | (*u & 0x3f));
        }
    }
    buf_add_text(&out, "");
    return out.data != NULL ? buf_take(&out) : memory_text("");
}

bool line_reply(struct line *l, const char *id, const char *phone, const char *to,
                const char *text, int64_t now_ms)
{
    char fresh[GATEWAY_REF];
    char *said = NULL;
    bool room;

    pthread_mutex_lock(&l->lock);
    room = l->count < MOST_UNDER_WAY;
    if (room) {
        snprintf(fresh, sizeof(fresh), "r%lld-%lld", (long long)now_ms,
                 (long long)++l->fresh);
        said = l->faults.wrong_charset ? mistaken(text) : memory_text(text);
        put(l,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:I}", "type", "reply", "id",
                      id[0] != '\0' ? id : fresh, "phone", phone, "to", to, "text", said,
                      "at", (json_int_t)now_ms),
            false, false, now_ms + (int64_t)l->faults.delay_s * 1000);
    }
    pthread_mutex_unlock(&l->lock);
    free(said);
    return room;
}

bool line_push(struct line *l, int64_t now_ms, bool early, struct callback *out)
{
    struct push **at, *p = NULL;

    pthread_mutex_lock(&l->lock);
    for (at = &l->first; *at != NULL && (*at)->due_ms <= now_ms; at = &(*at)->next) {
        if (!early || (*at)->early) {
            p = *at;
            *at = p->next;
            l->count--;
            break;
        }
    }
    pthread_mutex_unlock(&l->lock);
    if (p == NULL)
        return false;
    out->report = p->report;
    buf_clear(&out->body);
    buf_add_text(&out->body, p->body);
    push_free(p);
    return true;
}

void line_again(struct line *l, const struct callback *push, int64_t due_ms)
{
    struct push *p = memory_new(sizeof(*p));

    p->report = push->report;
    p->due_ms = due_ms;
    p->body = memory_text(buf_text(&push->body));
    pthread_mutex_lock(&l->lock);
    insert(l, p);
    pthread_mutex_unlock(&l->lock);
}

int64_t line_next_ms(struct line *l)
{
    int64_t next_ms;

    pthread_mutex_lock(&l->lock);
    next_ms = l->first != NULL ? l->first->due_ms : INT64_MAX;
    pthread_mutex_unlock(&l->lock);
    return next_ms;
}
