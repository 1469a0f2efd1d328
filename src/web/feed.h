/*
 * feed.h — tells pages that stay open that the queue is not as it was.
 *
 *     writer: COMMIT → feed_tell … → loop: watch->moved(watch, moves) → looks, sends
 *
 * A telling carries no number and no name, only which departments are concerned: whoever
 * is told looks in the store himself, so that nothing can be shown that was not
 * committed, and tellings that come too fast can be told as one without a loss. That is
 * why the feed holds exactly one of them, however many commits made it, and why telling
 * never waits and never fails.
 *
 * What a watch may rely on: after each commit that changed a queue or a window, `moved`
 * is called on the loop once or more, and a look begun in it sees that commit. What was
 * committed before it joined is not told: join first, look then.
 */
#ifndef WEB_FEED_H
#define WEB_FEED_H

#include "store/store.h"

struct feed;
struct http;

/* Embed it; it stays where it is until it leaves. */
struct feed_watch {
    struct feed_watch *next, **link; /* the feed's */
    /* On the loop. It may leave, and others may, too, but it must not join. */
    void (*moved)(struct feed_watch *watch, const struct store_moves *moves);
};

/* `http` is the loop that the watches live on. Given; freed after the loop was closed. */
struct feed *feed_new(struct http *http);
void feed_free(struct feed *f);

/* NULL: everything may be different. Any thread. */
void feed_tell(struct feed *f, const struct store_moves *moves);

/* From now on nobody is told anything any more: for the end, after the loop has ended. */
void feed_end(struct feed *f);

/* On the loop, both. Leaving twice, or without having joined, does nothing. */
void feed_join(struct feed *f, struct feed_watch *watch);
void feed_leave(struct feed *f, struct feed_watch *watch);

#endif
