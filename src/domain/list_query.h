/*
 * list_query.h — what somebody types over a list to see less of it.
 *
 *     grade:1,2 dept:医保 is:overdue -has:comment after:2026-11-01 window:"1号 窗口"
 *
 * Parts are parted by blanks and must all hold; of several values of a part one is
 * enough; a '-' in front turns a part round. Values with blanks, commas or quotes stand
 * in quotes, within which "" is one quote. Chinese colons, commas and quotes do as well.
 * Which qualifiers a list knows is its own table. Pure; any thread.
 */
#ifndef DOMAIN_LIST_QUERY_H
#define DOMAIN_LIST_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"

enum list_qualifier {
    LIST_GRADE, /* 1..5, or "four": four grades instead of one */
    LIST_DEPT,  /* a code, or how a name begins; as the next three */
    LIST_WINDOW,
    LIST_MATTER,
    LIST_CLERK,
    LIST_TAG, /* the number of a reason */
    LIST_CHANNEL,
    LIST_PROOF,
    LIST_STATE, /* words of the list, as IS and HAS */
    LIST_OWNER, /* "me", "none" */
    LIST_IS,
    LIST_HAS,
    LIST_BEFORE, /* a day as in 2026-11-23, which is not among them */
    LIST_AFTER,
    LIST_QUALIFIERS
};
#define LIST_BIT(qualifier) (1u << (qualifier))
#define LIST_PLACES         (LIST_BIT(LIST_DEPT) | LIST_BIT(LIST_WINDOW) | LIST_BIT(LIST_MATTER))

const char *list_qualifier_name(enum list_qualifier qualifier);

/* What a list knows; words are parted by blanks, "" for none. */
struct list_kind {
    const char *name; /* as in its address: "ratings" */
    unsigned qualifiers;
    const char *states, *is, *has;
};
extern const struct list_kind list_ratings, list_cases, list_unlinked, list_reviews;

enum {
    LIST_PARTS = 12,
    LIST_VALUES = 8,
    LIST_VALUE = 64, /* bytes, with the NUL */
    LIST_TYPED = 600 /* bytes of a query, with the NUL */
};

struct list_part {
    enum list_qualifier qualifier;
    bool negated;
    int count;
    char values[LIST_VALUES][LIST_VALUE];
    int date; /* BEFORE and AFTER: yyyymmdd */
};

/* Zeroed, or with no parts, it lets everything through. */
struct list_query {
    int count;
    struct list_part parts[LIST_PARTS];
};

enum list_trouble {
    LIST_FINE,
    LIST_UNKNOWN, /* no qualifier of this list */
    LIST_WORD,    /* no qualifier at all */
    LIST_NO_VALUE,
    LIST_BAD_VALUE,
    LIST_UNCLOSED, /* a quote */
    LIST_TOO_MUCH
};
struct list_fault {
    enum list_trouble trouble;
    enum list_qualifier qualifier; /* NO_VALUE, BAD_VALUE */
    char text[LIST_VALUE];         /* what cannot be read */
};

/* Reads `typed`; false with `fault` where it cannot be read, `out` is then empty. */
NODISCARD bool list_query_parse(const char *typed, const struct list_kind *kind,
                                struct list_query *out, struct list_fault *fault);

/* Writes it so that it reads the same again. */
void list_query_text(const struct list_query *query, struct buf *out);
void list_part_text(const struct list_part *part, struct buf *out);

/* The words that a qualifier may take in this list; "" where it takes others. */
const char *list_words(const struct list_kind *kind, enum list_qualifier qualifier);

/* Is this value among those of a part that is not negated? */
bool list_query_has(const struct list_query *query, enum list_qualifier qualifier,
                    const char *value);

/* Adds the value, or takes it out where it is there; nothing where there is no room. */
void list_query_toggle(struct list_query *query, enum list_qualifier qualifier,
                       const char *value);

/* What a part is judged by; texts are borrowed, NULL as "". */
struct list_row {
    int grade; /* 0: four */
    const char *department, *department_name, *window, *window_name, *matter,
        *matter_name, *clerk, *clerk_name;
    const char *tags; /* parted by commas */
    const char *channel, *proof, *state;
    const char *is, *has; /* words parted by blanks */
    bool mine, owned;
    int date; /* yyyymmdd */
};

/* Do the parts whose qualifier is in `which` hold? */
bool list_query_passes(const struct list_query *query, const struct list_row *row,
                       unsigned which);

#endif
