/*
 * folder.c — see folder.h.
 */
#include "cli/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERVER_OF_COMMANDS = 1 }; /* ids made beside a running server never meet its own */

static bool make_folder(const char *path, struct error *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return true;
    return error_set(err, ERROR_SETUP, "The folder %s cannot be made: %s.", path,
                     strerror(errno));
}

static bool take_lock(struct folder *f, struct error *err)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/lock", f->path);
    f->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (f->lock < 0)
        return error_set(err, ERROR_SETUP, "The folder %s cannot be written: %s.",
                         f->path, strerror(errno));
    if (flock(f->lock, LOCK_EX | LOCK_NB) == 0)
        return true;
    return error_set(err, ERROR_CONFLICT,
                     "Another yiping serves %s already. Stop it, or name another folder.",
                     f->path);
}

bool folder_open(const char *path, enum folder_use use, struct folder *out,
                 struct error *err)
{
    char key[PATH_MAX], db[PATH_MAX];
    int64_t offset_ms;
    bool fresh;

    memset(out, 0, sizeof(*out));
    out->lock = -1;
    snprintf(out->path, sizeof(out->path), "%s", path);
    snprintf(key, sizeof(key), "%s/yiping.key", path);
    snprintf(db, sizeof(db), "%s/yiping.db", path);
    fresh = access(db, F_OK) != 0;
    if (fresh && use == FOLDER_MUST_EXIST)
        return error_set(err, ERROR_ABSENT,
                         "%s is no data folder. Run: yiping init --data %s "
                         "--hall FILE",
                         path, path);
    world_real(&out->world);
    if (fresh && !make_folder(path, err))
        return false;
    if (use == FOLDER_SERVE && !take_lock(out, err))
        goto failed;
    if (!keyring_open(key, fresh, &out->world, &out->keys, err) ||
        !store_open(path, DB_WRITE, &out->world, &out->keys, &out->store, err))
        goto failed;
    if (use != FOLDER_SERVE)
        out->store.ids.server = SERVER_OF_COMMANDS;
    if (!store_mark(&out->store, "clock_offset_ms", &offset_ms, err))
        goto failed;
    atomic_store(&out->world.offset_ms, offset_ms);
    return true;
failed:
    folder_close(out);
    return false;
}

void folder_knock(const char *path)
{
    char lock[PATH_MAX];

    snprintf(lock, sizeof(lock), "%s/lock", path);
    /* A server that does not hear it looks by itself a little later. */
    (void)utimensat(AT_FDCWD, lock, NULL, 0);
}

int folder_listen(const struct folder *f)
{
    char lock[PATH_MAX];
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    snprintf(lock, sizeof(lock), "%s/lock", f->path);
    if (fd < 0 || inotify_add_watch(fd, lock, IN_ATTRIB) >= 0)
        return fd;
    close(fd);
    return -1;
}

void folder_heard(int fd)
{
    char events[4096];

    while (read(fd, events, sizeof(events)) > 0) {
    }
}

bool folder_is_served(const char *path)
{
    char lock[PATH_MAX];
    bool served;
    int fd;

    snprintf(lock, sizeof(lock), "%s/lock", path);
    fd = open(lock, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    served = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return served;
}

void folder_close(struct folder *f)
{
    store_close(&f->store);
    crypt_wipe(&f->keys, sizeof(f->keys));
    if (f->lock >= 0)
        close(f->lock);
    f->lock = -1;
}

bool folder_write(struct folder *f, folder_change *change, void *self, struct error *err)
{
    struct store *st = &f->store;

    if (!db_begin(st->db, err))
        return false;
    if (change(st, self, f->world.wall_ms(&f->world), err) && db_commit(st->db, err))
        return true;
    db_rollback(st->db);
    return false;
}
