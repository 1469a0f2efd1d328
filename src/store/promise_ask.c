/*
 * promise_ask.c — see promise_ask.h.
 */
#include "store/promise_ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/zone.h"
#include "domain/conversation.h"
#include "store/message_cases.h"
#include "store/approval_store.h"
#include "store/invitation_store.h"
#include "store/message_store.h"
#include "store/person_store.h"
#include "store/promise_store.h"
#include "store/review_store.h"
#include "store/topics.h"

#define DAY_MS INT64_C(86400000)

enum {
    MONTH_DAYS = 30,
    SEND_DAYS = 20, /* beyond the longest time to rate, for days on which none may go */
    LOOK_DAYS = 60,
};

enum {
    PARALLEL,
    WAITS,
    MOVE,
    ASKED,
    ADD,
    OF_CASE,
    DENIED,
    DENIED_OF,
    ANSWER,
    CHECK_ADD,
    QUESTION,
    SUMS,
    STATEMENTS
};

#define ANSWER_COLUMNS                                                                   \
    "SELECT a.id, a.case_id, a.at_ms, a.received, c.case_no, COALESCE(k.found, ''),"     \
    " k.at_ms, k.words_id, CASE WHEN a.id = (SELECT max(b.id) FROM promise_answers b"    \
    " WHERE b.case_id = a.case_id) THEN 1 ELSE 0 END FROM promise_answers a"             \
    " JOIN cases c ON c.id = a.case_id"                                                  \
    " LEFT JOIN promise_checks k ON k.answer_id = a.id"

#define NOT_LOOKED_INTO                                                                  \
    " AND k.id IS NULL AND a.received = 0 AND a.id = (SELECT max(b.id)"                  \
    " FROM promise_answers b WHERE b.case_id = a.case_id) ORDER BY a.id DESC LIMIT $2"

static const char *const sql[STATEMENTS] = {
    [PARALLEL] = "SELECT count(*) FROM approvals WHERE case_id = $1",
    [WAITS] = "SELECT id FROM messages WHERE case_id = $1 AND kind = 'promise'"
              " AND state <> 'WITHDRAWN' LIMIT 1",
    [MOVE] = "UPDATE messages SET due_ms = $2, changed_ms = $3 WHERE case_id = $1"
             " AND kind = 'promise' AND state = 'NEW'",
    [ASKED] = "SELECT COALESCE(accepted_ms, due_ms) FROM messages WHERE phone_id = $1"
              " AND id >= $2 AND ((kind IN ('survey', 'survey_code', 'survey_four',"
              " 'survey_multi') AND state NOT IN ('WITHDRAWN', 'REFUSED'))"
              " OR (kind IN ('promise', 'recheck') AND state NOT IN ('NEW', 'RETRY', "
              "'CLAIMED', 'WITHDRAWN',"
              " 'REFUSED')))",
    [ADD] = "INSERT INTO promise_answers (id, hall, case_id, conversation_id, inbound_id,"
            " received, taken, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    [OF_CASE] = ANSWER_COLUMNS " WHERE a.case_id = $1 AND a.hall = $2 ORDER BY a.id",
    [DENIED] = ANSWER_COLUMNS " WHERE a.hall = $1" NOT_LOOKED_INTO,
    [DENIED_OF] = ANSWER_COLUMNS " JOIN windows w ON w.id = c.window_id"
                                 " JOIN departments d ON d.id = w.department_id"
                                 " WHERE a.hall = $1 AND d.code = $3" NOT_LOOKED_INTO,
    [ANSWER] = "SELECT a.id, k.id FROM promise_answers a"
               " LEFT JOIN promise_checks k ON k.answer_id = a.id"
               " WHERE a.id = $1 AND a.case_id = $2 AND a.hall = $3",
    [QUESTION] = "SELECT n.opened_ms, n.until_ms, n.state FROM messages m"
                 " JOIN conversations n ON n.message_id = m.id WHERE m.case_id = $1"
                 " AND m.hall = $2 AND m.kind = 'promise' ORDER BY n.id DESC LIMIT 1",
    [SUMS] = "SELECT count(DISTINCT a.case_id), count(DISTINCT CASE WHEN a.received = 0"
             " THEN a.case_id END), count(DISTINCT CASE WHEN k.found = 'untrue'"
             " THEN a.case_id END), count(DISTINCT CASE WHEN k.found = 'delivered'"
             " THEN a.case_id END), count(DISTINCT CASE WHEN k.found = 'unclear'"
             " THEN a.case_id END) FROM promise_answers a"
             " JOIN cases c ON c.id = a.case_id JOIN windows w ON w.id = c.window_id"
             " JOIN departments d ON d.id = w.department_id"
             " LEFT JOIN promise_checks k ON k.answer_id = a.id WHERE a.hall = $1"
             " AND a.id >= $2 AND a.id < $3"
             " AND (CAST($4 AS TEXT) IS NULL OR d.code = $4)",
    [CHECK_ADD] = "INSERT INTO promise_checks (id, hall, answer_id, found, words_id,"
                  " actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
};

const char *const *promise_ask_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Asking ======================================================================= */

static bool count_of(struct store *st, int statement, int64_t id, int64_t *count,
                     struct error *err)
{
    struct db_cursor c;
    bool found;

    *count = 0;
    if (!db_find(st->db, sql[statement], DB(db_int(id)), &c, &found, err))
        return false;
    if (found)
        *count = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

/* Drawn by lot, so that nobody at a window knows which case is asked about. */
static bool is_drawn(struct store *st, int percent)
{
    uint32_t drawn;

    st->world->random(st->world, &drawn, sizeof(drawn));
    return (int)(drawn % 100) < percent;
}

static bool is_asked_about(struct store *st, const struct service_case *c, bool *asked,
                           struct error *err)
{
    struct matter m;
    int64_t approvals, waits;
    bool agent = false, opted_out = false;

    *asked = false;
    if (c->state != CASE_CLOSED || strcmp(c->outcome, "done") != 0 || c->phone_id == 0 ||
        c->parent_id != 0)
        return true;
    if (!matter_get(st, c->matter_id, &m, err) ||
        !count_of(st, PARALLEL, c->id, &approvals, err) ||
        !count_of(st, WAITS, c->id, &waits, err) ||
        !phone_is_agent(st, c->phone_id, &agent, err) ||
        !phone_opted_out(st, c->phone_id, &opted_out, err))
        return false;
    *asked = (m.promise || approvals > 0) && waits == 0 && !agent && !opted_out;
    return true;
}

bool promise_ask_plan(struct store *st, const struct rules *rules,
                      const struct service_case *c, const char *lang, int64_t now_ms,
                      struct error *err)
{
    struct message_new m = {
        .kind = "promise",
        .lang = lang,
        .phone_id = c->phone_id,
        .case_id = c->id,
        .due_ms = c->rate_until_ms + 1,
        .expires_ms = c->closed_ms + (rules->invite.open_days_max + SEND_DAYS) * DAY_MS};
    int64_t id;
    bool asked;

    if (rules->promise.ask_percent == 0 || c->rate_until_ms <= now_ms)
        return true;
    if (!is_asked_about(st, c, &asked, err))
        return false;
    if (!asked || !is_drawn(st, rules->promise.ask_percent))
        return true;
    return message_add(st, &m, now_ms, &id, err) &&
           message_case_add(st, id, 1, c->id, err);
}

bool promise_ask_from(struct store *st, int64_t case_id, int64_t from_ms, int64_t now_ms,
                      struct error *err)
{
    return db_run(st->db, sql[MOVE], DB(db_int(case_id), db_int(from_ms), db_int(now_ms)),
                  err);
}

bool promise_ask_look(struct store *st, int64_t case_id, struct promise_question *out,
                      struct error *err)
{
    struct promise_pause pauses[PROMISE_PAUSES_MOST];
    struct service_case c;
    struct matter m;
    size_t count;

    *out = (struct promise_question){0};
    if (!case_get(st, case_id, &c, err) || !matter_get(st, c.matter_id, &m, err))
        return false;
    if (c.state != CASE_CLOSED || strcmp(c.outcome, "done") != 0)
        return true;
    if (!promise_pauses(st, c.ticket_id, c.id, c.closed_ms, pauses, &count, err))
        return false;
    out->decided = true;
    out->promised = m.promise ? m.promised_days : 0;
    out->taken = promise_days(st->frame->calendar, st->frame->zone,
                              c.accepted_ms != 0 ? c.accepted_ms : c.opened_ms,
                              c.closed_ms, pauses, count);
    return true;
}

static int32_t day_of(const struct store *st, int64_t at_ms)
{
    struct local_time local;

    zone_local(st->frame->zone, at_ms, &local);
    return local.day_number;
}

bool promise_ask_day(struct store *st, const struct invite_rules *rules, int64_t phone_id,
                     int64_t now_ms, int64_t until_ms, int64_t *at_ms, struct error *err)
{
    enum { MOST = 64 };
    struct db_cursor c;
    int32_t days[MOST], day = day_of(st, now_ms);
    int count = 0;

    if (!db_query(st->db, sql[ASKED],
                  DB(db_int(phone_id), db_int(id_floor(now_ms - LOOK_DAYS * DAY_MS))), &c,
                  err))
        return false;
    while (count < MOST && db_next(&c, err))
        days[count++] = day_of(st, db_get_int(&c, 0));
    db_done(&c);
    for (*at_ms = now_ms; *at_ms <= until_ms; day++) {
        int same = 0, month = 0;

        for (int i = 0; i < count; i++) {
            same += days[i] == day;
            month += days[i] > day - MONTH_DAYS && days[i] < day + MONTH_DAYS;
        }
        if (same < rules->per_day && month < rules->per_30_days)
            break;
        *at_ms = zone_day_utc(st->frame->zone, day + 1, rules->window.from_min);
    }
    return err->kind == ERROR_NONE;
}

/* == Answers ====================================================================== */

bool promise_answer_add(struct store *st, int64_t case_id, int64_t conversation_id,
                        int64_t inbound_id, bool received, int64_t now_ms,
                        struct error *err)
{
    struct promise_question q;

    return promise_ask_look(st, case_id, &q, err) &&
           db_run(st->db, sql[ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(case_id),
                     db_int(conversation_id), db_int(inbound_id), db_int(received),
                     q.decided ? db_int(q.taken) : db_null(), db_int(now_ms)),
                  err);
}

/* Calls back for the rows of a cursor, and ends it. */
static bool each_answer(struct store *st, struct db_cursor *c, promise_answer_each *each,
                        void *self, struct error *err)
{
    bool ok = true;

    while (ok && db_next(c, err)) {
        struct promise_answer a = {.id = db_get_int(c, 0),
                                   .case_id = db_get_int(c, 1),
                                   .at_ms = db_get_int(c, 2),
                                   .received = db_get_int(c, 3) != 0,
                                   .newest = db_get_int(c, 8) != 0,
                                   .found = db_get_text(c, 5),
                                   .found_ms = db_get_int(c, 6)};
        char *words;

        db_copy_text(c, 4, a.case_no, sizeof(a.case_no));
        ok = review_words(st, db_get_int(c, 7), &words, err);
        a.words = words;
        if (ok)
            each(self, &a);
        free(words);
    }
    db_done(c);
    return ok && err->kind == ERROR_NONE;
}

bool promise_answers(struct store *st, int64_t case_id, promise_answer_each *each,
                     void *self, struct error *err)
{
    struct db_cursor c;

    return db_query(st->db, sql[OF_CASE], DB(db_int(case_id), db_int(st->hall)), &c,
                    err) &&
           each_answer(st, &c, each, self, err);
}

bool promise_asked_look(struct store *st, int64_t case_id, struct promise_asked *out,
                        struct error *err)
{
    enum conversation_state state;
    struct db_cursor c;
    bool found;

    *out = (struct promise_asked){0};
    if (!db_find(st->db, sql[QUESTION], DB(db_int(case_id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return true;
    state = conversation_state_read(db_get_text(&c, 2));
    *out = (struct promise_asked){.asked_ms = db_get_int(&c, 0),
                                  .until_ms = db_get_int(&c, 1),
                                  .answered = state == CONVERSATION_PROMISED,
                                  .closed = state == CONVERSATION_CLOSED};
    db_done(&c);
    return true;
}

bool promise_sums(struct store *st, const char *department, int64_t from_ms,
                  int64_t to_ms, struct promise_sums *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct promise_sums){0};
    if (!db_find(st->db, sql[SUMS],
                 DB(db_int(st->hall), db_int(id_floor(from_ms)), db_int(id_floor(to_ms)),
                    db_text(department)),
                 &c, &found, err))
        return false;
    if (!found)
        return true;
    *out = (struct promise_sums){db_get_int(&c, 0), db_get_int(&c, 1), db_get_int(&c, 2),
                                 db_get_int(&c, 3), db_get_int(&c, 4)};
    db_done(&c);
    return true;
}

bool promise_denials(struct store *st, const char *department, int most,
                     promise_answer_each *each, void *self, struct error *err)
{
    struct db_cursor c;
    bool ok =
        department == NULL
            ? db_query(st->db, sql[DENIED], DB(db_int(st->hall), db_int(most)), &c, err)
            : db_query(st->db, sql[DENIED_OF],
                       DB(db_int(st->hall), db_int(most), db_text(department)), &c, err);

    return ok && each_answer(st, &c, each, self, err);
}

static bool find_answer(struct store *st, int64_t case_id, int64_t answer_id,
                        struct error *err)
{
    struct db_cursor c;
    bool found, checked;

    if (!db_find(st->db, sql[ANSWER],
                 DB(db_int(answer_id), db_int(case_id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "The case has no such answer.");
    checked = !db_is_null(&c, 1);
    db_done(&c);
    return !checked || error_set(err, ERROR_CONFLICT,
                                 "What was found out is written down already; it stays.");
}

bool promise_check_add(struct store *st, int64_t case_id, int64_t answer_id,
                       const char *found, const char *words, const char *actor,
                       int64_t now_ms, struct error *err)
{
    static const char *const known[] = {"delivered", "untrue", "unclear"};
    int64_t words_id = 0;
    bool fits = false;

    for (size_t i = 0; i < LENGTH(known); i++)
        fits |= strcmp(known[i], found) == 0;
    if (!fits)
        return error_field(err, "found", "Choose what was found out.");
    if (words[0] == '\0')
        return error_field(err, "words", "Write down how it was found out.");
    return find_answer(st, case_id, answer_id, err) &&
           words_keep(st, words, strlen(words), now_ms, &words_id, err) &&
           db_run(st->db, sql[CHECK_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(answer_id),
                     db_text(found), db_int(words_id), db_text(actor), db_int(now_ms)),
                  err);
}
