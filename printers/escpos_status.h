/*
 * escpos_status.h — what an ESC/POS printer sends back, told apart byte by byte
 * (printers.md 1.6).
 *
 *     DLE EOT n   0xx1xx10            the answer to one question, at any time
 *     ASB         0xx1xx00, then three of 0xx0xxxx    by itself, when something changes
 *     GS r n      0xx0xxxx            in the order of the job
 *     GS ( H      37 22 d1 d2 d3 d4 00    when all before it has been printed
 *     GS I, …     35 37 3B 3D 53 5F … 00  texts; skipped
 *     XON, XOFF   11, 13
 *
 * Bytes may come that nobody asked for, cut off, in one another's midst, or from a
 * machine that is no printer at all: whatever comes, the reader stays bounded and finds
 * its feet again. Pure; a plain value; any thread.
 */
#ifndef PRINTERS_ESCPOS_STATUS_H
#define PRINTERS_ESCPOS_STATUS_H

#include <stdbool.h>
#include <stddef.h>

enum escpos_reply_kind {
    REPLY_NONE,       /* not yet complete, or nothing that we know */
    REPLY_REALTIME,   /* byte[0] answers a DLE EOT */
    REPLY_ASB,        /* byte[0..3] */
    REPLY_PAPER,      /* byte[0] answers a GS r 1 */
    REPLY_PROCESS_ID, /* byte[0..3] are the id */
    REPLY_XON,
    REPLY_XOFF,
};

struct escpos_reply {
    enum escpos_reply_kind kind;
    unsigned char byte[4];
};

enum { ESCPOS_BLOCK_MAX = 96 };

struct escpos_reader {
    unsigned char held[8]; /* the beginning of an ASB or of a block */
    size_t length;         /* bytes of it seen; may pass what is held */
    bool block;
};

/* Takes one byte. True where `out` now holds a reply (never REPLY_NONE). */
bool escpos_reader_take(struct escpos_reader *r, unsigned char byte,
                        struct escpos_reply *out);

/* Puts the answer to question `n` (1 printer, 2 offline, 3 error, 4 paper) into `signs`
 * of enum printer_sign, over what was known of the same matter. */
void escpos_signs_realtime(int n, unsigned char byte, unsigned *signs);

/* The same for an ASB state, and for the paper alone. */
void escpos_signs_asb(const unsigned char byte[4], unsigned *signs);
void escpos_signs_paper(unsigned char byte, unsigned *signs);

#endif
