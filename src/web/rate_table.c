/*
 * rate_table.c — see rate_table.h.
 */
#include "web/rate_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "web/chart.h"
#include "web/form.h"
#include "web/rate_ask.h"

enum { CHART_ROWS = 40, MONTHS = 12 };

static const char *say(const struct rate_table *t, const char *key)
{
    return page_text(t->words->site, "rates", t->words->lang, key);
}

static const char *channel_word(const struct rate_table *t, int channel)
{
    return staff_word(t->words, "channel",
                      rating_channel_name((enum rating_channel)channel));
}

static void name_of(const struct rate_table *t, const struct rate_group *g,
                    char out[NAME_SIZE + CODE_SIZE])
{
    char code[CODE_SIZE];

    rate_period(t->q->by, g->code, code);
    snprintf(out, NAME_SIZE + CODE_SIZE, "%s", g->name[0] != '\0' ? g->name : code);
}

static int64_t all_of(const struct grade_counts *g)
{
    return grades_rated(g) + g->of[0];
}

struct rate_group rate_table_sum(const struct rate_table *t)
{
    struct rate_group sum = {0};

    for (size_t i = 0; i < t->rates->count; i++)
        rate_group_add(&sum, &t->rates->list[i]);
    return sum;
}

/* == Ways to the cases ============================================================ */

/* The days of a group within the period. */
static void days_of(const struct rate_table *t, const struct rate_group *g, int *from,
                    int *to)
{
    int number = atoi(g->code), first = t->q->from, last = t->q->to;

    if (t->q->by == RATE_BY_DAY)
        first = last = number;
    else if (t->q->by == RATE_BY_MONTH) {
        first = number * 100 + 1;
        last = number * 100 + 31;
    } else if (t->q->by == RATE_BY_QUARTER) {
        first = number / 10 * 10000 + (number % 10 * 3 - 2) * 100 + 1;
        last = number / 10 * 10000 + number % 10 * 300 + 31;
    } else if (t->q->by == RATE_BY_YEAR) {
        first = number * 10000 + 101;
        last = number * 10000 + 1231;
    }
    *from = first > t->q->from ? first : t->q->from;
    *to = last < t->q->to ? last : t->q->to;
}

/* The list of these ratings; NULL where the reader may not see them all. */
static json_t *link_json(const struct rate_table *t, const struct rate_group *g,
                         int channel, int grade, int64_t count)
{
    static const char *const names[RATE_BYS] = {[RATE_BY_DEPARTMENT] = "department",
                                                [RATE_BY_WINDOW] = "window",
                                                [RATE_BY_MATTER] = "matter",
                                                [RATE_BY_CLERK] = "clerk"};
    const struct rate_query *q = t->q;
    const char *own = names[q->by];
    const struct {
        const char *name, *value;
    } filters[] = {{"department", q->department},
                   {"window", q->window},
                   {"matter", q->matter},
                   {"clerk", q->clerk}};
    struct buf url = buf_new(4096);
    char from[11], to[11], digit[12];
    int first, last;
    json_t *out;

    if (!t->lists || count == 0 || (t->bad_only && grade != 1 && grade != 2))
        return json_null();
    days_of(t, g, &first, &last);
    rate_day_text(first, from);
    rate_day_text(last, to);
    snprintf(digit, sizeof(digit), "%d", grade);
    buf_add_text(&url, "/ratings");
    query_add(&url, "closed_from", from);
    query_add(&url, "closed_to", to);
    if (own != NULL)
        query_add(&url, own, g->code);
    for (size_t i = 0; i < LENGTH(filters); i++)
        if (own == NULL || strcmp(own, filters[i].name) != 0)
            query_add(&url, filters[i].name, filters[i].value);
    query_add(&url, "channel",
              channel >= 0 ? rating_channel_name((enum rating_channel)channel)
                           : q->channel);
    query_add(&url, "grade", grade > 0 ? digit : NULL);
    query_add(&url, "lang", lang_tag(t->words->lang));
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

/* == Grades ======================================================================= */

static json_t *counts_json(const struct rate_table *t, const struct rate_group *g,
                           const struct grade_counts *counts, int channel)
{
    json_t *list = json_array();

    for (int grade = 5; grade >= 1; grade--)
        json_array_append_new(
            list, json_pack("{s:i, s:I, s:o}", "grade", grade, "n",
                            (json_int_t)counts->of[grade], "href",
                            link_json(t, g, channel, grade, counts->of[grade])));
    return list;
}

/* A line of one channel, or of all: -1. */
static json_t *grade_row(const struct rate_table *t, const struct rate_group *g,
                         int channel, const struct grade_counts *counts, bool told)
{
    const struct rate good = grades_good(counts), strict = grades_strict(counts);
    const struct rate bad = grades_bad(counts);
    char mean[8];

    rate_mean(counts, mean);
    return json_pack(
        "{s:s, s:b, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:I}", "channel",
        channel >= 0 ? channel_word(t, channel) : say(t, "pooled"), "pooled", channel < 0,
        "hidden", !told, "n", (json_int_t)all_of(counts), "href",
        link_json(t, g, channel, 0, all_of(counts)), "good", rate_view(&good), "strict",
        rate_view(&strict), "bad", rate_view(&bad), "counts",
        counts_json(t, g, counts, channel), "mean", mean, "without",
        (json_int_t)counts->of[0], "excluded", (json_int_t)rate_excluded_of(g, channel));
}

json_t *rate_table_grades(const struct rate_table *t)
{
    json_t *groups = json_array();

    for (size_t i = 0; i < t->rates->count; i++) {
        const struct rate_group *g = &t->rates->list[i];
        const struct grade_counts pooled = rate_grades_pooled(g);
        char name[NAME_SIZE + CODE_SIZE];
        json_t *rows = json_array();

        for (int c = 0; c < RATE_CHANNELS; c++) {
            const struct grade_counts counts = rate_grades(g, c);

            if (all_of(&counts) + rate_excluded_of(g, c) > 0)
                json_array_append_new(
                    rows, grade_row(t, g, c, &counts, rate_told(&counts, t->least)));
        }
        if (rate_channels_used(g) > 1)
            json_array_append_new(
                rows, grade_row(t, g, -1, &pooled, rate_told_pooled(g, t->least)));
        name_of(t, g, name);
        if (json_array_size(rows) == 0)
            json_decref(rows);
        else
            json_array_append_new(groups,
                                  json_pack("{s:s, s:o}", "name", name, "rows", rows));
    }
    return groups;
}

/* == Cases and orders ============================================================= */

json_t *rate_table_cases(const struct rate_table *t)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < t->rates->count; i++) {
        const struct rate_group *g = &t->rates->list[i];
        const struct rate part = rate_participation(g), unrated = rate_unrated(g);
        const struct rate reach = rate_reach(g);
        char name[NAME_SIZE + CODE_SIZE];

        name_of(t, g, name);
        json_array_append_new(
            rows, json_pack("{s:s, s:I, s:I, s:o, s:o, s:o}", "name", name, "closed",
                            (json_int_t)g->closed, "ratable", (json_int_t)g->ratable,
                            "participation", rate_view(&part), "unrated",
                            rate_view(&unrated), "reach", rate_view(&reach)));
    }
    return rows;
}

json_t *rate_table_orders(const struct rate_table *t)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < t->rates->count; i++) {
        const struct rate_group *g = &t->rates->list[i];
        const struct rate_orders *o = &g->orders;
        const struct rate reply = rate_reply(g), fix = rate_fix(g);
        const struct rate satisfied = rate_satisfaction(g), answered = rate_answered(g);
        char name[NAME_SIZE + CODE_SIZE];

        if (o->bad == 0)
            continue;
        name_of(t, g, name);
        json_array_append_new(
            rows,
            json_pack("{s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:I, s:o, s:o}", "name",
                      name, "bad", (json_int_t)o->bad, "unnamed", (json_int_t)o->unnamed,
                      "declined", (json_int_t)o->declined, "reply", rate_view(&reply),
                      "unreached", (json_int_t)o->unreached, "running",
                      (json_int_t)o->running, "fix", rate_view(&fix), "fix_running",
                      (json_int_t)o->fix_running, "satisfied", rate_view(&satisfied),
                      "answered", rate_view(&answered)));
    }
    return rows;
}

/* Is every group told, so that none can be found by difference? */
static bool all_told(const struct rate_table *t)
{
    bool told = true;

    for (size_t i = 0; told && i < t->rates->count; i++)
        told = rate_told_pooled(&t->rates->list[i], t->least);
    return told;
}

json_t *rate_table_delays(const struct rate_table *t)
{
    static const char *const keys[RATE_DELAYS] = {"delay_30min", "delay_24h",
                                                  "delay_later"};
    const struct rate_group sum = rate_table_sum(t);
    json_t *rows = json_array();

    for (int c = 0; t->least == 0 && c < RATE_CHANNELS; c++)
        for (int d = 0; d < RATE_DELAYS; d++) {
            const struct grade_counts *counts = &sum.ratings[c][d];
            const struct rate good = grades_good(counts);

            if (all_of(counts) > 0)
                json_array_append_new(rows, json_pack("{s:s, s:s, s:I, s:o}", "channel",
                                                      channel_word(t, c), "delay",
                                                      say(t, keys[d]), "n",
                                                      (json_int_t)all_of(counts), "good",
                                                      rate_view(&good)));
        }
    return rows;
}

json_t *rate_table_dims(const struct rate_table *t)
{
    static const char *const names[] = {"attitude", "efficiency", "quality", "integrity"};
    const struct rate_group sum = rate_table_sum(t);
    json_t *rows = json_array();

    for (int i = 0; t->least == 0 && i < 4; i++) {
        const struct rate good = grades_good(&sum.dims[i]);
        json_t *counts = json_array();

        for (int grade = 5; grade >= 1; grade--)
            json_array_append_new(counts,
                                  json_integer((json_int_t)sum.dims[i].of[grade]));
        if (good.n > 0)
            json_array_append_new(rows,
                                  json_pack("{s:s, s:o, s:O}", "name",
                                            staff_word(t->words, "dim", names[i]), "good",
                                            rate_view(&good), "counts", counts));
        json_decref(counts);
    }
    return rows;
}

/* == Charts ======================================================================= */

static json_t *chart_json(const char *title, struct buf *chart, bool cut)
{
    json_t *out =
        json_pack("{s:s, s:s, s:b}", "title", title, "svg", buf_text(chart), "cut", cut);

    buf_free(chart);
    return out;
}

/* Rows of one channel; how many there are. */
struct chart_rows {
    struct chart_interval rows[CHART_ROWS];
    char labels[CHART_ROWS][NAME_SIZE + CODE_SIZE], notes[CHART_ROWS][RATE_NOTE];
    size_t count;
    bool cut;
};

static void collect(const struct rate_table *t, const struct rates *from, int channel,
                    struct chart_rows *out)
{
    out->count = 0;
    out->cut = false;
    for (size_t i = 0; i < from->count; i++) {
        const struct grade_counts counts = rate_grades(&from->list[i], channel);
        const struct rate good = grades_good(&counts);
        size_t at = out->count;

        if (good.n == 0 || !rate_told(&counts, t->least))
            continue;
        if (at == CHART_ROWS) {
            out->cut = true;
            return;
        }
        name_of(t, &from->list[i], out->labels[at]);
        rate_note(&good, out->notes[at]);
        out->rows[at] = (struct chart_interval){out->labels[at], out->notes[at], good};
        out->count++;
    }
}

json_t *rate_charts_groups(const struct rate_table *t)
{
    struct chart_rows *c = malloc(sizeof(*c));
    json_t *charts = json_array();

    for (int channel = 0; c != NULL && channel < RATE_CHANNELS; channel++) {
        struct buf out = buf_new((CHART_ROWS + 1) * CHART_GROWTH);
        char id[16], title[200];
        const struct chart_head head = {id, title, say(t, "interval_desc")};

        snprintf(id, sizeof(id), "groups-%d", channel);
        snprintf(title, sizeof(title), "%s%s%s", say(t, "good"), say(t, "mark_colon"),
                 channel_word(t, channel));
        collect(t, t->rates, channel, c);
        if (c->count > 0) {
            chart_intervals(&out, &head, c->rows, c->count,
                            chart_axis(c->rows, c->count));
            json_array_append_new(charts, chart_json(title, &out, c->cut));
        } else {
            buf_free(&out);
        }
    }
    free(c);
    return charts;
}

json_t *rate_chart_grades(const struct rate_table *t)
{
    const struct chart_head head = {"grades", say(t, "grades_title"),
                                    say(t, "grades_desc")};
    const struct rate_group sum = rate_table_sum(t);
    struct buf out = buf_new((RATE_CHANNELS + 1) * CHART_GROWTH);
    struct chart_bar bars[RATE_CHANNELS];
    char notes[RATE_CHANNELS][32];
    size_t count = 0;

    for (int c = 0; c < RATE_CHANNELS; c++) {
        const struct grade_counts counts = rate_grades(&sum, c);

        if (grades_rated(&counts) == 0)
            continue;
        snprintf(notes[count], sizeof(notes[0]), "n = %lld",
                 (long long)grades_rated(&counts));
        bars[count] = (struct chart_bar){channel_word(t, c), notes[count], counts};
        count++;
    }
    if (count == 0 || !all_told(t)) {
        buf_free(&out);
        return json_null();
    }
    chart_grades(&out, &head, bars, count);
    return chart_json(say(t, "grades_title"), &out, false);
}

/* The code of a month as "11", so that twelve have room. */
static void shorten(struct chart_rows *c)
{
    for (size_t i = 0; i < c->count; i++) {
        size_t length = strlen(c->labels[i]);
        int month = length >= 2 ? atoi(c->labels[i] + length - 2) : 0;

        snprintf(c->labels[i], sizeof(c->labels[0]), "%d", month);
    }
}

json_t *rate_charts_months(const struct rate_table *t, const struct rates *months)
{
    const struct rate_query by_month = {.by = RATE_BY_MONTH};
    struct rate_table mine = *t;
    struct chart_rows *c = malloc(sizeof(*c));
    json_t *charts = json_array();

    mine.q = &by_month;
    for (int channel = 0; c != NULL && channel < RATE_CHANNELS; channel++) {
        struct buf out = buf_new((MONTHS + 1) * CHART_GROWTH);
        char id[16], title[200];
        const struct chart_head head = {id, title, say(t, "interval_desc")};

        snprintf(id, sizeof(id), "months-%d", channel);
        snprintf(title, sizeof(title), "%s%s%s", say(t, "months_title"),
                 say(t, "mark_colon"), channel_word(t, channel));
        collect(&mine, months, channel, c);
        if (c->count > 0 && c->count <= MONTHS) {
            shorten(c);
            chart_months(&out, &head, c->rows, c->count, chart_axis(c->rows, c->count));
            json_array_append_new(charts, chart_json(title, &out, false));
        } else {
            buf_free(&out);
        }
    }
    free(c);
    return charts;
}
