/*
 * page_unlinked.c — see page_unlinked.h.
 *
 * Promise: the citizen's words and the masked number stand here only for whom
 * web/access.c lets see them. Read in one snapshot on a reader thread.
 */
#include "web/page_unlinked.h"

#include <stdio.h>

#include "store/unlinked_store.h"
#include "web/reply_text.h"
#include "web/session.h"
#include "web/staff_words.h"

struct view {
    struct staff staff;
    struct staff_words words;
    int64_t before;
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

static bool read_unlinked(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct view *v = (struct view *)s;
    int64_t next;

    v->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .now_ms = now_ms};
    v->rows = json_array();
    if (!unlinked_list(st, v->before, reply_text, (void *)site_of(s->x)->roster, add_row,
                       v, &next, err)) {
        json_decref(v->rows);
        return false;
    }
    if (next != 0)
        review_cursor_text(next, v->cursor);
    return true;
}

static void show_unlinked(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    json_t *data = staff_frame(x, &v->staff, v->words.lang);
    char next[96];

    snprintf(next, sizeof(next), "/unlinked?lang=%s&cursor=%s",
             v->words.lang == LANG_ZH ? "zh-CN" : "en", v->cursor);
    json_object_set_new(data, "some", json_boolean(json_array_size(v->rows) > 0));
    json_object_set_new(data, "rows", v->rows);
    json_object_set_new(data, "next",
                        v->cursor[0] != '\0' ? json_string(next) : json_null());
    page_answer(x, 200, "unlinked", "staff", v->words.lang, data);
}

/* A cursor that nobody gave out begins with the newest. */
void page_unlinked(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));
    const char *cursor = exchange_query(x, "cursor");

    if (cursor != NULL && !review_cursor_parse(cursor, &v->before))
        v->before = 0;
    staff_read(&v->staff, read_unlinked, show_unlinked);
}
