/*
 * tag.h — the reasons that a citizen may tick, by grade.
 *
 * The national list in force (set 2): five grades, eight each, of which a page shows the
 * first three and the rest on request. Nobody may add or drop one, so it is a table and
 * no setting. The first digit of a code is its grade. Pure; any thread.
 */
#ifndef DOMAIN_TAG_H
#define DOMAIN_TAG_H

#include <stdbool.h>
#include <stddef.h>

enum { TAGS_PER_GRADE = 8, TAGS_SHOWN_FIRST = 3 };

struct tag {
    int code;       /* 101 .. 599 */
    const char *zh; /* the list's own words */
    const char *en; /* ours */
};

/* The eight reasons of a grade from 1 to 5, in the order of the list; NULL for others. */
const struct tag *tags_of_grade(int grade);

/* The reason of this code in the list in force; NULL for a retired or unknown one. */
const struct tag *tag_find(int code);

#endif
