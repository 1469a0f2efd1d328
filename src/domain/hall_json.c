/*
 * hall_json.c — a hall file back into JSON, in its canonical form.
 *
 * Promise: keys come in the order of hall.h, defaults are spelled out, what is empty or
 * unknown is left out; parsing the result gives the same structs again.
 */
#include "domain/hall.h"

#include <string.h>

#include <stdio.h>
#include <stdlib.h>

/* Sets a key; jansson fails only for want of memory, and then the process ends. */
static void put(json_t *object, const char *key, json_t *value)
{
    if (value == NULL || json_object_set_new(object, key, value) != 0)
        abort();
}

static void add(json_t *array, json_t *value)
{
    if (value == NULL || json_array_append_new(array, value) != 0)
        abort();
}

static void put_text(json_t *object, const char *key, const char *text)
{
    put(object, key, json_string(text));
}

static void put_text_if_any(json_t *object, const char *key, const char *text)
{
    if (text[0] != '\0')
        put_text(object, key, text);
}

static void put_letter(json_t *object, const char *key, char letter)
{
    char text[2] = {letter, '\0'};

    put_text(object, key, text);
}

static json_t *time_json(int minutes)
{
    char text[16];

    snprintf(text, sizeof(text), "%02d:%02d", minutes / 60, minutes % 60);
    return json_string(text);
}

static json_t *head_json(const struct hall_head *head)
{
    json_t *object = json_object();
    json_t *hours = json_array();

    put_text(object, "code", head->code);
    put_text(object, "name", head->name);
    put_text(object, "county", head->county);
    put_text(object, "timezone", head->timezone);
    put_text(object, "signature", head->signature);
    put_text(object, "base_url", head->base_url);
    for (size_t i = 0; i < head->hours_count; i++) {
        json_t *pair = json_array();

        add(pair, time_json(head->hours[i][0]));
        add(pair, time_json(head->hours[i][1]));
        add(hours, pair);
    }
    put(object, "hours", hours);
    return object;
}

static json_t *department_json(const struct hall_file *file, size_t at)
{
    const struct hall_department *d = &file->departments[at];
    json_t *object = json_object();

    put_text(object, "code", d->code);
    put_text(object, "name", d->name);
    put_text_if_any(object, "credit_code", d->credit_code);
    return object;
}

static json_t *matter_codes(const struct hall_file *file, const size_t *places,
                            size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        add(list, json_string(file->matters[places[i]].code));
    return list;
}

static json_t *window_json(const struct hall_file *file, size_t at)
{
    const struct hall_window *w = &file->windows[at];
    json_t *object = json_object();

    put_text(object, "code", w->code);
    put_text(object, "name", w->name);
    if (w->has_floor)
        put(object, "floor", json_integer(w->floor));
    put_text(object, "department", file->departments[w->department].code);
    put(object, "matters",
        w->all_matters ? json_string("all")
                       : matter_codes(file, w->matters, w->matter_count));
    return object;
}

/* A list of texts out of lines. */
static json_t *lines_json(const char *lines)
{
    json_t *list = json_array();

    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");

        json_array_append_new(list, json_stringn(lines, length));
        lines += length + (lines[length] == '\n');
    }
    return list;
}

static json_t *matter_json(const struct hall_file *file, size_t at)
{
    const struct hall_matter *m = &file->matters[at];
    json_t *object = json_object();

    put_text(object, "code", m->code);
    put_text(object, "name", m->name);
    put_text(object, "short_name", m->short_name);
    put_text(object, "department", file->departments[m->department].code);
    put_letter(object, "series", m->series);
    put_text(object, "kind", m->kind == HALL_KIND_PROMISE ? "promise" : "instant");
    put(object, "statutory_days", json_integer(m->statutory_days));
    put(object, "promised_days", json_integer(m->promised_days));
    if (m->usual_days >= 0)
        put(object, "usual_days", json_integer(m->usual_days));
    put(object, "sensitive", json_boolean(m->sensitive));
    put_text(object, "form", m->form == HALL_FORM_FOUR ? "four" : "overall");
    if (m->parallel_count > 0)
        put(object, "parallel", matter_codes(file, m->parallel, m->parallel_count));
    if (m->materials != NULL)
        put(object, "materials", lines_json(m->materials));
    return object;
}

static json_t *series_json(const struct hall_file *file, size_t at)
{
    json_t *object = json_object();

    put_letter(object, "letter", file->series[at].letter);
    put_text(object, "name", file->series[at].name);
    return object;
}

static json_t *clerk_json(const struct hall_file *file, size_t at)
{
    const struct hall_clerk *c = &file->staff[at];
    json_t *object = json_object();

    put_text(object, "code", c->code);
    put_text(object, "name", c->name);
    put_text(object, "window", file->windows[c->window].code);
    put_text_if_any(object, "phone", c->phone);
    return object;
}

static json_t *agent_json(const struct hall_file *file, size_t at)
{
    json_t *object = json_object();

    put_text(object, "phone", file->agents[at].phone);
    put_text(object, "name", file->agents[at].name);
    return object;
}

static json_t *kiosk_json(const struct hall_file *file, size_t at)
{
    json_t *object = json_object();

    put_text(object, "code", file->kiosks[at].code);
    put_text(object, "printer", file->kiosks[at].printer);
    return object;
}

static void put_list(json_t *root, const char *key, const struct hall_file *file,
                     size_t count, json_t *(*make)(const struct hall_file *, size_t))
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        add(list, make(file, i));
    put(root, key, list);
}

static void put_days(json_t *object, const char *key, const struct hall_day *days,
                     size_t count)
{
    json_t *list;

    if (count == 0)
        return;
    list = json_array();
    for (size_t i = 0; i < count; i++)
        add(list, json_string(days[i].date));
    put(object, key, list);
}

static void put_calendar(json_t *root, const struct hall_file *file)
{
    json_t *object;

    if (file->off_count == 0 && file->worked_count == 0)
        return;
    object = json_object();
    put_days(object, "off", file->days_off, file->off_count);
    put_days(object, "work", file->days_worked, file->worked_count);
    put(root, "calendar", object);
}

json_t *hall_to_json(const struct hall_file *file)
{
    json_t *root = json_object();

    put(root, "hall", head_json(&file->hall));
    put_list(root, "departments", file, file->department_count, department_json);
    put_list(root, "windows", file, file->window_count, window_json);
    put_list(root, "matters", file, file->matter_count, matter_json);
    put_list(root, "series", file, file->series_count, series_json);
    put_list(root, "staff", file, file->staff_count, clerk_json);
    if (file->agent_count > 0)
        put_list(root, "agents", file, file->agent_count, agent_json);
    if (file->kiosk_count > 0)
        put_list(root, "kiosks", file, file->kiosk_count, kiosk_json);
    put_calendar(root, file);
    return root;
}
