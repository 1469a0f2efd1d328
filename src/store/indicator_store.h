/*
 * indicator_store.h — what indicators need beside sums of cases (trait_store.h): bad
 * ratings with their tags and words, and the figures of concentration that people type.
 */
#ifndef STORE_INDICATOR_STORE_H
#define STORE_INDICATOR_STORE_H

#include "store/hall_store.h"

/*
 * A rating that was followed up: a grade or dimension of 1 or 2, that its citizen did not
 * correct and no appeal took out. Texts are borrowed in the callback.
 */
struct bad_rating {
    const char *department, *department_name;
    const char *tags;  /* codes parted by commas; "" for none */
    const char *words; /* NULL for none */
    bool erased;       /* there were words, and they are erased */
};
typedef void bad_rating_each(void *self, const struct bad_rating *r);

/* Those of cases first closed on these days (yyyymmdd, included), by departments. A
 * reader's store. */
NODISCARD bool bad_ratings_each(struct store *st, int from, int to, bad_rating_each *each,
                                void *self, struct error *err);

/* == Concentrations =============================================================== */

enum concentration_kind { MOVED_FUNCTIONS, MOVED_MATTERS, MOVED_PEOPLE, MOVED_KINDS };
const char *concentration_name(enum concentration_kind kind); /* "functions" … */
enum concentration_kind concentration_read(const char *name); /* MOVED_KINDS for none */

enum { CONCENTRATION_MOST = 1000000, CONCENTRATION_EVIDENCE = 300 /* characters */ };

struct concentration {
    int64_t id, at_ms;
    const char *department, *department_name;
    enum concentration_kind kind;
    int64_t moved, whole;
    int day;              /* yyyymmdd, on which it was so */
    const char *evidence; /* where that stands */
    const char *actor;    /* "account 12" */
    const char *by;       /* that account's name */
    const char *once;     /* of the form that it came by; not read back */
};

/*
 * Appends a figure; the same form again changes nothing. ERROR_INPUT names department,
 * kind, moved, whole, day or evidence; `today` is the hall's own. Writer thread.
 */
NODISCARD bool concentration_add(struct store *st, const struct concentration *c,
                                 int today, int64_t now_ms, struct error *err);

/*
 * Every figure of these days, newest day first within a department and kind: the first
 * of each counts, the others are what was told before. A reader's store.
 */
typedef void concentration_each(void *self, const struct concentration *c);
NODISCARD bool concentrations_each(struct store *st, int from, int to,
                                   concentration_each *each, void *self,
                                   struct error *err);

#endif
