/*
 * page_account.h — what people do with their own account: look at it, end their other
 * sessions, set up and show a second factor, and change their password.
 *
 * A session that wants something first (store/session_store.h) is sent to these pages.
 */
#ifndef WEB_PAGE_ACCOUNT_H
#define WEB_PAGE_ACCOUNT_H

#include "store/caller.h"
#include "web/exchange.h"

/* GET /account, POST /account/sessions */
void page_account(struct exchange *x);
void page_account_sessions_post(struct exchange *x);

/* GET and POST /second: the code after the password */
void page_second(struct exchange *x);
void page_second_post(struct exchange *x);

/* GET and POST /account/second: a device that shows codes */
void page_second_set(struct exchange *x);
void page_second_set_post(struct exchange *x);

/* GET and POST /account/password, and /password/{link} for whoever has none yet */
void page_password(struct exchange *x);
void page_password_post(struct exchange *x);
void page_password_link(struct exchange *x);
void page_password_link_post(struct exchange *x);

/* Where somebody of this role begins. */
const char *page_account_home(enum role role);

#endif
