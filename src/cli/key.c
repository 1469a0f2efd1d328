/*
 * key.c — see key.h.
 *
 * Promise: `key add` writes the key and nothing else on stdout, once; it is nowhere
 * afterwards. For a machine or a desk it also makes a one-time link, on stderr, that
 * turns a browser into it. Works beside a running server.
 */
#include "cli/key.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "cli/command.h"
#include "cli/folder.h"
#include "store/key_store.h"
#include "web/http_address.h"

static const char actor[] = "command";

enum { LINK_MS = 24 * 3600 * 1000 };

struct call {
    const char *data, *role_word, *name, *word; /* word: what stands without a flag */
    const char *department, *addresses, *expires;
    struct key_limits limits;
    bool json;
    enum role role;
    int64_t id;
    char key[KEY_TEXT], link[SECRET_TEXT];
};

static bool add(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct call *call = self;
    char subject[CALLER_NAME + 16];

    if (!key_add_limited(st, call->role, call->name, &call->limits, actor, now_ms,
                         call->key, err))
        return false;
    snprintf(subject, sizeof(subject), "%s %s", role_name(call->role), call->name);
    return ((unsigned)call->role & ROLES_DEVICE) == 0 ||
           link_add(st, LINK_DEVICE, subject, now_ms + LINK_MS, call->link, err);
}

static bool end(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    return key_end(st, ((struct call *)self)->id, actor, now_ms, err);
}

struct listing {
    const struct hall_frame *frame; /* NULL before there is a hall */
    json_t *rows;                   /* NULL for a table to read */
};

static void tell_key(void *self, const struct api_key *key)
{
    const struct listing *l = self;
    const struct hall_frame *frame = l->frame;
    char created[ZONE_ISO] = "-", id[24];

    if (frame != NULL)
        zone_iso(frame->zone, key->created_ms, created);
    if (l->rows != NULL) {
        char expires[ZONE_ISO] = "";

        snprintf(id, sizeof(id), "%" PRId64, key->id);
        if (key->limits.expires_ms != 0 && frame != NULL)
            zone_iso(frame->zone, key->limits.expires_ms, expires);
        json_array_append_new(l->rows,
                              json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s}", "id",
                                        id, "role", role_name(key->role), "ended",
                                        key->ended, "created", created, "name", key->name,
                                        "department", key->limits.place, "addresses",
                                        key->limits.addresses, "expires", expires));
        return;
    }
    printf("%" PRId64 "\t%s\t%s\t%s\t%s", key->id, role_name(key->role),
           key->ended ? "ended" : "good", created, key->name);
    if (key->limits.place[0] != '\0')
        printf("\tdepartment=%s", key->limits.place);
    if (key->limits.addresses[0] != '\0')
        printf("\taddresses=%s", key->limits.addresses);
    if (key->limits.expires_ms != 0 && frame != NULL) {
        zone_iso(frame->zone, key->limits.expires_ms, created);
        printf("\texpires=%s", created);
    }
    printf("\n");
}

/* The address that the link begins with: the hall's, else where the server listens by
 * default. */
static const char *address(const struct folder *f)
{
    const struct hall_frame *frame = f->store.frame;

    return frame != NULL && frame->base_url[0] != '\0' ? frame->base_url
                                                       : "http://127.0.0.1:8080";
}

/* --department CODE, --addresses "NET NET", --expires DAY: the last day it is good. */
static bool read_limits(const struct folder *f, struct call *call, struct error *err)
{
    struct key_limits *limits = &call->limits;
    struct address_list list = {0};
    int32_t day;
    bool fits = true;

    snprintf(limits->place, sizeof(limits->place), "%s",
             call->department != NULL ? call->department : "");
    if (call->addresses != NULL) {
        fits = strlen(call->addresses) < KEY_ADDRESSES &&
               address_list_parse(call->addresses, &list, err);
        address_list_free(&list);
        snprintf(limits->addresses, sizeof(limits->addresses), "%s", call->addresses);
    }
    if (!fits)
        return error_field(err, "addresses", "Give networks, as in 10.1.0.0/16.");
    if (call->expires == NULL)
        return true;
    if (!day_parse(call->expires, &day))
        return error_field(err, "expires", "Give the last day, as in 2026-11-23.");
    limits->expires_ms = zone_day_utc(f->store.frame->zone, day + 1, 0);
    return true;
}

static int run_add(struct folder *f, struct call *call)
{
    struct error err = {0};

    if (f->store.hall == 0)
        error_set(&err, ERROR_SETUP,
                  "The folder %s holds no hall yet. Run: yiping hall import", f->path);
    if (err.kind != ERROR_NONE || !read_limits(f, call, &err) ||
        !folder_write(f, add, call, &err))
        return command_fail("key add", &err);
    printf("%s\n", call->key);
    if (call->link[0] != '\0')
        fprintf(stderr,
                "To make a browser this %s, open once within 24 hours:\n%s/device/%s\n",
                role_name(call->role), address(f), call->link);
    crypt_wipe(call->key, sizeof(call->key));
    crypt_wipe(call->link, sizeof(call->link));
    return EXIT_DONE;
}

static int run_list(struct folder *f, bool json)
{
    struct listing l = {.frame = f->store.frame, .rows = json ? json_array() : NULL};
    struct error err = {0};

    if (!keys_each(&f->store, tell_key, &l, &err)) {
        json_decref(l.rows);
        return command_fail("key list", &err);
    }
    return json ? command_json("keys", l.rows) : EXIT_DONE;
}

static int run_end(struct folder *f, struct call *call)
{
    struct error err = {0};

    if (!folder_write(f, end, call, &err))
        return command_fail("key end", &err);
    fprintf(stderr, "Key %" PRId64 " has ended.\n", call->id);
    return EXIT_DONE;
}

/* Reads what stands behind the verb; EXIT_DONE where it fits together. */
static int read_call(int argc, char **argv, const char *verb, struct call *call)
{
    for (int i = 2; i < argc; i++) {
        const char **value = argv[i][0] != '-' ? &call->word : NULL;

        if (value != NULL && *value == NULL)
            *value = argv[i];
        else if (strcmp(verb, "list") == 0 && strcmp(argv[i], "--json") == 0)
            call->json = true;
        else if (!command_option(argc, argv, &i, "--data", &call->data) &&
                 !command_option(argc, argv, &i, "--role", &call->role_word) &&
                 !command_option(argc, argv, &i, "--name", &call->name) &&
                 !command_option(argc, argv, &i, "--department", &call->department) &&
                 !command_option(argc, argv, &i, "--addresses", &call->addresses) &&
                 !command_option(argc, argv, &i, "--expires", &call->expires))
            return command_usage("key", "%s is not known here.", argv[i]);
    }
    if (call->data == NULL)
        return command_usage("key", "Name the data folder: --data DIR");
    if (strcmp(verb, "end") == 0 &&
        (call->word == NULL || !id_parse(call->word, &call->id)))
        return command_usage("key",
                             "Name the key by its number: yiping key end --data DIR ID");
    if (strcmp(verb, "add") != 0)
        return EXIT_DONE;
    if (call->role_word == NULL || call->name == NULL || call->word != NULL)
        return command_usage("key", "yiping key add --data DIR --role ROLE --name NAME");
    call->role = role_parse(call->role_word, ROLES_KEY);
    if (call->role == ROLE_NONE)
        return command_usage("key",
                             "%s is no role. One of machine, desk, integration, display, "
                             "auditor.",
                             call->role_word);
    return EXIT_DONE;
}

int cli_key(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    struct call call = {0};
    struct error err = {0};
    struct folder f;
    int code;

    if (strcmp(verb, "add") != 0 && strcmp(verb, "list") != 0 && strcmp(verb, "end") != 0)
        return command_usage("key", "Say what: add, list or end.");
    code = read_call(argc, argv, verb, &call);
    if (code != EXIT_DONE)
        return code;
    if (!folder_open(call.data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("key", &err);
    code = verb[0] == 'a'   ? run_add(&f, &call)
           : verb[0] == 'l' ? run_list(&f, call.json)
                            : run_end(&f, &call);
    folder_close(&f);
    return code;
}
