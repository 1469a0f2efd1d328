/*
 * session.c — see session.h.
 *
 * Promise: the cookie is looked at only on writer and reader threads, a use of it is
 * noted at most once a minute, and nothing in an answer tells an ended session from one
 * that never was.
 */
#include "web/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/memory.h"
#include "web/http.h"
#include "web/identity.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/staff_words.h"
#include "web/refusal.h"

static const char secure_name[] = "__Host-sid", plain_name[] = "sid";

enum { NEXT_MOST = 1000, TOKEN_RANDOM = 16, TOKEN_MAC = 32 };

bool session_allowed(const struct exchange *x, struct error *err)
{
    bool https = strncasecmp(site_base_url(site_of(x)), "https://", 8) == 0;

    return https || x->loopback_listener || site_of(x)->insecure_lan ||
           error_set(
               err, ERROR_DENIED,
               "Passwords do not travel over plain http. Set server.base_url to an https "
               "address, or open this page on the server itself.");
}

bool session_cookie_read(const struct exchange *x, char out[SECRET_TEXT])
{
    const char *cookies = exchange_header(x, "Cookie");

    return cookie_find(cookies, secure_name, out, SECRET_TEXT) ||
           (!identity_secure(x) && cookie_find(cookies, plain_name, out, SECRET_TEXT));
}

void session_cookie_set(struct exchange *x, const char *cookie)
{
    identity_cookie(x, identity_secure(x) ? secure_name : plain_name, cookie, 0);
}

void session_cookie_clear(struct exchange *x)
{
    identity_cookie(x, identity_secure(x) ? secure_name : plain_name, "", -1);
}

/* HMAC of length, session and random (trust 2.1), cut to 160 bits. */
static void token_mac(const struct site *site, const char *cookie, const char *random,
                      char out[TOKEN_MAC + 1])
{
    unsigned char mac[CRYPT_HASH_BYTES];
    struct buf text = buf_new(512);

    buf_addf(&text, "staff form %zu:%s%s", strlen(cookie), cookie, random);
    crypt_hmac(&site->keys->form, buf_text(&text), text.length, mac);
    crypt_base32_bytes(mac, TOKEN_MAC, out);
    buf_free(&text);
}

void session_token(const struct site *site, const char *cookie, char out[SESSION_TOKEN])
{
    unsigned char random[10];
    char mac[TOKEN_MAC + 1];

    site->world->random(site->world, random, sizeof(random));
    crypt_base32_bytes(random, TOKEN_RANDOM, out);
    token_mac(site, cookie, out, mac);
    out[TOKEN_RANDOM] = '.';
    memcpy(out + TOKEN_RANDOM + 1, mac, sizeof(mac));
}

bool session_token_right(const struct site *site, const char *cookie, const char *token)
{
    char random[TOKEN_RANDOM + 1], mac[TOKEN_MAC + 1];

    if (token == NULL || strlen(token) != SESSION_TOKEN - 1 || token[TOKEN_RANDOM] != '.')
        return false;
    memcpy(random, token, TOKEN_RANDOM);
    random[TOKEN_RANDOM] = '\0';
    token_mac(site, cookie, random, mac);
    return crypt_equal(mac, token + TOKEN_RANDOM + 1, TOKEN_MAC);
}

bool session_next_fits(const char *path)
{
    if (path == NULL || path[0] != '/' || path[1] == '/' || path[1] == '\\' ||
        strlen(path) > NEXT_MOST)
        return false;
    for (const char *p = path; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || *p == 127 || *p == '\\')
            return false;
    return strncmp(path, "/login", 6) != 0 && strncmp(path, "/logout", 7) != 0;
}

void *staff_new(struct exchange *x, size_t bytes)
{
    struct staff *s = step_new(x, bytes);

    if (!session_cookie_read(x, s->cookie))
        s->cookie[0] = '\0';
    return s;
}

/* Where a session is sent that wants something first. */
static const char *const ways[] = {
    [SESSION_WANTS_NOTHING] = "/login",
    [SESSION_WANTS_CODE] = "/second",
    [SESSION_WANTS_DEVICE] = "/account/second",
    [SESSION_WANTS_PASSWORD] = "/account/password",
    [SESSION_WANTS_PROOF] = "/login?again=1",
};

/* The way there and back again. */
static void send_away(struct exchange *x, enum session_want want, const char *back)
{
    struct buf own = buf_new(2 * NEXT_MOST), path = buf_new(8 * NEXT_MOST);

    buf_add_text(&path, ways[want]);
    if (x->method == METHOD_GET) {
        for (const char *p = x->path; *p != '\0';) {
            size_t length = strcspn(p + 1, "/") + 1;

            buf_add_byte(&own, '/');
            if (length > 1) {
                char *part = exchange_text(x, p + 1, length - 1);

                percent_encode(&own, part, length - 1);
            }
            p += length;
        }
        for (size_t i = 0; i < x->query_count; i++)
            query_add(&own, x->query[i].name, x->query[i].value);
        if (!own.overflowed && session_next_fits(buf_text(&own)))
            query_add(&path, "next", buf_text(&own));
    } else if (back != NULL) {
        query_add(&path, "next", back);
    }
    page_see_other(x, buf_text(&path));
    buf_free(&own);
    buf_free(&path);
}

struct session_rules session_rules_of(const struct site *site)
{
    return (struct session_rules){
        .idle_ms = settings_ms(site->settings, "staff.session_idle"),
        .absolute_ms = settings_ms(site->settings, "staff.session_max"),
        .second_roles = site->demo ? 0 : ROLES_ADMINISTRATOR | access_phone_roles(),
        .password_ms =
            password_profile_of(site) == PASSWORD_MLPS3
                ? settings_int(site->settings, "staff.password_days") * INT64_C(86400000)
                : 0,
    };
}

struct account_rules account_rules_of(const struct site *site)
{
    const struct settings *set = site->settings;

    return (struct account_rules){
        .failures = (int)settings_int(set, "staff.lock_failures"),
        .failure_ms = settings_ms(set, "staff.lock_span"),
        .lock_ms = settings_int(set, "staff.lock_minutes") * 60000,
        .address_most = (int)settings_int(set, "staff.address_failures"),
        .address_ms = 60000,
    };
}

enum password_profile password_profile_of(const struct site *site)
{
    const char *profile = settings_text(site->settings, "staff.password_profile");

    return strcmp(profile, "asvs") == 0 ? PASSWORD_ASVS : PASSWORD_MLPS3;
}

/* Notes that a session was used, on its own: no answer waits for it. */
struct touch {
    struct command command;
    struct session_rules rules;
    char cookie[SECRET_TEXT];
};

static bool touch_run(struct store *st, struct command *c, int64_t now_ms,
                      struct error *err)
{
    struct touch *t = (struct touch *)c;

    return session_touch(st, &t->rules, t->cookie, now_ms, err);
}

static void touch_done(struct command *c)
{
    if (!c->ok)
        log_line(LOG_LEVEL_WARNING, "session.not_touched", "cause=\"%s\"", c->err.cause);
    crypt_wipe(((struct touch *)c)->cookie, SECRET_TEXT);
    free(c);
}

static void touch(struct site *site, const char *cookie)
{
    struct touch *t = memory_new(sizeof(*t));

    t->command = (struct command){.run = touch_run, .done = touch_done};
    t->rules = session_rules_of(site);
    memcpy(t->cookie, cookie, SECRET_TEXT);
    if (!writer_submit(site->writer, &t->command))
        free(t); /* busy: the next look will try again */
}

static bool staff_work(struct store *st, struct step *step, int64_t now_ms,
                       struct error *err)
{
    struct staff *s = (struct staff *)step;
    const struct session_rules rules = session_rules_of(site_of(step->x));

    if (!session_check(st, &rules, s->cookie, now_ms, &s->who, &s->state, err))
        return false;
    if (s->recent && s->state.want == SESSION_WANTS_NOTHING &&
        now_ms - s->state.started_ms >
            settings_ms(site_of(step->x)->settings, "staff.recent"))
        s->state.want = SESSION_WANTS_PROOF;
    if (s->state.want != SESSION_WANTS_NOTHING &&
        (s->serves & SERVES(s->state.want)) == 0)
        return error_set(err, ERROR_LOGIN, "Something is wanted before this page.");
    s->view = access_view(step->x->route, s->who.role);
    if (s->view == NULL) {
        refusal_note(step->x, &s->who);
        return error_set(err, ERROR_DENIED,
                         "This page is not for accounts with your role.");
    }
    if (s->view->second && !s->state.second && !site_of(step->x)->demo) {
        s->state.want = SESSION_WANTS_DEVICE;
        return error_set(err, ERROR_LOGIN, "A second factor is wanted for this.");
    }
    if (s->view->scope != ACCESS_HALL && s->who.place[0] == '\0')
        return error_set(err, ERROR_DENIED,
                         "This account is not tied to a department, window or clerk "
                         "yet. Ask the administrators.");
    return s->work == NULL || s->work(st, step, now_ms, err);
}

static void staff_then(struct exchange *x, struct step *step)
{
    struct staff *s = (struct staff *)step;

    if (!step->ok && step->err.kind == ERROR_LOGIN) {
        send_away(x, s->state.want, s->back);
        return;
    }
    if (s->state.touch)
        touch(site_of(x), s->cookie);
    if (step->ok || (s->any && s->view != NULL))
        s->then(x, step);
    else
        problem_answer(x, &step->err);
}

static void staff_prepare(struct staff *s, step_work *work, step_then *then)
{
    s->work = work;
    s->then = then;
}

void staff_read(struct staff *s, step_work *work, step_then *then)
{
    staff_prepare(s, work, then);
    step_read_any(&s->step, staff_work, staff_then);
}

void staff_write(struct staff *s, const struct form *form, step_work *work,
                 step_then *then)
{
    struct exchange *x = s->step.x;
    struct error err = {0};

    if (!identity_same_origin(x, &err)) {
        problem_answer(x, &err);
        return;
    }
    if (s->cookie[0] == '\0') {
        send_away(x, SESSION_WANTS_NOTHING, s->back);
        return;
    }
    if (!session_token_right(site_of(x), s->cookie, form_find(form, "token"))) {
        problem_say(x, ERROR_DENIED, "This form is no longer good. Open its page again.");
        return;
    }
    staff_prepare(s, work, then);
    step_write_any(&s->step, staff_work, staff_then);
}

bool staff_form(struct exchange *x, struct form *form)
{
    struct error err = {0};

    if (form_parse(x->body, x->body_length, form, &err))
        return true;
    problem_answer(x, &err);
    return false;
}

bool staff_form_with_file(struct exchange *x, struct form *form, struct upload *file)
{
    const char *type = exchange_header(x, "Content-Type");
    struct error err = {0};

    *file = (struct upload){0};
    if (!multipart_is(type))
        return staff_form(x, form);
    if (multipart_parse(type, x->body, x->body_length, form, file, &err))
        return true;
    problem_answer(x, &err);
    return false;
}

char *staff_field(struct exchange *x, const struct form *form, const char *name)
{
    const char *value = form_find(form, name);

    return exchange_text(x, value != NULL ? value : "",
                         value != NULL ? strlen(value) : 0);
}

char *staff_typed(struct exchange *x, const struct form *form, const char *name)
{
    static const char blanks[] = " \t\r\n";
    char *text = staff_field(x, form, name);
    size_t length;

    text += strspn(text, blanks);
    length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]) != NULL)
        text[--length] = '\0';
    return text;
}

/* What stands in the menu, where the role may open it. */
static const struct {
    const char *name, *page;
} doors[] = {
    {"sees_ratings", "/ratings"},       {"sees_gateways", "/gateways"},
    {"sees_accounts", "/accounts"},     {"sees_keys", "/keys"},
    {"sees_audit", "/audit"},           {"sees_unlinked", "/unlinked"},
    {"sees_cases", "/cases"},           {"sees_search", "/search"},
    {"sees_orders", "/reviews"},        {"sees_me", "/me"},
    {"sees_praise", "/praise"},         {"sees_rates", "/rates"},
    {"sees_webhooks", "/webhooks"},     {"sees_inspection", "/inspection"},
    {"sees_log", "/assess/{year}/log"}, {"sees_assess", "/assess"},
    {"sees_platform", "/platform"},
};

/* The year that the hall's own calendar shows; 0 before there is a hall. */
static int this_year(const struct site *site, const struct hall_frame *frame)
{
    return frame != NULL
               ? hall_local_date(frame, site->world->wall_ms(site->world)) / 10000
               : 0;
}

/* What stands on paper and not on the screen: what was asked for, which on the screen
 * stands in forms, and when. */
static json_t *paper_json(struct exchange *x, enum lang lang)
{
    static const char *const silent[] = {"lang", "cursor", "next", "q"};
    const struct site *site = site_of(x);
    const struct staff_words words = {.site = site,
                                      .frame = atomic_load(&site->frame->now),
                                      .lang = lang,
                                      .now_ms = site->world->wall_ms(site->world)};
    const char *typed = exchange_query(x, "q");
    struct buf asked = buf_new(2000);
    json_t *paper;

    if (typed != NULL && typed[0] != '\0')
        buf_add_text(&asked, typed);
    for (size_t i = 0; i < x->query_count; i++) {
        bool said = x->query[i].value[0] != '\0';

        for (size_t k = 0; k < LENGTH(silent); k++)
            said = said && strcmp(x->query[i].name, silent[k]) != 0;
        if (said)
            buf_addf(&asked, "%s%s %s", asked.length > 0 ? " · " : "",
                     staff_word(&words, "asked", x->query[i].name), x->query[i].value);
    }
    paper = words.frame == NULL || asked.overflowed
                ? json_null()
                : json_pack("{s:s, s:o}", "asked", buf_text(&asked), "at",
                            staff_time(&words, words.now_ms));
    buf_free(&asked);
    return paper;
}

json_t *staff_frame(struct exchange *x, const struct staff *s, enum lang lang)
{
    const struct site *site = site_of(x);
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    struct buf other = buf_new(8192);
    char token[SESSION_TOKEN], key[32];
    const struct access_view *own;
    json_t *data;

    for (size_t i = 0; i < x->query_count; i++)
        if (strcmp(x->query[i].name, "lang") != 0)
            query_add(&other, x->query[i].name, x->query[i].value);
    query_add(&other, "lang", lang == LANG_ZH ? "en" : "zh-CN");
    data = json_pack("{s:s, s:s, s:s, s:b}", "hall", frame != NULL ? frame->name : "",
                     "other_lang_url", buf_text(&other), "other_lang",
                     lang == LANG_ZH ? "en" : "zh-CN", "insecure", site->insecure_lan);
    buf_free(&other);
    if (s != NULL) {
        session_token(site, s->cookie, token);
        snprintf(key, sizeof(key), "role_%s", role_name(s->who.role));
        json_object_set_new(data, "user", json_string(s->who.name));
        json_object_set_new(data, "paper", paper_json(x, lang));
        json_object_set_new(data, "this_year", json_integer(this_year(site, frame)));
        for (size_t i = 0; i < LENGTH(doors); i++)
            json_object_set_new(
                data, doors[i].name,
                json_boolean(access_page(doors[i].page, s->who.role) != NULL));
        if (site->platform == NULL)
            json_object_del(data, "sees_platform");
        own = access_page("/assess/{year}/dept/{code}", s->who.role);
        if (own != NULL && own->scope == ACCESS_DEPARTMENT && s->who.place[0] != '\0')
            json_object_set_new(data, "own_department", json_string(s->who.place));
        json_object_set_new(data, "role",
                            json_string(page_text(site, "staff", lang, key)));
        json_object_set_new(data, "token", json_string(token));
    }
    return data;
}
