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

#include "cli/command.h"
#include "cli/folder.h"
#include "store/key_store.h"

static bool end(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    return device_end(st, *(const int64_t *)self, "command", now_ms, err);
}

static void print_device(void *self, const struct api_key *device)
{
    const struct hall_frame *frame = self;
    char created[ZONE_ISO] = "-";

    if (frame != NULL)
        zone_iso(frame->zone, device->created_ms, created);
    printf("%" PRId64 "\t%s\t%s\t%s\t%s\n", device->id,
           device->role == ROLE_MACHINE   ? "kiosk"
           : device->role == ROLE_DISPLAY ? "screen"
                                          : "desk",
           device->name, device->ended ? "ended" : "good", created);
}

static int run(struct folder *f, bool list, int64_t id)
{
    struct error err = {0};

    if (list) {
        if (!devices_each(&f->store, print_device, (void *)f->store.frame, &err))
            return command_fail("device list", &err);
        return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
    }
    if (!folder_write(f, end, &id, &err))
        return command_fail("device end", &err);
    fprintf(stderr, "Device %" PRId64 " has ended.\n", id);
    return EXIT_DONE;
}

int cli_device(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "", *data = NULL, *word = NULL;
    bool list = strcmp(verb, "list") == 0;
    struct error err = {0};
    struct folder f;
    int64_t id = 0;
    int code;

    if (!list && strcmp(verb, "end") != 0)
        return command_usage("device", "Say what: list or end.");
    for (int i = 2; i < argc; i++) {
        if (argv[i][0] != '-' && word == NULL)
            word = argv[i];
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
    code = run(&f, list, id);
    folder_close(&f);
    return code;
}
