/*
 * message_refs.c — see message_refs.h.
 */
#include "store/message_refs.h"

#include "store/topics.h"

enum {
    REF_ADD,
    REFS_FIND,
    REF_OF,
    REF_SET,
    REFS_COUNT,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [REF_ADD] = "INSERT INTO message_refs (id, hall, gateway, ref, message_id, phone_id,"
                " attempt, part, parts, state)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    [REFS_FIND] = "SELECT r.id, r.message_id, COALESCE(m.phone_id, r.phone_id),"
                  " r.attempt, r.part, r.parts, r.state FROM message_refs r"
                  " LEFT JOIN messages m ON m.id = r.message_id WHERE r.gateway = $1"
                  " AND r.ref = $2 AND r.hall = $3 ORDER BY r.id DESC LIMIT $4",
    [REF_OF] = "SELECT id, message_id, phone_id, attempt, part, parts, state"
               " FROM message_refs WHERE message_id = $1 AND ref = $2"
               " ORDER BY id DESC LIMIT 1",
    [REF_SET] = "UPDATE message_refs SET state = $2 WHERE id = $1",
    [REFS_COUNT] = "SELECT COALESCE(sum(CASE WHEN state = $3 THEN 1 ELSE 0 END), 0),"
                   " COALESCE(max(parts), 0) FROM message_refs WHERE message_id = $1"
                   " AND attempt = $2",
};

const char *const *message_refs_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool message_ref_add(struct store *st, const struct message_ref *ref, const char *gateway,
                     const char *name, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[REF_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(gateway),
                     db_text(name), db_id(ref->message_id), db_id(ref->phone_id),
                     db_int(ref->attempt), db_int(ref->part), db_int(ref->parts),
                     db_text(ref->state)),
                  err);
}

static void read_ref(const struct db_cursor *c, struct message_ref *out)
{
    out->id = db_get_int(c, 0);
    out->message_id = db_get_int(c, 1);
    out->phone_id = db_get_int(c, 2);
    out->attempt = (int)db_get_int(c, 3);
    out->part = (int)db_get_int(c, 4);
    out->parts = (int)db_get_int(c, 5);
    db_copy_text(c, 6, out->state, sizeof(out->state));
}

bool message_refs_find(struct store *st, const char *gateway, const char *name, int most,
                       struct message_ref *out, int *count, struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[REFS_FIND],
                  DB(db_text(gateway), db_text(name), db_int(st->hall), db_int(most)), &c,
                  err)) {
        db_done(&c);
        return false;
    }
    while (*count < most && db_next(&c, &mine))
        read_ref(&c, &out[(*count)++]);
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool message_ref_of(struct store *st, int64_t id, const char *name,
                    struct message_ref *out, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[REF_OF], DB(db_int(id), db_text(name)), &c, found, err))
        return false;
    if (*found)
        read_ref(&c, out);
    db_done(&c);
    return true;
}

bool message_ref_state_set(struct store *st, int64_t ref_id, const char *state,
                           struct error *err)
{
    return db_run(st->db, sql[REF_SET], DB(db_int(ref_id), db_text(state)), err);
}

bool message_refs_count(struct store *st, int64_t id, int attempt, const char *state,
                        int *there, int *parts, struct error *err)
{
    struct db_cursor c;
    bool found;

    *there = *parts = 0;
    if (!db_find(st->db, sql[REFS_COUNT], DB(db_int(id), db_int(attempt), db_text(state)),
                 &c, &found, err))
        return false;
    if (found) {
        *there = (int)db_get_int(&c, 0);
        *parts = (int)db_get_int(&c, 1);
    }
    db_done(&c);
    return true;
}
