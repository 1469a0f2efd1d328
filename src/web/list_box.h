/*
 * list_box.h — what stands over a list: the box in which wishes are typed, the same
 * wishes to choose from, the orders, and the views that somebody keeps.
 *
 * The address is the list: `q` (domain/list_query.h), `sort`, `view` and a place to go on
 * from. Everything here is links and forms that lead to such an address, so it works
 * without scripts, and a kept view is no more than that part of an address.
 */
#ifndef WEB_LIST_BOX_H
#define WEB_LIST_BOX_H

#include "domain/list_query.h"
#include "web/session.h"
#include "web/staff_words.h"

struct list_box {
    const struct list_kind *kind;
    struct list_query query;
    struct list_fault fault; /* `typed` cannot be read */
    char typed[LIST_TYPED];  /* what stands in the box */
    const char *view, *sort; /* as in the address; NULL for none */
    json_t *places, *saved;  /* from list_box_fill on */
    int culprit;             /* the part behind which nothing is left; -1 for none */
};

/* The catalogue of pages with a box; extends `staff`. */
extern const char list_catalogue[];

/*
 * Reads `q` with the older fields of the list of ratings (department, grade, from …) and
 * `add` put into it. On the loop.
 */
void list_box_read(struct exchange *x, const struct list_kind *kind,
                   struct list_box *box);

/* Reads what can be chosen from and what is kept; on the reader. list_box_drop forgets
 * it where the page fails afterwards. */
NODISCARD bool list_box_fill(struct store *st, const struct staff *staff,
                             struct list_box *box, struct error *err);
void list_box_drop(struct list_box *box);

/*
 * For a list that came out empty: which part took the last lines away? `any` says whether
 * the list of some of the parts has a line, or that it would take too long to say
 * (*known false).
 */
typedef bool list_any(struct store *st, void *self, const struct list_query *query,
                      bool *any, bool *known, struct error *err);
NODISCARD bool list_box_blame(struct store *st, struct list_box *box, list_any *any,
                              void *self, struct error *err);

/* Puts `box` into the page; takes what list_box_fill made. `sorts` are the list's orders,
 * the first one in force where none is asked for. */
void list_box_put(struct exchange *x, struct list_box *box, const struct staff *staff,
                  const struct staff_words *w, const char *const *sorts, size_t count,
                  json_t *data);

/* This list with one more field: the next page. Given. */
json_t *list_box_url(const struct exchange *x, const struct list_box *box,
                     const char *name, const char *value);

/* The same for another path that takes `q`: a file. */
void list_box_address(const struct exchange *x, const struct list_box *box,
                      const char *path, struct buf *url);

#endif
