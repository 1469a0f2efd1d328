/*
 * clerk_days.c — see clerk_days.h.
 */
#include "store/clerk_days.h"

#include "store/topics.h"

enum { COUNT, DAYS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [COUNT] = "INSERT INTO clerk_days (hall, clerk_code, local_date, channel, measure,"
              " grade, ratings) VALUES ($1, $2, $3, $4, $5, $6, $7)"
              " ON CONFLICT (hall, clerk_code, local_date, channel, measure, grade)"
              " DO UPDATE SET ratings = clerk_days.ratings + excluded.ratings",
    [DAYS] = "SELECT local_date, measure, grade, CAST(sum(ratings) AS BIGINT)"
             " FROM clerk_days WHERE hall = $1 AND clerk_code = $2"
             " GROUP BY local_date, measure, grade HAVING sum(ratings) <> 0"
             " ORDER BY local_date, measure, grade",
};

const char *const *clerk_days_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool count(struct store *st, const struct clerk_rating *r,
                  enum clerk_measure measure, int grade, int by, struct error *err)
{
    return db_run(st->db, sql[COUNT],
                  DB(db_int(st->hall), db_text(r->clerk), db_int(r->local_date),
                     db_text(r->channel), db_int(measure), db_int(grade), db_int(by)),
                  err);
}

bool clerk_days_count(struct store *st, const struct clerk_rating *r, int by,
                      struct error *err)
{
    if (r->grade >= 0 && !count(st, r, MEASURE_OVERALL, r->grade, by, err))
        return false;
    for (int i = 0; i < 4; i++)
        if (r->dims[i] != 0 && !count(st, r, MEASURE_ATTITUDE + i, r->dims[i], by, err))
            return false;
    return true;
}

bool clerk_days_each(struct store *st, const char *clerk, clerk_day_each *each,
                     void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[DAYS], DB(db_int(st->hall), db_text(clerk)), &c, err))
        return false;
    while (db_next(&c, &trouble))
        each(self, &(struct clerk_day){.local_date = (int)db_get_int(&c, 0),
                                       .measure = (enum clerk_measure)db_get_int(&c, 1),
                                       .grade = (int)db_get_int(&c, 2),
                                       .ratings = db_get_int(&c, 3)});
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
