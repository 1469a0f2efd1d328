/*
 * desk_view.c — what stands on a desk's page (page_desk.h): who is here and what may be
 * done, who waits, the window's day in numbers, and what the hall needs from whoever sits
 * nearest. No phone number, grade or rater is read here at all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/help_store.h"
#include "store/place_store.h"
#include "web/json.h"
#include "web/page.h"
#include "web/page_desk.h"
#include "web/printer_notice.h"

enum { WAITING_SHOWN = 10, AWAY_SHOWN = 10, FOUND_SHOWN = 6, MINUTE_MS = 60000 };

struct view {
    struct store *st;
    const struct desk_step *d;
    const struct window *window;
    json_t *list;
    const char *chosen; /* the code that stands first in a choice */
    char letter[4];     /* of the number that is looked for; "" for any */
    int64_t now_ms;
    struct error err;
};

static const char *text_of(const struct desk_step *d, const char *key)
{
    return page_text(site_of(d->step.x), "desk", d->lang, key);
}

static json_t *counted(const struct view *v, const char *key, int64_t n)
{
    char number[24];

    snprintf(number, sizeof(number), "%lld", (long long)n);
    return page_phrase(site_of(v->d->step.x), "desk", v->d->lang, key, "n", number, NULL);
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* "10:42", as the hall's clocks show it. */
static json_t *clock_json(const struct view *v, int64_t at_ms)
{
    char text[MOMENT_TEXT];
    size_t length;

    moment_text(site_of(v->d->step.x), at_ms, v->d->lang, text);
    length = strlen(text);
    return json_string(length > 5 ? text + length - 5 : text);
}

/* The first trouble that a row met is kept, and the whole page says it. */
static bool fine(struct view *v, struct error *err)
{
    if (v->err.kind != ERROR_NONE)
        *err = v->err;
    return v->err.kind == ERROR_NONE;
}

/* == Rows ========================================================================= */

static void add_ticket(void *self, const struct ticket *t)
{
    struct view *v = self;
    char key[24];
    struct matter m;
    json_t *row = json_object();

    if (v->err.kind != ERROR_NONE || !matter_get(v->st, t->matter_id, &m, &v->err)) {
        json_decref(row);
        return;
    }
    snprintf(key, sizeof(key), "state_%s", ticket_state_name(t->state));
    put(row, "id", json_id(t->id));
    put(row, "number", json_string(t->number));
    put(row, "matter", json_string(m.short_name));
    put(row, "waited", counted(v, "minutes_n", (v->now_ms - t->taken_ms) / MINUTE_MS));
    put(row, "state", json_string(text_of(v->d, key)));
    put(row, "where", json_string(t->window_code));
    put(row, "restorable",
        json_boolean(t->state == TICKET_MISSED || t->state == TICKET_HELD));
    json_array_append_new(v->list, row);
}

static void add_found(void *self, const struct ticket *t)
{
    struct view *v = self;

    if ((v->letter[0] == '\0' || strcmp(t->series, v->letter) == 0) &&
        json_array_size(v->list) < FOUND_SHOWN)
        add_ticket(v, t);
}

static void add_choice(struct view *v, const char *code, const char *name)
{
    json_array_append_new(v->list,
                          json_pack("{s:s, s:s, s:b}", "code", code, "name", name,
                                    "chosen", strcmp(code, v->chosen) == 0));
}

static void add_clerk(void *self, const struct clerk *k)
{
    add_choice(self, k->code, k->name);
}

static void add_window(void *self, const struct window *w)
{
    struct view *v = self;

    if (strcmp(w->code, v->window->code) != 0)
        add_choice(v, w->code, w->name);
}

static void add_matter(void *self, const struct matter *m)
{
    struct view *v = self;

    if (window_serves(v->window, m->code, m->department_code))
        add_choice(v, m->code, m->name);
}

static void add_help(void *self, const char *kiosk, int64_t asked_ms)
{
    struct view *v = self;

    json_array_append_new(v->list, json_pack("{s:s, s:o}", "kiosk", kiosk, "asked",
                                             clock_json(v, asked_ms)));
}

/* A list under `key`, and whether there is anything in it under "any_" and `key`. */
static json_t *begin_list(struct view *v, json_t *data, const char *key)
{
    put(data, key, v->list = json_array());
    return v->list;
}

static void end_list(const struct view *v, json_t *data, const char *any)
{
    put(data, any, json_boolean(json_array_size(v->list) > 0));
}

/* == Who is here ================================================================== */

static void add_case(void *self, const struct service_case *c)
{
    struct view *v = self;
    char id[24], key[24];
    struct matter m;
    json_t *row = json_object();

    snprintf(id, sizeof(id), "%lld", (long long)c->id);
    snprintf(key, sizeof(key), "case_%s", case_state_name(c->state));
    put(row, "id", json_string(id));
    put(row, "case_no", json_string(c->case_no));
    put(row, "state", json_string(text_of(v->d, key)));
    put(row, "open", json_boolean(c->state == CASE_SERVING));
    if (v->err.kind == ERROR_NONE && matter_get(v->st, c->matter_id, &m, &v->err)) {
        put(row, "matter", json_string(m.name));
        put(row, "promise", json_boolean(m.promise));
        put(row, "days",
            m.promise ? counted(v, "promise_n", m.promised_days)
                      : json_string(text_of(v->d, "instant")));
    }
    put(row, "phone", json_boolean(c->phone_id != 0));
    json_array_append_new(v->list, row);
}

struct cases {
    const char *first; /* the id of the first one */
    bool phone;
};

static struct cases look_at(const json_t *list)
{
    struct cases c = {.first = ""};
    const json_t *row;
    size_t i;

    json_array_foreach(list, i, row)
    {
        if (i == 0)
            c.first = json_string_value(json_object_get(row, "id"));
        c.phone = c.phone || json_is_true(json_object_get(row, "phone"));
    }
    return c;
}

/* What is still wanting before this number may be marked as missed. */
static void add_no_show(const struct view *v, const struct ticket *t, json_t *here)
{
    const struct queue_rules *r = &site_of(v->d->step.x)->rules->queue;
    int calls = r->no_show_calls - t->calls;
    int64_t ready_ms = t->called_ms + r->no_show_after_ms;
    char calls_text[12], ready[24], seconds[24];

    snprintf(calls_text, sizeof(calls_text), "%d", r->no_show_calls);
    snprintf(seconds, sizeof(seconds), "%lld", (long long)(r->no_show_after_ms / 1000));
    snprintf(ready, sizeof(ready), "%lld", (long long)ready_ms);
    put(here, "calls_left", json_integer(calls > 0 ? calls : 0));
    put(here, "ready", json_string(ready));
    put(here, "miss_ok", json_boolean(calls <= 0 && v->now_ms >= ready_ms));
    put(here, "miss_rule",
        page_phrase(site_of(v->d->step.x), "desk", v->d->lang, "miss_rule", "n",
                    calls_text, "s", seconds, NULL));
}

static bool add_person(struct view *v, int64_t ticket_id, json_t *data, struct error *err)
{
    char id[24];
    struct ticket t;
    struct matter m;
    struct cases c;
    json_t *here = json_object(), *list = json_array();

    put(data, "here", here);
    put(here, "cases", list);
    v->list = list;
    if (!ticket_get(v->st, ticket_id, &t, err) ||
        !matter_get(v->st, t.matter_id, &m, err) ||
        !cases_of_ticket(v->st, ticket_id, add_case, v, err) || !fine(v, err))
        return false;
    c = look_at(list);
    snprintf(id, sizeof(id), "%lld", (long long)ticket_id);
    put(here, "id", json_string(id));
    put(here, "number", json_string(t.number));
    put(here, "matter", json_string(m.name));
    put(here, "taken", clock_json(v, t.taken_ms));
    put(here, "waited", counted(v, "minutes_n", (t.called_ms - t.taken_ms) / MINUTE_MS));
    put(here, "since",
        moment_json(site_of(v->d->step.x), t.started_ms != 0 ? t.started_ms : t.called_ms,
                    v->d->lang));
    put(here, "phone",
        json_string(
            text_of(v->d, c.phone || t.phone_id != 0 ? "phone_left" : "phone_none")));
    put(here, "calls", counted(v, "calls_n", t.calls));
    put(here, "called", json_boolean(t.state == TICKET_CALLED));
    put(here, "serving", json_boolean(t.state == TICKET_SERVING));
    put(here, "first_case", json_string(c.first));
    put(here, "one", json_boolean(json_array_size(list) == 1));
    put(here, "several", json_boolean(json_array_size(list) > 1));
    add_no_show(v, &t, here);
    return true;
}

/* == The window =================================================================== */

/* A case that was closed here, for thanks that somebody spoke. */
static void add_closed(void *self, const struct service_case *c)
{
    struct view *v = self;
    struct window w;
    struct matter m;
    char id[24];

    if (c->state != CASE_CLOSED || v->err.kind != ERROR_NONE ||
        !window_get(v->st, c->window_id, &w, &v->err) ||
        strcmp(w.code, v->window->code) != 0 ||
        !matter_get(v->st, c->matter_id, &m, &v->err))
        return;
    snprintf(id, sizeof(id), "%lld", (long long)c->id);
    json_array_append_new(v->list, json_pack("{s:s, s:s, s:s}", "id", id, "matter",
                                             m.sensitive ? "" : m.short_name, "case_no",
                                             c->case_no));
}

/* Those of the person who was here last. */
static bool add_thanked(struct view *v, const struct ticket *t, json_t *data,
                        struct error *err)
{
    json_t *list = json_array();

    v->list = list;
    put(data, "thanked", json_pack("{s:s, s:o}", "number", t->number, "cases", list));
    if (!cases_of_ticket(v->st, t->id, add_closed, v, err) || !fine(v, err))
        return false;
    if (json_array_size(list) == 0)
        json_object_del(data, "thanked");
    return true;
}

static bool add_last(struct view *v, const struct desk *desk, json_t *data,
                     struct error *err)
{
    struct ticket t;
    bool found;

    if (desk->last_ticket_id == 0)
        return true;
    if (!ticket_find(v->st, desk->last_ticket_id, &t, &found, err))
        return false;
    if (found && t.local_date == hall_local_date(v->st->frame, v->now_ms)) {
        json_t *clock = clock_json(v, desk->last_done_ms);

        put(data, "last",
            page_phrase(site_of(v->d->step.x), "desk", v->d->lang, "last", "no", t.number,
                        "time", json_string_value(clock), NULL));
        json_decref(clock);
        return add_thanked(v, &t, data, err);
    }
    return true;
}

static bool clerk_at(struct view *v, const struct desk *desk, char clerk[CODE_SIZE],
                     struct error *err)
{
    struct clerk k;

    snprintf(clerk, CODE_SIZE, "%s", v->d->clerk);
    if (clerk[0] == '\0' && desk->clerk_id != 0) {
        if (!clerk_get(v->st, desk->clerk_id, &k, err))
            return false;
        memcpy(clerk, k.code, sizeof(k.code));
    }
    return clerk[0] != '\0' || clerk_of_window(v->st, v->window->code, clerk, err);
}

static void add_pause(const struct view *v, const struct desk *desk, json_t *data)
{
    json_t *paused = json_object(), *until;

    if (!desk->paused) {
        json_decref(paused);
        return;
    }
    put(paused, "reason", json_string(desk->paused_reason));
    if (desk->paused_until_ms != 0) {
        until = clock_json(v, desk->paused_until_ms);
        put(paused, "until",
            page_phrase(site_of(v->d->step.x), "desk", v->d->lang, "paused_until", "t",
                        json_string_value(until), NULL));
        json_decref(until);
    }
    put(data, "paused", paused);
}

static void add_undo(const struct view *v, const struct desk *desk, json_t *data)
{
    char event[24], until[24], key[24];

    if (desk->undo_event_id == 0 || v->now_ms > desk->undo_until_ms)
        return;
    snprintf(event, sizeof(event), "%lld", (long long)desk->undo_event_id);
    snprintf(until, sizeof(until), "%lld", (long long)desk->undo_until_ms);
    snprintf(key, sizeof(key), "did_%s", desk->undo_kind);
    put(data, "undo",
        json_pack("{s:s, s:s, s:s}", "event", event, "until", until, "what",
                  text_of(v->d, key)));
}

static bool add_desk(struct view *v, char clerk[CODE_SIZE], json_t *data,
                     struct error *err)
{
    struct desk desk;
    struct desk_day day;

    if (!desk_get(v->st, v->window->code, &desk, err) ||
        !clerk_at(v, &desk, clerk, err) || !add_last(v, &desk, data, err) ||
        !desk_day_get(v->st, v->window->code, v->now_ms, &day, err))
        return false;
    put(data, "day",
        json_pack("{s:i, s:i, s:i, s:i, s:i}", "called", day.called, "served", day.served,
                  "missed", day.missed, "held", day.held, "transferred",
                  day.transferred));
    add_pause(v, &desk, data);
    add_undo(v, &desk, data);
    put(data, "idle", json_boolean(desk.ticket_id == 0 && !desk.paused));
    return desk.ticket_id == 0 || add_person(v, desk.ticket_id, data, err);
}

/* == Lists ======================================================================== */

static bool add_queue(struct view *v, json_t *data, struct error *err)
{
    struct store *st = v->st;
    int waiting;

    begin_list(v, data, "waiting");
    if (!queue_waiting(st, v->window, v->now_ms, WAITING_SHOWN, add_ticket, v, &waiting,
                       err))
        return false;
    end_list(v, data, "any_waiting");
    put(data, "waiting_n", counted(v, "waiting_n", waiting));
    begin_list(v, data, "away");
    if (!away_each(st, v->window->department_code, v->now_ms, AWAY_SHOWN, add_ticket, v,
                   err))
        return false;
    end_list(v, data, "any_away");
    return fine(v, err);
}

static bool add_choices(struct view *v, json_t *data, struct error *err)
{
    begin_list(v, data, "clerks");
    if (!clerks_each(v->st, add_clerk, v, err))
        return false;
    begin_list(v, data, "windows");
    if (!windows_each(v->st, add_window, v, err))
        return false;
    begin_list(v, data, "matters");
    return matters_each(v->st, add_matter, v, err);
}

/* "A023", "a23" or "23": the letter, where one stands, and the serial; 0 for none. */
static int read_number(const char *text, char letter[4])
{
    size_t n = 0;
    long serial;
    char *end;

    for (; *text != '\0' && strchr(" \t", *text) != NULL; text++)
        continue;
    for (; n < 3 && ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z'));
         text++)
        letter[n++] = (char)(*text & ~0x20);
    letter[n] = '\0';
    if (*text < '0' || *text > '9' || strlen(text) > 6)
        return 0;
    serial = strtol(text, &end, 10);
    return *end == '\0' ? (int)serial : 0;
}

static bool add_find(struct view *v, json_t *data, struct error *err)
{
    json_t *find = json_object();
    int serial;

    if (v->d->find == NULL || v->d->find[0] == '\0') {
        json_decref(find);
        return true;
    }
    put(data, "find", find);
    put(find, "asked", json_string(v->d->find));
    begin_list(v, find, "rows");
    serial = read_number(v->d->find, v->letter);
    if (serial > 0 && !numbered_each(v->st, serial, v->now_ms, add_found, v, err))
        return false;
    end_list(v, find, "any");
    return fine(v, err);
}

/* Paper that is out, or somebody lost at a kiosk, is everybody's business. */
static bool add_hall(struct view *v, json_t *data, struct error *err)
{
    json_t *list;

    if (!printer_notices(v->st, site_of(v->d->step.x), v->d->lang, &list, err))
        return false;
    put(data, "printers", list);
    begin_list(v, data, "helps");
    return help_each(v->st, v->now_ms, add_help, v, err);
}

bool desk_view(struct store *st, const struct desk_step *d, const struct window *w,
               int64_t now_ms, json_t **out, struct error *err)
{
    const struct site *site = site_of(d->step.x);
    struct view v = {.st = st, .d = d, .window = w, .now_ms = now_ms};
    json_t *data = citizen_data(d->step.x, d->lang, w->name);
    char clerk[CODE_SIZE];

    put(data, "open", json_boolean(d->open));
    put(data, "insecure", json_boolean(site->insecure_lan));
    put(data, "keypad", json_boolean(settings_bool(site->settings, "desk.keypad")));
    put(data, "window",
        json_pack("{s:s, s:s, s:s}", "code", w->code, "name", w->name, "department",
                  w->department_name));
    v.chosen = clerk;
    if (!add_desk(&v, clerk, data, err) || !add_queue(&v, data, err) ||
        !add_choices(&v, data, err) || !add_find(&v, data, err) ||
        !add_hall(&v, data, err)) {
        json_decref(data);
        return false;
    }
    put(data, "clerk", json_string(clerk));
    *out = data;
    return true;
}
