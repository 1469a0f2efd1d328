/*
 * page_desk.c — see page_desk.h.
 *
 * Promise: every form that was sent answers 303 to the desk's page, which says in one
 * sentence what could not be done; the page shows what is, so that nothing is lost by
 * reloading. Not here: what the buttons do (page_desk_act.c).
 */
#include "web/page_desk.h"

#include <stdio.h>
#include <string.h>

#include "store/place_store.h"
#include "web/form.h"
#include "web/json.h"
#include "web/page.h"
#include "web/printer_notice.h"
#include "web/problem.h"

enum { WAITING_SHOWN = 10, AWAY_SHOWN = 10, MINUTE_MS = 60000, REASON_MOST = 120 };

/* The home of every number that is typed here. */
static const char home_country[] = "86";

static const char *text_of(const struct desk_step *d, const char *key)
{
    return page_text(site_of(d->step.x), "hall", d->lang, key);
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* == Lists ======================================================================== */

struct gathering {
    struct store *st;
    const struct desk_step *d;
    const struct window *window;
    json_t *list;
    const char *chosen; /* the code that stands first in a choice */
    int64_t now_ms;
    struct error err;
};

static void add_waiting(void *self, const struct ticket *t)
{
    struct gathering *g = self;
    char minutes[12];
    struct matter m;
    bool found = false;
    json_t *row = json_object();

    if (g->err.kind == ERROR_NONE &&
        !matter_find(g->st, t->matter_code, &m, &found, &g->err))
        found = false;
    snprintf(minutes, sizeof(minutes), "%d",
             (int)((g->now_ms - t->taken_ms) / MINUTE_MS));
    put(row, "id", json_id(t->id));
    put(row, "number", json_string(t->number));
    put(row, "matter", json_string(found ? m.name : t->matter_code));
    put(row, "minutes", json_string(minutes));
    put(row, "missed", json_boolean(t->state == TICKET_MISSED));
    json_array_append_new(g->list, row);
}

static void add_choice(struct gathering *g, const char *code, const char *name)
{
    json_array_append_new(g->list,
                          json_pack("{s:s, s:s, s:b}", "code", code, "name", name,
                                    "chosen", strcmp(code, g->chosen) == 0));
}

static void add_clerk(void *self, const struct clerk *k)
{
    add_choice(self, k->code, k->name);
}

static void add_window(void *self, const struct window *w)
{
    struct gathering *g = self;

    if (strcmp(w->code, g->window->code) != 0)
        add_choice(g, w->code, w->name);
}

static void add_matter(void *self, const struct matter *m)
{
    struct gathering *g = self;

    if (window_serves(g->window, m->code, m->department_code))
        add_choice(g, m->code, m->name);
}

static bool add_lists(struct gathering *g, json_t *data, struct error *err)
{
    struct store *st = g->st;

    put(data, "waiting", g->list = json_array());
    if (!queue_waiting(st, g->window, g->now_ms, WAITING_SHOWN, add_waiting, g, err))
        return false;
    put(data, "any_waiting", json_boolean(json_array_size(g->list) > 0));
    put(data, "away", g->list = json_array());
    if (!away_each(st, g->window->department_code, g->now_ms, AWAY_SHOWN, add_waiting, g,
                   err))
        return false;
    put(data, "any_away", json_boolean(json_array_size(g->list) > 0));
    put(data, "clerks", g->list = json_array());
    if (!clerks_each(st, add_clerk, g, err))
        return false;
    put(data, "windows", g->list = json_array());
    if (!windows_each(st, add_window, g, err))
        return false;
    put(data, "matters", g->list = json_array());
    if (!matters_each(st, add_matter, g, err))
        return false;
    if (g->err.kind != ERROR_NONE)
        *err = g->err;
    return g->err.kind == ERROR_NONE;
}

/* == Who is here ================================================================== */

static void add_case(void *self, const struct service_case *c)
{
    struct gathering *g = self;
    char id[24], key[24];
    struct matter m;
    json_t *row = json_object();

    snprintf(id, sizeof(id), "%lld", (long long)c->id);
    snprintf(key, sizeof(key), "case_%s", case_state_name(c->state));
    put(row, "id", json_string(id));
    put(row, "case_no", json_string(c->case_no));
    put(row, "state", json_string(text_of(g->d, key)));
    put(row, "open", json_boolean(c->state == CASE_SERVING));
    if (g->err.kind == ERROR_NONE && matter_get(g->st, c->matter_id, &m, &g->err)) {
        put(row, "matter", json_string(m.name));
        put(row, "promise", json_boolean(m.promise));
    }
    json_array_append_new(g->list, row);
}

/* The id of the case that starting is about: the first that waits, else the first. */
static const char *first_case(const json_t *cases)
{
    const json_t *first = json_array_get(cases, 0);

    return first != NULL ? json_string_value(json_object_get(first, "id")) : "";
}

static size_t open_cases(const json_t *cases)
{
    size_t open = 0;

    for (size_t i = 0; i < json_array_size(cases); i++)
        open += json_is_true(json_object_get(json_array_get(cases, i), "open"));
    return open;
}

static bool add_person(struct gathering *g, int64_t ticket_id, json_t *data,
                       struct error *err)
{
    const struct site *site = site_of(g->d->step.x);
    char calls[12];
    struct ticket t;
    struct matter m;
    json_t *here = json_object(), *cases = json_array();

    put(data, "here", here);
    put(here, "cases", cases);
    g->list = cases;
    if (!ticket_get(g->st, ticket_id, &t, err) ||
        !matter_get(g->st, t.matter_id, &m, err) ||
        !cases_of_ticket(g->st, ticket_id, add_case, g, err))
        return false;
    snprintf(calls, sizeof(calls), "%d", t.calls);
    put(here, "number", json_string(t.number));
    put(here, "matter", json_string(m.name));
    put(here, "taken", moment_json(site, t.taken_ms, g->d->lang));
    put(here, "phone",
        json_string(text_of(g->d, t.phone_id != 0 ? "phone_left" : "phone_none")));
    put(here, "calls",
        page_phrase(site, "hall", g->d->lang, "calls_n", "n", calls, NULL));
    put(here, "called", json_boolean(t.state == TICKET_CALLED));
    put(here, "serving", json_boolean(t.state == TICKET_SERVING));
    put(here, "first_case", json_string(first_case(cases)));
    put(here, "one", json_boolean(open_cases(cases) == 1));
    return true;
}

/* == The page ===================================================================== */

/* What was said by ?m=; only sentences of the catalogue can be said. */
static void add_said(const struct desk_step *d, json_t *data)
{
    const char *asked = exchange_query(d->step.x, "m");
    const char *text;

    if (asked == NULL || (strncmp(asked, "m_", 2) != 0 && strncmp(asked, "e_", 2) != 0))
        return;
    text = text_of(d, asked);
    if (text != asked)
        put(data, asked[0] == 'e' ? "alert" : "said", json_string(text));
}

static bool add_desk(struct gathering *g, char clerk[CODE_SIZE], json_t *data,
                     struct error *err)
{
    const struct desk_step *d = g->d;
    struct desk desk;
    struct clerk k;

    if (!desk_get(g->st, g->window->code, &desk, err))
        return false;
    snprintf(clerk, CODE_SIZE, "%s", d->clerk);
    if (clerk[0] == '\0' && desk.clerk_id != 0) {
        if (!clerk_get(g->st, desk.clerk_id, &k, err))
            return false;
        memcpy(clerk, k.code, sizeof(k.code));
    }
    if (clerk[0] == '\0' && !clerk_of_window(g->st, g->window->code, clerk, err))
        return false;
    if (desk.paused)
        put(data, "paused", json_pack("{s:s}", "reason", desk.paused_reason));
    put(data, "undo",
        json_boolean(desk.undo_event_id != 0 && g->now_ms <= desk.undo_until_ms));
    put(data, "idle", json_boolean(desk.ticket_id == 0 && !desk.paused));
    return desk.ticket_id == 0 || add_person(g, desk.ticket_id, data, err);
}

static bool fill_page(struct gathering *g, json_t *data, struct error *err)
{
    char clerk[CODE_SIZE];

    if (!add_desk(g, clerk, data, err))
        return false;
    g->chosen = clerk;
    put(data, "clerk", json_string(clerk));
    put(data, "window",
        json_pack("{s:s, s:s, s:s}", "code", g->window->code, "name", g->window->name,
                  "department", g->window->department_name));
    add_said(g->d, data);
    return add_lists(g, data, err);
}

/* Paper that is out is everybody's business: whoever sits nearest puts a roll in. */
static bool add_printers(struct gathering *g, json_t *data, struct error *err)
{
    json_t *list;

    if (!printer_notices(g->st, site_of(g->d->step.x), g->d->lang, &list, err))
        return false;
    put(data, "printers", list);
    return true;
}

static bool enter(struct store *st, struct desk_step *d, struct window *w,
                  struct error *err)
{
    bool found;

    if (!place_enter(st, d->step.x, ROLE_DESK, d->window, d->actor, &d->open, err) ||
        !window_find(st, d->window, w, &found, err))
        return false;
    return found || error_set(err, ERROR_ABSENT, "There is no such window in this hall.");
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct desk_step *d = (struct desk_step *)s;
    struct window w;
    struct gathering g = {.st = st, .d = d, .window = &w, .now_ms = now_ms};
    json_t *data;

    if (!enter(st, d, &w, err))
        return false;
    data = citizen_data(s->x, d->lang, w.name);
    put(data, "open", json_boolean(d->open));
    if (!add_printers(&g, data, err) || !fill_page(&g, data, err)) {
        json_decref(data);
        return false;
    }
    return page_write(s->x, "desk", "hall", d->lang, data, err);
}

static void answer_page(struct exchange *x, struct step *s)
{
    if (s->ok)
        exchange_answer(x, 200, page_html);
    else
        place_problem(x, &s->err);
}

static struct desk_step *begin(struct exchange *x)
{
    struct desk_step *d = step_new(x, sizeof(*d));
    const char *clerk = exchange_query(x, "clerk");

    d->lang = page_lang(x);
    d->window = exchange_param(x, 0);
    d->clerk = clerk != NULL ? clerk : "";
    return d;
}

void page_desk(struct exchange *x)
{
    step_read_any(&begin(x)->step, read_page, answer_page);
}

/* == Acts ========================================================================= */

static bool act(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct desk_step *d = (struct desk_step *)s;
    struct window w;

    return enter(st, d, &w, err) && d->act->run(st, d, now_ms, err);
}

static void back(struct desk_step *d, const char *said)
{
    const char *lang = exchange_query(d->step.x, "lang");
    struct buf path = buf_new(1024);

    buf_add_text(&path, "/w/");
    percent_encode(&path, d->window, strlen(d->window));
    query_add(&path, "lang", lang == NULL ? NULL : d->lang == LANG_EN ? "en" : "zh");
    query_add(&path, "clerk", d->clerk[0] != '\0' ? d->clerk : NULL);
    query_add(&path, "m", said);
    page_see_other(d->step.x, buf_text(&path));
    buf_free(&path);
}

static void acted(struct exchange *x, struct step *s)
{
    struct desk_step *d = (struct desk_step *)s;
    char key[24];

    if (s->ok) {
        back(d, d->said);
        return;
    }
    switch (s->err.kind) {
    case ERROR_CONFLICT:
        snprintf(key, sizeof(key), "e_%s", d->act->name);
        back(d, key);
        break;
    case ERROR_INPUT:
        back(d, strcmp(s->err.field, "clerk") == 0 ? "e_clerk" : "e_input");
        break;
    case ERROR_ABSENT:
        back(d, "e_input");
        break;
    default:
        place_problem(x, &s->err);
    }
}

/* At most REASON_MOST bytes, never in the middle of a character: a desk keeps no more. */
static const char *cut_reason(struct exchange *x, const char *text)
{
    size_t length = strlen(text);

    if (length > REASON_MOST)
        for (length = REASON_MOST; (text[length] & 0xC0) == 0x80; length--)
            continue;
    return exchange_text(x, text, length);
}

static bool read_act(struct desk_step *d, const struct sent *form)
{
    struct error err = {0};
    const char *phone = sent_text(form, "phone"), *clerk = sent_text(form, "clerk");

    if (clerk[0] != '\0')
        d->clerk = clerk;
    d->matter = sent_text(form, "matter");
    d->to_window = sent_text(form, "window");
    d->outcome = sent_text(form, "outcome");
    d->reason = cut_reason(d->step.x, sent_text(form, "reason"));
    d->case_no = sent_text(form, "case_no");
    d->case_id = sent_number(form, "case");
    d->ticket_id = sent_number(form, "ticket");
    d->has_phone = phone[0] != '\0';
    return !d->has_phone || phone_parse(phone, home_country, &d->phone, &err);
}

void page_desk_act(struct exchange *x)
{
    struct desk_step *d;
    struct sent form;
    struct error err = {0};

    if (!place_same_origin(x))
        return;
    if (!sent_read(x, &form, &err)) {
        problem_answer(x, &err);
        return;
    }
    d = begin(x);
    d->act = desk_act_find(exchange_param(x, 1));
    if (d->act == NULL)
        problem_say(x, ERROR_ABSENT, "There is no such button at a desk.");
    else if (!read_act(d, &form))
        back(d, "e_phone");
    else
        step_write_any(&d->step, act, acted);
}
