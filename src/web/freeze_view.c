/*
 * freeze_view.c — see freeze_view.h.
 *
 * Promise: marks that are missing are told part by part, with every department that
 * lacks them and with who owes them, so that whoever reads it can ask the right office.
 */
#include "web/freeze_view.h"

#include <inttypes.h>
#include <stdio.h>

#include "web/owed_view.h"

static void add(json_t *list, json_t *text)
{
    json_array_append_new(list, json_pack("{s:o}", "text", text));
}

static json_t *phrase(const struct staff_words *w, const char *key, int64_t number,
                      int64_t at_ms)
{
    json_t *time = staff_time(w, at_ms), *out;
    const char *at = json_string_value(json_object_get(time, "text"));
    char n[24];

    snprintf(n, sizeof(n), "%" PRId64, number);
    out = page_phrase(w->site, w->catalogue, w->lang, key, "n", n, "at",
                      at != NULL ? at : "", NULL);
    json_decref(time);
    return out;
}

json_t *freeze_bars_json(const struct staff_words *w, const struct freeze_bars *b)
{
    json_t *list = json_array(), *marks;

    if (b->adopted == 0)
        add(list, phrase(w, "bar_scheme", 0, 0));
    if (!freeze_bars_settled(b))
        add(list, phrase(w, "bar_settled", 0, b->settled_ms));
    if (b->appeals > 0)
        add(list, phrase(w, "bar_appeals", b->appeals, 0));
    if (b->orders.running > 0)
        add(list, phrase(w, "bar_orders", b->orders.running, b->orders.due_ms));
    marks = owed_json(w, b->scheme.parts, b->scheme.part_count, &b->book, b->owes);
    json_array_extend(list, marks);
    json_decref(marks);
    return list;
}
