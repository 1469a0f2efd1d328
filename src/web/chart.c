/*
 * chart.c — see chart.h.
 *
 * Places are whole tenths of a unit (`tenths`), so that a chart is the same text on every
 * machine. Not here: words, numbers as text, the table that follows.
 */
#include "web/chart.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/text.h"
#include "web/mustache.h"

enum {
    EDGE = 60, /* tenths left free at both sides, for a dot at the very end */
    SPAN = CHART_WIDTH * 10 - 2 * EDGE,
    TICKS = 3,
    LINE = 22, /* units: a line of text */
    ROW = 50,  /* a line and its mark */
    TOP = 28,  /* above the first row, for the axis */
    CELL = 10, /* half a Chinese character */
    PLOT_TOP = 24,
    PLOT_BOTTOM = 180,
    MONTHS_HEIGHT = 206,
    COLUMNS_LEFT = 620, /* tenths, behind the words of the axis */
    BAR_ROW = 70,
    BAR_TOP = 26,
    BAR_HEIGHT = 20,
    BAR_GAP = 2,
    BAR_LEAST = 4,
    DIGIT_ROOM = 14,
    WHOLE_POINTS = 500, /* hundredths: an axis of points begins and ends at such */
    CLOCK_TOP = 26,     /* of a bar below the top of its row */
    CLOCK_HEIGHT = 14,
    MARK = 60, /* tenths: half a mark at the end of a clock */
};

static void add_escaped(struct buf *out, const char *text)
{
    mustache_escape_html(out, text, strlen(text));
}

static void add_tenths(struct buf *out, int tenths)
{
    buf_addf(out, "%d.%d", tenths / 10, tenths % 10);
}

static void begin(struct buf *out, const struct chart_head *head, const char *kind,
                  int height)
{
    buf_addf(out,
             "<svg class=\"chart %s\" viewBox=\"0 0 %d %d\" role=\"img\" "
             "aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
             kind, CHART_WIDTH, height, head->id, head->id, head->id);
    add_escaped(out, head->title);
    buf_addf(out, "</title><desc id=\"%s-d\">", head->id);
    add_escaped(out, head->desc);
    buf_add_text(out, "</desc>");
}

static void end(struct buf *out)
{
    buf_add_text(out, "</svg>\n");
}

static void add_text(struct buf *out, const char *class, const char *anchor, int x_tenths,
                     int y, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_addf(out, "<text class=\"%s\" text-anchor=\"%s\" x=\"", class, anchor);
    add_tenths(out, x_tenths);
    buf_addf(out, "\" y=\"%d\">", y);
    add_escaped(out, text);
    buf_add_text(out, "</text>");
}

static void add_line(struct buf *out, const char *class, int x1, int y1, int x2, int y2)
{
    buf_addf(out, "<path class=\"%s\" d=\"M", class);
    add_tenths(out, x1);
    buf_add_byte(out, ' ');
    add_tenths(out, y1);
    buf_add_byte(out, 'L');
    add_tenths(out, x2);
    buf_add_byte(out, ' ');
    add_tenths(out, y2);
    buf_add_text(out, "\"/>");
}

static void add_dot(struct buf *out, int x, int y)
{
    buf_add_text(out, "<circle class=\"dot\" cx=\"");
    add_tenths(out, x);
    buf_add_text(out, "\" cy=\"");
    add_tenths(out, y);
    buf_add_text(out, "\" r=\"5\"/>");
}

/* == Intervals ==================================================================== */

static int axis_below(int least)
{
    static const int starts[] = {900, 800, 500, 0};
    size_t s = 0;

    while (starts[s] > least)
        s++;
    return starts[s];
}

int chart_axis(const struct chart_interval *rows, size_t count)
{
    int least = 1000;

    for (size_t i = 0; i < count; i++)
        if (rows[i].rate.n > 0 && rate_low_permille(&rows[i].rate) < least)
            least = rate_low_permille(&rows[i].rate);
    return axis_below(least);
}

/* A share's place on a way of `length` tenths; what lies before the axis stands at it. */
static int place(int permille, int from, int length)
{
    return permille <= from ? 0 : (permille - from) * length / (1000 - from);
}

static int tick_permille(int from, int tick)
{
    return from + (1000 - from) * tick / (TICKS - 1);
}

static const char *open_mark(const struct rate *r)
{
    return rate_comparable(r) ? "<g>" : "<g class=\"apart\">";
}

/* Do a name and its note go beside each other? */
static bool notes_fit(const char *label, const char *note)
{
    return note == NULL ||
           (text_cells(label, strlen(label)) + text_cells(note, strlen(note)) + 1) *
                   CELL <=
               CHART_WIDTH;
}

/* Is there a row where they do not? */
static bool notes_go_below(const struct chart_interval *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!notes_fit(rows[i].label, rows[i].note))
            return true;
    return false;
}

static void add_tick(struct buf *out, int tick, int x, int height, const char *text)
{
    static const char *const anchors[TICKS] = {"start", "middle", "end"};
    static const int texts[TICKS] = {0, CHART_WIDTH * 5, CHART_WIDTH * 10};

    add_text(out, "tick", anchors[tick], texts[tick], 16, text);
    add_line(out, "grid", x, (TOP - 4) * 10, x, height * 10);
}

static void add_axis(struct buf *out, int from, int height)
{
    for (int t = 0; t < TICKS; t++) {
        int permille = tick_permille(from, t);
        char text[RATE_TEXT];

        rate_text(permille, text);
        add_tick(out, t, EDGE + place(permille, from, SPAN), height, text);
    }
}

/* A dot between two ends, at places in tenths. */
static void add_span(struct buf *out, int low, int middle, int high, int y)
{
    add_line(out, "range", low, y, high, y);
    add_line(out, "end", low, y - 50, low, y + 50);
    add_line(out, "end", high, y - 50, high, y + 50);
    add_dot(out, middle, y);
}

/* `top` is where the row begins, `mark` how far below it the mark stands. */
static void add_interval(struct buf *out, const struct chart_interval *row, int from,
                         int top, int mark)
{
    int y = (top + mark) * 10;

    add_text(out, "label", "start", 0, top + 18, row->label);
    add_text(out, "note", "end", CHART_WIDTH * 10, top + mark - 18, row->note);
    if (row->rate.n == 0)
        return;
    buf_add_text(out, open_mark(&row->rate));
    add_span(out, EDGE + place(rate_low_permille(&row->rate), from, SPAN),
             EDGE + place(rate_permille(&row->rate), from, SPAN),
             EDGE + place(rate_high_permille(&row->rate), from, SPAN), y);
    buf_add_text(out, "</g>");
}

void chart_intervals(struct buf *out, const struct chart_head *head,
                     const struct chart_interval *rows, size_t count, int from)
{
    int more = notes_go_below(rows, count) ? LINE : 0, row = ROW + more;
    int height = TOP + (int)count * row;

    begin(out, head, "intervals", height);
    add_axis(out, from, height);
    for (size_t i = 0; i < count; i++)
        add_interval(out, &rows[i], from, TOP + (int)i * row, ROW - 14 + more);
    end(out);
}

/* == Points ======================================================================= */

struct span_axis {
    int from, to; /* hundredths */
};

static struct span_axis span_axis(const struct chart_span *rows, size_t count)
{
    struct span_axis a = {.from = INT_MAX, .to = 0};

    for (size_t i = 0; i < count; i++) {
        a.from = rows[i].low < a.from ? rows[i].low : a.from;
        a.to = rows[i].high > a.to ? rows[i].high : a.to;
    }
    a.from = count > 0 ? a.from / WHOLE_POINTS * WHOLE_POINTS : 0;
    a.to = (a.to + WHOLE_POINTS - 1) / WHOLE_POINTS * WHOLE_POINTS;
    if (a.to <= a.from)
        a.to = a.from + WHOLE_POINTS;
    return a;
}

static int span_place(const struct span_axis *a, int points)
{
    return EDGE + (int)((int64_t)(points - a->from) * SPAN / (a->to - a->from));
}

static void add_span_axis(struct buf *out, const struct span_axis *a, int height)
{
    for (int t = 0; t < TICKS; t++) {
        int points = a->from + (a->to - a->from) * t / (TICKS - 1);
        char text[24];

        snprintf(text, sizeof(text), "%d.%d", points / 100, points % 100 / 10);
        add_tick(out, t, span_place(a, points), height, text);
    }
}

void chart_spans(struct buf *out, const struct chart_head *head,
                 const struct chart_span *rows, size_t count)
{
    const struct span_axis axis = span_axis(rows, count);
    int row = ROW, height;

    for (size_t i = 0; i < count && row == ROW; i++)
        row += notes_fit(rows[i].label, rows[i].note) ? 0 : LINE;
    height = TOP + (int)count * row;
    begin(out, head, "intervals", height);
    add_span_axis(out, &axis, height);
    for (size_t i = 0; i < count; i++) {
        int top = TOP + (int)i * row, mark = row - 14;

        add_text(out, "label", "start", 0, top + 18, rows[i].label);
        add_text(out, "note", "end", CHART_WIDTH * 10, top + mark - 18, rows[i].note);
        add_span(out, span_place(&axis, rows[i].low), span_place(&axis, rows[i].middle),
                 span_place(&axis, rows[i].high), (top + mark) * 10);
    }
    end(out);
}

/* == Months ======================================================================= */

static int plot_y(int permille, int from)
{
    return PLOT_BOTTOM * 10 - place(permille, from, (PLOT_BOTTOM - PLOT_TOP) * 10);
}

static void add_levels(struct buf *out, int from)
{
    for (int t = 0; t < TICKS; t++) {
        int permille = tick_permille(from, t), y = plot_y(permille, from);
        char text[RATE_TEXT];

        rate_text(permille, text);
        add_text(out, "tick", "start", 0, y / 10 - 4, text);
        add_line(out, "grid", 0, y, CHART_WIDTH * 10, y);
    }
}

/* The middle of a column, right of the words of the axis. */
static int column(size_t i, size_t count)
{
    const int width = CHART_WIDTH * 10 - COLUMNS_LEFT;

    return COLUMNS_LEFT + (int)((2 * i + 1) * (size_t)width / (2 * count));
}

static void add_month(struct buf *out, const struct rate *r, int x, int from)
{
    int low = plot_y(rate_low_permille(r), from);
    int high = plot_y(rate_high_permille(r), from);

    buf_add_text(out, open_mark(r));
    add_line(out, "range", x, low, x, high);
    add_line(out, "end", x - 40, low, x + 40, low);
    add_line(out, "end", x - 40, high, x + 40, high);
    add_dot(out, x, plot_y(rate_permille(r), from));
    buf_add_text(out, "</g>");
}

void chart_months(struct buf *out, const struct chart_head *head,
                  const struct chart_interval *rows, size_t count, int from)
{
    begin(out, head, "months", MONTHS_HEIGHT);
    add_levels(out, from);
    for (size_t i = 1; i < count; i++)
        if (rows[i - 1].rate.n > 0 && rows[i].rate.n > 0)
            add_line(out, "trend", column(i - 1, count),
                     plot_y(rate_permille(&rows[i - 1].rate), from), column(i, count),
                     plot_y(rate_permille(&rows[i].rate), from));
    for (size_t i = 0; i < count; i++) {
        add_text(out, "tick", "middle", column(i, count), MONTHS_HEIGHT - 6,
                 rows[i].label);
        if (rows[i].rate.n > 0)
            add_month(out, &rows[i].rate, column(i, count), from);
    }
    end(out);
}

/* == Control ====================================================================== */

int chart_control_axis(const struct chart_control *months, size_t count)
{
    int least = 1000;

    for (size_t i = 0; i < count; i++) {
        const struct chart_control *m = &months[i];

        if (m->rate.n > 0 && rate_permille(&m->rate) < least)
            least = rate_permille(&m->rate);
        if (m->centre >= 0 && m->centre < least)
            least = m->centre;
        if (m->limit >= 0 && m->limit < least)
            least = m->limit;
    }
    return axis_below(least);
}

/* A level as wide as the month's column. */
static void add_level(struct buf *out, const char *class, int permille, int x, int half,
                      int from)
{
    if (permille >= 0)
        add_line(out, class, x - half, plot_y(permille, from), x + half,
                 plot_y(permille, from));
}

static void add_diamond(struct buf *out, int x, int y)
{
    buf_add_text(out, "<path class=\"out\" d=\"M");
    add_tenths(out, x);
    buf_add_byte(out, ' ');
    add_tenths(out, y - 90);
    buf_add_text(out, "l8 9-8 9-8-9z\"/>");
}

static void add_control(struct buf *out, const struct chart_control *m, int x, int half,
                        int from)
{
    int y = plot_y(rate_permille(&m->rate), from);

    add_level(out, "centre", m->centre, x, half, from);
    add_level(out, "limit", m->limit, x, half, from);
    if (m->rate.n == 0)
        return;
    buf_add_text(out, open_mark(&m->rate));
    if (m->out)
        add_diamond(out, x, y);
    else
        add_dot(out, x, y);
    buf_add_text(out, "</g>");
}

void chart_control(struct buf *out, const struct chart_head *head,
                   const struct chart_control *months, size_t count, int from)
{
    int half = count > 0 ? column(0, count) - COLUMNS_LEFT : 0;

    begin(out, head, "control", MONTHS_HEIGHT);
    add_levels(out, from);
    for (size_t i = 0; i < count; i++) {
        add_text(out, "tick", "middle", column(i, count), MONTHS_HEIGHT - 6,
                 months[i].label);
        add_control(out, &months[i], column(i, count), half, from);
    }
    end(out);
}

/* == Five grades ================================================================== */

static void add_diagonals(struct buf *out, int x, int width, int y, bool rising)
{
    for (int at = x + 2; at + BAR_HEIGHT <= x + width; at += 8)
        buf_addf(out, "M%d %dl%d %d", at, rising ? y + BAR_HEIGHT : y, BAR_HEIGHT,
                 rising ? -BAR_HEIGHT : BAR_HEIGHT);
}

/* Lines over a part of the bar, of another kind for every grade: none for 5, upright for
 * 4, rising for 3, falling for 2, both for 1. Too short a part goes without. */
static void add_hatching(struct buf *out, int grade, int x, int width, int y)
{
    if (grade == 5 || width < (grade == 4 ? 6 : BAR_HEIGHT + 2))
        return;
    buf_add_text(out, "<path class=\"hatch\" d=\"");
    for (int at = x + 4; grade == 4 && at < x + width; at += 6)
        buf_addf(out, "M%d %dv%d", at, y, BAR_HEIGHT);
    if (grade == 3 || grade == 1)
        add_diagonals(out, x, width, y, true);
    if (grade == 2 || grade == 1)
        add_diagonals(out, x, width, y, false);
    buf_add_text(out, "\"/>");
}

static void add_part(struct buf *out, int grade, int x, int width, int top)
{
    int y = top + BAR_TOP;
    char digit[12];

    buf_addf(out,
             "<rect class=\"bar g%d\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
             grade, x, y, width, BAR_HEIGHT);
    add_hatching(out, grade, x, width, y);
    snprintf(digit, sizeof(digit), "%d", grade);
    if (width >= DIGIT_ROOM)
        add_text(out, "tick", "middle", x * 10 + width * 5, y + BAR_HEIGHT + 17, digit);
}

static void add_bar(struct buf *out, const struct chart_bar *row, int top)
{
    int64_t total = grades_rated(&row->counts), before = 0;
    int kinds = 0, x = 0, room;

    add_text(out, "label", "start", 0, top + 16, row->label);
    add_text(out, "note", "end", CHART_WIDTH * 10, top + 16, row->note);
    for (int grade = 1; grade <= 5; grade++)
        kinds += row->counts.of[grade] > 0;
    room = CHART_WIDTH - (kinds - 1) * BAR_GAP - kinds * BAR_LEAST;
    for (int grade = 5; grade >= 1 && total > 0; grade--) {
        int64_t n = row->counts.of[grade];
        int width = (int)((before + n) * room / total - before * room / total);

        if (n == 0)
            continue;
        before += n;
        width += BAR_LEAST;
        add_part(out, grade, x, width, top);
        x += width + BAR_GAP;
    }
}

void chart_grades(struct buf *out, const struct chart_head *head,
                  const struct chart_bar *rows, size_t count)
{
    begin(out, head, "grades-bar", (int)count * BAR_ROW);
    for (size_t i = 0; i < count; i++)
        add_bar(out, &rows[i], (int)i * BAR_ROW);
    end(out);
}

/* == Clocks ======================================================================= */

static int clock_x(int permille)
{
    return EDGE + permille * SPAN / 1000;
}

static void add_stretch(struct buf *out, const struct chart_stretch *s, int y)
{
    int x = clock_x(s->from), width = clock_x(s->until) - x;

    buf_addf(out, "<rect class=\"%s\" x=\"", s->stood ? "stood" : "ran");
    add_tenths(out, x);
    buf_addf(out, "\" y=\"%d\" width=\"", y);
    add_tenths(out, width > 10 ? width : 10); /* what is short is seen all the same */
    buf_addf(out, "\" height=\"%d\"/>", CLOCK_HEIGHT);
}

static void add_end(struct buf *out, enum chart_end end, int x, int y)
{
    switch (end) {
    case CHART_END_DOT:
        add_dot(out, x, y);
        break;
    case CHART_END_CROSS:
        add_line(out, "cross", x - MARK, y - MARK, x + MARK, y + MARK);
        add_line(out, "cross", x - MARK, y + MARK, x + MARK, y - MARK);
        break;
    case CHART_END_OPEN:
        buf_add_text(out, "<path class=\"open\" d=\"M");
        add_tenths(out, x - MARK);
        buf_add_byte(out, ' ');
        add_tenths(out, y - MARK);
        buf_addf(out, "l%d %dl%d %dz\"/>", MARK / 5, MARK / 10, -MARK / 5, MARK / 10);
        break;
    case CHART_END_CUT:
        add_line(out, "cross", x, y - 2 * MARK, x, y + 2 * MARK);
        break;
    }
}

void chart_clocks(struct buf *out, const struct chart_head *head,
                  const struct chart_clock *rows, size_t count,
                  const char *const ticks[2])
{
    int height = TOP + (int)count * ROW;

    begin(out, head, "clocks", height);
    add_text(out, "tick", "start", 0, 16, ticks[0]);
    add_text(out, "tick", "end", CHART_WIDTH * 10, 16, ticks[1]);
    add_line(out, "grid", EDGE, (TOP - 4) * 10, EDGE, height * 10);
    add_line(out, "grid", EDGE + SPAN, (TOP - 4) * 10, EDGE + SPAN, height * 10);
    for (size_t i = 0; i < count; i++) {
        int top = TOP + (int)i * ROW;

        add_text(out, "label", "start", 0, top + 18, rows[i].label);
        if (notes_fit(rows[i].label, rows[i].note))
            add_text(out, "note", "end", CHART_WIDTH * 10, top + 18, rows[i].note);
        for (size_t k = 0; k < rows[i].count; k++)
            add_stretch(out, &rows[i].stretches[k], top + CLOCK_TOP);
        add_end(out, rows[i].end, clock_x(rows[i].at),
                (top + CLOCK_TOP) * 10 + CLOCK_HEIGHT * 5);
    }
    end(out);
}
