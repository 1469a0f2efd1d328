/*
 * reply.h — what a citizen's SMS reply says: a grade, four grades, leave me alone, not
 * mine, or nothing that may be taken for a grade.
 *
 * The rules are those of the reply sheet (README.md): a wrong grade is far worse than
 * none, so whatever a careful person would not be sure of is REPLY_UNCLEAR. Pure, keeps
 * nothing, never fails; any thread.
 */
#ifndef DOMAIN_REPLY_H
#define DOMAIN_REPLY_H

#include <stdbool.h>
#include <stddef.h>

/* The question that was asked. */
enum reply_form {
    REPLY_OVERALL, /* one grade */
    REPLY_FOUR     /* attitude, efficiency, quality, integrity, in this order */
};

enum reply_outcome {
    REPLY_UNCLEAR, /* ask once, never guess */
    REPLY_GRADE,   /* `grade` */
    REPLY_DIMS,    /* `dims` */
    REPLY_OPTOUT,  /* no more messages to this phone */
    REPLY_NOTME    /* the case is not the sender's */
};

struct reply_reading {
    enum reply_outcome outcome;
    int grade;    /* 5 very satisfied … 1 very dissatisfied; 0 unless REPLY_GRADE */
    int dims[4];  /* grades as above; all 0 unless REPLY_DIMS */
    bool comment; /* it says something beyond the grade, to be kept as an opinion */
};

/* Reads a reply as received, in UTF-8; broken text is unclear. */
void reply_read(const char *text, size_t length, enum reply_form form,
                struct reply_reading *out);

/*
 * The letter that a survey's text gave itself where several surveys are open on one
 * number ("A5", "b 满意"): one of A B C E F G H J K M P U V W Y, either case, full width
 * too, that no other letter touches. `*letter` is upper case, `*taken` the bytes up to
 * what the reply says. Only the caller knows whether letters were given out.
 */
bool reply_letter(const char *text, size_t length, char *letter, size_t *taken);

/*
 * A ticket's 8-symbol short code at the beginning (base 32 of Crockford: digits and
 * letters without I L O U; O is read as 0, I and L as 1; either case; a dash or blank may
 * stand in the middle), set off from what follows by a blank, punctuation, the end or
 * another script. `code` is upper case without the dash, `*taken` the bytes up to what
 * the reply says.
 *
 * What could be a grade reply or plain words is no code: at least one letter and, unless
 * all letters are capitals, one digit must be in it; four digits followed by a blank, or
 * by a dash and letters alone ("5554 good"), are four grades. A code that nobody gave out
 * may still come back: the caller looks it up, and reads the whole text where it is none.
 */
bool reply_short_code(const char *text, size_t length, char code[9], size_t *taken);

#endif
