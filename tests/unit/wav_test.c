/*
 * wav_test.c — sound files: what is read, what is refused, and that a changed rate keeps
 * pitch, length and loudness and lets nothing through that the rate cannot carry.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/wav.h"

struct file {
    unsigned kind, channels, rate, bits;
};

static void put(struct buf *b, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        buf_add_byte(b, (unsigned char)(value >> (8 * i)));
}

/* The head of a file with `data` bytes of samples. */
static void put_head(struct buf *b, const struct file *f, uint32_t data)
{
    unsigned frame = f->channels * f->bits / 8;

    buf_add_text(b, "RIFF");
    put(b, 36 + data, 4);
    buf_add_text(b, "WAVEfmt ");
    put(b, 16, 4);
    put(b, f->kind, 2);
    put(b, f->channels, 2);
    put(b, f->rate, 4);
    put(b, f->rate * frame, 4);
    put(b, frame, 2);
    put(b, f->bits, 2);
    buf_add_text(b, "data");
    put(b, data, 4);
}

static void put_sample(struct buf *b, const struct file *f, double value)
{
    if (f->kind == 3) {
        float real = (float)value;
        uint32_t bits;

        memcpy(&bits, &real, sizeof(bits));
        put(b, bits, 4);
    } else if (f->bits == 8) {
        put(b, (uint32_t)(int)lround(value * 127) + 128, 1);
    } else {
        put(b, (uint32_t)(int64_t)llround(value * (pow(2, f->bits - 1) - 1)),
            (int)f->bits / 8);
    }
}

/* A second of a tone in every channel. */
static void put_tone(struct buf *b, const struct file *f, double hertz, double loud)
{
    put_head(b, f, f->rate * f->channels * f->bits / 8);
    for (unsigned i = 0; i < f->rate; i++)
        for (unsigned c = 0; c < f->channels; c++)
            put_sample(b, f, loud * sin(2 * M_PI * hertz * i / f->rate));
}

static double loudest(const struct sound *s)
{
    int most = 0;

    /* the ends are not judged: a tone that begins at once rings there */
    for (size_t i = 200; i + 200 < s->count; i++)
        most = abs(s->samples[i]) > most ? abs(s->samples[i]) : most;
    return most / 32768.0;
}

static int crossings(const struct sound *s)
{
    int n = 0;

    for (size_t i = 1; i < s->count; i++)
        n += s->samples[i - 1] < 0 && s->samples[i] >= 0;
    return n;
}

static void must(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static void every_plain_format_is_read(void **state)
{
    static const struct file files[] = {
        {1, 1, 22050, 16}, {1, 2, 22050, 16}, {1, 1, 22050, 8},  {1, 2, 22050, 24},
        {1, 1, 22050, 32}, {3, 1, 22050, 32}, {1, 1, 8000, 16},  {1, 1, 16000, 16},
        {1, 2, 44100, 16}, {1, 1, 48000, 24}, {3, 2, 96000, 32}, {1, 1, 11025, 8},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(files); i++) {
        struct buf b = buf_new(2 << 20);
        struct sound s = {0};
        struct error err = {0};

        put_tone(&b, &files[i], 440, 0.5);
        must(wav_read(b.data, b.length, &s, &err), &err);
        if (s.count < WAV_RATE - 2 || s.count > WAV_RATE + 2)
            fail_msg("row %zu: a second has %zu samples", i, s.count);
        if (abs(crossings(&s) - 440) > 1)
            fail_msg("row %zu: the tone has %d Hz", i, crossings(&s));
        if (fabs(loudest(&s) - 0.5) > 0.01)
            fail_msg("row %zu: it is %f loud", i, loudest(&s));
        sound_free(&s);
        buf_free(&b);
    }
}

/* Above half the new rate nothing is carried: it must go, not come back as another tone.
 */
static void what_the_rate_cannot_carry_is_gone(void **state)
{
    static const struct file file = {1, 1, 48000, 16};
    struct buf b = buf_new(2 << 20);
    struct sound s = {0};
    struct error err = {0};

    (void)state;
    put_tone(&b, &file, 15000, 0.9);
    must(wav_read(b.data, b.length, &s, &err), &err);
    if (loudest(&s) > 0.01)
        fail_msg("15 kHz is still %f loud", loudest(&s));
    sound_free(&s);
    buf_free(&b);
}

/* Samples at our own rate come through untouched. */
static void our_own_files_come_back(void **state)
{
    int16_t samples[] = {0, 1, -1, 32767, -32768, 1234};
    struct sound in = {samples, LENGTH(samples)}, out = {0};
    struct buf b = buf_new(1 << 10);
    struct error err = {0};

    (void)state;
    wav_write(&in, &b);
    assert_int_equal(b.length, WAV_HEAD + sizeof(samples));
    must(wav_read(b.data, b.length, &out, &err), &err);
    assert_int_equal(out.count, LENGTH(samples));
    assert_memory_equal(out.samples, samples, sizeof(samples));
    sound_free(&out);
    buf_free(&b);
}

static void refuse(const struct buf *b, const char *what)
{
    struct sound s = {0};
    struct error err = {0};

    if (wav_read(b->data, b->length, &s, &err))
        fail_msg("%s was read", what);
    if (err.kind != ERROR_INPUT || err.text[0] == '\0' || s.samples != NULL)
        fail_msg("%s: %d %s", what, err.kind, err.text);
}

static void odd_heads_are_refused(void **state)
{
    static const struct {
        const char *what;
        struct file file;
    } rows[] = {
        {"MP3 inside", {85, 1, 22050, 16}},  {"no channel", {1, 0, 22050, 16}},
        {"six channels", {1, 6, 22050, 16}}, {"a slow rate", {1, 1, 4000, 16}},
        {"a fast rate", {1, 1, 192000, 16}}, {"rate 0", {1, 1, 0, 16}},
        {"12 bits", {1, 1, 22050, 12}},      {"0 bits", {1, 1, 22050, 0}},
        {"64 bits", {3, 1, 22050, 64}},      {"half floats", {3, 1, 22050, 16}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf b = buf_new(1 << 10);

        put_head(&b, &rows[i].file, 64);
        for (int k = 0; k < 64; k++)
            buf_add_byte(&b, 0);
        refuse(&b, rows[i].what);
        buf_free(&b);
    }
}

/* A file that is cut anywhere, or whose lengths lie, is refused and never read beyond. */
static void cut_and_lying_files_are_refused(void **state)
{
    static const struct file file = {1, 2, 44100, 16};
    static const struct {
        size_t at;
        uint32_t value;
        int bytes;
    } lies[] = {{4 + 12, 0xffffffff, 4},
                {16, 4, 4},
                {16, 0x7ffffff0, 4},
                {32, 3, 2},
                {32, 0, 2},
                {40, 0xffffffff, 4},
                {40, 257, 4},
                {40, 0, 4}};
    struct buf whole = buf_new(1 << 12);

    (void)state;
    put_head(&whole, &file, 256);
    for (int i = 0; i < 256; i++)
        buf_add_byte(&whole, (unsigned char)i);
    for (size_t length = 0; length < whole.length; length++) {
        struct buf b = buf_new(1 << 12);

        buf_add(&b, whole.data, length);
        refuse(&b, "a cut file");
        buf_free(&b);
    }
    for (size_t i = 0; i < LENGTH(lies); i++) {
        struct buf b = buf_new(1 << 12);

        buf_add(&b, whole.data, whole.length);
        for (int k = 0; k < lies[i].bytes; k++)
            b.data[lies[i].at + (size_t)k] = (char)(lies[i].value >> (8 * k));
        refuse(&b, "a lying file");
        buf_free(&b);
    }
    buf_free(&whole);
}

static void too_much_is_refused(void **state)
{
    static const struct file file = {1, 1, 8000, 8};
    struct buf b = buf_new(8 << 20);
    uint32_t seconds = WAV_LENGTH_MOST;

    (void)state;
    put_head(&b, &file, file.rate * seconds + 1);
    for (uint32_t i = 0; i < file.rate * seconds + 1; i++)
        buf_add_byte(&b, 128);
    refuse(&b, "eleven seconds");
    while (b.length <= WAV_FILE_MOST)
        buf_add(&b, "LIST\0\0\0\0", 8);
    refuse(&b, "a large file");
    buf_free(&b);
}

/* Other chunks are passed over, padded to even lengths as they are. */
static void other_chunks_are_passed_over(void **state)
{
    static const struct file file = {1, 1, 22050, 16};
    struct buf head = buf_new(1 << 10), b = buf_new(1 << 10);
    struct sound s = {0};
    struct error err = {0};

    (void)state;
    put_head(&head, &file, 4);
    buf_add(&b, head.data, 36);
    buf_add(&b, "LIST\3\0\0\0abc\0", 12);
    buf_add(&b, head.data + 36, 8);
    buf_add(&b, "\1\0\2\0", 4);
    buf_add(&b, "id3 \1\0\0\0x", 9); /* the last pad byte is often forgotten */
    must(wav_read(b.data, b.length, &s, &err), &err);
    assert_int_equal(s.count, 2);
    assert_int_equal(s.samples[1], 2);
    sound_free(&s);
    buf_free(&head);
    buf_free(&b);
}

static void silence_is_trimmed(void **state)
{
    struct sound s = {0}, tone = {0};
    int16_t one[] = {5000, -5000, 5000};

    (void)state;
    tone = (struct sound){one, LENGTH(one)};
    sound_rest(&s, 500);
    sound_add(&s, &tone);
    sound_rest(&s, 500);
    assert_int_equal(s.count, WAV_RATE + LENGTH(one));
    sound_trim(&s);
    assert_int_equal(s.count, 2 * (WAV_RATE / 50) + LENGTH(one));
    assert_int_equal(s.samples[WAV_RATE / 50], 5000);
    sound_free(&s);
    sound_rest(&s, 100);
    sound_trim(&s);
    assert_int_equal(s.count, 0);
    sound_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_plain_format_is_read),
        cmocka_unit_test(what_the_rate_cannot_carry_is_gone),
        cmocka_unit_test(our_own_files_come_back),
        cmocka_unit_test(odd_heads_are_refused),
        cmocka_unit_test(cut_and_lying_files_are_refused),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(other_chunks_are_passed_over),
        cmocka_unit_test(silence_is_trimmed),
    };

    return cmocka_run_group_tests_name("wav", tests, NULL, NULL);
}
