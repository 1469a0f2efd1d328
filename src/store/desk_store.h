/*
 * desk_store.h — how each window stands: whom it calls or serves, whether it is paused,
 * what may be undone, whose visit ended there last, and its day in numbers.
 *
 * One row a window, which its acts move (queue_store.h, case_store.h), and one a window,
 * day and act, kept in the same transaction. Writer thread inside a command; looking
 * works on any thread's store.
 */
#ifndef STORE_DESK_STORE_H
#define STORE_DESK_STORE_H

#include "store/rules.h"
#include "store/ticket_store.h"

struct desk {
    char window_code[CODE_SIZE];
    int64_t ticket_id, clerk_id; /* ticket_id 0: nobody */
    bool paused;
    char paused_reason[304]; /* the API takes 300 bytes */
    int64_t paused_until_ms; /* when calling goes on, as was hoped; 0: nobody said */
    int64_t last_ticket_id;  /* whose visit ended here last; 0 for nobody's yet */
    int64_t last_done_ms;
    int64_t acted_ms;
    /* the act that may be undone: id 0 for none, and how the ticket stood before */
    int64_t undo_event_id, undo_ticket_id, undo_until_ms;
    char undo_kind[16], undo_state[16], undo_window[CODE_SIZE];
};

/* How a window stands; a window nobody has worked at yet is open and empty. */
NODISCARD bool desk_get(struct store *st, const char *window_code, struct desk *out,
                        struct error *err);
NODISCARD bool desk_put(struct store *st, struct desk *d, int64_t now_ms,
                        struct error *err);

/* The windows that are paused now, by their code. */
typedef void desk_paused_each(void *self, const char *window_code, const char *reason,
                              int64_t until_ms);
NODISCARD bool desks_paused(struct store *st, desk_paused_each *each, void *self,
                            struct error *err);

/* == The act that may be undone. Notes it in `d`, which the caller puts; forgets it. */
void desk_undo_note(struct desk *d, const struct rules *rules, const char *kind,
                    const struct ticket *before, int64_t event_id, int64_t now_ms);
void desk_undo_forget(struct desk *d);

/* The same, for an act that changes nothing else of the window. For case_store. */
NODISCARD bool desk_note(struct store *st, const struct rules *rules,
                         const char *window_code, const char *kind,
                         const struct ticket *before, int64_t event_id, int64_t now_ms,
                         struct error *err);

/* Frees the window of a ticket whose visit is over, and writes how long it took. For
 * case_store. */
NODISCARD bool desk_finish(struct store *st, struct ticket *t, int64_t window_id,
                           int64_t now_ms, struct error *err);

/* == A window's day. The acts that are counted; other words are not. */
struct desk_day {
    int called, served, missed, held, transferred;
};

/* One more of `act` on the local day of `at_ms`; an act that has no count does nothing.
 */
NODISCARD bool desk_count(struct store *st, const char *window_code, const char *act,
                          int64_t at_ms, struct error *err);
/* One less: it was undone. */
NODISCARD bool desk_uncount(struct store *st, const char *window_code, const char *act,
                            int64_t at_ms, struct error *err);
NODISCARD bool desk_day_get(struct store *st, const char *window_code, int64_t now_ms,
                            struct desk_day *out, struct error *err);

#endif
