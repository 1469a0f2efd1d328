/*
 * slip_source.c — a template with its values put in, as a ReceiptLine document: what the
 * format's own tools can open, and what the reference implementation is asked to lay out.
 *
 * Promise: read again, the document makes the same slip. A value is escaped by what it
 * stands in, a text or a property; in both, a sign of the language is the character that
 * it looks like. Not here: our private properties, which others pass over.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/slip_cells.h"
#include "domain/slip_template.h"

/* A value in a text. A blank at an end would move the column, so that it is a '~'. */
static void escape_text(struct buf *out, uint32_t cp)
{
    char utf8[5];

    if (cp == ' ') {
        buf_add_byte(out, '~');
        return;
    }
    if (cp < 0x80 && strchr("\\|{}-=~_\"`^", (int)cp) != NULL)
        buf_add_byte(out, '\\');
    buf_add(out, utf8, utf8_write(cp, utf8));
}

/* A value in a property. A blank at an end would be taken off. */
static void escape_property(struct buf *out, uint32_t cp)
{
    char utf8[5];

    if (cp == ' ') {
        buf_add_text(out, "\\x20");
        return;
    }
    if (cp < 0x80 && strchr("\\|{};", (int)cp) != NULL)
        buf_add_byte(out, '\\');
    buf_add(out, utf8, utf8_write(cp, utf8));
}

/* As slip_parse_line sees it: braces around the whole line. */
static bool is_property(const struct slip_glyph *g, size_t count)
{
    while (count > 0 && slip_glyph_blank(g))
        g++, count--;
    while (count > 0 && slip_glyph_blank(&g[count - 1]))
        count--;
    return count > 1 && slip_glyph_is(g, '{') && slip_glyph_is(&g[count - 1], '}');
}

/* A blank beside a variable that is not there belongs to the value, but for the first
 * ones, which are taken off before it is looked at. */
static bool is_kept_blank(const struct slip_glyph *g, size_t count, size_t at)
{
    size_t first = at, last = at;

    while (first > 0 && slip_glyph_blank(&g[first - 1]))
        first--;
    while (last + 1 < count && slip_glyph_blank(&g[last + 1]))
        last++;
    if (first > 0 && g[first - 1].literal && g[first - 1].cp == 0)
        return true;
    return last + 1 < count && g[last + 1].literal && g[last + 1].cp == 0 && first > 0 &&
           !slip_glyph_is(&g[first - 1], ':');
}

static void add_property(struct buf *out, const struct slip_glyph *g, size_t count)
{
    char utf8[5];

    for (size_t i = 0; i < count; i++) {
        if (g[i].literal && g[i].cp == 0)
            continue;
        if (g[i].literal || (slip_glyph_blank(&g[i]) && is_kept_blank(g, count, i)))
            escape_property(out, g[i].cp == '\t' ? ' ' : g[i].cp);
        else
            buf_add(out, utf8, utf8_write(g[i].cp, utf8));
    }
}

/* Bold on and off prints nothing, but holds apart what a missing variable holds apart. */
static void add_text(struct buf *out, const struct slip_glyph *g, size_t count)
{
    char utf8[5];

    for (size_t i = 0; i < count; i++) {
        if (!g[i].literal)
            buf_add(out, utf8, utf8_write(g[i].cp, utf8));
        else if (g[i].cp != 0)
            escape_text(out, g[i].cp);
        else if (i + 1 == count || !g[i + 1].literal)
            buf_add_text(out, "\"\"");
    }
}

static void add_line(struct buf *out, const struct slip_glyph *g, size_t count)
{
    if (is_property(g, count))
        add_property(out, g, count);
    else
        add_text(out, g, count);
    buf_add_byte(out, '\n');
}

bool slip_source(const char *template_text, size_t length,
                 const struct slip_values *values, struct buf *out, struct error *err)
{
    struct slip_glyphs glyphs = {0};
    size_t start = 0;
    bool ok = slip_expand(template_text, length, values, &glyphs, err);

    for (size_t i = 0; ok && i < glyphs.count; i++) {
        if (!slip_glyph_is(&glyphs.at[i], '\n'))
            continue;
        add_line(out, glyphs.at + start, i - start);
        start = i + 1;
    }
    free(glyphs.at);
    return ok;
}
