/*
 * node.c — see node.h.
 */
#include "printers/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "printers/stream.h"

enum { TRY_AGAIN_MS = 50 };

bool node_read(struct way *way, const char *rest, const char *sample, struct error *err)
{
    struct stat st;

    if (rest[0] != '/' || strlen(rest) >= sizeof(way->address))
        return error_set(
            err, ERROR_SETUP,
            "The printer's path \"%.60s\" is none of a device; one looks like "
            "%s.",
            rest, sample);
    if (stat(rest, &st) == 0 && !S_ISCHR(st.st_mode))
        return error_set(
            err, ERROR_SETUP,
            "The printer's path %.80s leads to no device; one looks like %s.", rest,
            sample);
    snprintf(way->address, sizeof(way->address), "%s", rest);
    return true;
}

/* The descriptor, or -1 with errno. The lock keeps our own programs apart; the kernel
 * keeps two from a USB printer, but not from a serial line. */
static int open_alone(struct way_call *call)
{
    const int flags = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    const char *path = call->way->address;
    int fd = open(path, O_RDWR | flags), failure = ENODEV;
    struct stat st;

    call->mute = fd < 0 && errno == EACCES;
    if (call->mute)
        fd = open(path, O_WRONLY | flags);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode)) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return fd;
        failure = errno == EWOULDBLOCK ? EBUSY : errno;
    }
    close(fd);
    errno = failure;
    return -1;
}

static bool not_opened(const char *path, int failure, struct error *err)
{
    if (failure == EBUSY)
        error_set(
            err, ERROR_LATER,
            "The printer at %.80s is in use by another program. A CUPS queue for it "
            "has to go.",
            path);
    else if (failure == EACCES || failure == EPERM)
        error_set(err, ERROR_LATER,
                  "We may not use the printer at %.80s. Add our user to the group that "
                  "owns it (lp for USB, dialout for serial) and start again.",
                  path);
    else
        error_set(err, ERROR_LATER,
                  "There is no printer at %.80s. Is it plugged in and switched on?",
                  path);
    return error_cause(err, "open: %s", strerror(failure));
}

bool node_open(struct way_call *call, struct error *err)
{
    int64_t deadline = stream_now_ms() + call->way->terms.connect_ms;

    while ((call->fd = open_alone(call)) < 0) {
        int failure = errno;

        if (failure == EINTR)
            continue;
        if (failure != EBUSY || !stream_rest_call(call, TRY_AGAIN_MS, deadline))
            return not_opened(call->way->address, failure, err);
    }
    return true;
}
