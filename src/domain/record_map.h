/*
 * record_map.h — a rating as another platform wants it: a table of fields and codes that
 * is data, with a version.
 *
 *     {"mapping": "national", "version": "2026.1", "time": "yyyy-MM-dd HH:mm:ss",
 *      "receiver_channels": {"3": "qr", "6": "sms", "7": "default"},
 *      "codes": {"channel": {"sms": "6", "paper": null, …}, "case_kind": {…},
 *                "case_state": {…}},
 *      "fields": [{"name": "case_no", "from": "case_no", "most": 50, "required": true},
 *                 {"name": "area_code", "constant": "…"}, {"name": "cert_no"}]}
 *
 * Receivers number channels differently, and what one calls SMS another calls "system
 * default", which is how ratings are invented elsewhere. Therefore a table says what each
 * code means to its receiver, and one in which SMS means anything but SMS, or any channel
 * means "default", is refused when it is read. A channel without a code is refused with
 * its rating; nothing is ever filled in. A field without "from" and "constant" is one
 * that we hold nothing for, and stays null. assess_number is 1 (decisions 15). Pure; any
 * thread.
 */
#ifndef DOMAIN_RECORD_MAP_H
#define DOMAIN_RECORD_MAP_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/error.h"
#include "base/zone.h"

/* Where a field's value comes from; record_sources has their names. */
enum record_source {
    RECORD_AREA_NAME,
    RECORD_DEPT_CODE,
    RECORD_DEPT_NAME,
    RECORD_TASK_CODE,
    RECORD_TASK_NAME,
    RECORD_CASE_NO,
    RECORD_CASE_STATE, /* by its table */
    RECORD_CASE_KIND,  /* by its table */
    RECORD_CLERK_NO,
    RECORD_CLERK_NAME,
    RECORD_CHANNEL, /* by its table */
    RECORD_PHONE,
    RECORD_GRADE,
    RECORD_TAG_CODES,
    RECORD_FREE_TEXT,
    RECORD_RECEIPT,
    RECORD_ASSESS_NUMBER,
    RECORD_RATED_AT, /* instants from here on */
    RECORD_ACCEPTED_AT,
    RECORD_CLOSED_AT,
    RECORD_SOURCES,
};

struct record_facts {
    const char *text[RECORD_RATED_AT]; /* borrowed; our own codes; NULL or "" for none */
    int64_t at_ms[RECORD_SOURCES - RECORD_RATED_AT]; /* 0 for none */
    const struct zone *zone;
};

struct record_map;

/* ERROR_INPUT names what is wrong in it. `out` is given. */
NODISCARD bool record_map_parse(const char *json, size_t length, struct record_map **out,
                                struct error *err);
void record_map_free(struct record_map *m);

const char *record_map_name(const struct record_map *m);
const char *record_map_version(const struct record_map *m);
bool record_map_wants(const struct record_map *m, enum record_source source);

/* The receiver's names of the fields, in order; NULL behind the last. */
const char *record_map_field(const struct record_map *m, size_t at);

/* Where that field comes from; RECORD_SOURCES for a constant, or nothing. */
enum record_source record_map_from(const struct record_map *m, size_t at);

/* What the table says of handing records over, for domain/platform.h; borrowed, NULL for
 * nothing. */
const json_t *record_map_push(const struct record_map *m);

/*
 * The record as an object whose values are texts or null, in the table's order; given.
 * ERROR_INPUT names the field for which this rating cannot be sent.
 */
NODISCARD bool record_map_fill(const struct record_map *m, const struct record_facts *f,
                               json_t **out, struct error *err);

#endif
