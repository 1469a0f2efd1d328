/*
 * page_second_assessment.h — second assessments of a year: the list, one with everything
 * behind it, and what is done about it.
 *
 *     GET  /assess/{year}/second           (page_second_list.c)
 *     GET  /assess/{year}/second/{id}      (page_second_record.c, second_view.c)
 *     POST /assess/{year}/second/{id}/ACT  (page_second_act.c)
 *
 * Who may do which act is the routes' rows in access.c; whose window it is decides
 * second_shown; that an assessor is qualified and not of that department, assessor_may.
 */
#ifndef WEB_PAGE_SECOND_ASSESSMENT_H
#define WEB_PAGE_SECOND_ASSESSMENT_H

#include "store/second_assessment_store.h"
#include "web/exchange.h"
#include "web/session.h"
#include "web/staff_words.h"

void page_second_list(struct exchange *x);
void page_second_record(struct exchange *x);
void page_second_act(struct exchange *x);

/* The act that a route's last word names; SECOND_ACTS for none. */
enum second_act second_route_act(const struct route *route);

/* Does this person see this window's here? Others' are as good as absent. */
bool second_shown(const struct access_view *view, const struct caller *who,
                  const struct second_record *r);

/* One on its page. After an act that was refused it is shown again with what was typed.
 */
struct second_page {
    struct staff staff;
    struct staff_words words;
    int year;
    int64_t id;
    json_t *data; /* the page's own values, given */
    /* of an act */
    enum second_act act;
    int steps;            /* how many its sender had seen */
    const char *day;      /* as typed; "" for none */
    const char *said;     /* likewise */
    struct error trouble; /* why it was not done */
};

/* Reads and shows it; on the loop, also after an act. */
void second_page_show(struct second_page *p);

#endif
