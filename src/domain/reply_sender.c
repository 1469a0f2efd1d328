/*
 * reply_sender.c — rules 2 and 3: the sender wants no more messages, or says that the
 * case is not theirs.
 *
 * Opt-out is only ever the whole message. Not-me is found by patterns with the words that
 * must not stand beside them: 没办过 is none before 这么, 打错了 none of a name or a
 * grade.
 */
#include "domain/reply_parts.h"

#include <string.h>

#include "base/text.h"

/* Longer ones first where one begins like another. */
static const char *const optout_words[] = {
    "退订", "拒收", "取消订阅", "不要再发", "unsubscribe", "stop", "td", "qx", "t", "r",
};

/* How many opt-out words these letters are: one, or the same twice; 0 if neither. */
static int count_latin(const char *text, size_t length)
{
    for (size_t i = 0; i < LENGTH(optout_words); i++) {
        size_t n = strlen(optout_words[i]);

        if (length == n && memcmp(text, optout_words[i], n) == 0)
            return 1;
        if (length == 2 * n && memcmp(text, optout_words[i], n) == 0 &&
            memcmp(text + n, optout_words[i], n) == 0)
            return 2;
    }
    return 0;
}

static size_t han_word(const char *text, size_t length)
{
    for (size_t i = 0; i < 4; i++) {
        size_t n = strlen(optout_words[i]);

        if (length >= n && memcmp(text, optout_words[i], n) == 0)
            return n;
    }
    return 0;
}

bool reply_is_optout(const struct reply_text *t)
{
    const char *text = buf_text(&t->solid);
    size_t length = t->solid.length;
    int words = 0;
    uint32_t cp;

    for (size_t i = 0; i < length;) {
        size_t taken = text_next(text + i, length - i, &cp);
        size_t run = 0;

        if (cp == '\n' || text_classify(cp) == TEXT_PUNCT || cp == '~') {
            i += taken;
            continue;
        }
        while (i + run < length && text[i + run] >= 'a' && text[i + run] <= 'z' &&
               (run == 0 || !t->gap[i + run]))
            run++;
        if (run > 0) {
            int found = count_latin(text + i, run);

            if (found == 0)
                return false;
            words += found;
        } else {
            run = han_word(text + i, length - i);
            if (run == 0)
                return false;
            words++;
        }
        i += run;
    }
    return words == 1 || words == 2;
}

/* What says on its own that the case is somebody else's, and what must not follow it
 * directly. '|' parts the words. */
static const struct {
    const char *words;
    const char *unless_before; /* anywhere earlier in the clause */
    const char *unless_after;  /* directly after */
} denials[] = {
    {"没办过|没有办过|没办理过|没有办理过|未办过|未办理过|未曾办|没办过理|没做过这|"
     "没申请过|"
     "没有申请过|未申请过",
     "你们|窗口|给我|帮我|以前|之前|第一次|头一次|头一回|第一回|从前|原来|先前|虽然",
     "这么|那么|如此|这样顺|这样快|这样好|这样方|这样舒|这样痛|这样省|这般|比|像|几|更|"
     "多"},
    {"没去过|没来过|没到过|没有去过|没有来过",
     "以前|之前|第一次|头一次|你们|工作人员|窗口|从前|原来|虽然|好久|很久|多年",
     "这么|那么|如此|这样|比|像|几|更|多"},
    {"没办这个|没办这项|没办这件|没办此|没办任何|没办什么|没办业务|没办理业务|没办理这|"
     "没办理任何|没办理什么|没办理此|没有办这|没有办任何|没有办理这|没有办理任何|"
     "没有办理此|"
     "没有办理业务|没有办业务|没有办什么|未办理此|未办理任何|未办理这|没有任何业务|"
     "没有办理什么|没办你们|没办理你们|没有办理过",
     "你们|窗口|给我|帮我|还没|还未|他们|大厅", "成|好|完"},
    {"不是我办|不是我去办|不是我本人|不是我申请|不是我的业务|不是我的办件|不是我的事|"
     "不是我的件|不是我的号|不是我的手机|不是我的电话|不是我的案|不是我的信息|不是我的单|"
     "不是我弄的|不是我去的|不是我做的|不是我这边|不是本人|非本人|并非我|我不是本人|"
     "不是我在办|不是我来办|不是我名下|不是我家的|不是我提交|不是我预约|不是我取的|"
     "我不是机主|不是机主|我不姓|我不叫|我不是这个人|不是这个人|没有这个人|查无此人|"
     "无此人",
     "是不是|要不|谁说|难道|本来|如|若", "得|错|不好|不力|失误|操作|授权|登录|登陆|使用"},
    {"与我无关|跟我无关|和我无关|跟我没关系|和我没关系|与我没关系|与我没有关系|"
     "跟我没有关系|和我没有关系|不关我的事|不关我事|不认识这个人|不认识此人|"
     "你们找错人|找错人|认错人|搞错人|弄错人|打错人|发错人|发错号|打错号|打错电话|"
     "发错短信|"
     "号码错了|电话错了|电话号码不对|号码不对|号码弄错|号码搞错|手机号错|错号了|换机主|"
     "机主换|"
     "换号主|已换人|不是他的号|不是她的号",
     "材料|证|登记|录|系统|填|把我|我的|将我|名字|表|文件|执照|发票|快递|资料|款|钱|卡",
     ""},
};

/* English ones, looked for between word ends. */
static const char *const english_denials[] = {
    "wrong number",
    "wrong person",
    "not me",
    "not mine",
    "wasn't me",
    "isn't mine",
    "wasnt me",
    "not my case",
    "not my visit",
    "not my application",
    "not my number",
    "i never visited",
    "never been there",
    "i never went",
    "i did not visit",
    "i didn't visit",
    "i did not apply",
    "i didn't apply",
    "never applied",
    "not my business",
    "i have not visited",
    "i haven't visited",
    "wrong phone",
    "not the person",
    "don't know this person",
    "not my service",
    "i was never there",
    "i didn't go there",
    "i never applied",
    "mistaken number",
    "not my matter",
    "isn't my case",
    "i did not go there",
};

/* Where the clause of this place begins: after the last punctuation or line break. */
static size_t clause_begin(const char *text, size_t at)
{
    size_t begin = 0;
    uint32_t cp;

    for (size_t i = 0; i < at;) {
        i += text_next(text + i, at - i, &cp);
        if (cp == '\n' || text_classify(cp) == TEXT_PUNCT)
            begin = i;
    }
    return begin;
}

/* Whether one of the words of `list` ("a|b") begins at `text`, or with `anywhere` stands
 * somewhere in its `length` bytes. Its length, or 0. */
static size_t match_list(const char *list, const char *text, size_t length, bool anywhere)
{
    while (*list != '\0') {
        size_t n = strcspn(list, "|");

        if (anywhere && n > 0 && n <= length && memmem(text, length, list, n) != NULL)
            return n;
        if (!anywhere && n > 0 && n <= length && memcmp(text, list, n) == 0)
            return n;
        list += n + (list[n] == '|');
    }
    return 0;
}

/* The first characters of all denials, so that most text is passed over quickly. */
static bool may_begin_denial(const char *text, size_t length)
{
    static const char firsts[] = "没未不非并我查无与跟和你找认搞弄打发号电手错换机已";

    return length >= 3 && memmem(firsts, sizeof(firsts) - 1, text, 3) != NULL;
}

static bool has_denial(const char *text, size_t length)
{
    for (size_t at = 0; at < length; at++) {
        if (((unsigned char)text[at] & 0xC0) == 0x80 ||
            !may_begin_denial(text + at, length - at))
            continue;
        for (size_t i = 0; i < LENGTH(denials); i++) {
            size_t n = match_list(denials[i].words, text + at, length - at, false);
            size_t begin;

            if (n == 0)
                continue;
            begin = clause_begin(text, at);
            if (at >= begin + 3 && memcmp(text + at - 3, "是", 3) == 0)
                continue; /* 是不是我办的 asks */
            if (match_list(denials[i].unless_before, text + begin, at - begin, true))
                continue;
            if (match_list(denials[i].unless_after, text + at + n, length - at - n,
                           false))
                continue;
            return true;
        }
    }
    return false;
}

/* 我没在你们那里办过业务: up to a dozen characters between 没 and 办过. */
static bool has_distant_denial(const char *text, size_t length)
{
    static const char *const heads[] = {"没在",   "没有在", "没到",   "没去",
                                        "没有到", "没有去", "从来没", "从没",
                                        "根本没", "没找",   "未在"};

    for (size_t i = 0; i < LENGTH(heads); i++) {
        const char *head = strstr(text, heads[i]);
        size_t window;
        const char *done;

        if (head == NULL)
            continue;
        window = (size_t)(text + length - head);
        if (window > 45)
            window = 45;
        done = memmem(head, window, "办过", strlen("办过"));
        if (done == NULL)
            done = memmem(head, window, "办理过", strlen("办理过"));
        if (done == NULL ||
            clause_begin(text, (size_t)(done - text)) > (size_t)(head - text) ||
            match_list("想|等|排队|人|花", head, (size_t)(done - head), true))
            continue;
        done +=
            memcmp(done, "办过", strlen("办过")) == 0 ? strlen("办过") : strlen("办理过");
        if (match_list("这么|那么|如此|这样|这般|比|像|几|更", done,
                       (size_t)(text + length - done), false) == 0)
            return true;
    }
    return false;
}

/* 我不是 at the end of a clause, 办的人不是我, 是别人的件. */
static bool has_short_denial(const char *text, size_t length)
{
    static const char *const whole[] = {
        "不是我",     "不是我的",   "这不是我的",   "我没办",       "我没有办",
        "我没办理",   "我没有办理", "不是我啊",     "不是我吧",     "我没办啊",
        "不是我的啊", "不是我的吧", "我根本没办理", "我并没有办理", "我根本没办",
        "我没办呀",   "这不是我",   "这个不是我的", "不是我哦",     "我没去"};

    for (size_t i = 0; i < LENGTH(whole); i++) {
        size_t n = strlen(whole[i]);

        for (const char *at = strstr(text, whole[i]); at != NULL;
             at = strstr(at + 1, whole[i])) {
            uint32_t cp;
            size_t end = (size_t)(at - text) + n;
            size_t begin = clause_begin(text, (size_t)(at - text));

            if (end < length) {
                text_next(text + end, length - end, &cp);
                if (cp != '\n' && text_classify(cp) != TEXT_PUNCT)
                    continue;
                if (cp == '?')
                    continue;
            }
            if (!match_list("是不|要不|谁说|难道|还没|材料|给", text + begin,
                            (size_t)(at - text) - begin, true))
                return true;
        }
    }
    return false;
}

/* What may stand in a clause around 打错 or 发错 when it is said of the call. */
static const char said_of_call[] =
    "你们|你|您们|您|是不是|不是|是|应该|可能|肯定|好像|大概|估计|电话|短信|号码|这个|这|"
    "那|又|都|"
    "恐怕|怕|吧|的|我|给|怎么|也许|对不起|不好意思|抱歉|喂|请问|系统|政府|政务大厅|大厅|"
    "政务中心|"
    "了|啦|啊|哦|呀|呢|吗|人|手机|信息|消息|号|地方|对象|哈|嗯|噢|喔|哟|亲|已经|一定|"
    "绝对|哎|唉|"
    "额|呃|真的|同志|你好|您好|真|可|哪里|哪儿|到|发|打|来|谁|过来";

static bool only_words_of(const char *list, const char *text, size_t length)
{
    while (length > 0) {
        size_t n = match_list(list, text, length, false);
        uint32_t cp;

        if (n == 0) {
            n = text_next(text, length, &cp);
            if (cp != '\n' && text_classify(cp) != TEXT_PUNCT && cp != '~')
                return false;
        }
        text += n;
        length -= n;
    }
    return true;
}

static size_t clause_end(const char *text, size_t length, size_t at)
{
    uint32_t cp;

    while (at < length) {
        size_t n = text_next(text + at, length - at, &cp);

        if (cp == '\n' || text_classify(cp) == TEXT_PUNCT)
            break;
        at += n;
    }
    return at;
}

/* Whether a grade may stand here: 满意, a digit that no other touches, or a numeral with
 * 分 or 星 or at the end of a clause. */
static bool has_grade_sign(const char *text, size_t length)
{
    static const char *const numerals[] = {"一", "二", "两", "三", "四", "五"};

    if (memmem(text, length, "满意", strlen("满意")) != NULL)
        return true;
    for (size_t i = 0; i < length; i++)
        if (text[i] >= '1' && text[i] <= '5' &&
            (i + 1 == length || text[i + 1] < '0' || text[i + 1] > '9') &&
            (i == 0 || text[i - 1] < '0' || text[i - 1] > '9'))
            return true;
    for (size_t i = 0; i < LENGTH(numerals); i++) {
        const char *at = memmem(text, length, numerals[i], 3);
        size_t end = at != NULL ? (size_t)(at - text) + 3 : 0;

        if (at != NULL && (clause_end(text, length, end) == end ||
                           match_list("分|星", text + end, length - end, false)))
            return true;
    }
    return false;
}

/*
 * 打错了 and 发错了 said of the call: nothing else in the clause, and no grade after it,
 * which would make it a correction. 信息 before 打错 is a document, before 发错 a
 * message.
 */
static bool has_wrong_call(const char *text, size_t length)
{
    static const char *const wrong[] = {"打错", "发错", "搞错了", "弄错了"};

    for (size_t i = 0; i < LENGTH(wrong); i++) {
        for (const char *at = strstr(text, wrong[i]); at != NULL;
             at = strstr(at + 1, wrong[i])) {
            size_t here = (size_t)(at - text);
            size_t after = here + strlen(wrong[i]);
            size_t begin = clause_begin(text, here);
            size_t end = clause_end(text, length, after);

            if (!only_words_of(said_of_call, text + begin, here - begin) ||
                !only_words_of(said_of_call, text + after, end - after))
                continue;
            if (i != 1 &&
                match_list("信息|消息|短信|号码|我的", text + begin, here - begin, true))
                continue;
            if (!has_grade_sign(text + after, length - after))
                return true;
        }
    }
    return false;
}

static bool has_english(const char *text, size_t length)
{
    for (size_t i = 0; i < LENGTH(english_denials); i++) {
        size_t n = strlen(english_denials[i]);
        const char *at = strstr(text, english_denials[i]);

        if (at == NULL)
            continue;
        if (at > text && at[-1] >= 'a' && at[-1] <= 'z')
            continue;
        if ((size_t)(at - text) + n < length && at[n] >= 'a' && at[n] <= 'z')
            continue;
        return true;
    }
    return false;
}

bool reply_is_notme(const struct reply_text *t)
{
    const char *text = buf_text(&t->solid);
    size_t length = t->solid.length;

    return has_denial(text, length) || has_distant_denial(text, length) ||
           has_short_denial(text, length) || has_wrong_call(text, length) ||
           has_english(buf_text(&t->spaced), t->spaced.length);
}
