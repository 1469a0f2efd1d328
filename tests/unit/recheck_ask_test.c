/*
 * recheck_ask_test.c — a case that was drawn for a re-check is asked about by SMS: with
 * real messages, 1 and 2 mean one thing after an invitation and another after this
 * question, and nothing of it is ever a rating.
 */
#include "sms_house.h"
#include "store/recheck_ask.h"

#define ME      "13900001000"
#define RATINGS "SELECT count(*) FROM ratings"
#define GRADE   "SELECT grade FROM ratings ORDER BY id DESC LIMIT 1"
#define ANSWERS "SELECT count(*) FROM recheck_answers"
#define OUTCOME "SELECT outcome FROM recheck_answers ORDER BY id DESC LIMIT 1"
#define SENT    "SELECT count(*) FROM messages WHERE kind = 'recheck' AND body IS NOT NULL"
#define STATE                                                                            \
    "SELECT state || COALESCE(' ' || reason, '') FROM messages WHERE kind = 'recheck'"   \
    " ORDER BY id DESC LIMIT 1"
#define BODY                                                                             \
    "SELECT body FROM messages WHERE kind = 'recheck' AND body IS NOT NULL"              \
    " ORDER BY id DESC LIMIT 1"
#define SENDER_OF(kind)                                                                  \
    "SELECT sender FROM messages WHERE kind = '" kind                                    \
    "' AND body IS NOT NULL ORDER BY id DESC LIMIT 1"

static void open_house(struct house *h)
{
    house_open(h);
    h->rules.promise = (struct promise_rules){0, 5};
}

static void reply_to(struct house *h, const char *kind, const char *text)
{
    char sender[512];
    const char *sql =
        strcmp(kind, "survey") == 0 ? SENDER_OF("survey") : SENDER_OF("recheck");

    house_reply(h, ME, house_text(h, sql, sender), text);
}

/* A case that nobody can rate any more. */
static int64_t old_case(struct house *h, const char *grade)
{
    int64_t id = house_case(h, "food-licence", ME);

    house_pass(h, HOUSE_HOUR);
    if (grade != NULL)
        reply_to(h, "survey", grade);
    house_pass(h, 16 * HOUSE_DAY);
    return id;
}

struct drawn {
    struct house_act act;
    struct recheck r;
    enum recheck_ask outcome;
};

static bool run_draw(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    int today = hall_local_date(st->frame, now_ms);
    const struct recheck_plan_input in = {.year = today / 10000,
                                          .from = today / 10000 * 10000 + 101,
                                          .to = today,
                                          .side = VISIT_HALL,
                                          .department = "",
                                          .wanted = 5,
                                          .once = "form",
                                          .actor = "account 7"};
    struct recheck_plan plan;
    int64_t id;
    bool found, drawn;

    (void)c;
    return recheck_announce(st, &in, now_ms, &id, err) &&
           recheck_plan_find(st, id, &plan, &found, err) &&
           recheck_draw(st, &plan, "account 7", now_ms, &drawn, err);
}

static void keep_first(void *self, const struct recheck *r)
{
    struct drawn *d = self;

    if (d->r.id == 0)
        d->r = *r;
}

static bool run_ask(struct store *st, struct command *c, int64_t now_ms,
                    struct error *err)
{
    struct drawn *d = (struct drawn *)c;

    d->r = (struct recheck){0};
    return rechecks_each(st, hall_local_date(st->frame, now_ms) / 10000, keep_first, d,
                         err) &&
           recheck_ask(st, &d->r, "account 7", now_ms, &d->outcome, err);
}

/* What a person typed after a call. */
static bool run_phone(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    const struct drawn *d = (const struct drawn *)c;
    const struct recheck_answer in = {.recheck_id = d->r.id,
                                      .seen = d->r.answer_id,
                                      .outcome = RECHECK_TRUE,
                                      .steered = 0,
                                      .words = "",
                                      .once = "call",
                                      .actor = "account 7"};
    enum recheck_verdict verdict;

    return recheck_answer_take(st, &in, now_ms, &verdict, err);
}

static enum recheck_ask ask(struct house *h, struct drawn *d)
{
    house_do(h, &d->act, run_ask);
    return d->outcome;
}

static struct drawn draw_and_ask(struct house *h)
{
    struct drawn d = {0};

    house_do(h, &d.act, run_draw);
    assert_int_equal(ask(h, &d), RECHECK_ASK_PUT);
    house_pass(h, HOUSE_HOUR);
    return d;
}

static void one_and_two_are_no_grades_here(void **state)
{
    struct house h;
    struct drawn d;
    char survey[512], recheck[512], text[512];

    (void)state;
    open_house(&h);
    old_case(&h, "4");
    d = draw_and_ask(&h);
    assert_int_equal(ask(&h, &d), RECHECK_ASK_BEFORE);
    assert_int_equal(house_number(&h, SENT), 1);
    house_text(&h, SENDER_OF("survey"), survey);
    house_text(&h, SENDER_OF("recheck"), recheck);
    assert_string_not_equal(survey, recheck);
    house_text(&h, BODY, text);
    assert_non_null(strstr(text, "属实回1，没拿到结果回2"));
    assert_non_null(strstr(text, "这不是评分"));

    house_reply(&h, ME, recheck, "5");
    house_expect(&h, HOUSE_LAST_KIND, "clarify_promise");
    house_reply(&h, ME, recheck, "2");
    house_expect(&h, HOUSE_LAST_ACT, "attested");
    house_expect(&h, OUTCOME, "not_true");
    house_reply(&h, ME, recheck, "改5");
    house_reply(&h, ME, recheck, "非常满意");
    house_expect(&h, HOUSE_LAST_ACT, "note");
    house_reply(&h, ME, recheck, "1");
    house_expect(&h, OUTCOME, "true");
    house_reply(&h, ME, survey, "1"); /* a grade, and too late */
    house_expect(&h, HOUSE_LAST_KIND, "already");
    assert_int_equal(house_number(&h, ANSWERS), 2);
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, GRADE), 4);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM promise_answers"), 0);
    house_close(&h);
}

/* A survey about another case is open at the same time: each has its own number. */
static void a_survey_beside_it_keeps_apart(void **state)
{
    struct house h;
    int64_t second;

    (void)state;
    open_house(&h);
    old_case(&h, "5");
    draw_and_ask(&h);
    second = house_case(&h, "company-change", ME);
    house_pass(&h, 26 * HOUSE_HOUR);
    reply_to(&h, "survey", "2");
    assert_int_equal(house_number(&h, RATINGS), 2);
    assert_int_equal(
        house_number(&h, "SELECT case_id FROM ratings ORDER BY id DESC LIMIT 1"), second);
    assert_int_equal(house_number(&h, ANSWERS), 0);
    reply_to(&h, "recheck", "2");
    assert_int_equal(house_number(&h, ANSWERS), 1);
    assert_int_equal(house_number(&h, RATINGS), 2);
    house_close(&h);
}

/* Whoever was rung meanwhile is not asked again, and who wants nothing is left alone. */
static void what_is_answered_is_not_asked(void **state)
{
    struct house h;
    struct drawn d = {0};

    (void)state;
    open_house(&h);
    old_case(&h, NULL);
    house_pass(&h, 12 * HOUSE_HOUR); /* at night: it waits for the morning */
    house_do(&h, &d.act, run_draw);
    assert_int_equal(ask(&h, &d), RECHECK_ASK_PUT);
    house_do(&h, &d.act, run_phone);
    house_pass(&h, 24 * HOUSE_HOUR);
    assert_int_equal(house_number(&h, SENT), 0);
    house_expect(&h, STATE, "WITHDRAWN answered");
    assert_int_equal(house_number(&h, RATINGS), 0);
    house_close(&h);
}

static void late_and_other_words(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    old_case(&h, "5");
    draw_and_ask(&h);
    house_pass(&h, 12 * HOUSE_DAY);
    reply_to(&h, "recheck", "2");
    house_expect(&h, HOUSE_LAST_ACT, "late");
    assert_int_equal(house_number(&h, ANSWERS), 0);
    reply_to(&h, "recheck", "T");
    house_expect(&h, HOUSE_LAST_ACT, "optout");
    assert_int_equal(house_number(&h, RATINGS), 1);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_and_two_are_no_grades_here),
        cmocka_unit_test(a_survey_beside_it_keeps_apart),
        cmocka_unit_test(what_is_answered_is_not_asked),
        cmocka_unit_test(late_and_other_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
