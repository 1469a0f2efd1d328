/*
 * password.h — may this be somebody's password?
 *
 * Two standards ask for opposite things, so a hall chooses: mlps3 (GB/T 22239-2019, level
 * 3: length and kinds of signs, and a change every so many days) or asvs (length alone,
 * no forced change). Both refuse the ten thousand commonest passwords
 * (templates/halls/common-passwords.txt, in the order of their bytes), the account's name
 * and words of the house. Pure; any thread.
 */
#ifndef DOMAIN_PASSWORD_H
#define DOMAIN_PASSWORD_H

#include <stdbool.h>

#include "base/error.h"

enum password_profile { PASSWORD_MLPS3, PASSWORD_ASVS };

enum {
    PASSWORD_MOST = 128,     /* characters */
    PASSWORD_HISTORY = 5,    /* with mlps3 none of the last so many comes back */
    PASSWORD_WORD_LEAST = 3, /* characters; a shorter word says nothing */
};

enum password_fault {
    PASSWORD_FINE,
    PASSWORD_SHORT,    /* below 10 characters (mlps3) or 8 (asvs) */
    PASSWORD_LONG,     /* above PASSWORD_MOST */
    PASSWORD_KINDS,    /* mlps3: fewer than three of small, capital, digit, other */
    PASSWORD_NAMED,    /* it holds the name of its account */
    PASSWORD_COMMON,   /* one of the commonest, or that and a few digits or signs */
    PASSWORD_LOCAL,    /* it holds a word of the house */
    PASSWORD_USED,     /* it is one of the last ones */
    PASSWORD_BREACHED, /* it became known elsewhere (work/breached.h) */
    PASSWORD_FAULTS
};

/* Everything but PASSWORD_LOCAL, PASSWORD_USED and PASSWORD_BREACHED, which need the
 * store or a file. */
enum password_fault password_judge(enum password_profile profile, const char *password,
                                   const char *name);

/* Does the password hold this word, in letters of any case? Short words never count. */
bool password_holds(const char *password, const char *word);

/* "short", "kinds" …, for catalogues; and the sentence for a command's user, as
 * ERROR_INPUT of the field "password". */
const char *password_fault_name(enum password_fault fault);
bool password_refuse(enum password_profile profile, enum password_fault fault,
                     struct error *err);

#endif
