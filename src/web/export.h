/*
 * export.h — ratings as a file: CSV and XLSX for people, JSON lines for programs.
 *
 * Made in slices, newest first, of what was there when the first slice was read: whoever
 * drives it (export_page.c, the command) gives a reading store for each, so that nothing
 * waits behind a long look. Memory does not grow with the rows. What a column shows
 * depends on what the caller may see (access.h); no phone is in any of them. One thread
 * at a time.
 */
#ifndef WEB_EXPORT_H
#define WEB_EXPORT_H

#include "web/sheet.h"
#include "web/staff_words.h"

enum export_format { EXPORT_CSV, EXPORT_XLSX, EXPORT_JSONL };

/* "csv", "xlsx", "jsonl"; false for another word. */
NODISCARD bool export_format_parse(const char *word, enum export_format *out);
const char *export_type(enum export_format format); /* Content-Type, static */

struct export
{
    /* Set by whoever begins it; all that is borrowed outlives it. */
    enum export_format format;
    bool no_bom;             /* CSV for machines */
    bool words, rater;       /* may the citizen's words be shown, and what tells him? */
    struct staff_words lang; /* frame too */
    struct review_filter filter;

    /* What has come of it. */
    struct buf out;         /* CSV and JSON lines: bytes to be passed on, then cleared */
    int64_t rows, grade[6]; /* [0]: four dimensions instead */
    bool ended;

    struct sheet *sheet;
};

/* `path` is where an XLSX is written; NULL for the others. */
NODISCARD bool export_begin(struct export *e, const char *path, struct error *err);

/* The next rows; e->ended is set with the last. */
NODISCARD bool export_slice(struct export *e, struct store *st, struct error *err);

/* After the last slice: puts an XLSX together. */
NODISCARD bool export_finish(struct export *e, struct error *err);

/* Frees what it holds, also of one that was left half way. */
void export_free(struct export *e);

/* "ratings-20261128.csv". */
enum { EXPORT_NAME = 40 };
void export_name(const struct export *e, char out[EXPORT_NAME]);

#endif
