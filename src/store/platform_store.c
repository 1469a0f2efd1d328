/*
 * platform_store.c — see platform_store.h; what people look at is in platform_look.c.
 */
#include "store/platform_store.h"

#include <assert.h>
#include <stdio.h>

#include "base/words.h"
#include "store/record_facts.h"
#include "store/topics.h"

enum { COLLECT_MOST = 256, CLAIM_MOST = 64 };
#define UNMADE_WAIT_MS INT64_C(3600000) /* a record that cannot be made any more */

enum {
    CURSOR,
    CURSOR_SET,
    RATINGS,
    ADD,
    REMOVE,
    LATER,
    COUNT,
    DUE,
    NEXT,
    CLAIM,
    UNFIT,
    UNMADE,
    BOOK,
    TROUBLE,
    SUCCESS,
    RECOVER,
    LOOK,
    RESEND,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [CURSOR] = "SELECT rating_id FROM platforms WHERE hall = $1 AND platform = $2",
    [CURSOR_SET] =
        "INSERT INTO platforms (hall, platform, rating_id, status, trouble, trouble_ms,"
        " success_ms) VALUES ($1, $2, $3, 0, '', 0, 0)"
        " ON CONFLICT (hall, platform) DO UPDATE SET rating_id = excluded.rating_id",
    [RATINGS] =
        "SELECT r.id, r.case_id, r.rated_ms,"
        " CASE WHEN EXISTS (SELECT n.id FROM ratings n WHERE n.case_id = r.case_id"
        " AND n.round > r.round) THEN 1 ELSE 0 END, p.id, p.state, p.tries"
        " FROM ratings r LEFT JOIN platform_records p ON p.hall = $1"
        " AND p.platform = $2 AND p.case_id = r.case_id"
        " WHERE r.id > $3 AND r.hall + 0 = $1 ORDER BY r.id LIMIT $4",
    [ADD] = "INSERT INTO platform_records (id, hall, platform, case_id, rating_id, state,"
            " tries, due_ms, changed_ms, status, code, trouble, fields, differs, later)"
            " VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $6, 0, '', '', '', '', 0)",
    [REMOVE] = "DELETE FROM platform_records WHERE id = $1 AND tries = 0"
               " AND state IN ('waiting', 'unfit')",
    [LATER] = "UPDATE platform_records SET later = 1 WHERE id = $1",
    [COUNT] = "INSERT INTO platform_counts (hall, platform, state, records)"
              " VALUES ($1, $2, $3, $4) ON CONFLICT (hall, platform, state) DO UPDATE"
              " SET records = platform_counts.records + excluded.records",
    [DUE] = "SELECT id, rating_id, state, tries FROM platform_records WHERE hall = $1"
            " AND platform = $2 AND state IN ('waiting', 'unknown') AND due_ms <= $3"
            " ORDER BY id LIMIT $4",
    [NEXT] = "SELECT min(due_ms) FROM platform_records WHERE hall = $1 AND platform = $2"
             " AND state IN ('waiting', 'unknown') AND due_ms > $3",
    [CLAIM] = "UPDATE platform_records SET state = 'sending', tries = tries + 1,"
              " changed_ms = $2 WHERE id = $1 AND state IN ('waiting', 'unknown')",
    [UNFIT] = "UPDATE platform_records SET state = 'unfit', trouble = $2,"
              " changed_ms = $3 WHERE id = $1 AND state = 'waiting'",
    [UNMADE] = "UPDATE platform_records SET due_ms = $2, trouble = $3, changed_ms = $4"
               " WHERE id = $1 AND state = 'unknown'",
    [BOOK] = "UPDATE platform_records SET state = $2, due_ms = $3, changed_ms = $4,"
             " status = $5, code = $6, trouble = $7, fields = $8, differs = $9"
             " WHERE id = $1 AND state = 'sending'",
    [TROUBLE] = "UPDATE platforms SET status = $3, trouble = $4, trouble_ms = $5"
                " WHERE hall = $1 AND platform = $2",
    [SUCCESS] = "UPDATE platforms SET success_ms = $3 WHERE hall = $1 AND platform = $2",
    [RECOVER] = "UPDATE platform_records SET state = 'unknown', due_ms = $3,"
                " changed_ms = $3 WHERE hall = $1 AND platform = $2"
                " AND state = 'sending'",
    [LOOK] = "SELECT state FROM platform_records WHERE id = $1 AND hall = $2"
             " AND platform = $3",
    [RESEND] = "UPDATE platform_records SET state = 'waiting', due_ms = $2,"
               " changed_ms = $2, trouble = '', fields = '', differs = ''"
               " WHERE id = $1 AND state IN ('conflict', 'refused', 'unfit')",
};

const char *const *platform_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

const char *const platform_state_names[PLATFORM_STATES] = {
    "waiting", "sending",  "unknown", "accepted",
    "already", "conflict", "refused", "unfit",
};

/* One row, or several, moved from a state to another; NULL for none. */
static bool count_move(struct store *st, const char *platform, const char *from,
                       const char *to, int64_t rows, struct error *err)
{
    return rows == 0 ||
           ((from == NULL ||
             db_run(st->db, sql[COUNT],
                    DB(db_int(st->hall), db_text(platform), db_text(from), db_int(-rows)),
                    err)) &&
            (to == NULL ||
             db_run(st->db, sql[COUNT],
                    DB(db_int(st->hall), db_text(platform), db_text(to), db_int(rows)),
                    err)));
}

/* == Making rows ==================================================================== */

struct settled {
    int64_t rating_id, case_id, row_id; /* row_id: the case's row; 0 for none yet */
    bool newer;                         /* it was corrected: that one counts */
    char state[16];
    int tries;
};

static bool find_cursor(struct store *st, const char *platform, int64_t *rating_id,
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    *rating_id = 0;
    if (!db_find(st->db, sql[CURSOR], DB(db_int(st->hall), db_text(platform)), &c, &found,
                 err))
        return false;
    if (found) {
        *rating_id = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

/* Those behind `after` that can no longer be changed, up to the first that can. */
static bool find_settled(struct store *st, const char *platform, int64_t after,
                         int64_t correction_ms, int most, int64_t now_ms,
                         struct settled *out, int *count, int64_t *next_ms,
                         struct error *err)
{
    struct db_cursor c;
    bool ok = db_query(
        st->db, sql[RATINGS],
        DB(db_int(st->hall), db_text(platform), db_int(after), db_int(most)), &c, err);

    *count = 0;
    *next_ms = INT64_MAX;
    while (ok && *next_ms == INT64_MAX && db_next(&c, err)) {
        struct settled *s = &out[*count];
        int64_t settled_ms = db_get_int(&c, 2) + correction_ms;

        if (settled_ms > now_ms) {
            *next_ms = settled_ms;
            continue;
        }
        *s = (struct settled){.rating_id = db_get_int(&c, 0),
                              .case_id = db_get_int(&c, 1),
                              .newer = db_get_int(&c, 3) != 0,
                              .row_id = db_get_int(&c, 4),
                              .tries = (int)db_get_int(&c, 6)};
        db_copy_text(&c, 5, s->state, sizeof(s->state));
        (*count)++;
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

/* What never left is made anew; of what did, people are told. */
static bool give_way(struct store *st, const char *platform, const struct settled *s,
                     bool *made_room, struct error *err)
{
    int64_t changed = 0;

    if (!db_change(st->db, sql[REMOVE], DB(db_int(s->row_id)), &changed, err) ||
        !count_move(st, platform, s->state, NULL, changed, err))
        return false;
    *made_room = changed > 0;
    return *made_room || db_run(st->db, sql[LATER], DB(db_int(s->row_id)), err);
}

static bool make_row(struct store *st, const char *platform, const struct settled *s,
                     int64_t now_ms, int64_t *made, struct error *err)
{
    bool room = true;

    if (s->newer)
        return true;
    if (s->row_id != 0 && !give_way(st, platform, s, &room, err))
        return false;
    if (!room)
        return true;
    (*made)++;
    return db_run(st->db, sql[ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(platform),
                     db_int(s->case_id), db_int(s->rating_id), db_int(now_ms)),
                  err) &&
           count_move(st, platform, NULL, "waiting", 1, err);
}

/* What leaves the house is an export. */
static bool note_export(struct store *st, const char *platform,
                        const struct record_map *map, int64_t made, int64_t now_ms,
                        struct error *err)
{
    char detail[200];

    snprintf(detail, sizeof(detail), "records=%lld mapping=%.60s@%.30s phones=%s",
             (long long)made, record_map_name(map), record_map_version(map),
             record_map_wants(map, RECORD_PHONE) ? "yes" : "no");
    return made == 0 ||
           store_audit(st, "clockwork", "platform.push", platform, detail, now_ms, err);
}

bool platform_collect(struct store *st, const char *platform,
                      const struct record_map *map, int64_t correction_ms, int most,
                      int64_t now_ms, int *count, int64_t *next_ms, struct error *err)
{
    struct settled found[COLLECT_MOST];
    int64_t cursor, made = 0;
    bool ok;

    assert(most > 0 && most <= COLLECT_MOST);
    *count = 0;
    ok = find_cursor(st, platform, &cursor, err) &&
         find_settled(st, platform, cursor, correction_ms, most, now_ms, found, count,
                      next_ms, err);
    for (int i = 0; ok && i < *count; i++)
        ok = make_row(st, platform, &found[i], now_ms, &made, err);
    if (ok && *count == most)
        *next_ms = now_ms; /* there may be more */
    return ok &&
           (*count == 0 || db_run(st->db, sql[CURSOR_SET],
                                  DB(db_int(st->hall), db_text(platform),
                                     db_int(found[*count - 1].rating_id)),
                                  err)) &&
           note_export(st, platform, map, made, now_ms, err);
}

/* == Claiming ======================================================================= */

struct due {
    int64_t id, rating_id;
    bool unknown;
    int tries;
};

static bool find_due(struct store *st, const char *platform, int most, int64_t now_ms,
                     struct due *out, int *count, int64_t *next_ms, struct error *err)
{
    struct db_cursor c;
    bool found, ok = db_query(
                    st->db, sql[DUE],
                    DB(db_int(st->hall), db_text(platform), db_int(now_ms), db_int(most)),
                    &c, err);

    *count = 0;
    while (ok && db_next(&c, err))
        out[(*count)++] =
            (struct due){.id = db_get_int(&c, 0),
                         .rating_id = db_get_int(&c, 1),
                         .unknown = strcmp(db_get_text(&c, 2), "unknown") == 0,
                         .tries = (int)db_get_int(&c, 3)};
    db_done(&c);
    *next_ms = now_ms; /* there may be more */
    if (!ok || err->kind != ERROR_NONE || *count == most)
        return ok && err->kind == ERROR_NONE;
    *next_ms = INT64_MAX;
    if (!db_find(st->db, sql[NEXT],
                 DB(db_int(st->hall), db_text(platform), db_int(now_ms)), &c, &found,
                 err))
        return false;
    if (found && !db_is_null(&c, 0))
        *next_ms = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

struct making {
    struct store *st;
    const struct record_map *map;
    struct platform_claimed *out;
    struct error err;
};

static void make_record(void *self, const struct review_item *item)
{
    struct making *m = self;

    m->out->words_gone = item->rating.words_gone;
    if (!record_of_item(m->st, m->map, item, &m->out->record, &m->err))
        m->out->record = NULL;
}

/* The record as the facts were when its row was made. Without one `why` says so. */
static bool read_record(struct store *st, const struct record_map *map,
                        const struct due *due, struct platform_claimed *out,
                        struct error *why, struct error *err)
{
    struct making m = {.st = st, .map = map, .out = out};
    bool found;

    *out = (struct platform_claimed){
        .id = due->id, .tries = due->tries + 1, .ask = due->unknown};
    if (!review_item_each(st, due->rating_id, due->id, make_record, &m, &found, err))
        return false;
    if (m.err.kind != ERROR_NONE && m.err.kind != ERROR_INPUT) {
        *err = m.err;
        return false;
    }
    *why = m.err;
    if (!found)
        error_set(why, ERROR_INPUT, "The rating of this record cannot be found.");
    return true;
}

/* It cannot be made: it stays here, or nobody knows whether it left before. */
static bool book_unmade(struct store *st, const char *platform, const struct due *due,
                        const char *why, int64_t now_ms, struct error *err)
{
    if (due->unknown)
        return db_run(st->db, sql[UNMADE],
                      DB(db_int(due->id), db_int(now_ms + UNMADE_WAIT_MS), db_text(why),
                         db_int(now_ms)),
                      err);
    return db_run(st->db, sql[UNFIT], DB(db_int(due->id), db_text(why), db_int(now_ms)),
                  err) &&
           count_move(st, platform, "waiting", "unfit", 1, err);
}

static bool claim_one(struct store *st, const char *platform,
                      const struct record_map *map, const struct due *due, int64_t now_ms,
                      struct platform_claimed *out, int *count, struct error *err)
{
    struct platform_claimed one;
    struct error why = {0};
    char text[PLATFORM_WORDS];

    if (!read_record(st, map, due, &one, &why, err))
        return false;
    if (one.record == NULL) {
        words_show_into(why.text, text, sizeof(text));
        return book_unmade(st, platform, due, text, now_ms, err);
    }
    out[(*count)++] = one;
    return db_run(st->db, sql[CLAIM], DB(db_int(due->id), db_int(now_ms)), err) &&
           count_move(st, platform, due->unknown ? "unknown" : "waiting", "sending", 1,
                      err);
}

bool platform_claim(struct store *st, const char *platform, const struct record_map *map,
                    int most, int64_t now_ms, struct platform_claimed *out, int *count,
                    int64_t *next_ms, struct error *err)
{
    struct due due[CLAIM_MOST];
    int found = 0;
    bool ok;

    assert(most > 0 && most <= CLAIM_MOST);
    *count = 0;
    ok = find_due(st, platform, most, now_ms, due, &found, next_ms, err);
    for (int i = 0; ok && i < found; i++)
        ok = claim_one(st, platform, map, &due[i], now_ms, out, count, err);
    if (ok)
        return true;
    for (int i = 0; i < *count; i++)
        json_decref(out[i].record);
    *count = 0;
    return false;
}

/* == Booking ======================================================================== */

static bool has_arrived(const char *state)
{
    return strcmp(state, "accepted") == 0 || strcmp(state, "already") == 0;
}

bool platform_book(struct store *st, const char *platform, const struct platform_try *t,
                   int64_t now_ms, struct error *err)
{
    int64_t changed = 0;

    if (!db_change(st->db, sql[BOOK],
                   DB(db_int(t->id), db_text(t->state), db_int(now_ms + t->wait_ms),
                      db_int(now_ms), db_int(t->status), db_text(t->code),
                      db_text(t->trouble), db_text(t->fields), db_text(t->differs)),
                   &changed, err) ||
        !count_move(st, platform, "sending", t->state, changed, err))
        return false;
    if (has_arrived(t->state))
        return db_run(st->db, sql[SUCCESS],
                      DB(db_int(st->hall), db_text(platform), db_int(now_ms)), err);
    return db_run(st->db, sql[TROUBLE],
                  DB(db_int(st->hall), db_text(platform), db_int(t->status),
                     db_text(t->trouble), db_int(now_ms)),
                  err);
}

bool platform_recover(struct store *st, const char *platform, int64_t now_ms,
                      int64_t *count, struct error *err)
{
    return db_change(st->db, sql[RECOVER],
                     DB(db_int(st->hall), db_text(platform), db_int(now_ms)), count,
                     err) &&
           count_move(st, platform, "sending", "unknown", *count, err);
}

bool platform_resend(struct store *st, const char *platform, int64_t id,
                     const char *actor, int64_t now_ms, struct error *err)
{
    struct db_cursor c;
    char state[16], object[40];
    int64_t changed = 0;
    bool found;

    if (!db_find(st->db, sql[LOOK], DB(db_int(id), db_int(st->hall), db_text(platform)),
                 &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such record.");
    db_copy_text(&c, 0, state, sizeof(state));
    db_done(&c);
    if (!db_change(st->db, sql[RESEND], DB(db_int(id), db_int(now_ms)), &changed, err))
        return false;
    if (changed == 0)
        return error_set(err, ERROR_CONFLICT,
                         "This record has arrived, or goes by itself.");
    snprintf(object, sizeof(object), "record %lld", (long long)id);
    st->message_added = true; /* the courier looks */
    return count_move(st, platform, state, "waiting", 1, err) &&
           store_audit(st, actor, "platform.resend", object, state, now_ms, err);
}
