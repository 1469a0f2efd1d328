/*
 * slip_expand.c — first stage of a ticket: variables and sections out, glyphs in.
 *
 * Promise: every glyph knows its line and column in the template; a value's characters
 * are literal and carry no control, so that nothing a person typed can become markup; the
 * names, pairs and limits of the template are checked in hidden sections too. A variable
 * that is not there leaves a literal NUL, the sign that something was meant to stand
 * here. Not here: what the markup means (slip_parse.c).
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/slip_cells.h"
#include "domain/slip_template.h"

enum { DEPTH_MAX = 8, GLYPHS_MAX = 65536, TAG_MAX = 200 };

struct section {
    int variable;
    bool hides;
    unsigned line, column;
};

struct expander {
    const char *text;
    size_t length, at;
    unsigned line, column; /* of text[at] */
    const struct slip_values *values;
    struct slip_glyphs *out;
    struct section stack[DEPTH_MAX];
    size_t depth;
    size_t hidden;     /* sections on the stack that hide what is in them */
    size_t line_start; /* glyph that the current line began with */
    bool may_vanish;   /* the line held a tag or began hidden */
    bool visible;      /* it has something to show, not only sizes and columns */
    bool too_large;
};

static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || cp == 0xFEFF ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

/* The template as a whole: size, UTF-8, control characters, number of lines. */
static bool check_text(const char *text, size_t length, struct error *err)
{
    unsigned line = 1, column = 1;
    uint32_t cp = 0;

    if (length > SLIP_TEMPLATE_MAX)
        return error_set(err, ERROR_TOO_LARGE,
                         "The ticket template is %zu bytes long; at most %d are allowed.",
                         length, SLIP_TEMPLATE_MAX);
    for (size_t i = 0, bytes; i < length; i += bytes, column++) {
        bytes = utf8_next(text + i, length - i, &cp);
        if (bytes == 0)
            return slip_refuse(err, line, column,
                               "this is not UTF-8; save the file as UTF-8.");
        if (cp == '\n') {
            line++;
            column = 0;
            if (line > SLIP_LINES_MAX && i + 1 < length)
                return error_set(
                    err, ERROR_TOO_LARGE,
                    "The ticket template has more than %d lines; shorten it.",
                    SLIP_LINES_MAX);
        } else if (is_control(cp) && cp != '\t' &&
                   !(cp == '\r' && i + 1 < length && text[i + 1] == '\n')) {
            return slip_refuse(err, line, column, "a control character; remove it.");
        }
    }
    return true;
}

static void add(struct expander *e, uint32_t cp, bool literal)
{
    struct slip_glyphs *out = e->out;

    if (e->hidden > 0)
        return;
    if (out->count >= GLYPHS_MAX) {
        e->too_large = true;
        return;
    }
    if (out->count == out->capacity) {
        out->capacity = out->capacity > 0 ? 2 * out->capacity : 512;
        out->at = memory_resize(out->at, out->capacity * sizeof(*out->at));
    }
    out->at[out->count++] = (struct slip_glyph){.cp = cp,
                                                .literal = literal,
                                                .line = (uint16_t)e->line,
                                                .column = (uint16_t)e->column};
    if (literal ? cp != 0 : cp >= 0x80 || strchr(" \t|^\"~", (int)cp) == NULL)
        e->visible = true;
}

/* Ends a line: keeps it, or drops it where its tags left nothing. */
static void end_line(struct expander *e)
{
    size_t hidden = e->hidden;

    if (e->may_vanish && !e->visible) {
        e->out->count = e->line_start;
    } else {
        e->hidden = 0; /* the end belongs to the part of the line that is shown */
        add(e, '\n', false);
        e->hidden = hidden;
    }
    e->line_start = e->out->count;
    e->may_vanish = hidden > 0;
    e->visible = false;
}

static bool add_value(struct expander *e, int variable, struct error *err)
{
    const char *text = e->values->text[variable];
    size_t length = text != NULL ? strlen(text) : 0;
    bool grouped = variable == SLIP_SHORT_CODE && length == 8 &&
                   strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "abcdefghijklmnopqrstuvwxyz") == 8;
    uint32_t cp = 0;

    add(e, 0, true);
    for (size_t i = 0, bytes; i < length; i += bytes) {
        bytes = utf8_next(text + i, length - i, &cp);
        if (bytes == 0)
            return error_set(err, ERROR_MALFORMED,
                             "The ticket's value \"%s\" is not UTF-8; send it as UTF-8.",
                             slip_variable_name((enum slip_variable)variable));
        if (grouped && i == 4)
            add(e, '-', true);
        if (!is_control(cp))
            add(e, cp, true);
    }
    return true;
}

static bool is_there(const struct expander *e, int variable)
{
    const char *text = e->values->text[variable];

    return text != NULL && text[0] != '\0';
}

static bool open_section(struct expander *e, int variable, bool inverted,
                         struct error *err)
{
    bool hides = is_there(e, variable) == inverted;

    if (e->depth == DEPTH_MAX)
        return slip_refuse(err, e->line, e->column,
                           "more than %d sections inside one another.", DEPTH_MAX);
    e->stack[e->depth++] = (struct section){variable, hides, e->line, e->column};
    e->hidden += hides;
    return true;
}

static bool close_section(struct expander *e, int variable, struct error *err)
{
    const char *name = slip_variable_name((enum slip_variable)variable);

    if (e->depth == 0)
        return slip_refuse(err, e->line, e->column,
                           "{{/%s}} ends a section that nothing began.", name);
    e->depth--;
    if (e->stack[e->depth].variable != variable)
        return slip_refuse(
            err, e->line, e->column, "{{/%s}} ends the section {{#%s}} of line %u.", name,
            slip_variable_name((enum slip_variable)e->stack[e->depth].variable),
            e->stack[e->depth].line);
    e->hidden -= e->stack[e->depth].hides;
    return true;
}

/* What stands between the braces, trimmed: a sign that may be missing, and a name. */
static bool do_tag(struct expander *e, const char *inner, size_t length,
                   struct error *err)
{
    char sign = '\0';
    int variable;

    while (length > 0 && (inner[length - 1] == ' ' || inner[length - 1] == '\t'))
        length--;
    while (length > 0 && (*inner == ' ' || *inner == '\t'))
        inner++, length--;
    if (length > 0 && strchr("#^/!&>=", *inner) != NULL) {
        sign = *inner++;
        length--;
    }
    if (sign == '!')
        return true;
    if (sign == '&')
        return slip_refuse(err, e->line, e->column,
                           "raw values are refused; write {{name}} without '&'.");
    if (sign == '>' || sign == '=')
        return slip_refuse(
            err, e->line, e->column,
            "a ticket knows {{name}}, {{#name}}, {{^name}} and {{/name}} only.");
    while (length > 0 && (*inner == ' ' || *inner == '\t'))
        inner++, length--;
    variable = slip_variable_find(inner, length);
    if (variable < 0)
        return slip_refuse(
            err, e->line, e->column,
            "a ticket has no variable \"%.*s\"; it has hall, service, number, "
            "window_hint, ahead, wait_min, taken_at, qr_url, short_code, "
            "caption and root.",
            (int)(length < 40 ? length : 40), inner);
    if (sign == '/')
        return close_section(e, variable, err);
    if (sign == '#' || sign == '^')
        return open_section(e, variable, sign == '^', err);
    return add_value(e, variable, err);
}

static void step(struct expander *e, size_t bytes)
{
    uint32_t cp;

    for (size_t end = e->at + bytes; e->at < end; e->column++)
        e->at += utf8_next(e->text + e->at, e->length - e->at, &cp);
}

static bool expand_tag(struct expander *e, struct error *err)
{
    const char *inner = e->text + e->at + 2;
    size_t left = e->length - e->at - 2, length = 0;

    if (left > 0 && *inner == '{')
        return slip_refuse(err, e->line, e->column,
                           "raw values are refused; write {{name}} with two braces.");
    while (length + 1 < left && inner[length] != '\n' &&
           !(inner[length] == '}' && inner[length + 1] == '}'))
        length++;
    if (length + 1 >= left || inner[length] == '\n')
        return slip_refuse(err, e->line, e->column,
                           "\"{{\" without its \"}}\" on the same line.");
    e->may_vanish = true;
    if (!do_tag(e, inner, length, err))
        return false;
    step(e, length + 4);
    return true;
}

/* One character that is no tag; a backslash takes the next one with it. */
static void expand_plain(struct expander *e)
{
    int more = e->text[e->at] == '\\' ? 2 : 1;

    while (more-- > 0 && e->at < e->length) {
        uint32_t cp = 0;
        size_t bytes = utf8_next(e->text + e->at, e->length - e->at, &cp);

        if (cp == '\n' || cp == '\r')
            return;
        add(e, cp, false);
        e->at += bytes;
        e->column++;
    }
}

static bool expand_all(struct expander *e, struct error *err)
{
    while (e->at < e->length) {
        const char *here = e->text + e->at;

        if (*here == '\r') { /* check_text saw the '\n' behind it */
            e->at++;
        } else if (*here == '\n') {
            end_line(e);
            e->at++;
            e->line++;
            e->column = 1;
        } else if (e->length - e->at >= 2 && here[0] == '{' && here[1] == '{') {
            if (!expand_tag(e, err))
                return false;
        } else {
            expand_plain(e);
        }
    }
    if (e->column > 1)
        end_line(e);
    return true;
}

bool slip_expand(const char *text, size_t length, const struct slip_values *values,
                 struct slip_glyphs *out, struct error *err)
{
    struct expander e = {.line = 1, .column = 1, .values = values, .out = out};

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
        length -= 3;
    }
    e.text = text;
    e.length = length;
    if (!check_text(text, length, err) || !expand_all(&e, err))
        return false;
    if (e.depth > 0)
        return slip_refuse(
            err, e.stack[e.depth - 1].line, e.stack[e.depth - 1].column,
            "the section of \"%s\" has no end; write {{/%s}}.",
            slip_variable_name((enum slip_variable)e.stack[e.depth - 1].variable),
            slip_variable_name((enum slip_variable)e.stack[e.depth - 1].variable));
    if (e.too_large)
        return error_set(err, ERROR_TOO_LARGE,
                         "The ticket would hold more than %d characters; shorten its "
                         "template or values.",
                         GLYPHS_MAX);
    return true;
}
