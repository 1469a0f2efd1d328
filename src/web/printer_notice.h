/*
 * printer_notice.h — what people in the hall should hear of its printers.
 */
#ifndef WEB_PRINTER_NOTICE_H
#define WEB_PRINTER_NOTICE_H

#include "base/buf.h"
#include "store/printer_store.h"
#include "web/page.h"

/* Whether a ticket sent to it now would come out. */
bool printer_prints(const struct printer_record *r);

/* The sentence's key in the catalogue "hall": what is wrong, or will be soon; NULL where
 * all is well. */
const char *printer_notice_key(const struct printer_record *r);

/* Every printer of the settings of which something must be said, as a list of {name,
 * text, waiting} for a desk's page; an empty list where all is well. Given. */
NODISCARD bool printer_notices(struct store *st, const struct site *site, enum lang lang,
                               json_t **out, struct error *err);

/* The same as lines for /metrics. */
NODISCARD bool printer_metrics(struct store *st, int64_t now_ms, struct buf *out,
                               struct error *err);

#endif
