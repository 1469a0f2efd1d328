/*
 * demo_motion.h — what goes on in the demo's hall while it is served.
 *
 * Every few seconds one small command goes to the writer: somebody comes, windows call,
 * start and end visits, some citizens answer a text or scan their ticket. The visitor's
 * own window and ticket are left alone. It is bounded: at most 40 people wait, and after
 * an hour everything is slower, so a demo left alone does not fill the disk.
 */
#ifndef CLI_DEMO_MOTION_H
#define CLI_DEMO_MOTION_H

#include "cli/demo_cast.h"

struct motion;
struct site;

/* `cast` is borrowed. The window and ticket are the visitor's. */
struct motion *motion_new(const struct cast *cast, int window, int64_t ticket_id,
                          int64_t after_message_id);

/* The writer must have ended, or never have had a command of it. */
void motion_free(struct motion *m);

/* On the loop; does nothing while the last command is still under way. */
void motion_step(struct motion *m, struct site *site);

/* What motion_step has done on the writer's thread; for tests too. */
NODISCARD bool motion_play(struct motion *m, struct store *st, const struct rules *rules,
                           int64_t now_ms, struct error *err);

#endif
