/*
 * cloudprnt.h — the words in which a printer that polls tells how it stands and what
 * became of a job (Star CloudPRNT, HTTP): status codes on one side, signs and fates on
 * the other.
 *
 * Codes are judged by their first digit, so that unknown ones are understood: 2 well, 4
 * the printer is in trouble, 5 the job or the client is. Pure; any thread.
 */
#ifndef DOMAIN_CLOUDPRNT_H
#define DOMAIN_CLOUDPRNT_H

#include <stdbool.h>

/* What a printer says of a job in the DELETE that ends it. */
enum cloudprnt_fate {
    CLOUDPRNT_PRINTED,
    CLOUDPRNT_KEEP,    /* it was not printed and is wanted once the printer is well */
    CLOUDPRNT_FAILED,  /* it can never be printed: the data are not what it takes */
    CLOUDPRNT_UNKNOWN, /* nobody can say: our own agent's word, or one we do not know */
};

/* What our agent says of a ticket of which it does not know whether it came out. */
#define CLOUDPRNT_NOT_KNOWN "unconfirmed"

/* The types of which a printer chooses: the picture is for all, the other for our agent,
 * since Star printers do not speak ESC/POS. */
#define CLOUDPRNT_PNG    "image/png"
#define CLOUDPRNT_ESCPOS "application/vnd.yiping.escpos"

/* "200%20OK", "410 Out of paper", "OK" (200); 0 for what is no code. */
int cloudprnt_code(const char *text);

/* enum printer_sign of a status; PRINTER_UNKNOWN for 0. */
unsigned cloudprnt_signs(int code);

/* Whether this status lets a job be offered. */
bool cloudprnt_is_well(int code);

/* Whether it is printing just now, whatever else it says. */
bool cloudprnt_is_printing(int code);

enum cloudprnt_fate cloudprnt_fate(int code);

/* The status that says these signs, "410 Out of paper", as our agent sends it. */
const char *cloudprnt_status(unsigned signs);

#endif
