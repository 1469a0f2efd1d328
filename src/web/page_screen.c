/*
 * page_screen.c — see page_screen.h.
 */
#include "web/page_screen.h"

#include <stdio.h>
#include <string.h>

#include "web/board.h"
#include "web/citizen.h"
#include "web/form.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/place.h"
#include "web/problem.h"
#include "web/screens.h"
#include "work/voice.h"

enum { TIMES = 2 };

static const char chime[] = "chime";

struct screen_step {
    struct step step;
    struct screen_stream stream;
    enum lang lang;
    const char *hall, *zone, *call;
    int times;
};

/* == Who may look ================================================================= */

/* May this request see the screen, and is there such a hall and zone? */
static bool enter(struct store *st, const struct screen_step *s, struct error *err)
{
    const struct exchange *x = s->step.x;
    struct caller caller;
    bool known;

    if (!(x->loopback_listener && !x->forwarded) &&
        !identity_require(st, x, &caller, err))
        return false;
    if (st->frame == NULL || strcmp(s->hall, st->frame->code) != 0)
        return error_set(err, ERROR_ABSENT, "There is no such hall here.");
    if (!board_zone_known(st, s->zone, &known, err))
        return false;
    return known || error_set(err, ERROR_ABSENT,
                              "The hall has no such floor, department or window.");
}

static struct screen_step *begin(struct exchange *x)
{
    struct screen_step *s = step_new(x, sizeof(*s));
    const char *zone = exchange_query(x, "zone"), *times = exchange_query(x, "times");

    /* what hangs on a wall speaks one language, whatever its browser asks for */
    s->lang = accept_language(NULL, exchange_query(x, "lang"));
    s->hall = exchange_param(x, 0);
    s->zone = zone != NULL ? zone : "";
    s->call = exchange_param(x, 1);
    s->times = times != NULL && strcmp(times, "1") == 0 ? 1 : TIMES;
    return s;
}

/* A zone is too long where nothing of the hall could be named so; then it is unknown. */
static bool fits(struct exchange *x, const struct screen_step *s)
{
    if (strlen(s->zone) < BOARD_ZONE)
        return true;
    problem_say(x, ERROR_ABSENT, "The hall has no such floor, department or window.");
    return false;
}

/* == The page ===================================================================== */

/* "/screen/CODE", and behind it `tail` and the zone and language of this screen. */
static json_t *address(const struct screen_step *s, const char *tail)
{
    struct buf path = buf_new(2048);
    json_t *text;

    buf_add_text(&path, "/screen/");
    percent_encode(&path, s->hall, strlen(s->hall));
    buf_add_text(&path, tail);
    if (strcmp(tail, "/events") == 0) {
        query_add(&path, "lang", lang_tag(s->lang));
        query_add(&path, "zone", s->zone[0] != '\0' ? s->zone : NULL);
    }
    text = json_string(buf_text(&path));
    buf_free(&path);
    return text;
}

static bool wants_sound(const struct exchange *x)
{
    const char *sound = exchange_query(x, "sound");

    return sound == NULL || strcmp(sound, "off") != 0;
}

static bool read_page(struct store *st, struct step *step, int64_t now_ms,
                      struct error *err)
{
    struct screen_step *s = (struct screen_step *)step;
    struct exchange *x = step->x;
    const struct site *site = site_of(x);
    json_t *data;

    if (!enter(st, s, err))
        return false;
    data = citizen_data(x, s->lang, st->frame->name);
    json_object_set_new(data, "clock", board_clock(site, s->lang, now_ms));
    json_object_set_new(data, "events", address(s, "/events"));
    json_object_set_new(data, "voice",
                        wants_sound(x) ? address(s, "/voice/") : json_string(""));
    if (!board_calls_add(st, s->zone, now_ms, data, err) ||
        !board_cards_add(st, site, s->lang, s->zone, now_ms, data, err)) {
        json_decref(data);
        return false;
    }
    return page_write(x, "screen", "screen", s->lang, data, err);
}

static void show(struct exchange *x, struct step *step)
{
    if (step->ok) {
        exchange_header_add(x, "Cache-Control", "no-store");
        exchange_answer(x, 200, page_html);
    } else {
        place_problem(x, &step->err);
    }
}

void page_screen(struct exchange *x)
{
    struct screen_step *s = begin(x);

    if (fits(x, s))
        step_read_any(&s->step, read_page, show);
}

/* == Events ======================================================================= */

static bool read_enter(struct store *st, struct step *step, int64_t now_ms,
                       struct error *err)
{
    (void)now_ms;
    return enter(st, (struct screen_step *)step, err);
}

static void leave(void *state)
{
    screens_leave(&((struct screen_step *)state)->stream);
}

static void start_events(struct exchange *x, struct step *step)
{
    struct screen_step *s = (struct screen_step *)step;

    exchange_header_add(x, "Cache-Control", "no-store");
    exchange_header_add(x, "X-Accel-Buffering", "no"); /* a proxy hands it on at once */
    x->state_free = leave;
    if (!screens_join(site_of(x)->screens, x, &s->stream, s->zone, s->lang,
                      exchange_header(x, "Last-Event-ID")))
        problem_say(x, ERROR_LATER, "Too many screens are open. Close some of them.");
}

void page_screen_events(struct exchange *x)
{
    struct screen_step *s = begin(x);

    if (fits(x, s))
        step_read(&s->step, read_enter, start_events);
}

/* == Voice ======================================================================== */

struct alike {
    const struct board_call *call;
    const struct spoken *said;
    bool found;
};

/* Would somebody who hears this think of another window, too? */
static void compare_window(void *self, const struct window *w)
{
    struct alike *a = self;
    struct spoken other;

    a->found = a->found || (strcmp(w->code, a->call->window_code) != 0 &&
                            spoken_window(w->name, &other) != SPOKEN_NOT &&
                            spoken_same(&other, a->said));
}

/* The window of a call as it is said; *said is NULL where it cannot be, surely. */
static bool read_window(struct store *st, const struct board_call *call,
                        struct spoken *room, const struct spoken **said,
                        struct error *err)
{
    enum spoken_reading reading = spoken_window(call->window_name, room);
    struct alike alike = {.call = call, .said = room};

    *said = NULL;
    if (reading == SPOKEN_PART && !windows_each(st, compare_window, &alike, err))
        return false;
    if (reading == SPOKEN_WHOLE || (reading == SPOKEN_PART && !alike.found))
        *said = room;
    return true;
}

static bool read_voice(struct store *st, struct step *step, int64_t now_ms,
                       struct error *err)
{
    struct screen_step *s = (struct screen_step *)step;
    const struct voice *voice = site_of(step->x)->voice;
    struct spoken call = {0}, room;
    const struct spoken *window;
    struct board_call found_call;
    bool found = false;
    int64_t id;

    if (!enter(st, s, err))
        return false;
    if (strcmp(s->call, chime) != 0) {
        if (id_parse(s->call, &id) &&
            !board_call_find(st, id, now_ms, &found_call, &found, err))
            return false;
        if (!found)
            return error_set(err, ERROR_ABSENT, "Nobody was called so today.");
        if (!read_window(st, &found_call, &room, &window, err))
            return false;
        if (!spoken_call(found_call.number, window, &call))
            call.count = 0;
    }
    voice_call(voice, &call, s->times, &step->x->answer);
    return true;
}

static void send_voice(struct exchange *x, struct step *step)
{
    (void)step;
    exchange_header_add(x, "Cache-Control", "private, max-age=600");
    exchange_answer(x, 200, "audio/wav");
}

void page_screen_voice(struct exchange *x)
{
    struct screen_step *s = begin(x);

    if (fits(x, s))
        step_read(&s->step, read_voice, send_voice);
}
