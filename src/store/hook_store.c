/*
 * hook_store.c — see hook_store.h.
 */
#include "store/hook_store.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/memory.h"
#include "base/zone.h"
#include "store/topics.h"

#define KEPT_MS INT64_C(2592000000) /* a month */

enum {
    ADD,
    WITHDRAW,
    DUE,
    NEXT,
    CLAIM,
    BOOK,
    ENDPOINT_SET,
    COUNT,
    RECOVER,
    FORGET,
    NEWEST,
    LOOK,
    RESEND,
    STANDING,
    WAITING,
    COUNTS,
    STATEMENTS
};

/* An endpoint that is off holds back what waits for it. */
#define IS_ON                                                                            \
    " AND NOT EXISTS (SELECT 1 FROM hook_endpoints e WHERE e.hall = d.hall"              \
    " AND e.endpoint = d.endpoint AND e.off = 1)"

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO hook_deliveries (id, hall, endpoint, kind, subject, body, state,"
            " tries, due_ms, at_ms, changed_ms, status, trouble)"
            " VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, $8, 0, '')",
    [WITHDRAW] = "UPDATE hook_deliveries SET state = 'withdrawn', changed_ms = $4"
                 " WHERE hall = $1 AND subject = $2 AND kind = $3 AND state = 'waiting'"
                 " AND tries = 0",
    [DUE] = "SELECT d.id, d.endpoint, d.kind, d.tries, d.body FROM hook_deliveries d"
            " WHERE d.hall = $1 AND d.endpoint = $2 AND d.state = 'waiting'"
            " AND d.due_ms <= $3" IS_ON " ORDER BY d.due_ms, d.id LIMIT $4",
    [NEXT] = "SELECT min(d.due_ms) FROM hook_deliveries d"
             " WHERE d.hall = $1 AND d.endpoint = $2 AND d.state = 'waiting'"
             " AND d.due_ms > $3" IS_ON,
    [CLAIM] = "UPDATE hook_deliveries SET state = 'sending', tries = tries + 1,"
              " changed_ms = $2 WHERE id = $1 AND state = 'waiting'",
    [BOOK] = "UPDATE hook_deliveries SET state = $2, due_ms = $3, changed_ms = $4,"
             " status = $5, trouble = $6 WHERE id = $1 AND state = 'sending'",
    [ENDPOINT_SET] =
        "INSERT INTO hook_endpoints (hall, endpoint, off, reason, changed_ms)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hall, endpoint) DO UPDATE"
        " SET off = excluded.off, reason = excluded.reason,"
        " changed_ms = excluded.changed_ms",
    [COUNT] = "INSERT INTO hook_counts (hall, result, tries) VALUES ($1, $2, 1)"
              " ON CONFLICT (hall, result) DO UPDATE SET tries = hook_counts.tries + 1",
    [RECOVER] = "UPDATE hook_deliveries SET state = 'waiting', due_ms = $2"
                " WHERE hall = $1 AND state = 'sending'",
    [FORGET] = "DELETE FROM hook_deliveries WHERE hall = $1"
               " AND state IN ('done', 'withdrawn') AND changed_ms < $2",
    [NEWEST] = "SELECT id, endpoint, kind, state, tries, status, trouble, due_ms, at_ms,"
               " changed_ms FROM hook_deliveries WHERE hall = $1 ORDER BY id DESC"
               " LIMIT $2",
    [LOOK] = "SELECT state FROM hook_deliveries WHERE id = $1 AND hall = $2",
    [RESEND] = "UPDATE hook_deliveries SET state = 'waiting', tries = 0, due_ms = $3,"
               " changed_ms = $3 WHERE id = $1 AND hall = $2"
               " AND state IN ('done', 'failed')",
    [STANDING] = "SELECT off, reason, changed_ms FROM hook_endpoints"
                 " WHERE hall = $1 AND endpoint = $2",
    [WAITING] = "SELECT count(*) FROM hook_deliveries WHERE hall = $1 AND endpoint = $2"
                " AND state IN ('waiting', 'sending')",
    [COUNTS] = "SELECT result, tries FROM hook_counts WHERE hall = $1 ORDER BY result",
};

const char *const *hook_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* ---- making ---- */

static void put_id(json_t *data, const char *name, int64_t id)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)id);
    if (id != 0)
        json_object_set_new(data, name, json_string(text));
}

/* Ids as the API writes them. What is not known is left out, but for a rating's grade. */
static json_t *data_json(const struct hook_fact *f)
{
    json_t *data = json_object();

    put_id(data, "ticket", f->ticket_id);
    put_id(data, "case", f->case_id);
    put_id(data, "message", f->message_id);
    put_id(data, "rating", f->rating_id);
    put_id(data, "review", f->order_id);
    if (f->rating_id != 0 && f->order_id == 0)
        json_object_set_new(data, "grade",
                            f->grade != 0 ? json_integer(f->grade) : json_null());
    if (f->channel != NULL)
        json_object_set_new(data, "channel", json_string(f->channel));
    if (f->gateway != NULL)
        json_object_set_new(data, "gateway", json_string(f->gateway));
    return data;
}

static char *body_text(const struct store *st, const struct hook_fact *f, int64_t at_ms)
{
    char when[ZONE_ISO];
    json_t *body;
    char *text;

    zone_iso(st->frame->zone, at_ms, when);
    body = json_pack("{s:s, s:s, s:o}", "type", hook_type_name(f->type), "timestamp",
                     when, "data", data_json(f));
    text = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    if (text == NULL)
        memory_none();
    return text;
}

static bool wants(const struct hook_endpoint *e, enum hook_type type)
{
    return (e->types & 1U << type) != 0;
}

bool hook_wanted(const struct store *st, enum hook_type type)
{
    for (int i = 0; st->hooks != NULL && i < st->hooks->count; i++)
        if (wants(&st->hooks->endpoints[i], type))
            return true;
    return false;
}

bool hook_add(struct store *st, const struct hook_fact *f, int64_t now_ms,
              struct error *err)
{
    int64_t due_ms = f->at_ms != 0 ? f->at_ms : now_ms;
    int64_t subject = f->case_id != 0 ? f->case_id : f->ticket_id;
    char *body;
    bool ok = true;

    if (!hook_wanted(st, f->type))
        return true;
    body = body_text(st, f, due_ms);
    for (int i = 0; ok && i < st->hooks->count; i++) {
        const struct hook_endpoint *e = &st->hooks->endpoints[i];

        ok = !wants(e, f->type) ||
             db_run(st->db, sql[ADD],
                    DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(e->name),
                       db_text(hook_type_name(f->type)), db_int(subject), db_text(body),
                       db_int(due_ms), db_int(now_ms)),
                    err);
    }
    free(body);
    st->message_added = true; /* the courier carries these too */
    return ok;
}

bool hook_withdraw(struct store *st, enum hook_type type, int64_t case_id, int64_t now_ms,
                   struct error *err)
{
    return !hook_wanted(st, type) ||
           db_run(st->db, sql[WITHDRAW],
                  DB(db_int(st->hall), db_int(case_id), db_text(hook_type_name(type)),
                     db_int(now_ms)),
                  err);
}

/* ---- sending ---- */

/* What is due at one endpoint, added to `out`. */
static bool read_due(struct store *st, const char *endpoint, int most, int64_t now_ms,
                     struct hook_delivery *out, int *count, struct error *err)
{
    struct db_cursor c;
    bool ok = db_query(
        st->db, sql[DUE],
        DB(db_int(st->hall), db_text(endpoint), db_int(now_ms), db_int(most - *count)),
        &c, err);

    while (ok && db_next(&c, err)) {
        struct hook_delivery *d = &out[(*count)++];

        *d = (struct hook_delivery){.id = db_get_int(&c, 0),
                                    .tries = (int)db_get_int(&c, 3) + 1,
                                    .body = memory_text(db_get_text(&c, 4))};
        db_copy_text(&c, 1, d->endpoint, sizeof(d->endpoint));
        db_copy_text(&c, 2, d->kind, sizeof(d->kind));
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

static bool look_ahead(struct store *st, const char *endpoint, int64_t now_ms,
                       int64_t *next_ms, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[NEXT],
                 DB(db_int(st->hall), db_text(endpoint), db_int(now_ms)), &c, &found,
                 err))
        return false;
    if (found && !db_is_null(&c, 0) && db_get_int(&c, 0) < *next_ms)
        *next_ms = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool hooks_claim(struct store *st, int most, int64_t now_ms, struct hook_delivery *out,
                 int *count, int64_t *next_ms, struct error *err)
{
    bool ok = true;

    *count = 0;
    *next_ms = INT64_MAX;
    for (int i = 0; ok && st->hooks != NULL && i < st->hooks->count; i++) {
        const char *name = st->hooks->endpoints[i].name;

        ok = (*count == most || read_due(st, name, most, now_ms, out, count, err)) &&
             look_ahead(st, name, now_ms, next_ms, err);
    }
    for (int i = 0; ok && i < *count; i++)
        ok = db_run(st->db, sql[CLAIM], DB(db_int(out[i].id), db_int(now_ms)), err);
    if (*count == most)
        *next_ms = now_ms; /* there may be more */
    if (ok)
        return true;
    for (int i = 0; i < *count; i++)
        free(out[i].body);
    *count = 0;
    return false;
}

static bool set_endpoint(struct store *st, const char *endpoint, bool off,
                         const char *reason, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[ENDPOINT_SET],
                  DB(db_int(st->hall), db_text(endpoint), db_int(off), db_text(reason),
                     db_int(now_ms)),
                  err);
}

bool hook_book(struct store *st, const struct hook_try *t, int64_t now_ms, bool *off,
               struct error *err)
{
    enum hook_outcome outcome = hook_judge(t->status);
    const char *state = "waiting", *result = "retried";
    int64_t wait_ms = 0;
    uint64_t lot;

    st->world->random(st->world, &lot, sizeof(lot));
    *off = false;
    if (outcome == HOOK_AGAIN) {
        wait_ms = hook_wait_ms(t->tries, lot);
        *off = wait_ms < 0;
        if (wait_ms < t->retry_after_ms && !*off)
            wait_ms = t->retry_after_ms;
    }
    if (outcome == HOOK_DONE) {
        state = "done";
        result = "delivered";
    } else if (outcome == HOOK_GONE || *off) {
        state = "failed";
        result = outcome == HOOK_GONE ? "gone" : "failed";
        *off = true;
    }
    return db_run(st->db, sql[BOOK],
                  DB(db_int(t->id), db_text(state), db_int(now_ms + wait_ms),
                     db_int(now_ms), db_int(t->status), db_text(t->trouble)),
                  err) &&
           db_run(st->db, sql[COUNT], DB(db_int(st->hall), db_text(result)), err) &&
           (!*off || set_endpoint(st, t->endpoint, true,
                                  outcome == HOOK_GONE ? "gone" : "failed", now_ms, err));
}

bool hooks_recover(struct store *st, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[RECOVER], DB(db_int(st->hall), db_int(now_ms)), err);
}

bool hooks_forget(struct store *st, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[FORGET], DB(db_int(st->hall), db_int(now_ms - KEPT_MS)),
                  err);
}

/* ---- for people ---- */

bool hooks_newest(struct store *st, int most, hook_each *each, void *self,
                  struct error *err)
{
    struct db_cursor c;
    bool ok = db_query(st->db, sql[NEWEST], DB(db_int(st->hall), db_int(most)), &c, err);

    while (ok && db_next(&c, err)) {
        struct hook_delivery d = {.id = db_get_int(&c, 0),
                                  .tries = (int)db_get_int(&c, 4),
                                  .status = (int)db_get_int(&c, 5),
                                  .due_ms = db_get_int(&c, 7),
                                  .at_ms = db_get_int(&c, 8),
                                  .changed_ms = db_get_int(&c, 9)};

        db_copy_text(&c, 1, d.endpoint, sizeof(d.endpoint));
        db_copy_text(&c, 2, d.kind, sizeof(d.kind));
        db_copy_text(&c, 3, d.state, sizeof(d.state));
        db_copy_text(&c, 6, d.trouble, sizeof(d.trouble));
        each(self, &d);
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

bool hook_resend(struct store *st, int64_t id, const char *actor, int64_t now_ms,
                 struct error *err)
{
    struct db_cursor c;
    char state[16], object[40];
    bool found;

    if (!db_find(st->db, sql[LOOK], DB(db_int(id), db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such delivery.");
    db_copy_text(&c, 0, state, sizeof(state));
    db_done(&c);
    if (strcmp(state, "done") != 0 && strcmp(state, "failed") != 0)
        return error_set(err, ERROR_CONFLICT,
                         "This delivery is under way, or was taken back.");
    snprintf(object, sizeof(object), "delivery %lld", (long long)id);
    st->message_added = true;
    return db_run(st->db, sql[RESEND], DB(db_int(id), db_int(st->hall), db_int(now_ms)),
                  err) &&
           store_audit(st, actor, "webhook.resend", object, NULL, now_ms, err);
}

bool hook_standing(struct store *st, const char *endpoint, struct hook_standing *out,
                   struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct hook_standing){0};
    if (!db_find(st->db, sql[STANDING], DB(db_int(st->hall), db_text(endpoint)), &c,
                 &found, err))
        return false;
    if (found) {
        out->off = db_get_int(&c, 0) != 0;
        db_copy_text(&c, 1, out->reason, sizeof(out->reason));
        out->changed_ms = db_get_int(&c, 2);
    }
    db_done(&c);
    if (!db_find(st->db, sql[WAITING], DB(db_int(st->hall), db_text(endpoint)), &c,
                 &found, err))
        return false;
    out->waiting = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool hook_switch_on(struct store *st, const char *endpoint, const char *actor,
                    int64_t now_ms, struct error *err)
{
    st->message_added = true;
    return set_endpoint(st, endpoint, false, "", now_ms, err) &&
           store_audit(st, actor, "webhook.on", endpoint, NULL, now_ms, err);
}

bool hook_metrics(struct store *st, struct buf *out, struct error *err)
{
    struct db_cursor c;
    bool ok = db_query(st->db, sql[COUNTS], DB(db_int(st->hall)), &c, err);

    while (ok && db_next(&c, err))
        buf_addf(out, "yiping_webhook_deliveries_total{result=\"%s\"} %lld\n",
                 db_get_text(&c, 0), (long long)db_get_int(&c, 1));
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}
