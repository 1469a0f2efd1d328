/*
 * demo_motion.c — see demo_motion.h.
 *
 * The loop hands the command over and does not touch it until `busy` is false again; all
 * else of the struct belongs to the writer's thread.
 */
#include "cli/demo_motion.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "cli/demo_agenda.h"
#include "cli/demo_people.h"
#include "store/message_look.h"
#include "store/message_store.h"
#include "store/person_store.h"
#include "store/queue_store.h"
#include "web/site.h"
#include "work/courier.h"
#include "work/line.h"

#define SECOND_MS INT64_C(1000)

enum {
    WAITING_MOST = 40,
    BUSY_STEPS = 900, /* about an hour */
    SLOW_STEP = 8,    /* from then on only each eighth step moves anything */
    FIRST_CITIZEN = 5000,
    CITIZENS = 1500,
    LETTERS_MOST = 8,
    MESSAGES_SEEN = 40,
};

struct motion {
    struct command command;
    struct site *site;
    _Atomic bool busy;
    const struct cast *cast;
    int window;        /* the visitor's */
    int64_t ticket_id; /* the visitor's */
    struct lot lot;
    struct agenda agenda;
    int64_t seen_id; /* messages up to this one are answered, or never will be */
    int64_t steps;
    struct happening letters[LETTERS_MOST]; /* to be written after the commit */
    int letter_count;
};

struct motion *motion_new(const struct cast *cast, int window, int64_t ticket_id,
                          int64_t after_message_id)
{
    struct motion *m = memory_new(sizeof(*m));

    m->cast = cast;
    m->window = window;
    m->ticket_id = ticket_id;
    m->seen_id = after_message_id;
    m->lot.state = (uint64_t)ticket_id;
    return m;
}

void motion_free(struct motion *m)
{
    if (m == NULL)
        return;
    agenda_free(&m->agenda);
    free(m);
}

/* One step as it is being made. */
struct moving {
    struct motion *m;
    struct store *st;
    const struct rules *rules;
    int64_t now_ms;
};

static void soon(struct moving *v, enum happening_kind kind, int64_t id, int64_t low_s,
                 int64_t high_s)
{
    struct motion *m = v->m;

    agenda_put(
        &m->agenda,
        &(struct happening){.at_ms = v->now_ms + lot_between(&m->lot, low_s * SECOND_MS,
                                                             high_s * SECOND_MS),
                            .kind = kind,
                            .id = id});
}

/* == The queue
 * =============================================================================== */

static void add_waiting(void *self, const char *series, int waiting)
{
    (void)series;
    *(int *)self += waiting;
}

static bool only_visitors(const struct cast *cast, int window, const struct matter *mt)
{
    for (int i = 0; i < cast->window_count; i++)
        if (i != window && cast_serves(cast, i, mt))
            return false;
    return true;
}

static void count_ticket(void *self, const struct ticket *t)
{
    (void)t;
    ++*(int *)self;
}

/* Nobody serves at the visitor's window but the visitor; so few are sent there. */
static bool has_room(struct moving *v, const struct matter *mt, bool *room,
                     struct error *err)
{
    const struct motion *m = v->m;
    int waiting = 0;

    *room = true;
    if (!only_visitors(m->cast, m->window, mt))
        return true;
    if (!queue_waiting(v->st, &m->cast->windows[m->window], v->now_ms, 3, count_ticket,
                       &waiting, NULL, err))
        return false;
    *room = waiting < 3;
    return true;
}

static bool come(struct moving *v, struct error *err)
{
    struct motion *m = v->m;
    const struct matter *mt =
        &m->cast->matters[lot_below(&m->lot, (uint32_t)m->cast->matter_count)];
    struct ticket_input in = {.matter_code = mt->code, .lang = "zh-CN", .actor = "demo"};
    struct phone phone;
    struct ticket t;
    int64_t job;
    bool room;

    if (!has_room(v, mt, &room, err) || !room)
        return err->kind == ERROR_NONE;
    people_phone(FIRST_CITIZEN + (int)lot_below(&m->lot, CITIZENS), &phone);
    if (lot_chance(&m->lot, 70))
        in.phone = &phone;
    if (m->cast->kiosk[0] != '\0')
        in.kiosk_code = m->cast->kiosk;
    return ticket_take(v->st, &in, v->now_ms, &t, &job, err);
}

/* == The windows
 * ============================================================================= */

static void note_first(void *self, const struct ticket *t)
{
    *(int64_t *)self = t->id;
}

static bool call_next(struct moving *v, int w, struct error *err)
{
    const struct cast *cast = v->m->cast;
    struct serving s;
    int64_t next_id = 0;
    bool nobody;

    if (!queue_waiting(v->st, &cast->windows[w], v->now_ms, 1, note_first, &next_id, NULL,
                       err))
        return false;
    if (next_id == 0 || next_id == v->m->ticket_id)
        return true;
    return queue_call(v->st, v->rules, cast->windows[w].code, cast->clerks[w], "demo",
                      v->now_ms, &s, &nobody, err);
}

struct visit_cases {
    struct service_case cases[8];
    int count;
};

static void gather(void *self, const struct service_case *c)
{
    struct visit_cases *v = self;

    if ((c->state == CASE_SERVING || c->state == CASE_WAITING) && v->count < 8)
        v->cases[v->count++] = *c;
}

static bool close_case(struct moving *v, int64_t id, struct error *err)
{
    struct service_case c;
    struct invitation inv;

    if (!case_close(v->st, v->rules, id, "done", NULL, "demo", v->now_ms, &c, &inv, err))
        return false;
    if (c.phone_id == 0 && lot_chance(&v->m->lot, 50))
        soon(v, PERSON_SCANS, id, 15, 120);
    return true;
}

static bool end_case(struct moving *v, const struct service_case *c, struct error *err)
{
    const struct matter *mt = cast_matter(v->m->cast, c->matter_id);
    struct service_case accepted;

    if (mt == NULL || !mt->promise || lot_chance(&v->m->lot, 60))
        return close_case(v, c->id, err);
    soon(v, CASE_DECIDED, c->id, 60, 300);
    return case_accept(v->st, c->id, "demo", v->now_ms, &accepted, err);
}

static bool serve(struct moving *v, const struct ticket *t, struct error *err)
{
    struct visit_cases cases = {.count = 0};
    struct service_case c;

    if (!cases_of_ticket(v->st, t->id, gather, &cases, err))
        return false;
    if (t->state == TICKET_CALLED) {
        if (cases.count == 0 || !lot_chance(&v->m->lot, 45))
            return true;
        return case_start(v->st, v->rules, cases.cases[0].id, "demo", v->now_ms, &c, err);
    }
    if (t->state != TICKET_SERVING || !lot_chance(&v->m->lot, 9))
        return true;
    for (int i = 0; i < cases.count; i++)
        if (!end_case(v, &cases.cases[i], err))
            return false;
    return true;
}

static bool work_window(struct moving *v, int w, int waiting, struct error *err)
{
    int eager = waiting > 22 ? 35 : waiting > 12 ? 14 : 5;
    struct ticket t;
    struct desk d;

    if (!desk_get(v->st, v->m->cast->windows[w].code, &d, err))
        return false;
    if (d.paused)
        return true;
    if (d.ticket_id == 0)
        return !lot_chance(&v->m->lot, eager) || call_next(v, w, err);
    return ticket_get(v->st, d.ticket_id, &t, err) && serve(v, &t, err);
}

/* == The citizens
 * ============================================================================ */

static bool scan(struct moving *v, int64_t case_id, struct error *err)
{
    char tags[40];
    const struct rating_input in = {.case_id = case_id,
                                    .grade = people_grade(&v->m->lot),
                                    .channel = CHANNEL_TICKET_QR,
                                    .proof = "P4"};
    struct rating_detail d = {
        .case_id = case_id, .tags = tags, .words = "", .contact = -1};
    struct rating_result r;

    if (!rating_take(v->st, &v->rules->rating, &in, v->now_ms, &r, err))
        return false;
    if (r.verdict != RATING_RECORDED || !lot_chance(&v->m->lot, 60))
        return true;
    d.rating_id = r.rating_id;
    people_tags(&v->m->lot, in.grade, tags, sizeof(tags));
    if (lot_chance(&v->m->lot, 50))
        d.words = people_words(&v->m->lot, in.grade);
    return rating_detail_add(v->st, &v->rules->rating, &d, v->now_ms, err);
}

struct sent_list {
    struct {
        int64_t id, phone_id;
        char kind[MESSAGE_KIND], sender[SENDER_SIZE];
    } items[MESSAGES_SEEN];
    int count;
    int64_t seen_id;
};

static void list_sent(void *self, const struct message_view *msg)
{
    struct sent_list *list = self;

    if (msg->id <= list->seen_id || list->count == MESSAGES_SEEN)
        return;
    list->items[list->count].id = msg->id;
    list->items[list->count].phone_id = msg->phone_id;
    snprintf(list->items[list->count].kind, MESSAGE_KIND, "%s", msg->kind);
    snprintf(list->items[list->count++].sender, SENDER_SIZE, "%s", msg->sender);
}

/* What somebody writes back to a message of this kind; NULL for nothing. */
static const char *reply_to(struct lot *l, const char *kind)
{
    if (strcmp(kind, "survey") == 0 || strcmp(kind, "survey_four") == 0) {
        if (lot_chance(l, 4))
            return people_unclear(l);
        return lot_chance(l, 50) ? people_reply(l, people_grade(l), kind[6] != '\0')
                                 : NULL;
    }
    if (strcmp(kind, "reason") == 0)
        return lot_chance(l, 70) ? people_words(l, 2) : NULL;
    if (strcmp(kind, "clarify") == 0)
        return lot_chance(l, 70) ? "4" : NULL;
    return strcmp(kind, "thanks_good") == 0 && lot_chance(l, 10) ? people_words(l, 5)
                                                                 : NULL;
}

/* Only the citizens whom we let come; a number that the visitor typed is the visitor's.
 */
static bool is_ours(const struct phone *phone)
{
    const char *number = phone->e164;
    int n;

    if (strlen(number) != 14 || strncmp(number, "+861390000", 10) != 0)
        return false;
    n = atoi(number + 10);
    return n >= FIRST_CITIZEN && n < FIRST_CITIZEN + CITIZENS;
}

/* Looks at what was handed over since the last step; some of it will be answered. */
static bool read_post(struct moving *v, struct error *err)
{
    struct motion *m = v->m;
    struct sent_list list = {.count = 0, .seen_id = m->seen_id};

    if (!messages_sent(v->st, 0, MESSAGES_SEEN, list_sent, &list, err))
        return false;
    for (int i = list.count - 1; i >= 0; i--) {
        struct happening h = {.kind = PERSON_WRITES};
        const char *text = reply_to(&m->lot, list.items[i].kind);
        bool known;

        m->seen_id = list.items[i].id;
        if (!phone_reveal(v->st, list.items[i].phone_id, &h.phone, &known, err))
            return false;
        if (!known || text == NULL || !is_ours(&h.phone))
            continue;
        h.at_ms = v->now_ms + lot_between(&m->lot, 8 * SECOND_MS, 90 * SECOND_MS);
        memcpy(h.to, list.items[i].sender, sizeof(h.to));
        snprintf(h.text, sizeof(h.text), "%s", text);
        agenda_put(&m->agenda, &h);
    }
    return true;
}

static bool do_due(struct moving *v, struct error *err)
{
    struct motion *m = v->m;

    while (agenda_next_ms(&m->agenda) <= v->now_ms && m->letter_count < LETTERS_MOST) {
        struct happening h = agenda_take(&m->agenda);
        bool ok = true;

        if (h.kind == PERSON_WRITES)
            m->letters[m->letter_count++] = h;
        else if (h.kind == PERSON_SCANS)
            ok = scan(v, h.id, err);
        else if (h.kind == CASE_DECIDED)
            ok = close_case(v, h.id, err);
        if (!ok)
            return false;
    }
    return true;
}

/* == A step
 * ================================================================================== */

bool motion_play(struct motion *m, struct store *st, const struct rules *rules,
                 int64_t now_ms, struct error *err)
{
    struct moving v = {m, st, rules, now_ms};
    int waiting = 0;

    m->letter_count = 0;
    if (m->steps++ > BUSY_STEPS && m->steps % SLOW_STEP != 0)
        return true;
    if (!tickets_waiting(st, hall_local_date(st->frame, now_ms), add_waiting, &waiting,
                         err))
        return false;
    if (waiting < WAITING_MOST && lot_chance(&m->lot, 38) && !come(&v, err))
        return false;
    for (int w = 0; w < m->cast->window_count; w++)
        if (w != m->window && !work_window(&v, w, waiting, err))
            return false;
    return read_post(&v, err) && do_due(&v, err);
}

static bool run(struct store *st, struct command *c, int64_t now_ms, struct error *err)
{
    struct motion *m = (struct motion *)c;

    return motion_play(m, st, m->site->rules, now_ms, err);
}

static void done(struct command *c)
{
    struct motion *m = (struct motion *)c;
    struct site *site = m->site;

    if (!c->ok)
        log_line(LOG_LEVEL_NOTICE, "demo.stumbled", "reason=\"%s\"", c->err.text);
    for (int i = 0; c->ok && site->line != NULL && i < m->letter_count; i++) {
        const struct happening *h = &m->letters[i];

        if (!line_reply(site->line, "", h->phone.e164, h->to, h->text,
                        site->world->wall_ms(site->world)))
            break;
        courier_wake(site->courier);
    }
    atomic_store(&m->busy, false);
}

void motion_step(struct motion *m, struct site *site)
{
    if (atomic_exchange(&m->busy, true))
        return;
    m->site = site;
    m->command = (struct command){.run = run, .done = done};
    if (!writer_submit(site->writer, &m->command))
        atomic_store(&m->busy, false);
}
