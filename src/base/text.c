/*
 * text.c — see text.h.
 *
 * utf8proc does the normal form. What it leaves — keycaps, the circled digits that have
 * no compatibility mapping, digits of other scripts — is done by the tables below. Plain
 * ASCII, which most replies are, goes a short way without it.
 */
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

enum { REPLACEMENT = 0xFFFD };

/* Bytes of the sequence that begins here, 0 where it is not valid. */
static size_t sequence_length(const unsigned char *s, size_t length)
{
    size_t want;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    want = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (length < want)
        return 0;
    for (size_t i = 1; i < want; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    /* Overlong forms, surrogates and what lies above U+10FFFF show in the second byte. */
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return want;
}

bool text_valid_utf8(const char *bytes, size_t length)
{
    const unsigned char *s = (const unsigned char *)bytes;

    for (size_t i = 0; i < length;) {
        size_t taken = s[i] == 0 ? 0 : sequence_length(s + i, length - i);

        if (taken == 0)
            return false;
        i += taken;
    }
    return true;
}

size_t text_next(const char *bytes, size_t length, uint32_t *cp)
{
    const unsigned char *s = (const unsigned char *)bytes;
    size_t taken;

    if (length == 0)
        return 0;
    taken = sequence_length(s, length);
    switch (taken) {
    case 1:
        *cp = s[0];
        return 1;
    case 2:
        *cp = (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
        return 2;
    case 3:
        *cp =
            (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 | (s[2] & 0x3F);
        return 3;
    case 4:
        *cp = (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
              (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
        return 4;
    default:
        *cp = REPLACEMENT;
        return 1;
    }
}

void text_add(struct buf *out, uint32_t cp)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)cp, bytes);

    if (length > 0)
        buf_add(out, bytes, (size_t)length);
}

/* Runs of circled numbers without a compatibility mapping, counted up from `value`. */
static const struct {
    uint32_t first, last;
    unsigned value;
} circled[] = {
    {0x2776, 0x277F, 1},   /* negative circled 1-10 */
    {0x2780, 0x2789, 1},   /* circled sans-serif 1-10 */
    {0x278A, 0x2793, 1},   /* negative circled sans-serif 1-10 */
    {0x24EB, 0x24F4, 11},  /* negative circled 11-20 */
    {0x24F5, 0x24FE, 1},   /* double circled 1-10 */
    {0x24FF, 0x24FF, 0},   /* negative circled 0 */
    {0x1F10B, 0x1F10B, 0}, /* circled sans-serif 0 */
    {0x1F10C, 0x1F10C, 0}, /* negative circled sans-serif 0 */
    {0x1F51F, 0x1F51F, 10} /* the keycap ten */
};

/* What a number character stands for, or -1. Decimal digits come in runs from their 0. */
static int number_value(uint32_t cp)
{
    uint32_t zero = cp;

    for (size_t i = 0; i < LENGTH(circled); i++)
        if (cp >= circled[i].first && cp <= circled[i].last)
            return (int)(circled[i].value + (cp - circled[i].first));
    if (utf8proc_category((utf8proc_int32_t)cp) != UTF8PROC_CATEGORY_ND)
        return -1;
    while (utf8proc_category((utf8proc_int32_t)(zero - 1)) == UTF8PROC_CATEGORY_ND)
        zero--;
    return (int)((cp - zero) % 10);
}

/* Variation selectors and zero-width characters that the normal form may leave, and the
 * marks that draw a key or a frame around a digit. */
static bool is_dropped(uint32_t cp)
{
    return cp == 0x20E3 || (cp >= 0x20DD && cp <= 0x20DF) || cp == 0x20E2 ||
           (cp >= 0xFE00 && cp <= 0xFE0F) || (cp >= 0xE0100 && cp <= 0xE01EF) ||
           (cp >= 0x180B && cp <= 0x180F) || (cp >= 0x200B && cp <= 0x200F) ||
           (cp >= 0x2060 && cp <= 0x2064) || cp == 0xFEFF || cp == 0x00AD;
}

static void add_plain(struct buf *out, uint32_t cp)
{
    int value;

    if (cp < 0x80) {
        buf_add_byte(out, (unsigned char)cp);
        return;
    }
    if (is_dropped(cp))
        return;
    if (cp >= 0x3400 && cp <= 0x9FFF) {
        text_add(out, cp);
        return;
    }
    value = number_value(cp);
    if (value < 0)
        text_add(out, cp);
    else
        buf_addf(out, "%d", value);
}

static bool is_ascii(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

bool text_normalise(const char *bytes, size_t length, struct buf *out)
{
    utf8proc_uint8_t *plain = NULL;
    utf8proc_ssize_t plain_bytes;
    uint32_t cp;

    if (!text_valid_utf8(bytes, length))
        return false;
    if (is_ascii(bytes, length)) {
        for (size_t i = 0; i < length; i++)
            buf_add_byte(out, (unsigned char)(bytes[i] >= 'A' && bytes[i] <= 'Z'
                                                  ? bytes[i] - 'A' + 'a'
                                                  : bytes[i]));
        return true;
    }
    plain_bytes =
        utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, &plain,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                         UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    if (plain_bytes < 0)
        return false;
    for (size_t i = 0, rest = (size_t)plain_bytes, taken; rest > 0; i += taken) {
        taken = text_next((const char *)plain + i, rest, &cp);
        rest -= taken;
        add_plain(out, cp);
    }
    free(plain);
    return true;
}

static bool is_han(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x4E00 && cp <= 0x9FFF) ||
           (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFD) ||
           cp == 0x3005 || cp == 0x3007;
}

/* Symbols that people send as pictures. Stars, ticks and arrows are only symbols. */
static bool is_emoji(uint32_t cp)
{
    if (cp >= 0x1F000)
        return cp <= 0x1FAFF;
    if (cp >= 0x2600 && cp <= 0x26FF)
        return cp != 0x2605 && cp != 0x2606;
    return (cp >= 0x2705 && cp <= 0x270D) || cp == 0x2728 || cp == 0x274C ||
           cp == 0x274E || (cp >= 0x2763 && cp <= 0x2767) ||
           (cp >= 0x231A && cp <= 0x231B) || cp == 0x2B55 || cp == 0x3030;
}

enum text_class text_classify(uint32_t cp)
{
    if (cp == '\t' || cp == '\n' || cp == '\r' || cp == '\v' || cp == '\f' || cp == 0x85)
        return TEXT_SPACE;
    if (is_han(cp))
        return TEXT_HAN;
    if (is_emoji(cp))
        return TEXT_EMOJI;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return TEXT_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return TEXT_MARK;
    case UTF8PROC_CATEGORY_ND:
        return TEXT_DIGIT;
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return TEXT_NUMBER;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
        return TEXT_PUNCT;
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
        return TEXT_SYMBOL;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return TEXT_SPACE;
    default:
        return TEXT_OTHER;
    }
}

size_t text_utf16_units(const char *bytes, size_t length)
{
    size_t units = 0;
    uint32_t cp;

    for (size_t i = 0; i < length;) {
        i += text_next(bytes + i, length - i, &cp);
        units += cp >= 0x10000 ? 2 : 1;
    }
    return units;
}

size_t text_characters(const char *bytes, size_t length)
{
    size_t count = 0;
    uint32_t cp;

    for (size_t i = 0; i < length; count++)
        i += text_next(bytes + i, length - i, &cp);
    return count;
}

size_t text_cells(const char *bytes, size_t length)
{
    size_t cells = 0;
    uint32_t cp;

    for (size_t i = 0; i < length;) {
        int width;

        i += text_next(bytes + i, length - i, &cp);
        width = utf8proc_charwidth((utf8proc_int32_t)cp);
        if (width > 0)
            cells += (size_t)width;
    }
    return cells;
}
