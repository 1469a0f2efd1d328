/*
 * drawing.h — for tests that draw text: gives the fonts back at the end, and tells the
 * leak checker of the few bytes that fontconfig keeps of its configuration for good.
 * Included once in a test.
 */
#ifndef TESTS_DRAWING_H
#define TESTS_DRAWING_H

#include "printers/image.h"

const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\n";
}

/* A teardown of cmocka's groups. */
static int forget_fonts(void **state)
{
    (void)state;
    image_forget_fonts();
    return 0;
}

#endif
