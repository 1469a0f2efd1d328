/*
 * conversation.h — what is said about one case after a survey was sent: a small machine
 * of states.
 *
 * The same digit means a grade, a correction or nothing at all, depending on what was
 * said before; that is this state, and never the text alone. The machine is asked twice:
 * conversation_hear says what to do with a reply; where that is CONVERSATION_RATE the
 * store gives its verdict, and conversation_rated says what follows from it. Pure; any
 * thread.
 */
#ifndef DOMAIN_CONVERSATION_H
#define DOMAIN_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/verdict.h"

enum conversation_state {
    CONVERSATION_ASKED,   /* waits for a grade */
    CONVERSATION_RATED,   /* satisfied: a bare digit corrects, words are kept as a comment
                           */
    CONVERSATION_REASON,  /* dissatisfied: the next words are the reason, "0" asks for no
                             call */
    CONVERSATION_ENDED,   /* the reason was given or declined; a bare digit still corrects
                           */
    CONVERSATION_RESULT,  /* told what was done about a bad rating: waits for a verdict in
                             words */
    CONVERSATION_PROMISE, /* asked whether the recorded end is true: 1 it is, 2 nothing
                             was received */
    CONVERSATION_PROMISED, /* said so: in time the same digits say it anew, nothing is a
                              grade */
    CONVERSATION_CLOSED,   /* opted out, or not theirs: nothing makes a rating any more */
    CONVERSATION_STATES
};

/* As stored: "ASKED" … ; unknown names are CONVERSATION_CLOSED, which does no harm. */
const char *conversation_state_name(enum conversation_state state);
enum conversation_state conversation_state_read(const char *name);

struct conversation {
    enum conversation_state state;
    bool clarified;   /* asked back once already */
    int64_t until_ms; /* a first grade, a verdict, or what is said of a recorded end is
                         taken until then, inclusive */
    bool lettered;    /* the question gave letters: asked back, it asks for one again */
};

/* Does this state belong to a question whose digits are no grades, whatever they say? */
bool conversation_attests(enum conversation_state state);

/* What the reader of replies made of the text (domain/reply.h), and what else matters
 * here. */
enum heard_kind { HEARD_GRADE, HEARD_DIMS, HEARD_OPTOUT, HEARD_NOTME, HEARD_UNCLEAR };

/* What it says of a recorded end, if that was asked: read of nothing but the digit or the
 * words of the question, because 2 is a grade elsewhere. */
enum heard_promise { HEARD_NO_PROMISE, HEARD_PROMISE_TRUE, HEARD_PROMISE_DENIED };
const char *heard_promise_name(enum heard_promise said); /* "promise_true" …; "" */

struct heard {
    enum heard_kind kind;
    bool bare;     /* nothing but digits, or any grade after 改: may correct */
    bool zero;     /* nothing but 0 */
    bool comment;  /* says something beyond the grade */
    bool low;      /* the grade, or one of the four, is 1 or 2 */
    bool garbled;  /* a wrong charset: nothing else here counts */
    bool nameless; /* the survey asked for several cases, and this names none of them */
    enum heard_verdict verdict;
    enum heard_promise promise;
};

enum conversation_act {
    CONVERSATION_NOTHING,
    CONVERSATION_RATE,    /* take the grade; then ask conversation_rated */
    CONVERSATION_COMMENT, /* keep the words with the rating */
    CONVERSATION_WHY,     /* keep the words as the reason of the bad grade */
    CONVERSATION_NO_CALL, /* note that no call is wanted */
    CONVERSATION_NOTE,    /* keep the words with the case: they make no rating */
    CONVERSATION_LATE,    /* the same, because the time is over */
    CONVERSATION_OPTOUT,
    CONVERSATION_NOTME,
    CONVERSATION_ASK_BACK, /* and keep the words, if there are any */
    CONVERSATION_VERDICT,  /* keep `heard.verdict`, and the words */
    CONVERSATION_ATTEST,   /* keep `heard.promise` */
    CONVERSATION_ACTS
};

/* As a reading's act is stored: "rated", "comment", "reason" … */
const char *conversation_act_name(enum conversation_act act);

/* The text to send back: the key of its template. */
enum answer_key {
    ANSWER_NONE,
    ANSWER_THANKS_GOOD,
    ANSWER_REASON,
    ANSWER_THANKS_BAD,
    ANSWER_CLARIFY,
    ANSWER_CHANGED,
    ANSWER_ALREADY,
    ANSWER_EXPIRED,
    ANSWER_UNKNOWN,
    ANSWER_OPTOUT,
    ANSWER_NOTME,
    ANSWER_CLARIFY_MULTI,   /* letter and digit */
    ANSWER_CLARIFY_RESULT,  /* the three words */
    ANSWER_EARLY,           /* a ticket's code before its case is closed */
    ANSWER_CLARIFY_PROMISE, /* 1 or 2 */
    ANSWER_PROMISE_DENIED,  /* it is looked into */
    ANSWERS
};
const char *answer_name(enum answer_key answer); /* "" for ANSWER_NONE */

struct conversation_step {
    enum conversation_act act;
    enum answer_key answer;
    enum conversation_state next;
    bool clarified;
};

struct conversation_step conversation_hear(const struct conversation *c,
                                           const struct heard *h, int64_t now_ms);

/* What became of the rating (store/rating_store.h says the same with its own words). */
enum conversation_verdict {
    CONVERSATION_RECORDED,
    CONVERSATION_CORRECTED,
    CONVERSATION_SAME,
    CONVERSATION_SETTLED,
    CONVERSATION_OVER,  /* the case can no longer be rated */
    CONVERSATION_EARLY, /* the case is not closed */
};

struct conversation_step conversation_rated(const struct conversation *c,
                                            const struct heard *h,
                                            enum conversation_verdict verdict);

#endif
