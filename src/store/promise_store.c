/*
 * promise_store.c — see promise_store.h.
 */
#include "store/promise_store.h"

#include <string.h>

#include "store/topics.h"

enum {
    PAUSES_TICKET,
    PAUSES,
    MARK,
    MARK_SET,
    COUNT,
    DAYS,
    USUAL,
    USUAL_ALL,
    UNMARKED,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [PAUSES_TICKET] = "SELECT kind, at_ms FROM events WHERE ticket_id = $1"
                      " AND case_id = $2 AND kind IN ('paused', 'resumed') ORDER BY id",
    [PAUSES] = "SELECT kind, at_ms FROM events WHERE ticket_id IS NULL AND case_id = $1"
               " AND kind IN ('paused', 'resumed') ORDER BY id",
    [MARK] = "SELECT promised, taken FROM promise_marks WHERE case_id = $1 AND hall = $2",
    [MARK_SET] = "INSERT INTO promise_marks (case_id, hall, promised, taken)"
                 " VALUES ($1, $2, $3, $4) ON CONFLICT (case_id)"
                 " DO UPDATE SET promised = excluded.promised, taken = excluded.taken",
    [COUNT] =
        "INSERT INTO promise_sums (hall, date, window_code, matter_code, clerk_code,"
        " department_code, closed, kept) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (hall, date, window_code, matter_code, clerk_code)"
        " DO UPDATE SET closed = promise_sums.closed + excluded.closed,"
        " kept = promise_sums.kept + excluded.kept",
    [DAYS] = "INSERT INTO promise_days (hall, date, matter_code, taken, cases)"
             " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hall, date, matter_code, taken)"
             " DO UPDATE SET cases = promise_days.cases + excluded.cases",
    [USUAL] = "SELECT matter_code, taken, CAST(sum(cases) AS BIGINT) FROM promise_days"
              " WHERE hall = $1 AND date >= $2 AND matter_code = $3"
              " GROUP BY matter_code, taken ORDER BY taken",
    [USUAL_ALL] = "SELECT matter_code, taken, CAST(sum(cases) AS BIGINT)"
                  " FROM promise_days WHERE hall = $1 AND date >= $2"
                  " GROUP BY matter_code, taken ORDER BY matter_code, taken",
    [UNMARKED] =
        "SELECT c.id, c.ticket_id, COALESCE(c.accepted_ms, c.opened_ms), c.closed_ms,"
        " m.promised_days FROM closings n CROSS JOIN cases c" /* by the ids of closings */
        " CROSS JOIN matters m WHERE c.hall = $1 AND n.case_id > $2 AND c.id = n.case_id"
        " AND m.id = c.matter_id AND m.kind = 'promise'"
        " AND COALESCE(c.outcome, '') <> 'withdrawn' ORDER BY n.case_id LIMIT 256",
};

static const char mark[] = "promises_filled";

const char *const *promise_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool promise_pauses(struct store *st, int64_t ticket_id, int64_t case_id,
                    int64_t closed_ms, struct promise_pause out[PROMISE_PAUSES_MOST],
                    size_t *count, struct error *err)
{
    struct db_cursor c;
    bool open = false;

    *count = 0;
    if (!(ticket_id != 0 ? db_query(st->db, sql[PAUSES_TICKET],
                                    DB(db_int(ticket_id), db_int(case_id)), &c, err)
                         : db_query(st->db, sql[PAUSES], DB(db_int(case_id)), &c, err)))
        return false;
    while (db_next(&c, err)) {
        bool pause = strcmp(db_get_text(&c, 0), "paused") == 0;

        if (pause && !open && *count < PROMISE_PAUSES_MOST)
            out[(*count)++] = (struct promise_pause){db_get_int(&c, 1), closed_ms};
        else if (!pause && open)
            out[*count - 1].until_ms = db_get_int(&c, 1);
        open = pause && *count > 0;
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool count_month(struct store *st, const struct rate_place *at, int closed,
                        int kept, struct error *err)
{
    return at->date == 0 ||
           db_run(st->db, sql[COUNT],
                  DB(db_int(st->hall), db_int(at->date / 100 * 100), db_text(at->window),
                     db_text(at->matter), db_text(at->clerk), db_text(at->department),
                     db_int(closed), db_int(kept)),
                  err);
}

static bool count_taken(struct store *st, const struct rate_place *at, int taken, int by,
                        struct error *err)
{
    return at->date == 0 || db_run(st->db, sql[DAYS],
                                   DB(db_int(st->hall), db_int(at->date / 100 * 100),
                                      db_text(at->matter), db_int(taken), db_int(by)),
                                   err);
}

bool promise_close(struct store *st, const struct promise_case *c, struct error *err)
{
    struct promise_pause pauses[PROMISE_PAUSES_MOST];
    struct rate_place at;
    struct db_cursor cursor;
    size_t count;
    bool again, kept_before = false;
    int taken, before = 0;

    if (!promise_pauses(st, c->ticket_id, c->id, c->closed_ms, pauses, &count, err) ||
        !rate_place_of(st, c->id, &at, err) ||
        !db_find(st->db, sql[MARK], DB(db_int(c->id), db_int(st->hall)), &cursor, &again,
                 err))
        return false;
    if (again) {
        before = (int)db_get_int(&cursor, 1);
        kept_before = before <= db_get_int(&cursor, 0);
        db_done(&cursor);
    }
    taken = promise_days(st->frame->calendar, st->frame->zone, c->begun_ms, c->closed_ms,
                         pauses, count);
    return db_run(st->db, sql[MARK_SET],
                  DB(db_int(c->id), db_int(st->hall), db_int(c->promised), db_int(taken)),
                  err) &&
           count_month(st, &at, again ? 0 : 1, (taken <= c->promised) - kept_before,
                       err) &&
           (!again || count_taken(st, &at, before, -1, err)) &&
           count_taken(st, &at, taken, 1, err);
}

/* == What is usual ================================================================ */

/* The days of one matter while its rows are read, the shorter ones first. */
struct usual {
    char matter[CODE_SIZE];
    int64_t cases;
    struct {
        int taken;
        int64_t cases;
    } rows[PROMISE_USUAL_ROWS];
    size_t count;
};

/* The days of the n-th case, from 0. */
static int nth(const struct usual *u, int64_t n)
{
    size_t i = 0;

    while (i + 1 < u->count && n >= u->rows[i].cases)
        n -= u->rows[i++].cases;
    return u->rows[i].taken;
}

static void tell_usual(const struct usual *u, promise_usual_each *each, void *self)
{
    if (u->cases >= PROMISE_USUAL_LEAST)
        each(self, u->matter, nth(u, (u->cases - 1) / 2) + nth(u, u->cases / 2),
             u->cases);
}

bool promise_usual(struct store *st, const char *matter_code, int64_t now_ms,
                   promise_usual_each *each, void *self, struct error *err)
{
    int today = hall_local_date(st->frame, now_ms);
    const struct db_value hall = db_int(st->hall),
                          from = db_int(today / 100 * 100 - 10000);
    struct usual u = {0};
    struct db_cursor c;

    if (!(matter_code != NULL
              ? db_query(st->db, sql[USUAL], DB(hall, from, db_text(matter_code)), &c,
                         err)
              : db_query(st->db, sql[USUAL_ALL], DB(hall, from), &c, err)))
        return false;
    while (db_next(&c, err)) {
        if (strcmp(u.matter, db_get_text(&c, 0)) != 0) {
            tell_usual(&u, each, self);
            u = (struct usual){0};
            db_copy_text(&c, 0, u.matter, sizeof(u.matter));
        }
        if (u.count == PROMISE_USUAL_ROWS || db_get_int(&c, 2) <= 0)
            continue;
        u.rows[u.count].taken = (int)db_get_int(&c, 1);
        u.rows[u.count].cases = db_get_int(&c, 2);
        u.cases += u.rows[u.count++].cases;
    }
    db_done(&c);
    tell_usual(&u, each, self);
    return err->kind == ERROR_NONE;
}

/* == Of before ==================================================================== */

static bool some_unmarked(struct store *st, struct promise_case some[256], size_t *count,
                          int64_t last, struct error *err)
{
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[UNMARKED], DB(db_int(st->hall), db_int(last)), &c, err))
        return false;
    while (*count < 256 && db_next(&c, err))
        some[(*count)++] = (struct promise_case){.id = db_get_int(&c, 0),
                                                 .ticket_id = db_get_int(&c, 1),
                                                 .begun_ms = db_get_int(&c, 2),
                                                 .closed_ms = db_get_int(&c, 3),
                                                 .promised = (int)db_get_int(&c, 4)};
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool promise_fill(struct store *st, struct error *err)
{
    struct promise_case some[256];
    size_t count;
    int64_t last = 0;

    do {
        if (!some_unmarked(st, some, &count, last, err))
            return false;
        for (size_t i = 0; i < count; i++)
            if (!promise_close(st, &some[i], err))
                return false;
        if (count > 0)
            last = some[count - 1].id;
    } while (count > 0);
    return true;
}

bool promise_fill_done(struct store *st, struct error *err)
{
    return store_mark_set(st, mark, 1, err);
}

bool promise_fill_once(struct store *st, struct error *err)
{
    int64_t filled;
    bool ok;

    if (st->hall == 0 || !store_mark(st, mark, &filled, err) || filled != 0)
        return err->kind == ERROR_NONE;
    if (!db_begin(st->db, err))
        return false;
    ok = promise_fill(st, err) && promise_fill_done(st, err) && db_commit(st->db, err);
    if (!ok)
        db_rollback(st->db);
    return ok;
}
