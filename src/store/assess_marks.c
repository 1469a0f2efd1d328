/*
 * assess_marks.c — see assess_marks.h.
 */
#include "store/assess_marks.h"

#include <stdio.h>
#include <string.h>

#include "store/day_log_store.h"
#include "store/mark_store.h"
#include "store/sheet_store.h"

struct telling {
    assess_mark_each *each;
    void *self;
    size_t part;
    char source[ASSESS_SOURCE];
    struct error *err;
    bool ok;
};

static void tell(struct telling *t, const char *department, int64_t score)
{
    if (t->ok && score >= 0)
        t->ok = t->each(t->self, t->part, department, (int32_t)score, t->source, t->err);
}

/* == The three kinds =============================================================== */

static void tell_sheet(void *self, const char *department, int32_t mark)
{
    tell(self, department, mark);
}

static bool sheet_marks(struct store *st, int year, const char *part, struct telling *t,
                        struct error *err)
{
    int64_t id;

    if (!sheet_newest(st, year, part, &id, err))
        return false;
    snprintf(t->source, sizeof(t->source), "sheet %lld", (long long)id);
    return sheet_marks_each(st, year, part, tell_sheet, t, err) && t->ok;
}

static bool openness_marks(struct store *st, int year, struct telling *t,
                           struct error *err)
{
    struct hall_mark_years marks = {0};

    snprintf(t->source, sizeof(t->source), "hall-marks");
    if (!hall_marks_year(st, year, &marks, err))
        return false;
    for (size_t i = 0; i < marks.count; i++)
        tell(t, marks.list[i].department, marks.list[i].year[HALL_MARK_OPENNESS]);
    hall_marks_free(&marks);
    return t->ok;
}

static bool daily_marks(struct store *st, int year, struct telling *t, struct error *err)
{
    struct day_log_windows windows = {0};

    snprintf(t->source, sizeof(t->source), "day-log");
    if (!day_log_windows(st, year, NULL, NULL, &windows, err))
        return false;
    for (size_t i = 0; i < windows.count; i++) {
        const char *department = windows.list[i].department;
        struct day_log_year of;

        if (i > 0 && strcmp(department, windows.list[i - 1].department) == 0)
            continue; /* told already: they come department after department */
        day_log_department(&windows, department, &of);
        tell(t, department, of.year);
    }
    day_log_windows_free(&windows);
    return t->ok;
}

bool assess_marks_each(struct store *st, const struct scheme *scheme, int year,
                       assess_mark_each *each, void *self, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < scheme->part_count; i++) {
        const struct scheme_part *part = &scheme->parts[i];
        struct telling t = {
            .each = each, .self = self, .part = i, .err = err, .ok = true};

        if (part->measure == MEASURE_SHEET)
            ok = sheet_marks(st, year, part->code, &t, err);
        else if (part->measure == MEASURE_OPENNESS)
            ok = openness_marks(st, year, &t, err);
        else if (part->measure == MEASURE_DAILY)
            ok = daily_marks(st, year, &t, err);
    }
    return ok;
}

static bool put_mark(void *self, size_t part, const char *department, int32_t score,
                     const char *source, struct error *err)
{
    struct assess_book *book = self;

    (void)source;
    (void)err;
    for (size_t i = 0; i < book->count; i++)
        if (strcmp(book->units[i].code, department) == 0)
            book->units[i].marks[part] = score;
    return true;
}

bool assess_marks_fill(struct store *st, const struct scheme *scheme, int year,
                       struct assess_book *book, struct error *err)
{
    for (size_t u = 0; u < book->count; u++)
        for (size_t p = 0; p < SCHEME_PARTS_MOST; p++)
            book->units[u].marks[p] = ASSESS_NONE;
    return assess_marks_each(st, scheme, year, put_mark, book, err);
}
