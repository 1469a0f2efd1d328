/*
 * chart_test.c — charts are well-formed, say what they were told, put things where their
 * numbers belong, and hold nothing that our own policy forbids.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "web/chart.h"

static const struct chart_head head = {"c1", "好评率", "一句话"};

/* Every element that is opened is closed in its order, and no text holds a bare sign. */
static void must_be_well_formed(const char *svg)
{
    char open[32][16];
    int depth = 0;

    for (const char *p = svg; *p != '\0';) {
        if (*p != '<') {
            if (*p == '&' && strncmp(p, "&amp;", 5) != 0 && strncmp(p, "&lt;", 4) != 0 &&
                strncmp(p, "&gt;", 4) != 0 && strncmp(p, "&quot;", 6) != 0 &&
                strncmp(p, "&#39;", 5) != 0)
                fail_msg("a bare & in %s", p);
            p++;
            continue;
        }
        const char *close = strchr(p, '>');

        assert_non_null(close);
        if (p[1] == '/') {
            size_t length = strlen(open[--depth]);

            if (depth < 0 || strncmp(p + 2, open[depth], length) != 0 ||
                p[2 + length] != '>')
                fail_msg("not closed in order: %.40s", p);
        } else if (close[-1] != '/') {
            snprintf(open[depth++], sizeof(open[0]), "%.*s", (int)strcspn(p + 1, " >"),
                     p + 1);
        }
        p = close + 1;
    }
    assert_int_equal(depth, 0);
    if (strstr(svg, "style=") != NULL || strstr(svg, "on") == svg)
        fail_msg("something that our own policy forbids: %s", svg);
}

static void must_hold(const char *svg, const char *part)
{
    if (strstr(svg, part) == NULL)
        fail_msg("\"%s\" is not in %s", part, svg);
}

static int times(const char *svg, const char *part)
{
    int count = 0;

    for (const char *p = svg; (p = strstr(p, part)) != NULL; p++)
        count++;
    return count;
}

static void a_chart_has_a_name_and_a_description(void **state)
{
    struct buf out = buf_new(65536);

    (void)state;
    chart_intervals(&out, &head, NULL, 0, 0);
    must_be_well_formed(buf_text(&out));
    must_hold(buf_text(&out), "<svg class=\"chart intervals\" viewBox=\"0 0 340 28\" "
                              "role=\"img\" aria-labelledby=\"c1-t c1-d\">"
                              "<title id=\"c1-t\">好评率</title>"
                              "<desc id=\"c1-d\">一句话</desc>");
    buf_free(&out);
}

/* Where a rate's marks stand: the dot, and both ends of the interval. */
static const struct {
    int64_t k, n;
    int from;
    const char *dot, *low, *high; /* NULL: no mark at all */
    bool apart;
} places[] = {
    {0, 0, 0, NULL, NULL, NULL, false},
    {10, 10, 0, "cx=\"334.0\"", "M242.8 ", "M334.0 ", true},
    {0, 5, 0, "cx=\"6.0\"", "M6.0 ", "M148.6 ", true},
    {95, 100, 800, "cx=\"252.0\"", "M150.3 ", "M299.5 ", false},
    {95, 100, 0, "cx=\"317.6\"", "M297.2 ", "M327.1 ", false},
    {95, 100, 900, "cx=\"170.0\"", "M6.0 ", "M265.1 ", false}, /* not left of the axis */
};

static void marks_stand_where_their_numbers_belong(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(places); i++) {
        struct buf out = buf_new(65536);
        const struct chart_interval row = {"甲局", "n",
                                           rate_of(places[i].k, places[i].n)};
        const char *svg;

        chart_intervals(&out, &head, &row, 1, places[i].from);
        svg = buf_text(&out);
        must_be_well_formed(svg);
        must_hold(svg, ">甲局</text>");
        assert_int_equal(times(svg, "<circle"), places[i].dot != NULL);
        assert_int_equal(times(svg, "class=\"apart\""), places[i].apart);
        if (places[i].dot != NULL) {
            must_hold(svg, places[i].dot);
            must_hold(strstr(svg, "class=\"range\""), places[i].low);
            must_hold(strstr(svg, "class=\"range\""), places[i].high + 1);
        }
        buf_free(&out);
    }
}

static void the_axis_leaves_nobody_out(void **state)
{
    static const struct {
        int64_t k[2], n[2];
        int from;
    } rows[] = {
        {{0, 0}, {0, 0}, 900},          {{1960, 95}, {2000, 0}, 900},
        {{95, 1960}, {100, 2000}, 800}, {{10, 1960}, {10, 2000}, 500},
        {{9, 3}, {10, 3}, 0},           {{0, 1960}, {5, 2000}, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct chart_interval two[2];

        for (int r = 0; r < 2; r++)
            two[r].rate = rate_of(rows[i].n[r] != 0 ? rows[i].k[r] : 0, rows[i].n[r]);
        assert_int_equal(chart_axis(two, 2), rows[i].from);
    }
}

static void notes_go_below_where_names_are_long(void **state)
{
    static const struct {
        const char *label, *note, *box;
    } rows[] = {
        {"甲局", "95.0% (95/100)", "0 0 340 78"},
        {"公安局出入境管理处", "95.0% (95/100)", "0 0 340 78"},
        {"公安局出入境管理处", "99.7% (10256/10288)", "0 0 340 100"},
        {"公安局出入境管理处", NULL, "0 0 340 78"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct chart_interval row = {rows[i].label, rows[i].note, rate_of(95, 100)};
        struct buf out = buf_new(65536);

        chart_intervals(&out, &head, &row, 1, 0);
        must_hold(buf_text(&out), rows[i].box);
        buf_free(&out);
    }
}

static void months_are_joined_where_they_follow(void **state)
{
    const struct chart_interval rows[] = {
        {"9", NULL, rate_of(40, 50)},
        {"10", NULL, rate_of(45, 50)},
        {"11", NULL, rate_of(0, 0)},
        {"12", NULL, rate_of(20, 20)},
    };
    struct buf out = buf_new(65536);

    (void)state;
    chart_months(&out, &head, rows, LENGTH(rows), 500);
    must_be_well_formed(buf_text(&out));
    assert_int_equal(times(buf_text(&out), "<circle"), 3);
    assert_int_equal(times(buf_text(&out), "class=\"trend\""), 1);
    assert_int_equal(times(buf_text(&out), "class=\"apart\""), 1);
    must_hold(buf_text(&out), "class=\"trend\" d=\"M96.7 86.4L166.2 55.2\"");
    must_hold(buf_text(&out), ">12</text>");
    must_hold(buf_text(&out), ">75.0%</text>");
    buf_free(&out);
}

/* Adds up the widths of a bar's parts and its gaps; each part must be seen. */
static int bar_width(const char *svg)
{
    int sum = 0, parts = 0, end = 0;

    for (const char *p = svg; (p = strstr(p, "<rect ")) != NULL; p++) {
        int x = atoi(strstr(p, "x=\"") + 3), width = atoi(strstr(p, "width=\"") + 7);

        assert_true(width >= 4);
        assert_int_equal(x, parts == 0 ? 0 : end + 2);
        end = x + width;
        sum += width;
        parts++;
    }
    return sum + (parts > 0 ? (parts - 1) * 2 : 0);
}

static void what_is_out_of_control_has_another_shape(void **state)
{
    const struct chart_control months[] = {
        {"9", rate_of(48, 50), 940, 860, false},
        {"10", rate_of(40, 50), 940, 860, true},
        {"11", rate_of(0, 0), -1, -1, false},
        {"12", rate_of(18, 20), 940, -1, false},
    };
    struct buf out = buf_new(65536);

    (void)state;
    assert_int_equal(chart_control_axis(months, LENGTH(months)), 800);
    assert_int_equal(chart_control_axis(months, 1), 800);
    assert_int_equal(chart_control_axis(&months[3], 1), 900);
    chart_control(&out, &head, months, LENGTH(months), 800);
    must_be_well_formed(buf_text(&out));
    assert_int_equal(times(buf_text(&out), "<circle"), 2);
    assert_int_equal(times(buf_text(&out), "class=\"out\""), 1);
    assert_int_equal(times(buf_text(&out), "class=\"apart\""), 1);
    assert_int_equal(times(buf_text(&out), "class=\"centre\""), 3);
    assert_int_equal(times(buf_text(&out), "class=\"limit\""), 2);
    /* the first column is 62.0 to 131.5; 94 % of 80 to 100 % lies at 70.8 of 24 to 180 */
    must_hold(buf_text(&out), "class=\"centre\" d=\"M62.0 70.8L131.4 70.8\"");
    must_hold(buf_text(&out), "class=\"limit\" d=\"M62.0 133.2L131.4 133.2\"");
    must_hold(buf_text(&out), "class=\"out\" d=\"M166.2 171.0l8 9-8 9-8-9z\"");
    buf_free(&out);
    out = buf_new(1024);
    chart_control(&out, &head, NULL, 0, 0);
    must_be_well_formed(buf_text(&out));
    buf_free(&out);
}

static void five_grades_fill_the_bar(void **state)
{
    static const struct {
        struct grade_counts counts;
        int parts, hatched;
    } rows[] = {
        {{{0, 0, 0, 0, 0, 0}}, 0, 0},
        {{{9, 0, 0, 0, 0, 1}}, 1, 0},
        {{{0, 5, 5, 5, 5, 5}}, 5, 4},
        {{{0, 1, 1, 1, 1, 100000}}, 5, 0}, /* the small ones are seen, but not hatched */
        {{{0, 0, 0, 0, 0, INT32_MAX}}, 1, 0},
        {{{0, 1, 0, 0, 0, 0}}, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct chart_bar row = {"五档", "n", rows[i].counts};
        struct buf out = buf_new(65536);

        chart_grades(&out, &head, &row, 1);
        must_be_well_formed(buf_text(&out));
        assert_int_equal(times(buf_text(&out), "<rect"), rows[i].parts);
        assert_int_equal(times(buf_text(&out), "class=\"hatch\""), rows[i].hatched);
        assert_int_equal(bar_width(buf_text(&out)), rows[i].parts > 0 ? 340 : 0);
        buf_free(&out);
    }
}

/* Each way of ending has a shape of its own, and what stood still another look. */
static void clocks_show_how_they_ended(void **state)
{
    static const struct chart_stretch ran[] = {
        {0, 400, false}, {400, 600, true}, {600, 1000, false}};
    static const struct {
        enum chart_end end;
        const char *shape;
    } rows[] = {{CHART_END_DOT, "class=\"dot\""},
                {CHART_END_CROSS, "class=\"cross\""},
                {CHART_END_OPEN, "class=\"open\""},
                {CHART_END_CUT, "class=\"cross\""}};
    static const char *const ticks[2] = {"11月23日", "11月30日"};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct chart_clock row = {"<某局>", "3 天", ran, 3, 1000, rows[i].end};
        struct buf out = buf_new(65536);

        chart_clocks(&out, &head, &row, 1, ticks);
        must_be_well_formed(buf_text(&out));
        assert_int_equal(times(buf_text(&out), "class=\"ran\""), 2);
        assert_int_equal(times(buf_text(&out), "class=\"stood\""), 1);
        assert_int_equal(times(buf_text(&out), rows[i].shape),
                         rows[i].end == CHART_END_CROSS ? 2 : 1);
        assert_non_null(strstr(buf_text(&out), "x=\"6.0\""));
        assert_non_null(strstr(buf_text(&out), "11月30日"));
        assert_non_null(strstr(buf_text(&out), "&lt;某局&gt;"));
        assert_true(out.length < 2 * CHART_GROWTH);
        buf_free(&out);
    }
}

/* 5.00 points to 10.00 over 328 units that begin at 6: 7.00 lies at 6 + 328 · 2/5. */
static void points_stand_on_an_axis_that_holds_them(void **state)
{
    static const struct chart_span rows[] = {
        {"甲局", "7.00 (6.10 – 9.99)", 610, 700, 999},
        {"乙<局", "9.00", 900, 900, 900},
    };
    static const struct chart_span none[] = {{"全部相同", "0.00", 0, 0, 0}};
    struct buf out = buf_new(4 * CHART_GROWTH);

    (void)state;
    chart_spans(&out, &head, rows, LENGTH(rows));
    must_be_well_formed(buf_text(&out));
    assert_non_null(strstr(buf_text(&out), ">5.0</text>"));
    assert_non_null(strstr(buf_text(&out), ">7.5</text>"));
    assert_non_null(strstr(buf_text(&out), ">10.0</text>"));
    assert_non_null(strstr(buf_text(&out), "cx=\"137.2\""));
    assert_non_null(strstr(buf_text(&out), "cx=\"268.4\""));
    assert_non_null(strstr(buf_text(&out), "乙&lt;局"));
    buf_clear(&out);
    chart_spans(&out, &head, none, 1);
    must_be_well_formed(buf_text(&out));
    assert_non_null(strstr(buf_text(&out), "cx=\"6.0\""));
    buf_free(&out);
}

static void names_cannot_break_out(void **state)
{
    static const char hostile[] = "</text><script>alert('1')</script>&amp\"";
    const struct chart_head bad = {"c2", hostile, hostile};
    const struct chart_interval row = {hostile, hostile, rate_of(3, 3)};
    const struct chart_bar bar = {hostile, hostile, {{0, 1, 0, 0, 0, 0}}};
    struct buf out = buf_new(65536);

    (void)state;
    chart_intervals(&out, &bad, &row, 1, 0);
    chart_months(&out, &bad, &row, 1, 0);
    chart_grades(&out, &bad, &bar, 1);
    must_be_well_formed(buf_text(&out));
    assert_null(strstr(buf_text(&out), "<script"));
    assert_int_equal(times(buf_text(&out), "&lt;script&gt;alert(&#39;1&#39;)"), 11);
    buf_free(&out);
}

/* A row never takes more than a caller makes room for. */
static void a_row_stays_within_its_growth(void **state)
{
    enum { ROWS = 60 };
    struct chart_interval rows[ROWS];
    struct chart_bar bars[ROWS];
    struct buf out = buf_new(1 << 20);

    (void)state;
    for (int i = 0; i < ROWS; i++) {
        rows[i] = (struct chart_interval){"某某某某某某某某某某局", "95.0% (95/100)",
                                          rate_of(95, 100)};
        bars[i] = (struct chart_bar){"某局", "100", {{0, 20, 20, 20, 20, 20}}};
    }
    chart_intervals(&out, &head, rows, ROWS, 0);
    assert_true(out.length < (ROWS + 1) * CHART_GROWTH);
    buf_clear(&out);
    chart_grades(&out, &head, bars, ROWS);
    assert_true(out.length < (ROWS + 1) * CHART_GROWTH);
    buf_clear(&out);
    chart_intervals(&out, &head, rows, 10, 0);
    if (out.length > 6000) /* ten departments stay a small part of a page */
        fail_msg("ten rows take %zu bytes", out.length);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chart_has_a_name_and_a_description),
        cmocka_unit_test(marks_stand_where_their_numbers_belong),
        cmocka_unit_test(the_axis_leaves_nobody_out),
        cmocka_unit_test(notes_go_below_where_names_are_long),
        cmocka_unit_test(months_are_joined_where_they_follow),
        cmocka_unit_test(what_is_out_of_control_has_another_shape),
        cmocka_unit_test(five_grades_fill_the_bar),
        cmocka_unit_test(clocks_show_how_they_ended),
        cmocka_unit_test(points_stand_on_an_axis_that_holds_them),
        cmocka_unit_test(names_cannot_break_out),
        cmocka_unit_test(a_row_stays_within_its_growth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
