/*
 * page_desk.c — see page_desk.h.
 *
 * Promise: every form that was sent answers 303 to the desk's page, which says in one
 * sentence what could not be done; the page shows what is, so that nothing is lost by
 * reloading. Not here: what stands on the page (desk_view.c), what the buttons do
 * (desk_act.c).
 */
#include "web/page_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/place_store.h"
#include "web/form.h"
#include "web/page.h"
#include "web/problem.h"

enum { REASON_MOST = 120, PAUSE_MOST_MIN = 600 };

#define LATE_MOST_MS (INT64_C(30) * 24 * 3600 * 1000)

/* The home of every number that is typed here. */
static const char home_country[] = "86";

static bool enter(struct store *st, struct desk_step *d, struct window *w,
                  struct error *err)
{
    bool found;

    if (!place_enter(st, d->step.x, ROLE_DESK, d->window, d->actor, &d->open, err) ||
        !window_find(st, d->window, w, &found, err))
        return false;
    return found || error_set(err, ERROR_ABSENT, "There is no such window in this hall.");
}

/* == The page ===================================================================== */

/* What was said by ?m=; only sentences of the catalogue can be said. */
static void add_said(const struct desk_step *d, json_t *data)
{
    const char *asked = exchange_query(d->step.x, "m");
    const char *text;

    if (asked == NULL || (strncmp(asked, "m_", 2) != 0 && strncmp(asked, "e_", 2) != 0))
        return;
    text = page_text(site_of(d->step.x), "desk", d->lang, asked);
    if (text != asked)
        json_object_set_new(data, asked[0] == 'e' ? "alert" : "said", json_string(text));
}

/* A short name of how things stand; what was said of the last press is no part of it. */
static void tag_of(const json_t *data, char tag[20])
{
    char *text = json_dumps(data, JSON_COMPACT | JSON_SORT_KEYS), hex[17];
    unsigned char hash[CRYPT_HASH_BYTES];

    crypt_sha256(text, strlen(text), hash);
    crypt_hex(hash, 8, hex);
    free(text);
    snprintf(tag, 20, "\"%s\"", hex);
}

static bool is_held(const struct desk_step *d)
{
    const char *held = exchange_header(d->step.x, "If-None-Match");

    return held != NULL && strstr(held, d->tag) != NULL;
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct desk_step *d = (struct desk_step *)s;
    char once[ONCE_TEXT], now[24];
    struct window w;
    json_t *data;

    if (!enter(st, d, &w, err) || !desk_view(st, d, &w, now_ms, &data, err))
        return false;
    tag_of(data, d->tag);
    d->unchanged = is_held(d);
    if (d->unchanged) {
        json_decref(data);
        return true;
    }
    once_new(site_of(s->x)->world, once);
    snprintf(now, sizeof(now), "%lld", (long long)now_ms);
    add_said(d, data);
    json_object_set_new(data, "once", json_string(once));
    json_object_set_new(data, "now", json_string(now));
    return page_write(s->x, "desk", "desk", d->lang, data, err);
}

static void answer_page(struct exchange *x, struct step *s)
{
    const struct desk_step *d = (const struct desk_step *)s;

    if (!s->ok) {
        place_problem(x, &s->err);
        return;
    }
    exchange_header_add(x, "ETag", d->tag);
    if (d->unchanged)
        exchange_answer(x, 304, NULL);
    else
        exchange_answer(x, 200, page_html);
}

static struct desk_step *begin(struct exchange *x)
{
    struct desk_step *d = step_new(x, sizeof(*d));
    const char *clerk = exchange_query(x, "clerk");

    d->lang = page_lang(x);
    d->window = exchange_param(x, 0);
    d->clerk = clerk != NULL ? clerk : "";
    d->find = exchange_query(x, "find");
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

    return enter(st, d, &w, err) && desk_act_do(st, d, now_ms, err);
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

/* The sentence for a field that was wrong. */
static const char *key_of_field(const char *field)
{
    static const char *const fields[][2] = {
        {"clerk", "e_clerk"}, {"window", "e_window"}, {"Idempotency-Key", "e_changed"}};

    for (size_t i = 0; i < LENGTH(fields); i++)
        if (strcmp(field, fields[i][0]) == 0)
            return fields[i][1];
    return "e_input";
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
        back(d, d->trouble != NULL ? d->trouble : key);
        break;
    case ERROR_INPUT:
        back(d, key_of_field(s->err.field));
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

/* A citizen types a number twice; NULL where all is well, else what to say. */
static const char *read_phone(struct desk_step *d, const struct sent *form)
{
    const char *phone = sent_text(form, "phone"), *again = sent_text(form, "phone2");
    struct error err = {0};
    struct phone second;

    d->has_phone = phone[0] != '\0';
    if (!d->has_phone)
        return NULL;
    if (!phone_parse(phone, home_country, &d->phone, &err))
        return "e_phone";
    if (again[0] != '\0' && (!phone_parse(again, home_country, &second, &err) ||
                             strcmp(second.e164, d->phone.e164) != 0))
        return "e_phone_twice";
    return NULL;
}

static int64_t within(int64_t number, int64_t most)
{
    return number < 0 ? 0 : number > most ? most : number;
}

static void read_act(struct desk_step *d, const struct sent *form)
{
    const char *clerk = sent_text(form, "clerk"), *reason = sent_text(form, "other");

    if (clerk[0] != '\0')
        d->clerk = clerk;
    d->matter = sent_text(form, "matter");
    d->to_window = sent_text(form, "window");
    d->outcome = sent_text(form, "outcome");
    d->reason =
        cut_reason(d->step.x, reason[0] != '\0' ? reason : sent_text(form, "reason"));
    d->case_no = sent_text(form, "case_no");
    d->kiosk = sent_text(form, "kiosk");
    d->words = sent_text(form, "words");
    d->case_id = sent_number(form, "case");
    d->ticket_id = sent_number(form, "ticket");
    d->names_here = sent_text(form, "here")[0] != '\0';
    d->here_id = sent_number(form, "here");
    d->undo_id = sent_number(form, "undo");
    d->pause_min = within(sent_number(form, "until"), PAUSE_MOST_MIN);
    d->late_ms = within(sent_number(form, "late"), LATE_MOST_MS);
}

void page_desk_act(struct exchange *x)
{
    struct desk_step *d;
    struct sent form;
    struct error err = {0};
    const char *trouble;

    if (!place_same_origin(x))
        return;
    d = begin(x);
    if (!sent_read(x, &form, &err) || !once_read(x, &form, true, &d->once, &err)) {
        problem_answer(x, &err);
        return;
    }
    d->act = desk_act_find(exchange_param(x, 1));
    if (d->act == NULL) {
        problem_say(x, ERROR_ABSENT, "There is no such button at a desk.");
        return;
    }
    read_act(d, &form);
    trouble = read_phone(d, &form);
    if (trouble != NULL)
        back(d, trouble);
    else
        step_write_any(&d->step, act, acted);
}
