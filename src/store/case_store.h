/*
 * case_store.h — cases: what is handled for a citizen, from the first call to the
 * closing.
 *
 * A visit ends before many cases do: `accept` ends the visit and lets the promised days
 * run, `close` ends the case and decides, in the same transaction, whether the citizen is
 * asked (exactly one decision a case, for ever). Every act is an event. Writer thread,
 * inside a command.
 */
#ifndef STORE_CASE_STORE_H
#define STORE_CASE_STORE_H

#include "domain/case_traits.h"
#include "store/rules.h"
#include "store/ticket_store.h"

enum case_state { CASE_WAITING, CASE_SERVING, CASE_ACCEPTED, CASE_PAUSED, CASE_CLOSED };
const char *case_state_name(enum case_state state);

struct service_case {      /* `case` is a word of the language */
    int64_t id, ticket_id; /* ticket_id 0: handled in another system */
    int ordinal;
    char source[CODE_SIZE], case_no[80];
    int64_t matter_id, window_id, clerk_id, phone_id, parent_id;
    enum case_state state;
    char outcome[16];                                         /* "" until it is closed */
    int64_t opened_ms, accepted_ms, closed_ms, rate_until_ms; /* 0 for not yet */
};

struct invitation {
    int64_t id, message_id; /* message_id 0: no SMS */
    char decision[16], reason[96];
    int64_t due_ms; /* 0 for none */
};

NODISCARD bool case_find(struct store *st, int64_t id, struct service_case *out,
                         bool *found, struct error *err);
NODISCARD bool case_get(struct store *st, int64_t id, struct service_case *out,
                        struct error *err);
NODISCARD bool case_by_number(struct store *st, const char *source, const char *case_no,
                              struct service_case *out, bool *found, struct error *err);

typedef void case_each(void *self, const struct service_case *c);
NODISCARD bool cases_of_ticket(struct store *st, int64_t ticket_id, case_each *each,
                               void *self, struct error *err);

/* The ticket's case that waits to be handled, or a new one; for queue_store. */
NODISCARD bool case_open(struct store *st, const struct ticket *t, const struct window *w,
                         int64_t clerk_id, int64_t now_ms, struct service_case *out,
                         struct error *err);

/* Lets the unfinished cases of a ticket follow it: serving with it, waiting otherwise. */
NODISCARD bool cases_follow(struct store *st, const struct ticket *t, int64_t now_ms,
                            struct error *err);

/* One more case on a ticket that is at a window. */
NODISCARD bool case_add(struct store *st, int64_t ticket_id, const char *matter_code,
                        const char *actor, int64_t now_ms, struct service_case *out,
                        struct error *err);

NODISCARD bool case_start(struct store *st, const struct rules *rules, int64_t id,
                          const char *actor, int64_t now_ms, struct service_case *out,
                          struct error *err);
NODISCARD bool case_accept(struct store *st, int64_t id, const char *actor,
                           int64_t now_ms, struct service_case *out, struct error *err);
NODISCARD bool case_pause(struct store *st, int64_t id, const char *reason,
                          const char *actor, int64_t now_ms, struct service_case *out,
                          struct error *err);
NODISCARD bool case_resume(struct store *st, int64_t id, const char *reason,
                           const char *actor, int64_t now_ms, struct service_case *out,
                           struct error *err);

/*
 * Closes a case and decides its invitation. `phone` replaces the one that was left, NULL
 * keeps it; `outcome` is done, refused or withdrawn. Closing a closed case changes
 * nothing and tells the same.
 */
NODISCARD bool case_close(struct store *st, const struct rules *rules, int64_t id,
                          const char *outcome, const struct phone *phone,
                          const char *actor, int64_t now_ms, struct service_case *out,
                          struct invitation *inv, struct error *err);

/* Opens a closed case again: an unsent SMS is withdrawn, the decision stands. */
NODISCARD bool case_reopen(struct store *st, int64_t id, const char *reason,
                           const char *actor, int64_t now_ms, struct service_case *out,
                           struct error *err);

/*
 * A case that another system handled. Idempotent on (source, case_no): what is told again
 * changes nothing, a later event with closed_ms closes.
 */
struct case_import {
    const char *source, *case_no, *matter, *window, *clerk,
        *parent; /* parent: case_no or NULL */
    const struct phone *phone;
    int64_t accepted_ms, closed_ms;   /* closed_ms 0: still open */
    const struct case_traits *traits; /* NULL: nothing told */
    const char *actor;
};
NODISCARD bool case_import(struct store *st, const struct rules *rules,
                           const struct case_import *in, int64_t now_ms,
                           struct service_case *out, struct invitation *inv, bool *fresh,
                           struct error *err);

/*
 * Would it be taken? Changes nothing. *parent is false where the parent is not in the
 * store, which may be because it has not been written yet.
 */
NODISCARD bool case_import_check(struct store *st, const struct case_import *in,
                                 bool *parent, struct error *err);

#endif
