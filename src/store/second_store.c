/*
 * second_store.c — see second_store.h.
 *
 * Promise: a code is taken once, also when two requests bring it at the same time: its
 * use is a row with a key of its own. Steps only go forward.
 */
#include "store/second_store.h"

#include <stdio.h>
#include <string.h>

#include "store/topics.h"

enum {
    FACTOR_ADD,
    FACTOR_GET,
    USE_ADD,
    USE_LAST,
    CODE_ADD,
    CODE_GET,
    CODE_USE,
    CODES_LEFT,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [FACTOR_ADD] = "INSERT INTO second_factors (id, hall, account_id, sealed, at_ms)"
                   " VALUES ($1, $2, $3, $4, $5)",
    [FACTOR_GET] = "SELECT id, sealed FROM second_factors WHERE account_id = $1"
                   " ORDER BY id DESC LIMIT 1",
    [USE_ADD] = "INSERT INTO second_uses (factor_id, step, hall, at_ms)"
                " VALUES ($1, $2, $3, $4)",
    [USE_LAST] = "SELECT COALESCE(max(step), 0) FROM second_uses WHERE factor_id = $1",
    [CODE_ADD] = "INSERT INTO recovery_codes (id, hall, factor_id) VALUES ($1, $2, $3)",
    [CODE_GET] = "SELECT c.id FROM recovery_codes c LEFT JOIN recovery_uses u"
                 " ON u.id = c.id WHERE c.id = $1 AND c.factor_id = $2 AND u.id IS NULL",
    [CODE_USE] = "INSERT INTO recovery_uses (id, hall, at_ms) VALUES ($1, $2, $3)",
    [CODES_LEFT] = "SELECT count(*) FROM recovery_codes c LEFT JOIN recovery_uses u"
                   " ON u.id = c.id WHERE c.factor_id = $1 AND u.id IS NULL",
};

const char *const *second_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char table[] = "second_factors";

/* The account's device in force; *id is 0 where there is none. The secret may be NULL. */
static bool factor_get(struct store *st, int64_t account_id, int64_t *id,
                       struct buf *secret, struct error *err)
{
    struct db_cursor c;
    const void *sealed;
    size_t length = 0;
    bool found, ok = true;

    *id = 0;
    if (!db_find(st->db, sql[FACTOR_GET], DB(db_int(account_id)), &c, &found, err))
        return false;
    if (!found)
        return true;
    if (!db_is_null(&c, 1)) {
        *id = db_get_int(&c, 0);
        sealed = db_get_blob(&c, 1, &length);
        ok = secret == NULL ||
             crypt_open(&st->keys->second_seal, table, *id, sealed, length, secret, err);
    }
    db_done(&c);
    return ok;
}

static bool audit(struct store *st, int64_t account_id, const char *action,
                  const char *actor, const char *detail, int64_t now_ms,
                  struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "account %lld", (long long)account_id);
    return store_audit(st, actor, action, object, detail, now_ms, err);
}

/* A code on paper is kept as the hash of its symbols and its account. */
static void code_hash(int64_t account_id, const char *symbols,
                      unsigned char out[CRYPT_HASH_BYTES])
{
    char text[96];

    snprintf(text, sizeof(text), "recovery %lld %.*s", (long long)account_id,
             RECOVERY_SYMBOLS, symbols);
    crypt_sha256(text, strlen(text), out);
    crypt_wipe(text, sizeof(text));
}

static bool make_codes(struct store *st, int64_t account_id, int64_t factor_id,
                       char codes[RECOVERY_CODES][RECOVERY_TEXT], struct error *err)
{
    for (int i = 0; i < RECOVERY_CODES; i++) {
        unsigned char random[RECOVERY_SYMBOLS * 5 / 8], hash[CRYPT_HASH_BYTES];
        char symbols[RECOVERY_SYMBOLS + 1];

        st->world->random(st->world, random, sizeof(random));
        crypt_base32_bytes(random, RECOVERY_SYMBOLS, symbols);
        code_hash(account_id, symbols, hash);
        if (!db_run(st->db, sql[CODE_ADD],
                    DB(db_blob(hash, sizeof(hash)), db_int(st->hall), db_int(factor_id)),
                    err))
            return false;
        snprintf(codes[i], RECOVERY_TEXT, "%.4s-%.4s-%.4s-%.4s-%.4s-%.4s", symbols,
                 symbols + 4, symbols + 8, symbols + 12, symbols + 16, symbols + 20);
        crypt_wipe(symbols, sizeof(symbols));
    }
    return true;
}

bool second_set(struct store *st, int64_t account_id,
                const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
                const char *actor, int64_t now_ms,
                char codes[RECOVERY_CODES][RECOVERY_TEXT], struct error *err)
{
    unsigned char sealed[TOTP_SECRET_BYTES + CRYPT_SEAL_EXTRA];
    int64_t id = store_id(st, now_ms);

    crypt_seal(&st->keys->second_seal, st->world, table, id, secret, TOTP_SECRET_BYTES,
               sealed);
    return db_run(st->db, sql[FACTOR_ADD],
                  DB(db_int(id), db_int(st->hall), db_int(account_id),
                     db_blob(sealed, sizeof(sealed)), db_int(now_ms)),
                  err) &&
           db_run(st->db, sql[USE_ADD],
                  DB(db_int(id), db_int(step), db_int(st->hall), db_int(now_ms)), err) &&
           make_codes(st, account_id, id, codes, err) &&
           audit(st, account_id, "second.set", actor, NULL, now_ms, err);
}

bool second_end(struct store *st, int64_t account_id, const char *actor, int64_t now_ms,
                struct error *err)
{
    int64_t id;

    if (!factor_get(st, account_id, &id, NULL, err))
        return false;
    return id == 0 || (db_run(st->db, sql[FACTOR_ADD],
                              DB(db_int(store_id(st, now_ms)), db_int(st->hall),
                                 db_int(account_id), db_null(), db_int(now_ms)),
                              err) &&
                       audit(st, account_id, "second.ended", actor, NULL, now_ms, err));
}

static bool try_device(struct store *st, int64_t factor_id,
                       const unsigned char secret[TOTP_SECRET_BYTES], const char *typed,
                       int64_t now_ms, bool *right, struct error *err)
{
    struct db_cursor c;
    int64_t used, step;
    bool found;

    if (!db_find(st->db, sql[USE_LAST], DB(db_int(factor_id)), &c, &found, err))
        return false;
    used = db_get_int(&c, 0);
    db_done(&c);
    *right = totp_match(secret, typed, now_ms, used, &step);
    return !*right ||
           db_run(st->db, sql[USE_ADD],
                  DB(db_int(factor_id), db_int(step), db_int(st->hall), db_int(now_ms)),
                  err);
}

/* The symbols of a code on paper as people type it; false where it is none. */
static bool code_read(const char *typed, char out[RECOVERY_SYMBOLS + 1])
{
    int count = 0;

    for (const char *p = typed; *p != '\0'; p++) {
        int value = crypt_base32_value(*p);

        if (*p == ' ' || *p == '-')
            continue;
        if (value < 0 || count == RECOVERY_SYMBOLS)
            return false;
        crypt_base32((uint64_t)value, 1, out + count++);
    }
    return count == RECOVERY_SYMBOLS;
}

static bool try_paper(struct store *st, int64_t account_id, int64_t factor_id,
                      const char *typed, int64_t now_ms, bool *right, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char symbols[RECOVERY_SYMBOLS + 1];
    struct db_cursor c;

    *right = false;
    if (!code_read(typed, symbols))
        return true;
    code_hash(account_id, symbols, hash);
    if (!db_find(st->db, sql[CODE_GET],
                 DB(db_blob(hash, sizeof(hash)), db_int(factor_id)), &c, right, err))
        return false;
    if (!*right)
        return true;
    db_done(&c);
    return db_run(st->db, sql[CODE_USE],
                  DB(db_blob(hash, sizeof(hash)), db_int(st->hall), db_int(now_ms)), err);
}

bool second_try(struct store *st, const struct account_rules *rules, int64_t account_id,
                const char *typed, int64_t now_ms, bool *right, struct error *err)
{
    struct buf secret = buf_new(TOTP_SECRET_BYTES + 1);
    char subject[64], actor[48];
    bool ok, paper = false;
    int64_t id;

    *right = false;
    snprintf(subject, sizeof(subject), "second %lld", (long long)account_id);
    snprintf(actor, sizeof(actor), "account %lld", (long long)account_id);
    ok = account_try(st, rules, subject, now_ms, err) &&
         factor_get(st, account_id, &id, &secret, err);
    if (ok && id != 0)
        ok = try_device(st, id, (const unsigned char *)buf_text(&secret), typed, now_ms,
                        right, err);
    if (ok && id != 0 && !*right) {
        ok = try_paper(st, account_id, id, typed, now_ms, &paper, err);
        *right = paper;
    }
    if (secret.data != NULL)
        crypt_wipe(secret.data, secret.length);
    buf_free(&secret);
    return ok && (!*right || account_try_right(st, subject, err)) &&
           audit(st, account_id,
                 !*right ? "second.failed"
                 : paper ? "second.paper"
                         : "second.shown",
                 actor, NULL, now_ms, err);
}

bool recovery_left(struct store *st, int64_t account_id, int *left, struct error *err)
{
    struct db_cursor c;
    int64_t id;
    bool found;

    *left = 0;
    if (!factor_get(st, account_id, &id, NULL, err))
        return false;
    if (id == 0)
        return true;
    if (!db_find(st->db, sql[CODES_LEFT], DB(db_int(id)), &c, &found, err))
        return false;
    *left = (int)db_get_int(&c, 0);
    db_done(&c);
    return true;
}
