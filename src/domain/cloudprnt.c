/*
 * cloudprnt.c — see cloudprnt.h.
 */
#include "domain/cloudprnt.h"

#include <strings.h>

#include "base/compiler.h"
#include "domain/printer_state.h"

enum { PRINTING = 220, DOWNLOAD_TIMEOUT = 520 };

int cloudprnt_code(const char *text)
{
    int code = 0, digits = 0;

    while (*text == ' ')
        text++;
    if (strncasecmp(text, "OK", 2) == 0 && text[2] == '\0')
        return 200;
    for (; *text >= '0' && *text <= '9'; text++, digits++)
        if (digits < 3)
            code = code * 10 + (*text - '0');
    return digits == 3 && code >= 100 ? code : 0; /* "2000" is none */
}

unsigned cloudprnt_signs(int code)
{
    static const struct {
        int code;
        unsigned signs;
    } known[] = {
        {410, PRINTER_PAPER_END},
        {420, PRINTER_COVER_OPEN},
    };

    for (size_t i = 0; i < LENGTH(known); i++)
        if (known[i].code == code)
            return known[i].signs;
    if (code == 0)
        return PRINTER_UNKNOWN;
    if (code / 10 == 21) /* two revisions of the guide differ in the last digit */
        return PRINTER_ONLINE | PRINTER_PAPER_NEAR_END;
    return code / 100 == 2 ? PRINTER_ONLINE : PRINTER_RECOVERABLE_ERROR;
}

bool cloudprnt_is_well(int code)
{
    return code / 100 == 2;
}

bool cloudprnt_is_printing(int code)
{
    return code == PRINTING;
}

enum cloudprnt_fate cloudprnt_fate(int code)
{
    if (code / 100 == 2)
        return CLOUDPRNT_PRINTED;
    if (code / 100 == 4 || code == DOWNLOAD_TIMEOUT)
        return CLOUDPRNT_KEEP;
    return code / 100 == 5 ? CLOUDPRNT_FAILED : CLOUDPRNT_UNKNOWN;
}

const char *cloudprnt_status(unsigned signs)
{
    if ((signs & PRINTER_COVER_OPEN) != 0)
        return "420 Cover open";
    if ((signs & PRINTER_PAPER_END) != 0)
        return "410 Out of paper";
    if (printer_blocked(signs))
        return (signs & (PRINTER_CUTTER_ERROR | PRINTER_FATAL_ERROR |
                         PRINTER_RECOVERABLE_ERROR)) != 0
                   ? "411 Jam"
                   : "499 No answer";
    return (signs & PRINTER_PAPER_NEAR_END) != 0 ? "211 Paper low" : "200 OK";
}
