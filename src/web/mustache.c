/*
 * mustache.c — renders templates.
 *
 * Promise: nothing is written but the buffer, state lies on the stack, and every
 * rendering ends: levels and steps are counted, and the first error stops all. Not here:
 * syntax (mustache_parse.c), the set (mustache_set.c), what the data mean (the pages).
 *
 * A rendering is a recursion over ranges of tokens. What differs from range to range is
 * its scene: the template, the values that names are looked up in, the arguments that
 * parents were given, and the indentation of its lines. Scenes and their chains lie on
 * the stack of the recursion and point outward only.
 */
#include "web/mustache.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/mustache_token.h"

enum { NUMBER_ROOM = 40 };

/* A value that a section entered, and those around it. */
struct scope {
    json_t *value;
    const struct scope *outer;
};

/* Blanks that every line of a partial or argument begins with, the outer ones first. */
struct indent {
    const char *text;
    size_t length;
    const struct indent *outer;
};

struct scene {
    const struct mustache *t;
    const struct scope *scope;
    const struct frame *frames;
    const struct indent *indent;
    size_t strip; /* blanks to take off each line: those of an argument's block */
};

/* The arguments of one parent: the blocks in `token`, a token of the scene's template. */
struct frame {
    const struct token *token;
    const struct scene *scene;
    const struct frame *outer;
};

struct render {
    const struct mustache_set *set;
    struct buf *out;
    void (*escape)(struct buf *out, const char *text, size_t length);
    struct error *err;
    unsigned levels;
    uint32_t steps;
    bool held; /* the next line has begun already: its indentation is left out once */
};

/* ------------------------------------------------------------------- values */

void mustache_escape_html(struct buf *out, const char *text, size_t length)
{
    static const char *const entities[256] = {
        ['&'] = "&amp;",  ['<'] = "&lt;",   ['>'] = "&gt;",
        ['"'] = "&quot;", ['\''] = "&#39;",
    };
    size_t from = 0;

    for (size_t i = 0; i < length; i++) {
        const char *entity = entities[(unsigned char)text[i]];

        if (entity == NULL)
            continue;
        buf_add(out, text + from, i - from);
        buf_add_text(out, entity);
        from = i + 1;
    }
    buf_add(out, text + from, length - from);
}

static json_t *member(json_t *value, const struct mustache *t, struct slice part)
{
    return json_object_getn(value, t->text + part.at, part.length);
}

/*
 * The value a name stands for, borrowed; NULL where there is none. The first part is
 * looked up from the innermost value outward, the others only in what was found.
 */
static json_t *value_find(const struct scene *s, const struct token *token)
{
    const struct slice *parts;
    json_t *value = NULL;

    if (token->parts == 0)
        return s->scope->value;
    parts = s->t->parts + token->first_part;
    for (const struct scope *scope = s->scope; scope != NULL; scope = scope->outer) {
        value = member(scope->value, s->t, parts[0]);
        if (value != NULL)
            break;
    }
    for (unsigned i = 1; i < token->parts && value != NULL; i++)
        value = member(value, s->t, parts[i]);
    return value;
}

static bool value_holds(const json_t *value)
{
    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_NULL:
    case JSON_FALSE:
        return false;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    default:
        return true;
    }
}

/* Decimal digits, as pages are full of them; printf takes five times as long. */
static size_t integer_text(json_int_t number, char out[NUMBER_ROOM])
{
    unsigned long long rest =
        number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number;
    char digits[24];
    size_t n = 0;
    size_t length = 0;

    do
        digits[n++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (number < 0)
        out[length++] = '-';
    while (n > 0)
        out[length++] = digits[--n];
    return length;
}

/*
 * The shortest text that reads back as the same number. Fifteen digits are enough for any
 * number that people wrote with so many; only subnormal ones may need fewer than %.15g
 * writes. The point is a point in every locale.
 */
static size_t real_text(double number, char out[NUMBER_ROOM])
{
    int precision = fabs(number) < DBL_MIN ? 1 : 15;
    char *comma;

    do
        snprintf(out, NUMBER_ROOM, "%.*g", precision, number);
    while (strtod(out, NULL) != number && ++precision <= 17);
    comma = strchr(out, ',');
    if (comma != NULL)
        *comma = '.';
    return strlen(out);
}

static void value_add(struct render *r, const struct scene *s, const struct token *token)
{
    const json_t *value = value_find(s, token);
    const char *text;
    char number[NUMBER_ROOM];
    size_t length;

    switch (value != NULL ? json_typeof(value) : JSON_NULL) {
    case JSON_STRING:
        text = json_string_value(value);
        length = json_string_length(value);
        break;
    case JSON_INTEGER:
        text = number;
        length = integer_text(json_integer_value(value), number);
        break;
    case JSON_REAL:
        text = number;
        length = real_text(json_real_value(value), number);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        text = json_is_true(value) ? "true" : "false";
        length = strlen(text);
        break;
    default:
        return;
    }
    if (token->kind == TOKEN_RAW)
        buf_add(r->out, text, length);
    else
        r->escape(r->out, text, length);
}

/* -------------------------------------------------------------------- lines */

static void indent_add(struct buf *out, const struct indent *indent)
{
    if (indent == NULL)
        return;
    indent_add(out, indent->outer);
    buf_add(out, indent->text, indent->length);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* An empty line stays empty. A text of no length stands for a line that goes on. */
static bool line_empty(const char *text, size_t length)
{
    return length > 0 &&
           (text[0] == '\n' || (length > 1 && text[0] == '\r' && text[1] == '\n'));
}

/* Adds a text line by line: old indentation off, new one on. */
static void lines_add(struct render *r, const struct scene *s, const struct token *token)
{
    const char *text = s->t->text + token->text.at;
    const char *stop = text + token->text.length;
    bool fresh = token->flags & TOKEN_LINE_START;

    do {
        const char *end;

        if (fresh) {
            for (size_t i = 0; i < s->strip && text < stop && is_blank(*text); i++)
                text++;
            if (!r->held && !line_empty(text, (size_t)(stop - text)))
                indent_add(r->out, s->indent);
            r->held = false;
        }
        end = memchr(text, '\n', (size_t)(stop - text));
        end = end != NULL ? end + 1 : stop;
        buf_add(r->out, text, (size_t)(end - text));
        text = end;
        fresh = true;
    } while (text < stop);
}

/* Adds the blanks of `slice` that the scene's own lines keep to its indentation. */
static struct indent indent_more(const struct scene *s, struct slice slice)
{
    size_t strip = s->strip < slice.length ? s->strip : slice.length;

    return (struct indent){s->t->text + slice.at + strip, slice.length - strip,
                           s->indent};
}

/* ---------------------------------------------------------------- rendering */

static bool range_add(struct render *r, const struct scene *s, uint32_t from,
                      uint32_t to);

/* Counts a tag, a text or a turn of a section; too many end the rendering. */
static bool step(struct render *r, const struct scene *s, uint32_t at)
{
    if (++r->steps <= MUSTACHE_STEPS)
        return true;
    return error_set(
        r->err, ERROR_SETUP,
        "%s, line %u: the page takes more than %d steps. Ask for fewer rows.", s->t->name,
        (unsigned)s->t->tokens[at].line, MUSTACHE_STEPS);
}

static bool section_add(struct render *r, const struct scene *s, uint32_t at)
{
    const struct token *token = &s->t->tokens[at];
    json_t *value = value_find(s, token);
    struct scope scope = {.value = value, .outer = s->scope};
    struct scene inner = *s;

    if (!value_holds(value))
        return true;
    inner.scope = &scope;
    if (!json_is_array(value))
        return range_add(r, &inner, at + 1, token->end);
    for (size_t i = 0; i < json_array_size(value); i++) {
        scope.value = json_array_get(value, i);
        if (!step(r, s, at) || !range_add(r, &inner, at + 1, token->end))
            return false;
    }
    return true;
}

/* A partial, and a parent: the same but for the arguments. */
static bool partial_add(struct render *r, const struct scene *s, uint32_t at)
{
    const struct token *token = &s->t->tokens[at];
    const struct mustache *t =
        mustache_set_find(r->set, s->t->text + token->text.at, token->text.length);
    struct frame frame = {.token = token, .scene = s, .outer = s->frames};
    struct indent indent = indent_more(s, token->indent);
    struct scene inner = {.t = t, .scope = s->scope, .frames = s->frames};

    if (t == NULL)
        return true;
    if (token->kind == TOKEN_PARENT)
        inner.frames = &frame;
    if (token->flags & TOKEN_ALONE)
        inner.indent = indent.length > 0 ? &indent : s->indent;
    return range_add(r, &inner, 0, t->token_count);
}

/* The argument of that name that a parent gives; NULL where it gives none. */
static const struct token *argument_find(const struct frame *frame, const char *name,
                                         size_t length)
{
    const struct mustache *t = frame->scene->t;
    uint32_t stop = frame->token->end;

    for (uint32_t i = (uint32_t)(frame->token - t->tokens) + 1; i < stop;
         i = t->tokens[i].end) {
        const struct token *token = &t->tokens[i];

        if (token->text.length == length &&
            memcmp(t->text + token->text.at, name, length) == 0)
            return token;
    }
    return NULL;
}

/*
 * Renders an argument in the place of `block`: its lines lose their own indentation and
 * take the block's. It sees the values that are in hand here, but only those arguments
 * that were in force where it was written; so it cannot come to itself.
 */
static bool argument_add(struct render *r, const struct scene *s,
                         const struct token *block, const struct frame *frame,
                         const struct token *argument)
{
    const struct mustache *t = frame->scene->t;
    struct indent indent = indent_more(s, block->indent);
    struct scene inner = {
        .t = t,
        .scope = s->scope,
        .frames = frame->outer,
        .indent = indent.length > 0 ? &indent : s->indent,
        .strip = argument->indent.length,
    };
    uint32_t first = (uint32_t)(argument - t->tokens) + 1;
    bool ok;

    if ((block->flags & TOKEN_FRESH) && !(argument->flags & TOKEN_FRESH) &&
        first < argument->end)
        indent_add(r->out, inner.indent);
    r->held = !(block->flags & TOKEN_FRESH) && (argument->flags & TOKEN_FRESH);
    ok = range_add(r, &inner, first, argument->end);
    r->held = false;
    return ok;
}

/* A block: the outermost argument of its name, else what it holds itself. */
static bool block_add(struct render *r, const struct scene *s, uint32_t at)
{
    const struct token *block = &s->t->tokens[at];
    const struct token *argument = NULL;
    const struct frame *giver = NULL;

    for (const struct frame *f = s->frames; f != NULL; f = f->outer) {
        const struct token *found =
            argument_find(f, s->t->text + block->text.at, block->text.length);

        if (found != NULL) {
            argument = found;
            giver = f;
        }
    }
    if (argument == NULL)
        return range_add(r, s, at + 1, block->end);
    return argument_add(r, s, block, giver, argument);
}

static bool token_add(struct render *r, const struct scene *s, uint32_t at)
{
    const struct token *token = &s->t->tokens[at];

    switch ((enum token_kind)token->kind) {
    case TOKEN_TEXT:
        if (s->indent != NULL || s->strip > 0)
            lines_add(r, s, token);
        else
            buf_add(r->out, s->t->text + token->text.at, token->text.length);
        return true;
    case TOKEN_VALUE:
    case TOKEN_RAW:
        value_add(r, s, token);
        return true;
    case TOKEN_SECTION:
        return section_add(r, s, at);
    case TOKEN_INVERTED:
        return value_holds(value_find(s, token)) || range_add(r, s, at + 1, token->end);
    case TOKEN_PARTIAL:
    case TOKEN_PARENT:
        return partial_add(r, s, at);
    case TOKEN_BLOCK:
        return block_add(r, s, at);
    }
    return true;
}

static bool range_add(struct render *r, const struct scene *s, uint32_t from, uint32_t to)
{
    const struct token *tokens = s->t->tokens;

    if (r->levels == MUSTACHE_LEVELS)
        return error_set(r->err, ERROR_SETUP,
                         "%s, line %u: templates nest more than %d deep. "
                         "Does one include itself?",
                         s->t->name, from < to ? (unsigned)tokens[from].line : 1,
                         MUSTACHE_LEVELS);
    r->levels++;
    for (uint32_t i = from; i < to; i = tokens[i].end) {
        if (!step(r, s, i) || !token_add(r, s, i))
            return false;
        if (r->out->overflowed)
            return error_set(r->err, ERROR_TOO_LARGE,
                             "The page made from %s is longer than %zu bytes. "
                             "Ask for fewer rows.",
                             s->t->name, r->out->ceiling);
    }
    r->levels--;
    return true;
}

bool mustache_render_escaped(const struct mustache_set *set, const char *name,
                             json_t *data,
                             void (*escape)(struct buf *out, const char *text,
                                            size_t length),
                             struct buf *out, struct error *err)
{
    const struct mustache *t = mustache_find(set, name);
    struct render r = {.set = set, .out = out, .escape = escape, .err = err};
    struct scope scope = {.value = data};
    struct scene scene = {.t = t, .scope = &scope};
    size_t before = out->length;

    if (t == NULL)
        return error_set(err, ERROR_ABSENT, "There is no template %s.", name);
    if (range_add(&r, &scene, 0, t->token_count))
        return true;
    out->length = before;
    out->overflowed = false;
    if (out->data != NULL)
        out->data[before] = '\0';
    return false;
}

bool mustache_render(const struct mustache_set *set, const char *name, json_t *data,
                     struct buf *out, struct error *err)
{
    return mustache_render_escaped(set, name, data, mustache_escape_html, out, err);
}
