/*
 * slip_parse.c — second stage of a ticket: a line of glyphs is a text, a rule, a cut or a
 * property.
 *
 * Promise: every sign of the subset (slip_template.h) means what it means to the
 * reference implementation of ReceiptLine, and every other one is refused at its place
 * instead of being dropped. Values come as literal glyphs and are never read as signs.
 * Not here: properties (slip_property.c) and where things land (slip_layout.c).
 */
#include <string.h>

#include "base/memory.h"
#include "domain/slip_template.h"

bool slip_glyph_is(const struct slip_glyph *g, uint32_t cp)
{
    return !g->literal && g->cp == cp;
}

bool slip_glyph_blank(const struct slip_glyph *g)
{
    return slip_glyph_is(g, ' ') || slip_glyph_is(g, '\t');
}

static int hex_digit(const struct slip_glyph *g)
{
    static const char digits[] = "0123456789abcdef";
    const char *found;

    if (g->literal || g->cp == 0 || g->cp > 'f')
        return -1;
    found = strchr(digits, (int)g->cp | 0x20);
    return found != NULL ? (int)(found - digits) : -1;
}

bool slip_parse_escape(const struct slip_glyph *glyphs, size_t count, size_t *i,
                       const char *allowed, uint32_t *cp, struct error *err)
{
    const struct slip_glyph *g = &glyphs[*i];
    size_t left = count - *i;

    if (left < 2 || g[1].literal)
        return slip_refuse(err, g->line, g->column,
                           "a backslash with nothing behind it; write \\\\ for one.");
    if (g[1].cp == 'x') {
        int high = left > 3 ? hex_digit(&g[2]) : -1,
            low = left > 3 ? hex_digit(&g[3]) : -1;

        if (high < 2 || high > 7 || low < 0 || (high == 7 && low == 15))
            return slip_refuse(err, g->line, g->column,
                               "\\x wants two hexadecimal digits from 20 to 7e.");
        *cp = (uint32_t)(high * 16 + low);
        *i += 3;
        return true;
    }
    if (g[1].cp != 'n' && (g[1].cp >= 0x80 || strchr(allowed, (int)g[1].cp) == NULL))
        return slip_refuse(err, g->line, g->column,
                           "this backslash escapes nothing; write \\\\ for one.");
    *cp = g[1].cp == 'n' ? '\n' : g[1].cp;
    *i += 1;
    return true;
}

/* The sizes of one to seven '^'. */
static void magnify(int signs, struct slip_piece *style)
{
    static const unsigned char sizes[][2] = {{1, 1}, {2, 1}, {1, 2}, {2, 2},
                                             {3, 3}, {4, 4}, {5, 5}, {6, 6}};

    style->wide = sizes[signs][0];
    style->high = sizes[signs][1];
}

static void add_piece(struct slip_line *line, struct slip_column *column,
                      const struct slip_piece *style, uint32_t cp)
{
    if (line->piece_count == line->piece_capacity) {
        line->piece_capacity = line->piece_capacity > 0 ? 2 * line->piece_capacity : 256;
        line->pieces =
            memory_resize(line->pieces, line->piece_capacity * sizeof(*line->pieces));
    }
    line->pieces[line->piece_count] = *style;
    line->pieces[line->piece_count++].cp = cp;
    column->pieces++;
}

/* The text of one column, without the blanks around it. */
static bool parse_column(const struct slip_glyph *glyphs, size_t count,
                         struct slip_line *line, struct slip_column *column,
                         struct error *err)
{
    struct slip_piece style = {.wide = 1, .high = 1};
    int size = 0;

    column->piece = line->piece_count;
    for (size_t i = 0; i < count; i++) {
        const struct slip_glyph *g = &glyphs[i];
        uint32_t cp = g->cp;

        if (g->literal) {
            if (cp != 0)
                add_piece(line, column, &style, cp);
        } else if (cp == '\\') {
            if (!slip_parse_escape(glyphs, count, &i, "\\|{}-=~_\"`^", &cp, err))
                return false;
            add_piece(line, column, &style, cp);
        } else if (cp == '^') {
            int signs = 1;

            for (; i + 1 < count && slip_glyph_is(&glyphs[i + 1], '^'); i++)
                signs++;
            if (signs > 7)
                return slip_refuse(err, g->line, g->column,
                                   "seven '^' are the largest size there is.");
            size = signs == size ? 0 : signs;
            magnify(size, &style);
        } else if (cp == '"') {
            style.bold = !style.bold;
        } else if (cp == '_') {
            style.under = !style.under;
        } else if (cp == '`') {
            style.inverse = !style.inverse;
        } else if (cp == '{' || cp == '}') {
            return slip_refuse(err, g->line, g->column,
                               "'%c' stands in a text; a property fills its line alone, "
                               "and \\%c is the character.",
                               (char)cp, (char)cp);
        } else if (cp != '\t') {
            add_piece(line, column, &style, cp == '~' ? ' ' : cp);
        }
    }
    return true;
}

/* Glyphs of the line up to the next '|' that parts columns. */
static size_t column_length(const struct slip_glyph *glyphs, size_t count)
{
    size_t i = 0;

    while (i < count && !slip_glyph_is(&glyphs[i], '|'))
        i += slip_glyph_is(&glyphs[i], '\\') ? 2 : 1;
    return i < count ? i : count;
}

/*
 * A column leans on the '|' that it touches, on neither or both of them it is centred.
 * The ends of a line without '|' there count as touched where the text does not touch the
 * other side.
 */
static bool add_column(const struct slip_glyph *glyphs, size_t count, bool lead,
                       bool trail, const struct slip_state *state, struct slip_line *line,
                       struct error *err)
{
    struct slip_column *column = &line->columns[line->column_count];

    if (line->column_count == SLIP_COLUMNS_MAX)
        return slip_refuse(err, line->number, count > 0 ? glyphs->column : 1,
                           "more than %d columns.", SLIP_COLUMNS_MAX);
    while (count > 0 && slip_glyph_blank(&glyphs[0]))
        glyphs++, count--, lead = true;
    while (count > 0 && slip_glyph_blank(&glyphs[count - 1]))
        count--, trail = true;
    memset(column, 0, sizeof(*column));
    column->align = lead == trail ? SLIP_CENTRE : lead ? SLIP_RIGHT : SLIP_LEFT;
    column->width = state->width_count == 0 ? -1 : state->widths[line->column_count];
    line->column_count++;
    return parse_column(glyphs, count, line, column, err);
}

static bool parse_text(const struct slip_glyph *glyphs, size_t count,
                       const struct slip_state *state, struct slip_line *line,
                       struct error *err)
{
    bool open_left = true, last = false;

    line->kind = LINE_TEXT;
    if (count > 0 && slip_glyph_is(glyphs, '|')) {
        glyphs++, count--;
        open_left = false;
    }
    while (!last) {
        size_t length = column_length(glyphs, count);
        bool first = line->column_count == 0, lead = false, trail = false;

        last = length >= count;
        if (length + 1 == count && !last) /* the '|' at the end parts nothing */
            last = true;
        else if (last && length > 0 && !(first && open_left))
            trail = !slip_glyph_blank(&glyphs[0]);
        if (first && open_left && length < count && length > 0)
            lead = !slip_glyph_blank(&glyphs[length - 1]);
        if (state->width_count > 0 && line->column_count >= state->width_count)
            return slip_refuse(err, line->number, count > 0 ? glyphs->column : 1,
                               "the line has more columns than {width:…} names.");
        if (!add_column(glyphs, length, lead, trail, state, line, err))
            return false;
        if (!last) {
            glyphs += length + 1;
            count -= length + 1;
        }
    }
    return true;
}

/* Whether a backslash that is none itself stands before the glyph. */
static bool is_escaped(const struct slip_glyph *glyphs, size_t at)
{
    size_t backslashes = 0;

    while (backslashes < at && slip_glyph_is(&glyphs[at - 1 - backslashes], '\\'))
        backslashes++;
    return backslashes % 2 == 1;
}

/* A line of one sign only, which may stand in the line's only column. */
static bool only(const struct slip_glyph *glyphs, size_t count, uint32_t cp)
{
    if (count > 0 && slip_glyph_is(&glyphs[0], '|'))
        glyphs++, count--;
    if (count > 0 && slip_glyph_is(&glyphs[count - 1], '|'))
        count--;
    while (count > 0 && slip_glyph_blank(&glyphs[0]))
        glyphs++, count--;
    while (count > 0 && slip_glyph_blank(&glyphs[count - 1]))
        count--;
    for (size_t i = 0; i < count; i++)
        if (!slip_glyph_is(&glyphs[i], cp))
            return false;
    return count > 0;
}

bool slip_parse_line(const struct slip_glyph *glyphs, size_t count,
                     struct slip_state *state, struct slip_line *line, struct error *err)
{
    line->column_count = 0;
    line->piece_count = 0;
    buf_clear(&line->code);
    while (count > 0 && slip_glyph_blank(&glyphs[0]))
        glyphs++, count--;
    while (count > 0 && slip_glyph_blank(&glyphs[count - 1]))
        count--;
    line->kind = only(glyphs, count, '-')   ? LINE_RULE
                 : only(glyphs, count, '=') ? LINE_CUT
                                            : LINE_NOTHING;
    if (line->kind != LINE_NOTHING)
        return true;
    if (count > 1 && slip_glyph_is(&glyphs[0], '{') &&
        slip_glyph_is(&glyphs[count - 1], '}') && !is_escaped(glyphs, count - 1))
        return slip_parse_property(glyphs + 1, count - 2, state, line, err);
    return parse_text(glyphs, count, state, line, err);
}
