/*
 * page_person.c — one account as the administrators see it (page_accounts.h).
 */
#include "web/page_accounts.h"

#include <stdio.h>
#include <string.h>

#include "store/second_store.h"
#include "web/problem.h"

static void add_session(void *self, const struct session_row *row)
{
    struct admin_page *p = self;

    json_array_append_new(p->rows, json_pack("{s:o, s:o, s:s}", "started",
                                             staff_time(&p->words, row->started_ms),
                                             "seen", staff_time(&p->words, row->seen_ms),
                                             "address", row->address));
}

static bool get_person(struct store *st, struct admin_page *p, struct error *err)
{
    bool found;

    return account_get(st, p->id, &p->account, &found, err) &&
           (found || error_set(err, ERROR_ABSENT, "There is no such account."));
}

static bool read_person(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;
    const struct session_rules rules = session_rules_of(site_of(s->x));
    const struct account_rules tries = account_rules_of(site_of(s->x));

    if (!get_person(st, p, err) || !admin_page_read(st, p, now_ms, err))
        return false;
    p->rows = json_array();
    if (sessions_each(st, &rules, p->id, NULL, now_ms, add_session, p, err) &&
        account_locked(st, &tries, &p->account, now_ms, &p->locked, err) &&
        recovery_left(st, p->id, &p->recovery, err))
        return true;
    json_decref(p->rows);
    json_decref(p->waiting);
    return false;
}

static void show_person(struct exchange *x, struct step *s)
{
    struct admin_page *p = (struct admin_page *)s;
    json_t *data = admin_page_data(x, p);
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)p->id);
    json_object_set_new(data, "id", json_string(id));
    json_object_set_new(data, "name", json_string(p->account.name));
    json_object_set_new(
        data, "person_role",
        json_string(staff_word(&p->words, "role", role_name(p->account.role))));
    json_object_set_new(data, "place", json_string(p->account.place));
    json_object_set_new(data, "ended", json_boolean(p->account.ended));
    json_object_set_new(data, "locked", json_boolean(p->locked));
    json_object_set_new(data, "recovery", json_integer(p->recovery));
    json_object_set_new(
        data, "acts",
        json_boolean(p->staff.who.role == ROLE_SECURITY && !p->account.ended));
    json_object_set_new(data, "is_self", json_boolean(p->id == p->staff.who.id));
    json_object_set_new(data, "some_sessions",
                        json_boolean(json_array_size(p->rows) > 0));
    json_object_set_new(data, "rows", p->rows);
    json_object_set_new(data, "roles",
                        admin_roles(&p->words, ROLES_ACCOUNT, p->account.role));
    page_answer(x, p->err.kind == ERROR_NONE ? 200 : problem_status(p->err.kind),
                "person", "accounts", p->words.lang, data);
}

static struct admin_page *person_new(struct exchange *x)
{
    struct admin_page *p = admin_page_new(x);

    if (!id_parse(exchange_param(x, 0), &p->id))
        p->id = 0;
    return p;
}

static void person_again(struct exchange *x, struct admin_page *p)
{
    (void)x;
    staff_read(&p->staff, read_person, show_person);
}

void page_person(struct exchange *x)
{
    person_again(x, person_new(x));
}

/* Reads the form and has `work` done; back on the same page afterwards. */
static void act(struct exchange *x, enum request_kind kind, step_work *work)
{
    struct admin_page *p = person_new(x);
    struct form form;
    char back[48];

    if (!staff_form(x, &form))
        return;
    snprintf(back, sizeof(back), "/accounts/%lld", (long long)p->id);
    p->r.kind = kind;
    p->r.account_id = p->id;
    p->r.role = kind == REQUEST_ROLE
                    ? role_parse(staff_field(x, &form, "role"), ROLES_ACCOUNT)
                    : ROLE_NONE;
    snprintf(p->r.place, sizeof(p->r.place), "%s", staff_field(x, &form, "place"));
    p->back = exchange_text(x, back, strlen(back));
    p->again = person_again;
    admin_page_do(p, &form, work);
    form_free(&form);
}

/* The name stands in the audit event of what is asked for. */
static bool ask(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;
    int64_t id;

    if (!get_person(st, p, err))
        return false;
    snprintf(p->r.name, sizeof(p->r.name), "%s", p->account.name);
    return request_add(st, &p->r, &p->staff.who, now_ms, &id, err);
}

void page_person_role(struct exchange *x)
{
    act(x, REQUEST_ROLE, ask);
}

void page_person_password(struct exchange *x)
{
    act(x, REQUEST_PASSWORD, ask);
}

void page_person_second(struct exchange *x)
{
    act(x, REQUEST_SECOND, ask);
}

static bool unlock(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    return get_person(st, p, err) &&
           account_unlock(st, &p->account, p->staff.who.actor, now_ms, err);
}

void page_person_unlock(struct exchange *x)
{
    act(x, REQUEST_KINDS, unlock);
}

static bool end_sessions(struct store *st, struct step *s, int64_t now_ms,
                         struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    return get_person(st, p, err) &&
           sessions_end(st, p->id, NULL, p->staff.who.actor, now_ms, err);
}

void page_person_sessions(struct exchange *x)
{
    act(x, REQUEST_KINDS, end_sessions);
}

static bool end(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    if (p->id == p->staff.who.id)
        return error_set(err, ERROR_CONFLICT,
                         "Nobody ends his own account. Ask another administrator.");
    return account_end(st, p->id, p->staff.who.actor, now_ms, err);
}

void page_person_end(struct exchange *x)
{
    act(x, REQUEST_KINDS, end);
}
