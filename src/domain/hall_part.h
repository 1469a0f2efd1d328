/*
 * hall_part.h — what the files that read a hall file share; of others only scheme_json.c
 * includes it, for the rules of codes and names are the same.
 *
 * hall_read.c fills the structs field by field, hall_refs.c then finds doubled codes and
 * resolves references, hall_rule.c knows what a code, a name or a time looks like. Each
 * adds what it finds to one `struct hall_faults` and goes on, so that a person can put
 * everything right in one go.
 */
#ifndef DOMAIN_HALL_PART_H
#define DOMAIN_HALL_PART_H

#include "domain/hall.h"

/* Books one fault; `key` may be "" for the place itself. */
void hall_fault(struct hall_faults *faults, const char *place, const char *key,
                const char *format, ...) PRINTF_LIKE(4, 5);

/* Fills `file` from the JSON; arrays get one element for each JSON element, right or
 * not, so that places agree. References stay HALL_NONE. */
void hall_read(json_t *root, struct hall_file *file, struct hall_faults *faults);

/* Doubled codes and references, from the same JSON. */
void hall_resolve(json_t *root, struct hall_file *file, struct hall_faults *faults);

/*
 * A rule returns NULL where the text keeps it, otherwise the rest of a sentence that
 * begins with the text: "is no code; allowed are …".
 */
typedef const char *hall_rule(const char *text);
hall_rule hall_rule_code;
hall_rule hall_rule_name;
hall_rule hall_rule_short;
hall_rule hall_rule_signature;
hall_rule hall_rule_zone;
hall_rule hall_rule_url;
hall_rule hall_rule_credit;
hall_rule hall_rule_phone;
hall_rule hall_rule_letter;
hall_rule hall_rule_date;

/* Minutes of the day from "HH:MM", 24:00 included; -1 where it is none. */
int hall_minutes(const char *text);

/* A number without blanks and dashes, so that two spellings can be compared. */
void hall_phone_plain(const char *text, char out[HALL_PHONE_SIZE]);

#endif
