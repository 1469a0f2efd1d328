/*
 * slip_cells.h — how many cells of a ticket a character fills, and UTF-8 one character at
 * a time.
 *
 * Two cells for what is Wide or Fullwidth (Unicode 15, UAX #11), and for the signs that a
 * Chinese printer draws from its double-byte font (GB 18030's two-byte part: “ ” — ·
 * Greek, Cyrillic …), because there the paper decides and not the standard. Nought for
 * marks that lie on the character before them. Pure; any thread.
 */
#ifndef DOMAIN_SLIP_CELLS_H
#define DOMAIN_SLIP_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0, 1 or 2. */
int cells_of(uint32_t cp);

/* Cells on a screen that follows the standard alone: double-byte signs count one. */
int cells_on_screen(uint32_t cp);

/* Letters that join or stack (Arabic, Indic, Tibetan, Mongolian): drawn as one word, not
 * cell by cell. */
bool cells_joined(uint32_t cp);

/*
 * The character at `text`, of which `length` bytes are left, into *cp. Returns its bytes,
 * or 0 where they are no UTF-8 (overlong, surrogate, cut short, above U+10FFFF) or none
 * are left.
 */
size_t utf8_next(const char *text, size_t length, uint32_t *cp);

/* Writes the character and a NUL; returns the bytes before the NUL. */
size_t utf8_write(uint32_t cp, char out[5]);

#endif
