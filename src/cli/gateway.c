/*
 * gateway.c — see gateway.h; here are the words of the command line.
 */
#include "cli/gateway.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli/command.h"
#include "cli/gateway_part.h"
#include "work/options.h"

enum { WAIT_S = 60, WAIT_MOST_S = 3600 };

static const char help[] =
    "Examples:\n"
    "  yiping gateway sample kannel >> yiping.conf\n"
    "  yiping gateway sample cellar --config yiping.conf --data DIR > kannel.conf\n"
    "  yiping gateway status --data DIR\n"
    "  yiping gateway test 13900001000 --data DIR --gateway cellar\n"
    "\n"
    "What:\n"
    "  sample KIND    a section of the settings to begin with, and what the other side "
    "needs\n"
    "  sample NAME    the other side's configuration for the gateway NAME of the "
    "settings\n"
    "  status         how each gateway stands, its queue, its last error, today's "
    "counts\n"
    "  test PHONE     sends one message and waits for what became of it\n"
    "\n"
    "Options:\n"
    "  --config FILE  the settings file (else YIPING_CONFIG, else defaults)\n"
    "  --data DIR     the data folder (else the settings' own)\n"
    "  --json         status: one JSON object instead of a table\n"
    "  --gateway NAME test: through this gateway\n"
    "  --lang LANG    test: zh-CN (as it is) or en\n"
    "  --wait SECONDS test: how long to wait (60)\n";

static const struct verb {
    const char *name;
    bool takes_word;
    int (*run)(const struct gateway_words *w, const struct settings *s);
} verbs[] = {
    {"sample", true, gateway_sample},
    {"status", false, gateway_status},
    {"test", true, gateway_test},
};

const char *gateway_folder_of(const struct gateway_words *w, const struct settings *s)
{
    return w->data != NULL ? w->data : settings_text(s, "store.data");
}

static bool read_wait(const char *text, int *out)
{
    char *end;
    long n = strtol(text, &end, 10);

    *out = (int)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && n <= WAIT_MOST_S;
}

/* The flags, or an exit code other than -1. Words that are no flags are left in argv. */
static int read_flags(int argc, char **argv, struct gateway_words *w)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'},  {"data", required_argument, NULL, 'd'},
        {"gateway", required_argument, NULL, 'g'}, {"lang", required_argument, NULL, 'l'},
        {"wait", required_argument, NULL, 'w'},    {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    int c;

    optind = 0; /* getopt begins anew, whoever used it before */
    while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (c == 'c')
            w->config = optarg;
        else if (c == 'd')
            w->data = optarg;
        else if (c == 'g')
            w->gateway = optarg;
        else if (c == 'l')
            w->lang = optarg;
        else if (c == 'j')
            w->json = true;
        else if (c == 'w' && !read_wait(optarg, &w->wait_s))
            return command_usage("gateway", "--wait takes seconds, 0 to %d.",
                                 WAIT_MOST_S);
        else if (c != 'w') {
            fputs(help, c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_DONE : EXIT_USAGE;
        }
    }
    return -1;
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < LENGTH(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* Reads the settings; their faults are told by `yiping check`, here only the first. */
static int with_settings(const struct verb *verb, const struct gateway_words *w)
{
    struct settings *s = settings_new(options_table, options_count);
    struct error err = {0};
    int code;

    if (options_read(s, w->config, environ, &err))
        code = verb->run(w, s);
    else
        code = command_fail("gateway", &err);
    settings_free(s);
    return fflush(stdout) == 0 ? code : EXIT_FAILED;
}

int cli_gateway(int argc, char **argv)
{
    struct gateway_words w = {.lang = "zh-CN", .wait_s = WAIT_S};
    int code = read_flags(argc, argv, &w);
    const struct verb *verb;

    if (code >= 0)
        return code;
    verb = optind < argc ? find_verb(argv[optind]) : NULL;
    if (verb == NULL || argc - optind != (verb->takes_word ? 2 : 1)) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    w.word = verb->takes_word ? argv[optind + 1] : NULL;
    if (strcmp(w.lang, "zh-CN") != 0 && strcmp(w.lang, "en") != 0)
        return command_usage("gateway", "%.20s is no language here: zh-CN or en.",
                             w.lang);
    return with_settings(verb, &w);
}
