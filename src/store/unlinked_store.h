/*
 * unlinked_store.h — replies that became no rating, newest first: linked to no case,
 * asked back, or too late.
 *
 * They are shown and never linked by hand (decisions 8). What a person wrote in answer to
 * such a one stands in a row of its own.
 */
#ifndef STORE_UNLINKED_STORE_H
#define STORE_UNLINKED_STORE_H

#include "store/review_store.h"

enum { UNLINKED_PAGE = 50 };

/* One reply, for the length of the call. */
struct unlinked {
    int64_t id;       /* of its reading */
    char act[24];     /* "unlinked", "asked_back", "late" */
    char trouble[24]; /* "garbled", "incomplete"; "" for none */
    char gateway[40];
    char recipient[24];     /* our number that it was sent to; "" where nobody said */
    char phone[PHONE_MASK]; /* masked; "" for none, or erased */
    char number[24];  /* the ticket's, or the case's own; "" where no case is known */
    char matter[160]; /* "" the same */
    const char *text; /* NULL: erased, or nothing that can be read */
    int64_t at_ms;    /* when it came */
};
typedef void unlinked_each(void *self, const struct unlinked *one);

/*
 * Calls back for at most UNLINKED_PAGE replies before `before` (0: from the newest on);
 * `reader` takes the words out of what a gateway brought. `*next` begins the next page, 0
 * behind the last. Any thread that may look.
 */
NODISCARD bool unlinked_list(struct store *st, int64_t before, review_reader *reader,
                             void *reader_self, unlinked_each *each, void *self,
                             int64_t *next, struct error *err);

const char *const *unlinked_statements(size_t *count);

#endif
