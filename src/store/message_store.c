/*
 * message_store.c — see message_store.h.
 *
 * Promise: `enter` is the place that changes a state; it checks domain/message.h, dates
 * the change, appends it and counts it for the gateway. Taking a message enters two
 * states in one statement, and its acceptance comes with the gateway's id in one, by the
 * same rules. Only NEW and RETRY carry a due time that
 * counts, only CLAIMED and SUBMITTING a lease.
 */
#include "store/message_store.h"

#include <stdio.h>

#include "store/gateway_store.h"
#include "store/message_cases.h"
#include "store/message_part.h"
#include "store/person_store.h"
#include "store/hook_store.h"
#include "store/rate_sums.h"
#include "store/topics.h"

enum {
    MESSAGE_ADD,
    STATE_ADD,
    MESSAGE_GET,
    MESSAGE_BODY,
    DUE,
    DUE_ANY,
    NEXT,
    NEXT_ANY,
    LIST,
    LIST_NOWHERE,
    NAME,
    PLAN,
    CONVERSE,
    TAKE,
    ATTEMPT,
    ENTER,
    GUESS,
    KNOW,
    RESEND,
    PUT_OFF,
    ACCEPT,
    TAKEN,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [MESSAGE_ADD] =
        "INSERT INTO messages (id, hall, kind, lang, phone_id, conversation_id, case_id,"
        " detail, sender, gateway, state, attempt, due_ms, expires_ms, changed_ms,"
        " created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'NEW', 0, $11,"
        " $12, $13, $13)",
    [STATE_ADD] =
        "INSERT INTO message_states (id, hall, message_id, state, attempt, detail,"
        " at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [MESSAGE_GET] =
        "SELECT id, phone_id, conversation_id, case_id, kind, lang, sender, detail,"
        " state, attempt, due_ms, expires_ms, accepted_ms, created_ms, gateway,"
        " submitted_ms, unknown_ms, asked_ms, asks, resent"
        " FROM messages WHERE id = $1 AND hall = $2",
    [MESSAGE_BODY] = "SELECT body, fill FROM messages WHERE id = $1",
    [DUE] = "SELECT id FROM messages WHERE hall = $1 AND gateway = $2"
            " AND state IN ('NEW', 'RETRY') AND due_ms <= $3 ORDER BY due_ms, id"
            " LIMIT $4",
    [DUE_ANY] = "SELECT id FROM messages WHERE hall = $1 AND state IN ('NEW', 'RETRY')"
                " AND due_ms <= $2 ORDER BY due_ms, id LIMIT $3",
    [NEXT] = "SELECT due_ms FROM messages WHERE hall = $1 AND gateway = $2"
             " AND state IN ('NEW', 'RETRY') ORDER BY due_ms, id LIMIT 1",
    [NEXT_ANY] = "SELECT due_ms FROM messages WHERE hall = $1"
                 " AND state IN ('NEW', 'RETRY') ORDER BY due_ms, id LIMIT 1",
    [LIST] = "SELECT id, due_ms FROM messages WHERE hall = $1 AND gateway = $2"
             " AND state IN ('NEW', 'RETRY') AND due_ms >= $3"
             " AND (due_ms > $3 OR id > $4) ORDER BY due_ms, id LIMIT $5",
    [LIST_NOWHERE] = "SELECT id, due_ms FROM messages WHERE hall = $1"
                     " AND gateway IS NULL AND state IN ('NEW', 'RETRY')"
                     " AND due_ms >= $2 AND (due_ms > $2 OR id > $3)"
                     " ORDER BY due_ms, id LIMIT $4",
    [NAME] = "SELECT min(gateway) FROM messages WHERE hall = $1"
             " AND state IN ('NEW', 'RETRY') AND gateway > $2",
    [PLAN] = "UPDATE messages SET gateway = $2 WHERE id = $1",
    [CONVERSE] = "UPDATE messages SET conversation_id = $2, sender = $3 WHERE id = $1",
    [TAKE] = "UPDATE messages SET state = 'SUBMITTING', reason = NULL, changed_ms = $2,"
             " submitted_ms = $2, attempt = $3, kind = $4, gateway = $5, sender = $6,"
             " body = $7, fill = $8,"
             " conversation_id = COALESCE(CAST($9 AS BIGINT), conversation_id),"
             " lease_ms = $10 WHERE id = $1",
    [ATTEMPT] = "SELECT detail FROM message_states WHERE message_id = $1"
                " AND state = 'SUBMITTING' AND attempt = $2 ORDER BY id DESC LIMIT 1",
    [ENTER] =
        "UPDATE messages SET state = $2, reason = $3, changed_ms = $4 WHERE id = $1",
    [GUESS] = "UPDATE messages SET unknown_ms = $2, ask_ms = $3, asks = 0,"
              " asked_ms = NULL WHERE id = $1",
    [KNOW] = "UPDATE messages SET ask_ms = NULL WHERE id = $1",
    [RESEND] = "UPDATE messages SET resent = $2 WHERE id = $1",
    [PUT_OFF] = "UPDATE messages SET due_ms = $2 WHERE id = $1",
    [ACCEPT] = "UPDATE messages SET state = 'ACCEPTED', reason = NULL, changed_ms = $2,"
               " gateway_ref = $3, accepted_ms = $4 WHERE id = $1",
    [TAKEN] = "UPDATE messages SET gateway_ref = $2, accepted_ms = $3 WHERE id = $1",
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

/* The gateway for a new message: the one it asks for, else the one for its phone. */
static bool choose_gateway(struct store *st, const struct message_new *in,
                           const char **gateway, struct error *err)
{
    const struct routing *r = st->routing;
    struct phone phone;
    bool known;
    int i;

    *gateway = NULL;
    if (r == NULL)
        return true;
    i = in->gateway != NULL ? routing_find(r, in->gateway) : -1;
    if (i < 0) {
        if (!phone_reveal(st, in->phone_id, &phone, &known, err))
            return false;
        i = known ? routing_choose(r, phone.e164) : -1;
    }
    if (i >= 0)
        *gateway = r->routes[i].name;
    return true;
}

bool message_add(struct store *st, const struct message_new *in, int64_t now_ms,
                 int64_t *id, struct error *err)
{
    const char *gateway;

    if (!choose_gateway(st, in, &gateway, err))
        return false;
    *id = store_id(st, now_ms);
    st->message_added = true;
    return db_run(st->db, sql[MESSAGE_ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->kind), db_text(in->lang),
                     db_int(in->phone_id), db_id(in->conversation_id), db_id(in->case_id),
                     db_text(in->detail), db_text(in->sender), db_text(gateway),
                     db_int(in->due_ms), db_int(in->expires_ms), db_int(now_ms)),
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
    db_copy_text(&c, 14, out->gateway, sizeof(out->gateway));
    out->submitted_ms = db_get_int(&c, 15);
    out->unknown_ms = db_get_int(&c, 16);
    out->asked_ms = db_get_int(&c, 17);
    out->asks = (int)db_get_int(&c, 18);
    out->resent = (int)db_get_int(&c, 19);
    db_done(&c);
    return known || error_set(err, ERROR_BROKEN, "A message is in a state nobody knows.");
}

/* Reads a column of ids into a list. */
bool message_ids(struct store *st, const char *statement, const struct db_value *values,
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

bool messages_due(struct store *st, const char *gateway, int64_t now_ms, int most,
                  int64_t *ids, int *count, struct error *err)
{
    if (gateway == NULL)
        return message_ids(st, sql[DUE_ANY],
                           DB(db_int(st->hall), db_int(now_ms), db_int(most)), most, ids,
                           count, err);
    return message_ids(
        st, sql[DUE],
        DB(db_int(st->hall), db_text(gateway), db_int(now_ms), db_int(most)), most, ids,
        count, err);
}

bool message_number(struct store *st, const char *statement,
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

bool messages_next_ms(struct store *st, const char *gateway, int64_t *next_ms,
                      struct error *err)
{
    if (gateway == NULL)
        return message_number(st, sql[NEXT_ANY], DB(db_int(st->hall)), INT64_MAX, next_ms,
                              err);
    return message_number(st, sql[NEXT], DB(db_int(st->hall), db_text(gateway)),
                          INT64_MAX, next_ms, err);
}

/* ---- planning ---- */

static bool read_places(struct store *st, const char *statement,
                        const struct db_value *values, size_t value_count,
                        struct message_place *place, int most, int64_t *ids, int *count,
                        struct error *err)
{
    struct error mine = {0};
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, statement, values, value_count, &c, err)) {
        db_done(&c);
        return false;
    }
    while (*count < most && db_next(&c, &mine)) {
        *place = (struct message_place){db_get_int(&c, 1), db_get_int(&c, 0)};
        ids[(*count)++] = place->id;
    }
    db_done(&c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool messages_waiting(struct store *st, const char *gateway, struct message_place *place,
                      int most, int64_t *ids, int *count, struct error *err)
{
    if (gateway == NULL)
        return read_places(
            st, sql[LIST_NOWHERE],
            DB(db_int(st->hall), db_int(place->due_ms), db_int(place->id), db_int(most)),
            place, most, ids, count, err);
    return read_places(st, sql[LIST],
                       DB(db_int(st->hall), db_text(gateway), db_int(place->due_ms),
                          db_int(place->id), db_int(most)),
                       place, most, ids, count, err);
}

bool messages_waiting_name(struct store *st, char name[40], bool *found,
                           struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[NAME], DB(db_int(st->hall), db_text(name)), &c, found, err))
        return false;
    *found = *found && !db_is_null(&c, 0);
    if (*found)
        db_copy_text(&c, 0, name, 40);
    db_done(&c);
    return true;
}

bool message_plan(struct store *st, struct message *m, const char *gateway,
                  struct error *err)
{
    snprintf(m->gateway, sizeof(m->gateway), "%s", gateway != NULL ? gateway : "");
    return db_run(st->db, sql[PLAN], DB(db_int(m->id), db_text(gateway)), err);
}

bool message_converse(struct store *st, struct message *m, int64_t conversation_id,
                      const char *sender, struct error *err)
{
    m->conversation_id = conversation_id;
    snprintf(m->sender, sizeof(m->sender), "%s", sender);
    return db_run(st->db, sql[CONVERSE],
                  DB(db_int(m->id), db_int(conversation_id), db_text(sender)), err);
}

/* ---- states ---- */

/* What entering a state counts for the gateway. */
static bool count_entered(struct store *st, const struct message *m,
                          enum message_state from, int64_t now_ms, struct error *err)
{
    static const int counts[MESSAGE_STATES] = {
        [MESSAGE_NEW] = -1,
        [MESSAGE_CLAIMED] = -1,
        [MESSAGE_SUBMITTING] = COUNT_SUBMITTED,
        [MESSAGE_ACCEPTED] = COUNT_ACCEPTED,
        [MESSAGE_REFUSED] = COUNT_REFUSED,
        [MESSAGE_RETRY] = COUNT_RETRIED,
        [MESSAGE_UNKNOWN] = COUNT_UNKNOWN,
        [MESSAGE_DELIVERED] = COUNT_DELIVERED,
        [MESSAGE_UNDELIVERED] = COUNT_UNDELIVERED,
        [MESSAGE_EXPIRED] = COUNT_EXPIRED,
        [MESSAGE_NO_REPORT] = COUNT_NO_REPORT,
        [MESSAGE_WITHDRAWN] = COUNT_WITHDRAWN,
    };
    bool unsent = m->state == MESSAGE_RETRY || m->state == MESSAGE_REFUSED;

    if (counts[m->state] < 0)
        return true;
    return gateway_count_add(st, m->gateway, (enum gateway_count)counts[m->state], 1,
                             now_ms, err) &&
           (from != MESSAGE_UNKNOWN ||
            gateway_count_add(st, m->gateway,
                              unsent ? COUNT_RESOLVED_UNSENT : COUNT_RESOLVED_SENT, 1,
                              now_ms, err));
}

/* From when nobody knows what became of a message until somebody does, it is asked after.
 */
static bool guess(struct store *st, const struct message *m, enum message_state from,
                  int64_t now_ms, struct error *err)
{
    if (m->state == MESSAGE_UNKNOWN)
        return db_run(st->db, sql[GUESS],
                      DB(db_int(m->id), db_int(now_ms),
                         db_int(now_ms + message_ask_ms(0, st->settle_ms))),
                      err);
    return from != MESSAGE_UNKNOWN || db_run(st->db, sql[KNOW], DB(db_int(m->id)), err);
}

/* Other systems hear whether a citizen was asked. Nobody tells them of other texts. */
static bool tell_others(struct store *st, const struct message *m, int64_t now_ms,
                        struct error *err)
{
    struct hook_fact fact = {.message_id = m->id};
    struct link_case asked[LINK_CASES];
    int count = 0;
    bool ok;

    if (st->hooks == NULL || strncmp(m->kind, "survey", 6) != 0)
        return true;
    if (m->state == MESSAGE_ACCEPTED)
        fact.type = HOOK_INVITATION_SENT;
    else if (m->state == MESSAGE_REFUSED || m->state == MESSAGE_EXPIRED ||
             m->state == MESSAGE_UNDELIVERED)
        fact.type = HOOK_INVITATION_FAILED;
    else
        return true;
    ok = !hook_wanted(st, fact.type) || message_cases(st, m->id, asked, &count, err);
    for (int i = 0; ok && i < count; i++) {
        fact.case_id = asked[i].id;
        ok = hook_add(st, &fact, now_ms, err);
    }
    return ok;
}

/* What follows from a state that the row has entered. */
static bool has_entered(struct store *st, struct message *m, enum message_state from,
                        const char *reason, int64_t now_ms, struct error *err)
{
    return append_state(st, m->id, m->state, m->attempt, reason, now_ms, err) &&
           (m->state != MESSAGE_DELIVERED || rate_sums_reach(st, m->id, err)) &&
           guess(st, m, from, now_ms, err) && count_entered(st, m, from, now_ms, err) &&
           tell_others(st, m, now_ms, err);
}

bool message_enter(struct store *st, struct message *m, enum message_state to,
                   const char *reason, int64_t now_ms, bool *entered, struct error *err)
{
    enum message_state from = m->state;

    *entered = message_may_follow(from, to);
    if (!*entered)
        return true;
    m->state = to;
    return db_run(st->db, sql[ENTER],
                  DB(db_int(m->id), db_text(message_state_name(to)), db_text(reason),
                     db_int(now_ms)),
                  err) &&
           has_entered(st, m, from, reason, now_ms, err);
}

bool message_take(struct store *st, struct message *m, const struct message_claim *claim,
                  int64_t now_ms, struct error *err)
{
    bool again = m->resent == 1;

    if (!message_may_follow(m->state, MESSAGE_CLAIMED))
        return error_set(err, ERROR_CONFLICT,
                         "This message has moved on meanwhile. Nothing was changed.");
    m->state = MESSAGE_SUBMITTING;
    m->attempt++;
    m->submitted_ms = now_ms;
    m->resent = again ? 2 : m->resent;
    if (claim->conversation_id != 0)
        m->conversation_id = claim->conversation_id;
    if (claim->kind != m->kind)
        snprintf(m->kind, sizeof(m->kind), "%s", claim->kind);
    if (claim->sender != m->sender)
        snprintf(m->sender, sizeof(m->sender), "%s", claim->sender);
    snprintf(m->gateway, sizeof(m->gateway), "%s", claim->gateway);
    return db_run(st->db, sql[TAKE],
                  DB(db_int(m->id), db_int(now_ms), db_int(m->attempt),
                     db_text(claim->kind), db_text(claim->gateway),
                     db_text(claim->sender), db_text(claim->body), db_text(claim->fill),
                     db_id(claim->conversation_id), db_int(claim->lease_ms)),
                  err) &&
           append_state(st, m->id, MESSAGE_CLAIMED, m->attempt - 1, NULL, now_ms, err) &&
           append_state(st, m->id, MESSAGE_SUBMITTING, m->attempt, claim->gateway, now_ms,
                        err) &&
           count_entered(st, m, MESSAGE_CLAIMED, now_ms, err) &&
           (!again ||
            (db_run(st->db, sql[RESEND], DB(db_int(m->id), db_int(m->resent)), err) &&
             gateway_count_add(st, m->gateway, COUNT_RESENT, 1, now_ms, err)));
}

bool message_body(struct store *st, int64_t id, struct buf *out, struct buf *fill,
                  struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[MESSAGE_BODY], DB(db_int(id)), &c, &found, err))
        return false;
    if (found)
        buf_add_text(out, db_get_text(&c, 0));
    if (found && fill != NULL)
        buf_add_text(fill, db_get_text(&c, 1));
    db_done(&c);
    return found || error_set(err, ERROR_ABSENT, "There is no such message.");
}

bool message_attempt_gateway(struct store *st, int64_t id, int attempt, char out[40],
                             struct error *err)
{
    struct db_cursor c;
    bool found;

    out[0] = '\0';
    if (!db_find(st->db, sql[ATTEMPT], DB(db_int(id), db_int(attempt)), &c, &found, err))
        return false;
    if (found)
        db_copy_text(&c, 0, out, 40);
    db_done(&c);
    return true;
}

bool message_resend(struct store *st, struct message *m, struct error *err)
{
    m->resent = 1;
    return db_run(st->db, sql[RESEND], DB(db_int(m->id), db_int(m->resent)), err);
}

bool message_put_off(struct store *st, int64_t id, int64_t due_ms, struct error *err)
{
    return db_run(st->db, sql[PUT_OFF], DB(db_int(id), db_int(due_ms)), err);
}

bool message_accepted(struct store *st, struct message *m, const char *ref,
                      int64_t now_ms, bool *first, struct error *err)
{
    enum message_state from = m->state;
    bool enters = message_may_follow(from, MESSAGE_ACCEPTED);

    *first = m->accepted_ms == 0;
    if (*first)
        m->accepted_ms = now_ms;
    if (!enters)
        return !*first ||
               db_run(st->db, sql[TAKEN],
                      DB(db_int(m->id), db_text(ref), db_int(m->accepted_ms)), err);
    m->state = MESSAGE_ACCEPTED;
    return db_run(st->db, sql[ACCEPT],
                  DB(db_int(m->id), db_int(now_ms), db_text(ref), db_int(m->accepted_ms)),
                  err) &&
           has_entered(st, m, from, NULL, now_ms, err);
}

bool message_withdraw(struct store *st, int64_t id, const char *reason, int64_t now_ms,
                      struct error *err)
{
    struct message m;
    bool entered;

    return message_get(st, id, &m, err) &&
           message_enter(st, &m, MESSAGE_WITHDRAWN, reason, now_ms, &entered, err);
}
