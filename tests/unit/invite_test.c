/*
 * invite_test.c — when citizens are asked: quiet hours, days off, caps, agents' batches,
 * reminders; and a hall's own texts.
 */
#include "sms_house.h"

#include <sys/stat.h>

#include "store/invitation_store.h"
#include "store/person_store.h"
#include "work/texts.h"

#define ME      "13900001000"
#define SLOT_10 "106901234510"
#define MINUTE  INT64_C(60000)

/* ---- hours and days ---- */

static void quiet_hours_are_kept(void **state)
{
    static const struct {
        int64_t closed; /* minutes after ten in the morning of the first day */
        int64_t due;
    } rows[] = {
        {0, 30}, /* half an hour later */
        {9 * 60 + 29, 9 * 60 + 59},
        {9 * 60 + 30, 23 * 60}, /* eight in the evening is too late: nine next day */
        {13 * 60, 23 * 60},
        {20 * 60, 23 * 60}, /* six in the morning is too early */
        {23 * 60, 23 * 60 + 30},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;
        int64_t due;

        house_open(&h);
        atomic_fetch_add(&h.world.hand_ms, rows[i].closed * MINUTE);
        house_case(&h, "food-licence", ME);
        due = house_number(&h, "SELECT due_ms FROM messages") - HOUSE_START_MS;
        if (due != rows[i].due * MINUTE)
            fail_msg("closed at %d, due at %d", (int)rows[i].closed, (int)(due / MINUTE));
        house_close(&h);
    }
}

static void days_off_and_worked_count(void **state)
{
    static const struct {
        int64_t closed_ms, until_ms;
    } rows[] = {
        /* Friday 13 February 2026, 15:00: the Saturday is worked, then comes the
         * festival; the fifth working day is Friday 27 February, to half past five. */
        {INT64_C(1770966000000), INT64_C(1772184600000)},
        /* Monday 23 November 2026: the Monday after. */
        {HOUSE_START_MS, HOUSE_START_MS + 7 * HOUSE_DAY + 450 * MINUTE},
    };
    struct house h;

    (void)state;
    house_open(&h);
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(
            invitation_rate_until(&h.look, &h.rules.invite, rows[i].closed_ms, 0),
            rows[i].until_ms);
    h.rules.invite.open_days_max = 3; /* and never longer than this */
    assert_int_equal(invitation_rate_until(&h.look, &h.rules.invite, HOUSE_START_MS, 0),
                     HOUSE_START_MS + 3 * HOUSE_DAY);
    house_close(&h);
}

static void a_phone_is_not_asked_too_often(void **state)
{
    static const struct {
        int days; /* after the one before */
        const char *decision;
    } rows[] = {{0, "send"},   {1, "send"},     {1, "send"}, {1, "send"},
                {1, "capped"}, {20, "delayed"}, {40, "send"}};
    struct house h;

    (void)state;
    house_open(&h);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (rows[i].days > 0)
            house_pass(&h, rows[i].days * HOUSE_DAY - HOUSE_HOUR);
        house_case(&h, "food-licence", ME);
        house_expect(&h, "SELECT decision FROM invitations ORDER BY id DESC LIMIT 1",
                     rows[i].decision);
        house_pass(&h, HOUSE_HOUR);
    }
    house_close(&h);
}

static void a_second_case_after_the_text_waits_for_the_next_day(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_case(&h, "company-change", ME);
    house_expect(&h, "SELECT decision FROM invitations ORDER BY id DESC LIMIT 1",
                 "delayed");
    assert_int_equal(house_number(&h, "SELECT due_ms FROM messages WHERE state = 'NEW'"
                                      " AND kind = 'survey'"),
                     HOUSE_START_MS + 23 * HOUSE_HOUR);
    house_close(&h);
}

/* ---- agents ---- */

static bool run_agent(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    static const char sql[] = "INSERT INTO agents (id, hall, code, name, phone_id, ended,"
                              " since_ms) VALUES ($1, $2, $3, '代办', $4, 0, $5)";
    const struct house_act *a = (const struct house_act *)c;
    struct phone phone;
    int64_t id;
    char code[24];

    if (!phone_parse(a->phone, "86", &phone, err) ||
        !phone_keep(st, &phone, now_ms, &id, err))
        return false;
    snprintf(code, sizeof(code), "%lld", (long long)id);
    return db_run(st->db, sql,
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(code),
                     db_int(id), db_int(now_ms)),
                  err);
}

static void register_agent(struct house *h, const char *phone)
{
    struct house_act a = {.phone = phone};

    house_do(h, &a, run_agent);
}

static void an_agents_day_is_one_question(void **state)
{
    static const char *const letters[] = {"A5", "B4", "C3"};
    struct house h;

    (void)state;
    house_open(&h);
    register_agent(&h, ME);
    for (int i = 0; i < 5; i++) {
        house_case(&h, i % 2 == 0 ? "food-licence" : "company-change", ME);
        house_pass(&h, HOUSE_HOUR);
    }
    assert_int_equal(house_number(&h, HOUSE_SENT), 0); /* the day is not over */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages"), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM message_cases"), 3);
    assert_int_equal(house_number(&h, "SELECT count(DISTINCT message_id) FROM"
                                      " invitations"),
                     1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM invitations WHERE reason ="
                                      " 'batch'"),
                     5);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM invitations WHERE decision ="
                                      " 'asked_together'"),
                     4);
    house_pass(&h, 3 * HOUSE_HOUR);
    house_expect(&h, HOUSE_LAST_KIND, "survey_multi");
    assert_int_equal(house_number(&h, HOUSE_SENT), 1);
    for (int i = 0; i < 3; i++) {
        house_reply(&h, ME, SLOT_10, letters[i]);
        assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), i + 1);
    }
    house_close(&h);
}

static void an_agent_is_asked_day_after_day(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    register_agent(&h, ME);
    for (int i = 0; i < 7; i++) { /* more often than others */
        house_case(&h, "food-licence", ME);
        house_expect(&h, "SELECT decision FROM invitations ORDER BY id DESC LIMIT 1",
                     "send");
        house_pass(&h, 8 * HOUSE_HOUR);
        house_pass(&h, 16 * HOUSE_HOUR);
    }
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM messages WHERE kind LIKE 'survey%'"
                         " AND body IS NOT NULL"),
        7);
    house_close(&h);
}

/* How many of those that closed as number `nth` are asked about. */
#define ASKED(nth)                                                                       \
    "SELECT count(*) FROM message_cases m JOIN cases c ON c.id = m.case_id"              \
    " WHERE (CAST(substr(c.case_no, 2) AS INTEGER) - 1) % 6 = " #nth

static void each_of_a_batch_has_the_same_chance(void **state)
{
    static const char *const sql[] = {ASKED(0), ASKED(1), ASKED(2),
                                      ASKED(3), ASKED(4), ASKED(5)};
    enum { AGENTS = 120 };
    struct house h;
    char phone[16];

    (void)state;
    house_open(&h);
    for (int a = 0; a < AGENTS; a++) {
        snprintf(phone, sizeof(phone), "139000%05d", a);
        register_agent(&h, phone);
        for (size_t i = 0; i < LENGTH(sql); i++)
            house_case(&h, "food-licence", phone);
    }
    for (size_t i = 0; i < LENGTH(sql); i++) {
        int64_t asked = house_number(&h, sql[i]);

        /* Half of them, and no more than four standard deviations beside that. */
        if (asked < AGENTS / 2 - 22 || asked > AGENTS / 2 + 22)
            fail_msg("of the cases closed as number %zu, %d of %d are asked about", i + 1,
                     (int)asked, AGENTS);
    }
    house_close(&h);
}

static bool run_reopen(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    return invitation_withdraw(st, ((struct house_act *)c)->case_id, now_ms, err);
}

static void reopening_takes_out_one_of_a_batch(void **state)
{
    struct house_act a = {0};
    struct house h;

    (void)state;
    house_open(&h);
    register_agent(&h, ME);
    for (int i = 0; i < 4; i++)
        house_case(&h, "food-licence", ME);
    a.case_id = house_number(&h, "SELECT id FROM cases WHERE id NOT IN"
                                 " (SELECT case_id FROM message_cases)");
    house_do(&h, &a, run_reopen);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM message_cases"), 3);
    for (int left = 2; left >= 0; left--) {
        a = (struct house_act){
            .case_id = house_number(&h, "SELECT case_id FROM message_cases LIMIT 1")};
        house_do(&h, &a, run_reopen);
        house_expect(&h, "SELECT state FROM messages", left > 0 ? "NEW" : "WITHDRAWN");
    }
    house_close(&h);
}

/* ---- reminders ---- */

#define REMINDERS "SELECT count(*) FROM messages WHERE kind LIKE 'remind%'"
#define REMINDER  "SELECT body FROM messages WHERE kind LIKE 'remind%'"

static void several_cases_are_reminded_of_by_letter(void **state)
{
    static const struct {
        const char *reply, *text; /* text NULL: no reminder goes out */
    } rows[] = {
        {NULL, "【青城政务】提醒：办件A、B可评到11月30日。请回字母加数字如A3，5非常满意…1"
               "非常不满意，拒收回T"},
        {"A5",
         "【青城政务】提醒：办件B可评到11月30日。请回字母加数字如B3，5非常满意…1非常"
         "不满意，拒收回T"},
        {"A5B4", NULL},
        {"T", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;

        house_open(&h);
        h.roster.gateways[0].slots = i % 2 == 0 ? SLOTS_EXTENSION : SLOTS_LETTERS;
        house_case(&h, "food-licence", ME);
        house_case(&h, "company-change", ME);
        house_pass(&h, HOUSE_HOUR);
        if (rows[i].reply != NULL && strcmp(rows[i].reply, "A5B4") == 0) {
            house_reply(&h, ME, SLOT_10, "A5");
            house_reply(&h, ME, SLOT_10, "B4");
        } else if (rows[i].reply != NULL) {
            house_reply(&h, ME, "1069012345", rows[i].reply);
        }
        house_pass(&h, 3 * HOUSE_DAY);
        assert_int_equal(house_number(&h, REMINDERS), 1);
        if (rows[i].text != NULL)
            house_expect(&h, REMINDER, rows[i].text);
        else
            house_expect(&h, "SELECT state FROM messages WHERE kind LIKE 'remind%'",
                         "WITHDRAWN");
        house_close(&h);
    }
}

static void a_lettered_survey_is_reminded_of_with_its_letter(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    h.roster.gateways[0].slots = SLOTS_LETTERS;
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_pass(&h, 23 * HOUSE_HOUR);
    house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h,
                 "SELECT kind FROM messages WHERE kind LIKE 'survey%' ORDER BY id"
                 " DESC",
                 "survey_code");
    house_expect(&h,
                 "SELECT kind FROM messages WHERE kind LIKE 'remind%' ORDER BY id"
                 " DESC",
                 "remind_code");
    house_pass(&h, 3 * HOUSE_DAY);
    house_expect(&h, "SELECT kind FROM messages WHERE body LIKE '%办件A可评到%'",
                 "remind_code");
    house_reply(&h, ME, "1069012345", "A4");
    house_expect(&h, "SELECT proof FROM ratings WHERE grade = 4", "P2");
    house_close(&h);
}

static void reminders_come_days_after_the_closing(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR / 2);
    assert_int_equal(
        house_number(&h, "SELECT due_ms FROM messages WHERE kind = 'remind'"),
        HOUSE_START_MS + 3 * HOUSE_DAY);
    house_close(&h);

    house_open(&h); /* the text itself came late: not on its heels */
    line_faults_set(h.line, &(struct line_faults){.down = true});
    house_case(&h, "food-licence", ME);
    house_pass(&h, 3 * HOUSE_DAY);
    line_faults_set(h.line, &(struct line_faults){0});
    house_pass(&h, HOUSE_HOUR);
    assert_int_equal(
        house_number(&h, "SELECT due_ms FROM messages WHERE kind = 'remind'"),
        HOUSE_START_MS + 4 * HOUSE_DAY + HOUSE_HOUR);
    house_close(&h);
}

/* ---- a hall's own texts ---- */

static void write_text(const char *folder, const char *name, const char *words)
{
    char path[200];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(words, f);
    fclose(f);
}

static void own_texts_are_checked_and_used(void **state)
{
    static const char good[] =
        "【{sig}】您办理的事项办得如何？回5非常满意 3基本满意 1非常不满意，拒收回T\n";
    static const struct {
        const char *name, *words, *signature, *says; /* says NULL: it passes */
    } rows[] = {
        {"zh-CN/survey.txt", good, "青城政务", NULL},
        {"zh-CN/survey.txt", "【{sig}】给个好评，拒收回T", "青城政务", "好评"},
        {"zh-CN/survey.txt", "【{sig}】满意吗？回5非常满意", "青城政务", "way out"},
        {"zh-CN/survey.txt", good,
         "青城特别长的一个签名青城特别长的一个签名青城特别长的一个签名青城特别长的签名",
         "characters"},
        {"zh-CN/greeting.txt", "【{sig}】您好", "青城政务", "none that"},
        {"zh-CN/survey", good, "青城政务", "is no message text"},
        {"zh-CN/survey.txt", "【{sig}】\xff", "青城政务", "UTF-8"},
        {"en/optout.txt", "【{sig}】Stopped.\n", "青城政务", NULL},
    };
    char folder[] = "/tmp/yiping-texts-XXXXXX", path[200];

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, i == 0 ? "zh-CN" : "en");
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct texts *texts;
        struct error err = {0};
        bool ok;

        write_text(folder, rows[i].name, rows[i].words);
        ok = texts_open(folder, rows[i].signature, &texts, &err);
        if (ok != (rows[i].says == NULL))
            fail_msg("row %zu: %s", i, ok ? "passed" : err.text);
        if (!ok && (strstr(err.text, rows[i].says) == NULL ||
                    strstr(err.text, rows[i].name) == NULL))
            fail_msg("row %zu: %s", i, err.text);
        if (i == 0) {
            assert_string_equal(texts_find(texts, "survey", "zh-CN"), good);
            assert_string_not_equal(texts_find(texts, "survey", "en"), good);
            assert_string_equal(texts_find(texts, "survey", "ug"), good);
        }
        texts_free(texts);
        snprintf(path, sizeof(path), "%s/%s", folder, rows[i].name);
        unlink(path);
    }
    snprintf(path, sizeof(path), "%s/zh-CN", folder);
    rmdir(path);
    snprintf(path, sizeof(path), "%s/en", folder);
    rmdir(path);
    rmdir(folder);
}

static void no_folder_is_a_fault_and_none_is_ours(void **state)
{
    struct texts *texts;
    struct error err = {0};

    (void)state;
    assert_false(texts_open("/tmp/yiping-no-such-folder", "青城政务", &texts, &err));
    assert_int_equal(err.kind, ERROR_SETUP);
    assert_non_null(strstr(err.text, "sms.texts"));
    assert_true(texts_open("", "青城政务", &texts, &err));
    assert_null(texts);
    assert_non_null(texts_find(NULL, "near", "en"));
    assert_non_null(texts_find(NULL, "called", "zh-CN"));
    assert_null(texts_find(NULL, "greeting", "zh-CN"));
}

/* What the build asks of ours, and what the start tells where the signature is long. */
static void ours_fit_or_are_told(void **state)
{
    char folder[] = "/tmp/yiping-texts-XXXXXX", path[200];
    struct texts *texts;
    struct error err;
    int unfit;

    (void)state;
    assert_int_equal(texts_unfit(NULL, "", &err), 0);
    assert_int_equal(texts_unfit(NULL, "白鹭县政务大厅", &err), 0); /* seven */
    unfit = texts_unfit(NULL, "白鹭自治县政务服务中心厅", &err);    /* twelve */
    assert_true(unfit > 2);
    assert_non_null(strstr(err.text, "survey_multi"));
    assert_non_null(strstr(err.text, "73"));
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/zh-CN", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_text(folder, "zh-CN/survey_multi.txt",
               "【{sig}】请回{ex}：{list}5最好1最差，拒收回T");
    house_must(texts_open(folder, "白鹭自治县政务服务中心厅", &texts, &err), &err);
    assert_int_equal(texts_unfit(texts, "白鹭自治县政务服务中心厅", &err), unfit - 1);
    texts_free(texts);
    snprintf(path, sizeof(path), "%s/zh-CN/survey_multi.txt", folder);
    unlink(path);
    snprintf(path, sizeof(path), "%s/zh-CN", folder);
    rmdir(path);
    rmdir(folder);
}

static void a_survey_is_worded_by_the_halls_own_text(void **state)
{
    static const char own[] = "【{sig}】办得如何？回5非常满意 1非常不满意，拒收回T\n";
    char folder[] = "/tmp/yiping-texts-XXXXXX", path[200];
    struct error err = {0};
    struct texts *texts;
    struct house h;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/zh-CN", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    write_text(folder, "zh-CN/survey.txt", own);
    house_must(texts_open(folder, "青城政务", &texts, &err), &err);
    house_open(&h);
    h.outbox.texts = texts;
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, "SELECT body FROM messages WHERE kind = 'survey'",
                 "【青城政务】办得如何？回5非常满意 1非常不满意，拒收回T");
    house_close(&h);
    texts_free(texts);
    snprintf(path, sizeof(path), "%s/zh-CN/survey.txt", folder);
    unlink(path);
    snprintf(path, sizeof(path), "%s/zh-CN", folder);
    rmdir(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quiet_hours_are_kept),
        cmocka_unit_test(days_off_and_worked_count),
        cmocka_unit_test(a_phone_is_not_asked_too_often),
        cmocka_unit_test(a_second_case_after_the_text_waits_for_the_next_day),
        cmocka_unit_test(an_agents_day_is_one_question),
        cmocka_unit_test(an_agent_is_asked_day_after_day),
        cmocka_unit_test(each_of_a_batch_has_the_same_chance),
        cmocka_unit_test(reopening_takes_out_one_of_a_batch),
        cmocka_unit_test(several_cases_are_reminded_of_by_letter),
        cmocka_unit_test(a_lettered_survey_is_reminded_of_with_its_letter),
        cmocka_unit_test(reminders_come_days_after_the_closing),
        cmocka_unit_test(own_texts_are_checked_and_used),
        cmocka_unit_test(no_folder_is_a_fault_and_none_is_ours),
        cmocka_unit_test(ours_fit_or_are_told),
        cmocka_unit_test(a_survey_is_worded_by_the_halls_own_text),
    };

    return cmocka_run_group_tests_name("invite", tests, NULL, NULL);
}
