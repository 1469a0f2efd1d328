/*
 * keyring.c — see keyring.h.
 */
#include "store/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sync.h"

enum { HEX_BYTES = 2 * CRYPT_KEY_BYTES };

/*
 * The file gets its name when it is whole, so that a start which was killed leaves no
 * half of a key; and the name is durable before anything is sealed with it. A second
 * start in the same folder may be first: then that one's key holds.
 */
static bool create_file(const char *path, struct world *world, struct error *err)
{
    unsigned char secret[CRYPT_KEY_BYTES];
    char hex[HEX_BYTES + 2], part[PATH_MAX];
    bool ok;
    int fd;

    snprintf(part, sizeof(part), "%s.new", path);
    fd = open(part, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        return error_set(err, ERROR_SETUP, "The key file %s cannot be made: %s.", path,
                         strerror(errno));
    world->random(world, secret, sizeof(secret));
    crypt_hex(secret, sizeof(secret), hex);
    hex[HEX_BYTES] = '\n';
    ok = access(path, F_OK) == 0 ||
         (ftruncate(fd, 0) == 0 && write(fd, hex, HEX_BYTES + 1) == HEX_BYTES + 1 &&
          fsync(fd) == 0 && link(part, path) == 0 && sync_folder_of(path));
    if (!ok)
        error_set(err, ERROR_SETUP, "The key file %s cannot be written: %s.", path,
                  strerror(errno));
    close(fd);
    unlink(part);
    crypt_wipe(secret, sizeof(secret));
    crypt_wipe(hex, sizeof(hex));
    return ok;
}

static bool read_file(const char *path, struct crypt_key *out, struct error *err)
{
    char hex[HEX_BYTES + 1] = "";
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fstat(fd, &st) == 0 && read(fd, hex, HEX_BYTES) == HEX_BYTES;

    if (fd >= 0)
        close(fd);
    if (!ok)
        return error_set(err, ERROR_SETUP,
                         "The key file %s cannot be read. Put it back from the "
                         "backup; without it tickets and phones are lost.",
                         path);
    if ((st.st_mode & 077) != 0)
        return error_set(err, ERROR_SETUP,
                         "The key file %s may be read by others. Run: chmod 600 %s", path,
                         path);
    for (int i = 0; i < CRYPT_KEY_BYTES; i++) {
        unsigned byte;

        if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
            return error_set(err, ERROR_SETUP,
                             "The key file %s does not hold 64 hex digits.", path);
        out->bytes[i] = (unsigned char)byte;
    }
    return true;
}

/* Seven bytes of a key that is used for nothing else; never 0. */
static int64_t print_of(const struct crypt_key *master)
{
    struct crypt_key key = crypt_derive(master, "print");
    int64_t print = 0;

    for (int i = 0; i < 7; i++)
        print = print << 8 | key.bytes[i];
    crypt_wipe(&key, sizeof(key));
    return print | 1;
}

bool keyring_open(const char *path, bool create, struct world *world, struct keyring *out,
                  struct error *err)
{
    struct crypt_key master;

    if (create && access(path, F_OK) != 0 && !create_file(path, world, err))
        return false;
    if (!read_file(path, &master, err))
        return false;
    out->ticket = crypt_derive(&master, "ticket");
    out->short_code = crypt_derive(&master, "short code");
    out->phone_token = crypt_derive(&master, "phone token");
    out->phone_seal = crypt_derive(&master, "phone seal");
    out->words_seal = crypt_derive(&master, "words seal");
    out->second_seal = crypt_derive(&master, "second seal");
    out->form = crypt_derive(&master, "form");
    out->gateway = crypt_derive(&master, "gateway");
    out->print = print_of(&master);
    crypt_wipe(&master, sizeof(master));
    return true;
}
