/*
 * account_store.c — see account_store.h.
 *
 * Promise: a name is open to at most `failures` guesses in any `failure_ms`, then to none
 * for `lock_ms`; attempts made while it is locked are not counted, so that a stranger who
 * goes on guessing cannot keep the owner out longer than the lock. Not here: hashing,
 * cookies.
 */
#include "store/account_store.h"

#include <stdio.h>
#include <string.h>

#include "store/topics.h"

enum {
    ACCOUNT_ADD,
    ROLE_ADD,
    ACCOUNT_GET,
    ACCOUNT_FIND,
    ACCOUNT_ANY,
    ACCOUNT_ALL,
    ACCOUNT_END,
    PASSWORD_ADD,
    PASSWORD_GET,
    PASSWORD_LAST,
    HOUSE_WORDS,
    SESSIONS_END,
    FAILURE_ADD,
    FAILURES,
    FAILURES_COUNT,
    FAILURES_OLD,
    FAILURES_FORGET,
    FAILURE_FORGET,
    STATEMENTS
};

/* An account as it now stands; one from before there were changes has its first role. */
#define ACCOUNT_ROWS                                                                     \
    "SELECT a.id, a.name, COALESCE(r.role, a.role), a.created_ms, r.place,"              \
    " e.at_ms"                                                                           \
    " FROM accounts a LEFT JOIN account_roles r ON r.id ="                               \
    " (SELECT max(n.id) FROM account_roles n WHERE n.account_id = a.id)"                 \
    " LEFT JOIN account_ends e ON e.account_id = a.id"

static const char *const sql[STATEMENTS] = {
    [ACCOUNT_ADD] = "INSERT INTO accounts (id, hall, name, role, created_ms)"
                    " VALUES ($1, $2, $3, $4, $5)",
    [ROLE_ADD] = "INSERT INTO account_roles (id, hall, account_id, role, place, actor,"
                 " at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [ACCOUNT_GET] = ACCOUNT_ROWS " WHERE a.id = $1 AND a.hall = $2",
    [ACCOUNT_FIND] = ACCOUNT_ROWS " WHERE a.name = $1 AND a.hall = $2",
    [ACCOUNT_ANY] = "SELECT id FROM accounts WHERE hall = $1 LIMIT 1",
    [ACCOUNT_ALL] = ACCOUNT_ROWS " WHERE a.hall = $1 ORDER BY a.id",
    [ACCOUNT_END] = "INSERT INTO account_ends (account_id, hall, actor, at_ms)"
                    " VALUES ($1, $2, $3, $4)",
    [PASSWORD_ADD] = "INSERT INTO passwords (id, hall, account_id, hash, set_ms)"
                     " VALUES ($1, $2, $3, $4, $5)",
    [PASSWORD_GET] = "SELECT hash FROM passwords WHERE account_id = $1"
                     " ORDER BY id DESC LIMIT 1",
    [PASSWORD_LAST] = "SELECT hash FROM passwords WHERE account_id = $1"
                      " ORDER BY id DESC LIMIT 5",
    [HOUSE_WORDS] = "SELECT code, name, signature, county FROM halls WHERE hall = $1"
                    " UNION SELECT code, name, '', '' FROM departments WHERE hall = $1",
    [SESSIONS_END] = "UPDATE sessions SET ended_ms = $2 WHERE account_id = $1"
                     " AND ended_ms IS NULL",
    [FAILURE_ADD] = "INSERT INTO login_failures (id, hall, subject, at_ms)"
                    " VALUES ($1, $2, $3, $4)",
    [FAILURES] = "SELECT at_ms FROM login_failures WHERE hall = $1 AND subject = $2"
                 " AND at_ms > $3 ORDER BY at_ms DESC LIMIT 256",
    [FAILURES_COUNT] =
        "SELECT count(*) FROM login_failures WHERE hall = $1 AND subject = $2"
        " AND at_ms > $3",
    [FAILURES_OLD] = "DELETE FROM login_failures WHERE hall = $1 AND subject = $2"
                     " AND at_ms <= $3",
    [FAILURES_FORGET] = "DELETE FROM login_failures WHERE hall = $1 AND subject = $2",
    [FAILURE_FORGET] = "DELETE FROM login_failures WHERE id = $1 AND hall = $2",
};

const char *const *account_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

const struct account_rules account_rules_default = {
    .failures = 5,
    .failure_ms = 15 * 60 * 1000,
    .lock_ms = 30 * 60 * 1000,
    .address_most = 20,
    .address_ms = 60 * 1000,
};

/* What an unknown name's password is checked against: as costly as any, and nobody's. */
const char account_no_password[] =
    "scrypt$32768$8$3$6b1f0c5d2e9a4788b3c61d07f25e9a14$"
    "9d03e7f1a2b84c5560718293a4b5c6d7e8f90112233445566778899aabbccdde";

/* The store's rows of an account, in the order of the SELECTs above. */
static void read_account(const struct db_cursor *c, struct account *out)
{
    out->id = db_get_int(c, 0);
    db_copy_text(c, 1, out->name, sizeof(out->name));
    out->role = role_parse(db_get_text(c, 2), ROLES_ACCOUNT);
    out->created_ms = db_get_int(c, 3);
    db_copy_text(c, 4, out->place, sizeof(out->place));
    out->ended = !db_is_null(c, 5);
}

bool account_name_fits(const char *name, struct error *err)
{
    size_t length = strlen(name);

    if (length == 0 || length >= ACCOUNT_NAME)
        return error_field(err, "name", "A name has 1 to %d bytes.", ACCOUNT_NAME - 1);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] <= ' ' || name[i] == 127)
            return error_field(err, "name", "A name has no blanks in it.");
    return true;
}

bool account_password(struct store *st, int64_t id, const char *hash, const char *actor,
                      int64_t now_ms, struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "account %lld", (long long)id);
    return db_run(st->db, sql[PASSWORD_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(hash), db_int(now_ms)),
                  err) &&
           db_run(st->db, sql[SESSIONS_END], DB(db_int(id), db_int(now_ms)), err) &&
           store_audit(st, actor, "account.password", object, NULL, now_ms, err);
}

/* Where a role is tied to a place, what kind of place that is; NULL where it is not. */
static const char *place_kind(enum role role)
{
    return role == ROLE_CLERK         ? "clerk"
           : role == ROLE_WINDOW_HEAD ? "window"
           : role == ROLE_DEPARTMENT  ? "department"
                                      : NULL;
}

static bool place_exists(struct store *st, enum role role, const char *code, bool *found,
                         struct error *err)
{
    struct clerk clerk;
    struct window window;

    if (role == ROLE_CLERK)
        return clerk_find(st, code, &clerk, found, err);
    if (role == ROLE_WINDOW_HEAD)
        return window_find(st, code, &window, found, err);
    return department_known(st, code, found, err);
}

bool account_place_fits(struct store *st, enum role role, const char *place,
                        struct error *err)
{
    const char *kind = place_kind(role);
    bool found;

    if (place != NULL && place[0] == '\0')
        place = NULL;
    if (kind == NULL)
        return place == NULL || error_field(err, "place",
                                            "An account of the role %s is tied to no "
                                            "clerk, window or department.",
                                            role_name(role));
    if (place == NULL)
        return error_field(err, "place",
                           "An account of the role %s is tied to a %s. Give its code.",
                           role_name(role), kind);
    return place_exists(st, role, place, &found, err) &&
           (found ||
            error_field(err, "place", "The hall has no %s with the code %.40s now.", kind,
                        place));
}

static bool add_role(struct store *st, int64_t id, enum role role, const char *place,
                     const char *actor, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[ROLE_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(role_name(role)),
                     db_text(place_kind(role) != NULL ? place : NULL), db_text(actor),
                     db_int(now_ms)),
                  err);
}

/* Counts those of a role that are in force, but for one. */
struct others {
    enum role role;
    int64_t but;
    int count;
};

static void count_other(void *self, const struct account *account)
{
    struct others *others = self;

    others->count +=
        account->role == others->role && !account->ended && account->id != others->but;
}

/* A kind of administrator never dies out: nobody could put it right from inside. */
static bool may_go(struct store *st, const struct account *account, struct error *err)
{
    struct others others = {.role = account->role, .but = account->id};

    if ((account->role & ROLES_ADMINISTRATOR) == 0)
        return true;
    return accounts_each(st, count_other, &others, err) &&
           (others.count > 0 ||
            error_set(err, ERROR_CONFLICT,
                      "%s is the last %s administrator. Make another one first.",
                      account->name, role_name(account->role)));
}

bool account_role_set(struct store *st, int64_t id, enum role role, const char *place,
                      const char *actor, int64_t now_ms, struct error *err)
{
    char object[48], detail[96];
    struct account account;
    bool found;

    snprintf(object, sizeof(object), "account %lld", (long long)id);
    snprintf(detail, sizeof(detail), "%s%s%s", role_name(role),
             place_kind(role) != NULL ? " " : "", place_kind(role) != NULL ? place : "");
    return account_get(st, id, &account, &found, err) &&
           ((found && !account.ended) ||
            error_set(err, ERROR_ABSENT, "There is no such account.")) &&
           (account.role == role || may_go(st, &account, err)) &&
           account_place_fits(st, role, place, err) &&
           add_role(st, id, role, place, actor, now_ms, err) &&
           db_run(st->db, sql[SESSIONS_END], DB(db_int(id), db_int(now_ms)), err) &&
           store_audit(st, actor, "account.role", object, detail, now_ms, err);
}

_Static_assert(PASSWORD_HISTORY == 5, "as many as PASSWORD_LAST reads");

bool password_last(struct store *st, int64_t id,
                   char hashes[PASSWORD_HISTORY][PASSWORD_HASH], int *count,
                   struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    *count = 0;
    if (!db_query(st->db, sql[PASSWORD_LAST], DB(db_int(id)), &c, err))
        return false;
    while (*count < PASSWORD_HISTORY && db_next(&c, &trouble))
        db_copy_text(&c, 0, hashes[(*count)++], PASSWORD_HASH);
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool password_local(struct store *st, const char *password, bool *holds,
                    struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    *holds = password_holds(password, "yiping") || password_holds(password, "一评");
    if (!db_query(st->db, sql[HOUSE_WORDS], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble))
        for (int i = 0; i < 4; i++)
            *holds = *holds || password_holds(password, db_get_text(&c, i));
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool account_add(struct store *st, const char *name, enum role role, const char *place,
                 const char *hash, const char *actor, int64_t now_ms, int64_t *id,
                 struct error *err)
{
    struct account taken;
    char object[48];
    bool found;

    if (role_parse(role_name(role), ROLES_ACCOUNT) == ROLE_NONE)
        return error_field(err, "role",
                           "A person's role is system, security, audit, clerk, "
                           "window_head, department, hall, organisation or "
                           "inspection.");
    if (!account_name_fits(name, err) || !account_place_fits(st, role, place, err) ||
        !account_find(st, name, &taken, &found, err))
        return false;
    if (found)
        return error_set(err, ERROR_CONFLICT, "The name %s is taken. Choose another.",
                         name);
    *id = store_id(st, now_ms);
    snprintf(object, sizeof(object), "account %lld", (long long)*id);
    return db_run(st->db, sql[ACCOUNT_ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(name),
                     db_text(role_name(role)), db_int(now_ms)),
                  err) &&
           add_role(st, *id, role, place, actor, now_ms, err) &&
           store_audit(st, actor, "account.added", object, role_name(role), now_ms,
                       err) &&
           account_password(st, *id, hash, actor, now_ms, err);
}

static bool account_one(struct store *st, const char *statement, struct db_value key,
                        struct account *out, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, statement, DB(key, db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_account(&c, out);
        db_done(&c);
    }
    return true;
}

bool account_get(struct store *st, int64_t id, struct account *out, bool *found,
                 struct error *err)
{
    return account_one(st, sql[ACCOUNT_GET], db_int(id), out, found, err);
}

bool account_find(struct store *st, const char *name, struct account *out, bool *found,
                  struct error *err)
{
    return account_one(st, sql[ACCOUNT_FIND], db_text(name), out, found, err);
}

bool accounts_any(struct store *st, bool *any, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[ACCOUNT_ANY], DB(db_int(st->hall)), &c, any, err))
        return false;
    if (*any)
        db_done(&c);
    return true;
}

bool accounts_each(struct store *st, account_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[ACCOUNT_ALL], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct account account;

        read_account(&c, &account);
        each(self, &account);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

/*
 * A name is locked at `now_ms` where some failure, not longer ago than the lock, was the
 * last of `failures` within `failure_ms`. Times come newest first, so the oldest of such
 * a group stands `failures - 1` places further on.
 */
static bool name_locked(struct store *st, const struct account_rules *rules,
                        const char *subject, int64_t now_ms, bool *locked,
                        struct error *err)
{
    struct error trouble = {0};
    int64_t at[256];
    int count = 0;
    struct db_cursor c;

    *locked = false;
    if (!db_query(st->db, sql[FAILURES],
                  DB(db_int(st->hall), db_text(subject),
                     db_int(now_ms - rules->lock_ms - rules->failure_ms)),
                  &c, err))
        return false;
    while (count < (int)LENGTH(at) && db_next(&c, &trouble))
        at[count++] = db_get_int(&c, 0);
    db_done(&c);
    for (int i = 0; i + rules->failures - 1 < count && now_ms - at[i] < rules->lock_ms;
         i++)
        *locked = *locked || at[i] - at[i + rules->failures - 1] <= rules->failure_ms;
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

static bool address_full(struct store *st, const struct account_rules *rules,
                         const char *subject, int64_t now_ms, bool *full,
                         struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(
            st->db, sql[FAILURES_COUNT],
            DB(db_int(st->hall), db_text(subject), db_int(now_ms - rules->address_ms)),
            &c, &found, err))
        return false;
    *full = db_get_int(&c, 0) >= rules->address_most;
    db_done(&c);
    return true;
}

/* Adds one to a subject's count and drops what is too old to matter. */
static bool count_attempt(struct store *st, const char *subject, int64_t keep_ms,
                          int64_t now_ms, int64_t *row, struct error *err)
{
    *row = store_id(st, now_ms);
    return db_run(st->db, sql[FAILURES_OLD],
                  DB(db_int(st->hall), db_text(subject), db_int(now_ms - keep_ms)),
                  err) &&
           db_run(st->db, sql[FAILURE_ADD],
                  DB(db_int(*row), db_int(st->hall), db_text(subject), db_int(now_ms)),
                  err);
}

static bool read_hash(struct store *st, struct account_attempt *out, struct error *err)
{
    struct db_cursor c;
    bool found;

    snprintf(out->hash, sizeof(out->hash), "%s", account_no_password);
    if (!db_find(st->db, sql[PASSWORD_GET], DB(db_int(out->account.id)), &c, &found, err))
        return false;
    if (!found)
        return true;
    db_copy_text(&c, 0, out->hash, sizeof(out->hash));
    db_done(&c);
    return true;
}

/* Whoever has ended is nobody. */
static bool forget_account(struct account_attempt *out)
{
    out->account = (struct account){0};
    return true;
}

bool account_attempt(struct store *st, const struct account_rules *rules,
                     const char *name, const char *address, int64_t now_ms,
                     struct account_attempt *out, struct error *err)
{
    char from[96];
    bool locked, full, found;
    int64_t row;

    *out = (struct account_attempt){0};
    snprintf(out->subject, sizeof(out->subject), "name %.64s", name);
    snprintf(from, sizeof(from), "address %.64s", address);
    if (!address_full(st, rules, from, now_ms, &full, err) ||
        !name_locked(st, rules, out->subject, now_ms, &locked, err))
        return false;
    if (full || locked)
        return error_set(err, ERROR_LIMIT,
                         "Too many attempts. Wait %d minutes, then try again.",
                         (int)((locked ? rules->lock_ms : rules->address_ms) / 60000));
    return count_attempt(st, out->subject, rules->lock_ms + rules->failure_ms, now_ms,
                         &row, err) &&
           count_attempt(st, from, rules->address_ms, now_ms, &out->address_row, err) &&
           account_find(st, name, &out->account, &found, err) &&
           (out->account.ended ? forget_account(out) : true) && read_hash(st, out, err);
}

bool account_attempt_wrong(struct store *st, const struct account_rules *rules,
                           const struct account_attempt *attempt, const char *address,
                           int64_t now_ms, struct error *err)
{
    char object[48] = "unknown name";
    bool locked;

    if (attempt->account.id != 0)
        snprintf(object, sizeof(object), "account %lld", (long long)attempt->account.id);
    return store_audit(st, "somebody", "login.failed", object, address, now_ms, err) &&
           name_locked(st, rules, attempt->subject, now_ms, &locked, err) &&
           (!locked ||
            store_audit(st, "clockwork", "account.locked", object, NULL, now_ms, err));
}

bool account_try(struct store *st, const struct account_rules *rules, const char *subject,
                 int64_t now_ms, struct error *err)
{
    bool locked;
    int64_t row;

    if (!name_locked(st, rules, subject, now_ms, &locked, err))
        return false;
    if (locked)
        return error_set(err, ERROR_LIMIT,
                         "Too many attempts. Wait %d minutes, then try again.",
                         (int)(rules->lock_ms / 60000));
    return count_attempt(st, subject, rules->lock_ms + rules->failure_ms, now_ms, &row,
                         err);
}

bool account_try_right(struct store *st, const char *subject, struct error *err)
{
    return db_run(st->db, sql[FAILURES_FORGET], DB(db_int(st->hall), db_text(subject)),
                  err);
}

/* What the attempts of an account are counted under: its password, its second factor. */
static void subjects_of(const struct account *account, char out[2][96])
{
    snprintf(out[0], sizeof(out[0]), "name %.64s", account->name);
    snprintf(out[1], sizeof(out[1]), "second %lld", (long long)account->id);
}

bool account_locked(struct store *st, const struct account_rules *rules,
                    const struct account *account, int64_t now_ms, bool *locked,
                    struct error *err)
{
    char subjects[2][96];
    bool second;

    subjects_of(account, subjects);
    if (!name_locked(st, rules, subjects[0], now_ms, locked, err) ||
        !name_locked(st, rules, subjects[1], now_ms, &second, err))
        return false;
    *locked = *locked || second;
    return true;
}

bool account_unlock(struct store *st, const struct account *account, const char *actor,
                    int64_t now_ms, struct error *err)
{
    char subjects[2][96], object[48];

    subjects_of(account, subjects);
    snprintf(object, sizeof(object), "account %lld", (long long)account->id);
    return account_try_right(st, subjects[0], err) &&
           account_try_right(st, subjects[1], err) &&
           store_audit(st, actor, "account.unlocked", object, NULL, now_ms, err);
}

bool account_attempt_right(struct store *st, const struct account_attempt *attempt,
                           struct error *err)
{
    return account_try_right(st, attempt->subject, err) &&
           db_run(st->db, sql[FAILURE_FORGET],
                  DB(db_int(attempt->address_row), db_int(st->hall)), err);
}

bool account_end(struct store *st, int64_t id, const char *actor, int64_t now_ms,
                 struct error *err)
{
    struct account account;
    char object[48];
    bool found;

    if (!account_get(st, id, &account, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such account.");
    if (account.ended)
        return error_set(err, ERROR_CONFLICT, "The account %s has ended already.",
                         account.name);
    if (!may_go(st, &account, err))
        return false;
    snprintf(object, sizeof(object), "account %lld", (long long)id);
    return db_run(st->db, sql[ACCOUNT_END],
                  DB(db_int(id), db_int(st->hall), db_text(actor), db_int(now_ms)),
                  err) &&
           db_run(st->db, sql[SESSIONS_END], DB(db_int(id), db_int(now_ms)), err) &&
           store_audit(st, actor, "account.ended", object, account.name, now_ms, err);
}
