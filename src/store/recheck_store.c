/*
 * recheck_store.c — re-checks and what the citizens say (recheck_store.h).
 *
 * Promise: nothing here changes or removes an answer, and nothing here touches a rating.
 * Not here: how cases are drawn (recheck_plan_store.c).
 */
#include "store/recheck_store.h"

#include <string.h>

#include "store/person_store.h"
#include "store/topics.h"

enum { LIST, FIND, ONCE, OF_INBOUND, ANSWER, SUMS, STATEMENTS };

#define RECHECKS                                                                         \
    "SELECT r.id, r.plan_id, r.case_id, c.phone_id, c.closed_ms, a.id, a.at_ms, "        \
    "r.place,"                                                                           \
    " (SELECT count(*) FROM recheck_answers x WHERE x.recheck_id = r.id), p.side,"       \
    " a.outcome, a.steered, a.way, c.case_no, a.actor, m.short_name, m.sensitive,"       \
    " r.window_code, r.department_code, a.words_id, q.at_ms"                             \
    " FROM rechecks r JOIN recheck_plans p ON p.id = r.plan_id"                          \
    " JOIN cases c ON c.id = r.case_id JOIN matters m ON m.id = c.matter_id"             \
    " LEFT JOIN recheck_asks q ON q.recheck_id = r.id"                                   \
    " LEFT JOIN recheck_answers a ON a.id = (SELECT max(x.id) FROM recheck_answers x"    \
    " WHERE x.recheck_id = r.id)"

static const char *const sql[STATEMENTS] = {
    [LIST] = RECHECKS " WHERE p.hall = $1 AND p.year = $2 ORDER BY p.id DESC, r.place",
    [FIND] = RECHECKS " WHERE r.id = $1 AND r.hall = $2",
    [ONCE] = "SELECT id FROM recheck_answers WHERE hall = $1 AND once = $2",
    [OF_INBOUND] = "SELECT id FROM recheck_answers WHERE recheck_id = $1"
                   " AND inbound_id = $2",
    [ANSWER] = "INSERT INTO recheck_answers (id, hall, once, recheck_id, way, outcome,"
               " steered, words_id, inbound_id, actor, at_ms)"
               " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    [SUMS] = "SELECT r.department_code, a.outcome, count(*),"
             " CAST(sum(CASE WHEN a.steered = 1 THEN 1 ELSE 0 END) AS BIGINT)"
             " FROM rechecks r JOIN recheck_plans p ON p.id = r.plan_id"
             " LEFT JOIN recheck_answers a ON a.id = (SELECT max(x.id)"
             " FROM recheck_answers x WHERE x.recheck_id = r.id)"
             " WHERE p.hall = $1 AND p.year = $2 GROUP BY r.department_code, a.outcome"
             " ORDER BY r.department_code",
};

const char *const *recheck_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const outcomes[RECHECK_OUTCOMES] = {[RECHECK_TRUE] = "true",
                                                       [RECHECK_NOT_TRUE] = "not_true",
                                                       [RECHECK_DECLINED] = "declined",
                                                       [RECHECK_UNREACHED] = "unreached"};

const char *recheck_outcome_name(enum recheck_outcome outcome)
{
    return outcomes[outcome];
}

enum recheck_outcome recheck_outcome_read(const char *name)
{
    for (int i = 0; i < RECHECK_OUTCOMES; i++)
        if (strcmp(outcomes[i], name) == 0)
            return (enum recheck_outcome)i;
    return RECHECK_OUTCOMES;
}

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_recheck(const struct db_cursor *c, struct recheck *r)
{
    *r = (struct recheck){.id = db_get_int(c, 0),
                          .plan_id = db_get_int(c, 1),
                          .case_id = db_get_int(c, 2),
                          .phone_id = db_get_int(c, 3),
                          .closed_ms = db_get_int(c, 4),
                          .answer_id = db_get_int(c, 5),
                          .answer_ms = db_get_int(c, 6),
                          .place = (int)db_get_int(c, 7),
                          .tries = (int)db_get_int(c, 8),
                          .side = visit_side_read(db_get_text(c, 9)),
                          .outcome = recheck_outcome_read(db_get_text(c, 10)),
                          .steered = db_is_null(c, 11) ? -1 : (int)db_get_int(c, 11),
                          .by_sms = strcmp(db_get_text(c, 12), "sms") == 0,
                          .words_id = db_get_int(c, 19),
                          .asked_ms = db_get_int(c, 20)};
    COPY(c, 13, r->case_no);
    COPY(c, 14, r->actor);
    if (db_get_int(c, 16) == 0) /* what is sensitive is not named */
        COPY(c, 15, r->matter);
    COPY(c, 17, r->window);
    COPY(c, 18, r->department);
}

bool recheck_find(struct store *st, int64_t id, struct recheck *out, bool *found,
                  struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[FIND], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_recheck(&c, out);
        db_done(&c);
    }
    return true;
}

bool rechecks_each(struct store *st, int year, recheck_each *each, void *self,
                   struct error *err)
{
    struct error trouble = {0};
    struct recheck r;
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        read_recheck(&c, &r);
        each(self, &r);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

/* == Answers ====================================================================== */

static bool is_there(struct store *st, const char *statement,
                     const struct db_value *values, size_t count, bool *there,
                     struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, statement, values, count, &c, there, err))
        return false;
    if (*there)
        db_done(&c);
    return true;
}

/* Was it taken before? The same reply is read once, the same form is one. */
static bool known(struct store *st, const struct recheck_answer *in, bool *there,
                  struct error *err)
{
    if (!is_there(st, sql[ONCE], DB(db_int(st->hall), db_text(in->once)), there, err))
        return false;
    return *there || in->inbound_id == 0 ||
           is_there(st, sql[OF_INBOUND],
                    DB(db_int(in->recheck_id), db_int(in->inbound_id)), there, err);
}

static bool keep(struct store *st, const struct recheck_answer *in, int64_t now_ms,
                 struct error *err)
{
    int64_t words_id = 0;

    if (in->words[0] != '\0' &&
        !words_keep(st, in->words, strlen(in->words), now_ms, &words_id, err))
        return false;
    return db_run(st->db, sql[ANSWER],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(in->once),
                     db_int(in->recheck_id),
                     db_text(in->inbound_id != 0 ? "sms" : "phone_audit"),
                     db_text(outcomes[in->outcome]),
                     in->steered >= 0 ? db_int(in->steered) : db_null(), db_id(words_id),
                     db_id(in->inbound_id), db_text(in->actor), db_int(now_ms)),
                  err);
}

bool recheck_answer_take(struct store *st, const struct recheck_answer *in,
                         int64_t now_ms, enum recheck_verdict *verdict, struct error *err)
{
    struct recheck now;
    bool found, there;

    if (!known(st, in, &there, err) ||
        !recheck_find(st, in->recheck_id, &now, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such re-check.");
    *verdict = there                                              ? RECHECK_AGAIN
               : in->inbound_id == 0 && now.by_sms                ? RECHECK_STANDS
               : in->inbound_id == 0 && now.answer_id != in->seen ? RECHECK_OUTDATED
                                                                  : RECHECK_TAKEN;
    return *verdict != RECHECK_TAKEN || keep(st, in, now_ms, err);
}

bool recheck_sums(struct store *st, int year, recheck_sum_each *each, void *self,
                  struct error *err)
{
    struct recheck_sum sum = {0};
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[SUMS], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        if (strcmp(sum.department, db_get_text(&c, 0)) != 0) {
            if (sum.department[0] != '\0')
                each(self, &sum);
            sum = (struct recheck_sum){0};
            COPY(&c, 0, sum.department);
        }
        sum.outcomes[recheck_outcome_read(db_get_text(&c, 1))] += (int)db_get_int(&c, 2);
        sum.steered += (int)db_get_int(&c, 3);
    }
    db_done(&c);
    if (sum.department[0] != '\0' && trouble.kind == ERROR_NONE)
        each(self, &sum);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
