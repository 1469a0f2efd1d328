/*
 * hooks.c — see hooks.h.
 */
#include "work/hooks.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

struct reading {
    const struct settings *s;
    struct hooks *hooks;
};

static void add_type(void *self, const char *name)
{
    *(unsigned *)self |= 1U << hook_type_read(name);
}

static void add_endpoint(void *self, const char *name)
{
    struct reading *reading = self;
    struct hook_endpoint *e;

    if (reading->hooks->count == HOOKS_MOST)
        return;
    e = &reading->hooks->endpoints[reading->hooks->count++];
    snprintf(e->name, sizeof(e->name), "%s", name);
    e->url = settings_text(reading->s, settings_key("webhook", name, "url").text);
    e->secret = settings_text(reading->s, settings_key("webhook", name, "secret").text);
    if (settings_list(reading->s, settings_key("webhook", name, "types").text, add_type,
                      &e->types) == 0)
        e->types = (1U << HOOK_TYPES) - 1;
}

struct hooks *hooks_read(const struct settings *s)
{
    struct reading reading = {s, NULL};

    if (settings_instances(s, "webhook", NULL, NULL) == 0)
        return NULL;
    reading.hooks = memory_new(sizeof(*reading.hooks));
    reading.hooks->timeout_ms = (int)settings_ms(s, "webhooks.timeout");
    settings_instances(s, "webhook", add_endpoint, &reading);
    return reading.hooks;
}

/* ---- what must hold ---- */

/* "host" or "host:port" of the address; without what may stand before an '@'. */
struct place {
    const char *at;
    size_t length, host_length;
    bool found;
};

static void compare(void *self, const char *allowed)
{
    struct place *p = self;
    size_t length = strlen(allowed);

    p->found |= (length == p->length || length == p->host_length) &&
                strncasecmp(p->at, allowed, length) == 0;
}

static bool is_allowed(const struct settings *s, const char *url)
{
    const char *scheme = strstr(url, "://");
    struct place p = {.at = scheme != NULL ? scheme + 3 : url};
    const char *colon;

    p.length = strcspn(p.at, "/?#");
    if (memchr(p.at, '@', p.length) != NULL)
        return false;
    p.host_length = p.length;
    colon = p.at[0] == '[' ? memchr(p.at, ']', p.length) : p.at;
    colon = colon != NULL ? memchr(colon, ':', p.length - (size_t)(colon - p.at)) : NULL;
    if (colon != NULL)
        p.host_length = (size_t)(colon - p.at);
    settings_list(s, "webhooks.allow", compare, &p);
    return p.found;
}

static void check_one(void *self, const char *name)
{
    struct settings *s = self;
    struct settings_key url = settings_key("webhook", name, "url");
    struct settings_key secret = settings_key("webhook", name, "secret");

    if (strlen(name) >= HOOK_NAME)
        settings_blame(s, url.text, "The name is too long; allowed are %d characters.",
                       HOOK_NAME - 1);
    if (settings_text(s, url.text)[0] == '\0')
        settings_blame(s, url.text, "The address is missing; set url in [webhook %s].",
                       name);
    else if (!is_allowed(s, settings_text(s, url.text)))
        settings_blame(s, url.text,
                       "Its host is not on the list of those that may be told anything; "
                       "add it to allow in [webhooks].");
    if (!hook_secrets_fit(settings_text(s, secret.text)))
        settings_blame(s, secret.text,
                       "The secret does not do; allowed are whsec_ and the Base64 of 24 "
                       "to 64 random bytes: echo whsec_$(openssl rand -base64 32).");
}

void hooks_check(struct settings *s)
{
    if (settings_instances(s, "webhook", check_one, s) > HOOKS_MOST)
        settings_blame(s, "webhooks.allow", "There are more than %d [webhook NAME].",
                       HOOKS_MOST);
}
