/*
 * verdict.h — what a citizen says of a fix: three grades in words, never a digit, so that
 * no scale is turned round. Pure; any thread.
 */
#ifndef DOMAIN_VERDICT_H
#define DOMAIN_VERDICT_H

enum heard_verdict {
    HEARD_NO_VERDICT,
    HEARD_SATISFIED,
    HEARD_BASICALLY_SATISFIED,
    HEARD_NOT_SATISFIED,
    HEARD_VERDICTS
};

/* "satisfied", "basically_satisfied", "not_satisfied"; "" for none. */
const char *heard_verdict_name(enum heard_verdict verdict);

/* HEARD_NO_VERDICT for a word that is none of them. */
enum heard_verdict heard_verdict_read(const char *name);

#endif
