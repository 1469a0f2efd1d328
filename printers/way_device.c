/*
 * way_device.c — a USB printer at /dev/usb/lp* (the kernel's usblp), or a parallel one at
 * /dev/lp*.
 *
 * Promise: no call waits longer than its limits say, though the printer stands still or
 * is unplugged. usblp hands a write on in blocks of 8 KiB, says of the last one that it
 * was written while it is still on its way, and throws it away when the device is closed;
 * so the end of a call waits until the printer has taken it, and says CONFIRMED_NOT where
 * it has not. A printer that answers no question is asked by LPGETSTATUS, which goes
 * another way on the cable and knows the end of the paper. Not here: what is spoken
 * (stream.c), opening (node.c).
 */
#include "printers/printer.h"

#include <errno.h>
#include <linux/lp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "printers/node.h"
#include "printers/stream.h"

static bool device_read(struct way *way, const char *rest, struct error *err)
{
    return node_read(way, rest, "device:/dev/usb/lp0", err);
}

/*
 * The port's own lines (IEEE 1284), as far as they can be believed: many printers always
 * say the same, and one that says nothing says 0. UNKNOWN where nothing is sure. False
 * where the device is gone.
 */
static bool port_signs(struct way_call *call, unsigned *signs)
{
    int lines = 0;

    *signs = PRINTER_UNKNOWN;
    if (ioctl(call->fd, LPGETSTATUS, &lines) != 0)
        return errno != ENODEV && (errno != EIO || !call->known->port);
    call->known->port = true;
    if ((lines & LP_POUTPA) != 0)
        *signs = PRINTER_PAPER_END;
    else if ((lines & LP_PSELECD) != 0)
        *signs = PRINTER_ONLINE |
                 ((lines & LP_PERRORP) == 0 ? (unsigned)PRINTER_RECOVERABLE_ERROR : 0u);
    return true;
}

/* One without paper may not even take a question. */
static bool device_ask(struct way_call *call, struct error *err)
{
    bool answered = stream_ask(call, err), there;
    unsigned port;

    if (answered && (call->signs & PRINTER_UNKNOWN) == 0)
        return true;
    there = port_signs(call, &port);
    if (there && (port & PRINTER_PAPER_END) != 0) {
        error_clear(err);
        answered = true;
    }
    if (!there && answered)
        answered =
            error_set(err, ERROR_LATER,
                      "The printer at %.80s went away. Is it plugged in and switched on?",
                      call->way->address);
    if (answered)
        call->signs = port;
    return answered;
}

/* Whether the printer has taken what was written, the last block too. After it was
 * unplugged that block counts as done as well, therefore the port is asked. */
static bool is_taken(struct way_call *call)
{
    int64_t deadline = stream_now_ms() + call->way->terms.drain_ms + call->print_ms;
    struct pollfd p = {.fd = call->fd, .events = POLLOUT};
    unsigned port;

    return stream_wait_call(call, POLLOUT, deadline) && poll(&p, 1, 0) == 1 &&
           p.revents == POLLOUT && port_signs(call, &port);
}

static void device_close(struct way_call *call, enum confirmation *reached)
{
    unsigned port;

    if (*reached == CONFIRMED_WRITTEN)
        *reached = is_taken(call) ? CONFIRMED_DRAINED : CONFIRMED_NOT;
    if (*reached == CONFIRMED_NOT && call->sent > 0 && port_signs(call, &port) &&
        (port & PRINTER_PAPER_END) != 0)
        call->signs = port;
    close(call->fd);
    call->fd = -1;
}

const struct way_ops way_device = {
    .name = "device",
    .read = device_read,
    .open = node_open,
    .ask = device_ask,
    .send = stream_send,
    .confirm = stream_confirm,
    .close = device_close,
};
