/*
 * visit_plan_store.c — plans of visits (visit_store.h): announced, drawn, kept with
 * everything that they were made of.
 *
 * Promise: a seed is read by nobody before its plan is drawn, and a plan is drawn once.
 * Not here: visits and results (visit_store.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/rate_store.h"
#include "store/topics.h"
#include "store/visit_store.h"

enum {
    ONCE,
    ANNOUNCE,
    PLANS,
    PLAN,
    SEED,
    DRAWN,
    DRAW,
    CANDIDATE,
    CANDIDATES,
    VISIT,
    LAST_VISITS,
    OVERDUE,
    REMARKS,
    STATEMENTS
};

#define PLAN_ROWS                                                                        \
    "SELECT p.id, p.at_ms, d.at_ms, p.year, p.by_risk, p.by_lot, p.side, p.kind,"        \
    " CASE WHEN d.plan_id IS NULL THEN '' ELSE p.seed END, p.commitment, d.rules,"       \
    " p.actor, d.actor, (SELECT count(*) FROM visits v WHERE v.plan_id = p.id"           \
    " AND v.hall = p.hall)"                                                              \
    " FROM visit_plans p LEFT JOIN visit_draws d ON d.plan_id = p.id"

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id FROM visit_plans WHERE hall = $1 AND once = $2",
    [ANNOUNCE] = "INSERT INTO visit_plans (id, hall, once, year, side, kind, by_risk,"
                 " by_lot, seed, commitment, actor, at_ms)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [PLANS] = PLAN_ROWS " WHERE p.hall = $1 AND p.year = $2 ORDER BY p.id DESC",
    [PLAN] = PLAN_ROWS " WHERE p.id = $1 AND p.hall = $2",
    [SEED] = "SELECT seed FROM visit_plans WHERE id = $1 AND hall = $2",
    [DRAWN] = "SELECT plan_id FROM visit_draws WHERE plan_id = $1",
    [DRAW] = "INSERT INTO visit_draws (plan_id, hall, rules, actor, at_ms)"
             " VALUES ($1, $2, $3, $4, $5)",
    [CANDIDATE] = "INSERT INTO visit_candidates (plan_id, window_code, hall,"
                  " department_code, bad, rated, bad_permille, since_days, overdue,"
                  " remarks, risk, lot, reason)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    [CANDIDATES] =
        "SELECT window_code, department_code, bad, rated, bad_permille, since_days,"
        " overdue, remarks, risk, lot, reason FROM visit_candidates"
        " WHERE plan_id = $1 AND hall = $2 ORDER BY risk DESC, window_code",
    [VISIT] = "INSERT INTO visits (id, hall, once, year, side, kind, window_code,"
              " department_code, plan_id, reason, actor, at_ms)"
              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [LAST_VISITS] = "SELECT v.window_code, max(r.local_date) FROM visit_results r"
                    " JOIN visits v ON v.id = r.visit_id WHERE v.hall = $1"
                    " GROUP BY v.window_code",
    [OVERDUE] = "SELECT window_code, count(*) FROM order_states WHERE hall = $1"
                " AND state <> 'closed' AND due_ms < $2 GROUP BY window_code",
    [REMARKS] = "SELECT e.window_code, count(*) FROM log_entries e WHERE e.hall = $1"
                " AND e.local_date BETWEEN $2 AND $3"
                " AND (e.late = 1 OR e.kind IN ('complaint', 'discipline'))"
                " AND NOT EXISTS (SELECT 1 FROM log_entries c WHERE c.corrects = e.id)"
                " GROUP BY e.window_code",
};

const char *const *visit_plan_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

/* == Announcing =================================================================== */

bool visit_plan_announce(struct store *st, const struct visit_plan_input *in,
                         int64_t now_ms, int64_t *id, struct error *err)
{
    struct store_announcement a;

    if (!store_announce(st, sql[ONCE], in->once, now_ms, &a, err))
        return false;
    *id = a.id;
    return a.again ||
           db_run(st->db, sql[ANNOUNCE],
                  DB(db_int(*id), db_int(st->hall), db_text(in->once), db_int(in->year),
                     db_text(visit_side_name(in->side)),
                     db_text(visit_kind_name(in->kind)), db_int(in->by_risk),
                     db_int(in->by_lot), db_text(a.seed), db_text(a.commitment),
                     db_text(in->actor), db_int(now_ms)),
                  err);
}

/* == Looking ====================================================================== */

static void read_plan(const struct db_cursor *c, struct visit_plan_row *p)
{
    *p = (struct visit_plan_row){.id = db_get_int(c, 0),
                                 .at_ms = db_get_int(c, 1),
                                 .drawn_ms = db_get_int(c, 2),
                                 .year = (int)db_get_int(c, 3),
                                 .by_risk = (int)db_get_int(c, 4),
                                 .by_lot = (int)db_get_int(c, 5),
                                 .side = visit_side_read(db_get_text(c, 6)),
                                 .kind = visit_kind_read(db_get_text(c, 7)),
                                 .visits = (int)db_get_int(c, 13)};
    COPY(c, 8, p->seed);
    COPY(c, 9, p->commitment);
    COPY(c, 10, p->rules);
    COPY(c, 11, p->actor);
    COPY(c, 12, p->drawn_by);
}

bool visit_plan_find(struct store *st, int64_t id, struct visit_plan_row *out,
                     bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[PLAN], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_plan(&c, out);
        db_done(&c);
    }
    return true;
}

/* Ends a walk over rows; what went wrong on the way is said. */
static bool walked(struct db_cursor *c, const struct error *trouble, struct error *err)
{
    db_done(c);
    if (trouble->kind != ERROR_NONE)
        *err = *trouble;
    return trouble->kind == ERROR_NONE;
}

bool visit_plans_each(struct store *st, int year, visit_plan_each *each, void *self,
                      struct error *err)
{
    struct error trouble = {0};
    struct visit_plan_row p;
    struct db_cursor c;

    if (!db_query(st->db, sql[PLANS], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        read_plan(&c, &p);
        each(self, &p);
    }
    return walked(&c, &trouble, err);
}

static void read_candidate(const struct db_cursor *c, struct visit_candidate *v)
{
    *v = (struct visit_candidate){.facts = {.bad = db_get_int(c, 2),
                                            .rated = db_get_int(c, 3),
                                            .since_days = (int)db_get_int(c, 5),
                                            .overdue = (int)db_get_int(c, 6),
                                            .remarks = (int)db_get_int(c, 7)},
                                  .bad_permille = (int)db_get_int(c, 4),
                                  .risk = (int)db_get_int(c, 8),
                                  .reason = visit_reason_read(db_get_text(c, 10))};
    v->chosen = v->reason != VISIT_REASONS;
    COPY(c, 0, v->facts.code);
    COPY(c, 1, v->department);
    COPY(c, 9, v->lot);
}

bool visit_candidates_each(struct store *st, int64_t plan_id, visit_candidate_each *each,
                           void *self, struct error *err)
{
    struct error trouble = {0};
    struct visit_candidate v;
    struct db_cursor c;

    if (!db_query(st->db, sql[CANDIDATES], DB(db_int(plan_id), db_int(st->hall)), &c,
                  err))
        return false;
    while (db_next(&c, &trouble)) {
        read_candidate(&c, &v);
        each(self, &v);
    }
    return walked(&c, &trouble, err);
}

/* == What is known of each window ================================================= */

/* The windows in force; owns both lists. */
struct field {
    struct visit_facts *facts;
    char (*departments)[CODE_SIZE];
    size_t count;
};

static void field_free(struct field *f)
{
    free(f->facts);
    free(f->departments);
}

static void add_window(void *self, const struct window *w)
{
    struct field *f = self;

    f->facts = memory_resize(f->facts, (f->count + 1) * sizeof(*f->facts));
    f->departments =
        memory_resize(f->departments, (f->count + 1) * sizeof(*f->departments));
    f->facts[f->count] = (struct visit_facts){.since_days = VISIT_NEVER};
    memcpy(f->facts[f->count].code, w->code, VISIT_CODE);
    memcpy(f->departments[f->count], w->department_code, CODE_SIZE);
    f->count++;
}

static struct visit_facts *facts_of(struct field *f, const char *code)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->facts[i].code, code) == 0)
            return &f->facts[i];
    return NULL;
}

static int32_t day_of(int local_date)
{
    return day_number(local_date / 10000, local_date / 100 % 100, local_date % 100);
}

static int date_before(int local_date, int days)
{
    int year, month, day;

    day_civil(day_of(local_date) - days, &year, &month, &day);
    return year * 10000 + month * 100 + day;
}

static void put_since(struct visit_facts *f, int64_t number, int today)
{
    int days = day_of(today) - day_of((int)number);

    f->since_days = days > 0 ? days : 0;
}

static void put_overdue(struct visit_facts *f, int64_t number, int today)
{
    (void)today;
    f->overdue = (int)number;
}

static void put_remarks(struct visit_facts *f, int64_t number, int today)
{
    (void)today;
    f->remarks = (int)number;
}

/* A number for each window that a query names. */
static bool put_numbers(struct store *st, const char *statement,
                        const struct db_value *values, size_t count, struct field *f,
                        void (*put)(struct visit_facts *f, int64_t number, int today),
                        int today, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, values, count, &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct visit_facts *facts = facts_of(f, db_get_text(&c, 0));

        if (facts != NULL)
            put(facts, db_get_int(&c, 1), today);
    }
    return walked(&c, &trouble, err);
}

static bool put_ratings(struct store *st, struct field *f, int from, int today,
                        int64_t now_ms, struct error *err)
{
    const struct rate_query q = {
        .by = RATE_BY_WINDOW, .from = from, .to = today, .now_ms = now_ms};
    struct rates rates;

    if (!rates_read(st, &q, &rates, err))
        return false;
    for (size_t i = 0; i < rates.count; i++) {
        struct visit_facts *facts = facts_of(f, rates.list[i].code);
        struct grade_counts grades = rate_grades_pooled(&rates.list[i]);

        if (facts != NULL) {
            facts->bad = grades.of[1] + grades.of[2];
            facts->rated = grades_rated(&grades);
        }
    }
    rates_free(&rates);
    return true;
}

static bool read_field(struct store *st, const struct visit_rules *rules, int64_t now_ms,
                       struct field *f, struct error *err)
{
    int today = hall_local_date(st->frame, now_ms);
    int from = date_before(today, rules->look_back_days);
    struct db_value hall = db_int(st->hall);

    return windows_each(st, add_window, f, err) &&
           put_ratings(st, f, from, today, now_ms, err) &&
           put_numbers(st, sql[LAST_VISITS], DB(hall), f, put_since, today, err) &&
           put_numbers(st, sql[OVERDUE], DB(hall, db_int(now_ms)), f, put_overdue, today,
                       err) &&
           put_numbers(st, sql[REMARKS], DB(hall, db_int(from), db_int(today)), f,
                       put_remarks, today, err);
}

/* == Drawing ====================================================================== */

static bool keep_candidate(struct store *st, const struct visit_plan_row *plan,
                           const struct visit_rules *rules, const struct field *f,
                           size_t i, const char *seed, const char *reason,
                           struct error *err)
{
    const struct visit_facts *facts = &f->facts[i];
    const struct visit_risk risk = visit_risk_of(rules, facts);
    char lot[LOT_TEXT];

    lot_of(seed, facts->code, lot);
    return db_run(st->db, sql[CANDIDATE],
                  DB(db_int(plan->id), db_text(facts->code), db_int(st->hall),
                     db_text(f->departments[i]), db_int(facts->bad), db_int(facts->rated),
                     db_int(risk.bad_permille), db_int(facts->since_days),
                     db_int(facts->overdue), db_int(facts->remarks), db_int(risk.total),
                     db_text(lot), db_text(reason)),
                  err);
}

static bool keep_visit(struct store *st, const struct visit_plan_row *plan,
                       const struct field *f, size_t i, const char *reason,
                       const char *actor, int64_t now_ms, struct error *err)
{
    char once[CODE_SIZE + 40];

    snprintf(once, sizeof(once), "plan %lld %s", (long long)plan->id, f->facts[i].code);
    return db_run(st->db, sql[VISIT],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(once),
                     db_int(plan->year), db_text(visit_side_name(plan->side)),
                     db_text(visit_kind_name(plan->kind)), db_text(f->facts[i].code),
                     db_text(f->departments[i]), db_int(plan->id), db_text(reason),
                     db_text(actor), db_int(now_ms)),
                  err);
}

/* Writes every window down with what was known of it, and a visit for each chosen one. */
static bool keep_all(struct store *st, const struct visit_plan_row *plan,
                     const struct visit_rules *rules, const struct field *f,
                     const char *seed, const char *actor, int64_t now_ms,
                     struct error *err)
{
    size_t room = (size_t)plan->by_risk + (size_t)plan->by_lot + 1, count;
    struct visit_choice *chosen = memory_new(room * sizeof(*chosen));
    bool ok = true;

    count = visit_plan(rules, f->facts, f->count, (size_t)plan->by_risk,
                       (size_t)plan->by_lot, seed, chosen);
    for (size_t i = 0; ok && i < f->count; i++) {
        const char *reason = "";

        for (size_t k = 0; k < count; k++)
            if (chosen[k].place == i)
                reason = visit_reason_name(chosen[k].reason);
        ok =
            keep_candidate(st, plan, rules, f, i, seed, reason, err) &&
            (reason[0] == '\0' || keep_visit(st, plan, f, i, reason, actor, now_ms, err));
    }
    free(chosen);
    return ok;
}

static bool keep_draw(struct store *st, const struct visit_plan_row *plan,
                      const struct visit_rules *rules, const char *actor, int64_t now_ms,
                      struct error *err)
{
    char text[200];

    snprintf(text, sizeof(text), "bad %d/%d since %d/%d overdue %d/%d log %d/%d days %d",
             rules->bad_weight, rules->bad_full, rules->since_weight, rules->days_full,
             rules->overdue_weight, rules->overdue_full, rules->log_weight,
             rules->log_full, rules->look_back_days);
    return db_run(st->db, sql[DRAW],
                  DB(db_int(plan->id), db_int(st->hall), db_text(text), db_text(actor),
                     db_int(now_ms)),
                  err);
}

bool visit_plan_draw(struct store *st, const struct visit_rules *rules,
                     const struct visit_plan_row *plan, const char *actor, int64_t now_ms,
                     bool *drawn, struct error *err)
{
    struct field f = {0};
    char seed[LOT_TEXT];
    struct db_cursor c;
    bool ok, before;

    *drawn = false;
    if (!db_find(st->db, sql[DRAWN], DB(db_int(plan->id)), &c, &before, err))
        return false;
    if (before) {
        db_done(&c);
        return true;
    }
    ok = store_plan_seed(st, sql[SEED], plan->id, seed, err) &&
         read_field(st, rules, now_ms, &f, err) &&
         keep_draw(st, plan, rules, actor, now_ms, err) &&
         keep_all(st, plan, rules, &f, seed, actor, now_ms, err);
    field_free(&f);
    *drawn = ok;
    return ok;
}
