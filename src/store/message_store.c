/*
 * message_store.c — see message_store.h.
 *
 * Promise: `enter` is the only place that changes a state; it checks domain/message.h,
 * dates the change and appends it. Only NEW and RETRY carry a due time that counts, only
 * CLAIMED and SUBMITTING a lease.
 */
#include "store/message_store.h"

#include <stdio.h>

#include "store/topics.h"

enum {
    MESSAGE_ADD,
    STATE_ADD,
    MESSAGE_GET,
    MESSAGE_BODY,
    DUE,
    NEXT,
    CLAIM,
    ENTER,
    SUBMIT,
    PUT_OFF,
    TAKEN,
    LEFT_OPEN,
    NO_REPORT,
    WAITING,
    CASES,
    CASE_ADD,
    CASE_DROP,
    CASE_LETTER,
    SINCE,
    SINCE_ANSWERS,
    SENT,
    SENT_PHONE,
    OF_CASE,
    COUNT_OPEN,
    OLDEST_DUE,
    STATEMENTS,
};

#define VIEW                                                                             \
    "SELECT m.id, m.phone_id, m.conversation_id, m.case_id, m.kind, m.sender, m.body,"   \
    " m.state, m.reason, m.gateway, m.lang, m.attempt,"                                  \
    " COALESCE(m.accepted_ms, m.changed_ms) FROM messages m"

static const char *const sql[STATEMENTS] = {
    [MESSAGE_ADD] =
        "INSERT INTO messages (id, hall, kind, lang, phone_id, conversation_id, case_id,"
        " detail, sender, state, attempt, due_ms, expires_ms, changed_ms, created_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'NEW', 0, $10, $11, $12, $12)",
    [STATE_ADD] =
        "INSERT INTO message_states (id, hall, message_id, state, attempt, detail,"
        " at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [MESSAGE_GET] =
        "SELECT id, phone_id, conversation_id, case_id, kind, lang, sender, detail,"
        " state, attempt, due_ms, expires_ms, accepted_ms, created_ms"
        " FROM messages WHERE id = $1 AND hall = $2",
    [MESSAGE_BODY] = "SELECT body FROM messages WHERE id = $1",
    [DUE] = "SELECT id FROM messages WHERE hall = $1 AND state IN ('NEW', 'RETRY')"
            " AND due_ms <= $2 ORDER BY due_ms, id LIMIT $3",
    [NEXT] = "SELECT due_ms FROM messages WHERE hall = $1 AND state IN ('NEW', 'RETRY')"
             " ORDER BY due_ms, id LIMIT 1",
    [CLAIM] = "UPDATE messages SET kind = $2, gateway = $3, sender = $4, body = $5,"
              " conversation_id = COALESCE(CAST($6 AS BIGINT), conversation_id),"
              " lease_ms = $7 WHERE id = $1",
    [ENTER] =
        "UPDATE messages SET state = $2, reason = $3, changed_ms = $4 WHERE id = $1",
    [SUBMIT] = "UPDATE messages SET attempt = $2, lease_ms = $3 WHERE id = $1",
    [PUT_OFF] = "UPDATE messages SET due_ms = $2 WHERE id = $1",
    [TAKEN] = "UPDATE messages SET gateway_ref = $2, accepted_ms = $3 WHERE id = $1",
    [LEFT_OPEN] = "SELECT id FROM messages WHERE hall = $1"
                  " AND state IN ('CLAIMED', 'SUBMITTING')"
                  " AND lease_ms < $2 ORDER BY id LIMIT 256",
    [NO_REPORT] = "SELECT id FROM messages WHERE hall = $1 AND state = 'ACCEPTED'"
                  " AND accepted_ms < $2 ORDER BY id LIMIT $3",
    [WAITING] = "SELECT id, attempt, gateway_ref FROM messages WHERE hall = $1"
                " AND state = 'ACCEPTED' AND gateway = $2 ORDER BY id LIMIT $3",
    [CASES] = "SELECT case_id, letter FROM message_cases WHERE message_id = $1"
              " ORDER BY ordinal LIMIT 3",
    [CASE_ADD] = "INSERT INTO message_cases (message_id, ordinal, hall, case_id)"
                 " VALUES ($1, $2, $3, $4)",
    [CASE_DROP] = "DELETE FROM message_cases WHERE message_id = $1 AND case_id = $2",
    [CASE_LETTER] = "UPDATE message_cases SET letter = $3 WHERE message_id = $1"
                    " AND case_id = $2",
    [SINCE] =
        "SELECT count(*) FROM messages WHERE phone_id = $1 AND id >= $2 AND kind = $3"
        " AND state <> 'WITHDRAWN'",
    [SINCE_ANSWERS] =
        "SELECT count(*) FROM messages WHERE phone_id = $1 AND id >= $2"
        " AND kind IN ('thanks_good', 'reason', 'thanks_bad', 'clarify', "
        "'clarify_multi', "
        "'clarify_result', 'changed', "
        "'already',"
        " 'expired', 'unknown', 'optout', 'notme') AND state <> 'WITHDRAWN'",
    [SENT] = VIEW " WHERE m.hall = $1 AND m.body IS NOT NULL ORDER BY m.id DESC LIMIT $2",
    [SENT_PHONE] = VIEW " WHERE m.phone_id = $1 AND m.body IS NOT NULL"
                        " ORDER BY m.id DESC LIMIT $2",
    [OF_CASE] = VIEW " WHERE m.id IN (SELECT c.message_id FROM message_cases c"
                     " WHERE c.case_id = $1) OR m.case_id = $1 ORDER BY m.id",
    [COUNT_OPEN] = "SELECT state, count(*) FROM messages WHERE hall = $1"
                   " AND state IN ('NEW', 'RETRY', 'CLAIMED', 'SUBMITTING', 'UNKNOWN')"
                   " GROUP BY state",
    [OLDEST_DUE] = "SELECT due_ms FROM messages WHERE hall = $1"
                   " AND state IN ('NEW', 'RETRY') AND due_ms <= $2"
                   " ORDER BY due_ms, id LIMIT 1",
};

const char *const *message_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool append_state(struct store *st, int64_t id, enum message_state state,
                         int attempt, const char *detail, int64_t now_ms,
                         struct error *err)
{
    return db_run(st->db, sql[STATE_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(message_state_name(state)), db_int(attempt), db_text(detail),
                     db_int(now_ms)),
                  err);
}

bool message_add(struct store *st, const struct message_new *in, int64_t now_ms,
                 int64_t *id, struct error *err)
{
    *id = store_id(st, now_ms);
    st->message_added = true;
    return db_run(st->db, sql[MESSAGE_ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->kind), db_text(in->lang),
                     db_int(in->phone_id), db_id(in->conversation_id), db_id(in->case_id),
                     db_text(in->detail), db_text(in->sender), db_int(in->due_ms),
                     db_int(in->expires_ms), db_int(now_ms)),
                  err) &&
           append_state(st, *id, MESSAGE_NEW, 0, NULL, now_ms, err);
}

bool message_get(struct store *st, int64_t id, struct message *out, struct error *err)
{
    struct db_cursor c;
    bool found, known;

    if (!db_find(st->db, sql[MESSAGE_GET], DB(db_int(id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such message in this hall.");
    *out = (struct message){.id = id};
    out->phone_id = db_get_int(&c, 1);
    out->conversation_id = db_get_int(&c, 2);
    out->case_id = db_get_int(&c, 3);
    db_copy_text(&c, 4, out->kind, sizeof(out->kind));
    db_copy_text(&c, 5, out->lang, sizeof(out->lang));
    db_copy_text(&c, 6, out->sender, sizeof(out->sender));
    db_copy_text(&c, 7, out->detail, sizeof(out->detail));
    known = message_state_read(db_get_text(&c, 8), &out->state);
    out->attempt = (int)db_get_int(&c, 9);
    out->due_ms = db_get_int(&c, 10);
    out->expires_ms = db_get_int(&c, 11);
    out->accepted_ms = db_get_int(&c, 12);
    out->created_ms = db_get_int(&c, 13);
    db_done(&c);
    return known || error_set(err, ERROR_BROKEN, "A message is in a state nobody knows.");
}

/* Reads a column of ids into a list. */
static bool ids_of(struct store *st, const char *statement, const struct db_value *values,
                   size_t value_count, int most, int64_t *ids, int *count,
                   struct error *err)
{
    struct db_cursor c;
    struct error mine = {0};

    *count = 0;
    if (!db_query(st->db, statement, values, value_count, &c, err)) {
        db_done(&c);
        return false;
    }
    while (*count < most && db_next(&c, &mine))
        ids[(*count)++] = db_get_int(&c, 0);
    db_done(&c);
    if (mine.kind == ERROR_NONE)
        return true;
    *err = mine;
    return false;
}

bool messages_due(struct store *st, int64_t now_ms, int most, int64_t *ids, int *count,
                  struct error *err)
{
    return ids_of(st, sql[DUE], DB(db_int(st->hall), db_int(now_ms), db_int(most)), most,
                  ids, count, err);
}

static bool one_number(struct store *st, const char *statement,
                       const struct db_value *values, size_t value_count, int64_t absent,
                       int64_t *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = absent;
    if (!db_find(st->db, statement, values, value_count, &c, &found, err))
        return false;
    if (found)
        *out = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool messages_next_ms(struct store *st, int64_t *next_ms, struct error *err)
{
    return one_number(st, sql[NEXT], DB(db_int(st->hall)), INT64_MAX, next_ms, err);
}

bool message_enter(struct store *st, struct message *m, enum message_state to,
                   const char *reason, int64_t now_ms, bool *entered, struct error *err)
{
    *entered = message_may_follow(m->state, to);
    if (!*entered)
        return true;
    m->state = to;
    return db_run(st->db, sql[ENTER],
                  DB(db_int(m->id), db_text(message_state_name(to)), db_text(reason),
                     db_int(now_ms)),
                  err) &&
           append_state(st, m->id, to, m->attempt, reason, now_ms, err);
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

bool message_claim(struct store *st, struct message *m, const struct message_claim *claim,
                   int64_t now_ms, struct error *err)
{
    if (!enter(st, m, MESSAGE_CLAIMED, NULL, now_ms, err))
        return false;
    if (claim->conversation_id != 0)
        m->conversation_id = claim->conversation_id;
    if (claim->kind != m->kind)
        snprintf(m->kind, sizeof(m->kind), "%s", claim->kind);
    if (claim->sender != m->sender)
        snprintf(m->sender, sizeof(m->sender), "%s", claim->sender);
    return db_run(st->db, sql[CLAIM],
                  DB(db_int(m->id), db_text(claim->kind), db_text(claim->gateway),
                     db_text(claim->sender), db_text(claim->body),
                     db_id(claim->conversation_id), db_int(claim->lease_ms)),
                  err);
}

bool message_submit(struct store *st, struct message *m, int64_t lease_ms, int64_t now_ms,
                    struct error *err)
{
    m->attempt++;
    return enter(st, m, MESSAGE_SUBMITTING, NULL, now_ms, err) &&
           db_run(st->db, sql[SUBMIT],
                  DB(db_int(m->id), db_int(m->attempt), db_int(lease_ms)), err);
}

bool message_body(struct store *st, int64_t id, struct buf *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[MESSAGE_BODY], DB(db_int(id)), &c, &found, err))
        return false;
    if (found)
        buf_add_text(out, db_get_text(&c, 0));
    db_done(&c);
    return found || error_set(err, ERROR_ABSENT, "There is no such message.");
}

bool message_put_off(struct store *st, int64_t id, int64_t due_ms, struct error *err)
{
    return db_run(st->db, sql[PUT_OFF], DB(db_int(id), db_int(due_ms)), err);
}

bool message_accepted(struct store *st, struct message *m, const char *ref,
                      int64_t now_ms, bool *first, struct error *err)
{
    bool entered;

    *first = m->accepted_ms == 0;
    if (!message_enter(st, m, MESSAGE_ACCEPTED, NULL, now_ms, &entered, err))
        return false;
    if (!*first && !entered)
        return true;
    if (*first)
        m->accepted_ms = now_ms;
    return db_run(st->db, sql[TAKEN],
                  DB(db_int(m->id), db_text(ref), db_int(m->accepted_ms)), err);
}

bool message_withdraw(struct store *st, int64_t id, const char *reason, int64_t now_ms,
                      struct error *err)
{
    struct message m;
    bool entered;

    return message_get(st, id, &m, err) &&
           message_enter(st, &m, MESSAGE_WITHDRAWN, reason, now_ms, &entered, err);
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
        if (!ids_of(st, sql[LEFT_OPEN],
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
    if (!ids_of(st, sql[NO_REPORT], DB(db_int(st->hall), db_int(before_ms), db_int(most)),
                most, ids, &found, err))
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

bool message_cases(struct store *st, int64_t id, struct link_case *out, int *count,
                   struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[CASES], DB(db_int(id)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (*count < LINK_CASES && db_next(&c, &mine)) {
        out[*count] = (struct link_case){db_get_int(&c, 0), db_get_text(&c, 1)[0]};
        (*count)++;
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool message_case_add(struct store *st, int64_t id, int ordinal, int64_t case_id,
                      struct error *err)
{
    return db_run(st->db, sql[CASE_ADD],
                  DB(db_int(id), db_int(ordinal), db_int(st->hall), db_int(case_id)),
                  err);
}

bool message_case_drop(struct store *st, int64_t id, int64_t case_id, struct error *err)
{
    return db_run(st->db, sql[CASE_DROP], DB(db_int(id), db_int(case_id)), err);
}

bool message_case_letter(struct store *st, int64_t id, int64_t case_id, char letter,
                         struct error *err)
{
    const char text[2] = {letter, '\0'};

    return db_run(
        st->db, sql[CASE_LETTER],
        DB(db_int(id), db_int(case_id), letter != 0 ? db_text(text) : db_null()), err);
}

bool messages_since(struct store *st, int64_t phone_id, const char *kind,
                    int64_t since_ms, int *count, struct error *err)
{
    int64_t number;
    bool ok;

    if (kind != NULL)
        ok = one_number(st, sql[SINCE],
                        DB(db_int(phone_id), db_int(id_floor(since_ms)), db_text(kind)),
                        0, &number, err);
    else
        ok =
            one_number(st, sql[SINCE_ANSWERS],
                       DB(db_int(phone_id), db_int(id_floor(since_ms))), 0, &number, err);
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

bool messages_figures(struct store *st, int64_t now_ms, struct message_figures *out,
                      struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    *out = (struct message_figures){0};
    if (!db_query(st->db, sql[COUNT_OPEN], DB(db_int(st->hall)), &c, err)) {
        db_done(&c);
        return false;
    }
    while (db_next(&c, &mine)) {
        enum message_state state;

        if (message_state_read(db_get_text(&c, 0), &state))
            out->by_state[state] = db_get_int(&c, 1);
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE) {
        *err = mine;
        return false;
    }
    return one_number(st, sql[OLDEST_DUE], DB(db_int(st->hall), db_int(now_ms)), 0,
                      &out->oldest_due_ms, err);
}
