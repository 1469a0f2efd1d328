/*
 * check.c — tells what is wrong in a settings file and a hall file, and what is in force.
 *
 * Promise: all faults are told in one run, each with its place, and nothing is changed.
 * Not here: whether the machine around answers (doctor.c).
 */
#include "cli/check.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/settings.h"
#include "domain/hall.h"
#include "work/options.h"
#include "work/printers.h"
#include "work/texts.h"
#include "work/tickets.h"

enum { EXIT_RIGHT = 0, EXIT_FAILED = 1, EXIT_USE = 2, EXIT_WRONG = 3 };

struct flags {
    const char *config;
    const char *hall;
    bool json;
    bool secrets;
};

static const char check_help[] =
    "Examples:\n"
    "  yiping check --config yiping.conf\n"
    "  yiping check --hall hall.json\n"
    "\n"
    "Options:\n"
    "  --config FILE  the settings file to check (else YIPING_CONFIG, else defaults)\n"
    "  --hall FILE    a hall file to check as well\n"
    "  --json         one JSON object instead of lines\n";

static const char config_help[] =
    "Examples:\n"
    "  yiping config dump\n"
    "  yiping config dump --config yiping.conf\n"
    "\n"
    "Options:\n"
    "  --config FILE  the settings file to read (else YIPING_CONFIG, else defaults)\n"
    "  --secrets      show secrets too\n"
    "  --json         one JSON object {\"settings\": TEXT}\n";

/* The flags, or an exit code other than -1. Words that are no flags are left in argv. */
static int read_flags(int argc, char **argv, const char *help, bool check,
                      struct flags *flags)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"hall", required_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'j'},         {"secrets", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int c;

    optind = 0; /* getopt begins anew, whoever used it before */
    while ((c = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (c == 'c')
            flags->config = optarg;
        else if (c == 'l' && check)
            flags->hall = optarg;
        else if (c == 'j')
            flags->json = true;
        else if (c == 's' && !check)
            flags->secrets = true;
        else {
            fputs(help, c == 'h' ? stdout : stderr);
            return c == 'h' ? EXIT_RIGHT : EXIT_USE;
        }
    }
    return -1;
}

/* What is told: lines at once, or JSON at the end. */
struct teller {
    json_t *list; /* NULL where lines are wanted */
    size_t count;
};

static void tell(struct teller *t, const char *file, int line, const char *key,
                 const char *text)
{
    t->count++;
    if (t->list != NULL) {
        json_t *fault = json_object();

        json_object_set_new(fault, "file", file[0] ? json_string(file) : json_null());
        json_object_set_new(fault, "line", line > 0 ? json_integer(line) : json_null());
        json_object_set_new(fault, "key", json_string(key));
        json_object_set_new(fault, "text", json_string(text));
        json_array_append_new(t->list, fault);
        return;
    }
    if (file[0] != '\0')
        printf("%s:", file);
    if (line > 0)
        printf("%d:", line);
    printf("%s%s%s%s\n", file[0] != '\0' ? " " : "", key, key[0] != '\0' ? ": " : "",
           text);
}

static void tell_settings(struct teller *t, const struct settings *s)
{
    for (size_t i = 0; i < settings_fault_count(s); i++) {
        const struct settings_fault *f = settings_fault_at(s, i);

        tell(t, f->file, f->line, f->key, f->text);
    }
}

struct way_asked {
    struct teller *teller;
    const struct settings *settings;
};

/* Whether this program can do what is asked of it. */
static void tell_way(void *self, const char *name)
{
    struct way_asked *w = self;
    struct printer p;

    if (printer_read(w->settings, name, &p) && p.broken &&
        strcmp(p.way_name, "cups") == 0)
        tell(w->teller, "", 0, settings_key("printer", name, "way").text, p.why.text);
}

/* The hall's own ticket templates, as strictly as at the server's start. */
static void tell_tickets(struct teller *t, const struct settings *s)
{
    struct tickets *tickets;
    struct error err = {0};

    if (!tickets_open(s, NULL, &tickets, &err))
        tell(t, "", 0, "ticket", err.text);
    tickets_free(tickets);
}

/* The texts of messages, the hall's own and ours, as strictly as every build. */
static void tell_texts(struct teller *t, const struct settings *s)
{
    struct texts *texts;
    struct error err = {0};

    if (!texts_open(settings_text(s, "sms.texts"), "", &texts, &err))
        tell(t, "", 0, "sms.texts", err.text);
    else if (texts_unfit(texts, "", &err) > 0)
        tell(t, "", 0, "", err.text);
    texts_free(texts);
}

/* A whole file up to just over the ceiling, given; NULL and errno where it cannot be
 * read. */
static char *read_whole(const char *path, size_t ceiling, size_t *length)
{
    struct buf b = buf_new(ceiling + 1);
    FILE *file = fopen(path, "re");
    char part[8192];
    size_t got;
    bool failed;

    if (file == NULL)
        return NULL;
    while (b.length <= ceiling && (got = fread(part, 1, sizeof(part), file)) > 0) {
        size_t room = ceiling + 1 - b.length;

        buf_add(&b, part, got < room ? got : room);
    }
    failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        buf_free(&b);
        return NULL;
    }
    *length = b.length;
    return b.length == 0 ? memory_text("") : buf_take(&b);
}

static void tell_hall(struct teller *t, const char *path)
{
    struct hall_faults *faults;
    size_t length = 0;
    char *text = read_whole(path, HALL_FILE_BYTES, &length);

    if (text == NULL) {
        char sentence[200];

        snprintf(sentence, sizeof(sentence),
                 "The hall file cannot be read: %s. Is the path right, and may this user "
                 "read it?",
                 strerror(errno));
        tell(t, path, 0, "", sentence);
        return;
    }
    faults = memory_new(sizeof(*faults));
    if (!hall_check(text, length, faults)) {
        for (size_t i = 0; i < faults->count; i++)
            tell(t, path, faults->items[i].line, faults->items[i].path,
                 faults->items[i].text);
    }
    if (faults->more)
        tell(t, path, 0, "", "There are more faults; put these right first.");
    free(faults);
    free(text);
}

static void print_json(json_t *object)
{
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

int cli_check(int argc, char **argv)
{
    struct flags flags = {0};
    struct teller teller = {0};
    struct settings *s;
    struct error err = {0};
    bool right;
    int code = read_flags(argc, argv, check_help, true, &flags);

    if (code >= 0)
        return code;
    if (optind < argc) {
        fprintf(stderr, "check takes no word \"%s\".\n%s", argv[optind], check_help);
        return EXIT_USE;
    }
    if (flags.json)
        teller.list = json_array();
    s = settings_new(options_table, options_count);
    right = options_read(s, flags.config, environ, &err);
    tell_settings(&teller, s);
    if (right)
        settings_instances(s, "printer", tell_way,
                           &(struct way_asked){.teller = &teller, .settings = s});
    if (right) {
        tell_tickets(&teller, s);
        tell_texts(&teller, s);
    }
    if (flags.hall != NULL)
        tell_hall(&teller, flags.hall);
    right = right && teller.count == 0;
    settings_free(s);
    if (flags.json)
        print_json(json_pack("{s:b, s:o}", "ok", right, "faults", teller.list));
    if (right)
        fputs("configuration is right\n", stderr);
    return fflush(stdout) != 0 ? EXIT_FAILED : right ? EXIT_RIGHT : EXIT_WRONG;
}

static void print_settings(const struct settings *s, const struct flags *flags)
{
    struct buf text = buf_new(4 * 1024 * 1024);

    settings_dump(s, flags->secrets, &text);
    if (flags->json)
        print_json(json_pack("{s:s}", "settings", buf_text(&text)));
    else
        fputs(buf_text(&text), stdout);
    buf_free(&text);
}

int cli_config(int argc, char **argv)
{
    struct flags flags = {0};
    struct teller teller = {0};
    struct settings *s;
    struct error err = {0};
    bool right;
    int code = read_flags(argc, argv, config_help, false, &flags);

    if (code >= 0)
        return code;
    if (optind + 1 != argc || strcmp(argv[optind], "dump") != 0) {
        fputs(config_help, stderr);
        return EXIT_USE;
    }
    s = settings_new(options_table, options_count);
    right = options_read(s, flags.config, environ, &err);
    if (right)
        print_settings(s, &flags);
    else
        tell_settings(&teller, s);
    settings_free(s);
    return fflush(stdout) != 0 ? EXIT_FAILED : right ? EXIT_RIGHT : EXIT_WRONG;
}
