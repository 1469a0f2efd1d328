/*
 * indicator_store.c — see indicator_store.h.
 */
#include "store/indicator_store.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "base/text.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { BAD, ADD, ALL, STATEMENTS };

enum { WORDS_BYTES = 64 << 10 };

static const char *const sql[STATEMENTS] = {
    [BAD] = "SELECT k.department_code, COALESCE((SELECT d.name FROM departments d WHERE"
            " d.hall = k.hall AND d.code = k.department_code ORDER BY d.id DESC LIMIT 1),"
            " ''), COALESCE((SELECT x.tags FROM rating_details x WHERE x.case_id ="
            " o.case_id AND x.rating_id = o.rating_id AND x.tags <> '' ORDER BY x.id DESC"
            " LIMIT 1), ''), (SELECT x.words_id FROM rating_details x WHERE x.case_id ="
            " o.case_id AND x.words_id IS NOT NULL ORDER BY x.id DESC LIMIT 1)"
            " FROM order_marks k JOIN work_orders o ON o.id = k.order_id"
            " WHERE k.hall = $1 AND k.gone = 0 AND o.kind = 'rating' AND k.date >= $2"
            " AND k.date <= $3 AND NOT EXISTS (SELECT n.id FROM ratings n WHERE n.case_id"
            " = o.case_id AND n.id > o.rating_id) ORDER BY k.department_code, k.order_id",
    [ADD] = "INSERT INTO concentrations (id, hall, department_code, kind, moved, whole,"
            " day, evidence, actor, once, at_ms)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            " ON CONFLICT (hall, once) DO NOTHING",
    [ALL] = "SELECT c.id, c.department_code, COALESCE((SELECT d.name FROM departments d"
            " WHERE d.hall = c.hall AND d.code = c.department_code ORDER BY d.id DESC"
            " LIMIT 1), ''), c.kind, c.moved, c.whole, c.day, c.evidence, c.actor,"
            " COALESCE(a.name, ''), c.at_ms FROM concentrations c"
            " LEFT JOIN accounts a ON c.actor = 'account ' || CAST(a.id AS TEXT)"
            " WHERE c.hall = $1 AND c.day >= $2 AND c.day <= $3"
            " ORDER BY c.department_code, c.kind, c.day DESC, c.id DESC",
};

const char *const *indicator_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Bad ratings ================================================================== */

bool bad_ratings_each(struct store *st, int from, int to, bad_rating_each *each,
                      void *self, struct error *err)
{
    struct buf words = buf_new(WORDS_BYTES);
    struct error trouble = {0};
    struct db_cursor c;
    bool ok = true;

    if (!db_query(st->db, sql[BAD], DB(db_int(st->hall), db_int(from), db_int(to)), &c,
                  err))
        return false;
    while (ok && db_next(&c, &trouble)) {
        bool any = !db_is_null(&c, 3), found = false;

        buf_clear(&words);
        ok = !any || words_reveal(st, db_get_int(&c, 3), &words, &found, err);
        if (ok)
            each(self, &(struct bad_rating){.department = db_get_text(&c, 0),
                                            .department_name = db_get_text(&c, 1),
                                            .tags = db_get_text(&c, 2),
                                            .words = found ? buf_text(&words) : NULL,
                                            .erased = any && !found});
    }
    db_done(&c);
    buf_free(&words);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return ok && trouble.kind == ERROR_NONE;
}

/* == Concentrations =============================================================== */

static const char *const kinds[MOVED_KINDS] = {
    [MOVED_FUNCTIONS] = "functions",
    [MOVED_MATTERS] = "matters",
    [MOVED_PEOPLE] = "people",
};

const char *concentration_name(enum concentration_kind kind)
{
    return kinds[kind];
}

enum concentration_kind concentration_read(const char *name)
{
    int i = 0;

    while (i < MOVED_KINDS && strcmp(kinds[i], name) != 0)
        i++;
    return (enum concentration_kind)i;
}

static bool is_day(int day)
{
    int32_t number;
    char text[16];

    snprintf(text, sizeof(text), "%04d-%02d-%02d", day / 10000, day / 100 % 100,
             day % 100);
    return day > 0 && day_parse(text, &number);
}

static bool check(struct store *st, const struct concentration *c, int today,
                  struct error *err)
{
    bool known;

    if (!department_known(st, c->department, &known, err))
        return false;
    if (!known)
        return error_field(err, "department", "There is no such department.");
    if (c->kind == MOVED_KINDS)
        return error_field(err, "kind", "Choose functions, matters or people.");
    if (c->moved < 0 || c->moved > CONCENTRATION_MOST)
        return error_field(err, "moved", "Moved into the hall: a whole number.");
    if (c->whole < 1 || c->whole > CONCENTRATION_MOST || c->moved > c->whole)
        return error_field(err, "whole",
                           "All that there are: a whole number, not less than those "
                           "that were moved.");
    if (!is_day(c->day) || c->day > today)
        return error_field(err, "day", "A day as in 2026-11-23 that is not to come.");
    if (c->evidence[strspn(c->evidence, " \t\r\n")] == '\0' ||
        text_characters(c->evidence, strlen(c->evidence)) > CONCENTRATION_EVIDENCE)
        return error_field(err, "evidence",
                           "Say where that stands, in %d characters at the most.",
                           CONCENTRATION_EVIDENCE);
    return true;
}

bool concentration_add(struct store *st, const struct concentration *c, int today,
                       int64_t now_ms, struct error *err)
{
    int64_t added;
    char what[160];

    if (!check(st, c, today, err) ||
        !db_change(st->db, sql[ADD],
                   DB(db_int(store_id(st, now_ms)), db_int(st->hall),
                      db_text(c->department), db_text(kinds[c->kind]), db_int(c->moved),
                      db_int(c->whole), db_int(c->day), db_text(c->evidence),
                      db_text(c->actor), db_text(c->once), db_int(now_ms)),
                   &added, err))
        return false;
    snprintf(what, sizeof(what), "%s %lld/%lld %d", kinds[c->kind], (long long)c->moved,
             (long long)c->whole, c->day);
    return added == 0 || store_audit(st, c->actor, "concentration.added", c->department,
                                     what, now_ms, err);
}

bool concentrations_each(struct store *st, int from, int to, concentration_each *each,
                         void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[ALL], DB(db_int(st->hall), db_int(from), db_int(to)), &c,
                  err))
        return false;
    while (db_next(&c, err))
        each(self, &(struct concentration){.id = db_get_int(&c, 0),
                                           .department = db_get_text(&c, 1),
                                           .department_name = db_get_text(&c, 2),
                                           .kind = concentration_read(db_get_text(&c, 3)),
                                           .moved = db_get_int(&c, 4),
                                           .whole = db_get_int(&c, 5),
                                           .day = (int)db_get_int(&c, 6),
                                           .evidence = db_get_text(&c, 7),
                                           .actor = db_get_text(&c, 8),
                                           .by = db_get_text(&c, 9),
                                           .at_ms = db_get_int(&c, 10)});
    db_done(&c);
    return err->kind == ERROR_NONE;
}
