/*
 * keyring.c — see keyring.h.
 */
#include "store/keyring.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEX_BYTES = 2 * CRYPT_KEY_BYTES };

static bool create_file(const char *path, struct world *world, struct error *err)
{
    unsigned char secret[CRYPT_KEY_BYTES];
    char hex[HEX_BYTES + 2];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok;

    if (fd < 0)
        return errno == EEXIST ||
               error_set(err, ERROR_SETUP, "The key file %s cannot be made: %s.", path,
                         strerror(errno));
    world->random(world, secret, sizeof(secret));
    crypt_hex(secret, sizeof(secret), hex);
    hex[HEX_BYTES] = '\n';
    ok = write(fd, hex, HEX_BYTES + 1) == HEX_BYTES + 1 && fsync(fd) == 0;
    close(fd);
    crypt_wipe(secret, sizeof(secret));
    crypt_wipe(hex, sizeof(hex));
    if (!ok)
        unlink(path);
    return ok || error_set(err, ERROR_SETUP, "The key file %s cannot be written: %s.",
                           path, strerror(errno));
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
    crypt_wipe(&master, sizeof(master));
    return true;
}
