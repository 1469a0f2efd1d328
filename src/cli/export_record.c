/*
 * export_record.c — `yiping export record`: ratings as another platform wants them, by a
 * mapping (domain/record_map.h), as JSON lines or CSV.
 *
 * Promise: a rating for which the receiver has no code, or whose fields do not fit, is
 * named and not sent; nothing is filled in. Phones leave only where the mapping has a
 * field for them, and the audit event says so.
 */
#include "cli/export_part.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "cli/command.h"
#include "domain/record_map.h"
#include "store/record_facts.h"
#include "work/mapping.h"

enum { SLICE_BYTES = 64 << 20 };

struct recording {
    struct folder *folder;
    const struct export_words *words;
    struct record_map *map;
    struct review_filter filter;
    struct buf out;
    int64_t sent, refused;
    bool csv;
    struct progress progress;
    struct error trouble; /* not of a rating, but of the store */
};

/* ---- one rating ---- */

static void refuse(struct recording *r, const struct review_item *item,
                   const struct error *why)
{
    r->refused++;
    progress_clear(&r->progress);
    fprintf(stderr, "%s: %s\n", item->case_no, why->text);
}

static void write_csv(struct recording *r, json_t *record)
{
    const char *name;

    for (size_t i = 0; (name = record_map_field(r->map, i)) != NULL; i++)
        csv_text(&r->out, i == 0, json_string_value(json_object_get(record, name)));
    csv_end(&r->out);
}

static void write_record(struct recording *r, json_t *record)
{
    char *line;

    if (r->csv)
        return write_csv(r, record);
    line = json_dumps(record, JSON_COMPACT);
    buf_add_text(&r->out, line);
    buf_add_text(&r->out, "\n");
    free(line);
}

static void take(void *self, const struct review_item *i)
{
    struct recording *r = self;
    struct error err = {0};
    json_t *record;

    if (r->filter.as_of == 0)
        r->filter.as_of = i->rating.id + 1;
    if (!record_of_item(&r->folder->store, r->map, i, &record, &err)) {
        if (err.kind == ERROR_INPUT)
            refuse(r, i, &err);
        else
            r->trouble = err;
        return;
    }
    write_record(r, record);
    json_decref(record);
    r->sent++;
}

/* ---- all of them ---- */

static bool slice(struct recording *r, FILE *file, bool *ended, struct error *err)
{
    struct store *st = &r->folder->store;
    int64_t next = 0;
    bool ok =
        db_snapshot(st->db, err) && review_list(st, &r->filter, take, r, &next, err);

    db_rollback(st->db);
    if (ok && r->trouble.kind != ERROR_NONE) {
        *err = r->trouble;
        return false;
    }
    if (ok && fwrite(buf_text(&r->out), 1, r->out.length, file) != r->out.length)
        ok = error_set(err, ERROR_LATER, "The output could not be written.");
    ok = ok && (!r->out.overflowed || error_set(err, ERROR_LIMIT, "A part is too long."));
    buf_clear(&r->out);
    r->filter.before = next;
    *ended = next == 0;
    progress_tell(&r->progress, r->sent);
    return ok;
}

static void csv_header(struct recording *r)
{
    if (!r->words->no_bom)
        buf_add_text(&r->out, CSV_BOM);
    for (size_t i = 0; record_map_field(r->map, i) != NULL; i++)
        csv_text(&r->out, i == 0, record_map_field(r->map, i));
    csv_end(&r->out);
}

static bool write_all(struct recording *r, struct error *err)
{
    struct export_file out;
    char more[160];
    bool ended = false, ok = true;

    snprintf(more, sizeof(more), "%.60s@%.30s phones=%s", record_map_name(r->map),
             record_map_version(r->map),
             record_map_wants(r->map, RECORD_PHONE) ? "yes" : "no");
    if (!export_note(r->folder, r->words, "export.record", more, err) ||
        !export_file_open(r->words->file, &out, err))
        return false;
    if (r->csv)
        csv_header(r);
    while (ok && !ended)
        ok = slice(r, out.file, &ended, err);
    progress_clear(&r->progress);
    return export_file_close(&out, ok, err) && ok;
}

static int finish(struct recording *r)
{
    const struct export_words *w = r->words;

    if (w->json && strcmp(w->file, "-") != 0)
        printf("{\"mapping\":\"%s\",\"version\":\"%s\",\"sent\":%" PRId64
               ",\"refused\":%" PRId64 "}\n",
               record_map_name(r->map), record_map_version(r->map), r->sent, r->refused);
    if (!w->quiet)
        fprintf(stderr,
                "%s: %s@%s: 导出 %" PRId64 " 条，拒绝 %" PRId64
                " 条 · records written, refused\n",
                w->file, record_map_name(r->map), record_map_version(r->map), r->sent,
                r->refused);
    return r->refused == 0 ? EXIT_DONE : r->sent > 0 ? EXIT_PARTLY : EXIT_FAILED;
}

int export_record(struct folder *f, const struct export_words *w)
{
    struct recording r = {.folder = f,
                          .words = w,
                          .out = buf_new(SLICE_BYTES),
                          .csv = strcmp(w->format, "csv") == 0};
    struct error err = {0};
    int code;

    if (w->mapping == NULL)
        return command_usage("export",
                             "Name the mapping: --mapping national, or a file.");
    if (!r.csv && strcmp(w->format, "jsonl") != 0)
        return command_usage("export", "A record is written as jsonl or csv.");
    if (!export_filter(w, &r.filter, &err))
        return command_usage("export", "%s", err.text);
    r.filter.limit = REVIEW_LIMIT_MOST;
    progress_begin(&r.progress, "导出", 0, w->quiet);
    code = mapping_read(w->mapping, &r.map, &err) && write_all(&r, &err)
               ? finish(&r)
               : command_fail("export", &err);
    record_map_free(r.map);
    buf_free(&r.out);
    return code;
}
