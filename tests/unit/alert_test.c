/*
 * alert_test.c — "nearly your turn" and "you are called" by SMS: to whom, once, and never
 * when it is not true any more.
 */
#include "tests/unit/sms_house.h"

#include "store/inbound_store.h"
#include "store/person_store.h"
#include "store/queue_store.h"
#include "work/line.h"

#define COUNT_OF(kind) "SELECT count(*) FROM messages WHERE kind = '" kind "'"
#define LAST_OF(kind)                                                                    \
    "SELECT state || ' ' || COALESCE(reason, '') FROM messages WHERE kind = '" kind      \
    "' ORDER BY id DESC LIMIT 1"

/* One act in the queue; each runs as a command of its own. */
struct queue_act {
    struct house_act act;
    const char *phone, *window, *lang;
    int64_t ticket_id;
    bool nobody;
};

static void queue_do(struct house *h, struct queue_act *a,
                     bool (*run)(struct store *, struct command *, int64_t,
                                 struct error *))
{
    house_do(h, &a->act, run);
}

static bool run_take(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct queue_act *a = (struct queue_act *)c;
    struct phone phone;
    struct ticket t;
    int64_t job;
    const struct ticket_input in = {.matter_code = "food-licence",
                                    .phone = a->phone != NULL ? &phone : NULL,
                                    .lang = a->lang != NULL ? a->lang : "zh-CN",
                                    .actor = "test"};

    if (a->phone != NULL && !phone_parse(a->phone, "86", &phone, err))
        return false;
    if (!ticket_take(st, &in, now_ms, &t, &job, err))
        return false;
    a->ticket_id = t.id;
    return true;
}

static bool run_call(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct queue_act *a = (struct queue_act *)c;
    struct serving at;

    return queue_call(st, &a->act.h->rules, a->window, "1001", "test", now_ms, &at,
                      &a->nobody, err);
}

static bool run_recall(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct serving at;

    return queue_recall(st, ((struct queue_act *)c)->window, "test", now_ms, &at, err);
}

static bool run_hold(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct queue_act *a = (struct queue_act *)c;
    struct ticket t;

    return queue_hold(st, &a->act.h->rules, a->window, "test", now_ms, &t, err);
}

static bool run_undo(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct ticket t;

    return queue_undo(st, ((struct queue_act *)c)->window, "test", now_ms, &t, err);
}

static bool run_optout(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct phone phone;
    int64_t id;
    bool fresh;

    return phone_parse(((struct queue_act *)c)->phone, "86", &phone, err) &&
           phone_keep(st, &phone, now_ms, &id, err) &&
           optout_add(st, id, 0, now_ms, &fresh, err);
}

static void take(struct house *h, const char *phone)
{
    struct queue_act a = {.phone = phone};

    queue_do(h, &a, run_take);
}

/* Calls the next at A01 and clears the window again. */
static void call(struct house *h, bool clear)
{
    struct queue_act a = {.window = "A01"};

    queue_do(h, &a, run_call);
    assert_false(a.nobody);
    if (clear)
        queue_do(h, &a, run_hold);
}

/* While it is away nothing leaves, and everybody knows that. */
static void gateway_away(struct house *h, bool away)
{
    const struct line_faults faults = {.down = away};

    line_faults_set(h->line, &faults);
}

static void open_with_alerts(struct house *h, int near)
{
    house_open(h);
    h->rules.queue = (struct queue_rules){.no_show_calls = 3,
                                          .undo_ms = 10000,
                                          .restore_ms = HOUSE_HOUR,
                                          .near = near,
                                          .sms_alerts = true};
}

/* == What is told ================================================================= */

static void the_called_and_the_near_are_told_once(void **state)
{
    struct queue_act a = {.window = "A01"};
    struct house h;

    (void)state;
    open_with_alerts(&h, 2);
    for (int i = 0; i < 5; i++) {
        char phone[24];

        snprintf(phone, sizeof(phone), "1390000100%d", i);
        take(&h, phone);
    }
    house_settle(&h);
    assert_int_equal(house_number(&h, HOUSE_SENT), 0); /* taking a number tells nothing */
    call(&h, false);
    house_settle(&h);
    assert_int_equal(house_number(&h, COUNT_OF("called")), 1);
    assert_int_equal(house_number(&h, COUNT_OF("near")), 1);
    house_expect(&h, "SELECT body FROM messages WHERE kind = 'called'",
                 "【青城政务】请A001号到1楼A01窗口办理。叫3次未到将过号，可到服务台恢复");
    house_expect(&h, "SELECT body FROM messages WHERE kind = 'near'",
                 "【青城政务】A004号：前面2人。请回1楼等候区等候，过号请到服务台");
    house_expect(&h, LAST_OF("called"), "DELIVERED ");
    queue_do(&h, &a, run_recall);
    queue_do(&h, &a, run_hold);
    house_settle(&h);
    assert_int_equal(house_number(&h, COUNT_OF("called")), 1); /* a recall is no change */
    house_close(&h);
}

/* Those who were near from the start, and those without a phone, are told nothing. */
static void nobody_is_told_without_need(void **state)
{
    struct house h;

    (void)state;
    open_with_alerts(&h, 3);
    take(&h, NULL);
    take(&h, "13900002001");
    take(&h, "13900002002");
    take(&h, NULL);
    take(&h, NULL);
    take(&h, "13900002003");
    call(&h, false);
    house_settle(&h);
    assert_int_equal(house_number(&h, HOUSE_SENT), 0);
    house_close(&h);
}

static void a_hall_that_does_not_want_it_sends_none(void **state)
{
    struct house h;

    (void)state;
    open_with_alerts(&h, 1);
    h.rules.queue.sms_alerts = false;
    for (int i = 0; i < 3; i++)
        take(&h, "13900003001");
    call(&h, false);
    house_settle(&h);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages"), 0);
    house_close(&h);
}

/* == What is not true any more ==================================================== */

/* The gateway is away while the queue moves on: late texts are withdrawn. */
static void what_is_not_true_any_more_is_withdrawn(void **state)
{
    struct house h;

    (void)state;
    open_with_alerts(&h, 1);
    take(&h, "13900004001");
    take(&h, "13900004002");
    take(&h, "13900004003");
    gateway_away(&h, true);
    call(&h, true);  /* the first one is called and held, the third is near */
    call(&h, true);  /* the second one */
    call(&h, false); /* the third one stands at the window: near is not true any more */
    house_settle(&h);
    gateway_away(&h, false);
    house_pass(&h, HOUSE_HOUR / 12);
    assert_int_equal(house_number(&h, COUNT_OF("called")), 3);
    assert_int_equal(house_number(&h,
                                  "SELECT count(*) FROM messages WHERE kind = 'called'"
                                  " AND state = 'WITHDRAWN' AND reason = 'stale'"),
                     2);
    house_expect(&h, LAST_OF("called"), "DELIVERED ");
    house_expect(&h, LAST_OF("near"), "WITHDRAWN stale");
    house_close(&h);
}

/* A text that could not leave for a quarter of an hour helps nobody. */
static void what_comes_too_late_expires(void **state)
{
    struct house h;

    (void)state;
    open_with_alerts(&h, 1);
    take(&h, "13900005001");
    gateway_away(&h, true);
    call(&h, false);
    house_settle(&h);
    house_pass(&h, HOUSE_HOUR / 2);
    gateway_away(&h, false);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, LAST_OF("called"), "WITHDRAWN expired");
    house_close(&h);
}

/* A call that was taken back and made again is another call. */
static void each_call_is_told_of_its_own(void **state)
{
    struct queue_act a = {.window = "A01"};
    struct house h;

    (void)state;
    open_with_alerts(&h, 1);
    take(&h, "13900006001");
    call(&h, false);
    house_settle(&h);
    queue_do(&h, &a, run_undo);
    house_pass(&h, 1000);
    call(&h, false);
    house_settle(&h);
    assert_int_equal(house_number(&h, COUNT_OF("called")), 2);
    house_expect(&h, LAST_OF("called"), "DELIVERED ");
    house_close(&h);
}

/* Whoever wants no surveys is still called, at any hour, and no limit counts it. */
static void alerts_are_no_surveys(void **state)
{
    struct queue_act a = {.phone = "13900007001"}, desk = {.window = "A01"};
    struct house h;

    (void)state;
    open_with_alerts(&h, 1);
    queue_do(&h, &a, run_optout);
    atomic_fetch_add(&h.world.hand_ms, 11 * HOUSE_HOUR); /* 21:00 */
    for (int i = 0; i < 6; i++) {
        take(&h, a.phone);
        call(&h, false);
        house_settle(&h);
        queue_do(&h, &desk, run_hold);
    }
    assert_int_equal(house_number(&h,
                                  "SELECT count(*) FROM messages WHERE kind = 'called'"
                                  " AND state = 'DELIVERED'"),
                     6);
    house_case(&h, "food-licence", "13900007002");
    house_expect(&h, "SELECT decision FROM invitations", "send");
    house_close(&h);
}

static void english_is_told_in_english(void **state)
{
    struct queue_act a = {.phone = "13900008001", .lang = "en"};
    struct house h;

    (void)state;
    open_with_alerts(&h, 0);
    queue_do(&h, &a, run_take);
    queue_do(&h, &a, run_take);
    call(&h, false);
    house_settle(&h);
    house_expect(&h, "SELECT body FROM messages WHERE kind = 'called'",
                 "【青城政务】No.A001: go to window A01. Missed 3 calls = ask the desk");
    house_expect(&h, "SELECT body FROM messages WHERE kind = 'near'",
                 "【青城政务】No.A002: 0 ahead. Please come back now");
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_called_and_the_near_are_told_once),
        cmocka_unit_test(nobody_is_told_without_need),
        cmocka_unit_test(a_hall_that_does_not_want_it_sends_none),
        cmocka_unit_test(what_is_not_true_any_more_is_withdrawn),
        cmocka_unit_test(what_comes_too_late_expires),
        cmocka_unit_test(each_call_is_told_of_its_own),
        cmocka_unit_test(alerts_are_no_surveys),
        cmocka_unit_test(english_is_told_in_english),
    };

    return cmocka_run_group_tests_name("alert", tests, NULL, NULL);
}
