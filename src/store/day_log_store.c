/*
 * day_log_store.c — see day_log_store.h.
 *
 * Promise: nothing here changes or removes an entry. That the same form twice is one
 * entry, and an entry corrected once at the most, are keys of the table, not the caller's
 * doing.
 */
#include "store/day_log_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/assessment_store.h"
#include "store/person_store.h"
#include "store/review_store.h"
#include "store/topics.h"

enum { ONCE, FIND, ADD, LIST, MONTHS, STATEMENTS };

#define ENTRIES                                                                          \
    "SELECT e.id, e.corrects, c.id, e.at_ms, e.local_date, e.points, e.kind, e.side,"    \
    " e.late, e.window_code, e.department_code, e.actor, e.words_id,"                    \
    " (SELECT count(*) FROM evidence_files f WHERE f.subject = 'log'"                    \
    " AND f.subject_id = e.id)"                                                          \
    " FROM log_entries e LEFT JOIN log_entries c ON c.corrects = e.id"

static const char *const sql[STATEMENTS] = {
    [ONCE] = "SELECT id FROM log_entries WHERE hall = $1 AND once = $2",
    [FIND] = ENTRIES " WHERE e.id = $1 AND e.hall = $2",
    [ADD] = "INSERT INTO log_entries (id, hall, once, local_date, window_code,"
            " department_code, kind, points, side, late, corrects, words_id, actor,"
            " at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
            " $14)",
    [LIST] = ENTRIES " WHERE e.hall = $1 AND e.local_date BETWEEN $2 AND $3"
                     " AND (CAST($4 AS TEXT) IS NULL OR e.window_code = $4)"
                     " AND (CAST($5 AS TEXT) IS NULL OR e.department_code = $5)"
                     " ORDER BY e.local_date DESC, e.window_code, e.id LIMIT $6",
    [MONTHS] =
        "SELECT x.department_code, x.window_code, x.month, CAST(sum(x.points) AS BIGINT),"
        " CAST(sum(x.entries) AS BIGINT), CAST(sum(x.late) AS BIGINT)"
        " FROM (SELECT e.department_code, e.window_code, e.local_date / 100 AS month,"
        " e.points, 1 AS entries, e.late FROM log_entries e WHERE e.hall = $1"
        " AND e.local_date BETWEEN $2 AND $3 AND NOT EXISTS"
        " (SELECT 1 FROM log_entries c WHERE c.corrects = e.id)"
        " UNION ALL SELECT s.department_code, s.window_code, s.date / 100, 0, 0, 0"
        " FROM case_sums s WHERE s.hall = $1 AND s.span = 3 AND s.date BETWEEN $2 AND $3"
        " AND s.closed > 0) x"
        " WHERE (CAST($4 AS TEXT) IS NULL OR x.department_code = $4)"
        " AND (CAST($5 AS TEXT) IS NULL OR x.window_code = $5)"
        " GROUP BY x.department_code, x.window_code, x.month"
        " ORDER BY x.department_code, x.window_code, x.month",
};

const char *const *day_log_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const sides[] = {[DAY_LOG_HALL] = "hall", [DAY_LOG_WINDOW] = "window"};

/* == Writing ====================================================================== */

/* What is about to be written, once it is known what it speaks of. */
struct draft {
    int local_date;
    char window[CODE_SIZE], department[CODE_SIZE];
    enum day_log_kind kind;
};

static bool own(const struct day_log_input *in, const char *window)
{
    return in->own_window == NULL || strcmp(in->own_window, window) == 0;
}

/* A correction speaks of what the entry spoke of. */
static bool draft_correction(struct store *st, const struct day_log_input *in,
                             struct draft *d, enum day_log_verdict *verdict,
                             struct error *err)
{
    struct day_log_entry old;
    bool found;

    if (!day_log_find(st, in->corrects, &old, &found, err))
        return false;
    if (!found || !own(in, old.window))
        *verdict = DAY_LOG_NO_ENTRY;
    else if (!day_log_may_correct(in->side, old.side))
        *verdict = DAY_LOG_NOT_THIS_SIDE;
    else if (old.corrected_by != 0)
        *verdict = DAY_LOG_CORRECTED;
    d->local_date = old.local_date;
    d->kind = old.kind;
    memcpy(d->window, old.window, sizeof(d->window));
    memcpy(d->department, old.department, sizeof(d->department));
    return true;
}

static bool draft_entry(struct store *st, const struct day_log_input *in, int64_t now_ms,
                        struct draft *d, enum day_log_verdict *verdict, struct error *err)
{
    struct window window;
    bool found;

    if (!window_find(st, in->window, &window, &found, err))
        return false;
    if (!found || !own(in, window.code)) {
        *verdict = DAY_LOG_NO_WINDOW;
        return true;
    }
    if (in->local_date > hall_local_date(st->frame, now_ms))
        *verdict = DAY_LOG_TO_COME;
    d->local_date = in->local_date;
    d->kind = in->kind;
    memcpy(d->window, window.code, sizeof(d->window));
    memcpy(d->department, window.department_code, sizeof(d->department));
    return true;
}

static int32_t day_of(int local_date)
{
    return day_number(local_date / 10000, local_date / 100 % 100, local_date % 100);
}

static bool add(struct store *st, const struct day_log_rules *rules,
                const struct day_log_input *in, const struct draft *d, int points,
                int64_t now_ms, int64_t *id, struct error *err)
{
    bool late = day_log_late(rules, st->frame->zone, day_of(d->local_date), now_ms);
    const struct evidence_of of = {.subject = EVIDENCE_LOG,
                                   .subject_id = *id = store_id(st, now_ms),
                                   .department = d->department,
                                   .window = d->window};
    int64_t words_id;

    return words_keep(st, in->words, strlen(in->words), now_ms, &words_id, err) &&
           db_run(st->db, sql[ADD],
                  DB(db_int(*id), db_int(st->hall), db_text(in->once),
                     db_int(d->local_date), db_text(d->window), db_text(d->department),
                     db_text(day_log_kind_name(d->kind)), db_int(points),
                     db_text(sides[in->side]), db_int(late), db_id(in->corrects),
                     db_int(words_id), db_text(in->actor), db_int(now_ms)),
                  err) &&
           evidence_add(st, &of, &in->file, in->file_most, in->actor, now_ms, err);
}

bool day_log_take(struct store *st, const struct day_log_rules *rules,
                  const struct day_log_input *in, int64_t now_ms,
                  enum day_log_verdict *verdict, int64_t *id, struct error *err)
{
    struct draft d = {0};
    int points;
    bool final;

    *verdict = DAY_LOG_TAKEN;
    if (!store_once(st, sql[ONCE], in->once, id, err))
        return false;
    if (*id != 0) {
        *verdict = DAY_LOG_AGAIN;
        return true;
    }
    if (!(in->corrects != 0 ? draft_correction(st, in, &d, verdict, err)
                            : draft_entry(st, in, now_ms, &d, verdict, err)))
        return false;
    if (*verdict != DAY_LOG_TAKEN)
        return true;
    if (!assessment_final(st, d.local_date / 10000, &final, err))
        return false;
    if (final) {
        *verdict = DAY_LOG_FROZEN;
        return true;
    }
    if (!day_log_points(rules, d.kind, in->side, in->points, &points)) {
        *verdict = DAY_LOG_WRONG_POINTS;
        return true;
    }
    return add(st, rules, in, &d, points, now_ms, id, err);
}

/* == Looking ====================================================================== */

#define COPY(c, column, out) db_copy_text(c, column, out, sizeof(out))

static void read_entry(const struct db_cursor *c, struct day_log_entry *e,
                       int64_t *words_id)
{
    *e = (struct day_log_entry){
        .id = db_get_int(c, 0),
        .corrects = db_get_int(c, 1),
        .corrected_by = db_get_int(c, 2),
        .at_ms = db_get_int(c, 3),
        .local_date = (int)db_get_int(c, 4),
        .points = (int)db_get_int(c, 5),
        .kind = day_log_kind_read(db_get_text(c, 6)),
        .side = strcmp(db_get_text(c, 7), sides[DAY_LOG_HALL]) == 0 ? DAY_LOG_HALL
                                                                    : DAY_LOG_WINDOW,
        .late = db_get_int(c, 8) != 0,
        .files = (int)db_get_int(c, 13)};
    COPY(c, 9, e->window);
    COPY(c, 10, e->department);
    COPY(c, 11, e->actor);
    *words_id = db_get_int(c, 12);
}

bool day_log_find(struct store *st, int64_t id, struct day_log_entry *out, bool *found,
                  struct error *err)
{
    struct db_cursor c;
    int64_t words_id;

    *out = (struct day_log_entry){0};
    if (!db_find(st->db, sql[FIND], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found) {
        read_entry(&c, out, &words_id);
        db_done(&c);
    }
    return true;
}

bool day_log_list(struct store *st, int from, int to, const char *window,
                  const char *department, day_log_each *each, void *self,
                  struct error *err)
{
    struct error trouble = {0};
    struct day_log_entry e;
    struct db_cursor c;
    int64_t words_id;
    char *words;

    if (!db_query(st->db, sql[LIST],
                  DB(db_int(st->hall), db_int(from), db_int(to), db_text(window),
                     db_text(department), db_int(DAY_LOG_DAY_MOST)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        read_entry(&c, &e, &words_id);
        if (!review_words(st, words_id, &words, &trouble))
            break;
        e.words = words;
        each(self, &e);
        free(words);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

/* == Months ======================================================================= */

static void read_month(const struct db_cursor *c, struct day_log_window *w)
{
    *w = (struct day_log_window){.month = (int)(db_get_int(c, 2) % 100),
                                 .sum = db_get_int(c, 3),
                                 .entries = (int)db_get_int(c, 4),
                                 .late = (int)db_get_int(c, 5)};
    COPY(c, 0, w->department);
    COPY(c, 1, w->window);
    w->score = day_log_month(w->sum);
}

bool day_log_windows(struct store *st, int year, const char *department,
                     const char *window, struct day_log_windows *out, struct error *err)
{
    struct error trouble = {0};
    struct db_cursor c;
    size_t room = 0;

    *out = (struct day_log_windows){0};
    if (!db_query(st->db, sql[MONTHS],
                  DB(db_int(st->hall), db_int((int64_t)year * 10000),
                     db_int((int64_t)year * 10000 + 9999), db_text(department),
                     db_text(window)),
                  &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        if (out->count == room)
            out->list = memory_resize(out->list, (room = room != 0 ? 2 * room : 64) *
                                                     sizeof(*out->list));
        read_month(&c, &out->list[out->count++]);
    }
    db_done(&c);
    if (trouble.kind == ERROR_NONE)
        return true;
    day_log_windows_free(out);
    *err = trouble;
    return false;
}

void day_log_windows_free(struct day_log_windows *w)
{
    free(w->list);
    *w = (struct day_log_windows){0};
}

/* A month is the mean of the windows that are meant. */
static int64_t month_of(const struct day_log_windows *w, const char *department,
                        const char *window, int month)
{
    int64_t *scores = memory_new((w->count + 1) * sizeof(*scores)), mean;
    size_t count = 0;

    for (size_t i = 0; i < w->count; i++) {
        const struct day_log_window *one = &w->list[i];

        if (one->month == month &&
            (department == NULL || strcmp(one->department, department) == 0) &&
            (window == NULL || strcmp(one->window, window) == 0))
            scores[count++] = one->score;
    }
    mean = day_log_mean(scores, count, 100);
    free(scores);
    return mean;
}

void day_log_department(const struct day_log_windows *w, const char *department,
                        struct day_log_year *out)
{
    for (int m = 0; m < DAY_LOG_MONTHS; m++)
        out->months[m] = month_of(w, department, NULL, m + 1);
    day_log_year_of(out);
}

void day_log_of_window(const struct day_log_windows *w, const char *window,
                       struct day_log_year *out)
{
    for (int m = 0; m < DAY_LOG_MONTHS; m++)
        out->months[m] = month_of(w, NULL, window, m + 1);
    day_log_year_of(out);
}
