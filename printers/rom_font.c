/*
 * rom_font.c — see rom_font.h. iconv is asked once for each character and its answer
 * kept, because it takes longer than all the rest of a line.
 */
#include "printers/rom_font.h"

#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/slip_cells.h"

enum { PLANE = 0x10000, NEVER = 1 };

struct rom_font {
    enum profile_encoding encoding;
    iconv_t first, second; /* both must agree; (iconv_t)-1: there is none */
    uint16_t known[PLANE]; /* two bytes; 0: not asked yet, NEVER: no letter */
};

struct rom_font *rom_font_new(enum profile_encoding encoding)
{
    struct rom_font *f = memory_new(sizeof(*f));

    f->encoding = encoding;
    f->first = iconv_open(encoding == ENCODING_BIG5 ? "BIG5" : "GBK", "UTF-8");
    f->second = encoding == ENCODING_BIG5 ? (iconv_t)-1 : iconv_open("GB18030", "UTF-8");
    return f;
}

void rom_font_free(struct rom_font *f)
{
    if (f == NULL)
        return;
    if (f->first != (iconv_t)-1)
        iconv_close(f->first);
    if (f->second != (iconv_t)-1)
        iconv_close(f->second);
    free(f);
}

/* The character's two bytes as a number; NEVER where it has not exactly two. */
static uint16_t two_bytes(iconv_t to, const char *text, size_t length)
{
    unsigned char bytes[2];
    char *in = (char *)text, *out = (char *)bytes; /* iconv does not write to `in` */
    size_t in_left = length, out_left = sizeof(bytes);

    if (to == (iconv_t)-1)
        return NEVER;
    iconv(to, NULL, NULL, NULL, NULL);
    if (iconv(to, &in, &in_left, &out, &out_left) != 0 || in_left != 0 || out_left != 0)
        return NEVER;
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint16_t look_up(struct rom_font *f, uint32_t cp, const char *text, size_t length)
{
    uint16_t code = two_bytes(f->first, text, length);

    if (f->encoding == ENCODING_BIG5)
        return cells_of(cp) == 2 ? code : NEVER;
    if (f->encoding == ENCODING_UTF_8 && cells_on_screen(cp) != cells_of(cp))
        return NEVER;
    return f->encoding == ENCODING_GBK || two_bytes(f->second, text, length) == code
               ? code
               : NEVER;
}

size_t rom_font_encode(struct rom_font *f, const char *text, size_t length, char bytes[4])
{
    uint32_t cp = 0;

    if (length == 1) {
        bytes[0] = *text;
        return 1;
    }
    if (utf8_next(text, length, &cp) != length || cp >= PLANE)
        return 0;
    if (f->known[cp] == 0)
        f->known[cp] = look_up(f, cp, text, length);
    if (f->known[cp] == NEVER)
        return 0;
    if (f->encoding == ENCODING_UTF_8) {
        memcpy(bytes, text, length);
        return length;
    }
    bytes[0] = (char)(f->known[cp] >> 8);
    bytes[1] = (char)(f->known[cp] & 0xFF);
    return 2;
}
