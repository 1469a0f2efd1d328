/*
 * page_keys.c — API keys as the security administrator sees them (page_accounts.h).
 */
#include "web/page_accounts.h"

#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "web/http_address.h"
#include "web/problem.h"

static void add_key(void *self, const struct api_key *k)
{
    struct admin_page *p = self;
    const struct staff_words *w = &p->words;
    bool over = k->limits.expires_ms != 0 && k->limits.expires_ms <= w->now_ms;
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)k->id);
    json_array_append_new(
        p->rows,
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:b}", "id", id,
                  "name", k->name, "role", staff_word(w, "role", role_name(k->role)),
                  "place", k->limits.place, "addresses", k->limits.addresses, "expires",
                  staff_time(w, k->limits.expires_ms), "used", staff_time(w, k->used_ms),
                  "created", staff_time(w, k->created_ms), "ended", k->ended, "over",
                  over && !k->ended, "good", !over && !k->ended));
}

static bool read_keys(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    if (!admin_page_read(st, p, now_ms, err))
        return false;
    p->rows = json_array();
    if (keys_each(st, add_key, p, err))
        return true;
    json_decref(p->rows);
    json_decref(p->waiting);
    return false;
}

static void show_keys(struct exchange *x, struct step *s)
{
    struct admin_page *p = (struct admin_page *)s;
    json_t *data = admin_page_data(x, p);

    json_object_set_new(data, "rows", p->rows);
    json_object_set_new(data, "typed_addresses", json_string(p->r.limits.addresses));
    json_object_set_new(data, "roles", admin_roles(&p->words, ROLES_KEY, p->r.role));
    page_answer(x, p->err.kind == ERROR_NONE ? 200 : problem_status(p->err.kind), "keys",
                "accounts", p->words.lang, data);
}

static void keys_again(struct exchange *x, struct admin_page *p)
{
    (void)x;
    staff_read(&p->staff, read_keys, show_keys);
}

void page_keys(struct exchange *x)
{
    keys_again(x, admin_page_new(x));
}

/* The end of the last day on which the key is good; 0 where none was said. */
static bool read_expiry(struct exchange *x, const char *text, int64_t *out,
                        struct error *err)
{
    const struct hall_frame *frame = atomic_load(&site_of(x)->frame->now);
    int32_t day;

    if (text[0] == '\0')
        return true;
    if (frame == NULL || !day_parse(text, &day))
        return error_field(err, "expires", "Give a day, as in 2026-11-23.");
    *out = zone_day_utc(frame->zone, day + 1, 0);
    return true;
}

static bool read_addresses(const char *text, char out[KEY_ADDRESSES], struct error *err)
{
    struct address_list list = {0};
    struct error trouble = {0};
    bool fits = strlen(text) < KEY_ADDRESSES && address_list_parse(text, &list, &trouble);

    address_list_free(&list);
    if (!fits)
        return error_field(err, "addresses",
                           "Give addresses and networks, as in 10.1.0.0/16 192.0.2.7.");
    snprintf(out, KEY_ADDRESSES, "%s", text);
    return true;
}

static bool ask(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;
    int64_t id;

    if (p->err.kind != ERROR_NONE) { /* found in the form already */
        *err = p->err;
        return false;
    }
    return request_add(st, &p->r, &p->staff.who, now_ms, &id, err);
}

void page_keys_post(struct exchange *x)
{
    struct admin_page *p = admin_page_new(x);
    struct form form;

    if (!staff_form(x, &form))
        return;
    p->r.kind = REQUEST_KEY;
    snprintf(p->r.name, sizeof(p->r.name), "%s", staff_field(x, &form, "name"));
    snprintf(p->r.limits.place, sizeof(p->r.limits.place), "%s",
             staff_field(x, &form, "place"));
    p->r.role = role_parse(staff_field(x, &form, "role"), ROLES_KEY);
    (void)!(read_addresses(staff_field(x, &form, "addresses"), p->r.limits.addresses,
                           &p->err) &&
            read_expiry(x, staff_field(x, &form, "expires"), &p->r.limits.expires_ms,
                        &p->err));
    p->back = "/keys";
    p->again = keys_again;
    admin_page_do(p, &form, ask);
    form_free(&form);
}

static bool end(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct admin_page *p = (struct admin_page *)s;

    return key_end(st, p->id, p->staff.who.actor, now_ms, err);
}

void page_key_end(struct exchange *x)
{
    struct admin_page *p = admin_page_new(x);
    struct form form;

    if (!staff_form(x, &form))
        return;
    if (!id_parse(exchange_param(x, 0), &p->id))
        p->id = 0;
    p->back = "/keys";
    p->again = keys_again;
    admin_page_do(p, &form, end);
    form_free(&form);
}
