/*
 * key_store.h — API keys, browsers that are a kiosk or a desk, and one-time links.
 *
 * A key is "id.secret", shown once. A link stands in an address, does one thing once and
 * then is dead; looking at it changes nothing, using it does. All secrets are kept as
 * SHA-256 (secret.h). Checking works on a reader's store too; whatever adds, ends or uses
 * is for the writer, inside a transaction, and leaves an audit event.
 */
#ifndef STORE_KEY_STORE_H
#define STORE_KEY_STORE_H

#include "store/caller.h"
#include "store/hall_store.h"
#include "store/secret.h"
#include "store/store.h"

enum { KEY_TEXT = 20 + 1 + SECRET_TEXT }; /* "id.secret" */

enum { KEY_ADDRESSES = 256, KEY_TOUCH_MS = 60 * 1000 };

/* What a key may do beyond its role; zeroed for no limits. */
struct key_limits {
    char place[40];                /* code of the only department it sees; "" for all */
    char addresses[KEY_ADDRESSES]; /* networks it may call from (web/http_address.h) */
    int64_t expires_ms;            /* 0: not by itself */
};

struct api_key {
    struct key_limits limits;
    int64_t used_ms; /* 0: never; to the minute */
    int64_t id;
    enum role role;
    char name[CALLER_NAME];
    int64_t created_ms;
    bool ended;
};

/* Makes a key of a role of ROLES_KEY; ERROR_INPUT for another role or a name nobody can
 * read. */
NODISCARD bool key_add(struct store *st, enum role role, const char *name,
                       const char *actor, int64_t now_ms, char out[KEY_TEXT],
                       struct error *err);

/* The same with limits, NULL for none. A department suits integration and auditor only;
 * ERROR_INPUT of "place", "addresses" or "expires". */
NODISCARD bool key_add_limited(struct store *st, enum role role, const char *name,
                               const struct key_limits *limits, const char *actor,
                               int64_t now_ms, char out[KEY_TEXT], struct error *err);
NODISCARD bool key_limits_fit(struct store *st, enum role role,
                              const struct key_limits *limits, int64_t now_ms,
                              struct error *err);

/* A key was used now: to be said when *touch of key_check is set. */
NODISCARD bool key_touch(struct store *st, int64_t id, int64_t now_ms, struct error *err);

/* Ends a key at once. ERROR_ABSENT where there is none, ERROR_CONFLICT where it has
 * ended. */
NODISCARD bool key_end(struct store *st, int64_t id, const char *actor, int64_t now_ms,
                       struct error *err);

/*
 * Who holds this "id.secret" (NULL for none) now. ERROR_LOGIN unless a key of this hall
 * in force. Whether its addresses fit is for the caller to say; the department that it is
 * confined to stands in out->place. `*touch` says that key_touch should be called.
 */
NODISCARD bool key_check(struct store *st, const char *bearer, int64_t now_ms,
                         struct caller *out, struct key_limits *limits, bool *touch,
                         struct error *err);

/* Calls back for each key, oldest first. */
typedef void key_each(void *self, const struct api_key *key);
NODISCARD bool keys_each(struct store *st, key_each *each, void *self, struct error *err);

/* The place of a display that shows the whole hall; others show one floor. */
extern const char display_whole[];

/*
 * Makes a browser a kiosk, a desk or the hall's screen; `place` is the code of the kiosk
 * or window, or the floor.
 * ERROR_INPUT where the hall has no such place now. The cookie's value is shown once.
 */
NODISCARD bool device_add(struct store *st, enum role role, const char *place,
                          const char *actor, int64_t now_ms, char cookie[SECRET_TEXT],
                          struct error *err);

/* Calls back for each device, oldest first; its name is the code of its place. */
NODISCARD bool devices_each(struct store *st, key_each *each, void *self,
                            struct error *err);

/* Ends a device at once: its browser is a kiosk or desk no more. ERROR_ABSENT where there
 * is none, ERROR_CONFLICT where it has ended. */
NODISCARD bool device_end(struct store *st, int64_t id, const char *actor, int64_t now_ms,
                          struct error *err);

/* Which device in force this cookie (NULL for none); its name is the code of its place.
 * ERROR_LOGIN. */
NODISCARD bool device_check(struct store *st, const char *cookie, struct caller *out,
                            struct error *err);

/* Calls back for the code and name of each place that a device of this role can stand at.
 */
typedef void place_each(void *self, const char *code, const char *name);
NODISCARD bool places_each(struct store *st, enum role role, place_each *each, void *self,
                           struct error *err);

enum link_purpose { LINK_FIRST_RUN, LINK_DEVICE, LINK_LOGIN, LINK_PASSWORD };

struct link {
    char subject[CALLER_NAME + 24]; /* "machine NAME", "desk NAME", or the account's id */
    int64_t expires_ms;
};

NODISCARD bool link_add(struct store *st, enum link_purpose purpose, const char *subject,
                        int64_t expires_ms, char secret[SECRET_TEXT], struct error *err);

/*
 * ERROR_ABSENT for a link that is unknown, used, out of time or for another purpose: the
 * answer does not tell which.
 */
NODISCARD bool link_look(struct store *st, enum link_purpose purpose, const char *secret,
                         int64_t now_ms, struct link *out, struct error *err);

/* The same, and the link is dead afterwards. Of two that come at once one gets
 * ERROR_ABSENT. */
NODISCARD bool link_use(struct store *st, enum link_purpose purpose, const char *secret,
                        int64_t now_ms, struct link *out, struct error *err);

#endif
