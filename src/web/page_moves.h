/*
 * page_moves.h — /assess/{year}/dept/{code}/moves: which rating moved which point.
 */
#ifndef WEB_PAGE_MOVES_H
#define WEB_PAGE_MOVES_H

#include "web/exchange.h"

void page_moves(struct exchange *x);

#endif
