/*
 * page_hooks.c — see page_hooks.h.
 *
 * Promise: no secret stands here, and of an address only its host: its path may be one.
 */
#include "web/page_hooks.h"

#include <stdio.h>
#include <string.h>

#include "store/hook_store.h"
#include "web/problem.h"
#include "web/session.h"
#include "web/staff_words.h"

enum { SHOWN = 200 };

struct view {
    struct staff staff;
    struct staff_words words;
    json_t *endpoints, *rows;
    int64_t id;       /* of the path */
    const char *name; /* of the path */
};

/* "https://hooks.example.cn:8443/…" */
static json_t *host_json(const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme != NULL ? scheme + 3 : url;
    int length = (int)(host - url) + (int)strcspn(host, "/?#");
    char text[600];

    snprintf(text, sizeof(text), "%.*s/…", length, url);
    return json_string(text);
}

static json_t *types_json(unsigned types)
{
    json_t *list = json_array();

    for (int i = 0; i < HOOK_TYPES; i++)
        if ((types & 1U << i) != 0)
            json_array_append_new(
                list, json_pack("{s:s}", "name", hook_type_name((enum hook_type)i)));
    return list;
}

static bool add_endpoint(struct store *st, struct view *v, const struct hook_endpoint *e,
                         struct error *err)
{
    struct hook_standing now;

    if (!hook_standing(st, e->name, &now, err))
        return false;
    json_array_append_new(
        v->endpoints,
        json_pack("{s:s, s:o, s:o, s:b, s:s, s:o, s:I}", "name", e->name, "host",
                  host_json(e->url), "types", types_json(e->types), "off", now.off,
                  "reason", now.off ? staff_word(&v->words, "hook_off", now.reason) : "",
                  "since", staff_time(&v->words, now.changed_ms), "waiting",
                  (json_int_t)now.waiting));
    return true;
}

static void add_row(void *self, const struct hook_delivery *d)
{
    struct view *v = self;
    bool over = strcmp(d->state, "done") == 0 || strcmp(d->state, "failed") == 0;
    bool waits = strcmp(d->state, "waiting") == 0;
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)d->id);
    json_array_append_new(
        v->rows,
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:i, s:o, s:s, s:o, s:o, s:b}", "id", id,
                  "endpoint", d->endpoint, "kind", d->kind, "state",
                  staff_word(&v->words, "hook_state", d->state), "failed",
                  strcmp(d->state, "failed") == 0, "tries", d->tries, "status",
                  d->status != 0 ? json_integer(d->status) : json_null(), "trouble",
                  d->trouble, "at", staff_time(&v->words, d->at_ms), "due",
                  waits ? staff_time(&v->words, d->due_ms) : json_null(), "over", over));
}

static bool read_hooks(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct view *v = (struct view *)s;
    const struct hooks *hooks = site_of(s->x)->hooks;
    bool ok = true;

    v->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .catalogue = "webhooks",
                                    .now_ms = now_ms};
    v->endpoints = json_array();
    v->rows = json_array();
    for (int i = 0; ok && hooks != NULL && i < hooks->count; i++)
        ok = add_endpoint(st, v, &hooks->endpoints[i], err);
    if (ok && hooks_newest(st, SHOWN, add_row, v, err))
        return true;
    json_decref(v->endpoints);
    json_decref(v->rows);
    return false;
}

static void show_hooks(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    json_t *data = staff_frame(x, &v->staff, v->words.lang);

    json_object_set_new(data, "told", json_boolean(json_array_size(v->endpoints) > 0));
    json_object_set_new(data, "some", json_boolean(json_array_size(v->rows) > 0));
    json_object_set_new(data, "endpoints", v->endpoints);
    json_object_set_new(data, "rows", v->rows);
    page_answer(x, 200, "webhooks", "webhooks", v->words.lang, data);
}

void page_hooks(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    staff_read(&v->staff, read_hooks, show_hooks);
}

/* ---- what is done here ---- */

static bool switch_on(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct view *v = (struct view *)s;

    if (hooks_find(site_of(s->x)->hooks, v->name) == NULL)
        return error_set(err, ERROR_ABSENT, "The settings name no such endpoint.");
    return hook_switch_on(st, v->name, v->staff.who.actor, now_ms, err);
}

static bool resend(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct view *v = (struct view *)s;

    return hook_resend(st, v->id, v->staff.who.actor, now_ms, err);
}

static void done(struct exchange *x, struct step *s)
{
    (void)s;
    page_see_other(x, "/webhooks");
}

static void act(struct exchange *x, step_work *work)
{
    struct view *v = staff_new(x, sizeof(*v));
    struct form form;

    if (!staff_form(x, &form))
        return;
    v->name = exchange_param(x, 0);
    if (!id_parse(v->name, &v->id))
        v->id = 0;
    staff_write(&v->staff, &form, work, done);
    form_free(&form);
}

void page_hook_on_post(struct exchange *x)
{
    act(x, switch_on);
}

void page_hook_resend_post(struct exchange *x)
{
    act(x, resend);
}
