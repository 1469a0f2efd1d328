/*
 * charset.c — see charset.h.
 */
#include "base/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static void add_unit(struct buf *out, uint32_t unit)
{
    buf_add_byte(out, (unsigned char)(unit >> 8));
    buf_add_byte(out, (unsigned char)(unit & 0xff));
}

bool charset_to_utf16be(const char *text, size_t length, struct buf *out)
{
    uint32_t cp;
    size_t bytes;

    if (!text_valid_utf8(text, length))
        return false;
    for (; (bytes = text_next(text, length, &cp)) > 0; text += bytes, length -= bytes) {
        if (cp >= 0x10000) {
            add_unit(out, 0xd800 + ((cp - 0x10000) >> 10));
            add_unit(out, 0xdc00 + ((cp - 0x10000) & 0x3ff));
        } else {
            add_unit(out, cp);
        }
    }
    return true;
}

/* Takes out again what was added since; a failed reading leaves nothing behind. */
static bool undo(struct buf *out, size_t length)
{
    out->length = length;
    if (out->data != NULL)
        out->data[length] = '\0';
    return false;
}

bool charset_from_utf16be(const void *bytes, size_t length, struct buf *out)
{
    const unsigned char *at = bytes;
    size_t before = out->length;

    if (length % 2 != 0)
        return false;
    for (size_t i = 0; i < length; i += 2) {
        uint32_t cp = (uint32_t)at[i] << 8 | at[i + 1], low;

        if (cp == 0 || (cp >= 0xdc00 && cp < 0xe000))
            return undo(out, before);
        if (cp >= 0xd800 && cp < 0xdc00) {
            if (i + 3 >= length)
                return undo(out, before);
            low = (uint32_t)at[i + 2] << 8 | at[i + 3];
            if (low < 0xdc00 || low >= 0xe000)
                return undo(out, before);
            cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
            i += 2;
        }
        text_add(out, cp);
    }
    return true;
}

static bool through_iconv(const char *name, const void *bytes, size_t length,
                          struct buf *out)
{
    iconv_t cd = iconv_open("UTF-8", name);
    char *from = (char *)(uintptr_t)bytes, piece[512];
    size_t before = out->length;
    bool ok = cd != (iconv_t)-1;

    while (ok && length > 0) {
        char *to = piece;
        size_t room = sizeof(piece), had = length;

        if (iconv(cd, &from, &length, &to, &room) == (size_t)-1 && length == had)
            ok = false;
        buf_add(out, piece, sizeof(piece) - room);
    }
    if (cd != (iconv_t)-1)
        iconv_close(cd);
    return ok ? true : undo(out, before);
}

static bool is_utf16be(const char *name)
{
    return strcasecmp(name, "UTF-16BE") == 0 || strcasecmp(name, "UCS-2") == 0 ||
           strcasecmp(name, "UCS2") == 0;
}

/* The name as iconv knows it; NULL for one that is not ours to read. */
static const char *iconv_name(const char *name)
{
    static const char *const known[] = {"GBK", "GB18030", "ISO-8859-1", "WINDOWS-1252",
                                        "US-ASCII"};

    for (size_t i = 0; i < LENGTH(known); i++)
        if (strcasecmp(name, known[i]) == 0)
            return known[i];
    return NULL;
}

bool charset_decode(const char *name, const void *bytes, size_t length, struct buf *out)
{
    if (is_utf16be(name))
        return charset_from_utf16be(bytes, length, out);
    if (length > 0 && memchr(bytes, '\0', length) != NULL)
        return false;
    if (strcasecmp(name, "UTF-8") == 0) {
        if (!text_valid_utf8(bytes, length))
            return false;
        buf_add(out, bytes, length);
        return true;
    }
    if (iconv_name(name) != NULL)
        return through_iconv(iconv_name(name), bytes, length, out);
    return false;
}

/* ---- what can be kept ---- */

enum { REPLACEMENT = 0xfffd };

/* Unit by unit; a pair of surrogates is taken as one where both halves are there. */
static void salvage_utf16be(const char *bytes, size_t length, struct buf *out)
{
    while (length > 0) {
        bool high = ((unsigned char)bytes[0] & 0xfc) == 0xd8;
        size_t taken = length < 2 ? length : high && length >= 4 ? 4 : 2;

        if (!charset_from_utf16be(bytes, taken, out)) {
            text_add(out, REPLACEMENT);
            taken = length < 2 ? length : 2;
        }
        bytes += taken;
        length -= taken;
    }
}

/* What is no UTF-8 and what is a NUL; `ascii` alone where the encoding is not known. */
static void salvage_utf8(const char *bytes, size_t length, bool ascii, struct buf *out)
{
    uint32_t cp;
    size_t taken;

    for (; (taken = text_next(bytes, length, &cp)) > 0; bytes += taken, length -= taken) {
        if (ascii && cp >= 0x80)
            taken = 1;
        text_add(out, cp == 0 || (ascii && cp >= 0x80) ? REPLACEMENT : cp);
    }
}

/* A byte that begins no character is passed over. */
static void salvage_iconv(const char *name, const char *bytes, size_t length,
                          struct buf *out)
{
    iconv_t cd = iconv_open("UTF-8", name);
    char *from = (char *)(uintptr_t)bytes, piece[512];

    while (cd != (iconv_t)-1 && length > 0) {
        char *to = piece;
        size_t room = sizeof(piece), run = strnlen(from, length), left = run;
        bool stuck = run == 0 || (iconv(cd, &from, &left, &to, &room) == (size_t)-1 &&
                                  errno != E2BIG);

        buf_add(out, piece, sizeof(piece) - room);
        length -= run - left;
        if (stuck) {
            text_add(out, REPLACEMENT);
            iconv(cd, NULL, NULL, NULL, NULL);
            from++;
            length--;
        }
    }
    if (cd != (iconv_t)-1)
        iconv_close(cd);
}

void charset_salvage(const char *name, const void *bytes, size_t length, struct buf *out)
{
    if (is_utf16be(name))
        salvage_utf16be(bytes, length, out);
    else if (iconv_name(name) != NULL)
        salvage_iconv(iconv_name(name), bytes, length, out);
    else
        salvage_utf8(bytes, length, strcasecmp(name, "UTF-8") != 0, out);
}

/* ---- what was taken for another encoding ---- */

/* The byte that Windows-1252 shows as this character; -1 for none. Latin-1 is in it. */
static int byte_of(uint32_t cp)
{
    static const uint16_t shown[32] = {
        0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
        0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
        0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
        0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
    };

    if (cp < 0x100)
        return (int)cp;
    for (int i = 0; i < 32; i++)
        if (shown[i] == cp)
            return 0x80 + i;
    return -1;
}

/*
 * How many characters beyond ASCII these bytes are when they are read as UTF-8, and
 * whether one of them cannot be chance; -1 where they are no UTF-8.
 *
 * A chance is an accented capital before a mark, such as the end of "CAFE…" with an
 * accent: two bytes that are UTF-8 too. So one such pair proves nothing unless it begins
 * with the capital that stands for half of all accented letters (U+00C2, U+00C3); three
 * bytes, of which two are marks, do.
 */
static int mistaken_characters(const struct buf *bytes, bool *sure)
{
    const char *at = buf_text(bytes);
    size_t length = bytes->length, taken;
    uint32_t cp;
    int count = 0;

    if (!text_valid_utf8(at, length))
        return -1;
    for (; (taken = text_next(at, length, &cp)) > 0; at += taken, length -= taken) {
        count += taken > 1;
        *sure |= taken > 2 || (cp >= 0x80 && cp < 0x100);
    }
    return count;
}

/* No phone can type it; of the others a message may hold line breaks, tabs and ESC. */
static bool is_control(uint32_t cp)
{
    return (cp < 0x20 && cp != 0x1b && !(cp >= 0x09 && cp <= 0x0d)) ||
           (cp >= 0x7f && cp < 0xa0);
}

bool charset_is_mistaken(const char *text, size_t length)
{
    struct buf bytes = buf_new(length + 1);
    bool mistaken = false, other = false;
    uint32_t cp;
    size_t n;

    for (; (n = text_next(text, length, &cp)) > 0; text += n, length -= n) {
        int byte = byte_of(cp);

        mistaken |= cp == REPLACEMENT || is_control(cp);
        other |= byte < 0;
        if (byte >= 0)
            buf_add_byte(&bytes, (unsigned char)byte);
    }
    if (!other) {
        bool sure = false;
        int characters = mistaken_characters(&bytes, &sure);

        mistaken |= characters > 1 || sure;
    }
    buf_free(&bytes);
    return mistaken;
}
