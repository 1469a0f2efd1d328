/*
 * page_thanks.c — see page_thanks.h.
 *
 * Promise: it reads whether a case is closed and whether it was thanked for, never how it
 * was rated; what was typed is kept through every mistake; no case is chosen beforehand
 * where there are several.
 */
#include "web/page_thanks.h"

#include <stdio.h>
#include <string.h>

#include "store/praise_store.h"
#include "web/page.h"
#include "web/page_ticket.h"
#include "web/problem.h"

static const char catalogue[] = "praise";

struct thanks {
    struct visit_step visit; /* the ticket, as its own page reads it */
    bool done[VISIT_CASES];  /* thanked for already */
    bool just_now;           /* the thanks were taken a moment ago */
    const char *alert;       /* key of what is wrong; NULL for nothing */
    const char *words;       /* as typed */
    enum praise_verdict verdict;
};

static bool may_thank(const struct visit *v, const struct visit_case *c)
{
    return !v->over && c->state != VISIT_CASE_OPEN;
}

/* == Looking ====================================================================== */

static void see(void *self, const struct praise *p)
{
    bool *done = self;

    *done = *done || strcmp(p->way, praise_way_name(PRAISE_PAGE)) == 0;
}

static bool read_thanks(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct thanks *t = (struct thanks *)s;
    struct visit *v = visit_room(&t->visit);

    if (!visit_read(st, site_of(s->x)->rules, t->visit.ticket_id, now_ms, v,
                    &t->visit.found, err))
        return false;
    for (int i = 0; t->visit.found && i < v->case_count; i++) {
        struct praise_filter f = {.case_id = v->cases[i].id, .limit = PRAISE_LIMIT};
        int64_t next;

        if (!praise_list(st, &f, see, &t->done[i], &next, err))
            return false;
    }
    return true;
}

static json_t *case_json(const struct thanks *t, const struct visit_case *c)
{
    const struct site *site = site_of(t->visit.step.x);
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)c->id);
    return json_pack(
        "{s:s, s:s, s:b, s:o, s:s, s:o, s:b}", "id", id, "matter",
        c->sensitive ? page_text(site, "citizen", t->visit.lang, "matter_hidden")
                     : c->matter_name,
        "named", !c->sensitive, "window",
        page_phrase(site, "citizen", t->visit.lang, "window_said", "w", c->window_code,
                    NULL),
        "department", c->department_name, "closed",
        moment_json(site, c->closed_ms, t->visit.lang), "on", t->visit.case_id == c->id);
}

static void add_cases(const struct thanks *t, json_t *data)
{
    const struct visit *v = t->visit.visit;
    json_t *open = json_array(), *done = json_array();
    char nonce[NONCE_SYMBOLS + 1];

    for (int i = 0; i < v->case_count; i++)
        if (t->done[i])
            json_array_append_new(done, case_json(t, &v->cases[i]));
        else if (may_thank(v, &v->cases[i]))
            json_array_append_new(open, case_json(t, &v->cases[i]));
    visit_nonce(site_of(t->visit.step.x), t->visit.token, t->visit.ticket_id, 0, nonce);
    json_object_set_new(data, "n", json_string(nonce));
    json_object_set_new(data, "open", json_boolean(json_array_size(open) > 0));
    json_object_set_new(data, "several", json_boolean(json_array_size(open) > 1));
    json_object_set_new(data, "any_done", json_boolean(json_array_size(done) > 0));
    if (json_array_size(open) == 0 && json_array_size(done) == 0)
        json_object_set_new(data, v->over ? "over" : "nothing", json_true());
    json_object_set_new(data, "cases", open);
    json_object_set_new(data, "done", done);
}

static void add_alert(const struct thanks *t, json_t *data)
{
    const struct site *site = site_of(t->visit.step.x);
    bool words = t->alert != NULL && (strcmp(t->alert, "err_words") == 0 ||
                                      strcmp(t->alert, "err_long") == 0);
    json_t *text;

    if (t->alert == NULL)
        return;
    text = page_phrase(site, catalogue, t->visit.lang, t->alert, "n", t->visit.alert_n,
                       NULL);
    json_object_set(data, "title", text);
    json_object_set_new(data, "alert", text);
    json_object_set_new(data, "alert_to", json_string(words ? "words" : "case"));
    json_object_set_new(data, "wrong", json_boolean(words));
    json_object_set_new(data, "kept", json_boolean(strcmp(t->alert, "err_once") == 0));
}

static json_t *thanks_json(const struct thanks *t)
{
    struct exchange *x = t->visit.step.x;
    const struct site *site = site_of(x);
    json_t *data = citizen_data(x, t->visit.lang,
                                page_text(site, catalogue, t->visit.lang, "title"));

    json_object_set_new(data, "token", json_string(t->visit.token));
    json_object_set_new(data, "just_now", json_boolean(t->just_now));
    json_object_set_new(data, "words", json_string(t->words != NULL ? t->words : ""));
    add_cases(t, data);
    add_alert(t, data);
    return data;
}

static void show_thanks(struct exchange *x, struct step *s)
{
    struct thanks *t = (struct thanks *)s;

    if (!s->ok)
        problem_answer(x, &s->err);
    else if (!t->visit.found)
        citizen_say(x, 404, "unknown");
    else {
        citizen_headers(x);
        page_answer(x, t->visit.status, "thanks", catalogue, t->visit.lang,
                    thanks_json(t));
    }
}

static struct thanks *begin(struct exchange *x)
{
    struct thanks *t = (struct thanks *)visit_begin_as(x, sizeof(*t));

    if (t != NULL)
        t->visit.lang = page_lang(x);
    return t;
}

void page_thanks(struct exchange *x)
{
    struct thanks *t = begin(x);

    if (t == NULL)
        return;
    t->just_now = exchange_query(x, "thanks") != NULL;
    step_read_any(&t->visit.step, read_thanks, show_thanks);
}

/* == Taking ======================================================================= */

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct thanks *t = (struct thanks *)s;
    struct visit_step *v = &t->visit;
    char once[32];
    int64_t id;
    bool none;

    t->verdict = PRAISE_TOO_EARLY;
    if (!visit_choose_case(st, v, &none, err))
        return false;
    if (none)
        return true;
    if (!visit_read(st, site_of(s->x)->rules, v->ticket_id, now_ms, visit_room(v),
                    &v->found, err))
        return false;
    if (v->visit->over)
        return true;
    snprintf(once, sizeof(once), "case %lld", (long long)v->case_id);
    return praise_take(st,
                       &(struct praise_input){.case_id = v->case_id,
                                              .way = PRAISE_PAGE,
                                              .words = t->words,
                                              .once = once,
                                              .actor = "citizen"},
                       now_ms, &t->verdict, &id, err);
}

static void show_again(struct thanks *t, int status, const char *alert)
{
    t->visit.status = status;
    t->alert = alert;
    step_read_any(&t->visit.step, read_thanks, show_thanks);
}

static void see_other(struct thanks *t)
{
    const char *lang = lang_query(t->visit.step.x);
    char path[128];

    snprintf(path, sizeof(path), "/t/%s/praise%s%sthanks=1", t->visit.token, lang,
             lang[0] == '\0' ? "?" : "&");
    page_see_other(t->visit.step.x, path);
}

static void taken(struct exchange *x, struct step *s)
{
    struct thanks *t = (struct thanks *)s;

    if (!s->ok && s->err.kind == ERROR_ABSENT)
        citizen_say(x, 404, "unknown");
    else if (!s->ok && s->err.kind == ERROR_INPUT)
        show_again(t, 422, "err_case");
    else if (!s->ok)
        citizen_say(x, 503, "busy");
    else if (t->verdict == PRAISE_TOO_EARLY)
        show_again(t, 409, "err_closed");
    else if (t->verdict == PRAISE_OTHER)
        show_again(t, 409, "err_once");
    else
        see_other(t);
}

void page_thanks_post(struct exchange *x)
{
    struct thanks *t = begin(x);
    struct sent form;
    struct error err = {0};
    const char *nonce;
    int length;

    if (t == NULL)
        return;
    if (!sent_read(x, &form, &err)) {
        show_again(t, 400, "err_form");
        return;
    }
    t->words = sent_text(&form, "words");
    t->visit.case_id = sent_number(&form, "case");
    nonce = sent_text(&form, "n");
    length = sent_length(t->words);
    snprintf(t->visit.alert_n, sizeof(t->visit.alert_n), "%d", length);
    if (t->visit.case_id < 0)
        citizen_say(x, 404, "unknown");
    else if (nonce[0] != '\0' && !visit_nonce_fits(nonce))
        show_again(t, 422, "err_form");
    else if (length == 0)
        show_again(t, 422, "err_words");
    else if (length > PRAISE_WORDS)
        show_again(t, 422, "err_long");
    else
        step_write_any(&t->visit.step, take, taken);
}
