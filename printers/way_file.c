/*
 * way_file.c — a folder as printer: one file a job, for tests, archives and other
 * programs.
 *
 * Promise: a file that has its final name is complete; names ascend (000001.bin …) and an
 * existing one is never overwritten, so two writers cannot lose each other's job.
 */
#include "printers/printer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { JOBS_MAX = 999999, PATH_LENGTH = WAY_ADDRESS_MAX + 48 };

static bool file_read(struct way *way, const char *rest, struct error *err)
{
    struct stat st;

    if (*rest == '\0' || strlen(rest) >= sizeof(way->address))
        return error_set(err, ERROR_SETUP,
                         "A file printer is written file:FOLDER, for example "
                         "file:/var/spool/tickets.");
    snprintf(way->address, sizeof(way->address), "%s", rest);
    if (stat(rest, &st) != 0 || !S_ISDIR(st.st_mode))
        return error_set(err, ERROR_SETUP,
                         "The printer's folder %.120s does not exist; make it first.",
                         rest);
    return true;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* Gives the finished file the first free number. */
static bool publish(const struct way *way, const char *part)
{
    char name[PATH_LENGTH];

    for (int i = 1; i <= JOBS_MAX; i++) {
        snprintf(name, sizeof(name), "%s/%06d.bin", way->address, i);
        if (link(part, name) == 0)
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

/* The folder may be on a disk that comes and goes. */
static bool file_open(struct way_call *call, struct error *err)
{
    if (access(call->way->address, W_OK) == 0)
        return true;
    return error_set(err, ERROR_LATER,
                     "The printer's folder %.120s cannot be written to. Is it there, and "
                     "may we write there?",
                     call->way->address);
}

static bool file_send(struct way_call *call, const struct buf *job, struct error *err)
{
    char part[PATH_LENGTH];
    bool ok = false;
    int fd;

    snprintf(part, sizeof(part), "%s/.part-XXXXXX", call->way->address);
    fd = mkostemp(part, O_CLOEXEC);
    if (fd >= 0) {
        ok = write_all(fd, buf_text(job), job->length) && fchmod(fd, 0644) == 0;
        ok = close(fd) == 0 && ok && publish(call->way, part);
        unlink(part);
    }
    if (!ok) { /* without its final name the job does not exist */
        error_set(err, ERROR_LATER,
                  "The ticket could not be written to %.120s. Is there room, and may we "
                  "write there?",
                  call->way->address);
        return error_cause(err, "way_file: %s", strerror(errno));
    }
    call->sent = job->length;
    return true;
}

/* A file with its final name is as far as a file can get. */
static bool file_confirm(struct way_call *call, enum confirmation *reached,
                         struct error *err)
{
    (void)call;
    (void)err;
    *reached = CONFIRMED_DRAINED;
    return true;
}

const struct way_ops way_file = {.name = "file",
                                 .read = file_read,
                                 .open = file_open,
                                 .send = file_send,
                                 .confirm = file_confirm};
