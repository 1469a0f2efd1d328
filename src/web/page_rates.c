/*
 * page_rates.c — see page_rates.h.
 *
 * Promise: the address is the question, so that a page can be kept and passed on; what it
 * shows is made on the reader thread, of one snapshot.
 */
#include "web/page_rates.h"

#include <stdio.h>
#include <string.h>

#include "web/rate_ask.h"
#include "web/review_query.h"
#include "web/session.h"
#include "web/staff_words.h"

static const char catalogue[] = "rates";

struct rates_page {
    struct staff staff;
    struct staff_words words;
    struct rate_query q;
    json_t *data, *departments, *windows, *matters, *clerks;
    char trouble[240]; /* the question cannot be read; "" for none */
};

static void put(struct rates_page *p, const char *key, json_t *value)
{
    json_object_set_new(p->data, key, value);
}

/* == What can be asked ============================================================ */

static void add_option(json_t *list, const char *value, const char *text,
                       const char *chosen)
{
    json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value", value, "text", text,
                                          "chosen",
                                          chosen != NULL && strcmp(value, chosen) == 0));
}

static void add_window(void *self, const struct window *w)
{
    struct rates_page *p = self;
    json_t *known;
    size_t i;

    add_option(p->windows, w->code, w->name, p->q.window);
    json_array_foreach(p->departments, i, known)
    {
        const char *code = json_string_value(json_object_get(known, "value"));

        if (strcmp(code, w->department_code) == 0)
            return;
    }
    add_option(p->departments, w->department_code, w->department_name, p->q.department);
}

static void add_matter(void *self, const struct matter *m)
{
    struct rates_page *p = self;

    add_option(p->matters, m->code, m->name, p->q.matter);
}

static void add_clerk(void *self, const struct clerk *c)
{
    struct rates_page *p = self;

    add_option(p->clerks, c->code, c->name, p->q.clerk);
}

static void put_choices(struct rates_page *p)
{
    json_t *bys = json_array(), *channels = json_array();
    char from[11], to[11];

    for (int by = 0; by < RATE_BYS; by++) {
        const char *name = rate_by_name((enum rate_by)by);

        add_option(bys, name, staff_word(&p->words, "by", name), rate_by_name(p->q.by));
    }
    for (size_t i = 0; i < review_channel_count; i++)
        add_option(channels, review_channels[i],
                   staff_word(&p->words, "channel", review_channels[i]), p->q.channel);
    rate_day_text(p->q.from, from);
    rate_day_text(p->q.to, to);
    put(p, "bys", bys);
    put(p, "channels", channels);
    put(p, "departments", p->departments);
    put(p, "windows", p->windows);
    put(p, "matters", p->matters);
    put(p, "clerks", p->clerks);
    put(p, "from", json_string(from));
    put(p, "to", json_string(to));
    put(p, "by_word", json_string(staff_word(&p->words, "by", rate_by_name(p->q.by))));
}

/* == What is answered ============================================================= */

/* The twelve months up to the one in which the period ends. */
static struct rate_query year_of(const struct rate_query *q)
{
    struct rate_query year = *q;

    year.by = RATE_BY_MONTH;
    year.from = q->to / 100 % 100 == 12 ? q->to / 10000 * 10000 + 101
                                        : (q->to / 100 - 99) * 100 + 1;
    return year;
}

static bool any(const json_t *list)
{
    return json_array_size(list) > 0;
}

static void put_list(struct rates_page *p, const char *key, const char *some,
                     json_t *list)
{
    put(p, some, json_boolean(any(list)));
    put(p, key, list);
}

static void put_figures(struct rates_page *p, const struct rates *rates,
                        const struct rates *months)
{
    const struct access_view *list = access_page("/ratings", p->staff.who.role);
    const struct rate_table t = {.words = &p->words,
                                 .q = &p->q,
                                 .rates = rates,
                                 .least = rate_least(p->staff.view),
                                 .lists = list != NULL,
                                 .bad_only = list != NULL && list->bad_only};
    const struct rate linkage = rate_linkage(rates);

    put_list(p, "groups", "some_grades", rate_table_grades(&t));
    put_list(p, "cases", "some", rate_table_cases(&t));
    put_list(p, "orders", "some_orders", rate_table_orders(&t));
    put_list(p, "delays", "some_delays", rate_table_delays(&t));
    put_list(p, "dims", "some_dims", rate_table_dims(&t));
    put_list(p, "charts", "some_charts", rate_charts_groups(&t));
    put_list(p, "months", "some_months", rate_charts_months(&t, months));
    put(p, "bars", rate_chart_grades(&t));
    put(p, "linkage", linkage.n > 0 ? rate_view(&linkage) : json_null());
    put(p, "least", json_boolean(t.least > 0));
}

static bool read_figures(struct store *st, struct rates_page *p, struct error *err)
{
    const struct rate_query year = year_of(&p->q);
    struct rates rates = {0}, months = {0};
    bool ok = rates_read(st, &p->q, &rates, err) && rates_read(st, &year, &months, err);

    if (ok)
        put_figures(p, &rates, &months);
    rates_free(&rates);
    rates_free(&months);
    return ok;
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rates_page *p = (struct rates_page *)s;
    struct error trouble = {0};

    p->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .catalogue = catalogue,
                                    .now_ms = now_ms};
    if (!rate_ask(s->x, st->frame, now_ms, &p->q, &trouble)) {
        snprintf(p->trouble, sizeof(p->trouble), "%s", trouble.text);
        if (p->q.by == RATE_BYS)
            p->q.by = RATE_BY_DEPARTMENT;
        if (p->q.from == 0)
            p->q.from = p->q.to;
    }
    rate_confine(p->staff.view, &p->staff.who, &p->q);
    p->data = json_object();
    p->departments = json_array();
    p->windows = json_array();
    p->matters = json_array();
    p->clerks = json_array();
    if (windows_each(st, add_window, p, err) && matters_each(st, add_matter, p, err) &&
        clerks_each(st, add_clerk, p, err) &&
        (p->trouble[0] != '\0' || read_figures(st, p, err))) {
        put_choices(p);
        return true;
    }
    json_decref(p->data);
    json_decref(p->departments);
    json_decref(p->windows);
    json_decref(p->matters);
    json_decref(p->clerks);
    return false;
}

static void show_page(struct exchange *x, struct step *s)
{
    struct rates_page *p = (struct rates_page *)s;
    json_t *data = staff_frame(x, &p->staff, p->words.lang);

    put(p, "trouble", json_string(p->trouble));
    json_object_update(data, p->data);
    json_decref(p->data);
    page_answer(x, p->trouble[0] != '\0' ? 422 : 200, "rates", catalogue, p->words.lang,
                data);
}

void page_rates(struct exchange *x)
{
    struct rates_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->staff, read_page, show_page);
}
