/*
 * feed.c — see feed.h.
 *
 * Promise: at most one telling is on its way to the loop. Whoever adds to an empty one
 * posts it; the loop takes all that was added until then.
 */
#include "web/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "web/http.h"

struct feed {
    struct http *http;
    pthread_mutex_t lock;
    struct store_moves told; /* under the lock; count 0: nothing is on its way */
    bool ended;
    _Atomic int watched;               /* how many watch; telling nobody costs nothing */
    struct feed_watch *watches, *next; /* the loop's; `next` is told after the present */
};

struct feed *feed_new(struct http *http)
{
    struct feed *f = memory_new(sizeof(*f));

    f->http = http;
    pthread_mutex_init(&f->lock, NULL);
    return f;
}

void feed_free(struct feed *f)
{
    if (f == NULL)
        return;
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static void take(void *arg)
{
    struct feed *f = arg;
    struct store_moves moves;

    pthread_mutex_lock(&f->lock);
    moves = f->told;
    f->told.count = 0;
    pthread_mutex_unlock(&f->lock);
    if (f->ended)
        return;
    for (struct feed_watch *w = f->watches; w != NULL; w = f->next) {
        f->next = w->next;
        w->moved(w, &moves);
    }
}

void feed_tell(struct feed *f, const struct store_moves *moves)
{
    static const struct store_moves all = {.count = STORE_MOVES + 1};
    bool first;

    if (atomic_load(&f->watched) == 0)
        return;
    pthread_mutex_lock(&f->lock);
    first = f->told.count == 0;
    store_moves_add(&f->told, moves != NULL ? moves : &all);
    pthread_mutex_unlock(&f->lock);
    if (first)
        http_post(f->http, take, f);
}

void feed_end(struct feed *f)
{
    f->ended = true;
}

void feed_join(struct feed *f, struct feed_watch *watch)
{
    watch->next = f->watches;
    watch->link = &f->watches;
    if (watch->next != NULL)
        watch->next->link = &watch->next;
    f->watches = watch;
    atomic_fetch_add(&f->watched, 1);
}

void feed_leave(struct feed *f, struct feed_watch *watch)
{
    if (watch->link == NULL)
        return;
    if (f->next == watch)
        f->next = watch->next;
    if (watch->next != NULL)
        watch->next->link = watch->link;
    *watch->link = watch->next;
    watch->next = NULL;
    watch->link = NULL;
    atomic_fetch_sub(&f->watched, 1);
}
