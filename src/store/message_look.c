/*
 * message_look.c — see message_look.h.
 */
#include "store/message_look.h"

#include "store/message_part.h"
#include "store/topics.h"

enum {
    SINCE,
    SINCE_ANSWERS,
    SENT,
    SENT_PHONE,
    OF_CASE,
    STATEMENTS,
};

/* Not as a list (IN): SQLite makes a table of one each time the statement runs. */
#define IS_ANSWER                                                                        \
    "kind = 'thanks_good' OR kind = 'thanks_bad' OR kind = 'reason' OR kind = 'clarify'" \
    " OR kind = 'clarify_multi' OR kind = 'clarify_result' OR kind = 'clarify_promise'"  \
    " OR kind = 'promise_denied' OR kind = 'changed' OR kind = 'already'"                \
    " OR kind = 'expired' OR kind = 'unknown' OR kind = 'optout' OR kind = 'notme'"      \
    " OR kind = 'early'"

#define VIEW                                                                             \
    "SELECT m.id, m.phone_id, m.conversation_id, m.case_id, m.kind, m.sender, m.body,"   \
    " m.state, m.reason, m.gateway, m.lang, m.attempt,"                                  \
    " COALESCE(m.accepted_ms, m.changed_ms) FROM messages m"

static const char *const sql[STATEMENTS] = {
    [SINCE] =
        "SELECT count(*) FROM messages WHERE phone_id = $1 AND id >= $2 AND kind = $3"
        " AND state <> 'WITHDRAWN'",
    [SINCE_ANSWERS] = "SELECT count(*) FROM messages WHERE phone_id = $1 AND id >= $2"
                      " AND state <> 'WITHDRAWN' AND (" IS_ANSWER ")",
    [SENT] = VIEW " WHERE m.hall = $1 AND m.body IS NOT NULL ORDER BY m.id DESC LIMIT $2",
    [SENT_PHONE] = VIEW " WHERE m.phone_id = $1 AND m.body IS NOT NULL"
                        " ORDER BY m.id DESC LIMIT $2",
    [OF_CASE] = VIEW " WHERE m.id IN (SELECT c.message_id FROM message_cases c"
                     " WHERE c.case_id = $1) OR m.case_id = $1 ORDER BY m.id",
};

const char *const *message_look_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool messages_since(struct store *st, int64_t phone_id, const char *kind,
                    int64_t since_ms, int *count, struct error *err)
{
    int64_t number;
    bool ok;

    if (kind != NULL)
        ok = message_number(
            st, sql[SINCE],
            DB(db_int(phone_id), db_int(id_floor(since_ms)), db_text(kind)), 0, &number,
            err);
    else
        ok = message_number(st, sql[SINCE_ANSWERS],
                            DB(db_int(phone_id), db_int(id_floor(since_ms))), 0, &number,
                            err);
    *count = (int)number;
    return ok;
}

static bool each_view(struct store *st, const char *statement,
                      const struct db_value *values, size_t value_count,
                      message_each *each, void *self, struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, values, value_count, &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        const struct message_view view = {
            .id = db_get_int(&c, 0),
            .phone_id = db_get_int(&c, 1),
            .conversation_id = db_get_int(&c, 2),
            .case_id = db_get_int(&c, 3),
            .kind = db_get_text(&c, 4),
            .sender = db_get_text(&c, 5),
            .text = db_get_text(&c, 6),
            .state = db_get_text(&c, 7),
            .reason = db_get_text(&c, 8),
            .gateway = db_get_text(&c, 9),
            .lang = db_get_text(&c, 10),
            .attempt = (int)db_get_int(&c, 11),
            .at_ms = db_get_int(&c, 12),
        };

        each(self, &view);
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool messages_sent(struct store *st, int64_t phone_id, int most, message_each *each,
                   void *self, struct error *err)
{
    if (phone_id != 0)
        return each_view(st, sql[SENT_PHONE], DB(db_int(phone_id), db_int(most)), each,
                         self, err);
    return each_view(st, sql[SENT], DB(db_int(st->hall), db_int(most)), each, self, err);
}

bool messages_of_case(struct store *st, int64_t case_id, message_each *each, void *self,
                      struct error *err)
{
    return each_view(st, sql[OF_CASE], DB(db_int(case_id)), each, self, err);
}
