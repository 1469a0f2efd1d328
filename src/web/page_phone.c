/*
 * page_phone.c — see page_phone.h.
 *
 * Works by forms and reloads, without a script. What is shown is phone_log.c's; a reply
 * goes the same way as one from the API and is shown after it was read and answered.
 */
#include "web/page_phone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "domain/sms_text.h"
#include "gateways/gateways.h"
#include "web/form.h"
#include "web/http.h"
#include "web/page.h"
#include "web/phone_log.h"
#include "web/problem.h"
#include "web/step.h"
#include "work/courier.h"

enum { TEXT_MOST = 4000 };

static const char catalogue[] = "phone";

struct looking {
    struct step step;
    const char *phone, *search;
    enum lang lang;
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

static const char *number_of(const json_t *message)
{
    return text_of(message,
                   strcmp(text_of(message, "direction"), "mo") == 0 ? "from" : "to");
}

/* ---- one bubble ---- */

/* "65/70 · 1 条": what the carrier counts. */
static void add_length(const struct exchange *x, enum lang lang, json_t *message)
{
    const char *text = text_of(message, "text");
    struct sms_count count;
    char out[64];

    if (!sms_count(text, strlen(text), true, &count))
        return;
    snprintf(out, sizeof(out), "%d/%d · %d %s", count.units,
             count.parts > 1 ? count.parts * SMS_CARRIER_PART : SMS_CARRIER_SINGLE,
             count.parts, page_text(site_of(x), catalogue, lang, "parts"));
    json_object_set_new(message, "length", json_string(out));
}

static void add_time(struct store *st, json_t *message)
{
    struct local_time t;
    char out[32];

    zone_local(st->frame->zone, json_integer_value(json_object_get(message, "at_ms")),
               &t);
    snprintf(out, sizeof(out), "%02d-%02d %02d:%02d:%02d", t.month, t.day, t.hour,
             t.minute, t.second);
    json_object_set_new(message, "time", json_string(out));
}

static void dress(struct store *st, struct looking *l, json_t *message)
{
    const struct exchange *x = l->step.x;
    bool mo = strcmp(text_of(message, "direction"), "mo") == 0;
    char key[48];

    json_object_set_new(message, "mo", json_boolean(mo));
    snprintf(key, sizeof(key), "state_%s", text_of(message, "state"));
    json_object_set_new(message, "state_word",
                        json_string(page_text(site_of(x), catalogue, l->lang, key)));
    add_length(x, l->lang, message);
    add_time(st, message);
}

/* ---- the list of phones ---- */

static json_t *phone_of(json_t *phones, const char *number)
{
    size_t i;
    json_t *phone;

    json_array_foreach(phones, i, phone)
    {
        if (strcmp(text_of(phone, "number"), number) == 0)
            return phone;
    }
    return NULL;
}

static json_t *phone_new(json_t *phones, const char *number, const char *current)
{
    json_t *phone = json_object();
    struct buf href = buf_new(256);

    buf_add_text(&href, "/phone");
    query_add(&href, "phone", number);
    json_object_set_new(phone, "number", json_string(number));
    json_object_set_new(phone, "href", json_string(buf_text(&href)));
    json_object_set_new(phone, "current", json_boolean(strcmp(number, current) == 0));
    buf_free(&href);
    json_array_insert_new(phones, 0, phone);
    return phone;
}

/* The phones that match the search, who was heard of last first. */
static json_t *list_phones(json_t *messages, const char *current, const char *search)
{
    json_t *phones = json_array(), *message;
    size_t i;

    json_array_foreach(messages, i, message)
    {
        const char *number = number_of(message), *text = text_of(message, "text");
        json_t *phone = phone_of(phones, number);

        if (number[0] == '\0' ||
            (strstr(number, search) == NULL && strstr(text, search) == NULL))
            continue;
        if (phone == NULL)
            phone = phone_new(phones, number, current);
        json_object_set_new(phone, "last", json_string(text));
        json_object_set(phone, "last_ms", json_object_get(message, "at_ms"));
    }
    return phones;
}

static int by_last(const void *a, const void *b)
{
    json_int_t x = json_integer_value(json_object_get(*(json_t *const *)a, "last_ms"));
    json_int_t y = json_integer_value(json_object_get(*(json_t *const *)b, "last_ms"));

    return x > y ? -1 : x < y;
}

static json_t *newest_first(json_t *phones)
{
    json_t *sorted = json_array(), *list[2 * PHONE_LOG_MOST];
    size_t count = json_array_size(phones);

    for (size_t i = 0; i < count; i++)
        list[i] = json_array_get(phones, i);
    qsort(list, count, sizeof(list[0]), by_last);
    for (size_t i = 0; i < count; i++)
        json_array_append(sorted, list[i]);
    json_decref(phones);
    return sorted;
}

/* ---- the page ---- */

static json_t *faults_of(const struct site *site)
{
    struct line_faults f;

    line_faults(site->line, &f);
    return json_pack("{s:i, s:i, s:b, s:b, s:b, s:b, s:b, s:b}", "delay_s", f.delay_s,
                     "late_report_s", f.late_report_s, "lost", f.lost, "twice", f.twice,
                     "out_of_order", f.out_of_order, "wrong_charset", f.wrong_charset,
                     "down", f.down, "refuse", f.refuse);
}

/* The messages of the phone that is looked at; `*to` is the number that wrote to it last.
 */
static json_t *talk_of(struct store *st, struct looking *l, json_t *messages,
                       const char *current, const char **to)
{
    json_t *talk = json_array(), *message;
    size_t i;

    json_array_foreach(messages, i, message)
    {
        if (current[0] == '\0' || strcmp(number_of(message), current) != 0)
            continue;
        dress(st, l, message);
        if (!json_is_true(json_object_get(message, "mo")))
            *to = text_of(message, "from");
        json_array_append(talk, message);
    }
    return talk;
}

/* The number in its national form; "" for what is none. */
static void current_number(const char *wanted, char out[PHONE_LOCAL])
{
    struct error ignored = {0};
    struct phone phone;

    out[0] = '\0';
    if (wanted != NULL && phone_parse(wanted, "86", &phone, &ignored))
        phone_local(&phone, out);
}

static bool make_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct looking *l = (struct looking *)s;
    const struct site *site = site_of(s->x);
    const char *search = l->search != NULL ? l->search : "";
    const char *to = site->roster->gateways[0].access_number;
    char current[PHONE_LOCAL];
    json_t *messages, *phones, *talk, *data;

    (void)now_ms;
    if (!phone_log(st, site->roster, NULL, &messages, err))
        return false;
    current_number(l->phone, current);
    phones = newest_first(list_phones(messages, current, search));
    if (current[0] == '\0' && json_array_size(phones) > 0 && l->phone == NULL) {
        json_t *first = json_array_get(phones, 0);

        snprintf(current, sizeof(current), "%s", text_of(first, "number"));
        json_object_set_new(first, "current", json_true());
    }
    talk = talk_of(st, l, messages, current, &to);
    data =
        json_pack("{s:o, s:s, s:o, s:s, s:s, s:b, s:o}", "phones", phones, "number",
                  current, "messages", talk, "to", to, "search", search, "wrong_number",
                  l->phone != NULL && l->phone[0] != '\0' && current[0] == '\0', "faults",
                  faults_of(site));
    json_decref(messages);
    return page_write(s->x, "phone", catalogue, l->lang, data, err);
}

static void answer_page(struct exchange *x, struct step *s)
{
    (void)s;
    exchange_answer(x, 200, page_html);
}

static void get_phone(struct exchange *x)
{
    struct looking *l;

    if (!phone_log_allowed(x))
        return;
    l = step_new(x, sizeof(*l));
    l->phone = exchange_query(x, "phone");
    l->search = exchange_query(x, "q");
    l->lang = page_lang(x);
    step_read(&l->step, make_page, answer_page);
}

/* ---- writing from a phone ---- */

static void back_to(struct exchange *x, const char *number)
{
    struct buf path = buf_new(256);

    buf_add_text(&path, "/phone");
    query_add(&path, "phone", number != NULL && number[0] != '\0' ? number : NULL);
    buf_add_text(&path, "#talk-end");
    page_see_other(x, buf_text(&path));
    buf_free(&path);
}

static void reply_done(struct exchange *x)
{
    back_to(x, x->state);
}

static void quiet(void *arg)
{
    exchange_wake(arg);
}

static bool send_reply(struct exchange *x, const struct form *form, struct error *err)
{
    const struct site *site = site_of(x);
    const char *phone = form_find(form, "phone"), *to = form_find(form, "to");
    const char *text = form_find(form, "text");
    struct phone number;

    if (phone == NULL || to == NULL || text == NULL || to[0] == '\0' || text[0] == '\0' ||
        strlen(to) >= SENDER_SIZE || strlen(text) > TEXT_MOST)
        return error_set(err, ERROR_INPUT, "Number or text is missing or too long.");
    if (!phone_parse(phone, "86", &number, err))
        return false;
    x->state = exchange_text(x, phone, strlen(phone));
    if (!line_reply(site->line, "", number.e164, to, text,
                    site->world->wall_ms(site->world)))
        return error_set(err, ERROR_LATER, "Too many replies are under way. Try again.");
    return true;
}

static void post_reply(struct exchange *x)
{
    struct error err = {0};
    struct form form = {0};
    bool ok;

    if (!phone_log_allowed(x))
        return;
    ok = form_parse(x->body, x->body_length, &form, &err) && send_reply(x, &form, &err);
    form_free(&form);
    if (!ok) {
        problem_answer(x, &err);
        return;
    }
    x->resume = reply_done;
    exchange_suspend(x);
    courier_settle(site_of(x)->courier, quiet, x);
}

/* ---- faults ---- */

static int seconds(const struct form *form, const char *name)
{
    const char *text = form_find(form, name);
    long number = text != NULL ? strtol(text, NULL, 10) : 0;

    return number < 0 ? 0 : number > LINE_DELAY_MOST_S ? LINE_DELAY_MOST_S : (int)number;
}

static void post_faults(struct exchange *x)
{
    struct error err = {0};
    struct form form = {0};
    struct line_faults f;

    if (!phone_log_allowed(x))
        return;
    if (!form_parse(x->body, x->body_length, &form, &err)) {
        problem_answer(x, &err);
        return;
    }
    f = (struct line_faults){
        .delay_s = seconds(&form, "delay_s"),
        .late_report_s = seconds(&form, "late_report_s"),
        .lost = form_find(&form, "lost") != NULL,
        .twice = form_find(&form, "twice") != NULL,
        .out_of_order = form_find(&form, "out_of_order") != NULL,
        .wrong_charset = form_find(&form, "wrong_charset") != NULL,
        .down = form_find(&form, "down") != NULL,
        .refuse = form_find(&form, "refuse") != NULL,
    };
    line_faults_set(site_of(x)->line, &f);
    back_to(x, form_find(&form, "phone"));
    form_free(&form);
}

const struct route page_phone_routes[] = {
    {.method = METHOD_GET, .pattern = "/phone", .handle = get_phone},
    {.method = METHOD_POST, .pattern = "/phone/reply", .handle = post_reply},
    {.method = METHOD_POST, .pattern = "/phone/faults", .handle = post_faults},
};
const size_t page_phone_route_count = LENGTH(page_phone_routes);
