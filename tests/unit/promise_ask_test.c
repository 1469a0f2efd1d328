/*
 * promise_ask_test.c — is the recorded end true? With real messages: when the question
 * goes, and that 1 and 2 mean one thing after an invitation and another after this
 * question, in whatever order both are open, on a line with slots and on one with
 * letters.
 */
#include "sms_house.h"
#include "store/denial.h"
#include "store/promise_ask.h"

#define ME      "13900001000"
#define ACCESS  "1069012345"
#define RATINGS "SELECT count(*) FROM ratings"
#define GRADE   "SELECT grade FROM ratings ORDER BY id DESC LIMIT 1"
#define ANSWERS "SELECT count(*) FROM promise_answers"
#define RECEIVED                                                                         \
    "SELECT CAST(received AS TEXT) FROM promise_answers ORDER BY id DESC LIMIT 1"
#define ASKED "SELECT count(*) FROM messages WHERE kind = 'promise' AND body IS NOT NULL"
#define TEXT                                                                             \
    "SELECT body FROM messages WHERE kind = 'promise' AND body IS NOT NULL"              \
    " ORDER BY id DESC LIMIT 1"
/* The newest order: its kind, state and reach, and its steps. */
#define ORDER                                                                            \
    "SELECT s.kind || ' ' || s.state || ' ' || s.reach || (SELECT"                       \
    " group_concat(' ' || x.act || CASE x.detail WHEN '' THEN '' ELSE ' ' || x.detail"   \
    " END, '') FROM order_steps x WHERE x.order_id = s.order_id) FROM order_states s"    \
    " ORDER BY s.order_id DESC LIMIT 1"
#define PROMISE_STATE                                                                    \
    "SELECT state || COALESCE(' ' || reason, '') FROM messages WHERE kind = 'promise'"   \
    " ORDER BY id DESC LIMIT 1"
#define SENDER_OF(kind)                                                                  \
    "SELECT sender FROM messages WHERE kind = '" kind                                    \
    "' AND body IS NOT NULL ORDER BY id DESC LIMIT 1"

static void open_house(struct house *h)
{
    house_open(h);
    h->rules.promise = (struct promise_rules){100, 5};
    h->rules.rating.attests = true;
}

/* Answers the newest text of this kind. (Statements are constants: the store knows them
 * by their address.) */
static void reply_to(struct house *h, const char *kind, const char *text)
{
    char sender[512];
    const char *sql =
        strcmp(kind, "survey") == 0 ? SENDER_OF("survey") : SENDER_OF("promise");

    house_reply(h, ME, house_text(h, sql, sender), text);
}

/* A case that was closed, asked about, rated by SMS, and whose rating is settled. */
static int64_t settled(struct house *h, const char *grade)
{
    int64_t id = house_case(h, "food-licence", ME);

    house_pass(h, HOUSE_HOUR);
    reply_to(h, "survey", grade);
    house_pass(h, HOUSE_HOUR);
    assert_int_equal(house_number(h, ASKED), 0); /* it may be corrected still */
    house_pass(h, 23 * HOUSE_HOUR);
    return id;
}

static void one_and_two_have_another_meaning(void **state)
{
    struct house h;
    char survey[512], promise[512], text[512];

    (void)state;
    open_house(&h);
    settled(&h, "4");
    assert_int_equal(house_number(&h, ASKED), 1);
    house_text(&h, SENDER_OF("survey"), survey);
    house_text(&h, SENDER_OF("promise"), promise);
    assert_string_not_equal(survey, promise);
    house_text(&h, TEXT, text);
    assert_non_null(strstr(text, "承诺7天，记录0天办结"));
    assert_non_null(strstr(text, "属实回1，没拿到结果回2"));

    house_reply(&h, ME, promise, "2");
    house_expect(&h, HOUSE_LAST_ACT, "attested");
    house_expect(&h, HOUSE_LAST("outcome"), "promise_denied");
    house_expect(&h, HOUSE_LAST_KIND, "promise_denied");
    house_expect(&h, RECEIVED, "0");
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, GRADE), 4);
    house_expect(&h, ORDER, "denied open phone open"); /* a person hears of it */
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM events WHERE kind = 'promise_denied'"), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM audit_events WHERE action ="
                                      " 'denial.opened'"),
                     1);

    house_reply(&h, ME, promise, "2"); /* said twice: one order, and no more steps */
    house_expect(&h, ORDER, "denied open phone open");
    house_reply(&h, ME, promise,
                "1"); /* it came after all: another fact, no correction */
    house_expect(&h, RECEIVED, "1");
    house_expect(&h, ORDER, "denied open phone open note said_received");
    house_reply(&h, ME, promise, "2");
    house_reply(&h, ME, promise, "没收到");
    house_expect(&h, ORDER, "denied open phone open note said_received note said_denied");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM work_orders"), 1);
    house_reply(&h, ME, promise, "5");
    house_expect(&h, HOUSE_LAST_ACT, "note");
    house_reply(&h, ME, promise, "改2");
    house_expect(&h, HOUSE_LAST_ACT, "note");
    house_reply(&h, ME, promise, "很不满意");
    house_expect(&h, HOUSE_LAST_ACT, "note");
    assert_int_equal(house_number(&h, ANSWERS), 5);
    assert_int_equal(house_number(&h, RATINGS), 1);
    house_reply(&h, ME, survey, "1"); /* the invitation's number: a grade, and too late */
    house_expect(&h, HOUSE_LAST_KIND, "already");
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, ANSWERS), 5);
    house_close(&h);
}

static void what_is_no_answer_is_asked_back_once(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    settled(&h, "5");
    reply_to(&h, "promise", "5");
    house_expect(&h, HOUSE_LAST_ACT, "asked_back");
    house_expect(&h, HOUSE_LAST_KIND, "clarify_promise");
    reply_to(&h, "promise", "不知道啊");
    house_expect(&h, HOUSE_LAST_ACT, "note");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages WHERE kind ="
                                      " 'clarify_promise'"),
                     1);
    assert_int_equal(house_number(&h, ANSWERS), 0);
    assert_int_equal(house_number(&h, RATINGS), 1);
    reply_to(&h, "promise", "1");
    house_expect(&h, RECEIVED, "1");
    house_close(&h);
}

/* Both open at once: a survey of a second case while this question waits. */
static void both_open_at_once_keep_apart(void **state)
{
    struct house h;
    int64_t second;

    (void)state;
    open_house(&h);
    settled(&h, "5");
    second = house_case(&h, "company-change", ME);
    house_pass(&h, 24 * HOUSE_HOUR);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM messages WHERE kind = 'survey' AND"
                         " body IS NOT NULL"),
        2);
    reply_to(&h, "survey", "2");
    assert_int_equal(house_number(&h, RATINGS), 2);
    assert_int_equal(house_number(&h, GRADE), 2);
    assert_int_equal(house_number(&h, ANSWERS), 0);
    assert_int_equal(
        house_number(&h, "SELECT case_id FROM ratings ORDER BY id DESC LIMIT 1"), second);
    reply_to(&h, "promise", "2");
    house_expect(&h, HOUSE_LAST_ACT, "attested");
    assert_int_equal(house_number(&h, ANSWERS), 1);
    assert_int_equal(house_number(&h, RATINGS), 2);
    house_close(&h);
}

/* Without slots a bare digit between two questions is nobody's: it is asked back. */
static void letters_never_guess(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    h.roster.gateways[0].slots = SLOTS_LETTERS;
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, ACCESS, "5");
    assert_int_equal(house_number(&h, RATINGS), 1);
    house_pass(&h, 26 * HOUSE_HOUR);
    assert_int_equal(house_number(&h, ASKED), 1);
    house_case(&h, "company-change", ME);
    house_pass(&h, 24 * HOUSE_HOUR);
    house_expect(&h, HOUSE_LAST_KIND, "survey_code");
    house_reply(&h, ME, ACCESS, "2");
    house_expect(&h, HOUSE_LAST_ACT, "asked_back");
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, ANSWERS), 0);
    house_close(&h);
}

/* Alone on such a line the digit is the question's, and not the rating's. */
static void letters_alone_are_heard(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    h.roster.gateways[0].slots = SLOTS_LETTERS;
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, ACCESS, "4");
    house_pass(&h, 26 * HOUSE_HOUR);
    house_reply(&h, ME, ACCESS, "1");
    house_expect(&h, RECEIVED, "1");
    assert_int_equal(house_number(&h, GRADE), 4);
    house_close(&h);
}

static void one_question_at_a_time_leaves_it_out(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    h.roster.gateways[0].slots = SLOTS_ONE;
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, ACCESS, "4");
    house_pass(&h, 26 * HOUSE_HOUR);
    house_expect(&h, PROMISE_STATE, "WITHDRAWN no_slot");
    house_close(&h);
}

/* Whoever does not rate is asked once the time to rate is over, and not before. */
static void unrated_waits_for_the_end(void **state)
{
    struct house h;
    int64_t until_ms;

    (void)state;
    open_house(&h);
    h.rules.invite.remind_after_ms = 0;
    house_case(&h, "food-licence", ME);
    house_pass(&h, 3 * HOUSE_DAY);
    assert_int_equal(house_number(&h, ASKED), 0);
    until_ms = house_number(&h, "SELECT rate_until_ms FROM cases");
    house_pass(&h, until_ms - h.world.wall_ms(&h.world));
    assert_int_equal(house_number(&h, ASKED), 0);
    house_pass(&h, 2 * HOUSE_DAY);
    assert_int_equal(house_number(&h, ASKED), 1);
    reply_to(&h, "promise", "1");
    house_expect(&h, RECEIVED, "1");
    assert_int_equal(house_number(&h, RATINGS), 0); /* a 1 never becomes a grade */
    house_close(&h);
}

/* Nobody is asked at night, nor twice on a day, nor more often than a phone may be. */
static void hours_and_limits_hold(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    h.rules.invite.per_30_days = 2;
    house_case(&h, "food-licence", ME);
    house_pass(&h, 9 * HOUSE_HOUR); /* 19:00 */
    house_scan(&h, house_number(&h, "SELECT id FROM cases"), 5);
    house_pass(&h, 25 * HOUSE_HOUR); /* settled at 19:00, it is 20:00 now */
    assert_int_equal(house_number(&h, ASKED), 0);
    house_pass(&h, 12 * HOUSE_HOUR);
    house_pass(&h, 3 * HOUSE_HOUR); /* in the morning */
    assert_int_equal(house_number(&h, ASKED), 1);
    house_case(&h, "company-change", ME);
    house_pass(&h, 20 * HOUSE_HOUR);
    house_scan(&h, house_number(&h, "SELECT max(id) FROM cases"), 5);
    house_pass(&h, 5 * HOUSE_DAY);
    assert_int_equal(house_number(&h, ASKED), 1); /* three texts in the month: no */
    house_pass(&h, 40 * HOUSE_DAY);
    house_expect(&h, PROMISE_STATE, "WITHDRAWN expired");
    house_close(&h);
}

static bool run_reopen(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    struct service_case out;

    return case_reopen(st, a->case_id, "r", "test", now_ms, &out, err);
}

static bool run_close_again(struct store *st, struct command *c, int64_t now_ms,
                            struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    struct service_case out;
    struct invitation inv;

    return case_close(st, &a->h->rules, a->case_id, a->matter, NULL, "test", now_ms, &out,
                      &inv, err);
}

/* A case that was opened again is not asked about; closed once more it is, once. */
static void reopened_is_asked_about_after_the_second_closing(void **state)
{
    struct house_act a = {.matter = "done"};
    struct house h;
    char text[512];

    (void)state;
    open_house(&h);
    a.case_id = house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    reply_to(&h, "survey", "5");
    house_do(&h, &a, run_reopen);
    house_pass(&h, 26 * HOUSE_HOUR);
    house_expect(&h, PROMISE_STATE, "WITHDRAWN reopened");
    house_pass(&h, HOUSE_DAY);
    house_do(&h, &a, run_close_again);
    house_pass(&h, 15 * HOUSE_DAY);
    assert_int_equal(house_number(&h, ASKED), 1);
    house_text(&h, TEXT, text);
    assert_non_null(strstr(text, "记录2天办结")); /* the newest record */
    house_close(&h);
}

/* Nobody asks who left no phone, who wants no texts, or where it is switched off. */
static void some_are_never_asked(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    house_case(&h, "food-licence", NULL);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages WHERE kind ="
                                      " 'promise'"),
                     0);
    settled(&h, "5");
    reply_to(&h, "survey", "T");
    house_case(&h, "company-change", ME);
    house_pass(&h, 10 * HOUSE_DAY);
    assert_int_equal(house_number(&h, ASKED), 1);
    h.rules.promise.ask_percent = 0;
    house_case(&h, "food-licence", "13900002000");
    house_pass(&h, 10 * HOUSE_DAY);
    assert_int_equal(house_number(&h, ASKED), 1);
    house_close(&h);
}

/* An opt-out word and "not mine" are heard here, too. */
static void other_words_are_heard(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    settled(&h, "5");
    reply_to(&h, "promise", "不是我办的");
    house_expect(&h, HOUSE_LAST_ACT, "notme");
    reply_to(&h, "promise", "1");
    assert_int_equal(house_number(&h, ANSWERS), 0);
    reply_to(&h, "promise", "T");
    house_expect(&h, HOUSE_LAST_ACT, "optout");
    house_close(&h);
}

/* A late 1 is kept and makes nothing; a survey that comes then is not taken for it. */
static void late_answers_make_nothing(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    settled(&h, "4");
    house_pass(&h, 10 * HOUSE_DAY);
    reply_to(&h, "promise", "2");
    house_expect(&h, HOUSE_LAST_ACT, "late");
    assert_int_equal(house_number(&h, ANSWERS), 0);
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM notes"), 1);
    house_close(&h);
}

/* What was said is said anew within the time of the question, and no longer. */
static void what_was_said_stands_when_its_time_is_over(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    settled(&h, "4");
    reply_to(&h, "promise", "1");
    house_pass(&h, 2 * HOUSE_DAY);
    reply_to(&h, "promise", "1"); /* in time: said once more */
    assert_int_equal(house_number(&h, ANSWERS), 2);
    house_pass(&h, 10 * HOUSE_DAY);
    reply_to(&h, "promise", "2");
    house_expect(&h, HOUSE_LAST_ACT, "late");
    assert_int_equal(house_number(&h, ANSWERS), 2);
    house_expect(&h, RECEIVED, "1");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM work_orders"), 0);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM notes"), 1);
    house_close(&h);
}

struct finding {
    struct house_act act;
    struct denial_found found;
    bool refused;
};

static bool run_found(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    struct finding *f = (struct finding *)c;
    struct error trouble = {0};

    (void)err;
    f->refused =
        !denial_found(st, &f->act.h->rules.rating.order, &f->found, now_ms, &trouble);
    return true;
}

static bool refuses(struct house *h, struct denial_found found)
{
    struct finding f = {.found = found};

    house_do(h, &f.act, run_found);
    house_settle(h);
    return f.refused;
}

static bool run_look(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    int taken;

    return orders_look(st, &a->h->rules.rating.order, 64, now_ms, &taken, err);
}

/* Overdue it goes up past the window, and it ends by what somebody found; a denial that
 * comes after that opens another. */
static void a_denial_is_looked_into_by_a_clock(void **state)
{
    struct denial_found f = {.actor = "account 7", .found = "", .words = ""};
    struct house_act look = {0};
    struct house h;

    (void)state;
    open_house(&h);
    f.case_id = settled(&h, "5");
    reply_to(&h, "promise", "2");
    house_expect(&h, "SELECT window_code FROM order_states", ""); /* not the window's */
    house_pass(&h, 3 * HOUSE_DAY);
    house_do(&h, &look, run_look);
    house_settle(&h);
    assert_int_equal(house_number(&h, "SELECT level FROM order_states"), 2);

    assert_true(refuses(&h, f));
    f.found = "dunno";
    assert_true(refuses(&h, f));
    f.found = "untrue";
    assert_true(refuses(&h, f)); /* nobody says how */
    f.words = "还在制证";
    assert_false(refuses(&h, f)); /* the department's: it does not end it */
    house_expect(&h, ORDER, "denied open phone open escalate note untrue");
    f.ends = true;
    assert_false(refuses(&h, f));
    house_expect(&h, ORDER,
                 "denied closed phone open escalate note untrue settle untrue");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM promise_checks"), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM audit_events WHERE action IN"
                                      " ('denial.looked', 'denial.settled')"),
                     2);
    reply_to(&h, "promise", "2");
    house_expect(&h, ORDER, "denied open phone open");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM work_orders"), 2);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_and_two_have_another_meaning),
        cmocka_unit_test(what_is_no_answer_is_asked_back_once),
        cmocka_unit_test(both_open_at_once_keep_apart),
        cmocka_unit_test(letters_never_guess),
        cmocka_unit_test(letters_alone_are_heard),
        cmocka_unit_test(one_question_at_a_time_leaves_it_out),
        cmocka_unit_test(unrated_waits_for_the_end),
        cmocka_unit_test(hours_and_limits_hold),
        cmocka_unit_test(reopened_is_asked_about_after_the_second_closing),
        cmocka_unit_test(some_are_never_asked),
        cmocka_unit_test(other_words_are_heard),
        cmocka_unit_test(late_answers_make_nothing),
        cmocka_unit_test(what_was_said_stands_when_its_time_is_over),
        cmocka_unit_test(a_denial_is_looked_into_by_a_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
