/*
 * gateway_part.h — what the files of `yiping gateway` share: the words of a call.
 */
#ifndef CLI_GATEWAY_PART_H
#define CLI_GATEWAY_PART_H

#include <stdbool.h>

#include "base/settings.h"

struct gateway_words {
    const char *word;   /* KIND, NAME or PHONE */
    const char *config; /* NULL for YIPING_CONFIG, else none */
    const char *data;   /* NULL for the settings' own */
    const char *gateway, *lang;
    int wait_s;
    bool json;
};

/* Each gives an exit code. The settings are read and right. */
int gateway_sample(const struct gateway_words *w, const struct settings *s);
int gateway_status(const struct gateway_words *w, const struct settings *s);
int gateway_test(const struct gateway_words *w, const struct settings *s);

/* The data folder that the words or the settings name. */
const char *gateway_folder_of(const struct gateway_words *w, const struct settings *s);

#endif
