/*
 * breached.h — did this password become known somewhere? (ASVS 5.0, 6.2.12)
 *
 * Asked of a file that the hall keeps and nobody else sees: the SHA-1 of each known
 * password as 40 hexadecimal digits in ascending order, one a line, perhaps with a colon
 * and a count behind it. Of any size: a search reads a few dozen lines. The file may be
 * replaced (rename) at any time.
 */
#ifndef WORK_BREACHED_H
#define WORK_BREACHED_H

#include "base/settings.h"

/*
 * `path` "" is no file, and nothing is found. ERROR_SETUP where the file cannot be read
 * or is not such a list: then nobody knows, and no password is taken. Reads the disk:
 * never on the loop thread.
 */
NODISCARD bool breached_find(const char *path, const char *password, bool *found,
                             struct error *err);

/* Books what is amiss with staff.breached_passwords. Starting thread. */
void breached_settings_check(struct settings *s);

#endif
