/*
 * page_first_run.c — see page_first_run.h.
 *
 *     POST → [reader: is the link good?] → hasher, four times → [writer: link used,
 * accounts] → 303
 *
 * Promise: all four accounts are made or none; the link works once and never when there
 * is an account. Names that were typed are kept when something is wrong, passwords are
 * not.
 */
#include "web/page_first_run.h"

#include <stdio.h>
#include <string.h>

#include "store/account_store.h"
#include "store/key_store.h"
#include "web/http.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/session.h"
#include "work/breached.h"
#include "work/hasher.h"

enum { PEOPLE = 4 };

static const enum role roles[PEOPLE] = {ROLE_SYSTEM, ROLE_SECURITY, ROLE_AUDIT,
                                        ROLE_HALL};

struct first_run {
    struct step step;
    struct hasher_job hash;
    const char *link;
    int hashed; /* how many passwords are done */
    struct person {
        const char *name, *password;
        char hash[PASSWORD_HASH];
        bool local;    /* the password holds a word of the house */
        bool breached; /* or became known elsewhere */
        const char *name_trouble, *password_trouble; /* keys of texts; NULL for none */
    } people[PEOPLE];
};

static bool link_good(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct first_run *run = (struct first_run *)s;
    struct link link;
    bool any;

    if (!link_look(st, LINK_FIRST_RUN, run->link, now_ms, &link, err) ||
        !accounts_any(st, &any, err))
        return false;
    return !any || error_set(err, ERROR_ABSENT,
                             "The first accounts have been made already. "
                             "Log in, or ask who did.");
}

/* One person's part of the form. */
static json_t *person_json(struct exchange *x, enum lang lang, const struct person *p,
                           int i)
{
    const struct site *site = site_of(x);
    char role[32], what[48];
    json_t *row;

    snprintf(role, sizeof(role), "role_%s", role_name(roles[i]));
    snprintf(what, sizeof(what), "first_%s", role_name(roles[i]));
    row = json_pack("{s:s, s:s, s:s, s:s}", "role", role_name(roles[i]), "role_name",
                    page_text(site, "staff", lang, role), "what",
                    page_text(site, "staff", lang, what), "name",
                    p->name != NULL ? p->name : "");
    if (p->name_trouble != NULL)
        json_object_set_new(row, "name_trouble",
                            json_string(page_text(site, "staff", lang, p->name_trouble)));
    if (p->password_trouble != NULL)
        json_object_set_new(
            row, "password_trouble",
            json_string(page_text(site, "staff", lang, p->password_trouble)));
    return row;
}

static void show(struct exchange *x, int status, const struct first_run *run)
{
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, NULL, lang), *people = json_array();
    bool wrong = false;

    for (int i = 0; i < PEOPLE; i++) {
        const struct person *p = &run->people[i];

        wrong = wrong || p->name_trouble != NULL || p->password_trouble != NULL;
        json_array_append_new(people, person_json(x, lang, p, i));
    }
    json_object_set_new(data, "people", people);
    json_object_set_new(data, "asvs",
                        json_boolean(password_profile_of(site_of(x)) == PASSWORD_ASVS));
    json_object_set_new(data, "wrong", json_boolean(wrong));
    page_answer(x, status, "first_run", "staff", lang, data);
}

static void shown(struct exchange *x, struct step *s)
{
    show(x, 200, (struct first_run *)s);
}

void page_first_run(struct exchange *x)
{
    struct first_run *run = step_new(x, sizeof(*run));

    run->link = exchange_param(x, 0);
    step_read(&run->step, link_good, shown);
}

static bool make_accounts(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct first_run *run = (struct first_run *)s;
    struct link link;
    int64_t id;

    if (!link_good(st, s, now_ms, err) ||
        !link_use(st, LINK_FIRST_RUN, run->link, now_ms, &link, err))
        return false;
    for (int i = 0; i < PEOPLE; i++)
        if (!account_add(st, run->people[i].name, roles[i], NULL, run->people[i].hash,
                         "first run", now_ms, &id, err))
            return false;
    return true;
}

static void made(struct exchange *x, struct step *s)
{
    (void)s;
    page_see_other(x, "/login?next=%2Fratings");
}

static void hash_next(struct exchange *x);

static void hash_back(struct exchange *x)
{
    struct first_run *run = x->state;
    struct person *p = &run->people[run->hashed++];

    memcpy(p->hash, run->hash.hash, sizeof(p->hash));
    if (run->hashed == PEOPLE)
        step_write(&run->step, make_accounts, made);
    else
        hash_next(x);
}

static void hash_done(struct hasher_job *job)
{
    struct first_run *run =
        (struct first_run *)((char *)job - offsetof(struct first_run, hash));

    exchange_wake(run->step.x);
}

static void hasher_full(struct exchange *x)
{
    struct first_run *run = x->state;

    crypt_wipe(run->hash.password, sizeof(run->hash.password));
    problem_say(x, ERROR_LATER,
                "The server has too much to do right now. Please try again.");
}

static void hash_next(struct exchange *x)
{
    struct first_run *run = x->state;
    const char *password = run->people[run->hashed].password;

    run->hash.hash[0] = '\0';
    run->hash.done = hash_done;
    memcpy(run->hash.password, password, strlen(password) + 1);
    crypt_wipe((char *)password, strlen(password));
    x->resume = hash_back;
    exchange_suspend(x);
    if (!hasher_submit(site_of(x)->hasher, &run->hash)) {
        x->resume = hasher_full;
        exchange_wake(x);
    }
}

/* Is this name also that of somebody above? */
static bool taken_above(const struct first_run *run, int i)
{
    for (int k = 0; k < i; k++)
        if (strcmp(run->people[k].name, run->people[i].name) == 0)
            return true;
    return false;
}

static bool people_fit(enum password_profile profile, struct first_run *run)
{
    bool fit = true;

    for (int i = 0; i < PEOPLE; i++) {
        struct person *p = &run->people[i];
        struct error err = {0};

        if (!account_name_fits(p->name, &err))
            p->name_trouble = "first_bad_name";
        else if (taken_above(run, i))
            p->name_trouble = "first_same_name";
        if (p->local || p->breached ||
            password_judge(profile, p->password, p->name) != PASSWORD_FINE)
            p->password_trouble = "first_bad_password";
        fit = fit && p->name_trouble == NULL && p->password_trouble == NULL;
    }
    return fit;
}

/* The link, and what of the passwords needs the store to be judged. */
static bool link_and_words(struct store *st, struct step *s, int64_t now_ms,
                           struct error *err)
{
    struct first_run *run = (struct first_run *)s;
    const char *known =
        settings_text(site_of(s->x)->settings, "staff.breached_passwords");

    if (!link_good(st, s, now_ms, err))
        return false;
    for (int i = 0; i < PEOPLE; i++)
        if (!password_local(st, run->people[i].password, &run->people[i].local, err) ||
            !breached_find(known, run->people[i].password, &run->people[i].breached, err))
            return false;
    return true;
}

static void link_looked_at(struct exchange *x, struct step *s)
{
    struct first_run *run = (struct first_run *)s;

    if (people_fit(password_profile_of(site_of(x)), run))
        hash_next(x);
    else
        show(x, 422, run);
}

/* Reads four names and passwords into the exchange's memory. */
static void read_people(struct exchange *x, const struct form *form,
                        struct first_run *run)
{
    for (int i = 0; i < PEOPLE; i++) {
        char field[48];
        const char *name, *password;

        snprintf(field, sizeof(field), "%s_name", role_name(roles[i]));
        name = form_find(form, field);
        snprintf(field, sizeof(field), "%s_password", role_name(roles[i]));
        password = form_find(form, field);
        run->people[i].name =
            exchange_text(x, name != NULL ? name : "", name != NULL ? strlen(name) : 0);
        run->people[i].password = exchange_text(x, password != NULL ? password : "",
                                                password != NULL ? strlen(password) : 0);
    }
}

void page_first_run_post(struct exchange *x)
{
    struct first_run *run;
    struct error err = {0};
    struct form form;

    if (!session_allowed(x, &err) || !identity_same_origin(x, &err)) {
        problem_answer(x, &err);
        return;
    }
    if (!staff_form(x, &form))
        return;
    run = step_new(x, sizeof(*run));
    run->link = exchange_param(x, 0);
    read_people(x, &form, run);
    form_free(&form);
    step_read(&run->step, link_and_words, link_looked_at);
}
