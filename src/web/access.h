/*
 * access.h — who may come in by which route, and what he sees there: the one table.
 *
 * Each route has a row, each role a cell in it, and a cell is a letter that stands for a
 * view: which ratings, and which of a rating's fields. Handlers name no roles: they ask
 * this table by the route that was found, so that a route cannot say one thing and do
 * another. A route without a row ends the start of the server (access_check), and a
 * test walks all rows with real requests.
 *
 * Pure; any thread.
 */
#ifndef WEB_ACCESS_H
#define WEB_ACCESS_H

#include "base/error.h"
#include "store/caller.h"
#include "web/router.h"

/* Whose ratings: the caller's `place` is the code of the department, window or clerk. */
enum access_scope { ACCESS_HALL, ACCESS_DEPARTMENT, ACCESS_WINDOW, ACCESS_CLERK };

/* Masked: 138****1111. Full: rung by the person assigned, once, and each time recorded.
 */
enum access_phone { ACCESS_PHONE_NONE, ACCESS_PHONE_MASKED, ACCESS_PHONE_FULL };

struct access_view {
    char letter;
    enum access_scope scope;
    bool bad_only; /* of the ratings only those that opened a work order */
    bool grades;
    enum access_phone phone;
    bool words;  /* what the citizen wrote */
    bool rater;  /* what could tell who rated: messages, receipt, time */
    bool clerk;  /* who handled the case */
    bool second; /* only in a session that showed a second factor */
    bool sealed; /* integrity answers, which are closed to the hall */
};

/* The roles in the order of the table's columns; ROLE_NONE is whoever shows nothing. */
extern const enum role access_columns[];
extern const size_t access_column_count;

/* Anybody may come: what counts stands in the address or the form. */
enum { ACCESS_ANYBODY = '*', ACCESS_REFUSED = '-' };

/* What this role sees by this route; NULL where it may not come in, or for no route. */
const struct access_view *access_view(const struct route *route, enum role role);

/* The same of the page (GET) of this pattern. */
const struct access_view *access_page(const char *pattern, enum role role);

/* Does this view show a rating of such a case? `bad`: it opened a work order. */
bool access_sees(const struct access_view *view, const struct caller *who,
                 const char *department, const char *window, const char *clerk, bool bad);

/* The same as a condition on a list; borrows from `who`. */
struct review_filter;
void access_narrow(const struct access_view *view, const struct caller *who,
                   struct review_filter *filter);

/* The cell's letter as it stands in the table. 0 where there is no such row. */
char access_letter(const struct route *route, enum role role);

/* The roles to which some cell shows whole phone numbers without asking for a second
 * factor by itself: they must have one. */
unsigned access_phone_roles(void);

/* Has each route a whole row, and each row a route? ERROR_SETUP with the one that is
 * amiss. */
NODISCARD bool access_check(const struct route *routes, size_t count, struct error *err);

#endif
