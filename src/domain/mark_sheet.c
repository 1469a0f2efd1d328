/*
 * mark_sheet.c — see mark_sheet.h.
 *
 * Promise: nothing is guessed. A name that fits two departments is refused, and so is a
 * number that is written in a way that could mean two ("1,5" in a sheet parted by tabs).
 */
#include "domain/mark_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/memory.h"
#include "base/words.h"

enum { MARK_WHOLE = 1000000, CELLS = 2 };

static const char *const troubles[MARK_TROUBLES] = {
    [MARK_SHAPE] = "shape",         [MARK_DEPARTMENT] = "department",
    [MARK_AMBIGUOUS] = "ambiguous", [MARK_NUMBER] = "number",
    [MARK_TWICE] = "twice",
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

static void fault(struct reading *r, int64_t line, enum mark_trouble trouble,
                  const char *text)
{
    struct mark_sheet *s = r->out;

    if (s->fault_count < MARK_SHEET_FAULTS) {
        struct mark_fault *f = &s->faults[s->fault_count];

        *f = (struct mark_fault){.line = line, .trouble = trouble};
        words_show_into(text, f->text, sizeof(f->text));
    }
    s->fault_count++;
}

/* How many departments are meant; the last of them is in *at. A code is never doubtful.
 */
static size_t find(const struct reading *r, const char *text, size_t *at)
{
    size_t found = 0;

    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->departments[i].code, text) == 0) {
            *at = i;
            return 1;
        }
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->departments[i].name, text) == 0) {
            *at = i;
            found++;
        }
    return found;
}

/* A cell without blanks around it, also the wide one of Chinese texts. */
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

static void take(struct reading *r, int64_t line, const char *department,
                 const char *mark)
{
    struct mark_sheet *s = r->out;
    size_t at = 0, found = find(r, department, &at);
    int32_t number;

    if (found != 1) {
        fault(r, line, found == 0 ? MARK_DEPARTMENT : MARK_AMBIGUOUS, department);
        return;
    }
    if (!mark_read(mark, &number)) {
        fault(r, line, MARK_NUMBER, mark);
        return;
    }
    for (size_t i = 0; i < s->count; i++)
        if (s->lines[i].department == at) {
            fault(r, line, MARK_TWICE, department);
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

static void take_row(struct reading *r, int64_t line, bool first, char *cells[],
                     int count)
{
    char *department, *mark;

    while (count > CELLS && trimmed(cells[count - 1])[0] == '\0')
        count--;
    if (count != CELLS) {
        fault(r, line, MARK_SHAPE, count > 0 ? trimmed(cells[0]) : "");
        return;
    }
    department = trimmed(cells[0]);
    mark = trimmed(cells[1]);
    if (!first || !is_header(r, department, mark))
        take(r, line, department, mark);
}

/* == Sheets ======================================================================== */

static void read_tabs(struct reading *r, char *text)
{
    int64_t line = 1;
    bool first = true;

    for (char *next; text != NULL; text = next, line++) {
        char *cells[CSV_CELLS], *at = text;
        int count = 0;

        next = strchr(text, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (text[strspn(text, " \t\r")] == '\0')
            continue;
        while (at != NULL && count < CSV_CELLS) {
            cells[count++] = at;
            at = strchr(at, '\t');
            if (at != NULL)
                *at++ = '\0';
        }
        take_row(r, line, first, cells, count);
        first = false;
    }
}

static void read_commas(struct reading *r, char *text, size_t bytes)
{
    FILE *file = fmemopen(text, bytes, "r");
    struct csv_reader csv;
    enum csv_got got;
    bool first = true;

    csv_open(&csv, file);
    while ((got = csv_next(&csv)) != CSV_END) {
        char *cells[CSV_CELLS];

        for (int i = 0; got == CSV_ROW && i < csv.count; i++)
            cells[i] = (char *)csv.cells[i];
        if (got == CSV_WRONG)
            fault(r, csv.row_line, MARK_SHAPE, csv.why);
        else
            take_row(r, csv.row_line, first, cells, csv.count);
        first = false;
    }
    csv_close(&csv);
    fclose(file);
}

void mark_sheet_read(const char *text, size_t bytes,
                     const struct mark_department *departments, size_t count,
                     struct mark_sheet *out)
{
    struct reading r = {.departments = departments, .count = count, .out = out};
    char *copy;

    *out = (struct mark_sheet){0};
    if (bytes == 0)
        return;
    out->lines = memory_new((count + 1) * sizeof(*out->lines));
    copy = memory_new(bytes + 1);
    memcpy(copy, text, bytes);
    if (memchr(copy, '\t', bytes) != NULL)
        read_tabs(&r, copy);
    else
        read_commas(&r, copy, bytes);
    free(copy);
}

void mark_sheet_free(struct mark_sheet *s)
{
    free(s->lines);
    *s = (struct mark_sheet){0};
}
