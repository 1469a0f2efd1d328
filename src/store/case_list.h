/*
 * case_list.h — cases as staff look for them beside the ratings: those that nobody rated,
 * those whose invitation did not arrive, and those that fit what somebody typed.
 *
 * Only looks; a reader's store.
 */
#ifndef STORE_CASE_LIST_H
#define STORE_CASE_LIST_H

#include "domain/queue.h"
#include "store/review_store.h"

enum case_view {
    CASES_UNRATED, /* closed, and not rated */
    CASES_FAILED,  /* closed, and the survey did not arrive, or nobody knows */
    CASE_VIEWS
};
const char *case_view_name(enum case_view view);
enum case_view case_view_read(const char *name); /* CASE_VIEWS for none */

enum { CASE_LIST_LIMIT = 50, CASE_FOUND_MOST = 40 };

/* A line; borrowed in the callback. */
struct case_item {
    int64_t id, place; /* `place` is where the next page goes on */
    int64_t rating_id; /* the effective one; 0 for none */
    int grade;
    int64_t closed_ms, until_ms;
    char case_no[80], number[NUMBER_SIZE]; /* of the ticket; "" for none */
    struct review_name matter, window, department;
    char decision[16], reason[96]; /* of the invitation; "" for none */
    char state[16], detail[96];    /* of the message, CASES_FAILED; "" else */
    const char *how;               /* found by: "receipt" "number" "case_no" "words" */
};
typedef void case_each(void *self, const struct case_item *item);

struct case_filter {
    enum case_view view;
    struct list_query query; /* of list_cases */
    bool oldest;             /* first; else the newest */
    int64_t place;           /* what comes behind it; 0 to begin */
    int limit;               /* 0 for CASE_LIST_LIMIT */
};

/*
 * Cases of a view by their ids; `*next` is 0 at the end. A page may be short, or empty,
 * and have a next one: so many were looked at that somebody would have had to wait.
 */
NODISCARD bool cases_list(struct store *st, const struct case_filter *f, case_each *each,
                          void *self, int64_t *next, struct error *err);

/*
 * Cases by a receipt, a ticket's number, a case's number or, where `words`, a piece of
 * what the citizen wrote; newest first of each, CASE_FOUND_MOST at the most.
 */
NODISCARD bool cases_find(struct store *st, const char *typed, bool words,
                          case_each *each, void *self, struct error *err);

#endif
