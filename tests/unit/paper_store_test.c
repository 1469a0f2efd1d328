/*
 * paper_store_test.c — who may assess whom, and papers that are written once and stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "store/paper_store.h"

#include "scratch_store.h"

#define NOW    SCRATCH_START_MS
#define DIGEST "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Accounts of every kind of home. */
static void open_hall(struct scratch *s)
{
    scratch_open(s);
    scratch_run(s, "INSERT INTO accounts (id, hall, name, role, created_ms) VALUES"
                   " (71, 1, 'org', 'organisation', 0), (72, 1, 'hall', 'hall', 0),"
                   " (73, 1, 'dept', 'department', 0), (74, 1, 'head', 'window_head', 0),"
                   " (75, 1, 'clerk', 'clerk', 0), (76, 1, 'gone', 'organisation', 0)");
    scratch_run(s, "INSERT INTO account_roles (id, hall, account_id, role, place, actor,"
                   " at_ms) VALUES (81, 1, 73, 'department', 'GA', 'x', 0),"
                   " (82, 1, 74, 'window_head', 'W2', 'x', 0),"
                   " (83, 1, 75, 'clerk', 'C1', 'x', 0)");
    scratch_run(s, "INSERT INTO account_ends (account_id, hall, actor, at_ms)"
                   " VALUES (76, 1, 'x', 0)");
}

static const struct {
    const char *once, *home;
    int64_t account;
    int since, until;
    const char *proof, *field; /* NULL: taken */
} entries[] = {
    {"a", "", 71, 20260101, 20261231, "证书 2026-7", NULL},
    {"a", "YB", 71, 20260101, 20261231, "the same form again", NULL}, /* is the first */
    {"b", "YB", 72, 20260301, 20260630, "培训合格", NULL},
    {"c", "", 73, 20260101, 20261231, "任命", NULL},
    {"d", "", 74, 20260101, 20261231, "任命", NULL},
    {"e", "", 75, 20260101, 20261231, "任命", NULL},
    {"f", "", 76, 20260101, 20261231, "任命", "account"},
    {"g", "", 99, 20260101, 20261231, "任命", "account"},
    {"h", "XX", 71, 20260101, 20261231, "任命", "home"},
    {"i", "", 71, 20260230, 20261231, "任命", "since"},
    {"j", "", 71, 0, 20261231, "任命", "since"},
    {"k", "", 71, 20260102, 20260101, "任命", "until"},
    {"l", "", 71, 20260102, 20260103, "", "proof"},
};

static void enter_all(struct scratch *s)
{
    for (size_t i = 0; i < LENGTH(entries); i++) {
        const struct assessor_input in = {.once = entries[i].once,
                                          .account_id = entries[i].account,
                                          .home = entries[i].home,
                                          .since = entries[i].since,
                                          .until = entries[i].until,
                                          .proof = entries[i].proof,
                                          .actor = "account 71"};
        struct error err = {0};
        bool ok = assessor_add(&s->st, &in, NOW + (int64_t)i, &err);

        if (ok != (entries[i].field == NULL) ||
            (!ok && strcmp(err.field, entries[i].field) != 0))
            fail_msg("row %zu: %s (%s)", i, err.text, err.field);
    }
}

static void nobody_assesses_unqualified_or_at_home(void **state)
{
    static const struct {
        int64_t account;
        const char *department;
        int date;
        enum assessor_verdict verdict;
    } rows[] = {
        {71, "YB", 20260101, ASSESSOR_FITS},
        {71, "YB", 20261231, ASSESSOR_FITS},
        {71, "YB", 20270101, ASSESSOR_EXPIRED},
        {71, "YB", 20251231, ASSESSOR_EXPIRED},
        {72, "YB", 20260401, ASSESSOR_OWN},
        {72, "GA", 20260401, ASSESSOR_FITS},
        {72, "GA", 20260701, ASSESSOR_EXPIRED},
        {73, "GA", 20260401, ASSESSOR_OWN}, /* tied to it, whatever the list says */
        {73, "YB", 20260401, ASSESSOR_FITS},
        {74, "GA", 20260401, ASSESSOR_OWN}, /* by his window */
        {74, "YB", 20260401, ASSESSOR_FITS},
        {75, "YB", 20260401, ASSESSOR_OWN}, /* by the clerk's window */
        {75, "GA", 20260401, ASSESSOR_FITS},
        {76, "GA", 20260401, ASSESSOR_UNKNOWN},
        {99, "GA", 20260401, ASSESSOR_UNKNOWN},
    };
    struct scratch s;
    struct error err = {0};

    (void)state;
    open_hall(&s);
    enter_all(&s);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM assessors"), 5);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM audit_events WHERE action ="
                                        " 'assessor.qualified'"),
                     5);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        enum assessor_verdict verdict;

        error_clear(&err);
        scratch_must(assessor_judge(&s.st, rows[i].account, rows[i].department,
                                    rows[i].date, &verdict, &err),
                     &err);
        if (verdict != rows[i].verdict)
            fail_msg("row %zu: verdict %d", i, (int)verdict);
        assert_int_equal(
            assessor_may(&s.st, rows[i].account, rows[i].department, rows[i].date, &err),
            verdict == ASSESSOR_FITS);
        assert_int_equal(err.kind, verdict == ASSESSOR_FITS ? ERROR_NONE : ERROR_DENIED);
    }
    scratch_close(&s);
}

struct seen {
    int count, newest;
    struct assessor last;
};

static void see(void *self, const struct assessor *a)
{
    struct seen *seen = self;

    seen->count++;
    seen->newest += a->newest;
    if (seen->count == 1)
        seen->last = *a;
}

static void the_newest_entry_counts(void **state)
{
    const struct assessor_input ends = {.once = "end",
                                        .account_id = 71,
                                        .home = "GA",
                                        .since = 20260101,
                                        .until = 20260531,
                                        .proof = "调离",
                                        .actor = "account 71"};
    struct scratch s;
    struct error err = {0};
    struct seen seen = {0};

    (void)state;
    open_hall(&s);
    enter_all(&s);
    scratch_must(assessor_add(&s.st, &ends, NOW + 100, &err), &err);
    assert_false(assessor_may(&s.st, 71, "YB", 20260601, &err));
    error_clear(&err);
    assert_false(assessor_may(&s.st, 71, "GA", 20260501, &err));
    error_clear(&err);
    assert_true(assessor_may(&s.st, 71, "YB", 20260501, &err));
    scratch_must(assessors_each(&s.st, see, &seen, &err), &err);
    assert_int_equal(seen.count, 6);
    assert_int_equal(seen.newest, 5);
    assert_string_equal(seen.last.name, "org");
    assert_string_equal(seen.last.home_name, "公安局");
    scratch_close(&s);
}

static const struct {
    const char *once;
    int year;
    enum paper_kind kind;
    const char *title, *body, *people;
    int date;
    const char *field;
} papers[] = {
    {"1", 2026, PAPER_TEMPLATE, "考核流程", "一、收集", "", 20260105, NULL},
    {"1", 2026, PAPER_TEMPLATE, "另一个", "同一张表再来一次", "", 20260105, NULL},
    {"2", 2026, PAPER_TRAINING, "一月培训", "8学时", "org, hall", 20260110, NULL},
    {"3", 2026, PAPER_SUPERVISION, "抽查三号窗口评分程序", "'; DROP TABLE papers; --", "",
     20260301, NULL},
    {"4", 2025, PAPER_TEMPLATE, "去年的", "文", "", 20250101, NULL},
    {"5", 2026, PAPER_TRAINING, "没有人", "8学时", "", 20260110, "people"},
    {"6", 2026, PAPER_TEMPLATE, "", "文", "", 20260110, "title"},
    {"7", 2026, PAPER_TEMPLATE, "题", "", "", 20260110, "body"},
    {"8", 2026, PAPER_TEMPLATE, "题", "文", "", 0, "date"},
};

static void count_paper(void *self, const struct paper *p)
{
    int *counts = self;

    counts[p->kind]++;
    assert_string_equal(p->by, "org");
    assert_int_not_equal(p->title[0], '\0');
}

static void papers_stay(void **state)
{
    struct scratch s;
    struct error err = {0};
    int counts[PAPER_KINDS + 1] = {0};

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(papers); i++) {
        const struct paper_input in = {.once = papers[i].once,
                                       .year = papers[i].year,
                                       .kind = papers[i].kind,
                                       .title = papers[i].title,
                                       .body = papers[i].body,
                                       .people = papers[i].people,
                                       .date = papers[i].date,
                                       .actor = "account 71"};
        bool ok;

        error_clear(&err);
        ok = paper_add(&s.st, &in, NOW + (int64_t)i, &err);
        if (ok != (papers[i].field == NULL) ||
            (!ok && strcmp(err.field, papers[i].field) != 0))
            fail_msg("row %zu: %s (%s)", i, err.text, err.field);
    }
    error_clear(&err);
    scratch_must(papers_each(&s.st, 2026, count_paper, counts, &err), &err);
    assert_int_equal(counts[PAPER_TEMPLATE], 1);
    assert_int_equal(counts[PAPER_TRAINING], 1);
    assert_int_equal(counts[PAPER_SUPERVISION], 1);
    assert_int_equal(paper_kind_parse("gift"), PAPER_KINDS);
    scratch_close(&s);
}

static const struct {
    const char *once, *department, *body, *digest, *name;
    int64_t account;
    enum error_kind kind;
} signs[] = {
    {"1", "YB", "良好", DIGEST, "王主任", 71, ERROR_NONE},
    {"1", "GA", "同一张表", DIGEST, "王主任", 71, ERROR_NONE}, /* is the first */
    {"2", "YB", "复核后：良好", DIGEST, "王主任", 71, ERROR_NONE},
    {"3", "GA", "合格", DIGEST, "李", 74, ERROR_DENIED}, /* his own department */
    {"4", "GA", "合格", DIGEST, "李", 76, ERROR_DENIED},
    {"5", "GA", "合格", DIGEST, "李", 72, ERROR_DENIED}, /* no longer qualified */
    {"6", "XX", "合格", DIGEST, "李", 71, ERROR_INPUT},
    {"7", "GA", "", DIGEST, "李", 71, ERROR_INPUT},
    {"8", "GA", "合格", "", "李", 71, ERROR_INPUT}, /* nothing is frozen */
    {"9", "GA", "合格", "zz", "李", 71, ERROR_INPUT},
    {"10", "GA", "合格", DIGEST, "", 71, ERROR_INPUT},
};

static void count_judgement(void *self, const struct judgement *j)
{
    int *counts = self;

    counts[0]++;
    counts[1] += j->newest;
    if (j->newest) {
        assert_string_equal(j->body, "复核后：良好");
        assert_string_equal(j->department_name, "医保局");
        assert_string_equal(j->digest, DIGEST);
    }
}

static void judgements_are_signed_by_who_may(void **state)
{
    struct scratch s;
    struct error err = {0};
    int counts[2] = {0};

    (void)state;
    open_hall(&s);
    enter_all(&s);
    for (size_t i = 0; i < LENGTH(signs); i++) {
        const struct judgement_input in = {.once = signs[i].once,
                                           .year = 2026,
                                           .department = signs[i].department,
                                           .body = signs[i].body,
                                           .digest = signs[i].digest,
                                           .signed_name = signs[i].name,
                                           .account_id = signs[i].account,
                                           .actor = "account 71",
                                           .date = 20261128};

        error_clear(&err);
        if (judgement_sign(&s.st, &in, NOW + 100 + (int64_t)i, &err) !=
                (signs[i].kind == ERROR_NONE) ||
            err.kind != signs[i].kind)
            fail_msg("row %zu: %s", i, err.text);
    }
    error_clear(&err);
    scratch_must(judgements_each(&s.st, 2026, count_judgement, counts, &err), &err);
    assert_int_equal(counts[0], 2);
    assert_int_equal(counts[1], 1);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_assesses_unqualified_or_at_home),
        cmocka_unit_test(the_newest_entry_counts),
        cmocka_unit_test(papers_stay),
        cmocka_unit_test(judgements_are_signed_by_who_may),
    };

    return cmocka_run_group_tests_name("papers", tests, NULL, NULL);
}
