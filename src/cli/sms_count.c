/*
 * sms_count.c — see sms_count.h. The counting itself is domain/sms_text.c.
 */
#include "cli/sms_count.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "domain/sms_text.h"

static const char usage[] =
    "Example:  echo '【市政务中心】您好' | yiping sms-count --carrier cn\n"
    "\n"
    "Reads one text a line (\\n stands for a line break in it) and writes one line\n"
    "{\"encoding\":\"gsm7|ucs2\",\"units\":N,\"parts\":N} for each.\n"
    "  --carrier cn   count as mainland carriers bill: 70 characters, or 67 a part\n";

/* Takes the line's end off and turns "\n" of two characters into a line break. */
static size_t line_unfold(char *line, size_t length)
{
    size_t to = 0;

    if (length > 0 && line[length - 1] == '\n')
        length--;
    if (length > 0 && line[length - 1] == '\r')
        length--;
    for (size_t from = 0; from < length; from++) {
        if (line[from] == '\\' && from + 1 < length && line[from + 1] == 'n') {
            line[to++] = '\n';
            from++;
        } else {
            line[to++] = line[from];
        }
    }
    return to;
}

bool sms_count_lines(FILE *in, FILE *out, bool carrier_cn, struct error *err)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t length;
    bool ok = true;

    while (ok && (length = getline(&line, &room, in)) >= 0) {
        struct sms_count count;

        number++;
        if (sms_count(line, line_unfold(line, (size_t)length), carrier_cn, &count))
            ok = fprintf(out, "{\"encoding\":\"%s\",\"units\":%d,\"parts\":%d}\n",
                         count.gsm7 ? "gsm7" : "ucs2", count.units, count.parts) > 0;
        else
            ok = error_set(
                err, ERROR_MALFORMED,
                "Line %zu is not UTF-8. Save the texts as UTF-8 and try again.", number);
    }
    free(line);
    if (fflush(out) != 0 || !ok || ferror(in)) {
        error_set(err, ERROR_BROKEN, "The texts could not be read or written.");
        return error_cause(err, "%s", strerror(errno));
    }
    return true;
}

/* Whether the words after the command's name are those that it knows. */
static bool words_take(int argc, char **argv, bool *carrier_cn)
{
    *carrier_cn = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--carrier=cn") == 0)
            *carrier_cn = true;
        else if (strcmp(argv[i], "--carrier") == 0 && i + 1 < argc &&
                 strcmp(argv[++i], "cn") == 0)
            *carrier_cn = true;
        else
            return false;
    }
    return true;
}

int cli_sms_count(int argc, char **argv)
{
    struct error err = {0};
    bool carrier_cn;

    if (argc == 2 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    if (!words_take(argc, argv, &carrier_cn)) {
        fputs(usage, stderr);
        return 2;
    }
    if (sms_count_lines(stdin, stdout, carrier_cn, &err))
        return 0;
    fprintf(stderr, "%s\n", err.text);
    return 1;
}
