/*
 * page_gateways.c — see page_gateways.h.
 *
 * Promise: no phone, no text and no secret stands here: of the addresses that gateways
 * call only what is before the secret. Everything is read in one snapshot.
 */
#include "web/page_gateways.h"

#include <stdio.h>
#include <string.h>

#include "gateways/gateways.h"
#include "store/gateway_look.h"
#include "web/session.h"
#include "web/staff_words.h"

struct view {
    struct staff staff;
    struct staff_words words;
    json_t *gateways;
    int64_t nowhere; /* messages that no gateway takes */
};

/* What today's counts are shown as, in this order. */
static const enum gateway_count shown[] = {
    COUNT_SUBMITTED, COUNT_ACCEPTED, COUNT_DELIVERED,     COUNT_UNDELIVERED,
    COUNT_EXPIRED,   COUNT_REFUSED,  COUNT_RETRIED,       COUNT_REPLIES,
    COUNT_REPORTS,   COUNT_UNKNOWN,  COUNT_RESOLVED_SENT, COUNT_RESOLVED_UNSENT,
    COUNT_RESENT,
};

static json_t *counts_json(const struct view *v, const struct gateway_look *look)
{
    json_t *list = json_array();

    for (size_t i = 0; i < LENGTH(shown); i++)
        json_array_append_new(
            list, json_pack("{s:s, s:I}", "word",
                            staff_word(&v->words, "count", gateway_count_name(shown[i])),
                            "n", (json_int_t)look->today[shown[i]]));
    return list;
}

/* "12.5 / 11.0 / 9.3", messages a minute. */
static json_t *rates_json(const struct gateway_state *s)
{
    char text[64];

    snprintf(text, sizeof(text), "%.1f / %.1f / %.1f", s->rate_1 / 100.0,
             s->rate_5 / 100.0, s->rate_15 / 100.0);
    return json_string(text);
}

/* An address without its last part; null for none. */
static json_t *address_json(const char *url)
{
    const char *slash = strrchr(url, '/');
    char text[sizeof(((struct gateway *)0)->reply_url)];

    if (slash == NULL)
        return json_null();
    snprintf(text, sizeof(text), "%.*s…", (int)(slash - url + 1), url);
    return json_string(text);
}

/* What the settings say now comes before what the courier said last. */
static const char *condition_of(const struct gateway *g, const struct gateway_look *look)
{
    if (gateway_is_broken(g))
        return "broken";
    return look->said ? look->state.condition : "unsaid";
}

static const char *tone_of(const char *condition)
{
    if (strcmp(condition, "ready") == 0)
        return "green";
    return strcmp(condition, "broken") == 0 || strcmp(condition, "shut") == 0 ? "red"
                                                                              : "amber";
}

static json_t *gateway_json(const struct view *v, const struct gateway *g,
                            const struct gateway_look *look)
{
    const struct gateway_state *s = &look->state;
    const char *condition = condition_of(g, look);
    const char *trouble = gateway_is_broken(g) ? g->trouble : s->trouble;
    json_t *out = json_pack(
        "{s:s, s:s, s:s, s:s, s:I, s:I, s:i, s:o, s:o, s:I}", "name", g->name, "kind",
        g->ops->name, "state", staff_word(&v->words, "gateway", condition), "tone",
        tone_of(condition), "waiting", (json_int_t)look->queue.waiting, "overdue",
        (json_int_t)look->queue.overdue, "in_flight", s->in_flight, "rates",
        rates_json(s), "counts", counts_json(v, look), "unknown_open",
        (json_int_t)look->queue.by_state[MESSAGE_UNKNOWN]);

    json_object_set_new(out, "oldest", staff_time(&v->words, look->queue.oldest_due_ms));
    json_object_set_new(out, "trouble", json_string(trouble));
    json_object_set_new(out, "trouble_at",
                        trouble == s->trouble ? staff_time(&v->words, s->error_ms)
                                              : json_null());
    json_object_set_new(out, "said", staff_time(&v->words, s->changed_ms));
    json_object_set_new(out, "reply_url", address_json(g->reply_url));
    json_object_set_new(out, "report_url", address_json(g->report_url));
    return out;
}

static bool read_gateways(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct view *v = (struct view *)s;
    const struct roster *roster = site_of(s->x)->roster;
    struct gateway_queue nowhere;
    bool ok;

    v->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .now_ms = now_ms};
    v->gateways = json_array();
    ok = gateway_queue(st, NULL, now_ms, &nowhere, err);
    v->nowhere = nowhere.waiting;
    for (int i = 0; ok && i < roster->count; i++) {
        const struct gateway *g = &roster->gateways[i];
        struct gateway_look look;

        ok = gateway_look(st, g->name, now_ms, &look, err);
        if (ok)
            json_array_append_new(v->gateways, gateway_json(v, g, &look));
    }
    if (!ok)
        json_decref(v->gateways);
    return ok;
}

static void show_gateways(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    json_t *data = staff_frame(x, &v->staff, v->words.lang);

    json_object_set_new(data, "gateways", v->gateways);
    json_object_set_new(data, "nowhere", json_integer(v->nowhere));
    json_object_set_new(data, "some_nowhere", json_boolean(v->nowhere > 0));
    page_answer(x, 200, "gateways", "staff", v->words.lang, data);
}

void page_gateways(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    staff_read(&v->staff, read_gateways, show_gateways);
}
