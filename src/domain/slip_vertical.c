/*
 * slip_vertical.c — part of the third stage of a ticket: the columns of a vertical text,
 * as traditional Mongolian is written.
 *
 * Promise: a column holds what its height has room for, by what letters usually
 * take, and breaks at blanks; where the paper has no room for so many columns the block
 * grows higher, so that no value is lost. Not here: the letters' real widths, which only
 * fonts know; the drawing squeezes what is longer yet (printers/letters.c).
 */
#include "domain/slip_cells.h"
#include "domain/slip_template.h"

enum {
    COLUMN_CELLS = 3, /* 36 dots: letters of 30 with the white between two columns */
    JOINED_DOTS = 14, /* a Mongolian letter, as a word's letters are on average at most */
    BLANK_DOTS = 8,   /* between words, and before a suffix (U+202F) */
    CELL_DOTS = 16,   /* a digit or Latin letter; Chinese takes two */
};

static int advance(uint32_t cp)
{
    if (cells_of(cp) == 0)
        return 0;
    if (cp == ' ' || cp == 0x202F)
        return BLANK_DOTS;
    return cells_joined(cp) ? JOINED_DOTS : cells_of(cp) * CELL_DOTS;
}

/* The bytes of the next column of at most `dots`, without the blank or the '\n' behind
 * it; *skip are those too. */
static size_t take_column(const char *text, size_t length, int dots, size_t *skip)
{
    size_t i = 0, blank = 0;
    int used = 0;

    for (size_t bytes; i < length; i += bytes) {
        uint32_t cp = 0;

        bytes = utf8_next(text + i, length - i, &cp);
        if (bytes == 0 || cp == '\n') {
            *skip = bytes == 0 ? length : i + 1;
            return i;
        }
        if (cp == ' ')
            blank = i;
        used += advance(cp);
        if (used > dots && i > 0 && cells_of(cp) != 0) {
            *skip = blank > 0 ? blank + 1 : i;
            return blank > 0 ? blank : i;
        }
    }
    *skip = length;
    return length;
}

/* How many columns of `dots` the text takes; adds them to `out` where there is one. */
static int take_columns(const struct buf *text, int dots, struct slip *out)
{
    const char *at = buf_text(text);
    size_t left = text->length, skip = 0;
    int count = 0;

    for (; left > 0; at += skip, left -= skip, count++) {
        size_t length = take_column(at, left, dots, &skip);

        if (out != NULL) {
            struct slip_run *run = slip_add_run(out);

            run->cells = COLUMN_CELLS;
            run->wide = run->high = 1;
            run->length = length;
            buf_add(&out->text, at, length);
        }
    }
    return count;
}

/* Columns that the template itself asks for by '\n'. */
static int least_columns(const struct buf *text)
{
    int count = 1;

    for (size_t i = 0; i + 1 < text->length; i++)
        count += text->data[i] == '\n';
    return count;
}

bool slip_layout_vertical(const struct slip_line *line, const struct slip_state *state,
                          const struct profile *profile, struct slip_row *row,
                          struct slip *out, struct error *err)
{
    int most = profile->columns / COLUMN_CELLS, count, x_half;

    if (least_columns(&line->code) > most)
        return slip_refuse(err, line->number, 1,
                           "its vertical text has more than the %d columns that fit on "
                           "\"%s\".",
                           most, profile->name);
    row->high = state->rows;
    while ((count = take_columns(&line->code, row->high * PROFILE_ROW_DOTS, NULL)) > most)
        row->high++;
    x_half = (profile->columns - count * COLUMN_CELLS) * (int)state->align;
    row->align = state->align;
    row->run = out->run_count;
    row->runs = (size_t)count;
    take_columns(&line->code, row->high * PROFILE_ROW_DOTS, out);
    for (int i = 0; i < count; i++) {
        out->runs[row->run + (size_t)i].x_half = x_half + 2 * COLUMN_CELLS * i;
        out->runs[row->run + (size_t)i].align = SLIP_LEFT;
    }
    return true;
}
