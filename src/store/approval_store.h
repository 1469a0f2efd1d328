/*
 * approval_store.h — parallel approvals on disk: which departments work on a case, every
 * step of each as a fact, and who took part.
 *
 * What may follow what is domain/approval.h's; here it is looked up, asked and written
 * down. The parent is the case that was taken in at a window: it alone has an invitation,
 * is asked about and rated; a case of another system that names it as its parent is one
 * of its approvals.
 *
 * Whose rating it is: it stays with exactly one case, and through it with one window and
 * one department, the intake's, and counts there alone. Those who took part are linked to
 * it (approval_departments) and shown beside it. It is neither counted whole with each of
 * them nor divided among them: one citizen answered once about what was met at one
 * window, and sums from clerk to hall hold only where a rating stands in one place. What
 * a department itself took is in its own clock.
 *
 * Writer thread, inside a command, unless it only looks.
 */
#ifndef STORE_APPROVAL_STORE_H
#define STORE_APPROVAL_STORE_H

#include "domain/approval.h"
#include "store/case_store.h"

enum { APPROVAL_REASON = 16, APPROVAL_ACTOR = 48 };

/* Whose an approval is. */
struct approval_row {
    char department[CODE_SIZE], department_name[NAME_SIZE];
    char matter[CODE_SIZE], matter_name[NAME_SIZE]; /* "" for none */
    int promised_days;                              /* -1: none were promised */
    int64_t child_case_id;                          /* 0 for none */
};

/* A case with its approvals; `rows[i]` belongs to `now.children[i]`. */
struct approval_case {
    int64_t case_id;
    char case_no[80];
    struct approval now;
    struct approval_row rows[APPROVAL_CHILDREN];
};

/* One without approvals has now.count 0. ERROR_ABSENT where there is no such case. */
NODISCARD bool approval_read(struct store *st, int64_t case_id, struct approval_case *out,
                             struct error *err);

/* A step as it was told; the texts are borrowed in a callback. */
struct approval_fact {
    int64_t id, case_id;
    int n;
    enum approval_step step;
    bool granted;
    const char *reason, *actor; /* "" for none */
    int64_t at_ms, told_ms;
};
typedef void approval_fact_each(void *self, const struct approval_fact *fact);
/* In the order in which they were told. */
NODISCARD bool approval_facts(struct store *st, int64_t case_id, approval_fact_each *each,
                              void *self, struct error *err);

/* One of them, into texts of the caller's; ERROR_ABSENT where there is none. */
struct approval_told {
    struct approval_fact fact;
    char reason[APPROVAL_REASON], actor[APPROVAL_ACTOR];
};
NODISCARD bool approval_fact_get(struct store *st, int64_t id, struct approval_told *out,
                                 struct error *err);

/* ---- telling ---- */

/* A department begins. At least one of the two codes; a matter brings its department and
 * promised days along. */
struct approval_begin {
    int64_t case_id;
    const char *department, *matter; /* NULL for not told */
    int promised_days;               /* -1: the matter's */
    int64_t child_case_id;
    int64_t at_ms;
    const char *actor;
};

/*
 * `*fact_id` is the step's; *fresh is false where the same was told before. ERROR_INPUT
 * for codes that are not the hall's, ERROR_CONFLICT where it may not be (approval.h), or
 * where the department takes part with this matter since another moment.
 */
NODISCARD bool approval_start(struct store *st, const struct approval_begin *in,
                              int64_t now_ms, int64_t *fact_id, bool *fresh,
                              struct error *err);

/* Any other step, to the second; `reason` of a pause, `granted` of an approval. */
struct approval_tell {
    int64_t case_id;
    int n;
    enum approval_step step;
    bool granted;
    const char *reason; /* NULL for none */
    int64_t at_ms;
    const char *actor;
};
NODISCARD bool approval_tell(struct store *st, const struct approval_tell *told,
                             int64_t now_ms, int64_t *fact_id, bool *fresh,
                             struct error *err);

/*
 * A case of another system that is part of `parent` was taken in, or was decided: it is
 * written down as that one's approval. What cannot be (it lies after the parent's
 * closing, say) keeps no case from being taken in: the department is linked all the same,
 * and an event of the parent says why.
 */
NODISCARD bool approval_case_begun(struct store *st, const struct service_case *child,
                                   const char *actor, int64_t now_ms, struct error *err);
NODISCARD bool approval_case_ended(struct store *st, const struct service_case *child,
                                   const char *actor, int64_t now_ms, struct error *err);

/* ---- who took part ---- */

struct approval_department {
    char code[CODE_SIZE], name[NAME_SIZE];
    bool intake;
};
typedef void approval_department_each(void *self, const struct approval_department *d);
/* The intake's first, then by their codes; nobody where the case is no parallel one. */
NODISCARD bool approval_departments(struct store *st, int64_t case_id,
                                    approval_department_each *each, void *self,
                                    struct error *err);

/* ---- lists ---- */

/* A parallel case as a list shows it. Borrowed in the callback. */
struct approval_item {
    const struct approval_case *parallel;
    char matter[CODE_SIZE], matter_name[NAME_SIZE];
    bool sensitive;
    int promised_days; /* of the case's matter; 0 for none */
    char intake[CODE_SIZE];
};
typedef void approval_item_each(void *self, const struct approval_item *item);

/* Parallel cases that were taken in from one instant until before another, newest first;
 * `department` NULL for all, else only those that it takes part in. */
NODISCARD bool approval_list(struct store *st, const char *department, int64_t from_ms,
                             int64_t until_ms, int most, approval_item_each *each,
                             void *self, struct error *err);

/* How many departments took part in a matter's parallel cases that were taken in since
 * then. */
typedef void approval_matter_each(void *self, const char *matter_code, int departments);
NODISCARD bool approval_matters(struct store *st, int64_t from_ms,
                                approval_matter_each *each, void *self,
                                struct error *err);

#endif
