/*
 * event_store.c — see event_store.h.
 */
#include "store/event_store.h"

#include <string.h>

#include "store/hook_store.h"
#include "store/topics.h"

enum { EVENT_ADD, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [EVENT_ADD] =
        "INSERT INTO events (id, hall, kind, ticket_id, case_id, window_id, clerk_id,"
        " actor, detail, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};

const char *const *event_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* Which of the acts other systems are told of. */
static bool tell(struct store *st, const struct event *e, int64_t now_ms,
                 struct error *err)
{
    static const struct {
        const char *kind;
        enum hook_type type;
    } told[] = {{"taken", HOOK_TICKET_TAKEN},
                {"called", HOOK_TICKET_CALLED},
                {"missed", HOOK_TICKET_NOSHOW},
                {"closed", HOOK_CASE_CLOSED}};
    struct hook_fact fact = {.ticket_id = e->ticket_id, .case_id = e->case_id};

    for (size_t i = 0; st->hooks != NULL && i < LENGTH(told); i++) {
        if (strcmp(told[i].kind, e->kind) != 0)
            continue;
        fact.type = told[i].type;
        return hook_add(st, &fact, now_ms, err);
    }
    return true;
}

bool event_add(struct store *st, const struct event *e, int64_t now_ms, int64_t *id,
               struct error *err)
{
    int64_t mine = store_id(st, now_ms);

    if (id != NULL)
        *id = mine;
    return db_run(st->db, sql[EVENT_ADD],
                  DB(db_int(mine), db_int(st->hall), db_text(e->kind),
                     db_id(e->ticket_id), db_id(e->case_id), db_id(e->window_id),
                     db_id(e->clerk_id), db_text(e->actor), db_text(e->detail),
                     db_int(now_ms)),
                  err) &&
           tell(st, e, now_ms, err);
}
