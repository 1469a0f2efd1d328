/*
 * review_list.c — the list of ratings (review_store.h), with any filter and sort.
 *
 * Lines (rating_lines.h) are read in the order of the list and judged here; those that
 * pass are then read whole. So a page costs the same wherever it lies, and a wish that
 * few ratings meet costs at most REVIEW_LOOK lines. Two things make that rare: windows,
 * matters and clerks are turned into ids once (place_set.h), and an index has the lines
 * of each of them and of each grade, in the order of ids. Several are read side by side,
 * as streams; the newest lines, which no index has yet, are one more.
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
#include "store/place_set.h"
#include "store/rating_lines.h"
#include "store/topics.h"

enum { OLDEST, STATEMENTS };

static const char *const sql[STATEMENTS] = {
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

/* ---- the walk ---- */

enum {
    CHUNK = 512,       /* lines of all ratings, or of a grade, that are read at once */
    PIECE = 64,        /* of one place and grade */
    STREAMS_MOST = 96, /* places times grades that are read side by side */
    COMMON = 1 << 4 | 1 << 5, /* grades that most ratings have */
    INDEXED = 6               /* so many lines in a row cost what one costs by an index */
};

/* Lines of one place and grade, or of all, in the order of the walk. */
struct stream {
    enum rating_of of;
    int64_t place;
    int grade;
    struct rating_line *lines;
    int count, at;
    bool ended; /* there are none behind these */
};

struct walk {
    struct store *st;
    const struct review_filter *f;
    struct place_set sets[PLACE_TABLES];
    int64_t from, below; /* what is still to be looked at */
    bool up;
    int64_t ids[REVIEW_LIMIT_MOST + 1];
    int count;
    int64_t last, left; /* the line looked at last; how many more may be */
    struct stream streams[STREAMS_MOST + 1]; /* and the newest lines */
    int stream_count;
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

    if (!line_effective(f, line) ||
        !place_set_has(&w->sets[PLACE_WINDOWS], line->window_id) ||
        !place_set_has(&w->sets[PLACE_MATTERS], line->matter_id) ||
        !place_set_has(&w->sets[PLACE_CLERKS], line->clerk_id) ||
        (f->bad && !line->ordered) || (f->grade != 0 && line->grade != f->grade) ||
        (f->channel != NULL && strcmp(f->channel, line->channel) != 0) ||
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

/* ---- streams ---- */

static int bits_count(unsigned bits)
{
    int count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

static void stream_add(struct walk *w, enum rating_of of, int64_t place, int grade)
{
    w->streams[w->stream_count++] =
        (struct stream){.of = of, .place = place, .grade = grade};
}

/*
 * What is read side by side for these grades: the places of the smallest set, if they are
 * not too many, else all ratings of each grade where those are few, or all in a row.
 */
static void choose_streams(struct walk *w, unsigned grades)
{
    static const enum rating_of ofs[PLACE_TABLES] = {[PLACE_WINDOWS] = RATINGS_WINDOW,
                                                     [PLACE_MATTERS] = RATINGS_MATTER,
                                                     [PLACE_CLERKS] = RATINGS_CLERK};
    int best = PLACE_TABLES, wide = bits_count(grades);

    w->stream_count = 0;
    for (int i = 0; i < PLACE_TABLES; i++)
        if (!w->sets[i].any && w->sets[i].count * (size_t)wide <= STREAMS_MOST &&
            (best == PLACE_TABLES || w->sets[i].count < w->sets[best].count))
            best = i;
    if (best == PLACE_TABLES && wide > 1 && (grades & COMMON) != 0) {
        stream_add(w, RATINGS_ALL, 0, -1);
        return;
    }
    for (int grade = 0; grade <= 5; grade++) {
        if ((grades & 1u << grade) == 0)
            continue;
        if (best == PLACE_TABLES)
            stream_add(w, RATINGS_ALL, 0, grade);
        for (size_t i = 0; best != PLACE_TABLES && i < w->sets[best].count; i++)
            stream_add(w, ofs[best], w->sets[best].ids[i], grade);
    }
    stream_add(w, RATINGS_NEW, 0, -1);
}

static bool stream_fill(struct walk *w, struct stream *s, struct error *err)
{
    int room = s->of == RATINGS_ALL || s->of == RATINGS_NEW ? CHUNK : PIECE;
    struct rating_stretch stretch = {.from = w->from,
                                     .below = w->below,
                                     .up = w->up,
                                     .of = s->of,
                                     .place = s->place,
                                     .grade = s->grade,
                                     .most = w->left < room ? (int)w->left : room};

    if (s->count > 0 && w->up)
        stretch.from = s->lines[s->count - 1].id + 1;
    else if (s->count > 0)
        stretch.below = s->lines[s->count - 1].id;
    if (s->lines == NULL)
        s->lines = memory_new((size_t)room * sizeof(*s->lines));
    s->at = 0;
    if (stretch.most <= 0 || stretch.from >= stretch.below) {
        s->count = 0;
        s->ended = true;
        return true;
    }
    if (!rating_lines_read(w->st, &stretch, s->lines, &s->count, err))
        return false;
    s->ended = s->count < stretch.most;
    return true;
}

/* The line that comes next in the order of the walk, and its stream; NULL behind the
 * last. */
static bool next_line(struct walk *w, struct rating_line **out,
                      const struct stream **stream, struct error *err)
{
    struct stream *first = NULL;

    for (int i = 0; i < w->stream_count; i++) {
        struct stream *s = &w->streams[i];

        if (s->at == s->count && !s->ended && !stream_fill(w, s, err))
            return false;
        if (s->at < s->count &&
            (first == NULL || (s->lines[s->at].id < first->lines[first->at].id) == w->up))
            first = s;
    }
    *out = first != NULL ? &first->lines[first->at++] : NULL;
    *stream = first;
    return true;
}

/* Everything of these grades from where the walk stands. */
static bool run(struct walk *w, unsigned grades, struct error *err)
{
    struct rating_line *line = NULL;
    const struct stream *stream;
    bool ok = true;

    choose_streams(w, grades);
    while (w->from < w->below && w->count <= w->f->limit && w->left > 0 &&
           (ok = next_line(w, &line, &stream, err)) && line != NULL) {
        /* new lines are of any grade; that of a page's last line tells the run */
        if (stream->of == RATINGS_NEW && (grades & 1u << line->grade) == 0)
            continue;
        w->last = line->id;
        /* by an index a line lies elsewhere than the one before it */
        w->left -= stream->grade >= 0 ? INDEXED : 1;
        if (line_passes(w, line))
            w->ids[w->count++] = w->last;
    }
    for (int i = 0; i < w->stream_count; i++)
        free(w->streams[i].lines);
    return ok;
}

/* The runs of a sort, as bits of grades, ended by 0. */
static void order_runs(const struct review_filter *f, unsigned out[8])
{
    static const int orders[REVIEW_SORTS][6] = {
        [REVIEW_WORST] = {1, 2, 3, 4, 5, 0}, [REVIEW_BEST] = {5, 4, 3, 2, 1, 0}};
    unsigned bits = grades_of(f);
    int count = 0;

    if (f->sort == REVIEW_NEWEST || f->sort == REVIEW_OLDEST) {
        out[count++] = bits;
    } else {
        for (int i = 0; i < 6; i++)
            if ((bits & 1u << orders[f->sort][i]) != 0)
                out[count++] = 1u << orders[f->sort][i];
    }
    out[count] = 0;
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
    const int64_t from = w->from, below = w->below, before = w->f->before;
    unsigned runs[8] = {0};
    int grade = -1, at = 0;

    order_runs(w->f, runs);
    if (before != 0 && runs[1] != 0 && !rating_line_grade(w->st, before, &grade, err))
        return false;
    while (grade >= 0 && runs[at] != 0 && (runs[at] & 1u << grade) == 0)
        at++;
    for (bool first = true; runs[at] != 0; at++, first = false) {
        w->from = first && before != 0 && w->up && before >= from ? before + 1 : from;
        w->below = first && before != 0 && !w->up && before < below ? before : below;
        if (!run(w, runs[at], err))
            return false;
        if (w->count > w->f->limit || w->left <= 0)
            break;
    }
    *ended = runs[at] == 0;
    return true;
}

bool review_list(struct store *st, const struct review_filter *f, review_each *each,
                 void *self, int64_t *next, struct error *err)
{
    const struct place_wish wish = {.department = f->department,
                                    .own_department = f->own_department,
                                    .window = f->window,
                                    .own_window = f->own_window,
                                    .matter = f->matter,
                                    .clerk = f->clerk,
                                    .query = &f->query};
    struct walk *w = memory_new(sizeof(*w));
    bool ended = true, found, ok;

    assert(f->limit > 0 && f->limit <= REVIEW_LIMIT_MOST);
    *next = 0;
    w->st = st;
    w->f = f;
    w->up = f->sort == REVIEW_OLDEST;
    w->left = f->look != 0 ? f->look : REVIEW_LOOK;
    ok = place_sets_fill(st, &wish, w->sets, err);
    if (ok) {
        bound(w);
        ok = walk_runs(w, &ended, err);
    }
    for (int i = 0; ok && i < w->count && i < f->limit; i++)
        ok = review_item_each(st, w->ids[i], f->details_before, each, self, &found, err);
    if (ok && !ended)
        *next = w->count > f->limit ? w->ids[f->limit - 1] : w->last;
    place_sets_free(w->sets);
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
