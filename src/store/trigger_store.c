/*
 * trigger_store.c — see trigger_store.h.
 *
 * Invariant: second_looks holds a month once, written in the transaction of all that was
 * found in it: a store that was killed in between looks at the whole month again, and
 * finds the same.
 */
#include "store/trigger_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/second_assessment_store.h"
#include "store/topics.h"

enum { MONTHS, LAST_LOOK, LOOK_ADD, TRIGGER_ADD, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    /* In the order of the key, so that nothing is sorted; summed here. */
    [MONTHS] = "SELECT date, window_code, department_code, channel, g1 + g2,"
               " g1 + g2 + g3 + g4 + g5 FROM rating_sums WHERE hall = $1 AND span = 3"
               " AND date >= $2 AND date <= $3 AND measure = 0 AND channel <> 'paper'"
               " AND (CAST($4 AS TEXT) IS NULL OR window_code = $4)"
               " ORDER BY date, window_code",
    [LAST_LOOK] = "SELECT COALESCE(max(month), 0) FROM second_looks WHERE hall = $1",
    [LOOK_ADD] = "INSERT INTO second_looks (hall, month, windows, at_ms)"
                 " VALUES ($1, $2, $3, $4)",
    [TRIGGER_ADD] =
        "INSERT INTO second_triggers (id, hall, assessment_id, window_code, month, rule,"
        " base, channel, bad, n, base_bad, base_n, expected_milli, tolerance, bad_limit,"
        " tail_ppb, allowed_ppb, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11, $12, $13, $14, $15, $16, $17, $18)",
};

const char *const *trigger_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Months ======================================================================= */

static int month_number(int month)
{
    return month / 100 * 12 + month % 100 - 1;
}

int month_add(int month, int by)
{
    int number = month_number(month) + by;

    return number / 12 * 100 + number % 12 + 1;
}

int32_t month_end(int month)
{
    return day_number(month / 100, month % 100 + 1, 1) - 1;
}

int month_settled(const struct hall_frame *frame, const struct second_rules *rules,
                  int64_t now_ms)
{
    struct local_time now;
    int month;

    zone_local(frame->zone, now_ms, &now);
    month = now.year * 100 + now.month;
    do
        month = month_add(month, -1);
    while (month_end(month) + rules->settle_days >= now.day_number);
    return month;
}

/* == Reading ====================================================================== */

void past_free(struct past *p)
{
    free(p->windows);
    *p = (struct past){0};
}

struct reading {
    struct past *out;
    size_t room, last; /* the window that was found last */
};

/* Where the code is, or belongs. */
static size_t place_of(const struct past *p, const char *code)
{
    size_t low = 0, high = p->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(p->windows[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct past *p, size_t at, const char *code)
{
    return at < p->count && strcmp(p->windows[at].code, code) == 0;
}

static struct past_window *window_of(struct reading *r, const char *code)
{
    struct past *p = r->out;
    size_t at = r->last;

    if (!is_at(p, at, code))
        at = r->last = place_of(p, code);
    if (is_at(p, at, code))
        return &p->windows[at];
    if (p->count == r->room) {
        r->room = r->room == 0 ? 32 : 2 * r->room;
        p->windows = memory_resize(p->windows, r->room * sizeof(p->windows[0]));
    }
    memmove(&p->windows[at + 1], &p->windows[at],
            (p->count - at) * sizeof(p->windows[0]));
    p->windows[at] = (struct past_window){0};
    snprintf(p->windows[at].code, CODE_SIZE, "%s", code);
    p->count++;
    return &p->windows[at];
}

static void add_row(struct reading *r, const struct db_cursor *c)
{
    int back = month_number(r->out->newest) - month_number((int)db_get_int(c, 0) / 100);
    int channel = rating_channel_read(db_get_text(c, 3));
    struct past_window *w;

    if (channel < 0 || channel >= TRIGGER_CHANNELS) /* the table of ratings knows none */
        return;
    w = window_of(r, db_get_text(c, 1));
    db_copy_text(c, 2, w->department, sizeof(w->department));
    w->months[back].of[channel].bad += db_get_int(c, 4);
    w->months[back].of[channel].n += db_get_int(c, 5);
}

/* What the hall says now of a window that it has. */
static void note_window(void *self, const struct window *w)
{
    struct past *p = self;

    size_t at = place_of(p, w->code);

    if (!is_at(p, at, w->code))
        return;
    p->windows[at].in_force = true;
    snprintf(p->windows[at].department, CODE_SIZE, "%s", w->department_code);
}

bool past_read(struct store *st, int newest, int months, const char *window,
               struct past *out, struct error *err)
{
    struct reading r = {.out = out};
    struct error trouble = {0};
    struct db_cursor c;

    *out = (struct past){.newest = newest};
    if (!db_query(st->db, sql[MONTHS],
                  DB(db_int(st->hall), db_int(month_add(newest, 1 - months) * 100),
                     db_int(newest * 100), db_text(window)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble))
        add_row(&r, &c);
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    if (trouble.kind == ERROR_NONE && windows_each(st, note_window, out, err))
        return true;
    past_free(out);
    return false;
}

void past_at(const struct past *p, int back, struct trigger_window *out)
{
    for (size_t w = 0; w < p->count; w++) {
        snprintf(out[w].code, sizeof(out[w].code), "%s", p->windows[w].code);
        snprintf(out[w].department, sizeof(out[w].department), "%s",
                 p->windows[w].department);
        for (int m = 0; m < TRIGGER_MONTHS; m++)
            out[w].months[m] = back + m < PAST_MONTHS ? p->windows[w].months[back + m]
                                                      : (struct trigger_month){0};
    }
}

/* == Looking ====================================================================== */

static int64_t billionths(double share)
{
    return (int64_t)(share * 1e9 + 0.5);
}

static bool keep(struct store *st, int64_t id, const char *window, int month,
                 enum trigger_rule rule, const struct alarm *a, int64_t now_ms,
                 struct error *err)
{
    const char *channel =
        a->channel >= 0 ? rating_channel_name((enum rating_channel)a->channel) : "";

    return db_run(st->db, sql[TRIGGER_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(window), db_int(month), db_text(trigger_rule_name(rule)),
                     db_text(trigger_base_name(a->base)), db_text(channel),
                     db_int(a->seen.bad), db_int(a->seen.n), db_int(a->baseline.bad),
                     db_int(a->baseline.n), db_int((int64_t)(a->expected * 1000 + 0.5)),
                     db_int(a->tolerance), db_int(a->limit), db_int(billionths(a->tail)),
                     db_int(billionths(a->allowed)), db_int(now_ms)),
                  err);
}

/* A month of the hall that is looked at. */
struct look {
    struct past past;
    struct trigger_window *hall;
    const struct watch_rules *rules;
    int month;
    int64_t now_ms;
};

static bool look_at_window(struct store *st, const struct look *l, size_t which,
                           struct error *err)
{
    const struct past_window *w = &l->past.windows[which];
    struct alarm alarms[TRIGGER_RULES];
    bool any = false, ok = true;
    int64_t id = 0;

    for (int rule = 0; rule < TRIGGER_RULES; rule++) {
        alarms[rule] = trigger_look((enum trigger_rule)rule, l->hall, l->past.count,
                                    which, &l->rules->trigger);
        any = any || alarms[rule].raised;
    }
    if (!any)
        return true;
    ok = second_find(st, &l->rules->second, w->code, w->department, l->month, l->now_ms,
                     &id, err);
    for (int rule = 0; ok && rule < TRIGGER_RULES; rule++)
        ok = !alarms[rule].raised ||
             keep(st, id, w->code, l->month, (enum trigger_rule)rule, &alarms[rule],
                  l->now_ms, err);
    return ok;
}

static bool look_at_month(struct store *st, const struct watch_rules *rules, int month,
                          int64_t now_ms, struct error *err)
{
    struct look l = {.rules = rules, .month = month, .now_ms = now_ms};
    int64_t looked = 0;
    bool ok = true;

    if (!past_read(st, month, TRIGGER_MONTHS, NULL, &l.past, err))
        return false;
    l.hall = memory_new((l.past.count + 1) * sizeof(*l.hall));
    past_at(&l.past, 0, l.hall);
    for (size_t w = 0; ok && w < l.past.count; w++)
        if (l.past.windows[w].in_force) {
            looked++;
            ok = look_at_window(st, &l, w, err);
        }
    ok = ok &&
         db_run(st->db, sql[LOOK_ADD],
                DB(db_int(st->hall), db_int(month), db_int(looked), db_int(now_ms)), err);
    free(l.hall);
    past_free(&l.past);
    return ok;
}

bool triggers_look(struct store *st, const struct watch_rules *rules, int most,
                   int64_t now_ms, int *looked, struct error *err)
{
    struct db_cursor c;
    int newest, month;
    bool found;

    *looked = 0;
    if (st->hall == 0)
        return true;
    newest = month_settled(st->frame, &rules->second, now_ms);
    if (!db_find(st->db, sql[LAST_LOOK], DB(db_int(st->hall)), &c, &found, err))
        return false;
    month = (int)db_get_int(&c, 0);
    db_done(&c);
    month = month == 0 ? newest : month_add(month, 1);
    for (; month <= newest && *looked < most; month = month_add(month, 1), ++*looked)
        if (!look_at_month(st, rules, month, now_ms, err))
            return false;
    return true;
}
