/*
 * page_kiosk.c — see page_kiosk.h.
 *
 * Promise: one press takes one number: sent twice, gone back to or loaded again it is the
 * same ticket, printed once. A ticket is shown only at the kiosk that gave it, for some
 * minutes; a number typed here is shown to nobody. Where the server cannot do it the
 * screen says where help is, not what broke. Not here: printing, which the ticket's job
 * does.
 */
#include "web/page_kiosk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/help_store.h"
#include "store/ticket_store.h"
#include "web/form.h"
#include "web/kiosk.h"
#include "web/page.h"
#include "web/problem.h"
#include "work/space.h"

enum { ABANDONED_S = 90, AWAY_S = 5 };

const char *kiosk_text(const struct kiosk_step *k, const char *key)
{
    return page_text(site_of(k->step.x), "kiosk", k->lang, key);
}

json_t *kiosk_count(const struct kiosk_step *k, const char *key, int64_t n)
{
    char number[24];

    snprintf(number, sizeof(number), "%lld", (long long)n);
    return page_phrase(site_of(k->step.x), "kiosk", k->lang, key, "n", number, NULL);
}

static void add_link(const struct kiosk_step *k, const char *lang, bool large,
                     const struct kiosk_where *to, struct buf *out)
{
    char page[12];

    buf_add_text(out, "/k/");
    percent_encode(out, k->kiosk, strlen(k->kiosk));
    query_add(out, "lang", lang);
    query_add(out, "large", large ? "1" : NULL);
    query_add(out, "series", to->series);
    query_add(out, "dept", to->department);
    query_add(out, "matter", to->matter);
    query_add(out, "ticket", to->ticket);
    if (to->page > 0) {
        snprintf(page, sizeof(page), "%d", to->page);
        query_add(out, "p", page);
    }
}

static const char *lang_word(const struct kiosk_step *k)
{
    if (exchange_query(k->step.x, "lang") == NULL)
        return NULL;
    return k->lang == LANG_EN ? "en" : "zh";
}

void kiosk_link(const struct kiosk_step *k, const struct kiosk_where *to, struct buf *out)
{
    add_link(k, lang_word(k), k->large, to, out);
}

static json_t *link_json(const struct kiosk_step *k, const char *lang, bool large,
                         const struct kiosk_where *to)
{
    struct buf link = buf_new(2048);
    json_t *text;

    add_link(k, lang, large, to, &link);
    text = json_string(buf_text(&link));
    buf_free(&link);
    return text;
}

json_t *kiosk_link_json(const struct kiosk_step *k, const struct kiosk_where *to)
{
    return link_json(k, lang_word(k), k->large, to);
}

/* == A screen ===================================================================== */

static json_t *languages(const struct kiosk_step *k)
{
    static const struct {
        enum lang lang;
        const char *word, *name;
    } all[] = {{LANG_ZH, "zh", "中文"}, {LANG_EN, "en", "English"}};
    json_t *list = json_array();

    for (size_t i = 0; i < LENGTH(all); i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:b, s:o}", "tag", lang_tag(all[i].lang), "name",
                            all[i].name, "here", all[i].lang == k->lang, "href",
                            link_json(k, all[i].word, k->large, &k->at)));
    return list;
}

static json_t *screen_data(const struct kiosk_step *k)
{
    static const struct kiosk_where start;
    json_t *data = citizen_data(k->step.x, k->lang, kiosk_text(k, "kiosk"));
    struct buf query = buf_new(128);

    json_object_set_new(data, "home", kiosk_link_json(k, &start));
    json_object_set_new(data, "fresh", link_json(k, NULL, false, &start));
    json_object_set_new(data, "languages", languages(k));
    json_object_set_new(data, "other_type",
                        link_json(k, lang_word(k), !k->large, &k->at));
    json_object_set_new(data, "large", json_boolean(k->large));
    json_object_set_new(data, "alerts",
                        json_boolean(site_of(k->step.x)->rules->queue.sms_alerts));
    json_object_set_new(data, "kiosk", json_string(k->kiosk));
    json_object_set_new(data, "open", json_boolean(k->open));
    json_object_set_new(data, "called", json_boolean(k->called));
    query_add(&query, "lang", lang_word(k));
    query_add(&query, "large", k->large ? "1" : NULL);
    json_object_set_new(data, "q", json_string(buf_text(&query)));
    buf_free(&query);
    if (k->alert != NULL) {
        json_object_set_new(data, "alert", json_string(kiosk_text(k, k->alert)));
        json_object_set_new(data, "title", json_string(kiosk_text(k, k->alert)));
    }
    return data;
}

/* Without a script the browser comes back by itself: nobody's choice stays on the screen.
 */
static void add_return(const struct kiosk_step *k, json_t *data)
{
    static const struct kiosk_where start;
    struct buf line = buf_new(2048);

    if (k->back_s > 0) {
        buf_addf(&line, "%d; url=", k->back_s);
        add_link(k, k->looking ? lang_word(k) : NULL, k->looking && k->large,
                 k->looking ? &k->at : &start, &line);
        json_object_set_new(data, "refresh", json_string(buf_text(&line)));
    }
    buf_free(&line);
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

static bool fill_screen(struct store *st, struct kiosk_step *k, int64_t now_ms,
                        json_t *data, struct error *err)
{
    const struct kiosk_where *at = &k->at;

    k->back_s = at->series != NULL || at->department != NULL || at->matter != NULL ||
                        at->page > 0 || k->large || lang_word(k) != NULL
                    ? ABANDONED_S
                    : 0;
    if (at->ticket != NULL)
        return kiosk_ticket(st, k, now_ms, data, err);
    if (at->matter != NULL)
        return kiosk_phone(st, k, data, err);
    return kiosk_choice(st, k, now_ms, data, err);
}

static bool read_screen(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    json_t *data;

    if (!enter(st, k, err))
        return false;
    data = screen_data(k);
    if (!fill_screen(st, k, now_ms, data, err)) {
        json_decref(data);
        return false;
    }
    add_return(k, data);
    return page_write(s->x, "kiosk", "kiosk", k->lang, data, err);
}

/* What a citizen must know when the server cannot: where a number is to be had. */
static void answer_trouble(struct exchange *x, struct kiosk_step *k,
                           const struct error *trouble)
{
    int status = problem_status(trouble->kind);
    json_t *data;

    if (status < 500) {
        place_problem(x, trouble);
        return;
    }
    log_line(LOG_LEVEL_WARNING, "kiosk.away", "kiosk=%s reason=\"%s\"", k->kiosk,
             trouble->text);
    exchange_restart(x);
    exchange_header_add(x, "Retry-After", "5");
    data = screen_data(k);
    json_object_set_new(data, "away", json_true());
    k->back_s = AWAY_S;
    add_return(k, data);
    page_answer(x, status, "kiosk", "kiosk", k->lang, data);
}

static void answer_screen(struct exchange *x, struct step *s)
{
    struct kiosk_step *k = (struct kiosk_step *)s;

    if (s->ok)
        exchange_answer(x, k->status, page_html);
    else
        answer_trouble(x, k, &s->err);
}

static struct kiosk_step *begin(struct exchange *x)
{
    struct kiosk_step *k = step_new(x, sizeof(*k));

    k->lang = page_lang(x);
    k->large = exchange_query(x, "large") != NULL;
    k->kiosk = exchange_param(x, 0);
    k->status = 200;
    return k;
}

static int read_page_number(const struct exchange *x)
{
    const char *text = exchange_query(x, "p");

    return text != NULL && strlen(text) < 4 && strspn(text, "0123456789") == strlen(text)
               ? atoi(text)
               : 0;
}

void page_kiosk(struct exchange *x)
{
    struct kiosk_step *k = begin(x);

    k->at = (struct kiosk_where){.series = exchange_query(x, "series"),
                                 .department = exchange_query(x, "dept"),
                                 .matter = exchange_query(x, "matter"),
                                 .ticket = exchange_query(x, "ticket"),
                                 .page = read_page_number(x)};
    k->called = exchange_query(x, "called") != NULL;
    step_read_any(&k->step, read_screen, answer_screen);
}

/* == What is sent ================================================================= */

/* A form of these screens; NULL where it was refused and answered. */
static struct kiosk_step *begin_form(struct exchange *x, struct sent *form)
{
    struct error err = {0};
    struct kiosk_step *k;

    if (!place_same_origin(x))
        return NULL;
    k = begin(x);
    if (!sent_read(x, form, &err) || !once_read(x, form, false, &k->once, &err)) {
        problem_answer(x, &err);
        return NULL;
    }
    if (sent_text(form, "matter")[0] != '\0')
        k->at.matter = sent_text(form, "matter");
    snprintf(k->typed, sizeof(k->typed), "%s", sent_text(form, "phone"));
    snprintf(k->again, sizeof(k->again), "%s", sent_text(form, "phone2"));
    return k;
}

void page_kiosk_key(struct exchange *x)
{
    struct sent form;
    struct kiosk_step *k = begin_form(x, &form);

    if (k == NULL)
        return;
    kiosk_key(k, sent_text(&form, "key"));
    step_read_any(&k->step, read_screen, answer_screen);
}

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    struct ticket taken;
    int64_t job;
    bool done;

    if (!enter(st, k, err) || !once_find(st, &k->once, now_ms, &done, &k->ticket_id, err))
        return false;
    if (done)
        return true;
    if (!space_for_more(site_of(s->x)->space, err) ||
        !ticket_take(st,
                     &(struct ticket_input){.matter_code = k->at.matter,
                                            .phone = k->has_phone ? &k->phone : NULL,
                                            .lang = lang_tag(k->lang),
                                            .kiosk_code = k->kiosk,
                                            .actor = k->actor},
                     now_ms, &taken, &job, err))
        return false;
    k->ticket_id = taken.id;
    return once_keep(st, &k->once, taken.id, now_ms, err);
}

static void taken(struct exchange *x, struct step *s)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    struct buf path = buf_new(1024);
    char id[24];

    if (!s->ok) {
        answer_trouble(x, k, &s->err);
        return;
    }
    snprintf(id, sizeof(id), "%lld", (long long)k->ticket_id);
    kiosk_link(k, &(struct kiosk_where){.ticket = id}, &path);
    page_see_other(x, buf_text(&path));
    buf_free(&path);
}

/* A number may be left out; whoever leaves one types it twice where the page asks so. */
void page_kiosk_take(struct exchange *x)
{
    struct sent form;
    struct kiosk_step *k = begin_form(x, &form);

    if (k == NULL)
        return;
    k->at.matter = sent_text(&form, "matter");
    if (sent_text(&form, "without")[0] == '\0')
        k->alert = kiosk_read_phone(k);
    if (k->alert == NULL) {
        step_write_any(&k->step, take, taken);
        return;
    }
    k->typed[0] = k->again[0] = '\0'; /* it cannot be seen, so it cannot be put right */
    k->status = 422;
    step_read_any(&k->step, read_screen, answer_screen);
}

static bool ask_help(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct kiosk_step *k = (struct kiosk_step *)s;

    return enter(st, k, err) && help_ask(st, k->kiosk, k->actor, now_ms, err);
}

static void asked_help(struct exchange *x, struct step *s)
{
    struct kiosk_step *k = (struct kiosk_step *)s;
    struct buf path = buf_new(1024);

    if (!s->ok) {
        answer_trouble(x, k, &s->err);
        return;
    }
    kiosk_link(k, &k->at, &path);
    query_add(&path, "called", "1");
    page_see_other(x, buf_text(&path));
    buf_free(&path);
}

void page_kiosk_help(struct exchange *x)
{
    struct sent form;
    struct kiosk_step *k = begin_form(x, &form);

    if (k != NULL)
        step_write_any(&k->step, ask_help, asked_help);
}
