/*
 * printer.h — the contract between the house and what prints a ticket.
 *
 * A printer is a profile (what the paper is like), a dialect (how bytes are made of a
 * slip) and a way (how the bytes get there). Dialects are pure and run on the renderer
 * thread; ways block and run on the spool thread of their printer, one job at a time. A
 * way learns no dialect, a dialect no way.
 */
#ifndef PRINTERS_PRINTER_H
#define PRINTERS_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "domain/profile.h"
#include "domain/slip.h"

enum slip_format { SLIP_ESCPOS, SLIP_PNG, SLIP_SVG, SLIP_TEXT, SLIP_FORMATS };

enum { PRINTER_BYTES_MAX = 4 * 1024 * 1024 }; /* a ceiling for any rendered slip */

/* ---- what a printer says of itself ----------------------------------------------------
 */

enum printer_trouble {
    PRINTER_OFFLINE = 1 << 0,
    PRINTER_COVER_OPEN = 1 << 1,
    PRINTER_PAPER_LOW = 1 << 2,
    PRINTER_PAPER_OUT = 1 << 3,
    PRINTER_CUTTER_STUCK = 1 << 4,
    PRINTER_BROKEN = 1 << 5,
};

struct printer_state {
    bool known;       /* false: it never said anything that was understood */
    unsigned trouble; /* of enum printer_trouble; 0 is fine */
};

/* ---- dialects -------------------------------------------------------------------------
 */

struct printer_ops {
    const char *name; /* "escpos": the word for `format` in the API and the CLI */
    const char *content_type;
    enum slip_format format;

    /*
     * Slip in, bytes out, added to `out`. MUST give the same bytes for the same slip and
     * profile, MUST NOT wait for anything. May load fonts on first use.
     */
    bool (*render)(const struct slip *slip, const struct profile *profile,
                   struct buf *out, struct error *err);

    /*
     * MAY be NULL: reads what the printer sent back. MUST bear bytes that nobody asked
     * for. True where `state` now tells something.
     */
    bool (*parse)(const struct buf *answer, struct printer_state *state);
};

extern const struct printer_ops printer_escpos;
extern const struct printer_ops printer_png;
extern const struct printer_ops printer_svg;
extern const struct printer_ops printer_text;

/* The dialect of a format; never NULL. */
const struct printer_ops *printer_dialect(enum slip_format format);

/* The dialect by its name, or NULL. */
const struct printer_ops *printer_find(const char *name);

/* Renders in the dialect of `format`; ERROR_TOO_LARGE where `out` overflowed. */
NODISCARD bool slip_render(const struct slip *slip, const struct profile *profile,
                           enum slip_format format, struct buf *out, struct error *err);

/* ---- ways -----------------------------------------------------------------------------
 */

/*
 * What became of a job, from bad to good. "Written" is not "printed": each level says
 * only what was seen. A queue number printed twice goes to two people, therefore a job
 * that is UNCONFIRMED is never sent again by itself; a person decides.
 */
enum delivery {
    DELIVERY_NOTHING,     /* not a byte left us: may be tried again */
    DELIVERY_UNCONFIRMED, /* some left, their fate is unknown: MUST NOT be sent again */
    DELIVERY_WRITTEN,     /* all handed to the system */
    DELIVERY_DRAINED,     /* all acknowledged by the other side's system */
};

enum { WAY_ADDRESS_MAX = 200 };

enum way_trait {
    WAY_BLOCKS = 1 << 0, /* send waits for a device or a network: needs a spool thread */
    WAY_SHOWS = 1 << 1,  /* nothing is printed; the page shows the ticket */
};

struct way;

struct way_ops {
    const char *name; /* before the ':' of an address */
    unsigned traits;

    /* Reads the address behind the ':'; ERROR_SETUP says what one looks like. */
    bool (*open)(struct way *way, const char *rest, struct error *err);

    /*
     * Carries one job and says in *fate what became of it. False with ERROR_LATER for
     * DELIVERY_NOTHING and ERROR_BROKEN for DELIVERY_UNCONFIRMED. MUST NOT send a byte
     * twice. What came back is added to `answer`.
     */
    bool (*send)(const struct way *way, const struct buf *job, struct buf *answer,
                 enum delivery *fate, struct error *err);
};

/* An address with its limits; a plain value, copied freely. */
struct way {
    const struct way_ops *ops;
    char address[WAY_ADDRESS_MAX]; /* a host or a path, as the way reads it */
    char port[8];
    int connect_ms; /* 4000: most printers serve one client and hang for the next */
    int write_ms;   /* 30000: how long a job may take to leave */
    int drain_ms;   /* 2000: how long the other side may take to close */
};

extern const struct way_ops way_file;    /* file:FOLDER */
extern const struct way_ops way_tcp;     /* tcp:HOST[:PORT] */
extern const struct way_ops way_preview; /* preview */

/* Reads "tcp:192.0.2.7:9100", "file:/some/folder" or "preview". */
NODISCARD bool way_open(struct way *way, const char *address, struct error *err);

/* As way_ops.send; `fate` is always set. */
NODISCARD bool way_send(const struct way *way, const struct buf *job, struct buf *answer,
                        enum delivery *fate, struct error *err);

#endif
