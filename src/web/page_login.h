/*
 * page_login.h — log-in, log-out, and the demo's one-time log-in links.
 */
#ifndef WEB_PAGE_LOGIN_H
#define WEB_PAGE_LOGIN_H

#include "web/exchange.h"

void page_login(struct exchange *x);           /* GET /login */
void page_login_post(struct exchange *x);      /* POST /login */
void page_logout_post(struct exchange *x);     /* POST /logout */
void page_login_link(struct exchange *x);      /* GET /login/{link} */
void page_login_link_post(struct exchange *x); /* POST /login/{link} */

#endif
