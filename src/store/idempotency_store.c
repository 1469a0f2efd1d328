/*
 * idempotency_store.c — see idempotency_store.h.
 */
#include "store/idempotency_store.h"

#include "store/topics.h"

#define KEPT_MS (INT64_C(48) * 3600 * 1000)

enum { FIND, KEEP, FORGET, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [FIND] =
        "SELECT body, fact_id, made FROM idempotency WHERE api_key_id = $1 AND route = $2"
        " AND token = $3 AND created_ms > $4",
    [KEEP] = "INSERT INTO idempotency (api_key_id, route, token, hall, body, fact_id,"
             " created_ms, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
             " ON CONFLICT (api_key_id, route, token) DO UPDATE SET body = excluded.body,"
             " fact_id = excluded.fact_id, created_ms = excluded.created_ms,"
             " made = excluded.made",
    [FORGET] = "DELETE FROM idempotency WHERE created_ms <= $1",
};

const char *const *idempotency_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool idempotency_find(struct store *st, const struct idempotency *i, int64_t now_ms,
                      bool *found, int64_t *fact_id, bool *made, struct error *err)
{
    struct db_cursor c;
    const void *body;
    size_t length;
    bool same;

    if (!db_find(st->db, sql[FIND],
                 DB(db_int(i->api_key_id), db_text(i->route), db_text(i->token),
                    db_int(now_ms - KEPT_MS)),
                 &c, found, err))
        return false;
    if (!*found)
        return true;
    body = db_get_blob(&c, 0, &length);
    same = length == sizeof(i->body) && memcmp(body, i->body, length) == 0;
    *fact_id = db_get_int(&c, 1);
    *made = db_get_int(&c, 2) == 1;
    db_done(&c);
    return same ||
           error_field(err, "Idempotency-Key",
                       "This Idempotency-Key was used with another body. Use a new one.");
}

bool idempotency_keep(struct store *st, const struct idempotency *i, int64_t fact_id,
                      bool made, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[KEEP],
                  DB(db_int(i->api_key_id), db_text(i->route), db_text(i->token),
                     db_int(st->hall), db_blob(i->body, sizeof(i->body)), db_int(fact_id),
                     db_int(now_ms), db_int(made ? 1 : 0)),
                  err);
}

bool idempotency_forget(struct store *st, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[FORGET], DB(db_int(now_ms - KEPT_MS)), err);
}
