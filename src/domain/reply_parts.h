/*
 * reply_parts.h — what the rooms of the reader hand to each other; only reply*.c includes
 * it.
 *
 *     text ─▶ sender: opt-out, not me ─▶ machine: quotes, notices ─▶ phrases ─▶ numbers
 *          ─▶ four grades, or: doubts, conflicts, tone ─▶ one grade ─▶ comment
 *
 * Each rule may only take certainty away: a candidate starts as one that holds, and what
 * speaks against it lowers it. Nothing ever raises one again.
 */
#ifndef DOMAIN_REPLY_PARTS_H
#define DOMAIN_REPLY_PARTS_H

#include "domain/reply.h"
#include "domain/reply_text.h"

enum reply_standing {
    STANDS,   /* a grade */
    BARE,     /* a number from 1 to 5 where none can be a grade: it may contradict one */
    ODD,      /* 0, 6, 80分, 4.5: no grade of ours, and it contradicts one */
    VAGUE_UP, /* 挺满意: speaks well, and is none of the listed phrases */
    VAGUE_DOWN, /* 不咋满意 */
    DOUBTED     /* asked, refused, wished, doubly negated, conditional, taken back */
};

struct reply_candidate {
    enum reply_standing standing;
    bool phrase; /* else a number */
    bool asked;  /* doubted by a question */
    bool denied; /* a denied number, or a grade of another time: another contradicts it */
    int grade;   /* 1 to 5 where it stands or is bare */
    int clause;
    size_t first, last; /* its tokens */
};

enum { REPLY_CANDIDATES = 24 };

struct reply_candidates {
    struct reply_candidate at[REPLY_CANDIDATES];
    size_t count;
    bool crowded;    /* there were more: no grade may be taken */
    bool decoration; /* a single star beside other text */
};

void reply_candidate_add(struct reply_candidates *c, const struct reply_candidate *one);

/* Rules 2, 3 and 12 on the text before its tokens. */
bool reply_is_optout(const struct reply_text *t);
bool reply_is_notme(const struct reply_text *t);
bool reply_is_machine(const struct reply_text *t);
/* Cuts a carrier's or a phone's tail off `spaced`; call it before reply_text_tokens. */
void reply_cut_tail(struct reply_text *t);
/* Whether one of our own texts is quoted; `*rest` tells whether letters stand beside it.
 */
bool reply_is_quote_of_ours(const struct reply_text *t, bool *rest);

/* Rules 5 and 8: grades by phrase. */
void reply_find_phrases(struct reply_text *t, struct reply_candidates *c);
/* Rules 4, 6 and 8: grades by number; after the phrases. */
void reply_find_numbers(struct reply_text *t, enum reply_form form,
                        struct reply_candidates *c);
/* Whether the number at this token counts something else (5天, 3 times, 8/10). */
bool reply_is_measure(const struct reply_text *t, size_t at);
/* Whether the numbers at `a` and two tokens on are one compound; `*next` is the second.
 */
bool reply_is_joined(const struct reply_text *t, size_t a, size_t *next);
/* Whether the number is a later part of a compound. */
bool reply_is_joined_before(const struct reply_text *t, size_t at);
/* Whether a unit follows it directly. */
bool reply_has_unit(const struct reply_text *t, size_t at);
/* The first token after what leads in a grade ("我选", "评价："), or the first at all. */
size_t reply_after_lead(const struct reply_text *t, bool *led);

enum reply_four { FOUR_NONE, FOUR_GRADES, FOUR_WRONG };
/* Rule 9. FOUR_NONE: none or one number, read as in the other form. */
enum reply_four reply_find_four(struct reply_text *t, int dims[4], size_t *end);

/* Rule 8 in the tokens from `from` to before `at`, as far as they are of its clause. */
bool reply_denied_before(const struct reply_text *t, size_t at);
bool reply_doubted_before(const struct reply_text *t, size_t at);
/* Whether its clause says that it is of another time or of somebody else (上次5分). */
bool reply_is_apart(const struct reply_text *t, size_t at);
/* A question or a condition after `at` in its clause. */
bool reply_asked_after(const struct reply_text *t, size_t at);
bool reply_is_mocked(const struct reply_text *t);

/* Rule 7: what the words around a grade say about it. */
struct reply_tone {
    bool praise, good, blame, soft, bad, meh, contrast;
};
void reply_hear(const struct reply_text *t, struct reply_tone *tone);
bool reply_tone_fits(const struct reply_tone *tone, int grade);
/* A grade is given to one thing while another is spoken of without one. */
bool reply_is_split(const struct reply_text *t, const struct reply_candidates *c);

/* Rule 13. */
void reply_take_lead(struct reply_text *t, size_t first);
bool reply_has_comment(const struct reply_text *t, const struct reply_candidates *c);

#endif
