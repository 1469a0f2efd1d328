/*
 * api_dev.c — see api_dev.h.
 *
 * Promise: a reply and a moved clock are answered after all that follows from them: what
 * fell due was handed over, and what came back was read and answered. The clock only
 * grows, and never in a store that has seen a real gateway.
 */
#include "web/api_dev.h"

#include <limits.h>
#include <stdatomic.h>
#include <string.h>

#include "domain/phone.h"
#include "domain/slot.h"
#include "web/api_document.h"
#include "web/http.h"
#include "web/json.h"
#include "web/phone_log.h"
#include "web/problem.h"
#include "web/step.h"
#include "work/courier.h"
#include "work/housekeeping.h"

enum {
    ADVANCE_MOST_S = 366 * 86400,
    TEXT_MOST = 16000, /* no phone writes as much, a gateway may hand on as much */
};

/* ---- messages ---- */

struct listing {
    struct step step;
    const char *phone;
    json_t *list;
};

static void forget_listing(void *state)
{
    json_decref(((struct listing *)state)->list);
}

static bool list_messages(struct store *st, struct step *s, int64_t now_ms,
                          struct error *err)
{
    struct listing *l = (struct listing *)s;

    (void)now_ms;
    return phone_log(st, site_of(s->x)->roster, l->phone, &l->list, err);
}

static void answer_messages(struct exchange *x, struct step *s)
{
    struct listing *l = (struct listing *)s;

    json_answer(x, 200, json_pack("{s:O}", "messages", l->list));
}

static void get_messages(struct exchange *x)
{
    struct listing *l;

    if (!phone_log_allowed(x))
        return;
    l = step_new(x, sizeof(*l));
    l->phone = exchange_query(x, "phone");
    x->state_free = forget_listing;
    step_read(&l->step, list_messages, answer_messages);
}

/* ---- waiting for quiet ---- */

static void quiet(void *arg)
{
    exchange_wake(arg);
}

static void when_quiet(struct exchange *x, void (*then)(struct exchange *x))
{
    x->resume = then;
    exchange_suspend(x);
    courier_settle(site_of(x)->courier, quiet, x);
}

/* What the call declares, and nothing else. */
static bool read_body(struct exchange *x, json_t **body, struct error *err)
{
    return json_body(x, body, err) &&
           api_document_knows(site_of(x)->api, x->route, *body, err);
}

/* ---- replies ---- */

static int64_t put_off(const struct site *site)
{
    struct courier_figures f;

    courier_figures(site->courier, &f);
    return f.put_off;
}

/*
 * What could not be kept meanwhile may have been this reply: it comes again by itself,
 * but it is not acknowledged. With an `id` the sender may repeat it without harm.
 */
static void answer_reply(struct exchange *x)
{
    const int64_t *before = x->state;

    if (put_off(site_of(x)) == *before)
        json_answer(x, 200, json_pack("{s:b}", "accepted", 1));
    else
        problem_say(
            x, ERROR_LATER,
            "The reply could not be recorded yet. Send it again with the same id.");
}

static bool take_reply(struct exchange *x, const json_t *body, struct error *err)
{
    const struct site *site = site_of(x);
    const char *phone, *to, *text, *id;
    struct phone number;

    if (!json_text(body, "phone", true, 40, &phone, err) ||
        !json_text(body, "to", true, SENDER_SIZE - 1, &to, err) ||
        !json_text(body, "text", false, TEXT_MOST, &text, err) ||
        !json_text(body, "id", false, 64, &id, err) ||
        !phone_parse(phone, "86", &number, err))
        return false;
    if (text == NULL)
        return error_field(err, "text", "The field text is missing.");
    if (!line_reply(site->line, id != NULL ? id : "", number.e164, to, text,
                    site->world->wall_ms(site->world)))
        return error_set(err, ERROR_LATER, "Too many replies are under way. Try again.");
    return true;
}

static void post_reply(struct exchange *x)
{
    struct error err = {0};
    json_t *body = NULL;
    int64_t *before = exchange_memory(x, sizeof(*before));
    bool ok;

    if (!phone_log_allowed(x))
        return;
    *before = put_off(site_of(x));
    x->state = before;
    ok = read_body(x, &body, &err) && take_reply(x, body, &err);
    json_decref(body);
    if (ok)
        when_quiet(x, answer_reply);
    else
        problem_answer(x, &err);
}

/* ---- faults ---- */

static json_t *faults_json(const struct line_faults *f)
{
    return json_pack("{s:i, s:b, s:i, s:b, s:b, s:b, s:b, s:b}", "delay_s", f->delay_s,
                     "lost", f->lost, "late_report_s", f->late_report_s, "twice",
                     f->twice, "out_of_order", f->out_of_order, "wrong_charset",
                     f->wrong_charset, "down", f->down, "refuse", f->refuse);
}

static bool take_seconds(const json_t *body, const char *field, int *out,
                         struct error *err)
{
    const json_t *value = json_object_get(body, field);

    if (value == NULL)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > LINE_DELAY_MOST_S)
        return error_field(err, field,
                           "The field %s must be a number of seconds from 0 to %d.",
                           field, LINE_DELAY_MOST_S);
    *out = (int)json_integer_value(value);
    return true;
}

static bool take_truth(const json_t *body, const char *field, bool *out,
                       struct error *err)
{
    const json_t *value = json_object_get(body, field);

    if (value == NULL)
        return true;
    if (!json_is_boolean(value))
        return error_field(err, field, "The field %s must be true or false.", field);
    *out = json_is_true(value);
    return true;
}

/* What is not named is off: the body is the whole state of the line. */
static bool take_faults(const json_t *body, struct line_faults *f, struct error *err)
{
    return take_seconds(body, "delay_s", &f->delay_s, err) &&
           take_seconds(body, "late_report_s", &f->late_report_s, err) &&
           take_truth(body, "lost", &f->lost, err) &&
           take_truth(body, "twice", &f->twice, err) &&
           take_truth(body, "out_of_order", &f->out_of_order, err) &&
           take_truth(body, "wrong_charset", &f->wrong_charset, err) &&
           take_truth(body, "down", &f->down, err) &&
           take_truth(body, "refuse", &f->refuse, err);
}

static void show_faults(struct exchange *x)
{
    struct line_faults now;

    line_faults(site_of(x)->line, &now);
    json_answer(x, 200, faults_json(&now));
}

static void get_faults(struct exchange *x)
{
    if (phone_log_allowed(x))
        show_faults(x);
}

static void put_faults(struct exchange *x)
{
    struct line_faults wanted = {0};
    struct error err = {0};
    json_t *body = NULL;
    bool ok;

    if (!phone_log_allowed(x))
        return;
    ok = read_body(x, &body, &err) && take_faults(body, &wanted, &err);
    json_decref(body);
    if (!ok) {
        problem_answer(x, &err);
        return;
    }
    line_faults_set(site_of(x)->line, &wanted);
    show_faults(x);
}

/* ---- the clock ---- */

struct clock_move {
    struct step step;
    int64_t advance_ms;
};

static bool move_clock(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct clock_move *m = (struct clock_move *)s;
    int64_t real, offset_ms;

    (void)now_ms;
    if (!store_mark(st, "real_gateway", &real, err) ||
        !store_mark(st, "clock_offset_ms", &offset_ms, err))
        return false;
    if (real != 0)
        return error_set(
            err, ERROR_CONFLICT,
            "This store has worked with a real gateway; its clock stays right. Use a "
            "folder of its own for tests.");
    return store_mark_set(st, "clock_offset_ms", offset_ms + m->advance_ms, err);
}

static void answer_clock(struct exchange *x)
{
    const struct site *site = site_of(x);
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    int64_t now_ms = site->world->wall_ms(site->world);

    json_answer(x, 200,
                json_pack("{s:o, s:I}", "now",
                          frame != NULL ? json_time(frame->zone, now_ms) : json_null(),
                          "offset_s",
                          (json_int_t)(atomic_load(&site->world->offset_ms) / 1000)));
}

static bool keep_house(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    return st->hall == 0 || housekeeping_run(st, site_of(s->x)->rules, now_ms, err);
}

static void house_kept(struct exchange *x, struct step *s)
{
    (void)s;
    when_quiet(x, answer_clock);
}

/* The mark is durable: the clock moves now, and whatever falls due by that follows. */
static void clock_moved(struct exchange *x, struct step *s)
{
    atomic_fetch_add(&site_of(x)->world->offset_ms, ((struct clock_move *)s)->advance_ms);
    step_write(s, keep_house, house_kept);
}

static bool take_advance(const json_t *body, int64_t *advance_ms, struct error *err)
{
    const json_t *value = json_object_get(body, "advance_s");

    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > ADVANCE_MOST_S)
        return error_field(
            err, "advance_s",
            "The field advance_s must be a number of seconds from 0 to %d: the "
            "clock only moves forward.",
            ADVANCE_MOST_S);
    *advance_ms = json_integer_value(value) * 1000;
    return true;
}

static void post_clock(struct exchange *x)
{
    struct clock_move *m;
    struct error err = {0};
    json_t *body = NULL;
    bool ok;

    if (!phone_log_allowed(x))
        return;
    m = step_new(x, sizeof(*m));
    ok = read_body(x, &body, &err) && take_advance(body, &m->advance_ms, &err);
    json_decref(body);
    if (ok)
        step_write(&m->step, move_clock, clock_moved);
    else
        problem_answer(x, &err);
}

const struct route api_dev_routes[] = {
    {.method = METHOD_GET, .pattern = "/api/v1/dev/messages", .handle = get_messages},
    {.method = METHOD_POST, .pattern = "/api/v1/dev/replies", .handle = post_reply},
    {.method = METHOD_GET, .pattern = "/api/v1/dev/faults", .handle = get_faults},
    {.method = METHOD_PUT, .pattern = "/api/v1/dev/faults", .handle = put_faults},
    {.method = METHOD_POST, .pattern = "/api/v1/dev/clock", .handle = post_clock},
};
const size_t api_dev_route_count = LENGTH(api_dev_routes);
