/*
 * print_store.c — see print_store.h.
 */
#include "store/print_store.h"

#include <stdio.h>
#include <string.h>

#include "store/event_store.h"
#include "store/topics.h"

#define JOB_COLUMNS                                                                      \
    "SELECT id, ticket_id, printer, copy, state, reason, level, created_ms FROM "        \
    "print_jobs"

enum {
    FIRST,
    NEWEST,
    QUEUED,
    SENDING,
    NAMED,
    ADD,
    CLAIM,
    BACK,
    END,
    EXPIRE,
    LOSE,
    PRINTERS,
    LAST,
    RECOVER,
    COUNT
};

static const char *const sql[COUNT] = {
    [FIRST] = JOB_COLUMNS " WHERE ticket_id = $1 ORDER BY id LIMIT 1",
    [NEWEST] = JOB_COLUMNS " WHERE ticket_id = $1 ORDER BY id DESC LIMIT 1",
    [QUEUED] = JOB_COLUMNS " WHERE hall = $1 AND printer = $2 AND state = 'queued'"
                           " ORDER BY id LIMIT 1",
    [SENDING] = JOB_COLUMNS " WHERE hall = $1 AND printer = $2 AND state = 'sending'"
                            " ORDER BY id LIMIT 1",
    [NAMED] = JOB_COLUMNS " WHERE hall = $1 AND printer = $2 AND id = $3",
    [ADD] =
        "INSERT INTO print_jobs (id, hall, ticket_id, printer, copy, state, changed_ms,"
        " created_ms) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6)",
    [CLAIM] = "UPDATE print_jobs SET state = 'sending', reason = NULL, changed_ms = $2"
              " WHERE id = $1 AND state = 'queued'",
    [BACK] = "UPDATE print_jobs SET state = 'queued', reason = $2, changed_ms = $3"
             " WHERE id = $1 AND state = 'sending'",
    [END] = "UPDATE print_jobs SET state = $2, level = $3, reason = $4, changed_ms = $5"
            " WHERE id = $1 AND (state IN ('queued', 'sending') OR (state = 'unconfirmed'"
            " AND $6 = 1))",
    [EXPIRE] = "UPDATE print_jobs SET state = 'failed', reason = $4, changed_ms = $5"
               " WHERE hall = $1 AND printer = $2 AND state = 'queued'"
               " AND created_ms < $3",
    [LOSE] = "UPDATE print_jobs SET state = 'unconfirmed', reason = $4, changed_ms = $5"
             " WHERE hall = $1 AND printer = $2 AND state = 'sending'"
             " AND changed_ms < $3",
    [PRINTERS] = "SELECT DISTINCT printer FROM print_jobs WHERE hall = $1"
                 " AND state = 'queued'",
    [LAST] = JOB_COLUMNS " WHERE hall = $1 AND printer = $2"
                         " AND state IN ('sending', 'printed', 'unconfirmed')"
                         " ORDER BY id DESC LIMIT 1",
    [RECOVER] =
        "UPDATE print_jobs SET state = 'unconfirmed', reason = 'the program ended',"
        " changed_ms = $2 WHERE hall = $1 AND state = 'sending'",
};

const char *const *print_statements(size_t *count)
{
    *count = COUNT;
    return sql;
}

static bool find(struct store *st, const char *statement, const struct db_value *values,
                 size_t value_count, struct print_job *out, bool *found,
                 struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, statement, values, value_count, &c, found, err))
        return false;
    if (!*found)
        return true;
    out->id = db_get_int(&c, 0);
    out->ticket_id = db_get_int(&c, 1);
    db_copy_text(&c, 2, out->printer, sizeof(out->printer));
    out->copy = (int)db_get_int(&c, 3);
    db_copy_text(&c, 4, out->state, sizeof(out->state));
    snprintf(out->reason, sizeof(out->reason), "%s", db_get_text(&c, 5));
    db_copy_text(&c, 6, out->level, sizeof(out->level));
    out->created_ms = db_get_int(&c, 7);
    db_done(&c);
    return true;
}

bool print_job_first(struct store *st, int64_t ticket_id, struct print_job *out,
                     bool *found, struct error *err)
{
    return find(st, sql[FIRST], DB(db_int(ticket_id)), out, found, err);
}

bool print_job_newest(struct store *st, int64_t ticket_id, struct print_job *out,
                      bool *found, struct error *err)
{
    return find(st, sql[NEWEST], DB(db_int(ticket_id)), out, found, err);
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
    store_ring(st, before.printer);
    return db_run(st->db, sql[ADD],
                  DB(db_int(*job), db_int(st->hall), db_int(t->id),
                     db_text(before.printer), db_int(before.copy + 1), db_int(now_ms)),
                  err) &&
           event_add(
               st,
               &(struct event){.kind = "reprinted", .ticket_id = t->id, .actor = actor},
               now_ms, NULL, err);
}

bool print_job_claim(struct store *st, const char *printer, int64_t now_ms,
                     struct print_job *out, bool *found, struct error *err)
{
    return find(st, sql[QUEUED], DB(db_int(st->hall), db_text(printer)), out, found,
                err) &&
           (!*found ||
            db_run(st->db, sql[CLAIM], DB(db_int(out->id), db_int(now_ms)), err));
}

bool print_job_next(struct store *st, const char *printer, struct print_job *out,
                    bool *found, struct error *err)
{
    return find(st, sql[QUEUED], DB(db_int(st->hall), db_text(printer)), out, found, err);
}

bool print_job_sending(struct store *st, const char *printer, struct print_job *out,
                       bool *found, struct error *err)
{
    return find(st, sql[SENDING], DB(db_int(st->hall), db_text(printer)), out, found,
                err);
}

bool print_job_named(struct store *st, const char *printer, int64_t job,
                     struct print_job *out, bool *found, struct error *err)
{
    return find(st, sql[NAMED], DB(db_int(st->hall), db_text(printer), db_int(job)), out,
                found, err);
}

bool print_job_send(struct store *st, int64_t job, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[CLAIM], DB(db_int(job), db_int(now_ms)), err);
}

bool print_job_back(struct store *st, int64_t job, const char *reason, int64_t now_ms,
                    struct error *err)
{
    return db_run(st->db, sql[BACK], DB(db_int(job), db_text(reason), db_int(now_ms)),
                  err);
}

bool print_job_end(struct store *st, int64_t job, const char *state, const char *level,
                   const char *reason, int64_t now_ms, bool *changed, struct error *err)
{
    bool printed = strcmp(state, "printed") == 0;
    int64_t rows = 0;

    if (!db_change(st->db, sql[END],
                   DB(db_int(job), db_text(state), db_text(level), db_text(reason),
                      db_int(now_ms), db_int(printed)),
                   &rows, err))
        return false;
    *changed = rows > 0;
    return true;
}

bool print_jobs_expire(struct store *st, const char *printer, int64_t before_ms,
                       const char *reason, int64_t now_ms, int64_t *count,
                       struct error *err)
{
    return db_change(st->db, sql[EXPIRE],
                     DB(db_int(st->hall), db_text(printer), db_int(before_ms),
                        db_text(reason), db_int(now_ms)),
                     count, err);
}

bool print_jobs_lose(struct store *st, const char *printer, int64_t before_ms,
                     const char *reason, int64_t now_ms, int64_t *count,
                     struct error *err)
{
    return db_change(st->db, sql[LOSE],
                     DB(db_int(st->hall), db_text(printer), db_int(before_ms),
                        db_text(reason), db_int(now_ms)),
                     count, err);
}

bool print_printers_queued(struct store *st, print_printer_each *each, void *self,
                           struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[PRINTERS], DB(db_int(st->hall)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine))
        each(self, db_get_text(&c, 0));
    db_done(&c);
    if (mine.kind == ERROR_NONE)
        return true;
    *err = mine;
    return false;
}

bool print_job_torn(struct store *st, const char *printer, bool *torn, struct error *err)
{
    struct print_job last;
    bool found;

    *torn = false;
    if (!find(st, sql[LAST], DB(db_int(st->hall), db_text(printer)), &last, &found, err))
        return false;
    *torn = found && strcmp(last.state, "printed") != 0;
    return true;
}

bool print_jobs_recover(struct store *st, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[RECOVER], DB(db_int(st->hall), db_int(now_ms)), err);
}
