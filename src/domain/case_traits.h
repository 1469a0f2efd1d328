/*
 * case_traits.h — what a case was like beside its result: extra services, where it was
 * decided, how often the citizen came.
 *
 *     service             any of agent, appointment, extended, early; [] for none
 *     decided_at_window   true: decided there; false: only passed on
 *     trips               0 … 99, how often the citizen came in person
 *     came_again          true: he had to come again because papers were missing
 *
 * Another system tells them; each may be untold, which is not the same as no. Whatever is
 * untold counts in nothing. Errors are ERROR_INPUT and name the field. Pure; any thread.
 */
#ifndef DOMAIN_CASE_TRAITS_H
#define DOMAIN_CASE_TRAITS_H

#include <stdbool.h>

#include <jansson.h>

#include "base/compiler.h"
#include "base/error.h"

enum { TRAIT_UNTOLD = -1, TRAIT_TRIPS_MOST = 99, TRAIT_FIELDS = 4 };

enum service {
    SERVICE_AGENT,       /* done for the citizen from end to end */
    SERVICE_APPOINTMENT, /* by appointment */
    SERVICE_EXTENDED,    /* outside the usual hours */
    SERVICE_EARLY,       /* looked into before the application */
    SERVICES
};
const char *service_name(enum service service); /* "agent" … */

struct case_traits {
    int services; /* bits, 1 << enum service; TRAIT_UNTOLD */
    int window;   /* 0, 1 or TRAIT_UNTOLD */
    int trips;    /* or TRAIT_UNTOLD */
    int again;    /* 0, 1 or TRAIT_UNTOLD */
};

/* Nothing told. */
extern const struct case_traits case_traits_untold;

/* The names of the fields, in the order above. */
extern const char *const case_trait_fields[TRAIT_FIELDS];

/* Sets the field from a JSON value; null leaves it untold. */
NODISCARD bool case_trait_json(struct case_traits *t, const char *field,
                               const json_t *value, struct error *err);

/* The same from a cell of a table: "agent early" or "none"; "true" or "false"; "2". */
NODISCARD bool case_trait_text(struct case_traits *t, const char *field, const char *text,
                               struct error *err);

/* Takes over what is told; true where anything is now another. */
bool case_traits_merge(struct case_traits *to, const struct case_traits *told);

/* All of it as one number, 0 where nothing is told; and back. */
int case_traits_pack(const struct case_traits *t);
struct case_traits case_traits_unpack(int packed);

#endif
