/*
 * printers.c — see printers.h.
 */
#include "work/printers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "printers/profile.h"

static bool profile_of_settings(const struct settings *s, const char *name,
                                struct profile *out, struct error *err)
{
    if (!profile_builtin("80mm", out, err))
        return false;
    for (size_t i = 0; profile_keys[i] != NULL; i++)
        if (!profile_set(
                out, profile_keys[i],
                settings_text(s, settings_key("profile", name, profile_keys[i]).text),
                err))
            return false;
    snprintf(out->name, sizeof(out->name), "%s", name);
    return profile_check(out, err);
}

bool printer_profile(const struct settings *settings, const char *name,
                     struct profile *out, struct error *err)
{
    struct error ignored = {0};

    if (settings != NULL && settings_instance_exists(settings, "profile", name))
        return profile_of_settings(settings, name, out, err);
    if (profile_builtin(name, out, &ignored))
        return true;
    return error_field(err, "printer",
                       "There is no printer profile %.40s. Try 80mm or 58mm.", name);
}

static const char *text_of(const struct settings *s, const char *name, const char *key)
{
    return settings_text(s, settings_key("printer", name, key).text);
}

static int number_of(const struct settings *s, const char *name, const char *key)
{
    return (int)settings_int(s, settings_key("printer", name, key).text);
}

static int ms_of(const struct settings *s, const char *name, const char *key)
{
    return (int)settings_ms(s, settings_key("printer", name, key).text);
}

static int place_of(const char *word, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return 0;
}

static void read_line(const struct settings *s, const char *name, struct way_terms *terms)
{
    static const char *const parities[] = {"none", "even", "odd"}, *const flows[] = {
                                                                       "rts_cts",
                                                                       "xon_xoff",
                                                                       "none"};

    terms->baud = atoi(text_of(s, name, "baud")); /* a choice: all of them are numbers */
    terms->parity = (enum line_parity)place_of(text_of(s, name, "parity"), parities,
                                               LENGTH(parities));
    terms->flow =
        (enum line_flow)place_of(text_of(s, name, "flow"), flows, LENGTH(flows));
}

/* A queue is QUEUE@SERVER; network printers have an address, all others that lead
 * anywhere a path. */
static bool read_way(const struct settings *s, const char *name, struct way *way,
                     struct error *err)
{
    const char *kind = text_of(s, name, "way"), *rest = text_of(s, name, "address");
    char address[WAY_ADDRESS_MAX + 32], queue[WAY_ADDRESS_MAX];

    if (strcmp(kind, "cups") == 0) {
        snprintf(queue, sizeof(queue), "%s%s%s", text_of(s, name, "queue"),
                 rest[0] != '\0' ? "@" : "", rest);
        rest = queue;
    } else if (rest[0] == '\0') {
        rest = text_of(s, name, "path");
    }
    if (snprintf(address, sizeof(address), "%s%s%s", kind, rest[0] != '\0' ? ":" : "",
                 rest) >= (int)sizeof(address))
        return error_set(err, ERROR_SETUP, "The printer's address is too long.");
    return way_read(way, address, err);
}

static void read_terms(const struct settings *s, const char *name,
                       struct way_terms *terms)
{
    const char *ask = text_of(s, name, "status"), *level = text_of(s, name, "confirm");
    int confirm = confirmation_find(level);

    terms->connect_ms = ms_of(s, name, "connect_timeout");
    terms->status_ms = number_of(s, name, "status_timeout");
    terms->write_ms = ms_of(s, name, "write_timeout");
    terms->confirm_ms = ms_of(s, name, "confirm_timeout");
    terms->chunk_bytes =
        (int)settings_bytes(s, settings_key("printer", name, "chunk_bytes").text);
    terms->chunk_delay_ms = number_of(s, name, "chunk_delay");
    terms->ask = strcmp(ask, "yes") == 0  ? WAY_ASK_YES
                 : strcmp(ask, "no") == 0 ? WAY_ASK_NO
                                          : WAY_ASK_AUTO;
    terms->pictures = strcmp(text_of(s, name, "format"), "png") == 0;
    read_line(s, name, terms);
    terms->confirm_auto = confirm < 0; /* "auto" is no level */
    terms->confirm = confirm < 0 ? CONFIRMED_WRITTEN : (enum confirmation)confirm;
}

bool printer_read(const struct settings *settings, const char *name, struct printer *out)
{
    *out = (struct printer){0};
    snprintf(out->name, sizeof(out->name), "%s", name);
    if (!settings_instance_exists(settings, "printer", name))
        return false;
    snprintf(out->way_name, sizeof(out->way_name), "%s", text_of(settings, name, "way"));
    out->job_age_ms = ms_of(settings, name, "job_age");
    out->look_ms = ms_of(settings, name, "status_every");
    out->silence_ms = ms_of(settings, name, "silence");
    out->ends_by_get = strcmp(text_of(settings, name, "delete_method"), "get") == 0;
    snprintf(out->secret, sizeof(out->secret), "%s", text_of(settings, name, "secret"));
    out->roll_mm = 1000 * (int64_t)number_of(settings, name, "roll");
    out->broken = !read_way(settings, name, &out->way, &out->why) ||
                  !printer_profile(settings, text_of(settings, name, "profile"),
                                   &out->profile, &out->why);
    if (out->broken)
        out->way.ops = NULL;
    else
        read_terms(settings, name, &out->way.terms);
    out->way.terms.wash_bytes = profile_wash_bytes(&out->profile);
    return true;
}

void printer_secret(const struct printer *p, const struct keyring *keys,
                    char out[PRINTER_SECRET])
{
    char made[GATEWAY_SECRET_TEXT];

    if (p->secret[0] != '\0') {
        memcpy(out, p->secret, PRINTER_SECRET);
        return;
    }
    secret_of_printer(keys, p->name, made);
    snprintf(out, PRINTER_SECRET, "%s", made);
    crypt_wipe(made, sizeof(made));
}

struct reading {
    const struct settings *settings;
    struct printers *out;
};

static void read_one(void *self, const char *name)
{
    struct reading *r = self;

    if (r->out->count < PRINTERS_MOST)
        printer_read(r->settings, name, &r->out->list[r->out->count++]);
}

void printers_read(const struct settings *settings, struct printers *out)
{
    struct reading r = {settings, out};

    out->count = 0;
    settings_instances(settings, "printer", read_one, &r);
}

const struct printer *printers_find(const struct printers *p, const char *name)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->list[i].name, name) == 0)
            return &p->list[i];
    return NULL;
}
