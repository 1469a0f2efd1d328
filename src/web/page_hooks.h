/*
 * page_hooks.h — /webhooks: which other systems are told, how that goes, and what is sent
 * once more.
 */
#ifndef WEB_PAGE_HOOKS_H
#define WEB_PAGE_HOOKS_H

#include "web/exchange.h"

void page_hooks(struct exchange *x);
void page_hook_on_post(struct exchange *x);     /* /webhooks/endpoints/{name}/on */
void page_hook_resend_post(struct exchange *x); /* /webhooks/deliveries/{id}/resend */

#endif
