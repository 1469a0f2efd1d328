/*
 * slip.c — a template, its values and a profile become a slip (slip.h).
 *
 * Promise: either a complete slip within the limits or an error that names the place; a
 * template is refused for what it says even where the ticket at hand would not show it.
 * Not here: reading (slip_expand.c, slip_parse.c, slip_property.c), placing
 * (slip_layout.c, slip_vertical.c), drawing (printers/).
 */
#include "domain/slip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/slip_template.h"

static const char *const names[SLIP_VARIABLES] = {
    [SLIP_HALL] = "hall",
    [SLIP_SERVICE] = "service",
    [SLIP_NUMBER] = "number",
    [SLIP_WINDOW_HINT] = "window_hint",
    [SLIP_AHEAD] = "ahead",
    [SLIP_WAIT_MIN] = "wait_min",
    [SLIP_TAKEN_AT] = "taken_at",
    [SLIP_QR_URL] = "qr_url",
    [SLIP_SHORT_CODE] = "short_code",
    [SLIP_CAPTION] = "caption",
    [SLIP_ROOT] = "root",
};

const char *slip_variable_name(enum slip_variable variable)
{
    return names[variable];
}

int slip_variable_find(const char *name, size_t length)
{
    for (int i = 0; i < SLIP_VARIABLES; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return i;
    return -1;
}

PRINTF_LIKE(4, 0)
static bool refuse_there(struct error *err, unsigned line, unsigned column,
                         const char *format, va_list args)
{
    char words[200];

    vsnprintf(words, sizeof(words), format, args);
    return error_field(err, "template", "Template line %u, column %u: %s", line, column,
                       words);
}

bool slip_refuse(struct error *err, unsigned line, unsigned column, const char *format,
                 ...)
{
    va_list args;

    va_start(args, format);
    refuse_there(err, line, column, format, args);
    va_end(args);
    return false;
}

bool slip_too_large(struct error *err, unsigned line, unsigned column, const char *format,
                    ...)
{
    bool first = err->kind == ERROR_NONE;
    va_list args;

    va_start(args, format);
    refuse_there(err, line, column, format, args);
    va_end(args);
    if (first)
        err->kind = ERROR_TOO_LARGE;
    return false;
}

static bool compose_lines(const struct slip_glyphs *glyphs, const struct profile *profile,
                          struct slip_line *line, struct slip *out, struct error *err)
{
    struct slip_state state = {
        .border = 1, .align = SLIP_CENTRE, .wrap = true, .rows = VERTICAL_ROWS};
    size_t start = 0;

    for (size_t i = 0; i < glyphs->count; i++) {
        if (!slip_glyph_is(&glyphs->at[i], '\n'))
            continue;
        line->number = glyphs->at[i].line;
        if (!slip_parse_line(glyphs->at + start, i - start, &state, line, err))
            return false;
        if (!slip_layout_line(line, &state, profile, out, err))
            return false;
        start = i + 1;
    }
    return true;
}

bool slip_compose(const char *template_text, size_t length,
                  const struct slip_values *values, const struct profile *profile,
                  struct slip *out, struct error *err)
{
    struct slip_glyphs glyphs = {0};
    struct slip_line line = {.code = buf_new(VERTICAL_BYTES)};
    bool ok = false;

    memset(out, 0, sizeof(*out));
    out->text = buf_new(1024 * 1024);
    if (!slip_expand(template_text, length, values, &glyphs, err))
        goto out;
    ok = compose_lines(&glyphs, profile, &line, out, err);
out:
    free(glyphs.at);
    free(line.pieces);
    buf_free(&line.code);
    if (!ok)
        slip_free(out);
    return ok;
}

bool slip_check(const char *template_text, size_t length, const struct profile *profile,
                struct error *err)
{
    /* All or none of them but one, or but none: sections stand in sections. */
    for (int i = 0; i < 2 * (SLIP_VARIABLES + 1); i++) {
        struct slip_values values = {{0}};
        struct slip slip;

        for (int v = 0; v < SLIP_VARIABLES; v++)
            values.text[v] = (i % 2 == 0) != (v == i / 2) ? "12345678" : NULL;
        if (!slip_compose(template_text, length, &values, profile, &slip, err))
            return false;
        slip_free(&slip);
    }
    return true;
}

void slip_free(struct slip *slip)
{
    if (slip == NULL)
        return;
    free(slip->rows);
    free(slip->runs);
    buf_free(&slip->text);
    memset(slip, 0, sizeof(*slip));
}

const char *slip_run_text(const struct slip *slip, const struct slip_run *run)
{
    return buf_text(&slip->text) + run->start;
}

int slip_row_dots(const struct slip *slip, const struct slip_row *row)
{
    switch (row->kind) {
    case ROW_TEXT:
    case ROW_VERTICAL:
        return row->high * PROFILE_ROW_DOTS + PROFILE_GAP_DOTS;
    case ROW_QR:
        return (slip->qrs[row->qr].size + 2 * QR_QUIET) * row->qr_dots;
    case ROW_RULE:
    case ROW_CUT:
        break;
    }
    return PROFILE_ROW_DOTS + PROFILE_GAP_DOTS;
}
