/*
 * phone.h — a telephone number that can receive a message.
 */
#ifndef DOMAIN_PHONE_H
#define DOMAIN_PHONE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/error.h"

/* A telephone number as '+' and up to 15 digits (ITU-T E.164). */
struct phone {
    char e164[17];
};

enum {
    PHONE_MASK = 17, /* room for phone_mask */
    PHONE_LOCAL = 17 /* room for phone_local */
};

/*
 * Reads a number as people write it: "139 0000 1000", "+86 139-0000-1000",
 * "0086 (139) 0000.1000", "8613900001000". `home` is the country code to add ("86").
 * Blanks, dashes, dots and parentheses are dropped; of a mainland number only a mobile is
 * taken (1, 3-9, nine digits), of others 7 to 15 digits with the country code.
 * ERROR_INPUT of the field "phone" otherwise; `out` is then untouched. A text that may
 * hold NULs must be checked by who knows its length. Owns nothing. Any thread.
 */
NODISCARD bool phone_parse(const char *text, const char *home, struct phone *out,
                           struct error *err);

/* "139****1000"; of other countries' numbers the beginning and the end: "+85****4567". */
void phone_mask(const struct phone *phone, char out[PHONE_MASK]);

/* The national form of a mainland number, "13900001000"; others stay as they are. */
void phone_local(const struct phone *phone, char out[PHONE_LOCAL]);

#endif
