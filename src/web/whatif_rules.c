/*
 * whatif_rules.c — see whatif_rules.h.
 */
#include "web/whatif_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRIOR_RATE, PRIOR_WEIGHT, COMPARABLE, ADJUST, RULES };

static const char *const ids[RULES] = {"prior_rate", "prior_weight", "comparable",
                                       "adjust"};

/* == Reading ======================================================================= */

static bool number_read(const char *text, int least, int most, int *out)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number < least || number > most)
        return false;
    *out = (int)number;
    return true;
}

static bool is_word(const char *text, const char *word)
{
    return text[0] == '\0' || strcmp(text, word) == 0;
}

static bool rule_read(int rule, const char *text, struct scheme_rules *r)
{
    switch (rule) {
    case PRIOR_RATE:
        if (is_word(text, "peers")) {
            r->prior_rate = PRIOR_PEERS;
            return true;
        }
        return scheme_weight_read(text, &r->prior_rate);
    case PRIOR_WEIGHT:
        if (is_word(text, "estimated")) {
            r->prior_weight = PRIOR_ESTIMATED;
            return true;
        }
        return number_read(text, 0, SCHEME_PRIOR_MOST, &r->prior_weight);
    case COMPARABLE:
        return number_read(text, 1, SCHEME_COMPARABLE_MOST, &r->comparable);
    default:
        r->adjust = strcmp(text, "yes") == 0;
        return r->adjust || strcmp(text, "no") == 0;
    }
}

bool whatif_rules_ask(const struct exchange *x, struct scheme_rules *rules,
                      const char **wrong)
{
    for (int i = 0; i < RULES; i++) {
        const char *text = exchange_query(x, ids[i]);

        if (text != NULL && !rule_read(i, text, rules)) {
            *wrong = ids[i];
            return false;
        }
    }
    return true;
}

/* == Writing ======================================================================= */

/* As the address has it. */
static void rule_text(int rule, const struct scheme_rules *r, char out[16])
{
    if (rule == PRIOR_RATE && r->prior_rate == PRIOR_PEERS)
        snprintf(out, 16, "peers");
    else if (rule == PRIOR_RATE)
        scheme_weight_text(r->prior_rate, out);
    else if (rule == PRIOR_WEIGHT && r->prior_weight == PRIOR_ESTIMATED)
        snprintf(out, 16, "estimated");
    else if (rule == ADJUST)
        snprintf(out, 16, "%s", r->adjust ? "yes" : "no");
    else
        snprintf(out, 16, "%d", rule == PRIOR_WEIGHT ? r->prior_weight : r->comparable);
}

static bool differs(int rule, const struct scheme_rules *a, const struct scheme_rules *b)
{
    char one[16], other[16];

    rule_text(rule, a, one);
    rule_text(rule, b, other);
    return strcmp(one, other) != 0;
}

/* As a person reads it; what is a word of the address is one of the language. */
static const char *rule_word(const struct staff_words *w, int rule, const char *text)
{
    if (rule == ADJUST)
        return staff_word(w, "truth", text);
    return strcmp(text, "peers") == 0 || strcmp(text, "estimated") == 0
               ? staff_word(w, "prior", text)
               : text;
}

/* What stands in the field: what was typed, else the rule; nothing for the two words. */
static const char *field_value(const struct exchange *x, int rule, const char *text)
{
    const char *typed = exchange_query(x, ids[rule]);

    if (typed == NULL)
        typed = text;
    return strcmp(typed, "peers") == 0 || strcmp(typed, "estimated") == 0 ? "" : typed;
}

json_t *whatif_rules_json(const struct exchange *x, const struct staff_words *w,
                          const struct scheme_rules *now, const struct scheme_rules *then,
                          const char *wrong)
{
    const struct staff_words words = {.site = w->site,
                                      .frame = w->frame,
                                      .lang = w->lang,
                                      .catalogue = "assess",
                                      .now_ms = w->now_ms};
    json_t *list = json_array();

    for (int i = 0; i < RULES; i++) {
        char was[16], is[16];

        rule_text(i, now, was);
        rule_text(i, then, is);
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:b, s:b, s:b}", "id", ids[i],
                      "name", staff_word(&words, "rule", ids[i]), "now",
                      rule_word(&words, i, was), "then", rule_word(&words, i, is),
                      "changed", strcmp(was, is) != 0, "value", field_value(x, i, is),
                      "wrong", wrong != NULL && strcmp(wrong, ids[i]) == 0, "choice",
                      i == ADJUST, "yes", then->adjust));
    }
    return list;
}

void whatif_rules_put(json_t *form, const struct scheme_rules *now,
                      const struct scheme_rules *then)
{
    for (int i = 0; i < RULES; i++) {
        char text[16];

        if (!differs(i, now, then))
            continue;
        rule_text(i, then, text);
        if (i == ADJUST)
            json_object_set_new(form, ids[i], json_boolean(then->adjust));
        else
            json_object_set_new(
                form, ids[i],
                json_string(strcmp(text, "peers") == 0 || strcmp(text, "estimated") == 0
                                ? ""
                                : text));
    }
}

void whatif_rules_add(struct buf *url, const struct scheme_rules *now,
                      const struct scheme_rules *then)
{
    for (int i = 0; i < RULES; i++) {
        char text[16];

        rule_text(i, then, text);
        if (differs(i, now, then))
            buf_addf(url, "&%s=%s", ids[i], text);
    }
}
