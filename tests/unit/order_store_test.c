/*
 * order_store_test.c — the life of a bad rating with real messages: opened, worked, told
 * by SMS, judged in words, opened once more; overdue by the clock; and what may never
 * happen on the way.
 */
#include "sms_house.h"
#include "store/order_store.h"

#define ME     "13900001000"
#define ACCESS "1069012345"
#define SLOT   ACCESS "10"
#define ORDERS "SELECT count(*) FROM work_orders"
#define STATE  "SELECT state FROM order_states ORDER BY order_id DESC LIMIT 1"
#define STEPS  "SELECT count(*) FROM order_steps"
#define RESULT_SENDER                                                                    \
    "SELECT sender FROM messages WHERE kind LIKE 'result%' ORDER BY id DESC LIMIT 1"

struct take {
    struct house_act act;
    int64_t case_id;
    struct order_step step;
    bool refused; /* it was, and why */
    struct error err;
};

static bool run_take(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct take *t = (struct take *)c;
    struct order o;
    bool found;

    if (!order_of_case(st, t->case_id, &o, &found, err))
        return false;
    assert_true(found);
    t->refused = !order_step_take(st, &t->act.h->rules.rating.order, &o, &t->step, now_ms,
                                  &t->err);
    return true;
}

/* Another system that wants to hear everything; here nothing carries it there. */
static const struct hooks others = {
    .count = 1, .endpoints = {{"oa", ~0U, "http://127.0.0.1:9/", ""}}};

static struct take try_step(struct house *h, int64_t case_id, struct order_step step)
{
    struct take t = {.case_id = case_id, .step = step};

    t.step.actor = "account 7";
    house_do(h, &t.act, run_take);
    house_settle(h);
    return t;
}

static void take_step(struct house *h, int64_t case_id, enum order_act act,
                      const char *words)
{
    struct take t = try_step(h, case_id, (struct order_step){.act = act, .words = words});

    if (t.refused)
        fail_msg("%s: %s", order_act_name(act), t.err.text);
}

static bool run_look(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    int taken;

    return orders_look(st, &a->h->rules.rating.order, 64, now_ms, &taken, err);
}

static void pass(struct house *h, int64_t ms)
{
    struct house_act a = {0};

    house_pass(h, ms);
    house_do(h, &a, run_look);
    house_settle(h);
}

/* A case of ours, asked about, and rated 1 by SMS. */
static int64_t rated_bad(struct house *h)
{
    int64_t id;

    house_open(h);
    id = house_case(h, "food-licence", ME);
    house_pass(h, HOUSE_HOUR);
    house_reply(h, ME, SLOT, "1 等太久");
    house_expect(h, STATE, "open");
    return id;
}

/* The citizen answers the text that told what was done. */
static void judge(struct house *h, const char *words)
{
    char sender[512];

    house_reply(h, ME, house_text(h, RESULT_SENDER, sender), words);
}

static void fix(struct house *h, int64_t case_id)
{
    take_step(h, case_id, ORDER_CONTACT, "已致歉");
    take_step(h, case_id, ORDER_FIX, NULL);
    take_step(h, case_id, ORDER_FEED_BACK, "已补办并致歉");
    house_expect(h, STATE, "fed_back");
}

static void a_fix_is_judged_in_words(void **state)
{
    struct house h;
    int64_t id = rated_bad(&h);
    char sender[512];

    (void)state;
    fix(&h, id);
    house_expect(&h, HOUSE_LAST_KIND, "result");
    house_text(&h, RESULT_SENDER, sender);
    assert_string_not_equal(sender, SLOT); /* a slot of its own */
    judge(&h, "5");                        /* a digit is no verdict, and no rating */
    house_expect(&h, HOUSE_LAST_ACT, "asked_back");
    house_expect(&h, HOUSE_LAST_KIND, "clarify_result");
    house_expect(&h, STATE, "fed_back");
    judge(&h, "4");
    house_expect(&h, HOUSE_LAST_ACT, "nothing");
    judge(&h, "基本满意，谢谢");
    house_expect(&h, HOUSE_LAST_ACT, "verdict");
    house_expect(&h, HOUSE_LAST("outcome"), "basically_satisfied");
    house_expect(&h, STATE, "closed");
    house_expect(&h,
                 "SELECT detail FROM order_steps WHERE act = 'verdict' AND actor ="
                 " 'citizen'",
                 "basically_satisfied sms");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM notes"), 1);
    house_close(&h);
}

static void not_satisfied_opens_it_once(void **state)
{
    struct house h;
    int64_t id = rated_bad(&h);

    (void)state;
    fix(&h, id);
    judge(&h, "不满意");
    house_expect(&h, STATE, "open");
    assert_int_equal(house_number(&h, "SELECT round FROM order_states"), 1);
    fix(&h, id);
    judge(&h, "不满意");
    house_expect(&h, STATE, "supervised");
    judge(&h, "满意"); /* the question is over */
    house_expect(&h, STATE, "supervised");
    take_step(&h, id, ORDER_SETTLE, "已当面解决");
    house_expect(&h, STATE, "closed");
    assert_int_equal(house_number(&h, ORDERS), 1);
    house_close(&h);
}

static void silence_closes_it(void **state)
{
    struct house h;
    int64_t id = rated_bad(&h);

    (void)state;
    h.st.hooks = &others;
    fix(&h, id);
    pass(&h, 6 * HOUSE_DAY);
    house_expect(&h, STATE, "fed_back");
    pass(&h, 2 * HOUSE_DAY);
    house_expect(&h, STATE, "closed");
    house_expect(&h, "SELECT actor FROM order_steps WHERE act = 'lapse'", "clockwork");
    judge(&h, "不满意"); /* kept as a note, changes nothing */
    house_expect(&h, HOUSE_LAST_ACT, "late");
    house_expect(&h, STATE, "closed");
    assert_int_equal(house_number(&h,
                                  "SELECT count(*) FROM hook_deliveries"
                                  " WHERE kind = 'review.closed' AND state = 'waiting'"),
                     1);
    house_close(&h);
}

static void overdue_goes_up(void **state)
{
    struct house h;

    (void)state;
    rated_bad(&h);
    h.st.hooks = &others;
    for (int day = 0; day < 12; day++)
        pass(&h, HOUSE_DAY);
    assert_int_equal(house_number(&h, "SELECT level FROM order_states"), 4);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM order_steps WHERE act = 'escalate'"), 4);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM hook_deliveries"
                                      " WHERE kind = 'review.overdue'"),
                     4);
    house_close(&h);
}

/* What the citizen changes takes the order along, and never closes it. */
static void corrections(void **state)
{
    struct house h;

    (void)state;
    rated_bad(&h);
    house_reply(&h, ME, SLOT, "改2");
    assert_int_equal(house_number(&h, ORDERS), 2);
    house_expect(&h, STATE, "open");
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM order_states WHERE state = 'closed'"), 1);
    house_close(&h);
    rated_bad(&h);
    house_reply(&h, ME, SLOT, "改5");
    assert_int_equal(house_number(&h, ORDERS), 1);
    house_expect(&h, STATE, "open");
    house_expect(&h, "SELECT detail FROM order_steps WHERE act = 'note'", "corrected");
    house_close(&h);
}

static void whoever_wants_no_call_gets_none(void **state)
{
    struct house h;
    int64_t id;

    (void)state;
    house_open(&h);
    id = house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, SLOT, "1");
    house_expect(&h, HOUSE_LAST_KIND, "reason");
    house_reply(&h, ME, SLOT, "0");
    house_expect(&h, "SELECT reach FROM order_states", "declined");
    assert_true(try_step(&h, id, (struct order_step){.act = ORDER_CALL}).refused);
    take_step(&h, id, ORDER_FIX, NULL);
    take_step(&h, id, ORDER_FEED_BACK, "已补办");
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM messages WHERE kind LIKE 'result%'"), 0);
    house_close(&h);
}

static void not_mine_is_looked_into(void **state)
{
    struct house h;
    int64_t id = rated_bad(&h);

    (void)state;
    house_reply(&h, ME, SLOT, "打错了，不是我办的");
    assert_int_equal(house_number(&h, ORDERS), 2);
    house_expect(&h, "SELECT kind FROM work_orders ORDER BY id DESC LIMIT 1", "notme");
    house_expect(&h, "SELECT reach FROM order_states WHERE kind = 'rating'", "none");
    assert_true(try_step(&h, id, (struct order_step){.act = ORDER_CALL}).refused);
    house_close(&h);
}

static void what_a_step_needs(void **state)
{
    static const struct {
        enum order_act act;
        const char *detail, *words;
        enum error_kind kind;
    } rows[] = {
        {ORDER_FIX, NULL, NULL, ERROR_CONFLICT},
        {ORDER_FEED_BACK, NULL, "已补办", ERROR_CONFLICT},
        {ORDER_VERDICT, "page", NULL, ERROR_CONFLICT},
        {ORDER_SETTLE, NULL, "好了", ERROR_CONFLICT},
        {ORDER_NOTE, NULL, NULL, ERROR_INPUT},
        {ORDER_PAUSE, NULL, NULL, ERROR_INPUT},
        {ORDER_PAUSE, "holiday", NULL, ERROR_INPUT},
        {ORDER_TRANSFER, "nobody", NULL, ERROR_INPUT},
        {ORDER_TRANSFER, NULL, NULL, ERROR_INPUT},
        {ORDER_PAUSE, "citizen", NULL, ERROR_NONE},
        {ORDER_RESUME, NULL, NULL, ERROR_NONE},
        {ORDER_CONTACT, NULL, NULL, ERROR_NONE},
        {ORDER_EXPLAIN, NULL, NULL, ERROR_INPUT},
        {ORDER_EXPLAIN, NULL, "依法不能受理", ERROR_NONE},
        {ORDER_FEED_BACK, NULL, NULL, ERROR_INPUT},
        {ORDER_FEED_BACK, NULL, "一二三四五六七八九十一二三四五六七八九十一",
         ERROR_INPUT},
        {ORDER_FEED_BACK, NULL, "一二三四五六七八九十一二三四五六七八九十", ERROR_NONE},
    };
    struct house h;
    int64_t id = rated_bad(&h);
    int64_t steps = house_number(&h, STEPS);

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct order_step step = {
            .act = rows[i].act, .detail = rows[i].detail, .words = rows[i].words};
        struct take t = try_step(&h, id, step);

        if (t.err.kind != rows[i].kind)
            fail_msg("row %zu, %s: %s", i, order_act_name(step.act), t.err.text);
        steps += rows[i].kind == ERROR_NONE;
        if (house_number(&h, STEPS) != steps)
            fail_msg("row %zu, %s: wrote a step", i, order_act_name(step.act));
    }
    house_close(&h);
}

/* ---- dimensions beside a grade, as the page gives them ---- */

struct detail_act {
    struct house_act act;
    struct rating_detail detail;
};

static bool run_detail(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct detail_act *a = (struct detail_act *)c;
    struct rating_result r;
    bool rated;

    if (!rating_look(st, &a->act.h->rules.rating, a->detail.case_id, now_ms, &r, &rated,
                     err))
        return false;
    assert_true(rated);
    a->detail.rating_id = r.rating_id;
    return rating_detail_add(st, &a->act.h->rules.rating, &a->detail, now_ms, err);
}

static void give_dims(struct house *h, int64_t case_id, const int dims[4], int contact)
{
    struct detail_act a = {
        .detail = {.case_id = case_id, .tags = "", .words = "", .contact = contact}};

    memcpy(a.detail.dims, dims, sizeof(a.detail.dims));
    house_do(h, &a.act, run_detail);
    house_settle(h);
}

static void a_bad_dimension_beside_a_grade_opens_one(void **state)
{
    static const struct {
        const char *reply;
        int dims[4], contact, orders;
        const char *reach;
    } rows[] = {
        {"5", {0, 2, 0, 0}, -1, 1, "phone"}, {"4", {0, 0, 0, 1}, 0, 1, "declined"},
        {"3", {1, 1, 1, 1}, 1, 1, "phone"},  {"5", {3, 3, 3, 3}, -1, 0, ""},
        {"1", {1, 0, 0, 0}, -1, 1, "phone"}, /* that of its grade */
        {"5", {0, 0, 0, 0}, 1, 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;
        int64_t id;

        house_open(&h);
        id = house_case(&h, "food-licence", ME);
        house_pass(&h, HOUSE_HOUR);
        house_reply(&h, ME, SLOT, rows[i].reply);
        give_dims(&h, id, rows[i].dims, rows[i].contact);
        if (house_number(&h, ORDERS) != rows[i].orders)
            fail_msg("row %zu: %lld orders", i, (long long)house_number(&h, ORDERS));
        if (rows[i].orders > 0) {
            house_expect(&h, "SELECT reach FROM order_states", rows[i].reach);
            house_expect(&h,
                         "SELECT r.grade FROM work_orders o JOIN ratings r"
                         " ON r.id = o.rating_id WHERE o.kind = 'rating'",
                         rows[i].reply);
        }
        give_dims(&h, id, rows[i].dims, -1); /* the same again is the same complaint */
        assert_int_equal(house_number(&h, ORDERS), rows[i].orders);
        house_close(&h);
    }
}

/* It is fixed and closed; what is said once more of the same rating is read by people. */
static void a_dimension_does_not_open_a_closed_one_again(void **state)
{
    static const int dims[4] = {0, 0, 1, 0};
    struct house h;
    int64_t id;

    (void)state;
    house_open(&h);
    id = house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, SLOT, "5");
    give_dims(&h, id, dims, -1);
    house_expect(&h, STATE, "open");
    fix(&h, id);
    judge(&h, "满意");
    house_expect(&h, STATE, "closed");
    give_dims(&h, id, dims, -1);
    assert_int_equal(house_number(&h, ORDERS), 1);
    house_expect(&h, STATE, "closed");
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_dimension_beside_a_grade_opens_one),
        cmocka_unit_test(a_dimension_does_not_open_a_closed_one_again),
        cmocka_unit_test(a_fix_is_judged_in_words),
        cmocka_unit_test(not_satisfied_opens_it_once),
        cmocka_unit_test(silence_closes_it),
        cmocka_unit_test(overdue_goes_up),
        cmocka_unit_test(corrections),
        cmocka_unit_test(whoever_wants_no_call_gets_none),
        cmocka_unit_test(not_mine_is_looked_into),
        cmocka_unit_test(what_a_step_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
