/*
 * sync.c — see sync.h.
 */
#include "base/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    int fd, cause;
    bool ok;

    snprintf(folder, sizeof(folder), "%.*s",
             slash == NULL  ? 1
             : slash > path ? (int)(slash - path)
                            : 1,
             slash == NULL ? "." : path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ok = fsync(fd) == 0;
    cause = errno;
    close(fd);
    errno = cause;
    return ok;
}
