/*
 * pages_test.c — every text in both languages, every template whole, and the ticket's
 * page in each of its states.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/scratch_store.h"

#include "base/pack.h"
#include "domain/tag.h"
#include "store/queue_store.h"
#include "web/mustache.h"
#include "web/page.h"
#include "web/page_ticket.h"
#include "work/options.h"

/* == Catalogues =================================================================== */

static json_t *packed_json(const char *name)
{
    const struct pack_file *file = pack_find(name);
    json_t *texts;

    if (file == NULL)
        fail_msg("%s is missing", name);
    texts =
        json_loadb((const char *)file->bytes, file->length, JSON_REJECT_DUPLICATES, NULL);
    if (texts == NULL)
        fail_msg("%s is no JSON", name);
    return texts;
}

/* Does `text` hold every {name} that stands in `other`? */
static bool has_names_of(const char *text, const char *other)
{
    const char *at = other;

    while ((at = strchr(at, '{')) != NULL) {
        size_t length = strcspn(at, "}") + 1;
        char name[64];

        if (length >= sizeof(name))
            return false;
        memcpy(name, at, length);
        name[length] = '\0';
        if (strstr(text, name) == NULL)
            return false;
        at += length;
    }
    return true;
}

/* Every key of `a` is in `b` with a text of its own and the same {names}. */
static void compare(const char *name, const json_t *a, const json_t *b)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)a, key, value)
    {
        const char *text = json_string_value(json_object_get(b, key));

        if (text == NULL || text[0] == '\0')
            fail_msg("%s: %s has no text in the other language", name, key);
        if (!has_names_of(text, json_string_value(value)))
            fail_msg("%s: %s loses a {name} in the other language", name, key);
    }
}

static void every_text_is_there_in_both_languages(void **state)
{
    static const char end[] = ".zh-CN.json";
    size_t count, pairs = 0;
    const struct pack_file *files = pack_below("templates/pages/", &count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(files[i].name), stem = length - (sizeof(end) - 1);
        char other[128];
        json_t *zh, *en;

        if (length < sizeof(end) || strcmp(files[i].name + stem, end) != 0)
            continue;
        snprintf(other, sizeof(other), "%.*s.en.json", (int)stem, files[i].name);
        zh = packed_json(files[i].name);
        en = packed_json(other);
        compare(files[i].name, zh, en);
        compare(other, en, zh);
        json_decref(zh);
        json_decref(en);
        pairs++;
    }
    assert_true(pairs >= 3);
}

/* Drafts of Mongolian have every text, too. */
static void mongolian_drafts_are_whole(void **state)
{
    static const char *const names[] = {"templates/pages/citizen.mn-Cyrl.json",
                                        "templates/pages/citizen.mn-Mong.json"};
    json_t *zh = packed_json("templates/pages/citizen.zh-CN.json");

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        json_t *mn = packed_json(names[i]);

        compare(names[i], zh, mn);
        compare(names[i], mn, zh);
        json_decref(mn);
    }
    json_decref(zh);
}

/* Which catalogues a template's texts come from: partials serve both kinds of page. */
static const struct {
    const char *template, *catalogue;
} uses[] = {
    {"ticket", "citizen"},
    {"ticket_heading", "citizen"},
    {"ticket_box", "citizen"},
    {"ticket_detail", "citizen"},
    {"ticket_tag", "citizen"},
    {"citizen_header", "citizen"},
    {"citizen_footer", "citizen"},
    {"sentence", "citizen"},
    {"code", "citizen"},
    {"receipt", "citizen"},
    {"privacy", "citizen"},
    {"citizen_header", "hall"},
    {"hall_sentence", "hall"},
    {"kiosk", "kiosk"},
    {"layout", "kiosk"},
    {"desk", "desk"},
    {"layout", "desk"},
    {"home", "hall"},
    {"screen", "screen"},
    {"screen_board", "screen"},
    {"screen_cards", "screen"},
    {"problem", "problem"},
    {"layout", "citizen"},
    {"layout", "hall"},
    {"layout", "problem"},
    {"thanks", "praise"},
    {"me", "clerk"},
    {"praise", "clerk"},
    {"praise_new", "clerk"},
    {"layout_staff", "clerk"},
    {"layout_staff", "staff"},
    {"login", "staff"},
    {"layout_staff", "account"},
    {"account", "account"},
    {"second", "account"},
    {"second_set", "account"},
    {"second_codes", "account"},
    {"password", "account"},
    {"accounts", "accounts"},
    {"person", "accounts"},
    {"keys", "accounts"},
    {"granted", "accounts"},
    {"waiting", "accounts"},
    {"admin_wrong", "accounts"},
    {"audit", "audit"},
    {"webhooks", "webhooks"},
    {"quota", "quota"},
    {"person_sheet", "person_sheet"},
    {"people", "person_sheet"},
    {"indicators", "indicators"},
    {"log", "daily"},
    {"rechecks", "daily"},
    {"visits", "daily"},
    {"visit_plan", "daily"},
    {"marks", "daily"},
    {"daily_said", "daily"},
    {"daily_files", "daily"},
    {"daily_file_in", "daily"},
    {"list_box", "lists"},
    {"inspection", "inspection"},
    {"ratings", "lists"},
    {"cases", "lists"},
    {"unlinked", "lists"},
    {"orders", "lists"},
    {"layout", "screen"},
};

/* With the texts of the catalogue that it extends. */
static json_t *whole_json(const char *name)
{
    json_t *texts = packed_json(name);
    const char *base = json_string_value(json_object_get(texts, "extends"));
    char other[128];

    if (base != NULL) {
        json_t *from;

        snprintf(other, sizeof(other), "templates/pages/%s.zh-CN.json", base);
        from = packed_json(other);
        json_object_update_missing(texts, from);
        json_decref(from);
    }
    return texts;
}

static void every_text_that_a_template_names_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(uses); i++) {
        char name[128];
        const struct pack_file *file;
        const char *at;
        json_t *texts;

        snprintf(name, sizeof(name), "templates/pages/%s.html", uses[i].template);
        file = pack_find(name);
        if (file == NULL)
            fail_msg("%s is missing", name);
        snprintf(name, sizeof(name), "templates/pages/%s.zh-CN.json", uses[i].catalogue);
        texts = whole_json(name);
        at = (const char *)file->bytes;
        while ((at = strstr(at, "{t.")) != NULL) {
            char key[64];

            snprintf(key, sizeof(key), "%.*s", (int)strcspn(at + 3, "}"), at + 3);
            if (json_object_get(texts, key) == NULL)
                fail_msg("%s.html names {{t.%s}}, which %s does not have",
                         uses[i].template, key, uses[i].catalogue);
            at += 3;
        }
        json_decref(texts);
    }
}

/* == The ticket's page ============================================================ */

struct pages {
    struct scratch scratch;
    struct hall_frame_holder holder;
    struct rules rules;
    struct settings *settings;
    struct site site;
};

static void open_pages(struct pages *p)
{
    static const struct hall_frame *frame; /* frames are never freed: one is enough */
    struct error err = {0};

    memset(p, 0, sizeof(*p));
    scratch_open(&p->scratch);
    scratch_run(&p->scratch, "UPDATE halls SET hours = '[[\"09:00\",\"17:00\"]]'");
    if (frame == NULL)
        scratch_must(hall_frame_read(p->scratch.st.db, &frame, &err), &err);
    p->scratch.st.frame = frame;
    atomic_store(&p->holder.now, frame);
    p->rules = (struct rules){
        .rating = {.correction_ms = 86400000, .order = order_rules_default},
        .invite = {.open_working_days = 5, .open_days_max = 15},
        .queue = {.near = 3, .restore_ms = 1800000, .undo_ms = 10000},
    };
    p->settings = settings_new(options_table, options_count);
    p->site = (struct site){.world = &p->scratch.world,
                            .keys = &p->scratch.keys,
                            .rules = &p->rules,
                            .settings = p->settings,
                            .frame = &p->holder};
    scratch_must(pages_load(NULL, &p->site.pages, &p->site.catalogues, &err), &err);
}

static void close_pages(struct pages *p)
{
    pages_free(p->site.pages, p->site.catalogues);
    settings_free(p->settings);
    scratch_close(&p->scratch);
}

/* Renders a page; a text that was never filled in or found would show. */
static void render(struct pages *p, struct visit_step *v, const char *expected)
{
    struct exchange *x = exchange_new();
    struct error err = {0};

    x->context = &p->site;
    x->path = "/t/TOKEN";
    v->step.x = x;
    strcpy(v->token, "0123456789ABCDEFGHJKMNPQRSTV");
    scratch_must(page_write(x, "ticket", "citizen", v->lang, visit_data(v), &err), &err);
    if (strstr(buf_text(&x->answer), expected) == NULL)
        fail_msg("\"%s\" is not in %s", expected, buf_text(&x->answer));
    if (strstr(buf_text(&x->answer), "style=\"") != NULL ||
        strstr(buf_text(&x->answer), "onclick") != NULL)
        fail_msg("%s: something that our own policy forbids", expected);
    exchange_free(x);
}

enum { GOES_ON, PAUSED, PAUSED_UNTIL };

static const struct {
    enum visit_state state;
    int ahead, low_min, floor, paused;
    const char *zh, *en;
} queue_rows[] = {
    {VISIT_WAITING, 7, 10, 0, GOES_ON, "前面还有 7 人，约 10–25 分钟（仅供参考）",
     "7 people ahead, about 10–25 min"},
    {VISIT_WAITING, 7, -1, 0, GOES_ON, "\"line\">前面还有 7 人</p>",
     "\"line\">7 people ahead</p>"},
    {VISIT_NEAR, 2, 10, 0, GOES_ON, "快到您了，请回到 等候区", "Nearly your turn"},
    {VISIT_NEAR, 2, 10, 2, GOES_ON, "快到您了，请回到 2\u00a0楼等候区",
     "please come back to the waiting area on floor 2"},
    {VISIT_NEAR, 2, 10, 0, GOES_ON, "<p>前面还有 2 人，约 10–25 分钟",
     "<p>2 people ahead, about 10–25 min"},
    {VISIT_NEAR, 0, 10, 0, GOES_ON, "<p>前面没有人了，下一位就是您</p>",
     "<p>Nobody is ahead, you are next</p>"},
    {VISIT_WAITING, 7, 10, 0, PAUSED,
     "\"line\">本业务暂停叫号，恢复后继续，您的号不变</p>\n<p>前面还有 7 人</p>",
     "Calling is paused; your place is kept"},
    {VISIT_NEAR, 1, 10, 0, PAUSED_UNTIL, "\"line\">本业务暂停叫号，预计 11:30 恢复</p>",
     "Calling is paused, back about 11:30"},
    {VISIT_MOVED, 1, -1, 0, PAUSED, "<p>已转到医保局 W1 号窗口，前面还有 1 人</p>",
     "<p>Moved to 医保局"},
    {VISIT_MOVED, 7, -1, 0, GOES_ON, "已转到医保局 W1 号窗口，前面还有 7 人",
     "Moved to 医保局"},
    {VISIT_CALLED, 0, -1, 2, GOES_ON, "请到 W1 号窗口", "Please go to window W1"},
    {VISIT_CALLED, 0, -1, 2, GOES_ON, "<p>在 2\u00a0楼</p>", "<p>on floor 2</p>"},
    {VISIT_SERVING, 0, -1, 0, GOES_ON, "正在 W1 号窗口办理，办结后可在本页评价",
     "In service at window W1"},
    {VISIT_HELD, 0, -1, 0, GOES_ON, "您的号先留着", "Your number is kept"},
    {VISIT_MISSED, 0, -1, 0, GOES_ON,
     "已过号。11 月 23 日 10:30 前到服务台可恢复，不用重新取号",
     "before 23 Nov 10:30 to be put back"},
    {VISIT_GONE, 0, -1, 0, GOES_ON, "恢复的时间也过了", "too late to be put back"},
    {VISIT_CANCELLED, 0, -1, 0, GOES_ON,
     "这张号没有办理业务，不能评价。要投诉或咨询请到服务台或拨 12345。",
     "No service was given"},
};

static void what_to_bring_is_told_while_it_can_be_fetched(void **state)
{
    struct visit visit = {.state = VISIT_WAITING,
                          .ahead = 7,
                          .low_min = -1,
                          .matter_name = "医保参保登记",
                          .materials = "身份证\n申请表 <一式两份>",
                          .now_ms = SCRATCH_START_MS,
                          .ticket = {.number = "A023"}};
    struct visit_step v = {.visit = &visit};
    struct pages p;

    (void)state;
    open_pages(&p);
    render(&p, &v,
           "请准备好</p><ul aria-labelledby=\"bring\" lang=\"zh-CN\">"
           "<li>身份证</li><li>申请表 &lt;一式两份&gt;</li></ul>");
    visit.sensitive = true; /* papers tell what the matter is */
    render(&p, &v, "</div>\n<p class=\"said\" role=\"status\" id=\"said\"></p>");
    close_pages(&p);
}

static void the_queue_is_said_in_every_state(void **state)
{
    struct pages p;

    (void)state;
    open_pages(&p);
    for (size_t i = 0; i < LENGTH(queue_rows); i++)
        for (enum lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
            struct visit_step v = {
                .lang = lang,
                .visit = &(
                    struct visit){.state = queue_rows[i].state,
                                  .ahead = queue_rows[i].ahead,
                                  .floor = queue_rows[i].floor,
                                  .paused = queue_rows[i].paused != GOES_ON,
                                  .paused_until_ms = queue_rows[i].paused == PAUSED_UNTIL
                                                         ? SCRATCH_START_MS + 5400000
                                                         : 0,
                                  .low_min = queue_rows[i].low_min,
                                  .high_min = 25,
                                  .matter_name = "医保参保登记",
                                  .department_name = "医保局",
                                  .now_ms = SCRATCH_START_MS,
                                  .restore_until_ms = SCRATCH_START_MS + 1800000,
                                  .ticket = {.number = "A023", .window_code = "W1"}},
            };

            render(&p, &v, lang == LANG_ZH ? queue_rows[i].zh : queue_rows[i].en);
        }
    close_pages(&p);
}

static const struct {
    enum visit_case_state state;
    int grade, round;
    int64_t age_ms; /* of the rating */
    bool sensitive, over;
    const char *zh, *en;
} case_rows[] = {
    {VISIT_CASE_ASK, 0, 0, 0, false, false, "您对这次服务满意吗？", "Were you satisfied"},
    {VISIT_CASE_ASK, 0, 0, 0, true, false, "<b id=\"m9\">您办理的事项</b>",
     "The matter you came for"},
    {VISIT_CASE_CHANGEABLE, 4, 0, 60000, false, false,
     "<h1 id=\"h9\">评价已收到：满意</h1>", "Your rating is saved: Satisfied"},
    {VISIT_CASE_CHANGEABLE, 4, 0, 60000, false, false,
     "回执 <b class=\"rc\">ABCD-EFGH-JKMN-PQRS</b>，11 月 23 日 09:59 记录。11 月 24 日 "
     "09:59 前可改一次。",
     "You can change it once until 24 Nov 09:59"},
    {VISIT_CASE_CHANGEABLE, 1, 0, 3600000, false, false,
     "您已评价：非常不满意。11 月 24 日 09:00 前可改一次。",
     "You rated: Very dissatisfied."},
    {VISIT_CASE_CHANGEABLE, 2, 0, 60000, false, false, "哪里不好？（可多选，可不选）",
     "What went wrong? (optional)"},
    {VISIT_CASE_CHANGEABLE, 5, 0, 60000, false, false, "哪里好？（可多选，可不选）",
     "What was good? (optional)"},
    {VISIT_CASE_CHANGEABLE, 5, 0, 60000, false, false, "（尾号 1234）", "(ending 1234)"},
    {VISIT_CASE_CHANGEABLE, 0, 0, 60000, false, false,
     "态度 5 分、效率 5 分、质量 4 分、廉洁 3 分",
     "attitude 5, efficiency 5, quality 4, integrity 3"},
    {VISIT_CASE_SETTLED, 3, 1, 60000, false, false,
     "已按您的修改记为“基本满意”，不能再改。", "Changed to: Basically satisfied."},
    {VISIT_CASE_SETTLED, 3, 0, 90000000, false, true,
     "您已评价：基本满意，修改时间已过。回执 <b class=\"rc\">ABCD-EFGH-JKMN-PQRS</b>。",
     "The time to change is over."},
    {VISIT_CASE_LATE, 0, 0, 0, false, true,
     "评价时间已过（办结后 5 个工作日）。您仍可留言", "The rating period is over"},
};

static void fill_case(struct visit_case *c, size_t row)
{
    int64_t rated_ms = SCRATCH_START_MS - case_rows[row].age_ms;
    bool rated = case_rows[row].age_ms != 0;

    *c = (struct visit_case){.id = 9,
                             .state = case_rows[row].state,
                             .over = case_rows[row].over,
                             .sensitive = case_rows[row].sensitive,
                             .matter_name = "医保参保登记",
                             .department_name = "医保局",
                             .window_code = "W1",
                             .closed_ms = SCRATCH_START_MS - 100000000,
                             .last4 = "1234"};
    if (!rated)
        return;
    c->detail =
        case_rows[row].state == VISIT_CASE_CHANGEABLE || case_rows[row].round == 1;
    c->moment =
        (struct rating_moment){.rated_ms = rated_ms, .round = case_rows[row].round};
    c->rating = (struct rating_result){.rating_id = 77,
                                       .grade = case_rows[row].grade,
                                       .dims = {5, 5, 4, 3},
                                       .receipt = "ABCDEFGHJKMNPQRS"};
    if (case_rows[row].state == VISIT_CASE_CHANGEABLE)
        c->rating.change_until_ms = rated_ms + 86400000;
}

static void a_case_is_said_in_every_state(void **state)
{
    struct pages p;

    (void)state;
    open_pages(&p);
    for (size_t i = 0; i < LENGTH(case_rows); i++)
        for (enum lang lang = LANG_ZH; lang <= LANG_EN; lang++) {
            struct visit_step v = {.lang = lang,
                                   .visit =
                                       &(struct visit){.state = VISIT_DONE,
                                                       .case_count = 1,
                                                       .over = case_rows[i].over,
                                                       .now_ms = SCRATCH_START_MS,
                                                       .ticket = {.number = "A023"}}};

            fill_case(&v.visit->cases[0], i);
            render(&p, &v, lang == LANG_ZH ? case_rows[i].zh : case_rows[i].en);
        }
    close_pages(&p);
}

static void three_cases_fit_and_those_to_be_rated_go_first(void **state)
{
    struct visit v = {.case_count = 5};
    const struct visit_case *shown[VISIT_SHOWN];
    static const enum visit_case_state states[] = {VISIT_CASE_SETTLED, VISIT_CASE_ASK,
                                                   VISIT_CASE_LATE, VISIT_CASE_OPEN,
                                                   VISIT_CASE_ASK};

    (void)state;
    for (int i = 0; i < v.case_count; i++)
        v.cases[i] = (struct visit_case){.id = i + 1, .state = states[i]};
    assert_int_equal(visit_shown(&v, shown), 3);
    assert_int_equal(shown[0]->id, 1);
    assert_int_equal(shown[1]->id, 2);
    assert_int_equal(shown[2]->id, 5);
}

/* == From the store to the page =================================================== */

static void look(struct pages *p, int64_t ticket_id, int64_t now_ms, struct visit *out)
{
    struct error err = {0};
    bool found;

    scratch_must(
        visit_read(&p->scratch.st, &p->rules, ticket_id, now_ms, out, &found, &err),
        &err);
    assert_true(found);
}

static void a_visit_goes_from_the_queue_to_the_end(void **state)
{
    const int64_t hour_ms = 3600000, now_ms = SCRATCH_START_MS;
    struct pages p;
    struct store *st = &p.scratch.st;
    struct error err = {0};
    struct ticket t;
    struct serving at;
    struct service_case c;
    struct invitation inv;
    struct rating_result r;
    struct receipt receipt;
    struct visit v;
    int64_t job;
    bool nobody, found;

    (void)state;
    open_pages(&p);
    scratch_must(ticket_take(st,
                             &(struct ticket_input){
                                 .matter_code = "YB-01", .lang = "zh-CN", .actor = "t"},
                             now_ms, &t, &job, &err),
                 &err);
    look(&p, t.id, now_ms, &v);
    assert_int_equal(v.state, VISIT_NEAR);
    look(&p, t.id, now_ms + 24 * hour_ms, &v);
    assert_int_equal(v.state, VISIT_CANCELLED); /* of yesterday, never served */
    scratch_must(queue_call(st, &p.rules, "W1", "C1", "t", now_ms, &at, &nobody, &err),
                 &err);
    look(&p, t.id, now_ms, &v);
    assert_int_equal(v.state, VISIT_CALLED);
    assert_int_equal(v.cases[0].state, VISIT_CASE_OPEN);
    assert_false(v.over);
    scratch_must(case_start(st, &p.rules, at.service_case.id, "t", now_ms, &c, &err),
                 &err);
    scratch_must(
        case_close(st, &p.rules, c.id, "done", NULL, "t", now_ms, &c, &inv, &err), &err);
    look(&p, t.id, now_ms, &v);
    assert_int_equal(v.state, VISIT_DONE);
    assert_int_equal(v.cases[0].state, VISIT_CASE_ASK);
    look(&p, t.id, now_ms + 20 * 24 * hour_ms, &v);
    assert_int_equal(v.cases[0].state, VISIT_CASE_LATE);
    assert_true(v.over);
    scratch_must(rating_take(st, &p.rules.rating,
                             &(struct rating_input){.case_id = c.id,
                                                    .grade = 2,
                                                    .channel = CHANNEL_TICKET_QR,
                                                    .proof = "P4"},
                             now_ms, &r, &err),
                 &err);
    look(&p, t.id, now_ms, &v);
    assert_int_equal(v.cases[0].state, VISIT_CASE_CHANGEABLE);
    assert_true(v.cases[0].moment.contact_due_ms > now_ms);
    scratch_must(receipt_find(st, r.receipt, &receipt, &found, &err), &err);
    assert_true(found && receipt.grade == 2 && !receipt.replaced);
    scratch_must(receipt_find(st, "0000000000000000", &receipt, &found, &err), &err);
    assert_false(found);
    look(&p, t.id, now_ms + 25 * hour_ms, &v);
    assert_int_equal(v.cases[0].state, VISIT_CASE_SETTLED);
    assert_false(v.over); /* other cases of the ticket might still be rated */
    look(&p, t.id, now_ms + 20 * 24 * hour_ms, &v);
    assert_true(v.over);
    scratch_must(visit_read(st, &p.rules, -1, now_ms, &v, &found, &err), &err);
    assert_false(found);
    close_pages(&p);
}

/* == Small things ================================================================= */

static void reasons_belong_to_their_grade(void **state)
{
    (void)state;
    for (int grade = 1; grade <= 5; grade++)
        for (int i = 0; i < TAGS_PER_GRADE; i++) {
            const struct tag *tag = &tags_of_grade(grade)[i];

            assert_int_equal(tag->code / 100, grade);
            assert_ptr_equal(tag_find(tag->code), tag);
        }
    assert_null(tags_of_grade(0));
    assert_null(tags_of_grade(6));
    assert_null(tag_find(501)); /* retired */
    assert_null(tag_find(-1));
}

static void a_nonce_is_sixteen_symbols(void **state)
{
    static const struct {
        const char *text;
        bool fits;
    } rows[] = {{"0123456789ABCDEF", true},
                {"0123456789abcdef", true},
                {"", false},
                {"0123456789ABCDE", false},
                {"0123456789ABCDEF0", false},
                {"0123456789ABCDE<", false},
                {"0123456789ABCDEU", false}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (visit_nonce_fits(rows[i].text) != rows[i].fits)
            fail_msg("%s", rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_text_is_there_in_both_languages),
        cmocka_unit_test(mongolian_drafts_are_whole),
        cmocka_unit_test(every_text_that_a_template_names_is_there),
        cmocka_unit_test(what_to_bring_is_told_while_it_can_be_fetched),
        cmocka_unit_test(the_queue_is_said_in_every_state),
        cmocka_unit_test(a_case_is_said_in_every_state),
        cmocka_unit_test(three_cases_fit_and_those_to_be_rated_go_first),
        cmocka_unit_test(a_visit_goes_from_the_queue_to_the_end),
        cmocka_unit_test(reasons_belong_to_their_grade),
        cmocka_unit_test(a_nonce_is_sixteen_symbols),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
