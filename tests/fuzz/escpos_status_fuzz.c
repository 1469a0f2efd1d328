/*
 * escpos_status_fuzz.c — whatever a printer sends, the reader stays bounded, says only
 * what can be, and understands a printer that has come to its senses.
 */
#include <stdint.h>
#include <stdlib.h>

#include "domain/printer_state.h"
#include "printers/escpos_status.h"

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void check(const struct escpos_reply *reply)
{
    const unsigned char *b = reply->byte;

    switch (reply->kind) {
    case REPLY_REALTIME:
        must((b[0] & 0x93) == 0x12);
        break;
    case REPLY_ASB:
        must((b[0] & 0x93) == 0x10);
        for (int i = 1; i < 4; i++)
            must((b[i] & 0x90) == 0);
        break;
    case REPLY_PAPER:
        must((b[0] & 0x90) == 0);
        break;
    case REPLY_PROCESS_ID:
        for (int i = 0; i < 4; i++)
            must(b[i] >= 0x20 && b[i] <= 0x7E);
        break;
    case REPLY_XON:
    case REPLY_XOFF:
        break;
    default:
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct escpos_reader reader = {0};
    struct escpos_reply reply;
    unsigned signs = PRINTER_UNKNOWN;

    for (size_t i = 0; i < size; i++) {
        if (!escpos_reader_take(&reader, data[i], &reply))
            continue;
        check(&reply);
        if (reply.kind == REPLY_REALTIME)
            escpos_signs_realtime((int)(i % 4) + 1, reply.byte[0], &signs);
        else if (reply.kind == REPLY_ASB)
            escpos_signs_asb(reply.byte, &signs);
        else if (reply.kind == REPLY_PAPER)
            escpos_signs_paper(reply.byte[0], &signs);
        must(signs < 1u << PRINTER_SIGNS);
    }
    /* A byte that is nothing, an end, then an ASB: understood wherever it stood. */
    escpos_reader_take(&reader, 0xFF, &reply);
    for (int i = 0; i < 3; i++)
        escpos_reader_take(&reader, 0x00, &reply);
    escpos_reader_take(&reader, 0x10, &reply);
    escpos_reader_take(&reader, 0x00, &reply);
    escpos_reader_take(&reader, 0x00, &reply);
    must(escpos_reader_take(&reader, 0x00, &reply) && reply.kind == REPLY_ASB);
    return 0;
}
