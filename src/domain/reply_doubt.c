/*
 * reply_doubt.c — rule 8: what takes a grade back before it is one.
 *
 * A denial holds for what follows it in its clause, unless something else came between
 * that it denied (没有刁难非常满意), or it is part of a phrase itself (不满意1分). A
 * condition holds to the end of its sentence, a wish or a memory to the end of its
 * clause, mockery for the whole message.
 */
#include "domain/reply_parts.h"

#include <string.h>

static const uint64_t judging = W_PRAISE | W_GOOD | W_BLAME | W_SOFT | W_BAD | W_MEH;

bool reply_denied_before(const struct reply_text *t, size_t at)
{
    for (size_t i = at; i-- > 0 && t->token[i].clause == t->token[at].clause;) {
        const struct reply_token *k = &t->token[i];

        if ((reply_is(k, W_LEAD) && !reply_is(k, W_NEG)) || k->taken)
            continue;
        if (reply_is(k, judging) && !reply_is(k, W_NEG))
            return false;
        if (reply_is(k, W_NEG | W_DENY | W_NOT | W_NOT1 | W_NOT2 | W_NOTEN | W_REFUSE))
            return true;
    }
    return false;
}

/* 快点就给5分: 就 after something in its clause makes that a condition. */
static bool is_then(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = &t->token[at];

    if (k->length < strlen("就") || memcmp(k->text, "就", strlen("就")) != 0 ||
        reply_is(k, W_CONJ))
        return false;
    for (size_t i = at; i-- > 0 && t->token[i].clause == k->clause;)
        if (t->token[i].kind != KIND_PUNCT &&
            !reply_is(&t->token[i], W_TAKE | W_SUBJ | W_SCORE | W_PART) &&
            t->token[i].kind != KIND_NUMBER && !reply_is_text(&t->token[i], "那") &&
            !reply_is_text(&t->token[i], "也"))
            return true;
    return false;
}

bool reply_doubted_before(const struct reply_text *t, size_t at)
{
    for (size_t i = at; i-- > 0 && t->token[i].sentence == t->token[at].sentence;) {
        const struct reply_token *k = &t->token[i];

        if (reply_is(k, W_COND))
            return true;
        if (k->clause == t->token[at].clause &&
            (reply_is(k, W_DOUBT | W_ASK) || is_then(t, i)))
            return true;
    }
    return false;
}

bool reply_is_apart(const struct reply_text *t, size_t at)
{
    for (size_t i = at; i-- > 0 && t->token[i].clause == t->token[at].clause;)
        if (reply_is(&t->token[i], W_APART))
            return true;
    return false;
}

bool reply_asked_after(const struct reply_text *t, size_t at)
{
    int clause = t->token[at].clause;

    for (size_t i = at + 1; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];

        if (k->clause != clause)
            return false;
        if (reply_is_question(k) || reply_is(k, W_ASK | W_COND) ||
            reply_is_text(k, "last")) /* satisfied last time */
            return true;
        if (k->kind == KIND_SYMBOL &&
            (k->cp == 0xD7 || k->cp == 0x2717 || k->cp == 0x2718))
            return true;
    }
    return false;
}

/* Pictures that say no. */
static bool is_cross(const struct reply_token *k)
{
    return k->cp == 0x274C || k->cp == 0x274E || k->cp == 0x2716 || k->cp == 0x2717 ||
           k->cp == 0x2718 || k->cp == 0xD7 || k->cp == 0x1F6AB || k->cp == 0x1F645;
}

bool reply_is_mocked(const struct reply_text *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];

        if (reply_is(k, W_MOCK) || is_cross(k) || reply_is_text(k, "什么意思") ||
            reply_is_text(k, "啥意思"))
            return true;
    }
    return false;
}
