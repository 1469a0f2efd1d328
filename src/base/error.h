/*
 * error.h — what went wrong, in one sentence for a person and one line for the journal.
 *
 * What can fail returns bool, is NODISCARD and takes `struct error *` last. The lowest
 * floor that understands the trouble sets it; the first sentence wins. The kind alone
 * decides what is done about it: which HTTP status, whether a message is tried again,
 * which exit code.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

#include "base/compiler.h"

enum error_kind {
    ERROR_NONE,      /* nothing went wrong */
    ERROR_MALFORMED, /* not even the form is right: no JSON, broken UTF-8 */
    ERROR_INPUT,     /* a field holds what it must not; `field` names it */
    ERROR_LOGIN,     /* we do not know who asks */
    ERROR_DENIED,    /* we know, and it is not allowed */
    ERROR_ABSENT,    /* there is no such thing */
    ERROR_CONFLICT,  /* it clashes with what already is */
    ERROR_TOO_LARGE, /* longer than the limit */
    ERROR_LIMIT,     /* too many, too fast */
    ERROR_LATER,     /* not now; the same again may work */
    ERROR_REFUSED,   /* the other side said no, for good */
    ERROR_SETUP,     /* somebody has to change the configuration */
    ERROR_BROKEN,    /* our own fault, or the machine's */
};

struct error {
    enum error_kind kind;
    char text[240];  /* one sentence that names thing, trouble and way out; never empty */
    char cause[160]; /* for the journal: library code, place; may be empty */
    char field[64];  /* the input field at fault, as its owner spelled it; may be empty */
};

/*
 * Sets `err` unless it already holds an earlier, better sentence. Returns false always,
 * so that failing is one line: return error_set(err, ERROR_ABSENT, "…").
 */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* The same for ERROR_INPUT of one named field. */
bool error_field(struct error *err, const char *field, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Adds the journal's half to an error that is set; the first cause wins. Returns false.
 */
bool error_cause(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/* Forgets what is in `err`, so that it can be used for the next attempt. */
void error_clear(struct error *err);

#endif
