/*
 * settings.c — reads settings from files and from the environment.
 *
 * Promise: reading goes on after a fault, and each names its line, its key and what is
 * allowed there. Here alone is inih: it takes lines apart; we hand it one line at a time,
 * so that we know where we are and see the lines it could not use. Not here: what a value
 * may be (settings_value.c) and which of two wins (settings_slot.c).
 */
#include "base/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ini.h>

#include "base/memory.h"
#include "base/settings_part.h"
#include "base/words.h"

enum { LINE_MOST = 197 }; /* inih's buffer has 200 bytes, CR, LF and NUL among them */

/* A file that is being read. Of the line in hand: */
struct reading {
    struct settings *s;
    FILE *stream;
    struct origin origin; /* its number is in `origin.line` */
    char head;            /* its first character that is no blank; NUL for none */
    bool indented;
    bool used;         /* inih has made something of it */
    char section[100]; /* the section in force, "" before the first */
    bool known;        /* the table has that section */
    char last[164];    /* the key that an indented line goes on */
};

/* The table's section names, each once, borrowed into `out` as texts of `size`. */
static size_t section_names(const struct settings *s, char (*out)[32], size_t most)
{
    size_t count = 0;

    for (size_t i = 0; i < s->count && count < most; i++) {
        size_t length = setting_section_length(s->table[i].name);
        bool fresh = true;

        if (setting_is_pattern(s->table[i].name))
            length -= 2;
        for (size_t k = 0; k < count; k++)
            fresh = fresh && (strlen(out[k]) != length ||
                              strncmp(out[k], s->table[i].name, length) != 0);
        if (fresh)
            snprintf(out[count++], 32, "%.*s", (int)length, s->table[i].name);
    }
    return count;
}

static bool has_section(const struct settings *s, const char *section, bool *pattern)
{
    *pattern = false;
    for (size_t i = 0; i < s->count; i++) {
        if (setting_in_section(s->table[i].name, section)) {
            *pattern = setting_is_pattern(s->table[i].name);
            return true;
        }
    }
    return false;
}

/* The word is right; what is missing, or too much, is the NAME behind it. */
static void tell_section_form(struct reading *r, const char *word)
{
    char example[140];
    bool pattern = false;

    snprintf(example, sizeof(example), "%s x", word);
    if (has_section(r->s, example, &pattern))
        settings_fault(
            r->s, &r->origin, r->section,
            "This section needs a name of its own; allowed is [%s NAME], where "
            "NAME has 1 to 32 letters, digits, \"-\" and \"_\".",
            word);
    else
        settings_fault(r->s, &r->origin, r->section,
                       "This section has no name of its own; allowed is [%s].", word);
}

static void tell_unknown_section(struct reading *r)
{
    char names[32][32];
    const char *known[32];
    size_t count = section_names(r->s, names, LENGTH(names));
    char word[100];
    char list[220] = "";
    size_t used = 0;
    const char *near;

    for (size_t i = 0; i < count; i++) {
        known[i] = names[i];
        if (used + 40 < sizeof(list))
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
                                     i == 0 ? "" : ", ", names[i]);
    }
    snprintf(word, sizeof(word), "%.*s", (int)strcspn(r->section, " "), r->section);
    near = words_nearest(word, known, count);
    if (near != NULL && strcmp(near, word) == 0)
        tell_section_form(r, word);
    else
        settings_fault(r->s, &r->origin, r->section,
                       "This section is not known%s%s%s; allowed are %s.",
                       near == NULL ? "" : ", perhaps [", near == NULL ? "" : near,
                       near == NULL ? "" : "] is meant", list);
}

/* A line `[printer  front]`: blanks are brought to one. */
static void begin_section(struct reading *r, const char *line)
{
    const char *from = strchr(line, '[') + 1;
    const char *end = strchr(from, ']');
    size_t used = 0;
    bool pattern;

    r->last[0] = '\0';
    if (end == NULL)
        return;
    for (const char *c = from + strspn(from, " \t"); c < end; c++) {
        bool blank = *c == ' ' || *c == '\t';

        if (blank && (c + 1 == end || c[1] == ' ' || c[1] == '\t'))
            continue;
        if (used + 1 < sizeof(r->section))
            r->section[used++] = blank ? ' ' : *c;
    }
    r->section[used] = '\0';
    r->known = has_section(r->s, r->section, &pattern);
    if (r->known && pattern && !setting_is_code(strchr(r->section, ' ') + 1))
        r->known = false;
    if (!r->known)
        tell_unknown_section(r);
}

/* A line that inih made nothing of, though it is neither blank nor a comment. */
static void judge_line(struct reading *r)
{
    if (r->origin.line == 0 || r->used || r->head == '\0' || r->head == ';' ||
        r->head == '#')
        return;
    if (r->head == '[')
        settings_fault(r->s, &r->origin, "",
                       "This line begins a section but has no \"]\"; allowed is [NAME].");
    else
        settings_fault(r->s, &r->origin, "",
                       "This line has no \"=\"; allowed are key = value, [section] and "
                       "comments that begin with ; or #.");
}

/* One line into `out`, without what is beyond `size`; its full length, -1 at the end. */
static long read_line(FILE *stream, char *out, size_t size, bool *nul)
{
    long length = 0;
    size_t used = 0;
    int c;

    *nul = false;
    while ((c = getc(stream)) != EOF && c != '\n') {
        *nul = *nul || c == '\0';
        length++;
        if (used + 2 < size)
            out[used++] = (char)c;
    }
    if (c == EOF && length == 0)
        return -1;
    out[used++] = '\n';
    out[used] = '\0';
    return length;
}

/* Looks at a line before inih does. */
static void note_line(struct reading *r, const char *line)
{
    const char *c = line;

    if (r->origin.line == 1 && strncmp(c, "\xEF\xBB\xBF", 3) == 0)
        c += 3;
    r->indented = *c == ' ' || *c == '\t';
    c += strspn(c, " \t\r\n\v\f");
    r->head = *c;
    r->used = false;
    /* An indented line after a key goes on with that key, whatever it looks like. */
    if (*c == '[' && !(r->indented && r->last[0] != '\0')) {
        r->used = strchr(c, ']') != NULL;
        begin_section(r, c);
    }
}

/* inih's reader: the next line, as fgets would give it. The call that finds the end
 * judges the last line. */
static char *next_line(char *out, int size, void *context)
{
    struct reading *r = context;
    bool nul;
    long length;

    judge_line(r);
    length = read_line(r->stream, out, (size_t)size, &nul);
    if (length < 0)
        return NULL;
    r->origin.line++;
    if (nul || length > LINE_MOST) {
        settings_fault(
            r->s, &r->origin, "",
            nul ? "This line holds a NUL byte; allowed is plain text."
                : "This line is too long; allowed are 197 bytes. A list may go on "
                  "over indented lines, a long secret may be written file:PATH.");
        strcpy(out, "\n");
    }
    note_line(r, out);
    return out;
}

/* Nearest first in the section; a key of another section is told with its place. */
static void tell_unknown_key(struct settings *s, const struct origin *origin,
                             const char *section, const char *key, const char *name)
{
    const char **known = memory_new(s->count * sizeof(*known) + 1);
    const char *near;
    size_t count = 0;
    char list[240] = "";
    size_t used = 0;

    for (size_t i = 0; i < s->count; i++) {
        if (!setting_in_section(s->table[i].name, section))
            continue;
        known[count] = setting_key(s->table[i].name);
        if (used + 40 < sizeof(list))
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
                                     count == 0 ? "" : ", ", known[count]);
        count++;
    }
    near = words_nearest(key, known, count);
    for (size_t i = 0; near == NULL && i < s->count; i++) {
        if (strcmp(setting_key(s->table[i].name), key) == 0)
            near = s->table[i].name;
    }
    settings_fault(s, origin, name, "This key is not known%s%s%s; allowed here are %s.",
                   near == NULL ? "" : ", perhaps \"", near == NULL ? "" : near,
                   near == NULL ? "" : "\" is meant", list);
    free(known);
}

/* A line that goes on with the value above it. */
static void take_more(struct reading *r, struct slot *slot, const char *name,
                      const char *value)
{
    struct buf b = buf_new(16384);

    if (slot->row->kind != SETTING_LIST) {
        settings_fault(
            r->s, &r->origin, name,
            "This line is indented, so it goes on with the value above, which is "
            "no list; begin it without blanks.");
        return;
    }
    if (slot->pass != r->s->pass)
        return; /* the value above was refused, or a stronger source holds */
    buf_addf(&b, "%s, %s", slot->text, value);
    if (b.overflowed)
        settings_fault(r->s, &r->origin, name,
                       "The list is too long; allowed are 16 KiB.");
    else
        settings_take(r->s, slot, name, buf_text(&b), &r->origin);
    buf_free(&b);
}

/* inih's handler: one key and its value. Faults are ours to keep, so it always goes on.
 */
static int take_key(void *context, const char *section, const char *key,
                    const char *value)
{
    struct reading *r = context;
    char name[164];
    struct slot *slot = NULL;

    (void)section; /* cut at 49 bytes; ours is whole */
    r->used = true;
    if (r->section[0] == '\0') {
        settings_fault(r->s, &r->origin, key,
                       "This key stands before any section; begin one with [NAME].");
        return 1;
    }
    if (!r->known)
        return 1; /* told at the section's head */
    snprintf(name, sizeof(name), "%s.%.62s", r->section, key);
    words_mend(name);
    if (strlen(key) <= 62 && strchr(key, '.') == NULL)
        slot = settings_find(r->s, name, true);
    if (slot == NULL)
        tell_unknown_key(r->s, &r->origin, r->section, key, name);
    else if (r->indented && strcmp(r->last, name) == 0)
        take_more(r, slot, name, value);
    else if (slot->pass == r->s->pass)
        settings_fault(r->s, &r->origin, name,
                       "This key is given twice, first in line %d; allowed is once.",
                       slot->line);
    else
        settings_take(r->s, slot, name, value, &r->origin);
    snprintf(r->last, sizeof(r->last), "%s", name);
    return 1;
}

/* The path as a text that lives as long as the settings. */
static const char *keep_path(struct settings *s, const char *path)
{
    s->files = memory_resize(s->files, (s->file_count + 1) * sizeof(*s->files));
    s->files[s->file_count] = memory_text(path);
    return s->files[s->file_count++];
}

bool settings_read_file(struct settings *s, const char *path, struct error *err)
{
    struct reading r = {.s = s, .origin = {SETTINGS_FILE, keep_path(s, path), 0}};
    size_t from = s->fault_count;

    s->pass++;
    r.stream = fopen(path, "re");
    if (r.stream == NULL) {
        settings_fault(
            s, &r.origin, "",
            "The settings file cannot be opened: %s. Is the path right, and may "
            "this user read it?",
            strerror(errno));
        return settings_faultless(s, from, err);
    }
    ini_parse_stream(next_line, &r, take_key, &r);
    if (ferror(r.stream))
        settings_fault(s, &r.origin, "", "The settings file cannot be read: %s.",
                       strerror(errno));
    fclose(r.stream);
    return settings_faultless(s, from, err);
}

/* ---- environment ---------------------------------------------------------------- */

/* "printer front.way" as PREFIX_PRINTER_FRONT_WAY. */
static void environment_name(const char *prefix, const char *name, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "%s", prefix);

    for (; *name != '\0' && used + 1 < size; name++)
        out[used++] =
            isalnum((unsigned char)*name) ? (char)toupper((unsigned char)*name) : '_';
    out[used] = '\0';
}

/* One variable, from its name to its end in the environment. */
struct variable {
    struct settings *s;
    const char *prefix;
    char name[128];
    const char *value;
    const char *nearest; /* of all names looked at so far */
    char nearest_text[128];
    bool taken;
};

static void try_slot(struct variable *v, struct slot *slot, const char *name)
{
    static const struct origin origin = {SETTINGS_ENVIRONMENT, NULL, 0};
    char known[128];
    const char *list[2] = {known, v->nearest};

    environment_name(v->prefix, name, known, sizeof(known));
    if (strcmp(known, v->name) == 0) {
        v->taken = true;
        settings_take(v->s, slot, v->name, v->value, &origin);
        return;
    }
    if (words_nearest(v->name, list, v->nearest == NULL ? 1 : 2) == known) {
        snprintf(v->nearest_text, sizeof(v->nearest_text), "%s", known);
        v->nearest = v->nearest_text;
    }
}

static void try_all(struct variable *v)
{
    struct settings *s = v->s;

    for (size_t i = 0; i < s->count && !v->taken; i++) {
        if (!setting_is_pattern(s->table[i].name))
            try_slot(v, &s->slots[i], s->table[i].name);
    }
    for (struct instance *n = s->instances; n != NULL && !v->taken; n = n->next) {
        for (size_t i = 0; i < n->slot_count && !v->taken; i++)
            try_slot(v, &n->slots[i],
                     settings_key(n->section, n->name, setting_key(n->slots[i].row->name))
                         .text);
    }
}

/* Does it begin with a section's name? Otherwise it is not ours to judge. */
static bool names_section(const struct variable *v)
{
    char names[32][32];
    size_t count = section_names(v->s, names, LENGTH(names));

    for (size_t i = 0; i < count; i++) {
        char start[64];

        environment_name(v->prefix, names[i], start, sizeof(start) - 1);
        strcat(start, "_");
        if (strncmp(v->name, start, strlen(start)) == 0)
            return true;
    }
    return false;
}

bool settings_read_environment(struct settings *s, const char *prefix,
                               char *const *environment, struct error *err)
{
    static const struct origin origin = {SETTINGS_ENVIRONMENT, NULL, 0};
    size_t from = s->fault_count;

    s->pass++;
    for (; *environment != NULL; environment++) {
        const char *equals = strchr(*environment, '=');
        struct variable v = {.s = s, .prefix = prefix};
        size_t length = equals == NULL ? 0 : (size_t)(equals - *environment);

        if (length == 0 || length >= sizeof(v.name) ||
            strncmp(*environment, prefix, strlen(prefix)) != 0)
            continue;
        memcpy(v.name, *environment, length);
        v.value = equals + 1;
        try_all(&v);
        if (!v.taken && names_section(&v))
            settings_fault(s, &origin, v.name,
                           "This variable of the environment is no setting%s%s%s; "
                           "see the settings with their names in the settings dump.",
                           v.nearest == NULL ? "" : ", perhaps ",
                           v.nearest == NULL ? "" : v.nearest,
                           v.nearest == NULL ? "" : " is meant");
    }
    return settings_faultless(s, from, err);
}
