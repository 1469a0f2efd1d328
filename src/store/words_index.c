/*
 * words_index.c — see words_index.h.
 *
 * A pair's number is the first 8 bytes of its HMAC, under a key made from the key of the
 * words. Two pairs may share a number; reading the words again tells them apart.
 */
#include "store/words_index.h"

#include <string.h>

#include "domain/bigram.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { PAIR_ADD, HOLD, UNFILLED, STATEMENTS };

enum {
    PAIRS_ASKED = 6, /* of what is looked for; the rest is read in the words */
    LOOKED_AT = 500  /* words that are opened for one answer */
};

static const char *const sql[STATEMENTS] = {
    [PAIR_ADD] = "INSERT INTO word_pairs (hall, pair, words_id) VALUES ($1, $2, $3)"
                 " ON CONFLICT (hall, pair, words_id) DO NOTHING",
    [HOLD] =
        "SELECT p.words_id FROM word_pairs p WHERE p.hall = $1 AND p.pair = $2"
        " AND EXISTS (SELECT q.pair FROM word_pairs q WHERE q.hall = $1 AND q.pair = $3"
        " AND q.words_id = p.words_id)"
        " AND EXISTS (SELECT q.pair FROM word_pairs q WHERE q.hall = $1 AND q.pair = $4"
        " AND q.words_id = p.words_id)"
        " AND EXISTS (SELECT q.pair FROM word_pairs q WHERE q.hall = $1 AND q.pair = $5"
        " AND q.words_id = p.words_id)"
        " AND EXISTS (SELECT q.pair FROM word_pairs q WHERE q.hall = $1 AND q.pair = $6"
        " AND q.words_id = p.words_id)"
        " AND EXISTS (SELECT q.pair FROM word_pairs q WHERE q.hall = $1 AND q.pair = $7"
        " AND q.words_id = p.words_id) ORDER BY p.words_id DESC LIMIT $8",
    [UNFILLED] =
        "SELECT z.words_id FROM (SELECT words_id FROM (SELECT words_id"
        " FROM rating_details WHERE hall = $1 AND words_id > $2 ORDER BY words_id"
        " LIMIT $3) x UNION SELECT words_id FROM (SELECT words_id FROM notes"
        " WHERE hall = $1 AND words_id > $2 ORDER BY words_id LIMIT $3) y) z"
        " ORDER BY z.words_id LIMIT $3",
};

const char *const *words_index_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static struct crypt_key pair_key(const struct store *st)
{
    return crypt_derive(&st->keys->words_seal, "pairs of words");
}

static int64_t pair_number(const struct crypt_key *key, uint64_t pair)
{
    unsigned char bytes[8], hash[CRYPT_HASH_BYTES];
    int64_t number;

    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(pair >> (8 * i));
    crypt_hmac(key, bytes, sizeof(bytes), hash);
    memcpy(&number, hash, sizeof(number));
    return number;
}

bool words_index_add(struct store *st, int64_t words_id, const char *text, size_t length,
                     struct error *err)
{
    const struct crypt_key key = pair_key(st);
    uint64_t pairs[BIGRAMS_MOST];
    size_t count = bigrams_of(text, length, pairs);

    for (size_t i = 0; i < count; i++)
        if (!db_run(st->db, sql[PAIR_ADD],
                    DB(db_int(st->hall), db_int(pair_number(&key, pairs[i])),
                       db_int(words_id)),
                    err))
            return false;
    return true;
}

/* ---- what was there before ---- */

static bool fill_one(struct store *st, int64_t words_id, struct error *err)
{
    struct buf text = buf_new(1 << 16);
    bool found;
    bool ok =
        words_reveal(st, words_id, &text, &found, err) &&
        (!found || words_index_add(st, words_id, buf_text(&text), text.length, err));

    buf_free(&text);
    return ok;
}

bool words_index_fill(struct store *st, int most, bool *more, struct error *err)
{
    enum { AT_ONCE = 256 };
    static const char mark[] = "words_indexed";
    int64_t ids[AT_ONCE], last;
    struct db_cursor c;
    int count = 0;

    if (most > AT_ONCE)
        most = AT_ONCE;
    if (!store_mark(st, mark, &last, err) ||
        !db_query(st->db, sql[UNFILLED], DB(db_int(st->hall), db_int(last), db_int(most)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        ids[count++] = db_get_int(&c, 0);
    db_done(&c);
    for (int i = 0; err->kind == ERROR_NONE && i < count; i++)
        if (!fill_one(st, ids[i], err))
            return false;
    *more = count == most;
    return err->kind == ERROR_NONE &&
           store_mark_set(st, mark, *more ? ids[count - 1] : INT64_MAX, err);
}

/* ---- finding ---- */

/* Those asked for are spread over the text; where there are fewer the first one stands
 * again. */
static void choose(const struct crypt_key *key, const uint64_t *pairs, size_t count,
                   int64_t out[PAIRS_ASKED])
{
    for (size_t i = 0; i < PAIRS_ASKED; i++)
        out[i] = pair_number(
            key,
            pairs[i < count ? (count > PAIRS_ASKED ? i * count / PAIRS_ASKED : i) : 0]);
}

static bool holds(struct store *st, int64_t words_id, const char *part, bool *out,
                  struct error *err)
{
    struct buf text = buf_new(1 << 16);
    bool found;
    bool ok = words_reveal(st, words_id, &text, &found, err);

    *out = ok && found &&
           bigram_text_holds(buf_text(&text), text.length, part, strlen(part));
    buf_free(&text);
    return ok;
}

bool words_index_find(struct store *st, const char *part, int most, int64_t *ids,
                      int *count, struct error *err)
{
    const struct crypt_key key = pair_key(st);
    uint64_t pairs[BIGRAMS_MOST];
    size_t pair_count = bigrams_of(part, strlen(part), pairs);
    int64_t asked[PAIRS_ASKED], seen[LOOKED_AT];
    struct db_cursor c;
    int seen_count = 0;

    *count = 0;
    if (pair_count == 0)
        return error_field(err, "q", "Look for two characters of the words at least.");
    choose(&key, pairs, pair_count, asked);
    if (!db_query(st->db, sql[HOLD],
                  DB(db_int(st->hall), db_int(asked[0]), db_int(asked[1]),
                     db_int(asked[2]), db_int(asked[3]), db_int(asked[4]),
                     db_int(asked[5]), db_int(LOOKED_AT)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        seen[seen_count++] = db_get_int(&c, 0);
    db_done(&c);
    for (int i = 0; err->kind == ERROR_NONE && i < seen_count && *count < most; i++) {
        bool right;

        if (!holds(st, seen[i], part, &right, err))
            return false;
        if (right)
            ids[(*count)++] = seen[i];
    }
    return err->kind == ERROR_NONE;
}
