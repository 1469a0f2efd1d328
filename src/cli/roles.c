/*
 * roles.c — see roles.h.
 */
#include "cli/roles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/command.h"
#include "web/access.h"
#include "web/routes.h"

static const char *const methods[METHODS] = {
    [METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
};

static const char *column_name(enum role role)
{
    return role == ROLE_NONE ? "nobody" : role_name(role);
}

static json_t *view_json(const struct access_view *v)
{
    static const char *const scopes[] = {[ACCESS_HALL] = "hall",
                                         [ACCESS_DEPARTMENT] = "department",
                                         [ACCESS_WINDOW] = "window",
                                         [ACCESS_CLERK] = "clerk"};
    static const char *const phones[] = {[ACCESS_PHONE_NONE] = "none",
                                         [ACCESS_PHONE_MASKED] = "masked",
                                         [ACCESS_PHONE_FULL] = "full"};

    return json_pack("{s:s, s:b, s:b, s:s, s:b, s:b, s:b, s:b, s:b}", "scope",
                     scopes[v->scope], "bad_only", v->bad_only, "grades", v->grades,
                     "phone", phones[v->phone], "words", v->words, "rater", v->rater,
                     "clerk", v->clerk, "sealed", v->sealed, "second", v->second);
}

static json_t *row_json(const struct route *route)
{
    json_t *cells = json_object();

    for (size_t i = 0; i < access_column_count; i++) {
        const struct access_view *view = access_view(route, access_columns[i]);
        char letter = access_letter(route, access_columns[i]);

        json_object_set_new(cells, column_name(access_columns[i]),
                            view != NULL               ? view_json(view)
                            : letter == ACCESS_ANYBODY ? json_string("anybody")
                                                       : json_null());
    }
    return json_pack("{s:s, s:s, s:o}", "method", methods[route->method], "route",
                     route->pattern, "roles", cells);
}

static int print_json(const struct route *routes, size_t count)
{
    json_t *all = json_array();
    char *text;

    for (size_t i = 0; i < count; i++)
        json_array_append_new(all, row_json(&routes[i]));
    text = json_dumps(all, JSON_INDENT(1));
    printf("%s\n", text);
    free(text);
    json_decref(all);
    return EXIT_DONE;
}

static int print_table(const struct route *routes, size_t count)
{
    for (size_t i = 0; i < access_column_count; i++)
        printf("%s%s", column_name(access_columns[i]),
               i + 1 < access_column_count ? " " : "\n");
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < access_column_count; c++)
            putchar(access_letter(&routes[i], access_columns[c]));
        printf("  %-6s %s\n", methods[routes[i].method], routes[i].pattern);
    }
    return EXIT_DONE;
}

int cli_roles(int argc, char **argv)
{
    size_t count;
    const struct route *routes = routes_all(NULL, &count);
    struct error err = {0};
    int code;

    if (argc > 2 || (argc == 2 && strcmp(argv[1], "--json") != 0))
        code = command_usage("roles", "yiping roles [--json]");
    else if (!access_check(routes, count, &err))
        code = command_fail("roles", &err);
    else
        code = argc == 2 ? print_json(routes, count) : print_table(routes, count);
    free((void *)(uintptr_t)routes);
    return code;
}
