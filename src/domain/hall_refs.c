/*
 * hall_refs.c — doubled codes, and codes that point to nothing or to the wrong thing.
 *
 * Promise: afterwards every reference is the place of an element of the file, or a fault
 * is booked. A code that broke its own rule is looked for like any other, so one slip of
 * the pen may be told twice, at both ends. Not here: the form of the fields
 * (hall_read.c).
 */
#include "domain/hall_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/words.h"

/* The codes of one part, sorted, each with its place in the file. */
struct index_entry {
    const char *code;
    size_t place;
};

struct index {
    const char *part; /* "windows" */
    struct index_entry *entries;
    size_t count;
};

struct resolver {
    json_t *root;
    struct hall_file *file;
    struct hall_faults *faults;
    struct index departments;
    struct index windows;
    struct index matters;
};

static int compare_entries(const void *a, const void *b)
{
    const struct index_entry *x = a;
    const struct index_entry *y = b;
    int order = strcmp(x->code, y->code);

    if (order != 0)
        return order;
    return x->place < y->place ? -1 : x->place > y->place;
}

static int compare_code(const void *key, const void *entry)
{
    return strcmp(key, ((const struct index_entry *)entry)->code);
}

static size_t index_find(const struct index *index, const char *code)
{
    const struct index_entry *found;

    if (index->count == 0)
        return HALL_NONE;
    found = bsearch(code, index->entries, index->count, sizeof(*index->entries),
                    compare_code);
    return found == NULL ? HALL_NONE : found->place;
}

/*
 * Sorts the codes of `array` (elements of `step` bytes that begin with a text) and books
 * every second appearance. What has no code at all is left out: that fault is known.
 */
static struct index index_make(struct resolver *r, const char *part, const char *key,
                               const void *array, size_t count, size_t step)
{
    struct index index = {part, memory_new(count * sizeof(struct index_entry) + 1), 0};

    for (size_t i = 0; i < count; i++) {
        const char *code = (const char *)array + i * step;

        if (code[0] != '\0')
            index.entries[index.count++] = (struct index_entry){code, i};
    }
    qsort(index.entries, index.count, sizeof(*index.entries), compare_entries);
    for (size_t i = 1; i < index.count; i++) {
        char place[64];

        if (strcmp(index.entries[i - 1].code, index.entries[i].code) != 0)
            continue;
        snprintf(place, sizeof(place), "%s[%zu]", part, index.entries[i].place);
        hall_fault(r->faults, place, key,
                   "\"%s\" is doubled, %s[%zu] has it already; each must be given once.",
                   index.entries[i].code, part, index.entries[i - 1].place);
    }
    return index;
}

/* Only looks for doubles. */
static void check_doubles(struct resolver *r, const char *part, const char *key,
                          const void *array, size_t count, size_t step)
{
    struct index index = index_make(r, part, key, array, count, step);

    free(index.entries);
}

/* A code that is not there, with the one that was perhaps meant. Guessing compares with
 * all codes, so it ends with the last fault that is shown. */
static void tell_absent(struct resolver *r, const struct index *index, const char *place,
                        const char *key, const char *code)
{
    const char **known;
    const char *near;

    if (r->faults->count == HALL_FAULTS_MOST) {
        r->faults->more = true;
        return;
    }
    known = memory_new(index->count * sizeof(*known) + 1);
    for (size_t i = 0; i < index->count; i++)
        known[i] = index->entries[i].code;
    near = words_nearest(code, known, index->count);
    hall_fault(r->faults, place, key,
               "\"%s\" is not there%s%s%s; allowed are the codes in \"%s\".",
               words_show(code).text, near == NULL ? "" : ", perhaps \"",
               near == NULL ? "" : near, near == NULL ? "" : "\" is meant", index->part);
    free(known);
}

/* Finds what `value` names. A value of the wrong type or no such code is a fault. */
static size_t resolve(struct resolver *r, const struct index *index, const char *place,
                      const char *key, const json_t *value)
{
    const char *code = json_string_value(value);
    size_t found;

    if (code == NULL) {
        if (value != NULL)
            hall_fault(r->faults, place, key,
                       "It is no text; allowed is a code from \"%s\".", index->part);
        else
            hall_fault(r->faults, place, key,
                       "The key \"%s\" is missing here; it must be given.", key);
        return HALL_NONE;
    }
    found = index_find(index, code);
    if (found == HALL_NONE)
        tell_absent(r, index, place, key, code);
    return found;
}

/* The element of a part's list, NULL where it is no object. */
static json_t *element(const struct resolver *r, const char *part, size_t at)
{
    return json_array_get(json_object_get(r->root, part), at);
}

/*
 * A list of matter codes into places, given. `department` is the only one allowed, or
 * HALL_NONE for any; `self` may not be in it. Elements with a fault are left out.
 */
static size_t *resolve_matters(struct resolver *r, const char *place, const char *key,
                               json_t *list, size_t department, size_t self,
                               size_t *count_out)
{
    size_t size = json_array_size(list);
    size_t *places =
        memory_new((size < HALL_MANY ? size : HALL_MANY) * sizeof(*places) + 1);
    bool *seen = memory_new(r->file->matter_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        char field[64];
        size_t found;

        snprintf(field, sizeof(field), "%s[%zu]", key, i);
        found = resolve(r, &r->matters, place, field, json_array_get(list, i));
        if (found == HALL_NONE)
            continue;
        if (seen[found])
            hall_fault(r->faults, place, field, "\"%s\" is doubled; name it once.",
                       r->file->matters[found].code);
        else if (found == self)
            hall_fault(r->faults, place, field,
                       "\"%s\" is parallel to itself; allowed are other matters.",
                       r->file->matters[found].code);
        else if (department != HALL_NONE &&
                 r->file->matters[found].department != department)
            hall_fault(r->faults, place, field,
                       "\"%s\" belongs to another department; allowed are matters of "
                       "\"%s\".",
                       r->file->matters[found].code,
                       r->file->departments[department].code);
        else
            places[count++] = found;
        seen[found] = true;
    }
    free(seen);
    *count_out = count;
    return places;
}

/* "all" as a list, so that nobody else need know the word. */
static void window_all(struct hall_file *file, struct hall_window *w)
{
    size_t count = 0;

    for (size_t i = 0; i < file->matter_count; i++)
        count += file->matters[i].department == w->department ? 1 : 0;
    w->matters = memory_new(count * sizeof(*w->matters) + 1);
    if (w->department == HALL_NONE)
        return;
    for (size_t i = 0; i < file->matter_count; i++) {
        if (file->matters[i].department == w->department)
            w->matters[w->matter_count++] = i;
    }
}

static void resolve_window(struct resolver *r, size_t at)
{
    struct hall_window *w = &r->file->windows[at];
    json_t *object = element(r, "windows", at);
    json_t *matters = json_object_get(object, "matters");
    char place[64];

    if (!json_is_object(object))
        return;
    snprintf(place, sizeof(place), "windows[%zu]", at);
    w->department = resolve(r, &r->departments, place, "department",
                            json_object_get(object, "department"));
    if (w->all_matters) {
        window_all(r->file, w);
    } else if (json_array_size(matters) > 0) {
        w->matters = resolve_matters(r, place, "matters", matters, w->department,
                                     HALL_NONE, &w->matter_count);
    } else {
        hall_fault(r->faults, place, "matters",
                   "%s; allowed are \"all\" or a list of at least one code from "
                   "\"matters\".",
                   matters == NULL ? "The key \"matters\" is missing here"
                                   : "It names no matter");
    }
}

static void resolve_series(struct resolver *r, const char *place, char letter)
{
    for (size_t i = 0; i < r->file->series_count; i++) {
        if (r->file->series[i].letter == letter)
            return;
    }
    hall_fault(r->faults, place, "series",
               "\"%c\" is not there; allowed are the letters in \"series\".", letter);
}

static void resolve_matter(struct resolver *r, size_t at)
{
    struct hall_matter *m = &r->file->matters[at];
    json_t *object = element(r, "matters", at);
    char place[64];

    if (!json_is_object(object))
        return;
    snprintf(place, sizeof(place), "matters[%zu]", at);
    m->department = resolve(r, &r->departments, place, "department",
                            json_object_get(object, "department"));
    if (m->series != '\0')
        resolve_series(r, place, m->series);
}

static void resolve_parallel(struct resolver *r, size_t at)
{
    struct hall_matter *m = &r->file->matters[at];
    json_t *list = json_object_get(element(r, "matters", at), "parallel");
    char place[64];

    if (list == NULL)
        return;
    snprintf(place, sizeof(place), "matters[%zu]", at);
    if (json_is_array(list))
        m->parallel = resolve_matters(r, place, "parallel", list, HALL_NONE, at,
                                      &m->parallel_count);
    else
        hall_fault(r->faults, place, "parallel",
                   "It is no list; allowed is a list of codes from \"matters\".");
}

static void resolve_clerk(struct resolver *r, size_t at)
{
    json_t *object = element(r, "staff", at);
    char place[64];

    if (!json_is_object(object))
        return;
    snprintf(place, sizeof(place), "staff[%zu]", at);
    r->file->staff[at].window =
        resolve(r, &r->windows, place, "window", json_object_get(object, "window"));
}

static void check_letters(struct resolver *r)
{
    bool seen[256] = {false};

    for (size_t i = 0; i < r->file->series_count; i++) {
        unsigned char letter = (unsigned char)r->file->series[i].letter;
        char place[64];

        snprintf(place, sizeof(place), "series[%zu]", i);
        if (letter != '\0' && seen[letter])
            hall_fault(r->faults, place, "letter",
                       "\"%c\" is doubled; each series has a letter of its own.", letter);
        seen[letter] = true;
    }
}

/* Two spellings of one number are one agent. */
static void check_agents(struct resolver *r)
{
    size_t count = r->file->agent_count;
    char(*plain)[HALL_PHONE_SIZE] = memory_new(count * sizeof(*plain) + 1);

    for (size_t i = 0; i < count; i++)
        hall_phone_plain(r->file->agents[i].phone, plain[i]);
    check_doubles(r, "agents", "phone", plain, count, sizeof(*plain));
    free(plain);
}

/* A day may be named once, and not both off and worked. */
static void check_calendar(struct resolver *r)
{
    struct hall_file *f = r->file;
    struct index off = index_make(r, "calendar.off", "", f->days_off, f->off_count,
                                  sizeof(*f->days_off));

    check_doubles(r, "calendar.work", "", f->days_worked, f->worked_count,
                  sizeof(*f->days_worked));
    for (size_t i = 0; i < f->worked_count; i++) {
        const char *date = f->days_worked[i].date;
        char place[64];

        snprintf(place, sizeof(place), "calendar.work[%zu]", i);
        if (index_find(&off, date) != HALL_NONE)
            hall_fault(r->faults, place, "",
                       "%s is in \"off\" too; a day is one or the other.", date);
    }
    free(off.entries);
}

void hall_resolve(json_t *root, struct hall_file *file, struct hall_faults *faults)
{
    struct resolver r = {.root = root, .file = file, .faults = faults};

    r.departments = index_make(&r, "departments", "code", file->departments,
                               file->department_count, sizeof(*file->departments));
    r.windows = index_make(&r, "windows", "code", file->windows, file->window_count,
                           sizeof(*file->windows));
    r.matters = index_make(&r, "matters", "code", file->matters, file->matter_count,
                           sizeof(*file->matters));
    for (size_t i = 0; i < file->matter_count; i++)
        resolve_matter(&r, i);
    for (size_t i = 0; i < file->matter_count; i++)
        resolve_parallel(&r, i);
    for (size_t i = 0; i < file->window_count; i++)
        resolve_window(&r, i);
    for (size_t i = 0; i < file->staff_count; i++)
        resolve_clerk(&r, i);
    check_letters(&r);
    check_doubles(&r, "staff", "code", file->staff, file->staff_count,
                  sizeof(*file->staff));
    check_doubles(&r, "kiosks", "code", file->kiosks, file->kiosk_count,
                  sizeof(*file->kiosks));
    check_agents(&r);
    check_calendar(&r);
    free(r.departments.entries);
    free(r.windows.entries);
    free(r.matters.entries);
}
