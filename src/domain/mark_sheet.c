/*
 * mark_sheet.c — see mark_sheet.h.
 *
 * Promise: nothing is guessed. A name that fits two departments is refused, and so is a
 * number that is written in a way that could mean two ("1,5" in a sheet parted by tabs).
 */
#include "domain/mark_sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/words.h"
#include "domain/mark_rows.h"

enum { MARK_WHOLE = 1000000, CELLS = 2 };

static const char *const troubles[MARK_TROUBLES] = {
    [MARK_SHAPE] = "shape",         [MARK_DEPARTMENT] = "department",
    [MARK_AMBIGUOUS] = "ambiguous", [MARK_NUMBER] = "number",
    [MARK_TWICE] = "twice",         [MARK_HEADER] = "header",
    [MARK_COLUMN] = "column",       [MARK_COLUMN_TWICE] = "column_twice",
    [MARK_WIDE] = "wide",
};

const char *mark_trouble_name(enum mark_trouble t)
{
    return troubles[t];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool mark_read(const char *text, int32_t *out)
{
    int64_t mark = 0;
    int digits = 0, decimals = 0;

    for (; is_digit(*text) && digits < 4; text++, digits++)
        mark = 10 * mark + (*text - '0');
    if (digits == 0)
        return false;
    if (*text == '.') {
        if (!is_digit(*++text))
            return false;
        for (; is_digit(*text) && decimals < 4; text++, decimals++)
            mark = 10 * mark + (*text - '0');
    }
    for (; decimals < 4; decimals++)
        mark *= 10;
    if (*text != '\0' || mark > MARK_WHOLE)
        return false;
    *out = (int32_t)mark;
    return true;
}

/* == Lines ========================================================================= */

struct reading {
    const struct mark_department *departments;
    size_t count;
    struct mark_sheet *out;
};

void mark_sheet_fault(struct mark_sheet *s, int64_t line, enum mark_trouble trouble,
                      const char *text)
{
    if (s->fault_count < MARK_SHEET_FAULTS) {
        struct mark_fault *f = &s->faults[s->fault_count];

        *f = (struct mark_fault){.line = line, .trouble = trouble};
        words_show_into(text, f->text, sizeof(f->text));
    }
    s->fault_count++;
}

static size_t find(const struct reading *r, const char *text, size_t *at)
{
    return mark_department_find(r->departments, r->count, text, at);
}

static void take(struct reading *r, int64_t line, const char *department,
                 const char *mark)
{
    struct mark_sheet *s = r->out;
    size_t at = 0, found = find(r, department, &at);
    int32_t number;

    if (found != 1) {
        mark_sheet_fault(s, line, found == 0 ? MARK_DEPARTMENT : MARK_AMBIGUOUS,
                         department);
        return;
    }
    if (!mark_read(mark, &number)) {
        mark_sheet_fault(s, line, MARK_NUMBER, mark);
        return;
    }
    for (size_t i = 0; i < s->count; i++)
        if (s->lines[i].department == at) {
            mark_sheet_fault(s, line, MARK_TWICE, department);
            return;
        }
    s->lines[s->count++] = (struct mark_line){.department = at, .mark = number};
}

/* Does this first line only say what the columns are? */
static bool is_header(const struct reading *r, const char *department, const char *mark)
{
    size_t at;

    return find(r, department, &at) == 0 && strpbrk(mark, "0123456789") == NULL;
}

static void take_row(void *self, const struct mark_row *row)
{
    struct reading *r = self;
    int count = row->count;

    if (row->why != NULL) {
        mark_sheet_fault(r->out, row->line, MARK_SHAPE, row->why);
        return;
    }
    while (count > CELLS && row->cells[count - 1][0] == '\0')
        count--;
    if (count != CELLS) {
        mark_sheet_fault(r->out, row->line, MARK_SHAPE, count > 0 ? row->cells[0] : "");
        return;
    }
    if (!row->first || !is_header(r, row->cells[0], row->cells[1]))
        take(r, row->line, row->cells[0], row->cells[1]);
}

/* == Sheets ======================================================================== */

void mark_sheet_read(const char *text, size_t bytes,
                     const struct mark_department *departments, size_t count,
                     struct mark_sheet *out)
{
    struct reading r = {.departments = departments, .count = count, .out = out};

    *out = (struct mark_sheet){0};
    out->lines = memory_new((count + 1) * sizeof(*out->lines));
    mark_rows_each(text, bytes, take_row, &r);
}

void mark_sheet_free(struct mark_sheet *s)
{
    free(s->lines);
    *s = (struct mark_sheet){0};
}
