/*
 * page_accounts.c — accounts, and what waits for a second administrator
 * (page_accounts.h). One account's page is in page_person.c, keys are in page_keys.c.
 */
#include "web/page_accounts.h"

#include <stdio.h>
#include <string.h>

#include "web/problem.h"

struct admin_page *admin_page_new(struct exchange *x)
{
    return staff_new(x, sizeof(struct admin_page));
}

static void add_waiting(void *self, const struct request *r)
{
    struct admin_page *p = self;
    const struct staff_words *w = &p->words;
    char id[24];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:b}", "id", id, "what",
                    staff_word(w, "request", request_kind_name(r->kind)), "name", r->name,
                    "asked_by", r->asked_name, "place", r->place, "addresses",
                    r->limits.addresses, "expires", staff_time(w, r->limits.expires_ms),
                    "asked", staff_time(w, r->asked_ms), "may_grant",
                    access_view(&(struct route){.method = METHOD_POST,
                                                .pattern = "/requests/{id}/grant"},
                                p->staff.who.role) != NULL &&
                        r->asked_by != p->staff.who.id &&
                        r->asked_role != p->staff.who.role);
    if (r->role != ROLE_NONE)
        json_object_set_new(row, "role",
                            json_string(staff_word(w, "role", role_name(r->role))));
    json_array_append_new(p->waiting, row);
}

bool admin_page_read(struct store *st, struct admin_page *p, int64_t now_ms,
                     struct error *err)
{
    struct exchange *x = p->staff.step.x;

    p->words = (struct staff_words){.site = site_of(x),
                                    .frame = st->frame,
                                    .lang = page_lang(x),
                                    .catalogue = "accounts",
                                    .now_ms = now_ms};
    p->waiting = json_array();
    if (requests_each(st, add_waiting, p, err))
        return true;
    json_decref(p->waiting);
    return false;
}

static void done(struct exchange *x, struct step *s)
{
    struct admin_page *p = (struct admin_page *)s;

    if (s->ok) {
        page_see_other(x, p->back);
        return;
    }
    if (s->err.kind != ERROR_INPUT && s->err.kind != ERROR_CONFLICT) {
        problem_answer(x, &s->err);
        return;
    }
    p->err = s->err;
    p->staff.any = false;
    p->again(x, p);
}

void admin_page_do(struct admin_page *p, const struct form *form, step_work *work)
{
    p->staff.any = p->staff.recent = true;
    staff_write(&p->staff, form, work, done);
}

json_t *admin_roles(const struct staff_words *w, unsigned roles, enum role chosen)
{
    json_t *list = json_array();

    for (size_t i = 0; i < access_column_count; i++)
        if (((unsigned)access_columns[i] & roles) != 0)
            json_array_append_new(
                list,
                json_pack("{s:s, s:s, s:b}", "value", role_name(access_columns[i]),
                          "text", staff_word(w, "role", role_name(access_columns[i])),
                          "chosen", access_columns[i] == chosen));
    return list;
}

/* A field's own sentence where the catalogue has one, else what the store said. */
static void set_trouble(const struct staff_words *w, const struct error *err,
                        json_t *data)
{
    char key[80];
    const char *text;

    if (err->kind == ERROR_NONE)
        return;
    snprintf(key, sizeof(key), "trouble_%.60s",
             err->kind == ERROR_CONFLICT ? "conflict" : err->field);
    text = page_text(w->site, "accounts", w->lang, key);
    json_object_set_new(data, "wrong",
                        json_pack("{s:s, s:s, s:b}", "text",
                                  strcmp(text, key) != 0 ? text : err->text, "field",
                                  err->field, "english", strcmp(text, key) == 0));
}

json_t *admin_page_data(struct exchange *x, struct admin_page *p)
{
    json_t *data = staff_frame(x, &p->staff, p->words.lang);
    enum role me = p->staff.who.role;

    json_object_set_new(data, "some_wait", json_boolean(json_array_size(p->waiting) > 0));
    json_object_set_new(data, "waiting", p->waiting);
    json_object_set_new(data, "makes_accounts", json_boolean(me == ROLE_SYSTEM));
    json_object_set_new(data, "is_security", json_boolean(me == ROLE_SECURITY));
    json_object_set_new(data, "decides",
                        json_boolean(me == ROLE_SYSTEM || me == ROLE_SECURITY));
    json_object_set_new(data, "typed", json_string(p->r.name));
    json_object_set_new(data, "typed_place", json_string(p->r.place));
    set_trouble(&p->words, &p->err, data);
    return data;
}

/* == The list ===================================================================== */

static void add_account(void *self, const struct account *a)
{
    struct admin_page *p = self;
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)a->id);
    json_array_append_new(
        p->rows,
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:b}", "id", id, "name", a->name, "role",
                  staff_word(&p->words, "role", role_name(a->role)), "place", a->place,
                  "created", staff_time(&p->words, a->created_ms), "ended", a->ended));
}

static bool read_accounts(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    if (!admin_page_read(st, p, now_ms, err))
        return false;
    p->rows = json_array();
    if (accounts_each(st, add_account, p, err))
        return true;
    json_decref(p->rows);
    json_decref(p->waiting);
    return false;
}

static void show_accounts(struct exchange *x, struct step *s)
{
    struct admin_page *p = (struct admin_page *)s;
    json_t *data = admin_page_data(x, p);

    json_object_set_new(data, "rows", p->rows);
    json_object_set_new(data, "roles", admin_roles(&p->words, ROLES_ACCOUNT, p->r.role));
    page_answer(x, p->err.kind == ERROR_NONE ? 200 : problem_status(p->err.kind),
                "accounts", "accounts", p->words.lang, data);
}

static void accounts_again(struct exchange *x, struct admin_page *p)
{
    (void)x;
    staff_read(&p->staff, read_accounts, show_accounts);
}

void page_accounts(struct exchange *x)
{
    accounts_again(x, admin_page_new(x));
}

static bool ask(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;
    int64_t id;

    return request_add(st, &p->r, &p->staff.who, now_ms, &id, err);
}

void page_accounts_post(struct exchange *x)
{
    struct admin_page *p = admin_page_new(x);
    struct form form;

    if (!staff_form(x, &form))
        return;
    p->r.kind = REQUEST_ACCOUNT;
    snprintf(p->r.name, sizeof(p->r.name), "%s", staff_field(x, &form, "name"));
    snprintf(p->r.place, sizeof(p->r.place), "%s", staff_field(x, &form, "place"));
    p->r.role = role_parse(staff_field(x, &form, "role"), ROLES_ACCOUNT);
    p->back = "/accounts";
    p->again = accounts_again;
    admin_page_do(p, &form, ask);
    form_free(&form);
}

/* == What waits =================================================================== */

static bool grant(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    return request_grant(st, p->id, &p->staff.who, now_ms, &p->gift, err);
}

/* What the grant made is on this answer only. */
static void granted(struct exchange *x, struct step *s)
{
    struct admin_page *p = (struct admin_page *)s;
    const struct site *site = site_of(x);
    enum lang lang = page_lang(x);
    struct buf url = buf_new(1024);
    json_t *data = staff_frame(x, &p->staff, lang);

    if (p->gift.link[0] != '\0')
        buf_addf(&url, "%s/%s/%s", site_base_url(site),
                 p->gift.purpose == LINK_DEVICE ? "device" : "password", p->gift.link);
    json_object_set_new(data, "key", json_string(p->gift.key));
    json_object_set_new(data, "link", json_string(buf_text(&url)));
    json_object_set_new(data, "device", json_boolean(p->gift.purpose == LINK_DEVICE));
    page_answer(x, 200, "granted", "accounts", lang, data);
    if (url.data != NULL)
        crypt_wipe(url.data, url.length);
    buf_free(&url);
    crypt_wipe(&p->gift, sizeof(p->gift));
}

static bool refuse(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    return request_refuse(st, p->id, &p->staff.who, now_ms, err);
}

static void refused(struct exchange *x, struct step *s)
{
    (void)s;
    page_see_other(x, "/accounts");
}

static void decide(struct exchange *x, step_work *work, step_then *then)
{
    struct admin_page *p = admin_page_new(x);
    struct form form;

    if (!staff_form(x, &form))
        return;
    if (!id_parse(exchange_param(x, 0), &p->id))
        p->id = 0;
    p->staff.recent = true;
    staff_write(&p->staff, &form, work, then);
    form_free(&form);
}

void page_request_grant(struct exchange *x)
{
    decide(x, grant, granted);
}

void page_request_refuse(struct exchange *x)
{
    decide(x, refuse, refused);
}
