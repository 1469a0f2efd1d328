/*
 * hasher.c — see hasher.h.
 */
#include "work/hasher.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/crypt.h"
#include "base/memory.h"

struct hasher {
    struct mailbox *box;
    struct world *world;
    pthread_t thread[HASHER_THREADS];
};

static void *hasher_thread(void *arg)
{
    struct hasher *h = arg;
    struct mail *m;

    while ((m = mailbox_take(h->box, 1, -1)) != NULL) {
        struct hasher_job *job = (struct hasher_job *)m;

        if (job->hash[0] == '\0')
            crypt_password_hash(job->password, h->world, job->hash);
        else
            job->right = crypt_password_check(job->password, job->hash);
        crypt_wipe(job->password, sizeof(job->password));
        job->done(job);
    }
    return NULL;
}

struct hasher *hasher_start(struct world *world)
{
    struct hasher *h = memory_new(sizeof(*h));

    h->box = mailbox_new(HASHER_WAITING);
    h->world = world;
    for (int i = 0; i < HASHER_THREADS; i++)
        if (pthread_create(&h->thread[i], NULL, hasher_thread, h) != 0)
            abort();
    return h;
}

bool hasher_submit(struct hasher *h, struct hasher_job *job)
{
    return mailbox_put(h->box, &job->mail);
}

void hasher_stop(struct hasher *h)
{
    if (h == NULL)
        return;
    mailbox_close(h->box);
    for (int i = 0; i < HASHER_THREADS; i++)
        pthread_join(h->thread[i], NULL);
    mailbox_free(h->box);
    free(h);
}
