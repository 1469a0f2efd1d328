/*
 * page_ticket.h — a ticket's one page: its place in the queue, then the five buttons,
 * then the receipt; and what is sent from it.
 *
 *     GET  /t/{token}          the page, by state         (page_ticket.c)
 *     GET  /t/{token}/state    the same for a script
 *     GET  /t/{token}/detail   the form for reasons alone
 *     POST /t/{token}/rate     one grade for one case     (page_rate.c)
 *     POST /t/{token}/detail   reasons, a note            (page_detail.c)
 *     POST /t/{token}/verdict  on what was done about a bad rating (page_verdict.c)
 *     GET, POST /t/{token}/praise   thanks, apart from it all (page_thanks.c)
 *
 * Looking never changes anything. A POST that did what it should answers 303 to the
 * ticket's page, so that reloading and going back repeat nothing; that the same rating
 * sent twice is one rating is the store's promise.
 */
#ifndef WEB_PAGE_TICKET_H
#define WEB_PAGE_TICKET_H

#include "domain/token.h"
#include "store/integrity_store.h"
#include "web/citizen.h"
#include "web/visit.h"

void page_ticket(struct exchange *x);
void page_ticket_state(struct exchange *x);
void page_ticket_detail(struct exchange *x);
void page_rate_post(struct exchange *x);
void page_detail_post(struct exchange *x);
void page_verdict_post(struct exchange *x);

/* What every one of these works on. */
struct visit_step {
    struct step step;
    char token[TOKEN_SYMBOLS + 1]; /* as we write it */
    int64_t ticket_id;             /* -1 for a token that is not ours */
    enum lang lang;
    struct visit *visit; /* filled on the reader thread; NULL until then */
    bool found;

    /* how the page is to be shown */
    int status;
    bool detail_only;
    int64_t change_case; /* whose buttons are to be shown again; -1 for all, 0 for none */
    bool thanks;         /* details were saved just now */
    const char *alert;   /* key of a sentence at the top; NULL for none */
    char alert_n[24];    /* its {n} */
    const struct sent *kept; /* what was typed, to be shown again; NULL for none */

    /* what was sent */
    int64_t case_id; /* 0 where it was not said */
    int grade;
    enum heard_verdict verdict;
    struct rating_result result;
    struct rating_detail detail;
    char tags[64];
    struct integrity_answer integrity; /* words NULL where nothing was answered */
};

/* Is the integrity question asked in this hall? */
bool integrity_asked(const struct site *site);

/*
 * Begins with the token of the path. NULL where it was wrong too often and 429 has been
 * answered; a wrong one else goes on as a ticket that is not there, so that it takes the
 * same time.
 */
struct visit_step *visit_begin(struct exchange *x);
/* The same, as the beginning of a greater struct, zeroed, of `bytes`. */
struct visit_step *visit_begin_as(struct exchange *x, size_t bytes);

/* Where visit_read writes to: a rating that is answered with 303 never needs it. */
struct visit *visit_room(struct visit_step *v);

/* Reads the ticket and answers with its page: `status`, or 404 where it is gone. */
void visit_show(struct visit_step *v);

/* 303 to the ticket's page; `query` is "", or more of the address without its '?'. */
void visit_see_other(struct visit_step *v, const char *query);

/* The case that was meant; the only one where none was named. ERROR_ABSENT, ERROR_INPUT;
 * *none where the ticket has no case yet. Writer thread. */
NODISCARD bool visit_choose_case(struct store *st, struct visit_step *v, bool *none,
                                 struct error *err);

/* A form's `n`: which ticket and which rating its page was made from. */
enum { NONCE_SYMBOLS = 16 };
void visit_nonce(const struct site *site, const char *token, int64_t case_id,
                 int64_t rating_id, char out[NONCE_SYMBOLS + 1]);

/*
 * Could `text` be such a nonce? It is not compared with today's: a page that was open in
 * another tab is honest, and the store's keys make every repetition harmless.
 */
bool visit_nonce_fits(const char *text);

/* Is what was typed at fault? The page then points at it. */
bool visit_alert_is_words(const struct visit_step *v);

/* The card of a case's days: usual, promised, and taken up to now or to its closing; null
 * for one that was done on the spot. Given. */
json_t *days_json(const struct visit_step *v, const struct visit_case *c);

/* The data of the ticket's page, given. */
json_t *visit_data(struct visit_step *v);
/* The data of one case on it, given (ticket_block.c). */
json_t *block_json(const struct visit_step *v, const struct visit_case *c, bool alone);

#endif
