/*
 * ranking.c — see ranking.h.
 */
#include "web/ranking.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/review_query.h"

const char *const ranking_periods[] = {"year", "q1", "q2", "q3", "q4"};
const size_t ranking_period_count = LENGTH(ranking_periods);

bool ranking_months(int year, const char *period, int *from, int *to)
{
    *from = year * 100 + 1;
    *to = year * 100 + 12;
    if (period[0] == '\0' || strcmp(period, "year") == 0)
        return true;
    if (period[0] != 'q' || period[1] < '1' || period[1] > '4' || period[2] != '\0')
        return false;
    *to = year * 100 + 3 * (period[1] - '0');
    *from = *to - 2;
    return true;
}

/* == The question ================================================================== */

static const char *asked(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL ? value : "";
}

static bool read_by(struct ranking *r, struct error *err)
{
    static const struct {
        const char *name;
        enum assess_level level;
        enum rate_by by;
    } levels[] = {
        {"", ASSESS_DEPARTMENT, RATE_BY_DEPARTMENT},
        {"department", ASSESS_DEPARTMENT, RATE_BY_DEPARTMENT},
        {"window", ASSESS_WINDOW, RATE_BY_WINDOW},
        {"clerk", ASSESS_CLERK, RATE_BY_CLERK},
        {"hall", ASSESS_HALL, RATE_BY_HALL},
        {"county", ASSESS_HALL, RATE_BY_COUNTY},
    };

    for (size_t i = 0; i < LENGTH(levels); i++)
        if (strcmp(levels[i].name, r->by) == 0) {
            r->ask.by = levels[i].level;
            r->rates_of.by = levels[i].by;
            return true;
        }
    return error_field(err, "by",
                       "The field by must be department, window, clerk, hall "
                       "or county.");
}

static bool read_channel(struct ranking *r, struct error *err)
{
    r->ask.channel = -1;
    if (r->channel[0] == '\0')
        return true;
    for (size_t i = 0; i < review_channel_count; i++)
        if (strcmp(review_channels[i], r->channel) == 0)
            r->rates_of.channel = review_channels[i];
    r->ask.channel = assess_channel_read(r->channel);
    return (r->rates_of.channel != NULL && r->ask.channel >= 0) ||
           error_field(err, "channel",
                       "The field channel must be sms, ticket_qr, ticket_sms, desk, "
                       "paper or phone_audit.");
}

static int last_day(int month)
{
    int year, of_year, day;

    day_civil(day_number(month / 100, month % 100 + 1, 1) - 1, &year, &of_year, &day);
    return year * 10000 + of_year * 100 + day;
}

static bool read_question(struct ranking *r, int64_t now_ms, struct error *err)
{
    const struct exchange *x = r->staff.step.x;

    r->by = asked(x, "by");
    r->period = asked(x, "period");
    r->channel = asked(x, "channel");
    r->peer = asked(x, "peer");
    r->ask = (struct standing_ask){.year = r->year, .now_ms = now_ms};
    r->rates_of = (struct rate_query){.now_ms = now_ms};
    if (!read_by(r, err) || !read_channel(r, err))
        return false;
    if (!ranking_months(r->year, r->period, &r->ask.from_month, &r->ask.to_month))
        return error_field(err, "period",
                           "The field period must be year, q1, q2, q3 or "
                           "q4.");
    r->rates_of.from = r->ask.from_month * 100 + 1;
    r->rates_of.to = last_day(r->ask.to_month);
    return true;
}

/* == The answer ==================================================================== */

bool ranking_read(struct store *st, struct ranking *r, int64_t now_ms, struct error *err)
{
    struct exchange *x = r->staff.step.x;

    if (!assess_year_asked(x, &r->year, err) || !read_question(r, now_ms, err) ||
        !standing_look(st, &r->ask, &r->look, err))
        return false;
    if (rates_read(st, &r->rates_of, &r->rates, err))
        return true;
    ranking_free(r);
    return false;
}

void ranking_free(struct ranking *r)
{
    standing_look_free(&r->look);
    rates_free(&r->rates);
}

const struct assess_unit *ranking_unit(const struct ranking *r, const struct standing *s)
{
    return &r->look.book.units[s->unit];
}

const char *ranking_name(const struct ranking *r, const struct assess_unit *u)
{
    if (r->ask.by == ASSESS_HALL)
        return r->rates_of.by == RATE_BY_COUNTY ? r->words.frame->county
                                                : r->words.frame->name;
    return u->name[0] != '\0' ? u->name : u->code;
}

const struct rate_group *ranking_group(const struct ranking *r,
                                       const struct assess_unit *u)
{
    for (size_t i = 0; i < r->rates.count; i++)
        if (r->ask.by == ASSESS_HALL || strcmp(r->rates.list[i].code, u->code) == 0)
            return &r->rates.list[i];
    return NULL;
}

bool ranking_shows(const struct ranking *r, size_t peer)
{
    const struct scheme *s = &r->look.scheme;
    const char *code = peer < s->peer_count ? s->peers[peer].code : "-";

    return r->peer[0] == '\0' || strcmp(r->peer, code) == 0;
}

const char *ranking_peer_name(const struct ranking *r, size_t peer)
{
    const struct scheme *s = &r->look.scheme;

    if (peer < s->peer_count)
        return s->peers[peer].name;
    return staff_word(&r->words, "peers", s->peer_count > 0 ? "others" : "all");
}

json_t *ranking_band(const struct ranking *r, int band)
{
    char number[12];

    snprintf(number, sizeof(number), "%d", band);
    return page_phrase(r->words.site, "assess", r->words.lang, "band_n", "n", number,
                       NULL);
}

const char *ranking_why(const struct ranking *r, const struct standing *s)
{
    const struct assess_unit *u = ranking_unit(r, s);

    if (u->counts[MEASURE_GOOD].n < r->look.scheme.rules.comparable)
        return "small";
    return "lacking";
}

/* == The order in which they are shown ============================================= */

struct shown {
    size_t at;
    int band; /* INT32_MAX where it is not ranked */
    const char *name;
};

static int by_band_and_name(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    int order;

    if (x->band != y->band)
        return x->band < y->band ? -1 : 1;
    order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

size_t *ranking_order(const struct ranking *r, size_t peer, size_t *count)
{
    const struct standings *all = &r->look.standings;
    size_t *order = exchange_memory(r->staff.step.x, (all->count + 1) * sizeof(*order));
    struct shown *list =
        exchange_memory(r->staff.step.x, (all->count + 1) * sizeof(*list));

    *count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct standing *s = &all->list[i];

        if (s->peer == peer)
            list[(*count)++] =
                (struct shown){.at = i,
                               .band = s->band > 0 ? s->band : INT32_MAX,
                               .name = ranking_name(r, ranking_unit(r, s))};
    }
    qsort(list, *count, sizeof(*list), by_band_and_name);
    for (size_t i = 0; i < *count; i++)
        order[i] = list[i].at;
    return order;
}
