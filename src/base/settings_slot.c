/*
 * settings_slot.c — keeps the values in force, weighs their sources, answers lookups.
 *
 * Promise: a value in a slot always keeps its row's rules, and only a source at least as
 * strong replaces it. A lookup that the table does not know ends the program: it is a
 * slip of ours, found by the first test that runs the line.
 */
#include "base/settings_part.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/words.h"

enum { SECRET_MOST = 4096 };

size_t setting_section_length(const char *name)
{
    const char *dot = strrchr(name, '.');

    assert(dot != NULL);
    return (size_t)(dot - name);
}

const char *setting_key(const char *name)
{
    return name + setting_section_length(name) + 1;
}

bool setting_is_pattern(const char *name)
{
    size_t length = setting_section_length(name);

    return length > 2 && name[length - 1] == '*' && name[length - 2] == ' ';
}

bool setting_in_section(const char *row_name, const char *section)
{
    size_t length = setting_section_length(row_name);

    if (setting_is_pattern(row_name))
        return strncmp(row_name, section, length - 1) == 0 && section[length - 1] != '\0';
    return strlen(section) == length && strncmp(row_name, section, length) == 0;
}

static void slot_start(struct slot *slot, const struct setting *row)
{
    bool right;

    *slot = (struct slot){.row = row, .text = memory_text(row->initial)};
    right = setting_parse(row, row->initial, slot);
    if (!right)
        fprintf(stderr, "<3> setting %s has a wrong default\n", row->name);
    assert(right);
}

static void slot_free(struct slot *slot)
{
    free(slot->text);
    free(slot->secret);
}

struct settings *settings_new(const struct setting *table, size_t count)
{
    struct settings *s = memory_new(sizeof(*s));

    s->table = table;
    s->count = count;
    s->slots = memory_new(count * sizeof(*s->slots) + 1);
    s->faults = memory_new(SETTINGS_FAULTS_MOST * sizeof(*s->faults));
    for (size_t i = 0; i < count; i++)
        slot_start(&s->slots[i], &table[i]);
    return s;
}

void settings_free(struct settings *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < s->count; i++)
        slot_free(&s->slots[i]);
    while (s->instances != NULL) {
        struct instance *next = s->instances->next;

        for (size_t i = 0; i < s->instances->slot_count; i++)
            slot_free(&s->instances->slots[i]);
        free(s->instances->slots);
        free(s->instances);
        s->instances = next;
    }
    for (size_t i = 0; i < s->file_count; i++)
        free(s->files[i]);
    free(s->files);
    free(s->slots);
    free(s->faults);
    free(s);
}

/* ---- finding -------------------------------------------------------------------- */

/* An instance is one of `section` ("printer") if its rows begin with that word. */
static struct instance *find_instance(const struct settings *s, const char *section,
                                      size_t section_length, const char *name,
                                      size_t name_length)
{
    for (struct instance *i = s->instances; i != NULL; i = i->next) {
        if (strlen(i->section) == section_length &&
            strncmp(i->section, section, section_length) == 0 &&
            strlen(i->name) == name_length && strncmp(i->name, name, name_length) == 0)
            return i;
    }
    return NULL;
}

/* A fresh instance at the end of the list, with its rows' defaults. */
static struct instance *make_instance(struct settings *s, const char *section,
                                      size_t section_length, const char *name,
                                      size_t name_length)
{
    struct instance *made = memory_new(sizeof(*made));
    struct instance **end = &s->instances;

    snprintf(made->section, sizeof(made->section), "%.*s", (int)section_length, section);
    snprintf(made->name, sizeof(made->name), "%.*s", (int)name_length, name);
    made->slots = memory_new(s->count * sizeof(*made->slots) + 1);
    for (size_t i = 0; i < s->count; i++) {
        const char *row = s->table[i].name;

        if (setting_is_pattern(row) &&
            setting_section_length(row) == section_length + 2 &&
            strncmp(row, section, section_length) == 0)
            slot_start(&made->slots[made->slot_count++], &s->table[i]);
    }
    while (*end != NULL)
        end = &(*end)->next;
    *end = made;
    return made;
}

static struct slot *find_in_instance(struct settings *s, const char *name, bool make)
{
    size_t length = setting_section_length(name);
    const char *blank = memchr(name, ' ', length);
    size_t section = blank == NULL ? 0 : (size_t)(blank - name);
    size_t rest = blank == NULL ? 0 : length - section - 1;
    struct instance *instance;

    if (blank == NULL)
        return NULL;
    instance = find_instance(s, name, section, blank + 1, rest);
    if (instance == NULL && make)
        instance = make_instance(s, name, section, blank + 1, rest);
    for (size_t i = 0; instance != NULL && i < instance->slot_count; i++) {
        if (strcmp(setting_key(instance->slots[i].row->name), name + length + 1) == 0)
            return &instance->slots[i];
    }
    return NULL;
}

/* Is there a row for this name at all, so that an instance may be made for it? */
static bool has_row(const struct settings *s, const char *name)
{
    char section[100];
    size_t length = setting_section_length(name);

    if (length >= sizeof(section))
        return false;
    memcpy(section, name, length);
    section[length] = '\0';
    for (size_t i = 0; i < s->count; i++) {
        if (setting_is_pattern(s->table[i].name) &&
            setting_in_section(s->table[i].name, section) &&
            setting_is_code(strchr(section, ' ') + 1) &&
            strcmp(setting_key(s->table[i].name), name + length + 1) == 0)
            return true;
    }
    return false;
}

struct slot *settings_find(struct settings *s, const char *name, bool make)
{
    if (strchr(name, '.') == NULL)
        return NULL;
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->table[i].name, name) == 0 && !setting_is_pattern(name))
            return &s->slots[i];
    }
    return has_row(s, name) ? find_in_instance(s, name, make) : NULL;
}

/* ---- faults --------------------------------------------------------------------- */

PRINTF_LIKE(4, 0)
static void fault_add(struct settings *s, const struct origin *origin, const char *key,
                      const char *format, va_list args)
{
    struct settings_fault *fault;

    if (s->fault_count == SETTINGS_FAULTS_MOST)
        return;
    fault = &s->faults[s->fault_count++];
    memset(fault, 0, sizeof(*fault));
    if (origin->file != NULL)
        words_show_into(origin->file, fault->file, sizeof(fault->file));
    fault->line = origin->line;
    words_show_into(key, fault->key, sizeof(fault->key));
    vsnprintf(fault->text, sizeof(fault->text), format, args);
    words_mend(fault->text);
}

bool settings_fault(struct settings *s, const struct origin *origin, const char *key,
                    const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fault_add(s, origin, key, format, args);
    va_end(args);
    return false;
}

void settings_blame(struct settings *s, const char *name, const char *format, ...)
{
    const struct slot *slot = settings_find(s, name, false);
    struct origin origin = {SETTINGS_DEFAULT, NULL, 0};
    va_list args;

    if (slot != NULL)
        origin = (struct origin){slot->source, slot->file, slot->line};
    va_start(args, format);
    fault_add(s, &origin, name, format, args);
    va_end(args);
}

size_t settings_fault_count(const struct settings *s)
{
    return s->fault_count;
}

const struct settings_fault *settings_fault_at(const struct settings *s, size_t at)
{
    assert(at < s->fault_count);
    return &s->faults[at];
}

bool settings_faultless(const struct settings *s, size_t from, struct error *err)
{
    const struct settings_fault *f;
    char line[16] = "";

    if (from >= s->fault_count)
        return true;
    f = &s->faults[from];
    if (f->line > 0)
        snprintf(line, sizeof(line), ":%d", f->line);
    error_set(err, ERROR_SETUP, "%s%s%s%s%s%s", f->file, line,
              f->file[0] == '\0' ? "" : ": ", f->key, f->key[0] == '\0' ? "" : ": ",
              f->text);
    words_mend(err->text);
    if (err->field[0] == '\0')
        words_show_into(f->key, err->field, sizeof(err->field));
    return false;
}

/* ---- taking --------------------------------------------------------------------- */

/* The first line of a file, given; NULL where it cannot be read or is empty. */
static char *read_secret(const char *path)
{
    char line[SECRET_MOST];
    FILE *file = fopen(path, "re");
    char *got = NULL;

    if (file == NULL)
        return NULL;
    if (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] != '\0' && words_utf8(line, strlen(line), NULL))
            got = memory_text(line);
    }
    explicit_bzero(line, sizeof(line));
    fclose(file);
    return got;
}

/* A secret's text never gets into a sentence. */
static bool take_secret(struct settings *s, struct slot *fresh, const char *name,
                        const char *value, const struct origin *origin)
{
    char allowed[160];

    if (strncmp(value, "file:", 5) == 0) {
        fresh->secret = read_secret(value + 5);
        if (fresh->secret != NULL)
            return true;
        return settings_fault(s, origin, name,
                              "The secret's file \"%s\" cannot be read or has no first "
                              "line; allowed is the path of a text file that this user "
                              "may read.",
                              words_show(value + 5).text);
    }
    if (origin->source > SETTINGS_FILE)
        return settings_fault(s, origin, name,
                              "A secret must not stand in the environment or on the "
                              "command line, where others can see it; allowed is "
                              "file:PATH.");
    if (setting_parse(fresh->row, value, fresh))
        return true;
    setting_allowed(fresh->row, allowed, sizeof(allowed));
    return settings_fault(s, origin, name, "The secret does not do; allowed are %s.",
                          allowed);
}

static bool take_plain(struct settings *s, struct slot *fresh, const char *name,
                       const char *value, const struct origin *origin)
{
    char allowed[256];

    if (setting_parse(fresh->row, value, fresh))
        return true;
    setting_allowed(fresh->row, allowed, sizeof(allowed));
    return settings_fault(s, origin, name, "\"%s\" does not do; allowed are %s.",
                          words_show(value).text, allowed);
}

bool settings_take(struct settings *s, struct slot *slot, const char *name,
                   const char *value, const struct origin *origin)
{
    struct slot fresh = {.row = slot->row,
                         .source = origin->source,
                         .file = origin->file,
                         .line = origin->line,
                         .pass = s->pass};
    bool right = slot->row->kind == SETTING_SECRET
                     ? take_secret(s, &fresh, name, value, origin)
                     : take_plain(s, &fresh, name, value, origin);

    if (!right || slot->source > origin->source) {
        free(fresh.secret);
        return right;
    }
    slot_free(slot);
    fresh.text = memory_text(value);
    *slot = fresh;
    return true;
}

bool settings_set(struct settings *s, const char *name, const char *value,
                  enum settings_source source, struct error *err)
{
    size_t from = s->fault_count;
    struct origin origin = {source, NULL, 0};
    struct slot *slot = settings_find(s, name, true);

    s->pass++;
    if (slot == NULL)
        settings_fault(s, &origin, name, "There is no such setting.");
    else
        settings_take(s, slot, name, value, &origin);
    return settings_faultless(s, from, err);
}

/* ---- lookups -------------------------------------------------------------------- */

static const struct slot *lookup(const struct settings *s, const char *name)
{
    /* Without `make` nothing is changed. */
    const struct slot *slot = settings_find((struct settings *)s, name, false);

    if (slot == NULL) {
        fprintf(stderr, "<3> no setting is named %s\n", name);
        abort();
    }
    return slot;
}

static const struct slot *lookup_kind(const struct settings *s, const char *name,
                                      enum setting_kind kind)
{
    const struct slot *slot = lookup(s, name);

    assert(slot->row->kind == kind);
    return slot;
}

const char *settings_text(const struct settings *s, const char *name)
{
    const struct slot *slot = lookup(s, name);

    return slot->secret != NULL ? slot->secret : slot->text;
}

int64_t settings_int(const struct settings *s, const char *name)
{
    return lookup_kind(s, name, SETTING_INTEGER)->number;
}

bool settings_bool(const struct settings *s, const char *name)
{
    return lookup_kind(s, name, SETTING_BOOLEAN)->number != 0;
}

int64_t settings_ms(const struct settings *s, const char *name)
{
    return lookup_kind(s, name, SETTING_DURATION)->number;
}

int64_t settings_bytes(const struct settings *s, const char *name)
{
    return lookup_kind(s, name, SETTING_BYTES)->number;
}

void settings_span(const struct settings *s, const char *name, int *from_min, int *to_min)
{
    const struct slot *slot = lookup_kind(s, name, SETTING_SPAN);

    *from_min = slot->span[0];
    *to_min = slot->span[1];
}

enum settings_source settings_source(const struct settings *s, const char *name)
{
    return lookup(s, name)->source;
}

struct list_call {
    settings_item *item;
    void *context;
    size_t count;
};

static bool list_one(void *context, const char *text)
{
    struct list_call *call = context;

    if (call->item != NULL)
        call->item(call->context, text);
    call->count++;
    return true;
}

size_t settings_list(const struct settings *s, const char *name, settings_item *item,
                     void *context)
{
    struct list_call call = {item, context, 0};
    bool right = setting_each(lookup_kind(s, name, SETTING_LIST)->text, list_one, &call);

    assert(right);
    (void)right;
    return call.count;
}

size_t settings_instances(const struct settings *s, const char *section,
                          settings_item *item, void *context)
{
    size_t count = 0;

    for (const struct instance *i = s->instances; i != NULL; i = i->next) {
        if (strcmp(i->section, section) != 0)
            continue;
        if (item != NULL)
            item(context, i->name);
        count++;
    }
    return count;
}

bool settings_instance_exists(const struct settings *s, const char *section,
                              const char *instance)
{
    return find_instance(s, section, strlen(section), instance, strlen(instance)) != NULL;
}

struct settings_key settings_key(const char *section, const char *instance,
                                 const char *key)
{
    struct settings_key name;

    snprintf(name.text, sizeof(name.text), "%s %s.%s", section, instance, key);
    return name;
}
