/*
 * reply_tone.c — rule 7 as far as it looks at the words around a grade.
 *
 * A 1 with strong praise, or a 5 with strong blame, often means that the scale was read
 * upside down; a grade for one thing while another is spoken of without one is not the
 * grade of the case.
 */
#include "domain/reply_parts.h"

#include <string.h>

static const struct {
    uint32_t cp;
    bool praise;
} pictures[] = {
    {0x1F44D, true},  {0x1F44F, true},  {0x1F4AF, true},  {0x2764, true},
    {0x1F339, true},  {0x1F490, true},  {0x1F970, true},  {0x1F60D, true},
    {0x1F389, true},  {0x1F3C6, true},  {0x1F4AA, true},  {0x1F495, true},
    {0x1F496, true},  {0x1F497, true},  {0x1F618, true},  {0x1F929, true},
    {0x1F44C, true},  {0x1F60A, true},  {0x1F600, true},  {0x1F604, true},
    {0x1F603, true},  {0x1F601, true},  {0x1F31F, true},  {0x1F973, true},
    {0x1F917, true},  {0x270C, true},   {0x1F64C, true},  {0x1F308, true},
    {0x1F44E, false}, {0x1F621, false}, {0x1F620, false}, {0x1F92C, false},
    {0x1F4A9, false}, {0x1F47F, false}, {0x1F595, false}, {0x1F92E, false},
    {0x1F922, false}, {0x1F624, false}, {0x1F4A2, false}, {0x1F644, false},
    {0x1F612, false}, {0x1F921, false}, {0x1F494, false}, {0x1F629, false},
    {0x1F62D, false}, {0x1F61E, false}, {0x1F61F, false}, {0x1F610, false},
    {0x1F611, false}, {0x1F623, false}, {0x1F4A3, false}, {0x1F52A, false},
    {0x1F622, false}, {0x1F643, false}, {0x1F60F, false},
};

/* Whether a negation stands close before: 不热情, 没有耐心, 不够周到. */
static bool is_negated(const struct reply_text *t, size_t at)
{
    for (size_t i = at, steps = 0; i-- > 0 && steps < 3; steps++) {
        const struct reply_token *k = &t->token[i];

        if (k->clause != t->token[at].clause || k->kind == KIND_PUNCT)
            return false;
        if (reply_is(k, W_NEG | W_DENY | W_NOT | W_NOT1 | W_NOT2 | W_NOTEN) ||
            reply_is_text(k, "缺") || reply_is_text(k, "欠") || reply_is_text(k, "缺乏"))
            return true;
    }
    return false;
}

/* Asked for or wished, not said: 希望热情一点, 能不能快. */
static bool is_wished(const struct reply_text *t, size_t at)
{
    return reply_doubted_before(t, at);
}

static void hear_word(const struct reply_text *t, size_t at, struct reply_tone *tone)
{
    const struct reply_token *k = &t->token[at];
    bool negated = is_negated(t, at);

    if (reply_is(k, W_CONTRAST))
        tone->contrast = true;
    if (reply_is(k, W_MEH))
        tone->meh = true;
    if (reply_is(k, W_PRAISE | W_GOOD) && !is_wished(t, at)) {
        if (negated)
            tone->bad = true;
        else if (reply_is(k, W_PRAISE))
            tone->praise = true;
        else
            tone->good = true;
    }
    if (negated)
        return;
    tone->blame = tone->blame || reply_is(k, W_BLAME);
    tone->soft = tone->soft || reply_is(k, W_SOFT);
    tone->bad = tone->bad || reply_is(k, W_BAD);
}

void reply_hear(const struct reply_text *t, struct reply_tone *tone)
{
    *tone = (struct reply_tone){0};
    for (size_t i = 0; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];

        if (k->kind == KIND_WORD && !k->taken)
            hear_word(t, i, tone);
        for (size_t j = 0; k->kind == KIND_EMOJI && j < LENGTH(pictures); j++)
            if (pictures[j].cp == k->cp) {
                tone->praise = tone->praise || pictures[j].praise;
                tone->blame = tone->blame || !pictures[j].praise;
            }
        /* 非常满意的服务 is no phrase, but it praises; 不满意的地方 blames. */
        if (reply_is(k, W_SAT) && !k->taken) {
            bool down = i > 0 && reply_is(&t->token[i - 1], W_NOT | W_NOT1 | W_NOT2);

            tone->good = tone->good || !down;
            tone->bad = tone->bad || down;
        }
    }
}

bool reply_tone_fits(const struct reply_tone *tone, int grade)
{
    bool sour = tone->blame || tone->soft || tone->bad;

    switch (grade) {
    case 5:
        return !tone->blame && !((tone->soft || tone->meh) && !tone->contrast);
    case 4:
        return !tone->blame || tone->contrast;
    case 3:
        return true;
    case 2:
        return !tone->praise || tone->contrast || sour;
    default:
        return !tone->praise && !(tone->meh && !sour) && !(tone->good && !sour);
    }
}

/* What a candidate's clause says it is given to: a thing before it, or after it up to the
 * end of the clause where nothing judges that thing. */
static bool is_given_to(const struct reply_text *t, const struct reply_candidate *one,
                        size_t at)
{
    const struct reply_token *k = &t->token[at];

    if (!reply_is(k, W_THING))
        return false;
    if (k->clause != one->clause)
        return at < one->first && !reply_is(k, W_PRAISE | W_BLAME | W_SOFT) &&
               k->clause == one->clause - 1 &&
               (at == 0 || t->token[at - 1].clause != k->clause) && at + 1 < t->count &&
               t->token[at + 1].kind == KIND_PUNCT;
    if (at < one->first)
        return true;
    for (size_t i = at; i < t->count && t->token[i].clause == one->clause; i++)
        if (reply_is(&t->token[i],
                     W_PRAISE | W_GOOD | W_BLAME | W_SOFT | W_BAD | W_MEH | W_ADV5))
            return false;
    return one->phrase && at > one->last;
}

static bool same_thing(const struct reply_token *a, const struct reply_token *b)
{
    if (a->thing != b->thing)
        return false;
    return a->thing != 18 ||
           (a->length == b->length && memcmp(a->text, b->text, a->length) == 0);
}

static bool is_graded(const struct reply_text *t, const struct reply_candidates *c,
                      size_t thing)
{
    for (size_t j = 0; j < c->count; j++) {
        if (c->at[j].standing != STANDS)
            continue;
        for (size_t i = 0; i < t->count; i++)
            if (is_given_to(t, &c->at[j], i) &&
                same_thing(&t->token[i], &t->token[thing]))
                return true;
    }
    return false;
}

/* 小王5分，服务好: what is praised is the same person's. */
static bool is_merit(const struct reply_text *t, size_t thing)
{
    const struct reply_token *k = &t->token[thing];
    bool good = false;

    if (k->thing != 1 && k->thing != 2 && k->thing != 3 && k->thing != 5 &&
        k->thing != 19)
        return false;
    for (size_t i = thing; i < t->count && t->token[i].clause == k->clause; i++) {
        if (reply_is(&t->token[i],
                     W_NEG | W_NOT | W_DENY | W_BLAME | W_SOFT | W_BAD | W_MEH))
            return false;
        good = good || reply_is(&t->token[i], W_PRAISE | W_GOOD);
    }
    return good;
}

static bool in_graded_clause(const struct reply_candidates *c, int clause)
{
    for (size_t j = 0; j < c->count; j++)
        if (c->at[j].standing == STANDS && c->at[j].clause == clause)
            return true;
    return false;
}

bool reply_is_split(const struct reply_text *t, const struct reply_candidates *c)
{
    bool tied = false;
    bool persons = true; /* the grades are given to persons only */

    for (size_t j = 0; j < c->count; j++)
        for (size_t i = 0; i < t->count && c->at[j].standing == STANDS; i++)
            if (is_given_to(t, &c->at[j], i)) {
                tied = true;
                persons = persons && (t->token[i].thing == 18 || t->token[i].thing == 11);
            }
    if (!tied)
        return false;
    for (size_t i = 0; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];

        if (reply_is(k, W_THING) && !is_graded(t, c, i) && !(persons && is_merit(t, i)))
            return true;
        if (!reply_is(k, W_THING) && !k->taken && !in_graded_clause(c, k->clause) &&
            reply_is(k, W_BLAME | W_SOFT | W_BAD | W_MEH) && !is_negated(t, i))
            return true;
    }
    return false;
}
