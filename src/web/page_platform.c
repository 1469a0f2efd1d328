/*
 * page_platform.c — see page_platform.h.
 *
 * Promise: no key stands here, and of an address only its host. What differs in a
 * conflict is shown with its values to those who see grades; the others see which fields.
 */
#include "web/page_platform.h"

#include <stdio.h>
#include <string.h>

#include "store/platform_store.h"
#include "web/access.h"
#include "web/problem.h"
#include "web/session.h"
#include "web/staff_words.h"
#include "work/platform.h"

enum { SHOWN = 50 };

struct view {
    struct staff staff;
    struct staff_words words;
    struct platform_standing now;
    json_t *rows, *later, *list; /* list: which of the two is being filled */
    int64_t id;                  /* of the path */
};

/* What is listed one by one, what needs a person first. */
static const enum platform_state listed[] = {PLATFORM_STATE_CONFLICT,
                                             PLATFORM_STATE_REFUSED, PLATFORM_STATE_UNFIT,
                                             PLATFORM_STATE_UNKNOWN};

static bool needs_person(const char *state)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(state, platform_state_names[listed[i]]) == 0)
            return true;
    return false;
}

/* "https://platform.example.cn/…" */
static json_t *host_json(const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme != NULL ? scheme + 3 : url;
    int length = (int)(host - url) + (int)strcspn(host, "/?#");
    char text[600];

    snprintf(text, sizeof(text), "%.*s/…", length, url);
    return json_string(text);
}

static void add_row(void *self, const struct platform_row *r)
{
    struct view *v = self;
    bool grades = v->staff.view->grades;
    const char *later = r->excluded ? "excluded" : r->later ? "corrected" : "";
    char id[24], case_id[24];

    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    snprintf(case_id, sizeof(case_id), "%lld", (long long)r->case_id);
    json_array_append_new(
        v->list,
        json_pack("{s:s, s:s?, s:s, s:s, s:b, s:i, s:o, s:s, s:s, s:s, s:s, s:o, s:o}",
                  "id", id, "case_id", grades ? case_id : NULL, "case_no", r->case_no,
                  "state", staff_word(&v->words, "platform_state", r->state), "wanting",
                  needs_person(r->state), "tries", r->tries, "status",
                  r->status != 0 ? json_integer(r->status) : json_null(), "code", r->code,
                  "trouble", r->trouble, "differs", grades ? r->differs : r->fields,
                  "later",
                  later[0] != '\0' ? staff_word(&v->words, "platform_later", later) : "",
                  "rated", staff_time(&v->words, r->rated_ms), "changed",
                  staff_time(&v->words, r->changed_ms)));
}

static bool read_lists(struct store *st, const char *name, struct view *v,
                       struct error *err)
{
    v->list = v->rows = json_array();
    for (size_t i = 0; i < LENGTH(listed); i++)
        if (!platform_list(st, name, platform_state_names[listed[i]], SHOWN, add_row, v,
                           err))
            return false;
    v->list = v->later = json_array();
    return platform_list_later(st, name, SHOWN, add_row, v, err);
}

static bool read_platform(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct view *v = (struct view *)s;
    const struct platform *p = site_of(s->x)->platform;

    v->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .catalogue = "platform",
                                    .now_ms = now_ms};
    if (p == NULL)
        return true;
    if (platform_standing(st, p->name, &v->now, err) && read_lists(st, p->name, v, err))
        return true;
    json_decref(v->rows);
    json_decref(v->later);
    return false;
}

static json_t *counts_json(const struct view *v)
{
    json_t *list = json_array();

    for (int i = 0; i < PLATFORM_STATES; i++)
        json_array_append_new(
            list,
            json_pack("{s:s, s:I, s:b}", "name",
                      staff_word(&v->words, "platform_state", platform_state_names[i]),
                      "records", (json_int_t)v->now.records[i], "wanting",
                      v->now.records[i] > 0 && needs_person(platform_state_names[i])));
    return list;
}

static json_t *platform_json(const struct view *v, const struct platform *p)
{
    char mapping[120];

    snprintf(mapping, sizeof(mapping), "%.60s@%.30s", record_map_name(p->map),
             record_map_version(p->map));
    return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:s, s:o}", "host",
                     host_json(p->url), "mapping", mapping, "counts", counts_json(v),
                     "oldest", staff_time(&v->words, v->now.oldest_ms), "success",
                     staff_time(&v->words, v->now.success_ms), "troubled",
                     staff_time(&v->words, v->now.trouble_ms), "trouble", v->now.trouble,
                     "status",
                     v->now.status != 0 ? json_integer(v->now.status) : json_null());
}

static void show_platform(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    const struct platform *p = site_of(x)->platform;
    json_t *data = staff_frame(x, &v->staff, v->words.lang);

    if (p != NULL) {
        json_object_set_new(data, "platform", platform_json(v, p));
        json_object_set_new(data, "some", json_boolean(json_array_size(v->rows) > 0));
        json_object_set_new(data, "some_later",
                            json_boolean(json_array_size(v->later) > 0));
        json_object_set_new(data, "rows", v->rows);
        json_object_set_new(data, "later", v->later);
        json_object_set_new(
            data, "may_resend",
            json_boolean(caller_is(&v->staff.who, ROLE_SYSTEM | ROLE_HALL)));
    }
    page_answer(x, 200, "platform", "platform", v->words.lang, data);
}

void page_platform(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    staff_read(&v->staff, read_platform, show_platform);
}

/* ---- once more ---- */

static bool resend(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct view *v = (struct view *)s;
    const struct platform *p = site_of(s->x)->platform;

    if (p == NULL)
        return error_set(err, ERROR_ABSENT, "The settings name no platform.");
    return platform_resend(st, p->name, v->id, v->staff.who.actor, now_ms, err);
}

static void done(struct exchange *x, struct step *s)
{
    (void)s;
    page_see_other(x, "/platform");
}

void page_platform_resend_post(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));
    struct form form;

    if (!staff_form(x, &form))
        return;
    if (!id_parse(exchange_param(x, 0), &v->id))
        v->id = 0;
    staff_write(&v->staff, &form, resend, done);
    form_free(&form);
}
