/*
 * hall.c — a hall file from its text to its structs, or to the list of its faults.
 *
 * Promise: a file that comes out has no fault; one that has any is not taken at all. Not
 * here: the fields (hall_read.c), references (hall_refs.c), the way back (hall_json.c).
 */
#include "domain/hall_part.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/words.h"

void hall_fault(struct hall_faults *faults, const char *place, const char *key,
                const char *format, ...)
{
    struct hall_fault *fault;
    va_list args;

    if (faults->count == HALL_FAULTS_MOST) {
        faults->more = true;
        return;
    }
    fault = &faults->items[faults->count++];
    memset(fault, 0, sizeof(*fault));
    snprintf(fault->path, sizeof(fault->path), "%s%s%s", place,
             place[0] != '\0' && key[0] != '\0' ? "." : "", key);
    words_mend(fault->path);
    va_start(args, format);
    vsnprintf(fault->text, sizeof(fault->text), format, args);
    va_end(args);
    words_mend(fault->text);
}

/* The JSON, given, or NULL with its one fault booked: after a slip nothing can be said of
 * the rest. */
static json_t *load(const char *json, size_t length, struct hall_faults *faults)
{
    json_error_t trouble;
    json_t *root;
    char said[140];

    if (length > HALL_FILE_BYTES) {
        hall_fault(faults, "", "", "The file has %zu bytes; allowed are %d.", length,
                   HALL_FILE_BYTES);
        return NULL;
    }
    if (length >= 3 && memcmp(json, "\xEF\xBB\xBF", 3) == 0) {
        json += 3; /* some editors begin a UTF-8 file with a byte order mark */
        length -= 3;
    }
    root = json_loadb(json, length, JSON_REJECT_DUPLICATES, &trouble);
    if (root == NULL) {
        words_show_into(trouble.text, said, sizeof(said));
        hall_fault(
            faults, "", "",
            "This is not JSON in UTF-8 (column %d: %s); see the hall file example.",
            trouble.column, said);
        faults->items[faults->count - 1].line = trouble.line > 0 ? trouble.line : 1;
    } else if (!json_is_object(root)) {
        hall_fault(faults, "", "",
                   "The file is no object; it must begin with \"{\" and hold \"hall\", "
                   "\"departments\" and so on.");
        json_decref(root);
        root = NULL;
    }
    return root;
}

/* The file, given, even with faults; NULL where it is no JSON. */
static struct hall_file *take(const char *json, size_t length, struct hall_faults *faults)
{
    json_t *root = load(json, length, faults);
    struct hall_file *file;

    if (root == NULL)
        return NULL;
    file = memory_new(sizeof(*file));
    hall_read(root, file, faults);
    hall_resolve(root, file, faults);
    json_decref(root);
    return file;
}

bool hall_check(const char *json, size_t length, struct hall_faults *out)
{
    memset(out, 0, sizeof(*out));
    hall_free(take(json, length, out));
    return out->count == 0;
}

static bool tell_first(const struct hall_faults *faults, size_t length,
                       const char *file_name, struct error *err)
{
    const struct hall_fault *first = &faults->items[0];
    enum error_kind kind = first->line > 0 ? ERROR_MALFORMED : ERROR_INPUT;
    char name[120];
    char line[16] = "";

    words_show_into(file_name == NULL ? "hall file" : file_name, name, sizeof(name));
    if (first->line > 0)
        snprintf(line, sizeof(line), ":%d", first->line);
    if (length > HALL_FILE_BYTES)
        kind = ERROR_TOO_LARGE;
    error_set(err, kind, "%s%s: %s%s%s", name, line, first->path,
              first->path[0] == '\0' ? "" : ": ", first->text);
    words_mend(err->text);
    if (err->field[0] == '\0')
        snprintf(err->field, sizeof(err->field), "%.*s", (int)sizeof(err->field) - 1,
                 first->path);
    words_mend(err->field);
    return false;
}

bool hall_parse(const char *json, size_t length, const char *file_name,
                struct hall_file **out, struct error *err)
{
    struct hall_faults *faults = memory_new(sizeof(*faults));
    struct hall_file *file = take(json, length, faults);
    bool ok = faults->count == 0;

    if (ok) {
        *out = file;
    } else {
        tell_first(faults, length, file_name, err);
        hall_free(file);
    }
    free(faults);
    return ok;
}

void hall_free(struct hall_file *file)
{
    if (file == NULL)
        return;
    for (size_t i = 0; i < file->window_count; i++)
        free(file->windows[i].matters);
    for (size_t i = 0; i < file->matter_count; i++) {
        free(file->matters[i].parallel);
        free(file->matters[i].materials);
    }
    free(file->departments);
    free(file->windows);
    free(file->matters);
    free(file->series);
    free(file->staff);
    free(file->agents);
    free(file->kiosks);
    free(file->days_off);
    free(file->days_worked);
    free(file);
}

/* Elements of `step` bytes that begin with their code. */
static size_t find_code(const void *array, size_t count, size_t step, const char *code)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp((const char *)array + i * step, code) == 0)
            return i;
    }
    return HALL_NONE;
}

size_t hall_find_department(const struct hall_file *file, const char *code)
{
    return find_code(file->departments, file->department_count,
                     sizeof(*file->departments), code);
}

size_t hall_find_window(const struct hall_file *file, const char *code)
{
    return find_code(file->windows, file->window_count, sizeof(*file->windows), code);
}

size_t hall_find_matter(const struct hall_file *file, const char *code)
{
    return find_code(file->matters, file->matter_count, sizeof(*file->matters), code);
}
