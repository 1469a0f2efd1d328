/*
 * scheme_look.h — a year as a scheme sees it: the counts of its departments and the marks
 * of its parts, and what another scheme would have made of the year before.
 *
 * A reader's store; takes as long as summing up a year (some tens of milliseconds).
 */
#ifndef STORE_SCHEME_LOOK_H
#define STORE_SCHEME_LOOK_H

#include "store/assess_store.h"
#include "store/scheme_store.h"

/* The departments' book of a whole year, so far as it is over, with the scheme's marks.
 */
NODISCARD bool scheme_book(struct store *st, const struct scheme *scheme, int year,
                           int64_t now_ms, struct assess_book *out, struct error *err);

/*
 * Adds what `scheme` would have made of the year before its own, compared with what that
 * year is judged by; where it has no scheme of its own, with the one that this year had
 * before (scheme_effect.h).
 */
NODISCARD bool scheme_effect_read(struct store *st, const struct scheme *scheme,
                                  int64_t now_ms, struct buf *out, struct error *err);

#endif
