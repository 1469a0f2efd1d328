/*
 * rate_fill.c — see rate_fill.h.
 *
 * Only a hall knows on which of its days an instant lies, so the days of closings are
 * made here and not by a migration; the rest is counted by the engine. A case that was
 * opened again and closed a second time was first closed when its invitation was decided,
 * or, told by another system, somewhat before.
 */
#include "store/rate_fill.h"

#include <stdio.h>
#include <string.h>

#include "store/order_store.h"
#include "store/order_marks.h"
#include "store/rate_sums.h"
#include "store/topics.h"

/* Where a case counts; `n` its closing, `v` the spans. */
#define PLACES                                                                           \
    " JOIN closings n ON n.case_id = c.id JOIN windows w ON w.id = c.window_id"          \
    " JOIN departments d ON d.id = w.department_id"                                      \
    " JOIN matters m ON m.id = c.matter_id JOIN clerks k ON k.id = c.clerk_id"           \
    " CROSS JOIN (SELECT 0 AS span UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL"      \
    " SELECT 3) v"
#define DATE                                                                             \
    " CASE WHEN v.span IN (0, 2) THEN n.local_date ELSE n.local_date / 100 * 100 END"
#define KEY                                                                              \
    " n.hall, v.span," DATE ", w.code, CASE WHEN v.span < 2 THEN m.code ELSE '' END,"    \
    " CASE WHEN v.span < 2 THEN k.code ELSE '' END"
#define COUNT_GRADE(n)                                                                   \
    " CAST(COALESCE(sum(CASE WHEN e.grade = " #n " THEN 1 ELSE 0 END), 0) AS BIGINT)"
#define ADD_RATINGS                                                                      \
    "INSERT INTO rating_sums (hall, span, date, window_code, matter_code, clerk_code,"   \
    " channel, delay, measure, department_code, g0, g1, g2, g3, g4, g5)"
#define GRADES                                                                           \
    COUNT_GRADE(0)                                                                       \
    "," COUNT_GRADE(1) "," COUNT_GRADE(2) "," COUNT_GRADE(3) "," COUNT_GRADE(            \
        4) "," COUNT_GRADE(5)
#define DELAY                                                                            \
    " CASE WHEN e.delay_s <= 1800 THEN 0 WHEN e.delay_s <= 86400 THEN 1 ELSE 2 END"
#define EFFECTIVE                                                                        \
    " NOT EXISTS (SELECT y.id FROM ratings y WHERE y.case_id = r.case_id"                \
    " AND y.round > r.round)"
#define TAKEN_OUT                                                                        \
    " EXISTS (SELECT q.id FROM appeals p JOIN appeal_decisions q ON q.appeal_id = p.id"  \
    " WHERE p.rating_id = r.id AND q.outcome = 'excluded')"

enum {
    CLEAR_CASES,
    CLEAR_RATINGS,
    CLEAR_MARKS,
    CLEAR_ORDERS,
    CLEAR_REPLIES,
    UNDATED,
    CLOSING_ADD,
    CASES,
    REACHED,
    RATINGS,
    DIMENSIONS,
    REPLIES,
    ORDERS,
    ORDER_REACH,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [CLEAR_CASES] = "DELETE FROM case_sums WHERE hall = $1",
    [CLEAR_RATINGS] = "DELETE FROM rating_sums WHERE hall = $1",
    [CLEAR_MARKS] = "DELETE FROM order_marks WHERE hall = $1",
    [CLEAR_ORDERS] = "DELETE FROM order_sums WHERE hall = $1",
    [CLEAR_REPLIES] = "DELETE FROM reply_days WHERE hall = $1",
    [UNDATED] = "SELECT i.id, i.case_id, i.decided_ms, c.closed_ms,"
                " CASE WHEN i.reason = 'closed too long ago' THEN 0 ELSE 1 END"
                " FROM invitations i JOIN cases c ON c.id = i.case_id"
                " WHERE i.hall = $1 AND i.id > $2 AND NOT EXISTS (SELECT n.case_id"
                " FROM closings n WHERE n.case_id = i.case_id) ORDER BY i.id LIMIT 256",
    [CLOSING_ADD] = "INSERT INTO closings (case_id, hall, local_date, ratable)"
                    " VALUES ($1, $2, $3, $4)",
    [CASES] = "INSERT INTO case_sums (hall, span, date, window_code, matter_code,"
              " clerk_code, department_code, closed, ratable, reached)"
              " SELECT" KEY ", d.code, count(*), CAST(sum(n.ratable) AS BIGINT), 0"
              " FROM cases c" PLACES " WHERE n.hall = $1 GROUP BY" KEY ", d.code",
    [REACHED] =
        "INSERT INTO case_sums (hall, span, date, window_code, matter_code, clerk_code,"
        " department_code, closed, ratable, reached)"
        " SELECT" KEY ", d.code, 0, 0, count(*) FROM invitations i"
        " JOIN messages g ON g.id = i.message_id JOIN cases c ON c.id = i.case_id" PLACES
        " WHERE n.hall = $1 AND g.state = 'DELIVERED' GROUP BY" KEY ", d.code"
        " ON CONFLICT (hall, span, date, window_code, matter_code, clerk_code)"
        " DO UPDATE SET reached = case_sums.reached + excluded.reached",
    [RATINGS] = ADD_RATINGS
    " SELECT" KEY ", e.channel," DELAY ", e.measure, d.code," GRADES
    " FROM (SELECT r.case_id, r.channel, r.delay_s, COALESCE(r.grade, 0) AS grade,"
    " CASE WHEN" TAKEN_OUT " THEN 5 ELSE 0 END AS measure FROM ratings r"
    " WHERE r.hall = $1 AND" EFFECTIVE ") AS e JOIN cases c ON c.id = e.case_id" PLACES
    " GROUP BY" KEY ", e.channel," DELAY ", e.measure, d.code",
    [DIMENSIONS] = ADD_RATINGS
    " SELECT" KEY ", e.channel," DELAY ", e.measure, d.code," GRADES
    " FROM (SELECT r.case_id, r.channel, r.delay_s, o.measure, CASE o.measure"
    " WHEN 1 THEN CASE WHEN r.grade IS NULL THEN r.attitude ELSE" RATE_BESIDE(
        attitude) " END"
                  " WHEN 2 THEN CASE WHEN r.grade IS NULL THEN r.efficiency "
                  "ELSE" RATE_BESIDE(
                      efficiency) " END"
                                  " WHEN 3 THEN CASE WHEN r.grade IS NULL THEN r.quality "
                                  "ELSE" RATE_BESIDE(
                                      quality) " END"
                                               " ELSE CASE WHEN r.grade IS NULL THEN "
                                               "r.integrity ELSE" RATE_BESIDE(
                                                   integrity) " END END AS grade"
                                                              " FROM ratings r"
                                                              " CROSS JOIN (SELECT 1 AS "
                                                              "measure UNION ALL SELECT "
                                                              "2 UNION ALL SELECT 3"
                                                              " UNION ALL SELECT 4) o "
                                                              "WHERE r.hall = $1 "
                                                              "AND" EFFECTIVE
                                                              " AND NOT" TAKEN_OUT
                                                              ") AS e JOIN cases c ON "
                                                              "c.id = e.case_id" PLACES
                                                              " WHERE e.grade IS NOT "
                                                              "NULL GROUP BY" KEY
                                                              ", e.channel," DELAY
                                                              ", e.measure, d.code",
    [REPLIES] = "SELECT at_ms, CASE WHEN case_id IS NULL THEN 0 ELSE 1 END FROM readings"
                " WHERE hall = $1 AND act NOT IN ('again', 'joined')"
                " AND (outcome IN ('1', '2', '3', '4', '5') OR outcome LIKE 'dims=%') "
                "ORDER BY id",
    [ORDERS] =
        "SELECT o.id, o.case_id, o.opened_ms, s.reach, COALESCE((SELECT q.detail"
        " FROM order_steps q WHERE q.order_id = o.id AND q.act = 'reach'"
        " ORDER BY q.id LIMIT 1), ''), CASE WHEN o.rating_id IN (SELECT p.rating_id"
        " FROM appeals p JOIN appeal_decisions q ON q.appeal_id = p.id"
        " WHERE q.outcome = 'excluded') THEN o.rating_id ELSE NULL END"
        " FROM work_orders o JOIN order_states s ON s.order_id = o.id"
        " WHERE o.hall = $1 AND o.kind = 'rating' AND o.id > $2"
        " ORDER BY o.id LIMIT 1",
    [ORDER_REACH] = "SELECT act, detail, at_ms FROM order_steps WHERE order_id = $1"
                    " AND hall = $2 AND act <> 'open' ORDER BY id",
};

static const char mark[] = "rates_filled";

const char *const *rate_fill_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* Dates up to 256 closings after `*last`, which moves on; false in *more at the end. */
static bool date_some(struct store *st, int64_t *last, bool *more, struct error *err)
{
    struct {
        int64_t case_id, closed_ms, ratable;
    } some[256];
    struct error trouble = {0};
    struct db_cursor c;
    size_t count = 0;
    bool ok = true;

    if (!db_query(st->db, sql[UNDATED], DB(db_int(st->hall), db_int(*last)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        int64_t decided_ms = db_get_int(&c, 2), closed_ms = db_get_int(&c, 3);

        *last = db_get_int(&c, 0);
        some[count].case_id = db_get_int(&c, 1);
        some[count].closed_ms =
            closed_ms != 0 && closed_ms < decided_ms ? closed_ms : decided_ms;
        some[count++].ratable = db_get_int(&c, 4);
    }
    db_done(&c);
    *more = count > 0;
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    for (size_t i = 0; ok && trouble.kind == ERROR_NONE && i < count; i++)
        ok = db_run(st->db, sql[CLOSING_ADD],
                    DB(db_int(some[i].case_id), db_int(st->hall),
                       db_int(hall_local_date(st->frame, some[i].closed_ms)),
                       db_int(some[i].ratable)),
                    err);
    return ok && trouble.kind == ERROR_NONE;
}

static bool count_replies(struct store *st, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;
    bool ok = true;

    if (!db_query(st->db, sql[REPLIES], DB(db_int(st->hall)), &c, err))
        return false;
    while (ok && db_next(&c, &trouble))
        ok = rate_sums_reply(st, hall_local_date(st->frame, db_get_int(&c, 0)),
                             db_get_int(&c, 1) != 0, err);
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return ok && trouble.kind == ERROR_NONE;
}

/* == Orders ======================================================================= */

struct replay {
    int64_t id, case_id, opened_ms, excluded; /* the rating that was taken out, or 0 */
    enum order_reach reach;                   /* as it was opened */
};

/* A reach that changed went from one of two to the other. */
static enum order_reach reach_at_first(const char *now, const char *first_change)
{
    if (first_change[0] == '\0')
        return order_reach_read(now);
    return order_reach_read(first_change) == ORDER_REACH_PHONE ? ORDER_REACH_DECLINED
                                                               : ORDER_REACH_PHONE;
}

static bool next_order(struct store *st, struct replay *r, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[ORDERS], DB(db_int(st->hall), db_int(r->id)), &c, found,
                 err))
        return false;
    if (!*found)
        return true;
    r->id = db_get_int(&c, 0);
    r->case_id = db_get_int(&c, 1);
    r->opened_ms = db_get_int(&c, 2);
    r->reach = reach_at_first(db_get_text(&c, 3), db_get_text(&c, 4));
    r->excluded = db_get_int(&c, 5);
    db_done(&c);
    return true;
}

/* One step of the past, done again. What was refused then is not among them. */
static void replay_step(const struct order_clock *clock, const struct db_cursor *c,
                        struct work_order *o, struct order_moved *moved)
{
    const char *act = db_get_text(c, 0), *detail = db_get_text(c, 1);
    char first[32];

    snprintf(first, sizeof(first), "%.*s", (int)strcspn(detail, " "), detail);
    moved->act = ORDER_NOTE;
    moved->verdict = heard_verdict_read(first);
    if (strcmp(act, "reach") == 0)
        o->reach = order_reach_read(detail);
    else if (order_act_read(act) != ORDER_ACTS &&
             order_do(o, order_act_read(act), moved->verdict, clock))
        moved->act = order_act_read(act);
}

static bool replay_order(struct store *st, const struct replay *r, struct error *err)
{
    struct order_clock clock = {st->frame->calendar, st->frame->zone, &st->frame->hours,
                                &order_rules_default, r->opened_ms};
    struct error trouble = {0};
    struct work_order before, o;
    struct order_moved moved = {
        .before = &before, .after = &o, .rules = &order_rules_default};
    struct db_cursor c;
    bool ok = order_mark_open(st, r->id, r->case_id, r->reach, err);

    order_begin(&o, ORDER_RATING, r->reach, &clock);
    if (!ok ||
        !db_query(st->db, sql[ORDER_REACH], DB(db_int(r->id), db_int(st->hall)), &c, err))
        return false;
    while (ok && db_next(&c, &trouble)) {
        before = o;
        moved.now_ms = clock.now_ms = db_get_int(&c, 2);
        replay_step(&clock, &c, &o, &moved);
        ok = order_mark_step(st, r->id, &moved, err);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return ok && trouble.kind == ERROR_NONE &&
           (r->excluded == 0 || order_mark_exclude(st, r->excluded, err));
}

static bool count_orders(struct store *st, struct error *err)
{
    struct replay r = {0};
    bool found;

    do
        if (!next_order(st, &r, &found, err) || (found && !replay_order(st, &r, err)))
            return false;
    while (found);
    return true;
}

bool rate_fill(struct store *st, struct error *err)
{
    static const int wholes[] = {CLEAR_CASES,  CLEAR_RATINGS, CLEAR_MARKS,
                                 CLEAR_ORDERS, CLEAR_REPLIES, CASES,
                                 REACHED,      RATINGS,       DIMENSIONS};
    int64_t last = 0;
    bool more = true;

    while (more)
        if (!date_some(st, &last, &more, err))
            return false;
    for (size_t i = 0; i < LENGTH(wholes); i++)
        if (!db_run(st->db, sql[wholes[i]], DB(db_int(st->hall)), err))
            return false;
    return count_replies(st, err) && count_orders(st, err);
}

bool rate_fill_done(struct store *st, struct error *err)
{
    return store_mark_set(st, mark, 1, err);
}

bool rate_fill_once(struct store *st, struct error *err)
{
    int64_t filled;
    bool ok;

    if (st->hall == 0 || !store_mark(st, mark, &filled, err) || filled != 0)
        return err->kind == ERROR_NONE;
    if (!db_begin(st->db, err))
        return false;
    ok = rate_fill(st, err) && rate_fill_done(st, err) && db_commit(st->db, err);
    if (!ok)
        db_rollback(st->db);
    return ok;
}
