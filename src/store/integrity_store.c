/*
 * integrity_store.c — see integrity_store.h.
 *
 * Promise: the answer and its words leave this file in a box only. The box is filled up
 * with blanks, so that its length says nothing; its id is drawn by lot, so that the order
 * of rows says nothing either.
 */
#include "store/integrity_store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "store/hall_store.h"
#include "store/order_store.h"
#include "store/topics.h"

enum { FACTS, ADD, MONTHS, BOXES, CASE_OF, HINTED, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [FACTS] = "SELECT c.source, c.case_no, c.closed_ms, m.name, w.name, d.name, k.code,"
              " k.name FROM cases c JOIN matters m ON m.id = c.matter_id"
              " JOIN windows w ON w.id = c.window_id"
              " JOIN departments d ON d.id = w.department_id"
              " JOIN clerks k ON k.id = c.clerk_id WHERE c.id = $1 AND c.hall = $2",
    [ADD] = "INSERT INTO integrity_answers (lot, hall, month, once, box)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hall, once) DO NOTHING",
    [MONTHS] = "SELECT month, count(*) FROM integrity_answers WHERE hall = $1"
               " AND month < $2 GROUP BY month ORDER BY month DESC",
    [BOXES] = "SELECT lot, month, box FROM integrity_answers WHERE hall = $1 AND lot > $2"
              " ORDER BY lot LIMIT $3",
    [CASE_OF] = "SELECT id FROM cases WHERE hall = $1 AND case_no = $2"
                " ORDER BY id DESC LIMIT 2",
    [HINTED] = "SELECT o.id FROM work_orders o JOIN order_states s ON s.order_id = o.id"
               " WHERE o.case_id = $1 AND o.hall = $2 AND o.kind = 'hint'"
               " AND s.state <> 'closed' LIMIT 1",
};

const char integrity_table[] = "integrity_answers";

const char *const *integrity_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* What the inspection reads, filled up with blanks; given, wiped by the caller. */
static bool compose(struct store *st, const struct integrity_answer *in, int64_t now_ms,
                    char **out, size_t *length, struct error *err)
{
    struct db_cursor c;
    json_t *root;
    char *text;
    size_t used;
    bool found;

    if (!db_find(st->db, sql[FACTS], DB(db_int(in->case_id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such case in this hall.");
    root = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:I}", "answer",
                     in->yes ? "yes" : "no", "words", in->words, "source",
                     db_get_text(&c, 0), "case_no", db_get_text(&c, 1), "closed_ms",
                     (json_int_t)db_get_int(&c, 2), "matter", db_get_text(&c, 3),
                     "window", db_get_text(&c, 4), "department", db_get_text(&c, 5),
                     "clerk", db_get_text(&c, 6), "clerk_name", db_get_text(&c, 7),
                     "answered_ms", (json_int_t)now_ms);
    db_done(&c);
    text = root != NULL ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    if (text == NULL)
        return error_set(err, ERROR_INPUT, "The answer cannot be read as text.");
    used = strlen(text);
    *length = (used / INTEGRITY_BLOCK + 1) * INTEGRITY_BLOCK;
    *out = malloc(*length);
    if (*out == NULL)
        abort();
    memset(*out, ' ', *length);
    memcpy(*out, text, used);
    crypt_wipe(text, used);
    free(text);
    return true;
}

static void once_of(const struct store *st, int64_t case_id, int nth,
                    unsigned char out[CRYPT_HASH_BYTES])
{
    const struct crypt_key key =
        crypt_derive(&st->keys->words_seal, "who answered the integrity question");
    const int64_t bytes[2] = {case_id, nth};

    crypt_hmac(&key, bytes, sizeof(bytes), out);
}

bool integrity_add(struct store *st, const unsigned char public_key[CRYPT_BOX_KEY],
                   const struct integrity_answer *in, int64_t now_ms, bool *taken,
                   struct error *err)
{
    int month = hall_local_date(st->frame, now_ms) / 100;
    unsigned char once[CRYPT_HASH_BYTES], *box;
    char *plain = NULL;
    size_t length = 0;
    int64_t id, added = 0;
    bool ok = true;

    *taken = false;
    if (!compose(st, in, now_ms, &plain, &length, err))
        return false;
    st->world->random(st->world, &id, sizeof(id));
    id = (int64_t)((uint64_t)id >> 2) + 1;
    box = malloc(length + CRYPT_BOX_EXTRA);
    if (box == NULL)
        abort();
    crypt_box_seal(public_key, st->world, integrity_table, id, plain, length, box);
    crypt_wipe(plain, length);
    free(plain);
    for (int nth = 0; ok && added == 0 && nth < INTEGRITY_TAKEN; nth++) {
        once_of(st, in->case_id, nth, once);
        ok = db_change(st->db, sql[ADD],
                       DB(db_int(id), db_int(st->hall), db_int(month),
                          db_blob(once, sizeof(once)),
                          db_blob(box, length + CRYPT_BOX_EXTRA)),
                       &added, err);
    }
    free(box);
    *taken = added > 0;
    return ok;
}

bool integrity_months(struct store *st, int64_t now_ms, integrity_month *each, void *self,
                      struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[MONTHS],
                  DB(db_int(st->hall), db_int(hall_local_date(st->frame, now_ms) / 100)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        int64_t count = db_get_int(&c, 1);

        each(self, (int)db_get_int(&c, 0), count < INTEGRITY_LEAST ? -1 : count);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool integrity_boxes(struct store *st, int64_t after, int most, integrity_each *each,
                     void *self, int64_t *last, struct error *err)
{
    struct db_cursor c;
    int count = 0;

    *last = 0;
    if (!db_query(st->db, sql[BOXES], DB(db_int(st->hall), db_int(after), db_int(most)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        size_t length;
        const void *box = db_get_blob(&c, 2, &length);

        after = db_get_int(&c, 0);
        count++;
        each(self, after, (int)db_get_int(&c, 1), box, length);
    }
    db_done(&c);
    if (count == most)
        *last = after;
    return err->kind == ERROR_NONE;
}

static bool case_of(struct store *st, const char *case_no, int64_t *case_id,
                    struct error *err)
{
    struct db_cursor c;
    int count = 0;

    *case_id = 0;
    if (!db_query(st->db, sql[CASE_OF], DB(db_int(st->hall), db_text(case_no)), &c, err))
        return false;
    for (; db_next(&c, err); count++)
        *case_id = db_get_int(&c, 0);
    db_done(&c);
    if (err->kind == ERROR_NONE && count != 1)
        return error_field(err, "case_no",
                           count == 0 ? "There is no case of this number."
                                      : "Several systems have a case of this number.");
    return err->kind == ERROR_NONE;
}

bool integrity_hint(struct store *st, const struct order_rules *rules,
                    const char *case_no, const char *actor, int64_t now_ms,
                    int64_t *order_id, struct error *err)
{
    struct order_new order = {.kind = ORDER_HINT, .actor = actor};
    struct db_cursor c;
    bool found;

    if (!case_of(st, case_no, &order.case_id, err) ||
        !db_find(st->db, sql[HINTED], DB(db_int(order.case_id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    if (!found)
        return order_open(st, rules, &order, now_ms, order_id, err);
    *order_id = db_get_int(&c, 0);
    db_done(&c);
    return error_set(err, ERROR_CONFLICT,
                     "A hint about this case is being followed already.");
}
