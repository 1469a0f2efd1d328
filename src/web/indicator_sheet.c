/*
 * indicator_sheet.c — the indicators of a year as rows of a workbook (indicator_view.h).
 *
 * One long table, so that a spreadsheet can filter it: what, of whom, how many of how
 * many, the value with its interval, and what is to be kept in mind.
 */
#include "web/indicator_view.h"

#include <stdio.h>

static const char *say(const struct indicator_view *v, const char *key)
{
    return page_text(v->words.site, "indicators", v->words.lang, key);
}

struct line {
    const char *section, *unit, *what;
    bool counted;
    int64_t k, n;
    bool measured;
    double value, low, high;
    const char *remark;
};

static void put_line(struct sheet *s, const struct line *l)
{
    sheet_text(s, l->section);
    sheet_text(s, l->unit);
    sheet_text(s, l->what);
    if (l->counted) {
        sheet_number(s, (double)l->k);
        sheet_number(s, (double)l->n);
    } else {
        sheet_empty(s);
        sheet_empty(s);
    }
    if (l->measured) {
        sheet_number(s, l->value);
        sheet_number(s, l->low);
        sheet_number(s, l->high);
    } else {
        sheet_empty(s);
        sheet_empty(s);
        sheet_empty(s);
    }
    sheet_text(s, l->remark);
    sheet_next_row(s);
}

static void put_share(const struct indicator_view *v, struct sheet *s,
                      const char *section, const char *unit, const char *what,
                      const struct indicator_share *share)
{
    const struct rate r = rate_of(share->k, share->n);
    const struct line l = {.section = section,
                           .unit = unit,
                           .what = what,
                           .counted = true,
                           .k = r.k,
                           .n = r.n,
                           .measured = r.n > 0,
                           .value = r.n > 0 ? (double)r.k / (double)r.n : 0,
                           .low = r.low,
                           .high = r.high,
                           .remark = rate_comparable(&r) ? "" : say(v, "small")};

    put_line(s, &l);
}

static void put_difference(const struct indicator_view *v, struct sheet *s,
                           const char *what, const char *key, const struct difference *e)
{
    const struct line l = {.section = say(v, key),
                           .unit = say(v, "all_departments"),
                           .what = what,
                           .counted = true,
                           .k = e->with,
                           .n = e->with + e->without,
                           .measured = e->known,
                           .value = e->value,
                           .low = e->low,
                           .high = e->high,
                           .remark =
                               e->comparable ? say(v, "not_causal") : say(v, "small")};

    put_line(s, &l);
}

static void put_unit(const struct indicator_view *v, struct sheet *s,
                     const struct indicator_unit *u, const char *name)
{
    const struct line mean = {.section = say(v, "trips"),
                              .unit = name,
                              .what = say(v, "trips_mean"),
                              .counted = true,
                              .k = u->trips_sum,
                              .n = u->trips_n,
                              .remark = ""};

    for (int i = 0; i < SERVICES; i++)
        put_share(v, s, say(v, "services"), name,
                  indicator_word(v, "service", service_name((enum service)i)),
                  &u->services[i]);
    put_share(v, s, say(v, "mail_room"), name, say(v, "decided_here"), &u->window);
    put_share(v, s, say(v, "trips"), name, say(v, "came_again"), &u->again);
    put_line(s, &mean);
}

static void put_complaint(const struct indicator_view *v, struct sheet *s,
                          const struct complaint_unit *u)
{
    for (int head = 0; head < COMPLAINT_HEADS; head++) {
        const int64_t of[3] = {u->tagged, u->worded, u->worded};
        const int64_t k[3] = {u->by_tag[head], u->by_word[head], u->doubtful[head]};
        static const char *const ways[3] = {"by_tags", "by_words", "doubtful"};

        for (int i = 0; i < 3; i++) {
            const struct line l = {
                .section = say(v, ways[i]),
                .unit = u->name,
                .what = indicator_word(v, "head",
                                       complaint_head_name((enum complaint_head)head)),
                .counted =
                    i > 0 || complaints_has_tag(v->heads, (enum complaint_head)head),
                .k = k[i],
                .n = of[i],
                .remark =
                    i == 0 && !complaints_has_tag(v->heads, (enum complaint_head)head)
                        ? say(v, "no_tag")
                        : ""};

            put_line(s, &l);
        }
    }
}

static void put_rest(const struct indicator_view *v, struct sheet *s)
{
    for (size_t i = 0; i < v->moved_count; i++) {
        const struct moved_figure *m = &v->moved[i];
        const struct line l = {
            .section = say(v, m->newest ? "moved_title" : "older"),
            .unit = m->name,
            .what = indicator_word(v, "moved", concentration_name(m->kind)),
            .counted = true,
            .k = m->moved,
            .n = m->whole,
            .remark = m->evidence};

        put_line(s, &l);
    }
    for (int i = 0; i < PART_SOURCES; i++) {
        struct line l = {.section = say(v, "sources_title"),
                         .unit = "",
                         .what = indicator_word(v, "source", indicator_sources[i]),
                         .counted = true,
                         .remark = ""};
        int whole, hall;

        indicator_weigh(&v->scheme, (enum part_source)i, &whole, &hall);
        l.k = whole;
        l.n = SCHEME_WEIGHT_WHOLE;
        put_line(s, &l);
    }
}

static void put_about(const struct indicator_view *v, struct sheet *s)
{
    static const char *const columns[] = {"section", "department", "what", "k",     "n",
                                          "value",   "low",        "high", "remark"};
    static const char *const notes[] = {"how_services", "how_mail", "how_heads",
                                        "how_moved", "how_sources"};
    char year[8];

    snprintf(year, sizeof(year), "%d", v->year);
    sheet_about(s, say(v, "title"), v->words.frame->name);
    sheet_about(s, say(v, "year"), year);
    for (size_t i = 0; i < LENGTH(notes); i++)
        sheet_about(s, say(v, "sheet_about"), say(v, notes[i]));
    for (size_t i = 0; i < LENGTH(columns); i++)
        sheet_column(s, say(v, columns[i]), i < 3 ? 26 : i == 8 ? 40 : 10);
}

void indicator_view_sheet(const struct indicator_view *v, struct sheet *s)
{
    put_about(v, s);
    for (int i = 0; i < SERVICES; i++) {
        const char *name = indicator_word(v, "service", service_name((enum service)i));
        const struct difference days = difference_of_days(&v->in.services[i].days);
        const struct difference good = difference_of_shares(&v->in.services[i].good);

        put_difference(v, s, name, "difference_days", &days);
        put_difference(v, s, name, "difference_good", &good);
    }
    for (size_t i = 0; i < v->in.count; i++)
        put_unit(v, s, &v->in.units[i], v->in.units[i].name);
    put_unit(v, s, &v->in.all, say(v, "all_departments"));
    for (size_t i = 0; i < v->complaint_count; i++)
        put_complaint(v, s, &v->complaints[i]);
    put_rest(v, s);
}
