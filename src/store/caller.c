/*
 * caller.c — names of roles, and of those who act (caller.h).
 */
#include "store/caller.h"

#include <stdio.h>
#include <string.h>

static const struct {
    enum role role;
    const char *name;
} roles[] = {
    {ROLE_MACHINE, "machine"},
    {ROLE_DESK, "desk"},
    {ROLE_INTEGRATION, "integration"},
    {ROLE_DISPLAY, "display"},
    {ROLE_AUDITOR, "auditor"},
    {ROLE_SYSTEM, "system"},
    {ROLE_SECURITY, "security"},
    {ROLE_AUDIT, "audit"},
    {ROLE_CLERK, "clerk"},
    {ROLE_WINDOW_HEAD, "window_head"},
    {ROLE_DEPARTMENT, "department"},
    {ROLE_HALL, "hall"},
    {ROLE_ORGANISATION, "organisation"},
    {ROLE_INSPECTION, "inspection"},
};

const char *role_name(enum role role)
{
    for (size_t i = 0; i < LENGTH(roles); i++)
        if (roles[i].role == role)
            return roles[i].name;
    return "";
}

enum role role_parse(const char *name, unsigned allowed)
{
    for (size_t i = 0; i < LENGTH(roles); i++)
        if (((unsigned)roles[i].role & allowed) != 0 && strcmp(roles[i].name, name) == 0)
            return roles[i].role;
    return ROLE_NONE;
}

void caller_set(struct caller *out, enum caller_kind kind, enum role role, int64_t id,
                const char *name)
{
    static const char *const words[] = {
        [CALLER_NOBODY] = "nobody",
        [CALLER_KEY] = "key",
        [CALLER_DEVICE] = "device",
        [CALLER_ACCOUNT] = "account",
    };

    *out = (struct caller){.kind = kind, .role = role, .id = id};
    snprintf(out->name, sizeof(out->name), "%s", name);
    snprintf(out->actor, sizeof(out->actor), "%s %lld", words[kind], (long long)id);
}

bool caller_is(const struct caller *c, unsigned roles_wanted)
{
    return ((unsigned)c->role & roles_wanted) != 0;
}
