/*
 * cups_test.c — tickets through a real cupsd: which end of a job is a printed ticket,
 * which one nobody knows of, and that what never began goes back and leaves no job
 * behind. This program alone among the tests is linked with the way to CUPS.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <cups/cups.h>
#include <stdatomic.h>

#include "cups.h"
#include "drawing.h"
#include "printer_words.h"
#include "printers/printer.h"
#include "printers/stream.h"

enum { JOB = 20000 };

static struct cups cups;

static struct way way_to(const struct cups *c, const char *queue)
{
    struct error err = {0};
    char address[120];
    struct way way;

    snprintf(address, sizeof(address), "cups:%s@%s", queue, c->address);
    if (!way_read(&way, address, &err))
        fail_msg("%s", err.text);
    way.terms.confirm_ms = 10000;
    return way;
}

static bool carry(const struct way *way, struct way_known *known,
                  struct way_result *result, struct error *err)
{
    struct buf job = buf_new(JOB);
    bool ok;

    for (int i = 0; i < JOB; i++)
        buf_add_byte(&job, (unsigned char)i);
    error_clear(err);
    ok = way_carry(way, known, &job, 0, result, err);
    buf_free(&job);
    return ok;
}

/* ---- IPP, seen from beside -------------------------------------------------------- */

static http_t *beside(const struct cups *c)
{
    http_t *http = httpConnect2("127.0.0.1", c->port, NULL, AF_UNSPEC,
                                HTTP_ENCRYPTION_IF_REQUESTED, 1, 5000, NULL);

    assert_non_null(http);
    return http;
}

/* The newest job of a queue; `state` 0 where there is none. */
static int newest(const struct cups *c, const char *queue, ipp_jstate_t *state)
{
    http_t *http = beside(c);
    cups_job_t *jobs;
    int count = cupsGetJobs2(http, &jobs, queue, 0, CUPS_WHICHJOBS_ALL), id = 0;

    *state = 0;
    for (int i = 0; i < count; i++)
        if (jobs[i].id > id) {
            id = jobs[i].id;
            *state = jobs[i].state;
        }
    cupsFreeJobs(count, jobs);
    httpClose(http);
    return id;
}

/* Somebody else's job, which the queue begins with. */
static int another_job(const struct cups *c, const char *queue)
{
    http_t *http = beside(c);
    ipp_t *request = ippNewRequest(IPP_OP_PRINT_JOB);
    ipp_jstate_t state = 0;
    char uri[64], path[64];

    snprintf(uri, sizeof(uri), "ipp://localhost/printers/%s", queue);
    snprintf(path, sizeof(path), "%s/cupsd.conf", c->folder);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, uri);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
                 CUPS_FORMAT_RAW);
    ippDelete(cupsDoFileRequest(http, request, "/", path));
    assert_int_equal(cupsLastError(), IPP_STATUS_OK);
    httpClose(http);
    for (int left = CUPS_PATIENCE_MS / CUPS_TICK_MS;
         left > 0 && state != IPP_JSTATE_PROCESSING; left--) {
        newest(c, queue, &state);
        poll(NULL, 0, CUPS_TICK_MS);
    }
    assert_int_equal(state, IPP_JSTATE_PROCESSING);
    return newest(c, queue, &state);
}

/* ---- what becomes of jobs --------------------------------------------------------- */

static const struct {
    const char *queue;
    int confirm_ms;
    enum delivery fate;
    enum confirmation reached;
    ipp_jstate_t state; /* what the job is left as; 0: there is none */
    const char *word;
    const char
        *then; /* what is said of the queue when the next ticket comes; NULL: well */
} fates[] = {
    {"print", 10000, DELIVERY_PRINTED, CONFIRMED_DRAINED, IPP_JSTATE_COMPLETED, NULL,
     NULL},
    {"stop", 10000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_CANCELED,
     "Look whether", "cupsenable stop"},
    {"paper", 10000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_CANCELED, "no paper",
     "no paper"},
    {"abort", 10000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_ABORTED,
     "Look whether", NULL},
    {"hold", 10000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_CANCELED,
     "Look whether", NULL},
    {"cancel", 10000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_CANCELED,
     "Look whether", NULL},
    {"retry", 1000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_CANCELED,
     "Look whether", NULL},
    {"busy", 1000, DELIVERY_UNCONFIRMED, CONFIRMED_NOT, IPP_JSTATE_CANCELED,
     "Look whether", NULL},
    {"stopped", 10000, DELIVERY_NOTHING, CONFIRMED_NOT, 0, "cupsenable stopped",
     "cupsenable"},
    {"closed", 10000, DELIVERY_NOTHING, CONFIRMED_NOT, 0, "cupsaccept closed",
     "cupsaccept"},
    {"nobody", 10000, DELIVERY_NOTHING, CONFIRMED_NOT, 0, "no queue", "no queue"},
};

static void jobs_end_as_they_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(fates); i++) {
        struct way way = way_to(&cups, fates[i].queue);
        struct way_known known = {0};
        struct way_result result;
        struct error err = {0};
        ipp_jstate_t left;
        unsigned signs;
        bool ok;

        way.terms.confirm_ms = fates[i].confirm_ms;
        ok = carry(&way, &known, &result, &err);
        newest(&cups, fates[i].queue, &left);
        if (ok != (fates[i].fate == DELIVERY_PRINTED) || result.fate != fates[i].fate ||
            result.reached != fates[i].reached || left != fates[i].state ||
            (!ok && strstr(err.text, fates[i].word) == NULL))
            fail_msg("%s: %d, fate %d, %s, state %d: %s (%s)", fates[i].queue, ok,
                     (int)result.fate, confirmation_word(result.reached), (int)left,
                     err.text, err.cause);
        assert_int_equal(err.kind, ok                                      ? ERROR_NONE
                                   : fates[i].fate == DELIVERY_UNCONFIRMED ? ERROR_BROKEN
                                                                           : ERROR_LATER);
        error_clear(&err);
        ok = way_look(&way, &known, &signs, &err);
        if (ok != (fates[i].then == NULL) ||
            (!ok && strstr(err.text, fates[i].then) == NULL))
            fail_msg("%s, then: %x %s (%s)", fates[i].queue, signs, err.text, err.cause);
        assert_int_equal(signs, ok ? PRINTER_ONLINE | PRINTER_UNKNOWN : 0);
    }
}

/* Bytes come out as they went in, be they the printer's own or a picture. */
static void bytes_come_out_unchanged(void **state)
{
    struct way way = way_to(&cups, "print");
    char came[JOB + 1], name[16];
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};
    ipp_jstate_t left;

    (void)state;
    for (int picture = 0; picture < 2; picture++) {
        const char *type = picture ? "image/png\n" : "application/vnd.cups-raw\n";

        way.terms.pictures = picture;
        if (!carry(&way, &known, &result, &err))
            fail_msg("%s (%s)", err.text, err.cause);
        snprintf(name, sizeof(name), "%d", newest(&cups, "print", &left));
        assert_int_equal(cups_paper(&cups, name, came, sizeof(came)), JOB);
        for (int i = 0; i < JOB; i++)
            if ((unsigned char)came[i] != (unsigned char)i)
                fail_msg("byte %d is %02x", i, (unsigned char)came[i]);
        assert_int_equal(cups_paper(&cups, "type", came, sizeof(came)), strlen(type));
        assert_memory_equal(came, type, strlen(type));
    }
}

/* Another's job is in front of ours: ours is taken back, and came to nothing. */
static void what_never_began_goes_back(void **state)
{
    struct way way = way_to(&cups, "busy");
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};
    ipp_jstate_t left;
    int before;

    (void)state;
    before = another_job(&cups, "busy");
    way.terms.confirm_ms = 200;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(err.kind, ERROR_LATER);
    assert_non_null(strstr(err.text, "taken back"));
    assert_true(newest(&cups, "busy", &left) > before);
    assert_int_equal(left, IPP_JSTATE_CANCELED);
}

/* The paper is nearly at its end, as the backend says: printed, and told. */
static void reasons_are_told(void **state)
{
    struct way way = way_to(&cups, "low");
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};
    unsigned signs;

    (void)state;
    assert_true(carry(&way, &known, &result, &err));
    assert_true(way_look(&way, &known, &signs, &err));
    assert_int_equal(signs, PRINTER_ONLINE | PRINTER_PAPER_NEAR_END);
}

/* The program ends while a ticket is being printed: nobody says that it came out, and it
 * is not broken off either. */
static void the_program_ends(void **state)
{
    struct way way = way_to(&cups, "ends");
    _Atomic bool leaving = true;
    struct way_known known = {.leaving = &leaving};
    struct way_result result;
    struct error err = {0};
    int64_t began = stream_now_ms();
    ipp_jstate_t left;

    (void)state;
    way.terms.confirm_ms = 60000;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_UNCONFIRMED);
    assert_true(stream_now_ms() - began < WAY_LEAVE_MS + 3000);
    newest(&cups, "ends", &left);
    assert_int_equal(left, IPP_JSTATE_PROCESSING);
}

static void nobody_answers(void **state)
{
    struct cups off = {0};
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};
    struct way way;

    (void)state;
    cups_port(&off);
    way = way_to(&off, "print");
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(result.signs, 0);
    assert_non_null(strstr(err.text, "CUPS does not answer"));
}

/* One that keeps no history forgets a job as soon as it is over: then "taken" is all that
 * is known. One that knows no pictures refuses them, and nothing has left us. */
static void another_cups(void **state)
{
    struct way_known known = {0};
    struct way_result result;
    struct error err = {0};
    struct cups other;
    struct way way;
    bool forgotten = false;

    (void)state;
    cups_start(&other, "PreserveJobHistory No\nPreserveJobFiles No\n", CUPS_TYPES);
    way = way_to(&other, "print");
    for (int tries = 0; tries < 20 && !forgotten; tries++) {
        assert_true(carry(&way, &known, &result, &err));
        forgotten = result.reached == CONFIRMED_WRITTEN;
        if (!forgotten) /* it was asked just before CUPS forgot */
            assert_int_equal(result.reached, CONFIRMED_DRAINED);
    }
    assert_true(forgotten);
    way.terms.pictures = true;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_non_null(strstr(err.text, "format = png"));
    cups_stop(&other);
}

/* ---- words ------------------------------------------------------------------------ */

static const struct {
    const char *address, *kept; /* NULL: refused */
} addresses[] = {
    {"cups:front", "front"},
    {"cups:front@192.0.2.7:631", "front@192.0.2.7:631"},
    {"cups:front@[2001:db8::1]:631", "front@[2001:db8::1]:631"},
    {"cups:front@print.hall.example", "front@print.hall.example"},
    {"cups:", NULL},
    {"cups:@192.0.2.7:631", NULL},
    {"cups:front desk", NULL},
    {"cups:a/b", NULL},
    {"cups:front@192.0.2.7:0", NULL},
    {"cups:front@192.0.2.7:70000", NULL},
};

static void addresses_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(addresses); i++) {
        struct error err = {0};
        struct way way;
        bool ok = way_read(&way, addresses[i].address, &err);

        if (ok != (addresses[i].kept != NULL) ||
            (ok ? strcmp(way.address, addresses[i].kept) != 0 : err.kind != ERROR_SETUP))
            fail_msg("%s: %s %s", addresses[i].address, way.address, err.text);
    }
}

static const struct {
    const char *words;
    int code;
    const char *out, *err; /* NULL: anything */
} sayings[] = {
    {"status front", 0, "says nothing of itself", NULL},
    {"test front", 0, "took it all", NULL},
    {"test picture", 0, "took it all", NULL},
    {"status shut", 5, "cupsenable stopped", NULL},
    {"test shut", 5, NULL, "cupsenable stopped"},
    {"profile picture", 0, "png for one with a driver", NULL},
};

static void people_are_told(void **state)
{
    struct printer_saying saying;
    char config[600], came[64];

    (void)state;
    snprintf(config, sizeof(config),
             "[printer front]\nway = cups\nqueue = print\naddress = %s\nprofile = 58mm\n"
             "[printer picture]\nway = cups\nqueue = print\naddress = %s\nformat = png\n"
             "[printer shut]\nway = cups\nqueue = stopped\naddress = %s\n",
             cups.address, cups.address, cups.address);
    for (size_t i = 0; i < LENGTH(sayings); i++) {
        printer_say_words(sayings[i].words, config, &saying);
        if (saying.code != sayings[i].code ||
            (sayings[i].out != NULL && strstr(saying.out, sayings[i].out) == NULL) ||
            (sayings[i].err != NULL && strstr(saying.err, sayings[i].err) == NULL))
            fail_msg("%s: %d\n%s%s", sayings[i].words, saying.code, saying.out,
                     saying.err);
        if (strcmp(sayings[i].words, "test picture") == 0) {
            assert_true(cups_paper(&cups, "type", came, sizeof(came)) > 0);
            assert_memory_equal(came, "image/png\n", 10);
        }
    }
}

static int start(void **state)
{
    (void)state;
    cups_start(&cups, "", CUPS_TYPES CUPS_PNG);
    return 0;
}

static int stop(void **state)
{
    cups_stop(&cups);
    return forget_fonts(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_end_as_they_end),
        cmocka_unit_test(bytes_come_out_unchanged),
        cmocka_unit_test(what_never_began_goes_back),
        cmocka_unit_test(reasons_are_told),
        cmocka_unit_test(the_program_ends),
        cmocka_unit_test(nobody_answers),
        cmocka_unit_test(another_cups),
        cmocka_unit_test(addresses_are_read),
        cmocka_unit_test(people_are_told),
    };

    return cmocka_run_group_tests_name("cups", tests, start, stop);
}
