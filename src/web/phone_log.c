/*
 * phone_log.c — see phone_log.h.
 */
#include "web/phone_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "gateways/gateways.h"
#include "store/message_cases.h"
#include "store/message_look.h"
#include "store/inbound_store.h"
#include "store/message_store.h"
#include "store/person_store.h"
#include "web/json.h"
#include "web/problem.h"
#include "web/reply_text.h"

struct entry {
    int64_t at_ms, id;
    int64_t phone_id, words_id, case_id; /* words_id: of a reply; case_id: spoken of */
    bool mo, survey;
    char gateway[40]; /* of a reply */
    json_t *object;
};

struct log {
    const struct zone *zone;
    struct entry entries[2 * PHONE_LOG_MOST];
    size_t count;
};

static void set(json_t *object, const char *key, const char *text)
{
    json_t *value = json_string(text);

    json_object_set_new(object, key, value != NULL ? value : json_string(""));
}

static struct entry *add(struct log *log, int64_t id, int64_t at_ms, bool mo)
{
    struct entry *e = &log->entries[log->count++];

    *e = (struct entry){.id = id, .at_ms = at_ms, .mo = mo, .object = json_object()};
    json_object_set_new(e->object, "id", json_id(id));
    set(e->object, "direction", mo ? "mo" : "mt");
    json_object_set_new(e->object, "at", json_time(log->zone, at_ms));
    json_object_set_new(e->object, "at_ms", json_integer(at_ms));
    return e;
}

static void add_message(void *self, const struct message_view *m)
{
    struct log *log = self;
    struct entry *e;

    if (log->count == LENGTH(log->entries))
        return;
    e = add(log, m->id, m->at_ms, false);
    e->phone_id = m->phone_id;
    e->case_id = m->case_id;
    e->survey = strncmp(m->kind, "survey", 6) == 0;
    set(e->object, "kind", m->kind);
    set(e->object, "from", m->sender);
    set(e->object, "text", m->text);
    set(e->object, "state", m->state);
    set(e->object, "reason", m->reason);
    set(e->object, "lang", m->lang);
    json_object_set_new(e->object, "attempt", json_integer(m->attempt));
}

static void add_reply(void *self, const struct inbound_view *in)
{
    struct log *log = self;
    struct entry *e;

    if (log->count == LENGTH(log->entries))
        return;
    e = add(log, in->id, in->received_ms, true);
    e->phone_id = in->phone_id;
    e->words_id = in->words_id;
    e->case_id = in->case_id;
    snprintf(e->gateway, sizeof(e->gateway), "%s", in->gateway);
    set(e->object, "kind", "reply");
    set(e->object, "to", in->recipient);
    set(e->object, "state", in->act[0] != '\0' ? "READ" : "NEW");
    set(e->object, "outcome", in->outcome);
    set(e->object, "act", in->act);
    set(e->object, "proof", in->proof);
    json_object_set_new(e->object, "rating", json_id(in->rating_id));
}

/* ---- what takes another look at the store ---- */

static bool name_phone(struct store *st, struct entry *e, struct error *err)
{
    char local[PHONE_LOCAL] = "";
    struct phone phone;
    bool found = false;

    if (e->phone_id != 0 && !phone_reveal(st, e->phone_id, &phone, &found, err))
        return false;
    if (found)
        phone_local(&phone, local);
    set(e->object, e->mo ? "from" : "to", local);
    return true;
}

static bool read_words(struct store *st, const struct roster *roster, struct entry *e,
                       struct error *err)
{
    struct buf raw = buf_new(INBOUND_RAW_MOST), text = buf_new(INBOUND_RAW_MOST);
    bool found = false;
    bool ok = words_reveal(st, e->words_id, &raw, &found, err);

    if (ok && found)
        reply_text((void *)(uintptr_t)roster, e->gateway, &raw, &text);
    set(e->object, "text", buf_text(&text));
    buf_free(&raw);
    buf_free(&text);
    return ok;
}

static void add_case(json_t *cases, int64_t id, char letter)
{
    char text[2] = {letter, '\0'};

    json_array_append_new(cases,
                          json_pack("{s:o, s:o}", "case", json_id(id), "letter",
                                    letter != 0 ? json_string(text) : json_null()));
}

static bool name_cases(struct store *st, struct entry *e, struct error *err)
{
    struct link_case asked[LINK_CASES];
    json_t *cases = json_array();
    int count = 0;

    json_object_set_new(e->object, "cases", cases);
    if (e->survey && !message_cases(st, e->id, asked, &count, err))
        return false;
    for (int i = 0; i < count; i++)
        add_case(cases, asked[i].id, asked[i].letter);
    if (count == 0 && e->case_id != 0)
        add_case(cases, e->case_id, 0);
    return true;
}

static int by_time(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool gather(struct store *st, const struct roster *roster, int64_t phone_id,
                   struct log *log, struct error *err)
{
    if (!messages_sent(st, phone_id, PHONE_LOG_MOST, add_message, log, err) ||
        !inbound_replies(st, phone_id, PHONE_LOG_MOST, add_reply, log, err))
        return false;
    for (size_t i = 0; i < log->count; i++) {
        struct entry *e = &log->entries[i];

        if (!name_phone(st, e, err) || !name_cases(st, e, err) ||
            (e->mo && !read_words(st, roster, e, err)))
            return false;
    }
    qsort(log->entries, log->count, sizeof(log->entries[0]), by_time);
    return true;
}

bool phone_log(struct store *st, const struct roster *roster, const char *phone,
               json_t **out, struct error *err)
{
    struct log *log;
    struct phone number;
    int64_t phone_id = 0;
    bool ok, all = phone == NULL || phone[0] == '\0';

    if (!all && (!phone_parse(phone, "86", &number, err) ||
                 !phone_find(st, &number, &phone_id, err)))
        return false;
    *out = json_array();
    if ((!all && phone_id == 0) || st->frame == NULL)
        return true;
    log = memory_new(sizeof(*log));
    log->zone = st->frame->zone;
    ok = gather(st, roster, phone_id, log, err);
    for (size_t i = 0; i < log->count; i++)
        json_array_append_new(*out, log->entries[i].object);
    free(log);
    if (!ok) {
        json_decref(*out);
        *out = NULL;
    }
    return ok;
}

/* A browser tells where a request comes from; programs tell nothing and are no browsers.
 */
static bool from_another_site(const struct exchange *x)
{
    const char *site = exchange_header(x, "Sec-Fetch-Site");

    return site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

bool phone_log_allowed(struct exchange *x)
{
    if (site_of(x)->virtual_gateway && x->loopback_listener && !x->forwarded &&
        !(x->method != METHOD_GET && from_another_site(x)))
        return true;
    problem_say(x, ERROR_ABSENT, "There is no virtual phone here.");
    return false;
}
