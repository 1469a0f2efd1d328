/*
 * metrics_store.c — see metrics_store.h.
 */
#include "store/metrics_store.h"

#include <string.h>

#include "store/message_store.h"
#include "store/topics.h"

enum {
    WAITING,
    TAKEN,
    RATINGS,
    RATINGS_TOTAL,
    CLOSINGS,
    OPEN_MESSAGES,
    OLDEST,
    ORDERS,
    ORDERS_OPEN,
    ORDERS_OVERDUE,
    UNREAD,
    UNLINKED,
    STATEMENTS
};

enum { MOST_BYTES = 4 << 20 }; /* of all lines, with those that the loop adds */

static const char *const sql[STATEMENTS] = {
    [WAITING] = "SELECT series_code, waiting FROM series_days WHERE hall = $1"
                " AND local_date = $2 ORDER BY series_code",
    [TAKEN] =
        "SELECT CAST(COALESCE(sum(last), 0) AS BIGINT) FROM series_days WHERE hall = $1",
    [RATINGS] = "SELECT channel, grade, CAST(sum(ratings) AS BIGINT) FROM rating_days"
                " WHERE hall = $1 AND local_date = $2 GROUP BY channel, grade"
                " ORDER BY channel, grade",
    [RATINGS_TOTAL] = "SELECT channel, grade, CAST(sum(ratings) AS BIGINT)"
                      " FROM rating_days WHERE hall = $1 GROUP BY channel, grade"
                      " ORDER BY channel, grade",
    [CLOSINGS] =
        "SELECT decision, CAST(sum(closings) AS BIGINT) FROM closing_days"
        " WHERE hall = $1 AND local_date = $2 GROUP BY decision ORDER BY decision",
    [OPEN_MESSAGES] = "SELECT state, count(*) FROM messages WHERE hall = $1"
                      " AND" MESSAGE_IS_OPEN("") " GROUP BY state"
                                                 " ORDER BY state",
    [OLDEST] = "SELECT min(due_ms), count(*) FROM messages WHERE hall = $1"
               " AND state IN ('NEW', 'RETRY') AND due_ms <= $2",
    [ORDERS] = "SELECT count(*) FROM work_orders WHERE hall = $1",
    [ORDERS_OPEN] = "SELECT state, count(*) FROM order_states WHERE hall = $1"
                    " AND state <> 'closed' GROUP BY state ORDER BY state",
    [ORDERS_OVERDUE] = "SELECT count(*) FROM order_states WHERE hall = $1"
                       " AND state <> 'closed' AND due_ms <= $2",
    [UNLINKED] = "SELECT CAST(COALESCE(sum(replies), 0) AS BIGINT) FROM reply_days"
                 " WHERE hall = $1 AND linked = 0",
    [UNREAD] = "SELECT count(*) FROM inbound WHERE hall = $1 AND state = 'NEW'",
};

const char *const *metrics_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* One line a row: the text columns are labels, the last column the value. */
static bool labelled(struct store *st, const char *statement, int64_t second,
                     const char *name, const char *first_label, const char *second_label,
                     struct buf *out, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, statement, DB(db_int(st->hall), db_int(second)), &c, err))
        return false;
    while (db_next(&c, err)) {
        buf_addf(out, "%s{%s=\"%s\"", name, first_label, db_get_text(&c, 0));
        if (second_label != NULL)
            buf_addf(out, ",%s=\"%s\"", second_label, db_get_text(&c, 1));
        buf_addf(out, "} %lld\n",
                 (long long)db_get_int(&c, second_label != NULL ? 2 : 1));
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool number(struct store *st, const char *statement, int64_t second,
                   const char *name, struct buf *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, statement, DB(db_int(st->hall), db_int(second)), &c, &found,
                 err))
        return false;
    buf_addf(out, "%s %lld\n", name, (long long)db_get_int(&c, 0));
    db_done(&c);
    return true;
}

static bool outbox(struct store *st, int64_t now_ms, struct buf *out, struct error *err)
{
    struct db_cursor c;
    bool found;
    int64_t oldest_ms;

    if (!db_find(st->db, sql[OLDEST], DB(db_int(st->hall), db_int(now_ms)), &c, &found,
                 err))
        return false;
    oldest_ms = db_is_null(&c, 0) ? now_ms : db_get_int(&c, 0);
    buf_addf(out, "yiping_sms_outbox %lld\nyiping_sms_oldest_unsent_seconds %lld\n",
             (long long)db_get_int(&c, 1), (long long)((now_ms - oldest_ms) / 1000));
    db_done(&c);
    return true;
}

bool metrics_read(struct store *st, int64_t now_ms, struct metrics *out,
                  struct error *err)
{
    int64_t today;

    out->lines = buf_new(MOST_BYTES);
    if (st->frame == NULL)
        return true;
    today = hall_local_date(st->frame, now_ms);
    return labelled(st, sql[WAITING], today, "yiping_queue_waiting", "queue", NULL,
                    &out->lines, err) &&
           number(st, sql[TAKEN], 0, "yiping_tickets_total{event=\"taken\"}", &out->lines,
                  err) &&
           labelled(st, sql[RATINGS_TOTAL], 0, "yiping_ratings_total", "channel", "grade",
                    &out->lines, err) &&
           labelled(st, sql[RATINGS], today, "yiping_ratings_today", "channel", "grade",
                    &out->lines, err) &&
           labelled(st, sql[CLOSINGS], today, "yiping_closings_today", "decision", NULL,
                    &out->lines, err) &&
           labelled(st, sql[OPEN_MESSAGES], 0, "yiping_sms_open", "state", NULL,
                    &out->lines, err) &&
           outbox(st, now_ms, &out->lines, err) &&
           number(st, sql[UNREAD], 0, "yiping_inbound_unread", &out->lines, err) &&
           number(st, sql[UNLINKED], 0, "yiping_ratings_unlinked_total", &out->lines,
                  err) &&
           number(st, sql[ORDERS], 0, "yiping_work_orders_opened_total", &out->lines,
                  err) &&
           labelled(st, sql[ORDERS_OPEN], 0, "yiping_reviews_open", "state", NULL,
                    &out->lines, err) &&
           number(st, sql[ORDERS_OVERDUE], now_ms, "yiping_reviews_overdue", &out->lines,
                  err);
}

void metrics_free(struct metrics *m)
{
    buf_free(&m->lines);
}
