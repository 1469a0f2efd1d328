/*
 * place.h — is this browser the kiosk or the desk that it opens?
 *
 * A browser becomes one by a one-time link, and carries a device cookie ever after
 * (decisions 17). While nothing is real yet — the virtual gateway is in force and we are
 * asked on the machine itself, not through a proxy — every place is open, so that a first
 * look needs no set-up; the page then says that it is a demonstration.
 */
#ifndef WEB_PLACE_H
#define WEB_PLACE_H

#include <jansson.h>

#include "store/caller.h"
#include "web/step.h"

enum { ACTOR_SIZE = 48 };

/*
 * Who acts at the place `code`, for every event; *open is set where nobody had to show a
 * cookie. ERROR_LOGIN, or ERROR_DENIED for another place's device. Any thread's store.
 */
NODISCARD bool place_enter(struct store *st, const struct exchange *x, enum role role,
                           const char *code, char actor[ACTOR_SIZE], bool *open,
                           struct error *err);

/* Did a page of our own send this form? Answers 403 and returns false where it did not.
 */
bool place_same_origin(struct exchange *x);

/* Answers an error of these pages: a sentence of the hall's catalogue. Loop. */
void place_problem(struct exchange *x, const struct error *err);

/* An address as a picture (SVG) of its QR code, given; null where it is too long. */
json_t *qr_json(const char *text);

#endif
