/*
 * slip.c — reads template and values from files, renders, writes to stdout.
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

#include <jansson.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/pack.h"
#include "domain/slip.h"
#include "printers/image.h"
#include "printers/printer.h"
#include "printers/profile.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USE = 2, EXIT_TEMPLATE = 3 };
enum { FILE_MAX = 256 * 1024 };

static const char usage[] =
    "Examples:\n"
    "  yiping slip --values values.json\n"
    "  yiping slip --template my.receipt --values values.json --printer 58mm --format "
    "png "
    "> ticket.png\n"
    "\n"
    "  --template FILE  a ticket template, or a built-in one: normal (default), "
    "normal.en,\n"
    "                   large, large.en, bilingual, mongolian\n"
    "  --values FILE    a JSON object with any of hall, service, number, window_hint, "
    "ahead,\n"
    "                   wait_min, taken_at, qr_url, short_code, caption and root\n"
    "  --printer NAME   80mm (default) or 58mm\n"
    "  --format WORD    text (default), escpos, png or svg\n";

struct request {
    const char *template_name, *values_name, *profile_name;
    const struct printer_ops *dialect;
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

static bool read_template(const char *name, struct buf *out, struct error *err)
{
    const struct pack_file *file = NULL;
    char path[160];

    if (strchr(name, '/') == NULL) {
        snprintf(path, sizeof(path), "templates/tickets/%.100s.receipt", name);
        file = pack_find(path);
    }
    if (file == NULL)
        return read_file(name, out, err);
    buf_add(out, file->bytes, file->length);
    return true;
}

/* ---- values
 * ---------------------------------------------------------------------------- */

/* Text or number; false for anything else. */
static bool add_scalar(struct buf *text, const json_t *value)
{
    if (json_is_string(value) &&
        strlen(json_string_value(value)) == json_string_length(value))
        buf_add_text(text, json_string_value(value));
    else if (json_is_integer(value))
        buf_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        buf_addf(text, "%.10g", json_real_value(value));
    else
        return false;
    return true;
}

/* One value as text, given: a scalar, a list of them, or from and to of the waiting time.
 * NULL where it is none of these. */
static char *value_text(int variable, const json_t *value)
{
    struct buf text = buf_new(FILE_MAX);
    const char *between =
        variable == SLIP_WAIT_MIN && json_array_size(value) == 2 ? "–" : SLIP_NEXT;
    bool ok = !json_is_array(value) && add_scalar(&text, value);

    for (size_t i = 0; i < json_array_size(value); i++) {
        if (i > 0)
            buf_add_text(&text, between);
        ok = add_scalar(&text, json_array_get(value, i)) && (ok || i == 0);
    }
    ok |= json_is_array(value) && json_array_size(value) == 0;
    if (!ok) {
        buf_free(&text);
        return NULL;
    }
    return buf_take(&text);
}

static bool take_values(json_t *object, const char *file, char *texts[SLIP_VARIABLES],
                        struct error *err)
{
    const char *name;
    json_t *value;

    json_object_foreach(object, name, value)
    {
        int variable = slip_variable_find(name, strlen(name));

        if (variable < 0)
            return error_set(
                err, ERROR_INPUT,
                "%.80s: a ticket has no value \"%.40s\"; it has hall, service, "
                "number, window_hint, ahead, wait_min, taken_at, qr_url, "
                "short_code, caption and root.",
                file, name);
        if (json_is_null(value))
            continue;
        texts[variable] = value_text(variable, value);
        if (texts[variable] == NULL)
            return error_set(err, ERROR_INPUT,
                             "%.80s: \"%s\" must be a text, a number or a list of them.",
                             file, name);
    }
    return true;
}

static bool read_values(const char *file, char *texts[SLIP_VARIABLES], struct error *err)
{
    struct buf bytes = buf_new(FILE_MAX);
    json_error_t where;
    json_t *object = NULL;
    bool ok = false;

    if (!read_file(file, &bytes, err))
        goto out;
    object = json_loadb(buf_text(&bytes), bytes.length, JSON_REJECT_DUPLICATES, &where);
    if (object == NULL)
        error_set(err, ERROR_MALFORMED, "%.80s, line %d, column %d: no JSON (%s).", file,
                  where.line, where.column, where.text);
    else if (!json_is_object(object))
        error_set(err, ERROR_MALFORMED,
                  "%.80s must hold a JSON object with the ticket's values.", file);
    else
        ok = take_values(object, file, texts, err);
out:
    json_decref(object);
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
    if (r->values_name == NULL)
        return wrong_use("--values FILE is missing", "");
    r->dialect = printer_find(format);
    if (r->dialect == NULL)
        return wrong_use("--format is escpos, png, svg or text, not ", format);
    return -1;
}

static int complain(const char *file, const struct error *err, int code)
{
    fprintf(stderr, "yiping slip: %s%s%s\n", file, *file != '\0' ? ": " : "", err->text);
    return code;
}

/* Renders what has been read. The template's faults are the template's, all else is ours.
 */
static int render(const struct request *r, const struct buf *template_text,
                  const struct slip_values *values)
{
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;
    int code = EXIT_DONE;
    char missing[5];

    if (!slip_compose(buf_text(template_text), template_text->length, values, &r->profile,
                      &slip, &err)) {
        bool ours = strcmp(err.field, "template") == 0 || err.kind == ERROR_TOO_LARGE;

        return complain(ours ? r->template_name : "", &err,
                        ours ? EXIT_TEMPLATE : EXIT_FAILED);
    }
    if (image_missing(&slip, NULL, missing))
        fprintf(
            stderr,
            "yiping slip: %s: no font on this machine has the character «%s», so that "
            "a box would be printed; install a font for it or reword.\n",
            r->template_name, missing);
    if (!slip_render(&slip, &r->profile, r->dialect->format, &out, &err))
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
    struct request r = {.template_name = "normal", .profile_name = "80mm"};
    struct buf template_text = buf_new(FILE_MAX);
    char *texts[SLIP_VARIABLES] = {NULL};
    struct slip_values values = {{NULL}};
    struct error err = {0};
    int code = read_arguments(argc, argv, &r);

    if (code >= 0)
        return code;
    if (!profile_builtin(r.profile_name, &r.profile, &err))
        code = complain("", &err, EXIT_TEMPLATE);
    else if (!read_template(r.template_name, &template_text, &err) ||
             !read_values(r.values_name, texts, &err))
        code = complain("", &err, EXIT_FAILED);
    for (int i = 0; i < SLIP_VARIABLES; i++)
        values.text[i] = texts[i];
    if (code < 0)
        code = render(&r, &template_text, &values);
    for (int i = 0; i < SLIP_VARIABLES; i++)
        free(texts[i]);
    buf_free(&template_text);
    return code;
}
