/*
 * page_whatif.c — see page_whatif.h.
 *
 * Promise: nothing is computed from weights that do not sum to 100.00; how much is
 * missing is told instead, and what was typed stays.
 */
#include "web/page_whatif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/scheme_effect.h"
#include "store/scheme_look.h"
#include "web/asked_page.h"
#include "web/page.h"
#include "web/scheme_form.h"
#include "web/whatif_rules.h"
#include "web/workbook.h"

static const char catalogue[] = "lab";

enum { EFFECT_BYTES = 4 << 20 };

struct whatif {
    struct asked_page asked;
    struct scheme_state state;
    struct scheme now, then;                     /* `then` shares the groups of `now` */
    const char *typed[SCHEME_PARTS_MOST], *hall; /* as they came; NULL for not */
    char sum[16], missing[16];
    json_t *effect; /* scheme_effect.h; NULL where nothing was computed */
};

/* == What is asked ================================================================= */

static void ask_hall(struct whatif *p)
{
    int weight;

    if (!scheme_weight_read(p->hall, &weight))
        asked_fail(&p->asked, "bad_weight", "hall");
    else if (!scheme_reweigh(&p->then, weight))
        asked_fail(&p->asked, "bad_hall", "hall");
}

/* "35.00,25.00,…": a weight for each part, in the order of the scheme. */
static void ask_list(struct whatif *p, const char *list)
{
    char text[16];
    size_t i = 0;

    for (const char *at = list; at != NULL; i++) {
        size_t length = strcspn(at, ",");

        snprintf(text, sizeof(text), "%.*s", length < sizeof(text) ? (int)length : 0, at);
        if (i < p->then.part_count && !scheme_weight_read(text, &p->then.parts[i].weight))
            asked_fail(&p->asked, "bad_weight", "weights");
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    if (i != p->then.part_count)
        asked_fail(&p->asked, "bad_list", "weights");
}

/* A part that was not typed keeps the weight that it has by now. */
static void ask_weights(const struct exchange *x, struct whatif *p)
{
    for (size_t i = 0; i < p->then.part_count; i++) {
        struct scheme_part *part = &p->then.parts[i];
        char name[HALL_CODE_SIZE + 2];

        snprintf(name, sizeof(name), "w.%s", part->code);
        p->typed[i] = exchange_query(x, name);
        if (p->typed[i] != NULL && !scheme_weight_read(p->typed[i], &part->weight))
            asked_fail(&p->asked, "bad_weight",
                       exchange_text((struct exchange *)x, name, strlen(name)));
    }
}

static void ask(const struct exchange *x, struct whatif *p)
{
    const char *list, *rule;
    int sum, missing;

    p->then = p->now;
    p->hall = exchange_query(x, "hall");
    if (p->hall != NULL && p->hall[0] != '\0')
        ask_hall(p);
    list = exchange_query(x, "w");
    if (list != NULL && list[0] != '\0')
        ask_list(p, list);
    ask_weights(x, p);
    if (!whatif_rules_ask(x, &p->then.rules, &rule))
        asked_fail(&p->asked, "bad_rule", rule);
    sum = scheme_weight(&p->then);
    missing = SCHEME_WEIGHT_WHOLE - sum;
    snprintf(p->sum, sizeof(p->sum), "%d.%02d", sum / 100, sum % 100);
    snprintf(p->missing, sizeof(p->missing), "%d.%02d", abs(missing) / 100,
             abs(missing) % 100);
    if (missing != 0)
        asked_fail(&p->asked, missing > 0 ? "sum_low" : "sum_high", "weights");
}

/* == What comes of it ============================================================== */

/* Ranked by the new weights, group after group; who has no place comes last. */
static size_t row_key(const struct whatif *p, const json_t *row)
{
    const char *code = json_string_value(json_object_get(row, "code"));
    json_t *place = json_object_get(row, "place_after");

    return scheme_peer_of(&p->then, code) * 1000000 +
           (place != NULL ? (size_t)json_integer_value(place) : 999999);
}

static void sort_rows(const struct whatif *p, json_t *rows)
{
    for (size_t i = 1; i < json_array_size(rows); i++) {
        json_t *row = json_incref(json_array_get(rows, i));
        size_t at = i;

        while (at > 0 && row_key(p, json_array_get(rows, at - 1)) > row_key(p, row))
            at--;
        json_array_remove(rows, i);
        json_array_insert_new(rows, at, row);
    }
}

/* "▲ 2" and "▼ 1", so that the way is not told by a sign alone. */
static void name_rows(const struct whatif *p, json_t *rows)
{
    json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        size_t peer =
            scheme_peer_of(&p->then, json_string_value(json_object_get(row, "code")));
        int moved = (int)json_integer_value(json_object_get(row, "moved"));
        char text[32];

        snprintf(text, sizeof(text), moved == 0 ? "–" : "%s %d", moved > 0 ? "▲" : "▼",
                 abs(moved));
        json_object_set_new(row, "ranked",
                            json_boolean(json_object_get(row, "moved") != NULL));
        json_object_set_new(row, "half",
                            json_boolean(json_object_get(row, "place_before") != NULL ||
                                         json_object_get(row, "place_after") != NULL));
        json_object_set_new(row, "moved_text", json_string(text));
        json_object_set_new(row, "group",
                            json_string(peer < p->then.peer_count
                                            ? p->then.peers[peer].name
                                            : asked_say(&p->asked, "group_rest")));
    }
}

static bool compute(struct store *st, struct whatif *p, int64_t now_ms, struct error *err)
{
    struct buf text = buf_new(EFFECT_BYTES);
    struct assess_book book = {NULL, 0};
    char name[24];

    if (!scheme_book(st, &p->now, p->asked.year, now_ms, &book, err))
        return false;
    snprintf(name, sizeof(name), "%d/%d", p->now.year, p->now.version);
    scheme_effect_write(p->asked.year, name, &(struct effect_side){&p->now, &book},
                        &(struct effect_side){&p->then, &book}, &text);
    assess_book_free(&book);
    p->effect = json_loads(buf_text(&text), 0, NULL);
    buf_free(&text);
    if (p->effect == NULL)
        memory_none();
    sort_rows(p, json_object_get(p->effect, "rows"));
    name_rows(p, json_object_get(p->effect, "rows"));
    return true;
}

/* == The page ====================================================================== */

static json_t *part_inputs(const struct whatif *p)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->then.part_count; i++) {
        const struct scheme_part *part = &p->then.parts[i];
        char now[8], then[8], id[HALL_CODE_SIZE + 2];

        scheme_weight_text(p->now.parts[i].weight, now);
        scheme_weight_text(part->weight, then);
        snprintf(id, sizeof(id), "w.%s", part->code);
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id", id, "code",
                      part->code, "name", part_name(&p->asked.words, part), "now", now,
                      "then", then, "value", p->typed[i] != NULL ? p->typed[i] : then,
                      "changed", strcmp(now, then) != 0, "hall", part->hall, "wrong",
                      p->asked.wrong != NULL && strcmp(p->asked.wrong, id) == 0));
    }
    return list;
}

/* The form of the scheme's page, filled with these weights; of the next year where this
 * one is frozen. */
static bool put_proposal(struct store *st, struct whatif *p, struct error *err)
{
    int year = p->state.frozen ? p->asked.year + 1 : p->asked.year;
    struct scheme base = {0};
    struct scheme_state state;
    json_t *form, *part;
    bool found;
    size_t i;

    if (!scheme_state(st, year, p->asked.words.now_ms, &state, err) ||
        !scheme_find(st, year, state.newest, &base, NULL, &found, err))
        return false;
    if (!found) {
        scheme_first(year, &base);
        base.version = 0;
    }
    form = scheme_form_json(&p->asked.words, &base, NULL, NULL);
    json_array_foreach(json_object_get(form, "parts"), i, part)
    {
        const char *code = json_string_value(json_object_get(part, "code"));
        char weight[8];

        for (size_t j = 0; j < p->then.part_count; j++)
            if (strcmp(p->then.parts[j].code, code) == 0) {
                scheme_weight_text(p->then.parts[j].weight, weight);
                json_object_set_new(part, "typed", json_string(weight));
            }
    }
    whatif_rules_put(form, &p->now.rules, &p->then.rules);
    json_object_set_new(form, "based_on", json_integer(base.version));
    json_object_set_new(form, "year", json_integer(year));
    asked_put(&p->asked, "proposal", state.frozen ? json_null() : form);
    if (state.frozen)
        json_decref(form);
    scheme_free(&base);
    return true;
}

/* The parts of which nobody has anything yet, by name. */
static json_t *missing_names(const struct whatif *p)
{
    const char *key = p->asked.words.lang == LANG_EN ? "name_en" : "name";
    json_t *names = json_array(), *part;
    size_t i;

    json_array_foreach(json_object_get(p->effect, "missing"), i, part)
        json_array_append_new(
            names,
            json_pack("{s:O, s:b}", "name", json_object_get(part, key), "more",
                      i + 1 < json_array_size(json_object_get(p->effect, "missing"))));
    return names;
}

static void put_result(struct whatif *p)
{
    const char *of = json_string_value(json_object_get(p->effect, "of"));

    asked_put(&p->asked, "none", json_boolean(strcmp(of, "none") == 0));
    asked_put(&p->asked, "of_hall", json_boolean(strcmp(of, "hall") == 0));
    asked_put(&p->asked, "of_known", json_boolean(strcmp(of, "known") == 0));
    asked_put(&p->asked, "left_out", missing_names(p));
    asked_put(&p->asked, "rows", json_incref(json_object_get(p->effect, "rows")));
    asked_put(&p->asked, "groups", json_boolean(p->then.peer_count > 0));
}

static bool read_question(struct store *st, struct whatif *p, int64_t now_ms,
                          struct error *err)
{
    if (!asked_begin(&p->asked, st, catalogue, now_ms, err) ||
        !scheme_present(st, p->asked.year, now_ms, &p->now, &p->state, err))
        return false;
    ask(p->asked.staff.step.x, p);
    return p->asked.trouble != NULL || compute(st, p, now_ms, err);
}

static void whatif_free(struct whatif *p)
{
    scheme_free(&p->now);
    json_decref(p->effect);
}

/* The trial's address in its short form, to be passed on. */
static json_t *address_json(const struct whatif *p)
{
    struct buf url = buf_new(2048);
    json_t *out;

    buf_addf(&url, "/assess/%d/whatif?w=", p->asked.year);
    for (size_t i = 0; i < p->then.part_count; i++) {
        char weight[8];

        scheme_weight_text(p->then.parts[i].weight, weight);
        buf_addf(&url, "%s%s", i > 0 ? "," : "", weight);
    }
    whatif_rules_add(&url, &p->now.rules, &p->then.rules);
    buf_addf(&url, "&lang=%s", lang_tag(p->asked.words.lang));
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

static void put_question(struct whatif *p)
{
    char hall[8];

    scheme_weight_text(scheme_hall_weight(&p->then), hall);
    asked_put(&p->asked, "inputs", part_inputs(p));
    asked_put(&p->asked, "rules",
              whatif_rules_json(p->asked.staff.step.x, &p->asked.words, &p->now.rules,
                                &p->then.rules, p->asked.wrong));
    asked_put(&p->asked, "same", address_json(p));
    asked_put(&p->asked, "hall_now", json_string(hall));
    asked_put(&p->asked, "hall_typed",
              json_string(p->asked.trouble != NULL && p->hall != NULL ? p->hall : hall));
    scheme_weight_text(scheme_hall_weight(&p->now), hall);
    asked_put(&p->asked, "hall_before", json_string(hall));
    scheme_weight_text(p->asked.words.site->rules->hall_share, hall);
    asked_put(&p->asked, "hall_share", json_string(hall));
    asked_put(&p->asked, "other_share",
              json_boolean(scheme_hall_weight(&p->then) !=
                           p->asked.words.site->rules->hall_share));
    asked_put(&p->asked, "sum", json_string(p->sum));
    asked_put(&p->asked, "version", json_integer(p->now.version));
    asked_put(&p->asked, "frozen", json_boolean(p->state.frozen));
    asked_put(&p->asked, "computed", json_boolean(p->asked.trouble == NULL));
    if (p->asked.trouble == NULL)
        return;
    asked_put(&p->asked, "trouble",
              page_phrase(p->asked.words.site, catalogue, p->asked.words.lang,
                          p->asked.trouble, "sum", p->sum, "missing", p->missing, NULL));
    asked_put(&p->asked, "wrong", json_string(p->asked.wrong));
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct whatif *p = (struct whatif *)s;
    bool ok = read_question(st, p, now_ms, err);

    if (ok) {
        p->asked.data = json_object();
        put_question(p);
        if (p->asked.trouble == NULL)
            put_result(p);
        if (p->asked.trouble == NULL &&
            assess_acts(&p->asked.staff, "/assess/{year}/scheme"))
            ok = put_proposal(st, p, err);
        if (!ok)
            json_decref(p->asked.data);
    }
    whatif_free(p);
    return ok;
}

static void show_page(struct exchange *x, struct step *s)
{
    asked_show(x, (struct asked_page *)s, "whatif");
}

void page_whatif(struct exchange *x)
{
    struct whatif *p = staff_new(x, sizeof(*p));

    staff_read(&p->asked.staff, read_page, show_page);
}

/* == The workbook ================================================================== */

static void fill_about(struct sheet *s, const struct whatif *p)
{
    json_t *rules, *rule;
    char year[16], text[128];
    size_t i;

    snprintf(year, sizeof(year), "%d/%d", p->now.year, p->now.version);
    sheet_about(s, asked_say(&p->asked, "whatif_title"), p->asked.words.frame->name);
    sheet_about(s, asked_say(&p->asked, "sheet_about"), asked_say(&p->asked, "banner"));
    sheet_about(s, asked_say(&p->asked, "scheme"), year);
    rules = whatif_rules_json(p->asked.staff.step.x, &p->asked.words, &p->now.rules,
                              &p->then.rules, NULL);
    json_array_foreach(rules, i, rule)
    {
        snprintf(text, sizeof(text), "%s → %s",
                 json_string_value(json_object_get(rule, "now")),
                 json_string_value(json_object_get(rule, "then")));
        sheet_about(s, json_string_value(json_object_get(rule, "name")), text);
    }
    json_decref(rules);
    for (i = 0; i < p->then.part_count; i++) {
        char now[8], then[8];

        scheme_weight_text(p->now.parts[i].weight, now);
        scheme_weight_text(p->then.parts[i].weight, then);
        snprintf(text, sizeof(text), "%s → %s", now, then);
        sheet_about(s, part_name(&p->asked.words, &p->then.parts[i]), text);
    }
}

static void sheet_points(struct sheet *s, const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    char *end;
    double number = strtod(text, &end);

    if (end == text)
        sheet_text(s, text);
    else
        sheet_number(s, number);
}

static void sheet_place(struct sheet *s, const json_t *row, const char *key)
{
    const json_t *place = json_object_get(row, key);

    if (place == NULL)
        sheet_empty(s);
    else
        sheet_number(s, (double)json_integer_value(place));
}

static void fill_sheet(struct sheet *s, void *self)
{
    static const char *const columns[] = {"code",       "department",  "group",
                                          "points_now", "points_then", "place_now",
                                          "place_then", "moved"};
    const struct whatif *p = self;
    json_t *row;
    size_t i;

    fill_about(s, p);
    for (size_t c = 0; c < LENGTH(columns); c++)
        sheet_column(s, asked_say(&p->asked, columns[c]), c == 1 ? 32 : 14);
    json_array_foreach(json_object_get(p->effect, "rows"), i, row)
    {
        sheet_text(s, json_string_value(json_object_get(row, "code")));
        sheet_text(s, json_string_value(json_object_get(row, "name")));
        sheet_text(s, json_string_value(json_object_get(row, "group")));
        sheet_points(s, row, "before");
        sheet_points(s, row, "after");
        sheet_place(s, row, "place_before");
        sheet_place(s, row, "place_after");
        sheet_place(s, row, "moved");
        sheet_next_row(s);
    }
}

static bool make_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct whatif *p = (struct whatif *)s;
    bool ok = read_question(st, p, now_ms, err);

    if (ok && p->asked.trouble != NULL)
        ok = error_field(err, p->asked.wrong, "%s", asked_say(&p->asked, "bad_sheet"));
    ok = ok && workbook_make(s->x, asked_say(&p->asked, "sheet_about"),
                             asked_say(&p->asked, "sheet_data"), fill_sheet, p, err);
    whatif_free(p);
    return ok;
}

static void send_sheet(struct exchange *x, struct step *s)
{
    asked_send_sheet(x, (struct asked_page *)s, "whatif");
}

void page_whatif_sheet(struct exchange *x)
{
    struct whatif *p = staff_new(x, sizeof(*p));

    staff_read(&p->asked.staff, make_sheet, send_sheet);
}
