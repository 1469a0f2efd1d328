/*
 * page_second.c — the second factor (page_account.h).
 *
 * Promise: a new secret is on the page only, sealed to the account, until a code shows
 * that the device has it; the codes on paper are on one answer only. Whoever has shown a
 * code gets a fresh session.
 */
#include "web/page_account.h"

#include <stdio.h>
#include <string.h>

#include "store/second_store.h"
#include "web/page.h"
#include "web/place.h"
#include "web/problem.h"
#include "web/session.h"

/* == The code after the password ================================================== */

struct shown {
    struct staff staff;
    const char *code, *next;
    bool right;
    char cookie[SECRET_TEXT];
};

static void go_on(struct exchange *x, const struct shown *s)
{
    page_see_other(x, session_next_fits(s->next) ? s->next
                                                 : page_account_home(s->staff.who.role));
}

static void ask_code(struct exchange *x, struct shown *s, int status, const char *trouble)
{
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, &s->staff, lang);

    json_object_set_new(data, "next",
                        json_string(session_next_fits(s->next) ? s->next : ""));
    json_object_set_new(data, "trouble",
                        json_string(trouble != NULL
                                        ? page_text(site_of(x), "account", lang, trouble)
                                        : ""));
    page_answer(x, status, "second", "account", lang, data);
}

static void show_question(struct exchange *x, struct step *step)
{
    struct shown *s = (struct shown *)step;

    if (s->staff.state.want == SESSION_WANTS_CODE)
        ask_code(x, s, 200, NULL);
    else
        go_on(x, s);
}

void page_second(struct exchange *x)
{
    struct shown *s = staff_new(x, sizeof(*s));

    s->next = exchange_query(x, "next");
    s->staff.serves = SERVES(SESSION_WANTS_CODE);
    staff_read(&s->staff, NULL, show_question);
}

static bool try_code(struct store *st, struct step *step, int64_t now_ms,
                     struct error *err)
{
    struct shown *s = (struct shown *)step;
    const struct account_rules rules = account_rules_of(site_of(step->x));
    int64_t account = s->staff.who.id;

    if (s->staff.state.want != SESSION_WANTS_CODE)
        return true; /* a second press of the same button */
    if (!second_try(st, &rules, account, s->code, now_ms, &s->right, err))
        return false;
    return !s->right ||
           (session_end(st, s->staff.cookie, now_ms, err) &&
            session_start(st, account, step->x->peer, true, now_ms, s->cookie, err));
}

static void tried_code(struct exchange *x, struct step *step)
{
    struct shown *s = (struct shown *)step;

    if (s->staff.state.want == SESSION_WANTS_CODE && !s->right) {
        ask_code(x, s, 401, "second_wrong");
        return;
    }
    if (s->right)
        session_cookie_set(x, s->cookie);
    crypt_wipe(s->cookie, sizeof(s->cookie));
    go_on(x, s);
}

void page_second_post(struct exchange *x)
{
    struct shown *s = staff_new(x, sizeof(*s));
    struct form form;

    if (!staff_form(x, &form))
        return;
    s->code = staff_field(x, &form, "code");
    s->next = staff_field(x, &form, "next");
    s->staff.serves = SERVES(SESSION_WANTS_CODE);
    staff_write(&s->staff, &form, try_code, tried_code);
    form_free(&form);
}

/* == A device of one's own ======================================================== */

enum { SEALED = TOTP_SECRET_BYTES + CRYPT_SEAL_EXTRA, SEALED_TEXT = 2 * SEALED + 1 };

struct device {
    struct staff staff;
    unsigned char secret[TOTP_SECRET_BYTES];
    const char *sealed, *code;
    bool right;
    char codes[RECOVERY_CODES][RECOVERY_TEXT];
    char cookie[SECRET_TEXT];
};

/* The secret travels in the form, sealed to the account that it is for. */
static const char form_table[] = "second factor in a form";

static void seal_secret(struct exchange *x, const struct device *d, char out[SEALED_TEXT])
{
    const struct site *site = site_of(x);
    unsigned char sealed[SEALED];

    crypt_seal(&site->keys->second_seal, site->world, form_table, d->staff.who.id,
               d->secret, sizeof(d->secret), sealed);
    crypt_hex(sealed, sizeof(sealed), out);
}

static bool unseal_secret(struct exchange *x, struct device *d)
{
    unsigned char sealed[SEALED];
    struct buf secret = buf_new(TOTP_SECRET_BYTES + 1);
    struct error err = {0};
    bool ok = strlen(d->sealed) == SEALED_TEXT - 1;

    for (size_t i = 0; ok && i < SEALED; i++) {
        unsigned byte;

        ok = sscanf(d->sealed + 2 * i, "%2x", &byte) == 1;
        sealed[i] = (unsigned char)byte;
    }
    ok = ok &&
         crypt_open(&site_of(x)->keys->second_seal, form_table, d->staff.who.id, sealed,
                    sizeof(sealed), &secret, &err) &&
         secret.length == TOTP_SECRET_BYTES;
    if (ok)
        memcpy(d->secret, secret.data, TOTP_SECRET_BYTES);
    if (secret.data != NULL)
        crypt_wipe(secret.data, secret.length);
    buf_free(&secret);
    return ok;
}

/* The QR code; a name too long for it is told by its number. */
static json_t *picture(const struct device *d)
{
    struct buf address = buf_new(2048);
    char number[24];
    json_t *qr;

    totp_address(d->secret, d->staff.who.name, &address);
    qr = qr_json(buf_text(&address));
    if (json_is_null(qr)) {
        json_decref(qr);
        buf_clear(&address);
        snprintf(number, sizeof(number), "%lld", (long long)d->staff.who.id);
        totp_address(d->secret, number, &address);
        qr = qr_json(buf_text(&address));
    }
    if (address.data != NULL)
        crypt_wipe(address.data, address.length);
    buf_free(&address);
    return qr;
}

static void show_device(struct exchange *x, struct device *d, int status,
                        const char *trouble)
{
    enum lang lang = page_lang(x);
    json_t *data = staff_frame(x, &d->staff, lang);
    char sealed[SEALED_TEXT], text[TOTP_SECRET_TEXT], spaced[48] = "";

    seal_secret(x, d, sealed);
    totp_secret_text(d->secret, text);
    for (int i = 0; i < TOTP_SECRET_TEXT - 1; i += 4)
        snprintf(spaced + strlen(spaced), sizeof(spaced) - strlen(spaced), "%.4s ",
                 text + i);
    json_object_set_new(data, "qr", picture(d));
    json_object_set_new(data, "secret", json_string(spaced));
    json_object_set_new(data, "sealed", json_string(sealed));
    json_object_set_new(data, "again", json_boolean(d->staff.state.second));
    json_object_set_new(data, "trouble",
                        json_string(trouble != NULL
                                        ? page_text(site_of(x), "account", lang, trouble)
                                        : ""));
    page_answer(x, status, "second_set", "account", lang, data);
    crypt_wipe(text, sizeof(text));
    crypt_wipe(spaced, sizeof(spaced));
    crypt_wipe(d->secret, sizeof(d->secret));
}

static void show_new(struct exchange *x, struct step *step)
{
    struct device *d = (struct device *)step;
    struct world *world = site_of(x)->world;

    world->random(world, d->secret, sizeof(d->secret));
    show_device(x, d, 200, NULL);
}

void page_second_set(struct exchange *x)
{
    struct device *d = staff_new(x, sizeof(*d));

    d->staff.serves = SERVES(SESSION_WANTS_DEVICE);
    d->staff.recent = true;
    staff_read(&d->staff, NULL, show_new);
}

static bool set_device(struct store *st, struct step *step, int64_t now_ms,
                       struct error *err)
{
    struct device *d = (struct device *)step;
    int64_t account = d->staff.who.id, used;

    if (!unseal_secret(step->x, d))
        return error_set(err, ERROR_INPUT,
                         "This form is no longer good. Open its page again.");
    d->right = totp_match(d->secret, d->code, now_ms, 0, &used);
    return !d->right ||
           (second_set(st, account, d->secret, used, d->staff.who.actor, now_ms, d->codes,
                       err) &&
            sessions_end(st, account, NULL, d->staff.who.actor, now_ms, err) &&
            session_start(st, account, step->x->peer, true, now_ms, d->cookie, err));
}

static void device_is_set(struct exchange *x, struct step *step)
{
    struct device *d = (struct device *)step;
    enum lang lang = page_lang(x);
    json_t *data, *codes;

    if (!d->right) {
        show_device(x, d, 401, "second_wrong");
        return;
    }
    session_cookie_set(x, d->cookie);
    memcpy(d->staff.cookie, d->cookie, sizeof(d->staff.cookie));
    data = staff_frame(x, &d->staff, lang);
    codes = json_array();
    for (int i = 0; i < RECOVERY_CODES; i++)
        json_array_append_new(codes, json_pack("{s:s}", "code", d->codes[i]));
    json_object_set_new(data, "codes", codes);
    json_object_set_new(data, "home", json_string(page_account_home(d->staff.who.role)));
    page_answer(x, 200, "second_codes", "account", lang, data);
    crypt_wipe(d->codes, sizeof(d->codes));
    crypt_wipe(d->secret, sizeof(d->secret));
    crypt_wipe(d->cookie, sizeof(d->cookie));
}

void page_second_set_post(struct exchange *x)
{
    struct device *d = staff_new(x, sizeof(*d));
    struct form form;

    if (!staff_form(x, &form))
        return;
    d->sealed = staff_field(x, &form, "sealed");
    d->code = staff_field(x, &form, "code");
    d->staff.serves = SERVES(SESSION_WANTS_DEVICE);
    d->staff.recent = true;
    staff_write(&d->staff, &form, set_device, device_is_set);
    form_free(&form);
}
