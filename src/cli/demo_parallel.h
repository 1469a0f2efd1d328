/*
 * demo_parallel.h — parallel approvals in the demo's past: some departments work on the
 * same case, each on its own clock.
 */
#ifndef CLI_DEMO_PARALLEL_H
#define CLI_DEMO_PARALLEL_H

#include "cli/demo_story.h"

/* The case was accepted: where its matter is handled in parallel, departments begin. */
NODISCARD bool parallel_begin(struct past *p, const struct matter *m, int64_t case_id,
                              struct error *err);

/* It is decided now: they have, on the way; and what was granted is issued. Nothing where
 * the case is no parallel one. */
NODISCARD bool parallel_decide(struct past *p, int64_t case_id, bool granted,
                               struct error *err);

#endif
