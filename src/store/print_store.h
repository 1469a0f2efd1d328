/*
 * print_store.h — print jobs: which ticket is to come out of which printer, and did it.
 *
 *     queued ⇄ sending → printed | unconfirmed | failed
 *
 * Back to queued goes only a job of which not a byte has left. A job of unknown fate is
 * never sent again by itself: a ticket printed twice gives two people the same number. A
 * reprint is a person's act and a job of its own (copy 1, 2 …).
 */
#ifndef STORE_PRINT_STORE_H
#define STORE_PRINT_STORE_H

#include "store/ticket_store.h"

struct print_job {
    int64_t id, ticket_id;
    char printer[64], state[16], reason[240];
    char level[16]; /* of 'printed': what was seen, as printer.h words it; "" for none */
    int copy;
    int64_t created_ms;
};

NODISCARD bool print_job_first(struct store *st, int64_t ticket_id, struct print_job *out,
                               bool *found, struct error *err);
NODISCARD bool print_job_newest(struct store *st, int64_t ticket_id,
                                struct print_job *out, bool *found, struct error *err);

/* One more paper, for the printer of the first, or of the kiosk; 0 where the ticket has
 * neither. */
NODISCARD bool print_job_again(struct store *st, const struct ticket *t,
                               const char *actor, int64_t now_ms, int64_t *job,
                               struct error *err);

/* Claims the oldest queued job of a printer and marks it as sending. */
NODISCARD bool print_job_claim(struct store *st, const char *printer, int64_t now_ms,
                               struct print_job *out, bool *found, struct error *err);

/* For a printer that comes and fetches: what it would get, what it has got, and one by
 * its number, as long as it is this printer's. Nothing is changed. */
NODISCARD bool print_job_next(struct store *st, const char *printer,
                              struct print_job *out, bool *found, struct error *err);
NODISCARD bool print_job_sending(struct store *st, const char *printer,
                                 struct print_job *out, bool *found, struct error *err);
NODISCARD bool print_job_named(struct store *st, const char *printer, int64_t job,
                               struct print_job *out, bool *found, struct error *err);

/* Marks a queued job as sending. */
NODISCARD bool print_job_send(struct store *st, int64_t job, int64_t now_ms,
                              struct error *err);

/* Not a byte of it has left: it waits again, in its old place. */
NODISCARD bool print_job_back(struct store *st, int64_t job, const char *reason,
                              int64_t now_ms, struct error *err);

/*
 * Ends a job. `level` of what was printed, or NULL; `reason` of the others, or NULL. A
 * sure answer that comes late makes an unconfirmed job printed; nothing else changes what
 * has ended. *changed tells whether this call did.
 */
NODISCARD bool print_job_end(struct store *st, int64_t job, const char *state,
                             const char *level, const char *reason, int64_t now_ms,
                             bool *changed, struct error *err);

/* Jobs that have waited since before `before_ms` fail: nobody wants their numbers any
 * more. */
NODISCARD bool print_jobs_expire(struct store *st, const char *printer, int64_t before_ms,
                                 const char *reason, int64_t now_ms, int64_t *count,
                                 struct error *err);

/* Jobs that have been sent to it since before `before_ms` are unconfirmed: nobody said
 * what became of them. */
NODISCARD bool print_jobs_lose(struct store *st, const char *printer, int64_t before_ms,
                               const char *reason, int64_t now_ms, int64_t *count,
                               struct error *err);

/* Each printer for which a job is queued, whether the settings know it or not. */
typedef void print_printer_each(void *self, const char *printer);
NODISCARD bool print_printers_queued(struct store *st, print_printer_each *each,
                                     void *self, struct error *err);

/* Whether the last paper of this printer is one of which nobody knows how far it came. */
NODISCARD bool print_job_torn(struct store *st, const char *printer, bool *torn,
                              struct error *err);

/* At start: what was being sent when the program died is unconfirmed. */
NODISCARD bool print_jobs_recover(struct store *st, int64_t now_ms, struct error *err);

#endif
