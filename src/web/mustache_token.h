/*
 * mustache_token.h — a parsed template, as mustache_parse.c makes it, mustache_set.c
 * keeps it and mustache.c renders it. Nobody else includes this.
 *
 * The tokens lie in one array in the order of the text. What a section, block or parent
 * encloses follows its token and ends before `end`, so that leaving it out is one jump.
 * There are no tokens for closing tags, comments and delimiters. All texts are slices of
 * `text`.
 *
 * Indentation. "Prepended to each line" is decided by the template's own lines, never by
 * the data, so it is settled here: a text token that begins at the start of a line has
 * TOKEN_LINE_START, and every line that does not vanish as a standalone tag begins with
 * such a text, even an empty one. No other token has to care.
 */
#ifndef WEB_MUSTACHE_TOKEN_H
#define WEB_MUSTACHE_TOKEN_H

#include <stdint.h>

#include "web/mustache.h"

enum token_kind {
    TOKEN_TEXT,
    TOKEN_VALUE,    /* {{name}} */
    TOKEN_RAW,      /* {{{name}}}, {{&name}} */
    TOKEN_SECTION,  /* {{#name}} */
    TOKEN_INVERTED, /* {{^name}} */
    TOKEN_PARTIAL,  /* {{>name}} */
    TOKEN_PARENT,   /* {{<name}}; encloses arguments only, which are blocks */
    TOKEN_BLOCK, /* {{$name}}; directly inside a parent an argument, else a parameter */
};

enum {
    TOKEN_LINE_START = 1, /* a text: begins at the start of a line */
    TOKEN_ALONE = 2,      /* a partial or parent that has its lines to itself */
    TOKEN_FRESH = 4,      /* a block whose content begins on a line of its own */
};

struct slice {
    uint32_t at;
    uint32_t length;
};

struct token {
    uint8_t kind;
    uint8_t flags;
    uint16_t parts;      /* a value's or section's name "a.b" has 2, "." has none */
    uint32_t first_part; /* the place of the first in `parts` of the template */
    struct slice text;   /* the text, or the whole name */
    struct slice indent; /* blanks: before a partial or parent that is alone; those that a
                            block's lines have in common with its first */
    uint32_t end;        /* the token after what this one encloses */
    uint32_t line;
};

struct mustache {
    char *name;
    char *text;
    struct token *tokens;
    uint32_t token_count;
    uint32_t token_room;
    struct slice *parts;
    uint32_t part_count;
    uint32_t part_room;
};

/* mustache_find for a name that need not end in NUL. */
const struct mustache *mustache_set_find(const struct mustache_set *set, const char *name,
                                         size_t length);

#endif
