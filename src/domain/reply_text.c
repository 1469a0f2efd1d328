/*
 * reply_text.c — see reply_text.h.
 *
 * Promise: every byte of `solid` that is not a line break belongs to exactly one token.
 * What the tokens mean is left to the rules (reply_number.c, reply_phrase.c, …).
 */
#include "domain/reply_text.h"

#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include "base/memory.h"
#include "base/text.h"

/* Traditional characters and their simplified form in turn, in the order of the code
 * points; only such as stand in words that the rules know. */
static const char32_t folds[] =
    U"丟丢並并亂乱來来個个們们備备僅仅價价億亿優优兒儿兩两別别剛刚劉刘勁劲動动務务勵励區"
    U"区卻却厲厉參叁叄叁吳吴呂吕員员"
    U"問问單单喲哟嗎吗國国圍围報报場场塊块壓压壞坏夠够夢梦妳你媽妈孃娘孫孙實实寧宁審审寫"
    U"写將将專专對对導导屆届層层屬属"
    U"師师幫帮幾几廁厕廢废廣广廳厅張张強强後后從从復复惡恶愛爱態态憑凭憤愤應应懶懒戶户換"
    U"换撥拨擇择擊击據据擠挤擺摆擾扰"
    U"敗败敵敌數数斷断於于時时會会條条楊杨業业極极樓楼樣样機机檢检檯台櫃柜歲岁歸归氣气決"
    U"决沒没況况減减測测滾滚滿满潔洁"
    U"為为無无煩烦熱热爛烂爭争爲为爺爷牠它猶犹獎奖獨独環环異异當当發发盡尽眾众確确碼码礙"
    U"碍祂他祇只禮礼種种稱称積积窩窝"
    U"筆笔節节範范糾纠約约紅红紙纸級级細细終终組组結结絕绝給给統统絲丝經经綜综維维網网線"
    U"线縣县總总織织繼继續续纔才罰罚"
    U"罵骂羅罗聯联聽听腦脑臉脸臺台與与興兴舉举舊旧萬万葉叶蘇苏處处虛虚號号蠻蛮衆众衛卫衹"
    U"只裏里裝装裡里複复覆复見见親亲"
    U"覺觉訂订訊讯記记訪访設设許许訴诉評评詢询試试話话該该認认語语誤误說说誰谁調调談谈諉"
    U"诿請请論论諮咨諷讽謂谓謝谢證证"
    U"識识議议變变讓让讚赞豈岂負负責责貳贰貴贵費费貼贴資资賓宾質质賴赖贊赞趕赶趙赵跡迹蹟"
    U"迹車车較较輕轻輛辆輪轮輸输轉转"
    U"辦办迴回這这週周進进過过達达遠远遲迟選选遺遗還还邊边鄧邓鄭郑釋释銷销錢钱錯错錶表鍾"
    U"钟鐘钟長长門门開开間间閤合閱阅"
    U"關关陳陈陸陆隊队階阶隨随險险隻只雖虽雙双雜杂離离難难電电韓韩頁页頂顶項项順顺預预領"
    U"领頭"
    U"头顆颗題题願愿類类飯饭餘余館馆"
    U"馬马馮冯騎骑騙骗驗验髒脏體体麵面麼么麽么黃黄點点齡龄龍龙";

static uint32_t fold(uint32_t cp)
{
    size_t from = 0;
    size_t end = LENGTH(folds) / 2;

    while (from < end) {
        size_t middle = from + (end - from) / 2;

        if (folds[2 * middle] == cp)
            return folds[2 * middle + 1];
        if (folds[2 * middle] < cp)
            from = middle + 1;
        else
            end = middle;
    }
    return cp;
}

static bool is_line_break(uint32_t cp)
{
    return cp == '\n' || cp == '\r' || cp == '\v' || cp == '\f' || cp == 0x85 ||
           cp == 0x2028 || cp == 0x2029;
}

/* Typed by hand in several shapes; the rules know one of each. */
static uint32_t plain_sign(uint32_t cp)
{
    switch (cp) {
    case 0x2753: /* ❓ */
    case 0x2754:
    case 0x61F: /* Arabic */
    case 0x2E2E:
        return '?';
    case 0x2755: /* ❕ */
    case 0x2757: /* ❗ */
        return '!';
    case 0x2018:
    case 0x2019:
        return '\'';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2212:
        return '-';
    default:
        return cp;
    }
}

bool reply_text_make(const char *bytes, size_t length, struct reply_text *t)
{
    struct buf plain = buf_new(4 * REPLY_BYTES_MOST);
    bool blank = false;
    bool line = false;
    uint32_t cp;

    *t = (struct reply_text){.spaced = buf_new(4 * REPLY_BYTES_MOST),
                             .solid = buf_new(4 * REPLY_BYTES_MOST)};
    if (length > REPLY_BYTES_MOST || !text_normalise(bytes, length, &plain) ||
        plain.overflowed) {
        buf_free(&plain);
        return false;
    }
    for (size_t i = 0; i < plain.length;) {
        i += text_next(plain.data + i, plain.length - i, &cp);
        if (cp == ' ' || text_classify(cp) == TEXT_SPACE) {
            blank = true;
            line = line || is_line_break(cp);
            continue;
        }
        if (blank && t->spaced.length > 0)
            buf_add_byte(&t->spaced, line ? '\n' : ' ');
        blank = line = false;
        text_add(&t->spaced, cp < 0x80 ? cp : plain_sign(fold(cp)));
    }
    buf_free(&plain);
    return true;
}

void reply_text_free(struct reply_text *t)
{
    buf_free(&t->spaced);
    buf_free(&t->solid);
    free(t->gap);
    free(t->token);
    *t = (struct reply_text){0};
}

void reply_text_cut(struct reply_text *t, size_t length)
{
    while (length > 0 &&
           (t->spaced.data[length - 1] == ' ' || t->spaced.data[length - 1] == '\n'))
        length--;
    if (length >= t->spaced.length)
        return;
    t->spaced.length = length;
    t->spaced.data[length] = '\0';
}

/* Leaves the blanks out of `spaced`, and remembers where they stood. */
static void make_solid(struct reply_text *t)
{
    const char *text = buf_text(&t->spaced);
    unsigned char blank = 0;

    t->gap = memory_new(t->spaced.length + 1);
    for (size_t i = 0; i < t->spaced.length; i++) {
        if (text[i] == ' ') {
            blank = 1;
            continue;
        }
        t->gap[t->solid.length] = blank;
        blank = 0;
        buf_add_byte(&t->solid, (unsigned char)text[i]);
    }
}

static const struct {
    char text[4];
    int value; /* 10 and more: no single digit */
} numerals[] = {
    {"一", 1},  {"二", 2},  {"三", 3},  {"四", 4},  {"五", 5},  {"六", 6},
    {"七", 7},  {"八", 8},  {"九", 9},  {"十", 10}, {"百", 10}, {"千", 10},
    {"万", 10}, {"亿", 10}, {"零", 0},  {"〇", 0},  {"两", 2},  {"壹", 1},
    {"贰", 2},  {"叁", 3},  {"肆", 4},  {"伍", 5},  {"陆", 6},  {"柒", 7},
    {"捌", 8},  {"玖", 9},  {"拾", 10}, {"佰", 10}, {"仟", 10},
};

static int numeral_value(const char *text, size_t length)
{
    if (length < 3)
        return -1;
    for (size_t i = 0; i < LENGTH(numerals); i++)
        if (memcmp(numerals[i].text, text, 3) == 0)
            return numerals[i].value;
    return -1;
}

/* A run of numerals; a single or a repeated one up to 9 has a value. */
static size_t take_numeral(struct reply_token *k, const char *text, size_t length)
{
    size_t taken = 0;
    int value;

    k->kind = KIND_NUMERAL;
    k->value = numeral_value(text, length);
    while ((value = numeral_value(text + taken, length - taken)) >= 0) {
        if (value != k->value || value > 9)
            k->value = -1;
        taken += 3;
        k->digits++;
    }
    return taken;
}

static size_t take_number(struct reply_token *k, const char *text, size_t length)
{
    size_t taken = 1;

    k->kind = KIND_NUMBER;
    k->value = text[0] - '0';
    while (taken < length && text[taken] >= '0' && text[taken] <= '9') {
        if (text[taken] != text[0])
            k->value = -1;
        taken++;
    }
    k->digits = (int)taken;
    return taken;
}

static bool is_wordly(uint32_t cp)
{
    enum text_class c = text_classify(cp);

    return c == TEXT_LETTER || c == TEXT_DIGIT;
}

/* Letters and digits of one word; an apostrophe between letters belongs to it. */
static size_t take_latin(const char *text, size_t length, const unsigned char *gap)
{
    size_t taken = 0;
    uint32_t cp;
    uint32_t after;

    while (taken < length) {
        size_t here = text_next(text + taken, length - taken, &cp);

        if (taken > 0 && gap[taken])
            break;
        if (cp == '\'' && taken > 0 && taken + here < length && !gap[taken + here]) {
            text_next(text + taken + here, length - taken - here, &after);
            if (!is_wordly(after))
                break;
        } else if (!is_wordly(cp) && text_classify(cp) != TEXT_MARK) {
            break;
        }
        taken += here;
    }
    return taken;
}

/* A number that a word touches is part of the word ("a12", "5min"); but "5stars" is not.
 */
static size_t take_word(struct reply_token *k, const char *text, size_t length,
                        const unsigned char *gap)
{
    size_t taken = take_latin(text, length, gap);
    const struct reply_word *w;
    size_t number = 0;

    while (number < taken && text[number] >= '0' && text[number] <= '9')
        number++;
    for (size_t i = 1; i < number; i++)
        if (gap[i])
            number = taken = i;
    if (number > 0) {
        w = number < taken ? reply_word_exact(text + number, taken - number) : NULL;
        if (number == taken || (w != NULL && (w->classes & W_SCORE)))
            return take_number(k, text, number);
        k->kind = KIND_LATIN;
        return taken;
    }
    w = reply_word_exact(text, taken);
    k->kind = w != NULL ? KIND_WORD : KIND_LATIN;
    if (w != NULL) {
        k->classes = w->classes;
        k->thing = w->thing;
    }
    return taken;
}

static bool is_star(uint32_t cp)
{
    return cp == 0x2B50 || cp == 0x2605;
}

/* Filled stars, and hollow ones after them where both together are five. */
static size_t take_stars(struct reply_token *k, const char *text, size_t length)
{
    size_t taken = 0;
    int hollow = 0;
    uint32_t cp;

    k->kind = KIND_STARS;
    k->value = 0;
    while (taken < length) {
        size_t here = text_next(text + taken, length - taken, &cp);

        if (cp == 0x2606)
            hollow++;
        else if (is_star(cp) && hollow == 0)
            k->value++;
        else
            break;
        taken += here;
    }
    if (k->value > 5 || (hollow > 0 && k->value + hollow != 5))
        k->value = 0;
    return taken;
}

/* Symbols that people use as punctuation. */
static bool is_sign(uint32_t cp)
{
    return cp == '~' || cp == '^' || cp == '`' || cp == '|' || cp == 0x221A ||
           cp == 0x2713 || cp == 0x2714;
}

static size_t take_sign(struct reply_token *k, uint32_t cp, size_t taken)
{
    enum text_class c = text_classify(cp);

    k->cp = cp;
    if (c == TEXT_PUNCT || is_sign(cp))
        k->kind = KIND_PUNCT;
    else if (c == TEXT_EMOJI)
        k->kind = KIND_EMOJI;
    else
        k->kind = c == TEXT_SYMBOL ? KIND_SYMBOL : KIND_OTHER;
    return taken;
}

/* 不满 is a word, but in 不满意 the 满 belongs to what follows. */
static bool eats_satisfied(const struct reply_word *w, const char *text, size_t length)
{
    static const char word[] = "满意";
    size_t n = strlen(w->text);
    size_t half = strlen("满");

    return n > half && n - half + strlen(word) <= length &&
           memcmp(text + n - half, word, strlen(word)) == 0;
}

static size_t take_han(struct reply_token *k, const char *text, size_t length,
                       size_t taken)
{
    const struct reply_word *w = reply_word_longest(text, length);
    struct reply_token numeral = {0};
    size_t digits = 0;

    if (w != NULL && eats_satisfied(w, text, length))
        w = reply_word_longest(text, strlen(w->text) - strlen("满"));
    if (numeral_value(text, length) >= 0)
        digits = take_numeral(&numeral, text, length);
    if (w != NULL && strlen(w->text) > digits) {
        k->kind = KIND_WORD;
        k->classes = w->classes;
        k->thing = w->thing;
        return strlen(w->text);
    }
    if (digits > 0) {
        k->kind = numeral.kind;
        k->value = numeral.value;
        k->digits = numeral.digits;
        return digits;
    }
    k->kind = KIND_HAN;
    return taken;
}

static size_t take_token(struct reply_token *k, const char *text, size_t length,
                         const unsigned char *gap)
{
    uint32_t cp;
    size_t first = text_next(text, length, &cp);

    k->text = text;
    k->value = -1;
    if (is_wordly(cp))
        return take_word(k, text, length, gap);
    if (text_classify(cp) == TEXT_HAN)
        return take_han(k, text, length, first);
    if (is_star(cp))
        return take_stars(k, text, length);
    return take_sign(k, cp, first);
}

/* Signs that do not end a clause: quotation marks stand around words. */
static bool is_quote(uint32_t cp)
{
    return cp == '"' || cp == '\'' || cp == 0x201C || cp == 0x201D || cp == 0x300C ||
           cp == 0x300D || cp == 0x300E || cp == 0x300F || cp == '`';
}

static bool ends_sentence(uint32_t cp)
{
    return cp == '!' || cp == '?' || cp == ';' || cp == 0x3002 || cp == 0x1803;
}

static void number_clauses(struct reply_text *t)
{
    /* 不就是满意, 不是因为满意: what is denied or asked is not over yet. */
    static const uint64_t holding = W_NOT | W_NOT1 | W_NOT2 | W_NEG | W_DENY | W_ASK;
    int clause = 0;
    int sentence = 0;
    bool ended = false;

    for (size_t i = 0; i < t->count; i++) {
        struct reply_token *k = &t->token[i];

        if (k->line) {
            clause++;
            sentence++;
        } else if (ended && k->kind != KIND_PUNCT) {
            clause++;
        } else if (i > 0 && reply_is(k, W_CONJ) && !reply_is(k - 1, holding)) {
            clause++;
        }
        if (ended && k->kind != KIND_PUNCT)
            ended = false;
        k->clause = clause;
        k->sentence = sentence;
        if (k->kind == KIND_PUNCT && !is_quote(k->cp)) {
            ended = true;
            if (ends_sentence(k->cp))
                sentence++;
        }
    }
}

void reply_text_tokens(struct reply_text *t)
{
    const char *text;
    size_t length;
    bool line = false;

    make_solid(t);
    text = buf_text(&t->solid);
    length = t->solid.length;
    t->token = memory_new((length + 1) * sizeof(*t->token));
    for (size_t i = 0; i < length;) {
        struct reply_token *k = &t->token[t->count];

        if (text[i] == '\n') {
            line = true;
            i++;
            continue;
        }
        k->line = line;
        k->blank = line || t->gap[i];
        line = false;
        k->length = take_token(k, text + i, length - i, t->gap + i);
        i += k->length;
        t->count++;
    }
    number_clauses(t);
}

bool reply_is(const struct reply_token *k, uint64_t classes)
{
    return (k->classes & classes) != 0;
}

bool reply_is_text(const struct reply_token *k, const char *text)
{
    return k->length == strlen(text) && memcmp(k->text, text, k->length) == 0;
}

bool reply_is_question(const struct reply_token *k)
{
    return k->kind == KIND_PUNCT && k->cp == '?';
}
