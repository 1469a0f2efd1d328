/*
 * hall_store.h — the hall's master data: matters, windows, clerks, kiosks, as rows.
 *
 * Data are appended: an import adds rows for what is new or changed and rows with ended =
 * 1 for what is gone, so a case of last year still shows the names of last year. `find`
 * looks up what is in force by its code, `get` what a row points to by its id. Sizes hold
 * what domain/hall.h allows.
 */
#ifndef STORE_HALL_STORE_H
#define STORE_HALL_STORE_H

#include "domain/hall.h"
#include "store/store.h"

enum { CODE_SIZE = 40, NAME_SIZE = 256, MATERIALS_SIZE = 3000 };

struct matter {
    int64_t id, department_id;
    char code[CODE_SIZE], name[NAME_SIZE], short_name[64];
    char department_code[CODE_SIZE], department_name[NAME_SIZE];
    char series[4];
    bool promise, sensitive, four;
    int statutory_days, promised_days, usual_days;
    char materials[MATERIALS_SIZE]; /* what to bring, one a line; "" for none told */
};

struct window {
    int64_t id, department_id;
    char code[CODE_SIZE], name[NAME_SIZE];
    char department_code[CODE_SIZE], department_name[NAME_SIZE];
    int floor;
    char matters[8192]; /* "all", or " code code " */
};

struct clerk {
    int64_t id;
    char code[CODE_SIZE], name[NAME_SIZE];
};

struct kiosk {
    int64_t id;
    char code[CODE_SIZE], printer[64];
};

NODISCARD bool matter_find(struct store *st, const char *code, struct matter *out,
                           bool *found, struct error *err);
NODISCARD bool matter_get(struct store *st, int64_t id, struct matter *out,
                          struct error *err);
NODISCARD bool window_find(struct store *st, const char *code, struct window *out,
                           bool *found, struct error *err);
NODISCARD bool window_get(struct store *st, int64_t id, struct window *out,
                          struct error *err);
NODISCARD bool clerk_find(struct store *st, const char *code, struct clerk *out,
                          bool *found, struct error *err);
NODISCARD bool clerk_get(struct store *st, int64_t id, struct clerk *out,
                         struct error *err);
NODISCARD bool kiosk_find(struct store *st, const char *code, struct kiosk *out,
                          bool *found, struct error *err);

/* Is this matter handled at this window? */
bool window_serves(const struct window *w, const char *matter_code,
                   const char *department_code);

/* Is there a department of this code now? */
NODISCARD bool department_known(struct store *st, const char *code, bool *known,
                                struct error *err);

/* Calls back for each matter, window or clerk in force, in the order of their codes. */
typedef void matter_each(void *self, const struct matter *m);
typedef void window_each(void *self, const struct window *w);
typedef void clerk_each(void *self, const struct clerk *c);
NODISCARD bool matters_each(struct store *st, matter_each *each, void *self,
                            struct error *err);
NODISCARD bool windows_each(struct store *st, window_each *each, void *self,
                            struct error *err);
NODISCARD bool clerks_each(struct store *st, clerk_each *each, void *self,
                           struct error *err);

/* How many rows an import added and ended. */
struct hall_changes {
    int added, changed, ended;
};

/*
 * Takes a checked hall file in, inside the caller's transaction: a first one makes the
 * hall, later ones add, change and end. ERROR_CONFLICT where the file is another hall's.
 */
NODISCARD bool hall_import(struct store *st, const struct hall_file *file, int64_t now_ms,
                           struct hall_changes *out, struct error *err);

/* The newest hall file as it was imported. */
NODISCARD bool hall_export(struct store *st, struct buf *out, struct error *err);

#endif
