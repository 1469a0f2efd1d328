/*
 * mailbox.c — see mailbox.h. One mutex, one condition; the takers' wake-up is the only
 * wait.
 */
#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"

struct mailbox {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct mail *first, *last;
    size_t count, limit;
    bool closed;
};

struct mailbox *mailbox_new(size_t limit)
{
    struct mailbox *box = memory_new(sizeof(*box));
    pthread_condattr_t attr;

    box->limit = limit;
    pthread_mutex_init(&box->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&box->filled, &attr);
    pthread_condattr_destroy(&attr);
    return box;
}

void mailbox_free(struct mailbox *box)
{
    if (box == NULL)
        return;
    pthread_cond_destroy(&box->filled);
    pthread_mutex_destroy(&box->lock);
    free(box);
}

bool mailbox_put(struct mailbox *box, struct mail *mail)
{
    bool room;

    mail->next = NULL;
    pthread_mutex_lock(&box->lock);
    room = !box->closed && box->count < box->limit;
    if (room) {
        if (box->first == NULL)
            box->first = mail;
        else
            box->last->next = mail;
        box->last = mail;
        if (box->count++ == 0)
            pthread_cond_signal(&box->filled);
    }
    pthread_mutex_unlock(&box->lock);
    return room;
}

/* Waits for mail; false when the time is over or the box closed. The lock is held. */
static bool wait_for_mail(struct mailbox *box, int wait_ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait_ms / 1000;
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    while (box->count == 0 && !box->closed) {
        int code = wait_ms < 0 ? pthread_cond_wait(&box->filled, &box->lock)
                               : pthread_cond_timedwait(&box->filled, &box->lock, &until);

        if (code == ETIMEDOUT)
            return box->count > 0;
    }
    return box->count > 0;
}

struct mail *mailbox_take(struct mailbox *box, size_t most, int wait_ms)
{
    struct mail *chain = NULL;

    pthread_mutex_lock(&box->lock);
    if (wait_for_mail(box, wait_ms)) {
        struct mail *last = box->first;

        chain = last;
        for (size_t taken = 1; taken < most && last->next != NULL; taken++) {
            last = last->next;
            box->count--;
        }
        box->count--;
        box->first = last->next;
        last->next = NULL;
        if (box->count > 0)
            pthread_cond_signal(&box->filled);
    }
    pthread_mutex_unlock(&box->lock);
    return chain;
}

void mailbox_close(struct mailbox *box)
{
    pthread_mutex_lock(&box->lock);
    box->closed = true;
    pthread_cond_broadcast(&box->filled);
    pthread_mutex_unlock(&box->lock);
}

bool mailbox_closed(struct mailbox *box)
{
    bool closed;

    pthread_mutex_lock(&box->lock);
    closed = box->closed;
    pthread_mutex_unlock(&box->lock);
    return closed;
}

size_t mailbox_count(struct mailbox *box)
{
    size_t count;

    pthread_mutex_lock(&box->lock);
    count = box->count;
    pthread_mutex_unlock(&box->lock);
    return count;
}
