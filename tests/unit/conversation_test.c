/*
 * conversation_test.c — every state against everything that can be heard, and every
 * verdict. The tables are complete by construction: a cell that nobody filled fails.
 */
#include "domain/conversation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Everything that can be heard, as far as the machine can tell it apart. */
enum said {
    FIVE,         /* 5 */
    TWO,          /* 2: also that nothing was received */
    ONE,          /* 1: also that it is true */
    PHRASE,       /* 满意 */
    BAD_PHRASE,   /* 不满意 */
    FIVE_WORDS,   /* 5 很快 */
    ONE_WORDS,    /* 1 等太久 */
    FOUR,         /* 5554 */
    FOUR_LOW,     /* 5552 */
    FOUR_WORDS,   /* 5552 等太久 */
    WORDS,        /* 等太久 */
    RECEIVED,     /* 收到了 */
    MARKS,        /* ?! */
    ZERO,         /* 0 */
    NUMBER,       /* 10 */
    GARBLED,      /* what a wrong charset left of any of these */
    NAMELESS,     /* 5, where several cases were asked about */
    NAMELESS_ODD, /* 等太久, the same */
    OPTOUT,       /* T */
    NOTME,        /* 不是我办的 */
    SAIDS
};

static const struct heard saids[SAIDS] = {
    [FIVE] = {HEARD_GRADE, .bare = true},
    [TWO] = {HEARD_GRADE, .bare = true, .low = true, .promise = HEARD_PROMISE_DENIED},
    [ONE] = {HEARD_GRADE, .bare = true, .low = true, .promise = HEARD_PROMISE_TRUE},
    [PHRASE] = {HEARD_GRADE, .verdict = HEARD_SATISFIED},
    [BAD_PHRASE] = {HEARD_GRADE, .low = true, .verdict = HEARD_NOT_SATISFIED},
    [FIVE_WORDS] = {HEARD_GRADE, .comment = true},
    [ONE_WORDS] = {HEARD_GRADE, .comment = true, .low = true},
    [FOUR] = {HEARD_DIMS, .bare = true},
    [FOUR_LOW] = {HEARD_DIMS, .bare = true, .low = true},
    [FOUR_WORDS] = {HEARD_DIMS, .comment = true, .low = true},
    [WORDS] = {HEARD_UNCLEAR, .comment = true},
    [RECEIVED] = {HEARD_UNCLEAR, .comment = true, .promise = HEARD_PROMISE_TRUE},
    [MARKS] = {.kind = HEARD_UNCLEAR},
    [ZERO] = {HEARD_UNCLEAR, .bare = true, .zero = true},
    [NUMBER] = {HEARD_UNCLEAR, .bare = true},
    [GARBLED] = {HEARD_UNCLEAR, .garbled = true},
    [NAMELESS] = {HEARD_GRADE, .bare = true, .nameless = true},
    [NAMELESS_ODD] = {HEARD_UNCLEAR, .comment = true, .nameless = true},
    [OPTOUT] = {.kind = HEARD_OPTOUT},
    [NOTME] = {HEARD_NOTME, .comment = true},
};

enum { UNTIL = 1000 };

/* How the conversation stood: in time or late, asked back before or not. */
enum stood { FRESH, CLARIFIED, LATE, STOODS };

/* "act answer NEXT", with "!" where it has been asked back now; "-" is no answer. */
static const char *const hears[CONVERSATION_STATES][STOODS][SAIDS] = {
    [CONVERSATION_ASKED] =
        {
            [FRESH] =
                {
                    [FIVE] = "rated - ASKED",
                    [TWO] = "rated - ASKED",
                    [ONE] = "rated - ASKED",
                    [PHRASE] = "rated - ASKED",
                    [BAD_PHRASE] = "rated - ASKED",
                    [FIVE_WORDS] = "rated - ASKED",
                    [ONE_WORDS] = "rated - ASKED",
                    [FOUR] = "rated - ASKED",
                    [FOUR_LOW] = "rated - ASKED",
                    [FOUR_WORDS] = "rated - ASKED",
                    [WORDS] = "asked_back clarify ASKED!",
                    [RECEIVED] = "asked_back clarify ASKED!",
                    [MARKS] = "asked_back clarify ASKED!",
                    [ZERO] = "asked_back clarify ASKED!",
                    [NUMBER] = "asked_back clarify ASKED!",
                    [GARBLED] = "asked_back clarify ASKED!",
                    [NAMELESS] = "asked_back clarify ASKED!",
                    [NAMELESS_ODD] = "asked_back clarify ASKED!",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "rated - ASKED",          [TWO] = "rated - ASKED",
                    [ONE] = "rated - ASKED",           [PHRASE] = "rated - ASKED",
                    [BAD_PHRASE] = "rated - ASKED",    [FIVE_WORDS] = "rated - ASKED",
                    [ONE_WORDS] = "rated - ASKED",     [FOUR] = "rated - ASKED",
                    [FOUR_LOW] = "rated - ASKED",      [FOUR_WORDS] = "rated - ASKED",
                    [WORDS] = "note - ASKED",          [RECEIVED] = "note - ASKED",
                    [MARKS] = "nothing - ASKED",       [ZERO] = "nothing - ASKED",
                    [NUMBER] = "nothing - ASKED",      [GARBLED] = "note - ASKED",
                    [NAMELESS] = "nothing - ASKED",    [NAMELESS_ODD] = "note - ASKED",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "late expired ASKED",
                    [TWO] = "late expired ASKED",
                    [ONE] = "late expired ASKED",
                    [PHRASE] = "late expired ASKED",
                    [BAD_PHRASE] = "late expired ASKED",
                    [FIVE_WORDS] = "late expired ASKED",
                    [ONE_WORDS] = "late expired ASKED",
                    [FOUR] = "late expired ASKED",
                    [FOUR_LOW] = "late expired ASKED",
                    [FOUR_WORDS] = "late expired ASKED",
                    [WORDS] = "late expired ASKED",
                    [RECEIVED] = "late expired ASKED",
                    [MARKS] = "late expired ASKED",
                    [ZERO] = "late expired ASKED",
                    [NUMBER] = "late expired ASKED",
                    [GARBLED] = "late expired ASKED",
                    [NAMELESS] = "late expired ASKED",
                    [NAMELESS_ODD] = "late expired ASKED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_RATED] =
        {
            [FRESH] =
                {
                    [FIVE] = "rated - RATED",
                    [TWO] = "rated - RATED",
                    [ONE] = "rated - RATED",
                    [PHRASE] = "comment - RATED",
                    [BAD_PHRASE] = "comment - RATED",
                    [FIVE_WORDS] = "comment - RATED",
                    [ONE_WORDS] = "comment - RATED",
                    [FOUR] = "rated - RATED",
                    [FOUR_LOW] = "rated - RATED",
                    [FOUR_WORDS] = "comment - RATED",
                    [WORDS] = "comment - RATED",
                    [RECEIVED] = "comment - RATED",
                    [MARKS] = "nothing - RATED",
                    [ZERO] = "nothing - RATED",
                    [NUMBER] = "nothing - RATED",
                    [GARBLED] = "note - RATED",
                    [NAMELESS] = "asked_back clarify RATED!",
                    [NAMELESS_ODD] = "asked_back clarify RATED!",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "rated - RATED",          [TWO] = "rated - RATED",
                    [ONE] = "rated - RATED",           [PHRASE] = "comment - RATED",
                    [BAD_PHRASE] = "comment - RATED",  [FIVE_WORDS] = "comment - RATED",
                    [ONE_WORDS] = "comment - RATED",   [FOUR] = "rated - RATED",
                    [FOUR_LOW] = "rated - RATED",      [FOUR_WORDS] = "comment - RATED",
                    [WORDS] = "comment - RATED",       [RECEIVED] = "comment - RATED",
                    [MARKS] = "nothing - RATED",       [ZERO] = "nothing - RATED",
                    [NUMBER] = "nothing - RATED",      [GARBLED] = "note - RATED",
                    [NAMELESS] = "nothing - RATED",    [NAMELESS_ODD] = "note - RATED",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "rated - RATED",
                    [TWO] = "rated - RATED",
                    [ONE] = "rated - RATED",
                    [PHRASE] = "comment - RATED",
                    [BAD_PHRASE] = "comment - RATED",
                    [FIVE_WORDS] = "comment - RATED",
                    [ONE_WORDS] = "comment - RATED",
                    [FOUR] = "rated - RATED",
                    [FOUR_LOW] = "rated - RATED",
                    [FOUR_WORDS] = "comment - RATED",
                    [WORDS] = "comment - RATED",
                    [RECEIVED] = "comment - RATED",
                    [MARKS] = "nothing - RATED",
                    [ZERO] = "nothing - RATED",
                    [NUMBER] = "nothing - RATED",
                    [GARBLED] = "note - RATED",
                    [NAMELESS] = "late expired RATED",
                    [NAMELESS_ODD] = "late expired RATED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_REASON] =
        {
            [FRESH] =
                {
                    [FIVE] = "rated - REASON",
                    [TWO] = "rated - REASON",
                    [ONE] = "rated - REASON",
                    [PHRASE] = "reason thanks_bad ENDED",
                    [BAD_PHRASE] = "reason thanks_bad ENDED",
                    [FIVE_WORDS] = "reason thanks_bad ENDED",
                    [ONE_WORDS] = "reason thanks_bad ENDED",
                    [FOUR] = "rated - REASON",
                    [FOUR_LOW] = "rated - REASON",
                    [FOUR_WORDS] = "reason thanks_bad ENDED",
                    [WORDS] = "reason thanks_bad ENDED",
                    [RECEIVED] = "reason thanks_bad ENDED",
                    [MARKS] = "nothing - REASON",
                    [ZERO] = "no_call - ENDED",
                    [NUMBER] = "nothing - REASON",
                    [GARBLED] = "note - REASON",
                    [NAMELESS] = "asked_back clarify REASON!",
                    [NAMELESS_ODD] = "asked_back clarify REASON!",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "rated - REASON",
                    [TWO] = "rated - REASON",
                    [ONE] = "rated - REASON",
                    [PHRASE] = "reason thanks_bad ENDED",
                    [BAD_PHRASE] = "reason thanks_bad ENDED",
                    [FIVE_WORDS] = "reason thanks_bad ENDED",
                    [ONE_WORDS] = "reason thanks_bad ENDED",
                    [FOUR] = "rated - REASON",
                    [FOUR_LOW] = "rated - REASON",
                    [FOUR_WORDS] = "reason thanks_bad ENDED",
                    [WORDS] = "reason thanks_bad ENDED",
                    [RECEIVED] = "reason thanks_bad ENDED",
                    [MARKS] = "nothing - REASON",
                    [ZERO] = "no_call - ENDED",
                    [NUMBER] = "nothing - REASON",
                    [GARBLED] = "note - REASON",
                    [NAMELESS] = "nothing - REASON",
                    [NAMELESS_ODD] = "note - REASON",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "rated - REASON",
                    [TWO] = "rated - REASON",
                    [ONE] = "rated - REASON",
                    [PHRASE] = "reason thanks_bad ENDED",
                    [BAD_PHRASE] = "reason thanks_bad ENDED",
                    [FIVE_WORDS] = "reason thanks_bad ENDED",
                    [ONE_WORDS] = "reason thanks_bad ENDED",
                    [FOUR] = "rated - REASON",
                    [FOUR_LOW] = "rated - REASON",
                    [FOUR_WORDS] = "reason thanks_bad ENDED",
                    [WORDS] = "reason thanks_bad ENDED",
                    [RECEIVED] = "reason thanks_bad ENDED",
                    [MARKS] = "nothing - REASON",
                    [ZERO] = "no_call - ENDED",
                    [NUMBER] = "nothing - REASON",
                    [GARBLED] = "note - REASON",
                    [NAMELESS] = "late expired REASON",
                    [NAMELESS_ODD] = "late expired REASON",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_ENDED] =
        {
            [FRESH] =
                {
                    [FIVE] = "rated - ENDED",
                    [TWO] = "rated - ENDED",
                    [ONE] = "rated - ENDED",
                    [PHRASE] = "comment - ENDED",
                    [BAD_PHRASE] = "comment - ENDED",
                    [FIVE_WORDS] = "comment - ENDED",
                    [ONE_WORDS] = "comment - ENDED",
                    [FOUR] = "rated - ENDED",
                    [FOUR_LOW] = "rated - ENDED",
                    [FOUR_WORDS] = "comment - ENDED",
                    [WORDS] = "comment - ENDED",
                    [RECEIVED] = "comment - ENDED",
                    [MARKS] = "nothing - ENDED",
                    [ZERO] = "nothing - ENDED",
                    [NUMBER] = "nothing - ENDED",
                    [GARBLED] = "note - ENDED",
                    [NAMELESS] = "asked_back clarify ENDED!",
                    [NAMELESS_ODD] = "asked_back clarify ENDED!",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "rated - ENDED",          [TWO] = "rated - ENDED",
                    [ONE] = "rated - ENDED",           [PHRASE] = "comment - ENDED",
                    [BAD_PHRASE] = "comment - ENDED",  [FIVE_WORDS] = "comment - ENDED",
                    [ONE_WORDS] = "comment - ENDED",   [FOUR] = "rated - ENDED",
                    [FOUR_LOW] = "rated - ENDED",      [FOUR_WORDS] = "comment - ENDED",
                    [WORDS] = "comment - ENDED",       [RECEIVED] = "comment - ENDED",
                    [MARKS] = "nothing - ENDED",       [ZERO] = "nothing - ENDED",
                    [NUMBER] = "nothing - ENDED",      [GARBLED] = "note - ENDED",
                    [NAMELESS] = "nothing - ENDED",    [NAMELESS_ODD] = "note - ENDED",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "rated - ENDED",
                    [TWO] = "rated - ENDED",
                    [ONE] = "rated - ENDED",
                    [PHRASE] = "comment - ENDED",
                    [BAD_PHRASE] = "comment - ENDED",
                    [FIVE_WORDS] = "comment - ENDED",
                    [ONE_WORDS] = "comment - ENDED",
                    [FOUR] = "rated - ENDED",
                    [FOUR_LOW] = "rated - ENDED",
                    [FOUR_WORDS] = "comment - ENDED",
                    [WORDS] = "comment - ENDED",
                    [RECEIVED] = "comment - ENDED",
                    [MARKS] = "nothing - ENDED",
                    [ZERO] = "nothing - ENDED",
                    [NUMBER] = "nothing - ENDED",
                    [GARBLED] = "note - ENDED",
                    [NAMELESS] = "late expired ENDED",
                    [NAMELESS_ODD] = "late expired ENDED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_RESULT] =
        {
            [FRESH] =
                {
                    [FIVE] = "asked_back clarify_result RESULT!",
                    [TWO] = "asked_back clarify_result RESULT!",
                    [ONE] = "asked_back clarify_result RESULT!",
                    [PHRASE] = "verdict - ENDED",
                    [BAD_PHRASE] = "verdict - ENDED",
                    [FIVE_WORDS] = "asked_back clarify_result RESULT!",
                    [ONE_WORDS] = "asked_back clarify_result RESULT!",
                    [FOUR] = "asked_back clarify_result RESULT!",
                    [FOUR_LOW] = "asked_back clarify_result RESULT!",
                    [FOUR_WORDS] = "asked_back clarify_result RESULT!",
                    [WORDS] = "asked_back clarify_result RESULT!",
                    [RECEIVED] = "asked_back clarify_result RESULT!",
                    [MARKS] = "asked_back clarify_result RESULT!",
                    [ZERO] = "asked_back clarify_result RESULT!",
                    [NUMBER] = "asked_back clarify_result RESULT!",
                    [GARBLED] = "asked_back clarify_result RESULT!",
                    [NAMELESS] = "asked_back clarify_result RESULT!",
                    [NAMELESS_ODD] = "asked_back clarify_result RESULT!",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "nothing - RESULT",       [TWO] = "nothing - RESULT",
                    [ONE] = "nothing - RESULT",        [PHRASE] = "verdict - ENDED",
                    [BAD_PHRASE] = "verdict - ENDED",  [FIVE_WORDS] = "note - RESULT",
                    [ONE_WORDS] = "note - RESULT",     [FOUR] = "nothing - RESULT",
                    [FOUR_LOW] = "nothing - RESULT",   [FOUR_WORDS] = "note - RESULT",
                    [WORDS] = "note - RESULT",         [RECEIVED] = "note - RESULT",
                    [MARKS] = "nothing - RESULT",      [ZERO] = "nothing - RESULT",
                    [NUMBER] = "nothing - RESULT",     [GARBLED] = "note - RESULT",
                    [NAMELESS] = "nothing - RESULT",   [NAMELESS_ODD] = "note - RESULT",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "late - RESULT",          [TWO] = "late - RESULT",
                    [ONE] = "late - RESULT",           [PHRASE] = "late - RESULT",
                    [BAD_PHRASE] = "late - RESULT",    [FIVE_WORDS] = "late - RESULT",
                    [ONE_WORDS] = "late - RESULT",     [FOUR] = "late - RESULT",
                    [FOUR_LOW] = "late - RESULT",      [FOUR_WORDS] = "late - RESULT",
                    [WORDS] = "late - RESULT",         [RECEIVED] = "late - RESULT",
                    [MARKS] = "late - RESULT",         [ZERO] = "late - RESULT",
                    [NUMBER] = "late - RESULT",        [GARBLED] = "late - RESULT",
                    [NAMELESS] = "late - RESULT",      [NAMELESS_ODD] = "late - RESULT",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_PROMISE] =
        {
            [FRESH] =
                {
                    [FIVE] = "asked_back clarify_promise PROMISE!",
                    [TWO] = "attested promise_denied PROMISED",
                    [ONE] = "attested - PROMISED",
                    [PHRASE] = "asked_back clarify_promise PROMISE!",
                    [BAD_PHRASE] = "asked_back clarify_promise PROMISE!",
                    [FIVE_WORDS] = "asked_back clarify_promise PROMISE!",
                    [ONE_WORDS] = "asked_back clarify_promise PROMISE!",
                    [FOUR] = "asked_back clarify_promise PROMISE!",
                    [FOUR_LOW] = "asked_back clarify_promise PROMISE!",
                    [FOUR_WORDS] = "asked_back clarify_promise PROMISE!",
                    [WORDS] = "asked_back clarify_promise PROMISE!",
                    [RECEIVED] = "attested - PROMISED",
                    [MARKS] = "asked_back clarify_promise PROMISE!",
                    [ZERO] = "asked_back clarify_promise PROMISE!",
                    [NUMBER] = "asked_back clarify_promise PROMISE!",
                    [GARBLED] = "asked_back clarify_promise PROMISE!",
                    [NAMELESS] = "asked_back clarify_promise PROMISE!",
                    [NAMELESS_ODD] = "asked_back clarify_promise PROMISE!",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "nothing - PROMISE",
                    [TWO] = "attested promise_denied PROMISED",
                    [ONE] = "attested - PROMISED",
                    [PHRASE] = "nothing - PROMISE",
                    [BAD_PHRASE] = "nothing - PROMISE",
                    [FIVE_WORDS] = "note - PROMISE",
                    [ONE_WORDS] = "note - PROMISE",
                    [FOUR] = "nothing - PROMISE",
                    [FOUR_LOW] = "nothing - PROMISE",
                    [FOUR_WORDS] = "note - PROMISE",
                    [WORDS] = "note - PROMISE",
                    [RECEIVED] = "attested - PROMISED",
                    [MARKS] = "nothing - PROMISE",
                    [ZERO] = "nothing - PROMISE",
                    [NUMBER] = "nothing - PROMISE",
                    [GARBLED] = "note - PROMISE",
                    [NAMELESS] = "nothing - PROMISE",
                    [NAMELESS_ODD] = "note - PROMISE",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "late - PROMISE",         [TWO] = "late - PROMISE",
                    [ONE] = "late - PROMISE",          [PHRASE] = "late - PROMISE",
                    [BAD_PHRASE] = "late - PROMISE",   [FIVE_WORDS] = "late - PROMISE",
                    [ONE_WORDS] = "late - PROMISE",    [FOUR] = "late - PROMISE",
                    [FOUR_LOW] = "late - PROMISE",     [FOUR_WORDS] = "late - PROMISE",
                    [WORDS] = "late - PROMISE",        [RECEIVED] = "late - PROMISE",
                    [MARKS] = "late - PROMISE",        [ZERO] = "late - PROMISE",
                    [NUMBER] = "late - PROMISE",       [GARBLED] = "late - PROMISE",
                    [NAMELESS] = "late - PROMISE",     [NAMELESS_ODD] = "late - PROMISE",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_PROMISED] =
        {
            [FRESH] =
                {
                    [FIVE] = "note - PROMISED",
                    [TWO] = "attested promise_denied PROMISED",
                    [ONE] = "attested - PROMISED",
                    [PHRASE] = "note - PROMISED",
                    [BAD_PHRASE] = "note - PROMISED",
                    [FIVE_WORDS] = "note - PROMISED",
                    [ONE_WORDS] = "note - PROMISED",
                    [FOUR] = "note - PROMISED",
                    [FOUR_LOW] = "note - PROMISED",
                    [FOUR_WORDS] = "note - PROMISED",
                    [WORDS] = "note - PROMISED",
                    [RECEIVED] = "attested - PROMISED",
                    [MARKS] = "note - PROMISED",
                    [ZERO] = "note - PROMISED",
                    [NUMBER] = "note - PROMISED",
                    [GARBLED] = "note - PROMISED",
                    [NAMELESS] = "note - PROMISED",
                    [NAMELESS_ODD] = "note - PROMISED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "note - PROMISED",
                    [TWO] = "attested promise_denied PROMISED",
                    [ONE] = "attested - PROMISED",
                    [PHRASE] = "note - PROMISED",
                    [BAD_PHRASE] = "note - PROMISED",
                    [FIVE_WORDS] = "note - PROMISED",
                    [ONE_WORDS] = "note - PROMISED",
                    [FOUR] = "note - PROMISED",
                    [FOUR_LOW] = "note - PROMISED",
                    [FOUR_WORDS] = "note - PROMISED",
                    [WORDS] = "note - PROMISED",
                    [RECEIVED] = "attested - PROMISED",
                    [MARKS] = "note - PROMISED",
                    [ZERO] = "note - PROMISED",
                    [NUMBER] = "note - PROMISED",
                    [GARBLED] = "note - PROMISED",
                    [NAMELESS] = "note - PROMISED",
                    [NAMELESS_ODD] = "note - PROMISED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "notme notme CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "late - PROMISED",        [TWO] = "late - PROMISED",
                    [ONE] = "late - PROMISED",         [PHRASE] = "late - PROMISED",
                    [BAD_PHRASE] = "late - PROMISED",  [FIVE_WORDS] = "late - PROMISED",
                    [ONE_WORDS] = "late - PROMISED",   [FOUR] = "late - PROMISED",
                    [FOUR_LOW] = "late - PROMISED",    [FOUR_WORDS] = "late - PROMISED",
                    [WORDS] = "late - PROMISED",       [RECEIVED] = "late - PROMISED",
                    [MARKS] = "late - PROMISED",       [ZERO] = "late - PROMISED",
                    [NUMBER] = "late - PROMISED",      [GARBLED] = "late - PROMISED",
                    [NAMELESS] = "late - PROMISED",    [NAMELESS_ODD] = "late - PROMISED",
                    [OPTOUT] = "optout optout CLOSED", [NOTME] = "notme notme CLOSED",
                },
        },
    [CONVERSATION_CLOSED] =
        {
            [FRESH] =
                {
                    [FIVE] = "note unknown CLOSED",
                    [TWO] = "note unknown CLOSED",
                    [ONE] = "note unknown CLOSED",
                    [PHRASE] = "note unknown CLOSED",
                    [BAD_PHRASE] = "note unknown CLOSED",
                    [FIVE_WORDS] = "note unknown CLOSED",
                    [ONE_WORDS] = "note unknown CLOSED",
                    [FOUR] = "note unknown CLOSED",
                    [FOUR_LOW] = "note unknown CLOSED",
                    [FOUR_WORDS] = "note unknown CLOSED",
                    [WORDS] = "note unknown CLOSED",
                    [RECEIVED] = "note unknown CLOSED",
                    [MARKS] = "note unknown CLOSED",
                    [ZERO] = "note unknown CLOSED",
                    [NUMBER] = "note unknown CLOSED",
                    [GARBLED] = "note unknown CLOSED",
                    [NAMELESS] = "note unknown CLOSED",
                    [NAMELESS_ODD] = "note unknown CLOSED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "note - CLOSED",
                },
            [CLARIFIED] =
                {
                    [FIVE] = "note unknown CLOSED",
                    [TWO] = "note unknown CLOSED",
                    [ONE] = "note unknown CLOSED",
                    [PHRASE] = "note unknown CLOSED",
                    [BAD_PHRASE] = "note unknown CLOSED",
                    [FIVE_WORDS] = "note unknown CLOSED",
                    [ONE_WORDS] = "note unknown CLOSED",
                    [FOUR] = "note unknown CLOSED",
                    [FOUR_LOW] = "note unknown CLOSED",
                    [FOUR_WORDS] = "note unknown CLOSED",
                    [WORDS] = "note unknown CLOSED",
                    [RECEIVED] = "note unknown CLOSED",
                    [MARKS] = "note unknown CLOSED",
                    [ZERO] = "note unknown CLOSED",
                    [NUMBER] = "note unknown CLOSED",
                    [GARBLED] = "note unknown CLOSED",
                    [NAMELESS] = "note unknown CLOSED",
                    [NAMELESS_ODD] = "note unknown CLOSED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "note - CLOSED",
                },
            [LATE] =
                {
                    [FIVE] = "note unknown CLOSED",
                    [TWO] = "note unknown CLOSED",
                    [ONE] = "note unknown CLOSED",
                    [PHRASE] = "note unknown CLOSED",
                    [BAD_PHRASE] = "note unknown CLOSED",
                    [FIVE_WORDS] = "note unknown CLOSED",
                    [ONE_WORDS] = "note unknown CLOSED",
                    [FOUR] = "note unknown CLOSED",
                    [FOUR_LOW] = "note unknown CLOSED",
                    [FOUR_WORDS] = "note unknown CLOSED",
                    [WORDS] = "note unknown CLOSED",
                    [RECEIVED] = "note unknown CLOSED",
                    [MARKS] = "note unknown CLOSED",
                    [ZERO] = "note unknown CLOSED",
                    [NUMBER] = "note unknown CLOSED",
                    [GARBLED] = "note unknown CLOSED",
                    [NAMELESS] = "note unknown CLOSED",
                    [NAMELESS_ODD] = "note unknown CLOSED",
                    [OPTOUT] = "optout optout CLOSED",
                    [NOTME] = "note - CLOSED",
                },
        },
};

static void say(const struct conversation_step *s, bool clarified, char out[96])
{
    const char *answer = answer_name(s->answer);

    snprintf(out, 96, "%s %s %s%s", conversation_act_name(s->act),
             answer[0] != '\0' ? answer : "-", conversation_state_name(s->next),
             s->clarified && !clarified ? "!" : "");
}

static void every_hearing(void **state)
{
    (void)state;
    for (int i = 0; i < CONVERSATION_STATES * STOODS * SAIDS; i++) {
        int said = i % SAIDS, stood = i / SAIDS % STOODS, st = i / SAIDS / STOODS;
        const char *want = hears[st][stood][said];
        const struct conversation c = {.state = (enum conversation_state)st,
                                       .clarified = stood == CLARIFIED,
                                       .until_ms = UNTIL};
        struct conversation_step s =
            conversation_hear(&c, &saids[said], stood == LATE ? UNTIL + 1 : UNTIL);
        char got[96];

        say(&s, c.clarified, got);
        if (want == NULL || strcmp(got, want) != 0)
            fail_msg("%s, stood %d, said %d: %s, not %s",
                     conversation_state_name(c.state), stood, said, got,
                     want != NULL ? want : "(nobody wrote down what)");
        if (c.clarified && s.next != CONVERSATION_CLOSED)
            assert_true(s.clarified); /* nobody is asked back a second time */
    }
}

/* A question back is worded as the question was. */
static void letters_are_asked_again(void **state)
{
    (void)state;
    for (int st = 0; st < CONVERSATION_STATES; st++) {
        const struct conversation c = {
            .state = (enum conversation_state)st, .until_ms = UNTIL, .lettered = true};
        struct conversation_step s = conversation_hear(&c, &saids[NAMELESS], UNTIL);

        assert_int_equal(s.answer, st == CONVERSATION_CLOSED     ? ANSWER_UNKNOWN
                                   : st == CONVERSATION_RESULT   ? ANSWER_CLARIFY_RESULT
                                   : st == CONVERSATION_PROMISE  ? ANSWER_CLARIFY_PROMISE
                                   : st == CONVERSATION_PROMISED ? ANSWER_NONE
                                                                 : ANSWER_CLARIFY_MULTI);
    }
}

/* The grades that conversation_rated can be asked about. */
enum grade_said { GOOD, BAD, BAD_WORDS, GRADES };
static const enum said grades[GRADES] = {
    [GOOD] = FIVE, [BAD] = TWO, [BAD_WORDS] = ONE_WORDS};

enum { VERDICTS = CONVERSATION_EARLY + 1 };

/* The same for the states in which a rating is taken. */
static const char
    *const
        verdicts[CONVERSATION_STATES][VERDICTS]
                [GRADES] =
                    {
                        [CONVERSATION_ASKED] =
                            {
                                [CONVERSATION_RECORDED] = {[GOOD] =
                                                               "rated thanks_good RATED",
                                                           [BAD] = "rated reason REASON",
                                                           [BAD_WORDS] =
                                                               "rated thanks_bad ENDED"},
                                [CONVERSATION_CORRECTED] =
                                    {[GOOD] = "rated changed RATED",
                                     [BAD] = "rated changed REASON",
                                     [BAD_WORDS] = "rated changed REASON"},
                                [CONVERSATION_SAME] = {[GOOD] = "rated thanks_good RATED",
                                                       [BAD] = "rated reason REASON",
                                                       [BAD_WORDS] =
                                                           "rated thanks_bad ENDED"},
                                [CONVERSATION_SETTLED] = {[GOOD] = "note already ASKED",
                                                          [BAD] = "note already ASKED",
                                                          [BAD_WORDS] =
                                                              "note already ASKED"},
                                [CONVERSATION_OVER] = {[GOOD] = "late expired ASKED",
                                                       [BAD] = "late expired ASKED",
                                                       [BAD_WORDS] =
                                                           "late expired ASKED"},
                                [CONVERSATION_EARLY] =
                                    {[GOOD] = "note unknown ASKED",
                                     [BAD] = "note unknown ASKED",
                                     [BAD_WORDS] = "note unknown ASKED"},
                            },
                        [CONVERSATION_RATED] =
                            {
                                [CONVERSATION_RECORDED] = {[GOOD] =
                                                               "rated thanks_good RATED",
                                                           [BAD] = "rated reason REASON",
                                                           [BAD_WORDS] =
                                                               "rated thanks_bad ENDED"},
                                [CONVERSATION_CORRECTED] =
                                    {[GOOD] = "rated changed RATED",
                                     [BAD] = "rated changed REASON",
                                     [BAD_WORDS] = "rated changed REASON"},
                                [CONVERSATION_SAME] = {[GOOD] =
                                                           "nothing thanks_good RATED",
                                                       [BAD] = "nothing - RATED",
                                                       [BAD_WORDS] = "nothing - RATED"},
                                [CONVERSATION_SETTLED] = {[GOOD] = "note already RATED",
                                                          [BAD] = "note already RATED",
                                                          [BAD_WORDS] =
                                                              "note already RATED"},
                                [CONVERSATION_OVER] = {[GOOD] = "late expired RATED",
                                                       [BAD] = "late expired RATED",
                                                       [BAD_WORDS] =
                                                           "late expired RATED"},
                                [CONVERSATION_EARLY] = {[GOOD] = "note unknown RATED",
                                                        [BAD] = "note unknown RATED",
                                                        [BAD_WORDS] =
                                                            "note unknown RATED"},
                            },
                        [CONVERSATION_REASON] =
                            {
                                [CONVERSATION_RECORDED] = {[GOOD] =
                                                               "rated thanks_good RATED",
                                                           [BAD] = "rated reason REASON",
                                                           [BAD_WORDS] =
                                                               "rated thanks_bad ENDED"},
                                [CONVERSATION_CORRECTED] =
                                    {[GOOD] = "rated changed RATED",
                                     [BAD] = "rated changed REASON",
                                     [BAD_WORDS] = "rated changed REASON"},
                                [CONVERSATION_SAME] = {[GOOD] =
                                                           "nothing thanks_good REASON",
                                                       [BAD] = "nothing - REASON",
                                                       [BAD_WORDS] = "nothing - REASON"},
                                [CONVERSATION_SETTLED] = {[GOOD] = "note already REASON",
                                                          [BAD] = "note already REASON",
                                                          [BAD_WORDS] =
                                                              "note already REASON"},
                                [CONVERSATION_OVER] = {[GOOD] = "late expired REASON",
                                                       [BAD] = "late expired REASON",
                                                       [BAD_WORDS] =
                                                           "late expired REASON"},
                                [CONVERSATION_EARLY] = {[GOOD] = "note unknown REASON",
                                                        [BAD] = "note unknown REASON",
                                                        [BAD_WORDS] =
                                                            "note unknown REASON"},
                            },
                        [CONVERSATION_ENDED] =
                            {
                                [CONVERSATION_RECORDED] = {[GOOD] =
                                                               "rated thanks_good RATED",
                                                           [BAD] = "rated reason REASON",
                                                           [BAD_WORDS] =
                                                               "rated thanks_bad ENDED"},
                                [CONVERSATION_CORRECTED] =
                                    {[GOOD] = "rated changed RATED",
                                     [BAD] = "rated changed REASON",
                                     [BAD_WORDS] = "rated changed REASON"},
                                [CONVERSATION_SAME] = {[GOOD] =
                                                           "nothing thanks_good ENDED",
                                                       [BAD] = "nothing - ENDED",
                                                       [BAD_WORDS] = "nothing - ENDED"},
                                [CONVERSATION_SETTLED] = {[GOOD] = "note already ENDED",
                                                          [BAD] = "note already ENDED",
                                                          [BAD_WORDS] =
                                                              "note already ENDED"},
                                [CONVERSATION_OVER] = {[GOOD] = "late expired ENDED",
                                                       [BAD] = "late expired ENDED",
                                                       [BAD_WORDS] =
                                                           "late expired ENDED"},
                                [CONVERSATION_EARLY] = {[GOOD] = "note unknown ENDED",
                                                        [BAD] = "note unknown ENDED",
                                                        [BAD_WORDS] =
                                                            "note unknown ENDED"},
                            },
};

static bool takes_ratings(int state)
{
    return state != CONVERSATION_RESULT && state != CONVERSATION_CLOSED &&
           !conversation_attests((enum conversation_state)state);
}

static void every_verdict(void **state)
{
    (void)state;
    for (int i = 0; i < CONVERSATION_STATES * VERDICTS * GRADES; i++) {
        int grade = i % GRADES, verdict = i / GRADES % VERDICTS,
            st = i / GRADES / VERDICTS;
        const char *want = verdicts[st][verdict][grade];
        const struct conversation c = {.state = (enum conversation_state)st,
                                       .until_ms = UNTIL};
        struct conversation_step s = conversation_rated(
            &c, &saids[grades[grade]], (enum conversation_verdict)verdict);
        char got[96];

        if (!takes_ratings(st))
            continue;
        say(&s, false, got);
        if (want == NULL || strcmp(got, want) != 0)
            fail_msg("%s, verdict %d, grade %d: %s, not %s",
                     conversation_state_name(c.state), verdict, grade, got,
                     want != NULL ? want : "(nobody wrote down what)");
    }
}

/* That the states left out above are those from which nothing is ever rated. */
static void only_some_states_rate(void **state)
{
    (void)state;
    for (int st = 0; st < CONVERSATION_STATES; st++) {
        bool rates = false;

        for (int said = 0; said < SAIDS; said++) {
            const struct conversation c = {.state = (enum conversation_state)st,
                                           .until_ms = UNTIL};

            rates |= conversation_hear(&c, &saids[said], UNTIL).act == CONVERSATION_RATE;
        }
        assert_int_equal(rates, takes_ratings(st));
    }
}

static void names_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < CONVERSATION_STATES; i++)
        assert_int_equal(conversation_state_read(conversation_state_name(i)), i);
    assert_int_equal(conversation_state_read("?"), CONVERSATION_CLOSED);
    for (int i = 0; i < CONVERSATION_ACTS; i++)
        assert_non_null(conversation_act_name(i));
    for (int i = 0; i < ANSWERS; i++)
        assert_non_null(answer_name(i));
    for (int i = 0; i < HEARD_VERDICTS; i++)
        assert_non_null(heard_verdict_name(i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hearing),   cmocka_unit_test(letters_are_asked_again),
        cmocka_unit_test(every_verdict),   cmocka_unit_test(only_some_states_rate),
        cmocka_unit_test(names_come_back),
    };

    return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
