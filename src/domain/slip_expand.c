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

enum { DEPTH_MAX = 8, GLYPHS_MAX = 65536, TURNS_MAX = 1000 };

struct section {
    int variable;
    bool hides, inverted;
    unsigned line, column;
    const char *item; /* the one that this turn is for; NULL where inverted */
    bool once;        /* in a section of the same variable, which takes the turns */
    size_t body;      /* where each turn begins, in the text */
    unsigned body_line, body_column;
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
    size_t turns;      /* taken by all sections */
    size_t line_start; /* glyph that the current line began with */
    bool may_vanish;   /* the line held a tag or began hidden */
    bool visible;      /* it has something to show, not only sizes and columns */
    unsigned full_line, full_column; /* where the glyphs or turns passed their limit */
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

    for (size_t i = 0, bytes; i < length; i += bytes, column++) {
        bytes = utf8_next(text + i, length - i, &cp);
        if (bytes == 0)
            return slip_refuse(err, line, column,
                               "this is not UTF-8; save the file as UTF-8.");
        if (i + bytes > SLIP_TEMPLATE_MAX)
            return slip_too_large(err, line, column,
                                  "the template is %zu bytes long; at most %d are "
                                  "allowed.",
                                  length, SLIP_TEMPLATE_MAX);
        if (cp == '\n') {
            line++;
            column = 0;
            if (line > SLIP_LINES_MAX && i + 1 < length)
                return slip_too_large(err, line, 1,
                                      "the template has more than %d lines; shorten it.",
                                      SLIP_LINES_MAX);
        } else if (is_control(cp) && cp != '\t' &&
                   !(cp == '\r' && i + 1 < length && text[i + 1] == '\n')) {
            return slip_refuse(err, line, column, "a control character; remove it.");
        }
    }
    return true;
}

/* Keeps the first place at which there was too much. */
static void note_full(struct expander *e)
{
    if (e->full_line > 0)
        return;
    e->full_line = e->line;
    e->full_column = e->column;
}

static void add(struct expander *e, uint32_t cp, bool literal)
{
    struct slip_glyphs *out = e->out;

    if (e->hidden > 0)
        return;
    if (out->count >= GLYPHS_MAX) {
        note_full(e);
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

static size_t item_length(const char *item)
{
    return strcspn(item, SLIP_NEXT);
}

/* The section that stands for this variable here; NULL where there is none. */
static const struct section *turn_of(const struct expander *e, int variable)
{
    for (size_t i = e->depth; i > 0; i--)
        if (e->stack[i - 1].variable == variable && e->stack[i - 1].item != NULL)
            return &e->stack[i - 1];
    return NULL;
}

/* In its own section a variable is the item at hand, elsewhere all of them. */
static bool add_value(struct expander *e, int variable, struct error *err)
{
    const struct section *turn = turn_of(e, variable);
    const char *text = turn != NULL ? turn->item : e->values->text[variable];
    size_t length = text == NULL ? 0 : turn != NULL ? item_length(text) : strlen(text);
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
        if (cp == (uint32_t)SLIP_NEXT[0])
            add(e, 0x3001, true); /* 、 */
        else if (!is_control(cp))
            add(e, cp, true);
    }
    return true;
}

static bool is_there(const struct expander *e, int variable)
{
    const char *text = e->values->text[variable];

    return text != NULL && text[0] != '\0';
}

/* `bytes` is the length of the tag, behind which the section begins. */
static bool open_section(struct expander *e, int variable, bool inverted, size_t bytes,
                         struct error *err)
{
    bool hides = is_there(e, variable) == inverted;
    const struct section *outer = turn_of(e, variable);
    struct section *s = &e->stack[e->depth];

    if (e->depth == DEPTH_MAX)
        return slip_refuse(err, e->line, e->column,
                           "more than %d sections inside one another.", DEPTH_MAX);
    *s = (struct section){.variable = variable,
                          .hides = hides,
                          .inverted = inverted,
                          .line = e->line,
                          .column = e->column,
                          .body = e->at + bytes,
                          .body_line = e->line};
    if (!inverted && !hides)
        s->item = outer != NULL ? outer->item : e->values->text[variable];
    s->once = outer != NULL;
    e->depth++;
    e->hidden += hides;
    return true;
}

/* Back to where the section begins, for its next item; false where that was the last. */
static bool next_turn(struct expander *e, struct section *s)
{
    size_t length = s->item != NULL && !s->once ? item_length(s->item) : 0;

    if (s->item == NULL || s->once || s->item[length] == '\0' || e->hidden > 0)
        return false;
    if (++e->turns > TURNS_MAX) {
        note_full(e);
        return false;
    }
    s->item += length + 1;
    e->at = s->body;
    e->line = s->body_line;
    e->column = s->body_column;
    return true;
}

/* Leaves the section open where it has another turn; *again then. */
static bool close_section(struct expander *e, int variable, bool *again,
                          struct error *err)
{
    const char *name = slip_variable_name((enum slip_variable)variable);
    struct section *s;

    if (e->depth == 0)
        return slip_refuse(err, e->line, e->column,
                           "{{/%s}} ends a section that nothing began.", name);
    s = &e->stack[e->depth - 1];
    if (s->variable != variable)
        return slip_refuse(err, e->line, e->column,
                           "{{/%s}} ends the section {{#%s}} of line %u.", name,
                           slip_variable_name((enum slip_variable)s->variable), s->line);
    *again = next_turn(e, s);
    if (*again)
        return true;
    e->depth--;
    e->hidden -= s->hides;
    return true;
}

/* What a tag is about: the variable of its name, or of the section around it for '.'. */
static bool tag_variable(const struct expander *e, const char *name, size_t length,
                         int *variable, struct error *err)
{
    if (length == 1 && *name == '.') {
        if (e->depth == 0 || e->stack[e->depth - 1].inverted)
            return slip_refuse(err, e->line, e->column,
                               "{{.}} is the item of a section {{#name}}; here is none.");
        *variable = e->stack[e->depth - 1].variable;
        return true;
    }
    *variable = slip_variable_find(name, length);
    return *variable >= 0 ||
           slip_refuse(err, e->line, e->column,
                       "a ticket has no variable \"%.*s\"; it has hall, service, number, "
                       "window_hint, ahead, wait_min, taken_at, qr_url, short_code, "
                       "caption and root.",
                       (int)(length < 40 ? length : 40), name);
}

/* A sign that may begin a tag, '\0' for none, taken off it with the blanks around. */
static char take_sign(const char **inner, size_t *length)
{
    char sign = '\0';

    for (int round = 0; round < 2; round++) {
        while (*length > 0 &&
               ((*inner)[*length - 1] == ' ' || (*inner)[*length - 1] == '\t'))
            --*length;
        while (*length > 0 && (**inner == ' ' || **inner == '\t'))
            ++*inner, --*length;
        if (round == 0 && *length > 0 && strchr("#^/!&>=", **inner) != NULL) {
            sign = *(*inner)++;
            --*length;
        }
    }
    return sign;
}

/* What stands between the braces. *again where the text goes on elsewhere. */
static bool do_tag(struct expander *e, const char *inner, size_t length, bool *again,
                   struct error *err)
{
    size_t bytes = length + 4;
    char sign = take_sign(&inner, &length);
    int variable = -1;

    if (sign == '!')
        return true;
    if (sign == '&')
        return slip_refuse(err, e->line, e->column,
                           "raw values are refused; write {{name}} without '&'.");
    if (sign == '>' || sign == '=')
        return slip_refuse(
            err, e->line, e->column,
            "a ticket knows {{name}}, {{#name}}, {{^name}}, {{/name}} and {{.}} only.");
    if (!tag_variable(e, inner, length, &variable, err))
        return false;
    if (sign == '/')
        return close_section(e, variable, again, err);
    if (sign == '#' || sign == '^')
        return open_section(e, variable, sign == '^', bytes, err);
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
    size_t depth = e->depth;
    bool again = false;

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
    if (!do_tag(e, inner, length, &again, err))
        return false;
    if (!again)
        step(e, length + 4);
    if (e->depth > depth)
        e->stack[depth].body_column = e->column;
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
    if (e.turns > TURNS_MAX)
        return slip_too_large(err, e.full_line, e.full_column,
                              "the ticket's lists are too long: its sections would be "
                              "gone through more than %d times.",
                              TURNS_MAX);
    if (e.full_line > 0)
        return slip_too_large(err, e.full_line, e.full_column,
                              "the ticket would hold more than %d characters; shorten "
                              "its template or values.",
                              GLYPHS_MAX);
    return true;
}
