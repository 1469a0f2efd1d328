/*
 * sheet.c — see sheet.h.
 */
#include "web/sheet.h"

#include <stdlib.h>
#include <string.h>

#include <xlsxwriter.h>

#include "base/memory.h"

enum { TEXT_MOST = 32767 / 4 }; /* bytes, so that characters are surely few enough */

struct sheet {
    lxw_workbook *book;
    lxw_worksheet *about, *data;
    lxw_format *bold, *time, *day, *share, *wrap;
    lxw_row_t about_row, row;
    lxw_col_t column, columns;
    lxw_error trouble;
};

static lxw_format *format_of(lxw_workbook *book, const char *pattern)
{
    lxw_format *f = workbook_add_format(book);

    format_set_num_format(f, pattern);
    return f;
}

bool sheet_open(const char *path, const char *about, const char *data, struct sheet **out,
                struct error *err)
{
    /* Rows go through unnamed temporary files, beside the whole one. */
    const char *slash = strrchr(path, '/');
    char *folder = slash != NULL ? strndup(path, (size_t)(slash - path)) : NULL;
    lxw_workbook_options options = {.constant_memory = LXW_TRUE,
                                    .tmpdir = folder != NULL && folder[0] != '\0' ? folder
                                                                                  : NULL};
    struct sheet *s = memory_new(sizeof(*s));

    s->book = workbook_new_opt(path, &options);
    free(folder);
    if (s->book != NULL) {
        s->about = workbook_add_worksheet(s->book, about);
        s->data = workbook_add_worksheet(s->book, data);
    }
    if (s->about == NULL || s->data == NULL) {
        sheet_drop(s);
        return error_set(err, ERROR_LATER,
                         "The table could not be begun. Is the disk "
                         "full?");
    }
    s->bold = workbook_add_format(s->book);
    format_set_bold(s->bold);
    s->wrap = workbook_add_format(s->book);
    format_set_text_wrap(s->wrap);
    s->time = format_of(s->book, "yyyy-mm-dd hh:mm:ss");
    s->day = format_of(s->book, "yyyy-mm-dd");
    s->share = format_of(s->book, "0.0%");
    worksheet_set_column(s->about, 0, 0, 28, NULL);
    worksheet_set_column(s->about, 1, 1, 80, NULL);
    worksheet_freeze_panes(s->data, 1, 0);
    *out = s;
    return true;
}

static void keep(struct sheet *s, lxw_error e)
{
    if (s->trouble == LXW_NO_ERROR)
        s->trouble = e;
}

void sheet_about(struct sheet *s, const char *name, const char *text)
{
    keep(s, worksheet_write_string(s->about, s->about_row, 0, name, s->bold));
    if (text[0] != '\0')
        keep(s, worksheet_write_string(s->about, s->about_row, 1, text, s->wrap));
    s->about_row++;
}

void sheet_about_share(struct sheet *s, const char *name, int64_t part, int64_t of)
{
    keep(s, worksheet_write_string(s->about, s->about_row, 0, name, s->bold));
    if (of > 0)
        keep(s, worksheet_write_number(s->about, s->about_row, 1,
                                       (double)part / (double)of, s->share));
    s->about_row++;
}

void sheet_column(struct sheet *s, const char *title, int wide)
{
    worksheet_set_column(s->data, s->columns, s->columns, wide, NULL);
    keep(s, worksheet_write_string(s->data, 0, s->columns, title, s->bold));
    s->columns++;
    s->row = 1;
}

void sheet_text(struct sheet *s, const char *text)
{
    char cut[TEXT_MOST + 1];

    if (strlen(text) > TEXT_MOST) { /* nobody writes that much; what fits stays whole */
        size_t end = TEXT_MOST;

        while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
            end--;
        memcpy(cut, text, end);
        cut[end] = '\0';
        text = cut;
    }
    if (text[0] != '\0')
        keep(s, worksheet_write_string(s->data, s->row, s->column, text, NULL));
    s->column++;
}

void sheet_number(struct sheet *s, double number)
{
    keep(s, worksheet_write_number(s->data, s->row, s->column++, number, NULL));
}

void sheet_time(struct sheet *s, const struct zone *zone, int64_t at_ms, bool day_only)
{
    enum { DAYS_TO_1970 = 25569 }; /* since 1899-12-30, where spreadsheets begin */
    struct local_time at;
    double day, part;

    if (at_ms == 0)
        return sheet_empty(s);
    zone_local(zone, at_ms, &at);
    day = (double)at.day_number + DAYS_TO_1970;
    part = (at.hour * 3600 + at.minute * 60 + at.second) / 86400.0;
    keep(s,
         worksheet_write_number(s->data, s->row, s->column++, day_only ? day : day + part,
                                day_only ? s->day : s->time));
}

void sheet_empty(struct sheet *s)
{
    s->column++;
}

void sheet_next_row(struct sheet *s)
{
    s->row++;
    s->column = 0;
}

bool sheet_close(struct sheet *s, struct error *err)
{
    lxw_error e;

    if (s->columns > 0)
        keep(s, worksheet_autofilter(s->data, 0, 0, s->row > 1 ? s->row - 1 : 1,
                                     (lxw_col_t)(s->columns - 1)));
    e = workbook_close(s->book);
    if (s->trouble != LXW_NO_ERROR)
        e = s->trouble;
    free(s);
    if (e == LXW_NO_ERROR)
        return true;
    error_set(err, ERROR_LATER, "The table could not be written. Is the disk full?");
    return error_cause(err, "xlsxwriter: %s", lxw_strerror(e));
}

void sheet_drop(struct sheet *s)
{
    if (s == NULL)
        return;
    if (s->book != NULL)
        lxw_workbook_free(s->book);
    free(s);
}
