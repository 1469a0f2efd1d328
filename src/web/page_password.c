/*
 * page_password.c — a new password for oneself (page_account.h), by the old one or by a
 * link from the administrators.
 *
 *     POST → [writer: attempt counted, last hashes] → hasher: the old one? one of the
 * last? → hasher: a new hash → [writer: password, sessions end, a fresh one] → 303
 *
 * Promise: a wrong old password counts as a wrong log-in. A link is used up only when the
 * new password is kept. Nothing typed is shown again.
 */
#include "web/page_account.h"

#include <stdio.h>
#include <string.h>

#include "store/key_store.h"
#include "web/http.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/session.h"
#include "work/breached.h"
#include "work/hasher.h"

struct change {
    struct staff staff;
    struct hasher_job hash;
    const char *link; /* NULL: with the old password */
    char *old, *fresh, *again;
    struct account account;
    struct account_attempt attempt;
    char last[PASSWORD_HISTORY][PASSWORD_HASH];
    int last_count, compared;
    const char *trouble; /* key of a text; NULL for none */
    char cookie[SECRET_TEXT];
};

static void forget(struct change *c)
{
    if (c->old != NULL)
        crypt_wipe(c->old, strlen(c->old));
    if (c->fresh != NULL)
        crypt_wipe(c->fresh, strlen(c->fresh));
    if (c->again != NULL)
        crypt_wipe(c->again, strlen(c->again));
}

static void show(struct exchange *x, struct change *c, int status)
{
    const struct site *site = site_of(x);
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, c->link == NULL ? &c->staff : NULL, lang);

    forget(c);
    json_object_set_new(data, "by_link", json_boolean(c->link != NULL));
    json_object_set_new(data, "name", json_string(c->account.name));
    json_object_set_new(
        data, "too_old",
        json_boolean(c->link == NULL && c->staff.state.want == SESSION_WANTS_PASSWORD));
    json_object_set_new(data, "asvs",
                        json_boolean(password_profile_of(site) == PASSWORD_ASVS));
    json_object_set_new(data, "trouble",
                        json_string(c->trouble != NULL
                                        ? page_text(site, "account", lang, c->trouble)
                                        : ""));
    page_answer(x, status, "password", "account", lang, data);
}

static const char *trouble_of(enum password_fault fault)
{
    static const char *const keys[PASSWORD_FAULTS] = {
        [PASSWORD_SHORT] = "password_short",   [PASSWORD_LONG] = "password_long",
        [PASSWORD_KINDS] = "password_kinds",   [PASSWORD_NAMED] = "password_named",
        [PASSWORD_COMMON] = "password_common", [PASSWORD_LOCAL] = "password_local",
        [PASSWORD_USED] = "password_used",     [PASSWORD_BREACHED] = "password_breached",
    };

    return keys[fault];
}

/* What can be said of the new password without hashing anything. */
static bool judge(struct store *st, struct change *c, struct error *err)
{
    const struct site *site = site_of(c->staff.step.x);
    enum password_profile profile = password_profile_of(site);
    bool local = false, breached = false;

    c->trouble = trouble_of(password_judge(profile, c->fresh, c->account.name));
    if (c->trouble == NULL && strcmp(c->fresh, c->again) != 0)
        c->trouble = "password_differs";
    if (c->trouble == NULL && !password_local(st, c->fresh, &local, err))
        return false;
    if (local)
        c->trouble = trouble_of(PASSWORD_LOCAL);
    if (c->trouble == NULL &&
        !breached_find(settings_text(site->settings, "staff.breached_passwords"),
                       c->fresh, &breached, err))
        return false;
    if (breached)
        c->trouble = trouble_of(PASSWORD_BREACHED);
    if (!password_last(st, c->account.id, c->last, &c->last_count, err))
        return false;
    if (profile == PASSWORD_ASVS && c->last_count > 1)
        c->last_count = 1; /* only that it is another one */
    return true;
}

/* == Hashing, one after another =================================================== */

static void hash_done(struct hasher_job *job)
{
    struct change *c = (struct change *)((char *)job - offsetof(struct change, hash));

    exchange_wake(c->staff.step.x);
}

static void hasher_full(struct exchange *x)
{
    struct change *c = x->state;

    crypt_wipe(c->hash.password, sizeof(c->hash.password));
    forget(c);
    problem_say(x, ERROR_LATER, "Too many people log in right now. Please try again.");
}

/* `against` is "" to make a hash. */
static void hash(struct exchange *x, const char *password, const char *against,
                 void (*resume)(struct exchange *x))
{
    struct change *c = x->state;

    snprintf(c->hash.password, sizeof(c->hash.password), "%s", password);
    snprintf(c->hash.hash, sizeof(c->hash.hash), "%s", against);
    c->hash.right = false;
    c->hash.done = hash_done;
    x->resume = resume;
    exchange_suspend(x);
    if (!hasher_submit(site_of(x)->hasher, &c->hash)) {
        x->resume = hasher_full;
        exchange_wake(x);
    }
}

static bool keep(struct store *st, struct step *step, int64_t now_ms, struct error *err)
{
    struct change *c = (struct change *)step;
    struct link link;
    char actor[48];

    snprintf(actor, sizeof(actor), "account %lld", (long long)c->account.id);
    if (c->link != NULL)
        return link_use(st, LINK_PASSWORD, c->link, now_ms, &link, err) &&
               account_password(st, c->account.id, c->hash.hash, actor, now_ms, err);
    return account_attempt_right(st, &c->attempt, err) &&
           account_password(st, c->account.id, c->hash.hash, actor, now_ms, err) &&
           session_start(st, c->account.id, step->x->peer, c->staff.state.second, now_ms,
                         c->cookie, err);
}

static void kept(struct exchange *x, struct step *step)
{
    struct change *c = (struct change *)step;

    forget(c);
    if (c->link == NULL)
        session_cookie_set(x, c->cookie);
    crypt_wipe(c->cookie, sizeof(c->cookie));
    page_see_other(x, c->link == NULL ? "/account" : "/login");
}

static void made(struct exchange *x)
{
    struct change *c = x->state;

    step_write(&c->staff.step, keep, kept);
}

static bool uncount(struct store *st, struct step *step, int64_t now_ms,
                    struct error *err)
{
    struct change *c = (struct change *)step;

    (void)now_ms;
    return account_attempt_right(st, &c->attempt, err);
}

static void uncounted(struct exchange *x, struct step *step)
{
    show(x, (struct change *)step, 422);
}

static void compare_next(struct exchange *x);

static void compared(struct exchange *x)
{
    struct change *c = x->state;

    if (!c->hash.right) {
        c->compared++;
        compare_next(x);
        return;
    }
    c->trouble = trouble_of(PASSWORD_USED);
    if (c->link == NULL)
        step_write(&c->staff.step, uncount, uncounted);
    else
        show(x, c, 422);
}

/* The new password against each of the last ones; then it is made. */
static void compare_next(struct exchange *x)
{
    struct change *c = x->state;

    if (c->compared < c->last_count)
        hash(x, c->fresh, c->last[c->compared], compared);
    else
        hash(x, c->fresh, "", made);
}

static bool note_failure(struct store *st, struct step *step, int64_t now_ms,
                         struct error *err)
{
    struct change *c = (struct change *)step;
    const struct account_rules rules = account_rules_of(site_of(step->x));

    return account_attempt_wrong(st, &rules, &c->attempt, step->x->peer, now_ms, err);
}

static void noted(struct exchange *x, struct step *step)
{
    show(x, (struct change *)step, 401);
}

static void old_checked(struct exchange *x)
{
    struct change *c = x->state;

    if (c->hash.right) {
        compare_next(x);
        return;
    }
    c->trouble = "password_old_wrong";
    step_write(&c->staff.step, note_failure, noted);
}

/* == With the old password ======================================================== */

static bool read_self(struct store *st, struct change *c, struct error *err)
{
    bool found;

    return account_get(st, c->staff.who.id, &c->account, &found, err);
}

static bool look(struct store *st, struct step *step, int64_t now_ms, struct error *err)
{
    (void)now_ms;
    return read_self(st, (struct change *)step, err);
}

static void looked(struct exchange *x, struct step *step)
{
    show(x, (struct change *)step, 200);
}

void page_password(struct exchange *x)
{
    struct change *c = staff_new(x, sizeof(*c));

    c->staff.serves = SERVES(SESSION_WANTS_PASSWORD);
    staff_read(&c->staff, look, looked);
}

static bool begin(struct store *st, struct step *step, int64_t now_ms, struct error *err)
{
    struct change *c = (struct change *)step;
    const struct account_rules rules = account_rules_of(site_of(step->x));

    return read_self(st, c, err) && judge(st, c, err) &&
           (c->trouble != NULL ||
            account_attempt(st, &rules, c->account.name, step->x->peer, now_ms,
                            &c->attempt, err));
}

static void begun(struct exchange *x, struct step *step)
{
    struct change *c = (struct change *)step;

    if (c->trouble != NULL)
        show(x, c, 422);
    else
        hash(x, c->old, c->attempt.hash, old_checked);
}

/* A password that is too long for the hasher is no password. */
static void read_form(struct exchange *x, const struct form *form, struct change *c)
{
    c->old = staff_field(x, form, "old");
    c->fresh = staff_field(x, form, "fresh");
    c->again = staff_field(x, form, "again");
    if (strlen(c->old) >= HASHER_PASSWORD)
        c->old[0] = '\0';
}

void page_password_post(struct exchange *x)
{
    struct change *c = staff_new(x, sizeof(*c));
    struct form form;

    if (!staff_form(x, &form))
        return;
    read_form(x, &form, c);
    c->staff.serves = SERVES(SESSION_WANTS_PASSWORD);
    staff_write(&c->staff, &form, begin, begun);
    form_free(&form);
}

/* == By a link ==================================================================== */

static bool look_at_link(struct store *st, struct step *step, int64_t now_ms,
                         struct error *err)
{
    struct change *c = (struct change *)step;
    struct link link;
    int64_t id;
    bool found = false;

    if (!link_look(st, LINK_PASSWORD, c->link, now_ms, &link, err) ||
        (id_parse(link.subject, &id) && !account_get(st, id, &c->account, &found, err)))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "The account of this link is gone.");
    return c->fresh == NULL || judge(st, c, err);
}

static void link_looked_at(struct exchange *x, struct step *step)
{
    struct change *c = (struct change *)step;

    if (c->fresh == NULL)
        show(x, c, 200);
    else if (c->trouble != NULL)
        show(x, c, 422);
    else
        compare_next(x);
}

void page_password_link(struct exchange *x)
{
    struct change *c = step_new(x, sizeof(*c));

    c->link = exchange_param(x, 0);
    step_read(&c->staff.step, look_at_link, link_looked_at);
}

void page_password_link_post(struct exchange *x)
{
    struct change *c;
    struct error err = {0};
    struct form form;

    if (!session_allowed(x, &err) || !identity_same_origin(x, &err)) {
        problem_answer(x, &err);
        return;
    }
    if (!staff_form(x, &form))
        return;
    c = step_new(x, sizeof(*c));
    read_form(x, &form, c);
    form_free(&form);
    c->link = exchange_param(x, 0);
    step_read(&c->staff.step, look_at_link, link_looked_at);
}
