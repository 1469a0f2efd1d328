/*
 * screens.c — see screens.h.
 *
 * An audience is the loop's; while `busy` its `fresh` part is the reader's, which hands
 * it back by a post to the loop. It goes when its last screen has left and no look is
 * under way.
 */
#include "web/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "web/feed.h"
#include "web/http.h"
#include "web/page.h"

enum {
    LOOK_AGAIN_MS = 30 * 1000, /* the store is looked at even when nothing was told */
    CARDS_MS = 10 * 60 * 1000,
    HTML_MOST = 64 << 10,
};

struct audience {
    struct reader_job job; /* first, so that both addresses are one */
    struct screens *screens;
    struct audience *next;
    char zone[BOARD_ZONE];
    enum lang lang;
    struct screen_stream *streams;

    struct buf board, cards; /* as sent last; empty before the first look */
    uint64_t version;        /* of the board */
    int64_t looked_ms;       /* monotonic; 0: never well */
    int64_t cards_ms;
    int cards_date; /* the hall's own day of the cards */
    bool busy, again, failed;

    struct {
        struct buf board, cards; /* cards: empty where they need not be looked up */
        bool with_cards, ok;
        int date;
        struct error err;
    } fresh;
};

struct screens {
    struct site *site;
    struct feed_watch watch; /* joined while there is an audience */
    struct audience *audiences;
    size_t audience_count, stream_count;
    int64_t born_ms; /* tells the ids of this life from those of the last */
    bool ended;
};

static int64_t mono_ms(const struct screens *s)
{
    return s->site->world->mono_ms(s->site->world);
}

/* == Looking, on a reader thread ================================================== */

static bool write_board(struct store *st, struct audience *a, int64_t now_ms,
                        struct error *err)
{
    const struct site *site = a->screens->site;
    json_t *data = json_object();

    if (!board_calls_add(st, a->zone, now_ms, data, err)) {
        json_decref(data);
        return false;
    }
    return page_fragment(site, "screen_board", "screen", a->lang, data, &a->fresh.board,
                         err);
}

static bool write_cards(struct store *st, struct audience *a, int64_t now_ms,
                        struct error *err)
{
    const struct site *site = a->screens->site;
    json_t *data = json_object();

    if (!board_cards_add(st, site, a->lang, a->zone, now_ms, data, err)) {
        json_decref(data);
        return false;
    }
    return page_fragment(site, "screen_cards", "screen", a->lang, data, &a->fresh.cards,
                         err);
}

static void looked(void *arg);

static void look(struct store *st, struct reader_job *job, int64_t now_ms)
{
    struct audience *a = (struct audience *)job;
    struct error *err = &a->fresh.err;

    a->fresh.date = st->frame != NULL ? hall_local_date(st->frame, now_ms) : 0;
    a->fresh.with_cards = a->fresh.with_cards || a->fresh.date != a->cards_date;
    a->fresh.ok = write_board(st, a, now_ms, err) &&
                  (!a->fresh.with_cards || write_cards(st, a, now_ms, err));
    http_post(a->screens->site->http, looked, a);
}

static void start_look(struct audience *a)
{
    struct screens *s = a->screens;

    if (s->ended)
        return;
    a->again = a->busy;
    if (a->busy)
        return;
    a->job = (struct reader_job){.run = look};
    buf_clear(&a->fresh.board);
    buf_clear(&a->fresh.cards);
    error_clear(&a->fresh.err);
    a->fresh.with_cards =
        a->cards.length == 0 || mono_ms(s) - a->cards_ms > CARDS_MS || a->failed;
    a->busy = readers_submit(s->site->readers, &a->job);
    a->failed = a->failed || !a->busy;
}

/* == Sending ====================================================================== */

static void put_event(struct buf *out, const char *name, const char *id, const char *text)
{
    if (id != NULL)
        buf_addf(out, "id: %s\n", id);
    buf_addf(out, "event: %s\n", name);
    do {
        size_t n = strcspn(text, "\r\n");

        buf_add_text(out, "data: ");
        buf_add(out, text, n);
        buf_add_byte(out, '\n');
        text += n + (text[n] != '\0');
    } while (*text != '\0');
    buf_add_byte(out, '\n');
}

static void put_beat(const struct audience *a, struct buf *out)
{
    const struct site *site = a->screens->site;
    json_t *clock = board_clock(site, a->lang, site->world->wall_ms(site->world));
    char *text = json_dumps(clock, JSON_COMPACT);

    put_event(out, "beat", NULL, text);
    free(text);
    json_decref(clock);
}

static void id_of(const struct audience *a, char out[64])
{
    snprintf(out, 64, "%llx-%llu", (unsigned long long)a->screens->born_ms,
             (unsigned long long)a->version);
}

static void send_to(struct screen_stream *stream, const struct buf *bytes)
{
    if (bytes->length > 0)
        exchange_send(stream->x, bytes->data, bytes->length);
}

/* Sends what a screen lacks: those that wait get all of it, the others what is new. */
static void send_fresh(struct audience *a, bool board, bool cards)
{
    struct buf news = buf_new(4 * HTML_MOST), all = buf_new(4 * HTML_MOST);
    struct buf beat = buf_new(4096);
    char id[64];

    id_of(a, id);
    put_event(&all, "board", id, buf_text(&a->board));
    put_event(&all, "cards", NULL, buf_text(&a->cards));
    if (board)
        put_event(&news, "board", id, buf_text(&a->board));
    if (cards)
        put_event(&news, "cards", NULL, buf_text(&a->cards));
    put_beat(a, &beat);
    for (struct screen_stream *s = a->streams; s != NULL; s = s->next) {
        send_to(s, s->waits && strcmp(s->seen, id) != 0 ? &all : &news);
        send_to(s, &beat);
        s->waits = false;
    }
    buf_free(&news);
    buf_free(&all);
    buf_free(&beat);
}

/* == The loop's side ============================================================== */

static void audience_free(struct audience *a)
{
    struct audience **link = &a->screens->audiences;

    while (*link != a)
        link = &(*link)->next;
    *link = a->next;
    if (--a->screens->audience_count == 0)
        feed_leave(a->screens->site->feed, &a->screens->watch);
    buf_free(&a->board);
    buf_free(&a->cards);
    buf_free(&a->fresh.board);
    buf_free(&a->fresh.cards);
    free(a);
}

/* Takes a piece over; true where it differs from what was sent last. */
static bool take(struct buf *old, struct buf *fresh)
{
    struct buf kept = *old;

    if (old->length == fresh->length && old->length > 0 &&
        memcmp(old->data, fresh->data, old->length) == 0)
        return false;
    *old = *fresh;
    *fresh = kept;
    return true;
}

static void take_fresh(struct audience *a)
{
    bool board = take(&a->board, &a->fresh.board), cards = false;

    if (a->fresh.with_cards) {
        cards = take(&a->cards, &a->fresh.cards);
        a->cards_ms = mono_ms(a->screens);
        a->cards_date = a->fresh.date;
    }
    a->version += board;
    a->looked_ms = mono_ms(a->screens);
    send_fresh(a, board, cards);
}

static void looked(void *arg)
{
    struct audience *a = arg;

    a->busy = false;
    if (a->streams == NULL) {
        audience_free(a);
        return;
    }
    if (!a->fresh.ok)
        log_line(LOG_LEVEL_WARNING, "screen.unread", "reason=\"%s\" cause=\"%s\"",
                 a->fresh.err.text, a->fresh.err.cause);
    else
        take_fresh(a);
    a->failed = !a->fresh.ok;
    if (a->again)
        start_look(a);
}

static void moved(struct feed_watch *watch, const struct store_moves *moves)
{
    struct screens *s =
        (struct screens *)((char *)watch - offsetof(struct screens, watch));

    (void)moves; /* who waits is counted for the whole hall */
    for (struct audience *a = s->audiences; a != NULL; a = a->next)
        start_look(a);
}

static void beat(void *arg)
{
    struct screens *s = arg;
    int64_t now = mono_ms(s);

    for (struct audience *a = s->audiences; a != NULL; a = a->next) {
        struct buf bytes = buf_new(4096);

        if (!a->busy && !a->failed && a->board.length > 0) {
            put_beat(a, &bytes);
            for (struct screen_stream *t = a->streams; t != NULL; t = t->next)
                send_to(t, &bytes);
        }
        if (a->failed || now - a->looked_ms > LOOK_AGAIN_MS)
            start_look(a);
        buf_free(&bytes);
    }
}

struct screens *screens_new(struct site *site)
{
    struct screens *s = memory_new(sizeof(*s));

    s->site = site;
    s->watch.moved = moved;
    s->born_ms = site->world->wall_ms(site->world);
    http_timer(site->http, SCREENS_BEAT_MS, beat, s);
    return s;
}

void screens_end(struct screens *s)
{
    s->ended = true;
}

void screens_free(struct screens *s)
{
    if (s == NULL)
        return;
    while (s->audiences != NULL)
        audience_free(s->audiences);
    free(s);
}

static struct audience *audience_of(struct screens *s, const char *zone, enum lang lang)
{
    struct audience *a = s->audiences;

    while (a != NULL && (a->lang != lang || strcmp(a->zone, zone) != 0))
        a = a->next;
    if (a != NULL || s->audience_count == SCREENS_AUDIENCES)
        return a;
    a = memory_new(sizeof(*a));
    *a = (struct audience){.screens = s,
                           .lang = lang,
                           .next = s->audiences,
                           .board = buf_new(HTML_MOST),
                           .cards = buf_new(HTML_MOST),
                           .fresh.board = buf_new(HTML_MOST),
                           .fresh.cards = buf_new(HTML_MOST)};
    snprintf(a->zone, sizeof(a->zone), "%s", zone);
    s->audiences = a;
    if (s->audience_count++ == 0)
        feed_join(s->site->feed, &s->watch);
    return a;
}

bool screens_join(struct screens *s, struct exchange *x, struct screen_stream *stream,
                  const char *zone, enum lang lang, const char *seen)
{
    struct audience *a =
        s->stream_count < SCREENS_MOST ? audience_of(s, zone, lang) : NULL;

    if (a == NULL)
        return false;
    *stream = (struct screen_stream){.audience = a, .x = x, .waits = true};
    snprintf(stream->seen, sizeof(stream->seen), "%s", seen != NULL ? seen : "");
    stream->next = a->streams;
    stream->link = &a->streams;
    if (stream->next != NULL)
        stream->next->link = &stream->next;
    a->streams = stream;
    s->stream_count++;
    buf_add_text(&x->answer, "retry: 1000\n\n");
    exchange_stream(x, "text/event-stream; charset=utf-8");
    start_look(a); /* the first, or one that surely sees what was committed before */
    return true;
}

void screens_leave(struct screen_stream *stream)
{
    struct audience *a = stream->audience;

    if (a == NULL)
        return;
    if (stream->next != NULL)
        stream->next->link = stream->link;
    *stream->link = stream->next;
    stream->audience = NULL;
    a->screens->stream_count--;
    if (a->streams == NULL && !a->busy)
        audience_free(a);
}
