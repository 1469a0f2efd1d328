/*
 * page_inspection.c — see page_inspection.h.
 *
 * Promise: the hall reads months that are over and a number of at least five, so that
 * nobody can tell from it who answered; the sealed answers leave by the inspection's own
 * press only, and that is an audit event. An answer is opened on the inspection's own
 * machine (yiping inspection open), so the server never knows what it says: an order for
 * a hint is opened by the inspection, by the case's number, and not by an answer's
 * coming in, which would tell by its moment whose it is.
 */
#include "web/page_inspection.h"

#include <stdio.h>

#include "store/integrity_store.h"
#include "web/page.h"
#include "web/page_ticket.h"
#include "web/session.h"
#include "web/staff_words.h"

enum { AT_ONCE = 64, ANSWERS_MOST = 5000 }; /* boxes of 4 kB; the rest by `after` */

struct view {
    struct staff staff;
    struct staff_words words;
    json_t *months;
    int64_t after, order_id;
    int told;
    char case_no[80];
};

/* ---- the page ---- */

static void add_month(void *self, int month, int64_t count)
{
    struct view *v = self;
    char text[16], number[24];

    snprintf(text, sizeof(text), "%d-%02d", month / 100, month % 100);
    snprintf(number, sizeof(number), "%lld", (long long)count);
    json_array_append_new(v->months,
                          json_pack("{s:s, s:o}", "month", text, "count",
                                    count < 0 ? json_null() : json_string(number)));
}

static bool read_months(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct view *v = (struct view *)s;

    v->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .now_ms = now_ms};
    v->months = json_array();
    if (integrity_months(st, now_ms, add_month, v, err))
        return true;
    json_decref(v->months);
    return false;
}

static void show(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    json_t *data = staff_frame(x, &v->staff, v->words.lang);

    json_object_set_new(data, "asked", json_boolean(integrity_asked(site_of(x))));
    json_object_set_new(data, "sealed", json_boolean(v->staff.view->sealed));
    json_object_set_new(data, "some", json_boolean(json_array_size(v->months) > 0));
    json_object_set_new(data, "months", v->months);
    page_answer(x, 200, "inspection", "inspection", v->words.lang, data);
}

void page_inspection(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));

    staff_read(&v->staff, read_months, show);
}

/* ---- the sealed answers ---- */

static void add_box(void *self, int64_t id, int month, const void *box, size_t length)
{
    struct view *v = self;
    struct exchange *x = v->staff.step.x;
    char *text = exchange_memory(x, 2 * length + 1);

    crypt_hex(box, length, text);
    buf_addf(&x->answer, "{\"id\":\"%lld\",\"month\":%d,\"box\":\"%s\"}\n", (long long)id,
             month, text);
    v->told++;
}

static bool read_boxes(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct view *v = (struct view *)s;

    (void)now_ms;
    return integrity_boxes(st, v->after, AT_ONCE, add_box, v, &v->after, err);
}

static void boxes_read(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;

    if (v->after != 0 && v->told < ANSWERS_MOST) {
        staff_read(&v->staff, read_boxes, boxes_read);
        return;
    }
    if (v->after != 0)
        buf_addf(&x->answer, "{\"after\":\"%lld\"}\n", (long long)v->after);
    exchange_header_add(x, "Content-Disposition",
                        "attachment; filename=\"integrity.jsonl\"");
    exchange_answer(x, 200, "application/x-ndjson; charset=utf-8");
}

static bool note(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct view *v = (struct view *)s;

    return store_audit(st, v->staff.who.actor, "export.integrity", "integrity", NULL,
                       now_ms, err);
}

static void noted(struct exchange *x, struct step *s)
{
    (void)x;
    staff_read((struct staff *)s, read_boxes, boxes_read);
}

void page_inspection_answers_post(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));
    struct form form;

    if (!staff_form(x, &form))
        return;
    if (!id_parse(staff_field(x, &form, "after"), &v->after))
        v->after = 0;
    staff_write(&v->staff, &form, note, noted);
    form_free(&form);
}

/* ---- a hint is followed ---- */

static bool open_hint(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct view *v = (struct view *)s;

    return integrity_hint(st, &site_of(s->x)->rules->rating.order, v->case_no,
                          v->staff.who.actor, now_ms, &v->order_id, err);
}

static void hint_opened(struct exchange *x, struct step *s)
{
    struct view *v = (struct view *)s;
    char path[64];

    snprintf(path, sizeof(path), "/reviews/%lld", (long long)v->order_id);
    page_see_other(x, path);
}

void page_inspection_hint_post(struct exchange *x)
{
    struct view *v = staff_new(x, sizeof(*v));
    struct form form;

    if (!staff_form(x, &form))
        return;
    snprintf(v->case_no, sizeof(v->case_no), "%s", staff_field(x, &form, "case_no"));
    staff_write(&v->staff, &form, open_hint, hint_opened);
    form_free(&form);
}
