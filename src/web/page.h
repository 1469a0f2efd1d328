/*
 * page.h — HTML out of templates/pages and their catalogues.
 *
 * A catalogue is a flat JSON object of texts, one file a language:
 * templates/pages/NAME.zh-CN.json and NAME.en.json. With "extends": "staff" it has the
 * texts of that one too. A template finds its texts under `t`,
 * and beside them `lang`, `asset` (assets.h), `demo`, `virtual_gateway` and what the page
 * gives. Texts with {name} in them are filled by page_phrase.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include <jansson.h>

#include "web/accept.h"
#include "web/exchange.h"
#include "web/site.h"

/*
 * Reads every template and catalogue, from the folder where one is given, else from the
 * binary; a broken one is ERROR_SETUP with its line. All are given.
 */
NODISCARD bool pages_load(const char *folder, struct mustache_set **pages,
                          struct catalogues **catalogues, struct error *err);
void pages_free(struct mustache_set *pages, struct catalogues *catalogues);

/* The language of the page that was asked for. */
enum lang page_lang(const struct exchange *x);

/* A catalogue's text; the key itself where it is missing, which a test makes impossible.
 */
const char *page_text(const struct site *site, const char *catalogue, enum lang lang,
                      const char *key);

/* All texts of a catalogue, borrowed; NULL where there is none. */
json_t *page_texts(const struct site *site, const char *catalogue, enum lang lang);

/* The text with {name} filled in: page_phrase(…, "saved", "grade", g, NULL). Given, a
 * JSON text. */
json_t *page_phrase(const struct site *site, const char *catalogue, enum lang lang,
                    const char *key, ...) __attribute__((sentinel));

/*
 * Writes the page `name` ("ticket") with `data`, which is taken, into x->answer. Any
 * thread that owns the exchange. ERROR_BROKEN where the template fails.
 */
NODISCARD bool page_write(struct exchange *x, const char *name, const char *catalogue,
                          enum lang lang, json_t *data, struct error *err);

/* The same into a buffer: a piece of a page, made outside of any exchange. */
NODISCARD bool page_fragment(const struct site *site, const char *name,
                             const char *catalogue, enum lang lang, json_t *data,
                             struct buf *out, struct error *err);

/* page_write, and the answer. Loop. */
void page_answer(struct exchange *x, int status, const char *name, const char *catalogue,
                 enum lang lang, json_t *data);

/* 303 See Other: after every POST of a form. `path` may hold the token. */
void page_see_other(struct exchange *x, const char *path);

extern const char page_html[]; /* text/html; charset=utf-8 */

#endif
