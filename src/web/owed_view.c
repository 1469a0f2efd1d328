/*
 * owed_view.c — see owed_view.h.
 */
#include "web/owed_view.h"

#include <stdio.h>

#include "web/scheme_view.h"

static const char catalogue[] = "assess";

enum { NAMES_MOST = 64 * 1024 };

static void add_name(const struct staff_words *w, const char *name, struct buf *out)
{
    if (out->length > 0)
        buf_add_text(out, w->lang == LANG_EN ? ", " : "、");
    buf_add_text(out, name);
}

static void add_part(const struct staff_words *w, const struct scheme_part *part,
                     size_t count, const char *names, json_t *list)
{
    char owner[32], n[24];

    snprintf(owner, sizeof(owner), "owes_%.20s", part_owner_name(part->owner));
    snprintf(n, sizeof(n), "%zu", count);
    json_array_append_new(
        list,
        json_pack("{s:o}", "text",
                  page_phrase(w->site, catalogue, w->lang, "owed", "part",
                              part_name(w, part), "n", n, "names", names, "owner",
                              page_text(w->site, catalogue, w->lang, owner), NULL)));
}

json_t *owed_json(const struct staff_words *w, const struct scheme_part *parts,
                  size_t part_count, const struct assess_book *b, const uint32_t *owed)
{
    json_t *list = json_array();

    for (size_t p = 0; p < part_count; p++) {
        struct buf names = buf_new(NAMES_MOST);
        size_t count = 0;

        for (size_t u = 0; u < b->count; u++) {
            const struct assess_unit *unit = &b->units[u];

            if ((owed[u] & UINT32_C(1) << p) == 0)
                continue;
            add_name(w, unit->name[0] != '\0' ? unit->name : unit->code, &names);
            count++;
        }
        if (count > 0)
            add_part(w, &parts[p], count, buf_text(&names), list);
        buf_free(&names);
    }
    return list;
}

json_t *owed_names(const struct staff_words *w, const struct scheme_part *parts,
                   size_t part_count, uint32_t owed)
{
    struct buf names = buf_new(NAMES_MOST);
    json_t *out;

    for (size_t p = 0; p < part_count; p++)
        if ((owed & UINT32_C(1) << p) != 0)
            add_name(w, part_name(w, &parts[p]), &names);
    out = json_string(buf_text(&names));
    buf_free(&names);
    return out;
}
