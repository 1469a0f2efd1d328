/*
 * device.c — see device.h.
 *
 * A browser becomes a kiosk or a desk by the link of `yiping key add`; here it stops
 * being one, at its next request: a lost tablet, a machine that is sold. Works beside a
 * running server.
 */
#include "cli/device.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "cli/command.h"
#include "cli/folder.h"
#include "store/key_store.h"

static bool end(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    return device_end(st, *(const int64_t *)self, "command", now_ms, err);
}

struct listing {
    const struct hall_frame *frame; /* NULL before there is a hall */
    json_t *rows;                   /* NULL for a table to read */
};

static void tell_device(void *self, const struct api_key *device)
{
    const struct listing *l = self;
    const char *kind = device->role == ROLE_MACHINE   ? "kiosk"
                       : device->role == ROLE_DISPLAY ? "screen"
                                                      : "desk";
    char created[ZONE_ISO] = "-", id[24];

    if (l->frame != NULL)
        zone_iso(l->frame->zone, device->created_ms, created);
    snprintf(id, sizeof(id), "%" PRId64, device->id);
    if (l->rows != NULL)
        json_array_append_new(l->rows,
                              json_pack("{s:s, s:s, s:s, s:b, s:s}", "id", id, "kind",
                                        kind, "name", device->name, "ended",
                                        device->ended, "created", created));
    else
        printf("%s\t%s\t%s\t%s\t%s\n", id, kind, device->name,
               device->ended ? "ended" : "good", created);
}

static int run_list(struct folder *f, bool json)
{
    struct listing l = {.frame = f->store.frame, .rows = json ? json_array() : NULL};
    struct error err = {0};

    if (!devices_each(&f->store, tell_device, &l, &err)) {
        json_decref(l.rows);
        return command_fail("device list", &err);
    }
    return json ? command_json("devices", l.rows) : EXIT_DONE;
}

static int run_end(struct folder *f, int64_t id)
{
    struct error err = {0};

    if (!folder_write(f, end, &id, &err))
        return command_fail("device end", &err);
    fprintf(stderr, "Device %" PRId64 " has ended.\n", id);
    return EXIT_DONE;
}

int cli_device(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "", *data = NULL, *word = NULL;
    bool list = strcmp(verb, "list") == 0, json = false;
    struct error err = {0};
    struct folder f;
    int64_t id = 0;
    int code;

    if (!list && strcmp(verb, "end") != 0)
        return command_usage("device", "Say what: list or end.");
    for (int i = 2; i < argc; i++) {
        if (argv[i][0] != '-' && word == NULL)
            word = argv[i];
        else if (list && strcmp(argv[i], "--json") == 0)
            json = true;
        else if (!command_option(argc, argv, &i, "--data", &data))
            return command_usage("device", "%s is not known here.", argv[i]);
    }
    if (data == NULL)
        return command_usage("device", "Name the data folder: --data DIR");
    if (list ? word != NULL : word == NULL || !id_parse(word, &id))
        return command_usage("device", "Name the device by its number, which `yiping "
                                       "device list` shows: yiping device end --data DIR "
                                       "ID");
    if (!folder_open(data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("device", &err);
    code = list ? run_list(&f, json) : run_end(&f, id);
    folder_close(&f);
    return code;
}
