/*
 * page_home.c — see page_home.h.
 */
#include "web/page_home.h"

#include <string.h>

#include "store/key_store.h"
#include "web/citizen.h"
#include "web/form.h"
#include "web/page.h"

struct home_step {
    struct step step;
    enum lang lang;
};

struct doors {
    json_t *list;
    const char *before; /* "/k/" */
    const char *lang;
};

static void add_door(void *self, const char *code, const char *name)
{
    const struct doors *d = self;
    struct buf href = buf_new(512);

    buf_add_text(&href, d->before);
    percent_encode(&href, code, strlen(code));
    buf_add_text(&href, d->lang);
    json_array_append_new(d->list,
                          json_pack("{s:s, s:s}", "href", buf_text(&href), "name", name));
    buf_free(&href);
}

static bool add_doors(struct store *st, enum role role, const char *before,
                      const char *key, json_t *data, const char *lang, struct error *err)
{
    struct doors doors = {json_array(), before, lang};

    json_object_set_new(data, key, doors.list);
    return places_each(st, role, add_door, &doors, err);
}

static json_t *screen_door(const struct store *st, const struct exchange *x)
{
    struct buf href = buf_new(512);
    json_t *text;

    buf_add_text(&href, "/screen/");
    if (st->frame != NULL)
        percent_encode(&href, st->frame->code, strlen(st->frame->code));
    buf_add_text(&href, lang_query(x));
    text = json_string(buf_text(&href));
    buf_free(&href);
    return text;
}

static bool read_home(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct home_step *h = (struct home_step *)s;
    struct exchange *x = s->x;
    const struct site *site = site_of(x);
    bool open = site->virtual_gateway && x->loopback_listener && !x->forwarded;
    json_t *data = citizen_data(x, h->lang, page_text(site, "hall", h->lang, "product"));

    (void)now_ms;
    json_object_set_new(data, "open", json_boolean(open));
    json_object_set_new(data, "public",
                        json_boolean(settings_bool(site->settings, "public.publish")));
    json_object_set_new(data, "screen", screen_door(st, x));
    if (open &&
        (!add_doors(st, ROLE_MACHINE, "/k/", "kiosks", data, lang_query(x), err) ||
         !add_doors(st, ROLE_DESK, "/w/", "desks", data, lang_query(x), err))) {
        json_decref(data);
        return false;
    }
    return page_write(x, "home", "hall", h->lang, data, err);
}

static void answer_home(struct exchange *x, struct step *s)
{
    (void)s;
    exchange_answer(x, 200, page_html);
}

void page_home(struct exchange *x)
{
    struct home_step *h = step_new(x, sizeof(*h));

    h->lang = page_lang(x);
    step_read(&h->step, read_home, answer_home);
}
