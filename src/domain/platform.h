/*
 * platform.h — how the regional platform is spoken to, and what its answers mean, as a
 * mapping (domain/record_map.h) says:
 *
 *     "push": {"code": "code", "ok": ["0"], "already": ["1001"], "later": ["429"],
 *              "absent": ["1404"], "message": "message", "record": "data",
 *              "query": ["case_no", "assess_number"]}
 *
 * `code`, `message` and `record` are places in its answer ("data.list" goes down); a
 * record is one object, or a list of one. Codes are texts or numbers. A code that the
 * mapping does not name refuses the record for good. `query` are the fields by which the
 * platform is asked what it has; without them, or without `record`, it cannot be.
 *
 * That the platform has "already" rated a case says nothing yet: somebody else may have
 * rated it otherwise. It counts only once the two records were compared, and they are the
 * same only where the grade and the case number were told and all that was told is equal.
 * A phone is never compared, nor words that were erased here. Pure; any thread.
 */
#ifndef DOMAIN_PLATFORM_H
#define DOMAIN_PLATFORM_H

#include "domain/record_map.h"

/* ERROR_INPUT where the mapping says nothing of handing over, or what cannot be. */
NODISCARD bool platform_check(const struct record_map *m, struct error *err);

/* Can the platform be asked what it has? */
bool platform_can_ask(const struct record_map *m);

/* What is asked with: an object; given. */
json_t *platform_question(const struct record_map *m, const json_t *record);

enum platform_outcome {
    PLATFORM_ACCEPTED,
    PLATFORM_ALREADY, /* it has one; see `same` */
    PLATFORM_REFUSED, /* this record, for good */
    PLATFORM_AGAIN,   /* not taken now */
    PLATFORM_SETUP,   /* not taken: it does not know us, or the address is wrong */
    PLATFORM_ABSENT,  /* a question: it has none */
    PLATFORM_UNKNOWN, /* it may have been taken */
};
enum platform_same { PLATFORM_NOT_TOLD, PLATFORM_SAME, PLATFORM_OTHER };

enum { PLATFORM_CODE = 40, PLATFORM_WORDS = 160, PLATFORM_FIELDS = 240 };

struct platform_verdict {
    enum platform_outcome outcome;
    enum platform_same same;       /* of PLATFORM_ALREADY */
    char code[PLATFORM_CODE];      /* as it answered; "" for none */
    char words[PLATFORM_WORDS];    /* its own, without numbers as long as a phone */
    char fields[PLATFORM_FIELDS];  /* names of those that differ */
    char differs[PLATFORM_FIELDS]; /* the same with both values, "grade 2 ≠ 5"; of a
                                      person's only the names */
};

struct platform_sent {
    const struct record_map *map;
    const json_t *record;
    bool words_gone; /* there were words, and they were erased */
};

/* Judges an answer to a record that was handed over. `status` is 0 where none came: the
 * caller knows whether a byte had left. */
void platform_judge(const struct platform_sent *sent, int status, const char *body,
                    size_t length, struct platform_verdict *out);

/* The same of an answer to a question: ALREADY, ABSENT, or why nothing is known. */
void platform_judge_question(const struct platform_sent *sent, int status,
                             const char *body, size_t length,
                             struct platform_verdict *out);

/* How long to wait after the `tries`-th try in vain: 5 s, 30 s, 2, 10, 30 min, then an
 * hour each time. It never ends: nothing is given up. */
int64_t platform_wait_ms(int tries);

#endif
