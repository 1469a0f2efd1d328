/*
 * chart.h — charts drawn by the server, as SVG: intervals, five grades, months, clocks,
 * control.
 *
 * A chart is text in the page: it prints, needs no script and obeys the strict policy,
 * for everything that is seen comes from classes of the stylesheet (`.chart`). It has one
 * name and one description for who cannot see it, and the page puts the table with the
 * same figures behind it in the same <figure>. Nothing is told by colour alone: a thing
 * to be told apart also has a place, a word or a hatching. Texts are escaped here. Widths
 * are units of the viewBox, 340 across, so that its letters stay legible on a telephone.
 *
 * All of them add to `out`, whose ceiling is the caller's affair. Pure; any thread.
 */
#ifndef WEB_CHART_H
#define WEB_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "domain/rate.h"

enum {
    CHART_WIDTH = 340,
    CHART_GROWTH = 4096
}; /* bytes that one row takes at the most */

struct chart_head {
    const char *id; /* unlike any other in the page; letters, digits and '-' */
    const char *title, *desc;
};

/* A share as a dot in its interval; the row of a rate that may not be compared is hollow
 * and broken. A rate of nothing has no mark. */
struct chart_interval {
    const char *label, *note; /* the note stands at the right end: "95.0% (95/100)" */
    struct rate rate;
};

/*
 * Where the axis of these begins, in thousandths: the greatest of 0, 500, 800 and 900
 * that leaves no interval out. It ends at 1000.
 */
int chart_axis(const struct chart_interval *rows, size_t count);

/* One row each, under a common axis that begins at `from` thousandths. */
void chart_intervals(struct buf *out, const struct chart_head *head,
                     const struct chart_interval *rows, size_t count, int from);

/*
 * Points with their intervals, in hundredths: a dot between two ends. The axis is chosen
 * to hold them all, from one whole five points to another, and may begin anywhere: it is
 * for comparing, not for measuring.
 */
struct chart_span {
    const char *label, *note;
    int low, middle, high;
};
void chart_spans(struct buf *out, const struct chart_head *head,
                 const struct chart_span *rows, size_t count);

/* The same rates as columns from left to right, joined where one follows another. Labels
 * are of two or three letters, for up to twelve months; notes are not shown. */
void chart_months(struct buf *out, const struct chart_head *head,
                  const struct chart_interval *rows, size_t count, int from);

/*
 * Five grades as one bar, 5 at the left. A grade that was given at all is seen, so that a
 * small part is up to four units wider than its share.
 */
struct chart_bar {
    const char *label, *note;
    struct grade_counts counts; /* of[0] is not shown */
};
void chart_grades(struct buf *out, const struct chart_head *head,
                  const struct chart_bar *rows, size_t count);

/*
 * Clocks side by side: for each a bar along a common time. Where the clock ran the bar is
 * full, where it stood it is hollow and broken; at its end stands a dot (granted), a
 * cross (refused), an open triangle (not ended), or an upright line (cut off). Places are
 * thousandths of the axis; `ticks` are the words at its start and end. A note that has no
 * room beside its name is left to the table.
 */
enum chart_end { CHART_END_DOT, CHART_END_CROSS, CHART_END_OPEN, CHART_END_CUT };
struct chart_stretch {
    int from, until;
    bool stood;
};
struct chart_clock {
    const char *label, *note;
    const struct chart_stretch *stretches;
    size_t count;
    int at; /* where its end stands */
    enum chart_end end;
};
void chart_clocks(struct buf *out, const struct chart_head *head,
                  const struct chart_clock *rows, size_t count,
                  const char *const ticks[2]);

/*
 * A control chart of up to twelve months: the good rate as a dot, what was expected of
 * that month as a line, and the limit below which it is out as a broken line. What is out
 * is a diamond, larger than a dot. A month without a baseline has no lines.
 */
struct chart_control {
    const char *label; /* two or three letters */
    struct rate rate;
    int centre, limit; /* thousandths; -1 for none */
    bool out;
};

/* As chart_axis; the lines count, too. */
int chart_control_axis(const struct chart_control *months, size_t count);

void chart_control(struct buf *out, const struct chart_head *head,
                   const struct chart_control *months, size_t count, int from);

#endif
