/*
 * page_lab.c — see page_lab.h.
 */
#include "web/page_lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/scheme_look.h"
#include "web/asked_page.h"
#include "web/lab_view.h"
#include "web/scheme_view.h"
#include "web/workbook.h"

static const char catalogue[] = "lab";

enum { DRAWS = 2000, K_MOST = 100, SEED_DIGITS = 15, VERSIONS = 1000000 };

struct lab_page {
    struct asked_page asked;
    struct scheme scheme;
    struct scheme_state state;
    struct assess_book book;
    struct assess_score *scores;
    const char *k_text, *range_text, *seed_text, *group; /* as they came */
    size_t peer, k;
    int range;
    uint64_t seed;
    struct lab_effects effects;
    struct lab_range first, last;
    bool ranges;
    struct lab_chance *chances;
    size_t chance_count;
};

/* == What is asked ================================================================= */

static const char *field(const struct exchange *x, const char *name, const char *missing)
{
    const char *value = exchange_query(x, name);

    return value != NULL && value[0] != '\0' ? value : missing;
}

/* Digits only, `most` of them at the most. */
static bool whole(const char *text, size_t most, uint64_t *out)
{
    size_t length = strlen(text);

    if (length == 0 || length > most || strspn(text, "0123456789") != length)
        return false;
    *out = strtoull(text, NULL, 10);
    return true;
}

/* The group of that code; the first one where none was asked for. */
static size_t group_asked(const struct lab_page *p)
{
    for (size_t i = 0; i < p->scheme.peer_count; i++)
        if (p->group != NULL && strcmp(p->scheme.peers[i].code, p->group) == 0)
            return i;
    return p->group == NULL ? 0 : p->scheme.peer_count;
}

static void ask(struct exchange *x, struct lab_page *p)
{
    uint64_t k = 0;
    char seed[24];

    snprintf(seed, sizeof(seed), "%llu",
             (unsigned long long)p->asked.year * VERSIONS + (unsigned)p->scheme.version);
    p->k_text = field(x, "k", "3");
    p->range_text = field(x, "range", "5.00");
    p->seed_text = field(x, "seed", exchange_text(x, seed, strlen(seed)));
    p->group = exchange_query(x, "group");
    p->peer = group_asked(p);
    if (p->peer == p->scheme.peer_count && p->group != NULL && p->group[0] != '\0')
        asked_fail(&p->asked, "bad_group", "group");
    if (!whole(p->k_text, 3, &k) || k < 1 || k > K_MOST)
        asked_fail(&p->asked, "bad_k", "k");
    p->k = (size_t)k;
    if (!scheme_weight_read(p->range_text, &p->range))
        asked_fail(&p->asked, "bad_range", "range");
    if (!whole(p->seed_text, SEED_DIGITS, &p->seed))
        asked_fail(&p->asked, "bad_seed", "seed");
}

static bool read_question(struct store *st, struct lab_page *p, int64_t now_ms,
                          struct error *err)
{
    if (!asked_begin(&p->asked, st, catalogue, now_ms, err) ||
        !scheme_present(st, p->asked.year, now_ms, &p->scheme, &p->state, err))
        return false;
    ask(p->asked.staff.step.x, p);
    if (p->asked.trouble != NULL)
        return true;
    if (!scheme_book(st, &p->scheme, p->asked.year, now_ms, &p->book, err))
        return false;
    p->scores = assess_scores(&p->scheme, &p->book);
    lab_effects(&p->scheme, &p->book, p->scores, p->peer, &p->effects);
    p->ranges =
        lab_ranges(&p->scheme, &p->book, p->scores, p->peer, p->k, &p->first, &p->last);
    p->chances = lab_chances(&p->scheme, &p->book, p->scores, p->peer, p->k, p->range,
                             DRAWS, p->seed, &p->chance_count);
    return true;
}

static void lab_free(struct lab_page *p)
{
    scheme_free(&p->scheme);
    assess_book_free(&p->book);
    free(p->scores);
    free(p->chances);
}

/* == The page ====================================================================== */

static json_t *group_options(const struct lab_page *p)
{
    json_t *list = json_array();

    for (size_t i = 0; i <= p->scheme.peer_count; i++) {
        bool rest = i == p->scheme.peer_count;

        json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "value",
                                              rest ? "" : p->scheme.peers[i].code, "text",
                                              rest ? asked_say(&p->asked, "group_rest")
                                                   : p->scheme.peers[i].name,
                                              "chosen", i == p->peer));
    }
    return list;
}

static void put_question(struct lab_page *p)
{
    char hall[8];

    scheme_weight_text(scheme_hall_weight(&p->scheme), hall);
    asked_put(&p->asked, "k", json_string(p->k_text));
    asked_put(&p->asked, "range", json_string(p->range_text));
    asked_put(&p->asked, "seed", json_string(p->seed_text));
    asked_put(&p->asked, "some_groups", json_boolean(p->scheme.peer_count > 0));
    asked_put(&p->asked, "groups", group_options(p));
    asked_put(&p->asked, "version", json_integer(p->scheme.version));
    asked_put(&p->asked, "hall_weight", json_string(hall));
    asked_put(&p->asked, "draws", json_integer(DRAWS));
    asked_put_trouble(&p->asked);
}

/* What the hall's weight comes to, in a sentence. */
static json_t *verdict_phrase(const struct lab_page *p)
{
    const struct lab_effects *e = &p->effects;
    char weight[LAB_TEXT], share[LAB_TEXT], own[LAB_TEXT], rest[LAB_TEXT],
        needed[LAB_TEXT], times[LAB_TEXT];

    lab_share_text(e->hall.weight, weight);
    lab_share_text(e->hall.share, share);
    lab_spread_text(e->hall.spread, own);
    lab_spread_text(e->rest.spread, rest);
    lab_spread_text(e->needed, needed);
    lab_spread_text(e->hall.spread > 0 ? e->needed / e->hall.spread : 0, times);
    return page_phrase(p->asked.words.site, catalogue, p->asked.words.lang,
                       e->hall.share < 0                     ? "verdict_against"
                       : e->needed > 0 && e->hall.spread > 0 ? "verdict"
                                                             : "verdict_only",
                       "weight", weight, "share", share, "own", own, "rest", rest,
                       "needed", needed, "times", times, NULL);
}

static void put_effects(struct lab_page *p)
{
    json_t *parts = json_array();
    char correlation[LAB_TEXT];

    for (size_t i = 0; i < p->scheme.part_count; i++)
        json_array_append_new(
            parts, lab_effect_json(part_name(&p->asked.words, &p->scheme.parts[i]),
                                   &p->effects.parts[i]));
    lab_spread_text(p->effects.correlation, correlation);
    asked_put(&p->asked, "parts", parts);
    asked_put(&p->asked, "hall_effect",
              lab_effect_json(asked_say(&p->asked, "hall_parts"), &p->effects.hall));
    asked_put(&p->asked, "rest",
              lab_effect_json(asked_say(&p->asked, "rest_parts"), &p->effects.rest));
    asked_put(&p->asked, "correlation", json_string(correlation));
    asked_put(&p->asked, "verdict", verdict_phrase(p));
}

static void put_ranges(struct lab_page *p)
{
    char *chart = lab_range_chart(&p->asked.words, &p->first, &p->last,
                                  scheme_hall_weight(&p->scheme));

    asked_put(&p->asked, "first", lab_range_json(&p->first, &p->book));
    asked_put(&p->asked, "last", lab_range_json(&p->last, &p->book));
    asked_put(&p->asked, "range_svg", json_string(chart));
    free(chart);
}

/* Who is first most often stands first; of equals the earlier code. */
static int by_chance(const void *a, const void *b)
{
    const struct lab_chance *x = a, *y = b;
    int lead = (y->first[LAB_BOTH] - y->last[LAB_BOTH]) -
               (x->first[LAB_BOTH] - x->last[LAB_BOTH]);

    return lead != 0 ? lead : (x->unit > y->unit) - (x->unit < y->unit);
}

static void put_result(struct lab_page *p)
{
    json_t *chances = json_array();

    asked_put(&p->asked, "units", json_integer((json_int_t)p->effects.units));
    asked_put(&p->asked, "few", json_boolean(p->effects.units < 2));
    asked_put(&p->asked, "apart", json_boolean(p->effects.apart));
    if (p->effects.apart)
        put_effects(p);
    asked_put(&p->asked, "ranges", json_boolean(p->ranges));
    if (p->ranges)
        put_ranges(p);
    qsort(p->chances, p->chance_count, sizeof(*p->chances), by_chance);
    for (size_t i = 0; i < p->chance_count; i++)
        json_array_append_new(chances, lab_chance_json(&p->chances[i], &p->book, DRAWS));
    asked_put(&p->asked, "some_chances", json_boolean(p->chance_count > 0));
    asked_put(&p->asked, "chances", chances);
    asked_put(&p->asked, "computed", json_true());
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct lab_page *p = (struct lab_page *)s;
    bool ok = read_question(st, p, now_ms, err);

    if (ok) {
        p->asked.data = json_object();
        put_question(p);
        if (p->asked.trouble == NULL)
            put_result(p);
    }
    lab_free(p);
    return ok;
}

static void show_page(struct exchange *x, struct step *s)
{
    asked_show(x, (struct asked_page *)s, "lab");
}

void page_lab(struct exchange *x)
{
    struct lab_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->asked.staff, read_page, show_page);
}

/* == The workbook ================================================================== */

static void about_effect(struct sheet *s, const char *name, const struct lab_effect *e)
{
    char weight[LAB_TEXT], share[LAB_TEXT], spread[LAB_TEXT], text[160];

    lab_share_text(e->weight, weight);
    lab_share_text(e->share, share);
    lab_spread_text(e->spread, spread);
    snprintf(text, sizeof(text), "%s %%: %s %%, ± %s", weight, share, spread);
    sheet_about(s, name, text);
}

static void about_range(struct sheet *s, const struct lab_page *p, const char *key,
                        const struct lab_range *r)
{
    char low[LAB_TEXT], high[LAB_TEXT], text[64];

    lab_share_text(r->low, low);
    lab_share_text(r->high, high);
    snprintf(text, sizeof(text), "%s – %s %%", low, high);
    sheet_about(s, asked_say(&p->asked, key), text);
}

static void fill_about(struct sheet *s, const struct lab_page *p)
{
    char scheme[32];

    snprintf(scheme, sizeof(scheme), "%d/%d", p->scheme.year, p->scheme.version);
    sheet_about(s, asked_say(&p->asked, "lab_title"), p->asked.words.frame->name);
    sheet_about(s, asked_say(&p->asked, "scheme"), scheme);
    sheet_about(s, asked_say(&p->asked, "k"), p->k_text);
    sheet_about(s, asked_say(&p->asked, "range"), p->range_text);
    sheet_about(s, asked_say(&p->asked, "seed"), p->seed_text);
    sheet_about(s, asked_say(&p->asked, "effects_title"),
                asked_say(&p->asked, "effects_about"));
    for (size_t i = 0; i < p->scheme.part_count; i++)
        about_effect(s, part_name(&p->asked.words, &p->scheme.parts[i]),
                     &p->effects.parts[i]);
    about_effect(s, asked_say(&p->asked, "hall_parts"), &p->effects.hall);
    about_effect(s, asked_say(&p->asked, "rest_parts"), &p->effects.rest);
    if (!p->ranges)
        return;
    about_range(s, p, "first_stay", &p->first);
    about_range(s, p, "last_stay", &p->last);
}

static void fill_sheet(struct sheet *s, void *self)
{
    static const char *const columns[] = {"code",          "department", "first_weights",
                                          "first_ratings", "first_both", "last_weights",
                                          "last_ratings",  "last_both"};
    const struct lab_page *p = self;

    fill_about(s, p);
    for (size_t i = 0; i < LENGTH(columns); i++)
        sheet_column(s, asked_say(&p->asked, columns[i]), i == 1 ? 32 : 18);
    for (size_t i = 0; i < p->chance_count; i++) {
        const struct lab_chance *c = &p->chances[i];

        sheet_text(s, p->book.units[c->unit].code);
        sheet_text(s, p->book.units[c->unit].name);
        for (int cause = 0; cause < LAB_CAUSES; cause++)
            sheet_number(s, c->first[cause] / (double)DRAWS);
        for (int cause = 0; cause < LAB_CAUSES; cause++)
            sheet_number(s, c->last[cause] / (double)DRAWS);
        sheet_next_row(s);
    }
}

static bool make_sheet(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct lab_page *p = (struct lab_page *)s;
    bool ok = read_question(st, p, now_ms, err);

    ok = ok && asked_right(&p->asked, err);
    if (ok)
        qsort(p->chances, p->chance_count, sizeof(*p->chances), by_chance);
    ok = ok && workbook_make(s->x, asked_say(&p->asked, "sheet_about"),
                             asked_say(&p->asked, "sheet_data"), fill_sheet, p, err);
    lab_free(p);
    return ok;
}

static void send_sheet(struct exchange *x, struct step *s)
{
    asked_send_sheet(x, (struct asked_page *)s, "weights");
}

void page_lab_sheet(struct exchange *x)
{
    struct lab_page *p = staff_new(x, sizeof(*p));

    staff_read(&p->asked.staff, make_sheet, send_sheet);
}
