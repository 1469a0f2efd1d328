/*
 * indicator.c — see indicator.h.
 */
#include "domain/indicator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void set_against(struct indicators *in)
{
    for (int s = 0; s < SERVICES; s++) {
        difference_add_days(&in->services[s].days, &in->days[s][1], &in->days[s][0]);
        for (int c = 0; c < INDICATOR_CHANNELS; c++)
            difference_add_share(&in->services[s].good, &in->good[s][c][1],
                                 &in->good[s][c][0]);
    }
    memset(in->days, 0, sizeof(in->days));
    memset(in->good, 0, sizeof(in->good));
}

void indicators_end(struct indicators *in)
{
    set_against(in);
    in->department[0] = in->matter[0] = '\0';
}

void indicators_free(struct indicators *in)
{
    free(in->units);
    *in = (struct indicators){0};
}

/* The next matter's rows begin where the codes change. */
static void turn_to(struct indicators *in, const char *department, const char *matter)
{
    if (strcmp(in->department, department) == 0 && strcmp(in->matter, matter) == 0)
        return;
    set_against(in);
    snprintf(in->department, sizeof(in->department), "%s", department);
    snprintf(in->matter, sizeof(in->matter), "%s", matter);
}

static struct indicator_unit *unit_of(struct indicators *in,
                                      const struct indicator_row *row)
{
    struct indicator_unit *u;

    for (size_t i = 0; i < in->count; i++)
        if (strcmp(in->units[i].code, row->department) == 0)
            return &in->units[i];
    in->units = memory_resize(in->units, (in->count + 1) * sizeof(*in->units));
    u = &in->units[in->count++];
    *u = (struct indicator_unit){0};
    snprintf(u->code, sizeof(u->code), "%s", row->department);
    snprintf(u->name, sizeof(u->name), "%s", row->name);
    return u;
}

static void count_flag(struct indicator_share *s, int flag, int64_t cases)
{
    if (flag == TRAIT_UNTOLD)
        return;
    s->n += cases;
    s->k += flag != 0 ? cases : 0;
}

static void count_unit(struct indicator_unit *u, const struct case_traits *t,
                       int64_t cases)
{
    for (int s = 0; s < SERVICES; s++)
        count_flag(&u->services[s],
                   t->services == TRAIT_UNTOLD ? TRAIT_UNTOLD : t->services >> s & 1,
                   cases);
    count_flag(&u->window, t->window, cases);
    count_flag(&u->again, t->again, cases);
    if (t->trips == TRAIT_UNTOLD)
        return;
    u->trips[t->trips < INDICATOR_TRIPS ? t->trips : INDICATOR_TRIPS - 1] += cases;
    u->trips_n += cases;
    u->trips_sum += cases * t->trips;
}

static void add_days(struct difference_days *to, const struct indicator_row *row)
{
    to->n += row->cases;
    to->sum += row->days;
    to->squares += row->squares;
}

void indicators_add(struct indicators *in, const struct indicator_row *row)
{
    const struct case_traits t = case_traits_unpack(row->packed);

    turn_to(in, row->department, row->matter);
    count_unit(unit_of(in, row), &t, row->cases);
    count_unit(&in->all, &t, row->cases);
    for (int s = 0; t.services != TRAIT_UNTOLD && s < SERVICES; s++) {
        int with = t.services >> s & 1;

        add_days(&in->days[s][with], row);
        add_days(with != 0 ? &in->services[s].with : &in->services[s].without, row);
    }
}

void indicators_add_grades(struct indicators *in, const char *department,
                           const char *matter, int packed, int channel,
                           const struct grade_counts *grades)
{
    const struct case_traits t = case_traits_unpack(packed);
    const struct rate good = grades_good(grades);

    turn_to(in, department, matter);
    for (int s = 0; t.services != TRAIT_UNTOLD && s < SERVICES; s++) {
        struct difference_share *side = &in->good[s][channel][t.services >> s & 1];

        side->k += good.k;
        side->n += good.n;
    }
}
