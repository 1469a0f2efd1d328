/*
 * assessor_store.h — who is qualified to assess, and whom he may not.
 *
 * An assessor is an account that the organisation department put on the list, with the
 * days between which he is qualified, what proves it, and the department that he comes
 * from. The newest entry of an account counts; one that ends is an entry that ends it.
 * Whoever books marks, visits, checks or judgements asks assessor_may first: nobody
 * assesses unqualified, and nobody assesses his own department. Any thread's store;
 * assessor_add on the writer, inside its transaction.
 */
#ifndef STORE_ASSESSOR_STORE_H
#define STORE_ASSESSOR_STORE_H

#include "store/account_store.h"

enum { ASSESSOR_PROOF = 200 }; /* characters */

struct assessor_input {
    const char *once; /* of the form; the same twice is one */
    int64_t account_id;
    const char *home; /* code of his department; "" where he comes from none of them */
    int since, until; /* yyyymmdd, both included */
    const char *proof;
    const char *actor;
};

/* ERROR_INPUT names the field: "account", "home", "since", "until", "proof". */
NODISCARD bool assessor_add(struct store *st, const struct assessor_input *in,
                            int64_t now_ms, struct error *err);

struct assessor {
    int64_t account_id, at_ms;
    char name[ACCOUNT_NAME]; /* of the account */
    char home[CODE_SIZE], home_name[NAME_SIZE];
    int since, until;
    char proof[4 * ASSESSOR_PROOF + 1];
    char actor[48];
    bool newest; /* the one of this account that counts */
};

/* Every entry, newest first. */
typedef void assessor_each(void *self, const struct assessor *a);
NODISCARD bool assessors_each(struct store *st, assessor_each *each, void *self,
                              struct error *err);

enum assessor_verdict {
    ASSESSOR_FITS,
    ASSESSOR_UNKNOWN, /* not on the list */
    ASSESSOR_EXPIRED, /* not qualified on that day */
    ASSESSOR_OWN,     /* it is the department that he comes from */
};

/* May this account assess that department on the hall's own day `date` (yyyymmdd)? */
NODISCARD bool assessor_judge(struct store *st, int64_t account_id,
                              const char *department, int date,
                              enum assessor_verdict *verdict, struct error *err);

/* The same, with ERROR_DENIED and a sentence where he may not. */
NODISCARD bool assessor_may(struct store *st, int64_t account_id, const char *department,
                            int date, struct error *err);

#endif
