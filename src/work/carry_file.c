/*
 * carry_file.c — writing into spool folders; carry_folder.c reads them.
 *
 * The gateway never sees half a message: it is made beside its folder, on the same disk,
 * and appears there at once; what is there already is never replaced. Until then it has
 * no name (O_TMPFILE), so that a crash leaves nobody's number lying about; on a disk that
 * knows no such files it has one that begins with a dot.
 */
#include "work/carry_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sync.h"

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

static bool fill(int fd, const struct buf *body, struct answer *out)
{
    return (fchmod(fd, MODE) == 0 && write_all(fd, body) && fsync(fd) == 0) ||
           fail(out, "the file cannot be written");
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

static bool fail_move(struct answer *out)
{
    return fail(out, errno == EEXIST ? "such a file is there already"
                                     : "the file cannot be moved into its folder");
}

/* *known is false where this disk has no files without a name; nothing was done then. */
static bool place_nameless(const char *folder, const char *target, const struct buf *body,
                           bool *known, struct answer *out)
{
    int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, MODE);
    char name[40];
    bool ok;

    *known = fd >= 0;
    if (fd < 0)
        return false;
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    *known = access(name, F_OK) == 0;
    ok = *known && fill(fd, body, out) &&
         (linkat(AT_FDCWD, name, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0 ||
          fail_move(out));
    close(fd);
    return ok;
}

static bool place_draft(const char *draft, const char *target, const struct buf *body,
                        struct answer *out)
{
    int fd;
    bool ok;

    unlink(draft); /* of a run that was killed here; nobody else writes such a name */
    fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, MODE);
    if (fd < 0)
        return fail(out, "the file cannot be made");
    ok = fill(fd, body, out);
    if (close(fd) != 0 && ok)
        ok = fail(out, "the file cannot be written");
    ok = ok && (move(draft, target) || fail_move(out));
    if (!ok)
        unlink(draft);
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

void carry_file(const struct request *r, struct answer *out)
{
    const char *target = buf_text(&r->url);
    char draft[1024];
    bool known, ok;

    out->carried = CARRIED_NOT_SENT;
    if (r->body.overflowed || r->url.overflowed || target[0] == '\0' ||
        !name_draft(r, draft)) {
        snprintf(out->trouble, sizeof(out->trouble), "the file has no usable name");
        return;
    }
    ok = place_nameless(r->via.length > 0 ? buf_text(&r->via) : ".", target, &r->body,
                        &known, out);
    if (!known)
        ok = place_draft(draft, target, &r->body, out);
    if (!ok)
        return;
    out->carried = sync_folder_of(target) ? CARRIED_ANSWERED : CARRIED_CUT;
    if (out->carried == CARRIED_CUT)
        fail(out, "the folder cannot be synced");
}
