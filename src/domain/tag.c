/*
 * tag.c — see tag.h.
 */
#include "domain/tag.h"

static const struct tag tags[5][TAGS_PER_GRADE] = {
    {
        {108, "在办事指南之外增加新的审批条件", "Conditions beyond the guide"},
        {109, "需提供办事指南之外的申报材料", "Papers beyond the guide"},
        {110, "无理由超过法定办理时间", "Later than the law allows"},
        {111, "办事指南提供样本有错", "Wrong samples in the guide"},
        {112, "承诺在线收取申报材料实际无法收取", "Online papers not accepted"},
        {113, "多头跑窗口和部门", "Sent from desk to desk"},
        {114, "跑动次数与承诺的不一致", "More visits than promised"},
        {115, "服务态度差效率低", "Rude and slow"},
    },
    {
        {207, "没有提供材料样本", "No samples of the papers"},
        {208, "没有提供材料清单", "No list of the papers"},
        {209, "未在承诺时间内办结", "Not done in the promised time"},
        {210, "同样内容的证明材料被要求多次提交", "Same proof asked for again"},
        {211, "承诺网办但无法在线办理", "Online service did not work"},
        {212, "在线预约办理后到实体大厅重复取号排队", "Queued despite a booking"},
        {213, "窗口人员业务不熟练", "Staff did not know the matter"},
        {214, "服务态度生硬", "Unfriendly"},
    },
    {
        {307, "一次性告知需要补正的材料", "Told at once what was missing"},
        {308, "提供申报材料样本", "Samples of the papers given"},
        {309, "在承诺的时间内办结", "Done in the promised time"},
        {310, "办事指南指引准确", "The guide was right"},
        {311, "按办事指南要求的材料即可办理", "The guide's papers were enough"},
        {312, "可以快递送达", "Can be sent by courier"},
        {313, "跑动次数与承诺的一致", "As many visits as promised"},
        {314, "服务态度一般", "Manner was so-so"},
    },
    {
        {406, "填写一张表单就可完成申报", "One form was enough"},
        {407, "在线提交材料窗口核验", "Papers online, checked at the desk"},
        {408, "一张清单告知全部申报材料", "One list of all papers"},
        {409, "用告知承诺减免申报材料", "Fewer papers by declaration"},
        {410, "可以在线预约办理", "Can be booked online"},
        {411, "跑大厅一次办完", "Done in one visit"},
        {412, "可以使用自助机办理", "Can be done at a machine"},
        {413, "服务态度较好", "Friendly"},
    },
    {
        {510, "一窗受理一次办结", "One desk, one visit"},
        {511, "可以先受理后补材料", "Accepted, papers later"},
        {512, "不用提交证明", "No proof needed"},
        {513, "可以全程网上办理", "Can be done all online"},
        {514, "可以使用手机办理", "Can be done by phone"},
        {515, "可以就近办理", "Can be done nearby"},
        {516, "无需材料直接办理", "No papers needed"},
        {517, "服务热情效率高", "Warm and quick"},
    },
};

const struct tag *tags_of_grade(int grade)
{
    return grade >= 1 && grade <= 5 ? tags[grade - 1] : NULL;
}

const struct tag *tag_find(int code)
{
    const struct tag *of = tags_of_grade(code / 100);

    for (int i = 0; of != NULL && i < TAGS_PER_GRADE; i++)
        if (of[i].code == code)
            return &of[i];
    return NULL;
}
