/*
 * json.h — JSON in and out of an exchange.
 */
#ifndef WEB_JSON_H
#define WEB_JSON_H

#include <jansson.h>

#include "web/exchange.h"

/* Answers with `body`, which is taken. Loop. */
void json_answer(struct exchange *x, int status, json_t *body);

/*
 * The body as a JSON object, given. ERROR_MALFORMED where it is no JSON, no object, holds
 * a doubled key, a NUL or broken UTF-8. An empty body is an empty object.
 */
NODISCARD bool json_body(const struct exchange *x, json_t **out, struct error *err);

/*
 * A text field, borrowed; NULL in *out where it is absent or null and `required` is not
 * set. `most` is the greatest length in bytes. ERROR_INPUT names the field.
 */
NODISCARD bool json_text(const json_t *body, const char *field, bool required,
                         size_t most, const char **out, struct error *err);

/* An id as the API writes it, and an instant with the zone's offset; null for 0. */
json_t *json_id(int64_t id);
struct zone;
json_t *json_time(const struct zone *zone, int64_t at_ms);

#endif
