/*
 * screens.h — the hall's screens that are open now, and what each of them has seen.
 *
 * Screens of one zone and language are an audience: when the queue moves, their board is
 * looked up and written once, on a reader thread, and the loop sends the same bytes to
 * all of them. At most one look is under way for an audience; what moves meanwhile is
 * looked up by the next. Screens that see nothing new get a short sign of life every
 * BEAT, which says that what they show is still so; while a look fails they get none, and
 * say so themselves.
 *
 *     event: board   the calls and who waits, as HTML; its id tells one from another
 *     event: cards   the promise cards, as HTML
 *     event: beat    JSON: the time, by which the page's clock is set
 *
 * On the loop, but for screens_new and the two at the end.
 */
#ifndef WEB_SCREENS_H
#define WEB_SCREENS_H

#include "web/accept.h"
#include "web/board.h"
#include "web/exchange.h"

struct screens;
struct audience;

enum { SCREENS_BEAT_MS = 5000, SCREENS_MOST = 512, SCREENS_AUDIENCES = 32 };

/* One open screen; embed it in what lives as long as its exchange. */
struct screen_stream {
    struct screen_stream *next, **link; /* its audience's */
    struct audience *audience;
    struct exchange *x;
    bool waits;    /* has not been sent a board yet */
    char seen[64]; /* the id that it has, "" for none */
};

/* Before the loop runs. Given. */
struct screens *screens_new(struct site *site);
/* Nothing is looked up any more: after the loop has ended, before the readers end. */
void screens_end(struct screens *s);
/* After the loop was closed. */
void screens_free(struct screens *s);

/* Begins the answer without an end; false where too many are open. `seen` is the id of
 * the last board that this screen was sent, or NULL. */
bool screens_join(struct screens *s, struct exchange *x, struct screen_stream *stream,
                  const char *zone, enum lang lang, const char *seen);
void screens_leave(struct screen_stream *stream);

#endif
