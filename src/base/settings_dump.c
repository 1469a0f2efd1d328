/*
 * settings_dump.c — writes all settings down as an INI text.
 *
 * Promise: reading the text gives the same values again; secrets are left out unless
 * asked for, and then a secret's file is named rather than its words. Lines stay within
 * what a settings file may hold.
 */
#include "base/settings_part.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 90, LIST_COLUMNS = 150 };

/* A comment, broken at blanks. */
static void add_comment(struct buf *out, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t word = strcspn(text, " ");

        if (column > 0 && column + 1 + word > COLUMNS) {
            buf_add_byte(out, '\n');
            column = 0;
        }
        buf_add_text(out, column == 0 ? "# " : " ");
        buf_add(out, text, word);
        column += word + (column == 0 ? 2 : 1);
        text += word + strspn(text + word, " ");
    }
    buf_add_byte(out, '\n');
}

static void add_origin(struct buf *out, const struct slot *slot)
{
    char allowed[256];

    setting_allowed(slot->row, allowed, sizeof(allowed));
    buf_addf(out, "# allowed: %s\n# ", allowed);
    switch (slot->source) {
    case SETTINGS_DEFAULT:
        buf_add_text(out, "default\n");
        break;
    case SETTINGS_FILE:
        buf_addf(out, "from %s:%d\n", slot->file, slot->line);
        break;
    case SETTINGS_ENVIRONMENT:
        buf_add_text(out, "from the environment\n");
        break;
    case SETTINGS_FLAG:
        buf_add_text(out, "from the command line\n");
        break;
    }
}

struct list_writer {
    struct buf *out;
    size_t column;
};

static bool add_item(void *context, const char *text)
{
    struct list_writer *w = context;
    size_t length = strlen(text);

    if (w->column > 0 && w->column + length > LIST_COLUMNS) {
        buf_add_text(w->out, ",\n    ");
        w->column = 4;
    } else if (w->column > 0) {
        buf_add_text(w->out, ", ");
    }
    buf_add_text(w->out, text);
    w->column += length + 2;
    return true;
}

static void add_value(struct buf *out, const struct slot *slot, bool show_secrets)
{
    const char *key = setting_key(slot->row->name);
    struct list_writer writer = {out, 0};

    if (slot->row->kind == SETTING_SECRET && slot->text[0] != '\0' && !show_secrets &&
        strncmp(slot->text, "file:", 5) != 0) {
        buf_addf(out, "# %s = (set, hidden)\n\n", key);
        return;
    }
    buf_addf(out, "%s = ", key);
    if (slot->row->kind == SETTING_LIST)
        setting_each(slot->text, add_item, &writer);
    else
        buf_add_text(out, slot->text);
    buf_add_text(out, "\n\n");
}

static void add_slot(struct buf *out, const struct slot *slot, bool show_secrets)
{
    add_comment(out, slot->row->sentence);
    add_origin(out, slot);
    add_value(out, slot, show_secrets);
}

void settings_dump(const struct settings *s, bool show_secrets, struct buf *out)
{
    const char *section = "";

    for (size_t i = 0; i < s->count; i++) {
        const char *name = s->table[i].name;

        if (setting_is_pattern(name))
            continue;
        if (strncmp(section, name, setting_section_length(name) + 1) != 0)
            buf_addf(out, "[%.*s]\n\n", (int)setting_section_length(name), name);
        section = name;
        add_slot(out, &s->slots[i], show_secrets);
    }
    for (const struct instance *n = s->instances; n != NULL; n = n->next) {
        buf_addf(out, "[%s %s]\n\n", n->section, n->name);
        for (size_t i = 0; i < n->slot_count; i++)
            add_slot(out, &n->slots[i], show_secrets);
    }
}
