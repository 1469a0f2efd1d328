/*
 * indicator_store_test.c — bad ratings with what was ticked and written, and figures of
 * concentration that are appended and never changed.
 */
#include "rated_life.h"

#include "store/indicator_store.h"

/* A closed case that was rated so, with these details. */
static int64_t rated(struct scratch *s, const char *number, int grade, const char *tags,
                     const char *words)
{
    const struct case_import in = {.source = "oa",
                                   .case_no = number,
                                   .matter = "YB-01",
                                   .window = "W1",
                                   .clerk = "C1",
                                   .accepted_ms = NOW - DAY,
                                   .closed_ms = NOW,
                                   .actor = "key 1"};
    struct rating_input rating = {
        .grade = grade, .channel = CHANNEL_TICKET_QR, .proof = "P4"};
    struct rating_detail detail = {.tags = tags, .words = words, .contact = -1};
    struct rating_result result;
    struct service_case c;
    struct invitation inv;
    struct error err = {0};
    bool fresh;

    scratch_must(case_import(&s->st, &rules, &in, NOW, &c, &inv, &fresh, &err), &err);
    rating.case_id = detail.case_id = c.id;
    scratch_must(rating_take(&s->st, &rules.rating, &rating, NOW + 1, &result, &err),
                 &err);
    detail.rating_id = result.rating_id;
    if (tags[0] != '\0' || words[0] != '\0')
        scratch_must(rating_detail_add(&s->st, &rules.rating, &detail, NOW + 2, &err),
                     &err);
    return c.id;
}

static void note(void *self, const struct bad_rating *r)
{
    char *all = self;
    size_t at = strlen(all);

    assert_string_equal(r->department_name, "医保局");
    snprintf(all + at, 400 - at, "%s %s %s;", r->tags, r->words != NULL ? r->words : "-",
             r->erased ? "erased" : "");
}

static void bad_ratings(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct rating_input better = {
        .grade = 5, .channel = CHANNEL_TICKET_QR, .proof = "P4"};
    struct rating_result result;
    char all[400] = "", none[400] = "";

    (void)state;
    open_hall(&s);
    rated(&s, "A", 1, "115,113", "脸难看");
    rated(&s, "B", 5, "517", "很好");
    rated(&s, "C", 2, "", "");
    better.case_id = rated(&s, "D", 1, "115", "点错了");
    rated(&s, "E", 2, "214", "擦掉");
    scratch_must(rating_take(&s.st, &rules.rating, &better, NOW + 3, &result, &err),
                 &err);
    scratch_run(&s, "DELETE FROM words WHERE id = (SELECT max(words_id) FROM"
                    " rating_details)");
    scratch_must(bad_ratings_each(&s.st, 20261123, 20261123, note, all, &err), &err);
    assert_string_equal(all, "115,113 脸难看 ; - ;214 - erased;");
    scratch_must(bad_ratings_each(&s.st, 20261124, 20271231, note, none, &err), &err);
    assert_string_equal(none, "");
    scratch_close(&s);
}

static void note_figure(void *self, const struct concentration *c)
{
    char *all = self;
    size_t at = strlen(all);

    snprintf(all + at, 400 - at, "%s %s %lld/%lld %d %s;", c->department,
             concentration_name(c->kind), (long long)c->moved, (long long)c->whole,
             c->day, c->evidence);
}

static void figures_are_appended(void **state)
{
    struct concentration c = {.department = "YB",
                              .kind = MOVED_MATTERS,
                              .moved = 3,
                              .whole = 4,
                              .day = 20261101,
                              .evidence = "清单",
                              .actor = "account 7",
                              .once = "1"};
    struct scratch s;
    struct error err = {0};
    char all[400] = "";

    (void)state;
    open_hall(&s);
    scratch_must(concentration_add(&s.st, &c, 20261123, NOW, &err), &err);
    scratch_must(concentration_add(&s.st, &c, 20261123, NOW + 1, &err), &err); /* twice */
    c.moved = 4;
    c.once = "2";
    c.day = 20261120;
    scratch_must(concentration_add(&s.st, &c, 20261123, NOW + 2, &err), &err);
    c.moved = 0;
    c.once = "3";
    c.kind = MOVED_PEOPLE;
    scratch_must(concentration_add(&s.st, &c, 20261123, NOW + 3, &err), &err);
    scratch_must(concentrations_each(&s.st, 20260101, 20261231, note_figure, all, &err),
                 &err);
    assert_string_equal(all, "YB matters 4/4 20261120 清单;YB matters 3/4 20261101 清单;"
                             "YB people 0/4 20261120 清单;");
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM audit_events WHERE action"
                                        " = 'concentration.added'"),
                     3);
    scratch_close(&s);
}

static void what_is_refused(void **state)
{
    static const struct {
        struct concentration c;
        const char *field;
    } rows[] = {
        {{.department = "XX", .moved = 1, .whole = 1, .day = 20261101}, "department"},
        {{.department = "YB", .kind = MOVED_KINDS, .whole = 1, .day = 20261101}, "kind"},
        {{.department = "YB", .moved = -1, .whole = 1, .day = 20261101}, "moved"},
        {{.department = "YB", .moved = 2, .whole = 1, .day = 20261101}, "whole"},
        {{.department = "YB", .moved = 0, .whole = 0, .day = 20261101}, "whole"},
        {{.department = "YB", .moved = 0, .whole = 1000001, .day = 20261101}, "whole"},
        {{.department = "YB", .moved = 0, .whole = 1, .day = 20261124}, "day"},
        {{.department = "YB", .moved = 0, .whole = 1, .day = 20260230}, "day"},
        {{.department = "YB", .moved = 0, .whole = 1, .day = 0}, "day"},
        {{.department = "YB", .moved = 0, .whole = 1, .day = 20261101}, "evidence"},
    };
    struct scratch s;

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct concentration c = rows[i].c;
        struct error err = {0};

        c.evidence = strcmp(rows[i].field, "evidence") == 0 ? "  " : "清单";
        c.actor = "account 7";
        c.once = "x";
        assert_false(concentration_add(&s.st, &c, 20261123, NOW, &err));
        assert_string_equal(err.field, rows[i].field);
    }
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM concentrations"), 0);
    assert_int_equal(concentration_read("matter"), MOVED_KINDS);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_ratings),
        cmocka_unit_test(figures_are_appended),
        cmocka_unit_test(what_is_refused),
    };

    return cmocka_run_group_tests_name("indicator_store", tests, NULL, NULL);
}
