/*
 * printers.h — the printers of the settings: each with its profile, its way and its
 * terms.
 *
 * One whose settings are wrong is a stand-in that says why; the others go on. Plain
 * values; read at start, then any thread may look.
 */
#ifndef WORK_PRINTERS_H
#define WORK_PRINTERS_H

#include "base/settings.h"
#include "printers/printer.h"
#include "store/secret.h"

enum { PRINTERS_MOST = 64, PRINTER_SECRET = 80 };

struct printer {
    char name[64];
    struct profile profile;
    struct way way;     /* ops NULL where it is broken */
    char way_name[16];  /* as the settings word it */
    int64_t job_age_ms; /* an older job is not printed any more */
    int64_t look_ms;    /* how often it is asked while nothing is printed; 0: never */
    int64_t roll_mm;    /* length of a new roll of paper; 0: nobody said */
    int64_t silence_ms; /* of one that polls: so long without a call and it is away */
    bool ends_by_get;   /* of one that polls: a proxy on its way lets no DELETE through */
    char secret[PRINTER_SECRET]; /* of one that polls; "" for the key file's */
    bool broken;
    struct error why;
};

struct printers {
    struct printer list[PRINTERS_MOST];
    size_t count;
};

/* Every [printer NAME] of the settings, in their order. */
void printers_read(const struct settings *settings, struct printers *out);

/* One of them by its name; false where there is no such section. */
bool printer_read(const struct settings *settings, const char *name, struct printer *out);

const struct printer *printers_find(const struct printers *p, const char *name);

/* The last part of the address that a printer of the way cloudprnt calls. */
void printer_secret(const struct printer *p, const struct keyring *keys,
                    char out[PRINTER_SECRET]);

/* The profile of this name, built in or of the settings. ERROR_INPUT names the field
 * `printer`. */
NODISCARD bool printer_profile(const struct settings *settings, const char *name,
                               struct profile *out, struct error *err);

#endif
