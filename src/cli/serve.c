/*
 * serve.c — see serve.h. What is served stands in server.c; here are the words of the
 * command line and what the terminal shows.
 */
#include "cli/serve.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/pack.h"
#include "cli/command.h"
#include "cli/demo.h"
#include "cli/hall.h"
#include "cli/server.h"
#include "store/account_store.h"
#include "store/key_store.h"
#include "work/options.h"

enum { LINK_MS = 30 * 60 * 1000 };

struct serving_words {
    const char *data, *listen, *config, *templates;
};

/* What `serve` remembers between its two callbacks. */
struct first_run {
    char secret[SECRET_TEXT]; /* "" where there are accounts already */
};

/* An empty folder becomes a working hall, to be replaced by the hall's own file. */
static bool found_hall(void *self, struct folder *f, struct error *err)
{
    const struct pack_file *file = pack_find("templates/halls/first.json");

    (void)self;
    return hall_take(f, (const char *)file->bytes, file->length,
                     "templates/halls/first.json", NULL, err);
}

static bool make_link(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct first_run *run = self;
    bool any;

    if (!accounts_any(st, &any, err) || any)
        return err->kind == ERROR_NONE;
    return link_add(st, LINK_FIRST_RUN, "", now_ms + LINK_MS, run->secret, err);
}

static bool prepare(void *self, struct folder *f, struct error *err)
{
    return folder_write(f, make_link, self, err);
}

static void tell(void *self, struct folder *f, const struct site *site, bool first)
{
    const struct first_run *run = self;

    fprintf(stderr, "一评 Yiping: %s  (%s)\n", site->own_address, f->store.frame->name);
    if (first)
        fprintf(stderr, "数据文件夹 / data folder: %s\n", f->path);
    if (site->virtual_gateway && first)
        fprintf(stderr,
                "演示网关，不会真的发短信 / virtual gateway, no SMS leaves: %s/phone\n",
                site->own_address);
    if (run->secret[0] != '\0') {
        fprintf(
            stderr,
            "建立管理员（30 分钟内，一次有效）/ make the administrators: %s/first/%s\n",
            site->own_address, run->secret);
        fprintf(stderr,
                "或用命令 / or: yiping user add --data %s --role hall --name NAME\n",
                f->path);
    }
}

/* False where the words are wrong; *code is then the exit code. */
static bool read_words(const char *command, int argc, char **argv,
                       struct serving_words *out, int *code)
{
    for (int i = 1; i < argc; i++) {
        const char *value = "";

        if (command_option(argc, argv, &i, "--data", &value))
            out->data = value;
        else if (command_option(argc, argv, &i, "--listen", &value))
            out->listen = value;
        else if (command_option(argc, argv, &i, "--config", &value))
            out->config = value;
        else if (command_option(argc, argv, &i, "--templates", &value))
            out->templates = value;
        else {
            *code = command_usage(command, "%s is not known here.", argv[i]);
            return false;
        }
        if (value == NULL) {
            *code = EXIT_USAGE;
            return false;
        }
    }
    return true;
}

static enum log_level level_of(const char *word)
{
    static const char *const words[] = {"error", "warning", "notice", "info", "debug"};

    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(words[i], word) == 0)
            return (enum log_level)(LOG_LEVEL_ERROR + (int)i);
    return LOG_LEVEL_INFO;
}

/* Reads file, environment and flags; every fault is told. */
static struct settings *read_settings(const struct serving_words *w, struct error *err)
{
    struct settings *s = settings_new(options_table, options_count);
    bool ok = options_read(s, w->config, environ, err);

    if (ok && w->listen != NULL)
        ok = settings_set(s, "server.listen", w->listen, SETTINGS_FLAG, err);
    if (ok && w->data != NULL)
        ok = settings_set(s, "store.data", w->data, SETTINGS_FLAG, err);
    if (ok && options_check(s, err)) {
        log_least(level_of(settings_text(s, "log.level")));
        return s;
    }
    settings_free(s);
    return NULL;
}

int cli_serve(int argc, char **argv)
{
    struct serving_words words = {0};
    struct first_run run = {0};
    struct error err = {0};
    struct settings *settings;
    int code = EXIT_DONE;

    if (!read_words("serve", argc, argv, &words, &code))
        return code;
    settings = read_settings(&words, &err);
    if (settings == NULL)
        return command_fail("serve", &err);
    code = server_run(&(struct server_plan){.data = settings_text(settings, "store.data"),
                                            .settings = settings,
                                            .templates = words.templates,
                                            .found = found_hall,
                                            .prepare = prepare,
                                            .ready = tell,
                                            .self = &run});
    settings_free(settings);
    return code;
}

int cli_demo(int argc, char **argv)
{
    struct serving_words words = {.data = "./yiping-demo"};
    struct error err = {0};
    struct settings *settings;
    struct demo *demo;
    int code = EXIT_DONE;

    if (!read_words("demo", argc, argv, &words, &code))
        return code;
    settings = read_settings(&words, &err);
    if (settings == NULL || !demo_settings(settings, &err))
        return command_fail("demo", &err);
    demo = demo_new();
    code = server_run(&(struct server_plan){.data = settings_text(settings, "store.data"),
                                            .settings = settings,
                                            .templates = words.templates,
                                            .demo = true,
                                            .next_port = true,
                                            .found = demo_found,
                                            .prepare = demo_prepare,
                                            .ready = demo_ready,
                                            .motion = demo_motion,
                                            .self = demo});
    demo_free(demo);
    settings_free(settings);
    return code;
}
