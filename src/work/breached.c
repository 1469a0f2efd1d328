/*
 * breached.c — see breached.h.
 *
 * Promise: what is looked for never leaves this machine, nor does anything of it.
 */
#include "work/breached.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypt.h"

enum {
    HASH_DIGITS = 2 * CRYPT_SHA1_BYTES,
    LINE_MOST = 64, /* digits, colon, count and the line's end */
    PROBES = 64     /* lines that a check looks at */
};

struct list {
    const char *path;
    int fd;
    off_t size;
};

struct line {
    off_t start, next;
    char hash[HASH_DIGITS + 1];
};

static bool fail(const struct list *l, struct error *err)
{
    return error_set(err, ERROR_SETUP,
                     "The list of known passwords %s cannot be read as SHA-1 hashes in "
                     "order, one a line.",
                     l->path);
}

/* The line that holds the byte at `at`, or begins behind it where it is a line's end. */
static bool read_line(const struct list *l, off_t at, struct line *out, struct error *err)
{
    char text[2 * LINE_MOST];
    off_t from = at > LINE_MOST ? at - LINE_MOST : 0;
    ssize_t got = pread(l->fd, text, sizeof(text), from);
    ssize_t begin = (ssize_t)(at - from), end;

    if (got <= begin)
        return fail(l, err);
    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    for (end = begin; end < got && text[end] != '\n'; end++)
        continue;
    if ((begin == 0 && from > 0) || (end == got && from + got < l->size) ||
        end - begin < HASH_DIGITS)
        return fail(l, err);
    memcpy(out->hash, text + begin, HASH_DIGITS);
    out->hash[HASH_DIGITS] = '\0';
    out->start = from + begin;
    out->next = from + end + 1;
    if (strspn(out->hash, "0123456789abcdefABCDEF") != HASH_DIGITS ||
        (end > begin + HASH_DIGITS && strchr(":\r", text[begin + HASH_DIGITS]) == NULL))
        return fail(l, err);
    return true;
}

static bool search(const struct list *l, const char *hash, bool *found, struct error *err)
{
    off_t low = 0, high = l->size;

    while (low < high && !*found) {
        struct line line;
        int order;

        if (!read_line(l, low + (high - low) / 2, &line, err))
            return false;
        order = strcasecmp(line.hash, hash);
        *found = order == 0;
        if (order < 0)
            low = line.next;
        else
            high = line.start;
    }
    return true;
}

static bool open_list(const char *path, struct list *l, struct error *err)
{
    struct stat facts;

    *l = (struct list){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (l->fd < 0 || fstat(l->fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
        if (l->fd >= 0)
            close(l->fd);
        return error_set(err, ERROR_SETUP,
                         "The list of known passwords %s cannot be opened.", path);
    }
    l->size = facts.st_size;
    return l->size > 0 || (close(l->fd), fail(l, err));
}

bool breached_find(const char *path, const char *password, bool *found, struct error *err)
{
    unsigned char bytes[CRYPT_SHA1_BYTES];
    char hash[HASH_DIGITS + 1];
    struct list l;
    bool ok;

    *found = false;
    if (path[0] == '\0')
        return true;
    if (!open_list(path, &l, err))
        return false;
    crypt_sha1(password, strlen(password), bytes);
    crypt_hex(bytes, sizeof(bytes), hash);
    ok = search(&l, hash, found, err);
    crypt_wipe(bytes, sizeof(bytes));
    crypt_wipe(hash, sizeof(hash));
    close(l.fd);
    return ok;
}

/* Lines from all over the file: they are hashes, and ascend. */
static bool probe(const struct list *l, struct error *err)
{
    char last[HASH_DIGITS + 1] = "";

    for (int i = 0; i < PROBES; i++) {
        struct line line;

        if (!read_line(l, (l->size - 1) / (PROBES - 1) * i, &line, err))
            return false;
        if (strcasecmp(line.hash, last) < 0)
            return fail(l, err);
        memcpy(last, line.hash, sizeof(last));
    }
    return true;
}

void breached_settings_check(struct settings *s)
{
    static const char name[] = "staff.breached_passwords";
    const char *path = settings_text(s, name);
    struct error err = {0};
    struct list l;

    if (path[0] == '\0')
        return;
    if (!open_list(path, &l, &err)) {
        settings_blame(s, name, "%s", err.text);
        return;
    }
    if (!probe(&l, &err))
        settings_blame(s, name, "%s", err.text);
    close(l.fd);
}
