/*
 * printer.c — see printer.h; here are the words of the command line.
 */
#include "cli/printer.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/compiler.h"
#include "cli/command.h"
#include "cli/printer_part.h"
#include "work/options.h"

static const char help[] =
    "Examples:\n"
    "  yiping printer status --config yiping.conf\n"
    "  yiping printer test front --config yiping.conf\n"
    "\n"
    "What:\n"
    "  status [NAME]  asks the printer how it is, and says what to do\n"
    "  test NAME      prints a slip with the line's width, characters and QR codes\n"
    "  profile NAME   how its tickets are made, and what is recommended\n"
    "  roll NAME      a new roll of paper is in: counts it from its beginning\n"
    "  address NAME   what a printer of the way cloudprnt is told to call\n"
    "\n"
    "Options:\n"
    "  --config FILE  the settings file (else YIPING_CONFIG, else defaults)\n"
    "  --data DIR     the data folder (else the settings' own): what waits there\n"
    "  --json         status: one JSON object instead of lines\n";

static const struct verb {
    const char *name;
    int least, most; /* words behind it */
    int (*run)(const struct printer_words *w, const struct settings *s);
} verbs[] = {
    {"status", 0, 1, printer_status},        {"test", 1, 1, printer_test},
    {"profile", 1, 1, printer_profile_show}, {"roll", 1, 1, printer_roll},
    {"address", 1, 1, printer_address},
};

const char *printer_folder_of(const struct printer_words *w, const struct settings *s)
{
    return w->data != NULL ? w->data : settings_text(s, "store.data");
}

bool printer_of_words(const struct printer_words *w, const struct settings *s,
                      struct printer *out, int *code)
{
    struct error err = {0};

    if (!printer_read(s, w->name, out))
        error_set(&err, ERROR_ABSENT,
                  "The settings have no section [printer %.40s]. Is --config right?",
                  w->name);
    else if (out->broken)
        err = out->why;
    if (err.kind == ERROR_NONE)
        return true;
    *code = command_fail("printer", &err);
    return false;
}

/* The flags, or an exit code other than -1. Words that are no flags are left in argv. */
static int read_flags(int argc, char **argv, struct printer_words *w)
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
            w->config = optarg;
        else if (c == 'd')
            w->data = optarg;
        else if (c == 'j')
            w->json = true;
        else {
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

int cli_printer(int argc, char **argv)
{
    struct printer_words w = {0};
    int code = read_flags(argc, argv, &w);
    const struct verb *verb;
    struct error err = {0};
    struct settings *s;

    if (code >= 0)
        return code;
    verb = optind < argc ? find_verb(argv[optind]) : NULL;
    if (verb == NULL || argc - optind - 1 < verb->least ||
        argc - optind - 1 > verb->most) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    w.name = optind + 1 < argc ? argv[optind + 1] : NULL;
    s = settings_new(options_table, options_count);
    code = options_read(s, w.config, environ, &err) ? verb->run(&w, s)
                                                    : command_fail("printer", &err);
    settings_free(s);
    return fflush(stdout) == 0 ? code : EXIT_FAILED;
}
