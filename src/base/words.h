/*
 * words.h — foreign words in our sentences: shown safely, counted, and guessed at.
 *
 * What a person or a file gave us goes into an error sentence only through words_show, so
 * that no control character, broken UTF-8 or endless text gets there. All pure; any
 * thread.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* An excerpt fit for a sentence; see words_show. */
struct words_shown {
    char text[64];
};

/* The first 40 bytes or so in whole characters, "…" where cut, "?" for what cannot be
 * shown. */
struct words_shown words_show(const char *text);

/* The same into `out` of `size` bytes, 8 at least. */
void words_show_into(const char *text, char *out, size_t size);

/* Takes an incomplete last character off a text that snprintf had to cut. */
void words_mend(char *text);

/* Whether the bytes are UTF-8 without surrogates or NUL; `characters` may be NULL. */
NODISCARD bool words_utf8(const char *bytes, size_t length, size_t *characters);

/*
 * The known word that somebody probably meant, borrowed from `known`; NULL where none is
 * within a third of the word's length in single letters changed, added, lost or swapped.
 */
const char *words_nearest(const char *word, const char *const *known, size_t count);

#endif
