/*
 * review_record.c — reads everything that belongs to one case (review_store.h).
 *
 * Promise: all of it is of one moment when the caller holds a snapshot, and every word
 * that was sent or received about the case is in it. Each query goes by an index of the
 * case.
 */
#include "store/review_store.h"

#include <stdlib.h>

#include "base/memory.h"
#include "store/person_store.h"
#include "store/topics.h"

enum {
    CASE,
    SENT,
    STEPS,
    RECEIVED,
    RATINGS,
    DETAILS,
    NOTES,
    ORDERS,
    EVENTS,
    OWN_EVENTS,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [CASE] =
        "SELECT c.source, c.case_no, c.state, c.outcome, c.ordinal, c.opened_ms,"
        " c.accepted_ms, c.closed_ms, c.rate_until_ms, c.phone_id, m.code, m.name, "
        "w.code,"
        " w.name, d.code, d.name, k.code, k.name, w.floor, m.kind, c.ticket_id,"
        " t.series_code, t.serial, q.state, t.lang, t.kiosk_code, t.local_date, "
        "t.taken_ms,"
        " q.called_ms, q.started_ms, i.id, i.decision, i.reason, i.due_ms, i.decided_ms"
        " FROM cases c JOIN matters m ON m.id = c.matter_id"
        " JOIN windows w ON w.id = c.window_id JOIN departments d ON d.id = "
        "w.department_id"
        " JOIN clerks k ON k.id = c.clerk_id LEFT JOIN tickets t ON t.id = c.ticket_id"
        " LEFT JOIN queue q ON q.ticket_id = c.ticket_id"
        " LEFT JOIN invitations i ON i.case_id = c.id WHERE c.id = $1 AND c.hall = $2",
    [SENT] = "SELECT m.id, m.kind, m.state, m.reason, m.gateway, m.body, m.accepted_ms,"
             " m.created_ms FROM messages m WHERE m.hall = $2 AND m.id IN (SELECT a.id"
             " FROM messages a WHERE a.case_id = $1 UNION SELECT b.message_id"
             " FROM message_cases b WHERE b.case_id = $1) ORDER BY m.id",
    [STEPS] = "SELECT state, detail, at_ms FROM message_states WHERE message_id = $1"
              " ORDER BY id",
    [RECEIVED] =
        "SELECT r.id, CASE WHEN r.trouble <> '' THEN r.trouble ELSE r.outcome END,"
        " r.act, r.proof, n.gateway, n.words_id, n.received_ms"
        " FROM readings r JOIN inbound n ON n.id = r.inbound_id"
        " WHERE r.case_id = $1 AND r.hall = $2 AND n.kind = 'reply' ORDER BY r.id",
    [RATINGS] =
        "SELECT id, round, grade, attitude, efficiency, quality, integrity, channel,"
        " proof, receipt, delay_s, rated_ms FROM ratings WHERE case_id = $1 AND hall = $2"
        " ORDER BY round",
    [DETAILS] =
        "SELECT rating_id, attitude, efficiency, quality, integrity, tags, words_id,"
        " contact FROM rating_details WHERE case_id = $1 AND hall = $2 ORDER BY id",
    [NOTES] =
        "SELECT id, channel, words_id, at_ms FROM notes WHERE case_id = $1 AND hall = $2"
        " ORDER BY id",
    [ORDERS] =
        "SELECT o.id, o.rating_id, s.state, s.contact_due_ms, s.fix_due_ms, o.opened_ms,"
        " o.number, o.kind FROM work_orders o JOIN order_states s ON s.order_id = o.id"
        " WHERE o.case_id = $1 AND o.hall = $2 AND o.kind <> 'hint' ORDER BY o.id",
    [EVENTS] =
        "SELECT e.id, e.kind, e.actor, w.name, k.name, e.detail, e.at_ms FROM events e"
        " LEFT JOIN windows w ON w.id = e.window_id LEFT JOIN clerks k ON k.id = "
        "e.clerk_id"
        " WHERE e.ticket_id = $3 AND e.hall = $2 AND (e.case_id IS NULL OR e.case_id = "
        "$1)"
        " ORDER BY e.id",
    [OWN_EVENTS] =
        "SELECT e.id, e.kind, e.actor, w.name, k.name, e.detail, e.at_ms FROM events e"
        " LEFT JOIN windows w ON w.id = e.window_id"
        " LEFT JOIN clerks k ON k.id = e.clerk_id"
        " WHERE e.ticket_id IS NULL AND e.case_id = $1 AND e.hall = $2 ORDER BY e.id",
};

const char *const *review_record_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* One more element at the end of a list of our own, zeroed. */
static void *grow(void *list, size_t *count, size_t size)
{
    char *grown = memory_resize(list, (*count + 1) * size);

    memset(grown + *count * size, 0, size);
    (*count)++;
    return grown;
}

static char *text_or_null(const struct db_cursor *c, int column)
{
    const char *text = db_get_text(c, column); /* a gateway's word may be any bytes */

    return db_is_null(c, column) ? NULL : review_readable(text, strlen(text));
}

enum { REPLY_MOST = 128 << 10 }; /* bytes of a raw request */

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_name(const struct db_cursor *c, int column, struct review_name *out)
{
    COPY(c, column, out->code);
    COPY(c, column + 1, out->name);
}

static void read_case(const struct db_cursor *c, struct review_record *r)
{
    COPY(c, 0, r->source);
    COPY(c, 1, r->case_no);
    COPY(c, 2, r->state);
    COPY(c, 3, r->outcome);
    r->ordinal = (int)db_get_int(c, 4);
    r->opened_ms = db_get_int(c, 5);
    r->accepted_ms = db_get_int(c, 6);
    r->closed_ms = db_get_int(c, 7);
    r->rate_until_ms = db_get_int(c, 8);
    read_name(c, 10, &r->matter);
    read_name(c, 12, &r->window);
    read_name(c, 14, &r->department);
    read_name(c, 16, &r->clerk);
    r->floor = (int)db_get_int(c, 18);
    r->promise = strcmp(db_get_text(c, 19), "promise") == 0;
    r->ticket_id = db_get_int(c, 20);
    if (r->ticket_id != 0)
        ticket_number(db_get_text(c, 21), (int)db_get_int(c, 22), r->number);
    COPY(c, 23, r->ticket_state);
    COPY(c, 24, r->lang);
    COPY(c, 25, r->kiosk);
    r->ticket_date = (int)db_get_int(c, 26);
    r->taken_ms = db_get_int(c, 27);
    r->called_ms = db_get_int(c, 28);
    r->started_ms = db_get_int(c, 29);
    r->invitation_id = db_get_int(c, 30);
    COPY(c, 31, r->decision);
    COPY(c, 32, r->reason);
    r->due_ms = db_get_int(c, 33);
    r->decided_ms = db_get_int(c, 34);
}

static bool fill_case(struct store *st, struct review_record *r, bool *found,
                      struct error *err)
{
    struct db_cursor c;
    struct phone phone;
    int64_t phone_id;
    bool there;

    if (!db_find(st->db, sql[CASE], DB(db_int(r->case_id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (!*found)
        return true;
    read_case(&c, r);
    phone_id = db_get_int(&c, 9);
    db_done(&c);
    if (phone_id == 0)
        return true;
    if (!phone_reveal(st, phone_id, &phone, &there, err))
        return false;
    if (there)
        phone_mask(&phone, r->phone);
    crypt_wipe(&phone, sizeof(phone));
    return true;
}

/* Runs one query of the record; `row` takes each row in. */
typedef bool record_row(struct store *st, const struct db_cursor *c,
                        struct review_record *r, struct error *err);
static bool fill(struct store *st, const char *statement, int64_t id,
                 struct review_record *r, record_row *row, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, statement, DB(db_int(id), db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble) && row(st, &c, r, &trouble))
        ;
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

static bool take_sent(struct store *st, const struct db_cursor *c,
                      struct review_record *r, struct error *err)
{
    struct review_message *m;

    (void)st;
    (void)err;
    r->messages = grow(r->messages, &r->message_count, sizeof(*m));
    m = &r->messages[r->message_count - 1];
    m->id = db_get_int(c, 0);
    COPY(c, 1, m->kind);
    COPY(c, 2, m->state);
    COPY(c, 3, m->reason);
    COPY(c, 4, m->gateway);
    m->text = text_or_null(c, 5);
    m->at_ms = db_get_int(c, db_is_null(c, 6) ? 7 : 6);
    return true;
}

/* The words of a reply, taken out of the gateway's raw request. */
static bool read_reply(struct store *st, const struct review_record *r,
                       struct review_message *m, int64_t words_id, struct error *err)
{
    struct buf raw = buf_new(REPLY_MOST), text = buf_new(REPLY_MOST);
    bool found = false, ok = words_reveal(st, words_id, &raw, &found, err);

    if (ok && found && r->reader != NULL)
        r->reader(r->reader_self, m->gateway, &raw, &text);
    if (text.length > 0)
        m->text = review_readable(buf_text(&text), text.length);
    buf_free(&raw);
    buf_free(&text);
    return ok;
}

static bool take_received(struct store *st, const struct db_cursor *c,
                          struct review_record *r, struct error *err)
{
    struct review_message *m;

    r->messages = grow(r->messages, &r->message_count, sizeof(*m));
    m = &r->messages[r->message_count - 1];
    m->id = db_get_int(c, 0);
    m->mo = true;
    COPY(c, 1, m->kind);
    COPY(c, 2, m->state);
    COPY(c, 3, m->proof);
    COPY(c, 4, m->gateway);
    m->at_ms = db_get_int(c, 6);
    return read_reply(st, r, m, db_get_int(c, 5), err);
}

/* The steps of a message that we sent, its reports among them. */
static bool fill_steps(struct store *st, struct review_message *m, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(st->db, sql[STEPS], DB(db_int(m->id)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        struct review_step *step;

        m->steps = grow(m->steps, &m->step_count, sizeof(*step));
        step = &m->steps[m->step_count - 1];
        COPY(&c, 0, step->state);
        step->detail = text_or_null(&c, 1);
        step->at_ms = db_get_int(&c, 2);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

static int earlier(const void *a, const void *b)
{
    const struct review_message *x = a, *y = b;

    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static bool fill_messages(struct store *st, struct review_record *r, struct error *err)
{
    if (!fill(st, sql[SENT], r->case_id, r, take_sent, err))
        return false;
    for (size_t i = 0; i < r->message_count; i++)
        if (!fill_steps(st, &r->messages[i], err))
            return false;
    if (!fill(st, sql[RECEIVED], r->case_id, r, take_received, err))
        return false;
    if (r->message_count > 1)
        qsort(r->messages, r->message_count, sizeof(*r->messages), earlier);
    return true;
}

static bool take_rating(struct store *st, const struct db_cursor *c,
                        struct review_record *r, struct error *err)
{
    struct review_rating *rating;

    (void)st;
    (void)err;
    if (r->rating_count > 0) /* the later round counts */
        r->ratings[r->rating_count - 1].effective = false;
    r->ratings = grow(r->ratings, &r->rating_count, sizeof(*rating));
    rating = &r->ratings[r->rating_count - 1];
    rating->effective = true;
    rating->case_id = r->case_id;
    rating->id = db_get_int(c, 0);
    rating->round = (int)db_get_int(c, 1);
    rating->grade = (int)db_get_int(c, 2);
    for (int i = 0; i < 4; i++)
        rating->dims[i] = (int)db_get_int(c, 3 + i);
    COPY(c, 7, rating->channel);
    COPY(c, 8, rating->proof);
    COPY(c, 9, rating->receipt);
    rating->delay_s = db_get_int(c, 10);
    rating->rated_ms = db_get_int(c, 11);
    rating->contact = -1;
    return true;
}

/* What a later detail says replaces what was said of the same before, and no more. */
static bool add_detail(struct store *st, const struct db_cursor *c,
                       struct review_rating *rating, struct error *err)
{
    char *comment;

    for (int i = 0; rating->grade != 0 && i < 4; i++)
        if (!db_is_null(c, 1 + i))
            rating->dims[i] = (int)db_get_int(c, 1 + i);
    if (db_get_text(c, 5)[0] != '\0')
        COPY(c, 5, rating->tags);
    if (!db_is_null(c, 7))
        rating->contact = (int)db_get_int(c, 7);
    if (db_is_null(c, 6))
        return true;
    if (!review_words(st, db_get_int(c, 6), &comment, err))
        return false;
    free((char *)rating->comment);
    rating->comment = comment;
    return true;
}

/* Details go to the rating they were given with, and all of the case to the effective
 * one. */
static bool take_detail(struct store *st, const struct db_cursor *c,
                        struct review_record *r, struct error *err)
{
    int64_t rating_id = db_get_int(c, 0);

    for (size_t i = 0; i < r->rating_count; i++) {
        struct review_rating *rating = &r->ratings[i];

        if ((rating->id == rating_id || rating->effective) &&
            !add_detail(st, c, rating, err))
            return false;
    }
    return true;
}

static bool take_note(struct store *st, const struct db_cursor *c,
                      struct review_record *r, struct error *err)
{
    struct review_note *note;

    r->notes = grow(r->notes, &r->note_count, sizeof(*note));
    note = &r->notes[r->note_count - 1];
    note->id = db_get_int(c, 0);
    COPY(c, 1, note->channel);
    note->at_ms = db_get_int(c, 3);
    return review_words(st, db_get_int(c, 2), &note->text, err);
}

static bool take_order(struct store *st, const struct db_cursor *c,
                       struct review_record *r, struct error *err)
{
    struct review_order *order;

    (void)st;
    (void)err;
    r->orders = grow(r->orders, &r->order_count, sizeof(*order));
    order = &r->orders[r->order_count - 1];
    order->id = db_get_int(c, 0);
    order->rating_id = db_get_int(c, 1);
    COPY(c, 2, order->state);
    order->contact_due_ms = db_get_int(c, 3);
    order->fix_due_ms = db_get_int(c, 4);
    order->opened_ms = db_get_int(c, 5);
    COPY(c, 6, order->number);
    COPY(c, 7, order->kind);
    return true;
}

static void take_event(const struct db_cursor *c, struct review_record *r)
{
    struct review_event *e;

    r->events = grow(r->events, &r->event_count, sizeof(*e));
    e = &r->events[r->event_count - 1];
    e->id = db_get_int(c, 0);
    COPY(c, 1, e->kind);
    COPY(c, 2, e->actor);
    COPY(c, 3, e->window);
    COPY(c, 4, e->clerk);
    e->detail = text_or_null(c, 5);
    e->at_ms = db_get_int(c, 6);
}

static bool fill_events(struct store *st, struct review_record *r, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;
    bool ok =
        r->ticket_id != 0
            ? db_query(st->db, sql[EVENTS],
                       DB(db_int(r->case_id), db_int(st->hall), db_int(r->ticket_id)), &c,
                       err)
            : db_query(st->db, sql[OWN_EVENTS], DB(db_int(r->case_id), db_int(st->hall)),
                       &c, err);

    if (!ok)
        return false;
    while (db_next(&c, &trouble))
        take_event(&c, r);
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

bool review_record_read(struct store *st, int64_t case_id, review_reader *reader,
                        void *self, struct review_record *out, bool *found,
                        struct error *err)
{
    *out =
        (struct review_record){.case_id = case_id, .reader = reader, .reader_self = self};
    if (!fill_case(st, out, found, err))
        return false;
    if (!*found)
        return true;
    if (fill_messages(st, out, err) &&
        fill(st, sql[RATINGS], case_id, out, take_rating, err) &&
        fill(st, sql[DETAILS], case_id, out, take_detail, err) &&
        fill(st, sql[NOTES], case_id, out, take_note, err) &&
        fill(st, sql[ORDERS], case_id, out, take_order, err) && fill_events(st, out, err))
        return true;
    review_record_free(out);
    return false;
}

static void free_message(struct review_message *m)
{
    for (size_t i = 0; i < m->step_count; i++)
        free(m->steps[i].detail);
    free(m->steps);
    free(m->text);
}

void review_record_free(struct review_record *r)
{
    for (size_t i = 0; i < r->message_count; i++)
        free_message(&r->messages[i]);
    for (size_t i = 0; i < r->rating_count; i++)
        free((char *)r->ratings[i].comment);
    for (size_t i = 0; i < r->note_count; i++)
        free(r->notes[i].text);
    for (size_t i = 0; i < r->event_count; i++)
        free(r->events[i].detail);
    free(r->messages);
    free(r->ratings);
    free(r->notes);
    free(r->orders);
    free(r->events);
    *r = (struct review_record){0};
}
