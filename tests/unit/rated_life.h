/*
 * rated_life.h — two months and a half in a hall, drawn by lot: closings, ratings and
 * details, deliveries, appeals, orders worked, cases opened again. For tests that compare
 * what was counted with a recount.
 */
#ifndef TESTS_RATED_LIFE_H
#define TESTS_RATED_LIFE_H

#include "scratch_store.h"

#include <string.h>

#include "store/appeal_store.h"
#include "store/case_store.h"
#include "store/inbound_store.h"
#include "store/invitation_store.h"
#include "store/message_store.h"
#include "store/order_store.h"
#include "store/rating_store.h"

#define NOW  SCRATCH_START_MS
#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

enum { CASES = 400, ACTS = 4000, LIFE_DAYS = 75 };

static const struct rules rules = {
    .rating = {.correction_ms = DAY,
               .order = {.contact_days = 1,
                         .fix_days = 5,
                         .fix_long_days = 15,
                         .verdict_days = 5,
                         .escalate_days = 1,
                         .tries = 3}},
    .invite = {.delay_low_ms = HOUR,
               .delay_high_ms = 2 * HOUR,
               .window = {.from_min = 9 * 60, .to_min = 20 * 60},
               .spread_ms = HOUR,
               .open_working_days = 5,
               .open_days_max = 15,
               .per_day = 1,
               .per_30_days = 4}};

/* Statements made here are not kept by the connection, which knows them by their address.
 */
static inline void run(struct scratch *s, const char *sql)
{
    struct error err = {0};

    scratch_must(db_script(s->st.db, sql, &err), &err);
}

/* The number that a query made here gives. */
static inline int64_t number(struct scratch *s, const char *query)
{
    char script[2000];

    snprintf(script, sizeof(script), "DELETE FROM answer; INSERT INTO answer %s", query);
    run(s, script);
    return scratch_number(s, "SELECT n FROM answer");
}

static inline void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
    run(s, "CREATE TEMP TABLE answer (n INTEGER)");
    scratch_run(s, "INSERT INTO clerks (id, hall, code, name, window_code, ended, "
                   "since_ms) VALUES (42, 1, 'C2', '王强', 'W2', 0, 0),"
                   " (43, 1, 'C1', '李敏改名', 'W2', 0, 1)");
}

static inline uint32_t lot(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* A case of another system, closed at once. */
static inline int64_t close_case(struct scratch *s, int number, bool first, bool phone,
                                 int64_t closed_ms, int64_t now_ms)
{
    char text[32], digits[24];
    struct phone who;
    struct case_import in = {.source = "x",
                             .case_no = text,
                             .matter = first ? "YB-01" : "GA-01",
                             .window = first ? "W1" : "W2",
                             .clerk = number % 3 ? "C2" : "C1",
                             .accepted_ms = closed_ms - HOUR,
                             .closed_ms = closed_ms,
                             .actor = "test"};
    struct service_case c;
    struct invitation inv;
    struct error err = {0};
    bool fresh;

    snprintf(text, sizeof(text), "X-%d", number);
    snprintf(digits, sizeof(digits), "139%08d", number);
    scratch_must(phone_parse(digits, "86", &who, &err), &err);
    in.phone = phone ? &who : NULL;
    scratch_must(case_import(&s->st, &rules, &in, now_ms, &c, &inv, &fresh, &err), &err);
    return c.id;
}

static inline void rate(struct scratch *s, int64_t id, int64_t now_ms, uint32_t *seed)
{
    static const enum rating_channel channels[] = {CHANNEL_SMS, CHANNEL_TICKET_QR,
                                                   CHANNEL_DESK};
    struct rating_input in = {
        .case_id = id, .channel = channels[lot(seed, 3)], .proof = "P4"};
    struct rating_result r;
    struct error err = {0};

    in.grade = (int)lot(seed, 6);
    for (int i = 0; i < 4 && in.grade == 0; i++)
        in.dims[i] = 1 + (int)lot(seed, 5);
    scratch_must(rating_take(&s->st, &rules.rating, &in, now_ms, &r, &err), &err);
}

static inline void add_detail(struct scratch *s, int64_t id, int64_t now_ms,
                              uint32_t *seed)
{
    struct rating_detail d = {
        .case_id = id, .tags = "", .words = "", .contact = (int)lot(seed, 3) - 1};
    struct rating_result r;
    struct error err = {0};
    bool rated;

    scratch_must(rating_look(&s->st, &rules.rating, id, now_ms, &r, &rated, &err), &err);
    if (!rated)
        return;
    d.rating_id = r.rating_id;
    for (int i = 0; i < 4; i++)
        d.dims[i] = (int)lot(seed, 6);
    scratch_must(rating_detail_add(&s->st, &rules.rating, &d, now_ms, &err), &err);
}

static inline void deliver(struct scratch *s, int64_t id, int64_t now_ms)
{
    struct error err = {0};
    struct invitation inv;
    struct message m;
    bool found, entered;

    scratch_must(invitation_of_case(&s->st, id, &inv, &found, &err), &err);
    if (!found || inv.message_id == 0)
        return;
    scratch_must(message_get(&s->st, inv.message_id, &m, &err), &err);
    scratch_must(
        message_enter(&s->st, &m, MESSAGE_DELIVERED, NULL, now_ms, &entered, &err), &err);
}

/* Any act that may be done, with what it wants said. */
static inline void work(struct scratch *s, int64_t id, int64_t now_ms, uint32_t *seed)
{
    struct order_step step = {.act = (enum order_act)lot(seed, ORDER_ACTS),
                              .actor = "account 7",
                              .words = "已处理"};
    struct error err = {0};
    struct order o;
    bool found;

    if (step.act == ORDER_TRANSFER || step.act == ORDER_REPLACE)
        return;
    if (step.act == ORDER_VERDICT) {
        step.verdict = (enum heard_verdict)(1 + lot(seed, 3));
        step.actor = "citizen";
    }
    if (step.act == ORDER_PAUSE)
        step.detail = "procedure";
    scratch_must(order_of_case(&s->st, id, &o, &found, &err), &err);
    if (found && order_may(&o.now, step.act, &rules.rating.order))
        scratch_must(
            order_step_take(&s->st, &rules.rating.order, &o, &step, now_ms, &err), &err);
}

static inline void appeal(struct scratch *s, int64_t id, int64_t now_ms)
{
    struct error err = {0};
    struct rating_result r;
    bool rated;

    scratch_must(rating_look(&s->st, &rules.rating, id, now_ms, &r, &rated, &err), &err);
    if (!rated || !appeal_file(&s->st, r.rating_id, "mistake", "不是本窗口的事",
                               "account 7", DAY, now_ms, &err))
        return;
    scratch_must(appeal_decide(&s->st, r.rating_id, id % 3 ? "excluded" : "upheld",
                               "属实", "account 9", "", now_ms, &err),
                 &err);
}

static inline void reopen(struct scratch *s, int64_t id, int64_t now_ms)
{
    struct error err = {0};
    struct service_case c;
    struct invitation inv;

    scratch_must(case_reopen(&s->st, id, "补件", "test", now_ms, &c, &err), &err);
    scratch_must(
        case_close(&s->st, &rules, id, "done", NULL, "test", now_ms, &c, &inv, &err),
        &err);
}

static inline void read_reply(struct scratch *s, int64_t id, int64_t now_ms,
                              uint32_t *seed)
{
    static const char *const outcomes[] = {"5", "1", "dims=5554", "thanks"};
    static int64_t inbound;
    struct error err = {0};
    const struct reading in = {.inbound_id = ++inbound,
                               .outcome = outcomes[lot(seed, 4)],
                               .act = lot(seed, 5) ? "rated" : "again",
                               .proof = "P1",
                               .case_id = lot(seed, 3) ? id : 0};

    scratch_must(reading_add(&s->st, &in, now_ms, &err), &err);
}

static inline void do_something(struct scratch *s, int64_t id, int64_t now_ms,
                                uint32_t *seed)
{
    struct error err = {0};
    int taken;

    switch (lot(seed, 12)) {
    case 0:
    case 1:
    case 2:
        rate(s, id, now_ms, seed);
        return;
    case 3:
        add_detail(s, id, now_ms, seed);
        return;
    case 4:
        deliver(s, id, now_ms);
        return;
    case 5:
        appeal(s, id, now_ms);
        return;
    case 6:
        reopen(s, id, now_ms);
        return;
    case 7:
        read_reply(s, id, now_ms, seed);
        return;
    case 8:
        scratch_must(orders_look(&s->st, &rules.rating.order, 64, now_ms, &taken, &err),
                     &err);
        return;
    default:
        work(s, id, now_ms, seed);
    }
}

/* Closings and what follows, over two months and a half. */
static inline void live(struct scratch *s, uint32_t seed, bool told_late)
{
    int64_t ids[CASES], step = LIFE_DAYS * DAY / ACTS;
    int count = 0;

    for (int i = 0; i < ACTS; i++) {
        int64_t now_ms = NOW + i * step;

        if (i % (ACTS / CASES) == 0) {
            bool first = lot(&seed, 2) == 0, phone = lot(&seed, 3) != 0;
            int64_t ago = lot(&seed, 20) == 0 && told_late ? 40 * DAY : 0;

            ids[count] = close_case(s, count, first, phone, now_ms - ago, now_ms);
            count++;
        }
        /* mostly what was closed of late */
        do_something(
            s, ids[count - 1 - (int)lot(&seed, (uint32_t)(count < 25 ? count : 25))],
            now_ms, &seed);
    }
}

#endif
