/*
 * api_optout.c — see api_optout.h.
 *
 *     POST /api/v1/optouts/{phone}/end   form: token
 *
 * Promise: a phone gets ratings texts again only where somebody of the hall's own staff,
 * logged in as such, has said so, and that stays in the audit. The number stands in no
 * journal, audit event or answer. No key of a machine may do this.
 */
#include "web/api_optout.h"

#include "domain/phone.h"
#include "store/inbound_store.h"
#include "store/person_store.h"
#include "web/identity.h"
#include "web/json.h"
#include "web/problem.h"
#include "web/session.h"

struct ending {
    struct step step;
    char cookie[SECRET_TEXT];
    const char *number;
    struct caller who;
};

static bool end_it(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct ending *e = (struct ending *)s;
    const struct session_rules rules = session_rules_of(site_of(s->x));
    struct phone phone;
    int64_t phone_id;
    struct session_state state;
    bool ended = false;

    if (!session_check(st, &rules, e->cookie, now_ms, &e->who, &state, err))
        return false;
    if (state.want != SESSION_WANTS_NOTHING)
        return error_set(err, ERROR_LOGIN, "Finish logging in first.");
    if (access_view(s->x->route, e->who.role) == NULL)
        return error_set(err, ERROR_DENIED,
                         "Only the hall's own account ends an opt-out. Ask the desk that "
                         "has it.");
    if (!phone_parse(e->number, "86", &phone, err) ||
        !phone_find(st, &phone, &phone_id, err))
        return false;
    if (phone_id != 0 && !optout_end(st, phone_id, e->who.actor, now_ms, &ended, err))
        return false;
    return ended ||
           error_set(err, ERROR_ABSENT, "This phone has not opted out of ratings texts.");
}

static void ended(struct exchange *x, struct step *s)
{
    (void)s;
    json_answer(x, 200, json_pack("{s:b}", "ended", true));
}

static void optout_end_post(struct exchange *x)
{
    struct ending *e = step_new(x, sizeof(*e));
    struct error err = {0};
    struct form form;
    bool right;

    if (!identity_same_origin(x, &err)) {
        problem_answer(x, &err);
        return;
    }
    if (!session_cookie_read(x, e->cookie)) {
        problem_say(x, ERROR_LOGIN, "Log in with the hall's account first.");
        return;
    }
    if (!staff_form(x, &form))
        return;
    right = session_token_right(site_of(x), e->cookie, form_find(&form, "token"));
    form_free(&form);
    if (!right) {
        problem_say(x, ERROR_DENIED, "This form is no longer good. Open its page again.");
        return;
    }
    e->number = exchange_param(x, 0);
    step_write(&e->step, end_it, ended);
}

const struct route api_optout_routes[] = {
    {METHOD_POST, "/api/v1/optouts/{phone}/end", optout_end_post, 0, 0},
};
const size_t api_optout_route_count = LENGTH(api_optout_routes);
