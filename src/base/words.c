/*
 * words.c — shows foreign words safely and guesses which known word was meant.
 *
 * Promise: what comes out is UTF-8 without control characters, whatever went in. Not
 * here: normal forms and widths of Chinese text (base/text.c).
 */
#include "base/words.h"

#include <stdint.h>
#include <string.h>

enum { LONGEST_GUESS = 48 }; /* longer words are not worth a guess */

/* Length of the UTF-8 character at `s`, which has `left` bytes; 0 where there is none. */
static size_t character_length(const unsigned char *s, size_t left)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code;
    size_t length;

    if (left == 0 || s[0] == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || left < length)
        return 0;
    code = s[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (s[i] & 0x3FU);
    }
    if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    return length;
}

bool words_utf8(const char *bytes, size_t length, size_t *characters)
{
    const unsigned char *s = (const unsigned char *)bytes;
    size_t at = 0;
    size_t count = 0;

    while (at < length) {
        size_t step = character_length(s + at, length - at);

        if (step == 0)
            return false;
        at += step;
        count++;
    }
    if (characters != NULL)
        *characters = count;
    return true;
}

/* C0, DEL and C1 control characters would let a text play with a terminal. */
static bool is_control(const unsigned char *s, size_t length)
{
    if (length == 1)
        return s[0] < 0x20 || s[0] == 0x7F;
    return length == 2 && s[0] == 0xC2 && s[1] < 0xA0;
}

void words_show_into(const char *text, char *out, size_t size)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t left = strlen(text);
    size_t used = 0;

    while (left > 0) {
        size_t step = character_length(s, left);
        bool plain = step > 0 && !is_control(s, step);
        size_t bytes = plain ? step : 1;

        if (step == 0)
            step = 1;
        if (used + bytes + sizeof("…") > size) {
            memcpy(out + used, "…", sizeof("…"));
            return;
        }
        if (plain)
            memcpy(out + used, s, bytes);
        else
            out[used] = '?';
        used += bytes;
        s += step;
        left -= step;
    }
    out[used] = '\0';
}

struct words_shown words_show(const char *text)
{
    struct words_shown shown;

    words_show_into(text, shown.text, 44);
    return shown;
}

void words_mend(char *text)
{
    size_t length = strlen(text);
    size_t start = length;

    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0)
        start--;
    if (character_length((unsigned char *)text + start, length - start) != length - start)
        text[start] = '\0';
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/*
 * How many letters must be added, taken away, changed or swapped with their neighbour
 * (optimal string alignment); both words have at most LONGEST_GUESS bytes.
 */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned rows[3][LONGEST_GUESS + 1];

    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *second = rows[(i + 1) % 3];

        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned change = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

            row[j] = smaller(change, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], second[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *words_nearest(const char *word, const char *const *known, size_t count)
{
    size_t length = strlen(word);
    unsigned best = (unsigned)(length < 4 ? 1 : length / 3) + 1;
    const char *found = NULL;

    if (length == 0 || length > LONGEST_GUESS)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t known_length = strlen(known[i]);
        unsigned far;

        if (known_length > LONGEST_GUESS)
            continue;
        far = distance(word, length, known[i], known_length);
        if (far < best) {
            best = far;
            found = known[i];
        }
    }
    return found;
}
