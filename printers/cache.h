/*
 * cache.h — what a thread that renders many tickets keeps between them: drawn letters,
 * and which letters a printer's own font has.
 *
 * The renderer thread makes one at its start, warms it (so that the first citizen does
 * not wait for fonts), hands it to slip_render_cached and frees it at its end. It changes
 * how soon the bytes come and never which bytes they are. Holds at most
 * PRINTER_CACHE_BYTES of letters and forgets them all when these are full. One thread,
 * the one that made it.
 */
#ifndef PRINTERS_CACHE_H
#define PRINTERS_CACHE_H

#include <stddef.h>

#include "domain/profile.h"

enum { PRINTER_CACHE_BYTES = 8 * 1024 * 1024 };

struct printer_cache;

/* Given: printer_cache_free it. Loads nothing yet. */
struct printer_cache *printer_cache_new(void);

/* Loads the fonts (up to 60 ms on first use). Once is enough for all profiles. */
void printer_cache_warm(struct printer_cache *cache);

/* Forgets every letter; the fonts stay loaded. */
void printer_cache_forget(struct printer_cache *cache);

/* Takes NULL. The fonts of the thread are given back too. */
void printer_cache_free(struct printer_cache *cache);

#endif
