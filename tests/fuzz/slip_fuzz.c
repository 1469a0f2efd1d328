/*
 * slip_fuzz.c — any bytes as a ticket template: refused with a sentence, or laid out
 * within the limits and rendered in every format; whatever was drawn, the letters that
 * are drawn after it stay the same.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "domain/slip.h"
#include "printers/printer.h"
#include "printers/profile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What it reads of the machine's fonts it keeps for good. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

/* As a server has it: one cache for all tickets. */
static struct printer_cache *cache;

/* A ticket with a letter as a picture: what it is at first it is for ever. */
static void draws_as_ever(void)
{
    static const char t[] = "^^^号𬱖";
    static struct buf first;
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct slip_values none = {{0}};
    struct error err = {0};
    struct profile p;
    struct slip slip;

    printer_cache_forget(cache);
    assert(profile_builtin("58mm", &p, &err));
    assert(slip_compose(t, strlen(t), &none, &p, &slip, &err));
    assert(slip_render_cached(&slip, &p, SLIP_PNG, cache, &out, &err));
    slip_free(&slip);
    if (first.length == 0) {
        first = out;
        return;
    }
    assert(out.length == first.length && memcmp(out.data, first.data, out.length) == 0);
    buf_free(&out);
}

static void render(const struct slip *slip, const struct profile *p)
{
    for (size_t i = 0; i < slip->row_count; i++) {
        const struct slip_row *row = &slip->rows[i];

        for (size_t r = 0; row->kind == ROW_TEXT && r < row->runs; r++) {
            const struct slip_run *run = &slip->runs[row->run + r];

            assert(run->x_half >= 0 && run->x_half + 2 * run->cells <= 2 * p->columns);
        }
    }
    for (int format = 0; format < SLIP_FORMATS; format++) {
        struct buf out = buf_new(PRINTER_BYTES_MAX);
        struct error err = {0};

        assert(slip_render_cached(slip, p, (enum slip_format)format, cache, &out, &err));
        buf_free(&out);
    }
    draws_as_ever();
}

/* The document with the values put in makes the same slip, where it is not too long. */
static void read_back(const uint8_t *data, size_t size, const struct slip_values *values,
                      const struct profile *p, const struct slip *slip)
{
    struct buf source = buf_new(1 << 20);
    struct slip_values none = {{0}};
    struct error err = {0};
    struct slip again;

    assert(slip_source((const char *)data, size, values, &source, &err));
    if (slip_compose(buf_text(&source), source.length, &none, p, &again, &err)) {
        assert(again.dots == slip->dots && again.text.length == slip->text.length &&
               again.run_count == slip->run_count &&
               memcmp(buf_text(&again.text), buf_text(&slip->text), slip->text.length) ==
                   0);
    } else {
        assert(err.kind == ERROR_TOO_LARGE);
    }
    slip_free(&again);
    buf_free(&source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slip_values values = {{[SLIP_HALL] = "-{|}^\"厅",
                                  [SLIP_NUMBER] = "A023",
                                  [SLIP_WINDOW_HINT] = "1" SLIP_NEXT "\\|;" SLIP_NEXT}};
    struct error err = {0};
    struct profile p;
    struct slip slip;

    if (cache == NULL)
        cache = printer_cache_new();
    if (!profile_builtin(size % 2 != 0 ? "80mm" : "58mm", &p, &err))
        return 0;
    p.encoding = size % 4 < 2 ? ENCODING_GB18030 : ENCODING_RASTER;
    if (slip_compose((const char *)data, size, &values, &p, &slip, &err)) {
        assert(slip.dots <= SLIP_DOTS_MAX);
        render(&slip, &p);
        read_back(data, size, &values, &p, &slip);
    } else {
        assert(err.text[0] != '\0');
    }
    slip_free(&slip);
    return 0;
}
