/*
 * rating_lines.c — see rating_lines.h.
 *
 * `+ 0` keeps the engines from walking by grade and sorting where the order is by id.
 *
 * The indexes by place and grade hold a line once it is placed. Had each rating to write
 * them at once, it would dirty a page of each, for windows, matters, clerks and grades
 * lie far apart; a thousand lines together dirty hardly more pages than ten.
 */
#include "store/rating_lines.h"

#include "store/rate_sums.h"
#include "store/topics.h"

#define LINE                                                                             \
    "SELECT rating_id, case_id, later_id, window_id, matter_id, clerk_id, delay_s,"      \
    " local_date, closed_date, grade, channel, proof, tags, commented, contact,"         \
    " ordered, praised, round FROM rating_lines"

enum {
    ADD,
    NEW_COUNT,
    PLACE,
    NEW_DOWN,
    NEW_UP,
    RENEW,
    GRADE_OF,
    NEWEST,
    DOWN,
    UP,
    OF_DOWN, /* by rating_of, of one grade */
    OF_UP = OF_DOWN + RATING_OFS,
    STATEMENTS = OF_UP + RATING_OFS
};

#define IDS      " AND rating_id >= $2 AND rating_id < $3"
#define NEWER    IDS " ORDER BY rating_id DESC LIMIT $4"
#define OLDER    IDS " ORDER BY rating_id LIMIT $4"
#define UNPLACED LINE " WHERE hall = $1 AND placed = 0"
#define GRADED   LINE " WHERE hall = $1 AND placed = 1 AND grade = $5"
#define OF(column)                                                                       \
    LINE " WHERE hall = $1 AND placed = 1 AND " column " = $6 AND grade = $5"

static const char *const sql[STATEMENTS] = {
    [ADD] =
        "INSERT INTO rating_lines (rating_id, hall, case_id, later_id, round, window_id,"
        " matter_id, clerk_id, local_date, closed_date, grade, channel, proof, delay_s,"
        " tags, commented, contact, ordered, praised, placed) VALUES ($1, $2, $3, 0, 0,"
        " $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 0, 0, $13,"
        " CASE WHEN EXISTS (SELECT p.id FROM praises p WHERE p.case_id = $3)"
        " THEN 1 ELSE 0 END, 0)",
    [NEW_COUNT] = "SELECT count(*) FROM rating_lines WHERE hall = $1 AND placed = 0",
    [PLACE] = "UPDATE rating_lines SET placed = 1 WHERE hall = $1 AND placed = 0",
    [NEW_DOWN] = UNPLACED NEWER,
    [NEW_UP] = UNPLACED OLDER,
    [RENEW] =
        "INSERT INTO rating_lines (rating_id, hall, case_id, later_id, round, window_id,"
        " matter_id, clerk_id, local_date, closed_date, grade, channel, proof, delay_s,"
        " tags, commented, contact, ordered, praised, placed)"
        " SELECT r.id, r.hall, r.case_id, COALESCE((SELECT max(n.id) FROM ratings n"
        " WHERE n.case_id = r.case_id AND n.round > r.round), 0), r.round, c.window_id,"
        " c.matter_id, c.clerk_id, r.local_date, COALESCE(x.local_date, 0),"
        " COALESCE(r.grade, 0), r.channel, r.proof, r.delay_s, COALESCE((SELECT y.tags"
        " FROM rating_details y WHERE y.case_id = r.case_id AND y.tags <> ''"
        " ORDER BY y.id DESC LIMIT 1), ''), CASE WHEN EXISTS (SELECT y.id"
        " FROM rating_details y WHERE y.case_id = r.case_id"
        " AND y.words_id IS NOT NULL) THEN 1 ELSE 0 END,"
        " COALESCE(" RATE_BESIDE(
            contact) ", 0),"
                     " CASE WHEN EXISTS (SELECT o.id FROM work_orders o WHERE o.case_id "
                     "= r.case_id"
                     " AND o.kind = 'rating') THEN 1 ELSE 0 END, CASE WHEN EXISTS "
                     "(SELECT p.id"
                     " FROM praises p WHERE p.case_id = r.case_id) THEN 1 ELSE 0 END, 0"
                     " FROM ratings r JOIN cases c ON c.id = r.case_id"
                     " LEFT JOIN closings x ON x.case_id = r.case_id"
                     " WHERE r.case_id = $1 AND r.hall = $2"
                     " ON CONFLICT (rating_id) DO UPDATE SET later_id = "
                     "excluded.later_id,"
                     " window_id = excluded.window_id, clerk_id = excluded.clerk_id,"
                     " tags = excluded.tags, commented = excluded.commented,"
                     " contact = excluded.contact, ordered = excluded.ordered,"
                     " praised = excluded.praised",
    [GRADE_OF] = "SELECT grade FROM rating_lines WHERE rating_id = $1 AND hall = $2",
    [NEWEST] = "SELECT rating_id FROM rating_lines WHERE hall + 0 = $1"
               " ORDER BY rating_id DESC LIMIT 1",
    [DOWN] = LINE " WHERE hall + 0 = $1" NEWER,
    [UP] = LINE " WHERE hall + 0 = $1" OLDER,
    [OF_DOWN + RATINGS_ALL] = GRADED NEWER,
    [OF_UP + RATINGS_ALL] = GRADED OLDER,
    [OF_DOWN + RATINGS_WINDOW] = OF("window_id") NEWER,
    [OF_UP + RATINGS_WINDOW] = OF("window_id") OLDER,
    [OF_DOWN + RATINGS_MATTER] = OF("matter_id") NEWER,
    [OF_UP + RATINGS_MATTER] = OF("matter_id") OLDER,
    [OF_DOWN + RATINGS_CLERK] = OF("clerk_id") NEWER,
    [OF_UP + RATINGS_CLERK] = OF("clerk_id") OLDER,
};

const char *const *rating_lines_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* One more is without its places; of so many, all are given theirs. */
static bool count_new(struct store *st, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (st->lines_new == 0) {
        if (!db_find(st->db, sql[NEW_COUNT], DB(db_int(st->hall)), &c, &found, err))
            return false;
        st->lines_new = (int)db_get_int(&c, 0);
        db_done(&c);
    }
    if (++st->lines_new < RATING_LINES_NEW)
        return true;
    st->lines_new = 0;
    return db_run(st->db, sql[PLACE], DB(db_int(st->hall)), err);
}

bool rating_lines_add(struct store *st, const struct rating_line *first,
                      struct error *err)
{
    return db_run(st->db, sql[ADD],
                  DB(db_int(first->id), db_int(st->hall), db_int(first->case_id),
                     db_int(first->window_id), db_int(first->matter_id),
                     db_int(first->clerk_id), db_int(first->date),
                     db_int(first->closed_date), db_int(first->grade),
                     db_text(first->channel), db_text(first->proof),
                     db_int(first->delay_s), db_int(first->ordered)),
                  err) &&
           count_new(st, err);
}

bool rating_lines_renew(struct store *st, int64_t case_id, struct error *err)
{
    return db_run(st->db, sql[RENEW], DB(db_int(case_id), db_int(st->hall)), err) &&
           count_new(st, err);
}

static void read_line(const struct db_cursor *c, struct rating_line *out)
{
    out->id = db_get_int(c, 0);
    out->case_id = db_get_int(c, 1);
    out->later_id = db_get_int(c, 2);
    out->window_id = db_get_int(c, 3);
    out->matter_id = db_get_int(c, 4);
    out->clerk_id = db_get_int(c, 5);
    out->delay_s = db_get_int(c, 6);
    out->date = (int)db_get_int(c, 7);
    out->closed_date = (int)db_get_int(c, 8);
    out->grade = (int)db_get_int(c, 9);
    db_copy_text(c, 10, out->channel, sizeof(out->channel));
    db_copy_text(c, 11, out->proof, sizeof(out->proof));
    db_copy_text(c, 12, out->tags, sizeof(out->tags));
    out->commented = db_get_int(c, 13) != 0;
    out->contact = db_get_int(c, 14) != 0;
    out->ordered = db_get_int(c, 15) != 0;
    out->praised = db_get_int(c, 16) != 0;
    out->corrected = db_get_int(c, 17) != 0;
}

bool rating_lines_read(struct store *st, const struct rating_stretch *stretch,
                       struct rating_line *out, int *count, struct error *err)
{
    int statement = stretch->of == RATINGS_NEW ? (stretch->up ? NEW_UP : NEW_DOWN)
                    : stretch->grade >= 0 ? (stretch->up ? OF_UP : OF_DOWN) + stretch->of
                    : stretch->up         ? UP
                                          : DOWN;
    const struct db_value values[] = {
        db_int(st->hall),      db_int(stretch->from),  db_int(stretch->below),
        db_int(stretch->most), db_int(stretch->grade), db_int(stretch->place),
    };
    size_t bound = stretch->grade < 0 ? 4 : stretch->of == RATINGS_ALL ? 5 : 6;
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[statement], values, bound, &c, err))
        return false;
    while (db_next(&c, err))
        read_line(&c, &out[(*count)++]);
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* The number of the row that there is at most one of. */
static bool one(struct store *st, int statement, const struct db_value *values,
                size_t count, int64_t *number, bool *found, struct error *err)
{
    struct db_cursor c;

    *number = 0;
    if (!db_find(st->db, sql[statement], values, count, &c, found, err))
        return false;
    if (*found) {
        *number = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

bool rating_line_grade(struct store *st, int64_t id, int *grade, struct error *err)
{
    int64_t number;
    bool found;

    if (!one(st, GRADE_OF, DB(db_int(id), db_int(st->hall)), &number, &found, err))
        return false;
    *grade = found ? (int)number : -1;
    return true;
}

bool rating_lines_newest(struct store *st, int64_t *id, struct error *err)
{
    bool found;

    return one(st, NEWEST, DB(db_int(st->hall)), id, &found, err);
}
