/*
 * audit_store.c — see audit_store.h.
 *
 * Ids grow with time, so that days are a range of ids, widened by a day at each end as
 * for ratings; the event's own time then decides.
 */
#include "store/audit_store.h"

#include "base/day.h"
#include "store/topics.h"

enum { LIST, BY_ACTOR, BY_ACTION, BY_OBJECT, AFTER, ACTIONS, COUNT, STATEMENTS };

#define EVENT_ROWS                                                                       \
    "SELECT a.id, a.at_ms, a.actor, a.action, a.object, a.detail, w.name, o.name"        \
    " FROM audit_events a"                                                               \
    " LEFT JOIN accounts w ON a.actor = 'account ' || CAST(w.id AS TEXT)"                \
    " LEFT JOIN accounts o ON a.object = 'account ' || CAST(o.id AS TEXT)"               \
    " WHERE a.hall = $1 AND a.id < $2 AND a.id >= $3 AND a.at_ms >= $4 AND a.at_ms < $5"
#define ACTOR  " AND (CAST($6 AS TEXT) IS NULL OR a.actor = $6)"
#define ACTION " AND (CAST($7 AS TEXT) IS NULL OR a.action = $7)"
#define OBJECT " AND (CAST($8 AS TEXT) IS NULL OR a.object = $8)"
#define NEWEST " ORDER BY a.id DESC LIMIT $9"

static const char *const sql[STATEMENTS] = {
    [LIST] = EVENT_ROWS ACTOR ACTION OBJECT NEWEST,
    [BY_ACTOR] = EVENT_ROWS " AND a.actor = $6" ACTION OBJECT NEWEST,
    [BY_ACTION] = EVENT_ROWS " AND a.action = $7" ACTOR OBJECT NEWEST,
    [BY_OBJECT] = EVENT_ROWS " AND a.object = $8" ACTOR ACTION NEWEST,
    [AFTER] = EVENT_ROWS " ORDER BY a.id LIMIT $6",
    [ACTIONS] =
        "SELECT DISTINCT action FROM audit_events WHERE hall = $1 ORDER BY action",
    [COUNT] = "SELECT count(*) FROM audit_events WHERE hall = $1"
              " AND actor = $2 AND id >= $3"
              " AND action = $4 AND at_ms >= $5",
};

const char *const *audit_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static int64_t day_ms(const struct store *st, int yyyymmdd, int shift)
{
    int32_t day = day_number(yyyymmdd / 10000, yyyymmdd / 100 % 100, yyyymmdd % 100);

    return zone_day_utc(st->frame->zone, day + shift, 0);
}

/* An object is the narrowest, then a person, then a kind of act. */
static int statement_of(const struct audit_filter *f)
{
    return f->object != NULL   ? BY_OBJECT
           : f->actor != NULL  ? BY_ACTOR
           : f->action != NULL ? BY_ACTION
                               : LIST;
}

static int64_t tell(const struct db_cursor *c, audit_each *each, void *self)
{
    struct audit_event event = {
        .id = db_get_int(c, 0),
        .at_ms = db_get_int(c, 1),
        .actor = db_get_text(c, 2),
        .action = db_get_text(c, 3),
        .object = db_get_text(c, 4),
        .detail = db_get_text(c, 5),
        .actor_name = db_get_text(c, 6),
        .object_name = db_get_text(c, 7),
    };

    each(self, &event);
    return event.id;
}

bool audit_list(struct store *st, const struct audit_filter *f, audit_each *each,
                void *self, int64_t *next, struct error *err)
{
    int64_t above = f->from != 0 ? id_floor(day_ms(st, f->from, -1)) : 0;
    int64_t below = f->to != 0 ? id_floor(day_ms(st, f->to, 2)) : INT64_MAX;
    struct error trouble = {0};
    struct db_cursor c;
    int64_t last = 0;
    int count = 0;
    bool more;

    *next = 0;
    if (f->before != 0 && f->before < below)
        below = f->before;
    if (!db_query(st->db, sql[statement_of(f)],
                  DB(db_int(st->hall), db_int(below), db_int(above),
                     db_int(f->from != 0 ? day_ms(st, f->from, 0) : 0),
                     db_int(f->to != 0 ? day_ms(st, f->to, 1) : INT64_MAX),
                     db_text(f->actor), db_text(f->action), db_text(f->object),
                     db_int(f->limit + 1)),
                  &c, err))
        return false;
    while ((more = db_next(&c, &trouble)) && count < f->limit) {
        last = tell(&c, each, self);
        count++;
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE) {
        *err = trouble;
        return false;
    }
    *next = more ? last : 0;
    return true;
}

bool audit_after(struct store *st, int64_t after, int limit, audit_each *each, void *self,
                 struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[AFTER],
                  DB(db_int(st->hall), db_int(INT64_MAX), db_int(after + 1),
                     db_int(INT64_MIN), db_int(INT64_MAX), db_int(limit)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble))
        tell(&c, each, self);
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool audit_actions(struct store *st, audit_action_each *each, void *self,
                   struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[ACTIONS], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble))
        each(self, db_get_text(&c, 0));
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool audit_count(struct store *st, const char *actor, const char *action,
                 int64_t since_ms, int64_t *out, struct error *err)
{
    /* An id may run ahead of a clock that was set back; the event's own time decides. */
    int64_t from = id_floor(since_ms - INT64_C(86400000));
    struct db_cursor c;
    bool found;

    *out = 0;
    if (!db_find(st->db, sql[COUNT],
                 DB(db_int(st->hall), db_text(actor), db_int(from), db_text(action),
                    db_int(since_ms)),
                 &c, &found, err))
        return false;
    if (found)
        *out = db_get_int(&c, 0);
    db_done(&c);
    return true;
}
