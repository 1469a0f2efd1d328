/*
 * platform.c — see platform.h.
 *
 * Promise: nothing is changed. Exit 7 where something needs a person: a conflict, a
 * record that was refused, or one that the mapping has no place for.
 */
#include "cli/platform.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "cli/command.h"
#include "cli/folder.h"
#include "store/platform_store.h"
#include "work/options.h"

enum { SHOWN = 20 };

static const char help[] =
    "Examples:\n"
    "  yiping platform status --data DIR --config yiping.conf\n"
    "\n"
    "Options:\n"
    "  --config FILE  the settings file (else YIPING_CONFIG, else defaults)\n"
    "  --data DIR     the data folder (else the settings' own)\n"
    "  --json         one JSON object\n";

struct looking {
    struct folder folder;
    const char *data, *config, *name;
    bool json, set;
    struct platform_standing now;
    json_t *rows;
};

/* What a person has to look at, with the reason. */
static const enum platform_state wanting[] = {
    PLATFORM_STATE_CONFLICT, PLATFORM_STATE_REFUSED, PLATFORM_STATE_UNFIT};

static void time_text(const struct looking *l, int64_t at_ms, char out[ZONE_ISO])
{
    out[0] = '\0';
    if (at_ms != 0)
        zone_iso(l->folder.store.frame->zone, at_ms, out);
}

static void add_row(void *self, const struct platform_row *row)
{
    struct looking *l = self;
    char id[24];

    snprintf(id, sizeof(id), "%" PRId64, row->id);
    json_array_append_new(l->rows,
                          json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:s}", "id", id,
                                    "case_no", row->case_no, "state", row->state, "tries",
                                    row->tries, "status", row->status, "code", row->code,
                                    "trouble", row->trouble, "fields", row->fields));
}

static bool look(struct looking *l, struct error *err)
{
    struct store *st = &l->folder.store;

    if (st->frame == NULL)
        return error_set(err, ERROR_SETUP, "There is no hall in this folder yet.");
    if (!platform_standing(st, l->name, &l->now, err))
        return false;
    for (size_t i = 0; i < LENGTH(wanting); i++)
        if (!platform_list(st, l->name, platform_state_names[wanting[i]], SHOWN, add_row,
                           l, err))
            return false;
    return true;
}

static void print_json(const struct looking *l, bool served)
{
    json_t *states = json_object(), *all;
    char oldest[ZONE_ISO], trouble[ZONE_ISO], success[ZONE_ISO];

    for (int i = 0; i < PLATFORM_STATES; i++)
        json_object_set_new(states, platform_state_names[i],
                            json_integer(l->now.records[i]));
    time_text(l, l->now.oldest_ms, oldest);
    time_text(l, l->now.trouble_ms, trouble);
    time_text(l, l->now.success_ms, success);
    all = json_pack("{s:s, s:b, s:b, s:o, s:s, s:s, s:s, s:i, s:s, s:O}", "platform",
                    l->name, "set", l->set, "running", served, "records", states,
                    "oldest_rated_at", oldest, "last_success_at", success,
                    "last_error_at", trouble, "last_status", l->now.status, "last_error",
                    l->now.trouble, "wanting", l->rows);
    json_dumpf(all, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(all);
}

static void print_table(const struct looking *l)
{
    char at[ZONE_ISO];
    json_t *row;
    size_t i;

    for (int s = 0; s < PLATFORM_STATES; s++)
        printf("%-10s %12" PRId64 "\n", platform_state_names[s], l->now.records[s]);
    time_text(l, l->now.oldest_ms, at);
    printf("oldest that has not arrived: rated %s\n", at[0] != '\0' ? at : "-");
    time_text(l, l->now.success_ms, at);
    printf("last that arrived: %s\n", at[0] != '\0' ? at : "-");
    time_text(l, l->now.trouble_ms, at);
    if (at[0] != '\0')
        printf("last error: %s, HTTP %d: %s\n", at, l->now.status, l->now.trouble);
    json_array_foreach(l->rows, i, row)
    {
        const char *fields = json_string_value(json_object_get(row, "fields"));

        printf("%-10s %s %s%s%s\n", json_string_value(json_object_get(row, "state")),
               json_string_value(json_object_get(row, "case_no")),
               json_string_value(json_object_get(row, "trouble")),
               fields[0] != '\0' ? " differs in: " : "", fields);
    }
}

static int status(struct looking *l, const struct settings *s)
{
    const char *data = l->data != NULL ? l->data : settings_text(s, "store.data");
    bool served = folder_is_served(data), ok;
    struct error err = {0};
    int64_t wants = 0;

    l->name = settings_text(s, "platform.name");
    l->set = settings_text(s, "platform.url")[0] != '\0';
    if (!folder_open(data, FOLDER_MUST_EXIST, &l->folder, &err))
        return command_fail("platform status", &err);
    l->rows = json_array();
    ok = look(l, &err);
    if (ok && !l->set)
        fprintf(stderr, "设置中没有平台，不会上报。\nThe settings name no platform "
                        "(platform.url): nothing is handed over.\n");
    if (ok && !served)
        fprintf(stderr,
                "没有服务在运行，不会上报。\nNo server runs on %s: nothing is handed "
                "over.\n",
                data);
    if (ok && l->json)
        print_json(l, served);
    else if (ok)
        print_table(l);
    for (size_t i = 0; i < LENGTH(wanting); i++)
        wants += l->now.records[wanting[i]];
    json_decref(l->rows);
    folder_close(&l->folder);
    if (!ok)
        return command_fail("platform status", &err);
    return fflush(stdout) != 0 ? EXIT_FAILED : wants > 0 ? EXIT_PARTLY : EXIT_DONE;
}

/* The flags, or an exit code other than -1. */
static int read_flags(int argc, char **argv, struct looking *l)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},
        {"data", required_argument, NULL, 'd'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int c;

    optind = 0; /* getopt begins anew, whoever used it before */
    while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (c == 'c')
            l->config = optarg;
        else if (c == 'd')
            l->data = optarg;
        else if (c == 'j')
            l->json = true;
        else {
            fputs(help, c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_DONE : EXIT_USAGE;
        }
    }
    return -1;
}

int cli_platform(int argc, char **argv)
{
    struct looking l = {0};
    struct error err = {0};
    struct settings *s;
    int code = read_flags(argc, argv, &l);

    if (code >= 0)
        return code;
    if (argc - optind != 1 || strcmp(argv[optind], "status") != 0) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    s = settings_new(options_table, options_count);
    code = options_read(s, l.config, environ, &err) ? status(&l, s)
                                                    : command_fail("platform", &err);
    settings_free(s);
    return code;
}
