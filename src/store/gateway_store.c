/*
 * gateway_store.c — see gateway_store.h.
 */
#include "store/gateway_store.h"

#include <stdio.h>

#include "store/hook_store.h"
#include "store/message_store.h"
#include "store/topics.h"

enum {
    ADD,
    OF_DAY,
    EVER,
    ALL_OF_DAY,
    ALL_EVER,
    STATE_SET,
    STATE_GET,
    STATES,
    WAITING,
    WAITING_NOWHERE,
    HANGING,
    STATEMENTS
};

#define STATE_ROW                                                                        \
    "SELECT gateway, condition, trouble, error_ms, in_flight, queued_inside, rate_1,"    \
    " rate_5, rate_15, changed_ms FROM gateway_states WHERE hall = $1"
#define QUEUE_ROW                                                                        \
    "SELECT state, count(*), min(due_ms), COALESCE(sum(CASE WHEN due_ms <= $2 THEN 1"    \
    " ELSE 0 END), 0) FROM messages WHERE hall = $1 AND state IN ('NEW', 'RETRY')"

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO gateway_counts (hall, gateway, local_date, what, n)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hall, gateway, local_date, what)"
            " DO UPDATE SET n = gateway_counts.n + excluded.n",
    [OF_DAY] = "SELECT what, n FROM gateway_counts WHERE hall = $1 AND gateway = $2"
               " AND local_date = $3",
    [EVER] = "SELECT what, sum(n) FROM gateway_counts WHERE hall = $1 AND gateway = $2"
             " GROUP BY what",
    [ALL_OF_DAY] = "SELECT what, sum(n) FROM gateway_counts WHERE hall = $1"
                   " AND local_date = $2 GROUP BY what",
    [ALL_EVER] = "SELECT what, sum(n) FROM gateway_counts WHERE hall = $1 GROUP BY what",
    [STATE_SET] =
        "INSERT INTO gateway_states (hall, gateway, condition, trouble, error_ms,"
        " in_flight, queued_inside, rate_1, rate_5, rate_15, changed_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        " ON CONFLICT (hall, gateway) DO UPDATE SET condition = excluded.condition,"
        " trouble = excluded.trouble, error_ms = excluded.error_ms,"
        " in_flight = excluded.in_flight, queued_inside = excluded.queued_inside,"
        " rate_1 = excluded.rate_1, rate_5 = excluded.rate_5,"
        " rate_15 = excluded.rate_15, changed_ms = excluded.changed_ms",
    [STATE_GET] = STATE_ROW " AND gateway = $2",
    [STATES] = STATE_ROW " ORDER BY gateway",
    [WAITING] = QUEUE_ROW " AND gateway = $3 GROUP BY state",
    [WAITING_NOWHERE] = QUEUE_ROW " AND gateway IS NULL GROUP BY state",
    [HANGING] = "SELECT state, count(*) FROM messages WHERE hall = $1 AND gateway = $2"
                " AND" MESSAGE_IS_OPEN("") " GROUP BY state",
};

static const char *const names[GATEWAY_COUNTS] = {
    [COUNT_SUBMITTED] = "submitted",
    [COUNT_ACCEPTED] = "accepted",
    [COUNT_REFUSED] = "refused",
    [COUNT_RETRIED] = "retried",
    [COUNT_UNKNOWN] = "unknown",
    [COUNT_RESOLVED_SENT] = "resolved_sent",
    [COUNT_RESOLVED_UNSENT] = "resolved_unsent",
    [COUNT_RESENT] = "resent",
    [COUNT_DELIVERED] = "delivered",
    [COUNT_UNDELIVERED] = "undelivered",
    [COUNT_EXPIRED] = "expired",
    [COUNT_NO_REPORT] = "no_report",
    [COUNT_REPLIES] = "replies",
    [COUNT_REPORTS] = "reports",
    [COUNT_WITHDRAWN] = "withdrawn",
};

const char *const *gateway_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* ---- counts ---- */

const char *gateway_count_name(enum gateway_count what)
{
    return names[what];
}

bool gateway_count_add(struct store *st, const char *gateway, enum gateway_count what,
                       int64_t n, int64_t now_ms, struct error *err)
{
    if (gateway[0] == '\0')
        return true;
    return db_run(st->db, sql[ADD],
                  DB(db_int(st->hall), db_text(gateway),
                     db_int(hall_local_date(st->frame, now_ms)), db_text(names[what]),
                     db_int(n)),
                  err);
}

/* Ends a query and hands its fault on. */
static bool ended(struct db_cursor *c, const struct error *mine, struct error *err)
{
    db_done(c);
    if (mine->kind != ERROR_NONE)
        *err = *mine;
    return mine->kind == ERROR_NONE;
}

static bool read_counts(struct store *st, const char *statement,
                        const struct db_value *values, size_t value_count,
                        int64_t out[GATEWAY_COUNTS], struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, values, value_count, &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine))
        for (int i = 0; i < GATEWAY_COUNTS; i++)
            if (strcmp(names[i], db_get_text(&c, 0)) == 0)
                out[i] = db_get_int(&c, 1);
    return ended(&c, &mine, err);
}

bool gateway_counts(struct store *st, const char *gateway, int date,
                    int64_t out[GATEWAY_COUNTS], struct error *err)
{
    memset(out, 0, sizeof(*out) * GATEWAY_COUNTS);
    if (gateway == NULL && date == 0)
        return read_counts(st, sql[ALL_EVER], DB(db_int(st->hall)), out, err);
    if (gateway == NULL)
        return read_counts(st, sql[ALL_OF_DAY], DB(db_int(st->hall), db_int(date)), out,
                           err);
    if (date == 0)
        return read_counts(st, sql[EVER], DB(db_int(st->hall), db_text(gateway)), out,
                           err);
    return read_counts(st, sql[OF_DAY],
                       DB(db_int(st->hall), db_text(gateway), db_int(date)), out, err);
}

/* ---- states ---- */

static bool is_down(const char *condition)
{
    return strcmp(condition, "resting") == 0 || strcmp(condition, "shut") == 0 ||
           strcmp(condition, "broken") == 0;
}

/* Other systems hear of it once, when it goes down. */
static bool tell_others(struct store *st, const struct gateway_state *state,
                        int64_t now_ms, struct error *err)
{
    const struct hook_fact fact = {.type = HOOK_GATEWAY_DOWN, .gateway = state->name};
    struct gateway_state before;
    bool found;

    if (!is_down(state->condition) || !hook_wanted(st, fact.type))
        return true;
    if (!gateway_state_get(st, state->name, &before, &found, err))
        return false;
    return (found && is_down(before.condition)) || hook_add(st, &fact, now_ms, err);
}

bool gateway_state_set(struct store *st, const struct gateway_state *state,
                       int64_t now_ms, struct error *err)
{
    if (!tell_others(st, state, now_ms, err))
        return false;
    return db_run(st->db, sql[STATE_SET],
                  DB(db_int(st->hall), db_text(state->name), db_text(state->condition),
                     db_text(state->trouble), db_int(state->error_ms),
                     db_int(state->in_flight), db_int(state->queued_inside),
                     db_int(state->rate_1), db_int(state->rate_5), db_int(state->rate_15),
                     db_int(now_ms)),
                  err);
}

static void read_state(const struct db_cursor *c, struct gateway_state *out)
{
    db_copy_text(c, 0, out->name, sizeof(out->name));
    db_copy_text(c, 1, out->condition, sizeof(out->condition));
    db_copy_text(c, 2, out->trouble, sizeof(out->trouble));
    out->error_ms = db_get_int(c, 3);
    out->in_flight = (int)db_get_int(c, 4);
    out->queued_inside = db_get_int(c, 5);
    out->rate_1 = (int)db_get_int(c, 6);
    out->rate_5 = (int)db_get_int(c, 7);
    out->rate_15 = (int)db_get_int(c, 8);
    out->changed_ms = db_get_int(c, 9);
}

bool gateway_state_get(struct store *st, const char *name, struct gateway_state *out,
                       bool *found, struct error *err)
{
    struct db_cursor c;

    *out = (struct gateway_state){0};
    if (!db_find(st->db, sql[STATE_GET], DB(db_int(st->hall), db_text(name)), &c, found,
                 err))
        return false;
    if (*found)
        read_state(&c, out);
    db_done(&c);
    return true;
}

bool gateway_states(struct store *st, gateway_state_each *each, void *self,
                    struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[STATES], DB(db_int(st->hall)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        struct gateway_state state = {0};

        read_state(&c, &state);
        each(self, &state);
    }
    return ended(&c, &mine, err);
}

/* ---- queues ---- */

static bool read_queue(struct store *st, const char *statement,
                       const struct db_value *values, size_t value_count, bool waits,
                       struct gateway_queue *out, struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, values, value_count, &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        enum message_state state;

        if (!message_state_read(db_get_text(&c, 0), &state))
            continue;
        out->by_state[state] = db_get_int(&c, 1);
        if (!waits)
            continue;
        out->waiting += db_get_int(&c, 1);
        out->overdue += db_get_int(&c, 3);
        if (db_get_int(&c, 3) > 0 &&
            (out->oldest_due_ms == 0 || db_get_int(&c, 2) < out->oldest_due_ms))
            out->oldest_due_ms = db_get_int(&c, 2);
    }
    return ended(&c, &mine, err);
}

bool gateway_queue(struct store *st, const char *gateway, int64_t now_ms,
                   struct gateway_queue *out, struct error *err)
{
    *out = (struct gateway_queue){0};
    if (gateway == NULL)
        return read_queue(st, sql[WAITING_NOWHERE], DB(db_int(st->hall), db_int(now_ms)),
                          true, out, err);
    return read_queue(st, sql[WAITING],
                      DB(db_int(st->hall), db_int(now_ms), db_text(gateway)), true, out,
                      err) &&
           read_queue(st, sql[HANGING], DB(db_int(st->hall), db_text(gateway)), false,
                      out, err);
}
