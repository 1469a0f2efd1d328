/*
 * assess_bundle.h — a year out of the store as a bundle (domain/bundle.h): departments,
 * marks, every closed case, every order, and what follows from them.
 *
 * The facts are counted while they are written, and must come to what the sums say; where
 * they do not, nothing is frozen and somebody has to look why.
 */
#ifndef STORE_ASSESS_BUNDLE_H
#define STORE_ASSESS_BUNDLE_H

#include "domain/bundle.h"
#include "store/assess_store.h"

struct bundle_sink {
    bool (*take)(void *self, const void *bytes, size_t length, struct error *err);
    void (*tell)(void *self, int64_t done, int64_t of); /* cases, then draws; or NULL */
    void *self;
};

/*
 * Writes the whole file into the sink and leaves what was worked out in `out` (to be
 * freed with bundle_free, also after a failure). Takes the scheme over. Inside a read
 * transaction of the caller's, which it keeps open to its end: a year that is frozen must
 * be of one moment. ERROR_BROKEN where facts and sums differ.
 */
NODISCARD bool assess_bundle_write(struct store *st, const struct assess_query *q,
                                   struct scheme *scheme, const char *program,
                                   const struct bundle_sink *sink, struct bundle *out,
                                   struct error *err);

#endif
