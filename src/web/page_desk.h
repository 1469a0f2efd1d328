/*
 * page_desk.h — what a clerk works with at a window.
 *
 *     GET  /w/{window}          who is here, who waits, and one main button
 *     POST /w/{window}/{act}    does it, then 303 back
 *
 * The main button follows the state: call the next, start, close the case. No grade, no
 * rater and nothing that was said about a case ever stands here, nor anything that opens
 * a citizen's page. Thanks that somebody spoke can be written down with a case that the
 * last person had here; what came of it is not shown, and it stands apart everywhere.
 *
 * The page is the same with and without its script (desk.js), which fetches it again by
 * its ETag, sends the same forms, and keeps what was pressed while the server is away. A
 * form names what it was made for, so that none acts on somebody who came meanwhile:
 *
 *     once  the press itself: sent twice it is done once (once.h)
 *     here  the ticket that stood at the window
 *     undo  the act that is to be undone
 *     late  milliseconds between the press and the sending
 */
#ifndef WEB_PAGE_DESK_H
#define WEB_PAGE_DESK_H

#include "store/queue_store.h"
#include "web/citizen.h"
#include "web/once.h"
#include "web/place.h"

void page_desk(struct exchange *x);
void page_desk_act(struct exchange *x);

struct desk_step {
    struct step step;
    enum lang lang;
    const char *window;
    char actor[ACTOR_SIZE];
    bool open;
    const char *find; /* a number that is looked for; NULL for none */
    char tag[20];     /* the page's ETag; "" before it is written */
    bool unchanged;   /* the browser has it already */

    /* what is to be done, and with what; texts are "" where they were not sent */
    const struct desk_act *act;
    struct once once;
    const char *clerk, *matter, *to_window, *outcome, *reason, *case_no, *kiosk, *words;
    int64_t case_id, ticket_id, here_id, undo_id, pause_min, late_ms;
    bool names_here; /* the form says who stood at the window: here_id, 0 for nobody */
    struct phone phone;
    bool has_phone;

    const char *said;    /* what the page says afterwards: a key of the catalogue */
    const char *trouble; /* instead of the act's own key where it could not be done */
};

/* The acts by the last part of their address (desk_act.c); NULL for another word. */
struct desk_act {
    const char *name;
    bool (*run)(struct store *st, struct desk_step *d, int64_t now_ms, struct error *err);
};
const struct desk_act *desk_act_find(const char *name);

/* Does it: once, and only where the form still fits. Writer. */
NODISCARD bool desk_act_do(struct store *st, struct desk_step *d, int64_t now_ms,
                           struct error *err);

/*
 * Everything that the page shows, given; without `once` and what was said, so that two
 * looks at the same are the same. Reader (desk_view.c).
 */
NODISCARD bool desk_view(struct store *st, const struct desk_step *d,
                         const struct window *w, int64_t now_ms, json_t **out,
                         struct error *err);

#endif
