/*
 * page_rechecks.h — re-checks: citizens of closed cases, drawn by lot, are asked once
 * more whether what was recorded is true.
 *
 *     GET  /assess/{year}/rechecks?recheck=ID   the lists; one re-check and its form
 *     GET  /assess/{year}/rechecks/names/{id}   the cases that stood to be drawn
 *     POST /assess/{year}/rechecks/plans        announces a drawing
 *     POST /assess/{year}/rechecks/draw         draws
 *     POST /assess/{year}/rechecks/ask          by SMS: one, or a drawing's
 *     POST /assess/{year}/rechecks/call         the number, once, to whoever rings
 *     POST /assess/{year}/rechecks/answers      what the citizen said
 *
 * What is posted is in page_rechecks_act.c. Each side plans its own. The number is shown
 * to the hall alone, in a session with a second factor, and who looked is an audit event;
 * an answer is no rating.
 */
#ifndef WEB_PAGE_RECHECKS_H
#define WEB_PAGE_RECHECKS_H

#include "store/recheck_store.h"
#include "web/daily_view.h"

void page_rechecks(struct exchange *x);
void page_recheck_names(struct exchange *x);
void page_recheck_announce_post(struct exchange *x);
void page_recheck_draw_post(struct exchange *x);
void page_recheck_call_post(struct exchange *x);
void page_recheck_ask_post(struct exchange *x);
void page_recheck_answer_post(struct exchange *x);

/* For both files: the page, and what was typed into one of its forms. */
struct rechecks_page {
    struct daily daily;
    int64_t recheck_id, plan_id, seen; /* asked for or typed; 0 for none, -1 for wrong */
    struct {
        const char *once, *from, *to, *department, *wanted, *outcome, *steered, *words;
    } typed;          /* never NULL */
    struct store *st; /* while rows are read */
    json_t *rows, *plans, *sums;
    char phone[sizeof(((struct phone *)0)->e164)]; /* to be rung now; "" for none */
};

/* Whose side the reader is on; VISIT_SIDES for one who only looks. */
enum visit_side rechecks_side(const struct rechecks_page *p);

/* The page's work and its answer; also after a form that was wrong. */
step_work rechecks_read;
step_then rechecks_show;

#endif
