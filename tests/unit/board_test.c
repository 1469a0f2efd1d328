/*
 * board_test.c — what the hall's screen shows, out of a real store that acts at real
 * windows: calls and those taken back, zones, who waits, and how long cases took.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/settings.h"
#include "domain/promise.h"
#include "scratch_store.h"
#include "store/queue_store.h"
#include "web/board.h"
#include "web/page.h"
#include "work/options.h"

#define MINUTE INT64_C(60000)
#define DAY    INT64_C(86400000)

static const struct rules rules = {
    .queue = {.undo_ms = 10000, .no_show_calls = 1},
    .invite = {.open_working_days = 5, .open_days_max = 15, .per_day = 1},
};

struct wall {
    struct scratch s;
    struct hall_frame_holder frame;
    struct settings *settings;
    struct site site;
    int64_t now;
};

static void open_wall(struct wall *w)
{
    static const struct hall_frame *frame; /* never freed, so one serves all tests */
    struct error err = {0};

    *w = (struct wall){.now = SCRATCH_START_MS};
    scratch_open(&w->s);
    scratch_run(&w->s, "INSERT INTO series (id, hall, code, name, ended, since_ms) VALUES"
                       " (61, 1, 'A', '社保医保', 0, 0), (62, 1, 'B', '公安', 0, 0)");
    scratch_run(&w->s, "UPDATE windows SET floor = 2 WHERE code = 'W2'");
    scratch_run(&w->s, "INSERT INTO clerks (id, hall, code, name, window_code, ended,"
                       " since_ms) VALUES (42, 1, 'C2', '王芳', 'W2', 0, 0)");
    if (frame == NULL)
        scratch_must(hall_frame_read(w->s.st.db, &frame, &err), &err);
    w->s.st.frame = frame;
    atomic_store(&w->frame.now, frame);
    w->settings = settings_new(options_table, options_count);
    w->site = (struct site){.world = &w->s.world,
                            .keys = &w->s.keys,
                            .settings = w->settings,
                            .frame = &w->frame};
    scratch_must(pages_load(NULL, &w->site.pages, &w->site.catalogues, &err), &err);
}

static void close_wall(struct wall *w)
{
    pages_free(w->site.pages, w->site.catalogues);
    settings_free(w->settings);
    scratch_close(&w->s);
}

/* What happens, letter by letter: a, b take a number; A, B call; r recalls and u undoes
 * at A's window; h holds there; s starts and closes; k is another day's morning. */
static void act(struct wall *w, char what)
{
    const char *window = what == 'B' ? "W2" : "W1", *clerk = what == 'B' ? "C2" : "C1";
    struct ticket_input in = {
        .matter_code = what == 'b' ? "GA-01" : "YB-01", .lang = "zh-CN", .actor = "t"};
    struct store *st = &w->s.st;
    struct error err = {0};
    struct service_case closed;
    struct invitation inv;
    struct serving s;
    struct ticket t;
    bool nobody = false, ok = false;
    int64_t job;

    w->now += 1000;
    if (what == 'a' || what == 'b') {
        ok = ticket_take(st, &in, w->now, &t, &job, &err);
    } else if (what == 'A' || what == 'B') {
        ok = queue_call(st, &rules, window, clerk, "t", w->now, &s, &nobody, &err);
        assert_false(nobody);
    } else if (what == 'r') {
        ok = queue_recall(st, window, "t", w->now, &s, &err);
    } else if (what == 'u') {
        ok = queue_undo(st, window, "t", w->now, &t, &err);
    } else if (what == 'h') {
        ok = queue_hold(st, &rules, window, "t", w->now, &t, &err);
    } else if (what == 'k') {
        w->now += DAY;
        ok = true;
    } else if (what == 's') {
        ok = case_close(st, &rules,
                        scratch_number(&w->s, "SELECT max(id) FROM cases"
                                              " WHERE state = 'waiting'"),
                        "done", NULL, "t", w->now, &closed, &inv, &err);
    }
    scratch_must(ok, &err);
}

static json_t *board_of(struct wall *w, const char *zone)
{
    json_t *data = json_object();
    struct error err = {0};

    scratch_must(board_calls_add(&w->s.st, zone, w->now, data, &err), &err);
    return data;
}

/* "A002>1号窗口* A001>1号窗口 |A1 B0": calls, * those that stand, and who waits. */
static const char *said(struct wall *w, const char *zone)
{
    static char text[1024];
    json_t *board = board_of(w, zone), *row;
    size_t i, n = 0;

    text[0] = '\0';
    json_array_foreach(json_object_get(board, "calls"), i, row) n +=
        (size_t)snprintf(text + n, sizeof(text) - n, "%s>%s%s ",
                         json_string_value(json_object_get(row, "number")),
                         json_string_value(json_object_get(row, "window")),
                         json_is_true(json_object_get(row, "standing")) ? "*" : "");
    n += (size_t)snprintf(text + n, sizeof(text) - n, "|");
    json_array_foreach(json_object_get(board, "waiting"), i, row) n +=
        (size_t)snprintf(text + n, sizeof(text) - n, "%s%s ",
                         json_string_value(json_object_get(row, "code")),
                         json_string_value(json_object_get(row, "waiting")));
    json_decref(board);
    return text;
}

static void the_board_follows_the_acts(void **state)
{
    static const struct {
        const char *acts, *zone, *said;
    } rows[] = {
        {"", "", "|A0 B0 "},
        {"aab", "", "|A2 B1 "},
        {"aabA", "", "A001>1号窗口* |A1 B1 "},
        {"aabAB", "", "B001>2号窗口* A001>1号窗口* |A1 B0 "},
        /* who was served stays on the board, but stands there no more */
        {"aaAsA", "", "A002>1号窗口* A001>1号窗口 |A0 B0 "},
        /* a recall brings up its call, which stands there once */
        {"aabABr", "", "A001>1号窗口* B001>2号窗口* |A1 B0 "},
        /* a call taken back is none, with its recalls */
        {"aaAu", "", "|A2 B0 "},
        {"aaAru", "", "|A2 B0 "},
        {"aaAuA", "", "A001>1号窗口* |A1 B0 "},
        {"aaAh", "", "A001>1号窗口 |A1 B0 "},
        {"aaAhu", "", "A001>1号窗口* |A1 B0 "},
        /* yesterday's calls and people are gone */
        {"aaAk", "", "|A0 B0 "},
        {"aaAka", "", "|A1 B0 "},
        /* six, the newest on top */
        {"aaaaaaaAsAsAsAsAsAsA", "",
         "A007>1号窗口* A006>1号窗口 A005>1号窗口 A004>1号窗口 A003>1号窗口 "
         "A002>1号窗口 |A0 B0 "},
        /* zones: by floor, department, window, and several */
        {"aabAB", "1", "A001>1号窗口* |A1 "},
        {"aabAB", "2", "B001>2号窗口* |B0 "},
        {"aabAB", "YB", "A001>1号窗口* |A1 "},
        {"aabAB", "W2", "B001>2号窗口* |B0 "},
        {"aabAB", "W2,1", "B001>2号窗口* A001>1号窗口* |A1 B0 "},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct wall w;

        open_wall(&w);
        for (const char *a = rows[i].acts; *a != '\0'; a++)
            act(&w, *a);
        if (strcmp(said(&w, rows[i].zone), rows[i].said) != 0)
            fail_msg("%s in “%s”: %s", rows[i].acts, rows[i].zone,
                     said(&w, rows[i].zone));
        close_wall(&w);
    }
}

static void zones_are_known_or_not(void **state)
{
    static const struct {
        const char *zone;
        bool known;
    } rows[] = {{"", true},      {"1", true},    {"2", true},   {"3", false},
                {"YB", true},    {"W1", true},   {"W9", false}, {"W", false},
                {"X,W1", true},  {",,,", false}, {",", false},  {"1,2", true},
                {"W1W2", false}, {"W1 ", false}, {"yb", false}, {"%", false},
                {"-1", false},   {"01", false}};
    struct wall w;

    (void)state;
    open_wall(&w);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        bool known = !rows[i].known;

        scratch_must(board_zone_known(&w.s.st, rows[i].zone, &known, &err), &err);
        if (known != rows[i].known)
            fail_msg("zone “%s”", rows[i].zone);
    }
    close_wall(&w);
}

/* A call is found by its id on its day, for its own hall, and unless taken back. */
static void calls_are_found(void **state)
{
    struct board_call call;
    struct error err = {0};
    struct wall w;
    bool found;
    int64_t id;

    (void)state;
    open_wall(&w);
    for (const char *a = "aabAr"; *a != '\0'; a++)
        act(&w, *a);
    id = scratch_number(&w.s, "SELECT max(id) FROM events WHERE kind = 'recalled'");
    scratch_must(board_call_find(&w.s.st, id, w.now, &call, &found, &err), &err);
    assert_true(found);
    assert_string_equal(call.number, "A001");
    assert_string_equal(call.window_name, "1号窗口");
    scratch_must(board_call_find(&w.s.st, id, w.now + DAY, &call, &found, &err), &err);
    assert_false(found);
    w.s.st.hall = 2;
    scratch_must(board_call_find(&w.s.st, id, w.now, &call, &found, &err), &err);
    assert_false(found);
    w.s.st.hall = 1;
    scratch_must(board_call_find(&w.s.st,
                                 scratch_number(&w.s, "SELECT max(id) FROM events"
                                                      " WHERE kind = 'taken'"),
                                 w.now, &call, &found, &err),
                 &err);
    assert_false(found);
    act(&w, 'u');
    scratch_must(board_call_find(&w.s.st, id, w.now, &call, &found, &err), &err);
    assert_false(found);
    close_wall(&w);
}

/* == Days that cases took ========================================================= */

/* Days of November 2026 in Shanghai: the 2nd is a Monday. */
static int64_t at(int day, int hour)
{
    static struct zone *shanghai;
    struct error err = {0};
    struct civil local = {2026, 11, day, hour, 0, 0};

    if (shanghai == NULL)
        scratch_must(zone_load("Asia/Shanghai", &shanghai, &err), &err);
    return zone_utc(shanghai, &local);
}

static void working_days_are_counted(void **state)
{
    static const struct {
        const char *what;
        int from, from_hour, to, to_hour, days;
        struct {
            int from, to;
        } pauses[3];
    } rows[] = {
        {"the same day", 2, 9, 2, 17, 0, {{0}}},
        {"the next, though hours later", 2, 17, 3, 9, 1, {{0}}},
        {"a week", 2, 9, 9, 9, 5, {{0}}},
        {"over a weekend", 6, 9, 9, 9, 1, {{0}}},
        {"accepted on a Saturday", 7, 9, 9, 9, 1, {{0}}},
        {"closed on a Sunday", 6, 9, 8, 9, 0, {{0}}},
        {"midnight is the next day", 2, 23, 3, 0, 1, {{0}}},
        {"a pause of two days", 2, 9, 9, 9, 3, {{3, 5}}},
        {"a pause within a day", 2, 9, 9, 9, 5, {{3, 3}}},
        {"over the weekend", 2, 9, 10, 9, 5, {{6, 9}}},
        {"two that overlap", 2, 9, 9, 9, 2, {{3, 5}, {4, 6}}},
        {"all of it", 2, 9, 9, 9, 0, {{2, 9}}},
        {"closed before it was accepted", 9, 9, 2, 9, 0, {{0}}},
        {"years are cut short", 2, 9, 30000, 9, PROMISE_DAYS_MOST, {{0}}},
    };
    const struct hall_frame *frame;
    struct wall w;

    (void)state;
    open_wall(&w);
    frame = w.s.st.frame;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct promise_pause pauses[3];
        size_t count = 0;
        int days;

        for (; count < 3 && rows[i].pauses[count].from != 0; count++)
            pauses[count] = (struct promise_pause){at(rows[i].pauses[count].from, 12),
                                                   at(rows[i].pauses[count].to, 12)};
        days = promise_days(frame->calendar, frame->zone,
                            at(rows[i].from, rows[i].from_hour),
                            at(rows[i].to, rows[i].to_hour), pauses, count);
        if (days != rows[i].days && rows[i].days != PROMISE_DAYS_MOST)
            fail_msg("%s: %d", rows[i].what, days);
        if (days > PROMISE_DAYS_MOST)
            fail_msg("%s: %d", rows[i].what, days);
    }
    close_wall(&w);
}

static void medians_are_in_the_middle(void **state)
{
    static const struct {
        int days[5];
        size_t count;
        int halves;
    } rows[] = {{{3}, 1, 6},          {{1, 2}, 2, 3},          {{9, 1, 2}, 3, 4},
                {{5, 1, 1, 4}, 4, 5}, {{0, 0, 0, 7, 9}, 5, 0}, {{2, 2}, 2, 4}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int days[5];

        memcpy(days, rows[i].days, sizeof(days));
        assert_int_equal(promise_median_halves(days, rows[i].count), rows[i].halves);
    }
}

static void add_case(struct wall *w, int64_t id, int matter, const char *state,
                     const char *outcome, int64_t accepted_ms, int64_t closed_ms)
{
    char number[24];
    struct error err = {0};

    snprintf(number, sizeof(number), "%lld", (long long)id);
    scratch_must(
        db_run(w->s.st.db,
               "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no,"
               " window_id, clerk_id, opened_ms, changed_ms, matter_id, state, outcome,"
               " accepted_ms, closed_ms) VALUES ($1, 1, NULL, 1, 'x', $2, 31, 41, 0, 0,"
               " $3, $4, $5, $6, $7)",
               DB(db_int(id), db_text(number), db_int(matter), db_text(state),
                  db_text(outcome), db_int(accepted_ms), db_int(closed_ms)),
               &err),
        &err);
}

static void cards_tell_what_it_took(void **state)
{
    struct error err = {0};
    json_t *data = json_object(), *card;
    struct wall w;

    (void)state;
    open_wall(&w);
    scratch_run(&w.s,
                "INSERT INTO matters (id, hall, code, name, short_name, department_id, "
                "series_code, kind, statutory_days, promised_days, usual_days, sensitive,"
                " form, ended, since_ms) VALUES (25, 1, 'YB-02', '异地就医备案', "
                "'异地备案', 11, 'A', 'promise', 20, 5, 8, 0, 'overall', 0, 0), "
                "(26, 1, 'YB-03', '生育待遇', '生育', 11, 'A', 'promise', 20, 5, 8, 1, "
                "'overall', 0, 0), (27, 1, 'YB-04', '停保', '停保', 11, 'A', 'promise', "
                "20, 10, 0, 0, 'overall', 0, 0)");
    /* Monday the 23rd looks at Friday the 20th: 2, 4 and, paused for two days, 1 */
    add_case(&w, 1000, 25, "closed", "done", at(18, 10), at(20, 15));
    add_case(&w, 1001, 25, "closed", "refused", at(16, 10), at(20, 15));
    add_case(&w, 1002, 25, "closed", "done", at(17, 10), at(20, 15));
    scratch_run(&w.s, "INSERT INTO events (id, hall, kind, case_id, actor, at_ms) VALUES"
                      " (901, 1, 'paused', 1002, 't', 1794884400000),"
                      " (902, 1, 'resumed', 1002, 't', 1795057200000)");
    /* none of these counts: withdrawn, open again, another day, a sensitive matter */
    add_case(&w, 1010, 25, "closed", "withdrawn", at(2, 10), at(20, 15));
    add_case(&w, 1011, 25, "accepted", NULL, at(2, 10), at(20, 15));
    add_case(&w, 1012, 25, "closed", "done", at(2, 10), at(19, 23));
    add_case(&w, 1013, 26, "closed", "done", at(2, 10), at(20, 15));

    scratch_must(board_cards_add(&w.s.st, &w.site, LANG_ZH, "", w.now, data, &err), &err);
    assert_int_equal(json_array_size(json_object_get(data, "cards")), 2);
    card = json_array_get(json_object_get(data, "cards"), 0);
    assert_string_equal(json_string_value(json_object_get(card, "matter")),
                        "异地就医备案");
    assert_string_equal(json_string_value(json_object_get(card, "usual")), "8");
    assert_string_equal(json_string_value(json_object_get(card, "promised")), "5");
    assert_string_equal(json_string_value(json_object_get(card, "actual")), "2");
    assert_string_equal(json_string_value(json_object_get(card, "result")),
                        "工作日，11 月 20 日办结 3 件的中位数");
    card = json_array_get(json_object_get(data, "cards"), 1);
    assert_string_equal(json_string_value(json_object_get(card, "matter")), "停保");
    assert_true(json_is_false(json_object_get(card, "any")));
    assert_true(json_is_false(json_object_get(card, "has_usual")));
    json_decref(data);

    /* On another floor nothing of it is handled. */
    data = json_object();
    scratch_must(board_cards_add(&w.s.st, &w.site, LANG_ZH, "2", w.now, data, &err),
                 &err);
    assert_int_equal(json_array_size(json_object_get(data, "cards")), 0);
    json_decref(data);
    close_wall(&w);
}

/* One card stands at a time, each for ten seconds. */
static void cards_take_turns(void **state)
{
    struct wall w;
    int turns[3] = {0};

    (void)state;
    open_wall(&w);
    scratch_run(&w.s, "UPDATE matters SET kind = 'promise', promised_days = 5");
    for (int s = 0; s < 40; s++) {
        struct error err = {0};
        json_t *data = json_object(), *card;
        size_t i, standing = 0;

        scratch_must(
            board_cards_add(&w.s.st, &w.site, LANG_EN, "", w.now + s * 1000, data, &err),
            &err);
        json_array_foreach(json_object_get(data, "cards"), i,
                           card) if (json_is_true(json_object_get(card, "now")))
        {
            standing++;
            turns[i]++;
        }
        assert_int_equal(standing, 1);
        json_decref(data);
    }
    assert_int_equal(turns[0], 20);
    assert_int_equal(turns[1], 20);
    close_wall(&w);
}

/* The clock and the date are the hall's own, wherever the server stands. */
static void the_clock_is_the_halls(void **state)
{
    static const struct {
        const char *zone, *clock, *zh, *en;
        int offset;
    } rows[] = {
        {"Asia/Shanghai", "02:30", "11 月 24 日 星期二", "Tuesday, 24.11.", 28800},
        {"Asia/Urumqi", "00:30", "11 月 24 日 星期二", "Tuesday, 24.11.", 21600},
        {"Asia/Kolkata", "00:00", "11 月 24 日 星期二", "Tuesday, 24.11.", 19800},
        {"Europe/Helsinki", "20:30", "11 月 23 日 星期一", "Monday, 23.11.", 7200},
    };
    int64_t half_past_two = at(24, 2) + 30 * 60000;
    const struct hall_frame *kept;
    struct hall_frame frame;
    struct wall w;

    (void)state;
    open_wall(&w);
    kept = atomic_load(&w.frame.now);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        json_t *zh, *en;

        frame = *kept;
        scratch_must(zone_load(rows[i].zone, &frame.zone, &err), &err);
        atomic_store(&w.frame.now, &frame);
        zh = board_clock(&w.site, LANG_ZH, half_past_two);
        en = board_clock(&w.site, LANG_EN, half_past_two);
        assert_string_equal(json_string_value(json_object_get(zh, "clock")),
                            rows[i].clock);
        assert_int_equal(json_integer_value(json_object_get(zh, "offset")),
                         rows[i].offset);
        assert_string_equal(json_string_value(json_object_get(zh, "date")), rows[i].zh);
        assert_string_equal(json_string_value(json_object_get(en, "date")), rows[i].en);
        json_decref(zh);
        json_decref(en);
        zone_free(frame.zone);
    }
    close_wall(&w);
}

/* Frames of the hall are never freed (hall_frame.h): what a reader opened with stays. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:hall_frame_read\nleak:zone_load\n";
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_board_follows_the_acts),
        cmocka_unit_test(zones_are_known_or_not),
        cmocka_unit_test(calls_are_found),
        cmocka_unit_test(working_days_are_counted),
        cmocka_unit_test(medians_are_in_the_middle),
        cmocka_unit_test(cards_tell_what_it_took),
        cmocka_unit_test(cards_take_turns),
        cmocka_unit_test(the_clock_is_the_halls),
    };

    return cmocka_run_group_tests_name("board", tests, NULL, NULL);
}
