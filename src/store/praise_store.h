/*
 * praise_store.h — thanks to a clerk: from a citizen's page, or a letter, a banner or
 * spoken words that staff enter, or that the window wrote down itself.
 *
 * Thanks are facts of their own: they are no ratings, count in no rate and do not hang on
 * a grade. Each names a clerk, a window and through it a department; the case gives them
 * where there is one. Words are sealed, as comments are. From a citizen's page there is
 * one for each case, from staff one for each form that was opened, from a desk one for
 * each case. What proof they carry is their way: a page's ticket, an account that is not
 * the clerk's; a desk's have none beside the case, so they are told apart wherever thanks
 * are shown, and are not among those counted for a clerk.
 */
#ifndef STORE_PRAISE_STORE_H
#define STORE_PRAISE_STORE_H

#include "store/review_store.h"

enum praise_way {
    PRAISE_PAGE,
    PRAISE_LETTER,
    PRAISE_BANNER,
    PRAISE_SPOKEN,
    PRAISE_DESK, /* last: no form of staff offers it */
};
enum { PRAISE_WAYS = 5, PRAISE_WORDS = 500, PRAISE_LIMIT = 50 };
const char *praise_way_name(enum praise_way way);

struct praise_input {
    int64_t case_id;   /* 0: by clerk and window instead */
    int64_t clerk_id;  /* only where there is no case */
    int64_t window_id; /* only where there is no case */
    enum praise_way way;
    const char *words; /* not empty */
    const char *once;  /* what makes the same twice one */
    const char *actor;
};

enum praise_verdict {
    PRAISE_TAKEN,
    PRAISE_SAME,      /* the same again: there is one */
    PRAISE_OTHER,     /* there is one already, with other words */
    PRAISE_TOO_EARLY, /* the case is not closed */
};

/* Writer thread. ERROR_ABSENT for an unknown case; *id is that of the one that stands. */
NODISCARD bool praise_take(struct store *st, const struct praise_input *in,
                           int64_t now_ms, enum praise_verdict *verdict, int64_t *id,
                           struct error *err);

struct praise {
    int64_t id, case_id, at_ms; /* case_id 0 for none */
    char way[8], actor[48];
    char case_no[80];         /* "" for none */
    char number[NUMBER_SIZE]; /* of the ticket; "" for none */
    struct review_name clerk, window, department;
    const char *words; /* borrowed in the callback; NULL where they were erased */
};

/* Codes; NULL for any. `before` is the id of the last one seen, 0 to begin. */
struct praise_filter {
    const char *clerk, *window, *department;
    int64_t case_id; /* 0 for any */
    int64_t before;
    int limit; /* 1.. */
};

/* Newest first; *next is where the next page begins, 0 where this is the last. A reader's
 * store. */
typedef void praise_each(void *self, const struct praise *praise);
NODISCARD bool praise_list(struct store *st, const struct praise_filter *filter,
                           praise_each *each, void *self, int64_t *next,
                           struct error *err);

/* How many pass the filter's window and department, up to its limit. */
NODISCARD bool praise_count_all(struct store *st, const struct praise_filter *filter,
                                int64_t *count, struct error *err);

/* How many there are for a clerk, ever, but for those that a desk wrote down. */
NODISCARD bool praise_count(struct store *st, const char *clerk, int64_t *count,
                            struct error *err);

/*
 * The closed cases of a ticket of one day, or the one with this case number; for staff
 * who have a letter in hand. Calls back at most three times.
 */
struct praise_case {
    int64_t id;
    char case_no[80], clerk[NAME_SIZE], window[CODE_SIZE], department[CODE_SIZE];
};
typedef void praise_case_each(void *self, const struct praise_case *c);
NODISCARD bool praise_cases(struct store *st, const char *number, int local_date,
                            praise_case_each *each, void *self, struct error *err);

/* The same of one id; *found is false where there is no such case in this hall. */
NODISCARD bool praise_case_get(struct store *st, int64_t id, struct praise_case *out,
                               bool *found, struct error *err);

#endif
