/*
 * rate_store_test.c — rates are what a recount of the facts gives, whatever citizens,
 * desks, gateways and staff did in between; and what nobody did in time is late.
 *
 * The histories are drawn by lot. They are compared three times: the sums with rate_fill,
 * which counts by the engine and replays orders; the figures of many periods and filters
 * with queries on the facts written here; and a few lives of orders with what is
 * expected.
 */
#include "rated_life.h"

#include <string.h>

#include "store/rate_fill.h"
#include "store/rate_store.h"
#include "store/rating_lines.h"

static void same_rows(struct scratch *s, const char *table, const char *nothing)
{
    char query[400];

    for (int way = 0; way < 2; way++) {
        snprintf(query, sizeof(query),
                 "SELECT count(*) FROM (SELECT * FROM %s%s WHERE NOT (%s)"
                 " EXCEPT SELECT * FROM %s%s WHERE NOT (%s))",
                 way ? "kept_" : "", table, nothing, way ? "" : "kept_", table, nothing);
        if (number(s, query) != 0)
            fail_msg("%s: the recount differs (%d)", table, way);
    }
}

static const struct {
    const char *table, *nothing;
} sums[] = {
    {"case_sums", "closed = 0"},
    {"rating_sums", "g0 = 0 AND g1 = 0 AND g2 = 0 AND g3 = 0 AND g4 = 0 AND g5 = 0"},
    {"order_sums", "orders = 0"},
    {"order_marks", "gone = 1"},
    {"reply_days", "replies = 0"},
    {"rating_lines", "rating_id = 0"},
};

/* Somebody is thanked before the case is rated. */
static void thanked_first(struct scratch *s, uint32_t seed)
{
    int64_t id = close_case(s, CASES, true, false, NOW, NOW);
    char row[200];

    snprintf(row, sizeof(row),
             "INSERT INTO praises (id, hall, once, case_id, clerk_id, window_id, way,"
             " words_id, actor, at_ms)"
             " VALUES (1, 1, 'once', %lld, 42, 31, 'page', 1, 'test', 1)",
             (long long)id);
    run(s, row);
    rate(s, id, NOW, &seed);
    assert_int_equal(scratch_number(s, "SELECT sum(praised) FROM rating_lines"), 1);
}

/* The lines of all ratings as their facts are now. */
static void write_lines_anew(struct scratch *s)
{
    int64_t ids[CASES + 1];
    struct error err = {0};
    struct db_cursor c;
    int count = 0;

    scratch_must(
        db_query(s->st.db, "SELECT DISTINCT case_id FROM ratings", NULL, 0, &c, &err),
        &err);
    while (db_next(&c, &err))
        ids[count++] = db_get_int(&c, 0);
    db_done(&c);
    run(s, "DELETE FROM rating_lines");
    for (int i = 0; i < count; i++)
        scratch_must(rating_lines_renew(&s->st, ids[i], &err), &err);
    assert_true(count > 100);
}

static void sums_are_the_recount(void **state)
{
    struct error err = {0};
    struct scratch s;
    char query[128];

    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        open_hall(&s);
        live(&s, seed, true);
        thanked_first(&s, seed);
        run(&s, "UPDATE rating_lines SET placed = 0");
        for (size_t i = 0; i < LENGTH(sums); i++) {
            snprintf(query, sizeof(query),
                     "CREATE TEMP TABLE kept_%s AS SELECT * FROM %s", sums[i].table,
                     sums[i].table);
            assert_true(scratch_number(&s, "SELECT count(*) FROM order_sums") > 20);
            run(&s, query);
        }
        scratch_must(rate_fill(&s.st, &err), &err);
        write_lines_anew(&s);
        run(&s, "UPDATE rating_lines SET placed = 0");
        for (size_t i = 0; i < LENGTH(sums); i++)
            same_rows(&s, sums[i].table, sums[i].nothing);
        assert_true(scratch_number(&s, "SELECT sum(g1 + g2) FROM rating_sums WHERE"
                                       " measure = 5") > 3);
        scratch_close(&s);
    }
}

/* A store from before: no closing has its day, and nothing is counted. When another
 * system closed what was then opened and closed again stands nowhere any more. */
static void an_older_store_is_counted(void **state)
{
    struct error err = {0};
    struct scratch s;
    int64_t closed;

    (void)state;
    open_hall(&s);
    live(&s, 5, false);
    scratch_run(&s, "CREATE TEMP TABLE kept_closings AS SELECT * FROM closings");
    scratch_run(&s, "CREATE TEMP TABLE kept_case_sums AS SELECT * FROM case_sums");
    scratch_run(&s, "CREATE TEMP TABLE kept_rating_sums AS SELECT * FROM rating_sums");
    closed = scratch_number(&s, "SELECT sum(closed) FROM case_sums WHERE span = 0");
    for (size_t i = 0; i < LENGTH(sums); i++) {
        char query[64];

        snprintf(query, sizeof(query), "DELETE FROM %s", sums[i].table);
        run(&s, query);
    }
    scratch_run(&s, "DELETE FROM closings");
    scratch_must(rate_fill(&s.st, &err), &err);
    same_rows(&s, "closings", "local_date = 0");
    same_rows(&s, "case_sums", "closed = 0");
    same_rows(&s, "rating_sums",
              "g0 = 0 AND g1 = 0 AND g2 = 0 AND g3 = 0 AND g4 = 0 AND g5 = 0");
    assert_int_equal(
        scratch_number(&s, "SELECT sum(closed) FROM case_sums WHERE span = 1"), closed);
    scratch_close(&s);
}

/* == Figures ====================================================================== */

#define FACTS                                                                            \
    " FROM closings n JOIN cases c ON c.id = n.case_id JOIN windows w"                   \
    " ON w.id = c.window_id JOIN departments d ON d.id = w.department_id JOIN matters m" \
    " ON m.id = c.matter_id JOIN clerks k ON k.id = c.clerk_id"                          \
    " LEFT JOIN ratings r ON r.case_id = c.id AND r.round ="                             \
    " (SELECT max(y.round) FROM ratings y WHERE y.case_id = c.id)"                       \
    " LEFT JOIN appeals p ON p.rating_id = r.id"                                         \
    " LEFT JOIN appeal_decisions q ON q.appeal_id = p.id AND q.outcome = 'excluded'"     \
    " LEFT JOIN invitations i ON i.case_id = c.id"                                       \
    " LEFT JOIN messages g ON g.id = i.message_id"                                       \
    " WHERE n.local_date BETWEEN %d AND %d AND %s = '%s' AND "

static int64_t facts(struct scratch *s, const struct rate_query *q, const char *column,
                     const char *code, const char *what)
{
    char query[1500];

    snprintf(query, sizeof(query), "SELECT count(*)" FACTS "%s", q->from, q->to, column,
             code, what);
    return number(s, query);
}

static void compare_group(struct scratch *s, const struct rate_query *q,
                          const char *column, const struct rate_group *g)
{
    static const char *const delays[] = {"r.delay_s <= 1800",
                                         "r.delay_s > 1800 AND r.delay_s <= 86400",
                                         "r.delay_s > 86400"};
    char what[200];

    assert_int_equal(g->closed, facts(s, q, column, g->code, "1 = 1"));
    assert_int_equal(g->ratable, facts(s, q, column, g->code, "n.ratable = 1"));
    assert_int_equal(g->reached, facts(s, q, column, g->code, "g.state = 'DELIVERED'"));
    assert_int_equal(rate_participation(g).k, facts(s, q, column, g->code, "r.id > 0"));
    assert_int_equal(rate_excluded_of(g, -1), facts(s, q, column, g->code, "q.id > 0"));
    for (int c = 0; c < RATE_CHANNELS; c++)
        for (int d = 0; d < RATE_DELAYS; d++)
            for (int grade = 0; grade <= 5; grade++) {
                snprintf(what, sizeof(what),
                         "q.id IS NULL AND r.channel = '%s' AND %s AND"
                         " COALESCE(r.grade, 0) = %d",
                         rating_channel_name((enum rating_channel)c), delays[d], grade);
                assert_int_equal(g->ratings[c][d].of[grade],
                                 facts(s, q, column, g->code, what));
            }
}

static void figures_are_the_facts(void **state)
{
    static const struct {
        enum rate_by by;
        const char *column;
    } ways[] = {{RATE_BY_DEPARTMENT, "d.code"},
                {RATE_BY_WINDOW, "w.code"},
                {RATE_BY_MATTER, "m.code"},
                {RATE_BY_CLERK, "k.code"},
                {RATE_BY_MONTH, "CAST(n.local_date / 100 AS TEXT)"},
                {RATE_BY_YEAR, "CAST(n.local_date / 10000 AS TEXT)"},
                {RATE_BY_HALL, "''"}};
    static const int periods[][2] = {{20261123, 20270228}, {20261201, 20261231},
                                     {20261130, 20270101}, {20261215, 20261216},
                                     {20261125, 20270115}, {20270101, 20270131}};
    struct scratch s;

    (void)state;
    open_hall(&s);
    live(&s, 11, true);
    for (size_t p = 0; p < LENGTH(periods); p++)
        for (size_t w = 0; w < LENGTH(ways); w++) {
            const struct rate_query q = {.by = ways[w].by,
                                         .from = periods[p][0],
                                         .to = periods[p][1],
                                         .now_ms = NOW + LIFE_DAYS * DAY};
            struct error err = {0};
            struct rates r;

            scratch_must(rates_read(&s.st, &q, &r, &err), &err);
            assert_true(r.count > 0);
            for (size_t i = 0; i < r.count; i++)
                compare_group(&s, &q, ways[w].column, &r.list[i]);
            rates_free(&r);
        }
    scratch_close(&s);
}

static void filters_confine(void **state)
{
    struct rate_query q = {.by = RATE_BY_WINDOW, .from = 20261101, .to = 20270228};
    struct error err = {0};
    struct scratch s;
    struct rates all, some;

    (void)state;
    open_hall(&s);
    live(&s, 12, true);
    q.now_ms = NOW + LIFE_DAYS * DAY;
    scratch_must(rates_read(&s.st, &q, &all, &err), &err);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.list[0].code, "W1");
    assert_string_equal(all.list[0].name, "1号窗口");
    assert_string_equal(all.list[0].department, "YB");
    assert_true(all.replies > all.linked && all.linked > 0);
    q.own_department = "GA";
    scratch_must(rates_read(&s.st, &q, &some, &err), &err);
    assert_int_equal(some.count, 1);
    assert_string_equal(some.list[0].code, "W2");
    assert_memory_equal(&some.list[0], &all.list[1], sizeof(some.list[0]));
    assert_int_equal(some.replies, 0);
    rates_free(&some);
    q.department = "YB"; /* what is asked for beside what one is confined to */
    scratch_must(rates_read(&s.st, &q, &some, &err), &err);
    assert_int_equal(some.count, 0);
    rates_free(&some);
    q = (struct rate_query){.by = RATE_BY_CLERK,
                            .from = 20261101,
                            .to = 20270228,
                            .channel = "sms",
                            .window = "' OR '1'='1"};
    scratch_must(rates_read(&s.st, &q, &some, &err), &err);
    assert_int_equal(some.count, 0);
    rates_free(&some);
    rates_free(&all);
    scratch_close(&s);
}

/* == Orders ======================================================================= */

struct order_life {
    const char *name;
    bool phone;
    struct {
        enum order_act act;
        int hours;
        enum heard_verdict verdict;
    } acts[6];
    int until_hours; /* when the rates are read */
    int64_t reply_k, reply_n, fix_k, fix_n, satisfied_k, satisfied_n, answered_n, running;
};

/* Rated on Monday, 23 November 2026 at ten; the first working day ends on the 24th. */
static void orders_count_by_their_clocks(void **state)
{
    static const struct order_life lives[] = {
        {"nobody did anything yet", true, {{0, 0, 0}}, 2, 0, 0, 0, 0, 0, 0, 0, 1},
        {"nobody rang in time", true, {{0, 0, 0}}, 48, 0, 1, 0, 0, 0, 0, 0, 0},
        {"nobody did anything at all", true, {{0, 0, 0}}, 400, 0, 1, 0, 1, 0, 0, 0, 0},
        {"in time, satisfied",
         true,
         {{ORDER_CONTACT, 3, 0},
          {ORDER_FIX, 4, 0},
          {ORDER_FEED_BACK, 30, 0},
          {ORDER_VERDICT, 40, HEARD_SATISFIED}},
         50,
         1,
         1,
         1,
         1,
         1,
         1,
         1,
         0},
        {"rung late, fixed late, silent",
         true,
         {{ORDER_CONTACT, 72, 0},
          {ORDER_FIX, 73, 0},
          {ORDER_FEED_BACK, 400, 0},
          {ORDER_LAPSE, 700, 0}},
         800,
         0,
         1,
         0,
         1,
         0,
         1,
         0,
         0},
        {"three calls that reached nobody",
         true,
         {{ORDER_UNREACHED, 1, 0}, {ORDER_UNREACHED, 2, 0}, {ORDER_UNREACHED, 3, 0}},
         5,
         0,
         1,
         0,
         0,
         0,
         0,
         0,
         0},
        {"the clocks stand",
         true,
         {{ORDER_CONTACT, 1, 0}, {ORDER_PAUSE, 2, 0}},
         900,
         1,
         1,
         0,
         0,
         0,
         0,
         0,
         0},
        {"nobody can be rung", false, {{ORDER_FIX, 2, 0}}, 900, 0, 0, 0, 0, 0, 0, 0, 0},
        {"not satisfied twice",
         true,
         {{ORDER_CONTACT, 1, 0},
          {ORDER_FIX, 2, 0},
          {ORDER_FEED_BACK, 3, 0},
          {ORDER_VERDICT, 4, HEARD_NOT_SATISFIED}},
         5,
         1,
         1,
         1,
         1,
         0,
         1,
         1,
         0},
    };

    (void)state;
    for (size_t l = 0; l < LENGTH(lives); l++) {
        const struct order_life *life = &lives[l];
        const struct rate_query q = {.by = RATE_BY_DEPARTMENT,
                                     .from = 20261101,
                                     .to = 20261130,
                                     .now_ms = NOW + life->until_hours * HOUR};
        struct rating_input in = {.grade = 1, .channel = CHANNEL_SMS, .proof = "P1"};
        struct rating_result rated;
        struct error err = {0};
        struct scratch s;
        struct rates r;

        open_hall(&s);
        in.case_id = close_case(&s, 1, true, life->phone, NOW, NOW);
        scratch_must(rating_take(&s.st, &rules.rating, &in, NOW, &rated, &err), &err);
        for (size_t a = 0; a < LENGTH(life->acts) && life->acts[a].hours > 0; a++) {
            struct order_step step = {
                .act = life->acts[a].act,
                .verdict = life->acts[a].verdict,
                .words = "已处理",
                .detail = life->acts[a].act == ORDER_PAUSE ? "procedure" : "",
                .actor = "account 7"};
            struct order o;
            bool found;

            scratch_must(order_of_case(&s.st, in.case_id, &o, &found, &err), &err);
            scratch_must(order_step_take(&s.st, &rules.rating.order, &o, &step,
                                         NOW + life->acts[a].hours * HOUR, &err),
                         &err);
        }
        scratch_must(rates_read(&s.st, &q, &r, &err), &err);
        assert_int_equal(r.count, 1);
        {
            const struct rate_group *g = &r.list[0];
            const int64_t seen[] = {rate_reply(g).k,        rate_reply(g).n,
                                    rate_fix(g).k,          rate_fix(g).n,
                                    rate_satisfaction(g).k, rate_satisfaction(g).n,
                                    rate_answered(g).n,     g->orders.running};
            const int64_t meant[] = {
                life->reply_k,     life->reply_n,     life->fix_k,      life->fix_n,
                life->satisfied_k, life->satisfied_n, life->answered_n, life->running};

            for (size_t i = 0; i < LENGTH(seen); i++)
                if (seen[i] != meant[i])
                    fail_msg("%s: figure %zu is %lld, not %lld", life->name, i,
                             (long long)seen[i], (long long)meant[i]);
            assert_int_equal(g->orders.bad, 1);
            assert_int_equal(g->orders.unnamed, !life->phone);
        }
        rates_free(&r);
        scratch_close(&s);
    }
}

static void sums_that_do_not_fit_are_not_shown(void **state)
{
    const struct rate_query q = {.by = RATE_BY_HALL, .from = 20261101, .to = 20270228};
    struct error err = {0};
    struct scratch s;
    struct rates r;

    (void)state;
    open_hall(&s);
    live(&s, 13, true);
    scratch_run(&s, "UPDATE case_sums SET ratable = 0");
    assert_false(rates_read(&s.st, &q, &r, &err));
    assert_int_equal(err.kind, ERROR_BROKEN);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_the_recount),
        cmocka_unit_test(an_older_store_is_counted),
        cmocka_unit_test(figures_are_the_facts),
        cmocka_unit_test(filters_confine),
        cmocka_unit_test(orders_count_by_their_clocks),
        cmocka_unit_test(sums_that_do_not_fit_are_not_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
