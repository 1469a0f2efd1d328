/*
 * mustache_set.c — keeps templates by name, and frees them.
 *
 * Promise: a set is not written after the last mustache_set_add, so that any number of
 * threads may find templates in it. Not here: syntax (mustache_parse.c), rendering
 * (mustache.c).
 */
#include "web/mustache.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "web/mustache_token.h"

struct mustache_set {
    struct mustache **templates; /* sorted by name */
    size_t count;
    size_t room;
    unsigned rules;
};

void mustache_free(struct mustache *t)
{
    if (t == NULL)
        return;
    free(t->name);
    free(t->text);
    free(t->tokens);
    free(t->parts);
    free(t);
}

struct mustache_set *mustache_set_new(unsigned rules)
{
    struct mustache_set *set = memory_new(sizeof(*set));

    set->rules = rules;
    return set;
}

void mustache_set_free(struct mustache_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->count; i++)
        mustache_free(set->templates[i]);
    free(set->templates);
    free(set);
}

/* Orders a template against a name that need not end in NUL. */
static int name_order(const struct mustache *t, const char *name, size_t length)
{
    int order = strncmp(t->name, name, length);

    return order != 0 ? order : t->name[length] != '\0';
}

/* The place of the name, or the one it would take; `*found` tells which. */
static size_t set_place(const struct mustache_set *set, const char *name, size_t length,
                        bool *found)
{
    size_t low = 0;
    size_t high = set->count;

    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = name_order(set->templates[middle], name, length);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct mustache *mustache_set_find(const struct mustache_set *set, const char *name,
                                         size_t length)
{
    bool found;
    size_t place = set_place(set, name, length, &found);

    return found ? set->templates[place] : NULL;
}

const struct mustache *mustache_find(const struct mustache_set *set, const char *name)
{
    return mustache_set_find(set, name, strlen(name));
}

bool mustache_set_add(struct mustache_set *set, const char *name, const char *text,
                      size_t length, struct error *err)
{
    struct mustache *t;
    bool found;
    size_t place = set_place(set, name, strlen(name), &found);

    if (found)
        return error_set(err, ERROR_SETUP, "Two templates have the name %s.", name);
    if (!mustache_parse(name, text, length, set->rules, &t, err))
        return false;
    if (set->count == set->room) {
        set->room = set->room > 0 ? 2 * set->room : 16;
        set->templates =
            memory_resize(set->templates, set->room * sizeof(struct mustache *));
    }
    memmove(set->templates + place + 1, set->templates + place,
            (set->count - place) * sizeof(struct mustache *));
    set->templates[place] = t;
    set->count++;
    return true;
}

bool mustache_set_check(const struct mustache_set *set, struct error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct mustache *t = set->templates[i];

        for (uint32_t k = 0; k < t->token_count; k++) {
            const struct token *token = &t->tokens[k];
            const char *name = t->text + token->text.at;

            if (token->kind != TOKEN_PARTIAL && token->kind != TOKEN_PARENT)
                continue;
            if (mustache_set_find(set, name, token->text.length) == NULL)
                return error_set(err, ERROR_SETUP,
                                 "%s, line %u: there is no template %.*s.", t->name,
                                 (unsigned)token->line, (int)token->text.length, name);
        }
    }
    return true;
}
