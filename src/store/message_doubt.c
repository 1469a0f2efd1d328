/*
 * message_doubt.c — see message_doubt.h.
 */
#include "store/message_doubt.h"

#include "store/message_part.h"
#include "store/topics.h"

enum {
    TO_ASK,
    NEXT_ASK,
    ASKED,
    LEFT_OPEN,
    NO_REPORT,
    WAITING,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [TO_ASK] = "SELECT id FROM messages WHERE hall = $1 AND ask_ms IS NOT NULL"
               " AND ask_ms <= $2 ORDER BY ask_ms LIMIT $3",
    [NEXT_ASK] = "SELECT ask_ms FROM messages WHERE hall = $1 AND ask_ms IS NOT NULL"
                 " ORDER BY ask_ms LIMIT 1",
    [ASKED] = "UPDATE messages SET asks = asks + 1, asked_ms = $2, ask_ms = $3"
              " WHERE id = $1",
    [LEFT_OPEN] = "SELECT id FROM messages WHERE hall = $1"
                  " AND" MESSAGE_IS_OPEN("") " AND state <> 'UNKNOWN'"
                                             " AND lease_ms < $2 ORDER BY id LIMIT 256",
    [NO_REPORT] = "SELECT id FROM messages WHERE hall = $1 AND state = 'ACCEPTED'"
                  " AND accepted_ms < $2 ORDER BY id LIMIT $3",
    [WAITING] = "SELECT id, attempt, gateway_ref FROM messages WHERE hall = $1"
                " AND state = 'ACCEPTED' AND gateway = $2 ORDER BY id LIMIT $3",
};

const char *const *message_doubt_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool messages_to_ask(struct store *st, int64_t now_ms, int most, int64_t *ids, int *count,
                     struct error *err)
{
    return message_ids(st, sql[TO_ASK],
                       DB(db_int(st->hall), db_int(now_ms), db_int(most)), most, ids,
                       count, err);
}

bool messages_next_ask_ms(struct store *st, int64_t *next_ms, struct error *err)
{
    return message_number(st, sql[NEXT_ASK], DB(db_int(st->hall)), INT64_MAX, next_ms,
                          err);
}

bool message_asked(struct store *st, int64_t id, int64_t now_ms, int64_t next_ms,
                   struct error *err)
{
    return db_run(
        st->db, sql[ASKED],
        DB(db_int(id), db_int(now_ms), next_ms < 0 ? db_null() : db_int(next_ms)), err);
}

/* The same where the caller knows that the state may follow. */
static bool enter(struct store *st, struct message *m, enum message_state to,
                  const char *reason, int64_t now_ms, struct error *err)
{
    bool entered;

    if (!message_enter(st, m, to, reason, now_ms, &entered, err))
        return false;
    return entered ||
           error_set(err, ERROR_CONFLICT,
                     "This message has moved on meanwhile. Nothing was changed.");
}

static bool recover_one(struct store *st, int64_t id, int64_t now_ms, struct error *err)
{
    struct message m;

    if (!message_get(st, id, &m, err))
        return false;
    if (m.state == MESSAGE_CLAIMED)
        return enter(st, &m, MESSAGE_NEW, "found claimed, not handed over", now_ms, err);
    return enter(st, &m, MESSAGE_UNKNOWN, "found while handing over; may have been sent",
                 now_ms, err);
}

bool messages_recover(struct store *st, int64_t now_ms, bool at_start, int *count,
                      struct error *err)
{
    int64_t ids[256];
    int found;

    *count = 0;
    do {
        if (!message_ids(st, sql[LEFT_OPEN],
                         DB(db_int(st->hall), db_int(at_start ? INT64_MAX : now_ms)),
                         (int)LENGTH(ids), ids, &found, err))
            return false;
        for (int i = 0; i < found; i++)
            if (!recover_one(st, ids[i], now_ms, err))
                return false;
        *count += found;
    } while (found == (int)LENGTH(ids));
    return true;
}

bool messages_give_up_reports(struct store *st, int64_t before_ms, int most,
                              int64_t now_ms, struct error *err)
{
    int64_t ids[256];
    int found;

    if (most > (int)LENGTH(ids))
        most = (int)LENGTH(ids);
    if (!message_ids(st, sql[NO_REPORT],
                     DB(db_int(st->hall), db_int(before_ms), db_int(most)), most, ids,
                     &found, err))
        return false;
    for (int i = 0; i < found; i++) {
        struct message m;

        if (!message_get(st, ids[i], &m, err) ||
            !enter(st, &m, MESSAGE_NO_REPORT, NULL, now_ms, err))
            return false;
    }
    return true;
}

bool messages_waiting_report(struct store *st, const char *gateway, int most,
                             message_waits *each, void *self, struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[WAITING],
                  DB(db_int(st->hall), db_text(gateway), db_int(most)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine))
        each(self, db_get_int(&c, 0), (int)db_get_int(&c, 1), db_get_text(&c, 2));
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}
