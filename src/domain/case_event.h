/*
 * case_event.h — one line of a file of case events: what another system says of a case.
 *
 * A line is a JSON object or a row of a table with the fields of `POST /api/v1/cases`:
 * case_no, matter, window, clerk, phone, accepted_at, closed_at, parent, source, and
 * those of case_traits.h; phone, closed_at, parent and the traits may be missing. Only
 * the line itself is judged here; whether there is such a matter, the store knows. Errors
 * are ERROR_INPUT and name the field. Pure; any thread.
 */
#ifndef DOMAIN_CASE_EVENT_H
#define DOMAIN_CASE_EVENT_H

#include <stdint.h>

#include "domain/case_traits.h"
#include "domain/hall.h"
#include "domain/phone.h"

enum {
    CASE_EVENT_NUMBER = 65,
    CASE_EVENT_SOURCE = 33,
    CASE_EVENT_FIELDS = 9 + TRAIT_FIELDS
};

struct case_event {
    char source[CASE_EVENT_SOURCE], case_no[CASE_EVENT_NUMBER];
    char parent[CASE_EVENT_NUMBER]; /* "" for none */
    char matter[HALL_CODE_SIZE], window[HALL_CODE_SIZE], clerk[HALL_CODE_SIZE];
    struct phone phone;
    bool has_phone;
    int64_t accepted_ms, closed_ms; /* closed_ms 0: still open */
    struct case_traits traits;
};

NODISCARD bool case_event_from_json(const char *line, size_t length,
                                    struct case_event *out, struct error *err);

/* Which cell of a row holds which field. */
struct case_columns {
    int at[CASE_EVENT_FIELDS]; /* -1 for a field that the table has not */
    int count;                 /* of the cells */
};

/* Reads the first row of a table. A column that nobody knows is an error. */
NODISCARD bool case_columns_read(const char *const *names, int count,
                                 struct case_columns *out, struct error *err);

/* Empty cells are fields that are missing. */
NODISCARD bool case_event_from_cells(const struct case_columns *columns,
                                     const char *const *cells, int count,
                                     struct case_event *out, struct error *err);

/* Neither closed before it was accepted, nor in the future (five minutes are forgiven).
 */
NODISCARD bool case_event_timely(const struct case_event *event, int64_t now_ms,
                                 struct error *err);

#endif
