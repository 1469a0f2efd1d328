/*
 * reply_measure.c — what makes a number no grade: it counts something else, or is one
 * half of a compound.
 *
 *     5天, 3 times, 2 long hours, 第5      a measure or an ordinal
 *     4.5, 8/10, 9:30, 3~5, 3到5          a compound
 *     3,5天, 2 3天                         a list of measures
 */
#include "domain/reply_parts.h"

#include <string.h>

static const struct reply_token *token_at(const struct reply_text *t, size_t at)
{
    return at < t->count ? &t->token[at] : NULL;
}

static bool is_count(const struct reply_token *k)
{
    return k != NULL && (k->kind == KIND_NUMBER || k->kind == KIND_NUMERAL);
}

static bool is_one_of(uint32_t cp, const uint32_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == cp)
            return true;
    return false;
}

/* Signs that make one thing of two numbers that they touch: 4.5, 8/10, 9:30, 3~5. */
static bool is_joint(const struct reply_token *k)
{
    static const uint32_t joints[] = {'.',    '/',    ':',    '*',    '~',    '-',   '+',
                                      '=',    '_',    '\'',   '"',    '<',    '>',   '&',
                                      0x2013, 0x2014, 0x2015, 0x2044, 0x301C, 0xD7,  0xF7,
                                      0xB7,   0x2027, '#',    '%',    0x2192, 0x223C};

    return is_one_of(k->cp, joints, LENGTH(joints));
}

static bool is_dash(const struct reply_token *k)
{
    static const uint32_t dashes[] = {'-', '~', 0x2013, 0x2014, 0x2015, 0x301C, 0x223C};

    return is_one_of(k->cp, dashes, LENGTH(dashes));
}

/* Whether the numbers at `a` and after it are one compound; `*next` is the second. A dash
 * joins with blanks round it too, and so do 到, 至, 对 and 比 (1对1, 5比0). */
bool reply_is_joined(const struct reply_text *t, size_t a, size_t *next)
{
    const struct reply_token *joint = token_at(t, a + 1);
    const struct reply_token *second = token_at(t, a + 2);

    *next = a + 2;
    if (!is_count(&t->token[a]) || joint == NULL || !is_count(second) || joint->line ||
        second->line)
        return false;
    if (reply_is_text(joint, "到") || reply_is_text(joint, "至") ||
        reply_is_text(joint, "对") || reply_is_text(joint, "比") ||
        reply_is_text(joint, "to"))
        return true;
    if (joint->kind == KIND_WORD || joint->kind == KIND_HAN || joint->cp == 0)
        return false;
    if (joint->cp == 0x2014 && second->cp == 0x2014)
        return false;
    return is_dash(joint) || (is_joint(joint) && !joint->blank && !second->blank);
}

/* "minutes", "long hours", and any plural that no list has to name. */
static bool is_english_unit(const struct reply_text *t, size_t at)
{
    static const char *const no_plurals[] = {
        "thanks", "was", "is",  "this", "always", "has",    "does",
        "yes",    "as",  "its", "us",   "likes",  "serves", "pls"};

    for (size_t i = at; i < t->count && i < at + 3; i++) {
        const struct reply_token *k = &t->token[i];

        if (k->kind == KIND_PUNCT || k->line)
            return false;
        if (reply_is(k, W_UNITEN))
            return true;
        if (!reply_is(k, W_UNITADJ)) {
            if (k->kind != KIND_LATIN || k->length < 3 || k->text[k->length - 1] != 's' ||
                k->text[k->length - 2] == 's')
                return false;
            for (size_t j = 0; j < LENGTH(no_plurals); j++)
                if (reply_is_text(k, no_plurals[j]))
                    return false;
            return true;
        }
    }
    return false;
}

/* 3#窗口: the sign stands for 号 where a word touches it. */
static bool is_written_number(const struct reply_text *t, size_t sign)
{
    const struct reply_token *k = token_at(t, sign + 1);

    return k != NULL && !k->blank &&
           (k->kind == KIND_WORD || k->kind == KIND_HAN || k->kind == KIND_LATIN);
}

/* A unit directly after the number; a blank between changes nothing, a line break does.
 */
bool reply_has_unit(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = token_at(t, at + 1);

    if (k == NULL || k->line)
        return false;
    if (k->cp == '%' || k->cp == 0x2030 || k->cp == 0xB0 || k->cp == 0x20AC ||
        k->cp == '$' || k->cp == 0xA5)
        return true;
    if (k->cp == '#' && !k->blank && is_written_number(t, at + 1))
        return true;
    if (reply_is(k, W_UNIT | W_BLOCKAFTER) || (reply_is(k, W_TOUCH) && !k->blank))
        return true;
    return k->kind != KIND_PUNCT && is_english_unit(t, at + 1);
}

static bool is_ordinal(const struct reply_text *t, size_t at)
{
    return at > 0 && !t->token[at].line &&
           (reply_is(&t->token[at - 1], W_ORD) || reply_is_text(&t->token[at - 1], "no"));
}

/* The number as such, as far as it can be a grade or a little more. */
static int amount(const struct reply_token *k)
{
    if (k->kind == KIND_NUMERAL)
        return k->value;
    if (k->digits > 2)
        return 100;
    return k->digits == 1 ? k->text[0] - '0'
                          : 10 * (k->text[0] - '0') + (k->text[1] - '0');
}

/* 3,5天 and 2 3天: both are days, where the second goes on from the first. */
static bool is_list_of_measures(const struct reply_text *t, size_t at)
{
    size_t next = at + 1;
    const struct reply_token *k = token_at(t, next);
    bool touching = false;
    int step;

    if (k != NULL && !k->line && (k->cp == ',' || k->cp == 0x3001 || k->cp == 0xFF0C)) {
        k = token_at(t, ++next);
        touching = k != NULL && !k->blank;
    }
    if (!is_count(k) || k->line || !reply_has_unit(t, next))
        return false;
    step = amount(k) - amount(&t->token[at]);
    return step == 1 || step == 2 || (touching && step == 5 && amount(k) == 10);
}

/*
 * 1般, 1直没人, 5花八门: the digit stands for the numeral of a longer word. What follows
 * is a word of its own where that one is longer (1起码要快).
 */
static bool is_spelt(const struct reply_text *t, size_t at)
{
    enum { NUMERAL_BYTES = 3, WORD_MOST = 24 };
    static const char numerals[][NUMERAL_BYTES + 1] = {"一", "二", "三", "四", "五"};
    const struct reply_token *k = &t->token[at];
    const struct reply_token *next = token_at(t, at + 1);
    const struct reply_token *last = &t->token[t->count - 1];
    const struct reply_word *w;
    char spelt[NUMERAL_BYTES + WORD_MOST];
    size_t rest;

    if (k->kind != KIND_NUMBER || k->digits != 1 || k->value < 1 || k->value > 5 ||
        next == NULL || next->blank || next->line ||
        (next->kind != KIND_WORD && next->kind != KIND_HAN))
        return false;
    rest = (size_t)(last->text + last->length - next->text);
    if (rest > WORD_MOST)
        rest = WORD_MOST;
    memcpy(spelt, numerals[k->value - 1], NUMERAL_BYTES);
    memcpy(spelt + NUMERAL_BYTES, next->text, rest);
    w = reply_word_longest(spelt, NUMERAL_BYTES + rest);
    return w != NULL && strlen(w->text) >= NUMERAL_BYTES + next->length;
}

bool reply_is_measure(const struct reply_text *t, size_t at)
{
    size_t next;

    if (is_ordinal(t, at) || reply_has_unit(t, at) || is_spelt(t, at) ||
        is_list_of_measures(t, at))
        return true;
    return reply_is_joined(t, at, &next) && reply_is_measure(t, next);
}

/* Whether the number is the second or a later part of a compound. */
bool reply_is_joined_before(const struct reply_text *t, size_t at)
{
    size_t next;

    return at >= 2 && reply_is_joined(t, at - 2, &next);
}
