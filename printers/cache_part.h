/*
 * cache_part.h — how the dialects use the cache; only for printers/. What is borrowed
 * from it stays until the next call of the same function.
 */
#ifndef PRINTERS_CACHE_PART_H
#define PRINTERS_CACHE_PART_H

#include "printers/cache.h"
#include "printers/letters.h"
#include "printers/rom_font.h"

/* The form's dots, borrowed; drawn where they are not kept. */
const struct letter *cache_letter(struct printer_cache *cache,
                                  const struct letter_form *form);

/* The printer's own letters in this encoding, borrowed. */
struct rom_font *cache_rom_font(struct printer_cache *cache,
                                enum profile_encoding encoding);

/* How many characters of the form no font has. */
int cache_missing(struct printer_cache *cache, const struct letter_form *form);

/*
 * For one call that may come without a cache: the cache itself, or a new one that `own`
 * then holds. cache_return it after use; the thread's fonts stay.
 */
struct printer_cache *cache_borrow(struct printer_cache *cache,
                                   struct printer_cache **own);
void cache_return(struct printer_cache *own);

#endif
