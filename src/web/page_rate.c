/*
 * page_rate.c — one tap is one rating: POST /t/{token}/rate (see page_ticket.h).
 *
 * Promise: the rating is durable before anything is answered; the answer of everything
 * that is a rating, new, changed or the same again, is 303 to the ticket's page. What
 * cannot be rated is said on that page with 409, what was not said with 422.
 */
#include "web/page_ticket.h"

#include <stdio.h>

struct choosing {
    int64_t wanted, found;
    int count;
};

static void choose(void *self, const struct service_case *c)
{
    struct choosing *choosing = self;

    choosing->count++;
    if (choosing->wanted == 0 || c->id == choosing->wanted)
        choosing->found = c->id;
}

bool visit_choose_case(struct store *st, struct visit_step *v, bool *none,
                       struct error *err)
{
    struct choosing choosing = {.wanted = v->case_id};
    struct ticket t;

    *none = false;
    if (!cases_of_ticket(st, v->ticket_id, choose, &choosing, err))
        return false;
    if (choosing.count == 0 && !ticket_get(st, v->ticket_id, &t, err))
        return false;
    if (v->case_id != 0 && choosing.found == 0)
        return error_set(err, ERROR_ABSENT, "This ticket has no such case.");
    if (v->case_id == 0 && choosing.count > 1)
        return error_field(err, "case", "This ticket has several cases. Say which one.");
    v->case_id = choosing.found;
    *none = choosing.count == 0;
    return true;
}

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visit_step *v = (struct visit_step *)s;
    bool none;

    if (!visit_choose_case(st, v, &none, err))
        return false;
    if (none) {
        v->result.verdict = RATING_TOO_EARLY;
        return true;
    }
    return rating_take(st, &site_of(s->x)->rules->rating,
                       &(struct rating_input){.case_id = v->case_id,
                                              .grade = v->grade,
                                              .channel = CHANNEL_TICKET_QR,
                                              .proof = "P4"},
                       now_ms, &v->result, err);
}

/* The ticket's page again, with what is wrong at its top. */
static void show_again(struct visit_step *v, int status, const char *alert)
{
    v->status = status;
    v->alert = alert;
    visit_show(v);
}

/* The buttons once more, and another way. */
static void show_busy(struct visit_step *v)
{
    snprintf(v->alert_n, sizeof(v->alert_n), "%d", v->grade);
    exchange_header_add(v->step.x, "Retry-After", "2");
    show_again(v, 503, "busy");
}

static void taken(struct exchange *x, struct step *s)
{
    struct visit_step *v = (struct visit_step *)s;

    if (!s->ok && s->err.kind == ERROR_ABSENT)
        citizen_say(x, 404, "unknown");
    else if (!s->ok && s->err.kind == ERROR_INPUT)
        show_again(v, 422, "err_case");
    else if (!s->ok)
        show_busy(v);
    else if (v->result.verdict == RATING_TOO_EARLY)
        show_again(v, 409, "too_early");
    else if (v->result.verdict == RATING_LATE)
        show_again(v, 409, NULL);
    else
        visit_see_other(v, "");
}

void page_rate_post(struct exchange *x)
{
    struct visit_step *v = visit_begin(x);
    struct sent form;
    struct error err = {0};
    const char *nonce;
    int64_t grade;

    if (v == NULL)
        return;
    if (!sent_read(x, &form, &err)) {
        show_again(v, 400, "err_form");
        return;
    }
    grade = sent_number(&form, "grade");
    v->grade = grade >= 1 && grade <= 5 ? (int)grade : 0;
    v->case_id = sent_number(&form, "case");
    nonce = sent_text(&form, "n");
    if (v->grade == 0)
        show_again(v, 422, "err_grade");
    else if (v->case_id < 0)
        citizen_say(x, 404, "unknown");
    else if (nonce[0] != '\0' && !visit_nonce_fits(nonce))
        show_again(v, 422, "err_form");
    else
        step_write_any(&v->step, take, taken);
}
