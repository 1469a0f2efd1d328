/*
 * reply_comment.c — rule 13: does the reply say something beyond the grade?
 *
 * Tokens that the rules used up are marked taken by them; here the few words that never
 * count are left aside, and any letter or picture that remains is a comment.
 */
#include "domain/reply_parts.h"

/* Marks a lead-in that stands directly before a grade. */
void reply_take_lead(struct reply_text *t, size_t first)
{
    size_t from = first;
    bool led = false;

    while (from > 0) {
        const struct reply_token *k = &t->token[from - 1];

        if (reply_is(k, W_LEAD | W_LEAD2))
            led = true;
        else if (!reply_is(k, W_TAKE) && !reply_is_text(k, "是") &&
                 !reply_is_text(k, "为") && !reply_is_text(k, "个") &&
                 !reply_is_text(k, "就") && k->kind != KIND_PUNCT)
            break;
        from--;
    }
    for (size_t i = from; led && i < first; i++)
        t->token[i].taken = true;
}

static bool is_letter(const struct reply_token *k)
{
    switch (k->kind) {
    case KIND_WORD:
        return !reply_is(k, W_TAKE) && !reply_is_text(k, "十分");
    case KIND_HAN:
    case KIND_LATIN:
    case KIND_EMOJI:
        return true;
    default:
        return false;
    }
}

/* 十分 alone is ten points; with anything else it is a word. */
static bool has_words(const struct reply_text *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (!t->token[i].taken && is_letter(&t->token[i]))
            return true;
    return false;
}

/* A grade in words that a question mark alone asks about (满意？) is worth keeping; one
 * that is set against another (满意还是不满意) is not. */
static bool is_asked_alone(const struct reply_text *t, const struct reply_candidates *c)
{
    bool asked = false;

    for (size_t j = 0; j < c->count; j++)
        asked = asked || (c->at[j].standing == DOUBTED &&
                          (c->at[j].phrase || c->at[j].last > c->at[j].first));
    for (size_t i = 0; i < t->count; i++)
        if (reply_is(&t->token[i], W_ALT) || reply_is_text(&t->token[i], "呢"))
            return false;
    return asked;
}

bool reply_has_comment(const struct reply_text *t, const struct reply_candidates *c)
{
    return has_words(t) || is_asked_alone(t, c);
}
