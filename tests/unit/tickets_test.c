/*
 * tickets_test.c — which template a ticket is printed from, what is refused at start, and
 * that a change on disk is taken up whole, later or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/settings.h"
#include "store/slip_facts.h"
#include "tests/unit/drawing.h"
#include "tests/unit/scratch_store.h"
#include "work/options.h"
#include "work/tickets.h"

/* A hall's folder, with what it sets. */
struct place {
    char folder[64];
    struct settings *settings;
    struct tickets *tickets;
    int64_t now_ms;
};

static void put(const struct place *p, const char *name, const char *text)
{
    char path[160];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", p->folder, name);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void take_away(const struct place *p, const char *name)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/%s", p->folder, name);
    unlink(path);
}

static void place_make(struct place *p, const char *template_name, const char *more)
{
    struct error err = {0};
    char config[1024];

    *p = (struct place){.folder = "/tmp/yiping-tickets-XXXXXX", .now_ms = 10000};
    assert_non_null(mkdtemp(p->folder));
    snprintf(config, sizeof(config), "[ticket]\nfolder = %s\ntemplate = %s\n%s",
             p->folder, template_name, more);
    put(p, "yiping.conf", config);
    snprintf(config, sizeof(config), "%s/yiping.conf", p->folder);
    p->settings = settings_new(options_table, options_count);
    scratch_must(settings_read_file(p->settings, config, &err), &err);
}

static void place_open(struct place *p)
{
    struct error err = {0};

    scratch_must(tickets_open(p->settings, NULL, &p->tickets, &err), &err);
}

static void place_free(struct place *p)
{
    static const char *const names[] = {
        "yiping.conf",       "own.receipt",   "own.en.receipt", "normal.receipt",
        "normal.en.receipt", "other.receipt", "own.receipt~",   ".own.receipt.swp"};

    tickets_free(p->tickets);
    settings_free(p->settings);
    for (size_t i = 0; i < LENGTH(names); i++)
        take_away(p, names[i]);
    assert_int_equal(rmdir(p->folder), 0);
}

static void expect(const struct place *p, const char *lang, const char *part,
                   bool english)
{
    struct ticket_template t = tickets_find(p->tickets, lang);

    assert_non_null(t.text);
    if (strstr(t.text, part) == NULL)
        fail_msg("«%s» is not in\n%s", part, t.text);
    assert_int_equal(t.english, english);
}

/* Looks now and once the folder has stood still; true where a change was taken up. */
static bool look(struct place *p)
{
    bool early = tickets_renew(p->tickets, p->now_ms += 1000);
    bool late = tickets_renew(p->tickets, p->now_ms += 1000);

    assert_false(early);
    return late;
}

static void ours_by_name_and_language(void **state)
{
    static const struct {
        const char *name, *lang, *part;
        bool english;
    } rows[] = {
        {"normal", "zh-CN", "取号时间", false},
        {"normal", "", "取号时间", false},
        {"normal", "en", "Taken at", true},
        {"normal", "mn", "取号时间", false},
        {"normal", "../../sms/en", "取号时间", false},
        {"large", "zh-CN", "{option:qrcode,8,m", false},
        {"large", "en", "ahead", true},
        {"bilingual", "zh-CN", "Your number", false},
        {"bilingual", "en", "您的号码", false},
        {"mongolian", "zh-CN", "vertical", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct place p;

        place_make(&p, rows[i].name, "");
        place_open(&p);
        expect(&p, rows[i].lang, rows[i].part, rows[i].english);
        place_free(&p);
    }
    struct ticket_template plain = tickets_find(NULL, "en");

    assert_non_null(strstr(plain.text, "Taken at"));
}

static void own_stand_before_ours(void **state)
{
    struct place p;

    (void)state;
    place_make(&p, "normal", "");
    put(&p, "normal.receipt", "OURS {{number}}\n=\n");
    put(&p, "own.receipt~", "{an editor's copy is left alone");
    put(&p, ".own.receipt.swp", "{so is this");
    place_open(&p);
    assert_true(tickets_watched(p.tickets));
    expect(&p, "zh-CN", "OURS", false);
    expect(&p, "en", "Taken at", true); /* theirs has no English: ours has */
    place_free(&p);

    place_make(&p, "own", "");
    put(&p, "own.receipt", "OWN {{number}}\n");
    put(&p, "own.en.receipt", "OWN IN ENGLISH {{number}}\n");
    place_open(&p);
    expect(&p, "zh-CN", "OWN {{", false);
    expect(&p, "en", "OWN IN ENGLISH", true);
    place_free(&p);
}

static void what_is_wrong_ends_the_start(void **state)
{
    static const struct {
        const char *name, *text, *more, *part;
    } rows[] = {
        {"own.receipt", "A\n{command:\\x1b}\n", "",
         "own.receipt: Template line 2, column 2: command is refused"},
        {"own.receipt", "{{person}}\n", "", "no variable \"person\""},
        {"own.receipt", "", "", "own.receipt: It is empty."},
        {"other.receipt", "{{#hall}}", "", "other.receipt: Template line 1, column 1"},
        {"own.receipt", "{{^number}}{{#ahead}}\n{image:A}\n{{/ahead}}{{/number}}\n", "",
         "line 2, column 2: image is refused"},
        {"own.receipt", "\xF0\xB2\x80\x80\n", "", "No font on this machine"},
        {"own.receipt", "{width:20,20}\n|a|b|\n",
         "[printer small]\nway = preview\nprofile = 58mm\n", "32 cells of \"58mm\""},
        {"other.receipt", "A\n", "", "no ticket template \"own\""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        struct place p;

        place_make(&p, "own", rows[i].more);
        put(&p, rows[i].name, rows[i].text);
        if (tickets_open(p.settings, NULL, &p.tickets, &err))
            fail_msg("row %zu is taken for right", i);
        assert_null(p.tickets);
        assert_int_equal(err.kind, ERROR_SETUP);
        if (strstr(err.text, rows[i].part) == NULL)
            fail_msg("row %zu: %s", i, err.text);
        place_free(&p);
    }
}

static void a_missing_folder_ends_the_start(void **state)
{
    struct error err = {0};
    struct place p;

    (void)state;
    place_make(&p, "normal", "");
    take_away(&p, "yiping.conf");
    assert_int_equal(rmdir(p.folder), 0);
    assert_false(tickets_open(p.settings, NULL, &p.tickets, &err));
    assert_non_null(strstr(err.text, p.folder));
    assert_int_equal(mkdir(p.folder, 0700), 0);
    place_free(&p);
}

static void a_change_is_taken_up(void **state)
{
    struct place p;

    (void)state;
    place_make(&p, "own", "");
    put(&p, "own.receipt", "FIRST {{number}}\n");
    place_open(&p);
    assert_false(look(&p));
    put(&p, "own.receipt", "SECOND {{number}}\n");
    expect(&p, "zh-CN", "FIRST", false);
    assert_true(look(&p));
    expect(&p, "zh-CN", "SECOND", false);
    assert_false(look(&p));
    put(&p, "own.en.receipt", "ENGLISH {{number}}\n"); /* a new one */
    assert_true(look(&p));
    expect(&p, "en", "ENGLISH", true);
    take_away(&p, "own.en.receipt");
    assert_true(look(&p));
    expect(&p, "en", "SECOND", false);
    place_free(&p);
}

static void a_broken_change_changes_nothing(void **state)
{
    static const char *const broken[] = {"{command:A}\n", "{{#hall}}\n", "", "\xFF",
                                         "^^^^^^^^x"};
    struct place p;

    (void)state;
    place_make(&p, "own", "");
    put(&p, "own.receipt", "FIRST {{number}}\n");
    place_open(&p);
    for (size_t i = 0; i < LENGTH(broken); i++) {
        put(&p, "own.receipt", broken[i]);
        assert_false(look(&p));
        expect(&p, "zh-CN", "FIRST", false);
        assert_false(look(&p)); /* told once, and not read again */
    }
    take_away(&p, "own.receipt"); /* what is printed from must not vanish */
    assert_false(look(&p));
    expect(&p, "zh-CN", "FIRST", false);
    put(&p, "own.receipt", "LAST {{number}}\n");
    assert_true(look(&p));
    expect(&p, "zh-CN", "LAST", false);
    place_free(&p);
}

/* An editor writes in several pieces; none of them is printed from. */
static void a_file_that_is_being_written_is_not_read(void **state)
{
    struct place p;
    char text[64] = "FIRST";

    (void)state;
    place_make(&p, "own", "");
    put(&p, "own.receipt", text);
    place_open(&p);
    for (int i = 0; i < 20; i++) {
        strcat(text, "x");
        put(&p, "own.receipt", text);
        assert_false(tickets_renew(p.tickets, p.now_ms += 300));
    }
    assert_false(tickets_renew(p.tickets, p.now_ms += 300));
    assert_true(tickets_renew(p.tickets, p.now_ms += 300));
    expect(&p, "zh-CN", text, false);
    place_free(&p);
}

/* ---- where to wait ----------------------------------------------------------------- */

static void windows_stand_by_floors(void **state)
{
    static const struct {
        const char *more, *chinese, *english;
    } rows[] = {
        {"", "请到1楼W1窗口等候", "Floor 1, window W1"},
        {"(61, 1, 'W3', '', 1, 11, 'all', 0, 0)", "请到1楼W1、W3窗口等候",
         "Floor 1, windows W1、W3"},
        {"(61, 1, 'W3', '', 2, 11, 'all', 0, 0), (62, 1, 'W4', '', 2, 11, 'all', 0, 0)",
         "请到1楼W1窗口等候\x1e请到2楼W3、W4窗口等候",
         "Floor 1, window W1\x1e"
         "Floor 2, windows W3、W4"},
        {"(61, 1, 'W3', '', 1, 11, 'all', 0, 0), (62, 1, 'W4', '', 1, 11, 'all', 0, 0),"
         "(63, 1, 'W5', '', 1, 11, 'all', 0, 0), (64, 1, 'W6', '', 1, 11, 'all', 0, 0)",
         "请到1楼W1、W3、W4、W5等窗口等候", "Floor 1, windows W1、W3、W4、W5 …"},
        {"(61, 1, 'X3', '', 0, 11, 'all', 0, 0)", "请到1楼W1窗口等候\x1e请到X3窗口等候",
         "Floor 1, window W1\x1ewindow X3"},
    };

    static const struct hall_frame *frame;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct slip_facts facts;
        struct ticket ticket;
        struct error err = {0};
        struct scratch s;
        int64_t job;
        char sql[600];

        scratch_open(&s);
        snprintf(
            sql, sizeof(sql),
            "INSERT INTO windows (id, hall, code, name, floor, department_id, matters, "
            "ended, since_ms) VALUES %s",
            rows[i].more);
        if (rows[i].more[0] != '\0')
            scratch_run(&s, sql);
        if (frame == NULL) /* read once: frames are kept for good */
            scratch_must(hall_frame_read(s.st.db, &frame, &err), &err);
        s.st.frame = frame;
        scratch_must(ticket_take(&s.st,
                                 &(struct ticket_input){.matter_code = "YB-01",
                                                        .lang = "en",
                                                        .kiosk_code = "",
                                                        .actor = "key 1"},
                                 SCRATCH_START_MS, &ticket, &job, &err),
                     &err);
        scratch_must(slip_facts_read(&s.st, ticket.id,
                                     &(struct token_way){.base_url = "http://h"}, 0,
                                     &facts, &err),
                     &err);
        assert_string_equal(facts.hint_zh, rows[i].chinese);
        assert_string_equal(facts.hint_en, rows[i].english);
        assert_string_equal(facts.lang, "en");
        assert_string_equal(facts.root, ""); /* until there is a rating log */
        scratch_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ours_by_name_and_language),
        cmocka_unit_test(own_stand_before_ours),
        cmocka_unit_test(what_is_wrong_ends_the_start),
        cmocka_unit_test(a_missing_folder_ends_the_start),
        cmocka_unit_test(a_change_is_taken_up),
        cmocka_unit_test(a_broken_change_changes_nothing),
        cmocka_unit_test(windows_stand_by_floors),
        cmocka_unit_test(a_file_that_is_being_written_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, forget_fonts);
}
