/*
 * session.h — people in a browser: their cookie, the token in their forms, who may open a
 * page.
 *
 * A staff page keeps its values in a struct that begins with a `struct staff`
 * (staff_new), says what is to be done, and returns. The session is
 * looked up on the same thread and in the same moment as the work; who is not logged in
 * is sent to /login and comes back after it.
 */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H

#include <jansson.h>

#include "store/account_store.h"
#include "store/session_store.h"
#include "web/accept.h"
#include "web/access.h"
#include "web/form.h"
#include "web/multipart.h"
#include "web/step.h"

enum { SESSION_TOKEN = 16 + 1 + 32 + 1 };

struct staff {
    struct step step;
    struct caller who;              /* from the work on */
    const struct access_view *view; /* what he sees here; from the work on */
    char cookie[SECRET_TEXT];       /* "" for none */
    unsigned serves;                /* bits of what a session may still want (SERVES) */
    bool any;         /* set it where `then` also tells failures: step.ok, step.err */
    bool recent;      /* set it where the log-in must be recent: a sensitive act */
    const char *back; /* of a POST: the page to come back to after a proof; NULL: home */
    struct session_state state;
    step_work *work;
    step_then *then;
};

/* A page of the way in is there for sessions that want something: what it serves. */
#define SERVES(want) (1u << (want))

/* As step_new. */
void *staff_new(struct exchange *x, size_t bytes);

/*
 * As step_read and step_write, but only for people whom the route's row in access.c lets
 * in; s->view then says what they see. A work that fails is answered as a problem.
 * staff_write wants a form with this session's token in `token` and no other site's wish
 * behind it.
 */
void staff_read(struct staff *s, step_work *work, step_then *then);
void staff_write(struct staff *s, const struct form *form, step_work *work,
                 step_then *then);

/* The body as a form; answers the problem itself and returns false where it is none. */
NODISCARD bool staff_form(struct exchange *x, struct form *form);

/* The same of a form that may have a file in it; `file` borrows from the exchange and the
 * form. */
NODISCARD bool staff_form_with_file(struct exchange *x, struct form *form,
                                    struct upload *file);

/* The field's value, which lives as long as the exchange; "" where there is none. */
char *staff_field(struct exchange *x, const struct form *form, const char *name);
/* The same without blanks and line breaks around it. */
char *staff_typed(struct exchange *x, const struct form *form, const char *name);

/* May people log in over this connection at all (decisions 19)? ERROR_DENIED with the way
 * out. */
NODISCARD bool session_allowed(const struct exchange *x, struct error *err);

/* The session's cookie as it came; false for none. */
NODISCARD bool session_cookie_read(const struct exchange *x, char out[SECRET_TEXT]);
void session_cookie_set(struct exchange *x, const char *cookie);
void session_cookie_clear(struct exchange *x);

/* A token for the forms of this session, and whether one that came back is such a token.
 */
void session_token(const struct site *site, const char *cookie, char out[SESSION_TOKEN]);
bool session_token_right(const struct site *site, const char *cookie, const char *token);

/* The settings' rules for sessions, guesses and passwords. */
struct session_rules session_rules_of(const struct site *site);
struct account_rules account_rules_of(const struct site *site);
enum password_profile password_profile_of(const struct site *site);

/* Is this a path of our own, fit to go to after log-in? */
bool session_next_fits(const char *path);

/*
 * What the frame of every staff page shows, given: hall, user, role, token, insecure,
 * path for the language switch. `s` is NULL on pages before log-in.
 */
json_t *staff_frame(struct exchange *x, const struct staff *s, enum lang lang);

#endif
