/*
 * kiosk_choice.c — what may be chosen at a queue machine (kiosk.h), six tiles at a time.
 *
 * A hall with few matters shows them at once; else its series, in each its matters, and
 * between the two the departments where a series has many. A tile whose windows are all
 * paused, or that none serves, stays in its place, is grey and says why and until when.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/place_store.h"
#include "store/queue_store.h"
#include "web/kiosk.h"
#include "web/page.h"

enum { TILES = 6, PAUSES_MOST = 256, SERIES_MOST = 64, MATTERS_STEP = 64 };

/* A matter, and how it stands at the windows that handle it. */
struct offer {
    char code[CODE_SIZE], name[NAME_SIZE];
    char department[CODE_SIZE], department_name[NAME_SIZE];
    char series[4];
    int windows, open;
    int pause; /* of the window that comes back first: its place among the pauses; -1 */
};

struct pause {
    char window[CODE_SIZE], reason[304];
    int64_t until_ms; /* 0: nobody said */
};

struct choice {
    struct kiosk_step *k;
    int64_t now_ms;
    struct offer *offers;
    size_t count, room;
    struct pause pauses[PAUSES_MOST];
    int pause_count;
    struct {
        char code[4], name[NAME_SIZE];
        int waiting;
    } series[SERIES_MOST];
    int series_count;
    json_t *tiles;
    json_t
        *shut; /* the whole hall is shut: why, and when it opens; NULL where it is not */
};

/* == Gathering ==================================================================== */

static void note_series(void *self, const char *code, const char *name)
{
    struct choice *c = self;

    if (c->series_count == SERIES_MOST)
        return;
    snprintf(c->series[c->series_count].code, sizeof(c->series[0].code), "%s", code);
    snprintf(c->series[c->series_count++].name, sizeof(c->series[0].name), "%s", name);
}

static void note_waiting(void *self, const char *code, int waiting)
{
    struct choice *c = self;

    for (int i = 0; i < c->series_count; i++)
        if (strcmp(c->series[i].code, code) == 0)
            c->series[i].waiting = waiting;
}

static void note_pause(void *self, const char *window, const char *reason,
                       int64_t until_ms)
{
    struct choice *c = self;
    struct pause *p = &c->pauses[c->pause_count];

    if (c->pause_count == PAUSES_MOST)
        return;
    snprintf(p->window, sizeof(p->window), "%s", window);
    snprintf(p->reason, sizeof(p->reason), "%s", reason);
    p->until_ms = until_ms;
    c->pause_count++;
}

static void note_matter(void *self, const struct matter *m)
{
    struct choice *c = self;
    struct offer *o;

    if (c->count == c->room) {
        struct offer *more = memory_new((c->room + MATTERS_STEP) * sizeof(*more));

        if (c->count > 0)
            memcpy(more, c->offers, c->count * sizeof(*more));
        free(c->offers);
        c->offers = more;
        c->room += MATTERS_STEP;
    }
    o = &c->offers[c->count++];
    *o = (struct offer){.pause = -1};
    memcpy(o->code, m->code, sizeof(o->code));
    memcpy(o->name, m->name, sizeof(o->name));
    memcpy(o->department, m->department_code, sizeof(o->department));
    memcpy(o->department_name, m->department_name, sizeof(o->department_name));
    memcpy(o->series, m->series, sizeof(o->series));
}

/* The first to come back is what people want to hear of; "nobody said" comes last. */
static bool sooner(const struct choice *c, int a, int b)
{
    int64_t at = c->pauses[a].until_ms;

    return b < 0 ||
           (at != 0 && (c->pauses[b].until_ms == 0 || at < c->pauses[b].until_ms));
}

static void note_window(void *self, const struct window *w)
{
    struct choice *c = self;
    int pause = -1;

    for (int i = 0; i < c->pause_count; i++)
        if (strcmp(c->pauses[i].window, w->code) == 0)
            pause = i;
    for (size_t i = 0; i < c->count; i++) {
        struct offer *o = &c->offers[i];

        if (!window_serves(w, o->code, o->department))
            continue;
        o->windows++;
        o->open += pause < 0;
        if (pause >= 0 && sooner(c, pause, o->pause))
            o->pause = pause;
    }
}

static bool gather(struct store *st, struct choice *c, struct error *err)
{
    return series_each(st, note_series, c, err) &&
           tickets_waiting(st, hall_local_date(st->frame, c->now_ms), note_waiting, c,
                           err) &&
           desks_paused(st, note_pause, c, err) &&
           matters_each(st, note_matter, c, err) && windows_each(st, note_window, c, err);
}

/* == Tiles ======================================================================== */

/* "10:42", or with its day where that is not today. */
static void time_said(const struct choice *c, int64_t at_ms, char out[MOMENT_TEXT])
{
    const struct site *site = site_of(c->k->step.x);
    const struct hall_frame *frame = atomic_load(&site->frame->now);

    moment_text(site, at_ms, c->k->lang, out);
    if (hall_local_date(frame, at_ms) == hall_local_date(frame, c->now_ms) &&
        strlen(out) > 5)
        memmove(out, out + strlen(out) - 5, 6);
}

static json_t *until_json(const struct choice *c, const char *key, int64_t at_ms)
{
    char said[MOMENT_TEXT];

    time_said(c, at_ms, said);
    return page_phrase(site_of(c->k->step.x), "kiosk", c->k->lang, key, "t", said, NULL);
}

/* The next minute at which the offices begin to work; -1 where none is near. */
static int64_t next_opening(const struct hall_frame *frame, const struct local_time *now)
{
    int minute = now->hour * 60 + now->minute;

    for (int d = 0; d < 60; d++) {
        if (!calendar_is_working(frame->calendar, now->day_number + d))
            continue;
        for (size_t i = 0; i < frame->hours.count; i++)
            if (d > 0 || frame->hours.spans[i].from_min > minute)
                return zone_day_utc(frame->zone, now->day_number + d,
                                    frame->hours.spans[i].from_min);
    }
    return -1;
}

/* Outside office hours nothing is open, where the hall wishes it so. */
static void look_at_hours(struct choice *c)
{
    const struct site *site = site_of(c->k->step.x);
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    struct local_time now;
    int64_t opens_ms;

    zone_local(frame->zone, c->now_ms, &now);
    if (!settings_bool(site->settings, "kiosk.office_hours") ||
        (calendar_is_working(frame->calendar, now.day_number) &&
         office_hours_open(&frame->hours, now.hour * 60 + now.minute)))
        return;
    c->shut = json_pack("{s:s}", "why", kiosk_text(c->k, "closed_hours"));
    opens_ms = next_opening(frame, &now);
    if (opens_ms >= 0)
        json_object_set_new(c->shut, "when", until_json(c, "closed_opens", opens_ms));
}

/* Why nothing can be had behind this tile, of those offers that lie behind it; null where
 * something can. */
static json_t *closed_json(const struct choice *c,
                           bool (*behind)(const struct offer *o, const void *what),
                           const void *what)
{
    int pause = -1;
    json_t *closed;

    if (c->shut != NULL)
        return json_incref(c->shut);
    for (size_t i = 0; i < c->count; i++) {
        const struct offer *o = &c->offers[i];

        if (!behind(o, what))
            continue;
        if (o->open > 0)
            return json_null();
        if (o->pause >= 0 && sooner(c, o->pause, pause))
            pause = o->pause;
    }
    if (pause < 0)
        return json_pack("{s:s}", "why", kiosk_text(c->k, "closed_none"));
    closed =
        json_pack("{s:s}", "why",
                  c->pauses[pause].reason[0] != '\0' ? c->pauses[pause].reason
                                                     : kiosk_text(c->k, "closed_paused"));
    if (c->pauses[pause].until_ms > c->now_ms)
        json_object_set_new(closed, "when",
                            until_json(c, "closed_until", c->pauses[pause].until_ms));
    return closed;
}

static bool in_series(const struct offer *o, const void *code)
{
    return strcmp(o->series, code) == 0;
}

struct part {
    const char *series, *department; /* department NULL for all */
};

static bool in_part(const struct offer *o, const void *what)
{
    const struct part *p = what;

    return strcmp(o->series, p->series) == 0 &&
           (p->department == NULL || strcmp(o->department, p->department) == 0);
}

static bool is_offer(const struct offer *o, const void *one)
{
    return o == one;
}

static json_t *waiting_json(const struct choice *c, const char *series)
{
    for (int i = 0; i < c->series_count; i++)
        if (strcmp(c->series[i].code, series) == 0)
            return kiosk_count(c->k, "waiting_n", c->series[i].waiting);
    return json_null();
}

static void add_tile(struct choice *c, const char *name, const char *more,
                     const struct kiosk_where *to, json_t *waiting, json_t *closed)
{
    json_array_append_new(c->tiles,
                          json_pack("{s:s, s:s?, s:o, s:o, s:o}", "name", name, "more",
                                    more, "href", kiosk_link_json(c->k, to), "waiting",
                                    waiting, "closed", closed));
}

static void add_matter(struct choice *c, const struct offer *o, bool with_waiting)
{
    add_tile(c, o->name, o->department_name, &(struct kiosk_where){.matter = o->code},
             with_waiting ? waiting_json(c, o->series) : json_null(),
             closed_json(c, is_offer, o));
}

static size_t count_part(const struct choice *c, const struct part *p,
                         const struct offer **first)
{
    size_t n = 0;

    *first = NULL;
    for (size_t i = 0; i < c->count; i++)
        if (in_part(&c->offers[i], p) && n++ == 0)
            *first = &c->offers[i];
    return n;
}

/* A series with one matter leads straight to it. */
static void add_series(struct choice *c)
{
    for (int i = 0; i < c->series_count; i++) {
        const char *code = c->series[i].code;
        struct part all = {.series = code};
        const struct offer *first;
        size_t n = count_part(c, &all, &first);
        struct kiosk_where to = {.series = code};

        if (n == 0)
            continue;
        if (n == 1)
            to = (struct kiosk_where){.matter = first->code};
        add_tile(c, c->series[i].name, NULL, &to, waiting_json(c, code),
                 closed_json(c, in_series, code));
    }
}

static void add_matters(struct choice *c, const struct part *p)
{
    for (size_t i = 0; i < c->count; i++)
        if (in_part(&c->offers[i], p))
            add_matter(c, &c->offers[i], false);
}

/* Each department of the series once, in the order of its first matter; how many. */
static int add_departments(struct choice *c, const char *series)
{
    int n = 0;

    for (size_t i = 0; i < c->count; i++) {
        const struct offer *o = &c->offers[i], *first;
        struct part p = {.series = series, .department = o->department};

        if (strcmp(o->series, series) != 0 || (count_part(c, &p, &first), first != o))
            continue;
        n++;
        add_tile(c, o->department_name, NULL,
                 &(struct kiosk_where){.series = series, .department = o->department},
                 json_null(), closed_json(c, in_part, &p));
    }
    return n;
}

/* == Pages of six ================================================================= */

static void add_pages(struct choice *c, json_t *data)
{
    size_t count = json_array_size(c->tiles);
    size_t pages = (count + TILES - 1) / TILES, page = (size_t)c->k->at.page;
    json_t *shown = json_array();
    struct kiosk_where to = c->k->at;

    if (page >= pages)
        page = 0;
    for (size_t i = page * TILES; i < count && i < (page + 1) * TILES; i++)
        json_array_append(shown, json_array_get(c->tiles, i));
    json_object_set_new(data, "tiles", shown);
    json_object_set_new(data, "paged", json_boolean(pages > 1));
    if (page > 0) {
        to.page = (int)page - 1;
        json_object_set_new(data, "previous", kiosk_link_json(c->k, &to));
    }
    if (page + 1 < pages) {
        to.page = (int)page + 1;
        json_object_set_new(data, "next", kiosk_link_json(c->k, &to));
    }
}

static void fill(struct choice *c, json_t *data)
{
    const struct kiosk_where *at = &c->k->at;
    struct part p = {.series = at->series, .department = at->department};
    const struct offer *first;
    const char *heading = "choose_matter";

    if (at->series == NULL) {
        heading = "choose_service";
        if (c->count > TILES)
            add_series(c);
        for (size_t i = 0; c->count <= TILES && i < c->count; i++)
            add_matter(c, &c->offers[i], true);
    } else if (at->department != NULL || count_part(c, &p, &first) <= TILES) {
        add_matters(c, &p);
    } else if (add_departments(c, at->series) < 2) {
        json_array_clear(c->tiles); /* all of one department: no choice at all */
        add_matters(c, &p);
    } else {
        heading = "choose_department";
    }
    json_object_set_new(data, "heading", json_string(kiosk_text(c->k, heading)));
    json_object_set_new(data, "start", json_boolean(at->series == NULL));
    if (at->series != NULL)
        json_object_set_new(data, "inside", json_true());
    add_pages(c, data);
}

bool kiosk_choice(struct store *st, struct kiosk_step *k, int64_t now_ms, json_t *data,
                  struct error *err)
{
    struct choice *c = memory_new(sizeof(*c));
    bool ok;

    c->k = k;
    c->now_ms = now_ms;
    c->tiles = json_array();
    look_at_hours(c);
    ok = gather(st, c, err);
    if (ok)
        fill(c, data);
    json_decref(c->shut);
    json_decref(c->tiles);
    free(c->offers);
    free(c);
    return ok;
}
