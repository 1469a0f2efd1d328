/*
 * clerk_days_test.c — a clerk's days are what a recount of all ratings gives, whatever
 * was rated, corrected and added in between; and an older store is counted the same way.
 */
#include "scratch_store.h"

#include <string.h>

#include "base/pack.h"
#include "store/clerk_days.h"
#include "store/migrate.h"
#include "store/rating_store.h"

#define NOW SCRATCH_START_MS
#define DAY INT64_C(86400000)

static const struct rating_rules rules = {.correction_ms = DAY,
                                          .order = {.contact_days = 1,
                                                    .fix_days = 5,
                                                    .fix_long_days = 15,
                                                    .verdict_days = 5,
                                                    .escalate_days = 1,
                                                    .tries = 3}};

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
                   " (43, 1, 'C1', '李敏', 'W2', 0, 1)"); /* C1 as it stands since then */
}

/* A closed case of one of three rows of clerks, two of which are the same person. */
static void add_case(struct scratch *s, int64_t id)
{
    struct error err = {0};
    char number[32];

    snprintf(number, sizeof(number), "BL-%lld", (long long)id);
    scratch_must(
        db_run(s->st.db,
               "INSERT INTO cases (id, hall, ordinal, source, case_no, matter_id, "
               "window_id, clerk_id, state, opened_ms, closed_ms, rate_until_ms, "
               "changed_ms) VALUES ($1, 1, 1, 'x', $2, $3, $4, $5, 'closed', $6, $6, $7, "
               "$6)",
               DB(db_int(id), db_text(number), db_int(21 + id % 2), db_int(31 + id % 2),
                  db_int(41 + id % 3), db_int(NOW), db_int(NOW + 15 * DAY)),
               &err),
        &err);
}

static uint32_t lot(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* Something that a citizen may do with a case; what is refused changes nothing. */
static void do_something(struct scratch *s, int64_t case_id, int64_t now_ms,
                         uint32_t *seed)
{
    struct error err = {0};
    struct rating_result r;
    struct rating_input in = {.case_id = case_id,
                              .channel = lot(seed, 2) ? CHANNEL_SMS : CHANNEL_TICKET_QR,
                              .proof = "P4"};
    bool rated = false;

    if (lot(seed, 3) != 0) {
        in.grade = (int)lot(seed, 6);
        for (int i = 0; i < 4 && in.grade == 0; i++)
            in.dims[i] = 1 + (int)lot(seed, 5);
        scratch_must(rating_take(&s->st, &rules, &in, now_ms, &r, &err), &err);
        return;
    }
    scratch_must(rating_look(&s->st, &rules, case_id, now_ms, &r, &rated, &err), &err);
    if (rated) {
        struct rating_detail d = {.case_id = case_id,
                                  .rating_id = r.rating_id,
                                  .tags = "",
                                  .words = lot(seed, 2) ? "谢谢" : "",
                                  .contact = -1};

        for (int i = 0; i < 4 && lot(seed, 3) != 0; i++)
            d.dims[i] = (int)lot(seed, 6);
        scratch_must(rating_detail_add(&s->st, &rules, &d, now_ms, &err), &err);
    }
}

/* Counts anew as the migrations do for a store from before. */
static void recount(struct scratch *s)
{
    const struct pack_file *file = pack_find("src/store/schema/0008_clerk_days.sql");
    struct buf sql = buf_new(1 << 16);
    struct error err = {0};
    const char *insert;

    assert_non_null(file);
    migrate_dialect((const char *)file->bytes, MIGRATE_SQLITE, &sql);
    insert = strstr(buf_text(&sql), "INSERT INTO clerk_days");
    assert_non_null(insert);
    scratch_must(db_script(s->st.db, insert, &err), &err);
    buf_free(&sql);
    file = pack_find("src/store/schema/0020_dimensions.sql");
    assert_non_null(file);
    sql = buf_new(1 << 16);
    migrate_dialect((const char *)file->bytes, MIGRATE_SQLITE, &sql);
    scratch_must(db_script(s->st.db, buf_text(&sql), &err), &err);
    buf_free(&sql);
}

static void days_are_the_recount(void **state)
{
    enum { CASES = 60, ACTS = 1500 };
    struct scratch s;
    uint32_t seed = 2026;

    (void)state;
    open_hall(&s);
    for (int64_t id = 100; id < 100 + CASES; id++)
        add_case(&s, id);
    for (int i = 0; i < ACTS; i++)
        do_something(&s, 100 + lot(&seed, CASES), NOW + i * (5 * DAY / ACTS), &seed);
    assert_true(scratch_number(&s, "SELECT count(*) FROM ratings WHERE round = 1") > 5);
    assert_true(scratch_number(&s, "SELECT count(*) FROM ratings WHERE grade IS NULL") >
                5);
    scratch_run(&s,
                "CREATE TEMP TABLE kept AS SELECT * FROM clerk_days WHERE ratings <> 0");
    scratch_run(&s, "DELETE FROM clerk_days");
    recount(&s);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM (SELECT * FROM kept EXCEPT "
                                        "SELECT * FROM clerk_days)"),
                     0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM (SELECT * FROM clerk_days "
                                        "EXCEPT SELECT * FROM kept)"),
                     0);
    assert_true(scratch_number(&s, "SELECT count(*) FROM kept WHERE measure > 0") > 20);
    assert_int_equal(
        scratch_number(&s, "SELECT sum(ratings) FROM kept WHERE measure = 0"),
        scratch_number(&s, "SELECT count(DISTINCT case_id) FROM ratings"));
    scratch_close(&s);
}

struct seen {
    int64_t count[CLERK_MEASURES][6];
    int days, last;
};

static void see(void *self, const struct clerk_day *day)
{
    struct seen *seen = self;

    assert_true(day->local_date >= seen->last);
    seen->days += day->local_date > seen->last;
    seen->last = day->local_date;
    seen->count[day->measure][day->grade] += day->ratings;
}

static void take(struct scratch *s, int64_t case_id, int grade, const int dims[4],
                 enum rating_channel channel, int64_t now_ms)
{
    struct error err = {0};
    struct rating_result r;
    struct rating_input in = {
        .case_id = case_id, .grade = grade, .channel = channel, .proof = "P4"};

    if (dims != NULL)
        memcpy(in.dims, dims, sizeof(in.dims));
    scratch_must(rating_take(&s->st, &rules, &in, now_ms, &r, &err), &err);
    assert_true(r.verdict == RATING_RECORDED || r.verdict == RATING_CORRECTED);
}

static void a_clerk_has_the_days_of_all_her_rows(void **state)
{
    const int four[4] = {5, 4, 3, 2};
    struct scratch s;
    struct error err = {0};
    struct seen seen = {0};

    (void)state;
    open_hall(&s);
    for (int64_t id = 300; id < 306; id++)
        add_case(&s, id);
    take(&s, 300, 5, NULL, CHANNEL_SMS, NOW);             /* row 41 of C1 */
    take(&s, 302, 4, NULL, CHANNEL_TICKET_QR, NOW + DAY); /* row 43 of C1 */
    take(&s, 303, 2, NULL, CHANNEL_SMS, NOW + DAY);
    take(&s, 303, 5, NULL, CHANNEL_SMS, NOW + DAY + 1000); /* corrected: 2 is gone */
    take(&s, 305, 0, four, CHANNEL_SMS, NOW + 2 * DAY);
    take(&s, 301, 1, NULL, CHANNEL_SMS, NOW); /* of C2 */
    scratch_must(clerk_days_each(&s.st, "C1", see, &seen, &err), &err);
    assert_int_equal(seen.days, 3);
    assert_int_equal(seen.count[MEASURE_OVERALL][5], 2);
    assert_int_equal(seen.count[MEASURE_OVERALL][4], 1);
    assert_int_equal(seen.count[MEASURE_OVERALL][2], 0);
    assert_int_equal(seen.count[MEASURE_OVERALL][0], 1);
    assert_int_equal(seen.count[MEASURE_ATTITUDE][5], 1);
    assert_int_equal(seen.count[MEASURE_INTEGRITY][2], 1);
    memset(&seen, 0, sizeof(seen));
    scratch_must(clerk_days_each(&s.st, "' OR '1'='1", see, &seen, &err), &err);
    assert_int_equal(seen.days, 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_the_recount),
        cmocka_unit_test(a_clerk_has_the_days_of_all_her_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
