/*
 * space.h — how much room the disk has, and what is refused when it gets short.
 *
 * Below `min_free` new tickets and imports are refused (503), ratings still go in. A
 * ballast file lies in the folder; when the free space falls below the ballast's own size
 * it is removed, so that ratings which were already asked for still fit. It is laid again
 * when there is room.
 */
#ifndef WORK_SPACE_H
#define WORK_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct space;

/* Looks for the first time, and lays the ballast where there is room for it. */
struct space *space_new(const char *folder, int64_t min_free, int64_t ballast);
void space_free(struct space *s); /* the ballast stays */

/* Looks again; on the loop, every second. Allocation may take a moment only when room
 * returns. */
void space_look(struct space *s);

/* Is there room for something new? ERROR_LATER says what to do. Any thread. */
NODISCARD bool space_for_more(const struct space *s, struct error *err);

/* Bytes that are free, as last seen. Any thread. */
int64_t space_left(const struct space *s);

/* Bytes of the store's files in the folder, as last seen. Any thread. */
int64_t space_store(const struct space *s);

#endif
