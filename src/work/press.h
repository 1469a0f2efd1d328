/*
 * press.h — makes slips: one renderer thread for all, so that fonts stay off the loop and
 * are loaded once.
 *
 * Not here: how they get onto paper (spool.h).
 */
#ifndef WORK_PRESS_H
#define WORK_PRESS_H

#include "base/mailbox.h"
#include "base/settings.h"
#include "base/world.h"
#include "printers/printer.h"
#include "store/slip_facts.h"
#include "work/printers.h"
#include "work/tickets.h"

struct press;

/*
 * Borrows the settings, for the profiles in them, the templates, which from here on are
 * the renderer's alone (NULL: those that came with the program), and the world.
 */
struct press *press_start(const struct settings *settings, struct tickets *tickets,
                          struct world *world);

/* What was submitted is still made; then the thread ends. */
void press_stop(struct press *p);

/* A slip for somebody who waits: embed it. `done` is called on the renderer thread. */
struct press_order {
    struct mail mail;
    struct slip_facts facts;
    const char *profile; /* its name: "80mm", "58mm" or one of the settings */
    enum slip_format format;
    struct buf *out;
    void (*done)(struct press_order *order);
    void *self; /* the caller's */
    bool ok;
    int dots; /* height of the slip */
    struct error err;
};

/* False where too much is waiting. Any thread. */
NODISCARD bool press_submit(struct press *p, struct press_order *order);

/* Submits and waits. For threads that may block, never the loop. */
NODISCARD bool press_do(struct press *p, struct press_order *order, struct error *err);

/*
 * Renders facts at once by a template that came with the program, for a caller that may
 * load fonts (a command, not the loop).
 */
NODISCARD bool press_render(const struct slip_facts *facts, const struct profile *profile,
                            enum slip_format format, struct buf *out, struct error *err);

#endif
