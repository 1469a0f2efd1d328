/*
 * export.c — see export.h.
 *
 * Promise: a file is there when it is whole, and every export is an audit event before
 * its first row leaves. Read in short looks, so a server beside it neither waits nor is
 * kept from folding its log back.
 */
#include "cli/export.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/export_part.h"
#include "web/page.h"

static bool pass_on(struct export *e, FILE *file, struct error *err)
{
    if (e->out.length > 0 &&
        fwrite(buf_text(&e->out), 1, e->out.length, file) != e->out.length)
        return error_set(err, ERROR_LATER,
                         "The output could not be written. Is the disk "
                         "full, or was the pipe closed?");
    buf_clear(&e->out);
    return true;
}

static bool copy(const char *path, FILE *to, struct error *err)
{
    FILE *from = fopen(path, "rb");
    char block[16384];
    size_t n;
    bool ok = from != NULL;

    while (ok && (n = fread(block, 1, sizeof(block), from)) > 0)
        ok = fwrite(block, 1, n, to) == n;
    if (from != NULL)
        fclose(from);
    return ok || error_set(err, ERROR_LATER, "The output could not be written.");
}

static bool all_slices(struct folder *f, const struct export_words *w, struct export *e,
                       FILE *file, struct error *err)
{
    struct progress p;
    bool ok = true;

    progress_begin(&p, "导出", 0, w->quiet);
    while (ok && !e->ended) {
        ok = db_snapshot(f->store.db, err) && export_slice(e, &f->store, err);
        db_rollback(f->store.db);
        ok = ok && pass_on(e, file, err);
        progress_tell(&p, e->rows);
    }
    progress_clear(&p);
    return ok;
}

/* A workbook is put together in a file; towards a pipe in one that nobody sees. */
static bool make_file(struct folder *f, const struct export_words *w, struct export *e,
                      struct export_file *out, struct error *err)
{
    char scratch[1100] = "";
    bool ok;
    int fd;

    if (e->format == EXPORT_XLSX) {
        snprintf(scratch, sizeof(scratch), "%s/export-XXXXXX", f->path);
        fd = mkstemp(scratch);
        if (fd < 0)
            return error_set(err, ERROR_SETUP, "The folder %.100s cannot be written.",
                             f->path);
        close(fd);
    }
    ok = export_begin(e, scratch, err) && pass_on(e, out->file, err) &&
         all_slices(f, w, e, out->file, err) && export_finish(e, err) &&
         (scratch[0] == '\0' || copy(scratch, out->file, err));
    export_free(e);
    if (scratch[0] != '\0')
        unlink(scratch);
    return ok;
}

static int export_ratings(struct folder *f, const struct export_words *w)
{
    struct site site = {.world = &f->world};
    struct mustache_set *pages = NULL;
    struct export e = {.words = true, .rater = true, .no_bom = w->no_bom};
    struct export_file out;
    struct error err = {0};
    char rows[PROGRESS_NUMBER];
    bool ok;

    e.lang = (struct staff_words){.site = &site,
                                  .frame = f->store.frame,
                                  .lang = w->lang,
                                  .now_ms = f->world.wall_ms(&f->world)};
    if (!export_format_parse(w->format, &e.format))
        return command_usage("export", "%s is no format: csv, xlsx or jsonl.", w->format);
    if (!export_filter(w, &e.filter, &err))
        return command_usage("export", "%s", err.text);
    if (!pages_load(NULL, &pages, &site.catalogues, &err))
        return command_fail("export", &err);
    ok = export_note(f, w, "export.ratings", w->format, &err) &&
         export_file_open(w->file, &out, &err);
    if (ok) {
        ok = make_file(f, w, &e, &out, &err);
        ok = export_file_close(&out, ok, &err) && ok;
    }
    pages_free(pages, site.catalogues);
    if (!ok)
        return command_fail("export", &err);
    if (!w->quiet)
        fprintf(stderr, "%s: %s 条评价 · ratings\n", w->file,
                progress_number(e.rows, rows));
    return EXIT_DONE;
}

/* == The words of the call =========================================================== */

static int read_words(int argc, char **argv, struct export_words *w)
{
    static const struct option known[] = {{"department", required_argument, NULL, 0},
                                          {"window", required_argument, NULL, 0},
                                          {"matter", required_argument, NULL, 0},
                                          {"clerk", required_argument, NULL, 0},
                                          {"grade", required_argument, NULL, 0},
                                          {"channel", required_argument, NULL, 0},
                                          {"from", required_argument, NULL, 0},
                                          {"to", required_argument, NULL, 0},
                                          {"data", required_argument, NULL, 'd'},
                                          {"format", required_argument, NULL, 'f'},
                                          {"lang", required_argument, NULL, 'l'},
                                          {"mapping", required_argument, NULL, 'm'},
                                          {"no-bom", no_argument, NULL, 'b'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {NULL, 0, NULL, 0}};
    int c, which = 0;

    optind = 0;
    while ((c = getopt_long(argc, argv, "q", known, &which)) != -1) {
        if (c == '?')
            return EXIT_USAGE;
        if (c == 0 && w->filters == EXPORT_FILTERS)
            return command_usage("export", "--%s is there twice.", known[which].name);
        if (c == 0)
            w->filter[w->filters++] =
                (struct exchange_pair){.name = known[which].name, .value = optarg};
        w->data = c == 'd' ? optarg : w->data;
        w->format = c == 'f' ? optarg : w->format;
        w->mapping = c == 'm' ? optarg : w->mapping;
        w->lang = c == 'l' && strcmp(optarg, "en") == 0 ? LANG_EN : w->lang;
        w->no_bom = w->no_bom || c == 'b';
        w->json = w->json || c == 'j';
        w->quiet = w->quiet || c == 'q';
    }
    w->what = optind < argc ? argv[optind] : "";
    if (strcmp(w->what, "ratings") != 0 && strcmp(w->what, "record") != 0)
        return command_usage("export", "Say what: ratings or record.");
    if (optind + 2 != argc)
        return command_usage("export", "Name one file, or - for a pipe.");
    w->file = argv[optind + 1];
    return w->data != NULL ? EXIT_DONE
                           : command_usage("export", "Name the data folder: --data DIR");
}

/* What the name says, where nothing else does. */
static const char *format_of(const char *file, const char *initial)
{
    const char *end = strrchr(file, '.');
    enum export_format known;

    return end != NULL && export_format_parse(end + 1, &known) ? end + 1 : initial;
}

int cli_export(int argc, char **argv)
{
    struct export_words w = {.lang = LANG_ZH};
    struct error err = {0};
    struct folder f;
    int code = read_words(argc, argv, &w);

    if (code != EXIT_DONE)
        return code;
    if (w.format == NULL)
        w.format = format_of(w.file, strcmp(w.what, "record") == 0 ? "jsonl" : "csv");
    if (!folder_open(w.data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("export", &err);
    if (f.store.hall == 0) {
        error_set(&err, ERROR_SETUP, "The folder %.120s holds no hall yet.", w.data);
        code = command_fail("export", &err);
    } else {
        code = strcmp(w.what, "record") == 0 ? export_record(&f, &w)
                                             : export_ratings(&f, &w);
    }
    folder_close(&f);
    return code;
}
