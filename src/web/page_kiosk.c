/*
 * page_kiosk.c — see page_kiosk.h.
 *
 * Promise: a ticket is shown only at the kiosk that gave it, for some minutes; a number
 * typed here is shown to nobody. Not here: printing, which the ticket's job does.
 */
#include "web/page_kiosk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/phone.h"
#include "domain/token.h"
#include "store/place_store.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "web/citizen.h"
#include "web/form.h"
#include "web/page.h"
#include "web/place.h"
#include "web/printer_notice.h"
#include "web/problem.h"
#include "work/space.h"

enum {
    SERIES_MOST = 32,
    SHOWN_FOR_MS = 10 * 60 * 1000, /* a ticket at the kiosk that gave it */
    LOOK_AGAIN_S = 2,              /* while its paper is on its way */
};

/* The home of every number that is typed here. */
static const char home_country[] = "86";

struct kiosk_step {
    struct step step;
    enum lang lang;
    const char *kiosk, *series, *matter, *ticket;
    char actor[ACTOR_SIZE];
    bool open;
    bool pending; /* the ticket's paper is on its way */
    int status;
    const char *alert; /* key of a sentence; NULL for none */
    const char *typed; /* the number, to be put right; NULL for none */
    struct phone phone;
    bool has_phone;
    struct ticket taken;
};

/* What a screen is gathered in. */
struct screen {
    json_t *list;
    const char *series;
    struct {
        char code[4];
        int waiting;
    } counts[SERIES_MOST];
    int count;
};

static const char *text_of(const struct kiosk_step *k, const char *key)
{
    return page_text(site_of(k->step.x), "hall", k->lang, key);
}

static json_t *waiting_text(const struct kiosk_step *k, int waiting)
{
    char number[12];

    snprintf(number, sizeof(number), "%d", waiting);
    return page_phrase(site_of(k->step.x), "hall", k->lang, "waiting_n", "n", number,
                       NULL);
}

/* "/k/NAME?lang=en", the start of every link on the screens. */
static void add_link(const struct kiosk_step *k, const char *name, const char *value,
                     struct buf *out)
{
    const char *asked = exchange_query(k->step.x, "lang");

    buf_add_text(out, "/k/");
    percent_encode(out, k->kiosk, strlen(k->kiosk));
    if (asked != NULL)
        query_add(out, "lang", k->lang == LANG_EN ? "en" : "zh");
    query_add(out, name, value);
}

static json_t *link_json(const struct kiosk_step *k, const char *name, const char *value)
{
    struct buf link = buf_new(1024);
    json_t *text;

    add_link(k, name, value, &link);
    text = json_string(buf_text(&link));
    buf_free(&link);
    return text;
}

/* == Screens ====================================================================== */

static void note_waiting(void *self, const char *series, int waiting)
{
    struct screen *s = self;

    if (s->count == SERIES_MOST)
        return;
    snprintf(s->counts[s->count].code, sizeof(s->counts[0].code), "%s", series);
    s->counts[s->count++].waiting = waiting;
}

static int waiting_of(const struct screen *s, const char *series)
{
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->counts[i].code, series) == 0)
            return s->counts[i].waiting;
    return 0;
}

static void add_series(void *self, const char *code, const char *name)
{
    struct screen *s = self;

    json_array_append_new(s->list, json_pack("{s:s, s:s}", "code", code, "name", name));
}

static void add_matter(void *self, const struct matter *m)
{
    struct screen *s = self;

    if (strcmp(m->series, s->series) == 0)
        json_array_append_new(s->list,
                              json_pack("{s:s, s:s, s:s}", "code", m->code, "name",
                                        m->name, "department", m->department_name));
}

/* Every tile leads on by its own code. */
static void link_tiles(const struct kiosk_step *k, const char *name, json_t *list)
{
    size_t i;
    json_t *tile;

    json_array_foreach(list, i, tile)
    {
        const char *code = json_string_value(json_object_get(tile, "code"));

        json_object_set_new(tile, "href", link_json(k, name, code));
    }
}

static bool show_services(struct store *st, struct kiosk_step *k, int64_t now_ms,
                          json_t *data, struct error *err)
{
    struct screen s = {.list = json_array()};
    size_t i;
    json_t *tile;

    json_object_set_new(data, "tiles", s.list);
    json_object_set_new(data, "heading", json_string(text_of(k, "choose_service")));
    if (!series_each(st, add_series, &s, err) ||
        !tickets_waiting(st, hall_local_date(st->frame, now_ms), note_waiting, &s, err))
        return false;
    link_tiles(k, "series", s.list);
    json_array_foreach(s.list, i, tile)
    {
        const char *code = json_string_value(json_object_get(tile, "code"));

        json_object_set_new(tile, "waiting", waiting_text(k, waiting_of(&s, code)));
    }
    return true;
}

static bool show_matters(struct store *st, struct kiosk_step *k, json_t *data,
                         struct error *err)
{
    struct screen s = {.list = json_array(), .series = k->series};

    json_object_set_new(data, "tiles", s.list);
    json_object_set_new(data, "heading", json_string(text_of(k, "choose_matter")));
    json_object_set_new(data, "inside", json_true());
    if (!matters_each(st, add_matter, &s, err))
        return false;
    link_tiles(k, "matter", s.list);
    return true;
}

static bool show_phone(struct store *st, struct kiosk_step *k, json_t *data,
                       struct error *err)
{
    struct matter m;
    bool found;

    if (!matter_find(st, k->matter, &m, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such matter in this hall.");
    json_object_set_new(data, "phone",
                        json_pack("{s:s, s:s, s:s, s:b}", "code", m.code, "name", m.name,
                                  "typed", k->typed != NULL ? k->typed : "", "wrong",
                                  k->alert != NULL));
    json_object_set_new(data, "inside", json_true());
    return true;
}

/* What the person who waits for the paper must know: while it is on its way the page
 * looks again soon; with a fault the number and the code stay. */
static bool add_paper(struct store *st, struct kiosk_step *k, const struct ticket *t,
                      json_t *data, struct error *err)
{
    const char *key = "take_paper";
    struct printer_record printer;
    struct print_job job;
    bool found, known;

    if (!print_job_newest(st, t->id, &job, &found, err))
        return false;
    if (!found || strcmp(job.printer, "preview") == 0 ||
        strcmp(job.reason, "preview") == 0) {
        key = "paper_preview";
    } else if (strcmp(job.state, "failed") == 0 ||
               strcmp(job.state, "unconfirmed") == 0) {
        key = "paper_failed";
    } else if (strcmp(job.state, "printed") != 0) {
        if (!printer_record_get(st, job.printer, &printer, &known, err))
            return false;
        k->pending = !known || printer_prints(&printer);
        key = k->pending ? "paper_coming" : "paper_failed";
    }
    json_object_set_new(data, "paper", json_string(text_of(k, key)));
    json_object_set_new(data, "fault", json_boolean(strcmp(key, "paper_failed") == 0));
    return true;
}

static bool show_ticket(struct store *st, struct kiosk_step *k, int64_t now_ms,
                        json_t *data, struct error *err)
{
    const struct site *site = site_of(k->step.x);
    char token[TOKEN_SYMBOLS + 1], url[320], ahead[12];
    struct ticket t;
    bool found;
    int waiting;

    if (!ticket_find(st, strtoll(k->ticket, NULL, 10), &t, &found, err))
        return false;
    if (!found || strcmp(t.kiosk, k->kiosk) != 0 || now_ms - t.taken_ms > SHOWN_FOR_MS)
        return error_set(err, ERROR_ABSENT, "This kiosk shows no such ticket any more.");
    if (!ticket_ahead(st, &t, &waiting, err) || !add_paper(st, k, &t, data, err))
        return false;
    token_make(&site->keys->ticket, st->hall, t.id, token);
    snprintf(url, sizeof(url), "%s/t/%s", site_base_url(site), token);
    snprintf(ahead, sizeof(ahead), "%d", waiting);
    json_object_set_new(data, "ticket",
                        json_pack("{s:s, s:s, s:o, s:s}", "number", t.number,
                                  "short_code", t.short_code, "qr", qr_json(url), "url",
                                  url));
    json_object_set_new(data, "ahead",
                        page_phrase(site, "hall", k->lang, "ahead_n", "n", ahead, NULL));
    return true;
}

static bool fill_screen(struct store *st, struct kiosk_step *k, int64_t now_ms,
                        json_t *data, struct error *err)
{
    if (k->ticket != NULL)
        return show_ticket(st, k, now_ms, data, err);
    if (k->matter != NULL)
        return show_phone(st, k, data, err);
    if (k->series != NULL)
        return show_matters(st, k, data, err);
    return show_services(st, k, now_ms, data, err);
}

/* Nobody's number stays on the screen: back to the start after a while. */
static void add_return(const struct kiosk_step *k)
{
    struct buf line = buf_new(1024);

    if (k->pending) {
        buf_addf(&line, "%d; url=", LOOK_AGAIN_S);
        add_link(k, "ticket", k->ticket, &line);
    } else {
        buf_add_text(&line, k->ticket != NULL ? "60; url=" : "90; url=");
        add_link(k, "", NULL, &line);
    }
    exchange_header_add(k->step.x, "Refresh", buf_text(&line));
    buf_free(&line);
}

static json_t *kiosk_data(const struct kiosk_step *k)
{
    json_t *data = citizen_data(k->step.x, k->lang, text_of(k, "kiosk"));

    json_object_set_new(data, "home", link_json(k, "", NULL));
    json_object_set_new(data, "kiosk", json_string(k->kiosk));
    json_object_set_new(data, "open", json_boolean(k->open));
    if (k->alert != NULL) {
        json_object_set_new(data, "alert", json_string(text_of(k, k->alert)));
        json_object_set_new(data, "title", json_string(text_of(k, k->alert)));
    }
    return data;
}

static bool enter(struct store *st, struct kiosk_step *k, struct error *err)
{
    struct kiosk kiosk;
    bool found;

    if (!place_enter(st, k->step.x, ROLE_MACHINE, k->kiosk, k->actor, &k->open, err) ||
        !kiosk_find(st, k->kiosk, &kiosk, &found, err))
        return false;
    return found || error_set(err, ERROR_ABSENT, "There is no such kiosk in this hall.");
}

static bool read_screen(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    json_t *data;

    if (!enter(st, k, err))
        return false;
    data = kiosk_data(k);
    if (!fill_screen(st, k, now_ms, data, err)) {
        json_decref(data);
        return false;
    }
    if (k->ticket != NULL || k->matter != NULL || k->series != NULL)
        add_return(k);
    return page_write(s->x, "kiosk", "hall", k->lang, data, err);
}

static void answer_screen(struct exchange *x, struct step *s)
{
    const struct kiosk_step *k = (const struct kiosk_step *)s;

    if (s->ok)
        exchange_answer(x, k->status, page_html);
    else
        place_problem(x, &s->err);
}

static struct kiosk_step *begin(struct exchange *x)
{
    struct kiosk_step *k = step_new(x, sizeof(*k));

    k->lang = page_lang(x);
    k->kiosk = exchange_param(x, 0);
    k->status = 200;
    return k;
}

void page_kiosk(struct exchange *x)
{
    struct kiosk_step *k = begin(x);

    k->series = exchange_query(x, "series");
    k->matter = exchange_query(x, "matter");
    k->ticket = exchange_query(x, "ticket");
    step_read_any(&k->step, read_screen, answer_screen);
}

/* == Taking a number ============================================================== */

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    int64_t job;

    return enter(st, k, err) && space_for_more(site_of(s->x)->space, err) &&
           ticket_take(st,
                       &(struct ticket_input){.matter_code = k->matter,
                                              .phone = k->has_phone ? &k->phone : NULL,
                                              .lang = lang_tag(k->lang),
                                              .kiosk_code = k->kiosk,
                                              .actor = k->actor},
                       now_ms, &k->taken, &job, err);
}

static void taken(struct exchange *x, struct step *s)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    struct buf path = buf_new(1024);
    char id[24];

    if (!s->ok) {
        place_problem(x, &s->err);
        return;
    }
    snprintf(id, sizeof(id), "%lld", (long long)k->taken.id);
    add_link(k, "ticket", id, &path);
    page_see_other(x, buf_text(&path));
    buf_free(&path);
}

/* A number may be left out; whoever leaves one types it twice where the page asks so. */
static const char *read_phone(struct kiosk_step *k, const struct sent *form)
{
    const char *phone = sent_text(form, "phone"), *again = sent_text(form, "phone2");
    struct error err = {0};
    struct phone second;

    if (phone[0] == '\0' || sent_text(form, "without")[0] != '\0')
        return NULL;
    if (!phone_parse(phone, home_country, &k->phone, &err))
        return "err_phone";
    k->has_phone = true;
    if (again[0] != '\0' && (!phone_parse(again, home_country, &second, &err) ||
                             strcmp(second.e164, k->phone.e164) != 0))
        return "err_phone_twice";
    return NULL;
}

void page_kiosk_take(struct exchange *x)
{
    struct kiosk_step *k;
    struct sent form;
    struct error err = {0};

    if (!place_same_origin(x))
        return;
    k = begin(x);
    if (!sent_read(x, &form, &err)) {
        problem_answer(x, &err);
        return;
    }
    k->matter = sent_text(&form, "matter");
    k->typed = sent_text(&form, "phone");
    k->alert = read_phone(k, &form);
    if (k->alert == NULL) {
        step_write_any(&k->step, take, taken);
        return;
    }
    k->status = 422;
    step_read_any(&k->step, read_screen, answer_screen);
}
