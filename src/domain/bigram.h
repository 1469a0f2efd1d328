/*
 * bigram.h — the pairs of neighbouring characters of a text, by which words are found
 * that no blanks part.
 *
 * A text is taken in its plain form (NFKC, folded); letters, digits and Chinese
 * characters count, everything else parts. "等太久" has 等太 and 太久. Pure; any thread.
 */
#ifndef DOMAIN_BIGRAM_H
#define DOMAIN_BIGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BIGRAMS_MOST = 512 }; /* of one text that count */

/*
 * The pairs of `text`, each once, in rising order: the first character above, the second
 * below. Returns how many; 0 where it has none or is not valid UTF-8.
 */
size_t bigrams_of(const char *text, size_t length, uint64_t out[BIGRAMS_MOST]);

/* Does the plain form of `text` hold that of `part`, blanks and signs left out? */
bool bigram_text_holds(const char *text, size_t length, const char *part,
                       size_t part_length);

#endif
