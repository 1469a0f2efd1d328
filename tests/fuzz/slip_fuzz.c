/*
 * slip_fuzz.c — any bytes as a ticket template: refused with a sentence, or laid out
 * within the limits and rendered as SVG and text.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "domain/slip.h"
#include "printers/printer.h"
#include "printers/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void render(const struct slip *slip, const struct profile *p)
{
    for (size_t i = 0; i < slip->row_count; i++) {
        const struct slip_row *row = &slip->rows[i];

        for (size_t r = 0; row->kind == ROW_TEXT && r < row->runs; r++) {
            const struct slip_run *run = &slip->runs[row->run + r];

            assert(run->x_half >= 0 && run->x_half + 2 * run->cells <= 2 * p->columns);
        }
    }
    for (int format = SLIP_SVG; format < SLIP_FORMATS; format++) {
        struct buf out = buf_new(PRINTER_BYTES_MAX);
        struct error err = {0};

        assert(slip_render(slip, p, (enum slip_format)format, &out, &err));
        buf_free(&out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slip_values values = {{[SLIP_HALL] = "-{|}^\"厅", [SLIP_NUMBER] = "A023"}};
    struct error err = {0};
    struct profile p;
    struct slip slip;

    if (!profile_builtin(size % 2 != 0 ? "80mm" : "58mm", &p, &err))
        return 0;
    if (slip_compose((const char *)data, size, &values, &p, &slip, &err)) {
        assert(slip.dots <= SLIP_DOTS_MAX);
        render(&slip, &p);
    } else {
        assert(err.text[0] != '\0');
    }
    slip_free(&slip);
    return 0;
}
