/*
 * slip_layout.c — third stage of a ticket: where everything stands.
 *
 * Promise: nothing overlaps, nothing is lost and nothing passes the paper's edge. Lines
 * end between characters where ReceiptLine would end them; under {break:words} at blanks
 * where there are some, never before a closing mark, and centred ones in lines of like
 * length. Where ReceiptLine would drop something, a `nowrap` text that is too long or a
 * character too large for its column, it shrinks until it fits. Not here: what a cell
 * looks like.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/slip_cells.h"
#include "domain/slip_template.h"

/* A line of a column: pieces [first, last) of the template line, and their cells. */
struct span {
    size_t first, last;
    int cells;
};

struct spans {
    struct span *at;
    size_t count, capacity;
};

static int piece_cells(const struct slip_piece *p)
{
    return cells_of(p->cp) * p->wide;
}

static bool is_one_of(uint32_t cp, const uint32_t *set)
{
    while (*set != 0 && *set != cp)
        set++;
    return *set != 0;
}

/* Whether a line may end between two characters; never within a joined script. */
static bool may_break(uint32_t before, uint32_t after, bool words)
{
    static const uint32_t closing[] = {
        0x3001, 0x3002, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF01, 0xFF1F, 0xFF09, 0x300B,
        0x300D, 0x300F, 0x3011, 0x201D, 0x2019, 0x2026, 0x2014, 0xFF0E, '.',
        ',',    ')',    '!',    '?',    ':',    ';',    '%',    0};
    static const uint32_t opening[] = {0xFF08, 0x300A, 0x300C, 0x300E, 0x3010,
                                       0x201C, 0x2018, '(',    0};

    if (cells_of(after) == 0 || cells_joined(after))
        return before == ' ';
    if (!words)
        return true;
    if (before == ' ' || after == ' ')
        return true;
    if (is_one_of(after, closing) || is_one_of(before, opening))
        return false;
    if (cells_of(before) == 2 || cells_of(after) == 2)
        return true;
    return before == '-' || before == '/';
}

/* One line from `first` on that fills at most `width` cells; at least one piece. */
static struct span take_line(const struct slip_piece *pieces, size_t first, size_t end,
                             int width, bool words)
{
    size_t i = first, safe = first;
    int cells = 0, safe_cells = 0;

    for (; i < end; i++) {
        int more = piece_cells(&pieces[i]);

        if (i > first && may_break(pieces[i - 1].cp, pieces[i].cp, words)) {
            safe = i;
            safe_cells = cells;
        }
        if (cells + more > width)
            break;
        cells += more;
    }
    if (i == end || (safe == first && i > first))
        return (struct span){first, i, cells};
    if (i == first)
        return (struct span){first, first + 1, piece_cells(&pieces[first])};
    return (struct span){first, safe, safe_cells};
}

/* Blanks at the ends of a line take no part in its width. */
static struct span trim(const struct slip_piece *pieces, struct span s)
{
    while (s.first < s.last && pieces[s.first].cp == ' ')
        s.cells -= piece_cells(&pieces[s.first++]);
    while (s.first < s.last && pieces[s.last - 1].cp == ' ')
        s.cells -= piece_cells(&pieces[--s.last]);
    return s;
}

/* Breaks one paragraph into lines; adds them to `out` where there is one. */
static size_t break_lines(const struct slip_piece *pieces, size_t first, size_t end,
                          int width, bool words, struct spans *out)
{
    size_t lines = 0;

    do {
        struct span s = take_line(pieces, first, end, width, words);

        first = s.last;
        while (words && first < end && pieces[first].cp == ' ')
            first++;
        lines++;
        if (out == NULL)
            continue;
        if (out->count == out->capacity) {
            out->capacity = out->capacity > 0 ? 2 * out->capacity : 8;
            out->at = memory_resize(out->at, out->capacity * sizeof(*out->at));
        }
        out->at[out->count++] = words ? trim(pieces, s) : s;
    } while (first < end);
    return lines;
}

/* Makes the pieces smaller: all of them until the line fits, or the one that never would.
 */
static void shrink(struct slip_piece *pieces, size_t first, size_t end, int width,
                   bool wrap)
{
    bool smaller = !wrap;

    for (size_t i = first; i < end; i++)
        while (pieces[i].wide > 1 && piece_cells(&pieces[i]) > width) {
            pieces[i].wide--;
            pieces[i].high -= pieces[i].high > 1;
        }
    while (smaller) {
        int cells = 0;

        for (size_t i = first; i < end; i++)
            cells += piece_cells(&pieces[i]);
        smaller = false;
        for (size_t i = first; cells > width && i < end; i++) {
            smaller |= pieces[i].wide > 1;
            pieces[i].high -= pieces[i].high > 1 && pieces[i].wide > 1;
            pieces[i].wide -= pieces[i].wide > 1;
        }
    }
}

static void wrap_paragraph(struct slip_piece *pieces, size_t first, size_t end,
                           const struct slip_column *column,
                           const struct slip_state *state, struct spans *out)
{
    int width = column->width;
    bool words = state->words;
    size_t lines;

    shrink(pieces, first, end, width, state->wrap);
    if (!words) {
        break_lines(pieces, first, end, width, words, out);
        return;
    }
    lines = break_lines(pieces, first, end, width, words, NULL);
    if (column->align == SLIP_CENTRE && lines > 1 && lines <= 4)
        while (width > 2 &&
               break_lines(pieces, first, end, width - 1, words, NULL) == lines)
            width--;
    /* A narrower line may meet a character that is wider than it: only then step back. */
    for (size_t i = first; i < end; i++)
        if (piece_cells(&pieces[i]) > width)
            width = piece_cells(&pieces[i]);
    break_lines(pieces, first, end, width, words, out);
}

static void wrap_column(struct slip_piece *pieces, const struct slip_column *column,
                        const struct slip_state *state, struct spans *out)
{
    size_t first = column->piece, end = column->piece + column->pieces;

    for (size_t i = first; i <= end; i++) {
        if (i < end && pieces[i].cp != '\n')
            continue;
        if (i > first || i < end)
            wrap_paragraph(pieces, first, i, column, state, out);
        first = i + 1;
    }
}

static struct slip_row *add_row(struct slip *out, enum slip_row_kind kind)
{
    if ((out->row_count & (out->row_count - 1)) == 0)
        out->rows =
            memory_resize(out->rows, (out->row_count > 0 ? 2 * out->row_count : 1) *
                                         sizeof(*out->rows));
    out->rows[out->row_count] = (struct slip_row){.kind = kind, .high = 1};
    return &out->rows[out->row_count++];
}

struct slip_run *slip_add_run(struct slip *out)
{
    if ((out->run_count & (out->run_count - 1)) == 0)
        out->runs =
            memory_resize(out->runs, (out->run_count > 0 ? 2 * out->run_count : 1) *
                                         sizeof(*out->runs));
    out->runs[out->run_count] = (struct slip_run){.start = out->text.length};
    return &out->runs[out->run_count++];
}

static bool close_row(const struct slip_line *line, struct slip *out, struct error *err)
{
    out->dots += slip_row_dots(out, &out->rows[out->row_count - 1]);
    if (out->dots > SLIP_DOTS_MAX || out->text.overflowed)
        return slip_too_large(err, line->number, 1,
                              "with this line the ticket would be longer than %d cm; "
                              "shorten its template or its values.",
                              SLIP_DOTS_MAX / 80);
    return true;
}

/* The runs of one line of one column that begins at cell `x`. */
static void add_span(const struct slip_line *line, const struct slip_column *column,
                     const struct span *s, int x, struct slip *out)
{
    struct slip_run *run = NULL;
    int x_half = 2 * x + (column->width - s->cells) * (int)column->align;
    char utf8[5];

    for (size_t i = s->first; i < s->last; i++) {
        const struct slip_piece *p = &line->pieces[i];

        if (run == NULL || run->wide != p->wide || run->high != p->high ||
            run->bold != p->bold || run->under != p->under ||
            run->inverse != p->inverse) {
            run = slip_add_run(out);
            run->x_half = x_half;
            run->wide = p->wide;
            run->high = p->high;
            run->bold = p->bold;
            run->under = p->under;
            run->inverse = p->inverse;
            run->align = column->align;
        }
        buf_add(&out->text, utf8, utf8_write(p->cp, utf8));
        run->length = out->text.length - run->start;
        run->cells += piece_cells(p);
        x_half += 2 * piece_cells(p);
    }
}

/* Gives every column its cells as the reference does; false where they do not fit. */
static bool share_width(struct slip_line *line, int border, int columns, int *used)
{
    int free_cells = columns - (int)(line->column_count - 1) * border, shares = 0,
        nth = 0;

    for (size_t i = 0; i < line->column_count; i++) {
        if (line->columns[i].width < 0)
            shares++;
        else
            free_cells -= line->columns[i].width;
    }
    if (free_cells < 2 * shares)
        return false;
    *used = shares > 0 ? columns : columns - free_cells;
    for (size_t i = 0; i < line->column_count; i++)
        if (line->columns[i].width < 0)
            line->columns[i].width = (free_cells + nth++) / shares;
    return true;
}

/* Columns of width 0 are not there. */
static void drop_empty_columns(struct slip_line *line)
{
    size_t kept = 0;

    for (size_t i = 0; i < line->column_count; i++)
        if (line->columns[i].width != 0)
            line->columns[kept++] = line->columns[i];
    line->column_count = kept;
}

static bool layout_text(struct slip_line *line, const struct slip_state *state,
                        const struct profile *profile, struct slip *out,
                        struct error *err)
{
    struct spans spans[SLIP_COLUMNS_MAX] = {{0}};
    size_t rows = 1;
    int used = 0, left;
    bool ok = true;

    while (state->width_count > line->column_count) {
        size_t i = line->column_count++;

        line->columns[i] = (struct slip_column){.width = state->widths[i]};
    }
    drop_empty_columns(line);
    if (line->column_count == 0)
        return true;
    if (!share_width(line, state->border, profile->columns, &used))
        return slip_refuse(err, line->number, 1,
                           "its columns do not fit into the %d cells of \"%s\".",
                           profile->columns, profile->name);
    left = (profile->columns - used) * (int)state->align / 2;
    for (size_t i = 0; i < line->column_count; i++) {
        wrap_column(line->pieces, &line->columns[i], state, &spans[i]);
        rows = spans[i].count > rows ? spans[i].count : rows;
    }
    for (size_t r = 0; ok && r < rows; r++) {
        struct slip_row *row = add_row(out, ROW_TEXT);
        int x = left;

        row->run = out->run_count;
        row->whole = line->column_count == 1 && used == profile->columns;
        row->align = line->columns[0].align;
        for (size_t i = 0; i < line->column_count; i++) {
            if (r < spans[i].count)
                add_span(line, &line->columns[i], &spans[i].at[r], x, out);
            x += line->columns[i].width + state->border;
        }
        row->runs = out->run_count - row->run;
        for (size_t i = row->run; i < out->run_count; i++)
            row->high = out->runs[i].high > row->high ? out->runs[i].high : row->high;
        ok = close_row(line, out, err);
    }
    for (size_t i = 0; i < line->column_count; i++)
        free(spans[i].at);
    return ok;
}

static bool layout_code(const struct slip_line *line, const struct slip_state *state,
                        const struct profile *profile, struct slip_row *row,
                        struct slip *out, struct error *err)
{
    int dots = state->qr_dots > 0 ? state->qr_dots : profile->qr_dots;

    if (dots < PROFILE_QR_LEAST)
        dots = PROFILE_QR_LEAST;
    if (out->qr_count == SLIP_QR_MAX)
        return slip_refuse(err, line->number, 1, "a ticket holds at most %d QR codes.",
                           SLIP_QR_MAX);
    if (!qr_encode(buf_text(&line->code), &out->qrs[out->qr_count], err))
        return false;
    row->qr = out->qr_count++;
    row->start = out->text.length;
    row->length = line->code.length;
    buf_add(&out->text, buf_text(&line->code), line->code.length);
    while (dots > PROFILE_QR_LEAST &&
           (out->qrs[row->qr].size + 2 * QR_QUIET) * dots > profile->dots)
        dots--;
    row->qr_dots = dots;
    if ((out->qrs[row->qr].size + 2 * QR_QUIET) * dots > profile->dots)
        return slip_refuse(err, line->number, 1,
                           "the QR code is wider than the paper of \"%s\"; shorten its "
                           "address.",
                           profile->name);
    return true;
}

/* A rule is as long as the columns that were set, where none of them takes a share. */
static bool layout_rule(const struct slip_line *line, const struct slip_state *state,
                        const struct profile *profile, struct slip_row *row,
                        struct error *err)
{
    int cells = 0, columns = 0;

    for (size_t i = 0; i < state->width_count && cells >= 0; i++) {
        cells = state->widths[i] < 0 ? -1 : cells + state->widths[i];
        columns += state->widths[i] > 0;
    }
    if (cells <= 0)
        return true;
    row->cells = cells + (columns - 1) * state->border;
    if (row->cells > profile->columns)
        return slip_refuse(err, line->number, 1,
                           "its rule is longer than the %d cells of \"%s\".",
                           profile->columns, profile->name);
    row->left = (profile->columns - row->cells) * (int)state->align / 2;
    return true;
}

bool slip_layout_line(struct slip_line *line, const struct slip_state *state,
                      const struct profile *profile, struct slip *out, struct error *err)
{
    struct slip_row *row;

    switch (line->kind) {
    case LINE_NOTHING:
        return true;
    case LINE_TEXT:
        return layout_text(line, state, profile, out, err);
    case LINE_RULE:
        row = add_row(out, ROW_RULE);
        break;
    case LINE_CUT:
        row = add_row(out, ROW_CUT);
        break;
    case LINE_CODE:
        row = add_row(out, ROW_QR);
        break;
    case LINE_VERTICAL:
        row = add_row(out, ROW_VERTICAL);
        if (!slip_layout_vertical(line, state, profile, row, out, err))
            return false;
        break;
    default:
        assert(!"a line of no kind");
        return false;
    }
    row->cells = profile->columns;
    if (row->kind == ROW_RULE && !layout_rule(line, state, profile, row, err))
        return false;
    if (row->kind == ROW_QR && !layout_code(line, state, profile, row, out, err))
        return false;
    return close_row(line, out, err);
}
