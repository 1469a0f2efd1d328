/*
 * page_praise.c — the list of thanks (page_praise.h).
 *
 * Promise: whoever is tied to a department or window sees its thanks only, and who may
 * not read citizens' words sees that there were some.
 */
#include "web/page_praise.h"

#include <string.h>

#include "store/praise_store.h"
#include "web/session.h"
#include "web/staff_words.h"

static const char catalogue[] = "clerk";

struct list {
    struct staff staff;
    struct staff_words words;
    struct praise_filter filter;
    struct store *st; /* while rows are read */
    json_t *rows;
    int64_t next;
};

/* Who entered it; null for what citizens wrote themselves. */
static json_t *entered_by(const struct list *list, const char *actor)
{
    return strcmp(actor, "citizen") == 0 ? json_null() : staff_actor(list->st, actor);
}

/* Which case it was: not for whoever must not know who rated, for thanks may be signed.
 */
static const char *case_said(const struct list *list, const struct praise *p)
{
    if (!list->staff.view->rater)
        return "";
    return p->number[0] != '\0' ? p->number : p->case_no;
}

static void add_row(void *self, const struct praise *p)
{
    struct list *list = self;
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "way",
        staff_word(&list->words, "praise", p->way), "clerk", p->clerk.name, "window",
        p->window.name, "department", p->department.name, "case", case_said(list, p),
        "by", entered_by(list, p->actor), "at", staff_time(&list->words, p->at_ms));

    if (!list->staff.view->words)
        json_object_set_new(row, "hidden", json_true());
    else if (p->words != NULL)
        json_object_set_new(row, "text", json_string(p->words));
    else
        json_object_set_new(row, "erased", json_true());
    json_array_append_new(list->rows, row);
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct list *list = (struct list *)s;
    const struct caller *who = &list->staff.who;

    list->words = (struct staff_words){.site = site_of(s->x),
                                       .frame = st->frame,
                                       .lang = page_lang(s->x),
                                       .now_ms = now_ms};
    if (list->staff.view->scope == ACCESS_DEPARTMENT)
        list->filter.department = who->place;
    else if (list->staff.view->scope != ACCESS_HALL)
        list->filter.window = who->place;
    list->st = st;
    list->rows = json_array();
    if (praise_list(st, &list->filter, add_row, list, &list->next, err))
        return true;
    json_decref(list->rows);
    return false;
}

static void show_list(struct exchange *x, struct step *s)
{
    struct list *list = (struct list *)s;
    json_t *data = staff_frame(x, &list->staff, list->words.lang);
    char cursor[REVIEW_CURSOR];

    json_object_set_new(data, "saved", json_boolean(exchange_query(x, "saved") != NULL));
    json_object_set_new(
        data, "enters",
        json_boolean(access_page("/praise/new", list->staff.who.role) != NULL));
    json_object_set_new(data, "some", json_boolean(json_array_size(list->rows) > 0));
    json_object_set_new(data, "rows", list->rows);
    if (list->next != 0) {
        review_cursor_text(list->next, cursor);
        json_object_set_new(data, "next", json_string(cursor));
    }
    page_answer(x, 200, "praise", catalogue, list->words.lang, data);
}

void page_praise(struct exchange *x)
{
    struct list *list = staff_new(x, sizeof(*list));
    const char *cursor = exchange_query(x, "cursor");

    list->filter.limit = PRAISE_LIMIT;
    if (cursor != NULL && !review_cursor_parse(cursor, &list->filter.before))
        list->filter.before = 0;
    staff_read(&list->staff, read_list, show_list);
}
