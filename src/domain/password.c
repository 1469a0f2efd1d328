/*
 * password.c — see password.h.
 */
#include "domain/password.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/pack.h"
#include "base/text.h"

enum { TAIL_MOST = 6 }; /* signs behind a common word that make it no better */

static const char list[] = "templates/halls/common-passwords.txt";

static int characters(const char *text)
{
    int count = 0;

    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static int kinds(const char *password)
{
    bool lower = false, upper = false, digit = false, other = false;

    for (const char *p = password; *p != '\0'; p++) {
        unsigned char byte = (unsigned char)*p;

        lower = lower || (byte >= 'a' && byte <= 'z');
        upper = upper || (byte >= 'A' && byte <= 'Z');
        digit = digit || (byte >= '0' && byte <= '9');
        other = other || !isalnum(byte);
    }
    return lower + upper + digit + other;
}

/* A line against a word that has no end of its own. */
static int line_compare(const char *line, const char *word, size_t length)
{
    size_t of_line = strcspn(line, "\n");
    int order = memcmp(line, word, of_line < length ? of_line : length);

    return order != 0 ? order : of_line < length ? -1 : of_line > length;
}

/* A binary search over bytes: each look goes back to the start of its line. */
static bool is_common(const char *word, size_t length)
{
    const struct pack_file *file = pack_find(list);
    const char *bytes = file != NULL ? (const char *)file->bytes : "";
    size_t low = 0, high = file != NULL ? file->length : 0;

    while (low < high) {
        size_t at = low + (high - low) / 2;
        int order;

        while (at > low && bytes[at - 1] != '\n')
            at--;
        order = line_compare(bytes + at, word, length);
        if (order == 0)
            return true;
        if (order < 0)
            low = at + strcspn(bytes + at, "\n") + 1;
        else
            high = at;
    }
    return false;
}

/* As it stands, and without a few digits and signs behind it. */
static bool is_commonplace(const char *password)
{
    char small[4 * PASSWORD_MOST + 1];
    size_t length = strlen(password), core;

    if (length >= sizeof(small))
        return false;
    for (size_t i = 0; i <= length; i++)
        small[i] = (char)(password[i] >= 'A' && password[i] <= 'Z' ? password[i] | 0x20
                                                                   : password[i]);
    core = length;
    while (core > 0 && !isalpha((unsigned char)small[core - 1]) &&
           ((unsigned char)small[core - 1] & 0x80) == 0)
        core--;
    return is_common(small, length) ||
           (core > 0 && length - core <= TAIL_MOST && is_common(small, core));
}

bool password_holds(const char *password, const char *word)
{
    return characters(word) >= PASSWORD_WORD_LEAST && strcasestr(password, word) != NULL;
}

static int least(enum password_profile profile)
{
    return profile == PASSWORD_ASVS ? 8 : 10;
}

enum password_fault password_judge(enum password_profile profile, const char *password,
                                   const char *name)
{
    int length = characters(password);

    if (length < least(profile))
        return PASSWORD_SHORT;
    if (length > PASSWORD_MOST)
        return PASSWORD_LONG;
    if (profile == PASSWORD_MLPS3 && kinds(password) < 3)
        return PASSWORD_KINDS;
    if (password_holds(password, name))
        return PASSWORD_NAMED;
    return is_commonplace(password) ? PASSWORD_COMMON : PASSWORD_FINE;
}

const char *password_fault_name(enum password_fault fault)
{
    static const char *const names[PASSWORD_FAULTS] = {
        [PASSWORD_FINE] = "fine",         [PASSWORD_SHORT] = "short",
        [PASSWORD_LONG] = "long",         [PASSWORD_KINDS] = "kinds",
        [PASSWORD_NAMED] = "named",       [PASSWORD_COMMON] = "common",
        [PASSWORD_LOCAL] = "local",       [PASSWORD_USED] = "used",
        [PASSWORD_BREACHED] = "breached",
    };

    return names[fault];
}

bool password_refuse(enum password_profile profile, enum password_fault fault,
                     struct error *err)
{
    static const char *const sentences[PASSWORD_FAULTS] = {
        [PASSWORD_KINDS] =
            "A password has three of these: small letters, capital letters, "
            "digits, other signs.",
        [PASSWORD_NAMED] = "A password does not hold the name it is for.",
        [PASSWORD_COMMON] = "This password is one of those that everybody tries first. "
                            "Choose another.",
        [PASSWORD_LOCAL] =
            "A password does not hold the name of the hall, of a department "
            "or of this program.",
        [PASSWORD_USED] = "This was one of the last passwords. Choose another.",
        [PASSWORD_BREACHED] = "This password became known elsewhere and is in lists "
                              "that attackers try. Choose another.",
    };

    if (fault == PASSWORD_FINE)
        return true;
    if (fault == PASSWORD_SHORT || fault == PASSWORD_LONG)
        return error_field(err, "password", "A password has %d to %d characters.",
                           least(profile), PASSWORD_MOST);
    return error_field(err, "password", "%s", sentences[fault]);
}
