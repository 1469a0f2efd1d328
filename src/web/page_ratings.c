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

#include "web/list_box.h"
#include "web/problem.h"
#include "web/rate_ask.h"
#include "web/review_query.h"
#include "web/session.h"
#include "web/staff_words.h"

/* Lines looked at to tell which part of a query left nothing. */
enum { LOOK_AGAIN = 10000 };

struct list {
    struct staff staff;
    struct review_filter filter;
    struct staff_words words;
    struct list_box box;
    json_t *rows;
    char cursor[REVIEW_CURSOR], as_of[REVIEW_CURSOR]; /* of the next page; "" for none */
    int back; /* yyyymmdd: the page is short, this far was looked; 0 for a whole one */
    char trouble[240]; /* the address cannot be read; "" for none */
};

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

/* A list that is turned page by page is that of the moment of its first page. */
static bool fix_moment(struct store *st, struct list *list, struct error *err)
{
    if (list->filter.as_of == 0) {
        if (!review_newest(st, &list->filter.as_of, err))
            return false;
        list->filter.as_of++; /* the newest one is among them */
    }
    review_cursor_text(list->filter.as_of, list->as_of);
    return true;
}

static void count_line(void *self, const struct review_item *item)
{
    (void)item;
    ++*(int *)self;
}

static bool any_line(struct store *st, void *self, const struct list_query *query,
                     bool *any, bool *known, struct error *err)
{
    struct list *list = self;
    struct review_filter some = list->filter;
    int64_t next;
    int count = 0;

    some.query = *query;
    some.sort = REVIEW_NEWEST;
    some.limit = 1;
    some.look = LOOK_AGAIN;
    if (!review_list(st, &some, count_line, &count, &next, err))
        return false;
    *any = count > 0;
    *known = count > 0 || next == 0;
    return true;
}

static bool read_rows(struct store *st, struct list *list, struct error *err)
{
    int64_t next;

    if (list->trouble[0] != '\0' || list->box.fault.trouble != LIST_FINE)
        return true;
    if (!fix_moment(st, list, err) ||
        !review_list(st, &list->filter, add_row, list, &next, err))
        return false;
    if (next != 0)
        review_cursor_text(next, list->cursor);
    if (next != 0 && json_array_size(list->rows) < (size_t)list->filter.limit)
        list->back = review_day_of(st, next);
    return next != 0 || list->filter.before != 0 || json_array_size(list->rows) > 0 ||
           list_box_blame(st, &list->box, any_line, list, err);
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct list *list = (struct list *)s;

    list->words = (struct staff_words){.site = site_of(s->x),
                                       .frame = st->frame,
                                       .lang = page_lang(s->x),
                                       .now_ms = now_ms};
    access_narrow(list->staff.view, &list->staff.who, &list->filter);
    if (!list_box_fill(st, &list->staff, &list->box, err))
        return false;
    list->rows = json_array();
    if (read_rows(st, list, err))
        return true;
    json_decref(list->rows);
    list_box_drop(&list->box);
    return false;
}

/* The same list, from here on. */
static json_t *next_json(const struct exchange *x, const struct list *list)
{
    struct buf url = buf_new(8192);
    json_t *out;

    if (list->cursor[0] == '\0')
        return json_null();
    list_box_address(x, &list->box, "/ratings", &url);
    query_add(&url, "as_of", list->as_of);
    query_add(&url, "cursor", list->cursor);
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
    list_box_address(x, &list->box, path, &url);
    out = json_string(buf_text(&url));
    buf_free(&url);
    return out;
}

static void show_list(struct exchange *x, struct step *s)
{
    static const char *const sorts[] = {"newest", "oldest", "worst", "best"};
    struct list *list = (struct list *)s;
    json_t *data = staff_frame(x, &list->staff, list->words.lang);
    bool some = json_array_size(list->rows) > 0, any = list->box.query.count > 0;
    bool wrong = list->trouble[0] != '\0' || list->box.fault.trouble != LIST_FINE;
    char day[11] = "";

    if (list->back != 0)
        rate_day_text(list->back, day);
    list_box_put(x, &list->box, &list->staff, &list->words, sorts, LENGTH(sorts), data);
    json_object_set_new(data, "trouble", json_string(list->trouble));
    json_object_set_new(data, "rows", list->rows);
    json_object_set_new(data, "some", json_boolean(some));
    json_object_set_new(data, "back", json_string(day));
    json_object_set_new(data, "nothing_found",
                        json_boolean(!some && !wrong && list->back == 0 &&
                                     (any || list->filter.before != 0)));
    json_object_set_new(
        data, "nothing_yet",
        json_boolean(!some && !wrong && !any && list->filter.before == 0));
    json_object_set_new(data, "next", next_json(x, list));
    json_object_set_new(data, "csv", export_json(x, list, "/ratings.csv"));
    json_object_set_new(data, "xlsx", export_json(x, list, "/ratings.xlsx"));
    page_answer(x, wrong ? 422 : 200, "ratings", list_catalogue, list->words.lang, data);
}

/* The wishes of the box stand for the older fields, which it has taken in. */
void page_ratings(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));
    const char *as_of = exchange_query(x, "as_of");
    struct review_filter *f = &list->filter;
    struct error err = {0};

    list_box_read(x, &list_ratings, &list->box);
    if (list->box.fault.trouble == LIST_FINE && !review_query_read(x, f, &err))
        snprintf(list->trouble, sizeof(list->trouble), "%s", err.text);
    f->department = f->window = f->matter = f->channel = f->clerk = NULL;
    f->grade = f->from = f->to = 0;
    f->query = list->box.query;
    if (as_of == NULL || !review_cursor_parse(as_of, &f->as_of))
        f->as_of = 0;
    if (f->as_of == 0)
        f->before = 0; /* no list to go on with */
    staff_read(&list->staff, read_list, show_list);
}
