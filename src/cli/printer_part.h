/*
 * printer_part.h — what the files of `yiping printer` share: the words of a call.
 */
#ifndef CLI_PRINTER_PART_H
#define CLI_PRINTER_PART_H

#include <stdbool.h>

#include "work/printers.h"

struct printer_words {
    const char *name;   /* of a printer; NULL for all */
    const char *config; /* NULL for YIPING_CONFIG, else none */
    const char *data;   /* NULL for the settings' own */
    bool json;
};

/* Each gives an exit code. The settings are read and right. */
int printer_status(const struct printer_words *w, const struct settings *s);
int printer_test(const struct printer_words *w, const struct settings *s);
int printer_profile_show(const struct printer_words *w, const struct settings *s);
int printer_roll(const struct printer_words *w, const struct settings *s);
int printer_address(const struct printer_words *w, const struct settings *s);

/* The printer of the words, ready to be called. Says what is wrong where there is none;
 * false then, with the exit code. */
bool printer_of_words(const struct printer_words *w, const struct settings *s,
                      struct printer *out, int *code);

/* The data folder that the words or the settings name. */
const char *printer_folder_of(const struct printer_words *w, const struct settings *s);

#endif
