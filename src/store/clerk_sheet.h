/*
 * clerk_sheet.h — facts about one clerk's year that the sums of rates do not hold.
 *
 * Cases count by the day of their first closing, as in rate_store.h, for the clerk who
 * handled them last. Days are the hall's own (yyyymmdd, both included). Only looks; a
 * reader's store.
 */
#ifndef STORE_CLERK_SHEET_H
#define STORE_CLERK_SHEET_H

#include "domain/rate.h"
#include "domain/work_order.h"
#include "store/praise_store.h"
#include "store/rating_store.h"

struct clerk_query {
    const char *clerk; /* code */
    int year;
};

enum { CLERK_SHEET_CHANNELS = CHANNEL_PHONE_AUDIT + 1, CLERK_SHEET_DIMS = 4 };

/* The four dimensions of each channel. */
NODISCARD bool clerk_dims(struct store *st, const struct clerk_query *q,
                          struct grade_counts out[CLERK_SHEET_CHANNELS][CLERK_SHEET_DIMS],
                          struct error *err);

/* Cases with promised days, and those of them that kept the promise. */
struct clerk_promises {
    int64_t closed, kept;
};
NODISCARD bool clerk_promises(struct store *st, const struct clerk_query *q,
                              struct clerk_promises *out, struct error *err);

/* Appeals against ratings of the clerk's cases. */
struct clerk_appeals {
    int64_t open, upheld, excluded; /* outcome: of the rating */
};
NODISCARD bool clerk_appeals(struct store *st, const struct clerk_query *q,
                             struct clerk_appeals *out, struct error *err);

/* Thanks that were given in the year, by way. */
NODISCARD bool clerk_praises(struct store *st, const struct clerk_query *q,
                             int64_t out[PRAISE_WAYS], struct error *err);

/* Sealed hints about integrity in the year: how many there are, and nothing else. */
NODISCARD bool clerk_hints(struct store *st, const struct clerk_query *q, int64_t *out,
                           struct error *err);

/* A work order of a bad rating, oldest first. */
struct clerk_order {
    int64_t id, opened_ms;
    char number[16], channel[16], verdict[16];
    enum order_state state;
    int grade;                /* 0 for none */
    bool corrected, excluded; /* by the citizen, by an appeal: counts no more */
    char tags[128];           /* newest, parted by commas */
};
typedef void clerk_order_each(void *self, const struct clerk_order *o);
NODISCARD bool clerk_orders(struct store *st, const struct clerk_query *q,
                            clerk_order_each *each, void *self, struct error *err);

#endif
