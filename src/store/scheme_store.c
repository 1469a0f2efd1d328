/*
 * scheme_store.c — see scheme_store.h.
 *
 * Promise: a version is numbered, hashed and written by one statement, and nothing here
 * changes a row. Whether a year is frozen is worked out from the clock and the acts each
 * time, so that no stopped program can leave it open. Not here: marks of other offices
 * (sheet_store.c), who may call (web/access.c).
 */
#include "store/scheme_store.h"

#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "base/text.h"
#include "store/topics.h"

enum { ADD, ONCE, NEWEST, LIST, FIND, ACT_ADD, ACTS, YEARS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [ADD] = "INSERT INTO schemes (id, hall, once, year, version, title, text, digest,"
            " reason, heard, effect, actor, at_ms, share, share_reason)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    [ONCE] = "SELECT version FROM schemes WHERE hall = $1 AND once = $2",
    [NEWEST] = "SELECT COALESCE(max(version), 0) FROM schemes WHERE hall = $1"
               " AND year = $2",
    [LIST] = "SELECT s.version, s.title, s.text, s.digest, s.reason, s.heard, s.effect,"
             " COALESCE(a.name, s.actor), s.at_ms, t.at_ms, COALESCE(b.name, t.actor),"
             " s.share, s.share_reason"
             " FROM schemes s LEFT JOIN accounts a ON a.hall = s.hall"
             " AND s.actor = 'account ' || CAST(a.id AS TEXT)"
             " LEFT JOIN scheme_acts t ON t.hall = s.hall AND t.year = s.year"
             " AND t.version = s.version AND t.act = 'adopted'"
             " LEFT JOIN accounts b ON b.hall = t.hall"
             " AND t.actor = 'account ' || CAST(b.id AS TEXT)"
             " WHERE s.hall = $1 AND s.year = $2 ORDER BY s.version DESC",
    [FIND] = "SELECT text, digest FROM schemes WHERE hall = $1 AND year = $2"
             " AND version = $3",
    [ACT_ADD] = "INSERT INTO scheme_acts (id, hall, year, version, act, actor, at_ms)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [ACTS] = "SELECT version, act, at_ms FROM scheme_acts WHERE hall = $1 AND year = $2"
             " ORDER BY id",
    [YEARS] = "SELECT DISTINCT year FROM schemes WHERE hall = $1 ORDER BY year DESC",
};

const char *const *scheme_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Where a year stands =========================================================== */

int64_t scheme_year_ms(const struct store *st, int year)
{
    return zone_day_utc(st->frame->zone, day_number(year, 1, 1), 0);
}

/* The one number that a statement on the year gives; 0 for no row. */
static bool year_number(struct store *st, int statement, int year, int *out,
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = 0;
    if (!db_find(st->db, sql[statement], DB(db_int(st->hall), db_int(year)), &c, &found,
                 err))
        return false;
    if (found) {
        *out = (int)db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

/* A version adopted before the start is frozen by it, one adopted after it at once. */
static void judge_freeze(struct scheme_state *s, int64_t start_ms, int64_t act_ms,
                         int64_t now_ms)
{
    int64_t by_itself = s->adopted_ms > start_ms ? s->adopted_ms : start_ms;

    if (s->adopted == 0)
        return;
    s->late = s->adopted_ms >= start_ms;
    s->frozen_ms = act_ms != 0 && act_ms < by_itself ? act_ms : by_itself;
    s->frozen = s->frozen_ms <= now_ms;
    if (!s->frozen)
        s->frozen_ms = 0;
}

bool scheme_state(struct store *st, int year, int64_t now_ms, struct scheme_state *out,
                  struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;
    int64_t act_ms = 0;

    *out = (struct scheme_state){0};
    if (!year_number(st, NEWEST, year, &out->newest, err) ||
        !db_query(st->db, sql[ACTS], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        if (strcmp(db_get_text(&c, 1), "frozen") == 0) {
            act_ms = db_get_int(&c, 2);
        } else {
            out->adopted = (int)db_get_int(&c, 0);
            out->adopted_ms = db_get_int(&c, 2);
        }
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE) {
        *err = trouble;
        return false;
    }
    judge_freeze(out, scheme_year_ms(st, year), act_ms, now_ms);
    return true;
}

/* == Acts ========================================================================== */

static bool note(struct store *st, const char *actor, const char *action, int year,
                 int version, const char *detail, int64_t now_ms, struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "scheme %d/%d", year, version);
    return store_audit(st, actor, action, object, detail, now_ms, err);
}

static bool words_fit(const char *field, const char *text, struct error *err)
{
    size_t length = text_characters(text, strlen(text));

    if (length == 0)
        return error_field(err, field,
                           "A change of the scheme says why, and who was "
                           "heard.");
    return length <= SCHEME_REASON ||
           error_field(err, field, "At most %d characters, you wrote %zu.", SCHEME_REASON,
                       length);
}

/* The version that this form became before; 0 for none. */
static bool find_once(struct store *st, const char *once, int *version, struct error *err)
{
    struct db_cursor c;
    bool found;

    *version = 0;
    if (!db_find(st->db, sql[ONCE], DB(db_int(st->hall), db_text(once)), &c, &found, err))
        return false;
    if (found) {
        *version = (int)db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}

/* Writes the text, and reads it back: what is not a scheme by its own rules is none. */
static bool write_text(const struct scheme_change *change, int version, struct buf *text,
                       char digest[SCHEME_DIGEST], struct error *err)
{
    struct scheme numbered = *change->scheme, again = {0};
    unsigned char hash[CRYPT_HASH_BYTES];
    bool ok;

    numbered.version = version;
    scheme_write(&numbered, text);
    ok = scheme_read(buf_text(text), text->length, &again, err);
    scheme_free(&again);
    crypt_sha256(buf_text(text), text->length, hash);
    crypt_hex(hash, sizeof(hash), digest);
    return ok;
}

/* Has it the share that the settings say? Then no reason is kept, whatever was typed. */
static bool share_kept(const struct scheme_change *change)
{
    return scheme_hall_weight(change->scheme) == change->hall_share;
}

static bool add_version(struct store *st, const struct scheme_change *change, int version,
                        int64_t now_ms, struct error *err)
{
    struct buf text = buf_new(SCHEME_BYTES_MOST);
    char digest[SCHEME_DIGEST];
    bool ok =
        write_text(change, version, &text, digest, err) &&
        db_run(st->db, sql[ADD],
               DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(change->once),
                  db_int(change->scheme->year), db_int(version),
                  db_text(change->scheme->title), db_text(buf_text(&text)),
                  db_text(digest), db_text(change->reason), db_text(change->heard),
                  db_text(change->effect), db_text(change->actor), db_int(now_ms),
                  db_int(change->hall_share),
                  db_text(share_kept(change) ? "" : change->share_reason)),
               err) &&
        note(st, change->actor, "scheme.proposed", change->scheme->year, version, digest,
             now_ms, err);

    buf_free(&text);
    return ok;
}

bool scheme_propose(struct store *st, const struct scheme_change *change, int64_t now_ms,
                    enum scheme_verdict *verdict, int *version, struct error *err)
{
    int year = change->scheme->year;
    struct scheme_state state;

    *verdict = SCHEME_DONE;
    if (!find_once(st, change->once, version, err))
        return false;
    if (*version != 0)
        return true;
    if (!scheme_state(st, year, now_ms, &state, err))
        return false;
    if (state.frozen)
        *verdict = SCHEME_IS_FROZEN;
    else if (scheme_year_ms(st, year - SCHEME_YEARS_AHEAD) > now_ms)
        *verdict = SCHEME_TOO_FAR;
    else if (state.newest != change->based_on)
        *verdict = SCHEME_IS_OVERTAKEN;
    if (*verdict != SCHEME_DONE)
        return true;
    *version = state.newest + 1;
    return words_fit("reason", change->reason, err) &&
           words_fit("heard", change->heard, err) &&
           scheme_share_fits(change->scheme, change->hall_share, change->share_reason,
                             err) &&
           (share_kept(change) || words_fit("share_reason", change->share_reason, err)) &&
           add_version(st, change, *version, now_ms, err);
}

static bool act(struct store *st, int year, int version, const char *name,
                const char *action, const char *actor, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[ACT_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(year),
                     db_int(version), db_text(name), db_text(actor), db_int(now_ms)),
                  err) &&
           note(st, actor, action, year, version, NULL, now_ms, err);
}

bool scheme_adopt(struct store *st, int year, int version, const char *actor,
                  int64_t now_ms, enum scheme_verdict *verdict, struct error *err)
{
    struct scheme_state state;

    if (!scheme_state(st, year, now_ms, &state, err))
        return false;
    *verdict = state.frozen                            ? SCHEME_IS_FROZEN
               : version < 1 || version > state.newest ? SCHEME_IS_ABSENT
               : version == state.adopted              ? SCHEME_IS_ADOPTED
               : version != state.newest               ? SCHEME_IS_OVERTAKEN
                                                       : SCHEME_DONE;
    return *verdict != SCHEME_DONE ||
           act(st, year, version, "adopted", "scheme.adopted", actor, now_ms, err);
}

bool scheme_freeze(struct store *st, int year, const char *actor, int64_t now_ms,
                   enum scheme_verdict *verdict, struct error *err)
{
    struct scheme_state state;

    if (!scheme_state(st, year, now_ms, &state, err))
        return false;
    *verdict = state.frozen         ? SCHEME_IS_FROZEN
               : state.adopted == 0 ? SCHEME_IS_ABSENT
                                    : SCHEME_DONE;
    return *verdict != SCHEME_DONE ||
           act(st, year, state.adopted, "frozen", "scheme.frozen", actor, now_ms, err);
}

/* == Looking ======================================================================= */

bool schemes_each(struct store *st, int year, scheme_each *each, void *self,
                  struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST], DB(db_int(st->hall), db_int(year)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        const struct scheme_version v = {.version = (int)db_get_int(&c, 0),
                                         .title = db_get_text(&c, 1),
                                         .text = db_get_text(&c, 2),
                                         .digest = db_get_text(&c, 3),
                                         .reason = db_get_text(&c, 4),
                                         .heard = db_get_text(&c, 5),
                                         .effect = db_get_text(&c, 6),
                                         .by = db_get_text(&c, 7),
                                         .at_ms = db_get_int(&c, 8),
                                         .adopted_ms = db_get_int(&c, 9),
                                         .adopted_by = db_get_text(&c, 10),
                                         .share = (int)db_get_int(&c, 11),
                                         .share_reason = db_get_text(&c, 12)};

        each(self, &v);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool scheme_find(struct store *st, int year, int version, struct scheme *out,
                 char digest[SCHEME_DIGEST], bool *found, struct error *err)
{
    struct db_cursor c;
    bool ok;

    if (!db_find(st->db, sql[FIND], DB(db_int(st->hall), db_int(year), db_int(version)),
                 &c, found, err))
        return false;
    if (!*found)
        return true;
    if (digest != NULL)
        db_copy_text(&c, 1, digest, SCHEME_DIGEST);
    ok = scheme_read(db_get_text(&c, 0), strlen(db_get_text(&c, 0)), out, err);
    db_done(&c);
    return ok;
}

bool scheme_present(struct store *st, int year, int64_t now_ms, struct scheme *out,
                    struct scheme_state *state, struct error *err)
{
    bool found;

    if (!scheme_state(st, year, now_ms, state, err) ||
        !scheme_find(st, year, state->adopted != 0 ? state->adopted : state->newest, out,
                     NULL, &found, err))
        return false;
    if (!found) {
        scheme_first(year, out);
        out->version = 0;
    }
    return true;
}

bool scheme_years(struct store *st, scheme_year_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[YEARS], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble))
        each(self, (int)db_get_int(&c, 0));
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}
