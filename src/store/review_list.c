/*
 * review_list.c — the list of ratings (review_store.h), with any filter and sort.
 *
 * Lines (rating_lines.h) are read in the order of the list, some at a time, and judged
 * here; those that pass are then read whole. So a page costs the same wherever it lies,
 * and a wish that few ratings meet costs at most REVIEW_LOOK lines. Three things make
 * that rare:
 *
 *     an order by grade, or a single grade, goes by the index of grades;
 *     windows, matters and clerks are turned into ids once, and if there are none, into
 *     nothing at all;
 *     where a stretch held nothing, the next day on which such a place was rated is
 *     looked up, and the days between are left out.
 *
 * Ids grow with time: a range of days is a range of ids, widened by a day at each end
 * because an id may run ahead of a clock that was set back; a line's own date decides.
 */
#include "store/review_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "base/memory.h"
#include "base/zone.h"
#include "store/rating_lines.h"
#include "store/topics.h"

enum { WINDOWS, MATTERS, CLERKS, OLDEST, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [WINDOWS] = "SELECT w.id, w.code, w.name, d.code, d.name FROM windows w"
                " JOIN departments d ON d.id = w.department_id WHERE w.hall = $1"
                " ORDER BY w.id",
    [MATTERS] = "SELECT id, code, name FROM matters WHERE hall = $1 ORDER BY id",
    [CLERKS] = "SELECT id, code, name FROM clerks WHERE hall = $1 ORDER BY id",
    [OLDEST] = "SELECT id FROM ratings WHERE hall + 0 = $1 ORDER BY id LIMIT 1",
};

const char *const *review_list_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const sort_names[REVIEW_SORTS] = {
    [REVIEW_NEWEST] = "newest",
    [REVIEW_OLDEST] = "oldest",
    [REVIEW_WORST] = "worst",
    [REVIEW_BEST] = "best",
};

const char *review_sort_name(enum review_sort sort)
{
    return sort_names[sort];
}

enum review_sort review_sort_read(const char *name)
{
    for (int i = 0; i < REVIEW_SORTS; i++)
        if (strcmp(sort_names[i], name) == 0)
            return (enum review_sort)i;
    return REVIEW_SORTS;
}

/* ---- places as ids ---- */

enum {
    CODES_MOST = 24 /* of a place, beyond which looking for its days does not pay */
};

/* Ids in growing order, of those that a wish names. */
struct id_set {
    bool any; /* nobody asked: all of them */
    int64_t *ids;
    size_t count;
    char codes[CODES_MOST][CODE_SIZE]; /* each once; code_count is greater if too many */
    size_t code_count;
};

static void set_add(struct id_set *set, int64_t id, const char *code)
{
    set->ids = memory_resize(set->ids, (set->count + 1) * sizeof(*set->ids));
    set->ids[set->count++] = id;
    for (size_t i = 0; i < set->code_count && i < CODES_MOST; i++)
        if (strcmp(set->codes[i], code) == 0)
            return;
    if (set->code_count < CODES_MOST)
        snprintf(set->codes[set->code_count], CODE_SIZE, "%s", code);
    set->code_count++;
}

static bool set_has(const struct id_set *set, int64_t id)
{
    size_t low = 0, high = set->count;

    if (set->any)
        return true;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (set->ids[middle] == id)
            return true;
        if (set->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is(const char *wanted, const char *code)
{
    return wanted == NULL || strcmp(wanted, code) == 0;
}

/* Does this row of a hall's table pass? */
static bool place_passes(const struct review_filter *f, int table,
                         const struct db_cursor *c)
{
    const char *code = db_get_text(c, 1), *name = db_get_text(c, 2);
    struct list_row row = {0};

    if (table == MATTERS) {
        row.matter = code;
        row.matter_name = name;
        return is(f->matter, code) &&
               list_query_passes(&f->query, &row, LIST_BIT(LIST_MATTER));
    }
    if (table == CLERKS) {
        row.clerk = code;
        row.clerk_name = name;
        return is(f->clerk, code) &&
               list_query_passes(&f->query, &row, LIST_BIT(LIST_CLERK));
    }
    row.window = code;
    row.window_name = name;
    row.department = db_get_text(c, 3);
    row.department_name = db_get_text(c, 4);
    return is(f->window, code) && is(f->own_window, code) &&
           is(f->department, row.department) && is(f->own_department, row.department) &&
           list_query_passes(&f->query, &row,
                             LIST_BIT(LIST_WINDOW) | LIST_BIT(LIST_DEPT));
}

static bool asks(const struct review_filter *f, int table)
{
    static const unsigned of[] = {
        [WINDOWS] = LIST_BIT(LIST_WINDOW) | LIST_BIT(LIST_DEPT),
        [MATTERS] = LIST_BIT(LIST_MATTER),
        [CLERKS] = LIST_BIT(LIST_CLERK),
    };

    for (int i = 0; i < f->query.count; i++)
        if ((LIST_BIT(f->query.parts[i].qualifier) & of[table]) != 0)
            return true;
    return table == MATTERS  ? f->matter != NULL
           : table == CLERKS ? f->clerk != NULL
                             : f->window != NULL || f->own_window != NULL ||
                                   f->department != NULL || f->own_department != NULL;
}

static bool fill_set(struct store *st, const struct review_filter *f, int table,
                     struct id_set *set, struct error *err)
{
    struct db_cursor c;

    set->any = !asks(f, table);
    if (set->any)
        return true;
    if (!db_query(st->db, sql[table], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err))
        if (place_passes(f, table, &c))
            set_add(set, db_get_int(&c, 0), db_get_text(&c, 1));
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* ---- the walk ---- */

enum { CHUNK = 1024 };

struct walk {
    struct store *st;
    const struct review_filter *f;
    struct id_set sets[STATEMENTS];
    int64_t from, below; /* what is still to be looked at */
    bool up;
    int64_t ids[REVIEW_LIMIT_MOST + 1];
    int count;
    int64_t last, left; /* the line looked at last; how many more may be */
    int most;           /* lines of a stretch */
    struct rating_line lines[CHUNK];
};

/* The smallest id of a local day `shift` days after yyyymmdd, as far as clocks can be
 * trusted. */
static int64_t id_of_day(const struct store *st, int yyyymmdd, int shift)
{
    int32_t day = day_number(yyyymmdd / 10000, yyyymmdd / 100 % 100, yyyymmdd % 100);

    return id_floor(zone_day_utc(st->frame->zone, day + shift, 0));
}

/* An id's own instant; ids of tests that are made by hand are of the first days. */
int review_day_of(const struct store *st, int64_t id)
{
    int64_t low = 0, high = INT64_C(4102444800000); /* the year 2100 */

    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;

        if (id_floor(middle) <= id)
            low = middle;
        else
            high = middle - 1;
    }
    return hall_local_date(st->frame, low);
}

/* Of a case that is corrected the later one is effective, once it is written. */
static bool line_effective(const struct review_filter *f, const struct rating_line *line)
{
    return line->later_id == 0 || (f->as_of != 0 && line->later_id >= f->as_of);
}

static bool line_passes(const struct walk *w, const struct rating_line *line)
{
    const struct review_filter *f = w->f;
    char is_words[32], has_words[32];
    const struct list_row row = {.grade = line->grade,
                                 .tags = line->tags,
                                 .channel = line->channel,
                                 .proof = line->proof,
                                 .date = line->date,
                                 .is = is_words,
                                 .has = has_words};

    if (!line_effective(f, line) || !set_has(&w->sets[WINDOWS], line->window_id) ||
        !set_has(&w->sets[MATTERS], line->matter_id) ||
        !set_has(&w->sets[CLERKS], line->clerk_id) || (f->bad && !line->ordered) ||
        (f->grade != 0 && line->grade != f->grade) || !is(f->channel, line->channel) ||
        line->date < f->from || (f->to != 0 && line->date > f->to))
        return false;
    if ((f->closed_from != 0 || f->closed_to != 0) &&
        (line->closed_date == 0 || line->closed_date < f->closed_from ||
         (f->closed_to != 0 && line->closed_date > f->closed_to)))
        return false;
    if (f->query.count == 0)
        return true;
    snprintf(is_words, sizeof(is_words), "%s%s%s", line->delay_s > 86400 ? "late " : "",
             line->praised ? "praise " : "", line->corrected ? "corrected" : "");
    snprintf(has_words, sizeof(has_words), "%s%s%s", line->commented ? "comment " : "",
             line->contact ? "contact " : "", line->ordered ? "order" : "");
    return list_query_passes(&f->query, &row, ~(LIST_PLACES | LIST_BIT(LIST_CLERK)));
}

/* Whose days can be looked up: the set with the fewest codes; STATEMENTS for none. */
static int rare_set(const struct walk *w)
{
    int best = STATEMENTS;

    for (int i = 0; i < STATEMENTS; i++)
        if (!w->sets[i].any && w->sets[i].code_count <= CODES_MOST &&
            (best == STATEMENTS || w->sets[i].code_count < w->sets[best].code_count))
            best = i;
    return best;
}

/* Leaves out the days before `date`, in the order of the walk, on which none of the
 * places was rated. False in *more where no day is left. */
static bool leave_out(struct walk *w, int grade, int date, bool *more, struct error *err)
{
    static const enum rating_code codes[STATEMENTS] = {
        [WINDOWS] = RATING_WINDOW, [MATTERS] = RATING_MATTER, [CLERKS] = RATING_CLERK};
    int rare = rare_set(w), nearest = 0, day;

    *more = true;
    if (rare == STATEMENTS)
        return true;
    for (size_t i = 0; i < w->sets[rare].code_count; i++) {
        if (!rating_day_near(w->st, codes[rare], w->sets[rare].codes[i], grade, date,
                             w->up, &day, err))
            return false;
        if (day != 0 && (nearest == 0 || (w->up ? day < nearest : day > nearest)))
            nearest = day;
    }
    *more = nearest != 0;
    if (!*more)
        return true;
    if (w->up && id_of_day(w->st, nearest, -1) > w->from)
        w->from = id_of_day(w->st, nearest, -1);
    if (!w->up && id_of_day(w->st, nearest, 2) < w->below)
        w->below = id_of_day(w->st, nearest, 2);
    return true;
}

/* Judges one stretch; how many lines it had. */
static bool look_at(struct walk *w, int grade, int *seen, struct error *err)
{
    const struct rating_stretch stretch = {
        .from = w->from, .below = w->below, .up = w->up, .grade = grade, .most = CHUNK};

    if (!rating_lines_read(w->st, &stretch, w->lines, seen, err))
        return false;
    for (int i = 0; i < *seen && w->count <= w->f->limit; i++) {
        w->last = w->lines[i].id;
        if (line_passes(w, &w->lines[i]))
            w->ids[w->count++] = w->last;
    }
    w->left -= *seen;
    return true;
}

/* Everything of one grade, or of any for -1, from where the walk stands. */
static bool run(struct walk *w, int grade, struct error *err)
{
    int date = w->up ? w->f->from : w->f->to != 0 ? w->f->to : 99991231, seen;
    bool more = w->from < w->below;

    if (more && !leave_out(w, grade, date, &more, err))
        return false;
    while (more && w->count <= w->f->limit && w->left > 0) {
        int had = w->count;

        w->most = w->left < CHUNK ? (int)w->left : CHUNK;
        if (!look_at(w, grade, &seen, err))
            return false;
        if (seen < w->most)
            return true;
        date = w->lines[seen - 1].date;
        if (w->up)
            w->from = w->last + 1;
        else
            w->below = w->last;
        if (w->count == had && !leave_out(w, grade, date + (w->up ? -1 : 1), &more, err))
            return false;
    }
    return true;
}

/* The grades that may pass at all, as bits. */
static unsigned grades_of(const struct review_filter *f)
{
    unsigned bits = 0;

    for (int grade = 0; grade <= 5; grade++) {
        const struct list_row row = {.grade = grade};

        if ((f->grade == 0 || f->grade == grade) &&
            list_query_passes(&f->query, &row, LIST_BIT(LIST_GRADE)))
            bits |= 1u << grade;
    }
    return bits;
}

/* The runs in their order, ended by -2: a single grade has its own, too. */
static void order_runs(const struct review_filter *f, int out[8])
{
    static const int orders[REVIEW_SORTS][6] = {
        [REVIEW_WORST] = {1, 2, 3, 4, 5, 0}, [REVIEW_BEST] = {5, 4, 3, 2, 1, 0}};
    unsigned bits = grades_of(f);
    bool sorted = f->sort == REVIEW_WORST || f->sort == REVIEW_BEST;
    const int *order = orders[sorted ? f->sort : REVIEW_WORST];
    int count = 0;

    for (int i = 0; i < 6; i++)
        if ((bits & 1u << order[i]) != 0)
            out[count++] = order[i];
    if (!sorted && (count > 1 || f->sort == REVIEW_OLDEST)) {
        out[0] = -1;
        count = count > 0;
    }
    out[count] = -2;
}

/* Ids between which everything lies that passes. */
static void bound(struct walk *w)
{
    const struct review_filter *f = w->f;
    /* what was closed on a day was not rated before it */
    int since = f->from > f->closed_from ? f->from : f->closed_from;

    w->from = since != 0 ? id_of_day(w->st, since, -1) : 0;
    w->below = f->to != 0 ? id_of_day(w->st, f->to, 2) : INT64_MAX;
    if (f->as_of != 0 && f->as_of < w->below)
        w->below = f->as_of;
    for (int i = 0; i < f->query.count; i++) {
        const struct list_part *part = &f->query.parts[i];

        if (part->qualifier == LIST_AFTER && !part->negated &&
            id_of_day(w->st, part->date, 0) > w->from)
            w->from = id_of_day(w->st, part->date, 0);
        if (part->qualifier == LIST_BEFORE && !part->negated &&
            id_of_day(w->st, part->date, 1) < w->below)
            w->below = id_of_day(w->st, part->date, 1);
    }
}

/* Goes through the runs; the one in which the page before ended goes on behind it. */
static bool walk_runs(struct walk *w, bool *ended, struct error *err)
{
    int runs[8], grade = -1, at = 0;
    const int64_t from = w->from, below = w->below;

    order_runs(w->f, runs);
    if (w->f->before != 0 && runs[0] >= 0 &&
        !rating_line_grade(w->st, w->f->before, &grade, err))
        return false;
    while (runs[at] >= 0 && grade >= 0 && runs[at] != grade && runs[at] != -2)
        at++;
    for (bool first = true; runs[at] != -2; at++, first = false) {
        w->from = from;
        w->below = below;
        if (first && w->f->before != 0 && w->up && w->from <= w->f->before)
            w->from = w->f->before + 1;
        if (first && w->f->before != 0 && !w->up && w->below > w->f->before)
            w->below = w->f->before;
        if (!run(w, runs[at], err))
            return false;
        if (w->count > w->f->limit || w->left <= 0)
            break;
    }
    *ended = runs[at] == -2;
    return true;
}

bool review_list(struct store *st, const struct review_filter *f, review_each *each,
                 void *self, int64_t *next, struct error *err)
{
    struct walk *w = memory_new(sizeof(*w));
    bool ended = true, found, ok = true;

    assert(f->limit > 0 && f->limit <= REVIEW_LIMIT_MOST);
    *next = 0;
    w->st = st;
    w->f = f;
    w->up = f->sort == REVIEW_OLDEST;
    w->left = f->look != 0 ? f->look : REVIEW_LOOK;
    for (int i = 0; ok && i < STATEMENTS; i++)
        ok = fill_set(st, f, i, &w->sets[i], err);
    if (ok) {
        bound(w);
        ok = walk_runs(w, &ended, err);
    }
    for (int i = 0; ok && i < w->count && i < f->limit; i++)
        ok = review_item_each(st, w->ids[i], f->details_before, each, self, &found, err);
    if (ok && !ended)
        *next = w->count > f->limit ? w->ids[f->limit - 1] : w->last;
    for (int i = 0; i < STATEMENTS; i++)
        free(w->sets[i].ids);
    free(w);
    return ok;
}

bool review_newest(struct store *st, int64_t *id, struct error *err)
{
    return rating_lines_newest(st, id, err);
}

bool review_oldest(struct store *st, const struct review_filter *f, int64_t *id,
                   struct error *err)
{
    int since = f->from > f->closed_from ? f->from : f->closed_from;
    struct db_cursor c;
    bool found;

    *id = since != 0 ? id_of_day(st, since, -1) : 0;
    if (!db_find(st->db, sql[OLDEST], DB(db_int(st->hall)), &c, &found, err))
        return false;
    if (found && db_get_int(&c, 0) > *id)
        *id = db_get_int(&c, 0);
    db_done(&c);
    return true;
}
