/*
 * page_visits.h — supervision: which windows are visited, why those, and what was found.
 *
 *     GET  /assess/{year}/visits?visit=ID       the list; the form of one visit's result
 *     GET  /assess/{year}/visits/plans/{id}     what a plan was made of
 *     POST /assess/{year}/visits                a visit by hand
 *     POST /assess/{year}/visits/plans          announces a plan: the seed's hash
 *     POST /assess/{year}/visits/draw           draws it: the seed is shown
 *     POST /assess/{year}/visits/results        what was found
 *
 * What is posted is in page_visits_act.c. The hall's visits are the hall's alone, the
 * organisation department's its own: each plans and reports what is its own. A mystery
 * visit that is still to be made is seen by nobody of the other side. Departments and
 * windows see what was found at their own.
 */
#ifndef WEB_PAGE_VISITS_H
#define WEB_PAGE_VISITS_H

#include "store/visit_store.h"
#include "web/daily_view.h"

void page_visits(struct exchange *x);
void page_visits_post(struct exchange *x);
void page_visit_announce_post(struct exchange *x);
void page_visit_draw_post(struct exchange *x);
void page_visit_result_post(struct exchange *x);
void page_visit_plan(struct exchange *x);

/* For these files: the page, and what was typed into one of its forms. */
struct visits_page {
    struct daily daily;
    int64_t visit_id, plan_id,
        corrects; /* asked for or typed; 0 for none, -1 for wrong */
    struct {
        const char *once, *kind, *window, *by_risk, *by_lot, *on, *score, *words;
    } typed; /* never NULL */
    int by_risk, by_lot, date, score;
    struct store *st; /* while rows are read */
    json_t *open, *done, *plans, *candidates;
    bool drawn;
};

/* Whose side the reader is on; VISIT_SIDES for one who only looks. */
enum visit_side visits_side(const struct visits_page *p);

/* May the reader know of this visit? */
bool visits_shown(const struct visits_page *p, const struct visit *v);

/* The page's work and its answer; also after a form that was wrong. */
step_work visits_read;
step_then visits_show;

/* The settings' rules. */
struct visit_rules visits_rules(const struct site *site);

#endif
