/*
 * whatif_rules.h — the rules for few ratings that a trial changes, in its address:
 *
 *     prior_rate=peers|95.00   what little is known is drawn towards
 *     prior_weight=60|estimated   how many ratings that is worth
 *     comparable=30            fewer are not ranked
 *     adjust=yes|no            compare inside a channel, delay and kind of matter
 *
 * What is left out stays as the scheme has it. All JSON is given. Reader thread.
 */
#ifndef WEB_WHATIF_RULES_H
#define WEB_WHATIF_RULES_H

#include "web/exchange.h"
#include "web/scheme_view.h"

/* False where one of them is none, and the field's id is in *wrong. */
NODISCARD bool whatif_rules_ask(const struct exchange *x, struct scheme_rules *rules,
                                const char **wrong);

/* [{"id": …, "name": …, "now": …, "then": …, "changed": …, "value": what was typed,
 * "wrong": …, "choice": whether it is yes or no, "yes": …}]. */
json_t *whatif_rules_json(const struct exchange *x, const struct staff_words *w,
                          const struct scheme_rules *now, const struct scheme_rules *then,
                          const char *wrong);

/* Writes those that differ as the fields of a proposal (scheme_form.h) into `form`. */
void whatif_rules_put(json_t *form, const struct scheme_rules *now,
                      const struct scheme_rules *then);

/* Adds "&prior_weight=60" … for those that differ to an address. */
void whatif_rules_add(struct buf *url, const struct scheme_rules *now,
                      const struct scheme_rules *then);

#endif
