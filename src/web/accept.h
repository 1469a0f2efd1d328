/*
 * accept.h — what a browser's headers ask for: a language, a smaller answer, and the
 * cookies it was given.
 *
 * Standards: RFC 9110 12.5.3 and 12.5.4 (Accept-Encoding, Accept-Language), RFC 6265 4.2
 * (Cookie). Pure; any thread.
 */
#ifndef WEB_ACCEPT_H
#define WEB_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

/* The languages of our pages. */
enum lang {
    LANG_ZH, /* zh-CN, where nothing else is asked for */
    LANG_EN,
    LANG_MN_CYRL, /* Mongolian in Cyrillic letters */
    LANG_MN_MONG, /* Mongolian in its own, vertical script */
    LANGS,
};

/* A page offers some of them: a bit each. */
enum { LANGS_EVERYWHERE = 1 << LANG_ZH | 1 << LANG_EN };

/*
 * The language to answer in. `query_lang` is the value of ?lang= and wins where it names
 * one of ours ("zh", "zh-CN", "en", in any case). Else the greatest weight in `header`
 * does; of equal ones the first; "*" stands for those that the header does not name.
 * Either may be NULL, and what cannot be read is passed over.
 */
enum lang accept_language(const char *header, const char *query_lang);

/*
 * The same of those that are offered; Chinese always is. "mn" alone, and "mn-MN", mean
 * Cyrillic letters, "mn-CN" the vertical script; where only the other one is offered that
 * is taken.
 */
enum lang accept_language_of(const char *header, const char *query_lang,
                             unsigned offered);

/* Whether an answer may be gzip: named in Accept-Encoding, or under "*", with a weight
 * above nought. */
bool accept_gzip(const char *header);

/* The tag for <html lang="…">: "zh-CN", "en", "mn-Cyrl", "mn-Mong". Static. */
const char *lang_tag(enum lang lang);

/*
 * Copies the value of the first cookie called `name` (letters count as they are written)
 * to `out`, without quotes around it. False where `header` is NULL, where there is no
 * such cookie, or where its value is longer than size - 1 or holds bytes that no cookie
 * may; `out` is then untouched.
 */
NODISCARD bool cookie_find(const char *header, const char *name, char *out, size_t size);

#endif
