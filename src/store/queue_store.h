/*
 * queue_store.h — what clerks do at their windows: call, recall, no-show, hold, transfer,
 * pause.
 *
 * Commands run one after another on the writer thread, so two desks never get one person.
 * Every act is an event; the last one of a window can be undone for some seconds, which
 * is an event too.
 */
#ifndef STORE_QUEUE_STORE_H
#define STORE_QUEUE_STORE_H

#include "store/case_store.h"
#include "store/desk_store.h"

/* Who stands at a window now: a ticket and the case that it is called for. */
struct serving {
    struct ticket ticket;
    struct service_case service_case;
};

/* Calls whoever waits longest for this window; *nobody is set where there is none. */
NODISCARD bool queue_call(struct store *st, const struct rules *rules,
                          const char *window_code, const char *clerk_code,
                          const char *actor, int64_t now_ms, struct serving *out,
                          bool *nobody, struct error *err);
NODISCARD bool queue_recall(struct store *st, const char *window_code, const char *actor,
                            int64_t now_ms, struct serving *out, struct error *err);
NODISCARD bool queue_no_show(struct store *st, const struct rules *rules,
                             const char *window_code, const char *actor, int64_t now_ms,
                             struct ticket *out, struct error *err);
NODISCARD bool queue_hold(struct store *st, const struct rules *rules,
                          const char *window_code, const char *actor, int64_t now_ms,
                          struct ticket *out, struct error *err);
NODISCARD bool queue_transfer(struct store *st, const struct rules *rules,
                              int64_t ticket_id, const char *window_code,
                              const char *actor, int64_t now_ms, struct ticket *out,
                              struct error *err);
NODISCARD bool queue_restore(struct store *st, const struct rules *rules,
                             int64_t ticket_id, const char *actor, int64_t now_ms,
                             struct ticket *out, struct error *err);
/* `until_ms` is when calling is to go on, 0 where nobody said; it goes on by queue_resume
 * alone. */
NODISCARD bool queue_pause(struct store *st, const char *window_code, const char *reason,
                           int64_t until_ms, const char *actor, int64_t now_ms,
                           struct desk *out, struct error *err);
NODISCARD bool queue_resume(struct store *st, const char *window_code, const char *actor,
                            int64_t now_ms, struct desk *out, struct error *err);
NODISCARD bool queue_undo(struct store *st, const char *window_code, const char *actor,
                          int64_t now_ms, struct ticket *out, struct error *err);

/* Whoever is at the window leaves a number (or another one) for the cases that are
 * handled there; `how` is who typed it, for the event. The number itself is in no event.
 */
NODISCARD bool queue_phone(struct store *st, const char *window_code,
                           const struct phone *phone, const char *how, const char *actor,
                           int64_t now_ms, struct error *err);

/* Those who wait for this window, longest first: tells the first `most`, and how many
 * wait in all where `waiting` is not NULL. */
typedef void ticket_each(void *self, const struct ticket *t);
NODISCARD bool queue_waiting(struct store *st, const struct window *w, int64_t now_ms,
                             int most, ticket_each *each, void *self, int *waiting,
                             struct error *err);

#endif
