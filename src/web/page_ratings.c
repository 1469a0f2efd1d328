/*
 * page_ratings.c — the list of ratings (page_ratings.h); one rating's page is in
 * page_rating.c.
 *
 * Promise: the address is the filter, so that a list can be kept and passed on; JSON is
 * made on the reader thread, of one snapshot.
 */
#include "web/page_ratings.h"

#include <stdio.h>
#include <string.h>

#include "web/problem.h"
#include "web/review_query.h"
#include "web/session.h"
#include "web/staff_words.h"

struct list {
    struct staff staff;
    struct review_filter filter;
    struct staff_words words;
    json_t *rows, *departments, *windows, *matters;
    char cursor[REVIEW_CURSOR]; /* of the next page; "" for none */
    bool any;                   /* some filter is set */
    char trouble[240];          /* the filter cannot be read; "" for none */
};

/* One <option>. */
static void add_option(json_t *list, const char *value, const char *text,
                       const char *chosen)
{
    json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", value, "text", text,
                                          "chosen",
                                          chosen != NULL && strcmp(value, chosen) == 0));
}

/* A department is offered once, however many windows it has. */
static void add_window(void *self, const struct window *w)
{
    struct list *list = self;
    json_t *known;
    size_t i;

    add_option(list->windows, w->code, w->name, list->filter.window);
    json_array_foreach(list->departments, i, known)
    {
        const char *code = json_string_value(json_object_get(known, "value"));

        if (strcmp(code, w->department_code) == 0)
            return;
    }
    add_option(list->departments, w->department_code, w->department_name,
               list->filter.department);
}

static void add_matter(void *self, const struct matter *m)
{
    struct list *list = self;

    add_option(list->matters, m->code, m->name, list->filter.matter);
}

static void add_row(void *self, const struct review_item *item)
{
    struct list *list = self;
    const struct staff_words *w = &list->words;
    const struct review_rating *r = &item->rating;
    char id[24];

    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    json_array_append_new(
        list->rows,
        json_pack("{s:s, s:o, s:o, s:b, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}",
                  "id", id, "grade", staff_grade(w, r->grade), "dims",
                  staff_dims(w, r->dims), "corrected", r->round > 0, "number",
                  item->number, "case_no", item->case_no, "matter", item->matter.name,
                  "window", item->window.name, "department", item->department.name,
                  "channel", staff_word(w, "channel", r->channel), "proof", r->proof,
                  "delay", staff_delay(w, r->delay_s), "rated",
                  staff_time(w, r->rated_ms)));
}

static bool read_rows(struct store *st, struct list *list, struct error *err)
{
    int64_t next;

    if (list->trouble[0] != '\0')
        return true;
    if (!review_list(st, &list->filter, add_row, list, &next, err))
        return false;
    if (next != 0)
        review_cursor_text(next, list->cursor);
    return true;
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct list *list = (struct list *)s;

    list->words = (struct staff_words){.site = site_of(s->x),
                                       .frame = st->frame,
                                       .lang = page_lang(s->x),
                                       .now_ms = now_ms};
    access_narrow(list->staff.view, &list->staff.who, &list->filter);
    list->rows = json_array();
    list->departments = json_array();
    list->windows = json_array();
    list->matters = json_array();
    if (windows_each(st, add_window, list, err) &&
        matters_each(st, add_matter, list, err) && read_rows(st, list, err))
        return true;
    json_decref(list->rows);
    json_decref(list->departments);
    json_decref(list->windows);
    json_decref(list->matters);
    return false;
}

/* The same list, from here on. */
static json_t *next_json(const struct exchange *x, const char *cursor)
{
    struct buf url = buf_new(8192);
    json_t *out;

    if (cursor[0] == '\0')
        return json_null();
    buf_add_text(&url, "/ratings");
    for (size_t i = 0; i < x->query_count; i++)
        if (strcmp(x->query[i].name, "cursor") != 0 && x->query[i].value[0] != '\0')
            query_add(&url, x->query[i].name, x->query[i].value);
    query_add(&url, "cursor", cursor);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

/* This list as a file, for who may have it. */
static json_t *export_json(const struct exchange *x, const struct list *list,
                           const char *path)
{
    struct buf url = buf_new(8192);
    json_t *out;

    if (list->trouble[0] != '\0' || access_page(path, list->staff.who.role) == NULL)
        return json_null();
    buf_add_text(&url, path);
    for (size_t i = 0; i < x->query_count; i++)
        if (strcmp(x->query[i].name, "cursor") != 0 && x->query[i].value[0] != '\0')
            query_add(&url, x->query[i].name, x->query[i].value);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

static json_t *grades_json(const struct list *list)
{
    json_t *grades = json_array();
    char chosen[12];

    snprintf(chosen, sizeof(chosen), "%d", list->filter.grade);
    for (int grade = 5; grade >= 1; grade--) {
        char value[12], text[128];

        snprintf(value, sizeof(value), "%d", grade);
        snprintf(text, sizeof(text), "%d %s", grade,
                 staff_word(&list->words, "grade", value));
        add_option(grades, value, text, chosen);
    }
    return grades;
}

static json_t *channels_json(const struct list *list)
{
    json_t *channels = json_array();

    for (size_t i = 0; i < review_channel_count; i++)
        add_option(channels, review_channels[i],
                   staff_word(&list->words, "channel", review_channels[i]),
                   list->filter.channel);
    return channels;
}

static const char *asked(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL ? value : "";
}

static void show_list(struct exchange *x, struct step *s)
{
    struct list *list = (struct list *)s;
    json_t *data = staff_frame(x, &list->staff, list->words.lang);
    bool some = json_array_size(list->rows) > 0;

    json_object_set_new(data, "departments", list->departments);
    json_object_set_new(data, "windows", list->windows);
    json_object_set_new(data, "matters", list->matters);
    json_object_set_new(data, "grades", grades_json(list));
    json_object_set_new(data, "channels", channels_json(list));
    json_object_set_new(data, "from", json_string(asked(x, "from")));
    json_object_set_new(data, "to", json_string(asked(x, "to")));
    json_object_set_new(data, "trouble", json_string(list->trouble));
    json_object_set_new(data, "rows", list->rows);
    json_object_set_new(data, "some", json_boolean(some));
    json_object_set_new(data, "nothing_found", json_boolean(!some && list->any));
    json_object_set_new(data, "nothing_yet", json_boolean(!some && !list->any));
    json_object_set_new(data, "next", next_json(x, list->cursor));
    json_object_set_new(data, "csv", export_json(x, list, "/ratings.csv"));
    json_object_set_new(data, "xlsx", export_json(x, list, "/ratings.xlsx"));
    page_answer(x, list->trouble[0] != '\0' ? 422 : 200, "ratings", "staff",
                list->words.lang, data);
}

void page_ratings(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));
    struct error err = {0};

    if (!review_query_read(x, &list->filter, &err))
        snprintf(list->trouble, sizeof(list->trouble), "%s", err.text);
    for (size_t i = 0; i < x->query_count; i++)
        list->any = list->any || (strcmp(x->query[i].name, "lang") != 0 &&
                                  x->query[i].value[0] != '\0');
    staff_read(&list->staff, read_list, show_list);
}
