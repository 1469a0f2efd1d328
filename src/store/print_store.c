/*
 * print_store.c — see print_store.h.
 */
#include "store/print_store.h"

#include "store/event_store.h"
#include "store/topics.h"

#define JOB_COLUMNS "SELECT id, ticket_id, printer, copy, state FROM print_jobs"

enum { FIRST, NEWEST, QUEUED, ADD, MOVE, RECOVER, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [FIRST] = JOB_COLUMNS " WHERE ticket_id = $1 ORDER BY id LIMIT 1",
    [NEWEST] = JOB_COLUMNS " WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1",
    [QUEUED] = JOB_COLUMNS " WHERE hall = $1 AND state = 'queued' ORDER BY id LIMIT 1",
    [ADD] =
        "INSERT INTO print_jobs (id, hall, ticket_id, printer, copy, state, changed_ms,"
        " created_ms) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6)",
    [MOVE] =
        "UPDATE print_jobs SET state = $2, reason = $3, changed_ms = $4 WHERE id = $1"
        " AND state IN ('queued', 'sending')",
    [RECOVER] =
        "UPDATE print_jobs SET state = 'unconfirmed', reason = 'the program ended',"
        " changed_ms = $2 WHERE hall = $1 AND state = 'sending'",
};

const char *const *print_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool find(struct store *st, const char *statement, int64_t key,
                 struct print_job *out, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, statement, DB(db_int(key)), &c, found, err))
        return false;
    if (!*found)
        return true;
    out->id = db_get_int(&c, 0);
    out->ticket_id = db_get_int(&c, 1);
    db_copy_text(&c, 2, out->printer, sizeof(out->printer));
    out->copy = (int)db_get_int(&c, 3);
    db_copy_text(&c, 4, out->state, sizeof(out->state));
    db_done(&c);
    return true;
}

bool print_job_first(struct store *st, int64_t ticket_id, struct print_job *out,
                     bool *found, struct error *err)
{
    return find(st, sql[FIRST], ticket_id, out, found, err);
}

bool print_job_newest(struct store *st, int64_t ticket_id, struct print_job *out,
                      bool *found, struct error *err)
{
    return find(st, sql[NEWEST], ticket_id, out, found, err);
}

bool print_job_again(struct store *st, const struct ticket *t, const char *actor,
                     int64_t now_ms, int64_t *job, struct error *err)
{
    struct print_job before;
    bool found;

    *job = 0;
    if (!print_job_newest(st, t->id, &before, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s was not printed by a machine of this hall.",
                         t->number);
    *job = store_id(st, now_ms);
    st->job_added = true;
    return db_run(st->db, sql[ADD],
                  DB(db_int(*job), db_int(st->hall), db_int(t->id),
                     db_text(before.printer), db_int(before.copy + 1), db_int(now_ms)),
                  err) &&
           event_add(
               st,
               &(struct event){.kind = "reprinted", .ticket_id = t->id, .actor = actor},
               now_ms, NULL, err);
}

static bool move(struct store *st, int64_t job, const char *state, const char *reason,
                 int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[MOVE],
                  DB(db_int(job), db_text(state), db_text(reason), db_int(now_ms)), err);
}

bool print_job_claim(struct store *st, int64_t now_ms, struct print_job *out, bool *found,
                     struct error *err)
{
    return find(st, sql[QUEUED], st->hall, out, found, err) &&
           (!*found || move(st, out->id, "sending", NULL, now_ms, err));
}

bool print_job_end(struct store *st, int64_t job, const char *state, const char *reason,
                   int64_t now_ms, struct error *err)
{
    return move(st, job, state, reason, now_ms, err);
}

bool print_jobs_recover(struct store *st, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[RECOVER], DB(db_int(st->hall), db_int(now_ms)), err);
}
