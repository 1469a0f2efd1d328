/*
 * calendar.h — which days are worked, and when a number of working days is over.
 *
 * The plain week works Monday to Friday. A country's list names the weekdays that are off
 * and the weekend days that are worked in their place; a hall adds days of its own, which
 * beat the country's. Days are local day numbers (base/day.h). Owner: who parsed it. Once
 * no more is added, any thread may ask.
 */
#ifndef DOMAIN_CALENDAR_H
#define DOMAIN_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/zone.h"
#include "domain/hours.h"

struct calendar;

/*
 * Reads {"about":…, "2026":{"off":["2026-01-01",…],"work":[…]},…}. ERROR_INPUT of the
 * field "calendar" where something else stands there, a date is none, lies in another
 * year or is named twice. The calendar is given.
 */
NODISCARD bool calendar_parse(const char *json, size_t length, struct calendar **out,
                              struct error *err);

/*
 * Adds a hall's own day, "2026-08-01", off or worked. ERROR_INPUT of the field
 * "extra_work" or "extra_off" where it is no date or was added the other way before; the
 * same addition twice is one.
 */
NODISCARD bool calendar_add(struct calendar *cal, const char *date, bool working,
                            struct error *err);

void calendar_free(struct calendar *cal);

bool calendar_is_working(const struct calendar *cal, int32_t day);

/*
 * Whether the country's list of this year is there. Without it the year counts by the
 * plain week, and whoever shows a deadline says so.
 */
bool calendar_knows(const struct calendar *cal, int year);

/*
 * The n-th working day after `day`, which is not counted itself. For n = 0 the day
 * itself, or the first working day after it where it is none. n is 0 to 10,000.
 */
int32_t calendar_add_working_days(const struct calendar *cal, int32_t day, int n);

/* The instant at which local office hours end on that n-th working day after `from_ms`.
 */
int64_t calendar_deadline_ms(const struct calendar *cal, const struct zone *zone,
                             const struct office_hours *hours, int64_t from_ms, int n);

#endif
