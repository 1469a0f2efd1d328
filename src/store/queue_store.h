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

/* Who stands at a window now: a ticket and the case that it is called for. */
struct serving {
    struct ticket ticket;
    struct service_case service_case;
};

struct desk {
    char window_code[CODE_SIZE];
    int64_t ticket_id, clerk_id; /* ticket_id 0: nobody */
    bool paused;
    char paused_reason[304]; /* the API takes 300 bytes */
    int64_t acted_ms;
    /* the act that may be undone: id 0 for none, and how the ticket stood before */
    int64_t undo_event_id, undo_ticket_id, undo_until_ms;
    char undo_kind[16], undo_state[16], undo_window[CODE_SIZE];
};

/* How a window stands; a window nobody has worked at yet is open and empty. */
NODISCARD bool desk_get(struct store *st, const char *window_code, struct desk *out,
                        struct error *err);

/* Frees the window of a ticket whose visit is over, and writes how long it took. For
 * case_store. */
NODISCARD bool desk_finish(struct store *st, struct ticket *t, int64_t window_id,
                           int64_t now_ms, struct error *err);

/* Notes an act that may be undone. For case_store. */
NODISCARD bool desk_note(struct store *st, const struct rules *rules,
                         const char *window_code, const char *kind,
                         const struct ticket *before, int64_t event_id, int64_t now_ms,
                         struct error *err);

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
NODISCARD bool queue_pause(struct store *st, const char *window_code, const char *reason,
                           const char *actor, int64_t now_ms, struct desk *out,
                           struct error *err);
NODISCARD bool queue_resume(struct store *st, const char *window_code, const char *actor,
                            int64_t now_ms, struct desk *out, struct error *err);
NODISCARD bool queue_undo(struct store *st, const char *window_code, const char *actor,
                          int64_t now_ms, struct ticket *out, struct error *err);

/* Those who wait for this window, longest first. */
typedef void ticket_each(void *self, const struct ticket *t);
NODISCARD bool queue_waiting(struct store *st, const struct window *w, int64_t now_ms,
                             int most, ticket_each *each, void *self, struct error *err);

#endif
