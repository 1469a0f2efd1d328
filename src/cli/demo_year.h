/*
 * demo_year.h — the demo's assessment of a year: its scheme, papers, sheets and marks, so
 * that the pages below /assess have something to show.
 *
 * Everything goes through the store functions that the pages use. Inside the caller's
 * transaction.
 */
#ifndef CLI_DEMO_YEAR_H
#define CLI_DEMO_YEAR_H

#include "store/store.h"

/* Before the past is played: the scheme of the year of `now_ms`, adopted before it began,
 * a template, training, and the two accounts as qualified assessors. */
NODISCARD bool demo_year_begin(struct store *st, int64_t hall_account,
                               int64_t organisation_account, int64_t now_ms,
                               struct error *err);

/* Behind it: the hall's marks, other offices' sheets, and a proposal for the next year
 * with what it would have done to this one. */
NODISCARD bool demo_year_end(struct store *st, int64_t now_ms, struct error *err);

#endif
