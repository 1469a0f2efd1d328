/*
 * cmpp_pdu.c — each PDU is described once, field by field, and the same description packs
 * and unpacks, so that the two cannot come apart. A cursor knows the direction; what does
 * not fit marks it bad and is seen at the end.
 *
 * Promise: whatever the bytes are, nothing beyond them is read, and a PDU is taken only
 * if its fields fill it exactly. Not here: what the values mean (cmpp.c, cmpp_text.c).
 */
#include "gateways/cmpp_pdu.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypt.h"

struct wire {
    uint8_t *to;         /* packing: where the next byte goes; else NULL */
    const uint8_t *from; /* unpacking: the next byte; else NULL */
    size_t left;
    bool v3;
    bool bad;
};

static size_t phone_width(const struct wire *w)
{
    return w->v3 ? 32 : 21;
}

static void wire_bytes(struct wire *w, uint8_t *value, size_t length)
{
    if (w->bad || length > w->left) {
        w->bad = true;
        return;
    }
    if (w->to != NULL) {
        memcpy(w->to, value, length);
        w->to += length;
    } else {
        memcpy(value, w->from, length);
        w->from += length;
    }
    w->left -= length;
}

static void wire_number(struct wire *w, uint64_t *value, size_t width)
{
    uint8_t bytes[8];

    if (w->to != NULL) {
        for (size_t i = 0; i < width; i++)
            bytes[i] = (uint8_t)(*value >> (8 * (width - 1 - i)));
        if (width < 8 && *value >> (8 * width) != 0)
            w->bad = true;
        wire_bytes(w, bytes, width);
        return;
    }
    memset(bytes, 0, sizeof(bytes));
    wire_bytes(w, bytes, width);
    *value = 0;
    for (size_t i = 0; i < width; i++)
        *value = *value << 8 | bytes[i];
}

static void wire_u8(struct wire *w, uint8_t *value)
{
    wire_bytes(w, value, 1);
}

static void wire_u32(struct wire *w, uint32_t *value, size_t width)
{
    uint64_t wide = *value;

    wire_number(w, &wide, width);
    *value = (uint32_t)wide;
}

/* A text in a field of `width` bytes; `value` has room for one more. */
static void wire_text(struct wire *w, char *value, size_t width)
{
    uint8_t field[33] = {0};

    if (w->to != NULL) {
        size_t length = strlen(value);

        if (length > width) {
            w->bad = true;
            return;
        }
        memcpy(field, value, length);
        wire_bytes(w, field, width);
        return;
    }
    wire_bytes(w, field, width);
    field[width] = '\0';
    snprintf(value, width + 1, "%s", (const char *)field);
}

static void wire_content(struct wire *w, uint8_t *length, uint8_t content[CMPP_CONTENT])
{
    wire_u8(w, length);
    wire_bytes(w, content, *length);
}

/* ---- one description for each PDU ---- */

static void wire_connect(struct wire *w, struct cmpp_connect *p)
{
    wire_text(w, p->source, 6);
    wire_bytes(w, p->authenticator, CMPP_HASH);
    wire_u8(w, &p->version);
    wire_u32(w, &p->timestamp, 4);
}

static void wire_connect_resp(struct wire *w, struct cmpp_connect_resp *p)
{
    wire_u32(w, &p->status, w->v3 ? 4 : 1);
    wire_bytes(w, p->authenticator, CMPP_HASH);
    wire_u8(w, &p->version);
}

static void wire_submit(struct wire *w, struct cmpp_submit *p)
{
    wire_number(w, &p->msg_id, 8);
    wire_u8(w, &p->pk_total);
    wire_u8(w, &p->pk_number);
    wire_u8(w, &p->registered_delivery);
    wire_u8(w, &p->msg_level);
    wire_text(w, p->service_id, 10);
    wire_u8(w, &p->fee_user_type);
    wire_text(w, p->fee_terminal, phone_width(w));
    if (w->v3)
        wire_u8(w, &p->fee_terminal_type);
    wire_u8(w, &p->tp_pid);
    wire_u8(w, &p->tp_udhi);
    wire_u8(w, &p->msg_fmt);
    wire_text(w, p->msg_src, 6);
    wire_text(w, p->fee_type, 2);
    wire_text(w, p->fee_code, 6);
    wire_text(w, p->valid_time, 17);
    wire_text(w, p->at_time, 17);
    wire_text(w, p->src_id, 21);
    wire_u8(w, &p->dest_count);
    if (p->dest_count > CMPP_DESTS)
        w->bad = true;
    for (int i = 0; i < p->dest_count && !w->bad; i++)
        wire_text(w, p->dest[i], phone_width(w));
    if (w->v3)
        wire_u8(w, &p->dest_type);
    wire_content(w, &p->length, p->content);
    wire_text(w, p->link_id, w->v3 ? 20 : 8);
}

static void wire_deliver(struct wire *w, struct cmpp_deliver *p)
{
    wire_number(w, &p->msg_id, 8);
    wire_text(w, p->dest_id, 21);
    wire_text(w, p->service_id, 10);
    wire_u8(w, &p->tp_pid);
    wire_u8(w, &p->tp_udhi);
    wire_u8(w, &p->msg_fmt);
    wire_text(w, p->src_terminal, phone_width(w));
    if (w->v3)
        wire_u8(w, &p->src_terminal_type);
    wire_u8(w, &p->registered_delivery);
    wire_content(w, &p->length, p->content);
    wire_text(w, p->link_id, w->v3 ? 20 : 8);
}

static void wire_result(struct wire *w, struct cmpp_result *p)
{
    wire_number(w, &p->msg_id, 8);
    wire_u32(w, &p->result, w->v3 ? 4 : 1);
}

static void wire_report(struct wire *w, struct cmpp_report *p)
{
    wire_number(w, &p->msg_id, 8);
    wire_text(w, p->stat, 7);
    wire_text(w, p->submit_time, 10);
    wire_text(w, p->done_time, 10);
    wire_text(w, p->dest, phone_width(w));
    wire_u32(w, &p->smsc_sequence, 4);
}

static void wire_body(struct wire *w, struct cmpp_pdu *pdu)
{
    switch (pdu->command) {
    case CMPP_CONNECT:
        wire_connect(w, &pdu->connect);
        break;
    case CMPP_CONNECT | CMPP_ANSWER:
        wire_connect_resp(w, &pdu->connect_resp);
        break;
    case CMPP_SUBMIT:
        wire_submit(w, &pdu->submit);
        break;
    case CMPP_DELIVER:
        wire_deliver(w, &pdu->deliver);
        break;
    case CMPP_SUBMIT | CMPP_ANSWER:
    case CMPP_DELIVER | CMPP_ANSWER:
        wire_result(w, &pdu->result);
        break;
    case CMPP_ACTIVE_TEST | CMPP_ANSWER:
        wire_u8(w, &pdu->reserved);
        break;
    case CMPP_ACTIVE_TEST:
    case CMPP_TERMINATE:
    case CMPP_TERMINATE | CMPP_ANSWER:
        break;
    default:
        w->bad = true;
    }
}

/* ---- both directions ---- */

size_t cmpp_pack(const struct cmpp_pdu *pdu, enum cmpp_version version,
                 uint8_t out[CMPP_PDU_MOST])
{
    struct wire w = {.to = out, .left = CMPP_PDU_MOST, .v3 = version == CMPP_30};
    struct cmpp_pdu copy = *pdu;
    uint64_t total = 0, command = pdu->command, sequence = pdu->sequence;

    wire_number(&w, &total, 4);
    wire_number(&w, &command, 4);
    wire_number(&w, &sequence, 4);
    wire_body(&w, &copy);
    if (w.bad)
        return 0;
    total = CMPP_PDU_MOST - w.left;
    w = (struct wire){.to = out, .left = 4};
    wire_number(&w, &total, 4);
    return (size_t)total;
}

bool cmpp_unpack(const void *bytes, size_t length, enum cmpp_version version,
                 struct cmpp_pdu *out)
{
    struct wire w = {.from = bytes, .left = length, .v3 = version == CMPP_30};
    uint32_t total = 0;

    memset(out, 0, sizeof(*out));
    wire_u32(&w, &total, 4);
    wire_u32(&w, &out->command, 4);
    wire_u32(&w, &out->sequence, 4);
    if (w.bad || total != length)
        return false;
    wire_body(&w, out);
    return !w.bad && w.left == 0;
}

bool cmpp_length(const uint8_t *bytes, size_t length, size_t *out)
{
    struct wire w = {.from = bytes, .left = length};
    uint32_t total = 0;

    *out = 0;
    if (length < 4)
        return true;
    wire_u32(&w, &total, 4);
    *out = total;
    return total >= CMPP_HEADER && total <= CMPP_PDU_MOST;
}

bool cmpp_unpack_connect_resp(const void *bytes, size_t length, struct cmpp_pdu *out,
                              enum cmpp_version *form)
{
    *form = length == 30 ? CMPP_20 : CMPP_30;
    return cmpp_unpack(bytes, length, *form, out) &&
           out->command == (CMPP_CONNECT | CMPP_ANSWER);
}

bool cmpp_report_unpack(const void *bytes, size_t length, struct cmpp_report *out)
{
    struct wire w = {.from = bytes, .left = length, .v3 = length != 60};

    memset(out, 0, sizeof(*out));
    wire_report(&w, out);
    return !w.bad && w.left == 0;
}

size_t cmpp_report_pack(const struct cmpp_report *report, enum cmpp_version version,
                        uint8_t out[CMPP_CONTENT])
{
    struct wire w = {.to = out, .left = CMPP_CONTENT, .v3 = version == CMPP_30};
    struct cmpp_report copy = *report;

    wire_report(&w, &copy);
    return w.bad ? 0 : CMPP_CONTENT - w.left;
}

/* ---- who is who ---- */

void cmpp_authenticator(const char *source, const char *secret, uint32_t timestamp,
                        uint8_t out[CMPP_HASH])
{
    static const uint8_t nine[9];
    struct buf b = buf_new(512);
    char digits[16];

    snprintf(digits, sizeof(digits), "%010u", (unsigned)timestamp);
    buf_add_text(&b, source);
    buf_add(&b, nine, sizeof(nine));
    buf_add_text(&b, secret);
    buf_add_text(&b, digits);
    crypt_md5(b.data, b.length, out);
    crypt_wipe(b.data, b.length);
    buf_free(&b);
}

void cmpp_authenticator_ismg(uint32_t status, enum cmpp_version form,
                             const uint8_t ours[CMPP_HASH], const char *secret,
                             uint8_t out[CMPP_HASH])
{
    struct buf b = buf_new(512);
    uint8_t bytes[4];
    struct wire w = {.to = bytes, .left = 4};

    wire_u32(&w, &status, form == CMPP_30 ? 4 : 1);
    buf_add(&b, bytes, form == CMPP_30 ? 4 : 1);
    buf_add(&b, ours, CMPP_HASH);
    buf_add_text(&b, secret);
    crypt_md5(b.data, b.length, out);
    crypt_wipe(b.data, b.length);
    buf_free(&b);
}
