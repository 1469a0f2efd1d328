/*
 * carry_file.c — writing into spool folders; carry_folder.c reads them.
 *
 * The gateway never sees half a message: it is made beside its folder, on the same disk,
 * and appears there with one rename, of the kind that refuses to replace what is there.
 * Where the file system has no such rename, link(2) and unlink(2) do the same.
 */
#include "work/carry_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE = 0660 }; /* the gateway's group reads and removes it */

static bool fail(struct answer *out, const char *what)
{
    snprintf(out->trouble, sizeof(out->trouble), "%s: %.30s", what, strerror(errno));
    return false;
}

static bool write_all(int fd, const struct buf *body)
{
    const char *at = buf_text(body), *end = at + body->length;

    while (at < end) {
        ssize_t n = write(fd, at, (size_t)(end - at));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
    }
    return true;
}

static bool make(const char *path, const struct buf *body, struct answer *out)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, MODE);
    bool ok;

    if (fd < 0)
        return fail(out, "the file cannot be made");
    ok = (fchmod(fd, MODE) == 0 && write_all(fd, body) && fsync(fd) == 0) ||
         fail(out, "the file cannot be written");
    if (close(fd) != 0 && ok)
        ok = fail(out, "the file cannot be written");
    if (!ok)
        unlink(path);
    return ok;
}

static bool sync_folder_of(const char *path)
{
    char folder[1024];
    const char *slash = strrchr(path, '/');
    int fd;
    bool ok;

    snprintf(folder, sizeof(folder), "%.*s",
             slash == NULL  ? 1
             : slash > path ? (int)(slash - path)
                            : 1,
             slash == NULL ? "." : path);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Names that only the dot and our own process can clash with. */
static bool name_draft(const struct request *r, char out[1024])
{
    const char *target = buf_text(&r->url), *slash = strrchr(target, '/');
    int length =
        snprintf(out, 1024, "%s/.%s.%ld", r->via.length > 0 ? buf_text(&r->via) : ".",
                 slash != NULL ? slash + 1 : target, (long)getpid());

    return length > 0 && length < 1024;
}

static bool move(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (link(from, to) != 0)
        return false;
    unlink(from);
    return true;
}

void carry_file(const struct request *request, struct answer *out)
{
    const char *target = buf_text(&request->url);
    char draft[1024];

    out->carried = CARRIED_NOT_SENT;
    if (request->body.overflowed || request->url.overflowed || target[0] == '\0' ||
        !name_draft(request, draft)) {
        snprintf(out->trouble, sizeof(out->trouble), "the file has no usable name");
        return;
    }
    unlink(draft); /* of a run that was killed here; nobody else writes such a name */
    if (!make(draft, &request->body, out))
        return;
    if (!move(draft, target)) {
        fail(out, errno == EEXIST ? "such a file is there already"
                                  : "the file cannot be moved into its folder");
        unlink(draft);
        return;
    }
    out->carried = sync_folder_of(target) ? CARRIED_ANSWERED : CARRIED_CUT;
    if (out->carried == CARRIED_CUT)
        fail(out, "the folder cannot be synced");
}
