/*
 * escpos_test.c — the stream for the printer, read by a printer that knows no command
 * beyond the allowed ones and keeps what it would have put on paper; and phones, in the
 * shape of zbarimg, that scan that paper and the PNG.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <iconv.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/pack.h"
#include "domain/slip.h"
#include "domain/slip_cells.h"
#include "printers/bitmap.h"
#include "printers/printer.h"
#include "printers/profile.h"
#include "tests/unit/drawing.h"

/* ---- a printer
 * ------------------------------------------------------------------------- */

enum { PAPER_ROWS = 6000 };

struct paper {
    const char *charset; /* of its own letters */
    struct bitmap ink;   /* what the pictures left; text is kept as text */
    int y;
    struct buf text; /* UTF-8, a line for each line feed */
    struct buf line; /* bytes waiting for the line feed */
    int line_cells;  /* 12-dot cells, magnified */
    int align, size;
    int pictures, cuts, feeds, most_rows; /* in one picture */
    bool chinese;                         /* double bytes are letters */
    int codes, code_model, code_dots, code_level;
    char code[128];
    char largest[64]; /* text in the largest size */
    int largest_size;
    const char *fault; /* the first thing that no printer may be sent */
    size_t at;
};

static void line_to_text(struct paper *p)
{
    char utf8[1024];
    char *in = p->line.data, *out = utf8;
    size_t in_left = p->line.length, out_left = sizeof(utf8);
    iconv_t cd = iconv_open("UTF-8", p->charset);

    if (p->line.length > 0 && iconv(cd, &in, &in_left, &out, &out_left) != 0)
        p->fault = "bytes that are no text";
    buf_add(&p->text, utf8, sizeof(utf8) - out_left);
    buf_add_byte(&p->text, '\n');
    iconv_close(cd);
    buf_clear(&p->line);
}

static void feed_line(struct paper *p)
{
    int width = p->ink.width / 12;

    if (p->line_cells > width)
        p->fault = "a line that is wider than the paper";
    line_to_text(p);
    p->line_cells = 0;
    p->y += 30;
}

static void print_byte(struct paper *p, const unsigned char *at, size_t bytes)
{
    int wide = (p->size >> 4) + 1;
    size_t length = strlen(p->largest);

    buf_add(&p->line, at, bytes);
    p->line_cells += (int)bytes * wide;
    if (p->size > p->largest_size) {
        p->largest_size = p->size;
        length = 0;
    }
    if (p->size == p->largest_size && length + bytes < sizeof(p->largest)) {
        memcpy(p->largest + length, at, bytes);
        p->largest[length + bytes] = '\0';
    }
}

/* GS v 0: returns the bytes of the command, or 0. */
static size_t print_picture(struct paper *p, const unsigned char *at, size_t left)
{
    size_t stride, rows, x0;

    if (left < 8 || at[2] != 0x30 || at[3] != 0)
        return 0;
    stride = (size_t)(at[4] | at[5] << 8);
    rows = (size_t)(at[6] | at[7] << 8);
    if (p->line.length > 0 || rows == 0 || rows > 256 || stride > p->ink.stride ||
        left < 8 + stride * rows || p->y + (int)rows > PAPER_ROWS)
        return 0;
    x0 = (p->ink.stride - stride) * (size_t)p->align / 2;
    for (size_t r = 0; r < rows; r++)
        memcpy(p->ink.bits + (size_t)(p->y + (int)r) * p->ink.stride + x0,
               at + 8 + r * stride, stride);
    p->y += (int)rows;
    p->pictures++;
    p->most_rows = p->most_rows > (int)rows ? p->most_rows : (int)rows;
    return 8 + stride * rows;
}

/*
 * GS ( k: returns the bytes of the command, or 0. The printer draws its code by itself;
 * this one draws ours and remembers how it was told to.
 */
static size_t obey_code(struct paper *p, const unsigned char *at, size_t left)
{
    size_t length = left > 4 ? (size_t)(at[3] | at[4] << 8) : 0;
    struct error err = {0};
    struct qr qr;

    if (at[2] != 0x6B || length < 3 || left < 5 + length || at[5] != 0x31 ||
        p->line.length > 0 || p->chinese)
        return 0;
    if (at[6] == 0x41)
        p->code_model = at[7];
    else if (at[6] == 0x43)
        p->code_dots = at[7];
    else if (at[6] == 0x45)
        p->code_level = at[7];
    else if (at[6] == 0x50)
        snprintf(p->code, sizeof(p->code), "%.*s", (int)length - 3, at + 8);
    else if (at[6] == 0x51 && qr_encode(p->code, &qr, &err)) {
        bitmap_qr(&p->ink, &qr, (p->ink.width - qr.size * p->code_dots) / 2 * p->align,
                  p->y, p->code_dots, false);
        p->y += qr.size * p->code_dots;
        p->codes++;
    } else {
        return 0;
    }
    return 5 + length;
}

/* The bytes that the command at `at` has, or 0 where it is not an allowed one. */
static size_t obey(struct paper *p, const unsigned char *at, size_t left)
{
    unsigned command = (unsigned)at[0] << 8 | (left > 1 ? at[1] : 0);
    int n = left > 2 ? at[2] : -1;

    switch (command) {
    case 0x1B40:
    case 0x1C26:
    case 0x1C2E:
        p->chinese = command == 0x1C26;
        return 2;
    case 0x1D28:
        return obey_code(p, at, left);
    case 0x1B74:
        return n == 0 ? 3 : 0;
    case 0x1B61:
        if (n < 0 || n > 2 || p->line.length > 0)
            return 0;
        p->align = n;
        return 3;
    case 0x1B45:
        return n == 0 || n == 1 ? 3 : 0;
    case 0x1D21:
        if (n < 0 || (n & 0x88) != 0)
            return 0;
        p->size = n;
        return 3;
    case 0x1B64:
        p->y += n > 0 ? n * 30 : 0;
        p->feeds++;
        return n > 0 && p->line.length == 0 ? 3 : 0;
    case 0x1B4A:
        p->y += n;
        return n > 0 && p->line.length == 0 ? 3 : 0;
    case 0x1D56:
        p->cuts++;
        return (n == 0x41 || n == 0x42) && left > 3 && p->line.length == 0 ? 4 : 0;
    case 0x1D76:
        return print_picture(p, at, left);
    default:
        return 0;
    }
}

static void paper_free(struct paper *p)
{
    bitmap_free(&p->ink);
    buf_free(&p->text);
    buf_free(&p->line);
}

static struct paper print_in(const struct buf *stream, int dots, const char *charset)
{
    struct paper p = {.ink = bitmap_new(dots, PAPER_ROWS),
                      .charset = charset,
                      .text = buf_new(100000),
                      .line = buf_new(1000)};
    const unsigned char *bytes = (const unsigned char *)buf_text(stream);

    while (p.at < stream->length && p.fault == NULL) {
        const unsigned char *at = bytes + p.at;
        size_t left = stream->length - p.at, used = 1;

        if (*at == 0x0A) {
            feed_line(&p);
        } else if (*at >= 0x80 && strcmp(charset, "UTF-8") == 0) {
            uint32_t cp = 0;

            used = utf8_next((const char *)at, left, &cp);
            print_byte(&p, at, used);
            p.line_cells -= ((int)used - cells_of(cp)) * ((p.size >> 4) + 1);
        } else if (*at >= 0x81 && *at <= 0xFE && left > 1 && p.chinese) {
            used = 2;
            if (at[1] < 0x40)
                p.fault = "four bytes for a character";
            print_byte(&p, at, 2);
        } else if (*at >= 0x20 && *at < 0x7F) {
            print_byte(&p, at, 1);
        } else {
            used = obey(&p, at, left);
            if (used == 0)
                p.fault = "a command that is not allowed here";
        }
        p.at += used;
    }
    if (p.line.length > 0 && p.fault == NULL)
        p.fault = "text that is never printed";
    if (p.fault != NULL)
        fail_msg("byte %zu: %s", p.at, p.fault);
    return p;
}

static struct paper print(const struct buf *stream, int dots)
{
    return print_in(stream, dots, "GB18030");
}

/* ---- slips
 * ----------------------------------------------------------------------------- */

static const struct slip_values full = {{
    [SLIP_HALL] = "新城区政务服务中心",
    [SLIP_SERVICE] = "不动产登记",
    [SLIP_NUMBER] = "A023",
    [SLIP_WINDOW_HINT] = "请到 3、4、5 号窗口区域等候",
    [SLIP_AHEAD] = "12",
    [SLIP_WAIT_MIN] = "20–35",
    [SLIP_TAKEN_AT] = "2026-11-23 09:41",
    [SLIP_QR_URL] = "https://pj.example.cn/t/7K3M9QXR2TBC5DFG8HJN4PVWYZ01",
    [SLIP_SHORT_CODE] = "K7QM3RXD",
    [SLIP_CAPTION] = "扫码评价本次服务",
}};

static struct profile profile_of(const char *name)
{
    struct error err = {0};
    struct profile p;

    assert_true(profile_builtin(name, &p, &err));
    return p;
}

static struct buf render(const char *t, size_t length, const struct slip_values *values,
                         const struct profile *p, enum slip_format format)
{
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;

    if (!slip_compose(t, length, values, p, &slip, &err) ||
        !slip_render(&slip, p, format, &out, &err))
        fail_msg("%s", err.text);
    slip_free(&slip);
    return out;
}

static struct buf render_builtin(const struct slip_values *values,
                                 const struct profile *p, enum slip_format format)
{
    const struct pack_file *file = pack_find("templates/tickets/normal.receipt");

    return render((const char *)file->bytes, file->length, values, p, format);
}

static struct paper print_line(const char *t, const struct profile *p)
{
    struct buf stream = render(t, strlen(t), &full, p, SLIP_ESCPOS);
    struct paper paper = print(&stream, p->dots);

    buf_free(&stream);
    return paper;
}

static void a_ticket_on_paper(void **state)
{
    static const char *const profiles[] = {"80mm", "58mm"};

    (void)state;
    for (size_t i = 0; i < LENGTH(profiles); i++) {
        struct profile p = profile_of(profiles[i]);
        struct buf stream = render_builtin(&full, &p, SLIP_ESCPOS);
        struct paper paper = print(&stream, p.dots);
        const char *text = buf_text(&paper.text);

        assert_memory_equal(stream.data, "\x1B\x40\x1C\x26\x1B\x74\x00", 7);
        assert_memory_equal(stream.data + stream.length - 4, "\x1D\x56\x42", 3);
        assert_int_equal(paper.cuts, 1);
        assert_string_equal(paper.largest, "A023");
        assert_int_equal(paper.largest_size, 0x55);
        assert_non_null(strstr(text, "不动产登记\n"));
        assert_non_null(strstr(text, "前面等候 12 人，约 20–35 分钟\n"));
        assert_non_null(strstr(text, "短码 K7QM-3RXD\n"));
        assert_non_null(strstr(text, "评不评、评几分都由您决定。\n"));
        assert_null(strchr(text, '?'));
        assert_in_range(paper.pictures, 3, 3); /* the QR alone, in bands */
        assert_in_range(stream.length, 1000, 20000);
        paper_free(&paper);
        buf_free(&stream);
    }
}

/* ---- bytes
 * ----------------------------------------------------------------------------- */

static const struct {
    const char *template_text;
    const char *bytes; /* after the seven of the beginning, without the feed at the end */
    size_t length;
} streams[] = {
    {"a",
     "\x1B\x61\x01"
     "a\n",
     5},
    {"|号", "\xBA\xC5\n", 3},
    {"|^^^\"号\n|a",
     "\x1D\x21\x11\x1B\x45\x01\xBA\xC5\n\x1B\x4A\x06\x1D\x21\x00\x1B\x45\x00"
     "a\n",
     20},
    {"{width:4,*}\n|a |^b |",
     "a    \x1D\x21\x10"
     "b\n",
     10},
    {"=", "\x1D\x56\x42\x18", 4},
};

static void bytes_are_these(void **state)
{
    struct profile p = profile_of("80mm");

    (void)state;
    for (size_t i = 0; i < LENGTH(streams); i++) {
        const char *t = streams[i].template_text;
        struct buf out = render(t, strlen(t), &full, &p, SLIP_ESCPOS);
        size_t end = strcmp(t, "=") == 0 ? 0 : 3; /* ESC d 5 past the tear-off edge */

        if (out.length != 7 + streams[i].length + end ||
            memcmp(out.data + 7, streams[i].bytes, streams[i].length) != 0)
            fail_msg("«%s»: %zu bytes", t, out.length);
        buf_free(&out);
    }
}

static void cutters_differ(void **state)
{
    static const struct {
        const char *cutter, *end;
        size_t length;
    } rows[] = {{"partial", "\x1D\x56\x42\x18", 4},
                {"full", "\x1D\x56\x41\x18", 4},
                {"none", "\x1B\x64\x05", 3}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct profile p = profile_of("80mm");
        struct error err = {0};
        struct buf out;

        assert_true(profile_set(&p, "cutter", rows[i].cutter, &err));
        out = render("=", 1, &full, &p, SLIP_ESCPOS);
        assert_memory_equal(out.data + out.length - rows[i].length, rows[i].end,
                            rows[i].length);
        buf_free(&out);
    }
}

/* ---- characters that ROM fonts lack
 * ---------------------------------------------------- */

static const struct {
    const char *character;
    bool picture;
} characters[] = {
    {"A", false},        {"中", false}, {"囧", false},  {"龘", false}, {"–", false},
    {"“", false},        {"·", false},  {"①", false},   {"é", false},  {"Я", false},
    {"䶮", true},        {"㑇", true},  {"𬱖", true}, {"ö", true},   {"€", true},
    {"•", true},         {"ᠮ", true},   {"བོ", true},    {"한", true},  {"😀", true},
    {"e\xCC\x81", true},
};

static void what_fonts_lack_is_drawn(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(characters); i++) {
        struct profile p = profile_of("80mm");
        char t[64];
        struct paper paper;
        bool black = false;

        snprintf(t, sizeof(t), "|张%s\n|b", characters[i].character);
        paper = print_line(t, &p);
        for (int y = 0; y < 60; y++)
            black |= !bitmap_row_blank(&paper.ink, y);
        if (black != characters[i].picture ||
            (paper.pictures > 0) != characters[i].picture ||
            strchr(buf_text(&paper.text), '?') != NULL ||
            strstr(buf_text(&paper.text), "b\n") == NULL ||
            (strstr(buf_text(&paper.text), "张") == NULL) != characters[i].picture)
            fail_msg("«%s»: %d pictures, text «%s»", characters[i].character,
                     paper.pictures, buf_text(&paper.text));
        paper_free(&paper);
    }
}

/* The same for printers that were switched to another encoding. */
static const struct {
    const char *encoding, *charset, *character;
    bool picture;
} encodings[] = {
    {"gbk", "GBK", "囧", false},     {"gbk", "GBK", "龘", false},
    {"gbk", "GBK", "䶮", true},      {"gbk", "GBK", "㑇", true},
    {"gbk", "GBK", "𬱖", true},    {"gbk", "GBK", "中", false},
    {"big5", "BIG5", "中", false},   {"big5", "BIG5", "國", false},
    {"big5", "BIG5", "国", true},    {"big5", "BIG5", "囧", false},
    {"big5", "BIG5", "䶮", true},    {"big5", "BIG5", "𬱖", true},
    {"utf-8", "UTF-8", "中", false}, {"utf-8", "UTF-8", "国", false},
    {"utf-8", "UTF-8", "國", false}, {"utf-8", "UTF-8", "囧", false},
    {"utf-8", "UTF-8", "䶮", true},  {"utf-8", "UTF-8", "𬱖", true},
    {"utf-8", "UTF-8", "“", true},   {"utf-8", "UTF-8", "，", false},
    {"raster", "GBK", "中", true},
};

static void every_encoding_has_its_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(encodings); i++) {
        struct profile p = profile_of("80mm");
        struct error err = {0};
        struct buf stream;
        struct paper paper;
        char t[64];

        snprintf(t, sizeof(t), "|%s\n|b", encodings[i].character);
        assert_true(profile_set(&p, "encoding", encodings[i].encoding, &err));
        stream = render(t, strlen(t), &full, &p, SLIP_ESCPOS);
        paper = print_in(&stream, p.dots, encodings[i].charset);
        if ((paper.pictures > 0) != encodings[i].picture ||
            strchr(buf_text(&paper.text), '?') != NULL ||
            (strstr(buf_text(&paper.text), encodings[i].character) == NULL) !=
                encodings[i].picture)
            fail_msg("%s «%s»: %d pictures, text «%s»", encodings[i].encoding,
                     encodings[i].character, paper.pictures, buf_text(&paper.text));
        paper_free(&paper);
        buf_free(&stream);
    }
}

/* Byte for byte what the vendors' manuals say, Chinese mode left meanwhile. */
static void the_printer_draws_the_code(void **state)
{
    static const unsigned char expected[] = {
        0x1B, 0x61, 1,    0x1B, 0x4A, 28,   0x1C, 0x2E,    /* */
        0x1D, 0x28, 0x6B, 4,    0,    0x31, 0x41, 0x32, 0, /* model 2 */
        0x1D, 0x28, 0x6B, 3,    0,    0x31, 0x43, 7,       /* dots */
        0x1D, 0x28, 0x6B, 3,    0,    0x31, 0x45, 0x31,    /* level M */
        0x1D, 0x28, 0x6B, 8,    0,    0x31, 0x50, 0x30, 'h',  'e',  'l',
        'l',  'o',  0x1D, 0x28, 0x6B, 3,    0,    0x31, 0x51, 0x30, /* print */
        0x1C, 0x26, 0x1B, 0x4A, 28,
    };
    static const char t[] = "|号\n{option:qrcode,7;code:hello}";
    struct profile p = profile_of("58mm");
    struct error err = {0};
    struct buf stream;
    struct paper paper;

    (void)state;
    assert_true(profile_set(&p, "qr", "native", &err));
    stream = render(t, strlen(t), &full, &p, SLIP_ESCPOS);
    assert_int_equal(stream.data[7 + 2], '\n'); /* the text's line has ended */
    assert_memory_equal(stream.data + 7 + 3, expected, sizeof(expected));
    buf_free(&stream);
    for (int raster = 0; raster < 2; raster++) {
        assert_true(profile_set(&p, "encoding", raster ? "raster" : "gb18030", &err));
        stream = render_builtin(&full, &p, SLIP_ESCPOS);
        paper = print(&stream, p.dots);
        assert_int_equal(paper.codes, 1);
        assert_string_equal(paper.code, full.text[SLIP_QR_URL]);
        assert_int_equal(paper.code_dots, 7);
        assert_int_equal(paper.pictures > 0, raster);
        paper_free(&paper);
        buf_free(&stream);
    }
}

static void bands_are_as_the_profile_says(void **state)
{
    static const char *const rows[] = {"24", "128", "256"};
    static const int most[] = {24, 128, 256};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct profile p = profile_of("80mm");
        struct error err = {0};
        struct buf stream;
        struct paper paper;

        assert_true(profile_set(&p, "band_rows", rows[i], &err));
        stream = render_builtin(&full, &p, SLIP_ESCPOS);
        paper = print(&stream, p.dots);
        assert_int_equal(paper.most_rows, most[i]);
        assert_int_equal(profile_wash_bytes(&p), 8 + most[i] * 72); /* one whole band */
        paper_free(&paper);
        buf_free(&stream);
    }
}

/* Text goes on as text around a block of columns, which is a picture. */
static void columns_are_pictures_between_text(void **state)
{
    static const char t[] = "|号\n{rows:8;vertical:ᠮᠣᠩᠭᠣᠯ}\n|b";
    struct profile p = profile_of("58mm");
    struct paper paper = print_line(t, &p);
    bool black = false;

    (void)state;
    assert_string_equal(buf_text(&paper.text), "号\nb\n");
    assert_in_range(paper.pictures, 1, 2);
    assert_int_equal(paper.y, 30 + 8 * 24 + 6 + 30 + 5 * 30);
    for (int y = 30; y < 30 + 8 * 24; y++)
        black |= !bitmap_row_blank(&paper.ink, y);
    assert_true(black);
    paper_free(&paper);
}

static void a_printer_without_font_gets_a_picture(void **state)
{
    struct profile p = profile_of("58mm");
    struct error err = {0};
    struct buf stream;
    struct paper paper;

    (void)state;
    assert_true(profile_set(&p, "encoding", "raster", &err));
    stream = render_builtin(&full, &p, SLIP_ESCPOS);
    paper = print(&stream, p.dots);
    assert_string_equal(buf_text(&paper.text), "");
    assert_in_range(paper.pictures, 7, 40);
    assert_in_range(stream.length, 15000, 60000);
    assert_int_equal(paper.cuts, 1);
    paper_free(&paper);
    buf_free(&stream);
}

/* White space fed and bands sent make the same paper as the whole bitmap would. */
static void feeding_keeps_the_height(void **state)
{
    static const char t[] = "|ö\n\n\n\n\n\n\n\n\n\n\n\n|ö";
    struct profile p = profile_of("58mm");
    struct error err = {0};
    struct paper paper;

    (void)state;
    assert_true(profile_set(&p, "encoding", "raster", &err));
    paper = print_line(t, &p);
    assert_int_equal(paper.y, 13 * 30 + 5 * 30);
    assert_int_equal(paper.pictures, 2);
    paper_free(&paper);
}

/* ---- phones
 * ---------------------------------------------------------------------------- */

enum { TOKENS = 100 };

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static void token_url(unsigned *seed, char url[64])
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    size_t length = (size_t)snprintf(url, 64, "https://pj.example.cn/t/");

    for (int i = 0; i < 28; i++)
        url[length++] = symbols[draw(seed, 32)];
    url[length] = '\0';
}

static void save(const char *folder, int number, const char *suffix, const void *head,
                 size_t head_length, const void *bytes, size_t length)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%04d.%s", folder, number, suffix);
    f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(head, 1, head_length, f);
    fwrite(bytes, 1, length, f);
    fclose(f);
}

/* The paper as a PBM of the rows that were used. */
static void save_paper(const char *folder, int number, const struct paper *p)
{
    char head[64];
    int length = snprintf(head, sizeof(head), "P4\n%d %d\n", p->ink.width, p->y);

    save(folder, number, "pbm", head, (size_t)length, p->ink.bits,
         p->ink.stride * (size_t)p->y);
}

/* zbarimg's answers, one a line in the order of the files, against the addresses. */
static void scan(const char *folder, const char *suffix, char urls[][64], int count)
{
    char command[256], line[256];
    FILE *answers;
    int i = 0;

    snprintf(command, sizeof(command),
             "LC_ALL=C; zbarimg -q --raw -Sdisable -Sqrcode.enable %s/*.%s 2>/dev/null",
             folder, suffix);
    answers = popen(command, "r");
    assert_non_null(answers);
    for (; fgets(line, sizeof(line), answers) != NULL; i++) {
        line[strcspn(line, "\n")] = '\0';
        if (i >= count || strcmp(line, urls[i]) != 0)
            fail_msg("%s %d: read «%s», not «%s»", suffix, i, line,
                     i < count ? urls[i] : "");
    }
    pclose(answers);
    if (i != count)
        fail_msg("%d of %d %s pictures could be read", i, count, suffix);
    snprintf(command, sizeof(command), "rm -f %s/*.%s", folder, suffix);
    assert_int_equal(system(command), 0);
}

/* Paper on which every black dot bleeds into its eight neighbours. */
static void bleed(struct paper *p)
{
    struct bitmap b = bitmap_new(p->ink.width, PAPER_ROWS);

    for (int y = 0; y < p->y; y++)
        for (int x = 0; x < b.width; x++)
            if (bitmap_dark(&p->ink, x, y))
                bitmap_fill(&b, x - 1, y - 1, 3, 3);
    bitmap_free(&p->ink);
    p->ink = b;
}

static void phones_read(const char *profile, const char *key, const char *value,
                        int count, unsigned seed)
{
    char folder[] = "/tmp/slipXXXXXX";
    static char urls[TOKENS][64];
    struct profile p = profile_of(profile);
    struct slip_values v = full;
    struct error err = {0};

    assert_non_null(mkdtemp(folder));
    assert_true(profile_set(&p, key, value, &err));
    for (int i = 0; i < count; i++) {
        struct buf png, stream;
        struct paper paper;

        token_url(&seed, urls[i]);
        v.text[SLIP_QR_URL] = urls[i];
        png = render_builtin(&v, &p, SLIP_PNG);
        save(folder, i, "png", "", 0, png.data, png.length);
        stream = render_builtin(&v, &p, SLIP_ESCPOS);
        paper = print(&stream, p.dots);
        if (p.qr_shave)
            bleed(&paper);
        save_paper(folder, i, &paper);
        paper_free(&paper);
        buf_free(&stream);
        buf_free(&png);
    }
    scan(folder, "png", urls, count);
    scan(folder, "pbm", urls, count);
    assert_int_equal(rmdir(folder), 0);
}

static void phones_read_every_ticket(void **state)
{
    unsigned seed = (unsigned)time(NULL);

    (void)state;
    if (system("command -v zbarimg >/dev/null") != 0) {
        print_message("zbarimg is not installed; nothing was scanned\n");
        skip();
    }
    printf("seed %u\n", seed);
    phones_read("80mm", "encoding", "gb18030", TOKENS, seed);
    phones_read("58mm", "encoding", "gb18030", TOKENS, seed + 1);
    phones_read("58mm", "encoding", "raster", 10, seed + 2);
    phones_read("58mm", "qr_shave", "yes", 20, seed + 3);
    phones_read("80mm", "qr", "native", 20, seed + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_on_paper),
        cmocka_unit_test(bytes_are_these),
        cmocka_unit_test(cutters_differ),
        cmocka_unit_test(what_fonts_lack_is_drawn),
        cmocka_unit_test(every_encoding_has_its_letters),
        cmocka_unit_test(the_printer_draws_the_code),
        cmocka_unit_test(bands_are_as_the_profile_says),
        cmocka_unit_test(columns_are_pictures_between_text),
        cmocka_unit_test(a_printer_without_font_gets_a_picture),
        cmocka_unit_test(feeding_keeps_the_height),
        cmocka_unit_test(phones_read_every_ticket),
    };

    return cmocka_run_group_tests_name("escpos", tests, NULL, forget_fonts);
}
