/*
 * reply_phrase.c — rule 5: grades by phrase, and rule 8 as far as it speaks of phrases.
 *
 * Round every 满意 the run of adverbs and negations before it is gathered and looked up
 * as a whole, so that the shorter match never wins: 不是特别满意 is not 特别满意. Only a
 * bare 满意 or 不满意 must be allowed by what stands before it; what has its adverb is
 * complete. What a clause denies, asks, wishes or takes back is DOUBTED.
 */
#include "domain/reply_parts.h"

#include <string.h>

enum { RUN_MOST = 8 };

static const uint64_t run_classes = W_ADV5 | W_TOP | W_NOT | W_NOT2 | W_NOT1 | W_QUITE |
                                    W_BASIC | W_HEDGE | W_SURE | W_NEG | W_DENY;

void reply_candidate_add(struct reply_candidates *c, const struct reply_candidate *one)
{
    if (c->count == REPLY_CANDIDATES)
        c->crowded = true;
    else
        c->at[c->count++] = *one;
}

/* One letter for what a word does in a run; the order tells which wins. */
static char role(const struct reply_token *k)
{
    static const struct {
        uint64_t class;
        char role;
    } roles[] = {{W_NOT2, '2'}, {W_NOT1, '1'},  {W_NOT, 'n'},   {W_ADV5, 'a'},
                 {W_TOP, 't'},  {W_QUITE, 'q'}, {W_BASIC, 'b'}, {W_DENY, 'd'},
                 {W_NEG, 'x'},  {W_HEDGE, 'h'}, {W_SURE, 's'}};

    for (size_t i = 0; i < LENGTH(roles); i++)
        if (reply_is(k, roles[i].class))
            return roles[i].role;
    return '?';
}

/* 的 or 地 inside a phrase breaks nothing. */
static bool is_link(const struct reply_token *k)
{
    return reply_is_text(k, "的") || reply_is_text(k, "地");
}

/* 我的评价是满意, 我是满意的: 是 says it of a subject, and strengthens nothing. */
static bool is_subject_before(const struct reply_text *t, size_t at)
{
    const struct reply_token *k = at > 0 ? &t->token[at - 1] : NULL;

    return k == NULL || t->token[at].line || k->kind == KIND_PUNCT ||
           k->kind == KIND_NUMBER || reply_is(k, W_LEAD | W_SUBJ);
}

/* The first token of the run before `sat`; its roles, left to right, go to `run`. */
static size_t gather(const struct reply_text *t, size_t sat, char run[RUN_MOST + 1])
{
    char back[RUN_MOST];
    size_t n = 0;
    size_t first = sat;

    while (first > 0 && n < RUN_MOST) {
        const struct reply_token *k = &t->token[first - 1];

        if (is_link(k) && first > 1 && reply_is(&t->token[first - 2], run_classes)) {
            first--;
            continue;
        }
        if (!reply_is(k, run_classes) || (reply_is(k, W_CONJ) && n > 0))
            break;
        if (reply_is_text(k, "是") && is_subject_before(t, first - 1))
            break;
        if (reply_is(k, W_ALT) && first > 1 &&
            (t->token[first - 2].kind == KIND_NUMBER ||
             reply_is(&t->token[first - 2], W_SAT | W_SCORE | W_DE)))
            break;
        back[n++] = role(k);
        first--;
    }
    for (size_t i = 0; i < n; i++)
        run[i] = back[n - 1 - i];
    run[n] = '\0';
    return first;
}

static bool all_of(const char *run, char role_wanted)
{
    return run[0] != '\0' && strspn(run, (char[]){role_wanted, '\0'}) == strlen(run);
}

/* What the run makes of 满意. `*bare`: 满意 or 不满意 alone, which needs a fit place. */
static enum reply_standing weigh(const char *run, int *grade, bool *bare)
{
    const char *core = run + strspn(run, "s");
    size_t n = strlen(core);
    int denied = 0;

    *bare = false;
    *grade = 0;
    if (n == 0 && core == run) {
        *bare = true;
        *grade = 4;
    } else if (all_of(core, 'a')) {
        *grade = 5;
    } else if (strcmp(core, "q") == 0) {
        *grade = 4;
    } else if (strcmp(core, "b") == 0) {
        *grade = 3;
    } else if (strcmp(core, "2") == 0) {
        *grade = 2;
    } else if (strcmp(core, "n") == 0 && core == run) {
        *bare = true;
        *grade = 2;
    } else if (strcmp(core, "1") == 0 || strcmp(core, "tn") == 0 ||
               (n > 1 && core[n - 1] == 'n' && strspn(core, "a") == n - 1)) {
        *grade = 1;
    }
    if (*grade != 0)
        return STANDS;
    for (const char *p = run; *p != '\0'; p++)
        denied += strchr("n21xd", *p) != NULL;
    if (denied == 0)
        return VAGUE_UP;
    return denied == 1 && strchr(run, 'x') == NULL ? VAGUE_DOWN : DOUBTED;
}

static enum reply_standing vague(int grade)
{
    return grade >= 3 ? VAGUE_UP : VAGUE_DOWN;
}

/* 对你们的工作满意: said of something, whatever it is. */
static bool is_of_something(const struct reply_text *t, size_t first)
{
    for (size_t i = first; i-- > 0 && t->token[i].clause == t->token[first].clause;)
        if (reply_is_text(&t->token[i], "对") || reply_is_text(&t->token[i], "对于"))
            return true;
    return false;
}

static bool is_count(const struct reply_token *k)
{
    return k->kind == KIND_NUMBER || k->kind == KIND_NUMERAL;
}

/* What may stand before a bare 满意: the beginning, a grade, a subject, a thing. */
static enum reply_standing place_before(const struct reply_text *t, size_t first,
                                        int grade)
{
    const struct reply_token *k;
    size_t i = first;

    if (first == 0 || t->token[first].line)
        return STANDS;
    k = &t->token[first - 1];
    if (k->kind == KIND_PUNCT) {
        while (i > 0 && t->token[i - 1].kind == KIND_PUNCT)
            i--;
        if (i > 0 && reply_is(&t->token[i - 1],
                              W_NOT | W_NOT1 | W_NOT2 | W_ADV5 | W_NEG | W_DENY | W_TOP))
            return DOUBTED;
        return STANDS;
    }
    if (k->kind == KIND_NUMERAL &&
        (k->digits > 1 || (first > 1 && !t->token[first].blank)))
        return vague(grade);
    if (k->kind == KIND_NUMBER || k->kind == KIND_NUMERAL || k->kind == KIND_STARS ||
        k->kind == KIND_EMOJI)
        return STANDS;
    if (reply_is(k, W_SCORE) && !(first > 1 && is_count(&t->token[first - 2])))
        return vague(grade); /* 高分满意: no grade, and no thing either */
    if (reply_is_text(k, "就是") || reply_is_text(k, "只是") || reply_is_text(k, "却") ||
        reply_is_text(k, "唯一"))
        return vague(grade); /* adverbs as well */
    if (reply_is(k, W_THING) && k->thing == 18)
        return is_of_something(t, first) ? STANDS : vague(grade);
    if (reply_is(k, W_SCORE | W_SUBJ | W_LEAD | W_THING | W_CONJ | W_SAT | W_ALT) ||
        reply_is_text(k, "是"))
        return STANDS;
    if (reply_is_text(k, "了") && first > 1 &&
        reply_is(&t->token[first - 2], W_SAT | W_SCORE))
        return STANDS;
    if (t->token[first].blank && !reply_is_text(k, "好") &&
        reply_is(k, W_PRAISE | W_GOOD | W_BLAME | W_SOFT | W_BAD | W_PART))
        return STANDS;
    return is_of_something(t, first) ? STANDS : vague(grade);
}

/* 满意服务, 满意窗口: the things to the end of the clause are what 满意 describes. */
static bool is_title(const struct reply_text *t, size_t last)
{
    size_t i = last + 1;

    while (i < t->count && t->token[i].clause == t->token[last].clause &&
           t->token[i].kind != KIND_PUNCT) {
        if (!reply_is(&t->token[i], W_THING) ||
            reply_is(&t->token[i], W_PRAISE | W_BLAME))
            return false;
        i++;
    }
    return i > last + 1;
}

/* What may follow a bare 满意 directly: a noun would make it an attribute. */
static enum reply_standing place_after(const struct reply_text *t, size_t last, int grade)
{
    static const uint64_t fit = W_CONJ | W_PART | W_TAKE | W_THING | W_PRAISE | W_GOOD |
                                W_BLAME | W_SOFT | W_BAD | W_OBJ | W_SAT | W_ADV5 |
                                W_NOT | W_NOT1 | W_NOT2 | W_BASIC | W_QUITE | W_ALT |
                                W_SUBJ | W_REFUSE | W_NEG | W_ASK | W_SURE | W_COND;
    const struct reply_token *k = &t->token[last + 1];

    if (last + 1 == t->count || k->blank || (k->kind != KIND_HAN && k->kind != KIND_WORD))
        return STANDS;
    if (k->kind == KIND_HAN || (grade == 4 && is_title(t, last)))
        return vague(grade);
    if (reply_is(k, W_LEAD) && last + 2 < t->count &&
        (t->token[last + 2].kind == KIND_NUMBER ||
         t->token[last + 2].kind == KIND_NUMERAL))
        return STANDS;
    return reply_is(k, fit) ? STANDS : vague(grade);
}

/* 满意的 + noun, 满意得很, 满意极了: an attribute, or a degree that no rule lists. */
static bool is_attribute(const struct reply_text *t, size_t sat, size_t *last)
{
    size_t next = sat + 1;
    const struct reply_token *k;

    *last = sat;
    if (next == t->count || !reply_is(&t->token[next], W_DE) || t->token[next].line)
        return false;
    *last = next;
    if (next + 1 == t->count)
        return false;
    k = &t->token[next + 1];
    return !k->line && (k->kind == KIND_HAN || k->kind == KIND_WORD) &&
           !reply_is(k, W_PART | W_CONJ | W_FILLER | W_ASK) && !reply_is_text(k, "了");
}

static bool is_degree(const struct reply_text *t, size_t last)
{
    const struct reply_token *k = &t->token[last + 1];

    return last + 1 < t->count && k->kind != KIND_PUNCT &&
           (reply_is_text(k, "得") || reply_is(k, W_TOP) || reply_is_text(k, "至") ||
            reply_is_text(k, "透") || reply_is_text(k, "之") || reply_is_text(k, "地") ||
            reply_is_text(k, "坏") || reply_is_text(k, "到") || reply_is_text(k, "死"));
}

/* 满意是满意，就是收费不满意: conceded, and contradicted by what follows. */
static bool is_conceded(const struct reply_text *t, size_t last)
{
    return last + 2 < t->count && reply_is_text(&t->token[last + 1], "是") &&
           reply_is(&t->token[last + 2], W_SAT);
}

/* 满意不满意 is a conflict of its own; 满意不, 满意没, 满意才怪 take it back. */
static bool is_refused_after(const struct reply_text *t, size_t last)
{
    const struct reply_token *k = &t->token[last + 1];

    if (last + 1 == t->count || k->line || k->kind == KIND_PUNCT)
        return false;
    if (reply_is(k, W_NOT | W_NOT1 | W_NOT2) && last + 2 < t->count &&
        reply_is(&t->token[last + 2], W_SAT))
        return false;
    if (reply_is_text(k, "才") || reply_is_text(k, "是"))
        return true;
    if (reply_is(k, W_SURE) && last + 2 < t->count &&
        reply_is(&t->token[last + 2], W_NEG | W_NOT | W_DENY | W_REFUSE))
        return true;
    return reply_is(k, W_REFUSE | W_NOT | W_NEG | W_DENY) && !reply_is(k, W_CONJ);
}

static void judge_place(const struct reply_text *t, struct reply_candidate *one,
                        bool bare)
{
    if (one->standing == STANDS && bare) {
        one->standing = place_before(t, one->first, one->grade);
        if (one->standing == STANDS)
            one->standing = place_after(t, one->last, one->grade);
    }
    if (is_degree(t, one->last) && one->standing == STANDS)
        one->standing = vague(one->grade);
    if (reply_denied_before(t, one->first) || reply_doubted_before(t, one->first) ||
        is_refused_after(t, one->last))
        one->standing = DOUBTED;
    one->denied = reply_is_apart(t, one->first) || is_conceded(t, one->last);
    if (reply_asked_after(t, one->last)) {
        one->standing = DOUBTED;
        one->asked = true;
    }
}

static void find_chinese(struct reply_text *t, size_t sat, struct reply_candidates *c)
{
    struct reply_candidate one = {.phrase = true, .clause = t->token[sat].clause};
    char run[RUN_MOST + 1];
    size_t core;
    bool bare;

    one.first = gather(t, sat, run);
    one.standing = weigh(run, &one.grade, &bare);
    for (core = one.first;
         core < sat && reply_is(&t->token[core], W_SURE) && role(&t->token[core]) == 's';)
        core++;
    if (is_attribute(t, sat, &one.last))
        return;
    judge_place(t, &one, bare);
    for (size_t i = one.standing == STANDS ? core : sat; i <= one.last; i++)
        t->token[i].taken = true;
    reply_candidate_add(c, &one);
}

static bool same_clause(const struct reply_text *t, size_t a, size_t b)
{
    return t->token[a].clause == t->token[b].clause && t->token[a].kind != KIND_PUNCT;
}

/* English has its own small grammar: not / very / basically satisfied, … at all. */
static enum reply_standing weigh_english(const struct reply_text *t,
                                         struct reply_candidate *one, size_t at)
{
    const struct reply_token *k = &t->token[at];
    const struct reply_token *before =
        at > 0 && same_clause(t, at - 1, at) ? &t->token[at - 1] : NULL;

    one->first = one->last = at;
    one->grade = reply_is(k, W_SATEN) ? 4 : reply_is(k, W_DISEN) ? 2 : 3;
    if (before == NULL)
        return STANDS;
    if (reply_is(before, W_NOTEN)) {
        one->first = at - 1;
        if (!reply_is(k, W_SATEN))
            return DOUBTED;
        one->grade = 2;
        if (at + 2 < t->count && reply_is_text(&t->token[at + 1], "at") &&
            reply_is_text(&t->token[at + 2], "all")) {
            one->grade = 1;
            one->last = at + 2;
        }
    } else if (reply_is(before, W_BASICEN)) {
        one->first = at - 1;
        if (!reply_is(k, W_SATEN))
            return vague(one->grade);
        one->grade = 3;
    } else if (reply_is(before, W_VERYEN)) {
        while (one->first > 0 && same_clause(t, one->first - 1, at) &&
               reply_is(&t->token[one->first - 1], W_VERYEN))
            one->first--;
        if (reply_is(k, W_NEUEN) || reply_is_text(k, "unsatisfied"))
            return vague(one->grade);
        one->grade = reply_is(k, W_SATEN) ? 5 : 1;
    }
    return STANDS;
}

/* Before an English phrase: "i am" and the like up to the beginning of the clause. */
static enum reply_standing english_place(const struct reply_text *t, size_t first,
                                         int grade)
{
    while (first > 0 && same_clause(t, first - 1, first) &&
           reply_is(&t->token[first - 1], W_SUBJEN))
        first--;
    if (first == 0 || !same_clause(t, first - 1, first)) {
        bool hyphen = first > 0 && t->token[first - 1].cp == '-' &&
                      !t->token[first].blank && first > 1 &&
                      t->token[first - 2].kind != KIND_NUMBER;
        return hyphen ? vague(grade) : STANDS;
    }
    if (t->token[first - 1].kind == KIND_NUMBER ||
        reply_is(&t->token[first - 1], W_SCORE | W_CONJ | W_THING | W_SATEN | W_ALT) ||
        t->token[first - 1].kind == KIND_EMOJI)
        return STANDS;
    return reply_is(&t->token[first - 1], W_NOTEN | W_NEG) ? VAGUE_DOWN : vague(grade);
}

static void find_english(struct reply_text *t, size_t at, struct reply_candidates *c)
{
    struct reply_candidate one = {.phrase = true, .clause = t->token[at].clause};
    const struct reply_token *next;

    one.standing = weigh_english(t, &one, at);
    next = one.last + 1 < t->count ? &t->token[one.last + 1] : NULL;
    if (one.standing == STANDS)
        one.standing = english_place(t, one.first, one.grade);
    if (next != NULL && next->kind != KIND_PUNCT && one.standing == STANDS) {
        if (reply_is(next, W_NOTEN | W_NEG) || reply_is_text(next, "very") ||
            reply_is_text(next, "at") ||
            (reply_is(&t->token[at], W_NEUEN) && !reply_is(next, W_CONJ) &&
             next->kind != KIND_NUMBER && next->clause == one.clause))
            one.standing = vague(one.grade);
    }
    if (one.standing != VAGUE_DOWN && reply_denied_before(t, one.first))
        one.standing = DOUBTED;
    if (reply_doubted_before(t, one.first))
        one.standing = DOUBTED;
    one.denied = reply_is_apart(t, one.first);
    if (reply_asked_after(t, one.last)) {
        one.standing = DOUBTED;
        one.asked = true;
    }
    for (size_t i = one.standing == STANDS ? one.first : at; i <= one.last; i++)
        t->token[i].taken = true;
    reply_candidate_add(c, &one);
}

void reply_find_phrases(struct reply_text *t, struct reply_candidates *c)
{
    for (size_t i = 0; i < t->count; i++) {
        if (reply_is(&t->token[i], W_SAT))
            find_chinese(t, i, c);
        else if (reply_is(&t->token[i], W_SATEN | W_DISEN | W_NEUEN))
            find_english(t, i, c);
    }
}
