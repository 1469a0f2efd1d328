/*
 * person_store.c — see person_store.h.
 */
#include "store/person_store.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/topics.h"

enum {
    PHONE_FIND,
    PHONE_ADD,
    PHONE_GET,
    WORDS_ADD,
    WORDS_GET,
    OPTED_OUT,
    AGENT,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [PHONE_FIND] = "SELECT id FROM phones WHERE hall = $1 AND token = $2",
    [PHONE_ADD] = "INSERT INTO phones (id, hall, token, sealed) VALUES ($1, $2, $3, $4)",
    [PHONE_GET] = "SELECT sealed FROM phones WHERE id = $1",
    [WORDS_ADD] = "INSERT INTO words (id, hall, sealed) VALUES ($1, $2, $3)",
    [WORDS_GET] = "SELECT sealed FROM words WHERE id = $1",
    [OPTED_OUT] =
        "SELECT o.id FROM optouts o LEFT JOIN optout_ends e ON e.optout_id = o.id"
        " WHERE o.phone_id = $1 AND e.id IS NULL ORDER BY o.id DESC LIMIT 1",
    [AGENT] = "SELECT ended FROM agents WHERE hall = $1 AND phone_id = $2"
              " ORDER BY id DESC LIMIT 1",
};

const char *const *person_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static void token_of(const struct store *st, const struct phone *phone,
                     unsigned char out[CRYPT_HASH_BYTES])
{
    crypt_hmac(&st->keys->phone_token, phone->e164, strlen(phone->e164), out);
}

bool phone_find(struct store *st, const struct phone *phone, int64_t *id,
                struct error *err)
{
    unsigned char token[CRYPT_HASH_BYTES];
    struct db_cursor c;
    bool found;

    *id = 0;
    token_of(st, phone, token);
    if (!db_find(st->db, sql[PHONE_FIND],
                 DB(db_int(st->hall), db_blob(token, sizeof(token))), &c, &found, err))
        return false;
    if (found)
        *id = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool phone_keep(struct store *st, const struct phone *phone, int64_t now_ms, int64_t *id,
                struct error *err)
{
    unsigned char token[CRYPT_HASH_BYTES];
    unsigned char sealed[sizeof(phone->e164) + CRYPT_SEAL_EXTRA];
    size_t length = strlen(phone->e164);

    if (!phone_find(st, phone, id, err))
        return false;
    if (*id != 0)
        return true;
    *id = store_id(st, now_ms);
    token_of(st, phone, token);
    crypt_seal(&st->keys->phone_seal, st->world, "phones", *id, phone->e164, length,
               sealed);
    return db_run(st->db, sql[PHONE_ADD],
                  DB(db_int(*id), db_int(st->hall), db_blob(token, sizeof(token)),
                     db_blob(sealed, length + CRYPT_SEAL_EXTRA)),
                  err);
}

/* Opens the sealed column of one row. */
static bool reveal(struct store *st, const char *statement, const struct crypt_key *key,
                   const char *table, int64_t id, struct buf *out, bool *found,
                   struct error *err)
{
    struct db_cursor c;
    const void *sealed;
    size_t length;
    bool ok;

    if (!db_find(st->db, statement, DB(db_int(id)), &c, found, err))
        return false;
    if (!*found)
        return true;
    sealed = db_get_blob(&c, 0, &length);
    *found = length > 0; /* emptied: erased */
    ok = !*found || crypt_open(key, table, id, sealed, length, out, err);
    db_done(&c);
    return ok;
}

bool phone_reveal(struct store *st, int64_t id, struct phone *out, bool *found,
                  struct error *err)
{
    struct buf plain = buf_new(sizeof(out->e164) - 1);
    bool ok = reveal(st, sql[PHONE_GET], &st->keys->phone_seal, "phones", id, &plain,
                     found, err);

    if (ok && *found)
        memcpy(out->e164, buf_text(&plain), plain.length + 1);
    buf_free(&plain);
    return ok;
}

bool words_keep(struct store *st, const void *bytes, size_t length, int64_t now_ms,
                int64_t *id, struct error *err)
{
    unsigned char *sealed = memory_new(length + CRYPT_SEAL_EXTRA);
    bool ok;

    *id = store_id(st, now_ms);
    crypt_seal(&st->keys->words_seal, st->world, "words", *id, bytes, length, sealed);
    ok = db_run(
        st->db, sql[WORDS_ADD],
        DB(db_int(*id), db_int(st->hall), db_blob(sealed, length + CRYPT_SEAL_EXTRA)),
        err);
    free(sealed);
    return ok;
}

bool words_reveal(struct store *st, int64_t id, struct buf *out, bool *found,
                  struct error *err)
{
    return reveal(st, sql[WORDS_GET], &st->keys->words_seal, "words", id, out, found,
                  err);
}

bool phone_opted_out(struct store *st, int64_t phone_id, bool *out, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[OPTED_OUT], DB(db_int(phone_id)), &c, out, err))
        return false;
    db_done(&c);
    return true;
}

bool phone_is_agent(struct store *st, int64_t phone_id, bool *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = false;
    if (!db_find(st->db, sql[AGENT], DB(db_int(st->hall), db_int(phone_id)), &c, &found,
                 err))
        return false;
    if (found)
        *out = db_get_int(&c, 0) == 0;
    db_done(&c);
    return true;
}
