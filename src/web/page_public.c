/*
 * page_public.c — see page_public.h; what is told and what not is public_view.c's matter.
 */
#include "web/page_public.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "web/citizen.h"
#include "web/page.h"
#include "web/public_view.h"
#include "web/rate_ask.h"
#include "web/step.h"

enum { KEPT = 16, KEPT_MS = 300000, DAY_MS = 86400000, MONTH_SIZE = 16 };

static const char catalogue[] = "public";

/* == Pages that were made ========================================================= */

struct kept_page {
    char month[MONTH_SIZE]; /* as asked for; "" for the newest */
    enum lang lang;
    int newest; /* the month that was the newest then, as yyyymm */
    char *html; /* NULL: none */
    size_t length;
    int64_t made_ms;
};

struct public_pages {
    struct world *world;
    struct kept_page kept[KEPT];
    size_t next; /* to be given up */
};

struct public_pages *public_pages_new(struct world *world)
{
    struct public_pages *pages = memory_new(sizeof(*pages));

    pages->world = world;
    return pages;
}

void public_pages_free(struct public_pages *pages)
{
    for (size_t i = 0; pages != NULL && i < KEPT; i++)
        free(pages->kept[i].html);
    free(pages);
}

static const struct kept_page *find_kept(const struct public_pages *pages,
                                         const char *month, enum lang lang, int newest)
{
    int64_t now_ms = pages->world->mono_ms(pages->world);

    for (size_t i = 0; i < KEPT; i++) {
        const struct kept_page *k = &pages->kept[i];

        if (k->html != NULL && k->lang == lang && k->newest == newest &&
            strcmp(k->month, month) == 0 && now_ms - k->made_ms < KEPT_MS)
            return k;
    }
    return NULL;
}

static void keep(struct public_pages *pages, const char *month, enum lang lang,
                 int newest, const struct buf *html)
{
    struct kept_page *k = &pages->kept[pages->next];

    pages->next = (pages->next + 1) % KEPT;
    free(k->html);
    *k = (struct kept_page){.lang = lang,
                            .newest = newest,
                            .html = memory_text(buf_text(html)),
                            .length = html->length,
                            .made_ms = pages->world->mono_ms(pages->world)};
    snprintf(k->month, sizeof(k->month), "%s", month);
}

/* Sends what is in x->answer, or that it has not changed. */
static void send_page(struct exchange *x)
{
    const char *held = exchange_header(x, "If-None-Match");
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    const char *bytes = buf_text(&x->answer);
    char tag[24];

    for (size_t i = 0; i < x->answer.length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    snprintf(tag, sizeof(tag), "\"%016llx\"", (unsigned long long)hash);
    if (held != NULL && strstr(held, tag) != NULL)
        exchange_restart(x);
    exchange_header_add(x, "ETag", tag);
    exchange_header_add(x, "Cache-Control", "public, max-age=300");
    exchange_header_add(x, "Vary", "Accept-Language");
    if (held != NULL && strstr(held, tag) != NULL)
        exchange_answer(x, 304, NULL);
    else
        exchange_answer(x, 200, page_html);
}

/* == Making one =================================================================== */

struct public_step {
    struct step step;
    enum lang lang;
    char month[MONTH_SIZE];
    int newest;
    bool absent; /* there is no such month to be told */
};

static struct public_rules rules_of(const struct site *site)
{
    const struct rules *r = site->rules;

    return (struct public_rules){
        .least = settings_int(site->settings, "public.least"),
        .delay_days = (int)settings_int(site->settings, "public.delay_days"),
        .settle_days = r->invite.open_days_max +
                       (int)((r->rating.correction_ms + DAY_MS - 1) / DAY_MS)};
}

static void month_text(int month, char out[MONTH_SIZE])
{
    snprintf(out, MONTH_SIZE, "%04d-%02d", month / 100 % 10000, month % 100);
}

/* The month asked for, of those there are; 0 for none. */
static int choose_month(const struct public_step *p, const int *months, size_t count)
{
    char text[MONTH_SIZE];

    for (size_t i = 0; i < count; i++) {
        month_text(months[i], text);
        if (p->month[0] == '\0' || strcmp(p->month, text) == 0)
            return months[i];
    }
    return 0;
}

static json_t *months_json(const int *months, size_t count, int here)
{
    json_t *list = json_array();
    char text[MONTH_SIZE];

    for (size_t i = 0; i < count; i++) {
        month_text(months[i], text);
        json_array_append_new(
            list, json_pack("{s:s, s:b}", "month", text, "here", months[i] == here));
    }
    return list;
}

static json_t *frame_json(const struct public_step *p, const struct public_rules *rules,
                          int newest)
{
    const struct exchange *x = p->step.x;
    const struct site *site = site_of(x);
    json_t *data = citizen_data(x, p->lang, page_text(site, catalogue, p->lang, "title"));
    char next[11], least[24], delay[24], settle[24], month[MONTH_SIZE];
    int after = newest % 100 == 12 ? newest + 89 : newest + 1;

    rate_day_text(public_day(after, rules), next);
    month_text(after, month);
    snprintf(least, sizeof(least), "%lld", (long long)rules->least);
    snprintf(delay, sizeof(delay), "%d", rules->delay_days);
    snprintf(settle, sizeof(settle), "%d", rules->settle_days);
    json_object_set_new(
        data, "next",
        page_phrase(site, catalogue, p->lang, "next", "month", month, "day", next, NULL));
    json_object_set_new(data, "how",
                        page_phrase(site, catalogue, p->lang, "how", "least", least,
                                    "delay", delay, "settle", settle, NULL));
    return data;
}

static bool read_public(struct store *st, struct step *s, int64_t now_ms,
                        struct error *err)
{
    struct public_step *p = (struct public_step *)s;
    const struct public_rules rules = rules_of(site_of(s->x));
    const struct staff_words words = {.site = site_of(s->x),
                                      .frame = st->frame,
                                      .lang = p->lang,
                                      .catalogue = catalogue,
                                      .now_ms = now_ms};
    int newest = p->newest, months[24], month;
    char text[MONTH_SIZE];
    json_t *data, *told = NULL;
    size_t count;

    if (!public_months(st, newest, now_ms, months, &count, err))
        return false;
    month = choose_month(p, months, count);
    p->absent = month == 0 && p->month[0] != '\0';
    if (p->absent)
        return true;
    if (month != 0 && !public_month(st, &words, &rules, month, &told, err))
        return false;
    data = frame_json(p, &rules, newest);
    json_object_set_new(data, "some", json_boolean(month != 0));
    json_object_set_new(data, "months", months_json(months, count, month));
    month_text(month, text);
    json_object_set_new(data, "month", json_string(text));
    if (told != NULL)
        json_object_update(data, told);
    json_decref(told);
    return page_write(s->x, "public", catalogue, p->lang, data, err);
}

static void answer_public(struct exchange *x, struct step *s)
{
    const struct public_step *p = (const struct public_step *)s;

    if (p->absent) {
        citizen_say(x, 404, "unknown");
        return;
    }
    keep(site_of(x)->public_pages, p->month, p->lang, p->newest, &x->answer);
    send_page(x);
}

/* "2026-10" and nothing else; "" where the address names no month. */
static bool month_reads(const char *text)
{
    return text == NULL ||
           (strlen(text) == 7 && text[4] == '-' && strspn(text, "0123456789") == 4 &&
            strspn(text + 5, "0123456789") == 2);
}

static void page_public(struct exchange *x)
{
    const struct site *site = site_of(x);
    const char *month = x->param_count > 0 ? exchange_param(x, 0) : NULL;
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    const struct kept_page *kept;
    struct public_rules rules;
    struct public_step *p;
    int newest;

    if (frame == NULL || !settings_bool(site->settings, "public.publish") ||
        !month_reads(month)) {
        citizen_say(x, 404, "unknown");
        return;
    }
    rules = rules_of(site);
    newest = public_newest(frame, &rules, site->world->wall_ms(site->world));
    kept =
        find_kept(site->public_pages, month != NULL ? month : "", page_lang(x), newest);
    if (kept != NULL) {
        buf_add(&x->answer, kept->html, kept->length);
        send_page(x);
        return;
    }
    p = step_new(x, sizeof(*p));
    p->lang = page_lang(x);
    p->newest = newest;
    snprintf(p->month, sizeof(p->month), "%s", month != NULL ? month : "");
    step_read(&p->step, read_public, answer_public);
}

const struct route page_public_routes[] = {
    {METHOD_GET, "/public", page_public, 0, 0},
    {METHOD_GET, "/public/{month}", page_public, 0, 0},
};
const size_t page_public_route_count = LENGTH(page_public_routes);
