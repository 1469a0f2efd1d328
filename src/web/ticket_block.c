/*
 * ticket_block.c — one case on the ticket's page: the five buttons, the receipt with its
 * form for reasons, or the end (see page_ticket.h).
 *
 * Promise: the five buttons stand in one order and differ in word, mouth and grade only;
 * nothing that a citizen states is chosen beforehand, only what was typed is kept.
 */
#include "web/page_ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/tag.h"
#include "web/page.h"

enum { JUST_NOW_MS = 10 * 60 * 1000 };

static const char *text_of(const struct visit_step *v, const char *key)
{
    return page_text(site_of(v->step.x), "citizen", v->lang, key);
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* == The buttons ================================================================== */

/* Mouths of a face 40 wide, from deep frown to deep smile. */
static const char *const mouths[] = {"M12 30q8-10 16 0", "M13 28.5q7-4.5 14 0",
                                     "M13 27h14", "M13 25.5q7 5 14 0",
                                     "M11.5 24q8.5 11 17 0"};

static json_t *button_json(const struct visit_step *v, int grade)
{
    char key[16], number[16];
    json_t *b = json_object();

    snprintf(key, sizeof(key), "g%d", grade);
    snprintf(number, sizeof(number), "%d", grade);
    put(b, "grade", json_string(number));
    put(b, "word", json_string(text_of(v, key)));
    put(b, "points",
        page_phrase(site_of(v->step.x), "citizen", v->lang, "points", "n", number, NULL));
    put(b, "mouth", json_string(mouths[grade - 1]));
    return b;
}

static json_t *buttons_json(const struct visit_step *v)
{
    json_t *list = json_array();

    for (int grade = 5; grade >= 1; grade--)
        json_array_append_new(list, button_json(v, grade));
    return list;
}

/* == The reasons ================================================================== */

/* Was this value sent in a form that is shown again? */
static bool was_sent(const struct visit_step *v, const char *name, const char *value)
{
    for (size_t i = 0; v->kept != NULL && i < v->kept->count; i++)
        if (strcmp(v->kept->fields[i].name, name) == 0 &&
            strcmp(v->kept->fields[i].value, value) == 0)
            return true;
    return false;
}

static json_t *tags_json(const struct visit_step *v, int grade, int from, int to)
{
    const struct tag *tags = tags_of_grade(grade);
    json_t *list = json_array();

    for (int i = from; tags != NULL && i < to; i++) {
        char code[12];

        snprintf(code, sizeof(code), "%d", tags[i].code);
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:b, s:b}", "code", code, "name",
                                        v->lang == LANG_EN ? tags[i].en : tags[i].zh,
                                        "zh", v->lang != LANG_EN && v->lang != LANG_ZH,
                                        "on", was_sent(v, "tag", code)));
    }
    return list;
}

/* Is one of these chosen? Then what is folded must be seen. */
static bool any_on(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);

        if (json_is_true(json_object_get(item, "on")) ||
            any_on(json_object_get(item, "squares")))
            return true;
    }
    return false;
}

static json_t *dims_json(const struct visit_step *v)
{
    static const char *const names[] = {"attitude", "efficiency", "quality", "integrity"};
    json_t *list = json_array();

    for (size_t i = 0; i < LENGTH(names); i++) {
        json_t *squares = json_array();

        for (int value = 5; value >= 1; value--) {
            char text[16];

            snprintf(text, sizeof(text), "%d", value);
            json_array_append_new(squares, json_pack("{s:s, s:b}", "value", text, "on",
                                                     was_sent(v, names[i], text)));
        }
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:o}", "field", names[i], "label",
                                        text_of(v, names[i]), "squares", squares));
    }
    return list;
}

static json_t *contact_json(const struct visit_step *v, const struct visit_case *c)
{
    json_t *contact = json_object();

    put(contact, "yes",
        page_phrase(site_of(v->step.x), "citizen", v->lang, "contact_y", "last4",
                    c->last4, NULL));
    put(contact, "none", json_boolean(c->rating.grade == 1 || c->rating.grade == 2));
    put(contact, "yes_on", json_boolean(was_sent(v, "contact", "yes")));
    put(contact, "no_on", json_boolean(was_sent(v, "contact", "no")));
    return contact;
}

/* Nothing is ticked but what was sent a moment ago and comes back with a mistake. */
static json_t *integrity_json(const struct visit_step *v)
{
    return json_pack("{s:b, s:b, s:s}", "yes_on", was_sent(v, "beyond", "yes"), "no_on",
                     was_sent(v, "beyond", "no"), "words",
                     v->kept != NULL ? sent_text(v->kept, "beyond_words") : "");
}

/* When the number is forgotten: after its time of keeping, counted from the settling. */
static json_t *consent_json(const struct visit_step *v, const struct visit_case *c)
{
    const struct site *site = site_of(v->step.x);
    int64_t days = settings_int(site->settings, "phones.keep_days");
    char date[MOMENT_TEXT];

    day_said(site,
             c->moment.rated_ms + site->rules->rating.correction_ms +
                 days * INT64_C(86400000),
             v->lang, date);
    return page_phrase(site, "citizen", v->lang, "consent", "date", date, NULL);
}

static json_t *detail_json(const struct visit_step *v, const struct visit_case *c)
{
    int grade = c->rating.grade;
    bool bad = grade == 1 || grade == 2;
    json_t *d = json_object();

    if (grade != 0) {
        put(d, "why", json_string(text_of(v, bad ? "why_bad" : "why_good")));
        put(d, "first", tags_json(v, grade, 0, TAGS_SHOWN_FIRST));
        put(d, "rest", tags_json(v, grade, TAGS_SHOWN_FIRST, TAGS_PER_GRADE));
        put(d, "dims", dims_json(v));
        put(d, "rest_open", json_boolean(any_on(json_object_get(d, "rest"))));
        put(d, "dims_open", json_boolean(any_on(json_object_get(d, "dims"))));
    }
    put(d, "comment", json_string(v->kept != NULL ? sent_text(v->kept, "comment") : ""));
    put(d, "wrong", json_boolean(visit_alert_is_words(v)));
    if (integrity_asked(site_of(v->step.x)))
        put(d, "integrity", integrity_json(v));
    if (c->last4[0] != '\0') {
        put(d, "contact", contact_json(v, c));
        put(d, "consent", consent_json(v, c));
    }
    return d;
}

/* == What was rated =============================================================== */

static json_t *next_json(const struct visit_step *v, const struct visit_case *c)
{
    const struct site *site = site_of(v->step.x);
    char contact[MOMENT_TEXT], fix[MOMENT_TEXT];

    if (c->moment.contact_due_ms == 0 || v->visit->now_ms > c->moment.fix_due_ms ||
        strcmp(c->moment.order_state, "open") != 0)
        return json_null();
    moment_text(site, c->moment.contact_due_ms, v->lang, contact);
    moment_text(site, c->moment.fix_due_ms, v->lang, fix);
    return page_phrase(site, "citizen", v->lang, "next_bad", "d1", contact, "d2", fix,
                       NULL);
}

/* A sentence in three: what stands before the receipt, the receipt, and the rest, so that
 * the page can keep its symbols together. Takes `said`. */
static json_t *around_receipt(json_t *said, const char *receipt)
{
    const char *text = json_string_value(said), *at = strstr(text, receipt);
    json_t *parts =
        at == NULL ? json_pack("{s:s}", "before", text)
                   : json_pack("{s:s%, s:s, s:s}", "before", text, (size_t)(at - text),
                               "rc", receipt, "after", at + strlen(receipt));

    json_decref(said);
    return parts;
}

/* How far its work order has come, as the store has it. */
static json_t *progress_json(const struct visit_step *v, const struct visit_case *c)
{
    const struct rating_moment *m = &c->moment;
    char key[sizeof(m->order_state) + 8];

    if (m->order_state[0] == '\0')
        return json_null();
    snprintf(key, sizeof(key), "order_%s", m->order_state);
    return json_pack("{s:s, s:o, s:s, s:b}", "text", text_of(v, key), "at",
                     moment_json(site_of(v->step.x), m->order_ms, v->lang), "result",
                     m->result, "judge",
                     strcmp(m->order_state, order_state_name(ORDER_FED_BACK)) == 0);
}

/* The sheet's sentence for a rating that is there. */
static json_t *rated_line(const struct visit_step *v, const struct visit_case *c,
                          bool just_now, const char *grade)
{
    const struct site *site = site_of(v->step.x);
    char end[MOMENT_TEXT] = "", time[MOMENT_TEXT], receipt[20];
    bool open = c->state == VISIT_CASE_CHANGEABLE;
    const char *key = open && just_now                    ? "receipt"
                      : open                              ? "rated"
                      : c->moment.round == 1 && c->detail ? "rated_once"
                                                          : "settled";

    if (open)
        moment_text(site, c->rating.change_until_ms, v->lang, end);
    moment_text(site, c->moment.rated_ms, v->lang, time);
    receipt_parted(c->rating.receipt, receipt);
    return around_receipt(page_phrase(site, "citizen", v->lang, key, "grade", grade, "rc",
                                      receipt, "time", time, "end", end, NULL),
                          receipt);
}

static json_t *rated_json(const struct visit_step *v, const struct visit_case *c)
{
    const struct site *site = site_of(v->step.x);
    bool just_now = v->visit->now_ms - c->moment.rated_ms < JUST_NOW_MS;
    char grade[256], receipt[20], time[MOMENT_TEXT];
    json_t *r = json_object();

    grade_said(site, v->lang, c->rating.grade, c->rating.dims, grade, sizeof(grade));
    receipt_parted(c->rating.receipt, receipt);
    moment_text(site, c->moment.rated_ms, v->lang, time);
    put(r, "saved", page_phrase(site, "citizen", v->lang, "saved", "grade", grade, NULL));
    put(r, "line", rated_line(v, c, just_now, grade));
    if (c->state == VISIT_CASE_CHANGEABLE && !just_now)
        put(r, "receipt",
            around_receipt(page_phrase(site, "citizen", v->lang, "receipt_only", "rc",
                                       receipt, "time", time, NULL),
                           receipt));
    put(r, "change", json_boolean(c->state == VISIT_CASE_CHANGEABLE));
    put(r, "next", next_json(v, c));
    put(r, "progress", progress_json(v, c));
    return r;
}

/* == The days ===================================================================== */

json_t *days_json(const struct visit_step *v, const struct visit_case *c)
{
    const char *key = c->state == VISIT_CASE_OPEN
                          ? (c->usual_halves > 0 ? "days_running" : "days_running_plain")
                          : (c->usual_halves > 0 ? "days_taken" : "days_taken_plain");
    char usual[16], promised[12], taken[12];

    if (c->promised_days == 0)
        return json_null();
    snprintf(usual, sizeof(usual), "%d%s", c->usual_halves / 2,
             c->usual_halves % 2 ? ".5" : "");
    snprintf(promised, sizeof(promised), "%d", c->promised_days);
    snprintf(taken, sizeof(taken), "%d", c->taken_days);
    return page_phrase(site_of(v->step.x), "citizen", v->lang, key, "u", usual, "p",
                       promised, "a", taken, NULL);
}

/* == The block ==================================================================== */

static void add_case_box(const struct visit_step *v, const struct visit_case *c,
                         json_t *block)
{
    json_t *box = json_object();

    put(box, "matter",
        json_string(c->sensitive ? text_of(v, "matter_hidden") : c->matter_name));
    put(box, "named", json_boolean(!c->sensitive)); /* in the hall's own language */
    put(box, "window",
        page_phrase(site_of(v->step.x), "citizen", v->lang, "window_said", "w",
                    c->window_code, NULL));
    put(box, "department", json_string(c->department_name));
    put(box, "number", json_string(v->visit->ticket.number));
    put(box, "closed", moment_json(site_of(v->step.x), c->closed_ms, v->lang));
    put(box, "days", days_json(v, c));
    put(block, "box", box);
}

/* Without a rating there is nothing to add details to, whatever was asked for: the page
 * asks for the rating, and never says that one is recorded. */
static bool asks(const struct visit_step *v, const struct visit_case *c)
{
    return c->state == VISIT_CASE_ASK ||
           (!v->detail_only && c->state == VISIT_CASE_CHANGEABLE &&
            (v->change_case == -1 || v->change_case == c->id));
}

/* The heading that says what the block is about. */
static void add_heading(const struct visit_step *v, const struct visit_case *c,
                        json_t *block, bool ask)
{
    const json_t *saved = json_object_get(json_object_get(block, "rated"), "saved");

    if (ask)
        put(block, "heading", json_string(text_of(v, "q")));
    else if (c->detail && saved != NULL)
        put(block, "heading", json_string(json_string_value(saved)));
    else
        put(block, "heading", json_string(text_of(v, saved != NULL ? "yours" : "title")));
}

static json_t *late_line(const struct visit_step *v)
{
    const struct site *site = site_of(v->step.x);
    char days[12];

    snprintf(days, sizeof(days), "%d", site->rules->invite.open_working_days);
    return page_phrase(site, "citizen", v->lang, "late", "n", days, NULL);
}

json_t *block_json(const struct visit_step *v, const struct visit_case *c, bool alone)
{
    char id[24], nonce[NONCE_SYMBOLS + 1];
    bool ask = asks(v, c);
    json_t *block = json_object();

    snprintf(id, sizeof(id), "%lld", (long long)c->id);
    visit_nonce(site_of(v->step.x), v->token, c->id, c->rating.rating_id, nonce);
    put(block, "id", json_string(id));
    put(block, "n", json_string(nonce));
    put(block, "alone", json_boolean(alone));
    if (!v->visit->over)
        add_case_box(v, c, block);
    if (ask) {
        put(block, "ask", json_pack("{s:o}", "buttons", buttons_json(v)));
        put(block, "changing", json_boolean(c->state == VISIT_CASE_CHANGEABLE));
    } else if (c->state == VISIT_CASE_LATE) {
        put(block, "late",
            json_pack("{s:s, s:b, s:o}", "comment",
                      v->kept != NULL ? sent_text(v->kept, "comment") : "", "wrong",
                      visit_alert_is_words(v), "late_line", late_line(v)));
    } else {
        put(block, "rated", rated_json(v, c));
        if (c->detail && !v->thanks && (alone || v->detail_only))
            put(block, "detail", detail_json(v, c));
        else if (c->detail && !v->thanks)
            put(block, "detail_link", json_true());
    }
    add_heading(v, c, block, ask);
    return block;
}
