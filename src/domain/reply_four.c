/*
 * reply_four.c — rule 9: four grades at the beginning of a reply to the question of four.
 *
 * Digits may touch (5554), be parted by white space and punctuation, or stand beside the
 * names of the dimensions in their order. `.` `/` `-` and other joints count only where
 * the same one stands in all three gaps: 5.5 4.3 is something else.
 */
#include "domain/reply_parts.h"

#include <string.h>

struct four {
    int grade[4];
    int found;         /* numbers so far; 5 stands for more than four */
    uint32_t joint[4]; /* the joint in the gap before each number, 0 if none */
    bool touching;     /* came as one run of digits */
    bool fit;          /* names in order, every number 1 to 5 */
};

static void add_grade(struct four *f, int grade)
{
    if (f->found < 4)
        f->grade[f->found] = grade;
    if (grade < 1 || grade > 5)
        f->fit = false;
    if (f->found < 5)
        f->found++;
}

/* All digits of one number token; a run that is not the whole answer is no answer. */
static void add_number(struct four *f, const struct reply_token *k)
{
    static const char *const numerals[][2] = {
        {"一", "壹"}, {"二", "贰"}, {"三", "叁"}, {"四", "肆"}, {"五", "伍"}};

    if (k->digits > 1 && (f->found > 0 || k->digits != 4))
        f->fit = false;
    if (f->touching)
        f->fit = false;
    f->touching = k->digits > 1;
    for (int i = 0; i < k->digits; i++) {
        int grade = 0;

        if (k->kind == KIND_NUMBER)
            grade = k->text[i] - '0';
        else if (k->digits == 1)
            grade = k->value;
        else
            for (int j = 0; j < 5; j++)
                if (memcmp(k->text + 3 * i, numerals[j][0], 3) == 0 ||
                    memcmp(k->text + 3 * i, numerals[j][1], 3) == 0)
                    grade = j + 1;
        add_grade(f, grade);
    }
}

static bool is_joint_sign(uint32_t cp)
{
    return cp == '.' || cp == '/' || cp == '-' || cp == ':' || cp == '*' || cp == '_' ||
           cp == 0x2013 || cp == 0x2014 || cp == 0xB7 || cp == '~';
}

static bool is_dimension(const struct reply_token *k)
{
    return reply_is(k, W_THING) && k->thing >= 1 && k->thing <= 4 &&
           !reply_is(k, W_BLAME | W_PRAISE | W_SOFT | W_BAD);
}

static bool is_filler(const struct reply_token *k)
{
    return reply_is_text(k, "是") || reply_is_text(k, "为") || reply_is_text(k, "给") ||
           reply_is_text(k, "打") || reply_is_text(k, "我") || reply_is_text(k, "评") ||
           reply_is_text(k, "和") || reply_is_text(k, "个");
}

/* Takes names, signs and numbers from `i` on; returns the first token that is neither. */
static size_t take_numbers(const struct reply_text *t, size_t i, struct four *f)
{
    int named = 0; /* dimensions named so far */
    bool name_first = i < t->count && is_dimension(&t->token[i]);
    size_t last = i;
    uint32_t joint = 0;

    for (; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];

        if (is_dimension(k)) {
            if (f->found == 4 && (named == 0 || name_first))
                break;
            named++;
            if (k->thing != named || named != (name_first ? f->found + 1 : f->found))
                f->fit = false;
        } else if (k->kind == KIND_NUMBER || k->kind == KIND_NUMERAL) {
            if (reply_has_unit(t, i) && f->found > 0)
                break;
            if (f->found > 0 && f->found < 4)
                f->joint[f->found] = joint;
            add_number(f, k);
            joint = 0;
            last = i + 1;
        } else if (reply_is(k, W_SCORE) && last == i && i > 0 && !f->touching) {
            last = i + 1;
        } else if (k->kind == KIND_PUNCT) {
            if (reply_is_question(k))
                f->fit = false;
            if (is_joint_sign(k->cp))
                joint = k->cp;
        } else if (!is_filler(k)) {
            break;
        }
    }
    if (named != 0 && named != 4)
        f->fit = false;
    return i;
}

static bool joints_agree(const struct four *f, bool named)
{
    return named || (f->joint[1] == f->joint[2] && f->joint[2] == f->joint[3]);
}

/* 5545 请问何时拿证 asks about something else. */
static bool is_polite(const struct reply_token *k)
{
    return (k->blank || k[-1].kind == KIND_PUNCT) &&
           (reply_is_text(k, "请问") || reply_is_text(k, "问一下") ||
            reply_is_text(k, "想问"));
}

/* What follows the fourth grade must leave it one: no unit, no 是, no question. */
static bool is_end_fit(const struct reply_text *t, size_t end, size_t last)
{
    const struct reply_token *k = end < t->count ? &t->token[end] : NULL;

    if (reply_has_unit(t, last))
        return false;
    if (k == NULL || k->line)
        return true;
    if (!k->blank && (k->kind == KIND_SYMBOL || k->kind == KIND_OTHER ||
                      k->kind == KIND_LATIN || k->kind == KIND_EMOJI))
        return k->kind == KIND_EMOJI;
    if (reply_is(k, W_ASK) ? !is_polite(k) : !k->blank && reply_asked_after(t, last))
        return false;
    return !reply_is(k, W_REFUSE | W_UNIT | W_SCORE) && !reply_is_text(k, "是") &&
           !reply_is_text(k, "吗") && !reply_is_text(k, "为");
}

enum reply_four reply_find_four(struct reply_text *t, int dims[4], size_t *end)
{
    struct four f = {.fit = true};
    bool led;
    size_t start = reply_after_lead(t, &led);
    bool named;
    size_t last;

    *end = 0;
    if (start >= t->count)
        return FOUR_NONE;
    named = is_dimension(&t->token[start]);
    *end = take_numbers(t, start, &f);
    if (f.found == 0 || (f.found == 1 && !named))
        return FOUR_NONE;
    for (last = *end; last > start && t->token[last - 1].kind != KIND_NUMBER &&
                      t->token[last - 1].kind != KIND_NUMERAL;)
        last--;
    if (last == start)
        return FOUR_NONE;
    for (size_t i = start; i < *end; i++)
        named = named || is_dimension(&t->token[i]);
    if (f.found == 1 && named)
        return FOUR_WRONG;
    if (f.found != 4 || !f.fit || !joints_agree(&f, named) ||
        !is_end_fit(t, *end, last - 1))
        return FOUR_WRONG;
    memcpy(dims, f.grade, sizeof(f.grade));
    for (size_t i = start; i < *end; i++)
        t->token[i].taken = true;
    return FOUR_GRADES;
}
