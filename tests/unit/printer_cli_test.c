/*
 * printer_cli_test.c — `yiping printer status|test|profile` with printers on a cable and
 * on a serial line: what a person who sets one up is told. Printers on the network are
 * proved in tests/flow/printers.test.mjs, those of CUPS in cups_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drawing.h"
#include "printer_words.h"
#include "scripted_printer.h"

enum { DEVICE, SERIAL, PRINTERS };

static struct scripted_printer printers[PRINTERS];
static char config[1024];

static const struct {
    const char *words;
    int code;
    const char *out, *err; /* what must stand there; NULL: anything */
} rows[] = {
    {"status device", 0, "一切正常", NULL},
    {"status serial", 5, "没有纸", NULL},
    {"status away", 5, "Is it plugged in", NULL},
    {"status", 5, "serial: serial /dev/pts/", NULL},
    {"test device", 0, "GS r", NULL},
    {"test serial", 5, NULL, "Put a new roll in"},
    {"test away", 5, NULL, "nothing was sent"},
    {"profile device", 0, "0 on network and USB", NULL},
    {"profile serial", 0, "a QR code drawn by us takes seconds", NULL},
    {"profile serial", 0, "without it chunk_bytes and chunk_delay", NULL},
    {"profile slow", 0, "! 115200", NULL},
    {"profile shown", 0, "way              preview      \n[profile 80mm]\n", NULL},
};

static void people_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct printer_saying run;

        printer_say_words(rows[i].words, config, &run);
        if (run.code != rows[i].code ||
            (rows[i].out != NULL && strstr(run.out, rows[i].out) == NULL) ||
            (rows[i].err != NULL && strstr(run.err, rows[i].err) == NULL))
            fail_msg("%s: %d\n%s%s", rows[i].words, run.code, run.out, run.err);
    }
    assert_true(printer_letters(&printers[DEVICE]) > 1000);
    assert_int_equal(printer_letters(&printers[SERIAL]), 0);
}

static int plug(void **state)
{
    struct printer_script well = printer_well(),
                          empty = {.realtime = {0, 0x1A, 0x32, 0x12, 0x7E}};

    (void)state;
    printer_plug(&printers[DEVICE], &well);
    printer_plug(&printers[SERIAL], &empty);
    snprintf(config, sizeof(config),
             "[printer device]\nway = device\npath = %s\nprofile = 58mm\n"
             "[printer serial]\nway = serial\npath = %s\nflow = none\n"
             "[printer slow]\nway = serial\npath = /dev/no-such-line\nprofile = r\n"
             "[profile r]\nencoding = raster\n"
             "[printer shown]\nway = preview\n"
             "[printer away]\nway = device\npath = /dev/usb/no-such-lp\n",
             printers[DEVICE].address, printers[SERIAL].address);
    return 0;
}

static int unplug(void **state)
{
    printer_end(&printers[DEVICE]);
    printer_end(&printers[SERIAL]);
    return forget_fonts(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(people_are_told, plug, unplug),
    };

    return cmocka_run_group_tests_name("printer_cli", tests, NULL, NULL);
}
