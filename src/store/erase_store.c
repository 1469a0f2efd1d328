/*
 * erase_store.c — see erase_store.h.
 *
 * A row's own id is its age: nothing whose id is younger than the time that things are
 * kept is looked at. The engine overwrites what is deleted (secure_delete).
 */
#include "store/erase_store.h"

#include <assert.h>
#include <stdio.h>

#include "store/topics.h"

enum { LOOK_MOST = 512 };
#define DAY_MS INT64_C(86400000)

enum {
    PHONES,
    PHONE_KEPT,
    PHONE_GONE,
    COMMENTS,
    NOTES,
    ORDER_LIVES,
    PAIRS_GONE,
    WORDS_GONE,
    RAW,
    RAW_GONE,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [PHONES] = "SELECT id, id, 0 FROM phones WHERE hall = $1 AND id > $2 AND id < $3"
               " ORDER BY id LIMIT $4",
    /* $2: what was closed or could be rated until then is over; $3: ids from then on */
    [PHONE_KEPT] =
        "SELECT CASE WHEN EXISTS (SELECT a.id FROM agents a WHERE a.phone_id = $1)"
        " OR EXISTS (SELECT o.id FROM optouts o LEFT JOIN optout_ends e"
        " ON e.optout_id = o.id WHERE o.phone_id = $1 AND e.id IS NULL)"
        " OR EXISTS (SELECT c.id FROM cases c WHERE c.phone_id = $1"
        " AND (c.state <> 'closed' OR c.closed_ms > $2 OR (c.rate_until_ms > $2"
        " AND NOT EXISTS (SELECT r.id FROM ratings r WHERE r.case_id = c.id))))"
        " OR EXISTS (SELECT r.id FROM cases c JOIN ratings r ON r.case_id = c.id"
        " WHERE c.phone_id = $1 AND r.rated_ms > $2)"
        " OR EXISTS (SELECT m.id FROM messages m WHERE m.phone_id = $1 AND m.id >= $3)"
        " OR EXISTS (SELECT i.id FROM inbound i WHERE i.phone_id = $1 AND i.id >= $3)"
        " OR EXISTS (SELECT w.id FROM cases c JOIN work_orders w ON w.case_id = c.id"
        " JOIN order_states s ON s.order_id = w.id WHERE c.phone_id = $1"
        " AND s.state <> 'closed') THEN 1 ELSE 0 END",
    [PHONE_GONE] = "DELETE FROM phones WHERE id = $1",
    [COMMENTS] =
        "SELECT x.id, x.words_id, x.case_id FROM rating_details x WHERE x.hall = $1"
        " AND x.id > $2 AND x.id < $3 AND EXISTS (SELECT w.id FROM words w"
        " WHERE w.id = x.words_id) ORDER BY x.id LIMIT $4",
    [NOTES] = "SELECT n.id, n.words_id, n.case_id FROM notes n WHERE n.hall = $1"
              " AND n.id > $2 AND n.id < $3 AND EXISTS (SELECT w.id FROM words w"
              " WHERE w.id = n.words_id) ORDER BY n.id LIMIT $4",
    [ORDER_LIVES] = "SELECT w.id FROM work_orders w JOIN order_states s"
                    " ON s.order_id = w.id WHERE w.case_id = $1 AND s.state <> 'closed'"
                    " LIMIT 1",
    [PAIRS_GONE] = "DELETE FROM word_pairs WHERE words_id = $1",
    [WORDS_GONE] = "DELETE FROM words WHERE id = $1",
    [RAW] = "SELECT i.id, i.words_id, 0 FROM inbound i JOIN words w"
            " ON w.id = i.words_id WHERE i.hall = $1 AND i.id > $2 AND i.id < $3"
            " AND i.state = 'READ' AND length(w.sealed) > 0 ORDER BY i.id LIMIT $4",
    /* its fact points at it, so it stays, empty */
    [RAW_GONE] = "UPDATE words SET sealed = $2 WHERE id = $1",
};

const char *const *erase_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

struct aged {
    int64_t id, what, case_id; /* what: the phone or the words */
};

struct slice {
    struct store *st;
    int most;
    int64_t over_ms; /* what was over by then has been kept long enough */
    int erased;
};

/* The next rows, and the mark that says where we are. */
static bool next_rows(struct slice *s, int which, const char *mark, struct aged *out,
                      int *count, struct error *err)
{
    struct db_cursor c;
    int64_t after, reached;
    bool ok;

    *count = 0;
    if (!store_mark(s->st, mark, &after, err))
        return false;
    ok = db_query(s->st->db, sql[which],
                  DB(db_int(s->st->hall), db_int(after), db_int(id_floor(s->over_ms)),
                     db_int(s->most)),
                  &c, err);
    while (ok && db_next(&c, err))
        out[(*count)++] = (struct aged){.id = db_get_int(&c, 0),
                                        .what = db_get_int(&c, 1),
                                        .case_id = db_get_int(&c, 2)};
    db_done(&c);
    ok = ok && err->kind == ERROR_NONE;
    /* all seen: what had to stay is looked at again from the beginning */
    reached = *count == s->most ? out[*count - 1].id : 0;
    return ok && (reached == after || store_mark_set(s->st, mark, reached, err));
}

static bool answer(struct slice *s, int which, const struct db_value *values,
                   size_t value_count, bool *yes, struct error *err)
{
    struct db_cursor c;

    if (!db_find(s->st->db, sql[which], values, value_count, &c, yes, err))
        return false;
    *yes = *yes && db_get_int(&c, 0) != 0;
    db_done(&c);
    return true;
}

static bool erase_phone(struct slice *s, const struct aged *row, struct error *err)
{
    bool kept;

    if (!answer(s, PHONE_KEPT,
                DB(db_int(row->what), db_int(s->over_ms), db_int(id_floor(s->over_ms))),
                &kept, err))
        return false;
    s->erased += !kept;
    return kept || db_run(s->st->db, sql[PHONE_GONE], DB(db_int(row->what)), err);
}

static bool erase_words(struct slice *s, const struct aged *row, struct error *err)
{
    bool open;

    if (!answer(s, ORDER_LIVES, DB(db_int(row->case_id)), &open, err))
        return false;
    s->erased += !open;
    return open || (db_run(s->st->db, sql[PAIRS_GONE], DB(db_int(row->what)), err) &&
                    db_run(s->st->db, sql[WORDS_GONE], DB(db_int(row->what)), err));
}

static bool erase_raw(struct slice *s, const struct aged *row, struct error *err)
{
    s->erased++;
    return db_run(s->st->db, sql[RAW_GONE], DB(db_int(row->what), db_blob("", 0)), err);
}

static const struct kind {
    int rows;
    const char *mark, *name;
    bool (*erase)(struct slice *s, const struct aged *row, struct error *err);
} kinds[] = {
    {PHONES, "erased_phones", "phones", erase_phone},
    {COMMENTS, "erased_comments", "comments", erase_words},
    {NOTES, "erased_notes", "notes", erase_words},
    {RAW, "erased_raw", "raw replies", erase_raw},
};

static bool look_at(struct slice *s, const struct kind *kind, int days, int64_t now_ms,
                    struct error *err)
{
    struct aged rows[LOOK_MOST];
    char detail[60];
    int count;

    s->erased = 0;
    if (!next_rows(s, kind->rows, kind->mark, rows, &count, err))
        return false;
    for (int i = 0; i < count; i++)
        if (!kind->erase(s, &rows[i], err))
            return false;
    snprintf(detail, sizeof(detail), "count=%d days=%d", s->erased, days);
    return s->erased == 0 ||
           store_audit(s->st, "clockwork", "erased", kind->name, detail, now_ms, err);
}

bool erase_look(struct store *st, const struct rules *rules, int most, int64_t now_ms,
                int *erased, struct error *err)
{
    struct slice s = {.st = st,
                      .most = most,
                      .over_ms = now_ms - rules->keep_days * DAY_MS -
                                 rules->rating.correction_ms};

    assert(most > 0 && most <= LOOK_MOST);
    *erased = 0;
    for (size_t i = 0; rules->keep_days > 0 && i < LENGTH(kinds); i++) {
        if (!look_at(&s, &kinds[i], rules->keep_days, now_ms, err))
            return false;
        *erased += s.erased;
    }
    return true;
}
