/*
 * press.h — makes slips and gets them onto paper.
 *
 * One renderer thread makes every slip (fonts stay off the loop), one spool thread for
 * each printer that has to be called sends bytes, one job at a time. Jobs live in the
 * store:
 *
 *     writer: queued → [claim] sending → renderer → spool thread → [book] printed |
 * unconfirmed | failed
 *
 * A job whose fate is unknown is never sent again by itself.
 */
#ifndef WORK_PRESS_H
#define WORK_PRESS_H

#include "base/settings.h"
#include "printers/printer.h"
#include "store/slip_facts.h"
#include "work/writer.h"

struct press;

/*
 * Reads the printers of the settings: one that cannot be opened becomes a stand-in that
 * says why on each of its jobs. `base_url` begins the addresses in the codes. Borrows
 * everything.
 */
struct press *press_start(const struct settings *settings, const char *base_url);

/* From now on print jobs are taken from the store. */
void press_attach(struct press *p, struct writer *writer);

/* There may be a new print job. Any thread. */
void press_wake(struct press *p);

/* Ends all threads; what was not finished stays in the store. */
void press_stop(struct press *p);

/* A slip for somebody who waits: embed it. `done` is called on the renderer thread. */
struct press_order {
    struct mail mail;
    struct slip_facts facts;
    const char *profile; /* name of a profile: "80mm", "58mm" or one of the settings */
    enum slip_format format;
    struct buf *out;
    void (*done)(struct press_order *order);
    bool ok;
    struct error err;
};

/* False where too much is waiting. Any thread. */
NODISCARD bool press_submit(struct press *p, struct press_order *order);

/* The profile of this name, built in or of the settings. ERROR_INPUT names the field
 * `printer`. */
NODISCARD bool press_profile(const struct settings *settings, const char *name,
                             struct profile *out, struct error *err);

/* Renders facts at once, for a caller that may load fonts (a command, not the loop). */
NODISCARD bool press_render(const struct slip_facts *facts, const struct profile *profile,
                            enum slip_format format, struct buf *out, struct error *err);

#endif
