/*
 * page_audit.c — see page_audit.h.
 *
 *     POST /audit/export → [writer: the export is an event itself] → [reader: a slice] …
 *
 * Promise: an export is noted before its first line is read; slices are short, so that
 * pages do not wait behind it. It ends with a line that says where the next one begins.
 */
#include "web/page_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/audit_store.h"
#include "store/review_store.h"
#include "web/ask.h"
#include "web/session.h"
#include "web/staff_words.h"

struct look {
    struct staff staff;
    struct staff_words words;
    struct audit_filter filter;
    const char *asked_actor; /* as typed: a name, or "key 12" */
    char actor[64];
    json_t *rows, *actions;
    int64_t next;
    int told; /* lines of the export */
    char trouble[240];
};

static struct look *look_new(struct exchange *x)
{
    struct look *look = staff_new(x, sizeof(*look));
    const char *cursor = ask_text(x, "cursor");
    struct error err = {0};

    look->asked_actor = ask_text(x, "actor");
    look->filter = (struct audit_filter){.action = ask_text(x, "action"),
                                         .object = ask_text(x, "object"),
                                         .limit = AUDIT_LIMIT};
    if (!ask_day(x, "from", &look->filter.from, &err) ||
        !ask_day(x, "to", &look->filter.to, &err) ||
        (cursor != NULL && !review_cursor_parse(cursor, &look->filter.before) &&
         !error_field(&err, "cursor", "The address of this page is broken.")))
        snprintf(look->trouble, sizeof(look->trouble), "%s", err.text);
    return look;
}

/* A person is asked for by name and kept by number. */
static bool find_actor(struct store *st, struct look *look, struct error *err)
{
    struct account account;
    bool found;

    if (look->asked_actor == NULL)
        return true;
    if (!account_find(st, look->asked_actor, &account, &found, err))
        return false;
    if (found)
        snprintf(look->actor, sizeof(look->actor), "account %lld", (long long)account.id);
    else
        snprintf(look->actor, sizeof(look->actor), "%.63s", look->asked_actor);
    look->filter.actor = look->actor;
    return true;
}

/* == The page ===================================================================== */

static void add_row(void *self, const struct audit_event *e)
{
    struct look *look = self;
    const struct staff_words *w = &look->words;

    json_array_append_new(
        look->rows,
        json_pack("{s:o, s:s, s:s, s:s, s:s, s:s}", "at", staff_time(w, e->at_ms),
                  "actor", e->actor_name[0] != '\0' ? e->actor_name : e->actor, "action",
                  staff_word(w, "action", e->action), "object", e->object, "object_name",
                  e->object_name, "detail", e->detail));
}

static void add_action(void *self, const char *action)
{
    struct look *look = self;

    json_array_append_new(look->actions,
                          json_pack("{s:s, s:s, s:b}", "value", action, "text",
                                    staff_word(&look->words, "action", action), "chosen",
                                    look->filter.action != NULL &&
                                        strcmp(look->filter.action, action) == 0));
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct look *look = (struct look *)s;

    look->words = (struct staff_words){.site = site_of(s->x),
                                       .frame = st->frame,
                                       .lang = page_lang(s->x),
                                       .catalogue = "audit",
                                       .now_ms = now_ms};
    look->rows = json_array();
    look->actions = json_array();
    if (audit_actions(st, add_action, look, err) && find_actor(st, look, err) &&
        (look->trouble[0] != '\0' ||
         audit_list(st, &look->filter, add_row, look, &look->next, err)))
        return true;
    json_decref(look->rows);
    json_decref(look->actions);
    return false;
}

/* This address with another cursor; "" for none. Also that of the export. */
static json_t *address(const struct exchange *x, const char *path, const char *cursor)
{
    struct buf url = buf_new(8192);
    json_t *out;

    buf_add_text(&url, path);
    for (size_t i = 0; i < x->query_count; i++)
        if (strcmp(x->query[i].name, "cursor") != 0 && x->query[i].value[0] != '\0')
            query_add(&url, x->query[i].name, x->query[i].value);
    if (cursor[0] != '\0')
        query_add(&url, "cursor", cursor);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

static const char *asked(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL ? value : "";
}

static void show_page(struct exchange *x, struct step *s)
{
    struct look *look = (struct look *)s;
    json_t *data = staff_frame(x, &look->staff, look->words.lang);
    char cursor[REVIEW_CURSOR] = "";

    if (look->next != 0)
        review_cursor_text(look->next, cursor);
    json_object_set_new(data, "actor", json_string(asked(x, "actor")));
    json_object_set_new(data, "object", json_string(asked(x, "object")));
    json_object_set_new(data, "from", json_string(asked(x, "from")));
    json_object_set_new(data, "to", json_string(asked(x, "to")));
    json_object_set_new(data, "actions", look->actions);
    json_object_set_new(data, "some", json_boolean(json_array_size(look->rows) > 0));
    json_object_set_new(data, "rows", look->rows);
    json_object_set_new(data, "trouble", json_string(look->trouble));
    json_object_set_new(data, "next",
                        look->next != 0 ? address(x, "/audit", cursor) : json_null());
    json_object_set_new(data, "export_to",
                        address(x, "/audit/export", asked(x, "cursor")));
    page_answer(x, look->trouble[0] != '\0' ? 422 : 200, "audit", "audit",
                look->words.lang, data);
}

void page_audit(struct exchange *x)
{
    staff_read(&look_new(x)->staff, read_page, show_page);
}

/* == JSON lines =================================================================== */

static void add_line(void *self, const struct audit_event *e)
{
    struct look *look = self;
    struct exchange *x = look->staff.step.x;
    char id[24], iso[ZONE_ISO], *text;
    json_t *line;

    snprintf(id, sizeof(id), "%lld", (long long)e->id);
    zone_iso(look->words.frame->zone, e->at_ms, iso);
    line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", id, "at", iso, "actor",
                     e->actor, "action", e->action, "object", e->object, "detail",
                     e->detail);
    text = json_dumps(line, JSON_COMPACT);
    buf_add_text(&x->answer, text);
    buf_add_byte(&x->answer, '\n');
    free(text);
    json_decref(line);
    look->told++;
}

static bool read_slice(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct look *look = (struct look *)s;

    (void)now_ms;
    look->words.frame = st->frame;
    look->filter.limit = AUDIT_SLICE;
    return audit_list(st, &look->filter, add_line, look, &look->next, err);
}

static void slice_read(struct exchange *x, struct step *s)
{
    struct look *look = (struct look *)s;
    char cursor[REVIEW_CURSOR];

    look->filter.before = look->next;
    if (look->next != 0 && look->told < AUDIT_EXPORT_MOST) {
        staff_read(&look->staff, read_slice, slice_read);
        return;
    }
    if (look->next != 0) {
        review_cursor_text(look->next, cursor);
        buf_addf(&x->answer, "{\"next\":\"%s\"}\n", cursor);
    }
    exchange_header_add(x, "Content-Disposition", "attachment; filename=\"audit.jsonl\"");
    exchange_answer(x, 200, "application/x-ndjson; charset=utf-8");
}

static bool note_export(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct look *look = (struct look *)s;

    return find_actor(st, look, err) &&
           store_audit(st, look->staff.who.actor, "audit.exported", "audit", NULL, now_ms,
                       err);
}

static void noted(struct exchange *x, struct step *s)
{
    (void)x;
    staff_read((struct staff *)s, read_slice, slice_read);
}

void page_audit_export_post(struct exchange *x)
{
    struct look *look = look_new(x);
    struct form form;

    if (!staff_form(x, &form))
        return;
    look->staff.recent = true;
    staff_write(&look->staff, &form, note_export, noted);
    form_free(&form);
}
