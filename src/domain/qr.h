/*
 * qr.h — a text as a QR symbol (ISO/IEC 18004, model 2).
 *
 * Level M always, version 3 at the least so that the tickets of one hall look alike, mask
 * by the standard's own penalty. The symbol has no quiet zone of its own: whoever draws
 * it keeps QR_QUIET white modules on every side. A plain value; any thread.
 */
#ifndef DOMAIN_QR_H
#define DOMAIN_QR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum {
    QR_TEXT_MAX = 106, /* bytes: what version 6 holds at level M */
    QR_SIZE_MIN = 29,  /* modules a side: version 3 */
    QR_SIZE_MAX = 41,  /* version 6 */
    QR_QUIET = 4,      /* white modules that must lie around the symbol */
};

struct qr {
    int size;                   /* modules a side; 0 in a zeroed struct */
    uint64_t rows[QR_SIZE_MAX]; /* bit x is column x; 1 is dark */
};

/*
 * ERROR_INPUT where `text` is empty, longer than QR_TEXT_MAX bytes or holds a control
 * character; `out` is then untouched. Upper-case letters and digits are packed tighter
 * than the rest.
 */
NODISCARD bool qr_encode(const char *text, struct qr *out, struct error *err);

/* Whether the module is dark. Outside the symbol everything is light. */
bool qr_dark(const struct qr *qr, int x, int y);

#endif
