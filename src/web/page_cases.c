/*
 * page_cases.c — see page_cases.h.
 *
 * Promise: the address is the list, so that it can be kept and passed on. Words are
 * looked through only for whoever may read them.
 */
#include "web/page_cases.h"

#include <stdio.h>
#include <string.h>

#include "store/case_list.h"
#include "web/list_box.h"
#include "web/page.h"
#include "web/session.h"
#include "web/staff_words.h"

struct list {
    struct staff staff;
    struct staff_words words;
    bool search;
    struct case_filter filter; /* of a list */
    struct list_box box;
    const char *typed; /* of a search; "" for nothing */
    int64_t next;
    json_t *rows;
    char trouble[240]; /* what was typed cannot be looked for; "" for none */
};

static json_t *coded(const struct staff_words *w, const char *prefix, const char *code)
{
    return code[0] != '\0' ? json_string(staff_word(w, prefix, code)) : json_null();
}

static void add_row(void *self, const struct case_item *item)
{
    struct list *list = self;
    const struct staff_words *w = &list->words;
    char id[24];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)item->id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "id", id, "case_no",
                    item->case_no, "number", item->number, "matter", item->matter.name,
                    "window", item->window.name, "department", item->department.name,
                    "closed", staff_time(w, item->closed_ms), "until",
                    staff_time(w, item->until_ms));
    json_object_set_new(row, "decision", coded(w, "decision", item->decision));
    json_object_set_new(row, "reason", coded(w, "why", item->reason));
    json_object_set_new(row, "state", coded(w, "state", item->state));
    json_object_set_new(row, "detail", coded(w, "why", item->detail));
    json_object_set_new(row, "how", coded(w, "found", item->how));
    if (item->rating_id != 0)
        json_object_set_new(row, "grade", staff_grade(w, item->grade));
    json_array_append_new(list->rows, row);
}

static void count_row(void *self, const struct case_item *item)
{
    (void)item;
    ++*(int *)self;
}

static bool any_row(struct store *st, void *self, const struct list_query *query,
                    bool *any, bool *known, struct error *err)
{
    struct list *list = self;
    struct case_filter some = list->filter;
    int64_t next;
    int count = 0;

    some.query = *query;
    some.limit = 1;
    if (!cases_list(st, &some, count_row, &count, &next, err))
        return false;
    *any = count > 0;
    *known = count > 0 || next == 0;
    return true;
}

static bool read_page(struct store *st, struct list *list, struct error *err)
{
    if (list->box.fault.trouble != LIST_FINE)
        return true;
    return cases_list(st, &list->filter, add_row, list, &list->next, err) &&
           (json_array_size(list->rows) > 0 || list->next != 0 ||
            list->filter.place != 0 ||
            list_box_blame(st, &list->box, any_row, list, err));
}

static bool read_cases(struct store *st, struct list *list, struct error *err)
{
    if (!list->search)
        return read_page(st, list, err);
    if (list->typed[0] == '\0')
        return true;
    if (cases_find(st, list->typed, list->staff.view->words, add_row, list, err))
        return true;
    if (err->kind != ERROR_INPUT)
        return false;
    snprintf(list->trouble, sizeof(list->trouble), "%s", err->text);
    error_clear(err);
    return true;
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct list *list = (struct list *)s;

    list->words = (struct staff_words){.site = site_of(s->x),
                                       .frame = st->frame,
                                       .lang = page_lang(s->x),
                                       .now_ms = now_ms};
    if (!list->search && !list_box_fill(st, &list->staff, &list->box, err))
        return false;
    list->rows = json_array();
    if (read_cases(st, list, err))
        return true;
    json_decref(list->rows);
    if (!list->search)
        list_box_drop(&list->box);
    return false;
}

static json_t *frame(struct exchange *x, struct list *list)
{
    json_t *data = staff_frame(x, &list->staff, list->words.lang);

    json_object_set_new(data, "some", json_boolean(json_array_size(list->rows) > 0));
    json_object_set_new(data, "rows", list->rows);
    return data;
}

static void show_list(struct exchange *x, struct step *s)
{
    struct list *list = (struct list *)s;
    static const char *const sorts[] = {"newest", "oldest"};
    const char *view = case_view_name(list->filter.view);
    bool wrong = list->box.fault.trouble != LIST_FINE;
    json_t *data = frame(x, list);
    char next[24];

    snprintf(next, sizeof(next), "%lld", (long long)list->next);
    list_box_put(x, &list->box, &list->staff, &list->words, sorts, LENGTH(sorts), data);
    json_object_set_new(data, "unrated",
                        json_boolean(list->filter.view == CASES_UNRATED));
    json_object_set_new(data, "wrong", json_boolean(wrong));
    json_object_set_new(data, "title",
                        json_string(staff_word(&list->words, "cases", view)));
    json_object_set_new(data, "hint",
                        json_string(staff_word(&list->words, "cases_hint", view)));
    if (list->next != 0)
        json_object_set_new(data, "next", list_box_url(x, &list->box, "before", next));
    page_answer(x, wrong ? 422 : 200, "cases", list_catalogue, list->words.lang, data);
}

static void show_found(struct exchange *x, struct step *s)
{
    struct list *list = (struct list *)s;
    json_t *data = frame(x, list);

    json_object_set_new(data, "typed", json_string(list->typed));
    json_object_set_new(data, "trouble", json_string(list->trouble));
    json_object_set_new(data, "sees_words", json_boolean(list->staff.view->words));
    page_answer(x, list->trouble[0] != '\0' ? 422 : 200, "search", "staff",
                list->words.lang, data);
}

/* Views and places that are none begin with the unrated cases. */
void page_cases(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));
    const char *view = exchange_query(x, "view"), *place = exchange_query(x, "before");

    list_box_read(x, &list_cases, &list->box);
    list->filter.query = list->box.query;
    list->filter.oldest = list->box.sort != NULL && strcmp(list->box.sort, "oldest") == 0;
    list->filter.view = view != NULL ? case_view_read(view) : CASES_UNRATED;
    if (list->filter.view == CASE_VIEWS)
        list->filter.view = CASES_UNRATED;
    list->box.view = case_view_name(list->filter.view);
    if (place == NULL || !id_parse(place, &list->filter.place))
        list->filter.place = 0;
    staff_read(&list->staff, read_list, show_list);
}

void page_search(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));
    const char *typed = exchange_query(x, "q");

    list->search = true;
    while (typed != NULL && *typed == ' ')
        typed++;
    list->typed = typed != NULL ? typed : "";
    staff_read(&list->staff, read_list, show_found);
}
