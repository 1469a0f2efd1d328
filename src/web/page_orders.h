/*
 * page_orders.h — the room where bad ratings are put right: the list of work orders, one
 * order with everything behind it, and what is done about it.
 *
 * Three files: page_orders.c (the list), page_order.c (one), page_order_act.c (the acts).
 * Who may do which act is the routes' rows in access.c; whose order it is decides
 * order_shown.
 */
#ifndef WEB_PAGE_ORDERS_H
#define WEB_PAGE_ORDERS_H

#include "store/order_store.h"
#include "web/exchange.h"
#include "web/session.h"
#include "web/staff_words.h"

void page_orders(struct exchange *x);       /* GET /reviews */
void page_order(struct exchange *x);        /* GET /reviews/{id} */
void page_order_step(struct exchange *x);   /* POST /reviews/{id}/ACT */
void page_order_call(struct exchange *x);   /* POST /reviews/{id}/call */
void page_order_appeal(struct exchange *x); /* POST /reviews/{id}/appeal */
void page_order_decide(struct exchange *x); /* POST /reviews/{id}/decide */

/* The act that a route's last word names; ORDER_ACTS for none. */
enum order_act order_route_act(const struct route *route);

/* Does this person see this order here? Others' are as good as absent. */
bool order_shown(const struct access_view *view, const struct caller *who,
                 const struct order *o);

/* One order on its page. After an act that was refused it is shown again with what was
 * typed. */
struct order_page {
    struct staff staff;
    struct staff_words words;
    int64_t id;
    json_t *data; /* the page's own values, given */
    /* of an act */
    enum order_act act;
    int steps;            /* how many its sender had seen */
    const char *detail;   /* what the act names */
    const char *said;     /* what was written; shown again where it was refused */
    struct error trouble; /* why it was not done */
    bool overtaken;       /* somebody else changed it meanwhile */
    char phone[20];       /* the number that is to be rung; "" for none */
    int64_t views;        /* numbers that this account has looked at today */
};

/* Reads and shows it; on the loop, also after an act. */
void order_page_show(struct order_page *p);

#endif
