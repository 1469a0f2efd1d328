/*
 * rom_font.h — which characters a printer has letters for, and their bytes.
 *
 * Cautious: a character counts as missing where models differ, because a line with a
 * missing one is drawn by us and a wrong one would be a question mark on paper. GB 18030
 * and GBK mean the characters of GBK whose two bytes are the same in both; Big5 its two
 * bytes; UTF-8 the characters of GBK that are as wide on every printer. One thread.
 */
#ifndef PRINTERS_ROM_FONT_H
#define PRINTERS_ROM_FONT_H

#include <stddef.h>

#include "domain/profile.h"

struct rom_font;

/* Given: rom_font_free it. One that has nothing beyond ASCII where this machine does not
 * know the encoding. */
struct rom_font *rom_font_new(enum profile_encoding encoding);
void rom_font_free(struct rom_font *f);

/* Bytes of the UTF-8 character at `text` for this printer; 0 where it has no letter. */
size_t rom_font_encode(struct rom_font *f, const char *text, size_t length,
                       char bytes[4]);

#endif
