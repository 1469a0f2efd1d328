/*
 * lane.h — how much one gateway is given now: what is in flight, its rate, and its
 * health.
 *
 *     READY ──down──► RESTING (1 s, doubled to 60 s) ──over──► one probe ──good──► READY
 *       │  ▲                                                       └─down─► RESTING
 *       │  └─good── BUSY (¼ s, doubled to 8 s) ◄──throttled── any
 *       └──setup──► SHUT (60 s, told once) ──over──► one probe
 *
 * A local gateway (GATEWAY_LOCAL) never rests: whoever moves its clock wants what fell
 * due (decisions 21). Pure: time is handed in, monotonic milliseconds unless named
 * otherwise. One thread.
 */
#ifndef WORK_LANE_H
#define WORK_LANE_H

#include "gateways/gateways.h"

enum lane_condition { LANE_READY, LANE_BUSY, LANE_RESTING, LANE_SHUT, LANE_BROKEN };

/* "ready", "busy", "resting", "shut", "broken". */
const char *lane_condition_name(enum lane_condition c);

enum { LANE_SPANS = 90, LANE_SPAN_MS = 10000 };

struct lane {
    const struct gateway *g;
    enum lane_condition condition;
    int in_flight;
    /* rate: thousandths of a message, so that slow rates stay whole numbers */
    int64_t tokens, filled_ms;
    /* health */
    int failures; /* in a row */
    int silences; /* sent without any answer, in a row */
    int64_t rest_ms, rest_until_ms;
    bool alarmed;
    bool fresh_alarm; /* for the journal: taken by lane_alarm */
    /* what waits inside the gateway; -1 for not known */
    int64_t queued;
    /* what people see */
    char trouble[200]; /* the last one, without numbers; "" for none since start */
    int64_t error_ms;  /* UTC, 0 for none */
    int64_t accepted, refused, retried, unknown;
    int32_t spans[LANE_SPANS]; /* accepted, ten seconds each */
    int64_t span;              /* the number of the newest */
};

void lane_init(struct lane *l, const struct gateway *g, int64_t now_ms);

/* How many messages may be taken now. */
int lane_room(struct lane *l, int64_t now_ms);

/* When there will be room by time alone; INT64_MAX where time does not help. */
int64_t lane_next_ms(const struct lane *l, int64_t now_ms);

/* One is taken from the queue; it counts as in flight until one of the next two. */
void lane_take(struct lane *l, int64_t now_ms);

/* It did not leave after all: withdrawn, put off, or not written down. */
void lane_give_back(struct lane *l);

/* It was booked. */
void lane_booked(struct lane *l);

/* What the gateway's answer tells; `wall_ms` for what people see. */
void lane_judged(struct lane *l, enum outcome outcome, enum gateway_health health,
                 const char *reason, int64_t now_ms, int64_t wall_ms);

/* Health without a message: a session was refused or lost, or has logged in. */
void lane_health(struct lane *l, enum gateway_health health, const char *why,
                 int64_t now_ms, int64_t wall_ms);

/* What the gateway said of its own queue; -1 for nothing. */
void lane_queued(struct lane *l, int64_t queued);

/* So much waits inside the gateway that it is given nothing more. */
bool lane_is_crowded(const struct lane *l);

/* New messages are better sent another way. */
bool lane_is_shut(const struct lane *l);

/*
 * A shut one whose rest is over: it may be given one new message, so that it is found out
 * when it is well again. Without this nothing would ever be planned for it.
 */
bool lane_wants_try(const struct lane *l, int64_t now_ms);

/* Whether nothing can be expected of it soon: what waits here is no reason to wait. */
bool lane_is_held(const struct lane *l, int64_t now_ms);

/* True once for each time that somebody must put the settings right. */
bool lane_alarm(struct lane *l);

/* Messages accepted in a minute, on the average of the last `minutes` (up to 15). */
double lane_rate(struct lane *l, int minutes, int64_t now_ms);

#endif
