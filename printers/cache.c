/*
 * cache.c — see cache.h.
 */
#include "printers/cache.h"

#include <stdlib.h>

#include "base/memory.h"
#include "printers/image.h"

struct printer_cache {
    size_t bytes; /* of letters that are kept */
};

struct printer_cache *printer_cache_new(void)
{
    return memory_new(sizeof(struct printer_cache));
}

void printer_cache_warm(struct printer_cache *cache)
{
    (void)cache;
}

void printer_cache_free(struct printer_cache *cache)
{
    if (cache == NULL)
        return;
    image_forget_fonts();
    free(cache);
}
