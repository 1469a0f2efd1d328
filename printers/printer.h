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
#include "domain/printer_state.h"
#include "domain/profile.h"
#include "domain/slip.h"
#include "printers/cache.h"
#include "printers/escpos_status.h"

enum slip_format { SLIP_ESCPOS, SLIP_PNG, SLIP_SVG, SLIP_TEXT, SLIP_FORMATS };

enum { PRINTER_BYTES_MAX = 4 * 1024 * 1024 }; /* a ceiling for any rendered slip */

/* ---- dialects -------------------------------------------------------------------------
 */

struct printer_ops {
    const char *name; /* "escpos": the word for `format` in the API and the CLI */
    const char *content_type;
    enum slip_format format;

    /*
     * Slip in, bytes out, added to `out`. MUST give the same bytes for the same slip and
     * profile, whatever `cache` holds (it MAY be NULL) and MUST NOT wait for anything.
     * May load fonts on first use.
     */
    bool (*render)(const struct slip *slip, const struct profile *profile,
                   struct printer_cache *cache, struct buf *out, struct error *err);
};

extern const struct printer_ops printer_escpos;
extern const struct printer_ops printer_png;
extern const struct printer_ops printer_svg;
extern const struct printer_ops printer_text;

/* The dialect of a format; never NULL. */
const struct printer_ops *printer_dialect(enum slip_format format);

/* The dialect that a printer of this profile reads. */
enum slip_format printer_format(const struct profile *profile);

/* The dialect by its name, or NULL; "image" is another name for "png". */
const struct printer_ops *printer_find(const char *name);

/* Renders in the dialect of `format`; ERROR_TOO_LARGE where `out` overflowed. */
NODISCARD bool slip_render(const struct slip *slip, const struct profile *profile,
                           enum slip_format format, struct buf *out, struct error *err);

/* The same bytes, sooner: for a thread that renders many and keeps a cache (cache.h). */
NODISCARD bool slip_render_cached(const struct slip *slip, const struct profile *profile,
                                  enum slip_format format, struct printer_cache *cache,
                                  struct buf *out, struct error *err);

/* ---- ways -----------------------------------------------------------------------------
 *
 *     way_carry:  open → ask → send → confirm → close        way_look:  open → ask →
 * close
 *
 * A way that is a stream of bytes both ways (tcp, device, serial) fills `fd` in its open
 * with a descriptor that does not block, takes stream_ask, stream_send and stream_confirm
 * (printers/stream.h) for the middle, and ends the call in its close. A way that hands
 * whole jobs to another program (file, cups) writes its own send.
 */

/*
 * What is known to have happened to a job; a greater one says more. "Written" is not
 * "printed": each level says only what was seen.
 */
enum confirmation {
    CONFIRMED_NOT,
    CONFIRMED_WRITTEN,    /* all handed to the system */
    CONFIRMED_DRAINED,    /* all acknowledged by the other side's system */
    CONFIRMED_STATE,      /* ASB: the printer stayed well while it should have printed */
    CONFIRMED_ANSWERED,   /* GS r 1 behind the job was answered: it took everything in */
    CONFIRMED_PROCESS_ID, /* GS ( H behind the job came back: it printed everything */
    CONFIRMED_REPORTED,   /* a printer that polls said so of itself, in its DELETE */
};

/* "none written drained state answered process_id reported"; -1 for an unknown word. */
const char *confirmation_word(enum confirmation level);
int confirmation_find(const char *word);

/*
 * A queue number printed twice goes to two people, therefore a job that is UNCONFIRMED is
 * never sent again by itself; a person decides.
 */
enum delivery {
    DELIVERY_NOTHING,     /* not a byte left us: may be tried again */
    DELIVERY_UNCONFIRMED, /* some left, their fate is unknown: MUST NOT be sent again */
    DELIVERY_PRINTED,     /* as far as `reached` says */
};

enum way_ask {
    WAY_ASK_AUTO, /* ask; send all the same where it never answers */
    WAY_ASK_YES,  /* send only after it has answered that it is well */
    WAY_ASK_NO,   /* never */
};

/* How a serial line is kept from flowing over. */
enum line_flow { LINE_RTS_CTS, LINE_XON_XOFF, LINE_FREE };
enum line_parity { LINE_NO_PARITY, LINE_EVEN, LINE_ODD };

/* How a printer is to be treated: its settings. */
struct way_terms {
    int connect_ms; /* 4000: most printers serve one client and hang for the next */
    int status_ms;  /* 500: how long one question may stay unanswered */
    int write_ms;   /* 30000: how long a job may take to leave */
    int confirm_ms; /* 10000: how long beyond its printing time the last answer may take
                     */
    int drain_ms;   /* 2000: how long the other side may take to close */
    int wash_bytes; /* of zeros that end the largest picture of the dialect; 0: none */
    int chunk_bytes, chunk_delay_ms; /* for buffers without back-pressure; 0: all at once
                                      */
    int baud; /* 9600; this and the next two: of a serial line, eight bits and one stop */
    enum line_parity parity;
    enum line_flow flow;
    bool pictures; /* of cups: jobs are PNG, not what the printer itself speaks */
    enum way_ask ask;
    bool confirm_auto;         /* the best level that this printer has shown to know */
    enum confirmation confirm; /* else: what has to be reached to call a job printed */
};

/*
 * What a printer was seen to know, kept by the spool from job to job; zeroed: nothing is
 * known yet. A model without status channel is asked no more after some silences.
 */
struct way_known {
    int realtime_silent;         /* questions (DLE EOT) unanswered in a row */
    bool realtime;               /* it did answer once */
    int ending_silent;           /* ends of jobs (GS r) unanswered in a row */
    bool ending;                 /* it did answer once */
    bool port;                   /* of a device: LPGETSTATUS was answered once */
    bool torn;                   /* its last job may have ended within a command */
    unsigned job;                /* counts process ids */
    const _Atomic bool *leaving; /* may be NULL. Once it is true the program ends, and a
                                    call gives up within WAY_LEAVE_MS */
};

enum { WAY_ADDRESS_MAX = 200, WAY_SILENCES_MAX = 2, WAY_LEAVE_MS = 3000 };

enum way_trait {
    WAY_SHOWS = 1 << 0, /* nothing is printed; the page shows the ticket */
    WAY_POLLED =
        1 << 1, /* the printer comes and fetches: no thread, send is never called */
};

struct way_ops;

/* An address with its terms; a plain value, copied freely. */
struct way {
    const struct way_ops *ops;
    char address[WAY_ADDRESS_MAX]; /* a host or a path, as the way reads it */
    char port[16];                 /* of a host */
    struct way_terms terms;
};

/* One call to a printer: lives on the stack of its spool thread. */
struct way_call {
    const struct way *way;
    struct way_known *known;
    int fd;         /* -1 until open; of ways that are streams */
    void *self;     /* of other ways */
    unsigned signs; /* enum printer_sign: what it said so far; PRINTER_UNKNOWN at first */
    struct escpos_reader reader; /* of what comes back, of ways that are streams */
    size_t sent;  /* bytes of the job that have left us, zeros before it not counted */
    int print_ms; /* how long the job takes on paper, roughly */
    int line_ms;  /* how long it takes on a slow line, beyond terms.write_ms; else 0 */
    int64_t leave_ms; /* when it ends because the program does; 0: it does not */
    bool mute;        /* a stream that cannot be read: nothing comes back on it */
};

struct way_ops {
    const char *name; /* before the ':' of an address */
    unsigned traits;

    /* Reads the address behind the ':'; ERROR_SETUP says what one looks like. Waits for
     * nothing. */
    bool (*read)(struct way *way, const char *rest, struct error *err);

    /* Within terms.connect_ms. False with ERROR_LATER: not a byte has left. */
    bool (*open)(struct way_call *call, struct error *err);

    /*
     * MAY be NULL. Asks how the printer is and puts it into call->signs, which stay
     * PRINTER_UNKNOWN where it says nothing. False with ERROR_LATER only where the line
     * broke, or something on the way is not ready that is no sign of the printer's. MUST
     * NOT print.
     */
    bool (*ask)(struct way_call *call, struct error *err);

    /*
     * Sends the job once, within terms.write_ms, and counts in call->sent what left; MUST
     * NOT send a byte twice. False with a sentence where not all of it left.
     */
    bool (*send)(struct way_call *call, const struct buf *job, struct error *err);

    /*
     * MAY be NULL: CONFIRMED_WRITTEN. Waits, within terms.confirm_ms and call->print_ms,
     * for the printer to say that the job is done. False with a sentence where it said
     * that it is not, or where the line broke; `reached` is then what was seen before.
     */
    bool (*confirm)(struct way_call *call, enum confirmation *reached, struct error *err);

    /*
     * MAY be NULL. Ends the call cleanly, whatever happened. MAY raise *reached to
     * CONFIRMED_DRAINED, and sets CONFIRMED_NOT where the end shows that the job was lost
     * after all.
     */
    void (*close)(struct way_call *call, enum confirmation *reached);
};

extern const struct way_ops way_file;    /* file:FOLDER */
extern const struct way_ops way_tcp;     /* tcp:HOST[:PORT] */
extern const struct way_ops way_device;  /* device:PATH */
extern const struct way_ops way_serial;  /* serial:PATH */
extern const struct way_ops way_cups;    /* cups:QUEUE[@HOST[:PORT]], if built with it */
extern const struct way_ops way_preview; /* preview */
extern const struct way_ops way_cloudprnt; /* cloudprnt: it calls us */

/* Reads "tcp:192.0.2.7:9100", "file:/some/folder" or "preview"; the terms are the usual
 * ones, to be changed afterwards. */
NODISCARD bool way_read(struct way *way, const char *address, struct error *err);

struct way_result {
    enum delivery fate;
    enum confirmation reached;
    unsigned signs; /* enum printer_sign, as last seen; 0: it does not answer */
};

/*
 * Carries one job. True where the fate is DELIVERY_PRINTED. ERROR_LATER for
 * DELIVERY_NOTHING: the printer does not answer, is not well, or said so in time;
 * ERROR_BROKEN for DELIVERY_UNCONFIRMED. `out` is always filled. Blocks: spool threads.
 */
NODISCARD bool way_carry(const struct way *way, struct way_known *known,
                         const struct buf *job, int print_ms, struct way_result *out,
                         struct error *err);

/* Asks how the printer is, without printing. False (ERROR_LATER) where it does not
 * answer; *signs is then 0. */
NODISCARD bool way_look(const struct way *way, struct way_known *known, unsigned *signs,
                        struct error *err);

#endif
