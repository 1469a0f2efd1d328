/*
 * housekeeping.h — what falls due by itself, day by day: old tickets, overdue orders,
 * months that have settled.
 */
#ifndef WORK_HOUSEKEEPING_H
#define WORK_HOUSEKEEPING_H

#include "store/rules.h"
#include "store/store.h"

/* Does some of what is due; the rest is for the next call. Writer thread, in a command.
 */
NODISCARD bool housekeeping_run(struct store *st, const struct rules *rules,
                                int64_t now_ms, struct error *err);

#endif
