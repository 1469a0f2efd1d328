/*
 * router.c — see router.h. Routes are a tree of segments: each node has literal children
 * sorted by their text, at most one child for `{name}`, and a route for each method.
 *
 * Promise: finding touches no memory but the tree and `m`, and takes one binary search a
 * segment; the way back (a literal that led nowhere) is bounded by the depth of the
 * patterns. Not here: what a handler may do (http.h), and decoding (http_guard.c).
 */
#include "web/router.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct node {
    const char *text; /* of this segment, in its pattern; NULL for {name} and the root */
    size_t length;
    struct node *children; /* sorted once the table is complete */
    size_t count;
    struct node *any; /* the child for {name} */
    const struct route *routes[METHODS];
};

struct router {
    const struct route *routes;
    struct node root;
};

static const char *const method_names[METHODS] = {
    [METHOD_GET] = "GET, HEAD", [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
    [METHOD_PATCH] = "PATCH",   [METHOD_DELETE] = "DELETE",
};

/* Shorter first, then by bytes: any total order serves a binary search. */
static int segment_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a_length != b_length)
        return a_length < b_length ? -1 : 1;
    return memcmp(a, b, a_length);
}

/*
 * The literal child of this text, made where it is missing. Children are kept in order by
 * insertion. They move when the array grows, so nobody keeps a pointer to one while
 * another is added beside it.
 */
static struct node *child_literal(struct node *n, const char *text, size_t length)
{
    size_t at = 0;

    while (at < n->count) {
        const struct node *c = &n->children[at];
        int order = segment_compare(c->text, c->length, text, length);

        if (order == 0)
            return &n->children[at];
        if (order > 0)
            break;
        at++;
    }
    n->children = memory_resize(n->children, (n->count + 1) * sizeof(struct node));
    memmove(&n->children[at + 1], &n->children[at],
            (n->count - at) * sizeof(struct node));
    n->count++;
    n->children[at] = (struct node){.text = text, .length = length};
    return &n->children[at];
}

/* True where the segment is `{name}`; false with an error where braces are misplaced. */
static bool segment_is_name(const char *text, size_t length, bool *name)
{
    bool open = memchr(text, '{', length) != NULL;
    bool shut = memchr(text, '}', length) != NULL;

    *name = length > 2 && text[0] == '{' && text[length - 1] == '}';
    return *name == open && open == shut;
}

/* Walks one pattern down the tree, making nodes; NULL where it is malformed. */
static struct node *place_pattern(struct node *root, const char *pattern)
{
    struct node *n = root;
    const char *at = pattern;
    size_t names = 0;

    if (strcmp(pattern, "/") == 0)
        return child_literal(root, "", 0);
    while (*at == '/') {
        size_t length = strcspn(++at, "/");
        bool name;

        if (length == 0 || !segment_is_name(at, length, &name))
            return NULL;
        if (!name) {
            n = child_literal(n, at, length);
        } else {
            if (++names > ROUTE_PARAMS)
                return NULL;
            if (n->any == NULL)
                n->any = memory_new(sizeof(*n->any));
            n = n->any;
        }
        at += length;
    }
    return *at == '\0' && n != root ? n : NULL;
}

static void node_clear(struct node *n)
{
    for (size_t i = 0; i < n->count; i++)
        node_clear(&n->children[i]);
    free(n->children);
    if (n->any != NULL)
        node_clear(n->any);
    free(n->any);
}

static bool route_add(struct router *r, const struct route *route, struct error *err)
{
    struct node *n;

    if ((unsigned)route->method >= METHODS || route->handle == NULL)
        return error_set(
            err, ERROR_SETUP,
            "The route %s has no handler, or a method that no route may name.",
            route->pattern);
    n = place_pattern(&r->root, route->pattern);
    if (n == NULL)
        return error_set(
            err, ERROR_SETUP,
            "The route \"%s\" is malformed: write /word/{name}, with at most "
            "%d names and no slash at the end.",
            route->pattern, (int)ROUTE_PARAMS);
    if (n->routes[route->method] != NULL)
        return error_set(
            err, ERROR_SETUP,
            "The routes \"%s\" and \"%s\" take the same requests: remove one.",
            n->routes[route->method]->pattern, route->pattern);
    n->routes[route->method] = route;
    return true;
}

bool router_new(const struct route *routes, size_t count, struct router **out,
                struct error *err)
{
    struct router *r = memory_new(sizeof(*r));

    r->routes = routes;
    for (size_t i = 0; i < count; i++) {
        if (!route_add(r, &routes[i], err)) {
            router_free(r);
            return false;
        }
    }
    *out = r;
    return true;
}

void router_free(struct router *r)
{
    if (r == NULL)
        return;
    node_clear(&r->root);
    free(r);
}

static const struct node *find_literal(const struct node *n, const char *text,
                                       size_t length)
{
    size_t low = 0, high = n->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct node *c = &n->children[middle];
        int order = segment_compare(c->text, c->length, text, length);

        if (order == 0)
            return c;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static bool node_ends(const struct node *n)
{
    for (size_t i = 0; i < METHODS; i++)
        if (n->routes[i] != NULL)
            return true;
    return false;
}

/* `path` is at a slash. The node where it ends and some route lives, or NULL. */
static const struct node *find_node(const struct node *n, const char *path,
                                    struct route_match *m)
{
    size_t length = strcspn(path + 1, "/");
    const char *segment = path + 1, *rest = segment + length;
    const struct node *next = find_literal(n, segment, length), *end;

    if (next != NULL) {
        end = *rest == '\0' ? (node_ends(next) ? next : NULL) : find_node(next, rest, m);
        if (end != NULL)
            return end;
    }
    if (n->any == NULL || length == 0)
        return NULL;
    m->param[m->params].at = segment;
    m->param[m->params].length = length;
    m->params++;
    end =
        *rest == '\0' ? (node_ends(n->any) ? n->any : NULL) : find_node(n->any, rest, m);
    if (end == NULL)
        m->params--;
    return end;
}

enum route_outcome router_find(const struct router *r, enum method method,
                               const char *path, struct route_match *m)
{
    const struct node *n;

    *m = (struct route_match){0};
    n = path[0] == '/' ? find_node(&r->root, path, m) : NULL;
    if (n == NULL)
        return ROUTE_UNKNOWN_PATH;
    if (method < METHODS && n->routes[method] != NULL) {
        m->route = n->routes[method];
        m->index = (size_t)(m->route - r->routes);
        return ROUTE_FOUND;
    }
    for (size_t i = 0; i < METHODS; i++) {
        if (n->routes[i] == NULL)
            continue;
        if (m->allow[0] != '\0')
            strcat(m->allow, ", ");
        strcat(m->allow, method_names[i]);
    }
    return ROUTE_WRONG_METHOD;
}
