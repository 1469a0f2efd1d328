/*
 * page_device.c — see page_device.h.
 *
 * Promise: looking at the page uses nothing up; the form does, once, and only for a place
 * that the hall has now.
 */
#include "web/page_device.h"

#include <string.h>

#include "store/hall_store.h"
#include "store/key_store.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/session.h"

struct device {
    struct step step;
    const char *link;
    const char *place;
    enum role role;
    struct link found;
    json_t *places; /* filled on the reader thread, used up on the loop */
    char cookie[SECRET_TEXT];
};

/* "desk NAME": whose the link is. */
static bool role_of(const struct link *link, enum role *role, struct error *err)
{
    char word[16] = "";
    size_t length = strcspn(link->subject, " ");

    if (length < sizeof(word))
        memcpy(word, link->subject, length);
    *role = role_parse(word, ROLES_DEVICE);
    return *role != ROLE_NONE ||
           error_set(err, ERROR_BROKEN, "This link is for no device.");
}

static void add_place(void *self, const char *code, const char *name)
{
    json_array_append_new(self, json_pack("{s:s, s:s}", "code", code, "name", name));
}

static bool look(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct device *d = (struct device *)s;

    d->places = json_array();
    if (link_look(st, LINK_DEVICE, d->link, now_ms, &d->found, err) &&
        role_of(&d->found, &d->role, err) &&
        places_each(st, d->role, add_place, d->places, err))
        return true;
    json_decref(d->places);
    return false;
}

/* What the page is called, and what it asks for. */
static const char *text_of(const struct exchange *x, enum role role, enum lang lang,
                           int which)
{
    static const char *const keys[][2] = {{"device_kiosk", "device_which_kiosk"},
                                          {"device_desk", "device_which_window"},
                                          {"device_display", "device_which_zone"}};
    int row = role == ROLE_MACHINE ? 0 : role == ROLE_DESK ? 1 : 2;

    return page_text(site_of(x), "staff", lang, keys[row][which]);
}

static void show(struct exchange *x, struct step *s)
{
    struct device *d = (struct device *)s;
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, NULL, lang);

    json_object_set_new(data, "heading", json_string(text_of(x, d->role, lang, 0)));
    json_object_set_new(data, "which", json_string(text_of(x, d->role, lang, 1)));
    json_object_set_new(data, "any", json_boolean(json_array_size(d->places) > 0));
    json_object_set_new(data, "places", d->places);
    page_answer(x, 200, "device", "staff", lang, data);
}

void page_device(struct exchange *x)
{
    struct device *d = step_new(x, sizeof(*d));

    d->link = exchange_param(x, 0);
    step_read(&d->step, look, show);
}

static bool become(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct device *d = (struct device *)s;

    return link_use(st, LINK_DEVICE, d->link, now_ms, &d->found, err) &&
           role_of(&d->found, &d->role, err) &&
           device_add(st, d->role, d->place, "device link", now_ms, d->cookie, err);
}

static void became(struct exchange *x, struct step *s)
{
    struct device *d = (struct device *)s;
    struct buf path = buf_new(512);

    identity_cookie(x, identity_device_cookie, d->cookie, IDENTITY_COOKIE_DAYS);
    if (d->role == ROLE_DISPLAY) {
        const char *code = atomic_load(&site_of(x)->frame->now)->code;

        buf_add_text(&path, "/screen/");
        percent_encode(&path, code, strlen(code));
        query_add(&path, "zone", strcmp(d->place, display_whole) != 0 ? d->place : NULL);
    } else {
        buf_add_text(&path, d->role == ROLE_MACHINE ? "/k/" : "/w/");
        percent_encode(&path, d->place, strlen(d->place));
    }
    page_see_other(x, buf_text(&path));
    buf_free(&path);
}

void page_device_post(struct exchange *x)
{
    struct device *d;
    struct error err = {0};
    struct form form;
    const char *place;

    if (!identity_same_origin(x, &err)) {
        problem_answer(x, &err);
        return;
    }
    if (!staff_form(x, &form))
        return;
    d = step_new(x, sizeof(*d));
    d->link = exchange_param(x, 0);
    place = form_find(&form, "place");
    d->place =
        exchange_text(x, place != NULL ? place : "", place != NULL ? strlen(place) : 0);
    form_free(&form);
    step_write(&d->step, become, became);
}
