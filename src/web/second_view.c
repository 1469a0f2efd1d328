/*
 * second_view.c — see second_view.h.
 *
 * The chart's points, centres and limits are those that the rule decided by
 * (domain/trigger.h): each month against its own baseline, each channel against its own.
 */
#include "web/second_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "web/assess_frame.h"
#include "web/chart.h"
#include "web/form.h"
#include "web/rate_view.h"

enum { CHART_MONTHS = 12, PERCENT = 24 };

static const char catalogue[] = "second_assessment";

void second_month_text(int month, char out[MONTH_TEXT])
{
    snprintf(out, MONTH_TEXT, "%04d-%02d", month / 100 % 10000, month % 100);
}

static const char *say(const struct second_view *v, const char *key)
{
    return page_text(v->words->site, catalogue, v->words->lang, key);
}

/* "0.0833%" of 833333 thousand-millionths. */
static void ppb_text(int64_t ppb, char out[PERCENT])
{
    int64_t parts = (ppb + 500) / 1000; /* of a ten-thousandth of a per cent */

    if (parts == 0)
        snprintf(out, PERCENT, "< 0.0001%%");
    else
        snprintf(out, PERCENT, "%lld.%04lld%%", (long long)(parts / 10000),
                 (long long)(parts % 10000));
}

/* "3.0" of 2960 thousandths. */
static void tenth_text(int64_t milli, char out[PERCENT])
{
    int64_t tenths = (milli + 50) / 100;

    snprintf(out, PERCENT, "%lld.%lld", (long long)(tenths / 10),
             (long long)(tenths % 10));
}

/* "+2.15" of 215 hundredths of a per cent. */
static void points_text(int hundredths, char out[PERCENT])
{
    int size = abs(hundredths);

    snprintf(out, PERCENT, "%s%d.%02d", hundredths < 0 ? "-" : "+", size / 100,
             size % 100);
}

/* "1.50" of 150. */
static void times_text(int hundredths, char out[PERCENT])
{
    snprintf(out, PERCENT, "%d.%02d", hundredths / 100, hundredths % 100);
}

static struct rate good_rate(const struct tally *t)
{
    return rate_of(t->n - t->bad, t->n);
}

static json_t *good_json(const struct tally *t)
{
    const struct rate r = good_rate(t);

    return rate_view(&r);
}

static bool is_hidden(const struct second_view *v, int64_t n)
{
    return n > 0 && n < v->least;
}

/* The ratings of these months at the window. */
static json_t *link_json(const struct second_view *v, int from_month, int to_month,
                         const char *channel)
{
    struct buf url = buf_new(1024);
    char first[DAY_TEXT], last[DAY_TEXT];
    json_t *out;

    if (!v->lists)
        return json_null();
    day_text(month_end(month_add(from_month, -1)) + 1, first);
    day_text(month_end(to_month), last);
    buf_add_text(&url, "/ratings");
    query_add(&url, "closed_from", first);
    query_add(&url, "closed_to", last);
    query_add(&url, "window", v->record->window);
    query_add(&url, "channel", channel != NULL && channel[0] != '\0' ? channel : NULL);
    query_add(&url, "lang", lang_tag(v->words->lang));
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

/* == Why ========================================================================== */

struct cards {
    const struct second_view *v;
    json_t *list;
};

json_t *second_rule_meaning(const struct staff_words *w, const struct trigger_rules *r,
                            enum trigger_rule rule)
{
    char key[48], alarms[24], threshold[PERCENT], months[24], base[24], usual[PERCENT];

    snprintf(key, sizeof(key), "meaning_%s", trigger_rule_name(rule));
    snprintf(alarms, sizeof(alarms), "%d", r->alarms[rule]);
    snprintf(threshold, sizeof(threshold), "%d.%02d%%", r->threshold / 100,
             r->threshold % 100);
    snprintf(months, sizeof(months), "%d", r->bottom_months);
    snprintf(base, sizeof(base), "%d", r->base_months);
    times_text(r->tolerance, usual);
    return page_phrase(w->site, catalogue, w->lang, key, "alarms", alarms, "threshold",
                       threshold, "months", months, "base", base, "usual", usual, NULL);
}

static void add_trigger(void *self, const struct second_trigger *t)
{
    struct cards *cards = self;
    const struct second_view *v = cards->v;
    const bool bottom = strcmp(t->rule, "bottom") == 0;
    const struct tally seen = {t->bad, t->n}, base = {t->base_bad, t->base_n};
    char month[MONTH_TEXT], tail[PERCENT], allowed[PERCENT], expected[PERCENT];
    char usual[PERCENT];
    int from =
        bottom ? month_add(t->month, 1 - v->rules->trigger.bottom_months) : t->month;
    json_t *card;

    second_month_text(t->month, month);
    ppb_text(t->tail_ppb, tail);
    ppb_text(t->allowed_ppb, allowed);
    tenth_text(t->expected_milli, expected);
    times_text(t->tolerance, usual);
    card = json_pack(
        "{s:s, s:s, s:o, s:s, s:b, s:s, s:b}", "rule",
        staff_word(v->words, "rule", t->rule), "month", month, "meaning",
        second_rule_meaning(v->words, &v->rules->trigger, trigger_rule_read(t->rule)),
        "channel",
        t->channel[0] != '\0' ? staff_word(v->words, "channel", t->channel)
                              : say(v, "each_channel_own"),
        "hidden", is_hidden(v, t->n), "base", staff_word(v->words, "base", t->base),
        "more", t->month != v->record->month);
    if (!is_hidden(v, t->n))
        json_object_set_new(
            card, "figures",
            json_pack("{s:I, s:I, s:o, s:s, s:s, s:s, s:I, s:o, s:s, s:o}", "bad",
                      (json_int_t)t->bad, "n", (json_int_t)t->n, "good", good_json(&seen),
                      "expected", expected, "tail", tail, "allowed", allowed, "limit",
                      (json_int_t)t->limit, "baseline",
                      base.n > 0 ? good_json(&base) : json_null(), "usual",
                      t->tolerance > 100 ? usual : "", "href",
                      link_json(v, from, t->month, t->channel)));
    json_array_append_new(cards->list, card);
}

bool second_view_triggers(struct store *st, const struct second_view *v, json_t *out,
                          struct error *err)
{
    struct cards cards = {v, out};

    return second_triggers_each(st, v->record->id, add_trigger, &cards, err);
}

/* == The chart ==================================================================== */

static int permille_of(double good)
{
    int value = (int)(good * 1000 + 0.5);

    return value < 0 ? 0 : value > 1000 ? 1000 : value;
}

static struct chart_control point_of(const struct second_view *v, const struct alarm *a,
                                     const char *label)
{
    struct chart_control point = {.label = label,
                                  .rate = good_rate(&a->seen),
                                  .centre = -1,
                                  .limit = -1,
                                  .out = a->raised};

    if (is_hidden(v, a->seen.n))
        point.rate = rate_of(0, 0);
    if (a->base == BASE_NONE || point.rate.n == 0)
        return point;
    point.centre = permille_of(1 - a->expected / (double)a->seen.n);
    if (a->limit <= a->seen.n)
        point.limit = permille_of(1 - (double)a->limit / (double)a->seen.n);
    return point;
}

/* The channels of a month: "短信 57/60 · …"; hidden where few are. */
static void add_channels(const struct second_view *v, const struct trigger_month *m,
                         struct buf *out)
{
    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        if (is_hidden(v, m->of[c].n))
            return;
    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        if (m->of[c].n > 0)
            buf_addf(out, "%s%s %lld/%lld", out->length > 0 ? " · " : "",
                     staff_word(v->words, "channel",
                                rating_channel_name((enum rating_channel)c)),
                     (long long)(m->of[c].n - m->of[c].bad), (long long)m->of[c].n);
}

static json_t *month_json(const struct second_view *v, const struct alarm *a,
                          const struct trigger_month *m, int month)
{
    struct buf channels = buf_new(1024);
    char text[MONTH_TEXT], expected[PERCENT];
    bool hidden = is_hidden(v, a->seen.n);
    json_t *row;

    second_month_text(month, text);
    tenth_text((int64_t)(a->expected * 1000 + 0.5), expected);
    if (!hidden)
        add_channels(v, m, &channels);
    row = json_pack("{s:s, s:b, s:b, s:s, s:s, s:b}", "month", text, "hidden", hidden,
                    "none", a->seen.n == 0, "base",
                    staff_word(v->words, "base", trigger_base_name(a->base)), "channels",
                    buf_text(&channels), "out", a->raised);
    buf_free(&channels);
    if (hidden || a->seen.n == 0)
        return row;
    json_object_update_new(
        row, json_pack("{s:o, s:I, s:I, s:o}", "good", good_json(&a->seen), "bad",
                       (json_int_t)a->seen.bad, "n", (json_int_t)a->seen.n, "href",
                       link_json(v, month, month, NULL)));
    if (a->base != BASE_NONE) {
        json_object_set_new(row, "expected", json_string(expected));
        if (a->limit <= a->seen.n)
            json_object_set_new(row, "limit", json_integer(a->limit));
    }
    return row;
}

static size_t window_at(const struct past *past, const char *code)
{
    size_t w = 0;

    while (w < past->count && strcmp(past->windows[w].code, code) != 0)
        w++;
    return w;
}

/* The twelve months as the rule saw them; false where one of them needs the other windows
 * for a baseline, and they are not there. */
static bool judge_months(const struct second_view *v, const struct past *past,
                         size_t which, struct alarm out[CHART_MONTHS])
{
    struct trigger_window *hall = memory_new((past->count + 1) * sizeof(*hall));
    bool enough = true;

    for (int i = 0; i < CHART_MONTHS; i++) {
        past_at(past, CHART_MONTHS - 1 - i, hall);
        out[i] =
            trigger_look(TRIGGER_CHART, hall, past->count, which, &v->rules->trigger);
        enough = enough && (out[i].seen.n == 0 || out[i].base != BASE_NONE);
    }
    free(hall);
    return enough;
}

static json_t *draw(const struct second_view *v, const struct past *past, size_t which,
                    const struct alarm alarms[CHART_MONTHS])
{
    const struct chart_head head = {"control", say(v, "chart"), say(v, "chart_desc")};
    struct buf svg = buf_new(4096 + CHART_MONTHS * 2 * CHART_GROWTH);
    struct chart_control points[CHART_MONTHS];
    char labels[CHART_MONTHS][4];
    json_t *rows = json_array(), *out;

    for (int i = 0; i < CHART_MONTHS; i++) {
        int back = CHART_MONTHS - 1 - i, month = month_add(past->newest, -back);

        snprintf(labels[i], sizeof(labels[i]), "%d", month % 100);
        points[i] = point_of(v, &alarms[i], labels[i]);
        json_array_append_new(
            rows, month_json(v, &alarms[i], &past->windows[which].months[back], month));
    }
    chart_control(&svg, &head, points, CHART_MONTHS,
                  chart_control_axis(points, CHART_MONTHS));
    out = json_pack("{s:s, s:o}", "svg", buf_text(&svg), "months", rows);
    buf_free(&svg);
    return out;
}

/* Its own months first: they are few; those of the whole hall only where they are wanted.
 */
bool second_view_chart(struct store *st, const struct second_view *v, int64_t now_ms,
                       json_t **out, struct error *err)
{
    const int newest = month_settled(st->frame, &v->rules->second, now_ms);
    struct alarm alarms[CHART_MONTHS];
    struct past past;
    size_t which;

    if (!past_read(st, newest, PAST_MONTHS, v->record->window, &past, err))
        return false;
    which = window_at(&past, v->record->window);
    if (which < past.count && !judge_months(v, &past, which, alarms)) {
        past_free(&past);
        if (!past_read(st, newest, PAST_MONTHS, NULL, &past, err))
            return false;
        which = window_at(&past, v->record->window);
        (void)judge_months(v, &past, which, alarms); /* what is missing now is missing */
    }
    *out = which < past.count ? draw(v, &past, which, alarms) : json_null();
    past_free(&past);
    return true;
}

/* == The result =================================================================== */

static json_t *sides_json(const char *name, const struct trial_channel *c)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", name, "before",
                     good_json(&c->before), "after", good_json(&c->after),
                     "others_before", good_json(&c->others_before), "others_after",
                     good_json(&c->others_after));
}

static void add(struct tally *to, const struct tally *more)
{
    to->bad += more->bad;
    to->n += more->n;
}

/* Each channel, and the sum for people; the sum alone where a channel is too small to be
 * shown to the rated side. */
static json_t *trial_rows(const struct second_view *v, const struct trial *t)
{
    struct trial_channel sum = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    json_t *rows = json_array();
    bool hides = false;

    for (int c = 0; c < TRIAL_CHANNELS; c++) {
        hides =
            hides || is_hidden(v, t->of[c].before.n) || is_hidden(v, t->of[c].after.n);
        add(&sum.before, &t->of[c].before);
        add(&sum.after, &t->of[c].after);
        add(&sum.others_before, &t->of[c].others_before);
        add(&sum.others_after, &t->of[c].others_after);
    }
    for (int c = 0; c < TRIAL_CHANNELS && !hides; c++)
        if (t->of[c].before.n + t->of[c].after.n > 0)
            json_array_append_new(
                rows, sides_json(staff_word(v->words, "channel",
                                            rating_channel_name((enum rating_channel)c)),
                                 &t->of[c]));
    if (!is_hidden(v, sum.before.n) && !is_hidden(v, sum.after.n))
        json_array_append_new(rows, sides_json(say(v, "all_channels"), &sum));
    return rows;
}

static json_t *verdict_sentence(const struct second_view *v,
                                const struct second_verdict *r)
{
    char key[32], fewer[PERCENT], more[PERCENT], level[PERCENT], usual[PERCENT];

    snprintf(key, sizeof(key), "says_%s",
             r->few ? "few" : trial_verdict_name(r->verdict));
    ppb_text(r->fewer_ppb, fewer);
    ppb_text(r->more_ppb, more);
    ppb_text((int64_t)r->level * 100000, level);
    times_text(r->tolerance, usual);
    return page_phrase(v->words->site, catalogue, v->words->lang, key, "fewer", fewer,
                       "more", more, "level", level, "usual", usual, NULL);
}

static json_t *result_json(const struct second_view *v, const struct second_verdict *r)
{
    static const char *const tones[TRIAL_VERDICTS] = {"green", "blue", "red"};
    char effect[PERCENT], low[PERCENT], high[PERCENT], expected[PERCENT];
    char from[DAY_TEXT], to[DAY_TEXT], after_from[DAY_TEXT], after_to[DAY_TEXT];

    points_text(r->effect, effect);
    points_text(r->low, low);
    points_text(r->high, high);
    tenth_text(r->expected_milli, expected);
    assess_date_text(r->before_from, from);
    assess_date_text(r->before_to, to);
    assess_date_text(r->after_from, after_from);
    assess_date_text(r->after_to, after_to);
    return json_pack(
        "{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:o, s:o}",
        "verdict", staff_word(v->words, "verdict", trial_verdict_name(r->verdict)),
        "tone", tones[r->verdict], "sentence", verdict_sentence(v, r), "effect", effect,
        "low", low, "high", high, "expected", expected, "few", r->few, "before_from",
        from, "before_to", to, "after_from", after_from, "after_to", after_to, "rows",
        trial_rows(v, &r->trial), "at", staff_time(v->words, r->at_ms));
}

bool second_view_result(struct store *st, const struct second_view *v, json_t **out,
                        struct error *err)
{
    struct second_verdict verdict;
    bool found;

    if (!second_verdict_get(st, v->record->id, &verdict, &found, err))
        return false;
    *out = found ? result_json(v, &verdict) : json_null();
    return true;
}
