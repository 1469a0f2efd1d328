/*
 * page_screen.h — the hall's screen.
 *
 *     GET /screen/{hall}[?zone=&lang=&sound=off]   who was called, who waits, promises
 *     GET /screen/{hall}/events                    the same as it changes (screens.h)
 *     GET /screen/{hall}/voice/{call}[?times=1]    a call as sound; `chime` alone
 *
 * It opens on the machine itself, for a browser that was made a display by its link, and
 * for a key of that role. Numbers and windows are all that can be had here: a call's
 * sound is that of a call that was made today, never of words somebody asks for.
 */
#ifndef WEB_PAGE_SCREEN_H
#define WEB_PAGE_SCREEN_H

#include "web/exchange.h"

void page_screen(struct exchange *x);
void page_screen_events(struct exchange *x);
void page_screen_voice(struct exchange *x);

#endif
