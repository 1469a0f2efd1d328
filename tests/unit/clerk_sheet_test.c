/*
 * clerk_sheet_test.c — the facts of one clerk's year: by channel, of the right clerk and
 * year, with what appeals took out and what only the inspection may count.
 */
#include "rated_life.h"

#include "store/clerk_sheet.h"

static const struct clerk_query c1 = {"C1", 2026}, c2 = {"C2", 2026},
                                before = {"C1", 2025};

static void open_own(struct scratch *s)
{
    open_hall(s);
    scratch_run(s, "INSERT INTO matters (id, hall, code, name, short_name, department_id,"
                   " series_code, kind, statutory_days, promised_days, usual_days,"
                   " sensitive, form, ended, since_ms) VALUES (23, 1, 'YB-02', '转移',"
                   " '转移', 11, 'A', 'promise', 20, 3, 2, 0, 'overall', 0, 0)");
}

struct told {
    const char *number, *clerk, *matter;
    int days; /* since it was accepted; a Monday is NOW */
    int grade, dims[4];
    enum rating_channel channel;
    const char *tags;
};

/* A case, closed and rated; its id. */
static int64_t rated(struct scratch *s, const struct told *t)
{
    const struct case_import in = {.source = "oa",
                                   .case_no = t->number,
                                   .matter = t->matter,
                                   .window = "W1",
                                   .clerk = t->clerk,
                                   .accepted_ms = NOW - t->days * DAY,
                                   .closed_ms = NOW,
                                   .actor = "key 1"};
    struct rating_input rating = {
        .grade = t->grade, .channel = t->channel, .proof = "P4"};
    struct rating_detail detail = {.tags = t->tags, .words = "", .contact = -1};
    struct rating_result result;
    struct service_case c;
    struct invitation inv;
    struct error err = {0};
    bool fresh;

    scratch_must(case_import(&s->st, &rules, &in, NOW, &c, &inv, &fresh, &err), &err);
    if (t->grade == 0)
        return c.id;
    rating.case_id = detail.case_id = c.id;
    scratch_must(rating_take(&s->st, &rules.rating, &rating, NOW + 1, &result, &err),
                 &err);
    detail.rating_id = result.rating_id;
    memcpy(detail.dims, t->dims, sizeof(detail.dims));
    scratch_must(rating_detail_add(&s->st, &rules.rating, &detail, NOW + 2, &err), &err);
    return c.id;
}

static const struct told table[] = {
    {"A", "C1", "YB-02", 1, 5, {5, 4, 3, 2}, CHANNEL_TICKET_QR, ""},
    {"B", "C1", "YB-02", 14, 1, {1, 1, 0, 1}, CHANNEL_SMS, "108,115"},
    {"C", "C1", "YB-01", 1, 2, {0, 0, 0, 0}, CHANNEL_SMS, "209"},
    {"D", "C1", "YB-02", 2, 0, {0}, CHANNEL_SMS, ""},
    {"E", "C2", "YB-02", 1, 1, {2, 2, 2, 2}, CHANNEL_SMS, "109"},
};

static void fill(struct scratch *s)
{
    for (size_t i = 0; i < LENGTH(table); i++)
        rated(s, &table[i]);
}

static int64_t rating_of(struct scratch *s, const char *case_no)
{
    char query[200];

    snprintf(query, sizeof(query),
             "SELECT r.id FROM ratings r JOIN cases c ON c.id = r.case_id"
             " WHERE c.case_no = '%s'",
             case_no);
    return number(s, query);
}

static void sums(void **state)
{
    struct grade_counts dims[CLERK_SHEET_CHANNELS][CLERK_SHEET_DIMS];
    struct clerk_promises promises;
    struct scratch s;
    struct error err = {0};

    (void)state;
    open_own(&s);
    fill(&s);
    scratch_must(clerk_dims(&s.st, &c1, dims, &err), &err);
    assert_int_equal(dims[CHANNEL_TICKET_QR][0].of[5], 1);
    assert_int_equal(dims[CHANNEL_TICKET_QR][3].of[2], 1);
    assert_int_equal(dims[CHANNEL_SMS][0].of[1], 1);
    assert_int_equal(grades_rated(&dims[CHANNEL_SMS][2]), 0);
    assert_int_equal(grades_rated(&dims[CHANNEL_DESK][0]), 0);
    scratch_must(clerk_dims(&s.st, &before, dims, &err), &err);
    assert_int_equal(grades_rated(&dims[CHANNEL_SMS][0]), 0);
    /* Three of promised days, one of them over its three; YB-01 promises nothing. */
    scratch_must(clerk_promises(&s.st, &c1, &promises, &err), &err);
    assert_true(promises.closed == 3 && promises.kept == 2);
    scratch_must(clerk_promises(&s.st, &before, &promises, &err), &err);
    assert_true(promises.closed == 0 && promises.kept == 0);
    scratch_close(&s);
}

static void note_order(void *self, const struct clerk_order *o)
{
    char *all = self;
    size_t at = strlen(all);

    assert_true(o->opened_ms > NOW && o->opened_ms <= NOW + 2);
    snprintf(all + at, 400 - at, "%s %d %s %s%s;", o->channel, o->grade, o->tags,
             o->corrected ? "corrected" : "", o->excluded ? "excluded" : "");
}

static void orders_and_appeals(void **state)
{
    struct rating_input better = {.grade = 4, .channel = CHANNEL_SMS, .proof = "P1"};
    struct clerk_appeals appeals;
    struct rating_result result;
    struct scratch s;
    struct error err = {0};
    char all[400] = "", none[400] = "";

    (void)state;
    open_own(&s);
    fill(&s);
    better.case_id =
        rated(&s, &(struct told){"F", "C1", "YB-01", 1, 2, {0}, CHANNEL_SMS, "214"});
    scratch_must(rating_take(&s.st, &rules.rating, &better, NOW + 5, &result, &err),
                 &err);
    scratch_must(appeal_file(&s.st, rating_of(&s, "B"), "malice", "x", "account 1", DAY,
                             NOW + 2 * DAY, &err),
                 &err);
    scratch_must(appeal_file(&s.st, rating_of(&s, "E"), "malice", "x", "account 1", DAY,
                             NOW + 2 * DAY, &err),
                 &err);
    scratch_must(clerk_appeals(&s.st, &c1, &appeals, &err), &err);
    assert_true(appeals.open == 1 && appeals.upheld == 0 && appeals.excluded == 0);
    scratch_must(appeal_decide(&s.st, rating_of(&s, "B"), "excluded", "x", "account 2",
                               "", NOW + 3 * DAY, &err),
                 &err);
    scratch_must(appeal_decide(&s.st, rating_of(&s, "E"), "upheld", "x", "account 2", "",
                               NOW + 3 * DAY, &err),
                 &err);
    scratch_must(clerk_appeals(&s.st, &c1, &appeals, &err), &err);
    assert_true(appeals.open == 0 && appeals.upheld == 0 && appeals.excluded == 1);
    scratch_must(clerk_appeals(&s.st, &c2, &appeals, &err), &err);
    assert_true(appeals.open == 0 && appeals.upheld == 1 && appeals.excluded == 0);
    scratch_must(clerk_appeals(&s.st, &before, &appeals, &err), &err);
    assert_true(appeals.excluded == 0);
    scratch_must(clerk_orders(&s.st, &c1, note_order, all, &err), &err);
    /* A dimension of 2 beside the 5 is followed up, too. */
    assert_string_equal(all, "ticket_qr 5  ;sms 1 108,115 excluded;sms 2 209 ;"
                             "sms 2 214 corrected;");
    scratch_must(clerk_orders(&s.st, &before, note_order, none, &err), &err);
    assert_string_equal(none, "");
    scratch_close(&s);
}

static void thanks_and_hints(void **state)
{
    struct praise_input thanks = {
        .way = PRAISE_PAGE, .words = "谢谢", .once = "case 1", .actor = "citizen"};
    int64_t praises[PRAISE_WAYS], hints, id;
    enum praise_verdict verdict;
    struct scratch s;
    struct error err = {0};

    (void)state;
    open_own(&s);
    fill(&s);
    thanks.case_id =
        rated(&s, &(struct told){"G", "C1", "YB-01", 1, 5, {0}, CHANNEL_DESK, ""});
    scratch_must(praise_take(&s.st, &thanks, NOW + 9, &verdict, &id, &err), &err);
    scratch_must(clerk_praises(&s.st, &c1, praises, &err), &err);
    assert_true(praises[PRAISE_PAGE] == 1 && praises[PRAISE_LETTER] == 0);
    scratch_must(clerk_praises(&s.st, &c2, praises, &err), &err);
    assert_int_equal(praises[PRAISE_PAGE], 0);
    scratch_must(clerk_praises(&s.st, &before, praises, &err), &err);
    assert_int_equal(praises[PRAISE_PAGE], 0);
    scratch_must(clerk_hints(&s.st, &c1, &hints, &err), &err);
    assert_int_equal(hints, 0);
    scratch_run(&s, "INSERT INTO work_orders (id, hall, number, kind, case_id, rating_id,"
                    " opened_ms) SELECT 7, hall, '20269999', 'hint', id, NULL,"
                    " 1795399200000 FROM cases WHERE case_no = 'A'");
    scratch_must(clerk_hints(&s.st, &c1, &hints, &err), &err);
    assert_int_equal(hints, 1);
    scratch_must(clerk_hints(&s.st, &c2, &hints, &err), &err);
    assert_int_equal(hints, 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(orders_and_appeals),
        cmocka_unit_test(thanks_and_hints),
    };

    return cmocka_run_group_tests_name("clerk_sheet", tests, NULL, NULL);
}
