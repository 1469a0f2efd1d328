/*
 * request_store.c — see request_store.h.
 *
 * Promise: a request is ended once: its end is a row with its key. What is granted is
 * checked anew, because the hall may have changed since it was asked for.
 */
#include "store/request_store.h"

#include <stdio.h>
#include <string.h>

#include "store/second_store.h"
#include "store/session_store.h"
#include "store/topics.h"

enum { REQUEST_ADD, REQUESTS_OPEN, REQUEST_OPEN, REQUEST_END, STATEMENTS };

#define OPEN_ROWS                                                                        \
    "SELECT r.id, r.kind, r.account_id, COALESCE(r.name, w.name), r.role, r.place,"      \
    " r.addresses, r.expires_ms, r.asked_by, r.asked_role, r.asked_ms, b.name"           \
    " FROM requests r JOIN accounts b ON b.id = r.asked_by"                              \
    " LEFT JOIN accounts w ON w.id = r.account_id"                                       \
    " LEFT JOIN request_ends e ON e.request_id = r.id"                                   \
    " WHERE r.hall = $1 AND e.request_id IS NULL"

static const char *const sql[STATEMENTS] = {
    [REQUEST_ADD] = "INSERT INTO requests (id, hall, kind, account_id, name, role, place,"
                    " addresses, expires_ms, asked_by, asked_role, asked_ms)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    [REQUESTS_OPEN] = OPEN_ROWS " ORDER BY r.id",
    [REQUEST_OPEN] = OPEN_ROWS " AND r.id = $2",
    [REQUEST_END] = ("INSERT INTO request_ends (request_id, hall, granted, account_id,"
                     " at_ms) VALUES ($1, $2, $3, $4, $5)"),
};

const char *const *request_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const kinds[REQUEST_KINDS] = {
    [REQUEST_ACCOUNT] = "account",   [REQUEST_ROLE] = "role",
    [REQUEST_PASSWORD] = "password", [REQUEST_SECOND] = "second",
    [REQUEST_KEY] = "key",
};

const char *request_kind_name(enum request_kind kind)
{
    return kinds[kind];
}

static bool audit(struct store *st, const struct caller *who, const char *action,
                  int64_t id, const struct request *r, int64_t now_ms, struct error *err)
{
    char object[48], detail[CALLER_NAME + 64];

    snprintf(object, sizeof(object), "request %lld", (long long)id);
    snprintf(detail, sizeof(detail), "%s %s%s%s", kinds[r->kind], r->name,
             r->role != ROLE_NONE ? " " : "", role_name(r->role));
    return store_audit(st, who->actor, action, object, detail, now_ms, err);
}

/* The account that it is about must be there. */
static bool account_there(struct store *st, int64_t id, struct error *err)
{
    struct account account;
    bool found;

    return account_get(st, id, &account, &found, err) &&
           ((found && !account.ended) ||
            error_set(err, ERROR_ABSENT, "There is no such account, or it has ended."));
}

static bool name_free(struct store *st, const char *name, struct error *err)
{
    struct account taken;
    bool found;

    return account_name_fits(name, err) && account_find(st, name, &taken, &found, err) &&
           (!found || error_set(err, ERROR_CONFLICT,
                                "The name %s is taken. Choose another.", name));
}

static bool request_fits(struct store *st, const struct request *r, int64_t now_ms,
                         struct error *err)
{
    switch (r->kind) {
    case REQUEST_ACCOUNT:
        return name_free(st, r->name, err) &&
               (role_parse(role_name(r->role), ROLES_ACCOUNT) != ROLE_NONE ||
                error_field(err, "role", "Choose a role.")) &&
               account_place_fits(st, r->role, r->place, err);
    case REQUEST_ROLE:
        return account_there(st, r->account_id, err) &&
               (role_parse(role_name(r->role), ROLES_ACCOUNT) != ROLE_NONE ||
                error_field(err, "role", "Choose a role.")) &&
               account_place_fits(st, r->role, r->place, err);
    case REQUEST_KEY:
        return (role_parse(role_name(r->role), ROLES_KEY) != ROLE_NONE ||
                error_field(err, "role", "Choose a role.")) &&
               (r->name[0] != '\0' || error_field(err, "name", "Give the key a name.")) &&
               key_limits_fit(st, r->role, &r->limits, now_ms, err);
    default:
        return account_there(st, r->account_id, err);
    }
}

bool request_add(struct store *st, const struct request *r, const struct caller *who,
                 int64_t now_ms, int64_t *id, struct error *err)
{
    bool makes = r->kind == REQUEST_ACCOUNT || r->kind == REQUEST_KEY;
    const char *place = r->kind == REQUEST_KEY ? r->limits.place : r->place;

    if (!request_fits(st, r, now_ms, err))
        return false;
    *id = store_id(st, now_ms);
    return db_run(st->db, sql[REQUEST_ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(kinds[r->kind]),
                     db_id(makes ? 0 : r->account_id), db_text(makes ? r->name : NULL),
                     db_text(r->role != ROLE_NONE ? role_name(r->role) : NULL),
                     db_text(place[0] != '\0' ? place : NULL),
                     db_text(r->limits.addresses[0] != '\0' ? r->limits.addresses : NULL),
                     db_id(r->limits.expires_ms), db_int(who->id),
                     db_text(role_name(who->role)), db_int(now_ms)),
                  err) &&
           audit(st, who, "request.asked", *id, r, now_ms, err);
}

static void read_request(const struct db_cursor *c, struct request *r)
{
    *r = (struct request){
        .id = db_get_int(c, 0),
        .account_id = db_get_int(c, 2),
        .role = role_parse(db_get_text(c, 4), ROLES_ACCOUNT | ROLES_KEY),
        .asked_by = db_get_int(c, 8),
        .asked_role = role_parse(db_get_text(c, 9), ROLES_ACCOUNT),
        .asked_ms = db_get_int(c, 10),
        .limits.expires_ms = db_get_int(c, 7),
    };
    for (int i = 0; i < REQUEST_KINDS; i++)
        if (strcmp(kinds[i], db_get_text(c, 1)) == 0)
            r->kind = (enum request_kind)i;
    db_copy_text(c, 3, r->name, sizeof(r->name));
    db_copy_text(c, 5, r->place, sizeof(r->place));
    db_copy_text(c, 5, r->limits.place, sizeof(r->limits.place));
    db_copy_text(c, 6, r->limits.addresses, sizeof(r->limits.addresses));
    db_copy_text(c, 11, r->asked_name, sizeof(r->asked_name));
}

bool requests_each(struct store *st, request_each *each, void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[REQUESTS_OPEN], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct request r;

        read_request(&c, &r);
        each(self, &r);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

static bool request_get(struct store *st, int64_t id, struct request *r,
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[REQUEST_OPEN], DB(db_int(st->hall), db_int(id)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT,
                         "Nothing waits here any more: somebody has decided it.");
    read_request(&c, r);
    db_done(&c);
    return true;
}

static bool request_end(struct store *st, const struct request *r, bool granted,
                        const struct caller *who, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[REQUEST_END],
                  DB(db_int(r->id), db_int(st->hall), db_int(granted), db_int(who->id),
                     db_int(now_ms)),
                  err) &&
           audit(st, who, granted ? "request.granted" : "request.refused", r->id, r,
                 now_ms, err);
}

static bool password_link(struct store *st, int64_t account_id, int64_t now_ms,
                          struct request_gift *gift, struct error *err)
{
    char subject[24];

    snprintf(subject, sizeof(subject), "%lld", (long long)account_id);
    gift->purpose = LINK_PASSWORD;
    return link_add(st, LINK_PASSWORD, subject, now_ms + REQUEST_LINK_MS, gift->link,
                    err);
}

static bool give_key(struct store *st, const struct request *r, const char *actor,
                     int64_t now_ms, struct request_gift *gift, struct error *err)
{
    char subject[CALLER_NAME + 24];

    if (!key_add_limited(st, r->role, r->name, &r->limits, actor, now_ms, gift->key, err))
        return false;
    if (((unsigned)r->role & ROLES_DEVICE) == 0)
        return true;
    snprintf(subject, sizeof(subject), "%s %s", role_name(r->role), r->name);
    gift->purpose = LINK_DEVICE;
    return link_add(st, LINK_DEVICE, subject, now_ms + REQUEST_LINK_MS, gift->link, err);
}

/* Until the link is used nothing opens the account: the old password may be known. */
static bool reset_password(struct store *st, const struct request *r, const char *actor,
                           int64_t now_ms, struct request_gift *gift, struct error *err)
{
    return account_password(st, r->account_id, account_no_password, actor, now_ms, err) &&
           password_link(st, r->account_id, now_ms, gift, err);
}

static bool give(struct store *st, const struct request *r, const struct caller *who,
                 int64_t now_ms, struct request_gift *gift, struct error *err)
{
    int64_t id;

    switch (r->kind) {
    case REQUEST_ACCOUNT:
        return account_add(st, r->name, r->role, r->place, account_no_password,
                           who->actor, now_ms, &id, err) &&
               password_link(st, id, now_ms, gift, err);
    case REQUEST_ROLE:
        return account_role_set(st, r->account_id, r->role, r->place, who->actor, now_ms,
                                err);
    case REQUEST_PASSWORD:
        return reset_password(st, r, who->actor, now_ms, gift, err);
    case REQUEST_SECOND:
        return second_end(st, r->account_id, who->actor, now_ms, err) &&
               sessions_end(st, r->account_id, NULL, who->actor, now_ms, err);
    default:
        return give_key(st, r, who->actor, now_ms, gift, err);
    }
}

bool request_grant(struct store *st, int64_t id, const struct caller *who, int64_t now_ms,
                   struct request_gift *gift, struct error *err)
{
    struct request r;

    *gift = (struct request_gift){0};
    if (!request_get(st, id, &r, err))
        return false;
    if (r.asked_by == who->id || r.asked_role == who->role)
        return error_set(err, ERROR_DENIED,
                         "This takes another administrator than %s (%s), who asked for "
                         "it.",
                         r.asked_name, role_name(r.asked_role));
    return request_fits(st, &r, now_ms, err) && give(st, &r, who, now_ms, gift, err) &&
           request_end(st, &r, true, who, now_ms, err);
}

bool request_refuse(struct store *st, int64_t id, const struct caller *who,
                    int64_t now_ms, struct error *err)
{
    struct request r;

    return request_get(st, id, &r, err) && request_end(st, &r, false, who, now_ms, err);
}
