/*
 * device_test.c — tickets to a device: what the port's own lines are believed, a printer
 * that stands still, is unplugged, in use or not there yet. A terminal line stands in for
 * the printer's cable; what the kernel would say of a real one (LPGETSTATUS, a cable
 * without a way back) is said by this file's own ioctl and read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/lp.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "printers/printer.h"
#include "printers/stream.h"
#include "scripted_printer.h"

enum { JOB = 30000, PORT_NONE = -ENOTTY, LINE_MAJOR = 136 };

static _Atomic int port;     /* what LPGETSTATUS gives; an errno below 0 */
static _Atomic bool one_way; /* the cable has no way back */

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    void *to;

    va_start(rest, request);
    to = va_arg(rest, void *);
    va_end(rest);
    if (request != LPGETSTATUS)
        return (int)syscall(SYS_ioctl, fd, request, to);
    if (port < 0) {
        errno = -port;
        return -1;
    }
    memcpy(to, &(int){port}, sizeof(int));
    return 0;
}

ssize_t read(int fd, void *bytes, size_t length)
{
    struct stat st;

    if (one_way && fstat(fd, &st) == 0 && major(st.st_rdev) == LINE_MAJOR) {
        errno = EINVAL;
        return -1;
    }
    return syscall(SYS_read, fd, bytes, length);
}

static struct way way_at(const char *path)
{
    struct error err = {0};
    char address[120];
    struct way way;

    snprintf(address, sizeof(address), "device:%s", path);
    if (!way_read(&way, address, &err))
        fail_msg("%s", err.text);
    way.terms.connect_ms = way.terms.write_ms = way.terms.drain_ms = 400;
    way.terms.status_ms = 150;
    way.terms.confirm_ms = 300;
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
    int port;
    bool one_way;
    enum way_ask ask;
    enum delivery fate;
    enum confirmation reached;
    unsigned signs;
    size_t letters; /* JOB, 0, or 1 for some */
} calls[] = {
    {"all is well",
     {WELL, .asks_answered = true},
     PORT_NONE,
     false,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"it tells nothing",
     {.asks_answered = false},
     PORT_NONE,
     false,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_UNKNOWN,
     JOB},
    {"only its port tells",
     {.asks_answered = false},
     LP_PSELECD | LP_PERRORP,
     false,
     WAY_ASK_YES,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE,
     JOB},
    {"its port tells of no paper",
     {.asks_answered = false},
     LP_POUTPA | LP_PSELECD,
     false,
     WAY_ASK_AUTO,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_PAPER_END,
     0},
    {"its port tells of no paper, and nobody asks",
     {.asks_answered = false},
     LP_POUTPA | LP_PSELECD,
     false,
     WAY_ASK_NO,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_UNKNOWN,
     JOB},
    {"its port tells of an error",
     {.asks_answered = false},
     LP_PSELECD,
     false,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_RECOVERABLE_ERROR,
     JOB},
    {"a port that says 0 says nothing",
     {.asks_answered = false},
     0,
     false,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_UNKNOWN,
     JOB},
    {"a port that cannot be asked",
     {.asks_answered = false},
     -EIO,
     false,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_UNKNOWN,
     JOB},
    {"its own word weighs more than its port's",
     {WELL, .asks_answered = true},
     LP_POUTPA,
     false,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_ANSWERED,
     PRINTER_ONLINE,
     JOB},
    {"no paper",
     {.realtime = {0, 0x1A, 0x32, 0x12, 0x7E}},
     LP_PSELECD | LP_PERRORP,
     false,
     WAY_ASK_AUTO,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_PAPER_END | PRINTER_PAPER_NEAR_END,
     0},
    {"gone before the ticket",
     {.asks_answered = false},
     -ENODEV,
     false,
     WAY_ASK_AUTO,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_UNKNOWN,
     0},
    {"gone with the ticket",
     {.asks_answered = false},
     -ENODEV,
     false,
     WAY_ASK_NO,
     DELIVERY_UNCONFIRMED,
     CONFIRMED_NOT,
     PRINTER_UNKNOWN,
     JOB},
    {"no way back",
     {WELL, .asks_answered = true},
     PORT_NONE,
     true,
     WAY_ASK_AUTO,
     DELIVERY_PRINTED,
     CONFIRMED_DRAINED,
     PRINTER_ONLINE | PRINTER_UNKNOWN,
     JOB},
    {"no way back, and the port tells of no paper",
     {WELL, .asks_answered = true},
     LP_POUTPA,
     true,
     WAY_ASK_AUTO,
     DELIVERY_NOTHING,
     CONFIRMED_NOT,
     PRINTER_PAPER_END,
     0},
    {"it stands still in the middle",
     {WELL, .stalls_after = 5000},
     PORT_NONE,
     false,
     WAY_ASK_AUTO,
     DELIVERY_UNCONFIRMED,
     CONFIRMED_NOT,
     PRINTER_ONLINE,
     1},
    {"its paper ends in the middle",
     {.stalls_after = 5000},
     LP_POUTPA,
     false,
     WAY_ASK_NO,
     DELIVERY_UNCONFIRMED,
     CONFIRMED_NOT,
     PRINTER_PAPER_END,
     1},
    {"it is unplugged in the middle",
     {WELL, .breaks_after = 5000},
     PORT_NONE,
     false,
     WAY_ASK_AUTO,
     DELIVERY_UNCONFIRMED,
     CONFIRMED_NOT,
     PRINTER_ONLINE,
     1},
};

static void calls_go_as_they_go(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(calls); i++) {
        struct scripted_printer p;
        struct way_known known = {0};
        struct way_result result;
        struct error err = {0};
        int64_t began;
        struct way way;
        bool ok;

        printer_plug(&p, &calls[i].script);
        port = calls[i].port;
        one_way = calls[i].one_way;
        way = way_at(p.address);
        way.terms.ask = calls[i].ask;
        if (!one_way)
            printer_be_patient(&calls[i].script, &way.terms);
        if (calls[i].script.stalls_after == 0)
            way.terms.write_ms = way.terms.drain_ms = PRINTER_PATIENCE_MS;
        began = stream_now_ms();
        ok = carry(&way, &known, &result, &err);
        one_way = false;
        printer_await(&p, calls[i].letters);
        printer_end(&p);
        if (ok != (calls[i].fate == DELIVERY_PRINTED) || result.fate != calls[i].fate ||
            result.reached != calls[i].reached || result.signs != calls[i].signs ||
            (calls[i].letters == 1 ? p.letters == 0 || p.letters == JOB
                                   : p.letters != calls[i].letters) ||
            stream_now_ms() - began > PRINTER_PATIENCE_MS)
            fail_msg("%s: %d, fate %d, %s, signs %x, %zu letters: %s (%s)", calls[i].what,
                     ok, (int)result.fate, confirmation_word(result.reached),
                     result.signs, p.letters, err.text, err.cause);
        assert_int_equal(err.kind, ok                                      ? ERROR_NONE
                                   : calls[i].fate == DELIVERY_UNCONFIRMED ? ERROR_BROKEN
                                                                           : ERROR_LATER);
    }
}

/* A port that was once seen to answer and does not any more has gone with its printer,
 * though what was written last counts as taken. */
static void a_port_that_falls_silent(void **state)
{
    struct printer_script mute = {.asks_answered = false};
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;

    (void)state;
    printer_plug(&p, &mute);
    way = way_at(p.address);
    port = LP_PSELECD | LP_PERRORP;
    assert_true(carry(&way, &known, &result, &err));
    port = -EIO;
    assert_false(carry(&way, &known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_non_null(strstr(err.text, "went away"));
    printer_end(&p);
}

static void refused(const struct way *way, struct way_known *known, const char *word)
{
    struct way_result result;
    struct error err = {0};

    assert_false(carry(way, known, &result, &err));
    assert_int_equal(result.fate, DELIVERY_NOTHING);
    assert_int_equal(result.signs, 0); /* offline */
    assert_int_equal(err.kind, ERROR_LATER);
    if (strstr(err.text, word) == NULL)
        fail_msg("%s", err.text);
}

/* A device that is not there is waited for from call to call, one in use within a call.
 */
static void devices_come_and_go(void **state)
{
    char folder[] = "/tmp/deviceXXXXXX", path[64];
    struct printer_script script = printer_well();
    struct way_known known = {0};
    struct way_result result;
    struct scripted_printer p;
    struct error err = {0};
    struct way way;
    int other;

    (void)state;
    port = PORT_NONE;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/lp0", folder);
    way = way_at(path);
    refused(&way, &known, "plugged in");
    printer_plug(&p, &script);
    assert_int_equal(symlink(p.address, path), 0);
    other = open(path, O_RDWR | O_NOCTTY);
    assert_int_equal(flock(other, LOCK_EX), 0);
    refused(&way, &known, "in use");
    close(other);
    assert_true(carry(&way, &known, &result, &err));
    assert_int_equal(result.reached, CONFIRMED_ANSWERED);
    unlink(path);
    refused(&way, &known, "plugged in");
    assert_int_equal(symlink(folder, path), 0);
    refused(&way, &known, "plugged in"); /* a folder is no printer */
    unlink(path);
    assert_int_equal(rmdir(folder), 0);
    printer_await(&p, JOB);
    printer_end(&p);
    assert_int_equal(p.letters, JOB);
}

static const struct {
    const char *address, *word; /* NULL: right */
} addresses[] = {
    {"device:/dev/usb/lp0", NULL},
    {"device:/dev/null", NULL},
    {"device:", "looks like"},
    {"device:lp0", "looks like"},
    {"device:/tmp", "leads to no device"},
    {"device:/etc/passwd", "leads to no device"},
};

static void addresses_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(addresses); i++) {
        struct error err = {0};
        struct way way;
        bool ok = way_read(&way, addresses[i].address, &err);

        if (ok != (addresses[i].word == NULL) ||
            (!ok &&
             (err.kind != ERROR_SETUP || strstr(err.text, addresses[i].word) == NULL)))
            fail_msg("%s: %s", addresses[i].address, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_go_as_they_go),
        cmocka_unit_test(a_port_that_falls_silent),
        cmocka_unit_test(devices_come_and_go),
        cmocka_unit_test(addresses_are_read),
    };

    return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
