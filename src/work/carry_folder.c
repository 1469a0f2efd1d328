/*
 * carry_folder.c — folders that a gateway fills (carry_file.h).
 *
 * inotify(7) names what was finished there (closed after writing, or moved in); such
 * files come at once and in that order. A folder is also looked through when it begins to
 * be watched and every half minute, by age, for what was missed; then a file that was
 * touched a moment ago is left alone, since somebody may still be writing it. What is
 * taken stays where it is until it is durable here.
 *
 * Invariant: only the very file that was read is taken away. smsd makes an empty file,
 * takes it away and makes another under the same name, so an empty file is not news yet,
 * and one that changed after it was read is read again.
 */
#include "work/carry_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

enum {
    FOLDERS_MOST = 64,
    FILES_MOST = 256, /* waiting of one folder; the rest is found when looked again */
    LOOK_EVERY_MS = 30000,
    LOOK_SOON_MS = 3000,
    TOUCHED_MS = 2000, /* a file that young may not be whole */
};

enum file_state { FILE_WAITS, FILE_TAKEN };

struct file {
    enum file_state state;
    char name[256];
    struct stat read; /* as it was when it was taken */
};

struct folder {
    struct gateway_folder what;
    int tag;
    int watch;   /* -1: not watched */
    int trouble; /* errno, 0 for none */
    bool told;
    int64_t look_ms;
    struct file files[FILES_MOST];
    int count;
};

struct carry_folders {
    int inotify;
    struct folder *folders[FOLDERS_MOST];
    int count;
};

struct carry_folders *carry_folders_new(void)
{
    struct carry_folders *f = memory_new(sizeof(*f));

    f->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return f;
}

void carry_folders_free(struct carry_folders *f)
{
    if (f == NULL)
        return;
    for (int i = 0; i < f->count; i++)
        free(f->folders[i]);
    if (f->inotify >= 0)
        close(f->inotify);
    free(f);
}

void carry_folders_add(struct carry_folders *f, const struct gateway_folder *what,
                       int tag)
{
    struct folder *folder;

    if (f->count == FOLDERS_MOST)
        return;
    folder = memory_new(sizeof(*folder));
    folder->what = *what;
    folder->tag = tag;
    folder->watch = -1;
    folder->look_ms = INT64_MIN;
    f->folders[f->count++] = folder;
}

int carry_folders_fd(const struct carry_folders *f)
{
    return f->count > 0 ? f->inotify : -1;
}

/* ---- noticing ---- */

static bool ends_in(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);

    return length >= tail && strcmp(name + length - tail, end) == 0;
}

static bool is_ours(const struct folder *d, const char *name)
{
    return (d->what.takes == NULL || d->what.takes(name)) && name[0] != '.' &&
           name[0] != '\0' && strlen(name) < 256 && strchr(name, '/') == NULL &&
           !ends_in(name, ".LOCK");
}

/* Puts a name at the end, once. False where there is no room. */
static bool note(struct folder *d, const char *name)
{
    if (!is_ours(d, name))
        return true;
    for (int i = 0; i < d->count; i++)
        if (strcmp(d->files[i].name, name) == 0)
            return true;
    if (d->count == FILES_MOST)
        return false;
    d->files[d->count].state = FILE_WAITS;
    snprintf(d->files[d->count++].name, sizeof(d->files[0].name), "%s", name);
    return true;
}

static void drop(struct folder *d, int i)
{
    memmove(&d->files[i], &d->files[i + 1],
            sizeof(d->files[0]) * (size_t)(d->count - i - 1));
    d->count--;
}

static void sooner(struct folder *d, int64_t at_ms)
{
    if (d->look_ms > at_ms)
        d->look_ms = at_ms;
}

static void set_trouble(struct folder *d, int number)
{
    d->trouble = number;
    if (number == 0 && d->told)
        log_line(LOG_LEVEL_NOTICE, "folder.back", "folder=%s", d->what.path);
    if (number != 0 && !d->told)
        log_line(LOG_LEVEL_ERROR, "folder.trouble", "folder=%s reason=\"%s\"",
                 d->what.path, strerror(number));
    d->told = number != 0;
}

/* ---- looking through ---- */

struct aged {
    struct timespec at;
    char name[256];
};

static int by_age(const void *a, const void *b)
{
    const struct aged *x = a, *y = b;

    if (x->at.tv_sec != y->at.tv_sec)
        return x->at.tv_sec < y->at.tv_sec ? -1 : 1;
    if (x->at.tv_nsec != y->at.tv_nsec)
        return x->at.tv_nsec < y->at.tv_nsec ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Files keep the machine's own time, whatever our world says. */
static bool is_settled(const struct stat *st)
{
    struct timespec now;
    int64_t age_ms;

    clock_gettime(CLOCK_REALTIME, &now);
    age_ms = (int64_t)(now.tv_sec - st->st_mtim.tv_sec) * 1000 +
             (now.tv_nsec - st->st_mtim.tv_nsec) / 1000000;
    return age_ms >= TOUCHED_MS || age_ms < -TOUCHED_MS;
}

/* False where some file has to wait: look again soon. */
static bool list(struct folder *d, DIR *dir)
{
    struct aged *found = memory_new(sizeof(*found) * FILES_MOST);
    struct dirent *entry;
    struct stat st;
    size_t count = 0;
    bool all = true;

    while ((entry = readdir(dir)) != NULL) {
        if (!is_ours(d, entry->d_name) ||
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode) || st.st_size == 0 || st.st_size > GATEWAY_BODY_MOST)
            continue;
        if (count == FILES_MOST || !is_settled(&st)) {
            all = false;
            continue;
        }
        found[count].at = st.st_mtim;
        snprintf(found[count++].name, sizeof(found[0].name), "%s", entry->d_name);
    }
    qsort(found, count, sizeof(*found), by_age);
    for (size_t i = 0; i < count; i++)
        all &= note(d, found[i].name);
    free(found);
    return all;
}

static void look_through(struct carry_folders *f, struct folder *d, int64_t now_ms)
{
    DIR *dir;

    d->look_ms = now_ms + LOOK_EVERY_MS;
    /* First the watch, then the list: nothing can come in between unseen. */
    d->watch = inotify_add_watch(f->inotify, d->what.path,
                                 IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR);
    dir = opendir(d->what.path);
    set_trouble(d, dir == NULL ? errno : 0);
    if (dir == NULL) {
        d->look_ms = now_ms + LOOK_SOON_MS;
        return;
    }
    if (!list(d, dir))
        d->look_ms = now_ms + LOOK_SOON_MS;
    closedir(dir);
}

static void take_event(struct carry_folders *f, const struct inotify_event *e,
                       int64_t now_ms)
{
    for (int i = 0; i < f->count; i++) {
        struct folder *d = f->folders[i];

        if ((e->mask & IN_Q_OVERFLOW) != 0)
            sooner(d, now_ms);
        if (e->wd != d->watch || (e->mask & IN_Q_OVERFLOW) != 0)
            continue;
        if ((e->mask & IN_IGNORED) != 0) /* the folder itself went */
            sooner(d, now_ms);
        else if (e->len > 0 && (e->mask & IN_ISDIR) == 0 && !note(d, e->name))
            sooner(d, now_ms + LOOK_SOON_MS);
    }
}

void carry_folders_look(struct carry_folders *f, int64_t now_ms)
{
    _Alignas(struct inotify_event) char bytes[8192];
    ssize_t n;

    if (f->count == 0)
        return;
    while ((n = read(f->inotify, bytes, sizeof(bytes))) > 0) {
        for (char *at = bytes; at < bytes + n;) {
            const struct inotify_event *e = (const void *)at;

            take_event(f, e, now_ms);
            at += sizeof(*e) + e->len;
        }
    }
    for (int i = 0; i < f->count; i++)
        if (f->folders[i]->look_ms <= now_ms)
            look_through(f, f->folders[i], now_ms);
}

int64_t carry_folders_next_ms(const struct carry_folders *f)
{
    int64_t next_ms = INT64_MAX;

    for (int i = 0; i < f->count; i++)
        if (f->folders[i]->look_ms < next_ms)
            next_ms = f->folders[i]->look_ms;
    return next_ms;
}

/* ---- taking ---- */

/* False where it is no file for us, empty or gone. `st` says which file was read. */
static bool read_file(const struct folder *d, const char *name, struct stat *st,
                      struct buf *out)
{
    char path[PATH_MAX], piece[4096];
    ssize_t n = -1;
    int fd;

    snprintf(path, sizeof(path), "%s/%s", d->what.path, name);
    fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
        while ((n = read(fd, piece, sizeof(piece))) > 0)
            buf_add(out, piece, (size_t)n);
    close(fd);
    if (out->overflowed)
        log_line(LOG_LEVEL_ERROR, "folder.too_large", "folder=%s file=%s", d->what.path,
                 name);
    return n == 0 && out->length > 0 && !out->overflowed;
}

static bool next_of(struct carry_folders *f, int at, struct carry_file_found *found,
                    struct callback *out)
{
    struct folder *d = f->folders[at];

    for (int i = 0; i < d->count;) {
        if (d->files[i].state != FILE_WAITS) {
            i++;
            continue;
        }
        *out = callback_new(d->what.report);
        if (!read_file(d, d->files[i].name, &d->files[i].read, &out->body)) {
            callback_free(out);
            drop(d, i);
            continue;
        }
        d->files[i].state = FILE_TAKEN;
        *found = (struct carry_file_found){.tag = d->tag, .folder = at};
        snprintf(found->name, sizeof(found->name), "%s", d->files[i].name);
        snprintf(out->type, sizeof(out->type), "%s", d->what.label);
        buf_add_text(&out->query, found->name);
        return true;
    }
    return false;
}

/* Always from the first folder on: what it holds may explain what the next one does. */
bool carry_folders_next(struct carry_folders *f, struct carry_file_found *found,
                        struct callback *out)
{
    for (int i = 0; i < f->count; i++)
        if (next_of(f, i, found, out))
            return true;
    return false;
}

static bool is_as_read(const char *path, const struct stat *read)
{
    struct stat st;

    return lstat(path, &st) != 0 ||
           (st.st_ino == read->st_ino && st.st_size == read->st_size &&
            st.st_mtim.tv_sec == read->st_mtim.tv_sec &&
            st.st_mtim.tv_nsec == read->st_mtim.tv_nsec);
}

static void over(struct folder *d, int i, bool kept)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", d->what.path, d->files[i].name);
    if (kept && !is_as_read(path, &d->files[i].read)) {
        d->files[i].state = FILE_WAITS;
        return;
    }
    if (kept && unlink(path) != 0 && errno != ENOENT)
        set_trouble(d, errno);
    drop(d, i);
}

void carry_folders_over(struct carry_folders *f, const struct carry_file_found *found,
                        bool kept)
{
    struct folder *d = f->folders[found->folder];

    for (int i = 0; i < d->count; i++) {
        if (strcmp(d->files[i].name, found->name) == 0) {
            over(d, i, kept);
            return;
        }
    }
}

bool carry_folders_trouble(const struct carry_folders *f, int tag, char out[160])
{
    for (int i = 0; i < f->count; i++) {
        const struct folder *d = f->folders[i];

        if (d->tag != tag || d->trouble == 0)
            continue;
        snprintf(out, 160, "The folder %.80s cannot be read: %.40s.", d->what.path,
                 strerror(d->trouble));
        return true;
    }
    return false;
}
