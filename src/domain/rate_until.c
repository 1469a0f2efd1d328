/*
 * rate_until.c — see rate_until.h.
 */
#include "domain/rate_until.h"

int64_t rate_until_ms(const struct calendar *cal, const struct zone *zone,
                      const struct office_hours *hours, const struct rate_span *span,
                      int64_t closed_ms, int64_t accepted_ms)
{
    int64_t from_ms = accepted_ms > closed_ms ? accepted_ms : closed_ms;
    int64_t until_ms = calendar_deadline_ms(cal, zone, hours, from_ms, span->working_days);
    struct local_time closed;
    int64_t most_ms;

    zone_local(zone, closed_ms, &closed);
    most_ms = zone_day_utc(zone, closed.day_number + span->days_most, office_hours_end(hours));
    return until_ms < most_ms ? until_ms : most_ms;
}
