/*
 * hall_read.c — takes a hall file's JSON apart, field by field.
 *
 * Promise: every field is looked at, every fault is booked with its place, and the
 * structs hold only what fits them. A part that is missing or of the wrong type leaves
 * its field zero. Not here: doubled codes and references (hall_refs.c), the JSON's own
 * form (hall.c).
 */
#include "domain/hall_part.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/words.h"

/* One JSON object and where it stands: "windows[3]". */
struct view {
    json_t *object;
    const char *place;
    struct hall_faults *faults;
};

/* Reads one element of an array into the element `at` of an array of structs. */
typedef void element_reader(const struct view *view, void *array, size_t at);

static const char *type_name(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object {…}";
    case JSON_ARRAY:
        return "a list […]";
    case JSON_STRING:
        return "a text";
    case JSON_INTEGER:
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    case JSON_NULL:
        break;
    }
    return "null";
}

static void wrong_type(const struct view *view, const char *key, const json_t *value,
                       const char *allowed)
{
    hall_fault(view->faults, view->place, key, "It is %s; allowed is %s.",
               type_name(value), allowed);
}

/* The value of a key, or NULL; a missing one that is needed is a fault. */
static json_t *view_value(const struct view *view, const char *key, bool needed)
{
    json_t *value = json_object_get(view->object, key);

    if (value == NULL && needed)
        hall_fault(view->faults, view->place, key,
                   "The key \"%s\" is missing here; it must be given.", key);
    return value;
}

/* Every key must be one of `keys`; the sentence tells them all. */
static void view_keys(const struct view *view, const char *const *keys, size_t count)
{
    const char *key;
    json_t *value;

    json_object_foreach(view->object, key, value)
    {
        const char *near = words_nearest(key, keys, count);
        char list[160] = "";
        size_t used = 0;
        bool known = false;

        for (size_t i = 0; i < count; i++) {
            known = known || strcmp(keys[i], key) == 0;
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
                                     i == 0 ? "" : ", ", keys[i]);
        }
        if (!known)
            hall_fault(view->faults, view->place, words_show(key).text,
                       "This key is not known%s%s%s; allowed are %s.",
                       near == NULL ? "" : ", perhaps \"", near == NULL ? "" : near,
                       near == NULL ? "" : "\" is meant", list);
    }
}

static void text_into(const struct view *view, const char *key, const json_t *value,
                      hall_rule *rule, char *out, size_t size)
{
    const char *text = json_string_value(value);
    const char *wrong;

    if (text == NULL) {
        wrong_type(view, key, value, "a text in quotation marks");
        return;
    }
    wrong = rule(text);
    if (wrong != NULL) {
        hall_fault(view->faults, view->place, key, "\"%s\" %s.", words_show(text).text,
                   wrong);
        return;
    }
    snprintf(out, size, "%s", text);
}

static void view_text(const struct view *view, const char *key, bool needed,
                      hall_rule *rule, char *out, size_t size)
{
    json_t *value = view_value(view, key, needed);

    if (value != NULL)
        text_into(view, key, value, rule, out, size);
}

static bool view_number(const struct view *view, const char *key, bool needed, int least,
                        int most, int *out)
{
    json_t *value = view_value(view, key, needed);
    json_int_t number;

    if (value == NULL)
        return false;
    number = json_integer_value(value);
    if (json_is_integer(value) && number >= least && number <= most) {
        *out = (int)number;
        return true;
    }
    if (json_is_integer(value))
        hall_fault(view->faults, view->place, key,
                   "%lld is out of range; allowed are whole numbers from %d to %d.",
                   (long long)number, least, most);
    else
        hall_fault(view->faults, view->place, key,
                   "It is %s; allowed are whole numbers from %d to %d.",
                   json_is_real(value) ? "a fraction" : type_name(value), least, most);
    return false;
}

static bool view_truth(const struct view *view, const char *key)
{
    json_t *value = view_value(view, key, false);

    if (value != NULL && !json_is_boolean(value))
        wrong_type(view, key, value, "true or false, without quotation marks");
    return json_is_true(value);
}

/* The place of the text in `choices`, which has two; the first where it is left out. */
static int view_choice(const struct view *view, const char *key, bool needed,
                       const char *const choices[2])
{
    json_t *value = view_value(view, key, needed);
    const char *text = json_string_value(value);

    if (value == NULL)
        return 0;
    for (int i = 0; text != NULL && i < 2; i++) {
        if (strcmp(text, choices[i]) == 0)
            return i;
    }
    hall_fault(view->faults, view->place, key,
               "\"%s\" is not known; allowed are \"%s\" and \"%s\".",
               text == NULL ? type_name(value) : words_show(text).text, choices[0],
               choices[1]);
    return 0;
}

/* ---- parts ---------------------------------------------------------------------- */

/* One pair of times; returns its end so that the next may be compared, or `before`. */
static int read_span(const struct view *view, const char *key, json_t *pair, int before,
                     int out[2])
{
    const char *from = json_string_value(json_array_get(pair, 0));
    const char *to = json_string_value(json_array_get(pair, 1));

    if (json_array_size(pair) != 2 || from == NULL || to == NULL) {
        hall_fault(
            view->faults, view->place, key,
            "It is no pair of times; allowed are pairs like [\"09:00\", \"12:00\"].");
        return before;
    }
    out[0] = hall_minutes(from);
    out[1] = hall_minutes(to);
    if (out[0] < 0 || out[1] < 0)
        hall_fault(view->faults, view->place, key,
                   "\"%s\" is no time; allowed are \"00:00\" to \"24:00\".",
                   words_show(out[0] < 0 ? from : to).text);
    else if (out[0] >= out[1])
        hall_fault(view->faults, view->place, key,
                   "%s to %s is reversed; the first time must be earlier.", from, to);
    else if (out[0] < before)
        hall_fault(view->faults, view->place, key,
                   "%s to %s overlaps the hours before it; give them in the order of the "
                   "day, apart from each other.",
                   from, to);
    return out[1] > before ? out[1] : before;
}

static void read_hours(const struct view *view, struct hall_head *head)
{
    static const int usual[2][2] = {{9 * 60, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}};
    json_t *list = view_value(view, "hours", false);
    size_t count = json_array_size(list);
    int before = 0;

    if (list == NULL) {
        memcpy(head->hours, usual, sizeof(usual));
        head->hours_count = 2;
        return;
    }
    if (!json_is_array(list) || count == 0 || count > HALL_HOURS_MANY) {
        hall_fault(view->faults, view->place, "hours",
                   "Allowed is a list of 1 to %d pairs of times, like [[\"09:00\", "
                   "\"12:00\"], [\"13:30\", \"17:30\"]].",
                   HALL_HOURS_MANY);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char key[32];

        snprintf(key, sizeof(key), "hours[%zu]", i);
        before = read_span(view, key, json_array_get(list, i), before, head->hours[i]);
    }
    head->hours_count = count;
}

static void read_head(const struct view *view, struct hall_head *head)
{
    static const char *const keys[] = {"code",      "name",     "county", "timezone",
                                       "signature", "base_url", "hours"};

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "code", true, hall_rule_code, head->code, sizeof(head->code));
    view_text(view, "name", true, hall_rule_name, head->name, sizeof(head->name));
    view_text(view, "county", true, hall_rule_name, head->county, sizeof(head->county));
    view_text(view, "timezone", true, hall_rule_zone, head->timezone,
              sizeof(head->timezone));
    view_text(view, "signature", true, hall_rule_signature, head->signature,
              sizeof(head->signature));
    view_text(view, "base_url", false, hall_rule_url, head->base_url,
              sizeof(head->base_url));
    read_hours(view, head);
}

static void read_department(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {"code", "name", "credit_code"};
    struct hall_department *d = (struct hall_department *)array + at;

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "code", true, hall_rule_code, d->code, sizeof(d->code));
    view_text(view, "name", true, hall_rule_name, d->name, sizeof(d->name));
    view_text(view, "credit_code", false, hall_rule_credit, d->credit_code,
              sizeof(d->credit_code));
}

static void read_window(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {"code", "name", "floor", "department", "matters"};
    struct hall_window *w = (struct hall_window *)array + at;
    const char *matters = json_string_value(json_object_get(view->object, "matters"));

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "code", true, hall_rule_code, w->code, sizeof(w->code));
    view_text(view, "name", true, hall_rule_name, w->name, sizeof(w->name));
    w->has_floor = view_number(view, "floor", false, -20, 200, &w->floor);
    w->department = HALL_NONE;
    w->all_matters = matters != NULL && strcmp(matters, "all") == 0;
}

/* What to bring: a short list of texts, kept one a line. */
static void read_materials(const struct view *view, struct hall_matter *m)
{
    json_t *list = view_value(view, "materials", false);
    struct buf lines = buf_new(HALL_MATERIALS_MANY * HALL_NAME_SIZE);

    if (list != NULL && (!json_is_array(list) || json_array_size(list) == 0 ||
                         json_array_size(list) > HALL_MATERIALS_MANY))
        hall_fault(view->faults, view->place, "materials",
                   "It is %s; allowed is a list of 1 to %d texts, or nothing.",
                   json_is_array(list) ? "too long or empty" : type_name(list),
                   HALL_MATERIALS_MANY);
    for (size_t i = 0; i < json_array_size(list) && i < HALL_MATERIALS_MANY; i++) {
        char key[32], text[HALL_NAME_SIZE] = "";

        snprintf(key, sizeof(key), "materials[%zu]", i);
        text_into(view, key, json_array_get(list, i), hall_rule_name, text, sizeof(text));
        buf_addf(&lines, "%s%s", i > 0 ? "\n" : "", text);
    }
    if (lines.length > 0) {
        m->materials = memory_new(lines.length + 1);
        memcpy(m->materials, buf_text(&lines), lines.length + 1);
    }
    buf_free(&lines);
}

static void read_matter(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {
        "code",      "name",     "short_name",     "department",    "series",
        "kind",      "form",     "statutory_days", "promised_days", "usual_days",
        "sensitive", "parallel", "materials"};
    static const char *const kinds[2] = {"instant", "promise"};
    static const char *const forms[2] = {"overall", "four"};
    struct hall_matter *m = (struct hall_matter *)array + at;
    char letter[2] = "";

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "code", true, hall_rule_code, m->code, sizeof(m->code));
    view_text(view, "name", true, hall_rule_name, m->name, sizeof(m->name));
    view_text(view, "short_name", true, hall_rule_short, m->short_name,
              sizeof(m->short_name));
    m->department = HALL_NONE;
    view_text(view, "series", true, hall_rule_letter, letter, sizeof(letter));
    m->series = letter[0];
    m->kind = (enum hall_kind)view_choice(view, "kind", true, kinds);
    view_number(view, "statutory_days", true, 0, HALL_DAYS_MOST, &m->statutory_days);
    view_number(view, "promised_days", true, 0, HALL_DAYS_MOST, &m->promised_days);
    m->usual_days = -1;
    view_number(view, "usual_days", false, 0, HALL_DAYS_MOST, &m->usual_days);
    m->sensitive = view_truth(view, "sensitive");
    m->form = (enum hall_form)view_choice(view, "form", false, forms);
    read_materials(view, m);
}

static void read_series(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {"letter", "name"};
    struct hall_series *s = (struct hall_series *)array + at;
    char letter[2] = "";

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "letter", true, hall_rule_letter, letter, sizeof(letter));
    s->letter = letter[0];
    view_text(view, "name", true, hall_rule_name, s->name, sizeof(s->name));
}

static void read_clerk(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {"code", "name", "window", "phone"};
    struct hall_clerk *c = (struct hall_clerk *)array + at;

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "code", true, hall_rule_code, c->code, sizeof(c->code));
    view_text(view, "name", true, hall_rule_name, c->name, sizeof(c->name));
    c->window = HALL_NONE;
    view_text(view, "phone", false, hall_rule_phone, c->phone, sizeof(c->phone));
}

static void read_agent(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {"phone", "name"};
    struct hall_agent *a = (struct hall_agent *)array + at;

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "phone", true, hall_rule_phone, a->phone, sizeof(a->phone));
    view_text(view, "name", true, hall_rule_name, a->name, sizeof(a->name));
}

static void read_kiosk(const struct view *view, void *array, size_t at)
{
    static const char *const keys[] = {"code", "printer"};
    struct hall_kiosk *k = (struct hall_kiosk *)array + at;

    view_keys(view, keys, LENGTH(keys));
    view_text(view, "code", true, hall_rule_code, k->code, sizeof(k->code));
    view_text(view, "printer", true, hall_rule_code, k->printer, sizeof(k->printer));
}

/* ---- the whole ------------------------------------------------------------------ */

/* A part of the file that is a list of objects. */
struct part {
    const char *key;
    bool needed; /* and then not empty */
    size_t most;
    size_t element_bytes;
    element_reader *read;
};

static void *read_list(const struct view *root, const struct part *part, size_t *count)
{
    json_t *list = view_value(root, part->key, part->needed);
    size_t size = json_array_size(list);
    char *array;

    if (list != NULL && !json_is_array(list)) {
        wrong_type(root, part->key, list, "a list […] of objects");
    } else if (size > part->most) {
        hall_fault(root->faults, "", part->key, "It has %zu elements; allowed are %zu.",
                   size, part->most);
        size = 0;
    } else if (list != NULL && size == 0 && part->needed) {
        hall_fault(root->faults, "", part->key,
                   "The list is empty; a hall needs at least one of them.");
    }
    *count = size;
    array = memory_new(size * part->element_bytes + 1);
    for (size_t i = 0; i < size; i++) {
        char place[64];
        struct view view = {json_array_get(list, i), place, root->faults};

        snprintf(place, sizeof(place), "%s[%zu]", part->key, i);
        if (!json_is_object(view.object))
            wrong_type(&view, "", view.object, "an object {…}");
        part->read(&view, array, i);
    }
    return array;
}

static struct hall_day *read_days(const struct view *view, const char *key, size_t *count)
{
    json_t *list = view_value(view, key, false);
    size_t size = json_array_size(list);
    struct hall_day *days;

    if (list != NULL && !json_is_array(list))
        wrong_type(view, key, list, "a list of dates like [\"2026-10-01\"]");
    if (size > HALL_MANY) {
        hall_fault(view->faults, view->place, key, "It has %zu days; allowed are %d.",
                   size, HALL_MANY);
        size = 0;
    }
    *count = size;
    days = memory_new(size * sizeof(*days) + 1);
    for (size_t i = 0; i < size; i++) {
        char element[64];

        snprintf(element, sizeof(element), "%s[%zu]", key, i);
        text_into(view, element, json_array_get(list, i), hall_rule_date, days[i].date,
                  sizeof(days[i].date));
    }
    return days;
}

/* An object directly below the file; what is no object is read as an empty one. */
static struct view part_view(const struct view *root, const char *key, bool needed)
{
    struct view view = {view_value(root, key, needed), key, root->faults};

    if (view.object != NULL && !json_is_object(view.object)) {
        wrong_type(root, key, view.object, "an object {…}");
        view.object = NULL;
    }
    return view;
}

static void read_calendar(const struct view *root, struct hall_file *file)
{
    static const char *const keys[] = {"off", "work"};
    struct view view = part_view(root, "calendar", false);

    view_keys(&view, keys, LENGTH(keys));
    file->days_off = read_days(&view, "off", &file->off_count);
    file->days_worked = read_days(&view, "work", &file->worked_count);
}

void hall_read(json_t *root, struct hall_file *file, struct hall_faults *faults)
{
    static const char *const keys[] = {"hall",    "departments", "windows",
                                       "matters", "series",      "staff",
                                       "agents",  "kiosks",      "calendar"};
    static const struct part departments = {
        "departments", true, HALL_MANY, sizeof(struct hall_department), read_department};
    static const struct part windows = {"windows", true, HALL_MANY,
                                        sizeof(struct hall_window), read_window};
    static const struct part matters = {"matters", true, HALL_MANY,
                                        sizeof(struct hall_matter), read_matter};
    static const struct part series = {"series", true, 26, sizeof(struct hall_series),
                                       read_series};
    static const struct part staff = {"staff", true, HALL_PEOPLE_MANY,
                                      sizeof(struct hall_clerk), read_clerk};
    static const struct part agents = {"agents", false, HALL_PEOPLE_MANY,
                                       sizeof(struct hall_agent), read_agent};
    static const struct part kiosks = {"kiosks", false, HALL_MANY,
                                       sizeof(struct hall_kiosk), read_kiosk};
    struct view view = {root, "", faults};
    struct view head;

    view_keys(&view, keys, LENGTH(keys));
    head = part_view(&view, "hall", true);
    if (head.object != NULL)
        read_head(&head, &file->hall);
    file->departments = read_list(&view, &departments, &file->department_count);
    file->windows = read_list(&view, &windows, &file->window_count);
    file->matters = read_list(&view, &matters, &file->matter_count);
    file->series = read_list(&view, &series, &file->series_count);
    file->staff = read_list(&view, &staff, &file->staff_count);
    file->agents = read_list(&view, &agents, &file->agent_count);
    file->kiosks = read_list(&view, &kiosks, &file->kiosk_count);
    read_calendar(&view, file);
}
