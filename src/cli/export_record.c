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
#include "base/pack.h"
#include "cli/command.h"
#include "domain/record_map.h"
#include "store/person_store.h"

enum { MAPPING_BYTES = 1 << 20, SLICE_BYTES = 64 << 20 };

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

/* ---- the mapping ---- */

static bool read_packed(const char *name, struct record_map **out, struct error *err)
{
    char path[128];
    const struct pack_file *file;

    snprintf(path, sizeof(path), "templates/records/%.60s.json", name);
    file = pack_find(path);
    if (file == NULL)
        return error_set(err, ERROR_SETUP,
                         "There is no mapping %.60s. Name a file, or national, or "
                         "province-sms7.",
                         name);
    return record_map_parse((const char *)file->bytes, file->length, out, err);
}

/* A name of ours, else a file. */
static bool read_map(const char *name, struct record_map **out, struct error *err)
{
    struct buf json = buf_new(MAPPING_BYTES);
    FILE *file = fopen(name, "rb");
    char block[4096];
    size_t n;
    bool ok;

    if (file == NULL)
        return read_packed(name, out, err);
    while ((n = fread(block, 1, sizeof(block), file)) > 0)
        buf_add(&json, block, n);
    fclose(file);
    ok = record_map_parse(buf_text(&json), json.length, out, err);
    buf_free(&json);
    return ok;
}

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

/* "" where none was left, or it was erased. */
static bool phone_of(struct recording *r, int64_t id, char out[PHONE_LOCAL],
                     struct error *err)
{
    struct phone phone;
    bool found = false;

    out[0] = '\0';
    if (id == 0 || !record_map_wants(r->map, RECORD_PHONE))
        return true;
    if (!phone_reveal(&r->folder->store, id, &phone, &found, err))
        return false;
    if (found)
        phone_local(&phone, out);
    return true;
}

static void take(void *self, const struct review_item *i)
{
    struct recording *r = self;
    const struct hall_frame *frame = r->folder->store.frame;
    const struct review_rating *rating = &i->rating;
    char grade[12] = "", phone[PHONE_LOCAL];
    struct record_facts facts = {.zone = frame->zone};
    struct error err = {0};
    json_t *record;

    if (r->filter.as_of == 0)
        r->filter.as_of = rating->id + 1;
    if (rating->grade != 0)
        snprintf(grade, sizeof(grade), "%d", rating->grade);
    if (!phone_of(r, i->phone_id, phone, &r->trouble))
        return;
    facts.text[RECORD_AREA_NAME] = frame->county;
    facts.text[RECORD_DEPT_CODE] = i->credit_code;
    facts.text[RECORD_DEPT_NAME] = i->department.name;
    facts.text[RECORD_TASK_CODE] = i->matter.code;
    facts.text[RECORD_TASK_NAME] = i->matter.name;
    facts.text[RECORD_CASE_NO] = i->case_no;
    facts.text[RECORD_CASE_STATE] = i->closed_ms != 0 ? "closed" : "open";
    facts.text[RECORD_CASE_KIND] = i->promise ? "promise" : "instant";
    facts.text[RECORD_CLERK_NO] = i->clerk.code;
    facts.text[RECORD_CLERK_NAME] = i->clerk.name;
    facts.text[RECORD_CHANNEL] = rating->channel;
    facts.text[RECORD_PHONE] = phone;
    facts.text[RECORD_GRADE] = grade;
    facts.text[RECORD_TAG_CODES] = rating->tags;
    facts.text[RECORD_FREE_TEXT] = rating->comment;
    facts.text[RECORD_RECEIPT] = rating->receipt;
    facts.at_ms[RECORD_RATED_AT - RECORD_RATED_AT] = rating->rated_ms;
    facts.at_ms[RECORD_ACCEPTED_AT - RECORD_RATED_AT] = i->accepted_ms;
    facts.at_ms[RECORD_CLOSED_AT - RECORD_RATED_AT] = i->closed_ms;
    if (!record_map_fill(r->map, &facts, &record, &err))
        return refuse(r, i, &err);
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
    code = read_map(w->mapping, &r.map, &err) && write_all(&r, &err)
               ? finish(&r)
               : command_fail("export", &err);
    record_map_free(r.map);
    buf_free(&r.out);
    return code;
}
