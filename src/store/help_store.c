/*
 * help_store.c — see help_store.h.
 */
#include "store/help_store.h"

#include "store/event_store.h"
#include "store/topics.h"

enum { ASK, ANSWER, OPEN, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [ASK] = "INSERT INTO help_calls (hall, kiosk_code, asked_ms) VALUES ($1, $2, $3)"
            " ON CONFLICT (hall, kiosk_code) DO UPDATE SET asked_ms = excluded.asked_ms,"
            " answered_ms = NULL WHERE help_calls.answered_ms IS NOT NULL"
            " OR help_calls.asked_ms < $4",
    [ANSWER] = "UPDATE help_calls SET answered_ms = $3 WHERE hall = $1"
               " AND kiosk_code = $2 AND answered_ms IS NULL",
    [OPEN] = "SELECT kiosk_code, asked_ms FROM help_calls WHERE hall = $1"
             " AND answered_ms IS NULL AND asked_ms >= $2 ORDER BY kiosk_code",
};

const char *const *help_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool note(struct store *st, const char *kind, const char *kiosk_code,
                 const char *actor, int64_t now_ms, struct error *err)
{
    return event_add(st,
                     &(struct event){.kind = kind, .actor = actor, .detail = kiosk_code},
                     now_ms, NULL, err);
}

bool help_ask(struct store *st, const char *kiosk_code, const char *actor, int64_t now_ms,
              struct error *err)
{
    int64_t changed;

    if (!db_change(st->db, sql[ASK],
                   DB(db_int(st->hall), db_text(kiosk_code), db_int(now_ms),
                      db_int(now_ms - HELP_LASTS_MS)),
                   &changed, err))
        return false;
    return changed == 0 || note(st, "help_asked", kiosk_code, actor, now_ms, err);
}

bool help_answer(struct store *st, const char *kiosk_code, const char *actor,
                 int64_t now_ms, struct error *err)
{
    int64_t changed;

    if (!db_change(st->db, sql[ANSWER],
                   DB(db_int(st->hall), db_text(kiosk_code), db_int(now_ms)), &changed,
                   err))
        return false;
    return changed == 0 || note(st, "help_answered", kiosk_code, actor, now_ms, err);
}

bool help_each(struct store *st, int64_t now_ms, help_each_fn *each, void *self,
               struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[OPEN], DB(db_int(st->hall), db_int(now_ms - HELP_LASTS_MS)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_text(&c, 0), db_get_int(&c, 1));
    db_done(&c);
    return err->kind == ERROR_NONE;
}
