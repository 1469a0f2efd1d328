/*
 * printer_store.h — how each printer stands, what waits for it, and what became of its
 * jobs: one row a printer, written where something changes, read by pages and commands.
 */
#ifndef STORE_PRINTER_STORE_H
#define STORE_PRINTER_STORE_H

#include "domain/printer_state.h"
#include "store/store.h"

struct printer_record {
    char name[64];
    char way[16];      /* "tcp"; "" where the settings do not name it any more */
    unsigned signs;    /* of enum printer_sign */
    char trouble[240]; /* why nothing can be printed now, "" where it can */
    int64_t since_ms;  /* since when it stands so */
    int64_t printed, unconfirmed, failed; /* jobs, ever */
    int64_t roll_mm, used_mm; /* of the roll of paper; roll_mm 0: nobody said how long */
    int64_t waiting;          /* jobs that are queued or being sent now */
    int64_t oldest_ms;        /* since when the oldest waits; 0 for none */
};

/*
 * Books name, way, signs, trouble and roll_mm; since_ms moves where signs or trouble
 * change. Paper that has come back is taken for a new roll.
 */
NODISCARD bool printer_record_set(struct store *st, const struct printer_record *r,
                                  int64_t now_ms, struct error *err);

/* Counts jobs that have ended ('printed', 'unconfirmed' or 'failed') and their paper. */
NODISCARD bool printer_record_count(struct store *st, const char *name, const char *state,
                                    int64_t jobs, int used_mm, struct error *err);

/* Somebody has put a new roll in. */
NODISCARD bool printer_record_new_roll(struct store *st, const char *name,
                                       struct error *err);

/* *found is false where it was never booked. */
NODISCARD bool printer_record_get(struct store *st, const char *name,
                                  struct printer_record *out, bool *found,
                                  struct error *err);

typedef void printer_record_each(void *self, const struct printer_record *r);
NODISCARD bool printer_records(struct store *st, printer_record_each *each, void *self,
                               struct error *err);

/* At start: nothing is known of any printer, nor whether the settings still name it. */
NODISCARD bool printer_records_forget(struct store *st, struct error *err);

/* Whether the sensor, or without one the count of printed paper, says that the roll is
 * nearly at its end (the last tenth). */
bool printer_paper_is_low(const struct printer_record *r);

#endif
