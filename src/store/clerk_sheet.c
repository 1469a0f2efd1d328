/*
 * clerk_sheet.c — see clerk_sheet.h.
 */
#include "store/clerk_sheet.h"

#include <string.h>

#include "store/scheme_store.h"
#include "store/topics.h"

enum { DIMS, PROMISES, APPEALS, PRAISES, HINTS, ORDERS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [DIMS] = "SELECT channel, measure, CAST(sum(g1) AS BIGINT), CAST(sum(g2) AS BIGINT),"
             " CAST(sum(g3) AS BIGINT), CAST(sum(g4) AS BIGINT), CAST(sum(g5) AS BIGINT)"
             " FROM rating_sums WHERE hall = $1 AND span = 1 AND date >= $2 AND date <="
             " $3 AND clerk_code = $4 AND measure BETWEEN 1 AND 4"
             " GROUP BY channel, measure",
    [PROMISES] = "SELECT CAST(COALESCE(sum(closed), 0) AS BIGINT),"
                 " CAST(COALESCE(sum(kept), 0) AS BIGINT) FROM promise_sums"
                 " WHERE hall = $1 AND date >= $2 AND date <= $3 AND clerk_code = $4",
    [APPEALS] =
        "SELECT COALESCE(q.outcome, ''), count(*) FROM appeals p"
        " JOIN closings n ON n.case_id = p.case_id JOIN cases c ON c.id = p.case_id"
        " JOIN clerks k ON k.id = c.clerk_id"
        " LEFT JOIN appeal_decisions q ON q.appeal_id = p.id"
        " WHERE p.hall = $1 AND n.local_date >= $2 AND n.local_date <= $3"
        " AND k.code = $4 GROUP BY COALESCE(q.outcome, '')",
    [PRAISES] = "SELECT p.way, count(*) FROM praises p JOIN clerks k ON k.id ="
                " p.clerk_id WHERE p.hall = $1 AND p.at_ms >= $2 AND p.at_ms < $3"
                " AND k.code = $4 GROUP BY p.way",
    [HINTS] = "SELECT count(*) FROM work_orders o JOIN cases c ON c.id = o.case_id"
              " JOIN clerks k ON k.id = c.clerk_id WHERE o.hall = $1 AND o.kind = 'hint'"
              " AND o.opened_ms >= $2 AND o.opened_ms < $3 AND k.code = $4",
    [ORDERS] =
        "SELECT o.id, o.number, o.opened_ms, s.state, COALESCE(r.grade, 0), r.channel,"
        " m.verdict, CASE WHEN EXISTS (SELECT n.id FROM ratings n WHERE n.case_id ="
        " r.case_id AND n.round > r.round) THEN 1 ELSE 0 END,"
        " CASE WHEN EXISTS (SELECT q.id FROM appeals p JOIN appeal_decisions q ON"
        " q.appeal_id = p.id WHERE p.rating_id = r.id AND q.outcome = 'excluded')"
        " THEN 1 ELSE 0 END, COALESCE((SELECT x.tags FROM rating_details x WHERE"
        " x.case_id = r.case_id AND x.rating_id = r.id AND x.tags <> ''"
        " ORDER BY x.id DESC LIMIT 1), '')"
        " FROM order_marks m JOIN work_orders o ON o.id = m.order_id"
        " JOIN order_states s ON s.order_id = o.id JOIN ratings r ON r.id = o.rating_id"
        " WHERE m.hall = $1 AND m.date >= $2 AND m.date <= $3 AND m.clerk_code = $4"
        " AND o.kind = 'rating' ORDER BY o.id",
};

const char *const *clerk_sheet_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* Sums by month stand under yyyymm00. */
bool clerk_dims(struct store *st, const struct clerk_query *q,
                struct grade_counts out[CLERK_SHEET_CHANNELS][CLERK_SHEET_DIMS],
                struct error *err)
{
    struct db_cursor c;

    memset(out, 0, sizeof(out[0]) * CLERK_SHEET_CHANNELS);
    if (!db_query(st->db, sql[DIMS],
                  DB(db_int(st->hall), db_int(q->year * 10000 + 100),
                     db_int(q->year * 10000 + 1200), db_text(q->clerk)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        int channel = rating_channel_read(db_get_text(&c, 0));

        for (int grade = 1; channel >= 0 && grade <= 5; grade++)
            out[channel][db_get_int(&c, 1) - 1].of[grade] = db_get_int(&c, 1 + grade);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool clerk_promises(struct store *st, const struct clerk_query *q,
                    struct clerk_promises *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct clerk_promises){0};
    if (!db_find(st->db, sql[PROMISES],
                 DB(db_int(st->hall), db_int(q->year * 10000 + 100),
                    db_int(q->year * 10000 + 1200), db_text(q->clerk)),
                 &c, &found, err) ||
        !found)
        return err->kind == ERROR_NONE;
    out->closed = db_get_int(&c, 0);
    out->kept = db_get_int(&c, 1);
    db_done(&c);
    return true;
}

bool clerk_appeals(struct store *st, const struct clerk_query *q,
                   struct clerk_appeals *out, struct error *err)
{
    struct db_cursor c;

    *out = (struct clerk_appeals){0};
    if (!db_query(st->db, sql[APPEALS],
                  DB(db_int(st->hall), db_int(q->year * 10000 + 101),
                     db_int(q->year * 10000 + 1231), db_text(q->clerk)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        const char *outcome = db_get_text(&c, 0);
        int64_t n = db_get_int(&c, 1);

        if (strcmp(outcome, "upheld") == 0)
            out->upheld = n;
        else if (strcmp(outcome, "excluded") == 0)
            out->excluded = n;
        else
            out->open = n;
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool clerk_praises(struct store *st, const struct clerk_query *q,
                   int64_t out[PRAISE_WAYS], struct error *err)
{
    struct db_cursor c;

    memset(out, 0, PRAISE_WAYS * sizeof(out[0]));
    if (!db_query(st->db, sql[PRAISES],
                  DB(db_int(st->hall), db_int(scheme_year_ms(st, q->year)),
                     db_int(scheme_year_ms(st, q->year + 1)), db_text(q->clerk)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        for (int way = 0; way < PRAISE_WAYS; way++)
            if (strcmp(praise_way_name((enum praise_way)way), db_get_text(&c, 0)) == 0)
                out[way] = db_get_int(&c, 1);
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool clerk_hints(struct store *st, const struct clerk_query *q, int64_t *out,
                 struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = 0;
    if (!db_find(st->db, sql[HINTS],
                 DB(db_int(st->hall), db_int(scheme_year_ms(st, q->year)),
                    db_int(scheme_year_ms(st, q->year + 1)), db_text(q->clerk)),
                 &c, &found, err) ||
        !found)
        return err->kind == ERROR_NONE;
    *out = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool clerk_orders(struct store *st, const struct clerk_query *q, clerk_order_each *each,
                  void *self, struct error *err)
{
    struct clerk_order o;
    struct db_cursor c;

    if (!db_query(st->db, sql[ORDERS],
                  DB(db_int(st->hall), db_int(q->year * 10000 + 101),
                     db_int(q->year * 10000 + 1231), db_text(q->clerk)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        o = (struct clerk_order){.id = db_get_int(&c, 0),
                                 .opened_ms = db_get_int(&c, 2),
                                 .state = order_state_read(db_get_text(&c, 3)),
                                 .grade = (int)db_get_int(&c, 4),
                                 .corrected = db_get_int(&c, 7) != 0,
                                 .excluded = db_get_int(&c, 8) != 0};
        db_copy_text(&c, 1, o.number, sizeof(o.number));
        db_copy_text(&c, 5, o.channel, sizeof(o.channel));
        db_copy_text(&c, 6, o.verdict, sizeof(o.verdict));
        db_copy_text(&c, 9, o.tags, sizeof(o.tags));
        each(self, &o);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}
