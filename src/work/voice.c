/*
 * voice.c — see voice.h.
 */
#include "work/voice.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

const char voice_folder[] = "voice";

struct voice {
    struct sound chime;
    struct sound *clips; /* one for each of spoken_clips; empty where it is missing */
    size_t there;
};

/* == The chime ==================================================================== */

/* Two bell tones, the second lower: heard through talk, and startling nobody. */
static const struct {
    double hertz;
    int at_ms;
} tones[] = {{659.26, 0}, {523.25, 320}};

enum { CHIME_MS = 1000 };

static void make_chime(struct sound *out)
{
    sound_rest(out, CHIME_MS);
    for (size_t i = 0; i < out->count; i++) {
        double sum = 0;

        for (size_t k = 0; k < LENGTH(tones); k++) {
            double t = (double)i / WAV_RATE - tones[k].at_ms / 1000.0;

            if (t > 0)
                sum +=
                    exp(-6 * t) * fmin(1, t * 200) * sin(2 * M_PI * tones[k].hertz * t);
        }
        out->samples[i] = (int16_t)(sum * 9000);
    }
}

/* == Clips ======================================================================== */

static bool read_file(const char *path, struct buf *out, bool *there, struct error *err)
{
    char block[16384];
    FILE *f = fopen(path, "rbe");
    bool ok;
    size_t n;

    *there = f != NULL || errno != ENOENT;
    if (f == NULL)
        return error_set(err, ERROR_SETUP, "It cannot be read: %s.", strerror(errno));
    while ((n = fread(block, 1, sizeof(block), f)) > 0)
        buf_add(out, block, n);
    ok = !ferror(f);
    fclose(f);
    return ok || error_set(err, ERROR_SETUP, "It cannot be read.");
}

/* Takes the clip out of this folder; false where it has none that can be used. */
static bool take_clip(const char *folder, const char *name, struct sound *out)
{
    struct buf bytes = buf_new(WAV_FILE_MOST + 1);
    struct error err = {0};
    char path[PATH_MAX];
    bool there, ok;

    if (folder == NULL || folder[0] == '\0')
        return false;
    snprintf(path, sizeof(path), "%s/%s.wav", folder, name);
    ok = read_file(path, &bytes, &there, &err) &&
         (!bytes.overflowed ||
          error_set(&err, ERROR_INPUT, "This file is too large for a clip.")) &&
         wav_read(bytes.data, bytes.length, out, &err);
    if (!ok && there)
        log_line(LOG_LEVEL_WARNING, "voice.clip_refused", "file=%s reason=\"%s\"", path,
                 err.text);
    buf_free(&bytes);
    if (ok)
        sound_trim(out);
    return ok && out->count > 0;
}

struct voice *voice_open(const char *recordings, const char *made)
{
    struct voice *v = memory_new(sizeof(*v));

    if (recordings != NULL && recordings[0] != '\0' &&
        access(recordings, R_OK | X_OK) != 0)
        log_line(LOG_LEVEL_WARNING, "voice.no_recordings", "folder=%s reason=\"%s\"",
                 recordings, strerror(errno));
    make_chime(&v->chime);
    v->clips = memory_new(spoken_clip_count * sizeof(*v->clips));
    for (size_t i = 0; i < spoken_clip_count; i++)
        if (take_clip(recordings, spoken_clips[i].name, &v->clips[i]) ||
            take_clip(made, spoken_clips[i].name, &v->clips[i]))
            v->there++;
    return v;
}

void voice_free(struct voice *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < spoken_clip_count; i++)
        sound_free(&v->clips[i]);
    free(v->clips);
    sound_free(&v->chime);
    free(v);
}

size_t voice_clips(const struct voice *v)
{
    return v->there;
}

const struct sound *voice_clip(const struct voice *v, const struct spoken_clip *clip)
{
    const struct sound *s = &v->clips[clip - spoken_clips];

    return s->count > 0 ? s : NULL;
}

const struct sound *voice_chime(const struct voice *v)
{
    return &v->chime;
}

/* == A call ======================================================================= */

static bool has_all(const struct voice *v, const struct spoken *call)
{
    for (size_t i = 0; i < call->count; i++)
        if (voice_clip(v, call->clips[i]) == NULL)
            return false;
    return call->count > 0;
}

bool voice_call(const struct voice *v, const struct spoken *call, int times,
                struct buf *out)
{
    struct sound all = {0};
    bool ok = has_all(v, call);

    sound_add(&all, &v->chime);
    for (int n = 0; ok && n < times; n++) {
        sound_rest(&all, n == 0 ? VOICE_AFTER_CHIME_MS : VOICE_AGAIN_MS);
        for (size_t i = 0; i < call->count; i++) {
            sound_rest(&all, i == 0 ? 0 : VOICE_REST_MS);
            sound_add(&all, voice_clip(v, call->clips[i]));
        }
    }
    wav_write(&all, out);
    sound_free(&all);
    return ok;
}
