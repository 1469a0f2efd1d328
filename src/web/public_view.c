/*
 * public_view.c — see public_view.h.
 */
#include "web/public_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/memory.h"
#include "domain/discreet.h"
#include "web/chart.h"

enum { LIST_MONTHS = 24, CHART_ROWS = 40 };

struct telling {
    struct store *st;
    const struct staff_words *words;
    const struct public_rules *rules;
    struct rate_query q;
};

static const char *say(const struct telling *t, const char *key)
{
    return page_text(t->words->site, "public", t->words->lang, key);
}

/* == Months ======================================================================= */

int public_day(int month, const struct public_rules *rules)
{
    int32_t day = day_number(month / 100, month % 100 + 1, 1) - 1 + rules->settle_days +
                  rules->delay_days + 1;
    int year, m, d;

    day_civil(day, &year, &m, &d);
    return year * 10000 + m * 100 + d;
}

static int month_before(int month)
{
    return month % 100 == 1 ? month - 89 : month - 1;
}

int public_newest(const struct hall_frame *frame, const struct public_rules *rules,
                  int64_t now_ms)
{
    int today = hall_local_date(frame, now_ms), month = month_before(today / 100);

    while (public_day(month, rules) > today)
        month = month_before(month);
    return month;
}

bool public_months(struct store *st, int newest, int64_t now_ms, int months[24],
                   size_t *count, struct error *err)
{
    int first = newest / 100 * 12 + newest % 100 - 1 - (LIST_MONTHS - 1);
    const struct rate_query q = {.by = RATE_BY_MONTH,
                                 .from = (first / 12 * 100 + first % 12 + 1) * 100 + 1,
                                 .to = newest * 100 + 31,
                                 .now_ms = now_ms};
    struct rates rates;

    *count = 0;
    if (!rates_read(st, &q, &rates, err))
        return false;
    for (size_t i = rates.count; i > 0 && *count < LIST_MONTHS; i--)
        months[(*count)++] = atoi(rates.list[i - 1].code);
    rates_free(&rates);
    return true;
}

/* == Figures ====================================================================== */

/* Raters of a group as they are counted against `least`. */
static int64_t raters(const struct rate_group *g)
{
    const struct grade_counts pooled = rate_grades_pooled(g);

    return grades_rated(&pooled);
}

static json_t *grades_json(const struct grade_counts *g)
{
    const struct rate good = grades_good(g), strict = grades_strict(g);
    const struct rate bad = grades_bad(g);
    json_t *counts = json_array(), *out;

    for (int grade = 5; grade >= 1; grade--)
        json_array_append_new(counts, json_integer((json_int_t)g->of[grade]));
    out = json_pack("{s:I, s:o, s:o, s:o, s:o, s:b}", "n", (json_int_t)grades_rated(g),
                    "good", rate_view(&good), "strict", rate_view(&strict), "bad",
                    rate_view(&bad), "counts", counts, "some", grades_rated(g) > 0);
    return out;
}

static json_t *bars_json(const struct telling *t, const char *id, const char *title,
                         const struct grade_counts *g)
{
    char note[32];
    const struct chart_head head = {id, title, say(t, "grades_desc")};
    const struct chart_bar bar = {say(t, "all_channels"), note, *g};
    struct buf out = buf_new(2 * CHART_GROWTH);
    json_t *svg;

    snprintf(note, sizeof(note), "n = %lld", (long long)grades_rated(g));
    chart_grades(&out, &head, &bar, 1);
    svg = json_string(buf_text(&out));
    buf_free(&out);
    return svg;
}

static const char *name_of(const struct rate_group *g)
{
    return g->name[0] != '\0' ? g->name : g->code;
}

/* A line of the list; a hidden one has its name only. */
static json_t *unit_json(const struct rate_group *g, bool hidden)
{
    const struct grade_counts pooled = rate_grades_pooled(g);
    const struct rate part = rate_participation(g);
    json_t *out = json_pack("{s:s, s:b}", "name", name_of(g), "hidden", hidden);
    json_t *figures;

    if (hidden)
        return out;
    figures = grades_json(&pooled);
    json_object_update(out, figures);
    json_decref(figures);
    json_object_set_new(out, "participation", rate_view(&part));
    json_object_set_new(out, "excluded",
                        json_integer((json_int_t)rate_excluded_of(g, -1)));
    return out;
}

/* Given; the parts of a hidden whole are hidden. */
static struct discreet_group *gates_of(const struct telling *t, const struct rates *r,
                                       bool all_hidden)
{
    struct discreet_group *gates = memory_new((r->count + 1) * sizeof(*gates));

    for (size_t i = 0; i < r->count; i++)
        gates[i] = (struct discreet_group){raters(&r->list[i]), all_hidden};
    discreet_hide(gates, r->count, t->rules->least);
    return gates;
}

/* The windows of a department, as they belonged to it when the cases were closed. */
static bool windows_json(const struct telling *t, const char *department, bool hidden,
                         json_t **out, struct error *err)
{
    struct rate_query q = t->q;
    struct discreet_group *gates;
    struct rates r;

    q.by = RATE_BY_WINDOW;
    q.department = department;
    if (!rates_read(t->st, &q, &r, err))
        return false;
    gates = gates_of(t, &r, hidden);
    *out = json_array();
    for (size_t i = 0; i < r.count; i++)
        json_array_append_new(*out, unit_json(&r.list[i], gates[i].hidden));
    free(gates);
    rates_free(&r);
    return true;
}

/* == Bad ratings ================================================================== */

typedef struct rate figure(const struct rate_group *g);

/* One figure for each department; "hidden" where too few people are behind it. */
static void add_figure(const struct telling *t, const struct rates *r,
                       const struct discreet_group *shown, figure *of, const char *key,
                       json_t *rows)
{
    struct discreet_group *gates = memory_new((r->count + 1) * sizeof(*gates));

    for (size_t i = 0; i < r->count; i++)
        gates[i] = (struct discreet_group){of(&r->list[i]).n, shown[i].hidden};
    discreet_hide(gates, r->count, t->rules->least);
    for (size_t i = 0; i < r->count; i++) {
        const struct rate value = of(&r->list[i]);

        json_object_set_new(json_array_get(rows, i), key,
                            gates[i].hidden ? json_pack("{s:b}", "hidden", true)
                                            : rate_view(&value));
    }
    free(gates);
}

/* The same for the hall, where it gives no hidden department away. */
static json_t *hall_figure(const struct telling *t, const struct rate_group *sum,
                           figure *of)
{
    const struct rate value = of(sum);

    return value.n > 0 && value.n < t->rules->least ? json_pack("{s:b}", "hidden", true)
                                                    : rate_view(&value);
}

static json_t *orders_json(const struct telling *t, const struct rates *r,
                           const struct discreet_group *shown,
                           const struct rate_group *sum)
{
    json_t *rows = json_array(), *hall = json_object();

    for (size_t i = 0; i < r->count; i++)
        json_array_append_new(rows, json_pack("{s:s}", "name", name_of(&r->list[i])));
    add_figure(t, r, shown, rate_reply, "reply", rows);
    add_figure(t, r, shown, rate_fix, "fix", rows);
    add_figure(t, r, shown, rate_satisfaction, "satisfied", rows);
    json_object_set_new(hall, "name", json_string(say(t, "whole_hall")));
    json_object_set_new(hall, "reply", hall_figure(t, sum, rate_reply));
    json_object_set_new(hall, "fix", hall_figure(t, sum, rate_fix));
    json_object_set_new(hall, "satisfied", hall_figure(t, sum, rate_satisfaction));
    json_array_insert_new(rows, 0, hall);
    return rows;
}

/* == The hall ===================================================================== */

static json_t *channels_json(const struct telling *t, const struct rate_group *sum)
{
    struct discreet_group gates[RATE_CHANNELS];
    json_t *rows = json_array();

    for (int c = 0; c < RATE_CHANNELS; c++) {
        const struct grade_counts g = rate_grades(sum, c);

        gates[c] = (struct discreet_group){.n = grades_rated(&g)};
    }
    discreet_hide(gates, RATE_CHANNELS, t->rules->least);
    for (int c = 0; c < RATE_CHANNELS; c++) {
        const struct grade_counts g = rate_grades(sum, c);
        json_t *row = gates[c].hidden ? json_object() : grades_json(&g);

        json_object_set_new(row, "hidden", json_boolean(gates[c].hidden));
        json_object_set_new(
            row, "name",
            json_string(staff_word(t->words, "channel",
                                   rating_channel_name((enum rating_channel)c))));
        if (gates[c].n > 0)
            json_array_append_new(rows, row);
        else
            json_decref(row);
    }
    return rows;
}

/* The good rates of the departments that are told, pooled over channels. */
static json_t *chart_json(const struct telling *t, const struct rates *r,
                          const struct discreet_group *gates)
{
    const struct chart_head head = {"departments", say(t, "good_chart"),
                                    say(t, "interval_desc")};
    struct chart_interval rows[CHART_ROWS];
    char notes[CHART_ROWS][RATE_NOTE];
    struct buf out = buf_new((CHART_ROWS + 1) * CHART_GROWTH);
    size_t count = 0;
    json_t *svg = json_null();

    for (size_t i = 0; i < r->count && count < CHART_ROWS; i++) {
        const struct grade_counts pooled = rate_grades_pooled(&r->list[i]);
        const struct rate good = grades_good(&pooled);

        if (gates[i].hidden || good.n == 0)
            continue;
        rate_note(&good, notes[count]);
        rows[count] = (struct chart_interval){name_of(&r->list[i]), notes[count], good};
        count++;
    }
    if (count > 0) {
        chart_intervals(&out, &head, rows, count, chart_axis(rows, count));
        svg = json_string(buf_text(&out));
    }
    buf_free(&out);
    return svg;
}

static bool departments_json(const struct telling *t, const struct rates *r,
                             const struct discreet_group *gates, json_t **out,
                             struct error *err)
{
    *out = json_array();
    for (size_t i = 0; i < r->count; i++) {
        const struct rate_group *g = &r->list[i];
        const struct grade_counts pooled = rate_grades_pooled(g);
        json_t *unit = unit_json(g, gates[i].hidden), *windows;
        char id[40];

        json_array_append_new(*out, unit);
        snprintf(id, sizeof(id), "department-%zu", i);
        if (!gates[i].hidden && grades_rated(&pooled) > 0)
            json_object_set_new(unit, "bars", bars_json(t, id, name_of(g), &pooled));
        json_object_set_new(unit, "id", json_string(id));
        if (!windows_json(t, g->code, gates[i].hidden, &windows, err)) {
            json_decref(*out);
            return false;
        }
        json_object_set_new(unit, "windows", windows);
    }
    return true;
}

static bool tell(const struct telling *t, const struct rates *r, json_t **out,
                 struct error *err)
{
    struct discreet_group *gates = gates_of(t, r, false);
    struct rate_group sum = {0};
    json_t *departments;
    bool told;

    for (size_t i = 0; i < r->count; i++)
        rate_group_add(&sum, &r->list[i]);
    snprintf(sum.name, sizeof(sum.name), "%s", say(t, "whole_hall"));
    told = discreet_sum_fits(gates, r->count, t->rules->least);
    if (!departments_json(t, r, gates, &departments, err)) {
        free(gates);
        return false;
    }
    *out =
        json_pack("{s:o, s:o, s:o, s:o, s:b}", "total", unit_json(&sum, !told),
                  "departments", departments, "chart", chart_json(t, r, gates),
                  "channels", told ? channels_json(t, &sum) : json_array(), "told", told);
    json_object_set_new(*out, "orders",
                        told ? orders_json(t, r, gates, &sum) : json_array());
    free(gates);
    return true;
}

bool public_month(struct store *st, const struct staff_words *words,
                  const struct public_rules *rules, int month, json_t **out,
                  struct error *err)
{
    const struct telling t = {.st = st,
                              .words = words,
                              .rules = rules,
                              .q = {.by = RATE_BY_DEPARTMENT,
                                    .from = month * 100 + 1,
                                    .to = month * 100 + 31,
                                    .now_ms = words->now_ms}};
    struct rates r;
    bool ok;

    if (!rates_read(st, &t.q, &r, err))
        return false;
    ok = tell(&t, &r, out, err);
    rates_free(&r);
    return ok;
}
