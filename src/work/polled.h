/*
 * polled.h — printers that call us: what they said last, and which job they get.
 *
 *     poll: well? → a queued job is offered       (it stays queued)
 *     GET:  queued → sending → bytes              (again for the same job: the same
 * bytes) DELETE: sending → printed | failed, or back to queued
 *
 * A printer that polls again, well and idle, with a job that it has fetched and said
 * nothing of, does not know of it any more: the job is unconfirmed and never offered
 * again, so a lost DELETE, an agent that was killed and a power cut print nothing twice.
 * So is one of which nothing was heard for longer than it can take. A sure word that
 * comes late still makes it printed.
 *
 * Everything here runs on the writer thread, but for polled_find and polled_rendered,
 * which any thread may call.
 */
#ifndef WORK_POLLED_H
#define WORK_POLLED_H

#include "domain/cloudprnt.h"
#include "store/slip_facts.h"
#include "work/printers.h"

struct polled;      /* one printer */
struct polled_list; /* all of them */

struct polled_list *polled_new(const struct printers *printers,
                               const struct token_way *way);
void polled_free(struct polled_list *list);

/* NULL where no printer of this name polls. */
struct polled *polled_find(struct polled_list *list, const char *name);
const struct printer *polled_printer(const struct polled *p);

/* What a printer says of itself when it calls. */
struct polled_said {
    int code;          /* its status */
    bool printing;     /* it is busy with a job */
    unsigned signs;    /* enum printer_sign */
    char trouble[240]; /* in its own words; "" for those of the signs */
};

/* Books how it stands; *job is what it may fetch, 0 for nothing. */
NODISCARD bool polled_hear(struct store *st, struct polled *p,
                           const struct polled_said *said, int64_t now_ms, int64_t *job,
                           struct error *err);

/*
 * It fetches `job` (0: whatever is its turn), which is *taken and is sending from here
 * on. *found is false where there is none for it: none of this number, one that has
 * ended, or a ticket that is not there any more.
 */
NODISCARD bool polled_fetch(struct store *st, struct polled *p, int64_t job,
                            int64_t now_ms, int64_t *taken, struct slip_facts *facts,
                            bool *found, struct error *err);

/* How long the slip was that it gets, for the roll of paper. */
void polled_rendered(struct polled *p, int dots);

/*
 * It says what became of `job` (0: of the one it has). `level` of what was printed;
 * `reason` of the rest. What it never fetched, or what has ended, stays as it is.
 */
NODISCARD bool polled_end(struct store *st, struct polled *p, int64_t job,
                          enum cloudprnt_fate fate, const char *level, const char *reason,
                          int64_t now_ms, struct error *err);

/* Ends what is too old and finds who is silent; to be called every polled_sweep_ms. */
NODISCARD bool polled_sweep(struct store *st, struct polled_list *list, int64_t now_ms,
                            struct error *err);

/* -1 where no printer polls. */
int64_t polled_sweep_ms(const struct polled_list *list);

#endif
