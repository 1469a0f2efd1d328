/*
 * review_store_test.c — the list shows what its filters say, page by page, and the record
 * of a case holds all that was ever said about it.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/person_store.h"
#include "store/rating_lines.h"
#include "store/review_store.h"
#include "store/topics.h"

#define NOW SCRATCH_START_MS
#define DAY INT64_C(86400000)

static void open_hall(struct scratch *s)
{
    static const struct hall_frame
        *frame; /* a frame is never freed, so one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    assert_non_null(frame);
    s->st.frame = frame;
}

static void run(struct scratch *s, const char *sql, const struct db_value *values,
                size_t count)
{
    struct error err = {0};

    scratch_must(db_run(s->st.db, sql, values, count, &err), &err);
}

static void add_case(struct scratch *s, int64_t id, int which, int64_t at_ms)
{
    char number[32];

    snprintf(number, sizeof(number), "BL-%lld", (long long)id);
    run(s,
        "INSERT INTO tickets (id, hall, local_date, series_code, serial, matter_id, lang,"
        " short_code, ahead, taken_ms) VALUES ($1, 1, 20261123, 'A', $2, $3, 'zh-CN', "
        "$4, 0, $5)",
        DB(db_int(id), db_int(id), db_int(21 + which), db_text(number), db_int(at_ms)));
    run(s,
        "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no, matter_id, "
        "window_id,"
        " clerk_id, state, opened_ms, closed_ms, changed_ms) VALUES ($1, 1, $1, 1, "
        "'yiping', $2,"
        " $3, $4, 41, 'closed', $5, $5, $5)",
        DB(db_int(id), db_text(number), db_int(21 + which), db_int(31 + which),
           db_int(at_ms)));
}

/* As whoever writes facts about a rating does. Of three ratings two have their places, so
 * that each list is read from both. */
static void renew(struct scratch *s, int64_t case_id)
{
    struct error err = {0};

    scratch_must(rating_lines_renew(&s->st, case_id, &err), &err);
    if (case_id % 3 != 0)
        run(s, "UPDATE rating_lines SET placed = 1 WHERE case_id = $1",
            DB(db_int(case_id)));
}

static int64_t add_rating(struct scratch *s, int64_t case_id, int round, int grade,
                          const char *channel, int64_t at_ms)
{
    int64_t id = store_id(&s->st, at_ms);

    run(s,
        "INSERT INTO ratings (id, hall, case_id, round, grade, attitude, efficiency, "
        "quality,"
        " integrity, channel, proof, receipt, delay_s, local_date, rated_ms) VALUES ($1, "
        "1, $2,"
        " $3, $4, $5, $5, $5, $5, $6, 'P1', 'R', 720, $7, $8)",
        DB(db_int(id), db_int(case_id), db_int(round), db_id(grade),
           grade != 0 ? db_null() : db_int(4), db_text(channel),
           db_int(hall_local_date(s->st.frame, at_ms)), db_int(at_ms)));
    renew(s, case_id);
    return id;
}

enum { SEEN_MOST = 400 };

struct seen {
    bool any_order;
    int64_t ids[SEEN_MOST];
    int count;
    int64_t last, sum;
    struct review_item item; /* the last one */
    char comment[64];
};

static void see(void *self, const struct review_item *item)
{
    struct seen *seen = self;

    if (!seen->any_order)
        assert_true(seen->last == 0 || item->rating.id < seen->last); /* newest first */
    seen->last = item->rating.id;
    if (seen->count < SEEN_MOST)
        seen->ids[seen->count] = item->rating.id;
    seen->sum += item->rating.id % 1000003;
    seen->count++;
    seen->item = *item;
    snprintf(seen->comment, sizeof(seen->comment), "%s",
             item->rating.comment != NULL ? item->rating.comment : "(none)");
}

/* All pages of a filter. */
static struct seen walk(struct scratch *s, struct review_filter f)
{
    struct seen seen = {.any_order = f.sort != REVIEW_NEWEST};
    struct error err = {0};
    int pages = 0;

    do {
        int before = seen.count;
        int64_t next;

        scratch_must(review_list(&s->st, &f, see, &seen, &next, &err), &err);
        assert_true(seen.count - before <= f.limit);
        assert_true(next == 0 || f.look != 0 || seen.count - before == f.limit);
        f.before = next;
        assert_true(++pages < 1000);
    } while (f.before != 0);
    return seen;
}

enum { CASES = 240 };

/* Case i: even ones at W1 (医保), odd at W2 (公安); grade 1..5 and 0; three days; every
 * tenth corrected to 5. */
static void fill_list(struct scratch *s)
{
    for (int i = 0; i < CASES; i++) {
        int64_t at_ms = NOW + i / 80 * DAY + i * 1000;

        add_case(s, 1000 + i, i % 2, at_ms);
        add_rating(s, 1000 + i, 0, i % 6, i % 4 == 0 ? "ticket_qr" : "sms", at_ms);
        if (i % 10 == 0)
            add_rating(s, 1000 + i, 1, 5, "sms", at_ms + 500);
    }
}

static bool passes(const struct review_filter *f, int i)
{
    int grade = i % 10 == 0 ? 5 : i % 6, date = 20261123 + i / 80;
    const char *channel = i % 10 == 0 || i % 4 != 0 ? "sms" : "ticket_qr";

    return (f->department == NULL ||
            strcmp(f->department, i % 2 == 0 ? "YB" : "GA") == 0) &&
           (f->window == NULL || strcmp(f->window, i % 2 == 0 ? "W1" : "W2") == 0) &&
           (f->matter == NULL ||
            strcmp(f->matter, i % 2 == 0 ? "YB-01" : "GA-01") == 0) &&
           (f->grade == 0 || f->grade == grade) &&
           (f->channel == NULL || strcmp(f->channel, channel) == 0) &&
           (f->from == 0 || date >= f->from) && (f->to == 0 || date <= f->to);
}

static void filters_and_pages(void **state)
{
    static const struct review_filter rows[] = {
        {0},
        {.department = "YB"},
        {.department = "GA", .grade = 1},
        {.window = "W2"},
        {.matter = "YB-01", .channel = "sms"},
        {.channel = "ticket_qr"},
        {.channel = "desk"},
        {.grade = 5},
        {.from = 20261124},
        {.to = 20261124},
        {.from = 20261124, .to = 20261124},
        {.from = 20261125, .to = 20261123},
        {.from = 20261126},
        {.to = 20261122},
        {.from = 20261123, .to = 20261124, .department = "YB", .grade = 3},
        {.department = "' OR 1=1 --"},
    };
    static const int limits[] = {1, 7, 50, 200};
    struct scratch s;

    (void)state;
    open_hall(&s);
    fill_list(&s);
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (size_t k = 0; k < LENGTH(limits); k++) {
            struct review_filter f = rows[i];
            int want = 0;

            f.limit = limits[k];
            for (int n = 0; n < CASES; n++)
                want += passes(&f, n);
            if (walk(&s, f).count != want)
                fail_msg("row %zu by %d: not %d", i, limits[k], want);
        }
    scratch_close(&s);
}

/* The newest lines are read beside the indexes, and there are never many of them. */
static void lines_get_their_places(void **state)
{
    enum { MANY = RATING_LINES_NEW + 300 };
    const struct review_filter first = {.window = "W1", .limit = 50},
                               worst = {.limit = 200, .sort = REVIEW_WORST};
    struct scratch s;

    (void)state;
    open_hall(&s);
    for (int i = 0; i < MANY; i++) {
        int64_t id = 3 * (1000 + i); /* renew leaves these as they are */

        add_case(&s, id, i % 2, NOW + i);
        add_rating(&s, id, 0, i % 6, "sms", NOW + i);
        if (i == RATING_LINES_NEW / 2)
            s.st.lines_new = 0; /* begun anew */
        assert_true(i % 100 != 0 ||
                    scratch_number(&s, "SELECT count(*) FROM rating_lines WHERE placed = "
                                       "0") < RATING_LINES_NEW);
    }
    assert_true(scratch_number(&s, "SELECT count(*) FROM rating_lines WHERE placed = 0") >
                0);
    assert_int_equal(walk(&s, first).count, MANY / 2);
    assert_int_equal(walk(&s, worst).count, MANY);
    scratch_close(&s);
}

/* ---- typed wishes and sorts, against a list made by hand ---- */

struct plain { /* an effective rating as fill_list made it */
    int64_t id;
    int grade, date, which;
    bool sms, corrected;
};

static int read_plain(struct scratch *s, struct plain out[SEEN_MOST])
{
    struct db_cursor c;
    struct error err = {0};
    int count = 0;

    scratch_must(
        db_query(s->st.db,
                 "SELECT r.id, COALESCE(r.grade, 0), r.local_date, c.window_id - 31,"
                 " CASE WHEN r.channel = 'sms' THEN 1 ELSE 0 END, r.round"
                 " FROM ratings r JOIN cases c ON c.id = r.case_id WHERE NOT EXISTS"
                 " (SELECT n.id FROM ratings n WHERE n.case_id = r.case_id"
                 " AND n.round > r.round) ORDER BY r.id",
                 DB_NONE, &c, &err),
        &err);
    while (db_next(&c, &err))
        out[count++] = (struct plain){.id = db_get_int(&c, 0),
                                      .grade = (int)db_get_int(&c, 1),
                                      .date = (int)db_get_int(&c, 2),
                                      .which = (int)db_get_int(&c, 3),
                                      .sms = db_get_int(&c, 4) != 0,
                                      .corrected = db_get_int(&c, 5) != 0};
    db_done(&c);
    return count;
}

static bool bad_grade(const struct plain *p)
{
    return p->grade == 1 || p->grade == 2;
}
static bool all(const struct plain *p)
{
    return p->id != 0;
}
static bool one_at_w2(const struct plain *p)
{
    return p->grade == 1 && p->which == 1;
}
static bool not_five(const struct plain *p)
{
    return p->grade != 5;
}
static bool four(const struct plain *p)
{
    return p->grade == 0;
}
static bool in_the_middle(const struct plain *p)
{
    return p->date == 20261124;
}
static bool was_corrected(const struct plain *p)
{
    return p->corrected && p->sms;
}
static bool nothing(const struct plain *p)
{
    return p->id == 0;
}

static int rank(enum review_sort sort, int grade)
{
    return grade == 0 ? 6 : sort == REVIEW_WORST ? grade : 6 - grade;
}

static enum review_sort sort_now;

static int before(const void *a, const void *b)
{
    const struct plain *x = a, *y = b;
    bool graded = sort_now == REVIEW_WORST || sort_now == REVIEW_BEST;
    int by = graded ? rank(sort_now, x->grade) - rank(sort_now, y->grade) : 0;

    if (by != 0)
        return by;
    return (x->id < y->id) == (sort_now == REVIEW_OLDEST) ? -1 : 1;
}

static void any_wish_in_any_order(void **state)
{
    static const struct {
        const char *typed;
        bool (*passes)(const struct plain *);
    } rows[] = {
        {"", all},
        {"grade:1,2", bad_grade},
        {"grade:1 window:W2", one_at_w2},
        {"grade:1 dept:公安", one_at_w2},
        {"grade:1 -window:W1", one_at_w2},
        {"grade:1 -matter:YB-01", one_at_w2},
        {"-grade:5", not_five},
        {"grade:four", four},
        {"after:2026-11-23 before:2026-11-25", in_the_middle},
        {"is:corrected channel:sms", was_corrected},
        {"window:W3", nothing},
        {"dept:YB dept:GA", nothing},
        {"has:comment", nothing},
        {"after:2026-11-25", nothing},
    };
    static const struct {
        int limit;
        int64_t look;
    } ways[] = {{1, 0}, {7, 0}, {50, 0}, {200, 0}, {50, 1}, {3, 40}};
    struct plain plain[SEEN_MOST];
    struct scratch s;
    int count;

    (void)state;
    open_hall(&s);
    fill_list(&s);
    count = read_plain(&s, plain);
    assert_int_equal(count, CASES);
    for (size_t i = 0; i < LENGTH(rows); i++)
        for (int sort = 0; sort < REVIEW_SORTS; sort++)
            for (size_t k = 0; k < LENGTH(ways); k++) {
                struct review_filter f = {.sort = (enum review_sort)sort,
                                          .limit = ways[k].limit,
                                          .look = ways[k].look};
                struct list_fault fault;
                struct seen seen;
                int want = 0;

                assert_true(
                    list_query_parse(rows[i].typed, &list_ratings, &f.query, &fault));
                sort_now = f.sort;
                qsort(plain, (size_t)count, sizeof(plain[0]), before);
                seen = walk(&s, f);
                for (int n = 0; n < count; n++) {
                    if (!rows[i].passes(&plain[n]))
                        continue;
                    if (want < seen.count && seen.ids[want] != plain[n].id)
                        fail_msg("%s by %s, page of %d: place %d", rows[i].typed,
                                 review_sort_name(f.sort), f.limit, want);
                    want++;
                }
                if (seen.count != want)
                    fail_msg("%s by %s, page of %d: %d and not %d", rows[i].typed,
                             review_sort_name(f.sort), f.limit, seen.count, want);
            }
    scratch_close(&s);
}

/* Pages are turned while ratings come in and are corrected: as of the first page nothing
 * is seen twice and nothing is missed. */
static void pages_hold_while_ratings_come(void **state)
{
    (void)state;
    for (int sort = 0; sort < REVIEW_SORTS; sort++) {
        struct review_filter f = {.sort = (enum review_sort)sort, .limit = 10};
        struct seen seen = {.any_order = true};
        struct error err = {0};
        struct scratch s;
        int64_t next, newest;

        open_hall(&s);
        fill_list(&s);
        scratch_must(review_newest(&s.st, &newest, &err), &err);
        f.as_of = newest + 1;
        for (int page = 0; page == 0 || f.before != 0; page++) {
            int64_t at_ms = NOW + 4 * DAY + page * 1000;

            scratch_must(review_list(&s.st, &f, see, &seen, &next, &err), &err);
            f.before = next;
            add_case(&s, 5000 + page, page % 2, at_ms);
            add_rating(&s, 5000 + page, 0, 1 + page % 5, "sms", at_ms);
            for (int i = 1; i < 10; i++) /* some seen already, some not yet */
                if (page < 24 && page * 10 + i < CASES && i % 3 == 1)
                    add_rating(&s, 1000 + page * 10 + i, 1, 1 + (page + i) % 5, "sms",
                               at_ms + i);
            assert_true(page < 100);
        }
        assert_int_equal(seen.count, CASES);
        for (int i = 0; i < seen.count; i++)
            for (int k = 0; k < i; k++)
                assert_true(seen.ids[i] != seen.ids[k]);
        scratch_close(&s);
    }
}

/* Read in parts, while the oldest rating is corrected and a new one comes in. */
static void a_correction_meanwhile_loses_nothing(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct review_filter f = {.limit = 1};
    struct seen seen = {0};
    int64_t next;

    (void)state;
    open_hall(&s);
    for (int i = 0; i < 2; i++) {
        add_case(&s, 5 + i, 0, NOW + i);
        add_rating(&s, 5 + i, 0, 2 + i, "sms", NOW + i);
    }
    scratch_must(review_list(&s.st, &f, see, &seen, &next, &err), &err);
    assert_int_equal(seen.item.rating.grade, 3);
    add_rating(&s, 5, 1, 5, "sms", NOW + 10);
    f.before = next;
    f.as_of = seen.item.rating.id + 1;
    scratch_must(review_list(&s.st, &f, see, &seen, &next, &err), &err);
    assert_int_equal(seen.count, 2);
    assert_int_equal(seen.item.rating.case_id, 5);
    assert_int_equal(seen.item.rating.grade, 2);
    assert_int_equal(next, 0);
    scratch_close(&s);
}

static void a_line_names_everything(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct seen seen;
    int64_t rating, words;

    (void)state;
    open_hall(&s);
    add_case(&s, 5, 1, NOW);
    rating = add_rating(&s, 5, 0, 0, "sms", NOW);
    scratch_must(words_keep(&s.st, "等\xff了\0很久", 12, NOW, &words, &err), &err);
    run(&s,
        "INSERT INTO rating_details (id, hall, case_id, rating_id, tags, tag_set, "
        "words_id, contact,"
        " at_ms) VALUES (9, 1, 5, $1, '101,102', 1, $2, 1, 0)",
        DB(db_int(rating), db_int(words)));
    renew(&s, 5);
    seen = walk(&s, (struct review_filter){.limit = 10});
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.item.rating.grade, 0);
    assert_int_equal(seen.item.rating.dims[3], 4);
    assert_string_equal(seen.item.rating.tags, "101,102");
    assert_int_equal(seen.item.rating.contact, 1);
    assert_string_equal(seen.comment, "等\xef\xbf\xbd了\xef\xbf\xbd很\xef\xbf\xbd");
    assert_string_equal(seen.item.number, "A005");
    assert_string_equal(seen.item.case_no, "BL-5");
    assert_string_equal(seen.item.matter.name, "身份证换领");
    assert_string_equal(seen.item.window.name, "2号窗口");
    assert_string_equal(seen.item.department.name, "公安局");
    assert_string_equal(seen.item.clerk.code, "C1");
    assert_string_equal(seen.item.source, "yiping");
    assert_int_equal(seen.item.closed_ms, NOW);
    assert_false(seen.item.promise);
    run(&s, "DELETE FROM words", DB_NONE); /* erased: the line stays */
    seen = walk(&s, (struct review_filter){.limit = 10});
    assert_string_equal(seen.comment, "(none)");
    s.st.hall = 2;
    assert_int_equal(walk(&s, (struct review_filter){.limit = 10}).count, 0);
    scratch_close(&s);
}

static void cursors_come_back(void **state)
{
    static const char *const bad[] = {"",
                                      "1",
                                      "0000000000000",
                                      "ZZZZZZZZZZZZZ",
                                      "8000000000000",
                                      "00000000000000",
                                      "0000000000-00",
                                      "000000000000U"};
    static const int64_t good[] = {1, 31, 32, INT64_C(912345678901234567), INT64_MAX};
    char text[REVIEW_CURSOR];
    int64_t back;

    (void)state;
    for (size_t i = 0; i < LENGTH(good); i++) {
        review_cursor_text(good[i], text);
        assert_true(review_cursor_parse(text, &back));
        assert_true(back == good[i]);
    }
    for (size_t i = 0; i < LENGTH(bad); i++)
        if (review_cursor_parse(bad[i], &back))
            fail_msg("taken for a cursor: %s", bad[i]);
}

/* What the engine means to do; the text lives as long as the process. */
static void plan_of(struct scratch *s, const char *statement, int which, char *out,
                    size_t size)
{
    static char text[64][4096];
    struct error err = {0};
    struct db_cursor c;

    snprintf(text[which], sizeof(text[which]), "EXPLAIN QUERY PLAN %s", statement);
    out[0] = '\0';
    scratch_must(db_query(s->st.db, text[which], DB_NONE, &c, &err), &err);
    while (db_next(&c, &err))
        snprintf(out + strlen(out), size - strlen(out), "%s\n", db_get_text(&c, 3));
    db_done(&c);
    scratch_must(err.kind == ERROR_NONE, &err);
}

static void nothing_is_walked_through(void **state)
{
    struct scratch s;
    char plan[4096];
    size_t count;
    const char *const *list = review_statements(&count);

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < count; i++) {
        plan_of(&s, list[i], (int)i, plan, sizeof(plan));
        if (strstr(plan, "SCAN") != NULL || strstr(plan, "TEMP B-TREE") != NULL)
            fail_msg("%s\n%s", list[i], plan);
    }
    assert_non_null(strstr((plan_of(&s, list[0], 60, plan, sizeof(plan)), plan),
                           "SEARCH r USING INTEGER PRIMARY KEY"));
    list = review_record_statements(&count);
    for (size_t i = 0; i < count; i++) {
        plan_of(&s, list[i], 10 + (int)i, plan, sizeof(plan));
        if (strstr(plan, "SCAN m") != NULL || strstr(plan, "SCAN r") != NULL ||
            strstr(plan, "SCAN e") != NULL || strstr(plan, "SCAN c") != NULL)
            fail_msg("%s\n%s", list[i], plan);
    }
    scratch_close(&s);
}

static void fill_record(struct scratch *s, int64_t *first, int64_t *second)
{
    struct error err = {0};
    struct phone phone;
    int64_t phone_id, words, late, raw;

    scratch_must(phone_parse("13900001000", "86", &phone, &err), &err);
    scratch_must(phone_keep(&s->st, &phone, NOW, &phone_id, &err), &err);
    scratch_must(words_keep(&s->st, "1 等太久", 11, NOW, &words, &err), &err);
    scratch_must(words_keep(&s->st, ":1 等太久", 12, NOW, &raw, &err), &err);
    scratch_must(words_keep(&s->st, "还有一句", 12, NOW, &late, &err), &err);
    add_case(s, 5, 0, NOW);
    add_case(s, 6, 0, NOW);
    run(s, "UPDATE cases SET phone_id = $1 WHERE id = 5", DB(db_int(phone_id)));
    run(s,
        "INSERT INTO invitations (id, hall, case_id, phone_id, decision, reason, "
        "message_id, due_ms,"
        " decided_ms) VALUES (70, 1, 5, $1, 'send', 'closed', 71, $2, $2)",
        DB(db_int(phone_id), db_int(NOW)));
    run(s,
        "INSERT INTO messages (id, hall, kind, lang, phone_id, body, state, attempt, "
        "due_ms,"
        " expires_ms, accepted_ms, changed_ms, created_ms) VALUES (71, 1, 'survey', "
        "'zh-CN', $1,"
        " '满意吗', 'DELIVERED', 1, $2, $2, $2, $2, $2)",
        DB(db_int(phone_id), db_int(NOW + 1000)));
    run(s,
        "INSERT INTO messages (id, hall, kind, lang, phone_id, case_id, state, attempt, "
        "due_ms,"
        " expires_ms, changed_ms, created_ms) VALUES (72, 1, 'thanks_bad', 'zh-CN', $1, "
        "5, 'NEW', 0,"
        " $2, $2, $2, $2)",
        DB(db_int(phone_id), db_int(NOW + 9000)));
    run(s,
        "INSERT INTO message_cases (message_id, ordinal, hall, case_id) VALUES (71, 1, "
        "1, 5)",
        DB_NONE);
    run(s,
        "INSERT INTO message_states (id, hall, message_id, state, attempt, detail, "
        "at_ms) VALUES"
        " (1, 1, 71, 'ACCEPTED', 1, NULL, 5), (2, 1, 71, 'DELIVERED', 1, 'DELIVRD', 6)",
        DB_NONE);
    run(s,
        "INSERT INTO inbound (id, hall, gateway, kind, once, phone_id, recipient, "
        "words_id, state,"
        " received_ms) VALUES (80, 1, 'virtual', 'reply', 'a', $1, '1069', $2, 'READ', "
        "$3)",
        DB(db_int(phone_id), db_int(raw), db_int(NOW + 5000)));
    run(s,
        "INSERT INTO readings (id, hall, inbound_id, outcome, act, proof, case_id, "
        "at_ms) VALUES"
        " (81, 1, 80, '1', 'rated', 'P3', 5, 0)",
        DB_NONE);
    *first = add_rating(s, 5, 0, 1, "sms", NOW + 5000);
    *second = add_rating(s, 5, 1, 4, "ticket_qr", NOW + 6000);
    run(s,
        "INSERT INTO rating_details (id, hall, case_id, rating_id, attitude, tags, "
        "tag_set, words_id,"
        " at_ms) VALUES (9, 1, 5, $1, 2, '101', 1, $2, 0)",
        DB(db_int(*first), db_int(words)));
    /* what is said later hides nothing that was said before */
    run(s,
        "INSERT INTO rating_details (id, hall, case_id, rating_id, quality, tags,"
        " tag_set, at_ms) VALUES (10, 1, 5, $1, 3, '', 1, 0)",
        DB(db_int(*second)));
    run(s,
        "INSERT INTO notes (id, hall, case_id, words_id, channel, at_ms) VALUES (90, 1, "
        "5, $1,"
        " 'sms', 7)",
        DB(db_int(late)));
    run(s,
        "INSERT INTO work_orders (id, hall, number, kind, rating_id, case_id, opened_ms)"
        " VALUES (91, 1, '20260001', 'rating', $1, 5, 3)",
        DB(db_int(*first)));
    run(s,
        "INSERT INTO order_states (order_id, hall, kind, state, reach, round, tries,"
        " level, paused_for, paused_ms, begun_ms, contact_due_ms, fix_due_ms,"
        " verdict_due_ms, raised_ms, due_ms, look_ms, department_code, window_code,"
        " steps, changed_ms) VALUES (91, 1, 'rating', 'open', 'phone', 0, 0, 0, '', 0, 3,"
        " 1, 2, 0, 0, 1, 1, 'YB', 'W1', 1, 3)",
        DB_NONE);
    run(s,
        "INSERT INTO events (id, hall, kind, ticket_id, case_id, window_id, clerk_id, "
        "actor, detail,"
        " at_ms) VALUES (1, 1, 'taken', 5, NULL, NULL, NULL, 'citizen', NULL, 1),"
        " (2, 1, 'closed', 5, 5, 31, 41, 'key 3', 'done', 2),"
        " (3, 1, 'closed', 5, 6, 31, 41, 'key 3', 'done', 2),"
        " (4, 1, 'taken', 6, NULL, NULL, NULL, 'citizen', NULL, 1)",
        DB_NONE);
}

/* This gateway's raw request is a colon and the words. */
static void read_raw(void *self, const char *gateway, const struct buf *raw,
                     struct buf *text)
{
    (void)self;
    assert_string_equal(gateway, "virtual");
    assert_int_equal(buf_text(raw)[0], ':');
    buf_add(text, buf_text(raw) + 1, raw->length - 1);
}

static void the_record_holds_everything(void **state)
{
    struct review_record r;
    struct seen seen;
    struct scratch s;
    struct error err = {0};
    int64_t first, second, case_id;
    bool found;

    (void)state;
    open_hall(&s);
    fill_record(&s, &first, &second);
    scratch_must(review_case_of(&s.st, first, &case_id, &err), &err);
    assert_int_equal(case_id, 5);
    scratch_must(review_record_read(&s.st, 5, read_raw, NULL, &r, &found, &err), &err);
    assert_true(found);
    assert_string_equal(r.phone, "139****1000");
    assert_string_equal(r.number, "A005");
    assert_string_equal(r.clerk.name, "李敏");
    assert_string_equal(r.department.code, "YB");
    assert_string_equal(r.decision, "send");
    assert_int_equal(r.message_count, 3);
    assert_string_equal(r.messages[0].text, "满意吗");
    assert_int_equal(r.messages[0].step_count, 2);
    assert_string_equal(r.messages[0].steps[1].detail, "DELIVRD");
    assert_true(r.messages[1].mo);
    assert_string_equal(r.messages[1].text, "1 等太久");
    assert_string_equal(r.messages[1].state, "rated");
    assert_string_equal(r.messages[1].proof, "P3");
    assert_null(r.messages[2].text); /* not rendered yet */
    assert_int_equal(r.rating_count, 2);
    assert_false(r.ratings[0].effective);
    assert_true(r.ratings[1].effective);
    assert_int_equal(r.ratings[0].dims[0], 2);
    assert_int_equal(r.ratings[0].dims[2], 0); /* of the one after it */
    assert_int_equal(r.ratings[1].dims[0], 2);
    assert_int_equal(r.ratings[1].dims[2], 3);
    assert_string_equal(r.ratings[1].tags, "101");
    seen = walk(&s, (struct review_filter){.limit = 10});
    assert_int_equal(seen.item.rating.dims[0], 2);
    assert_int_equal(seen.item.rating.dims[2], 3);
    assert_string_equal(seen.item.rating.tags, "101");
    assert_string_equal(seen.comment, "1 等太久");
    assert_string_equal(r.ratings[1].comment,
                        "1 等太久"); /* the newest of the case counts */
    assert_int_equal(r.note_count, 1);
    assert_string_equal(r.notes[0].text, "还有一句");
    assert_int_equal(r.order_count, 1);
    assert_int_equal(r.event_count, 2); /* not the other case's */
    assert_string_equal(r.events[1].clerk, "李敏");
    review_record_free(&r);
    review_record_free(&r); /* twice does no harm */
    scratch_must(review_record_read(&s.st, 77, NULL, NULL, &r, &found, &err), &err);
    assert_false(found);
    s.st.hall = 2;
    scratch_must(review_record_read(&s.st, 5, read_raw, NULL, &r, &found, &err), &err);
    assert_false(found);
    scratch_must(review_case_of(&s.st, first, &case_id, &err), &err);
    assert_int_equal(case_id, 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_and_pages),
        cmocka_unit_test(lines_get_their_places),
        cmocka_unit_test(any_wish_in_any_order),
        cmocka_unit_test(pages_hold_while_ratings_come),
        cmocka_unit_test(a_correction_meanwhile_loses_nothing),
        cmocka_unit_test(a_line_names_everything),
        cmocka_unit_test(cursors_come_back),
        cmocka_unit_test(nothing_is_walked_through),
        cmocka_unit_test(the_record_holds_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
