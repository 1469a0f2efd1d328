/*
 * bundle.h — a year's assessment as one file that anyone can work out again.
 *
 * Lines of UTF-8 text, fields parted by tabs; lines that begin with '#' name the columns:
 *
 *     yiping-assessment  1
 *     program   VERSION
 *     hall      CODE  NAME  COUNTY
 *     year      2026
 *     months    202601  202612
 *     cut       INSTANT (UTC milliseconds; what came later is not in it)
 *     scheme    {…} (scheme.h)
 *     unit      CODE  NAME               each department
 *     mark      PART  UNIT  SCORE  SOURCE
 *     case …, order …                    each closed case, each order (assess_case.h)
 *     facts     SHA-256 of every byte before this line
 *     seed      NUMBER  DRAWS            the first 64 bits of that SHA-256
 *     score     UNIT  PART  K  N  P  M  SCORE
 *     total     UNIT  HALL  TOTAL  RANKED  CLOSED  RATABLE  RATED  EXCLUDED
 *               OUT_OF
 *     standing  PEERS  PLACE  BAND  UNIT  LOW  HIGH  BEST  WORST
 *     ahead     UNIT  UNIT  HALF-DRAWS
 *     results   SHA-256 of every byte from `facts` to before this line
 *
 * The seed follows from the facts, so nobody can choose one. All behind `facts` follows
 * from what is before it: reading works it out anew and compares it byte by byte. P is in
 * billionths, sums in hundred-millionths of a point. Nothing in the file tells who rated.
 *
 * One struct serves making and reading; it is used by one thread and keeps no line.
 */
#ifndef DOMAIN_BUNDLE_H
#define DOMAIN_BUNDLE_H

#include "base/crypt.h"
#include "domain/assess_case.h"
#include "domain/standing.h"

enum {
    BUNDLE_HEX = 2 * CRYPT_HASH_BYTES + 1,
    BUNDLE_LINE_MOST = SCHEME_BYTES_MOST + 4096
};

struct bundle_head {
    char program[64];
    char hall[HALL_CODE_SIZE], hall_name[HALL_NAME_SIZE], county[HALL_NAME_SIZE];
    int from_month, to_month;
    int64_t cut_ms;
};

struct bundle {
    struct bundle_head head;
    struct scheme scheme;
    struct assess_book book; /* departments */
    struct assess_score *scores;
    struct standings standings;
    char facts[BUNDLE_HEX], results[BUNDLE_HEX];
    int64_t cases, orders;
    struct crypt_digest digest;
    /* of a reader */
    int stage;
    int64_t line;        /* the number of the line that was read last */
    struct buf expected; /* the results as worked out here */
    size_t matched;      /* so many bytes of them were met */
    int64_t differs;     /* the first line that is not what it must be; 0 for none */
    char wanted[200];    /* what it must be, cut */
};

/* == Making: each adds its lines to `out`, in this order ========================== */

/* Takes the scheme over. */
void bundle_begin(struct bundle *b, const struct bundle_head *head, struct scheme *scheme,
                  struct buf *out);
void bundle_unit(struct bundle *b, const char *code, const char *name, struct buf *out);
void bundle_mark(struct bundle *b, size_t part, const char *unit, int32_t score,
                 const char *source, struct buf *out);
void bundle_case(struct bundle *b, const struct assess_case *c, struct buf *out);
void bundle_order(struct bundle *b, const struct assess_order *o, struct buf *out);

/* Ends the facts, works the results out and adds them. */
void bundle_end(struct bundle *b, const struct standing_progress *progress,
                struct buf *out);

/* == Reading ====================================================================== */

void bundle_read_begin(struct bundle *b);

/*
 * Takes a line without its end; it is written to. ERROR_MALFORMED with the line's number
 * where it is none that may stand there; ERROR_BROKEN where the facts are not those that
 * were frozen. A result that differs is no error: `differs` keeps the first.
 */
NODISCARD bool bundle_read_line(struct bundle *b, char *line, size_t length,
                                const struct standing_progress *progress,
                                struct error *err);

/* The file has ended: was it whole? */
NODISCARD bool bundle_read_end(struct bundle *b, struct error *err);

void bundle_free(struct bundle *b);

#endif
