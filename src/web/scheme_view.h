/*
 * scheme_view.h — a scheme as pages show it. All JSON is given. Pure; any thread.
 */
#ifndef WEB_SCHEME_VIEW_H
#define WEB_SCHEME_VIEW_H

#include <jansson.h>

#include "domain/scheme.h"
#include "web/staff_words.h"

/* The part's name in the page's language. */
const char *part_name(const struct staff_words *w, const struct scheme_part *part);

/* {"code": …, "name": …, "weight": "8.00", "hall": true, "owner": word, "source": word,
 * "measure": word} */
json_t *part_json(const struct staff_words *w, const struct scheme_part *part);

/* {"title": …, "version": …, "parts": […], "sum": "100.00", "hall_sum": "35.00", "rules":
 * [{"name": …, "value": …}], "peers": [{"name": …, "departments": "a b"}]} */
json_t *scheme_json(const struct staff_words *w, const struct scheme *s);

#endif
