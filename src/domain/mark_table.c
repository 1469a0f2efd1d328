/*
 * mark_table.c — see mark_table.h.
 *
 * Promise: nothing is guessed: a column that is no part, or a part with two columns, is
 * refused, and so is a line with more cells than the first one has.
 */
#include "domain/mark_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/mark_rows.h"

struct reading {
    const struct mark_department *departments;
    size_t count;
    const struct mark_part *parts;
    size_t part_count;
    bool *seen; /* departments that had a line */
    bool bad_header;
    struct mark_table *out;
};

static void fault(struct reading *r, int64_t line, enum mark_trouble trouble,
                  const char *text)
{
    mark_sheet_fault(&r->out->wrong, line, trouble, text);
}

/* == The first line ================================================================ */

static size_t find_part(const struct reading *r, const char *text)
{
    size_t p = 0;

    while (p < r->part_count && strcmp(r->parts[p].code, text) != 0 &&
           strcmp(r->parts[p].name, text) != 0 && strcmp(r->parts[p].name_en, text) != 0)
        p++;
    return p;
}

static void take_column(struct reading *r, int64_t line, const char *text)
{
    struct mark_table *t = r->out;
    size_t part = find_part(r, text);

    if (part == r->part_count || t->column_count == MARK_COLUMNS) {
        fault(r, line, MARK_COLUMN, text);
        return;
    }
    for (size_t c = 0; c < t->column_count; c++)
        if (t->columns[c].part == part) {
            fault(r, line, MARK_COLUMN_TWICE, text);
            return;
        }
    t->columns[t->column_count++] = (struct mark_column){
        .part = part, .lines = memory_new((r->count + 1) * sizeof(struct mark_line))};
}

static void take_header(struct reading *r, const struct mark_row *row)
{
    int count = row->count;
    size_t at;

    while (count > 1 && row->cells[count - 1][0] == '\0')
        count--;
    if (count < 2 ||
        mark_department_find(r->departments, r->count, row->cells[0], &at) > 0) {
        fault(r, row->line, MARK_HEADER, count > 0 ? row->cells[0] : "");
        return;
    }
    for (int i = 1; i < count; i++)
        take_column(r, row->line, row->cells[i]);
}

/* == The others ==================================================================== */

static void take_cells(struct reading *r, const struct mark_row *row, size_t department)
{
    struct mark_table *t = r->out;

    for (size_t c = 0; c < t->column_count && (int)c + 1 < row->count; c++) {
        struct mark_column *column = &t->columns[c];
        const char *cell = row->cells[c + 1];
        int32_t mark;

        if (cell[0] == '\0')
            continue;
        if (mark_read(cell, &mark))
            column->lines[column->count++] =
                (struct mark_line){.department = department, .mark = mark};
        else
            fault(r, row->line, MARK_NUMBER, cell);
    }
}

static void take_row(void *self, const struct mark_row *row)
{
    struct reading *r = self;
    size_t at = 0, found;
    int count = row->count;

    if (row->why != NULL) {
        fault(r, row->line, MARK_SHAPE, row->why);
        r->bad_header = r->bad_header || row->first;
        return;
    }
    if (row->first) {
        take_header(r, row);
        r->bad_header = r->out->wrong.fault_count > 0;
        return;
    }
    if (r->bad_header)
        return; /* that was told; what stands below it cannot be judged */
    while (count > 1 && row->cells[count - 1][0] == '\0')
        count--;
    found = mark_department_find(r->departments, r->count, row->cells[0], &at);
    if (found != 1)
        fault(r, row->line, found == 0 ? MARK_DEPARTMENT : MARK_AMBIGUOUS, row->cells[0]);
    else if (r->seen[at])
        fault(r, row->line, MARK_TWICE, row->cells[0]);
    else if ((size_t)count > r->out->column_count + 1)
        fault(r, row->line, MARK_WIDE, row->cells[count - 1]);
    else
        take_cells(r, row, at);
    if (found == 1)
        r->seen[at] = true;
}

void mark_table_read(const char *text, size_t bytes,
                     const struct mark_department *departments, size_t count,
                     const struct mark_part *parts, size_t part_count,
                     struct mark_table *out)
{
    struct reading r = {.departments = departments,
                        .count = count,
                        .parts = parts,
                        .part_count = part_count,
                        .seen = memory_new((count + 1) * sizeof(bool)),
                        .out = out};

    *out = (struct mark_table){.column_count = 0};
    mark_rows_each(text, bytes, take_row, &r);
    free(r.seen);
}

void mark_table_free(struct mark_table *t)
{
    for (size_t c = 0; c < t->column_count; c++)
        free(t->columns[c].lines);
    *t = (struct mark_table){.column_count = 0};
}
