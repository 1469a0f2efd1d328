/*
 * printer_store.c — see printer_store.h.
 */
#include "store/printer_store.h"

#include <stdio.h>
#include <string.h>

#include "store/topics.h"

#define RECORD_COLUMNS                                                                   \
    "SELECT printer, way, signs, trouble, since_ms, printed, unconfirmed, failed,"       \
    " roll_mm, used_mm, (SELECT count(*) FROM print_jobs j WHERE j.hall = p.hall"        \
    " AND j.printer = p.printer AND j.state IN ('queued', 'sending')),"                  \
    " (SELECT min(created_ms) FROM print_jobs j WHERE j.hall = p.hall"                   \
    " AND j.printer = p.printer AND j.state IN ('queued', 'sending'))"                   \
    " FROM printer_states p WHERE p.hall = $1"

enum { GET, ALL, ADD, SET, TALLY, ROLL, FORGET, COUNT };

static const char *const sql[COUNT] = {
    [GET] = RECORD_COLUMNS " AND p.printer = $2",
    [ALL] = RECORD_COLUMNS " ORDER BY p.printer",
    [ADD] = "INSERT INTO printer_states (hall, printer, way, signs, trouble, since_ms,"
            " printed, unconfirmed, failed, roll_mm, used_mm) VALUES ($1, $2, $3, $4, $5,"
            " $6, 0, 0, 0, $7, 0)",
    [SET] = "UPDATE printer_states SET way = $3, signs = $4, trouble = $5, since_ms = $6,"
            " roll_mm = $7, used_mm = $8 WHERE hall = $1 AND printer = $2",
    [TALLY] = "UPDATE printer_states SET printed = printed + $3, unconfirmed ="
              " unconfirmed + $4, failed = failed + $5, used_mm = used_mm + $6"
              " WHERE hall = $1 AND printer = $2",
    [ROLL] = "UPDATE printer_states SET used_mm = 0 WHERE hall = $1 AND printer = $2",
    [FORGET] = "UPDATE printer_states SET way = '', signs = $2, trouble = ''"
               " WHERE hall = $1",
};

const char *const *printer_statements(size_t *count)
{
    *count = COUNT;
    return sql;
}

static void read_record(const struct db_cursor *c, struct printer_record *out)
{
    *out = (struct printer_record){0};
    snprintf(out->name, sizeof(out->name), "%s", db_get_text(c, 0));
    snprintf(out->way, sizeof(out->way), "%s", db_get_text(c, 1));
    out->signs = (unsigned)db_get_int(c, 2);
    snprintf(out->trouble, sizeof(out->trouble), "%s", db_get_text(c, 3));
    out->since_ms = db_get_int(c, 4);
    out->printed = db_get_int(c, 5);
    out->unconfirmed = db_get_int(c, 6);
    out->failed = db_get_int(c, 7);
    out->roll_mm = db_get_int(c, 8);
    out->used_mm = db_get_int(c, 9);
    out->waiting = db_get_int(c, 10);
    out->oldest_ms = db_get_int(c, 11);
}

bool printer_record_get(struct store *st, const char *name, struct printer_record *out,
                        bool *found, struct error *err)
{
    struct db_cursor c;

    *out = (struct printer_record){0};
    if (!db_find(st->db, sql[GET], DB(db_int(st->hall), db_text(name)), &c, found, err))
        return false;
    if (*found)
        read_record(&c, out);
    db_done(&c);
    return true;
}

bool printer_records(struct store *st, printer_record_each *each, void *self,
                     struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[ALL], DB(db_int(st->hall)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        struct printer_record r;

        read_record(&c, &r);
        each(self, &r);
    }
    db_done(&c);
    if (mine.kind == ERROR_NONE)
        return true;
    *err = mine;
    return false;
}

/* Paper was out, or nearly so, and is not any more. */
static bool is_new_roll(unsigned before, unsigned now)
{
    const unsigned paper = PRINTER_PAPER_END | PRINTER_PAPER_NEAR_END;

    return (before & paper) != 0 && (now & paper) == 0 && (now & PRINTER_ONLINE) != 0 &&
           (now & PRINTER_UNKNOWN) == 0;
}

bool printer_record_set(struct store *st, const struct printer_record *r, int64_t now_ms,
                        struct error *err)
{
    struct printer_record before;
    bool found, same;

    if (!printer_record_get(st, r->name, &before, &found, err))
        return false;
    if (!found)
        return db_run(st->db, sql[ADD],
                      DB(db_int(st->hall), db_text(r->name), db_text(r->way),
                         db_int(r->signs), db_text(r->trouble), db_int(now_ms),
                         db_int(r->roll_mm)),
                      err);
    same = before.signs == r->signs && strcmp(before.trouble, r->trouble) == 0;
    return db_run(st->db, sql[SET],
                  DB(db_int(st->hall), db_text(r->name), db_text(r->way),
                     db_int(r->signs), db_text(r->trouble),
                     db_int(same ? before.since_ms : now_ms), db_int(r->roll_mm),
                     db_int(is_new_roll(before.signs, r->signs) ? 0 : before.used_mm)),
                  err);
}

bool printer_record_count(struct store *st, const char *name, const char *state,
                          int64_t jobs, int used_mm, struct error *err)
{
    return db_run(st->db, sql[TALLY],
                  DB(db_int(st->hall), db_text(name),
                     db_int(strcmp(state, "printed") == 0 ? jobs : 0),
                     db_int(strcmp(state, "unconfirmed") == 0 ? jobs : 0),
                     db_int(strcmp(state, "failed") == 0 ? jobs : 0), db_int(used_mm)),
                  err);
}

bool printer_record_new_roll(struct store *st, const char *name, struct error *err)
{
    return db_run(st->db, sql[ROLL], DB(db_int(st->hall), db_text(name)), err);
}

bool printer_records_forget(struct store *st, struct error *err)
{
    return db_run(st->db, sql[FORGET], DB(db_int(st->hall), db_int(PRINTER_UNKNOWN)),
                  err);
}

bool printer_paper_is_low(const struct printer_record *r)
{
    if ((r->signs & (PRINTER_PAPER_NEAR_END | PRINTER_PAPER_END)) != 0)
        return true;
    return r->roll_mm > 0 && r->used_mm >= r->roll_mm - r->roll_mm / 10;
}
