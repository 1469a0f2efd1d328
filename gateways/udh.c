/*
 * udh.c — see udh.h.
 */
#include "gateways/udh.h"

enum {
    ELEMENT_REF8 = 0x00,
    ELEMENT_REF16 = 0x08,
};

static bool is_high(const uint8_t *unit)
{
    return (unit[0] & 0xfc) == 0xd8;
}

static bool is_low(const uint8_t *unit)
{
    return (unit[0] & 0xfc) == 0xdc;
}

/* One element of the header; what tells of a part is noted if it makes sense. */
static void read_element(uint8_t id, const uint8_t *value, size_t length,
                         struct news *out)
{
    size_t wide = id == ELEMENT_REF16 ? 1 : 0;
    int total, number;

    if ((id != ELEMENT_REF8 && id != ELEMENT_REF16) || length != 3 + wide)
        return;
    total = value[1 + wide];
    number = value[2 + wide];
    if (number < 1 || number > total || total < 2)
        return;
    out->part_ref = wide != 0 ? value[0] << 8 | value[1] : value[0];
    out->parts = total;
    out->part = number;
}

size_t udh_read(const uint8_t *bytes, size_t length, struct news *out)
{
    size_t whole = length > 0 ? bytes[0] + 1u : 0, i = 1;

    if (length == 0 || whole > length)
        return 0;
    while (i < whole) {
        if (i + 2 > whole || i + 2 + bytes[i + 1] > whole) {
            out->part = out->parts = out->part_ref = 0;
            return 0;
        }
        read_element(bytes[i], bytes + i + 2, bytes[i + 1], out);
        i += 2u + bytes[i + 1];
    }
    return whole;
}

void udh_trim_halves(const uint8_t **at, size_t *left, const struct news *out)
{
    if (out->part > 1 && *left >= 2 && is_low(*at)) {
        *at += 2;
        *left -= 2;
    }
    if (out->part < out->parts && *left >= 2 && *left % 2 == 0 &&
        is_high(*at + *left - 2))
        *left -= 2;
}
