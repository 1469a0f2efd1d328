/*
 * lane.c — see lane.h.
 *
 * Failures of messages that had left before a rest began do not lengthen it: only what is
 * tried after a rest says something new.
 */
#include "work/lane.h"

#include <stdio.h>
#include <string.h>

enum {
    REST_FIRST_MS = 1000,
    REST_MOST_MS = 60000,
    BUSY_FIRST_MS = 250,
    BUSY_MOST_MS = 8000,
    SHUT_MS = 60000,
    SHUT_FAILURES = 2, /* from so many in a row new messages go another way */
    SILENCES_MOST = 3, /* so many unanswered in a row: as good as down */
    CROWD_LEAST = 100,
    TOKEN = 1000,
};

const char *lane_condition_name(enum lane_condition c)
{
    static const char *const names[] = {
        [LANE_READY] = "ready", [LANE_BUSY] = "busy",     [LANE_RESTING] = "resting",
        [LANE_SHUT] = "shut",   [LANE_BROKEN] = "broken",
    };

    return names[c];
}

void lane_init(struct lane *l, const struct gateway *g, int64_t now_ms)
{
    *l = (struct lane){.g = g, .queued = -1, .filled_ms = now_ms, .tokens = TOKEN};
    if (!gateway_is_broken(g))
        return;
    l->condition = LANE_BROKEN;
    l->failures = SHUT_FAILURES;
    l->rest_until_ms = now_ms;
    snprintf(l->trouble, sizeof(l->trouble), "%.199s", g->trouble);
}

static bool is_local(const struct lane *l)
{
    return (l->g->traits & GATEWAY_LOCAL) != 0;
}

/* ---- room ---- */

/* Fills the bucket, which never holds more than a tenth of a second's worth, or one. */
static void fill(struct lane *l, int64_t now_ms)
{
    int64_t most = (int64_t)l->g->rate * TOKEN / 10;

    if (now_ms > l->filled_ms)
        l->tokens += (now_ms - l->filled_ms) * l->g->rate * TOKEN / 1000;
    l->filled_ms = now_ms;
    if (l->tokens > (most > TOKEN ? most : TOKEN))
        l->tokens = most > TOKEN ? most : TOKEN;
}

static bool wants_probe(const struct lane *l)
{
    return l->condition == LANE_RESTING || l->condition == LANE_SHUT ||
           l->condition == LANE_BROKEN;
}

int lane_room(struct lane *l, int64_t now_ms)
{
    int room = l->g->in_flight - l->in_flight;

    if (l->condition != LANE_READY && now_ms < l->rest_until_ms)
        return 0;
    if (wants_probe(l) && room > 0)
        room = l->in_flight == 0 ? 1 : 0;
    if (lane_is_crowded(l))
        return 0;
    if (l->g->rate > 0) {
        fill(l, now_ms);
        if (room > l->tokens / TOKEN)
            room = (int)(l->tokens / TOKEN);
    }
    return room > 0 ? room : 0;
}

int64_t lane_next_ms(const struct lane *l, int64_t now_ms)
{
    int64_t next_ms = now_ms;

    if (lane_is_crowded(l) || l->in_flight >= l->g->in_flight ||
        (wants_probe(l) && l->in_flight > 0))
        return INT64_MAX;
    if (l->g->rate > 0 && l->tokens < TOKEN)
        next_ms = l->filled_ms + (TOKEN - l->tokens + l->g->rate - 1) / l->g->rate;
    if (l->condition != LANE_READY && l->rest_until_ms > next_ms)
        next_ms = l->rest_until_ms;
    return next_ms;
}

void lane_take(struct lane *l, int64_t now_ms)
{
    if (l->g->rate > 0) {
        fill(l, now_ms);
        l->tokens -= TOKEN;
    }
    l->in_flight++;
}

void lane_give_back(struct lane *l)
{
    l->in_flight--;
    if (l->g->rate > 0)
        l->tokens += TOKEN;
}

void lane_booked(struct lane *l)
{
    l->in_flight--;
}

/* ---- health ---- */

static void good(struct lane *l)
{
    l->condition = LANE_READY;
    l->failures = l->silences = 0;
    l->rest_ms = l->rest_until_ms = 0;
    l->alarmed = l->fresh_alarm = false;
}

static void rest(struct lane *l, enum lane_condition condition, int64_t first_ms,
                 int64_t most_ms, int64_t now_ms)
{
    bool same = l->condition == condition;

    if (same && now_ms < l->rest_until_ms)
        return;
    l->rest_ms = same && l->rest_ms > 0 ? 2 * l->rest_ms : first_ms;
    if (l->rest_ms > most_ms)
        l->rest_ms = most_ms;
    l->rest_until_ms = now_ms + l->rest_ms;
    l->condition = condition;
}

static void setup(struct lane *l, int64_t now_ms)
{
    if (!l->alarmed)
        l->fresh_alarm = true;
    l->alarmed = true;
    l->failures = SHUT_FAILURES;
    if (l->condition != LANE_BROKEN)
        l->condition = LANE_SHUT;
    l->rest_until_ms = now_ms + SHUT_MS;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whole numbers of phones do not belong into what everybody reads. */
static void keep_trouble(struct lane *l, const char *reason, int64_t wall_ms)
{
    size_t out = 0;

    for (size_t i = 0; reason[i] != '\0' && out + 1 < sizeof(l->trouble);) {
        size_t run = 0;

        while (is_digit(reason[i + run]))
            run++;
        if (run >= 7) {
            l->trouble[out++] = '*';
            i += run;
        } else {
            l->trouble[out++] = reason[i++];
        }
    }
    l->trouble[out] = '\0';
    l->error_ms = wall_ms;
}

void lane_health(struct lane *l, enum gateway_health health, const char *why,
                 int64_t now_ms, int64_t wall_ms)
{
    if (health != HEALTH_GOOD)
        keep_trouble(l, why, wall_ms);
    if (health == HEALTH_GOOD && l->condition != LANE_BROKEN)
        good(l);
    if (is_local(l))
        return;
    switch (health) {
    case HEALTH_GOOD:
        break;
    case HEALTH_BUSY:
        l->silences = 0;
        rest(l, LANE_BUSY, BUSY_FIRST_MS, BUSY_MOST_MS, now_ms);
        break;
    case HEALTH_DOWN:
        l->failures++;
        rest(l, LANE_RESTING, REST_FIRST_MS, REST_MOST_MS, now_ms);
        break;
    case HEALTH_SETUP:
        setup(l, now_ms);
        break;
    }
}

/* ---- figures ---- */

static void turn_spans(struct lane *l, int64_t now_ms)
{
    int64_t span = now_ms / LANE_SPAN_MS;

    if (span - l->span > LANE_SPANS)
        l->span = span - LANE_SPANS;
    while (l->span < span)
        l->spans[++l->span % LANE_SPANS] = 0;
}

double lane_rate(struct lane *l, int minutes, int64_t now_ms)
{
    int spans = minutes * 60000 / LANE_SPAN_MS;
    int64_t sum = 0;

    turn_spans(l, now_ms);
    for (int i = 0; i < spans && i < LANE_SPANS; i++)
        sum += l->spans[(l->span - i + LANE_SPANS) % LANE_SPANS];
    return (double)sum / minutes;
}

void lane_judged(struct lane *l, enum outcome outcome, enum gateway_health health,
                 const char *reason, int64_t now_ms, int64_t wall_ms)
{
    int64_t *const counts[] = {
        [OUTCOME_ACCEPTED] = &l->accepted,
        [OUTCOME_REFUSED] = &l->refused,
        [OUTCOME_RETRY] = &l->retried,
        [OUTCOME_UNKNOWN] = &l->unknown,
    };

    ++*counts[outcome];
    if (outcome == OUTCOME_ACCEPTED) {
        turn_spans(l, now_ms);
        l->spans[l->span % LANE_SPANS]++;
    } else if (health == HEALTH_GOOD) {
        keep_trouble(l, reason, wall_ms);
    }
    if (outcome == OUTCOME_UNKNOWN && health == HEALTH_GOOD) {
        /* Silence is no health: it would turn every message into an unknown one. */
        if (++l->silences < SILENCES_MOST && !wants_probe(l))
            return;
        health = HEALTH_DOWN;
    }
    lane_health(l, health, reason, now_ms, wall_ms);
}

void lane_queued(struct lane *l, int64_t queued)
{
    l->queued = queued;
}

bool lane_is_crowded(const struct lane *l)
{
    int64_t most = INT64_C(4) * l->g->in_flight;

    return l->queued > (most > CROWD_LEAST ? most : CROWD_LEAST);
}

bool lane_is_shut(const struct lane *l)
{
    return wants_probe(l) && l->failures >= SHUT_FAILURES;
}

bool lane_wants_try(const struct lane *l, int64_t now_ms)
{
    return lane_is_shut(l) && l->condition != LANE_BROKEN && l->in_flight == 0 &&
           now_ms >= l->rest_until_ms;
}

bool lane_is_held(const struct lane *l, int64_t now_ms)
{
    return lane_is_crowded(l) ||
           (l->condition != LANE_READY && now_ms < l->rest_until_ms);
}

bool lane_alarm(struct lane *l)
{
    bool fresh = l->fresh_alarm;

    l->fresh_alarm = false;
    return fresh;
}
