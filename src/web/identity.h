/*
 * identity.h — which program or device a request to the API comes from, and whether a
 * browser was made to send it by a page of somebody else.
 *
 * A request names itself by `Authorization: Bearer ID.SECRET` (RFC 6750), or by the
 * cookie that made a browser a kiosk or a desk. A key is never taken from an address.
 */
#ifndef WEB_IDENTITY_H
#define WEB_IDENTITY_H

#include "store/caller.h"
#include "web/site.h"

enum { IDENTITY_COOKIE_DAYS = 400 }; /* browsers keep no cookie longer */

/*
 * Who asks; call it first in a step's work, on a writer's or reader's store. ERROR_LOGIN
 * where nobody is named or known, ERROR_DENIED where the route's row in access.c does not
 * let a known one in, or where a browser changes something at another page's wish.
 */
NODISCARD bool identity_require(struct store *st, const struct exchange *x,
                                struct caller *out, struct error *err);

/*
 * May this request have come from a page of our own? Safe methods may come from anywhere.
 * Else Sec-Fetch-Site, where a browser sends it, must say so; else Origin, where it is
 * sent, must be ours. ERROR_DENIED.
 */
NODISCARD bool identity_same_origin(const struct exchange *x, struct error *err);

/* Are we reached by https, so that cookies must not travel otherwise (decisions 19)? */
bool identity_secure(const struct exchange *x);

/*
 * Has the answer set a cookie, HttpOnly and for our pages only. `days` 0: until the
 * browser is closed; -1: forgotten now.
 */
void identity_cookie(struct exchange *x, const char *name, const char *value, int days);

/* The device cookie is set by the page that uses a device link. */
extern const char identity_device_cookie[];

#endif
