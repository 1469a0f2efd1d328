/*
 * text.h — Unicode text: is it valid, what does it amount to, how long and wide is it.
 *
 * The only door to utf8proc. Text is UTF-8 with its length in bytes; a NUL is no
 * character of a text here. Pure; any thread. Standards: RFC 3629 (UTF-8), UAX #15
 * (normal forms), UAX #11 (East Asian width).
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"

enum text_class {
    TEXT_OTHER,  /* control, private use, unassigned */
    TEXT_SPACE,  /* white space, line breaks among it */
    TEXT_DIGIT,  /* a decimal digit of any script; text_normalise leaves 0-9 only */
    TEXT_NUMBER, /* another number character, such as a Roman numeral or a fraction */
    TEXT_HAN,    /* a Chinese character, the numerals among them too */
    TEXT_LETTER, /* a letter of any other script */
    TEXT_PUNCT,  /* punctuation */
    TEXT_SYMBOL, /* mathematics, currency, arrows, stars, box drawing */
    TEXT_EMOJI,  /* a picture that says something */
    TEXT_MARK    /* a combining mark */
};

/* Strict UTF-8: no overlong form, no surrogate, nothing above U+10FFFF and no NUL. */
bool text_valid_utf8(const char *bytes, size_t length);

/*
 * The first code point of a valid text into `*cp`; returns the bytes that it takes, 0 at
 * the end. What is not valid is U+FFFD and takes one byte.
 */
size_t text_next(const char *bytes, size_t length, uint32_t *cp);

/* Adds one code point as UTF-8. */
void text_add(struct buf *out, uint32_t cp);

/*
 * Adds the text in its plain form: NFKC with case folded; decimal digits of any script
 * and circled digits of every kind as 0-9; variation selectors, zero-width characters and
 * the keycap mark gone. White space and line breaks stay as they are. False, with nothing
 * added, where the text is not valid UTF-8.
 */
NODISCARD bool text_normalise(const char *bytes, size_t length, struct buf *out);

enum text_class text_classify(uint32_t cp);

/* How many UTF-16 units a valid text takes: what an SMS in UCS-2 counts. */
size_t text_utf16_units(const char *bytes, size_t length);

/* How many characters (code points) people would count. */
size_t text_characters(const char *bytes, size_t length);

/* How many cells of a fixed-width printer or terminal it fills; a Chinese character two.
 */
size_t text_cells(const char *bytes, size_t length);

#endif
