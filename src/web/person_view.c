/*
 * person_view.c — see person_view.h.
 */
#include "web/person_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/day_log_store.h"
#include "web/form.h"
#include "web/rate_view.h"

static const char catalogue[] = "person_sheet";

/* In the order of the dimensions everywhere. */
enum { ATTITUDE, EFFICIENCY, QUALITY, INTEGRITY };
static const char *const dims[CLERK_SHEET_DIMS] = {"attitude", "efficiency", "quality",
                                                   "integrity"};

static const char *say(const struct person_view *v, const char *key)
{
    return page_text(v->words.site, catalogue, v->words.lang, key);
}

static const char *channel_word(const struct person_view *v, int channel)
{
    return staff_word(&v->words, "channel",
                      rating_channel_name((enum rating_channel)channel));
}

/* == Gathering ==================================================================== */

static bool has_tag(const char *tags, const char *code)
{
    for (; tags != NULL && *tags != '\0'; tags = strchr(tags, ','), tags += tags != NULL)
        if (strncmp(tags, code, 3) == 0)
            return true;
    return false;
}

/* Extra conditions and extra papers are the classic sign; what counts no more does not.
 */
static void add_order(void *self, const struct clerk_order *o)
{
    struct person_view *v = self;

    v->orders = memory_resize(v->orders, (v->order_count + 1) * sizeof(*v->orders));
    v->orders[v->order_count++] = *o;
    if (!o->corrected && !o->excluded &&
        (has_tag(o->tags, "108") || has_tag(o->tags, "109")))
        v->extra_papers++;
}

static void add_log(void *self, const struct day_log_entry *entry)
{
    struct person_view *v = self;

    v->log_read++;
    if (entry->corrected_by != 0)
        return;
    v->log[entry->kind]++;
    v->log_late += entry->late;
}

static bool read_rates(struct store *st, struct person_view *v, int64_t now_ms,
                       struct error *err)
{
    struct rate_query q = {.by = RATE_BY_CLERK,
                           .from = v->year * 10000 + 101,
                           .to = v->year * 10000 + 1231,
                           .clerk = v->clerk,
                           .now_ms = now_ms};

    if (!rates_read(st, &q, &v->by_clerk, err))
        return false;
    if (v->by_clerk.count > 0)
        v->own = v->by_clerk.list[0];
    q.by = RATE_BY_WINDOW;
    if (!rates_read(st, &q, &v->by_window, err))
        return false;
    q.by = RATE_BY_MATTER;
    return rates_read(st, &q, &v->by_matter, err);
}

/* The log is the window's: a clerk without one has none. */
static bool read_log(struct store *st, struct person_view *v, struct error *err)
{
    return v->place.window[0] == '\0' ||
           day_log_list(st, v->year * 10000 + 101, v->year * 10000 + 1231,
                        v->place.window, NULL, add_log, v, err);
}

bool person_view_read(struct store *st, struct person_view *v, int64_t now_ms,
                      bool *found, struct error *err)
{
    const struct clerk_query q = {v->clerk, v->year};

    if (!clerk_place_find(st, v->clerk, &v->place, found, err))
        return false;
    if (!*found)
        return true;
    return read_rates(st, v, now_ms, err) && clerk_dims(st, &q, v->dims, err) &&
           clerk_promises(st, &q, &v->promises, err) &&
           clerk_appeals(st, &q, &v->appeals, err) &&
           clerk_praises(st, &q, v->praises, err) &&
           (!v->sealed || clerk_hints(st, &q, &v->hints, err)) &&
           clerk_orders(st, &q, add_order, v, err) && read_log(st, v, err);
}

void person_view_free(struct person_view *v)
{
    rates_free(&v->by_clerk);
    rates_free(&v->by_window);
    rates_free(&v->by_matter);
    free(v->orders);
}

/* == Links ======================================================================== */

/* The ratings behind a figure: /ratings?clerk=…&closed_from=…. Given. */
static json_t *ratings_link(const struct person_view *v, const char *channel)
{
    struct buf href = buf_new(1024);
    char from[16], to[16];
    json_t *out;

    snprintf(from, sizeof(from), "%d-01-01", v->year);
    snprintf(to, sizeof(to), "%d-12-31", v->year);
    buf_add_text(&href, "/ratings");
    query_add(&href, "clerk", v->clerk);
    query_add(&href, "closed_from", from);
    query_add(&href, "closed_to", to);
    query_add(&href, "channel", channel);
    out = json_string(buf_text(&href));
    buf_free(&href);
    return out;
}

/* == Capacity ===================================================================== */

static json_t *work_json(const struct person_view *v, const struct rates *rates)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < rates->count; i++) {
        const struct rate_group *g = &rates->list[i];
        const struct rate share = rate_of(g->closed, v->own.closed);
        char text[RATE_TEXT];

        rate_text(rate_permille(&share), text);
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:I, s:s, s:b}", "code", g->code,
                                        "name", g->name[0] != '\0' ? g->name : g->code,
                                        "closed", (json_int_t)g->closed, "share", text,
                                        "usual", strcmp(g->code, v->place.window) == 0));
    }
    return rows;
}

/* A dimension, channel by channel; those that nobody gave are left out. */
static void add_dim(const struct person_view *v, json_t *rows, int dim)
{
    for (int channel = 0; channel < CLERK_SHEET_CHANNELS; channel++) {
        const struct rate good = grades_good(&v->dims[channel][dim]);
        json_t *counts;

        if (good.n == 0)
            continue;
        counts = json_array();
        for (int grade = 5; grade >= 1; grade--)
            json_array_append_new(
                counts, json_integer((json_int_t)v->dims[channel][dim].of[grade]));
        json_array_append_new(rows, json_pack("{s:s, s:s, s:o, s:o}", "name",
                                              staff_word(&v->words, "dim", dims[dim]),
                                              "channel", channel_word(v, channel), "good",
                                              rate_view(&good), "counts", counts));
    }
}

static void put_list(json_t *data, const char *key, const char *some, json_t *rows)
{
    json_object_set_new(data, some, json_boolean(json_array_size(rows) > 0));
    json_object_set_new(data, key, rows);
}

static void put_capacity(const struct person_view *v, json_t *data)
{
    json_t *rows = json_array();

    add_dim(v, rows, EFFICIENCY);
    add_dim(v, rows, QUALITY);
    put_list(data, "matters", "some_matters", work_json(v, &v->by_matter));
    put_list(data, "windows", "some_windows", work_json(v, &v->by_window));
    put_list(data, "capacity_dims", "some_capacity_dims", rows);
}

/* == Delivery ===================================================================== */

static json_t *channels_json(const struct person_view *v)
{
    json_t *rows = json_array();

    for (int channel = 0; channel < RATE_CHANNELS; channel++) {
        const struct grade_counts g = rate_grades(&v->own, channel);
        const struct rate good = grades_good(&g), strict = grades_strict(&g);
        const struct rate bad = grades_bad(&g);
        int64_t excluded = rate_excluded_of(&v->own, channel);
        json_t *counts;

        if (good.n + g.of[0] + excluded == 0)
            continue;
        counts = json_array();
        for (int grade = 5; grade >= 0; grade--)
            json_array_append_new(counts, json_integer((json_int_t)g.of[grade]));
        json_array_append_new(
            rows,
            json_pack(
                "{s:s, s:I, s:o, s:o, s:o, s:o, s:I, s:o}", "channel",
                channel_word(v, channel), "n", (json_int_t)(good.n + g.of[0]), "good",
                rate_view(&good), "strict", rate_view(&strict), "bad", rate_view(&bad),
                "counts", counts, "excluded", (json_int_t)excluded, "href",
                ratings_link(v, rating_channel_name((enum rating_channel)channel))));
    }
    return rows;
}

static json_t *orders_json(const struct person_view *v)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < v->order_count; i++) {
        const struct clerk_order *o = &v->orders[i];
        char id[24];

        snprintf(id, sizeof(id), "%lld", (long long)o->id);
        json_array_append_new(
            rows,
            json_pack(
                "{s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:b, s:b}", "id", id, "number",
                o->number, "opened", staff_time(&v->words, o->opened_ms), "channel",
                staff_word(&v->words, "channel", o->channel), "grade",
                staff_grade(&v->words, o->grade), "state",
                staff_word(&v->words, "order", order_state_name(o->state)), "verdict",
                o->verdict[0] != '\0' ? staff_word(&v->words, "said", o->verdict) : "–",
                "corrected", o->corrected, "excluded", o->excluded));
    }
    return rows;
}

static json_t *ways_json(const struct person_view *v)
{
    json_t *rows = json_array();

    for (int way = 0; way < PRAISE_WAYS; way++)
        if (v->praises[way] > 0)
            json_array_append_new(
                rows, json_pack("{s:s, s:I}", "name",
                                staff_word(&v->words, "praise",
                                           praise_way_name((enum praise_way)way)),
                                "n", (json_int_t)v->praises[way]));
    return rows;
}

static json_t *log_json(const struct person_view *v)
{
    json_t *rows = json_array();

    for (int kind = 0; kind < DAY_LOG_KINDS; kind++)
        if (v->log[kind] > 0)
            json_array_append_new(
                rows, json_pack("{s:s, s:I}", "name",
                                staff_word(&v->words, "log",
                                           day_log_kind_name((enum day_log_kind)kind)),
                                "n", (json_int_t)v->log[kind]));
    return rows;
}

static void put_delivery(const struct person_view *v, json_t *data)
{
    const struct rate part = rate_participation(&v->own), reach = rate_reach(&v->own);
    const struct rate kept = rate_of(v->promises.kept, v->promises.closed);
    const struct rate reply = rate_reply(&v->own), fix = rate_fix(&v->own);
    const struct rate satisfied = rate_satisfaction(&v->own);
    json_t *rows = json_array();

    add_dim(v, rows, ATTITUDE);
    json_object_set_new(data, "closed", json_integer((json_int_t)v->own.closed));
    json_object_set_new(data, "ratable", json_integer((json_int_t)v->own.ratable));
    json_object_set_new(data, "participation", rate_view(&part));
    json_object_set_new(data, "reach", rate_view(&reach));
    json_object_set_new(data, "kept", rate_view(&kept));
    json_object_set_new(data, "reply", rate_view(&reply));
    json_object_set_new(data, "fix", rate_view(&fix));
    json_object_set_new(data, "satisfied", rate_view(&satisfied));
    json_object_set_new(data, "bad", json_integer((json_int_t)v->own.orders.bad));
    json_object_set_new(data, "unnamed", json_integer((json_int_t)v->own.orders.unnamed));
    put_list(data, "channels", "some_channels", channels_json(v));
    put_list(data, "delivery_dims", "some_delivery_dims", rows);
    put_list(data, "orders", "some_orders", orders_json(v));
    put_list(data, "ways", "some_ways", ways_json(v));
    put_list(data, "log", "some_log", log_json(v));
    json_object_set_new(data, "log_late", json_integer((json_int_t)v->log_late));
}

/* == Integrity ==================================================================== */

static void put_integrity(const struct person_view *v, json_t *data)
{
    json_t *rows = json_array();

    add_dim(v, rows, INTEGRITY);
    put_list(data, "integrity_dims", "some_integrity_dims", rows);
    json_object_set_new(data, "extra_papers", json_integer((json_int_t)v->extra_papers));
    json_object_set_new(data, "sealed", json_boolean(v->sealed));
    json_object_set_new(data, "hints", json_integer((json_int_t)v->hints));
    json_object_set_new(data, "appeals_open", json_integer((json_int_t)v->appeals.open));
    json_object_set_new(data, "appeals_upheld",
                        json_integer((json_int_t)v->appeals.upheld));
    json_object_set_new(data, "appeals_excluded",
                        json_integer((json_int_t)v->appeals.excluded));
}

/* == What is to be kept in mind =================================================== */

static void add_number(char out[24], int64_t number)
{
    snprintf(out, 24, "%lld", (long long)number);
}

static json_t *phrase(const struct person_view *v, const char *key, int64_t n, int64_t of)
{
    char first[24], second[24];

    add_number(first, n);
    add_number(second, of);
    return page_phrase(v->words.site, catalogue, v->words.lang, key, "n", first, "of",
                       second, NULL);
}

static int64_t covered(const struct person_view *v)
{
    int64_t elsewhere = 0;

    for (size_t i = 0; i < v->by_window.count; i++)
        if (strcmp(v->by_window.list[i].code, v->place.window) != 0)
            elsewhere += v->by_window.list[i].closed;
    return elsewhere;
}

/* Channels in which fewer gave an overall grade than can be compared. */
static int small_channels(const struct person_view *v, int *used)
{
    int small = 0;

    *used = 0;
    for (int channel = 0; channel < RATE_CHANNELS; channel++) {
        const struct grade_counts g = rate_grades(&v->own, channel);
        const struct rate good = grades_good(&g);

        *used += good.n > 0;
        small += good.n > 0 && !rate_comparable(&good);
    }
    return small;
}

json_t *person_caveats(const struct person_view *v)
{
    json_t *list = json_array();
    int used, small = small_channels(v, &used);
    struct local_time now;
    int64_t most = 0;

    zone_local(v->words.frame->zone, v->words.now_ms, &now);
    for (size_t i = 0; i < v->by_matter.count; i++)
        if (v->by_matter.list[i].closed > most)
            most = v->by_matter.list[i].closed;
    if (now.year <= v->year)
        json_array_append_new(list, phrase(v, "caveat_running", 0, 0));
    if (used == 0)
        json_array_append_new(list, phrase(v, "caveat_none", 0, 0));
    if (small > 0)
        json_array_append_new(list, phrase(v, "caveat_small", small, used));
    if (used > 1)
        json_array_append_new(list, phrase(v, "caveat_channels", used, 0));
    if (v->by_matter.count > 0)
        json_array_append_new(
            list, phrase(v, "caveat_matters", (int64_t)v->by_matter.count, most));
    if (covered(v) > 0)
        json_array_append_new(list,
                              phrase(v, "caveat_covered", covered(v), v->own.closed));
    if (v->own.ratable > 0)
        json_array_append_new(
            list, phrase(v, "caveat_unrated", rate_unrated(&v->own).k, v->own.ratable));
    if (v->appeals.excluded > 0)
        json_array_append_new(list, phrase(v, "caveat_excluded", v->appeals.excluded, 0));
    if (v->appeals.open > 0)
        json_array_append_new(list, phrase(v, "caveat_open", v->appeals.open, 0));
    if (v->log_read > 0)
        json_array_append_new(list, phrase(v, "caveat_log", v->log_read, 0));
    if (v->log_read >= PERSON_DAYS_SHOWN)
        json_array_append_new(list, phrase(v, "caveat_log_cut", v->log_read, 0));
    json_array_append_new(list, phrase(v, "caveat_last", 0, 0));
    return list;
}

void person_view_put(const struct person_view *v, json_t *data)
{
    json_object_update_new(
        data,
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o}", "year", v->year, "clerk",
                  v->place.name, "code", v->place.code, "window",
                  v->place.window_name[0] != '\0' ? v->place.window_name
                                                  : say(v, "no_window"),
                  "department",
                  v->place.department_name[0] != '\0' ? v->place.department_name : "–",
                  "cut_off", staff_time(&v->words, v->words.now_ms), "caveats",
                  person_caveats(v)));
    put_capacity(v, data);
    put_delivery(v, data);
    put_integrity(v, data);
}
