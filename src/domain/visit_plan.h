/*
 * visit_plan.h — which windows are looked at next: some because most speaks for it, some
 * by lot, so that none can be sure of being left alone.
 *
 * The risk of a window is a sum of four parts in hundredths, each between nothing and its
 * weight, of whole numbers alone:
 *
 *     bad       the upper bound of the 95 % interval of its bad rate, full at `bad_full`;
 *               few ratings mean a wide interval and so a high bound: what is not known
 * is looked at since     days since the last visit, full at `days_full` and where there
 * was none overdue   work orders whose time is over, full at `overdue_full` log
 * complaints, discipline and late entries in the log, full at `log_full`
 *
 * Each part is rounded down. Equal risks follow the order of the codes. The lot is drawn
 * from those that are left (lot.h), so the whole plan follows from the published table
 * and the seed. Pure; any thread.
 */
#ifndef DOMAIN_VISIT_PLAN_H
#define DOMAIN_VISIT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who sends: the hall, or the organisation department; neither does the other's. */
enum visit_side { VISIT_HALL, VISIT_ORGANISATION, VISIT_SIDES };

enum visit_kind {
    VISIT_OPEN,      /* daily service, announced by being there: the hall's */
    VISIT_MYSTERY,   /* as a citizen would come: either's */
    VISIT_PROCEDURE, /* how the assessment itself is done: the organisation's */
    VISIT_KINDS
};

/* "hall", "organisation"; "open", "mystery", "procedure". The counts for other words. */
const char *visit_side_name(enum visit_side side);
enum visit_side visit_side_read(const char *name);
const char *visit_kind_name(enum visit_kind kind);
enum visit_kind visit_kind_read(const char *name);
bool visit_kind_fits(enum visit_side side, enum visit_kind kind);

enum { VISIT_NEVER = -1, VISIT_CODE = 40 };

struct visit_rules {
    int bad_weight, since_weight, overdue_weight, log_weight; /* hundredths */
    int bad_full; /* thousandths of the ratings */
    int days_full, overdue_full, log_full;
    int look_back_days; /* for ratings and the log */
};

/* What is known of a window when the plan is made. */
struct visit_facts {
    char code[VISIT_CODE];
    int64_t bad, rated; /* of the ratings in the time looked at */
    int since_days;     /* VISIT_NEVER for no visit yet */
    int overdue;        /* work orders */
    int remarks;        /* in the log */
};

struct visit_risk {
    int bad_permille; /* the upper bound */
    int bad, since, overdue, log, total;
};
struct visit_risk visit_risk_of(const struct visit_rules *rules,
                                const struct visit_facts *facts);

enum visit_reason { VISIT_BY_RISK, VISIT_BY_LOT, VISIT_BY_HAND, VISIT_REASONS };
const char *visit_reason_name(enum visit_reason reason); /* "risk", "lot", "hand" */
enum visit_reason visit_reason_read(const char *name);

struct visit_choice {
    size_t place; /* in the list of facts */
    enum visit_reason reason;
};

/*
 * Chooses `by_risk` windows and then `by_lot` of the others into `out`, which has room
 * for both; fewer where there are fewer windows. Returns how many. The codes differ.
 */
size_t visit_plan(const struct visit_rules *rules, const struct visit_facts *facts,
                  size_t count, size_t by_risk, size_t by_lot, const char *seed,
                  struct visit_choice *out);

#endif
