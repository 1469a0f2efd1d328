/*
 * voice_test.c — clips out of folders, and calls made of them: every clip in its place,
 * sample by sample, and silence of the right length between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/voice.h"
#include "work/voice.h"

static char base[] = "/tmp/yiping-voice-XXXXXX";

static const char *folder(const char *name)
{
    static char path[2][128];
    static int turn;

    turn = !turn;
    snprintf(path[turn], sizeof(path[turn]), "%s/%s", base, name);
    mkdir(path[turn], 0700);
    return path[turn];
}

static void put_file(const char *in, const char *name, const void *bytes, size_t length)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s.wav", in, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    fclose(f);
}

/* A clip unlike any other: a saw of this step, 0.1 s and a little more long. */
static void put_clip(const char *in, const char *name, int step)
{
    struct sound s = {0};
    struct buf b = buf_new(1 << 20);

    sound_rest(&s, 100 + step % 50);
    for (size_t i = 0; i < s.count; i++)
        s.samples[i] = (int16_t)(1000 + (i * (size_t)step) % 7000);
    wav_write(&s, &b);
    put_file(in, name, b.data, b.length);
    sound_free(&s);
    buf_free(&b);
}

static void put_all(const char *in, int from)
{
    for (size_t i = 0; i < spoken_clip_count; i++)
        put_clip(in, spoken_clips[i].name, from + (int)i);
}

static void say(const char *number, const char *window, struct spoken *call)
{
    struct spoken w;

    assert_int_not_equal(spoken_window(window, &w), SPOKEN_NOT);
    assert_true(spoken_call(number, &w, call));
}

/* Compares what stands at *at with a sound, and steps past it. */
static void expect(const struct sound *all, size_t *at, const struct sound *part,
                   const char *what)
{
    if (*at + part->count > all->count ||
        memcmp(all->samples + *at, part->samples, part->count * 2) != 0)
        fail_msg("%s does not stand at sample %zu", what, *at);
    *at += part->count;
}

static void expect_rest(const struct sound *all, size_t *at, int ms)
{
    struct sound rest = {0};

    sound_rest(&rest, ms);
    expect(all, at, &rest, "a rest");
    sound_free(&rest);
}

static void a_call_is_its_clips_in_order(void **state)
{
    struct voice *v;
    struct spoken call;
    struct buf wav = buf_new(64 << 20);
    struct sound all = {0};
    struct error err = {0};
    size_t at = 0;

    (void)state;
    put_all(folder("made"), 11);
    v = voice_open("", folder("made"));
    assert_int_equal(voice_clips(v), spoken_clip_count);
    say("A023", "3号窗口", &call);
    assert_true(voice_call(v, &call, 2, &wav));
    assert_true(wav_read(wav.data, wav.length, &all, &err));
    expect(&all, &at, voice_chime(v), "the chime");
    for (int times = 0; times < 2; times++) {
        expect_rest(&all, &at, times == 0 ? VOICE_AFTER_CHIME_MS : VOICE_AGAIN_MS);
        for (size_t i = 0; i < call.count; i++) {
            if (i > 0)
                expect_rest(&all, &at, VOICE_REST_MS);
            expect(&all, &at, voice_clip(v, call.clips[i]), call.clips[i]->words);
        }
    }
    assert_int_equal(at, all.count); /* and nothing behind it */
    assert_int_equal(wav.length, WAV_HEAD + 2 * at);
    sound_free(&all);
    buf_free(&wav);
    voice_free(v);
}

static void half_a_sentence_is_never_said(void **state)
{
    struct voice *v;
    struct spoken call;
    struct buf wav = buf_new(64 << 20);
    char path[256];

    (void)state;
    put_all(folder("made"), 11);
    snprintf(path, sizeof(path), "%s/2.wav", folder("made"));
    unlink(path);
    v = voice_open(NULL, folder("made"));
    assert_int_equal(voice_clips(v), spoken_clip_count - 1);
    say("A023", "3号窗口", &call);
    assert_false(voice_call(v, &call, 2, &wav));
    assert_int_equal(wav.length, WAV_HEAD + 2 * voice_chime(v)->count);
    buf_clear(&wav);
    say("A013", "3号窗口", &call);
    assert_true(voice_call(v, &call, 1, &wav));
    voice_free(v);
    v = voice_open(NULL, folder("nothing"));
    assert_int_equal(voice_clips(v), 0);
    buf_clear(&wav);
    assert_false(voice_call(v, &call, 2, &wav));
    assert_int_equal(wav.length, WAV_HEAD + 2 * voice_chime(v)->count);
    voice_free(v);
    buf_free(&wav);
}

static void recordings_stand_before_the_machine(void **state)
{
    static const char *const bad[] = {"", "RIFF", "this is no sound at all"};
    const struct spoken_clip *three = spoken_find("3"), *four = spoken_find("4");
    struct voice *v;

    (void)state;
    put_all(folder("made"), 11);
    put_clip(folder("own"), "3", 333);
    v = voice_open(folder("own"), folder("made"));
    assert_int_equal(voice_clips(v), spoken_clip_count);
    assert_int_equal(voice_clip(v, three)->samples[1], 1333);
    assert_int_not_equal(voice_clip(v, four)->samples[1], 1333);
    voice_free(v);
    /* one that cannot be used leaves the machine's */
    for (size_t i = 0; i < LENGTH(bad); i++) {
        put_file(folder("own"), "3", bad[i], strlen(bad[i]));
        v = voice_open(folder("own"), folder("made"));
        assert_int_equal(voice_clips(v), spoken_clip_count);
        assert_int_not_equal(voice_clip(v, three)->samples[1], 1333);
        voice_free(v);
    }
}

/* The real voice: each clip is there, sounds, and is neither a breath nor a speech. */
static void the_machine_makes_every_clip(void **state)
{
    struct error err = {0};
    struct voice *v;

    (void)state;
    if (!voice_make(folder("machine"), &err))
        fail_msg("%s", err.text);
    v = voice_open(NULL, folder("machine/voice"));
    for (size_t i = 0; i < spoken_clip_count; i++) {
        const struct sound *s = voice_clip(v, &spoken_clips[i]);

        if (s == NULL || s->count < WAV_RATE / 10 || s->count > 3 * WAV_RATE)
            fail_msg("%s: %zu samples", spoken_clips[i].words, s != NULL ? s->count : 0);
    }
    voice_free(v);
}

static void without_the_machine_it_says_so(void **state)
{
    const char *path = getenv("PATH");
    char *kept = strdup(path != NULL ? path : "");
    struct error err = {0};

    (void)state;
    setenv("PATH", folder("nothing"), 1);
    assert_false(voice_make(folder("without"), &err));
    assert_int_equal(err.kind, ERROR_SETUP);
    assert_non_null(strstr(err.text, "espeak-ng"));
    setenv("PATH", kept, 1);
    free(kept);
}

static void clear(const char *name)
{
    char path[512];
    DIR *dir = opendir(folder(name));
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        snprintf(path, sizeof(path), "%s/%s/%s", base, name, entry->d_name);
        unlink(path);
    }
    if (dir != NULL)
        closedir(dir);
    rmdir(folder(name));
}

static int end(void **state)
{
    static const char *const names[] = {
        "made", "own", "nothing", "machine/voice", "machine", "without/voice", "without"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        clear(names[i]);
    return rmdir(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_its_clips_in_order),
        cmocka_unit_test(half_a_sentence_is_never_said),
        cmocka_unit_test(recordings_stand_before_the_machine),
        cmocka_unit_test(the_machine_makes_every_clip),
        cmocka_unit_test(without_the_machine_it_says_so),
    };

    if (mkdtemp(base) == NULL)
        return 1;
    return cmocka_run_group_tests_name("voice", tests, NULL, end);
}
