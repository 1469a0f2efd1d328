/*
 * wav_fuzz.c — sound files that somebody made up: read or refused with a sentence, never
 * read beyond; what was read comes back as it is.
 */
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "base/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void read_back(const struct sound *s)
{
    struct buf b = buf_new(64 << 20);
    struct sound again = {0};
    struct error err = {0};

    wav_write(s, &b);
    if (b.length <= WAV_FILE_MOST && s->count > 0 &&
        (!wav_read(b.data, b.length, &again, &err) || again.count != s->count ||
         memcmp(again.samples, s->samples, s->count * sizeof(*s->samples)) != 0))
        abort();
    sound_free(&again);
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct sound s = {0};
    struct error err = {0};

    if (!wav_read(bytes, length, &s, &err)) {
        if (err.kind != ERROR_INPUT || err.text[0] == '\0' || s.samples != NULL)
            abort();
        return 0;
    }
    read_back(&s);
    sound_trim(&s);
    read_back(&s);
    sound_free(&s);
    return 0;
}
