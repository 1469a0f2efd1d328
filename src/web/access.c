/*
 * access.c — the table itself (access.h). Nothing else decides who may do what.
 *
 * Not here: what a secret in an address or form opens (links, tickets, gateways), and
 * whether the virtual phone answers at all (decisions 21).
 */
#include "web/access.h"

#include <string.h>

#include "store/review_store.h"

/*
 * What a letter stands for (facts: who sees what).
 *
 *     x  acts, or looks at what says nothing of a citizen
 *     h  every case and rating of the hall, phones masked
 *     i  the same, and what is closed to the hall
 *     o  grades, cases and clerks, but nothing of who rated, and no words
 *     d  bad ratings of the caller's department, with their words; no phone
 *     w  the same of his window
 *     f  as d, and the number of the one whom he is to ring
 *     g  as w, and the number of the one whom he is to ring
 *     p  the number of one who was drawn for a re-check, in a session with a second
 * factor c  what is the clerk's own e  bad ratings that the clerk is to put right, with
 * their words; no phone k  a case without anything that a citizen said of it r  sums over
 * the ratings of the hall, of anybody s  sums over those of the caller's department, none
 * of fewer than five raters; of what is no rating: his department's t  the same of his
 * window
 */
static const struct access_view views[] = {
    {.letter = 'x'},
    {.letter = 'h',
     .scope = ACCESS_HALL,
     .grades = true,
     .phone = ACCESS_PHONE_MASKED,
     .words = true,
     .rater = true,
     .clerk = true},
    {.letter = 'i',
     .scope = ACCESS_HALL,
     .grades = true,
     .phone = ACCESS_PHONE_MASKED,
     .words = true,
     .rater = true,
     .clerk = true,
     .sealed = true},
    {.letter = 'o', .scope = ACCESS_HALL, .grades = true, .clerk = true},
    {.letter = 'd',
     .scope = ACCESS_DEPARTMENT,
     .bad_only = true,
     .grades = true,
     .words = true,
     .clerk = true},
    {.letter = 'w',
     .scope = ACCESS_WINDOW,
     .bad_only = true,
     .grades = true,
     .words = true,
     .clerk = true},
    {.letter = 'f',
     .scope = ACCESS_DEPARTMENT,
     .bad_only = true,
     .grades = true,
     .phone = ACCESS_PHONE_FULL,
     .words = true,
     .clerk = true},
    {.letter = 'g',
     .scope = ACCESS_WINDOW,
     .bad_only = true,
     .grades = true,
     .phone = ACCESS_PHONE_FULL,
     .words = true,
     .clerk = true},
    {.letter = 'p',
     .scope = ACCESS_HALL,
     .phone = ACCESS_PHONE_FULL,
     .words = true,
     .second = true},
    {.letter = 'c', .scope = ACCESS_CLERK},
    {.letter = 'e',
     .scope = ACCESS_CLERK,
     .bad_only = true,
     .grades = true,
     .words = true,
     .clerk = true},
    {.letter = 'k', .clerk = true},
    {.letter = 'r', .scope = ACCESS_HALL, .grades = true, .clerk = true},
    {.letter = 's', .scope = ACCESS_DEPARTMENT, .grades = true, .clerk = true},
    {.letter = 't', .scope = ACCESS_WINDOW, .grades = true, .clerk = true},
};

/* In the order of the cells. */
const enum role access_columns[] = {
    ROLE_NONE,        ROLE_MACHINE,    ROLE_DESK,     ROLE_INTEGRATION,  ROLE_DISPLAY,
    ROLE_AUDITOR,     ROLE_SYSTEM,     ROLE_SECURITY, ROLE_AUDIT,        ROLE_CLERK,
    ROLE_WINDOW_HEAD, ROLE_DEPARTMENT, ROLE_HALL,     ROLE_ORGANISATION, ROLE_INSPECTION,
};

const size_t access_column_count = LENGTH(access_columns);

struct row {
    enum method method;
    const char *pattern, *cells; /* blanks count for nothing */
};

#define ANYBODY "* ***** *** ******"
#define MACHINE "- x---- --- ------"
#define DESK    "- -x--- --- ------"
#define DISPLAY "- ---x- --- ------"
#define PEOPLE  "- ----- xxx xxxxxx"

static const struct row rows[] = {
    /*        nobody | machine desk integration display auditor | system security audit |
              clerk window_head department hall organisation inspection */

    /* what the house tells everybody */
    {METHOD_GET, "/", ANYBODY},
    {METHOD_GET, "/healthz", ANYBODY},
    {METHOD_GET, "/readyz", ANYBODY},
    {METHOD_GET, "/metrics", ANYBODY},
    {METHOD_GET, "/openapi.json", ANYBODY},
    {METHOD_GET, "/assets/{name}", ANYBODY},
    {METHOD_GET, "/privacy", ANYBODY},
    {METHOD_GET, "/public", ANYBODY},
    {METHOD_GET, "/public/{month}", ANYBODY},

    /* citizens: the token is in the address */
    {METHOD_GET, "/t/{token}", ANYBODY},
    {METHOD_GET, "/t/{token}/state", ANYBODY},
    {METHOD_POST, "/t/{token}/rate", ANYBODY},
    {METHOD_GET, "/t/{token}/detail", ANYBODY},
    {METHOD_POST, "/t/{token}/detail", ANYBODY},
    {METHOD_POST, "/t/{token}/verdict", ANYBODY},
    {METHOD_GET, "/t/{token}/praise", ANYBODY},
    {METHOD_POST, "/t/{token}/praise", ANYBODY},
    {METHOD_GET, "/c", ANYBODY},
    {METHOD_POST, "/c", ANYBODY},
    {METHOD_GET, "/c/{receipt}", ANYBODY},

    /* gateways and printers: the secret is in the address, or a key */
    {METHOD_GET, "/gateways/{name}/reply/{secret}", ANYBODY},
    {METHOD_POST, "/gateways/{name}/reply/{secret}", ANYBODY},
    {METHOD_GET, "/gateways/{name}/report/{secret}", ANYBODY},
    {METHOD_POST, "/gateways/{name}/report/{secret}", ANYBODY},
    {METHOD_POST, "/cloudprnt/{name}/{secret}", ANYBODY},
    {METHOD_GET, "/cloudprnt/{name}/{secret}", ANYBODY},
    {METHOD_DELETE, "/cloudprnt/{name}/{secret}", ANYBODY},
    {METHOD_POST, "/cloudprnt/{name}", MACHINE},
    {METHOD_GET, "/cloudprnt/{name}", MACHINE},
    {METHOD_DELETE, "/cloudprnt/{name}", MACHINE},

    /* the virtual phone, only on the machine itself */
    {METHOD_GET, "/phone", ANYBODY},
    {METHOD_POST, "/phone/reply", ANYBODY},
    {METHOD_POST, "/phone/faults", ANYBODY},
    {METHOD_GET, "/api/v1/dev/messages", ANYBODY},
    {METHOD_POST, "/api/v1/dev/replies", ANYBODY},
    {METHOD_GET, "/api/v1/dev/faults", ANYBODY},
    {METHOD_PUT, "/api/v1/dev/faults", ANYBODY},
    {METHOD_POST, "/api/v1/dev/clock", ANYBODY},

    /* browsers that are a kiosk, a desk or the hall's screen */
    {METHOD_GET, "/k/{kiosk}", MACHINE},
    {METHOD_POST, "/k/{kiosk}/tickets", MACHINE},
    {METHOD_POST, "/k/{kiosk}/phone", MACHINE},
    {METHOD_POST, "/k/{kiosk}/help", MACHINE},
    {METHOD_GET, "/w/{window}", DESK},
    {METHOD_POST, "/w/{window}/{act}", DESK},
    {METHOD_GET, "/screen/{hall}", DISPLAY},
    {METHOD_GET, "/screen/{hall}/events", DISPLAY},
    {METHOD_GET, "/screen/{hall}/voice/{call}", DISPLAY},

    /* machines and desks */
    {METHOD_POST, "/api/v1/tickets", MACHINE},
    {METHOD_GET, "/api/v1/tickets/{id}", "- xxx-x --- ------"},
    {METHOD_GET, "/api/v1/tickets/{id}/slip", MACHINE},
    {METHOD_POST, "/api/v1/tickets/{id}/reprint", "- xx--- --- ------"},
    {METHOD_POST, "/api/v1/tickets/{id}/transfer", DESK},
    {METHOD_POST, "/api/v1/tickets/{id}/restore", DESK},
    {METHOD_POST, "/api/v1/tickets/{id}/cases", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/call", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/recall", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/no-show", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/hold", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/undo", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/pause", DESK},
    {METHOD_POST, "/api/v1/windows/{code}/resume", DESK},
    {METHOD_POST, "/api/v1/cases/{id}/start", DESK},
    {METHOD_POST, "/api/v1/cases/{id}/accept", DESK},
    {METHOD_POST, "/api/v1/cases/{id}/pause", DESK},
    {METHOD_POST, "/api/v1/cases/{id}/resume", DESK},
    {METHOD_POST, "/api/v1/cases/{id}/reopen", DESK},
    {METHOD_POST, "/api/v1/cases/{id}/close", DESK},

    /* other systems */
    {METHOD_POST, "/api/v1/cases", "- --x-- --- ------"},
    {METHOD_GET, "/api/v1/cases/{id}", "- -kh-h --- ------"},
    {METHOD_GET, "/api/v1/cases/{id}/approvals", "- -xx-x --- ------"},
    {METHOD_POST, "/api/v1/cases/{id}/approvals", "- -xx-- --- ------"},
    {METHOD_POST, "/api/v1/cases/{id}/approvals/{n}/steps", "- -xx-- --- ------"},
    {METHOD_GET, "/api/v1/ratings", "- --h-h --- ------"},
    {METHOD_GET, "/api/v1/rates", "- --r-r --- ------"},

    /* the way in; links are good once */
    {METHOD_GET, "/login", ANYBODY},
    {METHOD_POST, "/login", ANYBODY},
    {METHOD_GET, "/login/{link}", ANYBODY},
    {METHOD_POST, "/login/{link}", ANYBODY},
    {METHOD_GET, "/first/{link}", ANYBODY},
    {METHOD_POST, "/first/{link}", ANYBODY},
    {METHOD_GET, "/device/{link}", ANYBODY},
    {METHOD_POST, "/device/{link}", ANYBODY},
    {METHOD_GET, "/password/{link}", ANYBODY},
    {METHOD_POST, "/password/{link}", ANYBODY},
    {METHOD_POST, "/logout", PEOPLE},

    /* one's own account */
    {METHOD_GET, "/second", PEOPLE},
    {METHOD_POST, "/second", PEOPLE},
    {METHOD_GET, "/account", PEOPLE},
    {METHOD_POST, "/account/sessions", PEOPLE},
    {METHOD_GET, "/account/second", PEOPLE},
    {METHOD_POST, "/account/second", PEOPLE},
    {METHOD_GET, "/account/password", PEOPLE},
    {METHOD_POST, "/account/password", PEOPLE},

    /* who may come in: asked for by one administrator, granted by another */
    {METHOD_GET, "/accounts", "- ----- xxx ------"},
    {METHOD_POST, "/accounts", "- ----- x-- ------"},
    {METHOD_GET, "/accounts/{id}", "- ----- xxx ------"},
    {METHOD_POST, "/accounts/{id}/role", "- ----- -x- ------"},
    {METHOD_POST, "/accounts/{id}/password", "- ----- -x- ------"},
    {METHOD_POST, "/accounts/{id}/second", "- ----- -x- ------"},
    {METHOD_POST, "/accounts/{id}/unlock", "- ----- -x- ------"},
    {METHOD_POST, "/accounts/{id}/sessions", "- ----- -x- ------"},
    {METHOD_POST, "/accounts/{id}/end", "- ----- -x- ------"},
    {METHOD_POST, "/requests/{id}/grant", "- ----- xx- ------"},
    {METHOD_POST, "/requests/{id}/refuse", "- ----- xx- ------"},
    {METHOD_GET, "/keys", "- ----- -xx ------"},
    {METHOD_POST, "/keys", "- ----- -x- ------"},
    {METHOD_POST, "/keys/{id}/end", "- ----- -x- ------"},

    /* staff */
    {METHOD_GET, "/me", "- ----- --- c-----"},
    {METHOD_GET, "/praise", "- ----- --o -wdhoi"},
    {METHOD_GET, "/praise/new", "- ----- --- --dh--"},
    {METHOD_POST, "/praise", "- ----- --- --dh--"},
    {METHOD_GET, "/rates", "- ----- --r -tsrrr"},
    {METHOD_GET, "/ratings", "- ----- --o -wdhoi"},
    {METHOD_GET, "/ratings.csv", "- ----- --o ---hoi"},
    {METHOD_GET, "/ratings.xlsx", "- ----- --o ---hoi"},
    {METHOD_GET, "/exports/{id}", "- ----- --o ---hoi"},
    {METHOD_GET, "/exports/{id}/file", "- ----- --o ---hoi"},
    {METHOD_GET, "/ratings/{id}", "- ----- --o -wdhoi"},
    {METHOD_GET, "/cases", "- ----- --o ---hoi"},
    {METHOD_GET, "/cases/{id}", "- ----- --o -wdhoi"},
    {METHOD_GET, "/search", "- ----- --o ---hoi"},
    {METHOD_GET, "/unlinked", "- ----- --- ---h-i"},
    /* the integrity question: a number for the hall, the answers for the inspection */
    {METHOD_GET, "/inspection", "- ----- --- ---x-i"},
    {METHOD_POST, "/inspection/answers", "- ----- --- -----i"},
    {METHOD_POST, "/inspection/hints", "- ----- --- -----i"},
    {METHOD_POST, "/views", "- ----- --x xxxxxx"},
    {METHOD_POST, "/views/{id}/rename", "- ----- --x xxxxxx"},
    {METHOD_POST, "/views/{id}/delete", "- ----- --x xxxxxx"},
    {METHOD_GET, "/audit", "- ----- --x ----x-"},
    {METHOD_POST, "/audit/export", "- ----- --x ----x-"},
    {METHOD_GET, "/gateways", "- ----- x-- ---x--"},
    {METHOD_GET, "/webhooks", "- ----- x-- ------"},
    {METHOD_POST, "/webhooks/endpoints/{name}/on", "- ----- x-- ------"},
    {METHOD_POST, "/webhooks/deliveries/{id}/resend", "- ----- x-- ------"},
    {METHOD_GET, "/platform", "- ----- x-o ---hoi"},
    {METHOD_POST, "/platform/records/{id}/resend", "- ----- x-- ---x--"},
    {METHOD_POST, "/api/v1/optouts/{phone}/end", "- ----- --- ---x--"},

    /* people and what the hall did for them: the organisation department's own */
    {METHOD_GET, "/assess/{year}/log", "- ----- --r -tsrrr"},
    {METHOD_POST, "/assess/{year}/log", "- ----- --- -t-x--"},
    {METHOD_GET, "/assess/{year}/marks", "- ----- --r --srrr"},
    {METHOD_POST, "/assess/{year}/marks", "- ----- --- ---x--"},
    {METHOD_GET, "/assess/{year}/visits", "- ----- --r -tsrrr"},
    {METHOD_GET, "/assess/{year}/visits/plans/{id}", "- ----- --r ---rrr"},
    {METHOD_POST, "/assess/{year}/visits", "- ----- --- ---xx-"},
    {METHOD_POST, "/assess/{year}/visits/plans", "- ----- --- ---xx-"},
    {METHOD_POST, "/assess/{year}/visits/draw", "- ----- --- ---xx-"},
    {METHOD_POST, "/assess/{year}/visits/results", "- ----- --- ---xx-"},
    {METHOD_GET, "/assess/{year}/rechecks", "- ----- --o ---hoi"},
    {METHOD_GET, "/assess/{year}/rechecks/names/{id}", "- ----- --x ---xxx"},
    {METHOD_POST, "/assess/{year}/rechecks/plans", "- ----- --- ---xx-"},
    {METHOD_POST, "/assess/{year}/rechecks/draw", "- ----- --- ---xx-"},
    {METHOD_POST, "/assess/{year}/rechecks/call", "- ----- --- ---p--"},
    {METHOD_POST, "/assess/{year}/rechecks/ask", "- ----- --- ---xx-"},
    {METHOD_POST, "/assess/{year}/rechecks/answers", "- ----- --- ---ho-"},
    {METHOD_GET, "/assess/{year}/evidence/{id}", "- ----- --r -tsrrr"},
    {METHOD_GET, "/assess", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/ranking.xlsx", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/dept/{code}", "- ----- --r --srrr"},
    {METHOD_GET, "/assess/{year}/scheme", "- ----- --x ---xxx"},
    {METHOD_POST, "/assess/{year}/scheme", "- ----- --- ----x-"},
    {METHOD_POST, "/assess/{year}/scheme/{version}/adopt", "- ----- --- ----x-"},
    {METHOD_POST, "/assess/{year}/scheme/freeze", "- ----- --- ----x-"},
    {METHOD_POST, "/assess/{year}/sheets", "- ----- --- ----x-"},
    {METHOD_GET, "/assess/{year}/papers", "- ----- --x ---xxx"},
    {METHOD_POST, "/assess/{year}/papers", "- ----- --- ----x-"},
    {METHOD_POST, "/assess/{year}/assessors", "- ----- --- ----x-"},
    {METHOD_POST, "/assess/{year}/judgements", "- ----- --- ----x-"},
    {METHOD_GET, "/assess/{year}/parallel", "- ----- --o --dhoi"},
    {METHOD_POST, "/assess/{year}/parallel", "- ----- --- --dh--"},
    {METHOD_GET, "/assess/{year}/indicators", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/indicators.xlsx", "- ----- --r ---rrr"},
    {METHOD_POST, "/assess/{year}/indicators", "- ----- --- ----x-"},
    {METHOD_GET, "/assess/{year}/freeze", "- ----- --x ---xxx"},
    {METHOD_POST, "/assess/{year}/freeze", "- ----- --- ----x-"},
    {METHOD_GET, "/assess/{year}/bundles/{id}", "- ----- --o ---hoi"},
    {METHOD_GET, "/assess/{year}/dept/{code}/moves", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/person", "- ----- --- ----oi"},
    {METHOD_GET, "/assess/{year}/person/{clerk}", "- ----- --- ----oi"},
    {METHOD_GET, "/assess/{year}/person/{clerk}/sheet.xlsx", "- ----- --- ----oi"},
    {METHOD_GET, "/assess/{year}/whatif", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/whatif.xlsx", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/lab", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/lab.xlsx", "- ----- --r ---rrr"},
    {METHOD_GET, "/assess/{year}/quota", "- ----- --- ---xx-"},
    {METHOD_GET, "/assess/{year}/quota.xlsx", "- ----- --- ---xx-"},

    /* second assessments: the window's side plans, the hall measures, the organisation
     * department decides; who assesses is qualified besides (assessor_may) */
    {METHOD_GET, "/assess/{year}/second", "- ----- --r -tsrrr"},
    {METHOD_GET, "/assess/{year}/second/{id}", "- ----- --r -tsrrr"},
    {METHOD_POST, "/assess/{year}/second/{id}/notice", "- ----- --- ----r-"},
    {METHOD_POST, "/assess/{year}/second/{id}/dismiss", "- ----- --- ----r-"},
    {METHOD_POST, "/assess/{year}/second/{id}/plan", "- ----- --- -ts---"},
    {METHOD_POST, "/assess/{year}/second/{id}/return", "- ----- --- ----r-"},
    {METHOD_POST, "/assess/{year}/second/{id}/measure", "- ----- --- ---r--"},
    {METHOD_POST, "/assess/{year}/second/{id}/sign", "- ----- --- ----r-"},
    {METHOD_POST, "/assess/{year}/second/{id}/note", "- ----- --- -tsrr-"},

    /* putting bad ratings right; whose order it is decides besides (order_shown) */
    {METHOD_GET, "/reviews", "- ----- --o ewdhoi"},
    {METHOD_GET, "/reviews/{id}", "- ----- --o ewdhoi"},
    {METHOD_POST, "/reviews/{id}/verify", "- ----- --- ewdh-i"},
    {METHOD_POST, "/reviews/{id}/contact", "- ----- --- -wdh--"},
    {METHOD_POST, "/reviews/{id}/unreached", "- ----- --- -wdh--"},
    {METHOD_POST, "/reviews/{id}/fix", "- ----- --- ewdh--"},
    {METHOD_POST, "/reviews/{id}/fix_long", "- ----- --- ewdh--"},
    {METHOD_POST, "/reviews/{id}/explain", "- ----- --- ewdh--"},
    {METHOD_POST, "/reviews/{id}/feed_back", "- ----- --- -wdh--"},
    {METHOD_POST, "/reviews/{id}/settle", "- ----- --- ---hoi"},
    {METHOD_POST, "/reviews/{id}/note", "- ----- --- ewdh-i"},
    {METHOD_POST, "/reviews/{id}/assign", "- ----- --- -wdh--"},
    {METHOD_POST, "/reviews/{id}/transfer", "- ----- --- ---h--"},
    {METHOD_POST, "/reviews/{id}/pause", "- ----- --- -wdh--"},
    {METHOD_POST, "/reviews/{id}/resume", "- ----- --- -wdh--"},
    {METHOD_POST, "/reviews/{id}/call", "- ----- --- -gf---"},
    {METHOD_POST, "/reviews/{id}/appeal", "- ----- --- -wd---"},
    {METHOD_POST, "/reviews/{id}/decide", "- ----- --- ---ho-"},
};

/* The n-th cell of a row; '\0' behind its end. */
static char cell(const char *cells, size_t n)
{
    for (; *cells != '\0'; cells++)
        if (*cells != ' ' && n-- == 0)
            return *cells;
    return '\0';
}

static const struct access_view *view_of(char letter)
{
    for (size_t i = 0; i < LENGTH(views); i++)
        if (views[i].letter == letter)
            return &views[i];
    return NULL;
}

static const struct row *row_of(const struct route *route)
{
    for (size_t i = 0; route != NULL && i < LENGTH(rows); i++)
        if (rows[i].method == route->method &&
            strcmp(rows[i].pattern, route->pattern) == 0)
            return &rows[i];
    return NULL;
}

char access_letter(const struct route *route, enum role role)
{
    const struct row *row = row_of(route);

    for (size_t i = 0; row != NULL && i < access_column_count; i++)
        if (access_columns[i] == role)
            return cell(row->cells, i);
    return '\0';
}

const struct access_view *access_view(const struct route *route, enum role role)
{
    return view_of(access_letter(route, role));
}

const struct access_view *access_page(const char *pattern, enum role role)
{
    const struct route page = {.method = METHOD_GET, .pattern = pattern};

    return access_view(&page, role);
}

bool access_sees(const struct access_view *view, const struct caller *who,
                 const char *department, const char *window, const char *clerk, bool bad)
{
    const char *const own[] = {
        [ACCESS_DEPARTMENT] = department,
        [ACCESS_WINDOW] = window,
        [ACCESS_CLERK] = clerk,
    };

    return (bad || !view->bad_only) &&
           (view->scope == ACCESS_HALL ||
            (who->place[0] != '\0' && strcmp(own[view->scope], who->place) == 0));
}

void access_narrow(const struct access_view *view, const struct caller *who,
                   struct review_filter *filter)
{
    filter->bad = filter->bad || view->bad_only;
    if (view->scope == ACCESS_DEPARTMENT)
        filter->own_department = who->place;
    else if (view->scope != ACCESS_HALL)
        filter->own_window = who->place;
}

unsigned access_phone_roles(void)
{
    unsigned roles = 0;

    for (size_t i = 0; i < LENGTH(rows); i++)
        for (size_t c = 0; c < access_column_count; c++) {
            const struct access_view *view = view_of(cell(rows[i].cells, c));

            if (view != NULL && view->phone == ACCESS_PHONE_FULL && !view->second)
                roles |= access_columns[c];
        }
    return roles;
}

/* A whole row has a known letter for every role, and shows nothing to whoever shows
 * nothing, unless it is open to anybody. */
static bool row_whole(const struct row *row, struct error *err)
{
    for (size_t c = 0; c <= access_column_count; c++) {
        char letter = cell(row->cells, c);
        bool known = view_of(letter) != NULL || letter == ACCESS_REFUSED;
        bool fits = c == access_column_count                ? letter == '\0'
                    : cell(row->cells, 0) == ACCESS_ANYBODY ? letter == ACCESS_ANYBODY
                    : c == 0                                ? letter == ACCESS_REFUSED
                                                            : known;

        if (!fits)
            return error_set(err, ERROR_SETUP,
                             "The row of %s in web/access.c is wrong in cell %zu.",
                             row->pattern, c + 1);
    }
    return true;
}

bool access_check(const struct route *routes, size_t count, struct error *err)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        if (row_of(&routes[i]) == NULL)
            return error_set(err, ERROR_SETUP,
                             "The route %s has no row in web/access.c: who may come in?",
                             routes[i].pattern);
    for (size_t r = 0; r < LENGTH(rows); r++) {
        found = 0;
        for (size_t i = 0; i < count; i++)
            found += row_of(&routes[i]) == &rows[r];
        if (found != 1)
            return error_set(err, ERROR_SETUP,
                             "The row of %s in web/access.c belongs to %zu routes.",
                             rows[r].pattern, found);
        if (!row_whole(&rows[r], err))
            return false;
    }
    return true;
}
