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
     .cutter = CUTTER_PARTIAL,
     .band_rows = 128},
    {.name = "58mm",
     .dots = 384,
     .columns = 32,
     .qr_dots = 7,
     .encoding = ENCODING_GB18030,
     .cutter = CUTTER_PARTIAL,
     .band_rows = 128},
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

const char *const profile_keys[] = {"dots",    "columns",  "qr_dots", "band_rows",
                                    "dialect", "encoding", "qr",      "qr_shave",
                                    "cutter",  NULL};

/* Keys whose value is a number. NULL where `key` is none of them. */
static int *number_of(struct profile *p, const char *key, int *least, int *most)
{
    const struct {
        const char *key;
        int *at, least, most;
    } numbers[] = {
        {"dots", &p->dots, 192, 2048},
        {"columns", &p->columns, 16, 160},
        {"qr_dots", &p->qr_dots, PROFILE_QR_LEAST, PROFILE_QR_MOST},
        {"band_rows", &p->band_rows, 24, 256},
    };

    for (size_t i = 0; i < LENGTH(numbers); i++)
        if (strcmp(numbers[i].key, key) == 0) {
            *least = numbers[i].least;
            *most = numbers[i].most;
            return numbers[i].at;
        }
    return NULL;
}

/* Words in the order of their enum. */
static const struct words {
    const char *key, *allowed;
    const char *const words[6];
} words[] = {
    {"encoding",
     "gb18030, gbk, big5, utf-8 and raster",
     {"gb18030", "gbk", "raster", "big5", "utf-8"}},
    {"cutter", "partial, full and none", {"partial", "full", "none"}},
    {"dialect", "escpos and image", {"escpos", "image"}},
    {"qr", "raster and native", {"raster", "native"}},
    {"qr_shave", "no and yes", {"no", "yes"}},
};

static void put_word(struct profile *profile, const char *key, int word)
{
    if (strcmp(key, "encoding") == 0)
        profile->encoding = (enum profile_encoding)word;
    else if (strcmp(key, "cutter") == 0)
        profile->cutter = (enum profile_cutter)word;
    else if (strcmp(key, "dialect") == 0)
        profile->dialect = (enum profile_dialect)word;
    else if (strcmp(key, "qr") == 0)
        profile->qr = (enum profile_qr)word;
    else
        profile->qr_shave = word == 1;
}

bool profile_set(struct profile *profile, const char *key, const char *value,
                 struct error *err)
{
    int word = 0, least = 0, most = 0, *number = number_of(profile, key, &least, &most);

    if (number != NULL)
        return set_number(number, key, value, least, most, err);
    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(words[i].key, key) == 0) {
            if (!set_word(&word, key, value, words[i].words, words[i].allowed, err))
                return false;
            put_word(profile, key, word);
            return true;
        }
    return error_set(err, ERROR_SETUP,
                     "A printer profile has no setting \"%.40s\"; it has dots, columns, "
                     "qr_dots, band_rows, dialect, encoding, qr, qr_shave and cutter.",
                     key);
}

int profile_wash_bytes(const struct profile *profile)
{
    enum { PICTURE_HEAD = 8 };

    if (profile->dialect != DIALECT_ESCPOS)
        return 0;
    return PICTURE_HEAD + profile->band_rows * (profile->dots / 8);
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
