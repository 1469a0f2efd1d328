/*
 * freeze_view.c — see freeze_view.h.
 *
 * Promise: marks that are missing are told part by part, with every department that
 * lacks them and with who owes them, so that whoever reads it can ask the right office.
 */
#include "web/freeze_view.h"

#include <inttypes.h>
#include <stdio.h>

#include "web/scheme_view.h"

enum { NAMES_MOST = 64 * 1024 };

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

/* The departments that lack this part's marks, by name; how many there are. */
static size_t add_names(const struct staff_words *w, const struct freeze_bars *b,
                        size_t part, struct buf *out)
{
    size_t count = 0;

    for (size_t u = 0; u < b->book.count; u++) {
        const struct assess_unit *unit = &b->book.units[u];

        if (!assess_mark_owed(&b->scheme, unit, part))
            continue;
        if (count++ > 0)
            buf_add_text(out, w->lang == LANG_EN ? ", " : "、");
        buf_add_text(out, unit->name[0] != '\0' ? unit->name : unit->code);
    }
    return count;
}

static void add_marks(const struct staff_words *w, const struct freeze_bars *b,
                      size_t part, json_t *list)
{
    const struct scheme_part *p = &b->scheme.parts[part];
    struct buf names = buf_new(NAMES_MOST);
    size_t count = add_names(w, b, part, &names);
    char n[24];

    snprintf(n, sizeof(n), "%zu", count);
    if (count > 0)
        add(list, page_phrase(w->site, w->catalogue, w->lang, "bar_marks", "part",
                              part_name(w, p), "n", n, "names", buf_text(&names), "owner",
                              staff_word(w, "owner", part_owner_name(p->owner)), NULL));
    buf_free(&names);
}

json_t *freeze_bars_json(const struct staff_words *w, const struct freeze_bars *b)
{
    json_t *list = json_array();

    if (b->adopted == 0)
        add(list, phrase(w, "bar_scheme", 0, 0));
    if (!freeze_bars_settled(b))
        add(list, phrase(w, "bar_settled", 0, b->settled_ms));
    if (b->appeals > 0)
        add(list, phrase(w, "bar_appeals", b->appeals, 0));
    if (b->orders.running > 0)
        add(list, phrase(w, "bar_orders", b->orders.running, b->orders.due_ms));
    for (size_t p = 0; p < b->scheme.part_count; p++)
        add_marks(w, b, p, list);
    return list;
}
