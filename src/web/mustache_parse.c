/*
 * mustache_parse.c — turns the text of a template into tokens (mustache_token.h).
 *
 * Promise: what parses can be rendered without looking at syntax again: names are well
 * formed, sections pair and nest at most MUSTACHE_DEEPEST deep, delimiters and standalone
 * lines are settled. A hostile text ends in an error. Time is linear in the text, but for
 * names. Not here: whether the partials exist (mustache_set_check) and all that depends
 * on data (mustache.c).
 */
#include "web/mustache_token.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { DELIMITER_LONGEST = 15, PARTS_MOST = 16, NAME_LONGEST = 200 };

struct parser {
    struct mustache *t;
    size_t length; /* of the text */
    size_t at;     /* the next byte to read */
    size_t counted;
    unsigned line; /* of `counted` */
    unsigned rules;
    char open[DELIMITER_LONGEST + 1];
    char close[DELIMITER_LONGEST + 1];
    uint32_t stack[MUSTACHE_DEEPEST]; /* tokens that are still open */
    unsigned depth;
    struct error *err;
};

/* One tag as it stands in the text. */
struct tag {
    char sign; /* # ^ / > < $ & { = ! or 'v' for a value */
    struct slice name;
    size_t start;
    size_t end;
    size_t next;   /* the first byte of the next line, if nothing follows the tag */
    size_t blanks; /* how many stand before the tag */
    bool first;    /* only blanks stand before it on its line */
    bool last;     /* only blanks stand after it on its line */
    unsigned line;
};

static bool fail(struct parser *p, unsigned line, const char *format, ...)
    PRINTF_LIKE(3, 4);

static bool fail(struct parser *p, unsigned line, const char *format, ...)
{
    char words[200];
    va_list args;

    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    return error_set(p->err, ERROR_SETUP, "%s, line %u: %s", p->t->name, line, words);
}

/* How much of a name an error shows: at most 60 bytes and no half character. */
static int shown(const struct parser *p, struct slice name)
{
    uint32_t n = name.length;

    if (n <= 60)
        return (int)n;
    for (n = 60; n > 0 && ((unsigned char)p->t->text[name.at + n] & 0xC0) == 0x80; n--)
        ;
    return (int)n;
}

static const char *at(const struct parser *p, struct slice s)
{
    return p->t->text + s.at;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
    return is_blank(c) || c == '\n' || c == '\r';
}

static struct token *token_add(struct parser *p, enum token_kind kind, struct slice text,
                               unsigned line)
{
    struct mustache *t = p->t;
    struct token *token;

    if (t->token_count == t->token_room) {
        t->token_room = t->token_room > 0 ? 2 * t->token_room : 32;
        t->tokens = memory_resize(t->tokens, t->token_room * sizeof(*t->tokens));
    }
    token = &t->tokens[t->token_count++];
    *token = (struct token){
        .kind = (uint8_t)kind, .text = text, .line = line, .end = t->token_count};
    return token;
}

/* The innermost token that is still open; NULL at the top of the template. */
static struct token *top(const struct parser *p)
{
    return p->depth > 0 ? &p->t->tokens[p->stack[p->depth - 1]] : NULL;
}

/* Directly inside a parent text means nothing. */
static bool in_parent(const struct parser *p)
{
    const struct token *t = top(p);

    return t != NULL && t->kind == TOKEN_PARENT;
}

static void text_token(struct parser *p, size_t from, size_t to)
{
    struct slice text = {(uint32_t)from, (uint32_t)(to - from)};
    bool line_start = from == 0 || p->t->text[from - 1] == '\n';

    token_add(p, TOKEN_TEXT, text, p->line)->flags = line_start ? TOKEN_LINE_START : 0;
}

/*
 * Adds the text before a tag, or before the end. A tag that stays on its line although it
 * is the first thing there gets an empty text before it (mustache_token.h says why).
 */
static void text_add(struct parser *p, size_t from, size_t to, bool tag_stays)
{
    if (in_parent(p))
        return;
    if (from < to)
        text_token(p, from, to);
    if (tag_stays && (to == 0 || p->t->text[to - 1] == '\n'))
        text_token(p, to, to);
}

/* Splits "a.b.c"; "." stays without parts and means the value in hand. */
static bool name_split(struct parser *p, const struct tag *tag, struct token *token)
{
    struct mustache *t = p->t;
    struct slice part = {.at = tag->name.at};
    uint32_t stop = tag->name.at + tag->name.length;

    token->first_part = t->part_count;
    if (tag->name.length == 1 && t->text[tag->name.at] == '.')
        return true;
    for (uint32_t i = tag->name.at; i <= stop; i++) {
        if (i < stop && t->text[i] != '.')
            continue;
        part.length = i - part.at;
        if (part.length == 0 || token->parts == PARTS_MOST)
            return fail(p, tag->line, "the name %.*s has an empty part or too many.",
                        shown(p, tag->name), at(p, tag->name));
        if (t->part_count == t->part_room) {
            t->part_room = t->part_room > 0 ? 2 * t->part_room : 32;
            t->parts = memory_resize(t->parts, t->part_room * sizeof(*t->parts));
        }
        t->parts[t->part_count++] = part;
        token->parts++;
        part.at = i + 1;
    }
    return true;
}

static bool name_check(struct parser *p, const struct tag *tag)
{
    const char *name = at(p, tag->name);

    if (tag->name.length == 0)
        return fail(p, tag->line, "a tag has no name.");
    if (tag->name.length > NAME_LONGEST)
        return fail(p, tag->line, "the name %.*s… is too long.", shown(p, tag->name),
                    name);
    for (uint32_t i = 0; i < tag->name.length; i++) {
        if (name[i] == ' ' || (unsigned char)name[i] < 0x20 || name[i] == 0x7F)
            return fail(p, tag->line,
                        "the name \"%.*s\" has a blank in it. Is a tag not closed?",
                        shown(p, tag->name), name);
    }
    if (strchr("#^/><$&{}=!", name[0]) != NULL)
        return fail(p, tag->line,
                    "the name %.*s begins with a sign. Is a blank before it?",
                    shown(p, tag->name), name);
    if (name[0] == '*')
        return fail(p, tag->line, "the dynamic name %.*s is not known here.",
                    shown(p, tag->name), name);
    return true;
}

/* Where on its lines the tag stands. */
static void tag_place(const struct parser *p, struct tag *tag)
{
    const char *text = p->t->text;
    size_t i;

    for (i = tag->start; i > 0 && is_blank(text[i - 1]); i--)
        ;
    tag->blanks = tag->start - i;
    tag->first = i == 0 || text[i - 1] == '\n';
    for (i = tag->end; i < p->length && is_blank(text[i]); i++)
        ;
    if (i + 1 < p->length && text[i] == '\r' && text[i + 1] == '\n')
        i++;
    tag->last = i == p->length || text[i] == '\n';
    tag->next = i < p->length ? i + 1 : i;
}

/* Reads the tag whose opening delimiter stands at `start`. */
static bool tag_read(struct parser *p, size_t start, struct tag *tag)
{
    const char *text = p->t->text;
    size_t from = start + strlen(p->open);
    char closing[DELIMITER_LONGEST + 2] = "";
    const char *end;
    size_t stop;

    *tag = (struct tag){.sign = 'v', .start = start, .line = p->line};
    if (from < p->length && text[from] != '\0' &&
        strchr("#^/><$&{=!", text[from]) != NULL)
        tag->sign = text[from++];
    snprintf(closing, sizeof(closing), "%s%s",
             tag->sign == '{'   ? "}"
             : tag->sign == '=' ? "="
                                : "",
             p->close);
    end = memmem(text + from, p->length - from, closing, strlen(closing));
    if (end == NULL)
        return fail(p, tag->line, "a tag is opened and not closed; %s is missing.",
                    closing);
    stop = (size_t)(end - text);
    tag->end = stop + strlen(closing);
    while (from < stop && is_space(text[from]))
        from++;
    while (stop > from && is_space(text[stop - 1]))
        stop--;
    tag->name = (struct slice){(uint32_t)from, (uint32_t)(stop - from)};
    tag_place(p, tag);
    return tag->sign == '!' || tag->sign == '=' || name_check(p, tag);
}

/* {{=<% %>=}} */
static bool delimiters_take(struct parser *p, const struct tag *tag)
{
    const char *text = at(p, tag->name);
    size_t length = tag->name.length;
    size_t first = 0;
    size_t second;

    while (first < length && !is_space(text[first]))
        first++;
    for (second = first; second < length && is_space(text[second]); second++)
        ;
    if (first == 0 || first > DELIMITER_LONGEST || second == length ||
        length - second > DELIMITER_LONGEST || memchr(text, '=', length) != NULL ||
        memchr(text, '\0', length) != NULL)
        goto bad;
    for (size_t i = second; i < length; i++) {
        if (is_space(text[i]))
            goto bad;
    }
    snprintf(p->open, sizeof(p->open), "%.*s", (int)first, text);
    snprintf(p->close, sizeof(p->close), "%.*s", (int)(length - second), text + second);
    return true;
bad:
    return fail(p, tag->line, "new delimiters are written like {{=<%% %%>=}}.");
}

/* The blanks that begin the first line with content from `from` on. */
static struct slice first_indent(const struct parser *p, size_t from)
{
    const char *text = p->t->text;
    size_t i;

    for (i = from; i < p->length && is_space(text[i]); i++) {
        if (text[i] == '\n')
            from = i + 1;
    }
    for (i = from; i < p->length && is_blank(text[i]); i++)
        ;
    return (struct slice){(uint32_t)from, (uint32_t)(i - from)};
}

static bool push(struct parser *p, const struct tag *tag)
{
    if (p->depth == MUSTACHE_DEEPEST)
        return fail(p, tag->line, "sections nest more than %d deep.", MUSTACHE_DEEPEST);
    p->stack[p->depth++] = p->t->token_count - 1;
    return true;
}

static struct slice blanks_before(const struct tag *tag)
{
    return (struct slice){(uint32_t)(tag->start - tag->blanks), (uint32_t)tag->blanks};
}

static bool section_open(struct parser *p, const struct tag *tag)
{
    enum token_kind kind = tag->sign == '#' ? TOKEN_SECTION : TOKEN_INVERTED;

    return name_split(p, tag, token_add(p, kind, tag->name, tag->line)) && push(p, tag);
}

/*
 * A block is re-indented when an argument takes its place: the blanks kept here are taken
 * off the argument's lines and put before them where it is expanded. If the block begins
 * on its own line they are those of its first line, else those of the line it stands on.
 */
static bool block_open(struct parser *p, const struct tag *tag, bool fresh)
{
    bool argument = in_parent(p);
    struct token *token = token_add(p, TOKEN_BLOCK, tag->name, tag->line);

    if (fresh) {
        token->flags = TOKEN_FRESH;
        token->indent = first_indent(p, tag->next);
    } else if (tag->first && !argument) {
        token->indent = blanks_before(tag);
    }
    return push(p, tag);
}

static bool parent_open(struct parser *p, const struct tag *tag)
{
    struct token *token = token_add(p, TOKEN_PARENT, tag->name, tag->line);

    if (tag->first) {
        token->flags = TOKEN_ALONE; /* unless its closing tag shows otherwise */
        token->indent = blanks_before(tag);
    }
    return push(p, tag);
}

/*
 * A parent has its lines to itself if nothing stands before its opening tag and nothing
 * after its closing tag; what stands between leaves this place anyway. The blanks before
 * it were kept as the text just before its token and are taken back.
 */
static bool parent_close(struct parser *p, struct token *parent, const struct tag *tag)
{
    struct token *before = parent - 1;

    if (!(parent->flags & TOKEN_ALONE) || !tag->last) {
        parent->flags = 0;
        parent->indent.length = 0;
        return false;
    }
    if (parent > p->t->tokens && before->kind == TOKEN_TEXT) {
        before->text.length -= parent->indent.length;
        if (before->text.length == 0)
            before->flags = 0;
    }
    return true;
}

/* `*skip` tells whether the rest of the closing tag's line goes too. */
static bool section_close(struct parser *p, const struct tag *tag, bool *skip)
{
    struct token *open = top(p);

    if (open == NULL)
        return fail(p, tag->line, "{{/%.*s}} closes what was never opened.",
                    shown(p, tag->name), at(p, tag->name));
    if (open->text.length != tag->name.length ||
        memcmp(at(p, open->text), at(p, tag->name), tag->name.length) != 0)
        return fail(p, tag->line, "{{/%.*s}} stands where {{/%.*s}} of line %u is due.",
                    shown(p, tag->name), at(p, tag->name), shown(p, open->text),
                    at(p, open->text), open->line);
    open->end = p->t->token_count;
    p->depth--;
    if (open->kind == TOKEN_PARENT)
        *skip = parent_close(p, open, tag);
    return true;
}

/*
 * Whether the tag vanishes together with its line. The two lines of an argument need no
 * look at the side that lies in the parent: what stands there is ignored.
 */
static bool tag_alone(const struct parser *p, const struct tag *tag)
{
    const struct token *open = top(p);

    switch (tag->sign) {
    case 'v':
    case '{':
    case '&':
    case '<':
        return false;
    case '$':
        return (tag->first || in_parent(p)) && tag->last;
    case '/':
        if (open != NULL && open->kind == TOKEN_BLOCK && p->depth > 1 &&
            p->t->tokens[p->stack[p->depth - 2]].kind == TOKEN_PARENT)
            return tag->first;
        return tag->first && tag->last;
    default:
        return tag->first && tag->last;
    }
}

static bool value_take(struct parser *p, const struct tag *tag)
{
    enum token_kind kind = tag->sign == 'v' ? TOKEN_VALUE : TOKEN_RAW;

    if (kind == TOKEN_RAW && (p->rules & MUSTACHE_NO_RAW))
        return fail(p, tag->line,
                    "%.*s would be written raw, which is not allowed here. "
                    "Write {{%.*s}}.",
                    shown(p, tag->name), at(p, tag->name), shown(p, tag->name),
                    at(p, tag->name));
    return name_split(p, tag, token_add(p, kind, tag->name, tag->line));
}

static void partial_take(struct parser *p, const struct tag *tag, bool alone)
{
    struct token *token = token_add(p, TOKEN_PARTIAL, tag->name, tag->line);

    if (alone) {
        token->flags = TOKEN_ALONE;
        token->indent = blanks_before(tag);
    }
}

static bool tag_take(struct parser *p, const struct tag *tag, bool alone)
{
    bool skip = alone && tag->last;

    if (in_parent(p) && strchr("$/!=", tag->sign) == NULL)
        return fail(p, tag->line,
                    "inside {{<%.*s}} only blocks like {{$name}} may stand.",
                    shown(p, top(p)->text), at(p, top(p)->text));
    switch (tag->sign) {
    case '!':
        break;
    case '=':
        if (!delimiters_take(p, tag))
            return false;
        break;
    case '#':
    case '^':
        if (!section_open(p, tag))
            return false;
        break;
    case '$':
        if (!block_open(p, tag, alone))
            return false;
        break;
    case '<':
        if (!parent_open(p, tag))
            return false;
        break;
    case '/':
        if (!section_close(p, tag, &skip))
            return false;
        break;
    case '>':
        partial_take(p, tag, alone);
        break;
    default:
        if (!value_take(p, tag))
            return false;
    }
    p->at = skip ? tag->next : tag->end;
    return true;
}

/* Keeps p->line the line of `to`. */
static void lines_count(struct parser *p, size_t to)
{
    for (; p->counted < to; p->counted++) {
        if (p->t->text[p->counted] == '\n')
            p->line++;
    }
}

static bool parse(struct parser *p)
{
    const char *text = p->t->text;
    const char *next;
    struct tag tag;
    bool alone;

    while ((next = memmem(text + p->at, p->length - p->at, p->open, strlen(p->open)))) {
        lines_count(p, (size_t)(next - text));
        if (!tag_read(p, (size_t)(next - text), &tag))
            return false;
        alone = tag_alone(p, &tag);
        text_add(p, p->at, alone && tag.first ? tag.start - tag.blanks : tag.start,
                 !alone);
        if (!tag_take(p, &tag, alone))
            return false;
    }
    text_add(p, p->at, p->length, false);
    if (p->depth > 0) {
        const struct token *open = top(p);
        const char *sign = open->kind == TOKEN_SECTION    ? "#"
                           : open->kind == TOKEN_INVERTED ? "^"
                           : open->kind == TOKEN_PARENT   ? "<"
                                                          : "$";

        return fail(p, open->line, "the section {{%s%.*s}} is never closed.", sign,
                    shown(p, open->text), at(p, open->text));
    }
    return true;
}

bool mustache_parse(const char *name, const char *text, size_t length, unsigned rules,
                    struct mustache **out, struct error *err)
{
    struct parser p = {.length = length,
                       .line = 1,
                       .rules = rules,
                       .open = "{{",
                       .close = "}}",
                       .err = err};

    if (length > MUSTACHE_LONGEST)
        return error_set(err, ERROR_TOO_LARGE, "The template %s is longer than %d bytes.",
                         name, MUSTACHE_LONGEST);
    p.t = memory_new(sizeof(*p.t));
    p.t->name = memory_text(name);
    p.t->text = memory_new(length + 1);
    if (length > 0)
        memcpy(p.t->text, text, length);
    if (!parse(&p)) {
        mustache_free(p.t);
        return false;
    }
    *out = p.t;
    return true;
}
