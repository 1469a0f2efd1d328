/*
 * quota.c — see quota.h.
 *
 * Promise: with a total, the whole parts and the extra places sum to it exactly. The
 * whole parts fall short of it by less than there are remainders above zero, so a
 * department whose share is whole never gets an extra place.
 */
#include "domain/quota.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const rounds[QUOTA_ROUNDS] = {
    [QUOTA_FLOOR] = "floor", [QUOTA_HALF_UP] = "half_up", [QUOTA_CEILING] = "ceiling"};
static const char *const splits[QUOTA_SPLITS] = {
    [QUOTA_EACH] = "each", [QUOTA_SHARED] = "shared", [QUOTA_FIXED] = "fixed"};

const char *quota_round_name(enum quota_round round)
{
    return rounds[round];
}

enum quota_round quota_round_read(const char *name)
{
    int i = 0;

    while (i < QUOTA_ROUNDS && strcmp(rounds[i], name) != 0)
        i++;
    return (enum quota_round)i;
}

const char *quota_split_name(enum quota_split split)
{
    return splits[split];
}

enum quota_split quota_split_read(const char *name)
{
    int i = 0;

    while (i < QUOTA_SPLITS && strcmp(splits[i], name) != 0)
        i++;
    return (enum quota_split)i;
}

/* Does a part of `rest` out of `by` become a whole one? */
static bool rounds_up(enum quota_round round, int64_t rest, int64_t by)
{
    switch (round) {
    case QUOTA_CEILING:
        return rest > 0;
    case QUOTA_HALF_UP:
        return 2 * rest >= by;
    default:
        return false;
    }
}

static bool check(const struct quota_rule *rule, const struct quota_group *groups,
                  size_t count, struct error *err)
{
    if (rule->base < 0 || rule->base > QUOTA_WHOLE)
        return error_field(err, "base", "The base share is 0 to 100.00 per cent.");
    if (rule->hall < 0 || rule->base + rule->hall > QUOTA_WHOLE)
        return error_field(err, "hall",
                           "Base share and hall share together are 100.00 per cent at "
                           "the most.");
    if (count > QUOTA_GROUPS_MOST)
        return error_field(err, "staff", "%d departments at the most.",
                           QUOTA_GROUPS_MOST);
    for (size_t i = 0; i < count; i++)
        if (groups[i].staff < 0 || groups[i].staff > QUOTA_STAFF_MOST)
            return error_field(err, "staff", "Staff of a department is 0 to %d.",
                               QUOTA_STAFF_MOST);
    return true;
}

static void share(struct quota_group *g, const struct quota *q)
{
    g->whole = q->by > 0 ? g->staff * q->of / q->by : 0;
    g->rest = q->by > 0 ? g->staff * q->of % q->by : 0;
    g->places = g->whole;
    g->extra = g->tied = false;
}

static void give(struct quota_group *g)
{
    g->extra = true;
    g->places = g->whole + 1;
}

/* How many remainders are greater than, or the same as, this one. */
static void compare(const struct quota_group *groups, size_t count, int64_t rest,
                    size_t *greater, size_t *same)
{
    *greater = *same = 0;
    for (size_t i = 0; i < count; i++) {
        *greater += groups[i].rest > rest;
        *same += groups[i].rest == rest;
    }
}

/* The remainder of the last department that gets one of so many places. */
static int64_t last_rest(const struct quota_group *groups, size_t count, int64_t places)
{
    size_t greater, same;

    for (size_t i = 0; i < count; i++) {
        compare(groups, count, groups[i].rest, &greater, &same);
        if ((int64_t)greater < places && places <= (int64_t)(greater + same))
            return groups[i].rest;
    }
    return -1;
}

/* A person's choice counts where it answers exactly this tie, and says why. */
static bool is_decided(const struct quota_rule *rule, const struct quota_group *groups,
                       size_t count, struct quota *q)
{
    int64_t fit = 0;
    bool any = false, stray = false;

    for (size_t i = 0; i < count; i++) {
        any = any || groups[i].chosen;
        fit += groups[i].chosen && groups[i].tied;
        stray = stray || (groups[i].chosen && !groups[i].tied);
    }
    q->misfit = any && (stray || fit != q->seats || !rule->reasoned);
    return any && !q->misfit;
}

static void give_remainders(const struct quota_rule *rule, struct quota_group *groups,
                            size_t count, int64_t places, struct quota *q)
{
    int64_t last = last_rest(groups, count, places);
    size_t greater, same;
    bool decided;

    compare(groups, count, last, &greater, &same);
    if (places > 0 && (int64_t)(greater + same) > places) {
        q->tied = same;
        q->seats = places - (int64_t)greater;
    }
    for (size_t i = 0; i < count; i++)
        groups[i].tied = q->tied > 0 && groups[i].rest == last;
    decided = is_decided(rule, groups, count, q);
    for (size_t i = 0; places > 0 && i < count; i++)
        if (groups[i].rest > last || (groups[i].rest == last && q->tied == 0) ||
            (groups[i].tied && decided && groups[i].chosen))
            give(&groups[i]);
    q->open = decided ? 0 : q->seats;
}

static void round_each(const struct quota_rule *rule, struct quota_group *groups,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rounds_up(rule->round, groups[i].rest, QUOTA_WHOLE))
            give(&groups[i]);
}

/* What is to be given in all; of the staff, not of the places, where each is by itself.
 */
static bool set_total(const struct quota_rule *rule, struct quota *q, struct error *err)
{
    q->total = q->product / QUOTA_WHOLE +
               rounds_up(rule->round, q->product % QUOTA_WHOLE, QUOTA_WHOLE);
    if (rule->split == QUOTA_FIXED)
        q->total = rule->total;
    if (q->total < 0 || q->total > q->staff)
        return error_field(err, "total", "The total is 0 to %lld, the staff of all.",
                           (long long)q->staff);
    return true;
}

bool quota_compute(const struct quota_rule *rule, struct quota_group *groups,
                   size_t count, struct quota *out, struct error *err)
{
    int64_t whole = 0;

    *out = (struct quota){0};
    if (!check(rule, groups, count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        out->staff += groups[i].staff;
    out->product = out->staff * (rule->base + rule->hall);
    if (!set_total(rule, out, err))
        return false;
    out->of = rule->split == QUOTA_EACH ? rule->base + rule->hall : out->total;
    out->by = rule->split == QUOTA_EACH ? QUOTA_WHOLE : out->staff;
    for (size_t i = 0; i < count; i++) {
        share(&groups[i], out);
        whole += groups[i].whole;
    }
    if (rule->split == QUOTA_EACH)
        round_each(rule, groups, count);
    else
        give_remainders(rule, groups, count, out->total - whole, out);
    for (size_t i = 0; i < count; i++)
        out->sum += groups[i].places;
    if (rule->split == QUOTA_EACH)
        out->total = out->sum;
    assert(out->sum + out->open == out->total);
    return true;
}

int64_t quota_share(int64_t places, int64_t staff)
{
    return staff > 0 ? (2 * places * QUOTA_WHOLE + staff) / (2 * staff) : 0;
}

bool quota_percent_read(const char *text, int *out)
{
    int whole = 0, part = 0, digits = 0;

    for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++)
        whole = 10 * whole + *text - '0';
    if (digits < 1 || digits > 3)
        return false;
    if (*text == '.') {
        text++;
        for (digits = 0; *text >= '0' && *text <= '9' && digits < 2; text++, digits++)
            part += (*text - '0') * (digits == 0 ? 10 : 1);
        if (digits == 0)
            return false;
    }
    if (*text != '\0' || 100 * whole + part > QUOTA_WHOLE)
        return false;
    *out = 100 * whole + part;
    return true;
}

void quota_percent_text(int64_t hundredths, char out[QUOTA_TEXT])
{
    snprintf(out, QUOTA_TEXT, "%lld.%02lld", (long long)(hundredths / 100),
             (long long)(hundredths % 100));
}
