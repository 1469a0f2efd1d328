/*
 * json.c — see json.h.
 */
#include "web/json.h"

#include <stdio.h>
#include <string.h>

#include "base/zone.h"

static int add(const char *bytes, size_t length, void *answer)
{
    buf_add(answer, bytes, length);
    return 0;
}

void json_answer(struct exchange *x, int status, json_t *body)
{
    /* nine digits say what is meant by a share; more would be noise */
    json_dump_callback(body, add, &x->answer, JSON_COMPACT | JSON_REAL_PRECISION(9));
    json_decref(body);
    exchange_answer(x, status, "application/json; charset=utf-8");
}

bool json_body(const struct exchange *x, json_t **out, struct error *err)
{
    json_error_t where;

    if (x->body_length == 0) {
        *out = json_object();
        return true;
    }
    *out = json_loadb(x->body, x->body_length, JSON_REJECT_DUPLICATES, &where);
    if (*out == NULL && json_error_code(&where) == json_error_null_character)
        return error_set(err, ERROR_MALFORMED,
                         "The body holds the character U+0000 at line %d, column %d; no "
                         "text of ours has it.",
                         where.line, where.column);
    if (*out == NULL)
        return error_set(err, ERROR_MALFORMED,
                         "The body is no JSON at line %d, column %d: %.80s.", where.line,
                         where.column, where.text);
    if (json_is_object(*out))
        return true;
    json_decref(*out);
    *out = NULL;
    return error_set(err, ERROR_MALFORMED, "The body must be a JSON object.");
}

bool json_text(const json_t *body, const char *field, bool required, size_t most,
               const char **out, struct error *err)
{
    const json_t *value = json_object_get(body, field);

    *out = NULL;
    if (value == NULL || json_is_null(value))
        return !required || error_field(err, field, "The field %s is missing.", field);
    if (!json_is_string(value))
        return error_field(err, field, "The field %s must be a text.", field);
    if (json_string_length(value) > most)
        return error_field(err, field, "The field %s is longer than %zu bytes.", field,
                           most);
    if (required && json_string_length(value) == 0)
        return error_field(err, field, "The field %s is empty.", field);
    *out = json_string_value(value);
    return true;
}

json_t *json_id(int64_t id)
{
    char text[24];

    if (id == 0)
        return json_null();
    snprintf(text, sizeof(text), "%lld", (long long)id);
    return json_string(text);
}

json_t *json_time(const struct zone *zone, int64_t at_ms)
{
    char text[ZONE_ISO];

    if (at_ms == 0)
        return json_null();
    zone_iso(zone, at_ms, text);
    return json_string(text);
}
