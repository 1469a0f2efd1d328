/*
 * case_source.c — see case_source.h.
 */
#include "cli/case_source.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { LINE_BYTES = 64 << 10, BLOCK = 64 << 10 };

static bool ends_in(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);

    return length > tail && strcasecmp(path + length - tail, end) == 0;
}

/* By the name, else by the first byte: an object begins with a brace. */
static enum case_format guess(const char *path, FILE *file)
{
    int c;

    if (ends_in(path, ".csv"))
        return CASE_FORMAT_CSV;
    if (ends_in(path, ".jsonl") || ends_in(path, ".ndjson") || ends_in(path, ".json"))
        return CASE_FORMAT_JSON;
    c = getc(file);
    if (c != EOF)
        ungetc(c, file);
    return c == '{' || c == EOF ? CASE_FORMAT_JSON : CASE_FORMAT_CSV;
}

/* A file's lines are counted beforehand, so that progress has an end; a pipe's cannot. */
static int64_t count_lines(FILE *file)
{
    char block[BLOCK];
    struct stat info;
    int64_t lines = 0;
    size_t n;

    if (fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode))
        return 0;
    while ((n = fread(block, 1, sizeof(block), file)) > 0)
        for (const char *p = block;
             (p = memchr(p, '\n', n - (size_t)(p - block))) != NULL; p++)
            lines++;
    rewind(file);
    return lines;
}

static bool read_columns(struct case_source *s, struct error *err)
{
    switch (csv_next(&s->csv)) {
    case CSV_ROW:
        return case_columns_read(s->csv.cells, s->csv.count, &s->columns, err);
    case CSV_WRONG:
        return error_field(err, "", "%s", s->csv.why);
    default:
        return error_field(err, "",
                           "The table is empty: its first row names the "
                           "columns.");
    }
}

bool case_source_open(const char *path, enum case_format format, struct case_source *out,
                      struct error *err)
{
    bool given = strcmp(path, "-") == 0;
    FILE *file = given ? stdin : fopen(path, "rb");
    struct error why = {0};

    *out =
        (struct case_source){.file = file, .given = given, .text = buf_new(LINE_BYTES)};
    if (file == NULL)
        return error_set(err, ERROR_SETUP, "The file %.120s cannot be read: %s.", path,
                         strerror(errno));
    out->lines = given ? 0 : count_lines(file);
    out->format = format != CASE_FORMAT_GUESS ? format : guess(path, file);
    csv_open(&out->csv, file);
    if (out->format == CASE_FORMAT_JSON || read_columns(out, &why))
        return true;
    error_field(err, why.field, "%.120s:1: %s", path, why.text);
    case_source_close(out);
    return false;
}

void case_source_close(struct case_source *s)
{
    csv_close(&s->csv);
    buf_free(&s->text);
    if (s->file != NULL && !s->given)
        fclose(s->file);
    s->file = NULL;
}

bool case_source_broken(const struct case_source *s)
{
    return ferror(s->file) != 0;
}

/* The next line without its end; false at the end of the file. */
static bool next_line(struct case_source *s)
{
    int c = getc_unlocked(s->file);

    buf_clear(&s->text);
    if (c == EOF)
        return false;
    s->line++;
    for (; c != EOF && c != '\n'; c = getc_unlocked(s->file))
        buf_add_byte(&s->text, (unsigned char)c);
    return true;
}

static bool is_blank(const struct buf *text)
{
    return strspn(buf_text(text), " \t\r") == text->length;
}

static enum case_got next_json(struct case_source *s, struct case_event *out,
                               struct error *err)
{
    size_t mark = sizeof(CSV_BOM) - 1;

    do {
        if (!next_line(s))
            return CASE_END;
        if (s->line == 1 && strncmp(buf_text(&s->text), CSV_BOM, mark) == 0)
            buf_drop(&s->text, mark);
    } while (is_blank(&s->text));
    if (s->text.overflowed) {
        error_field(err, "", "The line is longer than 64 KiB.");
        return CASE_REFUSED;
    }
    return case_event_from_json(buf_text(&s->text), s->text.length, out, err)
               ? CASE_GOT
               : CASE_REFUSED;
}

static enum case_got next_row(struct case_source *s, struct case_event *out,
                              struct error *err)
{
    enum csv_got got = csv_next(&s->csv);

    s->line = s->csv.row_line;
    if (got == CSV_END)
        return CASE_END;
    if (got == CSV_WRONG)
        error_field(err, "", "%s", s->csv.why);
    return got == CSV_ROW && case_event_from_cells(&s->columns, s->csv.cells,
                                                   s->csv.count, out, err)
               ? CASE_GOT
               : CASE_REFUSED;
}

enum case_got case_source_next(struct case_source *s, struct case_event *out,
                               struct error *err)
{
    return s->format == CASE_FORMAT_JSON ? next_json(s, out, err) : next_row(s, out, err);
}
