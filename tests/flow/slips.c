/*
 * slips.c — many tickets as our program makes them, for who judges them from outside.
 *
 * A line of JSON in, the ticket's bytes out, led by their length in four bytes, the least
 * first:
 *
 *     {"template":"normal","profile":"58mm","set":{"encoding":"raster"},
 *      "format":"escpos","values":{"hall":"…","number":"A023"}}
 *
 * One that cannot be made ends the program with a sentence. Not here: any judgement.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "printers/printer.h"
#include "printers/profile.h"

static const char *text_of(const json_t *object, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : otherwise;
}

static bool read_profile(json_t *order, struct profile *profile, struct error *err)
{
    const char *key;
    json_t *value;

    if (!profile_builtin(text_of(order, "profile", "80mm"), profile, err))
        return false;
    json_object_foreach(json_object_get(order, "set"), key, value)
    {
        if (!profile_set(profile, key, json_string_value(value), err))
            return false;
    }
    return profile_check(profile, err);
}

static bool read_values(json_t *order, struct slip_values *values, struct error *err)
{
    const char *name;
    json_t *value;

    json_object_foreach(json_object_get(order, "values"), name, value)
    {
        int variable = slip_variable_find(name, strlen(name));

        if (variable < 0 || !json_is_string(value))
            return error_set(err, ERROR_INPUT, "A ticket has no text \"%.40s\".", name);
        values->text[variable] = json_string_value(value);
    }
    return true;
}

static bool make(json_t *order, struct buf *out, struct error *err)
{
    const struct printer_ops *dialect = printer_find(text_of(order, "format", "escpos"));
    const struct pack_file *file;
    struct slip_values values = {{NULL}};
    struct profile profile;
    struct slip slip = {0};
    char path[160];
    bool ok;

    snprintf(path, sizeof(path), "templates/tickets/%.100s.receipt",
             text_of(order, "template", "normal"));
    file = pack_find(path);
    if (file == NULL || dialect == NULL)
        return error_set(err, ERROR_ABSENT, "There is no %.100s, or no such format.",
                         path);
    ok = read_profile(order, &profile, err) && read_values(order, &values, err) &&
         slip_compose((const char *)file->bytes, file->length, &values, &profile, &slip,
                      err) &&
         slip_render(&slip, &profile, dialect->format, out, err);
    slip_free(&slip);
    return ok;
}

static bool answer(const char *line, struct error *err)
{
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    json_t *order = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    unsigned char length[4];
    bool ok = order != NULL ? make(order, &out, err)
                            : error_set(err, ERROR_MALFORMED, "That is no JSON.");

    for (int i = 0; i < 4; i++)
        length[i] = (unsigned char)(out.length >> (8 * i));
    if (ok)
        ok = (fwrite(length, 1, sizeof(length), stdout) == sizeof(length) &&
              fwrite(buf_text(&out), 1, out.length, stdout) == out.length) ||
             error_set(err, ERROR_BROKEN, "The ticket could not be written.");
    json_decref(order);
    buf_free(&out);
    return ok;
}

int main(void)
{
    struct error err = {0};
    char *line = NULL;
    size_t room = 0;
    bool ok = true;

    while (ok && getline(&line, &room, stdin) > 0) {
        ok = answer(line, &err);
        if (!ok)
            fprintf(stderr, "slips: %s\n    %s", err.text, line);
    }
    free(line);
    return ok && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
