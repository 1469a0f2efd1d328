/*
 * visit_plan.c — see visit_plan.h.
 */
#include "domain/visit_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/lot.h"
#include "domain/rate.h"

static const char *const sides[VISIT_SIDES] = {
    [VISIT_HALL] = "hall", [VISIT_ORGANISATION] = "organisation"};
static const char *const kinds[VISIT_KINDS] = {
    [VISIT_OPEN] = "open", [VISIT_MYSTERY] = "mystery", [VISIT_PROCEDURE] = "procedure"};
static const char *const reasons[VISIT_REASONS] = {
    [VISIT_BY_RISK] = "risk", [VISIT_BY_LOT] = "lot", [VISIT_BY_HAND] = "hand"};

static int find(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return count;
}

const char *visit_side_name(enum visit_side side)
{
    return sides[side];
}

enum visit_side visit_side_read(const char *name)
{
    return (enum visit_side)find(sides, VISIT_SIDES, name);
}

const char *visit_kind_name(enum visit_kind kind)
{
    return kinds[kind];
}

enum visit_kind visit_kind_read(const char *name)
{
    return (enum visit_kind)find(kinds, VISIT_KINDS, name);
}

const char *visit_reason_name(enum visit_reason reason)
{
    return reasons[reason];
}

enum visit_reason visit_reason_read(const char *name)
{
    return (enum visit_reason)find(reasons, VISIT_REASONS, name);
}

bool visit_kind_fits(enum visit_side side, enum visit_kind kind)
{
    return kind == VISIT_MYSTERY ||
           (side == VISIT_HALL ? kind == VISIT_OPEN : kind == VISIT_PROCEDURE);
}

/* `weight` times value over full, at the most the weight, rounded down. */
static int part(int weight, int64_t value, int full)
{
    if (full <= 0 || value >= full)
        return weight;
    return value <= 0 ? 0 : (int)(weight * value / full);
}

struct visit_risk visit_risk_of(const struct visit_rules *rules,
                                const struct visit_facts *facts)
{
    const struct rate bad = rate_of(facts->bad, facts->rated);
    struct visit_risk risk = {.bad_permille = rate_high_permille(&bad)};

    if (facts->rated == 0) /* nothing is known at all */
        risk.bad_permille = 1000;
    risk.bad = part(rules->bad_weight, risk.bad_permille, rules->bad_full);
    risk.since = facts->since_days == VISIT_NEVER
                     ? rules->since_weight
                     : part(rules->since_weight, facts->since_days, rules->days_full);
    risk.overdue = part(rules->overdue_weight, facts->overdue, rules->overdue_full);
    risk.log = part(rules->log_weight, facts->remarks, rules->log_full);
    risk.total = risk.bad + risk.since + risk.overdue + risk.log;
    return risk;
}

struct candidate {
    size_t place;
    const char *code;
    int risk;
};

static int by_risk_then_code(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    return x->risk != y->risk ? (x->risk < y->risk) - (x->risk > y->risk)
                              : strcmp(x->code, y->code);
}

/* Draws of the candidates from `from` on. */
static size_t draw(const struct candidate *all, size_t from, size_t count, size_t most,
                   const char *seed, struct visit_choice *out)
{
    size_t left = count - from;
    const char **names = memory_new(left * sizeof(*names));
    size_t *drawn = memory_new((most + 1) * sizeof(*drawn));

    for (size_t i = 0; i < left; i++)
        names[i] = all[from + i].code;
    most = lot_draw(seed, names, left, most, drawn);
    for (size_t i = 0; i < most; i++)
        out[i] = (struct visit_choice){.place = all[from + drawn[i]].place,
                                       .reason = VISIT_BY_LOT};
    free(names);
    free(drawn);
    return most;
}

size_t visit_plan(const struct visit_rules *rules, const struct visit_facts *facts,
                  size_t count, size_t by_risk, size_t by_lot, const char *seed,
                  struct visit_choice *out)
{
    struct candidate *all;

    if (count == 0)
        return 0;
    all = memory_new(count * sizeof(*all));
    for (size_t i = 0; i < count; i++)
        all[i] = (struct candidate){.place = i,
                                    .code = facts[i].code,
                                    .risk = visit_risk_of(rules, &facts[i]).total};
    qsort(all, count, sizeof(*all), by_risk_then_code);
    if (by_risk > count)
        by_risk = count;
    for (size_t i = 0; i < by_risk; i++)
        out[i] = (struct visit_choice){.place = all[i].place, .reason = VISIT_BY_RISK};
    if (by_risk < count)
        by_risk += draw(all, by_risk, count, by_lot, seed, out + by_risk);
    free(all);
    return by_risk;
}
