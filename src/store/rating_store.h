/*
 * rating_store.h — the one place where a rating is born, whichever way it came.
 *
 * A rating belongs to one closed case. The first is round 0; one correction (round 1) is
 * possible within the correction time, and the later counts. Nothing is updated or
 * deleted. In the same transaction go the roll-ups and, for a grade or dimension of 1 or
 * 2, the work order.
 */
#ifndef STORE_RATING_STORE_H
#define STORE_RATING_STORE_H

#include "domain/work_order.h"
#include "store/store.h"

enum rating_channel {
    CHANNEL_SMS,
    CHANNEL_TICKET_QR,
    CHANNEL_TICKET_SMS,
    CHANNEL_DESK,
    CHANNEL_PAPER,
    CHANNEL_PHONE_AUDIT,
};
const char *rating_channel_name(enum rating_channel channel);
int rating_channel_read(const char *name); /* -1 for none of them */

struct rating_rules { /* from the settings */
    int64_t correction_ms;
    bool attests; /* another question may wait behind the rating (promise_ask.h) */
    struct order_rules order; /* how a bad one is put right */
};

struct rating_input {
    int64_t case_id;
    int grade;   /* 1..5, or 0 where dims are given instead */
    int dims[4]; /* attitude, efficiency, quality, integrity; all 0 where grade is given
                  */
    enum rating_channel channel;
    const char *proof;  /* "P1" .. "P5" */
    int64_t inbound_id; /* the reply, 0 for none */
};

enum rating_verdict {
    RATING_RECORDED,
    RATING_CORRECTED,
    RATING_SAME,      /* the same again: no new event, the earlier one is told */
    RATING_SETTLED,   /* rated, and the time or the one chance to change is over */
    RATING_LATE,      /* the case can no longer be rated */
    RATING_TOO_EARLY, /* the case is not closed */
};

struct rating_result {
    enum rating_verdict verdict;
    int64_t rating_id; /* the effective one; 0 where there is none */
    char receipt[17];  /* of the effective one */
    int grade;         /* effective; 0 for none or four dimensions */
    int dims[4];
    int old_grade;           /* before a correction */
    int64_t change_until_ms; /* a change is taken until then; 0 where none is */
    int64_t closed_ms;
};

/* Writer thread. ERROR_ABSENT for an unknown case. */
NODISCARD bool rating_take(struct store *st, const struct rating_rules *rules,
                           const struct rating_input *in, int64_t now_ms,
                           struct rating_result *out, struct error *err);

/* What stands now for a case; verdict is RATING_SAME where it is rated. Any thread's
 * store. */
NODISCARD bool rating_look(struct store *st, const struct rating_rules *rules,
                           int64_t case_id, int64_t now_ms, struct rating_result *out,
                           bool *rated, struct error *err);

/* Details added to a rating (tags, dimensions, comment, may we ring). */
struct rating_detail {
    int64_t rating_id, case_id;
    int dims[4];        /* 0 for not given */
    const char *tags;   /* codes parted by commas */
    const char *words;  /* comment, "" for none */
    int contact;        /* 1 yes, 0 no, -1 not said */
    int64_t inbound_id; /* 0 for the page */
};
NODISCARD bool rating_detail_add(struct store *st, const struct rating_rules *rules,
                                 const struct rating_detail *in, int64_t now_ms,
                                 struct error *err);

/* Words about a case that make no rating. */
NODISCARD bool rating_note_add(struct store *st, int64_t case_id, const char *channel,
                               int64_t inbound_id, const char *words, size_t length,
                               int64_t now_ms, struct error *err);

#endif
