/*
 * settings.h — what somebody may set, from one table, and what is in force.
 *
 * The program owns a table with one row a setting: name, kind, unit, default and a
 * sentence for people. This engine reads an INI file, the environment and the command
 * line against it. The stronger source wins whatever the order of reading: flag >
 * environment (YIPING_SECTION_KEY) > file > default In a file, `[server]` and `listen =
 * …` set `server.listen`. A row named `printer *.way` describes any number of sections
 * `[printer NAME]`; a lookup then says `printer NAME.way`. A list may go on over indented
 * lines. Comments begin with ; or #; a line has at most 197 bytes. A secret may be
 * written `file:PATH` (from the environment and flags only so); its first line is read at
 * once.
 *
 * Every fault is kept with its file, line, key and sentence, so that all can be shown;
 * the first is in `err` (ERROR_SETUP). A wrong value leaves the one before in force. Read
 * at start by one thread; afterwards any thread may look up. Owner: settings_new's
 * caller.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum setting_kind {
    SETTING_TEXT,     /* one line; `least` and `most` bound its bytes where most > 0 */
    SETTING_INTEGER,  /* a whole number from `least` to `most` */
    SETTING_BOOLEAN,  /* yes or no */
    SETTING_DURATION, /* "90 s", "30 min", "8 h", "3 d"; bounds in milliseconds */
    SETTING_BYTES,    /* "65536", "64 KiB", "512 MiB", "2 GiB"; bounds in bytes */
    SETTING_SPAN,     /* a part of the day, "09:00-20:00" */
    SETTING_CHOICE,   /* one of the words in `choices` */
    SETTING_LIST,     /* texts parted by commas or blanks; each keeps `rule` */
    SETTING_SECRET,   /* a text that is shown only when asked for */
};

/*
 * NULL where the text is right, otherwise what is allowed: "an address and a port, …".
 * A control character is never right: that is how the engine asks for the words.
 */
typedef const char *setting_rule(const char *text);

struct setting {
    const char *name; /* "server.listen" or "printer *.way" */
    enum setting_kind kind;
    const char *unit;    /* of a bare number, for people; may be NULL */
    const char *initial; /* as it would be written in a file; keeps its own row's rules */
    int64_t least;
    int64_t most;
    const char *choices; /* parted by single blanks */
    setting_rule *rule;  /* of a text that is not empty; may be NULL */
    const char *sentence;
};

/* Where a value comes from; a later one is stronger. */
enum settings_source {
    SETTINGS_DEFAULT,
    SETTINGS_FILE,
    SETTINGS_ENVIRONMENT,
    SETTINGS_FLAG,
};

struct settings_fault {
    char file[256]; /* "" where it is no file */
    int line;       /* 0 where there is none */
    char key[100];  /* "server.listen"; may be "" */
    char text[384]; /* one sentence: what is wrong and what is allowed */
};

struct settings;

/* All at their defaults. The table is borrowed for as long as the settings live. */
struct settings *settings_new(const struct setting *table, size_t count);
void settings_free(struct settings *s);

/* Reads on after a fault, so that all are found. False where this call found any. */
NODISCARD bool settings_read_file(struct settings *s, const char *path,
                                  struct error *err);

/*
 * `environment` is a list of NAME=value that ends in NULL. Names that begin with `prefix`
 * and a section's name must be settings; others are left alone. An instance must have
 * been named in the file before.
 */
NODISCARD bool settings_read_environment(struct settings *s, const char *prefix,
                                         char *const *environment, struct error *err);

/* Sets one value; one from a stronger source stays in force. */
NODISCARD bool settings_set(struct settings *s, const char *name, const char *value,
                            enum settings_source source, struct error *err);

/* Books a fault of a value that the table cannot judge, at the place where it was set. */
void settings_blame(struct settings *s, const char *name, const char *format, ...)
    PRINTF_LIKE(3, 4);

size_t settings_fault_count(const struct settings *s);
const struct settings_fault *settings_fault_at(const struct settings *s, size_t at);

/* The first fault from the `from`-th on as "FILE:LINE: key: sentence"; true where there
 * is none. */
NODISCARD bool settings_faultless(const struct settings *s, size_t from,
                                  struct error *err);

/*
 * Lookups. The name must be in the table (and an instance must be there) and the kind
 * must agree: all else is a slip in the program and ends it. Texts are borrowed.
 */
const char *settings_text(const struct settings *s, const char *name); /* any kind */
int64_t settings_int(const struct settings *s, const char *name);
bool settings_bool(const struct settings *s, const char *name);
int64_t settings_ms(const struct settings *s, const char *name);
int64_t settings_bytes(const struct settings *s, const char *name);
void settings_span(const struct settings *s, const char *name, int *from_min,
                   int *to_min);
enum settings_source settings_source(const struct settings *s, const char *name);

/* Calls `item` for each element of a list; returns how many there are. `item` may be
 * NULL. */
typedef void settings_item(void *context, const char *text);
size_t settings_list(const struct settings *s, const char *name, settings_item *item,
                     void *context);

/* Calls `item` with the NAME of each `[section NAME]`, in the order of the file. */
size_t settings_instances(const struct settings *s, const char *section,
                          settings_item *item, void *context);
bool settings_instance_exists(const struct settings *s, const char *section,
                              const char *instance);

/* "printer NAME.way" for a lookup. */
struct settings_key {
    char text[100];
};
struct settings_key settings_key(const char *section, const char *instance,
                                 const char *key);

/*
 * All settings as an INI text with their sentences and where each value comes from.
 * Reading it again gives the same values, but for secrets, which are hidden unless
 * `show_secrets`.
 */
void settings_dump(const struct settings *s, bool show_secrets, struct buf *out);

#endif
