/*
 * lab_view.c — see lab_view.h.
 */
#include "web/lab_view.h"

#include <stdio.h>
#include <stdlib.h>

#include "web/chart.h"

void lab_share_text(int share, char out[LAB_TEXT])
{
    snprintf(out, LAB_TEXT, "%s%d.%02d", share < 0 ? "-" : "", abs(share) / 100,
             abs(share) % 100);
}

void lab_spread_text(double spread, char out[LAB_TEXT])
{
    snprintf(out, LAB_TEXT, "%.2f", spread);
}

void lab_chance_text(int times, int draws, char out[LAB_TEXT])
{
    struct rate r = rate_of(times, draws);

    rate_text(rate_permille(&r), out);
}

json_t *lab_effect_json(const char *name, const struct lab_effect *e)
{
    char weight[LAB_TEXT], share[LAB_TEXT], spread[LAB_TEXT];

    lab_share_text(e->weight, weight);
    lab_share_text(e->share, share);
    lab_spread_text(e->spread, spread);
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "name", name, "weight", weight,
                     "share", share, "spread", spread, "idle",
                     e->weight > 0 && e->share == 0, "against", e->share < 0);
}

static json_t *change_json(const struct assess_book *b, size_t leaves, size_t enters)
{
    if (leaves >= b->count)
        return json_null();
    return json_pack("{s:s, s:s}", "leaves", b->units[leaves].name, "enters",
                     b->units[enters].name);
}

json_t *lab_range_json(const struct lab_range *r, const struct assess_book *b)
{
    char low[LAB_TEXT], high[LAB_TEXT];

    lab_share_text(r->low, low);
    lab_share_text(r->high, high);
    return json_pack("{s:s, s:s, s:o, s:o}", "low", low, "high", high, "below",
                     change_json(b, r->leaves_below, r->enters_below), "above",
                     change_json(b, r->leaves_above, r->enters_above));
}

static struct rate range_rate(const struct lab_range *r, int weight)
{
    return (struct rate){.k = weight,
                         .n = SCHEME_WEIGHT_WHOLE,
                         .low = r->low / (double)SCHEME_WEIGHT_WHOLE,
                         .high = r->high / (double)SCHEME_WEIGHT_WHOLE};
}

static void range_note(const struct lab_range *r, char out[3 * LAB_TEXT])
{
    char low[LAB_TEXT], high[LAB_TEXT];

    lab_share_text(r->low, low);
    lab_share_text(r->high, high);
    snprintf(out, 3 * LAB_TEXT, "%s – %s", low, high);
}

static const char *say(const struct staff_words *w, const char *key)
{
    return page_text(w->site, w->catalogue, w->lang, key);
}

char *lab_range_chart(const struct staff_words *w, const struct lab_range *first,
                      const struct lab_range *last, int weight)
{
    const struct chart_head head = {"lab-range", say(w, "range_title"),
                                    say(w, "range_desc")};
    char notes[2][3 * LAB_TEXT];
    const struct chart_interval rows[] = {
        {say(w, "first_stay"), notes[0], range_rate(first, weight)},
        {say(w, "last_stay"), notes[1], range_rate(last, weight)},
    };
    struct buf out = buf_new(3 * CHART_GROWTH);

    range_note(first, notes[0]);
    range_note(last, notes[1]);
    chart_intervals(&out, &head, rows, LENGTH(rows), 0);
    return buf_take(&out);
}

json_t *lab_chance_json(const struct lab_chance *c, const struct assess_book *b,
                        int draws)
{
    json_t *first = json_array(), *last = json_array();
    char text[LAB_TEXT];

    for (int cause = 0; cause < LAB_CAUSES; cause++) {
        lab_chance_text(c->first[cause], draws, text);
        json_array_append_new(first, json_string(text));
        lab_chance_text(c->last[cause], draws, text);
        json_array_append_new(last, json_string(text));
    }
    return json_pack("{s:s, s:o, s:o}", "name", b->units[c->unit].name, "first", first,
                     "last", last);
}
