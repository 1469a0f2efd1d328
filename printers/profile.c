/*
 * profile.c — see profile.h. Not here: where the settings come from (base/settings).
 */
#include "printers/profile.h"

#include <stdlib.h>
#include <string.h>

static const struct profile builtin[] = {
    {.name = "80mm",
     .dots = 576,
     .columns = 48,
     .qr_dots = 8,
     .encoding = ENCODING_GB18030,
     .cutter = CUTTER_PARTIAL},
    {.name = "58mm",
     .dots = 384,
     .columns = 32,
     .qr_dots = 7,
     .encoding = ENCODING_GB18030,
     .cutter = CUTTER_PARTIAL},
};

bool profile_builtin(const char *name, struct profile *out, struct error *err)
{
    for (size_t i = 0; i < LENGTH(builtin); i++)
        if (strcmp(builtin[i].name, name) == 0) {
            *out = builtin[i];
            return true;
        }
    return error_set(
        err, ERROR_SETUP,
        "There is no printer profile \"%.40s\"; the built-in ones are 80mm and "
        "58mm.",
        name);
}

/* Where `value` stands in a list of words; -1 where it does not. */
static int word_index(const char *value, const char *const *words)
{
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], value) == 0)
            return i;
    return -1;
}

static bool set_word(int *out, const char *key, const char *value,
                     const char *const *words, const char *allowed, struct error *err)
{
    *out = word_index(value, words);
    return *out >= 0 ||
           error_set(err, ERROR_SETUP,
                     "Printer profile: %s = \"%.40s\" is not known; allowed are "
                     "%s.",
                     key, value, allowed);
}

static bool set_number(int *out, const char *key, const char *value, int least, int most,
                       struct error *err)
{
    char *end;
    long number = strtol(value, &end, 10);

    if (*value == '\0' || *end != '\0' || number < least || number > most)
        return error_set(err, ERROR_SETUP,
                         "Printer profile: %s = \"%.40s\" is no number from %d to %d.",
                         key, value, least, most);
    *out = (int)number;
    return true;
}

bool profile_set(struct profile *profile, const char *key, const char *value,
                 struct error *err)
{
    static const char *const encodings[] = {"gb18030", "gbk", "raster", NULL};
    static const char *const cutters[] = {"partial", "full", "none", NULL};
    int word = 0;

    if (strcmp(key, "dots") == 0)
        return set_number(&profile->dots, key, value, 192, 2048, err);
    if (strcmp(key, "columns") == 0)
        return set_number(&profile->columns, key, value, 16, 160, err);
    if (strcmp(key, "qr_dots") == 0)
        return set_number(&profile->qr_dots, key, value, PROFILE_QR_LEAST,
                          PROFILE_QR_MOST, err);
    if (strcmp(key, "encoding") == 0) {
        if (!set_word(&word, key, value, encodings, "gb18030, gbk and raster", err))
            return false;
        profile->encoding = (enum profile_encoding)word;
        return true;
    }
    if (strcmp(key, "cutter") == 0) {
        if (!set_word(&word, key, value, cutters, "partial, full and none", err))
            return false;
        profile->cutter = (enum profile_cutter)word;
        return true;
    }
    return error_set(err, ERROR_SETUP,
                     "A printer profile has no setting \"%.40s\"; it has dots, columns, "
                     "encoding, qr_dots and cutter.",
                     key);
}

bool profile_check(const struct profile *profile, struct error *err)
{
    if (profile->dots % 8 != 0)
        return error_set(err, ERROR_SETUP,
                         "Printer profile \"%s\": dots must be a multiple of 8, not %d.",
                         profile->name, profile->dots);
    if (profile->columns * PROFILE_CELL_DOTS > profile->dots)
        return error_set(
            err, ERROR_SETUP,
            "Printer profile \"%s\": %d columns of %d dots do not fit into %d "
            "dots.",
            profile->name, profile->columns, PROFILE_CELL_DOTS, profile->dots);
    return true;
}
