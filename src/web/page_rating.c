/*
 * page_rating.c — one rating with everything behind it (page_ratings.h).
 *
 * Promise: every message is shown word for word with its times and states to whoever may
 * see words; others see that something was written, but not what. No phone is shown in
 * full. A rating outside of somebody's department or window is absent for him.
 */
#include "web/page_ratings.h"

#include <stdio.h>
#include <string.h>

#include "store/order_store.h"
#include "store/praise_store.h"
#include "web/citizen.h"
#include "web/parallel_view.h"
#include "web/reply_text.h"
#include "web/session.h"
#include "web/staff_words.h"
#include "web/traits_view.h"

struct record {
    struct staff staff;
    struct staff_words words;
    int64_t id;      /* of the rating that was asked for; 0 for none */
    int64_t case_id; /* that was asked for instead */
    json_t *data;
};

static json_t *name_json(const struct review_name *name)
{
    return json_pack("{s:s, s:s}", "code", name->code, "name", name->name);
}

/* A citizen's words as this person may see them: the text, or why there is none. */
static void set_words(const struct record *rec, json_t *to, const char *text)
{
    if (!rec->staff.view->words)
        json_object_set_new(to, "hidden", json_true());
    else if (text != NULL)
        json_object_set_new(to, "text", json_string(text));
    else
        json_object_set_new(to, "erased", json_true());
}

static json_t *rating_json(const struct record *rec, const struct review_rating *r)
{
    const struct staff_words *w = &rec->words;
    char id[24], receipt[20];
    json_t *out;

    receipt_parted(r->receipt, receipt);
    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    out = json_pack("{s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:s}", "id",
                    id, "grade", staff_grade(w, r->grade), "dims", staff_dims(w, r->dims),
                    "tags", staff_tags(w, r->tags), "channel",
                    staff_word(w, "channel", r->channel), "proof", r->proof,
                    "proof_words", staff_word(w, "proof", r->proof), "delay",
                    staff_delay(w, r->delay_s), "rated", staff_time(w, r->rated_ms),
                    "corrected", r->round > 0, "effective", r->effective, "receipt",
                    rec->staff.view->rater ? receipt : "");
    if (r->comment != NULL) {
        json_t *comment = json_object();

        set_words(rec, comment, r->comment);
        json_object_set_new(out, "comment", comment);
    }
    if (r->contact >= 0)
        json_object_set_new(
            out, "contact",
            json_string(staff_word(w, "contact", r->contact ? "yes" : "no")));
    return out;
}

static json_t *steps_json(const struct record *rec, const struct review_message *m)
{
    json_t *steps = json_array();

    for (size_t i = 0; i < m->step_count; i++)
        json_array_append_new(
            steps, json_pack("{s:s, s:s?, s:o}", "state",
                             staff_word(&rec->words, "state", m->steps[i].state),
                             "detail", m->steps[i].detail, "at",
                             staff_time(&rec->words, m->steps[i].at_ms)));
    return steps;
}

static json_t *message_json(const struct record *rec, const struct review_message *m)
{
    const struct staff_words *w = &rec->words;
    json_t *kind = m->mo ? staff_reading(w, m->kind)
                         : json_string(staff_word(w, "message", m->kind));
    json_t *out = json_pack("{s:b, s:o, s:s, s:o, s:o}", "in", m->mo, "kind", kind,
                            "state", staff_word(w, m->mo ? "act" : "state", m->state),
                            "at", staff_time(w, m->at_ms), "steps", steps_json(rec, m));

    json_object_set_new(out, "has_steps", json_boolean(m->step_count > 0));
    if (m->mo) {
        set_words(rec, out, m->text);
        json_object_set_new(out, "proof", json_string(m->proof));
        return out;
    }
    if (m->reason[0] != '\0')
        json_object_set_new(out, "reason", json_string(staff_word(w, "why", m->reason)));
    if (m->text == NULL)
        json_object_set_new(out, "not_written", json_true());
    else if (rec->staff.view->rater)
        json_object_set_new(out, "text", json_string(m->text));
    else
        json_object_set_new(out, "hidden", json_true()); /* ours hold the receipt */
    return out;
}

/* What is said of the window's own record is not looked into at the window. */
static bool order_is_seen(const struct record *rec, const struct review_order *o)
{
    enum access_scope scope = rec->staff.view->scope;

    return order_kind_read(o->kind) != ORDER_DENIED ||
           (scope != ACCESS_WINDOW && scope != ACCESS_CLERK);
}

static json_t *order_json(const struct record *rec, const struct review_order *o)
{
    const struct staff_words *w = &rec->words;

    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o}", "number", o->number, "kind",
        staff_word(w, "order_kind", o->kind), "state", staff_word(w, "order", o->state),
        "opened", staff_time(w, o->opened_ms), "contact_due",
        staff_time(w, o->contact_due_ms), "fix_due", staff_time(w, o->fix_due_ms));
}

static json_t *event_json(const struct record *rec, const struct review_event *e)
{
    const struct staff_words *w = &rec->words;

    const char *detail = e->detail;

    if (detail != NULL && strcmp(e->kind, "closed") == 0)
        detail = staff_word(w, "outcome", detail);
    return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:o}", "what",
                     staff_word(w, "event", e->kind), "actor", e->actor, "window",
                     e->window, "clerk", e->clerk, "detail", detail, "at",
                     staff_time(w, e->at_ms));
}

static json_t *note_json(const struct record *rec, const struct review_note *n)
{
    json_t *out =
        json_pack("{s:s, s:o}", "channel", staff_word(&rec->words, "channel", n->channel),
                  "at", staff_time(&rec->words, n->at_ms));

    set_words(rec, out, n->text);
    return out;
}

static json_t *case_json(const struct record *rec, const struct review_record *r)
{
    const struct staff_words *w = &rec->words;

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "no", r->case_no, "source",
        r->source, "state", staff_word(w, "case", r->state), "outcome",
        r->outcome[0] != '\0' ? staff_word(w, "outcome", r->outcome) : "", "accepted",
        staff_time(w, r->accepted_ms), "closed", staff_time(w, r->closed_ms), "matter",
        name_json(&r->matter), "window", name_json(&r->window), "department",
        name_json(&r->department), "clerk", name_json(&r->clerk));
}

static json_t *ticket_json(const struct record *rec, const struct review_record *r)
{
    const struct staff_words *w = &rec->words;

    if (r->ticket_id == 0)
        return json_null();
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "number", r->number, "state",
                     staff_word(w, "ticket", r->ticket_state), "kiosk", r->kiosk, "taken",
                     staff_time(w, r->taken_ms), "called", staff_time(w, r->called_ms),
                     "started", staff_time(w, r->started_ms));
}

static json_t *invitation_json(const struct record *rec, const struct review_record *r)
{
    const struct staff_words *w = &rec->words;

    if (r->invitation_id == 0)
        return json_null();
    return json_pack("{s:s, s:s, s:o, s:o}", "decision",
                     staff_word(w, "decision", r->decision), "reason",
                     staff_word(w, "why", r->reason), "due", staff_time(w, r->due_ms),
                     "decided", staff_time(w, r->decided_ms));
}

static json_t *record_json(const struct record *rec, const struct review_record *r)
{
    json_t *ratings = json_array(), *messages = json_array(), *orders = json_array();
    json_t *events = json_array(), *notes = json_array();

    for (size_t i = 0; i < r->rating_count; i++)
        json_array_append_new(ratings, rating_json(rec, &r->ratings[i]));
    for (size_t i = 0; i < r->message_count; i++)
        json_array_append_new(messages, message_json(rec, &r->messages[i]));
    for (size_t i = 0; i < r->order_count; i++)
        if (order_is_seen(rec, &r->orders[i]))
            json_array_append_new(orders, order_json(rec, &r->orders[i]));
    for (size_t i = 0; i < r->event_count; i++)
        json_array_append_new(events, event_json(rec, &r->events[i]));
    for (size_t i = 0; i < r->note_count; i++)
        json_array_append_new(notes, note_json(rec, &r->notes[i]));
    return json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:b, s:o, s:b, s:o, s:b, s:o}",
                     "case", case_json(rec, r), "ticket", ticket_json(rec, r),
                     "invitation", invitation_json(rec, r), "has_messages",
                     r->message_count > 0, "messages", messages, "ratings", ratings,
                     "has_orders", json_array_size(orders) > 0, "orders", orders,
                     "has_events", r->event_count > 0, "events", events, "has_notes",
                     r->note_count > 0, "notes", notes);
}

/* The rating that is looked at stands in front; those of other rounds are told after it.
 */
static void put_in_front(const struct record *rec, json_t *data,
                         const struct review_record *r)
{
    json_t *others = json_array();

    for (size_t i = 0; i < r->rating_count; i++) {
        json_t *rating = json_array_get(json_object_get(data, "ratings"), i);

        if (r->ratings[i].id == rec->id)
            json_object_set(data, "rating", rating);
        else
            json_array_append(others, rating);
    }
    json_object_set_new(data, "has_others", json_boolean(json_array_size(others) > 0));
    json_object_set_new(data, "others", others);
}

struct thanks {
    const struct record *record;
    json_t *list;
};

static void add_thanks(void *self, const struct praise *p)
{
    struct thanks *thanks = self;
    const struct staff_words *w = &thanks->record->words;
    json_t *out = json_pack("{s:s, s:o}", "way", staff_word(w, "praise", p->way), "at",
                            staff_time(w, p->at_ms));

    set_words(thanks->record, out, p->words);
    json_array_append_new(thanks->list, out);
}

/* Thanks may name who wrote them: beside a rating they are shown only to whoever may know
 * who rated. */
static bool read_thanks(struct store *st, struct record *rec, int64_t case_id,
                        struct error *err)
{
    const struct praise_filter of_case = {.case_id = case_id, .limit = PRAISE_LIMIT};
    struct thanks thanks = {rec, json_array()};
    int64_t next;

    if (rec->staff.view->rater &&
        !praise_list(st, &of_case, add_thanks, &thanks, &next, err)) {
        json_decref(thanks.list);
        return false;
    }
    json_object_set_new(rec->data, "has_praises",
                        json_boolean(json_array_size(thanks.list) > 0));
    json_object_set_new(rec->data, "praises", thanks.list);
    return true;
}

/* Did one of its ratings open a work order? "Not mine" opens one, too, and is no rating.
 */
static bool opened_order(const struct review_record *r)
{
    for (size_t i = 0; i < r->order_count; i++)
        if (r->orders[i].rating_id != 0)
            return true;
    return false;
}

static bool read_record(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct record *rec = (struct record *)s;
    struct review_record record;
    int64_t case_id = rec->case_id;
    bool found = false;

    rec->words = (struct staff_words){.site = site_of(s->x),
                                      .frame = st->frame,
                                      .lang = page_lang(s->x),
                                      .now_ms = now_ms};
    if ((case_id == 0 && !review_case_of(st, rec->id, &case_id, err)) ||
        (case_id != 0 && !review_record_read(st, case_id, reply_text,
                                             (void *)(uintptr_t)site_of(s->x)->roster,
                                             &record, &found, err)))
        return false;
    if (found &&
        !access_sees(rec->staff.view, &rec->staff.who, record.department.code,
                     record.window.code, record.clerk.code, opened_order(&record))) {
        review_record_free(&record); /* others' ratings are as good as absent */
        found = false;
    }
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such rating.");
    for (size_t i = 0; rec->id == 0 && i < record.rating_count; i++)
        if (record.ratings[i].effective)
            rec->id = record.ratings[i].id;
    rec->data = record_json(rec, &record);
    put_in_front(rec, rec->data, &record);
    if (rec->staff.view->phone != ACCESS_PHONE_NONE && record.phone[0] != '\0')
        json_object_set_new(rec->data, "phone", json_string(record.phone));
    review_record_free(&record);
    if (read_thanks(st, rec, case_id, err) &&
        parallel_add(st, &rec->words, case_id, rec->data, err) &&
        attested_add(st, &rec->words, case_id, rec->data, err) &&
        traits_add(st, &rec->words, case_id, rec->data, err))
        return true;
    json_decref(rec->data);
    return false;
}

static void show_record(struct exchange *x, struct step *s)
{
    struct record *rec = (struct record *)s;
    json_t *data = staff_frame(x, &rec->staff, rec->words.lang);

    json_object_update(data, rec->data);
    json_decref(rec->data);
    page_answer(x, 200, "rating", parallel_catalogue, rec->words.lang, data);
}

void page_rating(struct exchange *x)
{
    struct record *rec = staff_new(x, sizeof(*rec));

    if (!id_parse(exchange_param(x, 0), &rec->id))
        rec->id = 0;
    staff_read(&rec->staff, read_record, show_record);
}

void page_case(struct exchange *x)
{
    struct record *rec = staff_new(x, sizeof(*rec));

    if (!id_parse(exchange_param(x, 0), &rec->case_id))
        rec->case_id = -1;
    staff_read(&rec->staff, read_record, show_record);
}
