/*
 * cloudprnt_test.c — status codes of printers that poll, as guides and firmware write
 * them: a row for each promise of cloudprnt.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "domain/cloudprnt.h"
#include "domain/printer_state.h"

static void codes_are_read(void **state)
{
    static const struct {
        const char *text;
        int code;
    } rows[] = {
        {"200%20OK", 200},
        {"200 OK", 200},
        {"OK", 200},
        {"ok", 200},
        {" 410 Out of paper", 410},
        {"521", 521},
        {"", 0},
        {"OKAY", 0},
        {"20", 0},
        {"2000", 0},
        {"099", 0},
        {"-200", 0},
        {"99999999999999999999", 0},
        {CLOUDPRNT_NOT_KNOWN, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (cloudprnt_code(rows[i].text) != rows[i].code)
            fail_msg("\"%s\" is read as %d", rows[i].text, cloudprnt_code(rows[i].text));
}

static void a_code_says_how_it_stands(void **state)
{
    static const struct {
        int code;
        unsigned signs;
        bool blocked;
        enum cloudprnt_fate fate;
    } rows[] = {
        {200, PRINTER_ONLINE, false, CLOUDPRNT_PRINTED},
        {201, PRINTER_ONLINE, false, CLOUDPRNT_PRINTED},
        {210, PRINTER_ONLINE | PRINTER_PAPER_NEAR_END, false, CLOUDPRNT_PRINTED},
        {211, PRINTER_ONLINE | PRINTER_PAPER_NEAR_END, false, CLOUDPRNT_PRINTED},
        {221, PRINTER_ONLINE, false, CLOUDPRNT_PRINTED},
        {299, PRINTER_ONLINE, false, CLOUDPRNT_PRINTED},
        {410, PRINTER_PAPER_END, true, CLOUDPRNT_KEEP},
        {411, PRINTER_RECOVERABLE_ERROR, true, CLOUDPRNT_KEEP},
        {420, PRINTER_COVER_OPEN, true, CLOUDPRNT_KEEP},
        {499, PRINTER_RECOVERABLE_ERROR, true, CLOUDPRNT_KEEP},
        {510, PRINTER_RECOVERABLE_ERROR, true, CLOUDPRNT_FAILED},
        {520, PRINTER_RECOVERABLE_ERROR, true, CLOUDPRNT_KEEP},
        {521, PRINTER_RECOVERABLE_ERROR, true, CLOUDPRNT_FAILED},
        {700, PRINTER_RECOVERABLE_ERROR, true, CLOUDPRNT_UNKNOWN},
        {0, PRINTER_UNKNOWN, false, CLOUDPRNT_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (cloudprnt_signs(rows[i].code) != rows[i].signs ||
            printer_blocked(rows[i].signs) != rows[i].blocked ||
            cloudprnt_is_well(rows[i].code) != (rows[i].code / 100 == 2) ||
            cloudprnt_fate(rows[i].code) != rows[i].fate)
            fail_msg("code %d: signs %x, fate %d", rows[i].code,
                     cloudprnt_signs(rows[i].code), (int)cloudprnt_fate(rows[i].code));
    assert_true(cloudprnt_is_printing(220));
    assert_false(cloudprnt_is_printing(200));
}

/* What our agent says is understood as it was meant. */
static void what_we_say_comes_back(void **state)
{
    static const struct {
        unsigned signs;
        int code;
    } rows[] = {
        {PRINTER_ONLINE, 200},
        {PRINTER_ONLINE | PRINTER_UNKNOWN, 200},
        {PRINTER_UNKNOWN, 200},
        {PRINTER_ONLINE | PRINTER_PAPER_NEAR_END, 211},
        {PRINTER_PAPER_END | PRINTER_PAPER_NEAR_END, 410},
        {PRINTER_COVER_OPEN | PRINTER_PAPER_END, 420},
        {PRINTER_ONLINE | PRINTER_CUTTER_ERROR, 411},
        {PRINTER_FATAL_ERROR, 411},
        {PRINTER_RECOVERABLE_ERROR, 411},
        {0, 499},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int code = cloudprnt_code(cloudprnt_status(rows[i].signs));

        if (code != rows[i].code ||
            cloudprnt_is_well(code) == printer_blocked(rows[i].signs))
            fail_msg("signs %x are said as \"%s\"", rows[i].signs,
                     cloudprnt_status(rows[i].signs));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_read),
        cmocka_unit_test(a_code_says_how_it_stands),
        cmocka_unit_test(what_we_say_comes_back),
    };

    return cmocka_run_group_tests_name("cloudprnt", tests, NULL, NULL);
}
