/*
 * hall.c — see hall.h.
 */
#include "cli/hall.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "cli/command.h"
#include "store/hall_store.h"

struct taking {
    struct hall_file *file;
    struct hall_changes changes;
    bool dry; /* count the changes, and take them back */
};

static bool import(struct store *st, void *self, int64_t now_ms, struct error *err)
{
    struct taking *t = self;

    return hall_import(st, t->file, now_ms, &t->changes, err) && !t->dry &&
           store_audit(st, "command", "hall.imported", t->file->hall.code, NULL, now_ms,
                       err);
}

/* Shows each fault with its place, so that a file is mended in one go; `err` then tells
 * the end of it. */
static void tell_faults(const char *json, size_t length, const char *name,
                        struct error *err)
{
    struct hall_faults *faults = memory_new(sizeof(*faults));

    if (!hall_check(json, length, faults)) {
        for (size_t i = 0; i < faults->count; i++) {
            const struct hall_fault *f = &faults->items[i];

            if (f->line > 0)
                fprintf(stderr, "%s:%d: %s\n", name, f->line, f->text);
            else
                fprintf(stderr, "%s: %s%s%s\n", name, f->path,
                        f->path[0] != '\0' ? ": " : "", f->text);
        }
        if (faults->more)
            fprintf(stderr, "%s: and more; mend these first\n", name);
        *err = (struct error){0};
        error_set(err, ERROR_INPUT,
                  "Nothing of %.120s was taken. Mend what is told above.", name);
    }
    free(faults);
}

static bool take_parsed(struct folder *f, struct taking *t, struct error *err)
{
    const struct hall_frame *frame;

    if (t->dry)
        return folder_write(f, import, t, err) || err->kind == ERROR_NONE;
    if (!folder_write(f, import, t, err) || !hall_frame_read(f->store.db, &frame, err))
        return false;
    f->store.frame = frame;
    f->store.hall = frame->hall;
    return true;
}

/* The form of a zone's name was checked with the file; whether it exists, this machine
 * knows. */
static bool zone_is_known(const struct hall_file *file, const char *name,
                          struct error *err)
{
    struct error why = {0};
    struct zone *zone = NULL;

    if (zone_load(file->hall.timezone, &zone, &why)) {
        zone_free(zone);
        return true;
    }
    return error_field(err, "hall.timezone", "%.80s: hall.timezone: %.140s", name,
                       why.text);
}

static bool take(struct folder *f, const char *json, size_t length, const char *name,
                 bool dry, struct hall_changes *changes, struct error *err)
{
    struct taking t = {.dry = dry};
    bool ok;

    if (!hall_parse(json, length, name, &t.file, err)) {
        tell_faults(json, length, name, err);
        return false;
    }
    ok = zone_is_known(t.file, name, err) && take_parsed(f, &t, err);
    if (ok && changes != NULL)
        *changes = t.changes;
    hall_free(t.file);
    return ok;
}

bool hall_take(struct folder *f, const char *json, size_t length, const char *name,
               struct hall_changes *changes, struct error *err)
{
    return take(f, json, length, name, false, changes, err);
}

/* The whole of a file, or of stdin for "-". */
static bool read_all(const char *path, struct buf *out, struct error *err)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char block[16384];
    size_t n;

    if (f == NULL)
        return error_set(err, ERROR_SETUP, "The file %s cannot be read: %s.", path,
                         strerror(errno));
    while ((n = fread(block, 1, sizeof(block), f)) > 0)
        buf_add(out, block, n);
    if (f != stdin)
        fclose(f);
    if (out->overflowed)
        return error_set(err, ERROR_INPUT, "The file %s is too large for a hall file.",
                         path);
    return true;
}

static int take_file(const char *command, const char *data, const char *path,
                     enum folder_use use, bool dry)
{
    struct buf json = buf_new(HALL_FILE_BYTES);
    struct hall_changes changes = {0};
    struct error err = {0};
    struct folder f;
    int code;

    if (!read_all(path, &json, &err) || !folder_open(data, use, &f, &err)) {
        buf_free(&json);
        return command_fail(command, &err);
    }
    if (use == FOLDER_MAY_CREATE && f.store.hall != 0)
        error_set(&err, ERROR_CONFLICT,
                  "%s holds a hall already. Use: yiping hall import", data);
    code = err.kind == ERROR_NONE &&
                   take(&f, buf_text(&json), json.length, path, dry, &changes, &err)
               ? EXIT_DONE
               : command_fail(command, &err);
    if (code == EXIT_DONE)
        fprintf(stderr, "%s: %s%d added, %d changed, %d ended\n", path,
                dry ? "dry run, nothing written, " : "", changes.added, changes.changed,
                changes.ended);
    folder_close(&f);
    buf_free(&json);
    return code;
}

/* A hall file that is wrong must not leave an empty folder behind. */
static bool file_is_right(const char *command, const char *path, int *code)
{
    struct buf json = buf_new(HALL_FILE_BYTES);
    struct hall_file *file = NULL;
    struct error err = {0};
    bool ok = read_all(path, &json, &err);

    if (ok && !hall_parse(buf_text(&json), json.length, path, &file, &err)) {
        tell_faults(buf_text(&json), json.length, path, &err);
        ok = false;
    }
    ok = ok && zone_is_known(file, path, &err);
    hall_free(file);
    buf_free(&json);
    if (!ok)
        *code = command_fail(command, &err);
    return ok;
}

int cli_init(int argc, char **argv)
{
    const char *data = NULL, *hall = NULL;
    int code;

    for (int i = 1; i < argc; i++)
        if (!command_option(argc, argv, &i, "--data", &data) &&
            !command_option(argc, argv, &i, "--hall", &hall))
            return command_usage("init", "%s is not known here.", argv[i]);
    if (data == NULL || hall == NULL)
        return command_usage("init",
                             "Name the new folder and the hall file: --data DIR --hall "
                             "FILE.");
    if (strcmp(hall, "-") != 0 && !file_is_right("init", hall, &code))
        return code;
    return take_file("init", data, hall, FOLDER_MAY_CREATE, false);
}

static int export_file(const char *data, const char *path)
{
    struct buf json = buf_new(HALL_FILE_BYTES);
    struct error err = {0};
    struct folder f;
    FILE *out = stdout;
    int code = EXIT_DONE;

    if (!folder_open(data, FOLDER_MUST_EXIST, &f, &err))
        return command_fail("hall export", &err);
    if (hall_export(&f.store, &json, &err) && path != NULL && strcmp(path, "-") != 0 &&
        (out = fopen(path, "wb")) == NULL)
        error_set(&err, ERROR_SETUP, "The file %s cannot be written: %s.", path,
                  strerror(errno));
    if (err.kind == ERROR_NONE) {
        fwrite(buf_text(&json), 1, json.length, out);
        fputc('\n', out);
        if (fflush(out) != 0)
            error_set(&err, ERROR_SETUP, "The hall file could not be written out.");
        if (out != stdout)
            fclose(out);
    }
    if (err.kind != ERROR_NONE)
        code = command_fail("hall export", &err);
    folder_close(&f);
    buf_free(&json);
    return code;
}

int cli_hall(int argc, char **argv)
{
    const char *data = NULL, *path = NULL;
    const char *what = argc > 1 ? argv[1] : "";
    bool export = strcmp(what, "export") == 0, dry = false;

    if (!export && strcmp(what, "import") != 0)
        return command_usage("hall", "Say export or import.");
    for (int i = 2; i < argc; i++) {
        if (command_option(argc, argv, &i, "--data", &data))
            continue;
        if (!export && strcmp(argv[i], "--dry-run") == 0) {
            dry = true;
            continue;
        }
        if (path != NULL || (argv[i][0] == '-' && argv[i][1] != '\0'))
            return command_usage("hall", "%s is not known here.", argv[i]);
        path = argv[i];
    }
    if (data == NULL)
        return command_usage("hall", "Name the data folder: --data DIR.");
    if (export)
        return export_file(data, path);
    return take_file("hall import", data, path != NULL ? path : "-", FOLDER_MUST_EXIST,
                     dry);
}
