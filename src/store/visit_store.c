/*
 * visit_store.c — visits and what was found (visit_store.h).
 *
 * Promise: nothing here changes or removes a visit or a result. Not here: plans
 * (visit_plan_store.c).
 */
#include "store/visit_store.h"

#include <stdlib.h>
#include <string.h>

#include "store/person_store.h"
#include "store/review_store.h"
#include "store/topics.h"

enum { ONCE, ADD, LIST, FIND, RESULT_ONCE, RESULT, STATEMENTS };

#define VISITS                                                                           \
    "SELECT v.id, v.plan_id, v.at_ms, r.id, r.at_ms, v.year, r.local_date, r.score,"     \
    " v.side, v.kind, v.reason, r.corrects, v.window_code, v.department_code,"           \
    " COALESCE(r.actor, v.actor), r.words_id, (SELECT count(*) FROM evidence_files f"    \
    " WHERE f.subject = 'visit' AND f.subject_id = v.id)"                                \
    " FROM visits v LEFT JOIN visit_results r ON r.visit_id = v.id AND NOT EXISTS"       \
    " (SELECT 1 FROM visit_results c WHERE c.corrects = r.id)"

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id FROM visits WHERE hall = $1 AND once = $2",
    [ADD] = "INSERT INTO visits (id, hall, once, year, side, kind, window_code,"
            " department_code, plan_id, reason, actor, at_ms)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, 'hand', $9, $10)",
    [LIST] = VISITS " WHERE v.hall = $1 AND v.year = $2"
                    " AND (CAST($3 AS TEXT) IS NULL OR v.window_code = $3)"
                    " AND (CAST($4 AS TEXT) IS NULL OR v.department_code = $4)"
                    " ORDER BY CASE WHEN r.id IS NULL THEN 0 ELSE 1 END, v.id DESC",
    [FIND] = VISITS " WHERE v.id = $1 AND v.hall = $2",
    [RESULT_ONCE] = "SELECT id FROM visit_results WHERE hall = $1 AND once = $2",
    [RESULT] = "INSERT INTO visit_results (id, hall, once, visit_id, local_date, score,"
               " corrects, words_id, actor, at_ms)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};

const char *const *visit_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool visit_add(struct store *st, const struct visit_input *in, int64_t now_ms,
               int64_t *id, struct error *err)
{
    struct window window;
    bool found;

    if (!store_once(st, sql[ONCE], in->once, id, err))
        return false;
    if (*id != 0)
        return true;
    if (!window_find(st, in->window, &window, &found, err))
        return false;
    if (!found)
        return true;
    *id = store_id(st, now_ms);
    return db_run(st->db, sql[ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->once), db_int(in->year),
                     db_text(visit_side_name(in->side)),
                     db_text(visit_kind_name(in->kind)), db_text(window.code),
                     db_text(window.department_code), db_text(in->actor), db_int(now_ms)),
                  err);
}

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_visit(const struct db_cursor *c, struct visit *v, int64_t *words_id)
{
    *v = (struct visit){.id = db_get_int(c, 0),
                        .plan_id = db_get_int(c, 1),
                        .at_ms = db_get_int(c, 2),
                        .result_id = db_get_int(c, 3),
                        .result_ms = db_get_int(c, 4),
                        .year = (int)db_get_int(c, 5),
                        .local_date = (int)db_get_int(c, 6),
                        .score = (int)db_get_int(c, 7),
                        .side = visit_side_read(db_get_text(c, 8)),
                        .kind = visit_kind_read(db_get_text(c, 9)),
                        .reason = visit_reason_read(db_get_text(c, 10)),
                        .corrected = !db_is_null(c, 11),
                        .files = (int)db_get_int(c, 16)};
    COPY(c, 12, v->window);
    COPY(c, 13, v->department);
    COPY(c, 14, v->actor);
    *words_id = db_get_int(c, 15);
}

bool visit_find(struct store *st, int64_t id, struct visit *out, bool *found,
                struct error *err)
{
    struct db_cursor c;
    int64_t words_id;

    if (!db_find(st->db, sql[FIND], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_visit(&c, out, &words_id);
        db_done(&c);
    }
    return true;
}

bool visits_each(struct store *st, int year, const char *window, const char *department,
                 visit_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct visit v;
    struct db_cursor c;
    int64_t words_id;
    char *words;

    if (!db_query(
            st->db, sql[LIST],
            DB(db_int(st->hall), db_int(year), db_text(window), db_text(department)), &c,
            err))
        return false;
    while (db_next(&c, &trouble)) {
        read_visit(&c, &v, &words_id);
        if (!review_words(st, words_id, &words, &trouble))
            break;
        v.words = words;
        each(self, &v);
        free(words);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool visit_result_take(struct store *st, const struct visit *visit,
                       const struct visit_result_input *in, int64_t now_ms,
                       enum visit_verdict *verdict, struct error *err)
{
    const struct evidence_of of = {.subject = EVIDENCE_VISIT,
                                   .subject_id = visit->id,
                                   .department = visit->department,
                                   .window = visit->window};
    int64_t id, words_id;

    if (!store_once(st, sql[RESULT_ONCE], in->once, &id, err))
        return false;
    *verdict = id != 0                                               ? VISIT_AGAIN
               : visit->result_id != in->corrects                    ? VISIT_OUTDATED
               : in->local_date > hall_local_date(st->frame, now_ms) ? VISIT_TO_COME
                                                                     : VISIT_TAKEN;
    if (*verdict != VISIT_TAKEN)
        return true;
    return words_keep(st, in->words, strlen(in->words), now_ms, &words_id, err) &&
           db_run(st->db, sql[RESULT],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(in->once),
                     db_int(visit->id), db_int(in->local_date), db_int(in->score),
                     db_id(in->corrects), db_int(words_id), db_text(in->actor),
                     db_int(now_ms)),
                  err) &&
           evidence_add(st, &of, &in->file, in->file_most, in->actor, now_ms, err);
}
