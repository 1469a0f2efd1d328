/*
 * traits_view.c — see traits_view.h.
 */
#include "web/traits_view.h"

#include <stdio.h>

#include "store/trait_store.h"

static const char *say(const struct staff_words *w, const char *key)
{
    return page_text(w->site, "indicators", w->lang, key);
}

static void add(json_t *list, const char *name, const char *value)
{
    json_array_append_new(list, json_pack("{s:s, s:s}", "name", name, "value", value));
}

/* Each service by itself; told and none is something, too. */
static void add_services(const struct staff_words *w, json_t *list, int services)
{
    char key[40];

    if (services == 0)
        add(list, say(w, "services"), say(w, "trait_none"));
    for (int i = 0; i < SERVICES; i++) {
        if ((services >> i & 1) == 0)
            continue;
        snprintf(key, sizeof(key), "service_%s", service_name((enum service)i));
        add(list, say(w, "services"), say(w, key));
    }
}

bool traits_add(struct store *st, const struct staff_words *w, int64_t case_id,
                json_t *data, struct error *err)
{
    json_t *list = json_array();
    struct case_traits t;
    char trips[12];

    json_object_set_new(data, "traits", list);
    if (!case_traits_of(st, case_id, &t, err))
        return false;
    if (t.services != TRAIT_UNTOLD)
        add_services(w, list, t.services);
    if (t.window != TRAIT_UNTOLD)
        add(list, say(w, "decided_here"),
            say(w, t.window != 0 ? "trait_yes" : "trait_passed"));
    snprintf(trips, sizeof(trips), "%d", t.trips);
    if (t.trips != TRAIT_UNTOLD)
        add(list, say(w, "trips"), trips);
    if (t.again != TRAIT_UNTOLD)
        add(list, say(w, "came_again"), say(w, t.again != 0 ? "trait_yes" : "trait_no"));
    return true;
}
