/*
 * command.h — what all commands share: exit codes, and how an error is told.
 *
 * stdout is the result, stderr everything else.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <jansson.h>

#include "base/error.h"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_CONFIG = 3,
    EXIT_STORE = 4,
    EXIT_NETWORK = 5,
    EXIT_VERIFY = 6,
    EXIT_PARTLY = 7,
    EXIT_INTERRUPTED = 130,
};

/* Tells the error on stderr as "yiping COMMAND: sentence" and gives its exit code. */
int command_fail(const char *command, const struct error *err);

/*
 * The value of an option: "--data DIR" or "--data=DIR". Moves *at past it; false where
 * argv[*at] is not this option. A missing value is told and *value is NULL.
 */
bool command_option(int argc, char **argv, int *at, const char *name, const char **value);

/* Writes {"NAME":rows} and a line break to stdout, for --json; takes the rows over. */
int command_json(const char *name, json_t *rows);

/* Tells what is wrong with the words of a call; EXIT_USAGE. */
int command_usage(const char *command, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
