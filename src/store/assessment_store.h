/*
 * assessment_store.h — which years were frozen into which bundles (domain/bundle.h).
 *
 * A year may be frozen any number of times to look at it; once it is over and settled it
 * is frozen for good, once. From then on no appeal is heard about its ratings. Any
 * thread's store; assessment_add on the writer.
 */
#ifndef STORE_ASSESSMENT_STORE_H
#define STORE_ASSESSMENT_STORE_H

#include "domain/bundle.h"
#include "store/store.h"

enum { ASSESSMENT_FILE = 64 };

struct assessment {
    int64_t id;
    int year, version, from_month, to_month, departments;
    bool final;
    int64_t cut_ms, bytes, cases, at_ms;
    char program[64], file[ASSESSMENT_FILE];
    char facts[BUNDLE_HEX], results[BUNDLE_HEX];
    char actor[64]; /* "account 123" when it is added; the account's name when read */
};

/* Keeps one and its audit event. ERROR_CONFLICT where the year was frozen for good, and
 * for one for good where sheets, marks, entries or decisions came since its cut. */
NODISCARD bool assessment_add(struct store *st, struct assessment *a, int64_t now_ms,
                              struct error *err);

/* Those of a year, newest first. */
typedef void assessment_each(void *self, const struct assessment *a);
NODISCARD bool assessments_each(struct store *st, int year, assessment_each *each,
                                void *self, struct error *err);

NODISCARD bool assessment_find(struct store *st, int64_t id, struct assessment *out,
                               bool *found, struct error *err);

/* Was the year frozen for good? */
NODISCARD bool assessment_final(struct store *st, int year, bool *final,
                                struct error *err);

/* The SHA-256 of the results that it was frozen with; "" while it is not. */
NODISCARD bool assessment_results(struct store *st, int year, char out[BUNDLE_HEX],
                                  struct error *err);

/* The seed of its draws, the beginning of its facts' SHA-256. */
NODISCARD bool assessment_seed(struct store *st, int year, bool *final, uint64_t *seed,
                               struct error *err);

/* The same of the year in which a case was first closed. */
NODISCARD bool assessment_final_of_case(struct store *st, int64_t case_id, bool *final,
                                        struct error *err);

/* How many appeals about ratings of the year wait for a decision: none may, for good. */
NODISCARD bool assessment_open_appeals(struct store *st, int year, int64_t *out,
                                       struct error *err);

#endif
