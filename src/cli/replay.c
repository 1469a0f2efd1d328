/*
 * replay.c — `yiping replay` (see assess.h): works an assessment out from its bundle
 * alone, without store or network, and tells whether every byte is the same.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/assess.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "domain/bundle.h"
#include "version.h"

struct words {
    const char *file, *results; /* where the results go; NULL for nowhere */
    bool quiet, json;
};

struct drawing {
    struct progress progress;
    bool begun, quiet;
};

static void tell_draws(void *self, int64_t done, int64_t of)
{
    struct drawing *d = self;

    if (!d->begun) {
        progress_clear(&d->progress);
        progress_begin(&d->progress, "推演", of, d->quiet);
        d->begun = true;
    }
    progress_tell(&d->progress, done);
}

/* Lines of the file, one by one; the last must end, too. */
static bool read_file(FILE *file, int64_t bytes, const struct words *w, struct bundle *b,
                      struct error *err)
{
    struct drawing d = {.quiet = w->quiet};
    const struct standing_progress draws = {.tell = tell_draws, .self = &d};
    char *line = NULL;
    size_t room = 0;
    int64_t done = 0;
    ssize_t length = 0;
    bool ok = true;

    progress_begin(&d.progress, "重放", bytes, w->quiet);
    while (ok && (length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] != '\n')
            ok = error_set(err, ERROR_MALFORMED,
                           "The file ends in the middle of line %" PRId64 ".",
                           b->line + 1);
        else if (length > BUNDLE_LINE_MOST)
            ok = error_set(err, ERROR_MALFORMED, "Line %" PRId64 " is too long.",
                           b->line + 1);
        else
            line[length - 1] = '\0';
        ok = ok && bundle_read_line(b, line, (size_t)length - 1, &draws, err);
        done += length;
        if (!d.begun && (b->line & 1023) == 0)
            progress_tell(&d.progress, done);
    }
    free(line);
    progress_clear(&d.progress);
    if (ok && ferror(file))
        ok = error_set(err, ERROR_LATER, "The file could not be read to its end.");
    return ok && bundle_read_end(b, err);
}

static bool keep_results(const struct words *w, const struct bundle *b, struct error *err)
{
    FILE *file;
    bool ok;

    if (w->results == NULL)
        return true;
    file = strcmp(w->results, "-") == 0 ? stdout : fopen(w->results, "wb");
    ok = file != NULL && fwrite(buf_text(&b->expected), 1, b->expected.length, file) ==
                             b->expected.length;
    if (file != NULL && file != stdout)
        ok = fclose(file) == 0 && ok;
    return ok ||
           error_set(err, ERROR_SETUP, "The file %.100s cannot be written.", w->results);
}

static void tell_same(const struct words *w, const struct bundle *b)
{
    char n[2][PROGRESS_NUMBER];

    if (w->json)
        printf("{\"same\":true,\"year\":%d,\"cases\":%" PRId64 ",\"orders\":%" PRId64
               ",\"departments\":%zu,\"facts\":\"%s\",\"results\":\"%s\"}\n",
               b->scheme.year, b->cases, b->orders, b->book.count, b->facts, b->results);
    if (w->quiet || w->json)
        return;
    progress_number(b->cases, n[0]);
    progress_number(b->orders, n[1]);
    printf("一致：%s %d 年，%s 件办件，%s 件整改，%zu 个部门，逐字节相同\n",
           b->head.hall_name, b->scheme.year, n[0], n[1], b->book.count);
    printf("The same: %s %d, %s cases, %s work orders, %zu departments, byte for byte\n",
           b->head.hall_name, b->scheme.year, n[0], n[1], b->book.count);
    printf("facts   %s\nresults %s\n", b->facts, b->results);
}

static int tell_differs(const struct words *w, const struct bundle *b)
{
    if (w->json)
        printf("{\"same\":false,\"line\":%" PRId64 "}\n", b->differs);
    fprintf(stderr, "yiping replay: 第 %" PRId64 " 行与重算结果不同，应为：\n",
            b->differs);
    fprintf(stderr,
            "yiping replay: Line %" PRId64 " is not what follows from the facts, "
            "which is:\n%s\n",
            b->differs, b->wanted);
    if (strcmp(b->head.program, yiping_version) != 0)
        fprintf(stderr,
                "The bundle was made by version %s, this is %s: try that one, too.\n",
                b->head.program, yiping_version);
    return EXIT_VERIFY;
}

static int read_words(int argc, char **argv, struct words *w)
{
    static const struct option known[] = {{"results", required_argument, NULL, 'r'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {NULL, 0, NULL, 0}};
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "q", known, NULL)) != -1) {
        if (c == '?')
            return EXIT_USAGE;
        w->results = c == 'r' ? optarg : w->results;
        w->json = w->json || c == 'j';
        w->quiet = w->quiet || c == 'q';
    }
    if (optind + 1 != argc)
        return command_usage("replay", "Name one bundle.");
    w->file = argv[optind];
    return EXIT_DONE;
}

int cli_replay(int argc, char **argv)
{
    struct words w = {0};
    struct error err = {0};
    struct bundle b;
    struct stat st;
    int code = read_words(argc, argv, &w);
    FILE *file;
    bool ok;

    if (code != EXIT_DONE)
        return code;
    file = strcmp(w.file, "-") == 0 ? stdin : fopen(w.file, "rb");
    if (file == NULL || fstat(fileno(file), &st) != 0) {
        error_set(&err, ERROR_SETUP, "The file %.120s cannot be read.", w.file);
        return command_fail("replay", &err);
    }
    bundle_read_begin(&b);
    ok = read_file(file, S_ISREG(st.st_mode) ? st.st_size : 0, &w, &b, &err) &&
         keep_results(&w, &b, &err);
    if (file != stdin)
        fclose(file);
    if (!ok) {
        code = command_fail("replay", &err);
        /* A byte that makes a line unreadable is a byte that differs. */
        code = err.kind == ERROR_LATER || err.kind == ERROR_SETUP ? code : EXIT_VERIFY;
    } else if (b.differs != 0) {
        code = tell_differs(&w, &b);
    } else {
        tell_same(&w, &b);
    }
    bundle_free(&b);
    return code;
}
