/*
 * sms_template_check.c — what every message text must be, whoever wrote it.
 *
 * Promise: a text that passes fits one message of 70 units with any values inside the
 * bounds below, and asks without leading. Names of matters and windows are bounded by the
 * hall; the ladder takes care of long ones. Not here: taste.
 */
#include "domain/sms_template.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "domain/sms_text.h"

/* What a text of this key must hold, and what it is allowed to be filled with. */
struct rule {
    const char *key;
    bool asks; /* it invites a grade: scale and way out must stand in it */
    const char *needs[4];
    const char *may; /* values beside sig that its sender gives, each between blanks */
};

static const struct rule rules[] = {
    {"survey", true, {NULL}, " d w m end "},
    {"survey_code", true, {"{letter}"}, " d w m end letter "},
    {"survey_four", true, {"{d}"}, " d w m end "},
    {"survey_multi", true, {"{list}", "{ex}"}, " count list ex end "},
    {"remind", true, {"{end}"}, " d w m end "},
    {"remind_code", true, {"{letters}", "{end}", "{ex}"}, " letters end ex "},
    {"reason", false, {NULL}, " d m "},
    {"thanks_good", false, {"{g}", "{rc}"}, " d m g rc end "},
    {"thanks_bad", false, {"{rc}"}, " d m g rc "},
    {"clarify", false, {NULL}, " d m "},
    {"clarify_multi", false, {"{ex}"}, " ex "},
    {"clarify_result", false, {NULL}, " "},
    {"changed", false, {"{g2}", "{rc}"}, " d m g1 g2 rc "},
    {"already", false, {"{g1}"}, " d m g1 rc "},
    {"expired", false, {NULL}, " d m "},
    {"unknown", false, {NULL}, " "},
    {"optout", false, {NULL}, " "},
    {"notme", false, {NULL}, " "},
    {"result", false, {"{wo}"}, " wo res "},
    {"near", false, {"{no}", "{n}"}, " no n min area "},
    {"early", false, {"{no}"}, " no n "},
    {"called", false, {"{no}", "{w}"}, " no w "},
    {"appeal_done", false, {"{wo}"}, " wo "},
    {"promise", false, {"{a}", "1", "2", "T"}, " m p a "},
    {"recheck", false, {"1", "2", "T"}, " m d "},
    {"clarify_promise", false, {"1", "2"}, " m "},
    {"promise_denied", false, {NULL}, " m "},
    {"test", false, {NULL}, " "}};

/* Words that beg, promise what the carrier decides, or lead elsewhere. */
static const char *const banned[] = {
    "免费", "好评", "五星", "满分", "给个",        "打5分",      "点赞",
    "http", "://",  "www.", "free", "please give", "five stars", "top marks"};

/* Words of the scale, the longer before those they contain. */
static const struct {
    const char *word;
    int grade;
} scale[] = {{"非常满意", 5},  {"非常不满意", 1},     {"基本满意", 3},
             {"不满意", 2},    {"满意", 4},           {"最好", 5},
             {"最差", 1},      {"very satisfied", 5}, {"very dissatisfied", 1},
             {"basically", 3}, {"dissatisfied", 2},   {"satisfied", 4},
             {"best", 5},      {"worst", 1}};

/* The longest values that a text must bear. Receipts and work orders have fixed lengths.
 */
struct longest {
    const char *lang, *day, *window, *matter, *grade;
};

static const struct longest longest[] = {
    {"zh-CN", "12月31日", "综合受理A012窗口", "建设工程竣工验收消防备案和消防验收审批事",
     "非常不满意"},
    {"en", "Dec 31", "综合受理A012窗口", "建设工程竣工验收消防备案和消防验收审批事",
     "Basically satisfied"}};

static bool refuse(struct error *err, const char *key, const char *lang, const char *why)
{
    return error_set(err, ERROR_SETUP, "The message text “%.20s” (%.8s) %s", key, lang,
                     why);
}

const char *sms_template_key(size_t i)
{
    return i < LENGTH(rules) ? rules[i].key : NULL;
}

static const struct rule *find_rule(const char *key)
{
    for (size_t i = 0; i < LENGTH(rules); i++) {
        if (strcmp(rules[i].key, key) == 0)
            return &rules[i];
    }
    return NULL;
}

static const struct longest *find_longest(const char *lang)
{
    for (size_t i = 0; i < LENGTH(longest); i++) {
        if (strcmp(longest[i].lang, lang) == 0)
            return &longest[i];
    }
    return NULL;
}

/* ---- lengths ---- */

/* The value where the rule lets the text use it, else not given. */
static const char *given(const struct rule *r, const char *name, const char *value)
{
    char word[16];

    snprintf(word, sizeof(word), " %s ", name);
    return strstr(r->may, word) != NULL ? value : NULL;
}

static void fill_longest(const struct rule *r, const struct longest *l, const char *sig,
                         struct sms_values *v)
{
    *v = (struct sms_values){
        .lang = l->lang,
        .sig = sig,
        .d = given(r, "d", l->day),
        .end = given(r, "end", l->day),
        .w = given(r, "w", l->window),
        .m = given(r, "m", l->matter),
        .g = given(r, "g", l->grade),
        .g1 = given(r, "g1", l->grade),
        .g2 = given(r, "g2", l->grade),
        .rc = given(r, "rc", "7K3MA9QWXY2BCDEF"),
        .wo = given(r, "wo", "20260001"),
        .no = given(r, "no", "A1000"),
        .n = given(r, "n", "999"),
        .min = given(r, "min", "120-150"),
        .area = given(r, "area", "三楼东侧等候区"),
        .p = given(r, "p", "3650"),
        .a = given(r, "a", "3660"),
        .res = given(r, "res", "已补齐材料样本并当面说明和致歉请您核对"),
        .letter = given(r, "letter", "M")};
    if (given(r, "ex", "") == NULL)
        return;
    v->case_count = SMS_CASES_MAX;
    for (size_t i = 0; i < SMS_CASES_MAX; i++)
        v->cases[i] = (struct sms_case){"KMP"[i], l -> matter};
}

/* Renders with these values and refuses what is longer than one message. */
static bool check_filled(const struct rule *r, const char *text,
                         const struct sms_values *v, struct error *err)
{
    struct buf out = buf_new(4000);
    struct sms_count count = {0};
    bool ok = sms_template_render(text, v, true, &out, err);

    if (ok && !sms_count(buf_text(&out), out.length, true, &count))
        ok = refuse(err, r->key, v->lang, "is not UTF-8.");
    if (ok && count.units > SMS_CARRIER_SINGLE)
        ok = error_set(err, ERROR_SETUP,
                       "The message text “%s” (%s) has %d characters at its longest, a "
                       "message holds %d. Shorten it, or the signature.",
                       r->key, v->lang, count.units, SMS_CARRIER_SINGLE);
    buf_free(&out);
    return ok;
}

/* Named and unnamed, for these may be two lines. */
static bool check_lengths(const struct rule *r, const struct longest *l, const char *text,
                          int signature_chars, struct error *err)
{
    struct buf sig = buf_new(400);
    struct sms_values v;
    bool ok;

    for (int i = 0; i < signature_chars; i++)
        buf_add_text(&sig, "政");
    fill_longest(r, l, buf_text(&sig), &v);
    ok = check_filled(r, text, &v, err);
    v.m = NULL;
    for (size_t i = 0; i < v.case_count; i++)
        v.cases[i].matter = NULL;
    ok = ok && check_filled(r, text, &v, err);
    buf_free(&sig);
    return ok;
}

/* ---- wording ---- */

/* One line or two, no control character, one signature in front of each. */
static bool check_form(const struct rule *r, const char *lang, const char *text,
                       struct error *err)
{
    static const char head[] = "【{sig}】";
    const char *line = text;
    int lines = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < ' ' && *p != '\n')
            return refuse(err, r->key, lang, "holds a control character. Take it out.");
    }
    for (; *line != '\0'; lines++) {
        size_t length = strcspn(line, "\n");
        const char *more = strstr(line + 1, "【");

        if (strncmp(line, head, strlen(head)) != 0 ||
            (more != NULL && more < line + length))
            return refuse(
                err, r->key, lang,
                "does not begin with 【{sig}】, or holds 【 once more. A carrier "
                "wants one signature, in front.");
        line += length + (line[length] == '\n');
    }
    if (lines < 1 || lines > 2)
        return refuse(err, r->key, lang, "is not one line, or two.");
    return true;
}

/* Digits in front of words of the scale: higher is better, and nowhere turned round. */
static bool check_scale(const struct rule *r, const char *lang, const char *text,
                        struct error *err)
{
    for (const char *p = text; *p != '\0'; p++) {
        const char *word = p + 1;

        if (*p < '0' || *p > '9')
            continue;
        word += strspn(word, " =:");
        for (size_t i = 0; i < LENGTH(scale); i++) {
            if (strncasecmp(word, scale[i].word, strlen(scale[i].word)) != 0)
                continue;
            if (*p - '0' != scale[i].grade || strcmp(r->key, "result") == 0)
                return refuse(err, r->key, lang,
                              "turns the scale round, or asks for a verdict in digits. 5 "
                              "is best in every message; a verdict is asked in words.");
            break;
        }
    }
    return true;
}

/* How often a word stands in the text, small and capital letters alike. */
static int count_word(const char *text, const char *word)
{
    int count = 0;

    while ((text = strcasestr(text, word)) != NULL) {
        count++;
        text += strlen(word);
    }
    return count;
}

/* What this key must say, in each of its lines. */
static bool check_needs(const struct rule *r, const char *lang, const char *line,
                        struct error *err)
{
    bool english = strcmp(lang, "en") == 0;

    for (size_t i = 0; i < LENGTH(r->needs) && r->needs[i] != NULL; i++) {
        if (strstr(line, r->needs[i]) == NULL)
            return error_set(err, ERROR_SETUP,
                             "The message text “%s” (%s) does not say %s, which it must.",
                             r->key, lang, r->needs[i]);
    }
    if (count_word(line, "？") + count_word(line, "?") > 1)
        return refuse(err, r->key, lang, "asks more than one question. Ask one.");
    if (!r->asks)
        return true;
    if (strstr(line, english ? "T=stop" : "拒收回T") == NULL)
        return refuse(err, r->key, lang,
                      "asks for a grade without the way out (拒收回T, T=stop).");
    if (strpbrk(line, "5") == NULL)
        return refuse(err, r->key, lang, "does not say what its digits mean.");
    return true;
}

static bool check_wording(const struct rule *r, const char *lang, const char *text,
                          struct error *err)
{
    const char *line = text;

    for (size_t i = 0; i < LENGTH(banned); i++) {
        if (count_word(text, banned[i]) > 0)
            return error_set(err, ERROR_SETUP,
                             "The message text “%s” (%s) says “%s”. Texts do not beg, "
                             "promise a price or link elsewhere.",
                             r->key, lang, banned[i]);
    }
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        char one[1000];

        snprintf(one, sizeof(one), "%.*s", (int)length, line);
        if (!check_needs(r, lang, one, err))
            return false;
        line += length + (line[length] == '\n');
    }
    return check_scale(r, lang, text, err);
}

bool sms_template_check(const char *key, const char *lang, const char *text,
                        int signature_chars, struct error *err)
{
    const struct rule *r = find_rule(key);
    const struct longest *l = find_longest(lang);
    struct sms_count count;

    if (r == NULL || l == NULL)
        return refuse(err, key, lang, "is none that this program sends.");
    if (strlen(text) >= 2000 || !sms_count(text, strlen(text), true, &count))
        return refuse(err, key, lang, "is not UTF-8, or far too long.");
    return check_form(r, lang, text, err) && check_wording(r, lang, text, err) &&
           check_lengths(r, l, text, signature_chars, err);
}
