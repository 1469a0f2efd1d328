/*
 * demo_cast.c — see demo_cast.h.
 */
#include "cli/demo_cast.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/key_store.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)

const struct rules demo_rules = {
    .rating = {.correction_ms = 24 * HOUR_MS,
               .order = {.contact_days = 1,
                         .fix_days = 5,
                         .fix_long_days = 15,
                         .verdict_days = 5,
                         .escalate_days = 1,
                         .tries = 3}},
    .invite = {.delay_low_ms = 30 * MINUTE_MS,
               .delay_high_ms = 120 * MINUTE_MS,
               .window = {.from_min = 9 * 60, .to_min = 20 * 60},
               .spread_ms = HOUR_MS,
               .open_working_days = 5,
               .open_days_max = 15,
               .per_day = 1,
               .per_30_days = 4,
               .remind_after_ms = 72 * HOUR_MS},
    .queue = {.no_show_calls = 3,
              .no_show_after_ms = MINUTE_MS,
              .undo_ms = 10000,
              .restore_ms = 30 * MINUTE_MS,
              .near = 3},
};

static void add_window(void *self, const struct window *w)
{
    struct cast *cast = self;

    cast->windows = memory_resize(cast->windows, sizeof(*w) * (cast->window_count + 1u));
    cast->windows[cast->window_count++] = *w;
}

static void add_clerk(void *self, const struct clerk *k)
{
    struct cast *cast = self;

    cast->clerks =
        memory_resize(cast->clerks, sizeof(*cast->clerks) * (cast->clerk_count + 1u));
    memcpy(cast->clerks[cast->clerk_count++], k->code, CODE_SIZE);
}

static void add_matter(void *self, const struct matter *m)
{
    struct cast *cast = self;

    cast->matters = memory_resize(cast->matters, sizeof(*m) * (cast->matter_count + 1u));
    cast->matters[cast->matter_count++] = *m;
}

static void first_kiosk(void *self, const char *code, const char *name)
{
    struct cast *cast = self;

    (void)name;
    if (cast->kiosk[0] == '\0')
        snprintf(cast->kiosk, sizeof(cast->kiosk), "%s", code);
}

bool cast_read(struct store *st, struct cast *out, struct error *err)
{
    *out = (struct cast){0};
    if (!windows_each(st, add_window, out, err) ||
        !clerks_each(st, add_clerk, out, err) ||
        !matters_each(st, add_matter, out, err) ||
        !places_each(st, ROLE_MACHINE, first_kiosk, out, err))
        return false;
    if (out->window_count > 0 && out->matter_count > 0 &&
        out->clerk_count >= out->window_count)
        return true;
    return error_set(err, ERROR_SETUP,
                     "The demo needs a hall with windows, matters and a clerk for each "
                     "window. Name another folder: yiping demo --data DIR");
}

void cast_free(struct cast *cast)
{
    free(cast->windows);
    free(cast->clerks);
    free(cast->matters);
    *cast = (struct cast){0};
}

const struct matter *cast_matter(const struct cast *cast, int64_t id)
{
    for (int i = 0; i < cast->matter_count; i++)
        if (cast->matters[i].id == id)
            return &cast->matters[i];
    return NULL;
}

bool cast_serves(const struct cast *cast, int window, const struct matter *m)
{
    return window_serves(&cast->windows[window], m->code, m->department_code);
}
