/*
 * erase_test.c — phones and words go when their time is over, and only then
 * (store/erase_store.h); what was rated stays.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/erase_store.h"
#include "store/person_store.h"
#include "store/words_index.h"

#define NOW SCRATCH_START_MS
#define DAY INT64_C(86400000)

static const struct rules rules = {.rating = {.correction_ms = DAY}, .keep_days = 180};

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

static int64_t keep_phone(struct scratch *s, int which, int64_t at_ms)
{
    struct error err = {0};
    struct phone phone;
    int64_t id;

    snprintf(phone.e164, sizeof(phone.e164), "+86139000010%02d", which);
    scratch_must(phone_keep(&s->st, &phone, at_ms, &id, &err), &err);
    return id;
}

static int64_t keep_words(struct scratch *s, const char *text, int64_t at_ms)
{
    struct error err = {0};
    int64_t id;

    scratch_must(words_keep(&s->st, text, strlen(text), at_ms, &id, &err), &err);
    scratch_must(words_index_add(&s->st, id, text, strlen(text), &err), &err);
    return id;
}

/* A case of this phone, closed at a time (0: open). */
static void add_case(struct scratch *s, int64_t id, int64_t phone_id, int64_t closed_ms)
{
    char number[32];

    snprintf(number, sizeof(number), "BL-%lld", (long long)id);
    run(s,
        "INSERT INTO cases (id, hall, ordinal, source, case_no, matter_id, window_id,"
        " clerk_id, phone_id, state, opened_ms, closed_ms, changed_ms) VALUES ($1, 1, 1,"
        " 'oa', $2, 21, 31, 41, $3, $4, $5, $6, $5)",
        DB(db_int(id), db_text(number), db_int(phone_id),
           db_text(closed_ms != 0 ? "closed" : "accepted"), db_int(NOW),
           db_id(closed_ms)));
}

static void add_order(struct scratch *s, int64_t case_id, const char *state)
{
    int64_t id = store_id(&s->st, NOW);
    char number[24];

    snprintf(number, sizeof(number), "2026%lld", (long long)case_id);
    run(s,
        "INSERT INTO work_orders (id, hall, number, kind, case_id, opened_ms)"
        " VALUES ($1, 1, $2, 'notme', $3, 0)",
        DB(db_int(id), db_text(number), db_int(case_id)));
    run(s,
        "INSERT INTO order_states (order_id, hall, kind, state, reach, round, tries,"
        " level, paused_for, paused_ms, begun_ms, contact_due_ms, fix_due_ms,"
        " verdict_due_ms, raised_ms, due_ms, look_ms, department_code, window_code,"
        " steps, changed_ms) VALUES ($1, 1, 'notme', $2, 'phone', 0, 0, 0, '', 0, 0, 0,"
        " 0, 0, 0, 0, 0, 'YB', 'W1', 0, 0)",
        DB(db_int(id), db_text(state)));
}

static int look(struct scratch *s, int most, int64_t now_ms)
{
    struct error err = {0};
    int erased;

    scratch_must(erase_look(&s->st, &rules, most, now_ms, &erased, &err), &err);
    return erased;
}

static bool phone_is_there(struct scratch *s, int64_t id)
{
    struct error err = {0};
    struct phone phone;
    bool found;

    scratch_must(phone_reveal(&s->st, id, &phone, &found, &err), &err);
    return found;
}

static bool words_are_there(struct scratch *s, int64_t id)
{
    struct buf out = buf_new(1000);
    struct error err = {0};
    bool found;

    scratch_must(words_reveal(&s->st, id, &out, &found, &err), &err);
    buf_free(&out);
    return found;
}

/* Whose number goes 181 days after the closing, and whose never. */
static void numbers_go_when_nothing_needs_them(void **state)
{
    enum { PLAIN, OPEN, LATER, OUT, BACK, AGENT, ORDER, DONE, RATED_LATE, COUNT };
    static const bool goes[COUNT] = {
        [PLAIN] = true, [BACK] = true, [DONE] = true, [RATED_LATE] = false};
    int64_t ids[COUNT], over = NOW + 181 * DAY;
    struct scratch s;

    (void)state;
    open_hall(&s);
    for (int i = 0; i < COUNT; i++) {
        ids[i] = keep_phone(&s, i, NOW - DAY);
        add_case(&s, 100 + i, ids[i], i == OPEN ? 0 : NOW);
    }
    add_case(&s, 200, ids[LATER], NOW + 2 * DAY);
    run(&s, "UPDATE cases SET rate_until_ms = $1 WHERE id = $2",
        DB(db_int(NOW + 5 * DAY), db_int(100 + RATED_LATE)));
    run(&s,
        "INSERT INTO optouts (id, hall, phone_id, at_ms) VALUES (300, 1, $1, 0),"
        " (301, 1, $2, 0)",
        DB(db_int(ids[OUT]), db_int(ids[BACK])));
    run(&s,
        "INSERT INTO optout_ends (id, hall, optout_id, actor, at_ms)"
        " VALUES (302, 1, 301, 'account 1', 0)",
        DB_NONE);
    run(&s,
        "INSERT INTO agents (id, hall, code, name, phone_id, ended, since_ms)"
        " VALUES (303, 1, 'a', '代办', $1, 0, 0)",
        DB(db_int(ids[AGENT])));
    add_order(&s, 100 + ORDER, "contacted");
    add_order(&s, 100 + DONE, "closed");
    assert_int_equal(look(&s, 200, over - 1), 0);
    assert_int_equal(look(&s, 200, over), 3);
    for (int i = 0; i < COUNT; i++)
        if (phone_is_there(&s, ids[i]) == goes[i])
            fail_msg("phone %d", i);
    assert_int_equal(look(&s, 200, over), 0);
    /* what had to stay is looked at again: once it may go, it goes */
    assert_int_equal(look(&s, 3, over + 5 * DAY) + look(&s, 3, over + 5 * DAY), 2);
    assert_false(phone_is_there(&s, ids[LATER]));
    assert_false(phone_is_there(&s, ids[RATED_LATE]));
    run(&s, "UPDATE order_states SET state = 'closed'", DB_NONE);
    for (int i = 0; i < 3; i++)
        look(&s, 3, over + 5 * DAY);
    assert_false(phone_is_there(&s, ids[ORDER]));
    assert_int_equal(
        scratch_number(&s, "SELECT count(*) FROM cases WHERE phone_id IS NOT NULL"),
        COUNT + 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM audit_events WHERE action ="
                                        " 'erased' AND object = 'phones'"),
                     4);
    assert_int_not_equal(keep_phone(&s, PLAIN, over), ids[PLAIN]); /* somebody new */
    scratch_close(&s);
}

static void words_go_and_what_was_rated_stays(void **state)
{
    struct scratch s;
    int64_t comment, note, raw, busy, young, over = NOW + 181 * DAY + 1000;

    (void)state;
    open_hall(&s);
    for (int i = 1; i <= 3; i++)
        add_case(&s, i, keep_phone(&s, i, NOW), NOW);
    comment = keep_words(&s, "排队两小时", NOW);
    note = keep_words(&s, "不是我办的", NOW);
    raw = keep_words(&s, "phone=139&text=1", NOW);
    busy = keep_words(&s, "还没解决", NOW);
    young = keep_words(&s, "刚写的", NOW + DAY);
    run(&s,
        "INSERT INTO ratings (id, hall, case_id, round, grade, channel, proof, receipt,"
        " delay_s, local_date, rated_ms) VALUES (11, 1, 1, 0, 1, 'sms', 'P1', 'R', 1,"
        " 20261123, $1), (12, 1, 2, 0, 1, 'sms', 'P1', 'R', 1, 20261123, $1),"
        " (13, 1, 3, 0, 1, 'sms', 'P1', 'R', 1, 20261123, $1)",
        DB(db_int(NOW)));
    run(&s,
        "INSERT INTO rating_details (id, hall, case_id, rating_id, tags, tag_set,"
        " words_id, at_ms) VALUES ($1, 1, 1, 11, '', 1, $2, 0), ($3, 1, 2, 12, '', 1,"
        " $4, 0), ($5, 1, 3, 13, '', 1, $6, 0)",
        DB(db_int(comment + 1), db_int(comment), db_int(busy + 1), db_int(busy),
           db_int(young + 1), db_int(young)));
    run(&s,
        "INSERT INTO notes (id, hall, case_id, words_id, channel, at_ms)"
        " VALUES ($1, 1, 1, $2, 'sms', 0)",
        DB(db_int(note + 1), db_int(note)));
    run(&s,
        "INSERT INTO inbound (id, hall, gateway, kind, once, recipient, words_id, state,"
        " received_ms) VALUES ($1, 1, 'g', 'reply', 'o', '10', $2, 'READ', 0)",
        DB(db_int(raw + 1), db_int(raw)));
    add_order(&s, 2, "open");
    assert_int_equal(look(&s, 200, over - 2000), 0);
    assert_true(look(&s, 200, over) >= 3);
    assert_false(words_are_there(&s, comment));
    assert_false(words_are_there(&s, note));
    assert_false(words_are_there(&s, raw));
    assert_true(words_are_there(&s, busy));
    assert_true(words_are_there(&s, young));
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM word_pairs WHERE words_id"
                                        " NOT IN (SELECT id FROM words)"),
                     0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM ratings"), 3);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM inbound"), 1);
    run(&s, "UPDATE order_states SET state = 'closed'", DB_NONE);
    look(&s, 200, over);
    assert_false(words_are_there(&s, busy));
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_when_nothing_needs_them),
        cmocka_unit_test(words_go_and_what_was_rated_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
