/*
 * options.h — the program's settings: the one table, and what must hold between them.
 *
 * The table is what `yiping config dump` prints, what `yiping check` judges by and what
 * the settings file's keys are. Names are stable: people write them into files. Thread:
 * the starting one.
 */
#ifndef WORK_OPTIONS_H
#define WORK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/settings.h"

extern const struct setting options_table[];
extern const size_t options_count;

/* What the names of our variables in the environment begin with. */
#define OPTIONS_PREFIX "YIPING_"

/*
 * Reads the settings file (`path`, or the one that YIPING_CONFIG names, or none) and the
 * environment into `s`, then checks what hangs together. All faults stay in `s`.
 */
NODISCARD bool options_read(struct settings *s, const char *path,
                            char *const *environment, struct error *err);

/* What hangs together alone; for after flags have been set. */
NODISCARD bool options_check(struct settings *s, struct error *err);

/*
 * Whether the listener may be opened: on the loopback address, behind an https address
 * (server.base_url, else the hall's own), or because somebody said insecure_lan = yes.
 */
bool options_listen_is_safe(const struct settings *s, const char *hall_base_url);

#endif
