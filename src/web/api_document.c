/*
 * api_document.c — see api_document.h.
 */
#include "web/api_document.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pack.h"
#include "domain/hook.h"
#include "version.h"
#include "web/access.h"

struct api_document {
    json_t *declared; /* templates/api/calls.json */
    char *text;
};

static const char *const methods[METHODS] = {
    [METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
};

static json_t *declared(const struct api_document *d, const char *part, const char *name)
{
    return json_object_get(json_object_get(d->declared, part), name);
}

static json_t *call_of(const struct api_document *d, const struct route *route)
{
    char key[200];

    snprintf(key, sizeof(key), "%s %s", methods[route->method], route->pattern);
    return declared(d, "calls", key);
}

/* Pages, gateways and printers are no part of the API. */
static bool is_api(const struct route *route)
{
    static const char *const ours[] = {"/api/", "/healthz", "/readyz", "/metrics",
                                       "/openapi.json"};

    for (size_t i = 0; i < LENGTH(ours); i++)
        if (strncmp(route->pattern, ours[i], strlen(ours[i])) == 0)
            return true;
    return false;
}

static json_t *reference(const char *schema)
{
    return json_pack("{s:s+}", "$ref", "#/components/schemas/", schema);
}

static json_t *content(const char *type, json_t *schema)
{
    return json_pack("{s:{s:o}}", type, "schema", schema);
}

/* == What a call takes */

static bool add_parameter(const struct api_document *d, json_t *list, const char *name,
                          size_t length, const char *in, struct error *err)
{
    char word[64];
    json_t *parameter;

    snprintf(word, sizeof(word), "%.*s", (int)length, name);
    parameter = declared(d, "parameters", word);
    if (parameter == NULL)
        return error_set(err, ERROR_SETUP,
                         "The parameter %s is not declared in templates/api/calls.json.",
                         word);
    parameter = json_copy(parameter);
    json_object_set_new(parameter, "name", json_string(word));
    json_object_set_new(parameter, "in", json_string(in));
    if (strcmp(in, "path") == 0)
        json_object_set_new(parameter, "required", json_true());
    json_array_append_new(list, parameter);
    return true;
}

/* What is in the path, what the call declares for the query, and the key that makes a
 * repeated act one act. */
static bool add_parameters(const struct api_document *d, const struct route *route,
                           const json_t *call, json_t *list, struct error *err)
{
    const json_t *query = json_object_get(call, "query");
    const char *open = route->pattern;

    while ((open = strchr(open, '{')) != NULL) {
        size_t length = strcspn(++open, "}");

        if (!add_parameter(d, list, open, length, "path", err))
            return false;
    }
    for (size_t i = 0; i < json_array_size(query); i++) {
        const char *name = json_string_value(json_array_get(query, i));

        if (!add_parameter(d, list, name, strlen(name), "query", err))
            return false;
    }
    if (route->method == METHOD_POST && json_object_get(call, "body") != NULL &&
        access_letter(route, ROLE_NONE) != ACCESS_ANYBODY)
        json_array_append_new(
            list,
            json_pack("{s:s+}", "$ref", "#/components/parameters/", "IdempotencyKey"));
    return true;
}

/* The body: JSON, or a form of a person's. */
static json_t *body_json(const struct api_document *d, const json_t *call)
{
    const char *json = json_string_value(json_object_get(call, "body"));
    const char *form = json_string_value(json_object_get(call, "form"));
    const char *name = json != NULL ? json : form;
    const json_t *schema = declared(d, "schemas", name);

    return json_pack(
        "{s:b, s:o}", "required",
        json_array_size(json_object_get(schema, "required")) > 0, "content",
        content(json != NULL ? "application/json" : "application/x-www-form-urlencoded",
                reference(name)));
}

/* == What it answers */

static json_t *answer_json(json_t *what)
{
    json_t *answer = json_pack("{s:s}", "description", "Done"), *types;

    if (json_is_string(what)) {
        json_object_set_new(answer, "content",
                            content("application/json; charset=utf-8",
                                    reference(json_string_value(what))));
    } else if (json_is_array(what)) {
        types = json_object();
        for (size_t i = 0; i < json_array_size(what); i++)
            json_object_set_new(types, json_string_value(json_array_get(what, i)),
                                json_object());
        json_object_set_new(answer, "content", types);
    } else {
        json_object_set_new(answer, "description", json_string("Nothing to tell"));
    }
    return answer;
}

static json_t *answers_json(const json_t *call)
{
    json_t *all = json_object(), *what;
    const char *status;

    json_object_foreach(json_object_get(call, "answers"), status, what)
    {
        json_object_set_new(all, status, answer_json(what));
    }
    json_object_set_new(
        all, "default",
        json_pack("{s:s, s:o}", "description",
                  "A problem (RFC 9457); errors[].field names the field at fault",
                  "content", content("application/problem+json", reference("Problem"))));
    return all;
}

/* == Who may come: any one of these */

static json_t *security_json(const struct route *route)
{
    json_t *all = json_array();

    if (access_letter(route, ROLE_NONE) == ACCESS_ANYBODY)
        return all;
    for (size_t i = 0; i < access_column_count; i++) {
        enum role role = access_columns[i];

        if (access_view(route, role) != NULL)
            json_array_append_new(
                all, json_pack("{s:[s]}", (role & ROLES_KEY) != 0 ? "key" : "session",
                               role_name(role)));
    }
    return all;
}

/* == The whole */

/* "post_tickets_id_cases": unique, for programs that are made from the document. */
static json_t *operation_id(const struct route *route)
{
    char id[200];
    size_t length = 0;
    const char *path = route->pattern, *way = "/api/v1";

    if (strncmp(path, way, strlen(way)) == 0)
        path += strlen(way);
    for (const char *c = methods[route->method]; *c != '\0'; c++)
        id[length++] = (char)tolower((unsigned char)*c);
    for (const char *c = path; *c != '\0' && length + 1 < sizeof(id); c++)
        if (isalnum((unsigned char)*c))
            id[length++] = *c;
        else if (id[length - 1] != '_' && c[1] != '\0')
            id[length++] = '_';
    return json_stringn(id, length);
}

static bool add_call(const struct api_document *d, const struct route *route,
                     json_t *paths, struct error *err)
{
    json_t *call = call_of(d, route), *path, *list, *operation;
    char method[8];
    size_t i = 0;

    if (call == NULL)
        return error_set(err, ERROR_SETUP,
                         "The call %s %s is not described in templates/api/calls.json.",
                         methods[route->method], route->pattern);
    list = json_array();
    operation =
        json_pack("{s:o, s:O, s:[O], s:o, s:o, s:o}", "operationId", operation_id(route),
                  "summary", json_object_get(call, "summary"), "tags",
                  json_object_get(call, "tag"), "parameters", list, "responses",
                  answers_json(call), "security", security_json(route));
    if (json_object_get(call, "body") != NULL || json_object_get(call, "form") != NULL)
        json_object_set_new(operation, "requestBody", body_json(d, call));
    path = json_object_get(paths, route->pattern);
    if (path == NULL) {
        path = json_object();
        json_object_set_new(paths, route->pattern, path);
    }
    for (; methods[route->method][i] != '\0'; i++)
        method[i] = (char)tolower((unsigned char)methods[route->method][i]);
    method[i] = '\0';
    json_object_set_new(path, method, operation);
    return add_parameters(d, route, call, list, err);
}

/* A call that is described is one that there is. */
static bool all_there(const struct api_document *d, const struct route *routes,
                      size_t count, struct error *err)
{
    const char *key;
    json_t *call;

    json_object_foreach(json_object_get(d->declared, "calls"), key, call)
    {
        size_t i = 0;

        while (i < count && (!is_api(&routes[i]) || call_of(d, &routes[i]) != call))
            i++;
        if (i == count)
            return error_set(err, ERROR_SETUP,
                             "templates/api/calls.json describes %s, which is no route.",
                             key);
    }
    return true;
}

static json_t *components(const struct api_document *d)
{
    return json_pack(
        "{s:O, s:{s:{s:s, s:s, s:s, s:{s:s, s:i, s:i}}},"
        " s:{s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s, s:s}}}",
        "schemas", json_object_get(d->declared, "schemas"), "parameters",
        "IdempotencyKey", "name", "Idempotency-Key", "in", "header", "description",
        "The same key and body again do nothing again and answer the same, for 48 hours.",
        "schema", "type", "string", "minLength", 1, "maxLength", 200, "securitySchemes",
        "key", "type", "http", "scheme", "bearer", "description",
        "A key of `yiping key add`, of one of the roles named.", "session", "type",
        "apiKey", "in", "cookie", "name", "__Host-sid", "description",
        "A person who is logged in, in one of the roles named.");
}

/* == What other systems are told */

/* "webhook-id", its type and what it says. */
static json_t *hook_header(const char *name, const char *description)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:{s:s}}", "name", name, "in", "header",
                     "description", description, "required", true, "schema", "type",
                     "string");
}

static json_t *hook_json(enum hook_type type, const json_t *said)
{
    json_t *body = json_pack(
        "{s:s, s:[s, s, s], s:{s:{s:s, s:[s]}, s:o, s:o}}", "type", "object", "required",
        "type", "timestamp", "data", "properties", "type", "type", "string", "enum",
        hook_type_name(type), "timestamp", reference("Instant"), "data",
        reference(json_string_value(json_object_get(said, "data"))));

    return json_pack(
        "{s:{s:O, s:[o, o, o], s:{s:b, s:o}, s:{s:{s:s}, s:{s:s}, s:{s:s}}}}", "post",
        "summary", json_object_get(said, "summary"), "parameters",
        hook_header("webhook-id", "The same at every try: take it once."),
        hook_header("webhook-timestamp", "Seconds since 1970, of this try."),
        hook_header("webhook-signature",
                    "v1,BASE64(HMAC-SHA256(secret, id.timestamp.body)), one for each "
                    "secret, parted by blanks (Standard Webhooks 1.0)."),
        "requestBody", "required", true, "content", content("application/json", body),
        "responses", "2XX", "description", "Taken", "410", "description",
        "Nothing more is wanted: the endpoint is switched off", "default", "description",
        "Tried again, for 429 and 503 as late as Retry-After says");
}

/* Each type that there is, and no other. */
static bool hooks_json(const struct api_document *d, json_t **out, struct error *err)
{
    *out = json_object();
    for (int i = 0; i < HOOK_TYPES; i++) {
        const char *name = hook_type_name((enum hook_type)i);
        const json_t *said = declared(d, "webhooks", name);

        if (said == NULL)
            return error_set(err, ERROR_SETUP,
                             "templates/api/calls.json does not describe the webhook %s.",
                             name);
        json_object_set_new(*out, name, hook_json((enum hook_type)i, said));
    }
    return json_object_size(*out) ==
               json_object_size(json_object_get(d->declared, "webhooks")) ||
           error_set(err, ERROR_SETUP,
                     "templates/api/calls.json describes a webhook that there is not.");
}

static bool make(struct api_document *d, const struct route *routes, size_t count,
                 struct error *err)
{
    json_t *paths = json_object(), *hooks = NULL;
    json_t *whole = json_pack(
        "{s:s, s:{s:s, s:s, s:s}, s:O, s:o, s:o}", "openapi", "3.1.0", "info", "title",
        "Yiping", "version", yiping_version, "description",
        "Times are ISO 8601 with the hall's offset; ids are texts. Fields may be added.",
        "tags", json_object_get(d->declared, "tags"), "paths", paths, "components",
        components(d));
    bool ok = all_there(d, routes, count, err) && hooks_json(d, &hooks, err);

    json_object_set_new(whole, "webhooks", hooks);
    for (size_t i = 0; ok && i < count; i++)
        ok = !is_api(&routes[i]) || add_call(d, &routes[i], paths, err);
    d->text = ok ? json_dumps(whole, JSON_COMPACT) : NULL;
    json_decref(whole);
    return ok;
}

bool api_document_new(const struct route *routes, size_t count, struct api_document **out,
                      struct error *err)
{
    const struct pack_file *file = pack_find("templates/api/calls.json");
    struct api_document *d = memory_new(sizeof(*d));
    json_error_t where = {.line = 0};

    if (file != NULL)
        d->declared = json_loadb((const char *)file->bytes, file->length,
                                 JSON_REJECT_DUPLICATES, &where);
    if (d->declared == NULL)
        error_set(err, ERROR_SETUP, "templates/api/calls.json is no JSON at line %d: %s.",
                  where.line, where.text);
    else if (make(d, routes, count, err)) {
        *out = d;
        return true;
    }
    api_document_free(d);
    return false;
}

void api_document_free(struct api_document *d)
{
    if (d == NULL)
        return;
    json_decref(d->declared);
    free(d->text);
    free(d);
}

const char *api_document_text(const struct api_document *d)
{
    return d->text;
}

bool api_document_knows(const struct api_document *d, const struct route *route,
                        const json_t *body, struct error *err)
{
    const char *name = json_string_value(json_object_get(call_of(d, route), "body"));
    const json_t *fields = json_object_get(declared(d, "schemas", name), "properties");
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)body, key, value)
    {
        if (json_object_get(fields, key) == NULL)
            return error_field(err, key, "The field %.40s is not known here.", key);
    }
    return true;
}
