/*
 * printer_notice.c — see printer_notice.h.
 */
#include "web/printer_notice.h"

#include <stdio.h>

bool printer_prints(const struct printer_record *r)
{
    return !printer_blocked(r->signs) && r->trouble[0] == '\0';
}

const char *printer_notice_key(const struct printer_record *r)
{
    const char *trouble = printer_trouble(r->signs);

    if (printer_blocked(r->signs))
        return trouble;
    if (r->trouble[0] != '\0')
        return "printer_unclear";
    if (trouble == NULL && printer_paper_is_low(r))
        return "printer_paper_near_end";
    return trouble;
}

struct notices {
    const struct site *site;
    enum lang lang;
    json_t *list;
};

static void add_notice(void *self, const struct printer_record *r)
{
    struct notices *n = self;
    const char *key = r->way[0] != '\0' ? printer_notice_key(r) : NULL;
    char waiting[24];

    if (key == NULL)
        return;
    snprintf(waiting, sizeof(waiting), "%lld", (long long)r->waiting);
    json_array_append_new(n->list,
                          json_pack("{s:s, s:s, s:o}", "name", r->name, "text",
                                    page_text(n->site, "hall", n->lang, key), "waiting",
                                    r->waiting > 0
                                        ? page_phrase(n->site, "hall", n->lang,
                                                      "papers_wait_n", "n", waiting, NULL)
                                        : json_null()));
}

bool printer_notices(struct store *st, const struct site *site, enum lang lang,
                     json_t **out, struct error *err)
{
    struct notices n = {site, lang, json_array()};

    if (!printer_records(st, add_notice, &n, err)) {
        json_decref(n.list);
        return false;
    }
    *out = n.list;
    return true;
}

struct lines {
    struct buf *out;
    int64_t now_ms;
};

/* Printers are named by the settings: a small closed set. */
static void add_lines(void *self, const struct printer_record *r)
{
    struct lines *l = self;
    const struct {
        const char *result;
        int64_t jobs;
    } ended[] = {
        {"printed", r->printed}, {"unconfirmed", r->unconfirmed}, {"failed", r->failed}};

    if (r->way[0] == '\0')
        return;
    buf_addf(l->out, "yiping_printer_up{printer=\"%s\"} %d\n", r->name,
             printer_prints(r));
    for (int i = 0; i < PRINTER_SIGNS; i++)
        buf_addf(l->out, "yiping_printer_sign{printer=\"%s\",sign=\"%s\"} %d\n", r->name,
                 printer_sign_word(i), (r->signs >> i & 1) != 0);
    buf_addf(l->out, "yiping_printer_paper_low{printer=\"%s\"} %d\n", r->name,
             printer_paper_is_low(r));
    buf_addf(l->out, "yiping_printer_paper_used_metres{printer=\"%s\"} %.3f\n", r->name,
             (double)r->used_mm / 1000);
    buf_addf(l->out, "yiping_print_jobs_waiting{printer=\"%s\"} %lld\n", r->name,
             (long long)r->waiting);
    buf_addf(l->out, "yiping_print_oldest_waiting_seconds{printer=\"%s\"} %lld\n",
             r->name,
             (long long)(r->oldest_ms > 0 ? (l->now_ms - r->oldest_ms) / 1000 : 0));
    for (size_t i = 0; i < LENGTH(ended); i++)
        buf_addf(l->out, "yiping_print_jobs_total{printer=\"%s\",result=\"%s\"} %lld\n",
                 r->name, ended[i].result, (long long)ended[i].jobs);
}

bool printer_metrics(struct store *st, int64_t now_ms, struct buf *out, struct error *err)
{
    struct lines l = {out, now_ms};

    return printer_records(st, add_lines, &l, err);
}
