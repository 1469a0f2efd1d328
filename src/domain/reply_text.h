/*
 * reply_text.h — a reply as the reader's rules see it: plain text and its tokens.
 *
 *     as received ──text_normalise──▶ plain ──fold, blanks──▶ spaced and solid ──▶ tokens
 *
 * `spaced` is the normal form with runs of white space made one blank (a line break where
 * one was in the run) and traditional characters read as simplified. `solid` is the same
 * without the blanks, so that white space inside a Chinese word does not break it; line
 * breaks stay. Owner: whoever made it, until reply_text_free. Any thread.
 */
#ifndef DOMAIN_REPLY_TEXT_H
#define DOMAIN_REPLY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "domain/reply_words.h"

/* Longer than any SMS of many parts; what is longer is no grade. */
enum { REPLY_BYTES_MOST = 6000 };

enum reply_kind {
    KIND_WORD,    /* in the table; Chinese or Latin */
    KIND_HAN,     /* a Chinese character that no word of the table begins with */
    KIND_LATIN,   /* other letters, with the digits that touch them */
    KIND_NUMBER,  /* 0-9, as many as touch */
    KIND_NUMERAL, /* 一 二 三 …, as many as touch */
    KIND_STARS,   /* a row of ⭐ or ★; `value` is how many, 0 where the row is odd */
    KIND_PUNCT,   /* punctuation, and the few symbols used as such: `cp` */
    KIND_EMOJI,
    KIND_SYMBOL,
    KIND_OTHER /* marks, controls, number characters: they set nothing off */
};

struct reply_token {
    const char *text; /* in `solid`; not ended by a NUL */
    size_t length;
    enum reply_kind kind;
    uint64_t classes; /* of a word */
    int thing;
    int value;   /* a digit, a repeated digit, a numeral or stars: 0 to 9; else -1 */
    int digits;  /* how many digits a number has */
    uint32_t cp; /* of punctuation, emoji and symbols */
    bool blank;  /* white space before it */
    bool line;   /* a line break before it */
    bool taken;  /* counts for no comment */
    int clause; /* clauses end at punctuation, line breaks, and before 但是 and the like
                 */
    int sentence; /* sentences end at 。 ! ? ; and line breaks */
};

struct reply_text {
    struct buf spaced;
    struct buf solid;
    unsigned char *gap; /* for each byte of solid: 1 where white space stood before it */
    struct reply_token *token;
    size_t count;
};

/* False where the text is not valid UTF-8 or longer than any reply; `t` is then empty. */
NODISCARD bool reply_text_make(const char *bytes, size_t length, struct reply_text *t);
void reply_text_free(struct reply_text *t);

/* Cuts `spaced` off at `length` bytes; call it before reply_text_tokens. */
void reply_text_cut(struct reply_text *t, size_t length);

/* Makes `solid` and the tokens from `spaced`. */
void reply_text_tokens(struct reply_text *t);

bool reply_is(const struct reply_token *k, uint64_t classes);
bool reply_is_text(const struct reply_token *k, const char *text);
bool reply_is_question(const struct reply_token *k);

#endif
