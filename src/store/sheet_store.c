/*
 * sheet_store.c — see sheet_store.h.
 *
 * Not here: reading a sheet (domain/mark_sheet.c).
 */
#include "store/sheet_store.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/assessment_store.h"
#include "store/topics.h"

enum { ADD, MARK, LIST, NEWEST, MARKS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO sheets (id, hall, once, year, part, name, digest, marks, actor,"
            " at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            " ON CONFLICT (hall, once) DO NOTHING",
    [MARK] = "INSERT INTO sheet_marks (sheet_id, hall, department_code, mark)"
             " VALUES ($1, $2, $3, $4)",
    [LIST] = "SELECT s.id, s.part, s.name, s.digest, s.marks, COALESCE(a.name, s.actor),"
             " s.at_ms, CASE WHEN s.id = (SELECT max(n.id) FROM sheets n"
             " WHERE n.hall = s.hall AND n.year = s.year AND n.part = s.part)"
             " THEN 1 ELSE 0 END FROM sheets s LEFT JOIN accounts a ON a.hall = s.hall"
             " AND s.actor = 'account ' || CAST(a.id AS TEXT)"
             " WHERE s.hall = $1 AND s.year = $2 ORDER BY s.id DESC",
    [NEWEST] = "SELECT COALESCE(max(id), 0) FROM sheets WHERE hall = $1 AND year = $2"
               " AND part = $3",
    [MARKS] = "SELECT department_code, mark FROM sheet_marks WHERE sheet_id ="
              " (SELECT max(id) FROM sheets WHERE hall = $1 AND year = $2 AND part = $3)"
              " ORDER BY department_code",
};

const char *const *sheet_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool sheet_fills(const struct scheme_part *part)
{
    return part->measure == MEASURE_SHEET && part->owner != OWNER_HALL;
}

static bool part_fits(struct store *st, const struct sheet_input *in, int64_t now_ms,
                      struct error *err)
{
    struct scheme_state state;
    struct scheme scheme = {0};
    bool fits = false;

    if (!scheme_present(st, in->year, now_ms, &scheme, &state, err))
        return false;
    for (size_t i = 0; i < scheme.part_count; i++)
        fits = fits || (strcmp(scheme.parts[i].code, in->part) == 0 &&
                        sheet_fills(&scheme.parts[i]));
    scheme_free(&scheme);
    return fits || error_field(err, "part",
                               "Choose a part of the year's scheme that is filled from a "
                               "sheet and is not the hall's.");
}

static bool input_fits(struct store *st, const struct sheet_input *in, int64_t now_ms,
                       struct error *err)
{
    size_t length = text_characters(in->name, strlen(in->name));
    bool final;

    if (!assessment_final(st, in->year, &final, err))
        return false;
    if (final)
        return error_set(err, ERROR_CONFLICT,
                         "The result of %d is frozen; no sheet is taken any more.",
                         in->year);
    if (length == 0 || length > SHEET_NAME)
        return error_field(err, "name", "Name the sheet in at most %d characters.",
                           SHEET_NAME);
    if (in->count == 0)
        return error_field(err, "sheet", "The sheet has no line with marks.");
    return part_fits(st, in, now_ms, err);
}

static bool add_marks(struct store *st, const struct sheet_input *in, int64_t id,
                      struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < in->count; i++)
        ok = db_run(st->db, sql[MARK],
                    DB(db_int(id), db_int(st->hall),
                       db_text(in->departments[in->lines[i].department].code),
                       db_int(in->lines[i].mark)),
                    err);
    return ok;
}

bool sheet_import(struct store *st, const struct sheet_input *in, int64_t now_ms,
                  struct error *err)
{
    int64_t id = store_id(st, now_ms), added;
    char object[64];

    if (!input_fits(st, in, now_ms, err) ||
        !db_change(st->db, sql[ADD],
                   DB(db_int(id), db_int(st->hall), db_text(in->once), db_int(in->year),
                      db_text(in->part), db_text(in->name), db_text(in->digest),
                      db_int((int64_t)in->count), db_text(in->actor), db_int(now_ms)),
                   &added, err))
        return false;
    if (added == 0)
        return true;
    snprintf(object, sizeof(object), "sheet %d/%s", in->year, in->part);
    return add_marks(st, in, id, err) &&
           store_audit(st, in->actor, "sheet.imported", object, in->digest, now_ms, err);
}

bool sheets_each(struct store *st, int year, sheet_each *each, void *self,
                 struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        const struct sheet_entry s = {.id = db_get_int(&c, 0),
                                      .part = db_get_text(&c, 1),
                                      .name = db_get_text(&c, 2),
                                      .digest = db_get_text(&c, 3),
                                      .marks = (int)db_get_int(&c, 4),
                                      .by = db_get_text(&c, 5),
                                      .at_ms = db_get_int(&c, 6),
                                      .counts = db_get_int(&c, 7) != 0};

        each(self, &s);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool sheet_newest(struct store *st, int year, const char *part, int64_t *id,
                  struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[NEWEST], DB(db_int(st->hall), db_int(year), db_text(part)),
                 &c, &found, err))
        return false;
    *id = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool sheet_marks_each(struct store *st, int year, const char *part, sheet_mark_each *each,
                      void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[MARKS], DB(db_int(st->hall), db_int(year), db_text(part)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble))
        each(self, db_get_text(&c, 0), (int32_t)db_get_int(&c, 1));
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
