/*
 * case_source.h — a file of case events, read line by line: JSON lines, or a table.
 *
 * Which of the two it is tells the file's name (.csv, .jsonl, .ndjson, .json), else its
 * first byte. Memory does not grow with the file; a line has 64 KiB at the most.
 */
#ifndef CLI_CASE_SOURCE_H
#define CLI_CASE_SOURCE_H

#include "base/csv.h"
#include "domain/case_event.h"

enum case_format { CASE_FORMAT_GUESS, CASE_FORMAT_JSON, CASE_FORMAT_CSV };

struct case_source {
    FILE *file;
    bool given; /* it is stdin, which is not ours to close */
    enum case_format format;
    int64_t line;  /* where the event that was read last begins, from 1 */
    int64_t lines; /* of the file, as far as it can be known beforehand; 0 else */
    struct csv_reader csv;
    struct case_columns columns;
    struct buf text;
};

enum case_got { CASE_GOT, CASE_REFUSED, CASE_END };

/* "-" is stdin. ERROR_SETUP, or ERROR_INPUT for a table without a right first row. */
NODISCARD bool case_source_open(const char *path, enum case_format format,
                                struct case_source *out, struct error *err);
void case_source_close(struct case_source *s);

/* CASE_REFUSED: `err` says why this line is none; reading goes on with the next. */
enum case_got case_source_next(struct case_source *s, struct case_event *out,
                               struct error *err);

/* Could the file not be read to its end? */
bool case_source_broken(const struct case_source *s);

#endif
