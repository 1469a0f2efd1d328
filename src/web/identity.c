/*
 * identity.c — see identity.h.
 */
#include "web/identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "store/key_store.h"
#include "web/accept.h"
#include "web/access.h"
#include "web/http_address.h"
#include "web/refusal.h"

const char identity_device_cookie[] = "device";

/* What stands after "Bearer "; NULL for another scheme or none. */
static const char *bearer(const struct exchange *x)
{
    const char *value = exchange_header(x, "Authorization");

    return value != NULL && strncasecmp(value, "Bearer ", 7) == 0 ? value + 7 : NULL;
}

/* "http://host:port" without a path, compared by letters of any case. */
static bool same_origin(const char *origin, const char *own, size_t length)
{
    return length > 0 && strlen(origin) == length &&
           strncasecmp(origin, own, length) == 0;
}

static bool is_host(const char *origin, const char *host)
{
    const char *authority = strstr(origin, "://");

    return host != NULL && authority != NULL && strcasecmp(authority + 3, host) == 0;
}

/* The part of an address before its path. */
static size_t origin_length(const char *address)
{
    const char *authority = strstr(address, "://");

    return authority != NULL
               ? strcspn(authority + 3, "/") + (size_t)(authority + 3 - address)
               : 0;
}

bool identity_same_origin(const struct exchange *x, struct error *err)
{
    const char *site = exchange_header(x, "Sec-Fetch-Site");
    const char *origin = exchange_header(x, "Origin");
    const char *base = site_base_url(site_of(x));
    bool ours;

    if (x->method == METHOD_GET)
        return true;
    if (site != NULL)
        ours = strcmp(site, "same-origin") == 0;
    else
        ours = origin == NULL || is_host(origin, exchange_header(x, "Host")) ||
               same_origin(origin, base, origin_length(base));
    return ours ||
           error_set(err, ERROR_DENIED,
                     "This was sent from a page of another site. Open the page here "
                     "and send it again.");
}

/* Notes that a key was used, on its own: no answer waits for it. */
struct touch {
    struct command command;
    int64_t key;
};

static bool touch_run(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    return key_touch(st, ((struct touch *)c)->key, now_ms, err);
}

static void touch_done(struct command *c)
{
    free(c);
}

static void touch(const struct exchange *x, int64_t key)
{
    struct touch *t = memory_new(sizeof(*t));

    t->command = (struct command){.run = touch_run, .done = touch_done};
    t->key = key;
    if (!writer_submit(site_of(x)->writer, &t->command))
        free(t); /* busy: the next use will try again */
}

/* May this key be used from where the request comes? A list that cannot be read lets
 * nobody in. */
static bool address_fits(const struct exchange *x, const char *networks)
{
    struct address_list list = {0};
    struct error err = {0};
    struct address from;
    bool fits = networks[0] == '\0' ||
                (address_list_parse(networks, &list, &err) &&
                 address_read(x->peer, &from) && address_list_holds(&list, &from));

    address_list_free(&list);
    return fits;
}

static bool key_enter(struct store *st, const struct exchange *x, const char *key,
                      struct caller *out, struct error *err)
{
    struct world *world = site_of(x)->world;
    struct key_limits limits;
    bool stale;

    if (!key_check(st, key, world->wall_ms(world), out, &limits, &stale, err))
        return false;
    if (!address_fits(x, limits.addresses))
        return error_set(err, ERROR_DENIED,
                         "This key may not be used from this address. Ask the "
                         "administrators which networks it is for.");
    if (stale)
        touch(x, out->id);
    return true;
}

bool identity_require(struct store *st, const struct exchange *x, struct caller *out,
                      struct error *err)
{
    char cookie[SECRET_TEXT];
    const char *key = bearer(x);

    if (key != NULL) {
        if (!key_enter(st, x, key, out, err))
            return false;
    } else if (cookie_find(exchange_header(x, "Cookie"), identity_device_cookie, cookie,
                           sizeof(cookie))) {
        if (!device_check(st, cookie, out, err) || !identity_same_origin(x, err))
            return false;
    } else {
        return error_set(err, ERROR_LOGIN,
                         "A key is missing. Send: Authorization: Bearer KEY");
    }
    if (access_view(x->route, out->role) != NULL)
        return true;
    refusal_note(x, out);
    return error_set(err, ERROR_DENIED, "The role %s may not do this.",
                     role_name(out->role));
}

/* "127.0.0.1:8080", "localhost", "[::1]:80". */
static bool loopback_host(const char *host)
{
    return host != NULL &&
           (strncmp(host, "127.", 4) == 0 || strncmp(host, "[::1]", 5) == 0 ||
            strcasecmp(host, "localhost") == 0 ||
            strncasecmp(host, "localhost:", 10) == 0);
}

bool identity_secure(const struct exchange *x)
{
    const char *origin = exchange_header(x, "Origin");
    bool direct = x->loopback_listener && !x->forwarded &&
                  loopback_host(exchange_header(x, "Host")) &&
                  (origin == NULL || strncasecmp(origin, "http://", 7) == 0);

    /* Whoever sits at the machine itself and asks without a proxy has no https to speak.
     */
    return !direct && strncasecmp(site_base_url(site_of(x)), "https://", 8) == 0;
}

void identity_cookie(struct exchange *x, const char *name, const char *value, int days)
{
    char line[256], age[40] = "";

    if (days != 0)
        snprintf(age, sizeof(age), "; Max-Age=%lld", days > 0 ? days * 86400LL : 0LL);
    snprintf(line, sizeof(line), "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", name,
             days < 0 ? "" : value, identity_secure(x) ? "; Secure" : "", age);
    exchange_header_add(x, "Set-Cookie", line);
}
