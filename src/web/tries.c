/*
 * tries.c — see tries.h.
 *
 * Invariant: an entry counts within a window that begins with its first wrong try; an
 * entry whose window is over is free. Eight neighbours are looked at for a key, so that a
 * full table costs no more than an empty one.
 */
#include "web/tries.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/memory.h"

enum { SLOTS = 4096, NEIGHBOURS = 8, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };

struct entry {
    uint64_t key; /* 0 for free */
    int64_t since_ms;
    int64_t lasts_ms;
    int count;
};

struct tries {
    struct world *world;
    struct crypt_key key; /* so that nobody can choose who shares his slot */
    struct entry entries[SLOTS];
};

struct tries *tries_new(struct world *world)
{
    struct tries *t = memory_new(sizeof(*t));

    t->world = world;
    world->random(world, t->key.bytes, sizeof(t->key.bytes));
    return t;
}

void tries_free(struct tries *t)
{
    free(t);
}

/* Stands for the prefix where the address as a whole is counted; no text begins so. */
static const char whole_address[] = "\1";

static uint64_t key_of(const struct tries *t, const char *address, const char *text,
                       size_t length)
{
    unsigned char bytes[64] = {0}, hash[CRYPT_HASH_BYTES];
    size_t used = strnlen(address, sizeof(bytes) - TRIES_PREFIX - 1);
    uint64_t key;

    memcpy(bytes, address, used);
    memcpy(bytes + used + 1, text, length);
    crypt_hmac(&t->key, bytes, used + 1 + length, hash);
    memcpy(&key, hash, sizeof(key));
    return key | 1;
}

static bool is_over(const struct entry *e, int64_t now_ms)
{
    return e->key == 0 || now_ms - e->since_ms >= e->lasts_ms;
}

/* The key's entry, else a free one, else the oldest of the neighbours. */
static struct entry *entry_of(struct tries *t, uint64_t key, int64_t now_ms)
{
    struct entry *best = NULL;

    for (size_t i = 0; i < NEIGHBOURS; i++) {
        struct entry *e = &t->entries[(key + i) % SLOTS];

        if (e->key == key && !is_over(e, now_ms))
            return e;
        if (best == NULL || (is_over(e, now_ms) && !is_over(best, now_ms)) ||
            (!is_over(best, now_ms) && e->since_ms < best->since_ms))
            best = e;
    }
    return best;
}

static int count_of(struct tries *t, uint64_t key, int64_t now_ms)
{
    const struct entry *e = entry_of(t, key, now_ms);

    return e->key == key && !is_over(e, now_ms) ? e->count : 0;
}

static void count(struct tries *t, uint64_t key, int64_t lasts_ms, int64_t now_ms)
{
    struct entry *e = entry_of(t, key, now_ms);

    if (e->key != key || is_over(e, now_ms))
        *e = (struct entry){.key = key, .since_ms = now_ms, .lasts_ms = lasts_ms};
    e->count++;
}

bool tries_spent(struct tries *t, const char *address, const char *text)
{
    int64_t now_ms;

    if (t == NULL)
        return false;
    now_ms = t->world->mono_ms(t->world);
    return count_of(t, key_of(t, address, text, strnlen(text, TRIES_PREFIX)), now_ms) >=
               TRIES_A_MINUTE ||
           count_of(t, key_of(t, address, whole_address, 1), now_ms) >= TRIES_AN_HOUR;
}

bool tries_wrong(struct tries *t, const char *address, const char *text)
{
    int64_t now_ms;

    if (tries_spent(t, address, text))
        return false;
    if (t == NULL)
        return true;
    now_ms = t->world->mono_ms(t->world);
    count(t, key_of(t, address, text, strnlen(text, TRIES_PREFIX)), MINUTE_MS, now_ms);
    count(t, key_of(t, address, whole_address, 1), HOUR_MS, now_ms);
    return true;
}
