/*
 * spool_test.c — tickets on their way to printers that are well, stuck, away or wrongly
 * set: which job goes where, what is said of it, and that none is sent a second time.
 *
 * A real store with its writer, real threads, printers on loopback ports; the wall clock
 * is moved by hand. Waiting is for other threads only, and bounded.
 */
#include "scratch_store.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "scripted_printer.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "work/options.h"
#include "work/spool.h"

enum { PATIENCE_MS = 60000, TICK_MS = 3 };

const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    /* Frames are kept for as long as the program runs, and so is fontconfig's. */
    return "leak:hall_frame_read\nleak:libfontconfig\n";
}

struct house {
    struct scratch s;
    struct hall_frame_holder frame;
    struct settings *settings;
    struct press *press;
    struct writer *writer;
    _Atomic(struct spool *) spool;
    bool hurried; /* each batch is followed by another one before a thread wakes up */
};

static void job_offered(void *self, struct store *st, int64_t now_ms)
{
    struct spool *spool = atomic_load(&((struct house *)self)->spool);

    if (spool != NULL)
        spool_offer(spool, st, now_ms);
}

static void job_added(void *self, const struct store_rings *rings, bool committed)
{
    struct spool *spool = atomic_load(&((struct house *)self)->spool);

    if (spool != NULL)
        spool_settle(spool, rings, committed);
    if (spool != NULL && ((struct house *)self)->hurried)
        spool_settle(spool, rings, committed);
}

static void set(struct house *h, const char *config)
{
    char path[] = "/tmp/yiping-spool-XXXXXX";
    struct error err = {0};
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, config, strlen(config)), (ssize_t)strlen(config));
    close(fd);
    h->settings = settings_new(options_table, options_count);
    scratch_must(settings_read_file(h->settings, path, &err), &err);
    unlink(path);
}

static const struct token_way way = {.base_url = "http://127.0.0.1:8080"};

static void house_start(struct house *h)
{
    struct error err = {0};

    scratch_must(db_commit(h->s.st.db, &err), &err);
    atomic_store(&h->frame.now, h->s.st.frame);
    h->writer =
        writer_start(&h->s.st, &h->frame,
                     &(struct writer_hooks){
                         .job_offered = job_offered, .job_added = job_added, .self = h});
    h->press = press_start(h->settings, NULL, &h->s.world);
    atomic_store(&h->spool, spool_start(h->settings, &way, h->press, h->writer));
}

static void house_open(struct house *h, const char *config)
{
    static const struct hall_frame *frame;
    struct error err = {0};

    *h = (struct house){0};
    scratch_open(&h->s);
    if (frame == NULL)
        scratch_must(hall_frame_read(h->s.st.db, &frame, &err), &err);
    h->s.st.frame = frame;
    set(h, config);
    scratch_run(&h->s, "INSERT INTO kiosks (id, hall, code, printer, ended, since_ms) "
                       "VALUES (61, 1, 'KA', 'a', 0, 0), (62, 1, 'KB', 'b', 0, 0)");
    house_start(h);
}

static void house_stop(struct house *h)
{
    struct error err = {0};

    spool_stop(atomic_load(&h->spool));
    press_stop(h->press);
    writer_stop(h->writer);
    spool_free(atomic_exchange(&h->spool, NULL));
    scratch_must(db_begin(h->s.st.db, &err), &err);
}

static void house_close(struct house *h)
{
    house_stop(h);
    settings_free(h->settings);
    scratch_close(&h->s);
}

/* ---- what a test does and sees ---------------------------------------------------- */

struct taking {
    struct command command;
    const char *kiosk;
    int64_t again; /* the ticket to print once more; 0: a new one */
    struct ticket ticket;
    int64_t job;
};

static bool run_taking(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct taking *t = (struct taking *)c;

    if (t->again != 0)
        return ticket_get(st, t->again, &t->ticket, err) &&
               print_job_again(st, &t->ticket, "key 1", now_ms, &t->job, err);
    return ticket_take(st,
                       &(struct ticket_input){.matter_code = "YB-01",
                                              .lang = "zh-CN",
                                              .kiosk_code = t->kiosk,
                                              .actor = "key 1"},
                       now_ms, &t->ticket, &t->job, err);
}

static struct taking take(struct house *h, const char *kiosk, int64_t again)
{
    struct taking t = {.command = {.run = run_taking}, .kiosk = kiosk, .again = again};
    struct error err = {0};

    scratch_must(writer_do(h->writer, &t.command, &err), &err);
    assert_int_not_equal(t.job, 0);
    return t;
}

struct glance {
    struct command command;
    int64_t ticket;
    const char *printer;
    struct print_job job;
    struct printer_record record;
    bool known;
};

static bool run_glance(struct store *st, struct command *c, int64_t now_ms,
                       struct error *err)
{
    struct glance *g = (struct glance *)c;
    bool found;

    (void)now_ms;
    if (g->printer != NULL)
        return printer_record_get(st, g->printer, &g->record, &g->known, err);
    return print_job_newest(st, g->ticket, &g->job, &found, err);
}

static struct print_job job_of(struct house *h, const struct taking *t)
{
    struct glance g = {.command = {.run = run_glance}, .ticket = t->ticket.id};
    struct error err = {0};

    scratch_must(writer_do(h->writer, &g.command, &err), &err);
    return g.job;
}

static struct printer_record record_of(struct house *h, const char *printer)
{
    struct glance g = {.command = {.run = run_glance}, .printer = printer};
    struct error err = {0};

    scratch_must(writer_do(h->writer, &g.command, &err), &err);
    return g.record;
}

static struct print_job wait_job(struct house *h, const struct taking *t,
                                 const char *state)
{
    struct print_job job = {0};

    for (int left = PATIENCE_MS / TICK_MS; left > 0; left--) {
        job = job_of(h, t);
        if (strcmp(job.state, state) == 0)
            return job;
        poll(NULL, 0, TICK_MS);
    }
    fail_msg("the job is %s (%s), not %s", job.state, job.reason, state);
    return job;
}

static struct printer_record wait_signs(struct house *h, const char *printer,
                                        unsigned signs)
{
    struct printer_record r = {0};

    for (int left = PATIENCE_MS / TICK_MS; left > 0; left--) {
        r = record_of(h, printer);
        if (r.way[0] != '\0' && r.signs == signs)
            return r;
        poll(NULL, 0, TICK_MS);
    }
    fail_msg("%s stands at %x (%s), not %x", printer, r.signs, r.trouble, signs);
    return r;
}

static char *two_printers(const struct scripted_printer *a,
                          const struct scripted_printer *b)
{
    static char config[512];

    snprintf(config, sizeof(config),
             "[printer a]\nway = tcp\naddress = %s\nstatus_timeout = 10000\n"
             "roll = 1\n[printer b]\nway = tcp\naddress = %s\nstatus_timeout = 10000\n",
             a->address, b->address);
    return config;
}

/* ---- tests ------------------------------------------------------------------------ */

static void a_stuck_printer_delays_no_other(void **state)
{
    struct printer_script well = printer_well(), empty = printer_well();
    struct scripted_printer a, b;
    struct taking stuck, next, free_one;
    struct house h;

    (void)state;
    empty.realtime[1] = 0x1A;
    empty.realtime[2] = 0x32;
    empty.realtime[4] = 0x7E;
    printer_listen(&a, &empty);
    printer_listen(&b, &well);
    house_open(&h, two_printers(&a, &b));
    stuck = take(&h, "KA", 0);
    next = take(&h, "KA", 0);
    free_one = take(&h, "KB", 0);
    assert_string_equal(wait_job(&h, &free_one, "printed").level, "answered");
    wait_signs(&h, "b", PRINTER_ONLINE);
    assert_non_null(
        strstr(wait_signs(&h, "a", PRINTER_PAPER_END | PRINTER_PAPER_NEAR_END).trouble,
               "paper"));
    assert_string_equal(job_of(&h, &stuck).state, "queued");
    assert_int_equal(record_of(&h, "a").waiting, 2);
    assert_int_equal(printer_letters(&a), 0);
    printer_say(&a, &well); /* somebody puts paper in */
    spool_wake(atomic_load(&h.spool));
    wait_job(&h, &stuck, "printed");
    wait_job(&h, &next, "printed");
    assert_string_equal(wait_signs(&h, "a", PRINTER_ONLINE).trouble, "");
    assert_int_equal(record_of(&h, "a").printed, 2);
    assert_int_equal(record_of(&h, "a").waiting, 0);
    house_close(&h);
    printer_end(&a);
    printer_end(&b);
}

/* A job that was given to a printer's thread stays given, though the next batch of the
 * writer, with jobs for the same printer, is done before the thread has woken up. */
static void batches_in_a_hurry(void **state)
{
    struct printer_script well = printer_well();
    struct scripted_printer a, b;
    struct house h;

    (void)state;
    printer_listen(&a, &well);
    printer_listen(&b, &well);
    house_open(&h, two_printers(&a, &b));
    h.hurried = true;
    for (int i = 0; i < 20; i++) {
        struct taking t = take(&h, "KA", 0);

        wait_job(&h, &t, "printed");
    }
    house_close(&h);
    printer_end(&a);
    printer_end(&b);
}

static void an_unknown_fate_is_never_sent_again(void **state)
{
    struct printer_script well = printer_well(), breaks = printer_well();
    struct scripted_printer a, b;
    struct taking t, again;
    struct print_job job;
    struct house h;
    size_t letters;

    (void)state;
    breaks.breaks_after = 2000;
    printer_listen(&a, &breaks);
    printer_listen(&b, &well);
    house_open(&h, two_printers(&a, &b));
    t = take(&h, "KA", 0);
    job = wait_job(&h, &t, "unconfirmed");
    assert_non_null(strstr(job.reason, "Look whether"));
    letters = printer_letters(&a);
    assert_true(letters > 0);
    printer_say(&a, &well);
    again = take(&h, "KA", t.ticket.id); /* a person's act */
    job = wait_job(&h, &again, "printed");
    assert_int_equal(job.copy, 1);
    assert_true(printer_letters(&a) > letters);
    assert_int_equal(record_of(&h, "a").unconfirmed, 1);
    house_close(&h);
    printer_end(&a);
    printer_end(&b);
}

struct statement {
    struct command command;
    const char *sql;
};

static bool run_statement(struct store *st, struct command *c, int64_t now_ms,
                          struct error *err)
{
    (void)now_ms;
    return db_run(st->db, ((struct statement *)c)->sql, DB_NONE, err);
}

static void run(struct house *h, const char *sql)
{
    struct statement s = {.command = {.run = run_statement}, .sql = sql};
    struct error err = {0};

    scratch_must(writer_do(h->writer, &s.command, &err), &err);
}

/* A store that refuses for a while, as one with a full disk does, learns later what
 * became of a ticket, and the paper comes out once. */
static void what_could_not_be_booked_is_booked_later(void **state)
{
    struct printer_script well = printer_well();
    struct scripted_printer a, b;
    struct taking t, next;
    struct house h;
    size_t letters;

    (void)state;
    printer_listen(&a, &well);
    printer_listen(&b, &well);
    house_open(&h, two_printers(&a, &b));
    run(&h, "CREATE TRIGGER refuse BEFORE UPDATE ON print_jobs WHEN NEW.state ="
            " 'printed' BEGIN SELECT RAISE(ABORT, 'no room'); END");
    t = take(&h, "KA", 0);
    printer_await(&a, 1000);
    next = take(&h, "KA", 0); /* waits until the first one is booked */
    for (int i = 0; i < 200; i++)
        assert_string_equal(job_of(&h, &t).state, "sending");
    assert_string_equal(job_of(&h, &next).state, "queued");
    letters = printer_letters(&a);
    run(&h, "DROP TRIGGER refuse");
    spool_wake(atomic_load(&h.spool));
    assert_string_equal(wait_job(&h, &t, "printed").level, "answered");
    wait_job(&h, &next, "printed");
    assert_in_range(printer_letters(&a), letters + 1000, 2 * letters + 1000);
    assert_int_equal(record_of(&h, "a").printed, 2);
    house_close(&h);
    printer_end(&a);
    printer_end(&b);
}

static void an_old_number_is_not_printed(void **state)
{
    struct printer_script well = printer_well(), open = printer_well();
    struct scripted_printer a, b;
    struct taking t;
    struct house h;

    (void)state;
    open.realtime[1] = 0x1A;
    open.realtime[2] = 0x16;
    printer_listen(&a, &open);
    printer_listen(&b, &well);
    house_open(&h, two_printers(&a, &b));
    t = take(&h, "KA", 0);
    wait_signs(&h, "a", PRINTER_COVER_OPEN);
    assert_string_equal(job_of(&h, &t).state, "queued");
    atomic_store(&h.s.world.hand_ms, SCRATCH_START_MS + 16 * 60 * 1000);
    spool_wake(atomic_load(&h.spool));
    assert_non_null(strstr(wait_job(&h, &t, "failed").reason, "too long"));
    assert_int_equal(record_of(&h, "a").failed, 1);
    house_close(&h);
    printer_end(&a);
    printer_end(&b);
}

/* A printer on a cable is not there, comes, goes and comes again; one on a serial line
 * beside it prints on. */
static void a_device_that_comes_and_goes(void **state)
{
    char folder[] = "/tmp/spool-deviceXXXXXX", path[64], config[400];
    struct printer_script well = printer_well();
    struct scripted_printer a, b;
    struct taking early, late, other;
    struct house h;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/lp0", folder);
    printer_plug(&a, &well);
    printer_plug(&b, &well);
    snprintf(config, sizeof(config),
             "[printer a]\nway = device\npath = %s\nstatus_timeout = 10000\n"
             "[printer b]\nway = serial\npath = %s\nbaud = 115200\n"
             "status_timeout = 10000\n",
             path, b.address);
    house_open(&h, config);
    early = take(&h, "KA", 0);
    other = take(&h, "KB", 0);
    assert_string_equal(wait_job(&h, &other, "printed").level, "answered");
    assert_non_null(strstr(wait_signs(&h, "a", 0).trouble, "plugged in"));
    assert_string_equal(job_of(&h, &early).state, "queued");
    assert_int_equal(symlink(a.address, path), 0);
    assert_string_equal(wait_job(&h, &early, "printed").level, "answered");
    wait_signs(&h, "a", PRINTER_ONLINE);
    assert_int_equal(unlink(path), 0);
    late = take(&h, "KA", 0);
    wait_signs(&h, "a", 0);
    assert_string_equal(job_of(&h, &late).state, "queued");
    assert_int_equal(symlink(a.address, path), 0);
    spool_wake(atomic_load(&h.spool));
    wait_job(&h, &late, "printed");
    assert_int_equal(record_of(&h, "a").unconfirmed, 0);
    house_close(&h);
    unlink(path);
    rmdir(folder);
    printer_end(&a);
    printer_end(&b);
}

static void without_a_thread(void **state)
{
    struct taking t;
    struct house h;

    (void)state;
    house_open(&h, "[printer a]\nway = file\npath = /no/such/folder\n");
    t = take(&h, "KA", 0);
    assert_non_null(strstr(wait_job(&h, &t, "failed").reason, "/no/such/folder"));
    wait_signs(&h, "a", PRINTER_UNKNOWN);
    t = take(&h, "KB", 0);
    assert_non_null(strstr(wait_job(&h, &t, "failed").reason, "no printer \"b\""));
    t = take(&h, "K1", 0);
    assert_string_equal(wait_job(&h, &t, "printed").reason, "preview");
    house_close(&h);
}

/* Where the settings name no printer at all, every kiosk shows its tickets. */
static void without_any_printer(void **state)
{
    struct taking t;
    struct house h;

    (void)state;
    house_open(&h, "");
    t = take(&h, "KB", 0);
    assert_string_equal(wait_job(&h, &t, "printed").reason, "preview");
    house_close(&h);
}

static void a_roll_is_counted(void **state)
{
    struct printer_script well = printer_well();
    struct scripted_printer a, b;
    struct printer_record r;
    struct taking t;
    struct house h;

    (void)state;
    printer_listen(&a, &well);
    printer_listen(&b, &well);
    house_open(&h, two_printers(&a, &b)); /* with a roll of a metre */
    do {
        t = take(&h, "KA", 0);
        wait_job(&h, &t, "printed");
        r = record_of(&h, "a");
    } while (!printer_paper_is_low(&r) && r.printed < 100);
    assert_true(r.printed > 5 && r.printed < 20); /* tickets of 5 to 18 cm */
    assert_in_range(r.used_mm, 900, 1100);
    house_close(&h);
    printer_end(&a);
    printer_end(&b);
}

static void a_reprint_says_so(void **state)
{
    static const struct {
        const char *lang;
        int copy;
        const char *mark;
    } rows[] = {
        {"zh-CN", 0, NULL}, {"zh-CN", 1, "补打"}, {"en", 0, NULL}, {"en", 2, "REPRINT"}};
    struct profile profile;
    struct error err = {0};

    (void)state;
    scratch_must(printer_profile(NULL, "58mm", &profile, &err), &err);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct slip_facts facts = {.number = "A001",
                                   .hall = "H",
                                   .service = "S",
                                   .qr = "http://127.0.0.1/t/X",
                                   .copy = rows[i].copy};
        struct buf out = buf_new(65536);

        snprintf(facts.lang, sizeof(facts.lang), "%s", rows[i].lang);
        scratch_must(press_render(&facts, &profile, SLIP_TEXT, &out, &err), &err);
        assert_non_null(strstr(buf_text(&out), "A001"));
        if (rows[i].mark != NULL)
            assert_non_null(strstr(buf_text(&out), rows[i].mark));
        else
            assert_true(strstr(buf_text(&out), "补打") == NULL &&
                        strstr(buf_text(&out), "REPRINT") == NULL);
        buf_free(&out);
    }
}

/* ---- the store alone -------------------------------------------------------------- */

static void states_of_a_job(void **state)
{
    static const struct {
        const char *from, *to;
        bool changes;
    } rows[] = {
        {"queued", "failed", true},       {"sending", "printed", true},
        {"sending", "unconfirmed", true}, {"unconfirmed", "printed", true},
        {"unconfirmed", "failed", false}, {"printed", "unconfirmed", false},
        {"failed", "printed", false},     {"printed", "failed", false},
    };
    struct scratch s;

    (void)state;
    scratch_open(&s);
    scratch_run(&s, "INSERT INTO tickets (id, hall, local_date, series_code, serial, "
                    "matter_id, lang, short_code, ahead, taken_ms) "
                    "VALUES (900, 1, 20261123, 'A', 1, 21, 'zh-CN', 'ABCDEFGH', 0, 0)");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        char text[300];
        bool changed;

        snprintf(text, sizeof(text),
                 "INSERT INTO print_jobs (id, hall, ticket_id, printer, copy, state, "
                 "changed_ms, created_ms) VALUES (%zu, 1, 900, 'a', 0, '%s', 0, 0)",
                 1000 + i, rows[i].from);
        scratch_must(db_script(s.st.db, text, &err), &err);
        scratch_must(print_job_end(&s.st, (int64_t)(1000 + i), rows[i].to, NULL, NULL, 5,
                                   &changed, &err),
                     &err);
        if (changed != rows[i].changes)
            fail_msg("%s to %s: %d", rows[i].from, rows[i].to, changed);
    }
    scratch_close(&s);
}

static void what_was_being_sent_when_the_program_died(void **state)
{
    struct error err = {0};
    struct print_job job;
    struct taking t = {.kiosk = "K1"};
    struct scratch s;
    bool found;

    (void)state;
    scratch_open(&s);
    scratch_must(hall_frame_read(s.st.db, &s.st.frame, &err), &err);
    scratch_must(run_taking(&s.st, &t.command, SCRATCH_START_MS, &err), &err);
    scratch_must(print_job_claim(&s.st, "preview", SCRATCH_START_MS, &job, &found, &err),
                 &err);
    assert_true(found);
    scratch_must(print_jobs_recover(&s.st, SCRATCH_START_MS, &err), &err);
    scratch_must(print_job_newest(&s.st, t.ticket.id, &job, &found, &err), &err);
    assert_string_equal(job.state, "unconfirmed");
    scratch_must(print_job_claim(&s.st, "preview", SCRATCH_START_MS, &job, &found, &err),
                 &err);
    assert_false(found);
    scratch_close(&s);
}

static void the_last_paper_is_torn_or_not(void **state)
{
    static const struct {
        const char *state;
        bool torn;
    } rows[] = {{"queued", false}, {"failed", false},     {"sending", true},
                {"queued", true},  {"printed", false},    {"failed", false},
                {"queued", false}, {"unconfirmed", true}, {"failed", true}};
    struct error err = {0};
    struct scratch s;
    char text[300];
    bool torn;

    (void)state;
    scratch_open(&s);
    scratch_run(&s, "INSERT INTO tickets (id, hall, local_date, series_code, serial, "
                    "matter_id, lang, short_code, ahead, taken_ms) "
                    "VALUES (900, 1, 20261123, 'A', 1, 21, 'zh-CN', 'ABCDEFGH', 0, 0)");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        snprintf(text, sizeof(text),
                 "INSERT INTO print_jobs (id, hall, ticket_id, printer, copy, state, "
                 "changed_ms, created_ms) VALUES (%zu, 1, 900, 'a', 0, '%s', 0, 0)",
                 1000 + i, rows[i].state);
        scratch_must(db_script(s.st.db, text, &err), &err);
        scratch_must(print_job_torn(&s.st, "a", &torn, &err), &err);
        if (torn != rows[i].torn)
            fail_msg("after %s: %d", rows[i].state, torn);
        scratch_must(print_job_torn(&s.st, "b", &torn, &err), &err);
        assert_false(torn);
    }
    scratch_close(&s);
}

static void paper_that_comes_back_is_a_new_roll(void **state)
{
    static const struct {
        unsigned before, now;
        int64_t used_mm;
    } rows[] = {
        {PRINTER_ONLINE, PRINTER_ONLINE, 500},
        {PRINTER_PAPER_END, PRINTER_ONLINE, 0},
        {PRINTER_ONLINE | PRINTER_PAPER_NEAR_END, PRINTER_ONLINE, 0},
        {PRINTER_ONLINE | PRINTER_PAPER_NEAR_END, PRINTER_PAPER_END, 500},
        {PRINTER_PAPER_END, 0, 500}, /* it was only switched off */
        {PRINTER_PAPER_END, PRINTER_ONLINE | PRINTER_UNKNOWN, 500},
        {PRINTER_COVER_OPEN, PRINTER_ONLINE, 500},
    };
    struct scratch s;

    (void)state;
    scratch_open(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct printer_record r = {.way = "tcp", .signs = rows[i].before}, told;
        struct error err = {0};
        bool found;

        snprintf(r.name, sizeof(r.name), "p%zu", i);
        scratch_must(printer_record_set(&s.st, &r, 1, &err), &err);
        scratch_must(printer_record_count(&s.st, r.name, "printed", 1, 500, &err), &err);
        r.signs = rows[i].now;
        scratch_must(printer_record_set(&s.st, &r, 2, &err), &err);
        scratch_must(printer_record_get(&s.st, r.name, &told, &found, &err), &err);
        if (told.used_mm != rows[i].used_mm || told.since_ms != (i == 0 ? 1 : 2))
            fail_msg("row %zu: %lld mm", i, (long long)told.used_mm);
    }
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stuck_printer_delays_no_other),
        cmocka_unit_test(batches_in_a_hurry),
        cmocka_unit_test(an_unknown_fate_is_never_sent_again),
        cmocka_unit_test(what_could_not_be_booked_is_booked_later),
        cmocka_unit_test(an_old_number_is_not_printed),
        cmocka_unit_test(a_device_that_comes_and_goes),
        cmocka_unit_test(without_a_thread),
        cmocka_unit_test(without_any_printer),
        cmocka_unit_test(a_roll_is_counted),
        cmocka_unit_test(a_reprint_says_so),
        cmocka_unit_test(states_of_a_job),
        cmocka_unit_test(what_was_being_sent_when_the_program_died),
        cmocka_unit_test(the_last_paper_is_torn_or_not),
        cmocka_unit_test(paper_that_comes_back_is_a_new_roll),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
