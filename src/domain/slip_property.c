/*
 * slip_property.c — the part of the second stage that reads {key:value;key:value}.
 *
 * Promise: a key or a value that would not be obeyed is refused at its place. `image` and
 * `command` are refused for good: a ticket's template comes from users, and raw bytes
 * could make a printer do anything. Settings last until they are changed; a code is drawn
 * where it stands, after all settings of its line.
 */
#include <stdlib.h>
#include <string.h>

#include "domain/slip_cells.h"
#include "domain/slip_template.h"

struct member {
    const struct slip_glyph *key, *value; /* never NULL: the place for an error */
    char name[24];
    struct buf text;
    bool meant; /* a variable stood in the value, though it may have been empty */
};

struct property {
    const char *name;
    char letter; /* its short form; '\0' for none */
    bool (*obey)(const struct member *m, struct slip_state *state, struct slip_line *line,
                 struct error *err);
};

static bool refuse(const struct member *m, struct error *err, const char *words)
{
    return slip_refuse(err, m->value->line, m->value->column, "%s", words);
}

/* The next word of a list parted by blanks or commas into `word`; false at its end. */
static bool next_word(const char **list, char *word, size_t size)
{
    size_t length;

    *list += strspn(*list, " \t,");
    length = strcspn(*list, " \t,");
    if (length == 0)
        return false;
    memset(word, 0, size);
    memcpy(word, *list, length < size ? length : size - 1);
    *list += length;
    return true;
}

static bool obey_align(const struct member *m, struct slip_state *state,
                       struct slip_line *line, struct error *err)
{
    static const char *const words[] = {"left", "center", "right"};

    (void)line;
    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(buf_text(&m->text), words[i]) == 0) {
            state->align = (enum slip_align)i;
            return true;
        }
    return refuse(m, err, "align is left, center or right.");
}

static bool obey_border(const struct member *m, struct slip_state *state,
                        struct slip_line *line, struct error *err)
{
    static const struct {
        const char *word;
        int cells;
    } words[] = {{"none", 0}, {"space", 1}, {"0", 0}, {"1", 1}, {"2", 2}};

    (void)line;
    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(buf_text(&m->text), words[i].word) == 0) {
            state->border = words[i].cells;
            return true;
        }
    return refuse(m, err, "border is none, space, 0, 1 or 2.");
}

/* A code and a vertical text are drawn where they stand, so that a line holds one. */
static bool stands_alone(const struct member *m, const struct slip_line *line,
                         struct error *err)
{
    return line->kind == LINE_NOTHING ||
           slip_refuse(err, m->key->line, m->key->column,
                       "a line holds one code or one vertical text.");
}

static bool obey_code(const struct member *m, struct slip_state *state,
                      struct slip_line *line, struct error *err)
{
    (void)state;
    if (!stands_alone(m, line, err))
        return false;
    if (m->text.length == 0 && !m->meant)
        return refuse(m, err, "the code has nothing to say.");
    if (m->text.overflowed || m->text.length > QR_TEXT_MAX)
        return slip_refuse(err, m->value->line, m->value->column,
                           "the QR code carries more than %d bytes; shorten its address.",
                           QR_TEXT_MAX);
    line->kind = m->text.length > 0 ? LINE_CODE : LINE_NOTHING;
    buf_add(&line->code, buf_text(&m->text), m->text.length);
    return true;
}

static bool obey_option(const struct member *m, struct slip_state *state,
                        struct slip_line *line, struct error *err)
{
    const char *list = buf_text(&m->text);
    char word[16];

    (void)line;
    state->qrcode = false;
    state->qr_dots = 0;
    while (next_word(&list, word, sizeof(word))) {
        if (strcmp(word, "qrcode") == 0)
            state->qrcode = true;
        else if (strlen(word) == 1 && word[0] >= '3' && word[0] <= '8')
            state->qr_dots = word[0] - '0';
        else if (strcmp(word, "m") != 0)
            return refuse(m, err, "option is qrcode, then 3 to 8 dots a square, then m.");
    }
    if (!state->qrcode)
        return refuse(m, err, "option must say qrcode; bar codes are not printed.");
    return true;
}

static bool obey_text(const struct member *m, struct slip_state *state,
                      struct slip_line *line, struct error *err)
{
    (void)line;
    state->wrap = strcmp(buf_text(&m->text), "wrap") == 0;
    if (!state->wrap && strcmp(buf_text(&m->text), "nowrap") != 0)
        return refuse(m, err, "text is wrap or nowrap.");
    return true;
}

/* Ours: how a line that is too long ends. */
static bool obey_break(const struct member *m, struct slip_state *state,
                       struct slip_line *line, struct error *err)
{
    (void)line;
    state->words = strcmp(buf_text(&m->text), "words") == 0;
    if (!state->words && strcmp(buf_text(&m->text), "anywhere") != 0)
        return refuse(m, err, "break is words or anywhere.");
    return true;
}

static bool obey_width(const struct member *m, struct slip_state *state,
                       struct slip_line *line, struct error *err)
{
    const char *list = buf_text(&m->text);
    char word[16];
    bool automatic = false;

    (void)line;
    state->width_count = 0;
    while (next_word(&list, word, sizeof(word))) {
        size_t digits = strspn(word, "0123456789");
        int cells = atoi(word);

        if (strcmp(word, "auto") == 0) {
            automatic = true;
            continue;
        }
        if (state->width_count == SLIP_COLUMNS_MAX)
            return refuse(m, err, "width names more than 16 columns.");
        if (strcmp(word, "*") == 0)
            cells = -1;
        else if (word[digits] != '\0' || digits > 3 || cells == 1)
            return refuse(m, err,
                          "width is auto, or for each column * or cells from 2 on.");
        state->widths[state->width_count++] = cells;
    }
    if (!automatic && state->width_count == 0)
        return refuse(m, err, "width is auto, or for each column * or cells from 2 on.");
    if (automatic)
        state->width_count = 0;
    return true;
}

/* Columns of traditional Mongolian, where they stand. */
static bool obey_vertical(const struct member *m, struct slip_state *state,
                          struct slip_line *line, struct error *err)
{
    (void)state;
    if (!stands_alone(m, line, err))
        return false;
    if (m->text.length == 0 && !m->meant)
        return refuse(m, err, "the vertical text has nothing to say.");
    if (m->text.overflowed)
        return slip_too_large(err, m->value->line, m->value->column,
                              "the vertical text is longer than %d bytes; shorten it.",
                              VERTICAL_BYTES);
    line->kind = m->text.length > 0 ? LINE_VERTICAL : LINE_NOTHING;
    buf_add(&line->code, buf_text(&m->text), m->text.length);
    return true;
}

static bool obey_rows(const struct member *m, struct slip_state *state,
                      struct slip_line *line, struct error *err)
{
    const char *text = buf_text(&m->text);
    size_t digits = strspn(text, "0123456789");
    int rows = digits > 0 && digits < 3 && text[digits] == '\0' ? atoi(text) : 0;

    (void)line;
    if (rows < VERTICAL_ROWS_LEAST || rows > VERTICAL_ROWS_MOST)
        return refuse(m, err, "rows is how high a vertical text is: 4 to 60.");
    state->rows = rows;
    return true;
}

static bool obey_comment(const struct member *m, struct slip_state *state,
                         struct slip_line *line, struct error *err)
{
    (void)m;
    (void)state;
    (void)line;
    (void)err;
    return true;
}

static bool obey_never(const struct member *m, struct slip_state *state,
                       struct slip_line *line, struct error *err)
{
    (void)state;
    (void)line;
    return slip_refuse(err, m->key->line, m->key->column,
                       "%s is refused in tickets; leave it out.", m->name);
}

static const struct property properties[] = {
    {.name = "align", .letter = 'a', .obey = obey_align},
    {.name = "border", .letter = 'b', .obey = obey_border},
    {.name = "code", .letter = 'c', .obey = obey_code},
    {.name = "option", .letter = 'o', .obey = obey_option},
    {.name = "text", .letter = 't', .obey = obey_text},
    {.name = "width", .letter = 'w', .obey = obey_width},
    {.name = "vertical", .obey = obey_vertical},
    {.name = "rows", .obey = obey_rows},
    {.name = "break", .obey = obey_break},
    {.name = "comment", .letter = '_', .obey = obey_comment},
    {.name = "image", .letter = 'i', .obey = obey_never},
    {.name = "command", .letter = 'x', .obey = obey_never},
};

/* The property of a name or its letter, which becomes the name. */
static bool find_property(struct member *m, const struct property **out,
                          struct error *err)
{
    for (size_t i = 0; i < LENGTH(properties); i++) {
        const struct property *p = &properties[i];

        if (strcmp(m->name, p->name) != 0 &&
            !(p->letter != '\0' && m->name[0] == p->letter && m->name[1] == '\0'))
            continue;
        memcpy(m->name, p->name, strlen(p->name) + 1);
        *out = p;
        return p->obey != obey_never || p->obey(m, NULL, NULL, err);
    }
    return slip_refuse(
        err, m->key->line, m->key->column,
        "there is no property \"%s\"; there are align, border, break, code, comment, "
        "option, rows, text, vertical and width.",
        m->name);
}

/* The value's characters into m->text. */
static bool read_value(const struct slip_glyph *glyphs, size_t count, struct member *m,
                       struct error *err)
{
    char utf8[5];

    for (size_t i = 0; i < count; i++) {
        uint32_t cp = glyphs[i].cp;

        m->meant |= glyphs[i].literal;
        if (glyphs[i].literal && cp == 0)
            continue;
        if (slip_glyph_is(&glyphs[i], '{') || slip_glyph_is(&glyphs[i], '}'))
            return slip_refuse(err, glyphs[i].line, glyphs[i].column,
                               "'%c' stands in a property; \\%c is the character.",
                               (char)cp, (char)cp);
        if (slip_glyph_is(&glyphs[i], '\\') &&
            !slip_parse_escape(glyphs, count, &i, "\\|{};", &cp, err))
            return false;
        buf_add(&m->text, utf8, utf8_write(cp, utf8));
    }
    return true;
}

/* Glyphs up to the next sign `cp` that no backslash precedes. */
static size_t length_before(const struct slip_glyph *glyphs, size_t count, uint32_t cp)
{
    size_t i = 0;

    while (i < count && !slip_glyph_is(&glyphs[i], cp))
        i += slip_glyph_is(&glyphs[i], '\\') ? 2 : 1;
    return i < count ? i : count;
}

/* The name is judged before the value: what is refused is refused whatever it holds. */
static bool read_member(const struct slip_glyph *glyphs, size_t count, struct member *m,
                        const struct property **property, struct error *err)
{
    size_t colon = length_before(glyphs, count, ':'), length = 0, skip = colon + 1;

    m->key = m->value = glyphs;
    if (colon == count)
        return slip_refuse(err, glyphs->line, glyphs->column,
                           "a property is key:value; here the ':' is missing.");
    for (size_t i = 0; i < colon; i++) {
        if (slip_glyph_blank(&glyphs[i]) &&
            (length == 0 || i + 1 == colon || slip_glyph_blank(&glyphs[i + 1])))
            continue;
        if (glyphs[i].literal || glyphs[i].cp < '!' || glyphs[i].cp > '~' ||
            length + 1 >= sizeof(m->name))
            return slip_refuse(err, glyphs->line, glyphs->column,
                               "this is no name of a property.");
        m->name[length++] = (char)glyphs[i].cp;
    }
    while (skip < count && slip_glyph_blank(&glyphs[skip]))
        skip++;
    if (skip < count)
        m->value = &glyphs[skip];
    while (count > skip && slip_glyph_blank(&glyphs[count - 1]))
        count--;
    return find_property(m, property, err) &&
           read_value(glyphs + skip, count - skip, m, err);
}

bool slip_parse_property(const struct slip_glyph *glyphs, size_t count,
                         struct slip_state *state, struct slip_line *line,
                         struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++) {
        struct member m = {.text = buf_new(line->code.ceiling)};
        const struct property *p = NULL;
        size_t length = length_before(glyphs + i, count - i, ';'), blanks = 0;

        while (blanks < length && slip_glyph_blank(&glyphs[i + blanks]))
            blanks++;
        if (blanks < length)
            ok = read_member(glyphs + i + blanks, length - blanks, &m, &p, err) &&
                 p->obey(&m, state, line, err);
        i += length;
        buf_free(&m.text);
    }
    if (ok && line->kind == LINE_CODE && !state->qrcode)
        return slip_refuse(err, line->number, 1,
                           "a code needs option:qrcode on its line or before it.");
    return ok;
}
