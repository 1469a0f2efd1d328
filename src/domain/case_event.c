/*
 * case_event.c — see case_event.h.
 */
#include "domain/case_event.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/words.h"
#include "base/zone.h"

enum { FORGIVEN_MS = 5 * 60 * 1000 };

enum field {
    CASE_NO,
    MATTER,
    WINDOW,
    CLERK,
    PHONE,
    ACCEPTED_AT,
    CLOSED_AT,
    PARENT,
    SOURCE,
    SERVICE,
    DECIDED_AT_WINDOW,
    TRIPS,
    CAME_AGAIN,
};

static const struct field_rule {
    const char *name;
    bool required;
    size_t at, size; /* of a text; size 0 for the others */
} fields[CASE_EVENT_FIELDS] = {
#define TEXT(member)                                                                     \
    offsetof(struct case_event, member), sizeof(((struct case_event *)0)->member)
    [CASE_NO] = {"case_no", true, TEXT(case_no)},
    [MATTER] = {"matter", true, TEXT(matter)},
    [WINDOW] = {"window", true, TEXT(window)},
    [CLERK] = {"clerk", true, TEXT(clerk)},
    [PHONE] = {"phone", false, 0, 0},
    [ACCEPTED_AT] = {"accepted_at", true, 0, 0},
    [CLOSED_AT] = {"closed_at", false, 0, 0},
    [PARENT] = {"parent", false, TEXT(parent)},
    [SOURCE] = {"source", true, TEXT(source)},
    [SERVICE] = {"service", false, 0, 0},
    [DECIDED_AT_WINDOW] = {"decided_at_window", false, 0, 0},
    [TRIPS] = {"trips", false, 0, 0},
    [CAME_AGAIN] = {"came_again", false, 0, 0},
#undef TEXT
};

static int field_of(const char *name)
{
    for (int i = 0; i < CASE_EVENT_FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return i;
    return -1;
}

static bool unknown(const char *name, struct error *err)
{
    struct words_shown shown = words_show(name);
    const char *names[CASE_EVENT_FIELDS], *near;

    for (int i = 0; i < CASE_EVENT_FIELDS; i++)
        names[i] = fields[i].name;
    near = words_nearest(name, names, CASE_EVENT_FIELDS);
    return error_field(err, shown.text, "The field %s is not known here.%s%s%s",
                       shown.text, near != NULL ? " Did you mean " : "",
                       near != NULL ? near : "", near != NULL ? "?" : "");
}

/* Would these bytes be shown as they are, in one line? */
static bool is_plain(const char *text)
{
    if (!words_utf8(text, strlen(text), NULL))
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return false;
    return true;
}

static bool set_instant(const char *name, const char *text, int64_t *out,
                        struct error *err)
{
    return zone_parse_iso(text, out) ||
           error_field(err, name,
                       "%s must be an instant with its offset, as in "
                       "2026-11-23T10:42:00+08:00.",
                       name);
}

/* `text` is not empty. */
static bool set_field(struct case_event *e, int which, const char *text,
                      struct error *err)
{
    const struct field_rule *f = &fields[which];

    if (!is_plain(text))
        return error_field(err, f->name,
                           "The field %s holds bytes that are no text. Is the file in "
                           "UTF-8?",
                           f->name);
    if (f->size > 0 && strlen(text) >= f->size)
        return error_field(err, f->name, "The field %s is longer than %zu bytes.",
                           f->name, f->size - 1);
    if (f->size > 0) {
        memcpy((char *)e + f->at, text, strlen(text) + 1);
        return true;
    }
    if (which >= SERVICE)
        return case_trait_text(&e->traits, f->name, text, err);
    if (which == PHONE) {
        e->has_phone = true;
        return phone_parse(text, "86", &e->phone, err);
    }
    return set_instant(f->name, text,
                       which == ACCEPTED_AT ? &e->accepted_ms : &e->closed_ms, err);
}

static bool is_missing(int which, struct error *err)
{
    return !fields[which].required ||
           error_field(err, fields[which].name, "The field %s is missing.",
                       fields[which].name);
}

static bool from_object(json_t *object, struct case_event *out, struct error *err)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return error_field(err, "", "The line is no JSON object.");
    json_object_foreach(object, key, value)
    {
        if (field_of(key) < 0)
            return unknown(key, err);
    }
    for (int i = 0; i < CASE_EVENT_FIELDS; i++) {
        value = json_object_get(object, fields[i].name);
        if (i >= SERVICE) {
            if (!case_trait_json(&out->traits, fields[i].name, value, err))
                return false;
            continue;
        }
        if (value != NULL && !json_is_null(value) && !json_is_string(value))
            return error_field(err, fields[i].name, "The field %s must be a text.",
                               fields[i].name);
        if (json_string_length(value) == 0
                ? !is_missing(i, err)
                : !set_field(out, i, json_string_value(value), err))
            return false;
    }
    return true;
}

bool case_event_from_json(const char *line, size_t length, struct case_event *out,
                          struct error *err)
{
    json_error_t why;
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
    bool ok;

    *out = (struct case_event){.traits = case_traits_untold};
    if (object == NULL)
        return error_field(err, "", "The line is no JSON: %.120s.", why.text);
    ok = from_object(object, out, err);
    json_decref(object);
    return ok;
}

bool case_columns_read(const char *const *names, int count, struct case_columns *out,
                       struct error *err)
{
    int field;

    out->count = count;
    for (int i = 0; i < CASE_EVENT_FIELDS; i++)
        out->at[i] = -1;
    for (int i = 0; i < count; i++) {
        field = field_of(names[i]);
        if (field < 0)
            return unknown(names[i], err);
        if (out->at[field] >= 0)
            return error_field(err, names[i], "The column %s is there twice.", names[i]);
        out->at[field] = i;
    }
    for (int i = 0; i < CASE_EVENT_FIELDS; i++)
        if (out->at[i] < 0 && fields[i].required)
            return error_field(err, fields[i].name, "There is no column %s.",
                               fields[i].name);
    return true;
}

bool case_event_from_cells(const struct case_columns *columns, const char *const *cells,
                           int count, struct case_event *out, struct error *err)
{
    *out = (struct case_event){.traits = case_traits_untold};
    if (count != columns->count)
        return error_field(err, "", "The row has %d cells, the first row has %d.", count,
                           columns->count);
    for (int i = 0; i < CASE_EVENT_FIELDS; i++) {
        const char *text = columns->at[i] >= 0 ? cells[columns->at[i]] : "";

        if (text[0] == '\0' ? !is_missing(i, err) : !set_field(out, i, text, err))
            return false;
    }
    return true;
}

bool case_event_timely(const struct case_event *e, int64_t now_ms, struct error *err)
{
    const char *future = e->closed_ms > now_ms + FORGIVEN_MS     ? "closed_at"
                         : e->accepted_ms > now_ms + FORGIVEN_MS ? "accepted_at"
                                                                 : NULL;

    if (e->closed_ms != 0 && e->closed_ms < e->accepted_ms)
        return error_field(err, "closed_at", "closed_at lies before accepted_at.");
    return future == NULL ||
           error_field(err, future,
                       "This instant lies in the future. Check the other system's "
                       "clock.");
}
