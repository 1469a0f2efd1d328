/*
 * page_ticket.c — the ticket's page as it is looked at (see page_ticket.h).
 *
 * Promise: an unknown token, a damaged one and one whose ticket is gone are answered
 * alike, after the same look into the store. Not here: one case on the page
 * (ticket_block.c), what is sent (page_rate.c, page_detail.c).
 */
#include "web/page_ticket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/keyring.h"
#include "web/assets.h"
#include "web/json.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/tries.h"

/* == Beginning ==================================================================== */

static int64_t read_token(const struct site *site, const char *text)
{
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    int64_t id;

    if (frame == NULL || !token_read(&site->keys->ticket, frame->hall, text, &id))
        return -1;
    return id;
}

static int64_t read_change(const struct exchange *x)
{
    const char *text = exchange_query(x, "change");
    struct exchange_pair pair = {"change", text};
    struct sent asked = {&pair, text != NULL};
    int64_t id = sent_number(&asked, "change");

    return id == 1 ? -1 : id > 0 ? id : 0;
}

struct visit_step *visit_begin(struct exchange *x)
{
    return visit_begin_as(x, sizeof(struct visit_step));
}

struct visit_step *visit_begin_as(struct exchange *x, size_t bytes)
{
    const struct site *site = site_of(x);
    const char *text = exchange_param(x, 0);
    struct visit_step *v = step_new(x, bytes);

    v->ticket_id = read_token(site, text);
    if (v->ticket_id < 0 && !tries_wrong(site->tries, x->peer, text)) {
        citizen_say(x, 429, "too_fast");
        return NULL;
    }
    if (v->ticket_id >= 0)
        token_make(&site->keys->ticket, atomic_load(&site->frame->now)->hall,
                   v->ticket_id, v->token);
    v->lang = citizen_lang(x);
    v->status = 200;
    return v;
}

void visit_nonce(const struct site *site, const char *token, int64_t case_id,
                 int64_t rating_id, char out[NONCE_SYMBOLS + 1])
{
    unsigned char tag[CRYPT_HASH_BYTES];
    char text[96];
    int length = snprintf(text, sizeof(text), "rate %s %lld %lld", token,
                          (long long)case_id, (long long)rating_id);

    crypt_hmac(&site->keys->form, text, (size_t)length, tag);
    crypt_base32_bytes(tag, NONCE_SYMBOLS, out);
}

bool visit_nonce_fits(const char *text)
{
    for (size_t i = 0; i < NONCE_SYMBOLS; i++)
        if (crypt_base32_value(text[i]) < 0)
            return false;
    return text[NONCE_SYMBOLS] == '\0';
}

struct visit *visit_room(struct visit_step *v)
{
    if (v->visit == NULL)
        v->visit = exchange_memory(v->step.x, sizeof(*v->visit));
    return v->visit;
}

void visit_see_other(struct visit_step *v, const char *query)
{
    const char *lang = lang_query(v->step.x);
    char path[128];

    snprintf(path, sizeof(path), "/t/%s%s%s%s", v->token, lang,
             query[0] == '\0'  ? ""
             : lang[0] == '\0' ? "?"
                               : "&",
             query);
    page_see_other(v->step.x, path);
}

/* == The queue ==================================================================== */

/* Where to wait: on the floor of the windows, where they share one. */
static json_t *area_json(const struct visit_step *v)
{
    const struct site *site = site_of(v->step.x);
    char floor[12];

    snprintf(floor, sizeof(floor), "%d", v->visit->floor);
    return page_phrase(site, "citizen", v->lang,
                       v->visit->floor != 0 ? "area_floor" : "area", "n", floor, NULL);
}

static json_t *phrase_of(const struct visit_step *v, const char *key)
{
    const struct visit *s = v->visit;
    const struct site *site = site_of(v->step.x);
    char ahead[12], low[12], high[12], until[MOMENT_TEXT], back[MOMENT_TEXT];
    json_t *area = area_json(v), *said;

    snprintf(ahead, sizeof(ahead), "%d", s->ahead);
    snprintf(low, sizeof(low), "%d", s->low_min);
    snprintf(high, sizeof(high), "%d", s->high_min);
    moment_text(site, s->restore_until_ms, v->lang, until);
    clock_text(site, s->paused_until_ms, back);
    said = page_phrase(site, "citizen", v->lang, key, "n", ahead, "a", low, "b", high,
                       "w", s->ticket.window_code, "dept", s->department_name, "until",
                       until, "area", json_string_value(area), "t", back, NULL);
    json_decref(area);
    return said;
}

static bool is_queueing(const struct visit *s)
{
    return s->state == VISIT_WAITING || s->state == VISIT_NEAR || s->state == VISIT_MOVED;
}

static const char *line_key(const struct visit *s)
{
    static const char *const keys[] = {
        [VISIT_NEAR] = "q_near",     [VISIT_MOVED] = "q_moved",
        [VISIT_CALLED] = "q_called", [VISIT_SERVING] = "q_serving",
        [VISIT_HELD] = "q_held",     [VISIT_MISSED] = "q_missed",
        [VISIT_GONE] = "q_gone",     [VISIT_CANCELLED] = "cancelled",
        [VISIT_DONE] = "q_accepted",
    };

    if (s->paused && is_queueing(s))
        return s->paused_until_ms != 0 ? "q_paused_until" : "q_paused";
    if (s->state == VISIT_WAITING)
        return s->low_min >= 0 ? "q_waiting" : "q_waiting_plain";
    return keys[s->state];
}

/* What stands below the line: the place, where the line tells something else. */
static const char *more_key(const struct visit *s)
{
    if (s->paused && is_queueing(s))
        return s->state == VISIT_MOVED ? "q_moved" : "q_waiting_plain";
    if (s->state == VISIT_NEAR && s->ahead == 0)
        return "q_next";
    if (s->state == VISIT_NEAR)
        return s->low_min >= 0 ? "q_waiting" : "q_waiting_plain";
    return NULL;
}

static bool is_strong(const struct visit *s)
{
    return (s->state == VISIT_NEAR && !s->paused) || s->state == VISIT_CALLED;
}

/* Is this citizen told by SMS as well? */
static bool is_told(const struct visit_step *v)
{
    return site_of(v->step.x)->rules->queue.sms_alerts &&
           v->visit->ticket.phone_id != 0 && is_queueing(v->visit);
}

/* {"list": [{"name"}, …]} of lines. */
static json_t *lines_json(const char *lines)
{
    json_t *list = json_array();

    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");

        json_array_append_new(list, json_pack("{s:s%}", "name", lines, length));
        lines += length + (lines[length] == '\n');
    }
    return json_pack("{s:o}", "list", list);
}

static json_t *queue_json(const struct visit_step *v)
{
    const struct visit *s = v->visit;
    const struct site *site = site_of(v->step.x);
    char number[12];
    json_t *q = json_object();

    json_object_set_new(q, "line", phrase_of(v, line_key(s)));
    if (more_key(s) != NULL)
        json_object_set_new(q, "more", phrase_of(v, more_key(s)));
    json_object_set_new(q, "strong", json_boolean(is_strong(s)));
    if (s->floor > 0 && (s->state == VISIT_CALLED || s->state == VISIT_MOVED)) {
        snprintf(number, sizeof(number), "%d", s->floor);
        json_object_set_new(
            q, "floor",
            page_phrase(site, "citizen", v->lang, "floor", "n", number, NULL));
    }
    if (s->promised_days > 0 && is_queueing(s)) {
        snprintf(number, sizeof(number), "%d", s->promised_days);
        json_object_set_new(
            q, "promise",
            page_phrase(site, "citizen", v->lang, "promise", "n", number, NULL));
    }
    for (int i = 0; i < s->case_count && !json_is_string(json_object_get(q, "days")); i++)
        if (s->cases[i].state == VISIT_CASE_OPEN)
            json_object_set_new(q, "days", days_json(v, &s->cases[i]));
    if (s->materials[0] != '\0' && is_queueing(s) && !s->sensitive)
        json_object_set_new(q, "materials", lines_json(s->materials));
    json_object_set_new(q, "named", json_boolean(!s->sensitive));
    json_object_set_new(q, "help", json_boolean(visit_moves(s)));
    json_object_set_new(q, "told", json_boolean(is_told(v)));
    json_object_set_new(q, "ring", json_boolean(is_queueing(s)));
    json_object_set_new(
        q, "matter",
        json_string(s->sensitive ? page_text(site, "citizen", v->lang, "matter_hidden")
                                 : s->matter_name));
    return q;
}

/* == For scripts ================================================================== */

/*
 * What a script asks for every few seconds, and the page's own words to compare it with.
 * `alert` names what the citizen wants to be woken for: a new value is a real change.
 */
static json_t *state_json(const struct visit *s)
{
    bool over = s->state == VISIT_CANCELLED;
    char alert[48] = "";
    int closed = 0, rated = 0;

    if (s->state == VISIT_CALLED)
        snprintf(alert, sizeof(alert), "called %lld %d", (long long)s->ticket.called_ms,
                 s->ticket.calls);
    else if (is_strong(s))
        snprintf(alert, sizeof(alert), "near");
    for (int i = 0; i < s->case_count; i++) {
        closed += s->cases[i].closed_ms != 0;
        rated += s->cases[i].rating.rating_id != 0;
    }
    return json_pack("{s:s, s:i, s:o, s:s, s:i, s:i, s:b, s:b, s:I, s:s}", "state",
                     ticket_state_name(over ? TICKET_CANCELLED : s->ticket.state),
                     "ahead", s->ahead, "wait_min",
                     is_queueing(s) && s->low_min >= 0
                         ? json_pack("[i, i]", s->low_min, s->high_min)
                         : json_null(),
                     "window", s->ticket.window_code, "closed", closed, "rated", rated,
                     "near", s->state == VISIT_NEAR, "paused", s->paused, "paused_until",
                     (json_int_t)s->paused_until_ms, "alert", alert);
}

/* A short name of everything that the answer says, so that 304 means nothing changed. */
static void add_version(json_t *state, char tag[20])
{
    char *text = json_dumps(state, JSON_COMPACT | JSON_SORT_KEYS), hex[17];
    unsigned char hash[CRYPT_HASH_BYTES];

    crypt_sha256(text, strlen(text), hash);
    crypt_hex(hash, 8, hex);
    free(text);
    snprintf(tag, 20, "\"%s\"", hex);
    json_object_set_new(state, "version", json_string(hex));
}

/* == The page ===================================================================== */

bool visit_alert_is_words(const struct visit_step *v)
{
    return v->alert != NULL && strcmp(v->alert, "err_long") == 0;
}

/* The sentence at the top leads to what it is about. */
static void add_alert_link(const struct visit_step *v, json_t *data)
{
    char href[32] = "#case";

    if (visit_alert_is_words(v) && v->case_id > 0)
        snprintf(href, sizeof(href), "#c%lld", (long long)v->case_id);
    else if (visit_alert_is_words(v) && v->visit->case_count == 1)
        snprintf(href, sizeof(href), "#c%lld", (long long)v->visit->cases[0].id);
    json_object_set_new(data, "alert_href", json_string(href));
}

/*
 * Where the store is away a text to our number may still come through: gateways bring it
 * again until it is kept.
 */
static json_t *alert_text(const struct visit_step *v)
{
    const struct site *site = site_of(v->step.x);
    const char *number = site_own_number(site), *key = v->alert;
    char grade[256];

    if (strcmp(key, "busy") == 0 && v->grade != 0 && number != NULL)
        key = "busy_sms";
    grade_said(site, v->lang, v->grade != 0 ? v->grade : 5, NULL, grade, sizeof(grade));
    return page_phrase(site, "citizen", v->lang, key, "n", v->alert_n, "code",
                       v->visit->ticket.short_code, "port", number, "grade", grade, NULL);
}

static void add_alert(const struct visit_step *v, json_t *data)
{
    char title[512];
    json_t *text;

    if (v->alert == NULL)
        return;
    text = alert_text(v);
    snprintf(title, sizeof(title), "%s", json_string_value(text));
    json_object_set_new(data, "title", json_string(title));
    json_object_set_new(data, "alert", text);
    add_alert_link(v, data);
}

/*
 * A page with a script brings its style along: two requests in all. The hash of the style
 * lets the browser take it (Content Security Policy 3).
 */
static void add_script(json_t *data)
{
    json_object_set_new(data, "script", json_true());
    json_object_set_new(data, "style", json_string(asset_text("yiping.css")));
}

/* What the script compares with: it asks for what came after this page. */
static void add_follow(const struct visit *s, json_t *data)
{
    json_t *state = state_json(s);
    char tag[20];

    add_version(state, tag);
    json_object_set_new(data, "follow", state);
    json_object_set_new(data, "refresh", json_true());
}

/* Thanks may follow any case that is closed, whether it was rated or not. */
static bool has_closed_case(const struct visit *s)
{
    for (int i = 0; i < s->case_count; i++)
        if (s->cases[i].state != VISIT_CASE_OPEN)
            return true;
    return false;
}

static bool has_open_case(const struct visit *s)
{
    for (int i = 0; i < s->case_count; i++)
        if (s->cases[i].state == VISIT_CASE_OPEN)
            return true;
    return false;
}

/* A case that stands alone has the page's own heading. */
static json_t *blocks_json(struct visit_step *v, bool queue)
{
    const struct visit_case *shown[VISIT_SHOWN];
    int count = visit_shown(v->visit, shown);
    bool alone = !queue && (count == 1 || (v->detail_only && v->case_id != 0));
    json_t *blocks = json_array();

    for (int i = 0; i < count; i++)
        if (!v->detail_only || v->case_id == 0 || shown[i]->id == v->case_id)
            json_array_append_new(blocks, block_json(v, shown[i], alone));
    return blocks;
}

json_t *visit_data(struct visit_step *v)
{
    const struct visit *s = v->visit;
    const struct site *site = site_of(v->step.x);
    json_t *data =
        citizen_page(v->step.x, v->lang, page_text(site, "citizen", v->lang, "title"));
    bool queue =
        !v->detail_only && !s->over && (s->state != VISIT_DONE || has_open_case(s));
    json_t *blocks = blocks_json(v, queue);
    bool alone = !queue && json_array_size(blocks) == 1;
    char path[TOKEN_SYMBOLS + 4];

    json_object_set_new(data, "token", json_string(v->token));
    json_object_set_new(data, "number", json_string(s->ticket.number));
    snprintf(path, sizeof(path), "/t/%s", v->token);
    json_object_set_new(data, "path", json_string(path));
    if (queue) {
        json_object_set_new(data, "title",
                            page_phrase(site, "citizen", v->lang, "title_queue", "no",
                                        s->ticket.number, NULL));
        json_object_set_new(data, "queue", queue_json(v));
    }
    json_object_set_new(data, "alone", json_boolean(alone));
    json_object_set_new(data, "many", json_boolean(!queue && !alone));
    json_object_set_new(data, "rating",
                        json_boolean(json_array_size(blocks) > 0 && !s->over));
    json_object_set_new(data, "blocks", blocks);
    json_object_set_new(data, "praise", json_boolean(has_closed_case(s) && !s->over));
    json_object_set_new(data, "thanks", json_boolean(v->thanks));
    add_script(data);
    if (visit_moves(s) && !s->over && json_array_size(blocks) == 0 && v->alert == NULL)
        add_follow(s, data);
    add_alert(v, data);
    return data;
}

static void answer_page(struct exchange *x, struct step *s)
{
    struct visit_step *v = (struct visit_step *)s;

    if (!s->ok && v->status == 503)
        citizen_say(x, 503, "busy");
    else if (!s->ok)
        problem_answer(x, &s->err);
    else if (!v->found)
        citizen_say(x, 404, "unknown");
    else
        exchange_answer(x, v->status, page_html);
}

/* The policy of the house, and the page's own style by its hash. */
static void allow_style(struct exchange *x, const char *style)
{
    char source[STYLE_SOURCE], policy[400];

    style_source(style, source);
    snprintf(policy, sizeof(policy),
             "default-src 'none'; script-src 'self'; style-src 'self' %s; "
             "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
             "base-uri 'none'; frame-ancestors 'none'",
             source);
    exchange_header_add(x, "Content-Security-Policy", policy);
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visit_step *v = (struct visit_step *)s;
    struct exchange *x = s->x;
    const json_t *style;
    json_t *data;

    if (!visit_read(st, site_of(x)->rules, v->ticket_id, now_ms, visit_room(v), &v->found,
                    err))
        return false;
    if (!v->found)
        return true;
    /* Before anything is closed the ticket itself is what there is to show. */
    if (!has_closed_case(v->visit))
        v->detail_only = false;
    data = visit_data(v);
    style = json_object_get(data, "style");
    citizen_headers(x);
    if (style != NULL)
        allow_style(x, json_string_value(style));
    return page_write(x, "ticket", "citizen", v->lang, data, err);
}

void visit_show(struct visit_step *v)
{
    step_read_any(&v->step, read_page, answer_page);
}

void page_ticket(struct exchange *x)
{
    struct visit_step *v = visit_begin(x);

    if (v == NULL)
        return;
    v->change_case = read_change(x);
    v->thanks = exchange_query(x, "thanks") != NULL;
    visit_show(v);
}

void page_ticket_detail(struct exchange *x)
{
    struct visit_step *v = visit_begin(x);
    const char *text = exchange_query(x, "case");
    struct exchange_pair pair = {"case", text};
    struct sent asked = {&pair, text != NULL};

    if (v == NULL)
        return;
    v->detail_only = true;
    v->case_id = sent_number(&asked, "case");
    visit_show(v);
}

static bool read_state(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct visit_step *v = (struct visit_step *)s;

    return visit_read(st, site_of(s->x)->rules, v->ticket_id, now_ms, visit_room(v),
                      &v->found, err);
}

static void answer_state(struct exchange *x, struct step *s)
{
    const struct visit_step *v = (const struct visit_step *)s;
    const char *held = exchange_header(x, "If-None-Match");
    json_t *state;
    char tag[20];

    if (!v->found) {
        citizen_say(x, 404, "unknown");
        return;
    }
    state = state_json(v->visit);
    add_version(state, tag);
    citizen_headers(x);
    exchange_header_add(x, "ETag", tag);
    if (held != NULL && strstr(held, tag) != NULL) {
        json_decref(state);
        exchange_answer(x, 304, NULL);
    } else {
        json_answer(x, 200, state);
    }
}

void page_ticket_state(struct exchange *x)
{
    struct visit_step *v = visit_begin(x);

    if (v != NULL)
        step_read(&v->step, read_state, answer_state);
}
