/*
 * order_marks.c — see order_marks.h.
 *
 * Invariant: order_sums holds each mark that is not gone exactly once in each span; the
 * sums are left and entered here only.
 */
#include "store/order_marks.h"

#include <string.h>

#include "store/rate_sums.h"
#include "store/topics.h"

enum { MARK_ADD, MARK_GET, MARK_SET, OF_RATING, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [MARK_ADD] = "INSERT INTO order_marks (order_id, hall, date, window_code,"
                 " matter_code, clerk_code, department_code, reach, contact, fix,"
                 " verdict, gone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', 0)",
    [MARK_GET] = "SELECT date, window_code, matter_code, clerk_code, department_code,"
                 " reach, contact, fix, verdict FROM order_marks"
                 " WHERE order_id = $1 AND hall = $2 AND gone = 0",
    [MARK_SET] = "UPDATE order_marks SET reach = $3, contact = $4, fix = $5,"
                 " verdict = $6, gone = $7 WHERE order_id = $1 AND hall = $2",
    [OF_RATING] = "SELECT id FROM work_orders WHERE rating_id = $1"
                  " AND hall = $2",
};

const char *const *order_marks_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool order_mark_open(struct store *st, int64_t order_id, int64_t case_id,
                     enum order_reach reach, struct error *err)
{
    const struct order_outcome fresh = {.reach = reach};
    struct rate_place at;

    if (!rate_place_of(st, case_id, &at, err))
        return false;
    return at.date == 0 ||
           (db_run(st->db, sql[MARK_ADD],
                   DB(db_int(order_id), db_int(st->hall), db_int(at.date),
                      db_text(at.window), db_text(at.matter), db_text(at.clerk),
                      db_text(at.department), db_text(order_reach_name(reach))),
                   err) &&
            rate_sums_order(st, &at, &fresh, 1, err));
}

static bool mark_get(struct store *st, int64_t order_id, struct rate_place *at,
                     struct order_outcome *out, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[MARK_GET], DB(db_int(order_id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (!*found)
        return true;
    at->date = (int)db_get_int(&c, 0);
    db_copy_text(&c, 1, at->window, sizeof(at->window));
    db_copy_text(&c, 2, at->matter, sizeof(at->matter));
    db_copy_text(&c, 3, at->clerk, sizeof(at->clerk));
    db_copy_text(&c, 4, at->department, sizeof(at->department));
    out->reach = order_reach_read(db_get_text(&c, 5));
    out->contact = outcome_clock_read(db_get_text(&c, 6));
    out->fix = outcome_clock_read(db_get_text(&c, 7));
    out->verdict = outcome_verdict_read(db_get_text(&c, 8));
    db_done(&c);
    return true;
}

static bool mark_set(struct store *st, int64_t order_id, const struct order_outcome *o,
                     bool gone, struct error *err)
{
    return db_run(
        st->db, sql[MARK_SET],
        DB(db_int(order_id), db_int(st->hall), db_text(order_reach_name(o->reach)),
           db_text(outcome_clock_name(o->contact)), db_text(outcome_clock_name(o->fix)),
           db_text(outcome_verdict_name(o->verdict)), db_int(gone)),
        err);
}

/* From what it was to what it is; out of the sums where it is gone. */
static bool move(struct store *st, int64_t order_id, const struct rate_place *at,
                 const struct order_outcome *old, const struct order_outcome *new,
                 bool gone, struct error *err)
{
    return mark_set(st, order_id, new, gone, err) &&
           rate_sums_order(st, at, old, -1, err) &&
           (gone || rate_sums_order(st, at, new, 1, err));
}

bool order_mark_step(struct store *st, int64_t order_id, const struct order_moved *moved,
                     struct error *err)
{
    struct rate_place at = {0};
    struct order_outcome old = {0}, new;
    bool found;

    if (!mark_get(st, order_id, &at, &old, &found, err))
        return false;
    new = old;
    order_outcome_note(&new, moved->before, moved->after, moved->act, moved->verdict,
                       moved->rules, moved->now_ms);
    if (!found || (moved->act != ORDER_REPLACE &&
                   new.reach == old.reach &&new.contact == old.contact &&new.fix ==
                       old.fix &&new.verdict == old.verdict))
        return true;
    return move(st, order_id, &at, &old, &new, moved->act == ORDER_REPLACE, err);
}

bool order_mark_exclude(struct store *st, int64_t rating_id, struct error *err)
{
    struct rate_place at = {0};
    struct order_outcome old = {0};
    struct db_cursor c;
    int64_t order_id;
    bool found;

    if (!db_find(st->db, sql[OF_RATING], DB(db_int(rating_id), db_int(st->hall)), &c,
                 &found, err) ||
        !found)
        return err->kind == ERROR_NONE;
    order_id = db_get_int(&c, 0);
    db_done(&c);
    if (!mark_get(st, order_id, &at, &old, &found, err))
        return false;
    return !found || move(st, order_id, &at, &old, &old, true, err);
}
