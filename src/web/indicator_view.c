/*
 * indicator_view.c — see indicator_view.h.
 */
#include "web/indicator_view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pack.h"
#include "store/scheme_store.h"
#include "store/trait_store.h"
#include "web/form.h"
#include "web/rate_ask.h"
#include "web/rate_view.h"

static const char catalogue[] = "indicators";

static const char *say(const struct indicator_view *v, const char *key)
{
    return page_text(v->words.site, catalogue, v->words.lang, key);
}

const char *indicator_word(const struct indicator_view *v, const char *prefix,
                           const char *name)
{
    char key[64];

    snprintf(key, sizeof(key), "%s_%s", prefix, name);
    return say(v, key);
}

/* == Gathering ==================================================================== */

static bool is_asked(const struct indicator_view *v, const char *department)
{
    return v->department == NULL || strcmp(v->department, department) == 0;
}

static void add_sum(void *self, const struct trait_sum *sum)
{
    struct indicator_view *v = self;

    if (is_asked(v, sum->department))
        indicators_add(&v->in, &(struct indicator_row){.department = sum->department,
                                                       .name = sum->department_name,
                                                       .matter = sum->matter,
                                                       .packed = sum->packed,
                                                       .cases = sum->cases,
                                                       .days = sum->days,
                                                       .squares = sum->squares});
}

/* What staff entered from paper compares nothing. */
static void add_grade(void *self, const struct trait_grade *g)
{
    struct indicator_view *v = self;

    if (is_asked(v, g->department) && g->channel != CHANNEL_PAPER)
        indicators_add_grades(&v->in, g->department, g->matter, g->packed, g->channel,
                              &g->grades);
}

static struct complaint_unit *complaint_unit(struct indicator_view *v,
                                             const struct bad_rating *r)
{
    struct complaint_unit *u =
        v->complaint_count > 0 ? &v->complaints[v->complaint_count - 1] : NULL;

    if (u != NULL && strcmp(u->code, r->department) == 0)
        return u;
    v->complaints =
        memory_resize(v->complaints, (v->complaint_count + 1) * sizeof(*v->complaints));
    u = &v->complaints[v->complaint_count++];
    *u = (struct complaint_unit){0};
    snprintf(u->code, sizeof(u->code), "%s", r->department);
    snprintf(u->name, sizeof(u->name), "%s", r->department_name);
    return u;
}

static void add_bad(void *self, const struct bad_rating *r)
{
    struct indicator_view *v = self;
    struct complaint_unit *u;
    unsigned by_tag, by_word = 0, doubtful = 0;

    if (!is_asked(v, r->department))
        return;
    u = complaint_unit(v, r);
    by_tag = complaint_of_tags(v->heads, r->tags);
    if (r->words != NULL)
        by_word = complaint_of_words(v->heads, r->words, &doubtful);
    u->n++;
    u->tagged += r->tags[0] != '\0';
    u->worded += r->words != NULL;
    u->erased += r->erased;
    for (int head = 0; head < COMPLAINT_HEADS; head++) {
        u->by_tag[head] += by_tag >> head & 1;
        u->by_word[head] += by_word >> head & 1;
        u->doubtful[head] += doubtful >> head & 1;
    }
}

static void add_moved(void *self, const struct concentration *c)
{
    struct indicator_view *v = self;
    struct moved_figure *m, *last;

    if (!is_asked(v, c->department))
        return;
    v->moved = memory_resize(v->moved, (v->moved_count + 1) * sizeof(*v->moved));
    m = &v->moved[v->moved_count];
    last = v->moved_count > 0 ? m - 1 : NULL;
    *m = (struct moved_figure){.evidence = memory_text(c->evidence),
                               .by = memory_text(c->by[0] != '\0' ? c->by : c->actor),
                               .kind = c->kind,
                               .moved = c->moved,
                               .whole = c->whole,
                               .at_ms = c->at_ms,
                               .day = c->day};
    snprintf(m->department, sizeof(m->department), "%s", c->department);
    snprintf(m->name, sizeof(m->name), "%s", c->department_name);
    m->newest = last == NULL || last->kind != c->kind ||
                strcmp(last->department, c->department) != 0;
    v->moved_count++;
}

static bool read_heads(struct indicator_view *v, struct error *err)
{
    const struct pack_file *file = pack_find("templates/indicators/complaints.json");

    return complaints_parse((const char *)file->bytes, file->length, &v->heads, err);
}

bool indicator_view_read(struct store *st, struct indicator_view *v, int64_t now_ms,
                         struct error *err)
{
    int from = v->year * 10000 + 101, to = v->year * 10000 + 1231;
    struct scheme_state state;

    if (!read_heads(v, err) ||
        !trait_sums_each(st, v->year * 100 + 1, v->year * 100 + 12, add_sum, v, err))
        return false;
    indicators_end(&v->in);
    if (!trait_grades_each(st, v->year * 100 + 1, v->year * 100 + 12, add_grade, v, err))
        return false;
    indicators_end(&v->in);
    if (!bad_ratings_each(st, from, to, add_bad, v, err) ||
        !concentrations_each(st, from, to, add_moved, v, err) ||
        !scheme_present(st, v->year, now_ms, &v->scheme, &state, err))
        return false;
    v->scheme_version = v->scheme.version;
    v->scheme_adopted = state.adopted != 0;
    return true;
}

void indicator_view_free(struct indicator_view *v)
{
    indicators_free(&v->in);
    complaints_free(v->heads);
    free(v->complaints);
    for (size_t i = 0; i < v->moved_count; i++) {
        free(v->moved[i].evidence);
        free(v->moved[i].by);
    }
    free(v->moved);
    scheme_free(&v->scheme);
}

/* The ratings of a department's cases of the year; `q` narrows them. Given. */
static json_t *ratings_link(const struct indicator_view *v, const char *department,
                            const char *q)
{
    struct buf href = buf_new(1024);
    char from[16], to[16];
    json_t *out;

    snprintf(from, sizeof(from), "%d-01-01", v->year);
    snprintf(to, sizeof(to), "%d-12-31", v->year);
    buf_add_text(&href, "/ratings");
    query_add(&href, "department", department);
    query_add(&href, "closed_from", from);
    query_add(&href, "closed_to", to);
    query_add(&href, "q", q);
    out = json_string(buf_text(&href));
    buf_free(&href);
    return out;
}

/* == Services ===================================================================== */

enum { NUMBER = 24 };

/* "+1.3" of a difference; the interval is rounded outward. */
static json_t *difference_json(const struct difference *e, double unit)
{
    char value[NUMBER], low[NUMBER], high[NUMBER];

    snprintf(value, sizeof(value), "%+.1f", e->value * unit);
    snprintf(low, sizeof(low), "%+.1f", floor(e->low * unit * 10) / 10);
    snprintf(high, sizeof(high), "%+.1f", ceil(e->high * unit * 10) / 10);
    return json_pack("{s:b, s:s, s:s, s:s, s:I, s:I, s:b}", "known", e->known, "value",
                     value, "low", low, "high", high, "with", (json_int_t)e->with,
                     "without", (json_int_t)e->without, "small",
                     e->known && !e->comparable);
}

/* The mean in tenths of a day, rounded half up. */
static void mean_text(const struct difference_days *d, char out[NUMBER])
{
    int64_t tenths = d->n > 0 ? (20 * d->sum + d->n) / (2 * d->n) : 0;

    snprintf(out, NUMBER, "%lld.%lld", (long long)(tenths / 10),
             (long long)(tenths % 10));
    if (d->n == 0)
        snprintf(out, NUMBER, "–");
}

static json_t *services_json(const struct indicator_view *v)
{
    json_t *rows = json_array();

    for (int s = 0; s < SERVICES; s++) {
        const struct indicator_service *one = &v->in.services[s];
        const struct indicator_share *share = &v->in.all.services[s];
        const struct difference days = difference_of_days(&one->days);
        const struct difference good = difference_of_shares(&one->good);
        const struct rate rate = rate_of(share->k, share->n);
        char with[NUMBER], without[NUMBER];

        mean_text(&one->with, with);
        mean_text(&one->without, without);
        json_array_append_new(
            rows, json_pack("{s:s, s:o, s:s, s:s, s:o, s:o}", "name",
                            indicator_word(v, "service", service_name((enum service)s)),
                            "share", rate_view(&rate), "mean_with", with, "mean_without",
                            without, "days", difference_json(&days, 1), "good",
                            difference_json(&good, 100)));
    }
    return rows;
}

/* == Where it was decided, and how often they came ================================= */

static void trips_text(const struct indicator_unit *u, char out[NUMBER])
{
    int64_t hundredths =
        u->trips_n > 0 ? (200 * u->trips_sum + u->trips_n) / (2 * u->trips_n) : 0;

    snprintf(out, NUMBER, "%lld.%02lld", (long long)(hundredths / 100),
             (long long)(hundredths % 100));
    if (u->trips_n == 0)
        snprintf(out, NUMBER, "–");
}

static json_t *unit_json(const struct indicator_view *v, const struct indicator_unit *u,
                         const char *name)
{
    const struct rate window = rate_of(u->window.k, u->window.n);
    const struct rate again = rate_of(u->again.k, u->again.n);
    json_t *trips = json_array();
    char mean[NUMBER];

    for (int i = 0; i < INDICATOR_TRIPS; i++)
        json_array_append_new(trips, json_integer((json_int_t)u->trips[i]));
    trips_text(u, mean);
    return json_pack("{s:s, s:o, s:o, s:o, s:s, s:I, s:o}", "name", name, "href",
                     ratings_link(v, u->code, NULL), "window", rate_view(&window),
                     "again", rate_view(&again), "mean", mean, "trips_n",
                     (json_int_t)u->trips_n, "trips", trips);
}

static json_t *units_json(const struct indicator_view *v)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < v->in.count; i++)
        json_array_append_new(rows, unit_json(v, &v->in.units[i], v->in.units[i].name));
    if (v->in.count > 1) {
        json_t *all = unit_json(v, &v->in.all, say(v, "all_departments"));

        json_object_set_new(all, "pooled", json_true());
        json_array_append_new(rows, all);
    }
    return rows;
}

/* == Complaints =================================================================== */

static json_t *heads_json(const struct indicator_view *v)
{
    json_t *heads = json_array();

    for (int head = 0; head < COMPLAINT_HEADS; head++)
        json_array_append_new(
            heads, json_string(indicator_word(
                       v, "head", complaint_head_name((enum complaint_head)head))));
    return heads;
}

static json_t *complaints_json(const struct indicator_view *v)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < v->complaint_count; i++) {
        const struct complaint_unit *u = &v->complaints[i];
        json_t *heads = json_array();

        for (int head = 0; head < COMPLAINT_HEADS; head++)
            json_array_append_new(
                heads, json_pack("{s:b, s:I, s:I, s:I}", "tagged",
                                 complaints_has_tag(v->heads, (enum complaint_head)head),
                                 "tags", (json_int_t)u->by_tag[head], "words",
                                 (json_int_t)u->by_word[head], "doubtful",
                                 (json_int_t)u->doubtful[head]));
        json_array_append_new(
            rows,
            json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:o}", "name", u->name, "href",
                      ratings_link(v, u->code, "grade:1,2"), "n", (json_int_t)u->n,
                      "tagged", (json_int_t)u->tagged, "worded", (json_int_t)u->worded,
                      "erased", (json_int_t)u->erased, "heads", heads));
    }
    return rows;
}

/* == Concentrations =============================================================== */

static json_t *moved_json(const struct indicator_view *v, const struct moved_figure *m)
{
    const struct rate rate = rate_of(m->moved, m->whole);
    char share[RATE_TEXT], day[16];

    rate_text(rate_permille(&rate), share);
    rate_day_text(m->day, day);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:s, s:o}", "name", m->name,
                     "kind", indicator_word(v, "moved", concentration_name(m->kind)),
                     "share", share, "k", (json_int_t)m->moved, "n", (json_int_t)m->whole,
                     "day", day, "evidence", m->evidence, "by", m->by, "at",
                     staff_time(&v->words, m->at_ms));
}

static void put_moved(const struct indicator_view *v, json_t *data)
{
    json_t *newest = json_array(), *older = json_array();

    for (size_t i = 0; i < v->moved_count; i++)
        json_array_append_new(v->moved[i].newest ? newest : older,
                              moved_json(v, &v->moved[i]));
    json_object_set_new(data, "some_moved", json_boolean(json_array_size(newest) > 0));
    json_object_set_new(data, "some_older", json_boolean(json_array_size(older) > 0));
    json_object_set_new(data, "moved", newest);
    json_object_set_new(data, "older", older);
}

/* == Whose figures the score is made of ============================================ */

const char *const indicator_sources[PART_SOURCES] = {
    [SOURCE_CITIZENS] = "citizens",
    [SOURCE_RECORDS] = "records",
    [SOURCE_ASSESSORS] = "assessors",
};

void indicator_weigh(const struct scheme *s, enum part_source source, int *whole,
                     int *hall)
{
    *whole = *hall = 0;
    for (size_t i = 0; i < s->part_count; i++)
        if (s->parts[i].source == source) {
            *whole += s->parts[i].weight;
            *hall += s->parts[i].hall ? s->parts[i].weight : 0;
        }
}

/* A part of the hall's weight in per cent with two decimals, half up. */
static void of_hall(int part, int whole, char out[8])
{
    int64_t share = whole > 0 ? ((int64_t)2 * part * SCHEME_WEIGHT_WHOLE + whole) /
                                    ((int64_t)2 * whole)
                              : 0;

    scheme_weight_text((int)share, out);
}

static json_t *sources_json(const struct indicator_view *v)
{
    json_t *rows = json_array();

    for (int i = 0; i < PART_SOURCES; i++) {
        char weight[8], hall_weight[8], hall_share[8];
        int whole, hall;

        indicator_weigh(&v->scheme, (enum part_source)i, &whole, &hall);
        scheme_weight_text(whole, weight);
        scheme_weight_text(hall, hall_weight);
        of_hall(hall, scheme_hall_weight(&v->scheme), hall_share);
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:s, s:s}", "name",
                                        indicator_word(v, "source", indicator_sources[i]),
                                        "weight", weight, "hall_weight", hall_weight,
                                        "hall_share", hall_share));
    }
    return rows;
}

static json_t *parts_json(const struct indicator_view *v)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < v->scheme.part_count; i++) {
        const struct scheme_part *p = &v->scheme.parts[i];
        char weight[8];

        scheme_weight_text(p->weight, weight);
        json_array_append_new(
            rows, json_pack("{s:s, s:s, s:s, s:b}", "name",
                            v->words.lang == LANG_EN && p->name_en[0] != '\0' ? p->name_en
                                                                              : p->name,
                            "weight", weight, "source",
                            indicator_word(v, "source", indicator_sources[p->source]),
                            "of_hall", p->hall));
    }
    return rows;
}

void indicator_view_put(const struct indicator_view *v, json_t *data)
{
    json_object_set_new(data, "year", json_integer(v->year));
    json_object_set_new(data, "some_traits", json_boolean(v->in.count > 0));
    json_object_set_new(data, "services", services_json(v));
    json_object_set_new(data, "units", units_json(v));
    json_object_set_new(data, "some_bad", json_boolean(v->complaint_count > 0));
    json_object_set_new(data, "heads", heads_json(v));
    json_object_set_new(data, "complaints", complaints_json(v));
    json_object_set_new(data, "table_version",
                        json_integer(complaints_version(v->heads)));
    put_moved(v, data);
    json_object_set_new(data, "sources", sources_json(v));
    json_object_set_new(data, "parts", parts_json(v));
    json_object_set_new(data, "scheme_version", json_integer(v->scheme_version));
    json_object_set_new(data, "scheme_adopted", json_boolean(v->scheme_adopted));
}
