/*
 * assessor_store.c — see assessor_store.h.
 *
 * Promise: an account that is itself tied to a department, window or clerk comes from
 * that department too, whatever the list says of its home. A day is judged by the entry
 * that stands now: an entry that was wrong is put right by another one.
 */
#include "store/assessor_store.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/topics.h"

enum { ADD, LIST, STANDING, CLERK_DEPARTMENT, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [ADD] =
        "INSERT INTO assessors (id, hall, once, account_id, home, since, until, proof,"
        " actor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (hall, once) DO NOTHING",
    [LIST] = "SELECT s.account_id, a.name, s.home, d.name, s.since, s.until, s.proof,"
             " s.actor, s.at_ms, CASE WHEN s.id = m.newest THEN 1 ELSE 0 END"
             " FROM assessors s"
             " JOIN accounts a ON a.id = s.account_id"
             " JOIN (SELECT account_id, max(id) AS newest FROM assessors WHERE hall = $1"
             " GROUP BY account_id) m ON m.account_id = s.account_id"
             " LEFT JOIN departments d ON d.id = (SELECT max(n.id) FROM departments n"
             " WHERE n.hall = s.hall AND n.code = s.home)"
             " WHERE s.hall = $1 ORDER BY s.id DESC",
    [STANDING] = "SELECT home, since, until FROM assessors WHERE hall = $1"
                 " AND account_id = $2 ORDER BY id DESC LIMIT 1",
    [CLERK_DEPARTMENT] =
        "SELECT d.code FROM clerks c JOIN windows w ON w.hall = c.hall"
        " AND w.code = c.window_code JOIN departments d ON d.id = w.department_id"
        " WHERE c.hall = $1 AND c.code = $2 ORDER BY c.id DESC, w.id DESC LIMIT 1",
};

const char *const *assessor_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == The list ===================================================================== */

static bool date_fits(int date)
{
    int32_t day;
    char text[32];

    snprintf(text, sizeof(text), "%04d-%02d-%02d", date / 10000, date / 100 % 100,
             date % 100);
    return date > 0 && date <= 99991231 && day_parse(text, &day);
}

static bool input_fits(struct store *st, const struct assessor_input *in,
                       struct error *err)
{
    struct account account;
    bool found, known = true;

    if (!account_get(st, in->account_id, &account, &found, err))
        return false;
    if (!found || account.ended)
        return error_field(err, "account", "Choose an account that is in force.");
    if (in->home[0] != '\0' && !department_known(st, in->home, &known, err))
        return false;
    if (!known)
        return error_field(err, "home", "There is no department %s.", in->home);
    if (!date_fits(in->since))
        return error_field(err, "since", "From which day is he qualified?");
    if (!date_fits(in->until) || in->until < in->since)
        return error_field(err, "until", "Until which day, at the earliest the first?");
    if (in->proof[0] == '\0' ||
        text_characters(in->proof, strlen(in->proof)) > ASSESSOR_PROOF)
        return error_field(err, "proof", "Name the proof in at most %d characters.",
                           ASSESSOR_PROOF);
    return true;
}

bool assessor_add(struct store *st, const struct assessor_input *in, int64_t now_ms,
                  struct error *err)
{
    char object[48], detail[64];
    int64_t added;

    if (!input_fits(st, in, err) ||
        !db_change(st->db, sql[ADD],
                   DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(in->once),
                      db_int(in->account_id), db_text(in->home), db_int(in->since),
                      db_int(in->until), db_text(in->proof), db_text(in->actor),
                      db_int(now_ms)),
                   &added, err))
        return false;
    if (added == 0)
        return true;
    snprintf(object, sizeof(object), "account %lld", (long long)in->account_id);
    snprintf(detail, sizeof(detail), "%d-%d", in->since, in->until);
    return store_audit(st, in->actor, "assessor.qualified", object, detail, now_ms, err);
}

bool assessors_each(struct store *st, assessor_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[LIST], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct assessor a = {.account_id = db_get_int(&c, 0),
                             .since = (int)db_get_int(&c, 4),
                             .until = (int)db_get_int(&c, 5),
                             .at_ms = db_get_int(&c, 8),
                             .newest = db_get_int(&c, 9) != 0};

        db_copy_text(&c, 1, a.name, sizeof(a.name));
        db_copy_text(&c, 2, a.home, sizeof(a.home));
        db_copy_text(&c, 3, a.home_name, sizeof(a.home_name));
        db_copy_text(&c, 6, a.proof, sizeof(a.proof));
        db_copy_text(&c, 7, a.actor, sizeof(a.actor));
        each(self, &a);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

/* == May he? ====================================================================== */

/* The department that the account itself is tied to; "" for none. */
static bool account_home(struct store *st, const struct account *a, char out[CODE_SIZE],
                         struct error *err)
{
    struct window w;
    struct db_cursor c;
    bool found;

    out[0] = '\0';
    switch (a->role) {
    case ROLE_DEPARTMENT:
        memcpy(out, a->place, CODE_SIZE);
        return true;
    case ROLE_WINDOW_HEAD:
        if (!window_find(st, a->place, &w, &found, err))
            return false;
        if (found)
            memcpy(out, w.department_code, CODE_SIZE);
        return true;
    case ROLE_CLERK:
        if (!db_find(st->db, sql[CLERK_DEPARTMENT],
                     DB(db_int(st->hall), db_text(a->place)), &c, &found, err))
            return false;
        if (found) {
            db_copy_text(&c, 0, out, CODE_SIZE);
            db_done(&c);
        }
        return true;
    default:
        return true;
    }
}

static bool standing_judge(struct store *st, int64_t account_id, const char *department,
                           int date, enum assessor_verdict *verdict, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[STANDING], DB(db_int(st->hall), db_int(account_id)), &c,
                 &found, err))
        return false;
    if (!found)
        return true;
    *verdict = date < db_get_int(&c, 1) || date > db_get_int(&c, 2) ? ASSESSOR_EXPIRED
               : strcmp(db_get_text(&c, 0), department) == 0        ? ASSESSOR_OWN
                                                                    : ASSESSOR_FITS;
    db_done(&c);
    return true;
}

bool assessor_judge(struct store *st, int64_t account_id, const char *department,
                    int date, enum assessor_verdict *verdict, struct error *err)
{
    struct account account;
    char home[CODE_SIZE];
    bool found;

    *verdict = ASSESSOR_UNKNOWN;
    if (!account_get(st, account_id, &account, &found, err))
        return false;
    if (!found || account.ended)
        return true;
    if (!standing_judge(st, account_id, department, date, verdict, err) ||
        !account_home(st, &account, home, err))
        return false;
    if (*verdict == ASSESSOR_FITS && strcmp(home, department) == 0)
        *verdict = ASSESSOR_OWN;
    return true;
}

bool assessor_may(struct store *st, int64_t account_id, const char *department, int date,
                  struct error *err)
{
    static const char *const sentences[] = {
        [ASSESSOR_UNKNOWN] = "This account is not on the list of qualified assessors.",
        [ASSESSOR_EXPIRED] = "This account is not qualified to assess on that day.",
        [ASSESSOR_OWN] = "Nobody assesses the department that he comes from.",
    };
    enum assessor_verdict verdict;

    return assessor_judge(st, account_id, department, date, &verdict, err) &&
           (verdict == ASSESSOR_FITS ||
            error_set(err, ERROR_DENIED, "%s", sentences[verdict]));
}
