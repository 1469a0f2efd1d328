/*
 * kiosk_ticket.c — the number that was taken, how many are ahead, its code, and whether
 * its paper comes (kiosk.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/token.h"
#include "store/print_store.h"
#include "store/printer_store.h"
#include "web/kiosk.h"
#include "web/page.h"
#include "web/printer_notice.h"

enum {
    SHOWN_FOR_MS = 10 * 60 * 1000, /* a ticket at the kiosk that gave it */
    LOOK_AGAIN_S = 2,              /* while its paper is on its way */
    PAPER_S = 5,                   /* time enough to take it */
    NO_PAPER_S = 60,               /* time enough for a photo */
};

/* What the person who waits for the paper must know: while it is on its way the page
 * looks again soon; with a fault the number and the code stay. */
static bool add_paper(struct store *st, struct kiosk_step *k, const struct ticket *t,
                      json_t *data, struct error *err)
{
    const char *key = "take_paper";
    struct printer_record printer;
    struct print_job job;
    bool found, known, fault;

    if (!print_job_newest(st, t->id, &job, &found, err))
        return false;
    if (!found || strcmp(job.printer, "preview") == 0 ||
        strcmp(job.reason, "preview") == 0) {
        key = "paper_preview";
    } else if (strcmp(job.state, "failed") == 0 ||
               strcmp(job.state, "unconfirmed") == 0) {
        key = "paper_failed";
    } else if (strcmp(job.state, "printed") != 0) {
        if (!printer_record_get(st, job.printer, &printer, &known, err))
            return false;
        k->looking = !known || printer_prints(&printer);
        key = k->looking ? "paper_coming" : "paper_failed";
    }
    fault = strcmp(key, "paper_failed") == 0;
    k->back_s = k->looking                       ? LOOK_AGAIN_S
                : strcmp(key, "take_paper") == 0 ? PAPER_S
                                                 : NO_PAPER_S;
    json_object_set_new(data, "paper", json_string(kiosk_text(k, key)));
    json_object_set_new(data, "fault", json_boolean(fault));
    return true;
}

bool kiosk_ticket(struct store *st, struct kiosk_step *k, int64_t now_ms, json_t *data,
                  struct error *err)
{
    const struct site *site = site_of(k->step.x);
    char token[TOKEN_SYMBOLS + 1], url[320], qr[400], stays[12];
    struct token_way way;
    struct ticket t;
    struct matter m;
    bool found;
    int waiting;

    if (!ticket_find(st, strtoll(k->at.ticket, NULL, 10), &t, &found, err))
        return false;
    if (!found || strcmp(t.kiosk, k->kiosk) != 0 || now_ms - t.taken_ms > SHOWN_FOR_MS)
        return error_set(err, ERROR_ABSENT, "This kiosk shows no such ticket any more.");
    if (!ticket_ahead(st, &t, &waiting, err) || !matter_get(st, t.matter_id, &m, err) ||
        !add_paper(st, k, &t, data, err))
        return false;
    token_make(&site->keys->ticket, st->hall, t.id, token);
    snprintf(url, sizeof(url), "%s/t/%s", site_base_url(site), token);
    site_ticket_way(site, &way);
    token_qr_text(&way, token, t.short_code, qr, sizeof(qr));
    snprintf(stays, sizeof(stays), "%d", k->back_s);
    json_object_set_new(data, "ticket",
                        json_pack("{s:s, s:s, s:o, s:b, s:s, s:s, s:s, s:b}", "number",
                                  t.number, "short_code", t.short_code, "qr", qr_json(qr),
                                  "by_sms", way.sms_to != NULL, "url", url, "matter",
                                  m.name, "stays", stays, "looking", k->looking));
    json_object_set_new(data, "ahead", kiosk_count(k, "ahead_n", waiting));
    return true;
}
