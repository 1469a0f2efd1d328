/*
 * trait_store_test.c — the sums behind the indicators are what a recount of the facts
 * gives, in whatever order other systems tell them, citizens rate and appeals decide.
 */
#include "rated_life.h"

#include "store/trait_store.h"

enum { LIVES = 150, TURNS = 3000 };

/* One case and what is known of it here. */
struct life {
    char number[24];
    int64_t id, opened_ms, closed_ms;
    bool yb;
};

static bool import(struct scratch *s, struct life *l, const struct case_traits *traits,
                   int64_t now_ms, struct error *err)
{
    const struct case_import in = {.source = "oa",
                                   .case_no = l->number,
                                   .matter = l->yb ? "YB-01" : "GA-01",
                                   .window = l->yb ? "W1" : "W2",
                                   .clerk = "C1",
                                   .accepted_ms = l->opened_ms,
                                   .closed_ms = l->closed_ms,
                                   .traits = traits,
                                   .actor = "key 1"};
    struct service_case c;
    struct invitation inv;
    bool fresh;

    if (!case_import(&s->st, &rules, &in, now_ms, &c, &inv, &fresh, err))
        return false;
    l->id = c.id;
    return true;
}

static struct case_traits drawn(uint32_t *seed)
{
    return (struct case_traits){.services = (int)lot(seed, 17) - 1,
                                .window = (int)lot(seed, 3) - 1,
                                .trips = (int)lot(seed, 4) - 1,
                                .again = (int)lot(seed, 3) - 1};
}

static void give(struct scratch *s, const struct life *l, uint32_t *seed, int64_t now_ms)
{
    struct rating_input in = {.case_id = l->id,
                              .grade = (int)lot(seed, 6),
                              .channel = (enum rating_channel)lot(seed, 3),
                              .proof = "P1"};
    struct rating_result result;
    struct error err = {0};

    if (in.grade == 0)
        for (int i = 0; i < 4; i++)
            in.dims[i] = 1 + (int)lot(seed, 5);
    scratch_must(rating_take(&s->st, &rules.rating, &in, now_ms, &result, &err), &err);
}

/* What is not possible now is refused, and leaves nothing behind. */
static void contest(struct scratch *s, const struct life *l, uint32_t *seed,
                    int64_t now_ms)
{
    struct rating_result r;
    struct error err = {0};
    bool rated = false;

    scratch_must(rating_look(&s->st, &rules.rating, l->id, now_ms, &r, &rated, &err),
                 &err);
    if (rated && appeal_file(&s->st, r.rating_id, "mistake", "说明", "account 1", DAY,
                             now_ms, &err))
        scratch_must(appeal_decide(&s->st, r.rating_id,
                                   lot(seed, 3) == 0 ? "upheld" : "excluded", "理由",
                                   "account 2", "", now_ms, &err),
                     &err);
}

static void act(struct scratch *s, struct life *l, uint32_t *seed, int64_t now_ms)
{
    struct case_traits traits = drawn(seed);
    struct error err = {0};

    switch (lot(seed, 6)) {
    case 0:
    case 1:
        scratch_must(import(s, l, lot(seed, 4) == 0 ? NULL : &traits, now_ms, &err),
                     &err);
        break;
    case 2:
        if (l->closed_ms == 0)
            l->closed_ms = now_ms;
        scratch_must(import(s, l, lot(seed, 2) == 0 ? &traits : NULL, now_ms, &err),
                     &err);
        break;
    case 3:
    case 4:
        give(s, l, seed, now_ms);
        break;
    default:
        contest(s, l, seed, now_ms);
    }
}

/* As number(), for longer queries. */
static int64_t number_of(struct scratch *s, const char *query)
{
    char script[3000];
    struct error err = {0};

    snprintf(script, sizeof(script), "DELETE FROM answer; INSERT INTO answer %s", query);
    scratch_must(db_script(s->st.db, script, &err), &err);
    return scratch_number(s, "SELECT n FROM answer");
}

/* Rows of one side that the other has not; zero rows are no difference. */
#define DIFFERS(a, b)                                                                    \
    "SELECT count(*) FROM (SELECT * FROM (" a " EXCEPT " b ") UNION ALL"                 \
    " SELECT * FROM (" b " EXCEPT " a "))"
#define FIELD(name)                                                                      \
    "(SELECT t." name " FROM case_traits t WHERE t.case_id = c.id ORDER BY t.id DESC"    \
    " LIMIT 1)"
/* domain/case_traits.c's number, made here anew. */
#define PACKED                                                                           \
    "(COALESCE(" FIELD("services") ", -1) + 1 + 32 * (COALESCE(" FIELD(                  \
        "at_window") ", -1) + 1) + 128 * (COALESCE(" FIELD("came_again") ", -1) + 1)"    \
                                                                         " + 512 * "     \
                                                                         "(COALESCE"     \
                                                                         "(" FIELD(      \
                                                                             "trips") ", -1) + 1))"
#define COUNTED                                                                          \
    "SELECT c.id AS id, n.local_date / 100 * 100 AS date, d.code AS department,"         \
    " m.code AS matter, " PACKED " AS traits FROM cases c JOIN closings n"               \
    " ON n.case_id = c.id JOIN matters m ON m.id = c.matter_id"                          \
    " JOIN windows w ON w.id = c.window_id JOIN departments d ON d.id ="                 \
    " w.department_id WHERE " PACKED " > 0"

static void recount(struct scratch *s)
{
    assert_int_equal(number_of(s, DIFFERS("SELECT case_id, date, department_code,"
                                          " matter_code, traits FROM trait_marks",
                                          COUNTED)),
                     0);
    assert_int_equal(
        number_of(s,
                  DIFFERS("SELECT date, department_code, matter_code, traits, cases,"
                          " days, squares FROM trait_sums WHERE cases <> 0",
                          "SELECT date, department_code, matter_code, traits, count(*),"
                          " sum(days), sum(days * days) FROM trait_marks"
                          " GROUP BY 1, 2, 3, 4")),
        0);
    assert_int_equal(
        number(s,
               DIFFERS("SELECT date, department_code, matter_code, traits, channel, g1,"
                       " g2, g3, g4, g5 FROM trait_grades WHERE g1 + g2 + g3 + g4 + g5"
                       " <> 0",
                       "SELECT m.date, m.department_code, m.matter_code, m.traits,"
                       " r.channel, sum(r.grade = 1), sum(r.grade = 2),"
                       " sum(r.grade = 3), sum(r.grade = 4), sum(r.grade = 5)"
                       " FROM trait_marks m JOIN ratings r ON r.case_id = m.case_id"
                       " WHERE r.grade IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ratings"
                       " y WHERE y.case_id = r.case_id AND y.round > r.round)"
                       " AND NOT EXISTS (SELECT 1 FROM appeals p JOIN appeal_decisions q"
                       " ON q.appeal_id = p.id WHERE p.case_id = r.case_id AND"
                       " q.outcome = 'excluded') GROUP BY 1, 2, 3, 4, 5")),
        0);
}

static void sums_are_the_recount(void **state)
{
    static struct life lives[LIVES];
    struct scratch s;
    uint32_t seed = 7;
    int64_t now_ms = NOW;

    (void)state;
    open_hall(&s);
    for (int i = 0; i < LIVES; i++) {
        struct error err = {0};

        lives[i] = (struct life){.opened_ms = now_ms - lot(&seed, 20) * DAY,
                                 .yb = lot(&seed, 2) == 0};
        snprintf(lives[i].number, sizeof(lives[i].number), "N%d", i);
        scratch_must(import(&s, &lives[i], NULL, now_ms, &err), &err);
    }
    for (int i = 0; i < TURNS; i++) {
        now_ms += (1 + (int64_t)lot(&seed, 30)) * 60000;
        act(&s, &lives[lot(&seed, LIVES)], &seed, now_ms);
        if (i % 500 == 499)
            recount(&s);
    }
    assert_true(scratch_number(&s, "SELECT count(*) FROM trait_marks") > LIVES / 2);
    assert_true(scratch_number(&s, "SELECT count(*) FROM appeal_decisions WHERE outcome"
                                   " = 'excluded'") > 3);
    assert_true(scratch_number(&s, "SELECT sum(g1 + g2 + g3 + g4 + g5) FROM"
                                   " trait_grades") > 10);
    assert_true(scratch_number(&s, "SELECT sum(days) FROM trait_sums") > 100);
    scratch_close(&s);
}

/* == A few lives =================================================================== */

static void told_again_and_late(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct life l = {.number = "A", .opened_ms = NOW - 7 * DAY, .yb = true};
    struct case_traits t = {.services = 1, .window = 1, .trips = -1, .again = -1};
    struct case_traits known;

    (void)state;
    open_hall(&s);
    scratch_must(import(&s, &l, &t, NOW, &err), &err);
    scratch_must(import(&s, &l, &t, NOW + 1, &err), &err); /* told again */
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM case_traits"), 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM trait_marks"), 0);
    l.closed_ms = NOW;
    scratch_must(import(&s, &l, NULL, NOW + 2, &err), &err);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM trait_sums WHERE cases = 1"
                                        " AND days = 5 AND squares = 25"),
                     1);
    /* What comes later joins what is known, and moves the case. */
    t = (struct case_traits){.services = -1, .window = -1, .trips = 3, .again = 1};
    scratch_must(import(&s, &l, &t, NOW + 3, &err), &err);
    scratch_must(case_traits_of(&s.st, l.id, &known, &err), &err);
    assert_true(known.services == 1 && known.window == 1 && known.trips == 3 &&
                known.again == 1);
    assert_int_equal(scratch_number(&s, "SELECT sum(cases) FROM trait_sums"), 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM trait_sums"), 2);
    scratch_close(&s);
}

static void withdrawn_cases_count_nowhere(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct life l = {.number = "A", .opened_ms = NOW - DAY, .yb = true};
    const struct case_traits t = {.services = 1, .window = 1, .trips = 1, .again = 0};
    struct service_case c;
    struct invitation inv;

    (void)state;
    open_hall(&s);
    scratch_must(import(&s, &l, &t, NOW, &err), &err);
    scratch_must(case_close(&s.st, &rules, l.id, "withdrawn", NULL, "key 1", NOW + HOUR,
                            &c, &inv, &err),
                 &err);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM closings"), 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM trait_marks"), 0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM trait_sums"), 0);
    scratch_close(&s);
}

/* == Reading ======================================================================= */

struct seen {
    int64_t cases, days, good, rows;
    char names[2][NAME_SIZE];
};

static void see_sum(void *self, const struct trait_sum *sum)
{
    struct seen *seen = self;

    seen->rows++;
    seen->cases += sum->cases;
    seen->days += sum->days;
    snprintf(seen->names[0], NAME_SIZE, "%s", sum->department_name);
    snprintf(seen->names[1], NAME_SIZE, "%s", sum->matter_name);
}

static void see_grade(void *self, const struct trait_grade *g)
{
    struct seen *seen = self;

    assert_int_equal(g->channel, CHANNEL_TICKET_QR);
    seen->good += g->grades.of[5];
}

static void a_year_is_read(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct seen seen = {0}, before = {0};
    const struct case_traits t = {.services = 1, .window = -1, .trips = -1, .again = -1};
    struct rating_input in = {.grade = 5, .channel = CHANNEL_TICKET_QR, .proof = "P4"};
    struct rating_result result;

    (void)state;
    open_hall(&s);
    for (int i = 0; i < 3; i++) {
        struct life l = {.opened_ms = NOW - 7 * DAY, .closed_ms = NOW, .yb = true};

        snprintf(l.number, sizeof(l.number), "R%d", i);
        scratch_must(import(&s, &l, &t, NOW, &err), &err);
        in.case_id = l.id;
        scratch_must(rating_take(&s.st, &rules.rating, &in, NOW + 1, &result, &err),
                     &err);
    }
    scratch_must(trait_sums_each(&s.st, 202601, 202612, see_sum, &seen, &err), &err);
    scratch_must(trait_grades_each(&s.st, 202601, 202612, see_grade, &seen, &err), &err);
    assert_true(seen.rows == 1 && seen.cases == 3 && seen.days == 15 && seen.good == 3);
    assert_string_equal(seen.names[0], "医保局");
    assert_string_equal(seen.names[1], "医保参保登记");
    scratch_must(trait_sums_each(&s.st, 202501, 202512, see_sum, &before, &err), &err);
    assert_int_equal(before.rows, 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_the_recount),
        cmocka_unit_test(told_again_and_late),
        cmocka_unit_test(withdrawn_cases_count_nowhere),
        cmocka_unit_test(a_year_is_read),
    };

    return cmocka_run_group_tests_name("trait_store", tests, NULL, NULL);
}
