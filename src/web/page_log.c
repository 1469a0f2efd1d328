/*
 * page_log.c — the log as it is read (page_log.h).
 */
#include "web/page_log.h"

#include <stdio.h>
#include <string.h>

static const char pattern[] = "/assess/{year}/log";

/* == Entries of the day =========================================================== */

static enum day_log_side side_of(const struct log_page *p)
{
    return p->daily.staff.view->scope == ACCESS_WINDOW ? DAY_LOG_WINDOW : DAY_LOG_HALL;
}

/* May the reader write here at all? */
static bool writes(const struct log_page *p)
{
    return assess_acts(&p->daily.staff, pattern);
}

static void add_entry(void *self, const struct day_log_entry *e)
{
    struct log_page *p = self;
    struct daily *d = &p->daily;
    char points[POINTS_TEXT], id[24];
    json_t *row;

    points_text(e->points, points);
    snprintf(id, sizeof(id), "%lld", (long long)e->id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:b}", "id", id, "window",
                    e->window, "kind",
                    staff_word(&d->words, "kind", day_log_kind_name(e->kind)), "points",
                    points, "by", staff_actor(p->st, e->actor), "at",
                    staff_time(&d->words, e->at_ms), "late", (int)e->late, "gone",
                    (int)(e->corrected_by != 0), "correction", (int)(e->corrects != 0));
    json_object_set_new(row, "own", json_boolean(e->side == DAY_LOG_WINDOW));
    json_object_set_new(row, "words",
                        e->words != NULL ? json_string(e->words) : json_null());
    json_object_set_new(row, "files",
                        daily_files(d, p->st, EVIDENCE_LOG, e->id, e->files));
    json_object_set_new(row, "correctable",
                        json_boolean(writes(p) && e->corrected_by == 0 &&
                                     day_log_may_correct(side_of(p), e->side)));
    json_array_append_new(p->entries, row);
}

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static bool read_entries(struct store *st, struct log_page *p, struct error *err)
{
    const char *window = daily_own_window(&p->daily);
    const char *department = daily_own_department(&p->daily);

    p->st = st;
    p->entries = json_array();
    if (window == NULL)
        window = or_null(p->window);
    if (!day_log_list(st, p->date, p->date, window, department, add_entry, p, err)) {
        json_decref(p->entries);
        return false;
    }
    daily_put_list(&p->daily, "entries", "some", p->entries);
    return true;
}

/* == Months, quarters, years ====================================================== */

static json_t *score_json(int64_t score)
{
    char text[POINTS_TEXT];

    score_text(score, text);
    return json_string(text[0] != '\0' ? text : "–");
}

static json_t *year_row(const char *code, const char *name, const struct day_log_year *y)
{
    json_t *months = json_array(), *quarters = json_array();

    for (int m = 0; m < DAY_LOG_MONTHS; m++)
        json_array_append_new(months, score_json(y->months[m]));
    for (int q = 0; q < DAY_LOG_QUARTERS; q++)
        json_array_append_new(quarters, score_json(y->quarters[q]));
    return json_pack("{s:s, s:s, s:o, s:o, s:o}", "code", code, "name", name, "months",
                     months, "quarters", quarters, "in_year", score_json(y->year));
}

/* The name that a code has among these options; the code where it has none. */
static const char *name_of(const json_t *options, const char *code)
{
    const json_t *option;
    size_t i;

    json_array_foreach(options, i, option)
    {
        if (strcmp(json_string_value(json_object_get(option, "value")), code) == 0)
            return json_string_value(json_object_get(option, "text"));
    }
    return code;
}

/* Entries and those of them that came late, of all months of a row. */
static void count_in(const struct day_log_windows *w, bool by_window, const char *code,
                     json_t *row)
{
    int entries = 0, late = 0;

    for (size_t i = 0; i < w->count; i++)
        if (strcmp(by_window ? w->list[i].window : w->list[i].department, code) == 0) {
            entries += w->list[i].entries;
            late += w->list[i].late;
        }
    json_object_set_new(row, "count", json_integer(entries));
    json_object_set_new(row, "late", json_integer(late));
}

/* One row for each department, or for each window of those that were read. */
static json_t *rows_of(const struct day_log_windows *w, bool by_window,
                       const json_t *options)
{
    json_t *rows = json_array();
    const char *last = "";

    for (size_t i = 0; i < w->count; i++) {
        const char *code = by_window ? w->list[i].window : w->list[i].department;
        struct day_log_year y;
        json_t *row;

        if (strcmp(code, last) == 0)
            continue;
        last = code;
        if (by_window)
            day_log_of_window(w, code, &y);
        else
            day_log_department(w, code, &y);
        row = year_row(code, name_of(options, code), &y);
        count_in(w, by_window, code, row);
        json_array_append_new(rows, row);
    }
    return rows;
}

static bool read_year(struct store *st, struct log_page *p, const json_t *windows,
                      const json_t *departments, struct error *err)
{
    struct daily *d = &p->daily;
    const char *window = daily_own_window(d), *department = daily_own_department(d);
    bool by_window = window != NULL || department != NULL || p->department[0] != '\0';
    struct day_log_windows w;

    if (department == NULL)
        department = or_null(p->department);
    if (!day_log_windows(st, d->year, department, window, &w, err))
        return false;
    daily_put_list(d, "rows", "some_rows",
                   rows_of(&w, by_window, by_window ? windows : departments));
    daily_put(d, "by_window", json_boolean(by_window));
    daily_put(d, "of_department",
              department != NULL ? json_string(name_of(departments, department))
                                 : json_null());
    day_log_windows_free(&w);
    return true;
}

/* == The page ===================================================================== */

/* Today, or the last day of a year that is over, or the first of one to come. */
static void choose_day(struct log_page *p)
{
    struct daily *d = &p->daily;
    int date = 0;

    if (p->day[0] != '\0' &&
        ((date = assess_date(p->day)) == 0 || date / 10000 != d->year))
        daily_fail(d, 422, "err_day", "on");
    if (date / 10000 != d->year)
        date = d->today / 10000 > d->year   ? d->year * 10000 + 1231
               : d->today / 10000 < d->year ? d->year * 10000 + 101
                                            : d->today;
    p->date = date;
}

static void put_form(struct log_page *p, const json_t *windows)
{
    struct daily *d = &p->daily;
    const char *typed = p->typed.window[0] != '\0' ? p->typed.window : p->window;
    json_t *kinds = json_array(), *own = json_array(), *option;
    char day[DAY_TEXT], points[POINTS_TEXT];
    const struct day_log_rules rules = daily_log_rules(d->words.site);
    size_t i;

    for (int k = 0; k < DAY_LOG_KINDS; k++) {
        const char *name = day_log_kind_name((enum day_log_kind)k);
        char text[160];

        points_text(rules.points[k], points);
        snprintf(text, sizeof(text), "%s (%s)", staff_word(&d->words, "kind", name),
                 points);
        assess_option(kinds, name, text, p->typed.kind);
    }
    json_array_foreach(windows, i, option)
        assess_option(own, json_string_value(json_object_get(option, "value")),
                      json_string_value(json_object_get(option, "text")), typed);
    assess_date_text(p->date, day);
    daily_put(d, "writes", json_boolean(writes(p)));
    daily_put(d, "is_hall", json_boolean(side_of(p) == DAY_LOG_HALL));
    daily_put(d, "kinds", kinds);
    daily_put(d, "form_windows", own);
    daily_put(d, "day", json_string(day));
    daily_put(d, "form_day", json_string(p->typed.day[0] != '\0' ? p->typed.day : day));
    daily_put(d, "form_points", json_string(p->typed.points));
    daily_put(d, "form_words", json_string(p->typed.words));
    daily_put(d, "corrects",
              p->corrects != 0 ? json_string(p->typed.corrects) : json_null());
}

bool log_read(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct log_page *p = (struct log_page *)s;
    struct daily *d = &p->daily;
    json_t *windows, *departments;
    bool ok;

    if (!daily_begin(d, st, now_ms, err))
        return false;
    choose_day(p);
    windows = json_array();
    departments = json_array();
    daily_put(d, "windows", windows);
    daily_put(d, "departments", departments);
    ok = daily_windows(d, st, p->window, windows, err) &&
         daily_departments(d, st, p->department, departments, err) &&
         read_entries(st, p, err) && read_year(st, p, windows, departments, err);
    if (ok)
        put_form(p, windows);
    else
        json_decref(d->data);
    return ok;
}

void log_show(struct exchange *x, struct step *s)
{
    struct log_page *p = (struct log_page *)s;

    daily_show(x, &p->daily, pattern, "log");
}

static const char *asked(const struct exchange *x, const char *name)
{
    const char *value = exchange_query(x, name);

    return value != NULL ? value : "";
}

void page_log(struct exchange *x)
{
    struct log_page *p = daily_new(x, sizeof(*p));

    p->day = asked(x, "day");
    p->window = asked(x, "window");
    p->department = asked(x, "department");
    p->typed.once = p->typed.day = p->typed.window = p->typed.kind = p->typed.points =
        p->typed.words = p->typed.corrects = "";
    staff_read(&p->daily.staff, log_read, log_show);
}
