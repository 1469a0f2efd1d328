/*
 * reply_number.c — rule 4: grades by number, and what makes a number none.
 *
 *     5 at the start, after a lead-in, or right after a phrase     a grade if set off
 *     5 + 分, 星, stars anywhere; 2 to 5 stars as a picture        a grade
 *     五 alone                                                     a grade
 *     5 + 天, minutes, 第5, 3号                                    counts something else
 *     4.5, 8/10, 80分, 0, 6                                        contradicts a grade
 *     5 anywhere else                                              contradicts another
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

static bool is_text_of(const struct reply_token *k, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (reply_is_text(k, list[i]))
            return true;
    return false;
}

/* 5分 that is time or money, or 5 and more: 5分左右, 8点5分, 3元5分, 5星以上. */
static bool is_minutes(const struct reply_text *t, size_t at)
{
    static const char *const smaller[] = {"秒", "秒钟", "厘", "毫"};
    static const char *const larger[] = {"点", "时", "小时", "点钟", "元",
                                         "块", "角", "毛",   "圆"};
    const struct reply_token *after = token_at(t, at + 2);

    if (after != NULL && !after->line &&
        (reply_is(after, W_AFTER) || reply_is_text(after, "多") ||
         reply_is_text(after, "半")))
        return true;
    if (is_count(after) && !after->line && at + 3 < t->count &&
        is_text_of(&t->token[at + 3], smaller, LENGTH(smaller)))
        return true;
    return at > 0 && is_text_of(&t->token[at - 1], larger, LENGTH(larger));
}

/* What goes before minutes spent and points lost, at most three tokens before. */
static bool is_spent(const struct reply_text *t, size_t at)
{
    size_t steps = 0;

    if (at == 0 || t->token[at].line)
        return false;
    if (reply_is_text(&t->token[at - 1], "了") && at > 1 &&
        !reply_is(&t->token[at - 2], W_GIVE | W_LEAD | W_SAT | W_PRAISE | W_GOOD))
        return true;
    for (size_t i = at; i-- > 0 && steps < 3; steps++) {
        const struct reply_token *k = &t->token[i];

        if (k->clause != t->token[at].clause || k->kind == KIND_PUNCT)
            return false;
        if (reply_is(k, W_SPEND))
            return true;
        if (reply_is(k, W_LEAD | W_GIVE | W_PRAISE | W_GOOD | W_BLAME | W_SOFT | W_BAD |
                            W_MEH | W_SAT))
            return false;
    }
    return false;
}

static bool has_score(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = token_at(t, at + 1);

    return k != NULL && !k->line && reply_is(k, W_SCORE);
}

/* -5 and +5 are no grades, and neither is 5+. */
static bool is_signed(const struct reply_text *t, size_t at)
{
    const struct reply_token *before = at > 0 ? &t->token[at - 1] : NULL;
    const struct reply_token *after = token_at(t, at + 1);

    if (before != NULL && !t->token[at].blank && (before->cp == '-' || before->cp == '+'))
        return true;
    return after != NULL && after->kind == KIND_SYMBOL &&
           (!after->blank || after->cp == '=');
}

/* White space, punctuation, an emoji or a Chinese character that is no unit. */
static bool is_set_off(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = token_at(t, at + 1);
    static const char *const magnitudes[] = {"百", "千", "万", "亿", "十"};

    if (k == NULL || k->line)
        return true;
    if (k->kind == KIND_NUMERAL)
        return k->blank;
    if (k->blank)
        return k->kind != KIND_OTHER;
    if (k->kind == KIND_SYMBOL || k->kind == KIND_OTHER || k->kind == KIND_LATIN)
        return false;
    if (k->kind == KIND_HAN)
        return at + 2 < t->count;
    if (k->kind == KIND_WORD && !reply_is(k, W_ADV5))
        for (size_t i = 0; i < LENGTH(magnitudes); i++)
            if (strncmp(k->text, magnitudes[i], 3) == 0)
                return false;
    return true;
}

size_t reply_after_lead(const struct reply_text *t, bool *led)
{
    size_t start = 0;
    size_t i;

    *led = false;
    while (start < t->count && t->token[start].kind == KIND_PUNCT)
        start++;
    for (i = start; i < t->count && i < start + 8; i++) {
        const struct reply_token *k = &t->token[i];

        if (reply_is(k, W_LEAD | W_LEAD2) && !reply_is(k, W_NEG))
            *led = true;
        else if (!reply_is_text(k, "我") && !reply_is_text(k, "的") &&
                 !reply_is_text(k, "是") && !reply_is_text(k, "为") &&
                 !reply_is_text(k, "总体") && !reply_is_text(k, "个") &&
                 !reply_is_text(k, "就") && k->kind != KIND_PUNCT)
            break;
    }
    return *led ? i : start;
}

/* English lead-ins count only where nothing follows the number. */
static bool is_english_lead(const struct reply_text *t, size_t start)
{
    for (size_t i = 0; i < start; i++)
        if (reply_is(&t->token[i], W_LEAD2) && !reply_is_text(&t->token[i], "is"))
            return true;
    return false;
}

/* Nothing after the number but signs and words that count for nothing. */
static bool is_rest_empty(const struct reply_text *t, size_t at)
{
    for (size_t i = at + 1; i < t->count; i++)
        if (t->token[i].kind != KIND_PUNCT && !reply_is(&t->token[i], W_TAKE) &&
            !(t->token[i].kind == KIND_NUMERAL &&
              t->token[i].value == t->token[at].value))
            return false;
    return true;
}

static bool begins_phrase(const struct reply_candidates *c, size_t at)
{
    for (size_t j = 0; j < c->count; j++)
        if (c->at[j].phrase && c->at[j].first == at)
            return true;
    return false;
}

/* 5会不会太高, 5够不够: asks by saying the word both ways. */
static bool is_alternative(const struct reply_token *k)
{
    return !k->blank && reply_is(k, W_ASK) && k->length > strlen("不") &&
           memmem(k->text, k->length, "不", strlen("不")) != NULL &&
           memcmp(k->text, "不", strlen("不")) != 0;
}

/* 5就行吗, 5可以不, 5对不对, 5怎么评: what follows only asks whether or how to give it.
 */
static bool is_put_as_question(const struct reply_text *t, size_t from)
{
    static const char *const small[] = {
        "就",   "就可以", "就能", "该",   "就可以", "就能", "也",   "都", "可以", "能",
        "行",   "够",     "对",   "好",   "会",     "有效", "有用", "算", "算数", "成",
        "得",   "是",     "没",   "没有", "不",     "评",   "评价", "打", "给",   "回",
        "回复", "选",     "填",   "发",   "写",     "应该", "么",   "嘛", "吗",   "呢"};
    bool asks = false;
    bool allows = false;

    for (size_t i = from; i < t->count; i++) {
        const struct reply_token *k = &t->token[i];
        bool open = reply_is(k, W_ASK) || reply_is_question(k) || reply_is_text(k, "么");

        if (k->clause != t->token[from].clause && k->kind != KIND_PUNCT)
            return false;
        if (k->line)
            break;
        if (k->kind == KIND_PUNCT ? !reply_is_question(k)
                                  : !open && !reply_is(k, W_PART | W_TAKE) &&
                                        !is_text_of(k, small, LENGTH(small)))
            return false;
        asks = asks || open ||
               (allows && (reply_is_text(k, "不") || reply_is_text(k, "没") ||
                           reply_is_text(k, "没有")));
        allows = reply_is_text(k, "可以") || reply_is_text(k, "行") ||
                 reply_is_text(k, "对") || reply_is_text(k, "好") ||
                 reply_is_text(k, "能") || reply_is_text(k, "有效");
    }
    return asks;
}

/* 吗, 是什么, ? after a number, and 5最好: somebody speaks about it. 是非常满意 says it
 * again. */
static bool is_asked_about(const struct reply_text *t, const struct reply_candidates *c,
                           size_t at)
{
    static const char *const asking[] = {"吗", "么", "嘛"};
    static const char *const naming[] = {"最好", "最差", "最高", "最低",
                                         "什么", "啥",   "最"};
    static const char *const allowing[] = {"可以", "能", "行", "够", "对", "好", "会"};
    size_t i = has_score(t, at) ? at + 2 : at + 1;
    const struct reply_token *k;

    while (i < t->count && !reply_is(&t->token[i], W_ALT) &&
           (reply_is(&t->token[i], W_PART | W_TAKE) || t->token[i].cp == '!'))
        i++;
    k = token_at(t, i);
    if (k == NULL)
        return false;
    if (reply_is_question(k) || is_text_of(k, asking, LENGTH(asking)) ||
        is_put_as_question(t, i) || is_alternative(k))
        return true;
    if (reply_is(k, W_SAY) || reply_is_text(k, "是") || reply_is_text(k, "算") ||
        (reply_is_text(k, "就是") && !k->blank))
        return !begins_phrase(c, i) && !begins_phrase(c, i + 1);
    if (!k->blank && is_text_of(k, allowing, LENGTH(allowing)) && reply_asked_after(t, i))
        return true;
    if (is_text_of(k, naming, LENGTH(naming)))
        for (i++; i < t->count && t->token[i].clause == k->clause; i++)
            if (t->token[i].kind != KIND_PUNCT &&
                !reply_is(&t->token[i], W_ASK | W_PART) &&
                !reply_is_text(&t->token[i], "高") &&
                !reply_is_text(&t->token[i], "低") &&
                !reply_is_text(&t->token[i], "分") && !reply_is_text(&t->token[i], "的"))
                return false;
    return is_text_of(k, naming, LENGTH(naming));
}

/* 5不给, 1分都不想给, 5左右: refused or blurred by what follows. */
static bool is_refused(const struct reply_text *t, size_t at)
{
    static const char *const about[] = {"左右", "以内", "之内", "内",   "之后", "以后",
                                        "以上", "以下", "开外", "上下", "之一", "之",
                                        "钱",   "后",   "前",   "起",   "整",   "之前"};
    const struct reply_token *k = token_at(t, at + 1);
    const struct reply_token *after = token_at(t, at + 2);
    bool ends;
    bool stops;

    if (k == NULL || k->kind == KIND_PUNCT || k->line)
        return false;
    stops = after == NULL || after->kind == KIND_PUNCT || reply_is(after, W_PART);
    ends = stops || after->clause != k->clause;
    if (reply_is_text(k, "都") || reply_is_text(k, "也") || reply_is_text(k, "才") ||
        reply_is_text(k, "的话"))
        return !k->blank || after == NULL || !reply_is(after, W_PRAISE | W_GOOD | W_MEH);
    for (size_t i = 0; i < LENGTH(about) && !k->blank; i++)
        if (reply_is_text(k, about[i]))
            return true;
    if (stops && reply_is(k, W_DOUBT | W_NOTEN | W_NEG))
        return true;
    if (reply_is(k, W_COND) && k->text[0] >= 'a' && k->text[0] <= 'z')
        return true;
    if (!reply_is(k, W_REFUSE))
        return false;
    if (reply_is(k, W_NEG) && !reply_is_text(k, "不给") && !reply_is_text(k, "不可能") &&
        !reply_is_text(k, "不到") && !reply_is_text(k, "不止") &&
        !reply_is_text(k, "不值") && !reply_is_text(k, "不配"))
        return ends;
    return !k->blank || ends;
}

/* 分 is refused sooner than a bare number: 5分没有, 5分不可能的. */
static bool is_score_refused(const struct reply_text *t, const struct reply_candidates *c,
                             size_t score)
{
    const struct reply_token *k = token_at(t, score + 1);

    if (k == NULL || k->kind == KIND_PUNCT || k->line || begins_phrase(c, score + 1))
        return false;
    return reply_is(k, W_REFUSE | W_NEG | W_DENY | W_NOT | W_NOT1 | W_NOT2) ||
           reply_is_text(k, "都") || reply_is_text(k, "也") || reply_is_text(k, "才");
}

static void judge_score(const struct reply_text *t, const struct reply_candidates *c,
                        struct reply_candidate *one, size_t at)
{
    if (is_minutes(t, at) && one->standing == STANDS)
        one->standing = BARE;
    if (is_asked_about(t, c, at) || is_spent(t, at) || reply_denied_before(t, at) ||
        reply_doubted_before(t, at) || is_score_refused(t, c, one->last))
        one->standing = DOUBTED;
    one->denied = (reply_denied_before(t, at) && !reply_doubted_before(t, at)) ||
                  reply_is_apart(t, at);
    if (reply_asked_after(t, one->last)) {
        one->standing = DOUBTED;
        one->asked = true;
    }
}

/* The end of a phrase that stands directly before, signs and 的 了 aside. */
static bool follows_phrase(const struct reply_text *t, const struct reply_candidates *c,
                           size_t at)
{
    size_t i = at;

    while (i > 0 &&
           (t->token[i - 1].kind == KIND_PUNCT ||
            reply_is(&t->token[i - 1], W_DE | W_PART | W_SAT)) &&
           !reply_is(&t->token[i - 1], W_SAT))
        i--;
    for (size_t j = 0; j < c->count; j++)
        if (c->at[j].phrase && c->at[j].standing == STANDS && c->at[j].last + 1 == i)
            return true;
    return false;
}

static void find_scored(struct reply_text *t, size_t at, struct reply_candidates *c)
{
    const struct reply_token *k = &t->token[at];
    struct reply_candidate one = {.standing = STANDS,
                                  .grade = k->value,
                                  .first = at,
                                  .last = at + 1,
                                  .clause = k->clause};

    t->token[at + 1].taken = !is_minutes(t, at);
    if (k->digits != 1 || k->value < 1 || k->value > 5 || is_signed(t, at) ||
        is_signed(t, at + 1) || reply_is_joined_before(t, at) ||
        (at > 0 && !k->blank && t->token[at - 1].kind == KIND_LATIN)) {
        one.standing = ODD;
        one.grade = 0;
    }
    judge_score(t, c, &one, at);
    reply_candidate_add(c, &one);
}

static bool has_words(const struct reply_text *t)
{
    for (size_t i = 0; i < t->count; i++)
        if (t->token[i].kind == KIND_WORD || t->token[i].kind == KIND_HAN ||
            t->token[i].kind == KIND_LATIN)
            return true;
    return false;
}

static int plain_value(const struct reply_token *k, enum reply_form form)
{
    bool repeat = k->kind == KIND_NUMERAL || form == REPLY_OVERALL;

    if (k->value < 1 || k->value > 5 || (k->digits > 1 && !repeat))
        return 0;
    if (k->kind == KIND_NUMERAL && memcmp(k->text, "两", strlen("两")) == 0)
        return 0;
    return k->value;
}

/* A telephone number in what somebody writes. */
static bool is_telephone(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = &t->token[at];

    return k->kind == KIND_NUMBER && k->digits >= 5 && k->value < 0 && has_words(t);
}

/* 12345打不通: the sentence goes on right after the number. */
static bool is_spoken_of(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = token_at(t, at + 1);

    return k != NULL && !k->blank && !k->line &&
           (k->kind == KIND_WORD || k->kind == KIND_HAN) &&
           !reply_is(k, W_SAT | W_ADV5 | W_NOT | W_NOT1 | W_NOT2 | W_TAKE | W_PART);
}

/* A number beside which nothing of its own stands: where may it be a grade? */
static void find_plain(struct reply_text *t, enum reply_form form, size_t at,
                       size_t start, bool led, struct reply_candidates *c)
{
    const struct reply_token *k = &t->token[at];
    struct reply_candidate one = {
        .grade = plain_value(k, form), .first = at, .last = at, .clause = k->clause};
    bool here = at == start || follows_phrase(t, c, at);
    size_t next;

    if (k->kind == KIND_NUMERAL &&
        !(here && is_rest_empty(t, at) && !reply_is_joined(t, at, &next))) {
        const struct reply_token *after = token_at(t, at + 1);
        bool alone = (at == 0 || k->blank || t->token[at - 1].kind == KIND_PUNCT) &&
                     (after == NULL || after->blank || after->kind == KIND_PUNCT);

        if (!alone && !follows_phrase(t, c, at))
            return;
        here = false;
    }
    if (is_telephone(t, at) && (!here || is_spoken_of(t, at)))
        return;
    if (reply_is_joined(t, at, &next) || reply_is_joined_before(t, at) ||
        one.grade == 0 || is_signed(t, at) || (here && !is_set_off(t, at)))
        one.standing = ODD;
    else if (!here ||
             (led && at == start && is_english_lead(t, start) && !is_rest_empty(t, at)))
        one.standing = BARE;
    else if (is_asked_about(t, c, at)) {
        one.standing = DOUBTED;
        one.asked = true;
    } else {
        one.standing = is_refused(t, at) ? DOUBTED : STANDS;
    }
    if (one.standing == BARE && at > 0 && reply_is(&t->token[at - 1], W_DOUBT))
        one.standing = ODD; /* 请回5 tells others what to do */
    if (one.standing == ODD)
        one.grade = 0;
    reply_candidate_add(c, &one);
}

/* A row of stars counts by its number; a single one beside other text is decoration. */
static void find_stars(struct reply_text *t, size_t at, struct reply_candidates *c)
{
    const struct reply_token *k = &t->token[at];
    struct reply_candidate one = {.standing = STANDS,
                                  .grade = k->value,
                                  .first = at,
                                  .last = at,
                                  .clause = k->clause};

    t->token[at].taken = true;
    if (k->value == 1) {
        if (at > 0 && !k->blank && is_count(&t->token[at - 1]))
            return;
        for (size_t i = 0; i < t->count; i++)
            if (i != at && t->token[i].kind != KIND_PUNCT) {
                c->decoration = true;
                return;
            }
    }
    if (k->value < 1)
        one.standing = ODD;
    if (reply_denied_before(t, at) || reply_doubted_before(t, at) ||
        reply_asked_after(t, at))
        one.standing = DOUBTED;
    reply_candidate_add(c, &one);
}

/* A letter that touches a grade ("m4") may belong to another survey. */
static void find_lettered(const struct reply_text *t, size_t at,
                          struct reply_candidates *c)
{
    const struct reply_token *k = &t->token[at];
    const struct reply_token *after = token_at(t, at + 1);
    struct reply_candidate one = {
        .standing = BARE, .first = at, .last = at, .clause = k->clause};

    if (k->length != 2 || k->text[0] < 'a' || k->text[0] > 'z' || k->text[1] < '1' ||
        k->text[1] > '5')
        return;
    if (after != NULL && !after->blank && after->kind != KIND_PUNCT)
        return;
    one.grade = k->text[1] - '0';
    reply_candidate_add(c, &one);
}

/* 90%满意 says less than 满意. */
static void find_percent(const struct reply_text *t, size_t at,
                         struct reply_candidates *c)
{
    struct reply_candidate one = {
        .standing = ODD, .first = at, .last = at, .clause = t->token[at].clause};

    if (at + 1 < t->count && t->token[at + 1].cp == '%' &&
        (begins_phrase(c, at + 2) || follows_phrase(t, c, at)))
        reply_candidate_add(c, &one);
}

void reply_find_numbers(struct reply_text *t, enum reply_form form,
                        struct reply_candidates *c)
{
    bool led;
    size_t start = reply_after_lead(t, &led);

    for (size_t i = 0; i < t->count; i++) {
        if (t->token[i].kind == KIND_STARS)
            find_stars(t, i, c);
        else if (t->token[i].kind == KIND_LATIN)
            find_lettered(t, i, c);
        if (!is_count(&t->token[i]))
            continue;
        if (reply_is_measure(t, i)) {
            find_percent(t, i, c);
            continue;
        }
        if (has_score(t, i))
            find_scored(t, i, c);
        else
            find_plain(t, form, i, start, led, c);
    }
}
