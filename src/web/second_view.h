/*
 * second_view.h — what started a second assessment and what came of it, for its page: the
 * figures of the rules, the control chart, the test.
 *
 * Nothing is shown without what it was compared with and how often chance does the same.
 * Numbers of fewer than `least` ratings are not shown to the rated side. All JSON is
 * given; reader thread.
 */
#ifndef WEB_SECOND_VIEW_H
#define WEB_SECOND_VIEW_H

#include "store/second_result_store.h"
#include "store/trigger_store.h"
#include "web/staff_words.h"

struct second_view {
    const struct staff_words *words;
    const struct watch_rules *rules;
    const struct second_record *record;
    int least;
    bool lists; /* figures lead to the ratings behind them */
};

/* What a rule is, and how often it may call where nothing is wrong; a JSON text. */
json_t *second_rule_meaning(const struct staff_words *w, const struct trigger_rules *r,
                            enum trigger_rule rule);

/* What the rules found, each a card. */
NODISCARD bool second_view_triggers(struct store *st, const struct second_view *v,
                                    json_t *out, struct error *err);

/* {"svg", "months"} of the twelve months up to the newest that is settled. */
NODISCARD bool second_view_chart(struct store *st, const struct second_view *v,
                                 int64_t now_ms, json_t **out, struct error *err);

/* The result; null before it was signed. */
NODISCARD bool second_view_result(struct store *st, const struct second_view *v,
                                  json_t **out, struct error *err);

/* "2026-11" of 202611. */
enum { MONTH_TEXT = 16 };
void second_month_text(int month, char out[MONTH_TEXT]);

#endif
