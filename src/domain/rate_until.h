/*
 * rate_until.h — until when a case may be rated (decisions 4). Pure; any thread.
 */
#ifndef DOMAIN_RATE_UNTIL_H
#define DOMAIN_RATE_UNTIL_H

#include "domain/calendar.h"

struct rate_span {
    int working_days; /* after the later of closing and first accepted invitation */
    int days_most;    /* calendar days after closing, whatever the working days say */
};

/*
 * The end of office hours on the last day, UTC milliseconds. `accepted_ms` is when the first
 * invitation was accepted by the gateway, 0 where none was yet.
 */
int64_t rate_until_ms(const struct calendar *cal, const struct zone *zone,
                      const struct office_hours *hours, const struct rate_span *span,
                      int64_t closed_ms, int64_t accepted_ms);

#endif
