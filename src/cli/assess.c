/*
 * assess.c — `yiping assess` (see assess.h).
 *
 * Promise: the file is there when it is whole, and making it is an audit event before its
 * first line. It is made beside a server that goes on.
 */
#include "cli/assess.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/export_part.h"
#include "store/assess_bundle.h"
#include "store/scheme_store.h"
#include "version.h"

struct words {
    const char *data, *file;
    int year, from, to;
    bool quiet;
};

struct file_sink {
    struct export_file file;
    struct progress progress;
    int64_t of;
    bool quiet;
};

static bool take(void *self, const void *bytes, size_t length, struct error *err)
{
    struct file_sink *s = self;

    return fwrite(bytes, 1, length, s->file.file) == length ||
           error_set(err, ERROR_LATER,
                     "The output could not be written. Is the disk full, or was the pipe "
                     "closed?");
}

/* Cases, then draws: another whole is another thing that is counted. */
static void tell(void *self, int64_t done, int64_t of)
{
    struct file_sink *s = self;

    if (of != s->of) {
        progress_clear(&s->progress);
        progress_begin(&s->progress, s->of < 0 ? "办件" : "推演", of, s->quiet);
        s->of = of;
    }
    progress_tell(&s->progress, done);
}

static bool note(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    const struct words *w = self;
    char detail[64];

    snprintf(detail, sizeof(detail), "%d: %d-%d", w->year, w->from, w->to);
    return store_audit(st, "command", "assess.bundle", w->file, detail, now_ms, err);
}

/* What a draft lacks: who has no total, and for want of which marks. */
static void tell_owed(const struct words *w, const struct bundle *b)
{
    for (size_t p = 0; p < b->scheme.part_count; p++) {
        const struct scheme_part *part = &b->scheme.parts[p];
        size_t owed = 0;

        for (size_t u = 0; u < b->book.count; u++)
            owed += assess_mark_owed(&b->scheme, &b->book.units[u], p);
        if (owed == 0)
            continue;
        fprintf(stderr, "%s: %zu 个部门没有总分：缺“%s”的打分\n", w->file, owed,
                part->name);
        fprintf(stderr, "%s: %zu departments have no total: \"%s\" has no marks\n",
                w->file, owed, part->name_en);
    }
}

static void tell_end(const struct words *w, const struct bundle *b)
{
    char n[2][PROGRESS_NUMBER];

    if (w->quiet)
        return;
    progress_number(b->cases, n[0]);
    progress_number(b->orders, n[1]);
    fprintf(stderr, "%s: %s 件办件，%s 件整改，%zu 个部门，方案第 %d 版\n", w->file, n[0],
            n[1], b->book.count, b->scheme.version);
    fprintf(stderr, "%s: %s cases, %s work orders, %zu departments, scheme version %d\n",
            w->file, n[0], n[1], b->book.count, b->scheme.version);
    tell_owed(w, b);
    fprintf(stderr, "facts   %s\nresults %s\n", b->facts, b->results);
}

static bool make(struct folder *f, const struct words *w, struct error *err)
{
    const struct assess_query q = {.by = ASSESS_DEPARTMENT,
                                   .from_month = w->from,
                                   .to_month = w->to,
                                   .now_ms = f->world.wall_ms(&f->world)};
    struct file_sink s = {.of = -1, .quiet = w->quiet};
    const struct bundle_sink sink = {.take = take, .tell = tell, .self = &s};
    struct scheme_state state;
    struct scheme scheme;
    struct bundle b = {0};
    bool ok;

    if (!export_file_open(w->file, &s.file, err))
        return false;
    ok = db_snapshot(f->store.db, err);
    if (ok) {
        ok = scheme_present(&f->store, w->year, q.now_ms, &scheme, &state, err) &&
             assess_bundle_write(&f->store, &q, &scheme, yiping_version, &sink, &b, err);
        db_rollback(f->store.db);
    }
    if (s.of >= 0)
        progress_clear(&s.progress);
    ok = export_file_close(&s.file, ok, err) && ok;
    if (ok)
        tell_end(w, &b);
    bundle_free(&b);
    return ok;
}

static bool month_of(const char *text, int year, int *out)
{
    char *end;
    long month = strtol(text, &end, 10);

    *out = (int)month;
    return *end == '\0' && month / 100 == year && month % 100 >= 1 && month % 100 <= 12;
}

static int read_words(int argc, char **argv, struct words *w)
{
    static const struct option known[] = {
        {"data", required_argument, NULL, 'd'}, {"year", required_argument, NULL, 'y'},
        {"from", required_argument, NULL, 'f'}, {"to", required_argument, NULL, 't'},
        {"quiet", no_argument, NULL, 'q'},      {NULL, 0, NULL, 0}};
    const char *from = NULL, *to = NULL;
    int c;

    optind = 0;
    while ((c = getopt_long(argc, argv, "q", known, NULL)) != -1) {
        if (c == '?')
            return EXIT_USAGE;
        w->data = c == 'd' ? optarg : w->data;
        w->year = c == 'y' ? atoi(optarg) : w->year;
        from = c == 'f' ? optarg : from;
        to = c == 't' ? optarg : to;
        w->quiet = w->quiet || c == 'q';
    }
    if (w->data == NULL)
        return command_usage("assess", "Name the data folder: --data DIR");
    if (w->year < 2000 || w->year > 9998)
        return command_usage("assess", "Name the year: --year 2026");
    w->from = w->year * 100 + 1;
    w->to = w->year * 100 + 12;
    if ((from != NULL && !month_of(from, w->year, &w->from)) ||
        (to != NULL && !month_of(to, w->year, &w->to)) || w->from > w->to)
        return command_usage("assess", "Months are of that year: --from %d01 --to %d12",
                             w->year, w->year);
    if (optind + 1 != argc)
        return command_usage("assess", "Name one file, or - for a pipe.");
    w->file = argv[optind];
    return EXIT_DONE;
}

int cli_assess(int argc, char **argv)
{
    struct words w = {0};
    struct error err = {0};
    struct folder f;
    int code = read_words(argc, argv, &w);
    bool ok;

    if (code != EXIT_DONE)
        return code;
    if (!folder_open(w.data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("assess", &err);
    ok = f.store.hall != 0 ||
         error_set(&err, ERROR_SETUP, "The folder %.120s holds no hall yet.", w.data);
    ok = ok && folder_write(&f, note, &w, &err) && make(&f, &w, &err);
    folder_close(&f);
    return ok ? EXIT_DONE : command_fail("assess", &err);
}
