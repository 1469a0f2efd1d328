/*
 * options_check.c — reads the program's settings and looks at what hangs together.
 *
 * Promise: a fault between two settings is booked at the place where one of them was set.
 * Not here: single values (options.c, base/settings_value.c).
 */
#include "work/options.h"

#include <string.h>

#include "work/breached.h"
#include "work/hooks.h"
#include "work/platform.h"
#include "work/relay.h"

static bool is_empty(const struct settings *s, const char *section, const char *name,
                     const char *key)
{
    return settings_text(s, settings_key(section, name, key).text)[0] == '\0';
}

/* One key that a kind or a way cannot do without. */
struct need {
    const char *value;
    const char *key;
};

static void check_needs(struct settings *s, const char *section, const char *name,
                        const char *by, const struct need *needs, size_t count)
{
    const char *value = settings_text(s, settings_key(section, name, by).text);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(needs[i].value, value) != 0 ||
            !is_empty(s, section, name, needs[i].key))
            continue;
        settings_blame(s, settings_key(section, name, by).text,
                       "%s = %s needs \"%s\" too; set it in [%s %s].", by, value,
                       needs[i].key, section, name);
    }
}

enum { SENDER_MOST = 20, SLOT_DIGITS = 2 };

static bool is_kind(const struct settings *s, const char *name, const char *kind)
{
    return strcmp(settings_text(s, settings_key("gateway", name, "kind").text), kind) ==
           0;
}

static void check_number(struct settings *s, const char *name)
{
    struct settings_key number = settings_key("gateway", name, "access_number");
    const char *slots = settings_text(s, settings_key("gateway", name, "slots").text);

    if (strlen(settings_text(s, number.text)) + SLOT_DIGITS > SENDER_MOST &&
        (strcmp(slots, "auto") == 0 || strcmp(slots, "extension") == 0))
        settings_blame(
            s, number.text,
            "With the slot's two digits the sender's number would be longer than "
            "the 20 digits that carriers take.");
}

enum { SECRET_LEAST = 16, SECRET_MOST = 79 };

/* It is one segment of an address, and all that keeps strangers from telling us news. */
static void check_secret(struct settings *s, struct settings_key key)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    const char *secret = settings_text(s, key.text);
    size_t length = strlen(secret);

    if (length > 0 && (length < SECRET_LEAST || length > SECRET_MOST ||
                       strspn(secret, letters) != length))
        settings_blame(s, key.text,
                       "It stands in an address: allowed are %d to %d letters, digits, - "
                       "and _. Left empty, one is made.",
                       SECRET_LEAST, SECRET_MOST);
}

struct mixed {
    bool local, real;
    const char *name; /* of a virtual one */
    struct settings *s;
};

static void count_kind(void *context, const char *name)
{
    struct mixed *m = context;

    if (!is_kind(m->s, name, "virtual")) {
        m->real = true;
        return;
    }
    m->local = true;
    m->name = name;
}

/* A virtual gateway beside a real one would swallow messages that citizens wait for. */
static void check_mixed(struct settings *s)
{
    struct mixed m = {.s = s};

    settings_instances(s, "gateway", count_kind, &m);
    if (m.local && m.real)
        settings_blame(s, settings_key("gateway", m.name, "kind").text,
                       "A virtual gateway cannot stand beside real ones: what goes "
                       "through it reaches nobody.");
}

static void check_gateway(void *context, const char *name)
{
    static const struct need needs[] = {
        {"kannel", "url"},
        {"kannel", "user"},
        {"kannel", "password"},
        {"smstools", "folder"},
        {"twilio", "password"},
        {"twilio", "account"},
        {"aliyun", "user"},
        {"aliyun", "password"},
        {"aliyun", "sign_name"},
        {"aliyun", "forms"},
        {"tencent", "user"},
        {"tencent", "password"},
        {"tencent", "account"},
        {"tencent", "sign_name"},
        {"tencent", "forms"},
        {"cmpp", "address"},
        {"cmpp", "user"},
        {"cmpp", "password"},
        {"kannel", "access_number"},
        {"cmpp", "access_number"},
        {"twilio", "access_number"},
    };
    struct settings *s = context;

    check_needs(s, "gateway", name, "kind", needs, LENGTH(needs));
    check_number(s, name);
    check_secret(s, settings_key("gateway", name, "callback_secret"));
}

static bool is_printers(const struct settings *s, const char *name, const char *key,
                        const char *value)
{
    return strcmp(settings_text(s, settings_key("printer", name, key).text), value) == 0;
}

/* What a way can never see must not be waited for: every ticket would be unconfirmed. */
static void check_confirm(struct settings *s, const char *name)
{
    if (is_printers(s, name, "way", "serial") &&
        is_printers(s, name, "confirm", "drained"))
        settings_blame(s, settings_key("printer", name, "confirm").text,
                       "Nobody acknowledges what leaves on a serial line; allowed are "
                       "auto, written, answered, state and process_id.");
    if (is_printers(s, name, "way", "cups") && !is_printers(s, name, "confirm", "auto") &&
        !is_printers(s, name, "confirm", "written") &&
        !is_printers(s, name, "confirm", "drained"))
        settings_blame(s, settings_key("printer", name, "confirm").text,
                       "CUPS passes no answers of the printer on; allowed are auto, "
                       "written and drained.");
    if (is_printers(s, name, "way", "cloudprnt") &&
        !is_printers(s, name, "confirm", "auto"))
        settings_blame(s, settings_key("printer", name, "confirm").text,
                       "A printer that comes and fetches says itself what it printed; "
                       "leave confirm out.");
    if (is_printers(s, name, "format", "png") && !is_printers(s, name, "way", "cups"))
        settings_blame(s, settings_key("printer", name, "format").text,
                       "Only the way cups takes pictures; leave the format out.");
}

static void check_printer(void *context, const char *name)
{
    static const struct need needs[] = {
        {"file", "path"},   {"tcp", "address"}, {"device", "path"},
        {"serial", "path"}, {"cups", "queue"},
    };
    struct settings *s = context;
    struct settings_key key = settings_key("printer", name, "profile");
    const char *profile = settings_text(s, key.text);

    check_needs(s, "printer", name, "way", needs, LENGTH(needs));
    check_confirm(s, name);
    check_secret(s, settings_key("printer", name, "secret"));
    if (strcmp(name, "preview") == 0 &&
        strcmp(settings_text(s, settings_key("printer", name, "way").text), "preview") !=
            0)
        settings_blame(
            s, settings_key("printer", name, "way").text,
            "The name \"preview\" means the preview; name this printer otherwise.");
    if (strcmp(profile, "80mm") != 0 && strcmp(profile, "58mm") != 0 &&
        !settings_instance_exists(s, "profile", profile))
        settings_blame(
            s, key.text,
            "The profile \"%.40s\" is not there; allowed are 80mm, 58mm and the "
            "[profile NAME] sections of the settings.",
            profile);
}

/* Two durations of which the first must not be the longer one. */
static void check_order(struct settings *s, const char *shorter, const char *longer)
{
    if (settings_ms(s, shorter) > settings_ms(s, longer))
        settings_blame(s, shorter, "It is longer than %s; allowed is at most that.",
                       longer);
}

bool options_listen_is_safe(const struct settings *s, const char *hall_base_url)
{
    const char *listen = settings_text(s, "server.listen");
    const char *url = settings_text(s, "server.base_url");

    if (url[0] == '\0')
        url = hall_base_url;
    return strncmp(listen, "127.", 4) == 0 || strncmp(listen, "[::1]:", 6) == 0 ||
           strncmp(url, "https://", 8) == 0 || settings_bool(s, "server.insecure_lan");
}

/* While server.base_url is empty the hall file's may be https, so nothing is said yet. */
static void check_listen(struct settings *s)
{
    if (!options_listen_is_safe(s, "https://"))
        settings_blame(s, "server.listen",
                       "Plain http would be open beyond this machine. Put an https proxy "
                       "before the server and name it in server.base_url, or set "
                       "server.insecure_lan = yes.");
}

bool options_check(struct settings *s, struct error *err)
{
    size_t from = settings_fault_count(s);

    if (settings_text(s, "store.data")[0] == '\0')
        settings_blame(s, "store.data", "The path is empty; allowed is a folder.");
    check_listen(s);
    check_order(s, "invite.delay_min", "invite.delay_max");
    check_order(s, "staff.session_idle", "staff.session_max");
    if (settings_int(s, "invite.cap_days") > settings_int(s, "invite.cap_30_days"))
        settings_blame(s, "invite.cap_days",
                       "It is more than invite.cap_30_days; allowed is at most that.");
    if (settings_int(s, "second_assessment.measure_least") >
        settings_int(s, "second_assessment.measure_most"))
        settings_blame(s, "second_assessment.measure_least",
                       "It is more than second_assessment.measure_most; allowed is at "
                       "most that.");
    settings_instances(s, "gateway", check_gateway, s);
    check_mixed(s);
    settings_instances(s, "printer", check_printer, s);
    hooks_check(s);
    platform_settings_check(s);
    relay_settings_check(s);
    breached_settings_check(s);
    return settings_faultless(s, from, err);
}

/* The variable's value, or NULL. */
static const char *environment_value(char *const *environment, const char *name)
{
    size_t length = strlen(name);

    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    }
    return NULL;
}

bool options_read(struct settings *s, const char *path, char *const *environment,
                  struct error *err)
{
    bool file = true;
    bool variables;
    bool whole;

    if (path == NULL)
        path = environment_value(environment, OPTIONS_PREFIX "CONFIG");
    if (path != NULL && path[0] != '\0')
        file = settings_read_file(s, path, err);
    variables = settings_read_environment(s, OPTIONS_PREFIX, environment, err);
    whole = options_check(s, err);
    return file && variables && whole;
}
