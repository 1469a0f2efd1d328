/*
 * praise_store_test.c — thanks are kept once, by case or by clerk, found by who may see
 * them, and touch no rating.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/praise_store.h"

#define NOW SCRATCH_START_MS

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
    scratch_run(s, "INSERT INTO clerks (id, hall, code, name, window_code, ended, "
                   "since_ms) VALUES (42, 1, 'C2', '王强', 'W2', 0, 0),"
                   " (43, 1, 'C1', '李敏敏', 'W2', 0, 1)");
    scratch_run(s,
                "INSERT INTO tickets (id, hall, local_date, series_code, serial, "
                "matter_id, lang, short_code, ahead, taken_ms) VALUES (5, 1, 20261123, "
                "'A', 23, 21, 'zh-CN', 'S5', 0, 0)");
    scratch_run(
        s, "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no, "
           "matter_id, window_id, clerk_id, state, opened_ms, closed_ms, changed_ms) "
           "VALUES (100, 1, 5, 1, 'yiping', 'BL-20261123-A023-1', 21, 31, 41, "
           "'closed', 0, 1, 1), (101, 1, 5, 2, 'yiping', 'BL-20261123-A023-2', 22, "
           "32, 42, 'closed', 0, 1, 1), (102, 1, 5, 3, 'yiping', "
           "'BL-20261123-A023-3', 22, 32, 42, 'serving', 0, NULL, 1)");
}

static const struct {
    const char *once, *words;
    int64_t case_id, clerk_id, window_id;
    enum praise_way way;
    enum praise_verdict verdict;
    int stand; /* how many there are afterwards */
} takes[] = {
    {"case 100", "谢谢", 100, 0, 0, PRAISE_PAGE, PRAISE_TAKEN, 1},
    {"case 100", "谢谢", 100, 0, 0, PRAISE_PAGE, PRAISE_SAME, 1},
    {"case 100", "再谢一次", 100, 0, 0, PRAISE_PAGE, PRAISE_OTHER, 1},
    {"case 102", "还没办完", 102, 0, 0, PRAISE_PAGE, PRAISE_TOO_EARLY, 1},
    {"form A", "一封信", 100, 0, 0, PRAISE_LETTER, PRAISE_TAKEN, 2},
    {"form A", "一封信", 100, 0, 0, PRAISE_LETTER, PRAISE_SAME, 2},
    {"form B", "锦旗：为民服务", 0, 43, 32, PRAISE_BANNER, PRAISE_TAKEN, 3},
    {"case 101", "' OR 1=1; --", 101, 0, 0, PRAISE_PAGE, PRAISE_TAKEN, 4},
};

static void take_all(struct scratch *s)
{
    for (size_t i = 0; i < LENGTH(takes); i++) {
        const struct praise_input in = {.once = takes[i].once,
                                        .words = takes[i].words,
                                        .case_id = takes[i].case_id,
                                        .clerk_id = takes[i].clerk_id,
                                        .window_id = takes[i].window_id,
                                        .way = takes[i].way,
                                        .actor = "citizen"};
        struct error err = {0};
        enum praise_verdict verdict;
        int64_t id;

        scratch_must(praise_take(&s->st, &in, NOW + (int64_t)i, &verdict, &id, &err),
                     &err);
        if (verdict != takes[i].verdict ||
            scratch_number(s, "SELECT count(*) FROM praises") != takes[i].stand)
            fail_msg("row %zu: verdict %d", i, (int)verdict);
    }
}

static void thanks_are_kept_once(void **state)
{
    struct scratch s;
    struct error err = {0};
    enum praise_verdict verdict;
    int64_t id;

    (void)state;
    open_hall(&s);
    take_all(&s);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM ratings"), 0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM rating_days"), 0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM words WHERE sealed LIKE "
                                        "'%谢%'"),
                     0);
    assert_false(
        praise_take(&s.st,
                    &(struct praise_input){
                        .once = "case 9", .words = "x", .case_id = 9, .actor = "citizen"},
                    NOW, &verdict, &id, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    scratch_close(&s);
}

struct seen {
    int count;
    int64_t last;
    struct praise newest;
    char words[64];
};

static void see(void *self, const struct praise *p)
{
    struct seen *seen = self;

    assert_true(seen->last == 0 || p->id < seen->last);
    if (seen->count++ == 0) {
        seen->newest = *p;
        snprintf(seen->words, sizeof(seen->words), "%s",
                 p->words != NULL ? p->words : "(none)");
    }
    seen->last = p->id;
}

/* All pages of a filter. */
static struct seen walk(struct scratch *s, struct praise_filter f)
{
    struct seen seen = {0};
    struct error err = {0};
    int64_t next;

    do {
        scratch_must(praise_list(&s->st, &f, see, &seen, &next, &err), &err);
        f.before = next;
    } while (next != 0);
    return seen;
}

static void everybody_finds_his_own(void **state)
{
    static const struct {
        struct praise_filter filter;
        int count;
    } rows[] = {
        {{0}, 4},
        {{.window = "W1"}, 2},
        {{.window = "W2"}, 2},
        {{.department = "GA"}, 2},
        {{.department = "GA", .window = "W1"}, 0},
        {{.clerk = "C1"}, 3}, /* under both of her rows */
        {{.clerk = "C2"}, 1},
        {{.clerk = "C3"}, 0},
        {{.case_id = 100}, 2},
        {{.case_id = 102}, 0},
        {{.department = "' OR 1=1 --"}, 0},
    };
    struct scratch s;
    struct seen seen;
    struct error err = {0};
    int64_t count;

    (void)state;
    open_hall(&s);
    take_all(&s);
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (int limit = 1; limit <= 5; limit += 2) {
            struct praise_filter f = rows[i].filter;

            f.before = 0;
            f.limit = limit;
            if (walk(&s, f).count != rows[i].count)
                fail_msg("row %zu by %d", i, limit);
        }
    seen = walk(&s, (struct praise_filter){.case_id = 100, .limit = 9});
    assert_string_equal(seen.words, "一封信");
    assert_string_equal(seen.newest.way, "letter");
    assert_string_equal(seen.newest.number, "A023");
    assert_string_equal(seen.newest.clerk.name, "李敏");
    assert_string_equal(seen.newest.department.code, "YB");
    seen = walk(&s, (struct praise_filter){.clerk = "C1", .limit = 9});
    assert_int_equal(seen.newest.case_id, 0);
    assert_string_equal(seen.newest.number, "");
    scratch_must(praise_count(&s.st, "C1", &count, &err), &err);
    assert_int_equal(count, 3);
    scratch_run(&s, "DELETE FROM words"); /* erased: the fact stays */
    seen = walk(&s, (struct praise_filter){.limit = 9});
    assert_int_equal(seen.count, 4);
    assert_string_equal(seen.words, "(none)");
    scratch_close(&s);
}

static void count_case(void *self, const struct praise_case *c)
{
    int64_t *sum = self;

    *sum += c->id;
}

static void a_letter_finds_its_case(void **state)
{
    static const struct {
        const char *number;
        int date;
        int64_t sum; /* of the ids that were found */
    } rows[] = {
        {"A023", 20261123, 201}, /* two closed ones; the open one is no choice */
        {"a23", 20261123, 201},       {"A023", 20261124, 0},
        {"A24", 20261123, 0},         {"BL-20261123-A023-2", 0, 101},
        {"BL-20261123-A023-3", 0, 0}, {"", 20261123, 0},
        {"023", 20261123, 0},         {"A", 20261123, 0},
        {"A0000000023", 20261123, 0}, {"A023'--", 20261123, 0},
        {"ABCDEFGHIJ1", 20261123, 0},
    };
    struct scratch s;
    struct error err = {0};

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t sum = 0;

        scratch_must(
            praise_cases(&s.st, rows[i].number, rows[i].date, count_case, &sum, &err),
            &err);
        if (sum != rows[i].sum)
            fail_msg("\"%s\": %lld", rows[i].number, (long long)sum);
    }
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thanks_are_kept_once),
        cmocka_unit_test(everybody_finds_his_own),
        cmocka_unit_test(a_letter_finds_its_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
