/*
 * mark_store.c — see mark_store.h.
 *
 * Promise: nothing here changes or removes a mark. That a quarter has one first mark, and
 * each mark one correction at the most, are keys of the table.
 */
#include "store/mark_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/day_log.h"
#include "store/assessment_store.h"
#include "store/person_store.h"
#include "store/review_store.h"
#include "store/topics.h"

enum { ONCE, STANDING, ADD, LIST, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id FROM hall_marks WHERE hall = $1 AND once = $2",
    [STANDING] = "SELECT m.id FROM hall_marks m WHERE m.hall = $1 AND m.year = $2"
                 " AND m.quarter = $3 AND m.department_code = $4 AND m.kind = $5"
                 " AND NOT EXISTS (SELECT 1 FROM hall_marks c WHERE c.corrects = m.id)",
    [ADD] = "INSERT INTO hall_marks (id, hall, once, year, quarter, department_code,"
            " kind, mark, corrects, words_id, actor, at_ms)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [LIST] = "SELECT m.id, m.corrects, c.id, m.at_ms, m.quarter, m.mark, m.kind,"
             " m.department_code, m.actor, m.words_id,"
             " (SELECT count(*) FROM evidence_files f WHERE f.subject = 'mark'"
             " AND f.subject_id = m.id)"
             " FROM hall_marks m LEFT JOIN hall_marks c ON c.corrects = m.id"
             " WHERE m.hall = $1 AND m.year = $2"
             " AND (CAST($3 AS TEXT) IS NULL OR m.department_code = $3)"
             " ORDER BY m.department_code, m.kind, m.quarter, m.id",
};

const char *const *hall_mark_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const kinds[HALL_MARK_KINDS] = {
    [HALL_MARK_OPENNESS] = "openness", [HALL_MARK_SERVICE] = "service"};

const char *hall_mark_kind_name(enum hall_mark_kind kind)
{
    return kinds[kind];
}

enum hall_mark_kind hall_mark_kind_read(const char *name)
{
    for (int i = 0; i < HALL_MARK_KINDS; i++)
        if (strcmp(kinds[i], name) == 0)
            return (enum hall_mark_kind)i;
    return HALL_MARK_KINDS;
}

/* == Writing ====================================================================== */

static bool find_id(struct store *st, const char *statement,
                    const struct db_value *values, size_t count, int64_t *id,
                    struct error *err)
{
    struct db_cursor c;
    bool found;

    *id = 0;
    if (!db_find(st->db, statement, values, count, &c, &found, err))
        return false;
    if (found) {
        *id = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

static bool begun(struct store *st, const struct hall_mark_input *in, int64_t now_ms)
{
    int today = hall_local_date(st->frame, now_ms);

    return in->year * 10000 + (3 * in->quarter - 2) * 100 <= today;
}

/* May it be written as it is? */
static bool judge(struct store *st, const struct hall_mark_input *in, int64_t now_ms,
                  enum hall_mark_verdict *verdict, struct error *err)
{
    int64_t standing;
    bool known, final;

    if (!department_known(st, in->department, &known, err) ||
        !assessment_final(st, in->year, &final, err) ||
        !find_id(st, sql[STANDING],
                 DB(db_int(st->hall), db_int(in->year), db_int(in->quarter),
                    db_text(in->department), db_text(kinds[in->kind])),
                 &standing, err))
        return false;
    *verdict = final                            ? HALL_MARK_FROZEN
               : in->kind != HALL_MARK_OPENNESS ? HALL_MARK_NO_PART
               : !known                         ? HALL_MARK_NO_DEPARTMENT
               : !begun(st, in, now_ms)         ? HALL_MARK_TO_COME
               : standing != in->corrects       ? HALL_MARK_OUTDATED
                                                : HALL_MARK_TAKEN;
    return true;
}

static bool add(struct store *st, const struct hall_mark_input *in, int64_t now_ms,
                int64_t *id, struct error *err)
{
    const struct evidence_of of = {.subject = EVIDENCE_MARK,
                                   .subject_id = *id = store_id(st, now_ms),
                                   .department = in->department,
                                   .window = ""};
    int64_t words_id;

    return words_keep(st, in->words, strlen(in->words), now_ms, &words_id, err) &&
           db_run(st->db, sql[ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->once), db_int(in->year),
                     db_int(in->quarter), db_text(in->department),
                     db_text(kinds[in->kind]), db_int(in->mark), db_id(in->corrects),
                     db_int(words_id), db_text(in->actor), db_int(now_ms)),
                  err) &&
           evidence_add(st, &of, &in->file, in->file_most, in->actor, now_ms, err);
}

bool hall_mark_take(struct store *st, const struct hall_mark_input *in, int64_t now_ms,
                    enum hall_mark_verdict *verdict, int64_t *id, struct error *err)
{
    *verdict = HALL_MARK_AGAIN;
    if (!store_once(st, sql[ONCE], in->once, id, err))
        return false;
    if (*id != 0)
        return true;
    if (!judge(st, in, now_ms, verdict, err))
        return false;
    return *verdict != HALL_MARK_TAKEN || add(st, in, now_ms, id, err);
}

/* == Looking ====================================================================== */

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_mark(const struct db_cursor *c, struct hall_mark *m, int64_t *words_id)
{
    *m = (struct hall_mark){.id = db_get_int(c, 0),
                            .corrects = db_get_int(c, 1),
                            .corrected_by = db_get_int(c, 2),
                            .at_ms = db_get_int(c, 3),
                            .quarter = (int)db_get_int(c, 4),
                            .mark = (int)db_get_int(c, 5),
                            .kind = hall_mark_kind_read(db_get_text(c, 6)),
                            .files = (int)db_get_int(c, 10)};
    COPY(c, 7, m->department);
    COPY(c, 8, m->actor);
    *words_id = db_get_int(c, 9);
}

/* Calls back for each mark, with its words where `words` is set. */
static bool walk(struct store *st, int year, const char *department, bool words,
                 hall_mark_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct hall_mark m;
    struct db_cursor c;
    int64_t words_id;

    if (!db_query(st->db, sql[LIST],
                  DB(db_int(st->hall), db_int(year), db_text(department)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        char *text = NULL;

        read_mark(&c, &m, &words_id);
        if (words && !review_words(st, words_id, &text, &trouble))
            break;
        m.words = text;
        each(self, &m);
        free(text);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool hall_marks_list(struct store *st, int year, const char *department,
                     hall_mark_each *each, void *self, struct error *err)
{
    return walk(st, year, department, true, each, self, err);
}

/* Rows come by department, so a new one is always behind the last. */
static void count_in(void *self, const struct hall_mark *m)
{
    struct hall_mark_years *y = self;
    struct hall_mark_year *one;

    if (m->corrected_by != 0)
        return;
    if (y->count == 0 || strcmp(y->list[y->count - 1].department, m->department) != 0) {
        y->list = memory_resize(y->list, (y->count + 1) * sizeof(*y->list));
        one = &y->list[y->count++];
        memset(one, 0, sizeof(*one));
        memcpy(one->department, m->department, sizeof(one->department));
        for (int k = 0; k < HALL_MARK_KINDS; k++)
            for (int q = 0; q < 4; q++)
                one->quarters[k][q] = HALL_MARK_NONE;
    }
    y->list[y->count - 1].quarters[m->kind][m->quarter - 1] = m->mark;
}

bool hall_marks_year(struct store *st, int year, struct hall_mark_years *out,
                     struct error *err)
{
    *out = (struct hall_mark_years){0};
    if (!walk(st, year, NULL, false, count_in, out, err)) {
        hall_marks_free(out);
        return false;
    }
    for (size_t i = 0; i < out->count; i++)
        for (int k = 0; k < HALL_MARK_KINDS; k++) {
            int64_t marks[4];

            for (int q = 0; q < 4; q++)
                marks[q] = out->list[i].quarters[k][q];
            out->list[i].year[k] = day_log_mean(marks, 4, 100);
        }
    return true;
}

void hall_marks_free(struct hall_mark_years *y)
{
    free(y->list);
    *y = (struct hall_mark_years){0};
}

const struct hall_mark_year *hall_marks_of(const struct hall_mark_years *y,
                                           const char *department)
{
    for (size_t i = 0; i < y->count; i++)
        if (strcmp(y->list[i].department, department) == 0)
            return &y->list[i];
    return NULL;
}
