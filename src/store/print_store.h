/*
 * print_store.h — print jobs: which ticket is to come out of which printer, and did it.
 *
 *     queued → sending → printed | unconfirmed | failed
 *
 * A job of unknown fate is never sent again by itself: a ticket printed twice gives two
 * people the same number. A reprint is a person's act and a job of its own (copy 1, 2 …).
 */
#ifndef STORE_PRINT_STORE_H
#define STORE_PRINT_STORE_H

#include "store/ticket_store.h"

struct print_job {
    int64_t id, ticket_id;
    char printer[64], state[16];
    int copy;
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

/* Claims the oldest queued job and marks it as sending. */
NODISCARD bool print_job_claim(struct store *st, int64_t now_ms, struct print_job *out,
                               bool *found, struct error *err);

/* Books what became of it: printed, unconfirmed or failed, with a reason or NULL. */
NODISCARD bool print_job_end(struct store *st, int64_t job, const char *state,
                             const char *reason, int64_t now_ms, struct error *err);

/* At start: what was being sent when the program died is unconfirmed. */
NODISCARD bool print_jobs_recover(struct store *st, int64_t now_ms, struct error *err);

#endif
