/*
 * voice.c — see voice.h.
 *
 * Promise: a clip is in the folder whole or not at all: it is written beside, read back
 * as strictly as the server does, and then renamed. Debian's espeak-ng reads Chinese
 * characters wrongly, so it is given pinyin with the numbers of the tones, for which its
 * voice cmn-latn-pinyin is made.
 */
#include "cli/voice.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "work/voice.h"

extern char **environ;

enum { AT_ONCE = 4, NO_SUCH_PROGRAM = 127 };

static const char voice_name[] = "cmn-latn-pinyin", words_a_minute[] = "160";

/* == Making ======================================================================= */

static void clip_path(const char *folder, const char *name, const char *end,
                      char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%.3000s/%s.wav%s", folder, name, end);
}

static bool missing(struct error *err)
{
    return error_set(err, ERROR_SETUP,
                     "espeak-ng is not installed, so calls cannot be spoken. Install it "
                     "(apt-get install espeak-ng), or lay recordings into a folder and "
                     "name it as screen.recordings.");
}

static bool start_one(const char *folder, const struct spoken_clip *clip, pid_t *child,
                      struct error *err)
{
    char path[PATH_MAX];
    char *words[] = {(char *)"espeak-ng",
                     (char *)"-v",
                     (char *)voice_name,
                     (char *)"-s",
                     (char *)words_a_minute,
                     (char *)"-w",
                     path,
                     (char *)clip->pinyin,
                     NULL};
    int code;

    clip_path(folder, clip->name, ".new", path);
    code = posix_spawnp(child, words[0], NULL, NULL, words, environ);
    if (code == ENOENT)
        return missing(err);
    return code == 0 || error_set(err, ERROR_SETUP, "espeak-ng cannot be started: %s.",
                                  strerror(code));
}

/* Reads back what was made, as the server will. */
static bool is_good(const char *path, struct error *err)
{
    struct buf bytes = buf_new(WAV_FILE_MOST + 1);
    struct sound sound = {0};
    char block[16384];
    FILE *f = fopen(path, "rbe");
    size_t n;
    bool ok;

    while (f != NULL && (n = fread(block, 1, sizeof(block), f)) > 0)
        buf_add(&bytes, block, n);
    if (f != NULL)
        fclose(f);
    ok = wav_read(bytes.data, bytes.length, &sound, err);
    sound_trim(&sound);
    ok = ok && (sound.count > 0 || error_set(err, ERROR_SETUP, "It is silent."));
    sound_free(&sound);
    buf_free(&bytes);
    return ok;
}

static bool end_one(const char *folder, const struct spoken_clip *clip, pid_t child,
                    struct error *err)
{
    char path[PATH_MAX], done[PATH_MAX];
    struct error trouble = {0};
    int status = 0;

    clip_path(folder, clip->name, ".new", path);
    clip_path(folder, clip->name, "", done);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_PROGRAM)
        return missing(err);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && is_good(path, &trouble) &&
        rename(path, done) == 0)
        return true;
    unlink(path);
    return error_set(err, ERROR_SETUP,
                     "espeak-ng did not make the clip “%s”. Is its voice %s there "
                     "(espeak-ng-data)? %.80s",
                     clip->words, voice_name, trouble.text);
}

bool voice_make(const char *data, struct error *err)
{
    char folder[PATH_MAX];
    pid_t children[AT_ONCE];

    snprintf(folder, sizeof(folder), "%.3000s/%s", data, voice_folder);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return error_set(err, ERROR_SETUP, "The folder %.150s cannot be made: %s.",
                         folder, strerror(errno));
    for (size_t i = 0; i < spoken_clip_count && err->kind == ERROR_NONE; i += AT_ONCE) {
        size_t started = 0;

        while (started < AT_ONCE && i + started < spoken_clip_count &&
               start_one(folder, &spoken_clips[i + started], &children[started], err))
            started++;
        for (size_t k = 0; k < started; k++) {
            struct error trouble = {0};

            if (!end_one(folder, &spoken_clips[i + k], children[k], &trouble) &&
                err->kind == ERROR_NONE)
                *err = trouble;
        }
    }
    return err->kind == ERROR_NONE;
}

/* == The command ================================================================== */

struct call {
    const char *data, *recordings, *number, *window;
    bool json;
};

static struct voice *open_voice(const struct call *call)
{
    char made[PATH_MAX];

    snprintf(made, sizeof(made), "%.3000s/%s", call->data, voice_folder);
    return voice_open(call->recordings, made);
}

static int run_make(const struct call *call)
{
    struct error err = {0};

    if (!voice_make(call->data, &err))
        return command_fail("voice make", &err);
    fprintf(stderr,
            "%zu clips in %s/%s. A server that is running speaks after a restart.\n",
            spoken_clip_count, call->data, voice_folder);
    return EXIT_DONE;
}

static int run_list(const struct call *call)
{
    struct voice *v = open_voice(call);
    json_t *rows = call->json ? json_array() : NULL;

    for (size_t i = 0; i < spoken_clip_count; i++) {
        const struct spoken_clip *clip = &spoken_clips[i];
        const struct sound *s = voice_clip(v, clip);
        double seconds = s != NULL ? (double)s->count / WAV_RATE : 0;

        if (rows != NULL)
            json_array_append_new(
                rows, json_pack("{s:s+, s:s, s:b, s:f, s:s}", "file", clip->name, ".wav",
                                "words", clip->words, "there", s != NULL, "seconds",
                                seconds, "pinyin", clip->pinyin));
        else
            printf("%s.wav\t%s\t%.2f s\t%s\n", clip->name, clip->words, seconds,
                   clip->pinyin);
    }
    fprintf(stderr, "%zu of %zu clips are there.\n", voice_clips(v), spoken_clip_count);
    voice_free(v);
    return rows != NULL ? command_json("clips", rows) : EXIT_DONE;
}

static int run_say(const struct call *call)
{
    struct voice *v = open_voice(call);
    struct buf wav = buf_new(64 << 20);
    struct spoken window, said;
    bool ok;

    ok = spoken_call(call->number,
                     spoken_window(call->window, &window) != SPOKEN_NOT ? &window : NULL,
                     &said) &&
         voice_call(v, &said, 2, &wav);
    if (!ok) {
        fprintf(stderr, "yiping voice say: only the chime sounds: a clip is missing, or "
                        "the number cannot be read.\n");
        buf_clear(&wav);
        voice_call(v, &(struct spoken){0}, 1, &wav);
    }
    fwrite(wav.data, 1, wav.length, stdout);
    buf_free(&wav);
    voice_free(v);
    return fflush(stdout) != 0 ? EXIT_FAILED : ok ? EXIT_DONE : EXIT_PARTLY;
}

int cli_voice(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    struct call call = {0};

    for (int i = 2; i < argc; i++) {
        const char **word = call.number == NULL ? &call.number : &call.window;

        if (argv[i][0] != '-' && *word == NULL)
            *word = argv[i];
        else if (strcmp(verb, "list") == 0 && strcmp(argv[i], "--json") == 0)
            call.json = true;
        else if (!command_option(argc, argv, &i, "--data", &call.data) &&
                 !command_option(argc, argv, &i, "--recordings", &call.recordings))
            return command_usage("voice", "%s is not known here.", argv[i]);
    }
    if (call.data == NULL)
        return command_usage("voice", "Name the data folder: --data DIR");
    if (strcmp(verb, "make") == 0)
        return run_make(&call);
    if (strcmp(verb, "list") == 0)
        return run_list(&call);
    if (strcmp(verb, "say") == 0 && call.window != NULL)
        return run_say(&call);
    return command_usage("voice",
                         "yiping voice make|list --data DIR, or yiping voice say A023 "
                         "3号窗口 --data DIR > call.wav");
}
