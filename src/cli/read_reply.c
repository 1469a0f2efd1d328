/*
 * read_reply.c — one reply a line from stdin, one JSON object a line on stdout.
 *
 * In a line the two characters \n stand for a line break and \\ for one backslash; any
 * other backslash is itself. A line ends at LF or CR LF; the last needs none. Every line
 * has an answer, an empty one and one of broken bytes too. Not here: what a reply means
 * (domain/reply.c).
 */
#include "cli/read_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <getopt.h>

#include "base/compiler.h"
#include "domain/reply.h"

static const char usage[] =
    "Usage: yiping read-reply [--form overall|four]\n"
    "Reads one reply a line from stdin (\\n in a line is a line break, \\\\ a backslash) "
    "and\n"
    "writes one JSON object a line. --form names the question that was asked:\n"
    "  overall  one grade (the default)\n"
    "  four     attitude, efficiency, quality, integrity\n";

/* Undoes the escapes in place; returns the new length. */
static size_t unescape(char *line, size_t length)
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        char c = line[i];

        if (c == '\\' && i + 1 < length && (line[i + 1] == 'n' || line[i + 1] == '\\'))
            c = line[++i] == 'n' ? '\n' : '\\';
        line[out++] = c;
    }
    return out;
}

static void print_reading(const struct reply_reading *r)
{
    static const char *const names[] = {
        [REPLY_UNCLEAR] = "unclear", [REPLY_OPTOUT] = "optout", [REPLY_NOTME] = "notme"};
    const char *comment = r->comment ? "true" : "false";
    const int *d = r->dims;

    if (r->outcome == REPLY_DIMS)
        printf("{\"outcome\":\"dims=%d%d%d%d\",\"dims\":[%d,%d,%d,%d],\"comment\":%s}\n",
               d[0], d[1], d[2], d[3], d[0], d[1], d[2], d[3], comment);
    else if (r->outcome == REPLY_GRADE)
        printf("{\"outcome\":\"%d\",\"dims\":null,\"comment\":%s}\n", r->grade, comment);
    else
        printf("{\"outcome\":\"%s\",\"dims\":null,\"comment\":%s}\n", names[r->outcome],
               comment);
}

static int read_lines(enum reply_form form)
{
    struct reply_reading reading;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;

    while ((length = getline(&line, &capacity, stdin)) >= 0) {
        if (length > 0 && line[length - 1] == '\n')
            length--;
        if (length > 0 && line[length - 1] == '\r')
            length--;
        reply_read(line, unescape(line, (size_t)length), form, &reading);
        print_reading(&reading);
    }
    free(line);
    if (ferror(stdin) || fflush(stdout) != 0 || ferror(stdout)) {
        fputs("The replies could not be read or the answers not written to the end.\n",
              stderr);
        return 1;
    }
    return 0;
}

int cli_read_reply(int argc, char **argv)
{
    static const struct option options[] = {{"form", required_argument, NULL, 'f'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    enum reply_form form = REPLY_OVERALL;
    int option;

    optind = 1;
    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return fflush(stdout) == 0 ? 0 : 1;
        }
        if (option != 'f')
            goto wrong;
        if (strcmp(optarg, "four") == 0)
            form = REPLY_FOUR;
        else if (strcmp(optarg, "overall") != 0)
            goto wrong;
    }
    if (optind == argc)
        return read_lines(form);
wrong:
    fputs(usage, stderr);
    return 2;
}
