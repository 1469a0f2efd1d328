/* router_test.c — what the table of routes promises, one row each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/access.h"
#include "web/api_document.h"
#include "web/router.h"
#include "web/routes.h"

static void handle(struct exchange *x)
{
    (void)x;
}

static const struct route routes[] = {
    {METHOD_GET, "/", handle, 1, 0},
    {METHOD_GET, "/t/{token}", handle, 2, 0},
    {METHOD_POST, "/t/{token}/rate", handle, 3, 0},
    {METHOD_GET, "/t/{token}/state", handle, 4, 0},
    {METHOD_POST, "/api/v1/tickets", handle, 5, 0},
    {METHOD_GET, "/api/v1/tickets/{id}", handle, 6, 0},
    {METHOD_GET, "/api/v1/tickets/{id}/slip", handle, 7, 0},
    {METHOD_GET, "/api/v1/tickets/open", handle, 8, 0},
    {METHOD_DELETE, "/api/v1/tickets/{id}", handle, 9, 0},
    {METHOD_PUT, "/api/v1/dev/faults", handle, 10, 0},
    {METHOD_GET, "/gateways/{name}/reply/{secret}", handle, 11, 0},
    {METHOD_POST, "/gateways/{name}/reply/{secret}", handle, 12, 0},
    {METHOD_PATCH, "/a", handle, 13, 0},
    {METHOD_GET, "/a/b/{x}", handle, 14, 0},
    {METHOD_GET, "/a/{y}/c", handle, 15, 0},
};

static void finds(void **state)
{
    static const struct {
        enum method method;
        const char *path;
        enum route_outcome outcome;
        unsigned flags;     /* of the route found */
        const char *params; /* joined by '|' */
        const char *allow;
    } rows[] = {
        {METHOD_GET, "/", ROUTE_FOUND, 1, "", ""},
        {METHOD_GET, "/t/ABC", ROUTE_FOUND, 2, "ABC", ""},
        {METHOD_POST, "/t/ABC/rate", ROUTE_FOUND, 3, "ABC", ""},
        {METHOD_GET, "/t/ABC/state", ROUTE_FOUND, 4, "ABC", ""},
        {METHOD_GET, "/t/你好", ROUTE_FOUND, 2, "你好", ""},
        {METHOD_POST, "/api/v1/tickets", ROUTE_FOUND, 5, "", ""},
        {METHOD_GET, "/api/v1/tickets/17", ROUTE_FOUND, 6, "17", ""},
        {METHOD_GET, "/api/v1/tickets/17/slip", ROUTE_FOUND, 7, "17", ""},
        {METHOD_DELETE, "/api/v1/tickets/17", ROUTE_FOUND, 9, "17", ""},
        {METHOD_PUT, "/api/v1/dev/faults", ROUTE_FOUND, 10, "", ""},
        {METHOD_GET, "/gateways/k/reply/s", ROUTE_FOUND, 11, "k|s", ""},
        {METHOD_POST, "/gateways/k/reply/s", ROUTE_FOUND, 12, "k|s", ""},
        /* the literal wins, and the way back is found where it leads nowhere */
        {METHOD_GET, "/api/v1/tickets/open", ROUTE_FOUND, 8, "", ""},
        {METHOD_GET, "/api/v1/tickets/open/slip", ROUTE_FOUND, 7, "open", ""},
        {METHOD_GET, "/a/b/c", ROUTE_FOUND, 14, "c", ""},
        {METHOD_GET, "/a/z/c", ROUTE_FOUND, 15, "z", ""},
        /* the place knows the path but not the method */
        {METHOD_DELETE, "/t/ABC", ROUTE_WRONG_METHOD, 0, NULL, "GET, HEAD"},
        {METHOD_OTHER, "/", ROUTE_WRONG_METHOD, 0, NULL, "GET, HEAD"},
        {METHOD_GET, "/api/v1/tickets", ROUTE_WRONG_METHOD, 0, NULL, "POST"},
        {METHOD_POST, "/api/v1/tickets/17", ROUTE_WRONG_METHOD, 0, NULL,
         "GET, HEAD, DELETE"},
        {METHOD_GET, "/a", ROUTE_WRONG_METHOD, 0, NULL, "PATCH"},
        /* nothing is there */
        {METHOD_GET, "", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "//", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/t", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/t/", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/t/ABC/", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/t//rate", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/t/ABC/rate/x", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/T/ABC", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/api/v1", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/api/v1/ticket", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
        {METHOD_GET, "/{token}", ROUTE_UNKNOWN_PATH, 0, NULL, ""},
    };
    struct router *r = NULL;
    struct error err = {0};

    (void)state;
    assert_true(router_new(routes, LENGTH(routes), &r, &err));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct route_match m;
        enum route_outcome got = router_find(r, rows[i].method, rows[i].path, &m);
        char params[200] = "";

        if (got != rows[i].outcome)
            print_error("%d %s\n", (int)rows[i].method, rows[i].path);
        assert_int_equal(got, rows[i].outcome);
        assert_string_equal(m.allow, rows[i].allow);
        if (got != ROUTE_FOUND)
            continue;
        for (size_t p = 0; p < m.params; p++) {
            strcat(params, p > 0 ? "|" : "");
            strncat(params, m.param[p].at, m.param[p].length);
        }
        assert_int_equal(m.route->flags, rows[i].flags);
        assert_ptr_equal(m.route, &routes[m.index]);
        assert_string_equal(params, rows[i].params);
    }
    router_free(r);
}

static void refuses(void **state)
{
    static const struct route bad[][2] = {
        {{METHOD_GET, "/a/{x}", handle, 0, 0}, {METHOD_GET, "/a/{y}", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "/a", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "a", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "/b/", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "//b", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "/b/{x", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "/b/{}", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "/b/y{x}", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0},
         {METHOD_GET, "/{a}/{b}/{c}/{d}/{e}/{f}/{g}", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_OTHER, "/b", handle, 0, 0}},
        {{METHOD_GET, "/a", handle, 0, 0}, {METHOD_GET, "/b", NULL, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct router *r = NULL;
        struct error err = {0};

        if (router_new(bad[i], 2, &r, &err))
            print_error("%s was taken\n", bad[i][1].pattern);
        assert_null(r);
        assert_int_equal(err.kind, ERROR_SETUP);
        assert_true(strlen(err.text) > 20);
    }
}

/* A new route says in web/access.c who may come in, or this fails by its name. */
static void every_route_has_a_row(void **state)
{
    size_t count;
    const struct route *all = routes_all(NULL, &count);
    static const struct route stranger = {METHOD_GET, "/stranger", handle, 0, 0};
    struct error err = {0};

    (void)state;
    if (!access_check(all, count, &err))
        fail_msg("%s", err.text);
    assert_false(access_check(&stranger, 1, &err));
    assert_false(access_check(all, count - 1, &err));
    assert_null(access_view(&stranger, ROLE_HALL));
    assert_null(access_view(NULL, ROLE_HALL));
    free((void *)(uintptr_t)all);
}

/* …and in templates/api/calls.json what it takes and answers, where it is of the API. */
static void every_call_is_described(void **state)
{
    size_t count;
    const struct route *all = routes_all(NULL, &count);
    static const struct route stranger = {METHOD_GET, "/api/v1/stranger", handle, 0, 0};
    struct api_document *d = NULL;
    struct error err = {0};

    (void)state;
    if (!api_document_new(all, count, &d, &err))
        fail_msg("%s", err.text);
    assert_non_null(strstr(api_document_text(d), "\"openapi\":\"3.1.0\""));
    api_document_free(d);
    d = NULL;
    assert_false(api_document_new(&stranger, 1, &d, &err));
    for (size_t i = 0; i < count; i++) /* one that is described is gone */
        if (strcmp(all[i].pattern, "/api/v1/tickets") == 0) {
            struct route *rest = memory_new(count * sizeof(*rest));

            memcpy(rest, all, count * sizeof(*rest));
            rest[i] = rest[count - 1];
            error_clear(&err);
            assert_false(api_document_new(rest, count - 1, &d, &err));
            assert_non_null(strstr(err.text, "POST /api/v1/tickets"));
            free(rest);
        }
    assert_null(d);
    free((void *)(uintptr_t)all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds), cmocka_unit_test(refuses),
                                       cmocka_unit_test(every_route_has_a_row),
                                       cmocka_unit_test(every_call_is_described)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
