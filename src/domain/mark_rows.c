/*
 * mark_rows.c — see mark_rows.h.
 */
#include "domain/mark_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"

static char *trimmed(char *cell)
{
    static const char wide[] = "\xe3\x80\x80";
    size_t length;

    for (;;) {
        if (strncmp(cell, wide, 3) == 0)
            cell += 3;
        else if (*cell == ' ' || *cell == '\t' || *cell == '\r')
            cell++;
        else
            break;
    }
    for (length = strlen(cell); length > 0;) {
        if (length >= 3 && memcmp(cell + length - 3, wide, 3) == 0)
            length -= 3;
        else if (strchr(" \t\r", cell[length - 1]) != NULL)
            length--;
        else
            break;
    }
    cell[length] = '\0';
    return cell;
}

static void tell(struct mark_row *row, mark_row_each *each, void *self)
{
    for (int i = 0; i < row->count; i++)
        row->cells[i] = trimmed(row->cells[i]);
    each(self, row);
    row->first = false;
}

static void read_tabs(char *text, mark_row_each *each, void *self)
{
    char *cells[CSV_CELLS];
    struct mark_row row = {.first = true, .cells = cells};

    for (char *next; text != NULL; text = next) {
        char *at = text;

        row.line++;
        next = strchr(text, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (text[strspn(text, " \t\r")] == '\0')
            continue;
        row.count = 0;
        while (at != NULL && row.count < CSV_CELLS) {
            cells[row.count++] = at;
            at = strchr(at, '\t');
            if (at != NULL)
                *at++ = '\0';
        }
        tell(&row, each, self);
    }
}

static void read_commas(char *text, size_t bytes, mark_row_each *each, void *self)
{
    FILE *file = fmemopen(text, bytes, "r");
    char *cells[CSV_CELLS];
    struct mark_row row = {.first = true, .cells = cells};
    struct csv_reader csv;
    enum csv_got got;

    csv_open(&csv, file);
    while ((got = csv_next(&csv)) != CSV_END) {
        row.line = csv.row_line;
        row.count = got == CSV_ROW ? csv.count : 0;
        row.why = got == CSV_WRONG ? csv.why : NULL;
        for (int i = 0; i < row.count; i++)
            cells[i] = (char *)csv.cells[i];
        tell(&row, each, self);
    }
    csv_close(&csv);
    fclose(file);
}

void mark_rows_each(const char *text, size_t bytes, mark_row_each *each, void *self)
{
    char *copy;

    if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        bytes -= 3;
    }
    if (bytes == 0)
        return;
    copy = memory_new(bytes + 1);
    memcpy(copy, text, bytes);
    if (memchr(copy, '\t', bytes) != NULL)
        read_tabs(copy, each, self);
    else
        read_commas(copy, bytes, each, self);
    free(copy);
}

size_t mark_department_find(const struct mark_department *departments, size_t count,
                            const char *text, size_t *at)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        if (strcmp(departments[i].code, text) == 0) {
            *at = i;
            return 1;
        }
    for (size_t i = 0; i < count; i++)
        if (strcmp(departments[i].name, text) == 0) {
            *at = i;
            found++;
        }
    return found;
}
