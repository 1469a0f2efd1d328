/*
 * place_store.c — see place_store.h.
 */
#include "store/place_store.h"

#include "store/topics.h"

enum { SERIES, CLERK, AWAY, NUMBERED, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [SERIES] = "SELECT s.code, s.name FROM series s WHERE s.hall = $1 AND s.ended = 0"
               " AND s.id = (SELECT max(n.id) FROM series n WHERE n.hall = s.hall"
               " AND n.code = s.code) ORDER BY s.code",
    [CLERK] = "SELECT c.code FROM clerks c WHERE c.hall = $1 AND c.window_code = $2"
              " AND c.ended = 0 AND c.id = (SELECT max(n.id) FROM clerks n"
              " WHERE n.hall = c.hall AND n.code = c.code) ORDER BY c.code LIMIT 1",
    [AWAY] = "SELECT ticket_id FROM queue WHERE hall = $1 AND state IN ('held', 'missed')"
             " AND local_date = $2 AND department_code = $3 ORDER BY changed_ms DESC"
             " LIMIT $4",
    [NUMBERED] = ("SELECT id FROM tickets WHERE hall = $1 AND local_date = $2"
                  " AND serial = $3 ORDER BY series_code"),
};

const char *const *place_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool series_each(struct store *st, series_each_fn *each, void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[SERIES], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_text(&c, 0), db_get_text(&c, 1));
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool clerk_of_window(struct store *st, const char *window_code, char out[CODE_SIZE],
                     struct error *err)
{
    struct db_cursor c;
    bool found;

    out[0] = '\0';
    if (!db_find(st->db, sql[CLERK], DB(db_int(st->hall), db_text(window_code)), &c,
                 &found, err))
        return false;
    if (found)
        db_copy_text(&c, 0, out, CODE_SIZE);
    db_done(&c);
    return true;
}

static bool tickets(struct db_cursor *c, struct store *st, away_each_fn *each, void *self,
                    struct error *err)
{
    struct ticket t;

    while (db_next(c, err) && ticket_get(st, db_get_int(c, 0), &t, err))
        each(self, &t);
    db_done(c);
    return err->kind == ERROR_NONE;
}

bool away_each(struct store *st, const char *department_code, int64_t now_ms, int most,
               away_each_fn *each, void *self, struct error *err)
{
    struct db_cursor c;

    return db_query(st->db, sql[AWAY],
                    DB(db_int(st->hall), db_int(hall_local_date(st->frame, now_ms)),
                       db_text(department_code), db_int(most)),
                    &c, err) &&
           tickets(&c, st, each, self, err);
}

bool numbered_each(struct store *st, int serial, int64_t now_ms, away_each_fn *each,
                   void *self, struct error *err)
{
    struct db_cursor c;

    return db_query(st->db, sql[NUMBERED],
                    DB(db_int(st->hall), db_int(hall_local_date(st->frame, now_ms)),
                       db_int(serial)),
                    &c, err) &&
           tickets(&c, st, each, self, err);
}
