/*
 * page_person_sheet.c — see page_person_sheet.h.
 *
 *     reader: who, and is there such a clerk? → writer: audit event … → reader: facts →
 *     loop: the page, or the workbook
 */
#include "web/page_person_sheet.h"

#include <stdio.h>
#include <string.h>

#include "web/assess_frame.h"
#include "web/person_view.h"
#include "web/workbook.h"

static const char catalogue[] = "person_sheet";

struct sheet_page;
typedef bool sheet_make(struct exchange *x, struct sheet_page *p, struct error *err);

struct sheet_page {
    struct staff staff;
    struct person_view view;
    bool book;
    sheet_make *make; /* what is made of the facts, on the reader's thread */
    step_then *then;
    json_t *data;
};

static const char *say(const struct sheet_page *p, const char *key)
{
    return page_text(p->view.words.site, catalogue, p->view.words.lang, key);
}

/* == Who looks at whom ============================================================ */

static bool nobody(struct error *err)
{
    return error_set(err, ERROR_ABSENT, "There is no such clerk in this hall.");
}

static bool find(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct sheet_page *p = (struct sheet_page *)s;
    bool found;

    p->view = (struct person_view){.words = assess_words(s->x, st, catalogue, now_ms),
                                   .sealed = p->staff.view->sealed,
                                   .clerk = exchange_param(s->x, 1)};
    if (!assess_year_asked(s->x, &p->view.year, err) ||
        !clerk_place_find(st, p->view.clerk, &p->view.place, &found, err))
        return false;
    return found || nobody(err);
}

static bool note(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct sheet_page *p = (struct sheet_page *)s;
    char object[CODE_SIZE + 8], detail[48];

    snprintf(object, sizeof(object), "clerk %s", p->view.place.code);
    snprintf(detail, sizeof(detail), "year=%d%s", p->view.year, p->book ? " xlsx" : "");
    return store_audit(st, p->staff.who.actor, "person.looked", object, detail, now_ms,
                       err);
}

/* Reads the facts, of one moment, and makes of them what was asked for. */
static bool read_facts(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct sheet_page *p = (struct sheet_page *)s;
    bool found, ok;

    p->view.words.frame = st->frame;
    p->view.words.now_ms = now_ms;
    ok = person_view_read(st, &p->view, now_ms, &found, err) && (found || nobody(err)) &&
         p->make(s->x, p, err);
    person_view_free(&p->view);
    return ok;
}

static void look(struct exchange *x, struct step *s)
{
    (void)x;
    step_read(s, read_facts, ((struct sheet_page *)s)->then);
}

static void record(struct exchange *x, struct step *s)
{
    (void)x;
    step_write(s, note, look);
}

static void begin(struct exchange *x, bool book, sheet_make *make, step_then *then)
{
    struct sheet_page *p = staff_new(x, sizeof(*p));

    p->book = book;
    p->make = make;
    p->then = then;
    staff_read(&p->staff, find, record);
}

/* == The page ===================================================================== */

static bool make_page(struct exchange *x, struct sheet_page *p, struct error *err)
{
    struct buf path = buf_new(256);

    (void)x;
    (void)err;
    percent_encode(&path, p->view.place.code, strlen(p->view.place.code));
    p->data = json_pack("{s:s}", "code_path", buf_text(&path));
    person_view_put(&p->view, p->data);
    buf_free(&path);
    return true;
}

static void show_page(struct exchange *x, struct step *s)
{
    struct sheet_page *p = (struct sheet_page *)s;
    json_t *data = assess_frame(x, &p->staff, p->view.words.lang, p->view.year,
                                "/assess/{year}/person");

    json_object_update(data, p->data);
    json_decref(p->data);
    page_answer(x, 200, "person_sheet", catalogue, p->view.words.lang, data);
}

void page_person_sheet(struct exchange *x)
{
    begin(x, false, make_page, show_page);
}

/* == The workbook ================================================================= */

static void fill_book(struct sheet *s, void *self)
{
    person_view_sheet(self, s);
}

static bool make_book(struct exchange *x, struct sheet_page *p, struct error *err)
{
    return workbook_make(x, say(p, "sheet_about"), say(p, "sheet_data"), fill_book,
                         &p->view, err);
}

static void send_book(struct exchange *x, struct step *s)
{
    const struct sheet_page *p = (struct sheet_page *)s;
    char name[40];

    /* A code may hold anything; the name of the file tells the year only. */
    snprintf(name, sizeof(name), "person-%d.xlsx", p->view.year);
    workbook_answer(x, name);
}

void page_person_book(struct exchange *x)
{
    begin(x, true, make_book, send_book);
}

/* == The list ===================================================================== */

struct people_page {
    struct staff staff;
    struct staff_words words;
    int year;
    json_t *rows;
};

static void add_person(void *self, const struct clerk_place *c)
{
    struct people_page *p = self;
    struct buf href = buf_new(256);

    buf_addf(&href, "/assess/%d/person/", p->year);
    percent_encode(&href, c->code, strlen(c->code));
    json_array_append_new(
        p->rows, json_pack("{s:s, s:s, s:s, s:s, s:s}", "href", buf_text(&href), "name",
                           c->name, "code", c->code, "window",
                           c->window_name[0] != '\0' ? c->window_name : "–", "department",
                           c->department_name[0] != '\0' ? c->department_name : "–"));
    buf_free(&href);
}

static bool read_people(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct people_page *p = (struct people_page *)s;

    p->words = assess_words(s->x, st, catalogue, now_ms);
    if (!assess_year_asked(s->x, &p->year, err))
        return false;
    p->rows = json_array();
    if (clerk_places_each(st, add_person, p, err))
        return true;
    json_decref(p->rows);
    return false;
}

static void show_people(struct exchange *x, struct step *s)
{
    struct people_page *p = (struct people_page *)s;
    json_t *data =
        assess_frame(x, &p->staff, p->words.lang, p->year, "/assess/{year}/person");

    json_object_set_new(data, "some", json_boolean(json_array_size(p->rows) > 0));
    json_object_set_new(data, "rows", p->rows);
    page_answer(x, 200, "people", catalogue, p->words.lang, data);
}

void page_people(struct exchange *x)
{
    struct people_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->staff, read_people, show_people);
}
