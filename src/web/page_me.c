/*
 * page_me.c — see page_me.h.
 *
 * Promise: every figure is a sum over whole cohorts, read from the roll-up of days; the
 * clerk is the one that the account is tied to, and nothing in the address changes that.
 */
#include "web/page_me.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "domain/cohort.h"
#include "store/clerk_days.h"
#include "store/praise_store.h"
#include "web/chart.h"
#include "web/rate_view.h"
#include "web/session.h"
#include "web/staff_words.h"

static const char catalogue[] = "clerk";

enum { MONTHS = 12, PRAISES_SHOWN = 20, DAY_MS = 86400000 };

struct me {
    struct staff staff;
    struct staff_words words;
    struct cohort_rules rules;
    struct cohorts cohorts;
    struct local_time today;
    json_t *data, *praises;
};

static const char *say(const struct me *me, const char *key)
{
    return page_text(me->words.site, catalogue, me->words.lang, key);
}

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* == Reading ====================================================================== */

static void add_day(void *self, const struct clerk_day *day)
{
    struct me *me = self;

    cohorts_add(&me->cohorts,
                day_number(day->local_date / 10000, day->local_date / 100 % 100,
                           day->local_date % 100),
                day->measure, day->grade, day->ratings);
}

/* "23 Nov 2026". */
static json_t *day_json(const struct me *me, int32_t number)
{
    int year, month, day;
    char y[12], m[16], d[12], iso[DAY_TEXT];

    day_civil(number, &year, &month, &day);
    day_text(number, iso);
    snprintf(y, sizeof(y), "%d", year);
    snprintf(m, sizeof(m), "month_%d", month);
    snprintf(d, sizeof(d), "%d", day);
    return json_pack("{s:s, s:o}", "iso", iso, "text",
                     page_phrase(me->words.site, catalogue, me->words.lang, "day", "year",
                                 y, "month", say(me, m), "day", d, NULL));
}

static void add_praise(void *self, const struct praise *p)
{
    struct me *me = self;
    struct local_time at;
    json_t *row;

    zone_local(me->words.frame->zone, p->at_ms, &at);
    row = json_pack("{s:s, s:o}", "way", staff_word(&me->words, "praise", p->way), "day",
                    day_json(me, at.day_number));
    if (p->words != NULL)
        put(row, "text", json_string(p->words));
    else
        put(row, "erased", json_true());
    json_array_append_new(me->praises, row);
}

/* A rating may be corrected, and details changed, so long: only then is it shown. */
static struct cohort_rules rules_of(const struct site *site)
{
    const int64_t correction_ms = site->rules->rating.correction_ms;
    struct cohort_rules rules = {
        .least = (int)settings_int(site->settings, "clerk.least"),
        .hold_days = (int)settings_int(site->settings, "clerk.hold_days")};
    int settle_days = (int)((correction_ms + DAY_MS - 1) / DAY_MS);

    if (rules.hold_days < settle_days)
        rules.hold_days = settle_days;
    return rules;
}

static void fill(struct me *me, const struct clerk *clerk, int64_t praises);

static bool read_me(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct me *me = (struct me *)s;
    struct praise_filter thanks = {.clerk = me->staff.who.place, .limit = PRAISES_SHOWN};
    struct clerk clerk;
    int64_t next, count;
    bool found, ok;

    me->words = (struct staff_words){.site = site_of(s->x),
                                     .frame = st->frame,
                                     .lang = page_lang(s->x),
                                     .now_ms = now_ms};
    me->rules = rules_of(me->words.site);
    zone_local(st->frame->zone, now_ms, &me->today);
    if (!clerk_find(st, thanks.clerk, &clerk, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT,
                         "The clerk to whom this account is tied is no longer in the "
                         "hall. Ask the hall to tie it anew.");
    me->praises = json_array();
    ok = clerk_days_each(st, clerk.code, add_day, me, err) &&
         praise_list(st, &thanks, add_praise, me, &next, err) &&
         praise_count(st, clerk.code, &count, err);
    if (ok)
        fill(me, &clerk, count);
    else
        json_decref(me->praises);
    cohorts_free(&me->cohorts);
    return ok;
}

/* == Rates ======================================================================== */

/* The chart as text of the page, given. */
static json_t *chart_json(struct buf *chart)
{
    json_t *text = json_string(buf_text(chart));

    buf_free(chart);
    return text;
}

static struct buf chart_new(size_t rows)
{
    return buf_new((rows + 1) * CHART_GROWTH);
}

static json_t *rates_chart(const struct me *me, const struct rate *good,
                           const struct rate *strict)
{
    const struct chart_head head = {"rates", say(me, "rates_title"),
                                    say(me, "interval_desc")};
    struct buf out = chart_new(2);
    char notes[2][RATE_NOTE];
    const struct chart_interval rows[] = {{say(me, "good"), notes[0], *good},
                                          {say(me, "strict"), notes[1], *strict}};

    rate_note(good, notes[0]);
    rate_note(strict, notes[1]);
    chart_intervals(&out, &head, rows, 2, chart_axis(rows, 2));
    return chart_json(&out);
}

/* One line a grade, best first. */
static json_t *grades_json(const struct me *me, const struct grade_counts *g)
{
    json_t *rows = json_array();

    for (int grade = 5; grade >= 1; grade--) {
        const struct rate r = rate_of(g->of[grade], grades_rated(g));
        char share[RATE_TEXT];

        rate_text(rate_permille(&r), share);
        json_array_append_new(rows, json_pack("{s:o, s:I, s:s}", "grade",
                                              staff_grade(&me->words, grade), "n",
                                              (json_int_t)r.k, "share", share));
    }
    return rows;
}

static json_t *grades_chart(const struct me *me, const struct grade_counts *g)
{
    const struct chart_head head = {"grades", say(me, "grades_title"),
                                    say(me, "grades_desc")};
    char note[32];
    const struct chart_bar row = {say(me, "all_grades"), note, *g};
    struct buf out = chart_new(1);

    snprintf(note, sizeof(note), "n = %lld", (long long)grades_rated(g));
    chart_grades(&out, &head, &row, 1);
    return chart_json(&out);
}

/* == Months ======================================================================= */

/* Months since the year 0. */
static int month_of(int32_t day)
{
    int year, month, d;

    day_civil(day, &year, &month, &d);
    return year * 12 + month - 1;
}

/* The first cohort of the last twelve months; a cohort is of the month in which it ends.
 */
static size_t first_shown(const struct me *me)
{
    int since = month_of(me->today.day_number) - MONTHS + 1;
    size_t i = 0;

    while (i < me->cohorts.count && month_of(me->cohorts.list[i].to_day) < since)
        i++;
    return i;
}

static struct grade_counts month_counts(const struct me *me, int month)
{
    struct grade_counts sum = {{0}};

    for (size_t i = 0; i < me->cohorts.count; i++)
        if (month_of(me->cohorts.list[i].to_day) == month)
            grades_add(&sum, &me->cohorts.list[i].counts[MEASURE_OVERALL]);
    return sum;
}

static json_t *month_json(const struct me *me, int month, const struct grade_counts *g)
{
    const struct rate good = grades_good(g), strict = grades_strict(g);
    char year[12], key[16];

    snprintf(year, sizeof(year), "%d", month / 12);
    snprintf(key, sizeof(key), "month_%d", month % 12 + 1);
    return json_pack("{s:o, s:b, s:o, s:o}", "month",
                     page_phrase(me->words.site, catalogue, me->words.lang, "month",
                                 "year", year, "month", say(me, key), NULL),
                     "none", good.n == 0, "good", rate_view(&good), "strict",
                     rate_view(&strict));
}

static void add_months(struct me *me)
{
    const struct chart_head head = {"months", say(me, "months_title"),
                                    say(me, "interval_desc")};
    int last = month_of(me->today.day_number);
    int month = month_of(me->cohorts.list[first_shown(me)].to_day);
    struct chart_interval rows[MONTHS];
    char labels[MONTHS][12];
    json_t *table = json_array();
    struct buf out = chart_new(MONTHS);
    size_t count = 0;

    for (; month <= last && count < MONTHS; month++, count++) {
        const struct grade_counts g = month_counts(me, month);

        snprintf(labels[count], sizeof(labels[0]), "%d", month % 12 + 1);
        rows[count] = (struct chart_interval){labels[count], NULL, grades_good(&g)};
        json_array_append_new(table, month_json(me, month, &g));
    }
    chart_months(&out, &head, rows, count, chart_axis(rows, count));
    put(me->data, "months_chart", chart_json(&out));
    put(me->data, "months", table);
}

/* == Dimensions =================================================================== */

static json_t *dimension_json(const struct me *me, const char *name,
                              const struct grade_counts *g, size_t prefix)
{
    const struct rate good = grades_good(g);
    json_t *counts = json_array();

    for (int grade = 5; grade >= 1; grade--)
        json_array_append_new(counts, json_integer((json_int_t)g->of[grade]));
    return json_pack("{s:s, s:o, s:o, s:o}", "name", staff_word(&me->words, "dim", name),
                     "counts", counts, "good", rate_view(&good), "until",
                     day_json(me, me->cohorts.list[prefix - 1].to_day));
}

static void add_dimensions(struct me *me)
{
    static const char *const names[] = {"attitude", "efficiency", "quality", "integrity"};
    const struct chart_head head = {"dims", say(me, "dims_title"),
                                    say(me, "grades_desc")};
    struct chart_bar bars[4];
    char notes[4][32];
    json_t *rows = json_array();
    struct buf out = chart_new(4);
    size_t count = 0;

    for (int i = 0; i < 4; i++) {
        int measure = MEASURE_ATTITUDE + i;
        size_t prefix = cohorts_prefix(&me->cohorts, measure, me->rules.least);
        const struct grade_counts g = cohorts_sum(&me->cohorts, measure, 0, prefix);

        if (prefix == 0)
            continue;
        snprintf(notes[count], sizeof(notes[0]), "n = %lld", (long long)grades_rated(&g));
        bars[count] =
            (struct chart_bar){staff_word(&me->words, "dim", names[i]), notes[count], g};
        json_array_append_new(rows, dimension_json(me, names[i], &g, prefix));
        count++;
    }
    chart_grades(&out, &head, bars, count);
    put(me->data, "some_dims", json_boolean(count > 0));
    put(me->data, "dims_chart", chart_json(&out));
    put(me->data, "dimensions", rows);
}

/* == The page ===================================================================== */

static json_t *phrase_of_rules(const struct me *me, const char *key)
{
    char least[12], hold[12];

    snprintf(least, sizeof(least), "%d", me->rules.least);
    snprintf(hold, sizeof(hold), "%d", me->rules.hold_days);
    return page_phrase(me->words.site, catalogue, me->words.lang, key, "least", least,
                       "hold", hold, NULL);
}

static void add_figures(struct me *me)
{
    size_t first = first_shown(me);
    const struct grade_counts all =
        cohorts_sum(&me->cohorts, MEASURE_OVERALL, first, me->cohorts.count);
    const struct rate good = grades_good(&all), strict = grades_strict(&all);

    put(me->data, "some", json_boolean(good.n > 0));
    if (good.n == 0)
        return;
    put(me->data, "from", day_json(me, me->cohorts.list[first].from_day));
    put(me->data, "to", day_json(me, me->cohorts.list[me->cohorts.count - 1].to_day));
    put(me->data, "n", json_integer((json_int_t)good.n));
    put(me->data, "good", rate_view(&good));
    put(me->data, "strict", rate_view(&strict));
    put(me->data, "rates_chart", rates_chart(me, &good, &strict));
    put(me->data, "grades_chart", grades_chart(me, &all));
    put(me->data, "grades", grades_json(me, &all));
    add_months(me);
    add_dimensions(me);
}

static void fill(struct me *me, const struct clerk *clerk, int64_t praises)
{
    cohorts_release(&me->cohorts, &me->rules, me->today.day_number);
    me->data = json_pack("{s:s, s:s}", "clerk", clerk->name, "code", clerk->code);
    put(me->data, "how", phrase_of_rules(me, "how"));
    put(me->data, "nothing", phrase_of_rules(me, "nothing_yet"));
    put(me->data, "praise_count", json_integer((json_int_t)praises));
    put(me->data, "more_praises", json_boolean(praises > PRAISES_SHOWN));
    put(me->data, "any_praise", json_boolean(praises > 0));
    put(me->data, "praises", me->praises);
    add_figures(me);
}

static void show_me(struct exchange *x, struct step *s)
{
    struct me *me = (struct me *)s;
    json_t *data = staff_frame(x, &me->staff, me->words.lang);

    json_object_update(data, me->data);
    json_decref(me->data);
    page_answer(x, 200, "me", catalogue, me->words.lang, data);
}

void page_me(struct exchange *x)
{
    struct me *me = staff_new(x, sizeof(*me));

    staff_read(&me->staff, read_me, show_me);
}
