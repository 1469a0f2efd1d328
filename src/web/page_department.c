/*
 * page_department.c — see page_department.h.
 *
 * Promise: the numbers of a line are those that the score was made of; whoever belongs to
 * a department sees his own only, and nothing of fewer than five raters.
 */
#include "web/page_department.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/veil.h"
#include "store/assess_marks.h"
#include "web/owed_view.h"
#include "web/part_sum.h"
#include "web/ranking.h"
#include "web/rate_ask.h"
#include "web/rate_table.h"
#include "web/scheme_view.h"

static const char catalogue[] = "assess";
static const char pattern[] = "/assess/{year}/dept/{code}";

enum { POINT = 100000000 };

struct dept_page {
    struct ranking r;
    const char *code;
    size_t unit, standing; /* places in the book and in the standings */
    int least;             /* below so many raters nothing is told */
    struct veil veil;      /* over the total, where parts of it are hidden */
    char sources[SCHEME_PARTS_MOST][ASSESS_SOURCE];
};

static void put(struct dept_page *p, const char *key, json_t *value)
{
    json_object_set_new(p->r.data, key, value);
}

static const struct assess_unit *unit_of(const struct dept_page *p)
{
    return &p->r.look.book.units[p->unit];
}

/* == Ways to the evidence ========================================================== */

static json_t *way_json(const struct dept_page *p, const char *page, const char *from,
                        const char *to, const char *anchor)
{
    struct buf url = buf_new(2048);
    char day[11];
    json_t *out;

    buf_add_text(&url, page);
    if (from != NULL) {
        rate_day_text(p->r.rates_of.from, day);
        query_add(&url, from, day);
        rate_day_text(p->r.rates_of.to, day);
        query_add(&url, to, day);
    }
    query_add(&url, "department", p->code);
    query_add(&url, "lang", lang_tag(p->r.words.lang));
    buf_add_text(&url, anchor);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

/* Where the cases or papers of a part are to be looked at; null where this reader may
 * not go there. */
static json_t *evidence_json(const struct dept_page *p, enum measure measure)
{
    enum role role = p->r.staff.who.role;
    char path[64];

    switch (measure) {
    case MEASURE_GOOD:
        if (access_page("/ratings", role) == NULL || p->least > 0)
            return json_null();
        return way_json(p, "/ratings", "closed_from", "closed_to", "");
    case MEASURE_OPENNESS:
        snprintf(path, sizeof(path), "/assess/%d/marks", p->r.year);
        return access_page("/assess/{year}/marks", role) != NULL
                   ? way_json(p, path, NULL, NULL, "")
                   : json_null();
    case MEASURE_DAILY:
        snprintf(path, sizeof(path), "/assess/%d/log", p->r.year);
        return access_page("/assess/{year}/log", role) != NULL
                   ? way_json(p, path, NULL, NULL, "")
                   : json_null();
    case MEASURE_SHEET:
        snprintf(path, sizeof(path), "/assess/%d/scheme", p->r.year);
        return access_page("/assess/{year}/scheme", role) != NULL
                   ? way_json(p, path, NULL, NULL, "#h-sheets")
                   : json_null();
    default:
        return way_json(p, "/rates", "from", "to",
                        measure == MEASURE_RECTIFICATION ? "#h-orders"
                        : measure == MEASURE_PROMISE     ? "#h-cases"
                                                         : "#h-dims");
    }
}

/* == Parts ========================================================================= */

static bool note_source(void *self, size_t part, const char *department, int32_t score,
                        const char *source, struct error *err)
{
    struct dept_page *p = self;

    (void)score;
    (void)err;
    if (strcmp(department, p->code) == 0)
        snprintf(p->sources[part], ASSESS_SOURCE, "%s", source);
    return true;
}

/* "sheet 12" as "分数表" with its number. */
static json_t *source_json(const struct dept_page *p, size_t part)
{
    char kind[ASSESS_SOURCE], text[ASSESS_SOURCE + 128];
    const char *source = p->sources[part];
    int length = (int)strcspn(source, " ");

    snprintf(kind, sizeof(kind), "%.*s", length, source);
    snprintf(text, sizeof(text), "%.100s%s", staff_word(&p->r.words, "from", kind),
             source + length);
    return json_string(source[0] != '\0' ? text : "");
}

static json_t *part_row(const struct dept_page *p, size_t part,
                        const struct assess_adjustment *a)
{
    const struct scheme_part *of = &p->r.look.scheme.parts[part];
    const struct part_score *score = &p->r.look.scores[p->unit].parts[part];
    struct buf sum = buf_new(1024), points = buf_new(256);
    bool hidden = veil_hides(score, p->least);
    json_t *row = part_json(&p->r.words, of);
    char text[32];

    part_sum_text(score, of->measure == MEASURE_GOOD ? a : NULL, &sum);
    part_points_text(of, score, &points);
    assess_score_text(score->score, text);
    json_object_set_new(row, "hidden", json_boolean(hidden));
    json_object_set_new(row, "counted", json_boolean(measure_counted(of->measure)));
    json_object_set_new(row, "adjusted",
                        json_boolean(of->measure == MEASURE_GOOD && a->used));
    json_object_set_new(row, "evidence", evidence_json(p, of->measure));
    json_object_set_new(row, "from", source_json(p, part));
    if (!hidden) {
        json_object_set_new(row, "score", json_string(text));
        json_object_set_new(row, "k", json_integer((json_int_t)score->count.k));
        json_object_set_new(row, "n", json_integer((json_int_t)score->count.n));
        json_object_set_new(row, "m", json_integer(score->prior_weight));
        billionths_text(score->prior_rate < 0 ? 0 : score->prior_rate, text);
        json_object_set_new(row, "rate", json_string(text));
        json_object_set_new(row, "sum", json_string(buf_text(&sum)));
        json_object_set_new(row, "points", json_string(buf_text(&points)));
    }
    buf_free(&sum);
    buf_free(&points);
    return row;
}

/* How it was rated beside how its peers were: what the adjustment is made of. */
static json_t *strata_json(const struct dept_page *p, const struct assess_adjustment *a)
{
    static const char *const delays[ASSESS_DELAYS] = {"30min", "24h", "later"};
    static const char *const kinds[ASSESS_KINDS] = {"instant", "promise"};
    const struct assess_unit *u = unit_of(p);
    json_t *list = json_array();

    for (int s = 0; a->used && p->least == 0 && s < ASSESS_STRATA; s++) {
        int channel = s / (ASSESS_DELAYS * ASSESS_KINDS);
        char rate[32];

        if (u->strata[s].n == 0)
            continue;
        billionths_text(a->strata[s], rate);
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "channel",
                      staff_word(&p->r.words, "channel", assess_channel_name(channel)),
                      "delay",
                      staff_word(&p->r.words, "delayed",
                                 delays[s / ASSESS_KINDS % ASSESS_DELAYS]),
                      "kind", staff_word(&p->r.words, "case", kinds[s % ASSESS_KINDS]),
                      "k", (json_int_t)u->strata[s].k, "n", (json_int_t)u->strata[s].n,
                      "rate", rate));
    }
    return list;
}

/* "86.32 – 86.51" of hundredths. */
static json_t *range_json(int64_t low, int64_t high)
{
    char text[64];

    snprintf(text, sizeof(text), "%d.%02d – %d.%02d", (int)(low / 100), (int)(low % 100),
             (int)(high / 100), (int)(high % 100));
    return json_string(text);
}

/* By the bundle's own rule, over the whole scheme; and why there is none yet. */
static void put_total(struct dept_page *p)
{
    const struct standing_look *l = &p->r.look;
    const struct standing_whole *whole = &l->wholes[p->unit];
    uint32_t *owed = memory_new((l->book.count + 1) * sizeof(*owed));
    char text[32];
    json_t *list;

    owed[p->unit] = whole->owed;
    list = owed_json(&p->r.words, l->parts, l->part_count, &l->book, owed);
    free(owed);
    points_exact_text(whole->total, text);
    put(p, "whole", json_string(p->veil.drawn ? "" : text));
    put(p, "so_far", json_boolean(standing_look_so_far(l, &p->r.ask)));
    put(p, "some_owed", json_boolean(json_array_size(list) > 0));
    put(p, "owed", list);
}

static void put_parts(struct dept_page *p)
{
    const struct assess_score *score = &p->r.look.scores[p->unit];
    struct assess_adjustment a;
    json_t *parts = json_array(), *missing = json_array(), *strata;
    char text[32];

    assess_adjust(&p->r.look.scheme, &p->r.look.book, p->unit, &a);
    for (size_t i = 0; i < p->r.look.scheme.part_count; i++)
        json_array_append_new(parts, part_row(p, i, &a));
    for (size_t i = 0; i < p->r.look.missing_count; i++)
        json_array_append_new(missing, part_json(&p->r.words, &p->r.look.missing[i]));
    strata = strata_json(p, &a);
    put_total(p);
    points_exact_text(score->total, text);
    put(p, "total",
        p->veil.drawn ? range_json(p->veil.low, p->veil.high) : json_string(text));
    put(p, "veiled", json_boolean(p->veil.drawn));
    put(p, "some_strata", json_boolean(json_array_size(strata) > 0));
    put(p, "strata", strata);
    put(p, "parts", parts);
    put(p, "some_missing", json_boolean(json_array_size(missing) > 0));
    put(p, "missing", missing);
    scheme_weight_text(score->out_of, text);
    put(p, "weight", json_string(text));
}

/* == Where it stands =============================================================== */

/* In how many of a hundred draws it is ahead of each of the others. */
static json_t *pairs_json(const struct dept_page *p)
{
    const struct standings *all = &p->r.look.standings;
    const struct standing *own = &all->list[p->standing];
    json_t *list = json_array();

    for (size_t j = 0; p->least == 0 && own->band > 0 && j < all->count; j++) {
        const struct standing *s = &all->list[j];
        int percent;

        if (j == p->standing || s->peer != own->peer || s->band == 0)
            continue;
        percent =
            (int)(((int64_t)all->ahead[p->standing * all->count + j] * 100 + all->draws) /
                  (2 * all->draws));
        json_array_append_new(list, json_pack("{s:s, s:i, s:b}", "name",
                                              ranking_name(&p->r, ranking_unit(&p->r, s)),
                                              "percent", percent, "same",
                                              s->band == own->band));
    }
    return list;
}

/* Beside a range an interval has no decimals that would tell where in it the total is. */
static json_t *whole_points(const struct standing *s)
{
    char text[48];

    snprintf(text, sizeof(text), "%d – %d", (int)(s->low / POINT),
             (int)((s->high + POINT - 1) / POINT));
    return json_string(text);
}

static void put_standing(struct dept_page *p)
{
    const struct standing *s = &p->r.look.standings.list[p->standing];
    char points[16], low[16], high[16], text[40];
    json_t *pairs = pairs_json(p);

    assess_points_text(p->r.look.scores[p->unit].total, points);
    put(p, "points",
        p->veil.drawn ? range_json(p->veil.low, p->veil.high) : json_string(points));
    put(p, "ranked", json_boolean(s->band > 0));
    put(p, "why", json_string(staff_word(&p->r.words, "why", ranking_why(&p->r, s))));
    put(p, "peer", json_string(ranking_peer_name(&p->r, s->peer)));
    put(p, "band_text", ranking_band(&p->r, s->band));
    if (s->band > 0) {
        assess_points_text(s->low, low);
        assess_points_text(s->high, high);
        snprintf(text, sizeof(text), "%s – %s", low, high);
        put(p, "interval", p->veil.drawn ? whole_points(s) : json_string(text));
        snprintf(text, sizeof(text), "%d – %d", s->place_low, s->place_high);
        put(p, "places", json_string(text));
    }
    put(p, "some_pairs", json_boolean(json_array_size(pairs) > 0));
    put(p, "pairs", pairs);
}

/* == What citizens said ============================================================ */

static void put_figures(struct dept_page *p, const struct rates *rates)
{
    const struct access_view *list = access_page("/ratings", p->r.staff.who.role);
    const struct assess_unit *u = unit_of(p);
    const struct rate_table t = {.words = &p->r.words,
                                 .q = &p->r.rates_of,
                                 .rates = rates,
                                 .least = p->least,
                                 .lists = list != NULL,
                                 .bad_only = list != NULL && list->bad_only};
    const struct rate part = rate_of(u->rated, u->ratable);
    json_t *groups = rate_table_grades(&t), *delays = rate_table_delays(&t);

    put(p, "some_grades", json_boolean(json_array_size(groups) > 0));
    put(p, "some_delays", json_boolean(json_array_size(delays) > 0));
    put(p, "groups", groups);
    put(p, "delays", delays);
    put(p, "bars", rate_chart_grades(&t));
    put(p, "closed", json_integer((json_int_t)u->closed));
    put(p, "participation", rate_view(&part));
    put(p, "excluded", json_integer((json_int_t)u->excluded));
    put(p, "rates_href", way_json(p, "/rates", "from", "to", ""));
}

static bool read_rates(struct store *st, struct dept_page *p, struct error *err)
{
    struct rates rates = {0};

    p->r.rates_of.department = p->code;
    if (!rates_read(st, &p->r.rates_of, &rates, err))
        return false;
    put_figures(p, &rates);
    rates_free(&rates);
    return true;
}

/* == The page ====================================================================== */

static bool find_unit(struct dept_page *p, struct error *err)
{
    const struct standing_look *l = &p->r.look;

    p->standing = standing_look_find(l, p->code);
    if (p->standing == l->standings.count)
        return error_set(err, ERROR_ABSENT, "There is no such department.");
    p->unit = l->standings.list[p->standing].unit;
    return true;
}

static bool read_unit(struct store *st, struct dept_page *p, struct error *err)
{
    if (!find_unit(p, err) ||
        !assess_marks_each(st, &p->r.look.scheme, p->r.year, note_source, p, err))
        return false;
    p->veil = veil_over(&p->r.look.scheme, &p->r.look.scores[p->unit], p->least);
    p->r.data = json_object();
    put(p, "name", json_string(ranking_name(&p->r, unit_of(p))));
    put(p, "code", json_string(p->code));
    put(p, "cut", staff_time(&p->r.words, p->r.ask.now_ms));
    put(p, "version",
        p->r.look.scheme.version > 0 ? json_integer(p->r.look.scheme.version)
                                     : json_null());
    put(p, "draws", json_integer(p->r.look.standings.draws));
    put(p, "hidden", json_boolean(p->least > 0 && unit_of(p)->rated < p->least));
    put(p, "menu_shown", json_boolean(p->least == 0));
    put(p, "moves",
        json_boolean(access_page("/assess/{year}/dept/{code}/moves",
                                 p->r.staff.who.role) != NULL));
    put_parts(p);
    put_standing(p);
    if (read_rates(st, p, err))
        return true;
    json_decref(p->r.data);
    return false;
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct dept_page *p = (struct dept_page *)s;
    const struct caller *who = &p->r.staff.who;
    bool ok;

    p->r.words = assess_words(s->x, st, catalogue, now_ms);
    p->code = exchange_param(s->x, 1);
    p->least = rate_least(p->r.staff.view);
    if (p->r.staff.view->scope != ACCESS_HALL && strcmp(who->place, p->code) != 0)
        return error_set(err, ERROR_ABSENT, "There is no such department.");
    if (!ranking_read(st, &p->r, now_ms, err))
        return false;
    ok = p->r.ask.by == ASSESS_DEPARTMENT
             ? read_unit(st, p, err)
             : error_set(err, ERROR_ABSENT, "There is no such department.");
    ranking_free(&p->r);
    return ok;
}

static void show_page(struct exchange *x, struct step *s)
{
    struct dept_page *p = (struct dept_page *)s;
    json_t *data = assess_frame(x, &p->r.staff, p->r.words.lang, p->r.year, pattern);

    json_object_update_new(data, p->r.data);
    page_answer(x, 200, "assess_department", catalogue, p->r.words.lang, data);
}

void page_department(struct exchange *x)
{
    struct dept_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->r.staff, read_page, show_page);
}
