/*
 * day_log_store_test.c — entries of the log, their corrections, files and months, in a
 * real store.
 */
#include "scratch_store.h"

#include <string.h>

#include "base/crypt.h"
#include "store/day_log_store.h"

#define HOUR     INT64_C(3600000)
#define NOW      SCRATCH_START_MS /* 23 November, 10:00 */
#define PDF      "%PDF-1.4 what was seen"
#define MOST     (64 * 1024)
#define TOMORROW 20261124

static const struct day_log_rules rules = {
    .points = {[DAY_LOG_ATTENDANCE] = -100,
               [DAY_LOG_DISCIPLINE] = -200,
               [DAY_LOG_PRAISE] = 50,
               [DAY_LOG_COMPLAINT] = -100},
    .lock_ms = 24 * HOUR,
};

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
}

static int64_t take(struct scratch *s, const struct day_log_input *in, int64_t now_ms,
                    enum day_log_verdict want)
{
    struct day_log_input full = *in;
    enum day_log_verdict verdict;
    struct error err = {0};
    static int forms;
    char once[24];
    int64_t id;

    snprintf(once, sizeof(once), "form %d", forms++);
    if (full.once == NULL)
        full.once = once;
    full.words = full.words != NULL ? full.words : "看到的情况";
    full.actor = "account 7";
    full.file_most = MOST;
    scratch_must(day_log_take(&s->st, &rules, &full, now_ms, &verdict, &id, &err), &err);
    if (verdict != want)
        fail_msg("%s %d: verdict %d", full.window, full.local_date, (int)verdict);
    return id;
}

static void what_is_taken(void **state)
{
    static const int plus = 100, minus = -50;
    static const struct {
        struct day_log_input in;
        int64_t after_ms;
        enum day_log_verdict verdict;
    } rows[] = {
        {{.local_date = 20261123, .window = "W1", .kind = DAY_LOG_CHECK},
         0,
         DAY_LOG_TAKEN},
        {{.local_date = 20251123, .window = "W1", .kind = DAY_LOG_CHECK},
         0,
         DAY_LOG_TAKEN},
        {{.local_date = TOMORROW, .window = "W1", .kind = DAY_LOG_CHECK},
         0,
         DAY_LOG_TO_COME},
        {{.local_date = TOMORROW, .window = "W1", .kind = DAY_LOG_CHECK},
         14 * HOUR,
         DAY_LOG_TAKEN}, /* midnight there, 16:00 in UTC */
        {{.local_date = 20261123, .window = "W7", .kind = DAY_LOG_CHECK},
         0,
         DAY_LOG_NO_WINDOW},
        {{.local_date = 20261123, .window = "W9", .kind = DAY_LOG_CHECK},
         0,
         DAY_LOG_NO_WINDOW}, /* ended */
        {{.local_date = 20261123,
          .window = "W2",
          .kind = DAY_LOG_CHECK,
          .own_window = "W1",
          .side = DAY_LOG_WINDOW},
         0,
         DAY_LOG_NO_WINDOW},
        {{.local_date = 20261123,
          .window = "W1",
          .kind = DAY_LOG_COMPLAINT,
          .points = &plus},
         0,
         DAY_LOG_WRONG_POINTS},
        {{.local_date = 20261123,
          .window = "W1",
          .kind = DAY_LOG_PRAISE,
          .points = &minus},
         0,
         DAY_LOG_WRONG_POINTS},
        {{.corrects = 12345}, 0, DAY_LOG_NO_ENTRY},
    };
    struct scratch s;

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(rows); i++)
        take(&s, &rows[i].in, NOW + rows[i].after_ms, rows[i].verdict);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM log_entries"), 3);
    assert_int_equal(
        scratch_number(&s, "SELECT count(*) FROM log_entries WHERE late = 1"), 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM words WHERE sealed LIKE "
                                        "'%看到%'"),
                     0);
    scratch_close(&s);
}

/* What was frozen for good is written of no more. */
static void a_frozen_year_is_closed(void **state)
{
    const struct day_log_input before = {.local_date = 20251123, .window = "W1"};
    const struct day_log_input now = {.local_date = 20261123, .window = "W1"};
    struct scratch s;

    (void)state;
    open_hall(&s);
    scratch_run(&s, "INSERT INTO assessments (id, hall, year, final, version, from_month,"
                    " to_month, cut_ms, program, file, bytes, cases, departments, facts,"
                    " results, actor, at_ms) VALUES (1, 1, 2025, 1, 1, 202501, 202512, 1,"
                    " 'x', 'x', 1, 1, 1, 'x', 'x', 'x', 1)");
    take(&s, &before, NOW, DAY_LOG_FROZEN);
    take(&s, &now, NOW, DAY_LOG_TAKEN);
    scratch_close(&s);
}

static void the_same_form_is_one(void **state)
{
    const struct day_log_input in = {
        .local_date = 20261123,
        .window = "W1",
        .kind = DAY_LOG_DISCIPLINE,
        .once = "form x",
        .file = {.name = "a.pdf", .bytes = PDF, .length = strlen(PDF)}};
    struct scratch s;
    int64_t id;

    (void)state;
    open_hall(&s);
    id = take(&s, &in, NOW, DAY_LOG_TAKEN);
    assert_int_equal(take(&s, &in, NOW + HOUR, DAY_LOG_AGAIN), id);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM log_entries"), 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM evidence_files"), 1);
    scratch_close(&s);
}

struct seen {
    int count;
    struct day_log_entry last;
    char words[64];
};

static void see(void *self, const struct day_log_entry *e)
{
    struct seen *seen = self;

    seen->count++;
    seen->last = *e;
    snprintf(seen->words, sizeof(seen->words), "%s",
             e->words != NULL ? e->words : "(none)");
}

static void a_correction_is_an_entry_of_its_own(void **state)
{
    static const int nothing = 0;
    struct day_log_input in = {
        .local_date = 20261123, .window = "W1", .kind = DAY_LOG_DISCIPLINE};
    struct scratch s;
    struct error err = {0};
    struct day_log_entry e;
    struct seen seen = {0};
    int64_t first, second;
    bool found;

    (void)state;
    open_hall(&s);
    first = take(&s, &in, NOW, DAY_LOG_TAKEN);
    in = (struct day_log_input){
        .corrects = first, .side = DAY_LOG_WINDOW, .own_window = "W1"};
    take(&s, &in, NOW, DAY_LOG_NOT_THIS_SIDE);
    in = (struct day_log_input){.corrects = first, .own_window = "W2"};
    take(&s, &in, NOW, DAY_LOG_NO_ENTRY);
    in = (struct day_log_input){
        .corrects = first, .points = &nothing, .words = "看错了人"};
    second = take(&s, &in, NOW + 24 * HOUR, DAY_LOG_TAKEN);
    take(&s, &in, NOW + 24 * HOUR, DAY_LOG_CORRECTED);
    scratch_must(day_log_find(&s.st, first, &e, &found, &err), &err);
    assert_true(found && e.corrected_by == second && e.points == -200 && !e.late);
    scratch_must(day_log_find(&s.st, second, &e, &found, &err), &err);
    assert_true(found && e.corrects == first && e.points == 0 && e.late);
    assert_int_equal(e.kind, DAY_LOG_DISCIPLINE);
    assert_int_equal(e.local_date, 20261123);
    assert_string_equal(e.department, "YB");
    scratch_must(day_log_list(&s.st, 20261123, 20261123, "W1", NULL, see, &seen, &err),
                 &err);
    assert_int_equal(seen.count, 2);
    assert_string_equal(seen.words, "看错了人");
    seen = (struct seen){0};
    scratch_must(day_log_list(&s.st, 20261101, 20261130, NULL, "GA", see, &seen, &err),
                 &err);
    assert_int_equal(seen.count, 0);
    scratch_close(&s);
}

static void keep_file(void *self, const struct evidence *file)
{
    *(struct evidence *)self = *file;
}

static void files_are_kept_whole_and_sealed(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
        enum error_kind kind;
        const char *type, *kept;
    } rows[] = {
        {"C:\\pics\\a.pdf", PDF, sizeof(PDF) - 1, ERROR_NONE, "pdf", "a.pdf"},
        {"../../etc/passwd", "\xFF\xD8\xFF\xE0 jpeg", 9, ERROR_NONE, "jpg", "passwd"},
        {"p.exe", "\x89PNG\r\n\x1A\n....", 12, ERROR_NONE, "png", "p.exe"},
        {"n.txt", "窗口无人\n", 13, ERROR_NONE, "txt", "n.txt"},
        {"", "x", 1, ERROR_NONE, "txt", "?"},
        {"a.jpg", "MZ\x90\x00\x03", 5, ERROR_INPUT, NULL, NULL},
        {"a.pdf",
         "\x7F"
         "ELF",
         4, ERROR_INPUT, NULL, NULL},
        {"a.txt", "a\0b", 3, ERROR_INPUT, NULL, NULL},
        {"a.txt", "\xC0\xAF", 2, ERROR_INPUT, NULL, NULL},
        {"a.pdf", NULL, MOST + 1, ERROR_TOO_LARGE, NULL, NULL},
    };
    static char large[MOST + 1];
    struct scratch s;
    int64_t kept = 0;

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct evidence_of of = {.subject = EVIDENCE_LOG,
                                       .subject_id = 1000 + (int64_t)i,
                                       .department = "YB",
                                       .window = "W1"};
        const struct evidence_input in = {.name = rows[i].name,
                                          .bytes = rows[i].bytes != NULL ? rows[i].bytes
                                                                         : large,
                                          .length = rows[i].length};
        struct error err = {0};

        if (evidence_add(&s.st, &of, &in, MOST, "account 7", NOW, &err) !=
                (rows[i].kind == ERROR_NONE) ||
            err.kind != rows[i].kind)
            fail_msg("row %zu: %s", i, err.text);
        kept += rows[i].kind == ERROR_NONE;
    }
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM evidence_files"), kept);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM evidence_bytes"), kept);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf bytes = buf_new(EVIDENCE_BYTES_MOST);
        struct evidence file;
        struct error err = {0};
        bool found;

        if (rows[i].kind != ERROR_NONE)
            continue;
        scratch_must(
            evidence_list(&s.st, EVIDENCE_LOG, 1000 + (int64_t)i, keep_file, &file, &err),
            &err);
        scratch_must(evidence_find(&s.st, file.id, &file, &found, &err), &err);
        assert_true(found);
        assert_string_equal(evidence_type_name(file.type), rows[i].type);
        assert_string_equal(file.name, rows[i].kept);
        scratch_must(evidence_bytes(&s.st, &file, &bytes, &err), &err);
        assert_int_equal(bytes.length, rows[i].length);
        assert_memory_equal(bytes.data, rows[i].bytes, rows[i].length);
        buf_free(&bytes);
    }
    assert_int_equal(
        scratch_number(&s, "SELECT count(*) FROM evidence_bytes WHERE instr(sealed, "
                           "CAST('%PDF' AS BLOB)) > 0"),
        0);
    scratch_close(&s);
}

/* A file whose bytes were changed behind our back is not handed out. */
static void changed_bytes_are_found_out(void **state)
{
    const struct evidence_of of = {
        .subject = EVIDENCE_LOG, .subject_id = 1, .department = "YB", .window = "W1"};
    const struct evidence_input in = {
        .name = "a.pdf", .bytes = PDF, .length = strlen(PDF)};
    struct buf bytes = buf_new(EVIDENCE_BYTES_MOST);
    struct scratch s;
    struct evidence file;
    struct error err = {0};
    bool found;

    (void)state;
    open_hall(&s);
    scratch_must(evidence_add(&s.st, &of, &in, MOST, "account 7", NOW, &err), &err);
    scratch_must(evidence_find(&s.st, scratch_number(&s, "SELECT id FROM evidence_files"),
                               &file, &found, &err),
                 &err);
    memset(file.sha256, '0', sizeof(file.sha256) - 1);
    assert_false(evidence_bytes(&s.st, &file, &bytes, &err));
    assert_int_equal(err.kind, ERROR_BROKEN);
    buf_free(&bytes);
    scratch_close(&s);
}

static void months_of_windows_that_were_present(void **state)
{
    static const int more = -150;
    static const struct day_log_input entries[] = {
        {.local_date = 20261103, .window = "W1", .kind = DAY_LOG_DISCIPLINE},
        {.local_date = 20261103, .window = "W1", .kind = DAY_LOG_PRAISE},
        {.local_date = 20261010, .window = "W1", .kind = DAY_LOG_CHECK, .points = &more},
        {.local_date = 20261123, .window = "W2", .kind = DAY_LOG_PRAISE},
        {.local_date = 20251123, .window = "W1", .kind = DAY_LOG_DISCIPLINE},
    };
    struct scratch s;
    struct error err = {0};
    struct day_log_windows w;
    struct day_log_year year;

    (void)state;
    open_hall(&s);
    for (size_t i = 0; i < LENGTH(entries); i++)
        take(&s, &entries[i], NOW, DAY_LOG_TAKEN);
    scratch_run(&s, "INSERT INTO case_sums (hall, span, date, window_code, matter_code,"
                    " clerk_code, department_code, closed, ratable, reached) VALUES"
                    " (1, 3, 20261100, 'W3', '', '', 'YB', 4, 4, 0),"
                    " (1, 2, 20261105, 'W3', '', '', 'YB', 4, 4, 0),"
                    " (1, 3, 20261200, 'W3', '', '', 'YB', 0, 0, 0)");
    scratch_must(day_log_windows(&s.st, 2026, NULL, NULL, &w, &err), &err);
    assert_int_equal(w.count, 4);
    day_log_department(&w, "YB", &year);
    assert_int_equal(year.months[9], 985000);  /* W1 alone */
    assert_int_equal(year.months[10], 992500); /* W1 98.50, W3 100.00 */
    assert_int_equal(year.months[11], DAY_LOG_NONE);
    assert_int_equal(year.quarters[3], 988750);
    assert_int_equal(year.year, 988750);
    day_log_department(&w, "GA", &year);
    assert_int_equal(year.year, 1000000); /* praise lifts nothing above 100.00 */
    day_log_of_window(&w, "W1", &year);
    assert_int_equal(year.months[10], 985000);
    day_log_department(&w, "XX", &year);
    assert_int_equal(year.year, DAY_LOG_NONE);
    day_log_windows_free(&w);
    scratch_must(day_log_windows(&s.st, 2026, "YB", "W1", &w, &err), &err);
    assert_int_equal(w.count, 2);
    assert_int_equal(w.list[1].entries, 2);
    assert_int_equal(w.list[1].late, 2);
    day_log_windows_free(&w);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken),
        cmocka_unit_test(a_frozen_year_is_closed),
        cmocka_unit_test(the_same_form_is_one),
        cmocka_unit_test(a_correction_is_an_entry_of_its_own),
        cmocka_unit_test(files_are_kept_whole_and_sealed),
        cmocka_unit_test(changed_bytes_are_found_out),
        cmocka_unit_test(months_of_windows_that_were_present),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
