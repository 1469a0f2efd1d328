/*
 * record_facts.h — what a line of the list of ratings gives to the record of another
 * platform (domain/record_map.h). Only looks.
 */
#ifndef STORE_RECORD_FACTS_H
#define STORE_RECORD_FACTS_H

#include "domain/record_map.h"
#include "store/review_store.h"

/* The record of `item`, whose phone is opened only where the mapping has a field for it.
 * `*out` is given. ERROR_INPUT names the field for which it cannot be sent. */
NODISCARD bool record_of_item(struct store *st, const struct record_map *map,
                              const struct review_item *item, json_t **out,
                              struct error *err);

#endif
