/*
 * spoken.h — how a call is said aloud: 请 A 零二三 号，到 三 号窗口.
 *
 * What is said is put together from clips, each of which is one word, letter or digit
 * with a name of its own: the name of its file, and what a recording hall reads out.
 * Numbers are said digit by digit, as people look for them on their slip.
 *
 * Window names are the hall's own Chinese. Only what is made of known words, letters and
 * digits is said; of a name with other words in it the part that holds the number is
 * said, where there is exactly one. A reading is never guessed: a person who follows a
 * wrong one stands at the wrong window. Pure; any thread.
 */
#ifndef DOMAIN_SPOKEN_H
#define DOMAIN_SPOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct spoken_clip {
    const char *name;    /* of its file, without .wav */
    const char *words;   /* what is recorded */
    const char *pinyin;  /* the same for a machine: with the tone's number */
    const char *written; /* how it stands in a window's name, NULL where it does not */
};

extern const struct spoken_clip spoken_clips[];
extern const size_t spoken_clip_count;

/* The clip of this name, NULL where there is none. */
const struct spoken_clip *spoken_find(const char *name);

enum { SPOKEN_MOST = 48 };

struct spoken {
    size_t count;
    const struct spoken_clip *clips[SPOKEN_MOST];
};

enum spoken_reading {
    SPOKEN_NOT,   /* cannot be read */
    SPOKEN_PART,  /* its part with the number: another window's may sound alike */
    SPOKEN_WHOLE, /* every word of it */
};

/* A window's name. `out` is empty where it cannot be read. */
enum spoken_reading spoken_window(const char *name, struct spoken *out);

bool spoken_same(const struct spoken *a, const struct spoken *b);

/*
 * The call of a ticket ("A023") to a window, NULL for one that cannot be read: then
 * people are asked to look at the screen. False where the number cannot be read.
 */
bool spoken_call(const char *number, const struct spoken *window, struct spoken *out);

#endif
