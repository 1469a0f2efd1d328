/*
 * order_list.h — work orders as people look for them: what is due first, with the case
 * and the citizen's words.
 *
 * Only looks; a reader's store.
 */
#ifndef STORE_ORDER_LIST_H
#define STORE_ORDER_LIST_H

#include "store/order_store.h"
#include "store/review_store.h"

/* What somebody wants to see; the names stand in addresses. */
enum order_view {
    ORDERS_DUE, /* due until the end of the day, overdue ones among them */
    ORDERS_OVERDUE,
    ORDERS_CONTACT, /* to be contacted */
    ORDERS_FIX,     /* contacted, being fixed */
    ORDERS_TELL,    /* worked, and the citizen is to be told */
    ORDERS_VERDICT, /* the citizen is asked */
    ORDERS_SUPERVISED,
    ORDERS_APPEAL, /* of ratings that are appealed against, closed orders among them */
    ORDERS_MINE,
    ORDERS_OPEN,   /* all that are not closed */
    ORDERS_CLOSED, /* newest first; not counted */
    ORDER_VIEWS
};
const char *order_view_name(enum order_view view);
enum order_view order_view_read(const char *name); /* ORDER_VIEWS for none */

enum order_sort {
    ORDERS_BY_DATE, /* what is most overdue first; closed ones newest first */
    ORDERS_NEWEST,
    ORDERS_OLDEST,
    ORDER_SORTS
};
const char *order_sort_name(enum order_sort sort);
enum order_sort order_sort_read(const char *name); /* ORDER_SORTS for none */

/* Behind which order a page goes on; zeroed to begin, or for no more. */
struct order_place {
    int64_t due_ms, id;
};

/* Whose orders, and from where on. */
struct order_filter {
    enum order_view view;
    enum order_sort sort;
    struct list_query query;         /* of list_reviews */
    const char *department, *window; /* that has them; NULL for any */
    int64_t owner;                   /* account that works them; 0 for any */
    int64_t me;                      /* account, for ORDERS_MINE */
    bool hints;                      /* sealed hints among them */
    int64_t now_ms, day_end_ms;
    struct order_place after;
    int limit;
};

/* A line; texts are borrowed in the callback. */
struct order_item {
    int64_t id, due_ms, opened_ms;
    char number[ORDER_NUMBER];
    enum order_kind kind;
    enum order_state state;
    int level, round;
    bool paused;
    int grade, dims[4]; /* of the rating; 0 for none */
    char channel[16], proof[4];
    const char *owner; /* name; "" for nobody */
    const char *matter, *window, *department;
    char *words; /* what the citizen wrote last; NULL for none, or erased */
};
typedef void order_each(void *self, const struct order_item *item);

/* `*next` is where another page goes on; as in review_list a page may be short and have
 * one. */
NODISCARD bool orders_list(struct store *st, const struct order_filter *f,
                           order_each *each, void *self, struct order_place *next,
                           struct error *err);

/* How many each view has, but for ORDERS_CLOSED. */
NODISCARD bool orders_count(struct store *st, const struct order_filter *f,
                            int64_t out[ORDER_VIEWS], struct error *err);

/* Accounts that an order may be given to: of its department or window, or its case's
 * clerk; where a recorded end was denied, of its department alone. */
typedef void order_hand(void *self, int64_t account, const char *name, const char *role);
NODISCARD bool order_hands(struct store *st, const struct order *o, order_hand *each,
                           void *self, struct error *err);

#endif
