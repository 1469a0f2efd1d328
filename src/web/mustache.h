/*
 * mustache.h — pages and slips from templates: the mustache language over JSON values.
 *
 * Standard: github.com/mustache/spec, its core and its optional inheritance (blocks
 * {{$name}} and parents {{<name}}). Lambdas and dynamic names are refused. Beyond the
 * standard we hold that
 *   - a section is left out where its value is absent, null, false, an empty list or an
 *     empty text; the number 0 is a fact and is shown;
 *   - {{name}} of an object or a list writes nothing;
 *   - a partial's empty lines are not indented;
 *   - inside a parent stand blocks, comments and text (which is ignored), nothing else.
 *
 * A template never changes once it is parsed, nor a set once it is complete. Any number
 * of threads may then render from one set at once, each with data and buffer of its own;
 * data are borrowed and their reference counts are not touched, so that threads may even
 * share them as long as none changes them. Rendering allocates nothing but the buffer.
 */
#ifndef WEB_MUSTACHE_H
#define WEB_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"

enum {
    MUSTACHE_LONGEST = 4 << 20,       /* bytes of one template */
    MUSTACHE_DEEPEST = 64,            /* sections, blocks and parents open at once */
    MUSTACHE_LEVELS = 256,            /* the same while rendering, partials included */
    MUSTACHE_STEPS = 4 * 1000 * 1000, /* tags and texts visited in one rendering */
};

/* Rules that a template must keep; may be added together. */
enum { MUSTACHE_NO_RAW = 1 }; /* {{{name}}} and {{&name}} are errors */

struct mustache;     /* one template, parsed */
struct mustache_set; /* templates that may name one another */

/*
 * Parses `length` bytes of UTF-8, which are copied. `name` is how errors call the
 * template. ERROR_SETUP names it and the line: "pages/x.html, line 12: the section
 * {{#a}} is never closed." `*out` is given; it is untouched on failure.
 */
NODISCARD bool mustache_parse(const char *name, const char *text, size_t length,
                              unsigned rules, struct mustache **out, struct error *err);
void mustache_free(struct mustache *template);

/* An empty set, given; `rules` hold for every template in it. */
struct mustache_set *mustache_set_new(unsigned rules);
void mustache_set_free(struct mustache_set *set);

/* Parses a template into the set. ERROR_SETUP also where the name is taken already. */
NODISCARD bool mustache_set_add(struct mustache_set *set, const char *name,
                                const char *text, size_t length, struct error *err);

/* Every partial and parent that a template names is there, else ERROR_SETUP. */
NODISCARD bool mustache_set_check(const struct mustache_set *set, struct error *err);

/* The template of that name, borrowed from the set; NULL where there is none. */
const struct mustache *mustache_find(const struct mustache_set *set, const char *name);

/* For HTML text and quoted attributes: & < > " ' */
void mustache_escape_html(struct buf *out, const char *text, size_t length);

/*
 * Renders a template of the set with `data` and adds it to `out`, escaped for HTML. A
 * partial that is missing, which mustache_set_check would have told, writes nothing.
 * ERROR_ABSENT where the set has no such template, ERROR_SETUP where templates nest too
 * deep or never end, ERROR_TOO_LARGE where the buffer's ceiling is met; `out` then holds
 * what it held before.
 */
NODISCARD bool mustache_render(const struct mustache_set *set, const char *name,
                               json_t *data, struct buf *out, struct error *err);

/*
 * The same for other paper: `escape` adds what stands between {{ and }} to `out` in a way
 * that does no harm there. It is called for numbers too.
 */
NODISCARD bool
mustache_render_escaped(const struct mustache_set *set, const char *name, json_t *data,
                        void (*escape)(struct buf *out, const char *text, size_t length),
                        struct buf *out, struct error *err);

#endif
