/*
 * assessment_store.c — see assessment_store.h.
 */
#include "store/assessment_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/topics.h"

#define COLUMNS                                                                          \
    "SELECT s.id, s.year, s.final, s.version, s.from_month, s.to_month, s.cut_ms,"       \
    " s.program, s.file, s.bytes, s.cases, s.departments, s.facts, s.results,"           \
    " COALESCE(a.name, s.actor), s.at_ms FROM assessments s LEFT JOIN accounts a"        \
    " ON a.hall = s.hall AND s.actor = 'account ' || CAST(a.id AS TEXT)"

enum { ADD, LIST, FIND, FINAL, FINAL_OF_CASE, OPEN_APPEALS, SINCE, STATEMENTS };

/* What was written so shortly before the cut may have come behind what was read. */
enum { CUT_BEFORE_MS = 10000 };

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO assessments (id, hall, year, final, version, from_month,"
            " to_month, cut_ms, program, file, bytes, cases, departments, facts, results,"
            " actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
            " $13, $14, $15, $16, $17)",
    [LIST] = COLUMNS " WHERE s.hall = $1 AND s.year = $2 ORDER BY s.id DESC",
    [FIND] = COLUMNS " WHERE s.hall = $1 AND s.id = $2",
    [FINAL] = "SELECT results, facts FROM assessments WHERE hall = $1 AND year = $2"
              " AND final = 1",
    [FINAL_OF_CASE] = "SELECT s.id FROM closings n JOIN assessments s ON s.hall = n.hall"
                      " AND s.year = n.local_date / 10000 AND s.final = 1"
                      " WHERE n.case_id = $1 AND n.hall = $2",
    [OPEN_APPEALS] = "SELECT count(*) FROM appeals p JOIN closings n"
                     " ON n.case_id = p.case_id WHERE p.hall = $1"
                     " AND n.local_date / 10000 = $2 AND NOT EXISTS (SELECT q.id"
                     " FROM appeal_decisions q WHERE q.appeal_id = p.id)",
    [SINCE] =
        "SELECT (SELECT count(*) FROM sheets WHERE hall = $1 AND year = $2"
        " AND at_ms >= $3) + (SELECT count(*) FROM hall_marks WHERE hall = $1"
        " AND year = $2 AND at_ms >= $3) + (SELECT count(*) FROM log_entries"
        " WHERE hall = $1 AND local_date >= $2 * 10000"
        " AND local_date <= $2 * 10000 + 9999 AND at_ms >= $3)"
        " + (SELECT count(*) FROM appeal_decisions q JOIN appeals p ON p.id = q.appeal_id"
        " JOIN closings n ON n.case_id = p.case_id WHERE q.hall = $1"
        " AND n.local_date / 10000 = $2 AND q.at_ms >= $3)",
};

const char *const *assessment_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool is_there(struct store *st, int statement, int64_t first, int64_t second,
                     bool *there, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[statement], DB(db_int(first), db_int(second)), &c, there,
                 err))
        return false;
    if (*there)
        db_done(&c);
    return true;
}

bool assessment_final(struct store *st, int year, bool *final, struct error *err)
{
    return is_there(st, FINAL, st->hall, year, final, err);
}

bool assessment_results(struct store *st, int year, char out[BUNDLE_HEX],
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    out[0] = '\0';
    if (!db_find(st->db, sql[FINAL], DB(db_int(st->hall), db_int(year)), &c, &found, err))
        return false;
    if (found) {
        db_copy_text(&c, 0, out, BUNDLE_HEX);
        db_done(&c);
    }
    return true;
}

bool assessment_seed(struct store *st, int year, bool *final, uint64_t *seed,
                     struct error *err)
{
    char first[17] = "";
    struct db_cursor c;

    if (!db_find(st->db, sql[FINAL], DB(db_int(st->hall), db_int(year)), &c, final, err))
        return false;
    if (*final) {
        snprintf(first, sizeof(first), "%.16s", db_get_text(&c, 1));
        db_done(&c);
    }
    *seed = strtoull(first, NULL, 16);
    return true;
}

bool assessment_final_of_case(struct store *st, int64_t case_id, bool *final,
                              struct error *err)
{
    return is_there(st, FINAL_OF_CASE, case_id, st->hall, final, err);
}

bool assessment_open_appeals(struct store *st, int year, int64_t *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[OPEN_APPEALS], DB(db_int(st->hall), db_int(year)), &c,
                 &found, err))
        return false;
    *out = found ? db_get_int(&c, 0) : 0;
    if (found)
        db_done(&c);
    return true;
}

/* Sheets, marks, entries and decisions that the bundle may have been made without. */
static bool look_since(struct store *st, const struct assessment *a, int64_t *out,
                       struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[SINCE],
                 DB(db_int(st->hall), db_int(a->year), db_int(a->cut_ms - CUT_BEFORE_MS)),
                 &c, &found, err))
        return false;
    *out = found ? db_get_int(&c, 0) : 0;
    db_done(&c);
    return true;
}

bool assessment_add(struct store *st, struct assessment *a, int64_t now_ms,
                    struct error *err)
{
    char detail[160];
    int64_t open, since;
    bool final;

    if (!assessment_final(st, a->year, &final, err) ||
        !assessment_open_appeals(st, a->year, &open, err) ||
        !look_since(st, a, &since, err))
        return false;
    if (final && a->final)
        return error_set(err, ERROR_CONFLICT, "The year %d was frozen for good already.",
                         a->year);
    if (open > 0 && a->final)
        return error_set(err, ERROR_CONFLICT,
                         "%lld appeals about ratings of %d are not decided yet.",
                         (long long)open, a->year);
    if (since > 0 && a->final)
        return error_set(err, ERROR_CONFLICT,
                         "Marks or decisions about %d were written while it was frozen, "
                         "and may be missing in the file. Freeze it again.",
                         a->year);
    a->id = store_id(st, now_ms);
    a->at_ms = now_ms;
    snprintf(detail, sizeof(detail), "%d version %d results %.64s", a->year, a->version,
             a->results);
    return db_run(st->db, sql[ADD],
                  DB(db_int(a->id), db_int(st->hall), db_int(a->year), db_int(a->final),
                     db_int(a->version), db_int(a->from_month), db_int(a->to_month),
                     db_int(a->cut_ms), db_text(a->program), db_text(a->file),
                     db_int(a->bytes), db_int(a->cases), db_int(a->departments),
                     db_text(a->facts), db_text(a->results), db_text(a->actor),
                     db_int(now_ms)),
                  err) &&
           store_audit(st, a->actor, a->final ? "assess.final" : "assess.trial", a->file,
                       detail, now_ms, err);
}

static void read_one(const struct db_cursor *c, struct assessment *out)
{
    *out = (struct assessment){.id = db_get_int(c, 0),
                               .year = (int)db_get_int(c, 1),
                               .final = db_get_int(c, 2) != 0,
                               .version = (int)db_get_int(c, 3),
                               .from_month = (int)db_get_int(c, 4),
                               .to_month = (int)db_get_int(c, 5),
                               .cut_ms = db_get_int(c, 6),
                               .bytes = db_get_int(c, 9),
                               .cases = db_get_int(c, 10),
                               .departments = (int)db_get_int(c, 11),
                               .at_ms = db_get_int(c, 15)};
    db_copy_text(c, 7, out->program, sizeof(out->program));
    db_copy_text(c, 8, out->file, sizeof(out->file));
    db_copy_text(c, 12, out->facts, sizeof(out->facts));
    db_copy_text(c, 13, out->results, sizeof(out->results));
    db_copy_text(c, 14, out->actor, sizeof(out->actor));
}

bool assessments_each(struct store *st, int year, assessment_each *each, void *self,
                      struct error *err)
{
    struct assessment a;
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_one(&c, &a);
        each(self, &a);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool assessment_find(struct store *st, int64_t id, struct assessment *out, bool *found,
                     struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[FIND], DB(db_int(st->hall), db_int(id)), &c, found, err))
        return false;
    if (*found) {
        read_one(&c, out);
        db_done(&c);
    }
    return true;
}
