/*
 * ranking_sheet.c — the ranking as a workbook (page_ranking.h): what explains it on one
 * sheet, a row for each unit on the other, in the order of the page.
 */
#include <inttypes.h>
#include <stdio.h>

#include "web/page_ranking.h"
#include "web/ranking.h"
#include "web/scheme_view.h"
#include "web/workbook.h"

static const char catalogue[] = "assess";

static const char *say(const struct ranking *r, const char *key)
{
    return page_text(r->words.site, catalogue, r->words.lang, key);
}

static void fill_about(struct sheet *s, const struct ranking *r)
{
    const struct standing_look *l = &r->look;
    char text[64], iso[ZONE_ISO];

    snprintf(text, sizeof(text), "%d, %s", r->year,
             staff_word(&r->words, "period", r->period[0] != '\0' ? r->period : "year"));
    sheet_about(s, say(r, "ranking_title"), r->words.frame->name);
    sheet_about(s, say(r, "period"), text);
    if (r->channel[0] != '\0')
        sheet_about(s, say(r, "channel"), staff_word(&r->words, "channel", r->channel));
    snprintf(text, sizeof(text), "%d/%d", r->year, l->scheme.version);
    sheet_about(s, say(r, "scheme_version"), text);
    zone_iso(r->words.frame->zone, r->ask.now_ms, iso);
    sheet_about(s, say(r, "cut"), iso);
    scheme_weight_text(scheme_weight(&l->scheme), text);
    sheet_about(s, say(r, "out_of"), text);
    for (size_t i = 0; i < l->missing_count; i++)
        sheet_about(s, say(r, "missing"), part_name(&r->words, &l->missing[i]));
    if (standing_look_so_far(l, &r->ask))
        sheet_about(s, say(r, "no_total_yet"), say(r, "so_far_about"));
    snprintf(text, sizeof(text), "%" PRIu64 ", %d", l->standings.seed,
             l->standings.draws);
    sheet_about(s, say(r, "seed_draws"), text);
    sheet_about(s, say(r, "g_band"), say(r, "gt_band"));
    sheet_about(s, say(r, "g_interval"), say(r, "gt_interval"));
    sheet_about(s, say(r, "g_small"), say(r, "gt_small"));
}

static void points_cell(struct sheet *s, int64_t points)
{
    if (points == ASSESS_NONE)
        sheet_empty(s);
    else
        sheet_number(s, (double)((points + 500000) / 1000000) / 100);
}

static void fill_row(struct sheet *s, const struct ranking *r, size_t peer,
                     const struct standing *one)
{
    const struct assess_unit *u = ranking_unit(r, one);
    bool ranked = one->band > 0;

    sheet_text(s, ranking_peer_name(r, peer));
    if (ranked)
        sheet_number(s, one->band);
    else
        sheet_empty(s);
    sheet_text(s, u->code);
    sheet_text(s, ranking_name(r, u));
    points_cell(s, r->look.wholes[one->unit].total);
    points_cell(s, r->look.scores[one->unit].total);
    points_cell(s, ranked ? one->low : ASSESS_NONE);
    points_cell(s, ranked ? one->high : ASSESS_NONE);
    sheet_text(s, ranked ? "" : staff_word(&r->words, "why", ranking_why(r, one)));
    sheet_number(s, (double)u->counts[MEASURE_GOOD].k);
    sheet_number(s, (double)u->counts[MEASURE_GOOD].n);
    sheet_number(s, (double)u->rated);
    sheet_number(s, (double)u->ratable);
    sheet_number(s, (double)u->closed);
    sheet_number(s, (double)u->excluded);
    for (size_t p = 0; p < r->look.scheme.part_count; p++) {
        int32_t score = r->look.scores[one->unit].parts[p].score;

        if (score == ASSESS_NONE)
            sheet_empty(s);
        else
            sheet_number(s, (double)score / 10000);
    }
    sheet_next_row(s);
}

static void fill_sheet(struct sheet *s, void *self)
{
    static const char *const columns[] = {
        "peers",         "band",    "code_column", "unit",     "total",
        "points_so_far", "low",     "high",        "why_none", "good_k",
        "good_n",        "rated_k", "rated_of",    "closed",   "excluded"};
    const struct ranking *r = self;

    fill_about(s, r);
    for (size_t i = 0; i < LENGTH(columns); i++)
        sheet_column(s, say(r, columns[i]), i == 3 ? 28 : 12);
    for (size_t p = 0; p < r->look.scheme.part_count; p++)
        sheet_column(s, part_name(&r->words, &r->look.scheme.parts[p]), 12);
    for (size_t peer = 0; peer <= r->look.scheme.peer_count; peer++) {
        size_t count, *order;

        if (!ranking_shows(r, peer))
            continue;
        order = ranking_order(r, peer, &count);
        for (size_t i = 0; i < count; i++)
            fill_row(s, r, peer, &r->look.standings.list[order[i]]);
    }
}

static bool make_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct ranking *r = (struct ranking *)s;
    bool ok;

    r->words = assess_words(s->x, st, catalogue, now_ms);
    if (!ranking_read(st, r, now_ms, err))
        return false;
    ok = workbook_make(s->x, say(r, "sheet_about"), say(r, "menu_ranking"), fill_sheet, r,
                       err);
    ranking_free(r);
    return ok;
}

static void send_sheet(struct exchange *x, struct step *s)
{
    char name[40];

    snprintf(name, sizeof(name), "ranking-%d.xlsx", ((struct ranking *)s)->year);
    workbook_answer(x, name);
}

void page_ranking_sheet(struct exchange *x)
{
    struct ranking *r = staff_new(x, sizeof(*r));

    staff_read(&r->staff, make_sheet, send_sheet);
}
