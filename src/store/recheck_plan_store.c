/*
 * recheck_plan_store.c — plans of re-checks (recheck_store.h): announced, drawn, and kept
 * with the whole list of cases that stood to be drawn.
 *
 * Promise: a seed is read by nobody before its plan is drawn, and a plan is drawn once.
 * Not here: what the citizens say (recheck_store.c).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/memory.h"
#include "store/recheck_store.h"
#include "store/topics.h"

enum { ONCE, ANNOUNCE, PLANS, PLAN, SEED, CANDIDATES, DRAW, RECHECK, NAMES, STATEMENTS };

#define PLAN_ROWS                                                                        \
    "SELECT p.id, p.at_ms, d.at_ms, p.year, p.from_date, p.to_date, p.wanted, d.among,"  \
    " p.side, p.department_code, CASE WHEN d.plan_id IS NULL THEN '' ELSE p.seed END,"   \
    " p.commitment, d.digest, p.actor, (SELECT count(*) FROM rechecks r"                 \
    " WHERE r.plan_id = p.id)"                                                           \
    " FROM recheck_plans p LEFT JOIN recheck_draws d ON d.plan_id = p.id"

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id FROM recheck_plans WHERE hall = $1 AND once = $2",
    [ANNOUNCE] = "INSERT INTO recheck_plans (id, hall, once, year, side, from_date,"
                 " to_date, department_code, wanted, seed, commitment, actor, at_ms)"
                 " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    [PLANS] = PLAN_ROWS " WHERE p.hall = $1 AND p.year = $2 ORDER BY p.id DESC",
    [PLAN] = PLAN_ROWS " WHERE p.id = $1 AND p.hall = $2",
    [SEED] = "SELECT seed FROM recheck_plans WHERE id = $1 AND hall = $2",
    [CANDIDATES] =
        "SELECT c.id, w.code, d.code FROM closings n JOIN cases c ON c.id = n.case_id"
        " JOIN windows w ON w.id = c.window_id"
        " JOIN departments d ON d.id = w.department_id WHERE n.hall = $1"
        " AND n.local_date BETWEEN $2 AND $3 AND c.state = 'closed'"
        " AND (CAST($4 AS TEXT) IS NULL OR d.code = $4) AND c.phone_id IS NOT NULL"
        " AND c.rate_until_ms < $5"
        " AND NOT EXISTS (SELECT 1 FROM rechecks r WHERE r.case_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM optouts o WHERE o.phone_id = c.phone_id"
        " AND NOT EXISTS (SELECT 1 FROM optout_ends e WHERE e.optout_id = o.id))"
        " ORDER BY c.id LIMIT $6",
    [DRAW] = "INSERT INTO recheck_draws (plan_id, hall, among, names, digest, actor,"
             " at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [RECHECK] = "INSERT INTO rechecks (id, hall, plan_id, case_id, place, window_code,"
                " department_code) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [NAMES] = "SELECT names FROM recheck_draws WHERE plan_id = $1 AND hall = $2",
};

const char *const *recheck_plan_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

bool recheck_announce(struct store *st, const struct recheck_plan_input *in,
                      int64_t now_ms, int64_t *id, struct error *err)
{
    struct store_announcement a;

    if (!store_announce(st, sql[ONCE], in->once, now_ms, &a, err))
        return false;
    *id = a.id;
    return a.again ||
           db_run(st->db, sql[ANNOUNCE],
                  DB(db_int(*id), db_int(st->hall), db_text(in->once), db_int(in->year),
                     db_text(visit_side_name(in->side)), db_int(in->from), db_int(in->to),
                     db_text(in->department), db_int(in->wanted), db_text(a.seed),
                     db_text(a.commitment), db_text(in->actor), db_int(now_ms)),
                  err);
}

/* == Looking ====================================================================== */

static void read_plan(const struct db_cursor *c, struct recheck_plan *p)
{
    *p = (struct recheck_plan){.id = db_get_int(c, 0),
                               .at_ms = db_get_int(c, 1),
                               .drawn_ms = db_get_int(c, 2),
                               .year = (int)db_get_int(c, 3),
                               .from = (int)db_get_int(c, 4),
                               .to = (int)db_get_int(c, 5),
                               .wanted = (int)db_get_int(c, 6),
                               .among = (int)db_get_int(c, 7),
                               .side = visit_side_read(db_get_text(c, 8)),
                               .drawn = (int)db_get_int(c, 14)};
    COPY(c, 9, p->department);
    COPY(c, 10, p->seed);
    COPY(c, 11, p->commitment);
    COPY(c, 12, p->digest);
    COPY(c, 13, p->actor);
}

bool recheck_plan_find(struct store *st, int64_t id, struct recheck_plan *out,
                       bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[PLAN], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_plan(&c, out);
        db_done(&c);
    }
    return true;
}

bool recheck_plans_each(struct store *st, int year, recheck_plan_each *each, void *self,
                        struct error *err)
{
    struct error trouble = {0};
    struct recheck_plan p;
    struct db_cursor c;

    if (!db_query(st->db, sql[PLANS], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        read_plan(&c, &p);
        each(self, &p);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool recheck_names(struct store *st, int64_t plan_id, struct buf *out, bool *found,
                   struct error *err)
{
    struct db_cursor c;
    const void *bytes;
    size_t length;

    if (!db_find(st->db, sql[NAMES], DB(db_int(plan_id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (*found) {
        bytes = db_get_blob(&c, 0, &length);
        buf_add(out, bytes, length);
        db_done(&c);
    }
    return true;
}

/* == Drawing ====================================================================== */

/* Those that stand to be drawn; owns its list and names. */
struct stand {
    struct one {
        int64_t case_id;
        char name[24], window[CODE_SIZE], department[CODE_SIZE];
    } * list;
    const char **names; /* of the list */
    size_t count, room;
    struct buf lines;
};

static void stand_free(struct stand *s)
{
    free(s->list);
    free(s->names);
    buf_free(&s->lines);
}

static void add_one(struct stand *s, const struct db_cursor *c)
{
    struct one *one;

    if (s->count == s->room) {
        s->room = s->room != 0 ? 2 * s->room : 256;
        s->list = memory_resize(s->list, s->room * sizeof(*s->list));
    }
    one = &s->list[s->count++];
    one->case_id = db_get_int(c, 0);
    snprintf(one->name, sizeof(one->name), "%" PRId64, one->case_id);
    COPY(c, 1, one->window);
    COPY(c, 2, one->department);
    buf_addf(&s->lines, "%s\n", one->name);
}

static bool read_stand(struct store *st, const struct recheck_plan *plan, int64_t now_ms,
                       struct stand *s, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    s->lines = buf_new((size_t)RECHECK_AMONG * 24);
    if (!db_query(st->db, sql[CANDIDATES],
                  DB(db_int(st->hall), db_int(plan->from), db_int(plan->to),
                     db_text(plan->department[0] != '\0' ? plan->department : NULL),
                     db_int(now_ms), db_int(RECHECK_AMONG + 1)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble))
        add_one(s, &c);
    db_done(&c);
    if (trouble.kind == ERROR_NONE && s->count > RECHECK_AMONG)
        error_set(&trouble, ERROR_LIMIT,
                  "More than %d cases stand to be drawn. Choose fewer days.",
                  RECHECK_AMONG);
    if (trouble.kind != ERROR_NONE) {
        *err = trouble;
        return false;
    }
    s->names = memory_new((s->count + 1) * sizeof(*s->names));
    for (size_t i = 0; i < s->count; i++)
        s->names[i] = s->list[i].name;
    return true;
}

static bool keep_draw(struct store *st, const struct recheck_plan *plan,
                      const struct stand *s, const char *actor, int64_t now_ms,
                      struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char digest[LOT_TEXT];

    crypt_sha256(buf_text(&s->lines), s->lines.length, hash);
    crypt_hex(hash, sizeof(hash), digest);
    return db_run(st->db, sql[DRAW],
                  DB(db_int(plan->id), db_int(st->hall), db_int((int64_t)s->count),
                     db_blob(buf_text(&s->lines), s->lines.length), db_text(digest),
                     db_text(actor), db_int(now_ms)),
                  err);
}

static bool keep_rechecks(struct store *st, const struct recheck_plan *plan,
                          const struct stand *s, const char *seed, int64_t now_ms,
                          struct error *err)
{
    size_t drawn[RECHECK_WANTED];
    size_t most = plan->wanted < RECHECK_WANTED ? (size_t)plan->wanted : RECHECK_WANTED;
    size_t count = lot_draw(seed, s->names, s->count, most, drawn);

    for (size_t i = 0; i < count; i++) {
        const struct one *one = &s->list[drawn[i]];

        if (!db_run(st->db, sql[RECHECK],
                    DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(plan->id),
                       db_int(one->case_id), db_int((int64_t)i + 1), db_text(one->window),
                       db_text(one->department)),
                    err))
            return false;
    }
    return true;
}

bool recheck_draw(struct store *st, const struct recheck_plan *plan, const char *actor,
                  int64_t now_ms, bool *drawn, struct error *err)
{
    struct recheck_plan now;
    struct stand s = {0};
    char seed[LOT_TEXT];
    bool found, ok;

    *drawn = false;
    if (!recheck_plan_find(st, plan->id, &now, &found, err))
        return false;
    if (!found || now.drawn_ms != 0)
        return true;
    ok = store_plan_seed(st, sql[SEED], plan->id, seed, err) &&
         read_stand(st, plan, now_ms, &s, err) &&
         keep_draw(st, plan, &s, actor, now_ms, err) &&
         keep_rechecks(st, plan, &s, seed, now_ms, err);
    stand_free(&s);
    *drawn = ok;
    return ok;
}
