/*
 * escpos_status.c — see escpos_status.h.
 */
#include "printers/escpos_status.h"

#include <string.h>

#include "domain/printer_state.h"

enum { XON = 0x11, XOFF = 0x13, PROCESS_HEAD = 0x37, PROCESS_KIND = 0x22 };

static bool is_realtime(unsigned char b)
{
    return (b & 0x93) == 0x12;
}

static bool is_asb_head(unsigned char b)
{
    return (b & 0x93) == 0x10;
}

/* The second to fourth byte of an ASB, and a GS r. */
static bool is_plain(unsigned char b)
{
    return (b & 0x90) == 0;
}

static bool is_block_head(unsigned char b)
{
    return b == PROCESS_HEAD || b == 0x3B || b == 0x3D || b == 0x5F || b == 0x35 ||
           b == 0x53;
}

static bool give(struct escpos_reply *out, enum escpos_reply_kind kind,
                 const unsigned char *bytes, size_t count)
{
    *out = (struct escpos_reply){.kind = kind};
    memcpy(out->byte, bytes, count);
    return true;
}

static void hold(struct escpos_reader *r, unsigned char b)
{
    if (r->length < sizeof(r->held))
        r->held[r->length] = b;
    r->length++;
}

static void forget(struct escpos_reader *r)
{
    r->length = 0;
    r->block = false;
}

/* Nothing is begun: what does this byte begin, or say alone? */
static bool take_first(struct escpos_reader *r, unsigned char b, struct escpos_reply *out)
{
    if (b == XON || b == XOFF)
        return give(out, b == XON ? REPLY_XON : REPLY_XOFF, &b, 1);
    if (is_realtime(b))
        return give(out, REPLY_REALTIME, &b, 1);
    if (is_asb_head(b) || is_block_head(b)) {
        r->block = is_block_head(b);
        hold(r, b);
        return false;
    }
    if (is_plain(b))
        return give(out, REPLY_PAPER, &b, 1);
    return false;
}

/* A block ends in 00; a printer that is switched off in its midst never sends that. */
static bool take_in_block(struct escpos_reader *r, unsigned char b,
                          struct escpos_reply *out)
{
    bool process;

    if (b == 0) {
        process =
            r->length == 6 && r->held[0] == PROCESS_HEAD && r->held[1] == PROCESS_KIND;
        forget(r);
        return process && give(out, REPLY_PROCESS_ID, r->held + 2, 4);
    }
    if (b >= 0x20 && b <= 0x7E && r->length < ESCPOS_BLOCK_MAX) {
        hold(r, b);
        return false;
    }
    /* A real-time answer may break in anywhere; it is none of the block's text. */
    if (is_realtime(b))
        return give(out, REPLY_REALTIME, &b, 1);
    forget(r);
    return take_first(r, b, out);
}

static bool take_in_asb(struct escpos_reader *r, unsigned char b,
                        struct escpos_reply *out)
{
    if (b == XON || b == XOFF)
        return give(out, b == XON ? REPLY_XON : REPLY_XOFF, &b, 1);
    if (is_realtime(b))
        return give(out, REPLY_REALTIME, &b, 1);
    if (!is_plain(b)) { /* cut off; this one begins something else, or nothing */
        forget(r);
        return take_first(r, b, out);
    }
    hold(r, b);
    if (r->length < 4)
        return false;
    forget(r);
    return give(out, REPLY_ASB, r->held, 4);
}

bool escpos_reader_take(struct escpos_reader *r, unsigned char byte,
                        struct escpos_reply *out)
{
    if (r->length == 0)
        return take_first(r, byte, out);
    return r->block ? take_in_block(r, byte, out) : take_in_asb(r, byte, out);
}

static void put(unsigned *signs, unsigned sign, bool set)
{
    *signs = (*signs & ~(sign | PRINTER_UNKNOWN)) | (set ? sign : 0u);
}

void escpos_signs_realtime(int n, unsigned char b, unsigned *signs)
{
    if (n == 1) {
        put(signs, PRINTER_ONLINE, (b & 0x08) == 0);
    } else if (n == 2) {
        put(signs, PRINTER_COVER_OPEN, (b & 0x04) != 0);
        put(signs, PRINTER_PAPER_END, (b & 0x20) != 0);
    } else if (n == 3) {
        put(signs, PRINTER_RECOVERABLE_ERROR, (b & 0x04) != 0);
        put(signs, PRINTER_CUTTER_ERROR, (b & 0x08) != 0);
        put(signs, PRINTER_FATAL_ERROR, (b & 0x20) != 0);
        put(signs, PRINTER_OVERHEATED, (b & 0x40) != 0);
    } else if (n == 4) {
        put(signs, PRINTER_PAPER_NEAR_END, (b & 0x0C) != 0);
        if ((b & 0x60) != 0)
            put(signs, PRINTER_PAPER_END, true);
    }
}

void escpos_signs_asb(const unsigned char b[4], unsigned *signs)
{
    put(signs, PRINTER_ONLINE, (b[0] & 0x08) == 0);
    put(signs, PRINTER_COVER_OPEN, (b[0] & 0x20) != 0);
    put(signs, PRINTER_RECOVERABLE_ERROR, (b[1] & 0x04) != 0);
    put(signs, PRINTER_CUTTER_ERROR, (b[1] & 0x08) != 0);
    put(signs, PRINTER_FATAL_ERROR, (b[1] & 0x20) != 0);
    put(signs, PRINTER_OVERHEATED, (b[1] & 0x40) != 0);
    put(signs, PRINTER_PAPER_NEAR_END, (b[2] & 0x03) != 0);
    put(signs, PRINTER_PAPER_END, (b[2] & 0x0C) != 0);
}

void escpos_signs_paper(unsigned char b, unsigned *signs)
{
    put(signs, PRINTER_PAPER_NEAR_END, (b & 0x03) != 0);
    put(signs, PRINTER_PAPER_END, (b & 0x0C) != 0);
}
