/*
 * person_book.c — the facts about one clerk's year as rows of a workbook (person_view.h).
 *
 * One long table: which part, what, in which channel, how many of how many, the share
 * with its interval, and what is to be kept in mind.
 */
#include "web/person_view.h"

#include <stdio.h>

static const char catalogue[] = "person_sheet";

static const char *say(const struct person_view *v, const char *key)
{
    return page_text(v->words.site, catalogue, v->words.lang, key);
}

struct line {
    const char *part, *what, *of, *remark; /* `of`: a channel, matter or window */
    int64_t k, n;                          /* n -1: a count alone */
};

static void put_line(const struct person_view *v, struct sheet *s, const struct line *l)
{
    const struct rate r = rate_of(l->n > 0 ? l->k : 0, l->n > 0 ? l->n : 0);
    bool share = l->n > 0;

    sheet_text(s, say(v, l->part));
    sheet_text(s, l->what);
    sheet_text(s, l->of);
    sheet_number(s, (double)l->k);
    if (l->n >= 0)
        sheet_number(s, (double)l->n);
    else
        sheet_empty(s);
    if (share) {
        sheet_number(s, (double)r.k / (double)r.n);
        sheet_number(s, r.low);
        sheet_number(s, r.high);
    } else {
        sheet_empty(s);
        sheet_empty(s);
        sheet_empty(s);
    }
    sheet_text(s, share && !rate_comparable(&r) ? say(v, "small") : l->remark);
    sheet_next_row(s);
}

static void put_rate(const struct person_view *v, struct sheet *s, const char *part,
                     const char *what, const char *of, struct rate r)
{
    put_line(v, s, &(struct line){part, what, of, "", r.k, r.n});
}

static void put_count(const struct person_view *v, struct sheet *s, const char *part,
                      const char *what, const char *of, int64_t n)
{
    put_line(v, s, &(struct line){part, what, of, "", n, -1});
}

static const char *channel_word(const struct person_view *v, int channel)
{
    return staff_word(&v->words, "channel",
                      rating_channel_name((enum rating_channel)channel));
}

static void put_dim(const struct person_view *v, struct sheet *s, const char *part,
                    int dim, const char *name)
{
    for (int channel = 0; channel < CLERK_SHEET_CHANNELS; channel++) {
        const struct rate good = grades_good(&v->dims[channel][dim]);

        if (good.n > 0)
            put_rate(v, s, part, staff_word(&v->words, "dim", name),
                     channel_word(v, channel), good);
    }
}

static void put_work(const struct person_view *v, struct sheet *s, const char *what,
                     const struct rates *rates)
{
    for (size_t i = 0; i < rates->count; i++)
        put_count(v, s, "capacity", say(v, what),
                  rates->list[i].name[0] != '\0' ? rates->list[i].name
                                                 : rates->list[i].code,
                  rates->list[i].closed);
}

static void put_channels(const struct person_view *v, struct sheet *s)
{
    for (int channel = 0; channel < RATE_CHANNELS; channel++) {
        const struct grade_counts g = rate_grades(&v->own, channel);
        int64_t excluded = rate_excluded_of(&v->own, channel);
        const char *of = channel_word(v, channel);

        if (grades_rated(&g) > 0) {
            put_rate(v, s, "delivery", say(v, "good"), of, grades_good(&g));
            put_rate(v, s, "delivery", say(v, "strict"), of, grades_strict(&g));
            put_rate(v, s, "delivery", say(v, "bad"), of, grades_bad(&g));
        }
        if (excluded > 0)
            put_count(v, s, "delivery", say(v, "excluded"), of, excluded);
    }
}

static void put_delivery(const struct person_view *v, struct sheet *s)
{
    put_count(v, s, "delivery", say(v, "closed"), "", v->own.closed);
    put_rate(v, s, "delivery", say(v, "participation"), "", rate_participation(&v->own));
    put_channels(v, s);
    put_dim(v, s, "delivery", 0, "attitude");
    put_rate(v, s, "delivery", say(v, "promise"), "",
             rate_of(v->promises.kept, v->promises.closed));
    put_count(v, s, "delivery", say(v, "orders"), "", v->own.orders.bad);
    put_rate(v, s, "delivery", say(v, "reply"), "", rate_reply(&v->own));
    put_rate(v, s, "delivery", say(v, "fix"), "", rate_fix(&v->own));
    put_rate(v, s, "delivery", say(v, "satisfaction"), "", rate_satisfaction(&v->own));
    for (int way = 0; way < PRAISE_WAYS; way++)
        put_count(v, s, "delivery", say(v, "praise"),
                  staff_word(&v->words, "praise", praise_way_name((enum praise_way)way)),
                  v->praises[way]);
    for (int kind = 0; kind < DAY_LOG_KINDS; kind++)
        put_count(
            v, s, "delivery", say(v, "log"),
            staff_word(&v->words, "log", day_log_kind_name((enum day_log_kind)kind)),
            v->log[kind]);
}

static void put_integrity(const struct person_view *v, struct sheet *s)
{
    put_dim(v, s, "integrity", 3, "integrity");
    put_count(v, s, "integrity", say(v, "extra_papers"), "", v->extra_papers);
    put_count(v, s, "integrity", say(v, "appeals_open"), "", v->appeals.open);
    put_count(v, s, "integrity", say(v, "appeals_upheld"), "", v->appeals.upheld);
    put_count(v, s, "integrity", say(v, "appeals_excluded"), "", v->appeals.excluded);
    if (v->sealed)
        put_count(v, s, "integrity", say(v, "hints"), "", v->hints);
}

static void put_about(const struct person_view *v, struct sheet *s)
{
    json_t *caveats = person_caveats(v), *one;
    char year[8], now[ZONE_ISO];
    size_t i;

    snprintf(year, sizeof(year), "%d", v->year);
    zone_iso(v->words.frame->zone, v->words.now_ms, now);
    sheet_about(s, say(v, "title"), v->words.frame->name);
    sheet_about(s, say(v, "clerk"), v->place.name);
    sheet_about(s, say(v, "code"), v->place.code);
    sheet_about(s, say(v, "department"),
                v->place.department_name[0] != '\0' ? v->place.department_name : "–");
    sheet_about(s, say(v, "year"), year);
    sheet_about(s, say(v, "cut_off"), now);
    sheet_about(s, say(v, "sheet_about"), say(v, "banner"));
    json_array_foreach(caveats, i, one)
        sheet_about(s, say(v, "caveats"), json_string_value(one));
    json_decref(caveats);
}

void person_view_sheet(const struct person_view *v, struct sheet *s)
{
    static const char *const columns[] = {"part",  "what", "of",   "k",     "n",
                                          "share", "low",  "high", "remark"};

    put_about(v, s);
    for (size_t i = 0; i < LENGTH(columns); i++)
        sheet_column(s, say(v, columns[i]), i < 3 ? 28 : i == 8 ? 30 : 10);
    put_work(v, s, "matters", &v->by_matter);
    put_work(v, s, "windows", &v->by_window);
    put_dim(v, s, "capacity", 1, "efficiency");
    put_dim(v, s, "capacity", 2, "quality");
    put_delivery(v, s);
    put_integrity(v, s);
}
