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

struct unlinked_filter {
    struct list_query query; /* of list_unlinked */
    bool oldest;             /* first; else the newest */
    int64_t place;           /* what comes behind it; 0 to begin */
    int limit;               /* 0 for UNLINKED_PAGE */
};

/*
 * Calls back for the replies of a page; `reader` takes the words out of what a gateway
 * brought. `*next` begins the next page, 0 behind the last; a page may be short and have
 * a next one, as in review_list. Any thread that may look.
 */
NODISCARD bool unlinked_list(struct store *st, const struct unlinked_filter *f,
                             review_reader *reader, void *reader_self,
                             unlinked_each *each, void *self, int64_t *next,
                             struct error *err);

/* How many there are, up to `most`. */
NODISCARD bool unlinked_count(struct store *st, int most, int64_t *count,
                              struct error *err);

const char *const *unlinked_statements(size_t *count);

#endif
