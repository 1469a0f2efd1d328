/*
 * page_unlinked.c — see page_unlinked.h.
 *
 * Promise: the citizen's words and the masked number stand here only for whom
 * web/access.c lets see them. Read in one snapshot on a reader thread.
 */
#include "web/page_unlinked.h"

#include <string.h>

#include "store/unlinked_store.h"
#include "web/list_box.h"
#include "web/reply_text.h"
#include "web/session.h"
#include "web/staff_words.h"

struct view {
    struct staff staff;
    struct staff_words words;
    struct unlinked_filter filter;
    struct list_box box;
    json_t *rows;
    char cursor[REVIEW_CURSOR]; /* of the next page; "" for none */
};

static json_t *text_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static void add_row(void *self, const struct unlinked *one)
{
    struct view *v = self;
    const struct access_view *sees = v->staff.view;

    json_array_append_new(
        v->rows,
        json_pack(
            "{s:o, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "at",
            staff_time(&v->words, one->at_ms), "act",
            staff_word(&v->words, "act", one->act), "trouble",
            one->trouble[0] != '\0'
                ? json_string(staff_word(&v->words, "trouble", one->trouble))
                : json_null(),
            "gateway", one->gateway, "recipient", text_or_null(one->recipient), "phone",
            sees->phone != ACCESS_PHONE_NONE ? text_or_null(one->phone) : json_null(),
            "text", sees->words ? text_or_null(one->text) : json_null(), "number",
            text_or_null(one->number), "matter", text_or_null(one->matter)));
}

static void count_row(void *self, const struct unlinked *one)
{
    (void)one;
    ++*(int *)self;
}

static bool any_row(struct store *st, void *self, const struct list_query *query,
                    bool *any, bool *known, struct error *err)
{
    struct view *v = self;
    struct unlinked_filter some = v->filter;
    int64_t next;
    int count = 0;

    some.query = *query;
    some.limit = 1;
    if (!unlinked_list(st, &some, reply_text, (void *)site_of(v->staff.step.x)->roster,
                       count_row, &count, &next, err))
        return false;
    *any = count > 0;
    *known = count > 0 || next == 0;
    return true;
}

static bool read_page(struct store *st, struct view *v, struct error *err)
{
    int64_t next;

    if (v->box.fault.trouble != LIST_FINE)
        return true;
    if (!unlinked_list(st, &v->filter, reply_text,
                       (void *)site_of(v->staff.step.x)->roster, add_row, v, &next, err))
        return false;
    if (next != 0)
        review_cursor_text(next, v->cursor);
    return json_array_size(v->rows) > 0 || next != 0 || v->filter.place != 0 ||
           list_box_blame(st, &v->box, any_row, v, err);
}

static bool read_unlinked(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct view *v = (struct view *)s;

    v->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .now_ms = now_ms};
    if (!list_box_fill(st, &v->staff, &v->box, err))
        return false;
    v->rows = json_array();
    if (read_page(st, v, err))
        return true;
    json_decref(v->rows);
    list_box_drop(&v->box);
    return false;
}

static void show_unlinked(struct exchange *x, struct step *s)
{
    static const char *const sorts[] = {"newest", "oldest"};
    struct view *v = (struct view *)s;
    json_t *data = staff_frame(x, &v->staff, v->words.lang);
    bool wrong = v->box.fault.trouble != LIST_FINE;

    list_box_put(x, &v->box, &v->staff, &v->words, sorts, LENGTH(sorts), data);
    json_object_set_new(data, "wrong", json_boolean(wrong));
    json_object_set_new(data, "some", json_boolean(json_array_size(v->rows) > 0));
    json_object_set_new(data, "rows", v->rows);
    json_object_set_new(data, "next",
                        v->cursor[0] != '\0'
                            ? list_box_url(x, &v->box, "cursor", v->cursor)
                            : json_null());
    page_answer(x, wrong ? 422 : 200, "unlinked", list_catalogue, v->words.lang, data);
}

/* A cursor that nobody gave out begins with the newest. */
void page_unlinked(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));
    const char *cursor = exchange_query(x, "cursor");

    list_box_read(x, &list_unlinked, &v->box);
    v->filter.query = v->box.query;
    v->filter.oldest = v->box.sort != NULL && strcmp(v->box.sort, "oldest") == 0;
    if (cursor != NULL && !review_cursor_parse(cursor, &v->filter.place))
        v->filter.place = 0;
    staff_read(&v->staff, read_unlinked, show_unlinked);
}
