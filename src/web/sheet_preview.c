/*
 * sheet_preview.c — see sheet_preview.h.
 */
#include "web/sheet_preview.h"

#include <string.h>

#include "domain/assess.h"

enum change { FRESH, CHANGED, GONE, SAME, NOTHING, CHANGES };

static const char *const words[CHANGES] = {"fresh", "changed", "gone", "same", "nothing"};

struct marks { /* of one part, by the departments' places; ASSESS_NONE for none */
    const struct scheme_page *page;
    int32_t *before, *after;
};

static void note_before(void *self, const char *department, int32_t mark)
{
    struct marks *m = self;

    for (size_t d = 0; d < m->page->department_count; d++)
        if (strcmp(m->page->departments[d].code, department) == 0)
            m->before[d] = mark;
}

static struct marks marks_new(struct scheme_page *p)
{
    struct exchange *x = p->staff.step.x;
    size_t bytes = (p->department_count + 1) * sizeof(int32_t);
    struct marks m = {.page = p,
                      .before = exchange_memory(x, bytes),
                      .after = exchange_memory(x, bytes)};

    for (size_t d = 0; d < p->department_count; d++)
        m.before[d] = m.after[d] = ASSESS_NONE;
    return m;
}

static bool marks_read(struct store *st, struct scheme_page *p, size_t column,
                       struct marks *out, struct error *err)
{
    const struct mark_column *c = &p->table.columns[column];

    *out = marks_new(p);
    if (!sheet_marks_each(st, p->year, p->parts[column], note_before, out, err))
        return false;
    for (size_t i = 0; i < c->count; i++)
        out->after[c->lines[i].department] = c->lines[i].mark;
    if (c->count == 0) /* nothing is kept of an empty column */
        memcpy(out->after, out->before, p->department_count * sizeof(int32_t));
    return true;
}

static enum change change_of(int32_t before, int32_t after)
{
    if (before == after)
        return before == ASSESS_NONE ? NOTHING : SAME;
    return before == ASSESS_NONE ? FRESH : after == ASSESS_NONE ? GONE : CHANGED;
}

static json_t *column_json(const struct scheme_page *p, size_t column,
                           const struct marks *m)
{
    int counts[CHANGES] = {0};
    json_t *out = json_pack("{s:s}", "code", p->parts[column]);

    for (size_t d = 0; d < p->department_count; d++)
        counts[change_of(m->before[d], m->after[d])]++;
    for (int i = 0; i < NOTHING; i++)
        json_object_set_new(out, words[i], json_integer(counts[i]));
    return out;
}

static json_t *row_json(const struct scheme_page *p, size_t d, const struct marks *m)
{
    json_t *cells = json_array();
    bool some = false;

    for (size_t c = 0; c < p->table.column_count; c++) {
        enum change change = change_of(m[c].before[d], m[c].after[d]);
        char before[16], after[16];

        some = some || change != NOTHING;
        assess_score_text(m[c].before[d], before);
        assess_score_text(m[c].after[d], after);
        json_array_append_new(
            cells, json_pack("{s:s, s:s, s:s, s:b}", "before", before, "after", after,
                             "word", staff_word(&p->words, "change", words[change]),
                             "differs", change < SAME));
    }
    if (some)
        return json_pack("{s:s, s:o}", "name", p->departments[d].name, "cells", cells);
    json_decref(cells);
    return NULL;
}

bool sheet_preview_read(struct store *st, struct scheme_page *p, struct error *err)
{
    struct marks marks[MARK_COLUMNS];
    json_t *columns = json_array(), *rows = json_array();
    bool ok = true;

    for (size_t c = 0; ok && c < p->table.column_count; c++) {
        ok = marks_read(st, p, c, &marks[c], err);
        if (ok)
            json_array_append_new(columns, column_json(p, c, &marks[c]));
    }
    for (size_t d = 0; ok && d < p->department_count; d++) {
        json_t *row = row_json(p, d, marks);

        if (row != NULL)
            json_array_append_new(rows, row);
    }
    p->preview = json_pack("{s:o, s:o}", "columns", columns, "rows", rows);
    if (!ok) {
        json_decref(p->preview);
        p->preview = NULL;
    }
    return ok;
}
