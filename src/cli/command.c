/*
 * command.c — see command.h.
 */
#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int command_fail(const char *command, const struct error *err)
{
    fprintf(stderr, "yiping %s: %s\n", command, err->text);
    if (err->cause[0] != '\0')
        fprintf(stderr, "  (%s)\n", err->cause);
    switch (err->kind) {
    case ERROR_SETUP:
    case ERROR_INPUT:
    case ERROR_MALFORMED:
        return EXIT_CONFIG;
    case ERROR_BROKEN:
        return EXIT_STORE;
    default:
        return EXIT_FAILED;
    }
}

bool command_option(int argc, char **argv, int *at, const char *name, const char **value)
{
    size_t length = strlen(name);

    if (strncmp(argv[*at], name, length) != 0)
        return false;
    if (argv[*at][length] == '=') {
        *value = argv[*at] + length + 1;
        return true;
    }
    if (argv[*at][length] != '\0')
        return false;
    if (*at + 1 < argc) {
        *value = argv[++*at];
        return true;
    }
    fprintf(stderr, "yiping: %s wants a value behind it.\n", name);
    *value = NULL;
    return true;
}

int command_json(const char *name, json_t *rows)
{
    json_t *object = json_pack("{s:o}", name, rows);

    json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
    putchar('\n');
    return EXIT_DONE;
}

int command_usage(const char *command, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "yiping %s: ", command);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nSee: yiping help %s\n", command);
    return EXIT_USAGE;
}
