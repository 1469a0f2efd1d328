/*
 * way_serial.c — a printer on a serial line: /dev/ttyS*, /dev/ttyUSB*, /dev/ttyACM*.
 *
 * Promise: bytes leave as they are (raw, eight bits), as fast as the line can and the
 * printer allows. Nobody acknowledges what leaves, so that without an answer WRITTEN is
 * all that is ever reached; but it means that the last byte has left the machine. What
 * the printer did not let out is taken back, and where that is the whole ticket nothing
 * has left us. The line is closed empty, for the kernel would wait half a minute for a
 * printer that is off. Not here: what is spoken (stream.c), opening (node.c).
 */
#include "printers/printer.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "printers/node.h"
#include "printers/stream.h"

enum { LOOK_AGAIN_MS = 10 };

static const struct {
    int baud;
    speed_t speed;
} speeds[] = {
    {1200, B1200},     {2400, B2400},     {4800, B4800},     {9600, B9600},
    {19200, B19200},   {38400, B38400},   {57600, B57600},   {115200, B115200},
    {230400, B230400}, {460800, B460800}, {921600, B921600},
};

static bool serial_read(struct way *way, const char *rest, struct error *err)
{
    return node_read(way, rest, "serial:/dev/ttyUSB0", err);
}

/* ---- the line --------------------------------------------------------------------- */

static speed_t speed_of(int baud)
{
    for (size_t i = 0; i < LENGTH(speeds); i++)
        if (speeds[i].baud == baud)
            return speeds[i].speed;
    return B0;
}

/* XON and XOFF are only listened to: what we get is too little to hold up. DTR stays up
 * between calls (no HUPCL), or some printers begin anew each time. */
static void line_as_wanted(const struct way_terms *terms, struct termios *line)
{
    cfmakeraw(line);
    line->c_cflag &= ~(tcflag_t)(CSTOPB | PARENB | PARODD | CRTSCTS | HUPCL);
    line->c_cflag |= CREAD | CLOCAL;
    line->c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY | INPCK);
    line->c_cc[VMIN] = 1; /* so that 0 read means that the line hung up */
    line->c_cc[VTIME] = 0;
    if (terms->parity != LINE_NO_PARITY)
        line->c_cflag |= PARENB | (terms->parity == LINE_ODD ? (tcflag_t)PARODD : 0u);
    if (terms->flow == LINE_RTS_CTS)
        line->c_cflag |= CRTSCTS;
    if (terms->flow == LINE_XON_XOFF)
        line->c_iflag |= IXON;
    cfsetispeed(line, speed_of(terms->baud));
    cfsetospeed(line, speed_of(terms->baud));
}

/* What was asked for may be done in part only (tcsetattr(3)), therefore it is read
 * again. */
static bool set_line(struct way_call *call, struct error *err)
{
    const struct way_terms *terms = &call->way->terms;
    struct termios line, now;

    if (tcgetattr(call->fd, &line) != 0) {
        error_set(err, ERROR_LATER,
                  "%.80s is no serial line. For a USB printer write way = device.",
                  call->way->address);
        return error_cause(err, "tcgetattr: %s", strerror(errno));
    }
    line_as_wanted(terms, &line);
    if (tcsetattr(call->fd, TCSANOW, &line) != 0 || tcgetattr(call->fd, &now) != 0 ||
        cfgetospeed(&now) != cfgetospeed(&line) ||
        ((now.c_cflag ^ line.c_cflag) & CRTSCTS) != 0)
        return error_set(
            err, ERROR_LATER,
            "The line %.80s cannot do %d baud with this flow control. Change "
            "baud or flow.",
            call->way->address, terms->baud);
    tcflush(call->fd, TCIFLUSH);
    return true;
}

static bool serial_open(struct way_call *call, struct error *err)
{
    if (!node_open(call, err))
        return false;
    if (set_line(call, err))
        return true;
    close(call->fd);
    call->fd = -1;
    return false;
}

/* Bytes that wait in the kernel; 0 where it does not say. */
static size_t waiting(int fd)
{
    int count = 0;

    return ioctl(fd, TIOCOUTQ, &count) == 0 && count > 0 ? (size_t)count : 0;
}

/* ---- asking ----------------------------------------------------------------------- */

/* A printer that is off, full or has no paper lets CTS fall. Lines that know no CTS say
 * nothing of it. */
static bool is_clear(int fd)
{
    int lines = 0;

    return ioctl(fd, TIOCMGET, &lines) != 0 || (lines & TIOCM_CTS) != 0;
}

static bool held_up(const struct way_call *call, struct error *err)
{
    if (call->way->terms.flow == LINE_RTS_CTS)
        return error_set(err, ERROR_LATER,
                         "The printer at %.80s is not ready (CTS). Is it on, with paper? "
                         "Where the cable has no CTS, write flow = none.",
                         call->way->address);
    return error_set(err, ERROR_LATER,
                     "The printer at %.80s takes nothing. Is it switched on, with paper "
                     "and a closed cover?",
                     call->way->address);
}

static bool serial_ask(struct way_call *call, struct error *err)
{
    int64_t deadline = stream_now_ms() + call->way->terms.status_ms;

    while (call->way->terms.flow == LINE_RTS_CTS && !is_clear(call->fd))
        if (!stream_rest_call(call, LOOK_AGAIN_MS, deadline))
            return held_up(call, err);
    return stream_ask(call, err);
}

/* ---- the job ---------------------------------------------------------------------- */

/* Ten or eleven bits a byte. */
static int64_t line_ms(const struct way_terms *terms, size_t bytes)
{
    int bits = terms->parity == LINE_NO_PARITY ? 10 : 11;

    return (int64_t)bytes * bits * 1000 / terms->baud;
}

static bool has_left(struct way_call *call, int64_t deadline_ms)
{
    while (waiting(call->fd) > 0)
        if (!stream_rest_call(call, LOOK_AGAIN_MS, deadline_ms))
            return false;
    return true;
}

/* The line stands still while we count, so that what is counted is what is dropped. */
static void take_back(struct way_call *call)
{
    size_t left;

    tcflow(call->fd, TCOOFF);
    left = waiting(call->fd);
    tcflush(call->fd, TCOFLUSH);
    tcflow(call->fd, TCOON);
    call->sent -= left < call->sent ? left : call->sent;
}

static bool serial_send(struct way_call *call, const struct buf *job, struct error *err)
{
    const struct way_terms *terms = &call->way->terms;
    struct error why = {0};
    int64_t deadline;

    call->line_ms = (int)line_ms(terms, stream_wash_bytes(call) + job->length);
    deadline = stream_now_ms() + terms->write_ms + call->line_ms;
    if (stream_send(call, job, &why) && has_left(call, deadline))
        return true;
    take_back(call);
    if (call->sent == 0)
        held_up(call, err);
    else if (why.kind != ERROR_NONE)
        *err = why;
    else
        error_set(err, ERROR_BROKEN,
                  "The printer stopped taking a ticket half-way. Look whether it was "
                  "printed before printing it again.");
    return false;
}

static void serial_close(struct way_call *call, enum confirmation *reached)
{
    (void)reached;
    if (waiting(call->fd) > 0)
        tcflush(call->fd, TCOFLUSH);
    close(call->fd);
    call->fd = -1;
}

const struct way_ops way_serial = {
    .name = "serial",
    .read = serial_read,
    .open = serial_open,
    .ask = serial_ask,
    .send = serial_send,
    .confirm = stream_confirm,
    .close = serial_close,
};
