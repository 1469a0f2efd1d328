/*
 * verdict.c — see verdict.h.
 */
#include "domain/verdict.h"

#include <string.h>

static const char *const verdict_names[HEARD_VERDICTS] = {
    [HEARD_NO_VERDICT] = "",
    [HEARD_SATISFIED] = "satisfied",
    [HEARD_BASICALLY_SATISFIED] = "basically_satisfied",
    [HEARD_NOT_SATISFIED] = "not_satisfied",
};

const char *heard_verdict_name(enum heard_verdict verdict)
{
    return verdict_names[verdict];
}

enum heard_verdict heard_verdict_read(const char *name)
{
    for (int i = HEARD_SATISFIED; i < HEARD_VERDICTS; i++)
        if (strcmp(verdict_names[i], name) == 0)
            return (enum heard_verdict)i;
    return HEARD_NO_VERDICT;
}
