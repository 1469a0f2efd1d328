/*
 * hook_store.h — what other systems are told of: made with the fact, claimed before it
 * leaves, and kept until it is done (Standard Webhooks 1.0, domain/hook.h).
 *
 *     waiting ── claimed ──> sending ── 2xx ──> done
 *        ↑                      │
 *        ├── tried in vain ─────┤
 *        │                      ├── 410, or the last try ──> failed, endpoint off
 *        └── sent again by a person ──────────────────────── failed, done
 *
 * With no endpoint that wants a thing nothing is written. All but the lists belong to the
 * writer's store, inside its transaction.
 */
#ifndef STORE_HOOK_STORE_H
#define STORE_HOOK_STORE_H

#include "domain/hook.h"
#include "store/store.h"

/* What a thing is about; 0 and "" for what has no place in it. */
struct hook_fact {
    enum hook_type type;
    int64_t ticket_id, case_id, message_id, rating_id, order_id;
    int grade;           /* of a rating; 0 where there are dimensions only */
    const char *channel; /* of a rating */
    const char *gateway; /* of gateway.down */
    int64_t at_ms;       /* when it is so; 0: now */
};

NODISCARD bool hook_add(struct store *st, const struct hook_fact *fact, int64_t now_ms,
                        struct error *err);

/* Does any endpoint want this type? */
bool hook_wanted(const struct store *st, enum hook_type type);

/* Takes back what waits of this type about a case: it will not be so. */
NODISCARD bool hook_withdraw(struct store *st, enum hook_type type, int64_t case_id,
                             int64_t now_ms, struct error *err);

/* ---- sending ---- */

struct hook_delivery {
    int64_t id;
    char endpoint[HOOK_NAME], kind[40], state[16], trouble[80];
    int tries, status;
    int64_t due_ms, at_ms, changed_ms;
    char *body; /* given, where it is claimed; else NULL */
};

/*
 * Claims up to `most` that are due and whose endpoint is in the settings and on; each
 * counts as a try. `*next_ms` is when the next one is due, INT64_MAX for none.
 */
NODISCARD bool hooks_claim(struct store *st, int most, int64_t now_ms,
                           struct hook_delivery *out, int *count, int64_t *next_ms,
                           struct error *err);

/* Books a try: `status` 0 where no answer came, then `trouble` says why. `retry_after_ms`
 * is what the other side asked for, -1 for nothing. *off: its endpoint is off now. */
struct hook_try {
    int64_t id;
    int status, tries;
    const char *endpoint, *trouble;
    int64_t retry_after_ms;
};
NODISCARD bool hook_book(struct store *st, const struct hook_try *t, int64_t now_ms,
                         bool *off, struct error *err);

/* At start: what was on its way goes once more, under the same id. */
NODISCARD bool hooks_recover(struct store *st, int64_t now_ms, struct error *err);

/* Forgets what was done a month ago. */
NODISCARD bool hooks_forget(struct store *st, int64_t now_ms, struct error *err);

/* ---- for people ---- */

typedef void hook_each(void *self, const struct hook_delivery *d);
NODISCARD bool hooks_newest(struct store *st, int most, hook_each *each, void *self,
                            struct error *err);

/* ERROR_ABSENT, or ERROR_CONFLICT where it waits or is on its way already. */
NODISCARD bool hook_resend(struct store *st, int64_t id, const char *actor,
                           int64_t now_ms, struct error *err);

struct hook_standing {
    bool off;
    char reason[16];
    int64_t changed_ms, waiting;
};
NODISCARD bool hook_standing(struct store *st, const char *endpoint,
                             struct hook_standing *out, struct error *err);
NODISCARD bool hook_switch_on(struct store *st, const char *endpoint, const char *actor,
                              int64_t now_ms, struct error *err);

/* Lines of /metrics. */
NODISCARD bool hook_metrics(struct store *st, struct buf *out, struct error *err);

#endif
