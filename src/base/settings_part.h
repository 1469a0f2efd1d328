/*
 * settings_part.h — what the files of the settings engine share; nobody else includes it.
 *
 * settings.c reads files and the environment, settings_slot.c keeps the values and
 * answers lookups, settings_value.c knows the kinds, settings_dump.c writes them all
 * down.
 */
#ifndef BASE_SETTINGS_PART_H
#define BASE_SETTINGS_PART_H

#include "base/settings.h"

/* One value in force. */
struct slot {
    const struct setting *row;
    char *text;     /* as written, blanks at the ends taken off */
    char *secret;   /* what `file:PATH` held; NULL where the text is the secret */
    int64_t number; /* integer, truth, ms or bytes */
    int span[2];    /* minutes of the day */
    enum settings_source source;
    const char *file; /* borrowed from the settings; NULL unless a file */
    int line;
    unsigned pass; /* the reading that set it, to find doubles */
};

/* A section `[printer NAME]` with a slot for each row of its pattern. */
struct instance {
    char section[24];
    char name[33];
    struct slot *slots; /* `slot_count` of them, in the table's order */
    size_t slot_count;
    struct instance *next;
};

struct settings {
    const struct setting *table;
    size_t count;
    struct slot *slots; /* one a row; those of pattern rows stay at their defaults */
    struct instance *instances;
    char **files;
    size_t file_count;
    struct settings_fault *faults;
    size_t fault_count;
    unsigned pass;
};

enum { SETTINGS_FAULTS_MOST = 200 };

/* Where a value or a fault stands. */
struct origin {
    enum settings_source source;
    const char *file;
    int line;
};

/* Books a fault; returns false. */
bool settings_fault(struct settings *s, const struct origin *origin, const char *key,
                    const char *format, ...) PRINTF_LIKE(4, 5);

/* "printer front" from "printer *.way" and so on: the section of a row's name has this
 * length, without the dot. */
size_t setting_section_length(const char *name);
const char *setting_key(const char *name); /* "way" */
bool setting_is_pattern(const char *name); /* "printer *.way" */

/* Does `section` ("printer front") belong to the row's section, pattern or not? */
bool setting_in_section(const char *row_name, const char *section);

/* The slot of "printer front.way", NULL where there is none. With `make`, an instance
 * that is not there yet is made; its name must be a code. */
struct slot *settings_find(struct settings *s, const char *name, bool make);

/* Takes a value if it is right; books a fault otherwise. `name` is for the fault. */
bool settings_take(struct settings *s, struct slot *slot, const char *name,
                   const char *value, const struct origin *origin);

/* The value of a kind into the slot; false where the text is none. */
bool setting_parse(const struct setting *row, const char *text, struct slot *out);

/* What a row allows, as the end of a sentence. */
void setting_allowed(const struct setting *row, char *out, size_t size);

/* Calls `item` with each element of a list until it returns false. */
typedef bool list_item(void *context, const char *text);
bool setting_each(const char *list, list_item *item, void *context);

bool setting_is_code(const char *text); /* [A-Za-z0-9_-]{1,32} */

#endif
