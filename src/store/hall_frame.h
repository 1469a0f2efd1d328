/*
 * hall_frame.h — what of the hall nearly every request needs: its names, zone, hours and
 * calendar.
 *
 * A frame is made from the newest row of `halls`, never changes and is never freed while
 * the program runs; a new import makes a new frame, which takes the old one's place in
 * the holder. Any thread.
 */
#ifndef STORE_HALL_FRAME_H
#define STORE_HALL_FRAME_H

#include <stdint.h>

#include "base/error.h"
#include "base/zone.h"
#include "domain/calendar.h"
#include "store/db.h"

struct hall_frame {
    int64_t hall;
    char code[40];
    char name[256];
    char county[256];
    char signature[64];
    char base_url[280]; /* without a slash at its end; "" for none */
    struct zone *zone;
    struct calendar *calendar;
    struct office_hours hours;
};

struct hall_frame_holder {
    _Atomic(const struct hall_frame *) now; /* NULL before there is a hall */
};

/* Reads the newest hall. *out is NULL where the store holds none yet. */
NODISCARD bool hall_frame_read(struct db *db, const struct hall_frame **out,
                               struct error *err);

/* The hall's own day at an instant, as yyyymmdd. */
int hall_local_date(const struct hall_frame *frame, int64_t at_ms);

#endif
