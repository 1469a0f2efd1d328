/*
 * platform_store.h — which ratings go to the regional platform, once each, and what
 * became of them.
 *
 *     rating settled ──> waiting ── claimed ──> sending ── taken ─────────────> accepted
 *                          ↑  ↑                    │── has it, the same ──────> already
 *                          │  └── not taken now ───┤── has it, another ───────> conflict
 *                          │                       │── not by its rules ──────> refused
 *                          │                       └── nobody knows ──> unknown ──┐
 *                          │                                ↑    asked, or again ─┘
 *                          └── by a person ── conflict, refused, unfit
 *
 * A rating for which the mapping has no place is unfit and never left the house. Each
 * case is there once; a record is what the facts said when its row was made, so that a
 * second try says the same. A row found in `sending` at start may have arrived: unknown.
 * All but what looks belongs to the writer's store, inside its transaction.
 */
#ifndef STORE_PLATFORM_STORE_H
#define STORE_PLATFORM_STORE_H

#include "domain/platform.h"
#include "store/store.h"

enum { PLATFORM_NAME = 40 };

/*
 * Makes rows for up to `most` ratings that can no longer be changed, in the order of
 * their ids. `*count` is how many were looked at; `*next_ms` when the next one is
 * settled, INT64_MAX where none is waited for.
 */
NODISCARD bool platform_collect(struct store *st, const char *platform,
                                const struct record_map *map, int64_t correction_ms,
                                int most, int64_t now_ms, int *count, int64_t *next_ms,
                                struct error *err);

struct platform_claimed {
    int64_t id;
    int tries;       /* this one counted */
    bool ask;        /* it may be there already */
    bool words_gone; /* as in struct platform_sent */
    json_t *record;  /* given */
};

/*
 * Claims up to `most` that are due, in the order of their ids; each counts as a try.
 * Those for which the mapping has no place are booked as unfit. `*next_ms` as above.
 */
NODISCARD bool platform_claim(struct store *st, const char *platform,
                              const struct record_map *map, int most, int64_t now_ms,
                              struct platform_claimed *out, int *count, int64_t *next_ms,
                              struct error *err);

struct platform_try {
    int64_t id;
    const char *state; /* what it is from now on */
    int status;
    int64_t wait_ms; /* waiting, unknown: so long */
    const char *code, *trouble, *fields, *differs;
};
NODISCARD bool platform_book(struct store *st, const char *platform,
                             const struct platform_try *t, int64_t now_ms,
                             struct error *err);

/* At start: what was on its way may have arrived. `*count` of them. */
NODISCARD bool platform_recover(struct store *st, const char *platform, int64_t now_ms,
                                int64_t *count, struct error *err);

/* ---- for people ---- */

enum platform_state {
    PLATFORM_STATE_WAITING,
    PLATFORM_STATE_SENDING,
    PLATFORM_STATE_UNKNOWN,
    PLATFORM_STATE_ACCEPTED,
    PLATFORM_STATE_ALREADY,
    PLATFORM_STATE_CONFLICT,
    PLATFORM_STATE_REFUSED,
    PLATFORM_STATE_UNFIT,
    PLATFORM_STATES
};
extern const char *const platform_state_names[PLATFORM_STATES];

struct platform_standing {
    int64_t records[PLATFORM_STATES];
    int64_t oldest_ms; /* when the oldest that has not arrived was rated; 0 for none */
    int64_t trouble_ms, success_ms; /* 0 for never */
    int status;
    char trouble[PLATFORM_WORDS];
};
NODISCARD bool platform_standing(struct store *st, const char *platform,
                                 struct platform_standing *out, struct error *err);

struct platform_row {
    int64_t id, case_id, rated_ms, due_ms, changed_ms;
    int tries, status;
    bool later;    /* corrected after it was made */
    bool excluded; /* by an appeal, whenever */
    char state[16], case_no[80], code[PLATFORM_CODE], trouble[PLATFORM_WORDS];
    char fields[PLATFORM_FIELDS], differs[PLATFORM_FIELDS];
};
typedef void platform_each(void *self, const struct platform_row *row);

/* The newest of one state. */
NODISCARD bool platform_list(struct store *st, const char *platform, const char *state,
                             int most, platform_each *each, void *self,
                             struct error *err);

/* Those that arrived and about which something was decided later: an appeal excluded the
 * rating, or it was corrected. The platform has no place for that: a person tells it. */
NODISCARD bool platform_list_later(struct store *st, const char *platform, int most,
                                   platform_each *each, void *self, struct error *err);

/* One more try of what was refused, is unfit or in conflict. ERROR_ABSENT, or
 * ERROR_CONFLICT for the others. */
NODISCARD bool platform_resend(struct store *st, const char *platform, int64_t id,
                               const char *actor, int64_t now_ms, struct error *err);

/* Lines of /metrics. */
NODISCARD bool platform_metrics(struct store *st, const char *platform, int64_t now_ms,
                                struct buf *out, struct error *err);

#endif
