/*
 * parts_test.c — replies that come in parts, garbled, without a receiver or by another
 * gateway, reports that come too early, and calls that hold several of them.
 *
 * The virtual gateway, with more to say: a reply's text may begin with "{2/3#7}" (part 2
 * of 3, reference 7), "{g}" (garbled) or "{n}" (no receiver named); a body that is a list
 * holds several pieces of news; "{o}" in a report's id means a black list.
 */
#include "gateways/gateway.h"
#include "sms_house.h"
#include "store/conversation_store.h"
#include "store/person_store.h"
#include "work/inbox.h"

#include <jansson.h>

#define ME      "13900001000"
#define YOU     "13700002000"
#define ACCESS  "1069012345"
#define SLOT_10 ACCESS "10"
#define SECOND  "1065700001"
#define MINUTE  INT64_C(60000)

static bool more_parse(const struct gateway *g, const struct callback *c,
                       struct news *out, struct error *err)
{
    struct buf text = buf_new(INBOUND_RAW_MOST);
    const char *said;
    int part, parts, ref, taken = 0;

    if (!virtual_gateway.parse(g, c, out, err))
        return false;
    if (c->report) {
        out->opted_out = strstr(out->once, "{o}") != NULL;
        return true;
    }
    said = buf_text(&out->text);
    if (sscanf(said, "{%d/%d#%d}%n", &part, &parts, &ref, &taken) == 3) {
        out->part = part;
        out->parts = parts;
        out->part_ref = ref;
    } else if (strncmp(said, "{g}", 3) == 0) {
        out->garbled = true;
        taken = 3;
    } else if (strncmp(said, "{n}", 3) == 0) {
        out->to[0] = '\0';
        taken = 3;
    }
    buf_add_text(&text, said + taken);
    buf_clear(&out->text);
    buf_add(&out->text, buf_text(&text), text.length);
    buf_free(&text);
    return true;
}

static bool more_split(const struct gateway *g, const struct callback *c,
                       callback_each *each, void *self, struct error *err)
{
    json_t *list = json_loadb(buf_text(&c->body), c->body.length, 0, NULL), *one;
    size_t i;

    (void)g;
    if (!json_is_array(list)) {
        json_decref(list);
        return error_set(err, ERROR_INPUT, "This is no list.");
    }
    json_array_foreach(list, i, one)
    {
        struct callback piece = callback_new(c->report);
        char *body = json_dumps(one, JSON_COMPACT | JSON_ENCODE_ANY);

        buf_add_text(&piece.body, body);
        each(self, &piece);
        free(body);
        callback_free(&piece);
    }
    json_decref(list);
    return true;
}

static struct gateway_ops more;

/* A house whose gateway says more; with a survey of one case out to ME. */
static int64_t asked(struct house *h)
{
    int64_t id;

    more = virtual_gateway;
    more.parse = more_parse;
    more.split = more_split;
    house_open_with(h, &more);
    id = house_case(h, "food-licence", ME);
    house_pass(h, HOUSE_HOUR);
    return id;
}

static void say(struct house *h, const char *text)
{
    house_reply(h, ME, SLOT_10, text);
}

static void push(struct house *h, bool report, const char *body)
{
    struct callback c = callback_new(report);

    buf_add_text(&c.body, body);
    line_again(h->line, &c, h->world.wall_ms(&h->world));
    callback_free(&c);
    house_settle(h);
}

#define REPLIES  "SELECT count(*) FROM inbound WHERE kind = 'reply'"
#define UNREAD   "SELECT count(*) FROM inbound WHERE state = 'NEW'"
#define RATINGS  "SELECT count(*) FROM ratings"
#define READINGS "SELECT count(*) FROM readings WHERE outcome <> 'delivered'"
#define TROUBLE  "SELECT trouble FROM readings ORDER BY trouble DESC"

/* ---- parts ---- */

/* What came, how long after the one before, and what was made of it in the end. */
static const struct talk {
    const char *what;
    struct {
        int64_t after_ms;
        const char *text;
    } said[5];
    int64_t ratings, unread, answers;
    const char *act; /* of the row that stands for all; NULL while it waits */
    const char *trouble;
} talks[] = {
    {"in order", {{0, "{1/2#7}非常满"}, {10, "{2/2#7}意，谢谢"}}, 1, 0, 1, "rated", ""},
    {"in the other order",
     {{0, "{2/2#7}意，谢谢"}, {10, "{1/2#7}非常满"}},
     1,
     0,
     1,
     "rated",
     ""},
    {"three, any order, one of them twice",
     {{0, "{3/3#7}快"}, {10, "{1/3#7}5 办"}, {10, "{3/3#7}快"}, {10, "{2/3#7}得很"}},
     1,
     0,
     1,
     "rated",
     ""},
    {"one is missing still", {{0, "{1/2#7}5"}}, 0, 1, 0, NULL, ""},
    {"just before the end",
     {{0, "{1/2#7}5"}, {10 * MINUTE - 1, NULL}},
     0,
     1,
     0,
     NULL,
     ""},
    {"one never came: no grade",
     {{0, "{1/2#7}5"}, {10 * MINUTE, NULL}},
     0,
     0,
     1,
     "asked_back",
     "incomplete"},
    {"nor an opt-out",
     {{0, "{1/2#7}退订"}, {10 * MINUTE, NULL}},
     0,
     0,
     1,
     "asked_back",
     "incomplete"},
    {"it comes in the last moment",
     {{0, "{1/2#7}非常"}, {10 * MINUTE - 1, "{2/2#7}满意"}},
     1,
     0,
     1,
     "rated",
     ""},
    {"two replies with other references",
     {{0, "{1/2#7}非常"}, {10, "{1/2#8}态度"}, {10, "{2/2#7}满意"}},
     1,
     1,
     1,
     "rated",
     ""},
    {"a part comes again afterwards",
     {{0, "{1/2#7}非常"}, {10, "{2/2#7}满意"}, {10, "{2/2#7}满意"}},
     1,
     0,
     1,
     "rated",
     ""},
    {"numbers that make no sense are no parts", {{0, "{3/2#7}5"}}, 1, 0, 1, "rated", ""},
    {"more than anybody writes", {{0, "{1/200#7}5"}}, 1, 0, 1, "rated", ""},
};

static void run_talk(const struct talk *t)
{
    struct house h;
    int64_t sent, answers;
    char got[512];

    asked(&h);
    sent = house_number(&h, HOUSE_SENT);
    for (size_t i = 0; i < 5 && (t->said[i].text != NULL || t->said[i].after_ms != 0);
         i++) {
        house_pass(&h, t->said[i].after_ms);
        if (t->said[i].text != NULL)
            say(&h, t->said[i].text);
    }
    answers = house_number(&h, HOUSE_SENT) - sent;
    if (house_number(&h, RATINGS) != t->ratings ||
        house_number(&h, UNREAD) != t->unread || answers != t->answers)
        fail_msg("%s: %lld ratings, %lld unread, %lld answers", t->what,
                 (long long)house_number(&h, RATINGS),
                 (long long)house_number(&h, UNREAD), (long long)answers);
    house_text(&h, "SELECT act FROM readings WHERE outcome NOT IN ('part', 'delivered')",
               got);
    if (strcmp(got, t->act != NULL ? t->act : "(none)") != 0)
        fail_msg("%s: taken as %s", t->what, got);
    if (t->act != NULL && strcmp(house_text(&h, TROUBLE, got), t->trouble) != 0)
        fail_msg("%s: trouble \"%s\"", t->what, got);
    house_close(&h);
}

static void every_talk(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(talks); i++)
        run_talk(&talks[i]);
}

/* The joined words are kept whole, and every row is shown with the case. */
static void all_rows_are_shown(void **state)
{
    struct house h;
    int64_t id;

    (void)state;
    id = asked(&h);
    say(&h, "1");
    say(&h, "{2/2#9}没人管");
    say(&h, "{1/2#9}等太久，");
    house_expect(&h, HOUSE_LAST_KIND, "thanks_bad");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM readings WHERE case_id IS NOT"
                                      " NULL AND conversation_id IS NOT NULL"),
                     3);
    assert_int_equal(house_number(&h, "SELECT case_id FROM readings WHERE act ="
                                      " 'joined'"),
                     id);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM rating_details"), 1);
    house_close(&h);
}

/* A restart in between loses nothing. */
static void parts_survive_a_restart(void **state)
{
    struct house h;

    (void)state;
    asked(&h);
    say(&h, "{1/2#7}非常");
    house_halt(&h);
    house_run(&h);
    house_pass(&h, 1);
    say(&h, "{2/2#7}满意");
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, UNREAD), 0);
    house_close(&h);
}

/* ---- garbled ---- */

static void garbled_is_told_and_asked_back_once(void **state)
{
    static const char *const texts[] = {"{g}5", "5 \xc3\xa5\xc2\xbe\xc2\x88",
                                        "5\xef\xbf\xbd", "{g}T"};

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct house h;

        asked(&h);
        say(&h, texts[i]);
        house_expect(&h, HOUSE_LAST_ACT, "asked_back");
        house_expect(&h, HOUSE_LAST("outcome"), "unclear");
        house_expect(&h, HOUSE_LAST("trouble"), "garbled");
        house_expect(&h, HOUSE_LAST_PROOF, "P1");
        house_expect(&h, HOUSE_LAST_KIND, "clarify");
        house_pass(&h, 1);
        say(&h, texts[i]);
        house_expect(&h, HOUSE_LAST_ACT, "note");
        assert_int_equal(house_number(&h, HOUSE_SENT), 2);
        assert_int_equal(house_number(&h, RATINGS), 0);
        assert_int_equal(house_number(&h, "SELECT count(*) FROM notes"), 0);
        say(&h, "4"); /* what is well is heard all the same */
        assert_int_equal(house_number(&h, RATINGS), 1);
        house_close(&h);
    }
}

/* After a bad grade garbled words are no reason: the real one may still come. */
static void garbled_is_no_reason(void **state)
{
    struct house h;

    (void)state;
    asked(&h);
    say(&h, "1");
    say(&h, "{g}xx");
    house_expect(&h, HOUSE_LAST_ACT, "note");
    house_expect(&h, "SELECT state FROM conversations", "REASON");
    say(&h, "等太久");
    house_expect(&h, HOUSE_LAST_ACT, "reason");
    house_close(&h);
}

/* ---- several pieces in one call ---- */

static void a_list_becomes_rows(void **state)
{
    struct house h;

    (void)state;
    asked(&h);
    push(&h, false,
         "[{\"phone\":\"" ME "\",\"to\":\"" SLOT_10 "\",\"text\":\"5\",\"id\":\"a\"},"
         "{\"phone\":\"" YOU "\",\"to\":\"" ACCESS "\",\"text\":\"5\",\"id\":\"b\"},"
         "{\"phone\":\"" ME "\",\"to\":\"" SLOT_10 "\",\"text\":\"5\",\"id\":\"a\"},"
         "{\"what\":\"is this\"}]");
    assert_int_equal(house_number(&h, REPLIES), 3);
    assert_int_equal(house_number(&h, RATINGS), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM readings WHERE outcome ="
                                      " 'unreadable'"),
                     1);
    push(&h, false, "[]");
    assert_int_equal(house_number(&h, REPLIES), 3);
    push(&h, false, "neither a list nor news");
    assert_int_equal(house_number(&h, REPLIES), 4);
    assert_int_equal(house_number(&h, UNREAD), 0);
    house_close(&h);
}

/* Without an id: the same text at the same time is the same, to another number it is not.
 */
static void what_is_the_same_news(void **state)
{
#define NEWS(to, text, at)                                                               \
    "{\"phone\":\"" ME "\",\"to\":\"" to "\",\"text\":\"" text "\"" at "}"
    static const struct {
        int64_t after_ms;
        const char *body;
        int64_t rows;
    } rows[] = {
        {0, NEWS(SLOT_10, "5", ",\"at\":1"), 1},
        {0, NEWS(SLOT_10, "5", ",\"at\":1"), 1},
        {HOUSE_HOUR, NEWS(SLOT_10, "5", ",\"at\":1"), 1},
        {0, NEWS(SLOT_10, "5", ",\"at\":2"), 2},
        {0, NEWS(ACCESS, "5", ",\"at\":1"), 3},
        {0, NEWS(SLOT_10, "4", ",\"at\":1"), 4},
        {0, NEWS(SLOT_10, "{1/2#7}4", ",\"at\":1"), 5},
        {0, NEWS(SLOT_10, "{2/2#7}4", ",\"at\":1"), 6},
        {0, NEWS(SLOT_10, "3", ""), 7}, /* no time: for ten minutes or so */
        {9 * MINUTE, NEWS(SLOT_10, "3", ""), 7},
        {20 * MINUTE, NEWS(SLOT_10, "3", ""), 8},
    };
#undef NEWS
    struct house h;

    (void)state;
    asked(&h);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        house_pass(&h, rows[i].after_ms);
        push(&h, false, rows[i].body);
        if (house_number(&h, REPLIES) != rows[i].rows)
            fail_msg("row %zu: %lld rows", i, (long long)house_number(&h, REPLIES));
    }
    house_close(&h);
}

/* ---- reports ---- */

static void a_report_may_overtake_the_answer(void **state)
{
    struct house h;

    (void)state;
    asked(&h);
    push(&h, true, "{\"reference\":\"1.1\",\"state\":\"DELIVERED\",\"id\":\"r\"}");
    assert_int_equal(house_number(&h, UNREAD), 1);
    house_pass(&h, MINUTE - 1);
    assert_int_equal(house_number(&h, UNREAD), 1);
    house_pass(&h, 1);
    assert_int_equal(house_number(&h, UNREAD), 0);
    house_expect(&h, "SELECT act FROM readings ORDER BY id DESC", "unlinked");
    house_close(&h);
}

static void it_is_found_when_the_message_is_there(void **state)
{
    struct house h;
    char body[256], reference[512];

    (void)state;
    asked(&h);
    house_text(&h, "SELECT id FROM messages WHERE kind = 'survey'", reference);
    house_sql(&h, "UPDATE messages SET hall = -hall"); /* as if it were not there yet */
    snprintf(body, sizeof(body),
             "{\"reference\":\"%.30s.1\",\"state\":\"DELIVERED\",\"id\":\"r\"}",
             reference);
    push(&h, true, body);
    assert_int_equal(house_number(&h, UNREAD), 1);
    house_sql(&h, "UPDATE messages SET hall = -hall");
    house_pass(&h, 2000);
    assert_int_equal(house_number(&h, UNREAD), 0);
    house_expect(&h, "SELECT act FROM readings ORDER BY id DESC", "report_again");
    house_close(&h);
}

static void a_black_list_is_an_opt_out(void **state)
{
    struct house h;
    char body[256], reference[512];

    (void)state;
    asked(&h);
    house_text(&h, "SELECT id FROM messages WHERE kind = 'survey'", reference);
    snprintf(body, sizeof(body),
             "{\"reference\":\"%.30s.1\",\"state\":\"UNDELIVERED\",\"id\":\"{o}\"}",
             reference);
    push(&h, true, body);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM optouts"), 1);
    push(&h, true, "{\"reference\":\"1.1\",\"state\":\"UNDELIVERED\",\"id\":\"{o}2\"}");
    house_pass(&h, MINUTE); /* nobody's */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM optouts"), 1);
    house_close(&h);
}

/* Each piece is counted once, for comparing with the gateway's own figures. */
static void what_comes_is_counted(void **state)
{
    struct house h;

    (void)state;
    asked(&h); /* one report, of the survey */
    house_reply_id(&h, "same", ME, SLOT_10, "还行");
    house_reply_id(&h, "same", ME, SLOT_10, "还行"); /* answered once: another report */
    push(&h, true, "{\"reference\":\"1.1\",\"state\":\"DELIVERED\",\"id\":\"r\"}");
    house_pass(&h, MINUTE);
    assert_int_equal(house_number(&h, "SELECT n FROM gateway_counts WHERE what ="
                                      " 'replies'"),
                     1);
    assert_int_equal(house_number(&h, "SELECT n FROM gateway_counts WHERE what ="
                                      " 'reports'"),
                     3);
    house_close(&h);
}

/* ---- receivers ---- */

static void receivers_are_read(void **state)
{
    static const struct {
        const char *to, *text, *proof;
    } rows[] = {
        {"+86" SLOT_10, "5", "P1"}, {"0086" SLOT_10, "5", "P1"}, {"10", "5", "P1"},
        {ACCESS, "5", "P3"},        {ACCESS, "{n}5", "P3"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;

        asked(&h);
        house_reply(&h, ME, rows[i].to, rows[i].text);
        house_expect(&h, "SELECT proof FROM ratings", rows[i].proof);
        house_close(&h);
    }
}

/* Not by another phone, not to another number: kept, shown, and answered once. */
static void strangers_are_not_linked(void **state)
{
    static const char *const froms[] = {YOU, ME}, *const tos[] = {SLOT_10, "1069099999"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct house h;

        asked(&h);
        house_reply(&h, froms[i], tos[i], "5");
        house_pass(&h, 1);
        house_reply(&h, froms[i], tos[i], "5");
        house_expect(&h, HOUSE_LAST_ACT, "unlinked");
        house_expect(&h, HOUSE_LAST_KIND, "unknown");
        assert_int_equal(house_number(&h, HOUSE_SENT), 2);
        assert_int_equal(house_number(&h, REPLIES), 2);
        assert_int_equal(house_number(&h, RATINGS), 0);
        house_close(&h);
    }
}

/* Late and settled replies are told so once a conversation. */
static void late_is_told_once(void **state)
{
    struct house h;

    (void)state;
    asked(&h);
    house_pass(&h, 9 * HOUSE_DAY);
    for (int i = 0; i < 3; i++) {
        house_pass(&h, 2 * HOUSE_DAY);
        say(&h, "5");
    }
    house_expect(&h, HOUSE_LAST_ACT, "late");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages WHERE kind ="
                                      " 'expired'"),
                     1);
    assert_int_equal(house_number(&h, RATINGS), 0);
    house_close(&h);
}

/* ---- two gateways ---- */

struct house_keep {
    struct house_act act; /* first: house_do hands it on */
    int gateway;
    const char *to, *text;
};

static bool run_keep(struct store *st, struct command *c, int64_t now_ms,
                     struct error *err)
{
    struct house_keep *k = (struct house_keep *)c;
    const struct gateway *g = &k->act.h->roster.gateways[k->gateway];
    struct callback raw = callback_new(false);
    int fresh;
    bool ok;

    buf_addf(&raw.body, "{\"phone\":\"" ME "\",\"to\":\"%s\",\"text\":\"%s\"}", k->to,
             k->text);
    ok = inbox_keep(st, g, &raw, now_ms, &fresh, err);
    assert_int_equal(fresh, 1);
    callback_free(&raw);
    return ok;
}

static void reply_by(struct house *h, int gateway, const char *to, const char *text)
{
    struct house_keep k = {.gateway = gateway, .to = to, .text = text};

    house_pass(h, 1);
    house_do(h, &k.act, run_keep);
    house_settle(h);
}

static void open_second(struct house *h)
{
    roster_open_virtual(&h->roster, SECOND);
    snprintf(h->roster.gateways[1].name, 40, "second");
    snprintf(h->roster.routing.routes[1].name, 40, "second");
}

/* Two surveys with slot 10, of two numbers; `first` went by the first gateway. */
static void open_two(struct house *h, int64_t *first, int64_t *second)
{
    *first = asked(h);
    open_second(h);
    house_pass(h, HOUSE_DAY);
    *second = house_case(h, "company-change", ME);
    house_pass(h, HOUSE_HOUR);
    house_sql(h, "UPDATE conversations SET gateway = 'second', sender = '" SECOND
                 "10', slot = 10 WHERE id = (SELECT max(id) FROM conversations)");
}

static void the_same_slot_of_two_numbers(void **state)
{
    struct house h;
    int64_t first, second;

    (void)state;
    open_two(&h, &first, &second);
    reply_by(&h, 1, "86" SECOND "10", "4");
    reply_by(&h, 0, SLOT_10, "2");
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 4"),
                     second);
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 2"),
                     first);
    house_close(&h);

    open_two(&h, &first, &second); /* each gateway names the slot alone */
    reply_by(&h, 1, "10", "4");
    reply_by(&h, 0, "10", "2");
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 4"),
                     second);
    assert_int_equal(house_number(&h, "SELECT case_id FROM ratings WHERE grade = 2"),
                     first);
    house_close(&h);
}

/* What failed over is answered at the number that it came from at last. */
static void a_survey_that_went_another_way(void **state)
{
    struct house h;

    (void)state;
    asked(&h);
    open_second(&h);
    house_sql(&h, "UPDATE conversations SET gateway = 'second', slot = 12,"
                  " sender = '" SECOND "12'");
    reply_by(&h, 0, SLOT_10, "1"); /* nothing went out from there */
    house_expect(&h, HOUSE_LAST_ACT, "unlinked");
    reply_by(&h, 0, ACCESS, "1");
    house_expect(&h, HOUSE_LAST_ACT, "unlinked");
    reply_by(&h, 1, SECOND "12", "5");
    house_expect(&h, "SELECT proof FROM ratings", "P1");
    house_close(&h);
}

/* ---- several cases ---- */

static void each_case_stands_by_itself(void **state)
{
    struct house h;
    int64_t first, second;

    (void)state;
    house_open(&h);
    first = house_case(&h, "food-licence", ME);
    second = house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    say(&h, "A1");
    say(&h, "B5");
    say(&h,
        "A 等太久"); /* the reason of the first, though the second was spoken of last */
    house_expect(&h, HOUSE_LAST_ACT, "reason");
    assert_int_equal(house_number(&h, "SELECT case_id FROM rating_details"), first);
    say(&h, "B 不是我办的");
    house_expect(&h, HOUSE_LAST_ACT, "notme");
    say(&h, "B4");
    house_expect(&h, HOUSE_LAST_ACT, "note"); /* not theirs any more */
    say(&h, "A3");
    house_expect(&h, HOUSE_LAST_ACT, "corrected"); /* the other one goes on */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings"), 3);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings WHERE case_id ="
                                      " (SELECT max(id) FROM cases)"),
                     1);
    assert_true(second > first);
    house_close(&h);
}

/* The second of two may be rated days after the first. */
static void the_others_stay_open(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    h.roster.gateways[0].slots = SLOTS_LETTERS;
    house_case(&h, "food-licence", ME);
    house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    house_reply(&h, ME, ACCESS, "A5");
    house_pass(&h, 3 * HOUSE_DAY);
    house_reply(&h, ME, ACCESS, "B4");
    house_expect(&h, HOUSE_LAST_PROOF, "P2");
    assert_int_equal(house_number(&h, RATINGS), 2);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_talk),
        cmocka_unit_test(all_rows_are_shown),
        cmocka_unit_test(parts_survive_a_restart),
        cmocka_unit_test(garbled_is_told_and_asked_back_once),
        cmocka_unit_test(garbled_is_no_reason),
        cmocka_unit_test(a_list_becomes_rows),
        cmocka_unit_test(what_is_the_same_news),
        cmocka_unit_test(a_report_may_overtake_the_answer),
        cmocka_unit_test(it_is_found_when_the_message_is_there),
        cmocka_unit_test(a_black_list_is_an_opt_out),
        cmocka_unit_test(what_comes_is_counted),
        cmocka_unit_test(receivers_are_read),
        cmocka_unit_test(strangers_are_not_linked),
        cmocka_unit_test(late_is_told_once),
        cmocka_unit_test(the_same_slot_of_two_numbers),
        cmocka_unit_test(a_survey_that_went_another_way),
        cmocka_unit_test(each_case_stands_by_itself),
        cmocka_unit_test(the_others_stay_open),
    };

    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
