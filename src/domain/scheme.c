/*
 * scheme.c — the scheme that a year begins with, and what is done with weights.
 *
 * Promise: weights are whole hundredths of a per cent everywhere, so that a sum is right
 * or it is not. Not here: the text of a scheme (scheme_json.c).
 */
#include "domain/scheme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool measure_counted(enum measure m)
{
    return m <= MEASURE_RECTIFICATION;
}

/* The sheet of a city without a scheme of its own: 35.00 of the hall, of which 28.00 come
 * from citizens and records, and three parts of other offices. */
static const struct scheme_part first_parts[] = {
    {"attitude", "服务态度", "Attitude", 400, true, OWNER_HALL, SOURCE_CITIZENS,
     MEASURE_ATTITUDE},
    {"efficiency", "办事效率", "Efficiency", 400, true, OWNER_HALL, SOURCE_CITIZENS,
     MEASURE_EFFICIENCY},
    {"quality", "服务质量", "Quality", 400, true, OWNER_HALL, SOURCE_CITIZENS,
     MEASURE_QUALITY},
    {"integrity", "廉洁自律", "Integrity", 300, true, OWNER_HALL, SOURCE_CITIZENS,
     MEASURE_INTEGRITY},
    {"good", "好评率", "Good rate", 800, true, OWNER_HALL, SOURCE_CITIZENS, MEASURE_GOOD},
    {"promise", "承诺兑现", "Promises kept", 500, true, OWNER_HALL, SOURCE_RECORDS,
     MEASURE_PROMISE},
    {"openness", "政务公开", "Openness of information", 200, true, OWNER_HALL,
     SOURCE_ASSESSORS, MEASURE_OPENNESS},
    {"daily", "日常考核", "Daily records", 200, true, OWNER_HALL, SOURCE_ASSESSORS,
     MEASURE_DAILY},
    {"rectification", "差评整改", "Rectification", 300, true, OWNER_HALL, SOURCE_RECORDS,
     MEASURE_RECTIFICATION},
    {"targets", "年度目标任务", "Targets of the year", 4000, false, OWNER_OUTSIDE,
     SOURCE_RECORDS, MEASURE_SHEET},
    {"conduct", "作风与队伍建设", "Conduct and staff development", 1500, false,
     OWNER_OUTSIDE, SOURCE_ASSESSORS, MEASURE_SHEET},
    {"mutual", "领导与互评", "Leaders and mutual review", 1000, false, OWNER_OUTSIDE,
     SOURCE_ASSESSORS, MEASURE_SHEET},
};

void scheme_first(int year, struct scheme *out)
{
    memset(out, 0, sizeof(*out));
    out->year = year;
    out->version = 1;
    snprintf(out->title, sizeof(out->title), "%d年度部门考核方案", year);
    memcpy(out->parts, first_parts, sizeof(first_parts));
    out->part_count = LENGTH(first_parts);
    out->rules = (struct scheme_rules){
        .prior_rate = PRIOR_PEERS,
        .prior_weight = 60,
        .adjust = true,
        .comparable = 30,
        .apart = 9000,
        .draws = 10000,
    };
}

void scheme_free(struct scheme *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->peer_count; i++)
        free(s->peers[i].departments);
    memset(s, 0, sizeof(*s));
}

static int weight_of(const struct scheme *s, bool hall)
{
    int sum = 0;

    for (size_t i = 0; i < s->part_count; i++)
        sum += s->parts[i].hall == hall ? s->parts[i].weight : 0;
    return sum;
}

int scheme_weight(const struct scheme *s)
{
    return weight_of(s, true) + weight_of(s, false);
}

int scheme_hall_weight(const struct scheme *s)
{
    return weight_of(s, true);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool scheme_weight_read(const char *text, int *out)
{
    int whole = 0, part = 0, digits = 0;

    for (; is_digit(*text); text++, digits++) {
        if (digits == 3 || (digits == 1 && whole == 0))
            return false;
        whole = 10 * whole + (*text - '0');
    }
    if (digits == 0)
        return false;
    if (*text == '.') {
        if (!is_digit(*++text))
            return false;
        part = 10 * (*text++ - '0');
        if (is_digit(*text))
            part += *text++ - '0';
    }
    if (*text != '\0' || 100 * whole + part > SCHEME_WEIGHT_WHOLE)
        return false;
    *out = 100 * whole + part;
    return true;
}

void scheme_weight_text(int weight, char out[8])
{
    bool within = weight >= 0 && weight <= SCHEME_WEIGHT_WHOLE;

    snprintf(out, 8, "%d.%02d", within ? weight / 100 : 0, within ? weight % 100 : 0);
}

/* One side gets `weight` in all, divided as its `old` was. What rounding down leaves goes
 * by a hundredth each to the greatest remainders. */
static void share_out(struct scheme *s, bool hall, int weight, int old)
{
    int rest[SCHEME_PARTS_MOST], left = weight;

    for (size_t i = 0; i < s->part_count; i++) {
        int64_t exact;

        rest[i] = -1;
        if (s->parts[i].hall != hall)
            continue;
        exact = (int64_t)s->parts[i].weight * weight;
        s->parts[i].weight = (int)(exact / old);
        rest[i] = (int)(exact % old);
        left -= s->parts[i].weight;
    }
    for (; left > 0; left--) {
        size_t most = 0;

        for (size_t i = 1; i < s->part_count; i++)
            most = rest[i] > rest[most] ? i : most;
        s->parts[most].weight++;
        rest[most] = -1;
    }
}

bool scheme_reweigh(struct scheme *s, int weight)
{
    int hall = weight_of(s, true), others = weight_of(s, false);

    if (hall == 0 || others == 0 || weight < 0 || weight > SCHEME_WEIGHT_WHOLE)
        return false;
    share_out(s, true, weight, hall);
    share_out(s, false, SCHEME_WEIGHT_WHOLE - weight, others);
    return true;
}

bool scheme_share_fits(const struct scheme *s, int hall_share, const char *reason,
                       struct error *err)
{
    char field[24], has[8], wanted[8];

    for (size_t i = 0; i < s->part_count; i++) {
        const struct scheme_part *p = &s->parts[i];

        snprintf(field, sizeof(field), "parts[%d].hall", (int)(i % 100));
        if (p->owner == OWNER_OUTSIDE && p->hall)
            return error_field(err, field,
                               "%s: What another office marks is not of the hall's part.",
                               field);
        if (p->owner == OWNER_HALL && !p->hall)
            return error_field(err, field,
                               "%s: What the hall owns is of the hall's part.", field);
    }
    if (scheme_hall_weight(s) == hall_share || reason[0] != '\0')
        return true;
    scheme_weight_text(scheme_hall_weight(s), has);
    scheme_weight_text(hall_share, wanted);
    return error_field(err, "share_reason",
                       "The hall's part is %s per cent and not %s; say why.", has,
                       wanted);
}

size_t scheme_peer_of(const struct scheme *s, const char *department)
{
    for (size_t i = 0; i < s->peer_count; i++)
        for (size_t j = 0; j < s->peers[i].count; j++)
            if (strcmp(s->peers[i].departments[j], department) == 0)
                return i;
    return s->peer_count;
}
