/*
 * rate_sums.c — see rate_sums.h.
 *
 * Each change is written for the day and for its month, and both once more for the window
 * alone, so that a year is read from twelve months of windows and not from all its days.
 */
#include "store/rate_sums.h"

#include "store/topics.h"
#include "store/trait_store.h"

enum {
    PLACE,
    CLOSING_ADD,
    CASE_COUNT,
    REACH_COUNT,
    RATING_COUNT,
    RATING_FIRST,
    EXCLUDED,
    EXCLUDED_RATING,
    ORDER_COUNT,
    REPLY_COUNT,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [PLACE] = "SELECT n.local_date, w.code, m.code, k.code, d.code FROM closings n"
              " JOIN cases c ON c.id = n.case_id JOIN windows w ON w.id = c.window_id"
              " JOIN departments d ON d.id = w.department_id"
              " JOIN matters m ON m.id = c.matter_id JOIN clerks k ON k.id = c.clerk_id"
              " WHERE n.case_id = $1 AND n.hall = $2",
    [CLOSING_ADD] = "INSERT INTO closings (case_id, hall, local_date, ratable)"
                    " VALUES ($1, $2, $3, $4)",
    [CASE_COUNT] =
        "INSERT INTO case_sums (hall, span, date, window_code, matter_code, clerk_code,"
        " department_code, closed, ratable, reached)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, 0)"
        " ON CONFLICT (hall, span, date, window_code, matter_code, clerk_code)"
        " DO UPDATE SET closed = case_sums.closed + 1,"
        " ratable = case_sums.ratable + excluded.ratable",
    [REACH_COUNT] =
        "INSERT INTO case_sums (hall, span, date, window_code, matter_code, clerk_code,"
        " department_code, closed, ratable, reached)"
        " SELECT n.hall, v.span, CASE WHEN v.span IN (0, 2) THEN n.local_date"
        " ELSE n.local_date / 100 * 100 END, w.code,"
        " CASE WHEN v.span < 2 THEN m.code ELSE '' END,"
        " CASE WHEN v.span < 2 THEN k.code ELSE '' END, d.code, 0, 0,"
        " count(*) FROM invitations i JOIN closings n ON n.case_id = i.case_id"
        " JOIN cases c ON c.id = n.case_id JOIN windows w ON w.id = c.window_id"
        " JOIN departments d ON d.id = w.department_id"
        " JOIN matters m ON m.id = c.matter_id JOIN clerks k ON k.id = c.clerk_id"
        " CROSS JOIN (SELECT 0 AS span UNION ALL SELECT 1 UNION ALL SELECT 2"
        " UNION ALL SELECT 3) v"
        " WHERE i.message_id = $1 AND i.hall = $2"
        " GROUP BY n.hall, v.span, n.local_date, w.code, m.code, k.code, d.code"
        " ON CONFLICT (hall, span, date, window_code, matter_code, clerk_code)"
        " DO UPDATE SET reached = case_sums.reached + excluded.reached",
    [RATING_COUNT] =
        "UPDATE rating_sums SET g0 = g0 + $10, g1 = g1 + $11, g2 = g2 + $12,"
        " g3 = g3 + $13, g4 = g4 + $14, g5 = g5 + $15 WHERE hall = $1 AND span = $2"
        " AND date = $3 AND window_code = $4 AND matter_code = $5 AND clerk_code = $6"
        " AND channel = $7 AND delay = $8 AND measure = $9",
    [RATING_FIRST] =
        "INSERT INTO rating_sums (hall, span, date, window_code, matter_code, clerk_code,"
        " channel, delay, measure, g0, g1, g2, g3, g4, g5, department_code)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
    [EXCLUDED] =
        "SELECT p.id FROM appeals p JOIN appeal_decisions q ON q.appeal_id = p.id"
        " WHERE p.case_id = $1 AND p.hall = $2 AND q.outcome = 'excluded'",
    [EXCLUDED_RATING] =
        "SELECT r.case_id, r.channel, r.delay_s, COALESCE(r.grade, 0),"
        " CASE WHEN r.grade IS NULL THEN r.attitude ELSE" RATE_BESIDE(
            attitude) " END,"
                      " CASE WHEN r.grade IS NULL THEN r.efficiency ELSE" RATE_BESIDE(
                          efficiency) " END,"
                                      " CASE WHEN r.grade IS NULL THEN r.quality "
                                      "ELSE" RATE_BESIDE(
                                          quality) " END,"
                                                   " CASE WHEN r.grade IS NULL THEN "
                                                   "r.integrity ELSE" RATE_BESIDE(
                                                       integrity) " END"
                                                                  " FROM ratings r"
                                                                  " WHERE r.id = $1 AND "
                                                                  "r.hall = $2",
    [ORDER_COUNT] =
        "INSERT INTO order_sums (hall, span, date, window_code, matter_code, clerk_code,"
        " reach, contact, fix, verdict, department_code, orders)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT (hall, span, date, window_code, matter_code, clerk_code, reach,"
        " contact, fix, verdict)"
        " DO UPDATE SET orders = order_sums.orders + excluded.orders",
    [REPLY_COUNT] = "INSERT INTO reply_days (hall, local_date, linked, replies)"
                    " VALUES ($1, $2, $3, 1) ON CONFLICT (hall, local_date, linked)"
                    " DO UPDATE SET replies = reply_days.replies + 1",
};

const char *const *rate_sums_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

enum rate_delay rate_delay_of(int64_t delay_s)
{
    return delay_s <= RATE_AT_ONCE_S    ? RATE_AT_ONCE
           : delay_s <= RATE_IN_A_DAY_S ? RATE_IN_A_DAY
                                        : RATE_LATER;
}

enum { SPANS = 4 };

/* The date under which a span keeps a day. */
static int date_in(int span, int date)
{
    return span % 2 == 0 ? date : date / 100 * 100;
}

/* Matter and clerk as a span keeps them. */
static const char *detail_in(int span, const char *code)
{
    return span < 2 ? code : "";
}

bool rate_place_of(struct store *st, int64_t case_id, struct rate_place *out,
                   struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct rate_place){.case_id = case_id};
    if (!db_find(st->db, sql[PLACE], DB(db_int(case_id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return true;
    out->date = (int)db_get_int(&c, 0);
    db_copy_text(&c, 1, out->window, sizeof(out->window));
    db_copy_text(&c, 2, out->matter, sizeof(out->matter));
    db_copy_text(&c, 3, out->clerk, sizeof(out->clerk));
    db_copy_text(&c, 4, out->department, sizeof(out->department));
    db_done(&c);
    return true;
}

bool rate_sums_close(struct store *st, int64_t case_id, const struct rate_place *at,
                     bool ratable, struct error *err)
{
    bool ok = db_run(
        st->db, sql[CLOSING_ADD],
        DB(db_int(case_id), db_int(st->hall), db_int(at->date), db_int(ratable)), err);

    for (int span = 0; ok && span < SPANS; span++)
        ok = db_run(st->db, sql[CASE_COUNT],
                    DB(db_int(st->hall), db_int(span), db_int(date_in(span, at->date)),
                       db_text(at->window), db_text(detail_in(span, at->matter)),
                       db_text(detail_in(span, at->clerk)), db_text(at->department),
                       db_int(ratable)),
                    err);
    return ok && trait_sums_close(st, case_id, at, err);
}

bool rate_sums_reach(struct store *st, int64_t message_id, struct error *err)
{
    return db_run(st->db, sql[REACH_COUNT], DB(db_int(message_id), db_int(st->hall)),
                  err);
}

/* Most sums are there already: adding to one is cheaper than an insert that clashes. */
static bool count_rating(struct store *st, int span, const struct rate_place *at,
                         const struct rate_part *part, const int g[6], struct error *err)
{
    const struct db_value values[] = {
        db_int(st->hall),
        db_int(span),
        db_int(date_in(span, at->date)),
        db_text(at->window),
        db_text(detail_in(span, at->matter)),
        db_text(detail_in(span, at->clerk)),
        db_text(part->channel),
        db_int(rate_delay_of(part->delay_s)),
        db_int(part->measure),
        db_int(g[0]),
        db_int(g[1]),
        db_int(g[2]),
        db_int(g[3]),
        db_int(g[4]),
        db_int(g[5]),
        db_text(at->department),
    };
    int64_t changed;

    return db_change(st->db, sql[RATING_COUNT], values, LENGTH(values) - 1, &changed,
                     err) &&
           (changed != 0 ||
            db_run(st->db, sql[RATING_FIRST], values, LENGTH(values), err));
}

bool rate_sums_rate(struct store *st, const struct rate_place *at,
                    const struct rate_part *part, int by, struct error *err)
{
    int g[6] = {0};
    bool ok = true;

    g[part->grade] = by;
    for (int span = 0; ok && at->date != 0 && span < SPANS; span++)
        ok = count_rating(st, span, at, part, g, err);
    /* The overall grade is measure 0. */
    return ok && (part->measure != 0 || at->date == 0 ||
                  trait_sums_rate(st, at->case_id, part->channel, part->grade, by, err));
}

bool rate_excluded(struct store *st, int64_t case_id, bool *excluded, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[EXCLUDED], DB(db_int(case_id), db_int(st->hall)), &c,
                 excluded, err))
        return false;
    if (*excluded)
        db_done(&c);
    return true;
}

bool rate_sums_exclude(struct store *st, int64_t rating_id, struct error *err)
{
    int grades[RATE_EXCLUDED];
    struct rate_place at;
    struct rate_part part;
    char channel[16];
    struct db_cursor c;
    int64_t case_id;
    bool found, ok;

    if (!db_find(st->db, sql[EXCLUDED_RATING], DB(db_int(rating_id), db_int(st->hall)),
                 &c, &found, err) ||
        !found)
        return err->kind == ERROR_NONE;
    case_id = db_get_int(&c, 0);
    db_copy_text(&c, 1, channel, sizeof(channel));
    part = (struct rate_part){.channel = channel, .delay_s = db_get_int(&c, 2)};
    for (int i = 0; i < RATE_EXCLUDED; i++)
        grades[i] = (int)db_get_int(&c, 3 + i);
    db_done(&c);
    ok = rate_place_of(st, case_id, &at, err);
    for (int i = 0; ok && i < RATE_EXCLUDED; i++) {
        part.measure = i;
        part.grade = grades[i];
        ok = (i > 0 && grades[i] == 0) || rate_sums_rate(st, &at, &part, -1, err);
    }
    part.measure = RATE_EXCLUDED;
    part.grade = grades[0];
    return ok && rate_sums_rate(st, &at, &part, 1, err);
}

bool rate_sums_order(struct store *st, const struct rate_place *at,
                     const struct order_outcome *o, int by, struct error *err)
{
    bool ok = true;

    for (int span = 0; ok && at->date != 0 && span < SPANS; span++)
        ok = db_run(st->db, sql[ORDER_COUNT],
                    DB(db_int(st->hall), db_int(span), db_int(date_in(span, at->date)),
                       db_text(at->window), db_text(detail_in(span, at->matter)),
                       db_text(detail_in(span, at->clerk)),
                       db_text(order_reach_name(o->reach)),
                       db_text(outcome_clock_name(o->contact)),
                       db_text(outcome_clock_name(o->fix)),
                       db_text(outcome_verdict_name(o->verdict)), db_text(at->department),
                       db_int(by)),
                    err);
    return ok;
}

bool rate_sums_reply(struct store *st, int local_date, bool linked, struct error *err)
{
    return db_run(st->db, sql[REPLY_COUNT],
                  DB(db_int(st->hall), db_int(local_date), db_int(linked)), err);
}
