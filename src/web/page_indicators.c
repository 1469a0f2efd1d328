/*
 * page_indicators.c — see page_indicators.h.
 *
 * Promise: a figure that is refused comes back with everything that was typed and the
 * field at fault; the form carries a number of its own, so that the same form sent twice
 * is one figure.
 */
#include "web/page_indicators.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/clerk_place.h"
#include "web/assess_frame.h"
#include "web/indicator_view.h"
#include "web/once.h"
#include "web/workbook.h"

static const char catalogue[] = "indicators";

struct indicators_page {
    struct staff staff;
    struct indicator_view view;
    int year;
    json_t *data, *departments;
    char once[ONCE_MOST + 1];
    const char *trouble,
        *wrong; /* key of a sentence and id of its field; NULL for none */
    const char *department, *kind, *moved, *whole, *day, *evidence; /* as typed */
};

static const char *say(const struct indicators_page *p, const char *key)
{
    return page_text(p->view.words.site, catalogue, p->view.words.lang, key);
}

static void put(struct indicators_page *p, const char *key, json_t *value)
{
    json_object_set_new(p->data, key, value);
}

/* == The page ===================================================================== */

static void add_department(void *self, const struct department_staff *d)
{
    struct indicators_page *p = self;
    const char *asked = p->view.department, *typed = p->department;

    json_array_append_new(p->departments,
                          json_pack("{s:s, s:s, s:b, s:b}", "value", d->code, "text",
                                    d->name, "chosen",
                                    asked != NULL && strcmp(asked, d->code) == 0, "typed",
                                    typed != NULL && strcmp(typed, d->code) == 0));
}

static bool begin(struct store *st, struct indicators_page *p, int64_t now_ms,
                  struct error *err)
{
    struct exchange *x = p->staff.step.x;
    const char *department = exchange_query(x, "department");

    p->view = (struct indicator_view){
        .words = assess_words(x, st, catalogue, now_ms),
        .year = assess_year(x),
        .department = department != NULL && department[0] != '\0' ? department : NULL};
    return p->view.year != 0 || error_set(err, ERROR_ABSENT, "There is no such year.");
}

static const char *text(const char *typed)
{
    return typed != NULL ? typed : "";
}

static void put_form(struct indicators_page *p)
{
    json_t *kinds = json_array();

    for (int i = 0; i < MOVED_KINDS; i++) {
        const char *name = concentration_name((enum concentration_kind)i);

        json_array_append_new(kinds,
                              json_pack("{s:s, s:s, s:b}", "value", name, "text",
                                        indicator_word(&p->view, "moved", name), "typed",
                                        p->kind != NULL && strcmp(p->kind, name) == 0));
    }
    if (p->once[0] == '\0')
        once_new(site_of(p->staff.step.x)->world, p->once);
    put(p, "once", json_string(p->once));
    put(p, "kinds", kinds);
    put(p, "typed_moved", json_string(text(p->moved)));
    put(p, "typed_whole", json_string(text(p->whole)));
    put(p, "typed_day", json_string(text(p->day)));
    put(p, "typed_evidence", json_string(text(p->evidence)));
    put(p, "trouble", p->trouble != NULL ? json_string(say(p, p->trouble)) : json_null());
    put(p, "wrong", json_string(p->wrong != NULL ? p->wrong : ""));
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct indicators_page *p = (struct indicators_page *)s;
    bool ok;

    if (!begin(st, p, now_ms, err))
        return false;
    p->departments = json_array();
    ok = departments_staff(st, add_department, p, err) &&
         indicator_view_read(st, &p->view, now_ms, err);
    if (ok) {
        p->data = json_object();
        indicator_view_put(&p->view, p->data);
        put_form(p);
        put(p, "may_type",
            json_boolean(assess_acts(&p->staff, "/assess/{year}/indicators")));
        put(p, "departments", p->departments);
        put(p, "saved", json_boolean(exchange_query(s->x, "saved") != NULL));
    } else {
        json_decref(p->departments);
    }
    indicator_view_free(&p->view);
    return ok;
}

static void show_page(struct exchange *x, struct step *s)
{
    struct indicators_page *p = (struct indicators_page *)s;
    json_t *data = assess_frame(x, &p->staff, p->view.words.lang, p->view.year,
                                "/assess/{year}/indicators");
    struct buf sheet = buf_new(8192);

    buf_addf(&sheet, "/assess/%d/indicators.xlsx", p->view.year);
    query_add(&sheet, "lang", p->view.words.lang == LANG_EN ? "en" : "zh-CN");
    query_add(&sheet, "department", p->view.department);
    put(p, "sheet", json_string(buf_text(&sheet)));
    buf_free(&sheet);
    json_object_update(data, p->data);
    json_decref(p->data);
    page_answer(x, p->trouble != NULL ? 422 : 200, "indicators", catalogue,
                p->view.words.lang, data);
}

void page_indicators(struct exchange *x)
{
    struct indicators_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->staff, read_page, show_page);
}

/* == A figure that is typed ======================================================= */

/* A whole number without sign; -1 for anything else. */
static int64_t whole_number(const char *typed)
{
    size_t length = strspn(typed, "0123456789");

    return length > 0 && length <= 9 && typed[length] == '\0' ? atoll(typed) : -1;
}

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    static const struct {
        const char *field, *key;
    } keys[] = {{"department", "bad_department"},
                {"kind", "bad_kind"},
                {"moved", "bad_moved"},
                {"whole", "bad_whole"},
                {"day", "bad_day"},
                {"evidence", "bad_evidence"}};
    struct indicators_page *p = (struct indicators_page *)s;
    const struct concentration c = {.department = p->department,
                                    .kind = concentration_read(p->kind),
                                    .moved = whole_number(p->moved),
                                    .whole = whole_number(p->whole),
                                    .day = assess_date(p->day),
                                    .evidence = p->evidence,
                                    .actor = p->staff.who.actor,
                                    .once = p->once};

    if (p->year == 0)
        return error_set(err, ERROR_ABSENT, "There is no such year.");
    if (strlen(p->once) != ONCE_TEXT - 1) /* no form of ours */
        return error_set(err, ERROR_INPUT, "Open the page again and send its form.");
    if (c.day != 0 && c.day / 10000 != p->year)
        error_field(err, "day", "The day lies in another year.");
    else if (concentration_add(st, &c, hall_local_date(st->frame, now_ms), now_ms, err))
        return true;
    for (size_t i = 0; err->kind == ERROR_INPUT && i < LENGTH(keys); i++)
        if (strcmp(keys[i].field, err->field) == 0) {
            p->trouble = keys[i].key;
            p->wrong = keys[i].field;
            error_clear(err);
            return true;
        }
    return false;
}

static void taken(struct exchange *x, struct step *s)
{
    struct indicators_page *p = (struct indicators_page *)s;

    if (p->trouble != NULL)
        return staff_read(&p->staff, read_page, show_page);
    assess_go(x, p->year, "/indicators?saved=1");
}

void page_indicators_post(struct exchange *x)
{
    struct indicators_page *p = staff_new(x, sizeof(*p));
    struct form form;

    if (!staff_form(x, &form))
        return;
    p->year = assess_year(x);
    p->department = staff_field(x, &form, "in");
    p->kind = staff_field(x, &form, "kind");
    p->moved = staff_field(x, &form, "moved");
    p->whole = staff_field(x, &form, "whole");
    p->day = staff_field(x, &form, "day");
    p->evidence = staff_field(x, &form, "evidence");
    snprintf(p->once, sizeof(p->once), "%s", staff_field(x, &form, "once"));
    staff_write(&p->staff, &form, take, taken);
    form_free(&form);
}

/* == The workbook ================================================================= */

static void fill_sheet(struct sheet *s, void *self)
{
    indicator_view_sheet(self, s);
}

static bool make_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct indicators_page *p = (struct indicators_page *)s;
    bool ok = begin(st, p, now_ms, err) &&
              indicator_view_read(st, &p->view, now_ms, err) &&
              workbook_make(s->x, say(p, "sheet_about"), say(p, "sheet_data"), fill_sheet,
                            &p->view, err);

    indicator_view_free(&p->view);
    return ok;
}

static void send_sheet(struct exchange *x, struct step *s)
{
    const struct indicators_page *p = (struct indicators_page *)s;
    char name[40];

    snprintf(name, sizeof(name), "indicators-%d.xlsx", p->view.year);
    workbook_answer(x, name);
}

void page_indicators_sheet(struct exchange *x)
{
    struct indicators_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->staff, make_sheet, send_sheet);
}
