/*
 * visit_store.h — visits of windows: plans that are announced and drawn, the visits that
 * follow from them or are made by hand, and what was found (domain/visit_plan.h).
 *
 * A plan is announced with the hash of its seed, and drawn later, once: what was known of
 * each window then is kept with it, so that anybody can make the same plan again. Results
 * are facts; another result of the same visit is a correction and the newest counts.
 */
#ifndef STORE_VISIT_STORE_H
#define STORE_VISIT_STORE_H

#include "domain/lot.h"
#include "domain/visit_plan.h"
#include "store/evidence_store.h"

enum { VISIT_MOST = 200, VISIT_WORDS = 1000 }; /* windows of a plan; characters */

struct visit_plan_input {
    int year;
    enum visit_side side;
    enum visit_kind kind;
    int by_risk, by_lot;
    const char *once, *actor;
};

/* Announces a plan with a fresh seed; the same form twice is one. Writer thread. */
NODISCARD bool visit_plan_announce(struct store *st, const struct visit_plan_input *in,
                                   int64_t now_ms, int64_t *id, struct error *err);

struct visit_plan_row {
    int64_t id, at_ms, drawn_ms; /* drawn_ms 0: not yet */
    int year, by_risk, by_lot, visits;
    enum visit_side side;
    enum visit_kind kind;
    char seed[LOT_TEXT]; /* "" until it is drawn */
    char commitment[LOT_TEXT], rules[200], actor[48], drawn_by[48];
};
NODISCARD bool visit_plan_find(struct store *st, int64_t id, struct visit_plan_row *out,
                               bool *found, struct error *err);
typedef void visit_plan_each(void *self, const struct visit_plan_row *plan);
NODISCARD bool visit_plans_each(struct store *st, int year, visit_plan_each *each,
                                void *self, struct error *err); /* newest first */

/*
 * Draws it: looks what is known of each window now, chooses, and makes the visits.
 * *drawn is false, and nothing happens, where it was drawn before. Writer thread.
 */
NODISCARD bool visit_plan_draw(struct store *st, const struct visit_rules *rules,
                               const struct visit_plan_row *plan, const char *actor,
                               int64_t now_ms, bool *drawn, struct error *err);

struct visit_candidate {
    struct visit_facts facts;
    char department[CODE_SIZE], lot[LOT_TEXT];
    int bad_permille, risk;
    bool chosen;
    enum visit_reason reason; /* where chosen */
};
/* Of a plan that was drawn, the greatest risk first. */
typedef void visit_candidate_each(void *self, const struct visit_candidate *c);
NODISCARD bool visit_candidates_each(struct store *st, int64_t plan_id,
                                     visit_candidate_each *each, void *self,
                                     struct error *err);

struct visit_input { /* by hand */
    int year;
    enum visit_side side;
    enum visit_kind kind;
    const char *window;
    const char *once, *actor;
};
/* *id is 0 where there is no such window. Writer thread. */
NODISCARD bool visit_add(struct store *st, const struct visit_input *in, int64_t now_ms,
                         int64_t *id, struct error *err);

struct visit {
    int64_t id, plan_id, at_ms, result_id, result_ms; /* 0 for none */
    int year, local_date, score, files; /* local_date, score: of the result that counts */
    enum visit_side side;
    enum visit_kind kind;
    enum visit_reason reason;
    bool corrected; /* it is not the first result */
    char window[CODE_SIZE], department[CODE_SIZE], actor[48];
    const char *words; /* borrowed in the callback; NULL for none, or erased */
};
typedef void visit_each(void *self, const struct visit *visit);
/* Those of a year that are still to be made first, then the newest; codes or NULL. */
NODISCARD bool visits_each(struct store *st, int year, const char *window,
                           const char *department, visit_each *each, void *self,
                           struct error *err);
NODISCARD bool visit_find(struct store *st, int64_t id, struct visit *out, bool *found,
                          struct error *err); /* without words */

struct visit_result_input {
    int64_t visit_id, corrects; /* the result that was shown; 0 for none */
    int local_date, score;      /* hundredths */
    const char *words, *once, *actor;
    struct evidence_input file;
    int64_t file_most;
};
enum visit_verdict {
    VISIT_TAKEN,
    VISIT_AGAIN,    /* the same form */
    VISIT_OUTDATED, /* another result was written meanwhile */
    VISIT_TO_COME,  /* the day has not come */
};
/* Whether the actor may is the caller's to ask. Writer thread. */
NODISCARD bool visit_result_take(struct store *st, const struct visit *visit,
                                 const struct visit_result_input *in, int64_t now_ms,
                                 enum visit_verdict *verdict, struct error *err);

#endif
