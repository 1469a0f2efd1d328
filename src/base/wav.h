/*
 * wav.h — sound as samples, out of WAVE files and back into one.
 *
 * Inside the house all sound is alike: one channel, 16 bits, WAV_RATE samples a second;
 * what comes in is brought to that. A file is read as strictly as anything that comes
 * from outside: a length that does not fit, a rate nobody uses or a format that is not
 * plain samples is refused with a sentence, never guessed at. Pure; any thread.
 *
 * Standards: Multimedia Programming Interface and Data Specifications 1.0 (RIFF/WAVE),
 * Multiple Channel Audio Data and WAVE Files (the extensible format).
 */
#ifndef BASE_WAV_H
#define BASE_WAV_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"

enum {
    WAV_RATE = 22050,
    WAV_HEAD = 44,           /* bytes before the samples of what wav_write makes */
    WAV_FILE_MOST = 4 << 20, /* bytes of a file that is read */
    WAV_LENGTH_MOST = 10,    /* seconds of one */
};

/* Samples that their owner frees with sound_free; a zeroed one is silence of no length.
 */
struct sound {
    int16_t *samples;
    size_t count;
};

/*
 * Reads a file: 8, 16, 24 or 32 bits or floating point, one or two channels, 8000 to
 * 96,000 samples a second. ERROR_INPUT says what is wrong with it; `out` is then
 * untouched. The sound is given.
 */
NODISCARD bool wav_read(const void *bytes, size_t length, struct sound *out,
                        struct error *err);

/* Adds a whole file with these samples. */
void wav_write(const struct sound *s, struct buf *out);

/* Takes the silence from both ends, but for some milliseconds. All silence: all goes. */
void sound_trim(struct sound *s);

/* Adds `more`, or so many milliseconds of silence, at the end. */
void sound_add(struct sound *s, const struct sound *more);
void sound_rest(struct sound *s, int ms);

void sound_free(struct sound *s);

#endif
