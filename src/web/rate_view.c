/*
 * rate_view.c — see rate_view.h.
 */
#include "web/rate_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/rate_ask.h"

json_t *rate_view(const struct rate *r)
{
    char share[RATE_TEXT], low[RATE_TEXT], high[RATE_TEXT];

    rate_text(rate_permille(r), share);
    rate_text(rate_low_permille(r), low);
    rate_text(rate_high_permille(r), high);
    return json_pack("{s:s, s:I, s:I, s:s, s:s, s:b, s:b}", "share", share, "k",
                     (json_int_t)r->k, "n", (json_int_t)r->n, "low", low, "high", high,
                     "small", !rate_comparable(r), "none", r->n == 0);
}

void rate_note(const struct rate *r, char out[RATE_NOTE])
{
    char share[RATE_TEXT];

    rate_text(rate_permille(r), share);
    snprintf(out, RATE_NOTE, "%s (%lld/%lld)", share, (long long)r->k, (long long)r->n);
}

/* In hundredths, rounded half up; -1 of nothing. */
static int64_t mean_hundredths(const struct grade_counts *g)
{
    int64_t n = grades_rated(g), sum = 0;

    for (int grade = 1; grade <= 5; grade++)
        sum += grade * g->of[grade];
    return n == 0 ? -1 : (200 * sum + n) / (2 * n);
}

void rate_mean(const struct grade_counts *g, char out[8])
{
    int64_t mean = mean_hundredths(g);

    out[0] = '\0';
    if (mean >= 0)
        snprintf(out, 8, "%d.%02d", (int)(mean / 100 % 10), (int)(mean % 100));
}

void rate_period(enum rate_by by, const char *code, char out[CODE_SIZE])
{
    int number = atoi(code);

    if (by == RATE_BY_DAY)
        rate_day_text(number, out);
    else if (by == RATE_BY_MONTH)
        snprintf(out, CODE_SIZE, "%d-%02d", number / 100, number % 100);
    else if (by == RATE_BY_QUARTER)
        snprintf(out, CODE_SIZE, "%d Q%d", number / 10, number % 10);
    else
        snprintf(out, CODE_SIZE, "%s", code);
}

bool rate_told(const struct grade_counts *g, int least)
{
    int64_t n = grades_rated(g) + g->of[0];

    return n == 0 || n >= least;
}

bool rate_told_pooled(const struct rate_group *g, int least)
{
    bool told = true;

    for (int c = 0; told && c < RATE_CHANNELS; c++) {
        const struct grade_counts one = rate_grades(g, c);

        told = rate_told(&one, least);
    }
    return told;
}

/* == The API's ==================================================================== */

/* A number of four decimals, so that it is the same text on every machine. */
static json_t *number_json(double value)
{
    return json_real(round(value * 10000) / 10000);
}

static json_t *rate_json(const struct rate *r)
{
    return json_pack("{s:I, s:I, s:o, s:o, s:o, s:b}", "k", (json_int_t)r->k, "n",
                     (json_int_t)r->n, "share",
                     r->n > 0 ? number_json((double)r->k / (double)r->n) : json_null(),
                     "low", number_json(r->low), "high", number_json(r->high),
                     "comparable", rate_comparable(r));
}

static json_t *counts_json(const struct grade_counts *g)
{
    json_t *counts = json_object();
    char name[2] = "5";

    for (; name[0] >= '1'; name[0]--)
        json_object_set_new(counts, name, json_integer((json_int_t)g->of[name[0] - '0']));
    return counts;
}

/* What the grades of a channel, of a delay or of all say. */
static json_t *grades_json(const struct grade_counts *g, bool told)
{
    const struct rate good = grades_good(g), strict = grades_strict(g);
    const struct rate bad = grades_bad(g);
    int64_t mean = mean_hundredths(g);

    if (!told)
        return json_pack("{s:b, s:s}", "hidden", true, "reason", "fewer than 5");
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:I}", "rated",
                     (json_int_t)(grades_rated(g) + g->of[0]), "good", rate_json(&good),
                     "strict", rate_json(&strict), "bad", rate_json(&bad), "mean",
                     mean >= 0 ? number_json((double)mean / 100) : json_null(), "grades",
                     counts_json(g), "without_overall", (json_int_t)g->of[0]);
}

static json_t *delays_json(const struct rate_group *g, int channel, int least)
{
    static const char *const names[RATE_DELAYS] = {"30min", "24h", "later"};
    json_t *delays = json_object();

    for (int d = 0; d < RATE_DELAYS; d++)
        json_object_set_new(delays, names[d],
                            grades_json(&g->ratings[channel][d],
                                        rate_told(&g->ratings[channel][d], least)));
    return delays;
}

static json_t *channels_json(const struct rate_group *g, int least)
{
    json_t *channels = json_array();

    for (int c = 0; c < RATE_CHANNELS; c++) {
        const struct grade_counts counts = rate_grades(g, c);
        json_t *one;

        if (grades_rated(&counts) + counts.of[0] + rate_excluded_of(g, c) == 0)
            continue;
        one = grades_json(&counts, rate_told(&counts, least));
        json_object_set_new(one, "channel",
                            json_string(rating_channel_name((enum rating_channel)c)));
        json_object_set_new(one, "excluded",
                            json_integer((json_int_t)rate_excluded_of(g, c)));
        if (least == 0)
            json_object_set_new(one, "delays", delays_json(g, c, least));
        json_array_append_new(channels, one);
    }
    return channels;
}

static json_t *pooled_json(const struct rate_group *g, int least)
{
    const struct grade_counts counts = rate_grades_pooled(g);
    json_t *pooled = grades_json(&counts, rate_told_pooled(g, least));

    json_object_set_new(pooled, "pooled", json_true());
    json_object_set_new(pooled, "of_channels", json_integer(rate_channels_used(g)));
    return pooled;
}

static json_t *dims_json(const struct rate_group *g, int least)
{
    static const char *const names[] = {"attitude", "efficiency", "quality", "integrity"};
    json_t *dims = json_object();

    for (int i = 0; i < 4; i++) {
        const struct rate good = grades_good(&g->dims[i]);

        if (rate_told(&g->dims[i], least))
            json_object_set_new(dims, names[i],
                                json_pack("{s:o, s:o}", "good", rate_json(&good),
                                          "grades", counts_json(&g->dims[i])));
    }
    return dims;
}

static json_t *orders_json(const struct rate_group *g)
{
    const struct rate_orders *o = &g->orders;
    const struct rate reply = rate_reply(g), fix = rate_fix(g);
    const struct rate satisfied = rate_satisfaction(g), answered = rate_answered(g);

    return json_pack("{s:I, s:I, s:I, s:o, s:I, s:I, s:o, s:I, s:o, s:o, s:I}", "bad",
                     (json_int_t)o->bad, "unnamed", (json_int_t)o->unnamed, "declined",
                     (json_int_t)o->declined, "reply", rate_json(&reply), "unreached",
                     (json_int_t)o->unreached, "reply_running", (json_int_t)o->running,
                     "fix", rate_json(&fix), "fix_running", (json_int_t)o->fix_running,
                     "satisfaction", rate_json(&satisfied), "answered",
                     rate_json(&answered), "silent",
                     (json_int_t)o->verdicts[OUTCOME_SILENT]);
}

static json_t *group_json(const struct rate_group *g, enum rate_by by, int least)
{
    const struct rate part = rate_participation(g), unrated = rate_unrated(g);
    const struct rate reach = rate_reach(g);
    char code[CODE_SIZE];
    json_t *group;

    rate_period(by, g->code, code);
    group =
        json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:i, s:o}",
                  "code", code, "name", g->name, "closed", (json_int_t)g->closed,
                  "ratable", (json_int_t)g->ratable, "participation", rate_json(&part),
                  "unrated", rate_json(&unrated), "reach", rate_json(&reach), "channels",
                  channels_json(g, least), "pooled", pooled_json(g, least), "dimensions",
                  dims_json(g, least), "excluded", (json_int_t)rate_excluded_of(g, -1),
                  "defaults", 0, "rectification", orders_json(g));
    if (by == RATE_BY_WINDOW)
        json_object_set_new(group, "department", json_string(g->department));
    return group;
}

json_t *rates_json(const struct rates *r, const struct rate_query *q, int least)
{
    const struct rate linkage = rate_linkage(r);
    json_t *rows = json_array();
    char from[11], to[11];

    for (size_t i = 0; i < r->count; i++)
        json_array_append_new(rows, group_json(&r->list[i], q->by, least));
    rate_day_text(q->from, from);
    rate_day_text(q->to, to);
    return json_pack("{s:s, s:s, s:s, s:s?, s:o, s:o}", "by", rate_by_name(q->by), "from",
                     from, "to", to, "channel", q->channel, "linkage",
                     linkage.n > 0 ? rate_json(&linkage) : json_null(), "rates", rows);
}
