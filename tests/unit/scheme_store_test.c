/*
 * scheme_store_test.c — the life of a year's scheme, told as acts on a moving clock; and
 * sheets of other offices, which are right as a whole or not taken.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/assess_marks.h"
#include "store/sheet_store.h"

#define DAY INT64_C(86400000)

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
    scratch_run(s, "INSERT INTO accounts (id, hall, name, role, created_ms) VALUES"
                   " (71, 1, 'org', 'organisation', 0)");
}

/* == Schemes ======================================================================= */

enum act { PROPOSE, ADOPT, FREEZE };

/* Days are counted from the start of 2027 in the hall: -1 is the last day before. */
static const struct life {
    double day;
    enum act act;
    int version; /* that it is based on, or that is adopted */
    const char *once, *reason;
    enum scheme_verdict verdict;
    int field_wrong;             /* refused for a field */
    int newest, adopted, frozen; /* afterwards */
} lives[] = {
    {-500, PROPOSE, 0, "too far", "x", SCHEME_DONE, 0, 1, 0,
     0}, /* may be two years ahead */
    {-40, PROPOSE, 1, "a", "人大建议", SCHEME_DONE, 0, 2, 0, 0},
    {-40, PROPOSE, 1, "a", "the same form", SCHEME_DONE, 0, 2, 0, 0},
    {-39, PROPOSE, 1, "b", "saw an old one", SCHEME_IS_OVERTAKEN, 0, 2, 0, 0},
    {-39, PROPOSE, 2, "c", "", SCHEME_DONE, 1, 2, 0, 0},
    {-38, FREEZE, 0, NULL, NULL, SCHEME_IS_ABSENT, 0, 2, 0, 0},
    {-38, ADOPT, 3, NULL, NULL, SCHEME_IS_ABSENT, 0, 2, 0, 0},
    {-38, ADOPT, 0, NULL, NULL, SCHEME_IS_ABSENT, 0, 2, 0, 0},
    {-38, ADOPT, 1, NULL, NULL, SCHEME_IS_OVERTAKEN, 0, 2, 0, 0},
    {-38, ADOPT, 2, NULL, NULL, SCHEME_DONE, 0, 2, 2, 0},
    {-37, ADOPT, 2, NULL, NULL, SCHEME_IS_ADOPTED, 0, 2, 2, 0},
    {-30, PROPOSE, 2, "d", "窗口代表听证会", SCHEME_DONE, 0, 3, 2, 0},
    {-20, ADOPT, 3, NULL, NULL, SCHEME_DONE, 0, 3, 3, 0},
    {-1, PROPOSE, 3, "e", "最后一天", SCHEME_DONE, 0, 4, 3, 0},
    {-0.001, ADOPT, 2, NULL, NULL, SCHEME_IS_OVERTAKEN, 0, 4, 3, 0},
    {0, ADOPT, 4, NULL, NULL, SCHEME_IS_FROZEN, 0, 4, 3, 1}, /* by the clock alone */
    {0, PROPOSE, 4, "f", "太晚了", SCHEME_IS_FROZEN, 0, 4, 3, 1},
    {10, FREEZE, 0, NULL, NULL, SCHEME_IS_FROZEN, 0, 4, 3, 1},
    {400, PROPOSE, 4, "g", "更晚", SCHEME_IS_FROZEN, 0, 4, 3, 1},
};

static bool live(struct scratch *s, const struct life *l, int year, int64_t now_ms,
                 enum scheme_verdict *verdict, struct error *err)
{
    struct scheme scheme;
    struct scheme_change change = {.once = l->once,
                                   .scheme = &scheme,
                                   .based_on = l->version,
                                   .reason = l->reason,
                                   .heard = "各部门",
                                   .effect = "{}",
                                   .hall_share = SCHEME_HALL_WEIGHT,
                                   .share_reason = "",
                                   .actor = "account 71"};
    int version;

    scheme_first(year, &scheme);
    if (l->act == PROPOSE)
        return scheme_propose(&s->st, &change, now_ms, verdict, &version, err);
    if (l->act == ADOPT)
        return scheme_adopt(&s->st, year, l->version, "account 71", now_ms, verdict, err);
    return scheme_freeze(&s->st, year, "account 71", now_ms, verdict, err);
}

static void a_year_is_frozen_as_it_starts(void **state)
{
    struct scratch s;
    struct scheme_state now;
    int64_t start;

    (void)state;
    open_hall(&s);
    start = scheme_year_ms(&s.st, 2027);
    assert_int_equal(start, INT64_C(1798732800000)); /* 2026-12-31T16:00:00Z */
    for (size_t i = 0; i < LENGTH(lives); i++) {
        const struct life *l = &lives[i];
        int64_t now_ms = start + (int64_t)(l->day * (double)DAY);
        enum scheme_verdict verdict;
        struct error err = {0};
        bool ok = live(&s, l, 2027, now_ms, &verdict, &err);

        if (ok == (l->field_wrong == 1) || (ok && verdict != l->verdict))
            fail_msg("row %zu: %s, verdict %d", i, err.text, (int)verdict);
        error_clear(&err);
        scratch_must(scheme_state(&s.st, 2027, now_ms, &now, &err), &err);
        if (now.newest != l->newest || now.adopted != l->adopted ||
            now.frozen != (l->frozen == 1))
            fail_msg("row %zu: newest %d, adopted %d, frozen %d", i, now.newest,
                     now.adopted, now.frozen);
    }
    assert_true(now.frozen_ms == start);
    assert_false(now.late);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM schemes"), 4);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM audit_events WHERE action"
                                        " LIKE 'scheme.%'"),
                     6);
    scratch_close(&s);
}

static void freezing_by_hand_and_adopting_late(void **state)
{
    static const struct life acts[] = {{0, PROPOSE, 0, "a", "r", 0, 0, 0, 0, 0},
                                       {0, ADOPT, 1, NULL, NULL, 0, 0, 0, 0, 0},
                                       {0, FREEZE, 0, NULL, NULL, 0, 0, 0, 0, 0},
                                       {0, PROPOSE, 0, "z", "r", 0, 0, 0, 0, 0},
                                       {0, ADOPT, 1, NULL, NULL, 0, 0, 0, 0, 0},
                                       {0, PROPOSE, 1, "y", "r", 0, 0, 0, 0, 0}};
    struct scratch s;
    struct scheme_state now;
    struct error err = {0};
    enum scheme_verdict verdict;
    int64_t at = SCRATCH_START_MS;

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < 3; i++) {
        scratch_must(live(&s, &acts[i], 2027, at + (int64_t)i, &verdict, &err), &err);
        assert_int_equal(verdict, SCHEME_DONE);
    }
    scratch_must(scheme_state(&s.st, 2027, at + 2, &now, &err), &err);
    assert_true(now.frozen && now.frozen_ms == at + 2 && !now.late);
    /* A year that has begun stays open until it has a scheme, and not a moment longer. */
    for (size_t i = 3; i < 6; i++) {
        scratch_must(live(&s, &acts[i], 2026, at + (int64_t)i, &verdict, &err), &err);
        assert_int_equal(verdict, i < 5 ? SCHEME_DONE : SCHEME_IS_FROZEN);
    }
    scratch_must(scheme_state(&s.st, 2026, at + 9, &now, &err), &err);
    assert_true(now.frozen && now.late && now.frozen_ms == at + 4);
    scratch_must(live(&s, &(struct life){.act = PROPOSE, .once = "x", .reason = "r"},
                      2030, at, &verdict, &err),
                 &err);
    assert_int_equal(verdict, SCHEME_TOO_FAR);
    scratch_close(&s);
}

static void see_version(void *self, const struct scheme_version *v)
{
    int *seen = self;

    seen[0]++;
    seen[1] += v->adopted_ms != 0;
    assert_string_equal(v->by, "org");
    assert_int_equal(strlen(v->digest), SCHEME_DIGEST - 1);
    if (v->adopted_ms != 0)
        assert_string_equal(v->adopted_by, "org");
}

static void what_is_in_force_is_found(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct scheme scheme = {0};
    struct scheme_state now;
    enum scheme_verdict verdict;
    char digest[SCHEME_DIGEST];
    int64_t at = SCRATCH_START_MS;
    int seen[2] = {0};
    bool found;

    (void)state;
    open_hall(&s);
    scratch_must(scheme_present(&s.st, 2027, at, &scheme, &now, &err), &err);
    assert_int_equal(scheme.version, 0); /* what a year begins with */
    assert_int_equal(scheme_weight(&scheme), SCHEME_WEIGHT_WHOLE);
    scheme_free(&scheme);
    for (int i = 0; i < 3; i++) {
        char once[8];
        const struct life l = {.act = PROPOSE, .version = i, .once = once, .reason = "r"};

        snprintf(once, sizeof(once), "%d", i);
        scratch_must(live(&s, &l, 2027, at + i, &verdict, &err), &err);
        if (i == 1)
            scratch_must(
                scheme_adopt(&s.st, 2027, 2, "account 71", at + i, &verdict, &err), &err);
    }
    scratch_must(scheme_present(&s.st, 2027, at + 9, &scheme, &now, &err), &err);
    assert_int_equal(scheme.version, 2);
    assert_int_equal(now.newest, 3);
    scheme_free(&scheme);
    scratch_must(scheme_find(&s.st, 2027, 3, &scheme, digest, &found, &err), &err);
    assert_true(found && scheme.version == 3);
    scheme_free(&scheme);
    scratch_must(scheme_find(&s.st, 2027, 4, &scheme, digest, &found, &err), &err);
    assert_false(found);
    scratch_must(schemes_each(&s.st, 2027, see_version, seen, &err), &err);
    assert_int_equal(seen[0], 3);
    assert_int_equal(seen[1], 1);
    scratch_close(&s);
}

/* == Sheets ======================================================================== */

static const struct mark_department departments[] = {
    {"YB", "医保局"}, {"GA", "公安局"}, {"X1", "同名局"}, {"X2", "同名局"}};

static const struct {
    const char *text;
    size_t count;         /* lines that were right */
    int32_t last;         /* mark of the last of them */
    const char *troubles; /* "line:name …" */
} sheets[] = {
    {"YB,93.5\nGA,88\n", 2, 880000, ""},
    {"\xef\xbb\xbf部门,得分\r\n医保局,93.5123\r\n公安局,100\r\n", 2, 1000000, ""},
    {"部门\t得分\n医保局\t93.50\n　公安局 \t0\n\n", 2, 0, ""},
    {"\"YB\",\"7\"\n", 1, 70000, ""},
    {"YB,93.5,\nGA,1,,\n", 2, 10000, ""}, /* empty cells behind */
    {"YB,93.51234\n", 0, 0, "1:number"},
    {"YB,100.0001\n", 0, 0, "1:number"},
    {"YB,-1\nGA,\n", 0, 0, "1:number 2:number"},
    {"YB,1e2\nGA,九十\n", 0, 0, "1:number 2:number"},
    {"YB,.5\nGA,5.\n", 0, 0, "1:number 2:number"},
    {"YB,93\nYB,94\n医保局,95\n", 1, 930000, "2:twice 3:twice"},
    {"税务局,93\nGA,5\n", 1, 50000, "1:department"},
    {"同名局,93\nX1,5\nX2,6\n", 2, 60000, "1:ambiguous"},
    {"YB,1,2\n", 0, 0, "1:shape"},
    {"YB\n", 0, 0, "1:shape"},
    {"YB,9\"3\nGA,4\n", 1, 40000, "1:shape"},
    {"部门,得分\n部门,得分\nGA,4\n", 1, 40000, "2:department"},
    {"YB\t1,5\n", 0, 0, "1:number"},
    {"'; DROP TABLE sheets; --,5\n", 0, 0, "1:department"},
    {"", 0, 0, ""},
    {"\n\n", 0, 0, ""},
};

static void a_sheet_is_read_line_by_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sheets); i++) {
        struct mark_sheet sheet;
        char troubles[200] = "";

        mark_sheet_read(sheets[i].text, strlen(sheets[i].text), departments,
                        LENGTH(departments), &sheet);
        for (size_t f = 0; f < sheet.fault_count; f++)
            snprintf(troubles + strlen(troubles), sizeof(troubles) - strlen(troubles),
                     "%s%d:%s", f > 0 ? " " : "", (int)sheet.faults[f].line,
                     mark_trouble_name(sheet.faults[f].trouble));
        if (sheet.count != sheets[i].count || strcmp(troubles, sheets[i].troubles) != 0 ||
            (sheet.count > 0 && sheet.lines[sheet.count - 1].mark != sheets[i].last))
            fail_msg("row %zu: %zu lines, \"%s\"", i, sheet.count, troubles);
        mark_sheet_free(&sheet);
    }
}

struct marks {
    int count;
    int64_t sum;
};

static void add_mark(void *self, const char *department, int32_t mark)
{
    struct marks *m = self;

    assert_int_not_equal(department[0], '\0');
    m->count++;
    m->sum += mark;
}

static void see_sheet(void *self, const struct sheet_entry *e)
{
    int *seen = self;

    seen[0]++;
    seen[1] += e->counts;
    assert_string_equal(e->by, "org");
}

/* Marks go to their own part and department; what nobody marked stays without. */
static void fill_book(struct scratch *s)
{
    struct scheme scheme;
    struct assess_book book = {0};
    struct error err = {0};
    struct assess_unit *yb, *xx;

    scheme_first(2026, &scheme);
    assess_book_unit(&book, "YB");
    assess_book_unit(&book, "XX");
    scratch_must(assess_marks_fill(&s->st, &scheme, 2026, &book, &err), &err);
    xx = assess_book_unit(&book, "XX");
    yb = assess_book_unit(&book, "YB");
    assert_int_equal(book.count, 2); /* GA has marks, but is no unit here */
    for (size_t i = 0; i < scheme.part_count; i++) {
        const char *code = scheme.parts[i].code;
        int mark = strcmp(code, "targets") == 0   ? 950000
                   : strcmp(code, "conduct") == 0 ? 700000
                                                  : ASSESS_NONE;

        assert_int_equal(yb->marks[i], mark);
        assert_int_equal(xx->marks[i], ASSESS_NONE);
    }
    assess_book_free(&book);
}

static void the_newest_sheet_counts(void **state)
{
    static const struct {
        const char *once, *part, *name;
        int32_t mark;
        size_t count;
        const char *field;
    } rows[] = {
        {"a", "targets", "发改委", 900000, 2, NULL},
        {"a", "targets", "发改委", 800000, 2, NULL}, /* the same form */
        {"b", "conduct", "纪委", 700000, 1, NULL},
        {"c", "targets", "发改委（更正）", 950000, 2, NULL},
        {"d", "openness", "发改委", 900000, 2, "part"}, /* the hall's own */
        {"e", "good", "发改委", 900000, 2, "part"},     /* citizens' */
        {"f", "nothing", "发改委", 900000, 2, "part"},
        {"g", "targets", "", 900000, 2, "name"},
        {"h", "targets", "发改委", 900000, 0, "sheet"},
    };
    struct scratch s;
    struct error err = {0};
    struct marks m = {0};
    int seen[2] = {0};

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct mark_line lines[] = {{0, rows[i].mark}, {1, rows[i].mark}};
        const struct sheet_input in = {.once = rows[i].once,
                                       .year = 2026,
                                       .part = rows[i].part,
                                       .name = rows[i].name,
                                       .digest = "d",
                                       .departments = departments,
                                       .lines = lines,
                                       .count = rows[i].count,
                                       .actor = "account 71"};
        bool ok;

        error_clear(&err);
        ok = sheet_import(&s.st, &in, SCRATCH_START_MS + (int64_t)i, &err);
        if (ok != (rows[i].field == NULL) ||
            (!ok && strcmp(err.field, rows[i].field) != 0))
            fail_msg("row %zu: %s (%s)", i, err.text, err.field);
    }
    error_clear(&err);
    scratch_must(sheets_each(&s.st, 2026, see_sheet, seen, &err), &err);
    assert_int_equal(seen[0], 3);
    assert_int_equal(seen[1], 2);
    scratch_must(sheet_marks_each(&s.st, 2026, "targets", add_mark, &m, &err), &err);
    assert_int_equal(m.count, 2);
    assert_int_equal(m.sum, 2 * 950000);
    fill_book(&s);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_year_is_frozen_as_it_starts),
        cmocka_unit_test(freezing_by_hand_and_adopting_late),
        cmocka_unit_test(what_is_in_force_is_found),
        cmocka_unit_test(a_sheet_is_read_line_by_line),
        cmocka_unit_test(the_newest_sheet_counts),
    };

    return cmocka_run_group_tests_name("schemes", tests, NULL, NULL);
}
