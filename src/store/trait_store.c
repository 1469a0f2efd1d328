/*
 * trait_store.c — see trait_store.h.
 *
 * Invariant: a case is in the sums exactly as its row in trait_marks says, and its rating
 * beside it; whatever changes that row moves both.
 */
#include "store/trait_store.h"

#include "store/topics.h"

enum {
    NEWEST,
    TELL,
    CLOSED,
    MARK,
    MARK_PUT,
    COUNT,
    GRADE_COUNT,
    RATED,
    SUMS,
    GRADES,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [NEWEST] = "SELECT services, at_window, trips, came_again FROM case_traits"
               " WHERE case_id = $1 AND hall = $2 ORDER BY id DESC LIMIT 1",
    [TELL] = "INSERT INTO case_traits (id, hall, case_id, services, at_window, trips,"
             " came_again, actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [CLOSED] = "SELECT ticket_id, COALESCE(accepted_ms, opened_ms), closed_ms FROM cases"
               " WHERE id = $1 AND hall = $2 AND closed_ms IS NOT NULL AND"
               " COALESCE(outcome, '') <> 'withdrawn'",
    [MARK] = "SELECT date, department_code, matter_code, days, traits FROM trait_marks"
             " WHERE case_id = $1 AND hall = $2",
    [MARK_PUT] = "INSERT INTO trait_marks (case_id, hall, date, department_code,"
                 " matter_code, days, traits) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                 " ON CONFLICT (case_id) DO UPDATE SET traits = excluded.traits",
    [COUNT] = "INSERT INTO trait_sums (hall, date, department_code, matter_code, traits,"
              " cases, days, squares) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
              " ON CONFLICT (hall, date, department_code, matter_code, traits)"
              " DO UPDATE SET cases = trait_sums.cases + excluded.cases,"
              " days = trait_sums.days + excluded.days,"
              " squares = trait_sums.squares + excluded.squares",
    [GRADE_COUNT] =
        "INSERT INTO trait_grades (hall, date, department_code, matter_code, traits,"
        " channel, g1, g2, g3, g4, g5) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11) ON CONFLICT (hall, date, department_code, matter_code, traits, channel)"
        " DO UPDATE SET g1 = trait_grades.g1 + excluded.g1,"
        " g2 = trait_grades.g2 + excluded.g2, g3 = trait_grades.g3 + excluded.g3,"
        " g4 = trait_grades.g4 + excluded.g4, g5 = trait_grades.g5 + excluded.g5",
    [RATED] = "SELECT channel, COALESCE(grade, 0) FROM ratings WHERE case_id = $1 AND"
              " hall = $2 ORDER BY round DESC LIMIT 1",
    [SUMS] = "SELECT s.department_code, s.matter_code, s.traits,"
             " CAST(sum(s.cases) AS BIGINT), CAST(sum(s.days) AS BIGINT),"
             " CAST(sum(s.squares) AS BIGINT),"
             " COALESCE((SELECT d.name FROM departments d WHERE d.hall = $1 AND d.code ="
             " s.department_code ORDER BY d.id DESC LIMIT 1), ''),"
             " COALESCE((SELECT m.name FROM matters m WHERE m.hall = $1 AND m.code ="
             " s.matter_code ORDER BY m.id DESC LIMIT 1), '')"
             " FROM trait_sums s WHERE s.hall = $1 AND s.date >= $2 AND s.date <= $3"
             " GROUP BY s.department_code, s.matter_code, s.traits"
             " ORDER BY s.department_code, s.matter_code, s.traits",
    [GRADES] = "SELECT department_code, matter_code, traits, channel,"
               " CAST(sum(g1) AS BIGINT), CAST(sum(g2) AS BIGINT),"
               " CAST(sum(g3) AS BIGINT), CAST(sum(g4) AS BIGINT),"
               " CAST(sum(g5) AS BIGINT) FROM trait_grades WHERE hall = $1"
               " AND date >= $2 AND date <= $3 GROUP BY department_code, matter_code,"
               " traits, channel ORDER BY department_code, matter_code, traits, channel",
};

const char *const *trait_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == What is told ================================================================= */

static struct db_value told(int field)
{
    return field == TRAIT_UNTOLD ? db_null() : db_int(field);
}

static int field_of(const struct db_cursor *c, int column)
{
    return db_is_null(c, column) ? TRAIT_UNTOLD : (int)db_get_int(c, column);
}

bool case_traits_of(struct store *st, int64_t case_id, struct case_traits *out,
                    struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = case_traits_untold;
    if (!db_find(st->db, sql[NEWEST], DB(db_int(case_id), db_int(st->hall)), &c, &found,
                 err) ||
        !found)
        return err->kind == ERROR_NONE;
    *out = (struct case_traits){field_of(&c, 0), field_of(&c, 1), field_of(&c, 2),
                                field_of(&c, 3)};
    db_done(&c);
    return true;
}

static bool append(struct store *st, int64_t case_id, const struct case_traits *t,
                   const char *actor, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[TELL],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(case_id),
                     told(t->services), told(t->window), told(t->trips), told(t->again),
                     db_text(actor), db_int(now_ms)),
                  err);
}

/* == How a case is counted ======================================================== */

struct mark {
    int64_t case_id;
    int date, days, traits; /* traits 0: in no sum */
    char department[CODE_SIZE], matter[CODE_SIZE];
};

static bool mark_find(struct store *st, int64_t case_id, struct mark *out, bool *found,
                      struct error *err)
{
    struct db_cursor c;

    *out = (struct mark){.case_id = case_id};
    if (!db_find(st->db, sql[MARK], DB(db_int(case_id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (!*found)
        return true;
    out->date = (int)db_get_int(&c, 0);
    db_copy_text(&c, 1, out->department, sizeof(out->department));
    db_copy_text(&c, 2, out->matter, sizeof(out->matter));
    out->days = (int)db_get_int(&c, 3);
    out->traits = (int)db_get_int(&c, 4);
    db_done(&c);
    return true;
}

static bool count(struct store *st, const struct mark *m, int by, struct error *err)
{
    return db_run(st->db, sql[COUNT],
                  DB(db_int(st->hall), db_int(m->date), db_text(m->department),
                     db_text(m->matter), db_int(m->traits), db_int(by),
                     db_int((int64_t)by * m->days),
                     db_int((int64_t)by * m->days * m->days)),
                  err);
}

static bool count_grade(struct store *st, const struct mark *m, const char *channel,
                        int grade, int by, struct error *err)
{
    int g[6] = {0};

    if (grade < 1 || grade > 5)
        return true; /* four dimensions instead */
    g[grade] = by;
    return db_run(st->db, sql[GRADE_COUNT],
                  DB(db_int(st->hall), db_int(m->date), db_text(m->department),
                     db_text(m->matter), db_int(m->traits), db_text(channel),
                     db_int(g[1]), db_int(g[2]), db_int(g[3]), db_int(g[4]),
                     db_int(g[5])),
                  err);
}

/* The rating that counts, where there is one; grade 0 for none. */
static bool rating_of(struct store *st, int64_t case_id, char channel[16], int *grade,
                      struct error *err)
{
    struct db_cursor c;
    bool found, excluded = false;

    *grade = 0;
    channel[0] = '\0';
    if (!rate_excluded(st, case_id, &excluded, err))
        return false;
    if (!db_find(st->db, sql[RATED], DB(db_int(case_id), db_int(st->hall)), &c, &found,
                 err) ||
        !found)
        return err->kind == ERROR_NONE;
    db_copy_text(&c, 0, channel, 16);
    *grade = excluded ? 0 : (int)db_get_int(&c, 1);
    db_done(&c);
    return true;
}

/* Takes the case out of the sum in which it is, and puts it into that of `traits`. */
static bool move(struct store *st, struct mark *m, int traits, struct error *err)
{
    char channel[16];
    int grade;

    if (!rating_of(st, m->case_id, channel, &grade, err))
        return false;
    if (m->traits != 0 &&
        !(count(st, m, -1, err) && count_grade(st, m, channel, grade, -1, err)))
        return false;
    m->traits = traits;
    return db_run(st->db, sql[MARK_PUT],
                  DB(db_int(m->case_id), db_int(st->hall), db_int(m->date),
                     db_text(m->department), db_text(m->matter), db_int(m->days),
                     db_int(traits)),
                  err) &&
           count(st, m, 1, err) && count_grade(st, m, channel, grade, 1, err);
}

/* How many working days it took; *counted is false for one that counts nowhere. */
static bool days_of(struct store *st, int64_t case_id, int *days, bool *counted,
                    struct error *err)
{
    struct promise_pause pauses[PROMISE_PAUSES_MOST];
    int64_t ticket_id, begun_ms, closed_ms;
    struct db_cursor c;
    size_t n;

    if (!db_find(st->db, sql[CLOSED], DB(db_int(case_id), db_int(st->hall)), &c, counted,
                 err) ||
        !*counted)
        return err->kind == ERROR_NONE;
    ticket_id = db_get_int(&c, 0);
    begun_ms = db_get_int(&c, 1);
    closed_ms = db_get_int(&c, 2);
    db_done(&c);
    if (!promise_pauses(st, ticket_id, case_id, closed_ms, pauses, &n, err))
        return false;
    *days = promise_days(st->frame->calendar, st->frame->zone, begun_ms, closed_ms,
                         pauses, n);
    return true;
}

/* Counts a closed case for the first time. */
static bool begin(struct store *st, int64_t case_id, const struct rate_place *at,
                  const struct case_traits *traits, struct error *err)
{
    struct mark m = {.case_id = case_id, .date = at->date / 100 * 100};
    int packed = case_traits_pack(traits);
    bool counted;

    if (packed == 0 || at->date == 0)
        return true;
    if (!days_of(st, case_id, &m.days, &counted, err))
        return false;
    memcpy(m.department, at->department, sizeof(m.department));
    memcpy(m.matter, at->matter, sizeof(m.matter));
    return !counted || move(st, &m, packed, err);
}

bool case_traits_tell(struct store *st, int64_t case_id, const struct case_traits *news,
                      const char *actor, int64_t now_ms, struct error *err)
{
    struct case_traits known;
    struct rate_place at;
    struct mark m;
    bool found;

    if (!case_traits_of(st, case_id, &known, err))
        return false;
    if (!case_traits_merge(&known, news))
        return true;
    if (!append(st, case_id, &known, actor, now_ms, err) ||
        !mark_find(st, case_id, &m, &found, err))
        return false;
    if (found)
        return move(st, &m, case_traits_pack(&known), err);
    return rate_place_of(st, case_id, &at, err) && begin(st, case_id, &at, &known, err);
}

bool trait_sums_close(struct store *st, int64_t case_id, const struct rate_place *at,
                      struct error *err)
{
    struct case_traits known;

    return case_traits_of(st, case_id, &known, err) &&
           begin(st, case_id, at, &known, err);
}

bool trait_sums_rate(struct store *st, int64_t case_id, const char *channel, int grade,
                     int by, struct error *err)
{
    struct mark m;
    bool found;

    if (!mark_find(st, case_id, &m, &found, err))
        return false;
    return !found || count_grade(st, &m, channel, grade, by, err);
}

/* == Reading ====================================================================== */

bool trait_sums_each(struct store *st, int from_month, int to_month, trait_sum_each *each,
                     void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[SUMS],
                  DB(db_int(st->hall), db_int(from_month * 100), db_int(to_month * 100)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        each(self, &(struct trait_sum){.department = db_get_text(&c, 0),
                                       .department_name = db_get_text(&c, 6),
                                       .matter = db_get_text(&c, 1),
                                       .matter_name = db_get_text(&c, 7),
                                       .packed = (int)db_get_int(&c, 2),
                                       .cases = db_get_int(&c, 3),
                                       .days = db_get_int(&c, 4),
                                       .squares = db_get_int(&c, 5)});
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool trait_grades_each(struct store *st, int from_month, int to_month,
                       trait_grade_each *each, void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[GRADES],
                  DB(db_int(st->hall), db_int(from_month * 100), db_int(to_month * 100)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        struct trait_grade g = {.department = db_get_text(&c, 0),
                                .matter = db_get_text(&c, 1),
                                .packed = (int)db_get_int(&c, 2),
                                .channel = rating_channel_read(db_get_text(&c, 3))};

        for (int grade = 1; grade <= 5; grade++)
            g.grades.of[grade] = db_get_int(&c, 3 + grade);
        if (g.channel >= 0)
            each(self, &g);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}
