/*
 * page_code.c — see page_code.h.
 */
#include "web/page_code.h"

#include <stdio.h>
#include <string.h>

#include "domain/token.h"
#include "store/receipt_store.h"
#include "store/ticket_store.h"
#include "web/citizen.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/tries.h"

enum {
    RECEIPT_SYMBOLS = 16,
    TYPED_MOST = 24,
    CODE_DAYS = 200, /* a case may take months, and be rated after it */
    DAY_LONG_MS = 86400000,
};

/* All typed codes of an address are one kind of guess. */
static const char typed_prefix[] = "code";

struct code_step {
    struct step step;
    char code[TYPED_MOST];
    const char *typed;
    bool found;
    int64_t ticket_id;
    struct receipt receipt;
};

static void show_form(struct exchange *x, int status, const char *alert,
                      const char *typed)
{
    enum lang lang = citizen_lang(x);
    const char *title =
        page_text(site_of(x), "citizen", lang, alert != NULL ? alert : "code_title");
    json_t *data = citizen_page(x, lang, title);

    json_object_set_new(data, "typed", json_string(typed));
    json_object_set_new(data, "path", json_string("/c"));
    if (alert != NULL)
        json_object_set_new(data, "alert", json_string(title));
    citizen_headers(x);
    page_answer(x, status, "code", "citizen", lang, data);
}

void page_code(struct exchange *x)
{
    show_form(x, 200, NULL, "");
}

/* Nobody may try codes until one fits. False where 429 has been answered. */
static bool may_try(struct exchange *x)
{
    if (!tries_spent(site_of(x)->tries, x->peer, typed_prefix))
        return true;
    citizen_say(x, 429, "too_fast");
    return false;
}

static void not_found(struct exchange *x, const char *typed)
{
    if (tries_wrong(site_of(x)->tries, x->peer, typed_prefix))
        show_form(x, 404, "err_code", typed);
    else
        citizen_say(x, 429, "too_fast");
}

/* == A short code, or a receipt, out of the form ================================== */

static bool look_up(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct code_step *c = (struct code_step *)s;

    if (strlen(c->code) == RECEIPT_SYMBOLS)
        return receipt_find(st, c->code, &c->receipt, &c->found, err);
    return ticket_by_short_code(
        st, c->code,
        hall_local_date(st->frame, now_ms - CODE_DAYS * (int64_t)DAY_LONG_MS),
        &c->ticket_id, &c->found, err);
}

static void looked_up(struct exchange *x, struct step *s)
{
    const struct code_step *c = (const struct code_step *)s;
    const struct site *site = site_of(x);
    char token[TOKEN_SYMBOLS + 1], path[96];

    if (!c->found) {
        not_found(x, c->typed);
        return;
    }
    if (strlen(c->code) == RECEIPT_SYMBOLS) {
        snprintf(path, sizeof(path), "/c/%s%s", c->code, lang_query(x));
    } else {
        token_make(&site->keys->ticket, atomic_load(&site->frame->now)->hall,
                   c->ticket_id, token);
        snprintf(path, sizeof(path), "/t/%s%s", token, lang_query(x));
    }
    page_see_other(x, path);
}

void page_code_post(struct exchange *x)
{
    struct code_step *c;
    struct sent form;
    struct error err = {0};
    int length;

    if (!sent_read(x, &form, &err)) {
        show_form(x, 400, "err_code_empty", "");
        return;
    }
    c = step_new(x, sizeof(*c));
    c->typed = sent_text(&form, "code");
    length = typed_code(c->typed, c->code, sizeof(c->code));
    if (length != SHORT_SYMBOLS && length != RECEIPT_SYMBOLS)
        show_form(x, 422, "err_code_empty", c->typed);
    else if (may_try(x))
        step_read(&c->step, look_up, looked_up);
}

/* == A receipt ==================================================================== */

static void show_receipt(struct exchange *x, struct step *s)
{
    const struct code_step *c = (const struct code_step *)s;
    const struct receipt *r = &c->receipt;
    const struct site *site = site_of(x);
    enum lang lang = citizen_lang(x);
    char grade[256], parted[20], time[MOMENT_TEXT];
    json_t *data, *title;

    if (!c->found) {
        not_found(x, "");
        return;
    }
    grade_said(site, lang, r->grade, r->dims, grade, sizeof(grade));
    receipt_parted(c->code, parted);
    moment_text(site, r->rated_ms, lang, time);
    title = page_phrase(site, "citizen", lang, "receipt_title", "rc", parted, NULL);
    data = citizen_page(x, lang, json_string_value(title));
    json_decref(title);
    json_object_set_new(data, "line",
                        page_phrase(site, "citizen", lang, "receipt_line", "time", time,
                                    "grade", grade, NULL));
    json_object_set_new(
        data, "matter",
        json_string(r->sensitive ? page_text(site, "citizen", lang, "matter_hidden")
                                 : r->matter_name));
    json_object_set_new(data, "replaced", json_boolean(r->replaced));
    citizen_headers(x);
    page_answer(x, 200, "receipt", "citizen", lang, data);
}

void page_receipt(struct exchange *x)
{
    struct code_step *c = step_new(x, sizeof(*c));
    int length = typed_code(exchange_param(x, 0), c->code, sizeof(c->code));

    if (length != RECEIPT_SYMBOLS)
        not_found(x, "");
    else if (may_try(x))
        step_read(&c->step, look_up, show_receipt);
}

/* == Personal data ================================================================ */

void page_privacy(struct exchange *x)
{
    const struct site *site = site_of(x);
    enum lang lang = citizen_lang(x);
    json_t *data =
        citizen_page(x, lang, page_text(site, "citizen", lang, "privacy_title"));

    json_object_set_new(data, "keep",
                        page_phrase(site, "citizen", lang, "privacy_keep", "n",
                                    settings_text(site->settings, "phones.keep_days"),
                                    NULL));
    page_answer(x, 200, "privacy", "citizen", lang, data);
}
