/*
 * paper_store.c — see paper_store.h.
 *
 * Promise: every paper is an audit event too, so that who wrote what, and when, is found
 * in one place. Not here: whether the digest is that of the year's frozen result
 * (the page asks the bundle).
 */
#include "store/paper_store.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/topics.h"

enum { ADD, LIST, SIGN, SIGNED, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO papers (id, hall, once, year, kind, title, body, people, date,"
            " actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
            " ON CONFLICT (hall, once) DO NOTHING",
    [LIST] = "SELECT p.id, p.kind, p.title, p.body, p.people, p.date, p.at_ms,"
             " COALESCE(a.name, p.actor) FROM papers p"
             " LEFT JOIN accounts a ON a.hall = p.hall"
             " AND p.actor = 'account ' || CAST(a.id AS TEXT)"
             " WHERE p.hall = $1 AND p.year = $2 ORDER BY p.kind, p.id DESC",
    [SIGN] = "INSERT INTO judgements (id, hall, once, year, department_code, body,"
             " digest, signed, actor, at_ms)"
             " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
             " ON CONFLICT (hall, once) DO NOTHING",
    [SIGNED] = "SELECT j.id, j.department_code, COALESCE(d.name, j.department_code),"
               " j.body, j.digest, j.signed, COALESCE(a.name, j.actor), j.at_ms,"
               " CASE WHEN j.id = (SELECT max(n.id) FROM judgements n"
               " WHERE n.hall = j.hall AND n.year = j.year"
               " AND n.department_code = j.department_code) THEN 1 ELSE 0 END"
               " FROM judgements j LEFT JOIN departments d ON d.id ="
               " (SELECT max(m.id) FROM departments m WHERE m.hall = j.hall"
               " AND m.code = j.department_code)"
               " LEFT JOIN accounts a ON a.hall = j.hall"
               " AND j.actor = 'account ' || CAST(a.id AS TEXT)"
               " WHERE j.hall = $1 AND j.year = $2"
               " ORDER BY j.department_code, j.id DESC",
};

const char *const *paper_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const kinds[PAPER_KINDS] = {
    [PAPER_TEMPLATE] = "template",
    [PAPER_TRAINING] = "training",
    [PAPER_SUPERVISION] = "supervision",
};

const char *paper_kind_name(enum paper_kind kind)
{
    return kinds[kind];
}

enum paper_kind paper_kind_parse(const char *word)
{
    int kind = 0;

    while (kind < PAPER_KINDS && strcmp(word, kinds[kind]) != 0)
        kind++;
    return (enum paper_kind)kind;
}

/* A text of one to `most` characters. */
static bool text_fits(const char *field, const char *text, size_t most, bool must,
                      struct error *err)
{
    size_t length = text_characters(text, strlen(text));

    if (must && length == 0)
        return error_field(err, field, "Something must be written here.");
    return length <= most ||
           error_field(err, field, "At most %zu characters, you wrote %zu.", most,
                       length);
}

/* == Papers ======================================================================= */

static bool paper_fits(const struct paper_input *in, struct error *err)
{
    if (!text_fits("title", in->title, PAPER_TITLE, true, err) ||
        !text_fits("people", in->people, PAPER_PEOPLE, in->kind == PAPER_TRAINING, err) ||
        !text_fits("body", in->body, PAPER_BODY, true, err))
        return false;
    return in->date > 0 || error_field(err, "date", "On which day was it?");
}

bool paper_add(struct store *st, const struct paper_input *in, int64_t now_ms,
               struct error *err)
{
    int64_t id = store_id(st, now_ms), added;
    char object[48], detail[48];

    if (!paper_fits(in, err) ||
        !db_change(st->db, sql[ADD],
                   DB(db_int(id), db_int(st->hall), db_text(in->once), db_int(in->year),
                      db_text(kinds[in->kind]), db_text(in->title), db_text(in->body),
                      db_text(in->people), db_int(in->date), db_text(in->actor),
                      db_int(now_ms)),
                   &added, err))
        return false;
    if (added == 0)
        return true;
    snprintf(object, sizeof(object), "paper %lld", (long long)id);
    snprintf(detail, sizeof(detail), "%d %s", in->year, kinds[in->kind]);
    return store_audit(st, in->actor, "paper.added", object, detail, now_ms, err);
}

bool papers_each(struct store *st, int year, paper_each *each, void *self,
                 struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        const struct paper p = {.id = db_get_int(&c, 0),
                                .kind = paper_kind_parse(db_get_text(&c, 1)),
                                .title = db_get_text(&c, 2),
                                .body = db_get_text(&c, 3),
                                .people = db_get_text(&c, 4),
                                .date = (int)db_get_int(&c, 5),
                                .at_ms = db_get_int(&c, 6),
                                .by = db_get_text(&c, 7)};

        each(self, &p);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

/* == Judgements =================================================================== */

static bool digest_fits(const char *digest)
{
    return strlen(digest) == PAPER_DIGEST - 1 &&
           strspn(digest, "0123456789abcdef") == PAPER_DIGEST - 1;
}

static bool judgement_fits(struct store *st, const struct judgement_input *in,
                           struct error *err)
{
    bool known;

    if (!department_known(st, in->department, &known, err))
        return false;
    if (!known)
        return error_field(err, "department", "There is no department %s.",
                           in->department);
    if (!digest_fits(in->digest))
        return error_field(err, "digest",
                           "The year's result must be frozen before it is judged.");
    return text_fits("body", in->body, PAPER_BODY, true, err) &&
           text_fits("signed", in->signed_name, PAPER_TITLE, true, err) &&
           assessor_may(st, in->account_id, in->department, in->date, err);
}

bool judgement_sign(struct store *st, const struct judgement_input *in, int64_t now_ms,
                    struct error *err)
{
    char object[64], detail[PAPER_DIGEST + 16];
    int64_t added;

    if (!judgement_fits(st, in, err) ||
        !db_change(st->db, sql[SIGN],
                   DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(in->once),
                      db_int(in->year), db_text(in->department), db_text(in->body),
                      db_text(in->digest), db_text(in->signed_name), db_text(in->actor),
                      db_int(now_ms)),
                   &added, err))
        return false;
    if (added == 0)
        return true;
    snprintf(object, sizeof(object), "department %s", in->department);
    snprintf(detail, sizeof(detail), "%d %s", in->year, in->digest);
    return store_audit(st, in->actor, "judgement.signed", object, detail, now_ms, err);
}

bool judgements_each(struct store *st, int year, judgement_each *each, void *self,
                     struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[SIGNED], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        const struct judgement j = {.id = db_get_int(&c, 0),
                                    .department = db_get_text(&c, 1),
                                    .department_name = db_get_text(&c, 2),
                                    .body = db_get_text(&c, 3),
                                    .digest = db_get_text(&c, 4),
                                    .signed_name = db_get_text(&c, 5),
                                    .by = db_get_text(&c, 6),
                                    .at_ms = db_get_int(&c, 7),
                                    .newest = db_get_int(&c, 8) != 0};

        each(self, &j);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
