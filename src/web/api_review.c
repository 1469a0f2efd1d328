/*
 * api_review.c — see api_review.h.
 *
 * Promise: no answer holds a phone in full, and none to a desk holds a grade, a citizen's
 * words or a text that repeats them. JSON is made on the reader thread, of one snapshot.
 */
#include "web/api_review.h"

#include <stdio.h>
#include <string.h>

#include "store/praise_store.h"
#include "store/promise_ask.h"
#include "store/review_store.h"
#include "store/trait_store.h"
#include "web/access.h"
#include "web/approval_json.h"
#include "web/identity.h"
#include "web/json.h"
#include "web/reply_text.h"
#include "web/review_query.h"
#include "web/step.h"

struct look {
    struct step step;
    struct caller who;
    struct review_filter filter;
    const struct hall_frame *frame;
    int64_t id;
    json_t *body;
};

static json_t *name_json(const struct review_name *name)
{
    return json_pack("{s:s, s:s}", "code", name->code, "name", name->name);
}

/* Codes parted by commas, as a list. */
static json_t *tags_json(const char *tags)
{
    json_t *list = json_array();

    while (*tags != '\0') {
        size_t length = strcspn(tags, ",");

        if (length > 0)
            json_array_append_new(list, json_stringn(tags, length));
        tags += length + (tags[length] == ',');
    }
    return list;
}

/* Four numbers, null for what was not given; null where none was. */
static json_t *dims_json(const int dims[4])
{
    json_t *list;

    if (dims[0] + dims[1] + dims[2] + dims[3] == 0)
        return json_null();
    list = json_array();
    for (int i = 0; i < 4; i++)
        json_array_append_new(list, dims[i] != 0 ? json_integer(dims[i]) : json_null());
    return list;
}

static json_t *rating_json(const struct hall_frame *frame, const struct review_rating *r)
{
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:s?, s:s, s:s, s:I, s:o, s:b, s:b, s:s}", "id",
        json_id(r->id), "grade", r->grade != 0 ? json_integer(r->grade) : json_null(),
        "dims", dims_json(r->dims), "tags", tags_json(r->tags), "comment", r->comment,
        "channel", r->channel, "proof", r->proof, "delay_s", (json_int_t)r->delay_s,
        "rated_at", json_time(frame->zone, r->rated_ms), "effective", r->effective,
        "corrected", r->round > 0, "receipt", r->receipt);
}

/* Texts that say nothing about how somebody rated. */
static bool tells_no_grade(const struct review_message *m)
{
    static const char *const kinds[] = {"survey",       "survey_code",    "survey_four",
                                        "survey_multi", "remind",         "remind_code",
                                        "near",         "called",         "early",
                                        "promise",      "clarify_promise"};

    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (!m->mo && strcmp(m->kind, kinds[i]) == 0)
            return true;
    return false;
}

static json_t *message_json(const struct hall_frame *frame,
                            const struct review_message *m, bool desk)
{
    json_t *steps = json_array(), *message;

    for (size_t i = 0; i < m->step_count && !desk; i++)
        json_array_append_new(steps,
                              json_pack("{s:s, s:s?, s:o}", "state", m->steps[i].state,
                                        "detail", m->steps[i].detail, "at",
                                        json_time(frame->zone, m->steps[i].at_ms)));
    message = json_pack("{s:o, s:s, s:s, s:s, s:s?, s:o, s:o}", "id", json_id(m->id),
                        "direction", m->mo ? "mo" : "mt", "kind", m->kind, "state",
                        m->state, "text", m->text, "at", json_time(frame->zone, m->at_ms),
                        "steps", steps);
    if (m->mo)
        json_object_set_new(message, "proof", json_string(m->proof));
    else if (m->reason[0] != '\0' && !desk)
        json_object_set_new(message, "reason", json_string(m->reason));
    return message;
}

static json_t *ticket_part(const struct hall_frame *frame, const struct review_record *r)
{
    char day[16];

    if (r->ticket_id == 0)
        return json_null();
    snprintf(day, sizeof(day), "%04d-%02d-%02d", r->ticket_date / 10000,
             r->ticket_date / 100 % 100, r->ticket_date % 100);
    return json_pack("{s:o, s:s, s:s, s:s, s:s, s:o, s:o}", "id", json_id(r->ticket_id),
                     "number", r->number, "local_date", day, "state", r->ticket_state,
                     "lang", r->lang, "taken_at", json_time(frame->zone, r->taken_ms),
                     "called_at", json_time(frame->zone, r->called_ms));
}

static json_t *case_part(const struct hall_frame *frame, const struct review_record *r,
                         bool desk)
{
    json_t *part = json_pack(
        "{s:o, s:s, s:s, s:s, s:s?, s:o, s:o, s:o, s:o, s:o}", "id", json_id(r->case_id),
        "case_no", r->case_no, "source", r->source, "state", r->state, "outcome",
        r->outcome[0] != '\0' ? r->outcome : NULL, "ticket", json_id(r->ticket_id),
        "opened_at", json_time(frame->zone, r->opened_ms), "accepted_at",
        json_time(frame->zone, r->accepted_ms), "closed_at",
        json_time(frame->zone, r->closed_ms), "rate_until",
        json_time(frame->zone, r->rate_until_ms));

    if (!desk)
        json_object_set_new(part, "phone",
                            r->phone[0] != '\0' ? json_string(r->phone) : json_null());
    return part;
}

static json_t *invitation_part(const struct hall_frame *frame,
                               const struct review_record *r)
{
    if (r->invitation_id == 0)
        return json_null();
    return json_pack("{s:o, s:s, s:s, s:o, s:o}", "id", json_id(r->invitation_id),
                     "decision", r->decision, "reason", r->reason, "due_at",
                     json_time(frame->zone, r->due_ms), "decided_at",
                     json_time(frame->zone, r->decided_ms));
}

static json_t *record_json(const struct hall_frame *frame, const struct review_record *r,
                           bool desk)
{
    json_t *messages = json_array(), *ratings = json_array();
    json_t *body =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "case",
                  case_part(frame, r, desk), "ticket", ticket_part(frame, r), "matter",
                  name_json(&r->matter), "window", name_json(&r->window), "department",
                  name_json(&r->department), "clerk", name_json(&r->clerk), "invitation",
                  invitation_part(frame, r), "messages", messages);

    for (size_t i = 0; i < r->message_count; i++)
        if (!desk || tells_no_grade(&r->messages[i]))
            json_array_append_new(messages, message_json(frame, &r->messages[i], desk));
    for (size_t i = 0; i < r->rating_count && !desk; i++)
        json_array_append_new(ratings, rating_json(frame, &r->ratings[i]));
    if (desk)
        json_decref(ratings);
    else
        json_object_set_new(body, "ratings", ratings);
    return body;
}

struct thanks {
    const struct hall_frame *frame;
    json_t *list;
};

static void add_thanks(void *self, const struct praise *p)
{
    struct thanks *thanks = self;

    json_array_insert_new(thanks->list, 0, /* oldest first, as all lists of a case */
                          json_pack("{s:o, s:s, s:s?, s:o}", "id", json_id(p->id), "way",
                                    p->way, "words", p->words, "at",
                                    json_time(thanks->frame->zone, p->at_ms)));
}

/* Thanks for the case, for who may know what a citizen said. */
static bool read_thanks(struct store *st, struct look *look, struct error *err)
{
    const struct praise_filter of_case = {.case_id = look->id, .limit = PRAISE_LIMIT};
    struct thanks thanks = {st->frame, json_array()};
    int64_t next;

    json_object_set_new(look->body, "praises", thanks.list);
    return praise_list(st, &of_case, add_thanks, &thanks, &next, err);
}

struct attested {
    const struct hall_frame *frame;
    json_t *list;
};

static void add_attested(void *self, const struct promise_answer *a)
{
    struct attested *to = self;

    json_array_append_new(to->list,
                          json_pack("{s:b, s:o, s:s?, s:o}", "received", a->received,
                                    "at", json_time(to->frame->zone, a->at_ms), "found",
                                    a->found[0] != '\0' ? a->found : NULL, "found_at",
                                    json_time(to->frame->zone, a->found_ms)));
}

/* What the citizen said of the recorded end: no rating, and not for a desk. */
static bool read_attested(struct store *st, struct look *look, struct error *err)
{
    struct attested to = {st->frame, json_array()};

    json_object_set_new(look->body, "attested", to.list);
    return promise_answers(st, look->id, add_attested, &to, err);
}

/* Who took part in a parallel approval stands beside whose case it is. */
static bool link_departments(struct store *st, int64_t case_id, json_t *to, bool always,
                             struct error *err)
{
    json_t *list;

    if (!approval_departments_json(st, case_id, &list, err))
        return false;
    if (always || json_array_size(list) > 0)
        json_object_set(to, "departments", list);
    json_decref(list);
    return true;
}

static void put_flag(json_t *part, const char *name, int flag)
{
    if (flag != TRAIT_UNTOLD)
        json_object_set_new(part, name, json_boolean(flag));
}

/* What the case was like beside its result; what was not told is not there. */
static bool read_traits(struct store *st, struct look *look, struct error *err)
{
    json_t *part = json_object_get(look->body, "case"), *services = json_array();
    struct case_traits t;

    if (!case_traits_of(st, look->id, &t, err)) {
        json_decref(services);
        return false;
    }
    for (int i = 0; t.services != TRAIT_UNTOLD && i < SERVICES; i++)
        if ((t.services >> i & 1) != 0)
            json_array_append_new(services, json_string(service_name((enum service)i)));
    if (t.services != TRAIT_UNTOLD)
        json_object_set(part, "service", services);
    json_decref(services);
    put_flag(part, "decided_at_window", t.window);
    if (t.trips != TRAIT_UNTOLD)
        json_object_set_new(part, "trips", json_integer(t.trips));
    put_flag(part, "came_again", t.again);
    return true;
}

static bool read_case(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct look *look = (struct look *)s;
    struct review_record record;
    bool found;

    (void)now_ms;
    if (!identity_require(st, s->x, &look->who, err) ||
        !review_record_read(st, look->id, reply_text,
                            (void *)(uintptr_t)site_of(s->x)->roster, &record, &found,
                            err))
        return false;
    if (found && look->who.place[0] != '\0' &&
        strcmp(look->who.place, record.department.code) != 0) {
        review_record_free(&record); /* others' cases are as good as absent */
        found = false;
    }
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such case.");
    look->body = record_json(st->frame, &record,
                             !access_view(s->x->route, look->who.role)->grades);
    review_record_free(&record);
    if (link_departments(st, look->id, look->body, true, err) &&
        read_traits(st, look, err) &&
        (!access_view(s->x->route, look->who.role)->words ||
         (read_thanks(st, look, err) && read_attested(st, look, err))))
        return true;
    json_decref(look->body);
    return false;
}

static void answer(struct exchange *x, struct step *s)
{
    json_answer(x, 200, ((struct look *)s)->body);
}

static void get_case(struct exchange *x)
{
    struct look *look = step_new(x, sizeof(*look));

    /* A path that is no id is looked for as 0, so that a stranger hears 401 before 404.
     */
    if (!id_parse(exchange_param(x, 0), &look->id))
        look->id = 0;
    step_read(&look->step, read_case, answer);
}

/* ---- the list ---- */

static void add_item(void *self, const struct review_item *item)
{
    struct look *look = self;
    json_t *line = rating_json(look->frame, &item->rating);

    json_object_set_new(line, "case",
                        json_pack("{s:o, s:s}", "id", json_id(item->rating.case_id),
                                  "case_no", item->case_no));
    json_object_set_new(line, "ticket",
                        item->ticket_id == 0
                            ? json_null()
                            : json_pack("{s:o, s:s}", "id", json_id(item->ticket_id),
                                        "number", item->number));
    json_object_set_new(line, "matter", name_json(&item->matter));
    json_object_set_new(line, "window", name_json(&item->window));
    json_object_set_new(line, "department", name_json(&item->department));
    json_array_append_new(json_object_get(look->body, "ratings"), line);
}

static bool link_list(struct store *st, json_t *ratings, struct error *err)
{
    json_t *line;
    size_t i;

    json_array_foreach(ratings, i, line)
    {
        const char *id =
            json_string_value(json_object_get(json_object_get(line, "case"), "id"));
        int64_t case_id = 0;

        if (!id_parse(id, &case_id) || !link_departments(st, case_id, line, false, err))
            return false;
    }
    return true;
}

static bool read_list(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct look *look = (struct look *)s;
    char cursor[REVIEW_CURSOR];
    int64_t next;

    (void)now_ms;
    if (!identity_require(st, s->x, &look->who, err) ||
        !review_query_read(s->x, &look->filter, err))
        return false;
    if (look->who.place[0] != '\0') /* a key of one department */
        look->filter.own_department = look->who.place;
    look->frame = st->frame;
    look->body = json_pack("{s:[]}", "ratings");
    if (!review_list(st, &look->filter, add_item, look, &next, err)) {
        json_decref(look->body);
        return false;
    }
    if (!link_list(st, json_object_get(look->body, "ratings"), err)) {
        json_decref(look->body);
        return false;
    }
    if (next != 0)
        review_cursor_text(next, cursor);
    json_object_set_new(look->body, "next",
                        next != 0 ? json_string(cursor) : json_null());
    return true;
}

static void get_ratings(struct exchange *x)
{
    struct look *look = step_new(x, sizeof(*look));

    step_read(&look->step, read_list, answer);
}

const struct route api_review_routes[] = {
    {METHOD_GET, "/api/v1/cases/{id}", get_case, 0, 0},
    {METHOD_GET, "/api/v1/ratings", get_ratings, 0, 0},
};
const size_t api_review_route_count = LENGTH(api_review_routes);
