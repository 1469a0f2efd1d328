/*
 * approval_store.c — see approval_store.h.
 *
 * Invariant: the steps of a case, taken in the order in which they were told, follow each
 * other by domain/approval.h; each was asked there before it was written. The closing is
 * the case's own and may be told later than what came after it, so it is set behind the
 * steps when they are read again, and in front of the one that is new. Moments are whole
 * seconds, as they are told and told back, so that what comes back is the same step.
 */
#include "store/approval_store.h"

#include <stdio.h>

#include "store/event_store.h"
#include "store/topics.h"

enum {
    ROWS,
    ROW_ADD,
    FACTS,
    FACT_GET,
    FACT_SAME,
    FACT_ADD,
    START_SAME,
    DEPARTMENT,
    TOOK_PART_ADD,
    TOOK_PART,
    OF_CHILD,
    LIST,
    LIST_OF,
    MANY,
    STATEMENTS
};

#define FACT_COLUMNS                                                                     \
    "SELECT id, case_id, n, step, COALESCE(granted, 0), COALESCE(reason, ''), actor,"    \
    " at_ms, told_ms FROM approval_steps"

static const char *const sql[STATEMENTS] = {
    [ROWS] = "SELECT a.n, a.department_code, d.name, a.matter_code, COALESCE(m.name, ''),"
             " COALESCE(a.promised_days, -1), a.child_case_id FROM approvals a"
             " JOIN departments d ON d.id = a.department_id"
             " LEFT JOIN matters m ON m.id = a.matter_id WHERE a.case_id = $1"
             " ORDER BY a.n",
    [ROW_ADD] = "INSERT INTO approvals (id, hall, case_id, n, department_id,"
                " department_code, matter_id, matter_code, promised_days, child_case_id)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    [FACTS] = FACT_COLUMNS " WHERE case_id = $1 AND hall = $2 ORDER BY id",
    [FACT_GET] = FACT_COLUMNS " WHERE id = $1 AND hall = $2",
    [FACT_SAME] =
        FACT_COLUMNS " WHERE case_id = $1 AND n = $2 AND step = $3 AND at_ms = $4",
    [FACT_ADD] = "INSERT INTO approval_steps (id, hall, case_id, n, step, granted,"
                 " reason, actor, at_ms, told_ms)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    [START_SAME] = "SELECT a.id, a.n, s.at_ms FROM approvals a"
                   " JOIN approval_steps s ON s.id = a.id WHERE a.case_id = $1"
                   " AND a.department_code = $2 AND a.matter_code = $3",
    [DEPARTMENT] = "SELECT id, ended FROM departments WHERE hall = $1 AND code = $2"
                   " ORDER BY id DESC LIMIT 1",
    [TOOK_PART_ADD] = "INSERT INTO case_departments (case_id, department_code, hall,"
                      " intake, accepted_ms) VALUES ($1, $2, $3, $4, $5)"
                      " ON CONFLICT (case_id, department_code) DO NOTHING",
    [TOOK_PART] = "SELECT p.department_code, (SELECT d.name FROM departments d"
                  " WHERE d.hall = p.hall AND d.code = p.department_code"
                  " ORDER BY d.id DESC LIMIT 1), p.intake FROM case_departments p"
                  " WHERE p.case_id = $1 AND p.hall = $2"
                  " ORDER BY p.intake DESC, p.department_code",
    [OF_CHILD] =
        "SELECT case_id, n FROM approvals WHERE child_case_id = $1 AND hall = $2",
    [LIST] = "SELECT case_id, department_code FROM case_departments WHERE hall = $1"
             " AND intake = 1 AND accepted_ms >= $2 AND accepted_ms < $3"
             " ORDER BY accepted_ms DESC, case_id DESC LIMIT $4",
    [MANY] = "SELECT m.code, count(DISTINCT p.department_code) FROM case_departments i"
             " JOIN case_departments p ON p.case_id = i.case_id"
             " JOIN cases c ON c.id = i.case_id JOIN matters m ON m.id = c.matter_id"
             " WHERE i.hall = $1 AND i.intake = 1 AND i.accepted_ms >= $2"
             " GROUP BY m.code ORDER BY m.code",
    [LIST_OF] = "SELECT i.case_id, i.department_code FROM case_departments p"
                " JOIN case_departments i ON i.case_id = p.case_id AND i.intake = 1"
                " WHERE p.hall = $1 AND p.accepted_ms >= $2 AND p.accepted_ms < $3"
                " AND p.department_code = $5 ORDER BY p.accepted_ms DESC, p.case_id DESC"
                " LIMIT $4",
};

const char *const *approval_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Reading ====================================================================== */

static void read_fact(const struct db_cursor *c, struct approval_fact *out)
{
    *out = (struct approval_fact){.id = db_get_int(c, 0),
                                  .case_id = db_get_int(c, 1),
                                  .n = (int)db_get_int(c, 2),
                                  .step = approval_step_read(db_get_text(c, 3)),
                                  .granted = db_get_int(c, 4) != 0,
                                  .reason = db_get_text(c, 5),
                                  .actor = db_get_text(c, 6),
                                  .at_ms = db_get_int(c, 7),
                                  .told_ms = db_get_int(c, 8)};
}

bool approval_facts(struct store *st, int64_t case_id, approval_fact_each *each,
                    void *self, struct error *err)
{
    struct approval_fact fact;
    struct db_cursor c;

    if (!db_query(st->db, sql[FACTS], DB(db_int(case_id), db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_fact(&c, &fact);
        each(self, &fact);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static void keep_fact(const struct db_cursor *c, struct approval_told *out)
{
    read_fact(c, &out->fact);
    snprintf(out->reason, sizeof(out->reason), "%s", out->fact.reason);
    snprintf(out->actor, sizeof(out->actor), "%s", out->fact.actor);
    out->fact.reason = out->reason;
    out->fact.actor = out->actor;
}

bool approval_fact_get(struct store *st, int64_t id, struct approval_told *out,
                       struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[FACT_GET], DB(db_int(id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such step in this hall.");
    keep_fact(&c, out);
    db_done(&c);
    return true;
}

static bool read_rows(struct store *st, struct approval_case *out, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[ROWS], DB(db_int(out->case_id)), &c, err))
        return false;
    for (size_t i = 0; i < APPROVAL_CHILDREN && db_next(&c, err); i++) {
        struct approval_row *row = &out->rows[i];

        db_copy_text(&c, 1, row->department, sizeof(row->department));
        db_copy_text(&c, 2, row->department_name, sizeof(row->department_name));
        db_copy_text(&c, 3, row->matter, sizeof(row->matter));
        db_copy_text(&c, 4, row->matter_name, sizeof(row->matter_name));
        row->promised_days = (int)db_get_int(&c, 5);
        row->child_case_id = db_get_int(&c, 6);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

struct replay {
    struct approval_case *into;
    bool broken;
};

static void take_again(void *self, const struct approval_fact *fact)
{
    struct replay *r = self;

    r->broken |= approval_take(&r->into->now, fact->n, fact->step, fact->granted,
                               fact->at_ms) != APPROVAL_FINE;
}

static int64_t whole_second(int64_t at_ms)
{
    return at_ms - at_ms % 1000;
}

/* A case that was closed at once was taken in when it was opened. */
static int64_t intake_of(const struct service_case *c)
{
    return whole_second(c->accepted_ms == 0 && c->state == CASE_CLOSED ? c->opened_ms
                                                                       : c->accepted_ms);
}

static bool read_case(struct store *st, const struct service_case *c,
                      struct approval_case *out, struct error *err)
{
    struct replay r = {.into = out};

    *out = (struct approval_case){.case_id = c->id};
    snprintf(out->case_no, sizeof(out->case_no), "%s", c->case_no);
    out->now.accepted_ms = intake_of(c);
    if (!read_rows(st, out, err) || !approval_facts(st, c->id, take_again, &r, err))
        return false;
    if (r.broken)
        return error_set(err, ERROR_BROKEN, "The steps of case %.60s do not follow.",
                         c->case_no);
    out->now.closed_ms = c->state == CASE_CLOSED ? c->closed_ms : 0;
    return true;
}

bool approval_read(struct store *st, int64_t case_id, struct approval_case *out,
                   struct error *err)
{
    struct service_case c;

    return case_get(st, case_id, &c, err) && read_case(st, &c, out, err);
}

/* == Telling ====================================================================== */

static bool add_fact(struct store *st, const struct approval_tell *in, int64_t now_ms,
                     int64_t *id, struct error *err)
{
    *id = store_id(st, now_ms);
    return db_run(st->db, sql[FACT_ADD],
                  DB(db_int(*id), db_int(st->hall), db_int(in->case_id), db_int(in->n),
                     db_text(approval_step_name(in->step)),
                     in->step == APPROVAL_APPROVE ? db_int(in->granted) : db_null(),
                     db_text(in->step == APPROVAL_PAUSE ? in->reason : NULL),
                     db_text(in->actor), db_int(in->at_ms), db_int(now_ms)),
                  err);
}

static bool refuse(enum approval_doubt doubt, struct error *err)
{
    return error_set(err, doubt == APPROVAL_NO_CHILD ? ERROR_ABSENT : ERROR_CONFLICT,
                     "%s", approval_doubt_text(doubt));
}

/* Is this very step there already? One that says something else of the same moment is
 * another. */
static bool find_same(struct store *st, const struct approval_tell *in, int64_t *id,
                      bool *same, struct error *err)
{
    struct approval_told told;
    struct db_cursor c;
    bool found;

    *same = false;
    if (!db_find(st->db, sql[FACT_SAME],
                 DB(db_int(in->case_id), db_int(in->n),
                    db_text(approval_step_name(in->step)), db_int(in->at_ms)),
                 &c, &found, err))
        return false;
    if (!found)
        return true;
    keep_fact(&c, &told);
    db_done(&c);
    *id = told.fact.id;
    *same = (in->step != APPROVAL_APPROVE || told.fact.granted == in->granted) &&
            (in->step != APPROVAL_PAUSE || strcmp(told.reason, in->reason) == 0);
    return *same || error_set(err, ERROR_CONFLICT,
                              "This step was told before with another result or reason. "
                              "What was told stays.");
}

static bool check_step(const struct approval_tell *in, struct error *err)
{
    bool pause = in->step == APPROVAL_PAUSE;

    if (in->step == APPROVAL_START)
        return error_field(err, "step", "A department begins by POST …/approvals.");
    if (in->step == APPROVAL_ACCEPT && in->n == 0)
        return error_set(err, ERROR_CONFLICT,
                         "The intake is the case's own: POST …/accept at its desk, or "
                         "accepted_at of the case's event. There is one.");
    if (pause && (in->reason == NULL || !approval_pause_fits(in->reason)))
        return error_field(err, "reason",
                           "A clock stands for supplement, survey, experts, notice, "
                           "authority or payment.");
    return pause || in->reason == NULL || in->reason[0] == '\0' ||
           error_field(err, "reason", "Only a pause has a reason.");
}

bool approval_tell(struct store *st, const struct approval_tell *told, int64_t now_ms,
                   int64_t *fact_id, bool *fresh, struct error *err)
{
    struct approval_tell in = *told;
    struct approval_case all;
    enum approval_doubt doubt;
    bool same;

    *fresh = false;
    in.at_ms = whole_second(in.at_ms);
    if (!approval_read(st, in.case_id, &all, err) || !check_step(&in, err) ||
        !find_same(st, &in, fact_id, &same, err))
        return false;
    if (same)
        return true;
    doubt = approval_take(&all.now, in.n, in.step, in.granted, in.at_ms);
    if (doubt != APPROVAL_FINE)
        return refuse(doubt, err);
    *fresh = true;
    return add_fact(st, &in, now_ms, fact_id, err);
}

/* ---- a department begins ---- */

/* What the codes of a beginning mean in this hall. */
struct begun {
    int64_t department_id, matter_id;
    const char *department, *matter; /* "" for no matter */
    int promised_days;
};

static bool find_department(struct store *st, const char *code, int64_t *id,
                            struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[DEPARTMENT], DB(db_int(st->hall), db_text(code)), &c, &found,
                 err))
        return false;
    *id = found && db_get_int(&c, 1) == 0 ? db_get_int(&c, 0) : 0;
    db_done(&c);
    return *id != 0 || error_field(err, "department",
                                   "There is no department %.40s in this hall.", code);
}

static bool resolve(struct store *st, const struct approval_begin *in, struct matter *m,
                    struct begun *out, struct error *err)
{
    bool found = false;

    *out = (struct begun){.department = in->department,
                          .matter = in->matter != NULL ? in->matter : "",
                          .promised_days = in->promised_days};
    if (in->matter != NULL) {
        if (!matter_find(st, in->matter, m, &found, err))
            return false;
        if (!found)
            return error_field(err, "matter", "There is no matter %.40s in this hall.",
                               in->matter);
        if (in->department != NULL && strcmp(in->department, m->department_code) != 0)
            return error_field(err, "department", "The matter %.40s is department %s's.",
                               in->matter, m->department_code);
        out->department = m->department_code;
        out->matter_id = m->id;
        if (out->promised_days < 0 && m->promise)
            out->promised_days = m->promised_days;
    }
    if (out->department == NULL)
        return error_field(err, "matter", "Say which matter, or which department.");
    return find_department(st, out->department, &out->department_id, err);
}

static bool took_part(struct store *st, const struct service_case *c,
                      const char *department, struct error *err)
{
    const int64_t accepted_ms = intake_of(c);
    struct window w;

    return window_get(st, c->window_id, &w, err) &&
           db_run(st->db, sql[TOOK_PART_ADD],
                  DB(db_int(c->id), db_text(w.department_code), db_int(st->hall),
                     db_int(1), db_int(accepted_ms)),
                  err) &&
           db_run(st->db, sql[TOOK_PART_ADD],
                  DB(db_int(c->id), db_text(department), db_int(st->hall), db_int(0),
                     db_int(accepted_ms)),
                  err);
}

/* Is it there already? At another moment it is a contradiction. */
static bool find_start(struct store *st, const struct approval_begin *in,
                       const struct begun *b, int64_t *id, bool *same, struct error *err)
{
    struct db_cursor c;
    int64_t at_ms;
    int n;

    if (!db_find(st->db, sql[START_SAME],
                 DB(db_int(in->case_id), db_text(b->department), db_text(b->matter)), &c,
                 same, err))
        return false;
    if (!*same)
        return true;
    *id = db_get_int(&c, 0);
    n = (int)db_get_int(&c, 1);
    at_ms = db_get_int(&c, 2);
    db_done(&c);
    return at_ms == whole_second(in->at_ms) ||
           error_set(err, ERROR_CONFLICT,
                     "This department takes part already, as number %d, since another "
                     "moment.",
                     n);
}

static bool start(struct store *st, const struct service_case *c,
                  const struct approval_begin *in, int64_t now_ms, int64_t *fact_id,
                  bool *fresh, struct error *err)
{
    struct approval_tell step = {.case_id = in->case_id,
                                 .step = APPROVAL_START,
                                 .at_ms = whole_second(in->at_ms),
                                 .actor = in->actor};
    struct approval_case all;
    enum approval_doubt doubt;
    struct matter m;
    struct begun b;
    bool same;

    *fresh = false;
    if (!resolve(st, in, &m, &b, err) || !find_start(st, in, &b, fact_id, &same, err) ||
        same)
        return err->kind == ERROR_NONE;
    if (!read_case(st, c, &all, err))
        return false;
    step.n = (int)all.now.count + 1;
    doubt = approval_take(&all.now, step.n, APPROVAL_START, false, step.at_ms);
    if (doubt != APPROVAL_FINE)
        return refuse(doubt, err);
    *fresh = true;
    return add_fact(st, &step, now_ms, fact_id, err) &&
           db_run(st->db, sql[ROW_ADD],
                  DB(db_int(*fact_id), db_int(st->hall), db_int(c->id), db_int(step.n),
                     db_int(b.department_id), db_text(b.department), db_id(b.matter_id),
                     db_text(b.matter),
                     b.promised_days >= 0 ? db_int(b.promised_days) : db_null(),
                     db_id(in->child_case_id)),
                  err) &&
           took_part(st, c, b.department, err);
}

bool approval_start(struct store *st, const struct approval_begin *in, int64_t now_ms,
                    int64_t *fact_id, bool *fresh, struct error *err)
{
    struct service_case c;

    if (!case_get(st, in->case_id, &c, err))
        return false;
    if (c.parent_id != 0)
        return error_set(err, ERROR_CONFLICT,
                         "Case %s is itself part of a parallel approval. Tell it of the "
                         "case that it is part of.",
                         c.case_no);
    return start(st, &c, in, now_ms, fact_id, fresh, err);
}

/* ---- cases of another system that are parts ---- */

/* What cannot be written down is told in the parent's history. Troubles of the store
 * itself stay troubles. */
static bool left_out(struct store *st, int64_t parent_id, const char *actor,
                     int64_t now_ms, const struct error *why, struct error *err)
{
    const struct event e = {.kind = "approval_left_out",
                            .case_id = parent_id,
                            .actor = actor,
                            .detail = why->text};
    struct service_case parent;
    struct event told = e;

    if (why->kind != ERROR_CONFLICT && why->kind != ERROR_INPUT &&
        why->kind != ERROR_ABSENT) {
        *err = *why;
        return false;
    }
    if (!case_get(st, parent_id, &parent, err))
        return false;
    told.ticket_id = parent.ticket_id;
    return event_add(st, &told, now_ms, NULL, err);
}

bool approval_case_begun(struct store *st, const struct service_case *child,
                         const char *actor, int64_t now_ms, struct error *err)
{
    struct approval_begin in = {.case_id = child->parent_id,
                                .promised_days = -1,
                                .child_case_id = child->id,
                                .at_ms = child->accepted_ms,
                                .actor = actor};
    struct service_case parent;
    struct error why = {0};
    struct matter m;
    int64_t id;
    bool fresh;

    if (child->parent_id == 0)
        return true;
    if (!case_get(st, child->parent_id, &parent, err) ||
        !matter_get(st, child->matter_id, &m, err))
        return false;
    in.matter = m.code;
    if (parent.parent_id != 0)
        error_set(&why, ERROR_CONFLICT, "Its parent is itself part of another case.");
    else if (start(st, &parent, &in, now_ms, &id, &fresh, &why))
        return true;
    return left_out(st, parent.id, actor, now_ms, &why, err) &&
           (parent.parent_id != 0 || took_part(st, &parent, m.department_code, err));
}

bool approval_case_ended(struct store *st, const struct service_case *child,
                         const char *actor, int64_t now_ms, struct error *err)
{
    struct approval_tell in = {.step = APPROVAL_APPROVE,
                               .granted = strcmp(child->outcome, "done") == 0,
                               .at_ms = child->closed_ms,
                               .actor = actor};
    struct error why = {0};
    struct db_cursor c;
    int64_t id;
    bool found, fresh;

    if (child->parent_id == 0)
        return true;
    if (!db_find(st->db, sql[OF_CHILD], DB(db_int(child->id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    if (!found)
        return true;
    in.case_id = db_get_int(&c, 0);
    in.n = (int)db_get_int(&c, 1);
    db_done(&c);
    return approval_tell(st, &in, now_ms, &id, &fresh, &why) ||
           left_out(st, in.case_id, actor, now_ms, &why, err);
}

/* == Who took part ================================================================ */

bool approval_departments(struct store *st, int64_t case_id,
                          approval_department_each *each, void *self, struct error *err)
{
    struct approval_department d;
    struct db_cursor c;

    if (!db_query(st->db, sql[TOOK_PART], DB(db_int(case_id), db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        db_copy_text(&c, 0, d.code, sizeof(d.code));
        db_copy_text(&c, 1, d.name, sizeof(d.name));
        d.intake = db_get_int(&c, 2) != 0;
        each(self, &d);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* == Lists ======================================================================== */

static bool show(struct store *st, int64_t case_id, const char *intake,
                 approval_item_each *each, void *self, struct error *err)
{
    struct approval_case parallel;
    struct approval_item item = {.parallel = &parallel};
    struct service_case c;
    struct matter m;

    if (!case_get(st, case_id, &c, err) || !read_case(st, &c, &parallel, err) ||
        !matter_get(st, c.matter_id, &m, err))
        return false;
    memcpy(item.matter, m.code, sizeof(item.matter));
    memcpy(item.matter_name, m.name, sizeof(item.matter_name));
    item.sensitive = m.sensitive;
    item.promised_days = m.promise ? m.promised_days : 0;
    snprintf(item.intake, sizeof(item.intake), "%s", intake);
    each(self, &item);
    return true;
}

bool approval_list(struct store *st, const char *department, int64_t from_ms,
                   int64_t until_ms, int most, approval_item_each *each, void *self,
                   struct error *err)
{
    struct db_cursor c;
    char intake[CODE_SIZE];
    bool ok = department == NULL
                  ? db_query(st->db, sql[LIST],
                             DB(db_int(st->hall), db_int(from_ms), db_int(until_ms),
                                db_int(most)),
                             &c, err)
                  : db_query(st->db, sql[LIST_OF],
                             DB(db_int(st->hall), db_int(from_ms), db_int(until_ms),
                                db_int(most), db_text(department)),
                             &c, err);

    while (ok && db_next(&c, err)) {
        db_copy_text(&c, 1, intake, sizeof(intake));
        ok = show(st, db_get_int(&c, 0), intake, each, self, err);
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

bool approval_matters(struct store *st, int64_t from_ms, approval_matter_each *each,
                      void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[MANY], DB(db_int(st->hall), db_int(from_ms)), &c, err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_text(&c, 0), (int)db_get_int(&c, 1));
    db_done(&c);
    return err->kind == ERROR_NONE;
}
