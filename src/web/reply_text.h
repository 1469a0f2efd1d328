/*
 * reply_text.h — the citizen's own words out of a gateway's raw request, for record
 * pages.
 *
 * What a gateway brought is kept as it came, with the sender's number in it; only the
 * driver that wrote the request's format can take the words out. What it cannot read is
 * not shown.
 */
#ifndef WEB_REPLY_TEXT_H
#define WEB_REPLY_TEXT_H

#include "base/buf.h"

/* A review_reader; `self` is the house's `struct roster`. Any thread. */
void reply_text(void *self, const char *gateway, const struct buf *raw, struct buf *text);

#endif
