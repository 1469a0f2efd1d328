/*
 * receipt_store.c — see receipt_store.h.
 */
#include "store/receipt_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/review_store.h"
#include "store/topics.h"

enum { RECEIPT, MOMENT, STATEMENTS };

/* The key of ratings_receipt begins with the day: the days on which anybody rated are
 * few, and each is the greatest before the one behind it in rating_days. */
static const char *const sql[STATEMENTS] = {
    [RECEIPT] =
        "WITH RECURSIVE d (day) AS (SELECT max(local_date) FROM rating_days"
        " WHERE hall = $1 UNION ALL SELECT (SELECT max(y.local_date) FROM rating_days y"
        " WHERE y.hall = $1 AND y.local_date < d.day) FROM d WHERE d.day IS NOT NULL)"
        " SELECT r.id, r.rated_ms, r.grade, r.attitude, r.efficiency, r.quality,"
        " r.integrity, m.sensitive, m.name, (SELECT count(*) FROM ratings n"
        " WHERE n.case_id = r.case_id AND n.round > r.round) FROM ratings r"
        " JOIN cases c ON c.id = r.case_id JOIN matters m ON m.id = c.matter_id"
        " WHERE r.hall = $1 AND r.local_date IN (SELECT d.day FROM d"
        " WHERE d.day IS NOT NULL) AND r.receipt = $2",
    [MOMENT] = "SELECT r.rated_ms, r.round, s.contact_due_ms, s.fix_due_ms, s.state,"
               " s.changed_ms, (SELECT p.words_id FROM order_steps p"
               " WHERE p.order_id = s.order_id AND p.act = 'feed_back'"
               " ORDER BY p.id DESC LIMIT 1) FROM ratings r"
               " LEFT JOIN order_states s ON s.order_id = (SELECT max(w.id) FROM"
               " work_orders w WHERE w.case_id = r.case_id AND w.kind = 'rating')"
               " WHERE r.id = $1 AND r.hall = $2",
};

const char *const *receipt_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool receipt_find(struct store *st, const char *code, struct receipt *out, bool *found,
                  struct error *err)
{
    struct db_cursor c;

    *out = (struct receipt){0};
    if (!db_find(st->db, sql[RECEIPT], DB(db_int(st->hall), db_text(code)), &c, found,
                 err))
        return false;
    if (!*found)
        return true;
    out->rating_id = db_get_int(&c, 0);
    out->rated_ms = db_get_int(&c, 1);
    out->grade = (int)db_get_int(&c, 2);
    for (int i = 0; i < 4; i++)
        out->dims[i] = (int)db_get_int(&c, 3 + i);
    out->sensitive = db_get_int(&c, 7) != 0;
    db_copy_text(&c, 8, out->matter_name, sizeof(out->matter_name));
    out->replaced = db_get_int(&c, 9) > 0;
    db_done(&c);
    return true;
}

bool rating_moment(struct store *st, int64_t rating_id, struct rating_moment *out,
                   struct error *err)
{
    struct db_cursor c;
    int64_t words_id;
    char *words;
    bool found;

    *out = (struct rating_moment){0};
    if (!db_find(st->db, sql[MOMENT], DB(db_int(rating_id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such rating in this hall.");
    out->rated_ms = db_get_int(&c, 0);
    out->round = (int)db_get_int(&c, 1);
    out->contact_due_ms = db_get_int(&c, 2);
    out->fix_due_ms = db_get_int(&c, 3);
    db_copy_text(&c, 4, out->order_state, sizeof(out->order_state));
    out->order_ms = db_get_int(&c, 5);
    words_id = db_get_int(&c, 6);
    db_done(&c);
    if (!review_words(st, words_id, &words, err))
        return false;
    snprintf(out->result, sizeof(out->result), "%s", words != NULL ? words : "");
    free(words);
    return true;
}
