/*
 * store.c — opens the store and gives out ids (store.h).
 */
#include "store/store.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "domain/message.h"
#include "store/migrate.h"
#include "store/promise_store.h"
#include "store/rate_fill.h"
#include "store/topics.h"

enum { SERVERS = 1024, LEASE_MS = 24 * 3600 * 1000 };

enum { MARK_GET, MARK_SET, AUDIT_ADD, SERVER_TAKE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [MARK_GET] = "SELECT number FROM marks WHERE hall = $1 AND name = $2",
    [MARK_SET] = "INSERT INTO marks (hall, name, number) VALUES ($1, $2, $3)"
                 " ON CONFLICT (hall, name) DO UPDATE SET number = excluded.number",
    [AUDIT_ADD] =
        "INSERT INTO audit_events (id, hall, actor, action, object, detail, at_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [SERVER_TAKE] =
        "INSERT INTO servers (number, hall, holder, lease_until_ms)"
        " VALUES ($1, $2, $3, $4) ON CONFLICT (number) DO UPDATE"
        " SET holder = excluded.holder, lease_until_ms = excluded.lease_until_ms",
};

/* Every table whose rows have an id of their own (statements_test.c compares); the
 * greatest of them all is where we go on, whatever the clock says. */
static const char *const greatest[] = {
    "SELECT max(id) FROM halls",
    "SELECT max(id) FROM tickets",
    "SELECT max(id) FROM events",
    "SELECT max(id) FROM cases",
    "SELECT max(id) FROM invitations",
    "SELECT max(id) FROM messages",
    "SELECT max(id) FROM message_states",
    "SELECT max(id) FROM inbound",
    "SELECT max(id) FROM readings",
    "SELECT max(id) FROM conversations",
    "SELECT max(id) FROM ratings",
    "SELECT max(id) FROM rating_details",
    "SELECT max(id) FROM work_orders",
    "SELECT max(id) FROM notes",
    "SELECT max(id) FROM phones",
    "SELECT max(id) FROM words",
    "SELECT max(id) FROM services",
    "SELECT max(id) FROM print_jobs",
    "SELECT max(id) FROM accounts",
    "SELECT max(id) FROM passwords",
    "SELECT max(id) FROM api_keys",
    "SELECT max(id) FROM devices",
    "SELECT max(id) FROM audit_events",
    "SELECT max(id) FROM hall_files",
    "SELECT max(id) FROM message_refs",
    "SELECT max(id) FROM order_steps",
    "SELECT max(id) FROM praises",
    "SELECT max(id) FROM papers",
    "SELECT max(id) FROM assessors",
    "SELECT max(id) FROM judgements",
    "SELECT max(id) FROM appeals",
    "SELECT max(id) FROM appeal_decisions",
    "SELECT max(id) FROM hook_deliveries",
    "SELECT max(id) FROM approval_steps",
    "SELECT max(id) FROM promise_answers",
    "SELECT max(id) FROM promise_checks",
    "SELECT max(id) FROM schemes",
    "SELECT max(id) FROM scheme_acts",
    "SELECT max(id) FROM sheets",
    "SELECT max(id) FROM platform_records",
    "SELECT max(id) FROM assessments",
    "SELECT max(id) FROM log_entries",
    "SELECT max(id) FROM hall_marks",
    "SELECT max(id) FROM evidence_files",
    "SELECT max(id) FROM visit_plans",
    "SELECT max(id) FROM visits",
    "SELECT max(id) FROM visit_results",
    "SELECT max(id) FROM recheck_plans",
    "SELECT max(id) FROM rechecks",
    "SELECT max(id) FROM recheck_answers",
    "SELECT max(id) FROM departments",
    "SELECT max(id) FROM series",
    "SELECT max(id) FROM matters",
    "SELECT max(id) FROM windows",
    "SELECT max(id) FROM clerks",
    "SELECT max(id) FROM kiosks",
    "SELECT max(id) FROM agents",
    "SELECT max(id) FROM optouts",
    "SELECT max(id) FROM optout_ends",
    "SELECT max(id) FROM api_key_ends",
    "SELECT max(id) FROM login_failures",
    "SELECT max(id) FROM account_roles",
    "SELECT max(id) FROM second_factors",
    "SELECT max(id) FROM device_ends",
    "SELECT max(id) FROM requests",
    "SELECT max(id) FROM approvals",
    "SELECT max(id) FROM case_traits",
    "SELECT max(id) FROM concentrations",
    "SELECT max(id) FROM second_assessments",
    "SELECT max(id) FROM second_triggers",
    "SELECT max(id) FROM second_steps",
    "SELECT max(id) FROM second_trials",
    "SELECT max(id) FROM saved_views",
};

const char *const *store_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

const char *const *store_greatest_statements(size_t *count)
{
    *count = LENGTH(greatest);
    return greatest;
}

static bool find_greatest(struct store *st, struct error *err)
{
    for (size_t i = 0; i < LENGTH(greatest); i++) {
        struct db_cursor c;
        bool found;

        if (!db_find(st->db, greatest[i], DB_NONE, &c, &found, err))
            return false;
        if (found && db_get_int(&c, 0) > st->ids.last)
            st->ids.last = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

/* SQLite serves one server, number 0; the row says who holds it. */
static bool take_server(struct store *st, int64_t now_ms, struct error *err)
{
    char holder[HOST_NAME_MAX + 1] = "";

    gethostname(holder, sizeof(holder) - 1);
    return db_run(st->db, sql[SERVER_TAKE],
                  DB(db_int(st->ids.server), db_int(st->hall), db_text(holder),
                     db_int(now_ms + LEASE_MS)),
                  err);
}

/*
 * With another key every phone is a stranger: replies would find no case, and who wants
 * no texts would get them again. A store therefore knows the print of its key file.
 */
static bool know_keys(struct store *st, const char *folder, struct error *err)
{
    static const char mark[] = "key_print";
    int64_t print;

    if (!store_mark(st, mark, &print, err))
        return false;
    if (print == 0)
        return store_mark_set(st, mark, st->keys->print, err);
    if (print == st->keys->print)
        return true;
    return error_set(
        err, ERROR_SETUP,
        "The key file %.200s/yiping.key is not the one with which this store "
        "was made. Put that one back from the backup; without it tickets and "
        "phones are lost.",
        folder);
}

bool store_open(const char *folder, enum db_access access, struct world *world,
                const struct keyring *keys, struct store *out, struct error *err)
{
    char path[PATH_MAX];
    int64_t now_ms = world->wall_ms(world);

    *out = (struct store){.world = world, .keys = keys, .settle_ms = MESSAGE_SETTLE_MS};
    snprintf(path, sizeof(path), "%s/yiping.db", folder);
    if (!db_open(path, access, &out->db, err))
        return false;
    if (access == DB_WRITE &&
        (!migrate(out->db, now_ms, err) || !find_greatest(out, err)))
        goto failed;
    if (!hall_frame_read(out->db, &out->frame, err))
        goto failed;
    out->hall = out->frame != NULL ? out->frame->hall : 0;
    if (access == DB_WRITE &&
        ((keys != NULL && !know_keys(out, folder, err)) || !rate_fill_once(out, err) ||
         !promise_fill_once(out, err) || !take_server(out, now_ms, err)))
        goto failed;
    return true;
failed:
    store_close(out);
    return false;
}

void store_close(struct store *st)
{
    db_close(st->db);
    st->db = NULL;
}

void store_ring(struct store *st, const char *printer)
{
    struct store_rings *r = &st->rings;

    for (int i = 0; i < r->count && i < STORE_RINGS; i++)
        if (strcmp(r->printer[i], printer) == 0)
            return;
    if (r->count < STORE_RINGS)
        snprintf(r->printer[r->count], sizeof(r->printer[0]), "%s", printer);
    if (r->count <= STORE_RINGS)
        r->count++;
}

static void moves_note(struct store_moves *m, const char *department_code)
{
    if (store_moves_has(m, department_code))
        return;
    if (m->count < STORE_MOVES)
        snprintf(m->department[m->count], STORE_MOVE, "%s", department_code);
    m->count++;
}

void store_moved(struct store *st, const char *department_code)
{
    moves_note(&st->moves, department_code);
}

void store_moves_add(struct store_moves *all, const struct store_moves *more)
{
    if (more->count > STORE_MOVES)
        all->count = STORE_MOVES + 1;
    for (int i = 0; i < more->count && i < STORE_MOVES; i++)
        moves_note(all, more->department[i]);
}

bool store_moves_has(const struct store_moves *moves, const char *department_code)
{
    for (int i = 0; i < moves->count && i < STORE_MOVES; i++)
        if (strcmp(moves->department[i], department_code) == 0)
            return true;
    return moves->count > STORE_MOVES;
}

int64_t store_id(struct store *st, int64_t now_ms)
{
    return id_next(&st->ids, now_ms);
}

bool store_mark(struct store *st, const char *name, int64_t *number, struct error *err)
{
    struct db_cursor c;
    bool found;

    *number = 0;
    if (!db_find(st->db, sql[MARK_GET], DB(db_int(st->hall), db_text(name)), &c, &found,
                 err))
        return false;
    if (found)
        *number = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool store_mark_set(struct store *st, const char *name, int64_t number, struct error *err)
{
    return db_run(st->db, sql[MARK_SET],
                  DB(db_int(st->hall), db_text(name), db_int(number)), err);
}

bool store_once(struct store *st, const char *statement, const char *once, int64_t *id,
                struct error *err)
{
    struct db_cursor c;
    bool found;

    *id = 0;
    if (!db_find(st->db, statement, DB(db_int(st->hall), db_text(once)), &c, &found, err))
        return false;
    if (found) {
        *id = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

bool store_announce(struct store *st, const char *once_statement, const char *once,
                    int64_t now_ms, struct store_announcement *out, struct error *err)
{
    unsigned char bytes[LOT_SEED_BYTES];

    *out = (struct store_announcement){0};
    if (!store_once(st, once_statement, once, &out->id, err))
        return false;
    out->again = out->id != 0;
    if (out->again)
        return true;
    st->world->random(st->world, bytes, sizeof(bytes));
    crypt_hex(bytes, sizeof(bytes), out->seed);
    lot_commitment(out->seed, out->commitment);
    out->id = store_id(st, now_ms);
    return true;
}

bool store_plan_seed(struct store *st, const char *statement, int64_t plan_id,
                     char seed[LOT_TEXT], struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, statement, DB(db_int(plan_id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such plan.");
    db_copy_text(&c, 0, seed, LOT_TEXT);
    db_done(&c);
    return true;
}

bool store_audit(struct store *st, const char *actor, const char *action,
                 const char *object, const char *detail, int64_t now_ms,
                 struct error *err)
{
    return db_run(st->db, sql[AUDIT_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(actor),
                     db_text(action), db_text(object), db_text(detail), db_int(now_ms)),
                  err);
}
