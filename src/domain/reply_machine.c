/*
 * reply_machine.c — rule 12 and the tails of rule 13: what no person wrote as an answer.
 *
 * A carrier's or phone's tail is cut off and counts for nothing. Our own texts that come
 * back, verification codes, missed-call notices and auto-replies hold digits that are no
 * grades. A fragment below is long enough that no citizen's own words contain it.
 */
#include "domain/reply_parts.h"

#include <string.h>

#include "base/text.h"

/* A tail begins with one of these and reaches to the end. Spaces match any or no blank.
 */
static const char *const tail_heads[] = {
    "发自我的",     "来自我的",   "发送自我的", "从我的iphone发送", "从我的手机发送",
    "从我的华为",   "从我的小米", "sentfrommy", "sentfroma",        "getoutlookfor",
    "发自iphone",   "来自iphone", "发自手机",   "来自手机",         "发自华为",
    "来自华为",     "来自小米",   "发自小米",   "本短信由",         "此短信由",
    "该短信由",     "本条短信由", "来自微信",   "来自中国移动",     "来自中国联通",
    "来自中国电信", "由中国移动", "由中国联通", "由中国电信",       "发送自",
    "sentviamy",    "sentviaa",   "发自oppo",   "发自vivo",         "来自oppo",
    "来自vivo",     "发自荣耀",   "发自三星",
};

/* Opt-out hints that senders hang on: whole, at the end. */
static const char *const tail_hints[] = {
    "拒收请回复r",
    "拒收请回r",
    "拒收回r",
    "拒收回复r",
    "拒收请回复t",
    "拒收请回t",
    "拒收回t",
    "拒收回复t",
    "退订请回复td",
    "退订请回td",
    "退订回td",
    "退订回复td",
    "退订请回复t",
    "退订请回t",
    "退订回t",
    "退订回复t",
    "回复td退订",
    "回td退订",
    "回复t退订",
    "回t退订",
    "请回复td退订",
    "请回td退订",
    "退订请回复r",
    "退订回r",
    "退订回复r",
    "回复r退订",
    "回r退订",
    "回复td拒收",
    "回t拒收",
    "回复t拒收",
    "回r拒收",
    "回复r拒收",
    "拒收请回复td",
    "拒收回td",
    "拒收请回td",
    "退订请回复qx",
    "退订回qx",
    "replytdtounsubscribe",
    "replyttounsubscribe",
    "replystoptounsubscribe",
    "t=stop",
    "txtstoptoend",
    "退订请回n",
    "退订回n",
    "拒收回复td",
    "拒收请回复n",
    "拒收回n",
};

/* Signatures of carriers and of a phone's own helper, in brackets. */
static const char *const carriers[] = {
    "中国移动",    "中国联通",    "中国电信",     "中国广电", "移动",     "联通",
    "电信",        "广电",        "cmcc",         "铁通",     "通信助手", "短信助手",
    "10086",       "10010",       "10000",        "天翼",     "沃",       "和通信",
    "5g消息",      "手机管家",    "安全卫士",     "短信",     "来自手机", "本机",
    "chinamobile", "chinaunicom", "chinatelecom", "移动通信", "联通通信", "手机短信",
};

/*
 * Matches `pattern` backwards so that it ends where `text` ends, blanks in the text left
 * aside. The place where it begins, or `length` where it does not match.
 */
static size_t ends_with(const char *text, size_t length, const char *pattern)
{
    size_t n = strlen(pattern);
    size_t i = length;

    while (n > 0 && i > 0) {
        if (text[i - 1] == ' ' || text[i - 1] == '\n') {
            i--;
            continue;
        }
        if (text[i - 1] != pattern[n - 1])
            return length;
        n--;
        i--;
    }
    return n == 0 ? i : length;
}

/* The text without white space and punctuation at its end. */
static size_t trimmed(const char *text, size_t length)
{
    size_t kept = 0;
    uint32_t cp;

    for (size_t i = 0; i < length;) {
        i += text_next(text + i, length - i, &cp);
        if (text_classify(cp) != TEXT_SPACE && text_classify(cp) != TEXT_PUNCT)
            kept = i;
    }
    return kept;
}

static size_t cut_hint(const char *text, size_t length)
{
    size_t end = trimmed(text, length);

    for (size_t i = 0; i < LENGTH(tail_hints); i++) {
        size_t at = ends_with(text, end, tail_hints[i]);

        if (at < end)
            return at;
    }
    return length;
}

/* The end of the pattern that begins at `at`, blanks in the text left aside; 0 if none.
 */
static size_t begins_at(const char *text, size_t length, size_t at, const char *pattern)
{
    while (at < length && *pattern != '\0') {
        if (text[at] == ' ') {
            at++;
            continue;
        }
        if (text[at] != *pattern)
            return 0;
        at++;
        pattern++;
    }
    return *pattern == '\0' ? at : 0;
}

/* A phone's tail takes the rest of its line, and is short. */
static size_t cut_head(const char *text, size_t length)
{
    enum { TAIL_MOST = 90 };

    for (size_t at = 0; at < length; at++) {
        if (((unsigned char)text[at] & 0xC0) == 0x80 || text[at] == ' ')
            continue;
        for (size_t i = 0; i < LENGTH(tail_heads); i++)
            if (length - at <= TAIL_MOST && begins_at(text, length, at, tail_heads[i]) &&
                memchr(text + at, '\n', length - at) == NULL)
                return at;
    }
    return length;
}

static bool is_carrier(const char *text, size_t length)
{
    for (size_t i = 0; i < LENGTH(carriers); i++)
        if (begins_at(text, length, 0, carriers[i]) == length)
            return true;
    return false;
}

/* A bracket 【…】 or […] at the end that holds a carrier's name. */
static size_t cut_signature(const char *text, size_t length)
{
    static const char *const brackets[][2] = {
        {"【", "】"}, {"[", "]"}, {"(", ")"}, {"〔", "〕"}};

    for (size_t i = 0; i < LENGTH(brackets); i++) {
        size_t close = ends_with(text, length, brackets[i][1]);
        size_t open_bytes = strlen(brackets[i][0]);

        if (close == length)
            continue;
        for (size_t at = close; at-- > 0;) {
            if (begins_at(text, length, at, brackets[i][0]) == 0)
                continue;
            return is_carrier(text + at + open_bytes, close - at - open_bytes) ? at
                                                                               : length;
        }
    }
    return length;
}

/* The same at the beginning: how many bytes it takes. */
static size_t front_signature(const char *text, size_t length)
{
    const char *close = memmem(text, length, "】", strlen("】"));
    size_t open = strlen("【");

    if (length < open || memcmp(text, "【", open) != 0 || close == NULL ||
        !is_carrier(text + open, (size_t)(close - text) - open))
        return 0;
    return (size_t)(close - text) + strlen("】");
}

void reply_cut_tail(struct reply_text *t)
{
    size_t front;

    if (t->spaced.length == 0)
        return;
    for (int round = 0; round < 4; round++) {
        size_t before = t->spaced.length;

        reply_text_cut(t, cut_signature(t->spaced.data, t->spaced.length));
        reply_text_cut(t, cut_head(t->spaced.data, t->spaced.length));
        reply_text_cut(t, cut_hint(t->spaced.data, t->spaced.length));
        if (t->spaced.length == before)
            break;
    }
    front = front_signature(t->spaced.data, t->spaced.length);
    memmove(t->spaced.data, t->spaced.data + front, t->spaced.length - front + 1);
    t->spaced.length -= front;
}

/* Fragments of our own texts, old and new, without blanks and punctuation. */
static const char *const ours[] = {
    "请回复数字评价",
    "回5非常满意4满意3",
    "回复5非常满意4满意",
    "请按态度效率质量廉洁",
    "的顺序回四个数字",
    "5最好1最差",
    "也可只回一个总评",
    "或只回一个总评",
    "没看懂未计分",
    "请只回一个数字",
    "请只回复一个数字",
    "没看懂您的回复",
    "小时内再回数字可改",
    "前再回数字可改一次",
    "已按",
    "回执",
    "两次都留存",
    "评价不变您的话已转",
    "您的话已转工作人员",
    "没有找到您待评价的办件",
    "已办结请回复",
    "您有2件待评",
    "您有3件待评",
    "请回复字母加数字",
    "可评到",
    "1个工作日内联系您",
    "回复窗口人员看不到",
    "是否认可请回复",
    "5非常满意4满意3基本满意",
    "5很满意4满意3基本满意",
    "5非常满意b4满意",
    "1非常不满意拒收",
    "5verygood43ok21verybad",
    "5verygood1verybad",
    "replyonedigit",
    "savedasreceipt",
    "1changeallowed",
    "caseweawill",
    "alreadyrated",
    "ratingtimeisover",
    "属实回复1",
    "没拿到证回复2",
    "1非常不满意回复窗口",
    "办结的满意吗回",
    "不用联系请回0",
    "已退订不再发评价短信",
    "感谢您的评价已收到",
    "已收到您的评价",
    "1workday",
};

/* Which of them are too short to be told from a citizen's words on their own. */
static bool needs_signature(const char *fragment)
{
    return strcmp(fragment, "已按") == 0 || strcmp(fragment, "回执") == 0 ||
           strcmp(fragment, "可评到") == 0 || strcmp(fragment, "alreadyrated") == 0 ||
           strcmp(fragment, "1个工作日内联系您") == 0;
}

/* `solid` without punctuation: quoting programs change it. `back` maps its bytes. */
static struct buf letters_only(const struct reply_text *t)
{
    struct buf out = buf_new(t->solid.length);
    const char *text = buf_text(&t->solid);
    uint32_t cp;

    for (size_t i = 0; i < t->solid.length;) {
        size_t n = text_next(text + i, t->solid.length - i, &cp);

        if (cp != '\n' && text_classify(cp) != TEXT_PUNCT &&
            text_classify(cp) != TEXT_SYMBOL)
            buf_add(&out, text + i, n);
        i += n;
    }
    return out;
}

/* Five grades of the scale with their digits, as the invitation spells them out. */
static bool has_scale(const char *text)
{
    static const char *const steps[] = {"5非常满意", "4满意", "3基本满意", "2不满意",
                                        "1非常不满意"};
    int found = 0;

    for (size_t i = 0; i < LENGTH(steps); i++)
        found += strstr(text, steps[i]) != NULL;
    return found >= 3;
}

bool reply_is_quote_of_ours(const struct reply_text *t, bool *rest)
{
    struct buf plain = letters_only(t);
    const char *text = buf_text(&plain);
    bool signature = strstr(buf_text(&t->solid), "【") != NULL;
    bool found = has_scale(text);
    /* Where the quoted text ends, as far as can be told: all else is the citizen's. */
    static const char *const ends[] = {
        "拒收回t",  "1非常不满意", "1很不满意", "窗口人员看不到", "不用联系请回0",
        "可改一次", "tstop",       "1verybad",  "总评",           "急事请拨12345"};
    size_t last = 0;

    for (size_t i = 0; i < LENGTH(ours) && !found; i++)
        found = strstr(text, ours[i]) != NULL && (signature || !needs_signature(ours[i]));
    for (size_t i = 0; i < LENGTH(ends); i++) {
        const char *at = strstr(text, ends[i]);

        if (at != NULL && (size_t)(at - text) + strlen(ends[i]) > last)
            last = (size_t)(at - text) + strlen(ends[i]);
    }
    *rest = false;
    for (size_t i = last; found && last > 0 && i < plain.length;) {
        uint32_t cp;

        i += text_next(text + i, plain.length - i, &cp);
        *rest = *rest || text_classify(cp) == TEXT_HAN ||
                text_classify(cp) == TEXT_LETTER || text_classify(cp) == TEXT_EMOJI;
    }
    buf_free(&plain);
    return found;
}

/* What phones and people in a hurry send. */
static const char *const notices[] = {
    "自动回复",     "自动应答",    "正在开车",       "我在开车",
    "在开车不",     "正在开会",    "我在开会",       "正在忙",
    "我在忙",       "稍后回",      "稍后联系",       "稍后给您",
    "稍后给你",     "稍后再联",    "稍后再回",       "稍后打",
    "分钟后回",     "分钟后给",    "分钟后联系",     "分钟后打",
    "小时后回",     "小时后联系",  "晚点回",         "晚点联系",
    "晚点给",       "一会回",      "一会儿回",       "稍候回",
    "待会回",       "待会儿回",    "等会回",         "等会儿回",
    "开完会",       "给您来电",    "来电次数",       "呼叫转移",
    "秘书台",       "漏话",        "暂时不在",       "您拨打的",
    "您所拨打",     "会议中",      "驾驶中",         "开车中",
    "autoreply",    "auto-reply",  "automaticreply", "automatedreply",
    "autoresponse", "outofoffice", "missedcall",     "i'mdriving",
    "iamdriving",   "imdriving",   "inameeting",     "callyouback",
    "callyoulater", "can'ttalk",   "cannottalk",     "getbacktoyou",
    "replylater",   "canicallyou", "onmyway",        "currentlyunavailable",
    "talklater",
};

/* The same where the message does not begin with a digit; after one they are what a
 * citizen writes about ("2 电话一直无法接通"). */
static const char *const calls[] = {
    "未接来电", "来电提醒", "漏接",     "已关机",     "机主",
    "用户正忙", "无法接通", "语音信箱", "不在服务区", "暂时无法",
    "正在通话", "不方便接", "请稍后",   "曾给您",     "voicemail",
};

/* Codes that come by SMS; only beside their digits. */
static const char *const codes[] = {
    "验证码",           "校验码",    "动态码",   "动态密码", "取件码",       "提取码",
    "登录码",           "授权码",    "激活码",   "确认码",   "随机码",       "口令",
    "取票码",           "取货码",    "勿泄露",   "勿告诉",   "尾号",         "订单",
    "识别码",           "核验码",    "交易码",   "认证码",   "效验码",       "密码",
    "verificationcode", "passcode",  "one-time", "otp",      "securitycode", "yourcode",
    "codeis",           "logincode", "验証码",
};

static bool has_any(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(text, list[i]) != NULL)
            return true;
    return false;
}

/* Digits that are more than a grade: three or more, blanks and dashes between or not. */
static bool has_code_digits(const char *text)
{
    int digits = 0;

    for (; *text != '\0'; text++) {
        if (*text >= '0' && *text <= '9')
            digits++;
        else if (*text != '-')
            digits = 0;
        if (digits >= 3)
            return true;
    }
    return false;
}

static bool begins_with_grade(const char *text)
{
    return text[0] >= '1' && text[0] <= '5' && !(text[1] >= '0' && text[1] <= '9');
}

bool reply_is_machine(const struct reply_text *t)
{
    const char *text = buf_text(&t->solid);

    if (has_any(text, notices, LENGTH(notices)))
        return true;
    if (!begins_with_grade(text) && has_any(text, calls, LENGTH(calls)))
        return true;
    return has_any(text, codes, LENGTH(codes)) && has_code_digits(text);
}
