/*
 * gateway_open.c — see gateway_open.h.
 */
#include "cli/gateway_open.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/secret.h"

struct opening {
    const struct settings *settings;
    const struct keyring *keys;
    const char *own_address;
    struct roster *roster;
};

static const char *value_of(const struct gateway_setup *setup, const char *key)
{
    return settings_text(setup->self, settings_key("gateway", setup->name, key).text);
}

static int64_t ms_of(const struct gateway_setup *setup, const char *key)
{
    return settings_ms(setup->self, settings_key("gateway", setup->name, key).text);
}

static void open_one(void *self, const char *name)
{
    struct opening *o = self;
    const char *base = settings_text(o->settings, "server.base_url");
    char secret[GATEWAY_SECRET_TEXT];
    struct gateway_setup setup = {.name = name,
                                  .value = value_of,
                                  .ms = ms_of,
                                  .self = o->settings,
                                  .base_url = base[0] != '\0' ? base : o->own_address,
                                  .secret = secret};
    struct error err = {0};

    setup.kind = value_of(&setup, "kind");
    if (o->keys != NULL)
        secret_of_gateway(o->keys, name, secret);
    else
        snprintf(secret, sizeof(secret), "SECRET");
    if (!roster_open(o->roster, &setup, &err) || err.kind != ERROR_NONE)
        log_line(LOG_LEVEL_ERROR, "gateway.stand_in", "name=%s reason=\"%s\"", name,
                 err.text);
    crypt_wipe(secret, sizeof(secret));
}

void gateways_open(const struct settings *s, const struct keyring *keys,
                   const char *own_address, struct roster *out)
{
    struct opening o = {s, keys, own_address, out};

    if (settings_instances(s, "gateway", open_one, &o) == 0)
        roster_open_virtual(out, GATEWAY_VIRTUAL_NUMBER);
}

static void add_word(void *self, const char *text)
{
    buf_addf(self, "%s ", text);
}

struct address_list *callers_read(const struct settings *s, const struct roster *roster)
{
    struct address_list *lists = memory_new((size_t)roster->count * sizeof(*lists));

    for (int i = 0; i < roster->count; i++) {
        const char *name = roster->gateways[i].name;
        struct buf words = buf_new(65536);
        struct error err = {0};

        if (settings_instance_exists(s, "gateway", name))
            settings_list(s, settings_key("gateway", name, "callers").text, add_word,
                          &words);
        /* The settings have checked every word. */
        if (!address_list_parse(buf_text(&words), &lists[i], &err))
            abort();
        buf_free(&words);
    }
    return lists;
}

void callers_free(struct address_list *callers, const struct roster *roster)
{
    for (int i = 0; callers != NULL && i < roster->count; i++)
        address_list_free(&callers[i]);
    free(callers);
}
