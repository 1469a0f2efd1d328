/*
 * tickets.c — see tickets.h.
 *
 * A folder is read whole and takes the place of the one before at once, or not at all. It
 * has changed where names, sizes or times of its files are not what they were; that is
 * looked at, and not asked of the kernel by inotify, because network folders and mounted
 * volumes tell it nothing.
 */
#include "work/tickets.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/pack.h"
#include "domain/slip.h"
#include "printers/image.h"
#include "work/printers.h"

enum { TICKETS_MOST = 64, NAME_MOST = 64, FOLDERS = 2, PATH_MOST = 1400 };
enum { LOOK_MS = 200, STILL_MS = 500 };

static const char ending[] = ".receipt";
static const char packed[] = "templates/tickets/";

struct ticket {
    char name[NAME_MOST]; /* "normal.en" */
    char *text;
    size_t length;
};

/* What stands in a folder: NAME.receipt, checked. */
struct shelf {
    struct ticket tickets[TICKETS_MOST];
    int count;
};

struct folder_seen {
    char path[PATH_MOST];
    struct shelf *shelf; /* in force */
    uint64_t taken;      /* how the folder looked when it was read */
    uint64_t seen;       /* how it looked last, and since when */
    int64_t seen_ms;
};

struct tickets {
    const struct settings *settings;
    char name[NAME_MOST];
    struct folder_seen folders[FOLDERS]; /* a hall's own first */
    int count;
    int64_t looked_ms;
};

/* == Files ======================================================================== */

/* The name of a template's file without its ending, into `name`; false for others. */
static bool plain_name(const char *file, char name[NAME_MOST])
{
    size_t length = strlen(file), tail = sizeof(ending) - 1;

    if (file[0] == '.' || length <= tail || length - tail >= NAME_MOST ||
        strcmp(file + length - tail, ending) != 0)
        return false;
    snprintf(name, NAME_MOST, "%.*s", (int)(length - tail), file);
    return true;
}

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u; /* FNV-1a */
    return hash;
}

/* A number that changes with any template of the folder, whatever their order; 0 where
 * there is no folder. */
static uint64_t look_of(const char *folder)
{
    char path[PATH_MOST + 300], name[NAME_MOST];
    DIR *dir = opendir(folder);
    struct dirent *entry;
    uint64_t sum = 1;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct stat st = {0};

        if (!plain_name(entry->d_name, name))
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (stat(path, &st) == 0) {
            const int64_t facts[] = {st.st_size,         st.st_mtim.tv_sec,
                                     st.st_mtim.tv_nsec, st.st_ctim.tv_sec,
                                     st.st_ctim.tv_nsec, (int64_t)st.st_ino};

            sum +=
                mix(mix(0xcbf29ce484222325u, name, strlen(name)), facts, sizeof(facts));
        }
    }
    if (dir != NULL)
        closedir(dir);
    return dir != NULL ? sum : 0;
}

static bool read_file(const char *path, struct ticket *out, struct error *err)
{
    FILE *f = fopen(path, "rbe");

    out->text = memory_new(SLIP_TEMPLATE_MAX + 2);
    if (f != NULL)
        out->length = fread(out->text, 1, SLIP_TEMPLATE_MAX + 1, f);
    if (f == NULL || ferror(f)) {
        error_set(err, ERROR_SETUP,
                  "The ticket template %.150s cannot be read. Put it right, or take it "
                  "away.",
                  path);
        error_cause(err, "%s", strerror(errno));
    }
    if (f != NULL)
        fclose(f);
    return err->kind == ERROR_NONE;
}

/* == Checking ===================================================================== */

/* A box in the place of a letter would be noticed on paper only. */
static bool check_letters(const struct ticket *t, const struct profile *profile,
                          struct error *err)
{
    struct slip_values values = {{0}};
    struct slip slip;
    char missing[5];
    bool lacks;

    for (int i = 0; i < SLIP_VARIABLES; i++)
        values.text[i] = "1";
    if (!slip_compose(t->text, t->length, &values, profile, &slip, err))
        return false;
    lacks = image_missing(&slip, NULL, missing);
    slip_free(&slip);
    return !lacks ||
           error_set(err, ERROR_SETUP,
                     "No font on this machine has the character «%s»; install one, or "
                     "reword.",
                     missing);
}

/* For the paper of every printer that there is, else for the one that is built in. */
static bool check_ticket(const struct settings *settings, const struct ticket *t,
                         struct error *err)
{
    struct printers *printers = memory_new(sizeof(*printers));
    struct profile builtin;
    bool ok, drawn = false;

    if (settings != NULL)
        printers_read(settings, printers);
    ok = t->length > 0 || error_set(err, ERROR_SETUP, "It is empty.");
    if (ok && printers->count == 0)
        ok = printer_profile(settings, "80mm", &builtin, err) &&
             slip_check(t->text, t->length, &builtin, err) &&
             check_letters(t, &builtin, err);
    for (size_t i = 0; ok && i < printers->count; i++) {
        const struct printer *p = &printers->list[i];

        if (p->broken)
            continue;
        ok = slip_check(t->text, t->length, &p->profile, err) &&
             (drawn || check_letters(t, &p->profile, err));
        drawn = true; /* the letters are the same on all */
    }
    free(printers);
    return ok;
}

/* == Shelves ====================================================================== */

static void shelf_free(struct shelf *s)
{
    for (int i = 0; s != NULL && i < s->count; i++)
        free(s->tickets[i].text);
    free(s);
}

static bool add_ticket(const struct settings *settings, struct shelf *s,
                       const char *folder, const char *file, struct error *err)
{
    struct ticket *t = &s->tickets[s->count];
    struct error why = {0};
    char path[PATH_MOST + 300];

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    if (s->count == TICKETS_MOST)
        return error_set(err, ERROR_SETUP,
                         "The folder %.150s holds more than %d ticket templates. Take "
                         "some away.",
                         folder, TICKETS_MOST);
    s->count++;
    plain_name(file, t->name);
    if (!read_file(path, t, err))
        return false;
    if (check_ticket(settings, t, &why))
        return true;
    error_set(err, ERROR_SETUP, "%s: %s", path, why.text);
    error_cause(err, "%s", why.cause);
    return false;
}

/* Given; NULL after a sentence. */
static struct shelf *read_folder(const struct settings *settings, const char *folder,
                                 struct error *err)
{
    struct shelf *s = memory_new(sizeof(*s));
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char name[NAME_MOST];
    bool ok = dir != NULL;

    if (!ok) {
        error_set(err, ERROR_SETUP,
                  "The folder of ticket templates %.150s cannot be read.", folder);
        error_cause(err, "%s", strerror(errno));
    }
    while (ok && (entry = readdir(dir)) != NULL)
        if (plain_name(entry->d_name, name))
            ok = add_ticket(settings, s, folder, entry->d_name, err);
    if (dir != NULL)
        closedir(dir);
    if (ok)
        return s;
    shelf_free(s);
    return NULL;
}

static bool shelf_find(const struct shelf *s, const char *name,
                       struct ticket_template *out)
{
    for (int i = 0; i < s->count; i++)
        if (strcmp(s->tickets[i].name, name) == 0) {
            out->text = s->tickets[i].text;
            out->length = s->tickets[i].length;
            return true;
        }
    return false;
}

/* The folders in turn, then what came with the program. */
static bool find(const struct tickets *t, const char *name, struct ticket_template *out)
{
    const struct pack_file *file;
    char path[160];

    for (int i = 0; t != NULL && i < t->count; i++)
        if (shelf_find(t->folders[i].shelf, name, out))
            return true;
    snprintf(path, sizeof(path), "%s%.100s%s", packed, name, ending);
    file = pack_find(path);
    if (file == NULL)
        return false;
    out->text = (const char *)file->bytes;
    out->length = file->length;
    return true;
}

/* == Opening ====================================================================== */

static bool add_folder(struct tickets *t, const char *path, struct error *err)
{
    struct folder_seen *f = &t->folders[t->count];

    snprintf(f->path, sizeof(f->path), "%s", path);
    f->taken = f->seen = look_of(path);
    f->shelf = read_folder(t->settings, path, err);
    t->count += f->shelf != NULL;
    return f->shelf != NULL;
}

bool tickets_open(const struct settings *settings, const char *templates,
                  struct tickets **out, struct error *err)
{
    const char *own = settings_text(settings, "ticket.folder");
    struct tickets *t = memory_new(sizeof(*t));
    struct ticket_template found;
    char path[PATH_MOST];
    bool ok = true;

    t->settings = settings;
    snprintf(t->name, sizeof(t->name), "%s", settings_text(settings, "ticket.template"));
    if (own[0] != '\0')
        ok = add_folder(t, own, err);
    if (ok && templates != NULL) {
        snprintf(path, sizeof(path), "%s/tickets", templates);
        ok = look_of(path) == 0 || add_folder(t, path, err);
    }
    if (ok && !find(t, t->name, &found))
        ok = error_set(
            err, ERROR_SETUP,
            "There is no ticket template \"%s\" (setting ticket.template). Ours "
            "are normal, large, bilingual and mongolian; %s.receipt in the "
            "folder ticket.folder would be a hall's own.",
            t->name, t->name);
    if (!ok) {
        tickets_free(t);
        t = NULL;
    }
    *out = t;
    return ok;
}

void tickets_free(struct tickets *t)
{
    for (int i = 0; t != NULL && i < t->count; i++)
        shelf_free(t->folders[i].shelf);
    free(t);
}

/* == While the house is open ====================================================== */

bool tickets_watched(const struct tickets *t)
{
    return t != NULL && t->count > 0;
}

/* Puts what now stands in the folder into force, or says why it stays as it was. */
static bool take_up(const struct tickets *t, struct folder_seen *f)
{
    struct error err = {0};
    struct shelf *shelf = read_folder(t->settings, f->path, &err);
    struct shelf *before = f->shelf;
    struct ticket_template found;

    f->taken = f->seen; /* what is wrong is told once */
    if (shelf != NULL) {
        f->shelf = shelf;
        if (find(t, t->name, &found)) {
            shelf_free(before);
            log_line(LOG_LEVEL_NOTICE, "tickets.renewed", "folder=%s templates=%d",
                     f->path, shelf->count);
            return true;
        }
        f->shelf = before;
        shelf_free(shelf);
        error_set(&err, ERROR_SETUP,
                  "The template \"%s\" that tickets are printed from is gone.", t->name);
    }
    log_line(LOG_LEVEL_WARNING, "tickets.kept",
             "reason=\"%s\" cause=\"%s\" instead=\"what was printed before\"", err.text,
             err.cause);
    return false;
}

bool tickets_renew(struct tickets *t, int64_t mono_ms)
{
    bool renewed = false;

    if (!tickets_watched(t) || mono_ms - t->looked_ms < LOOK_MS)
        return false;
    t->looked_ms = mono_ms;
    for (int i = 0; i < t->count; i++) {
        struct folder_seen *f = &t->folders[i];
        uint64_t look = look_of(f->path);

        if (look != f->seen) {
            f->seen = look;
            f->seen_ms = mono_ms;
        } else if (look != f->taken && mono_ms - f->seen_ms >= STILL_MS) {
            renewed |= take_up(t, f);
        }
    }
    return renewed;
}

struct ticket_template tickets_find(const struct tickets *t, const char *lang)
{
    const char *name = t != NULL ? t->name : "normal";
    struct ticket_template out = {0};
    char in_language[NAME_MOST + 16];

    snprintf(in_language, sizeof(in_language), "%s.%.10s", name, lang);
    if (lang[0] != '\0' && find(t, in_language, &out)) {
        out.english = strcmp(lang, "en") == 0;
        return out;
    }
    if (!find(t, name, &out))
        find(NULL, "normal", &out); /* tickets_open and take_up saw that it is there */
    return out;
}
