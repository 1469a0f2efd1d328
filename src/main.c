/*
 * main.c — the table of commands.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/words.h"
#include "cli/assess.h"
#include "cli/bench_fill.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/device.h"
#include "cli/export.h"
#include "cli/gateway.h"
#include "cli/hall.h"
#include "cli/import.h"
#include "cli/key.h"
#include "cli/platform.h"
#include "cli/print_agent.h"
#include "cli/printer.h"
#include "cli/read_reply.h"
#include "cli/inspection.h"
#include "cli/roles.h"
#include "cli/serve.h"
#include "cli/slip.h"
#include "cli/sms_count.h"
#include "cli/user.h"
#include "cli/voice.h"
#include "version.h"

static int cli_help(int argc, char **argv);
static int cli_version(int argc, char **argv);

static const struct command_row {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *example, *does; /* "" for what help does not list: it is for measuring */
} commands[] = {
    {"demo", cli_demo, "yiping demo",
     "a fictitious hall on 127.0.0.1:8080, to try everything"},
    {"serve", cli_serve, "yiping serve --data DIR [--listen ADDR:PORT] [--config FILE]",
     "the server of a hall; an empty folder becomes a working one"},
    {"init", cli_init, "yiping init --data DIR --hall FILE",
     "a new data folder from a hall file"},
    {"hall", cli_hall, "yiping hall export|import --data DIR [--dry-run] [FILE]",
     "the hall file out, or in again with changes; a dry run only counts them"},
    {"import", cli_import, "yiping import cases FILE --data DIR",
     "case events of other systems, JSON lines or CSV; the same file again does no harm"},
    {"export", cli_export,
     "yiping export ratings --data DIR FILE.csv|FILE.xlsx|FILE.jsonl, export record "
     "--mapping national --data DIR FILE",
     "ratings as a file, or as another platform wants them; - for a pipe"},
    {"assess", cli_assess, "yiping assess --data DIR --year YYYY FILE",
     "a year as one file of evidence: facts, scheme, seed and what follows from them"},
    {"replay", cli_replay, "yiping replay FILE",
     "works such a file out anew, without a store; exit 6 where a byte differs"},
    {"key", cli_key, "yiping key add --data DIR --role ROLE --name NAME",
     "an API key, shown once"},
    {"device", cli_device, "yiping device list|end --data DIR [ID]",
     "the browsers that are a kiosk or a desk; ends one"},
    {"user", cli_user, "yiping user add --data DIR --role ROLE --name NAME",
     "a staff account; the password is read from stdin"},
    {"inspection", cli_inspection,
     "yiping inspection keygen --out FILE, inspection open --key FILE [ANSWERS]",
     "the inspection's keys, and answers to the integrity question opened with them"},
    {"roles", cli_roles, "yiping roles [--json]",
     "who may come in by which route, and what each role sees there"},
    {"slip", cli_slip,
     "yiping slip --template FILE --values FILE --printer 80mm --format png",
     "renders a ticket without a server"},
    {"read-reply", cli_read_reply, "yiping read-reply [--form overall|four] < replies",
     "what each reply means, one JSON object a line"},
    {"sms-count", cli_sms_count, "yiping sms-count [--carrier cn] < texts",
     "encoding, units and parts of a text a line"},
    {"gateway", cli_gateway,
     "yiping gateway sample KIND|NAME, gateway status, gateway test PHONE",
     "sets a gateway up, tells how all stand, sends a message to try one"},
    {"platform", cli_platform, "yiping platform status --data DIR [--json]",
     "what became of the ratings that are handed over to the regional platform"},
    {"printer", cli_printer,
     "yiping printer status [NAME], printer test|profile|roll|address NAME",
     "asks a printer how it is, prints a test slip, tells its profile"},
    {"print-agent", cli_print_agent,
     "yiping print-agent --server URL --key-file F --printer NAME --config FILE",
     "prints a server's tickets on a printer that the server cannot call"},
    {"voice", cli_voice, "yiping voice make|list --data DIR",
     "the clips that numbers are called with; say NUMBER WINDOW gives a call as WAV"},
    {"check", cli_check, "yiping check [--config FILE] [--hall FILE]",
     "are the settings right? every fault with its line"},
    {"config", cli_config, "yiping config dump [--config FILE]",
     "all settings in force, secrets hidden"},
    {"bench-fill", cli_bench_fill,
     "yiping bench-fill --data DIR --cases N [--closed-unrated] [--tokens]", ""},
    {"version", cli_version, "yiping version", "which build this is"},
    {"help", cli_help, "yiping help [COMMAND]", "this, or more of one command"},
};

static const struct command_row *find(const char *name)
{
    for (size_t i = 0; i < LENGTH(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int cli_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("yiping %s\n", yiping_version);
    return EXIT_DONE;
}

/* The command whose name is nearest to a wrong word. */
static int unknown(const char *word)
{
    const char *names[LENGTH(commands)];
    const char *nearest;

    for (size_t i = 0; i < LENGTH(commands); i++)
        names[i] = commands[i].name;
    nearest = words_nearest(word, names, LENGTH(commands));
    fprintf(stderr, "yiping: there is no command %.40s.%s%s%s See: yiping help\n", word,
            nearest != NULL ? " Did you mean " : "", nearest != NULL ? nearest : "",
            nearest != NULL ? "?" : "");
    return EXIT_USAGE;
}

static int cli_help(int argc, char **argv)
{
    const struct command_row *one = argc > 1 ? find(argv[1]) : NULL;

    if (one != NULL) {
        printf("%s\n  %s\n", one->example, one->does);
        return EXIT_DONE;
    }
    if (argc > 1)
        return unknown(argv[1]);
    printf("一评 Yiping: one case, one rating\n\n");
    for (size_t i = 0; i < LENGTH(commands); i++)
        if (commands[i].does[0] != '\0')
            printf("  %s\n      %s\n", commands[i].example, commands[i].does);
    return EXIT_DONE;
}

static int run(int argc, char **argv)
{
    char *serve[] = {(char *)"serve", NULL};
    const struct command_row *command;

    if (argc < 2)
        return cli_serve(1, serve);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cli_help(1, argv);
    if (strcmp(argv[1], "--version") == 0)
        return cli_version(argc, argv);
    command = find(argv[1]);
    if (command == NULL)
        return unknown(argv[1]);
    if (argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        char *help[] = {(char *)"help", argv[1], NULL};

        return cli_help(2, help);
    }
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    int code;

    umask(0077);
    setlocale(LC_CTYPE, "C.UTF-8");
    code = run(argc, argv);
    /* A result that nobody got is no success: a full disk, a device that is gone. */
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (code == EXIT_DONE)
        fprintf(stderr, "yiping: The result could not be written out. Is there room?\n");
    return code == EXIT_DONE ? EXIT_FAILED : code;
}
