/*
 * wav.c — see wav.h.
 *
 * The rate is changed by a windowed sinc: each new sample is the sum of the old ones
 * around it, weighed so that what the new rate cannot carry is gone first. It is done
 * once, when a clip is read, so it may be slow and need not be clever.
 */
#include "base/wav.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
    FORMAT_PCM = 1,
    FORMAT_FLOAT = 3,
    FORMAT_EXTENSIBLE = 0xfffe,
    RATE_LEAST = 8000,
    RATE_MOST = 96000,
    CROSSINGS = 16,         /* of the sinc on either side */
    QUIET = 200,            /* below this a sample is silence */
    MARGIN = WAV_RATE / 50, /* of silence that stays at either end */
};

struct format {
    unsigned kind, channels, rate, bits, frame; /* frame: bytes of one of all channels */
    bool known;
};

static unsigned get16(const unsigned char *at)
{
    return at[0] | (unsigned)at[1] << 8;
}

static uint32_t get32(const unsigned char *at)
{
    return get16(at) | (uint32_t)get16(at + 2) << 16;
}

/* == Reading ====================================================================== */

static bool read_format(const unsigned char *at, size_t length, struct format *f,
                        struct error *err)
{
    if (f->known || length < 16)
        return error_set(err, ERROR_INPUT,
                         "This file does not say well how its sound is "
                         "written down. Save it as WAV anew.");
    *f = (struct format){.kind = get16(at),
                         .channels = get16(at + 2),
                         .rate = get32(at + 4),
                         .frame = get16(at + 12),
                         .bits = get16(at + 14),
                         .known = true};
    if (f->kind == FORMAT_EXTENSIBLE && length >= 40)
        f->kind = get16(at + 24);
    if (f->kind != FORMAT_PCM && f->kind != FORMAT_FLOAT)
        return error_set(err, ERROR_INPUT,
                         "The sound in this file is packed. Save it as WAV with plain "
                         "samples (PCM).");
    if (f->channels < 1 || f->channels > 2 || f->rate < RATE_LEAST || f->rate > RATE_MOST)
        return error_set(err, ERROR_INPUT,
                         "A clip has one or two channels and %d to %d samples a second.",
                         RATE_LEAST, RATE_MOST);
    if ((f->kind == FORMAT_FLOAT ? f->bits != 32
                                 : f->bits < 8 || f->bits > 32 || f->bits % 8 != 0) ||
        f->frame != f->channels * f->bits / 8)
        return error_set(err, ERROR_INPUT,
                         "A sample of a clip has 8, 16, 24 or 32 bits, and this file "
                         "says something else.");
    return true;
}

/* Finds the samples; `*data` points into the file. */
static bool find_data(const unsigned char *file, size_t length, struct format *f,
                      const unsigned char **data, size_t *data_length, struct error *err)
{
    size_t at = 12;

    if (length < 12 || memcmp(file, "RIFF", 4) != 0 || memcmp(file + 8, "WAVE", 4) != 0)
        return error_set(err, ERROR_INPUT, "This is no WAV file.");
    while (length - at >= 8) {
        size_t chunk = get32(file + at + 4);
        bool is_data = memcmp(file + at, "data", 4) == 0;

        if (chunk > length - at - 8)
            break;
        if (memcmp(file + at, "fmt ", 4) == 0 &&
            !read_format(file + at + 8, chunk, f, err))
            return false;
        if (is_data && f->known) {
            *data = file + at + 8;
            *data_length = chunk;
            return true;
        }
        at += 8 + chunk;
        if (chunk % 2 == 1 && at < length)
            at++;
    }
    return error_set(err, ERROR_INPUT,
                     "This file ends before its sound does, or has none. Save it anew.");
}

/* One sample between -1 and 1. */
static double sample_of(const unsigned char *at, const struct format *f)
{
    unsigned bytes = f->bits / 8;
    uint32_t bits = 0;

    if (f->kind == FORMAT_FLOAT) {
        float value;

        bits = get32(at);
        memcpy(&value, &bits, sizeof(value));
        return isfinite(value) ? fmax(-1, fmin(1, (double)value)) : 0;
    }
    if (bytes == 1)
        return ((int)at[0] - 128) / 128.0;
    for (unsigned i = 0; i < bytes; i++)
        bits |= (uint32_t)at[i] << (8 * (4 - bytes + i));
    return (int32_t)bits / 2147483648.0;
}

/* The mean of the channels at a frame. */
static double frame_of(const unsigned char *data, size_t frame, const struct format *f)
{
    const unsigned char *at = data + frame * f->frame;
    double sum = 0;

    for (unsigned c = 0; c < f->channels; c++)
        sum += sample_of(at + c * (f->bits / 8), f);
    return sum / f->channels;
}

static int16_t to_sample(double value)
{
    double scaled = round(value * 32768);

    return (int16_t)fmax(-32768, fmin(32767, scaled));
}

/* The weight of an old sample `away` from the new one, both in old samples. */
static double weight(double away, double cut)
{
    double reach = CROSSINGS / cut, x = M_PI * away * cut;
    double sinc = fabs(x) < 1e-9 ? 1 : sin(x) / x;

    return fabs(away) >= reach ? 0 : cut * sinc * (0.5 + 0.5 * cos(M_PI * away / reach));
}

static void change_rate(const double *in, size_t count, unsigned rate, struct sound *out)
{
    double step = (double)rate / WAV_RATE, cut = step > 1 ? 1 / step : 1;
    double reach = CROSSINGS / cut;

    out->count = (size_t)((double)count / step);
    out->samples = memory_new((out->count + 1) * sizeof(*out->samples));
    for (size_t i = 0; i < out->count; i++) {
        double middle = (double)i * step, sum = 0;
        double low = ceil(middle - reach), high = floor(middle + reach);
        size_t from = low > 0 ? (size_t)low : 0;

        for (size_t k = from; k < count && (double)k <= high; k++)
            sum += in[k] * weight((double)k - middle, cut);
        out->samples[i] = to_sample(sum);
    }
}

bool wav_read(const void *bytes, size_t length, struct sound *out, struct error *err)
{
    struct format f = {0};
    const unsigned char *data = NULL;
    size_t data_length = 0, count;
    double *in;

    if (length > WAV_FILE_MOST)
        return error_set(err, ERROR_INPUT, "This file is too large for a clip.");
    if (!find_data(bytes, length, &f, &data, &data_length, err))
        return false;
    count = data_length / f.frame;
    if (count == 0 || count > (size_t)f.rate * WAV_LENGTH_MOST)
        return error_set(err, ERROR_INPUT, "A clip is not empty and at most %d s long.",
                         WAV_LENGTH_MOST);
    in = memory_new(count * sizeof(*in));
    for (size_t i = 0; i < count; i++)
        in[i] = frame_of(data, i, &f);
    if (f.rate == WAV_RATE) {
        out->count = count;
        out->samples = memory_new(count * sizeof(*out->samples));
        for (size_t i = 0; i < count; i++)
            out->samples[i] = to_sample(in[i]);
    } else {
        change_rate(in, count, f.rate, out);
    }
    free(in);
    return true;
}

/* == Writing ====================================================================== */

static void put16(struct buf *out, unsigned value)
{
    buf_add_byte(out, (unsigned char)value);
    buf_add_byte(out, (unsigned char)(value >> 8));
}

static void put32(struct buf *out, uint32_t value)
{
    put16(out, value & 0xffff);
    put16(out, value >> 16);
}

void wav_write(const struct sound *s, struct buf *out)
{
    uint32_t bytes = (uint32_t)(s->count * 2);

    buf_add_text(out, "RIFF");
    put32(out, WAV_HEAD - 8 + bytes);
    buf_add_text(out, "WAVEfmt ");
    put32(out, 16);
    put16(out, FORMAT_PCM);
    put16(out, 1);
    put32(out, WAV_RATE);
    put32(out, WAV_RATE * 2);
    put16(out, 2);
    put16(out, 16);
    buf_add_text(out, "data");
    put32(out, bytes);
    for (size_t i = 0; i < s->count; i++)
        put16(out, (uint16_t)s->samples[i]);
}

/* == Sounds ======================================================================= */

static bool is_quiet(int16_t sample)
{
    return sample > -QUIET && sample < QUIET;
}

void sound_trim(struct sound *s)
{
    size_t from = 0, to = s->count;

    while (from < to && is_quiet(s->samples[from]))
        from++;
    while (to > from && is_quiet(s->samples[to - 1]))
        to--;
    if (from == to) {
        s->count = 0;
        return;
    }
    from = from > MARGIN ? from - MARGIN : 0;
    to = s->count - to > MARGIN ? to + MARGIN : s->count;
    memmove(s->samples, s->samples + from, (to - from) * sizeof(*s->samples));
    s->count = to - from;
}

static int16_t *sound_room(struct sound *s, size_t count)
{
    s->samples = memory_resize(s->samples, (s->count + count + 1) * sizeof(*s->samples));
    s->count += count;
    return s->samples + s->count - count;
}

void sound_add(struct sound *s, const struct sound *more)
{
    if (more->count > 0)
        memcpy(sound_room(s, more->count), more->samples,
               more->count * sizeof(*more->samples));
}

void sound_rest(struct sound *s, int ms)
{
    size_t count = (size_t)ms * WAV_RATE / 1000;

    memset(sound_room(s, count), 0, count * sizeof(*s->samples));
}

void sound_free(struct sound *s)
{
    free(s->samples);
    *s = (struct sound){0};
}
