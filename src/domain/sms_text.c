/*
 * sms_text.c — counts units and parts.
 *
 * Promise: parts are those a phone receives when the text is cut as late as possible
 * between characters, so a text is never counted with fewer parts than it takes. Some
 * tools also keep emoji joined of several characters whole; the standard does not ask for
 * it and neither do we. Not here: making the parts (the gateways do, or their drivers).
 */
#include "domain/sms_text.h"

#include <limits.h>
#include <string.h>

enum { GSM_SINGLE = 160, GSM_PART = 153, UCS2_SINGLE = 70, UCS2_PART = 67 };

/* The default alphabet beyond those below, TS 23.038 6.2.1. */
static const uint16_t gsm_other[] = {
    0x00A3, 0x00A5, 0x00E8, 0x00E9, 0x00F9, 0x00EC, 0x00F2, 0x00C7, 0x00D8, 0x00F8,
    0x00C5, 0x00E5, 0x0394, 0x03A6, 0x0393, 0x039B, 0x03A9, 0x03A0, 0x03A8, 0x03A3,
    0x0398, 0x039E, 0x00C6, 0x00E6, 0x00DF, 0x00C9, 0x00A4, 0x00A1, 0x00C4, 0x00D6,
    0x00D1, 0x00DC, 0x00A7, 0x00BF, 0x00E4, 0x00F6, 0x00F1, 0x00FC, 0x00E0};

/* The extension table, TS 23.038 6.2.1.1: form feed ^ { } \ [ ~ ] | and the euro. */
static bool is_extension(uint32_t c)
{
    return c == 0x20AC || (c != 0 && c < 0x80 && strchr("\f^{}\\[~]|", (int)c) != NULL);
}

/* Septets of a character; 0 where GSM 7 bit has it not. */
static int gsm_septets(uint32_t c)
{
    if (is_extension(c))
        return 2;
    if (c == '\n' || c == '\r' || (c >= ' ' && c < 0x7F && c != '`'))
        return 1;
    for (size_t i = 0; i < LENGTH(gsm_other); i++) {
        if (gsm_other[i] == c)
            return 1;
    }
    return 0;
}

size_t sms_text_next(const char *text, size_t length, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)text;
    size_t bytes;
    uint32_t c;

    if (length == 0)
        return 0;
    c = p[0];
    bytes = c < 0x80 ? 1 : c < 0xC0 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF8 ? 4 : 0;
    if (bytes == 0 || bytes > length)
        return 0;
    if (bytes > 1)
        c &= 0x7FU >> bytes;
    for (size_t i = 1; i < bytes; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3F);
    }
    if (c < least[bytes] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *code = c;
    return bytes;
}

/* A text as it is being counted in parts of one size. */
struct tally {
    int part; /* units a part of a long message holds */
    int units, parts, used;
};

static void tally_add(struct tally *t, int units)
{
    if (t->used + units > t->part) { /* what is not to be parted moves on as a whole */
        t->parts++;
        t->used = 0;
    }
    t->used += units;
    t->units += units;
}

static void tally_close(const struct tally *t, int single, bool gsm7,
                        struct sms_count *out)
{
    out->gsm7 = gsm7;
    out->units = t->units;
    out->parts = t->units <= single ? 1 : t->parts;
}

bool sms_count(const char *text, size_t length, bool carrier_cn, struct sms_count *out)
{
    struct tally gsm = {.part = GSM_PART, .parts = 1};
    struct tally ucs2 = {.part = UCS2_PART, .parts = 1};
    bool gsm7 = !carrier_cn;
    size_t at = 0, bytes;
    uint32_t code;

    if (length > INT_MAX / 2)
        return false;
    for (; at < length; at += bytes) {
        bytes = sms_text_next(text + at, length - at, &code);
        if (bytes == 0)
            return false;
        if (gsm7) {
            gsm7 = gsm_septets(code) > 0;
            tally_add(&gsm, gsm_septets(code));
        }
        tally_add(&ucs2, code > 0xFFFF ? 2 : 1);
    }
    if (gsm7) {
        tally_close(&gsm, GSM_SINGLE, true, out);
        return true;
    }
    tally_close(&ucs2, UCS2_SINGLE, false, out);
    if (carrier_cn && out->units > SMS_CARRIER_SINGLE)
        out->parts = (out->units + SMS_CARRIER_PART - 1) / SMS_CARRIER_PART;
    return true;
}
