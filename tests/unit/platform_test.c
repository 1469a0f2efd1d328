/*
 * platform_test.c — what an answer of the regional platform means (domain/platform.h),
 * and which ratings go to it, once each (store/platform_store.h).
 */
#include "scratch_store.h"

#include <string.h>

#include "base/pack.h"
#include "domain/platform.h"
#include "store/platform_store.h"

#define NOW  SCRATCH_START_MS
#define HOUR INT64_C(3600000)
#define DAY  (24 * HOUR)

#define HEAD                                                                             \
    "{\"mapping\": \"test\", \"version\": \"1\", \"time\": \"yyyy-MM-dd HH:mm:ss\","     \
    " \"receiver_channels\": {\"3\": \"qr\", \"6\": \"sms\", \"5\": \"terminal\"},"      \
    " \"codes\": {\"channel\": {\"sms\": \"6\", \"ticket_qr\": \"3\","                   \
    " \"ticket_sms\": \"6\", \"desk\": \"5\", \"paper\": null, \"phone_audit\": null},"  \
    " \"case_kind\": {\"promise\": \"1\", \"instant\": \"2\"},"                          \
    " \"case_state\": {\"closed\": \"3\"}},"                                             \
    " \"fields\": [{\"name\": \"no\", \"from\": \"case_no\"},"                           \
    " {\"name\": \"grade\", \"from\": \"grade\"}, {\"name\": \"pf\", \"from\": "         \
    "\"channel\"}, {\"name\": \"text\", \"from\": \"free_text\"},"                       \
    " {\"name\": \"tags\", \"from\": \"tag_codes\"},"                                    \
    " {\"name\": \"phone\", \"from\": \"phone\"}, {\"name\": \"at\", \"from\": "         \
    "\"rated_at\"}, {\"name\": \"round\", \"from\": \"assess_number\"},"                 \
    " {\"name\": \"area\", \"constant\": \"150100\"}]"
#define PUSH                                                                             \
    ", \"push\": {\"code\": \"head.code\", \"ok\": [\"0\"], \"already\": [\"17\"],"      \
    " \"later\": [\"50\"], \"absent\": [\"44\"], \"message\": \"head.msg\","             \
    " \"record\": \"data.list\", \"query\": [\"no\", \"round\"]}}"

static struct record_map *parse(const char *json)
{
    struct record_map *m;
    struct error err = {0};

    scratch_must(record_map_parse(json, strlen(json), &m, &err), &err);
    return m;
}

static json_t *object(const char *json)
{
    json_t *o = json_loads(json, 0, NULL);

    assert_non_null(o);
    return o;
}

#define RECORD                                                                            \
    "{\"no\":\"BL-1\",\"grade\":\"2\",\"pf\":\"6\",\"text\":\"等太久\",\"tags\":null," \
    "\"phone\":\"13900001000\",\"at\":\"2026-11-23 10:00:00\",\"round\":\"1\","           \
    "\"area\":\"150100\"}"
#define ALREADY(record) "{\"head\":{\"code\":17},\"data\":{\"list\":[" record "]}}"

/* ---- answers ---- */

static const struct {
    const char *what;
    int status;
    const char *body;
    enum platform_outcome outcome;
    enum platform_same same;
    const char *differs;
} answers[] = {
    {"taken", 200, "{\"head\":{\"code\":\"0\"}}", PLATFORM_ACCEPTED, 0, ""},
    {"taken, a number", 201, "{\"head\":{\"code\":0}}", PLATFORM_ACCEPTED, 0, ""},
    {"no answer", 0, "", PLATFORM_UNKNOWN, 0, ""},
    {"no JSON", 200, "<html>ok</html>", PLATFORM_UNKNOWN, 0, ""},
    {"an empty 200", 200, "", PLATFORM_UNKNOWN, 0, ""},
    {"no code", 200, "{\"head\":{}}", PLATFORM_UNKNOWN, 0, ""},
    {"a list", 200, "[0]", PLATFORM_UNKNOWN, 0, ""},
    {"true is no code", 200, "{\"head\":{\"code\":true}}", PLATFORM_UNKNOWN, 0, ""},
    {"0.0 is no code", 200, "{\"head\":{\"code\":0.0}}", PLATFORM_UNKNOWN, 0, ""},
    {"cut short", 200, "{\"head\":{\"code\":\"0\"", PLATFORM_UNKNOWN, 0, ""},
    {"an unknown code", 200, "{\"head\":{\"code\":\"99\"}}", PLATFORM_REFUSED, 0, ""},
    {"00 is not 0", 200, "{\"head\":{\"code\":\"00\"}}", PLATFORM_REFUSED, 0, ""},
    {"later", 200, "{\"head\":{\"code\":\"50\"}}", PLATFORM_AGAIN, 0, ""},
    {"slower", 429, "", PLATFORM_AGAIN, 0, ""},
    {"not known", 401, "{\"head\":{\"code\":\"0\"}}", PLATFORM_SETUP, 0, ""},
    {"forbidden", 403, "", PLATFORM_SETUP, 0, ""},
    {"not there", 404, "<h1>404</h1>", PLATFORM_SETUP, 0, ""},
    {"elsewhere", 302, "", PLATFORM_SETUP, 0, ""},
    {"broken", 500, "{\"head\":{\"code\":\"99\"}}", PLATFORM_UNKNOWN, 0, ""},
    {"broken, says ok", 500, "{\"head\":{\"code\":\"0\"}}", PLATFORM_UNKNOWN, 0, ""},
    {"busy", 503, "", PLATFORM_UNKNOWN, 0, ""},
    {"bad request", 400, "", PLATFORM_REFUSED, 0, ""},
    {"bad and ok", 422, "{\"head\":{\"code\":\"0\"}}", PLATFORM_UNKNOWN, 0, ""},
    {"already, nothing told", 200, "{\"head\":{\"code\":17}}", PLATFORM_ALREADY,
     PLATFORM_NOT_TOLD, ""},
    {"already, 409", 409, "{\"head\":{\"code\":17}}", PLATFORM_ALREADY, PLATFORM_NOT_TOLD,
     ""},
    {"already, 500", 500, "{\"head\":{\"code\":17}}", PLATFORM_ALREADY, PLATFORM_NOT_TOLD,
     ""},
    {"the same", 200, ALREADY(RECORD), PLATFORM_ALREADY, PLATFORM_SAME, ""},
    {"the same, few fields", 200, ALREADY("{\"no\":\"BL-1\",\"grade\":2}"),
     PLATFORM_ALREADY, PLATFORM_SAME, ""},
    {"the same, another phone", 200,
     ALREADY("{\"no\":\"BL-1\",\"grade\":2,\"phone\":\"x\"}"), PLATFORM_ALREADY,
     PLATFORM_SAME, ""},
    {"nothing is an empty text", 200,
     ALREADY("{\"no\":\"BL-1\",\"grade\":2,\"tags\":\"\"}"), PLATFORM_ALREADY,
     PLATFORM_SAME, ""},
    {"no grade told", 200, ALREADY("{\"no\":\"BL-1\",\"pf\":\"6\"}"), PLATFORM_ALREADY,
     PLATFORM_NOT_TOLD, ""},
    {"no case told", 200, ALREADY("{\"grade\":\"2\"}"), PLATFORM_ALREADY,
     PLATFORM_NOT_TOLD, ""},
    {"two of them", 200, ALREADY(RECORD "," RECORD), PLATFORM_ALREADY, PLATFORM_NOT_TOLD,
     ""},
    {"another grade", 200, ALREADY("{\"no\":\"BL-1\",\"grade\":\"5\"}"), PLATFORM_ALREADY,
     PLATFORM_OTHER, "grade 2 ≠ 5"},
    {"another grade alone", 200, ALREADY("{\"grade\":\"5\"}"), PLATFORM_ALREADY,
     PLATFORM_OTHER, "grade 2 ≠ 5"},
    {"no grade there", 200, ALREADY("{\"no\":\"BL-1\",\"grade\":null}"), PLATFORM_ALREADY,
     PLATFORM_OTHER, "grade 2 ≠ -"},
    {"a grade that is none", 200, ALREADY("{\"no\":\"BL-1\",\"grade\":2.0}"),
     PLATFORM_ALREADY, PLATFORM_OTHER, "grade 2 ≠ …"},
    {"by default", 200, ALREADY("{\"no\":\"BL-1\",\"grade\":\"2\",\"pf\":\"7\"}"),
     PLATFORM_ALREADY, PLATFORM_OTHER, "pf 6 ≠ 7"},
    {"other words are named, not shown", 200,
     ALREADY("{\"no\":\"BL-1\",\"grade\":5,\"text\":\"好\",\"at\":\"2026-11-24\"}"),
     PLATFORM_ALREADY, PLATFORM_OTHER,
     "grade 2 ≠ 5, text, at 2026-11-23 10:00:00 ≠ 2026-11-24"},
};

static void answers_are_judged(void **state)
{
    struct record_map *m = parse(HEAD PUSH);
    json_t *record = object(RECORD);
    const struct platform_sent sent = {.map = m, .record = record};

    (void)state;
    for (size_t i = 0; i < LENGTH(answers); i++) {
        struct platform_verdict v;

        platform_judge(&sent, answers[i].status, answers[i].body, strlen(answers[i].body),
                       &v);
        if (v.outcome != answers[i].outcome || v.same != answers[i].same ||
            strcmp(v.differs, answers[i].differs) != 0)
            fail_msg("%s: outcome %d, same %d, \"%s\"", answers[i].what, v.outcome,
                     v.same, v.differs);
    }
    json_decref(record);
    record_map_free(m);
}

static const struct {
    const char *what;
    int status;
    const char *body;
    enum platform_outcome outcome;
    enum platform_same same;
} questions[] = {
    {"there", 200, "{\"head\":{\"code\":0},\"data\":{\"list\":" RECORD "}}",
     PLATFORM_ALREADY, PLATFORM_SAME},
    {"there, other", 200,
     "{\"head\":{\"code\":0},\"data\":{\"list\":{\"no\":\"BL-1\",\"grade\":5}}}",
     PLATFORM_ALREADY, PLATFORM_OTHER},
    {"not there", 200, "{\"head\":{\"code\":44}}", PLATFORM_ABSENT, 0},
    {"not there, 400", 400, "{\"head\":{\"code\":44}}", PLATFORM_ABSENT, 0},
    {"404 of a wrong address", 404, "{\"head\":{\"code\":44}}", PLATFORM_SETUP, 0},
    {"an empty list", 200, "{\"head\":{\"code\":0},\"data\":{\"list\":[]}}",
     PLATFORM_UNKNOWN, PLATFORM_NOT_TOLD},
    {"an unknown code", 200, "{\"head\":{\"code\":99}}", PLATFORM_UNKNOWN, 0},
    {"later", 200, "{\"head\":{\"code\":50}}", PLATFORM_AGAIN, 0},
    {"broken, says not there", 500, "{\"head\":{\"code\":45}}", PLATFORM_UNKNOWN, 0},
    {"no answer", 0, "", PLATFORM_UNKNOWN, 0},
};

static void questions_are_judged(void **state)
{
    struct record_map *m = parse(HEAD PUSH);
    json_t *record = object(RECORD), *question;
    const struct platform_sent sent = {.map = m, .record = record};

    (void)state;
    assert_true(platform_can_ask(m));
    question = platform_question(m, record);
    assert_int_equal(json_object_size(question), 2);
    assert_string_equal(json_string_value(json_object_get(question, "no")), "BL-1");
    json_decref(question);
    for (size_t i = 0; i < LENGTH(questions); i++) {
        struct platform_verdict v;

        platform_judge_question(&sent, questions[i].status, questions[i].body,
                                strlen(questions[i].body), &v);
        if (v.outcome != questions[i].outcome || v.same != questions[i].same)
            fail_msg("%s: outcome %d, same %d", questions[i].what, v.outcome, v.same);
    }
    json_decref(record);
    record_map_free(m);
}

static void its_words_hold_no_number(void **state)
{
    static const char body[] =
        "{\"head\":{\"code\":\"20000001\",\"msg\":\"电话13900001000"
        "不对\\u0007, 见 12345\"}}";
    struct record_map *m = parse(HEAD PUSH);
    json_t *record = object(RECORD);
    const struct platform_sent sent = {.map = m, .record = record};
    struct platform_verdict v;

    (void)state;
    platform_judge(&sent, 200, body, strlen(body), &v);
    assert_int_equal(v.outcome, PLATFORM_REFUSED);
    assert_string_equal(v.code, "20000001");
    assert_string_equal(v.words, "电话***********不对?, 见 12345");
    json_decref(record);
    record_map_free(m);
}

/* Words that were erased here are not compared with those that are still there. */
static void erased_words_differ_from_nothing(void **state)
{
    static const char body[] =
        ALREADY("{\"no\":\"BL-1\",\"grade\":\"2\",\"text\":\"等太久\"}");
    struct record_map *m = parse(HEAD PUSH);
    json_t *record = object("{\"no\":\"BL-1\",\"grade\":\"2\",\"text\":null}");
    struct platform_sent sent = {.map = m, .record = record};
    struct platform_verdict v;

    (void)state;
    platform_judge(&sent, 200, body, strlen(body), &v);
    assert_int_equal(v.same, PLATFORM_OTHER);
    sent.words_gone = true;
    platform_judge(&sent, 200, body, strlen(body), &v);
    assert_int_equal(v.same, PLATFORM_SAME);
    json_decref(record);
    record_map_free(m);
}

static const struct {
    const char *push, *says;
} tables[] = {
    {"}", "does not say how"},
    {", \"push\": {\"code\": \"c\"}}", "which ones say"},
    {", \"push\": {\"ok\": [\"0\"]}}", "where the code"},
    {", \"push\": {\"code\": \"c\", \"ok\": [\"0\"], \"already\": [\"0\"]}}", "both"},
    {", \"push\": {\"code\": \"c\", \"ok\": [\"0\"], \"okay\": [\"1\"]}}", "no key okay"},
    {", \"push\": {\"code\": \"c\", \"ok\": \"0\"}}", "list"},
    {", \"push\": {\"code\": \"c\", \"ok\": [0]}}", "short text"},
    {", \"push\": {\"code\": \"c\", \"ok\": [\"0\"], \"query\": [\"nr\"]}}",
     "no field nr"},
};

static void tables_are_judged(void **state)
{
    size_t count;
    const struct pack_file *files = pack_below("templates/records/", &count);
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH(tables); i++) {
        char json[4000];
        struct record_map *m;

        snprintf(json, sizeof(json), "%s%s", HEAD, tables[i].push);
        m = parse(json);
        err = (struct error){0};
        if (platform_check(m, &err) || strstr(err.text, tables[i].says) == NULL)
            fail_msg("%s: %s", tables[i].push, err.text);
        record_map_free(m);
    }
    assert_true(count >= 2);
    for (size_t i = 0; i < count; i++) { /* ours can be handed over */
        struct record_map *m;

        err = (struct error){0};
        scratch_must(
            record_map_parse((const char *)files[i].bytes, files[i].length, &m, &err) &&
                platform_check(m, &err),
            &err);
        record_map_free(m);
    }
}

static void nothing_is_given_up(void **state)
{
    static const int64_t waits_s[] = {5, 30, 120, 600, 1800, 3600, 3600};

    (void)state;
    for (int i = 0; i < (int)LENGTH(waits_s); i++)
        assert_int_equal(platform_wait_ms(i + 1), waits_s[i] * 1000);
    assert_int_equal(platform_wait_ms(100000), HOUR);
}

/* ---- the store ---- */

static void run(struct scratch *s, const char *sql, const struct db_value *values,
                size_t count)
{
    struct error err = {0};

    scratch_must(db_run(s->st.db, sql, values, count, &err), &err);
}

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame;
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
}

static void add_case(struct scratch *s, int64_t id)
{
    char number[32];

    snprintf(number, sizeof(number), "BL-%lld", (long long)id);
    run(s,
        "INSERT INTO cases (id, hall, ordinal, source, case_no, matter_id, window_id,"
        " clerk_id, state, opened_ms, closed_ms, changed_ms) VALUES ($1, 1, 1, 'oa', $2,"
        " 21, 31, 41, 'closed', $3, $3, $3)",
        DB(db_int(id), db_text(number), db_int(NOW)));
}

static void add_rating(struct scratch *s, int64_t case_id, int round, int grade,
                       const char *channel, int64_t at_ms)
{
    run(s,
        "INSERT INTO ratings (id, hall, case_id, round, grade, attitude, efficiency,"
        " quality, integrity, channel, proof, receipt, delay_s, local_date, rated_ms)"
        " VALUES ($1, 1, $2, $3, $4, $5, $5, $5, $5, $6, 'P1', 'R', 720, 20261123, $7)",
        DB(db_int(store_id(&s->st, at_ms)), db_int(case_id), db_int(round), db_id(grade),
           grade != 0 ? db_null() : db_int(4), db_text(channel), db_int(at_ms)));
}

static int collect(struct scratch *s, const struct record_map *m, int most,
                   int64_t now_ms, int64_t *next_ms)
{
    struct error err = {0};
    int count;

    scratch_must(
        platform_collect(&s->st, "p", m, DAY, most, now_ms, &count, next_ms, &err), &err);
    return count;
}

static int claim(struct scratch *s, const struct record_map *m, int most, int64_t now_ms,
                 struct platform_claimed *out)
{
    struct error err = {0};
    int64_t next_ms;
    int count;

    scratch_must(
        platform_claim(&s->st, "p", m, most, now_ms, out, &count, &next_ms, &err), &err);
    return count;
}

static void book(struct scratch *s, int64_t id, const char *state, int64_t wait_ms,
                 int64_t now_ms)
{
    const struct platform_try t = {.id = id,
                                   .state = state,
                                   .wait_ms = wait_ms,
                                   .code = "",
                                   .trouble = "",
                                   .fields = "",
                                   .differs = ""};
    struct error err = {0};

    scratch_must(platform_book(&s->st, "p", &t, now_ms, &err), &err);
}

static struct platform_standing standing(struct scratch *s)
{
    struct platform_standing now;
    struct error err = {0};

    scratch_must(platform_standing(&s->st, "p", &now, &err), &err);
    for (int i = 0; i < PLATFORM_STATES; i++) { /* the sums are the rows */
        char sql[200];

        snprintf(sql, sizeof(sql),
                 "DELETE FROM marks; INSERT INTO marks (hall, name, number)"
                 " SELECT 0, 'n', count(*) FROM platform_records WHERE state = '%s'",
                 platform_state_names[i]);
        scratch_must(db_script(s->st.db, sql, &err), &err);
        assert_int_equal(now.records[i], scratch_number(s, "SELECT number FROM marks"));
    }
    return now;
}

static const char *text_of(const struct platform_claimed *c, const char *name)
{
    const char *text = json_string_value(json_object_get(c->record, name));

    return text != NULL ? text : "";
}

static void settled_ratings_go_once_and_in_order(void **state)
{
    struct record_map *m = parse(HEAD PUSH);
    struct platform_claimed c[32];
    struct platform_standing now;
    struct scratch s;
    int64_t next_ms, later = NOW + DAY;

    (void)state;
    open_hall(&s);
    for (int i = 1; i <= 6; i++)
        add_case(&s, i);
    add_rating(&s, 1, 0, 5, "sms", NOW);
    add_rating(&s, 2, 0, 1, "ticket_qr", NOW + 1);
    add_rating(&s, 3, 0, 0, "sms", NOW + 2); /* four dimensions */
    add_rating(&s, 4, 0, 4, "paper", NOW + 3);
    add_rating(&s, 2, 1, 3, "sms", NOW + HOUR); /* corrected */
    add_rating(&s, 5, 0, 2, "sms", NOW + 2 * HOUR);
    assert_int_equal(collect(&s, m, 256, NOW + DAY - 1, &next_ms), 0);
    assert_int_equal(next_ms, NOW + DAY);
    assert_int_equal(collect(&s, m, 2, later + 3, &next_ms), 2);
    assert_int_equal(next_ms, later + 3); /* more are there */
    assert_int_equal(collect(&s, m, 256, later + 3, &next_ms), 2);
    assert_int_equal(next_ms, NOW + HOUR + DAY);
    assert_int_equal(collect(&s, m, 256, later + 3 * HOUR, &next_ms), 2);
    assert_int_equal(next_ms, INT64_MAX);
    assert_int_equal(collect(&s, m, 256, later + 9 * HOUR, &next_ms), 0);
    assert_int_equal(standing(&s).records[PLATFORM_STATE_WAITING], 5);

    later += 10 * HOUR;
    assert_int_equal(claim(&s, m, 2, later, c), 2);
    assert_string_equal(text_of(&c[0], "no"), "BL-1");
    assert_string_equal(text_of(&c[0], "grade"), "5");
    assert_string_equal(text_of(&c[0], "pf"), "6");
    assert_string_equal(text_of(&c[1], "no"), "BL-3");
    assert_true(json_is_null(json_object_get(c[1].record, "grade"))); /* never made up */
    assert_false(c[0].ask);
    book(&s, c[0].id, "accepted", 0, later);
    book(&s, c[0].id, "refused", 0, later); /* once */
    book(&s, c[1].id, "unknown", 5000, later);
    json_decref(c[0].record);
    json_decref(c[1].record);
    assert_int_equal(claim(&s, m, 8, later, c), 2); /* 4 is unfit: no code for paper */
    assert_string_equal(text_of(&c[0], "no"), "BL-2");
    assert_string_equal(text_of(&c[0], "grade"), "3");
    assert_string_equal(text_of(&c[1], "no"), "BL-5");
    json_decref(c[0].record);
    json_decref(c[1].record);
    now = standing(&s);
    assert_int_equal(now.records[PLATFORM_STATE_ACCEPTED], 1);
    assert_int_equal(now.records[PLATFORM_STATE_UNKNOWN], 1);
    assert_int_equal(now.records[PLATFORM_STATE_SENDING], 2);
    assert_int_equal(now.records[PLATFORM_STATE_UNFIT], 1);
    assert_int_equal(now.oldest_ms, NOW + 2);
    assert_int_equal(claim(&s, m, 8, later + 4999, c), 0);
    assert_int_equal(claim(&s, m, 8, later + 5000, c), 1);
    assert_true(c[0].ask);
    assert_int_equal(c[0].tries, 2);
    json_decref(c[0].record);
    record_map_free(m);
    scratch_close(&s);
}

static void what_was_under_way_is_asked_after(void **state)
{
    struct record_map *m = parse(HEAD PUSH);
    struct platform_claimed c[8];
    struct error err = {0};
    struct scratch s;
    int64_t next_ms, count, later = NOW + 2 * DAY;

    (void)state;
    open_hall(&s);
    add_case(&s, 1);
    add_rating(&s, 1, 0, 2, "sms", NOW);
    collect(&s, m, 256, later, &next_ms);
    assert_int_equal(claim(&s, m, 8, later, c), 1);
    json_decref(c[0].record);
    scratch_must(platform_recover(&s.st, "p", later, &count, &err), &err);
    assert_int_equal(count, 1);
    assert_int_equal(standing(&s).records[PLATFORM_STATE_UNKNOWN], 1);
    assert_int_equal(claim(&s, m, 8, later, c), 1);
    assert_true(c[0].ask);
    json_decref(c[0].record);
    book(&s, c[0].id, "conflict", 0, later);
    scratch_must(platform_recover(&s.st, "p", later, &count, &err), &err);
    assert_int_equal(count, 0);
    assert_int_equal(claim(&s, m, 8, later + DAY, c), 0); /* a person decides */
    scratch_must(platform_resend(&s.st, "p", c[0].id, "account 1", later, &err), &err);
    assert_false(platform_resend(&s.st, "p", c[0].id, "account 1", later, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    err = (struct error){0};
    assert_false(platform_resend(&s.st, "p", 12345, "account 1", later, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    assert_int_equal(standing(&s).records[PLATFORM_STATE_WAITING], 1);
    record_map_free(m);
    scratch_close(&s);
}

/* What is sent is what the facts were when the row was made; a correction that comes all
 * the same (the setting was changed) replaces what never left, and is told of the rest.
 */
static void later_facts_are_told(void **state)
{
    struct record_map *m = parse(HEAD PUSH);
    struct platform_claimed c[8];
    struct scratch s;
    int64_t next_ms, later = NOW + 2 * DAY;

    (void)state;
    open_hall(&s);
    for (int i = 1; i <= 2; i++) {
        add_case(&s, i);
        add_rating(&s, i, 0, 2, "sms", NOW);
    }
    collect(&s, m, 256, later, &next_ms);
    assert_int_equal(claim(&s, m, 1, later, c), 1);
    book(&s, c[0].id, "unknown", 0, later);
    json_decref(c[0].record);
    run(&s,
        "INSERT INTO rating_details (id, hall, case_id, rating_id, tags, tag_set, at_ms)"
        " SELECT $1, 1, case_id, id, '214', 1, $2 FROM ratings WHERE case_id = 1",
        DB(db_int(store_id(&s.st, later)), db_int(later)));
    add_rating(&s, 1, 1, 5, "sms", later);
    add_rating(&s, 2, 1, 5, "sms", later);
    later += 2 * DAY;
    assert_int_equal(collect(&s, m, 256, later, &next_ms), 2);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM platform_records"), 2);
    assert_int_equal(
        scratch_number(&s, "SELECT case_id FROM platform_records WHERE later = 1"), 1);
    assert_int_equal(claim(&s, m, 8, later, c), 2);
    assert_string_equal(text_of(&c[0], "no"), "BL-1");
    assert_string_equal(text_of(&c[0], "grade"), "2"); /* as it was sent before */
    assert_string_equal(text_of(&c[0], "tags"), "");
    assert_string_equal(text_of(&c[1], "no"), "BL-2");
    assert_string_equal(text_of(&c[1], "grade"), "5");
    json_decref(c[0].record);
    json_decref(c[1].record);
    standing(&s);
    record_map_free(m);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_judged),
        cmocka_unit_test(questions_are_judged),
        cmocka_unit_test(its_words_hold_no_number),
        cmocka_unit_test(erased_words_differ_from_nothing),
        cmocka_unit_test(tables_are_judged),
        cmocka_unit_test(nothing_is_given_up),
        cmocka_unit_test(settled_ratings_go_once_and_in_order),
        cmocka_unit_test(what_was_under_way_is_asked_after),
        cmocka_unit_test(later_facts_are_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
