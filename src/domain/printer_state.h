/*
 * printer_state.h — how a printer stands, in the same words for every make and way.
 *
 * A set of signs, kept in the store and shown on pages. A printer that says nothing of
 * itself is UNKNOWN, and ONLINE as well where it at least takes our calls. Pure; any
 * thread.
 */
#ifndef DOMAIN_PRINTER_STATE_H
#define DOMAIN_PRINTER_STATE_H

#include <stdbool.h>
#include <stddef.h>

enum printer_sign {
    PRINTER_ONLINE = 1 << 0,
    PRINTER_COVER_OPEN = 1 << 1,
    PRINTER_PAPER_NEAR_END = 1 << 2,
    PRINTER_PAPER_END = 1 << 3,
    PRINTER_CUTTER_ERROR = 1 << 4,
    PRINTER_FATAL_ERROR = 1 << 5,       /* somebody has to repair it */
    PRINTER_RECOVERABLE_ERROR = 1 << 6, /* a jam: somebody has to look at it */
    PRINTER_OVERHEATED = 1 << 7,        /* goes on by itself */
    PRINTER_UNKNOWN = 1 << 8,           /* it never said anything */
};

enum { PRINTER_SIGNS = 9 };

/* The word of one sign for programs, "cover_open"; `at` from 0 to PRINTER_SIGNS - 1. */
const char *printer_sign_word(int at);

/* Whether a ticket sent now would lie in the printer or be lost. */
bool printer_blocked(unsigned signs);

/*
 * The one sign that a person should hear of first, as the key of a sentence in the
 * catalogues: "printer_paper_end" … "printer_offline", or NULL where all is well. With a
 * paper that is only nearly at its end the printer still prints.
 */
const char *printer_trouble(unsigned signs);

/* The same as a sentence with the way out, for the journal and the command line. "" where
 * all is well. */
const char *printer_advice(unsigned signs, bool english);

#endif
