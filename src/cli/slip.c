/*
 * slip.c — reads template and values, renders, writes to stdout: for programs, and for
 * whoever writes a template and wants to see it.
 *
 * Promise: stdout gets a whole ticket or nothing; a wrong template is answered with line
 * and column. A template is a file or the name of a built-in (`normal`, `normal.en`; a
 * file of that name is ./normal); "-" is stdin.
 */
#include "cli/slip.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/pack.h"
#include "base/settings.h"
#include "cli/slip_values.h"
#include "domain/slip.h"
#include "printers/image.h"
#include "printers/printer.h"
#include "printers/profile.h"
#include "work/options.h"
#include "work/printers.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USE = 2, EXIT_TEMPLATE = 3 };
enum { FILE_MAX = 256 * 1024 };

static const char usage[] =
    "Examples:\n"
    "  yiping slip                                    # ours, with sample values\n"
    "  yiping slip --template my.receipt              # a look at one's own, and a "
    "check\n"
    "  yiping slip --template my.receipt --printer 58mm --format png > ticket.png\n"
    "  yiping slip --config yiping.conf --printer front --format svg > ticket.svg\n"
    "\n"
    "  --template FILE  a ticket template, or one by name: normal (default), large,\n"
    "                   bilingual, mongolian, normal.en, large.en, or of ticket.folder\n"
    "  --values FILE    a JSON object with any of hall, service, number, window_hint, "
    "ahead,\n"
    "                   wait_min, taken_at, qr_url, short_code, caption and root; "
    "without\n"
    "                   it a sample, and the template is checked as at the server's "
    "start\n"
    "  --printer NAME   80mm (default), 58mm, or a printer or profile of --config\n"
    "  --config FILE    the settings file with printers, profiles and the folder\n"
    "  --format WORD    text (default), escpos, png, svg; receiptline: the template with "
    "its\n"
    "                   values put in, for that format's own tools; template: as it is\n";

struct request {
    const char *template_name, *values_name, *profile_name, *config;
    const struct printer_ops *dialect; /* NULL: the ReceiptLine document, or */
    bool as_it_is;                     /* the template itself */
    struct settings *settings;         /* NULL without --config */
    struct profile profile;
};

/* ---- files
 * ----------------------------------------------------------------------------- */

static bool read_stream(FILE *f, const char *name, struct buf *out, struct error *err)
{
    char block[4096];
    size_t n;

    while ((n = fread(block, 1, sizeof(block), f)) > 0)
        buf_add(out, block, n);
    if (ferror(f))
        return error_set(err, ERROR_ABSENT, "%.120s cannot be read: %s.", name,
                         strerror(errno));
    if (out->overflowed)
        return error_set(err, ERROR_TOO_LARGE, "%.120s is longer than %d bytes.", name,
                         FILE_MAX);
    return true;
}

static bool read_file(const char *name, struct buf *out, struct error *err)
{
    FILE *f;
    bool ok;

    if (strcmp(name, "-") == 0)
        return read_stream(stdin, "stdin", out, err);
    f = fopen(name, "rbe");
    if (f == NULL)
        return error_set(err, ERROR_ABSENT, "%.120s cannot be opened: %s.", name,
                         strerror(errno));
    ok = read_stream(f, name, out, err);
    fclose(f);
    return ok;
}

/* The settings where a file of them is named; then the template is theirs, too. */
static bool read_settings(struct request *r, struct error *err)
{
    if (r->config != NULL) {
        r->settings = settings_new(options_table, options_count);
        if (!options_read(r->settings, r->config, environ, err))
            return false;
        if (r->template_name == NULL)
            r->template_name = settings_text(r->settings, "ticket.template");
    }
    if (r->template_name == NULL)
        r->template_name = "normal";
    return true;
}

/* A printer's profile, or a profile by its own name. */
static bool find_profile(struct request *r, struct error *err)
{
    struct printer printer;

    if (r->settings == NULL)
        return profile_builtin(r->profile_name, &r->profile, err);
    if (!printer_read(r->settings, r->profile_name, &printer))
        return printer_profile(r->settings, r->profile_name, &r->profile, err);
    r->profile = printer.profile;
    return !printer.broken || error_set(err, ERROR_SETUP, "%.200s", printer.why.text);
}

static bool read_template(const struct request *r, struct buf *out, struct error *err)
{
    const char *name = r->template_name;
    const struct pack_file *file = NULL;
    char path[1200];

    if (strchr(name, '/') != NULL)
        return read_file(name, out, err);
    if (r->settings != NULL && settings_text(r->settings, "ticket.folder")[0] != '\0') {
        snprintf(path, sizeof(path), "%s/%.100s.receipt",
                 settings_text(r->settings, "ticket.folder"), name);
        if (access(path, F_OK) == 0)
            return read_file(path, out, err);
    }
    snprintf(path, sizeof(path), "templates/tickets/%.100s.receipt", name);
    file = pack_find(path);
    if (file == NULL)
        return read_file(name, out, err);
    buf_add(out, file->bytes, file->length);
    return true;
}

static bool read_values(const struct request *r, char *texts[SLIP_VARIABLES],
                        struct error *err)
{
    struct buf bytes = buf_new(FILE_MAX);
    bool ok = true;

    if (r->values_name == NULL)
        slip_values_sample(strstr(r->template_name, ".en") != NULL, texts);
    else
        ok = read_file(r->values_name, &bytes, err) &&
             slip_values_parse(&bytes, r->values_name, texts, err);
    buf_free(&bytes);
    return ok;
}

/* ---- the command
 * ----------------------------------------------------------------------- */

static int wrong_use(const char *words, const char *what)
{
    fprintf(stderr, "yiping slip: %s%s\n\n%s", words, what, usage);
    return EXIT_USE;
}

/* -1 where all is well, else the exit code. */
static int read_arguments(int argc, char **argv, struct request *r)
{
    static const struct option options[] = {{"template", required_argument, NULL, 't'},
                                            {"values", required_argument, NULL, 'v'},
                                            {"printer", required_argument, NULL, 'p'},
                                            {"format", required_argument, NULL, 'f'},
                                            {"config", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    const char *format = "text";
    int option;

    optind = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        switch (option) {
        case 't':
            r->template_name = optarg;
            break;
        case 'v':
            r->values_name = optarg;
            break;
        case 'p':
            r->profile_name = optarg;
            break;
        case 'f':
            format = optarg;
            break;
        case 'c':
            r->config = optarg;
            break;
        case 'h':
            fputs(usage, stdout);
            return EXIT_DONE;
        default:
            return wrong_use(option == ':' ? "a value is missing after "
                                           : "there is no option ",
                             argv[optind - 1]);
        }
    }
    if (optind < argc)
        return wrong_use("it takes options only, not ", argv[optind]);
    r->dialect = printer_find(format);
    r->as_it_is = strcmp(format, "template") == 0;
    if (r->dialect == NULL && !r->as_it_is && strcmp(format, "receiptline") != 0)
        return wrong_use(
            "--format is escpos, png, svg, text, receiptline or template, not ", format);
    return -1;
}

static int complain(const char *file, const struct error *err, int code)
{
    fprintf(stderr, "yiping slip: %s%s%s\n", file, *file != '\0' ? ": " : "", err->text);
    return code;
}

/* The template's faults are the template's, all else is ours. */
static int complain_of(const struct request *r, const struct error *err)
{
    bool ours = strcmp(err->field, "template") == 0 || err->kind == ERROR_TOO_LARGE;

    return complain(ours ? r->template_name : "", err,
                    ours ? EXIT_TEMPLATE : EXIT_FAILED);
}

static void warn_of_boxes(const struct request *r, const struct slip *slip)
{
    char missing[5];

    if (image_missing(slip, NULL, missing))
        fprintf(
            stderr,
            "yiping slip: %s: no font on this machine has the character «%s», so that "
            "a box would be printed; install a font for it or reword.\n",
            r->template_name, missing);
}

/* The bytes that are asked for. */
static bool make(const struct request *r, const struct buf *template_text,
                 const struct slip_values *values, const struct slip *slip,
                 struct buf *out, struct error *err)
{
    if (r->dialect != NULL)
        return slip_render(slip, &r->profile, r->dialect->format, out, err);
    if (!r->as_it_is)
        return slip_source(buf_text(template_text), template_text->length, values, out,
                           err);
    buf_add(out, buf_text(template_text), template_text->length);
    return true;
}

/* Renders what has been read, and writes it. */
static int render(const struct request *r, const struct buf *template_text,
                  const struct slip_values *values)
{
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;
    int code = EXIT_DONE;

    if (!slip_compose(buf_text(template_text), template_text->length, values, &r->profile,
                      &slip, &err))
        return complain_of(r, &err);
    warn_of_boxes(r, &slip);
    if (!make(r, template_text, values, &slip, &out, &err))
        code = complain("", &err, EXIT_FAILED);
    else if (fwrite(buf_text(&out), 1, out.length, stdout) != out.length ||
             fflush(stdout) != 0) {
        error_set(&err, ERROR_BROKEN, "the ticket could not be written: %s.",
                  strerror(errno));
        code = complain("", &err, EXIT_FAILED);
    }
    slip_free(&slip);
    buf_free(&out);
    return code;
}

int cli_slip(int argc, char **argv)
{
    struct request r = {.profile_name = "80mm"};
    struct buf template_text = buf_new(FILE_MAX);
    char *texts[SLIP_VARIABLES] = {NULL};
    struct slip_values values = {{NULL}};
    struct error err = {0};
    int code = read_arguments(argc, argv, &r);

    if (code >= 0)
        return code;
    if (!read_settings(&r, &err) || !find_profile(&r, &err))
        code = complain("", &err, EXIT_TEMPLATE);
    else if (!read_template(&r, &template_text, &err) || !read_values(&r, texts, &err))
        code = complain("", &err, EXIT_FAILED);
    else if (r.values_name == NULL && !slip_check(buf_text(&template_text),
                                                  template_text.length, &r.profile, &err))
        code = complain(r.template_name, &err, EXIT_TEMPLATE);
    for (int i = 0; i < SLIP_VARIABLES; i++)
        values.text[i] = texts[i];
    if (code < 0)
        code = render(&r, &template_text, &values);
    slip_values_free(texts);
    buf_free(&template_text);
    settings_free(r.settings);
    return code;
}
