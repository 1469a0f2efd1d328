/*
 * page_ranking.c — see page_ranking.h.
 *
 * Promise: who cannot be told apart shares a band and stands in the order of the names;
 * who has too few ratings has no place; ratings of different channels are never put into
 * one rate. What is shown says by which scheme, of which moment and by which draws it is.
 */
#include "web/page_ranking.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/assessment_store.h"
#include "web/chart.h"
#include "web/owed_view.h"
#include "web/ranking.h"
#include "web/rate_ask.h"
#include "web/rate_view.h"
#include "web/review_query.h"
#include "web/scheme_view.h"

static const char catalogue[] = "assess";
static const char pattern[] = "/assess/{year}";

enum { CHART_ROWS = 60, PAIRS_MOST = 30 };

static void put(struct ranking *r, const char *key, json_t *value)
{
    json_object_set_new(r->data, key, value);
}

/* == One row ======================================================================= */

/* The filter that names this unit in other pages' addresses; NULL for the whole hall. */
static const char *own_filter(const struct ranking *r)
{
    return r->ask.by == ASSESS_DEPARTMENT ? "department"
           : r->ask.by == ASSESS_WINDOW   ? "window"
           : r->ask.by == ASSESS_CLERK    ? "clerk"
                                          : NULL;
}

static json_t *link_json(const struct ranking *r, const struct assess_unit *u,
                         const char *page, const char *from, const char *to)
{
    struct buf url = buf_new(2048);
    char day[11];
    json_t *out;

    buf_add_text(&url, page);
    rate_day_text(r->rates_of.from, day);
    query_add(&url, from, day);
    rate_day_text(r->rates_of.to, day);
    query_add(&url, to, day);
    if (own_filter(r) != NULL)
        query_add(&url, own_filter(r), u->code);
    query_add(&url, "channel", r->rates_of.channel);
    query_add(&url, "lang", lang_tag(r->words.lang));
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

/* A line for each channel by which there is any. */
static json_t *channels_json(const struct ranking *r, const struct rate_group *g)
{
    json_t *list = json_array();

    for (int c = 0; g != NULL && c < RATE_CHANNELS; c++) {
        const struct grade_counts counts = rate_grades(g, c);
        const struct rate good = grades_good(&counts), strict = grades_strict(&counts);
        const char *name = rating_channel_name((enum rating_channel)c);

        if (good.n > 0)
            json_array_append_new(list, json_pack("{s:s, s:b, s:o, s:o}", "channel",
                                                  staff_word(&r->words, "channel", name),
                                                  "scored", assess_channel_scored(c),
                                                  "good", rate_view(&good), "strict",
                                                  rate_view(&strict)));
    }
    return list;
}

static void put_points(json_t *row, const struct ranking *r, const struct standing *s)
{
    char points[16], low[16], high[16], text[40];

    assess_points_text(r->look.scores[s->unit].total, points);
    json_object_set_new(row, "points", json_string(points));
    assess_points_text(r->look.wholes[s->unit].total, points);
    json_object_set_new(row, "total", json_string(points));
    if (s->band == 0)
        return;
    assess_points_text(s->low, low);
    assess_points_text(s->high, high);
    snprintf(text, sizeof(text), "%s – %s", low, high);
    json_object_set_new(row, "interval", json_string(text));
    if (s->place_low == s->place_high)
        snprintf(text, sizeof(text), "%d", s->place_low);
    else
        snprintf(text, sizeof(text), "%d – %d", s->place_low, s->place_high);
    json_object_set_new(row, "places", json_string(text));
}

static json_t *row_json(const struct ranking *r, const struct standing *s)
{
    const struct assess_unit *u = ranking_unit(r, s);
    const struct rate part = rate_of(u->rated, u->ratable);
    json_t *row = json_pack(
        "{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:I}", "code", u->code, "name",
        ranking_name(r, u), "n", (json_int_t)u->counts[MEASURE_GOOD].n, "cases",
        link_json(r, u, "/ratings", "closed_from", "closed_to"), "participation",
        rate_view(&part), "rates", link_json(r, u, "/rates", "from", "to"), "channels",
        channels_json(r, ranking_group(r, u)), "excluded", (json_int_t)u->excluded);
    char href[CODE_SIZE + 64];

    snprintf(href, sizeof(href), "/assess/%d/dept/%s?lang=%s", r->year, u->code,
             lang_tag(r->words.lang));
    json_object_set_new(row, "href",
                        r->ask.by == ASSESS_DEPARTMENT ? json_string(href) : json_null());
    put_points(row, r, s);
    if (s->band == 0)
        json_object_set_new(row, "why",
                            json_string(staff_word(&r->words, "why", ranking_why(r, s))));
    if (r->ask.by == ASSESS_DEPARTMENT)
        json_object_set_new(row, "owes",
                            owed_names(&r->words, r->look.parts, r->look.part_count,
                                       r->look.wholes[s->unit].owed));
    return row;
}

/* == The chart of a group ========================================================== */

static void span_of(const struct ranking *r, const struct standing *s, char note[64],
                    struct chart_span *out)
{
    char points[16], low[16], high[16];
    int64_t total = r->look.scores[s->unit].total;

    assess_points_text(total, points);
    assess_points_text(s->low, low);
    assess_points_text(s->high, high);
    snprintf(note, 64, "%s (%s – %s)", points, low, high);
    *out = (struct chart_span){.label = ranking_name(r, ranking_unit(r, s)),
                               .note = note,
                               .low = (int)(s->low / 1000000),
                               .middle = (int)((total + 500000) / 1000000),
                               .high = (int)((s->high + 999999) / 1000000)};
}

static json_t *chart_json(const struct ranking *r, size_t peer, const size_t *order,
                          size_t count)
{
    struct chart_span rows[CHART_ROWS];
    char notes[CHART_ROWS][64], id[24];
    size_t shown = 0;
    struct buf svg;
    json_t *out;

    for (size_t i = 0; i < count && shown < CHART_ROWS; i++) {
        const struct standing *s = &r->look.standings.list[order[i]];

        if (s->band == 0)
            continue;
        span_of(r, s, notes[shown], &rows[shown]);
        shown++;
    }
    if (shown == 0)
        return json_null();
    snprintf(id, sizeof(id), "points-%zu", peer);
    svg = buf_new((shown + 1) * CHART_GROWTH);
    chart_spans(&svg,
                &(struct chart_head){.id = id,
                                     .title = ranking_peer_name(r, peer),
                                     .desc = page_text(r->words.site, catalogue,
                                                       r->words.lang, "chart_desc")},
                rows, shown);
    out = json_string(buf_text(&svg));
    buf_free(&svg);
    return out;
}

/* == Who is ahead of whom ========================================================== */

static json_t *pair_json(const struct ranking *r, size_t i, size_t j)
{
    const struct standings *all = &r->look.standings;
    uint32_t half = all->ahead[i * all->count + j];
    char text[16];

    if (i == j || all->draws == 0)
        return json_string("");
    snprintf(text, sizeof(text), "%d",
             (int)(((int64_t)half * 100 + all->draws) / (2 * all->draws)));
    return json_string(text);
}

static json_t *pairs_json(const struct ranking *r, const size_t *order, size_t count)
{
    json_t *rows = json_array();
    size_t ranked = 0;

    while (ranked < count && r->look.standings.list[order[ranked]].band > 0)
        ranked++;
    if (ranked < 2 || ranked > PAIRS_MOST)
        return rows;
    for (size_t i = 0; i < ranked; i++) {
        json_t *cells = json_array();

        for (size_t j = 0; j < ranked; j++)
            json_array_append_new(
                cells, json_pack("{s:o}", "text", pair_json(r, order[i], order[j])));
        json_array_append_new(
            rows,
            json_pack("{s:i, s:s, s:o}", "number", (int)i + 1, "name",
                      ranking_name(r, ranking_unit(r, &r->look.standings.list[order[i]])),
                      "cells", cells));
    }
    return rows;
}

/* == Groups and bands ============================================================== */

/* Bands with their rows, and behind them those without a place. */
static void put_bands(json_t *group, const struct ranking *r, const size_t *order,
                      size_t count)
{
    json_t *bands = json_array(), *without = json_array(), *rows = NULL;
    int band = 0;

    for (size_t i = 0; i < count; i++) {
        const struct standing *s = &r->look.standings.list[order[i]];
        json_t *row = row_json(r, s);

        if (s->band == 0) {
            json_array_append_new(without, row);
            continue;
        }
        if (s->band != band) {
            rows = json_array();
            json_array_append_new(bands, json_pack("{s:i, s:o, s:o}", "band", s->band,
                                                   "band_text", ranking_band(r, s->band),
                                                   "rows", rows));
            json_object_set_new(row, "first", json_true());
        }
        band = s->band;
        json_array_append_new(rows, row);
    }
    for (size_t i = 0; i < json_array_size(bands); i++) {
        json_t *one = json_array_get(bands, i);
        size_t size = json_array_size(json_object_get(one, "rows"));

        json_object_set_new(one, "size", json_integer((json_int_t)size));
        json_object_set_new(one, "many", json_boolean(size > 1));
    }
    json_object_set_new(group, "some_without",
                        json_boolean(json_array_size(without) > 0));
    json_object_set_new(group, "bands", bands);
    json_object_set_new(group, "without", without);
}

static json_t *group_json(const struct ranking *r, size_t peer)
{
    size_t count, *order = ranking_order(r, peer, &count);
    char out_of[8];
    json_t *group, *pairs;

    if (count == 0)
        return NULL;
    pairs = pairs_json(r, order, count);
    group = json_pack("{s:s, s:i, s:o, s:b, s:o}", "name", ranking_peer_name(r, peer),
                      "id", (int)peer, "svg", chart_json(r, peer, order, count),
                      "some_pairs", json_array_size(pairs) > 0, "pairs", pairs);
    scheme_weight_text(r->look.scores[r->look.standings.list[order[0]].unit].out_of,
                       out_of);
    json_object_set_new(group, "out_of", json_string(out_of));
    put_bands(group, r, order, count);
    return group;
}

static void put_groups(struct ranking *r)
{
    json_t *groups = json_array();

    for (size_t peer = 0; peer <= r->look.scheme.peer_count; peer++) {
        json_t *group = ranking_shows(r, peer) ? group_json(r, peer) : NULL;

        if (group != NULL)
            json_array_append_new(groups, group);
    }
    put(r, "some", json_boolean(json_array_size(groups) > 0));
    put(r, "groups", groups);
}

/* == What can be asked ============================================================= */

static void put_choices(struct ranking *r)
{
    static const char *const levels[] = {"department", "window", "clerk", "hall",
                                         "county"};
    json_t *bys = json_array(), *periods = json_array();
    json_t *channels = json_array(), *peers = json_array();
    const struct scheme *s = &r->look.scheme;

    for (size_t i = 0; i < LENGTH(levels); i++)
        assess_option(bys, levels[i], staff_word(&r->words, "by", levels[i]), r->by);
    for (size_t i = 0; i < ranking_period_count; i++)
        assess_option(periods, ranking_periods[i],
                      staff_word(&r->words, "period", ranking_periods[i]), r->period);
    for (size_t i = 0; i < review_channel_count; i++)
        if (assess_channel_scored(assess_channel_read(review_channels[i])))
            assess_option(channels, review_channels[i],
                          staff_word(&r->words, "channel", review_channels[i]),
                          r->channel);
    for (size_t i = 0; i < s->peer_count; i++)
        assess_option(peers, s->peers[i].code, s->peers[i].name, r->peer);
    if (s->peer_count > 0)
        assess_option(peers, "-", staff_word(&r->words, "peers", "others"), r->peer);
    put(r, "bys", bys);
    put(r, "periods", periods);
    put(r, "channels", channels);
    put(r, "peers", peers);
    put(r, "some_peers", json_boolean(s->peer_count > 0));
    put(r, "by_word",
        json_string(
            staff_word(&r->words, "by", r->by[0] != '\0' ? r->by : "department")));
}

/* == What it rests on ============================================================== */

static void put_missing(struct ranking *r)
{
    json_t *list = json_array();

    for (size_t i = 0; i < r->look.missing_count; i++)
        json_array_append_new(list, part_json(&r->words, &r->look.missing[i]));
    put(r, "some_missing", json_boolean(json_array_size(list) > 0));
    put(r, "missing", list);
}

/* The marks that totals of departments wait for, and who owes them. */
static void put_owed(struct ranking *r)
{
    const struct standing_look *l = &r->look;
    uint32_t *owed = memory_new((l->book.count + 1) * sizeof(*owed));
    json_t *list;

    for (size_t u = 0; r->ask.by == ASSESS_DEPARTMENT && u < l->book.count; u++)
        owed[u] = l->wholes[u].owed;
    list = owed_json(&r->words, l->parts, l->part_count, &l->book, owed);
    put(r, "some_owed", json_boolean(json_array_size(list) > 0));
    put(r, "owed", list);
    put(r, "so_far", json_boolean(standing_look_so_far(l, &r->ask)));
    put(r, "columns", json_integer(standing_look_so_far(l, &r->ask) ? 10 : 9));
    free(owed);
}

static void put_basis(struct ranking *r)
{
    const struct standing_look *l = &r->look;
    const char *state = l->state.frozen         ? "frozen"
                        : l->state.adopted != 0 ? "adopted"
                        : l->state.newest != 0  ? "proposal"
                                                : "none";
    struct buf same = buf_new(1024);
    char weight[8], seed[24];

    snprintf(seed, sizeof(seed), "%" PRIu64, l->standings.seed);
    buf_addf(&same, "/assess/%d/ranking.xlsx", r->year);
    query_add(&same, "by", r->by[0] != '\0' ? r->by : NULL);
    query_add(&same, "period", r->period[0] != '\0' ? r->period : NULL);
    query_add(&same, "channel", r->channel[0] != '\0' ? r->channel : NULL);
    query_add(&same, "peer", r->peer[0] != '\0' ? r->peer : NULL);
    query_add(&same, "lang", lang_tag(r->words.lang));
    put(r, "sheet", json_string(buf_text(&same)));
    buf_free(&same);
    put(r, "final", json_boolean(r->final));
    put(r, "cut", staff_time(&r->words, r->ask.now_ms));
    put(r, "whole", json_boolean(standing_look_whole(l, &r->ask)));
    put(r, "below", json_boolean(r->ask.by != ASSESS_DEPARTMENT));
    put(r, "scheme_state", json_string(staff_word(&r->words, "state", state)));
    put(r, "scheme_title", json_string(l->scheme.title));
    put(r, "version",
        l->scheme.version > 0 ? json_integer(l->scheme.version) : json_null());
    put(r, "seed", json_string(seed));
    put(r, "draws", json_integer(l->standings.draws));
    put(r, "least", json_integer(l->scheme.rules.comparable));
    scheme_weight_text(l->scheme.rules.apart, weight);
    put(r, "apart", json_string(weight));
    put_missing(r);
    put_owed(r);
}

/* == The page ====================================================================== */

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct ranking *r = (struct ranking *)s;

    r->words = assess_words(s->x, st, catalogue, now_ms);
    if (!ranking_read(st, r, now_ms, err))
        return false;
    if (!assessment_final(st, r->year, &r->final, err)) {
        ranking_free(r);
        return false;
    }
    r->data = json_object();
    put_choices(r);
    put_basis(r);
    put_groups(r);
    ranking_free(r);
    return true;
}

static void show_page(struct exchange *x, struct step *s)
{
    struct ranking *r = (struct ranking *)s;
    json_t *data = assess_frame(x, &r->staff, r->words.lang, r->year, pattern);

    json_object_update_new(data, r->data);
    page_answer(x, 200, "assess_ranking", catalogue, r->words.lang, data);
}

void page_ranking(struct exchange *x)
{
    struct ranking *r = staff_new(x, sizeof(*r));

    staff_read(&r->staff, read_page, show_page);
}

/* == The way in ==================================================================== */

static bool find_year(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct ranking *r = (struct ranking *)s;

    (void)err;
    r->year = hall_local_date(st->frame, now_ms) / 10000;
    return true;
}

static void show_year(struct exchange *x, struct step *s)
{
    assess_go(x, ((struct ranking *)s)->year, "");
}

void page_assess(struct exchange *x)
{
    struct ranking *r = staff_new(x, sizeof(*r));

    staff_read(&r->staff, find_year, show_year);
}
