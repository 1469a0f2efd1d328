/*
 * slip_sample.h — what the tests of tickets share: a paper, values of every kind, and a
 * template as plain text.
 *
 * Texts are given.
 */
#ifndef TESTS_UNIT_SLIP_SAMPLE_H
#define TESTS_UNIT_SLIP_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "domain/slip.h"
#include "printers/printer.h"
#include "printers/profile.h"
#include "tests/unit/drawing.h"

static inline struct profile profile_of(const char *name)
{
    struct error err = {0};
    struct profile p;

    assert_true(profile_builtin(name, &p, &err));
    return p;
}

static const struct slip_values full = {{
    [SLIP_HALL] = "新城区政务服务中心",
    [SLIP_SERVICE] = "不动产登记",
    [SLIP_NUMBER] = "A023",
    [SLIP_WINDOW_HINT] = "请到 3、4、5 号窗口区域等候",
    [SLIP_AHEAD] = "12",
    [SLIP_WAIT_MIN] = "20–35",
    [SLIP_TAKEN_AT] = "2026-11-23 09:41",
    [SLIP_QR_URL] = "https://pj.example.cn/t/7K3M9QXR2TBC5DFG8HJN4PVWYZ01",
    [SLIP_SHORT_CODE] = "K7QM3RXD",
    [SLIP_CAPTION] = "扫码评价本次服务",
    [SLIP_ROOT] = "1284 7QF2K",
}};

/* The template as plain text on paper of 32 cells; the error's sentence if there is one.
 */
static inline char *as_text(const char *template_text, const struct slip_values *values)
{
    struct profile p = profile_of("58mm");
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;

    if (!slip_compose(template_text, strlen(template_text), values, &p, &slip, &err)) {
        assert_int_equal(slip.row_count, 0);
        return memory_text(err.text);
    }
    assert_true(slip_render(&slip, &p, SLIP_TEXT, &out, &err));
    slip_free(&slip);
    return buf_take(&out);
}

#endif
