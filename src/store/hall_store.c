/*
 * hall_store.c — looks master data up (hall_store.h). Importing is hall_import.c's.
 *
 * The newest row of a code counts. Looking up costs one indexed row, so nothing is cached
 * and an import is in force with the next command.
 */
#include "store/hall_store.h"

#include <stdio.h>

#include "store/topics.h"

#define MATTER_COLUMNS                                                                   \
    "SELECT m.id, m.code, m.name, m.short_name, m.series_code, m.kind, m.sensitive, "    \
    "m.form,"                                                                            \
    " m.statutory_days, m.promised_days, m.usual_days, d.id, d.code, d.name, m.ended,"   \
    " m.materials"                                                                       \
    " FROM matters m JOIN departments d ON d.id = m.department_id"
#define WINDOW_COLUMNS                                                                   \
    "SELECT w.id, w.code, w.name, w.floor, w.matters, d.id, d.code, d.name, w.ended"     \
    " FROM windows w JOIN departments d ON d.id = w.department_id"

enum {
    MATTER_FIND,
    MATTER_GET,
    MATTERS_ALL,
    WINDOW_FIND,
    WINDOW_GET,
    WINDOWS_ALL,
    CLERK_FIND,
    CLERK_GET,
    CLERKS_ALL,
    KIOSK_FIND,
    DEPARTMENT_FIND,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [MATTER_FIND] =
        MATTER_COLUMNS " WHERE m.hall = $1 AND m.code = $2 ORDER BY m.id DESC LIMIT 1",
    [MATTER_GET] = MATTER_COLUMNS " WHERE m.id = $1",
    [MATTERS_ALL] = MATTER_COLUMNS
    " WHERE m.hall = $1 AND m.ended = 0 AND m.id = (SELECT max(n.id) FROM matters n"
    " WHERE n.hall = m.hall AND n.code = m.code) ORDER BY m.id",
    [WINDOW_FIND] =
        WINDOW_COLUMNS " WHERE w.hall = $1 AND w.code = $2 ORDER BY w.id DESC LIMIT 1",
    [WINDOW_GET] = WINDOW_COLUMNS " WHERE w.id = $1",
    [WINDOWS_ALL] = WINDOW_COLUMNS
    " WHERE w.hall = $1 AND w.ended = 0 AND w.id = (SELECT max(n.id) FROM windows n"
    " WHERE n.hall = w.hall AND n.code = w.code) ORDER BY w.code",
    [CLERK_FIND] =
        "SELECT id, code, name, ended FROM clerks WHERE hall = $1 AND code = $2"
        " ORDER BY id DESC LIMIT 1",
    [CLERK_GET] = "SELECT id, code, name, ended FROM clerks WHERE id = $1",
    [CLERKS_ALL] = "SELECT c.id, c.code, c.name, c.ended FROM clerks c WHERE c.hall = $1"
                   " AND c.ended = 0 AND c.id = (SELECT max(n.id) FROM clerks n"
                   " WHERE n.hall = c.hall AND n.code = c.code) ORDER BY c.code",
    [KIOSK_FIND] =
        "SELECT id, code, printer, ended FROM kiosks WHERE hall = $1 AND code = $2"
        " ORDER BY id DESC LIMIT 1",
    [DEPARTMENT_FIND] = "SELECT ended FROM departments WHERE hall = $1 AND code = $2"
                        " ORDER BY id DESC LIMIT 1",
};

const char *const *hall_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool read_matter(const struct db_cursor *c, struct matter *out)
{
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->code, sizeof(out->code));
    db_copy_text(c, 2, out->name, sizeof(out->name));
    db_copy_text(c, 3, out->short_name, sizeof(out->short_name));
    db_copy_text(c, 4, out->series, sizeof(out->series));
    out->promise = strcmp(db_get_text(c, 5), "promise") == 0;
    out->sensitive = db_get_int(c, 6) == 1;
    out->four = strcmp(db_get_text(c, 7), "four") == 0;
    out->statutory_days = (int)db_get_int(c, 8);
    out->promised_days = (int)db_get_int(c, 9);
    out->usual_days = (int)db_get_int(c, 10);
    out->department_id = db_get_int(c, 11);
    db_copy_text(c, 12, out->department_code, sizeof(out->department_code));
    db_copy_text(c, 13, out->department_name, sizeof(out->department_name));
    db_copy_text(c, 15, out->materials, sizeof(out->materials));
    return db_get_int(c, 14) == 0;
}

static bool read_window(const struct db_cursor *c, struct window *out)
{
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->code, sizeof(out->code));
    db_copy_text(c, 2, out->name, sizeof(out->name));
    out->floor = (int)db_get_int(c, 3);
    db_copy_text(c, 4, out->matters, sizeof(out->matters));
    out->department_id = db_get_int(c, 5);
    db_copy_text(c, 6, out->department_code, sizeof(out->department_code));
    db_copy_text(c, 7, out->department_name, sizeof(out->department_name));
    return db_get_int(c, 8) == 0;
}

static bool read_clerk(const struct db_cursor *c, struct clerk *out)
{
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->code, sizeof(out->code));
    db_copy_text(c, 2, out->name, sizeof(out->name));
    return db_get_int(c, 3) == 0;
}

static bool read_kiosk(const struct db_cursor *c, struct kiosk *out)
{
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->code, sizeof(out->code));
    db_copy_text(c, 2, out->printer, sizeof(out->printer));
    return db_get_int(c, 3) == 0;
}

bool matter_find(struct store *st, const char *code, struct matter *out, bool *found,
                 struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[MATTER_FIND], DB(db_int(st->hall), db_text(code)), &c, found,
                 err))
        return false;
    if (*found)
        *found = read_matter(&c, out);
    db_done(&c);
    return true;
}

bool window_find(struct store *st, const char *code, struct window *out, bool *found,
                 struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[WINDOW_FIND], DB(db_int(st->hall), db_text(code)), &c, found,
                 err))
        return false;
    if (*found)
        *found = read_window(&c, out);
    db_done(&c);
    return true;
}

bool clerk_find(struct store *st, const char *code, struct clerk *out, bool *found,
                struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[CLERK_FIND], DB(db_int(st->hall), db_text(code)), &c, found,
                 err))
        return false;
    if (*found)
        *found = read_clerk(&c, out);
    db_done(&c);
    return true;
}

bool department_known(struct store *st, const char *code, bool *known, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[DEPARTMENT_FIND], DB(db_int(st->hall), db_text(code)), &c,
                 known, err))
        return false;
    *known = *known && db_get_int(&c, 0) == 0;
    db_done(&c);
    return true;
}

bool kiosk_find(struct store *st, const char *code, struct kiosk *out, bool *found,
                struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[KIOSK_FIND], DB(db_int(st->hall), db_text(code)), &c, found,
                 err))
        return false;
    if (*found)
        *found = read_kiosk(&c, out);
    db_done(&c);
    return true;
}

/* What a row points to must be there: the keys say so. */
static bool get(struct store *st, const char *statement, int64_t id, struct db_cursor *c,
                struct error *err)
{
    bool found;

    if (!db_find(st->db, statement, DB(db_int(id)), c, &found, err))
        return false;
    return found ||
           error_set(err, ERROR_BROKEN, "The store lacks a row that others point to.");
}

bool matter_get(struct store *st, int64_t id, struct matter *out, struct error *err)
{
    struct db_cursor c;

    if (!get(st, sql[MATTER_GET], id, &c, err))
        return false;
    read_matter(&c, out);
    db_done(&c);
    return true;
}

bool window_get(struct store *st, int64_t id, struct window *out, struct error *err)
{
    struct db_cursor c;

    if (!get(st, sql[WINDOW_GET], id, &c, err))
        return false;
    read_window(&c, out);
    db_done(&c);
    return true;
}

bool clerk_get(struct store *st, int64_t id, struct clerk *out, struct error *err)
{
    struct db_cursor c;

    if (!get(st, sql[CLERK_GET], id, &c, err))
        return false;
    read_clerk(&c, out);
    db_done(&c);
    return true;
}

bool matters_each(struct store *st, matter_each *each, void *self, struct error *err)
{
    struct db_cursor c;
    struct matter m;

    if (!db_query(st->db, sql[MATTERS_ALL], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_matter(&c, &m);
        each(self, &m);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool windows_each(struct store *st, window_each *each, void *self, struct error *err)
{
    struct db_cursor c;
    struct window w;

    if (!db_query(st->db, sql[WINDOWS_ALL], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_window(&c, &w);
        each(self, &w);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool clerks_each(struct store *st, clerk_each *each, void *self, struct error *err)
{
    struct db_cursor c;
    struct clerk k;

    if (!db_query(st->db, sql[CLERKS_ALL], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_clerk(&c, &k);
        each(self, &k);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool window_serves(const struct window *w, const char *matter_code,
                   const char *department_code)
{
    char wanted[CODE_SIZE + 2];

    if (strcmp(w->matters, "all") == 0)
        return strcmp(w->department_code, department_code) == 0;
    snprintf(wanted, sizeof(wanted), " %s ", matter_code);
    return strstr(w->matters, wanted) != NULL;
}
