/*
 * queue.h — the states of a ticket, which may follow which, and how long a wait may be.
 *
 * Pure; any thread.
 */
#ifndef DOMAIN_QUEUE_H
#define DOMAIN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ticket_state {
    TICKET_WAITING,
    TICKET_CALLED,
    TICKET_SERVING,
    TICKET_HELD,
    TICKET_MISSED,
    TICKET_CANCELLED,
    TICKET_DONE,
};

enum { TICKET_STATES = TICKET_DONE + 1, NUMBER_SIZE = 16, ESTIMATE_SAMPLES = 20 };

/* As the API and the store write it; _parse is for texts that came from there. */
const char *ticket_state_name(enum ticket_state state);
enum ticket_state ticket_state_parse(const char *name);

/* The table of what may follow what, undoing included. */
bool ticket_may_become(enum ticket_state from, enum ticket_state to);

/* "A023"; from 1000 on four digits (decisions 14). */
void ticket_number(const char *series, int serial, char out[NUMBER_SIZE]);

/*
 * How long `ahead` people will take: ahead times the median service time, shared by the
 * open windows, as a range of 0.7 to 1.5 of that, rounded outwards to 5 minutes. False
 * with fewer than 5 samples: no estimate is better than a wish. `service_ms` is sorted by
 * this call.
 */
bool queue_estimate(int64_t *service_ms, size_t samples, int ahead, int open_windows,
                    int *low_min, int *high_min);

#endif
