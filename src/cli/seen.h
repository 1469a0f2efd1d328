/*
 * seen.h — which cases a dry run would have added: a set that costs a few bytes a case.
 *
 * A case is remembered by 63 bits of its hash; of a million cases two are taken for each
 * other about once in nine million files, and a dry run then counts one too few.
 */
#ifndef CLI_SEEN_H
#define CLI_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen { /* zeroed: empty */
    uint64_t *slots;
    size_t size, count;
};

/* `closed` is set where it is there. */
bool seen_has(const struct seen *s, const char *source, const char *case_no,
              bool *closed);
void seen_add(struct seen *s, const char *source, const char *case_no, bool closed);
void seen_free(struct seen *s);

#endif
