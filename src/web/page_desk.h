/*
 * page_desk.h — what a clerk works with at a window.
 *
 *     GET  /w/{window}          who is here, who waits, and one main button
 *     POST /w/{window}/{act}    does it, then 303 back
 *
 * The main button follows the state: call the next, start, close the case. No grade, no
 * rater and nothing that was said about a case ever stands here, nor anything that opens
 * a citizen's page.
 */
#ifndef WEB_PAGE_DESK_H
#define WEB_PAGE_DESK_H

#include "store/queue_store.h"
#include "web/citizen.h"
#include "web/place.h"

void page_desk(struct exchange *x);
void page_desk_act(struct exchange *x);

struct desk_step {
    struct step step;
    enum lang lang;
    const char *window;
    char actor[ACTOR_SIZE];
    bool open;

    /* what is to be done, and with what; texts are "" where they were not sent */
    const struct desk_act *act;
    const char *clerk, *matter, *to_window, *outcome, *reason, *case_no;
    int64_t case_id, ticket_id;
    struct phone phone;
    bool has_phone;

    const char *said; /* what the page says afterwards: a key of the catalogue */
};

/* The acts by the last part of their address (page_desk_act.c); NULL for another word. */
struct desk_act {
    const char *name;
    bool (*run)(struct store *st, struct desk_step *d, int64_t now_ms, struct error *err);
};
const struct desk_act *desk_act_find(const char *name);

#endif
