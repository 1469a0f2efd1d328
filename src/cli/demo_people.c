/*
 * demo_people.c — see demo_people.h. The words are ours; nobody wrote them to a real
 * hall.
 */
#include "cli/demo_people.h"

#include <stdio.h>
#include <string.h>

#include "domain/tag.h"

static uint64_t draw(struct lot *l) /* SplitMix64 */
{
    uint64_t z = l->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t lot_below(struct lot *l, uint32_t count)
{
    return (uint32_t)((draw(l) >> 32) * count >> 32);
}

int64_t lot_between(struct lot *l, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(l) % (uint64_t)(high - low + 1));
}

bool lot_chance(struct lot *l, int percent)
{
    return lot_below(l, 100) < (uint32_t)percent;
}

void people_phone(int n, struct phone *out)
{
    snprintf(out->e164, sizeof(out->e164), "+861390000%04d", n % 10000);
}

int people_grade(struct lot *l)
{
    static const int up_to[] = {[1] = 2, [2] = 6, [3] = 14, [4] = 38};
    int drawn = (int)lot_below(l, 100);

    for (int grade = 1; grade < 5; grade++)
        if (drawn < up_to[grade])
            return grade;
    return 5;
}

static const char *one_of(struct lot *l, const char *const *texts, size_t count)
{
    return texts[lot_below(l, (uint32_t)count)];
}
#define ONE_OF(lot, texts) one_of(lot, texts, LENGTH(texts))

const char *people_reply(struct lot *l, int grade, bool four)
{
    static const char *const very_good[] = {"5",        "5",  "5",   "5",
                                            "非常满意", "５", "5分", "5，窗口很耐心"};
    static const char *const good[] = {"4", "4", "4", "满意", "4分", "4 等的时间有点长"};
    static const char *const fair[] = {"3", "3", "基本满意", "3，叫号屏看不清"};
    static const char *const poor[] = {"2", "2", "不满意", "2，等了一个多小时"};
    static const char *const bad[] = {"1", "1", "非常不满意", "1，材料没说清，跑了三趟"};
    static const char *const fours[][3] = {
        [1] = {"1121", "1", "2111"},    [2] = {"2322", "2", "3225"},
        [3] = {"3334", "3", "4335"},    [4] = {"4445", "4", "5 4 4 5"},
        [5] = {"5555", "5555", "5545"},
    };

    if (four)
        return ONE_OF(l, fours[grade]);
    switch (grade) {
    case 1:
        return ONE_OF(l, bad);
    case 2:
        return ONE_OF(l, poor);
    case 3:
        return ONE_OF(l, fair);
    case 4:
        return ONE_OF(l, good);
    default:
        return ONE_OF(l, very_good);
    }
}

void people_dims(struct lot *l, int grade, int dims[4])
{
    for (int i = 0; i < 4; i++) {
        dims[i] = lot_chance(l, 75) ? grade + (int)lot_below(l, 3) - 1 : 0;
        if (dims[i] > 5)
            dims[i] = 5;
        if (dims[i] < 0)
            dims[i] = 0;
    }
}

const char *people_words(struct lot *l, int grade)
{
    static const char *const good[] = {
        "窗口的同志很耐心，一次就讲清楚了", "取号、叫号都快，十分钟办完",
        "帮我把复印件也一起做了，谢谢",     "老人办事有人引导，很方便",
        "一窗全办完，不用来回跑",           "材料清单写得明白，比上次快多了",
        "工作人员态度好，解释得细",         "网上预审过的，到场签字就好",
    };
    static const char *const fair[] = {
        "事情办成了，就是等得久",   "叫号声音小，差点过号",
        "停车不好找，希望有个指引", "表格能不能少填一点重复的内容",
        "中午能多开一个窗口就好了",
    };
    static const char *const poor[] = {
        "等太久了，前面只开一个窗口",   "第一次没说清要带什么，白跑一趟",
        "态度比较冷淡，问两句就不耐烦", "网上写的材料和窗口要的不一样",
        "系统卡了半小时，也没人解释",   "超过承诺的日子才通知我来取",
    };

    if (grade >= 4)
        return ONE_OF(l, good);
    return grade == 3 ? ONE_OF(l, fair) : ONE_OF(l, poor);
}

void people_tags(struct lot *l, int grade, char *out, size_t size)
{
    const struct tag *tags = tags_of_grade(grade);
    int count = 1 + (int)lot_below(l, 3), first = (int)lot_below(l, 4);
    size_t used = 0;

    out[0] = '\0';
    for (int i = 0; tags != NULL && i < count && used + 5 < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%d", i > 0 ? "," : "",
                                 tags[first + i].code);
}

const char *people_unclear(struct lot *l)
{
    static const char *const texts[] = {"在吗", "好的", "6", "收到", "？"};

    return ONE_OF(l, texts);
}

const char *people_question(struct lot *l)
{
    static const char *const texts[] = {
        "请问周六上班吗", "身份证办好了没有", "社保卡丢了怎么补",
        "你们电话多少",   "停车场收费吗",
    };

    return ONE_OF(l, texts);
}
