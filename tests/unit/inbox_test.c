/*
 * inbox_test.c — from a closed case to its rating, by SMS: a whole house with a
 * hand-moved clock.
 */
#include "sms_house.h"
#include "work/inbox.h"

#define ME      "13900001000"
#define SLOT_10 "106901234510"
#define SLOT_11 "106901234511"
#define ACCESS  "1069012345"

/* A house with one case that has just been asked about; matter by code. */
static int64_t asked(struct house *h, const char *matter)
{
    int64_t id;

    house_open(h);
    id = house_case(h, matter, ME);
    house_pass(h, HOUSE_HOUR);
    return id;
}

static void a_survey_waits_for_its_time(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_settle(&h);
    assert_int_equal(house_number(&h, HOUSE_SENT), 0);
    house_pass(&h, HOUSE_HOUR / 2 - 1);
    assert_int_equal(house_number(&h, HOUSE_SENT), 0);
    house_pass(&h, 1);
    house_expect(
        &h, HOUSE_LAST_TEXT,
        "【青城政务】您11月23日在A01窗口办结的食品许可，满意吗？回5非常满意 4满意 "
        "3基本满意 2不满意 1非常不满意，拒收回T");
    house_expect(&h, "SELECT sender FROM messages WHERE kind = 'survey'", SLOT_10);
    house_expect(&h, "SELECT state FROM messages WHERE kind = 'survey'", "DELIVERED");
    house_expect(&h, "SELECT state FROM conversations", "ASKED");
    /* Five working days after Monday's handing over: next Monday, 17:30. */
    assert_int_equal(house_number(&h, "SELECT rate_until_ms FROM cases"),
                     HOUSE_START_MS + 7 * HOUSE_DAY + 7 * HOUSE_HOUR + HOUSE_HOUR / 2);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM message_states s JOIN messages m ON"
                         " m.id = s.message_id WHERE m.kind = 'survey'"),
        5); /* NEW CLAIMED SUBMITTING ACCEPTED DELIVERED */
    house_close(&h);
}

/* One conversation a row: what is written, what was made of it, what was answered. */
static const struct talk {
    const char *what;
    const char *matter;
    struct {
        int64_t after_ms;
        const char *text, *act, *answer; /* answer NULL: nothing is sent */
    } said[5];
    int64_t ratings, grade; /* how many events, and the grade that counts (0: none) */
} talks[] = {
    {"satisfied", "food-licence", {{0, "5", "rated", "thanks_good"}}, 1, 5},
    {"a phrase", "food-licence", {{0, "非常满意", "rated", "thanks_good"}}, 1, 5},
    {"dissatisfied, then why",
     "food-licence",
     {{0, "1", "rated", "reason"}, {60000, "等太久，没人管", "reason", "thanks_bad"}},
     1,
     1},
    {"dissatisfied, no call",
     "food-licence",
     {{0, "2", "rated", "reason"}, {60000, "0", "no_call", NULL}},
     1,
     2},
    {"corrected once",
     "food-licence",
     {{0, "5", "rated", "thanks_good"},
      {60000, "改2", "corrected", "changed"},
      {60000, "4", "note", "already"}},
     2,
     2},
    {"corrected, and said why",
     "food-licence",
     {{0, "5", "rated", "thanks_good"},
      {60000, "改1，后来又被刁难", "corrected", "changed"}},
     2,
     1},
    {"to mend something is no correction",
     "food-licence",
     {{0, "4", "rated", "thanks_good"}, {60000, "改进后很满意", "comment", NULL}},
     1,
     4},
    {"corrected from bad to good",
     "food-licence",
     {{0, "1", "rated", "reason"}, {60000, "5", "corrected", "changed"}},
     2,
     5},
    {"too late to correct",
     "food-licence",
     {{0, "5", "rated", "thanks_good"}, {HOUSE_DAY, "2", "note", "already"}},
     1,
     5},
    {"just in time to correct",
     "food-licence",
     {{0, "5", "rated", "thanks_good"}, {HOUSE_DAY - 1, "2", "corrected", "changed"}},
     2,
     2},
    {"the same again",
     "food-licence",
     {{0, "5", "rated", "thanks_good"}, {60000, "5", "nothing", "thanks_good"}},
     1,
     5},
    {"words after a grade are words",
     "food-licence",
     {{0, "4", "rated", "thanks_good"}, {60000, "态度不满意", "comment", NULL}},
     1,
     4},
    {"asked back once",
     "food-licence",
     {{0, "还行吧", "asked_back", "clarify"},
      {60000, "就那样", "note", NULL},
      {60000, "3", "rated", "thanks_good"}},
     1,
     3},
    {"not mine",
     "food-licence",
     {{0, "不是我办的", "notme", "notme"}, {60000, "5", "note", "unknown"}},
     0,
     0},
    {"stop",
     "food-licence",
     {{0, "T", "optout", "optout"}, {60000, "退订", "optout", NULL}},
     0,
     0},
    {"stop after a grade",
     "food-licence",
     {{0, "5", "rated", "thanks_good"}, {60000, "T", "optout", "optout"}},
     1,
     5},
    {"late", "food-licence", {{8 * HOUSE_DAY, "5", "late", "expired"}}, 0, 0},
    {"late, but stop", "food-licence", {{8 * HOUSE_DAY, "T", "optout", "optout"}}, 0, 0},
    {"four grades", "company-setup", {{0, "5554", "rated", "thanks_good"}}, 1, 0},
    {"four grades, one bad",
     "company-setup",
     {{0, "5 5 5 2", "rated", "reason"}, {60000, "少了窗口", "reason", "thanks_bad"}},
     1,
     0},
    {"one overall instead of four",
     "company-setup",
     {{0, "5", "rated", "thanks_good"}, {60000, "5554", "corrected", "changed"}},
     2,
     0},
};

static void run_talk(const struct talk *t)
{
    struct house h;
    char got[512];

    asked(&h, t->matter);
    for (size_t i = 0; i < 5 && t->said[i].text != NULL; i++) {
        int64_t sent;

        atomic_fetch_add(&h.world.hand_ms, t->said[i].after_ms);
        house_settle(&h);
        sent = house_number(&h, HOUSE_SENT);
        house_reply(&h, ME, SLOT_10, t->said[i].text);
        if (strcmp(house_text(&h, HOUSE_LAST_ACT, got), t->said[i].act) != 0)
            fail_msg("%s: \"%s\" was taken as %s", t->what, t->said[i].text, got);
        if (house_number(&h, HOUSE_SENT) - sent != (t->said[i].answer != NULL))
            fail_msg("%s: \"%s\" got %lld answers", t->what, t->said[i].text,
                     (long long)(house_number(&h, HOUSE_SENT) - sent));
        if (t->said[i].answer != NULL &&
            strcmp(house_text(&h, HOUSE_LAST_KIND, got), t->said[i].answer) != 0)
            fail_msg("%s: \"%s\" was answered with %s", t->what, t->said[i].text, got);
    }
    if (house_number(&h, "SELECT count(*) FROM ratings") != t->ratings)
        fail_msg("%s: another number of ratings", t->what);
    if (t->ratings > 0 &&
        house_number(&h, "SELECT COALESCE(grade, 0) FROM ratings ORDER BY round DESC") !=
            t->grade)
        fail_msg("%s: another grade counts", t->what);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM inbound WHERE state = 'NEW'"),
                     0);
    assert_int_equal(
        house_number(
            &h, "SELECT count(*) FROM readings WHERE proof = 'P0' AND act <> 'report'"),
        0);
    house_close(&h);
}

static void every_talk(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(talks); i++)
        run_talk(&talks[i]);
}

static void answers_say_what_was_recorded(void **state)
{
    struct house h;
    char got[512], want[512], receipt[512];

    (void)state;
    asked(&h, "food-licence");
    house_reply(&h, ME, SLOT_10, "5");
    house_text(&h, "SELECT receipt FROM ratings", receipt);
    snprintf(
        want, sizeof(want),
        "【青城政务】谢谢！11月23日的办件已记“非常满意”，回执%.16s。24小时内再回数字可改"
        "一次",
        receipt);
    assert_string_equal(house_text(&h, HOUSE_LAST_TEXT, got), want);
    house_expect(&h, "SELECT sender FROM messages WHERE kind = 'thanks_good'", SLOT_10);
    house_expect(&h, "SELECT proof FROM ratings", "P1");
    house_expect(&h, "SELECT channel FROM ratings", "sms");
    house_reply(&h, ME, SLOT_10, "2");
    house_text(&h, "SELECT receipt FROM ratings WHERE round = 1", receipt);
    snprintf(want, sizeof(want),
             "【青城政务】已改为“不满意”（原“非常满意”），两次都留存，回执%."
             "16s。想说原因请直接"
             "回复",
             receipt);
    assert_string_equal(house_text(&h, HOUSE_LAST_TEXT, got), want);
    house_close(&h);
}

static void words_are_kept_with_the_rating(void **state)
{
    struct house h;

    (void)state;
    asked(&h, "food-licence");
    house_reply(&h, ME, SLOT_10, "1 态度太差");
    house_expect(&h, HOUSE_LAST_KIND, "thanks_bad"); /* the reason is given already */
    assert_int_equal(house_number(&h,
                                  "SELECT count(*) FROM rating_details WHERE words_id IS"
                                  " NOT NULL"),
                     1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM work_orders"), 1);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM words WHERE sealed LIKE '%态度%'"), 0);
    house_close(&h);
}

static void two_cases_are_asked_together_by_letter(void **state)
{
    struct house h;
    int64_t first, second;

    (void)state;
    house_open(&h);
    first = house_case(&h, "food-licence", ME);
    second = house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(
        &h, HOUSE_LAST_TEXT,
        "【青城政务】您有2件待评：A食品许可、B企业变更。请回字母加数字如A3，5非常满意…1"
        "非常不满意，拒收回T");
    house_expect(&h, HOUSE_LAST_KIND, "survey_multi");
    house_reply(&h, ME, SLOT_10, "5"); /* which? */
    house_expect(&h, HOUSE_LAST_ACT, "asked_back");
    house_expect(&h, HOUSE_LAST_KIND, "clarify_multi");
    house_reply(&h, ME, SLOT_10, "b1");
    house_expect(&h, HOUSE_LAST_KIND, "reason");
    house_reply(&h, ME, SLOT_10, "等太久"); /* of the one that was spoken of */
    house_expect(&h, HOUSE_LAST_ACT, "reason");
    house_reply(&h, ME, SLOT_10, "Ａ５");
    house_expect(&h, HOUSE_LAST_KIND, "thanks_good");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings WHERE proof = 'P1'"),
                     2);
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 5"),
                     first);
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 1"),
                     second);
    assert_int_equal(house_number(&h, "SELECT case_id FROM rating_details"), second);
    house_reply(&h, ME, SLOT_10, "B4"); /* a correction of the other one */
    house_expect(&h, HOUSE_LAST_ACT, "corrected");
    house_close(&h);
}

static void each_survey_of_a_phone_has_its_slot(void **state)
{
    struct house h;
    int64_t first, second;

    (void)state;
    first = asked(&h, "food-licence");
    house_pass(&h, HOUSE_DAY);
    second = house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    assert_int_equal(house_number(&h, "SELECT count(DISTINCT sender) FROM conversations"),
                     2);
    house_reply(&h, ME, SLOT_11, "4");
    house_reply(&h, ME, SLOT_10, "2");
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 4"),
                     second);
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 2"),
                     first);
    house_close(&h);
}

static void without_a_slot_it_is_asked_and_not_guessed(void **state)
{
    struct house h;

    (void)state;
    asked(&h, "food-licence");
    house_pass(&h, HOUSE_DAY);
    house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, ACCESS, "4");
    house_expect(&h, HOUSE_LAST_ACT, "asked_back");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 0);
    house_close(&h);

    asked(&h, "food-licence"); /* the only open one */
    house_reply(&h, ME, ACCESS, "4");
    house_expect(&h, "SELECT proof FROM ratings", "P3");
    house_close(&h);
}

static void gateways_without_slots_use_letters(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    h.roster.gateways[0].slots = SLOTS_LETTERS;
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, HOUSE_LAST_KIND, "survey");
    house_pass(&h, HOUSE_DAY);
    house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, HOUSE_LAST_KIND, "survey_code");
    house_reply(&h, ME, ACCESS, "A4");
    house_expect(&h, HOUSE_LAST_PROOF, "P2");
    house_expect(&h, HOUSE_LAST_ACT, "rated");
    house_close(&h);
}

static void strangers_are_told_once_a_day(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_reply(&h, "13700002000", ACCESS, "5");
    house_expect(&h, HOUSE_LAST_ACT, "unlinked");
    house_expect(&h, HOUSE_LAST_PROOF, "P0");
    house_expect(&h, HOUSE_LAST_KIND, "unknown");
    house_reply(&h, "13700002000", ACCESS, "在吗");
    assert_int_equal(house_number(&h, HOUSE_SENT), 1);
    house_pass(&h, HOUSE_DAY + 1);
    house_reply(&h, "13700002000", ACCESS, "在吗");
    assert_int_equal(house_number(&h, HOUSE_SENT), 2);
    house_reply(&h, "not a number", ACCESS, "5"); /* kept, nobody to answer */
    house_expect(&h, HOUSE_LAST_ACT, "unlinked");
    assert_int_equal(house_number(&h, HOUSE_SENT), 2);
    house_close(&h);
}

static void opting_out_ends_all_surveys(void **state)
{
    struct house h;

    (void)state;
    asked(&h, "food-licence");
    house_case(&h, "company-change", "13700002000");
    house_reply(&h, "13700002000", ACCESS, "退订"); /* before it was asked */
    house_expect(&h, HOUSE_LAST_KIND, "optout");
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, "SELECT reason FROM messages WHERE state = 'WITHDRAWN'",
                 "opted_out");
    house_close(&h);
}

static void two_machines_do_not_talk_for_ever(void **state)
{
    struct house h;

    (void)state;
    asked(&h, "food-licence");
    house_reply(&h, ME, SLOT_10, "5");
    for (int i = 0; i < 30; i++)
        house_reply(&h, ME, SLOT_10, "5");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages WHERE kind ="
                                      " 'thanks_good'"),
                     INBOX_ANSWERS_A_DAY);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 1);
    house_close(&h);
}

static void the_same_news_twice_is_one(void **state)
{
    struct house h;
    struct line_faults twice = {.twice = true};

    (void)state;
    asked(&h, "food-licence");
    house_reply_id(&h, "abc", ME, SLOT_10, "5");
    house_reply_id(&h, "abc", ME, SLOT_10, "5");
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM inbound WHERE kind = 'reply'"), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages WHERE kind ="
                                      " 'thanks_good'"),
                     1);
    line_faults_set(h.line, &twice);
    house_reply(&h, ME, SLOT_10, "2");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 2);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM inbound WHERE kind = 'reply'"), 2);
    house_close(&h);
}

static void a_wrong_charset_makes_no_grade(void **state)
{
    struct house h;
    struct line_faults wrong = {.wrong_charset = true};

    (void)state;
    asked(&h, "food-licence");
    line_faults_set(h.line, &wrong);
    house_reply(&h, ME, SLOT_10, "非常满意");
    house_expect(&h, HOUSE_LAST_ACT, "asked_back");
    house_reply(&h, ME, SLOT_10, "5"); /* digits survive it */
    house_expect(&h, HOUSE_LAST_ACT, "rated");
    house_close(&h);
}

static void bytes_of_any_kind_are_kept(void **state)
{
    static const char *const texts[] = {"",         " ",       "\xff\xfe",
                                        "\xe4\xbd", "{\"a\":", "😀",
                                        "5\n\n",    "回复5",   "5432是您的验证码"};
    struct house h;

    (void)state;
    asked(&h, "food-licence");
    for (size_t i = 0; i < LENGTH(texts); i++) {
        house_pass(&h, 1);
        house_reply(&h, ME, SLOT_10, texts[i]);
    }
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM inbound WHERE kind = 'reply'"),
        LENGTH(texts));
    assert_int_equal(house_number(&h, "SELECT count(*) FROM inbound WHERE state = 'NEW'"),
                     0);
    house_close(&h);
}

static const char *nothing_set(const struct gateway_setup *setup, const char *key)
{
    (void)setup;
    (void)key;
    return NULL;
}

/* A reply that came while the settings of the gateway `name` were broken. */
struct broken_call {
    struct house_act act;
    const char *name;
};

static bool run_broken(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    static const char body[] = "{\"type\":\"reply\",\"id\":\"x1\",\"phone\":\"" ME
                               "\",\"to\":\"" SLOT_10 "\",\"text\":\"5\",\"at\":1}";
    const struct gateway_setup setup = {.name = ((struct broken_call *)c)->name,
                                        .kind = "no such kind",
                                        .value = nothing_set};
    struct callback raw = callback_new(false);
    struct error why = {0};
    struct gateway g;
    int fresh;
    bool ok;

    gateway_open(&setup, &g, &why);
    buf_add_text(&raw.body, body);
    ok = inbox_keep(st, &g, &raw, now_ms, &fresh, err);
    callback_free(&raw);
    gateway_close(&g);
    return ok;
}

static void a_broken_gateway_loses_nothing(void **state)
{
    struct broken_call again = {.name = "virtual"}, gone = {.name = "gone"};
    struct house h;

    (void)state;
    asked(&h, "food-licence");
    house_do(&h, &gone.act, run_broken);
    house_pass(&h, 10 * 60 * 1000);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM inbound WHERE state = 'NEW'"),
                     1); /* nobody can read it, and nobody gives it up */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 0);
    for (int i = 0; i < 2; i++) { /* mended since; the gateway called twice */
        house_do(&h, &again.act, run_broken);
        house_pass(&h, 1000);
    }
    house_expect(&h,
                 "SELECT act FROM readings r JOIN inbound i ON i.id = r.inbound_id"
                 " WHERE i.once = 'x1'",
                 "rated");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 1);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM readings WHERE act = 'again'"), 2);
    house_close(&h);
}

static bool run_ticket(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct house_act *a = (struct house_act *)c;
    struct ticket t;
    struct ticket_input in = {
        .matter_code = "food-licence", .lang = "zh-CN", .actor = "test"};
    int64_t job;
    (void)a;

    return ticket_take(st, &in, now_ms, &t, &job, err);
}

static void a_short_code_proves_its_ticket(void **state)
{
    struct house h;
    struct house_act a = {0};
    char code[512], text[600], sql[256];
    int64_t id;

    (void)state;
    house_open(&h);
    id = house_case(&h, "food-licence", NULL); /* nobody left a phone */
    house_do(&h, &a, run_ticket);
    snprintf(sql, sizeof(sql), "UPDATE cases SET ticket_id = (SELECT id FROM tickets)");
    house_sql(&h, sql);
    house_text(&h, "SELECT short_code FROM tickets", code);
    snprintf(text, sizeof(text), "%s 1", code);
    house_reply(&h, "13700002000", ACCESS, text);
    house_expect(&h, "SELECT proof FROM ratings", "P5");
    house_expect(&h, "SELECT channel FROM ratings", "ticket_sms");
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings"), id);
    house_expect(&h, HOUSE_LAST_KIND, "reason");
    house_reply(&h, "13700002000", ACCESS,
                "排队太久"); /* linked by the conversation it opened */
    house_expect(&h, HOUSE_LAST_ACT, "reason");
    house_expect(&h, HOUSE_LAST_PROOF, "P3");
    house_close(&h);
}

/* A ticket with cases that were closed just now; its code. */
static void ticket_with(struct house *h, int cases, char code[512])
{
    static const char *const matters[] = {"food-licence", "company-change", "org-code"};
    struct house_act a = {0};
    char sql[256];

    for (int i = 0; i < cases; i++)
        house_case(h, matters[i], NULL);
    house_do(h, &a, run_ticket);
    snprintf(sql, sizeof(sql),
             "UPDATE cases SET ticket_id = (SELECT max(id) FROM tickets)");
    house_sql(h, sql);
    house_text(h, "SELECT short_code FROM tickets ORDER BY id DESC LIMIT 1", code);
}

static void write_code(struct house *h, const char *phone, const char *code,
                       const char *rest)
{
    char text[600];

    snprintf(text, sizeof(text), "%s:%s", code, rest);
    house_reply(h, phone, ACCESS, text);
}

/* What the QR code of a hall without an address opens: "CODE:", and a digit is added. */
static void a_code_takes_a_grade_behind_its_colon(void **state)
{
    static const struct {
        const char *rest;
        int grade;
    } rows[] = {{"5", 5}, {" 4", 4}, {"3 很快", 3}, {"满意", 4}, {"２", 2}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;
        char code[512];

        house_open(&h);
        ticket_with(&h, 1, code);
        write_code(&h, "13700003001", code, rows[i].rest);
        if (house_number(&h, "SELECT grade FROM ratings") != rows[i].grade)
            fail_msg("%s:%s", code, rows[i].rest);
        house_expect(&h, "SELECT channel || ' ' || proof FROM ratings", "ticket_sms P5");
        house_close(&h);
    }
}

/* Sent as it was scanned it holds no grade: it is asked back, and the digit is linked. */
static void a_code_alone_is_asked_back_and_answered(void **state)
{
    struct house h;
    char code[512];

    (void)state;
    house_open(&h);
    ticket_with(&h, 1, code);
    write_code(&h, "13700003002", code, "");
    house_expect(&h, HOUSE_LAST_KIND, "clarify");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 0);
    house_reply(&h, "13700003002", ACCESS, "4");
    house_expect(&h, "SELECT grade || ' ' || channel FROM ratings", "4 sms");
    house_expect(&h, HOUSE_LAST_PROOF, "P3");
    house_expect(&h, HOUSE_LAST_KIND, "thanks_good");
    house_close(&h);
}

/* Several cases: each has a letter, at once and at any hour; a bare digit says nothing.
 */
static void a_code_of_several_cases_is_answered_with_letters(void **state)
{
    struct house h;
    char code[512], text[512], letters[512], reply[16];

    (void)state;
    house_open(&h);
    ticket_with(&h, 2, code);
    atomic_fetch_add(&h.world.hand_ms, 11 * HOUSE_HOUR); /* 21:00 */
    write_code(&h, "13700003003", code, "5");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 0);
    house_expect(&h, HOUSE_LAST_KIND, "survey_multi");
    house_text(&h, HOUSE_LAST_TEXT, text);
    assert_non_null(strstr(text, "食品许可"));
    house_text(&h, "SELECT group_concat(letter, '') FROM message_cases", letters);
    snprintf(reply, sizeof(reply), "%c5", letters[0]);
    house_reply(&h, "13700003003", ACCESS, reply);
    snprintf(reply, sizeof(reply), "%c2", letters[1]);
    write_code(&h, "13700003003", code, reply); /* code and letter together */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 2);
    house_expect(&h,
                 "SELECT group_concat(proof, ' ') FROM (SELECT proof FROM ratings"
                 " ORDER BY id)",
                 "P2 P5");
    house_expect(&h,
                 "SELECT group_concat(grade, ' ') FROM (SELECT grade FROM ratings"
                 " ORDER BY id)",
                 "5 2");
    write_code(&h, "13700003004", code, "1"); /* all are rated: nothing more to ask */
    house_expect(&h, HOUSE_LAST_KIND, "clarify");
    house_close(&h);
}

static void a_code_before_the_closing_tells_the_place(void **state)
{
    struct house h;
    char code[512];

    (void)state;
    house_open(&h);
    ticket_with(&h, 0, code);
    ticket_with(&h, 0, code);
    write_code(&h, "13700003005", code, "5");
    house_expect(&h, HOUSE_LAST_TEXT,
                 "【青城政务】A002号还没办结，前面还有1人。办结后再发这条短信，就能评价");
    house_expect(&h, HOUSE_LAST_ACT, "unlinked");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 0);
    house_close(&h);
}

/* A survey that was wished for is followed by no reminder. */
static void what_was_wished_for_is_not_reminded_of(void **state)
{
    struct house h;
    char code[512];

    (void)state;
    house_open(&h);
    ticket_with(&h, 2, code);
    write_code(&h, "13700003006", code, "");
    house_expect(&h, HOUSE_LAST_KIND, "survey_multi");
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM messages WHERE kind LIKE 'remind%'"), 0);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_survey_waits_for_its_time),
        cmocka_unit_test(every_talk),
        cmocka_unit_test(answers_say_what_was_recorded),
        cmocka_unit_test(words_are_kept_with_the_rating),
        cmocka_unit_test(two_cases_are_asked_together_by_letter),
        cmocka_unit_test(each_survey_of_a_phone_has_its_slot),
        cmocka_unit_test(without_a_slot_it_is_asked_and_not_guessed),
        cmocka_unit_test(gateways_without_slots_use_letters),
        cmocka_unit_test(strangers_are_told_once_a_day),
        cmocka_unit_test(opting_out_ends_all_surveys),
        cmocka_unit_test(two_machines_do_not_talk_for_ever),
        cmocka_unit_test(the_same_news_twice_is_one),
        cmocka_unit_test(a_wrong_charset_makes_no_grade),
        cmocka_unit_test(bytes_of_any_kind_are_kept),
        cmocka_unit_test(a_broken_gateway_loses_nothing),
        cmocka_unit_test(a_short_code_proves_its_ticket),
        cmocka_unit_test(a_code_takes_a_grade_behind_its_colon),
        cmocka_unit_test(a_code_alone_is_asked_back_and_answered),
        cmocka_unit_test(a_code_of_several_cases_is_answered_with_letters),
        cmocka_unit_test(a_code_before_the_closing_tells_the_place),
        cmocka_unit_test(what_was_wished_for_is_not_reminded_of),
    };

    return cmocka_run_group_tests_name("inbox", tests, NULL, NULL);
}
