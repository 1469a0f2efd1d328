/*
 * reply.c — the way through the rules; reply_parts.h draws it.
 *
 * Promise: every text has a reading, the same one every time, and a grade is given only
 * where nothing in the message speaks against it. Not here: whose reply it is and which
 * case it belongs to.
 */
#include "domain/reply.h"

#include <string.h>

#include "base/text.h"
#include "domain/reply_parts.h"

static bool may_hold_letters(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            return true;
    }
    return false;
}

/* A grade that is doubted takes the others of its clause with it, and one that is asked
 * those before it, which may be what is asked about. */
static void spread_doubt(struct reply_candidates *c)
{
    struct reply_candidates before = *c;

    for (size_t i = 0; i < before.count; i++) {
        const struct reply_candidate *d = &before.at[i];

        if (d->standing != DOUBTED)
            continue;
        for (size_t j = 0; j < c->count; j++)
            if (c->at[j].clause == d->clause || (d->asked && c->at[j].clause < d->clause))
                c->at[j].standing = DOUBTED;
    }
}

/* 5或: the message stops before the other grade. */
static bool ends_open(const struct reply_text *t)
{
    size_t i = t->count;

    while (i > 0 && t->token[i - 1].kind == KIND_PUNCT)
        i--;
    return i > 1 &&
           (reply_is(&t->token[i - 1], W_ALT) || reply_is_text(&t->token[i - 1], "和") ||
            reply_is_text(&t->token[i - 1], "到") ||
            reply_is_text(&t->token[i - 1], "至") ||
            reply_is_text(&t->token[i - 1], "与"));
}

/* 5或4, 满意还是不满意: a choice between grades, whatever they are. */
static bool has_choice(const struct reply_text *t, const struct reply_candidates *c)
{
    bool seen = false;
    bool choice = false;

    for (size_t i = 0; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];
        bool grade = false;

        for (size_t j = 0; j < c->count; j++)
            grade = grade || (i >= c->at[j].first && i <= c->at[j].last);
        if (grade) {
            if (choice)
                return true;
            seen = true;
        } else if (seen && reply_is(k, W_ALT)) {
            choice = true;
        } else if (k->kind != KIND_PUNCT && !reply_is(k, W_TAKE | W_LEAD | W_PART)) {
            seen = choice = false;
        }
    }
    return ends_open(t);
}

/* The words of a slip's own clause that say nothing of a document. */
static bool is_about_reply(const struct reply_text *t, const struct reply_candidates *c,
                           size_t slip)
{
    for (size_t i = slip; i-- > 0 && t->token[i].clause == t->token[slip].clause;) {
        const struct reply_token *k = &t->token[i];
        bool grade = k->kind == KIND_PUNCT || k->kind == KIND_NUMBER ||
                     reply_is(k, W_TAKE | W_LEAD | W_PART | W_SCORE);

        for (size_t j = 0; j < c->count; j++)
            grade = grade || (i >= c->at[j].first && i <= c->at[j].last);
        if (!grade && memmem("刚才刚刚前面上面一条不小心那个又真对不起不好意思是",
                             strlen("刚才刚刚前面上面一条不小心那个又真对不起不好意思是"),
                             k->text, k->length) == NULL)
            return false;
    }
    return true;
}

/*
 * 5打错了，应该是2: which of them holds is not ours to guess. A slip leaves a grade only
 * beside 改, which says which one is new ("改2，刚才按错了").
 */
static bool has_slip(const struct reply_text *t, const struct reply_candidates *c)
{
    bool changed = false;
    bool slip = false;

    for (size_t i = 0; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];

        if (k->length >= 3 && reply_is(k, W_LEAD) &&
            (memmem(k->text, k->length, "改", 3) != NULL ||
             memmem(k->text, k->length, "更正", 6) != NULL))
            changed = true;
        if (reply_is(k, W_SLIP) && is_about_reply(t, c, i))
            slip = true;
    }
    return slip && (!changed || c->count > 1);
}

/* 满意，不，不满意: a word of its own between two grades takes the first one back. */
static bool is_taken_back(const struct reply_text *t, const struct reply_candidates *c)
{
    static const uint64_t denying = W_NOT | W_DENY;

    for (size_t i = 0; i < t->count; i++) {
        bool before = false;
        bool after = false;

        if (!reply_is(&t->token[i], denying) ||
            (i > 0 && t->token[i - 1].clause == t->token[i].clause &&
             t->token[i - 1].kind != KIND_PUNCT) ||
            i + 1 == t->count || t->token[i + 1].kind != KIND_PUNCT)
            continue;
        for (size_t j = 0; j < c->count; j++) {
            before = before || c->at[j].last < i;
            after = after || c->at[j].first > i;
        }
        if (before && after)
            return true;
    }
    return false;
}

struct verdict {
    unsigned numbers, phrases, others; /* a bit for each grade that was found */
    bool odd, up, down;
};

static void collect(const struct reply_candidates *c, struct verdict *v)
{
    *v = (struct verdict){0};
    for (size_t i = 0; i < c->count; i++) {
        const struct reply_candidate *one = &c->at[i];

        switch (one->standing) {
        case STANDS:
            if (one->phrase)
                v->phrases |= 1U << one->grade;
            else
                v->numbers |= 1U << one->grade;
            break;
        case BARE:
            v->others |= 1U << one->grade;
            break;
        case ODD:
            v->odd = true;
            break;
        case VAGUE_UP:
            v->up = true;
            break;
        case VAGUE_DOWN:
            v->down = true;
            break;
        case DOUBTED:
            if (one->denied && one->grade != 0)
                v->others |= 1U << one->grade;
            break;
        }
    }
}

/* The one grade whose bit is set; 0 where none or several are. */
static int only(unsigned bits)
{
    for (int grade = 1; grade <= 5; grade++)
        if (bits == 1U << grade)
            return grade;
    return 0;
}

/* Rules 6 and 7: number and phrase together, and what contradicts them. */
static int settle(const struct verdict *v)
{
    int number = only(v->numbers);
    int phrase = only(v->phrases);
    int grade = number != 0 ? number : phrase;

    if ((v->numbers != 0 && number == 0) || (v->phrases != 0 && phrase == 0) || v->odd)
        return 0;
    if (number != 0 && phrase != 0 && (number - phrase > 1 || phrase - number > 1))
        return 0;
    if (grade != 0 && (v->others & ~(1U << grade)) != 0)
        return 0;
    if (number == 0 && (v->up || v->down))
        return 0;
    if ((v->up && grade < 3) || (v->down && grade > 3) ||
        (v->up && v->down && grade != 3))
        return 0;
    return grade;
}

static int decide(const struct reply_text *t, struct reply_candidates *c)
{
    struct reply_tone tone;
    struct verdict v;
    int grade;

    if (c->crowded || reply_is_mocked(t) || has_choice(t, c) || has_slip(t, c) ||
        is_taken_back(t, c))
        return 0;
    spread_doubt(c);
    collect(c, &v);
    if (v.numbers == 0 && c->decoration)
        return 0;
    grade = settle(&v);
    if (grade == 0 || reply_is_split(t, c))
        return 0;
    reply_hear(t, &tone);
    return reply_tone_fits(&tone, grade) ? grade : 0;
}

/* Four grades stand unless the rest of the message holds a grade or speaks against it. */
static bool four_stand(struct reply_text *t, struct reply_candidates *c,
                       const int dims[4], size_t end)
{
    struct reply_tone tone;
    int low = 5;
    int high = 1;

    for (int i = 0; i < 4; i++) {
        low = dims[i] < low ? dims[i] : low;
        high = dims[i] > high ? dims[i] : high;
    }
    for (size_t i = 0; i < c->count; i++) {
        const struct reply_candidate *one = &c->at[i];

        if (one->first < end)
            continue;
        if (!one->phrase || one->standing == DOUBTED)
            return false;
        if (one->standing == STANDS && (one->grade > low + 1 || one->grade < high - 1))
            return false;
    }
    reply_hear(t, &tone);
    return !reply_is_mocked(t) && !c->crowded &&
           (low != high || reply_tone_fits(&tone, low));
}

/* 态度非常满意 answers the question of four for one of them only. */
static bool names_one_dimension(const struct reply_text *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (reply_is(&t->token[i], W_THING) && t->token[i].thing >= 1 &&
            t->token[i].thing <= 4 &&
            !reply_is(&t->token[i], W_PRAISE | W_BLAME | W_SOFT))
            return true;
    return false;
}

static int count_standing(const struct reply_candidates *c, bool phrase)
{
    int count = 0;

    for (size_t i = 0; i < c->count; i++)
        count += c->at[i].phrase == phrase && c->at[i].standing == STANDS;
    return count;
}

static void read_four(struct reply_text *t, struct reply_candidates *c,
                      struct reply_reading *out)
{
    int dims[4];
    size_t end;
    bool by_phrase;

    switch (reply_find_four(t, dims, &end)) {
    case FOUR_GRADES:
        if (!four_stand(t, c, dims, end))
            return;
        out->outcome = REPLY_DIMS;
        for (int i = 0; i < 4; i++)
            out->dims[i] = dims[i];
        return;
    case FOUR_WRONG:
        return;
    case FOUR_NONE:
        break;
    }
    out->grade = decide(t, c);
    by_phrase = count_standing(c, false) == 0;
    if (count_standing(c, true) > 1 || count_standing(c, false) > 1 ||
        (by_phrase && names_one_dimension(t)))
        out->grade = 0;
}

static void read_tokens(struct reply_text *t, enum reply_form form,
                        struct reply_reading *out)
{
    struct reply_candidates c = {0};

    reply_find_phrases(t, &c);
    reply_find_numbers(t, form, &c);
    for (size_t i = 0; i < c.count; i++)
        reply_take_lead(t, c.at[i].first);
    if (form == REPLY_FOUR)
        read_four(t, &c, out);
    else
        out->grade = decide(t, &c);
    if (out->grade != 0)
        out->outcome = REPLY_GRADE;
    out->comment = reply_has_comment(t, &c);
}

void reply_read(const char *text, size_t length, enum reply_form form,
                struct reply_reading *out)
{
    struct reply_text t;
    bool rest;

    *out = (struct reply_reading){.outcome = REPLY_UNCLEAR};
    if (!reply_text_make(text, length, &t)) {
        out->comment = may_hold_letters(text, length);
        reply_text_free(&t);
        return;
    }
    reply_cut_tail(&t);
    reply_text_tokens(&t);
    if (reply_is_optout(&t)) {
        out->outcome = REPLY_OPTOUT;
    } else if (reply_is_quote_of_ours(&t, &rest)) {
        out->comment = rest;
    } else if (reply_is_notme(&t)) {
        out->outcome = REPLY_NOTME;
        out->comment = true;
    } else {
        bool machine = reply_is_machine(&t);

        read_tokens(&t, form, out);
        if (machine)
            *out = (struct reply_reading){.outcome = REPLY_UNCLEAR, .comment = true};
    }
    reply_text_free(&t);
}
