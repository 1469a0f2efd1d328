/*
 * page_moves.c — see page_moves.h. What stands in a row is reckoned by domain/effect.c;
 * each leads to the list of the ratings that it is of, where there is such a list.
 */
#include "web/page_moves.h"

#include <string.h>

#include "domain/effect.h"
#include "store/assess_marks.h"
#include "store/assess_store.h"
#include "store/scheme_store.h"
#include "web/assess_frame.h"
#include "web/problem.h"

static const char catalogue[] = "frozen";
static const char pattern[] = "/assess/{year}/dept/{code}/moves";

struct moves_page {
    struct staff staff;
    struct staff_words words;
    int year;
    char code[HALL_CODE_SIZE], name[HALL_NAME_SIZE];
    int64_t points; /* the department's total now, or ASSESS_NONE */
    json_t *rows;
};

/* Points with their sign and six decimals: one of many ratings moves little. */
static void points_signed(int64_t points, char out[32])
{
    int64_t amount = points < 0 ? -points : points;
    int64_t millionths = (amount + 50) / 100;

    snprintf(out, 32, "%s%lld.%06lld",
             millionths == 0 ? ""
             : points < 0    ? "−"
                             : "+",
             (long long)(millionths / 1000000), (long long)(millionths % 1000000));
}

static const char *side_key(const struct effect *e)
{
    if (e->measure == MEASURE_PROMISE)
        return e->good ? "kept" : "missed";
    if (e->measure == MEASURE_RECTIFICATION)
        return e->good ? "fixed" : "unfixed";
    return e->good ? "good" : "bad";
}

static void way_text(const struct moves_page *p, const struct effect *e, char out[200])
{
    int kind = e->stratum % ASSESS_KINDS,
        delay = e->stratum / ASSESS_KINDS % ASSESS_DELAYS;
    int channel = e->stratum / ASSESS_KINDS / ASSESS_DELAYS;
    const struct staff_words *w = &p->words;
    char number[2] = {(char)('0' + delay), '\0'},
         kind_number[2] = {(char)('0' + kind), '\0'};

    out[0] = '\0';
    if (e->stratum >= 0)
        snprintf(out, 200, "%s · %s · %s",
                 staff_word(w, "channel", assess_channel_name(channel)),
                 staff_word(w, "delay", number), staff_word(w, "kind", kind_number));
}

/* The list of such ratings; of the overall grades only, for dimensions have none. */
static void href_of(const struct moves_page *p, const struct effect *e, struct buf *out)
{
    int channel = e->stratum / ASSESS_KINDS / ASSESS_DELAYS;

    if (e->stratum >= 0)
        buf_addf(out,
                 "/ratings?department=%s&channel=%s&closed_from=%d-01-01"
                 "&closed_to=%d-12-31",
                 p->code, assess_channel_name(channel), p->year, p->year);
}

static const char *part_name(const struct moves_page *p, const struct scheme *s,
                             enum measure m)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (s->parts[i].measure == m)
            return p->words.lang == LANG_EN ? s->parts[i].name_en : s->parts[i].name;
    return "";
}

static void add_row(struct moves_page *p, const struct scheme *s, const struct effect *e)
{
    char way[200], each[32], all[32];
    struct buf href = buf_new(512);

    way_text(p, e, way);
    href_of(p, e, &href);
    points_signed(e->points, each);
    points_signed(e->points * e->count, all);
    json_array_append_new(
        p->rows,
        json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:s, s:b}", "of",
                  part_name(p, s, e->measure), "way", way, "side",
                  page_text(p->words.site, catalogue, p->words.lang, side_key(e)),
                  "count", (json_int_t)e->count, "each", each, "all", all, "href",
                  buf_text(&href), "linked", href.length > 0));
    buf_free(&href);
}

static bool reckon(struct moves_page *p, const struct scheme *s,
                   const struct assess_book *book, struct error *err)
{
    const struct assess_unit *unit = assess_book_find(book, p->code);
    struct effect effects[EFFECTS_MOST];
    struct assess_score *scores;
    size_t at, count;

    if (unit == NULL)
        return error_set(err, ERROR_ABSENT, "There is no such department.");
    at = (size_t)(unit - book->units);
    memcpy(p->name, unit->name, sizeof(p->name));
    scores = assess_scores(s, book);
    p->points = scores[at].total;
    free(scores);
    count = effects_of(s, book, at, effects);
    p->rows = json_array();
    for (size_t i = 0; i < count; i++)
        add_row(p, s, &effects[i]);
    return true;
}

static bool read_moves(struct store *st, struct step *step, int64_t now_ms,
                       struct error *err)
{
    struct moves_page *p = (struct moves_page *)step;
    const char *code = exchange_param(step->x, 1);
    struct assess_query q = {.by = ASSESS_DEPARTMENT, .now_ms = now_ms};
    struct scheme_state state;
    struct assess_book book;
    struct scheme scheme;
    bool ok;

    if (!assess_year_asked(step->x, &p->year, err))
        return false;
    p->words = assess_words(step->x, st, catalogue, now_ms);
    if (code == NULL || strlen(code) >= sizeof(p->code))
        return error_set(err, ERROR_ABSENT, "There is no such department.");
    memcpy(p->code, code, strlen(code) + 1);
    q.from_month = p->year * 100 + 1;
    q.to_month = p->year * 100 + 12;
    if (!scheme_present(st, p->year, now_ms, &scheme, &state, err))
        return false;
    ok = assess_book_read(st, &q, &book, err);
    if (ok) {
        ok = assess_marks_fill(st, &scheme, p->year, &book, err) &&
             reckon(p, &scheme, &book, err);
        assess_book_free(&book);
    }
    scheme_free(&scheme);
    return ok;
}

static void show_moves(struct exchange *x, struct step *s)
{
    struct moves_page *p = (struct moves_page *)s;
    json_t *data = assess_frame(x, &p->staff, p->words.lang, p->year, pattern);
    char points[16];

    assess_points_text(p->points, points);
    json_object_update_new(data,
                           json_pack("{s:s, s:s, s:s, s:b, s:o}", "code", p->code, "name",
                                     p->name, "points", points, "some",
                                     json_array_size(p->rows) > 0, "rows", p->rows));
    page_answer(x, 200, "moves", catalogue, p->words.lang, data);
}

void page_moves(struct exchange *x)
{
    struct moves_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->staff, read_moves, show_moves);
}
