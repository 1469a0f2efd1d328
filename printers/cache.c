/*
 * cache.c — see cache.h and cache_part.h.
 *
 * Letters are found by their form: text, cells, size, weight. A queue ticket has some
 * sixty of them and only its number, its times and its short code are ever new, so that a
 * ticket is laid together from what is kept; no ticket is kept as a whole, because then
 * the layout would have to say what never changes. When the memory is used up all letters
 * go at once: the next ticket brings back those that are in use.
 */
#include "printers/cache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "base/memory.h"
#include "printers/bitmap.h"
#include "printers/cache_part.h"

enum { BUCKETS = 4096, ENCODINGS = ENCODING_UTF_8 + 1 };

/* A letter, then the text of its form, then its bits, in one piece of memory. */
struct kept {
    struct kept *next;
    uint64_t hash;
    struct letter_form form;
    struct letter letter;
};

struct printer_cache {
    struct letters *letters; /* NULL until something is drawn */
    struct kept *buckets[BUCKETS];
    size_t bytes;
    struct rom_font *rom_fonts[ENCODINGS]; /* NULL until asked for */
};

struct printer_cache *printer_cache_new(void)
{
    return memory_new(sizeof(struct printer_cache));
}

void printer_cache_forget(struct printer_cache *cache)
{
    for (size_t i = 0; cache->bytes > 0 && i < BUCKETS; i++)
        while (cache->buckets[i] != NULL) {
            struct kept *k = cache->buckets[i];

            cache->buckets[i] = k->next;
            free(k);
        }
    cache->bytes = 0;
}

void cache_return(struct printer_cache *own)
{
    if (own == NULL)
        return;
    printer_cache_forget(own);
    letters_free(own->letters);
    for (int i = 0; i < ENCODINGS; i++)
        rom_font_free(own->rom_fonts[i]);
    free(own);
}

void printer_cache_free(struct printer_cache *cache)
{
    if (cache == NULL)
        return;
    cache_return(cache);
    letters_forget_fonts();
}

struct printer_cache *cache_borrow(struct printer_cache *cache,
                                   struct printer_cache **own)
{
    *own = cache == NULL ? printer_cache_new() : NULL;
    return cache == NULL ? *own : cache;
}

static struct letters *letters_of(struct printer_cache *cache)
{
    if (cache->letters == NULL)
        cache->letters = letters_new();
    return cache->letters;
}

/* ---- letters
 * --------------------------------------------------------------------------- */

/* FNV-1a over the text and what else makes the form. */
static uint64_t hash_of(const struct letter_form *f)
{
    uint64_t hash = 0xCBF29CE484222325;

    for (size_t i = 0; i < f->length; i++)
        hash = (hash ^ (unsigned char)f->text[i]) * 0x100000001B3;
    hash ^= (uint64_t)f->cells << 24 | (uint64_t)f->wide << 16 | (uint64_t)f->high << 4 |
            (uint64_t)f->bold << 1 | (uint64_t)f->column;
    hash *= 0x9E3779B97F4A7C15;
    return hash ^ hash >> 32;
}

static bool same_form(const struct letter_form *a, const struct letter_form *b)
{
    return a->length == b->length && a->cells == b->cells && a->wide == b->wide &&
           a->high == b->high && a->bold == b->bold && a->column == b->column &&
           memcmp(a->text, b->text, a->length) == 0;
}

static struct kept *keep(struct printer_cache *cache, const struct letter_form *form,
                         const struct letter *letter)
{
    size_t dots = (size_t)letter->stride * (size_t)letter->rows;
    size_t bytes = sizeof(struct kept) + form->length + dots + BITMAP_SPARE;
    struct kept *k;
    char *text;

    if (cache->bytes + bytes > PRINTER_CACHE_BYTES)
        printer_cache_forget(cache);
    cache->bytes += bytes;
    k = memory_new(bytes);
    text = (char *)(k + 1);
    memcpy(text, form->text, form->length);
    memcpy(text + form->length, letter->bits, dots);
    k->form = *form;
    k->form.text = text;
    k->letter = *letter;
    k->letter.bits = (unsigned char *)text + form->length;
    return k;
}

const struct letter *cache_letter(struct printer_cache *cache,
                                  const struct letter_form *form)
{
    uint64_t hash = hash_of(form);
    struct kept *k = cache->buckets[hash % BUCKETS];
    struct letter letter;

    while (k != NULL && (k->hash != hash || !same_form(&k->form, form)))
        k = k->next;
    if (k == NULL) {
        letters_draw(letters_of(cache), form, &letter);
        k = keep(cache, form, &letter);
        k->hash = hash;
        k->next = cache->buckets[hash % BUCKETS];
        cache->buckets[hash % BUCKETS] = k;
    }
    return &k->letter;
}

int cache_missing(struct printer_cache *cache, const struct letter_form *form)
{
    return letters_missing(letters_of(cache), form);
}

/* One letter of each size and weight, one column: all fonts that tickets use. */
void printer_cache_warm(struct printer_cache *cache)
{
    static const char *const texts[] = {"号", "A"};

    for (int high = 1; high <= 6; high++)
        for (size_t i = 0; i < 2 * LENGTH(texts); i++)
            cache_letter(cache, &(struct letter_form){.text = texts[i / 2],
                                                      .length = strlen(texts[i / 2]),
                                                      .cells = i < 2 ? 2 : 1,
                                                      .wide = high,
                                                      .high = high,
                                                      .bold = i % 2 == 1});
    cache_letter(cache, &(struct letter_form){.text = "ᠮ",
                                              .length = strlen("ᠮ"),
                                              .cells = 3,
                                              .wide = 1,
                                              .high = 2,
                                              .column = true});
    cache_rom_font(cache, ENCODING_GB18030);
}

struct rom_font *cache_rom_font(struct printer_cache *cache,
                                enum profile_encoding encoding)
{
    struct rom_font **f = &cache->rom_fonts[encoding];

    if (*f == NULL)
        *f = rom_font_new(encoding);
    return *f;
}
