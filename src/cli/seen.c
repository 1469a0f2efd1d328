/*
 * seen.c — see seen.h. Open addressing, at most half full. A slot holds the hash, whose
 * lowest bit is given up to say whether the case is closed; 0 is an empty slot.
 */
#include "cli/seen.h"

#include <stdlib.h>

#include "base/memory.h"

enum { FIRST = 1024 };

/* FNV-1a; never 0 or 1. */
static uint64_t hash(const char *source, const char *case_no)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (const char *p = source; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    h *= UINT64_C(0x100000001b3); /* a NUL between them */
    for (const char *p = case_no; *p != '\0'; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    h ^= h >> 32;
    return (h | 2) & ~UINT64_C(1);
}

static uint64_t *place(uint64_t *slots, size_t size, uint64_t h)
{
    size_t at = (size_t)(h >> 1) & (size - 1);

    while (slots[at] != 0 && (slots[at] & ~UINT64_C(1)) != h)
        at = (at + 1) & (size - 1);
    return &slots[at];
}

bool seen_has(const struct seen *s, const char *source, const char *case_no, bool *closed)
{
    uint64_t slot = s->size > 0 ? *place(s->slots, s->size, hash(source, case_no)) : 0;

    *closed = (slot & 1) != 0;
    return slot != 0;
}

static void grow(struct seen *s)
{
    size_t size = s->size > 0 ? 2 * s->size : FIRST;
    uint64_t *slots = memory_new(size * sizeof(*slots));

    for (size_t i = 0; i < s->size; i++)
        if (s->slots[i] != 0)
            *place(slots, size, s->slots[i] & ~UINT64_C(1)) = s->slots[i];
    free(s->slots);
    s->slots = slots;
    s->size = size;
}

void seen_add(struct seen *s, const char *source, const char *case_no, bool closed)
{
    uint64_t h = hash(source, case_no), *slot;

    if (2 * s->count >= s->size)
        grow(s);
    slot = place(s->slots, s->size, h);
    s->count += *slot == 0;
    *slot = h | (closed ? 1 : 0);
}

void seen_free(struct seen *s)
{
    free(s->slots);
    *s = (struct seen){0};
}
