/*
 * stream_test.c — a call to a printer that answers, is silent, is not well, runs out of
 * paper half-way or breaks off: what is sent, and what is said of the job afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "printers/printer.h"
#include "printers/stream.h"
#include "scripted_printer.h"

enum { JOB = 30000 };

static struct way way_to(const struct scripted_printer *p)
{
    struct error err = {0};
    char address[80];
    struct way way;

    snprintf(address, sizeof(address), "tcp:%s", p->address);
    if (!way_read(&way, address, &err))
        fail_msg("%s", err.text);
    way.terms.connect_ms = way.terms.write_ms = way.terms.drain_ms = PRINTER_PATIENCE_MS;
    way.terms.status_ms = 60;
    way.terms.confirm_ms = 150;
    printer_be_patient(&p->script, &way.terms);
    return way;
}

static bool carry(const struct way *way, struct way_known *known,
                  struct way_result *result, struct error *err)
{
    struct buf job = buf_new(JOB);
    bool ok;

    for (int i = 0; i < JOB; i++)
        buf_add_byte(&job, 'A');
    error_clear(err);
    ok = way_carry(way, known, &job, 0, result, err);
    buf_free(&job);
    return ok;
}

#define WELL .realtime = {0, 0x12, 0x12, 0x12, 0x12}

static const struct {
    const char *what;
    struct printer_script script;
    enum way_ask ask;
    const char *confirm; /* NULL: auto */
    enum delivery fate;
    enum confirmation reached;
    unsigned signs;
    size_t letters; /* of the job; JOB or 0 */
} calls[] = {
    {"all is well",
     {WELL, .asks_answered = true},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"by process id",
     {WELL, .asks_answered = true},
     WAY_ASK_AUTO,
     "process_id",
     DELIVERY_PRINTED,
     CONFIRMED_PROCESS_ID,
     PRINTER_ONLINE,
     JOB},
    {"another job's id first",
     {WELL, .asks_answered = true, .wrong_id = true},
     WAY_ASK_YES,
     "process_id",
     DELIVERY_PRINTED,
     CONFIRMED_PROCESS_ID,
     PRINTER_ONLINE,
     JOB},
    {"by its state",
     {WELL, .asks_answered = true},
     WAY_ASK_AUTO,
     "state",
     DELIVERY_PRINTED,
     CONFIRMED_STATE,
     PRINTER_ONLINE,
     JOB},
    {"drained is enough",
     {WELL, .asks_answered = true},
     WAY_ASK_AUTO,
     "drained",
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE,
     JOB},
    {"it speaks before it is asked",
     {WELL, .asks_answered = true, .greeting = "\x1A\x10\x11\x5FTM-T20"},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"it tells nothing",
     {.asks_answered = false},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_UNKNOWN,
     JOB},
    {"it tells nothing and must",
     {.asks_answered = false},
     WAY_ASK_YES,
     NULL,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_UNKNOWN,
     0},
    {"it tells of its end only",
     {.asks_answered = true},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"it answers some questions only",
     {.realtime = {0, 0x12, 0, 0, 0x1E}, .asks_answered = true},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"it tells how it is only",
     {WELL},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE,
     JOB},
    {"an answer was demanded",
     {WELL},
     WAY_ASK_AUTO,
     "answered",
     DELIVERY_UNCONFIRMED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE,
     JOB},
    {"cover open",
     {.realtime = {0, 0x1A, 0x16, 0x12, 0x12}},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_COVER_OPEN,
     0},
    {"no paper",
     {.realtime = {0, 0x1A, 0x32, 0x12, 0x7E}},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_PAPER_END | PRINTER_PAPER_NEAR_END,
     0},
    {"the cutter",
     {.realtime = {0, 0x1A, 0x52, 0x1A, 0x12}},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_CUTTER_ERROR,
     0},
    {"paper near its end",
     {.realtime = {0, 0x12, 0x12, 0x12, 0x1E}, .asks_answered = true},
     WAY_ASK_AUTO,
     "drained",
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_PAPER_NEAR_END,
     JOB},
    {"nobody asks",
     {.realtime = {0, 0x1A, 0x16, 0x12, 0x12}, .asks_answered = true},
     WAY_ASK_NO,
     NULL,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"it hangs up at once",
     {WELL, .hangs_up = true},
     WAY_ASK_AUTO,
     NULL,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_UNKNOWN,
     0},
    {"it breaks off",
     {WELL, .breaks_after = 1000},
     WAY_ASK_AUTO,
     "answered",
     DELIVERY_UNCONFIRMED,
     CONFIRMED_NOT,
     PRINTER_ONLINE,
     1000 - 9},
};

static void calls_go_as_they_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(calls); i++) {
        struct scripted_printer p;
        struct way_known known = {0};
        struct way_result result;
        struct error err = {0};
        struct way way;
        bool ok;

        printer_listen(&p, &calls[i].script);
        way = way_to(&p);
        way.terms.ask = calls[i].ask;
        if (calls[i].confirm != NULL) {
            way.terms.confirm_auto = false;
            way.terms.confirm = (enum confirmation)confirmation_find(calls[i].confirm);
        }
        ok = carry(&way, &known, &result, &err);
        printer_end(&p);
        if (ok != (calls[i].fate == DELIVERY_PRINTED) || result.fate != calls[i].fate ||
            result.reached != calls[i].reached || result.signs != calls[i].signs ||
            p.letters != calls[i].letters || p.calls != 1)
            fail_msg("%s: %d, fate %d, %s, signs %x, %zu letters: %s (%s)", calls[i].what,
                     ok, (int)result.fate, confirmation_word(result.reached),
                     result.signs, p.letters, err.text, err.cause);
        assert_int_equal(err.kind, ok                                      ? ERROR_NONE
                                   : calls[i].fate == DELIVERY_UNCONFIRMED ? ERROR_BROKEN
                                                                           : ERROR_LATER);
    }
}

/* A model without a status channel is asked no more after two silences, so that the third
 * ticket waits for nothing. */
static void silence_is_remembered(void **state)
{
    struct printer_script mute = {.asks_answered = false};
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;

    (void)state;
    printer_listen(&p, &mute);
    way = way_to(&p);
    for (int i = 0; i < 4; i++)
        assert_true(carry(&way, &known, &result, &err));
    assert_int_equal(known.realtime_silent, WAY_SILENCES_MAX);
    printer_end(&p);
    assert_int_equal(p.endings, WAY_SILENCES_MAX);
    assert_int_equal(p.letters, 4 * JOB);
}

/* The paper ends in the middle of a ticket: nobody says that it was printed, the reason
 * is the paper, and the next ticket does not leave us. */
static void paper_ends_in_the_middle(void **state)
{
    struct printer_script script = printer_well();
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;

    (void)state;
    script.paper_for = JOB + JOB / 2;
    printer_listen(&p, &script);
    way = way_to(&p);
    assert_true(carry(&way, &known, &result, &err));
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_UNCONFIRMED);
    assert_true((result.signs & PRINTER_PAPER_END) != 0);
    assert_non_null(strstr(err.text, "paper"));
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(printer_letters(&p), 2 * JOB);
    script = printer_well();
    printer_say(&p, &script);
    assert_true(carry(&way, &known, &result, &err));
    assert_int_equal(result.signs, PRINTER_ONLINE);
    printer_end(&p);
}

/*
 * A job that broke off may have left the printer within a picture. Zeros as long as the
 * largest one go before the next job, once; the wash is no part of the job.
 */
static void a_torn_job_is_washed_out(void **state)
{
    enum { WASH = 5000 };
    struct printer_script script = printer_well();
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;

    (void)state;
    script.breaks_after = 1000;
    printer_listen(&p, &script);
    way = way_to(&p);
    way.terms.wash_bytes = WASH;
    way.terms.chunk_bytes = 4096;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_UNCONFIRMED);
    assert_int_equal(printer_letters(&p), 1000 - 9);
    assert_true(known.torn);

    assert_false(carry(&way, &known, &result, &err)); /* breaks off within the zeros */
    assert_int_equal(printer_letters(&p), 2 * (1000 - 9));
    assert_true(known.torn);

    script.breaks_after = 0;
    printer_say(&p, &script);
    for (size_t i = 1; i <= 2; i++) {
        assert_true(carry(&way, &known, &result, &err));
        assert_int_equal(result.reached, CONFIRMED_ANSWERED);
        assert_int_equal(printer_letters(&p), 2 * (1000 - 9) + WASH + i * JOB);
        assert_false(known.torn);
    }
    printer_end(&p);
}

/* A wash that does not get through is no job that left us. */
static void a_wash_that_stalls_sends_nothing(void **state)
{
    enum { WASH = 64 * 1024 * 1024 }; /* more than any buffer between us */
    struct printer_script script = printer_well();
    struct way_known known = {.torn = true};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;

    (void)state;
    script.stalls_after = 5000;
    printer_listen(&p, &script);
    way = way_to(&p);
    way.terms.wash_bytes = WASH;
    way.terms.write_ms = way.terms.drain_ms = 100;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(err.kind, ERROR_LATER);
    assert_true(known.torn);
    printer_end(&p);
}

/* One that used to answer and hangs gets no ticket; after five silences it is taken for
 * another model, for nobody starts the server again only because a printer was changed.
 */
static void a_printer_that_falls_silent(void **state)
{
    struct printer_script script = printer_well(), mute = {.asks_answered = true};
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;
    int refused = 0;

    (void)state;
    printer_listen(&p, &script);
    way = way_to(&p);
    assert_true(carry(&way, &known, &result, &err));
    printer_say(&p, &mute);
    way.terms.status_ms = 60;
    while (!carry(&way, &known, &result, &err)) {
        assert_int_equal(result.fate, DELIVERY_NOTHING);
        refused++;
    }
    assert_int_equal(refused, 4);
    printer_end(&p);
    assert_int_equal(p.letters, 2 * JOB);
}

/* The program ends while a ticket's last answer is waited for: a call that could wait
 * minutes more gives up, and nobody says that the ticket came out. */
static void the_program_ends(void **state)
{
    struct printer_script script = printer_well();
    const _Atomic bool leaving = true;
    struct way_known known = {.ending = true, .leaving = &leaving};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;
    int64_t began = stream_now_ms();

    (void)state;
    script.asks_answered = false;
    printer_listen(&p, &script);
    way = way_to(&p);
    way.terms.confirm_ms = 10 * PRINTER_PATIENCE_MS;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_UNCONFIRMED);
    assert_in_range(stream_now_ms() - began, WAY_LEAVE_MS - 100, PRINTER_PATIENCE_MS);
    printer_end(&p);
}

static void chunks_pause(void **state)
{
    struct printer_script script = printer_well();
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;

    (void)state;
    printer_listen(&p, &script);
    way = way_to(&p);
    way.terms.chunk_bytes = 4096;
    way.terms.chunk_delay_ms = 1;
    assert_true(carry(&way, &known, &result, &err));
    printer_end(&p);
    assert_int_equal(p.letters, JOB);
}

static void a_look_prints_nothing(void **state)
{
    struct printer_script script = printer_well();
    struct way_known known = {0};
    struct scripted_printer p;
    struct error err = {0};
    unsigned signs;
    struct way way;

    (void)state;
    script.realtime[4] = 0x1E;
    printer_listen(&p, &script);
    way = way_to(&p);
    assert_true(way_look(&way, &known, &signs, &err));
    assert_int_equal(signs, PRINTER_ONLINE | PRINTER_PAPER_NEAR_END);
    printer_end(&p);
    assert_int_equal(p.letters + p.endings, 0);
    assert_false(way_look(&way, &known, &signs, &err)); /* it is gone now */
    assert_int_equal(signs, 0);
    assert_int_equal(err.kind, ERROR_LATER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_go_as_they_go),
        cmocka_unit_test(silence_is_remembered),
        cmocka_unit_test(paper_ends_in_the_middle),
        cmocka_unit_test(a_torn_job_is_washed_out),
        cmocka_unit_test(a_wash_that_stalls_sends_nothing),
        cmocka_unit_test(a_printer_that_falls_silent),
        cmocka_unit_test(the_program_ends),
        cmocka_unit_test(chunks_pause),
        cmocka_unit_test(a_look_prints_nothing),
    };

    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
