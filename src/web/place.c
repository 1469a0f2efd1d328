/*
 * place.c — see place.h.
 */
#include "web/place.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "domain/qr.h"
#include "store/key_store.h"
#include "web/accept.h"
#include "web/access.h"
#include "web/citizen.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/problem.h"

static bool is_open(const struct exchange *x)
{
    return site_of(x)->virtual_gateway && x->loopback_listener && !x->forwarded;
}

bool place_enter(struct store *st, const struct exchange *x, enum role role,
                 const char *code, char actor[ACTOR_SIZE], bool *open, struct error *err)
{
    char cookie[SECRET_TEXT] = "";
    struct error trouble = {0};
    struct caller caller;
    bool known;

    known = cookie_find(exchange_header(x, "Cookie"), identity_device_cookie, cookie,
                        sizeof(cookie)) &&
            device_check(st, cookie, &caller, &trouble);
    *open = false;
    if (known && caller.role == role && strcmp(caller.name, code) == 0 &&
        access_view(x->route, role) != NULL) {
        snprintf(actor, ACTOR_SIZE, "%s", caller.actor);
        return true;
    }
    *open = is_open(x);
    snprintf(actor, ACTOR_SIZE, "open %s", role == ROLE_MACHINE ? "kiosk" : "desk");
    if (*open)
        return true;
    if (known)
        return error_set(err, ERROR_DENIED, "This browser belongs to another place.");
    return error_set(err, ERROR_LOGIN,
                     "This browser is no kiosk or desk yet. Open its device link first.");
}

bool place_same_origin(struct exchange *x)
{
    struct error err = {0};

    if (identity_same_origin(x, &err))
        return true;
    problem_answer(x, &err);
    return false;
}

void place_problem(struct exchange *x, const struct error *err)
{
    enum lang lang = page_lang(x);
    const char *key = err->kind == ERROR_LOGIN    ? "not_set_up"
                      : err->kind == ERROR_DENIED ? "other_place"
                      : err->kind == ERROR_ABSENT ? "no_place"
                                                  : NULL;
    const char *text;
    json_t *data;

    if (key == NULL) {
        problem_answer(x, err);
        return;
    }
    text = page_text(site_of(x), "hall", lang, key);
    data = citizen_data(x, lang, text);
    json_object_set_new(data, "sentence", json_string(text));
    exchange_restart(x);
    page_answer(x, problem_status(err->kind), "hall_sentence", "hall", lang, data);
}

json_t *qr_json(const char *text)
{
    struct error err = {0};
    struct qr qr;
    struct buf path = buf_new(64 << 10);
    char box[32];
    json_t *out;

    if (!qr_encode(text, &qr, &err))
        return json_null();
    for (int y = 0; y < qr.size; y++)
        for (int x = 0, run; x < qr.size; x += run + 1) {
            for (run = 0; qr_dark(&qr, x + run, y); run++)
                continue;
            if (run > 0)
                buf_addf(&path, "M%d %dh%dv1h-%dz", x, y, run, run);
        }
    snprintf(box, sizeof(box), "%d %d %d %d", -QR_QUIET, -QR_QUIET,
             qr.size + 2 * QR_QUIET, qr.size + 2 * QR_QUIET);
    out = json_pack("{s:s, s:s}", "box", box, "path", buf_text(&path));
    buf_free(&path);
    return out;
}
