/*
 * serial_test.c — tickets on a serial line: that bytes leave unchanged at the speed that
 * was asked for, that a printer which holds the line up gets nothing, and that what it
 * did not let out is taken back. A terminal line stands in for the cable; what it has no
 * wires for (CTS, bytes that wait in the kernel) is said by this file's own ioctl.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "printers/printer.h"
#include "printers/stream.h"
#include "scripted_printer.h"

enum { JOB = 30000, NO_WIRES = -1 };

static _Atomic int wires = NO_WIRES; /* what TIOCMGET gives */
static _Atomic int held;             /* what TIOCOUTQ gives */
static _Atomic int let_out;          /* by so much less each time it is asked */

int ioctl(int fd, unsigned long request, ...)
{
    va_list rest;
    int *to;

    va_start(rest, request);
    to = va_arg(rest, int *);
    va_end(rest);
    if (request == TIOCMGET && wires != NO_WIRES) {
        *to = wires;
        return 0;
    }
    if (request == TIOCOUTQ) {
        *to = held;
        held = held > let_out ? held - let_out : 0;
        return 0;
    }
    return (int)syscall(SYS_ioctl, fd, request, to);
}

static struct way way_at(const char *path)
{
    struct error err = {0};
    char address[120];
    struct way way;

    snprintf(address, sizeof(address), "serial:%s", path);
    if (!way_read(&way, address, &err))
        fail_msg("%s", err.text);
    assert_int_equal(way.terms.baud, 9600);
    assert_int_equal(way.terms.flow, LINE_RTS_CTS);
    way.terms.baud = 921600; /* so that nothing waits for a line that is none */
    way.terms.connect_ms = way.terms.write_ms = 400;
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

/* ---- calls ------------------------------------------------------------------------ */

#define WELL .realtime = {0, 0x12, 0x12, 0x12, 0x12}

static const struct {
    const char *what;
    struct printer_script script;
    enum line_flow flow;
    enum way_ask ask;
    int wires, held, let_out;
    enum delivery fate;
    enum confirmation reached;
    unsigned signs;
    size_t letters; /* JOB, 0, or 1 for whatever */
    const char *word;
} calls[] = {
    {.what = "all is well",
     .script = {WELL, .asks_answered = true},
     .wires = TIOCM_CTS,
     .fate = DELIVERY_PRINTED,
     .reached = CONFIRMED_ANSWERED,
     .signs = PRINTER_ONLINE,
     .letters = JOB},
    {.what = "no wires and no answers",
     .script = {.asks_answered = false},
     .flow = LINE_FREE,
     .wires = NO_WIRES,
     .fate = DELIVERY_PRINTED,
     .reached = CONFIRMED_WRITTEN,
     .signs = PRINTER_ONLINE | PRINTER_UNKNOWN,
     .letters = JOB},
    {.what = "the line takes its time",
     .script = {.asks_answered = false},
     .flow = LINE_XON_XOFF,
     .wires = NO_WIRES,
     .held = 4096,
     .let_out = 1024,
     .fate = DELIVERY_PRINTED,
     .reached = CONFIRMED_WRITTEN,
     .signs = PRINTER_ONLINE | PRINTER_UNKNOWN,
     .letters = JOB},
    {.what = "it is held up before a byte",
     .script = {WELL},
     .wires = TIOCM_DSR,
     .fate = DELIVERY_NOTHING,
     .reached = CONFIRMED_NOT,
     .signs = PRINTER_UNKNOWN,
     .word = "CTS"},
    {.what = "no paper",
     .script = {.realtime = {0, 0x1A, 0x32, 0x12, 0x7E}},
     .wires = TIOCM_CTS,
     .fate = DELIVERY_NOTHING,
     .reached = CONFIRMED_NOT,
     .signs = PRINTER_PAPER_END | PRINTER_PAPER_NEAR_END,
     .word = "paper"},
    {.what = "nothing was let out",
     .script = {.asks_answered = false},
     .ask = WAY_ASK_NO,
     .wires = TIOCM_DSR,
     .held = JOB,
     .fate = DELIVERY_NOTHING,
     .reached = CONFIRMED_NOT,
     .signs = PRINTER_UNKNOWN,
     .letters = 1,
     .word = "CTS"},
    {.what = "nothing was let out, by characters",
     .script = {.asks_answered = false},
     .flow = LINE_XON_XOFF,
     .ask = WAY_ASK_NO,
     .wires = NO_WIRES,
     .held = JOB,
     .fate = DELIVERY_NOTHING,
     .reached = CONFIRMED_NOT,
     .signs = PRINTER_UNKNOWN,
     .letters = 1,
     .word = "takes nothing"},
    {.what = "one byte of it was let out",
     .script = {WELL},
     .wires = TIOCM_CTS,
     .held = JOB - 1,
     .fate = DELIVERY_UNCONFIRMED,
     .reached = CONFIRMED_NOT,
     .signs = PRINTER_ONLINE,
     .letters = 1,
     .word = "half-way"},
    {.what = "it is unplugged in the middle",
     .script = {WELL, .breaks_after = 5000},
     .wires = TIOCM_CTS,
     .fate = DELIVERY_UNCONFIRMED,
     .reached = CONFIRMED_NOT,
     .signs = PRINTER_ONLINE,
     .letters = 1,
     .word = "half-way"},
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
        int64_t began;
        bool ok;

        printer_plug(&p, &calls[i].script);
        wires = calls[i].wires;
        held = calls[i].held;
        let_out = calls[i].let_out;
        way = way_at(p.address);
        way.terms.ask = calls[i].ask;
        way.terms.flow = calls[i].flow;
        if (calls[i].wires != TIOCM_DSR) /* else it lets nothing through */
            printer_be_patient(&calls[i].script, &way.terms);
        began = stream_now_ms();
        ok = carry(&way, &known, &result, &err);
        printer_await(&p, calls[i].letters);
        printer_end(&p);
        if (ok != (calls[i].fate == DELIVERY_PRINTED) || result.fate != calls[i].fate ||
            result.reached != calls[i].reached || result.signs != calls[i].signs ||
            (calls[i].letters != 1 && p.letters != calls[i].letters) ||
            (!ok && strstr(err.text, calls[i].word) == NULL) ||
            stream_now_ms() - began > PRINTER_PATIENCE_MS)
            fail_msg("%s: %d, fate %d, %s, signs %x, %zu letters: %s (%s)", calls[i].what,
                     ok, (int)result.fate, confirmation_word(result.reached),
                     result.signs, p.letters, err.text, err.cause);
        assert_int_equal(err.kind, ok                                      ? ERROR_NONE
                                   : calls[i].fate == DELIVERY_UNCONFIRMED ? ERROR_BROKEN
                                                                           : ERROR_LATER);
    }
    wires = NO_WIRES;
    held = 0;
}

/* ---- the line --------------------------------------------------------------------- */

static const struct {
    int baud;
    enum line_parity parity;
    enum line_flow flow;
    speed_t speed;
    tcflag_t cflag, iflag; /* what must be there of CRTSCTS, and of IXON and IXOFF */
} lines[] = {
    {1200, LINE_NO_PARITY, LINE_RTS_CTS, B1200, CRTSCTS, 0},
    {9600, LINE_EVEN, LINE_XON_XOFF, B9600, 0, IXON},
    {19200, LINE_ODD, LINE_FREE, B19200, 0, 0},
    {115200, LINE_NO_PARITY, LINE_RTS_CTS, B115200, CRTSCTS, 0},
    {921600, LINE_NO_PARITY, LINE_FREE, B921600, 0, 0},
};

static void a_line_is_set(void **state)
{
    struct printer_script script = {.asks_answered = false};
    struct way_known known = {0};
    struct scripted_printer p;

    (void)state;
    printer_plug(&p, &script);
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct way way = way_at(p.address);
        struct error err = {0};
        struct termios line;
        unsigned signs;

        way.terms.baud = lines[i].baud;
        way.terms.parity = lines[i].parity;
        way.terms.flow = lines[i].flow;
        assert_true(way_look(&way, &known, &signs, &err));
        assert_int_equal(signs, PRINTER_ONLINE | PRINTER_UNKNOWN);
        assert_int_equal(tcgetattr(p.listener, &line), 0);
        if (cfgetospeed(&line) != lines[i].speed ||
            (line.c_cflag & CRTSCTS) != lines[i].cflag ||
            (line.c_iflag & (IXON | IXOFF)) != lines[i].iflag ||
            (line.c_lflag & (ICANON | ECHO | ISIG)) != 0 || (line.c_oflag & OPOST) != 0 ||
            (line.c_cflag & (CSIZE | CLOCAL | HUPCL)) != (CS8 | CLOCAL))
            fail_msg("line %zu: %o %o %o", i, (unsigned)line.c_cflag,
                     (unsigned)line.c_iflag, (unsigned)line.c_lflag);
    }
    printer_end(&p);
}

/* A line begins as a terminal that would turn LF into CR LF and stop at 13h. */
static void bytes_leave_unchanged(void **state)
{
    int printer = posix_openpt(O_RDWR | O_NOCTTY);
    struct buf job = buf_new(256);
    struct way_known known = {0};
    struct way_result result;
    unsigned char came[300];
    struct error err = {0};
    struct way way;
    ssize_t n;

    (void)state;
    assert_true(printer >= 0 && grantpt(printer) == 0 && unlockpt(printer) == 0);
    for (int i = 0; i < 256; i++)
        buf_add_byte(&job, (unsigned char)i);
    way = way_at(ptsname(printer));
    way.terms.ask = WAY_ASK_NO;
    way.terms.confirm_auto = false;
    way.terms.confirm = CONFIRMED_WRITTEN;
    assert_true(way_carry(&way, &known, &job, 0, &result, &err));
    assert_int_equal(result.reached, CONFIRMED_WRITTEN);
    n = read(printer, came, sizeof(came));
    assert_int_equal(n, 256);
    assert_memory_equal(came, job.data, 256);
    buf_free(&job);
    close(printer);
}

static void what_is_no_line(void **state)
{
    struct way_known known = {0};
    struct error err = {0};
    struct way way;
    unsigned signs;

    (void)state;
    assert_false(way_read(&way, "serial:COM1", &err));
    assert_int_equal(err.kind, ERROR_SETUP);
    way = way_at("/dev/null");
    error_clear(&err);
    assert_false(way_look(&way, &known, &signs, &err));
    assert_int_equal(err.kind, ERROR_LATER);
    assert_non_null(strstr(err.text, "way = device"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_go_as_they_go),
        cmocka_unit_test(a_line_is_set),
        cmocka_unit_test(bytes_leave_unchanged),
        cmocka_unit_test(what_is_no_line),
    };

    return cmocka_run_group_tests_name("serial", tests, NULL, NULL);
}
