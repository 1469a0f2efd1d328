/*
 * cmpp_text.h — texts as CMPP carries them: one message or the parts of a long one
 * (3GPP TS 23.040, 9.2.3.24.1), and what stands in a reply.
 *
 * Pure; owns nothing; any thread.
 */
#ifndef GATEWAYS_CMPP_TEXT_H
#define GATEWAYS_CMPP_TEXT_H

#include "gateways/cmpp_pdu.h"
#include "gateways/gateway.h"

enum {
    CMPP_PART_BYTES = 140, /* a short message; with a header of 6 bytes, 67 units */
    CMPP_FMT_ASCII = 0,
    CMPP_FMT_BINARY = 4,
    CMPP_FMT_UCS2 = 8,
    CMPP_FMT_GBK = 15,
};

struct cmpp_part {
    uint8_t content[CMPP_PART_BYTES];
    uint8_t length;
};

/*
 * A text as UTF-16BE: one part of up to 70 units, else parts of up to 67 behind a header
 * that has `ref` in common, none of which ends within a surrogate pair. Returns their
 * number; 0 where the text is empty, no UTF-8 or needs more than GATEWAY_PARTS.
 */
NODISCARD int cmpp_text_parts(const char *text, uint8_t ref,
                              struct cmpp_part out[GATEWAY_PARTS]);

/*
 * What a reply says, into text, garbled, part, parts and part_ref. Headers with a
 * reference of one byte and of two are understood, others skipped. An encoding that
 * is none of ASCII, UCS-2 and GBK, or bytes that it cannot mean, make it garbled, and
 * what can be kept is kept. Half a surrogate pair at the edge of a part is left out: its
 * other half is in another part, and the words around it are worth more.
 */
void cmpp_text_read(const struct cmpp_deliver *reply, struct news *out);

#endif
