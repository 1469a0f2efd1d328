/*
 * board.h — what stands on the hall's screen, looked up in one moment and written as the
 * pieces of the page.
 *
 * A screen may show a part of the hall, its zone: words parted by commas, each a floor, a
 * department's code or a window's. A window belongs to it that one of the words names.
 * Numbers and windows are all that is shown; nothing of a person.
 */
#ifndef WEB_BOARD_H
#define WEB_BOARD_H

#include <jansson.h>

#include "store/board_store.h"
#include "web/accept.h"
#include "web/site.h"

enum {
    BOARD_CALLS = 6,       /* shown */
    BOARD_CARDS = 24,      /* at the most */
    BOARD_ZONE = 200,      /* bytes of a zone, with its NUL */
    BOARD_CARD_MS = 10000, /* each promise card stands so long */
};

/* Has the hall a window in this zone now? The empty zone is the whole hall. */
NODISCARD bool board_zone_known(struct store *st, const char *zone, bool *known,
                                struct error *err);

/* Adds to `data` the newest calls and who waits: the template `screen_board`. */
NODISCARD bool board_calls_add(struct store *st, const char *zone, int64_t now_ms,
                               json_t *data, struct error *err);

/* Adds what was promised and what it took: the template `screen_cards`. */
NODISCARD bool board_cards_add(struct store *st, const struct site *site, enum lang lang,
                               const char *zone, int64_t now_ms, json_t *data,
                               struct error *err);

/* {"now", "offset", "clock", "iso", "date", "build"}: what the page's clock is set by,
 * and which pages these are: with another build a page that stays open loads itself anew.
 * Given. */
json_t *board_clock(const struct site *site, enum lang lang, int64_t now_ms);

#endif
