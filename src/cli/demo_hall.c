/*
 * demo_hall.c — the days of the demo's hall: people come, windows call, visits end, cases
 * are decided, some citizens scan their ticket.
 *
 *     PERSON_COMES → WINDOW_CALLS → VISIT_STARTS → VISIT_ENDS ┬→ WINDOW_CALLS
 *                         ↑              (or VISIT_MISSED)    ├→ CASE_DECIDED, days later
 *                         └───────────────────────────────────┴→ PERSON_SCANS
 */
#include "cli/demo_story.h"

#include <stdio.h>

#include "cli/demo_parallel.h"
#include "store/praise_store.h"
#include "store/print_store.h"
#include "store/queue_store.h"

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)

enum { COME_LEAST = 62, COME_MOST = 90, LAST_MINUTES = 20, LOOK_BACK_DAYS = 21 };

static void later(struct past *p, enum happening_kind kind, int window, int64_t id,
                  int64_t at_ms)
{
    agenda_put(&p->agenda, &(struct happening){
                               .at_ms = at_ms, .kind = kind, .window = window, .id = id});
}

static void soon(struct past *p, enum happening_kind kind, int window, int64_t id,
                 int64_t low_s, int64_t high_s)
{
    later(p, kind, window, id,
          p->now_ms + lot_between(&p->lot, low_s * SECOND_MS, high_s * SECOND_MS));
}

/* == The plan of a day
 * ======================================================================= */

/* An instant within office hours; more come in the morning. */
static int64_t coming_ms(struct past *p, int32_t day)
{
    const struct office_hours *hours = &p->st->frame->hours;
    size_t which = hours->count > 1 && lot_chance(&p->lot, 42)
                       ? 1 + lot_below(&p->lot, (uint32_t)hours->count - 1)
                       : 0;
    const struct hours_span *span = &hours->spans[which];
    int last = span->to_min - LAST_MINUTES;
    int minute = (int)lot_between(&p->lot, span->from_min,
                                  last > span->from_min ? last : span->from_min);

    return zone_day_utc(p->st->frame->zone, day, minute) +
           lot_between(&p->lot, 0, MINUTE_MS - 1);
}

static void plan_stranger(struct past *p, int32_t day)
{
    struct happening h = {.kind = PERSON_WRITES};

    h.at_ms = coming_ms(p, day);
    people_phone(PAST_CITIZENS + 2000 + (int)lot_below(&p->lot, 900), &h.phone);
    snprintf(h.to, sizeof(h.to), "%s", p->roster.gateways[0].access_number);
    snprintf(h.text, sizeof(h.text), "%s", people_question(&p->lot));
    agenda_put(&p->agenda, &h);
}

static void plan_day(struct past *p, int32_t day)
{
    const struct hall_frame *f = p->st->frame;
    int64_t people = lot_between(&p->lot, COME_LEAST, COME_MOST);

    later(p, DAY_OPENS, 0, 0,
          zone_day_utc(f->zone, day, f->hours.spans[0].from_min) - MINUTE_MS);
    while (people-- > 0)
        later(p, PERSON_COMES, 0, 0, coming_ms(p, day));
    if (lot_chance(&p->lot, 60))
        plan_stranger(p, day);
}

void past_plan_days(struct past *p, int64_t until_ms)
{
    struct local_time local;

    zone_local(p->st->frame->zone, until_ms, &local);
    for (int32_t day = local.day_number - LOOK_BACK_DAYS; day <= local.day_number; day++)
        if (calendar_is_working(p->st->frame->calendar, day))
            plan_day(p, day);
}

/* The first window of each department is open every day, the others on some days. */
static bool open_windows(struct past *p, struct error *err)
{
    const struct cast *cast = p->cast;
    int cancelled;

    for (int i = 0; i < cast->window_count && i < PAST_WINDOWS; i++) {
        bool first = true;

        for (int k = 0; k < i; k++)
            first &= cast->windows[k].department_id != cast->windows[i].department_id;
        p->open[i] = first || lot_chance(&p->lot, 45);
    }
    return tickets_cancel_old(p->st, hall_local_date(p->st->frame, p->now_ms), 100,
                              p->now_ms, &cancelled, err);
}

/* == Coming
 * ================================================================================== */

/* What a kiosk's printer would do, so that no paper of long ago is waiting. */
static bool print(struct past *p, struct error *err)
{
    struct print_job job;
    bool found, changed;

    if (!print_job_claim(p->st, "preview", p->now_ms, &job, &found, err))
        return false;
    return !found || print_job_end(p->st, job.id, "printed", NULL, "preview", p->now_ms,
                                   &changed, err);
}

/* Wakes a window that stands idle and handles this. */
static void wake_window(struct past *p, const struct matter *m)
{
    int count =
        p->cast->window_count < PAST_WINDOWS ? p->cast->window_count : PAST_WINDOWS;
    int first = (int)lot_below(&p->lot, (uint32_t)count);

    for (int i = 0; i < count; i++) {
        int w = (first + i) % count;

        if (!p->open[w] || p->busy[w] || !cast_serves(p->cast, w, m))
            continue;
        p->busy[w] = true;
        soon(p, WINDOW_CALLS, w, 0, 8, 40);
        return;
    }
}

static bool come(struct past *p, struct error *err)
{
    uint32_t drawn = lot_below(&p->lot, (uint32_t)p->cast->matter_count);
    const struct matter *m = &p->cast->matters[drawn];
    const char *kiosk = p->cast->kiosk;
    struct phone phone;
    struct ticket t;
    struct ticket_input in = {.matter_code = m->code, .lang = "zh-CN", .actor = "demo"};
    int64_t job;

    people_phone((int)lot_below(&p->lot, PAST_CITIZENS), &phone);
    if (lot_chance(&p->lot, 66))
        in.phone = &phone;
    if (lot_chance(&p->lot, 3))
        in.lang = "en";
    if (kiosk[0] != '\0')
        in.kiosk_code = kiosk;
    if (!ticket_take(p->st, &in, p->now_ms, &t, &job, err) || !print(p, err))
        return false;
    wake_window(p, m);
    return true;
}

/* == At the window
 * =========================================================================== */

static bool call_next(struct past *p, int w, struct error *err)
{
    struct serving s;
    bool nobody;

    if (!queue_call(p->st, &demo_rules, p->cast->windows[w].code, p->cast->clerks[w],
                    "demo", p->now_ms, &s, &nobody, err))
        return false;
    p->busy[w] = !nobody;
    if (nobody)
        return true;
    if (lot_chance(&p->lot, 3))
        soon(p, VISIT_MISSED, w, 0, 30, 45);
    else
        soon(p, VISIT_STARTS, w, s.service_case.id, 10, 60);
    return true;
}

/* Called again until it may be marked as missed. */
static bool miss(struct past *p, int w, struct error *err)
{
    const char *code = p->cast->windows[w].code;
    struct serving s;
    struct ticket t;

    if (!queue_recall(p->st, code, "demo", p->now_ms, &s, err))
        return false;
    if (s.ticket.calls < demo_rules.queue.no_show_calls ||
        p->now_ms - s.ticket.called_ms < demo_rules.queue.no_show_after_ms) {
        soon(p, VISIT_MISSED, w, 0, 30, 45);
        return true;
    }
    soon(p, WINDOW_CALLS, w, 0, 10, 30);
    return queue_no_show(p->st, &demo_rules, code, "demo", p->now_ms, &t, err);
}

static bool start(struct past *p, const struct happening *h, struct error *err)
{
    struct service_case c, more;
    const struct matter *m;

    if (!case_start(p->st, &demo_rules, h->id, "demo", p->now_ms, &c, err))
        return false;
    soon(p, VISIT_ENDS, h->window, c.ticket_id, 5 * 60, 19 * 60);
    if (!lot_chance(&p->lot, 4))
        return true;
    m = &p->cast->matters[lot_below(&p->lot, (uint32_t)p->cast->matter_count)];
    return !cast_serves(p->cast, h->window, m) ||
           case_add(p->st, c.ticket_id, m->code, "demo", p->now_ms, &more, err);
}

/* The citizen may rate by the code of the ticket. */
static void maybe_scan(struct past *p, const struct service_case *c, bool at_hall)
{
    int percent = c->phone_id != 0 ? 7 : at_hall ? 36 : 16;

    if (lot_chance(&p->lot, percent))
        soon(p, PERSON_SCANS, 0, c->id, 40, lot_chance(&p->lot, 70) ? 1200 : 30000);
}

static bool close_case(struct past *p, int64_t id, bool at_hall, struct error *err)
{
    uint32_t drawn = lot_below(&p->lot, 100);
    const char *outcome = drawn < 93 ? "done" : drawn < 97 ? "refused" : "withdrawn";
    struct service_case c;
    struct invitation inv;

    if (strcmp(outcome, "withdrawn") != 0 &&
        !parallel_decide(p, id, strcmp(outcome, "done") == 0, err))
        return false;
    if (!case_close(p->st, &demo_rules, id, outcome, NULL, "demo", p->now_ms, &c, &inv,
                    err))
        return false;
    maybe_scan(p, &c, at_hall);
    return true;
}

/* Some working days later, within office hours. */
static void decide_later(struct past *p, const struct matter *m, int64_t case_id)
{
    int most = m->promised_days > 1 ? m->promised_days : 1;
    struct local_time local;
    int32_t day;

    zone_local(p->st->frame->zone, p->now_ms, &local);
    day = calendar_add_working_days(p->st->frame->calendar, local.day_number,
                                    1 + (int)lot_below(&p->lot, (uint32_t)most));
    later(p, CASE_DECIDED, 0, case_id, coming_ms(p, day));
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

static bool end(struct past *p, const struct happening *h, struct error *err)
{
    struct visit_cases v = {.count = 0};
    struct service_case c;

    if (!cases_of_ticket(p->st, h->id, gather, &v, err))
        return false;
    for (int i = 0; i < v.count; i++) {
        const struct matter *m = cast_matter(p->cast, v.cases[i].matter_id);

        if (m == NULL || !m->promise || lot_chance(&p->lot, 40)) {
            if (!close_case(p, v.cases[i].id, true, err))
                return false;
            continue;
        }
        if (!case_accept(p->st, v.cases[i].id, "demo", p->now_ms, &c, err) ||
            !parallel_begin(p, m, c.id, err))
            return false;
        decide_later(p, m, c.id);
    }
    soon(p, WINDOW_CALLS, h->window, 0, 8, 50);
    return true;
}

/* == Afterwards
 * ============================================================================== */

static bool add_detail(struct past *p, int64_t case_id, int64_t rating_id, int grade,
                       struct error *err)
{
    char tags[40] = "";
    struct rating_detail d = {.rating_id = rating_id,
                              .case_id = case_id,
                              .tags = tags,
                              .words = "",
                              .contact = -1};

    people_tags(&p->lot, grade, tags, sizeof(tags));
    if (lot_chance(&p->lot, 45))
        d.words = people_words(&p->lot, grade);
    if (lot_chance(&p->lot, 25))
        people_dims(&p->lot, grade, d.dims);
    return rating_detail_add(p->st, &demo_rules.rating, &d, p->now_ms, err);
}

/* A few write thanks, too, whatever they rated. */
static bool thank(struct past *p, int64_t case_id, struct error *err)
{
    char once[32];
    enum praise_verdict verdict;
    int64_t id;
    const struct praise_input in = {.case_id = case_id,
                                    .way = PRAISE_PAGE,
                                    .words = people_words(&p->lot, 5),
                                    .once = once,
                                    .actor = "citizen"};

    snprintf(once, sizeof(once), "case %lld", (long long)case_id);
    return praise_take(p->st, &in, p->now_ms, &verdict, &id, err);
}

/* A tap on the ticket's page; a few change their mind within the day. */
static bool scan(struct past *p, int64_t case_id, struct error *err)
{
    const struct rating_input in = {.case_id = case_id,
                                    .grade = people_grade(&p->lot),
                                    .channel = CHANNEL_TICKET_QR,
                                    .proof = "P4"};
    struct rating_result r;

    if (!rating_take(p->st, &demo_rules.rating, &in, p->now_ms, &r, err))
        return false;
    if (r.verdict != RATING_RECORDED && r.verdict != RATING_CORRECTED)
        return true;
    if (r.verdict == RATING_RECORDED && lot_chance(&p->lot, 4))
        soon(p, PERSON_SCANS, 0, case_id, 120, 7200);
    if (lot_chance(&p->lot, 5) && !thank(p, case_id, err))
        return false;
    return !lot_chance(&p->lot, in.grade <= 3 ? 80 : 45) ||
           add_detail(p, case_id, r.rating_id, in.grade, err);
}

bool past_happen(struct past *p, const struct happening *h, struct error *err)
{
    switch (h->kind) {
    case DAY_OPENS:
        return open_windows(p, err);
    case PERSON_COMES:
        return come(p, err);
    case WINDOW_CALLS:
        return call_next(p, h->window, err);
    case VISIT_STARTS:
        return start(p, h, err);
    case VISIT_MISSED:
        return miss(p, h->window, err);
    case VISIT_ENDS:
        return end(p, h, err);
    case CASE_DECIDED:
        return close_case(p, h->id, false, err);
    case PERSON_SCANS:
        return scan(p, h->id, err);
    case PERSON_WRITES:
        return past_write(p, h, err);
    }
    return true;
}
