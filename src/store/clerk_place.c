/*
 * clerk_place.c — see clerk_place.h.
 */
#include "store/clerk_place.h"

#include "store/topics.h"

#define PLACES                                                                           \
    "SELECT c.code, c.name, COALESCE(w.code, ''), COALESCE(w.name, ''),"                 \
    " COALESCE(d.code, ''), COALESCE(d.name, '') FROM clerks c"                          \
    " LEFT JOIN windows w ON w.ended = 0 AND w.id = (SELECT max(n.id) FROM windows n"    \
    " WHERE n.hall = c.hall AND n.code = c.window_code)"                                 \
    " LEFT JOIN departments d ON d.id = w.department_id WHERE c.hall = $1"               \
    " AND c.ended = 0 AND c.id = (SELECT max(o.id) FROM clerks o"                        \
    " WHERE o.hall = c.hall AND o.code = c.code)"

enum { PLACE, PEOPLE, DEPARTMENTS, CLERKS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [PLACE] = PLACES " AND c.code = $2",
    [PEOPLE] = PLACES " ORDER BY COALESCE(d.code, ''), c.code",
    [DEPARTMENTS] =
        "SELECT d.code, d.name, (SELECT count(*) FROM clerks c JOIN windows w ON"
        " w.ended = 0 AND w.id = (SELECT max(n.id) FROM windows n WHERE n.hall = c.hall"
        " AND n.code = c.window_code) JOIN departments e ON e.id = w.department_id"
        " WHERE c.hall = d.hall AND c.ended = 0 AND e.code = d.code AND c.id ="
        " (SELECT max(o.id) FROM clerks o WHERE o.hall = c.hall AND o.code = c.code))"
        " FROM departments d WHERE d.hall = $1 AND d.ended = 0 AND d.id ="
        " (SELECT max(n.id) FROM departments n WHERE n.hall = d.hall AND n.code ="
        " d.code) ORDER BY d.code",
    [CLERKS] = "SELECT count(*) FROM clerks c WHERE c.hall = $1 AND c.ended = 0 AND c.id"
               " = (SELECT max(o.id) FROM clerks o WHERE o.hall = c.hall AND o.code ="
               " c.code)",
};

const char *const *clerk_place_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static void read_place(const struct db_cursor *c, struct clerk_place *out)
{
    db_copy_text(c, 0, out->code, sizeof(out->code));
    db_copy_text(c, 1, out->name, sizeof(out->name));
    db_copy_text(c, 2, out->window, sizeof(out->window));
    db_copy_text(c, 3, out->window_name, sizeof(out->window_name));
    db_copy_text(c, 4, out->department, sizeof(out->department));
    db_copy_text(c, 5, out->department_name, sizeof(out->department_name));
}

bool clerk_place_find(struct store *st, const char *code, struct clerk_place *out,
                      bool *found, struct error *err)
{
    struct db_cursor c;

    *out = (struct clerk_place){0};
    if (!db_find(st->db, sql[PLACE], DB(db_int(st->hall), db_text(code)), &c, found, err))
        return false;
    if (*found)
        read_place(&c, out);
    db_done(&c);
    return true;
}

bool clerk_places_each(struct store *st, clerk_place_each *each, void *self,
                       struct error *err)
{
    struct clerk_place one;
    struct db_cursor c;

    if (!db_query(st->db, sql[PEOPLE], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_place(&c, &one);
        each(self, &one);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool departments_staff(struct store *st, department_staff_each *each, void *self,
                       struct error *err)
{
    struct department_staff one;
    struct db_cursor c;

    if (!db_query(st->db, sql[DEPARTMENTS], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        db_copy_text(&c, 0, one.code, sizeof(one.code));
        db_copy_text(&c, 1, one.name, sizeof(one.name));
        one.staff = db_get_int(&c, 2);
        each(self, &one);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool clerks_count(struct store *st, int64_t *count, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[CLERKS], DB(db_int(st->hall)), &c, &found, err))
        return false;
    *count = found ? db_get_int(&c, 0) : 0;
    db_done(&c);
    return true;
}
