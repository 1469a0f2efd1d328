/*
 * session_store.c — see session_store.h.
 *
 * Promise: the cookie itself is nowhere on disk, and a session that is over never comes
 * back.
 */
#include "store/session_store.h"

#include <stdio.h>

#include "store/account_store.h"
#include "store/topics.h"

enum {
    SESSION_ADD,
    SESSION_GET,
    SESSION_TOUCH,
    SESSION_END,
    SESSION_END_OTHERS,
    SESSION_ACCOUNT,
    SESSIONS_OF,
    SESSIONS_END,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [SESSION_ADD] = "INSERT INTO sessions (id, hall, account_id, created_ms, seen_ms,"
                    " address, second_ms) VALUES ($1, $2, $3, $4, $4, $5, $6)",
    [SESSION_GET] = "SELECT s.account_id, COALESCE(r.role, a.role), a.name, s.seen_ms,"
                    " r.place, s.created_ms, s.second_ms, f.sealed,"
                    " (SELECT max(p.set_ms) FROM passwords p"
                    " WHERE p.account_id = a.id) FROM sessions s JOIN accounts a ON a.id "
                    "= s.account_id"
                    " LEFT JOIN account_roles r ON r.id = (SELECT max(n.id)"
                    " FROM account_roles n WHERE n.account_id = a.id)"
                    " LEFT JOIN second_factors f ON f.id = (SELECT max(m.id)"
                    " FROM second_factors m WHERE m.account_id = a.id)"
                    " WHERE s.id = $1 AND s.hall = $2 AND s.ended_ms IS NULL"
                    " AND s.seen_ms > $3 AND s.created_ms > $4",
    [SESSION_TOUCH] = "UPDATE sessions SET seen_ms = $5 WHERE id = $1 AND hall = $2"
                      " AND ended_ms IS NULL AND seen_ms > $3 AND created_ms > $4"
                      " AND seen_ms < $5",
    [SESSION_END] = "UPDATE sessions SET ended_ms = $3 WHERE id = $1 AND hall = $2"
                    " AND ended_ms IS NULL",
    [SESSION_END_OTHERS] = "UPDATE sessions SET ended_ms = $2 WHERE account_id = $1"
                           " AND ended_ms IS NULL",
    [SESSIONS_OF] = "SELECT id, created_ms, seen_ms, address FROM sessions"
                    " WHERE account_id = $1 AND hall = $2 AND ended_ms IS NULL"
                    " AND seen_ms > $3 AND created_ms > $4 ORDER BY created_ms DESC, id",
    [SESSIONS_END] = "UPDATE sessions SET ended_ms = $3 WHERE account_id = $1"
                     " AND hall = $2 AND ended_ms IS NULL AND id <> $4",
    [SESSION_ACCOUNT] = "SELECT account_id FROM sessions WHERE id = $1 AND hall = $2"
                        " AND ended_ms IS NULL",
};

const char *const *session_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

const struct session_rules session_rules_default = {
    .idle_ms = 15 * 60 * 1000,
    .absolute_ms = 8 * 3600 * 1000,
};

static bool audit(struct store *st, int64_t account, const char *action,
                  const char *detail, int64_t now_ms, struct error *err)
{
    char actor[48];

    snprintf(actor, sizeof(actor), "account %lld", (long long)account);
    return store_audit(st, actor, action, actor, detail, now_ms, err);
}

bool session_start(struct store *st, int64_t account_id, const char *address, bool second,
                   int64_t now_ms, char cookie[SECRET_TEXT], struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    struct account account;
    bool found;

    if (!account_get(st, account_id, &account, &found, err))
        return false;
    if (!found || account.ended)
        return error_set(err, ERROR_ABSENT, "There is no such account.");
    if ((account.role & ROLES_ADMINISTRATOR) != 0 &&
        !db_run(st->db, sql[SESSION_END_OTHERS], DB(db_int(account_id), db_int(now_ms)),
                err))
        return false;
    secret_make(st->world, cookie);
    secret_hash(cookie, hash);
    return db_run(st->db, sql[SESSION_ADD],
                  DB(db_blob(hash, sizeof(hash)), db_int(st->hall), db_int(account_id),
                     db_int(now_ms), db_text(address),
                     second ? db_int(now_ms) : db_null()),
                  err) &&
           audit(st, account_id, "session.started", address, now_ms, err);
}

/* What the row of a session that is in force says of its wants (SESSION_GET). */
static enum session_want want_of(const struct db_cursor *c,
                                 const struct session_rules *rules,
                                 const struct caller *who, int64_t now_ms)
{
    bool has_device = !db_is_null(c, 7), shown = !db_is_null(c, 6);
    bool old = !db_is_null(c, 8) && now_ms - db_get_int(c, 8) > rules->password_ms;

    if (has_device && !shown)
        return SESSION_WANTS_CODE;
    if (!has_device && caller_is(who, rules->second_roles))
        return SESSION_WANTS_DEVICE;
    return rules->password_ms > 0 && old ? SESSION_WANTS_PASSWORD : SESSION_WANTS_NOTHING;
}

bool session_check(struct store *st, const struct session_rules *rules,
                   const char *cookie, int64_t now_ms, struct caller *out,
                   struct session_state *state, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    struct db_cursor c;
    bool found = false;

    if (secret_hash(cookie, hash) &&
        !db_find(st->db, sql[SESSION_GET],
                 DB(db_blob(hash, sizeof(hash)), db_int(st->hall),
                    db_int(now_ms - rules->idle_ms), db_int(now_ms - rules->absolute_ms)),
                 &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_LOGIN,
                         "You are not logged in, or were away too long.");
    caller_set(out, CALLER_ACCOUNT, role_parse(db_get_text(&c, 1), ROLES_ACCOUNT),
               db_get_int(&c, 0), db_get_text(&c, 2));
    db_copy_text(&c, 4, out->place, sizeof(out->place));
    *state = (struct session_state){
        .want = want_of(&c, rules, out, now_ms),
        .second = !db_is_null(&c, 6),
        .started_ms = db_get_int(&c, 5),
        .touch = now_ms - db_get_int(&c, 3) >= SESSION_TOUCH_MS,
    };
    db_done(&c);
    return true;
}

bool session_touch(struct store *st, const struct session_rules *rules,
                   const char *cookie, int64_t now_ms, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];

    return !secret_hash(cookie, hash) ||
           db_run(st->db, sql[SESSION_TOUCH],
                  DB(db_blob(hash, sizeof(hash)), db_int(st->hall),
                     db_int(now_ms - rules->idle_ms), db_int(now_ms - rules->absolute_ms),
                     db_int(now_ms)),
                  err);
}

bool session_end(struct store *st, const char *cookie, int64_t now_ms, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    struct db_cursor c;
    int64_t account = 0;
    bool found;

    if (!secret_hash(cookie, hash))
        return true;
    if (!db_find(st->db, sql[SESSION_ACCOUNT],
                 DB(db_blob(hash, sizeof(hash)), db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return true;
    account = db_get_int(&c, 0);
    db_done(&c);
    return db_run(st->db, sql[SESSION_END],
                  DB(db_blob(hash, sizeof(hash)), db_int(st->hall), db_int(now_ms)),
                  err) &&
           audit(st, account, "session.ended", NULL, now_ms, err);
}

bool sessions_each(struct store *st, const struct session_rules *rules,
                   int64_t account_id, const char *cookie, int64_t now_ms,
                   session_each *each, void *self, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    struct error trouble = {0};
    struct db_cursor c;

    secret_hash(cookie, hash);
    if (!db_query(st->db, sql[SESSIONS_OF],
                  DB(db_int(account_id), db_int(st->hall),
                     db_int(now_ms - rules->idle_ms),
                     db_int(now_ms - rules->absolute_ms)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct session_row row = {.started_ms = db_get_int(&c, 1),
                                  .seen_ms = db_get_int(&c, 2)};
        size_t length;
        const void *id = db_get_blob(&c, 0, &length);

        if (length != sizeof(hash))
            continue;
        crypt_hex(id, (sizeof(row.code) - 1) / 2, row.code);
        row.own = crypt_equal(id, hash, sizeof(hash));
        db_copy_text(&c, 3, row.address, sizeof(row.address));
        each(self, &row);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool sessions_end(struct store *st, int64_t account_id, const char *cookie,
                  const char *actor, int64_t now_ms, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char object[48];

    secret_hash(cookie, hash); /* zeros for none: nobody's */
    snprintf(object, sizeof(object), "account %lld", (long long)account_id);
    return db_run(st->db, sql[SESSIONS_END],
                  DB(db_int(account_id), db_int(st->hall), db_int(now_ms),
                     db_blob(hash, sizeof(hash))),
                  err) &&
           store_audit(st, actor, "sessions.ended", object, NULL, now_ms, err);
}
