/*
 * work_order.c — the states of a work order (work_order.h).
 *
 *                    ┌────────── not satisfied, the first time ───────────┐
 *                    ▼                                                    │
 *   opened ──▶ OPEN ──contact──▶ CONTACTED ──▶ FIXING ──┐                 │
 *               │                 │  │  │        │       │                 │
 *               │ cannot or will  │  │  │        ▼       │ feed            │
 *               │ not be reached: │  │  └─▶ FIXING_LONG ─┤ back            │
 *               │ the same ways   │  │               │   ├───▶ FED_BACK ───┤
 *               └─────────────────┘  └──▶ EXPLAINED ─┴───┘        │        │ the second
 *                                                                 │        ▼ time
 *                         satisfied, basically, or nothing said ──┤   SUPERVISED
 *                                                                 ▼        │
 *                                                              CLOSED ◀────┘
 *
 * What must stay true:
 * 1. Only the citizen's own words, or their silence after the time for them, close the
 * order of a bad rating; a rating that was corrected to another bad one takes its order
 * along (ORDER_REPLACE).
 * 2. The clocks of a round start with it. A complex matter has longer, counted from the
 * same start. What was overdue when the clocks were stopped stays overdue.
 * 3. A transfer changes no clock: it is the citizen who waits.
 */
#include "domain/work_order.h"

#include <string.h>

#include "base/compiler.h"
#include "base/day.h"

static const char *const kind_names[ORDER_KINDS] = {[ORDER_RATING] = "rating",
                                                    [ORDER_NOTME] = "notme",
                                                    [ORDER_HINT] = "hint",
                                                    [ORDER_DENIED] = "denied"};

static const char *const state_names[ORDER_STATES] = {
    [ORDER_OPEN] = "open",
    [ORDER_CONTACTED] = "contacted",
    [ORDER_FIXING] = "fixing",
    [ORDER_FIXING_LONG] = "fixing_long",
    [ORDER_EXPLAINED] = "explained",
    [ORDER_FED_BACK] = "fed_back",
    [ORDER_SUPERVISED] = "supervised",
    [ORDER_CLOSED] = "closed",
};

static const char *const act_names[ORDER_ACTS] = {
    [ORDER_VERIFY] = "verify",     [ORDER_ASSIGN] = "assign",
    [ORDER_TRANSFER] = "transfer", [ORDER_CALL] = "call",
    [ORDER_CONTACT] = "contact",   [ORDER_UNREACHED] = "unreached",
    [ORDER_FIX] = "fix",           [ORDER_FIX_LONG] = "fix_long",
    [ORDER_EXPLAIN] = "explain",   [ORDER_FEED_BACK] = "feed_back",
    [ORDER_VERDICT] = "verdict",   [ORDER_LAPSE] = "lapse",
    [ORDER_SETTLE] = "settle",     [ORDER_REPLACE] = "replace",
    [ORDER_PAUSE] = "pause",       [ORDER_RESUME] = "resume",
    [ORDER_NOTE] = "note",         [ORDER_ESCALATE] = "escalate",
};

static const char *const reach_names[ORDER_REACHES] = {
    [ORDER_REACH_PHONE] = "phone",
    [ORDER_REACH_DECLINED] = "declined",
    [ORDER_REACH_NONE] = "none",
};

/* The citizen is asked for papers or is away; another body has to decide first; the law
 * makes everybody wait (a notice, a hearing, an expert's opinion). */
static const char *const pause_reasons[] = {"citizen", "other_body", "procedure", NULL};

const struct order_rules order_rules_default = {.contact_days = 1,
                                                .fix_days = 5,
                                                .fix_long_days = 15,
                                                .verdict_days = 5,
                                                .escalate_days = 1,
                                                .tries = 3};

static int name_index(const char *const *names, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return count;
}

const char *order_kind_name(enum order_kind kind)
{
    return kind_names[kind];
}

const char *order_state_name(enum order_state state)
{
    return state_names[state];
}

const char *order_act_name(enum order_act act)
{
    return act_names[act];
}

const char *order_reach_name(enum order_reach reach)
{
    return reach_names[reach];
}

enum order_kind order_kind_read(const char *name)
{
    return (enum order_kind)name_index(kind_names, ORDER_KINDS, name);
}

enum order_state order_state_read(const char *name)
{
    return (enum order_state)name_index(state_names, ORDER_STATES, name);
}

enum order_act order_act_read(const char *name)
{
    return (enum order_act)name_index(act_names, ORDER_ACTS, name);
}

enum order_reach order_reach_read(const char *name)
{
    return (enum order_reach)name_index(reach_names, ORDER_REACHES, name);
}

const char *order_pause_reason(int i)
{
    return pause_reasons[i];
}

bool order_pause_fits(const char *reason)
{
    for (int i = 0; pause_reasons[i] != NULL; i++)
        if (strcmp(pause_reasons[i], reason) == 0)
            return true;
    return false;
}

/* ---- what may be done ---- */

#define IN(state) (1u << (state))
enum {
    WORKED = IN(ORDER_OPEN) | IN(ORDER_CONTACTED) | IN(ORDER_FIXING) |
             IN(ORDER_FIXING_LONG) | IN(ORDER_EXPLAINED),
    SPOKEN = WORKED & ~IN(ORDER_OPEN),
    LIVING = WORKED | IN(ORDER_FED_BACK) | IN(ORDER_SUPERVISED),
    ALL_KINDS = IN(ORDER_RATING) | IN(ORDER_NOTME) | IN(ORDER_HINT) | IN(ORDER_DENIED),
    CITIZENS = IN(ORDER_RATING) | IN(ORDER_DENIED), /* who waits to be spoken with */
};

/* In which states, for which kinds; and the state that follows, ORDER_STATES for the
 * same. Those that depend on more have a line in the functions below. */
static const struct rule {
    unsigned states, kinds;
    enum order_state next;
} rules_of[ORDER_ACTS] = {
    [ORDER_VERIFY] = {WORKED, ALL_KINDS, ORDER_STATES},
    [ORDER_ASSIGN] = {LIVING, ALL_KINDS, ORDER_STATES},
    [ORDER_TRANSFER] = {WORKED, CITIZENS | IN(ORDER_NOTME), ORDER_STATES},
    [ORDER_CALL] = {WORKED | IN(ORDER_FED_BACK) | IN(ORDER_SUPERVISED), CITIZENS,
                    ORDER_STATES},
    [ORDER_CONTACT] = {WORKED, CITIZENS, ORDER_CONTACTED},
    [ORDER_UNREACHED] = {WORKED, CITIZENS, ORDER_STATES},
    [ORDER_FIX] = {IN(ORDER_OPEN) | IN(ORDER_CONTACTED) | IN(ORDER_EXPLAINED),
                   IN(ORDER_RATING), ORDER_FIXING},
    [ORDER_FIX_LONG] = {WORKED & ~IN(ORDER_FIXING_LONG), IN(ORDER_RATING),
                        ORDER_FIXING_LONG},
    [ORDER_EXPLAIN] = {WORKED & ~IN(ORDER_EXPLAINED), IN(ORDER_RATING), ORDER_EXPLAINED},
    [ORDER_FEED_BACK] = {IN(ORDER_FIXING) | IN(ORDER_FIXING_LONG) | IN(ORDER_EXPLAINED),
                         IN(ORDER_RATING), ORDER_FED_BACK},
    [ORDER_VERDICT] = {IN(ORDER_FED_BACK), IN(ORDER_RATING), ORDER_CLOSED},
    [ORDER_LAPSE] = {IN(ORDER_FED_BACK), IN(ORDER_RATING), ORDER_CLOSED},
    [ORDER_SETTLE] = {LIVING, ALL_KINDS, ORDER_CLOSED},
    [ORDER_REPLACE] = {LIVING, IN(ORDER_RATING), ORDER_CLOSED},
    [ORDER_PAUSE] = {WORKED, ALL_KINDS, ORDER_STATES},
    [ORDER_RESUME] = {WORKED, ALL_KINDS, ORDER_STATES},
    [ORDER_NOTE] = {LIVING, ALL_KINDS, ORDER_STATES},
    [ORDER_ESCALATE] = {WORKED | IN(ORDER_SUPERVISED), ALL_KINDS, ORDER_STATES},
};

/* Must the citizen be spoken with before anything else? */
static bool owes_contact(const struct work_order *o, const struct order_rules *rules)
{
    return (CITIZENS & IN(o->kind)) != 0 && o->state == ORDER_OPEN &&
           o->reach == ORDER_REACH_PHONE && o->tries < rules->tries;
}

bool order_may(const struct work_order *o, enum order_act act,
               const struct order_rules *rules)
{
    const struct rule *r = &rules_of[act];

    if ((r->states & IN(o->state)) == 0 || (r->kinds & IN(o->kind)) == 0)
        return false;
    switch (act) {
    case ORDER_FIX:
    case ORDER_FIX_LONG:
    case ORDER_EXPLAIN:
        return !owes_contact(o, rules);
    case ORDER_CALL:
    case ORDER_CONTACT:
    case ORDER_UNREACHED:
        return o->reach == ORDER_REACH_PHONE;
    case ORDER_SETTLE:
        return o->kind != ORDER_RATING || o->state == ORDER_SUPERVISED;
    case ORDER_PAUSE:
        return o->paused_ms == 0;
    case ORDER_RESUME:
        return o->paused_ms != 0;
    case ORDER_ESCALATE:
        return o->paused_ms == 0 && o->level < ORDER_LEVEL_MOST;
    default:
        return true;
    }
}

/* ---- clocks ---- */

static int64_t deadline(const struct order_clock *c, int64_t from_ms, int days)
{
    return calendar_deadline_ms(c->calendar, c->zone, c->hours, from_ms, days);
}

static void begin_round(struct work_order *o, const struct order_clock *c)
{
    o->state = ORDER_OPEN;
    o->tries = o->level = 0;
    o->begun_ms = c->now_ms;
    o->paused_ms = o->verdict_due_ms = o->raised_ms = 0;
    o->contact_due_ms = deadline(c, c->now_ms, c->rules->contact_days);
    o->fix_due_ms = deadline(c, c->now_ms, c->rules->fix_days);
}

void order_begin(struct work_order *o, enum order_kind kind, enum order_reach reach,
                 const struct order_clock *c)
{
    *o = (struct work_order){.kind = kind, .reach = reach};
    begin_round(o, c);
}

/* Working days after the day of `from_ms` up to that of `to_ms`. */
static int days_between(const struct order_clock *c, int64_t from_ms, int64_t to_ms)
{
    struct local_time from, to;
    int days = 0;
    int32_t last;

    zone_local(c->zone, from_ms, &from);
    zone_local(c->zone, to_ms, &to);
    last = day_number(to.year, to.month, to.day);
    for (int32_t day = day_number(from.year, from.month, from.day) + 1; day <= last;
         day++)
        days += calendar_is_working(c->calendar, day);
    return days;
}

/* What was left when the clocks were stopped is left now; what was over stays over. */
static int64_t put_on(const struct order_clock *c, int64_t due_ms, int64_t paused_ms)
{
    if (due_ms <= paused_ms)
        return due_ms;
    return deadline(c, c->now_ms, days_between(c, paused_ms, due_ms));
}

static void resume(struct work_order *o, const struct order_clock *c)
{
    o->contact_due_ms = put_on(c, o->contact_due_ms, o->paused_ms);
    o->fix_due_ms = put_on(c, o->fix_due_ms, o->paused_ms);
    o->paused_ms = 0;
}

int64_t order_due_ms(const struct work_order *o, const struct order_rules *rules)
{
    if (o->paused_ms != 0)
        return INT64_MAX;
    switch (o->state) {
    case ORDER_CLOSED:
        return INT64_MAX;
    case ORDER_FED_BACK:
        return o->verdict_due_ms;
    default:
        return owes_contact(o, rules) ? o->contact_due_ms : o->fix_due_ms;
    }
}

enum order_act order_look(const struct work_order *o)
{
    return o->state == ORDER_FED_BACK ? ORDER_LAPSE : ORDER_ESCALATE;
}

int64_t order_look_ms(const struct work_order *o, const struct order_clock *c)
{
    int64_t due_ms = order_due_ms(o, c->rules);

    if (due_ms == INT64_MAX || !order_may(o, order_look(o), c->rules))
        return INT64_MAX;
    if (o->state == ORDER_FED_BACK || o->level == 0)
        return due_ms;
    return deadline(c, o->raised_ms, c->rules->escalate_days);
}

/* ---- doing it ---- */

static void judge(struct work_order *o, enum heard_verdict verdict,
                  const struct order_clock *c)
{
    if (verdict != HEARD_NOT_SATISFIED) {
        o->state = ORDER_CLOSED;
    } else if (o->round == 0) {
        o->round = 1;
        begin_round(o, c);
    } else {
        o->state = ORDER_SUPERVISED;
        o->fix_due_ms = deadline(c, c->now_ms, c->rules->fix_long_days);
    }
}

static void apply(struct work_order *o, enum order_act act, enum heard_verdict verdict,
                  const struct order_clock *c)
{
    enum order_state next = rules_of[act].next;

    switch (act) {
    case ORDER_CONTACT: /* a second talk changes nothing */
        o->state = o->state == ORDER_OPEN ? ORDER_CONTACTED : o->state;
        return;
    case ORDER_UNREACHED:
        o->tries++;
        return;
    case ORDER_VERDICT:
        judge(o, verdict, c);
        return;
    case ORDER_PAUSE:
        o->paused_ms = c->now_ms;
        return;
    case ORDER_RESUME:
        resume(o, c);
        return;
    case ORDER_ESCALATE:
        /* of what the window itself is said to have recorded, its head is not told */
        o->level += o->kind == ORDER_DENIED && o->level == 0 ? 2 : 1;
        o->raised_ms = c->now_ms;
        return;
    case ORDER_FIX_LONG:
        o->fix_due_ms = deadline(c, o->begun_ms, c->rules->fix_long_days);
        break;
    case ORDER_FEED_BACK:
        o->verdict_due_ms = deadline(c, c->now_ms, c->rules->verdict_days);
        break;
    default:
        break;
    }
    if (next != ORDER_STATES)
        o->state = next;
}

bool order_do(struct work_order *o, enum order_act act, enum heard_verdict verdict,
              const struct order_clock *c)
{
    int64_t due_ms;

    if (!order_may(o, act, c->rules) ||
        (act == ORDER_VERDICT && verdict == HEARD_NO_VERDICT))
        return false;
    /* Whoever goes on with an order goes on with its clocks. */
    if (o->paused_ms != 0 && rules_of[act].next != ORDER_STATES)
        resume(o, c);
    apply(o, act, verdict, c);
    due_ms = order_due_ms(o, c->rules);
    if (act != ORDER_ESCALATE && due_ms > c->now_ms) { /* a clock that is not over */
        o->level = 0;
        o->raised_ms = 0;
    }
    return true;
}
