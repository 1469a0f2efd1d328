/*
 * page_accounts.h — the administrators' pages: accounts, keys, and what waits for a
 * second administrator (store/request_store.h).
 *
 * The system administrator asks for accounts and the security administrator grants them;
 * the security administrator asks for roles, passwords, lost devices and keys and the
 * system administrator grants those. What takes power away (end, log out, unlock) the
 * security administrator does alone. The audit administrator only looks.
 */
#ifndef WEB_PAGE_ACCOUNTS_H
#define WEB_PAGE_ACCOUNTS_H

#include "store/request_store.h"
#include "web/exchange.h"
#include "web/session.h"
#include "web/staff_words.h"

void page_accounts(struct exchange *x);
void page_accounts_post(struct exchange *x);

/* /accounts/{id} and what is done there */
void page_person(struct exchange *x);
void page_person_role(struct exchange *x);
void page_person_password(struct exchange *x);
void page_person_second(struct exchange *x);
void page_person_unlock(struct exchange *x);
void page_person_sessions(struct exchange *x);
void page_person_end(struct exchange *x);

/* /requests/{id}/… */
void page_request_grant(struct exchange *x);
void page_request_refuse(struct exchange *x);

void page_keys(struct exchange *x);
void page_keys_post(struct exchange *x);
void page_key_end(struct exchange *x);

/* == Shared by these pages ======================================================== */

struct admin_page {
    struct staff staff;
    struct staff_words words;
    struct request r; /* what is asked for */
    int64_t id;       /* of the path */
    json_t *rows, *waiting;
    struct account account;
    struct key_limits limits;
    struct request_gift gift;
    struct error err; /* what was wrong with the form; kind ERROR_NONE for nothing */
    const char *back; /* where a form that did its work leads */
    void (*again)(struct exchange *x,
                  struct admin_page *p); /* its page, with the trouble */
    bool locked;
    int recovery;
};

struct admin_page *admin_page_new(struct exchange *x);

/* What every one of them reads first: words, and what waits. */
NODISCARD bool admin_page_read(struct store *st, struct admin_page *p, int64_t now_ms,
                               struct error *err);

/* A form: `work` does it, then p->back; what is wrong is told on p->again. */
void admin_page_do(struct admin_page *p, const struct form *form, step_work *work);

/* Data of the frame, what waits, and the trouble, given. */
json_t *admin_page_data(struct exchange *x, struct admin_page *p);

/* Options of a <select> of the roles among `roles`, given. */
json_t *admin_roles(const struct staff_words *w, unsigned roles, enum role chosen);

#endif
