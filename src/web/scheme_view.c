/*
 * scheme_view.c — see scheme_view.h.
 */
#include "web/scheme_view.h"

#include <stdio.h>

const char *part_name(const struct staff_words *w, const struct scheme_part *part)
{
    return w->lang == LANG_EN ? part->name_en : part->name;
}

json_t *part_json(const struct staff_words *w, const struct scheme_part *part)
{
    char weight[8];

    scheme_weight_text(part->weight, weight);
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:s}", "code", part->code, "name",
                     part_name(w, part), "weight", weight, "hall", part->hall, "owner",
                     staff_word(w, "owner", part_owner_name(part->owner)), "source",
                     staff_word(w, "source", part_source_name(part->source)), "measure",
                     staff_word(w, "measure", measure_name(part->measure)));
}

static void add_rule(json_t *list, const struct staff_words *w, const char *rule,
                     const char *value)
{
    json_array_append_new(list, json_pack("{s:s, s:s}", "name",
                                          staff_word(w, "rule", rule), "value", value));
}

static json_t *rules_json(const struct staff_words *w, const struct scheme_rules *r)
{
    json_t *list = json_array();
    char number[16], weight[8];

    scheme_weight_text(r->prior_rate >= 0 ? r->prior_rate : 0, weight);
    snprintf(number, sizeof(number), "%s %%", weight);
    add_rule(list, w, "prior_rate",
             r->prior_rate == PRIOR_PEERS ? staff_word(w, "prior", "peers") : number);
    snprintf(number, sizeof(number), "%d", r->prior_weight);
    add_rule(list, w, "prior_weight",
             r->prior_weight == PRIOR_ESTIMATED ? staff_word(w, "prior", "estimated")
                                                : number);
    add_rule(list, w, "adjust", staff_word(w, "truth", r->adjust ? "yes" : "no"));
    snprintf(number, sizeof(number), "%d", r->comparable);
    add_rule(list, w, "comparable", number);
    scheme_weight_text(r->apart, weight);
    snprintf(number, sizeof(number), "%s %%", weight);
    add_rule(list, w, "apart", number);
    snprintf(number, sizeof(number), "%d", r->draws);
    add_rule(list, w, "draws", number);
    return list;
}

static json_t *peers_json(const struct scheme *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->peer_count; i++) {
        struct buf codes = buf_new(SCHEME_BYTES_MOST);

        for (size_t d = 0; d < s->peers[i].count; d++)
            buf_addf(&codes, "%s%s", d > 0 ? " " : "", s->peers[i].departments[d]);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "code", s->peers[i].code,
                                              "name", s->peers[i].name, "departments",
                                              buf_text(&codes)));
        buf_free(&codes);
    }
    return list;
}

json_t *scheme_json(const struct staff_words *w, const struct scheme *s)
{
    json_t *parts = json_array();
    char sum[8], hall[8];

    for (size_t i = 0; i < s->part_count; i++)
        json_array_append_new(parts, part_json(w, &s->parts[i]));
    scheme_weight_text(scheme_weight(s), sum);
    scheme_weight_text(scheme_hall_weight(s), hall);
    return json_pack("{s:s, s:i, s:o, s:s, s:s, s:o, s:b, s:o}", "title", s->title,
                     "version", s->version, "parts", parts, "sum", sum, "hall_sum", hall,
                     "rules", rules_json(w, &s->rules), "some_peers", s->peer_count > 0,
                     "peers", peers_json(s));
}
