/*
 * page_login.c — see page_login.h.
 *
 *     POST /login → [writer: attempt counted, hash read] → hasher → [writer: session] →
 * 303 ↘ wrong: the page again, 401
 *
 * Promise: whether a name exists can be seen neither in the answer nor in its time: a
 * name that nobody has is hashed against a hash that fits nothing. A link is used up by
 * POST only, so that a program that fetches it first (a chat's preview) does no harm.
 */
#include "web/page_login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/account_store.h"
#include "store/key_store.h"
#include "web/http.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/page_account.h"
#include "web/problem.h"
#include "web/session.h"
#include "work/hasher.h"

struct login {
    struct step step;
    struct account_attempt attempt;
    struct hasher_job hash;
    const char *name, *next;
    char cookie[SECRET_TEXT], old[SECRET_TEXT];
    const char *link; /* of a one-time log-in */
    struct account account;
};

/* The form, with what went wrong; "" for a first look. */
static void show(struct exchange *x, int status, const char *name, const char *next,
                 const char *trouble)
{
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, NULL, lang);
    struct error err = {0};
    bool allowed = session_allowed(x, &err);

    json_object_set_new(data, "name", json_string(name));
    json_object_set_new(data, "next", json_string(session_next_fits(next) ? next : ""));
    json_object_set_new(data, "allowed", json_boolean(allowed));
    json_object_set_new(data, "again", json_boolean(exchange_query(x, "again") != NULL));
    json_object_set_new(data, "trouble",
                        json_string(trouble[0] != '\0'
                                        ? page_text(site_of(x), "staff", lang, trouble)
                                        : ""));
    page_answer(x, allowed ? status : 403, "login", "staff", lang, data);
}

void page_login(struct exchange *x)
{
    show(x, 200, "", exchange_query(x, "next"), "");
}

static void logged_in(struct exchange *x, struct step *s)
{
    struct login *login = (struct login *)s;

    session_cookie_set(x, login->cookie);
    crypt_wipe(login->cookie, sizeof(login->cookie));
    page_see_other(x, session_next_fits(login->next)
                          ? login->next
                          : page_account_home(login->account.role));
}

static bool start_session(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct login *login = (struct login *)s;

    login->account = login->attempt.account;
    return account_attempt_right(st, &login->attempt, err) &&
           session_end(st, login->old, now_ms, err) &&
           session_start(st, login->attempt.account.id, s->x->peer, false, now_ms,
                         login->cookie, err);
}

static bool note_failure(struct store *st, struct step *s, int64_t now_ms,
                         struct error *err)
{
    struct login *login = (struct login *)s;
    const struct account_rules rules = account_rules_of(site_of(s->x));

    return account_attempt_wrong(st, &rules, &login->attempt, s->x->peer, now_ms, err);
}

static void failed(struct exchange *x, struct step *s)
{
    struct login *login = (struct login *)s;

    show(x, 401, login->name, login->next, "login_wrong");
}

/* Back from the hasher, on the loop. */
static void checked(struct exchange *x)
{
    struct login *login = x->state;

    if (login->hash.right && login->attempt.account.id != 0)
        step_write(&login->step, start_session, logged_in);
    else
        step_write(&login->step, note_failure, failed);
}

static void hasher_full(struct exchange *x)
{
    struct login *login = x->state;

    crypt_wipe(login->hash.password, sizeof(login->hash.password));
    problem_say(x, ERROR_LATER, "Too many people log in right now. Please try again.");
}

static void hash_done(struct hasher_job *job)
{
    struct login *login = (struct login *)((char *)job - offsetof(struct login, hash));

    exchange_wake(login->step.x);
}

static bool count_attempt(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct login *login = (struct login *)s;
    const struct account_rules rules = account_rules_of(site_of(s->x));

    return account_attempt(st, &rules, login->name, s->x->peer, now_ms, &login->attempt,
                           err);
}

static void counted(struct exchange *x, struct step *s)
{
    struct login *login = (struct login *)s;

    if (!s->ok) {
        crypt_wipe(login->hash.password, sizeof(login->hash.password));
        if (s->err.kind == ERROR_LIMIT)
            show(x, 429, login->name, login->next, "login_locked");
        else
            problem_answer(x, &s->err);
        return;
    }
    memcpy(login->hash.hash, login->attempt.hash, sizeof(login->hash.hash));
    login->hash.done = hash_done;
    x->resume = checked;
    exchange_suspend(x);
    if (!hasher_submit(site_of(x)->hasher, &login->hash)) {
        x->resume = hasher_full;
        exchange_wake(x);
    }
}

/* Both fields as sent. A password that is too long is no password, and takes as long. */
static bool read_login(struct exchange *x, struct login *login)
{
    const char *password;
    struct form form;

    if (!staff_form(x, &form))
        return false;
    password = form_find(&form, "password");
    login->name = staff_field(x, &form, "name");
    login->next = staff_field(x, &form, "next");
    if (password != NULL && strlen(password) < sizeof(login->hash.password))
        memcpy(login->hash.password, password, strlen(password) + 1);
    form_free(&form);
    return true;
}

/* Whether this connection may carry a password or a session; answers the problem else. */
static bool may_log_in(struct exchange *x)
{
    struct error err = {0};

    if (session_allowed(x, &err) && identity_same_origin(x, &err))
        return true;
    problem_answer(x, &err);
    return false;
}

void page_login_post(struct exchange *x)
{
    struct login *login;

    if (!may_log_in(x))
        return;
    login = step_new(x, sizeof(*login));
    if (!read_login(x, login))
        return;
    if (!session_cookie_read(x, login->old))
        login->old[0] = '\0';
    step_write_any(&login->step, count_attempt, counted);
}

/* ---- log-out ---- */

static bool end_session(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    return session_end(st, ((struct staff *)s)->cookie, now_ms, err);
}

static void logged_out(struct exchange *x, struct step *s)
{
    (void)s;
    session_cookie_clear(x);
    page_see_other(x, "/login");
}

void page_logout_post(struct exchange *x)
{
    struct staff *s = staff_new(x, sizeof(*s));
    struct form form;

    s->serves = ~0u;
    if (!staff_form(x, &form))
        return;
    staff_write(s, &form, end_session, logged_out);
    form_free(&form);
}

/* ---- one-time links ---- */

static bool find_subject(struct store *st, const struct link *link, struct account *out,
                         struct error *err)
{
    int64_t id;
    bool found = false;

    if (id_parse(link->subject, &id) && !account_get(st, id, out, &found, err))
        return false;
    return found || error_set(err, ERROR_ABSENT, "The account of this link is gone.");
}

static bool look_at_link(struct store *st, struct step *s, int64_t now_ms,
                         struct error *err)
{
    struct login *login = (struct login *)s;
    struct link link;

    return link_look(st, LINK_LOGIN, login->link, now_ms, &link, err) &&
           find_subject(st, &link, &login->account, err);
}

static void show_link(struct exchange *x, struct step *s)
{
    struct login *login = (struct login *)s;
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, NULL, lang);
    char key[32];

    snprintf(key, sizeof(key), "role_%s", role_name(login->account.role));
    json_object_set_new(data, "name", json_string(login->account.name));
    json_object_set_new(data, "role_name",
                        json_string(page_text(site_of(x), "staff", lang, key)));
    json_object_set_new(data, "link", json_string(login->link));
    json_object_set_new(data, "allowed", json_true());
    page_answer(x, 200, "login_link", "staff", lang, data);
}

void page_login_link(struct exchange *x)
{
    struct login *login = step_new(x, sizeof(*login));

    login->link = exchange_param(x, 0);
    step_read(&login->step, look_at_link, show_link);
}

static bool use_link(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct login *login = (struct login *)s;
    struct link link;

    return link_use(st, LINK_LOGIN, login->link, now_ms, &link, err) &&
           find_subject(st, &link, &login->account, err) &&
           session_end(st, login->old, now_ms, err) &&
           session_start(st, login->account.id, s->x->peer, false, now_ms, login->cookie,
                         err);
}

void page_login_link_post(struct exchange *x)
{
    struct login *login;

    if (!may_log_in(x))
        return;
    login = step_new(x, sizeof(*login));
    login->link = exchange_param(x, 0);
    if (!session_cookie_read(x, login->old))
        login->old[0] = '\0';
    step_write(&login->step, use_link, logged_in);
}
