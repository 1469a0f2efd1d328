/*
 * bigram.c — see bigram.h.
 */
#include "domain/bigram.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool counts(uint32_t cp)
{
    switch (text_classify(cp)) {
    case TEXT_DIGIT:
    case TEXT_NUMBER:
    case TEXT_HAN:
    case TEXT_LETTER:
        return true;
    default:
        return false;
    }
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static size_t each_once(uint64_t *pairs, size_t count)
{
    size_t kept = 0;

    qsort(pairs, count, sizeof(*pairs), by_value);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || pairs[kept - 1] != pairs[i])
            pairs[kept++] = pairs[i];
    return kept;
}

size_t bigrams_of(const char *text, size_t length, uint64_t out[BIGRAMS_MOST])
{
    struct buf plain = buf_new(4 * length + 64);
    uint32_t cp, before = 0;
    size_t count = 0;

    if (text_normalise(text, length, &plain)) {
        const char *p = buf_text(&plain);

        for (size_t i = 0; i < plain.length && count < BIGRAMS_MOST;) {
            i += text_next(p + i, plain.length - i, &cp);
            if (!counts(cp))
                cp = 0;
            if (before != 0 && cp != 0)
                out[count++] = (uint64_t)before << 32 | cp;
            before = cp;
        }
    }
    buf_free(&plain);
    return each_once(out, count);
}

/* Letters and digits only. */
static bool bare(const char *text, size_t length, struct buf *out)
{
    struct buf plain = buf_new(4 * length + 64);
    bool ok = text_normalise(text, length, &plain);
    const char *p = buf_text(&plain);
    uint32_t cp;

    for (size_t i = 0; ok && i < plain.length;) {
        i += text_next(p + i, plain.length - i, &cp);
        if (counts(cp))
            text_add(out, cp);
    }
    buf_free(&plain);
    return ok;
}

bool bigram_text_holds(const char *text, size_t length, const char *part,
                       size_t part_length)
{
    struct buf whole = buf_new(4 * length + 64), piece = buf_new(4 * part_length + 64);
    bool holds = bare(text, length, &whole) && bare(part, part_length, &piece) &&
                 piece.length > 0 && strstr(buf_text(&whole), buf_text(&piece)) != NULL;

    buf_free(&whole);
    buf_free(&piece);
    return holds;
}
