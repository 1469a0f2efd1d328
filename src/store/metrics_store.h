/*
 * metrics_store.h — what the store tells about the hall's day, for /metrics.
 *
 * Read in one go on a reader, from roll-ups and narrow indexes only. The lines are in any
 * order; the loop adds its own and groups them (web/metric_text.h).
 */
#ifndef STORE_METRICS_STORE_H
#define STORE_METRICS_STORE_H

#include "base/buf.h"
#include "store/store.h"

struct metrics {
    struct buf lines;
};

NODISCARD bool metrics_read(struct store *st, int64_t now_ms, struct metrics *out,
                            struct error *err);
void metrics_free(struct metrics *m);

#endif
