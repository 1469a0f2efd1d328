/*
 * mark_table_test.c — sheets of several parts as people paste them, and what is wrong
 * with others, line by line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "domain/mark_table.h"

static const struct mark_department departments[] = {
    {"yb", "医保局"}, {"ga", "公安局"}, {"g2", "分局"}, {"g3", "分局"}};
static const struct mark_part parts[] = {{"targets", "年度目标任务", "Targets"},
                                         {"conduct", "作风", "Conduct"}};

/* What was read: "targets yb=91.5000 ga=88.0000; conduct yb=70.0000", or "2:column x". */
static const struct {
    const char *text, *read;
} rows[] = {
    {"部门,targets,作风\nyb,91.5,70\nga,88,\n",
     "targets yb=915000 ga=880000; conduct yb=700000;"},
    {"部门\tConduct\t年度目标任务\n医保局\t70\t91.5\n\n公安局\t \t88\n",
     "conduct yb=700000; targets yb=915000 ga=880000;"},
    {"\xEF\xBB\xBF部门,targets\r\nyb,100\r\n", "targets yb=1000000;"},
    {"部门,targets,\nyb,1,\n", "targets yb=10000;"},
    {"部门,targets,conduct\nyb\n", "targets; conduct;"},
    {"yb,91.5\n", "1:header yb"},
    {"部门\n", "1:header 部门"},
    {"部门,openness\nyb,1\n", "1:column openness"},
    {"部门,targets,年度目标任务\nyb,1,2\n", "1:column_twice 年度目标任务 targets;"},
    {"部门,targets\n没有,1\nyb,2\n", "2:department 没有 targets yb=20000;"},
    {"部门,targets\n分局,1\n", "2:ambiguous 分局 targets;"},
    {"部门,targets\nyb,1\nga,101\nyb,2\n", "3:number 101 4:twice yb targets yb=10000;"},
    {"部门,targets\nyb,1,5\n", "2:wide 5 targets;"},
    {"部门,targets\nyb,\"1\"x\n", "2:shape"},
    {"部门,\"targets\"x\nyb,1\n", "1:shape"},
    {"", ""},
};

static void tell(const struct mark_table *t, struct buf *out)
{
    for (size_t i = 0; i < t->wrong.fault_count; i++)
        buf_addf(out, "%s%lld:%s %s", out->length > 0 ? " " : "",
                 (long long)t->wrong.faults[i].line,
                 mark_trouble_name(t->wrong.faults[i].trouble), t->wrong.faults[i].text);
    for (size_t c = 0; c < t->column_count; c++) {
        const struct mark_column *column = &t->columns[c];

        buf_addf(out, "%s%s", out->length > 0 ? " " : "", parts[column->part].code);
        for (size_t i = 0; i < column->count; i++)
            buf_addf(out, " %s=%d", departments[column->lines[i].department].code,
                     (int)column->lines[i].mark);
        buf_add_byte(out, ';');
    }
}

static void sheets_are_read_or_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf told = buf_new(4096);
        struct mark_table t;

        mark_table_read(rows[i].text, strlen(rows[i].text), departments,
                        LENGTH(departments), parts, LENGTH(parts), &t);
        tell(&t, &told);
        if (strncmp(buf_text(&told), rows[i].read, strlen(rows[i].read)) != 0 ||
            (told.length != strlen(rows[i].read) &&
             strstr(rows[i].read, "shape") == NULL))
            fail_msg("sheet %zu: %s", i, buf_text(&told));
        mark_table_free(&t);
        buf_free(&told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sheets_are_read_or_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
