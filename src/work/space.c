/*
 * space.c — see space.h.
 */
#include "work/space.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/compiler.h"
#include "base/log.h"
#include "base/memory.h"

struct space {
    char folder[PATH_MAX], ballast_path[PATH_MAX];
    int64_t min_free, ballast;
    bool laid; /* the ballast is there; loop only */
    _Atomic int64_t left, store;
    _Atomic bool low;
};

static bool measure(const struct space *s, int64_t *left)
{
    struct statvfs fs;

    if (statvfs(s->folder, &fs) != 0)
        return false;
    *left = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    return true;
}

static int64_t store_bytes(const struct space *s)
{
    static const char *const files[] = {"yiping.db", "yiping.db-wal", "yiping.db-shm"};
    int64_t bytes = 0;

    for (size_t i = 0; i < LENGTH(files); i++) {
        char path[PATH_MAX];
        struct stat file;

        snprintf(path, sizeof(path), "%.*s/%s", PATH_MAX - 16, s->folder, files[i]);
        if (stat(path, &file) == 0)
            bytes += file.st_size;
    }
    return bytes;
}

/* Real blocks, not a hole: otherwise removing it would free nothing. */
static void lay(struct space *s)
{
    int fd = open(s->ballast_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return;
    s->laid = posix_fallocate(fd, 0, s->ballast) == 0;
    close(fd);
    if (!s->laid)
        unlink(s->ballast_path);
}

static void drop(struct space *s, int64_t left)
{
    log_line(LOG_LEVEL_ERROR, "disk.ballast_dropped", "left=%lld make room now",
             (long long)left);
    unlink(s->ballast_path);
    s->laid = false;
}

void space_look(struct space *s)
{
    int64_t left;
    bool low;

    atomic_store(&s->store, store_bytes(s));
    if (!measure(s, &left))
        return;
    if (s->laid && left < s->ballast)
        drop(s, left);
    else if (!s->laid && s->ballast > 0 && left > s->min_free + 2 * s->ballast)
        lay(s);
    low = left < s->min_free;
    if (low != atomic_exchange(&s->low, low))
        log_line(LOG_LEVEL_WARNING, low ? "disk.low" : "disk.enough", "left=%lld",
                 (long long)left);
    atomic_store(&s->left, left);
}

struct space *space_new(const char *folder, int64_t min_free, int64_t ballast)
{
    struct space *s = memory_new(sizeof(*s));
    struct stat there;

    snprintf(s->folder, sizeof(s->folder), "%s", folder);
    snprintf(s->ballast_path, sizeof(s->ballast_path), "%.*s/ballast", PATH_MAX - 16,
             folder);
    s->min_free = min_free;
    s->ballast = ballast;
    s->laid = stat(s->ballast_path, &there) == 0;
    if (s->laid && ballast == 0)
        unlink(s->ballast_path);
    space_look(s);
    return s;
}

void space_free(struct space *s)
{
    free(s);
}

bool space_for_more(const struct space *s, struct error *err)
{
    if (s == NULL || !atomic_load(&s->low))
        return true;
    return error_set(err, ERROR_LATER,
                     "The disk is nearly full; nothing new is taken until there "
                     "is room. Ratings still go in.");
}

int64_t space_left(const struct space *s)
{
    return atomic_load(&s->left);
}

int64_t space_store(const struct space *s)
{
    return atomic_load(&s->store);
}
