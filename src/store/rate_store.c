/*
 * rate_store.c — see rate_store.h.
 *
 * A period is read as its whole months and the days before and behind them, so that a
 * year costs twelve months. Rows are added up here and not by the engine: they come in
 * the order of the key, and one look-up finds their group.
 */
#include "store/rate_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/topics.h"

#define CONFINED                                                                         \
    " AND (CAST($5 AS TEXT) IS NULL OR department_code = $5)"                            \
    " AND (CAST($6 AS TEXT) IS NULL OR window_code = $6)"                                \
    " AND (CAST($7 AS TEXT) IS NULL OR matter_code = $7)"                                \
    " AND (CAST($8 AS TEXT) IS NULL OR clerk_code = $8)"                                 \
    " AND (CAST($9 AS TEXT) IS NULL OR department_code = $9)"                            \
    " AND (CAST($10 AS TEXT) IS NULL OR window_code = $10)"
#define IN_PERIOD " WHERE hall = $1 AND span = $2 AND date >= $3 AND date <= $4" CONFINED
#define PLACE     "SELECT date, department_code, window_code, matter_code, clerk_code"

enum {
    CASES,
    RATINGS,
    ORDERS,
    OVERDUE,
    REPLIES,
    DEPARTMENT_NAMES,
    WINDOW_NAMES,
    MATTER_NAMES,
    CLERK_NAMES,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [CASES] = PLACE ", closed, ratable, reached FROM case_sums" IN_PERIOD,
    [RATINGS] = PLACE
    ", channel, delay, measure, g0, g1, g2, g3, g4, g5 FROM rating_sums" IN_PERIOD
    " AND (CAST($11 AS TEXT) IS NULL OR channel = $11)",
    [ORDERS] = PLACE ", reach, contact, fix, verdict, orders FROM order_sums" IN_PERIOD
                     " AND orders <> 0",
    [OVERDUE] = PLACE
    ", reach, contact, fix, verdict, s.state, s.contact_due_ms, s.fix_due_ms,"
    " s.paused_ms FROM (SELECT order_id, state, contact_due_ms, fix_due_ms, paused_ms"
    " FROM order_states WHERE hall = $1 AND kind = 'rating' AND state <> 'closed'"
    " AND due_ms < $2 AND round = 0) AS s"
    " JOIN (SELECT order_id, date, department_code, window_code, matter_code, clerk_code,"
    " reach AS reach, contact, fix, verdict FROM order_marks WHERE gone = 0"
    " AND (contact = '' OR fix = '')) AS m ON m.order_id = s.order_id"
    " WHERE date >= $3 AND date <= $4" CONFINED,
    [REPLIES] = "SELECT COALESCE(CAST(sum(replies) AS BIGINT), 0),"
                " COALESCE(CAST(sum(CASE linked WHEN 1 THEN replies ELSE 0 END) AS"
                " BIGINT), 0) FROM reply_days"
                " WHERE hall = $1 AND local_date >= $2 AND local_date <= $3",
    [DEPARTMENT_NAMES] = "SELECT code, name, '' FROM departments WHERE hall = $1"
                         " ORDER BY id",
    [WINDOW_NAMES] = "SELECT w.code, w.name, d.code FROM windows w"
                     " JOIN departments d ON d.id = w.department_id WHERE w.hall = $1"
                     " ORDER BY w.id",
    [MATTER_NAMES] = "SELECT code, name, '' FROM matters WHERE hall = $1 ORDER BY id",
    [CLERK_NAMES] = "SELECT code, name, '' FROM clerks WHERE hall = $1 ORDER BY id",
};

const char *const *rate_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const by_names[RATE_BYS] = {
    "hall",  "county", "department", "window",  "matter",
    "clerk", "day",    "month",      "quarter", "year"};

const char *rate_by_name(enum rate_by by)
{
    return by_names[by];
}

enum rate_by rate_by_read(const char *name)
{
    int by = 0;

    while (by < RATE_BYS && strcmp(by_names[by], name) != 0)
        by++;
    return (enum rate_by)by;
}

void rates_free(struct rates *r)
{
    free(r->list);
    *r = (struct rates){0};
}

/* == Groups ======================================================================= */

struct reading {
    struct store *st;
    const struct rate_query *q;
    struct rates *out;
    size_t room, last; /* the group that was found last */
};

static void code_of(const struct reading *r, const struct db_cursor *c,
                    char out[CODE_SIZE])
{
    int date = (int)db_get_int(c, 0);

    out[0] = '\0';
    switch (r->q->by) {
    case RATE_BY_DEPARTMENT:
    case RATE_BY_WINDOW:
    case RATE_BY_MATTER:
    case RATE_BY_CLERK:
        db_copy_text(c, 1 + (int)(r->q->by - RATE_BY_DEPARTMENT), out, CODE_SIZE);
        return;
    case RATE_BY_DAY:
        snprintf(out, CODE_SIZE, "%d", date);
        return;
    case RATE_BY_MONTH:
        snprintf(out, CODE_SIZE, "%d", date / 100);
        return;
    case RATE_BY_QUARTER:
        snprintf(out, CODE_SIZE, "%d%d", date / 10000, (date / 100 % 100 + 2) / 3);
        return;
    case RATE_BY_YEAR:
        snprintf(out, CODE_SIZE, "%d", date / 10000);
        return;
    default:
        return;
    }
}

/* Where the code is, or belongs. */
static size_t place_of(const struct rates *r, const char *code)
{
    size_t low = 0, high = r->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (strcmp(r->list[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct rate_group *group_of(struct reading *r, const struct db_cursor *c)
{
    struct rates *out = r->out;
    char code[CODE_SIZE];
    size_t at;

    code_of(r, c, code);
    if (r->last < out->count && strcmp(out->list[r->last].code, code) == 0)
        return &out->list[r->last];
    at = r->last = place_of(out, code);
    if (at < out->count && strcmp(out->list[at].code, code) == 0)
        return &out->list[at];
    if (out->count == r->room) {
        r->room = r->room == 0 ? 16 : 2 * r->room;
        out->list = memory_resize(out->list, r->room * sizeof(out->list[0]));
    }
    memmove(&out->list[at + 1], &out->list[at], (out->count - at) * sizeof(out->list[0]));
    out->list[at] = (struct rate_group){0};
    memcpy(out->list[at].code, code, sizeof(code));
    out->count++;
    return &out->list[at];
}

/* == Rows ========================================================================= */

static void add_case(struct reading *r, const struct db_cursor *c)
{
    struct rate_group *g = group_of(r, c);

    g->closed += db_get_int(c, 5);
    g->ratable += db_get_int(c, 6);
    g->reached += db_get_int(c, 7);
}

static void add_rating(struct reading *r, const struct db_cursor *c)
{
    struct rate_group *g = group_of(r, c);
    int channel = rating_channel_read(db_get_text(c, 5)), delay = (int)db_get_int(c, 6);
    int measure = (int)db_get_int(c, 7);
    struct grade_counts counts;

    if (channel < 0) /* the table of ratings knows no other */
        return;
    for (int i = 0; i < 6; i++)
        counts.of[i] = db_get_int(c, 8 + i);
    grades_add(measure == 0               ? &g->ratings[channel][delay]
               : measure == RATE_EXCLUDED ? &g->excluded[channel]
                                          : &g->dims[measure - 1],
               &counts);
}

static void add_orders(struct rate_orders *o, const struct order_outcome *w, int64_t n)
{
    int64_t *const contacts[CLOCKS] = {[CLOCK_RUNNING] = &o->running,
                                       [CLOCK_KEPT] = &o->kept,
                                       [CLOCK_MISSED] = &o->missed,
                                       [CLOCK_UNREACHED] = &o->unreached};
    int64_t *const fixes[CLOCKS] = {[CLOCK_RUNNING] = &o->fix_running,
                                    [CLOCK_KEPT] = &o->fixed,
                                    [CLOCK_MISSED] = &o->fix_missed};

    if (w->contact == CLOCKS || w->fix == CLOCKS || fixes[w->fix] == NULL ||
        w->verdict == OUTCOME_VERDICTS)
        return; /* no program of ours writes such */
    o->bad += n;
    if (w->reach == ORDER_REACH_NONE) {
        o->unnamed += n;
        return;
    }
    if (w->reach == ORDER_REACH_DECLINED)
        o->declined += n;
    else if (contacts[w->contact] != NULL)
        *contacts[w->contact] += n;
    *fixes[w->fix] += n;
    o->verdicts[w->verdict] += n;
}

static struct order_outcome read_outcome(const struct db_cursor *c)
{
    return (struct order_outcome){.reach = order_reach_read(db_get_text(c, 5)),
                                  .contact = outcome_clock_read(db_get_text(c, 6)),
                                  .fix = outcome_clock_read(db_get_text(c, 7)),
                                  .verdict = outcome_verdict_read(db_get_text(c, 8))};
}

static void add_order(struct reading *r, const struct db_cursor *c)
{
    const struct order_outcome outcome = read_outcome(c);

    add_orders(&group_of(r, c)->orders, &outcome, db_get_int(c, 9));
}

/* Nobody has done what was due: late, although no step says so yet. */
static void add_overdue(struct reading *r, const struct db_cursor *c)
{
    const struct work_order order = {.state = order_state_read(db_get_text(c, 9)),
                                     .contact_due_ms = db_get_int(c, 10),
                                     .fix_due_ms = db_get_int(c, 11),
                                     .paused_ms = db_get_int(c, 12)};
    const struct order_outcome kept = read_outcome(c);
    const struct order_outcome now = order_outcome_now(&kept, &order, r->q->now_ms);
    struct rate_orders *o = &group_of(r, c)->orders;

    add_orders(o, &kept, -1);
    add_orders(o, &now, 1);
}

typedef void add_row(struct reading *r, const struct db_cursor *c);

static bool read_rows(struct reading *r, int statement, int64_t second, int from, int to,
                      add_row *add, struct error *err)
{
    const struct rate_query *q = r->q;
    struct error trouble = {0};
    struct db_cursor c;

    if (!db_query(r->st->db, sql[statement],
                  (const struct db_value[]){
                      db_int(r->st->hall), db_int(second), db_int(from), db_int(to),
                      db_text(q->department), db_text(q->window), db_text(q->matter),
                      db_text(q->clerk), db_text(q->own_department),
                      db_text(q->own_window), db_text(q->channel)},
                  statement == RATINGS ? 11 : 10, &c, err))
        return false;
    while (db_next(&c, &trouble))
        add(r, &c);
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

/* Does the question want to know matters or clerks apart? */
static bool wants_detail(const struct rate_query *q)
{
    return q->by == RATE_BY_MATTER || q->by == RATE_BY_CLERK || q->matter != NULL ||
           q->clerk != NULL;
}

/* Days (0) or months (1), of windows alone where that will do. */
static bool read_span(struct reading *r, int months, int from, int to, struct error *err)
{
    int span = months + (wants_detail(r->q) ? 0 : 2);

    return from > to || (read_rows(r, CASES, span, from, to, add_case, err) &&
                         read_rows(r, RATINGS, span, from, to, add_rating, err) &&
                         read_rows(r, ORDERS, span, from, to, add_order, err));
}

static int next_month(int month)
{
    return month % 100 == 12 ? month + 89 : month + 1;
}

static int days_in(int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = month / 100;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month % 100 - 1] + (month % 100 == 2 && leap);
}

/* The days of the first month, the whole months, the days of the last. Months are yyyymm.
 */
static bool read_period(struct reading *r, struct error *err)
{
    int from = r->q->from, to = r->q->to;
    int first = from / 100, last = to / 100;

    if (r->q->by == RATE_BY_DAY)
        return read_span(r, 0, from, to, err);
    if (from % 100 != 1)
        first = next_month(first);
    if (to % 100 < days_in(last))
        last = last % 100 == 1 ? last - 89 : last - 1;
    if (first > last)
        return read_span(r, 0, from, to, err);
    return read_span(r, 0, from, first * 100, err) &&
           read_span(r, 1, first * 100, last * 100, err) &&
           read_span(r, 0, next_month(last) * 100, to, err);
}

/* == Names ======================================================================== */

static bool add_names(struct reading *r, struct error *err)
{
    static const int names[RATE_BYS] = {[RATE_BY_DEPARTMENT] = DEPARTMENT_NAMES,
                                        [RATE_BY_WINDOW] = WINDOW_NAMES,
                                        [RATE_BY_MATTER] = MATTER_NAMES,
                                        [RATE_BY_CLERK] = CLERK_NAMES};
    struct rates *out = r->out;
    struct error trouble = {0};
    struct db_cursor c;

    if (names[r->q->by] == 0)
        return true;
    if (!db_query(r->st->db, sql[names[r->q->by]], DB(db_int(r->st->hall)), &c, err))
        return false;
    while (db_next(&c, &trouble)) {
        size_t at = place_of(out, db_get_text(&c, 0));

        if (at == out->count || strcmp(out->list[at].code, db_get_text(&c, 0)) != 0)
            continue;
        db_copy_text(&c, 1, out->list[at].name, NAME_SIZE);
        db_copy_text(&c, 2, out->list[at].department, CODE_SIZE);
    }
    db_done(&c);
    if (trouble.kind != ERROR_NONE)
        *err = trouble;
    return trouble.kind == ERROR_NONE;
}

static bool is_confined(const struct rate_query *q)
{
    return q->department != NULL || q->window != NULL || q->matter != NULL ||
           q->clerk != NULL || q->own_department != NULL || q->own_window != NULL ||
           q->channel != NULL;
}

static bool read_linkage(struct reading *r, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (is_confined(r->q))
        return true;
    if (!db_find(r->st->db, sql[REPLIES],
                 DB(db_int(r->st->hall), db_int(r->q->from), db_int(r->q->to)), &c,
                 &found, err))
        return false;
    r->out->replies = db_get_int(&c, 0);
    r->out->linked = db_get_int(&c, 1);
    db_done(&c);
    return true;
}

/* A share is never more than its whole, and nothing is less than nothing. */
static bool fits(const struct rate_group *g)
{
    const struct grade_counts pooled = rate_grades_pooled(g);
    int64_t rated = rate_excluded_of(g, -1);

    for (int i = 0; i < 6; i++) {
        if (pooled.of[i] < 0)
            return false;
        rated += pooled.of[i];
    }
    return rated <= g->ratable && g->ratable <= g->closed && g->reached <= g->ratable;
}

static void name_hall(const struct reading *r)
{
    const struct hall_frame *f = r->st->frame;

    for (size_t i = 0; i < r->out->count && r->q->by <= RATE_BY_COUNTY; i++)
        snprintf(r->out->list[i].name, NAME_SIZE, "%s",
                 r->q->by == RATE_BY_HALL ? f->name : f->county);
}

bool rates_read(struct store *st, const struct rate_query *q, struct rates *out,
                struct error *err)
{
    struct reading r = {.st = st, .q = q, .out = out};

    *out = (struct rates){0};
    if (!read_period(&r, err) ||
        !read_rows(&r, OVERDUE, q->now_ms, q->from, q->to, add_overdue, err) ||
        !add_names(&r, err) || !read_linkage(&r, err)) {
        rates_free(out);
        return false;
    }
    name_hall(&r);
    for (size_t i = 0; i < out->count; i++)
        if (!fits(&out->list[i])) {
            rates_free(out);
            return error_set(err, ERROR_BROKEN,
                             "The sums of the rates do not fit each other. Nothing is "
                             "shown that may be wrong.");
        }
    return true;
}

/* == Figures ====================================================================== */

struct grade_counts rate_grades(const struct rate_group *g, int channel)
{
    struct grade_counts sum = {{0}};

    for (int d = 0; d < RATE_DELAYS; d++)
        grades_add(&sum, &g->ratings[channel][d]);
    return sum;
}

struct grade_counts rate_grades_pooled(const struct rate_group *g)
{
    struct grade_counts sum = {{0}};

    for (int c = 0; c < RATE_CHANNELS; c++) {
        const struct grade_counts one = rate_grades(g, c);

        grades_add(&sum, &one);
    }
    return sum;
}

static int64_t all_of(const struct grade_counts *g)
{
    return grades_rated(g) + g->of[0];
}

int rate_channels_used(const struct rate_group *g)
{
    int used = 0;

    for (int c = 0; c < RATE_CHANNELS; c++) {
        const struct grade_counts one = rate_grades(g, c);

        used += all_of(&one) > 0;
    }
    return used;
}

int64_t rate_excluded_of(const struct rate_group *g, int channel)
{
    int64_t sum = 0;

    for (int c = 0; c < RATE_CHANNELS; c++)
        if (channel < 0 || c == channel)
            sum += all_of(&g->excluded[c]);
    return sum;
}

static int64_t rated(const struct rate_group *g)
{
    const struct grade_counts pooled = rate_grades_pooled(g);

    return all_of(&pooled) + rate_excluded_of(g, -1);
}

struct rate rate_participation(const struct rate_group *g)
{
    return rate_of(rated(g), g->ratable);
}

struct rate rate_unrated(const struct rate_group *g)
{
    return rate_of(g->ratable - rated(g), g->ratable);
}

struct rate rate_reach(const struct rate_group *g)
{
    return rate_of(g->reached, g->ratable);
}

struct rate rate_linkage(const struct rates *r)
{
    return rate_of(r->linked, r->replies);
}

struct rate rate_reply(const struct rate_group *g)
{
    const struct rate_orders *o = &g->orders;

    return rate_of(o->kept, o->kept + o->missed + o->unreached);
}

struct rate rate_fix(const struct rate_group *g)
{
    return rate_of(g->orders.fixed, g->orders.fixed + g->orders.fix_missed);
}

static int64_t satisfied(const struct rate_orders *o)
{
    return o->verdicts[OUTCOME_SATISFIED] + o->verdicts[OUTCOME_BASICALLY];
}

struct rate rate_answered(const struct rate_group *g)
{
    const struct rate_orders *o = &g->orders;

    return rate_of(satisfied(o), satisfied(o) + o->verdicts[OUTCOME_NOT_SATISFIED]);
}

struct rate rate_satisfaction(const struct rate_group *g)
{
    const struct rate_orders *o = &g->orders;

    return rate_of(satisfied(o), satisfied(o) + o->verdicts[OUTCOME_NOT_SATISFIED] +
                                     o->verdicts[OUTCOME_SILENT]);
}

static void orders_add(struct rate_orders *to, const struct rate_orders *more)
{
    to->bad += more->bad;
    to->unnamed += more->unnamed;
    to->declined += more->declined;
    to->kept += more->kept;
    to->missed += more->missed;
    to->unreached += more->unreached;
    to->running += more->running;
    to->fixed += more->fixed;
    to->fix_missed += more->fix_missed;
    to->fix_running += more->fix_running;
    for (int i = 0; i < OUTCOME_VERDICTS; i++)
        to->verdicts[i] += more->verdicts[i];
}

void rate_group_add(struct rate_group *to, const struct rate_group *more)
{
    to->closed += more->closed;
    to->ratable += more->ratable;
    to->reached += more->reached;
    for (int c = 0; c < RATE_CHANNELS; c++) {
        for (int d = 0; d < RATE_DELAYS; d++)
            grades_add(&to->ratings[c][d], &more->ratings[c][d]);
        grades_add(&to->excluded[c], &more->excluded[c]);
    }
    for (int i = 0; i < 4; i++)
        grades_add(&to->dims[i], &more->dims[i]);
    orders_add(&to->orders, &more->orders);
}
