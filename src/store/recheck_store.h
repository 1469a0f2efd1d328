/*
 * recheck_store.h — re-checks: closed cases drawn by lot, whose citizens are asked once
 * more whether what was recorded is true.
 *
 * A plan is announced with the hash of its seed and drawn later, once (domain/lot.h; a
 * case's name is its id). To be drawn stands a case that was closed on one of the plan's
 * days, whose citizen left a number and wants messages, whose time for a rating is over —
 * a call could sway one — and that was never drawn before. The list is kept whole.
 *
 * An answer is a fact and no rating: it stands in no rate and no score. The newest
 * counts; what the citizen himself sent stands for good.
 */
#ifndef STORE_RECHECK_STORE_H
#define STORE_RECHECK_STORE_H

#include "domain/lot.h"
#include "domain/phone.h"
#include "domain/visit_plan.h"
#include "store/hall_store.h"
#include "store/store.h"

enum {
    RECHECK_WANTED = 200,   /* of a plan at the most */
    RECHECK_AMONG = 200000, /* cases that may stand to be drawn */
    RECHECK_DAYS = 92,      /* days of closing of a plan */
    RECHECK_WORDS = 500,    /* characters */
};

enum recheck_outcome {
    RECHECK_TRUE,
    RECHECK_NOT_TRUE,
    RECHECK_DECLINED,
    RECHECK_UNREACHED, /* may be tried again */
    RECHECK_OUTCOMES
};
/* "true", "not_true", "declined", "unreached"; RECHECK_OUTCOMES for another word. */
const char *recheck_outcome_name(enum recheck_outcome outcome);
enum recheck_outcome recheck_outcome_read(const char *name);

/* == Plans == */

struct recheck_plan_input {
    int year, from, to; /* yyyymmdd */
    enum visit_side side;
    const char *department; /* code; "" for all */
    int wanted;
    const char *once, *actor;
};
/* The same form twice is one. Writer thread. */
NODISCARD bool recheck_announce(struct store *st, const struct recheck_plan_input *in,
                                int64_t now_ms, int64_t *id, struct error *err);

struct recheck_plan {
    int64_t id, at_ms, drawn_ms; /* drawn_ms 0: not yet */
    int year, from, to, wanted, among, drawn;
    enum visit_side side;
    char department[CODE_SIZE], actor[48];
    char seed[LOT_TEXT]; /* "" until it is drawn */
    char commitment[LOT_TEXT], digest[LOT_TEXT];
};
NODISCARD bool recheck_plan_find(struct store *st, int64_t id, struct recheck_plan *out,
                                 bool *found, struct error *err);
typedef void recheck_plan_each(void *self, const struct recheck_plan *plan);
NODISCARD bool recheck_plans_each(struct store *st, int year, recheck_plan_each *each,
                                  void *self, struct error *err); /* newest first */

/* *drawn is false, and nothing happens, where it was drawn before. ERROR_LIMIT where too
 * many cases stand to be drawn. Writer thread. */
NODISCARD bool recheck_draw(struct store *st, const struct recheck_plan *plan,
                            const char *actor, int64_t now_ms, bool *drawn,
                            struct error *err);

/* Adds the list of those that stood to be drawn to `out`. */
NODISCARD bool recheck_names(struct store *st, int64_t plan_id, struct buf *out,
                             bool *found, struct error *err);

/* == Re-checks == */

struct recheck {
    int64_t id, plan_id, case_id, phone_id, closed_ms; /* phone_id 0: none any more */
    int64_t answer_id, answer_ms;                      /* of the newest; 0 for none */
    int place, tries;                                  /* answers so far */
    enum visit_side side;
    enum recheck_outcome outcome; /* RECHECK_OUTCOMES while nobody was asked */
    int steered;                  /* 1, 0; -1: not asked */
    bool by_sms;                  /* the newest is the citizen's own */
    char case_no[80], actor[48];
    char matter[NAME_SIZE], window[CODE_SIZE], department[CODE_SIZE];
    int64_t words_id; /* of the newest answer; 0 for none */
    int64_t asked_ms; /* by SMS; 0 for not */
};
typedef void recheck_each(void *self, const struct recheck *r);
/* Those of a year's plans: newest plan first, by place. */
NODISCARD bool rechecks_each(struct store *st, int year, recheck_each *each, void *self,
                             struct error *err);
NODISCARD bool recheck_find(struct store *st, int64_t id, struct recheck *out,
                            bool *found, struct error *err);

struct recheck_answer {
    int64_t recheck_id, seen; /* seen: the newest answer when this was written; 0: none */
    enum recheck_outcome outcome;
    int steered;        /* 1, 0; -1: not asked */
    const char *words;  /* "" for none */
    int64_t inbound_id; /* the citizen's reply; 0: typed by a person */
    const char *once, *actor;
};
enum recheck_verdict {
    RECHECK_TAKEN,
    RECHECK_AGAIN,    /* the same form or reply */
    RECHECK_OUTDATED, /* another answer came meanwhile */
    RECHECK_STANDS,   /* the citizen's own stands for good */
};
/* Whether the actor may is the caller's to ask. Writer thread. */
NODISCARD bool recheck_answer_take(struct store *st, const struct recheck_answer *in,
                                   int64_t now_ms, enum recheck_verdict *verdict,
                                   struct error *err);

/* What came of a year by department. */
struct recheck_sum {
    char department[CODE_SIZE];
    int outcomes[RECHECK_OUTCOMES + 1]; /* the last: not asked yet */
    int steered;
};
typedef void recheck_sum_each(void *self, const struct recheck_sum *sum);
NODISCARD bool recheck_sums(struct store *st, int year, recheck_sum_each *each,
                            void *self, struct error *err);

#endif
