/*
 * platform_look.c — what people see of the regional platform (platform_store.h). Only
 * looks.
 */
#include "store/platform_store.h"

#include <stdio.h>

#include "store/topics.h"

enum { COUNTS, STANDING, OLDEST, LIST, CORRECTED, EXCLUDED, STATEMENTS };

#define COLUMNS                                                                          \
    "SELECT p.id, p.case_id, r.rated_ms, p.due_ms, p.changed_ms, p.tries, p.status,"     \
    " p.later, CASE WHEN EXISTS (SELECT d.id FROM appeals a JOIN appeal_decisions d"     \
    " ON d.appeal_id = a.id WHERE a.rating_id = p.rating_id"                             \
    " AND d.outcome = 'excluded') THEN 1 ELSE 0 END, p.state, c.case_no, p.code,"        \
    " p.trouble, p.fields, p.differs FROM platform_records p"                            \
    " JOIN ratings r ON r.id = p.rating_id JOIN cases c ON c.id = p.case_id"
#define ARRIVED " AND p.state IN ('accepted', 'already')"

static const char *const sql[STATEMENTS] = {
    [COUNTS] = "SELECT state, records FROM platform_counts WHERE hall = $1"
               " AND platform = $2",
    [STANDING] = "SELECT status, trouble, trouble_ms, success_ms FROM platforms"
                 " WHERE hall = $1 AND platform = $2",
    [OLDEST] = "SELECT r.rated_ms FROM platform_records p JOIN ratings r"
               " ON r.id = p.rating_id WHERE p.hall = $1 AND p.platform = $2"
               " AND p.state IN ('waiting', 'unknown') ORDER BY p.id LIMIT 1",
    [LIST] = COLUMNS " WHERE p.hall = $1 AND p.platform = $2 AND p.state = $3"
                     " ORDER BY p.id DESC LIMIT $4",
    [CORRECTED] = COLUMNS " WHERE p.hall = $1 AND p.platform = $2 AND p.later = 1" ARRIVED
                          " ORDER BY p.id DESC LIMIT $3",
    [EXCLUDED] =
        COLUMNS " JOIN appeals b ON b.rating_id = p.rating_id"
                " JOIN appeal_decisions e ON e.appeal_id = b.id"
                " WHERE p.hall = $1 AND p.platform = $2 AND p.later = 0"
                " AND e.outcome = 'excluded'" ARRIVED " ORDER BY e.id DESC LIMIT $3",
};

const char *const *platform_look_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool count_states(struct store *st, const char *platform,
                         struct platform_standing *out, struct error *err)
{
    struct db_cursor c;
    bool ok =
        db_query(st->db, sql[COUNTS], DB(db_int(st->hall), db_text(platform)), &c, err);

    while (ok && db_next(&c, err))
        for (int i = 0; i < PLATFORM_STATES; i++)
            if (strcmp(db_get_text(&c, 0), platform_state_names[i]) == 0)
                out->records[i] = db_get_int(&c, 1);
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

bool platform_standing(struct store *st, const char *platform,
                       struct platform_standing *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct platform_standing){0};
    if (!count_states(st, platform, out, err) ||
        !db_find(st->db, sql[STANDING], DB(db_int(st->hall), db_text(platform)), &c,
                 &found, err))
        return false;
    if (found) {
        out->status = (int)db_get_int(&c, 0);
        db_copy_text(&c, 1, out->trouble, sizeof(out->trouble));
        out->trouble_ms = db_get_int(&c, 2);
        out->success_ms = db_get_int(&c, 3);
        db_done(&c);
    }
    if (!db_find(st->db, sql[OLDEST], DB(db_int(st->hall), db_text(platform)), &c, &found,
                 err))
        return false;
    if (found) {
        out->oldest_ms = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

static bool each_row(struct db_cursor *c, platform_each *each, void *self,
                     struct error *err)
{
    while (db_next(c, err)) {
        struct platform_row row = {.id = db_get_int(c, 0),
                                   .case_id = db_get_int(c, 1),
                                   .rated_ms = db_get_int(c, 2),
                                   .due_ms = db_get_int(c, 3),
                                   .changed_ms = db_get_int(c, 4),
                                   .tries = (int)db_get_int(c, 5),
                                   .status = (int)db_get_int(c, 6),
                                   .later = db_get_int(c, 7) != 0,
                                   .excluded = db_get_int(c, 8) != 0};

        db_copy_text(c, 9, row.state, sizeof(row.state));
        db_copy_text(c, 10, row.case_no, sizeof(row.case_no));
        db_copy_text(c, 11, row.code, sizeof(row.code));
        db_copy_text(c, 12, row.trouble, sizeof(row.trouble));
        db_copy_text(c, 13, row.fields, sizeof(row.fields));
        db_copy_text(c, 14, row.differs, sizeof(row.differs));
        each(self, &row);
    }
    db_done(c);
    return err->kind == ERROR_NONE;
}

bool platform_list(struct store *st, const char *platform, const char *state, int most,
                   platform_each *each, void *self, struct error *err)
{
    struct db_cursor c;

    return db_query(st->db, sql[LIST],
                    DB(db_int(st->hall), db_text(platform), db_text(state), db_int(most)),
                    &c, err) &&
           each_row(&c, each, self, err);
}

bool platform_list_later(struct store *st, const char *platform, int most,
                         platform_each *each, void *self, struct error *err)
{
    struct db_cursor c;

    for (int which = CORRECTED; which <= EXCLUDED; which++)
        if (!db_query(st->db, sql[which],
                      DB(db_int(st->hall), db_text(platform), db_int(most)), &c, err) ||
            !each_row(&c, each, self, err))
            return false;
    return true;
}

bool platform_metrics(struct store *st, const char *platform, int64_t now_ms,
                      struct buf *out, struct error *err)
{
    struct platform_standing s;

    if (!platform_standing(st, platform, &s, err))
        return false;
    for (int i = 0; i < PLATFORM_STATES; i++)
        buf_addf(out, "yiping_platform_records{state=\"%s\"} %lld\n",
                 platform_state_names[i], (long long)s.records[i]);
    buf_addf(out, "yiping_platform_oldest_unsent_seconds %lld\n",
             (long long)(s.oldest_ms != 0 ? (now_ms - s.oldest_ms) / 1000 : 0));
    buf_addf(out, "yiping_platform_last_success_timestamp_seconds %lld\n",
             (long long)(s.success_ms / 1000));
    return true;
}
