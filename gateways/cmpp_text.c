/*
 * cmpp_text.c — see cmpp_text.h.
 */
#include "gateways/cmpp_text.h"

#include <string.h>

#include "base/charset.h"
#include "gateways/udh.h"

enum {
    UNITS_SINGLE = 70,
    UNITS_PART = 67,
    HEADER_BYTES = 6,    /* 05 00 03 ref total number */
    ELEMENT_REF8 = 0x00, /* information element of TS 23.040 */
};

static bool is_high(const uint8_t *unit)
{
    return (unit[0] & 0xfc) == 0xd8;
}

/* ---- out ---- */

/* How many bytes the next part takes of what is left. */
static size_t part_bytes(const uint8_t *units, size_t bytes)
{
    size_t take = bytes < 2 * UNITS_PART ? bytes : 2 * UNITS_PART;

    if (take < bytes && is_high(units + take - 2))
        take -= 2;
    return take;
}

static int long_parts(const uint8_t *units, size_t bytes, uint8_t ref,
                      struct cmpp_part out[GATEWAY_PARTS])
{
    int count = 0;

    for (; bytes > 0; count++) {
        size_t take = part_bytes(units, bytes);
        const uint8_t header[HEADER_BYTES] = {5, ELEMENT_REF8,        3, ref,
                                              0, (uint8_t)(count + 1)};

        if (count == GATEWAY_PARTS)
            return 0;
        memcpy(out[count].content, header, HEADER_BYTES);
        memcpy(out[count].content + HEADER_BYTES, units, take);
        out[count].length = (uint8_t)(HEADER_BYTES + take);
        units += take;
        bytes -= take;
    }
    for (int i = 0; i < count; i++)
        out[i].content[4] = (uint8_t)count;
    return count;
}

int cmpp_text_parts(const char *text, uint8_t ref, struct cmpp_part out[GATEWAY_PARTS])
{
    struct buf units = buf_new(2 * GATEWAY_TEXT_MOST);
    int count = 0;

    if (!charset_to_utf16be(text, strlen(text), &units) || units.length == 0 ||
        units.overflowed)
        goto end;
    if (units.length <= 2 * UNITS_SINGLE) {
        memcpy(out[0].content, units.data, units.length);
        out[0].length = (uint8_t)units.length;
        count = 1;
    } else {
        count = long_parts((const uint8_t *)units.data, units.length, ref, out);
    }
end:
    buf_free(&units);
    return count;
}

/* ---- in ---- */

/* The name of an encoding; "" for none that holds text. */
static const char *charset_of(uint8_t fmt)
{
    switch (fmt) {
    case CMPP_FMT_ASCII:
        return "US-ASCII";
    case CMPP_FMT_UCS2:
        return "UTF-16BE";
    case CMPP_FMT_GBK:
        return "GBK";
    default:
        return "";
    }
}

void cmpp_text_read(const struct cmpp_deliver *reply, struct news *out)
{
    const char *charset = charset_of(reply->msg_fmt);
    const uint8_t *at = reply->content;
    size_t left = reply->length;

    if ((reply->tp_udhi & 1) != 0) {
        size_t header = udh_read(at, left, out);

        at += header;
        left -= header;
        /* It may be text that only claims a header, and a person can still read it. */
        if (header == 0) {
            out->garbled = true;
            charset_salvage(charset, at, left, &out->text);
            return;
        }
    }
    if (reply->msg_fmt == CMPP_FMT_UCS2)
        udh_trim_halves(&at, &left, out);
    out->garbled = !charset_decode(charset, at, left, &out->text);
    if (out->garbled)
        charset_salvage(charset, at, left, &out->text);
}
