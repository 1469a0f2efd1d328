/*
 * freeze_view.h — what stands in the way of freezing a year for good, as its page says
 * it. All JSON is given.
 */
#ifndef WEB_FREEZE_VIEW_H
#define WEB_FREEZE_VIEW_H

#include "store/freeze_bars.h"
#include "web/staff_words.h"

/* [{"text": a whole sentence}, …], empty where nothing does. Words of the catalogue
 * `frozen`. */
json_t *freeze_bars_json(const struct staff_words *w, const struct freeze_bars *b);

#endif
