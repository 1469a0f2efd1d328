/* conversation_test.c — every state against everything that can be heard, and every
 * verdict. */
#include "domain/conversation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define C(name) CONVERSATION_##name

static const struct heard five = {HEARD_GRADE, .bare = true};
static const struct heard two = {HEARD_GRADE, .bare = true, .low = true};
static const struct heard phrase = {.kind = HEARD_GRADE};
static const struct heard five_words = {HEARD_GRADE, .comment = true};
static const struct heard one_words = {HEARD_GRADE, .comment = true, .low = true};
static const struct heard four = {HEARD_DIMS, .bare = true};
static const struct heard four_low = {HEARD_DIMS, .bare = true, .low = true};
static const struct heard words = {HEARD_UNCLEAR, .comment = true};
static const struct heard marks = {.kind = HEARD_UNCLEAR};
static const struct heard zero = {HEARD_UNCLEAR, .zero = true};
static const struct heard optout = {.kind = HEARD_OPTOUT};
static const struct heard notme = {HEARD_NOTME, .comment = true};

enum { IN_TIME = 1000, TOO_LATE = 1001 };

static const struct {
    enum conversation_state state;
    bool clarified;
    const struct heard *heard;
    int64_t now_ms;
    enum conversation_act act;
    enum answer_key answer;
    enum conversation_state next;
    bool clarified_after;
} hears[] = {
    {C(ASKED), 0, &five, IN_TIME, C(RATE), ANSWER_NONE, C(ASKED), 0},
    {C(ASKED), 1, &five, IN_TIME, C(RATE), ANSWER_NONE, C(ASKED), 1},
    {C(ASKED), 0, &phrase, IN_TIME, C(RATE), ANSWER_NONE, C(ASKED), 0},
    {C(ASKED), 0, &four, IN_TIME, C(RATE), ANSWER_NONE, C(ASKED), 0},
    {C(ASKED), 0, &words, IN_TIME, C(ASK_BACK), ANSWER_CLARIFY, C(ASKED), 1},
    {C(ASKED), 0, &marks, IN_TIME, C(ASK_BACK), ANSWER_CLARIFY, C(ASKED), 1},
    {C(ASKED), 0, &zero, IN_TIME, C(ASK_BACK), ANSWER_CLARIFY, C(ASKED), 1},
    {C(ASKED), 1, &words, IN_TIME, C(NOTE), ANSWER_NONE, C(ASKED), 1},
    {C(ASKED), 1, &marks, IN_TIME, C(NOTHING), ANSWER_NONE, C(ASKED), 1},
    {C(ASKED), 0, &optout, IN_TIME, C(OPTOUT), ANSWER_OPTOUT, C(CLOSED), 0},
    {C(ASKED), 0, &notme, IN_TIME, C(NOTME), ANSWER_NOTME, C(CLOSED), 0},
    {C(ASKED), 0, &five, TOO_LATE, C(LATE), ANSWER_EXPIRED, C(ASKED), 0},
    {C(ASKED), 0, &words, TOO_LATE, C(LATE), ANSWER_EXPIRED, C(ASKED), 0},
    {C(ASKED), 0, &optout, TOO_LATE, C(OPTOUT), ANSWER_OPTOUT, C(CLOSED), 0},
    {C(ASKED), 0, &notme, TOO_LATE, C(NOTME), ANSWER_NOTME, C(CLOSED), 0},

    {C(RATED), 0, &two, IN_TIME, C(RATE), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &two, TOO_LATE, C(RATE), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &four_low, IN_TIME, C(RATE), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &phrase, IN_TIME, C(COMMENT), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &words, IN_TIME, C(COMMENT), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &marks, IN_TIME, C(NOTHING), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &zero, IN_TIME, C(NOTHING), ANSWER_NONE, C(RATED), 0},
    {C(RATED), 0, &optout, IN_TIME, C(OPTOUT), ANSWER_OPTOUT, C(CLOSED), 0},
    {C(RATED), 0, &notme, IN_TIME, C(NOTME), ANSWER_NOTME, C(CLOSED), 0},

    {C(REASON), 0, &words, IN_TIME, C(WHY), ANSWER_THANKS_BAD, C(ENDED), 0},
    {C(REASON), 0, &words, TOO_LATE, C(WHY), ANSWER_THANKS_BAD, C(ENDED), 0},
    {C(REASON), 0, &one_words, IN_TIME, C(WHY), ANSWER_THANKS_BAD, C(ENDED), 0},
    {C(REASON), 0, &zero, IN_TIME, C(NO_CALL), ANSWER_NONE, C(ENDED), 0},
    {C(REASON), 0, &five, IN_TIME, C(RATE), ANSWER_NONE, C(REASON), 0},
    {C(REASON), 0, &marks, IN_TIME, C(NOTHING), ANSWER_NONE, C(REASON), 0},
    {C(REASON), 0, &optout, IN_TIME, C(OPTOUT), ANSWER_OPTOUT, C(CLOSED), 0},
    {C(REASON), 0, &notme, IN_TIME, C(NOTME), ANSWER_NOTME, C(CLOSED), 0},

    {C(ENDED), 0, &five, IN_TIME, C(RATE), ANSWER_NONE, C(ENDED), 0},
    {C(ENDED), 0, &words, IN_TIME, C(COMMENT), ANSWER_NONE, C(ENDED), 0},
    {C(ENDED), 0, &zero, IN_TIME, C(NOTHING), ANSWER_NONE, C(ENDED), 0},
    {C(ENDED), 0, &optout, IN_TIME, C(OPTOUT), ANSWER_OPTOUT, C(CLOSED), 0},
    {C(ENDED), 0, &notme, IN_TIME, C(NOTME), ANSWER_NOTME, C(CLOSED), 0},

    {C(CLOSED), 0, &five, IN_TIME, C(NOTE), ANSWER_UNKNOWN, C(CLOSED), 0},
    {C(CLOSED), 0, &words, IN_TIME, C(NOTE), ANSWER_UNKNOWN, C(CLOSED), 0},
    {C(CLOSED), 0, &notme, IN_TIME, C(NOTE), ANSWER_NONE, C(CLOSED), 0},
    {C(CLOSED), 0, &optout, IN_TIME, C(OPTOUT), ANSWER_OPTOUT, C(CLOSED), 0},
};

static void every_hearing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(hears) / sizeof(hears[0]); i++) {
        struct conversation c = {hears[i].state, hears[i].clarified, IN_TIME};
        struct conversation_step s =
            conversation_hear(&c, hears[i].heard, hears[i].now_ms);

        if (s.act != hears[i].act || s.answer != hears[i].answer ||
            s.next != hears[i].next || s.clarified != hears[i].clarified_after)
            fail_msg("row %zu (%s): act %s, answer \"%s\", next %s, clarified %d", i,
                     conversation_state_name(hears[i].state),
                     conversation_act_name(s.act), answer_name(s.answer),
                     conversation_state_name(s.next), s.clarified);
    }
}

static const struct {
    enum conversation_state state;
    const struct heard *heard;
    enum conversation_verdict verdict;
    enum conversation_act act;
    enum answer_key answer;
    enum conversation_state next;
} verdicts[] = {
    {C(ASKED), &five, C(RECORDED), C(RATE), ANSWER_THANKS_GOOD, C(RATED)},
    {C(ASKED), &five_words, C(RECORDED), C(RATE), ANSWER_THANKS_GOOD, C(RATED)},
    {C(ASKED), &four, C(RECORDED), C(RATE), ANSWER_THANKS_GOOD, C(RATED)},
    {C(ASKED), &two, C(RECORDED), C(RATE), ANSWER_REASON, C(REASON)},
    {C(ASKED), &four_low, C(RECORDED), C(RATE), ANSWER_REASON, C(REASON)},
    {C(ASKED), &one_words, C(RECORDED), C(RATE), ANSWER_THANKS_BAD, C(ENDED)},
    {C(ASKED), &two, C(CORRECTED), C(RATE), ANSWER_CHANGED, C(REASON)},
    {C(ASKED), &five, C(SAME), C(RATE), ANSWER_THANKS_GOOD, C(RATED)},
    {C(ASKED), &two, C(SAME), C(RATE), ANSWER_REASON, C(REASON)},
    {C(ASKED), &five, C(SETTLED), C(NOTE), ANSWER_ALREADY, C(ASKED)},
    {C(ASKED), &five, C(OVER), C(LATE), ANSWER_EXPIRED, C(ASKED)},
    {C(ASKED), &five, C(EARLY), C(NOTE), ANSWER_UNKNOWN, C(ASKED)},
    {C(RATED), &two, C(CORRECTED), C(RATE), ANSWER_CHANGED, C(REASON)},
    {C(RATED), &five, C(CORRECTED), C(RATE), ANSWER_CHANGED, C(RATED)},
    {C(RATED), &five, C(SAME), C(NOTHING), ANSWER_THANKS_GOOD, C(RATED)},
    {C(RATED), &two, C(SETTLED), C(NOTE), ANSWER_ALREADY, C(RATED)},
    {C(REASON), &five, C(CORRECTED), C(RATE), ANSWER_CHANGED, C(RATED)},
    {C(REASON), &two, C(SAME), C(NOTHING), ANSWER_NONE, C(REASON)},
    {C(REASON), &five, C(SETTLED), C(NOTE), ANSWER_ALREADY, C(REASON)},
    {C(ENDED), &five, C(CORRECTED), C(RATE), ANSWER_CHANGED, C(RATED)},
    {C(ENDED), &two, C(CORRECTED), C(RATE), ANSWER_CHANGED, C(REASON)},
    {C(ENDED), &two, C(SAME), C(NOTHING), ANSWER_NONE, C(ENDED)},
};

static void every_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        struct conversation c = {verdicts[i].state, false, IN_TIME};
        struct conversation_step s =
            conversation_rated(&c, verdicts[i].heard, verdicts[i].verdict);

        if (s.act != verdicts[i].act || s.answer != verdicts[i].answer ||
            s.next != verdicts[i].next)
            fail_msg("row %zu: act %s, answer \"%s\", next %s", i,
                     conversation_act_name(s.act), answer_name(s.answer),
                     conversation_state_name(s.next));
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
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hearing),
        cmocka_unit_test(every_verdict),
        cmocka_unit_test(names_come_back),
    };

    return cmocka_run_group_tests_name("conversation", tests, NULL, NULL);
}
