/*
 * metric_text.h — lines of figures in any order become Prometheus text format 0.0.4: all
 * lines of one metric together, behind its # HELP and # TYPE.
 *
 * Every metric that the house tells has a row in the table there. Pure; any thread.
 */
#ifndef WEB_METRIC_TEXT_H
#define WEB_METRIC_TEXT_H

#include "base/buf.h"

/* Appends whole lines, each ended, grouped to `out`; what has no row comes last, bare. */
void metric_text(const struct buf *lines, struct buf *out);

#endif
