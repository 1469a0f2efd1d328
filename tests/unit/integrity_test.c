/*
 * integrity_test.c — answers that only the discipline inspection reads: the box, what the
 * store holds of an answer, what may be counted, and the order of a hint.
 */
#include "scratch_store.h"

#include <string.h>

#include "base/memory.h"
#include "store/integrity_store.h"
#include "store/order_store.h"

#define NOW SCRATCH_START_MS
#define DAY INT64_C(86400000)

static void only_its_owner_opens_a_box(void **state)
{
    unsigned char private_key[32], public_key[32], other[32], other_public[32];
    unsigned char box[600 + CRYPT_BOX_EXTRA], plain[600];
    struct world world;
    struct error err = {0};
    struct buf out = buf_new(4096);

    (void)state;
    world_by_hand(&world, NOW, 3);
    memset(plain, 'a', sizeof(plain));
    crypt_box_pair(&world, private_key, public_key);
    crypt_box_pair(&world, other, other_public);
    for (size_t length = 0; length <= sizeof(plain); length += 150) {
        crypt_box_seal(public_key, &world, "t", 7, plain, length, box);
        buf_clear(&out);
        scratch_must(crypt_box_open(private_key, "t", 7, box, length + CRYPT_BOX_EXTRA,
                                    &out, &err),
                     &err);
        assert_int_equal(out.length, length);
        assert_memory_equal(buf_text(&out), plain, length);
        assert_false(
            crypt_box_open(other, "t", 7, box, length + CRYPT_BOX_EXTRA, &out, &err));
        assert_false(crypt_box_open(private_key, "t", 8, box, length + CRYPT_BOX_EXTRA,
                                    &out, &err)); /* another answer's place */
        assert_false(crypt_box_open(private_key, "t", 7, box,
                                    length + CRYPT_BOX_EXTRA - 1, &out, &err));
        for (size_t i = 0; i < length + CRYPT_BOX_EXTRA; i += 11) {
            box[i] ^= 1;
            assert_false(crypt_box_open(private_key, "t", 7, box,
                                        length + CRYPT_BOX_EXTRA, &out, &err));
            box[i] ^= 1;
        }
    }
    assert_false(crypt_box_open(private_key, "t", 7, box, 20, &out, &err));
    buf_free(&out);
}

/* The first is of RFC 7748 6.1; with one of small order everybody would share the same.
 */
static void keys_are_read(void **state)
{
    static const struct {
        const char *text;
        bool fits;
    } rows[] = {
        {"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", true},
        {"8520F0098930A754748B7DDCB43EF75A0DBF3A0D26381AF4EBA4A98EAA9B4E6A", true},
        {"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6", false},
        {"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6g", false},
        {"0000000000000000000000000000000000000000000000000000000000000000", false},
        {"0100000000000000000000000000000000000000000000000000000000000000", false},
        {"", false},
    };
    unsigned char key[32];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (crypt_box_key_read(rows[i].text, key) != rows[i].fits)
            fail_msg("%s", rows[i].text);
}

/* ---- the store ---- */

struct box {
    int64_t id;
    int month;
    unsigned char bytes[3 * INTEGRITY_BLOCK];
    size_t length;
};
struct boxes {
    struct box list[40];
    int count;
};

static void take_box(void *self, int64_t id, int month, const void *box, size_t length)
{
    struct boxes *all = self;
    struct box *b = &all->list[all->count++];

    assert_true(length <= sizeof(b->bytes));
    b->id = id;
    b->month = month;
    b->length = length;
    memcpy(b->bytes, box, length);
}

static void add_case(struct scratch *s, int64_t id)
{
    struct error err = {0};
    char number[32];

    snprintf(number, sizeof(number), "BL-%lld", (long long)id);
    scratch_must(
        db_run(s->st.db,
               "INSERT INTO cases (id, hall, ordinal, source, case_no, matter_id,"
               " window_id, clerk_id, state, opened_ms, closed_ms, changed_ms)"
               " VALUES ($1, 1, 1, 'x', $2, 21, 31, 41, 'closed', $3, $3, $3)",
               DB(db_int(id), db_text(number), db_int(NOW)), &err),
        &err);
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

static bool answer(struct scratch *s, const unsigned char key[32], int64_t case_id,
                   bool yes, const char *words, int64_t now_ms)
{
    const struct integrity_answer in = {.case_id = case_id, .yes = yes, .words = words};
    struct error err = {0};
    bool taken;

    scratch_must(integrity_add(&s->st, key, &in, now_ms, &taken, &err), &err);
    return taken;
}

static void the_store_holds_boxes_alike(void **state)
{
    static const char words[] = "要我另外交两百块 \"快办费\"\n才给办";
    unsigned char private_key[32], public_key[32];
    char most[4 * 500 + 1] = "";
    struct scratch s;
    struct boxes *all = memory_new(sizeof(*all));
    struct error err = {0};
    struct buf out = buf_new(1 << 16);
    int64_t last;
    int yes = 0, found = 0;

    (void)state;
    open_hall(&s);
    crypt_box_pair(&s.world, private_key, public_key);
    for (int64_t id = 100; id < 104; id++)
        add_case(&s, id);
    for (int i = 0; i < 500; i++)
        strcat(most, "\xf0\xa0\x80\x80"); /* the longest that may be written */
    assert_true(answer(&s, public_key, 100, true, words, NOW));
    assert_true(answer(&s, public_key, 101, false, "", NOW + 1));
    assert_true(answer(&s, public_key, 102, true, most, NOW + 2));
    for (int i = 1; i < INTEGRITY_TAKEN; i++)
        assert_true(answer(&s, public_key, 100, false, "", NOW + 3));
    assert_false(answer(&s, public_key, 100, true, "", NOW + 4));
    scratch_must(integrity_boxes(&s.st, 0, 40, take_box, all, &last, &err), &err);
    assert_int_equal(all->count, 5);
    assert_int_equal(last, 0);
    for (int i = 0; i < all->count; i++) {
        assert_int_equal(all->list[i].length, INTEGRITY_BLOCK + CRYPT_BOX_EXTRA);
        assert_int_equal(all->list[i].month, 202611);
        buf_clear(&out);
        scratch_must(crypt_box_open(private_key, integrity_table, all->list[i].id,
                                    all->list[i].bytes, all->list[i].length, &out, &err),
                     &err);
        yes += strstr(buf_text(&out), "\"answer\":\"yes\"") != NULL;
        found += strstr(buf_text(&out), "另外交两百块") != NULL &&
                 strstr(buf_text(&out), "\"case_no\":\"BL-100\"") != NULL;
    }
    assert_int_equal(yes, 2);
    assert_int_equal(found, 1);
    /* no column but the box says more than a month */
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM pragma_table_info("
                                        "'integrity_answers') WHERE name NOT IN ('lot',"
                                        " 'hall', 'month', 'once', 'box')"),
                     0);
    buf_free(&out);
    free(all);
    scratch_close(&s);
}

struct months {
    int count, month[8];
    int64_t answers[8];
};

static void take_month(void *self, int month, int64_t count)
{
    struct months *m = self;

    m->month[m->count] = month;
    m->answers[m->count++] = count;
}

static void the_hall_counts_months_that_are_over(void **state)
{
    unsigned char private_key[32], public_key[32];
    struct scratch s;
    struct months m = {0};
    struct error err = {0};

    (void)state;
    open_hall(&s);
    crypt_box_pair(&s.world, private_key, public_key);
    for (int64_t id = 100; id < 120; id++)
        add_case(&s, id);
    for (int64_t id = 100; id < 104; id++) /* four in November */
        answer(&s, public_key, id, false, "", NOW);
    for (int64_t id = 104; id < 111; id++) /* seven in December */
        answer(&s, public_key, id, true, "", NOW + 20 * DAY);
    scratch_must(integrity_months(&s.st, NOW + 1000, take_month, &m, &err), &err);
    assert_int_equal(m.count, 0);
    scratch_must(integrity_months(&s.st, NOW + 20 * DAY, take_month, &m, &err), &err);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.answers[0], -1);
    m.count = 0;
    scratch_must(integrity_months(&s.st, NOW + 50 * DAY, take_month, &m, &err), &err);
    assert_int_equal(m.count, 2);
    assert_int_equal(m.month[0], 202612);
    assert_int_equal(m.answers[0], 7);
    assert_int_equal(m.answers[1], -1);
    scratch_close(&s);
}

static void a_hint_leaves_no_gap(void **state)
{
    static const struct order_rules rules = {.contact_days = 1,
                                             .fix_days = 5,
                                             .fix_long_days = 15,
                                             .verdict_days = 5,
                                             .escalate_days = 1,
                                             .tries = 3};
    const struct order_new notme = {
        .kind = ORDER_NOTME, .case_id = 101, .actor = "citizen"};
    struct scratch s;
    struct error err = {0};
    int64_t id, again;

    (void)state;
    open_hall(&s);
    add_case(&s, 100);
    add_case(&s, 101);
    scratch_must(order_open(&s.st, &rules, &notme, NOW, &id, &err), &err);
    scratch_must(integrity_hint(&s.st, &rules, "BL-100", "account 9", NOW + 1, &id, &err),
                 &err);
    assert_false(
        integrity_hint(&s.st, &rules, "BL-100", "account 9", NOW + 2, &again, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_int_equal(again, id);
    error_clear(&err);
    assert_false(integrity_hint(&s.st, &rules, "BL-9", "account 9", NOW, &again, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    error_clear(&err);
    scratch_must(order_open(&s.st, &rules, &notme, NOW + 3, &id, &err), &err);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM work_orders WHERE number IN"
                                        " ('20260001', '20260002') AND kind = 'notme'"),
                     2);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM work_orders WHERE number"
                                        " LIKE 'J%' AND kind = 'hint'"),
                     1);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_its_owner_opens_a_box),
        cmocka_unit_test(keys_are_read),
        cmocka_unit_test(the_store_holds_boxes_alike),
        cmocka_unit_test(the_hall_counts_months_that_are_over),
        cmocka_unit_test(a_hint_leaves_no_gap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
