/*
 * api_openapi.c — see api_openapi.h. What each call takes and gives is told by its
 * answers, which name the field at fault; here stand the addresses, methods and who may
 * come.
 */
#include "web/api_openapi.h"

#include <string.h>

#include "version.h"
#include "web/json.h"
#include "web/routes.h"

static const char *const methods[METHODS] = {
    [METHOD_GET] = "get",     [METHOD_POST] = "post",     [METHOD_PUT] = "put",
    [METHOD_PATCH] = "patch", [METHOD_DELETE] = "delete",
};

/* Pages and the virtual phone are no part of the API. */
static bool is_api(const char *pattern)
{
    static const char *const ours[] = {"/api/v1/", "/healthz", "/readyz", "/metrics",
                                       "/openapi.json"};

    if (strncmp(pattern, "/api/v1/dev/", strlen("/api/v1/dev/")) == 0)
        return false;
    for (size_t i = 0; i < LENGTH(ours); i++)
        if (strncmp(pattern, ours[i], strlen(ours[i])) == 0)
            return true;
    return false;
}

/* [{"name": "id", "in": "path", …}] for each {name} of the pattern. */
static json_t *parameters(const char *pattern)
{
    json_t *list = json_array();
    const char *open;

    while ((open = strchr(pattern, '{')) != NULL) {
        const char *close = strchr(open, '}');

        json_array_append_new(
            list, json_pack("{s:o, s:s, s:b, s:{s:s}}", "name",
                            json_stringn(open + 1, (size_t)(close - open - 1)), "in",
                            "path", "required", true, "schema", "type", "string"));
        pattern = close;
    }
    return list;
}

static json_t *operation(const struct route *route)
{
    json_t *op = json_pack(
        "{s:o, s:{s:{s:s}, s:{s:s, s:{s:{s:{s:s}}}}}}", "parameters",
        parameters(route->pattern), "responses", "2XX", "description", "Done", "default",
        "description", "A problem (RFC 9457); errors[].field names the field at fault",
        "content", "application/problem+json", "schema", "type", "object");

    if (strncmp(route->pattern, "/api/", 5) == 0)
        json_object_set_new(op, "security", json_pack("[{s:[]}]", "key"));
    if (route->method == METHOD_POST)
        json_object_set_new(op, "requestBody",
                            json_pack("{s:{s:{s:{s:s}}}}", "content", "application/json",
                                      "schema", "type", "object"));
    return op;
}

static json_t *paths(const struct site *site)
{
    size_t count;
    const struct route *routes = routes_all(site, &count);
    json_t *all = json_object();

    for (size_t i = 0; i < count; i++) {
        json_t *path;

        if (!is_api(routes[i].pattern))
            continue;
        path = json_object_get(all, routes[i].pattern);
        if (path == NULL) {
            path = json_object();
            json_object_set_new(all, routes[i].pattern, path);
        }
        json_object_set_new(path, methods[routes[i].method], operation(&routes[i]));
    }
    return all;
}

static void openapi(struct exchange *x)
{
    json_answer(x, 200,
                json_pack("{s:s, s:{s:s, s:s}, s:{s:{s:{s:s, s:s}}}, s:o}", "openapi",
                          "3.1.0", "info", "title", "Yiping", "version", yiping_version,
                          "components", "securitySchemes", "key", "type", "http",
                          "scheme", "bearer", "paths", paths(site_of(x))));
}

const struct route api_openapi_routes[] = {
    {METHOD_GET, "/openapi.json", openapi, 0, 0},
};
const size_t api_openapi_route_count = LENGTH(api_openapi_routes);
