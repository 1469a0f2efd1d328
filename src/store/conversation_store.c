/*
 * conversation_store.c — see conversation_store.h.
 */
#include "store/conversation_store.h"

#include "base/memory.h"
#include "store/message_store.h"
#include "store/topics.h"

enum {
    OPEN,
    GET,
    OF_PHONE,
    LANG,
    SET,
    SET_UNTIL,
    CASE_STATE,
    CASE_STATE_ADD,
    CASE_STATE_SET,
    TOLD,
    UNSENT,
    FOCUS,
    CASE_GET,
    CASE_UNTIL,
    TICKET_CASES,
    STATEMENTS,
};

/* A conversation once for each of its cases, the first ones first. */
#define ROWS                                                                             \
    "SELECT c.id, c.phone_id, c.message_id, c.gateway, c.sender, c.slot, c.form, "       \
    "c.state, c.clarified, c.until_ms, c.opened_ms, c.changed_ms,"                       \
    " k.case_id, k.letter FROM conversations c"                                          \
    " LEFT JOIN message_cases k ON k.message_id = c.message_id"

static const char *const sql[STATEMENTS] = {
    [OPEN] = "INSERT INTO conversations (id, hall, phone_id, message_id, gateway, "
             "sender, slot,"
             " form, state, clarified, opened_ms, until_ms, changed_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11)",
    [GET] = ROWS " WHERE c.id = $1 ORDER BY k.ordinal",
    [OF_PHONE] = ROWS " WHERE c.phone_id = $1 ORDER BY c.id DESC, k.ordinal LIMIT $2",
    [LANG] = "SELECT lang FROM messages WHERE id = $1",
    [SET] = "UPDATE conversations SET state = $2, clarified = $3, changed_ms = $4"
            " WHERE id = $1",
    [SET_UNTIL] = "UPDATE conversations SET until_ms = $2 WHERE id = $1",
    [CASE_STATE] = "SELECT state FROM conversation_cases WHERE conversation_id = $1"
                   " AND case_id = $2",
    [CASE_STATE_ADD] = "INSERT INTO conversation_cases (conversation_id, case_id, hall,"
                       " state, changed_ms) VALUES ($1, $2, $3, $4, $5)",
    [CASE_STATE_SET] = "UPDATE conversation_cases SET state = $3, changed_ms = $4"
                       " WHERE conversation_id = $1 AND case_id = $2",
    [TOLD] = "SELECT id FROM messages WHERE phone_id = $1 AND id >= $2 AND kind = $3"
             " AND conversation_id = $4 AND state <> 'WITHDRAWN' LIMIT 1",
    [UNSENT] = "SELECT id FROM messages WHERE case_id = $1 AND phone_id = $2"
               " AND state IN ('NEW', 'RETRY')"
               " UNION SELECT m.id FROM message_cases c"
               " JOIN messages m ON m.id = c.message_id WHERE c.case_id = $1"
               " AND m.phone_id = $2 AND m.state IN ('NEW', 'RETRY') LIMIT $3",
    [FOCUS] = "SELECT r.case_id FROM inbound i JOIN readings r ON r.inbound_id = i.id"
              " WHERE i.phone_id = $1 AND i.id >= $2 AND r.conversation_id = $3"
              " AND r.case_id IS NOT NULL ORDER BY r.id DESC LIMIT 1",
    [CASE_GET] =
        "SELECT c.closed_ms, c.rate_until_ms, c.state, m.short_name, m.sensitive,"
        " m.form, w.code, (SELECT count(*) FROM ratings r WHERE r.case_id = c.id)"
        " FROM cases c JOIN matters m ON m.id = c.matter_id"
        " JOIN windows w ON w.id = c.window_id WHERE c.id = $1",
    [CASE_UNTIL] = "UPDATE cases SET rate_until_ms = $2 WHERE id = $1",
    [TICKET_CASES] = "SELECT id FROM cases WHERE ticket_id = $1 AND state = 'closed'"
                     " ORDER BY ordinal LIMIT $2",
};

const char *const *conversation_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool conversation_open(struct store *st, struct conversation_row *row, int64_t now_ms,
                       struct error *err)
{
    row->id = store_id(st, now_ms);
    row->opened_ms = row->changed_ms = now_ms;
    return db_run(st->db, sql[OPEN],
                  DB(db_int(row->id), db_int(st->hall), db_int(row->phone_id),
                     db_int(row->message_id), db_text(row->gateway), db_text(row->sender),
                     db_int(row->slot), db_text(row->four ? "four" : "overall"),
                     db_text(conversation_state_name(row->now.state)),
                     db_int(row->now.clarified), db_int(now_ms),
                     db_int(row->now.until_ms)),
                  err);
}

static bool is_open(const struct conversation_row *row, int64_t correction_ms,
                    int64_t now_ms)
{
    if (row->now.state == CONVERSATION_CLOSED)
        return false;
    if (row->now.state == CONVERSATION_ASKED || row->now.state == CONVERSATION_RESULT ||
        row->now.state == CONVERSATION_PROMISE)
        return now_ms <= row->now.until_ms;
    if (row->count > 1 && now_ms <= row->now.until_ms)
        return true; /* the others wait for their grades */
    return now_ms <= row->changed_ms + correction_ms &&
           (row->now.state != CONVERSATION_PROMISED || now_ms <= row->now.until_ms);
}

/* Asked, not answered, and over not long ago. */
static bool hangs(const struct conversation_row *row, int64_t now_ms)
{
    return (row->now.state == CONVERSATION_ASKED ||
            row->now.state == CONVERSATION_PROMISE) &&
           now_ms > row->now.until_ms && now_ms <= row->opened_ms + CONVERSATION_HANGS_MS;
}

void conversations_as_surveys(const struct conversation_row *rows, int count,
                              int64_t correction_ms, int64_t now_ms,
                              struct link_survey *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = (struct link_survey){.id = rows[i].id,
                                      .slot = rows[i].slot,
                                      .opened_ms = rows[i].opened_ms,
                                      .count = rows[i].count};
        memcpy(out[i].sender, rows[i].sender, sizeof(out[i].sender));
        memcpy(out[i].gateway, rows[i].gateway, sizeof(out[i].gateway));
        memcpy(out[i].cases, rows[i].cases, sizeof(out[i].cases));
        out[i].open = is_open(&rows[i], correction_ms, now_ms);
        out[i].hangs = hangs(&rows[i], now_ms);
    }
}

static void read_row(const struct db_cursor *c, struct conversation_row *out)
{
    *out = (struct conversation_row){.id = db_get_int(c, 0)};
    out->phone_id = db_get_int(c, 1);
    out->message_id = db_get_int(c, 2);
    db_copy_text(c, 3, out->gateway, sizeof(out->gateway));
    db_copy_text(c, 4, out->sender, sizeof(out->sender));
    out->slot = (int)db_get_int(c, 5);
    out->four = strcmp(db_get_text(c, 6), "four") == 0;
    out->now.state = conversation_state_read(db_get_text(c, 7));
    out->now.clarified = db_get_int(c, 8) != 0;
    out->now.until_ms = db_get_int(c, 9);
    out->opened_ms = db_get_int(c, 10);
    out->changed_ms = db_get_int(c, 11);
}

/* Adds the case of a row, where it has one. */
static void read_case(const struct db_cursor *c, struct conversation_row *out)
{
    if (db_is_null(c, 12) || out->count == LINK_CASES)
        return;
    out->cases[out->count++] =
        (struct link_case){db_get_int(c, 12), db_get_text(c, 13)[0]};
    out->now.lettered = out->cases[0].letter != 0;
}

/* Gathers the rows of a cursor into at most `most` conversations, and ends it. */
static bool gather(struct db_cursor *c, struct conversation_row *out, int most,
                   int *count, struct error *err)
{
    struct error mine = {0};

    *count = 0;
    while (db_next(c, &mine)) {
        if (*count == 0 || out[*count - 1].id != db_get_int(c, 0)) {
            if (*count == most)
                break;
            read_row(c, &out[(*count)++]);
        }
        read_case(c, &out[*count - 1]);
    }
    db_done(c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool conversation_get(struct store *st, int64_t id, struct conversation_row *out,
                      struct error *err)
{
    struct db_cursor c;
    int count;

    if (!db_query(st->db, sql[GET], DB(db_int(id)), &c, err) ||
        !gather(&c, out, 1, &count, err))
        return false;
    return count == 1 || error_set(err, ERROR_ABSENT, "There is no such conversation.");
}

struct conversation_row *conversations_room(void)
{
    return memory_resize(NULL, sizeof(struct conversation_row) * CONVERSATIONS_MOST);
}

bool conversations_of_phone(struct store *st, int64_t phone_id,
                            struct conversation_row *out, int *count, struct error *err)
{
    struct db_cursor c;

    *count = 0;
    return db_query(st->db, sql[OF_PHONE],
                    DB(db_int(phone_id), db_int(CONVERSATIONS_MOST * LINK_CASES)), &c,
                    err) &&
           gather(&c, out, CONVERSATIONS_MOST, count, err);
}

bool conversation_lang(struct store *st, const struct conversation_row *row, char out[16],
                       struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[LANG], DB(db_int(row->message_id)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such message.");
    db_copy_text(&c, 0, out, 16);
    db_done(&c);
    return true;
}

bool conversation_set(struct store *st, int64_t id, enum conversation_state state,
                      bool clarified, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[SET],
                  DB(db_int(id), db_text(conversation_state_name(state)),
                     db_int(clarified), db_int(now_ms)),
                  err);
}

bool conversation_case_state(struct store *st, int64_t id, int64_t case_id,
                             enum conversation_state *state, bool *found,
                             struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[CASE_STATE], DB(db_int(id), db_int(case_id)), &c, found,
                 err))
        return false;
    if (*found)
        *state = conversation_state_read(db_get_text(&c, 0));
    db_done(&c);
    return true;
}

bool conversation_case_set(struct store *st, int64_t id, int64_t case_id,
                           enum conversation_state state, int64_t now_ms,
                           struct error *err)
{
    const char *name = conversation_state_name(state);
    enum conversation_state before;
    bool found;

    if (!conversation_case_state(st, id, case_id, &before, &found, err))
        return false;
    if (found)
        return db_run(st->db, sql[CASE_STATE_SET],
                      DB(db_int(id), db_int(case_id), db_text(name), db_int(now_ms)),
                      err);
    return db_run(
        st->db, sql[CASE_STATE_ADD],
        DB(db_int(id), db_int(case_id), db_int(st->hall), db_text(name), db_int(now_ms)),
        err);
}

bool conversation_was_told(struct store *st, const struct conversation_row *row,
                           const char *kind, bool *told, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[TOLD],
                 DB(db_int(row->phone_id), db_int(id_floor(row->opened_ms)),
                    db_text(kind), db_int(row->id)),
                 &c, told, err))
        return false;
    db_done(&c);
    return true;
}

static bool read_ids(struct db_cursor *c, int most, int64_t *ids, int *count,
                     struct error *err)
{
    struct error mine = {0};

    while (*count < most && db_next(c, &mine))
        ids[(*count)++] = db_get_int(c, 0);
    db_done(c);
    if (mine.kind != ERROR_NONE)
        *err = mine;
    return mine.kind == ERROR_NONE;
}

bool conversation_unsent(struct store *st, int64_t phone_id, int64_t case_id, int most,
                         int64_t *ids, int *count, struct error *err)
{
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[UNSENT],
                  DB(db_int(case_id), db_int(phone_id), db_int(most)), &c, err)) {
        db_done(&c);
        return false;
    }
    return read_ids(&c, most, ids, count, err);
}

bool conversation_until_set(struct store *st, int64_t id, int64_t until_ms,
                            struct error *err)
{
    return db_run(st->db, sql[SET_UNTIL], DB(db_int(id), db_int(until_ms)), err);
}

bool conversation_focus(struct store *st, int64_t id, int64_t *case_id, struct error *err)
{
    struct conversation_row row;
    struct db_cursor c;
    bool found;

    *case_id = 0;
    if (!conversation_get(st, id, &row, err))
        return false;
    if (!db_find(st->db, sql[FOCUS],
                 DB(db_int(row.phone_id), db_int(id_floor(row.opened_ms)), db_int(id)),
                 &c, &found, err))
        return false;
    if (found)
        *case_id = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool survey_case_get(struct store *st, int64_t case_id, struct survey_case *out,
                     struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[CASE_GET], DB(db_int(case_id)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such case.");
    *out = (struct survey_case){.id = case_id};
    out->closed_ms = db_get_int(&c, 0);
    out->until_ms = db_get_int(&c, 1);
    out->closed = strcmp(db_get_text(&c, 2), "closed") == 0;
    db_copy_text(&c, 3, out->matter, sizeof(out->matter));
    out->sensitive = db_get_int(&c, 4) != 0;
    out->four = strcmp(db_get_text(&c, 5), "four") == 0;
    db_copy_text(&c, 6, out->window, sizeof(out->window));
    out->rated = db_get_int(&c, 7) > 0;
    db_done(&c);
    return true;
}

bool survey_case_until_set(struct store *st, int64_t case_id, int64_t until_ms,
                           struct error *err)
{
    return db_run(st->db, sql[CASE_UNTIL], DB(db_int(case_id), db_int(until_ms)), err);
}

bool survey_cases_of_ticket(struct store *st, int64_t ticket_id, int most,
                            int64_t *case_ids, int *count, struct error *err)
{
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[TICKET_CASES], DB(db_int(ticket_id), db_int(most)), &c,
                  err)) {
        db_done(&c);
        return false;
    }
    return read_ids(&c, most, case_ids, count, err);
}
