/*
 * key_store.c — see key_store.h.
 *
 * Promise: no answer, nor the time it takes, tells an unknown key from a wrong secret or
 * an ended key. Not here: how keys travel (web/), how long a link may live (its maker
 * says).
 */
#include "store/key_store.h"

#include <stdio.h>

#include "store/topics.h"

enum {
    KEY_ADD,
    KEY_GET,
    KEY_USED,
    KEY_END,
    KEY_ALL,
    DEVICE_ADD,
    DEVICE_GET,
    DEVICE_ALL,
    DEVICE_KNOWN,
    DEVICE_END,
    LINK_ADD,
    LINK_GET,
    LINK_USE,
    KIOSKS,
    WINDOWS,
    FLOORS,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [KEY_ADD] = "INSERT INTO api_keys (id, hall, role, name, secret, created_ms, place,"
                " addresses, expires_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [KEY_GET] = "SELECT k.role, k.name, k.secret, e.id, k.place, k.addresses,"
                " k.expires_ms, u.used_ms FROM api_keys k"
                " LEFT JOIN api_key_ends e ON e.api_key_id = k.id"
                " LEFT JOIN api_key_uses u ON u.api_key_id = k.id"
                " WHERE k.id = $1 AND k.hall = $2",
    [KEY_USED] =
        "INSERT INTO api_key_uses (api_key_id, hall, used_ms) VALUES ($1, $2, $3)"
        " ON CONFLICT (api_key_id) DO UPDATE SET used_ms = excluded.used_ms",
    [KEY_END] = "INSERT INTO api_key_ends (id, hall, api_key_id, actor, at_ms)"
                " VALUES ($1, $2, $3, $4, $5)",
    [KEY_ALL] = "SELECT k.id, k.role, k.name, k.created_ms, e.id, k.place, k.addresses,"
                " k.expires_ms, u.used_ms FROM api_keys k"
                " LEFT JOIN api_key_ends e ON e.api_key_id = k.id"
                " LEFT JOIN api_key_uses u ON u.api_key_id = k.id"
                " WHERE k.hall = $1 ORDER BY k.id",
    [DEVICE_ADD] = "INSERT INTO devices (id, hall, role, name, secret, created_ms)"
                   " VALUES ($1, $2, $3, $4, $5, $6)",
    [DEVICE_GET] =
        "SELECT d.id, d.role, d.name FROM devices d LEFT JOIN device_ends e"
        " ON e.device_id = d.id WHERE d.secret = $1 AND d.hall = $2 AND e.id IS NULL",
    [DEVICE_ALL] = "SELECT d.id, d.role, d.name, d.created_ms, e.id FROM devices d"
                   " LEFT JOIN device_ends e ON e.device_id = d.id"
                   " WHERE d.hall = $1 ORDER BY d.id",
    [DEVICE_KNOWN] = "SELECT e.id FROM devices d LEFT JOIN device_ends e"
                     " ON e.device_id = d.id WHERE d.id = $1 AND d.hall = $2",
    [DEVICE_END] = "INSERT INTO device_ends (id, hall, device_id, actor, at_ms)"
                   " VALUES ($1, $2, $3, $4, $5)",
    [LINK_ADD] = "INSERT INTO links (id, hall, purpose, subject, expires_ms)"
                 " VALUES ($1, $2, $3, $4, $5)",
    [LINK_GET] = "SELECT subject, expires_ms FROM links WHERE id = $1 AND hall = $2"
                 " AND purpose = $3 AND used_ms IS NULL AND expires_ms > $4",
    [LINK_USE] =
        "UPDATE links SET used_ms = $4 WHERE id = $1 AND hall = $2 AND purpose = $3"
        " AND used_ms IS NULL AND expires_ms > $4",
    [KIOSKS] = "SELECT k.code, k.code FROM kiosks k WHERE k.hall = $1 AND k.ended = 0"
               " AND k.id = (SELECT max(n.id) FROM kiosks n WHERE n.hall = k.hall"
               " AND n.code = k.code) ORDER BY k.code",
    [WINDOWS] = "SELECT w.code, w.name FROM windows w WHERE w.hall = $1 AND w.ended = 0"
                " AND w.id = (SELECT max(n.id) FROM windows n WHERE n.hall = w.hall"
                " AND n.code = w.code) ORDER BY w.code",
    [FLOORS] = "SELECT CAST(w.floor AS TEXT), w.floor FROM windows w WHERE w.hall = $1"
               " AND w.ended = 0 AND w.id = (SELECT max(n.id) FROM windows n"
               " WHERE n.hall = w.hall AND n.code = w.code) GROUP BY w.floor"
               " ORDER BY w.floor",
};

const char display_whole[] = "all";

const char *const *key_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const purposes[] = {
    [LINK_FIRST_RUN] = "first_run",
    [LINK_DEVICE] = "device",
    [LINK_LOGIN] = "login",
    [LINK_PASSWORD] = "password",
};

/* A name is one line that can be told from others in a list. */
static bool name_fits(const char *name, struct error *err)
{
    size_t length = strlen(name);

    if (length == 0 || length >= CALLER_NAME)
        return error_field(err, "name", "A name has 1 to %d bytes.", CALLER_NAME - 1);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 127)
            return error_field(err, "name",
                               "A name is one line without control characters.");
    return true;
}

static bool audit(struct store *st, const char *actor, const char *action,
                  const char *what, int64_t id, const char *detail, int64_t now_ms,
                  struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "%s %lld", what, (long long)id);
    return store_audit(st, actor, action, object, detail, now_ms, err);
}

bool key_limits_fit(struct store *st, enum role role, const struct key_limits *limits,
                    int64_t now_ms, struct error *err)
{
    bool known = true;

    if (limits->place[0] != '\0' && role != ROLE_INTEGRATION && role != ROLE_AUDITOR)
        return error_field(err, "place",
                           "Only a key that reads ratings (integration, auditor) is "
                           "confined to a department.");
    if (limits->expires_ms != 0 && limits->expires_ms <= now_ms)
        return error_field(err, "expires", "A key must expire in the future.");
    return (limits->place[0] == '\0' ||
            department_known(st, limits->place, &known, err)) &&
           (known || error_field(err, "place", "The hall has no department %.39s now.",
                                 limits->place));
}

bool key_add_limited(struct store *st, enum role role, const char *name,
                     const struct key_limits *limits, const char *actor, int64_t now_ms,
                     char out[KEY_TEXT], struct error *err)
{
    static const struct key_limits none;
    unsigned char hash[CRYPT_HASH_BYTES];
    char secret[SECRET_TEXT];
    int64_t id;

    if (limits == NULL)
        limits = &none;
    if (role_parse(role_name(role), ROLES_KEY) == ROLE_NONE)
        return error_field(err, "role",
                           "A key's role is machine, desk, integration, display or "
                           "auditor.");
    if (!name_fits(name, err) || !key_limits_fit(st, role, limits, now_ms, err))
        return false;
    id = store_id(st, now_ms);
    secret_make(st->world, secret);
    secret_hash(secret, hash);
    snprintf(out, KEY_TEXT, "%lld.%s", (long long)id, secret);
    crypt_wipe(secret, sizeof(secret));
    return db_run(st->db, sql[KEY_ADD],
                  DB(db_int(id), db_int(st->hall), db_text(role_name(role)),
                     db_text(name), db_blob(hash, sizeof(hash)), db_int(now_ms),
                     db_text(limits->place[0] != '\0' ? limits->place : NULL),
                     db_text(limits->addresses[0] != '\0' ? limits->addresses : NULL),
                     db_id(limits->expires_ms)),
                  err) &&
           audit(st, actor, "key.added", "key", id, role_name(role), now_ms, err);
}

bool key_add(struct store *st, enum role role, const char *name, const char *actor,
             int64_t now_ms, char out[KEY_TEXT], struct error *err)
{
    return key_add_limited(st, role, name, NULL, actor, now_ms, out, err);
}

bool key_touch(struct store *st, int64_t id, int64_t now_ms, struct error *err)
{
    return db_run(st->db, sql[KEY_USED], DB(db_int(id), db_int(st->hall), db_int(now_ms)),
                  err);
}

bool key_end(struct store *st, int64_t id, const char *actor, int64_t now_ms,
             struct error *err)
{
    struct db_cursor c;
    bool found, ended;

    if (!db_find(st->db, sql[KEY_GET], DB(db_int(id), db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no key %lld.", (long long)id);
    ended = !db_is_null(&c, 3);
    db_done(&c);
    if (ended)
        return error_set(err, ERROR_CONFLICT, "Key %lld has been ended already.",
                         (long long)id);
    return db_run(st->db, sql[KEY_END],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(actor), db_int(now_ms)),
                  err) &&
           audit(st, actor, "key.ended", "key", id, NULL, now_ms, err);
}

static bool unknown_key(struct error *err)
{
    return error_set(err, ERROR_LOGIN,
                     "This key is not known here. Make one with: yiping key add");
}

/* Parts "id.secret"; false where it has another shape. */
static bool bearer_parts(const char *bearer, int64_t *id,
                         unsigned char hash[CRYPT_HASH_BYTES])
{
    char digits[21];
    const char *dot = bearer != NULL ? strchr(bearer, '.') : NULL;
    size_t length = dot != NULL ? (size_t)(dot - bearer) : 0;

    if (length == 0 || length >= sizeof(digits))
        return false;
    memcpy(digits, bearer, length);
    digits[length] = '\0';
    return id_parse(digits, id) && secret_hash(dot + 1, hash);
}

/* The limits of a key, from their column on. */
static void read_limits(const struct db_cursor *c, int column, struct key_limits *out)
{
    db_copy_text(c, column, out->place, sizeof(out->place));
    db_copy_text(c, column + 1, out->addresses, sizeof(out->addresses));
    out->expires_ms = db_get_int(c, column + 2);
}

bool key_check(struct store *st, const char *bearer, int64_t now_ms, struct caller *out,
               struct key_limits *limits, bool *touch, struct error *err)
{
    static const unsigned char nobody[CRYPT_HASH_BYTES];
    unsigned char hash[CRYPT_HASH_BYTES];
    struct db_cursor c;
    const void *kept = nobody;
    size_t length = sizeof(nobody);
    int64_t id;
    bool found, same;

    if (!bearer_parts(bearer, &id, hash))
        return unknown_key(err);
    if (!db_find(st->db, sql[KEY_GET], DB(db_int(id), db_int(st->hall)), &c, &found, err))
        return false;
    if (found)
        kept = db_get_blob(&c, 2, &length);
    same = length == sizeof(hash) && crypt_equal(kept, hash, sizeof(hash)) && found &&
           db_is_null(&c, 3) && (db_is_null(&c, 6) || db_get_int(&c, 6) > now_ms);
    if (same) {
        caller_set(out, CALLER_KEY, role_parse(db_get_text(&c, 0), ROLES_KEY), id,
                   db_get_text(&c, 1));
        read_limits(&c, 4, limits);
        snprintf(out->place, sizeof(out->place), "%s", limits->place);
        *touch = db_is_null(&c, 7) || now_ms - db_get_int(&c, 7) >= KEY_TOUCH_MS;
    }
    if (found)
        db_done(&c);
    return same || unknown_key(err);
}

/* Keys and devices are listed alike: number, role, name, birth, end. */
static bool list(struct store *st, const char *statement, bool limited, key_each *each,
                 void *self, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct api_key key = {
            .id = db_get_int(&c, 0),
            .role = role_parse(db_get_text(&c, 1), ROLES_KEY),
            .created_ms = db_get_int(&c, 3),
            .ended = !db_is_null(&c, 4),
        };

        db_copy_text(&c, 2, key.name, sizeof(key.name));
        if (limited) {
            read_limits(&c, 5, &key.limits);
            key.used_ms = db_get_int(&c, 8);
        }
        each(self, &key);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool keys_each(struct store *st, key_each *each, void *self, struct error *err)
{
    return list(st, sql[KEY_ALL], true, each, self, err);
}

bool devices_each(struct store *st, key_each *each, void *self, struct error *err)
{
    return list(st, sql[DEVICE_ALL], false, each, self, err);
}

bool places_each(struct store *st, enum role role, place_each *each, void *self,
                 struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (role == ROLE_DISPLAY)
        each(self, display_whole, st->frame != NULL ? st->frame->name : "");
    if (!db_query(st->db,
                  sql[role == ROLE_MACHINE   ? KIOSKS
                      : role == ROLE_DISPLAY ? FLOORS
                                             : WINDOWS],
                  DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble))
        each(self, db_get_text(&c, 0), db_get_text(&c, 1));
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

struct place_wanted {
    const char *code;
    bool there;
};

static void place_compare(void *self, const char *code, const char *name)
{
    struct place_wanted *wanted = self;

    (void)name;
    wanted->there = wanted->there || strcmp(code, wanted->code) == 0;
}

bool device_add(struct store *st, enum role role, const char *place, const char *actor,
                int64_t now_ms, char cookie[SECRET_TEXT], struct error *err)
{
    struct place_wanted wanted = {.code = place};
    unsigned char hash[CRYPT_HASH_BYTES];
    int64_t id;

    if (role_parse(role_name(role), ROLES_DEVICE) == ROLE_NONE)
        return error_field(err, "role",
                           "A browser can be a machine, a desk or a display.");
    if (!places_each(st, role, place_compare, &wanted, err))
        return false;
    if (!wanted.there)
        return error_field(err, "place",
                           "The hall has no such %s. Choose one from the list.",
                           role == ROLE_MACHINE   ? "kiosk"
                           : role == ROLE_DISPLAY ? "floor"
                                                  : "window");
    id = store_id(st, now_ms);
    secret_make(st->world, cookie);
    secret_hash(cookie, hash);
    return db_run(st->db, sql[DEVICE_ADD],
                  DB(db_int(id), db_int(st->hall), db_text(role_name(role)),
                     db_text(place), db_blob(hash, sizeof(hash)), db_int(now_ms)),
                  err) &&
           audit(st, actor, "device.added", "device", id, role_name(role), now_ms, err);
}

bool device_check(struct store *st, const char *cookie, struct caller *out,
                  struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    struct db_cursor c;
    bool found = false;

    if (secret_hash(cookie, hash) &&
        !db_find(st->db, sql[DEVICE_GET],
                 DB(db_blob(hash, sizeof(hash)), db_int(st->hall)), &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_LOGIN,
                         "This browser is no kiosk and no desk yet. Ask for a "
                         "link made with: yiping key add");
    caller_set(out, CALLER_DEVICE, role_parse(db_get_text(&c, 1), ROLES_DEVICE),
               db_get_int(&c, 0), db_get_text(&c, 2));
    db_done(&c);
    return true;
}

bool device_end(struct store *st, int64_t id, const char *actor, int64_t now_ms,
                struct error *err)
{
    struct db_cursor c;
    bool found, ended;

    if (!db_find(st->db, sql[DEVICE_KNOWN], DB(db_int(id), db_int(st->hall)), &c, &found,
                 err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no device %lld.", (long long)id);
    ended = !db_is_null(&c, 0);
    db_done(&c);
    if (ended)
        return error_set(err, ERROR_CONFLICT, "Device %lld has been ended already.",
                         (long long)id);
    return db_run(st->db, sql[DEVICE_END],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_int(id),
                     db_text(actor), db_int(now_ms)),
                  err) &&
           audit(st, actor, "device.ended", "device", id, NULL, now_ms, err);
}

bool link_add(struct store *st, enum link_purpose purpose, const char *subject,
              int64_t expires_ms, char secret[SECRET_TEXT], struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];

    secret_make(st->world, secret);
    secret_hash(secret, hash);
    return db_run(st->db, sql[LINK_ADD],
                  DB(db_blob(hash, sizeof(hash)), db_int(st->hall),
                     db_text(purposes[purpose]), db_text(subject), db_int(expires_ms)),
                  err);
}

bool link_look(struct store *st, enum link_purpose purpose, const char *secret,
               int64_t now_ms, struct link *out, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    struct db_cursor c;
    bool found = false;

    if (secret_hash(secret, hash) &&
        !db_find(st->db, sql[LINK_GET],
                 DB(db_blob(hash, sizeof(hash)), db_int(st->hall),
                    db_text(purposes[purpose]), db_int(now_ms)),
                 &c, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT,
                         "This link has been used or is too old. Ask for a "
                         "new one.");
    db_copy_text(&c, 0, out->subject, sizeof(out->subject));
    out->expires_ms = db_get_int(&c, 1);
    db_done(&c);
    return true;
}

bool link_use(struct store *st, enum link_purpose purpose, const char *secret,
              int64_t now_ms, struct link *out, struct error *err)
{
    unsigned char hash[CRYPT_HASH_BYTES];
    int64_t changed;

    if (!link_look(st, purpose, secret, now_ms, out, err))
        return false;
    secret_hash(secret, hash);
    if (!db_change(st->db, sql[LINK_USE],
                   DB(db_blob(hash, sizeof(hash)), db_int(st->hall),
                      db_text(purposes[purpose]), db_int(now_ms)),
                   &changed, err))
        return false;
    return changed == 1 || error_set(err, ERROR_ABSENT,
                                     "This link has been used by somebody "
                                     "else just now.");
}
