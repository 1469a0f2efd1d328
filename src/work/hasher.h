/*
 * hasher.h — makes and checks passwords off the loop: scrypt, at most two at once.
 *
 * Each needs 32 MiB and a fifth of a second, so more than two would starve everything
 * else, and a queue longer than 32 would make people wait who have long gone.
 */
#ifndef WORK_HASHER_H
#define WORK_HASHER_H

#include "base/mailbox.h"
#include "base/world.h"

enum { HASHER_THREADS = 2, HASHER_WAITING = 32, HASHER_PASSWORD = 128 * 4 + 1 };

/*
 * Embed it. With `hash` empty one is made of the password; else the password is checked
 * against it. The password is wiped before `done` is called, on a hasher thread; it must
 * not block. Until then the job is the hasher's.
 */
struct hasher_job {
    struct mail mail;
    char password[HASHER_PASSWORD];
    char hash[160];
    bool right; /* of a check */
    void (*done)(struct hasher_job *job);
};

struct hasher;

struct hasher *hasher_start(struct world *world);

/* False where too many wait: answer ERROR_LATER. Any thread. */
NODISCARD bool hasher_submit(struct hasher *h, struct hasher_job *job);

/* Finishes what waits, then ends the threads. Accepts NULL. */
void hasher_stop(struct hasher *h);

#endif
