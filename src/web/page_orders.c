/*
 * page_orders.c — the list of work orders (page_orders.h).
 *
 * Promise: the address is the view, so that it can be kept and passed on; what is most
 * overdue comes first.
 */
#include "web/page_orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/order_list.h"
#include "store/praise_store.h"
#include "store/unlinked_store.h"
#include "web/list_box.h"
#include "web/page.h"

enum { PAGE = 50, COUNT_MOST = 1000 };

struct list {
    struct staff staff;
    struct staff_words words;
    struct order_filter filter;
    const struct order_rules *rules;
    int64_t counts[ORDER_VIEWS];
    struct list_box box;
    int64_t praises, unlinked; /* up to COUNT_MOST; -1 where they are not shown */
    json_t *rows;
    struct order_place next;
};

bool order_shown(const struct access_view *view, const struct caller *who,
                 const struct order *o)
{
    if (o->now.kind == ORDER_HINT)
        return view->sealed;
    switch (view->scope) {
    case ACCESS_DEPARTMENT:
        return strcmp(o->department, who->place) == 0;
    case ACCESS_WINDOW:
        return strcmp(o->window, who->place) == 0;
    case ACCESS_CLERK:
        return o->owner == who->id;
    default:
        return true;
    }
}

/* The same as order_shown, as a condition on the list. */
static void narrow(const struct access_view *view, const struct caller *who,
                   struct order_filter *f)
{
    f->hints = view->sealed;
    f->me = who->id;
    if (view->scope == ACCESS_DEPARTMENT)
        f->department = who->place;
    else if (view->scope == ACCESS_WINDOW)
        f->window = who->place;
    else if (view->scope == ACCESS_CLERK)
        f->owner = who->id;
}

/* How far a clock is from its end, in words, with a tone: "还剩 3 小时", "超时 1 天". */
static json_t *clock_json(const struct list *list, const struct order_item *item)
{
    const struct staff_words *w = &list->words;
    bool over = item->due_ms <= w->now_ms;
    int64_t s = (over ? w->now_ms - item->due_ms : item->due_ms - w->now_ms) / 1000;
    char number[24];
    const char *key;

    if (item->state == ORDER_CLOSED || item->paused)
        return json_pack(
            "{s:s, s:s}", "text",
            staff_word(w, "order",
                       item->paused ? "paused" : order_state_name(item->state)),
            "tone", "");
    key = s < 2 * 86400 ? (over ? "clock_over_hours" : "clock_left_hours")
                        : (over ? "clock_over_days" : "clock_left_days");
    snprintf(number, sizeof(number), "%lld",
             (long long)(s < 2 * 86400 ? s / 3600 : s / 86400));
    return json_pack("{s:o, s:s}", "text",
                     page_phrase(w->site, "staff", w->lang, key, "n", number, NULL),
                     "tone",
                     over        ? "red"
                     : s < 86400 ? "amber"
                                 : "green");
}

static void add_row(void *self, const struct order_item *item)
{
    struct list *list = self;
    const struct staff_words *w = &list->words;
    char id[24], level[12];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)item->id);
    snprintf(level, sizeof(level), "%d", item->level);
    row = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "id", id,
        "number", item->number, "clock", clock_json(list, item), "grade",
        item->kind == ORDER_RATING ? staff_grade(w, item->grade) : json_null(), "dims",
        staff_dims(w, item->dims), "kind",
        staff_word(w, "order_kind", order_kind_name(item->kind)), "matter", item->matter,
        "window", item->window, "department", item->department, "state",
        staff_word(w, "order", order_state_name(item->state)), "owner", item->owner,
        "proof", item->proof, "again", item->round > 0);
    if (item->level > 0)
        json_object_set_new(row, "level",
                            json_string(staff_word(w, "order_level", level)));
    if (list->staff.view->words && item->words != NULL)
        json_object_set_new(row, "words", json_string(item->words));
    json_array_append_new(list->rows, row);
}

static int64_t day_end(const struct hall_frame *frame, int64_t now_ms)
{
    struct local_time local;

    zone_local(frame->zone, now_ms, &local);
    return zone_day_utc(frame->zone, day_number(local.year, local.month, local.day) + 1,
                        0) -
           1;
}

static void count_row(void *self, const struct order_item *item)
{
    (void)item;
    ++*(int *)self;
}

static bool any_row(struct store *st, void *self, const struct list_query *query,
                    bool *any, bool *known, struct error *err)
{
    struct list *list = self;
    struct order_filter some = list->filter;
    struct order_place next;
    int count = 0;

    some.query = *query;
    some.limit = 1;
    if (!orders_list(st, &some, count_row, &count, &next, err))
        return false;
    *any = count > 0;
    *known = count > 0 || next.id == 0;
    return true;
}

/* Thanks and replies that made no rating are lists of their own, a step from here. */
static bool count_others(struct store *st, struct list *list, struct error *err)
{
    const struct access_view *view = access_page("/praise", list->staff.who.role);
    struct praise_filter f = {.limit = COUNT_MOST};

    list->praises = list->unlinked = -1;
    if (view != NULL && view->scope == ACCESS_DEPARTMENT)
        f.department = list->staff.who.place;
    if (view != NULL && view->scope == ACCESS_WINDOW)
        f.window = list->staff.who.place;
    return (view == NULL || praise_count_all(st, &f, &list->praises, err)) &&
           (access_page("/unlinked", list->staff.who.role) == NULL ||
            unlinked_count(st, COUNT_MOST, &list->unlinked, err));
}

static bool read_page(struct store *st, struct list *list, struct error *err)
{
    if (list->box.fault.trouble != LIST_FINE)
        return true;
    return orders_list(st, &list->filter, add_row, list, &list->next, err) &&
           (json_array_size(list->rows) > 0 || list->next.id != 0 ||
            list->filter.after.id != 0 ||
            list_box_blame(st, &list->box, any_row, list, err));
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct list *list = (struct list *)s;
    struct order_filter *f = &list->filter;

    list->words = (struct staff_words){.site = site_of(s->x),
                                       .frame = st->frame,
                                       .lang = page_lang(s->x),
                                       .now_ms = now_ms};
    narrow(list->staff.view, &list->staff.who, f);
    f->now_ms = now_ms;
    f->day_end_ms = day_end(st->frame, now_ms);
    f->limit = PAGE;
    if (!list_box_fill(st, &list->staff, &list->box, err))
        return false;
    list->rows = json_array();
    if (orders_count(st, f, list->counts, err) && count_others(st, list, err) &&
        read_page(st, list, err))
        return true;
    json_decref(list->rows);
    list_box_drop(&list->box);
    return false;
}

static json_t *views_json(const struct list *list)
{
    json_t *views = json_array();

    for (int i = 0; i < ORDER_VIEWS; i++) {
        const char *name = order_view_name((enum order_view)i);

        json_array_append_new(
            views,
            json_pack("{s:s, s:s, s:o, s:b}", "name", name, "text",
                      staff_word(&list->words, "orders", name), "count",
                      i == ORDERS_CLOSED ? json_null() : json_integer(list->counts[i]),
                      "current", i == (int)list->filter.view));
    }
    return views;
}

/* "12", or "1000+" where nobody counted further. */
static void put_count(json_t *data, const char *name, int64_t count)
{
    char text[32];

    snprintf(text, sizeof(text), "%lld%s", (long long)count,
             count >= COUNT_MOST ? "+" : "");
    json_object_set_new(data, name, count < 0 ? json_null() : json_string(text));
}

static void show_list(struct exchange *x, struct step *s)
{
    static const char *const sorts[] = {"due", "newest", "oldest"};
    struct list *list = (struct list *)s;
    json_t *data = staff_frame(x, &list->staff, list->words.lang);
    const char *view = order_view_name(list->filter.view);
    bool wrong = list->box.fault.trouble != LIST_FINE;
    char after[64];

    list_box_put(x, &list->box, &list->staff, &list->words, sorts, LENGTH(sorts), data);
    put_count(data, "praises", list->praises);
    put_count(data, "unlinked", list->unlinked);
    json_object_set_new(data, "views", views_json(list));
    json_object_set_new(data, "wrong", json_boolean(wrong));
    json_object_set_new(data, "title",
                        json_string(staff_word(&list->words, "orders", view)));
    json_object_set_new(data, "some", json_boolean(json_array_size(list->rows) > 0));
    json_object_set_new(data, "rows", list->rows);
    if (list->next.id != 0) {
        snprintf(after, sizeof(after), "%lld.%lld", (long long)list->next.due_ms,
                 (long long)list->next.id);
        json_object_set_new(data, "next", list_box_url(x, &list->box, "after", after));
    }
    page_answer(x, wrong ? 422 : 200, "orders", list_catalogue, list->words.lang, data);
}

/* Views that are not known, and places that are none, begin anew. */
void page_orders(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));
    const char *view = exchange_query(x, "view"), *after = exchange_query(x, "after");
    long long ms, id;

    list_box_read(x, &list_reviews, &list->box);
    list->filter.query = list->box.query;
    list->filter.sort =
        list->box.sort != NULL ? order_sort_read(list->box.sort) : ORDERS_BY_DATE;
    if (list->filter.sort == ORDER_SORTS)
        list->filter.sort = ORDERS_BY_DATE;
    list->filter.view = view != NULL ? order_view_read(view) : ORDERS_OPEN;
    if (list->filter.view == ORDER_VIEWS)
        list->filter.view = ORDERS_OPEN;
    list->box.view = order_view_name(list->filter.view);
    if (after != NULL && sscanf(after, "%lld.%lld", &ms, &id) == 2 && ms > 0 && id > 0) {
        list->filter.after.due_ms = ms;
        list->filter.after.id = id;
    }
    staff_read(&list->staff, read_list, show_list);
}
