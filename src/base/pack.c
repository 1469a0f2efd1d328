/*
 * pack.c — finds files in the table that the Makefile wrote (pack.h).
 */
#include "base/pack.h"

#include <string.h>

/* The first place whose name is not less than `name`. */
static size_t lower_bound(const char *name)
{
    size_t low = 0, high = pack_table_length;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(pack_table[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct pack_file *pack_find(const char *name)
{
    size_t at = lower_bound(name);

    if (at == pack_table_length || strcmp(pack_table[at].name, name) != 0)
        return NULL;
    return &pack_table[at];
}

const struct pack_file *pack_below(const char *prefix, size_t *count)
{
    size_t at = lower_bound(prefix), length = strlen(prefix);

    *count = 0;
    while (at + *count < pack_table_length &&
           strncmp(pack_table[at + *count].name, prefix, length) == 0)
        ++*count;
    return *count > 0 ? &pack_table[at] : NULL;
}
