/*
 * second_assessment.c — the states of a second assessment (second_assessment.h).
 *
 *   found ──▶ TRIGGERED ──notice──▶ NOTICED ──plan──▶ PLANNED ──measure──▶ MEASURING
 *                 │                    ▲                 │                     │
 *                 │ dismiss            └─────return──────┘                     │ sign
 *                 ▼                                                            ▼
 *             DISMISSED                                                     RESULT
 *
 * What must stay true:
 * 1. A plan comes into force after the day on which it is written, and the day until
 * which is measured lies ahead when it is named: nobody picks a period that he has seen.
 * 2. "Before" begins after the month that started it, which was picked for being bad, and
 * ends before the plan; "after" begins with the plan.
 * 3. The result is told when nothing of it can change by a rating any more.
 */
#include "domain/second_assessment.h"

#include <string.h>

#include "base/day.h"

const struct second_rules second_rules_default = {
    .notice_days = 3,
    .plan_days = 5,
    .measure_days = 5,
    .sign_days = 5,
    .measure_least = 28,
    .measure_most = 183,
    .plan_most = 60,
    .settle_days = 16,
};

static const char *const state_names[SECOND_STATES] = {
    [SECOND_TRIGGERED] = "triggered", [SECOND_NOTICED] = "noticed",
    [SECOND_PLANNED] = "planned",     [SECOND_MEASURING] = "measuring",
    [SECOND_RESULT] = "result",       [SECOND_DISMISSED] = "dismissed",
};

static const char *const act_names[SECOND_ACTS] = {
    [SECOND_FIND] = "find",       [SECOND_AGAIN] = "again", [SECOND_NOTICE] = "notice",
    [SECOND_DISMISS] = "dismiss", [SECOND_PLAN] = "plan",   [SECOND_RETURN] = "return",
    [SECOND_MEASURE] = "measure", [SECOND_SIGN] = "sign",   [SECOND_NOTE] = "note",
};

static int name_index(const char *const *names, int count, const char *name)
{
    int i = 0;

    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i;
}

const char *second_state_name(enum second_state state)
{
    return state_names[state];
}

const char *second_act_name(enum second_act act)
{
    return act_names[act];
}

enum second_state second_state_read(const char *name)
{
    return (enum second_state)name_index(state_names, SECOND_STATES, name);
}

enum second_act second_act_read(const char *name)
{
    return (enum second_act)name_index(act_names, SECOND_ACTS, name);
}

/* ---- what may be done ---- */

#define IN(state) (1u << (state))
enum {
    LIVING = IN(SECOND_TRIGGERED) | IN(SECOND_NOTICED) | IN(SECOND_PLANNED) |
             IN(SECOND_MEASURING),
};

/* In which states, and the state that follows; SECOND_STATES for the same. */
static const struct rule {
    unsigned states;
    enum second_state next;
} rules_of[SECOND_ACTS] = {
    [SECOND_FIND] = {0, SECOND_TRIGGERED},
    [SECOND_AGAIN] = {LIVING, SECOND_STATES},
    [SECOND_NOTICE] = {IN(SECOND_TRIGGERED), SECOND_NOTICED},
    [SECOND_DISMISS] = {IN(SECOND_TRIGGERED), SECOND_DISMISSED},
    [SECOND_PLAN] = {IN(SECOND_NOTICED) | IN(SECOND_PLANNED), SECOND_PLANNED},
    [SECOND_RETURN] = {IN(SECOND_PLANNED), SECOND_NOTICED},
    [SECOND_MEASURE] = {IN(SECOND_PLANNED), SECOND_MEASURING},
    [SECOND_SIGN] = {IN(SECOND_MEASURING), SECOND_RESULT},
    [SECOND_NOTE] = {LIVING, SECOND_STATES},
};

bool second_is_over(const struct second_assessment *a)
{
    return (IN(a->state) & LIVING) == 0;
}

bool second_may(const struct second_assessment *a, enum second_act act)
{
    return (rules_of[act].states & IN(a->state)) != 0;
}

/* ---- days ---- */

static int32_t today(const struct second_clock *c)
{
    struct local_time now;

    zone_local(c->zone, c->now_ms, &now);
    return now.day_number;
}

void second_days(const struct second_assessment *a, enum second_act act,
                 const struct second_clock *c, int32_t *first, int32_t *last)
{
    const int32_t tomorrow = today(c) + 1;

    if (act == SECOND_PLAN) {
        *first = tomorrow;
        *last = today(c) + c->rules->plan_most;
        return;
    }
    *first = a->plan_from + c->rules->measure_least - 1;
    *last = a->plan_from + c->rules->measure_most - 1;
    if (*first < tomorrow)
        *first = tomorrow;
    if (*last < *first) /* the hall was late: the shortest that can be named beforehand */
        *last = *first;
}

enum second_day second_day_fits(const struct second_assessment *a, enum second_act act,
                                int32_t day, const struct second_clock *c)
{
    int32_t first, last;

    if (act != SECOND_PLAN && act != SECOND_MEASURE)
        return SECOND_DAY_FITS;
    if (day == 0)
        return SECOND_DAY_WANTED;
    second_days(a, act, c, &first, &last);
    return day < first  ? SECOND_DAY_EARLY
           : day > last ? SECOND_DAY_LATE
                        : SECOND_DAY_FITS;
}

int32_t second_sign_day(const struct second_assessment *a, const struct second_rules *r)
{
    return a->until + r->settle_days + 1;
}

struct second_periods second_periods(const struct second_assessment *a)
{
    return (struct second_periods){.before_from = a->found_end + 1,
                                   .before_to = a->plan_from - 1,
                                   .after_from = a->plan_from,
                                   .after_to = a->until};
}

/* ---- clocks ---- */

static int64_t deadline(const struct second_clock *c, int64_t from_ms, int days)
{
    return calendar_deadline_ms(c->calendar, c->zone, c->hours, from_ms, days);
}

static int64_t noon_ms(const struct second_clock *c, int32_t day)
{
    return zone_day_utc(c->zone, day, 12 * 60);
}

static void set_clock(struct second_assessment *a, const struct second_clock *c)
{
    a->due_ms = INT64_MAX;
    if (a->state == SECOND_TRIGGERED)
        a->due_ms = deadline(c, c->now_ms, c->rules->notice_days);
    else if (a->state == SECOND_NOTICED)
        a->due_ms = deadline(c, c->now_ms, c->rules->plan_days);
    else if (a->state == SECOND_PLANNED)
        a->due_ms = deadline(c, noon_ms(c, a->plan_from), c->rules->measure_days);
    else if (a->state == SECOND_MEASURING)
        a->due_ms =
            deadline(c, noon_ms(c, second_sign_day(a, c->rules)), c->rules->sign_days);
}

void second_begin(struct second_assessment *a, int32_t found_end,
                  const struct second_clock *c)
{
    *a = (struct second_assessment){.state = SECOND_TRIGGERED, .found_end = found_end};
    set_clock(a, c);
}

bool second_do(struct second_assessment *a, enum second_act act, int32_t day,
               const struct second_clock *c)
{
    if (!second_may(a, act) || second_day_fits(a, act, day, c) != SECOND_DAY_FITS ||
        (act == SECOND_SIGN && today(c) < second_sign_day(a, c->rules)))
        return false;
    if (act == SECOND_PLAN)
        a->plan_from = day;
    if (act == SECOND_MEASURE)
        a->until = day;
    if (act == SECOND_RETURN)
        a->plan_from = 0;
    if (rules_of[act].next != SECOND_STATES) {
        a->state = rules_of[act].next;
        set_clock(a, c);
    }
    return true;
}
