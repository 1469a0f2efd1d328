/*
 * board.c — see board.h.
 */
#include "web/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "domain/promise.h"
#include "store/approval_store.h"
#include "store/place_store.h"
#include "store/promise_store.h"
#include "version.h"
#include "web/json.h"
#include "web/page.h"

enum {
    SERIES_MOST = 64,
    DAYS_MOST = 4096,
    LONG_NAME = 12, /* cells: such a name is written smaller */
    LONGER_NAME = 20,
    LONGEST_NAME = 40,
    MANY = 5, /* series: they are written smaller, and then side by side */
    CROWD = 10,
};

/* == Zones ======================================================================== */

static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = words; *at != '\0' && length > 0;) {
        size_t n = strcspn(at, ",");

        if (n == length && memcmp(at, word, n) == 0)
            return true;
        at += n + (at[n] == ',');
    }
    return false;
}

static bool in_zone(const char *zone, int floor, const char *department,
                    const char *window)
{
    char number[12];

    snprintf(number, sizeof(number), "%d", floor);
    return zone[0] == '\0' || has_word(zone, number) || has_word(zone, department) ||
           has_word(zone, window);
}

/* The windows of a zone, and who is to hear of the matters that they handle. */
struct zone_look {
    const char *zone;
    struct window *windows;
    size_t count, room;
    matter_each *each;
    void *self;
};

static void note_window(void *self, const struct window *w)
{
    struct zone_look *z = self;

    if (!in_zone(z->zone, w->floor, w->department_code, w->code))
        return;
    if (z->count == z->room) {
        z->room = z->room * 2 + 8;
        z->windows = memory_resize(z->windows, z->room * sizeof(*z->windows));
    }
    z->windows[z->count++] = *w;
}

static void pass_matter(void *self, const struct matter *m)
{
    struct zone_look *z = self;

    for (size_t i = 0; i < z->count; i++)
        if (window_serves(&z->windows[i], m->code, m->department_code)) {
            z->each(z->self, m);
            return;
        }
}

/* Each matter that is handled at a window of the zone. */
static bool zone_matters(struct store *st, const char *zone, matter_each *each,
                         void *self, struct error *err)
{
    struct zone_look z = {.zone = zone, .each = each, .self = self};
    bool ok =
        windows_each(st, note_window, &z, err) && matters_each(st, pass_matter, &z, err);

    free(z.windows);
    return ok;
}

struct zone_wanted {
    const char *zone;
    bool known;
};

static void find_window(void *self, const struct window *w)
{
    struct zone_wanted *wanted = self;

    wanted->known =
        wanted->known || in_zone(wanted->zone, w->floor, w->department_code, w->code);
}

bool board_zone_known(struct store *st, const char *zone, bool *known, struct error *err)
{
    struct zone_wanted wanted = {.zone = zone, .known = zone[0] == '\0'};

    if (!wanted.known && !windows_each(st, find_window, &wanted, err))
        return false;
    *known = wanted.known;
    return true;
}

/* == Calls ======================================================================== */

struct calls {
    const char *zone;
    json_t *list;
    int64_t tickets[BOARD_CALLS];
    size_t count;
};

/* How large a window's name can be written. */
static const char *size_of(const char *name)
{
    size_t cells = text_cells(name, strlen(name));

    return cells > LONGEST_NAME  ? "longest"
           : cells > LONGER_NAME ? "longer"
           : cells > LONG_NAME   ? "long"
                                 : "";
}

static bool add_call(void *self, const struct board_call *call)
{
    struct calls *c = self;
    json_t *row;

    if (!in_zone(c->zone, call->floor, call->department_code, call->window_code))
        return true;
    for (size_t i = 0; i < c->count; i++)
        if (c->tickets[i] == call->ticket_id)
            return true;
    c->tickets[c->count++] = call->ticket_id;
    row = json_pack("{s:o, s:I, s:s, s:s, s:s, s:b}", "id", json_id(call->id), "at",
                    (json_int_t)call->at_ms, "number", call->number, "window",
                    call->window_name, "size", size_of(call->window_name), "standing",
                    call->standing);
    json_array_append_new(c->list, row);
    return c->count < BOARD_CALLS;
}

/* == Who waits ==================================================================== */

struct waiting {
    json_t *list;
    struct {
        char code[4];
        int waiting;
        bool here; /* served in the zone */
    } series[SERIES_MOST];
    size_t count;
};

static size_t series_at(struct waiting *w, const char *code)
{
    for (size_t i = 0; i < w->count; i++)
        if (strcmp(w->series[i].code, code) == 0)
            return i;
    if (w->count == SERIES_MOST)
        return SERIES_MOST - 1;
    snprintf(w->series[w->count].code, sizeof(w->series[0].code), "%s", code);
    return w->count++;
}

static void note_series(void *self, const struct matter *m)
{
    struct waiting *w = self;

    w->series[series_at(w, m->series)].here = true;
}

static void note_waiting(void *self, const char *series, int waiting)
{
    struct waiting *w = self;

    w->series[series_at(w, series)].waiting = waiting;
}

static void add_series(void *self, const char *code, const char *name)
{
    struct waiting *w = self;
    size_t at = series_at(w, code);
    char number[12];

    if (!w->series[at].here)
        return;
    snprintf(number, sizeof(number), "%d", w->series[at].waiting);
    json_array_append_new(w->list, json_pack("{s:s, s:s, s:s}", "code", code, "name",
                                             name, "waiting", number));
}

bool board_calls_add(struct store *st, const char *zone, int64_t now_ms, json_t *data,
                     struct error *err)
{
    struct calls calls = {.zone = zone, .list = json_array()};
    struct waiting waiting = {.list = json_array()};

    json_object_set_new(data, "calls", calls.list);
    json_object_set_new(data, "waiting", waiting.list);
    if (!board_calls(st, now_ms, add_call, &calls, err) ||
        !zone_matters(st, zone, note_series, &waiting, err) ||
        !tickets_waiting(st, hall_local_date(st->frame, now_ms), note_waiting, &waiting,
                         err) ||
        !series_each(st, add_series, &waiting, err))
        return false;
    json_object_set_new(data, "any", json_boolean(calls.count > 0));
    json_object_set_new(data, "many", json_boolean(json_array_size(waiting.list) > MANY));
    json_object_set_new(data, "crowd",
                        json_boolean(json_array_size(waiting.list) > CROWD));
    return true;
}

/* == Promises ===================================================================== */

struct cards {
    const struct site *site;
    enum lang lang;
    json_t *list, *rest; /* with results first */
    const char *day;     /* how the day of the results is called */
    /* results in the order of the matters' codes */
    int *days;
    struct {
        char code[CODE_SIZE];
        size_t from;
    } * starts;
    size_t day_count, start_count;
    json_t *usual, *parallel; /* of matters: halves of usual days, departments */
};

/* So long a matter counts as handled in parallel after its last such case. */
#define PARALLEL_MS (30 * INT64_C(86400000))

static void note_usual(void *self, const char *code, int halves, int64_t cases)
{
    struct cards *c = self;

    (void)cases;
    json_object_set_new(c->usual, code, json_integer(halves));
}

static void note_parallel(void *self, const char *code, int departments)
{
    struct cards *c = self;

    json_object_set_new(c->parallel, code, json_integer(departments));
}

/* The median of the last year's cases; where there are too few, what the hall says. */
static void usual_text(const struct cards *c, const struct matter *m, char out[16])
{
    const json_t *known = json_object_get(c->usual, m->code);
    int halves = known != NULL ? (int)json_integer_value(known) : 2 * m->usual_days;

    snprintf(out, 16, "%d%s", halves / 2, halves % 2 ? ".5" : "");
}

static void note_days(void *self, const char *code, int days)
{
    struct cards *c = self;

    if (c->day_count == DAYS_MOST)
        return;
    if (c->start_count == 0 || strcmp(c->starts[c->start_count - 1].code, code) != 0) {
        snprintf(c->starts[c->start_count].code, CODE_SIZE, "%s", code);
        c->starts[c->start_count++].from = c->day_count;
    }
    c->days[c->day_count++] = days;
}

/* The results of a matter. */
static int *days_of(const struct cards *c, const char *code, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < c->start_count; i++)
        if (strcmp(c->starts[i].code, code) == 0) {
            size_t end = i + 1 < c->start_count ? c->starts[i + 1].from : c->day_count;

            *count = end - c->starts[i].from;
            return c->days + c->starts[i].from;
        }
    return NULL;
}

static json_t *said(const struct cards *c, const char *key, const char *n)
{
    return page_phrase(c->site, "screen", c->lang, key, "n", n, "day", c->day, NULL);
}

/* Matters whose name alone tells what somebody came for stand on no wall. */
static void add_card(void *self, const struct matter *m)
{
    struct cards *c = self;
    char usual[16], promised[12], actual[16] = "", n[12], many[12];
    int departments = (int)json_integer_value(json_object_get(c->parallel, m->code));
    json_t *card;
    size_t count;
    int *days = days_of(c, m->code, &count);

    if (!m->promise || m->sensitive)
        return;
    usual_text(c, m, usual);
    snprintf(promised, sizeof(promised), "%d", m->promised_days);
    snprintf(n, sizeof(n), "%zu", count);
    if (count > 0) {
        int halves = promise_median_halves(days, count);

        snprintf(actual, sizeof(actual), "%d%s", halves / 2, halves % 2 ? ".5" : "");
    }
    card =
        json_pack("{s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:b}", "matter", m->name, "usual",
                  usual, "promised", promised, "has_usual", strcmp(usual, "0") != 0,
                  "actual", actual, "day", said(c, "card_actual", n), "result",
                  said(c, count > 0 ? "card_n" : "card_none", n), "any", count > 0);
    json_object_set_new(card, "same_day", json_boolean(strcmp(actual, "0") == 0));
    snprintf(many, sizeof(many), "%d", departments);
    if (departments > 1)
        json_object_set_new(card, "parallel", said(c, "card_parallel", many));
    json_array_append_new(count > 0 ? c->list : c->rest, card);
}

/* "昨天", or the day itself where that was none of work. */
static void day_name(const struct cards *c, int32_t today, int32_t day, char *out,
                     size_t size)
{
    int year, month, date;
    json_t *text;
    char m[8], d[8];

    if (day == today - 1) {
        snprintf(out, size, "%s", page_text(c->site, "screen", c->lang, "yesterday"));
        return;
    }
    day_civil(day, &year, &month, &date);
    snprintf(m, sizeof(m), "%d", month);
    snprintf(d, sizeof(d), "%d", date);
    text = page_phrase(c->site, "screen", c->lang, "on_day", "month", m, "day", d, NULL);
    snprintf(out, size, "%s", json_string_value(text));
    json_decref(text);
}

/* One stands, the others are hidden until it is their turn; which one, the time says, so
 * that all screens and a page without scripts show the same. */
static void choose_card(json_t *list, int64_t now_ms)
{
    size_t i, count = json_array_size(list);
    json_t *card;

    json_array_foreach(list, i, card) json_object_set_new(
        card, "now", json_boolean((size_t)(now_ms / BOARD_CARD_MS) % count == i));
}

static bool read_cards(struct store *st, struct cards *c, const char *zone,
                       int64_t now_ms, struct error *err)
{
    const struct zone *clock = st->frame->zone;
    struct local_time t;
    char name[64];
    int32_t day;

    zone_local(clock, now_ms, &t);
    day = promise_day_before(st->frame->calendar, t.day_number);
    day_name(c, t.day_number, day, name, sizeof(name));
    c->day = name;
    return board_days(st, zone_day_utc(clock, day, 0), zone_day_utc(clock, day + 1, 0),
                      note_days, c, err) &&
           promise_usual(st, NULL, now_ms, note_usual, c, err) &&
           approval_matters(st, now_ms - PARALLEL_MS, note_parallel, c, err) &&
           zone_matters(st, zone, add_card, c, err);
}

bool board_cards_add(struct store *st, const struct site *site, enum lang lang,
                     const char *zone, int64_t now_ms, json_t *data, struct error *err)
{
    struct cards c = {.site = site,
                      .lang = lang,
                      .list = json_array(),
                      .rest = json_array(),
                      .usual = json_object(),
                      .parallel = json_object(),
                      .days = memory_new(DAYS_MOST * sizeof(int)),
                      .starts = memory_new(DAYS_MOST * sizeof(*c.starts))};
    bool ok = read_cards(st, &c, zone, now_ms, err);

    json_array_extend(c.list, c.rest);
    while (json_array_size(c.list) > BOARD_CARDS)
        json_array_remove(c.list, json_array_size(c.list) - 1);
    choose_card(c.list, now_ms);
    json_decref(c.rest);
    json_decref(c.usual);
    json_decref(c.parallel);
    json_object_set_new(data, "cards", c.list);
    free(c.days);
    free(c.starts);
    return ok;
}

/* == The clock ==================================================================== */

json_t *board_clock(const struct site *site, enum lang lang, int64_t now_ms)
{
    static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    char month[8], day[8], clock[8], iso[ZONE_ISO];
    struct local_time t;

    zone_local(frame->zone, now_ms, &t);
    snprintf(month, sizeof(month), "%d", t.month % 13);
    snprintf(day, sizeof(day), "%d", t.day % 32);
    snprintf(clock, sizeof(clock), "%02d:%02d", t.hour % 24, t.minute % 60);
    zone_iso(frame->zone, now_ms, iso);
    return json_pack(
        "{s:I, s:i, s:s, s:s, s:s+, s:o}", "now", (json_int_t)now_ms, "offset",
        t.offset_s, "clock", clock, "iso", iso, "build", yiping_version, frame->name,
        "date",
        page_phrase(site, "screen", lang, "date", "month", month, "day", day, "weekday",
                    page_text(site, "screen", lang, weekdays[t.weekday]), NULL));
}
