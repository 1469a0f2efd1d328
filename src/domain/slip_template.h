/*
 * slip_template.h — the stages between a template's bytes and a slip's rows; only for
 * slip*.c.
 *
 * The grammar, a strict subset of ReceiptLine:
 *   line        columns parted by '|'; a column leans on the '|' that it touches
 *   ^ … ^^^^^^^ double width, double height, 2x, 3x … 6x; the same again ends it
 *   "  _  `     bold, underlined, white on black, on and off;   ~ a space
 *   -  =        alone on a line: a rule, a cut
 *   {key:value} alone on a line, parted by ';': align, border, code, option, text, width,
 *               comment or their first letters; image and command are refused; and ours
 *               that ReceiptLine passes over: vertical, a text in columns that are read
 *               downwards, where \n begins a new one, and rows, how high they are; break
 *               is `words` where lines may end between words only, or `anywhere`
 *   \           before \ | { } - = ~ _ " ` ^ ;  \n breaks the line, \xnn is a character
 * and of Mustache: {{name}}, {{! comment }}, {{^name}}…{{/name}} where it is not there,
 * and {{#name}}…{{/name}} if it is there, once for each of its items; {{.}}, or the name
 * again, is the item.
 *
 * expand: bytes → glyphs. A value's characters come out as `literal`; no later stage
 * reads markup in them, so a value can not break out of its place. A line whose tags left
 * nothing visible is gone. parse: one line of glyphs → struct slip_line. layout: a line →
 * rows of the slip. What the template did not say strictly is refused where it stands.
 */
#ifndef DOMAIN_SLIP_TEMPLATE_H
#define DOMAIN_SLIP_TEMPLATE_H

#include "domain/slip.h"

struct slip_glyph {
    uint32_t cp;
    bool literal;
    uint16_t line, column; /* where it stands in the template, from 1 */
};

/* Lines end in a '\n' that is not literal. */
struct slip_glyphs {
    struct slip_glyph *at;
    size_t count, capacity;
};

/* Given: free glyphs->at. */
NODISCARD bool slip_expand(const char *text, size_t length,
                           const struct slip_values *values, struct slip_glyphs *out,
                           struct error *err);

/* A character with its size; '\n' breaks the line. */
struct slip_piece {
    uint32_t cp;
    unsigned char wide, high;
    bool bold, under, inverse;
};

struct slip_column {
    size_t piece, pieces; /* first in slip_line.pieces, and how many */
    enum slip_align align;
    int width; /* cells; -1 takes a share of what is free */
};

enum slip_line_kind {
    LINE_NOTHING,
    LINE_TEXT,
    LINE_RULE,
    LINE_CUT,
    LINE_CODE,
    LINE_VERTICAL,
};

enum {
    VERTICAL_BYTES = 4096, /* of one block */
    VERTICAL_ROWS = 10,    /* its height in rows of text where the template names none */
    VERTICAL_ROWS_LEAST = 4,
    VERTICAL_ROWS_MOST = 60,
};

struct slip_line {
    enum slip_line_kind kind;
    unsigned number; /* in the template */
    struct slip_column columns[SLIP_COLUMNS_MAX];
    size_t column_count;
    struct slip_piece *pieces; /* owned, kept from line to line */
    size_t piece_count, piece_capacity;
    struct buf code; /* what the QR carries, or a vertical text says */
};

/* What property lines set, until they are changed. */
struct slip_state {
    int widths[SLIP_COLUMNS_MAX]; /* -1 takes a share */
    size_t width_count;           /* 0: every column takes a share */
    int border;                   /* cells between columns */
    enum slip_align align;
    bool wrap;
    bool words;  /* lines end at blanks and where Chinese may end, even ones if centred */
    bool qrcode; /* option:qrcode was said */
    int qr_dots; /* 0: the profile's */
    int rows;    /* of a vertical block */
};

/* Reads one line, without its end, and the settings it makes. */
NODISCARD bool slip_parse_line(const struct slip_glyph *glyphs, size_t count,
                               struct slip_state *state, struct slip_line *line,
                               struct error *err);

/* Reads what stands between '{' and '}' alone on a line (slip_property.c). */
NODISCARD bool slip_parse_property(const struct slip_glyph *glyphs, size_t count,
                                   struct slip_state *state, struct slip_line *line,
                                   struct error *err);

/*
 * The character that the escape at glyphs[*i] stands for; *i moves to its last glyph.
 * `allowed` names the ASCII characters that may follow the backslash, beside n and x.
 */
NODISCARD bool slip_parse_escape(const struct slip_glyph *glyphs, size_t count, size_t *i,
                                 const char *allowed, uint32_t *cp, struct error *err);

/* A blank that separates, as opposed to one in a value. */
bool slip_glyph_blank(const struct slip_glyph *g);
bool slip_glyph_is(const struct slip_glyph *g, uint32_t cp);

/* Adds the line's rows. */
NODISCARD bool slip_layout_line(struct slip_line *line, const struct slip_state *state,
                                const struct profile *profile, struct slip *out,
                                struct error *err);

/* Fills the row of a vertical block and adds its columns (slip_vertical.c). */
NODISCARD bool slip_layout_vertical(const struct slip_line *line,
                                    const struct slip_state *state,
                                    const struct profile *profile, struct slip_row *row,
                                    struct slip *out, struct error *err);

/* One more run of the slip, borrowed until the next; its text begins at the end. */
struct slip_run *slip_add_run(struct slip *out);

/* "Template line 3, column 7: …" of kind ERROR_INPUT. Returns false. */
bool slip_refuse(struct error *err, unsigned line, unsigned column, const char *format,
                 ...) PRINTF_LIKE(4, 5);

/* The same of kind ERROR_TOO_LARGE, where a limit is passed at that place. */
bool slip_too_large(struct error *err, unsigned line, unsigned column, const char *format,
                    ...) PRINTF_LIKE(4, 5);

#endif
