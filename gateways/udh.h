/*
 * udh.h — the user data header in front of a part of a long message (3GPP TS 23.040,
 * 9.2.3.24): "05 00 03 REF TOTAL NUMBER", or "06 08 04" with a reference of two bytes.
 *
 * Any bytes are taken; numbers that make no sense make no part. Owns nothing; any thread.
 */
#ifndef GATEWAYS_UDH_H
#define GATEWAYS_UDH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateways/gateway.h"

/*
 * Reads the header that `bytes` begin with, its length byte first, and notes in `out`
 * which part this is. Gives its whole length; 0 where it does not hold together, and then
 * nothing is noted.
 */
size_t udh_read(const uint8_t *bytes, size_t length, struct news *out);

/*
 * Leaves out half a pair of UTF-16BE at an edge between parts: some phones cut there, and
 * each part is read by itself.
 */
void udh_trim_halves(const uint8_t **at, size_t *left, const struct news *out);

#endif
