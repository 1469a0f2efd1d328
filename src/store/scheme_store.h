/*
 * scheme_store.h — the schemes of each year, version by version, and what was decided.
 *
 *     proposed ── adopted by the organisation department ──> adopted
 *                                   the year starts, or it is frozen by hand ──> frozen
 *
 * Versions are appended. The newest one that was adopted is in force. Once its year has
 * started at midnight of the hall's own 1 January the year is frozen, without anybody's
 * act and with no program running; a scheme adopted later than that is frozen as it is
 * adopted, and is shown as late. After that nothing of that year changes: every attempt
 * gets SCHEME_IS_FROZEN. Any thread's store; what changes on the writer, inside its
 * transaction.
 */
#ifndef STORE_SCHEME_STORE_H
#define STORE_SCHEME_STORE_H

#include "domain/scheme.h"
#include "store/account_store.h"

enum {
    SCHEME_REASON = 1000, /* characters, of a reason and of who was heard */
    SCHEME_DIGEST = 65,   /* 64 hexadecimal digits and a NUL */
    SCHEME_YEARS_AHEAD = 2,
};

/* What came of an attempt. */
enum scheme_verdict {
    SCHEME_DONE,
    SCHEME_IS_FROZEN,    /* nothing of this year changes any more */
    SCHEME_IS_OVERTAKEN, /* somebody else proposed a version meanwhile */
    SCHEME_IS_ABSENT,    /* there is no such version, or none was adopted */
    SCHEME_IS_ADOPTED,   /* it is in force already */
    SCHEME_TOO_FAR,      /* the year lies further ahead than can be planned */
};

struct scheme_change {
    const char *once;            /* of the form; the same twice is one */
    const struct scheme *scheme; /* its version is given here */
    int based_on;                /* the newest version that its author saw; 0 for none */
    const char *reason, *heard;
    const char *effect;       /* what it would have done to last year */
    int hall_share;           /* of the settings, hundredths of a per cent */
    const char *share_reason; /* why the hall's part has another; "" for none */
    const char *actor;
};

/* *version is what it became. ERROR_INPUT of "reason", "heard", "share_reason", or of
 * the scheme. */
NODISCARD bool scheme_propose(struct store *st, const struct scheme_change *change,
                              int64_t now_ms, enum scheme_verdict *verdict, int *version,
                              struct error *err);
NODISCARD bool scheme_adopt(struct store *st, int year, int version, const char *actor,
                            int64_t now_ms, enum scheme_verdict *verdict,
                            struct error *err);
NODISCARD bool scheme_freeze(struct store *st, int year, const char *actor,
                             int64_t now_ms, enum scheme_verdict *verdict,
                             struct error *err);

/* Where a year stands. */
struct scheme_state {
    int newest;  /* version; 0 where the year has none */
    int adopted; /* the version in force; 0 for none */
    int64_t adopted_ms;
    bool frozen;
    int64_t frozen_ms; /* since when; where it is not yet, 0 */
    bool late;         /* adopted when its year had started */
};

NODISCARD bool scheme_state(struct store *st, int year, int64_t now_ms,
                            struct scheme_state *out, struct error *err);

/* The instant at which a year starts in the hall. */
int64_t scheme_year_ms(const struct store *st, int year);

/* Borrowed in the callback. */
struct scheme_version {
    int version;
    const char *title, *text, *digest, *reason, *heard, *effect;
    const char *by; /* name of the account */
    int64_t at_ms;
    int64_t adopted_ms; /* 0 where it was never adopted */
    const char *adopted_by;
    int share;                /* of the settings then */
    const char *share_reason; /* "" where the hall's part has that share */
};

/* Those of a year, newest first. */
typedef void scheme_each(void *self, const struct scheme_version *v);
NODISCARD bool schemes_each(struct store *st, int year, scheme_each *each, void *self,
                            struct error *err);

/* One version. `digest` may be NULL. What was found is freed with scheme_free. */
NODISCARD bool scheme_find(struct store *st, int year, int version, struct scheme *out,
                           char digest[SCHEME_DIGEST], bool *found, struct error *err);

/*
 * What a year is judged by as things stand: the version in force, else the newest
 * proposal, else what a year begins with (version 0). Freed with scheme_free.
 */
NODISCARD bool scheme_present(struct store *st, int year, int64_t now_ms,
                              struct scheme *out, struct scheme_state *state,
                              struct error *err);

/* The years that have a scheme, newest first. */
typedef void scheme_year_each(void *self, int year);
NODISCARD bool scheme_years(struct store *st, scheme_year_each *each, void *self,
                            struct error *err);

#endif
