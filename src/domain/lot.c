/*
 * lot.c — see lot.h.
 */
#include "domain/lot.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crypt.h"
#include "base/memory.h"

enum { NAME_MOST = 256 };

bool lot_seed_fits(const char *seed)
{
    return strlen(seed) == LOT_TEXT - 1 &&
           strspn(seed, "0123456789abcdef") == LOT_TEXT - 1;
}

static void hash_text(const char *text, size_t length, char out[LOT_TEXT])
{
    unsigned char hash[CRYPT_HASH_BYTES];

    crypt_sha256(text, length, hash);
    crypt_hex(hash, sizeof(hash), out);
}

void lot_commitment(const char *seed, char out[LOT_TEXT])
{
    hash_text(seed, strlen(seed), out);
}

void lot_of(const char *seed, const char *name, char out[LOT_TEXT])
{
    struct buf text = buf_new(LOT_TEXT + NAME_MOST);

    buf_addf(&text, "%s:%s", seed, name);
    hash_text(buf_text(&text), text.length, out);
    buf_free(&text);
}

struct ticket {
    size_t place;
    char lot[LOT_TEXT];
};

static int by_lot(const void *a, const void *b)
{
    return strcmp(((const struct ticket *)a)->lot, ((const struct ticket *)b)->lot);
}

size_t lot_draw(const char *seed, const char *const *names, size_t count, size_t most,
                size_t *drawn)
{
    struct ticket *all;

    if (count == 0)
        return 0;
    all = memory_new(count * sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        all[i].place = i;
        lot_of(seed, names[i], all[i].lot);
    }
    qsort(all, count, sizeof(*all), by_lot);
    if (most > count)
        most = count;
    for (size_t i = 0; i < most; i++)
        drawn[i] = all[i].place;
    free(all);
    return most;
}
