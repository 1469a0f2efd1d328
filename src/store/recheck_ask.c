/*
 * recheck_ask.c — see recheck_ask.h.
 */
#include "store/recheck_ask.h"

#include <stdio.h>
#include <string.h>

#include "store/message_cases.h"
#include "store/message_store.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { ASKED, ADD, OF_MESSAGE, CASE, OF_PLAN, STATEMENTS };

enum { OPEN_DAYS = 20 }; /* beyond days on which none may go */
#define DAY_MS INT64_C(86400000)

static const char *const sql[STATEMENTS] = {
    [ASKED] = "SELECT message_id FROM recheck_asks WHERE recheck_id = $1",
    [ADD] = "INSERT INTO recheck_asks (recheck_id, hall, message_id, actor, at_ms)"
            " VALUES ($1, $2, $3, $4, $5)",
    [OF_MESSAGE] =
        "SELECT recheck_id FROM recheck_asks WHERE message_id = $1 AND hall = $2",
    [CASE] = "SELECT c.outcome, COALESCE(t.lang, 'zh-CN') FROM cases c"
             " LEFT JOIN tickets t ON t.id = c.ticket_id WHERE c.id = $1"
             " AND c.state = 'closed'",
    [OF_PLAN] = "SELECT id FROM rechecks WHERE plan_id = $1 AND hall = $2 ORDER BY place",
};

const char *const *recheck_ask_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool answered(const struct recheck *r)
{
    return r->outcome != RECHECK_OUTCOMES && r->outcome != RECHECK_UNREACHED;
}

/* How the case ended, and the language of its citizen; "" for a case that is open again.
 */
static bool look_at_case(struct store *st, int64_t case_id, char outcome[16],
                         char lang[16], struct error *err)
{
    struct db_cursor c;
    bool found;

    outcome[0] = lang[0] = '\0';
    if (!db_find(st->db, sql[CASE], DB(db_int(case_id)), &c, &found, err))
        return false;
    if (found) {
        db_copy_text(&c, 0, outcome, 16);
        db_copy_text(&c, 1, lang, 16);
        db_done(&c);
    }
    return true;
}

static bool was_asked(struct store *st, int64_t recheck_id, bool *asked,
                      struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[ASKED], DB(db_int(recheck_id)), &c, asked, err))
        return false;
    if (*asked)
        db_done(&c);
    return true;
}

static bool put(struct store *st, const struct recheck *r, const char *lang,
                const char *actor, int64_t now_ms, struct error *err)
{
    const struct message_new m = {.kind = "recheck",
                                  .lang = lang,
                                  .phone_id = r->phone_id,
                                  .case_id = r->case_id,
                                  .due_ms = now_ms,
                                  .expires_ms = now_ms + OPEN_DAYS * DAY_MS};
    int64_t id;

    return message_add(st, &m, now_ms, &id, err) &&
           message_case_add(st, id, 1, r->case_id, err) &&
           db_run(st->db, sql[ADD],
                  DB(db_int(r->id), db_int(st->hall), db_int(id), db_text(actor),
                     db_int(now_ms)),
                  err);
}

bool recheck_ask(struct store *st, const struct recheck *r, const char *actor,
                 int64_t now_ms, enum recheck_ask *outcome, struct error *err)
{
    char ended[16], lang[16];
    bool agent = false, asked;

    if (!was_asked(st, r->id, &asked, err) ||
        !look_at_case(st, r->case_id, ended, lang, err) ||
        (r->phone_id != 0 && !phone_is_agent(st, r->phone_id, &agent, err)))
        return false;
    *outcome = asked                        ? RECHECK_ASK_BEFORE
               : answered(r)                ? RECHECK_ASK_ANSWERED
               : r->phone_id == 0 || agent  ? RECHECK_ASK_NO_PHONE
               : strcmp(ended, "done") != 0 ? RECHECK_ASK_NOT_DONE
                                            : RECHECK_ASK_PUT;
    return *outcome != RECHECK_ASK_PUT || put(st, r, lang, actor, now_ms, err);
}

bool recheck_ask_plan(struct store *st, int64_t plan_id, const char *actor,
                      int64_t now_ms, int *count, struct error *err)
{
    int64_t ids[RECHECK_WANTED];
    struct error trouble = {0};
    struct db_cursor c;
    int all = 0;

    *count = 0;
    if (!db_query(st->db, sql[OF_PLAN], DB(db_int(plan_id), db_int(st->hall)), &c, err))
        return false;
    while (all < RECHECK_WANTED && db_next(&c, &trouble))
        ids[all++] = db_get_int(&c, 0);
    db_done(&c);
    if (trouble.kind != ERROR_NONE) {
        *err = trouble;
        return false;
    }
    for (int i = 0; i < all; i++) {
        enum recheck_ask outcome;
        struct recheck r;
        bool found;

        if (!recheck_find(st, ids[i], &r, &found, err) ||
            !recheck_ask(st, &r, actor, now_ms, &outcome, err))
            return false;
        *count += outcome == RECHECK_ASK_PUT;
    }
    return true;
}

bool recheck_of_message(struct store *st, int64_t message_id, int64_t *recheck_id,
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    *recheck_id = 0;
    if (!db_find(st->db, sql[OF_MESSAGE], DB(db_int(message_id), db_int(st->hall)), &c,
                 &found, err))
        return false;
    if (found) {
        *recheck_id = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

bool recheck_ask_wanted(struct store *st, int64_t message_id, bool *wanted,
                        struct error *err)
{
    struct recheck r;
    int64_t id;
    bool found;

    *wanted = false;
    if (!recheck_of_message(st, message_id, &id, err) ||
        !recheck_find(st, id, &r, &found, err))
        return false;
    *wanted = found && !answered(&r);
    return true;
}

bool recheck_reply_take(struct store *st, int64_t recheck_id, int64_t inbound_id,
                        bool received, int64_t now_ms, struct error *err)
{
    char once[32];
    const struct recheck_answer in = {.recheck_id = recheck_id,
                                      .outcome =
                                          received ? RECHECK_TRUE : RECHECK_NOT_TRUE,
                                      .steered = -1,
                                      .words = "",
                                      .inbound_id = inbound_id,
                                      .once = once,
                                      .actor = "citizen"};
    enum recheck_verdict verdict;

    snprintf(once, sizeof(once), "inbound %lld", (long long)inbound_id);
    return recheck_answer_take(st, &in, now_ms, &verdict, err);
}
